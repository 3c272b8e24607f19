/* Times of day: known ones (date -u -d @SECONDS), and texts that are none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "results/utc.h"

static void known_times_are_written_and_read(void **state) {
    (void) state;
    static const struct {
        double seconds;
        const char *text;
    } known[] = {
        {0, "1970-01-01T00:00:00.000Z"},
        {951782399.5, "2000-02-28T23:59:59.500Z"},
        {951782400, "2000-02-29T00:00:00.000Z"},
        {1777293296.25, "2026-04-27T12:34:56.250Z"},
        {253402300799, "9999-12-31T23:59:59.000Z"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char text[PLB_UTC_BYTES];
        double seconds = -1;
        plb_utc_text(known[i].seconds, text);
        assert_string_equal(text, known[i].text);
        assert_true(plb_utc_parse(text, &seconds));
        assert_float_equal(seconds, known[i].seconds, 1e-3);
    }
}

static void parts_may_be_left_out(void **state) {
    (void) state;
    double seconds;
    assert_true(plb_utc_parse("2026-04-27", &seconds));
    assert_float_equal(seconds, 1777248000, 0);
    assert_true(plb_utc_parse("2026-04-27T12:34", &seconds));
    assert_float_equal(seconds, 1777293240, 0);
    assert_true(plb_utc_parse("2026-04-27T12:34:56", &seconds));
    assert_float_equal(seconds, 1777293296, 0);
}

static void other_texts_are_no_times(void **state) {
    (void) state;
    static const char *const wrong[] = {"",
                                        "yesterday",
                                        "2026",
                                        "2026-04",
                                        "26-04-27",
                                        "2026-13-01",
                                        "2026-02-29",
                                        "2026-04-27 12:00",
                                        "2026-04-27T",
                                        "2026-4-27",
                                        "2026-04-27T24:00",
                                        "2026-04-27T12:60",
                                        "1969-12-31",
                                        "2026-04-27T12:34:",
                                        "2026-04-27T12:34:61",
                                        "2026-04-27T12:34:56ZZ",
                                        "2026-04-27T12:34:nan",
                                        "2026-04-27T12:34:56+02:00",
                                        "2026-04-27T12:34:56.7891011121314Z"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        double seconds;
        if (plb_utc_parse(wrong[i], &seconds)) fail_msg("'%s' was taken for a time", wrong[i]);
    }
}

static void what_is_no_year_of_four_digits_is_not_written(void **state) {
    (void) state;
    char text[PLB_UTC_BYTES];
    static const double wrong[] = {-1, 253402300800.0, 1e300, 0.0 / 0.0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        plb_utc_text(wrong[i], text);
        assert_string_equal(text, "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_times_are_written_and_read),
        cmocka_unit_test(parts_may_be_left_out),
        cmocka_unit_test(other_texts_are_no_times),
        cmocka_unit_test(what_is_no_year_of_four_digits_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
