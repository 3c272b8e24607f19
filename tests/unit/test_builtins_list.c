#include "builtin_support.h"

static plb_value ints(caller *c, int count) {
    plb_value items[2000];
    assert_in_range(count, 0, 2000);
    for (int i = 0; i < count; i++) items[i] = plb_small(i);
    return list_of(c, PLB_TYPE_INTEGER, items, (size_t) count);
}

static plb_value array_of_ints(caller *c, int count) {
    return call1(c, "listToArray", ints(c, count));
}

static void choices_take_the_branch(void **state) {
    caller *c = *state;
    plb_value a = plb_small(1), b = plb_builtin_value(3, 0);
    assert_true(call3(c, "ifThenElse", PLB_TRUE, a, b) == a);
    assert_true(call3(c, "ifThenElse", PLB_FALSE, a, b) == b);
    assert_refused(c, call3(c, "ifThenElse", PLB_UNIT, a, b));
    assert_refused(c, call3(c, "ifThenElse", plb_small(1), a, b));
    assert_true(call2(c, "chooseUnit", PLB_UNIT, b) == b);
    assert_refused(c, call2(c, "chooseUnit", PLB_TRUE, b));
    assert_true(call3(c, "chooseList", PLB_NIL(PLB_TYPE_BOOL), a, b) == a);
    assert_true(call3(c, "chooseList", ints(c, 1), a, b) == b);
}

static void choose_data_follows_the_node(void **state) {
    caller *c = *state;
    plb_region *region = region_of(c);
    const plb_value nodes[] = {
        plb_make_data_constr(region, plb_small(0), PLB_NIL(PLB_TYPE_DATA)),
        plb_make_data_items(region, PLB_KIND_DATA_MAP, PLB_NIL(PLB_TYPE_PAIR_DATA_DATA)),
        plb_make_data_items(region, PLB_KIND_DATA_LIST, PLB_NIL(PLB_TYPE_DATA)), data_int(c, 1),
        plb_make_data_leaf(region, PLB_KIND_DATA_B, hex(c, ""))};
    int id = plb_builtin_find("chooseData", 10);
    for (int i = 0; i < 5; i++) {
        const plb_value args[6] = {nodes[i],     plb_small(0), plb_small(1),
                                   plb_small(2), plb_small(3), plb_small(4)};
        assert_true(plb_builtins[id].run(c->machine, args) == plb_small(i));
    }
}

static void trace_logs_its_text(void **state) {
    caller *c = *state;
    size_t before = plb_machine_log_count(c->machine), length;
    plb_value result = plb_builtin_value(3, 0);
    assert_true(call2(c, "trace", text(c, "ok"), result) == result);
    assert_int_equal(plb_machine_log_count(c->machine), before + 1);
    assert_string_equal(plb_machine_log_line(c->machine, before, &length), "ok");
    assert_int_equal(length, 2);
}

static void pairs_come_apart(void **state) {
    caller *c = *state;
    plb_value pair =
        plb_make_pair(region_of(c), PLB_TYPE_PAIR_DATA_DATA, data_int(c, 1), data_int(c, 2));
    assert_same(call1(c, "fstPair", pair), data_int(c, 1));
    assert_same(call1(c, "sndPair", pair), data_int(c, 2));
}

static void lists_come_apart(void **state) {
    caller *c = *state;
    plb_value list = ints(c, 2), nil = PLB_NIL(PLB_TYPE_INTEGER);
    assert_true(call1(c, "headList", list) == plb_small(0));
    assert_true(call1(c, "headList", call1(c, "tailList", list)) == plb_small(1));
    assert_true(call1(c, "tailList", call1(c, "tailList", list)) == nil);
    assert_true(call1(c, "nullList", list) == PLB_FALSE);
    assert_true(call1(c, "nullList", nil) == PLB_TRUE);
    assert_failed(c, call1(c, "headList", nil));
    assert_failed(c, call1(c, "tailList", nil));
}

/* The reference unlifts any constant here and looks at its type when it runs. */
static void constants_of_another_type_fail_after_costing(void **state) {
    caller *c = *state;
    const char *names[] = {"fstPair",  "sndPair",     "headList",     "tailList",
                           "nullList", "listToArray", "lengthOfArray"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        assert_failed(c, call1(c, names[i], plb_small(1)));
        assert_failed(c, call1(c, names[i], PLB_UNIT));
        assert_failed(c, call1(c, names[i], data_int(c, 1)));
        assert_refused(c, call1(c, names[i], plb_builtin_value(3, 0)));
    }
    assert_failed(c, call3(c, "chooseList", plb_small(1), PLB_UNIT, PLB_UNIT));
    assert_failed(c, call2(c, "mkCons", plb_small(1), plb_small(1)));
    assert_refused(c, call2(c, "mkCons", plb_builtin_value(3, 0), ints(c, 0)));
    assert_failed(c, call2(c, "dropList", plb_small(1), plb_small(1)));
    assert_failed(c, call2(c, "indexArray", ints(c, 1), plb_small(0)));
    assert_failed(c, call2(c, "multiIndexArray", ints(c, 1), ints(c, 1)));
}

static void cons_needs_one_type(void **state) {
    caller *c = *state;
    plb_value list = call2(c, "mkCons", plb_small(7), ints(c, 2));
    assert_true(call1(c, "headList", list) == plb_small(7));
    assert_int_equal(plb_list_length(list), 3);
    assert_failed(c, call2(c, "mkCons", PLB_TRUE, ints(c, 2)));
    assert_failed(c, call2(c, "mkCons", plb_small(1), PLB_NIL(PLB_TYPE_DATA)));
    assert_failed(c, call2(c, "mkCons", data_int(c, 1), ints(c, 0)));
    list = call2(c, "mkCons", data_int(c, 1), PLB_NIL(PLB_TYPE_DATA));
    assert_int_equal(plb_list_length(list), 1);
    /* Lists of lists: element types are compared by structure. */
    plb_type int_list = plb_types_list(&c->machine->types, PLB_TYPE_INTEGER);
    assert_true(call2(c, "mkCons", ints(c, 2), PLB_NIL(int_list)) != PLB_NO_VALUE);
    assert_true(call2(c, "mkCons", ints(c, 0), PLB_NIL(int_list)) != PLB_NO_VALUE);
    assert_failed(c, call2(c, "mkCons", PLB_NIL(PLB_TYPE_BOOL), PLB_NIL(int_list)));
    assert_failed(c, call2(c, "mkCons", array_of_ints(c, 1), PLB_NIL(int_list)));
}

static void drop_skips_what_is_there(void **state) {
    caller *c = *state;
    plb_value nil = PLB_NIL(PLB_TYPE_INTEGER), list = ints(c, 3);
    assert_true(call2(c, "dropList", plb_small(0), list) == list);
    assert_true(call2(c, "dropList", plb_small(-1), list) == list);
    assert_true(call2(c, "dropList", power(c, -1, 90, 0), list) == list);
    assert_true(call1(c, "headList", call2(c, "dropList", plb_small(2), list)) == plb_small(2));
    assert_true(call2(c, "dropList", plb_small(3), list) == nil);
    assert_true(call2(c, "dropList", plb_small(4), list) == nil);
    assert_true(call2(c, "dropList", power(c, 1, 90, 0), list) == nil);
    assert_true(call2(c, "dropList", plb_small(1), nil) == nil);
}

static void arrays_are_indexed(void **state) {
    caller *c = *state;
    plb_value array = array_of_ints(c, 3);
    assert_true(call1(c, "lengthOfArray", array) == plb_small(3));
    assert_true(call1(c, "lengthOfArray", array_of_ints(c, 0)) == plb_small(0));
    for (int i = 0; i < 3; i++) {
        assert_true(call2(c, "indexArray", array, plb_small(i)) == plb_small(i));
    }
    assert_failed(c, call2(c, "indexArray", array, plb_small(3)));
    assert_failed(c, call2(c, "indexArray", array, plb_small(-1)));
    assert_failed(c, call2(c, "indexArray", array, power(c, 1, 62, 0)));
    assert_refused(c, call2(c, "indexArray", array, power(c, 1, 63, 0)));
}

static void many_items_are_taken_at_once(void **state) {
    caller *c = *state;
    plb_value array = array_of_ints(c, 1100);
    plb_value wanted[] = {plb_small(5), plb_small(5), plb_small(1099)};
    assert_same(call2(c, "multiIndexArray", array, list_of(c, PLB_TYPE_INTEGER, wanted, 3)),
                list_of(c, PLB_TYPE_INTEGER, wanted, 3));
    assert_true(call2(c, "multiIndexArray", array, ints(c, 0)) == PLB_NIL(PLB_TYPE_INTEGER));
    assert_same(call2(c, "multiIndexArray", array, ints(c, 1024)), ints(c, 1024));
    assert_failed(c, call2(c, "multiIndexArray", array, ints(c, 1025)));
    wanted[1] = plb_small(1100);
    assert_failed(c, call2(c, "multiIndexArray", array, list_of(c, PLB_TYPE_INTEGER, wanted, 3)));
    wanted[1] = power(c, -1, 70, 0);
    assert_failed(c, call2(c, "multiIndexArray", array, list_of(c, PLB_TYPE_INTEGER, wanted, 3)));
    assert_refused(c, call2(c, "multiIndexArray", array, PLB_NIL(PLB_TYPE_DATA)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(choices_take_the_branch),
        cmocka_unit_test(choose_data_follows_the_node),
        cmocka_unit_test(trace_logs_its_text),
        cmocka_unit_test(pairs_come_apart),
        cmocka_unit_test(lists_come_apart),
        cmocka_unit_test(constants_of_another_type_fail_after_costing),
        cmocka_unit_test(cons_needs_one_type),
        cmocka_unit_test(drop_skips_what_is_there),
        cmocka_unit_test(arrays_are_indexed),
        cmocka_unit_test(many_items_are_taken_at_once),
    };
    return cmocka_run_group_tests(tests, caller_setup, caller_teardown);
}
