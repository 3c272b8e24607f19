/* What is told of a call: no claim below the noise floor, figures with intervals, files. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "results/folder.h"
#include "results/format.h"
#include "tests/unit/temporary_folder.h"

static plb_sampling *sampling;

static int short_work(void *context) {
    volatile unsigned *counter = context;
    for (int i = 0; i < 3000; i++) *counter += 1;
    return 0;
}

static int take_samples(void **state) {
    (void) state;
    static unsigned counters[2];
    const plb_subject subjects[] = {{"value-only", &counters[0], short_work, NULL, 1},
                                    {"call", &counters[1], short_work, NULL, 1}};
    const plb_plan plan = {
        .subjects = subjects, .subject_count = 2, .maximum_rounds = 500, .seed = 77};
    return plb_sample(&plan, &sampling, NULL) == PLB_OK ? 0 : -1;
}

static int free_samples(void **state) {
    (void) state;
    plb_sampling_free(sampling);
    return 0;
}

static const plb_design_point points[] = {{"value-only", 0, 0, {0, 0}},
                                          {"call, 10 loops", 1, 10, {5000, 2000000}}};

static plb_estimate between(double low, double value, double high) {
    return (plb_estimate){.value = value,
                          .low = low,
                          .high = high,
                          .level = 0.95,
                          .count = 500,
                          .block_length = 1,
                          .resamples = 2000,
                          .method = "difference of medians, circular block bootstrap"};
}

static plb_call_summary call_of(plb_estimate overhead, plb_estimate null) {
    return (plb_call_summary){.script = "ecdsa-loop",
                              .language = "PlutusV2",
                              .protocol_version = 10,
                              .target = "embedded ledger",
                              .sampling = sampling,
                              .points = points,
                              .call = 1,
                              .twin = 0,
                              .overhead_ns = overhead,
                              .has_loop = true,
                              .loop_ns = between(4.9e4, 5e4, 5.1e4),
                              .has_null = true,
                              .null_ns = null,
                              .charged_per_call = {5000, 2000000},
                              .charged_per_loop = {1000, 40000000}};
}

static void assert_concludes(const plb_call_summary *summary, const char *part, bool claimed) {
    char *text;
    assert_int_equal(plb_call_conclusion(summary, &text, NULL), PLB_OK);
    if (!strstr(text, part)) fail_msg("expected '%s' in: %s", part, text);
    assert_int_equal(strstr(text, "costs this machine") != NULL, claimed);
    free(text);
}

static void nothing_is_claimed_below_the_noise_floor(void **state) {
    (void) state;
    plb_call_summary s = call_of(between(1.1e4, 1.2e4, 1.3e4), between(-100, 0, 80));
    assert_true(plb_call_noise_floor_ns(&s) == 100);
    assert_concludes(&s, "12.0 µs", true);
    assert_concludes(&s, "1.25 times as long", true);
    s.overhead_ns = between(-10, 500, 1010);
    assert_concludes(&s, "can't be told from zero", false);
    s.overhead_ns = between(40, 70, 90);
    assert_concludes(&s, "within the noise floor", false);
    s.overhead_ns = between(-900, -800, -700);
    assert_concludes(&s, "not plausible", false);
    s.has_null = false;
    assert_concludes(&s, "Without a null experiment", false);
    assert_true(isnan(plb_call_noise_floor_ns(&s)));
    s.loop_ns = between(3.9e4, 4.01e4, 4.1e4);
    assert_concludes(&s, "as long as it is charged for", false);
}

static void too_few_samples_are_no_figure(void **state) {
    (void) state;
    char *text;
    plb_call_summary s = call_of((plb_estimate){0}, between(-100, 0, 80));
    s.has_loop = s.has_null = false;
    assert_concludes(&s, "too few samples", false);
    assert_int_equal(plb_call_summary_text(&s, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "unknown"));
    free(text);
    assert_int_equal(plb_call_summary_json(&s, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "\"paired\": null"));
    free(text);
}

static void flags_follow_from_figures(void **state) {
    (void) state;
    plb_call_summary s = call_of(between(90, 100, 110), between(-5, 0, 5));
    plb_flags flags = plb_call_flags(&s);
    assert_false(flags >> PLB_FLAG_NULL & 1);
    assert_false(flags >> PLB_FLAG_DISAGREE & 1);
    s.null_ns = between(1, 3, 5);
    s.has_overhead_regression = true;
    s.overhead_regression_ns = between(105, 120, 130);
    assert_true(plb_call_flags(&s) >> PLB_FLAG_NULL & 1);
    assert_false(plb_call_flags(&s) >> PLB_FLAG_DISAGREE & 1);
    s.overhead_regression_ns = between(111, 120, 130);
    assert_true(plb_call_flags(&s) >> PLB_FLAG_DISAGREE & 1);
}

static void text_is_aligned_and_short(void **state) {
    (void) state;
    char *text;
    plb_call_summary s = call_of(between(1.1e4, 1.2e4, 1.3e4), between(-100, 0, 80));
    assert_int_equal(plb_call_summary_text(&s, &text, NULL), PLB_OK);
    assert_non_null(
        strstr(text, "ecdsa-loop (PlutusV2, protocol version 10) on embedded ledger\n"));
    assert_non_null(strstr(text, "overhead per call"));
    assert_non_null(strstr(text, "[11.0, 13.0]"));
    assert_non_null(strstr(text, "1.250 ps"));
    assert_non_null(strstr(text, "none dropped"));
    assert_null(strstr(text, " \n"));
    unsigned lines = 0;
    for (char *line = text; *line; lines++) {
        size_t length = strcspn(line, "\n");
        assert_int_equal(line[length], '\n');
        line[length] = '\0';
        assert_in_range(plb_text_width(line), 0, 105);
        line += length + 1;
    }
    assert_in_range(lines, 10, 40);
    free(text);
}

static void figures_are_written_as_people_read_them(void **state) {
    (void) state;
    char text[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    const struct {
        double ns;
        const char *text;
    } times[] = {{12.34, "12.3 ns"},  {999, "999.0 ns"},  {1234.56, "1.235 µs"},
                 {4.2e7, "42.00 ms"}, {3.1e9, "3.100 s"}, {0, "0 ns"}};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        plb_format_time(times[i].ns, text);
        assert_string_equal(text, times[i].text);
    }
    const struct {
        int64_t number;
        const char *text;
    } integers[] = {{0, "0"}, {999, "999"}, {1000, "1,000"}, {-1234567, "-1,234,567"}};
    for (size_t i = 0; i < 4; i++) {
        plb_format_integer(integers[i].number, text);
        assert_string_equal(text, integers[i].text);
    }
    plb_estimate e = between(12296, 12340, 12385);
    plb_format_estimate_ns(&e, text, interval);
    assert_string_equal(text, "12.340 µs");
    assert_string_equal(interval, "[12.296, 12.385]");
}

/* ---- JSON and files ---- */

static json_t *parse(const char *text) {
    json_error_t error;
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, &error);
    if (!value) fail_msg("%s in line %d", error.text, error.line);
    return value;
}

static double number_at(json_t *value, const char *a, const char *b, const char *c) {
    const char *keys[] = {a, b, c};
    for (size_t i = 0; i < 3 && keys[i]; i++) value = json_object_get(value, keys[i]);
    assert_true(json_is_number(value));
    return json_number_value(value);
}

static void json_has_interval_and_method_for_every_figure(void **state) {
    (void) state;
    char *text;
    plb_call_summary s = call_of(between(1.1e4, 1.2e4, 1.3e4), between(-100, 0, 80));
    assert_int_equal(plb_call_summary_json(&s, &text, NULL), PLB_OK);
    json_t *o = parse(text);
    assert_true(number_at(o, "overhead_per_call", "paired", "value") == 1.2e4);
    assert_true(number_at(o, "overhead_per_call", "paired", "low") == 1.1e4);
    assert_true(number_at(o, "overhead_per_call", "paired", "high") == 1.3e4);
    assert_true(number_at(o, "cost_per_loop", "paired", "value") == 5e4);
    assert_true(fabs(number_at(o, "time_per_charged_step", "value", NULL) - 0.00125) < 1e-12);
    assert_true(number_at(o, "charged", "per_loop", "steps") == 40000000);
    assert_true(number_at(o, "noise_floor_ns", NULL, NULL) == 100);
    assert_true(number_at(o, "sampling", "rounds", NULL) == 500);
    assert_true(number_at(o, "sampling", "seed", NULL) == 77);
    json_t *paired = json_object_get(json_object_get(o, "overhead_per_call"), "paired");
    assert_string_equal(json_string_value(json_object_get(paired, "unit")), "ns");
    assert_string_equal(json_string_value(json_object_get(paired, "method")),
                        "difference of medians, circular block bootstrap");
    assert_true(json_is_null(json_object_get(o, "budget")));
    assert_true(json_is_false(json_object_get(o, "partial")));
    json_t *call = json_array_get(json_object_get(o, "subjects"), 1);
    assert_string_equal(json_string_value(json_object_get(call, "name")), "call");
    assert_true(number_at(call, "percentiles", "p99_ns", NULL) >=
                number_at(call, "percentiles", "p50_ns", NULL));
    json_decref(o);
    free(text);
}

static void a_calibration_leaves_all_its_files(void **state) {
    (void) state;
    char root[] = "/tmp/plutbench-call-XXXXXX", hello[] = "plutbench";
    char *arguments[] = {hello, hello};
    plb_results *results;
    plb_input input;
    assert_non_null(mkdtemp(root));
    assert_int_equal(plb_results_open(root, &results, NULL), PLB_OK);
    plb_budget_summary budget = {.budget_per_block = {62000000, 20000000000},
                                 .budget_per_tx = {14000000, 10000000000},
                                 .script_id = "builtin: ecdsa-loop",
                                 .script_arg_datum = "{\"int\":0}",
                                 .script_arg_redeemer = "{\"int\":1000010}",
                                 .loop_counter = 10,
                                 .loop_limiting_factors = PLB_LIMIT_STEPS,
                                 .budget_used_per_tx_input = {5000, 9000000000},
                                 .message_id = "txbudget"};
    plb_budget_summary_project(&budget, 1);
    plb_call_summary s = call_of(between(1.1e4, 1.2e4, 1.3e4), between(-100, 0, 80));
    s.budget = &budget;
    assert_int_equal(plb_results_calibration(results, &s, NULL), PLB_OK);

    /* FIPS 180-4's example: SHA-256 of "abc". */
    assert_int_equal(plb_input_describe(&input, "script", "abc.uplc", "abc", 3, NULL), PLB_OK);
    assert_string_equal(input.sha256,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    plb_manifest manifest = {.argument_count = 2,
                             .arguments = arguments,
                             .options = "{\"time_s\": 30}",
                             .inputs = &input,
                             .input_count = 1,
                             .sampling = sampling,
                             .started_utc_s = 1714221296.5};
    assert_int_equal(plb_results_manifest(results, &manifest, NULL), PLB_OK);

    const char *names[] = {
        "summary.json",    "summaries_ecdsa-loop.json",  "scaling_ecdsa-loop.csv",
        "ecdsa-loop.hlog", "ecdsa-loop-value-only.hgrm", "ecdsa-loop-call.hgrm",
        "manifest.json"};
    char *text;
    size_t length;
    for (size_t i = 0; i < 7; i++) {
        assert_string_equal(plb_results_file(results, i), names[i]);
        assert_int_equal(plb_results_read(results, names[i], &text, &length, NULL), PLB_OK);
        assert_true(length > 0);
        if (i < 6) free(text);
    }
    json_t *o = parse(text);
    free(text);
    assert_string_equal(json_string_value(json_object_get(o, "started_utc")),
                        "2024-04-27T12:34:56.500Z");
    assert_int_equal(json_array_size(json_object_get(o, "outputs")), 6);
    assert_int_equal(json_array_size(json_object_get(o, "command_line")), 2);
    assert_true(number_at(o, "options", "time_s", NULL) == 30);
    assert_true(number_at(o, "seed", NULL, NULL) == 77);
    json_t *first = json_array_get(json_object_get(o, "inputs"), 0);
    assert_string_equal(json_string_value(json_object_get(first, "sha256")), input.sha256);
    assert_true(json_array_size(json_object_get(o, "libraries")) > 0);
    json_decref(o);

    plb_error error;
    manifest.options = "no json";
    assert_int_equal(plb_results_manifest(results, &manifest, &error), PLB_E_PARSE);
    plb_results_close(results);
    assert_int_equal(remove_folder(root), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_claimed_below_the_noise_floor),
        cmocka_unit_test(too_few_samples_are_no_figure),
        cmocka_unit_test(flags_follow_from_figures),
        cmocka_unit_test(text_is_aligned_and_short),
        cmocka_unit_test(figures_are_written_as_people_read_them),
        cmocka_unit_test(json_has_interval_and_method_for_every_figure),
        cmocka_unit_test(a_calibration_leaves_all_its_files),
    };
    return cmocka_run_group_tests(tests, take_samples, free_samples);
}
