/* Baselines of regression runs: whatever is read is written as the same again. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/regress.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    plb_baseline *baseline = NULL, *again = NULL;
    char *text = NULL, *same = NULL;
    if (plb_baseline_read(&baseline, "fuzz", (const char *) bytes, length, NULL) != PLB_OK)
        return 0;
    if (plb_baseline_text(baseline, &text, NULL) != PLB_OK) abort();
    if (plb_baseline_read(&again, "again", text, strlen(text), NULL) != PLB_OK) abort();
    if (plb_baseline_text(again, &same, NULL) != PLB_OK || strcmp(text, same) != 0) abort();
    plb_baseline_free(baseline);
    plb_baseline_free(again);
    free(text);
    free(same);
    return 0;
}
