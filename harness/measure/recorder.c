/* Keeps a run's samples: raw rounds, then entries within a bound of memory, then histograms. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/sampler.h"
#include "harness/measure/statistics.h"

#define ENOUGH_SAMPLES 64 /* of a basis that leaves some out */

bool plb_recorder_init(plb_recorder *recorder, size_t subject_count, size_t keep_rounds) {
    memset(recorder, 0, sizeof *recorder);
    recorder->subject_count = subject_count;
    recorder->capacity = keep_rounds < 2 * PLB_RECORDER_RAW ? 2 * PLB_RECORDER_RAW : keep_rounds;
    recorder->group = 1;
    recorder->settled = true;
    size_t series = PLB_BASIS_COUNT * subject_count;
    recorder->raw = calloc(series, sizeof *recorder->raw);
    recorder->kept = calloc(series, sizeof *recorder->kept);
    recorder->histograms = calloc(subject_count, sizeof(plb_histogram *));
    recorder->raw_epochs = calloc(PLB_RECORDER_RAW, sizeof *recorder->raw_epochs);
    recorder->kept_epochs = malloc(recorder->capacity * sizeof *recorder->kept_epochs);
    bool memory = recorder->raw && recorder->kept && recorder->histograms && recorder->raw_epochs &&
                  recorder->kept_epochs;
    if (memory) memset(recorder->kept_epochs, 0, recorder->capacity * sizeof(uint32_t));
    for (size_t i = 0; memory && i < series; i++) {
        recorder->raw[i] = malloc(PLB_RECORDER_RAW * sizeof(double));
        recorder->kept[i] = malloc(recorder->capacity * sizeof(double));
        memory = recorder->raw[i] && recorder->kept[i];
        /* Touch the pages now, not between samples. */
        for (size_t r = 0; memory && r < PLB_RECORDER_RAW; r++) recorder->raw[i][r] = NAN;
        for (size_t r = 0; memory && r < recorder->capacity; r++) recorder->kept[i][r] = NAN;
    }
    for (size_t i = 0; memory && i < subject_count; i++) {
        recorder->histograms[i] = plb_histogram_new();
        memory = recorder->histograms[i] != NULL;
    }
    if (!memory) plb_recorder_free(recorder);
    return memory;
}

void plb_recorder_free(plb_recorder *recorder) {
    for (size_t i = 0; i < PLB_BASIS_COUNT * recorder->subject_count; i++) {
        if (recorder->raw) free(recorder->raw[i]);
        if (recorder->kept) free(recorder->kept[i]);
    }
    for (size_t i = 0; recorder->histograms && i < recorder->subject_count; i++) {
        plb_histogram_free(recorder->histograms[i]);
    }
    free(recorder->raw);
    free(recorder->kept);
    free(recorder->histograms);
    free(recorder->raw_epochs);
    free(recorder->kept_epochs);
    memset(recorder, 0, sizeof *recorder);
}

static void fill_histogram(plb_recorder *recorder, size_t series, const double *samples,
                           size_t count) {
    size_t first = PLB_BASIS_ALL * recorder->subject_count;
    if (series < first) return;
    plb_histogram *histogram = recorder->histograms[series - first];
    for (size_t r = 0; r < count; r++) {
        if (!isnan(samples[r])) plb_histogram_record(histogram, samples[r]);
    }
}

static size_t present(const double *samples, size_t count) {
    size_t n = 0;
    for (size_t r = 0; r < count; r++) n += isnan(samples[r]) ? 0 : 1;
    return n;
}

static size_t samples_of(const plb_recorder *recorder, plb_basis basis, size_t subject) {
    return present(recorder->kept[basis * recorder->subject_count + subject], recorder->kept_count);
}

plb_basis plb_basis_choose(size_t all, size_t undisturbed, size_t timed) {
    /* Of a subject that is timed by the processor at all, every sample is. */
    bool is_timed = timed == all;
    if (undisturbed >= ENOUGH_SAMPLES && (2 * undisturbed >= all || !is_timed)) {
        return PLB_BASIS_UNDISTURBED;
    }
    return is_timed ? PLB_BASIS_PROCESSOR_TIME : PLB_BASIS_ALL;
}

plb_basis plb_recorder_basis(const plb_recorder *recorder, size_t subject) {
    size_t undisturbed = samples_of(recorder, PLB_BASIS_UNDISTURBED, subject);
    size_t all = samples_of(recorder, PLB_BASIS_ALL, subject);
    return plb_basis_choose(all, undisturbed,
                            samples_of(recorder, PLB_BASIS_PROCESSOR_TIME, subject));
}

/* The median of those samples that are not missing; NAN when all are. */
static double group_median(const double *samples, size_t count, double *scratch) {
    size_t n = 0;
    for (size_t r = 0; r < count; r++) {
        if (!isnan(samples[r])) scratch[n++] = samples[r];
    }
    return plb_median_of(scratch, n);
}

plb_status plb_recorder_look(const plb_recorder *recorder, plb_warm_up *warm_up, plb_error *error) {
    *warm_up = (plb_warm_up){0, true};
    if (recorder->warm_up_found || recorder->kept_count == 0) return PLB_OK;
    /* All samples, so that there is one in every round. */
    plb_rounds rounds = {.series = (const double *const *) recorder->kept +
                                   PLB_BASIS_ALL * recorder->subject_count,
                         .series_count = recorder->subject_count,
                         .round_count = recorder->kept_count};
    double *levels = malloc(recorder->kept_count * sizeof *levels);
    if (!levels) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to look for warm-up");
    plb_status status = plb_round_levels(&rounds, levels, error);
    if (status == PLB_OK) {
        status = plb_warm_up_find(levels, recorder->kept_count, warm_up, error);
    }
    free(levels);
    return status;
}

/* Decide on the warm-up by the entries there are (single rounds so far), and drop it. */
static plb_status fix_warm_up(plb_recorder *recorder, plb_error *error) {
    if (recorder->warm_up_found) return PLB_OK;
    plb_warm_up warm_up;
    plb_status status = plb_recorder_look(recorder, &warm_up, error);
    if (status != PLB_OK) return status;
    size_t rest = recorder->kept_count - warm_up.rounds;
    for (size_t i = 0; i < PLB_BASIS_COUNT * recorder->subject_count; i++) {
        double *kept = recorder->kept[i];
        memmove(kept, kept + warm_up.rounds, rest * sizeof *kept);
        fill_histogram(recorder, i, kept, rest);
    }
    memmove(recorder->kept_epochs, recorder->kept_epochs + warm_up.rounds,
            rest * sizeof *recorder->kept_epochs);
    recorder->kept_count = rest;
    recorder->settled = warm_up.settled;
    recorder->warm_up_rounds = warm_up.rounds;
    recorder->warm_up_found = true;
    return PLB_OK;
}

/* Three neighbouring entries become one. Their median has the median of the whole, which a mean of
 * skewed samples has not. */
static void thin_out(plb_recorder *recorder) {
    double scratch[3];
    size_t groups = (recorder->kept_count + 2) / 3;
    for (size_t i = 0; i < PLB_BASIS_COUNT * recorder->subject_count; i++) {
        double *kept = recorder->kept[i];
        for (size_t g = 0; g < groups; g++) {
            size_t begin = 3 * g, end = begin + 3;
            if (end > recorder->kept_count) end = recorder->kept_count;
            kept[g] = group_median(kept + begin, end - begin, scratch);
        }
    }
    for (size_t g = 0; g < groups; g++) recorder->kept_epochs[g] = recorder->kept_epochs[3 * g];
    recorder->kept_count = groups;
    /* Beyond that a group would not fit the raw rounds: older entries then stand for more rounds
     * than newer ones. */
    if (recorder->group < PLB_RECORDER_RAW) recorder->group *= 3;
}

static void append_groups(plb_recorder *recorder, bool last) {
    double scratch[PLB_RECORDER_RAW];
    size_t group = recorder->group;
    size_t groups = (recorder->raw_count + (last ? group - 1 : 0)) / group;
    size_t taken = groups * group < recorder->raw_count ? groups * group : recorder->raw_count;
    for (size_t i = 0; i < PLB_BASIS_COUNT * recorder->subject_count; i++) {
        double *raw = recorder->raw[i], *kept = recorder->kept[i] + recorder->kept_count;
        for (size_t g = 0; g < groups; g++) {
            size_t begin = g * group, end = begin + group;
            if (end > taken) end = taken;
            kept[g] = group_median(raw + begin, end - begin, scratch);
        }
        if (recorder->warm_up_found) fill_histogram(recorder, i, raw, taken);
        memmove(raw, raw + taken, (recorder->raw_count - taken) * sizeof *raw);
    }
    for (size_t g = 0; g < groups; g++) {
        recorder->kept_epochs[recorder->kept_count + g] = recorder->raw_epochs[g * group];
    }
    memmove(recorder->raw_epochs, recorder->raw_epochs + taken,
            (recorder->raw_count - taken) * sizeof *recorder->raw_epochs);
    recorder->kept_count += groups;
    recorder->raw_count -= taken;
}

plb_status plb_recorder_put_away(plb_recorder *recorder, plb_error *error) {
    if (recorder->kept_count + recorder->raw_count / recorder->group + 1 > recorder->capacity) {
        plb_status status = fix_warm_up(recorder, error);
        if (status != PLB_OK) return status;
        thin_out(recorder);
    }
    append_groups(recorder, false);
    return PLB_OK;
}

plb_status plb_recorder_finish(plb_recorder *recorder, plb_error *error) {
    plb_status status = plb_recorder_put_away(recorder, error);
    if (status != PLB_OK) return status;
    append_groups(recorder, true);
    return fix_warm_up(recorder, error);
}
