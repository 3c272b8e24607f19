/* The main job. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/inputs.h"
#include "calibrate/cli/observing.h"
#include "calibrate/cli/plugins.h"
#include "calibrate/cli/profile.h"
#include "calibrate/cli/scales.h"
#include "calibrate/cli/session.h"
#include "results/folder.h"
#include "results/json.h"

typedef struct calibrate_options {
    cli_script_choice choice;
    const char *strategy;
    const char *parameters;
    cli_texts plugins;
    bool hashed_datum;
    double time_s;
    double precision;
    uint64_t seed;
    bool no_measure;
    bool pin;
    bool no_stages;
    bool profile;
    const char *stacks;
    cli_texts scales;
    int hint;
    const char *rate;
    bool poisson;
    const char *out;
    bool json;
    cli_observing_options observing;
} calibrate_options;

static const char *const hints[] = {"strategy", "memory", "steps", NULL};
static const unsigned hint_limits[] = {0, PLB_LIMIT_MEMORY, PLB_LIMIT_STEPS};

#define FIELD(name) offsetof(calibrate_options, name)
static const cli_option options[] = {
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
    {"strategy", "STRATEGY", "txbudget (default), txperblock_N, blockbudget_R or blockbudget",
     CLI_TEXT, FIELD(strategy), NULL},
    {"protocol-parameters", "FILE", "cardano-cli's JSON (default: mainnet's, version 10)", CLI_TEXT,
     FIELD(parameters), NULL},
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    {"hashed-datum", NULL, "datum by hash (default: inline, but for PlutusV1)", CLI_FLAG,
     FIELD(hashed_datum), NULL},
    {"time", "TIME", "longest time of sampling (default: 30s)", CLI_TIME, FIELD(time_s), NULL},
    {"precision", "RATIO", "stop when overhead and loops are known this well (default: 1%)",
     CLI_RATIO, FIELD(precision), NULL},
    {"seed", "N", "of transactions, orders and bootstrap (default: from the clock)", CLI_COUNT,
     FIELD(seed), NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {"no-measure", NULL, "find the loop count only", CLI_FLAG, FIELD(no_measure), NULL},
    {"no-stages", NULL, "do not time the calls by stage (a fifth of the time more)", CLI_FLAG,
     FIELD(no_stages), NULL},
    {"profile", NULL, "then submit the call again and again: where the time goes", CLI_FLAG,
     FIELD(profile), NULL},
    {"stacks", "FILE", "with --profile: write collapsed stacks for flame graphs", CLI_TEXT,
     FIELD(stacks), NULL},
    {"scale", "FACTORS", "also at \"txmem txsteps blockmem blocksteps\" times the limits, or auto",
     CLI_TEXTS, FIELD(scales), NULL},
    {"hint", "LIMIT", "--scale auto begins with: memory, steps, or as the strategy (default)",
     CLI_CHOICE, FIELD(hint), hints},
    {"rate", "N[/s]", "then submit call and twin at this rate, each for the time of --time",
     CLI_TEXT, FIELD(rate), NULL},
    {"poisson", NULL, "with --rate: as of independent users, not at equal intervals", CLI_FLAG,
     FIELD(poisson), NULL},
    {"out", "DIR", "write summaries, histograms and a manifest", CLI_TEXT, FIELD(out), NULL},
    {"json", NULL, "print the summary as one JSON object", CLI_FLAG, FIELD(json), NULL},
    CLI_OBSERVING_OPTIONS(FIELD(observing)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct calibrate_state {
    const cli_command *command;
    calibrate_options given;
    char **arguments;
    int argument_count;
    cli_inputs inputs;
    plb_plugins *plugins; /* NULL: none */
    plb_results *results;
    plb_run_writer *recording; /* NULL: nothing is measured, or not kept */
    plb_calibration *calibration;
    plb_profile *profile;
    plb_scale scales[PLB_SCALES_MAX];
    size_t scale_count;        /* 0: auto, or none at all */
    plb_calibration *baseline; /* of the scaling */
    plb_scaling *scaling;      /* NULL: not asked for */
    double rate;               /* a second; 0: not asked for */
    plb_rate_run *loaded;      /* NULL: likewise */
    plb_call_summary calls;    /* the calibration's, and what goes with it */
    plb_slice slice;
    bool is_slice; /* this is one of several processes */
    cli_observing observing;
    plb_error error;
} calibrate_state;

/* ---- Output ---- */

static const plb_budget_summary *scaled_budgets(const calibrate_state *state, size_t *count) {
    *count = 0;
    return state->scaling != NULL ? plb_scaling_summaries(state->scaling, count) : NULL;
}

/* NULL when nothing was measured. */
static const plb_call_summary *complete_calls(calibrate_state *state) {
    const plb_call_summary *calls = plb_calibration_calls(state->calibration);
    if (calls == NULL) {
        return NULL;
    }
    state->calls = *calls;
    state->calls.scaled = scaled_budgets(state, &state->calls.scaled_count);
    return &state->calls;
}

/* The options in effect, defaults included, as JSON; malloc'ed. */
static char *options_text(const calibrate_state *state) {
    const calibrate_options *given = &state->given;
    const char *strategy = state->calibration != NULL
                               ? plb_calibration_budget(state->calibration)->message_id
                               : given->strategy;
    json_t *object = json_pack("{s:s, s:s?, s:s, s:b, s:f, s:f, s:b, s:b}", "script",
                               given->choice.script, "strategy", strategy, "protocol_parameters",
                               given->parameters != NULL ? given->parameters : "embedded",
                               "hashed_datum", given->hashed_datum, "time_s",
                               given->time_s > 0 ? given->time_s : PLB_DEFAULT_TIME_S, "precision",
                               given->precision > 0 ? given->precision : PLB_DEFAULT_PRECISION,
                               "pin", given->pin, "measure", !given->no_measure);
    json_t *scales = json_array();
    for (size_t i = 0; i < given->scales.count; i++) {
        (void) json_array_append_new(scales, json_string(given->scales.items[i]));
    }
    (void) json_object_set_new(object, "scale", scales);
    (void) json_object_set_new(object, "stages", json_boolean(!given->no_stages));
    (void) json_object_set_new(object, "profile", json_boolean(given->profile));
    (void) json_object_set_new(object, "hint", json_string(hints[given->hint]));
    (void) json_object_set_new(object, "rate",
                               state->rate > 0 ? json_real(state->rate) : json_null());
    (void) json_object_set_new(object, "poisson", json_boolean(given->poisson));
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(15)) : NULL;
    json_decref(object);
    return text;
}

static plb_status write_manifest(calibrate_state *state, const plb_sampling *sampling) {
    char *effective = options_text(state);
    plb_status status = cli_write_manifest(state->results, state->argument_count, state->arguments,
                                           effective, &state->inputs, sampling, &state->error);
    free(effective);
    return status;
}

static plb_status write_profile(calibrate_state *state) {
    char *text = NULL;
    plb_status status = plb_json_take_text(cli_profile_json(state->profile), &text, &state->error);
    return plb_results_keep(state->results, "profile.json", status, text, &state->error);
}

static plb_status write_results(calibrate_state *state) {
    plb_results *results = state->results;
    const plb_budget_summary *budget = plb_calibration_budget(state->calibration);
    const plb_call_summary *calls = complete_calls(state);
    const char *name = plb_script_name(state->inputs.script);
    plb_status status;
    if (calls != NULL) {
        status = plb_results_calibration(results, calls, &state->error);
    } else {
        size_t count;
        const plb_budget_summary *scaled = scaled_budgets(state, &count);
        status = plb_results_budgets(results, name, budget, scaled, count, &state->error);
    }
    if (status == PLB_OK && state->profile != NULL) {
        status = write_profile(state);
    }
    if (status == PLB_OK && state->loaded != NULL) {
        status = plb_results_rate(results, plb_rate_run_summary(state->loaded), &state->error);
    }
    const plb_sampling *sampling = calls != NULL ? calls->sampling : NULL;
    if (status == PLB_OK && state->recording != NULL) {
        status = plb_run_end(state->recording, sampling, &state->error);
    }
    return status == PLB_OK ? write_manifest(state, sampling) : status;
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

/* Of budgets alone; with scaled ones, those follow. */
static plb_status budgets_as_text(const calibrate_state *state, char **text, plb_error *error) {
    const plb_budget_summary *budget = plb_calibration_budget(state->calibration);
    size_t count;
    const plb_budget_summary *scaled = scaled_budgets(state, &count);
    char *table = NULL, *whole = NULL;
    plb_status status = budget_text(state, text, error);
    if (status != PLB_OK || scaled == NULL) {
        return status;
    }
    status = plb_scaling_text(budget, scaled, count, &table, error);
    if (status == PLB_OK && asprintf(&whole, "%s\n%s", *text, table) < 0) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    }
    free(table);
    free(*text);
    *text = status == PLB_OK ? whole : NULL;
    return status;
}

static plb_status budgets_as_json(const calibrate_state *state, char **text, plb_error *error) {
    const plb_budget_summary *budget = plb_calibration_budget(state->calibration);
    size_t count;
    const plb_budget_summary *scaled = scaled_budgets(state, &count);
    return scaled != NULL ? plb_scaling_json(budget, scaled, count, text, error)
                          : plb_budget_summary_json(budget, text, error);
}

/* The summary's object with the profile and the open loop in it, in the place of its text. */
static plb_status add_parts(const calibrate_state *state, char **text, plb_error *error) {
    json_t *object = NULL;
    plb_status status = plb_json_load("summary", *text, strlen(*text), &object, error);
    if (status != PLB_OK) {
        return status;
    }
    if (state->profile != NULL) {
        json_object_set_new(object, "profile", cli_profile_json(state->profile));
    }
    if (state->loaded != NULL) {
        json_object_set_new(object, "open_loop",
                            plb_json_rate(plb_rate_run_summary(state->loaded)));
    }
    free(*text);
    return plb_json_take_text(object, text, error);
}

static plb_status print_rate(calibrate_state *state) {
    char *text = NULL;
    plb_status status = plb_rate_text(plb_rate_run_summary(state->loaded), &text, &state->error);
    if (status == PLB_OK) {
        printf("\n%s", text);
    }
    free(text);
    return status;
}

static plb_status print_summary(calibrate_state *state) {
    const plb_call_summary *calls = complete_calls(state);
    plb_error *error = &state->error;
    char *text = NULL;
    plb_status status;
    if (state->given.json) {
        status = calls != NULL ? plb_call_summary_json(calls, &text, error)
                               : budgets_as_json(state, &text, error);
        if (status == PLB_OK && (state->profile != NULL || state->loaded != NULL)) {
            status = add_parts(state, &text, error);
        }
    } else {
        status = calls != NULL ? plb_call_summary_text(calls, &text, error)
                               : budgets_as_text(state, &text, error);
    }
    if (status == PLB_OK) {
        size_t length = strlen(text);
        fputs(text, stdout);
        if (length == 0 || text[length - 1] != '\n') {
            (void) putchar('\n');
        }
        if (state->profile != NULL && !state->given.json) {
            (void) putchar('\n');
            cli_print_profile(state->profile);
        }
        if (state->loaded != NULL && !state->given.json) {
            status = print_rate(state);
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

/* Before anything is measured: scales that leave no room for a loop are found early. */
static plb_status run_scaling(calibrate_state *state, plb_calibration_config config) {
    config.measure = false;
    plb_status status = plb_calibrate(&config, &state->baseline, &state->error);
    if (status == PLB_OK) {
        status = plb_scaling_make(state->baseline, state->scales, state->scale_count,
                                  hint_limits[state->given.hint], &state->scaling, &state->error);
        if (status == PLB_E_ARGUMENT) {
            state->inputs.failure = CLI_USAGE;
        }
    }
    return status;
}

/* One of several processes: sample as told, and answer. */
static plb_status run_slice(calibrate_state *state, plb_calibration_config config) {
    config.slice = &state->slice;
    config.progress = NULL;
    plb_status status = plb_calibrate(&config, &state->calibration, &state->error);
    const plb_call_summary *calls =
        status == PLB_OK ? plb_calibration_calls(state->calibration) : NULL;
    return plb_slice_send(&state->slice, calls != NULL ? calls->sampling : NULL, &state->error,
                          &state->error);
}

static plb_status run_whole(calibrate_state *state, plb_calibration_config config) {
    plb_restarts restarts = {.arguments =
                                 cli_arguments_again(state->argument_count, state->arguments)};
    config.restarts = restarts.arguments != NULL ? &restarts : NULL;
    plb_status status = plb_calibrate(&config, &state->calibration, &state->error);
    free((void *) restarts.arguments);
    return status;
}

static const plb_observer *observer_of(calibrate_state *state) {
    return cli_observer(&state->observing,
                        state->recording != NULL ? plb_run_observer(state->recording) : NULL);
}

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
        .no_stages = state->given.no_stages,
        .observer = observer_of(state),
        .interrupted = &cli_interrupted,
        .progress = cli_progress_shown(),
        .progress_context = "overhead",
    };
    plb_status status =
        cli_choose_strategy(&state->inputs, state->given.strategy, &config.strategy, &state->error);
    if (status != PLB_OK) {
        return status;
    }
    cli_catch_interrupts();
    if (state->is_slice) {
        return run_slice(state, config);
    }
    if (state->given.scales.count > 0) {
        status = run_scaling(state, config);
    }
    return status == PLB_OK ? run_whole(state, config) : status;
}

#define PROFILE_TIME_S 10.0

/* Afterwards, so that it does not disturb what is measured. */
static plb_status make_profile(calibrate_state *state) {
    double time_s = state->given.time_s;
    if (!(time_s > 0) || time_s > PROFILE_TIME_S) {
        time_s = PROFILE_TIME_S;
    }
    plb_status status =
        plb_calibration_profile(state->calibration, time_s, &state->profile, &state->error);
    if (status == PLB_OK && state->given.stacks != NULL) {
        const char *stacks = state->profile->stacks;
        status = cli_write_file(state->given.stacks, stacks, strlen(stacks), &state->error);
    }
    return status;
}

static plb_status submit_at_rate(calibrate_state *state) {
    plb_rate_config config = {
        .rate = state->rate, .poisson = state->given.poisson, .time_s = state->given.time_s};
    return plb_rate_measure(state->calibration, &config, &state->loaded, &state->error);
}

/* A profile or a load that failed is no reason to lose what was measured either. */
static plb_status profile_and_tell(calibrate_state *state) {
    plb_status profiled =
        state->given.profile && cli_interrupted == 0 ? make_profile(state) : PLB_OK;
    if (profiled == PLB_OK && state->rate > 0 && cli_interrupted == 0) {
        profiled = submit_at_rate(state);
    }
    plb_error error = state->error;
    plb_status told = tell(state);
    if (profiled != PLB_OK) {
        state->error = error;
    }
    return profiled != PLB_OK ? profiled : told;
}

/* What would keep the results from being written is found before they are there. */
static plb_status open_folder(calibrate_state *state) {
    const char *name = plb_script_name(state->inputs.script);
    plb_error *error = &state->error;
    plb_status status = plb_results_open(state->given.out, &state->results, error);
    if (status == PLB_OK) {
        status = plb_results_budget_json(state->results, name, NULL, 0, error);
    }
    if (status == PLB_OK) {
        status = plb_results_scaling_csv(state->results, name, NULL, 0, error);
    }
    if (status != PLB_OK) {
        return status;
    }
    return state->given.no_measure
               ? plb_run_absent(state->results, error)
               : cli_begin_run(state->results, state->argument_count, state->arguments,
                               options_text(state), &state->inputs, &state->recording, error);
}

static plb_status calibrate(calibrate_state *state) {
    cli_inputs *inputs = &state->inputs;
    plb_status status = cli_load_script(inputs, &state->given.choice, &state->error);
    if (status == PLB_OK) {
        status = cli_load_parameters(inputs, state->given.parameters, &state->error);
    }
    if (status == PLB_OK && state->given.out != NULL) {
        status = state->is_slice ? plb_run_join(state->given.out, &state->recording, &state->error)
                                 : open_folder(state);
    }
    if (status == PLB_OK) {
        status = run_calibration(state);
    }
    return status == PLB_OK && !state->is_slice ? profile_and_tell(state) : status;
}

static int finish(const calibrate_state *state, plb_status status) {
    const plb_call_summary *calls =
        status == PLB_OK ? plb_calibration_calls(state->calibration) : NULL;
    if (calls != NULL && !state->is_slice) {
        cli_observe_flags(&state->observing, plb_call_flags(calls));
    }
    bool partial = (calls != NULL && plb_call_partial(calls)) ||
                   (state->scaling != NULL && plb_scaling_partial(state->scaling)) ||
                   (state->loaded != NULL && plb_rate_partial(plb_rate_run_summary(state->loaded)));
    return cli_end(state->command, status, &state->error, &state->inputs, partial,
                   state->given.out);
}

static int calibrate_to_the_end(void *context) {
    calibrate_state *state = context;
    return finish(state, calibrate(state));
}

static int calibrate_observed(void *context) {
    calibrate_state *state = context;
    return cli_observe(&state->observing, state->command, &state->given.observing,
                       state->argument_count, state->arguments, state->is_slice,
                       calibrate_to_the_end, state);
}

static int load_and_calibrate(calibrate_state *state) {
    const cli_texts *files = &state->given.plugins;
    cli_inputs *inputs = &state->inputs;
    plb_status status = cli_load_plugins(&state->plugins, files, &state->error);
    if (status == PLB_OK) {
        status = cli_note_plugins(files, inputs->items, &inputs->count, &state->error);
    }
    if (status != PLB_OK) {
        return cli_error(state->command, &state->error);
    }
    inputs->plugins = state->plugins;
    return cli_watch(state->command, state->plugins, false, calibrate_observed, state);
}

static int run(const cli_command *command, int argc, char **argv) {
    calibrate_state state = {
        .command = command,
        .arguments = argv,
        .argument_count = argc,
    };
    cli_texts words;
    state.is_slice = plb_slice_parse(getenv(PLB_SLICE_VARIABLE), &state.slice);
    int code = cli_parse(command, argc, argv, &state.given, 0, 1, &words);
    if (code < 0) {
        code = cli_check_script_choice(command, &state.given.choice, &words);
    }
    if (code < 0 && state.given.stacks != NULL && !state.given.profile) {
        code = cli_complain(command, CLI_USAGE, "--stacks belongs to --profile");
    }
    if (code < 0) {
        code = cli_read_scales(command, &state.given.scales, state.given.hint != 0, state.scales,
                               &state.scale_count);
    }
    if (code < 0) {
        code = cli_read_rate(command, state.given.rate, state.given.poisson, &state.rate);
    }
    if (code < 0) {
        code = load_and_calibrate(&state);
    }
    plb_rate_run_free(state.loaded);
    plb_scaling_free(state.scaling);
    plb_profile_free(state.profile);
    plb_calibration_free(state.baseline);
    plb_calibration_free(state.calibration);
    free(state.given.scales.items);
    plb_run_writer_free(state.recording);
    plb_results_close(state.results);
    cli_inputs_free(&state.inputs);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
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
        "  plutbench calibrate --script my.plutus --redeemer my.redeemer.json --no-measure\n"
        "  plutbench calibrate --script ecdsa-loop --no-measure --scale auto --hint steps\n"
        "  plutbench calibrate --script loop --rate 500/s --poisson\n"
        "  plutbench calibrate --script ecdsa-loop --profile --stacks ecdsa.folded\n",
    .options = options,
    .run = run,
};
