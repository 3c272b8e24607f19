/* Stages of submissions whose times are known, on a clock of the test's own. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/calls/stages.h"
#include "harness/ledger/stages.h"
#include "harness/measure/random.h"

/* ---- A synthetic ledger ---- */

static const double truth_ns[PLB_STAGED_COUNT][PLB_STAGE_COUNT] = {
    [PLB_STAGED_CALL] = {1200, 36400, 450, 430, 30, 250000},
    [PLB_STAGED_CALL_EMPTY] = {1200, 36400, 450, 430, 30, 310},
    [PLB_STAGED_TWIN] = {900, 36000, 0, 10, 0, 0},
};
static const uint64_t readings[PLB_STAGED_COUNT][PLB_STAGE_COUNT] = {
    [PLB_STAGED_CALL] = {1, 3, 1, 2, 1, 1},
    [PLB_STAGED_CALL_EMPTY] = {1, 3, 1, 2, 1, 1},
    [PLB_STAGED_TWIN] = {1, 2, 0, 1, 0, 0},
};

#define READING_NS 8

typedef struct world {
    double now; /* of the simulated clock, ns */
    plb_random random;
    uint64_t submissions, fail_at; /* fail_at 0: never */
    uint32_t renewed;
    double layout[PLB_STAGED_COUNT][2]; /* in phase-1, of this epoch */
    double noise;                       /* of phase-1, more than usual */
    double lost_ns;                     /* of a marked call, outside of every stage */
    volatile sig_atomic_t interrupted;
    uint64_t interrupt_at;
} world;

static double normal(plb_random *random) {
    double u = plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(1 - u)) * cos(6.283185307179586 * v);
}

static uint64_t now(void *context) { return (uint64_t) ((world *) context)->now; }

static int submit(void *context, plb_staged what, unsigned copy, uint64_t *stage_ns,
                  uint64_t *stage_marks) {
    world *w = context;
    w->submissions++;
    if (w->submissions == w->interrupt_at) w->interrupted = 1;
    bool is_twin = what == PLB_STAGED_TWIN;
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        double ns = truth_ns[what][k];
        if (ns > 0) ns += fabs(ns > 1000 ? 0.01 * ns : 5) * normal(&w->random) * 0.3;
        if (k == PLB_STAGE_PHASE1) {
            ns += w->layout[what][copy] + 100 * w->noise * normal(&w->random);
        }
        if (plb_random_below(&w->random, 200) == 0) ns += 5e4 * plb_random_unit(&w->random);
        uint64_t before = now(w);
        w->now += fmax(ns, 0);
        if (stage_ns != NULL) {
            w->now += (double) (READING_NS * readings[what][k]);
            stage_ns[k] += now(w) - before;
        }
        if (stage_marks != NULL) stage_marks[k] += readings[what][k];
    }
    w->now += 20; /* around the stages, like a clock read */
    if (stage_ns != NULL && !is_twin) w->now += w->lost_ns;
    return w->submissions == w->fail_at;
}

static int renew(void *context, uint32_t epoch) {
    world *w = context;
    (void) epoch;
    w->renewed++;
    for (int i = 0; i < PLB_STAGED_COUNT; i++) {
        for (int copy = 0; copy < 2; copy++) w->layout[i][copy] = 5 * normal(&w->random);
    }
    return 0;
}

static plb_stage_plan plan_of(world *w, uint64_t seed) {
    plb_random_seed(&w->random, seed);
    return (plb_stage_plan){.submit = submit,
                            .renew = renew,
                            .context = w,
                            .call_ns = 290000,
                            .time_ns = 2000000000,
                            .seed = seed,
                            .clock = {now, w},
                            .clock_read_ns = 20,
                            .interrupted = &w->interrupted};
}

/* ---- Figures ---- */

static void assert_near(double value, double truth, double tolerance) {
    if (fabs(value - truth) > tolerance)
        fail_msg("%g is not within %g of %g", value, tolerance, truth);
}

static void known_stages_are_found(void **state) {
    (void) state;
    world w = {0};
    plb_stage_plan plan = plan_of(&w, 1);
    plb_stage_summary *s;
    assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
    assert_non_null(s);
    double sum = 0, truth = 0;
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        const plb_stage_row *row = &s->stages[k];
        double call = truth_ns[PLB_STAGED_CALL_EMPTY][k], twin = truth_ns[PLB_STAGED_TWIN][k];
        assert_near(row->overhead_ns.value, call - twin, k == PLB_STAGE_PHASE1 ? 25 : 4);
        assert_near(row->time_ns[PLB_STAGED_CALL_EMPTY].value, call, 0.005 * call + 4);
        assert_near(row->time_ns[PLB_STAGED_TWIN].value, twin, 0.005 * twin + 4);
        /* An epoch has few samples of the long one. */
        assert_near(row->time_ns[PLB_STAGED_CALL].value, truth_ns[PLB_STAGED_CALL][k],
                    0.02 * truth_ns[PLB_STAGED_CALL][k] + 200);
        assert_true(plb_estimate_resolved(&row->overhead_ns, row->noise_floor_ns));
        assert_int_equal((int) row->marks[PLB_STAGED_TWIN], (int) readings[PLB_STAGED_TWIN][k]);
        sum += row->overhead_ns.value;
        truth += call - twin;
    }
    assert_near(sum, s->sum.overhead_ns.value, 1e-6);
    /* It is the whole without marks, with what the marks add subtracted. */
    assert_near(sum, s->unmarked_ns.value, 1e-6);
    assert_near(s->unmarked_ns.value, truth, 30);
    assert_near(s->marking_ns.value, READING_NS * 5, 25);
    assert_near(s->submission_ns.value, READING_NS * 9, 25);
    assert_near(s->marked_ns.value - s->unmarked_ns.value, s->marking_ns.value, 1e-6);
    assert_true(s->marks_measured);
    assert_true(s->adds_up);
    assert_false(s->partial);
    assert_int_equal(s->epochs, 16);
    assert_int_equal(w.renewed, 16);
    assert_near(s->elapsed_s, 2, 0.01);
    assert_int_equal(plb_histogram_count(s->histograms[PLB_STAGED_TWIN][PLB_STAGE_PHASE1]),
                     s->samples[PLB_STAGED_TWIN]);
    assert_int_equal(plb_histogram_count(s->histograms[PLB_STAGED_CALL][PLB_STAGE_EVALUATE]),
                     s->samples[PLB_STAGED_CALL]);
    /* The twin has no scripts: but for what disturbed it nothing is there. */
    assert_true(plb_histogram_count(s->histograms[PLB_STAGED_TWIN][PLB_STAGE_EVALUATE]) <
                s->samples[PLB_STAGED_TWIN] / 50);
    plb_stages_free(s);
}

/* Noise in phase-1 hides what marks add: then the other stages are known from bounds, as narrow as
 * before. */
static void hidden_marks_are_bounded(void **state) {
    (void) state;
    world w = {.noise = 60};
    plb_stage_plan plan = plan_of(&w, 16);
    plb_stage_summary *s;
    assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
    assert_false(s->marks_measured);
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        const plb_estimate *e = &s->stages[k].overhead_ns;
        double t = truth_ns[PLB_STAGED_CALL_EMPTY][k] - truth_ns[PLB_STAGED_TWIN][k];
        assert_true(e->low <= t && t <= e->high);
        if (k != PLB_STAGE_PHASE1) {
            if (e->high - e->low > 60) fail_msg("%d: [%g, %g]", k, e->low, e->high);
        }
    }
    assert_true(s->adds_up);
    plb_stages_free(s);
}

static void time_that_is_in_no_stage_is_told(void **state) {
    (void) state;
    world w = {.lost_ns = 300};
    plb_stage_plan plan = plan_of(&w, 12);
    plb_stage_summary *s;
    assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
    assert_near(s->discrepancy_ns.value, -300, 40);
    assert_false(s->adds_up);
    plb_stages_free(s);
}

/* Nothing more is claimed of the parts than of the whole: in some hundred runs intervals cover. */
static void intervals_cover(void **state) {
    (void) state;
    enum { RUNS = 300 };
    int covered[PLB_STAGE_COUNT] = {0}, whole = 0, agree = 0;
    double truth = 0;
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        truth += truth_ns[PLB_STAGED_CALL_EMPTY][k] - truth_ns[PLB_STAGED_TWIN][k];
    }
    for (uint64_t run = 0; run < RUNS; run++) {
        world w = {0};
        plb_stage_plan plan = plan_of(&w, 100 + run);
        plb_stage_summary *s;
        plan.time_ns = 400000000;
        assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
        for (int k = 0; k < PLB_STAGE_COUNT; k++) {
            const plb_estimate *e = &s->stages[k].overhead_ns;
            double t = truth_ns[PLB_STAGED_CALL_EMPTY][k] - truth_ns[PLB_STAGED_TWIN][k];
            covered[k] += e->low <= t && t <= e->high;
        }
        whole += s->sum.overhead_ns.low <= truth && truth <= s->sum.overhead_ns.high;
        agree += s->adds_up;
        plb_stages_free(s);
    }
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        print_message("%s: %.3f\n", plb_stage_name((plb_stage) k), (double) covered[k] / RUNS);
        assert_true(covered[k] > 0.9 * RUNS);
    }
    print_message("sum: %.3f; adds up: %.3f\n", (double) whole / RUNS, (double) agree / RUNS);
    assert_true(whole > 0.91 * RUNS && whole < 0.985 * RUNS);
    assert_true(agree > 0.95 * RUNS);
}

/* ---- Ends ---- */

static void a_failure_is_told(void **state) {
    (void) state;
    world w = {.fail_at = 5000};
    plb_stage_plan plan = plan_of(&w, 13);
    plb_stage_summary *s;
    plb_error error;
    assert_int_equal(plb_stages_measure(&plan, &s, &error), PLB_E_MEASURE);
    assert_null(s);
    assert_non_null(strstr(error.message, "submission failed"));
}

static void an_interruption_leaves_what_there_is(void **state) {
    (void) state;
    world early = {.interrupt_at = 1000}, late = {.interrupt_at = 30000};
    plb_stage_plan plan = plan_of(&early, 14);
    plb_stage_summary *s;
    assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
    assert_null(s);
    plan = plan_of(&late, 14);
    assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
    assert_non_null(s);
    assert_true(s->partial);
    assert_true(s->epochs < 16);
    plb_stages_free(s);
}

/* A call that would take all of the time is left out; what is known without it is known. */
static void a_call_that_is_too_long_is_left_out(void **state) {
    (void) state;
    world w = {0};
    plb_stage_plan plan = plan_of(&w, 15);
    plb_stage_summary *s;
    plan.call_ns = 1e9;
    assert_int_equal(plb_stages_measure(&plan, &s, NULL), PLB_OK);
    assert_null(s->sum.time_ns[PLB_STAGED_CALL].method);
    assert_non_null(s->sum.overhead_ns.method);
    assert_int_equal(s->samples[PLB_STAGED_CALL], 0);
    plb_stages_free(s);
}

/* ---- The ledger's stage clock ---- */

/* Whatever the order of stages: together they are exactly the time from begin to end, and every
 * reading is counted. */
static void the_clock_loses_nothing(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 5);
    for (int trial = 0; trial < 500; trial++) {
        uint64_t ns[PLB_STAGE_COUNT] = {0}, marks[PLB_STAGE_COUNT] = {0}, sum = 0, count = 0;
        plb_stage_clock clock;
        plb_stage_begin(&clock, ns, marks, PLB_STAGE_DECODE_TRANSACTION);
        uint64_t begin = clock.since;
        uint32_t enters = plb_random_below(&random, 40);
        for (uint32_t i = 0; i < enters; i++) {
            plb_stage to = (plb_stage) plb_random_below(&random, PLB_STAGE_COUNT),
                      was = clock.stage;
            assert_int_equal(plb_stage_enter(&clock, to), was);
        }
        plb_stage_end(&clock);
        for (int k = 0; k < PLB_STAGE_COUNT; k++) {
            sum += ns[k];
            count += marks[k];
        }
        assert_int_equal(sum, clock.since - begin);
        assert_int_equal(count, enters + 1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_stages_are_found),
        cmocka_unit_test(hidden_marks_are_bounded),
        cmocka_unit_test(time_that_is_in_no_stage_is_told),
        cmocka_unit_test(intervals_cover),
        cmocka_unit_test(a_failure_is_told),
        cmocka_unit_test(an_interruption_leaves_what_there_is),
        cmocka_unit_test(a_call_that_is_too_long_is_left_out),
        cmocka_unit_test(the_clock_loses_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
