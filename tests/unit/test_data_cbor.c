/* CBOR to data. Which bytes are data, and which data, follows from RFC 8949 and from what the
 * reference's decoder (PlutusCore.Data, decodeData) adds to it. */
#include "harness/machine/data_cbor.h"
#include "harness/machine/data_encode.h"
#include "harness/machine/region.h"
#include "tests/program_support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* {CBOR, data in textual syntax; NULL: refused} */
static const char *const cases[][2] = {
    /* integers of every width, also a wider one than needed */
    {"00", "I 0"},
    {"17", "I 23"},
    {"1818", "I 24"},
    {"1801", "I 1"},
    {"190100", "I 256"},
    {"1a00010000", "I 65536"},
    {"1b0000000100000000", "I 4294967296"},
    {"1bffffffffffffffff", "I 18446744073709551615"},
    {"20", "I -1"},
    {"3863", "I -100"},
    {"3b7fffffffffffffff", "I -9223372036854775808"},
    {"3b8000000000000000", "I -9223372036854775809"},
    {"3bffffffffffffffff", "I -18446744073709551616"},
    /* bignums */
    {"c249010000000000000000", "I 18446744073709551616"},
    {"c349010000000000000000", "I -18446744073709551617"},
    {"c348ffffffffffffffff", "I -18446744073709551616"},
    {"c240", "I 0"},
    {"c340", "I -1"},
    {"c24300000a", "I 10"},
    {"c25f42010040ff", "I 256"},
    {"c35fff", "I -1"},
    {"c201", NULL},
    {"c2", NULL},
    {"c260", NULL},
    {"d80240", NULL}, /* a bignum's tag is written in one byte */
    {"c140", NULL},
    /* byte strings */
    {"40", "B #"},
    {"43010203", "B #010203"},
    {"5803010203", "B #010203"},
    {"5b0000000000000001ff", "B #ff"},
    {"5f41014002ff", NULL},
    {"5f4101420203ff", "B #010203"},
    {"5fff", "B #"},
    {"5f5f4101ffff", NULL}, /* chunks are definite */
    {"5f6101ff", NULL},
    {"5f4101", NULL},
    {"4401", NULL},
    {"5bffffffffffffffff", NULL},
    /* lists and maps */
    {"80", "List []"},
    {"9fff", "List []"},
    {"820102", "List [I 1, I 2]"},
    {"9f0102ff", "List [I 1, I 2]"},
    {"9803010203", "List [I 1, I 2, I 3]"},
    {"9b000000000000000101", "List [I 1]"},
    {"818180", "List [List [List []]]"},
    {"9f9f9fffffff", "List [List [List []]]"},
    {"8201", NULL},
    {"9f01", NULL},
    {"9bffffffffffffffff", NULL},
    {"a0", "Map []"},
    {"bfff", "Map []"},
    {"a10102", "Map [(I 1, I 2)]"},
    {"bf010201 03ff", "Map [(I 1, I 2), (I 1, I 3)]"},
    {"a1a080", "Map [(Map [], List [])]"},
    {"a101", NULL},
    {"bf01ff", NULL}, /* a break stands between pairs */
    {"bbffffffffffffffff", NULL},
    /* constructors */
    {"d87980", "Constr 0 []"},
    {"d8799fff", "Constr 0 []"},
    {"d87f8101", "Constr 6 [I 1]"},
    {"d9007980", "Constr 0 []"},
    {"db000000000000007980", "Constr 0 []"},
    {"d9050080", "Constr 7 []"},
    {"d9057880", "Constr 127 []"},
    {"d8668200 80", "Constr 0 []"},
    {"d866821bffffffffffffffff8101", "Constr 18446744073709551615 [I 1]"},
    {"d8669f01 9f02ffff", "Constr 1 [I 2]"},
    {"d8669f018102ff", "Constr 1 [I 2]"},
    {"d87981d87980", "Constr 0 [Constr 0 []]"},
    {"d87880", NULL},
    {"d88080", NULL},
    {"d904ff80", NULL},
    {"d9057980", NULL},
    {"d879a0", NULL},
    {"d87900", NULL},
    {"d8668100", NULL},
    {"d86683008000", NULL},
    {"d8669f0080", NULL},
    {"d8669f008000ff", NULL},
    {"d866822080", NULL},
    {"d8668200a0", NULL},
    /* what is no data */
    {"", NULL},
    {"60", NULL},
    {"7fff", NULL},
    {"f4", NULL},
    {"f6", NULL},
    {"f90000", NULL},
    {"ff", NULL},
    {"1c", NULL},
    {"1f", NULL},
    {"3f", NULL},
    {"df80", NULL},
};

/* Bytes of hexadecimal digits among spaces. */
static uint8_t *bytes_of(const char *hex, size_t *length) {
    char packed[512];
    size_t n = 0;
    for (; *hex; hex++) {
        if (*hex != ' ') packed[n++] = *hex;
    }
    packed[n] = '\0';
    return unhex(packed, length);
}

static void assert_data(const char *hex, const char *expected) {
    size_t length;
    uint8_t *bytes = bytes_of(hex, &length);
    plb_program *program = new_program();
    plb_error error = {0};
    plb_status status = plb_program_data_cbor(program, bytes, length, &error);
    if (!expected) {
        if (status != PLB_E_PARSE) fail_msg("%s: %d", hex, status);
        assert_string_not_equal(error.where, "");
    } else {
        if (status != PLB_OK) fail_msg("%s: %s: %s", hex, error.where, error.message);
        char text[512];
        snprintf(text, sizeof text, "(program 1.0.0 (con data (%s)))", expected);
        char *printed = print(program);
        assert_string_equal(printed, text);
        free(printed);
    }
    free(bytes);
    plb_program_free(program);
}

static void items_of_every_form(void **state) {
    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++) assert_data(cases[i][0], cases[i][1]);
}

static void a_chunk_has_at_most_64_bytes(void **state) {
    (void) state;
    char *zeros64 = nested("", "00", "", "", "", 64);
    char *zeros65 = nested("", "00", "", "", "", 65);
    char hex[400];
    snprintf(hex, sizeof hex, "5840%s", zeros64);
    char expected[200];
    snprintf(expected, sizeof expected, "B #%s", zeros64);
    assert_data(hex, expected);
    snprintf(hex, sizeof hex, "5841%s", zeros65);
    assert_data(hex, NULL);
    snprintf(hex, sizeof hex, "5f5840%s4100ff", zeros64);
    snprintf(expected, sizeof expected, "B #%s", zeros65);
    assert_data(hex, expected);
    snprintf(hex, sizeof hex, "5f5841%sff", zeros65);
    assert_data(hex, NULL);
    snprintf(hex, sizeof hex, "c25840%s", zeros64);
    assert_data(hex, "I 0");
    snprintf(hex, sizeof hex, "c25841%s", zeros65);
    assert_data(hex, NULL);
    free(zeros64);
    free(zeros65);
}

static void what_follows_is_counted_or_refused(void **state) {
    (void) state;
    assert_data("0000", NULL);
    plb_region region;
    assert_true(plb_region_init(&region, 1 << 16));
    const uint8_t bytes[] = {0x82, 0x01, 0x02, 0x03};
    uint8_t *high = region.high;
    size_t consumed = 0;
    assert_true(plb_data_decode_cbor(&region, bytes, sizeof bytes, &consumed, NULL) !=
                PLB_NO_VALUE);
    assert_int_equal(consumed, 3);
    assert_ptr_equal(region.high, high);
    plb_region_free(&region);
}

static void errors_name_the_byte(void **state) {
    (void) state;
    const uint8_t bytes[] = {0x82, 0x01, 0xf6};
    plb_program *program = new_program();
    plb_error error = {0};
    assert_int_equal(plb_program_data_cbor(program, bytes, 3, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "byte 2");
    assert_int_equal(plb_program_data_cbor(program, bytes, 2, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "byte 2");
    assert_non_null(strstr(error.message, "more input"));
    plb_program_free(program);
}

/* The encoder's own output reads back as what it was. */
static void encoded_data_decodes(void **state) {
    (void) state;
    plb_region region;
    assert_true(plb_region_init(&region, 1 << 20));
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (!cases[i][1]) continue;
        size_t length;
        uint8_t *bytes = bytes_of(cases[i][0], &length);
        plb_value data = plb_data_decode_cbor(&region, bytes, length, NULL, NULL);
        const uint8_t *encoded;
        assert_true(plb_data_to_cbor(&region, data, &encoded, &length));
        plb_value again = plb_data_decode_cbor(&region, encoded, length, NULL, NULL);
        assert_true(again != PLB_NO_VALUE);
        assert_int_equal(plb_constant_equal(data, again), 1);
        free(bytes);
    }
    plb_region_free(&region);
}

static void nesting_is_bounded_by_the_region_only(void **state) {
    (void) state;
    const size_t depth = 1000000;
    uint8_t *bytes = malloc(2 * depth + 1);
    plb_program *program = new_program();
    plb_program *small = plb_program_new((size_t) 1 << 20);
    static const uint8_t openings[] = {0x81, 0x9f, 0xa1, 0xbf};
    for (size_t kind = 0; kind < sizeof openings; kind++) {
        bool map = openings[kind] >= 0xa0;
        bool indefinite = (openings[kind] & 31) == 31;
        size_t n = 0;
        size_t levels = map ? depth / 2 : depth;
        for (size_t i = 0; i < levels; i++) {
            bytes[n++] = openings[kind];
            if (map) bytes[n++] = 0x00;
        }
        bytes[n++] = 0x01;
        for (size_t i = 0; indefinite && i < levels; i++) {
            if (n == 2 * depth + 1) break;
            bytes[n++] = 0xff;
        }
        plb_error error = {0};
        plb_status status = plb_program_data_cbor(program, bytes, n, &error);
        if (status != PLB_OK) fail_msg("%s: %s", error.where, error.message);
        assert_int_equal(plb_program_data_cbor(small, bytes, n, &error), PLB_E_MEMORY);
    }
    free(bytes);
    plb_program_free(program);
    plb_program_free(small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(items_of_every_form),
        cmocka_unit_test(a_chunk_has_at_most_64_bytes),
        cmocka_unit_test(what_follows_is_counted_or_refused),
        cmocka_unit_test(errors_name_the_byte),
        cmocka_unit_test(encoded_data_decodes),
        cmocka_unit_test(nesting_is_bounded_by_the_region_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
