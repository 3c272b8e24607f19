/* Applying builtins to values: partial applications, and running what is saturated. Private to
 * evaluate.c. */
#ifndef PLB_MACHINE_BUILTIN_APPLY_H
#define PLB_MACHINE_BUILTIN_APPLY_H

#include <string.h>

#include "harness/machine/builtin_args.h"
#include "harness/machine/builtin_quick.h"
#include "harness/machine/machine_internal.h"

/* Builtin, forces and arguments so far of a builtin value. */
typedef struct builtin_view {
    const plb_builtin *row;
    const plb_value *args;
    unsigned id, forces, count;
} builtin_view;

static inline bool open_builtin(const plb_machine *machine, plb_value v, builtin_view *view) {
    if (plb_is_imm(v, PLB_IMM_BUILTIN)) {
        view->id = plb_builtin_value_id(v);
        view->forces = plb_builtin_value_forces(v);
        view->count = 0;
        view->args = NULL;
    } else if (plb_has_kind(v, PLB_KIND_PARTIAL)) {
        const plb_partial *partial = (const plb_partial *) (const void *) plb_object_of(v);
        view->id = partial->head.type;
        view->forces = partial->head.flag;
        view->count = partial->head.size;
        view->args = partial->args;
    } else {
        return false;
    }
    view->row = &machine->builtins[view->id];
    return true;
}

static plb_value make_partial(plb_region *region, const builtin_view *view, const plb_value *args,
                              uint32_t count) {
    plb_partial *partial = plb_region_take(region, sizeof *partial + count * sizeof *args);
    if (partial == NULL) {
        return PLB_NO_VALUE;
    }
    partial->head =
        (plb_object){PLB_KIND_PARTIAL, (uint8_t) view->forces, (plb_type) view->id, count};
    memcpy(partial->args, args, count * sizeof *args);
    return plb_from_object(partial);
}

/* Check, charge and run a saturated builtin, the long way. */
static __attribute__((noinline)) plb_value run_any_builtin(plb_machine *machine, unsigned id,
                                                           const plb_value *args) {
    const plb_builtin *row = &machine->builtins[id];
    for (unsigned i = 0; i < row->arity; i++) {
        if (__builtin_expect(!plb_arg_ok(args[i], (plb_arg) row->args[i], machine->variant), 0)) {
            return plb_builtin_fail(machine, "a builtin got an argument of the wrong type");
        }
    }
    if (!plb_machine_charge_builtin(machine, id, args)) {
        return PLB_NO_VALUE;
    }
    return row->run(machine, args);
}

static inline plb_value run_builtin(plb_machine *machine, unsigned id, const plb_value *args) {
    plb_value v = plb_builtin_quick(machine, id, args);
    return __builtin_expect(v != PLB_NO_VALUE, 1) ? v : run_any_builtin(machine, id, args);
}

/* Apply `function`, which is no lambda, to `count` >= 1 arguments, no more than it takes.
 * PLB_NO_VALUE for failure: machine->reason says why. */
static inline plb_value apply_builtin(plb_machine *machine, plb_value function,
                                      const plb_value *more, uint32_t count) {
    builtin_view view;
    plb_value args[PLB_BUILTIN_MAX_ARITY];
    if (!open_builtin(machine, function, &view)) {
        return plb_builtin_fail(machine, "something that is no function was applied");
    }
    if (view.forces < view.row->forces) {
        return plb_builtin_fail(machine, "a builtin was applied before it was forced");
    }
    for (unsigned i = 0; i < view.count; i++) {
        args[i] = view.args[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        args[view.count + i] = more[i];
    }
    if (view.count + count == view.row->arity) {
        return run_builtin(machine, view.id, args);
    }
    plb_value v = make_partial(&machine->region, &view, args, view.count + count);
    return v != PLB_NO_VALUE ? v : plb_builtin_out_of_memory(machine);
}

#endif
