/* Baselines: written, read again, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/regress/baseline.h"

/* A baseline of one item, with parts that tests replace. */
#define HEAD "{\"format\": \"plutbench-baseline\",\n\"schema\": 1,\n\"written\": \"2026-11-21\",\n"
#define LIBRARY                                                                                    \
    "\"library\": {\"version\": \"0.1.0\", \"revision\": \"abc\", \"compiler\": \"GNU\", "         \
    "\"flags\":"                                                                                   \
    " \"-O2\", \"linked\": {\"GMP\": \"6.2.1\"}},\n"
#define MACHINE                                                                                    \
    "\"machine\": {\"cpu_model\": \"A\", \"clock_source\": \"tsc\", \"cpus\": 2, \"hypervisor\": " \
    "true, \"pace_ns\": 700.5},\n"
#define TIME                                                                                       \
    "{\"ns\": 60.5, \"low_ns\": 60, \"high_ns\": 61, \"freedom\": 7.5, \"spread\": 0.01, "         \
    "\"processes\": 32}"
#define BUDGETS "\"budgets\": {\"E\": {\"memory\": 602, \"steps\": 181308}}"
#define ITEM "{" BUDGETS ",\n\"evaluate\": " TIME ", \"measured\": \"2026-11-20\"}"
#define ITEMS(item) "\"items\": {\"AddInteger/1/1\": " item "},\n"
#define SCALE "\"scale\": {\"Sha2_256/200\": {\"evaluate\": " TIME "}}}\n"
#define WHOLE                                                                                      \
    HEAD LIBRARY MACHINE ITEMS(ITEM)                                                               \
    SCALE

static void what_is_written_is_read(void **state) {
    (void) state;
    plb_baseline *b = NULL;
    plb_error error;
    assert_int_equal(plb_baseline_read(&b, "b.json", WHOLE, strlen(WHOLE), &error), PLB_OK);
    assert_int_equal(b->count, 1);
    assert_string_equal(b->revision, "abc");
    assert_string_equal(b->libraries[0].name, "GMP");
    assert_true(b->machine.hypervisor);
    const plb_baseline_item *item = plb_baseline_find(b, "AddInteger/1/1");
    assert_non_null(item);
    assert_null(plb_baseline_find(b, "AddInteger/1/2"));
    assert_true(item->budgets[4].known && !item->budgets[0].known);
    assert_int_equal(item->budgets[4].used.steps, 181308);
    assert_float_equal(item->times[PLB_GATE_EVALUATE].high_ns, 61, 0);
    assert_float_equal(item->times[PLB_GATE_DECODE].ns, 0, 0);
    assert_string_equal(item->measured, "2026-11-20");
    assert_int_equal(b->scale_count, 1);

    char *text = NULL, *again = NULL;
    assert_int_equal(plb_baseline_text(b, &text, &error), PLB_OK);
    plb_baseline_free(b);
    assert_int_equal(plb_baseline_read(&b, "b.json", text, strlen(text), &error), PLB_OK);
    assert_int_equal(plb_baseline_text(b, &again, &error), PLB_OK);
    assert_string_equal(text, again);
    plb_baseline_free(b);
    free(text);
    free(again);
}

/* Five digits: what was measured to fewer does not change the file. */
static void times_are_rounded(void **state) {
    (void) state;
    plb_baseline *b = plb_baseline_new(1, 0);
    plb_error error;
    char *text = NULL;
    assert_non_null(b);
    (void) strcpy(b->items[0].name, "UnitTerm/1");
    b->items[0].times[0] = (plb_gate_time){12.3456789, 12.3, 12.4, 7, 0.01, 16};
    b->count = 1;
    assert_int_equal(plb_baseline_text(b, &text, &error), PLB_OK);
    assert_non_null(strstr(text, "\"ns\": 12.346,"));
    free(text);
    plb_baseline_free(b);
}

/* Refused with that status, at that place, with that message. */
static void refused(const char *text, plb_status status, const char *where, const char *message) {
    plb_baseline *b = NULL;
    plb_error error = {.status = PLB_OK};
    assert_int_equal(plb_baseline_read(&b, "b.json", text, strlen(text), &error), status);
    assert_null(b);
    if (strcmp(error.where, where) != 0 || strstr(error.message, message) == NULL) {
        print_error("%s: %s\n", error.where, error.message);
        fail();
    }
}

static void damaged_baselines_are_refused(void **state) {
    (void) state;
    const plb_status parse = PLB_E_PARSE;
    refused("", parse, "b.json:1:0", "expected JSON");
    refused("{\"format\": \"plutbench-baseline\",", parse, "b.json:1:32", "expected JSON");
    refused("[]", parse, "b.json:1", "expected a baseline");
    refused("{\"format\": \"other\"}", parse, "b.json:1", "expected a baseline");
    refused("{\"format\": \"plutbench-baseline\"}", parse, "b.json:1: schema",
            "expected a schema version");
    refused("{\"format\": \"plutbench-baseline\", \"schema\": 2}", PLB_E_UNSUPPORTED,
            "b.json:1: schema", "expected schema version 1, got 2");
    refused(HEAD "\"library\": 1}", parse, "b.json:4: library", "expected an object");
    refused(HEAD MACHINE ITEMS(ITEM) SCALE, parse, "b.json:1", "expected a field \"library\"");
    refused(HEAD LIBRARY ITEMS(ITEM) SCALE, parse, "b.json:1", "expected a field \"machine\"");
    refused(HEAD LIBRARY MACHINE SCALE, parse, "b.json:1", "expected a field \"items\"");
    refused(HEAD LIBRARY MACHINE "\"items\": {\"a\": {}, \"a\": {}}," SCALE, parse, "b.json:6:22",
            "duplicate object key");
}

static void damaged_items_are_refused(void **state) {
    (void) state;
    const char *item = "b.json:6: items.AddInteger/1/1";
#define WITH(text)                                                                                 \
    HEAD LIBRARY MACHINE ITEMS(text)                                                               \
    SCALE
    refused(WITH("3"), PLB_E_PARSE, item, "expected an object, got");
    refused(WITH("{\"extra\": 1}"), PLB_E_PARSE, "b.json:6: items.AddInteger/1/1.extra",
            "expected one of budgets, evaluate, decode, measured, sha256");
    refused(WITH("{\"sha256\": \"12\"}"), PLB_E_PARSE, "b.json:6: items.AddInteger/1/1.sha256",
            "expected 64 hexadecimal digits");
    refused(WITH("{\"measured\": \"today\"}"), PLB_E_PARSE,
            "b.json:6: items.AddInteger/1/1.measured", "expected a day");
    refused(WITH("{\"budgets\": {\"F\": {}}}"), PLB_E_PARSE,
            "b.json:6: items.AddInteger/1/1.budgets.F", "expected a semantics variant, A to E");
    refused(WITH("{\"budgets\": {\"E\": {\"memory\": -1, \"steps\": 1}}}"), PLB_E_PARSE,
            "b.json:6: items.AddInteger/1/1.budgets.E.memory", "not negative");
    refused(WITH("{\"budgets\": {\"E\": {\"memory\": 1e99, \"steps\": 1}}}"), PLB_E_PARSE,
            "b.json:6: items.AddInteger/1/1.budgets.E.memory", "expected");
    refused(WITH("{\"evaluate\": {\"ns\": 5}}"), PLB_E_PARSE,
            "b.json:6: items.AddInteger/1/1.evaluate", "expected a field \"low_ns\"");
    refused(WITH("{\"evaluate\": {\"ns\": 5, \"low_ns\": 6, \"high_ns\": 7, \"freedom\": 3, "
                 "\"spread\": 0, \"processes\": 9}}"),
            PLB_E_PARSE, "b.json:6: items.AddInteger/1/1.evaluate", "0 < low_ns <= ns <= high_ns");
    refused(WITH("{\"evaluate\": {\"ns\": \"5\"}}"), PLB_E_PARSE,
            "b.json:6: items.AddInteger/1/1.evaluate.ns", "expected a number, got a string");
}

static void machines_are_the_same_by_model(void **state) {
    (void) state;
    plb_baseline_machine a = {.cpu_model = "A", .hypervisor = true, .cpus = 2}, b = a;
    assert_true(plb_baseline_same_machine(&a, &b));
    b.hypervisor = false;
    assert_false(plb_baseline_same_machine(&a, &b));
    a.cpu_model[0] = b.cpu_model[0] = '\0';
    assert_false(plb_baseline_same_machine(&a, &a));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(times_are_rounded),
        cmocka_unit_test(damaged_baselines_are_refused),
        cmocka_unit_test(damaged_items_are_refused),
        cmocka_unit_test(machines_are_the_same_by_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
