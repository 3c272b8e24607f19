/* Running a benchmark script without a ledger: its arguments, with a script context that holds the
 * redeemer and nothing else. */
#ifndef PLB_TESTS_SCRIPT_CALL_H
#define PLB_TESTS_SCRIPT_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/machine.h>

#include "harness/machine/machine_internal.h"
#include "harness/machine/term.h"

/* The data in a program made by plb_program_data_json. */
static inline plb_value data_in(const plb_program *program) { return program->constants[0]; }

static inline plb_value constr_0(plb_region *region, const plb_value *fields, size_t count) {
    return plb_make_data_constr(region, plb_small(0),
                                plb_make_list(region, PLB_TYPE_DATA, fields, count));
}

/* Run `program` as the ledger would: datum, redeemer and script context for PlutusV1 and V2, the
 * script context alone for V3 (CIP-69), whose result must be unit (CIP-117). `tally` may be NULL.
 */
static inline plb_outcome call_script(const plb_program *program, plb_era era, plb_value datum,
                                      plb_value redeemer, plb_tally *tally) {
    plb_outcome outcome = {.status = PLB_E_MEMORY};
    plb_region region;
    plb_machine *machine = plb_machine_new(0);
    plb_cost_model *model = plb_cost_model_default(era);
    if (machine == NULL || model == NULL || !plb_region_init(&region, 1 << 20)) return outcome;
    plb_value empty = constr_0(&region, NULL, 0);
    plb_value context = constr_0(&region, (plb_value[]){empty, redeemer, empty}, 3);
    bool v3 = era.language >= PLB_PLUTUS_V3;
    plb_value arguments[3] = {v3 ? context : datum, redeemer, context};
    plb_evaluation evaluation = {.program = program,
                                 .cost_model = model,
                                 .era = era,
                                 .limit = {INT64_MAX, INT64_MAX},
                                 .tally = tally};
    (void) plb_machine_run_values(machine, &evaluation, arguments, v3 ? 1 : 3, &outcome);
    if (v3 && outcome.status == PLB_OK && !plb_machine_result_is_unit(machine)) {
        outcome.status = PLB_E_EVALUATION;
    }
    plb_region_free(&region);
    plb_cost_model_free(model);
    plb_machine_free(machine);
    return outcome;
}

#endif
