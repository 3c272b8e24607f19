/* Flat: the specification's example, and encodings written out by hand from its rules. */
#include "tests/program_support.h"

/* The program encodes as the bits, and decodes from them. '~' stands for the filler: zeros up to a
 * 1 that ends a byte. */
static void assert_bits(const char *text, const char *bits) {
    uint8_t expected[64] = {0};
    size_t count = 0;
    for (; *bits; bits++) {
        if (*bits == ' ') continue;
        assert_true(count + 8 < 8 * sizeof expected);
        if (*bits == '~') count |= 7;
        if (*bits != '0') expected[count / 8] |= (uint8_t) (0x80 >> count % 8);
        count++;
    }
    assert_int_equal(count % 8, 0);
    plb_program *program = parse(text);
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_error error = {0};
    if (plb_program_encode_flat(program, &bytes, &length, &error) != PLB_OK) {
        fail_msg("%s: %s", text, error.message);
    }
    if (length != count / 8 || memcmp(bytes, expected, length) != 0) {
        fail_msg("%s: other bytes, %zu of them", text, length);
    }
    plb_program *again = new_program();
    if (plb_program_decode_flat(again, newest, bytes, length, &error) != PLB_OK) {
        fail_msg("%s: %s", text, error.message);
    }
    assert_true(plb_program_equal(program, again));
    free(bytes);
    plb_program_free(program);
    plb_program_free(again);
}

#define V100 "00000001 00000000 00000000 "
#define V110 "00000001 00000001 00000000 "

/* Plutus Core specification, appendix on flat, "Example". */
static void the_specifications_example(void **state) {
    (void) state;
    assert_bits("(program 5.0.2 [[(builtin indexByteString) (con bytestring #1a5f783625ee8c)] "
                "(con integer 54321)])",
                "00000101 00000000 00000010 00110011 01110001 11001001"
                "00010001 00000111 00011010 01011111 01111000 00110110"
                "00100101 11101110 10001100 00000000 01001000 00111000"
                "10110100 00000001 10000001");
}

static void terms(void **state) {
    (void) state;
    assert_bits("(program 1.0.0 (error))", V100 "0110 ~");
    assert_bits("(program 1.0.0 (delay (error)))", V100 "0001 0110 ~");
    assert_bits("(program 1.0.0 (force (error)))", V100 "0101 0110 ~");
    assert_bits("(program 1.0.0 (lam x x))", V100 "0010 0000 00000001 ~");
    assert_bits("(program 1.0.0 (builtin expModInteger))", V100 "0111 1010111 ~");
    assert_bits("(program 1.0.0 [(error) (delay (error)) (error)])",
                V100 "0011 0011 0110 0001 0110 0110 ~");
    assert_bits("(program 1.0.0 [[(error) (error)] (error)])", V100 "0011 0011 0110 0110 0110 ~");
    assert_bits("(program 1.0.0 [(error) [(error) (error)]])", V100 "0011 0110 0011 0110 0110 ~");
    assert_bits("(program 1.1.0 (constr 0))", V110 "1000 00000000 0 ~");
    assert_bits("(program 1.1.0 (constr 300 (error) (error)))",
                V110 "1000 10101100 00000010 1 0110 1 0110 0 ~");
    assert_bits("(program 1.1.0 (case (error)))", V110 "1001 0110 0 ~");
    assert_bits("(program 1.1.0 (case (error) (delay (error))))", V110 "1001 0110 1 0001 0110 0 ~");
}

/* What is built as one call of a builtin comes apart as it was. */
static void calls_of_builtins(void **state) {
    (void) state;
    assert_bits("(program 1.0.0 [(builtin addInteger) (error) (error)])",
                V100 "0011 0011 0111 0000000 0110 0110 ~");
    assert_bits("(program 1.0.0 [(builtin addInteger) (error) (error) (delay (error))])",
                V100 "0011 0011 0011 0111 0000000 0110 0110 0001 0110 ~");
    assert_bits("(program 1.0.0 [(force (force (builtin fstPair))) (error)])",
                V100 "0011 0101 0101 0111 0011101 0110 ~");
    assert_bits("(program 1.0.0 [(force (builtin fstPair)) (error)])",
                V100 "0011 0101 0111 0011101 0110 ~");
}

static void a_long_index_takes_groups_of_seven_bits(void **state) {
    (void) state;
    char *text = nested("(program 1.0.0 (lam y ", "(lam x ", "y", ")", "))", 127);
    plb_program *program = parse(text);
    uint8_t *bytes;
    size_t length;
    assert_int_equal(plb_program_encode_flat(program, &bytes, &length, NULL), PLB_OK);
    /* 128 lambdas, variable 0000, index 128 as 10000000 00000001, filler 0001 */
    const uint8_t end[] = {0x22, 0x08, 0x00, 0x11};
    assert_int_equal(length, 3 + 64 + 3);
    assert_memory_equal(bytes + length - 4, end, 4);
    free(bytes);
    free(text);
    plb_program_free(program);
}

#define INTEGER V100 "0100 1 0000 0 "

static void integers_are_zigzag_in_groups_of_seven_bits(void **state) {
    (void) state;
    assert_bits("(program 1.0.0 (con integer 0))", INTEGER "00000000 ~");
    assert_bits("(program 1.0.0 (con integer -1))", INTEGER "00000001 ~");
    assert_bits("(program 1.0.0 (con integer 1))", INTEGER "00000010 ~");
    assert_bits("(program 1.0.0 (con integer -64))", INTEGER "01111111 ~");
    assert_bits("(program 1.0.0 (con integer 64))", INTEGER "10000000 00000001 ~");
    /* 2^63 zigzags to 2^64: bit 1 of the tenth group. */
    assert_bits("(program 1.0.0 (con integer 9223372036854775808))",
                INTEGER "10000000 10000000 10000000 10000000 10000000 10000000 10000000 10000000"
                        "10000000 00000010 ~");
    assert_bits("(program 1.0.0 (con integer -9223372036854775808))",
                INTEGER "11111111 11111111 11111111 11111111 11111111 11111111 11111111 11111111"
                        "11111111 00000001 ~");
    assert_bits("(program 1.0.0 (con integer -9223372036854775809))",
                INTEGER "10000001 10000000 10000000 10000000 10000000 10000000 10000000 10000000"
                        "10000000 00000010 ~");
    /* 2^69 zigzags to 2^70: an eleventh group. */
    assert_bits("(program 1.0.0 (con integer 590295810358705651712))",
                INTEGER "10000000 10000000 10000000 10000000 10000000 10000000 10000000 10000000"
                        "10000000 10000000 00000001 ~");
}

static void constants_of_other_types(void **state) {
    (void) state;
    assert_bits("(program 1.0.0 (con unit ()))", V100 "0100 1 0011 0 ~");
    assert_bits("(program 1.0.0 (con bool True))", V100 "0100 1 0100 0 1 ~");
    assert_bits("(program 1.0.0 (con bool False))", V100 "0100 1 0100 0 0 ~");
    assert_bits("(program 1.0.0 (con bytestring #))", V100 "0100 1 0001 0 ~ 00000000 ~");
    assert_bits("(program 1.0.0 (con string \"\\955\"))",
                V100 "0100 1 0010 0 ~ 00000010 11001110 10111011 00000000 ~");
    assert_bits("(program 1.0.0 (con (list bool) [True, False]))",
                V100 "0100 1 0111 1 0101 1 0100 0 1 1 1 0 0 ~");
    assert_bits("(program 1.0.0 (con (array bool) []))", V100 "0100 1 0111 1 1100 1 0100 0 0 ~");
    assert_bits("(program 1.0.0 (con (array bool) [True, True, False]))",
                V100 "0100 1 0111 1 1100 1 0100 0 11 11 10 0 ~");
    assert_bits("(program 1.0.0 (con (pair bool unit) (True, ())))",
                V100 "0100 1 0111 1 0111 1 0110 1 0100 1 0011 0 1 ~");
    assert_bits("(program 1.0.0 (con (list (pair bool bool)) [(False, True)]))",
                V100 "0100 1 0111 1 0101 1 0111 1 0111 1 0110 1 0100 1 0100 0"
                     "1 0 1 0 ~");
    /* Data is CBOR in a byte string: 9f 01 ff. */
    assert_bits("(program 1.0.0 (con data (List [I 1])))",
                V100 "0100 1 1000 0 ~ 00000011 10011111 00000001 11111111 00000000 ~");
    /* A value: a list of policies, each with a list of tokens; # and 5. */
    assert_bits("(program 1.0.0 (con value []))", V100 "0100 1 1101 0 0 ~");
    assert_bits("(program 1.0.0 (con value [(#, [(#, 5)])]))",
                V100 "0100 1 1101 0 1 ~ 00000000 1 ~ 00000000 00001010 0 0 ~");
}

/* Codec.Serialise.deserialiseOrFail, with which the reference reads data, looks no further than the
 * data's end. */
static void bytes_behind_data_are_ignored(void **state) {
    (void) state;
    /* (con data (List [I 1])): two bytes more in the string */
    const uint8_t bytes[] = {1, 0, 0, 0x4c, 0x01, 5, 0x9f, 0x01, 0xff, 0xde, 0xad, 0, 1};
    plb_program *program = new_program();
    plb_error error = {0};
    if (plb_program_decode_flat(program, newest, bytes, sizeof bytes, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    char *text = print(program);
    assert_string_equal(text, "(program 1.0.0 (con data (List [I 1])))");
    free(text);
    plb_program_free(program);
}

static void long_byte_strings_are_chunks_of_255(void **state) {
    (void) state;
    static const size_t lengths[] = {254, 255, 256, 510, 511, 70000};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        char *text = nested("(program 1.0.0 (con bytestring #", "ab", "", "", "))", lengths[i]);
        plb_program *program = parse(text);
        uint8_t *bytes;
        size_t length;
        assert_int_equal(plb_program_encode_flat(program, &bytes, &length, NULL), PLB_OK);
        size_t at = 5; /* version, tags and filler */
        for (size_t left = lengths[i]; left > 0;) {
            size_t chunk = left < 255 ? left : 255;
            assert_int_equal(bytes[at], chunk);
            assert_int_equal(bytes[at + chunk], 0xab);
            at += 1 + chunk;
            left -= chunk;
        }
        assert_int_equal(bytes[at], 0);
        assert_int_equal(bytes[at + 1], 1);
        assert_int_equal(length, at + 2);
        plb_program *again = new_program();
        assert_int_equal(plb_program_decode_flat(again, newest, bytes, length, NULL), PLB_OK);
        assert_true(plb_program_equal(program, again));
        free(bytes);
        free(text);
        plb_program_free(program);
        plb_program_free(again);
    }
}

static void points_have_no_flat_form(void **state) {
    (void) state;
    plb_program *program =
        parse("(program 1.0.0 (con bls12_381_G1_element 0xc000000000000000000000000000000000000000"
              "00000000000000000000000000000000000000000000000000000000))");
    uint8_t *bytes = NULL;
    size_t length;
    plb_error error = {0};
    assert_int_equal(plb_program_encode_flat(program, &bytes, &length, &error), PLB_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "bls12_381_G1_element"));
    plb_program_free(program);
}

static void deep_terms_and_constants_encode(void **state) {
    (void) state;
    char *texts[] = {
        nested("(program 1.1.0 ", "(delay ", "(error)", ")", ")", 500000),
        nested("(program 1.1.0 ", "[", "(error)", " (error)]", ")", 500000),
        nested("(program 1.1.0 ", "(case ", "(error)", " (error))", ")", 500000),
        nested("(program 1.0.0 (con data (", "List [", "I 0", "]", ")))", 500000),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        plb_program *program = parse(texts[i]);
        plb_program *again = new_program();
        uint8_t *bytes;
        size_t length;
        assert_int_equal(plb_program_encode_flat(program, &bytes, &length, NULL), PLB_OK);
        assert_int_equal(plb_program_decode_flat(again, newest, bytes, length, NULL), PLB_OK);
        assert_true(plb_program_equal(program, again));
        free(bytes);
        free(texts[i]);
        plb_program_free(program);
        plb_program_free(again);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_specifications_example),
        cmocka_unit_test(terms),
        cmocka_unit_test(calls_of_builtins),
        cmocka_unit_test(a_long_index_takes_groups_of_seven_bits),
        cmocka_unit_test(integers_are_zigzag_in_groups_of_seven_bits),
        cmocka_unit_test(constants_of_other_types),
        cmocka_unit_test(bytes_behind_data_are_ignored),
        cmocka_unit_test(long_byte_strings_are_chunks_of_255),
        cmocka_unit_test(points_have_no_flat_form),
        cmocka_unit_test(deep_terms_and_constants_encode),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
