/* What is compared, what is refused and why, and what is told of it. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <hdr/hdr_histogram.h>
#include <hdr/hdr_histogram_log.h>
#include <cmocka.h>

#include "results/compare/compare.h"
#include "tests/compare_fixture.h"
#include "tests/unit/run_fixture.h"

/* ---- Two runs ---- */

typedef struct pair {
    plb_run *a, *b;
    const plb_run *one[1], *other[1];
    plb_compare_side sides[2];
} pair;

static void make_pair(pair *p, const fixture_given *a, const fixture_given *b) {
    p->a = fixture_make(a);
    p->b = fixture_make(b);
    assert_non_null(p->a);
    assert_non_null(p->b);
    p->one[0] = p->a;
    p->other[0] = p->b;
    p->sides[0] = (plb_compare_side){"old", p->one, 1, 0, 0};
    p->sides[1] = (plb_compare_side){"new", p->other, 1, 0, 0};
}

static void free_pair(pair *p) {
    plb_run_free(p->a);
    plb_run_free(p->b);
}

static fixture_given usual(unsigned number, double ns) {
    return (fixture_given){.number = number, .loops = 200, .ns = {ns, 50}, .half_ns = 2};
}

/* The message why they do not compare, without its begin, which names the run. */
static void refuses(fixture_given a, fixture_given b, const plb_compare_options *options,
                    const char *message) {
    pair p;
    plb_comparison *comparison = NULL;
    plb_error error;
    make_pair(&p, &a, &b);
    assert_int_equal(plb_compare(p.sides, 2, options, &comparison, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, message);
    assert_null(comparison);
    free_pair(&p);
}

static void test_what_does_not_compare_is_refused(void **state) {
    (void) state;
    fixture_given a = usual(1, 1000), b = usual(2, 1000);
    b.command = "block";
    refuses(a, b, NULL, "can't be compared with r1: another command, block, not calibrate");
    b = usual(2, 1000);
    b.script = "loop-v3";
    refuses(a, b, NULL, "can't be compared with r1: another script, loop-v3, not ecdsa-loop");
    b = usual(2, 1000);
    b.protocol_version = 9;
    refuses(a, b, NULL,
            "can't be compared with r1: protocol version 9, not 10 (--across-versions compares "
            "them)");
    b = usual(2, 1000);
    b.unit = "ns/call";
    refuses(a, b, NULL, "can't be compared: its f0.paired is in ns/call, not in ns");
    b = usual(2, 1000);
    b.partial = true;
    refuses(a, b, NULL,
            "can't be compared: it was interrupted: its figures are of what there was by then");
    b.unfinished = true;
    refuses(a, b, NULL,
            "can't be compared: it was not finished: it has no figures (plutbench results check)");
    b = usual(2, 1000);
    b.machine_id = "m2";
    refuses(a, b, NULL,
            "was measured on another machine than r1: times of two machines compare through a "
            "scale only (--scale, docs/scale.md)");
}

static void test_a_run_is_not_compared_with_itself(void **state) {
    (void) state;
    fixture_given a = usual(1, 1000);
    pair p;
    plb_comparison *comparison = NULL;
    plb_error error;
    make_pair(&p, &a, &a);
    assert_int_equal(plb_compare(p.sides, 2, NULL, &comparison, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, ") is there twice"));
    free_pair(&p);
}

static void test_figures_that_are_not_there(void **state) {
    (void) state;
    const char *const names[] = {"f7.*"};
    const plb_compare_options options = {.figures = names, .figure_count = 1};
    refuses(usual(1, 1000), usual(2, 1000), &options,
            "it has none of the figures that are compared (plutbench results show lists what it "
            "has)");
    fixture_given first = {.number = 1, .ns = {[2] = 7, [4] = 7}, .half_ns = 1};
    fixture_given other = {.number = 2, .ns = {[3] = 7}, .half_ns = 1};
    refuses(first, other, NULL, "it has no figure in common with the others");
    pair p;
    plb_comparison *comparison = NULL;
    other.ns[2] = 7;
    make_pair(&p, &first, &other);
    assert_int_equal(plb_compare(p.sides, 2, NULL, &comparison, NULL), PLB_OK);
    const plb_comparison_report *r = plb_comparison_told(comparison);
    assert_int_equal(r->row_count, 1);
    assert_string_equal(r->notes[r->note_count - 1],
                        "1 figure is left out: not every side has it.");
    plb_comparison_free(comparison);
    free_pair(&p);
}

static void test_numbers_of_sides(void **state) {
    (void) state;
    const plb_compare_side none[] = {{"old", NULL, 0, 0, 0}, {"new", NULL, 0, 0, 0}};
    plb_comparison *comparison;
    plb_error error;
    assert_int_equal(plb_compare(none, 1, NULL, &comparison, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, "expected 2 to 32 runs or batches to compare, not 1");
    assert_int_equal(plb_compare(none, 2, NULL, &comparison, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, "there is no run in the batch");
}

/* ---- What is told ---- */

static void test_differences_and_what_else_differs(void **state) {
    (void) state;
    fixture_given a = usual(1, 1000), b = usual(2, 1100);
    b.library = "0.4.1";
    b.loops = 210;
    pair p;
    plb_comparison *c = NULL;
    make_pair(&p, &a, &b);
    assert_int_equal(plb_compare(p.sides, 2, NULL, &c, NULL), PLB_OK);
    const plb_comparison_report *r = plb_comparison_told(c);
    assert_int_equal(r->row_count, 2); /* not the null experiment */
    assert_string_equal(r->rows[0].name, "f0.paired");
    assert_int_equal(r->rows[0].verdict, PLB_COMPARE_MORE);
    assert_true(fabs(r->rows[0].change - 0.1) < 1e-12);
    assert_int_equal(r->rows[1].verdict, PLB_COMPARE_SAME);
    /* Own errors of 2 / 1.96, and 0.5 % of each, as plb_compare says. */
    double a_error = hypot(2 / 1.959964, 5), b_error = hypot(2 / 1.959964, 5.5);
    double half = (r->rows[0].difference.high - r->rows[0].difference.low) / 2;
    assert_true(fabs(half - 1.959964 * hypot(a_error, b_error)) < 1e-3);
    assert_int_equal(r->input_count, 1);
    assert_string_equal(r->inputs[0].kind, "library");
    assert_string_equal(r->inputs[0].name, "libsecp256k1");
    assert_string_equal(r->inputs[0].values[1], "0.4.1");
    assert_int_equal(r->exact_changed, 1);
    assert_string_equal(r->exact[0].name, "budget.loopCounter");
    assert_string_equal(r->exact[0].values[0], "200");
    assert_true(plb_comparison_regressed(c) && plb_comparison_differs(c));
    plb_comparison_free(c);
    free_pair(&p);
}

typedef plb_status (*writer)(const plb_comparison *c, char **text, plb_error *error);

static plb_status all_as_text(const plb_comparison *c, char **text, plb_error *error) {
    return plb_comparison_text(c, true, text, error);
}

static void has(const plb_comparison *c, writer write, const char *part) {
    char *text = NULL;
    assert_int_equal(write(c, &text, NULL), PLB_OK);
    if (!strstr(text, part)) fail_msg("'%s' is not in:\n%s", part, text);
    free(text);
}

static void test_writers(void **state) {
    (void) state;
    fixture_given a = usual(1, 1000), b = usual(2, 1100);
    b.library = "<0.4|1&>";
    pair p;
    plb_comparison *c = NULL;
    make_pair(&p, &a, &b);
    p.sides[1].name = "new <&|>";
    assert_int_equal(plb_compare(p.sides, 2, NULL, &c, NULL), PLB_OK);
    has(c, all_as_text, "1.000 µs    1.100 µs");
    has(c, all_as_text, "library libsecp256k1\n    old: 0.2.0\n    new <&|>: <0.4|1&>");
    has(c, all_as_text, "1 of 2 figures differ beyond noise: 1 more, 0 less");
    has(c, plb_comparison_junit,
        "<testsuite name=\"plutbench compare\" tests=\"2\" failures=\"1\" errors=\"0\" "
        "skipped=\"0\">");
    has(c, plb_comparison_junit, "classname=\"plutbench.compare.new &lt;&amp;|&gt;\"");
    has(c, plb_comparison_junit, "library libsecp256k1 (0.2.0 -&gt; &lt;0.4|1&amp;&gt;)");
    has(c, plb_comparison_markdown, "| f0.paired | 1.000 µs | 1.100 µs | +10.0 %");
    has(c, plb_comparison_markdown, "**slower** |");
    has(c, plb_comparison_markdown, "| 0.2.0 | \\<0.4\\|1&> |");
    has(c, plb_comparison_csv, "f0.paired,ns,new <&|>,1000,");
    has(c, plb_comparison_json, "\"correction\": \"Holm 1979\"");
    has(c, plb_comparison_json, "\"between_runs_from\": \"stated\"");
    plb_comparison_free(c);
    free_pair(&p);
}

/* The other machine takes twice as long, which is known to half a percent. */
static void test_other_machines_compare_through_a_scale(void **state) {
    (void) state;
    fixture_given a = usual(1, 1000), b = usual(2, 2000);
    b.machine_id = "m2";
    b.pace_ns = 1500;
    b.ns[1] = 150;
    pair p;
    plb_comparison *c = NULL;
    make_pair(&p, &a, &b);
    p.sides[1].scale = 2;
    p.sides[1].scale_deviation = 0.005;
    assert_int_equal(plb_compare(p.sides, 2, NULL, &c, NULL), PLB_OK);
    const plb_compare_row *rows = plb_comparison_told(c)->rows;
    assert_true(fabs(rows[0].change) < 1e-12);
    assert_int_equal(rows[0].verdict, PLB_COMPARE_SAME);
    double half = (rows[0].after.mean.high - rows[0].after.mean.low) / 2;
    double own = hypot(1 / 1.959964, 5), common = 1000 * 0.005;
    assert_true(fabs(half - 1.959964 * hypot(own, common)) < 1e-2);
    assert_true(fabs(rows[1].change - 0.5) < 1e-12);
    assert_int_equal(rows[1].verdict, PLB_COMPARE_MORE);
    plb_comparison_free(c);
    free_pair(&p);
}

/* ---- Batches ---- */

static void test_batches_tell_variance_apart(void **state) {
    (void) state;
    const double values[] = {990, 1010, 1000, 1000};
    plb_run *runs[4];
    for (unsigned i = 0; i < 4; i++) {
        fixture_given g = usual(i, values[i]);
        runs[i] = fixture_make(&g);
    }
    fixture_given last = usual(9, 1000);
    plb_run *single = fixture_make(&last);
    const plb_run *const one[] = {single};
    const plb_compare_side sides[] = {{"batch", (const plb_run *const *) runs, 4, 0, 0},
                                      {"single", one, 1, 0, 0}};
    plb_comparison *c = NULL;
    assert_int_equal(plb_compare(sides, 2, NULL, &c, NULL), PLB_OK);
    const plb_compare_row *row = &plb_comparison_told(c)->rows[0];
    double variance = 200.0 / 3, within = 2 / 1.959964;
    assert_true(fabs(row->before.within - within) < 1e-6);
    assert_true(fabs(row->before.between - sqrt(variance - within * within)) < 1e-6);
    assert_true(row->after.between_borrowed && isnan(row->after.between));
    /* Student's t with 3 degrees of freedom: 3.182446; of one more run as varied as the others. */
    double half = (row->difference.high - row->difference.low) / 2;
    assert_true(fabs(half - 3.182446 * sqrt(variance * 5 / 4)) < 1e-3);
    plb_comparison_free(c);
    for (size_t i = 0; i < 4; i++) plb_run_free(runs[i]);
    plb_run_free(single);
}

/* ---- Timelines ---- */

static plb_timeline *make_timeline(plb_run **runs, size_t count, plb_timeline_by by) {
    const plb_timeline_options options = {.by = by};
    plb_timeline *timeline = NULL;
    plb_error error;
    if (plb_timeline_make("f0.paired", (const plb_run *const *) runs, count, &options, &timeline,
                          &error) != PLB_OK) {
        fail_msg("%s", error.message);
    }
    return timeline;
}

/* Twelve runs, given backwards; from the eighth on another library, and 3 % more. */
static void test_timeline_finds_the_change(void **state) {
    (void) state;
    static const double noise[] = {1, -2, 0, 2, -1, 1, 0, -1, 2, 0, -2, 1};
    plb_run *runs[12];
    for (unsigned i = 0; i < 12; i++) {
        fixture_given g = usual(i, (i < 7 ? 1000 : 1030) + noise[i]);
        g.library = i < 7 ? "0.2.0" : "0.4.1";
        g.revision = i < 7 ? "aaaa" : "bbbb";
        g.half_ns = 3;
        runs[11 - i] = fixture_make(&g);
    }
    plb_timeline *t = make_timeline(runs, 12, PLB_TIMELINE_TIME);
    const plb_timeline_report *r = plb_timeline_told(t);
    assert_int_equal(r->point_count, 12);
    assert_int_equal(r->change_count, 1);
    const plb_timeline_change *change = &r->changes[0];
    assert_int_equal(change->at, 7);
    assert_true(change->earliest <= 7 && change->latest >= 7);
    assert_true(change->low < 0.03 && change->high > 0.03 && change->low > 0.015);
    assert_int_equal(change->input_count, 2);
    assert_string_equal(change->inputs[0].name, "libsecp256k1");
    char *text = NULL;
    assert_int_equal(plb_timeline_text(t, 100, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "library libsecp256k1: 0.2.0 -> 0.4.1"));
    assert_non_null(strstr(text, "f0.paired by time: 12 points, 1 change\n"));
    free(text);
    assert_int_equal(plb_timeline_csv(t, &text, NULL), PLB_OK);
    assert_non_null(strstr(text, "\n2026-01-01:00.000Z,2026-01-01:00.000Z,1,ns,1001,"));
    free(text);
    plb_timeline_free(t);
    t = make_timeline(runs, 12, PLB_TIMELINE_REVISION);
    r = plb_timeline_told(t);
    assert_int_equal(r->point_count, 2);
    assert_int_equal(r->points[0].runs, 7);
    assert_int_equal(r->change_count, 0); /* two points are too few to tell */
    plb_timeline_free(t);
    for (size_t i = 0; i < 12; i++) plb_run_free(runs[i]);
}

static void test_timeline_of_versions_and_of_nothing(void **state) {
    (void) state;
    plb_run *runs[4];
    for (unsigned i = 0; i < 4; i++) {
        fixture_given g = usual(i, 1000);
        g.protocol_version = 11 - i;
        g.unfinished = i == 3;
        runs[i] = fixture_make(&g);
    }
    plb_timeline *t = make_timeline(runs, 4, PLB_TIMELINE_PROTOCOL_VERSION);
    const plb_timeline_report *r = plb_timeline_told(t);
    assert_int_equal(r->point_count, 3);
    assert_string_equal(r->points[0].label, "9");
    assert_string_equal(r->notes[0], "Runs that are left out, not being complete: 1.");
    plb_timeline_free(t);
    plb_error error;
    assert_int_equal(plb_timeline_make("f9", (const plb_run *const *) runs, 4, NULL, &t, &error),
                     PLB_E_ARGUMENT);
    assert_string_equal(error.message, "none of 3 runs that are complete has this figure "
                                       "(plutbench results show lists a run's)");
    assert_int_equal(
        plb_timeline_make("f0.paired", (const plb_run *const *) runs, 3, NULL, &t, &error),
        PLB_E_ARGUMENT);
    for (size_t i = 0; i < 4; i++) plb_run_free(runs[i]);
}

/* ---- Folders ---- */

/* Runs as they are written: percentiles of their samples, which are the same in both. */
static void test_percentiles_of_folders(void **state) {
    (void) state;
    char folder[] = "/tmp/plutbench-compare-XXXXXX", paths[2][64];
    plb_run *runs[2];
    assert_non_null(mkdtemp(folder));
    for (size_t i = 0; i < 2; i++) {
        (void) snprintf(paths[i], sizeof paths[i], "%s/r%zu", folder, i);
        assert_true(fixture_run(paths[i], "loop", 10 + (double) i, 200, FIXTURE_WHOLE));
        assert_int_equal(plb_run_read(paths[i], &runs[i], NULL), PLB_OK);
    }
    const plb_run *const one[] = {runs[0]}, *const other[] = {runs[1]};
    const plb_compare_side sides[] = {{"a", one, 1, 0, 0}, {"b", other, 1, 0, 0}};
    const char *const names[] = {"overhead*"};
    const plb_compare_options options = {
        .figures = names, .figure_count = 1, .percentiles = true, .seed = 3};
    plb_comparison *c = NULL;
    plb_error error;
    if (plb_compare(sides, 2, &options, &c, &error) != PLB_OK) fail_msg("%s", error.message);
    const plb_comparison_report *r = plb_comparison_told(c);
    assert_int_equal(r->row_count, 7);
    for (size_t i = 0; i < r->row_count; i++) {
        const plb_compare_row *row = &r->rows[i];
        if (strncmp(row->name, "percentiles[call].", 18) != 0) continue;
        assert_true(row->before.mean.value > 19000 && row->before.mean.value < 22000);
        assert_int_equal(row->verdict, PLB_COMPARE_SAME);
        assert_non_null(row->difference.method);
    }
    plb_comparison_free(c);
    for (size_t i = 0; i < 2; i++) plb_run_free(runs[i]);
    assert_int_equal(remove_folder(folder), 0);
}

/* A log with a histogram of values around `ns`, which may be beyond what plutbench's have. */
static char *log_of(int64_t ns) {
    struct hdr_histogram *h;
    struct hdr_log_writer log;
    hdr_timespec zero = {0, 0};
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    assert_int_equal(hdr_init(1, 36000000000000, 3, &h), 0);
    for (int64_t i = 0; i < 100; i++) hdr_record_value(h, ns + i);
    assert_int_equal(hdr_log_writer_init(&log), 0);
    assert_int_equal(hdr_log_write_header(&log, file, "test", &zero), 0);
    assert_int_equal(hdr_log_write(&log, file, &zero, &zero, h), 0);
    hdr_close(h);
    (void) fclose(file);
    return text;
}

/* Without samples: of histograms, if those are of times that can be. */
static void test_percentiles_of_histograms(void **state) {
    (void) state;
    static const struct {
        int64_t ns;
        const char *message;
    } cases[] = {
        {0, "no percentiles: the run has neither enough samples nor histograms"},
        {20000, NULL},
        {7200000000000,
         "the histograms in x.hlog are of another range: 100 samples are not between "
         "1 ns and 1 h"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fixture_given a = usual(1, 1000);
        plb_run *run = fixture_make(&a);
        plb_kept_texts kept = {.texts = NULL};
        plb_run_figure *figures = NULL;
        size_t count = 0;
        plb_error error = {.message = ""};
        char *log = cases[i].ns > 0 ? log_of(cases[i].ns) : NULL;
        if (log) assert_true(fixture_add(run, "x.hlog", log));
        free(log);
        plb_status status = plb_percentile_figures(run, 1, &kept, &figures, &count, &error);
        assert_int_equal(status, cases[i].message ? PLB_E_ARGUMENT : PLB_OK);
        if (cases[i].message) {
            assert_string_equal(error.message, cases[i].message);
        } else {
            assert_int_equal(count, 3);
            assert_true(fabs(figures[1].estimate.value - 20090) < 20);
            assert_null(figures[1].estimate.method);
            free(figures);
        }
        plb_kept_texts_free(&kept);
        plb_run_free(run);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_does_not_compare_is_refused),
        cmocka_unit_test(test_a_run_is_not_compared_with_itself),
        cmocka_unit_test(test_figures_that_are_not_there),
        cmocka_unit_test(test_numbers_of_sides),
        cmocka_unit_test(test_differences_and_what_else_differs),
        cmocka_unit_test(test_writers),
        cmocka_unit_test(test_other_machines_compare_through_a_scale),
        cmocka_unit_test(test_batches_tell_variance_apart),
        cmocka_unit_test(test_timeline_finds_the_change),
        cmocka_unit_test(test_timeline_of_versions_and_of_nothing),
        cmocka_unit_test(test_percentiles_of_folders),
        cmocka_unit_test(test_percentiles_of_histograms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
