/* Any flat program, evaluated with a small budget and little memory: it ends one way or another,
 * the same way twice, and its result is a program. */
#include "tests/fuzz/program_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* About a millisecond of the reference machine. */
static const plb_exunits limit = {.memory = 2000000, .steps = 1000000000};

typedef struct target {
    plb_era era;
    plb_cost_model *model;
} target;

static plb_machine *machine_of(plb_machine **slot, size_t byte_cap) {
    if (!*slot) *slot = plb_machine_new(byte_cap);
    if (!*slot) abort();
    return *slot;
}

static plb_outcome evaluate(plb_machine *machine, const plb_program *program, const target *in,
                            plb_exunits within, plb_tally *tally) {
    plb_evaluation evaluation = {.program = program,
                                 .cost_model = in->model,
                                 .era = in->era,
                                 .limit = within,
                                 .tally = tally};
    plb_outcome outcome;
    if (plb_machine_run(machine, &evaluation, &outcome) != outcome.status) abort();
    bool known = outcome.status == PLB_OK || outcome.status == PLB_E_EVALUATION ||
                 outcome.status == PLB_E_BUDGET || outcome.status == PLB_E_MEMORY;
    if (!known || !memchr(outcome.message, 0, sizeof outcome.message)) abort();
    if ((outcome.status == PLB_OK) != (outcome.message[0] == '\0')) abort();
    for (size_t i = 0; i < plb_machine_log_count(machine); i++) {
        size_t length;
        const char *line = plb_machine_log_line(machine, i, &length);
        if (line[length] != '\0') abort();
    }
    return outcome;
}

static bool same(const plb_outcome *a, const plb_outcome *b) {
    return a->status == b->status && a->steps == b->steps && a->spent.steps == b->spent.steps &&
           a->spent.memory == b->spent.memory;
}

static void check_result(const plb_machine *machine) {
    static plb_program *slot;
    plb_program *result = fuzz_program(&slot);
    plb_error error = {0};
    plb_status status = plb_machine_result(machine, result, &error);
    if (status != PLB_OK && status != PLB_E_MEMORY) abort();
    fuzz_check_error(status, &error);
    if (status == PLB_OK) fuzz_check_program(result);
}

static void check(const plb_program *program, const target *in) {
    static plb_machine *first_slot, *second_slot;
    static plb_tally tally;
    plb_machine *first = machine_of(&first_slot, (size_t) 32 << 20);
    plb_machine *second = machine_of(&second_slot, (size_t) 32 << 20);
    plb_outcome outcome = evaluate(first, program, in, limit, NULL);
    if (outcome.status == PLB_OK) check_result(first);
    /* Keeping a tally takes another way through the builtins. */
    plb_outcome again = evaluate(second, program, in, limit, &tally);
    if (outcome.status == PLB_E_MEMORY || again.status == PLB_E_MEMORY) return;
    if (!same(&outcome, &again)) abort();
    if (outcome.status != PLB_OK) return;
    again = evaluate(second, program, in, outcome.spent, NULL);
    if (!same(&outcome, &again)) abort();
    plb_exunits less = {.memory = outcome.spent.memory, .steps = outcome.spent.steps - 1};
    again = evaluate(second, program, in, less, NULL);
    if (again.status != PLB_E_BUDGET && again.status != PLB_E_MEMORY) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static target targets[] = {{{PLB_LANGUAGE_NEWEST, 0}, NULL}, {{PLB_PLUTUS_V2, 9}, NULL}};
    static plb_program *slot;
    plb_program *program = fuzz_program(&slot);
    plb_error error = {0};
    plb_status status = plb_program_decode_flat(program, targets[0].era, data, size, &error);
    fuzz_check_error(status, &error);
    if (status != PLB_OK) return 0;
    for (size_t i = 0; i < sizeof targets / sizeof targets[0]; i++) {
        if (!targets[i].model) targets[i].model = plb_cost_model_default(targets[i].era);
        if (!targets[i].model) abort();
        check(program, &targets[i]);
    }
    return 0;
}
