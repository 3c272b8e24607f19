/* A figure across runs: versions, commits, time. Without runs on the command line: those of the
 * store. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/compare.h>

#include "calibrate/cli/sides.h"
#include "calibrate/cli/terminal.h"

#define PLAIN_WIDTH 100

static const char *const orders[] = {"time", "revision", "version", "protocol-version", NULL};

typedef struct timeline_options {
    cli_store_choice store;
    cli_filter_choice filter;
    bool no_pace, json, csv;
    int by;
    double between_runs;
} timeline_options;

#define FIELD(name) offsetof(timeline_options, name)
static const cli_option options[] = {
    {"by", "ORDER", "a point is: time (default: a run), revision, version, protocol-version",
     CLI_CHOICE, FIELD(by), orders},
    {"no-pace", NULL, "times as they were taken (default: at one clock frequency)", CLI_FLAG,
     FIELD(no_pace), NULL},
    {"between-runs", "RATIO", "what single runs are taken to differ by (default: 0.5%)", CLI_RATIO,
     FIELD(between_runs), NULL},
    CLI_FILTER_OPTIONS(FIELD(filter)),
    CLI_STORE_OPTIONS(FIELD(store)),
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {"csv", NULL, "print CSV with a line a point", CLI_FLAG, FIELD(csv), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* ---- Runs of the store ---- */

typedef struct ids {
    char (*items)[PLB_SHA256_TEXT_BYTES];
    size_t count;
} ids;

static int take_id(void *context, const plb_run_line *line) {
    ids *found = context;
    if (found->count == PLB_COMPARE_RUNS_MAX) return 1;
    void *grown = realloc(found->items, (found->count + 1) * sizeof *found->items);
    if (grown == NULL) return 1;
    found->items = grown;
    (void) snprintf(found->items[found->count++], sizeof *found->items, "%s", line->id);
    return 0;
}

static plb_status read_store(const timeline_options *given, cli_sides *sides, plb_error *error) {
    plb_store *store = NULL;
    ids found = {NULL, 0};
    plb_run_filter filter = cli_filter(&given->filter);
    cli_texts none = {NULL, 0};
    plb_status status = cli_read_line_of_runs(&given->store, &none, sides, error);
    if (status == PLB_OK) status = cli_open_store(&given->store, PLB_STORE_READ, &store, error);
    if (status == PLB_OK) status = plb_store_list(store, &filter, take_id, &found, error);
    sides->runs = calloc(found.count + 1, sizeof *sides->runs);
    if (status == PLB_OK && sides->runs == NULL) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for runs");
    }
    for (size_t i = 0; i < found.count && status == PLB_OK; i++) {
        status = plb_store_read(store, found.items[i], &sides->runs[i], error);
        if (status == PLB_OK) sides->run_count++;
    }
    free(found.items);
    plb_store_close(store);
    return status == PLB_OK && found.count == 0
               ? plb_fail(error, PLB_E_ARGUMENT, NULL, "no run of the store matches")
               : status;
}

/* ---- All of it ---- */

static plb_status print_timeline(const timeline_options *given, const plb_timeline *timeline,
                                 plb_error *error) {
    int width = cli_terminal_width(stdout);
    char *text = NULL;
    plb_status status =
        given->json  ? plb_timeline_json(timeline, &text, error)
        : given->csv ? plb_timeline_csv(timeline, &text, error)
                     : plb_timeline_text(timeline, width > 0 ? width : PLAIN_WIDTH, &text, error);
    if (status == PLB_OK) fputs(text, stdout);
    if (status == PLB_OK && given->json) (void) putchar('\n');
    free(text);
    return status;
}

static int show(const cli_command *command, const timeline_options *given, const cli_texts *words) {
    const plb_timeline_options how = {.by = (plb_timeline_by) given->by,
                                      .no_pace = given->no_pace,
                                      .between_runs = given->between_runs};
    const cli_texts rest = {words->items + 1, words->count - 1};
    cli_sides sides = {.runs = NULL};
    plb_timeline *timeline = NULL;
    plb_error error;
    size_t count = 0;
    plb_status status = words->count == 1
                            ? read_store(given, &sides, &error)
                            : cli_read_line_of_runs(&given->store, &rest, &sides, &error);
    if (status == PLB_OK) {
        const plb_run *const *runs = cli_side_runs(&sides, 0, &count);
        status = plb_timeline_make(words->items[0], runs, count, &how, &timeline, &error);
    }
    if (status == PLB_OK) status = print_timeline(given, timeline, &error);
    plb_timeline_free(timeline);
    cli_sides_free(&sides);
    return status == PLB_OK ? CLI_OK : cli_error(command, &error);
}

static int run(const cli_command *command, int argc, char **argv) {
    timeline_options given = {.json = false};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 1, PLB_COMPARE_RUNS_MAX, &words);
    if (code < 0 && given.json && given.csv) {
        code = cli_complain(command, CLI_USAGE, "--json and --csv: one of them");
    }
    if (code < 0) code = show(command, &given, &words);
    free(words.items);
    return code;
}

const cli_command cli_timeline = {
    .name = "timeline",
    .arguments = "METRIC [RUN|DIR|'PATTERN' ...]",
    .summary = "a figure across runs, versions or commits, and where it changes",
    .examples = "  plutbench timeline overhead_per_call.paired 'runs/nightly-*'\n"
                "  plutbench timeline cost_per_loop.paired --script ecdsa-loop\n"
                "  plutbench timeline cost_per_loop.paired 'runs/*' --by revision --json\n",
    .options = options,
    .run = run,
};
