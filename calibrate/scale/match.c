/* The points of one builtin that two sets of benchmark times have in common. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/fit/points.h"
#include "calibrate/scale/scale.h"
#include "harness/measure/statistics.h"

/* Of a point's time, the no-op's share beyond which the rest depends on how well the no-op is known
 * rather than on the library. */
#define NO_OP_SHARE 0.1
/* Times further apart than that are not of two machines. */
#define RATIO_MOST 1e6

/* ---- No-ops ---- */

/* Several rows: their mean, as in fits. */
static plb_machine_scale_no_op no_op_of(const plb_bench_group *group) {
    plb_machine_scale_no_op no_op = {0, 0};
    size_t count = 0;
    for (size_t i = 0; i < group->count; i++) {
        const plb_bench_point *p = &group->points[i];
        if (!plb_bench_is_time(p->time)) continue;
        double deviation = (p->time_high - p->time_low) / 2 / PLB_NORMAL_975;
        no_op.time += p->time;
        no_op.deviation = hypot(no_op.deviation, isfinite(deviation) ? deviation : 0);
        count++;
    }
    double n = count > 0 ? (double) count : NAN;
    return (plb_machine_scale_no_op){no_op.time / n, no_op.deviation / n};
}

static plb_status find_no_op(plb_machine_scale_no_op *no_op, const plb_benching *benching,
                             const char *side, const plb_machine_scale_entry *entry,
                             plb_error *error) {
    const plb_bench_group *group = plb_benching_find(benching, entry->no_op);
    if (group != NULL) *no_op = no_op_of(group);
    if (group != NULL && isfinite(no_op->time)) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, entry->benchmark,
                    "expected the time of %s, which is subtracted, in the %s times too",
                    entry->no_op, side);
}

/* ---- Points ---- */

/* Sizes that are not told come first. */
static int compare_sizes(const plb_bench_point *a, const plb_bench_point *b) {
    for (unsigned k = 0; k < PLB_BENCH_SIZES; k++) {
        double x = isnan(a->size[k]) ? -1 : a->size[k], y = isnan(b->size[k]) ? -1 : b->size[k];
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

/* By sizes, then in the order of the input (pointers into one array). */
static int compare_points(const void *a, const void *b) {
    const plb_bench_point *x = *(const plb_bench_point *const *) a;
    const plb_bench_point *y = *(const plb_bench_point *const *) b;
    int order = compare_sizes(x, y);
    return order != 0 ? order : (x > y) - (x < y);
}

static const plb_bench_point **sorted_points(const plb_bench_group *group) {
    const plb_bench_point **points = malloc((group->count + 1) * sizeof *points);
    for (size_t i = 0; points != NULL && i < group->count; i++) points[i] = &group->points[i];
    if (points != NULL) qsort(points, group->count, sizeof *points, compare_points);
    return points;
}

static bool are_alike(double own, double reference) {
    return own < RATIO_MOST * reference && reference < RATIO_MOST * own;
}

static bool is_above_no_op(double time, plb_machine_scale_no_op no_op) {
    return plb_bench_is_time(time) && no_op.time <= NO_OP_SHARE * time;
}

static void merge(plb_machine_scale_pairs *p, const plb_bench_point *const *own, size_t own_count,
                  const plb_bench_point *const *reference, size_t reference_count) {
    for (size_t i = 0, k = 0; i < own_count || k < reference_count;) {
        int order = i == own_count         ? 1
                    : k == reference_count ? -1
                                           : compare_sizes(own[i], reference[k]);
        if (order == 0 && are_alike(own[i]->time, reference[k]->time) &&
            is_above_no_op(own[i]->time, p->own_no_op) &&
            is_above_no_op(reference[k]->time, p->reference_no_op))
            p->pairs[p->count++] = (plb_machine_scale_pair){own[i]->time, reference[k]->time};
        else
            p->left_out++;
        i += order <= 0;
        k += order >= 0;
    }
}

plb_status plb_machine_scale_match(plb_machine_scale_pairs *pairs, const plb_benching *reference,
                                   const plb_benching *own, const plb_machine_scale_entry *entry,
                                   plb_error *error) {
    *pairs = (plb_machine_scale_pairs){0};
    const plb_bench_group *ours = plb_benching_find(own, entry->benchmark);
    const plb_bench_group *theirs = plb_benching_find(reference, entry->benchmark);
    if (ours == NULL || theirs == NULL) return PLB_OK;
    plb_status status = find_no_op(&pairs->own_no_op, own, "own", entry, error);
    if (status == PLB_OK)
        status = find_no_op(&pairs->reference_no_op, reference, "reference", entry, error);
    if (status != PLB_OK) return status;
    const plb_bench_point **a = sorted_points(ours), **b = sorted_points(theirs);
    pairs->pairs = malloc((ours->count + 1) * sizeof *pairs->pairs);
    if (a != NULL && b != NULL && pairs->pairs != NULL)
        merge(pairs, a, ours->count, b, theirs->count);
    else
        status = plb_fail(error, PLB_E_MEMORY, entry->benchmark, "no memory for a scale");
    free(a);
    free(b);
    return status;
}
