/* The samples themselves: as distributions, and over time. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/measure.h>

#include "harness/measure/statistics.h"
#include "results/report/sections.h"

/* ---- Latency ---- */

#define CURVES_MOST 24 /* of a plot */
#define PER_DECADE 10  /* points of a curve */

static bool ends_with(const char *text, const char *end) {
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

/* The histograms of a log, added up by tag: several processes may have recorded one subject. */
typedef struct curves {
    size_t count;
    char tags[CURVES_MOST][PLB_HISTOGRAM_TAG_BYTES];
    plb_histogram *histograms[CURVES_MOST];
    bool memory_short;
} curves;

static int add_entry(void *context, const plb_histogram_log_entry *entry) {
    curves *c = context;
    size_t i = 0;
    while (i < c->count && strcmp(c->tags[i], entry->tag) != 0) i++;
    if (i == CURVES_MOST) return 0;
    if (i == c->count) {
        c->histograms[i] = plb_histogram_new();
        c->memory_short = !c->histograms[i];
        if (c->memory_short) return 1;
        (void) snprintf(c->tags[i], sizeof c->tags[i], "%s", entry->tag);
        c->count++;
    }
    plb_histogram_add(c->histograms[i], entry->histogram);
    return 0;
}

/* From all samples to the longest of them, at equal steps of the logarithm of 1 / (1 - share). */
static void add_curve(json_t *series, const plb_histogram *histogram) {
    double count = (double) plb_histogram_count(histogram);
    for (int step = 0;; step++) {
        double tail = pow(10, (double) step / PER_DECADE);
        bool last = !(tail < count);
        if (last) tail = fmax(count, 1);
        plb_point_add(series, tail, plb_histogram_value_ns(histogram, 100 * (1 - 1 / tail)), NAN,
                      NAN);
        if (last) break;
    }
}

static json_t *new_plot(json_t *section, const char *name) {
    static const struct {
        const char *end, *name, *title, *about;
    } plots[] = {
        {"-rate.hlog", "percentiles-rate", "At a rate, by percentile",
         "Latency is from when a submission was intended, service from when it was begun."},
        {"-stages.hlog", "percentiles-stages", "Stages, by percentile",
         "Marks included: reading the clock is part of these."},
        {".hlog", "percentiles", "Time of a submission, by percentile",
         "All samples of each subject, none dropped; to the right is the tail."},
    };
    size_t i = 0;
    while (!ends_with(name, plots[i].end)) i++;
    json_t *plot = plb_plot_add(section, plots[i].name, plots[i].title, plots[i].about);
    plb_axis_set(plot, "x", "percentile", "", "tail");
    plb_axis_set(plot, "y", "time", "ns", "log");
    return plot;
}

static plb_status plot_log(json_t *section, const plb_run_document *log, plb_error *error) {
    curves c = {.count = 0};
    const plb_histogram_log_visitor visitor = {&c, add_entry};
    plb_status status = plb_histogram_log_read(log->text, log->length, &visitor, error);
    if (c.memory_short) status = plb_fail(error, PLB_E_MEMORY, log->name, "no memory for a plot");
    json_t *plot = status == PLB_OK ? new_plot(section, log->name) : NULL;
    for (size_t i = 0; i < c.count; i++) {
        if (plot) add_curve(plb_series_add(plot, c.tags[i], "line"), c.histograms[i]);
        plb_histogram_free(c.histograms[i]);
    }
    return status;
}

static const plb_column_choice subject_columns[] = {
    {"Subject", "", "name", NULL},
    {"Samples", "", "samples", "summary.json subjects[].samples"},
    {"Lowest", "ns", "percentiles.min_ns", "summary.json subjects[].percentiles.min_ns"},
    {"Median", "ns", "percentiles.p50_ns", "summary.json subjects[].percentiles.p50_ns"},
    {"90 %", "ns", "percentiles.p90_ns", "summary.json subjects[].percentiles.p90_ns"},
    {"99 %", "ns", "percentiles.p99_ns", "summary.json subjects[].percentiles.p99_ns"},
    {"99.9 %", "ns", "percentiles.p999_ns", "summary.json subjects[].percentiles.p999_ns"},
    {"Highest", "ns", "percentiles.max_ns", "summary.json subjects[].percentiles.max_ns"},
    {"Mean", "ns", "percentiles.mean_ns", "summary.json subjects[].percentiles.mean_ns"},
    {"Far out", "", "outliers.high_severe", "summary.json subjects[].outliers.high_severe"},
    {"Basis", "", "basis", "summary.json subjects[].basis"},
    {NULL, NULL, NULL, NULL},
};

plb_status plb_section_latency(const plb_report_source *source, json_t *part, plb_error *error) {
    const json_t *subjects = plb_json_at(source->summary, "subjects");
    plb_status status = PLB_OK;
    if (!json_is_array(subjects)) return PLB_OK;
    json_t *section = plb_section_add(part, "latency", "Latency",
                                      "HDR histograms of the submissions, three digits each.");
    for (size_t i = 0; i < source->facts->document_count && status == PLB_OK; i++) {
        const plb_run_document *document = &source->facts->documents[i];
        if (ends_with(document->name, ".hlog")) status = plot_log(section, document, error);
    }
    plb_table_of(section, "subjects", "Subjects",
                 "Far out: samples beyond three interquartile ranges; they are counted, not "
                 "dropped.",
                 subjects, subject_columns);
    return status;
}

/* ---- Differences ---- */

#define BUCKETS 300

/* Subjects whose difference is looked at: those whose names end so, with the same begin. */
static const struct {
    const char *of, *less, *what;
} pairs[] = {
    {"call-empty", "twin", "overhead of a call"}, {"call", "twin", "what the call adds"},
    {"calls", "twins", "what calls add"},         {"twin", "twin-again", "null experiment"},
    {"twins", "twins-again", "null experiment"},
};
#define PAIR_COUNT (sizeof pairs / sizeof *pairs)
#define PAIRS_MOST 12 /* plots of a run */

/* The subject that is `name` with `end` in the place of `old_end`; the count when there is none. */
static size_t partner_of(const plb_report_source *source, const char *name, const char *old_end,
                         const char *end) {
    size_t count = source->series->subject_count, kept = strlen(name) - strlen(old_end);
    for (size_t i = 0; i < count; i++) {
        const char *other = source->subjects[i];
        if (strncmp(other, name, kept) == 0 && strcmp(other + kept, end) == 0) return i;
    }
    return count;
}

/* The subject's name is `end`, or ends in "-" and `end`. */
static bool is_of(const char *name, const char *end) {
    return strcmp(name, end) == 0 ||
           (ends_with(name, end) && name[strlen(name) - strlen(end) - 1] == '-');
}

typedef struct difference {
    size_t count;
    double *at_s, *value; /* of the rounds that have both */
} difference;

static size_t subtract(const plb_sample_series *series, size_t of, size_t less, difference *d) {
    d->count = 0;
    for (size_t r = 0; r < series->count; r++) {
        double value = series->series[of][r] - series->series[less][r];
        if (!isfinite(value)) continue;
        d->at_s[d->count] = series->at_s[r];
        d->value[d->count++] = value;
    }
    return d->count;
}

/* Each point: the median of equally many rounds after each other, and their quartiles. */
static void plot_difference(json_t *section, const char *name, const char *title, difference *d) {
    char about[256];
    size_t buckets = d->count < 2 * BUCKETS ? d->count : BUCKETS, width = d->count / buckets;
    (void) snprintf(about, sizeof about,
                    width > 1 ? "%zu rounds. Each point is the median of about %zu rounds after "
                                "each other, the band their quartiles."
                              : "%zu rounds, each of them shown.",
                    d->count, width);
    json_t *plot = plb_plot_add(section, name, title, about);
    plb_axis_set(plot, "x", "since the run began", "s", "linear");
    plb_axis_set(plot, "y", "difference within a round", "ns", "linear");
    json_t *series = plb_series_add(plot, "median", width > 1 ? "band" : "points");
    for (size_t b = 0; b < buckets; b++) {
        size_t begin = d->count * b / buckets, count = d->count * (b + 1) / buckets - begin;
        double *values = d->value + begin, at_s = d->at_s[begin + count / 2];
        plb_sort_numbers(values, count);
        bool spread = width > 1;
        plb_point_add(series, at_s, plb_quantile_sorted(values, count, 0.5),
                      spread ? plb_quantile_sorted(values, count, 0.25) : NAN,
                      spread ? plb_quantile_sorted(values, count, 0.75) : NAN);
    }
}

static void plot_pairs(const plb_report_source *source, json_t *section, difference *d) {
    size_t subjects = source->series->subject_count, plotted = 0;
    for (size_t k = 0; k < PAIR_COUNT && plotted < PAIRS_MOST; k++) {
        for (size_t of = 0; of < subjects && plotted < PAIRS_MOST; of++) {
            const char *name = source->subjects[of];
            if (!is_of(name, pairs[k].of)) continue;
            size_t less = partner_of(source, name, pairs[k].of, pairs[k].less);
            if (less == subjects || subtract(source->series, of, less, d) == 0) continue;
            char title[256], plot[160];
            (void) snprintf(title, sizeof title, "%s − %s: %s", name, source->subjects[less],
                            pairs[k].what);
            (void) snprintf(plot, sizeof plot, "differences-%s", name);
            plot_difference(section, plot, title, d);
            plotted++;
        }
    }
}

plb_status plb_section_differences(const plb_report_source *source, json_t *part,
                                   plb_error *error) {
    if (!source->series) {
        if (source->facts->rounds > 0) {
            json_t *section =
                plb_section_add(part, "differences", "Paired differences over time", "");
            plb_text_add(section,
                         "The samples of this run are not at hand, or too many: they stay in "
                         "the folder that it was written to.");
        }
        return PLB_OK;
    }
    size_t rounds = source->series->count + 1;
    difference d = {.at_s = malloc(rounds * sizeof(double)),
                    .value = malloc(rounds * sizeof(double))};
    if (d.at_s && d.value) {
        json_t *section = plb_section_add(
            part, "differences", "Paired differences over time",
            "Both submissions of a difference are in the same round, so that drift is in both. A "
            "trend or a step here is the machine's; the null experiment shows what is noise.");
        plot_pairs(source, section, &d);
    }
    bool whole = d.at_s && d.value;
    free(d.at_s);
    free(d.value);
    return whole ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for differences");
}
