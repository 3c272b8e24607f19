/* Two models: what is different, by parameter and by cost. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/model/costs.h"

const int64_t plb_costs_levels[PLB_COSTS_LEVELS] = {1, 10, 100, 1000};

/* What can be made is no limit here: levels are smaller. */
#define MEMORY INT64_MAX

struct plb_costs_diff {
    plb_costs_change *changes;
    size_t change_count, change_capacity;
    plb_costs_ratio *ratios; /* room for every function */
    size_t ratio_count;
    size_t parameters;
    bool short_of_memory;
};

/* ---- By parameter ---- */

static plb_costs_change *append(plb_costs_diff *diff, plb_costs_change_kind kind) {
    if (diff->change_count == diff->change_capacity) {
        size_t capacity = diff->change_capacity ? 2 * diff->change_capacity : 64;
        plb_costs_change *changes = realloc(diff->changes, capacity * sizeof *changes);
        if (!changes) {
            diff->short_of_memory = true;
            return NULL;
        }
        diff->changes = changes;
        diff->change_capacity = capacity;
    }
    plb_costs_change *change = &diff->changes[diff->change_count++];
    *change = (plb_costs_change){.kind = kind, .percent = NAN};
    return change;
}

static double percent_of(int64_t before, int64_t after) {
    return before == 0 ? NAN : 100 * ((double) after / (double) before - 1);
}

/* A number of both models; NULL: one of them does not have it. */
static void compare_numbers(plb_costs_diff *diff, const char *name, const int64_t *before,
                            const int64_t *after) {
    diff->parameters++;
    if (before && after && *before == *after) return;
    plb_costs_change *change = append(diff, !before  ? PLB_COSTS_ADDED
                                            : !after ? PLB_COSTS_REMOVED
                                                     : PLB_COSTS_CHANGED);
    if (!change) return;
    snprintf(change->parameter, sizeof change->parameter, "%s", name);
    change->before = before ? *before : 0;
    change->after = after ? *after : 0;
    if (before && after) change->percent = percent_of(*before, *after);
}

static void compare_steps(plb_costs_diff *diff, const plb_costs *before, const plb_costs *after) {
    for (unsigned i = 0; i < PLB_COSTS_STEPS; i++) {
        const plb_exunits *b = plb_costs_step_slot(before, i), *a = plb_costs_step_slot(after, i);
        bool has_b = plb_costs_step_present(*b), has_a = plb_costs_step_present(*a);
        char name[PLB_COSTS_NAME_BYTES];
        if (!has_b && !has_a) continue;
        snprintf(name, sizeof name, "%s-exBudgetCPU", plb_costs_step_name(i));
        compare_numbers(diff, name, has_b ? &b->steps : NULL, has_a ? &a->steps : NULL);
        snprintf(name, sizeof name, "%s-exBudgetMemory", plb_costs_step_name(i));
        compare_numbers(diff, name, has_b ? &b->memory : NULL, has_a ? &a->memory : NULL);
    }
}

/* The coefficient of that name, NULL when the function has none. */
static const int64_t *find(const plb_costing *costing, const char *name) {
    unsigned count = plb_costing_count(costing);
    for (unsigned i = 0; i < count; i++) {
        char own[PLB_COEFFICIENT_NAME_BYTES];
        plb_coefficient_name(costing, i, own);
        if (strcmp(own, name) == 0) return &costing->c[i];
    }
    return NULL;
}

/* Coefficients of `listed`, those that `other` has too only with `both`. */
static void compare_coefficients(plb_costs_diff *diff, const char *function,
                                 const plb_costing *listed, const plb_costing *other, bool both) {
    unsigned count = plb_costing_count(listed);
    for (unsigned i = 0; i < count; i++) {
        char own[PLB_COEFFICIENT_NAME_BYTES], name[PLB_COSTS_NAME_BYTES];
        plb_coefficient_name(listed, i, own);
        const int64_t *theirs = find(other, own);
        if (!both && theirs) continue;
        snprintf(name, sizeof name, "%.*s%s%s", PLB_COSTS_NAME_BYTES - 50, function,
                 *own ? "-" : "", own);
        compare_numbers(diff, name, both ? &listed->c[i] : NULL, both ? theirs : &listed->c[i]);
    }
}

/* True when the functions differ. */
static bool compare_functions(plb_costs_diff *diff, unsigned tag, int resource,
                              const plb_costing *before, const plb_costing *after) {
    char function[PLB_COSTS_NAME_BYTES];
    size_t changes = diff->change_count;
    plb_costing_name(tag, resource, function);
    if (!plb_costing_same_shape(before, after)) {
        plb_costs_change *change = append(diff, PLB_COSTS_RESHAPED);
        if (!change) return true;
        memcpy(change->parameter, function, sizeof function);
        plb_costing_shape(before, change->shape_before);
        plb_costing_shape(after, change->shape_after);
    }
    compare_coefficients(diff, function, before, after, true);
    compare_coefficients(diff, function, after, before, false);
    return diff->change_count > changes;
}

/* ---- By cost ---- */

static double ratio_of(int64_t before, int64_t after) {
    if (before == 0) return after == 0 ? NAN : after > 0 ? INFINITY : -INFINITY;
    return (double) after / (double) before;
}

static int64_t cut(int64_t size, plb_size_range range) {
    return size < range.least ? range.least : size > range.most ? range.most : size;
}

/* Point `index` of the grid, whose digits are the levels of the arguments that count. */
static plb_costs_point point_at(const plb_costs_ratio *ratio, size_t index,
                                const plb_size_range *ranges, const plb_costing *before,
                                const plb_costing *after) {
    plb_costs_point point;
    for (unsigned i = 0; i < PLB_COSTS_SIZES; i++) point.sizes[i] = 1;
    for (unsigned i = ratio->arity; i-- > 0;) {
        if (!(ratio->arguments >> i & 1)) continue;
        point.sizes[i] = cut(plb_costs_levels[index % PLB_COSTS_LEVELS], ranges[i]);
        index /= PLB_COSTS_LEVELS;
    }
    point.before = plb_costing_apply(before, point.sizes);
    point.after = plb_costing_apply(after, point.sizes);
    point.ratio = ratio_of(point.before, point.after);
    return point;
}

static bool has_point(const plb_costs_point *points, size_t count, const int64_t *sizes) {
    for (size_t i = 0; i < count; i++)
        if (memcmp(points[i].sizes, sizes, sizeof points[i].sizes) == 0) return true;
    return false;
}

static void find_extremes(plb_costs_ratio *ratio) {
    for (size_t i = 1; i < ratio->count; i++) {
        double value = ratio->points[i].ratio;
        const double *lowest = &ratio->points[ratio->lowest].ratio;
        const double *highest = &ratio->points[ratio->highest].ratio;
        if (value < *lowest || isnan(*lowest)) ratio->lowest = i;
        if (value > *highest || isnan(*highest)) ratio->highest = i;
    }
}

static void compare_costs(plb_costs_diff *diff, unsigned tag, int resource, plb_variant variant,
                          const plb_costing *before, const plb_costing *after) {
    plb_costs_ratio *ratio = &diff->ratios[diff->ratio_count];
    plb_size_range ranges[PLB_COSTS_SIZES];
    *ratio = (plb_costs_ratio){
        .builtin = plb_builtins[tag].name,
        .arity = plb_builtins[tag].arity,
        .arguments = plb_costing_arguments(before) | plb_costing_arguments(after),
        .memory = resource == PLB_COSTS_OF_MEMORY,
    };
    size_t combinations = 1, all_alike = 0;
    for (unsigned i = 0; i < ratio->arity; i++) {
        ranges[i] = plb_size_range_of(tag, i, variant, MEMORY);
        if (!(ratio->arguments >> i & 1)) continue;
        all_alike = all_alike * PLB_COSTS_LEVELS + 1;
        combinations *= PLB_COSTS_LEVELS;
    }
    plb_costs_point *points = calloc(combinations, sizeof *points);
    if (!points) {
        diff->short_of_memory = true;
        return;
    }
    for (size_t i = 0; i < combinations; i++) {
        plb_costs_point point = point_at(ratio, i, ranges, before, after);
        if (!has_point(points, ratio->count, point.sizes)) points[ratio->count++] = point;
    }
    for (size_t i = 0; i < PLB_COSTS_LEVELS; i++)
        ratio->at_level[i] = point_at(ratio, i * all_alike, ranges, before, after).ratio;
    ratio->points = points;
    diff->ratio_count++;
    find_extremes(ratio);
}

/* ---- All of it ---- */

static void compare_builtin(plb_costs_diff *diff, unsigned tag, const plb_costs *before,
                            const plb_costs *after) {
    bool has_before = before->model->builtin[tag].present;
    bool has_after = after->model->builtin[tag].present;
    const plb_costs *only = has_before ? before : after;
    plb_variant variant = (plb_variant) (after->source.variant - 'A');
    for (int r = 0; r < PLB_COSTS_RESOURCES && (has_before || has_after); r++) {
        const plb_costing *b = plb_costing_of(before->model, tag, r);
        const plb_costing *a = plb_costing_of(after->model, tag, r);
        if (has_before && has_after) {
            if (compare_functions(diff, tag, r, b, a)) compare_costs(diff, tag, r, variant, b, a);
        } else if (r == 0) {
            plb_costs_change *change =
                append(diff, has_before ? PLB_COSTS_REMOVED : PLB_COSTS_ADDED);
            if (change)
                snprintf(change->parameter, sizeof change->parameter, "%s", plb_builtins[tag].name);
        }
        if (has_before != has_after)
            diff->parameters += plb_costing_count(plb_costing_of(only->model, tag, r));
    }
}

plb_status plb_costs_compare(const plb_costs *before, const plb_costs *after, plb_costs_diff **diff,
                             plb_error *error) {
    *diff = NULL;
    plb_costs_diff *made = calloc(1, sizeof *made);
    if (made)
        made->ratios =
            calloc((size_t) PLB_BUILTIN_COUNT * PLB_COSTS_RESOURCES, sizeof *made->ratios);
    if (made && made->ratios) {
        bool priced[PLB_BUILTIN_COUNT];
        plb_costs_priced(before, priced);
        compare_steps(made, before, after);
        for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++)
            if (priced[tag] || !plb_costs_same(before, after, tag))
                compare_builtin(made, tag, before, after);
    }
    if (!made || !made->ratios || made->short_of_memory) {
        plb_costs_diff_free(made);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a comparison");
    }
    *diff = made;
    return PLB_OK;
}

void plb_costs_diff_free(plb_costs_diff *diff) {
    if (!diff) return;
    for (size_t i = 0; i < diff->ratio_count; i++) free((void *) diff->ratios[i].points);
    free(diff->ratios);
    free(diff->changes);
    free(diff);
}

const plb_costs_change *plb_costs_diff_change(const plb_costs_diff *diff, size_t index) {
    return index < diff->change_count ? &diff->changes[index] : NULL;
}

const plb_costs_ratio *plb_costs_diff_ratio(const plb_costs_diff *diff, size_t index) {
    return index < diff->ratio_count ? &diff->ratios[index] : NULL;
}

size_t plb_costs_diff_parameters(const plb_costs_diff *diff) { return diff->parameters; }
