/* The verdict of native scripts, as evalTimelock of Cardano.Ledger.Allegra.Scripts gives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/ledger/rules/native_script_eval.h"

static plb_region stack;

static int open_stack(void **state) {
    (void) state;
    return plb_region_init(&stack, (size_t) 1 << 24) ? 0 : -1;
}

static int close_stack(void **state) {
    (void) state;
    plb_region_free(&stack);
    return 0;
}

/* ---- Scripts in CBOR ---- */

/* A key of 28 times `fill`. */
static void signature(plb_writer *w, uint8_t fill) {
    uint8_t hash[PLB_KEY_HASH_BYTES];
    memset(hash, fill, sizeof hash);
    plb_write_array(w, 2);
    plb_write_uint(w, 0);
    plb_write_bytes(w, hash, sizeof hash);
}

static void list_head(plb_writer *w, unsigned form, uint64_t count) {
    plb_write_array(w, 2);
    plb_write_uint(w, form);
    plb_write_array(w, count);
}

static void at_least_head(plb_writer *w, int64_t wanted, uint64_t count) {
    plb_write_array(w, 3);
    plb_write_uint(w, 3);
    plb_write_int(w, wanted);
    plb_write_array(w, count);
}

static void time_lock(plb_writer *w, unsigned form, uint64_t slot) {
    plb_write_array(w, 2);
    plb_write_uint(w, form);
    plb_write_uint(w, slot);
}

/* ---- Verdicts ---- */

/* Keys 1 and 3 have signed. */
static plb_status evaluate(const plb_writer *w, const plb_tx *facts, bool *holds) {
    plb_vkey_witness keys[2] = {{0}};
    memset(keys[0].hash, 1, sizeof keys[0].hash);
    memset(keys[1].hash, 3, sizeof keys[1].hash);
    plb_tx tx = *facts;
    tx.vkeys = keys;
    tx.vkey_count = 2;
    const uint8_t *low = stack.low, *high = stack.high;
    plb_status status = plb_native_script_eval((plb_span){w->bytes, w->length}, &tx, &stack, holds);
    assert_ptr_equal(stack.low, low);
    assert_ptr_equal(stack.high, high);
    return status;
}

static bool holds(plb_writer *w, const plb_tx *facts) {
    bool verdict = false;
    assert_int_equal(evaluate(w, facts, &verdict), PLB_OK);
    plb_writer_free(w);
    return verdict;
}

static bool signed_by(uint8_t key) {
    plb_writer w = {0};
    signature(&w, key);
    return holds(&w, &(plb_tx){0});
}

static void signatures_count(void **state) {
    (void) state;
    assert_true(signed_by(1));
    assert_true(signed_by(3));
    assert_false(signed_by(0));
    assert_false(signed_by(2));
    assert_false(signed_by(4));
}

/* `form` of the keys in `keys`. */
static bool list_holds(unsigned form, const char *keys) {
    plb_writer w = {0};
    list_head(&w, form, strlen(keys));
    for (const char *key = keys; *key != '\0'; key++) signature(&w, (uint8_t) (*key - '0'));
    return holds(&w, &(plb_tx){0});
}

static void all_and_any(void **state) {
    (void) state;
    assert_true(list_holds(1, ""));
    assert_true(list_holds(1, "131"));
    assert_false(list_holds(1, "132"));
    assert_false(list_holds(1, "213"));
    assert_false(list_holds(2, ""));
    assert_false(list_holds(2, "24"));
    assert_true(list_holds(2, "241"));
    assert_true(list_holds(2, "124"));
}

static bool at_least_holds(int64_t wanted, const char *keys) {
    plb_writer w = {0};
    at_least_head(&w, wanted, strlen(keys));
    for (const char *key = keys; *key != '\0'; key++) signature(&w, (uint8_t) (*key - '0'));
    return holds(&w, &(plb_tx){0});
}

static void at_least(void **state) {
    (void) state;
    assert_true(at_least_holds(2, "1234"));
    assert_false(at_least_holds(3, "1234"));
    assert_true(at_least_holds(3, "1113")); /* a script twice counts twice */
    assert_true(at_least_holds(0, ""));
    assert_true(at_least_holds(0, "2"));
    assert_true(at_least_holds(-1, "2"));
    assert_true(at_least_holds(INT64_MIN, ""));
    assert_false(at_least_holds(1, ""));
    assert_false(at_least_holds(INT64_MAX, "13"));
}

static bool in_time(unsigned form, uint64_t slot, const plb_tx *facts) {
    plb_writer w = {0};
    time_lock(&w, form, slot);
    return holds(&w, facts);
}

/* A bound is compared with the transaction's own, not with the slot that it is in. */
static void time_locks(void **state) {
    (void) state;
    const plb_tx unbounded = {0};
    const plb_tx bounded = {
        .has_valid_from = true, .valid_from = 100, .has_valid_until = true, .valid_until = 200};
    assert_false(in_time(4, 0, &unbounded));
    assert_true(in_time(4, 0, &bounded));
    assert_true(in_time(4, 100, &bounded));
    assert_false(in_time(4, 101, &bounded));
    assert_false(in_time(5, UINT64_MAX, &unbounded));
    assert_true(in_time(5, UINT64_MAX, &bounded));
    assert_true(in_time(5, 200, &bounded));
    assert_false(in_time(5, 199, &bounded));
}

/* Levels of "any of a key that has not signed and ..." around a script. */
static bool nested(size_t levels, uint8_t innermost) {
    plb_writer w = {0};
    for (size_t i = 0; i < levels; i++) {
        switch (i % 3) {
        case 0:
            list_head(&w, 2, 2);
            signature(&w, 2);
            break;
        case 1:
            list_head(&w, 1, 2);
            signature(&w, 3);
            break;
        default: at_least_head(&w, 1, 1);
        }
    }
    signature(&w, innermost);
    return holds(&w, &(plb_tx){0});
}

static void nesting_is_as_deep_as_it_likes(void **state) {
    (void) state;
    const size_t levels[] = {1, 2, 3, 50, 20000};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        assert_true(nested(levels[i], 1));
        assert_false(nested(levels[i], 2));
    }
}

/* 9f 01 9f ... ff ff: indefinite arrays are the same script. */
static void indefinite_arrays(void **state) {
    (void) state;
    plb_writer w = {0};
    bool verdict;
    plb_write_indefinite_array(&w);
    plb_write_uint(&w, 1);
    plb_write_indefinite_array(&w);
    signature(&w, 1);
    signature(&w, 3);
    plb_write_break(&w);
    plb_write_break(&w);
    assert_int_equal(evaluate(&w, &(plb_tx){0}, &verdict), PLB_OK);
    assert_true(verdict);
    w.length--; /* the outer end is gone */
    assert_int_equal(evaluate(&w, &(plb_tx){0}, &verdict), PLB_E_PARSE);
    plb_writer_free(&w);
}

static void memory_has_a_limit(void **state) {
    (void) state;
    plb_region small;
    plb_writer w = {0};
    bool verdict;
    assert_true(plb_region_init(&small, 4096));
    for (size_t i = 0; i < 1000; i++) list_head(&w, 1, 1);
    signature(&w, 1);
    assert_int_equal(
        plb_native_script_eval((plb_span){w.bytes, w.length}, &(plb_tx){0}, &small, &verdict),
        PLB_E_MEMORY);
    plb_region_free(&small);
    plb_writer_free(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signatures_count),
        cmocka_unit_test(all_and_any),
        cmocka_unit_test(at_least),
        cmocka_unit_test(time_locks),
        cmocka_unit_test(nesting_is_as_deep_as_it_likes),
        cmocka_unit_test(indefinite_arrays),
        cmocka_unit_test(memory_has_a_limit),
    };
    return cmocka_run_group_tests(tests, open_stack, close_stack);
}
