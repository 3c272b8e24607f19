/* Errors as values: what a message and a place look like. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/status.h>

static void a_message_is_one_line(void **state) {
    (void) state;
    plb_error error;
    assert_int_equal(plb_fail(&error, PLB_E_PARSE, "a\nfile", "got '%s'", "x\ny\tz\x7f\r"),
                     PLB_E_PARSE);
    assert_string_equal(error.message, "got 'x y z  '");
    assert_string_equal(error.where, "a file");
    assert_int_equal(error.status, PLB_E_PARSE);
}

static void text_beyond_ascii_stays(void **state) {
    (void) state;
    plb_error error;
    plb_fail(&error, PLB_E_PARSE, NULL, "%s", "µs");
    assert_string_equal(error.message, "µs");
    assert_string_equal(error.where, "");
}

static void a_long_message_is_cut(void **state) {
    (void) state;
    plb_error error;
    char text[2 * PLB_ERROR_MESSAGE_BYTES];
    memset(text, 'm', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    plb_fail(&error, PLB_E_IO, text, "%s", text);
    assert_int_equal(strlen(error.message), PLB_ERROR_MESSAGE_BYTES - 1);
    assert_int_equal(strlen(error.where), PLB_ERROR_WHERE_BYTES - 1);
}

static void a_place_gets_what_is_around_it(void **state) {
    (void) state;
    plb_error error;
    plb_fail(&error, PLB_E_PARSE, NULL, "wrong");
    plb_error_prefix(&error, "line 3");
    plb_error_prefix(&error, "plan.json");
    assert_string_equal(error.where, "plan.json: line 3");
    assert_int_equal(plb_fail(NULL, PLB_E_MEMORY, NULL, "nobody asks"), PLB_E_MEMORY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_one_line),
        cmocka_unit_test(text_beyond_ascii_stays),
        cmocka_unit_test(a_long_message_is_cut),
        cmocka_unit_test(a_place_gets_what_is_around_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
