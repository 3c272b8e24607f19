/* Sampling in several processes: this program is the one that is started again. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <plutbench/measure.h>

#include "harness/measure/slice.h"

#define MILLISECOND 1000000U

/* What a process does when it is started again, by its second argument. */
#define BEHAVE_WELL "well"
#define BEHAVE_FAIL "fail"
#define BEHAVE_SILENT "silent"
#define BEHAVE_GARBAGE "garbage"

static uint64_t extra_ns; /* that the first subject takes in this process */

static int spin_until(uint64_t ns) {
    uint64_t end = plb_clock_now_ns() + ns;
    while (plb_clock_now_ns() < end) {}
    return 0;
}

static int call(void *context) {
    (void) context;
    return spin_until(30000 + extra_ns);
}

static int twin(void *context) {
    (void) context;
    return spin_until(20000);
}

static int renew(void *context, uint32_t epoch) {
    (void) context;
    (void) epoch;
    return 0;
}

static const plb_subject subjects[] = {{"call", NULL, call, NULL, 1},
                                       {"twin", NULL, twin, NULL, 1}};
static const double difference[] = {1, -1};

static plb_plan plan_of(uint64_t time_ns) {
    return (plb_plan){.subjects = subjects,
                      .subject_count = 2,
                      .time_budget_ns = time_ns,
                      .seed = 77,
                      .renew = renew};
}

/* ---- The processes ---- */

static int behave(const plb_slice *slice, const char *how) {
    if (strcmp(how, BEHAVE_SILENT) == 0) return 0;
    if (strcmp(how, BEHAVE_GARBAGE) == 0) {
        for (int i = 0; i < 1000; i++) {
            if (write(slice->fd, "garbage ", 8) != 8) return 1;
        }
        return 0;
    }
    plb_error error = {0};
    plb_sampling *sampling = NULL;
    plb_plan plan = plan_of(slice->time_ns);
    plan.seed = slice->seed;
    plan.whole_time_ns = slice->whole_time_ns;
    extra_ns = slice->seed % 7 * 1000;
    if (strcmp(how, BEHAVE_FAIL) == 0) {
        (void) plb_fail(&error, PLB_E_LEDGER, "twin", "the ledger refused it");
    } else if (plb_sample(&plan, &sampling, &error) != PLB_OK) {
        return 1;
    }
    plb_status status = plb_slice_send(slice, sampling, &error, NULL);
    plb_sampling_free(sampling);
    return status != PLB_OK;
}

static plb_status sample_with(const char *how, plb_plan plan, uint32_t processes,
                              plb_sampling **sampling, plb_error *error) {
    char *arguments[] = {(char[]){"test"}, (char *) how, NULL};
    plb_restarts restarts = {.arguments = arguments, .processes = processes};
    return plb_sample_in_processes(&plan, &restarts, sampling, error);
}

/* ---- Tests ---- */

static void processes_are_joined(void **state) {
    (void) state;
    plb_sampling *sampling;
    plb_error error;
    if (sample_with(BEHAVE_WELL, plan_of(4000ULL * MILLISECOND), 4, &sampling, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->processes, 4);
    assert_true(facts->epochs >= 8);
    assert_int_equal(facts->seed, 77);
    assert_int_equal(facts->stop, PLB_STOP_TIME);
    assert_in_range(facts->elapsed_ns, 3500ULL * MILLISECOND, 8000ULL * MILLISECOND);
    size_t count, epoch_count;
    const double *calls = plb_sampling_series(sampling, 0, &count);
    const uint32_t *epochs = plb_sampling_epochs(sampling, &epoch_count);
    assert_int_equal(count, facts->kept);
    assert_int_equal(epoch_count, count);
    assert_int_equal(epochs[0], 0);
    assert_int_equal(epochs[count - 1], 3);
    double sums[4] = {0};
    size_t counts[4] = {0};
    for (size_t r = 0; r < count; r++) {
        assert_true(r == 0 || epochs[r] - epochs[r - 1] <= 1);
        if (isnan(calls[r])) continue;
        sums[epochs[r]] += calls[r];
        counts[epochs[r]]++;
    }
    double least = INFINITY, most = 0;
    for (int p = 0; p < 4; p++) {
        assert_true(counts[p] > 100);
        least = fmin(least, sums[p] / (double) counts[p]);
        most = fmax(most, sums[p] / (double) counts[p]);
    }
    assert_true(most - least > 500); /* each had a time of its own, of its seed */
    const plb_subject_facts *subject = plb_sampling_subject(sampling, 1);
    assert_string_equal(subject->name, "twin");
    assert_int_equal(subject->samples, count);
    assert_int_equal(plb_histogram_count(subject->histogram), count);
    plb_estimate e;
    assert_int_equal(plb_sampling_contrast(sampling, difference, &e, NULL), PLB_OK);
    assert_int_equal(e.stretches, 4);
    assert_true(e.freedom >= 3 && e.freedom <= 3);
    assert_true(e.high - e.low > 500); /* and that is in the interval */
    plb_sampling_free(sampling);
}

static void a_failure_in_a_process_is_told(void **state) {
    (void) state;
    plb_sampling *sampling;
    plb_error error;
    assert_int_equal(sample_with(BEHAVE_FAIL, plan_of(2000ULL * MILLISECOND), 2, &sampling, &error),
                     PLB_E_LEDGER);
    assert_null(sampling);
    assert_string_equal(error.where, "twin");
    assert_string_equal(error.message, "the ledger refused it");
}

static void no_answer_is_an_error(void **state) {
    (void) state;
    static const char *const kinds[] = {BEHAVE_SILENT, BEHAVE_GARBAGE};
    for (int i = 0; i < 2; i++) {
        plb_sampling *sampling;
        plb_error error;
        assert_int_equal(
            sample_with(kinds[i], plan_of(2000ULL * MILLISECOND), 2, &sampling, &error),
            PLB_E_MEASURE);
        assert_non_null(strstr(error.message, "without an answer"));
    }
    plb_plan plan = plan_of(2000ULL * MILLISECOND);
    char *arguments[] = {(char[]){"x"}, NULL};
    plb_restarts restarts = {.program = "/does/not/exist", .arguments = arguments};
    plb_sampling *sampling;
    assert_int_equal(plb_sample_in_processes(&plan, &restarts, &sampling, NULL), PLB_E_MEASURE);
}

static void short_runs_stay_in_this_process(void **state) {
    (void) state;
    plb_sampling *sampling;
    assert_int_equal(sample_with(BEHAVE_SILENT, plan_of(100U * MILLISECOND), 0, &sampling, NULL),
                     PLB_OK);
    assert_int_equal(plb_sampling_get_facts(sampling)->processes, 1);
    plb_sampling_free(sampling);
}

static volatile sig_atomic_t stop;

static void set_stop(int signal_number) { stop = signal_number; }

static void an_interruption_leaves_what_there_is(void **state) {
    (void) state;
    plb_sampling *sampling;
    plb_plan plan = plan_of(6000ULL * MILLISECOND);
    plan.interrupted = &stop;
    (void) signal(SIGALRM, set_stop);
    (void) alarm(1);
    assert_int_equal(sample_with(BEHAVE_WELL, plan, 6, &sampling, NULL), PLB_OK);
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    assert_int_equal(facts->stop, PLB_STOP_INTERRUPTED);
    assert_in_range(facts->processes, 0, 2);
    assert_in_range(facts->elapsed_ns, 500ULL * MILLISECOND, 4000ULL * MILLISECOND);
    plb_estimate e;
    assert_int_equal(plb_sampling_contrast(sampling, difference, &e, NULL), PLB_E_MEASURE);
    plb_sampling_free(sampling);
}

static void what_a_process_is_told_is_checked(void **state) {
    (void) state;
    plb_slice slice, sent = {.fd = 9, .seed = 5, .time_ns = 6, .whole_time_ns = 70, .process = 3};
    char text[128];
    plb_slice_print(&sent, text, sizeof text);
    const char *value = strchr(text, '=') + 1;
    assert_memory_equal(text, PLB_SLICE_VARIABLE, strlen(PLB_SLICE_VARIABLE));
    assert_true(plb_slice_parse(value, &slice));
    assert_int_equal(slice.fd, 9);
    assert_int_equal(slice.seed, 5);
    assert_int_equal(slice.time_ns, 6);
    assert_int_equal(slice.whole_time_ns, 70);
    assert_int_equal(slice.process, 3);
    static const char *const wrong[] = {"",          "9",         "9:5:6:7",     "1:5:6:7:0",
                                        "9:0:6:7:0", "9:5:0:7:0", "9:5:6:7:8:9", "9:5:6:7:8 ",
                                        "a:b:c:d:e", "-3:5:6:7:0"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(plb_slice_parse(wrong[i], &slice));
    }
    assert_false(plb_slice_parse(NULL, &slice));
    sent.fd = 1000;
    assert_int_equal(plb_slice_send(&sent, NULL, NULL, NULL), PLB_E_IO);
}

int main(int argc, char **argv) {
    plb_slice slice;
    if (plb_slice_parse(getenv(PLB_SLICE_VARIABLE), &slice)) {
        return behave(&slice, argc > 1 ? argv[1] : BEHAVE_SILENT);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(processes_are_joined),
        cmocka_unit_test(a_failure_in_a_process_is_told),
        cmocka_unit_test(no_answer_is_an_error),
        cmocka_unit_test(short_runs_stay_in_this_process),
        cmocka_unit_test(an_interruption_leaves_what_there_is),
        cmocka_unit_test(what_a_process_is_told_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
