#include "harness/measure/parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

#define LEFT_OUT_SHARE 4 /* one over it is left out at either end of an epoch */
#define MOST_FREEDOM 8

typedef struct row {
    double whole;
    double part[PLB_PARTS_MOST];
} row;

typedef struct part_subject {
    row *rows; /* of the epoch at hand, PLB_PARTS_SAMPLES of them */
    size_t row_count;
    uint64_t samples;                                   /* of epochs that have ended */
    double mean[PLB_PARTS_EPOCHS_MOST][PLB_PARTS_MOST]; /* NAN: not sampled */
    plb_histogram *histograms[PLB_PARTS_MOST];          /* NULL: not kept */
} part_subject;

struct plb_parts {
    part_subject *subjects;
    size_t subject_count, part_count, epochs;
};

plb_parts *plb_parts_new(size_t subjects, size_t parts, uint32_t kept) {
    plb_parts *p = calloc(1, sizeof *p);
    if (!p || parts == 0 || parts > PLB_PARTS_MOST || subjects == 0) {
        free(p);
        return NULL;
    }
    p->subjects = calloc(subjects, sizeof *p->subjects);
    p->subject_count = subjects;
    p->part_count = parts;
    bool memory = p->subjects != NULL;
    for (size_t s = 0; memory && s < subjects; s++) {
        part_subject *subject = &p->subjects[s];
        subject->rows = calloc(PLB_PARTS_SAMPLES, sizeof *subject->rows);
        memory = subject->rows != NULL;
        for (size_t k = 0; memory && (kept >> s & 1) != 0 && k < parts; k++) {
            subject->histograms[k] = plb_histogram_new();
            memory = subject->histograms[k] != NULL;
        }
    }
    if (memory) return p;
    plb_parts_free(p);
    return NULL;
}

void plb_parts_free(plb_parts *parts) {
    if (!parts) return;
    for (size_t s = 0; parts->subjects && s < parts->subject_count; s++) {
        free(parts->subjects[s].rows);
        for (size_t k = 0; k < parts->part_count; k++) {
            plb_histogram_free(parts->subjects[s].histograms[k]);
        }
    }
    free(parts->subjects);
    free(parts);
}

bool plb_parts_add(plb_parts *parts, size_t subject, const double *ns) {
    part_subject *s = &parts->subjects[subject];
    if (s->row_count == PLB_PARTS_SAMPLES) return false;
    row *r = &s->rows[s->row_count++];
    r->whole = 0;
    for (size_t k = 0; k < parts->part_count; k++) {
        r->part[k] = ns[k];
        r->whole += ns[k];
    }
    return true;
}

static int by_whole(const void *a, const void *b) {
    const row *x = a, *y = b;
    return (x->whole > y->whole) - (x->whole < y->whole);
}

static void record(part_subject *s, size_t part_count) {
    s->samples += s->row_count;
    for (size_t k = 0; k < part_count && s->histograms[k]; k++) {
        for (size_t i = 0; i < s->row_count; i++) {
            double ns = s->rows[i].part[k];
            if (ns > 0) plb_histogram_record(s->histograms[k], ns);
        }
    }
}

bool plb_parts_end_epoch(plb_parts *parts) {
    if (parts->epochs == PLB_PARTS_EPOCHS_MOST) return false;
    size_t epoch = parts->epochs++;
    for (size_t s = 0; s < parts->subject_count; s++) {
        part_subject *subject = &parts->subjects[s];
        size_t n = subject->row_count, cut = n / LEFT_OUT_SHARE;
        record(subject, parts->part_count);
        qsort(subject->rows, n, sizeof *subject->rows, by_whole);
        for (size_t k = 0; k < parts->part_count; k++) {
            double sum = 0;
            for (size_t i = cut; i < n - cut; i++) sum += subject->rows[i].part[k];
            subject->mean[epoch][k] = n > 0 ? sum / (double) (n - 2 * cut) : (double) NAN;
        }
        subject->row_count = 0;
    }
    return true;
}

size_t plb_parts_epochs(const plb_parts *parts) { return parts->epochs; }

uint64_t plb_parts_samples(const plb_parts *parts, size_t subject) {
    return parts->subjects[subject].samples;
}

const plb_histogram *plb_parts_histogram(const plb_parts *parts, size_t subject, size_t part) {
    return parts->subjects[subject].histograms[part];
}

/* ---- Contrasts ---- */

/* The contrast of one epoch; NAN where a subject is missing. */
static double epoch_contrast(const plb_parts *parts, const double *coefficients, size_t epoch) {
    double sum = 0;
    for (size_t s = 0; s < parts->subject_count; s++) {
        for (size_t k = 0; k < parts->part_count; k++) {
            double c = coefficients[s * parts->part_count + k];
            if (c != 0) sum += c * parts->subjects[s].mean[epoch][k];
        }
    }
    return sum;
}

/* The variance of the series' mean, times its length. */
static double long_run_variance(const double *series, size_t count, size_t cosines) {
    const double pi = 3.14159265358979323846;
    double sum = 0, n = (double) count;
    for (size_t j = 1; j <= cosines; j++) {
        double projection = 0;
        for (size_t i = 0; i < count; i++) {
            projection += series[i] * cos(pi * (double) j * ((double) i + 0.5) / n);
        }
        sum += 2 / n * projection * projection;
    }
    return sum / (double) cosines;
}

/* Samples of the subject that has fewest, of those with a coefficient; SIZE_MAX: none has one. */
static size_t fewest_samples(const plb_parts *parts, const double *coefficients) {
    size_t fewest = SIZE_MAX;
    for (size_t s = 0; s < parts->subject_count; s++) {
        bool used = false;
        for (size_t k = 0; k < parts->part_count; k++) {
            used = used || coefficients[s * parts->part_count + k] != 0;
        }
        if (used && parts->subjects[s].samples < fewest) {
            fewest = (size_t) parts->subjects[s].samples;
        }
    }
    return fewest;
}

plb_status plb_parts_contrast(const plb_parts *parts, const double *coefficients,
                              plb_estimate *estimate, plb_error *error) {
    double series[PLB_PARTS_EPOCHS_MOST], mean = 0;
    size_t count = 0, fewest = fewest_samples(parts, coefficients);
    if (fewest == SIZE_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a coefficient other than 0");
    }
    for (size_t e = 0; e < parts->epochs; e++) {
        double contrast = epoch_contrast(parts, coefficients, e);
        if (!isnan(contrast)) series[count++] = contrast;
    }
    if (count < PLB_PARTS_EPOCHS_LEAST) {
        return plb_fail(error, PLB_E_MEASURE, NULL, "%zu epochs: an interval needs at least %d",
                        count, PLB_PARTS_EPOCHS_LEAST);
    }
    for (size_t i = 0; i < count; i++) mean += series[i] / (double) count;
    for (size_t i = 0; i < count; i++) series[i] -= mean;
    size_t freedom = count - 1 < MOST_FREEDOM ? count - 1 : MOST_FREEDOM;
    double variance = long_run_variance(series, count, freedom) / (double) count;
    double half = plb_student_975((double) freedom) * sqrt(variance);
    *estimate = (plb_estimate){.value = mean,
                               .low = mean - half,
                               .high = mean + half,
                               .level = 0.95,
                               .count = fewest,
                               .block_length = (double) fewest / (double) count,
                               .method = "interquartile means, mean over epochs, Student's t"};
    return PLB_OK;
}
