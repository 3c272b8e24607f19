/* The call beside its value-only twin: what is sampled, and what is estimated from it. */
#include <stdio.h>

#include "calibrate/calibration.h"

static int submit(void *context) {
    plb_call_subject *subject = context;
    plb_submission submission;
    return plb_ledger_submit(subject->calibration->ledger, subject->built.bytes,
                             subject->built.length, NULL, &submission) != PLB_OK;
}

void plb_free_subjects(plb_calibration *c) {
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        if (c->subjects[i].is_built) {
            plb_tx_built_free(&c->subjects[i].built);
        }
    }
}

static plb_status own_subject(plb_calibration *c, int index, plb_tx_built built, plb_error *error) {
    c->subjects[index] = (plb_call_subject){c, built, true};
    return plb_ledger_add_utxo(c->ledger, built.utxo, built.utxo_count, error);
}

static void describe_call(plb_calibration *c, int index, int64_t loops, plb_exunits charged) {
    (void) snprintf(c->labels[index], sizeof c->labels[index], "call, %lld loop%s",
                    (long long) loops, loops == 1 ? "" : "s");
    c->points[index] = (plb_design_point){
        .label = c->labels[index], .calls = 1, .loops = loops, .charged = charged};
}

static plb_status build_call_subject(plb_calibration *c, int index, int64_t loops,
                                     plb_error *error) {
    plb_tx_built built;
    plb_exunits exunits;
    plb_status status = plb_build_call(c, loops, &built, &exunits, NULL, error);
    if (status == PLB_OK) {
        describe_call(c, index, loops, exunits);
        status = own_subject(c, index, built, error);
    }
    return status;
}

/* The twin belongs to the call without loops: it has that transaction's bytes. */
static plb_status build_twin_subjects(plb_calibration *c, plb_error *error) {
    plb_exunits exunits;
    for (int index = SUBJECT_TWIN; index <= SUBJECT_TWIN_AGAIN; index++) {
        plb_tx_built call;
        plb_tx_built twin;
        plb_status status = plb_build_call(c, 0, &call, &exunits, &twin, error);
        if (status != PLB_OK) {
            return status;
        }
        plb_tx_built_free(&call);
        c->points[index] = (plb_design_point){
            .label = index == SUBJECT_TWIN ? "value-only twin" : "value-only twin, again"};
        status = own_subject(c, index, twin, error);
        if (status != PLB_OK) {
            return status;
        }
    }
    return PLB_OK;
}

/* Submit a subject once, outside of the measurement, so that a refusal is told by its predicate. */
static plb_status prove(plb_calibration *c, int index, plb_error *error) {
    plb_submission submission;
    const plb_tx_built *built = &c->subjects[index].built;
    plb_status status =
        plb_ledger_submit(c->ledger, built->bytes, built->length, NULL, &submission);
    if (status == PLB_OK) {
        return PLB_OK;
    }
    return plb_fail(error, status, c->points[index].label, "the ledger refused it: %.400s",
                    submission.error.message);
}

static plb_status build_subjects(plb_calibration *c, plb_error *error) {
    plb_status status = build_call_subject(c, SUBJECT_CALL, c->fit.loops, error);
    if (status == PLB_OK) {
        status = build_call_subject(c, SUBJECT_HALF, c->fit.loops / 2, error);
    }
    if (status == PLB_OK) {
        status = build_call_subject(c, SUBJECT_NO_LOOPS, 0, error);
    }
    if (status == PLB_OK) {
        status = build_twin_subjects(c, error);
    }
    for (int i = 0; i < SUBJECT_COUNT && status == PLB_OK; i++) {
        status = prove(c, i, error);
    }
    return status;
}

/* ---- Sampling ---- */

static const double overhead_contrast[SUBJECT_COUNT] = {
    [SUBJECT_NO_LOOPS] = 1, [SUBJECT_TWIN] = -1};
static const double loops_contrast[SUBJECT_COUNT] = {[SUBJECT_CALL] = 1, [SUBJECT_NO_LOOPS] = -1};
static const double null_contrast[SUBJECT_COUNT] = {[SUBJECT_TWIN] = 1, [SUBJECT_TWIN_AGAIN] = -1};

/* Drift over seconds belongs into the intervals: a run that is precise sooner goes on. */
#define MINIMUM_TIME_NS 10000000000u

static plb_status sample(plb_calibration *c, plb_error *error) {
    static const char *const names[SUBJECT_COUNT] = {
        [SUBJECT_CALL] = "call",
        [SUBJECT_HALF] = "call-half",
        [SUBJECT_NO_LOOPS] = "call-empty",
        [SUBJECT_TWIN] = "twin",
        [SUBJECT_TWIN_AGAIN] = "twin-again",
    };
    const plb_calibration_config *config = &c->config;
    plb_subject subjects[SUBJECT_COUNT];
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        subjects[i] = (plb_subject){.name = names[i], .context = &c->subjects[i], .submit = submit};
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
    };
    return plb_sample(&plan, &c->sampling, error);
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
    double intercept[SUBJECT_COUNT] = {[SUBJECT_TWIN] = -1};
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
    plb_status status = build_subjects(c, error);
    if (status == PLB_OK) {
        c->budget.projected_tx_size = (int64_t) c->subjects[SUBJECT_CALL].built.length;
        c->budget.projected_tx_fee = (int64_t) c->subjects[SUBJECT_CALL].built.fee;
    }
    if (!c->config.measure || status != PLB_OK) {
        return status;
    }
    status = sample(c, error);
    if (status == PLB_OK) {
        status = estimate(c, error);
    }
    return status == PLB_OK ? plb_measure_call_stages(c, error) : status;
}
