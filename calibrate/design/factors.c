/* What design points may differ in: a table, and sweeps over it. */
#include <plutbench/calibrate.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const purposes[] = {"spend", "mint", "withdraw", NULL};
static const char *const places[] = {"witness", "reference", NULL};
static const char *const datums[] = {"inline", "hashed", "none", NULL};
static const char *const no_yes[] = {"no", "yes", NULL};

/* Counters begin at 1,000,000 and have to stay integers of 64 bits, and exact in a double. */
#define LOOPS_MOST 1000000000000000
#define COUNT_MOST 1000
/* What a transaction's reference scripts may have together. */
#define SCRIPT_BYTES_MOST 204800
#define DATUM_MOST 65536

static const plb_factor_info factors[PLB_FACTOR_COUNT] = {
    [PLB_FACTOR_LOOPS] = {"loops", "loop", NULL, 0, LOOPS_MOST, 0, "loops a call"},
    [PLB_FACTOR_CALLS] = {"calls", "call", NULL, 1, COUNT_MOST, 1,
                          "script calls in the transaction"},
    [PLB_FACTOR_PURPOSE] = {"purpose", NULL, purposes, 0, 2, PLB_CALL_SPEND,
                            "what calls are made for"},
    [PLB_FACTOR_SCRIPT_PLACE] = {"script-place", NULL, places, 0, 1, PLB_SCRIPT_IN_WITNESSES,
                                 "the script in the witness set, or in a reference input"},
    [PLB_FACTOR_SCRIPT_BYTES] = {"script-bytes", "byte", NULL, 1, SCRIPT_BYTES_MOST, PLB_AS_IT_IS,
                                 "size of the script's flat, reached with dead code (default: as "
                                 "it is)"},
    [PLB_FACTOR_DATUM] = {"datum", NULL, datums, 0, 2, PLB_AS_IT_IS,
                          "the datum in the output, by hash and in the witness set, or none"},
    [PLB_FACTOR_DATUM_BYTES] = {"datum-bytes", "byte", NULL, 3, DATUM_MOST, PLB_AS_IT_IS,
                                "size of the datum's CBOR (default: the script's own datum)"},
    [PLB_FACTOR_DATUM_NODES] = {"datum-nodes", "node", NULL, 2, DATUM_MOST, PLB_AS_IT_IS,
                                "nodes of data in the datum (default: the script's own datum)"},
    [PLB_FACTOR_PAYMENTS] = {"payments", "output", NULL, 0, COUNT_MOST, 1,
                             "outputs besides the change"},
    [PLB_FACTOR_EXTRA_INPUTS] = {"extra-inputs", "input", NULL, 0, COUNT_MOST, 0,
                                 "further inputs at a key's address"},
    [PLB_FACTOR_ASSETS] = {"assets", "asset", NULL, 0, COUNT_MOST, 0,
                           "native assets that inputs and outputs carry"},
    [PLB_FACTOR_NATIVE_SCRIPTS] = {"native-scripts", "input", NULL, 0, COUNT_MOST, 0,
                                   "inputs at a native script's address"},
    [PLB_FACTOR_REQUIRED_SIGNER] = {"required-signer", NULL, no_yes, 0, 1, 0,
                                    "the key is a required signer"},
    [PLB_FACTOR_COLLATERAL_RETURN] = {"collateral-return", NULL, no_yes, 0, 1, 0,
                                      "return and total collateral"},
    [PLB_FACTOR_VALIDITY_INTERVAL] = {"validity-interval", NULL, no_yes, 0, 1, 0,
                                      "an interval of slots outside of which it is not valid"},
};

const plb_factor_info *plb_factor_get(unsigned factor) {
    return factor < PLB_FACTOR_COUNT ? &factors[factor] : NULL;
}

static bool same_name(const char *name, const char *text, size_t length) {
    if (strlen(name) != length) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        if (name[i] != (text[i] == '_' ? '-' : text[i])) {
            return false;
        }
    }
    return true;
}

plb_factor plb_factor_find(const char *name, size_t length) {
    unsigned factor = 0;
    while (factor < PLB_FACTOR_COUNT && !same_name(factors[factor].name, name, length)) {
        factor++;
    }
    return (plb_factor) factor;
}

/* ---- Values ---- */

static plb_status expected(plb_factor factor, const char *got, plb_error *error) {
    const plb_factor_info *info = &factors[factor];
    char what[128] = "";
    if (info->levels == NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, info->name,
                        "expected a whole number from %llu to %llu, got %s",
                        (unsigned long long) info->least, (unsigned long long) info->most, got);
    }
    for (size_t i = 0, used = 0; info->levels[i] != NULL && used < sizeof what; i++) {
        used += (size_t) snprintf(what + used, sizeof what - used, "%s%s", i == 0 ? "" : ", ",
                                  info->levels[i]);
    }
    return plb_fail(error, PLB_E_ARGUMENT, info->name, "expected one of %s, got %s", what, got);
}

static bool parse_number(const char *text, uint64_t *value) {
    char *end = NULL;
    errno = 0;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    *value = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0';
}

plb_status plb_factor_parse(plb_factor factor, const char *text, uint64_t *value,
                            plb_error *error) {
    const plb_factor_info *info = &factors[factor];
    char got[48];
    if (info->levels != NULL) {
        for (uint64_t i = 0; info->levels[i] != NULL; i++) {
            if (strcmp(info->levels[i], text) == 0) {
                *value = i;
                return PLB_OK;
            }
        }
    } else if (parse_number(text, value) && *value >= info->least && *value <= info->most) {
        return PLB_OK;
    }
    (void) snprintf(got, sizeof got, "'%.40s'", text);
    return expected(factor, got, error);
}

static plb_status check_range(plb_factor factor, uint64_t value, plb_error *error) {
    char got[24];
    if (value >= factors[factor].least && value <= factors[factor].most) {
        return PLB_OK;
    }
    (void) snprintf(got, sizeof got, "%llu", (unsigned long long) value);
    return expected(factor, got, error);
}

/* ---- Sweeps ---- */

void plb_sweep_init(plb_sweep *sweep) {
    memset(sweep, 0, sizeof *sweep);
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        sweep->fixed[i] = factors[i].standard;
    }
}

static plb_status twice(plb_factor factor, const char *how, plb_error *error) {
    return plb_fail(error, PLB_E_ARGUMENT, factors[factor].name, "%s", how);
}

plb_status plb_sweep_fix(plb_sweep *sweep, plb_factor factor, uint64_t value, plb_error *error) {
    if (sweep->varied[factor].count > 0) {
        return twice(factor, "is both fixed and varied", error);
    }
    if (sweep->given[factor]) {
        return twice(factor, "is fixed twice", error);
    }
    plb_status status = check_range(factor, value, error);
    if (status == PLB_OK) {
        sweep->fixed[factor] = value;
        sweep->given[factor] = true;
    }
    return status;
}

plb_status plb_sweep_vary(plb_sweep *sweep, plb_factor factor, uint64_t value, plb_error *error) {
    plb_levels *levels = &sweep->varied[factor];
    if (sweep->given[factor]) {
        return twice(factor, "is both fixed and varied", error);
    }
    for (size_t i = 0; i < levels->count; i++) {
        if (levels->values[i] == value) {
            return twice(factor, "takes a value twice", error);
        }
    }
    if (levels->count == PLB_SWEEP_POINTS_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, factors[factor].name, "expected at most %d values",
                        PLB_SWEEP_POINTS_MAX);
    }
    plb_status status = check_range(factor, value, error);
    if (status == PLB_OK) {
        levels->values[levels->count++] = value;
    }
    return status;
}
