/* Does the method tell the truth? */
#include <jansson.h>
#include <malloc.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <plutbench/measure.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/terminal.h"
#include "calibrate/selftest/selftest.h"

typedef struct selftest_options {
    bool statistics;
    uint64_t runs;
    uint64_t seed;
    const char *scenario;
    double scale;
    const char *pictures;
    bool json;
} selftest_options;

#define FIELD(name) offsetof(selftest_options, name)
static const cli_option options[] = {
    {"statistics", NULL, "prove intervals, null experiment and power on simulated calibrations",
     CLI_FLAG, FIELD(statistics), NULL},
    {"runs", "N", "simulated calibrations of each scenario (default: 1000)", CLI_COUNT, FIELD(runs),
     NULL},
    {"seed", "N", "of everything random (default: 1)", CLI_COUNT, FIELD(seed), NULL},
    {"scenario", "NAME", "only this one (default: all)", CLI_TEXT, FIELD(scenario), NULL},
    {"scale-intervals", "RATIO", "judge intervals so many times as wide: 0.8 must fail", CLI_RATIO,
     FIELD(scale), NULL},
    {"pictures", "DIR", "draw coverage, drift, width and power there, as SVG", CLI_TEXT,
     FIELD(pictures), NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

#define MOST_RUNS 100000

/* ---- Text ---- */

static void print_rate(const plb_selftest_rate *rate) {
    printf(" %6.1f%c", 100.0 * rate->hits / rate->runs, rate->kept ? ' ' : '!');
}

static double percent(double share) { return 100 * share; }

static void print_coverage(const plb_selftest_report *report) {
    printf("Intervals that hold the truth, %%\n");
    printf("  %-18s %8s %7s %7s %7s %7s   %s\n", "scenario", "overhead", "by regr", "loop",
           "by regr", "null", "promised");
    for (size_t i = 0; i < report->row_count; i++) {
        const plb_selftest_row *row = &report->rows[i];
        const plb_selftest_rate *first = &row->results[PLB_SELFTEST_OVERHEAD].covered;
        printf("  %-18s ", row->scenario->name);
        for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++)
            print_rate(&row->results[f].covered);
        if (first->most < 1) {
            printf("   %.0f to %.0f\n", percent(first->least), percent(first->most));
        } else {
            printf("   at least %.0f\n", percent(first->least));
        }
    }
    if (report->row_count > 1) {
        printf("  %-18s ", "together");
        for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++)
            print_rate(&report->covered[f]);
        printf("   %.0f to %.0f\n", percent(report->covered[0].least),
               percent(report->covered[0].most));
    }
    printf("\n");
}

static void print_differences(const plb_selftest_report *report) {
    printf("Null experiments that call a difference, %%, with the 95 %% interval "
           "of that rate; "
           "promised: at most 5\n");
    for (size_t i = 0; i < report->row_count; i++) {
        const plb_selftest_rate *called = &report->rows[i].called;
        printf("  %-18s ", report->rows[i].scenario->name);
        print_rate(called);
        printf("  [%.1f, %.1f]\n", percent(called->low), percent(called->high));
    }
    if (report->row_count > 1) {
        printf("  %-18s ", "together");
        print_rate(&report->called);
        printf("  [%.1f, %.1f]\n", percent(report->called.low), percent(report->called.high));
    }
    printf("\n");
    for (size_t i = 0; i < report->row_count; i++) {
        const plb_selftest_row *row = &report->rows[i];
        if (row->found.runs == 0) continue;
        const plb_synthetic_config *target = &row->scenario->target;
        printf("A call that takes %.1f %% longer than its twin is found in %.1f%c "
               "%% [%.1f, %.1f] "
               "of %.0f s runs; promised: at least 95\n\n",
               percent(target->overhead_ns / target->base_ns),
               100.0 * row->found.hits / row->found.runs, row->found.kept ? ' ' : '!',
               percent(row->found.low), percent(row->found.high), row->scenario->time_s);
    }
}

static void print_widths(const plb_selftest_report *report) {
    printf("Half widths and errors, %% of the truth (null: of the twin's time)\n");
    printf("  %-18s %-20s %10s %10s %10s %8s %8s %8s\n", "scenario", "figure", "half width",
           "1.96 sd", "bias", "rounds", "seconds", "precise");
    for (size_t i = 0; i < report->row_count; i++) {
        const plb_selftest_row *row = &report->rows[i];
        for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
            const plb_selftest_result *r = &row->results[f];
            printf("  %-18s %-20s %10.4f %10.4f %+10.4f", f == 0 ? row->scenario->name : "",
                   plb_selftest_figure_name(f), percent(r->half_width),
                   percent(1.96 * r->deviation), percent(r->bias));
            if (f == 0) {
                printf(" %8.0f %8.1f %7.0f%%", row->rounds, row->elapsed_s, percent(row->precise));
            }
            printf("\n");
        }
    }
    printf("\n");
}

static void print_text(const plb_selftest_report *report, uint64_t seed) {
    printf("%u simulated calibrations of each scenario, seed %llu\n\n", report->rows[0].called.runs,
           (unsigned long long) seed);
    print_coverage(report);
    print_differences(report);
    print_widths(report);
    if (report->kept) {
        printf("All promises are kept.\n");
    } else {
        printf("Promises are broken beyond chance where there is a '!'.\n");
    }
}

/* ---- JSON ---- */

static json_t *rate_json(const plb_selftest_rate *r) {
    return json_pack("{s:i, s:i, s:f, s:[f,f], s:[f,f], s:b}", "hits", (int) r->hits, "runs",
                     (int) r->runs, "share", (double) r->hits / r->runs, "interval", r->low,
                     r->high, "promised", r->least, r->most, "kept", (int) r->kept);
}

static json_t *row_json(const plb_selftest_row *row) {
    json_t *figures = json_object();
    for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
        const plb_selftest_result *r = &row->results[f];
        json_object_set_new(figures, plb_selftest_figure_name(f),
                            json_pack("{s:o, s:f, s:f, s:f}", "covered", rate_json(&r->covered),
                                      "half_width", r->half_width, "bias", r->bias, "deviation",
                                      r->deviation));
    }
    json_t *o = json_pack("{s:s, s:s, s:o, s:o, s:f, s:f, s:f}", "scenario", row->scenario->name,
                          "description", row->scenario->description, "figures", figures,
                          "null_called", rate_json(&row->called), "rounds", row->rounds,
                          "elapsed_s", row->elapsed_s, "stopped_by_precision", row->precise);
    if (row->found.runs > 0) json_object_set_new(o, "difference_found", rate_json(&row->found));
    return o;
}

static void print_json(const plb_selftest_report *report, uint64_t seed) {
    json_t *rows = json_array(), *together = json_object();
    for (size_t i = 0; i < report->row_count; i++) {
        json_array_append_new(rows, row_json(&report->rows[i]));
    }
    for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
        if (report->covered[f].runs == 0) continue;
        json_object_set_new(together, plb_selftest_figure_name(f), rate_json(&report->covered[f]));
    }
    cli_print_json(json_pack("{s:i, s:I, s:o, s:o, s:o, s:b}", "runs",
                             (int) report->rows[0].called.runs, "seed", (json_int_t) seed,
                             "scenarios", rows, "together", together, "null_called",
                             rate_json(&report->called), "kept", (int) report->kept));
}

/* ---- The command ---- */

/* `context` is when it began. */
static void show_progress(void *context, double share) {
    const uint64_t *start_ns = context;
    if (share >= 1) {
        cli_clear_progress();
    } else {
        cli_show_share(share, (double) (plb_clock_now_ns() - *start_ns) * 1e-9,
                       "of the simulations");
    }
}

static int check(const cli_command *command, const selftest_options *given) {
    if (!given->statistics) {
        return cli_complain(command, CLI_USAGE,
                            "expected --statistics, which is all that there is "
                            "to test");
    }
    if (given->runs > MOST_RUNS) {
        return cli_complain(command, CLI_USAGE, "--runs: expected at most %d", MOST_RUNS);
    }
    if (given->scenario != NULL && plb_selftest_scenario_find(given->scenario) == NULL) {
        const char *names[PLB_SELFTEST_ROWS + 1] = {NULL};
        for (size_t i = 0; plb_selftest_scenario_at(i) != NULL; i++) {
            names[i] = plb_selftest_scenario_at(i)->name;
        }
        const char *meant = cli_suggest(given->scenario, names);
        return cli_complain(command, CLI_USAGE, "--scenario: there is no '%s'%s%s%s",
                            given->scenario, meant != NULL ? "; did you mean '" : "",
                            meant != NULL ? meant : "", meant != NULL ? "'?" : "");
    }
    struct stat folder;
    if (given->pictures != NULL &&
        (stat(given->pictures, &folder) != 0 || !S_ISDIR(folder.st_mode))) {
        return cli_complain(command, CLI_USAGE, "--pictures: '%s' is no folder", given->pictures);
    }
    return CLI_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    selftest_options given = {.seed = 1};
    cli_texts none;
    int code = cli_parse(command, argc, argv, &given, 0, 0, &none);
    free(none.items);
    if (code < 0)
        code = check(command, &given);
    else
        return code;
    if (code != CLI_OK) return code;

    /* Memory of one simulation is that of the next: faulting it in again takes a
     * third of the time. */
    (void) mallopt(M_MMAP_THRESHOLD, 1 << 30);
    (void) mallopt(M_TRIM_THRESHOLD, 1 << 30);
    uint64_t start_ns = plb_clock_now_ns();
    plb_selftest_config config = {.runs = (unsigned) given.runs,
                                  .seed = given.seed,
                                  .scenario = given.scenario,
                                  .scale = given.scale,
                                  .progress = cli_has_progress() ? show_progress : NULL,
                                  .progress_context = &start_ns};
    plb_selftest_report report;
    plb_error error = {0};
    if (plb_selftest(&config, &report, &error) != PLB_OK) return cli_error(command, &error);
    if (given.json) {
        print_json(&report, given.seed);
    } else {
        print_text(&report, given.seed);
    }
    if (given.pictures != NULL &&
        plb_selftest_pictures(&report, given.seed, given.pictures, &error) != PLB_OK) {
        return cli_error(command, &error);
    }
    return report.kept ? CLI_OK : CLI_FAILED;
}

const cli_command cli_selftest = {
    .name = "selftest",
    .arguments = "",
    .summary = "prove on simulated calibrations that intervals hold what they promise",
    .examples = "  plutbench selftest --statistics\n"
                "  plutbench selftest --statistics --runs 200 --scenario layout\n",
    .options = options,
    .run = run,
};
