/* Sums of native assets, sizes of values, and the tiered fee of reference scripts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/ledger/rules/balance.h"

static plb_region arena;

static int open_arena(void **state) {
    (void) state;
    return plb_region_init(&arena, (size_t) 1 << 26) ? 0 : -1;
}

static int close_arena(void **state) {
    (void) state;
    plb_region_free(&arena);
    return 0;
}

/* Policies of 28 equal bytes; `name` a string constant. */
static plb_tx_asset asset(uint8_t fill, const char *name, plb_wide amount) {
    static uint8_t policies[256][PLB_KEY_HASH_BYTES];
    memset(policies[fill], fill, PLB_KEY_HASH_BYTES);
    return (plb_tx_asset){policies[fill], {(const uint8_t *) name, strlen(name)}, amount};
}

static const plb_tx_asset *balance(const plb_balance_term *terms, size_t count) {
    const plb_tx_asset *off;
    const uint8_t *low = arena.low;
    assert_int_equal(plb_assets_balance(&arena, terms, count, &off), PLB_OK);
    assert_ptr_equal(arena.low, low);
    return off;
}

static void what_comes_in_goes_out(void **state) {
    (void) state;
    const plb_tx_asset in[] = {asset(1, "", 5), asset(1, "a", 7), asset(1, "aa", 1),
                               asset(1, "b", 2), asset(2, "a", 9)};
    const plb_tx_asset minted[] = {asset(1, "a", -7), asset(3, "x", 4)};
    const plb_tx_asset out[] = {asset(1, "", 5), asset(1, "aa", 1), asset(1, "b", 2)};
    const plb_tx_asset rest[] = {asset(2, "a", 9), asset(3, "x", 4)};
    plb_balance_term terms[] = {{{in, 5}, 1}, {{minted, 2}, 1}, {{out, 3}, -1}, {{rest, 2}, -1}};
    assert_null(balance(terms, 4));
    const plb_tx_asset *off = balance(terms, 3);
    assert_non_null(off);
    assert_int_equal(off->policy[0], 2);
    /* In whatever order the terms come. */
    const plb_balance_term swapped[] = {terms[3], terms[1], terms[0], terms[2]};
    assert_null(balance(swapped, 4));
    terms[2].sign = 1;
    assert_non_null(balance(terms, 4));
    assert_null(balance(terms, 0));
}

/* Amounts that 64 bits can't add up. */
static void sums_are_wide(void **state) {
    (void) state;
    const plb_wide most = (plb_wide) UINT64_MAX;
    plb_tx_asset large[] = {asset(1, "a", most)}, one[] = {asset(1, "a", 1)};
    plb_balance_term terms[] = {
        {{large, 1}, 1},  {{large, 1}, 1},  {{one, 1}, 1},  {{one, 1}, 1},
        {{large, 1}, -1}, {{large, 1}, -1}, {{one, 1}, -1}, {{one, 1}, -1},
    };
    assert_null(balance(terms, 8));
    assert_non_null(balance(terms, 7));
    /* Twice 2^64 - 1 and 2 are not 0, as they would be modulo 2^64. */
    assert_non_null(balance(terms, 4));
}

/* A thousand terms of each three assets, once in and once out; then one amount is off. */
static void many_terms(void **state) {
    (void) state;
    static plb_tx_asset assets[2000][3];
    static plb_balance_term terms[2000];
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g"};
    for (size_t i = 0; i < 2000; i++) {
        size_t k = i % 1000;
        assets[i][0] = asset((uint8_t) (k % 5), names[k % 7], (plb_wide) k + 1);
        assets[i][1] = asset((uint8_t) (5 + k % 11), names[k % 3], (plb_wide) k + 2);
        assets[i][2] = asset((uint8_t) (20 + k % 200), "", 3);
        terms[i] = (plb_balance_term){{assets[i], 3}, i < 1000 ? 1 : -1};
    }
    assert_null(balance(terms, 2000));
    assets[1234][1].amount++;
    assert_ptr_equal(balance(terms, 2000)->policy, assets[1234][1].policy);
}

static void memory_has_a_limit(void **state) {
    (void) state;
    plb_region small;
    const plb_tx_asset one[] = {asset(1, "a", 1)};
    plb_balance_term terms[200];
    const plb_tx_asset *off;
    for (size_t i = 0; i < 200; i++) terms[i] = (plb_balance_term){{one, 1}, 1};
    assert_true(plb_region_init(&small, 4096));
    assert_int_equal(plb_assets_balance(&small, terms, 200, &off), PLB_E_MEMORY);
    plb_region_free(&small);
}

static void lovelace_alone_is_a_number(void **state) {
    (void) state;
    const plb_tx_assets none = {NULL, 0};
    assert_int_equal(plb_value_size(0, &none), 1);
    assert_int_equal(plb_value_size(23, &none), 1);
    assert_int_equal(plb_value_size(24, &none), 2);
    assert_int_equal(plb_value_size(255, &none), 2);
    assert_int_equal(plb_value_size(256, &none), 3);
    assert_int_equal(plb_value_size(65536, &none), 5);
    assert_int_equal(plb_value_size(UINT32_MAX, &none), 5);
    assert_int_equal(plb_value_size((uint64_t) UINT32_MAX + 1, &none), 9);
}

/* [1, {policy: {"": 1}}]: 82 01 a1 58 1c ... a1 40 01. */
static void values_are_measured_in_the_ledgers_encoding(void **state) {
    (void) state;
    plb_tx_asset items[30];
    plb_tx_assets assets = {items, 1};
    items[0] = asset(1, "", 1);
    assert_int_equal(plb_value_size(1, &assets), 1 + 1 + 1 + 30 + 1 + 1 + 1);
    /* A name of 24 bytes or more has a head of two. */
    items[0] = asset(1, "12345678901234567890123", 24);
    assert_int_equal(plb_value_size(1, &assets), 1 + 1 + 1 + 30 + 1 + 1 + 23 + 2);
    items[0] = asset(1, "123456789012345678901234", (plb_wide) UINT64_MAX);
    assert_int_equal(plb_value_size(1, &assets), 1 + 1 + 1 + 30 + 1 + 2 + 24 + 9);
    /* Maps of more than 23 entries are indefinite: a byte at both ends. */
    for (size_t i = 0; i < 30; i++) items[i] = asset((uint8_t) i, "", 1);
    assets.count = 23;
    assert_int_equal(plb_value_size(1, &assets), 1 + 1 + 1 + 23 * (30 + 1 + 2));
    assets.count = 24;
    assert_int_equal(plb_value_size(1, &assets), 1 + 1 + 2 + 24 * (30 + 1 + 2));
    static const char *const names[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
                                        "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x"};
    for (size_t i = 0; i < 24; i++) items[i] = asset(1, names[i], 1);
    assert_int_equal(plb_value_size(1, &assets), 1 + 1 + 1 + 30 + 2 + 24 * 3);
}

/* The ledger's own test (eras/conway/impl/test/Main.hs): a factor of 1.5 and 15 lovelace a byte. */
static void tiers_grow(void **state) {
    (void) state;
    static const uint64_t expected[] = {0,       384000,  960000,   1824000, 3120000,
                                        5064000, 7980000, 12354000, 18915000};
    const plb_protocol_parameters p = {.fee_per_reference_script_byte = {15, 1},
                                       .reference_script_tier_bytes = 25600,
                                       .reference_script_tier_factor = {3, 2}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        assert_int_equal(plb_reference_script_fee(&p, 25600 * i), expected[i]);
    }
}

/* By hand: 25,600 at 15, then 18, then 21.6 lovelace ...; the floor is taken once. */
static void conways_tiers(void **state) {
    (void) state;
    plb_protocol_parameters p = {.fee_per_reference_script_byte = {15, 1},
                                 .reference_script_tier_bytes = 25600,
                                 .reference_script_tier_factor = {6, 5}};
    assert_int_equal(plb_reference_script_fee(&p, 1), 15);
    assert_int_equal(plb_reference_script_fee(&p, 25599), 25599 * 15);
    assert_int_equal(plb_reference_script_fee(&p, 25601), 25600 * 15 + 18);
    assert_int_equal(plb_reference_script_fee(&p, 51201), 25600 * 33 + 21);
    assert_int_equal(plb_reference_script_fee(&p, 51202), 25600 * 33 + 43);
    assert_int_equal(plb_reference_script_fee(&p, 51205), 25600 * 33 + 108);
    /* 200 KiB are 8 tiers: 25600 * 15 * (1.2^8 - 1) / 0.2 = 25600 * 75 * 3.29981696. */
    assert_int_equal(plb_reference_script_fee(&p, 204800), 6335648);
    /* A factor of 1 is none. */
    p.reference_script_tier_factor = (plb_rational){1, 1};
    p.fee_per_reference_script_byte = (plb_rational){7, 3};
    assert_int_equal(plb_reference_script_fee(&p, 1000000), 2333333);
    p.fee_per_reference_script_byte = (plb_rational){0, 1};
    assert_int_equal(plb_reference_script_fee(&p, 1000000), 0);
}

static void fees_saturate(void **state) {
    (void) state;
    plb_protocol_parameters p = {.fee_per_reference_script_byte = {15, 1},
                                 .reference_script_tier_bytes = 25600,
                                 .reference_script_tier_factor = {6, 5}};
    assert_int_equal(plb_reference_script_fee(&p, 25600 * 300), UINT64_MAX);
    assert_int_equal(plb_reference_script_fee(&p, UINT64_MAX), UINT64_MAX);
    /* The largest terms, and as many tiers as are counted. */
    p.reference_script_tier_factor = (plb_rational){UINT32_MAX, UINT32_MAX - 1};
    p.fee_per_reference_script_byte = (plb_rational){UINT32_MAX, UINT32_MAX - 1};
    p.reference_script_tier_bytes = 1;
    /* 512 tiers of about 1 lovelace: each a little more than 1, together less than one more. */
    assert_int_equal(plb_reference_script_fee(&p, 512), 512);
    p.reference_script_tier_bytes = UINT32_MAX;
    assert_int_equal(plb_reference_script_fee(&p, (uint64_t) UINT32_MAX * 512) >> 32, 512);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_in_goes_out),
        cmocka_unit_test(sums_are_wide),
        cmocka_unit_test(many_terms),
        cmocka_unit_test(memory_has_a_limit),
        cmocka_unit_test(lovelace_alone_is_a_number),
        cmocka_unit_test(values_are_measured_in_the_ledgers_encoding),
        cmocka_unit_test(tiers_grow),
        cmocka_unit_test(conways_tiers),
        cmocka_unit_test(fees_saturate),
    };
    return cmocka_run_group_tests(tests, open_arena, close_arena);
}
