/* The main job. */
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/calibrate.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/inputs.h"

typedef struct calibrate_options {
    cli_script_choice choice;
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
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
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

typedef struct calibrate_state {
    const cli_command *command;
    calibrate_options given;
    char **arguments;
    int argument_count;
    cli_inputs inputs;
    plb_results *results;
    plb_calibration *calibration;
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
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:b, s:f, s:f, s:b, s:b}", "script", given->choice.script, "strategy",
        budget->message_id, "protocol_parameters",
        given->parameters != NULL ? given->parameters : "embedded", "hashed_datum",
        given->hashed_datum, "time_s", given->time_s > 0 ? given->time_s : PLB_DEFAULT_TIME_S,
        "precision", given->precision > 0 ? given->precision : PLB_DEFAULT_PRECISION, "pin",
        given->pin, "measure", !given->no_measure);
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
        .inputs = state->inputs.items,
        .input_count = state->inputs.count,
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
    const char *name = plb_script_name(state->inputs.script);
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

static plb_status run_calibration(calibrate_state *state) {
    plb_calibration_config config = {
        .script = state->inputs.script,
        .parameters = state->inputs.parameters,
        .hashed_datum = state->given.hashed_datum,
        .measure = !state->given.no_measure,
        .time_s = state->given.time_s,
        .precision = state->given.precision,
        .seed = state->given.seed,
        .pin = state->given.pin,
        .interrupted = &interrupted,
        .progress = isatty(STDERR_FILENO) != 0 ? show_progress : NULL,
    };
    plb_status status =
        cli_choose_strategy(&state->inputs, state->given.strategy, &config.strategy, &state->error);
    if (status != PLB_OK) {
        return status;
    }
    catch_interrupts();
    return plb_calibrate(&config, &state->calibration, &state->error);
}

/* What would keep the results from being written is found before they are there. */
static plb_status open_folder(calibrate_state *state) {
    const char *name = plb_script_name(state->inputs.script);
    plb_error *error = &state->error;
    plb_status status = plb_results_open(state->given.out, &state->results, error);
    if (status == PLB_OK) {
        status = plb_results_budget_json(state->results, name, NULL, 0, error);
    }
    return status == PLB_OK ? plb_results_scaling_csv(state->results, name, NULL, 0, error)
                            : status;
}

static plb_status calibrate(calibrate_state *state) {
    cli_inputs *inputs = &state->inputs;
    plb_status status = cli_load_script(inputs, &state->given.choice, &state->error);
    if (status == PLB_OK) {
        status = cli_load_parameters(inputs, state->given.parameters, &state->error);
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
        return state->inputs.failure != 0 ? state->inputs.failure : CLI_FAILED;
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
    };
    cli_texts words;
    int code = cli_parse(command, argc, argv, &state.given, 0, 1, &words);
    if (code < 0) {
        code = cli_check_script_choice(command, &state.given.choice, &words);
    }
    if (code < 0) {
        code = finish(&state, calibrate(&state));
    }
    plb_calibration_free(state.calibration);
    plb_results_close(state.results);
    cli_inputs_free(&state.inputs);
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
