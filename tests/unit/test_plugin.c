/* Plug-ins, without shared objects: types as they declare them, what is taken over of descriptions
 * of other sizes, and the functions that they may call. tests/cli/plugin.sh has the rest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/plugin/plugins.h"

static plb_region region;
static plb_types types;
static plb_plugin_host_call call;

static int setup(void **state) {
    (void) state;
    if (!plb_region_init(&region, 1 << 22) || !plb_types_init(&types)) return -1;
    call = plb_plugin_host_call_of(&region, &types);
    return 0;
}

static int teardown(void **state) {
    (void) state;
    plb_region_free(&region);
    plb_types_free(&types);
    return 0;
}

/* ---- Types ---- */

/* Lists of lists of units, as deep as it goes, and one deeper. */
#define LIST_3 "(list (list (list "
#define LIST_15 LIST_3 LIST_3 LIST_3 LIST_3 LIST_3
#define END_15 ")))))))))))))))"
static const char deepest[] = LIST_15 "unit" END_15, deeper[] = "(list " LIST_15 "unit" END_15 ")";

static void types_are_read(void **state) {
    (void) state;
    static const char *const good[] = {
        "integer",
        "a",
        " bytestring ",
        "(list integer)",
        "( list  ( pair data data ) )",
        "(pair (list a) (array (list b)))",
        "bls12_381_mlresult",
        deepest,
    };
    static const char *const bad[] = {
        "",
        " ",
        "number",
        "integers",
        "list",
        "(list)",
        "(integer)",
        "(list integer",
        "list integer)",
        "(list integer) x",
        "(pair integer)",
        "(list integer integer)",
        "()",
        "(a)",
        "integer)",
        "((list integer))",
        deeper,
    };
    plb_signature signature;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        if (!plb_signature_read(&signature, good[i])) fail_msg("refused: %s", good[i]);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (plb_signature_read(&signature, bad[i])) fail_msg("read: %s", bad[i]);
}

static bool matches(const char *type, plb_value v) {
    plb_signature signature;
    assert_true(plb_signature_read(&signature, type));
    return plb_signature_matches(&signature, &types, v);
}

static void values_have_types(void **state) {
    (void) state;
    plb_value one = plb_small(1), unit = PLB_UNIT;
    plb_type ints = plb_types_list(&types, PLB_TYPE_INTEGER);
    plb_type pair = plb_types_pair(&types, PLB_TYPE_INTEGER, ints);
    plb_value list = plb_make_list(&region, PLB_TYPE_INTEGER, &one, 1);
    plb_value lists = plb_make_list(&region, ints, &list, 1);
    plb_value both = plb_make_pair(&region, pair, one, list);
    plb_value array = plb_make_array(&region, ints, &list, 1);
    plb_value lambda = (plb_value) PLB_PTR_LAMBDA | 64;
    assert_true(matches("integer", one) && !matches("integer", unit) && matches("unit", unit));
    assert_true(matches("(list integer)", list) && matches("(list a)", list));
    assert_false(matches("(list bytestring)", list) || matches("(list (list a))", list));
    assert_true(matches("(list (list integer))", lists) && matches("(list (list a))", lists));
    assert_false(matches("(list integer)", lists) || matches("(array a)", lists));
    assert_true(matches("(pair integer (list integer))", both) && matches("(pair a b)", both));
    assert_false(matches("(pair (list integer) integer)", both) || matches("(list a)", both));
    assert_true(matches("(array (list integer))", array));
    assert_false(matches("(array integer)", array) || matches("integer", array));
    assert_true(matches("(list data)", PLB_NIL(PLB_TYPE_DATA)));
    assert_false(matches("(list integer)", PLB_NIL(PLB_TYPE_DATA)));
    assert_true(matches("a", lambda) && !matches("integer", lambda) &&
                !matches("(list a)", lambda));
}

/* Interned types have numbers like the nodes of a signature: none may be taken for the other. */
static void many_types_are_told_apart(void **state) {
    (void) state;
    plb_type deep = PLB_TYPE_UNIT;
    for (int i = 0; i < 150; i++) {
        deep = plb_types_list(&types, deep);
        assert_false(matches("(list (pair a a))", PLB_NIL(deep)));
        assert_int_equal(matches("(list (list (list a)))", PLB_NIL(deep)), i >= 1);
    }
}

/* ---- Descriptions ---- */

static plb_plugin_value run(plb_plugin_call *c, const plb_plugin_value *arguments) {
    (void) arguments;
    return c->host->make_unit(c);
}

static bool generate(plb_plugin_call *c, const uint64_t *sizes, uint64_t seed,
                     plb_plugin_value *arguments) {
    (void) c, (void) sizes, (void) seed, (void) arguments;
    return true;
}

static const plb_plugin_builtin plain = {
    .name = "first",
    .arity = 2,
    .arguments = {"integer", "(list string)"},
    .result = "unit",
    .run = run,
    .steps = {"const_above_diagonal/multiplied_sizes", {1, 2, 3}},
    .memory = {"constant_cost", {1}},
    .generate = generate,
};

/* As a plug-in of a later time would have it: more at the end of each description. */
static void descriptions_may_be_longer(void **state) {
    (void) state;
    struct later {
        plb_plugin_builtin builtin;
        uint64_t more[5];
    } builtins[2] = {{plain, {1, 2, 3, 4, 5}}, {plain, {6, 7, 8, 9, 10}}};
    builtins[1].builtin.name = "second";
    const plb_plugin plugin = {.abi = PLB_PLUGIN_ABI,
                               .size = sizeof plugin + 64,
                               .builtin_size = sizeof *builtins,
                               .name = "later",
                               .version = "2",
                               .builtins = &builtins[0].builtin,
                               .builtin_count = 2};
    plb_plugins *plugins = calloc(1, sizeof *plugins);
    plb_plugin_file file = {.path = (char[]){"later.so"}};
    plb_error error;
    assert_non_null(plugins);
    if (plb_plugin_describe(plugins, &file, &plugin, &error) != PLB_OK)
        fail_msg("%s", error.message);
    assert_int_equal(plugins->count, 2);
    assert_string_equal(plugins->entries[1].declared.name, "second");
    assert_string_equal(plugins->entries[1].benchmark, "Second");
    assert_int_equal(plugins->entries[0].inexact, 2);
    assert_int_equal(plugins->rows[0].row.args[0], PLB_ARG_INTEGER);
    assert_int_equal(plugins->rows[0].row.args[1], PLB_ARG_CONSTANT);
    assert_int_equal(plugins->rows[1].steps.shape, PLB_SHAPE_CONST_ABOVE_DIAGONAL);
    assert_int_equal(plugins->rows[1].steps.inner, PLB_SHAPE_MULTIPLIED_SIZES);
    assert_int_equal(plugins->rows[1].steps.c[2], 3);
    /* Names that differ in their first letter's case only are one benchmark's. */
    builtins[0].builtin.name = "Second";
    assert_int_equal(plb_plugin_describe(plugins, &file, &plugin, &error), PLB_E_ARGUMENT);
    assert_string_equal(error.message, "builtin 'Second': another builtin has that name");
    free(plugins);
}

static void shapes_that_do_not_fit_are_refused(void **state) {
    (void) state;
    static const char *const shapes[] = {"linear",
                                         "const_above_diagonal",
                                         "linear_in_x/linear_in_x",
                                         "linear_in_x/",
                                         "const_above_diagonal/constant",
                                         "const_above_diagonal/linear_in_z",
                                         "constant_cost/",
                                         "const_above_diagonal/const_below_diagonal",
                                         ""};
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        plb_plugin_builtin builtin = plain;
        builtin.steps.shape = shapes[i];
        const plb_plugin plugin = {
            PLB_PLUGIN_ABI, sizeof plugin, sizeof builtin, "p", "1", &builtin, 1};
        plb_plugins *plugins = calloc(1, sizeof *plugins);
        plb_plugin_file file = {.path = (char[]){"p.so"}};
        plb_error error;
        assert_non_null(plugins);
        assert_int_equal(plb_plugin_describe(plugins, &file, &plugin, &error), PLB_E_ARGUMENT);
        assert_string_equal(error.message,
                            "builtin 'first': expected costing functions' shapes such "
                            "as linear_in_x");
        free(plugins);
    }
}

/* ---- What plug-ins may call ---- */

#define HOST call.open.host
#define CALL &call.open

static void integers_go_both_ways(void **state) {
    (void) state;
    static const int64_t numbers[] = {0, 1, -1, INT64_MAX, INT64_MIN, INT64_MAX >> 1, -(1ll << 62)};
    plb_plugin_integer integer;
    int64_t n;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        plb_plugin_value v = HOST->make_int64(CALL, numbers[i]);
        assert_true(HOST->read_int64(CALL, v, &n));
        assert_true(n == numbers[i]);
        assert_true(HOST->read_integer(CALL, v, &integer));
        assert_int_equal(integer.negative, numbers[i] < 0);
        uint64_t magnitude = numbers[i] < 0 ? -(uint64_t) numbers[i] : (uint64_t) numbers[i];
        assert_int_equal(integer.count, magnitude != 0);
        if (magnitude != 0) assert_true(integer.limbs[0] == magnitude);
        assert_true(
            plb_int_compare(
                HOST->make_integer(CALL, integer.negative, integer.limbs, integer.count), v) == 0);
    }
    const uint64_t limbs[] = {5, 6, 0};
    plb_plugin_value large = HOST->make_integer(CALL, true, limbs, 3);
    assert_false(HOST->read_int64(CALL, large, &n));
    assert_true(HOST->read_integer(CALL, large, &integer));
    assert_true(integer.negative && integer.count == 2 && integer.limbs[1] == 6);
    assert_false(HOST->read_integer(CALL, PLB_UNIT, &integer));
    assert_int_equal(HOST->type_of(CALL, large), PLB_PLUGIN_INTEGER);
}

static void bytes_and_strings_go_both_ways(void **state) {
    (void) state;
    size_t length = 99;
    uint8_t *room;
    plb_plugin_value bytes = HOST->make_bytes(CALL, (const uint8_t *) "\xff\x00", 2);
    plb_plugin_value text = HOST->make_string(CALL, (const uint8_t *) "\xc3\xa9", 2);
    assert_memory_equal(HOST->read_bytes(CALL, bytes, &length), "\xff\x00", 2);
    assert_int_equal(length, 2);
    assert_memory_equal(HOST->read_bytes(CALL, text, &length), "\xc3\xa9", 2);
    assert_int_equal(HOST->type_of(CALL, text), PLB_PLUGIN_STRING);
    assert_non_null(HOST->read_bytes(CALL, HOST->make_bytes(CALL, NULL, 0), &length));
    assert_int_equal(length, 0);
    assert_null(HOST->read_bytes(CALL, PLB_UNIT, &length));
    plb_plugin_value filled = HOST->make_bytes_room(CALL, 3, &room);
    memcpy(room, "abc", 3);
    assert_memory_equal(HOST->read_bytes(CALL, filled, &length), "abc", 3);
    assert_true(HOST->make_string(CALL, (const uint8_t *) "\xff", 1) == PLB_PLUGIN_NONE);
    assert_string_equal(call.message, "it made a string that is not UTF-8");
}

static void lists_are_walked_and_made(void **state) {
    (void) state;
    plb_plugin_value items[] = {plb_small(1), plb_small(2)}, element;
    plb_plugin_value list = HOST->make_list(CALL, PLB_PLUGIN_INTEGER, items, 2);
    list = HOST->make_cons(CALL, plb_small(0), list);
    assert_int_equal(HOST->read_length(CALL, list), 3);
    plb_plugin_type lists = HOST->list_type(CALL, HOST->list_type(CALL, PLB_PLUGIN_INTEGER));
    plb_plugin_value nested = HOST->make_list(CALL, HOST->type_of(CALL, list), &list, 1);
    assert_int_equal(HOST->type_of(CALL, nested), lists);
    for (int64_t i = 0; i < 3; i++) {
        assert_true(HOST->read_next(CALL, &list, &element));
        assert_true(element == plb_small(i));
    }
    assert_false(HOST->read_next(CALL, &list, &element));
    plb_plugin_value array = HOST->make_array(CALL, PLB_PLUGIN_INTEGER, items, 2);
    assert_true(HOST->read_item(CALL, array, 1, &element) && element == plb_small(2));
    assert_false(HOST->read_item(CALL, array, 2, &element));
    assert_int_equal(HOST->type_of(CALL, array), HOST->array_type(CALL, PLB_PLUGIN_INTEGER));
    plb_plugin_value pair = HOST->make_pair(CALL, items[0], nested), first, second;
    assert_true(HOST->read_pair(CALL, pair, &first, &second) && first == items[0] &&
                second == nested);
    assert_int_equal(HOST->type_of(CALL, pair), HOST->pair_type(CALL, PLB_PLUGIN_INTEGER, lists));
}

static void data_go_both_ways(void **state) {
    (void) state;
    plb_plugin_value tag, content;
    plb_plugin_value i = HOST->make_data(CALL, PLB_PLUGIN_DATA_I, 0, plb_small(7));
    plb_plugin_value b =
        HOST->make_data(CALL, PLB_PLUGIN_DATA_B, 0, HOST->make_bytes(CALL, NULL, 0));
    plb_plugin_value both[] = {i, b};
    plb_plugin_value list = HOST->make_list(CALL, PLB_PLUGIN_DATA, both, 2);
    plb_plugin_value constr = HOST->make_data(CALL, PLB_PLUGIN_DATA_CONSTR, plb_small(3), list);
    assert_int_equal(HOST->read_data(CALL, constr, &tag, &content), PLB_PLUGIN_DATA_CONSTR);
    assert_true(tag == plb_small(3) && content == list);
    plb_plugin_value pair = HOST->make_pair(CALL, i, constr);
    plb_plugin_value pairs = HOST->make_list(CALL, HOST->type_of(CALL, pair), &pair, 1);
    plb_plugin_value map = HOST->make_data(CALL, PLB_PLUGIN_DATA_MAP, 0, pairs);
    assert_int_equal(HOST->read_data(CALL, map, &tag, &content), PLB_PLUGIN_DATA_MAP);
    assert_true(content == pairs);
    plb_plugin_value items = HOST->make_data(CALL, PLB_PLUGIN_DATA_LIST, 0, list);
    assert_int_equal(HOST->read_data(CALL, items, &tag, &content), PLB_PLUGIN_DATA_LIST);
    assert_int_equal(HOST->read_data(CALL, i, &tag, &content), PLB_PLUGIN_DATA_I);
    assert_true(content == plb_small(7));
    assert_int_equal(HOST->read_data(CALL, b, &tag, &content), PLB_PLUGIN_DATA_B);
    assert_int_equal(HOST->read_data(CALL, list, &tag, &content), PLB_PLUGIN_NO_DATA);
    assert_int_equal(plb_data_memory(items),
                     4 * 3 + 1 + 1); /* 4 a node, 1 for each leaf's content */
}

static void parts_of_other_types_are_refused(void **state) {
    (void) state;
    plb_plugin_value mixed[] = {plb_small(1), PLB_UNIT};
    plb_plugin_value ints = HOST->make_list(CALL, PLB_PLUGIN_INTEGER, mixed, 1);
    assert_true(HOST->make_list(CALL, PLB_PLUGIN_INTEGER, mixed, 2) == PLB_PLUGIN_NONE);
    assert_true(HOST->make_list(CALL, 60000, NULL, 0) == PLB_PLUGIN_NONE);
    assert_true(HOST->make_array(CALL, PLB_PLUGIN_UNIT, mixed, 1) == PLB_PLUGIN_NONE);
    assert_true(HOST->make_cons(CALL, PLB_UNIT, ints) == PLB_PLUGIN_NONE);
    assert_true(HOST->make_cons(CALL, ints, PLB_UNIT) == PLB_PLUGIN_NONE);
    assert_true(HOST->make_pair(CALL, (plb_value) PLB_PTR_LAMBDA | 64, ints) == PLB_PLUGIN_NONE);
    for (int kind = PLB_PLUGIN_NO_DATA; kind <= PLB_PLUGIN_DATA_B; kind++) {
        call.message = NULL;
        assert_true(HOST->make_data(CALL, (plb_plugin_data) kind, plb_small(0), PLB_TRUE) ==
                    PLB_PLUGIN_NONE);
        assert_string_equal(call.message, "it made data of parts of other types");
    }
    assert_false(call.memory_short);
}

static void memory_that_is_short_is_noticed(void **state) {
    (void) state;
    assert_true(HOST->make_bytes_room(CALL, 1 << 23, &(uint8_t *){NULL}) == PLB_PLUGIN_NONE);
    assert_true(call.memory_short);
    call.memory_short = false;
    assert_null(HOST->allocate(CALL, 1 << 23));
    assert_true(call.memory_short);
    call.memory_short = false;
    assert_non_null(HOST->allocate(CALL, 100));
    assert_false(call.memory_short);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(types_are_read),
        cmocka_unit_test(values_have_types),
        cmocka_unit_test(many_types_are_told_apart),
        cmocka_unit_test(descriptions_may_be_longer),
        cmocka_unit_test(shapes_that_do_not_fit_are_refused),
        cmocka_unit_test(integers_go_both_ways),
        cmocka_unit_test(bytes_and_strings_go_both_ways),
        cmocka_unit_test(lists_are_walked_and_made),
        cmocka_unit_test(data_go_both_ways),
        cmocka_unit_test(parts_of_other_types_are_refused),
        cmocka_unit_test(memory_that_is_short_is_noticed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
