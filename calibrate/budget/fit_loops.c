/* The largest loop count within a budget. Costs of loops are linear, or nearly so: two evaluations
 * tell where the limit should be, two more prove it. Where the line is wrong, counts that fit grow
 * by ever longer steps until one does not, and the bracket shrinks by the same rule, or by halves
 * where that stalls. */
#include <plutbench/calibrate.h>

#include <math.h>

__extension__ typedef __int128 wide;

typedef struct probe {
    int64_t loops;
    plb_exunits cost;
} probe;

typedef struct search {
    plb_loop_cost cost;
    void *context;
    plb_exunits target;
    uint32_t evaluations;
    probe near; /* none for the first line, one loop for later ones: loops may begin dearly */
    probe fits; /* the largest count known to fit */
    probe over; /* the smallest count known not to fit; loops INT64_MAX: none yet */
} search;

/* Counts beyond this would not be reached by any budget. */
#define LOOPS_MAX ((int64_t) 1 << 40)

static int64_t at_least(int64_t a, int64_t b) { return a > b ? a : b; }
static int64_t at_most(int64_t a, int64_t b) { return a < b ? a : b; }

static unsigned exceeded(const search *s, plb_exunits cost) {
    return (cost.steps > s->target.steps ? PLB_LIMIT_STEPS : 0u) |
           (cost.memory > s->target.memory ? PLB_LIMIT_MEMORY : 0u);
}

static bool has_over(const search *s) { return s->over.loops != INT64_MAX; }

/* Evaluate `loops` and narrow the bracket. */
static plb_status try_loops(search *s, int64_t loops, plb_error *error) {
    plb_exunits cost = {INT64_MAX, INT64_MAX};
    s->evaluations++;
    plb_status status = s->cost(s->context, loops, &cost, error);
    if (status != PLB_OK && (status != PLB_E_BUDGET || loops < 2)) {
        return status;
    }
    if (status != PLB_OK || exceeded(s, cost) != 0) {
        s->over = (probe){loops, cost};
        return PLB_OK;
    }
    if (s->fits.loops <= 1) {
        s->near = s->fits;
    }
    s->fits = (probe){loops, cost};
    return PLB_OK;
}

/* ---- Lines through two probes ---- */

/* The last count at which one resource is within its target, on the line that rises from `a` loops
 * and `a_cost`, which is within; LOOPS_MAX when it never runs out. */
static int64_t run_out(int64_t target, int64_t a, int64_t a_cost, int64_t b, int64_t b_cost) {
    wide rise = (wide) b_cost - a_cost;
    if (rise <= 0) {
        return LOOPS_MAX;
    }
    wide loops = a + ((wide) target - a_cost) * (b - a) / rise;
    return loops < LOOPS_MAX ? (int64_t) loops : LOOPS_MAX;
}

static int64_t last_on_line(const search *s, const probe *a, const probe *b) {
    return at_most(run_out(s->target.steps, a->loops, a->cost.steps, b->loops, b->cost.steps),
                   run_out(s->target.memory, a->loops, a->cost.memory, b->loops, b->cost.memory));
}

/* ---- Which count next ---- */

/* While every count fits: the line's last, then the next one to prove it, then steps of 4, 16 ...
 */
static int64_t further(const search *s) {
    unsigned proofs = s->evaluations < 3 ? 0 : s->evaluations - 3;
    int64_t step = proofs < 20 ? (int64_t) 1 << 2 * proofs : LOOPS_MAX;
    int64_t on_line = last_on_line(s, &s->near, &s->fits);
    bool is_flat =
        s->near.cost.steps >= s->fits.cost.steps && s->near.cost.memory >= s->fits.cost.memory;
    int64_t stepped = s->fits.loops + step;
    return at_most(is_flat ? stepped : at_least(on_line, stepped), LOOPS_MAX);
}

/* The middle of the bracket; of its logarithms where its ends are of different sizes. */
static int64_t middle(const search *s) {
    int64_t low = s->fits.loops;
    int64_t high = s->over.loops;
    if (high / 4 > low) {
        return (int64_t) sqrt((double) low * (double) high);
    }
    return low + (high - low) / 2;
}

static int64_t between(const search *s, bool stalled) {
    bool halve = stalled || s->over.cost.steps == INT64_MAX;
    int64_t loops = halve ? middle(s) : last_on_line(s, &s->fits, &s->over);
    return at_most(at_least(loops, s->fits.loops + 1), s->over.loops - 1);
}

/* ---- The search ---- */

static plb_status find_over(search *s, plb_error *error) {
    plb_status status = PLB_OK;
    while (status == PLB_OK && !has_over(s)) {
        if (s->fits.loops >= LOOPS_MAX) {
            return plb_fail(error, PLB_E_ARGUMENT, NULL,
                            "the script's cost does not depend on the loop counter: %lld loops fit "
                            "in the budget",
                            (long long) s->fits.loops);
        }
        status = try_loops(s, further(s), error);
    }
    return status;
}

/* Until fits.loops + 1 == over.loops. */
static plb_status close_bracket(search *s, plb_error *error) {
    plb_status status = PLB_OK;
    bool stalled = false;
    while (status == PLB_OK && s->fits.loops + 1 < s->over.loops) {
        int64_t width = s->over.loops - s->fits.loops;
        status = try_loops(s, between(s, stalled), error);
        stalled = s->over.loops - s->fits.loops > width / 2;
    }
    return status;
}

static plb_status nothing_fits(const search *s, plb_error *error) {
    return plb_fail(error, PLB_E_BUDGET, NULL,
                    "not even one loop fits in the budget: at %lld the script takes cpu %lld, mem "
                    "%lld of cpu %lld, mem %lld",
                    (long long) s->over.loops, (long long) s->over.cost.steps,
                    (long long) s->over.cost.memory, (long long) s->target.steps,
                    (long long) s->target.memory);
}

plb_status plb_fit_loops(plb_loop_cost cost, void *context, plb_exunits target, plb_loop_fit *fit,
                         plb_error *error) {
    search s = {.cost = cost, .context = context, .target = target, .over = {.loops = INT64_MAX}};
    *fit = (plb_loop_fit){0};
    for (int64_t loops = 0; loops < 2; loops++) {
        plb_status status = try_loops(&s, loops, error);
        if (status != PLB_OK) {
            return status;
        }
        if (has_over(&s)) {
            return nothing_fits(&s, error);
        }
    }
    fit->at_zero = s.near.cost;
    fit->at_one = s.fits.cost;
    plb_status status = find_over(&s, error);
    if (status == PLB_OK) {
        status = close_bracket(&s, error);
    }
    fit->loops = s.fits.loops;
    fit->used = s.fits.cost;
    fit->limiting = exceeded(&s, s.over.cost);
    fit->evaluations = s.evaluations;
    return status;
}
