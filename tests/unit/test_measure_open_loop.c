/* Open-loop submission on a clock that the test moves: latencies that are known, queues as queueing
 * theory has them, stalls, saturation. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "harness/measure/random.h"

#define SECOND 1000000000ULL
#define MILLISECOND 1000000ULL

typedef struct world {
    uint64_t now_ns;
    uint64_t service_ns;
    bool exponential; /* service times vary */
    uint64_t calls, stall_at, stall_ns, fail_at, interrupt_at;
    volatile sig_atomic_t *interrupted;
    plb_random random;
} world;

static uint64_t tell(void *context) { return ((world *) context)->now_ns; }

static void wait_in(void *context, uint64_t until_ns) {
    world *w = context;
    if (w->now_ns < until_ns) w->now_ns = until_ns;
}

static int serve(void *context) {
    world *w = context;
    double share = w->exponential ? -log(1 - plb_random_unit(&w->random)) : 1;
    w->now_ns += (uint64_t) ((double) w->service_ns * share);
    w->calls++;
    if (w->calls == w->stall_at) w->now_ns += w->stall_ns;
    if (w->interrupted && w->calls == w->interrupt_at) *w->interrupted = 1;
    return w->calls == w->fail_at;
}

static plb_load load_of(world *w, const plb_subject *subject, double rate, uint64_t time_ns) {
    plb_random_seed(&w->random, 4);
    return (plb_load){.subject = subject,
                      .rate = rate,
                      .time_ns = time_ns,
                      .seed = 9,
                      .interrupted = w->interrupted,
                      .now = tell,
                      .wait = wait_in,
                      .clock_context = w};
}

static plb_loaded *run(const plb_load *load) {
    plb_loaded *loaded = NULL;
    plb_error error;
    if (plb_open_loop(load, &loaded, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return loaded;
}

static double mean_of(const plb_histogram *histogram) {
    plb_percentiles p;
    plb_histogram_percentiles(histogram, &p);
    return p.mean_ns;
}

static void assert_near(double value, double expected, double relative) {
    if (!(fabs(value - expected) <= relative * expected)) {
        fail_msg("%g, expected %g", value, expected);
    }
}

static void a_rate_that_is_served_has_no_line(void **state) {
    (void) state;
    world w = {.service_ns = MILLISECOND};
    plb_subject subject = {"call", &w, serve, NULL, 0};
    plb_load load = load_of(&w, &subject, 500, 10 * SECOND);
    plb_loaded *loaded = run(&load);
    const plb_load_facts *facts = plb_loaded_facts(loaded);
    assert_in_range(facts->submitted, 4998, 5000);
    assert_int_equal(facts->intended, facts->submitted);
    assert_int_equal(facts->backlog_most, 0);
    assert_int_equal(facts->late, 0);
    assert_false(facts->saturated);
    assert_int_equal(facts->stop, PLB_STOP_TIME);
    assert_int_equal(facts->seed, 9);
    assert_near(facts->rate_achieved, 500, 0.01);
    assert_near(facts->rate_capacity, 1000, 0.01);
    assert_near(facts->utilisation, 0.5, 0.01);
    assert_near(mean_of(plb_loaded_latency(loaded)), 1e6, 2e-3);
    assert_near(mean_of(plb_loaded_service(loaded)), 1e6, 2e-3);
    plb_loaded_free(loaded);
}

/* One stall of 100 ms at 500 a second, each of which takes 0.1 ms otherwise. The 49 that were
 * intended meanwhile waited 98, 96 ... ms; the closed loop's histogram has one slow submission. */
static void waiting_is_in_the_latency(void **state) {
    (void) state;
    world w = {.service_ns = MILLISECOND / 10, .stall_at = 1000, .stall_ns = 100 * MILLISECOND};
    plb_subject subject = {"call", &w, serve, NULL, 0};
    plb_load load = load_of(&w, &subject, 500, 10 * SECOND);
    plb_loaded *loaded = run(&load);
    const plb_load_facts *facts = plb_loaded_facts(loaded);
    assert_false(facts->saturated);
    assert_in_range(facts->backlog_most, 49, 51);
    assert_in_range(facts->late, 50, 54);
    assert_in_range(facts->submitted, 4998, 5000);
    const plb_histogram *latency = plb_loaded_latency(loaded);
    const plb_histogram *service = plb_loaded_service(loaded);
    const plb_histogram *corrected = plb_loaded_corrected(loaded);
    assert_near(plb_histogram_value_ns(latency, 100), 100.1e6, 2e-3);
    assert_near(plb_histogram_value_ns(service, 99.97), 0.1e6, 2e-3);
    /* Half a percent of 5000 are 25: of the 50 that waited, the 25th. Each one's own service delays
     * the next, 0.1 ms in 2 ms. */
    assert_near(plb_histogram_value_ns(latency, 99.5), 51e6, 0.06);
    assert_near(plb_histogram_value_ns(corrected, 99.5), 50e6, 0.06);
    plb_loaded_free(loaded);
}

/* Pollaczek and Khinchine: the mean time in an M/G/1 line is S rho (1 + c^2) / (2 (1 - rho)), with
 * c^2 = 0 for constant and 1 for exponential service times. */
static void poisson_arrivals_wait_as_theory_has_it(void **state) {
    (void) state;
    static const double rates[] = {300, 500, 800};
    for (size_t i = 0; i < 3; i++) {
        for (int exponential = 0; exponential < 2; exponential++) {
            world w = {.service_ns = MILLISECOND, .exponential = exponential};
            plb_subject subject = {"call", &w, serve, NULL, 0};
            plb_load load = load_of(&w, &subject, rates[i], 2000 * SECOND);
            load.poisson = true;
            plb_loaded *loaded = run(&load);
            double rho = rates[i] / 1000;
            double expected = 1e6 * (1 + rho * (1 + exponential) / 2 / (1 - rho));
            assert_false(plb_loaded_facts(loaded)->saturated);
            assert_near(plb_loaded_facts(loaded)->utilisation, rho, 0.02);
            assert_near(mean_of(plb_loaded_latency(loaded)), expected, 0.04);
            assert_near(mean_of(plb_loaded_service(loaded)), 1e6, 0.02);
            plb_loaded_free(loaded);
        }
    }
}

static void a_rate_beyond_capacity_is_told(void **state) {
    (void) state;
    static const double rates[] = {350, 500, 1e6};
    for (size_t i = 0; i < 3; i++) {
        for (int poisson = 0; poisson < 2; poisson++) {
            world w = {.service_ns = 3 * MILLISECOND};
            plb_subject subject = {"call", &w, serve, NULL, 0};
            plb_load load = load_of(&w, &subject, rates[i], 20 * SECOND);
            load.poisson = poisson;
            plb_loaded *loaded = run(&load);
            const plb_load_facts *facts = plb_loaded_facts(loaded);
            assert_true(facts->saturated);
            assert_null(plb_loaded_latency(loaded));
            assert_near(facts->rate_capacity, 1000. / 3, 0.001);
            assert_near(facts->rate_achieved, 1000. / 3, 0.02);
            assert_near((double) facts->intended, 20 * rates[i], 0.05);
            assert_int_equal(facts->backlog_end, facts->intended - facts->submitted);
            assert_in_range(facts->elapsed_ns, 20 * SECOND, 20 * SECOND + 4 * MILLISECOND);
            assert_near(mean_of(plb_loaded_service(loaded)), 3e6, 2e-3);
            plb_loaded_free(loaded);
        }
    }
}

static int prepare_slowly(void *context, uint32_t submissions) {
    world *w = context;
    w->now_ns += submissions * w->service_ns;
    return 0;
}

/* Preparing keeps it from being busy all the time; the line grows all the same. */
static void a_line_longer_than_what_was_served_is_told(void **state) {
    (void) state;
    world w = {.service_ns = MILLISECOND};
    plb_subject subject = {
        .name = "call", .context = &w, .submit = serve, .prepare = prepare_slowly};
    plb_load load = load_of(&w, &subject, 2000, 10 * SECOND);
    plb_loaded *loaded = run(&load);
    assert_near(plb_loaded_facts(loaded)->utilisation, 0.5, 0.01);
    assert_true(plb_loaded_facts(loaded)->saturated);
    plb_loaded_free(loaded);
}

static void a_maximum_a_failure_and_an_interruption_end_it(void **state) {
    (void) state;
    volatile sig_atomic_t flag = 0;
    world w = {.service_ns = MILLISECOND, .interrupted = &flag, .interrupt_at = 70};
    plb_subject subject = {"call", &w, serve, NULL, 0};
    plb_load load = load_of(&w, &subject, 100, 10 * SECOND);
    load.maximum = 50;
    plb_loaded *loaded = run(&load);
    assert_int_equal(plb_loaded_facts(loaded)->submitted, 50);
    assert_int_equal(plb_loaded_facts(loaded)->intended, 50);
    assert_int_equal(plb_loaded_facts(loaded)->stop, PLB_STOP_ROUNDS);
    plb_loaded_free(loaded);
    load.maximum = 0;
    loaded = run(&load);
    assert_int_equal(plb_loaded_facts(loaded)->submitted, 20);
    assert_int_equal(plb_loaded_facts(loaded)->stop, PLB_STOP_INTERRUPTED);
    plb_loaded_free(loaded);
    flag = 0;
    w.fail_at = w.calls + 3;
    plb_error error;
    assert_int_equal(plb_open_loop(&load, &loaded, &error), PLB_E_MEASURE);
    assert_null(loaded);
    assert_string_equal(error.where, "call");
}

static void impossible_loads_are_refused(void **state) {
    (void) state;
    world w = {.service_ns = 1};
    plb_subject subject = {"call", &w, serve, NULL, 0};
    static const double rates[] = {0, -1, NAN, INFINITY, 2e6};
    plb_loaded *loaded;
    for (size_t i = 0; i < 5; i++) {
        plb_load load = load_of(&w, &subject, rates[i], SECOND);
        assert_int_equal(plb_open_loop(&load, &loaded, NULL), PLB_E_ARGUMENT);
    }
    plb_load none = load_of(&w, NULL, 1, SECOND);
    assert_int_equal(plb_open_loop(&none, &loaded, NULL), PLB_E_ARGUMENT);
}

static int nothing(void *context) {
    (void) context;
    return 0;
}

static void the_machines_clock_keeps_the_rate(void **state) {
    (void) state;
    plb_subject subject = {"nothing", NULL, nothing, NULL, 0};
    plb_load load = {.subject = &subject, .rate = 2000, .poisson = true, .time_ns = SECOND / 2};
    plb_loaded *loaded = run(&load);
    const plb_load_facts *facts = plb_loaded_facts(loaded);
    assert_in_range(facts->intended, 850, 1150); /* 1000, standard deviation 32 */
    assert_in_range(facts->elapsed_ns, SECOND * 45 / 100, 2 * SECOND);
    assert_true(plb_histogram_count(plb_loaded_service(loaded)) == facts->submitted);
    plb_loaded_free(loaded);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rate_that_is_served_has_no_line),
        cmocka_unit_test(waiting_is_in_the_latency),
        cmocka_unit_test(poisson_arrivals_wait_as_theory_has_it),
        cmocka_unit_test(a_rate_beyond_capacity_is_told),
        cmocka_unit_test(a_line_longer_than_what_was_served_is_told),
        cmocka_unit_test(a_maximum_a_failure_and_an_interruption_end_it),
        cmocka_unit_test(impossible_loads_are_refused),
        cmocka_unit_test(the_machines_clock_keeps_the_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
