/* Random programs: printing and parsing, encoding and decoding give the same program back, and the
 * same bytes and text again. */
#include "harness/machine/assets.h"
#include "harness/machine/builtin.h"
#include "harness/machine/output.h"
#include "harness/machine/term.h"
#include "tests/program_support.h"

#define ROUNDS 3000

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t seed;

static uint64_t next_random(void) {
    uint64_t z = seed += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint64_t below(uint64_t n) { return next_random() % n; }

/* ---- Constants ---- */

static plb_value need(plb_value value) {
    assert_true(value != PLB_NO_VALUE);
    return value;
}

static plb_type random_type(plb_types *types, unsigned depth) {
    static const plb_type atoms[] = {PLB_TYPE_INTEGER, PLB_TYPE_BYTESTRING, PLB_TYPE_STRING,
                                     PLB_TYPE_UNIT,    PLB_TYPE_BOOL,       PLB_TYPE_DATA,
                                     PLB_TYPE_VALUE};
    switch (depth == 0 ? 3 : below(6)) {
    case 0: return plb_types_list(types, random_type(types, depth - 1));
    case 1: return plb_types_array(types, random_type(types, depth - 1));
    case 2: {
        plb_type first = random_type(types, depth - 1);
        return plb_types_pair(types, first, random_type(types, depth - 1));
    }
    default: return atoms[below(sizeof atoms / sizeof atoms[0])];
    }
}

static plb_value random_integer(plb_region *heap) {
    uint64_t limbs[12];
    switch (below(4)) {
    case 0: return need(plb_make_int(heap, (int64_t) below(300) - 150));
    case 1: return need(plb_make_int(heap, (int64_t) next_random()));
    default: break;
    }
    size_t count = 1 + (size_t) below(12);
    for (size_t i = 0; i < count; i++) limbs[i] = below(3) == 0 ? 0 : next_random();
    if (below(2)) limbs[count - 1] = (uint64_t) 1 << below(64);
    return need(plb_make_integer(heap, below(2) != 0, limbs, count));
}

static plb_value random_bytes(plb_region *heap) {
    uint8_t bytes[600];
    size_t length = below(20) == 0 ? (size_t) below(sizeof bytes) : (size_t) below(40);
    for (size_t i = 0; i < length; i++) bytes[i] = (uint8_t) next_random();
    return need(plb_make_bytes(heap, PLB_KIND_BYTESTRING, bytes, length));
}

static size_t put_utf8(uint32_t code, char *out) {
    if (code < 0x80) {
        out[0] = (char) code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6) out[i] = (char) (0x80 | (code & 63));
    out[0] = (char) ((length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0) | code);
    return length;
}

static plb_value random_string(plb_region *heap) {
    static const uint32_t bounds[] = {32, 128, 256, 0x800, 0x3000, 0x10000, 0x110000};
    static const char tricky[] = "\"\\&H5\x0e\x7f'SO-{}";
    char text[200];
    size_t length = 0;
    for (uint64_t left = below(30); left > 0; left--) {
        uint32_t code = (uint32_t) below(bounds[below(sizeof bounds / sizeof bounds[0])]);
        if (below(2)) code = (uint32_t) tricky[below(sizeof tricky - 1)];
        if (code >= 0xd800 && code < 0xe000) continue;
        length += put_utf8(code, text + length);
    }
    return need(plb_make_bytes(heap, PLB_KIND_STRING, (const uint8_t *) text, length));
}

static plb_value random_data(plb_region *heap, unsigned depth) {
    plb_value items[4];
    size_t count = (size_t) below(5);
    unsigned kind = depth == 0 ? 3 + (unsigned) below(2) : (unsigned) below(5);
    for (size_t i = 0; kind < 3 && i < count; i++) {
        items[i] = random_data(heap, depth - 1);
        if (kind != 1) continue;
        plb_value second = random_data(heap, depth - 1);
        items[i] = need(plb_make_pair(heap, PLB_TYPE_PAIR_DATA_DATA, items[i], second));
    }
    plb_type element = kind == 1 ? PLB_TYPE_PAIR_DATA_DATA : PLB_TYPE_DATA;
    plb_value list = kind < 3 ? need(plb_make_list(heap, element, items, count)) : PLB_NO_VALUE;
    switch (kind) {
    case 0: {
        uint64_t number = below(3) ? below(200) : next_random();
        return need(plb_make_data_constr(heap, need(plb_make_uint(heap, number)), list));
    }
    case 1: return need(plb_make_data_items(heap, PLB_KIND_DATA_MAP, list));
    case 2: return need(plb_make_data_items(heap, PLB_KIND_DATA_LIST, list));
    case 3: return need(plb_make_data_leaf(heap, PLB_KIND_DATA_I, random_integer(heap)));
    default: return need(plb_make_data_leaf(heap, PLB_KIND_DATA_B, random_bytes(heap)));
    }
}

/* Keys ascend by their first byte. */
static plb_value random_value(plb_region *heap) {
    plb_assets_builder builder;
    plb_assets_begin(&builder, heap);
    for (unsigned policy = (unsigned) below(3); policy < 3; policy++) {
        uint8_t key[32] = {(uint8_t) policy};
        size_t length = 1 + (size_t) below(32);
        plb_value bytes = need(plb_make_bytes(heap, PLB_KIND_BYTESTRING, key, length));
        assert_true(plb_assets_policy(&builder, bytes));
        for (unsigned token = 0; token <= below(3); token++) {
            key[0] = (uint8_t) (10 + token);
            plb_value name = need(plb_make_bytes(heap, PLB_KIND_BYTESTRING, key, 1 + below(32)));
            uint64_t limbs[2] = {next_random() | 1, next_random() >> (1 + below(63))};
            plb_value quantity = need(plb_make_integer(heap, below(2) != 0, limbs, 2));
            assert_true(plb_assets_add(&builder, name, quantity));
        }
    }
    return need(plb_assets_end(&builder));
}

static plb_value random_constant(plb_program *program, plb_type type) {
    plb_region *heap = &program->heap;
    plb_type_node node = plb_type_get(&program->types, type);
    plb_value items[6];
    size_t count = (size_t) below(6);
    switch ((plb_type_tag) node.tag) {
    case PLB_TAG_PAIR:
        items[0] = random_constant(program, node.first);
        items[1] = random_constant(program, node.second);
        return need(plb_make_pair(heap, type, items[0], items[1]));
    case PLB_TAG_LIST:
    case PLB_TAG_ARRAY:
        for (size_t i = 0; i < count; i++) items[i] = random_constant(program, node.first);
        return need(node.tag == PLB_TAG_LIST ? plb_make_list(heap, node.first, items, count)
                                             : plb_make_array(heap, node.first, items, count));
    case PLB_TAG_ATOM: break;
    }
    switch (type) {
    case PLB_TYPE_INTEGER: return random_integer(heap);
    case PLB_TYPE_BYTESTRING: return random_bytes(heap);
    case PLB_TYPE_STRING: return random_string(heap);
    case PLB_TYPE_UNIT: return PLB_UNIT;
    case PLB_TYPE_BOOL: return plb_bool(below(2) != 0);
    case PLB_TYPE_DATA: return random_data(heap, 3);
    default: return random_value(heap);
    }
}

/* ---- Terms ---- */

static const char *random_name(void) {
    static const char *const names[] = {NULL,    "x",   "x",   "y", "i0",      "i1",
                                        "free0", "_z'", "a+b", "0", "if-then", "lam"};
    return names[below(sizeof names / sizeof names[0])];
}

static plb_build_next random_leaf(plb_program *program) {
    unsigned depth = program->build.depth;
    switch (below(depth > 0 ? 6 : 3)) {
    case 0: {
        plb_type type = random_type(&program->types, 3);
        return plb_build_const(program, random_constant(program, type));
    }
    case 1: return plb_build_builtin(program, (unsigned) below(PLB_BUILTIN_COUNT));
    case 2: return plb_build_error_term(program);
    default: return plb_build_var(program, 1 + below(depth));
    }
}

static plb_build_next random_term(plb_program *program, bool named, unsigned *left) {
    if (*left == 0) return random_leaf(program);
    --*left;
    switch (below(9)) {
    case 0:
    case 1: return plb_build_lam(program, named ? random_name() : NULL);
    case 2: return plb_build_delay(program);
    case 3: return plb_build_force(program);
    case 4:
    case 5: return plb_build_apply(program, 1 + (uint32_t) below(4));
    case 6: return plb_build_constr(program, below(2) ? below(10) : next_random());
    case 7: return plb_build_case(program);
    default: return random_leaf(program);
    }
}

static void random_program(plb_program *program) {
    unsigned left = (unsigned) below(60);
    bool named = below(2) != 0;
    plb_build_begin(program);
    program->version[1] = 1;
    plb_build_next next = PLB_BUILD_TERM;
    while (next != PLB_BUILD_DONE) {
        assert_int_not_equal(next, PLB_BUILD_FAILED);
        if (next == PLB_BUILD_TERM) {
            next = random_term(program, named, &left);
        } else {
            next = below(3) ? plb_build_member(program) : plb_build_end(program);
        }
    }
}

/* ---- Properties ---- */

static void text_comes_back(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_program *again = new_program();
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed = i;
        random_program(program);
        char *text = print(program);
        plb_error error = {0};
        if (plb_program_parse_text(again, newest, text, strlen(text), &error) != PLB_OK) {
            fail_msg("round %u: %s: %s\n%s", i, error.where, error.message, text);
        }
        if (!plb_program_equal(program, again)) fail_msg("round %u: %s", i, text);
        char *second = print(again);
        if (again->name_count == 0 || program->name_count > 0) assert_string_equal(text, second);
        free(text);
        free(second);
    }
    plb_program_free(program);
    plb_program_free(again);
}

static void flat_comes_back(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_program *again = new_program();
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed = (uint64_t) i << 32;
        random_program(program);
        uint8_t *bytes;
        uint8_t *second;
        size_t length;
        size_t second_length;
        plb_error error = {0};
        assert_int_equal(plb_program_encode_flat(program, &bytes, &length, &error), PLB_OK);
        if (plb_program_decode_flat(again, newest, bytes, length, &error) != PLB_OK) {
            fail_msg("round %u: %s: %s", i, error.where, error.message);
        }
        if (!plb_program_equal(program, again)) fail_msg("round %u", i);
        assert_int_equal(plb_program_encode_flat(again, &second, &second_length, &error), PLB_OK);
        assert_int_equal(length, second_length);
        assert_memory_equal(bytes, second, length);
        free(bytes);
        free(second);
    }
    plb_program_free(program);
    plb_program_free(again);
}

/* Any byte or character left out, changed or doubled: refused, or another program that prints. */
static void damage_is_survived(void **state) {
    (void) state;
    plb_program *program = new_program();
    plb_program *other = new_program();
    for (unsigned i = 0; i < ROUNDS; i++) {
        seed = (uint64_t) i << 16;
        random_program(program);
        char *text = print(program);
        size_t length = strlen(text);
        uint8_t *bytes;
        size_t count;
        assert_int_equal(plb_program_encode_flat(program, &bytes, &count, NULL), PLB_OK);
        for (int damage = 0; damage < 8; damage++) {
            text[below(length)] = text[below(length)];
            bytes[below(count)] ^= (uint8_t) (1u << below(8));
            if (plb_program_parse_text(other, newest, text, below(length + 1), NULL) == PLB_OK) {
                free(print(other));
            }
            if (plb_program_decode_flat(other, newest, bytes, count, NULL) == PLB_OK) {
                free(print(other));
            }
        }
        free(text);
        free(bytes);
    }
    plb_program_free(program);
    plb_program_free(other);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_comes_back),
        cmocka_unit_test(flat_comes_back),
        cmocka_unit_test(damage_is_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
