#include "calibrate/calls/measure_target.h"

#include <string.h>

static const char *const subject_names[SUBJECT_COUNT] = {
    [SUBJECT_CALL] = "call", [SUBJECT_HALF] = "call-half",        [SUBJECT_NO_LOOPS] = "call-empty",
    [SUBJECT_TWIN] = "twin", [SUBJECT_TWIN_AGAIN] = "twin-again",
};

const char *plb_target_subject_name(int subject) { return subject_names[subject]; }

static const double overhead_contrast[SUBJECT_COUNT] = {
    [SUBJECT_NO_LOOPS] = 1, [SUBJECT_TWIN] = -0.5, [SUBJECT_TWIN_AGAIN] = -0.5};
static const double loops_contrast[SUBJECT_COUNT] = {[SUBJECT_CALL] = 1, [SUBJECT_NO_LOOPS] = -1};
static const double null_contrast[SUBJECT_COUNT] = {[SUBJECT_TWIN] = 1, [SUBJECT_TWIN_AGAIN] = -1};

/* Drift over seconds belongs into the intervals: a run that is precise sooner
 * goes on. */
#define MINIMUM_TIME_NS 10000000000u

static int64_t loops_of(int64_t loops, int subject) {
    if (subject == SUBJECT_CALL) return loops;
    return subject == SUBJECT_HALF ? loops / 2 : 0;
}

/* A part of the sampling as a process of its own would take it. */
static plb_status run_slice(void *context, const plb_plan *plan, const plb_slice *slice,
                            plb_sampling **part, plb_error *error) {
    const plb_target *target = context;
    plb_plan own = *plan;
    own.seed = slice->seed;
    own.time_budget_ns = slice->time_ns;
    own.whole_time_ns = slice->whole_time_ns;
    own.process = slice->process;
    own.epoch_ns = own.minimum_time_ns = 0;
    own.target_count = 0;
    if (target->restart(target->context) != 0) {
        return plb_fail(error, PLB_E_MEASURE, target->name, "starting anew failed");
    }
    return plb_sample(&own, part, error);
}

static plb_status run_plan(const plb_target *target, const plb_target_plan *config,
                           const plb_plan *plan, plb_sampling **sampling, plb_error *error) {
    plb_restarts inside = {.run = run_slice, .context = (void *) (uintptr_t) target};
    const plb_restarts *restarts = target->restart ? &inside : config->restarts;
    return restarts && !config->slice ? plb_sample_in_processes(plan, restarts, sampling, error)
                                      : plb_sample(plan, sampling, error);
}

static plb_status sample(const plb_target *target, const plb_target_plan *config,
                         plb_sampling **sampling, plb_error *error) {
    plb_subject subjects[SUBJECT_COUNT];
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        plb_target_point point = {.calls = 1,
                                  .loops = loops_of(config->loops, i),
                                  .twin = i == SUBJECT_TWIN || i == SUBJECT_TWIN_AGAIN};
        subjects[i] = (plb_subject){
            .name = subject_names[i], .submit = target->submit, .prepare = target->prepare};
        plb_status status = target->open(target->context, &point, &subjects[i].context, error);
        if (status != PLB_OK) return status;
    }
    double relative = config->precision > 0 ? config->precision : PLB_DEFAULT_PRECISION;
    plb_target_precision targets[] = {{overhead_contrast, relative}, {loops_contrast, relative}};
    plb_plan plan = {
        .subjects = subjects,
        .subject_count = SUBJECT_COUNT,
        .time_budget_ns =
            (uint64_t) ((config->time_s > 0 ? config->time_s : PLB_DEFAULT_TIME_S) * 1e9),
        .minimum_time_ns = MINIMUM_TIME_NS,
        .targets = targets,
        .target_count = config->loops > 1 ? 2 : 1,
        .seed = config->seed,
        .keep_rounds = config->keep_rounds,
        .pin = config->pin,
        .cpu = -1,
        .interrupted = config->interrupted,
        .progress = config->progress,
        .progress_context = config->progress_context,
        .renew = target->renew,
        .renew_context = target->context,
        .now = target->now,
        .clock_context = target->context,
        .observer = config->observer,
    };
    if (config->slice) {
        plan.seed = config->slice->seed;
        plan.process = config->slice->process;
        plan.time_budget_ns = config->slice->time_ns;
        plan.whole_time_ns = config->slice->whole_time_ns;
        plan.target_count = 0;
    }
    return run_plan(target, config, &plan, sampling, error);
}

/* ---- Estimates ---- */

/* A contrast of the sampling; where too little was sampled for an interval (an
 * early interruption) the figure is left out, which is no failure. */
static plb_status contrast(const plb_measured *m, const double *coefficients,
                           plb_estimate *estimate, bool *has, plb_error *error) {
    plb_status status = plb_sampling_contrast(m->sampling, coefficients, estimate, error);
    *has = status == PLB_OK;
    if (status == PLB_E_MEASURE) {
        *estimate = (plb_estimate){0};
        return PLB_OK;
    }
    return status;
}

/* Regression of the calls' medians on their loop counts, weighted by the
 * precision of each. */
static plb_status regress_loops(plb_measured *m, int64_t loops, plb_error *error) {
    enum { POINTS = 3, TERMS = 2 };
    double design[POINTS * TERMS];
    double weights[SUBJECT_COUNT];
    double contrasts[TERMS * POINTS];
    for (int i = 0; i < POINTS; i++) {
        design[i * TERMS] = 1;
        design[i * TERMS + 1] = (double) loops_of(loops, i);
    }
    plb_status status = plb_sampling_weights(m->sampling, weights, error);
    if (status == PLB_OK) {
        status = plb_design_contrasts(design, POINTS, TERMS, weights, contrasts, error);
    }
    if (status != PLB_OK) {
        return status == PLB_E_MEASURE ? PLB_OK : status;
    }
    double intercept[SUBJECT_COUNT] = {[SUBJECT_TWIN] = -0.5, [SUBJECT_TWIN_AGAIN] = -0.5};
    double slope[SUBJECT_COUNT] = {0};
    for (int i = 0; i < POINTS; i++) {
        intercept[i] = contrasts[i];
        slope[i] = contrasts[POINTS + i];
    }
    status = contrast(m, intercept, &m->overhead_regression_ns, &m->has_overhead_regression, error);
    return status == PLB_OK
               ? contrast(m, slope, &m->loop_regression_ns, &m->has_loop_regression, error)
               : status;
}

static plb_status estimate_loops(plb_measured *m, int64_t count, plb_error *error) {
    double loops = (double) count;
    if (count < 2) {
        return PLB_OK; /* the overhead is all that can be told */
    }
    double per_loop[SUBJECT_COUNT] = {[SUBJECT_CALL] = 1 / loops, [SUBJECT_NO_LOOPS] = -1 / loops};
    plb_status status = contrast(m, per_loop, &m->loop_ns, &m->has_loop, error);
    return status == PLB_OK ? regress_loops(m, count, error) : status;
}

static plb_status estimate(plb_measured *m, int64_t loops, plb_error *error) {
    plb_status status = contrast(m, overhead_contrast, &m->overhead_ns, &m->has_overhead, error);
    if (status == PLB_OK) {
        status = contrast(m, null_contrast, &m->null_ns, &m->has_null, error);
    }
    return status == PLB_OK ? estimate_loops(m, loops, error) : status;
}

plb_status plb_measure_target(const plb_target *target, const plb_target_plan *config,
                              plb_measured *measured, plb_error *error) {
    plb_measured *m = measured;
    memset(m, 0, sizeof *m);
    plb_status status = sample(target, config, &m->sampling, error);
    if (status != PLB_OK || config->slice) return status;
    status = estimate(m, config->loops, error);
    if (status != PLB_OK) {
        plb_sampling_free(m->sampling);
        m->sampling = NULL;
    }
    return status;
}
