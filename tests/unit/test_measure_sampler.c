/* Sampling: rounds, batches, stopping, warm-up, what is kept; with subjects whose time is known. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/measure/random.h"
#include "harness/measure/sampler.h"

#define MILLISECOND 1000000U

/* Spins for a time, counts its calls, and notes who was called when. */
typedef struct spinner {
    uint64_t ns;
    uint32_t calls, prepared, submissions_prepared, fail_at;
    bool fail_preparing;
    char name;
    char *log; /* shared; NULL: none */
    size_t *log_length;
    volatile sig_atomic_t *interrupt;
    uint32_t interrupt_at;
} spinner;

static int spin(void *context) {
    spinner *s = context;
    uint64_t end = plb_clock_now_ns() + s->ns;
    while (s->ns && plb_clock_now_ns() < end) {}
    s->calls++;
    if (s->log && *s->log_length < 4000) s->log[(*s->log_length)++] = s->name;
    if (s->interrupt && s->calls == s->interrupt_at) *s->interrupt = 1;
    return s->fail_at && s->calls >= s->fail_at;
}

static int prepare(void *context, uint32_t submissions) {
    spinner *s = context;
    s->prepared++;
    s->submissions_prepared += submissions;
    return s->fail_preparing;
}

static plb_sampling *sample(plb_plan plan) {
    plb_sampling *sampling = NULL;
    plb_error error = {0};
    plb_status status = plb_sample(&plan, &sampling, &error);
    if (status != PLB_OK) fail_msg("%s: %s", error.where, error.message);
    return sampling;
}

static void clock_facts_are_plausible(void **state) {
    (void) state;
    plb_clock_facts facts;
    plb_clock_measure(&facts);
    assert_true(facts.resolution_ns >= 1 && facts.resolution_ns < 1e7);
    assert_true(facts.read_ns >= 0 && facts.read_ns < 1e5);
    assert_true(facts.call_ns >= 0 && facts.call_ns < 1e5);
    uint64_t first = plb_clock_now_ns();
    assert_true(plb_clock_now_ns() >= first);
}

static void batches_make_samples_long_enough(void **state) {
    (void) state;
    plb_clock_facts fine = {.resolution_ns = 1}, coarse = {.resolution_ns = 100};
    assert_int_equal(plb_clock_batch(&fine, 100, 5000), 50);
    assert_int_equal(plb_clock_batch(&fine, 6000, 5000), 1);
    assert_int_equal(plb_clock_batch(&coarse, 100, 5000), 1000);
    assert_int_equal(plb_clock_batch(&fine, 0, 5000), 50000);
}

static void every_subject_is_sampled_once_a_round_in_random_order(void **state) {
    (void) state;
    char log[4000];
    size_t length = 0;
    spinner s[3] = {{.ns = 20000, .name = 'a', .log = log, .log_length = &length},
                    {.ns = 20000, .name = 'b', .log = log, .log_length = &length},
                    {.ns = 20000, .name = 'c', .log = log, .log_length = &length}};
    plb_subject subjects[3] = {
        {"a", &s[0], spin, NULL, 1}, {"b", &s[1], spin, NULL, 1}, {"c", &s[2], spin, NULL, 1}};
    plb_sampling *sampling = sample(
        (plb_plan){.subjects = subjects, .subject_count = 3, .maximum_rounds = 300, .seed = 5});
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->rounds, 300);
    assert_int_equal(facts->stop, PLB_STOP_ROUNDS);
    assert_int_equal(facts->seed, 5);
    assert_int_equal(facts->kept + facts->warm_up_rounds, 300);

    unsigned orders[3] = {0};
    assert_true(length >= 900);
    for (size_t r = 0; r < 300; r++) {
        const char *round = log + length - 900 + 3 * r;
        assert_int_equal(round[0] + round[1] + round[2], 'a' + 'b' + 'c');
        assert_true(round[0] != round[1] && round[1] != round[2] && round[0] != round[2]);
        orders[round[0] - 'a']++;
    }
    /* First place: 100 each expected, standard deviation 8. */
    for (int i = 0; i < 3; i++) assert_in_range(orders[i], 65, 135);

    for (size_t i = 0; i < 3; i++) {
        const plb_subject_facts *subject = plb_sampling_subject(sampling, i);
        size_t count;
        const double *series = plb_sampling_series(sampling, i, &count);
        assert_int_equal(subject->batch, 1);
        assert_int_equal(subject->samples, count);
        assert_int_equal(count, facts->kept);
        for (size_t r = 0; r < count; r++) assert_true(series[r] > 15000);
    }
    assert_null(plb_sampling_subject(sampling, 3));
    plb_sampling_free(sampling);
}

static void short_subjects_are_batched_and_the_loop_is_subtracted(void **state) {
    (void) state;
    spinner s = {.ns = 0};
    plb_subject subject = {"short", &s, spin, prepare, 1};
    plb_sampling *sampling = sample((plb_plan){
        .subjects = &subject, .subject_count = 1, .maximum_rounds = 200, .sample_ns = 20000});
    const plb_subject_facts *facts = plb_sampling_subject(sampling, 0);
    assert_true(facts->batch > 100);
    assert_true(facts->subtracted_ns > 0);
    assert_int_equal(s.submissions_prepared, s.calls);
    assert_true(s.prepared >= 200 && s.prepared < s.calls);
    plb_percentiles p;
    plb_histogram_percentiles(facts->histogram, &p);
    assert_true(p.p50_ns < 1000); /* a counter and two branches */
    plb_sampling_free(sampling);
}

static void long_subjects_do_not_starve_short_ones(void **state) {
    (void) state;
    spinner s[2] = {{.ns = 20000}, {.ns = 1000000}};
    plb_subject subjects[2] = {{"short", &s[0], spin, NULL, 0}, {"long", &s[1], spin, NULL, 0}};
    plb_sampling *sampling = sample((plb_plan){.subjects = subjects,
                                               .subject_count = 2,
                                               .time_budget_ns = 60000U * MILLISECOND,
                                               .maximum_rounds = 2000});
    const plb_subject_facts *a = plb_sampling_subject(sampling, 0);
    const plb_subject_facts *b = plb_sampling_subject(sampling, 1);
    assert_int_equal(a->every, 1);
    assert_in_range(b->every, 10, 100);
    /* All but the last stretch, and what was warm-up. */
    uint64_t stretches =
        (2000 - plb_sampling_get_facts(sampling)->warm_up_rounds) / (uint64_t) b->every;
    assert_in_range(b->samples, stretches - 1, stretches + 1);
    size_t count;
    const double *series = plb_sampling_series(sampling, 1, &count);
    size_t present = 0;
    for (size_t r = 0; r < count; r++) present += isnan(series[r]) ? 0 : 1;
    assert_int_equal(present, b->samples);
    plb_sampling_free(sampling);
}

static void a_known_difference_is_found_and_precision_stops_it(void **state) {
    (void) state;
    spinner s[2] = {{.ns = 60000}, {.ns = 30000}};
    plb_subject subjects[2] = {{"call", &s[0], spin, NULL, 1}, {"twin", &s[1], spin, NULL, 1}};
    const double difference[] = {1, -1};
    plb_target_precision target = {difference, 0.05};
    plb_sampling *sampling = sample((plb_plan){.subjects = subjects,
                                               .subject_count = 2,
                                               .time_budget_ns = 20000U * MILLISECOND,
                                               .minimum_time_ns = 50 * MILLISECOND,
                                               .targets = &target,
                                               .target_count = 1});
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->stop, PLB_STOP_PRECISION);
    assert_true(facts->elapsed_ns < 20000U * (uint64_t) MILLISECOND);
    plb_estimate e;
    assert_int_equal(plb_sampling_contrast(sampling, difference, &e, NULL), PLB_OK);
    assert_true(e.value > 28000 && e.value < 32000);
    double weights[2];
    assert_int_equal(plb_sampling_weights(sampling, weights, NULL), PLB_OK);
    assert_true(weights[0] > 0 && weights[1] > 0);
    plb_sampling_free(sampling);
}

static void time_stops_what_precision_does_not(void **state) {
    (void) state;
    spinner s[2] = {{.ns = 10000}, {.ns = 10000}};
    plb_subject subjects[2] = {{"twin", &s[0], spin, NULL, 1}, {"twin-2", &s[1], spin, NULL, 1}};
    const double difference[] = {1, -1};
    plb_target_precision target = {difference, 1e-9};
    plb_sampling *sampling = sample((plb_plan){.subjects = subjects,
                                               .subject_count = 2,
                                               .time_budget_ns = 100 * MILLISECOND,
                                               .minimum_time_ns = 20 * MILLISECOND,
                                               .targets = &target,
                                               .target_count = 1});
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->stop, PLB_STOP_TIME);
    assert_true(facts->elapsed_ns >= 100 * MILLISECOND);
    assert_true(facts->restart_rounds > 0);
    plb_sampling_free(sampling);
}

static void an_interruption_leaves_a_partial_result(void **state) {
    (void) state;
    volatile sig_atomic_t flag = 0;
    spinner s = {.ns = 10000, .interrupt = &flag, .interrupt_at = 100};
    plb_subject subject = {"call", &s, spin, NULL, 1};
    plb_sampling *sampling =
        sample((plb_plan){.subjects = &subject, .subject_count = 1, .interrupted = &flag});
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->stop, PLB_STOP_INTERRUPTED);
    assert_in_range(facts->rounds, 50, 100);
    assert_true(facts->flags & 1U << PLB_FLAG_FEW);
    assert_int_equal(plb_sampling_subject(sampling, 0)->samples,
                     facts->rounds - facts->warm_up_rounds);
    plb_sampling_free(sampling);

    /* Already set: nothing is measured, and that is no error. */
    sampling = sample((plb_plan){.subjects = &subject, .subject_count = 1, .interrupted = &flag});
    assert_int_equal(plb_sampling_get_facts(sampling)->rounds, 0);
    plb_estimate e;
    const double one[] = {1};
    assert_int_equal(plb_sampling_contrast(sampling, one, &e, NULL), PLB_E_MEASURE);
    plb_sampling_free(sampling);
}

static void a_failing_subject_ends_the_run_by_name(void **state) {
    (void) state;
    spinner good = {.ns = 10000}, bad = {.ns = 10000, .fail_at = 40};
    plb_subject subjects[2] = {{"good", &good, spin, NULL, 1}, {"bad", &bad, spin, NULL, 1}};
    plb_plan plan = {.subjects = subjects, .subject_count = 2};
    plb_sampling *sampling;
    plb_error error;
    assert_int_equal(plb_sample(&plan, &sampling, &error), PLB_E_MEASURE);
    assert_null(sampling);
    assert_string_equal(error.where, "bad");
    bad = (spinner){.fail_preparing = true};
    subjects[1].prepare = prepare;
    assert_int_equal(plb_sample(&plan, &sampling, &error), PLB_E_MEASURE);
    assert_non_null(strstr(error.message, "preparing"));
}

static void impossible_plans_are_refused(void **state) {
    (void) state;
    spinner s = {.ns = 1};
    plb_subject subject = {"a", &s, spin, NULL, 1}, unnamed = {"", &s, spin, NULL, 1};
    plb_target_precision target = {NULL, 0.01};
    plb_sampling *sampling;
    plb_error error;
    plb_plan plans[] = {
        {.subjects = &subject, .subject_count = 0},
        {.subjects = &unnamed, .subject_count = 1},
        {.subjects = &subject, .subject_count = 1, .targets = &target, .target_count = 1},
    };
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(plb_sample(&plans[i], &sampling, &error), PLB_E_ARGUMENT);
    }
    plb_plan pinned = {.subjects = &subject, .subject_count = 1, .pin = true, .cpu = 1 << 20};
    assert_int_equal(plb_sample(&pinned, &sampling, &error), PLB_E_MEASURE);
}

typedef struct seen {
    unsigned phases[3];
    uint64_t rounds;
} seen;

static void note_progress(void *context, const plb_progress *progress) {
    seen *s = context;
    s->phases[progress->phase]++;
    assert_true(progress->rounds >= s->rounds);
    s->rounds = progress->rounds;
}

static void progress_is_reported(void **state) {
    (void) state;
    spinner s = {.ns = 20000};
    plb_subject subject = {"a", &s, spin, NULL, 1};
    seen noted = {0};
    plb_sampling *sampling = sample((plb_plan){.subjects = &subject,
                                               .subject_count = 1,
                                               .time_budget_ns = 350 * MILLISECOND,
                                               .progress = note_progress,
                                               .progress_context = &noted,
                                               .pin = true,
                                               .cpu = -1});
    assert_int_equal(noted.phases[PLB_PHASE_PREPARING], 1);
    assert_in_range(noted.phases[PLB_PHASE_SAMPLING], 1, 4);
    assert_int_equal(noted.phases[PLB_PHASE_DONE], 1);
    assert_int_equal(noted.rounds, plb_sampling_get_facts(sampling)->rounds);
    assert_true(plb_sampling_get_facts(sampling)->cpu >= 0);
    plb_sampling_free(sampling);
}

/* ---- What is kept ---- */

static void record(plb_recorder *recorder, size_t rounds, plb_random *random) {
    for (size_t r = 0; r < rounds; r++) {
        if (recorder->raw_count == PLB_RECORDER_RAW) {
            assert_int_equal(plb_recorder_put_away(recorder, NULL), PLB_OK);
        }
        double u = plb_random_unit(random);
        recorder->raw[0][recorder->raw_count] = 1000 + 100 * u * u * u;
        recorder->raw[1][recorder->raw_count] = r % 5 ? (double) NAN : 7000;
        recorder->raw_count++;
    }
}

/* The median of u^3 is 1/8; its mean is 1/4, to which means of groups would go. */
static void more_rounds_than_fit_keep_their_median(void **state) {
    (void) state;
    plb_recorder recorder;
    plb_random random;
    plb_random_seed(&random, 12);
    assert_true(plb_recorder_init(&recorder, 2, 1));
    record(&recorder, 200000, &random);
    assert_int_equal(plb_recorder_finish(&recorder, NULL), PLB_OK);
    assert_true(recorder.group >= 27);
    assert_true(recorder.kept_count <= recorder.capacity);
    assert_true(recorder.kept_count * recorder.group >= 200000 - recorder.warm_up_rounds);
    size_t below = 0;
    for (size_t i = 0; i < recorder.kept_count; i++) {
        below += recorder.kept[0][i] < 1012.5;
    }
    assert_true(fabs((double) below / (double) recorder.kept_count - 0.5) < 0.03);
    assert_int_equal(plb_histogram_count(recorder.histograms[0]), 200000 - recorder.warm_up_rounds);
    assert_true(plb_histogram_count(recorder.histograms[1]) >= 40000 - recorder.warm_up_rounds);
    assert_true(recorder.kept[1][recorder.kept_count / 2] == 7000);
    plb_recorder_free(&recorder);
}

static double settled_level(plb_random *random) {
    return 1 + 0.02 * (plb_random_unit(random) - 0.5);
}

static void warm_up_ends_where_rounds_have_settled(void **state) {
    (void) state;
    double levels[4000];
    plb_random random;
    plb_random_seed(&random, 1);
    plb_warm_up found;
    for (int i = 0; i < 4000; i++) {
        levels[i] = settled_level(&random) + (i < 500 ? 0.3 : 0);
    }
    assert_int_equal(plb_warm_up_find(levels, 4000, &found, NULL), PLB_OK);
    assert_in_range(found.rounds, 450, 600);
    assert_true(found.settled);

    for (int i = 0; i < 4000; i++) levels[i] = settled_level(&random);
    assert_int_equal(plb_warm_up_find(levels, 4000, &found, NULL), PLB_OK);
    assert_int_equal(found.rounds, 0);

    /* Outliers are no warm-up. */
    for (int i = 0; i < 4000; i += 37) levels[i] *= 50;
    assert_int_equal(plb_warm_up_find(levels, 4000, &found, NULL), PLB_OK);
    assert_int_equal(found.rounds, 0);

    for (int i = 0; i < 4000; i++) levels[i] = settled_level(&random) + (i < 2500 ? 1 : 0);
    for (int i = 0; i < 4000; i++) levels[i] += i < 1900 ? 3 : 0;
    assert_int_equal(plb_warm_up_find(levels, 1200, &found, NULL), PLB_OK);
    assert_int_equal(found.rounds, 0);
    for (int i = 0; i < 4000; i++) levels[i] = i < 2200 ? 2 : settled_level(&random);
    assert_int_equal(plb_warm_up_find(levels, 4000, &found, NULL), PLB_OK);
    assert_false(found.settled);
    assert_in_range(found.rounds, 1900, 2000);
    assert_int_equal(plb_warm_up_find(levels, 31, &found, NULL), PLB_OK);
    assert_int_equal(found.rounds, 0);
}

static void drift_is_relative(void **state) {
    (void) state;
    double levels[300], drift;
    for (int i = 0; i < 300; i++) levels[i] = 100 + 0.1 * i;
    assert_int_equal(plb_drift_find(levels, 300, &drift, NULL), PLB_OK);
    assert_true(fabs(drift - 20 / 114.95) < 1e-9);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_facts_are_plausible),
        cmocka_unit_test(batches_make_samples_long_enough),
        cmocka_unit_test(every_subject_is_sampled_once_a_round_in_random_order),
        cmocka_unit_test(short_subjects_are_batched_and_the_loop_is_subtracted),
        cmocka_unit_test(long_subjects_do_not_starve_short_ones),
        cmocka_unit_test(a_known_difference_is_found_and_precision_stops_it),
        cmocka_unit_test(time_stops_what_precision_does_not),
        cmocka_unit_test(an_interruption_leaves_a_partial_result),
        cmocka_unit_test(a_failing_subject_ends_the_run_by_name),
        cmocka_unit_test(impossible_plans_are_refused),
        cmocka_unit_test(progress_is_reported),
        cmocka_unit_test(more_rounds_than_fit_keep_their_median),
        cmocka_unit_test(warm_up_ends_where_rounds_have_settled),
        cmocka_unit_test(drift_is_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
