/* Tables of programs' times: what is written is read again, and what is no such table is refused
 * with its place. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/steps.h>

#define HEADER                                                                                     \
    "program,const,var,lam,apply,delay,force,builtin,constr,case,time_ns,low_ns,high_ns,"          \
    "builtin_ns,builtin_low_ns,builtin_high_ns"
#define STEPS "1,2,3,4,5,6,7,8,9"

static plb_error error;

static plb_step_times *parse(const char *text) {
    plb_step_times *times;
    if (plb_step_times_parse(&times, "t.csv", text, strlen(text), &error) != PLB_OK)
        fail_msg("%s: %s", error.where, error.message);
    return times;
}

static void refuses(const char *text, const char *where, const char *message) {
    plb_step_times *times;
    assert_int_equal(plb_step_times_parse(&times, "t.csv", text, strlen(text), &error),
                     PLB_E_PARSE);
    assert_null(times);
    assert_string_equal(error.where, where);
    if (strstr(error.message, message) == NULL)
        fail_msg("expected '%s', got '%s'", message, error.message);
}

static void columns_may_have_any_order(void **state) {
    (void) state;
    plb_step_times *times = parse("# own times\r\n" HEADER ",note,part_1,part_2,missing\r\n"
                                  "a/1," STEPS ",100,90,110,10,9,12,whatever,99,101,\r\n"
                                  "\n"
                                  "b," STEPS ",5.5,5,6,NA,NA,NA,,5,6,addInteger\n");
    assert_int_equal(plb_step_times_count(times), 2);
    assert_int_equal(plb_step_times_parts(times), 2);
    plb_step_time a = plb_step_times_get(times, 0), b = plb_step_times_get(times, 1);
    assert_string_equal(a.name, "a/1");
    assert_int_equal(a.line, 3);
    for (int k = 0; k < PLB_TALLY_STEPS; k++) assert_int_equal((int) a.steps[k], k + 1);
    assert_true(a.time_ns == 100 && a.low_ns == 90 && a.high_ns == 110);
    assert_true(a.builtin_ns == 10 && a.builtin_low_ns == 9 && a.builtin_high_ns == 12);
    assert_true(a.parts[0] == 99 && a.parts[1] == 101);
    assert_string_equal(a.missing, "");
    assert_true(isnan(b.builtin_ns));
    assert_string_equal(b.missing, "addInteger");
    assert_null(plb_step_times_get(times, 2).name);
    assert_null(plb_step_times_sampling(times));
    plb_step_times_free(times);
}

static void what_is_written_is_read_again(void **state) {
    char *text, *again;
    (void) state;
    plb_step_times *times = parse(HEADER ",part_1,part_2\n"
                                         "a/1," STEPS ",100.25,90,110,10,9,12,1e2,100.125\n"
                                         "b," STEPS ",5.5,5,6,NA,NA,NA,5,6\n");
    assert_int_equal(plb_step_times_csv(times, &text, &error), PLB_OK);
    plb_step_times *second = parse(text);
    assert_int_equal(plb_step_times_csv(second, &again, &error), PLB_OK);
    assert_string_equal(text, again);
    assert_string_equal(strchr(text, '\n') + 1, "a/1," STEPS ",100.25,90,110,10,9,12,,100,100.125\n"
                                                "b," STEPS ",5.5,5,6,NA,NA,NA,,5,6\n");
    free(text);
    free(again);
    plb_step_times_free(times);
    plb_step_times_free(second);
}

static void bad_headers_are_refused(void **state) {
    (void) state;
    refuses("", "t.csv", "expected a header with the columns program, const");
    refuses("# nothing\n\n", "t.csv", "expected a header");
    refuses("program,const\n", "t.csv:1", "expected a column var: there is none");
    refuses(HEADER ",var\n", "t.csv:1:17", "expected each column once, got 'var'");
    refuses(HEADER ",part_2\n", "t.csv:1", "expected a column part_1 before part_2");
    refuses(HEADER "\n", "t.csv", "expected a row for each program");
    char *many = calloc(1, 4096);
    memset(many, ',', 200);
    refuses(many, "t.csv:1", "expected at most 128 columns");
    free(many);
}

static void bad_rows_are_refused(void **state) {
    (void) state;
    refuses(HEADER "\na,1\n", "t.csv:2", "expected 16 fields, as in the header, got 2");
    refuses(HEADER "\na," STEPS ",fast,1,1,0,0,0\n", "t.csv:2:11", "expected a number, got 'fast'");
    refuses(HEADER "\na," STEPS ",1x,1,1,0,0,0\n", "t.csv:2:11", "expected a number, got '1x'");
    refuses(HEADER "\na," STEPS ",inf,1,1,0,0,0\n", "t.csv:2:11", "expected a number, got 'inf'");
    refuses(HEADER "\na," STEPS ",,1,1,0,0,0\n", "t.csv:2:11", "expected a number, got ''");
    refuses(HEADER "\na," STEPS ",NA,1,1,0,0,0\n", "t.csv:2: a",
            "expected time_ns from 0.001 to 1e15");
    refuses(HEADER "\na," STEPS ",0,0,0,0,0,0\n", "t.csv:2: a",
            "expected time_ns from 0.001 to 1e15");
    refuses(HEADER "\na," STEPS ",-1,-1,-1,0,0,0\n", "t.csv:2: a",
            "expected time_ns from 0.001 to 1e15");
    refuses(HEADER "\na," STEPS ",5,6,7,0,0,0\n", "t.csv:2: a", "low_ns <= time_ns <= high_ns");
    refuses(HEADER "\na," STEPS ",5,4,6,3,4,5\n", "t.csv:2: a", "builtin_low_ns <= builtin_ns");
    refuses(HEADER "\na," STEPS ",5,4,6,3,NA,5\n", "t.csv:2: a", "or NA for all three");
    refuses(HEADER "\na,1.5,2,3,4,5,6,7,8,9,5,4,6,0,0,0\n", "t.csv:2: a", "whole numbers of steps");
    refuses(HEADER "\na,-1,2,3,4,5,6,7,8,9,5,4,6,0,0,0\n", "t.csv:2: a", "whole numbers of steps");
    refuses(HEADER "\na,0,0,0,0,0,0,0,0,0,5,4,6,0,0,0\n", "t.csv:2: a", "at least one step");
    refuses(HEADER "\n," STEPS ",5,4,6,0,0,0\n", "t.csv:2", "a name of 1 to 95 bytes");
    refuses(HEADER "\na," STEPS ",5,4,6,0,0,0\na," STEPS ",5,4,6,0,0,0\n", "t.csv:3: a",
            "programs of different names");
    refuses(HEADER ",part_1\na," STEPS ",5,4,6,0,0,0,0\n", "t.csv:2: a",
            "a time from 0.001 to 1e15 in every part");
    refuses(HEADER ",missing\na," STEPS ",5,4,6,NA,NA,NA,\x1b[1m\n", "t.csv:2:17",
            "the name of a builtin, or nothing");
}

static void too_many_rows_are_refused(void **state) {
    size_t length = 0, size = 64 * (PLB_STEP_PROGRAMS_MAX + 10);
    char *text = malloc(size);
    (void) state;
    length += (size_t) snprintf(text, size, HEADER "\n");
    for (int i = 0; i <= PLB_STEP_PROGRAMS_MAX; i++)
        length += (size_t) snprintf(text + length, size - length, "p%d," STEPS ",5,4,6,0,0,0\n", i);
    refuses(text, "t.csv:1002", "at most 1000 programs");
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_may_have_any_order),
        cmocka_unit_test(what_is_written_is_read_again),
        cmocka_unit_test(bad_headers_are_refused),
        cmocka_unit_test(bad_rows_are_refused),
        cmocka_unit_test(too_many_rows_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
