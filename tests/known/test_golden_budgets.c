/* The reference's golden CPU and memory of real validator calls (plutus-benchmark/validation), on
 * the default cost model. Needs ../shared/upstream. */
#include <dirent.h>

#include "harness/machine/term.h"
#include "tests/known/shared_data.h"
#include "tests/program_support.h"

#define FOLDER "validation"
#define SUFFIX ".golden.eval"

static plb_machine *machine;
static plb_cost_model *model;

static char *read_validation(const char *name, size_t *length) {
    char path[300];
    snprintf(path, sizeof path, FOLDER "/%s", name);
    return read_shared(path, length);
}

/* The number after `label`, written as 1_234_567. */
static int64_t number_after(const char *text, const char *label) {
    const char *at = strstr(text, label);
    assert_non_null(at);
    int64_t number = 0;
    for (at += strlen(label); *at == ' '; at++) continue;
    for (; (*at >= '0' && *at <= '9') || *at == '_'; at++) {
        if (*at != '_') number = number * 10 + (*at - '0');
    }
    return number;
}

/* Behind an empty line is the result, a term. */
static plb_program *golden_result(const char *text) {
    const char *term = strstr(text, "\n\n");
    assert_non_null(term);
    char program[4096];
    snprintf(program, sizeof program, "(program 1.0.0 %s)", term);
    return parse(program);
}

static void check(const char *golden_name, plb_program *program, plb_program *result) {
    char flat_name[256];
    size_t golden_length, length;
    snprintf(flat_name, sizeof flat_name, "%.*s", (int) (strlen(golden_name) - strlen(SUFFIX)),
             golden_name);
    char *golden = read_validation(golden_name, &golden_length);
    char *flat = read_validation(flat_name, &length);
    plb_error error = {0};
    if (plb_program_decode_flat(program, newest, (const uint8_t *) flat, length, &error) !=
        PLB_OK) {
        fail_msg("%s: %s: %s", flat_name, error.where, error.message);
    }
    plb_exunits wanted = {.memory = number_after(golden, "Memory:"),
                          .steps = number_after(golden, "CPU:")};
    plb_evaluation evaluation = {
        .program = program, .cost_model = model, .era = newest, .limit = {INT64_MAX, INT64_MAX}};
    plb_outcome outcome;
    if (plb_machine_run(machine, &evaluation, &outcome) != PLB_OK) {
        fail_msg("%s: %s", flat_name, outcome.message);
    }
    if (outcome.spent.steps != wanted.steps || outcome.spent.memory != wanted.memory) {
        fail_msg("%s: cpu %lld and mem %lld, expected %lld and %lld", flat_name,
                 (long long) outcome.spent.steps, (long long) outcome.spent.memory,
                 (long long) wanted.steps, (long long) wanted.memory);
    }
    /* A limit of just that is enough, one unit less of either is not. */
    evaluation.limit = wanted;
    assert_int_equal(plb_machine_run(machine, &evaluation, &outcome), PLB_OK);
    plb_program *expected = golden_result(golden);
    memcpy(expected->version, program->version, sizeof expected->version);
    assert_int_equal(plb_machine_result(machine, result, &error), PLB_OK);
    if (!plb_program_equal(result, expected)) fail_msg("%s: another result", flat_name);
    plb_program_free(expected);
    evaluation.limit.steps--;
    assert_int_equal(plb_machine_run(machine, &evaluation, &outcome), PLB_E_BUDGET);
    evaluation.limit = wanted;
    evaluation.limit.memory--;
    assert_int_equal(plb_machine_run(machine, &evaluation, &outcome), PLB_E_BUDGET);
    free(golden);
    free(flat);
}

static void test_golden_budgets(void **state) {
    (void) state;
    unsigned count = 0;
    char path[SHARED_PATH_BYTES];
    DIR *folder = opendir(shared_path(path, FOLDER));
    plb_program *program = new_program();
    plb_program *result = new_program();
    machine = plb_machine_new(0);
    model = plb_cost_model_default(newest);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        if (length <= strlen(SUFFIX)) continue;
        if (strcmp(entry->d_name + length - strlen(SUFFIX), SUFFIX) != 0) continue;
        check(entry->d_name, program, result);
        count++;
    }
    closedir(folder);
    print_message("%u golden programs\n", count);
    assert_true(count >= 60);
    plb_machine_free(machine);
    plb_cost_model_free(model);
    plb_program_free(program);
    plb_program_free(result);
}

int main(void) {
    if (shared_is_missing(FOLDER)) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_golden_budgets)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
