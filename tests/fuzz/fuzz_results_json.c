/* JSON with integers of any size (results/json.c): what is read is written and read again, equal.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "results/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    json_t *value = NULL, *again = NULL;
    if (plb_json_load("input", (const char *) data, size, &value, NULL) != PLB_OK) return 0;
    char *text = plb_json_text(value);
    if (!text || plb_json_load("output", text, strlen(text), &again, NULL) != PLB_OK) abort();
    char *text_again = plb_json_text(again);
    if (!text_again || strcmp(text, text_again) != 0) abort();
    json_decref(value);
    json_decref(again);
    free(text);
    free(text_again);
    return 0;
}
