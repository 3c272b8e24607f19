/* Protocol parameters as amaru's fixtures name them. */
#include <stdlib.h>

#include "harness/ledger/files/scenario.h"

/* So that fees are exact (plb_rational). */
#define TERM_LIMIT ((uint64_t) 1 << 32)
/* Conway's (maxRefScriptSizePerBlock): the fixtures do not name it. */
#define MAX_REFERENCE_SCRIPTS_BLOCK_BYTES ((uint64_t) 1 << 20)

static bool read_rational(plb_json_reader *reader, const json_t *object, const char *key,
                          plb_rational *rational) {
    const json_t *fraction = plb_member_object(reader, object, key);
    plb_json_enter(&reader->path, key);
    if (fraction == NULL || !plb_member_uint(reader, fraction, "numerator", &rational->numerator) ||
        !plb_member_uint(reader, fraction, "denominator", &rational->denominator)) {
        return false;
    }
    uint64_t a = rational->numerator, b = rational->denominator;
    if (b == 0) return plb_reader_fail(reader, PLB_E_PARSE, "expected a denominator above 0");
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    rational->numerator /= a;
    rational->denominator /= a;
    if (rational->numerator >= TERM_LIMIT || rational->denominator >= TERM_LIMIT) {
        return plb_reader_fail(reader, PLB_E_PARSE, "expected a fraction of terms below 2^32");
    }
    plb_json_leave(&reader->path);
    return true;
}

static bool read_exunits(plb_json_reader *reader, const json_t *object, const char *key,
                         plb_exunits *exunits) {
    uint64_t memory = 0, steps = 0;
    const json_t *pair = plb_member_object(reader, object, key);
    plb_json_enter(&reader->path, key);
    if (pair == NULL || !plb_member_uint(reader, pair, "memory", &memory) ||
        !plb_member_uint(reader, pair, "cpu", &steps)) {
        return false;
    }
    plb_json_leave(&reader->path);
    *exunits = (plb_exunits){(int64_t) memory, (int64_t) steps};
    return true;
}

static bool read_cost_model(plb_json_reader *reader, const json_t *models, const char *key,
                            plb_cost_parameters *parameters) {
    if (plb_member(models, key) == NULL) return true;
    const json_t *array = plb_member_array(reader, models, key);
    if (array == NULL) return false;
    size_t count = json_array_size(array);
    plb_json_enter(&reader->path, key);
    parameters->values = calloc(count + 1, sizeof *parameters->values);
    if (parameters->values == NULL) return plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_array_get(array, i);
        plb_json_enter_index(&reader->path, i);
        if (!json_is_integer(value)) return plb_reader_expected(reader, "an integer", value);
        parameters->values[i] = json_integer_value(value);
        plb_json_leave(&reader->path);
    }
    parameters->count = count;
    plb_json_leave(&reader->path);
    return true;
}

static bool read_cost_models(plb_json_reader *reader, const json_t *object,
                             plb_protocol_parameters *p) {
    const json_t *models = plb_member_object(reader, object, "plutusCostModels");
    plb_json_enter(&reader->path, "plutusCostModels");
    bool ok = models != NULL &&
              read_cost_model(reader, models, "plutusV1", &p->cost_models[PLB_PLUTUS_V1]) &&
              read_cost_model(reader, models, "plutusV2", &p->cost_models[PLB_PLUTUS_V2]) &&
              read_cost_model(reader, models, "plutusV3", &p->cost_models[PLB_PLUTUS_V3]);
    plb_json_leave(&reader->path);
    return ok;
}

static bool read_version(plb_json_reader *reader, const json_t *object,
                         plb_protocol_parameters *p) {
    uint64_t major = 0, minor = 0;
    const json_t *version = plb_member_object(reader, object, "version");
    plb_json_enter(&reader->path, "version");
    if (version == NULL || !plb_member_uint(reader, version, "major", &major) ||
        !plb_member_uint(reader, version, "minor", &minor)) {
        return false;
    }
    if (major < PLB_PROTOCOL_VERSION_MIN || major > PLB_PROTOCOL_VERSION_MAX || minor > 1000) {
        return plb_reader_fail(
            reader, PLB_E_UNSUPPORTED, "unsupported: protocol version %llu (expected %d to %d)",
            (unsigned long long) major, PLB_PROTOCOL_VERSION_MIN, PLB_PROTOCOL_VERSION_MAX);
    }
    p->protocol_major = (unsigned) major;
    p->protocol_minor = (unsigned) minor;
    plb_json_leave(&reader->path);
    return true;
}

/* The price of a byte grows by a factor from tier to tier. */
static bool read_reference_scripts(plb_json_reader *reader, const json_t *object,
                                   plb_protocol_parameters *p) {
    const json_t *fee = plb_member_object(reader, object, "minFeeReferenceScripts");
    plb_json_enter(&reader->path, "minFeeReferenceScripts");
    bool ok = fee != NULL &&
              plb_member_uint(reader, fee, "range", &p->reference_script_tier_bytes) &&
              read_rational(reader, fee, "base", &p->fee_per_reference_script_byte) &&
              read_rational(reader, fee, "multiplier", &p->reference_script_tier_factor);
    if (ok && p->reference_script_tier_bytes == 0) {
        plb_json_enter(&reader->path, "range");
        ok = plb_reader_fail(reader, PLB_E_PARSE, "expected a range above 0");
    }
    plb_json_leave(&reader->path);
    return ok;
}

static bool read_prices(plb_json_reader *reader, const json_t *object, plb_protocol_parameters *p) {
    const json_t *prices = plb_member_object(reader, object, "scriptExecutionPrices");
    plb_json_enter(&reader->path, "scriptExecutionPrices");
    bool ok = prices != NULL && read_rational(reader, prices, "memory", &p->price_memory) &&
              read_rational(reader, prices, "cpu", &p->price_steps);
    plb_json_leave(&reader->path);
    return ok;
}

static bool read_integers(plb_json_reader *reader, const json_t *object,
                          plb_protocol_parameters *p) {
    const struct {
        const char *name;
        uint64_t *field;
    } fields[] = {
        {"minFeeCoefficient", &p->fee_per_byte},
        {"minFeeConstant", &p->fee_fixed},
        {"minUtxoDepositCoefficient", &p->lovelace_per_utxo_byte},
        {"maxBlockBodySize", &p->max_block_body_size_bytes},
        {"maxTransactionSize", &p->max_tx_size_bytes},
        {"maxValueSize", &p->max_value_size_bytes},
        {"maxReferenceScriptsSize", &p->max_reference_scripts_tx_bytes},
        {"collateralPercentage", &p->collateral_percentage},
        {"maxCollateralInputs", &p->max_collateral_inputs},
    };
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!plb_member_uint(reader, object, fields[i].name, fields[i].field)) return false;
    }
    return true;
}

plb_protocol_parameters *plb_scenario_parameters(plb_json_reader *reader, const json_t *object) {
    plb_protocol_parameters *p = calloc(1, sizeof *p);
    if (p == NULL) {
        plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
        return NULL;
    }
    p->max_reference_scripts_block_bytes = MAX_REFERENCE_SCRIPTS_BLOCK_BYTES;
    if (read_version(reader, object, p) && read_integers(reader, object, p) &&
        read_reference_scripts(reader, object, p) && read_prices(reader, object, p) &&
        read_exunits(reader, object, "maxExecutionUnitsPerTransaction", &p->max_tx_exunits) &&
        read_exunits(reader, object, "maxExecutionUnitsPerBlock", &p->max_block_exunits) &&
        read_cost_models(reader, object, p)) {
        return p;
    }
    plb_protocol_parameters_free(p);
    return NULL;
}
