#include <stdlib.h>
#include <string.h>

#include <plutbench/report.h>

#include "calibrate/cli/sides.h"

typedef struct report_options {
    cli_store_choice store;
    const char *output, *plots, *title, *timeline;
    int format;
    bool no_comparison;
} report_options;

static const char *const formats[] = {"html", "md", "json", "csv", "typst", NULL};

static const cli_option options[] = {
    {"output", "FILE", "where to write; -o FILE is the same (default: standard output)", CLI_TEXT,
     offsetof(report_options, output), NULL},
    {"format", "FORMAT", "html (default), md, json, csv (a line a figure) or typst", CLI_CHOICE,
     offsetof(report_options, format), formats},
    {"plots", "DIR", "write each plot as an SVG file, too", CLI_TEXT,
     offsetof(report_options, plots), NULL},
    {"title", "TEXT", "the report's title (default: made of its runs)", CLI_TEXT,
     offsetof(report_options, title), NULL},
    {"timeline", "FIGURE", "show this figure along the runs, by when they began", CLI_TEXT,
     offsetof(report_options, timeline), NULL},
    {"no-comparison", NULL, "do not compare the runs", CLI_FLAG,
     offsetof(report_options, no_comparison), NULL},
    CLI_STORE_OPTIONS(offsetof(report_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* ---- What is in it ---- */

static plb_status add_runs(plb_report *report, const cli_sides *read, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < read->run_count && status == PLB_OK; i++) {
        status = plb_report_add(report, read->runs[i], error);
    }
    return status;
}

/* Runs that can't be compared are a report all the same, which says why. */
static plb_status add_comparison(plb_report *report, const cli_sides *read, plb_error *error) {
    plb_compare_side sides[PLB_COMPARE_SIDES_MAX];
    plb_comparison *comparison = NULL;
    if (read->count < 2) {
        return PLB_OK;
    }
    if (read->count > PLB_COMPARE_SIDES_MAX) {
        return plb_report_add_note(report, "More runs than can be compared at once.", error);
    }
    for (size_t i = 0; i < read->count; i++) {
        sides[i] = (plb_compare_side){.name = read->names[i]};
        sides[i].runs = cli_side_runs(read, i, &sides[i].run_count);
    }
    plb_status status = plb_compare(sides, read->count, NULL, &comparison, error);
    if (status == PLB_E_ARGUMENT) {
        char why[PLB_ERROR_WHERE_BYTES + PLB_ERROR_MESSAGE_BYTES + 64];
        (void) snprintf(why, sizeof why, "These runs are not compared: %s%s%s.", error->where,
                        error->where[0] != '\0' ? ": " : "", error->message);
        return plb_report_add_note(report, why, error);
    }
    if (status == PLB_OK) {
        status = plb_report_add_comparison(report, plb_comparison_told(comparison), error);
    }
    plb_comparison_free(comparison);
    return status;
}

static plb_status add_timeline(plb_report *report, const char *figure, const cli_sides *read,
                               plb_error *error) {
    plb_timeline *timeline = NULL;
    const plb_timeline_options how = {.by = PLB_TIMELINE_TIME};
    plb_status status = plb_timeline_make(figure, (const plb_run *const *) read->runs,
                                          read->run_count, &how, &timeline, error);
    if (status == PLB_OK) {
        status = plb_report_add_timeline(report, plb_timeline_told(timeline), error);
    }
    plb_timeline_free(timeline);
    return status;
}

static plb_status fill(plb_report *report, const report_options *given, const cli_texts *words,
                       plb_error *error) {
    const cli_texts none = {.count = 0};
    cli_sides read = {.count = 0};
    plb_status status = cli_read_sides(&given->store, words, &none, &read, error);
    if (status == PLB_OK) {
        status = add_runs(report, &read, error);
    }
    if (status == PLB_OK && !given->no_comparison) {
        status = add_comparison(report, &read, error);
    }
    if (status == PLB_OK && given->timeline != NULL) {
        status = add_timeline(report, given->timeline, &read, error);
    }
    cli_sides_free(&read);
    return status;
}

/* ---- Where it goes ---- */

static plb_status write_plots(const plb_report *report, const char *directory, plb_error *error) {
    plb_results *folder = NULL;
    size_t count;
    if (directory == NULL) {
        return PLB_OK;
    }
    plb_status status = plb_results_open(directory, &folder, error);
    if (status == PLB_OK) {
        status = plb_report_plots(report, folder, &count, error);
    }
    plb_results_close(folder);
    return status;
}

static plb_status make(const report_options *given, const cli_texts *words, plb_error *error) {
    plb_report *report = NULL;
    char *text = NULL;
    size_t length = 0;
    plb_status status = plb_report_new(given->title, &report, error);
    if (status == PLB_OK) {
        status = fill(report, given, words, error);
    }
    if (status == PLB_OK) {
        status = plb_report_write(report, (plb_report_format) given->format, &text, &length, error);
    }
    if (status == PLB_OK) {
        status = write_plots(report, given->plots, error);
    }
    if (status == PLB_OK) {
        status = cli_write_file(given->output != NULL ? given->output : "-", text, length, error);
    }
    free(text);
    plb_report_free(report);
    return status;
}

/* "-o" is "--output". */
static void spell_out(int argc, char **argv) {
    static char output[] = "--output";
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "-o") == 0) {
            argv[i] = output;
        }
    }
}

static int run(const cli_command *command, int argc, char **argv) {
    report_options given = {.output = NULL};
    cli_texts words;
    plb_error error;
    spell_out(argc, argv);
    int code = cli_parse(command, argc, argv, &given, 1, PLB_REPORT_RUNS, &words);
    plb_status status = code < 0 ? make(&given, &words, &error) : PLB_OK;
    free(words.items);
    if (code >= 0) {
        return code;
    }
    return status == PLB_OK ? CLI_OK : cli_error(command, &error);
}

const cli_command cli_report = {
    .name = "report",
    .arguments = "RUN|DIR...",
    .summary = "runs as a document to look at: one HTML file, or md, json, csv, typst",
    .examples = "  plutbench report results/ecdsa -o report.html\n"
                "  plutbench report before after -o change.html\n"
                "  plutbench report latest --format typst -o report.typ --plots plots\n",
    .options = options,
    .run = run,
    .prints_data = true,
};
