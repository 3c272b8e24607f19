/* One model of machine steps: coefficients, what they leave over, and their intervals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/steps/fit.h"
#include "harness/measure/statistics.h"

#define TERMS PLB_STEP_TERMS
#define NORMAL_975 1.96
/* Beyond it columns are so nearly dependent that coefficients say little (Belsley, Kuh and Welsch
 * 1980: moderate to strong from 30 on). */
#define CONDITION_MOST 30

/* Rows are relative to what the fit before says that programs take, and not to what they took: a
 * program that happened to be slow would count less, and all costs would be a little low. */
#define REWEIGHTINGS 4
#define SCALE_MOST 4 /* times the measured time, or as small a part of it */

/* What an analysis works on. The problem has the terms of `term`, out of 0 (start-up) and columns.
 */
typedef struct working {
    const plb_step_sample *sample;
    const plb_step_columns *columns;
    double *scale_ns; /* of each program */
    plb_step_problem problem, part, scratch;
    unsigned term[TERMS]; /* of each coefficient */
    plb_step_solution solution;
} working;

/* What builtins leave of a program's time; in part `part`, or in all (-1). */
static double left_ns(const plb_step_time *row, int part) {
    return (part < 0 ? row->time_ns : row->parts[part]) - row->builtin_ns;
}

/* ---- The problem ---- */

static double regressor(const working *w, size_t row, unsigned term) {
    const plb_step_time *r = w->sample->rows[row];
    double sum = term == 0 ? 1 : 0;
    for (unsigned k = 0; k < PLB_TALLY_STEPS && term > 0; k++)
        if (w->columns->column[k] == term) sum += r->steps[k];
    return sum / w->scale_ns[row];
}

/* With the terms whose bits are set. */
static void pose(working *w, unsigned terms) {
    plb_step_problem *p = &w->problem;
    p->rows = w->sample->count;
    p->terms = 0;
    for (unsigned t = 0; t < w->columns->count; t++) {
        if (!(terms >> t & 1)) continue;
        for (size_t i = 0; i < p->rows; i++) p->matrix[p->terms * p->rows + i] = regressor(w, i, t);
        w->term[p->terms++] = t;
    }
    for (size_t i = 0; i < p->rows; i++)
        p->right[i] = left_ns(w->sample->rows[i], -1) / w->scale_ns[i];
}

/* -1, or a term that the ones before it make up. */
static int solve(working *w, unsigned terms) {
    int dependent = -1;
    for (size_t i = 0; i < w->sample->count; i++) w->scale_ns[i] = w->sample->rows[i]->time_ns;
    for (int round = 0; round <= REWEIGHTINGS && dependent < 0; round++) {
        pose(w, terms);
        dependent = plb_step_solve(&w->problem, &w->scratch, &w->solution);
        for (size_t i = 0; i < w->sample->count && dependent < 0 && round < REWEIGHTINGS; i++) {
            const plb_step_time *r = w->sample->rows[i];
            double ns = plb_step_predict(&w->problem, w->solution.b, i) * w->scale_ns[i];
            w->scale_ns[i] =
                fmin(fmax(ns + r->builtin_ns, r->time_ns / SCALE_MOST), r->time_ns * SCALE_MOST);
        }
    }
    return dependent;
}

/* By how much of its measured time coefficients are wrong about a program. */
static double relative_error(const working *w, const double *b, size_t row) {
    double left = w->problem.right[row] - plb_step_predict(&w->problem, b, row);
    return left * w->scale_ns[row] / w->sample->rows[row]->time_ns;
}

/* The problem without one family. */
static void leave_out(working *w, unsigned family) {
    const plb_step_problem *p = &w->problem;
    size_t rows = 0;
    for (size_t i = 0; i < p->rows; i++) rows += w->sample->family[i] != family;
    w->part.rows = rows;
    w->part.terms = p->terms;
    size_t at = 0;
    for (size_t i = 0; i < p->rows; i++) {
        if (w->sample->family[i] == family) continue;
        for (unsigned t = 0; t < p->terms; t++)
            w->part.matrix[t * rows + at] = p->matrix[t * p->rows + i];
        w->part.right[at++] = p->right[i];
    }
}

/* ---- Where uncertainty comes from: variances by coefficient ---- */

typedef struct variances {
    double programs[TERMS], processes[TERMS], builtins[TERMS];
    double process_freedom[TERMS];
} variances;

/* The jackknife over families: how much coefficients change without one of them is their standard
 * error, whatever programs of a family have in common, and whatever noise they have (Efron and
 * Stein 1981; MacKinnon, Nielsen and Webb 2023 for families). -1, or a term that only one family
 * tells.
 */
static int jackknife(working *w, variances *v, double *missed) {
    double families = (double) w->sample->families;
    for (unsigned f = 0; f < w->sample->families; f++) {
        plb_step_solution without;
        leave_out(w, f);
        int bad = plb_step_solve(&w->part, &w->scratch, &without);
        if (bad >= 0) return bad;
        for (unsigned t = 0; t < w->problem.terms; t++) {
            double change = without.b[t] - w->solution.b[t];
            v->programs[t] += change * change * (families - 1) / families;
        }
        for (size_t i = 0; i < w->problem.rows; i++) {
            if (w->sample->family[i] != f) continue;
            double relative = relative_error(w, without.b, i);
            missed[i] = relative * relative;
        }
    }
    return -1;
}

/* Standard error of a mean of parts, from its interval. */
static double error_of(const plb_estimate *mean) {
    return (mean->high - mean->low) / 2 / plb_student_975(fmax(mean->freedom, 1));
}

/* What all programs have in common in one process: coefficients are fitted to each part's times.
 * How much they vary also has each program's own noise in it, which the jackknife has seen. */
static void vary_processes(const working *w, variances *v) {
    const plb_step_sample *s = w->sample;
    for (unsigned t = 0; t < w->problem.terms && s->parts >= 2; t++) {
        double series[PLB_STEP_PARTS] = {0}, own = 0;
        for (size_t i = 0; i < s->count; i++) {
            double influence = plb_step_influence(&w->problem, &w->solution, t, i);
            double relative[PLB_STEP_PARTS];
            for (size_t p = 0; p < s->parts; p++) {
                relative[p] = left_ns(s->rows[i], (int) p) / w->scale_ns[i];
                series[p] += influence * relative[p];
            }
            plb_estimate mean = plb_mean_of_stretches(relative, s->parts, false);
            own += influence * influence * error_of(&mean) * error_of(&mean);
        }
        plb_estimate mean = plb_mean_of_stretches(series, s->parts, false);
        v->processes[t] = fmax(error_of(&mean) * error_of(&mean) - own, 0);
        v->process_freedom[t] = fmax(mean.freedom, 1);
    }
}

/* Builtins' times are taken to be wrong in one direction for all programs. */
static void vary_builtins(const working *w, variances *v) {
    for (unsigned t = 0; t < w->problem.terms; t++) {
        double sum = 0;
        for (size_t i = 0; i < w->sample->count; i++) {
            const plb_step_time *r = w->sample->rows[i];
            double relative = (r->builtin_high_ns - r->builtin_ns) / NORMAL_975 / w->scale_ns[i];
            sum += plb_step_influence(&w->problem, &w->solution, t, i) * relative;
        }
        v->builtins[t] = sum * sum;
    }
}

/* Student's t with the degrees of freedom of Welch and Satterthwaite. */
static plb_estimate interval(const working *w, const variances *v, unsigned t) {
    double all = v->programs[t] + v->processes[t] + v->builtins[t];
    double by_programs = fmax((double) w->sample->families - w->problem.terms, 1);
    double shares = v->programs[t] * v->programs[t] / by_programs;
    if (v->processes[t] > 0) shares += v->processes[t] * v->processes[t] / v->process_freedom[t];
    double freedom = shares > 0 ? fmin(all * all / shares, 1e6) : 1e6;
    double half = plb_student_975(fmax(freedom, 1)) * sqrt(all);
    return (plb_estimate){.value = w->solution.b[t],
                          .low = w->solution.b[t] - half,
                          .high = w->solution.b[t] + half,
                          .level = 0.95,
                          .count = w->sample->count,
                          .method = "least squares of relative errors, jackknife over families",
                          .stretches = w->sample->families,
                          .freedom = freedom};
}

/* ---- The model ---- */

static void find_inflation(const working *w, plb_step_model *model) {
    const plb_step_problem *p = &w->problem;
    for (unsigned t = 1; t < p->terms; t++) {
        double squares = 0;
        for (size_t i = 0; i < p->rows; i++)
            squares += p->matrix[t * p->rows + i] * p->matrix[t * p->rows + i];
        for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
            if (w->columns->column[k] == t)
                model->inflation[k] = squares * w->solution.inverse[t * p->terms + t];
    }
}

static int kind_of_term(const plb_step_columns *columns, unsigned term) {
    for (int k = 0; k < PLB_TALLY_STEPS; k++)
        if (columns->column[k] == term && term > 0) return k;
    return -1;
}

static void find_deviations(const working *w, const double *missed, plb_step_model *model) {
    const plb_step_problem *p = &w->problem;
    double squares = 0, predicted = 0, n = (double) p->rows;
    for (size_t i = 0; i < p->rows; i++) {
        double relative = relative_error(w, w->solution.b, i);
        squares += relative * relative;
        predicted += missed[i];
    }
    model->deviation = sqrt(squares / n);
    model->predicted_deviation = sqrt(predicted / n);
}

/* Everything about the terms of the problem. False: the jackknife can't be done; *worst is why. */
static bool estimate(working *w, plb_step_analysis *analysis, plb_estimate *estimates, variances *v,
                     int *worst) {
    *v = (variances){.programs = {0}};
    int bad = jackknife(w, v, analysis->missed);
    if (bad >= 0) {
        *worst = kind_of_term(w->columns, w->term[bad]);
        return false;
    }
    vary_processes(w, v);
    vary_builtins(w, v);
    for (unsigned t = 0; t < w->problem.terms; t++) estimates[w->term[t]] = interval(w, v, t);
    return true;
}

static void take(const working *w, const plb_estimate *estimates, const bool *at_zero,
                 const variances *v, plb_step_model *model) {
    double errors[TERMS][3] = {{0}};
    for (unsigned t = 0; t < w->problem.terms; t++) {
        errors[w->term[t]][0] = sqrt(v->programs[t]);
        errors[w->term[t]][1] = sqrt(v->processes[t]);
        errors[w->term[t]][2] = sqrt(v->builtins[t]);
    }
    for (unsigned k = 0; k <= PLB_TALLY_STEPS; k++) {
        unsigned t = k == 0 ? 0 : w->columns->column[k - 1];
        if (k > 0 && t == 0) continue;
        *(k == 0 ? &model->startup : &model->cost[k - 1]) = estimates[t];
        *(k == 0 ? &model->startup_at_zero : &model->at_zero[k - 1]) = at_zero[t];
        model->error[k].programs = errors[t][0];
        model->error[k].processes = errors[t][1];
        model->error[k].builtins = errors[t][2];
    }
}

/* What least squares made negative is 0, and the rest is fitted without it. Its interval still ends
 * where the first fit's does. */
static bool hold_at_zero(working *w, plb_step_analysis *analysis, plb_estimate *estimates,
                         bool *at_zero, variances *v, int *worst) {
    unsigned terms = plb_step_positive_terms(&w->problem, &w->scratch);
    for (unsigned t = 0; t < w->columns->count; t++) {
        at_zero[t] = !(terms >> t & 1);
        estimates[t].value = estimates[t].low = 0;
        estimates[t].high = fmax(estimates[t].high, 0);
    }
    pose(w, terms);
    return w->problem.terms > 0 && plb_step_solve(&w->problem, &w->scratch, &w->solution) < 0 &&
           estimate(w, analysis, estimates, v, worst);
}

static bool has_negative(const working *w) {
    for (unsigned t = 0; t < w->problem.terms; t++)
        if (w->solution.b[t] < 0) return true;
    return false;
}

static void analyse(working *w, plb_step_analysis *analysis, int *worst) {
    plb_step_model *model = &analysis->model;
    plb_estimate estimates[TERMS];
    bool at_zero[TERMS] = {false};
    variances v;
    int dependent = solve(w, (1U << w->columns->count) - 1);
    if (dependent >= 0) {
        *worst = kind_of_term(w->columns, w->term[dependent]);
        return;
    }
    model->condition = w->solution.condition;
    find_inflation(w, model);
    if (model->condition > CONDITION_MOST) return;
    if (!estimate(w, analysis, estimates, &v, worst)) return;
    if (has_negative(w) && !hold_at_zero(w, analysis, estimates, at_zero, &v, worst)) return;
    take(w, estimates, at_zero, &v, model);
    find_deviations(w, analysis->missed, model);
    model->made = true;
}

plb_status plb_step_analyse(const plb_step_sample *sample, const plb_step_columns *columns,
                            plb_step_analysis *analysis, int *worst, plb_error *error) {
    working w = {.sample = sample,
                 .columns = columns,
                 .scale_ns = calloc(sample->count, sizeof *w.scale_ns)};
    plb_step_model *model = &analysis->model;
    *model = (plb_step_model){.problem = analysis->problem, .columns = columns->count};
    *worst = -1;
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        model->column[k] = columns->column[k];
        model->inflation[k] = NAN;
    }
    bool room = w.scale_ns != NULL && plb_step_problem_new(&w.problem, sample->count) &&
                plb_step_problem_new(&w.part, sample->count) &&
                plb_step_problem_new(&w.scratch, sample->count);
    if (room) analyse(&w, analysis, worst);
    free(w.scale_ns);
    plb_step_problem_free(&w.problem);
    plb_step_problem_free(&w.part);
    plb_step_problem_free(&w.scratch);
    return room ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
}
