/* Stages and charges as text, JSON and files. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <cmocka.h>

#include "results/calls/stages.h"
#include "results/format.h"
#include "tests/unit/temporary_folder.h"

static plb_estimate between(double low, double value, double high) {
    return (plb_estimate){.value = value, .low = low, .high = high, .level = 0.95, .method = "m"};
}

/* Evaluation is charged, script decoding pays by its bytes, phase-1 is below its noise floor, and
 * of start too little is known. */
static void fill(plb_stage_summary *s, plb_charge_summary *c) {
    *s = (plb_stage_summary){.clock_read_ns = 20,
                             .unmarked_ns = between(1990, 2000, 2010),
                             .marked_ns = between(2030, 2040, 2050),
                             .marking_ns = between(35, 40, 45),
                             .submission_ns = between(95, 100, 105),
                             .discrepancy_ns = between(-6, 1, 8),
                             .noise_floor_ns = 12,
                             .adds_up = true,
                             .rounds = 100,
                             .epochs = 16};
    *c = (plb_charge_summary){.exunits = {100, 1000000},
                              .lovelace_per_step = 7.21e-5,
                              .script_bytes = 120,
                              .other_bytes = 200,
                              .size_lovelace = 14080,
                              .has_ns_per_step = true,
                              .ns_per_step = between(1.4e-3, 1.5e-3, 1.6e-3)};
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        s->stages[k].overhead_ns = between(390, 400, 410);
        s->stages[k].noise_floor_ns = 5;
        c->stages[k].measured_ns = s->stages[k].overhead_ns;
        c->stages[k].resolved = true;
    }
    s->sum.overhead_ns = between(1990, 2000, 2010);
    s->stages[PLB_STAGE_START].overhead_ns = c->stages[PLB_STAGE_START].measured_ns =
        (plb_estimate){0};
    c->stages[PLB_STAGE_START].resolved = c->stages[PLB_STAGE_PHASE1].resolved = false;
    c->stages[PLB_STAGE_EVALUATE].exunits_steps = 1000000;
    c->stages[PLB_STAGE_DECODE_SCRIPTS].size_steps = 5280 / 7.21e-5;
    c->total = (plb_charge_row){.measured_ns = between(1990, 2000, 2010),
                                .resolved = true,
                                .exunits_steps = 1000000,
                                .size_steps = 5280 / 7.21e-5};
}

static void print(char **text, const plb_stage_summary *s, const plb_charge_summary *c) {
    size_t length;
    FILE *out = open_memstream(text, &length);
    assert_non_null(out);
    plb_stages_text(out, s, c);
    assert_int_equal(fclose(out), 0);
}

/* The line with `name` has `has`, or has it not. */
static void assert_line(const plb_stage_summary *s, const plb_charge_summary *c, const char *name,
                        const char *has, bool expected) {
    char *text;
    print(&text, s, c);
    char *line = strstr(text, name);
    assert_non_null(line);
    line[strcspn(line, "\n")] = '\0';
    if ((strstr(line, has) != NULL) != expected) fail_msg("'%s' in: %s", has, line);
    free(text);
}

static void a_table_says_who_pays(void **state) {
    (void) state;
    plb_stage_summary s;
    plb_charge_summary c;
    fill(&s, &c);
    assert_line(&s, &c, "  evaluate", "250 %", true); /* 1,000 ns for 400 */
    assert_line(&s, &c, "  evaluate", "375 %", true); /* 1,500 */
    assert_line(&s, &c, "  evaluate", "1.000 µs", true);
    assert_line(&s, &c, "  decode-scripts", "73.23 µs", true);
    assert_line(&s, &c, "  decode-scripts", "× 183", true);
    assert_line(&s, &c, "  build-contexts", "0 %", true);
    assert_line(&s, &c, "  phase-1", "not resolved", true);
    assert_line(&s, &c, "  phase-1", "%", false);
    assert_line(&s, &c, "  start", "unknown", true);
    assert_line(&s, &c, "  start", "not resolved", true);
    assert_line(&s, &c, "Steps alone", "50 %", true);
    char *text;
    print(&text, &s, &c);
    assert_null(strstr(text, "warning"));
    assert_non_null(strstr(text, "agrees"));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (plb_text_width(line) > 100) fail_msg("too long: %s", line);
    }
    free(text);
}

static void stages_that_do_not_add_up_are_flagged(void **state) {
    (void) state;
    plb_stage_summary s;
    plb_charge_summary c;
    fill(&s, &c);
    s.adds_up = false;
    s.discrepancy_ns = between(50, 60, 70);
    char *text;
    print(&text, &s, &c);
    assert_non_null(strstr(text, "warning"));
    free(text);
    print(&text, NULL, &c);
    assert_string_equal(text, "");
    free(text);
}

static double number(const json_t *object, const char *path) {
    char part[64];
    for (; *path; path += strcspn(path, "/"), path += *path == '/') {
        snprintf(part, sizeof part, "%.*s", (int) strcspn(path, "/"), path);
        object = json_is_array(object) ? json_array_get(object, (size_t) atoi(part))
                                       : json_object_get(object, part);
    }
    if (json_is_null(object)) return (double) NAN;
    return json_is_boolean(object) ? json_is_true(object) : json_number_value(object);
}

static void json_has_every_figure(void **state) {
    (void) state;
    plb_stage_summary s;
    plb_charge_summary c;
    fill(&s, &c);
    s.stages[PLB_STAGE_PHASE1].noise_floor_ns = 1000;
    json_t *stages = plb_stages_json(&s), *charges = plb_charges_json(&c);
    assert_int_equal(json_array_size(json_object_get(stages, "rows")), PLB_STAGE_COUNT);
    assert_true(number(stages, "rows/5/overhead_per_call/value") == 400);
    assert_true(number(stages, "rows/5/resolved") == 1);
    assert_true(number(stages, "rows/1/resolved") == 0);
    assert_true(isnan(number(stages, "rows/4/overhead_per_call")));
    assert_true(number(stages, "marks_add/low") == 35);
    assert_true(number(stages, "adds_up") == 1);
    assert_true(number(charges, "rows/5/paid_by_exunits_at_1_ps/value") == 2.5);
    assert_true(isnan(number(charges, "rows/1/paid_by_exunits_at_1_ps")));
    assert_true(fabs(number(charges, "total/paid_by_exunits_at_this_machines_step/value") - 0.75) <
                1e-9);
    assert_true(number(charges, "script_bytes") == 120);
    json_decref(stages);
    json_decref(charges);
}

static void histograms_are_kept(void **state) {
    (void) state;
    char folder[] = "plutbench-stages-XXXXXX", path[128], text[4096];
    plb_stage_summary s;
    plb_charge_summary c;
    plb_results *results;
    plb_histogram *histogram = plb_histogram_new(), *empty = plb_histogram_new();
    fill(&s, &c);
    plb_histogram_record(histogram, 480);
    s.histograms[PLB_STAGED_CALL_EMPTY][PLB_STAGE_DECODE_SCRIPTS] = histogram;
    s.histograms[PLB_STAGED_TWIN][PLB_STAGE_DECODE_SCRIPTS] = empty;
    assert_non_null(mkdtemp(folder));
    assert_int_equal(plb_results_open(folder, &results, NULL), PLB_OK);
    assert_int_equal(plb_results_stages(results, "a script", &s, NULL), PLB_OK);
    assert_string_equal(plb_results_file(results, 0), "a-script-stages.hlog");
    assert_string_equal(plb_results_file(results, 1), "a-script-call-empty-decode-scripts.hgrm");
    assert_null(plb_results_file(results, 2));
    snprintf(path, sizeof path, "%s/a-script-stages.hlog", folder);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    assert_non_null(strstr(text, "Tag=call-empty.decode-scripts,"));
    assert_null(strstr(text, "Tag=twin"));
    unlink(path);
    snprintf(path, sizeof path, "%s/a-script-call-empty-decode-scripts.hgrm", folder);
    assert_int_equal(unlink(path), 0);
    plb_results_close(results);
    assert_int_equal(rmdir(folder), 0);
    plb_histogram_free(histogram);
    plb_histogram_free(empty);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_says_who_pays),
        cmocka_unit_test(stages_that_do_not_add_up_are_flagged),
        cmocka_unit_test(json_has_every_figure),
        cmocka_unit_test(histograms_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
