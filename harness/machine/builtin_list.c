/* Builtins on pairs, lists and arrays. */
#include "harness/machine/builtin_functions.h"
#include "harness/machine/machine_internal.h"

#define MULTI_INDEX_MAX 1024 /* PlutusCore.Arrays */

plb_value plb_run_fstPair(struct plb_machine *machine, const plb_value *args) {
    if (plb_has_kind(args[0], PLB_KIND_PAIR)) return plb_pair_of(args[0])->first;
    return plb_builtin_fail(machine, "fstPair: expected a pair");
}

plb_value plb_run_sndPair(struct plb_machine *machine, const plb_value *args) {
    if (plb_has_kind(args[0], PLB_KIND_PAIR)) return plb_pair_of(args[0])->second;
    return plb_builtin_fail(machine, "sndPair: expected a pair");
}

/* Whether constant `v` has type `type`; most lists are lists of data. */
static inline bool has_type(struct plb_machine *machine, plb_value v, plb_type type) {
    if (type == PLB_TYPE_DATA) return plb_is_data(v);
    return plb_type_of(&machine->types, v) == type;
}

plb_value plb_run_mkCons(struct plb_machine *machine, const plb_value *args) {
    if (!plb_is_list(args[1])) return plb_builtin_fail(machine, "mkCons: expected a list");
    plb_type element = plb_list_element(args[1]);
    if (!has_type(machine, args[0], element)) {
        return plb_builtin_fail(machine, "mkCons: value and list elements differ in type");
    }
    return plb_builtin_made(machine, plb_make_cons(&machine->region, element, args[0], args[1]));
}

static plb_value no_first(struct plb_machine *machine, plb_value list) {
    return plb_builtin_fail(machine,
                            plb_is_nil(list) ? "expected a non-empty list" : "expected a list");
}

plb_value plb_run_headList(struct plb_machine *machine, const plb_value *args) {
    if (plb_is_cons(args[0])) return plb_cons_of(args[0])->first;
    return no_first(machine, args[0]);
}

plb_value plb_run_tailList(struct plb_machine *machine, const plb_value *args) {
    if (plb_is_cons(args[0])) return plb_cons_of(args[0])->rest;
    return no_first(machine, args[0]);
}

plb_value plb_run_nullList(struct plb_machine *machine, const plb_value *args) {
    if (plb_is_cons(args[0])) return PLB_FALSE;
    if (plb_is_nil(args[0])) return PLB_TRUE;
    return plb_builtin_fail(machine, "nullList: expected a list");
}

plb_value plb_run_dropList(struct plb_machine *machine, const plb_value *args) {
    plb_value list = args[1];
    if (!plb_is_list(list)) return plb_builtin_fail(machine, "dropList: expected a list");
    int64_t count;
    if (!plb_int_to_i64(args[0], &count)) count = plb_int_sign(args[0]) < 0 ? 0 : INT64_MAX;
    uint32_t length = plb_list_length(list);
    /* The length in the header is exact below its saturation. */
    if (length < UINT32_MAX && count >= length) return PLB_NIL(plb_list_element(list));
    for (; count > 0 && plb_is_cons(list); count--) list = plb_cons_of(list)->rest;
    return list;
}

plb_value plb_run_lengthOfArray(struct plb_machine *machine, const plb_value *args) {
    if (plb_has_kind(args[0], PLB_KIND_ARRAY)) return plb_small(plb_object_of(args[0])->size);
    return plb_builtin_fail(machine, "lengthOfArray: expected an array");
}

plb_value plb_run_listToArray(struct plb_machine *machine, const plb_value *args) {
    plb_value list = args[0];
    if (!plb_is_list(list)) return plb_builtin_fail(machine, "listToArray: expected a list");
    size_t length = plb_list_length(list);
    plb_array *array =
        plb_region_alloc(&machine->region, sizeof *array + length * sizeof(plb_value));
    /* A saturated length says that the list is at least that long. */
    if (array == NULL || length == UINT32_MAX) return plb_builtin_out_of_memory(machine);
    array->head = (plb_object){
        .kind = PLB_KIND_ARRAY, .type = plb_list_element(list), .size = (uint32_t) length};
    for (size_t i = 0; i < length; i++) {
        array->items[i] = plb_cons_of(list)->first;
        list = plb_cons_of(list)->rest;
    }
    return plb_from_object(array);
}

/* The item at `index`, PLB_NO_VALUE when it is out of bounds. */
static plb_value item_at(const plb_array *array, plb_value index) {
    int64_t i = plb_is_small(index) ? plb_small_int(index) : -1;
    return i >= 0 && i < array->head.size ? array->items[i] : PLB_NO_VALUE;
}

plb_value plb_run_indexArray(struct plb_machine *machine, const plb_value *args) {
    if (!plb_has_kind(args[0], PLB_KIND_ARRAY)) {
        return plb_builtin_fail(machine, "indexArray: expected an array");
    }
    plb_value item = item_at((const plb_array *) (uintptr_t) args[0], args[1]);
    if (item != PLB_NO_VALUE) return item;
    return plb_builtin_fail(machine, "indexArray: index out of bounds");
}

plb_value plb_run_multiIndexArray(struct plb_machine *machine, const plb_value *args) {
    if (!plb_has_kind(args[0], PLB_KIND_ARRAY)) {
        return plb_builtin_fail(machine, "multiIndexArray: expected an array");
    }
    const plb_array *array = (const plb_array *) (uintptr_t) args[0];
    plb_value indices = args[1];
    uint32_t count = plb_list_length(indices);
    if (count > MULTI_INDEX_MAX) {
        return plb_builtin_fail(machine, "multiIndexArray: more than 1024 indices");
    }
    plb_value items[MULTI_INDEX_MAX];
    for (uint32_t i = 0; i < count; i++) {
        items[i] = item_at(array, plb_cons_of(indices)->first);
        if (items[i] == PLB_NO_VALUE) {
            return plb_builtin_fail(machine, "multiIndexArray: index out of bounds");
        }
        indices = plb_cons_of(indices)->rest;
    }
    return plb_builtin_made(machine,
                            plb_make_list(&machine->region, array->head.type, items, count));
}
