/* The ledger's cost model parameters: an array of integers, whose order and names depend on the
 * ledger language (PlutusLedgerApi.V1 to V4, ParamName; the order is data/cost_parameters.tsv). */
#ifndef PLB_MACHINE_COST_PARAMS_H
#define PLB_MACHINE_COST_PARAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/cost.h"

/* More than any language has. */
#define PLB_PARAMS_MAX 512
#define PLB_PARAM_NAME_BYTES 128

/* One parameter: a coefficient of a builtin's function, or half of a machine step's cost. */
typedef struct plb_param {
    int16_t builtin; /* flat tag, or -1 for a machine step */
    int8_t step;     /* plb_step, or -1 for the start of the machine */
    bool memory;     /* of the memory function, otherwise of the steps function */
    uint8_t index;   /* of the coefficient */
} plb_param;

/* The parameters of `language` (PLB_LANGUAGE_NEWEST: of the newest one) in order; returns how many.
 * The shapes of `model` say how many coefficients a builtin has: a default model of one of the
 * language's variants, which all agree in that. */
size_t plb_params_list(const plb_cost_model *model, plb_language language,
                       plb_param params[PLB_PARAMS_MAX]);

/* Where the parameter's value is in `model`. */
int64_t *plb_param_slot(plb_cost_model *model, plb_param param);

/* Its name, such as "addInteger-cpu-arguments-slope". With `genesis`, builtins that had another
 * name when they entered the Alonzo genesis file have that one (blake2b, verifySignature); false,
 * and no name, when the builtin had no other name. */
bool plb_param_name(const plb_cost_model *model, plb_param param, bool genesis,
                    char name[PLB_PARAM_NAME_BYTES]);

/* The default model of the variant of `era` with its numbers replaced: parameter i of `language` is
 * values[i] where given[i], and INT64_MAX elsewhere, as the ledger prices what an array is too
 * short for. `count` may be more or less than the language has. `where` is for messages.
 * Errors: PLB_E_COST_MODEL when a machine step of every program has no cost. */
plb_status plb_params_apply(plb_cost_model **model, plb_era era, plb_language language,
                            const int64_t *values, const bool *given, size_t count,
                            const char *where, plb_error *error);

#endif
