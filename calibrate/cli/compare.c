/* Runs beside runs, and one script at several protocol versions. */
#include "calibrate/cli/compare.h"

#include <stdlib.h>
#include <string.h>

#include <plutbench/compare.h>
#include <plutbench/scale.h>

#include "calibrate/cli/sides.h"
#include "results/compare/compare.h"

enum { FAIL_NEVER, FAIL_REGRESSION, FAIL_DIFFERENCE };
static const char *const failures[] = {"never", "regression", "difference", NULL};

typedef struct compare_options {
    cli_store_choice store;
    cli_versions_choice versions;
    cli_texts batches, figures, scales;
    bool percentiles, no_pace, across_versions, all, json, csv;
    double tolerance, between_runs;
    uint64_t seed;
    int fail_on;
    const char *junit, *markdown;
} compare_options;

#define FIELD(name) offsetof(compare_options, name)
static const cli_option options[] = {
    {"batch", "NAME=PATTERN", "one more batch: all runs' folders that match", CLI_TEXTS,
     FIELD(batches), NULL},
    {"figure", "NAME|PATTERN", "compare these (default: the main figures; '*': all)", CLI_TEXTS,
     FIELD(figures), NULL},
    {"percentiles", NULL, "compare also p50, p90 and p99 of what was sampled", CLI_FLAG,
     FIELD(percentiles), NULL},
    {"no-pace", NULL, "times as they were taken (default: at one clock frequency)", CLI_FLAG,
     FIELD(no_pace), NULL},
    {"tolerance", "RATIO", "a smaller change is no difference (default: none is tolerated)",
     CLI_RATIO, FIELD(tolerance), NULL},
    {"between-runs", "RATIO", "what single runs are taken to differ by (default: 0.5%)", CLI_RATIO,
     FIELD(between_runs), NULL},
    {"scale", "CSV", "for other machines: each one's benching.csv, the first's first", CLI_TEXTS,
     FIELD(scales), NULL},
    {"across-versions", NULL, "protocol versions may differ between the sides", CLI_FLAG,
     FIELD(across_versions), NULL},
    {"fail-on", "WHAT", "exit code 1 on: never (default), regression or difference", CLI_CHOICE,
     FIELD(fail_on), failures},
    {"all", NULL, "print all rows, and exact quantities that are the same", CLI_FLAG, FIELD(all),
     NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {"csv", NULL, "print CSV with a line a figure", CLI_FLAG, FIELD(csv), NULL},
    {"junit", "FILE", "write the outcome as JUnit's XML", CLI_TEXT, FIELD(junit), NULL},
    {"markdown", "FILE", "write the outcome as Markdown", CLI_TEXT, FIELD(markdown), NULL},
    {"seed", "N", "of the percentiles' bootstrap (default: 0)", CLI_NUMBER, FIELD(seed), NULL},
    CLI_VERSIONS_OPTIONS(FIELD(versions)),
    CLI_STORE_OPTIONS(FIELD(store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct compare_state {
    const cli_command *command;
    compare_options given;
    cli_texts words;
    cli_sides read;
    plb_compare_side sides[PLB_COMPARE_SIDES_MAX];
    plb_comparison *comparison;
    plb_error error;
} compare_state;

/* ---- Scales ---- */

static plb_status read_times(const char *path, plb_benching **times, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_benching_parse(times, path, (const char *) bytes, length, error);
    }
    free(bytes);
    return status;
}

/* Machines by their first runs, in the order of the sides. */
static size_t machine_of(const compare_state *s, size_t side, const char **machines,
                         size_t *count) {
    const char *id = plb_run_machine(s->sides[side].runs[0]);
    for (size_t i = 0; i < *count; i++) {
        if (strcmp(machines[i], id) == 0) return i;
    }
    machines[*count] = id;
    return (*count)++;
}

static plb_status make_scales(compare_state *s, const plb_machine_scale_set *set) {
    const char *machines[PLB_COMPARE_SIDES_MAX];
    size_t count = 0;
    plb_benching *first = NULL, *own = NULL;
    plb_machine_scale *scale = NULL;
    plb_status status = read_times(s->given.scales.items[0], &first, &s->error);
    for (size_t i = 0; i < s->read.count && status == PLB_OK; i++) {
        size_t machine = machine_of(s, i, machines, &count);
        if (machine == 0 || machine >= s->given.scales.count) continue;
        status = read_times(s->given.scales.items[machine], &own, &s->error);
        if (status == PLB_OK) {
            status = plb_machine_scale_make(&scale, first, own, set, NULL, &s->error);
        }
        if (status == PLB_OK) {
            s->sides[i].scale = scale->factor;
            s->sides[i].scale_deviation = plb_machine_scale_deviation(scale);
        }
        plb_machine_scale_free(scale);
        plb_benching_free(own);
        scale = NULL;
        own = NULL;
    }
    plb_benching_free(first);
    return status;
}

static plb_status read_scales(compare_state *s) {
    if (s->given.scales.count == 0) return PLB_OK;
    plb_machine_scale_set *set = plb_machine_scale_set_default();
    plb_status status = set != NULL
                            ? make_scales(s, set)
                            : plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for a scale");
    plb_machine_scale_set_free(set);
    return status;
}

/* ---- Comparing ---- */

static plb_status compare(compare_state *s) {
    const compare_options *given = &s->given;
    const plb_compare_options how = {.figures = given->figures.items,
                                     .figure_count = given->figures.count,
                                     .percentiles = given->percentiles,
                                     .no_pace = given->no_pace,
                                     .tolerance = given->tolerance,
                                     .between_runs = given->between_runs,
                                     .across_versions = given->across_versions,
                                     .seed = given->seed};
    plb_status status =
        cli_read_sides(&given->store, &s->words, &given->batches, &s->read, &s->error);
    if (status == PLB_OK && s->read.count > PLB_COMPARE_SIDES_MAX) {
        status = plb_fail(&s->error, PLB_E_ARGUMENT, NULL, "more than %d runs or batches",
                          PLB_COMPARE_SIDES_MAX);
    }
    for (size_t i = 0; i < s->read.count && status == PLB_OK; i++) {
        s->sides[i].name = s->read.names[i];
        s->sides[i].runs = cli_side_runs(&s->read, i, &s->sides[i].run_count);
    }
    if (status == PLB_OK) status = read_scales(s);
    return status == PLB_OK ? plb_compare(s->sides, s->read.count, &how, &s->comparison, &s->error)
                            : status;
}

typedef plb_status (*writer)(const plb_comparison *comparison, char **text, plb_error *error);

static plb_status write_to(compare_state *s, const char *path, writer write) {
    char *text = NULL;
    if (path == NULL) return PLB_OK;
    plb_status status = write(s->comparison, &text, &s->error);
    if (status == PLB_OK) status = cli_write_file(path, text, strlen(text), &s->error);
    free(text);
    return status;
}

static plb_status tell(compare_state *s) {
    char *text = NULL;
    plb_status status = s->given.json ? plb_comparison_json(s->comparison, &text, &s->error)
                        : s->given.csv
                            ? plb_comparison_csv(s->comparison, &text, &s->error)
                            : plb_comparison_text(s->comparison, s->given.all, &text, &s->error);
    if (status == PLB_OK) {
        fputs(text, stdout);
        size_t length = strlen(text);
        if (length == 0 || text[length - 1] != '\n') (void) putchar('\n');
    }
    free(text);
    if (status == PLB_OK) status = write_to(s, s->given.junit, plb_comparison_junit);
    return status == PLB_OK ? write_to(s, s->given.markdown, plb_comparison_markdown) : status;
}

/* 1 is kept for what --fail-on asks for, as `plutbench regress` does. */
static int fail(const compare_state *s) {
    bool usage = s->error.status != PLB_E_MEMORY && s->error.status != PLB_E_MEASURE;
    (void) cli_error(s->command, &s->error);
    return usage ? CLI_USAGE : CLI_INCOMPLETE;
}

static int run_comparison(compare_state *s) {
    if (s->words.count + s->given.batches.count < 1) {
        return cli_complain(s->command, CLI_USAGE,
                            "expected runs to compare: folders, runs of the store, or batches");
    }
    if (compare(s) != PLB_OK || tell(s) != PLB_OK) return fail(s);
    bool failed = s->given.fail_on == FAIL_REGRESSION   ? plb_comparison_regressed(s->comparison)
                  : s->given.fail_on == FAIL_DIFFERENCE ? plb_comparison_differs(s->comparison)
                                                        : false;
    return failed ? CLI_FAILED : CLI_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    compare_state state = {.command = command};
    int code = cli_parse(command, argc, argv, &state.given, 0, PLB_COMPARE_RUNS_MAX, &state.words);
    if (code < 0 && state.given.json && state.given.csv) {
        code = cli_complain(command, CLI_USAGE, "--json and --csv: one of them");
    }
    if (code < 0) {
        code = state.given.versions.versions != NULL
                   ? cli_compare_versions(command, &state.given.versions, &state.words,
                                          state.given.json)
                   : run_comparison(&state);
    }
    plb_comparison_free(state.comparison);
    cli_sides_free(&state.read);
    free(state.given.batches.items);
    free(state.given.figures.items);
    free(state.given.scales.items);
    free(state.words.items);
    return code;
}

const cli_command cli_compare = {
    .name = "compare",
    .arguments = "RUN|DIR|'PATTERN' ...",
    .summary = "runs, or batches of runs, beside each other: what differs beyond noise",
    .examples = "  plutbench compare runs/before runs/after\n"
                "  plutbench compare runs/old-* vs runs/new-* --fail-on regression\n"
                "  plutbench compare old='runs/old-*' new='runs/new-*' --junit compare.xml\n"
                "  plutbench compare 1a2b3c4d latest --percentiles --json\n"
                "  plutbench compare here there --scale here.csv --scale there.csv\n"
                "  plutbench compare --protocol-versions 9,10,11 --script ecdsa-loop\n",
    .options = options,
    .run = run,
};
