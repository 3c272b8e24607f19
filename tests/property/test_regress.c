/* Whole regression runs on drawn numbers: without a change hardly any run fails, and changes are
 * found. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "calibrate/regress/decide.h"
#include "calibrate/regress/gate.h"
#include "harness/measure/distributions.h"
#include "harness/measure/random.h"

enum { ITEMS = 120, MOST = 64, RUNS = 200 };

/* A machine, and what is to be found on it. */
typedef struct scenario {
    size_t processes;
    double layout;   /* of a process, standard deviation: 1 of it for an item, 0.1 for another */
    double outliers; /* share of processes that are disturbed by up to 20 % */
    double drift;    /* of the machine over the run */
    double between_runs; /* of each item */
    double change;       /* of the first CHANGED items */
} scenario;

enum { CHANGED = 4 };

typedef struct run {
    plb_gate_row rows[ITEMS];
    plb_gate_case cases[ITEMS];
    size_t slower, faster, excluded, found;
} run;

/* Levels of one role of an item; `machine` is what its turns have in common. */
static void draw(plb_random *random, const scenario *s, double level, double layout,
                 const double *machine, double *levels) {
    for (size_t k = 0; k < s->processes; k++) {
        levels[k] = level + machine[k] + layout * plb_random_normal(random);
        if (plb_random_unit(random) < s->outliers) levels[k] += 0.2 * plb_random_unit(random);
    }
}

static void draw_machine(plb_random *random, const scenario *s, double *machine) {
    double level = 0, step = s->drift / sqrt((double) s->processes);
    for (size_t k = 0; k < s->processes; k++) {
        level += step * plb_random_normal(random);
        machine[k] = level;
    }
}

/* Layouts matter to some items ten times as much as to others. */
static double layout_of(const scenario *s, size_t item) {
    return s->layout * pow(10, -(double) (item % 7) / 6);
}

static void judge(run *r, double tolerance) {
    plb_gate_row *rows[ITEMS];
    for (size_t i = 0; i < ITEMS; i++) rows[i] = &r->rows[i];
    assert_int_equal(plb_gate_judge(rows, r->cases, ITEMS, tolerance, 0.95, false, NULL), PLB_OK);
    r->slower = r->faster = r->excluded = r->found = 0;
    for (size_t i = 0; i < ITEMS; i++) {
        r->slower += r->rows[i].verdict == PLB_GATE_SLOWER;
        r->faster += r->rows[i].verdict == PLB_GATE_FASTER;
        r->excluded += r->rows[i].low > 0 || r->rows[i].high < 0;
        r->found += i < CHANGED && r->rows[i].verdict == PLB_GATE_SLOWER;
    }
}

/* New, again and old in turns. */
static void interleaved(plb_random *random, const scenario *s, double tolerance, run *r) {
    double logs[PLB_GATE_ROLES][MOST], machine[MOST];
    for (size_t i = 0; i < ITEMS; i++) {
        double change = i < CHANGED ? log1p(s->change) : 0;
        draw_machine(random, s, machine);
        for (int role = 0; role < PLB_GATE_ROLES; role++)
            draw(random, s, role == PLB_GATE_BEFORE ? 0 : change, layout_of(s, i), machine,
                 logs[role]);
        plb_gate_series series = {.logs = {logs[0], logs[1], logs[2]}, .count = s->processes};
        r->cases[i] = plb_gate_interleaved_case(&series);
    }
    judge(r, tolerance);
}

/* A level of a run, and its null experiment. */
static plb_measured level_of_run(plb_random *random, const scenario *s, size_t item, double level,
                                 const double *machine, plb_measured *nothing) {
    double logs[2][MOST];
    level += s->between_runs * plb_random_normal(random);
    for (int role = 0; role < 2; role++)
        draw(random, s, level, layout_of(s, item), machine, logs[role]);
    plb_gate_series series = {.logs = {logs[0], logs[1], NULL}, .count = s->processes};
    *nothing = plb_gate_interleaved_case(&series).nothing;
    return plb_gate_level(&series, PLB_GATE_NOW, PLB_GATE_AGAIN);
}

static void against_baseline(plb_random *random, const scenario *s, double tolerance, double stated,
                             run *r) {
    double machines[2][MOST];
    plb_measured changes[ITEMS], ignored;
    draw_machine(random, s, machines[0]);
    draw_machine(random, s, machines[1]);
    for (size_t i = 0; i < ITEMS; i++) {
        double change = i < CHANGED ? log1p(s->change) : 0;
        plb_measured before = level_of_run(random, s, i, 0, machines[0], &ignored);
        plb_measured now = level_of_run(random, s, i, change, machines[1], &r->cases[i].nothing);
        r->cases[i].change = changes[i] = plb_measured_difference(now, before);
    }
    double freedom, seen = plb_gate_between(changes, ITEMS, &freedom);
    if (seen <= stated) freedom = INFINITY;
    for (size_t i = 0; i < ITEMS; i++)
        r->cases[i].change = plb_gate_widened(r->cases[i].change, fmax(stated, seen), freedom);
    judge(r, tolerance);
}

/* What a rate of 5 % is exceeded by in one of ten thousand tests. */
static double rate_allowed(void) { return 0.05 + 3.8 * sqrt(0.05 * 0.95 / RUNS); }

static const scenario steady = {.processes = 32, .layout = 0.02};
static const scenario unsteady = {.processes = 40, .layout = 0.03, .outliers = 0.05, .drift = 0.05};

static void nothing_is_called_without_a_change(void **state) {
    (void) state;
    const scenario *scenarios[] = {&steady, &unsteady};
    static run r;
    plb_random random;
    plb_random_seed(&random, 11);
    for (int k = 0; k < 2; k++) {
        size_t called = 0, excluded = 0;
        for (int i = 0; i < RUNS; i++) {
            interleaved(&random, scenarios[k], 1e-9, &r);
            called += r.slower + r.faster > 0;
            excluded += r.excluded > 0;
        }
        assert_true((double) called / RUNS <= rate_allowed());
        /* Without any margin, too, all intervals together hold nothing in 95 % of runs. */
        assert_true((double) excluded / RUNS <= rate_allowed());
        print_message("scenario %d: %zu runs called, %zu excluded nothing, of %d\n", k, called,
                      excluded, RUNS);
    }
}

static void nothing_is_called_against_a_baseline(void **state) {
    (void) state;
    scenario runs = unsteady;
    static run r;
    plb_random random;
    plb_random_seed(&random, 12);
    /* What runs differ by is as stated, or four times that, which is seen. */
    for (double between = 0.005; between < 0.03; between *= 4) {
        size_t called = 0, excluded = 0;
        runs.between_runs = between / sqrt(2);
        runs.drift = 0;
        for (int i = 0; i < RUNS; i++) {
            against_baseline(&random, &runs, 1e-9, 0.005, &r);
            called += r.slower + r.faster > 0;
            excluded += r.excluded > 0;
        }
        print_message("between runs %.3f: %zu runs called, %zu excluded nothing, of %d\n", between,
                      called, excluded, RUNS);
        assert_true((double) called / RUNS <= rate_allowed());
        assert_true((double) excluded / RUNS <= rate_allowed());
    }
}

static void a_slowdown_of_5_percent_is_found(void **state) {
    (void) state;
    scenario changed = steady;
    static run r;
    size_t found = 0, others = 0;
    plb_random random;
    plb_random_seed(&random, 13);
    changed.change = 0.05;
    changed.processes = 64;
    for (int i = 0; i < RUNS; i++) {
        interleaved(&random, &changed, 0.02, &r);
        found += r.found;
        others += r.slower + r.faster > r.found;
    }
    print_message("found %zu of %d, others in %zu runs\n", found, RUNS * CHANGED, others);
    assert_true(found >= RUNS * CHANGED * 95 / 100);
    assert_true((double) others / RUNS <= rate_allowed());
}

static void a_slowdown_of_8_percent_is_found_against_a_baseline(void **state) {
    (void) state;
    scenario changed = steady;
    static run r;
    size_t found = 0, others = 0;
    plb_random random;
    plb_random_seed(&random, 14);
    changed.change = 0.08;
    changed.processes = 64;
    changed.between_runs = 0.005 / sqrt(2);
    for (int i = 0; i < RUNS; i++) {
        against_baseline(&random, &changed, 0.02, 0.005, &r);
        found += r.found;
        others += r.slower + r.faster > r.found;
    }
    print_message("found %zu of %d, others in %zu runs\n", found, RUNS * CHANGED, others);
    assert_true(found >= RUNS * CHANGED * 95 / 100);
    assert_true((double) others / RUNS <= rate_allowed());
}

/* A change within the tolerance does not fail, however well it is known. */
static void a_slowdown_within_the_tolerance_passes(void **state) {
    (void) state;
    scenario changed = {.processes = 64, .layout = 0.002, .change = 0.015};
    static run r;
    plb_random random;
    plb_random_seed(&random, 15);
    for (int i = 0; i < 50; i++) {
        interleaved(&random, &changed, 0.02, &r);
        assert_int_equal(r.slower + r.faster, 0);
        for (size_t k = 0; k < CHANGED; k++) assert_int_equal(r.rows[k].verdict, PLB_GATE_SAME);
    }
}

/* Stopping as soon as an item is known well enough must not cost what intervals promise. */
static void looking_does_not_spoil_intervals(void **state) {
    (void) state;
    enum { TRIALS = 4000 };
    plb_random random;
    size_t held = 0;
    plb_random_seed(&random, 16);
    for (int i = 0; i < TRIALS; i++) {
        double differences[PLB_GATE_EPOCHS_MOST], copy[PLB_GATE_EPOCHS_MOST];
        plb_measured figure = {0, INFINITY, 1};
        size_t count = 0;
        while (count < 200 && !plb_gate_known(figure, count, 0.005)) {
            differences[count++] = 0.015 * plb_random_normal(&random);
            for (size_t k = 0; k < count; k++) copy[k] = differences[k];
            figure = plb_gate_of_differences(copy, count);
        }
        held += fabs(figure.value) <= plb_gate_half(figure, 0.95);
    }
    print_message("%zu of %d intervals hold the truth\n", held, TRIALS);
    assert_true(held >= TRIALS * 93 / 100);
    assert_true(held <= TRIALS * 97 / 100);
}

static void what_runs_differ_by_is_seen(void **state) {
    (void) state;
    plb_random random;
    plb_random_seed(&random, 17);
    double sum = 0, freedom;
    for (int i = 0; i < 50; i++) {
        plb_measured changes[400];
        for (size_t k = 0; k < 400; k++) {
            changes[k] = (plb_measured){0.03 + 0.02 * plb_random_normal(&random) +
                                            0.004 * plb_random_normal(&random),
                                        0.004, 20};
            if (k % 10 == 0) changes[k].value += 0.3; /* real changes */
        }
        changes[7].error = INFINITY; /* one that was not measured */
        changes[7].value = NAN;
        sum += plb_gate_between(changes, 400, &freedom) / 50;
    }
    assert_true(sum > 0.018 && sum < 0.025);
    plb_measured few[7] = {{0, 0.001, 9}};
    assert_true(plb_gate_between(few, 7, &freedom) <= 0);
}

/* Tables of Student's t and F. */
static void probabilities_are_those_of_tables(void **state) {
    (void) state;
    assert_float_equal(plb_student_quantile(0.025, 10), 2.228139, 1e-5);
    assert_float_equal(plb_student_quantile(0.005, 5), 4.032143, 1e-5);
    assert_float_equal(plb_student_quantile(0.0005, 8), 5.041305, 1e-5);
    assert_float_equal(plb_student_quantile(0.05, 1), 6.313752, 1e-5);
    assert_float_equal(plb_student_quantile(0.025, INFINITY), 1.959964, 1e-5);
    assert_float_equal(plb_student_above(-2.228139, 10), 0.975, 1e-6);
    assert_float_equal(plb_f_above(3.325835, 5, 10), 0.05, 1e-6);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_called_without_a_change),
        cmocka_unit_test(nothing_is_called_against_a_baseline),
        cmocka_unit_test(a_slowdown_of_5_percent_is_found),
        cmocka_unit_test(a_slowdown_of_8_percent_is_found_against_a_baseline),
        cmocka_unit_test(a_slowdown_within_the_tolerance_passes),
        cmocka_unit_test(looking_does_not_spoil_intervals),
        cmocka_unit_test(what_runs_differ_by_is_seen),
        cmocka_unit_test(probabilities_are_those_of_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
