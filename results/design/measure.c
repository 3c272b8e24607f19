/* What follows from a sweep's figures, and its files. */
#include "results/design/measure.h"

#include <math.h>

#include "results/folder.h"

double plb_sweep_noise_floor_ns(const plb_sweep_summary *summary) {
    double furthest = (double) NAN;
    for (size_t i = 0; i < summary->point_count; i++) {
        furthest = fmax(furthest, summary->points[i].noise_floor_ns);
    }
    return furthest;
}

/* Probability that at least `found` of `count` independent null experiments find a difference, when
 * each does so in one case of twenty. */
static double chance_of(size_t found, size_t count) {
    double probability = pow(0.95, (double) count), sum = 0;
    for (size_t k = 0; k < found; k++) {
        sum += probability;
        probability *= (double) (count - k) / (double) (k + 1) * 0.05 / 0.95;
    }
    return 1 - sum;
}

plb_flags plb_sweep_flags(const plb_sweep_summary *summary) {
    if (summary->sampling == NULL) return 0;
    plb_flags flags = plb_sampling_get_facts(summary->sampling)->flags;
    size_t found = 0, count = 0;
    for (size_t i = 0; i < summary->point_count; i++) {
        const plb_estimate *null = &summary->points[i].null_ns;
        if (null->method == NULL) continue;
        count++;
        found += plb_estimate_excludes_zero(null);
    }
    if (found > 0 && chance_of(found, count) <= 0.05 + 1e-9) flags |= 1u << PLB_FLAG_NULL;
    return flags;
}

bool plb_sweep_partial(const plb_sweep_summary *summary) {
    return summary->sampling != NULL &&
           plb_sampling_get_facts(summary->sampling)->stop == PLB_STOP_INTERRUPTED;
}

void plb_sweep_value_text(const plb_sweep_factor *factor, uint64_t value,
                          char text[PLB_FORMAT_BYTES]) {
    if (value == UINT64_MAX) {
        text[0] = '\0';
    } else if (factor->levels != NULL) {
        snprintf(text, PLB_FORMAT_BYTES, "%s", factor->levels[value]);
    } else {
        snprintf(text, PLB_FORMAT_BYTES, "%llu", (unsigned long long) value);
    }
}

plb_estimate plb_sweep_per_call(const plb_sweep_point *point) {
    return plb_estimate_scaled(point->overhead_ns, 1 / (double) point->calls);
}

/* ---- Files ---- */

plb_status plb_results_sweep(plb_results *results, const plb_sweep_summary *summary,
                             plb_error *error) {
    char *text = NULL;
    plb_status status = plb_sweep_summary_json(summary, &text, error);
    status = plb_results_keep(results, "measure.json", status, text, error);
    if (status == PLB_OK) {
        text = NULL;
        status = plb_sweep_summary_csv(summary, &text, error);
        status = plb_results_keep(results, "measure.csv", status, text, error);
    }
    if (status == PLB_OK && summary->sampling != NULL) {
        status = plb_results_histograms(results, summary->script, summary->sampling, error);
    }
    return status;
}
