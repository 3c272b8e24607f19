/* The loop counter in a redeemer: where it is found, and that nothing else changes. The convention
 * is that of scriptDataModifyNumber (cardano-node, Cardano.TxGenerator.PlutusContext): the first
 * integer in order, through fields, items and the values of maps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/scripts.h>

static plb_program *data(const char *json) {
    plb_error error;
    plb_program *program = plb_program_new(0);
    assert_non_null(program);
    if (plb_program_data_json(program, json, strlen(json), &error) != PLB_OK) {
        fail_msg("%s: %s: %s", json, error.where, error.message);
    }
    return program;
}

static const struct {
    const char *before;
    int64_t counter;
    const char *after; /* with 7 loops more */
} cases[] = {
    {"{\"int\": 1000000}", 1000000, "{\"int\": 1000007}"},
    {"{\"int\": -3}", -3, "{\"int\": 4}"},
    {"{\"constructor\":2,\"fields\":[{\"int\":5},{\"int\":6}]}", 5,
     "{\"constructor\":2,\"fields\":[{\"int\":12},{\"int\":6}]}"},
    {"{\"constructor\":0,\"fields\":[{\"bytes\":\"00\"},{\"bytes\":\"01\"},{\"int\":1},{\"bytes\":"
     "\"02\"}]}",
     1,
     "{\"constructor\":0,\"fields\":[{\"bytes\":\"00\"},{\"bytes\":\"01\"},{\"int\":8},{\"bytes\":"
     "\"02\"}]}"},
    /* Into what stands first, before what stands beside it. */
    {"{\"list\":[{\"list\":[]},{\"list\":[{\"constructor\":9,\"fields\":[{\"int\":3}]}]},{\"int\":"
     "4}]}",
     3,
     "{\"list\":[{\"list\":[]},{\"list\":[{\"constructor\":9,\"fields\":[{\"int\":10}]}]},{\"int\":"
     "4}]}"},
    /* A map's values, and not its keys. */
    {"{\"map\":[{\"k\":{\"int\":1},\"v\":{\"bytes\":\"\"}},{\"k\":{\"int\":2},\"v\":{\"int\":3}}]}",
     3,
     "{\"map\":[{\"k\":{\"int\":1},\"v\":{\"bytes\":\"\"}},{\"k\":{\"int\":2},\"v\":{\"int\":10}}]"
     "}"},
    {"{\"list\":[{\"map\":[]},{\"map\":[{\"k\":{\"int\":1},\"v\":{\"list\":[]}}]},{\"int\":20}]}",
     20,
     "{\"list\":[{\"map\":[]},{\"map\":[{\"k\":{\"int\":1},\"v\":{\"list\":[]}}]},{\"int\":27}]}"},
};
enum { CASE_COUNT = sizeof cases / sizeof cases[0] };

static void the_first_integer_is_the_counter(void **state) {
    (void) state;
    for (size_t i = 0; i < CASE_COUNT; i++) {
        plb_error error;
        int64_t counter;
        plb_program *before = data(cases[i].before);
        plb_program *kept = data(cases[i].before);
        plb_program *after = data(cases[i].after);
        plb_program *made = plb_program_new(0);
        assert_int_equal(plb_redeemer_counter(before, &counter, &error), PLB_OK);
        assert_int_equal(counter, cases[i].counter);
        assert_int_equal(plb_redeemer_add_loops(made, before, 7, &error), PLB_OK);
        assert_true(plb_program_equal(made, after));
        assert_false(plb_program_equal(made, kept));
        assert_true(plb_program_equal(before, kept));
        /* No loops: the same redeemer. */
        assert_int_equal(plb_redeemer_add_loops(made, before, 0, &error), PLB_OK);
        assert_true(plb_program_equal(made, kept));
        plb_program_free(before);
        plb_program_free(kept);
        plb_program_free(after);
        plb_program_free(made);
    }
}

static void a_redeemer_without_a_counter_is_refused(void **state) {
    (void) state;
    static const char *const redeemers[] = {
        "{\"bytes\":\"0f4240\"}",
        "{\"list\":[]}",
        "{\"map\":[]}",
        "{\"constructor\":0,\"fields\":[]}",
        "{\"map\":[{\"k\":{\"int\":1000000},\"v\":{\"bytes\":\"\"}}]}",
        "{\"list\":[{\"bytes\":\"\"},{\"constructor\":1000000,\"fields\":[{\"list\":[]}]}]}",
    };
    plb_program *made = plb_program_new(0);
    for (size_t i = 0; i < sizeof redeemers / sizeof *redeemers; i++) {
        plb_error error;
        int64_t counter;
        plb_program *redeemer = data(redeemers[i]);
        assert_int_equal(plb_redeemer_counter(redeemer, &counter, &error), PLB_E_PARSE);
        assert_non_null(strstr(error.message, "counter not found in the redeemer"));
        assert_int_equal(plb_redeemer_add_loops(made, redeemer, 1, &error), PLB_E_PARSE);
        assert_non_null(strstr(error.message, "counter not found in the redeemer"));
        plb_program_free(redeemer);
    }
    plb_program_free(made);
}

static void a_counter_beyond_64_bits_is_refused(void **state) {
    (void) state;
    plb_error error;
    int64_t counter;
    plb_program *made = plb_program_new(0);
    plb_program *large = data("{\"int\": 9223372036854775808}");
    assert_int_equal(plb_redeemer_counter(large, &counter, &error), PLB_E_PARSE);
    assert_non_null(strstr(error.message, "64 bits"));
    plb_program *last = data("{\"int\": 9223372036854775800}");
    plb_program *most = data("{\"int\": 9223372036854775807}");
    assert_int_equal(plb_redeemer_add_loops(made, last, 7, &error), PLB_OK);
    assert_true(plb_program_equal(made, most));
    assert_int_equal(plb_redeemer_add_loops(made, last, 8, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_redeemer_add_loops(made, last, UINT64_MAX, &error), PLB_E_ARGUMENT);
    plb_program_free(large);
    plb_program_free(last);
    plb_program_free(most);
    plb_program_free(made);
}

static void a_script_is_no_redeemer(void **state) {
    (void) state;
    static const char text[] = "(program 1.0.0 (lam x x))";
    plb_error error;
    int64_t counter;
    uint8_t *bytes;
    size_t length;
    plb_program *program = plb_program_new(0);
    assert_int_equal(plb_program_parse_text(program, (plb_era){0}, text, sizeof text - 1, &error),
                     PLB_OK);
    assert_int_equal(plb_redeemer_counter(program, &counter, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_data_encode(program, &bytes, &length, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_redeemer_add_loops(program, program, 1, &error), PLB_E_ARGUMENT);
    plb_program_free(program);
}

/* CBOR of n lists inside each other around `inner`. */
static plb_program *nested(size_t n, uint8_t inner) {
    plb_error error;
    uint8_t *cbor = malloc(n + 1);
    assert_non_null(cbor);
    memset(cbor, 0x81, n); /* a list of one item */
    cbor[n] = inner;
    plb_program *program = plb_program_new(0);
    assert_int_equal(plb_program_data_cbor(program, cbor, n + 1, &error), PLB_OK);
    free(cbor);
    return program;
}

static void depth_of_nesting_has_no_limit(void **state) {
    (void) state;
    plb_error error;
    plb_program *before = nested(500000, 0x02); /* 2 */
    plb_program *after = nested(500000, 0x09);  /* 9 */
    plb_program *none = nested(500000, 0x40);   /* an empty byte string */
    plb_program *made = plb_program_new(0);
    assert_int_equal(plb_redeemer_add_loops(made, before, 7, &error), PLB_OK);
    assert_true(plb_program_equal(made, after));
    assert_int_equal(plb_redeemer_add_loops(made, none, 7, &error), PLB_E_PARSE);
    plb_program_free(before);
    plb_program_free(after);
    plb_program_free(none);
    plb_program_free(made);
}

/* PlutusCore.Data encodes a constructor's fields as a list of indefinite length. */
static void data_is_encoded_as_the_reference_does(void **state) {
    (void) state;
    static const uint8_t expected[] = {0xd8, 0x79, 0x9f, 0x1a, 0x00, 0x0f,
                                       0x42, 0x41, 0x41, 0xab, 0xff};
    plb_error error;
    uint8_t *bytes;
    size_t length;
    plb_program *made = plb_program_new(0);
    plb_program *redeemer =
        data("{\"constructor\":0,\"fields\":[{\"int\":1000000},{\"bytes\":\"ab\"}]}");
    assert_int_equal(plb_redeemer_add_loops(made, redeemer, 1, &error), PLB_OK);
    assert_int_equal(plb_data_encode(made, &bytes, &length, &error), PLB_OK);
    assert_int_equal(length, sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
    free(bytes);
    plb_program_free(redeemer);
    plb_program_free(made);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_integer_is_the_counter),
        cmocka_unit_test(a_redeemer_without_a_counter_is_refused),
        cmocka_unit_test(a_counter_beyond_64_bits_is_refused),
        cmocka_unit_test(a_script_is_no_redeemer),
        cmocka_unit_test(depth_of_nesting_has_no_limit),
        cmocka_unit_test(data_is_encoded_as_the_reference_does),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
