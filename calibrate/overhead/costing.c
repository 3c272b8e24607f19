/* Costings: runs are pooled, sizes chosen, coefficients fitted and set against what is charged. */
#include "calibrate/overhead/costing.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/statistics.h"

/* Each transaction of the attack of June 2024 ran so many scripts that did nothing. */
#define ATTACK_CALLS 194

#define NOMINAL_NS 1e-3

typedef struct making {
    plb_overhead_run *const *runs;
    size_t run_count;
    const plb_overhead_options *options;
    plb_overhead_costing *costing;
    plb_overhead_pool pool;
    uint32_t unknown;                     /* sizes that some sample does not tell */
    plb_overhead_solution free, solution; /* coefficients as they come, and none below zero */
    double *weights;                      /* of samples */
    plb_error *error;
} making;

const char *plb_overhead_state_name(plb_overhead_state state) {
    static const char *const names[] = {
        [PLB_OVERHEAD_ABSENT] = "absent",
        [PLB_OVERHEAD_UNKNOWN] = "unknown",
        [PLB_OVERHEAD_NOT_APART] = "not-told-apart",
        [PLB_OVERHEAD_NOT_RESOLVED] = "not-resolved",
        [PLB_OVERHEAD_NEGATIVE] = "negative",
        [PLB_OVERHEAD_FITTED] = "fitted",
    };
    return names[state];
}

const char *plb_overhead_basis_name(plb_overhead_basis basis) {
    static const char *const names[PLB_BASIS_STEPS] = {"nominal", "machine", "reference"};
    return names[basis];
}

/* ---- Pooling ---- */

/* Two times of different things are not put together. */
static plb_status check_alike(const making *m) {
    const plb_overhead_run *first = m->runs[0];
    for (size_t i = 1; i < m->run_count; i++) {
        const plb_overhead_run *run = m->runs[i];
        const struct {
            const char *what, *a, *b;
        } alike[] = {
            {"language", first->language, run->language},
            {"target", first->target, run->target},
            {"processor", first->processor, run->processor},
        };
        for (size_t k = 0; k < sizeof alike / sizeof *alike; k++)
            if (strcmp(alike[k].a, alike[k].b) != 0)
                return plb_fail(m->error, PLB_E_ARGUMENT, run->name,
                                "expected runs of one %s: '%.60s' here, '%.60s' in %.100s",
                                alike[k].what, alike[k].b, alike[k].a, first->name);
        if (run->protocol_version != first->protocol_version)
            return plb_fail(m->error, PLB_E_ARGUMENT, run->name,
                            "expected runs of one protocol version: %llu here, %llu in %.100s",
                            (unsigned long long) run->protocol_version,
                            (unsigned long long) first->protocol_version, first->name);
    }
    return PLB_OK;
}

/* The pace that runs are expressed at: the median, where all tell theirs. */
static double common_pace(const making *m) {
    double paces[PLB_OVERHEAD_RUNS_MAX];
    for (size_t i = 0; i < m->run_count; i++) {
        if (!(m->runs[i]->pace_ns > 0)) return 0;
        paces[i] = m->runs[i]->pace_ns;
    }
    return plb_median_of(paces, m->run_count);
}

/* A figure that never varied is known to a thousandth of a nanosecond at best. */
static double deviation_of(const plb_estimate *estimate) {
    return fmax(estimate->high - estimate->low, 2e-3) / 2 / PLB_NORMAL_975;
}

static void take_sample(making *m, size_t run, const plb_overhead_point *point, double pace_ns) {
    plb_overhead_sample *s = &m->pool.samples[m->pool.count++];
    double own = m->runs[run]->pace_ns;
    *s = (plb_overhead_sample){.point = point, .run = run};
    s->overhead_ns = plb_estimate_at_pace(point->overhead_ns, own, pace_ns);
    s->null_ns = plb_estimate_at_pace(point->null_ns, own, pace_ns);
    s->deviation_ns = deviation_of(&s->overhead_ns);
    s->null_deviation_ns = deviation_of(&s->null_ns);
    for (size_t k = 0; k < PLB_OVERHEAD_SIZES; k++)
        if (!plb_overhead_sizes[k].value(point, &s->sizes[k])) m->unknown |= UINT32_C(1) << k;
}

static plb_status pool_samples(making *m) {
    size_t count = 0;
    for (size_t i = 0; i < m->run_count; i++) count += m->runs[i]->point_count;
    m->pool.samples = calloc(count + 1, sizeof *m->pool.samples);
    m->weights = calloc(count + 1, sizeof *m->weights);
    if (m->pool.samples == NULL || m->weights == NULL)
        return plb_fail(m->error, PLB_E_MEMORY, "overhead", "no memory for design points");
    m->costing->pace_ns = common_pace(m);
    for (size_t i = 0; i < m->run_count; i++)
        for (size_t k = 0; k < m->runs[i]->point_count; k++)
            take_sample(m, i, &m->runs[i]->points[k], m->costing->pace_ns);
    return PLB_OK;
}

/* ---- Coefficients ---- */

/* Where the size is among the terms; terms->count: it is not. */
static size_t term_of(const plb_overhead_terms *terms, size_t size) {
    size_t t = 0;
    while (t < terms->count && terms->size[t] != size) t++;
    return t;
}

static void judge(plb_overhead_coefficient *c, const plb_overhead_term *free,
                  const plb_overhead_term *held) {
    double deviation = deviation_of(&free->coefficient_ns);
    c->free_ns = free->coefficient_ns;
    c->noise_floor_ns = free->noise_floor_ns;
    c->held = held == NULL;
    c->worse = c->held ? pow(c->free_ns.value / deviation, 2) : 0;
    if (held == NULL) {
        c->state = c->free_ns.high < 0 ? PLB_OVERHEAD_NEGATIVE : PLB_OVERHEAD_NOT_RESOLVED;
    } else {
        c->noise_floor_ns = held->noise_floor_ns;
        c->state = held->resolved ? PLB_OVERHEAD_FITTED : PLB_OVERHEAD_NOT_RESOLVED;
    }
}

static void judge_all(making *m) {
    for (size_t t = 0; t < m->free.terms.count; t++) {
        size_t size = m->free.terms.size[t], at = term_of(&m->solution.terms, size);
        bool held = at == m->solution.terms.count;
        judge(&m->costing->coefficients[size], &m->free.fit.terms[t],
              held ? NULL : &m->solution.fit.terms[at]);
    }
}

static plb_status solve(making *m) {
    plb_overhead_terms terms;
    uint32_t allowed = m->options->sizes != 0 ? m->options->sizes : UINT32_MAX;
    plb_overhead_choose(&m->pool, m->unknown, allowed, &terms, m->costing->coefficients);
    plb_status status = plb_overhead_solve(&m->free, &m->pool, &terms, m->error);
    if (status != PLB_OK) return status;
    plb_overhead_terms kept = plb_overhead_not_negative(&m->pool, &terms);
    if (kept.count == 0)
        return plb_fail(m->error, PLB_E_ARGUMENT, "overhead",
                        "expected overheads above zero: no coefficient is");
    status = plb_overhead_solve(&m->solution, &m->pool, &kept, m->error);
    if (status == PLB_OK) judge_all(m);
    m->costing->term_count = kept.count;
    return status;
}

/* ---- How well it fits ---- */

static void tell_residuals(making *m) {
    plb_overhead_costing *c = m->costing;
    const plb_overhead_solution *s = &m->solution;
    double squares[PLB_OVERHEAD_RUNS_MAX] = {0};
    c->freedom = s->residual_freedom;
    c->residual = c->freedom > 0 ? s->squares / c->freedom : (double) NAN;
    c->widened = s->misfit ? sqrt(c->residual) : 1;
    c->tested = s->fit.tested;
    c->linear = s->fit.linear;
    c->worst_ratio = s->fit.worst_ratio;
    c->limit_ratio = s->fit.limit_ratio;
    for (size_t i = 0; c->tested && i < m->pool.count; i++) {
        const plb_overhead_sample *sample = &m->pool.samples[i];
        squares[sample->run] += pow(s->fit.residual_ns[i].value / sample->deviation_ns, 2);
    }
    for (size_t i = 0; i < m->run_count; i++) {
        c->runs[i].run = m->runs[i];
        c->runs[i].residual =
            c->tested ? squares[i] / (double) m->runs[i]->point_count : (double) NAN;
    }
    if (!c->tested) return;
    const plb_overhead_sample *worst = &m->pool.samples[s->fit.worst];
    c->worst_run = m->runs[worst->run];
    c->worst_point = worst->point;
    c->worst_ns = s->fit.residual_ns[s->fit.worst].value;
}

/* ---- Charges ---- */

static plb_estimate exactly(double value, const char *method) {
    return (plb_estimate){
        .value = value, .low = value, .high = value, .level = 1, .method = method};
}

static void set_bases(making *m) {
    plb_overhead_costing *c = m->costing;
    const plb_overhead_options *given = m->options;
    size_t steps = plb_overhead_size_find("steps"), at = term_of(&m->solution.terms, steps);
    c->ns_per_step[PLB_BASIS_NOMINAL] = exactly(NOMINAL_NS, "1 step = 1 ps");
    if (given->ns_per_step > 0)
        c->ns_per_step[PLB_BASIS_MACHINE] = exactly(given->ns_per_step, "given");
    else if (c->coefficients[steps].state == PLB_OVERHEAD_FITTED)
        c->ns_per_step[PLB_BASIS_MACHINE] = m->solution.fit.terms[at].coefficient_ns;
    if (given->scale != NULL) {
        plb_estimate *reference = &c->ns_per_step[PLB_BASIS_REFERENCE];
        *reference = exactly(NOMINAL_NS * given->scale->factor, "machine scale");
        reference->low = NOMINAL_NS * given->scale->low;
        reference->high = NOMINAL_NS * given->scale->high;
        reference->level = 0.95;
    }
    c->basis = given->scale != NULL ? PLB_BASIS_REFERENCE : PLB_BASIS_NOMINAL;
    if (given->machine_basis && c->ns_per_step[PLB_BASIS_MACHINE].method != NULL)
        c->basis = PLB_BASIS_MACHINE;
}

static void charge_coefficients(making *m) {
    const plb_overhead_solution *s = &m->solution;
    for (size_t t = 0; t < s->terms.count; t++) {
        plb_overhead_coefficient *c = &m->costing->coefficients[s->terms.size[t]];
        c->charge =
            plb_overhead_charge_of(m->costing, &m->pool, s->fit.contrasts + t * m->pool.count,
                                   s->fit.terms[t].coefficient_ns);
    }
}

/* ---- Examples ---- */

static bool is_beyond(const making *m, const plb_overhead_example *example) {
    for (size_t t = 0; t < m->solution.terms.count; t++) {
        size_t size = m->solution.terms.size[t];
        double most = 0;
        for (size_t i = 0; i < m->pool.count; i++)
            most = fmax(most, m->pool.samples[i].sizes[size]);
        if (example->sizes[size] > most) return true;
    }
    return false;
}

static void add_example(making *m, const char *title, const plb_overhead_point *point) {
    plb_overhead_costing *c = m->costing;
    const plb_overhead_solution *s = &m->solution;
    plb_overhead_example *example = &c->examples[c->example_count++];
    *example = (plb_overhead_example){.title = title, .point = *point};
    for (size_t k = 0; k < PLB_OVERHEAD_SIZES; k++)
        (void) plb_overhead_sizes[k].value(point, &example->sizes[k]);
    memset(m->weights, 0, m->pool.count * sizeof *m->weights);
    for (size_t t = 0; t < s->terms.count; t++)
        for (size_t i = 0; i < m->pool.count; i++)
            m->weights[i] +=
                example->sizes[s->terms.size[t]] * s->fit.contrasts[t * m->pool.count + i];
    plb_estimate time_ns = plb_overhead_sum(&m->pool, m->weights, false, s->widened, s->freedom);
    example->charge = plb_overhead_charge_of(c, &m->pool, m->weights, time_ns);
    example->beyond = is_beyond(m, example);
}

static bool any_has(const making *m, plb_factor factor, uint64_t value) {
    bool found = false;
    for (size_t i = 0; i < m->pool.count; i++)
        found |= m->pool.samples[i].point->settings[factor] == value;
    return found;
}

/* The cheapest single call that was measured; and many of its kind in one transaction, as the
 * attack had them: withdrawals whose scripts are in reference inputs, where such were measured. */
static void add_examples(making *m) {
    const plb_overhead_point *one = NULL;
    for (size_t i = 0; i < m->pool.count; i++) {
        const plb_overhead_point *p = m->pool.samples[i].point;
        bool less = one == NULL || p->overhead_ns.value < one->overhead_ns.value;
        if (p->settings[PLB_FACTOR_CALLS] == 1 && less) one = p;
    }
    if (one == NULL) return;
    add_example(m, "one call", one);
    plb_overhead_point many = *one;
    many.settings[PLB_FACTOR_CALLS] = ATTACK_CALLS;
    many.charged.steps *= ATTACK_CALLS;
    many.charged.memory *= ATTACK_CALLS;
    if (any_has(m, PLB_FACTOR_PURPOSE, PLB_CALL_WITHDRAW))
        many.settings[PLB_FACTOR_PURPOSE] = PLB_CALL_WITHDRAW;
    if (any_has(m, PLB_FACTOR_SCRIPT_PLACE, PLB_SCRIPT_IN_REFERENCE))
        many.settings[PLB_FACTOR_SCRIPT_PLACE] = PLB_SCRIPT_IN_REFERENCE;
    add_example(m, "194 calls in a transaction, as in June 2024", &many);
}

/* ---- All ---- */

static plb_status make(making *m) {
    plb_overhead_costing *c = m->costing;
    const plb_protocol_parameters *parameters = m->options->parameters;
    plb_status status = check_alike(m);
    if (status == PLB_OK) status = pool_samples(m);
    if (status == PLB_OK) status = plb_overhead_fees(&m->pool, m->runs, parameters, m->error);
    if (status == PLB_OK) status = solve(m);
    if (status != PLB_OK) return status;
    c->run_count = m->run_count;
    c->point_count = m->pool.count;
    c->lovelace_per_step =
        (double) parameters->price_steps.numerator / (double) parameters->price_steps.denominator;
    tell_residuals(m);
    set_bases(m);
    charge_coefficients(m);
    add_examples(m);
    return PLB_OK;
}

plb_status plb_overhead_costing_make(plb_overhead_costing **costing, plb_overhead_run *const *runs,
                                     size_t count, const plb_overhead_options *options,
                                     plb_error *error) {
    *costing = NULL;
    if (count == 0 || count > PLB_OVERHEAD_RUNS_MAX)
        return plb_fail(error, PLB_E_ARGUMENT, "overhead", "expected 1 to %d runs, got %zu",
                        PLB_OVERHEAD_RUNS_MAX, count);
    making m = {.runs = runs, .run_count = count, .options = options, .error = error};
    m.costing = calloc(1, sizeof *m.costing);
    plb_status status = m.costing != NULL
                            ? make(&m)
                            : plb_fail(error, PLB_E_MEMORY, "overhead", "no memory for a costing");
    plb_overhead_solution_free(&m.free);
    plb_overhead_solution_free(&m.solution);
    free(m.pool.samples);
    free(m.weights);
    if (status == PLB_OK)
        *costing = m.costing;
    else
        plb_overhead_costing_free(m.costing);
    return status;
}

void plb_overhead_costing_free(plb_overhead_costing *costing) { free(costing); }
