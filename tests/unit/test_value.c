#include "builtin_support.h"

#include "harness/machine/measure.h"

/* ---- Region ---- */

static void a_region_is_used_from_both_ends_up_to_its_cap(void **state) {
    (void) state;
    plb_region region;
    assert_true(plb_region_init(&region, 4096));
    assert_non_null(plb_region_alloc(&region, 4000));
    region.high -= 64;
    assert_null(plb_region_alloc(&region, 33));
    assert_non_null(plb_region_alloc(&region, 25)); /* 32 after rounding */
    assert_null(plb_region_alloc(&region, 1));
    assert_null(plb_region_alloc(&region, SIZE_MAX));
    plb_region_reset(&region);
    assert_non_null(plb_region_alloc(&region, 4096));
    plb_region_free(&region);
}

static bool is_zeroed(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length; i++) {
        if (bytes[i] != 0) return false;
    }
    return true;
}

static void reset_gives_back_memory_beyond_the_working_set(void **state) {
    (void) state;
    const size_t mib = (size_t) 1 << 20;
    plb_region region;
    assert_true(plb_region_init(&region, 256 * mib));
    /* Objects beyond 64 MiB: gone after a reset. Below: kept. */
    memset(region.base, 0xaa, 70 * mib);
    region.low = region.base + 70 * mib;
    plb_region_reset(&region);
    assert_false(is_zeroed(region.base, mib));
    assert_true(is_zeroed(region.base + 66 * mib, 4 * mib));
    /* A stack that went 70 MiB deep and came back leaves no other trace. */
    memset(region.end - 70 * mib, 0xaa, 70 * mib);
    plb_region_reset(&region);
    assert_true(is_zeroed(region.end - 70 * mib, 4 * mib));
    assert_false(is_zeroed(region.end - mib, mib));
    plb_region_free(&region);
}

/* ---- Types ---- */

static void equal_types_have_equal_ids(void **state) {
    (void) state;
    plb_types types, copy;
    assert_true(plb_types_init(&types));
    assert_true(plb_types_init(&copy));
    assert_int_equal(plb_types_list(&types, PLB_TYPE_DATA), PLB_TYPE_LIST_DATA);
    assert_int_equal(plb_types_pair(&types, PLB_TYPE_DATA, PLB_TYPE_DATA), PLB_TYPE_PAIR_DATA_DATA);
    assert_int_equal(plb_types_list(&types, PLB_TYPE_PAIR_DATA_DATA), PLB_TYPE_LIST_PAIR_DATA);
    assert_int_equal(plb_types_pair(&types, PLB_TYPE_INTEGER, PLB_TYPE_LIST_DATA),
                     PLB_TYPE_PAIR_INT_LIST_DATA);

    /* list (list (... integer)): enough of them for hashing, twice the same. */
    plb_type made[2000], element = PLB_TYPE_INTEGER;
    for (int i = 0; i < 2000; i++) {
        made[i] = plb_types_list(&types, element);
        assert_int_not_equal(made[i], PLB_TYPE_INVALID);
        element = made[i];
    }
    assert_true(plb_types_copy(&copy, &types));
    assert_int_equal(copy.count, types.count);
    for (int i = 1999; i >= 0; i--) {
        element = i == 0 ? PLB_TYPE_INTEGER : made[i - 1];
        assert_int_equal(plb_types_list(&types, element), made[i]);
        assert_int_equal(plb_types_list(&copy, element), made[i]);
    }
    assert_int_not_equal(plb_types_array(&types, made[0]), plb_types_list(&types, made[0]));
    plb_types_reset(&types);
    assert_int_equal(types.count, PLB_TYPE_FIXED_COUNT);
    assert_int_equal(plb_types_list(&types, PLB_TYPE_BOOL), PLB_TYPE_FIXED_COUNT);
    plb_types_free(&types);
    plb_types_free(&copy);
}

static void the_table_of_types_has_an_end(void **state) {
    (void) state;
    plb_types types;
    assert_true(plb_types_init(&types));
    plb_type element = PLB_TYPE_INTEGER;
    size_t made = 0;
    for (; made < 70000; made++) {
        plb_type next = plb_types_array(&types, element);
        if (next == PLB_TYPE_INVALID) break;
        element = next;
    }
    assert_in_range(made, 60000, 65535);
    assert_int_equal(plb_types_list(&types, PLB_TYPE_INVALID), PLB_TYPE_INVALID);
    plb_types_free(&types);
}

static void every_constant_has_its_type(void **state) {
    caller *c = *state;
    plb_types *types = &c->machine->types;
    plb_region *region = region_of(c);
    plb_value ints = list_of(c, PLB_TYPE_INTEGER, (plb_value[]){plb_small(1)}, 1);
    plb_type int_list = plb_types_list(types, PLB_TYPE_INTEGER);
    assert_int_equal(plb_type_of(types, ints), int_list);
    assert_int_equal(plb_type_of(types, PLB_NIL(PLB_TYPE_INTEGER)), int_list);
    assert_int_equal(plb_type_of(types, plb_small(-1)), PLB_TYPE_INTEGER);
    assert_int_equal(plb_type_of(types, power(c, 1, 70, 0)), PLB_TYPE_INTEGER);
    assert_int_equal(plb_type_of(types, PLB_UNIT), PLB_TYPE_UNIT);
    assert_int_equal(plb_type_of(types, PLB_TRUE), PLB_TYPE_BOOL);
    assert_int_equal(plb_type_of(types, text(c, "")), PLB_TYPE_STRING);
    assert_int_equal(plb_type_of(types, hex(c, "")), PLB_TYPE_BYTESTRING);
    assert_int_equal(plb_type_of(types, data_int(c, 1)), PLB_TYPE_DATA);
    assert_int_equal(plb_type_of(types, plb_make_array(region, int_list, &ints, 1)),
                     plb_types_array(types, int_list));
    assert_int_equal(plb_type_of(types, plb_builtin_value(3, 0)), PLB_TYPE_INVALID);
    assert_false(plb_is_constant(plb_builtin_value(3, 0)));
}

/* ---- Integers ---- */

static void integers_of_63_bits_are_in_place(void **state) {
    caller *c = *state;
    plb_region *region = region_of(c);
    assert_true(plb_make_int(region, ((int64_t) 1 << 62) - 1) == plb_small(PLB_SMALL_MAX));
    assert_true(plb_make_int(region, -((int64_t) 1 << 62)) == plb_small(PLB_SMALL_MIN));
    assert_true(plb_has_kind(plb_make_int(region, (int64_t) 1 << 62), PLB_KIND_BIGINT));
    assert_true(plb_has_kind(plb_make_int(region, INT64_MIN), PLB_KIND_BIGINT));
    assert_true(plb_has_kind(plb_make_uint(region, UINT64_MAX), PLB_KIND_BIGINT));
    const uint64_t padded[3] = {5, 0, 0};
    assert_true(plb_make_integer(region, true, padded, 3) == plb_small(-5));
    assert_true(plb_make_integer(region, true, padded, 0) == plb_small(0));
    const uint8_t zeros[20] = {0};
    assert_true(plb_make_integer_be(region, true, zeros, 20) == plb_small(0));
    const uint8_t bytes[10] = {0, 1, 0, 0, 0, 0, 0, 0, 0, 2};
    assert_same(plb_make_integer_be(region, false, bytes, 10), power(c, 1, 64, 2));
    assert_same(plb_make_integer_le(region, false, bytes, 10),
                integer(c, "9444732965739290427648"));
}

static void integers_go_to_int64_where_they_fit(void **state) {
    caller *c = *state;
    int64_t n = 0;
    assert_true(plb_int_to_i64(power(c, -1, 63, 0), &n));
    assert_true(n == INT64_MIN);
    assert_true(plb_int_to_i64(power(c, 1, 63, -1), &n));
    assert_true(n == INT64_MAX);
    assert_false(plb_int_to_i64(power(c, 1, 63, 0), &n));
    assert_false(plb_int_to_i64(power(c, -1, 63, 1), &n));
    assert_false(plb_int_to_i64(power(c, 1, 64, 0), &n));
}

static void integers_are_ordered(void **state) {
    caller *c = *state;
    const plb_value ascending[] = {
        power(c, -1, 200, 0),     power(c, -1, 128, 1), power(c, -1, 128, 0), power(c, -1, 62, 1),
        plb_small(PLB_SMALL_MIN), plb_small(-1),        plb_small(0),         plb_small(1),
        power(c, 1, 62, 0),       power(c, 1, 64, 0),   power(c, 1, 64, 1),   power(c, 1, 200, 0)};
    const int count = sizeof ascending / sizeof ascending[0];
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < count; j++) {
            assert_int_equal(plb_int_compare(ascending[i], ascending[j]), (i > j) - (i < j));
        }
        assert_int_equal(plb_int_sign(ascending[i]), (i > 6) - (i < 6));
    }
}

static void integers_measure_64_bit_words(void **state) {
    caller *c = *state;
    assert_int_equal(plb_int_memory(plb_small(0)), 1);
    assert_int_equal(plb_int_memory(power(c, 1, 64, -1)), 1);
    assert_int_equal(plb_int_memory(power(c, -1, 64, 0)), 2);
    assert_int_equal(plb_int_memory(power(c, 1, 128, -1)), 2);
    assert_int_equal(plb_int_memory(power(c, 1, 128, 0)), 3);
}

/* ---- Equality, copies, sizes of data ---- */

static plb_value sample_data(caller *c) {
    plb_region *region = region_of(c);
    plb_value one = data_int(c, 1);
    plb_value bytes = plb_make_data_leaf(region, PLB_KIND_DATA_B, hex(c, "00112233445566778899"));
    plb_value entry = plb_make_pair(region, PLB_TYPE_PAIR_DATA_DATA, one, bytes);
    plb_value map = plb_make_data_items(region, PLB_KIND_DATA_MAP,
                                        list_of(c, PLB_TYPE_PAIR_DATA_DATA, &entry, 1));
    plb_value big = plb_make_data_leaf(region, PLB_KIND_DATA_I, power(c, -1, 64, 0));
    plb_value items = plb_make_data_items(region, PLB_KIND_DATA_LIST,
                                          list_of(c, PLB_TYPE_DATA, (plb_value[]){big, one}, 2));
    return plb_make_data_constr(region, plb_small(3),
                                list_of(c, PLB_TYPE_DATA, (plb_value[]){map, items, bytes}, 3));
}

/* Constr, Map, I 1, B (10 bytes), List, I (65 bits), I 1, B: 8 nodes of 4, and 1+2+2+1+2. */
static void data_measures_four_a_node_and_its_contents(void **state) {
    caller *c = *state;
    plb_value data = sample_data(c);
    assert_int_equal(plb_data_memory(data), 40);
    assert_int_equal(plb_data_memory(data), 40);
    assert_int_equal(plb_data_node_count(data), 8);
    assert_int_equal(plb_data_node_count(data), 8);
    assert_int_equal(plb_data_memory(data), 40);
    plb_value empty = plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, PLB_NIL(PLB_TYPE_DATA));
    assert_int_equal(plb_data_memory(empty), 4);
    assert_int_equal(plb_data_node_count(empty), 1);
}

static void copies_are_equal_and_elsewhere(void **state) {
    caller *c = *state;
    plb_region other;
    assert_true(plb_region_init(&other, 1 << 20));
    plb_value data = sample_data(c);
    plb_value copy = plb_copy_constant(&other, data);
    assert_true(copy != data);
    assert_same(copy, data);
    assert_int_equal(plb_data_memory(copy), 40);
    plb_value array = plb_make_array(region_of(c), PLB_TYPE_DATA, (plb_value[]){data, copy}, 2);
    assert_same(plb_copy_constant(&other, array), array);
    assert_true(plb_copy_constant(&other, PLB_TRUE) == PLB_TRUE);
    plb_region_free(&other);

    assert_true(plb_region_init(&other, 64)); /* one page */
    plb_value bytes;
    uint8_t *room;
    bytes = plb_make_bytes_room(region_of(c), PLB_KIND_BYTESTRING, 100000, &room);
    memset(room, 0, 100000);
    assert_true(plb_copy_constant(&other, bytes) == PLB_NO_VALUE);
    plb_region_free(&other);
}

static void constants_differ_where_they_differ(void **state) {
    caller *c = *state;
    plb_region *region = region_of(c);
    plb_value a = data_int(c, 1), b = data_int(c, 2);
    assert_int_equal(plb_constant_equal(a, b), 0);
    assert_int_equal(plb_constant_equal(plb_small(1), power(c, 1, 80, 0)), 0);
    assert_int_equal(plb_constant_equal(PLB_TRUE, PLB_FALSE), 0);
    assert_int_equal(plb_constant_equal(hex(c, "00"), hex(c, "01")), 0);
    assert_int_equal(plb_constant_equal(hex(c, "00"), hex(c, "0000")), 0);
    plb_value one = list_of(c, PLB_TYPE_DATA, &a, 1);
    plb_value two = list_of(c, PLB_TYPE_DATA, (plb_value[]){a, b}, 2);
    assert_int_equal(plb_constant_equal(one, two), 0);
    assert_int_equal(plb_constant_equal(PLB_NIL(PLB_TYPE_DATA), one), 0);
    plb_value as_list = plb_make_data_items(region, PLB_KIND_DATA_LIST, PLB_NIL(PLB_TYPE_DATA));
    plb_value as_map =
        plb_make_data_items(region, PLB_KIND_DATA_MAP, PLB_NIL(PLB_TYPE_PAIR_DATA_DATA));
    assert_int_equal(plb_constant_equal(as_list, as_map), 0);
    assert_int_equal(
        plb_constant_equal(plb_make_data_constr(region, plb_small(0), PLB_NIL(PLB_TYPE_DATA)),
                           plb_make_data_constr(region, plb_small(1), PLB_NIL(PLB_TYPE_DATA))),
        0);
}

/* List [List [... [I 1]]] */
static plb_value nested(caller *c, int depth) {
    plb_value v = data_int(c, 1);
    for (int i = 0; i < depth; i++) {
        v = plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, list_of(c, PLB_TYPE_DATA, &v, 1));
    }
    return v;
}

/* A list of data that holds the list below twice, `levels` deep: 2^levels nodes when unfolded. */
static plb_value shared_data(plb_region *region, unsigned levels, int64_t leaf) {
    plb_value data = plb_make_data_leaf(region, PLB_KIND_DATA_I, plb_small(leaf));
    for (unsigned i = 0; i < levels; i++) {
        plb_value twice[] = {data, data};
        data = plb_make_data_items(region, PLB_KIND_DATA_LIST,
                                   plb_make_list(region, PLB_TYPE_DATA, twice, 2));
    }
    return data;
}

static void sharing_is_compared_in_linear_time(void **state) {
    (void) state;
    plb_region region;
    assert_true(plb_region_init(&region, 1 << 20));
    plb_value a = shared_data(&region, 200, 1);
    plb_value b = shared_data(&region, 200, 1);
    plb_value c = shared_data(&region, 200, 2);
    assert_int_equal(plb_constant_equal(a, b), 1);
    assert_int_equal(plb_constant_equal(a, c), 0);
    plb_region_free(&region);
}

static void depth_does_not_reach_the_c_stack(void **state) {
    caller *c = *state;
    const int depth = 200000;
    plb_value a = nested(c, depth), b = nested(c, depth);
    assert_same(a, b);
    assert_int_equal(plb_data_memory(a), 4 * (depth + 1) + 1);
    assert_int_equal(plb_data_node_count(a), depth + 1);
    plb_region other;
    assert_true(plb_region_init(&other, 64 << 20));
    assert_same(plb_copy_constant(&other, a), b);
    plb_region_free(&other);
}

static void sharing_is_measured_in_linear_time(void **state) {
    caller *c = *state;
    plb_value v = data_int(c, 1);
    for (int i = 0; i < 1000; i++) {
        plb_value items = list_of(c, PLB_TYPE_DATA, (plb_value[]){v, v}, 2);
        v = plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, items);
        /* 5 for the leaf, doubled and 4 more at every level */
        if (i == 9) assert_int_equal(plb_data_memory(v), (5 + 4) * 1024 - 4);
        if (i == 9) assert_int_equal(plb_data_node_count(v), 2047);
    }
    assert_true(plb_data_memory(v) == INT64_MAX);
    assert_true(plb_data_node_count(v) == INT64_MAX);
    assert_same(v, v);
}

/* ---- Measures (PlutusCore.Evaluation.Machine.ExMemoryUsage) ---- */

static int64_t size_in(plb_value v, plb_measure measure, plb_variant variant) {
    int64_t size = plb_measure_size(v, measure, variant);
    assert_true(plb_measure_argument(v, measure, variant) == size);
    return size;
}

static int64_t default_size(plb_value v) { return size_in(v, PLB_MEASURE_DEFAULT, PLB_VARIANT_E); }

static void default_sizes_follow_the_type(void **state) {
    caller *c = *state;
    plb_region *region = region_of(c);
    assert_int_equal(default_size(plb_small(5)), 1);
    assert_int_equal(default_size(power(c, 1, 64, 0)), 2);
    assert_int_equal(default_size(hex(c, "")), 1);
    assert_int_equal(default_size(hex(c, "0011223344556677")), 1);
    assert_int_equal(default_size(hex(c, "001122334455667788")), 2);
    assert_int_equal(default_size(text(c, "")), 0);
    assert_int_equal(default_size(text(c, "a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80")), 4);
    assert_int_equal(default_size(PLB_UNIT), 1);
    assert_int_equal(default_size(PLB_FALSE), 1);
    assert_int_equal(default_size(PLB_NIL(PLB_TYPE_DATA)), 0);
    plb_value ints[] = {plb_small(1), plb_small(2), plb_small(3)};
    assert_int_equal(default_size(list_of(c, PLB_TYPE_INTEGER, ints, 3)), 3);
    assert_int_equal(default_size(plb_make_array(region, PLB_TYPE_INTEGER, ints, 3)), 3);
    assert_int_equal(default_size(plb_make_array(region, PLB_TYPE_INTEGER, ints, 0)), 0);
    assert_true(default_size(plb_make_pair(region, PLB_TYPE_PAIR_DATA_DATA, ints[0], ints[1])) ==
                INT64_MAX);
    assert_int_equal(default_size(sample_data(c)), 40);
    assert_int_equal(default_size(plb_builtin_value(0, 0)), 1);
}

static void literal_sizes_are_absolute_values(void **state) {
    caller *c = *state;
    assert_int_equal(size_in(plb_small(-7), PLB_MEASURE_LITERAL, PLB_VARIANT_E), 7);
    assert_int_equal(size_in(plb_small(0), PLB_MEASURE_LITERAL, PLB_VARIANT_A), 0);
    assert_true(size_in(power(c, -1, 63, 0), PLB_MEASURE_LITERAL, PLB_VARIANT_A) == INT64_MAX);
    assert_true(size_in(power(c, 1, 300, 0), PLB_MEASURE_LITERAL, PLB_VARIANT_A) == INT64_MAX);
    assert_int_equal(size_in(plb_small(-7), PLB_MEASURE_LITERAL_UNTIL_C, PLB_VARIANT_C), 7);
    assert_int_equal(size_in(plb_small(-7), PLB_MEASURE_LITERAL_UNTIL_C, PLB_VARIANT_D), 1);
}

static void byte_counts_are_rounded_up_to_words(void **state) {
    caller *c = *state;
    const struct {
        int64_t bytes, words;
    } cases[] = {{0, 0}, {1, 1}, {8, 1}, {9, 2}, {-8, 1}, {-9, 2}, {8192, 1024}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(
            size_in(plb_small(cases[i].bytes), PLB_MEASURE_BYTES_AS_WORDS, PLB_VARIANT_E),
            cases[i].words);
    }
    /* (2^64 - 1) div 8 + 1 = 2^61; 2^66 bytes are 2^63 words, which saturates. */
    assert_true(size_in(power(c, 1, 64, 0), PLB_MEASURE_BYTES_AS_WORDS, PLB_VARIANT_E) ==
                (int64_t) 1 << 61);
    assert_true(size_in(power(c, 1, 64, -1), PLB_MEASURE_BYTES_AS_WORDS, PLB_VARIANT_E) ==
                (int64_t) 1 << 61);
    assert_true(size_in(power(c, 1, 66, -8), PLB_MEASURE_BYTES_AS_WORDS, PLB_VARIANT_E) ==
                INT64_MAX);
    assert_true(size_in(power(c, -1, 66, 0), PLB_MEASURE_BYTES_AS_WORDS, PLB_VARIANT_E) ==
                INT64_MAX);
    assert_true(size_in(power(c, 1, 700, 0), PLB_MEASURE_BYTES_AS_WORDS, PLB_VARIANT_E) ==
                INT64_MAX);
}

static void text_is_measured_in_characters_or_bytes(void **state) {
    caller *c = *state;
    plb_value v = text(c, "\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac"); /* 3 characters, 9 bytes */
    assert_int_equal(size_in(v, PLB_MEASURE_TEXT_BYTES, PLB_VARIANT_C), 3);
    assert_int_equal(size_in(v, PLB_MEASURE_TEXT_BYTES, PLB_VARIANT_D), 2);
}

static void asset_depth_adds_the_bits_of_both_levels(void **state) {
    caller *c = *state;
    plb_assets *assets = plb_region_alloc(region_of(c), sizeof *assets);
    assets->head = (plb_object){.kind = PLB_KIND_VALUE, .size = 12};
    assets->policies = 4;
    assets->largest_policy = 7;
    plb_value v = plb_from_object(assets);
    assert_int_equal(default_size(v), 12);
    assert_int_equal(size_in(v, PLB_MEASURE_VALUE_DEPTH, PLB_VARIANT_E), 3 + 3);
    assets->policies = assets->largest_policy = 0;
    assert_int_equal(size_in(v, PLB_MEASURE_VALUE_DEPTH, PLB_VARIANT_E), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_region_is_used_from_both_ends_up_to_its_cap),
        cmocka_unit_test(reset_gives_back_memory_beyond_the_working_set),
        cmocka_unit_test(equal_types_have_equal_ids),
        cmocka_unit_test(the_table_of_types_has_an_end),
        cmocka_unit_test(every_constant_has_its_type),
        cmocka_unit_test(integers_of_63_bits_are_in_place),
        cmocka_unit_test(integers_go_to_int64_where_they_fit),
        cmocka_unit_test(integers_are_ordered),
        cmocka_unit_test(integers_measure_64_bit_words),
        cmocka_unit_test(data_measures_four_a_node_and_its_contents),
        cmocka_unit_test(copies_are_equal_and_elsewhere),
        cmocka_unit_test(constants_differ_where_they_differ),
        cmocka_unit_test(depth_does_not_reach_the_c_stack),
        cmocka_unit_test(sharing_is_measured_in_linear_time),
        cmocka_unit_test(sharing_is_compared_in_linear_time),
        cmocka_unit_test(default_sizes_follow_the_type),
        cmocka_unit_test(literal_sizes_are_absolute_values),
        cmocka_unit_test(byte_counts_are_rounded_up_to_words),
        cmocka_unit_test(text_is_measured_in_characters_or_bytes),
        cmocka_unit_test(asset_depth_adds_the_bits_of_both_levels),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
