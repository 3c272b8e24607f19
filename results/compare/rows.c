/* Every figure of every side beside that of the first one. */
#include <fnmatch.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare.h"
#include "results/run/run.h"

#define OUTSIDE 0.05

/* ---- Which figures ---- */

/* The main ones are all but these: what is there to check others, what is another by a constant,
 * and the second estimator of the same. */
static const char *const not_main[] = {
    "*null_experiment*",
    "*residual*",
    "charges.*",
    "*time_per_charged_step",
    "*.regression",
    "*discrepancy",
    "*marks*",
    "stages.rows*.time.*",
    "stages.sum.*",
    "full_block.*",
    "*.per_transaction",
    "states*.calls.per_call",
    "*twins.per_call",
    "design_points*.call",
    "design_points*.overhead",
};

static bool matches(const char *pattern, const char *name) {
    return strcmp(pattern, name) == 0 || fnmatch(pattern, name, 0) == 0;
}

static bool is_wanted(const plb_compare_options *options, const char *name) {
    bool listed = false;
    if (options->figure_count > 0) {
        for (size_t i = 0; i < options->figure_count; i++) {
            listed |= matches(options->figures[i], name);
        }
        return listed;
    }
    for (size_t i = 0; i < sizeof not_main / sizeof *not_main; i++) {
        listed |= matches(not_main[i], name);
    }
    return !listed;
}

/* ---- Figures of a run ---- */

typedef struct run_figures {
    const plb_run *run;
    const plb_run_figure *given;
    plb_run_figure *more; /* percentiles */
    size_t given_count, more_count;
    json_t *index;  /* name: number, first those that are given */
    double at_pace; /* times are multiplied by it */
} run_figures;

static const plb_run_figure *figure_at(const run_figures *f, size_t i) {
    return i < f->given_count ? &f->given[i] : &f->more[i - f->given_count];
}

static const plb_run_figure *find_figure(const run_figures *f, const char *name) {
    const json_t *number = json_object_get(f->index, name);
    return number ? figure_at(f, (size_t) json_integer_value(number)) : NULL;
}

static plb_status open_figures(run_figures *f, const plb_compare_options *options,
                               plb_kept_texts *kept, plb_error *error) {
    const plb_run_facts *facts = plb_run_get_facts(f->run);
    f->given = facts->figures;
    f->given_count = facts->figure_count;
    if (options->percentiles) {
        plb_status status =
            plb_percentile_figures(f->run, options->seed, kept, &f->more, &f->more_count, error);
        if (status != PLB_OK) return status;
    }
    f->index = json_object();
    for (size_t i = 0; i < f->given_count + f->more_count; i++) {
        if (json_object_set_new_nocheck(f->index, figure_at(f, i)->name,
                                        json_integer((json_int_t) i)) != 0) {
            return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for figures");
        }
    }
    return PLB_OK;
}

static void close_figures(run_figures *figures, size_t count) {
    for (size_t i = 0; i < count && figures; i++) {
        json_decref(figures[i].index);
        free(figures[i].more);
    }
    free(figures);
}

/* ---- All runs ---- */

typedef struct table {
    plb_comparison *comparison;
    const plb_compare_side *sides;
    const plb_compare_options *options;
    size_t side_count;
    run_figures *figures; /* of all runs, side by side */
    size_t run_count;
    plb_measured *values; /* scratch, a run each */
} table;

/* Of a side's runs that have the figure, at its pace and through its scale. */
static plb_status take_side(table *t, size_t side, size_t first, const plb_run_figure *figure,
                            plb_batch_mean *batch, size_t *runs, plb_error *error) {
    const plb_compare_side *s = &t->sides[side];
    size_t count = 0;
    for (size_t i = first; i < first + s->run_count; i++) {
        const plb_run_figure *own = find_figure(&t->figures[i], figure->name);
        if (!own) continue;
        if (strcmp(own->unit, figure->unit) != 0) {
            return plb_fail(error, PLB_E_ARGUMENT, plb_run_called(t->figures[i].run),
                            "can't be compared: its %s is in %s, not in %s", figure->name,
                            own->unit, figure->unit);
        }
        double factor = plb_unit_is_time(own->unit) ? t->figures[i].at_pace : 1;
        plb_estimate e = plb_estimate_scaled(own->estimate, factor);
        t->values[count++] = plb_measured_of(&e);
    }
    *runs = count;
    if (count > 0) *batch = plb_batch_mean_of(t->values, count);
    return PLB_OK;
}

/* The scale is one number for all runs of a side: its uncertainty does not average out. */
static plb_measured through_scale(const plb_compare_side *side, plb_measured mean,
                                  plb_compare_level *level) {
    double factor = side->scale;
    plb_measured scaled = {mean.value / factor, mean.error / factor, mean.freedom};
    plb_measured common = {0, fabs(scaled.value) * side->scale_deviation, INFINITY};
    scaled = plb_measured_difference(scaled, common);
    level->within /= factor;
    level->between /= factor;
    level->mean = plb_estimate_of(scaled, level->runs, level->mean.method);
    return scaled;
}

/* ---- One row ---- */

static void relate(plb_compare_row *row, plb_measured before, plb_measured after,
                   plb_measured difference) {
    plb_measured ratio = {difference.value / fabs(before.value), INFINITY, difference.freedom};
    double share = after.value / before.value;
    ratio.error = hypot(after.error, share * before.error) / fabs(before.value);
    double half = plb_measured_half(ratio, OUTSIDE);
    bool clear = plb_estimate_excludes_zero(&row->before.mean) && isfinite(half);
    row->change = clear ? ratio.value : NAN;
    row->low = clear ? ratio.value - half : NAN;
    row->high = clear ? ratio.value + half : NAN;
}

static plb_compare_row *new_row(plb_comparison *c) {
    if (c->report.row_count == c->row_capacity) {
        size_t capacity = c->row_capacity ? 2 * c->row_capacity : 64;
        plb_compare_row *grown = realloc(c->rows, capacity * sizeof *grown);
        if (!grown) return NULL;
        c->rows = grown;
        c->row_capacity = capacity;
    }
    return &c->rows[c->report.row_count++];
}

static bool add_row(table *t, const plb_run_figure *figure, size_t side,
                    const plb_compare_level *levels, const plb_measured *means) {
    plb_compare_row *row = new_row(t->comparison);
    if (!row) return false;
    *row = (plb_compare_row){.name = plb_keep_text(&t->comparison->kept, "%s", figure->name),
                             .unit = plb_keep_text(&t->comparison->kept, "%s", figure->unit),
                             .is_time = plb_unit_is_time(figure->unit),
                             .side = side,
                             .before = levels[0],
                             .after = levels[side]};
    plb_measured difference = plb_measured_difference(means[side], means[0]);
    if (levels[0].between_borrowed || levels[side].between_borrowed) {
        difference.freedom = fmin(difference.freedom, fmax(means[0].freedom, means[side].freedom));
    }
    row->difference =
        plb_estimate_of(difference, levels[0].runs + levels[side].runs, "difference of means");
    double margin = t->options->tolerance * fabs(means[0].value);
    row->p = row->difference.method ? plb_measured_p(difference, margin) : NAN;
    relate(row, means[0], means[side], difference);
    return true;
}

/* What runs vary by, as far as batches tell. */
static plb_between between_of(const plb_batch_mean *batches, const size_t *runs, size_t count,
                              double stated) {
    plb_between between = {0, 0, stated};
    for (size_t i = 0; i < count; i++) {
        if (runs[i] < 2) continue;
        between.freedom += (double) runs[i] - 1;
        between.seen += ((double) runs[i] - 1) * batches[i].variance;
    }
    if (between.freedom > 0) between.seen /= between.freedom;
    return between;
}

static plb_status compare_figure(table *t, const plb_run_figure *figure, plb_error *error) {
    plb_batch_mean batches[PLB_COMPARE_SIDES_MAX];
    plb_measured means[PLB_COMPARE_SIDES_MAX];
    plb_compare_level levels[PLB_COMPARE_SIDES_MAX] = {{.runs = 0}};
    size_t runs[PLB_COMPARE_SIDES_MAX], first = 0;
    for (size_t side = 0; side < t->side_count; side++) {
        plb_status status = take_side(t, side, first, figure, &batches[side], &runs[side], error);
        if (status != PLB_OK) return status;
        first += t->sides[side].run_count;
    }
    for (size_t side = 0; side < t->side_count; side++) {
        if (runs[side] == 0) {
            t->comparison->missing++;
            continue;
        }
        double stated = t->comparison->report.between_runs * fabs(batches[side].mean.value);
        plb_between between = between_of(batches, runs, t->side_count, stated);
        means[side] = plb_level_of(&batches[side], runs[side], &between, &levels[side]);
        if (t->sides[side].scale > 0 && plb_unit_is_time(figure->unit)) {
            means[side] = through_scale(&t->sides[side], means[side], &levels[side]);
        }
        if (side > 0 && runs[0] > 0 && !add_row(t, figure, side, levels, means)) {
            return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a comparison");
        }
    }
    return PLB_OK;
}

/* ---- All rows ---- */

static int by_side(const void *a, const void *b) {
    const plb_compare_row *l = a, *r = b;
    if (l->side != r->side) return l->side < r->side ? -1 : 1;
    return strcmp(l->name, r->name);
}

static plb_status judge(plb_comparison *c, plb_error *error) {
    size_t count = c->report.row_count;
    double *p = calloc(count + 1, sizeof *p), *adjusted = calloc(count + 1, sizeof *adjusted);
    plb_status status =
        p && adjusted ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for tests");
    for (size_t i = 0; i < count && status == PLB_OK; i++) p[i] = c->rows[i].p;
    if (status == PLB_OK) status = plb_holm_adjust(p, count, adjusted, error);
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        plb_compare_row *row = &c->rows[i];
        row->p_adjusted = adjusted[i];
        row->verdict = isnan(row->p)               ? PLB_COMPARE_UNKNOWN
                       : !(adjusted[i] <= OUTSIDE) ? PLB_COMPARE_SAME
                       : row->difference.value > 0 ? PLB_COMPARE_MORE
                                                   : PLB_COMPARE_LESS;
        c->report.verdicts[row->verdict]++;
        c->report.tested += isnan(row->p) ? 0 : 1;
    }
    free(p);
    free(adjusted);
    return status;
}

static plb_status open_all(table *t, plb_error *error) {
    size_t at = 0;
    for (size_t side = 0; side < t->side_count; side++) {
        const plb_compare_facts *facts = &t->comparison->sides[side];
        /* Those of another machine at their own pace: the scale is for the rest. */
        double pace =
            t->comparison->report.pace_ns > 0
                ? (t->sides[side].scale > 0 ? facts->pace_ns : t->comparison->report.pace_ns)
                : 0;
        for (size_t i = 0; i < t->sides[side].run_count; i++, at++) {
            run_figures *f = &t->figures[at];
            f->run = t->sides[side].runs[i];
            double own = plb_run_pace(f->run);
            f->at_pace = pace > 0 && own > 0 ? pace / own : 1;
            plb_status status = open_figures(f, t->options, &t->comparison->kept, error);
            if (status != PLB_OK) return status;
        }
    }
    return PLB_OK;
}

static plb_status compare_all(table *t, plb_error *error) {
    plb_status status = open_all(t, error);
    const run_figures *first = &t->figures[0];
    size_t wanted = 0;
    for (size_t i = 0; i < first->given_count + first->more_count && status == PLB_OK; i++) {
        const plb_run_figure *figure = figure_at(first, i);
        if (!is_wanted(t->options, figure->name) && i < first->given_count) continue;
        if (find_figure(first, figure->name) != figure) continue; /* a name that is there twice */
        wanted++;
        status = compare_figure(t, figure, error);
    }
    if (status != PLB_OK) return status;
    if (t->comparison->report.row_count == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, plb_run_called(first->run),
                        wanted == 0 ? "it has none of the figures that are compared "
                                      "(plutbench results show lists what it has)"
                                    : "it has no figure in common with the others");
    }
    qsort(t->comparison->rows, t->comparison->report.row_count, sizeof *t->comparison->rows,
          by_side);
    return judge(t->comparison, error);
}

plb_status plb_compare_rows(plb_comparison *comparison, const plb_compare_side *sides, size_t count,
                            const plb_compare_options *options, plb_error *error) {
    table t = {comparison, sides, options, count, NULL, 0, NULL};
    for (size_t i = 0; i < count; i++) t.run_count += sides[i].run_count;
    t.figures = calloc(t.run_count + 1, sizeof *t.figures);
    t.values = calloc(t.run_count + 1, sizeof *t.values);
    plb_status status = t.figures && t.values
                            ? compare_all(&t, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a comparison");
    close_figures(t.figures, t.run_count);
    free(t.values);
    comparison->report.rows = comparison->rows;
    return status;
}
