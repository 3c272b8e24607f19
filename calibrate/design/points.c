/* The design points of a sweep: every combination, built and accepted before anything is measured.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/design/measurement.h"

/* ---- Combinations ---- */

static plb_status count_points(plb_measurement *m, plb_error *error) {
    size_t count = 1;
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        size_t levels = m->sweep.varied[i].count;
        if (levels == 1) {
            return plb_fail(error, PLB_E_ARGUMENT, plb_factor_get(i)->name,
                            "expected at least two values of what is varied");
        }
        count *= levels > 0 ? levels : 1;
        if (count > PLB_SWEEP_POINTS_MAX) {
            return plb_fail(error, PLB_E_ARGUMENT, NULL,
                            "expected at most %d design points: vary less, or at fewer values",
                            PLB_SWEEP_POINTS_MAX);
        }
    }
    m->point_count = count;
    m->subject_count = count * POINT_SUBJECTS;
    return PLB_OK;
}

/* The last factor changes fastest. */
static void combine(const plb_sweep *sweep, size_t point, uint64_t settings[PLB_FACTOR_COUNT]) {
    for (unsigned i = PLB_FACTOR_COUNT; i-- > 0;) {
        const plb_levels *levels = &sweep->varied[i];
        settings[i] = levels->count > 0 ? levels->values[point % levels->count] : sweep->fixed[i];
        point /= levels->count > 0 ? levels->count : 1;
    }
}

static bool allocate(plb_measurement *m) {
    size_t n = m->point_count;
    m->designs = calloc(n, sizeof *m->designs);
    m->points = calloc(n, sizeof *m->points);
    m->settings = calloc(n, sizeof *m->settings);
    m->labels = calloc(n, sizeof *m->labels);
    m->names = calloc(m->subject_count, sizeof *m->names);
    m->subjects = calloc(m->subject_count, sizeof *m->subjects);
    m->pool_sizes = calloc(m->subject_count, sizeof *m->pool_sizes);
    m->order = calloc(m->subject_count, sizeof *m->order);
    return m->designs != NULL && m->points != NULL && m->settings != NULL && m->labels != NULL &&
           m->names != NULL && m->subjects != NULL && m->pool_sizes != NULL && m->order != NULL;
}

/* ---- One point ---- */

static plb_status build_point(plb_measurement *m, size_t index, plb_ledger *ledger,
                              plb_error *error) {
    plb_design *design = &m->designs[index];
    plb_sweep_point *point = &m->points[index];
    plb_tx_built call = {0}, twin = {0};
    plb_loop_fit fit;
    plb_status status = PLB_OK;
    if (m->config.strategy != NULL) {
        status = plb_design_fit_loops(design, ledger, *m->config.strategy, &fit, error);
        point->evaluations = fit.evaluations;
        m->settings[index][PLB_FACTOR_LOOPS] = (uint64_t) fit.loops;
    }
    if (status == PLB_OK) {
        status = plb_design_build(design, ledger, &call, error);
    }
    if (status == PLB_OK) {
        status = plb_design_prove(ledger, &call, &point->size_bytes, error);
    }
    if (status == PLB_OK) {
        status = plb_design_build_known(design, true, &twin, error);
        if (status != PLB_OK) {
            (void) plb_error_prefix(error, "value-only twin");
        }
    }
    if (status == PLB_OK) {
        status = plb_design_prove(ledger, &twin, NULL, error);
    }
    point->fee = call.fee;
    plb_tx_built_free(&call);
    plb_tx_built_free(&twin);
    return status;
}

static plb_status make_point(plb_measurement *m, size_t index, plb_ledger *ledger,
                             plb_error *error) {
    plb_design *design = &m->designs[index];
    plb_sweep_point *point = &m->points[index];
    plb_design_config config = {.script = m->config.script,
                                .parameters = m->config.parameters,
                                .network = PLB_MAINNET,
                                .slot = PLB_SWEEP_SLOT};
    memcpy(config.settings, m->settings[index], sizeof config.settings);
    plb_status status = plb_design_init(design, &config, error);
    if (status == PLB_OK) {
        memcpy(m->settings[index], design->config.settings, sizeof config.settings);
        memcpy(design->spec.seed, &m->config.seed, sizeof m->config.seed);
        status = build_point(m, index, ledger, error);
    }
    point->label = m->labels[index];
    point->settings = m->settings[index];
    point->calls = (uint32_t) config.settings[PLB_FACTOR_CALLS];
    point->loops = design->loops;
    point->charged = plb_design_charged(design);
    point->script_bytes = design->script_bytes;
    point->datum_bytes = design->datum_bytes;
    point->datum_nodes = design->datum_nodes;
    point->call = index * POINT_SUBJECTS + POINT_CALL;
    point->twin = index * POINT_SUBJECTS + POINT_TWIN;
    point->twin_again = index * POINT_SUBJECTS + POINT_TWIN_AGAIN;
    point->noise_floor_ns = (double) NAN;
    return status;
}

/* Which point it was, and what to do. */
static void explain(const plb_measurement *m, size_t index, plb_error *error) {
    char where[PLB_DESIGN_LABEL_BYTES + 32], advice[PLB_DESIGN_LABEL_BYTES];
    if (error == NULL) {
        return;
    }
    plb_design_advice(m->settings[index], error->message, advice);
    size_t used = strlen(error->message);
    (void) snprintf(error->message + used, sizeof error->message - used, "%s", advice);
    if (m->point_count > 1) {
        (void) snprintf(where, sizeof where, "design point %zu of %zu (%s)", index + 1,
                        m->point_count, m->labels[index]);
        (void) plb_error_prefix(error, where);
    }
}

static plb_status make_points(plb_measurement *m, plb_error *error) {
    static const char *const parts[POINT_SUBJECTS] = {"call", "twin", "twin-again"};
    bool shown[PLB_FACTOR_COUNT];
    plb_ledger *ledger = NULL;
    plb_ledger_config config = {.network = PLB_MAINNET, .slot = PLB_SWEEP_SLOT};
    plb_status status = plb_ledger_new(&ledger, m->config.parameters, &config, error);
    for (unsigned i = 0; i < PLB_FACTOR_COUNT; i++) {
        shown[i] = m->sweep.varied[i].count > 0;
    }
    for (size_t i = 0; i < m->point_count && status == PLB_OK; i++) {
        combine(&m->sweep, i, m->settings[i]);
        plb_design_label(m->settings[i], shown, m->labels[i]);
        status = make_point(m, i, ledger, error);
        if (status != PLB_OK) {
            explain(m, i, error);
        }
        for (size_t k = 0; k < POINT_SUBJECTS; k++) {
            char *name = m->names[i * POINT_SUBJECTS + k];
            (void) snprintf(name, PLB_SUBJECT_NAME_BYTES, "p%03zu-%s", i + 1, parts[k]);
        }
    }
    plb_ledger_free(ledger);
    return status;
}

plb_status plb_sweep_make_points(plb_measurement *m, plb_error *error) {
    plb_status status = count_points(m, error);
    if (status != PLB_OK) {
        return status;
    }
    return allocate(m) ? make_points(m, error)
                       : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for %zu design points",
                                  m->point_count);
}

void plb_sweep_fit_points(const plb_measurement *m, plb_fit_point *fit) {
    for (size_t i = 0; i < m->point_count; i++) {
        const plb_sweep_point *p = &m->points[i];
        fit[i] = (plb_fit_point){.settings = p->settings,
                                 .call = p->call,
                                 .twin = p->twin,
                                 .twin_again = p->twin_again,
                                 .overhead_ns = &p->overhead_ns,
                                 .charged_steps = (double) p->charged.steps,
                                 .fee_lovelace = (double) p->fee};
    }
}
