#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/argument.h"
#include "calibrate/cli/cli.h"
#include "calibrate/cli/plugins.h"
#include "calibrate/cli/profile.h"

typedef struct eval_options {
    int format;
    int language;
    uint64_t protocol_version;
    const char *cost_model;
    cli_texts arguments;
    const char *budget;
    uint64_t byte_cap;
    cli_texts plugins;
    bool tally;
    bool profile;
    const char *stacks;
    double time_s;
    bool json;
} eval_options;

#define FIELD(name) offsetof(eval_options, name)
static const cli_option options[] = {
    {"format", "FORMAT", "auto, text, flat, cbor, hex, envelope or blueprint (default: auto)",
     CLI_CHOICE, FIELD(format), cli_formats},
    {"language", "LANGUAGE", "v1, v2, v3, v4 (default: everything, with the newest semantics)",
     CLI_CHOICE, FIELD(language), cli_languages},
    {"protocol-version", "N", "major protocol version, 5 to 12 (default: 12)", CLI_NUMBER,
     FIELD(protocol_version), NULL},
    {"cost-model", "FILE", "JSON: protocol parameters, parameter array, names, builtin costs",
     CLI_TEXT, FIELD(cost_model), NULL},
    {"arg", "FILE.json|HEX", "data to apply the script to, as JSON or CBOR; repeat for more",
     CLI_TEXTS, FIELD(arguments), NULL},
    {"budget", "CPU,MEM", "stop beyond these ExUnits (default: none, count only)", CLI_TEXT,
     FIELD(budget), NULL},
    {"max-bytes", "BYTES", "memory that the evaluation may take (default: 1GiB)", CLI_BYTES,
     FIELD(byte_cap), NULL},
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    {"tally", NULL, "add counts, budget and share by step kind and builtin", CLI_FLAG, FIELD(tally),
     NULL},
    {"profile", NULL, "run it again and again: where the time goes, beside the budget", CLI_FLAG,
     FIELD(profile), NULL},
    {"stacks", "FILE", "with --profile: write collapsed stacks for flame graphs", CLI_TEXT,
     FIELD(stacks), NULL},
    {"time", "TIME", "of --profile (default: 10s)", CLI_TIME, FIELD(time_s), NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* Everything of one `eval`, so that it is released in one place. */
typedef struct eval_state {
    const cli_command *command;
    eval_options given;
    const char *path;
    plb_era era;
    plb_exunits limit;
    plb_plugins *plugins; /* NULL: none */
    plb_program *program;
    plb_program **arguments;
    size_t argument_count;
    plb_cost_model *cost_model;
    plb_machine *machine;
    plb_tally tally;
    plb_profile *profile;
    bool ran; /* the outcome is there */
    plb_outcome outcome;
    plb_error error;
    char *result;
} eval_state;

/* "CPU,MEM", or "none". */
static bool parse_budget(const char *text, plb_exunits *limit) {
    char *end = NULL;
    *limit = (plb_exunits){.memory = INT64_MAX, .steps = INT64_MAX};
    if (strcmp(text, "none") == 0) {
        return true;
    }
    errno = 0;
    long long steps = strtoll(text, &end, 10);
    if (end == text || *end != ',') {
        return false;
    }
    const char *second = end + 1;
    long long memory = strtoll(second, &end, 10);
    *limit = (plb_exunits){.memory = memory, .steps = steps};
    return end != second && *end == '\0' && errno == 0 && steps >= 0 && memory >= 0;
}

static plb_status load_script(eval_state *state) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(state->path, &bytes, &length, &state->error);
    if (status == PLB_OK) {
        status = plb_program_load(state->program, state->era, (plb_format) state->given.format,
                                  bytes, length, NULL, &state->error);
        if (status != PLB_OK) {
            (void) plb_error_prefix(&state->error, state->path);
        }
    }
    free(bytes);
    return status;
}

static plb_status load_arguments(eval_state *state) {
    state->arguments = calloc(state->given.arguments.count + 1, sizeof(plb_program *));
    if (state->arguments == NULL) {
        return plb_fail(&state->error, PLB_E_MEMORY, NULL, "out of memory");
    }
    for (size_t i = 0; i < state->given.arguments.count; i++) {
        plb_status status =
            cli_load_data(&state->arguments[i], state->given.arguments.items[i], &state->error);
        if (status != PLB_OK) {
            return status;
        }
        state->argument_count++;
    }
    return PLB_OK;
}

static plb_status evaluate(eval_state *state) {
    plb_status status = load_arguments(state);
    if (status == PLB_OK) {
        status = cli_cost_model_with_plugins(
            &state->cost_model, state->era, state->given.cost_model, state->plugins, &state->error);
    }
    state->machine = plb_machine_new(state->given.byte_cap);
    if (status == PLB_OK && state->machine == NULL) {
        status = plb_fail(&state->error, PLB_E_MEMORY, NULL,
                          "no address space for %llu bytes: try a smaller --max-bytes",
                          (unsigned long long) state->given.byte_cap);
    }
    if (status != PLB_OK) {
        return status;
    }
    plb_evaluation evaluation = {
        .program = state->program,
        .arguments = (const plb_program *const *) state->arguments,
        .argument_count = state->argument_count,
        .cost_model = state->cost_model,
        .era = state->era,
        .limit = state->limit,
        .tally = state->given.tally || state->given.profile ? &state->tally : NULL,
    };
    status = plb_machine_run(state->machine, &evaluation, &state->outcome);
    state->ran = true;
    if (status == PLB_E_BUDGET &&
        plb_cost_model_check(state->cost_model, state->program, &state->error) != PLB_OK) {
        (void) plb_error_prefix(&state->error, state->path);
        return status; /* which explains it better */
    }
    if (status != PLB_OK) {
        return plb_fail(&state->error, status, state->path, "%s", state->outcome.message);
    }
    plb_program *result = plb_program_new(state->given.byte_cap);
    if (result == NULL) {
        return plb_fail(&state->error, PLB_E_MEMORY, NULL, "no address space for the result");
    }
    status = plb_machine_result(state->machine, result, &state->error);
    if (status == PLB_OK) {
        status =
            plb_program_print(result, state->given.byte_cap, &state->result, NULL, &state->error);
    }
    plb_program_free(result);
    return status;
}

/* ---- Profile ---- */

typedef struct profiled {
    plb_evaluation evaluation;
    plb_machine *machine;
} profiled;

static int run_once(void *context, uint64_t *activity) {
    profiled *p = context;
    plb_outcome outcome;
    p->evaluation.activity = activity;
    return plb_machine_run(p->machine, &p->evaluation, &outcome) != PLB_OK;
}

/* In a machine of its own: the result and the logs stay where they are. */
static plb_status make_profile(eval_state *state) {
    profiled p = {
        .evaluation = {.program = state->program,
                       .arguments = (const plb_program *const *) state->arguments,
                       .argument_count = state->argument_count,
                       .cost_model = state->cost_model,
                       .era = state->era,
                       .limit = {INT64_MAX, INT64_MAX}},
        .machine = plb_machine_new(state->given.byte_cap),
    };
    if (p.machine == NULL) {
        return plb_fail(&state->error, PLB_E_MEMORY, NULL, "no address space for a second machine");
    }
    plb_profile_config config = {
        .run = run_once,
        .context = &p,
        .program = state->program,
        .tally = &state->tally,
        .name = state->path,
        .time_s = state->given.time_s,
    };
    plb_status status = plb_profile_make(&config, &state->profile, &state->error);
    if (status == PLB_OK && state->given.stacks != NULL) {
        const char *stacks = state->profile->stacks;
        status = cli_write_file(state->given.stacks, stacks, strlen(stacks), &state->error);
    }
    plb_machine_free(p.machine);
    return status;
}

/* ---- What is printed ---- */

static double share(int64_t part, int64_t whole) {
    return whole > 0 ? (double) part / (double) whole : 0.0;
}

static void print_row(const char *name, uint64_t count, plb_exunits cost, plb_exunits total) {
    printf("  %-34s %10llu %16lld %6.2f%% %14lld %6.2f%%\n", name, (unsigned long long) count,
           (long long) cost.steps, 100 * share(cost.steps, total.steps), (long long) cost.memory,
           100 * share(cost.memory, total.memory));
}

static void print_tally(const plb_tally *tally, const plb_plugins *plugins, plb_exunits total) {
    printf("tally:\n  %-34s %10s %16s %7s %14s %7s\n", "", "count", "cpu", "share", "mem", "share");
    print_row("startup", 1, tally->startup, total);
    for (unsigned i = 0; i < PLB_TALLY_STEPS; i++) {
        if (tally->step_count[i] > 0) {
            print_row(plb_step_name(i), tally->step_count[i], tally->step_cost[i], total);
        }
    }
    for (unsigned i = 0; i < PLB_TALLY_BUILTINS; i++) {
        if (tally->builtin_count[i] > 0) {
            print_row(plb_builtin_name(i), tally->builtin_count[i], tally->builtin_cost[i], total);
        }
    }
    for (size_t i = 0; i < plb_plugins_builtin_count(plugins); i++) {
        if (tally->extra_count[i] > 0) {
            print_row(plb_plugins_builtin_at(plugins, i).name, tally->extra_count[i],
                      tally->extra_cost[i], total);
        }
    }
}

static json_t *row_to_json(uint64_t count, plb_exunits cost, plb_exunits total) {
    return json_pack("{s:I, s:I, s:f, s:I, s:f}", "count", (json_int_t) count, "cpu",
                     (json_int_t) cost.steps, "cpu_share", share(cost.steps, total.steps), "mem",
                     (json_int_t) cost.memory, "mem_share", share(cost.memory, total.memory));
}

static json_t *tally_to_json(const plb_tally *tally, const plb_plugins *plugins,
                             plb_exunits total) {
    json_t *steps = json_object();
    json_t *builtins = json_object();
    for (unsigned i = 0; i < PLB_TALLY_STEPS; i++) {
        if (tally->step_count[i] > 0) {
            json_object_set_new(steps, plb_step_name(i),
                                row_to_json(tally->step_count[i], tally->step_cost[i], total));
        }
    }
    for (unsigned i = 0; i < PLB_TALLY_BUILTINS; i++) {
        if (tally->builtin_count[i] > 0) {
            json_object_set_new(
                builtins, plb_builtin_name(i),
                row_to_json(tally->builtin_count[i], tally->builtin_cost[i], total));
        }
    }
    json_t *extras = plugins != NULL ? json_object() : NULL;
    for (size_t i = 0; i < plb_plugins_builtin_count(plugins); i++) {
        if (tally->extra_count[i] > 0) {
            json_object_set_new(extras, plb_plugins_builtin_at(plugins, i).name,
                                row_to_json(tally->extra_count[i], tally->extra_cost[i], total));
        }
    }
    return json_pack("{s:o, s:o, s:o, s:o*}", "startup", row_to_json(1, tally->startup, total),
                     "steps", steps, "builtins", builtins, "plugins", extras);
}

/* Log lines may hold a NUL, which C strings cannot: they are passed with their length. */
static json_t *logs_to_json(const plb_machine *machine) {
    json_t *logs = json_array();
    size_t count = machine != NULL ? plb_machine_log_count(machine) : 0;
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *line = plb_machine_log_line(machine, i, &length);
        json_array_append_new(logs, json_stringn(line, length));
    }
    return logs;
}

static const char *outcome_name(plb_status status, bool decoded) {
    if (status == PLB_OK || status == PLB_E_EVALUATION || status == PLB_E_BUDGET) {
        return plb_status_name(status);
    }
    return decoded ? plb_status_name(status) : "decode-failure";
}

static void print_json(const eval_state *state, plb_status status, bool decoded) {
    const plb_outcome *outcome = &state->outcome;
    json_t *object =
        json_pack("{s:s, s:I, s:I}", "status", outcome_name(status, decoded), "cpu",
                  (json_int_t) outcome->spent.steps, "mem", (json_int_t) outcome->spent.memory);
    json_object_set_new(object, "result",
                        state->result != NULL ? json_string(state->result) : json_null());
    json_object_set_new(object, "logs", logs_to_json(state->machine));
    json_t *error = json_null();
    if (status != PLB_OK) {
        error = state->error.where[0] != '\0'
                    ? json_sprintf("%s: %s", state->error.where, state->error.message)
                    : json_string(state->error.message);
    }
    json_object_set_new(object, "error", error != NULL ? error : json_string("unprintable"));
    json_object_set_new(object, "machine_steps", json_integer((json_int_t) outcome->steps));
    json_object_set_new(object, "bytes", json_integer((json_int_t) outcome->bytes));
    if (state->given.tally && decoded) {
        json_object_set_new(object, "tally",
                            tally_to_json(&state->tally, state->plugins, outcome->spent));
    }
    if (state->profile != NULL) {
        json_object_set_new(object, "profile", cli_profile_json(state->profile));
    }
    cli_print_json(object);
}

static void print_text(const eval_state *state, plb_status status) {
    if (state->result != NULL) {
        printf("%s\n", state->result);
    }
    if (state->ran) {
        printf("cpu: %lld\nmem: %lld\n", (long long) state->outcome.spent.steps,
               (long long) state->outcome.spent.memory);
    }
    size_t count = state->machine != NULL ? plb_machine_log_count(state->machine) : 0;
    for (size_t i = 0; i < count; i++) {
        size_t length;
        const char *line = plb_machine_log_line(state->machine, i, &length);
        printf("log: %.*s\n", (int) length, line);
    }
    if (state->ran && state->given.tally) {
        print_tally(&state->tally, state->plugins, state->outcome.spent);
    }
    if (state->profile != NULL) {
        cli_print_profile(state->profile);
    }
    if (status != PLB_OK) {
        (void) fflush(stdout);
        (void) cli_error(state->command, &state->error);
    }
}

static int run_eval(void *context) {
    eval_state *state = context;
    state->program = plb_program_new(0);
    if (state->program == NULL) {
        return cli_complain(state->command, CLI_FAILED, "no address space for the script");
    }
    plb_program_use_plugins(state->program, state->plugins);
    plb_status status = load_script(state);
    bool is_input_error = status == PLB_E_IO;
    bool decoded = status == PLB_OK;
    if (decoded) {
        status = evaluate(state);
    }
    if (status == PLB_OK && state->given.profile) {
        status = make_profile(state);
    }
    if (state->given.json && !is_input_error) {
        print_json(state, status, decoded);
    } else {
        print_text(state, status);
    }
    return status == PLB_OK ? CLI_OK : CLI_FAILED;
}

static int load_and_eval(eval_state *state) {
    if (cli_load_plugins(&state->plugins, &state->given.plugins, &state->error) != PLB_OK) {
        return cli_error(state->command, &state->error);
    }
    return cli_watch(state->command, state->plugins, false, run_eval, state);
}

static int run(const cli_command *command, int argc, char **argv) {
    eval_state state = {.command = command, .limit = {INT64_MAX, INT64_MAX}};
    cli_texts files;
    int code = cli_parse(command, argc, argv, &state.given, 1, 1, &files);
    if (code < 0) {
        code = cli_check_era(command, state.given.language, state.given.protocol_version);
        if (code == CLI_OK && state.given.budget != NULL &&
            !parse_budget(state.given.budget, &state.limit)) {
            code = cli_complain(command, CLI_USAGE,
                                "--budget: expected CPU,MEM such as "
                                "10000000000,14000000, or none, got '%s'",
                                state.given.budget);
        }
        if (code == CLI_OK && !state.given.profile &&
            (state.given.stacks != NULL || state.given.time_s > 0)) {
            code = cli_complain(command, CLI_USAGE, "--stacks and --time belong to --profile");
        }
        if (code == CLI_OK) {
            state.path = files.items[0];
            state.era = cli_era(state.given.language, state.given.protocol_version);
            code = load_and_eval(&state);
        }
    }
    for (size_t i = 0; i < state.argument_count; i++) {
        plb_program_free(state.arguments[i]);
    }
    free(state.arguments);
    plb_program_free(state.program);
    plb_cost_model_free(state.cost_model);
    plb_machine_free(state.machine);
    plb_profile_free(state.profile);
    free(state.result);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
    free(state.given.arguments.items);
    free(files.items);
    return code;
}

const cli_command cli_eval = {
    .name = "eval",
    .arguments = "FILE",
    .summary = "evaluate a script and print its result, budget and logs",
    .examples = "  plutbench eval script.uplc\n"
                "  plutbench eval validator.plutus --language v2 --protocol-version 9 \\\n"
                "      --arg datum.json --arg redeemer.json --arg context.cbor.hex\n"
                "  plutbench eval script.flat --budget 10000000000,14000000 --tally --json\n"
                "  plutbench eval script.flat --profile --stacks script.folded\n"
                "  plutbench eval script.uplc --plugin more_builtins.so\n",
    .options = options,
    .run = run,
};
