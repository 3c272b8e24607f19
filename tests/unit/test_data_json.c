/* Detailed-schema JSON: what cardano-cli accepts (Cardano.Api, scriptDataFromJsonDetailedSchema),
 * except for fields that come twice. */
#include "harness/machine/data_json.h"
#include "harness/machine/term.h"
#include "tests/program_support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* {JSON, data in textual syntax; NULL: refused} */
static const char *const cases[][2] = {
    {"{\"int\":1000000}", "I 1000000"},
    {" {\r\n\t\"int\" : -5 } \n", "I -5"},
    {"{\"int\":0}", "I 0"},
    {"{\"int\":-0}", "I 0"},
    {"{\"int\":123456789012345678901234567890}", "I 123456789012345678901234567890"},
    {"{\"int\":-18446744073709551617}", "I -18446744073709551617"},
    {"{\"int\":1.0}", "I 1"},
    {"{\"int\":1e3}", "I 1000"},
    {"{\"int\":-1.25E+2}", "I -125"},
    {"{\"int\":1200e-2}", "I 12"},
    {"{\"int\":0.000}", "I 0"},
    {"{\"int\":0e-5}", "I 0"},
    {"{\"int\":1.5}", NULL},
    {"{\"int\":1e-1}", NULL},
    {"{\"int\":1e1000000000000}", NULL},
    {"{\"int\":01}", NULL},
    {"{\"int\":+1}", NULL},
    {"{\"int\":.5}", NULL},
    {"{\"int\":1.}", NULL},
    {"{\"int\":1e}", NULL},
    {"{\"int\":-}", NULL},
    {"{\"int\":\"1\"}", NULL},
    {"{\"int\":null}", NULL},
    {"{\"bytes\":\"\"}", "B #"},
    {"{\"bytes\":\"00fFaB\"}", "B #00ffab"},
    {"{\"bytes\":\"\\u0030\\u0030\"}", "B #00"},
    {"{\"bytes\":\"0x00\"}", NULL},
    {"{\"bytes\":\"000\"}", NULL},
    {"{\"bytes\":\"0g\"}", NULL},
    {"{\"bytes\":00}", NULL},
    {"{\"list\":[]}", "List []"},
    {"{\"list\":[{\"int\":1},{\"list\":[{\"bytes\":\"00\"}]}]}", "List [I 1, List [B #00]]"},
    {"{\"list\":[1]}", NULL},
    {"{\"list\":[{\"int\":1},]}", NULL},
    {"{\"list\":[{\"int\":1} {\"int\":1}]}", NULL},
    {"{\"list\":[{\"int\":1}}", NULL},
    {"{\"list\":{}}", NULL},
    {"{\"map\":[]}", "Map []"},
    {"{\"map\":[{\"k\":{\"int\":1},\"v\":{\"map\":[]}},{\"v\":{\"int\":3},\"k\":{\"int\":2}}]}",
     "Map [(I 1, Map []), (I 2, I 3)]"},
    {"{\"map\":[{\"k\":{\"int\":1}}]}", NULL},
    {"{\"map\":[{\"k\":{\"int\":1},\"k\":{\"int\":1}}]}", NULL},
    {"{\"map\":[{\"k\":{\"int\":1},\"v\":{\"int\":1},\"w\":{\"int\":1}}]}", NULL},
    {"{\"map\":[{\"int\":1}]}", NULL},
    {"{\"map\":[{}]}", NULL},
    {"{\"constructor\":0,\"fields\":[]}", "Constr 0 []"},
    {"{\"fields\":[{\"int\":1}],\"constructor\":18446744073709551615}",
     "Constr 18446744073709551615 [I 1]"},
    {"{\"constructor\":0,\"fields\":[{\"constructor\":1,\"fields\":[{\"int\":2},{\"int\":3}]}]}",
     "Constr 0 [Constr 1 [I 2, I 3]]"},
    {"{\"\\u0063onstructor\":1e0,\"fields\":[]}", "Constr 1 []"},
    {"{\"constructor\":18446744073709551616,\"fields\":[]}", NULL},
    {"{\"constructor\":-1,\"fields\":[]}", NULL},
    {"{\"constructor\":0}", NULL},
    {"{\"fields\":[]}", NULL},
    {"{\"constructor\":0,\"fields\":[],\"int\":1}", NULL},
    {"{\"constructor\":0,\"list\":[]}", NULL},
    {"{\"int\":1,\"bytes\":\"\"}", NULL},
    {"{\"int\":1,\"int\":1}", NULL},
    {"{\"int\":1,}", NULL},
    {"{\"Int\":1}", NULL},
    {"{}", NULL},
    {"[]", NULL},
    {"1", NULL},
    {"", NULL},
    {"{", NULL},
    {"{\"int\"}", NULL},
    {"{\"int\":1", NULL},
    {"{\"int\":1}}", NULL},
    {"{\"int\":1} {\"int\":1}", NULL},
    {"{\"int\":1} // one", NULL},
    {"{\"bytes\":\"00}", NULL},
    {"{\"bytes\":\"\\ud800\"}", NULL},
    {"{\"bytes\":\"\\u00\"}", NULL},
    {"{\"bytes\":\"\\x\"}", NULL},
    {"{\"bytes\":\"\xff\"}", NULL},
    {"{\"bytes\":\"\n\"}", NULL},
};

static void objects_of_every_form(void **state) {
    (void) state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        plb_program *program = new_program();
        plb_error error = {0};
        plb_status status =
            plb_program_data_json(program, cases[i][0], strlen(cases[i][0]), &error);
        if (!cases[i][1]) {
            if (status != PLB_E_PARSE) fail_msg("%s: %d", cases[i][0], status);
        } else {
            if (status != PLB_OK) fail_msg("%s: %s: %s", cases[i][0], error.where, error.message);
            char text[512];
            snprintf(text, sizeof text, "(program 1.0.0 (con data (%s)))", cases[i][1]);
            char *printed = print(program);
            assert_string_equal(printed, text);
            free(printed);
        }
        plb_program_free(program);
    }
}

static void errors_name_line_and_path(void **state) {
    (void) state;
    static const struct {
        const char *json, *where, *reason;
    } errors[] = {
        {"{\"constructor\":0,\n\"fields\":[{\"int\":1},\n{\"int\":true}]}", "line 3: fields[1].int",
         "expected an integer"},
        {"{\"map\":[{\"k\":{\"int\":1},\"v\":{\"bytes\":\"0\"}}]}", "line 1: map[0].v.bytes",
         "even number"},
        {"{\"list\":[{\"int\":1},{\"in\":1}]}", "line 1: list[1]", "\"int\", \"bytes\""},
        {"\n\n[]", "line 3", "expected an object"},
    };
    for (size_t i = 0; i < COUNT(errors); i++) {
        plb_program *program = new_program();
        plb_error error = {0};
        assert_int_equal(
            plb_program_data_json(program, errors[i].json, strlen(errors[i].json), &error),
            PLB_E_PARSE);
        assert_string_equal(error.where, errors[i].where);
        if (!strstr(error.message, errors[i].reason)) fail_msg("%s", error.message);
        plb_program_free(program);
    }
}

static char *to_json(const plb_program *program) {
    plb_output output;
    plb_output_begin(&output, 0);
    plb_data_print_json(&output, program->constants[0]);
    uint8_t *bytes;
    size_t length;
    assert_true(plb_output_take(&output, &bytes, &length));
    return (char *) bytes;
}

static void data_prints_as_json(void **state) {
    (void) state;
    const char *text = "(program 1.0.0 (con data (Constr 1 [I -123456789012345678901234567890, "
                       "B #00ff, List [], List [I 1, I 2], Map [(I 1, B #), (Map [], I 2)]])))";
    const char *json = "{\"constructor\":1,\"fields\":[{\"int\":-123456789012345678901234567890},"
                       "{\"bytes\":\"00ff\"},{\"list\":[]},{\"list\":[{\"int\":1},{\"int\":2}]},"
                       "{\"map\":[{\"k\":{\"int\":1},\"v\":{\"bytes\":\"\"}},"
                       "{\"k\":{\"map\":[]},\"v\":{\"int\":2}}]}]}";
    plb_program *program = parse(text);
    char *printed = to_json(program);
    assert_string_equal(printed, json);
    plb_program *again = new_program();
    assert_int_equal(plb_program_data_json(again, printed, strlen(printed), NULL), PLB_OK);
    assert_true(plb_program_equal(program, again));
    free(printed);
    plb_program_free(program);
    plb_program_free(again);
}

static void nesting_is_bounded_by_memory_only(void **state) {
    (void) state;
    const size_t depth = 200000;
    char *texts[] = {
        nested("", "{\"list\":[", "{\"int\":1}", "]}", "", depth),
        nested("", "{\"fields\":[", "{\"int\":1}", "],\"constructor\":1}", "", depth),
        nested("", "{\"map\":[{\"k\":{\"int\":1},\"v\":", "{\"int\":1}", "}]}", "", depth),
        nested("", "{\"map\":[{\"k\":", "{\"int\":1}", ",\"v\":{\"int\":1}}]}", "", depth),
    };
    plb_program *program = new_program();
    plb_program *small = plb_program_new((size_t) 1 << 20);
    for (size_t i = 0; i < COUNT(texts); i++) {
        plb_error error = {0};
        if (plb_program_data_json(program, texts[i], strlen(texts[i]), &error) != PLB_OK) {
            fail_msg("%s: %s", error.where, error.message);
        }
        if (i != 1) {
            char *printed = to_json(program);
            assert_string_equal(printed, texts[i]);
            free(printed);
        }
        assert_int_equal(plb_program_data_json(small, texts[i], strlen(texts[i]), &error),
                         PLB_E_MEMORY);
        texts[i][strlen(texts[i]) / 2] = 'x';
        assert_int_equal(plb_program_data_json(program, texts[i], strlen(texts[i]), &error),
                         PLB_E_PARSE);
        free(texts[i]);
    }
    plb_program_free(program);
    plb_program_free(small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects_of_every_form),
        cmocka_unit_test(errors_name_line_and_path),
        cmocka_unit_test(data_prints_as_json),
        cmocka_unit_test(nesting_is_bounded_by_memory_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
