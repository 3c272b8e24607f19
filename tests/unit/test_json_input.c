/* Errors in JSON input name the line and the path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/json_input.h"

static const char text[] = "\n"
                           "{ \"a\": 1, \"b{\\\"]\": [ \"]\", {} ],\n"
                           "  \"list\": [10,\n"
                           "    [ 1, 2, [3] ], { \"x\": \"y\" },\n"
                           "    true,\n"
                           "    {\"deep\":\n"
                           "      null}]\n"
                           "}\n";

static plb_json_path path_of(const char *name) {
    return (plb_json_path){.name = name, .text = text, .length = sizeof text - 1};
}

static void lines_of_values(void **state) {
    (void) state;
    plb_json_path path = path_of("x");
    assert_int_equal(plb_json_line(&path), 2);
    plb_json_enter(&path, "list");
    assert_int_equal(plb_json_line(&path), 3);
    plb_json_enter_index(&path, 0);
    assert_int_equal(plb_json_line(&path), 3);
    plb_json_leave(&path);
    plb_json_enter_index(&path, 2);
    assert_int_equal(plb_json_line(&path), 4);
    plb_json_leave(&path);
    plb_json_enter_index(&path, 4);
    assert_int_equal(plb_json_line(&path), 6);
    plb_json_enter(&path, "deep");
    assert_int_equal(plb_json_line(&path), 7);
}

static void spans_of_values(void **state) {
    (void) state;
    plb_json_path path = path_of("x");
    size_t begin, end;
    assert_true(plb_json_span(&path, &begin, &end));
    assert_int_equal(begin, 1);
    assert_int_equal(end, sizeof text - 2);
    plb_json_enter(&path, "list");
    plb_json_enter_index(&path, 1);
    assert_true(plb_json_span(&path, &begin, &end));
    assert_int_equal(end - begin, strlen("[ 1, 2, [3] ]"));
    assert_memory_equal(text + begin, "[ 1, 2, [3] ]", end - begin);
    plb_json_enter_index(&path, 3);
    assert_false(plb_json_span(&path, &begin, &end));
}

static void what_is_not_there_has_the_line_of_its_parent(void **state) {
    (void) state;
    plb_json_path path = path_of("x");
    plb_json_enter(&path, "nothing");
    assert_int_equal(plb_json_line(&path), 2);
    plb_json_leave(&path);
    plb_json_enter_index(&path, 0);
    assert_int_equal(plb_json_line(&path), 2);
    plb_json_leave(&path);
    plb_json_enter(&path, "list");
    plb_json_enter_index(&path, 99);
    assert_int_equal(plb_json_line(&path), 3);
    plb_json_leave(&path);
    plb_json_enter_index(&path, 4);
    plb_json_enter(&path, "deeper");
    plb_json_enter(&path, "yet");
    assert_int_equal(plb_json_line(&path), 6);
}

static void where_names_input_line_and_path(void **state) {
    (void) state;
    char where[PLB_ERROR_WHERE_BYTES];
    plb_json_path path = path_of("f.json");
    plb_json_where(&path, where);
    assert_string_equal(where, "f.json:2");
    plb_json_enter(&path, "list");
    plb_json_enter_index(&path, 4);
    plb_json_enter(&path, "deep");
    plb_json_where(&path, where);
    assert_string_equal(where, "f.json:7: list[4].deep");
    path.steps[0].key = "list2";
    plb_json_where(&path, where);
    assert_string_equal(where, "f.json:2: list2[4].deep");
}

static void long_paths_are_cut(void **state) {
    (void) state;
    static char key[PLB_ERROR_WHERE_BYTES * 2];
    memset(key, 'k', sizeof key - 1);
    char where[PLB_ERROR_WHERE_BYTES];
    plb_json_path path = path_of(key);
    for (int i = 0; i < PLB_JSON_PATH_MAX + 3; i++) plb_json_enter(&path, i % 2 ? key : "k");
    plb_json_where(&path, where);
    assert_int_equal(strlen(where), PLB_ERROR_WHERE_BYTES - 1);
    path.name = "f";
    for (unsigned i = 0; i < PLB_JSON_PATH_MAX; i++) path.steps[i].key = "k";
    plb_json_where(&path, where);
    assert_string_equal(where, "f:2: k.k.k.k.k.k.k.k...");
}

static void messages_stay_on_one_line(void **state) {
    (void) state;
    plb_error error;
    plb_json_path path = path_of("f.json");
    plb_json_enter(&path, "a\nb");
    plb_json_fail(&path, &error, PLB_E_PARSE, "got %s", "x\ty\r\n");
    assert_string_equal(error.where, "f.json:2: a?b");
    assert_string_equal(error.message, "got x?y??");
}

static plb_status parse(const char *json, plb_error *error) {
    plb_json_path path = {.name = "f.json", .text = json, .length = strlen(json)};
    json_t *root;
    plb_status status = plb_json_parse(&path, &root, error);
    json_decref(root);
    return status;
}

static void syntax_errors_name_the_line(void **state) {
    (void) state;
    plb_error error;
    assert_int_equal(parse("{\"a\": [1,\n 2,,3]}", &error), PLB_E_PARSE);
    assert_ptr_equal(strstr(error.where, "f.json:2:"), error.where);
    assert_int_equal(parse("", &error), PLB_E_PARSE);
    assert_int_equal(parse("{\"a\":1,\"a\":2}", &error), PLB_E_PARSE);
    assert_non_null(strstr(error.message, "duplicate"));
    assert_int_equal(parse("[9223372036854775808]", &error), PLB_E_PARSE);
    assert_int_equal(parse("[1] 2", &error), PLB_E_PARSE);
    assert_int_equal(parse("[1]", &error), PLB_OK);
}

static plb_status integer(const char *json, int64_t *out, plb_error *error) {
    plb_json_path path = {.name = "f.json", .text = json, .length = strlen(json)};
    json_t *root = json_loads(json, JSON_DECODE_ANY, NULL);
    assert_non_null(root);
    plb_status status = plb_json_int64(&path, root, PLB_E_COST_MODEL, out, error);
    json_decref(root);
    return status;
}

static void integers(void **state) {
    (void) state;
    plb_error error;
    int64_t n = 0;
    assert_int_equal(integer("-9223372036854775808", &n, &error), PLB_OK);
    assert_true(n == INT64_MIN);
    assert_int_equal(integer("1e3", &n, &error), PLB_OK);
    assert_int_equal(n, 1000);
    assert_int_equal(integer("-2.0", &n, &error), PLB_OK);
    assert_int_equal(n, -2);
    assert_int_equal(integer("1.5", &n, &error), PLB_E_COST_MODEL);
    assert_int_equal(integer("1e19", &n, &error), PLB_E_COST_MODEL);
    assert_int_equal(integer("\"1\"", &n, &error), PLB_E_COST_MODEL);
    assert_string_equal(error.message, "expected an integer, got a string");
    assert_int_equal(integer("null", &n, &error), PLB_E_COST_MODEL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_values),
        cmocka_unit_test(spans_of_values),
        cmocka_unit_test(what_is_not_there_has_the_line_of_its_parent),
        cmocka_unit_test(where_names_input_line_and_path),
        cmocka_unit_test(long_paths_are_cut),
        cmocka_unit_test(messages_stay_on_one_line),
        cmocka_unit_test(syntax_errors_name_the_line),
        cmocka_unit_test(integers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
