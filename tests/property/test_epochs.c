/* Intervals over epochs against synthetic truth: what differs between layouts, and drift over
 * seconds, are in them; 95 % intervals cover the truth in 93 to 97 % of simulated runs. Everything
 * is seeded. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "harness/measure/random.h"

#define SIMULATIONS 2000
#define EPOCHS_MAX 128
#define ROUNDS_EACH 24 /* of an epoch */
#define ROUNDS_MAX (EPOCHS_MAX * ROUNDS_EACH)
#define SERIES 3
#define TRUTH 2.0
#define LEVEL 40.0

/* One run: how much each source contributes, as standard deviations in the unit of the samples. */
typedef struct conditions {
    uint32_t epochs;
    double noise;         /* of a sample */
    double layout;        /* of a subject in an epoch */
    double drift;         /* of the difference, over the run */
    double drift_time;    /* in epochs: that its autocorrelation takes to fall to 1/e */
    double level_drift;   /* of everything together */
    double disturbed;     /* share of the epochs in which something else runs, ... */
    double disturbance;   /* ... and how much longer the first subject then takes */
    uint32_t seldom;      /* the first subject is sampled once in so many rounds; 0: always */
    double null_overhead; /* what is added to the truth */
} conditions;

static double samples[SERIES][ROUNDS_MAX];
static uint32_t epochs[ROUNDS_MAX];
static const double difference[SERIES] = {1, -0.5, -0.5};

static double normal(plb_random *random) {
    double u = 1 - plb_random_unit(random), v = plb_random_unit(random);
    return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* An Ornstein-Uhlenbeck path, one step at a time. */
static double drifting(plb_random *random, double before, double time) {
    double keep = exp(-1 / time);
    return keep * before + sqrt(1 - keep * keep) * normal(random);
}

static void simulate(const conditions *c, plb_random *random, double truth) {
    double slow = normal(random), common = normal(random);
    for (uint32_t e = 0; e < c->epochs; e++) {
        slow = drifting(random, slow, c->drift_time > 0 ? c->drift_time : 1);
        common = drifting(random, common, 30);
        bool disturbed = plb_random_unit(random) < c->disturbed;
        for (int i = 0; i < SERIES; i++) {
            double mean = LEVEL + c->level_drift * common + c->layout * normal(random);
            if (i == 0) mean += truth + c->drift * slow + (disturbed ? c->disturbance : 0);
            for (uint32_t k = 0; k < ROUNDS_EACH; k++) {
                uint32_t r = e * ROUNDS_EACH + k;
                bool taken = i != 0 || c->seldom == 0 || k % c->seldom == e % c->seldom;
                samples[i][r] = taken ? mean + c->noise * normal(random) : (double) NAN;
                epochs[r] = e;
            }
        }
    }
}

static plb_estimate estimated(const conditions *c) {
    const double *series[SERIES] = {samples[0], samples[1], samples[2]};
    plb_rounds rounds = {.series = series,
                         .series_count = SERIES,
                         .round_count = (size_t) c->epochs * ROUNDS_EACH,
                         .epochs = epochs};
    plb_estimate e;
    assert_int_equal(plb_contrast_estimate(&rounds, difference, 0, 1, &e, NULL), PLB_OK);
    return e;
}

static double coverage(const conditions *c, uint64_t seed) {
    plb_random random;
    plb_random_seed(&random, seed);
    unsigned covered = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        simulate(c, &random, TRUTH);
        plb_estimate e = estimated(c);
        covered += e.low <= TRUTH && TRUTH <= e.high;
    }
    return covered / (double) SIMULATIONS;
}

static void assert_covers(conditions c) {
    double found = coverage(&c, 20241121);
    if (found < 0.93 || found > 0.97) fail_msg("coverage is %.4f, expected 0.93 to 0.97", found);
}

/* What the embedded ledger shows, in microseconds. */
static const conditions typical = {.epochs = 128, .noise = 0.5, .layout = 0.05, .level_drift = 0.3};

static void layouts_are_in_the_interval(void **state) {
    (void) state;
    assert_covers(typical);
}

static void large_layout_effects_are_in_the_interval(void **state) {
    (void) state;
    conditions c = typical;
    c.layout = 0.6;
    assert_covers(c);
}

static void drift_over_seconds_is_in_the_interval(void **state) {
    (void) state;
    conditions c = typical;
    c.drift = 0.05;
    c.drift_time = 5;
    assert_covers(c);
}

static void few_epochs_are_allowed_for(void **state) {
    (void) state;
    for (uint32_t n = 2; n <= 12; n += 5) {
        conditions c = typical;
        c.epochs = n;
        c.layout = 0.3;
        assert_covers(c);
    }
}

static void subjects_that_are_sampled_seldom_are_allowed_for(void **state) {
    (void) state;
    conditions c = typical;
    c.seldom = 8;
    assert_covers(c);
}

/* Without epochs, the same samples give intervals that are far too narrow: what all of this is
 * about. */
static void rounds_alone_do_not_show_layouts(void **state) {
    (void) state;
    conditions c = typical;
    c.epochs = 1;
    c.layout = 0.3;
    plb_random random;
    plb_random_seed(&random, 3);
    unsigned covered = 0;
    for (unsigned s = 0; s < 300; s++) {
        simulate(&c, &random, TRUTH);
        const double *series[SERIES] = {samples[0], samples[1], samples[2]};
        plb_rounds rounds = {.series = series, .series_count = SERIES, .round_count = ROUNDS_EACH};
        plb_estimate e;
        assert_int_equal(plb_contrast_estimate(&rounds, difference, 200, s, &e, NULL), PLB_OK);
        covered += e.low <= TRUTH && TRUTH <= e.high;
    }
    assert_true(covered < 240);
}

/* A tenth of the epochs take half as long again: the estimate moves by little, and the interval by
 * no more than twice. */
static void disturbed_epochs_move_little(void **state) {
    (void) state;
    conditions c = typical;
    plb_random random;
    plb_random_seed(&random, 17);
    double quiet_width = 0, width = 0, quiet_bias = 0, bias = 0;
    for (unsigned s = 0; s < 200; s++) {
        c.disturbed = 0;
        simulate(&c, &random, TRUTH);
        plb_estimate quiet = estimated(&c);
        c.disturbed = 0.05;
        c.disturbance = 20;
        simulate(&c, &random, TRUTH);
        plb_estimate e = estimated(&c);
        quiet_width += (quiet.high - quiet.low) / 200;
        width += (e.high - e.low) / 200;
        quiet_bias += (quiet.value - TRUTH) / 200;
        bias += (e.value - TRUTH) / 200;
    }
    assert_true(fabs(quiet_bias) < 0.005);
    assert_true(fabs(bias) < 0.05);
    assert_true(width < 2 * quiet_width);
}

static void null_experiments_find_a_difference_in_about_five_percent(void **state) {
    (void) state;
    conditions c = typical;
    plb_random random;
    plb_random_seed(&random, 5);
    unsigned found = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        simulate(&c, &random, 0);
        plb_estimate e = estimated(&c);
        found += plb_estimate_excludes_zero(&e);
    }
    assert_in_range(found, 0.03 * SIMULATIONS, 0.07 * SIMULATIONS);
}

/* Runs of which each stops as soon as two looks in a row find it precise. */
static void stopping_by_precision_keeps_the_coverage(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 6);
    unsigned covered = 0, stopped = 0;
    for (unsigned s = 0; s < SIMULATIONS; s++) {
        conditions c = typical;
        simulate(&c, &random, TRUTH);
        plb_estimate e = {0};
        bool precise = false, done = false;
        for (double look = 40; !done; look *= precise ? 1.1 : 1.3) {
            c.epochs = look < EPOCHS_MAX ? (uint32_t) look : EPOCHS_MAX;
            e = estimated(&c);
            bool now = plb_estimate_precision(&e) < 0.022;
            done = (now && precise) || c.epochs == EPOCHS_MAX;
            stopped += now && precise;
            precise = now;
        }
        covered += e.low <= TRUTH && TRUTH <= e.high;
    }
    double share = covered / (double) SIMULATIONS;
    if (share < 0.93 || share > 0.97) fail_msg("coverage is %.4f, %u stopped", share, stopped);
    assert_in_range(stopped, SIMULATIONS / 10, SIMULATIONS);
}

/* Two runs of the same job, each with layouts of its own, agree as often as promised: their
 * difference is within the root of the squares' sum in about 95 %. */
static void two_runs_agree(void **state) {
    (void) state;
    conditions c = typical;
    c.layout = 0.3;
    plb_random random;
    plb_random_seed(&random, 8);
    unsigned agree = 0;
    for (unsigned s = 0; s < SIMULATIONS / 2; s++) {
        plb_estimate e[2];
        for (int i = 0; i < 2; i++) {
            simulate(&c, &random, TRUTH);
            e[i] = estimated(&c);
        }
        double combined = hypot((e[0].high - e[0].low) / 2, (e[1].high - e[1].low) / 2);
        agree += fabs(e[0].value - e[1].value) <= combined;
        assert_int_equal(e[0].stretches, PLB_STRETCHES_MOST);
        assert_true(e[0].freedom >= 7 && e[0].freedom <= PLB_STRETCH_FREEDOM);
    }
    assert_in_range(agree, 0.93 * SIMULATIONS / 2, 0.98 * SIMULATIONS / 2);
}

static void one_epoch_gives_no_interval(void **state) {
    (void) state;
    conditions c = typical;
    plb_random random;
    plb_random_seed(&random, 9);
    c.epochs = 1;
    simulate(&c, &random, TRUTH);
    const double *series[SERIES] = {samples[0], samples[1], samples[2]};
    plb_rounds rounds = {
        .series = series, .series_count = SERIES, .round_count = ROUNDS_EACH, .epochs = epochs};
    plb_estimate e;
    assert_int_equal(plb_contrast_estimate(&rounds, difference, 0, 1, &e, NULL), PLB_E_MEASURE);
    const double none[SERIES] = {0};
    assert_int_equal(plb_contrast_quick(&rounds, none, &e, NULL), PLB_E_ARGUMENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layouts_are_in_the_interval),
        cmocka_unit_test(large_layout_effects_are_in_the_interval),
        cmocka_unit_test(drift_over_seconds_is_in_the_interval),
        cmocka_unit_test(few_epochs_are_allowed_for),
        cmocka_unit_test(subjects_that_are_sampled_seldom_are_allowed_for),
        cmocka_unit_test(rounds_alone_do_not_show_layouts),
        cmocka_unit_test(disturbed_epochs_move_little),
        cmocka_unit_test(null_experiments_find_a_difference_in_about_five_percent),
        cmocka_unit_test(stopping_by_precision_keeps_the_coverage),
        cmocka_unit_test(two_runs_agree),
        cmocka_unit_test(one_epoch_gives_no_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
