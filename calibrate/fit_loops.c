/* The largest loop count within a budget. Costs of loops are linear, or nearly so: two evaluations
 * tell where the limit should be, two more prove it. Where the guess is wrong, the bracket shrinks
 * by the same rule, and by halves when that stalls. */
#include <plutbench/calibrate.h>

typedef struct probe {
    int64_t loops;
    plb_exunits cost;
} probe;

typedef struct search {
    plb_loop_cost cost;
    void *context;
    plb_exunits target;
    uint32_t evaluations;
    probe fits;   /* the largest count known to fit */
    probe before; /* another count that fits, below it */
    probe over;   /* the smallest count known not to fit; loops INT64_MAX: none yet */
} search;

/* Counts beyond this would not be reached by any budget. */
#define LOOPS_MAX ((int64_t) 1 << 40)

static unsigned exceeded(const search *s, plb_exunits cost) {
    return (cost.steps > s->target.steps ? PLB_LIMIT_STEPS : 0u) |
           (cost.memory > s->target.memory ? PLB_LIMIT_MEMORY : 0u);
}

/* Evaluate `loops` and narrow the bracket. */
static plb_status try_loops(search *s, int64_t loops, plb_exunits *cost, plb_error *error) {
    s->evaluations++;
    plb_status status = s->cost(s->context, loops, cost, error);
    if (status != PLB_OK) {
        return status;
    }
    if (exceeded(s, *cost) != 0) {
        s->over = (probe){loops, *cost};
    } else {
        s->before = s->fits;
        s->fits = (probe){loops, *cost};
    }
    return PLB_OK;
}

/* Where one resource runs out on the line through two probes; LOOPS_MAX when it never does. */
static double run_out(int64_t target, double x0, double y0, double x1, double y1) {
    double slope = (y1 - y0) / (x1 - x0);
    return slope > 0 ? x0 + ((double) target - y0) / slope : (double) LOOPS_MAX;
}

/* The count that the line through the last two that fit says is the last one, within the bracket. */
static int64_t guess(const search *s) {
    const probe *a = &s->before;
    const probe *b = &s->fits;
    double steps = run_out(s->target.steps, (double) a->loops, (double) a->cost.steps,
                           (double) b->loops, (double) b->cost.steps);
    double memory = run_out(s->target.memory, (double) a->loops, (double) a->cost.memory,
                            (double) b->loops, (double) b->cost.memory);
    double least = steps < memory ? steps : memory;
    int64_t loops = least < (double) LOOPS_MAX ? (int64_t) least : LOOPS_MAX;
    if (loops <= s->fits.loops) {
        loops = s->fits.loops + 1;
    }
    return loops >= s->over.loops ? s->over.loops - 1 : loops;
}

/* Close the bracket: fits.loops + 1 == over.loops. */
static plb_status close_bracket(search *s, plb_error *error) {
    unsigned since_halving = 0;
    while (s->over.loops == INT64_MAX || s->fits.loops + 1 < s->over.loops) {
        int64_t loops = guess(s);
        if (s->over.loops != INT64_MAX && ++since_halving > 3) {
            loops = s->fits.loops + (s->over.loops - s->fits.loops) / 2;
            since_halving = 0;
        }
        if (loops >= LOOPS_MAX) {
            return plb_fail(error, PLB_E_ARGUMENT, NULL,
                            "the script's cost does not depend on the loop counter");
        }
        plb_exunits cost;
        plb_status status = try_loops(s, loops, &cost, error);
        if (status != PLB_OK) {
            return status;
        }
    }
    return PLB_OK;
}

plb_status plb_fit_loops(plb_loop_cost cost, void *context, plb_exunits target, plb_loop_fit *fit,
                         plb_error *error) {
    search s = {.cost = cost, .context = context, .target = target, .over = {.loops = INT64_MAX}};
    *fit = (plb_loop_fit){0};
    plb_status status = try_loops(&s, 0, &fit->at_zero, error);
    if (status == PLB_OK && exceeded(&s, fit->at_zero) == 0) {
        status = try_loops(&s, 1, &fit->at_one, error);
    }
    if (status != PLB_OK) {
        return status;
    }
    if (s.over.loops != INT64_MAX) {
        const plb_exunits *least = &s.over.cost;
        return plb_fail(error, PLB_E_BUDGET, NULL,
                        "not even one loop fits in the budget: %lld loops take cpu %lld, mem %lld "
                        "of cpu %lld, mem %lld",
                        (long long) s.over.loops, (long long) least->steps,
                        (long long) least->memory, (long long) target.steps,
                        (long long) target.memory);
    }
    status = close_bracket(&s, error);
    fit->loops = s.fits.loops;
    fit->used = s.fits.cost;
    fit->limiting = exceeded(&s, s.over.cost);
    fit->evaluations = s.evaluations;
    return status;
}
