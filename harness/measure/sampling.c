/* What is told of a sampling after the run. */
#include "harness/measure/sampler.h"

#include <math.h>
#include <stdlib.h>

#include "harness/measure/statistics.h"

const char *plb_basis_name(plb_basis basis) {
    static const char *const names[] = {"undisturbed", "processor-time", "all"};
    return (unsigned) basis < sizeof names / sizeof *names ? names[basis] : "unknown";
}

const char *plb_stop_name(plb_stop stop) {
    static const char *const names[] = {"precision", "time", "rounds", "interrupted"};
    return (unsigned) stop < sizeof names / sizeof *names ? names[stop] : "unknown";
}

plb_rounds plb_sampling_rounds(const plb_sampling *s) {
    return (plb_rounds){.series = s->series,
                        .series_count = s->facts.subject_count,
                        .round_count = s->recorder.kept_count,
                        .resolution = s->resolution,
                        .epochs = s->renewed ? s->recorder.kept_epochs : NULL};
}

static plb_status drift_flag(plb_sampling *s, plb_error *error) {
    plb_rounds rounds = plb_sampling_rounds(s);
    /* All samples, so that there is one in every round. */
    rounds.series = (const double *const *) s->recorder.kept + PLB_BASIS_ALL * rounds.series_count;
    double drift = 0;
    double *levels = malloc((rounds.round_count ? rounds.round_count : 1) * sizeof *levels);
    if (!levels) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    plb_status status = plb_round_levels(&rounds, levels, error);
    if (status == PLB_OK) status = plb_drift_find(levels, rounds.round_count, &drift, error);
    free(levels);
    if (fabs(drift) > 0.05) s->facts.flags |= 1U << PLB_FLAG_DRIFT;
    return status;
}

static plb_status subject_facts(plb_sampling *s, plb_error *error) {
    for (size_t i = 0; i < s->facts.subject_count; i++) {
        plb_subject_facts *subject = &s->subjects[i];
        plb_status status =
            plb_outliers_count(s->series[i], s->recorder.kept_count, &subject->outliers, error);
        if (status != PLB_OK) return status;
        const plb_outliers *o = &subject->outliers;
        subject->histogram = s->recorder.histograms[i];
        subject->samples = plb_histogram_count(subject->histogram);
        if (subject->samples < 100) s->facts.flags |= 1U << PLB_FLAG_FEW;
        if ((double) (o->low_severe + o->high_severe) > 0.05 * (double) o->count) {
            s->facts.flags |= 1U << PLB_FLAG_OUTLIERS;
        }
    }
    return PLB_OK;
}

void plb_sampling_choose(plb_sampling *sampling) {
    size_t n = sampling->facts.subject_count;
    for (size_t i = 0; i < n; i++) {
        plb_basis basis = plb_recorder_basis(&sampling->recorder, i);
        sampling->subjects[i].basis = basis;
        sampling->series[i] = sampling->recorder.kept[basis * n + i];
    }
}

plb_status plb_sampling_conclude(plb_sampling *sampling, plb_error *error) {
    plb_sampling_choose(sampling);
    plb_status status = subject_facts(sampling, error);
    return status == PLB_OK ? drift_flag(sampling, error) : status;
}

void plb_sampling_free(plb_sampling *sampling) {
    if (!sampling) return;
    plb_recorder_free(&sampling->recorder);
    for (size_t i = 0; sampling->names && i < sampling->facts.subject_count; i++) {
        free(sampling->names[i]);
    }
    free(sampling->names);
    free(sampling->subjects);
    free(sampling->resolution);
    free(sampling->series);
    plb_histogram_free(sampling->pace);
    free(sampling);
}

const plb_sampling_facts *plb_sampling_get_facts(const plb_sampling *sampling) {
    return &sampling->facts;
}

const plb_subject_facts *plb_sampling_subject(const plb_sampling *sampling, size_t index) {
    return index < sampling->facts.subject_count ? &sampling->subjects[index] : NULL;
}

const double *plb_sampling_series(const plb_sampling *sampling, size_t index, size_t *count) {
    *count = index < sampling->facts.subject_count ? sampling->recorder.kept_count : 0;
    return *count ? sampling->series[index] : NULL;
}

const uint32_t *plb_sampling_epochs(const plb_sampling *sampling, size_t *count) {
    *count = sampling->renewed ? sampling->recorder.kept_count : 0;
    return sampling->renewed ? sampling->recorder.kept_epochs : NULL;
}

plb_status plb_sampling_contrast(const plb_sampling *sampling, const double *coefficients,
                                 plb_estimate *estimate, plb_error *error) {
    plb_rounds rounds = plb_sampling_rounds(sampling);
    return plb_contrast_estimate(&rounds, coefficients, 0, sampling->facts.seed, estimate, error);
}

/* Levels drift together, so their intervals are no measure of how well a design's points are known
 * against each other. Noise is about proportional to the time. */
static plb_status relative_weights(const plb_rounds *rounds, double *weights, plb_error *error) {
    size_t count = rounds->round_count;
    double *scratch = malloc((count ? count : 1) * sizeof *scratch);
    if (!scratch) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    for (size_t i = 0; i < rounds->series_count; i++) {
        size_t n = 0;
        for (size_t r = 0; r < count; r++) {
            if (!isnan(rounds->series[i][r])) scratch[n++] = rounds->series[i][r];
        }
        double median = n > 0 ? plb_median_of(scratch, n) : 1;
        weights[i] = 1 / fmax(median * median, 1e-6);
    }
    free(scratch);
    return PLB_OK;
}

plb_status plb_sampling_weights(const plb_sampling *sampling, double *weights, plb_error *error) {
    plb_rounds rounds = plb_sampling_rounds(sampling);
    size_t n = sampling->facts.subject_count;
    if (rounds.epochs) return relative_weights(&rounds, weights, error);
    double *unit = calloc(n, sizeof *unit);
    if (!unit) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < n && status == PLB_OK; i++) {
        plb_estimate estimate = {0};
        unit[i] = 1;
        status = plb_contrast_quick(&rounds, unit, &estimate, error);
        unit[i] = 0;
        /* A subject that never varies is known to the clock's steps at best. */
        double half = fmax(estimate.high - estimate.low, 2e-3) / 2;
        weights[i] = 1 / (half * half);
    }
    free(unit);
    return status;
}
