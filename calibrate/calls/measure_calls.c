/* The call beside its value-only twin: what is sampled, and what is estimated from it. */
#include <stdio.h>

#include "calibrate/calls/calibration.h"

static int submit(void *context) {
    plb_pool *pool = *(plb_pool **) context;
    plb_submission submission;
    const plb_tx_built *built = plb_pool_next(pool);
    return plb_ledger_submit(pool->ledger, built->bytes, built->length, NULL, &submission) !=
           PLB_OK;
}

static int choose(void *context, uint32_t submissions) {
    (void) submissions;
    plb_pool_choose(*(plb_pool **) context);
    return 0;
}

/* ---- Subjects ---- */

static void describe_call(plb_calibration *c, int index, int64_t loops) {
    (void) snprintf(c->labels[index], sizeof c->labels[index], "call, %lld loop%s",
                    (long long) loops, loops == 1 ? "" : "s");
    c->points[index] = (plb_design_point){
        .label = c->labels[index], .calls = 1, .loops = loops, .charged = c->exunits[index]};
}

static void describe_subjects(plb_calibration *c) {
    describe_call(c, SUBJECT_CALL, c->fit.loops);
    describe_call(c, SUBJECT_HALF, c->fit.loops / 2);
    describe_call(c, SUBJECT_NO_LOOPS, 0);
    c->points[SUBJECT_TWIN] = (plb_design_point){.label = "value-only twin"};
    c->points[SUBJECT_TWIN_AGAIN] = (plb_design_point){.label = "value-only twin, again"};
}

/* ---- Sampling ---- */

/* Both twins are what the call is compared with; their difference is the null experiment. */
static const double overhead_contrast[SUBJECT_COUNT] = {
    [SUBJECT_NO_LOOPS] = 1, [SUBJECT_TWIN] = -0.5, [SUBJECT_TWIN_AGAIN] = -0.5};
static const double loops_contrast[SUBJECT_COUNT] = {[SUBJECT_CALL] = 1, [SUBJECT_NO_LOOPS] = -1};
static const double null_contrast[SUBJECT_COUNT] = {[SUBJECT_TWIN] = 1, [SUBJECT_TWIN_AGAIN] = -1};

/* Drift over seconds belongs into the intervals: a run that is precise sooner goes on. */
#define MINIMUM_TIME_NS 10000000000u

static const char *const names[SUBJECT_COUNT] = {
    [SUBJECT_CALL] = "call", [SUBJECT_HALF] = "call-half",        [SUBJECT_NO_LOOPS] = "call-empty",
    [SUBJECT_TWIN] = "twin", [SUBJECT_TWIN_AGAIN] = "twin-again",
};

static plb_status sample_plan(plb_calibration *c, const plb_plan *plan, plb_error *error) {
    const plb_calibration_config *config = &c->config;
    plb_status status = config->restarts != NULL && config->slice == NULL
                            ? plb_sample_in_processes(plan, config->restarts, &c->sampling, error)
                            : plb_sample(plan, &c->sampling, error);
    if (c->renewal_error.status != PLB_OK && error != NULL) {
        *error = c->renewal_error; /* says more than that renewing failed */
    }
    return status;
}

static plb_status sample(plb_calibration *c, plb_error *error) {
    const plb_calibration_config *config = &c->config;
    plb_subject subjects[SUBJECT_COUNT];
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        subjects[i] = (plb_subject){
            .name = names[i], .context = &c->subjects[i], .submit = submit, .prepare = choose};
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
        .target_count = c->fit.loops > 1 ? 2 : 1,
        .seed = config->seed,
        .pin = config->pin,
        .cpu = -1,
        .interrupted = config->interrupted,
        .progress = config->progress,
        .progress_context = config->progress_context,
        .renew = plb_layout_renew,
        .renew_context = c,
    };
    if (config->slice != NULL) {
        plan.seed = config->slice->seed;
        plan.time_budget_ns = config->slice->time_ns;
        plan.whole_time_ns = config->slice->whole_time_ns;
        plan.target_count = 0;
    }
    return sample_plan(c, &plan, error);
}

/* ---- Estimates ---- */

/* A contrast of the sampling; where too little was sampled for an interval (an early interruption)
 * the figure is left out, which is no failure. */
static plb_status contrast(plb_calibration *c, const double *coefficients, plb_estimate *estimate,
                           bool *has, plb_error *error) {
    plb_status status = plb_sampling_contrast(c->sampling, coefficients, estimate, error);
    *has = status == PLB_OK;
    if (status == PLB_E_MEASURE) {
        *estimate = (plb_estimate){0};
        return PLB_OK;
    }
    return status;
}

/* Regression of the calls' medians on their loop counts, weighted by the precision of each. */
static plb_status regress_loops(plb_calibration *c, plb_call_summary *calls, plb_error *error) {
    enum { POINTS = 3, TERMS = 2 };
    double design[POINTS * TERMS];
    double weights[SUBJECT_COUNT];
    double contrasts[TERMS * POINTS];
    for (int i = 0; i < POINTS; i++) {
        design[i * TERMS] = 1;
        design[i * TERMS + 1] = (double) c->points[i].loops;
    }
    plb_status status = plb_sampling_weights(c->sampling, weights, error);
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
    status = contrast(c, intercept, &calls->overhead_regression_ns, &calls->has_overhead_regression,
                      error);
    return status == PLB_OK
               ? contrast(c, slope, &calls->loop_regression_ns, &calls->has_loop_regression, error)
               : status;
}

static plb_status estimate_loops(plb_calibration *c, plb_call_summary *calls, plb_error *error) {
    double loops = (double) c->fit.loops;
    if (c->fit.loops < 2) {
        return PLB_OK; /* the overhead is all that can be told */
    }
    double per_loop[SUBJECT_COUNT] = {[SUBJECT_CALL] = 1 / loops, [SUBJECT_NO_LOOPS] = -1 / loops};
    plb_status status = contrast(c, per_loop, &calls->loop_ns, &calls->has_loop, error);
    return status == PLB_OK ? regress_loops(c, calls, error) : status;
}

static plb_status estimate(plb_calibration *c, plb_error *error) {
    plb_call_summary *calls = &c->calls;
    *calls = (plb_call_summary){
        .script = plb_script_name(c->config.script),
        .language = plb_language_name(plb_script_language(c->config.script)),
        .protocol_version = c->config.parameters->protocol_major,
        .target = "embedded ledger",
        .budget = &c->budget,
        .evaluations = c->fit.evaluations,
        .sampling = c->sampling,
        .points = c->points,
        .call = SUBJECT_CALL,
        .twin = SUBJECT_TWIN,
        .charged_per_call = c->fit.at_zero,
        .charged_per_loop = {.memory = c->fit.at_one.memory - c->fit.at_zero.memory,
                             .steps = c->fit.at_one.steps - c->fit.at_zero.steps},
    };
    bool has_overhead;
    plb_status status = contrast(c, overhead_contrast, &calls->overhead_ns, &has_overhead, error);
    if (status == PLB_OK) {
        status = contrast(c, null_contrast, &calls->null_ns, &calls->has_null, error);
    }
    return status == PLB_OK ? estimate_loops(c, calls, error) : status;
}

plb_status plb_measure_calls(plb_calibration *c, plb_error *error) {
    plb_status status = plb_layout_next(c, error);
    if (status == PLB_OK) {
        const plb_tx_built *call = &c->subjects[SUBJECT_CALL]->built[0];
        c->budget.projected_tx_size = (int64_t) call->length;
        c->budget.projected_tx_fee = (int64_t) call->fee;
        describe_subjects(c);
    }
    if (!c->config.measure || status != PLB_OK) {
        return status;
    }
    status = sample(c, error);
    c->calls.sampling = c->sampling;
    if (status != PLB_OK || c->config.slice != NULL) {
        return status;
    }
    status = estimate(c, error);
    return status == PLB_OK ? plb_measure_call_stages(c, error) : status;
}
