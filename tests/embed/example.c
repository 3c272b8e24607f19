/* A program that embeds the machine: evaluates a script, prints its result and its ExUnits. */
#include <plutbench/machine.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    const char *text = "(program 1.1.0 [(lam x [(builtin addInteger) x x]) (con integer 21)])";
    plb_era era = {PLB_LANGUAGE_NEWEST, 0};
    plb_program *program = plb_program_new(0), *result = plb_program_new(0);
    plb_machine *machine = plb_machine_new(0);
    plb_cost_model *costs = plb_cost_model_default(era);
    plb_evaluation evaluation = {
        .program = program, .cost_model = costs, .era = era, .limit = {INT64_MAX, INT64_MAX}};
    plb_outcome outcome;
    plb_error error;
    char *printed = NULL;
    size_t length;

    if (plb_program_parse_text(program, era, text, strlen(text), &error) != PLB_OK ||
        plb_machine_run(machine, &evaluation, &outcome) != PLB_OK ||
        plb_machine_result(machine, result, &error) != PLB_OK ||
        plb_program_print(result, 0, &printed, &length, &error) != PLB_OK) {
        return 1;
    }
    printf("%s: %lld steps, %lld memory\n", printed, (long long) outcome.spent.steps,
           (long long) outcome.spent.memory);
    free(printed);
    plb_cost_model_free(costs);
    plb_machine_free(machine);
    plb_program_free(result);
    plb_program_free(program);
    return 0;
}
