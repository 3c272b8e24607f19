/* The builtins that scripts run most, in place, for arguments of the plain kind: small integers,
 * booleans, data, lists and pairs as they should be. Everything else, failures included, is left to
 * the table of builtins. Private to evaluate.c. */
#ifndef PLB_MACHINE_BUILTIN_QUICK_H
#define PLB_MACHINE_BUILTIN_QUICK_H

#include "harness/machine/machine_internal.h"

/* Flat tags. */
enum {
    QUICK_ADD_INTEGER = 0,
    QUICK_SUBTRACT_INTEGER = 1,
    QUICK_EQUALS_INTEGER = 7,
    QUICK_LESS_THAN_INTEGER = 8,
    QUICK_LESS_THAN_EQUALS_INTEGER = 9,
    QUICK_IF_THEN_ELSE = 26,
    QUICK_FST_PAIR = 29,
    QUICK_SND_PAIR = 30,
    QUICK_CHOOSE_LIST = 31,
    QUICK_HEAD_LIST = 33,
    QUICK_TAIL_LIST = 34,
    QUICK_NULL_LIST = 35,
    QUICK_UN_CONSTR_DATA = 42,
    QUICK_UN_MAP_DATA = 43,
    QUICK_UN_LIST_DATA = 44,
    QUICK_UN_I_DATA = 45,
    QUICK_UN_B_DATA = 46
};

static inline bool quick_both_small(const plb_value *args) { return (args[0] & args[1] & 1) != 0; }

/* A small integer n is the word 2n+1, whose order is that of n. */
static inline plb_value quick_sum(plb_value a, plb_value b) {
    int64_t sum;
    return __builtin_add_overflow((int64_t) (a - 1), (int64_t) b, &sum) ? PLB_NO_VALUE
                                                                        : (plb_value) sum;
}

static inline plb_value quick_difference(plb_value a, plb_value b) {
    int64_t difference;
    return __builtin_sub_overflow((int64_t) a, (int64_t) (b - 1), &difference)
               ? PLB_NO_VALUE
               : (plb_value) difference;
}

static inline plb_value quick_constr(plb_region *region, plb_value data) {
    if (!plb_has_kind(data, PLB_KIND_DATA_CONSTR)) {
        return PLB_NO_VALUE;
    }
    plb_pair *pair = plb_region_take(region, sizeof *pair);
    if (pair == NULL) {
        return PLB_NO_VALUE;
    }
    const plb_data_constr *constr = (const plb_data_constr *) (uintptr_t) data;
    pair->head = (plb_object){PLB_KIND_PAIR, 0, PLB_TYPE_PAIR_INT_LIST_DATA, 0};
    pair->first = constr->tag;
    pair->second = constr->fields;
    return plb_from_object(pair);
}

static inline plb_value quick_items(plb_value data, plb_kind kind) {
    return plb_has_kind(data, kind) ? ((const plb_data_items *) (uintptr_t) data)->items
                                    : PLB_NO_VALUE;
}

static inline plb_value quick_content(plb_value data, plb_kind kind) {
    return plb_has_kind(data, kind) ? ((const plb_data_leaf *) (uintptr_t) data)->content
                                    : PLB_NO_VALUE;
}

static inline plb_value quick_choice(plb_value condition, plb_value yes, plb_value no) {
    return condition == PLB_TRUE ? yes : condition == PLB_FALSE ? no : PLB_NO_VALUE;
}

static inline plb_value quick_list_choice(plb_value list, plb_value nil, plb_value cons) {
    return plb_is_cons(list) ? cons : plb_is_nil(list) ? nil : PLB_NO_VALUE;
}

/* The result, before it is charged; PLB_NO_VALUE: to be done the long way. All costs are those of
 * sizes 1: the functions without constant costs take small integers only. */
static inline plb_value quick_result(plb_region *region, unsigned id, const plb_value *args) {
    switch (id) {
    case QUICK_ADD_INTEGER:
        return quick_both_small(args) ? quick_sum(args[0], args[1]) : PLB_NO_VALUE;
    case QUICK_SUBTRACT_INTEGER:
        return quick_both_small(args) ? quick_difference(args[0], args[1]) : PLB_NO_VALUE;
    case QUICK_EQUALS_INTEGER:
        return quick_both_small(args) ? plb_bool(args[0] == args[1]) : PLB_NO_VALUE;
    case QUICK_LESS_THAN_INTEGER:
        return quick_both_small(args) ? plb_bool((int64_t) args[0] < (int64_t) args[1])
                                      : PLB_NO_VALUE;
    case QUICK_LESS_THAN_EQUALS_INTEGER:
        return quick_both_small(args) ? plb_bool((int64_t) args[0] <= (int64_t) args[1])
                                      : PLB_NO_VALUE;
    case QUICK_IF_THEN_ELSE: return quick_choice(args[0], args[1], args[2]);
    case QUICK_FST_PAIR:
        return plb_has_kind(args[0], PLB_KIND_PAIR) ? plb_pair_of(args[0])->first : PLB_NO_VALUE;
    case QUICK_SND_PAIR:
        return plb_has_kind(args[0], PLB_KIND_PAIR) ? plb_pair_of(args[0])->second : PLB_NO_VALUE;
    case QUICK_CHOOSE_LIST: return quick_list_choice(args[0], args[1], args[2]);
    case QUICK_HEAD_LIST: return plb_is_cons(args[0]) ? plb_cons_of(args[0])->first : PLB_NO_VALUE;
    case QUICK_TAIL_LIST: return plb_is_cons(args[0]) ? plb_cons_of(args[0])->rest : PLB_NO_VALUE;
    case QUICK_NULL_LIST: return quick_list_choice(args[0], PLB_TRUE, PLB_FALSE);
    case QUICK_UN_CONSTR_DATA: return quick_constr(region, args[0]);
    case QUICK_UN_MAP_DATA: return quick_items(args[0], PLB_KIND_DATA_MAP);
    case QUICK_UN_LIST_DATA: return quick_items(args[0], PLB_KIND_DATA_LIST);
    case QUICK_UN_I_DATA: return quick_content(args[0], PLB_KIND_DATA_I);
    case QUICK_UN_B_DATA: return quick_content(args[0], PLB_KIND_DATA_B);
    default: return PLB_NO_VALUE;
    }
}

/* Charge what a quick builtin costs; false leaves everything to the long way. */
static inline bool quick_charge(plb_machine *machine, unsigned id) {
    const plb_exunits *cost = &machine->cost_model->builtin[id].unit;
    if ((uint64_t) cost->steps > (uint64_t) machine->remaining.steps ||
        (uint64_t) cost->memory > (uint64_t) machine->remaining.memory || machine->tally != NULL) {
        return false;
    }
    machine->remaining.steps -= cost->steps;
    machine->remaining.memory -= cost->memory;
    return true;
}

static inline plb_value plb_builtin_quick(plb_machine *machine, unsigned id,
                                          const plb_value *args) {
    plb_value v = quick_result(&machine->region, id, args);
    return v != PLB_NO_VALUE && quick_charge(machine, id) ? v : PLB_NO_VALUE;
}

#endif
