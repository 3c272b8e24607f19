/* Criterion's CSV: what is read, and what is said about what can't be. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/fit/points.h"

#define HEADER "benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n"

static plb_benching *parse(const char *text) {
    plb_benching *benching = NULL;
    plb_error error = {0};
    if (plb_benching_parse(&benching, "b.csv", text, strlen(text), &error))
        fail_msg("%s: %s", error.where, error.message);
    return benching;
}

static const plb_bench_group *group_of(const plb_benching *benching, const char *name,
                                       size_t count) {
    const plb_bench_group *group = plb_benching_find(benching, name);
    assert_non_null(group);
    assert_int_equal(group->count, count);
    return group;
}

static void reads_rows_by_name(void **state) {
    (void) state;
    plb_benching *b = parse("# comment\n\n" HEADER "AddInteger/11/22,1e-6,0.9e-6,1.1e-6,1e-9,1,2\n"
                            "Nop6o/1/2/3/4/5/6,2e-6,2e-6,2e-6,1e-9,1,2 # six, of which four count\n"
                            "AddInteger/7/8,3e-6,3e-6,3e-6,NA,,2\r\n"
                            "   \n# end");
    assert_int_equal(plb_benching_rows(b), 3);
    const plb_bench_group *g = group_of(b, "AddInteger", 2);
    assert_true(g->points[0].time == 1e-6 * 1e6);
    assert_true(g->points[0].size[0] == 11 && g->points[0].size[1] == 22);
    assert_true(isnan(g->points[0].size[2]) && isnan(g->points[0].size[3]));
    assert_int_equal(g->points[0].line, 4);
    assert_int_equal(g->points[1].line, 6);
    assert_true(isnan(g->points[1].deviation));
    assert_true(group_of(b, "Nop6o", 1)->points[0].size[3] == 4);
    assert_null(plb_benching_find(b, "Addinteger"));
    plb_benching_free(b);
}

static void columns_are_found_by_name(void **state) {
    (void) state;
    plb_benching *b = parse("\xef\xbb\xbf"
                            "\"t.sd\",x,benchmark,t.mean.ub,t.mean.lb,\"t\",t.sd.ub,t.sd.lb\n"
                            "1e-9,text,\"Trace/1/2\",4e-6,2e-6,3e-6,1,1\n");
    const plb_bench_point *p = &group_of(b, "Trace", 1)->points[0];
    assert_true(fabs(p->time - 3) < 1e-12 && fabs(p->time_low - 2) < 1e-12);
    assert_true(fabs(p->time_high - 4) < 1e-12 && fabs(p->deviation - 1e-3) < 1e-12);
    plb_benching_free(b);
}

/* str_match of the reference finds the first name/number anywhere in the text. */
static void names_are_matched_as_in_the_reference(void **state) {
    (void) state;
    static const struct {
        const char *text, *name;
        double size[PLB_BENCH_SIZES];
    } rows[] = {
        {"AddInteger/1/2", "AddInteger", {1, 2, NAN, NAN}},
        {"a b/Sha2_256/007", "Sha2_256", {7, NAN, NAN, NAN}},
        {"X/12x/3", "X", {12, NAN, NAN, NAN}},
        {"X/-5/3", "5", {3, NAN, NAN, NAN}},
        {"X//Y/1", "Y", {1, NAN, NAN, NAN}},
        {"N/1/2/3/4/5", "N", {1, 2, 3, 4}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *name;
        size_t length;
        double size[PLB_BENCH_SIZES];
        const char *end = rows[i].text + strlen(rows[i].text);
        assert_true(plb_bench_name(rows[i].text, end, &name, &length, size));
        assert_int_equal(length, strlen(rows[i].name));
        assert_memory_equal(name, rows[i].name, length);
        for (unsigned k = 0; k < PLB_BENCH_SIZES; k++)
            assert_true(isnan(size[k]) ? isnan(rows[i].size[k]) : size[k] == rows[i].size[k]);
    }
    static const char *const none[] = {"", "X", "X/", "/1", "X/y", "X / 1"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        const char *name;
        size_t length;
        double size[PLB_BENCH_SIZES];
        assert_false(plb_bench_name(none[i], none[i] + strlen(none[i]), &name, &length, size));
    }
}

/* Pairs from R 4.2.2: read.csv, sprintf("%a"). Some are not what the C library makes of them. */
static void numbers_are_read_as_r_reads_them(void **state) {
    (void) state;
    static const struct {
        const char *text;
        double value;
    } rows[] = {
        {"0.00000511182274934107704275531", 0x1.570c72354774cp-18},
        {"0.00000726556894136083501580599", 0x1.e79586223ca0ap-18},
        {"0.00000806598732644695929548627", 0x1.0ea64db5b85fap-17},
        {"3.24212745089e+04", 0x1.fa951918dc6fep+14},
        {"0.00000985084985715392928467732", 0x1.4a8a27ec3ec1bp-17},
        {"8.5055233737e+00", 0x1.102d3f5aacf67p+3},
        {"1.997e-284", 0x1.7c1af5dd067c8p-943},
        {" 1e-6\t", 1e-6},
        {"-2.5", -2.5},
        {"+.5", 0.5},
        {"0", 0},
        {"0e999999", 0},
        {"1e-999999", 0},
        {"1e999999", INFINITY},
        {"-Inf", -INFINITY},
    };
    bool missing;
    double value;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *end = rows[i].text + strlen(rows[i].text);
        assert_true(plb_r_number(rows[i].text, end, &value, &missing));
        assert_false(missing);
        if (value != rows[i].value) fail_msg("%s: %a", rows[i].text, value);
    }
    static const char *const missing_ones[] = {"", "NA", "  "}, *const wrong[] = {
                                                                    "x",     "1x", "1e-6s", "--1",
                                                                    ".",     "e5", "1,5",   "0x10",
                                                                    "1.2.3", "na"};
    for (size_t i = 0; i < 3; i++) {
        assert_true(plb_r_number(missing_ones[i], missing_ones[i] + strlen(missing_ones[i]), &value,
                                 &missing));
        assert_true(missing && isnan(value));
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (plb_r_number(wrong[i], wrong[i] + strlen(wrong[i]), &value, &missing))
            fail_msg("%s was read", wrong[i]);
}

static void refused(const char *text, const char *where, const char *message) {
    plb_benching *benching;
    plb_error error = {0};
    plb_status status = plb_benching_parse(&benching, "b.csv", text, strlen(text), &error);
    if (!status) fail_msg("was read: %s", text);
    assert_null(benching);
    assert_string_equal(error.where, where);
    if (!strstr(error.message, message))
        fail_msg("expected \"%s\" in \"%s\"", message, error.message);
    assert_int_equal(plb_benching_parse(&benching, "b.csv", text, strlen(text), NULL), status);
}

static void errors_say_where(void **state) {
    (void) state;
    refused("", "b.csv", "got a file without any");
    refused("# nothing\n", "b.csv", "got a file without any");
    refused("a,b\n", "b.csv:1", "there is no benchmark");
    refused("benchmark,t,t.mean.lb,t.sd,t.sd.lb,t.sd.ub\nA/1,1,1,1,1,1\n", "b.csv:1",
            "there is no t.mean.ub");
    refused("benchmark,t,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n", "b.csv:1:3",
            "no column twice");
    refused(HEADER, "b.csv", "there is only a header");
    refused(HEADER "A/1,1,1,1,1,1\n", "b.csv:2", "expected 7 fields, as in the header, got 6");
    refused(HEADER "A/1,1,1,1,1,1,1\nA/1,1,1,1,1,1,1,1\n", "b.csv:3", "got 8");
    refused(HEADER "# x\nA/1,1,1,x,1,1,1\n", "b.csv:3:4",
            "expected seconds in column t.mean.ub of A/1, got 'x'");
    refused(HEADER "A/1,1,1,1,1,1,fast\n", "b.csv:2:7", "column t.sd.ub of A/1, got 'fast'");
    refused(HEADER "A,1,1,1,1,1,1\n", "b.csv:2:1",
            "expected a name with sizes, such as AddInteger/11/22, got 'A'");
    refused(HEADER "\"A/1,1,1,1,1,1,1\n", "b.csv:2", "a quote that ends with its field");
    refused(HEADER "\"A/1\"x,1,1,1,1,1,1\n", "b.csv:2", "a quote that ends with its field");
    refused(HEADER HEADER, "b.csv:2:1", "expected a name with sizes");
    char name[400];
    snprintf(name, sizeof name, HEADER "%0200d/1,1,1,1,1,1,1\n", 0);
    refused(name, "b.csv:2:1", "expected a name with sizes");
}

static void points_may_come_one_by_one(void **state) {
    (void) state;
    plb_benching *b = plb_benching_new();
    plb_bench_point point = {.time = 2, .time_low = 1, .time_high = 3, .size = {1, NAN, NAN, NAN}};
    char name[PLB_BENCH_NAME_BYTES + 8];
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3000; i++) { /* more names than there are slots at first */
            snprintf(name, sizeof name, "Name%d", i);
            assert_int_equal(plb_benching_add(b, name, &point, NULL), PLB_OK);
        }
    assert_int_equal(plb_benching_rows(b), 6000);
    for (int i = 0; i < 3000; i++) {
        snprintf(name, sizeof name, "Name%d", i);
        group_of(b, name, 2);
    }
    plb_error error;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(plb_benching_add(b, name, &point, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_benching_add(b, "", &point, &error), PLB_E_ARGUMENT);
    point.time = NAN;
    assert_int_equal(plb_benching_add(b, "Name1", &point, &error), PLB_OK);
    assert_int_equal(group_of(b, "Name1", 3)->bad, 1);
    plb_benching_free(b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_rows_by_name),
        cmocka_unit_test(columns_are_found_by_name),
        cmocka_unit_test(names_are_matched_as_in_the_reference),
        cmocka_unit_test(numbers_are_read_as_r_reads_them),
        cmocka_unit_test(errors_say_where),
        cmocka_unit_test(points_may_come_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
