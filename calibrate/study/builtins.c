/* Builtins under the base's costs and under the proposal's, at the points that were swept, and
 * their times beside both. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/output.h"
#include "calibrate/study/study.h"
#include "harness/measure/statistics.h"

#define PICOSECONDS 1e6 /* in a microsecond */
#define NORMAL_975 1.959963984540054

/* One builtin while it is compared. */
typedef struct comparison {
    const plb_fit *fit;
    const plb_bench_group *group; /* NULL: no points */
    double no_op, no_op_deviation;
    bool has_old, has_new, patched;
    plb_costing before, after;
    uint8_t shape, inner;              /* of the fit */
    int64_t (*sizes)[PLB_BENCH_SIZES]; /* of each point */
    bool *comparable;
    double *ratios;     /* of the comparable points, in their order; then sorted */
    double *logarithms; /* of the resamples' medians */
    size_t made;
    const char *name;
} comparison;

static void free_comparison(comparison *c) {
    free(c->sizes);
    free(c->comparable);
    free(c->ratios);
    free(c->logarithms);
}

static double cost_at(const plb_costing *costing, const int64_t sizes[PLB_BENCH_SIZES]) {
    return (double) plb_costing_apply(costing, sizes);
}

/* Sizes as whole numbers, and which points tell all that both functions take. */
static void take_sizes(comparison *c) {
    unsigned needed = (c->has_old ? plb_costing_arguments(&c->before) : 0) |
                      (c->has_new ? plb_costing_arguments(&c->after) : 0);
    for (size_t i = 0; i < c->group->count; i++) {
        c->comparable[i] = needed < 1u << PLB_BENCH_SIZES;
        for (unsigned k = 0; k < PLB_BENCH_SIZES; k++) {
            double size = c->group->points[i].size[k];
            bool whole = size >= 0 && size < 9e15;
            c->sizes[i][k] = whole ? (int64_t) size : 0;
            if (!whole && (needed & 1u << k)) c->comparable[i] = false;
        }
    }
}

/* Means of equal numbers are rounded. */
static bool is_about(double value, double patch) { return fabs(value - patch) <= 1e-9 * patch; }

/* Whether some coefficient is not what the times say, but the reference's patch. */
static bool is_patched(const plb_fit_coefficients *c) {
    bool patched = c->has_constant && is_about(c->constant, PLB_FIT_SMALLEST_CONSTANT);
    for (unsigned i = 0; i < c->count; i++)
        patched |= is_about(c->value[i], PLB_FIT_SMALLEST) &&
                   (c->fitted[i] < 0 || is_about(c->fitted[i], PLB_FIT_SMALLEST));
    return patched || (c->has_constant && is_about(c->constant, PLB_FIT_SMALLEST));
}

static plb_status begin(comparison *c, const plb_study *study, size_t index, plb_error *error) {
    const plb_fit *fit = study->fit;
    const plb_fit_model *model = plb_fit_get(fit, index);
    const plb_fit_row *row = &fit->table->rows[index];
    int tag = plb_builtin_find(model->builtin, strlen(model->builtin));
    *c = (comparison){.fit = fit, .group = plb_fit_group_of(fit, row), .name = model->builtin};
    if (tag >= 0 && study->base->builtin[tag].present) {
        c->has_old = true;
        c->before = study->base->builtin[tag].steps;
    }
    if (model->made) {
        const plb_fit_coefficients *made =
            plb_fit_chosen(fit, index, study->plan->fit.method, &c->shape, &c->inner);
        plb_status status =
            plb_fit_costing(made, c->shape, c->inner, model->builtin, &c->after, error);
        if (status != PLB_OK) return status;
        c->has_new = true;
        c->patched = is_patched(made);
    }
    for (size_t i = 0; i < fit->no_op_count; i++) {
        if (strcmp(fit->no_ops[i].name, row->no_op) != 0 || isnan(fit->no_ops[i].time)) continue;
        c->no_op = fit->no_ops[i].time;
        c->no_op_deviation = fit->no_ops[i].deviation;
    }
    size_t points = c->group != NULL ? c->group->count : 0;
    c->sizes = calloc(points + 1, sizeof *c->sizes);
    c->comparable = calloc(points + 1, sizeof *c->comparable);
    c->ratios = calloc(points + 1, sizeof *c->ratios);
    c->logarithms = calloc(study->plan->fit.bootstrap + 1, sizeof *c->logarithms);
    if (!c->sizes || !c->comparable || !c->ratios || !c->logarithms)
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to compare costs");
    if (points > 0) take_sizes(c);
    return PLB_OK;
}

/* ---- Points by name ---- */

static void name_point(const plb_bench_group *group, size_t index,
                       char name[PLB_STUDY_POINT_BYTES]) {
    int used = snprintf(name, PLB_STUDY_POINT_BYTES, "%s", group->name);
    for (unsigned k = 0; k < PLB_BENCH_SIZES; k++) {
        double size = group->points[index].size[k];
        if (!isnan(size) && used >= 0 && used < PLB_STUDY_POINT_BYTES)
            used += snprintf(name + used, (size_t) (PLB_STUDY_POINT_BYTES - used), "/%.15g", size);
    }
}

/* Keep the point in *at when its `measure` is further in the direction than the one before's, which
 * is *furthest. */
static void keep_furthest(const comparison *c, size_t index, plb_study_at ratio, double measure,
                          bool larger, double *furthest, plb_study_at *at) {
    bool first = at->point[0] == '\0';
    if (!first && (larger ? measure <= *furthest : measure >= *furthest)) return;
    *furthest = measure;
    *at = ratio;
    name_point(c->group, index, at->point);
}

/* ---- New over old ---- */

/* The median over the comparable points, of `after` over the old costs. */
static double median_ratio(comparison *c, const plb_costing *after) {
    size_t count = 0;
    for (size_t i = 0; i < c->group->count; i++) {
        double old = c->comparable[i] ? cost_at(&c->before, c->sizes[i]) : 0;
        if (old > 0) c->ratios[count++] = cost_at(after, c->sizes[i]) / old;
    }
    return plb_median_of(c->ratios, count);
}

static void take_median(void *context, const plb_fit_coefficients *coefficients) {
    comparison *c = context;
    plb_costing after;
    if (plb_fit_costing(coefficients, c->shape, c->inner, c->name, &after, NULL) != PLB_OK) return;
    double ratio = median_ratio(c, &after);
    if (ratio > 0) c->logarithms[c->made++] = log(ratio);
}

/* What all times have in common as their uncertainty, a scale's, comes on top. */
static void widen(plb_estimate *e, double deviation) {
    double more = NORMAL_975 * deviation, middle = log(e->value);
    e->low = exp(middle - hypot(middle - log(e->low), more));
    e->high = exp(middle + hypot(log(e->high) - middle, more));
}

static plb_status estimate_ratio(comparison *c, plb_study *study, size_t index,
                                 plb_study_builtin *out, plb_error *error) {
    size_t wanted = study->plan->fit.bootstrap;
    const plb_fit_model *model = plb_fit_get(study->fit, index);
    plb_fit_method method = study->plan->fit.method;
    out->ratio =
        (plb_estimate){.value = median_ratio(c, &c->after), .level = 0.95, .count = out->points};
    out->ratio.low = out->ratio.high = NAN;
    if (wanted == 0 || !(out->ratio.value > 0)) return PLB_OK;
    if (method == PLB_FIT_SELECTED) method = PLB_FIT_REFERENCE; /* with the selected shape */
    plb_status status = plb_fit_resample(study->fit, index, method, c->shape, c->inner, wanted,
                                         take_median, c, error);
    if (status != PLB_OK || c->made * 2 < wanted) return status;
    const plb_fit_coefficients *fitted = &model->by[PLB_FIT_REFERENCE];
    plb_fit_interval interval =
        plb_fit_percentiles(c->logarithms, c->made, log(out->ratio.value), (double) model->points,
                            fitted->count + (fitted->has_constant ? 1 : 0));
    out->ratio.low = exp(interval.low);
    out->ratio.high = exp(interval.high);
    out->ratio.resamples = (uint32_t) c->made;
    out->ratio.method = "median over points; percentiles over resampled points, the whole fit anew";
    if (study->scale != NULL) widen(&out->ratio, plb_machine_scale_deviation(study->scale));
    out->resolved = out->ratio.low > 1 || out->ratio.high < 1;
    return PLB_OK;
}

static void find_range(const comparison *c, plb_study_builtin *out) {
    double least = 0, most = 0;
    for (size_t i = 0; i < c->group->count; i++) {
        double old = c->comparable[i] ? cost_at(&c->before, c->sizes[i]) : 0;
        if (!(old > 0)) {
            out->incomparable++;
            continue;
        }
        plb_study_at ratio = {
            .ratio = cost_at(&c->after, c->sizes[i]) / old, .low = NAN, .high = NAN};
        out->points++;
        keep_furthest(c, i, ratio, ratio.ratio, false, &least, &out->least);
        keep_furthest(c, i, ratio, ratio.ratio, true, &most, &out->most);
    }
}

/* ---- Times over charges ---- */

static plb_study_at charged_ratio(const comparison *c, size_t index, double cost) {
    const plb_bench_point *p = &c->group->points[index];
    double half = hypot((p->time_high - p->time_low) / 2, NORMAL_975 * c->no_op_deviation);
    double scale = PICOSECONDS / cost, own = p->time - c->no_op;
    return (plb_study_at){.ratio = fmax(own, 0) * scale,
                          .low = fmax(own - half, 0) * scale,
                          .high = fmax(own + half, 0) * scale};
}

/* Reorders c->ratios. */
static void compare_charge(comparison *c, const plb_costing *costing, plb_study_charge *out) {
    size_t under = 0, under_resolved = 0, over_resolved = 0, count = 0;
    double highest_low = 0, lowest_high = 0;
    unsigned needed = plb_costing_arguments(costing);
    for (size_t i = 0; i < c->group->count; i++) {
        bool told = true;
        for (unsigned k = 0; k < PLB_BENCH_SIZES; k++)
            told &= !(needed & 1u << k) || c->group->points[i].size[k] >= 0;
        double cost = told ? cost_at(costing, c->sizes[i]) : 0;
        if (!(cost > 0) || !plb_bench_is_time(c->group->points[i].time)) continue;
        plb_study_at ratio = charged_ratio(c, i, cost);
        under += ratio.ratio > 1;
        under_resolved += ratio.low > 1;
        over_resolved += ratio.high < 1;
        c->ratios[count++] = ratio.ratio;
        keep_furthest(c, i, ratio, ratio.low, true, &highest_low, &out->most_under);
        /* Faster than the no-op: there is no saying how much of it is the builtin's own. */
        if (ratio.high > 0)
            keep_furthest(c, i, ratio, ratio.high, false, &lowest_high, &out->most_over);
    }
    out->points = count;
    if (count == 0) return;
    out->median = plb_median_of(c->ratios, count);
    out->under = (double) under / (double) count;
    out->under_resolved = (double) under_resolved / (double) count;
    out->over_resolved = (double) over_resolved / (double) count;
}

/* ---- One builtin ---- */

static const char *shape_name(plb_study *study, const plb_costing *costing) {
    const plb_shape_row *row = &plb_shapes[costing->shape];
    return row->inner_arguments == 0
               ? row->name
               : plb_study_keep(study, "%s/%s", row->name, plb_shapes[costing->inner].name);
}

static plb_status compare_builtin(plb_study *study, size_t index, plb_study_builtin *out,
                                  plb_error *error) {
    const plb_fit_model *model = plb_fit_get(study->fit, index);
    comparison c;
    plb_status status = begin(&c, study, index, error);
    bool swept = c.group != NULL && c.group->count > 0;
    *out = (plb_study_builtin){
        .name = model->builtin,
        .benchmark = model->data,
        .fate = model->made ? PLB_STUDY_FITTED
                : swept     ? PLB_STUDY_LEFT_OUT
                            : PLB_STUDY_NOT_SWEPT,
        .problem = model->problem,
        .patched = c.patched,
        .ratio = {.value = NAN, .low = NAN, .high = NAN},
    };
    if (status == PLB_OK && c.has_old) out->old_shape = shape_name(study, &c.before);
    if (status == PLB_OK && c.has_new) out->new_shape = shape_name(study, &c.after);
    if (status == PLB_OK && swept && c.has_old && c.has_new) {
        find_range(&c, out);
        status = estimate_ratio(&c, study, index, out, error);
    }
    if (status == PLB_OK && swept && c.has_old) compare_charge(&c, &c.before, &out->old_charge);
    if (status == PLB_OK && swept && c.has_new) compare_charge(&c, &c.after, &out->new_charge);
    free_comparison(&c);
    return status;
}

/* ---- All of them ---- */

static double change_of(const plb_study_builtin *b) {
    return b->ratio.value > 0 ? fabs(log(b->ratio.value)) : -1;
}

static int by_change(const void *a, const void *b) {
    const plb_study_builtin *x = a, *y = b;
    double cx = change_of(x), cy = change_of(y);
    if (cx > cy || cx < cy) return cx > cy ? -1 : 1;
    return x->fate != y->fate ? (int) x->fate - (int) y->fate : strcmp(x->name, y->name);
}

/* The median builtin and the quartiles; those that share another's times do not count. */
static plb_status find_pace(plb_study *study, plb_error *error) {
    plb_study_summary *s = &study->summary;
    double *ratios = calloc(s->builtin_count + 1, sizeof *ratios);
    size_t count = 0;
    if (ratios == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to compare costs");
    for (size_t i = 0; i < s->builtin_count; i++) {
        bool shares = false;
        for (size_t k = 0; k < i; k++)
            shares |= strcmp(s->builtins[k].benchmark, s->builtins[i].benchmark) == 0;
        if (!shares && s->builtins[i].ratio.value > 0) ratios[count++] = s->builtins[i].ratio.value;
    }
    s->pace = plb_quantile_of(ratios, count, 0.5);
    s->pace_low = plb_quantile_of(ratios, count, 0.25);
    s->pace_high = plb_quantile_of(ratios, count, 0.75);
    free(ratios);
    return PLB_OK;
}

plb_status plb_study_compare_builtins(plb_study *study, plb_error *error) {
    plb_study_summary *s = &study->summary;
    size_t count = plb_fit_count(study->fit);
    plb_status status = PLB_OK;
    study->builtins = calloc(count, sizeof *study->builtins);
    if (study->builtins == NULL)
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to compare costs");
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        if (plb_study_interrupted(study))
            return plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted");
        status = compare_builtin(study, i, &study->builtins[i], error);
        s->fitted += study->builtins[i].fate == PLB_STUDY_FITTED;
        s->not_swept += study->builtins[i].fate == PLB_STUDY_NOT_SWEPT;
        s->left_out += study->builtins[i].fate == PLB_STUDY_LEFT_OUT;
    }
    if (status != PLB_OK) return status;
    qsort(study->builtins, count, sizeof *study->builtins, by_change);
    s->builtins = study->builtins;
    s->builtin_count = count;
    return find_pace(study, error);
}
