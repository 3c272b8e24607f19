/* Any flat as a script on chain: what the strict decoder takes is taken as it is, what only running
 * finds is found, and nothing that is let through harms a machine. */
#include "harness/machine/script_file.h"
#include "harness/machine/term.h"
#include "tests/fuzz/program_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run(const plb_program *program, plb_era era, const plb_cost_model *model) {
    static plb_machine *machine;
    if (!machine) machine = plb_machine_new((size_t) 32 << 20);
    if (!machine) abort();
    plb_evaluation evaluation = {.program = program,
                                 .cost_model = model,
                                 .era = era,
                                 .limit = {.memory = 2000000, .steps = 1000000000}};
    plb_outcome outcome;
    plb_machine_run(machine, &evaluation, &outcome);
    if (program->defect == PLB_OK) return;
    if (outcome.status != program->defect || outcome.spent.steps != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const plb_era eras[] = {{PLB_PLUTUS_V2, 9}, {PLB_PLUTUS_V3, 11}};
    static plb_cost_model *models[2];
    static plb_program *script_slot, *strict_slot;
    plb_program *script = fuzz_program(&script_slot), *strict = fuzz_program(&strict_slot);
    for (size_t i = 0; i < 2; i++) {
        plb_error error = {0}, other = {0};
        if (!models[i]) models[i] = plb_cost_model_default(eras[i]);
        if (!models[i]) abort();
        plb_status status =
            plb_program_decode_flat_well_formed(script, eras[i], data, size, &error);
        fuzz_check_error(status, &error);
        bool accepted = plb_program_decode_flat(strict, eras[i], data, size, &other) == PLB_OK;
        if (accepted && (status != PLB_OK || script->defect != PLB_OK)) abort();
        if (accepted && !plb_program_equal(script, strict)) abort();
        if (status == PLB_OK) run(script, eras[i], models[i]);
    }
    return 0;
}
