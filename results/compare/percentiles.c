/* Percentiles of what was sampled: from samples, with intervals by a bootstrap over stretches of
 * time; from histograms where there are no samples, without intervals. */
#include <fnmatch.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/measure/random.h"
#include "results/compare/compare.h"

#define STRETCHES 32
#define RESAMPLES 200
#define SAMPLES_LEAST 64
#define SAMPLES_MOST ((uint64_t) 1 << 24) /* of a subject */
#define PROCESSES_MOST 65536

static const struct {
    const char *name;
    double q;
} wanted[] = {{"p50", 0.50}, {"p90", 0.90}, {"p99", 0.99}};
#define WANTED (sizeof wanted / sizeof *wanted)

typedef struct found {
    plb_run_figure *figures;
    size_t count;
    plb_kept_texts *kept;
} found;

static bool add_figure(found *f, const char *subject, size_t which, plb_estimate estimate) {
    plb_run_figure *grown = realloc(f->figures, (f->count + 1) * sizeof *grown);
    if (!grown) return false;
    f->figures = grown;
    grown[f->count++] = (plb_run_figure){
        plb_keep_text(f->kept, "percentiles[%s].%s", subject, wanted[which].name), "ns", estimate};
    return true;
}

/* ---- Samples ---- */

/* All samples of a subject after warm-up, in order of time. */
typedef struct collecting {
    uint32_t *warm_up; /* of each process */
    size_t subject;
    double *values;
    size_t count, capacity;
} collecting;

static int note_warm_up(void *context, const plb_sample_row *row) {
    collecting *c = context;
    if (row->kind == PLB_ROW_END && row->process < PROCESSES_MOST) {
        c->warm_up[row->process] = row->round;
    }
    return 0;
}

static int collect(void *context, const plb_sample_row *row) {
    collecting *c = context;
    bool counts = row->kind == PLB_ROW_ROUND && row->process < PROCESSES_MOST &&
                  row->round >= c->warm_up[row->process] && !isnan(row->ns[c->subject]);
    if (counts && c->count < c->capacity)
        c->values[c->count++] = fabs((double) row->ns[c->subject]);
    return 0;
}

/* A sample, and the stretch that it is of. */
typedef struct placed {
    double value;
    uint32_t stretch;
} placed;

static int by_value(const void *a, const void *b) {
    double l = ((const placed *) a)->value, r = ((const placed *) b)->value;
    return l < r ? -1 : l > r;
}

/* The percentiles of samples of which each counts as often as its stretch was drawn. */
static void percentiles_of(const placed *sorted, size_t count, const uint32_t *drawn,
                           double out[WANTED]) {
    uint64_t total = 0, below = 0;
    size_t next = 0;
    for (size_t i = 0; i < count; i++) total += drawn[sorted[i].stretch];
    for (size_t i = 0; i < count && next < WANTED; i++) {
        below += drawn[sorted[i].stretch];
        while (next < WANTED && (double) below >= wanted[next].q * (double) total) {
            out[next++] = sorted[i].value;
        }
    }
}

static bool estimate_subject(const collecting *c, const char *name, uint64_t seed, found *f) {
    double value[WANTED], resampled[WANTED], sums[WANTED] = {0}, squares[WANTED] = {0};
    uint32_t drawn[STRETCHES];
    plb_random random;
    placed *sorted = malloc((c->count + 1) * sizeof *sorted);
    if (!sorted) return false;
    for (size_t i = 0; i < c->count; i++) {
        sorted[i] = (placed){c->values[i], (uint32_t) (i * STRETCHES / c->count)};
    }
    qsort(sorted, c->count, sizeof *sorted, by_value);
    for (size_t k = 0; k < STRETCHES; k++) drawn[k] = 1;
    percentiles_of(sorted, c->count, drawn, value);
    plb_random_seed(&random, seed);
    for (size_t r = 0; r < RESAMPLES; r++) {
        memset(drawn, 0, sizeof drawn);
        for (size_t k = 0; k < STRETCHES; k++) drawn[plb_random_below(&random, STRETCHES)]++;
        percentiles_of(sorted, c->count, drawn, resampled);
        for (size_t w = 0; w < WANTED; w++) {
            sums[w] += resampled[w] - value[w];
            squares[w] += (resampled[w] - value[w]) * (resampled[w] - value[w]);
        }
    }
    free(sorted);
    bool good = true;
    for (size_t w = 0; w < WANTED && good; w++) {
        double mean = sums[w] / RESAMPLES, variance = squares[w] / RESAMPLES - mean * mean;
        double error = sqrt(fmax(0, variance) * STRETCHES / (STRETCHES - 1));
        plb_estimate e = plb_estimate_of((plb_measured){value[w], error, STRETCHES - 1}, c->count,
                                         "percentile, bootstrap over 32 stretches of the run");
        e.resamples = RESAMPLES;
        good = add_figure(f, name, w, e);
    }
    return good;
}

static plb_status from_samples(const char *path, uint64_t seed, found *f, plb_error *error) {
    plb_samples *samples = NULL;
    plb_status status = plb_samples_open(path, &samples, error);
    if (status != PLB_OK) return status;
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    collecting c = {.warm_up = calloc(PROCESSES_MOST, sizeof(uint32_t))};
    if (facts->rounds > SAMPLES_MOST) {
        status = plb_fail(error, PLB_E_MEMORY, path, "more than %llu rounds",
                          (unsigned long long) SAMPLES_MOST);
    } else {
        c.capacity = (size_t) facts->rounds;
        c.values = calloc(c.capacity + 1, sizeof *c.values);
        if (!c.warm_up || !c.values) {
            status = plb_fail(error, PLB_E_MEMORY, path, "no memory for samples");
        }
    }
    if (status == PLB_OK) status = plb_samples_visit(samples, note_warm_up, &c, error);
    for (; c.subject < facts->subject_count && status == PLB_OK; c.subject++) {
        c.count = 0;
        status = plb_samples_visit(samples, collect, &c, error);
        if (status != PLB_OK || c.count < SAMPLES_LEAST) continue;
        if (!estimate_subject(&c, facts->subjects[c.subject], seed, f)) {
            status = plb_fail(error, PLB_E_MEMORY, path, "no memory for percentiles");
        }
    }
    free(c.warm_up);
    free(c.values);
    plb_samples_free(samples);
    return status;
}

/* ---- Histograms ---- */

typedef struct reading {
    found *found;
    uint64_t clipped;
    bool memory;
} reading;

static int take_histogram(void *context, const plb_histogram_log_entry *entry) {
    reading *r = context;
    plb_percentiles p;
    r->clipped += plb_histogram_clipped(entry->histogram);
    plb_histogram_percentiles(entry->histogram, &p);
    const double values[WANTED] = {p.p50_ns, p.p90_ns, p.p99_ns};
    for (size_t w = 0; w < WANTED && r->memory; w++) {
        plb_measured unknown = {values[w], INFINITY, 1};
        r->memory = add_figure(r->found, entry->tag, w, plb_estimate_of(unknown, 0, NULL));
    }
    return r->memory ? 0 : 1;
}

static plb_status from_log(const plb_run *run, const plb_run_document *document, found *f,
                           plb_error *error) {
    reading r = {.found = f, .memory = true};
    const plb_histogram_log_visitor visitor = {&r, take_histogram};
    plb_status status = plb_histogram_log_read(document->text, document->length, &visitor, error);
    if (!r.memory) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for percentiles");
    if (status == PLB_OK && r.clipped > 0) {
        status = plb_fail(error, PLB_E_ARGUMENT, plb_run_called(run),
                          "the histograms in %s are of another range: %llu samples are not between "
                          "1 ns and 1 h",
                          document->name, (unsigned long long) r.clipped);
    }
    return status;
}

/* Of subjects: those of stages, and at a rate, are of something else. */
static bool is_main_log(const char *name) {
    return fnmatch("*.hlog", name, 0) == 0 && fnmatch("*-stages.hlog", name, 0) != 0 &&
           fnmatch("*-rate.hlog", name, 0) != 0;
}

plb_status plb_percentile_figures(const plb_run *run, uint64_t seed, plb_kept_texts *kept,
                                  plb_run_figure **figures, size_t *count, plb_error *error) {
    const plb_run_facts *facts = plb_run_get_facts(run);
    found f = {.kept = kept};
    char path[PATH_MAX];
    plb_status status = PLB_OK;
    int length = snprintf(path, sizeof path, "%s/%s", facts->path, PLB_RUN_SAMPLES_FILE);
    if (length > 0 && (size_t) length < sizeof path && access(path, R_OK) == 0) {
        status = from_samples(path, seed, &f, error);
    }
    for (size_t i = 0; i < facts->document_count && status == PLB_OK && f.count == 0; i++) {
        if (is_main_log(facts->documents[i].name)) {
            status = from_log(run, &facts->documents[i], &f, error);
        }
    }
    if (status == PLB_OK && f.count == 0) {
        status = plb_fail(error, PLB_E_ARGUMENT, plb_run_called(run),
                          "no percentiles: the run has neither enough samples nor histograms");
    }
    if (status != PLB_OK) {
        free(f.figures);
        return status;
    }
    *figures = f.figures;
    *count = f.count;
    return PLB_OK;
}
