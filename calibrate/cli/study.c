/* A study of a cost model, from a plan. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/study.h>

#include "calibrate/cli/observing.h"
#include "calibrate/cli/session.h"
#include "calibrate/cli/terminal.h"
#include "results/folder.h"

typedef struct study_options {
    const char *out, *programs;
    bool restart, look, json, markdown, schema;
    cli_observing_options observing;
} study_options;

#define FIELD(name) offsetof(study_options, name)
static const cli_option options[] = {
    {"out", "DIR", "the study's folder; a study that is there goes on (default: the plan's)",
     CLI_TEXT, FIELD(out), NULL},
    {"programs", "DIR", "folder of .flat programs to try the proposal on, instead of the plan's",
     CLI_TEXT, FIELD(programs), NULL},
    {"restart", NULL, "begin anew: remove what the folder has of this study", CLI_FLAG,
     FIELD(restart), NULL},
    {"look", NULL, "say what is done and what would be, and do nothing", CLI_FLAG, FIELD(look),
     NULL},
    {"json", NULL, "print the report as one JSON object", CLI_FLAG, FIELD(json), NULL},
    {"markdown", NULL, "print the report as Markdown", CLI_FLAG, FIELD(markdown), NULL},
    {"schema", NULL, "print the JSON Schema of plans", CLI_FLAG, FIELD(schema), NULL},
    CLI_OBSERVING_OPTIONS(FIELD(observing)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct study_state {
    const cli_command *command;
    study_options given;
    char **arguments;
    int argument_count;
    cli_texts words; /* the plan; of a process of its own, the part that it is to sample */
    char *folder;    /* of the plan; NULL: the current one */
    char programs[PATH_MAX];
    plb_input input;
    plb_slice slice;
    bool is_slice;
    plb_study_plan plan;
    plb_study *study;
    cli_observing observing;
    plb_error error;
} study_state;

/* ---- What is told meanwhile ---- */

static void tell(void *context, const char *step, const char *what) {
    (void) context;
    cli_clear_progress();
    fprintf(stderr, "%s: %s\n", step, what);
}

static void show_progress(void *context, const char *step, const char *text) {
    (void) context;
    if (text != NULL) {
        cli_show_progress_line("%s: %s", step, text);
    } else {
        cli_clear_progress();
    }
}

/* ---- The plan ---- */

static plb_status read_plan(study_state *state) {
    const char *path = state->words.items[0], *slash = strrchr(path, '/');
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, &state->error);
    if (status == PLB_OK)
        status = plb_input_describe(&state->input, "plan", path, bytes, length, &state->error);
    if (status == PLB_OK)
        status =
            plb_study_plan_read(&state->plan, path, (const char *) bytes, length, &state->error);
    free(bytes);
    if (slash != NULL) state->folder = strndup(path, (size_t) (slash - path));
    return status;
}

/* A folder on the command line is relative to the current one, not to the plan's. */
static plb_status take_programs(study_state *state) {
    if (state->given.programs == NULL) return PLB_OK;
    if (realpath(state->given.programs, state->programs) == NULL)
        return plb_fail(&state->error, PLB_E_IO, state->given.programs, "there is no such folder");
    state->plan.impact.programs = state->programs;
    return PLB_OK;
}

/* ---- The end ---- */

/* What plb_results_study has written, by a handle of its own, as far as it got. */
static plb_status note_files(plb_results *results, plb_error *error) {
    static const char *const names[] = {"study.txt",    "study.json",   "study.md",
                                        "builtins.csv", "programs.csv", "catalogue.csv"};
    char path[PATH_MAX];
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof names / sizeof *names && status == PLB_OK; i++) {
        status = plb_results_path(results, names[i], path, error);
        if (status == PLB_OK && access(path, R_OK) == 0)
            status = plb_results_note_file(results, names[i], error);
    }
    return status;
}

static plb_status write_manifest(study_state *state, const char *out) {
    cli_inputs inputs = {.items = {state->input}, .count = 1};
    plb_results *results = NULL;
    plb_status status = plb_results_open(out, &results, &state->error);
    if (status == PLB_OK) status = note_files(results, &state->error);
    if (status == PLB_OK)
        status = cli_write_manifest(results, state->argument_count, state->arguments, NULL, &inputs,
                                    NULL, &state->error);
    plb_results_close(results);
    return status;
}

static plb_status print_report(study_state *state) {
    const char *name = state->given.json       ? "study.json"
                       : state->given.markdown ? "study.md"
                                               : "study.txt";
    char *text = NULL;
    plb_status status = plb_study_file(state->study, name, &text, &state->error);
    if (status == PLB_OK) fputs(text, stdout);
    free(text);
    return status;
}

static plb_status run_study(study_state *state, const char *out) {
    const study_options *given = &state->given;
    char **again = cli_arguments_again(state->argument_count, state->arguments);
    const char *path = state->words.items[0], *slash = strrchr(path, '/');
    plb_study_config config = {
        .plan = &state->plan,
        .name = slash != NULL ? slash + 1 : path,
        .folder = state->folder,
        .out = out,
        .restart = given->restart,
        .look = given->look,
        .interrupted = &cli_interrupted,
        .arguments = again,
        .part = state->is_slice ? state->words.items[1] : NULL,
        .slice = state->is_slice ? &state->slice : NULL,
        .tell = tell,
        .progress = cli_has_progress() ? show_progress : NULL,
        .observer = cli_observer(&state->observing, NULL),
    };
    cli_catch_interrupts();
    plb_status status = plb_study_run(&config, &state->study, &state->error);
    free((void *) again);
    return status;
}

static int study(void *context) {
    study_state *state = context;
    plb_status status = read_plan(state);
    if (status == PLB_OK) status = take_programs(state);
    if (status != PLB_OK) return cli_error(state->command, &state->error);
    const char *out = state->given.out != NULL ? state->given.out : state->plan.out;
    if (out == NULL)
        return cli_complain(state->command, CLI_USAGE,
                            "expected --out DIR, the study's folder: the plan has no \"out\"");
    status = run_study(state, out);
    if (state->is_slice) return status == PLB_OK ? CLI_OK : CLI_FAILED;
    if (status == PLB_E_INTERRUPTED)
        return cli_complain(state->command, CLI_FAILED, "%s: %s; the same command goes on with it",
                            state->error.where, state->error.message);
    if (status == PLB_OK && !state->given.look) {
        status = write_manifest(state, out);
        if (status == PLB_OK) status = print_report(state);
    }
    if (status != PLB_OK) return cli_error(state->command, &state->error);
    return !state->given.look && plb_study_left_out(state->study) > 0 ? CLI_INCOMPLETE : CLI_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    study_state state = {.command = command, .arguments = argv, .argument_count = argc};
    state.is_slice = plb_slice_parse(getenv(PLB_SLICE_VARIABLE), &state.slice);
    int code =
        cli_parse(command, argc, argv, &state.given, 0, state.is_slice ? 2 : 1, &state.words);
    if (code < 0 && state.given.schema) {
        fputs(plb_study_schema(), stdout);
        code = CLI_OK;
    }
    if (code < 0 && state.words.count < (state.is_slice ? 2 : 1))
        code =
            cli_complain(command, CLI_USAGE, "expected a plan, such as docs/examples/study.json");
    if (code < 0)
        code = cli_observe(&state.observing, command, &state.given.observing, argc, argv,
                           state.is_slice, study, &state);
    plb_study_free(state.study);
    plb_study_plan_free(&state.plan);
    free(state.folder);
    free(state.words.items);
    return code;
}

const cli_command cli_study = {
    .name = "study",
    .arguments = "PLAN.json",
    .summary = "measure, fit and propose a cost model, and say what it would change",
    .examples = "  plutbench study docs/examples/study.json --out results/study\n"
                "  plutbench study plan.json --look\n"
                "  plutbench study plan.json --programs validators --markdown > report.md\n"
                "  plutbench study --schema\n",
    .options = options,
    .run = run,
};
