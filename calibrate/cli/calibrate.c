/* The main job. */
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/calibrate.h>

#include "calibrate/cli/argument.h"
#include "calibrate/cli/cli.h"
#include "harness/embedded.h"

typedef struct calibrate_options {
    const char *script;
    const char *redeemer;
    const char *datum;
    int language;
    const char *strategy;
    const char *parameters;
    bool hashed_datum;
    double time_s;
    double precision;
    uint64_t seed;
    bool no_measure;
    bool pin;
    const char *out;
    bool json;
} calibrate_options;

#define FIELD(name) offsetof(calibrate_options, name)
static const cli_option options[] = {
    {"script", "NAME|FILE", "a script of the catalogue (plutbench list scripts) or a file",
     CLI_TEXT, FIELD(script), NULL},
    {"redeemer", "FILE|HEX", "for a file: redeemer, JSON or CBOR; its first integer is the counter",
     CLI_TEXT, FIELD(redeemer), NULL},
    {"datum", "FILE|HEX", "for a file: its datum (default: the integer 0)", CLI_TEXT, FIELD(datum),
     NULL},
    {"language", "LANGUAGE", "for a file: v1, v2 or v3, where the file does not say", CLI_CHOICE,
     FIELD(language), cli_languages},
    {"strategy", "STRATEGY", "txbudget (default), txperblock_N, blockbudget_R or blockbudget",
     CLI_TEXT, FIELD(strategy), NULL},
    {"protocol-parameters", "FILE", "cardano-cli's JSON (default: mainnet's, version 10)", CLI_TEXT,
     FIELD(parameters), NULL},
    {"hashed-datum", NULL, "datum by hash (default: inline, but for PlutusV1)", CLI_FLAG,
     FIELD(hashed_datum), NULL},
    {"time", "TIME", "longest time of sampling (default: 30s)", CLI_TIME, FIELD(time_s), NULL},
    {"precision", "RATIO", "stop when overhead and loops are known this well (default: 1%)",
     CLI_RATIO, FIELD(precision), NULL},
    {"seed", "N", "of transactions, orders and bootstrap (default: from the clock)", CLI_COUNT,
     FIELD(seed), NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {"no-measure", NULL, "find the loop count only", CLI_FLAG, FIELD(no_measure), NULL},
    {"out", "DIR", "write summaries, histograms and a manifest", CLI_TEXT, FIELD(out), NULL},
    {"json", NULL, "print the summary as one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

enum { INPUT_SCRIPT, INPUT_REDEEMER, INPUT_DATUM, INPUT_PARAMETERS, INPUT_COUNT };

typedef struct calibrate_state {
    const cli_command *command;
    calibrate_options given;
    char **arguments;
    int argument_count;
    plb_catalogue *catalogue;
    plb_script *script;
    plb_protocol_parameters *parameters;
    plb_results *results;
    plb_calibration *calibration;
    plb_input inputs[INPUT_COUNT];
    char embedded_names[INPUT_COUNT][96];
    size_t input_count;
    const char *default_strategy; /* the catalogue's; NULL: none */
    int failure;                  /* exit code of a failure */
    plb_error error;
} calibrate_state;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signal_number) { interrupted = signal_number; }

/* The first Ctrl-C ends the sampling, the second one the program. */
static void catch_interrupts(void) {
    struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int) SA_RESETHAND};
    (void) sigaction(SIGINT, &action, NULL);
    (void) sigaction(SIGTERM, &action, NULL);
}

/* ---- Inputs ---- */

static plb_status note_input(calibrate_state *state, const char *role, const char *name,
                             const void *bytes, size_t length) {
    return plb_input_describe(&state->inputs[state->input_count++], role, name, bytes, length,
                              &state->error);
}

static bool is_path(const char *name) {
    return strchr(name, '/') != NULL || strchr(name, '.') != NULL || access(name, F_OK) == 0;
}

static plb_status unknown_script(calibrate_state *state, const char *name) {
    size_t count = plb_catalogue_count(state->catalogue);
    const char **names = calloc(count + 1, sizeof *names);
    const char *meant = NULL;
    if (names != NULL) {
        for (size_t i = 0; i < count; i++) {
            names[i] = plb_catalogue_entry(state->catalogue, i)->name;
        }
        meant = cli_suggest(name, names);
        free(names);
    }
    state->failure = CLI_USAGE;
    return plb_fail(&state->error, PLB_E_ARGUMENT, NULL,
                    "there is no script '%s' in the catalogue, and no such file%s%s%s (see "
                    "plutbench list scripts)",
                    name, meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                    meant != NULL ? "'?" : "");
}

static plb_status note_catalogue_file(calibrate_state *state, const char *role, const char *file) {
    char *name = state->embedded_names[state->input_count];
    size_t length = 0;
    const char *text = plb_catalogue_file(state->catalogue, file, &length);
    (void) snprintf(name, sizeof state->embedded_names[0], "embedded:%s", file);
    return note_input(state, role, name, text, length);
}

static plb_status load_entry(calibrate_state *state, const plb_script_entry *entry) {
    plb_status status =
        plb_script_load_entry(&state->script, state->catalogue, entry->name, &state->error);
    state->default_strategy = entry->strategy;
    if (status == PLB_OK) {
        status = note_catalogue_file(state, "script", entry->file);
    }
    if (status == PLB_OK) {
        status = note_catalogue_file(state, "redeemer", entry->redeemer);
    }
    return status == PLB_OK ? note_catalogue_file(state, "datum", entry->datum) : status;
}

/* Data of a user's, and its checksum. */
static plb_status load_data(calibrate_state *state, const char *role, const char *text,
                            plb_program **program) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_data(text, &bytes, &length, &state->error);
    if (status == PLB_OK) {
        status = note_input(state, role, text, bytes, length);
    }
    if (status == PLB_OK) {
        status = cli_decode_data(program, text, bytes, length, &state->error);
    }
    free(bytes);
    return status;
}

static plb_status load_file(calibrate_state *state) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_program *redeemer = NULL;
    plb_program *datum = NULL;
    const char *path = state->given.script;
    plb_status status = cli_read_file(path, &bytes, &length, &state->error);
    if (status == PLB_OK && state->given.redeemer == NULL) {
        state->failure = CLI_USAGE;
        status =
            plb_fail(&state->error, PLB_E_ARGUMENT, path,
                     "a script from a file needs --redeemer, whose first integer is the counter");
    }
    if (status == PLB_OK) {
        status = note_input(state, "script", path, bytes, length);
    }
    if (status == PLB_OK) {
        status = load_data(state, "redeemer", state->given.redeemer, &redeemer);
    }
    if (status == PLB_OK && state->given.datum != NULL) {
        status = load_data(state, "datum", state->given.datum, &datum);
    }
    if (status == PLB_OK) {
        plb_script_source source = {
            .name = path,
            .bytes = bytes,
            .length = length,
            .language = (plb_language) state->given.language,
            .redeemer_name = state->given.redeemer,
            .redeemer = redeemer,
            .datum = datum,
        };
        status = plb_script_load(&state->script, &source, &state->error);
    }
    plb_program_free(redeemer);
    plb_program_free(datum);
    free(bytes);
    return status;
}

static plb_status load_script(calibrate_state *state) {
    plb_status status = plb_catalogue_open(&state->catalogue, &state->error);
    if (status != PLB_OK) {
        return status;
    }
    const plb_script_entry *entry = plb_catalogue_find(state->catalogue, state->given.script);
    if (entry == NULL) {
        return is_path(state->given.script) ? load_file(state)
                                            : unknown_script(state, state->given.script);
    }
    if (state->given.redeemer != NULL || state->given.datum != NULL || state->given.language != 0) {
        state->failure = CLI_USAGE;
        return plb_fail(&state->error, PLB_E_ARGUMENT, NULL,
                        "--redeemer, --datum and --language are for scripts from files: '%s' is in "
                        "the catalogue with its own",
                        entry->name);
    }
    return load_entry(state, entry);
}

static plb_status load_parameters(calibrate_state *state) {
    const char *path = state->given.parameters;
    if (path == NULL) {
        const struct plb_embedded_file *file =
            plb_embedded_find(plb_embedded_calibrate, "mainnet_v10.json");
        state->parameters = plb_protocol_parameters_default();
        if (file == NULL || state->parameters == NULL) {
            return plb_fail(&state->error, PLB_E_MEMORY, NULL, "no memory for parameters");
        }
        return note_input(state, "protocol-parameters", "embedded:mainnet_v10.json", file->bytes,
                          file->length);
    }
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, &state->error);
    if (status == PLB_OK) {
        status = plb_protocol_parameters_load(&state->parameters, path, (const char *) bytes,
                                              length, &state->error);
    }
    if (status == PLB_OK) {
        status = note_input(state, "protocol-parameters", path, bytes, length);
    }
    free(bytes);
    return status;
}

/* ---- Progress ---- */

static void show_progress(void *context, const plb_progress *progress) {
    (void) context;
    if (progress->phase == PLB_PHASE_DONE) {
        fputs("\r\033[K", stderr);
    } else if (progress->phase == PLB_PHASE_PREPARING) {
        fputs("\r\033[Kpreparing ...", stderr);
    } else {
        fprintf(stderr, "\r\033[Ksampling: %.0f of at most %.0f s, %llu rounds",
                (double) progress->elapsed_ns / 1e9, (double) progress->time_budget_ns / 1e9,
                (unsigned long long) progress->rounds);
        if (isfinite(progress->precision)) {
            fprintf(stderr, ", overhead known to %.1f %%", 100 * progress->precision);
        }
    }
    (void) fflush(stderr);
}

/* ---- Output ---- */

/* Last of all files: it has their checksums. */
/* The options in effect, defaults included, as JSON; malloc'ed. */
static char *options_text(const calibrate_state *state) {
    const calibrate_options *given = &state->given;
    const plb_budget_summary *budget = plb_calibration_budget(state->calibration);
    json_t *object = json_pack("{s:s, s:s, s:s, s:b, s:f, s:f, s:b, s:b}", "script", given->script,
                               "strategy", budget->message_id, "protocol_parameters",
                               given->parameters != NULL ? given->parameters : "embedded",
                               "hashed_datum", given->hashed_datum, "time_s",
                               given->time_s > 0 ? given->time_s : PLB_DEFAULT_TIME_S, "precision",
                               given->precision > 0 ? given->precision : PLB_DEFAULT_PRECISION,
                               "pin", given->pin, "measure", !given->no_measure);
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(15)) : NULL;
    json_decref(object);
    return text;
}

static plb_status write_manifest(calibrate_state *state, const plb_sampling *sampling) {
    size_t count = (size_t) state->argument_count;
    char **command_line = calloc(count + 1, sizeof *command_line);
    if (command_line == NULL) {
        return plb_fail(&state->error, PLB_E_MEMORY, NULL, "no memory for a manifest");
    }
    char program[] = "plutbench";
    command_line[0] = program;
    memcpy(command_line + 1, state->arguments, count * sizeof *command_line);
    char *effective = options_text(state);
    plb_manifest manifest = {
        .options = effective,
        .argument_count = state->argument_count + 1,
        .arguments = command_line,
        .inputs = state->inputs,
        .input_count = state->input_count,
        .sampling = sampling,
    };
    plb_status status = plb_results_manifest(state->results, &manifest, &state->error);
    free(effective);
    free(command_line);
    return status;
}

static plb_status write_results(calibrate_state *state) {
    plb_results *results = state->results;
    const plb_budget_summary *budget = plb_calibration_budget(state->calibration);
    const plb_call_summary *calls = plb_calibration_calls(state->calibration);
    const char *name = plb_script_name(state->script);
    plb_status status;
    if (calls != NULL) {
        status = plb_results_calibration(results, calls, &state->error);
    } else {
        status = plb_results_budget_json(results, name, budget, 1, &state->error);
        if (status == PLB_OK) {
            status = plb_results_scaling_csv(results, name, budget, 1, &state->error);
        }
    }
    return status == PLB_OK ? write_manifest(state, calls != NULL ? calls->sampling : NULL)
                            : status;
}

static plb_status budget_text(const calibrate_state *state, char **text, plb_error *error) {
    const plb_budget_summary *b = plb_calibration_budget(state->calibration);
    const plb_loop_fit *fit = plb_calibration_fit(state->calibration);
    const char *limits = b->loop_limiting_factors == (PLB_LIMIT_STEPS | PLB_LIMIT_MEMORY)
                             ? "memory and steps"
                         : b->loop_limiting_factors == PLB_LIMIT_STEPS ? "steps"
                                                                       : "memory";
    int length = asprintf(
        text,
        "%s, %s: %lld loops (limited by %s; found in %u evaluations)\n"
        "  per transaction  %lld steps and %lld memory used, %lld and %lld unused\n"
        "  per block        %lld transactions, %lld loops, %lld steps and %lld memory unused\n",
        b->script_id, b->message_id, (long long) b->loop_counter, limits, fit->evaluations,
        (long long) b->budget_used_per_tx_input.steps,
        (long long) b->budget_used_per_tx_input.memory,
        (long long) b->projected_budget_unused_per_tx.steps,
        (long long) b->projected_budget_unused_per_tx.memory, (long long) b->projected_tx_per_block,
        (long long) b->projected_loops_per_block,
        (long long) b->projected_budget_unused_per_block.steps,
        (long long) b->projected_budget_unused_per_block.memory);
    return length >= 0 ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
}

static plb_status print_summary(calibrate_state *state) {
    const plb_call_summary *calls = plb_calibration_calls(state->calibration);
    const plb_budget_summary *budget = plb_calibration_budget(state->calibration);
    char *text = NULL;
    plb_status status;
    if (state->given.json) {
        status = calls != NULL ? plb_call_summary_json(calls, &text, &state->error)
                               : plb_budget_summary_json(budget, &text, &state->error);
    } else {
        status = calls != NULL ? plb_call_summary_text(calls, &text, &state->error)
                               : budget_text(state, &text, &state->error);
    }
    if (status == PLB_OK) {
        size_t length = strlen(text);
        fputs(text, stdout);
        if (length == 0 || text[length - 1] != '\n') {
            (void) putchar('\n');
        }
    }
    free(text);
    return status;
}

/* A disk that is full is no reason to lose what was measured: it is printed all the same. */
static plb_status tell(calibrate_state *state) {
    plb_status written = state->results != NULL ? write_results(state) : PLB_OK;
    plb_error unwritten = state->error;
    plb_status printed = print_summary(state);
    if (written != PLB_OK) {
        state->error = unwritten;
    }
    return written != PLB_OK ? written : printed;
}

/* ---- The job ---- */

/* The strategy that was asked for, or the script's own. */
static plb_status choose_strategy(calibrate_state *state, plb_strategy *strategy) {
    const char *names[8] = {NULL};
    const char *given = state->given.strategy;
    if (given == NULL) {
        given = state->default_strategy != NULL ? state->default_strategy : "txbudget";
    }
    plb_error *error = &state->error;
    plb_status status = plb_strategy_parse(given, strategy, error);
    if (status == PLB_OK) {
        return PLB_OK;
    }
    state->failure = CLI_USAGE;
    for (size_t i = 0; i < 7 && plb_strategy_at(i) != NULL; i++) {
        names[i] = plb_strategy_at(i)->pattern;
    }
    const char *meant = cli_suggest(given, names);
    size_t stem = meant != NULL ? strcspn(meant, "_") : 0;
    if (meant != NULL && (meant[stem] == '\0' || strncmp(given, meant, stem + 1) != 0)) {
        size_t used = strlen(error->message);
        (void) snprintf(error->message + used, sizeof error->message - used, "; did you mean '%s'?",
                        meant);
    }
    return status;
}

static plb_status run_calibration(calibrate_state *state) {
    plb_calibration_config config = {
        .script = state->script,
        .parameters = state->parameters,
        .hashed_datum = state->given.hashed_datum,
        .measure = !state->given.no_measure,
        .time_s = state->given.time_s,
        .precision = state->given.precision,
        .seed = state->given.seed,
        .pin = state->given.pin,
        .interrupted = &interrupted,
        .progress = isatty(STDERR_FILENO) != 0 ? show_progress : NULL,
    };
    plb_status status = choose_strategy(state, &config.strategy);
    if (status != PLB_OK) {
        return status;
    }
    catch_interrupts();
    return plb_calibrate(&config, &state->calibration, &state->error);
}

/* What would keep the results from being written is found before they are there. */
static plb_status open_folder(calibrate_state *state) {
    const char *name = plb_script_name(state->script);
    plb_error *error = &state->error;
    plb_status status = plb_results_open(state->given.out, &state->results, error);
    if (status == PLB_OK) {
        status = plb_results_budget_json(state->results, name, NULL, 0, error);
    }
    return status == PLB_OK ? plb_results_scaling_csv(state->results, name, NULL, 0, error)
                            : status;
}

static plb_status calibrate(calibrate_state *state) {
    plb_status status = load_script(state);
    if (status == PLB_OK) {
        status = load_parameters(state);
    }
    if (status == PLB_OK && state->given.out != NULL) {
        status = open_folder(state);
    }
    if (status == PLB_OK) {
        status = run_calibration(state);
    }
    return status == PLB_OK ? tell(state) : status;
}

static int finish(const calibrate_state *state, plb_status status) {
    if (status != PLB_OK) {
        (void) cli_error(state->command, &state->error);
        return state->failure;
    }
    const plb_call_summary *calls = plb_calibration_calls(state->calibration);
    if (calls != NULL && plb_call_partial(calls)) {
        return cli_complain(state->command, CLI_FAILED, "interrupted: the result is partial%s%s",
                            state->given.out != NULL ? "; what was measured is in " : "",
                            state->given.out != NULL ? state->given.out : "");
    }
    return CLI_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    calibrate_state state = {
        .command = command,
        .arguments = argv,
        .argument_count = argc,
        .failure = CLI_FAILED,
    };
    cli_texts words;
    int code = cli_parse(command, argc, argv, &state.given, 0, 1, &words);
    if (code < 0 && words.count > 0) {
        code = cli_complain(command, CLI_USAGE, "expected --script %s, got '%s' alone",
                            words.items[0], words.items[0]);
    }
    if (code < 0 && state.given.script == NULL) {
        code = cli_complain(command, CLI_USAGE,
                            "expected --script NAME, such as --script ecdsa-loop (see plutbench "
                            "list scripts)");
    }
    if (code < 0) {
        code = finish(&state, calibrate(&state));
    }
    plb_calibration_free(state.calibration);
    plb_results_close(state.results);
    plb_script_free(state.script);
    plb_catalogue_free(state.catalogue);
    plb_protocol_parameters_free(state.parameters);
    free(words.items);
    return code;
}

const cli_command cli_calibrate = {
    .name = "calibrate",
    .arguments = "--script NAME|FILE",
    .summary = "find a script's loop count for a budget and measure what a call costs",
    .examples =
        "  plutbench calibrate --script ecdsa-loop\n"
        "  plutbench calibrate --script schnorr-loop --strategy txperblock_8 --time 60s \\\n"
        "      --out results/schnorr\n"
        "  plutbench calibrate --script my.plutus --redeemer my.redeemer.json --no-measure\n",
    .options = options,
    .run = run,
};
