/* Times of a set's programs: sampled as everything else is, each program and the machine that runs
 * it in memory that is made anew for every epoch. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/steps/builtins.h"
#include "calibrate/steps/times.h"
#include "calibrate/sweep/place.h"
#include "harness/measure/statistics.h"

#define TIME_DEFAULT_S 30
/* Of a machine's memory, more than twice what the program takes. */
#define MACHINE_BYTES ((size_t) 16 << 20)

typedef struct timing {
    const plb_step_plan *plan;
    size_t count;
    plb_place *places, *next; /* one a program */
    plb_subject *subjects;
    plb_random random;
    plb_error failure;
} timing;

/* ---- Places ---- */

static void free_places(plb_place *places, size_t count) {
    for (size_t i = 0; i < count; i++) plb_place_free(&places[i]);
}

static plb_status make_place(timing *t, plb_place *place, size_t index) {
    const plb_step_entry *entry = &t->plan->set->entries[index];
    plb_error *error = &t->failure;
    if (!plb_place_make(place, plb_step_program_bytes(entry), MACHINE_BYTES + 2 * entry->bytes,
                        NULL, &t->random)) {
        return plb_fail(error, PLB_E_MEMORY, entry->name, "no address space for a machine");
    }
    place->evaluation->cost_model = t->plan->set->model;
    place->evaluation->era = PLB_STEP_ERA;
    plb_status status =
        plb_program_decode_flat(place->program, PLB_STEP_ERA, entry->flat, entry->length, error);
    if (status == PLB_OK && plb_place_evaluate(place) != PLB_OK)
        status = plb_fail(error, place->outcome->status, NULL, "%s", place->outcome->message);
    return status == PLB_OK ? PLB_OK : plb_error_prefix(error, entry->name);
}

/* The old places go after the new ones are there, so that they can't be in the same memory. */
static int renew(void *context, uint32_t epoch) {
    timing *t = context;
    plb_status status = PLB_OK;
    (void) epoch;
    for (size_t i = 0; i < t->count && status == PLB_OK; i++)
        status = make_place(t, &t->next[i], i);
    for (size_t i = 0; i < t->count; i++) {
        plb_place old = t->places[i];
        t->places[i] = t->next[i];
        t->next[i] = old;
    }
    free_places(t->next, t->count);
    return status != PLB_OK;
}

/* ---- Sampling ---- */

static plb_status sample(timing *t, plb_sampling **sampling, plb_error *error) {
    const plb_step_plan *given = t->plan;
    plb_plan plan = {
        .subjects = t->subjects,
        .subject_count = t->count,
        .time_budget_ns = (uint64_t) ((given->time_s > 0 ? given->time_s : TIME_DEFAULT_S) * 1e9),
        .seed = given->seed,
        .pin = given->pin,
        .cpu = -1,
        .interrupted = given->interrupted,
        .progress = given->progress,
        .progress_context = given->progress_context,
        .observer = given->observer,
        .renew = renew,
        .renew_context = t,
    };
    if (given->slice != NULL) {
        plan.seed = given->slice->seed;
        plan.process = given->slice->process;
        plan.time_budget_ns = given->slice->time_ns;
        plan.whole_time_ns = given->slice->whole_time_ns;
    }
    plb_random_seed(&t->random, plan.seed);
    if (renew(t, 0) != 0) {
        *error = t->failure;
        return t->failure.status;
    }
    plb_status status = given->slice == NULL && given->restarts != NULL
                            ? plb_sample_in_processes(&plan, given->restarts, sampling, error)
                            : plb_sample(&plan, sampling, error);
    if (t->failure.status != PLB_OK) *error = t->failure; /* says more than that renewing failed */
    return status;
}

static plb_status time_set(const plb_step_plan *plan, plb_sampling **sampling, plb_error *error) {
    size_t count = plb_step_set_count(plan->set);
    timing t = {.plan = plan,
                .count = count,
                .places = calloc(count, sizeof *t.places),
                .next = calloc(count, sizeof *t.next),
                .subjects = calloc(count, sizeof *t.subjects)};
    plb_status status = PLB_OK;
    if (t.places == NULL || t.next == NULL || t.subjects == NULL)
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for programs");
    for (size_t i = 0; i < count && status == PLB_OK; i++)
        t.subjects[i] = (plb_subject){.name = plan->set->entries[i].name,
                                      .context = &t.places[i],
                                      .submit = plb_place_evaluate};
    if (status == PLB_OK) status = sample(&t, sampling, error);
    if (t.places != NULL) free_places(t.places, count);
    free(t.places);
    free(t.next);
    free(t.subjects);
    return status;
}

/* ---- Figures ---- */

/* Where each part begins among the samples: parts are as many epochs as each other. */
typedef struct part_bounds {
    size_t begin[PLB_STEP_PARTS + 1];
    size_t count;
} part_bounds;

static void find_bounds(const uint32_t *epochs, size_t samples, size_t epoch_count, size_t parts,
                        part_bounds *bounds) {
    size_t epoch = 0, part = 0;
    bounds->count = parts;
    for (size_t i = 0; i < samples; i++) {
        if (i > 0 && epochs[i] != epochs[i - 1]) epoch++;
        while (part < parts && epoch >= part * epoch_count / parts) bounds->begin[part++] = i;
    }
    bounds->begin[parts] = samples;
}

/* False when a program has no sample in a part. */
static bool find_part_times(const plb_sampling *sampling, size_t subject, const part_bounds *bounds,
                            double *scratch, double *times) {
    size_t samples;
    const double *series = plb_sampling_series(sampling, subject, &samples);
    for (size_t p = 0; p < bounds->count; p++) {
        size_t n = 0;
        for (size_t i = bounds->begin[p]; i < bounds->begin[p + 1]; i++)
            if (!isnan(series[i])) scratch[n++] = series[i];
        if (n == 0) return false;
        times[p] = plb_median_of(scratch, n);
    }
    return true;
}

static size_t count_epochs(const uint32_t *epochs, size_t samples) {
    size_t count = samples > 0 ? 1 : 0;
    for (size_t i = 1; i < samples; i++) count += epochs[i] != epochs[i - 1];
    return count;
}

/* As many parts as every program has samples in; fewer than two are an error. `times` has
 * PLB_STEP_PARTS numbers a program. */
static plb_status find_parts(const plb_sampling *sampling, size_t subjects, double *times,
                             size_t *parts, plb_error *error) {
    size_t samples;
    const uint32_t *epochs = plb_sampling_epochs(sampling, &samples);
    size_t epoch_count = count_epochs(epochs, samples);
    double *scratch = malloc((samples + 1) * sizeof *scratch);
    if (scratch == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for times");
    *parts = epoch_count < PLB_STEP_PARTS ? epoch_count : PLB_STEP_PARTS;
    for (bool good = false; *parts >= 2 && !good; *parts = good ? *parts : *parts * 3 / 4) {
        part_bounds bounds;
        find_bounds(epochs, samples, epoch_count, *parts, &bounds);
        good = true;
        for (size_t i = 0; i < subjects && good; i++)
            good = find_part_times(sampling, i, &bounds, scratch, times + i * PLB_STEP_PARTS);
    }
    free(scratch);
    return *parts >= 2 ? PLB_OK
                       : plb_fail(error, PLB_E_MEASURE, NULL,
                                  "too few samples of the longest programs for an interval: "
                                  "expected more time");
}

static plb_status add_row(plb_step_times *times, const plb_step_plan *plan, size_t index,
                          const double *parts, plb_error *error) {
    const plb_step_entry *entry = &plan->set->entries[index];
    plb_estimate estimate = plb_mean_of_stretches(parts, times->parts, false);
    plb_step_time row = {.name = entry->name,
                         .time_ns = estimate.value,
                         .low_ns = estimate.low,
                         .high_ns = estimate.high,
                         .parts = parts};
    for (int k = 0; k < PLB_TALLY_STEPS; k++) row.steps[k] = (double) entry->steps[k];
    plb_status status = plb_step_builtins_time(plan->builtins, plan->set, index, &row, error);
    return status == PLB_OK ? plb_step_times_add(times, &row, error) : status;
}

static plb_status tabulate(const plb_step_plan *plan, const plb_sampling *sampling,
                           plb_step_times **out, plb_error *error) {
    size_t count = plb_step_set_count(plan->set), parts = 0;
    double *values = calloc(count * PLB_STEP_PARTS, sizeof *values);
    plb_step_times *times = NULL;
    plb_status status = values != NULL ? find_parts(sampling, count, values, &parts, error)
                                       : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for times");
    if (status == PLB_OK) {
        times = plb_step_times_new(parts);
        if (times == NULL) status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for times");
    }
    for (size_t i = 0; i < count && status == PLB_OK; i++)
        status = add_row(times, plan, i, values + i * PLB_STEP_PARTS, error);
    free(values);
    if (status == PLB_OK) {
        *out = times;
    } else {
        plb_step_times_free(times);
    }
    return status;
}

plb_status plb_step_measure(plb_step_times **times, const plb_step_plan *plan, plb_error *error) {
    plb_sampling *sampling = NULL;
    plb_error own = {.status = PLB_OK};
    if (error == NULL) error = &own;
    *times = NULL;
    if (plb_step_set_count(plan->set) == 0)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected programs to time");
    plb_status status = time_set(plan, &sampling, error);
    if (plan->slice != NULL) {
        plb_error unsent;
        plb_status sent = plb_slice_send(plan->slice, status == PLB_OK ? sampling : NULL, error,
                                         status == PLB_OK ? error : &unsent);
        plb_sampling_free(sampling);
        return status == PLB_OK ? sent : status;
    }
    if (status == PLB_OK) status = tabulate(plan, sampling, times, error);
    if (status == PLB_OK) {
        (*times)->sampling = sampling;
    } else {
        plb_sampling_free(sampling);
    }
    return status;
}
