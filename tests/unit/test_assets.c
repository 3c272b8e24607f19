/* The builtin value type: the rules of PlutusCore.Value and CIP-153, case by case. */
#include "harness/machine/assets.h"
#include "harness/machine/assets_sizes.h"
#include "tests/builtin_fixture.h"

typedef struct entry {
    const char *policy, *token;
    int64_t quantity;
} entry;

static plb_value key_of(char letter, size_t length) {
    uint8_t bytes[64];
    memset(bytes, letter, sizeof bytes);
    return bytes_value(bytes, length);
}

/* Through the builder: what constants may look like. The entries' policies are opened as they
 * change. NULL, or what the builder expected. */
static const char *build(const entry *entries, size_t count, plb_value *value) {
    plb_assets_builder builder;
    plb_assets_begin(&builder, heap);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || strcmp(entries[i].policy, entries[i - 1].policy) != 0) {
            if (!plb_assets_policy(&builder, string_bytes(entries[i].policy))) break;
        }
        if (!plb_assets_add(&builder, string_bytes(entries[i].token),
                            int_value(entries[i].quantity))) {
            break;
        }
    }
    *value = plb_assets_end(&builder);
    return builder.problem;
}

static plb_value value_of(const entry *entries, size_t count) {
    plb_value value;
    assert_null(build(entries, count, &value));
    return made(value);
}

#define VALUE(...)                                                                                 \
    value_of((const entry[]){__VA_ARGS__}, sizeof(const entry[]){__VA_ARGS__} / sizeof(entry))

static plb_value empty_value(void) { return value_of(NULL, 0); }

static void assert_value(plb_value value, plb_value expected) {
    assert_true(plb_has_kind(made(value), PLB_KIND_VALUE));
    assert_int_equal(plb_constant_equal(value, expected), 1);
    const plb_assets *a = plb_assets_of(value), *b = plb_assets_of(expected);
    assert_int_equal(a->policies, b->policies);
    assert_int_equal(a->largest_policy, b->largest_policy);
    assert_int_equal(a->negatives, b->negatives);
}

/* ---- Constants ---- */

static void numbers_of_a_value(void **state) {
    (void) state;
    plb_value value =
        VALUE({"", "", 5}, {"a", "", -1}, {"a", "x", 2}, {"a", "xy", -3}, {"b", "", 1});
    const plb_assets *assets = plb_assets_of(value);
    assert_int_equal(assets->head.size, 5);
    assert_int_equal(assets->policies, 3);
    assert_int_equal(assets->largest_policy, 3);
    assert_int_equal(assets->negatives, 2);
    assert_true(CALL(assetCount, value) == plb_small(5));
    assets = plb_assets_of(empty_value());
    assert_int_equal(assets->head.size, 0);
    assert_int_equal(assets->policies, 0);
    assert_int_equal(assets->largest_policy, 0);
}

static void breaches_are_named(void **state) {
    (void) state;
    plb_value value;
    const entry unordered[] = {{"b", "", 1}, {"a", "", 1}};
    assert_string_equal(build(unordered, 2, &value), "policies in strictly ascending order");
    assert_true(value == PLB_NO_VALUE);
    const entry longer_first[] = {{"ab", "", 1}, {"a", "", 1}};
    assert_string_equal(build(longer_first, 2, &value), "policies in strictly ascending order");
    const entry twice[] = {{"a", "x", 1}, {"a", "x", 1}};
    assert_string_equal(build(twice, 2, &value), "tokens in strictly ascending order");
    const entry zero[] = {{"a", "x", 0}};
    assert_string_equal(build(zero, 1, &value), "a quantity that is not zero");
    const entry high_bytes[] = {{"\x7f", "x", 1}, {"\x80", "x", 1}};
    assert_null(build(high_bytes, 2, &value)); /* bytes are unsigned */
}

static void a_policy_needs_a_token(void **state) {
    (void) state;
    plb_assets_builder builder;
    plb_assets_begin(&builder, heap);
    assert_true(plb_assets_policy(&builder, string_bytes("a")));
    assert_false(plb_assets_policy(&builder, string_bytes("b")));
    assert_int_equal(builder.breach, PLB_ASSETS_POLICY_EMPTY);
    assert_true(plb_assets_end(&builder) == PLB_NO_VALUE);
    plb_assets_begin(&builder, heap);
    assert_true(plb_assets_policy(&builder, string_bytes("a")));
    assert_true(plb_assets_end(&builder) == PLB_NO_VALUE);
    assert_int_equal(builder.breach, PLB_ASSETS_POLICY_EMPTY);
}

static plb_assets_breach breach_of(plb_value policy, plb_value token, plb_value quantity) {
    plb_assets_builder builder;
    plb_assets_begin(&builder, heap);
    if (plb_assets_policy(&builder, policy)) (void) plb_assets_add(&builder, token, quantity);
    plb_value value = plb_assets_end(&builder);
    assert_true((value == PLB_NO_VALUE) == (builder.breach != PLB_ASSETS_GOOD));
    return builder.breach;
}

static void bounds_of_keys_and_quantities(void **state) {
    (void) state;
    plb_value key = key_of('k', 32), one = int_value(1);
    assert_int_equal(breach_of(key, key, one), PLB_ASSETS_GOOD);
    assert_int_equal(breach_of(key_of('k', 33), key, one), PLB_ASSETS_KEY_TOO_LONG);
    assert_int_equal(breach_of(key, key_of('k', 33), one), PLB_ASSETS_KEY_TOO_LONG);
    assert_int_equal(breach_of(key, key, power_of_two(false, 127, -1)), PLB_ASSETS_GOOD);
    assert_int_equal(breach_of(key, key, power_of_two(false, 127, 0)), PLB_ASSETS_QUANTITY_RANGE);
    assert_int_equal(breach_of(key, key, power_of_two(true, 127, 0)), PLB_ASSETS_GOOD);
    assert_int_equal(breach_of(key, key, power_of_two(true, 127, 1)), PLB_ASSETS_QUANTITY_RANGE);
    assert_int_equal(breach_of(key, key, power_of_two(true, 128, 0)), PLB_ASSETS_QUANTITY_RANGE);
    assert_int_equal(breach_of(key, key, power_of_two(false, 64, 0)), PLB_ASSETS_GOOD);
    assert_int_equal(breach_of(key, key, power_of_two(false, 200, 0)), PLB_ASSETS_QUANTITY_RANGE);
}

static void quantities_survive_conversion(void **state) {
    (void) state;
    for (unsigned exponent = 0; exponent <= 127; exponent++) {
        for (int offset = -1; offset <= 1; offset++) {
            for (int sign = 0; sign < 2; sign++) {
                plb_value n = power_of_two(sign != 0, exponent, offset);
                plb_quantity quantity;
                if (!plb_quantity_of(n, &quantity)) {
                    assert_int_equal(exponent, 127);
                    assert_true(offset > 0 || sign == 0);
                    continue;
                }
                assert_true((quantity < 0) == (plb_int_sign(n) < 0));
                assert_int_equal(plb_int_compare(plb_make_quantity(heap, quantity), n), 0);
            }
        }
    }
}

/* ---- insertCoin, lookupCoin ---- */

static plb_value insert(const char *policy, const char *token, int64_t quantity, plb_value value) {
    return CALL(insertCoin, string_bytes(policy), string_bytes(token), int_value(quantity), value);
}

static void insert_puts_in_and_replaces(void **state) {
    (void) state;
    plb_value value = insert("b", "x", 1, empty_value());
    assert_value(value, VALUE({"b", "x", 1}));
    value = insert("a", "y", -7, value);
    value = insert("b", "", 3, value);
    assert_value(value, VALUE({"a", "y", -7}, {"b", "", 3}, {"b", "x", 1}));
    assert_value(insert("b", "", -3, value), VALUE({"a", "y", -7}, {"b", "", -3}, {"b", "x", 1}));
    assert_value(insert("a", "y", 7, value), VALUE({"a", "y", 7}, {"b", "", 3}, {"b", "x", 1}));
}

static void insert_of_zero_takes_out(void **state) {
    (void) state;
    plb_value value = VALUE({"a", "y", -7}, {"b", "", 3}, {"b", "x", 1});
    assert_value(insert("b", "x", 0, value), VALUE({"a", "y", -7}, {"b", "", 3}));
    assert_value(insert("a", "y", 0, value), VALUE({"b", "", 3}, {"b", "x", 1}));
    assert_value(insert("c", "y", 0, value), value);
    assert_value(insert("b", "y", 0, value), value);
    plb_value long_key = key_of('a', 33); /* no failure: there is nothing to take out */
    assert_value(CALL(insertCoin, long_key, long_key, int_value(0), value), value);
    assert_value(insert("b", "", 0, VALUE({"b", "", 3})), empty_value());
}

static void insert_refuses_what_is_out_of_bounds(void **state) {
    (void) state;
    plb_value long_key = key_of('a', 33), key = key_of('a', 32), one = int_value(1);
    plb_value empty = empty_value();
    assert_fails(CALL(insertCoin, long_key, key, one, empty), "insertCoin: invalid currency");
    assert_fails(CALL(insertCoin, key, long_key, one, empty), "insertCoin: invalid token");
    const char *quantity = "insertCoin: quantity out of bounds";
    assert_fails(CALL(insertCoin, key, key, power_of_two(false, 127, 0), empty), quantity);
    assert_fails(CALL(insertCoin, key, key, power_of_two(true, 127, 1), empty), quantity);
    made(CALL(insertCoin, key, key, power_of_two(false, 127, -1), empty));
    made(CALL(insertCoin, key, key, power_of_two(true, 127, 0), empty));
}

static void lookup_gives_the_quantity_or_zero(void **state) {
    (void) state;
    plb_value value = VALUE({"", "", 9}, {"a", "x", 1}, {"a", "xy", -2});
    assert_true(CALL(lookupCoin, string_bytes(""), string_bytes(""), value) == plb_small(9));
    assert_true(CALL(lookupCoin, string_bytes("a"), string_bytes("xy"), value) == plb_small(-2));
    assert_true(CALL(lookupCoin, string_bytes("a"), string_bytes(""), value) == plb_small(0));
    assert_true(CALL(lookupCoin, string_bytes("b"), string_bytes("x"), value) == plb_small(0));
    assert_true(CALL(lookupCoin, key_of('a', 40), key_of('a', 40), value) == plb_small(0));
}

/* ---- unionValue, valueContains ---- */

static void union_adds_and_drops_zeros(void **state) {
    (void) state;
    plb_value a = VALUE({"", "", 1}, {"a", "x", 5}, {"b", "y", 2});
    plb_value b = VALUE({"", "", 2}, {"a", "x", -5}, {"b", "x", 7}, {"c", "z", -1});
    plb_value sum = VALUE({"", "", 3}, {"b", "x", 7}, {"b", "y", 2}, {"c", "z", -1});
    assert_value(CALL(unionValue, a, b), sum);
    assert_value(CALL(unionValue, b, a), sum);
    assert_value(CALL(unionValue, a, empty_value()), a);
    assert_value(CALL(unionValue, empty_value(), a), a);
    assert_value(CALL(unionValue, a, CALL(scaleValue, int_value(-1), a)), empty_value());
}

static plb_value single(plb_value quantity) {
    return made(CALL(insertCoin, string_bytes("a"), string_bytes("b"), quantity, empty_value()));
}

static void union_overflow_fails(void **state) {
    (void) state;
    const char *reason = "unionValue: quantity is out of the signed 128-bit integer bounds";
    plb_value most = power_of_two(false, 127, -1), least = power_of_two(true, 127, 0);
    assert_fails(CALL(unionValue, single(most), single(int_value(1))), reason);
    assert_fails(CALL(unionValue, single(least), single(int_value(-1))), reason);
    plb_value almost = single(power_of_two(false, 127, -2));
    assert_value(CALL(unionValue, almost, single(int_value(1))), single(most));
    assert_value(CALL(unionValue, single(power_of_two(true, 127, -1)), single(int_value(-1))),
                 single(least));
    assert_value(CALL(unionValue, single(most), single(least)), single(int_value(-1)));
}

static void contains_compares_every_entry(void **state) {
    (void) state;
    plb_value whole = VALUE({"", "", 10}, {"a", "x", 5}, {"a", "y", 6});
    plb_value empty = empty_value();
    assert_true(CALL(valueContains, whole, whole) == PLB_TRUE);
    assert_true(CALL(valueContains, whole, empty) == PLB_TRUE);
    assert_true(CALL(valueContains, empty, empty) == PLB_TRUE);
    assert_true(CALL(valueContains, empty, whole) == PLB_FALSE);
    assert_true(CALL(valueContains, whole, VALUE({"a", "y", 6})) == PLB_TRUE);
    assert_true(CALL(valueContains, whole, VALUE({"a", "y", 7})) == PLB_FALSE);
    assert_true(CALL(valueContains, whole, VALUE({"a", "z", 1})) == PLB_FALSE);
    assert_true(CALL(valueContains, whole, VALUE({"b", "x", 1})) == PLB_FALSE);
}

static void contains_refuses_negative_quantities(void **state) {
    (void) state;
    plb_value good = VALUE({"a", "x", 5}), bad = VALUE({"a", "x", -5}, {"b", "x", 1});
    assert_fails(CALL(valueContains, bad, good),
                 "valueContains: first value contains negative amounts");
    assert_fails(CALL(valueContains, good, bad),
                 "valueContains: second value contains negative amounts");
}

/* ---- scaleValue ---- */

static void scale_multiplies(void **state) {
    (void) state;
    plb_value value = VALUE({"a", "x", 5}, {"b", "y", -2});
    assert_value(CALL(scaleValue, int_value(3), value), VALUE({"a", "x", 15}, {"b", "y", -6}));
    assert_value(CALL(scaleValue, int_value(-1), value), VALUE({"a", "x", -5}, {"b", "y", 2}));
    assert_value(CALL(scaleValue, int_value(0), value), empty_value());
    assert_value(CALL(scaleValue, power_of_two(false, 5000, 0), empty_value()), empty_value());
}

static void scale_overflow_fails(void **state) {
    (void) state;
    const char *reason = "scaleValue: quantity out of bounds";
    plb_value least = power_of_two(true, 127, 0), over = power_of_two(false, 127, 0);
    assert_value(CALL(scaleValue, over, single(int_value(-1))), single(least));
    assert_fails(CALL(scaleValue, over, single(int_value(1))), reason);
    assert_value(CALL(scaleValue, least, single(int_value(1))), single(least));
    assert_fails(CALL(scaleValue, least, single(int_value(-1))), reason);
    assert_fails(CALL(scaleValue, int_value(-1), single(least)), reason);
    assert_value(CALL(scaleValue, int_value(1), single(least)), single(least));
    assert_value(CALL(scaleValue, power_of_two(false, 64, 0), single(power_of_two(true, 63, 0))),
                 single(least));
    assert_fails(CALL(scaleValue, power_of_two(false, 64, 0), single(power_of_two(false, 63, 0))),
                 reason);
    assert_fails(CALL(scaleValue, power_of_two(false, 5000, 0), single(int_value(1))), reason);
    assert_fails(CALL(scaleValue, power_of_two(true, 127, 1), single(int_value(1))), reason);
}

/* ---- Data ---- */

static plb_value data_bytes(plb_value bytes) {
    return made(plb_make_data_leaf(heap, PLB_KIND_DATA_B, bytes));
}

static plb_value data_int(plb_value n) {
    return made(plb_make_data_leaf(heap, PLB_KIND_DATA_I, n));
}

/* A map of `count` keys and contents, in turn. */
static plb_value data_map(const plb_value *words, size_t count) {
    plb_value items[16] = {PLB_NO_VALUE};
    for (size_t i = 0; i < count; i++) {
        items[i] =
            made(plb_make_pair(heap, PLB_TYPE_PAIR_DATA_DATA, words[2 * i], words[2 * i + 1]));
    }
    plb_value list = made(plb_make_list(heap, PLB_TYPE_PAIR_DATA_DATA, items, count));
    return made(plb_make_data_items(heap, PLB_KIND_DATA_MAP, list));
}

#define MAP(...)                                                                                   \
    data_map((const plb_value[]){__VA_ARGS__},                                                     \
             sizeof(const plb_value[]){__VA_ARGS__} / (2 * sizeof(plb_value)))
#define B(text) data_bytes(string_bytes(text))
#define I(number) data_int(int_value(number))

static void data_has_a_map_of_maps(void **state) {
    (void) state;
    plb_value value = VALUE({"", "", 3}, {"a", "x", -1}, {"a", "y", 2});
    plb_value data = MAP(B(""), MAP(B(""), I(3)), B("a"), MAP(B("x"), I(-1), B("y"), I(2)));
    assert_int_equal(plb_constant_equal(made(CALL(valueData, value)), data), 1);
    assert_value(CALL(unValueData, data), value);
    plb_value nothing = data_map(NULL, 0);
    assert_int_equal(plb_constant_equal(made(CALL(valueData, empty_value())), nothing), 1);
    assert_value(CALL(unValueData, nothing), empty_value());
}

static void data_that_is_no_value_fails(void **state) {
    (void) state;
    plb_value good = MAP(B("x"), I(1)), nothing = data_map(NULL, 0);
    plb_value list = made(plb_make_data_items(heap, PLB_KIND_DATA_LIST, PLB_NIL(PLB_TYPE_DATA)));
    plb_value long_key = data_bytes(key_of('k', 33));
    plb_value over = data_int(power_of_two(false, 127, 0));
    const char *map = "unValueData: non-Map constructor", *key = "unValueData: invalid key";
    const char *bytes = "unValueData: non-B constructor";
    const char *tokens = "unValueData: token names not strictly ascending";
    const char *policies = "unValueData: currency symbols not strictly ascending";
    assert_fails(CALL(unValueData, list), map);
    assert_fails(CALL(unValueData, B("")), map);
    assert_fails(CALL(unValueData, MAP(B("a"), list)), map);
    assert_fails(CALL(unValueData, MAP(I(1), good)), bytes);
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(I(1), I(1)))), bytes);
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(B("x"), B("x")))),
                 "unValueData: non-I constructor");
    assert_fails(CALL(unValueData, MAP(B("a"), nothing)), "unValueData: empty inner map");
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(B("x"), I(0)))), "unValueData: zero quantity");
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(B("x"), over))),
                 "unValueData: invalid quantity");
    assert_fails(CALL(unValueData, MAP(long_key, good)), key);
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(long_key, I(1)))), key);
    assert_fails(CALL(unValueData, MAP(B("b"), good, B("a"), good)), policies);
    assert_fails(CALL(unValueData, MAP(B("a"), good, B("a"), good)), policies);
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(B("x"), I(1), B("x"), I(1)))), tokens);
    assert_fails(CALL(unValueData, MAP(B("a"), MAP(B("xx"), I(1), B("x"), I(1)))), tokens);
}

/* `count` entries, the tokens of one policy numbered in four bytes. */
static plb_value numbered(uint32_t count) {
    plb_assets_builder builder;
    plb_assets_begin(&builder, heap);
    if (count > 0) assert_true(plb_assets_policy(&builder, string_bytes("p")));
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t key[4] = {(uint8_t) (i >> 24), (uint8_t) (i >> 16), (uint8_t) (i >> 8),
                                (uint8_t) i};
        assert_true(plb_assets_add(&builder, bytes_value(key, 4), int_value(1)));
    }
    return made(plb_assets_end(&builder));
}

static void data_has_at_most_40000_entries(void **state) {
    (void) state;
    made(CALL(valueData, numbered(40000)));
    assert_fails(CALL(valueData, numbered(40001)),
                 "valueData: maximum input size (40000) exceeded");
}

static void policies_are_listed_once(void **state) {
    (void) state;
    plb_value list = made(CALL(policies, VALUE({"", "", 3}, {"a", "x", -1}, {"a", "y", 2})));
    assert_int_equal(plb_list_length(list), 2);
    assert_int_equal(plb_list_element(list), PLB_TYPE_BYTESTRING);
    assert_hex(plb_cons_of(list)->first, "");
    assert_hex(plb_cons_of(plb_cons_of(list)->rest)->first, "61");
    list = CALL(policies, empty_value());
    assert_true(list == PLB_NIL(PLB_TYPE_BYTESTRING));
}

/* ---- Large values ---- */

/* One more entry must not cost a copy of 20,000. */
static void inserting_into_a_large_value_takes_little_memory(void **state) {
    (void) state;
    plb_value value = numbered(20000);
    const uint8_t *before = heap->low;
    for (int i = 0; i < 1000; i++) {
        value = made(CALL(insertCoin, string_bytes("p"),
                          key_of((char) ('a' + i % 20), (size_t) i % 33), int_value(i + 1), value));
    }
    assert_true(heap->low - before < 1000 * 12000);
}

/* Nor must the first one: what was made whole is shared as well. */
static void nothing_copies_a_large_value(void **state) {
    (void) state;
    plb_value value = numbered(40000), first = string_bytes("p"), other = string_bytes("q");
    plb_value one = int_value(1), zero = int_value(0), token = hex_value("00001234");
    plb_value long_token = hex_value("0000123456");
    const uint8_t *before = heap->low;
    assert_int_equal(plb_assets_of(made(CALL(insertCoin, first, token, one, value)))->head.size,
                     40000);
    made(CALL(insertCoin, first, long_token, one, value));
    made(CALL(insertCoin, other, token, one, value));
    made(CALL(insertCoin, first, token, zero, value));
    assert_true(heap->low - before < 4 * 5000);
}

static void sizes_of_policies(void **state) {
    (void) state;
    const plb_policy_sizes *sizes =
        plb_assets_of(VALUE({"a", "x", 1}, {"a", "y", 1}, {"b", "x", 1}, {"c", "x", 1},
                            {"c", "y", 1}, {"d", "", 1}, {"d", "x", 1}, {"d", "y", 1}))
            ->sizes;
    assert_int_equal(sizes->count, 3);
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(sizes->of[i].tokens, i + 1);
        assert_int_equal(sizes->of[i].policies, i == 1 ? 2 : 1);
    }
    assert_int_equal(plb_policy_sizes_largest(sizes), 3);
    assert_int_equal(plb_policy_sizes_largest(plb_assets_of(empty_value())->sizes), 0);
}

/* Wherever memory ends, there is a whole value or none. */
static void the_byte_cap_may_end_anywhere(void **state) {
    (void) state;
    plb_value table = numbered(300), key = string_bytes("p"), token = hex_value("00000004");
    plb_value tree = made(CALL(insertCoin, string_bytes("q"), token, int_value(7), table));
    plb_value last = made(CALL(insertCoin, key, token, int_value(0), table));
    plb_value small = VALUE({"a", "x", 1}, {"b", "x", 1}, {"b", "y", 1}), factor = int_value(-3);
    uint8_t *low = heap->low, *high = heap->high;
    int made_whole = 0;
    for (size_t room = 0; room < 24000; room += 8) {
        heap->high = low + room;
        for (int i = 0; i < 6; i++) {
            heap->low = low;
            plb_value value = i == 0   ? CALL(insertCoin, key, key, factor, tree)
                              : i == 1 ? CALL(insertCoin, key, token, int_value(0), tree)
                              : i == 2 ? CALL(unionValue, small, tree)
                              : i == 3 ? CALL(scaleValue, factor, tree)
                              : i == 4 ? plb_copy_constant(heap, last)
                                       : CALL(unionValue, small, small);
            if (value == PLB_NO_VALUE) continue;
            const plb_assets *assets = plb_assets_of(value);
            assert_int_equal(assets->largest_policy, plb_policy_sizes_largest(assets->sizes));
            made_whole++;
        }
    }
    assert_true(made_whole > 6);
    heap->high = high;
    forget_failure();
}

static void the_byte_cap_ends_every_operation(void **state) {
    (void) state;
    plb_value value = numbered(300), factor = power_of_two(false, 100, 0);
    plb_value data = made(CALL(valueData, value));
    plb_value key = string_bytes("q"), token = string_bytes("x");
    plb_value one = int_value(1), zero = int_value(0), first = string_bytes("p");
    plb_value four = hex_value("00000004");
    uint8_t *high = heap->high;
    heap->high = heap->low + 24;
    const plb_value results[] = {
        CALL(insertCoin, key, token, one, value),
        CALL(insertCoin, first, four, zero, value),
        CALL(unionValue, value, value),
        CALL(scaleValue, factor, value),
        CALL(valueData, value),
        CALL(unValueData, data),
        CALL(policies, value),
    };
    assert_int_equal(machine->failure, PLB_E_MEMORY);
    for (size_t i = 0; i < sizeof results / sizeof *results; i++) {
        assert_true(results[i] == PLB_NO_VALUE);
    }
    heap->high = high;
    forget_failure();
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_of_a_value),
        cmocka_unit_test(breaches_are_named),
        cmocka_unit_test(a_policy_needs_a_token),
        cmocka_unit_test(bounds_of_keys_and_quantities),
        cmocka_unit_test(quantities_survive_conversion),
        cmocka_unit_test(insert_puts_in_and_replaces),
        cmocka_unit_test(insert_of_zero_takes_out),
        cmocka_unit_test(insert_refuses_what_is_out_of_bounds),
        cmocka_unit_test(lookup_gives_the_quantity_or_zero),
        cmocka_unit_test(union_adds_and_drops_zeros),
        cmocka_unit_test(union_overflow_fails),
        cmocka_unit_test(contains_compares_every_entry),
        cmocka_unit_test(contains_refuses_negative_quantities),
        cmocka_unit_test(scale_multiplies),
        cmocka_unit_test(scale_overflow_fails),
        cmocka_unit_test(data_has_a_map_of_maps),
        cmocka_unit_test(data_that_is_no_value_fails),
        cmocka_unit_test(data_has_at_most_40000_entries),
        cmocka_unit_test(policies_are_listed_once),
        cmocka_unit_test(inserting_into_a_large_value_takes_little_memory),
        cmocka_unit_test(nothing_copies_a_large_value),
        cmocka_unit_test(sizes_of_policies),
        cmocka_unit_test(the_byte_cap_may_end_anywhere),
        cmocka_unit_test(the_byte_cap_ends_every_operation),
    };
    return cmocka_run_group_tests(tests, machine_setup, machine_teardown);
}
