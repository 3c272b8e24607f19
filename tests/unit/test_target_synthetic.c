/* The synthetic target: what it says to cost it costs, in a time of its own;
 * its noise is of the kind and size that was asked for. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "harness/measure/statistics.h"
#include "harness/target/synthetic.h"

#define COUNT 4000

static const plb_target_point twin = {.calls = 1, .twin = true};
static const plb_target_point call = {.calls = 2, .loops = 3};

typedef struct fixture {
    plb_synthetic *synthetic;
    plb_target target;
    void *twin, *call;
} fixture;

static fixture make(plb_synthetic_noise noise) {
    plb_synthetic_config config = {.base_ns = 100000,
                                   .overhead_ns = 5000,
                                   .loop_ns = 1000,
                                   .noise = noise,
                                   .renewable = true,
                                   .seed = 11};
    fixture f;
    f.synthetic = plb_synthetic_new(&config, &f.target);
    assert_non_null(f.synthetic);
    assert_int_equal(f.target.open(f.target.context, &twin, &f.twin, NULL), PLB_OK);
    assert_int_equal(f.target.open(f.target.context, &call, &f.call, NULL), PLB_OK);
    return f;
}

static double submit(const fixture *f, void *subject) {
    uint64_t before = f->target.now(f->target.context);
    assert_int_equal(f->target.submit(subject), 0);
    return (double) (f->target.now(f->target.context) - before);
}

static double series[COUNT];

static double *submit_many(const fixture *f, void *subject) {
    for (int i = 0; i < COUNT; i++) series[i] = submit(f, subject);
    return series;
}

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance)) {
        fail_msg("%.9g is not within %g of %.9g", value, tolerance, expected);
    }
}

static void without_noise_costs_are_exact(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){0});
    assert_near(submit(&f, f.twin), 100000, 1);
    assert_near(submit(&f, f.call), 100000 + 2 * (5000 + 3 * 1000), 1);
    plb_synthetic_free(f.synthetic);
}

/* Of ln X: mean 0, standard deviation as asked for (their standard errors are
 * 0.016 and 0.011 of it), whatever the autocorrelation. */
static void spread_and_correlation_are_as_asked(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){.correlated = 0.02, .correlation = 0.8});
    double *x = submit_many(&f, f.twin), squares = 0, products = 0;
    for (int i = 0; i < COUNT; i++) x[i] = log(x[i] / 100000);
    for (int i = 0; i < COUNT; i++) squares += x[i] * x[i] / COUNT;
    for (int i = 1; i < COUNT; i++) products += x[i] * x[i - 1] / COUNT;
    assert_near(sqrt(squares), 0.02, 0.002);
    assert_near(products / squares, 0.8, 0.04);
    plb_synthetic_free(f.synthetic);

    f = make((plb_synthetic_noise){.spread = 0.02});
    x = submit_many(&f, f.call);
    assert_near(plb_median_of(x, COUNT), 116000, 116000 * 0.02 * 0.08);
    assert_near(plb_mad_of(x, COUNT), 116000 * 0.02, 116000 * 0.02 * 0.08);
    plb_synthetic_free(f.synthetic);
}

static void drift_is_added_to_all_alike_or_multiplies(void **state) {
    (void) state;
    plb_synthetic_noise noise = {
        .drift = PLB_DRIFT_LINEAR, .drift_amount = 0.1, .drift_period_s = 0.5};
    fixture f = make(noise);
    submit_many(&f, f.twin);
    double before = submit(&f, f.twin), after = submit(&f, f.call);
    assert_true(before > 105000);
    assert_near(after - before, 16000, 20);
    assert_near(plb_synthetic_speed(f.synthetic, 0), 1, 0);
    plb_synthetic_free(f.synthetic);

    noise.drift_of_speed = true;
    f = make(noise);
    submit_many(&f, f.twin);
    before = submit(&f, f.twin);
    after = submit(&f, f.call);
    assert_near(after / before, 1.16, 0.001);
    /* Over 0.4 s the factor rises to 1.08 and a little more, as time is
     * stretched. */
    assert_near(plb_synthetic_speed(f.synthetic, 0), 1.042, 0.003);
    plb_synthetic_free(f.synthetic);
}

static void outliers_are_as_many_as_asked_and_bounded(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){
        .outlier_share = 0.1, .outlier_scale = 0.5, .outlier_tail = 1, .outlier_most = 2});
    double *x = submit_many(&f, f.twin);
    int outliers = 0, far = 0;
    for (int i = 0; i < COUNT; i++) {
        outliers += x[i] > 149000;
        far += x[i] > 199000; /* half of them: Pareto with index 1 */
        assert_true(x[i] <= 300001);
    }
    assert_in_range(outliers, 400 - 80, 400 + 80);
    assert_in_range(far, outliers / 2 - 60, outliers / 2 + 60);
    plb_synthetic_free(f.synthetic);
}

static void warm_up_decays(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){.warm_up = 1, .warm_up_s = 0.01});
    assert_near(submit(&f, f.twin), 200000, 10);
    submit_many(&f, f.twin);
    assert_near(submit(&f, f.twin), 100000, 1);
    plb_synthetic_free(f.synthetic);
}

static void layouts_last_for_an_epoch(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){.layout = 0.01});
    double times[200], sum = 0, squares = 0;
    for (uint32_t epoch = 1; epoch <= 200; epoch++) {
        times[epoch - 1] = submit(&f, f.twin);
        assert_near(submit(&f, f.twin), times[epoch - 1], 1);
        assert_int_equal(f.target.renew(f.target.context, epoch), 0);
    }
    for (int i = 0; i < 200; i++) sum += times[i] / 200;
    for (int i = 0; i < 200; i++) squares += (times[i] - sum) * (times[i] - sum) / 199;
    assert_near(sum, 100000, 300);         /* standard error 71 */
    assert_near(sqrt(squares), 1000, 200); /* standard error 50 */
    plb_synthetic_free(f.synthetic);
}

static void the_clock_steps(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){.granularity_ns = 1000, .read_ns = 200});
    for (int i = 0; i < 100; i++) {
        assert_int_equal(f.target.now(f.target.context) % 1000, 0);
        submit(&f, f.call);
    }
    plb_synthetic_free(f.synthetic);
}

static void there_is_an_end_to_subjects(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){0});
    plb_error error = {0};
    plb_status status = PLB_OK;
    void *subject;
    for (int i = 0; i < 1000 && status == PLB_OK; i++) {
        status = f.target.open(f.target.context, &call, &subject, &error);
    }
    assert_int_equal(status, PLB_E_ARGUMENT);
    assert_string_equal(error.where, "synthetic target");
    plb_synthetic_free(f.synthetic);
}

/* Ten seconds of sampling in a time that no one waits for; batches follow from
 * the clock's step. */
static void the_sampler_runs_in_the_targets_time(void **state) {
    (void) state;
    fixture f = make((plb_synthetic_noise){.granularity_ns = 400, .read_ns = 50});
    plb_subject subjects[] = {{.name = "twin", .context = f.twin, .submit = f.target.submit},
                              {.name = "call", .context = f.call, .submit = f.target.submit}};
    plb_plan plan = {.subjects = subjects,
                     .subject_count = 2,
                     .time_budget_ns = 10000000000,
                     .seed = 3,
                     .now = f.target.now,
                     .clock_context = f.target.context};
    plb_sampling *sampling;
    assert_int_equal(plb_sample(&plan, &sampling, NULL), PLB_OK);
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_string_equal(facts->clock.source, "given");
    assert_near(facts->clock.resolution_ns, 400, 0);
    assert_near((double) facts->elapsed_ns, 1e10, 2e6);
    assert_int_equal(facts->stop, PLB_STOP_TIME);
    uint32_t twins = plb_sampling_subject(sampling, 0)->batch;
    uint32_t calls = plb_sampling_subject(sampling, 1)->batch;
    assert_in_range(twins, 4, 5); /* of 100 us, for 1000 steps, told by a clock that has them */
    assert_int_equal(calls, 4);
    assert_near((double) facts->rounds, 1e10 / (twins * 100000 + calls * 116000), 50);
    assert_true(facts->after.cpu_total_s < 0);
    plb_estimate e;
    const double difference[] = {-1, 1};
    assert_int_equal(plb_sampling_contrast(sampling, difference, &e, NULL), PLB_OK);
    assert_near(e.value, 16000, 100);
    plb_sampling_free(sampling);
    plb_synthetic_free(f.synthetic);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_noise_costs_are_exact),
        cmocka_unit_test(spread_and_correlation_are_as_asked),
        cmocka_unit_test(drift_is_added_to_all_alike_or_multiplies),
        cmocka_unit_test(outliers_are_as_many_as_asked_and_bounded),
        cmocka_unit_test(warm_up_decays),
        cmocka_unit_test(layouts_last_for_an_epoch),
        cmocka_unit_test(the_clock_steps),
        cmocka_unit_test(there_is_an_end_to_subjects),
        cmocka_unit_test(the_sampler_runs_in_the_targets_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
