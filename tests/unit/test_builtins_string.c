#include "builtin_support.h"

static void strings_join_and_compare(void **state) {
    caller *c = *state;
    assert_same(call2(c, "appendString", text(c, "ab"), text(c, "\xc3\xa4")),
                text(c, "ab\xc3\xa4"));
    assert_same(call2(c, "appendString", text(c, ""), text(c, "x")), text(c, "x"));
    assert_same(call2(c, "appendString", text(c, "x"), text(c, "")), text(c, "x"));
    assert_true(call2(c, "equalsString", text(c, "ab"), text(c, "ab")) == PLB_TRUE);
    assert_true(call2(c, "equalsString", text(c, "ab"), text(c, "ac")) == PLB_FALSE);
    assert_true(call2(c, "equalsString", text(c, "ab"), text(c, "abc")) == PLB_FALSE);
    assert_refused(c, call2(c, "equalsString", text(c, "ab"), hex(c, "6162")));
}

static void utf8_goes_both_ways(void **state) {
    caller *c = *state;
    const char *encoded[] = {"",       "61",     "c3a4",     "e282ac", "f09f9880",
                             "ed9fbf", "ee8080", "f48fbfbf", "00"};
    for (size_t i = 0; i < sizeof encoded / sizeof encoded[0]; i++) {
        plb_value decoded = call1(c, "decodeUtf8", hex(c, encoded[i]));
        assert_true(plb_has_kind(decoded, PLB_KIND_STRING));
        assert_same(call1(c, "encodeUtf8", decoded), hex(c, encoded[i]));
    }
}

/* Overlong forms, surrogates, beyond U+10FFFF, cut off, stray continuation (RFC 3629). */
static void malformed_utf8_fails(void **state) {
    caller *c = *state;
    const char *malformed[] = {"80",       "c080",     "c1bf",     "e08080", "e09fbf",
                               "f0808080", "f08fbfbf", "eda080",   "edbfbf", "f4908080",
                               "f5808080", "ff",       "c3",       "e282",   "f09f98",
                               "61c3",     "c361",     "e2826161", "61ff61"};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        assert_failed(c, call1(c, "decodeUtf8", hex(c, malformed[i])));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_join_and_compare),
        cmocka_unit_test(utf8_goes_both_ways),
        cmocka_unit_test(malformed_utf8_fails),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
