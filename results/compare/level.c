/* Figures of runs as measured values, and what a side of them says. */
#include <math.h>
#include <string.h>

#include "results/compare/compare.h"

#define OUTSIDE 0.05

bool plb_unit_is_time(const char *unit) {
    size_t length = strcspn(unit, "/");
    return length == 2 && (strncmp(unit, "ns", 2) == 0 || strncmp(unit, "ps", 2) == 0);
}

plb_measured plb_measured_of(const plb_estimate *e) {
    double freedom = e->freedom > 0 ? e->freedom : INFINITY;
    plb_measured one = {0, 1, freedom};
    double error = (e->high - e->low) / 2 / plb_measured_half(one, OUTSIDE);
    return (plb_measured){e->value, isfinite(error) && error >= 0 ? error : INFINITY, freedom};
}

plb_estimate plb_estimate_of(plb_measured m, size_t count, const char *method) {
    double half = plb_measured_half(m, OUTSIDE);
    bool known = isfinite(half);
    return (plb_estimate){.value = m.value,
                          .low = known ? m.value - half : NAN,
                          .high = known ? m.value + half : NAN,
                          .level = 1 - OUTSIDE,
                          .count = count,
                          .block_length = 1,
                          .method = known ? method : NULL,
                          .freedom = isfinite(m.freedom) ? m.freedom : 0};
}

plb_measured plb_level_of(const plb_batch_mean *batch, size_t runs, const plb_between *between,
                          plb_compare_level *level) {
    static const char many[] = "mean of runs, Student's t over them";
    static const char one[] = "one run, widened by what runs differ by";
    plb_measured mean = batch->mean;
    *level = (plb_compare_level){
        .runs = runs, .within = sqrt(batch->within), .between = sqrt(batch->between)};
    if (runs == 1 && between->freedom >= PLB_BETWEEN_FREEDOM) {
        double own = isfinite(mean.error) ? mean.error : 0;
        mean.error = fmax(own, sqrt(between->seen));
        mean.freedom = between->freedom;
        level->between_borrowed = true;
    } else if (runs == 1 && isfinite(mean.error)) {
        plb_measured stated = {0, between->stated, INFINITY};
        mean = plb_measured_difference(mean, stated);
        level->between_stated = true;
    }
    level->mean = plb_estimate_of(mean, runs, runs == 1 ? one : many);
    return mean;
}
