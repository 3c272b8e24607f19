/* Any bytes as an existing scaling_NAME.csv that a run extends: an error with a place, or a file
 * that is extended again without a change, since equal columns are not repeated. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/results.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static plb_results *open_folder(void) {
    static char folder[] = "/tmp/plutbench-fuzz-csv-XXXXXX";
    plb_results *results = NULL;
    if (mkdtemp(folder) == NULL || plb_results_open(folder, &results, NULL) != PLB_OK) abort();
    return results;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static plb_results *results;
    static const plb_budget_summary summary = {
        .budget_per_block = {2, 2},
        .budget_per_tx = {1, 1},
        .script_id = "fuzz",
        .script_arg_datum = "{\"int\":0}",
        .script_arg_redeemer = "{\"int\":1}",
        .message_id = "txbudget",
    };
    plb_error error = {.status = PLB_OK};
    if (results == NULL) results = open_folder();
    if (plb_results_write(results, "scaling_fuzz.csv", data, size, &error) != PLB_OK) abort();
    plb_status status = plb_results_scaling_csv(results, "fuzz", &summary, 1, &error);
    if (status != PLB_OK) {
        if (error.status != status || error.message[0] == '\0') abort();
        return 0;
    }
    if (plb_results_scaling_csv(results, "fuzz", &summary, 1, &error) != PLB_OK) abort();
    return 0;
}
