/* The call beside its value-only twin: what is sampled, and what is estimated from it. */
#include <stdio.h>

#include "calibrate/calls/calibration.h"
#include "calibrate/calls/observe.h"

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

static void tell_submissions(const plb_calibration *c) {
    if (c->config.slice != NULL) {
        return; /* whoever started it does */
    }
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        plb_observe_submission(c->config.observer, plb_target_subject_name(i), &c->points[i]);
    }
}

/* ---- The embedded ledger as a target ---- */

typedef struct ledger_target {
    plb_calibration *calibration;
    int opened;
} ledger_target;

/* A layout has pools for all subjects, in the order in which they are opened. */
static plb_status open_subject(void *context, const plb_target_point *point, void **subject,
                               plb_error *error) {
    ledger_target *target = context;
    (void) point;
    (void) error;
    *subject = &target->calibration->subjects[target->opened++];
    return PLB_OK;
}

static int submit(void *subject) {
    plb_pool *pool = *(plb_pool **) subject;
    plb_submission submission;
    const plb_tx_built *built = plb_pool_next(pool);
    return plb_ledger_submit(pool->ledger, built->bytes, built->length, NULL, &submission) !=
           PLB_OK;
}

static int choose(void *subject, uint32_t submissions) {
    (void) submissions;
    plb_pool_choose(*(plb_pool **) subject);
    return 0;
}

static int renew(void *context, uint32_t epoch) {
    return plb_layout_renew(((ledger_target *) context)->calibration, epoch);
}

static plb_status measure(plb_calibration *c, plb_measured *measured, plb_error *error) {
    const plb_calibration_config *config = &c->config;
    ledger_target ledger = {.calibration = c};
    const plb_target target = {.name = "embedded ledger",
                               .context = &ledger,
                               .open = open_subject,
                               .prepare = choose,
                               .submit = submit,
                               .renew = renew};
    const plb_target_plan plan = {.loops = c->fit.loops,
                                  .time_s = config->time_s,
                                  .precision = config->precision,
                                  .seed = config->seed,
                                  .pin = config->pin,
                                  .restarts = config->restarts,
                                  .slice = config->slice,
                                  .observer = config->observer,
                                  .interrupted = config->interrupted,
                                  .progress = config->progress,
                                  .progress_context = config->progress_context};
    plb_status status = plb_measure_target(&target, &plan, measured, error);
    c->sampling = measured->sampling;
    if (c->renewal_error.status != PLB_OK && error != NULL) {
        *error = c->renewal_error; /* says more than that renewing failed */
    }
    return status;
}

static void summarise(plb_calibration *c, const plb_measured *m) {
    c->calls = (plb_call_summary){
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
        .overhead_ns = m->overhead_ns,
        .has_overhead_regression = m->has_overhead_regression,
        .overhead_regression_ns = m->overhead_regression_ns,
        .has_loop = m->has_loop,
        .loop_ns = m->loop_ns,
        .has_loop_regression = m->has_loop_regression,
        .loop_regression_ns = m->loop_regression_ns,
        .has_null = m->has_null,
        .null_ns = m->null_ns,
        .charged_per_call = c->fit.at_zero,
        .charged_per_loop = {.memory = c->fit.at_one.memory - c->fit.at_zero.memory,
                             .steps = c->fit.at_one.steps - c->fit.at_zero.steps},
    };
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
    tell_submissions(c);
    plb_measured measured;
    status = measure(c, &measured, error);
    c->calls.sampling = c->sampling;
    if (status != PLB_OK || c->config.slice != NULL) {
        return status;
    }
    summarise(c, &measured);
    return plb_measure_call_stages(c, error);
}
