/* Protocol parameters from the JSON of `cardano-cli query protocol-parameters`, and what they
 * charge. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <plutbench/ledger.h>

#include "harness/embedded.h"
#include "harness/json_input.h"
#include "harness/machine/cost_params.h"

/* ---- Numbers ---- */

#define RATIONAL_LIMIT (UINT64_C(1) << 32)

typedef struct json_input {
    plb_json_path text; /* of depth 0 */
    const char *name;
    plb_error *error;
} json_input;

/* Fail at `path`, such as "costModels.PlutusV1[3]", which is looked up for its line. */
static plb_status wrong_as(const json_input *in, plb_status status, const char *path,
                           const char *message) {
    char steps[PLB_ERROR_WHERE_BYTES];
    plb_json_path at = in->text;
    (void) snprintf(steps, sizeof steps, "%s", path);
    for (char *step = steps; *step != '\0';) {
        char *end = step + strcspn(step, ".[");
        char separator = *end;
        *end = '\0';
        if (end > step) plb_json_enter(&at, step);
        step = end;
        if (separator == '[') {
            plb_json_enter_index(&at, strtoull(end + 1, &step, 10));
        }
        if (separator != '\0') step++;
    }
    return plb_json_fail(&at, in->error, status, "%s", message);
}

static plb_status wrong(const json_input *in, const char *path, const char *expected) {
    char message[160];
    (void) snprintf(message, sizeof message, "expected %s", expected);
    return wrong_as(in, PLB_E_PARSE, path, message);
}

static plb_status read_uint(const json_input *in, const json_t *value, const char *path,
                            uint64_t *number) {
    if (!json_is_integer(value) || json_integer_value(value) < 0) {
        return wrong(in, path, "an integer that is not negative");
    }
    *number = (uint64_t) json_integer_value(value);
    return PLB_OK;
}

static uint64_t greatest_common_divisor(uint64_t a, uint64_t b) {
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

static bool reduce(plb_rational *r) {
    if (r->denominator == 0) return false;
    uint64_t divisor = greatest_common_divisor(r->numerator, r->denominator);
    r->numerator /= divisor;
    r->denominator /= divisor;
    return r->numerator < RATIONAL_LIMIT && r->denominator < RATIONAL_LIMIT;
}

/* The decimal fraction that a double was written as: the shortest one that gives it back. JSON
 * parsers keep doubles only, and the ledger's prices are exact. */
static bool decimal_of(double number, plb_rational *r) {
    char text[40];
    int digits = 1;
    if (!(number >= 0) || !isfinite(number)) return false;
    do {
        snprintf(text, sizeof text, "%.*e", digits - 1, number);
    } while (strtod(text, NULL) != number && digits++ < 17);
    char *exponent_text = strchr(text, 'e');
    long exponent = strtol(exponent_text + 1, NULL, 10) - (digits - 1);
    *r = (plb_rational){0, 1};
    for (const char *c = text; c < exponent_text; c++) {
        if (*c >= '0' && *c <= '9') r->numerator = r->numerator * 10 + (uint64_t) (*c - '0');
    }
    for (; exponent < 0; exponent++) {
        /* Trailing zeros can't be there: the text is the shortest. */
        if (r->numerator == 0) return true;
        if (r->denominator > UINT64_MAX / 10) return false;
        r->denominator *= 10;
    }
    for (; exponent > 0; exponent--) {
        if (r->numerator > UINT64_MAX / 10) return false;
        r->numerator *= 10;
    }
    return reduce(r);
}

/* A number, or an object of numerator and denominator (genesis files). */
static plb_status read_rational(const json_input *in, const json_t *value, const char *path,
                                plb_rational *r) {
    static const char *const expected =
        "a number that is not negative, a fraction of terms below 2^32";
    if (json_is_object(value)) {
        plb_status status = read_uint(in, json_object_get(value, "numerator"), path, &r->numerator);
        if (status == PLB_OK) {
            status = read_uint(in, json_object_get(value, "denominator"), path, &r->denominator);
        }
        if (status != PLB_OK) return status;
        return reduce(r) ? PLB_OK : wrong(in, path, expected);
    }
    if (json_is_integer(value)) {
        uint64_t number = 0;
        plb_status status = read_uint(in, value, path, &number);
        *r = (plb_rational){number, 1};
        if (status != PLB_OK) return status;
        return reduce(r) ? PLB_OK : wrong(in, path, expected);
    }
    if (!json_is_real(value) || !decimal_of(json_real_value(value), r)) {
        return wrong(in, path, expected);
    }
    return PLB_OK;
}

static plb_status read_exunits(const json_input *in, const json_t *value, const char *path,
                               plb_exunits *exunits) {
    uint64_t memory = 0, steps = 0;
    char item[64];
    if (!json_is_object(value)) return wrong(in, path, "an object of memory and steps");
    snprintf(item, sizeof item, "%s.memory", path);
    plb_status status = read_uint(in, json_object_get(value, "memory"), item, &memory);
    if (status == PLB_OK) {
        snprintf(item, sizeof item, "%s.steps", path);
        status = read_uint(in, json_object_get(value, "steps"), item, &steps);
    }
    if (status == PLB_OK) *exunits = (plb_exunits){(int64_t) memory, (int64_t) steps};
    return status;
}

/* ---- Cost models ---- */

static plb_status read_parameter(const json_input *in, const json_t *value, const char *path,
                                 int64_t *number) {
    if (!json_is_integer(value)) return wrong(in, path, "an integer");
    *number = json_integer_value(value);
    return PLB_OK;
}

static plb_status read_cost_array(const json_input *in, const json_t *array, const char *path,
                                  plb_cost_parameters *parameters) {
    size_t count = json_array_size(array);
    parameters->values = calloc(count + 1, sizeof *parameters->values);
    if (parameters->values == NULL) {
        return plb_fail(in->error, PLB_E_MEMORY, in->name, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        char item[128];
        snprintf(item, sizeof item, "%s[%zu]", path, i);
        plb_status status =
            read_parameter(in, json_array_get(array, i), item, &parameters->values[i]);
        if (status != PLB_OK) return status;
    }
    parameters->count = count;
    return PLB_OK;
}

/* A map by parameter name becomes the array that the ledger hashes: in the language's order, as
 * long as there are parameters without a gap. */
static plb_status read_cost_map(const json_input *in, const json_t *map, const char *path,
                                plb_language language, const plb_cost_model *model,
                                plb_cost_parameters *parameters) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(model, language, params), last = 0;
    parameters->values = calloc(count + 1, sizeof *parameters->values);
    if (parameters->values == NULL) {
        return plb_fail(in->error, PLB_E_MEMORY, in->name, "out of memory");
    }
    for (size_t i = 0; i < count; i++) {
        char name[PLB_PARAM_NAME_BYTES], item[PLB_PARAM_NAME_BYTES + 96];
        const json_t *value = NULL;
        if (plb_param_name(model, params[i], false, name)) value = json_object_get(map, name);
        if (value == NULL) {
            char older[PLB_PARAM_NAME_BYTES];
            if (plb_param_name(model, params[i], true, older)) value = json_object_get(map, older);
        }
        if (value == NULL) continue;
        snprintf(item, sizeof item, "%s.%s", path, name);
        if (i != last) {
            return wrong_as(in, PLB_E_COST_MODEL, item, "the parameter before it is missing");
        }
        plb_status status = read_parameter(in, value, item, &parameters->values[i]);
        if (status != PLB_OK) return status;
        last = i + 1;
    }
    parameters->count = last;
    return PLB_OK;
}

static plb_status read_cost_model(const json_input *in, const json_t *value, const char *path,
                                  plb_language language, unsigned protocol_version,
                                  plb_cost_parameters *parameters) {
    if (json_is_array(value)) return read_cost_array(in, value, path, parameters);
    if (!json_is_object(value)) {
        return wrong(in, path, "an array of integers, or an object of them by name");
    }
    plb_cost_model *model = plb_cost_model_default((plb_era){language, protocol_version});
    if (model == NULL) return plb_fail(in->error, PLB_E_MEMORY, in->name, "out of memory");
    plb_status status = read_cost_map(in, value, path, language, model, parameters);
    plb_cost_model_free(model);
    return status;
}

static plb_status read_cost_models(const json_input *in, const json_t *models,
                                   plb_protocol_parameters *p) {
    if (models == NULL || json_is_null(models)) return PLB_OK;
    if (!json_is_object(models)) return wrong(in, "costModels", "an object by language");
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        const json_t *value = json_object_get(models, plb_language_name(language));
        if (value == NULL || json_is_null(value)) continue;
        char path[64];
        snprintf(path, sizeof path, "costModels.%s", plb_language_name(language));
        plb_status status = read_cost_model(in, value, path, language, p->protocol_major,
                                            &p->cost_models[language]);
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}

/* ---- The whole ---- */

static plb_status read_version(const json_input *in, const json_t *root,
                               plb_protocol_parameters *p) {
    uint64_t major = 0, minor = 0;
    const json_t *version = json_object_get(root, "protocolVersion");
    if (!json_is_object(version)) {
        return wrong(in, "protocolVersion", "an object of major and minor");
    }
    plb_status status =
        read_uint(in, json_object_get(version, "major"), "protocolVersion.major", &major);
    if (status == PLB_OK) {
        status = read_uint(in, json_object_get(version, "minor"), "protocolVersion.minor", &minor);
    }
    if (status != PLB_OK) return status;
    if (major < PLB_PROTOCOL_VERSION_MIN || major > PLB_PROTOCOL_VERSION_MAX || minor > 1000) {
        return wrong(in, "protocolVersion", "a protocol version from 5 to 12");
    }
    p->protocol_major = (unsigned) major;
    p->protocol_minor = (unsigned) minor;
    return PLB_OK;
}

static plb_status read_integers(const json_input *in, const json_t *root,
                                plb_protocol_parameters *p) {
    const struct {
        const char *name;
        uint64_t *field;
    } fields[] = {
        {"txFeePerByte", &p->fee_per_byte},
        {"txFeeFixed", &p->fee_fixed},
        {"maxTxSize", &p->max_tx_size_bytes},
        {"maxBlockBodySize", &p->max_block_body_size_bytes},
        {"maxValueSize", &p->max_value_size_bytes},
        {"collateralPercentage", &p->collateral_percentage},
        {"maxCollateralInputs", &p->max_collateral_inputs},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        plb_status status =
            read_uint(in, json_object_get(root, fields[i].name), fields[i].name, fields[i].field);
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}

/* utxoCostPerByte since Babbage; before, eight bytes were a word. */
static plb_status read_utxo_cost(const json_input *in, const json_t *root,
                                 plb_protocol_parameters *p) {
    const json_t *per_byte = json_object_get(root, "utxoCostPerByte");
    const json_t *per_word = json_object_get(root, "utxoCostPerWord");
    if ((per_byte == NULL || json_is_null(per_byte)) && json_is_integer(per_word)) {
        plb_status status = read_uint(in, per_word, "utxoCostPerWord", &p->lovelace_per_utxo_byte);
        p->lovelace_per_utxo_byte /= 8;
        return status;
    }
    return read_uint(in, per_byte, "utxoCostPerByte", &p->lovelace_per_utxo_byte);
}

static plb_status read_prices(const json_input *in, const json_t *root,
                              plb_protocol_parameters *p) {
    const json_t *prices = json_object_get(root, "executionUnitPrices");
    if (!json_is_object(prices)) {
        return wrong(in, "executionUnitPrices", "an object of priceMemory and priceSteps");
    }
    plb_status status = read_rational(in, json_object_get(prices, "priceMemory"),
                                      "executionUnitPrices.priceMemory", &p->price_memory);
    if (status == PLB_OK) {
        status = read_rational(in, json_object_get(prices, "priceSteps"),
                               "executionUnitPrices.priceSteps", &p->price_steps);
    }
    const json_t *reference = json_object_get(root, "minFeeRefScriptCostPerByte");
    /* Before Conway there was none; 15 is what Conway's genesis file says. */
    p->fee_per_reference_script_byte = (plb_rational){15, 1};
    if (status == PLB_OK && reference != NULL && !json_is_null(reference)) {
        status = read_rational(in, reference, "minFeeRefScriptCostPerByte",
                               &p->fee_per_reference_script_byte);
    }
    return status;
}

/* Limits and tiers of reference scripts. Conway has them fixed (Cardano.Ledger.Conway.PParams);
 * later eras have them as parameters of these names. */
static plb_status read_reference_scripts(const json_input *in, const json_t *root,
                                         plb_protocol_parameters *p) {
    const struct {
        const char *name;
        uint64_t *field;
        uint64_t fixed;
    } fields[] = {
        {"refScriptCostStride", &p->reference_script_tier_bytes, 25600},
        {"maxRefScriptSizePerTx", &p->max_reference_scripts_tx_bytes, 200 * 1024},
        {"maxRefScriptSizePerBlock", &p->max_reference_scripts_block_bytes, 1024 * 1024},
    };
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0] && status == PLB_OK; i++) {
        const json_t *value = json_object_get(root, fields[i].name);
        *fields[i].field = fields[i].fixed;
        if (value == NULL || json_is_null(value)) continue;
        status = read_uint(in, value, fields[i].name, fields[i].field);
    }
    if (status == PLB_OK && p->reference_script_tier_bytes == 0) {
        status = wrong(in, "refScriptCostStride", "an integer of at least 1");
    }
    const json_t *factor = json_object_get(root, "refScriptCostMultiplier");
    p->reference_script_tier_factor = (plb_rational){6, 5};
    if (status != PLB_OK || factor == NULL || json_is_null(factor)) return status;
    status = read_rational(in, factor, "refScriptCostMultiplier", &p->reference_script_tier_factor);
    if (status == PLB_OK && p->reference_script_tier_factor.numerator == 0) {
        status = wrong(in, "refScriptCostMultiplier", "a fraction above 0");
    }
    return status;
}

static plb_status read_all(const json_input *in, const json_t *root, plb_protocol_parameters *p) {
    if (!json_is_object(root)) return wrong(in, "", "an object of protocol parameters");
    plb_status status = read_version(in, root, p);
    if (status == PLB_OK) status = read_integers(in, root, p);
    if (status == PLB_OK) status = read_utxo_cost(in, root, p);
    if (status == PLB_OK) status = read_prices(in, root, p);
    if (status == PLB_OK) status = read_reference_scripts(in, root, p);
    if (status == PLB_OK) {
        status = read_exunits(in, json_object_get(root, "maxTxExecutionUnits"),
                              "maxTxExecutionUnits", &p->max_tx_exunits);
    }
    if (status == PLB_OK) {
        status = read_exunits(in, json_object_get(root, "maxBlockExecutionUnits"),
                              "maxBlockExecutionUnits", &p->max_block_exunits);
    }
    if (status == PLB_OK) {
        status = read_cost_models(in, json_object_get(root, "costModels"), p);
    }
    return status;
}

plb_status plb_protocol_parameters_load(plb_protocol_parameters **parameters, const char *name,
                                        const char *json, size_t length, plb_error *error) {
    json_input in = {{.name = name, .text = json, .length = length}, name, error};
    json_t *root = NULL;
    *parameters = NULL;
    plb_status status = plb_json_parse(&in.text, &root, error);
    if (status != PLB_OK) return status;
    plb_protocol_parameters *p = calloc(1, sizeof *p);
    status =
        p != NULL ? read_all(&in, root, p) : plb_fail(error, PLB_E_MEMORY, name, "out of memory");
    json_decref(root);
    if (status == PLB_OK) {
        *parameters = p;
    } else {
        plb_protocol_parameters_free(p);
    }
    return status;
}

plb_protocol_parameters *plb_protocol_parameters_default(void) {
    const struct plb_embedded_file *file =
        plb_embedded_find(plb_embedded_calibrate, "mainnet_v10.json");
    plb_protocol_parameters *parameters = NULL;
    if (file != NULL) {
        plb_protocol_parameters_load(&parameters, file->name, (const char *) file->bytes,
                                     file->length, NULL);
    }
    return parameters;
}

void plb_protocol_parameters_free(plb_protocol_parameters *parameters) {
    if (parameters == NULL) return;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        free(parameters->cost_models[language].values);
    }
    free(parameters);
}

/* ---- What they charge ---- */

__extension__ typedef unsigned __int128 wide;

uint64_t plb_exunits_fee(const plb_protocol_parameters *p, plb_exunits exunits) {
    if (exunits.memory < 0 || exunits.steps < 0) return UINT64_MAX;
    /* Each product is below 2^63 * 2^32 * 2^32, their sum below 2^128. */
    wide memory =
        (wide) (uint64_t) exunits.memory * p->price_memory.numerator * p->price_steps.denominator;
    wide steps =
        (wide) (uint64_t) exunits.steps * p->price_steps.numerator * p->price_memory.denominator;
    wide denominator = (wide) p->price_memory.denominator * p->price_steps.denominator;
    wide sum = memory + steps;
    wide fee = sum / denominator + (sum % denominator != 0);
    return fee > UINT64_MAX ? UINT64_MAX : (uint64_t) fee;
}

uint64_t plb_minimum_fee(const plb_protocol_parameters *p, uint64_t size_bytes,
                         plb_exunits exunits) {
    wide fee = (wide) p->fee_per_byte * size_bytes + p->fee_fixed + plb_exunits_fee(p, exunits);
    return fee > UINT64_MAX ? UINT64_MAX : (uint64_t) fee;
}

/* What an entry of the UTxO map costs in memory besides its output: babbageMinUTxOValue. */
#define UTXO_OVERHEAD_BYTES 160

uint64_t plb_minimum_lovelace(const plb_protocol_parameters *p, uint64_t output_size_bytes) {
    wide least =
        (wide) p->lovelace_per_utxo_byte * ((wide) output_size_bytes + UTXO_OVERHEAD_BYTES);
    return least > UINT64_MAX ? UINT64_MAX : (uint64_t) least;
}
