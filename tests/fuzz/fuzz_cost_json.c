/* Any bytes as a cost model in JSON, for every language: an error with a place, or a model whose
 * functions can all be applied. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/cost.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void use(const plb_cost_model *model) {
    static const int64_t sizes[][PLB_BUILTIN_MAX_ARITY] = {
        {0, 0, 0, 0, 0, 0},
        {3, 2, 5, 7, 11, 13},
        {2, 3, 1, INT64_MAX, 0, 1},
        {INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX},
    };
    volatile int64_t sink = 0;
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        const plb_builtin_cost *cost = &model->builtin[i];
        if (cost->size_mask >> plb_builtins[i].arity) abort();
        if (cost->constant && cost->size_mask) abort();
        for (unsigned j = 0; j < sizeof sizes / sizeof sizes[0]; j++) {
            sink ^= plb_costing_apply(&cost->steps, sizes[j]);
            sink ^= plb_costing_apply(&cost->memory, sizes[j]);
        }
    }
    (void) sink;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const plb_era eras[] = {
        {PLB_LANGUAGE_NEWEST, 0},
        {PLB_PLUTUS_V1, 5},
        {PLB_PLUTUS_V2, 10},
        {PLB_PLUTUS_V3, 11},
    };
    for (unsigned i = 0; i < sizeof eras / sizeof eras[0]; i++) {
        plb_cost_model *model = NULL;
        plb_error error;
        memset(&error, 0, sizeof error);
        plb_status status =
            plb_cost_model_load(&model, eras[i], "input", (const char *) data, size, &error);
        if ((status == PLB_OK) != (model != NULL)) abort();
        if (status != PLB_OK && (error.status != status || !error.where[0] || !error.message[0]))
            abort();
        if (model) use(model);
        plb_cost_model_free(model);
    }
    return 0;
}
