/* Random data: encoding and decoding, copies, equality and sizes. */
#include "../unit/builtin_support.h"

#include "harness/machine/data_cbor.h"
#include "harness/machine/value_data.h"

static uint64_t random_state;

static uint64_t random_word(void) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* What the sizes of a random node should be, counted while it is made. */
typedef struct sizes {
    int64_t memory, nodes;
} sizes;

static plb_value random_leaf(caller *c, sizes *counted) {
    counted->nodes++;
    if (random_word() % 2 == 0) {
        unsigned bits = (unsigned) (random_word() % 700);
        plb_value n = power(c, random_word() % 2 == 0 ? 1 : -1, bits, (int) (random_word() % 300));
        counted->memory += 4 + plb_int_memory(n);
        return plb_make_data_leaf(region_of(c), PLB_KIND_DATA_I, n);
    }
    size_t length = random_word() % 3 == 0 ? random_word() % 300 : random_word() % 40;
    uint8_t *room;
    plb_value bytes = plb_make_bytes_room(region_of(c), PLB_KIND_BYTESTRING, length, &room);
    for (size_t i = 0; i < length; i++) room[i] = (uint8_t) random_word();
    counted->memory += 4 + (length == 0 ? 1 : ((int64_t) length + 7) / 8);
    return plb_make_data_leaf(region_of(c), PLB_KIND_DATA_B, bytes);
}

static plb_value random_data(caller *c, int depth, sizes *counted) {
    if (depth == 0 || random_word() % 3 == 0) return random_leaf(c, counted);
    plb_value items[5];
    size_t count = random_word() % 5;
    unsigned kind = (unsigned) (random_word() % 3);
    counted->nodes++;
    counted->memory += 4;
    for (size_t i = 0; i < count; i++) {
        items[i] = random_data(c, depth - 1, counted);
        if (kind == 0) {
            plb_value value = random_data(c, depth - 1, counted);
            items[i] = plb_make_pair(region_of(c), PLB_TYPE_PAIR_DATA_DATA, items[i], value);
        }
    }
    plb_type element = kind == 0 ? PLB_TYPE_PAIR_DATA_DATA : PLB_TYPE_DATA;
    plb_value list = list_of(c, element, items, count);
    if (kind == 0) return plb_make_data_items(region_of(c), PLB_KIND_DATA_MAP, list);
    if (kind == 1) return plb_make_data_items(region_of(c), PLB_KIND_DATA_LIST, list);
    uint64_t tag = random_word() % 2 == 0 ? random_word() % 140 : random_word();
    return plb_make_data_constr(region_of(c), plb_make_uint(region_of(c), tag), list);
}

static void encoding_and_decoding_gives_the_data_back(void **state) {
    caller *c = *state;
    random_state = 0x2545f4914f6cdd1d;
    for (int i = 0; i < 3000; i++) {
        plb_region_reset(region_of(c));
        sizes counted = {0, 0};
        plb_value data = random_data(c, 6, &counted);
        const plb_bytes *cbor = plb_bytes_of(call1(c, "serialiseData", data));
        size_t consumed = 0;
        plb_error error;
        plb_value decoded =
            plb_data_decode_cbor(region_of(c), cbor->bytes, cbor->head.size, &consumed, &error);
        assert_true(decoded != PLB_NO_VALUE);
        assert_int_equal(consumed, cbor->head.size);
        assert_same(decoded, data);
    }
}

static void sizes_are_those_of_the_tree(void **state) {
    caller *c = *state;
    random_state = 0x9e3779b97f4a7c15;
    for (int i = 0; i < 3000; i++) {
        plb_region_reset(region_of(c));
        sizes counted = {0, 0};
        plb_value data = random_data(c, 6, &counted);
        plb_value copy = plb_copy_constant(region_of(c), data);
        for (int again = 0; again < 2; again++) {
            assert_int_equal(plb_data_memory(data), counted.memory);
            assert_int_equal(plb_data_node_count(data), counted.nodes);
        }
        assert_same(copy, data);
        assert_int_equal(plb_data_node_count(copy), counted.nodes);
        assert_int_equal(plb_data_memory(copy), counted.memory);
    }
}

/* The encoding is injective, so that it decides equality. */
static void equality_is_equality_of_encodings(void **state) {
    caller *c = *state;
    random_state = 0x853c49e6748fea9b;
    int equal_pairs = 0;
    for (int i = 0; i < 20000; i++) {
        plb_region_reset(region_of(c));
        sizes counted = {0, 0};
        /* From one of a few seeds each, so that equal ones turn up. */
        uint64_t next = random_word();
        random_state = next % 7 + 1;
        plb_value a = random_data(c, 3, &counted);
        random_state = next % 11 % 7 + 1;
        plb_value b = random_data(c, 3, &counted);
        random_state = next;
        plb_value x = call1(c, "serialiseData", a), y = call1(c, "serialiseData", b);
        int equal = call2(c, "equalsByteString", x, y) == PLB_TRUE;
        assert_int_equal(plb_constant_equal(a, b), equal);
        equal_pairs += equal;
    }
    assert_in_range(equal_pairs, 500, 19500);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encoding_and_decoding_gives_the_data_back),
        cmocka_unit_test(sizes_are_those_of_the_tree),
        cmocka_unit_test(equality_is_equality_of_encodings),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
