/* A cost model in another form. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/model.h"

typedef struct convert_options {
    cli_model_choice model;
    const char *into, *out;
    int form;
} convert_options;

/* In the order of plb_costs_form, from PLB_COSTS_BUILTIN on. */
static const char *const forms[] = {
    "builtin", "machine", "both", "array", "named", "protocol-parameters", "genesis", NULL,
};
#define NO_FORM (-1)

static plb_costs_form form_of(const convert_options *given) {
    return (plb_costs_form) (given->form + PLB_COSTS_BUILTIN);
}

#define FIELD(name) offsetof(convert_options, name)
static const cli_option options[] = {
    {"to", "FORM",
     "builtin, machine or both (the Plutus repository's files); array, named, "
     "protocol-parameters or genesis (the ledger's)",
     CLI_CHOICE, FIELD(form), forms},
    CLI_MODEL_OPTIONS(FIELD(model)),
    {"into", "FILE",
     "put it into these protocol parameters or this genesis file, in place of what is there",
     CLI_TEXT, FIELD(into), NULL},
    {"out", "FILE", "write to this file (default: standard output)", CLI_TEXT, FIELD(out), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* ---- What was lost on the way ---- */

static bool same_kind(const plb_costs_finding *a, const plb_costs_finding *b) {
    return a->severity == b->severity && strcmp(a->what, b->what) == 0 &&
           strcmp(a->text, b->text) == 0;
}

#define NAMES_BYTES 400

/* One line for what has the same reason: from `first` on; returns the first finding behind it. */
static size_t print_run(const cli_command *command, const plb_costs_findings *findings,
                        size_t first) {
    const plb_costs_finding *finding = &findings->items[first];
    char names[NAMES_BYTES] = "";
    size_t used = 0, i = first;
    for (; i < findings->count && same_kind(finding, &findings->items[i]); i++) {
        size_t length = strlen(findings->items[i].parameter);
        if (i > first && used + length + 3 > sizeof names) {
            break;
        }
        used += (size_t) snprintf(names + used, sizeof names - used, "%s%s", i > first ? ", " : "",
                                  findings->items[i].parameter);
    }
    (void) cli_complain(command, CLI_OK, "%s: %s: %s%s%s",
                        plb_costs_severity_name(finding->severity), finding->what, names,
                        names[0] != '\0' ? ": " : "", finding->text);
    return i;
}

static void print_findings(const cli_command *command, const plb_costs_findings *findings) {
    for (size_t i = 0; i < findings->count;) {
        i = print_run(command, findings, i);
    }
}

/* ---- The command ---- */

static bool has_room_for_several(const convert_options *given) {
    return given->into != NULL || form_of(given) == PLB_COSTS_PROTOCOL_PARAMETERS ||
           form_of(given) == PLB_COSTS_GENESIS;
}

static plb_status write_into(const plb_costs *const *costs, size_t count,
                             const convert_options *given, char **text,
                             plb_costs_findings *findings, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(given->into, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_costs_write_into(costs, count, cli_model_era(&given->model), given->into,
                                      (const char *) bytes, length, text, findings, error);
    }
    free(bytes);
    return status;
}

static plb_status convert(const cli_models *models, const convert_options *given, char **text,
                          plb_costs_findings *findings, plb_error *error) {
    const plb_costs *costs[PLB_COSTS_LANGUAGES];
    for (size_t i = 0; i < models->count; i++) {
        costs[i] = models->items[i];
    }
    if (given->into != NULL) {
        return write_into(costs, models->count, given, text, findings, error);
    }
    return plb_costs_write(costs, models->count, form_of(given), cli_model_era(&given->model), text,
                           findings, error);
}

static int run_convert(const cli_command *command, const convert_options *given, const char *name) {
    cli_models models;
    plb_costs_findings findings = {0};
    char *text = NULL;
    plb_error error;
    plb_status status =
        cli_open_models(&models, name, &given->model, has_room_for_several(given), &error);
    if (status == PLB_OK) {
        status = convert(&models, given, &text, &findings, &error);
    }
    if (status == PLB_OK) {
        status = cli_write_file(given->out != NULL ? given->out : "-", text, strlen(text), &error);
    }
    if (status == PLB_OK) {
        print_findings(command, &findings);
    }
    cli_free_models(&models);
    plb_costs_findings_free(&findings);
    free(text);
    return status == PLB_OK ? CLI_OK : cli_error(command, &error);
}

static int run(const cli_command *command, int argc, char **argv) {
    convert_options given = {.form = NO_FORM};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    if (code < 0 && (given.form == NO_FORM) == (given.into == NULL)) {
        code = cli_complain(command, CLI_USAGE, "expected --to FORM or --into FILE%s",
                            given.into != NULL ? ", got both" : "");
    }
    if (code < 0) {
        code = cli_check_model_choice(command, &given.model);
    }
    if (code < 0) {
        code = run_convert(command, &given, words.items[0]);
    }
    free(words.items);
    return code;
}

const cli_command cli_model_convert = {
    .name = "model convert",
    .arguments = "A..E|FILE",
    .summary = "a cost model in another form",
    .examples =
        "  plutbench model convert E --to builtin --out builtinCostModelE.json\n"
        "  plutbench model convert fitted.json --machine steps.json --to array --language v3\n"
        "  plutbench model convert params.json --language v2 --to named\n"
        "  plutbench model convert new.json --language v3 --into params.json --out "
        "new-params.json\n"
        "  plutbench model convert B --language v1 --to protocol-parameters\n",
    .options = options,
    .run = run,
};
