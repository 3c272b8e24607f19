/* The state of one evaluation, shared by the evaluator and the builtins. */
#ifndef PLB_MACHINE_INTERNAL_H
#define PLB_MACHINE_INTERNAL_H

#include <plutbench/machine.h>

#include "harness/machine/availability.h"
#include "harness/machine/cost.h"
#include "harness/machine/region.h"
#include "harness/machine/term.h"
#include "harness/machine/value.h"

/* Steps are charged in batches of this size, as in the reference (defaultSlippage). */
#define PLB_SLIPPAGE 200

typedef struct plb_log_entry {
    struct plb_log_entry *previous;
    size_t length;
    char text[];
} plb_log_entry;

struct plb_machine {
    plb_region region; /* values upwards, frames downwards */
    plb_types types;
    plb_variant variant;
    const plb_builtin *builtins; /* the program's, by id */
    uint64_t *activity;          /* of a profiled evaluation */

    /* Budget. `pending_steps` counts by kind what has not been charged yet; `remaining` is never
     * negative. A limit of INT64_MAX is none: what is spent then saturates, as in the reference. */
    const plb_cost_model *cost_model;
    plb_exunits limit;
    plb_exunits remaining;
    plb_exunits overspent; /* what was asked for beyond `remaining` when the budget ran out */
    uint64_t pending_steps[PLB_STEP_COUNT];
    uint64_t steps_charged;
    plb_tally *tally;

    /* How it ended. */
    plb_status failure;
    const char *reason;
    plb_value result;
    const plb_program *program;
    plb_log_entry *last_log;
    size_t log_count;
};

/* Charge an amount that may be negative or exceed what remains. False when it exceeds the limit. */
bool plb_machine_charge_odd(plb_machine *machine, plb_exunits cost);
static inline bool plb_machine_charge(plb_machine *machine, plb_exunits cost) {
    /* As unsigned numbers, negative costs are too large as well. */
    if (__builtin_expect((uint64_t) cost.steps <= (uint64_t) machine->remaining.steps &&
                             (uint64_t) cost.memory <= (uint64_t) machine->remaining.memory,
                         1)) {
        machine->remaining.steps -= cost.steps;
        machine->remaining.memory -= cost.memory;
        return true;
    }
    return plb_machine_charge_odd(machine, cost);
}

/* Charge the pending steps. False when the limit is exceeded. */
bool plb_machine_charge_steps(plb_machine *machine);
/* Charge one builtin call on checked arguments. False: over the limit, or out of memory. */
bool plb_machine_charge_builtin(plb_machine *machine, unsigned id, const plb_value *args);

/* The evaluator: run `program` applied to `count` values. Fills failure, reason and result. */
void plb_machine_evaluate(plb_machine *machine, const plb_program *program,
                          const plb_availability *available, const plb_value *arguments,
                          size_t count);
/* The same, saying in machine->activity what it does. */
void plb_machine_evaluate_profiled(plb_machine *machine, const plb_program *program,
                                   const plb_availability *available, const plb_value *arguments,
                                   size_t count);

/* plb_machine_run with arguments that are values in a region of the caller's (of fixed types, such
 * as data), which must live until the result has been read. */
plb_status plb_machine_run_values(plb_machine *machine, const plb_evaluation *evaluation,
                                  const plb_value *arguments, size_t count, plb_outcome *outcome);

/* The two halves of it: set the machine up (false when the program can't even start), then apply
 * the arguments and evaluate; the second tells how it ended, whether or not it started. */
bool plb_machine_start(plb_machine *machine, const plb_evaluation *evaluation);
plb_status plb_machine_finish(plb_machine *machine, const plb_evaluation *evaluation,
                              const plb_value *arguments, size_t count, plb_outcome *outcome);

#endif
