/* What is charged for what costs time, and what a step is worth. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/overhead/costing.h"
#include "calibrate/scale/scale.h"

/* Lovelace by which a fee may differ from what it is put together of: each part is rounded. */
#define ROUNDING 2

static double number(plb_rational rational) {
    return (double) rational.numerator / (double) rational.denominator;
}

static plb_status unexplained(const plb_overhead_run *run, const plb_overhead_sample *s,
                              double without, plb_error *error) {
    char where[PLB_ERROR_WHERE_BYTES];
    (void) snprintf(where, sizeof where, "%.100s: %.100s", run->name, s->point->label);
    return plb_fail(error, PLB_E_ARGUMENT, where,
                    "the fee of %llu lovelace is not what the protocol parameters make it (%.0f "
                    "without reference scripts): expected those that it was measured with",
                    (unsigned long long) s->point->fee, without);
}

/* What is neither for bytes nor for ExUnits is for reference scripts. */
plb_status plb_overhead_fees(plb_overhead_pool *pool, plb_overhead_run *const *runs,
                             const plb_protocol_parameters *parameters, plb_error *error) {
    for (size_t i = 0; i < pool->count; i++) {
        plb_overhead_sample *s = &pool->samples[i];
        const plb_overhead_point *p = s->point;
        double exunits = ceil(number(parameters->price_memory) * (double) p->charged.memory +
                              number(parameters->price_steps) * (double) p->charged.steps);
        s->size_lovelace = (double) parameters->fee_per_byte * (double) p->size_bytes;
        double without = s->size_lovelace + (double) parameters->fee_fixed + exunits;
        double rest = (double) p->fee - without;
        bool in_reference = p->settings[PLB_FACTOR_SCRIPT_PLACE] == PLB_SCRIPT_IN_REFERENCE;
        if (rest < -ROUNDING || (rest > ROUNDING && !in_reference))
            return unexplained(runs[s->run], s, without, error);
        s->reference_lovelace = in_reference ? fmax(rest, 0) : 0;
    }
    return PLB_OK;
}

static plb_estimate shifted(plb_estimate estimate, double by) {
    estimate.value += by;
    estimate.low += by;
    estimate.high += by;
    return estimate;
}

plb_overhead_charge plb_overhead_charge_of(const plb_overhead_costing *costing,
                                           const plb_overhead_pool *pool, const double *weights,
                                           plb_estimate time_ns) {
    plb_overhead_charge c = {.time_ns = time_ns};
    for (size_t i = 0; i < pool->count; i++) {
        c.exunits_steps += weights[i] * (double) pool->samples[i].point->charged.steps;
        c.size_lovelace += weights[i] * pool->samples[i].size_lovelace;
        c.reference_lovelace += weights[i] * pool->samples[i].reference_lovelace;
    }
    /* A price of 0 buys any number of steps: then fees are no time at all. */
    double price = costing->lovelace_per_step;
    c.size_steps = price > 0 ? c.size_lovelace / price : (double) NAN;
    c.reference_steps = price > 0 ? c.reference_lovelace / price : (double) NAN;
    for (unsigned b = 0; b < PLB_BASIS_STEPS; b++) {
        if (costing->ns_per_step[b].method == NULL) continue;
        c.steps[b] = plb_estimate_over(time_ns, costing->ns_per_step[b]);
        c.uncharged_steps[b] = shifted(c.steps[b], -c.exunits_steps);
    }
    return c;
}
