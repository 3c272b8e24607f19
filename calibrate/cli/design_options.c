#include "calibrate/cli/design_options.h"

#include <string.h>

const char *const cli_purposes[] = {"spend", "mint", "withdraw", NULL};

/* An option, and what it says of which factor. Several flags may be one factor's levels. */
typedef struct choice {
    const char *option;
    plb_factor factor;
    uint64_t value; /* CLI_UNSET: not given */
} choice;

#define CHOICES 17

static uint64_t flag(bool given, uint64_t value) { return given ? value : CLI_UNSET; }

static void list_choices(const cli_design_options *g, choice choices[CHOICES]) {
    const choice all[CHOICES] = {
        {"loops", PLB_FACTOR_LOOPS, g->loops},
        {"calls", PLB_FACTOR_CALLS, g->calls},
        {"purpose", PLB_FACTOR_PURPOSE, g->purpose < 0 ? CLI_UNSET : (uint64_t) g->purpose},
        {"reference-script", PLB_FACTOR_SCRIPT_PLACE,
         flag(g->reference_script, PLB_SCRIPT_IN_REFERENCE)},
        {"script-bytes", PLB_FACTOR_SCRIPT_BYTES, g->script_bytes},
        {"inline-datum", PLB_FACTOR_DATUM, flag(g->inline_datum, PLB_POINT_DATUM_INLINE)},
        {"hashed-datum", PLB_FACTOR_DATUM, flag(g->hashed_datum, PLB_POINT_DATUM_HASHED)},
        {"no-datum", PLB_FACTOR_DATUM, flag(g->no_datum, PLB_POINT_DATUM_NONE)},
        {"datum-bytes", PLB_FACTOR_DATUM_BYTES, g->datum_bytes},
        {"datum-nodes", PLB_FACTOR_DATUM_NODES, g->datum_nodes},
        {"payments", PLB_FACTOR_PAYMENTS, g->payments},
        {"extra-inputs", PLB_FACTOR_EXTRA_INPUTS, g->extra_inputs},
        {"assets", PLB_FACTOR_ASSETS, g->assets},
        {"native-scripts", PLB_FACTOR_NATIVE_SCRIPTS, g->native_scripts},
        {"required-signer", PLB_FACTOR_REQUIRED_SIGNER, flag(g->required_signer, 1)},
        {"collateral-return", PLB_FACTOR_COLLATERAL_RETURN, flag(g->collateral_return, 1)},
        {"validity-interval", PLB_FACTOR_VALIDITY_INTERVAL, flag(g->validity_interval, 1)},
    };
    memcpy(choices, all, sizeof all);
}

int cli_take_design(const cli_command *command, const cli_design_options *given, plb_sweep *sweep) {
    choice choices[CHOICES];
    plb_error error;
    if (given->inline_datum + given->hashed_datum + given->no_datum > 1) {
        return cli_complain(command, CLI_USAGE,
                            "expected one of --inline-datum, --hashed-datum and --no-datum");
    }
    if (given->purpose > PLB_CALL_SPEND &&
        (given->inline_datum || given->hashed_datum || given->no_datum)) {
        return cli_complain(command, CLI_USAGE,
                            "only calls for --purpose spend have a datum, or none");
    }
    if (given->loops != CLI_UNSET && given->strategy != NULL) {
        return cli_complain(command, CLI_USAGE, "expected --loops or --strategy, got both");
    }
    list_choices(given, choices);
    for (size_t i = 0; i < CHOICES; i++) {
        const choice *c = &choices[i];
        if (c->value != CLI_UNSET && plb_sweep_fix(sweep, c->factor, c->value, &error) != PLB_OK) {
            return cli_complain(command, CLI_USAGE, "--%s: %s", c->option, error.message);
        }
    }
    return -1;
}

const char *cli_design_given(const cli_design_options *given) {
    choice choices[CHOICES];
    if (given->strategy != NULL) {
        return "strategy";
    }
    list_choices(given, choices);
    for (size_t i = 0; i < CHOICES; i++) {
        if (choices[i].value != CLI_UNSET) {
            return choices[i].option;
        }
    }
    return NULL;
}

/* ---- What is varied ---- */

static int unknown_factor(const cli_command *command, const char *text, size_t length) {
    const char *names[PLB_FACTOR_COUNT + 1] = {NULL};
    char name[48];
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        names[i] = plb_factor_get(i)->name;
    }
    (void) snprintf(name, sizeof name, "%.*s", (int) (length < 40 ? length : 40), text);
    const char *meant =
        strcmp(name, "reference-script") == 0 ? "script-place" : cli_suggest(name, names);
    return cli_complain(command, CLI_USAGE,
                        "--vary: there is nothing called '%s' to vary%s%s%s (see plutbench measure "
                        "--help)",
                        name, meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                        meant != NULL ? "'?" : "");
}

int cli_take_varied(const cli_command *command, const char *text, plb_sweep *sweep) {
    size_t name_length = strcspn(text, "=");
    if (text[name_length] == '\0') {
        return cli_complain(command, CLI_USAGE, "--vary: expected such as calls=1,2,5, got '%.60s'",
                            text);
    }
    plb_factor factor = plb_factor_find(text, name_length);
    if (factor == PLB_FACTOR_COUNT) {
        return unknown_factor(command, text, name_length);
    }
    for (const char *at = text + name_length; *at != '\0';) {
        char value[48];
        uint64_t number = 0;
        plb_error error = {.status = PLB_OK};
        size_t length = strcspn(++at, ",");
        (void) snprintf(value, sizeof value, "%.*s", (int) (length < 44 ? length : 44), at);
        plb_status status = plb_factor_parse(factor, value, &number, &error);
        if (status == PLB_OK) {
            status = plb_sweep_vary(sweep, factor, number, &error);
        }
        if (status != PLB_OK) {
            return cli_complain(command, CLI_USAGE, "--vary %s: %s", plb_factor_get(factor)->name,
                                error.message);
        }
        at += length;
    }
    return -1;
}
