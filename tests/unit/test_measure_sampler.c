/* Sampling: rounds, batches, stopping, warm-up, what is kept; with subjects whose time is known. */
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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

/* The machine's clock, given: the sampler then does not ask what else the machine did. */
static uint64_t own_clock(void *context) {
    (void) context;
    return plb_clock_now_ns();
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
    plb_sampling *sampling = sample((plb_plan){.subjects = subjects,
                                               .subject_count = 3,
                                               .maximum_rounds = 300,
                                               .seed = 5,
                                               .now = own_clock});
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
                                               .maximum_rounds = 20000,
                                               .now = own_clock});
    const plb_subject_facts *a = plb_sampling_subject(sampling, 0);
    const plb_subject_facts *b = plb_sampling_subject(sampling, 1);
    assert_int_equal(a->every, 1);
    assert_in_range(b->every, 200, 800);
    /* All but the last stretch, and what was warm-up. */
    uint64_t stretches =
        (20000 - plb_sampling_get_facts(sampling)->warm_up_rounds) / (uint64_t) b->every;
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

/* ---- Epochs and disturbances ---- */

/* A subject whose time is a fact of its epoch, on a clock that it moves itself. */
typedef struct epoch_world {
    uint64_t now_ns;
    uint32_t epoch;
    uint32_t renewals, fail_at;
    plb_random random;
    uint64_t renewal_ns;
    double effect_ns[3]; /* of the epoch, per subject */
} epoch_world;

typedef struct epoch_subject {
    epoch_world *world;
    int index;
    double mean_ns;
} epoch_subject;

static uint64_t world_clock(void *context) { return ((epoch_world *) context)->now_ns += 20; }

static double spread(plb_random *random) {
    return plb_random_unit(random) + plb_random_unit(random) + plb_random_unit(random) - 1.5;
}

static int take_time(void *context) {
    epoch_subject *s = context;
    epoch_world *w = s->world;
    w->now_ns += (uint64_t) (s->mean_ns + w->effect_ns[s->index] + 200 * spread(&w->random));
    return 0;
}

static int renew_world(void *context, uint32_t epoch) {
    epoch_world *w = context;
    assert_int_equal(epoch, ++w->renewals);
    w->epoch = epoch;
    w->now_ns += w->renewal_ns;
    for (int i = 0; i < 3; i++) w->effect_ns[i] = 400 * spread(&w->random);
    return w->fail_at != 0 && epoch == w->fail_at;
}

static const double call_less_twins[3] = {1, -0.5, -0.5};

static plb_status sample_world(epoch_world *w, plb_target_precision *target, uint64_t time_ns,
                               plb_sampling **sampling, plb_error *error) {
    static epoch_subject s[3];
    plb_subject subjects[3];
    static const char *const names[] = {"call", "twin", "twin-again"};
    for (int i = 0; i < 3; i++) {
        s[i] = (epoch_subject){w, i, i == 0 ? 42000 : 40000};
        subjects[i] = (plb_subject){.name = names[i], .context = &s[i], .submit = take_time};
    }
    plb_plan plan = {.subjects = subjects,
                     .subject_count = 3,
                     .time_budget_ns = time_ns,
                     .targets = target,
                     .target_count = target != NULL,
                     .seed = 3,
                     .now = world_clock,
                     .clock_context = w,
                     .renew = renew_world,
                     .renew_context = w};
    return plb_sample(&plan, sampling, error);
}

static void epochs_renew_the_subjects(void **state) {
    (void) state;
    epoch_world w = {.renewal_ns = 1000000};
    plb_random_seed(&w.random, 1);
    plb_sampling *sampling;
    assert_int_equal(sample_world(&w, NULL, 10000U * (uint64_t) MILLISECOND, &sampling, NULL),
                     PLB_OK);
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_in_range(facts->epochs, 110, 129);
    assert_int_equal(facts->epochs, w.renewals + 1);
    assert_true(facts->renewing_ns >= w.renewals * w.renewal_ns);
    assert_int_equal(facts->disturbed_rounds, 0);
    size_t count, series_count;
    const uint32_t *epochs = plb_sampling_epochs(sampling, &count);
    const double *series = plb_sampling_series(sampling, 0, &series_count);
    assert_int_equal(count, series_count);
    for (size_t r = 0; r < count; r++) {
        assert_true(r == 0 || epochs[r] == epochs[r - 1] || epochs[r] == epochs[r - 1] + 1);
        assert_true(series[r] > 40000);
    }
    assert_int_equal(epochs[count - 1], facts->epochs - 1);
    /* The truth is covered, by an interval that knows of the layouts: their standard deviation is
     * 200 ns, that of the contrast 245, over 128 of them 22. */
    plb_estimate e;
    assert_int_equal(plb_sampling_contrast(sampling, call_less_twins, &e, NULL), PLB_OK);
    assert_true(e.low <= 2000 && 2000 <= e.high);
    assert_true(e.high - e.low > 40 && e.high - e.low < 240);
    assert_int_equal(e.resamples, 0);
    plb_sampling_free(sampling);
}

static void a_long_renewal_makes_long_epochs(void **state) {
    (void) state;
    epoch_world w = {.renewal_ns = 100U * MILLISECOND};
    plb_random_seed(&w.random, 1);
    plb_sampling *sampling;
    assert_int_equal(sample_world(&w, NULL, 10000U * (uint64_t) MILLISECOND, &sampling, NULL),
                     PLB_OK);
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_in_range(facts->epochs, 15, 22);
    assert_true(facts->renewing_ns < facts->elapsed_ns / 4);
    plb_sampling_free(sampling);
}

static void precision_over_epochs_is_asked_twice(void **state) {
    (void) state;
    epoch_world w = {.renewal_ns = 1000000};
    plb_random_seed(&w.random, 1);
    plb_sampling *sampling;
    plb_target_precision target = {call_less_twins, 0.1};
    assert_int_equal(sample_world(&w, &target, 20000U * (uint64_t) MILLISECOND, &sampling, NULL),
                     PLB_OK);
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->stop, PLB_STOP_PRECISION);
    assert_in_range(facts->elapsed_ns, 1100U * (uint64_t) MILLISECOND,
                    19000U * (uint64_t) MILLISECOND);
    plb_estimate e;
    assert_int_equal(plb_sampling_contrast(sampling, call_less_twins, &e, NULL), PLB_OK);
    assert_true(plb_estimate_precision(&e) < 0.1);
    plb_sampling_free(sampling);
}

static void a_renewal_that_fails_ends_the_run(void **state) {
    (void) state;
    epoch_world w = {.renewal_ns = 1000, .fail_at = 5};
    plb_random_seed(&w.random, 1);
    plb_sampling *sampling;
    plb_error error;
    assert_int_equal(sample_world(&w, NULL, 1000U * (uint64_t) MILLISECOND, &sampling, &error),
                     PLB_E_MEASURE);
    assert_null(sampling);
    assert_non_null(strstr(error.message, "renewing"));
}

/* Another thread that wants the same processor all the time. */
typedef struct rival {
    pthread_t thread;
    cpu_set_t cpu;
    atomic_bool end;
} rival;

static void *compete(void *context) {
    rival *r = context;
    (void) sched_setaffinity(0, sizeof r->cpu, &r->cpu);
    while (!atomic_load(&r->end)) {}
    return NULL;
}

static void figures_go_without_disturbed_samples(void **state) {
    (void) state;
    rival other = {.end = false};
    int cpu = sched_getcpu();
    CPU_ZERO(&other.cpu);
    CPU_SET((size_t) cpu, &other.cpu);
    assert_int_equal(pthread_create(&other.thread, NULL, compete, &other), 0);
    /* Between two long ones the rival has its turn several times. */
    spinner s[2] = {{.ns = 100000}, {.ns = 5000000}};
    plb_subject subjects[2] = {{"short", &s[0], spin, NULL, 1}, {"long", &s[1], spin, NULL, 200}};
    plb_sampling *sampling = sample((plb_plan){
        .subjects = subjects, .subject_count = 2, .maximum_rounds = 8000, .pin = true, .cpu = cpu});
    atomic_store(&other.end, true);
    assert_int_equal(pthread_join(other.thread, NULL), 0);
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_in_range(facts->disturbed_rounds, 50, 5000);
    size_t count, missing = 0;
    const double *series = plb_sampling_series(sampling, 0, &count);
    for (size_t r = 0; r < count; r++) {
        missing += isnan(series[r]) ? 1 : 0;
        assert_false(series[r] > 1000000); /* a slice of the rival's is longer */
    }
    assert_true(missing >= 20);
    const plb_subject_facts *brief = plb_sampling_subject(sampling, 0);
    assert_int_equal(brief->basis, PLB_BASIS_UNDISTURBED);
    assert_int_equal(brief->samples, count); /* in the histogram are all */
    /* The long one spins until a time, so that it has the processor for less than that. */
    assert_int_equal(plb_sampling_subject(sampling, 1)->basis, PLB_BASIS_PROCESSOR_TIME);
    series = plb_sampling_series(sampling, 1, &count);
    for (size_t r = 0; r < count; r++) assert_false(series[r] > 5500000);
    assert_true(plb_histogram_value_ns(plb_sampling_subject(sampling, 1)->histogram, 100) >
                5500000);
    plb_sampling_free(sampling);
}

static int always_wait(void *context) {
    (void) context;
    return nanosleep(&(struct timespec){0, 20000}, NULL);
}

static void waiting_is_part_of_a_sample(void **state) {
    (void) state;
    plb_subject subject = {"waiter", NULL, always_wait, NULL, 1};
    plb_sampling *sampling =
        sample((plb_plan){.subjects = &subject, .subject_count = 1, .maximum_rounds = 200});
    assert_int_equal(plb_sampling_subject(sampling, 0)->basis, PLB_BASIS_UNDISTURBED);
    plb_sampling_free(sampling);
    assert_string_equal(plb_basis_name(PLB_BASIS_PROCESSOR_TIME), "processor-time");
}

static void the_pace_is_told(void **state) {
    (void) state;
    spinner s = {.ns = 20000};
    plb_subject subject = {"a", &s, spin, NULL, 1};
    plb_plan plan = {.subjects = &subject, .subject_count = 1, .maximum_rounds = 400};
    plb_sampling *sampling = sample(plan);
    /* Three cycles each, on most processors of the last ten years; none is twenty times slower. */
    double pace = plb_sampling_get_facts(sampling)->pace_ns;
    assert_true(pace > 300 && pace < 30000);
    plb_sampling_free(sampling);
    plan.now = own_clock;
    sampling = sample(plan);
    assert_true(plb_sampling_get_facts(sampling)->pace_ns == 0);
    plb_sampling_free(sampling);

    plb_estimate e = {.value = 100, .low = 90, .high = 110};
    plb_estimate scaled = plb_estimate_at_pace(e, 700, 770);
    assert_true(fabs(scaled.value - 110) < 1e-9 && fabs(scaled.low - 99) < 1e-9);
    assert_true(plb_estimate_at_pace(e, 0, 770).value == 100);
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
        for (int i = 2; i < 2 * PLB_BASIS_COUNT; i++) {
            recorder->raw[i][recorder->raw_count] = recorder->raw[i % 2][recorder->raw_count];
        }
        recorder->raw_epochs[recorder->raw_count] = (uint32_t) (r / 1000);
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
    /* Entries still know their epochs. */
    for (size_t i = 1; i < recorder.kept_count; i++) {
        assert_in_range(recorder.kept_epochs[i] - recorder.kept_epochs[i - 1], 0, 1);
    }
    assert_int_equal(recorder.kept_epochs[recorder.kept_count - 1], 199);
    assert_int_equal(plb_recorder_basis(&recorder, 0), PLB_BASIS_UNDISTURBED);
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
        cmocka_unit_test(epochs_renew_the_subjects),
        cmocka_unit_test(a_long_renewal_makes_long_epochs),
        cmocka_unit_test(precision_over_epochs_is_asked_twice),
        cmocka_unit_test(a_renewal_that_fails_ends_the_run),
        cmocka_unit_test(figures_go_without_disturbed_samples),
        cmocka_unit_test(waiting_is_part_of_a_sample),
        cmocka_unit_test(the_pace_is_told),
        cmocka_unit_test(progress_is_reported),
        cmocka_unit_test(more_rounds_than_fit_keep_their_median),
        cmocka_unit_test(warm_up_ends_where_rounds_have_settled),
        cmocka_unit_test(drift_is_relative),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
