#include "calibrate/sweep/no_ops.h"

#include <string.h>

#include "harness/machine/value.h"

static plb_value run_on_bools(struct plb_machine *machine, const plb_value *args) {
    (void) machine, (void) args;
    return PLB_TRUE;
}

static plb_value run_on_integers(struct plb_machine *machine, const plb_value *args) {
    (void) machine, (void) args;
    return plb_small(11);
}

static inline plb_value run_on_constants(struct plb_machine *machine, const plb_value *args,
                                         unsigned arity) {
    for (unsigned i = 0; i < arity; i++)
        if (!plb_is_integer(args[i])) return plb_builtin_fail(machine, "expected integers");
    return plb_small(11);
}

#define ON_CONSTANTS(n)                                                                            \
    static plb_value run_on_##n##_constants(struct plb_machine *machine, const plb_value *args) {  \
        return run_on_constants(machine, args, n);                                                 \
    }
ON_CONSTANTS(1)
ON_CONSTANTS(2)
ON_CONSTANTS(3)
ON_CONSTANTS(4)
ON_CONSTANTS(5)
ON_CONSTANTS(6)

#define KINDS_1(a) a
#define KINDS_2(a) a, a
#define KINDS_3(a) a, a, a
#define KINDS_4(a) a, a, a, a
#define KINDS_5(a) a, a, a, a, a
#define KINDS_6(a) a, a, a, a, a, a

/* Constant costs as in the reference's made-up model: what they are plays no part. */
#define NO_OP(text, n, kind, function)                                                             \
    {                                                                                              \
        .row = {.name = text, .arity = n, .args = {KINDS_##n(PLB_ARG_##kind)}, .run = function},   \
        .steps = {.shape = PLB_SHAPE_CONSTANT_COST, .c = {750000 + 250000 * (n)}},                 \
        .memory = {.shape = PLB_SHAPE_CONSTANT_COST, .c = {100 * (n)}},                            \
    }
#define NO_OPS(n)                                                                                  \
    NO_OP("nop" #n "b", n, BOOL, run_on_bools), NO_OP("nop" #n "i", n, INTEGER, run_on_integers),  \
        NO_OP("nop" #n "c", n, CONSTANT, run_on_##n##_constants),                                  \
        NO_OP("nop" #n "o", n, ANY, run_on_integers)

static const plb_extra_builtin no_ops[] = {
    NO_OPS(1), NO_OPS(2), NO_OPS(3), NO_OPS(4), NO_OPS(5), NO_OPS(6),
};
enum { COUNT = sizeof no_ops / sizeof *no_ops };

plb_status plb_no_ops_new(plb_extra_builtins **extras, plb_error *error) {
    return plb_no_ops_new_with(extras, NULL, 0, error);
}

plb_status plb_no_ops_new_with(plb_extra_builtins **extras, const plb_extra_builtin *others,
                               unsigned count, plb_error *error) {
    plb_extra_builtin all[PLB_EXTRA_BUILTINS_MAX];
    *extras = NULL;
    if (count > PLB_EXTRA_BUILTINS_MAX - COUNT)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d other builtins",
                        PLB_EXTRA_BUILTINS_MAX - COUNT);
    memcpy(all, no_ops, sizeof no_ops);
    if (count > 0) memcpy(all + COUNT, others, count * sizeof *others);
    return plb_extra_builtins_new(extras, all, COUNT + count, error);
}

int plb_no_op_find(const char *name, size_t length) {
    for (int i = 0; i < COUNT; i++) {
        const char *known = no_ops[i].row.name;
        if (strlen(known) == length && memcmp(known, name, length) == 0) return i;
    }
    return -1;
}

unsigned plb_no_op_arity(int index) { return no_ops[index].row.arity; }
