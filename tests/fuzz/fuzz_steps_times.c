/* Any bytes as a table of programs' times: refused with a place, or written and read again as the
 * same, and fitted, or refused to be. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/steps.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_again(const plb_step_times *times) {
    plb_error error;
    plb_step_times *again;
    char *text, *second;
    if (plb_step_times_csv(times, &text, &error) != PLB_OK) abort();
    if (plb_step_times_parse(&again, "again", text, strlen(text), &error) != PLB_OK) abort();
    if (plb_step_times_csv(again, &second, &error) != PLB_OK || strcmp(text, second) != 0) abort();
    plb_step_times_free(again);
    free(text);
    free(second);
}

static void check_fit(const plb_step_times *times) {
    plb_error error = {.status = PLB_OK};
    plb_step_fit *fit;
    plb_cost_model *base = plb_cost_model_default((plb_era){PLB_LANGUAGE_NEWEST, 0});
    char *text;
    plb_status status = plb_step_fit_run(&fit, times, NULL, &error);
    if (status != PLB_OK && (fit != NULL || error.message[0] == '\0')) abort();
    if (status == PLB_OK) {
        if (plb_step_fit_text(fit, base, &text, &error) != PLB_OK) abort();
        free(text);
        if (plb_step_fit_json(fit, base, &text, &error) != PLB_OK) abort();
        free(text);
        if (plb_step_fit_costs_json(fit, base, &text, &error) != PLB_OK &&
            error.status != PLB_E_COST_MODEL)
            abort();
        free(text);
    }
    plb_step_fit_free(fit);
    plb_cost_model_free(base);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_step_times *times;
    plb_error error = {.status = PLB_OK};
    if (plb_step_times_parse(&times, "fuzz", (const char *) data, size, &error) != PLB_OK) {
        if (times != NULL || error.message[0] == '\0' || error.where[0] == '\0') abort();
        return 0;
    }
    check_again(times);
    check_fit(times);
    plb_step_times_free(times);
    return 0;
}
