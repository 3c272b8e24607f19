/* The stages of a calibration's calls, on its ledger, and what is charged for them. */
#include <math.h>
#include <sched.h>
#include <stdlib.h>

#include "calibrate/calls/calibration.h"
#include "calibrate/calls/charges.h"
#include "calibrate/calls/stages.h"

#define TIME_SHARE 0.2 /* of what the sampling before it took */
#define LEAST_NS 1e9   /* but no more than that took */

/* ---- Submissions ---- */

static const int subject_of[PLB_STAGED_COUNT][2] = {
    [PLB_STAGED_CALL] = {SUBJECT_CALL, SUBJECT_CALL},
    [PLB_STAGED_CALL_EMPTY] = {SUBJECT_NO_LOOPS, SUBJECT_NO_LOOPS},
    [PLB_STAGED_TWIN] = {SUBJECT_TWIN, SUBJECT_TWIN_AGAIN},
};

static int submit(void *context, plb_staged what, unsigned copy, uint64_t *stage_ns,
                  uint64_t *stage_marks) {
    plb_calibration *c = context;
    plb_pool *pool = c->subjects[subject_of[what][copy]];
    const plb_tx_built *built = plb_pool_next(pool);
    plb_submit_options options = {.stage_ns = stage_ns, .stage_marks = stage_marks};
    plb_submission submission;
    return plb_ledger_submit(pool->ledger, built->bytes, built->length, &options, &submission) !=
           PLB_OK;
}

static void choose(void *context, plb_staged what, unsigned copy) {
    const plb_calibration *c = context;
    plb_pool_choose(c->subjects[subject_of[what][copy]]);
}

/* ---- Sampling ---- */

/* On the processor that the sampling before it was on, if it was kept to one. */
static bool pin(int cpu, cpu_set_t *before) {
    cpu_set_t one;
    CPU_ZERO(&one);
    if (cpu < 0 || cpu >= CPU_SETSIZE) {
        return false;
    }
    CPU_SET((size_t) cpu, &one);
    return sched_getaffinity(0, sizeof *before, before) == 0 &&
           sched_setaffinity(0, sizeof one, &one) == 0;
}

static plb_status measure(plb_calibration *c, plb_error *error) {
    const plb_sampling_facts *facts = plb_sampling_get_facts(c->sampling);
    double elapsed_ns = (double) facts->elapsed_ns;
    const plb_subject_facts *call = plb_sampling_subject(c->sampling, SUBJECT_CALL);
    plb_percentiles percentiles;
    plb_histogram_percentiles(call->histogram, &percentiles);
    plb_stage_plan plan = {
        .submit = submit,
        .choose = choose,
        .renew = plb_layout_renew,
        .context = c,
        .call_ns = percentiles.p50_ns,
        .time_ns = (uint64_t) fmax(TIME_SHARE * elapsed_ns, fmin(elapsed_ns, LEAST_NS)),
        .seed = facts->seed + 1,
        .clock_read_ns = facts->clock.read_ns,
        .interrupted = c->config.interrupted,
        .progress = c->config.progress,
        .progress_context = c->config.progress_context,
        .observer = c->config.observer,
    };
    cpu_set_t before;
    bool pinned = pin(facts->cpu, &before);
    plb_status status = plb_stages_measure(&plan, &c->stages, error);
    if (c->renewal_error.status != PLB_OK && error != NULL) {
        *error = c->renewal_error; /* says more than that renewing failed */
    }
    if (pinned) {
        (void) sched_setaffinity(0, sizeof before, &before);
    }
    if (c->stages != NULL) {
        c->stages->start_utc_s = facts->start_utc_s + (double) facts->elapsed_ns * 1e-9;
    }
    return status;
}

/* ---- Charges ---- */

static plb_status charge(plb_calibration *c, plb_error *error) {
    plb_call_sizes sizes;
    plb_status status = plb_call_sizes_of(&c->subjects[SUBJECT_NO_LOOPS]->built[0],
                                          &c->subjects[SUBJECT_TWIN]->built[0], &sizes, error);
    if (status == PLB_OK) {
        plb_charges_of(c->config.parameters, &c->calls, c->stages, &sizes, &c->charges);
        c->calls.charges = &c->charges;
    }
    return status;
}

plb_status plb_measure_call_stages(plb_calibration *c, plb_error *error) {
    bool stopped = c->config.interrupted != NULL && *c->config.interrupted != 0;
    plb_status status = PLB_OK;
    if (!c->config.no_stages && !stopped) {
        status = measure(c, error);
        c->calls.stages = c->stages;
    }
    return status == PLB_OK ? charge(c, error) : status;
}
