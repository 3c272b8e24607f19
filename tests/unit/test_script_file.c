/* Scripts in every form of file. The wrapped program is (program 1.0.0 (error)), whose flat is
 * 01000061. */
#include "harness/machine/script_file.h"
#include "tests/program_support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

#define FLAT "\x01\x00\x00\x61"

static const plb_era v1 = {PLB_PLUTUS_V1, 10};
static const plb_era v3 = {PLB_PLUTUS_V3, 10};

typedef struct input {
    const char *bytes;
    size_t length;
    plb_format format;
} input;

#define INPUT(literal, format)                                                                     \
    { literal, sizeof(literal) - 1, format }

static const input good[] = {
    INPUT("(program 1.0.0 (error))", PLB_FORMAT_TEXT),
    INPUT("\n-- a comment\n(program 1.0.0 (error))", PLB_FORMAT_TEXT),
    INPUT("{- a comment -} (program 1.0.0 (error))", PLB_FORMAT_TEXT),
    INPUT(FLAT, PLB_FORMAT_FLAT),
    INPUT("\x44" FLAT, PLB_FORMAT_CBOR),
    INPUT("\x45\x44" FLAT, PLB_FORMAT_CBOR),
    INPUT("\x58\x04" FLAT, PLB_FORMAT_CBOR),
    INPUT("\x59\x00\x06\x58\x04" FLAT, PLB_FORMAT_CBOR),
    INPUT("\x5f\x42\x01\x00\x42\x00\x61\xff", PLB_FORMAT_CBOR),
    INPUT("\x5f\x40\x41\x44\x44" FLAT "\xff", PLB_FORMAT_CBOR),
    INPUT("01000061", PLB_FORMAT_HEX),
    INPUT("  4401000061\n", PLB_FORMAT_HEX),
    INPUT("454401000061", PLB_FORMAT_HEX),
    INPUT("{\"type\": \"PlutusScriptV2\", \"description\": \"\", \"cborHex\": \"454401000061\"}",
          PLB_FORMAT_ENVELOPE),
    INPUT("{\"preamble\": {\"title\": \"t\", \"plutusVersion\": \"v3\"}, \"validators\": ["
          "{\"title\": \"none\"}, {\"title\": \"a\", \"compiledCode\": \"4401000061\"},"
          "{\"title\": \"b\", \"compiledCode\": \"450100001601\"}]}",
          PLB_FORMAT_BLUEPRINT),
};

static void formats_are_found_by_content(void **state) {
    (void) state;
    plb_program *expected = parse("(program 1.0.0 (error))");
    for (size_t i = 0; i < COUNT(good); i++) {
        const uint8_t *bytes = (const uint8_t *) good[i].bytes;
        assert_int_equal(plb_script_format(bytes, good[i].length), good[i].format);
        for (int named = 0; named < 2; named++) {
            plb_program *program = new_program();
            plb_error error = {0};
            plb_status status =
                plb_program_load(program, newest, named ? good[i].format : PLB_FORMAT_AUTO, bytes,
                                 good[i].length, NULL, &error);
            if (status != PLB_OK) fail_msg("%zu: %s: %s", i, error.where, error.message);
            assert_true(plb_program_equal(program, expected));
            plb_program_free(program);
        }
    }
    plb_program_free(expected);
}

static plb_status load(plb_era era, const char *bytes, size_t length, const char *title,
                       plb_language *language, plb_error *error) {
    plb_program *program = new_program();
    plb_status status = plb_program_load_validator(
        program, era, PLB_FORMAT_AUTO, (const uint8_t *) bytes, length, title, language, error);
    plb_program_free(program);
    return status;
}

static void files_name_their_language(void **state) {
    (void) state;
    static const char *const types[] = {"PlutusScriptV1", "PlutusScriptV2", "PlutusScriptV3",
                                        "PlutusScriptV4"};
    for (size_t i = 0; i < COUNT(types); i++) {
        char text[200];
        int n =
            snprintf(text, sizeof text, "{\"type\":\"%s\",\"cborHex\":\"4401000061\"}", types[i]);
        plb_language language = PLB_LANGUAGE_NEWEST;
        assert_int_equal(load(newest, text, (size_t) n, NULL, &language, NULL), PLB_OK);
        assert_int_equal(language, PLB_PLUTUS_V1 + (int) i);
        n = snprintf(text, sizeof text,
                     "{\"preamble\":{\"plutusVersion\":\"v%zu\"},"
                     "\"validators\":[{\"compiledCode\":\"4401000061\"}]}",
                     i + 1);
        assert_int_equal(load(newest, text, (size_t) n, NULL, &language, NULL), PLB_OK);
        assert_int_equal(language, PLB_PLUTUS_V1 + (int) i);
    }
    plb_language language = PLB_PLUTUS_V1;
    assert_int_equal(load(newest, "01000061", 8, NULL, &language, NULL), PLB_OK);
    assert_int_equal(language, PLB_LANGUAGE_NEWEST);
}

static void a_blueprints_validator_is_found_by_title(void **state) {
    (void) state;
    const input *blueprint = &good[COUNT(good) - 1];
    plb_program *program = new_program();
    plb_program *b = parse("(program 1.0.0 (delay (error)))");
    assert_int_equal(plb_program_load_validator(program, newest, PLB_FORMAT_AUTO,
                                                (const uint8_t *) blueprint->bytes,
                                                blueprint->length, "b", NULL, NULL),
                     PLB_OK);
    assert_true(plb_program_equal(program, b));
    plb_program_free(program);
    plb_program_free(b);
    plb_error error = {0};
    assert_int_equal(load(newest, blueprint->bytes, blueprint->length, "c", NULL, &error),
                     PLB_E_PARSE);
    assert_non_null(strstr(error.message, "\"c\""));
    assert_int_equal(load(newest, blueprint->bytes, blueprint->length, "none", NULL, &error),
                     PLB_E_PARSE);
    assert_non_null(strstr(error.message, "compiledCode"));
}

/* PlutusLedgerApi.Common.SerialisedScript, deserialiseScript. */
static void the_ledgers_rules_for_the_byte_string(void **state) {
    (void) state;
    const char trailing[] = "\x44" FLAT "\x00";
    assert_int_equal(load(v1, trailing, sizeof trailing - 1, NULL, NULL, NULL), PLB_OK);
    assert_int_equal(load(v3, trailing, sizeof trailing - 1, NULL, NULL, NULL), PLB_E_PARSE);
    assert_int_equal(load(newest, trailing, sizeof trailing - 1, NULL, NULL, NULL), PLB_E_PARSE);
    const char outside[] = "\x45\x44" FLAT "\x00";
    assert_int_equal(load(v1, outside, sizeof outside - 1, NULL, NULL, NULL), PLB_E_PARSE);
    const char chunks[] = "\x5f\x44" FLAT "\xff";
    assert_int_equal(load(v1, chunks, sizeof chunks - 1, NULL, NULL, NULL), PLB_E_PARSE);
    assert_int_equal(load(newest, chunks, sizeof chunks - 1, NULL, NULL, NULL), PLB_OK);
}

static void bad_files_say_what_is_wrong(void **state) {
    (void) state;
    static const struct {
        const char *text;
        plb_status status;
        const char *where, *reason;
    } cases[] = {
        {"{\"type\":\"PlutusScriptV2\"\n}", PLB_E_PARSE, "JSON:1", "\"cborHex\""},
        {"{\"type\":\"PlutusScriptV2\",\n\"cborHex\":5}", PLB_E_PARSE, "JSON:2: cborHex",
         "expected a string, found an integer"},
        {"{\"type\":\"SimpleScript\",\"cborHex\":\"\"}", PLB_E_UNSUPPORTED, "JSON:1: type",
         "SimpleScript"},
        {"{\"type\":\"PlutusScriptV2\",\"cborHex\":\"4\"}", PLB_E_PARSE, NULL, "hexadecimal"},
        {"{\"type\":\"PlutusScriptV2\",\"cborHex\":\"\"}", PLB_E_PARSE, NULL, "hexadecimal"},
        {"{\"type\":\"PlutusScriptV2\",\"cborHex\":\"4501000061\"}", PLB_E_PARSE,
         "JSON:1: cborHex: byte 0", "more input"},
        {"{\"validators\":{}}", PLB_E_PARSE, "JSON:1: validators", "array"},
        {"{\"validators\":[]}", PLB_E_PARSE, "JSON:1: validators", "compiledCode"},
        {"{\"preamble\":{\"plutusVersion\":\"v9\"},\"validators\":[]}", PLB_E_UNSUPPORTED,
         "JSON:1: preamble.plutusVersion", "v9"},
        {"{\"type\":", PLB_E_PARSE, NULL, "JSON"},
        {"{}", PLB_E_PARSE, NULL, "\"type\""},
        {"", PLB_E_PARSE, NULL, NULL},
        {"0", PLB_E_PARSE, NULL, NULL},
        {"44", PLB_E_PARSE, NULL, NULL},
        {"4401000061 00", PLB_E_PARSE, NULL, NULL},
        {"hello", PLB_E_PARSE, NULL, NULL},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        plb_error error = {0};
        plb_status status = load(newest, cases[i].text, strlen(cases[i].text), NULL, NULL, &error);
        if (status != cases[i].status) fail_msg("%s: %d: %s", cases[i].text, status, error.message);
        if (cases[i].where) assert_string_equal(error.where, cases[i].where);
        if (cases[i].reason && !strstr(error.message, cases[i].reason)) {
            fail_msg("%s: %s", cases[i].text, error.message);
        }
    }
}

static void programs_are_wrapped_for_the_chain(void **state) {
    (void) state;
    plb_program *program = parse("(program 1.0.0 (error))");
    uint8_t *bytes;
    size_t length;
    assert_int_equal(plb_program_encode_cbor(program, 1, &bytes, &length, NULL), PLB_OK);
    assert_int_equal(length, 5);
    assert_memory_equal(bytes, "\x44" FLAT, length);
    free(bytes);
    assert_int_equal(plb_program_encode_cbor(program, 2, &bytes, &length, NULL), PLB_OK);
    assert_int_equal(length, 6);
    assert_memory_equal(bytes, "\x45\x44" FLAT, length);
    free(bytes);
    assert_int_equal(plb_program_encode_cbor(program, 0, &bytes, &length, NULL), PLB_E_ARGUMENT);
    char *text;
    assert_int_equal(plb_program_encode_envelope(program, PLB_PLUTUS_V2, &text, &length, NULL),
                     PLB_OK);
    assert_string_equal(text, "{\n    \"type\": \"PlutusScriptV2\",\n    \"description\": \"\",\n"
                              "    \"cborHex\": \"454401000061\"\n}\n");
    free(text);
    assert_int_equal(
        plb_program_encode_envelope(program, PLB_LANGUAGE_NEWEST, &text, &length, NULL),
        PLB_E_ARGUMENT);
    plb_program_free(program);
}

/* RFC 8949, section 3: lengths up to 23, 255, 65535 in the head and one or two bytes behind it. */
static void heads_of_every_width(void **state) {
    (void) state;
    static const struct {
        size_t delays;
        const char *head;
    } cases[] = {{36, "56"},      {38, "57"},         {40, "5818"},          {502, "58ff"},
                 {504, "590100"}, {131062, "59ffff"}, {131064, "5a00010000"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        /* 3 bytes of version, half a byte a delay, one for the error and the filler */
        char *text = nested("(program 1.0.0 ", "(delay ", "(error)", ")", ")", cases[i].delays);
        plb_program *program = parse(text);
        uint8_t *bytes;
        size_t length;
        assert_int_equal(plb_program_encode_cbor(program, 1, &bytes, &length, NULL), PLB_OK);
        size_t head_length;
        uint8_t *head = unhex(cases[i].head, &head_length);
        assert_memory_equal(bytes, head, head_length);
        assert_int_equal(length, head_length + 4 + cases[i].delays / 2);
        free(head);
        free(bytes);
        free(text);
        plb_program_free(program);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_are_found_by_content),
        cmocka_unit_test(files_name_their_language),
        cmocka_unit_test(a_blueprints_validator_is_found_by_title),
        cmocka_unit_test(the_ledgers_rules_for_the_byte_string),
        cmocka_unit_test(bad_files_say_what_is_wrong),
        cmocka_unit_test(programs_are_wrapped_for_the_chain),
        cmocka_unit_test(heads_of_every_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
