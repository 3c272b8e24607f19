/* Which programs count, which kinds of steps they tell apart, and whether that is worth it. */
#include "calibrate/steps/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/steps/set.h"
#include "calibrate/steps/times.h"

/* Families of programs that an interval needs, and a kind of steps to have a cost of its own. */
#define FAMILIES_LEAST 3
#define FAMILIES_A_COST 2 /* there have to be so many for each cost */

const char *plb_step_model_name(plb_step_model_kind kind) {
    static const char *const names[PLB_STEP_MODELS] = {"common", "kinds"};
    return (unsigned) kind < PLB_STEP_MODELS ? names[kind] : "unknown";
}

/* ---- The programs that count ---- */

static void find_reason(const plb_step_time *row, double share_most, char *reason) {
    double share = row->builtin_ns / row->time_ns;
    reason[0] = '\0';
    if (isnan(row->builtin_ns) && row->missing[0] != '\0') {
        snprintf(reason, PLB_STEP_TEXT_BYTES, "the time of %s is not known", row->missing);
    } else if (isnan(row->builtin_ns)) {
        snprintf(reason, PLB_STEP_TEXT_BYTES, "the time of its builtins is not known");
    } else if (share > share_most) {
        snprintf(reason, PLB_STEP_TEXT_BYTES,
                 "builtins take %.0f %% of its time, more than %.0f %%", 100 * share,
                 100 * share_most);
    }
}

static bool same_family(const char *a, const char *b) {
    size_t length = plb_step_family_length(a);
    return length == plb_step_family_length(b) && memcmp(a, b, length) == 0;
}

static unsigned family_of(const plb_step_sample *sample, const plb_step_time *row) {
    for (size_t i = 0; i < sample->count; i++)
        if (same_family(sample->rows[i]->name, row->name)) return sample->family[i];
    return (unsigned) sample->families;
}

static void choose_programs(plb_step_fit *fit) {
    plb_step_sample *sample = &fit->sample;
    double share =
        fit->options.builtin_share > 0 ? fit->options.builtin_share : PLB_STEP_BUILTIN_SHARE;
    sample->parts = plb_step_times_parts(fit->times);
    for (size_t i = 0; i < fit->times->count; i++) {
        const plb_step_time *row = &fit->times->rows[i];
        find_reason(row, share, fit->reasons[i]);
        if (fit->reasons[i][0] != '\0') continue;
        unsigned family = family_of(sample, row);
        sample->families += family == sample->families;
        sample->family[sample->count] = family;
        sample->rows[sample->count++] = row;
    }
}

/* ---- Kinds that can be told apart ---- */

static size_t families_with(const plb_step_sample *sample, unsigned kind) {
    size_t count = 0;
    for (size_t i = 0; i < sample->count; i++) {
        bool first = sample->rows[i]->steps[kind] > 0;
        for (size_t k = 0; k < i && first; k++)
            first = sample->family[k] != sample->family[i] || !(sample->rows[k]->steps[kind] > 0);
        count += first;
    }
    return count;
}

/* A column's steps for each nanosecond of a program. */
static double rate(const plb_step_sample *sample, const plb_step_columns *columns, unsigned column,
                   size_t row) {
    double sum = 0;
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
        if (columns->column[k] == column) sum += sample->rows[row]->steps[k];
    return sum / sample->rows[row]->time_ns;
}

/* The cosine between two columns: 1 where programs do the one as often as the other. */
static double likeness(const plb_step_sample *sample, const plb_step_columns *columns, unsigned a,
                       unsigned b) {
    double aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < sample->count; i++) {
        double x = rate(sample, columns, a, i), y = rate(sample, columns, b, i);
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return ab / sqrt(aa * bb);
}

/* Make one of a column and of the one that is most like it. */
static void merge(const plb_step_sample *sample, plb_step_columns *columns, unsigned column) {
    unsigned with = 0;
    double most = -1;
    for (unsigned c = 1; c < columns->count; c++) {
        double like = c != column ? likeness(sample, columns, c, column) : -1;
        if (like > most) with = c;
        most = fmax(most, like);
    }
    unsigned kept = with < column ? with : column, gone = with < column ? column : with;
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        if (columns->column[k] == gone) columns->column[k] = kept;
        if (columns->column[k] > gone) columns->column[k]--;
    }
    columns->count--;
}

/* A column for each kind of which there are steps, in so many families that one can be left out. */
static plb_step_columns begin_columns(const plb_step_sample *sample) {
    plb_step_columns columns = {.count = 1};
    size_t families[PLB_TALLY_STEPS];
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        families[k] = families_with(sample, k);
        columns.column[k] = families[k] > 0 ? columns.count++ : 0;
    }
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++)
        if (families[k] > 0 && families[k] < FAMILIES_LEAST && columns.count > 2)
            merge(sample, &columns, columns.column[k]);
    return columns;
}

/* The column that is to blame: that of `worst`, or else the one whose variance suffers most from
 * the others. */
static unsigned worst_column(const plb_step_model *model, int worst) {
    bool blamed = worst >= 0;
    for (int k = 0; k < PLB_TALLY_STEPS && !blamed; k++)
        if (model->column[k] > 0 && (worst < 0 || model->inflation[k] > model->inflation[worst]))
            worst = k;
    return model->column[worst];
}

/* The kind whose cost is least certain, of those that may as well be 0; -1: there is none. */
static int unresolved_kind(const plb_step_model *model) {
    int worst = -1;
    double most = 0;
    for (int k = 0; k < PLB_TALLY_STEPS; k++) {
        double width = plb_estimate_precision(&model->cost[k]);
        if (model->column[k] == 0 || model->cost[k].low > 0 || !(width > most)) continue;
        worst = k;
        most = width;
    }
    return worst;
}

/* ---- The two models ---- */

static plb_status fit_common(plb_step_fit *fit, plb_error *error) {
    plb_step_analysis *analysis = &fit->analyses[PLB_STEP_MODEL_COMMON];
    plb_step_columns columns = {.count = 2};
    int worst;
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) columns.column[k] = 1;
    plb_status status = plb_step_analyse(&fit->sample, &columns, analysis, &worst, error);
    if (status != PLB_OK || analysis->model.made) return status;
    return plb_fail(error, PLB_E_MEASURE, NULL,
                    "the programs do not tell start-up and steps apart: expected programs of "
                    "different lengths, short and long");
}

/* Kinds without steps have the common cost. */
static void fill_absent(plb_step_fit *fit) {
    plb_step_model *kinds = &fit->analyses[PLB_STEP_MODEL_KINDS].model;
    const plb_step_model *common = &fit->analyses[PLB_STEP_MODEL_COMMON].model;
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) {
        if (kinds->column[k] != 0) continue;
        kinds->cost[k] = common->cost[k];
        kinds->error[k + 1] = common->error[k + 1];
    }
}

/* Columns that can't be told apart become one, and those that show no cost of their own part of
 * another, until each has one. */
static plb_status fit_columns(plb_step_fit *fit, plb_step_columns *columns, plb_error *error) {
    plb_step_analysis *analysis = &fit->analyses[PLB_STEP_MODEL_KINDS];
    const plb_step_model *model = &analysis->model;
    for (;;) {
        int worst;
        plb_status status = plb_step_analyse(&fit->sample, columns, analysis, &worst, error);
        if (status != PLB_OK || columns->count <= 2) return status;
        if (model->made) worst = unresolved_kind(model);
        if (model->made && worst < 0) return PLB_OK;
        merge(&fit->sample, columns, worst_column(model, worst));
    }
}

static plb_status fit_kinds(plb_step_fit *fit, plb_error *error) {
    plb_step_analysis *analysis = &fit->analyses[PLB_STEP_MODEL_KINDS];
    plb_step_columns columns = begin_columns(&fit->sample);
    plb_status status = fit_columns(fit, &columns, error);
    if (status != PLB_OK) return status;
    if (!analysis->model.made || columns.count <= 2) {
        analysis->model.made = false;
        snprintf(analysis->problem, sizeof analysis->problem,
                 "the programs do not tell kinds of steps apart");
    } else if (fit->sample.families < FAMILIES_A_COST * columns.count) {
        analysis->model.made = false;
        snprintf(analysis->problem, sizeof analysis->problem,
                 "%u costs want %u families of programs at least: there are %zu", columns.count,
                 FAMILIES_A_COST * columns.count, fit->sample.families);
    }
    if (analysis->model.made) fill_absent(fit);
    return PLB_OK;
}

/* ---- The choice ---- */

/* By how much costs by kind predict better, as a mean of squares, in standard errors over families.
 */
static double advantage(const plb_step_fit *fit) {
    const plb_step_sample *sample = &fit->sample;
    const double *common = fit->analyses[PLB_STEP_MODEL_COMMON].missed;
    const double *kinds = fit->analyses[PLB_STEP_MODEL_KINDS].missed;
    double mean = 0, squares = 0, families = (double) sample->families;
    for (size_t i = 0; i < sample->count; i++)
        mean += (common[i] - kinds[i]) / (double) sample->count;
    for (unsigned f = 0; f < sample->families; f++) {
        double sum = 0;
        for (size_t i = 0; i < sample->count; i++)
            if (sample->family[i] == f) sum += common[i] - kinds[i] - mean;
        squares += sum * sum;
    }
    double error = sqrt(squares * families / (families - 1)) / (double) sample->count;
    return error > 0 ? mean / error : 0;
}

static void choose(plb_step_fit *fit) {
    const plb_step_model *common = &fit->analyses[PLB_STEP_MODEL_COMMON].model;
    const plb_step_model *kinds = &fit->analyses[PLB_STEP_MODEL_KINDS].model;
    plb_step_choice choice = fit->options.choice;
    fit->chosen = PLB_STEP_MODEL_COMMON;
    if (!kinds->made) {
        snprintf(fit->reason, sizeof fit->reason, "one cost for all kinds: %.200s", kinds->problem);
    } else if (choice != PLB_STEP_CHOOSE) {
        fit->chosen = choice == PLB_STEP_TAKE_KINDS ? PLB_STEP_MODEL_KINDS : PLB_STEP_MODEL_COMMON;
        snprintf(fit->reason, sizeof fit->reason, "%s, as was asked for",
                 choice == PLB_STEP_TAKE_KINDS ? "costs by kind" : "one cost for all kinds");
    } else {
        double better = advantage(fit);
        fit->chosen = better > 1 ? PLB_STEP_MODEL_KINDS : PLB_STEP_MODEL_COMMON;
        snprintf(fit->reason, sizeof fit->reason,
                 "%s: families of programs that are left out are predicted within %.1f %% by costs "
                 "by kind, %.1f %% by one cost (a difference of %.1f standard errors; more than 1 "
                 "makes costs by kind)",
                 better > 1 ? "costs by kind" : "one cost for all kinds",
                 100 * kinds->predicted_deviation, 100 * common->predicted_deviation, better);
    }
}

/* ---- Public ---- */

static plb_status make(plb_step_fit *fit, plb_error *error) {
    choose_programs(fit);
    if (fit->sample.families < FAMILIES_LEAST)
        return plb_fail(
            error, PLB_E_MEASURE, NULL,
            "%zu of %zu programs count, of %zu different families: expected %d at least",
            fit->sample.count, fit->times->count, fit->sample.families, FAMILIES_LEAST);
    plb_status status = fit_common(fit, error);
    if (status == PLB_OK) status = fit_kinds(fit, error);
    if (status == PLB_OK) choose(fit);
    return status;
}

static bool reserve(plb_step_fit *fit) {
    size_t count = fit->times->count + 1;
    fit->sample.rows = calloc(count, sizeof *fit->sample.rows);
    fit->sample.family = calloc(count, sizeof *fit->sample.family);
    fit->reasons = calloc(count, sizeof *fit->reasons);
    bool good = fit->sample.rows != NULL && fit->sample.family != NULL && fit->reasons != NULL;
    for (int m = 0; m < PLB_STEP_MODELS; m++) {
        fit->analyses[m].missed = calloc(count, sizeof(double));
        good = good && fit->analyses[m].missed != NULL;
    }
    return good;
}

plb_status plb_step_fit_run(plb_step_fit **out, const plb_step_times *times,
                            const plb_step_options *options, plb_error *error) {
    static const plb_step_options none;
    const plb_step_options *o = options != NULL ? options : &none;
    *out = NULL;
    if (!(o->builtin_share >= 0 && o->builtin_share <= 1) || o->choice > PLB_STEP_TAKE_KINDS)
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected a share of builtins from 0 to 1, got %g", o->builtin_share);
    plb_step_fit *fit = calloc(1, sizeof *fit);
    if (fit == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
    fit->times = times;
    fit->options = *o;
    plb_status status = reserve(fit) ? make(fit, error)
                                     : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
    if (status == PLB_OK) {
        *out = fit;
    } else {
        plb_step_fit_free(fit);
    }
    return status;
}

void plb_step_fit_free(plb_step_fit *fit) {
    if (fit == NULL) return;
    for (int m = 0; m < PLB_STEP_MODELS; m++) free(fit->analyses[m].missed);
    free((void *) fit->sample.rows);
    free(fit->sample.family);
    free(fit->reasons);
    free(fit);
}

const plb_step_model *plb_step_fit_model(const plb_step_fit *fit, plb_step_model_kind kind) {
    return (unsigned) kind < PLB_STEP_MODELS ? &fit->analyses[kind].model : NULL;
}

plb_step_model_kind plb_step_fit_chosen(const plb_step_fit *fit) { return fit->chosen; }
const char *plb_step_fit_reason(const plb_step_fit *fit) { return fit->reason; }
size_t plb_step_fit_used(const plb_step_fit *fit) { return fit->sample.count; }
size_t plb_step_fit_families(const plb_step_fit *fit) { return fit->sample.families; }

static double charge(const plb_step_model *model, const plb_step_time *row) {
    double sum = model->startup.value + row->builtin_ns;
    for (unsigned k = 0; k < PLB_TALLY_STEPS; k++) sum += model->cost[k].value * row->steps[k];
    return model->made ? sum : NAN;
}

plb_step_residual plb_step_fit_residual(const plb_step_fit *fit, size_t index) {
    plb_step_residual residual = {.name = NULL};
    if (index >= fit->times->count) return residual;
    const plb_step_time *row = &fit->times->rows[index];
    residual.name = row->name;
    residual.used = fit->reasons[index][0] == '\0';
    residual.reason = residual.used ? NULL : fit->reasons[index];
    residual.time_ns = row->time_ns;
    residual.builtin_ns = row->builtin_ns;
    for (int m = 0; m < PLB_STEP_MODELS; m++)
        residual.charged_ns[m] = charge(&fit->analyses[m].model, row);
    return residual;
}
