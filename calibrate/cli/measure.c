/* Sweeps over design points. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate/cli/design_options.h"
#include "calibrate/cli/inputs.h"
#include "calibrate/cli/observing.h"
#include "calibrate/cli/session.h"
#include "calibrate/design/plan_file.h"

typedef struct measure_options {
    const char *plan;
    cli_script_choice choice;
    cli_design_options design;
    cli_texts vary;
    const char *model;
    const char *parameters;
    double time_s, precision;
    uint64_t seed;
    bool pin, no_measure, schema;
    const char *out;
    bool json;
    cli_observing_options observing;
} measure_options;

#define FIELD(name) offsetof(measure_options, name)
static const cli_option options[] = {
    {"plan", "FILE", "all of this from a file (see --schema); time and the like override it",
     CLI_TEXT, FIELD(plan), NULL},
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
    {"vary", "FACTOR=A,B,...", "each value in turn; with several --vary, every combination",
     CLI_TEXTS, FIELD(vary), NULL},
    CLI_DESIGN_OPTIONS(FIELD(design), "loops a call (default: 0)",
                       "calibrate loops at every design point: txbudget, txperblock_N ..."),
    {"model", "TERMS", "such as '1 + calls + calls*script-bytes' (default: 1 and each FACTOR)",
     CLI_TEXT, FIELD(model), NULL},
    {"protocol-parameters", "FILE", "cardano-cli's JSON (default: mainnet's, version 10)", CLI_TEXT,
     FIELD(parameters), NULL},
    {"time", "TIME", "longest time of sampling (default: 30s)", CLI_TIME, FIELD(time_s), NULL},
    {"precision", "RATIO", "stop when every overhead is known this well (default: 1%)", CLI_RATIO,
     FIELD(precision), NULL},
    {"seed", "N", "of transactions and orders (default: from the clock)", CLI_COUNT, FIELD(seed),
     NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {"no-measure", NULL, "build and check the design points only", CLI_FLAG, FIELD(no_measure),
     NULL},
    {"out", "DIR", "write measure.json, measure.csv, histograms and a manifest", CLI_TEXT,
     FIELD(out), NULL},
    {"json", NULL, "print the summary as one JSON object", CLI_FLAG, FIELD(json), NULL},
    {"schema", NULL, "print the JSON Schema of plan files", CLI_FLAG, FIELD(schema), NULL},
    CLI_OBSERVING_OPTIONS(FIELD(observing)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct measure_state {
    const cli_command *command;
    measure_options given; /* then with what the plan says */
    char **arguments;
    int argument_count;
    cli_inputs inputs;
    plb_sweep sweep;
    plb_plan_file plan;
    char *paths[4]; /* of the plan's files, from here */
    size_t path_count;
    json_t *overridden; /* what of the plan options replace */
    plb_slice slice;
    bool is_slice; /* this is one of several processes */
    plb_strategy strategy;
    plb_results *results;
    plb_run_writer *recording; /* NULL: nothing is measured, or not kept */
    plb_measurement *measurement;
    cli_observing observing;
    plb_error error;
} measure_state;

static plb_status no_memory(measure_state *state) {
    return plb_fail(&state->error, PLB_E_MEMORY, NULL, "out of memory");
}

/* ---- The plan ---- */

/* A file that the plan names is in the plan's folder, unless its path is absolute; what is no file
 * there (hexadecimal, a name) is as it is. */
static plb_status resolve(measure_state *state, const char **name, bool must_be_file) {
    const char *slash = strrchr(state->given.plan, '/');
    if (*name == NULL || (*name)[0] == '/' || slash == NULL) {
        return PLB_OK;
    }
    char *path = NULL;
    int folder = (int) (slash - state->given.plan) + 1;
    if (asprintf(&path, "%.*s%s", folder, state->given.plan, *name) < 0) {
        return no_memory(state);
    }
    state->paths[state->path_count++] = path;
    if (must_be_file || access(path, F_OK) == 0) {
        *name = path;
    }
    return PLB_OK;
}

static plb_status override(measure_state *state, const char *what, bool given, bool planned) {
    if (given && planned && json_array_append_new(state->overridden, json_string(what)) != 0) {
        return no_memory(state);
    }
    return PLB_OK;
}

/* Options win, which the manifest tells. */
static plb_status merge(measure_state *state) {
    measure_options *given = &state->given;
    const plb_plan_file *plan = &state->plan;
    const struct {
        const char *name;
        bool given, planned;
    } both[] = {
        {"time_s", given->time_s > 0, plan->time_s > 0},
        {"precision", given->precision > 0, plan->precision > 0},
        {"seed", given->seed != 0, plan->seed != 0},
        {"out", given->out != NULL, plan->out != NULL},
    };
    for (size_t i = 0; i < sizeof both / sizeof *both; i++) {
        plb_status status = override(state, both[i].name, both[i].given, both[i].planned);
        if (status != PLB_OK) {
            return status;
        }
    }
    given->time_s = given->time_s > 0 ? given->time_s : plan->time_s;
    given->precision = given->precision > 0 ? given->precision : plan->precision;
    given->seed = given->seed != 0 ? given->seed : plan->seed;
    given->out = given->out != NULL ? given->out : plan->out;
    given->pin = given->pin || plan->pin;
    return PLB_OK;
}

static plb_status take_plan(measure_state *state) {
    measure_options *given = &state->given;
    plb_plan_file *plan = &state->plan;
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(given->plan, &bytes, &length, &state->error);
    if (status == PLB_OK) {
        status = plb_input_describe(&state->inputs.items[state->inputs.count++], "plan",
                                    given->plan, bytes, length, &state->error);
    }
    if (status == PLB_OK) {
        status = plb_plan_file_read(plan, given->plan, (const char *) bytes, length, &state->error);
    }
    free(bytes);
    if (status != PLB_OK) {
        return status;
    }
    given->choice =
        (cli_script_choice){plan->script, plan->redeemer, plan->datum, (int) plan->language};
    given->design.strategy = plan->strategy;
    given->model = plan->model;
    given->parameters = plan->protocol_parameters;
    state->sweep = plan->sweep;
    status = merge(state);
    if (status == PLB_OK && plan->is_file) {
        status = resolve(state, &given->choice.script, true);
    }
    if (status == PLB_OK) {
        status = resolve(state, &given->choice.redeemer, false);
    }
    if (status == PLB_OK) {
        status = resolve(state, &given->choice.datum, false);
    }
    return status == PLB_OK ? resolve(state, &given->parameters, true) : status;
}

/* ---- Output ---- */

/* As in a plan file. */
static json_t *value_json(const plb_factor_info *info, uint64_t value) {
    if (info->levels == NULL) {
        return json_integer((json_int_t) value);
    }
    bool yes_or_no = strcmp(info->levels[0], "no") == 0;
    return yes_or_no ? json_boolean(value != 0) : json_string(info->levels[value]);
}

/* What was fixed; `varied`: all values of each that is varied. */
static json_t *factors_json(const plb_sweep *sweep, bool varied) {
    json_t *object = json_object();
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        const plb_factor_info *info = plb_factor_get(i);
        const plb_levels *levels = &sweep->varied[i];
        char key[64];
        (void) snprintf(key, sizeof key, "%s", info->name);
        for (char *c = key; *c != '\0'; c++) {
            *c = *c == '-' ? '_' : *c;
        }
        if (!varied && sweep->given[i]) {
            json_object_set_new(object, key, value_json(info, sweep->fixed[i]));
        }
        if (varied && levels->count > 0) {
            json_t *list = json_array();
            for (size_t k = 0; k < levels->count; k++) {
                json_array_append_new(list, value_json(info, levels->values[k]));
            }
            json_object_set_new(object, key, list);
        }
    }
    return object;
}

/* The options in effect, defaults included, as JSON; malloc'ed. */
static char *options_text(const measure_state *state) {
    const measure_options *given = &state->given;
    const char *model = state->measurement != NULL
                            ? plb_measurement_summary(state->measurement)->model
                            : given->model;
    json_t *object = json_pack("{s:s?, s:O, s:s, s:o, s:o, s:s?, s:s?, s:s, s:f, s:f, s:b, s:b}",
                               "plan", given->plan, "overridden", state->overridden, "script",
                               given->choice.script, "fixed", factors_json(&state->sweep, false),
                               "vary", factors_json(&state->sweep, true), "strategy",
                               given->design.strategy, "model", model, "protocol_parameters",
                               given->parameters != NULL ? given->parameters : "embedded", "time_s",
                               given->time_s > 0 ? given->time_s : PLB_DEFAULT_TIME_S, "precision",
                               given->precision > 0 ? given->precision : PLB_DEFAULT_PRECISION,
                               "pin", given->pin, "measure", !given->no_measure);
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(15)) : NULL;
    json_decref(object);
    return text;
}

static plb_status write_results(measure_state *state) {
    const plb_sweep_summary *summary = plb_measurement_summary(state->measurement);
    plb_status status = plb_results_sweep(state->results, summary, &state->error);
    if (status == PLB_OK && state->recording != NULL) {
        status = plb_run_end(state->recording, summary->sampling, &state->error);
    }
    if (status != PLB_OK) {
        return status;
    }
    char *effective = options_text(state);
    status = cli_write_manifest(state->results, state->argument_count, state->arguments, effective,
                                &state->inputs, summary->sampling, &state->error);
    free(effective);
    return status;
}

static plb_status print_summary(measure_state *state) {
    const plb_sweep_summary *summary = plb_measurement_summary(state->measurement);
    char *text = NULL;
    plb_status status = state->given.json ? plb_sweep_summary_json(summary, &text, &state->error)
                                          : plb_sweep_summary_text(summary, &text, &state->error);
    if (status == PLB_OK) {
        fputs(text, stdout);
    }
    free(text);
    return status;
}

/* A disk that is full is no reason to lose what was measured: it is printed all the same. */
static plb_status tell(measure_state *state) {
    plb_status written = state->results != NULL ? write_results(state) : PLB_OK;
    plb_error unwritten = state->error;
    plb_status printed = print_summary(state);
    if (written != PLB_OK) {
        state->error = unwritten;
    }
    return written != PLB_OK ? written : printed;
}

/* ---- The job ---- */

/* One of several processes: sample as told, and answer. */
static plb_status run_slice(measure_state *state, plb_measure_config config) {
    config.slice = &state->slice;
    config.progress = NULL;
    plb_status status = plb_measure_sweep(&config, &state->measurement, &state->error);
    return plb_slice_send(&state->slice,
                          status == PLB_OK ? plb_measurement_summary(state->measurement)->sampling
                                           : NULL,
                          &state->error, &state->error);
}

static plb_status run_whole(measure_state *state, plb_measure_config config) {
    plb_restarts restarts = {.arguments =
                                 cli_arguments_again(state->argument_count, state->arguments)};
    config.restarts = restarts.arguments != NULL ? &restarts : NULL;
    plb_status status = plb_measure_sweep(&config, &state->measurement, &state->error);
    free((void *) restarts.arguments);
    if (status == PLB_E_ARGUMENT) {
        state->inputs.failure = CLI_USAGE;
    }
    return status;
}

static const plb_observer *observer_of(measure_state *state) {
    return cli_observer(&state->observing,
                        state->recording != NULL ? plb_run_observer(state->recording) : NULL);
}

static plb_status run_sweep(measure_state *state) {
    const measure_options *given = &state->given;
    plb_measure_config config = {
        .script = state->inputs.script,
        .parameters = state->inputs.parameters,
        .sweep = &state->sweep,
        .model = given->model,
        .measure = !given->no_measure,
        .time_s = given->time_s,
        .precision = given->precision,
        .seed = given->seed,
        .pin = given->pin,
        .observer = observer_of(state),
        .interrupted = &cli_interrupted,
        .progress = cli_progress_shown(),
        .progress_context = "overhead",
    };
    if (given->design.strategy != NULL) {
        plb_status status = cli_choose_strategy(&state->inputs, given->design.strategy,
                                                &state->strategy, &state->error);
        if (status != PLB_OK) {
            return status;
        }
        config.strategy = &state->strategy;
    }
    cli_catch_interrupts();
    return state->is_slice ? run_slice(state, config) : run_whole(state, config);
}

static plb_status open_folder(measure_state *state) {
    plb_error *error = &state->error;
    plb_status status = plb_results_open(state->given.out, &state->results, error);
    if (status != PLB_OK) {
        return status;
    }
    return state->given.no_measure
               ? plb_run_absent(state->results, error)
               : cli_begin_run(state->results, state->argument_count, state->arguments,
                               options_text(state), &state->inputs, &state->recording, error);
}

static plb_status measure(measure_state *state) {
    cli_inputs *inputs = &state->inputs;
    plb_status status = state->given.plan != NULL ? take_plan(state) : PLB_OK;
    if (status == PLB_OK) {
        status = cli_load_script(inputs, &state->given.choice, &state->error);
    }
    if (status == PLB_OK) {
        status = cli_load_parameters(inputs, state->given.parameters, &state->error);
    }
    if (status == PLB_OK && state->given.out != NULL) {
        status = state->is_slice ? plb_run_join(state->given.out, &state->recording, &state->error)
                                 : open_folder(state);
    }
    if (status == PLB_OK) {
        status = run_sweep(state);
    }
    return status == PLB_OK && !state->is_slice ? tell(state) : status;
}

static int finish(const measure_state *state, plb_status status) {
    if (status == PLB_OK && !state->is_slice) {
        cli_observe_flags(&state->observing,
                          plb_sweep_flags(plb_measurement_summary(state->measurement)));
    }
    bool partial = status == PLB_OK && !state->is_slice &&
                   plb_sweep_partial(plb_measurement_summary(state->measurement));
    return cli_end(state->command, status, &state->error, &state->inputs, partial,
                   state->given.out);
}

static int measure_to_the_end(void *context) {
    measure_state *state = context;
    return finish(state, measure(state));
}

/* What a plan says can't be said beside it. */
static int check_plan(const measure_state *state) {
    const measure_options *given = &state->given;
    const char *also = given->choice.script != NULL     ? "script"
                       : given->choice.redeemer != NULL ? "redeemer"
                       : given->choice.datum != NULL    ? "datum"
                       : given->choice.language != 0    ? "language"
                       : given->vary.count > 0          ? "vary"
                       : given->model != NULL           ? "model"
                       : given->parameters != NULL      ? "protocol-parameters"
                                                        : cli_design_given(&given->design);
    if (also == NULL) {
        return -1;
    }
    return cli_complain(state->command, CLI_USAGE,
                        "--%s is not for use with --plan, which says it itself: only --time, "
                        "--precision, --seed, --pin and --out override a plan",
                        also);
}

static int check_options(measure_state *state, const cli_texts *words) {
    const measure_options *given = &state->given;
    if (given->plan != NULL) {
        return words->count > 0
                   ? cli_complain(state->command, CLI_USAGE, "did not expect '%s'", words->items[0])
                   : check_plan(state);
    }
    if (given->choice.script == NULL && words->count == 0) {
        return cli_complain(state->command, CLI_USAGE,
                            "expected --script NAME or --plan FILE, such as --script loop-v3 "
                            "--vary calls=1,10,50");
    }
    int code = cli_check_script_choice(state->command, &given->choice, words);
    if (code < 0) {
        code = cli_take_design(state->command, &given->design, &state->sweep);
    }
    for (size_t i = 0; i < given->vary.count && code < 0; i++) {
        code = cli_take_varied(state->command, given->vary.items[i], &state->sweep);
    }
    return code;
}

static void release(measure_state *state) {
    plb_measurement_free(state->measurement);
    plb_run_writer_free(state->recording);
    plb_results_close(state->results);
    cli_inputs_free(&state->inputs);
    plb_plan_file_free(&state->plan);
    for (size_t i = 0; i < state->path_count; i++) {
        free(state->paths[i]);
    }
    json_decref(state->overridden);
    free(state->given.vary.items);
}

static int run(const cli_command *command, int argc, char **argv) {
    measure_state state = {
        .command = command,
        .given = {.design = CLI_DESIGN_OPTIONS_UNSET},
        .arguments = argv,
        .argument_count = argc,
        .overridden = json_array(),
    };
    cli_texts words;
    plb_sweep_init(&state.sweep);
    state.is_slice = plb_slice_parse(getenv(PLB_SLICE_VARIABLE), &state.slice);
    int code = cli_parse(command, argc, argv, &state.given, 0, 1, &words);
    if (code < 0 && state.given.schema) {
        fputs(plb_plan_schema(), stdout);
        code = CLI_OK;
    }
    if (code < 0) {
        code = check_options(&state, &words);
    }
    if (code < 0) {
        code = cli_observe(&state.observing, command, &state.given.observing, argc, argv,
                           state.is_slice, measure_to_the_end, &state);
    }
    release(&state);
    free(words.items);
    return code;
}

const cli_command cli_measure = {
    .name = "measure",
    .arguments = "--script NAME|FILE --vary FACTOR=A,B,... | --plan FILE",
    .summary = "the overhead of a call as a function of script size, datum, calls and the like",
    .examples =
        "  plutbench measure --script loop-v3 --purpose withdraw --reference-script \\\n"
        "      --vary calls=1,10,50,100\n"
        "  plutbench measure --script ecdsa-loop --vary script-bytes=500,2000,8000 \\\n"
        "      --vary script-place=witness,reference --time 60s --out results/scripts\n"
        "  plutbench measure --script loop --hashed-datum --vary datum-bytes=10,1000,4000 \\\n"
        "      --vary calls=1,2,3 --model '1 + calls + calls*datum-bytes'\n"
        "  plutbench measure --plan docs/examples/measure/june-2024.json --time 10s\n"
        "what can be varied, besides the options above that are numbers:\n"
        "  purpose=spend,mint,withdraw      script-place=witness,reference\n"
        "  datum=inline,hashed,none         required-signer=no,yes\n"
        "  collateral-return=no,yes         validity-interval=no,yes\n",
    .options = options,
    .run = run,
};
