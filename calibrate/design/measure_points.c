/* A sweep: its subjects are sampled, its overheads estimated, and a function fitted to them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "calibrate/calls/observe.h"
#include "calibrate/design/measurement.h"
#include "harness/embedded.h"

/* Drift over seconds belongs into the intervals: a run that is precise sooner goes on. */
#define MINIMUM_TIME_NS 10000000000u
/* Samples are kept three times over (plb_basis), in at most this many bytes. */
#define KEPT_BYTES ((size_t) 512 << 20)
#define KEPT_ROUNDS_MOST 262144
#define KEPT_ROUNDS_LEAST 4096
#define PROCESSES_MOST 16
#define ROUNDS_A_PROCESS 100
#define SUBMISSION_S 1e-4 /* about what one takes */

/* ---- Sampling ---- */

static int submit(void *context) {
    plb_pool *pool = *(plb_pool **) context;
    const plb_tx_built *built = plb_pool_next(pool);
    plb_submission submission;
    return plb_ledger_submit(pool->ledger, built->bytes, built->length, NULL, &submission) !=
           PLB_OK;
}

static int choose(void *context, uint32_t submissions) {
    (void) submissions;
    plb_pool_choose(*(plb_pool **) context);
    return 0;
}

static void set_overhead(const plb_sweep_point *point, double *coefficients, bool set) {
    coefficients[point->call] = set ? 1 : 0;
    coefficients[point->twin] = set ? -0.5 : 0;
    coefficients[point->twin_again] = set ? -0.5 : 0;
}

typedef struct sampling_memory {
    plb_subject *subjects;
    plb_target_precision *targets;
    double *coefficients; /* a row of them for each target */
} sampling_memory;

static bool prepare(plb_measurement *m, sampling_memory *memory) {
    memory->subjects = calloc(m->subject_count, sizeof *memory->subjects);
    memory->targets = calloc(m->point_count, sizeof *memory->targets);
    memory->coefficients = calloc(m->point_count * m->subject_count, sizeof *memory->coefficients);
    if (memory->subjects == NULL || memory->targets == NULL || memory->coefficients == NULL) {
        return false;
    }
    for (size_t i = 0; i < m->subject_count; i++) {
        memory->subjects[i] = (plb_subject){
            .name = m->names[i], .context = &m->subjects[i], .submit = submit, .prepare = choose};
    }
    double precision = m->config.precision > 0 ? m->config.precision : PLB_DEFAULT_PRECISION;
    for (size_t i = 0; i < m->point_count; i++) {
        double *row = memory->coefficients + i * m->subject_count;
        set_overhead(&m->points[i], row, true);
        memory->targets[i] = (plb_target_precision){row, precision};
    }
    return true;
}

static void tell_submissions(const plb_measurement *m) {
    const plb_observer *observer = m->config.observer;
    const plb_design_point twin = {.label = "value-only twin"};
    if (m->config.slice != NULL) {
        return; /* whoever started it does */
    }
    for (size_t i = 0; i < m->point_count; i++) {
        const plb_sweep_point *point = &m->points[i];
        const plb_design_point call = {.label = point->label,
                                       .calls = point->calls,
                                       .loops = point->loops,
                                       .charged = point->charged};
        plb_observe_submission(observer, m->names[point->call], &call);
        plb_observe_submission(observer, m->names[point->twin], &twin);
        plb_observe_submission(observer, m->names[point->twin_again], &twin);
    }
}

static size_t kept_rounds(const plb_measurement *m) {
    size_t rounds = KEPT_BYTES / (m->subject_count * PLB_BASIS_COUNT * sizeof(double));
    return rounds > KEPT_ROUNDS_MOST    ? KEPT_ROUNDS_MOST
           : rounds < KEPT_ROUNDS_LEAST ? KEPT_ROUNDS_LEAST
                                        : rounds;
}

/* As many as have time for a hundred rounds each: with many design points, fewer. */
static plb_restarts in_processes(const plb_measurement *m) {
    const plb_measure_config *config = &m->config;
    double time_s = config->time_s > 0 ? config->time_s : PLB_DEFAULT_TIME_S;
    double least_s = (double) m->subject_count * SUBMISSION_S * ROUNDS_A_PROCESS;
    if (config->slice != NULL || config->restarts == NULL || time_s < 2 * least_s) {
        return (plb_restarts){.processes = 1};
    }
    plb_restarts restarts = *config->restarts;
    uint32_t most = restarts.processes != 0 ? restarts.processes : PROCESSES_MOST;
    restarts.processes = time_s / least_s < most ? (uint32_t) (time_s / least_s) : most;
    return restarts;
}

static plb_status sample(plb_measurement *m, plb_error *error) {
    const plb_measure_config *config = &m->config;
    sampling_memory memory = {0};
    plb_status status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sampling");
    if (prepare(m, &memory)) {
        tell_submissions(m);
        plb_plan plan = {
            .subjects = memory.subjects,
            .subject_count = m->subject_count,
            .time_budget_ns =
                (uint64_t) ((config->time_s > 0 ? config->time_s : PLB_DEFAULT_TIME_S) * 1e9),
            .minimum_time_ns = MINIMUM_TIME_NS,
            .targets = memory.targets,
            .target_count = m->point_count,
            .seed = config->seed,
            .keep_rounds = kept_rounds(m),
            .pin = config->pin,
            .cpu = -1,
            .interrupted = config->interrupted,
            .progress = config->progress,
            .progress_context = config->progress_context,
            .renew = plb_sweep_layout_renew,
            .renew_context = m,
            .observer = config->observer,
        };
        if (config->slice != NULL) {
            plan.seed = config->slice->seed;
            plan.process = config->slice->process;
            plan.time_budget_ns = config->slice->time_ns;
            plan.whole_time_ns = config->slice->whole_time_ns;
            plan.target_count = 0;
        }
        plb_restarts restarts = in_processes(m);
        status = restarts.processes < 2
                     ? plb_sample(&plan, &m->sampling, error)
                     : plb_sample_in_processes(&plan, &restarts, &m->sampling, error);
        if (m->renewal_error.status != PLB_OK && error != NULL) {
            *error = m->renewal_error; /* says more than that renewing failed */
        }
    }
    free(memory.subjects);
    free(memory.targets);
    free(memory.coefficients);
    return status;
}

/* ---- Estimates ---- */

/* Where too little was sampled for an interval (an early interruption) the figure is left out,
 * which is no failure. */
static plb_status contrast(plb_measurement *m, const double *coefficients, plb_estimate *estimate,
                           plb_error *error) {
    plb_status status = plb_sampling_contrast(m->sampling, coefficients, estimate, error);
    if (status == PLB_E_MEASURE) {
        *estimate = (plb_estimate){0};
        return PLB_OK;
    }
    return status;
}

static plb_status estimate_point(plb_measurement *m, plb_sweep_point *point, double *row,
                                 plb_error *error) {
    row[point->call] = 1;
    plb_status status = contrast(m, row, &point->call_ns, error);
    row[point->call] = 0;
    row[point->twin] = row[point->twin_again] = 0.5;
    if (status == PLB_OK) {
        status = contrast(m, row, &point->twin_ns, error);
    }
    row[point->twin] = 1;
    row[point->twin_again] = -1;
    if (status == PLB_OK) {
        status = contrast(m, row, &point->null_ns, error);
    }
    set_overhead(point, row, true);
    if (status == PLB_OK) {
        status = contrast(m, row, &point->overhead_ns, error);
    }
    set_overhead(point, row, false);
    if (status == PLB_OK && point->null_ns.method != NULL && point->overhead_ns.method != NULL) {
        point->noise_floor_ns = plb_noise_floor(&point->null_ns);
        point->resolved = plb_estimate_resolved(&point->overhead_ns, point->noise_floor_ns);
    }
    return status;
}

/* ---- The function ---- */

static plb_status contrast_of_sampling(void *context, const double *coefficients,
                                       plb_estimate *estimate, plb_error *error) {
    return plb_sampling_contrast(context, coefficients, estimate, error);
}

static void tell_function(plb_measurement *m, const plb_overhead_fit *fit) {
    plb_sweep_summary *s = &m->summary;
    for (size_t t = 0; t < m->model.count; t++) {
        const plb_overhead_term *term = &fit->terms[t];
        m->terms[t] = (plb_sweep_term){.name = m->model.terms[t].name,
                                       .unit = m->model.terms[t].unit,
                                       .coefficient_ns = term->coefficient_ns,
                                       .noise_floor_ns = term->noise_floor_ns,
                                       .resolved = term->resolved,
                                       .charged_steps = term->charged_steps,
                                       .fee_lovelace = term->fee_lovelace};
    }
    for (size_t i = 0; i < m->point_count; i++) {
        m->points[i].residual_ns = fit->residual_ns[i];
        m->points[i].fitted_ns = m->points[i].overhead_ns.value - fit->residual_ns[i].value;
    }
    s->terms = m->terms;
    s->term_count = m->model.count;
    s->tested = fit->tested;
    s->linear = fit->linear;
    s->worst = fit->worst;
    s->worst_ratio = fit->worst_ratio;
    s->limit_ratio = fit->limit_ratio;
}

static plb_status fit_function(plb_measurement *m, plb_error *error) {
    plb_overhead_fit fit;
    for (size_t i = 0; i < m->point_count; i++) {
        if (m->points[i].overhead_ns.method == NULL) {
            return PLB_OK;
        }
    }
    plb_fit_point *points = calloc(m->point_count, sizeof *points);
    if (points == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a regression");
    }
    plb_sweep_fit_points(m, points);
    plb_status status =
        plb_overhead_fit_make(&fit, &m->model, points, m->point_count, m->subject_count,
                              contrast_of_sampling, m->sampling, error);
    if (status == PLB_OK) {
        tell_function(m, &fit);
    }
    plb_overhead_fit_free(&fit);
    free(points);
    return status == PLB_E_MEASURE ? PLB_OK : status;
}

static plb_status estimate(plb_measurement *m, plb_error *error) {
    double *row = calloc(m->subject_count, sizeof *row);
    plb_status status =
        row != NULL ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for estimates");
    for (size_t i = 0; i < m->point_count && status == PLB_OK; i++) {
        status = estimate_point(m, &m->points[i], row, error);
    }
    free(row);
    return status == PLB_OK && m->point_count > 1 ? fit_function(m, error) : status;
}

/* ---- The whole ---- */

static void describe(plb_measurement *m) {
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        const plb_factor_info *info = plb_factor_get(i);
        m->factors[i] =
            (plb_sweep_factor){info->name, info->unit, info->levels, m->sweep.varied[i].count > 0};
    }
    if (m->config.strategy != NULL) {
        plb_strategy_name(*m->config.strategy, m->strategy);
    }
    plb_design_label(m->sweep.fixed, m->sweep.given, m->fixed);
    m->summary = (plb_sweep_summary){
        .script = plb_script_name(m->config.script),
        .language = plb_language_name(plb_script_language(m->config.script)),
        .protocol_version = m->config.parameters->protocol_major,
        .target = "embedded ledger",
        .strategy = m->config.strategy != NULL ? m->strategy : NULL,
        .fixed = m->fixed,
        .factors = m->factors,
        .factor_count = PLB_FACTOR_COUNT,
        .points = m->points,
        .point_count = m->point_count,
        .model = m->model.text,
    };
}

static plb_status check(const plb_measure_config *config, plb_error *error) {
    plb_calibration_config script = {.script = config->script, .parameters = config->parameters};
    const plb_sweep *sweep = config->sweep;
    if (config->strategy != NULL &&
        (sweep->given[PLB_FACTOR_LOOPS] || sweep->varied[PLB_FACTOR_LOOPS].count > 0)) {
        return plb_fail(error, PLB_E_ARGUMENT, "loops",
                        "are given, and calibrated to a strategy: expected one of these");
    }
    return plb_check_call_script(&script, error);
}

/* The points must determine the model, which costs nothing to find out before. */
static plb_status check_model(const plb_measurement *m, plb_error *error) {
    plb_fit_point *points = calloc(m->point_count, sizeof *points);
    if (points == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a regression");
    }
    plb_sweep_fit_points(m, points);
    plb_status status = plb_model_check(&m->model, points, m->point_count, error);
    free(points);
    return status;
}

static uint64_t seed_from_clock(void) {
    struct timespec now;
    (void) clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

static plb_status measure(plb_measurement *m, plb_error *error) {
    plb_status status =
        plb_model_parse(&m->model, m->config.model, &m->sweep, m->config.strategy != NULL, error);
    if (status == PLB_OK) {
        status = plb_sweep_make_points(m, error);
    }
    if (status == PLB_OK) {
        status = check_model(m, error);
    }
    if (status != PLB_OK) {
        return status;
    }
    describe(m);
    if (!m->config.measure) {
        return PLB_OK;
    }
    status = plb_sweep_layout_next(m, error);
    if (status == PLB_OK) {
        status = sample(m, error);
        m->summary.sampling = m->sampling;
    }
    return status == PLB_OK && m->config.slice == NULL ? estimate(m, error) : status;
}

plb_status plb_measure_sweep(const plb_measure_config *config, plb_measurement **measurement,
                             plb_error *error) {
    *measurement = NULL;
    plb_status status = check(config, error);
    if (status != PLB_OK) {
        return status;
    }
    plb_measurement *m = calloc(1, sizeof *m);
    if (m == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a measurement");
    }
    m->config = *config;
    m->sweep = *config->sweep;
    if (m->config.seed == 0) {
        m->config.seed = seed_from_clock();
    }
    plb_random_seed(&m->random, config->slice != NULL ? config->slice->seed : m->config.seed);
    status = measure(m, error);
    if (status != PLB_OK) {
        plb_measurement_free(m);
        return status;
    }
    *measurement = m;
    return PLB_OK;
}

void plb_measurement_free(plb_measurement *measurement) {
    plb_measurement *m = measurement;
    if (m == NULL) {
        return;
    }
    plb_sweep_layout_free(m->layout);
    plb_sampling_free(m->sampling);
    for (size_t i = 0; m->designs != NULL && i < m->point_count; i++) {
        plb_design_free(&m->designs[i]);
    }
    free(m->designs);
    free(m->points);
    free(m->settings);
    free(m->labels);
    free(m->names);
    free(m->subjects);
    free(m->pool_sizes);
    free(m->order);
    free(m);
}

const plb_sweep_summary *plb_measurement_summary(const plb_measurement *measurement) {
    return &measurement->summary;
}

const char *plb_plan_schema(void) {
    const struct plb_embedded_file *file =
        plb_embedded_find(plb_embedded_calibrate, "plan.schema.json");
    return file != NULL ? (const char *) file->bytes : "";
}
