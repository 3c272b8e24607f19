/* A sample file's rounds as series, on the basis that the sampler would choose for each subject. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/run.h>

#include "harness/measure/sampler.h"

#define NUMBERS_MOST ((size_t) 1 << 27)
#define PROCESSES_MOST 65536

/* Values on the three bases, of `count` rounds. */
typedef struct loading {
    plb_sample_series *series;
    double **processor_time; /* a subject each */
    bool **disturbed;
    size_t subjects, capacity, count;
    uint32_t *warm_up; /* of each process */
} loading;

/* ---- Reading ---- */

static int find_warm_up(void *context, const plb_sample_row *row) {
    loading *l = context;
    if (row->kind == PLB_ROW_END && row->process < PROCESSES_MOST) {
        l->warm_up[row->process] = row->round;
    }
    return 0;
}

static void take_round(loading *l, const plb_sample_row *row) {
    size_t at = l->count++;
    plb_sample_series *s = l->series;
    s->processes[at] = row->process;
    s->epochs[at] = row->epoch;
    s->at_s[at] = row->at_s;
    for (size_t i = 0; i < l->subjects; i++) {
        bool disturbed = signbit(row->ns[i]) && !isnan(row->ns[i]);
        s->series[i][at] = fabs((double) row->ns[i]);
        l->disturbed[i][at] = disturbed;
        l->processor_time[i][at] = disturbed ? NAN : s->series[i][at];
    }
}

static void take_times(loading *l, const plb_sample_row *row) {
    for (size_t i = 0; i < l->subjects && l->count > 0; i++) {
        if (!isnan(row->ns[i])) l->processor_time[i][l->count - 1] = (double) row->ns[i];
    }
}

static int take_row(void *context, const plb_sample_row *row) {
    loading *l = context;
    if (row->kind == PLB_ROW_END || row->process >= PROCESSES_MOST ||
        row->round < l->warm_up[row->process]) {
        return 0;
    }
    if (row->kind == PLB_ROW_PROCESSOR_TIME) {
        take_times(l, row);
    } else if (l->count < l->capacity) {
        take_round(l, row);
    }
    return 0;
}

/* ---- Bases ---- */

static void choose_basis(loading *l, size_t subject) {
    double *all = l->series->series[subject], *times = l->processor_time[subject];
    const bool *disturbed = l->disturbed[subject];
    size_t samples = 0, undisturbed = 0, timed = 0;
    for (size_t r = 0; r < l->count; r++) {
        if (isnan(all[r])) continue;
        samples++;
        undisturbed += disturbed[r] ? 0 : 1;
        timed += isnan(times[r]) ? 0 : 1;
    }
    plb_basis basis = plb_basis_choose(samples, undisturbed, timed);
    l->series->bases[subject] = basis;
    for (size_t r = 0; r < l->count; r++) {
        if (basis == PLB_BASIS_UNDISTURBED && disturbed[r]) all[r] = NAN;
        if (basis == PLB_BASIS_PROCESSOR_TIME) all[r] = times[r];
    }
}

/* ---- Memory ---- */

static bool allocate(loading *l) {
    plb_sample_series *s = l->series;
    size_t n = l->subjects, room = l->capacity ? l->capacity : 1;
    s->subject_count = n;
    s->series = calloc(n, sizeof *s->series);
    s->bases = calloc(n, sizeof *s->bases);
    s->processes = calloc(room, sizeof *s->processes);
    s->epochs = calloc(room, sizeof *s->epochs);
    s->at_s = calloc(room, sizeof *s->at_s);
    l->processor_time = calloc(n, sizeof *l->processor_time);
    l->disturbed = calloc(n, sizeof *l->disturbed);
    l->warm_up = calloc(PROCESSES_MOST, sizeof *l->warm_up);
    bool memory = s->series && s->bases && s->processes && s->epochs && s->at_s &&
                  l->processor_time && l->disturbed && l->warm_up;
    for (size_t i = 0; memory && i < n; i++) {
        s->series[i] = malloc(room * sizeof(double));
        l->processor_time[i] = malloc(room * sizeof(double));
        l->disturbed[i] = malloc(room * sizeof(bool));
        memory = s->series[i] && l->processor_time[i] && l->disturbed[i];
    }
    return memory;
}

static void release(loading *l) {
    for (size_t i = 0; i < l->subjects; i++) {
        if (l->processor_time) free(l->processor_time[i]);
        if (l->disturbed) free(l->disturbed[i]);
    }
    free(l->processor_time);
    free(l->disturbed);
    free(l->warm_up);
}

void plb_sample_series_free(plb_sample_series *series) {
    for (size_t i = 0; series->series && i < series->subject_count; i++) free(series->series[i]);
    free(series->series);
    free(series->bases);
    free(series->processes);
    free(series->epochs);
    free(series->at_s);
    memset(series, 0, sizeof *series);
}

plb_status plb_samples_series(plb_samples *samples, size_t most, plb_sample_series *series,
                              plb_error *error) {
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    loading l = {.series = series, .subjects = facts->subject_count};
    memset(series, 0, sizeof *series);
    if (most == 0) most = NUMBERS_MOST;
    if (facts->rounds > most / facts->subject_count) {
        return plb_fail(error, PLB_E_MEMORY, PLB_RUN_SAMPLES_FILE,
                        "%llu rounds of %zu subjects are more than %zu samples",
                        (unsigned long long) facts->rounds, facts->subject_count, most);
    }
    l.capacity = (size_t) facts->rounds;
    plb_status status = PLB_OK;
    if (!allocate(&l)) {
        status = plb_fail(error, PLB_E_MEMORY, PLB_RUN_SAMPLES_FILE, "no memory for %llu rounds",
                          (unsigned long long) facts->rounds);
    }
    if (status == PLB_OK) status = plb_samples_visit(samples, find_warm_up, &l, error);
    if (status == PLB_OK) status = plb_samples_visit(samples, take_row, &l, error);
    if (status == PLB_OK) {
        series->count = l.count;
        for (size_t i = 0; i < l.subjects; i++) choose_basis(&l, i);
    }
    release(&l);
    if (status != PLB_OK) plb_sample_series_free(series);
    return status;
}
