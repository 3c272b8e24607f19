/* Calls and twins submitted at a rate: how many, what is told of a rate that
 * can't be served, and what is left in files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

#include "results/folder.h"
#include "results/json.h"
#include "tests/unit/catalogue_fixture.h"
#include "tests/unit/temporary_folder.h"

static plb_protocol_parameters parameters;
static plb_script *script;
static volatile sig_atomic_t interrupted;

/* Limits that a call exhausts within some tens of microseconds. */
static int open_all(void **state) {
    if (open_catalogue(state) != 0) return -1;
    parameters = *mainnet;
    parameters.max_tx_exunits = (plb_exunits){400000, 350000000};
    script = entry("loop");
    return 0;
}

static int close_all(void **state) {
    plb_script_free(script);
    return close_catalogue(state);
}

static plb_calibration *calibrated(void) {
    plb_calibration *calibration = NULL;
    plb_error error;
    plb_calibration_config config = {
        .script = script, .parameters = &parameters, .seed = 8, .interrupted = &interrupted};
    interrupted = 0;
    if (plb_calibrate(&config, &calibration, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return calibration;
}

static plb_rate_run *submitted(plb_calibration *calibration, double rate, double time_s,
                               bool poisson) {
    plb_rate_config config = {.rate = rate, .time_s = time_s, .poisson = poisson};
    plb_rate_run *run = NULL;
    plb_error error;
    if (plb_rate_measure(calibration, &config, &run, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return run;
}

static char *text_of(const plb_rate_summary *summary) {
    char *text = NULL;
    assert_int_equal(plb_rate_text(summary, &text, NULL), PLB_OK);
    return text;
}

static void assert_contains(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("there is no '%s' in:\n%s", part, text);
    }
}

static void as_many_are_submitted_as_were_asked_for(void **state) {
    (void) state;
    plb_calibration *calibration = calibrated();
    plb_rate_run *run = submitted(calibration, 200, 0.505, false);
    const plb_rate_summary *s = plb_rate_run_summary(run);
    assert_int_equal(s->count, 2);
    assert_string_equal(s->figures[0].name, "call");
    assert_string_equal(s->figures[1].name, "twin");
    assert_false(plb_rate_partial(s));
    for (size_t i = 0; i < 2; i++) {
        const plb_loaded *loaded = s->figures[i].loaded;
        const plb_load_facts *facts = plb_loaded_facts(loaded);
        /* Every 5 ms, the first at 5 and the last at 500. A machine that is busy
         * otherwise may leave a few of them in line. */
        assert_int_equal(facts->intended, 100);
        assert_in_range(facts->submitted, 50, 100);
        assert_false(facts->saturated);
        assert_int_equal(plb_histogram_count(plb_loaded_latency(loaded)), facts->submitted);
        assert_int_equal(plb_histogram_count(plb_loaded_service(loaded)), facts->submitted);
        assert_true(plb_histogram_value_ns(plb_loaded_latency(loaded), 50) >=
                    plb_histogram_value_ns(plb_loaded_service(loaded), 50));
    }
    char *text = text_of(s);
    assert_contains(text, "loop at 200/s, at equal intervals");
    assert_contains(text, "of 100 intended");
    assert_contains(text, "service, corrected");
    free(text);
    plb_rate_run_free(run);
    run = submitted(calibration, 400, 0.2, true);
    text = text_of(plb_rate_run_summary(run));
    assert_contains(text, "independent users");
    free(text);
    plb_rate_run_free(run);
    plb_calibration_free(calibration);
}

static void a_rate_that_cannot_be_served_is_told(void **state) {
    (void) state;
    plb_calibration *calibration = calibrated();
    plb_rate_run *run = submitted(calibration, 1e5, 0.5, false);
    const plb_rate_summary *s = plb_rate_run_summary(run);
    for (size_t i = 0; i < s->count; i++) {
        const plb_load_facts *facts = plb_loaded_facts(s->figures[i].loaded);
        assert_true(facts->saturated);
        assert_null(plb_loaded_latency(s->figures[i].loaded));
        assert_true(facts->backlog_end > 0);
        assert_true(facts->rate_achieved < 1e5);
    }
    char *text = text_of(s);
    assert_contains(text, "warning: saturated: value-only twin can't be served at 100000/s");
    assert_contains(text, "waiting times only grow");
    free(text);
    json_t *o = plb_json_rate(s), *call = json_object_get(o, "call");
    assert_true(json_is_true(json_object_get(call, "saturated")));
    assert_true(json_is_null(json_object_get(call, "latency")));
    assert_true(json_is_object(json_object_get(call, "service-corrected")));
    json_decref(o);
    plb_rate_run_free(run);
    plb_calibration_free(calibration);
}

static void an_interruption_leaves_what_was_submitted(void **state) {
    (void) state;
    plb_calibration *calibration = calibrated();
    interrupted = 1;
    plb_rate_run *run = submitted(calibration, 100, 5, false);
    const plb_rate_summary *s = plb_rate_run_summary(run);
    assert_int_equal(s->count, 1);
    assert_true(plb_rate_partial(s));
    char *text = text_of(s);
    assert_contains(text, "PARTIAL");
    free(text);
    plb_rate_run_free(run);
    plb_calibration_free(calibration);
}

static void impossible_rates_are_refused(void **state) {
    (void) state;
    plb_calibration *calibration = calibrated();
    const double rates[] = {0, -5, (double) NAN, (double) INFINITY, 1e10};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
        plb_rate_config config = {.rate = rates[i], .time_s = 0.1};
        plb_rate_run *run = NULL;
        plb_error error;
        assert_int_equal(plb_rate_measure(calibration, &config, &run, &error), PLB_E_ARGUMENT);
        assert_null(run);
    }
    plb_calibration_free(calibration);
}

static void files_have_every_time(void **state) {
    (void) state;
    char root[] = "/tmp/plutbench-rate-XXXXXX";
    static const char *const expected[] = {
        "rate.json",
        "loop-rate.hlog",
        "loop-rate-call-latency.hgrm",
        "loop-rate-call-service.hgrm",
        "loop-rate-call-service-corrected.hgrm",
        "loop-rate-twin-latency.hgrm",
        "loop-rate-twin-service.hgrm",
        "loop-rate-twin-service-corrected.hgrm",
    };
    plb_results *results = NULL;
    plb_calibration *calibration = calibrated();
    plb_rate_run *run = submitted(calibration, 200, 0.1, false);
    assert_non_null(mkdtemp(root));
    assert_int_equal(plb_results_open(root, &results, NULL), PLB_OK);
    assert_int_equal(plb_results_rate(results, plb_rate_run_summary(run), NULL), PLB_OK);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_string_equal(plb_results_file(results, i), expected[i]);
    }
    assert_null(plb_results_file(results, sizeof expected / sizeof *expected));
    char *log = NULL;
    size_t length = 0;
    assert_int_equal(plb_results_read(results, "loop-rate.hlog", &log, &length, NULL), PLB_OK);
    assert_contains(log, "Tag=call-latency,");
    assert_contains(log, "Tag=twin-service-corrected,");
    free(log);
    plb_results_close(results);
    plb_rate_run_free(run);
    plb_calibration_free(calibration);
    assert_int_equal(remove_folder(root), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_are_submitted_as_were_asked_for),
        cmocka_unit_test(a_rate_that_cannot_be_served_is_told),
        cmocka_unit_test(an_interruption_leaves_what_was_submitted),
        cmocka_unit_test(impossible_rates_are_refused),
        cmocka_unit_test(files_have_every_time),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
