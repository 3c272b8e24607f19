#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/fit.h>
#include <plutbench/results.h>

#include "calibrate/cli/help.h"
#include "calibrate/cli/plugins.h"
#include "calibrate/cli/reference.h"

#define QUANTILE_MOST 1

/* What else can be fitted: commands of their own, chosen by a flag that is the last word of their
 * names and an option of theirs. */
static const cli_command *const modes[] = {&cli_fit_machine, &cli_fit_overhead, NULL};

typedef struct fit_options {
    const char *coefficients;
    const char *out;
    const char *base;
    const char *models;
    double quantile;
    uint64_t bootstrap, seed, protocol_version;
    int weights, use;
    cli_reference reference;
    cli_texts plugins;
    bool json, keep_base, nnls, huber, select, diagnose;
    bool mode; /* taken by its own command */
} fit_options;

static const char *const weight_names[] = {"none", "sd", "relative", NULL};
static const char *const method_names[] = {"reference", "weighted", "nnls", "huber",
                                           "quantile",  "selected", NULL};

#define FIELD(name) offsetof(fit_options, name)
static const cli_option options[] = {
    {"machine", NULL, "fit machine steps instead: see plutbench fit --machine --help", CLI_FLAG,
     FIELD(mode), NULL},
    {"overhead", NULL, "fit what is not charged instead: see plutbench fit --overhead --help",
     CLI_FLAG, FIELD(mode), NULL},
    {"coefficients", "FILE", "write coefficients in microseconds as tab-separated values", CLI_TEXT,
     FIELD(coefficients), NULL},
    {"out", "DIR", "write the cost model, the ledger's parameters and all else to a folder",
     CLI_TEXT, FIELD(out), NULL},
    {"json", NULL, "print builtinCostModel JSON instead of the table", CLI_FLAG, FIELD(json), NULL},
    {"base", "A..E|FILE", "cost model that memory is taken from (default: E)", CLI_TEXT,
     FIELD(base), NULL},
    {"keep-base", NULL, "what can't be fitted keeps the base's steps", CLI_FLAG, FIELD(keep_base),
     NULL},
    {"protocol-version", "N", "of the ledger's parameters (default: the newest)", CLI_NUMBER,
     FIELD(protocol_version), NULL},
    {"models", "FILE", "another table of shapes (default: the reference's)", CLI_TEXT,
     FIELD(models), NULL},
    CLI_REFERENCE_OPTIONS(FIELD(reference)),
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    {"weights", "WEIGHTS", "also a fit with weights: sd (1/t.sd^2) or relative (1/t^2)", CLI_CHOICE,
     FIELD(weights), weight_names},
    {"nnls", NULL, "also by non-negative least squares instead of patches", CLI_FLAG, FIELD(nnls),
     NULL},
    {"huber", NULL, "also by Huber's robust regression", CLI_FLAG, FIELD(huber), NULL},
    {"quantile", "Q", "also the Q quantile of the times, such as 0.99 or 99%", CLI_RATIO,
     FIELD(quantile), NULL},
    {"select", NULL, "also with the shape that cross-validation chooses, and the evidence",
     CLI_FLAG, FIELD(select), NULL},
    {"diagnose", NULL, "say what each fit leaves over", CLI_FLAG, FIELD(diagnose), NULL},
    {"bootstrap", "N", "intervals from N resamples", CLI_COUNT, FIELD(bootstrap), NULL},
    {"seed", "N", "of resampling and folds (default: 1)", CLI_NUMBER, FIELD(seed), NULL},
    {"use", "METHOD", "whose coefficients are written: reference (default), weighted, nnls ...",
     CLI_CHOICE, FIELD(use), method_names},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct fit_state {
    const cli_command *command;
    fit_options given;
    const char *path;
    cli_texts builtins;   /* to fit; none: all */
    plb_plugins *plugins; /* NULL: none */
    int argument_count;
    char **arguments;
    plb_benching *benching;
    plb_fit_table *table;
    plb_fit *fit;
    plb_cost_model *base;
    plb_results *results;
    plb_machine_scale *scale; /* NULL: times are as they are */
    plb_input inputs[3 + CLI_REFERENCE_INPUTS + PLB_PLUGIN_FILES_MAX];
    size_t input_count;
    plb_error error;
} fit_state;

/* ---- Inputs ---- */

static plb_status read_input(fit_state *state, const char *role, const char *path, uint8_t **bytes,
                             size_t *length) {
    plb_status status = cli_read_file(path, bytes, length, &state->error);
    if (status == PLB_OK && state->given.out != NULL)
        status = plb_input_describe(&state->inputs[state->input_count++], role, path, *bytes,
                                    *length, &state->error);
    return status;
}

static plb_status read_times(fit_state *state) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = read_input(state, "times", state->path, &bytes, &length);
    if (status == PLB_OK)
        status = plb_benching_parse(&state->benching, state->path, (const char *) bytes, length,
                                    &state->error);
    free(bytes);
    return status;
}

/* Times as they would be on the reference machine. */
static plb_status apply_scale(fit_state *state) {
    plb_benching *scaled = NULL;
    cli_reference_data reference;
    plb_status status = cli_load_reference(&state->given.reference, state->inputs,
                                           &state->input_count, &reference, &state->error);
    if (status == PLB_OK)
        status = cli_make_scale(&reference, state->benching, &state->scale, &state->error);
    cli_free_reference(&reference);
    if (status == PLB_OK)
        status = plb_machine_scale_apply(state->scale, state->benching, &scaled, &state->error);
    if (status != PLB_OK) return status;
    plb_benching_free(state->benching);
    state->benching = scaled;
    return PLB_OK;
}

static plb_status read_table(fit_state *state) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    const char *path = state->given.models;
    if (path == NULL) {
        state->table = plb_fit_table_default();
        return state->table != NULL
                   ? PLB_OK
                   : plb_fail(&state->error, PLB_E_MEMORY, NULL, "no memory for the table");
    }
    plb_status status = read_input(state, "models", path, &bytes, &length);
    if (status == PLB_OK)
        status =
            plb_fit_table_parse(&state->table, path, (const char *) bytes, length, &state->error);
    free(bytes);
    return status;
}

/* An era of each semantics variant, A to E. */
static const plb_era variants[] = {
    {PLB_PLUTUS_V1, 8},  {PLB_PLUTUS_V1, 10}, {PLB_PLUTUS_V3, 10},
    {PLB_PLUTUS_V1, 11}, {PLB_PLUTUS_V3, 11},
};

static plb_status read_base(fit_state *state) {
    const char *base = state->given.base != NULL ? state->given.base : "E";
    if (strlen(base) == 1 && base[0] >= 'A' && base[0] <= 'E') {
        state->base = plb_cost_model_default(variants[base[0] - 'A']);
        return state->base != NULL
                   ? PLB_OK
                   : plb_fail(&state->error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    }
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = read_input(state, "base", base, &bytes, &length);
    if (status == PLB_OK)
        status = plb_cost_model_load_with_plugins(&state->base, (plb_era){PLB_LANGUAGE_NEWEST, 0},
                                                  base, (const char *) bytes, length,
                                                  state->plugins, &state->error);
    free(bytes);
    return status;
}

static plb_status read_plugins(fit_state *state) {
    const cli_texts *files = &state->given.plugins;
    plb_status status = cli_load_plugins(&state->plugins, files, &state->error);
    if (status == PLB_OK && state->given.out != NULL)
        status = cli_note_plugins(files, state->inputs, &state->input_count, &state->error);
    return status;
}

/* What plug-ins say of their builtins is a part of the table; of which the command line may want
 * some only. */
static plb_status choose_functions(fit_state *state) {
    const cli_texts *wanted = &state->builtins;
    plb_status status = plb_fit_table_add_plugins(state->table, state->plugins, &state->error);
    if (status == PLB_OK && wanted->count > 0)
        status = plb_fit_table_keep(state->table, wanted->items, wanted->count, &state->error);
    return status;
}

/* ---- Results ---- */

static plb_fit_method method_of(const fit_state *state) {
    return (plb_fit_method) state->given.use;
}

static plb_status write_text(fit_state *state, const char *name, plb_status made, char *text) {
    plb_status status = made;
    if (status == PLB_OK)
        status = plb_results_write(state->results, name, text, strlen(text), &state->error);
    free(text);
    return status;
}

static plb_status write_parameters(fit_state *state, const char *name, bool named) {
    char *text = NULL;
    const fit_options *given = &state->given;
    plb_status status =
        plb_fit_parameters_json(state->fit, method_of(state), (unsigned) given->protocol_version,
                                named, given->keep_base, &text, &state->error);
    return write_text(state, name, status, text);
}

static plb_status write_manifest(fit_state *state) {
    char **command_line = calloc((size_t) state->argument_count + 2, sizeof *command_line);
    if (command_line == NULL)
        return plb_fail(&state->error, PLB_E_MEMORY, NULL, "no memory for the manifest");
    command_line[0] = (char[]){"plutbench"};
    for (int i = 0; i < state->argument_count; i++) command_line[i + 1] = state->arguments[i];
    plb_manifest manifest = {
        .argument_count = state->argument_count + 1,
        .arguments = command_line,
        .inputs = state->inputs,
        .input_count = state->input_count,
    };
    plb_status status = plb_results_manifest(state->results, &manifest, &state->error);
    free(command_line);
    return status;
}

/* Parameters have to be complete: without some function there are none. */
static bool has_parameters(const fit_state *state) {
    return plb_fit_left_out(state->fit) == 0 || state->given.keep_base;
}

static plb_status write_folder(fit_state *state) {
    char *text = NULL;
    plb_error *error = &state->error;
    plb_fit_method method = method_of(state);
    plb_status status =
        plb_fit_builtin_json(state->fit, method, state->base, state->given.keep_base, &text, error);
    status = write_text(state, "builtinCostModel.json", status, text);
    if (status != PLB_OK) return status;
    text = NULL;
    status = plb_fit_coefficients_tsv(state->fit, method, &text, error);
    status = write_text(state, "coefficients.tsv", status, text);
    if (status == PLB_OK && has_parameters(state)) {
        status = write_parameters(state, "parameters.json", false);
        if (status == PLB_OK) status = write_parameters(state, "parameters_named.json", true);
    }
    if (status != PLB_OK) return status;
    text = NULL;
    status = plb_fit_json(state->fit, &text, error);
    status = write_text(state, "fit.json", status, text);
    if (status == PLB_OK && state->scale != NULL) {
        text = NULL;
        status = plb_machine_scale_json(state->scale, &text, error);
        status = write_text(state, "scale.json", status, text);
    }
    return status == PLB_OK ? write_manifest(state) : status;
}

static plb_status write_coefficients(fit_state *state) {
    char *text = NULL;
    plb_status status =
        plb_fit_coefficients_tsv(state->fit, method_of(state), &text, &state->error);
    if (status == PLB_OK)
        status = cli_write_file(state->given.coefficients, text, strlen(text), &state->error);
    free(text);
    return status;
}

static plb_status print_scale(fit_state *state) {
    char *text = NULL;
    if (state->scale == NULL || state->given.json) return PLB_OK;
    plb_status status = plb_machine_scale_text(state->scale, &text, &state->error);
    if (status == PLB_OK) printf("%s\n", text);
    free(text);
    return status;
}

static plb_status print_result(fit_state *state) {
    char *text = NULL;
    plb_status status = print_scale(state);
    if (status != PLB_OK) return status;
    status = state->given.json ? plb_fit_builtin_json(state->fit, method_of(state), state->base,
                                                      state->given.keep_base, &text, &state->error)
                               : plb_fit_text(state->fit, &text, &state->error);
    if (status == PLB_OK) fputs(text, stdout);
    free(text);
    return status;
}

/* Problems on standard error, one line each; warnings too where the table does not have them. */
static void print_notes(const fit_state *state) {
    const plb_fit_note *note;
    for (size_t i = 0; (note = plb_fit_notes(state->fit, i)) != NULL; i++) {
        char line[16] = "";
        if (note->severity != PLB_FIT_PROBLEM &&
            !(state->given.json && note->severity == PLB_FIT_WARNING))
            continue;
        if (note->line != 0) (void) snprintf(line, sizeof line, ":%u", note->line);
        (void) cli_complain(state->command, CLI_FAILED, "%s%s: %s%s%s", state->path, line,
                            note->name, note->name[0] != '\0' ? ": " : "", note->text);
    }
    if (state->given.out != NULL && !has_parameters(state))
        (void) cli_complain(
            state->command, CLI_FAILED,
            "%s: no parameters of the ledger: they need every function (--keep-base "
            "takes the published steps for those left out)",
            state->given.out);
}

/* ---- The command ---- */

static int check(const fit_state *state) {
    const fit_options *given = &state->given;
    const bool there[] = {true,         given->weights != 0, given->nnls,
                          given->huber, given->quantile > 0, given->select};
    static const char *const needs[] = {"",        "--weights",  "--nnls",
                                        "--huber", "--quantile", "--select"};
    if (!there[given->use])
        return cli_complain(state->command, CLI_USAGE, "--use %s wants %s as well",
                            method_names[given->use], needs[given->use]);
    if (given->quantile >= QUANTILE_MOST)
        return cli_complain(state->command, CLI_USAGE,
                            "--quantile: expected a number between 0 and 1, got %g",
                            given->quantile);
    if (given->bootstrap > 1000000)
        return cli_complain(state->command, CLI_USAGE,
                            "--bootstrap: expected at most 1000000 resamples");
    uint64_t version = given->protocol_version;
    if (version != 0 && (version < PLB_PROTOCOL_VERSION_MIN || version > PLB_PROTOCOL_VERSION_MAX))
        return cli_complain(
            state->command, CLI_USAGE, "--protocol-version: expected %d to %d, got %llu",
            PLB_PROTOCOL_VERSION_MIN, PLB_PROTOCOL_VERSION_MAX, (unsigned long long) version);
    return cli_check_reference(state->command, &given->reference);
}

static plb_status make(fit_state *state) {
    const fit_options *given = &state->given;
    plb_fit_options wanted = {
        .weights = (plb_fit_weights) given->weights,
        .nnls = given->nnls,
        .huber = given->huber,
        .quantile = given->quantile,
        .select = given->select,
        .diagnose = given->diagnose,
        .bootstrap = (uint32_t) given->bootstrap,
        .seed = given->seed,
    };
    plb_status status = PLB_OK;
    if (given->out != NULL) status = plb_results_open(given->out, &state->results, &state->error);
    if (status == PLB_OK) status = read_times(state);
    if (status == PLB_OK && given->reference.times != NULL) status = apply_scale(state);
    if (status == PLB_OK && state->scale != NULL)
        wanted.common_deviation = plb_machine_scale_deviation(state->scale);
    if (status == PLB_OK) status = read_plugins(state);
    if (status == PLB_OK) status = read_base(state);
    if (status == PLB_OK) status = read_table(state);
    if (status == PLB_OK) status = choose_functions(state);
    if (status == PLB_OK)
        status = plb_fit_run(&state->fit, state->benching, state->table, &wanted, &state->error);
    if (status == PLB_OK && given->coefficients != NULL) status = write_coefficients(state);
    if (status == PLB_OK && given->out != NULL) status = write_folder(state);
    return status == PLB_OK ? print_result(state) : status;
}

/* The mode that an argument chooses; NULL: none does. */
static const cli_command *find_mode(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
        for (const cli_command *const *mode = modes; *mode != NULL; mode++)
            if (strcmp(argv[i], cli_last_word(*mode)) == 0) return *mode;
    return NULL;
}

static int run(const cli_command *command, int argc, char **argv) {
    const cli_command *mode = find_mode(argc, argv);
    if (mode != NULL) return mode->run(mode, argc, argv);
    fit_state state = {.command = command, .given = {.seed = 1}};
    cli_texts files;
    int code = cli_parse(command, argc, argv, &state.given, 1, 1000, &files);
    if (code < 0) code = check(&state) == CLI_OK ? -1 : CLI_USAGE;
    if (code < 0) {
        state.path = files.items[0];
        state.builtins = (cli_texts){files.items + 1, files.count - 1};
        state.argument_count = argc;
        state.arguments = argv;
        plb_status status = make(&state);
        code = status == PLB_OK ? CLI_OK : cli_error(command, &state.error);
        if (status == PLB_OK) print_notes(&state);
        if (status == PLB_OK && plb_fit_problems(state.fit) > 0) code = CLI_INCOMPLETE;
        if (status == PLB_OK && plb_fit_left_out(state.fit) == plb_fit_count(state.fit))
            code = CLI_FAILED;
    }
    plb_results_close(state.results);
    plb_cost_model_free(state.base);
    plb_fit_free(state.fit);
    plb_machine_scale_free(state.scale);
    plb_fit_table_free(state.table);
    plb_benching_free(state.benching);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
    free(files.items);
    return code;
}

const cli_command cli_fit = {
    .name = "fit",
    .arguments = "CSV [BUILTIN ...]",
    .summary = "fit builtins' costs to benchmark times in Criterion's CSV",
    .examples = "  plutbench fit benching.csv\n"
                "  plutbench fit benching.csv --coefficients fit.tsv --json > model.json\n"
                "  plutbench fit benching.csv --nnls --quantile 0.99 --diagnose --bootstrap 1000\n"
                "  plutbench fit benching.csv --select --use selected --base C --out fitted\n"
                "  plutbench fit sweep/benching.csv --reference benching-conway.csv\n"
                "  plutbench fit benching.csv addInteger sha2_256\n"
                "  plutbench fit --machine\n"
                "  plutbench fit --overhead results/calls results/bytes\n",
    .options = options,
    .run = run,
    .commands = modes,
};
