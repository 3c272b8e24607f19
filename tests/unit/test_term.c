/* The builder and the walker: what is built comes back, whatever the compact form made of it. */
#include "harness/machine/builtin.h"
#include "harness/machine/term.h"
#include "tests/program_support.h"

/* ---- Terms in short ---- */

/* The program's events: Vn, L(..), D(..), F(..), E, #n (a small integer), B:name, C:tag{..,..},
 * K(..){..,..}, and [..|..|..] for applications, of which `count` open at once. */
static char *events_of(const plb_program *program) {
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    plb_walk walk;
    plb_walk_event event;
    assert_non_null(out);
    plb_walk_begin(&walk, program, 0);
    do {
        assert_true(plb_walk_next(&walk, &event));
        switch (event.kind) {
        case PLB_WALK_VAR: fprintf(out, "V%llu", (unsigned long long) event.number); break;
        case PLB_WALK_LAM: fputs("L(", out); break;
        case PLB_WALK_APPLY: fprintf(out, "[%u ", event.count); break;
        case PLB_WALK_CONST:
            fprintf(out, "#%lld", (long long) plb_small_int(event.constant));
            break;
        case PLB_WALK_DELAY: fputs("D(", out); break;
        case PLB_WALK_FORCE: fputs("F(", out); break;
        case PLB_WALK_ERROR: fputs("E", out); break;
        case PLB_WALK_BUILTIN: fprintf(out, "B:%s", plb_builtins[event.number].name); break;
        case PLB_WALK_CONSTR:
            fprintf(out, "C:%llu/%u{", (unsigned long long) event.number, event.count);
            break;
        case PLB_WALK_CASE: fprintf(out, "K/%u{", event.count); break;
        case PLB_WALK_MEMBER: fputs(",", out); break;
        case PLB_WALK_LIST_END: fputs("}", out); break;
        case PLB_WALK_ARGUMENT: fputs("|", out); break;
        case PLB_WALK_CLOSE: fputs(event.number == PLB_WALK_APPLY ? "]" : ")", out); break;
        case PLB_WALK_DONE: break;
        }
    } while (event.kind != PLB_WALK_DONE);
    plb_walk_free(&walk);
    fclose(out);
    return text;
}

static void assert_events(const plb_program *program, const char *expected) {
    char *got = events_of(program);
    assert_string_equal(got, expected);
    free(got);
}

static unsigned id_of(const char *name) {
    int id = plb_builtin_find(name, strlen(name));
    assert_true(id >= 0);
    return (unsigned) id;
}

static plb_build_next number(plb_program *p, int64_t n) { return plb_build_const(p, plb_small(n)); }

static uint32_t word(const plb_program *p, uint32_t position) {
    assert_true(position < plb_program_length(p));
    return plb_program_code(p)[position];
}

/* ---- Leaves and unary nodes ---- */

static void test_leaves(void **state) {
    (void) state;
    plb_program *p = new_program();
    assert_int_equal(plb_build_error_term(p), PLB_BUILD_DONE);
    assert_events(p, "E");
    plb_build_begin(p);
    assert_int_equal(number(p, -7), PLB_BUILD_DONE);
    assert_events(p, "#-7");
    plb_build_begin(p);
    assert_int_equal(plb_build_builtin(p, id_of("ifThenElse")), PLB_BUILD_DONE);
    assert_events(p, "B:ifThenElse");
    plb_build_begin(p);
    assert_int_equal(plb_build_delay(p), PLB_BUILD_TERM);
    assert_int_equal(plb_build_force(p), PLB_BUILD_TERM);
    assert_int_equal(plb_build_lam(p, NULL), PLB_BUILD_TERM);
    assert_int_equal(plb_build_var(p, 1), PLB_BUILD_DONE);
    assert_events(p, "D(F(L(V1)))");
    plb_program_free(p);
}

/* Free variables and index 0 are kept as they are: evaluation says what is wrong with them. */
static void test_free_variables(void **state) {
    (void) state;
    static const uint64_t indexes[] = {0, 2, 0xffffff, 0x1000000, 0x123456789abcdef0, UINT64_MAX};
    plb_program *p = new_program();
    for (size_t i = 0; i < sizeof indexes / sizeof indexes[0]; i++) {
        char expected[64];
        plb_build_begin(p);
        plb_build_lam(p, NULL);
        assert_int_equal(plb_build_var(p, indexes[i]), PLB_BUILD_DONE);
        snprintf(expected, sizeof expected, "L(V%llu)", (unsigned long long) indexes[i]);
        assert_events(p, expected);
        assert_int_equal(plb_word_op(word(p, 1)), PLB_OP_VAR_WIDE);
    }
    plb_program_free(p);
}

/* ---- Lambdas ---- */

static void test_runs_of_lambdas(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_lams(p, 3);
    plb_build_var(p, 3);
    assert_events(p, "L(L(L(V3)))");
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(plb_lam_run(word(p, i)), 3 - i);
        assert_true(plb_lam_room(word(p, i)) >= 1);
    }
    /* One after the other is the same, with names or without. */
    plb_program *q = new_program();
    plb_build_lam(q, "x");
    plb_build_lam(q, NULL);
    plb_build_lam(q, "z");
    plb_build_var(q, 3);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(plb_lam_run(word(q, i)), 3 - i);
    assert_true(plb_program_equal(p, q));
    assert_string_equal(plb_program_binder_name(q, 0), "x");
    assert_null(plb_program_binder_name(q, 1));
    assert_string_equal(plb_program_binder_name(q, 2), "z");
    assert_null(plb_program_binder_name(q, 3));
    assert_null(plb_program_binder_name(p, 0));
    plb_program_free(p);
    plb_program_free(q);
}

/* A run counts to 255; one after the other or at once makes no difference to it. */
static void test_long_runs(void **state) {
    (void) state;
    enum { COUNT = 600 };
    plb_program *p = new_program();
    plb_program *q = new_program();
    plb_build_lams(p, COUNT);
    for (int i = 0; i < COUNT; i++) plb_build_lam(q, NULL);
    plb_build_var(p, COUNT);
    plb_build_var(q, COUNT);
    for (uint32_t i = 0; i < COUNT; i++) {
        uint32_t left = COUNT - i;
        assert_int_equal(plb_lam_run(word(p, i)), left < 255 ? left : 255);
        assert_int_equal(plb_lam_run(word(q, i)), left < 255 ? left : 255);
        assert_true(plb_lam_room(word(q, i)) <= 32);
    }
    plb_program_free(p);
    plb_program_free(q);
}

/* Only lambdas that follow each other directly are a run. */
static void test_interrupted_runs(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_lam(p, NULL);
    plb_build_delay(p);
    plb_build_lam(p, NULL);
    plb_build_force(p);
    plb_build_lam(p, NULL);
    plb_build_apply(p, 1);
    plb_build_lam(p, NULL);
    plb_build_var(p, 4);
    plb_build_lam(p, NULL);
    plb_build_lam(p, NULL);
    plb_build_var(p, 5);
    assert_events(p, "L(D(L(F(L([1 L(V4)|L(L(V5))])))))");
    static const uint32_t positions[] = {0, 2, 4, 7, 9, 10}, runs[] = {1, 1, 1, 1, 2, 1};
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        assert_int_equal(plb_word_op(word(p, positions[i])), PLB_OP_LAM);
        assert_int_equal(plb_lam_run(word(p, positions[i])), runs[i]);
    }
    plb_program_free(p);
}

/* What lies before a lambda may look like one: the table of a constr ends with a position, and any
 * number is a position once. */
static void test_lambdas_after_a_table(void **state) {
    (void) state;
    plb_program *p = new_program();
    for (uint32_t filler = 0; filler < 1200; filler++) {
        plb_build_begin(p);
        plb_build_constr(p, 0);
        plb_build_member(p);
        for (uint32_t i = 0; i < filler; i++) plb_build_delay(p);
        plb_build_constr(p, 1);
        plb_build_member(p);
        plb_build_error_term(p);
        plb_build_end(p);
        plb_build_member(p);
        for (int i = 0; i < 4; i++) plb_build_lam(p, NULL);
        plb_build_var(p, 1);
        assert_int_equal(plb_build_end(p), PLB_BUILD_DONE);
        char *events = events_of(p);
        assert_non_null(strstr(events, "C:1/1{,E}"));
        assert_non_null(strstr(events, ",L(L(L(L(V1))))}"));
        free(events);
    }
    plb_program_free(p);
}

/* Lambdas that bind one after the other make room at the first of them. */
static void test_room_of_lets(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_lam(p, NULL);
    uint32_t first = plb_program_length(p) - 1;
    for (int i = 0; i < 3; i++) {
        plb_build_apply(p, 2);
        plb_build_lams(p, 2);
    }
    assert_true(plb_lam_room(word(p, first)) >= 7);
    /* An argument is no part of that. */
    uint32_t room = plb_lam_room(word(p, first));
    plb_build_error_term(p);
    plb_build_apply(p, 1);
    plb_build_lams(p, 1);
    assert_int_equal(plb_lam_room(word(p, first)), room);
    plb_program_free(p);
}

/* ---- Applications ---- */

static void test_runs_of_applications(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_lam(p, NULL);
    assert_int_equal(plb_build_apply(p, 3), PLB_BUILD_TERM);
    assert_int_equal(plb_build_var(p, 1), PLB_BUILD_TERM);
    assert_int_equal(number(p, 1), PLB_BUILD_TERM);
    assert_int_equal(number(p, 2), PLB_BUILD_TERM);
    assert_int_equal(number(p, 3), PLB_BUILD_DONE);
    assert_events(p, "L([3 V1|#1|#2|#3])");

    /* Nested otherwise, the same term. */
    plb_program *q = new_program();
    plb_build_lam(q, NULL);
    plb_build_apply(q, 1);
    plb_build_apply(q, 2);
    plb_build_var(q, 1);
    for (int i = 1; i <= 3; i++) number(q, i);
    assert_events(q, "L([1 [2 V1|#1|#2]|#3])");
    assert_true(plb_program_equal(p, q));
    assert_true(plb_program_equal(q, p));

    /* [f [1 2]] is another one. */
    plb_build_begin(q);
    plb_build_lam(q, NULL);
    plb_build_apply(q, 2);
    plb_build_var(q, 1);
    plb_build_apply(q, 1);
    for (int i = 1; i <= 3; i++) number(q, i);
    assert_events(q, "L([2 V1|[1 #1|#2]|#3])");
    assert_false(plb_program_equal(p, q));
    plb_program_free(p);
    plb_program_free(q);
}

/* Build [(force^forces builtin) 1 .. count]. */
static void build_builtin_call(plb_program *p, const char *name, unsigned forces, uint32_t count) {
    plb_build_begin(p);
    if (count > 0) plb_build_apply(p, count);
    for (unsigned i = 0; i < forces; i++) plb_build_force(p);
    plb_build_next next = plb_build_builtin(p, id_of(name));
    for (uint32_t i = 1; i <= count; i++) {
        assert_int_equal(next, PLB_BUILD_TERM);
        next = number(p, (int) i);
    }
    assert_int_equal(next, PLB_BUILD_DONE);
}

/* A builtin with all its forces and arguments is a CALL; with more arguments, a CALL under an
 * application; with fewer, or with other forces, neither. */
static void test_calls(void **state) {
    (void) state;
    static const struct {
        const char *name;
        unsigned forces;
        uint32_t count;
        const char *events;
        plb_op op; /* of the first word */
    } cases[] = {
        {"addInteger", 0, 1, "[1 B:addInteger|#1]", PLB_OP_APPLY},
        {"addInteger", 0, 2, "[2 B:addInteger|#1|#2]", PLB_OP_CALL},
        {"addInteger", 0, 3, "[1 [2 B:addInteger|#1|#2]|#3]", PLB_OP_APPLY},
        {"addInteger", 0, 5, "[3 [2 B:addInteger|#1|#2]|#3|#4|#5]", PLB_OP_APPLY},
        {"addInteger", 1, 2, "[2 F(B:addInteger)|#1|#2]", PLB_OP_APPLY},
        {"ifThenElse", 0, 3, "[3 B:ifThenElse|#1|#2|#3]", PLB_OP_APPLY},
        {"ifThenElse", 1, 2, "[2 F(B:ifThenElse)|#1|#2]", PLB_OP_APPLY},
        {"ifThenElse", 1, 3, "[3 F(B:ifThenElse)|#1|#2|#3]", PLB_OP_CALL},
        {"ifThenElse", 1, 4, "[1 [3 F(B:ifThenElse)|#1|#2|#3]|#4]", PLB_OP_APPLY},
        {"ifThenElse", 2, 3, "[3 F(F(B:ifThenElse))|#1|#2|#3]", PLB_OP_APPLY},
        {"fstPair", 2, 1, "[1 F(F(B:fstPair))|#1]", PLB_OP_CALL},
        {"fstPair", 2, 2, "[1 [1 F(F(B:fstPair))|#1]|#2]", PLB_OP_APPLY},
        {"fstPair", 1, 1, "[1 F(B:fstPair)|#1]", PLB_OP_APPLY},
        {"chooseData", 1, 6, "[6 F(B:chooseData)|#1|#2|#3|#4|#5|#6]", PLB_OP_CALL},
        {"chooseData", 1, 7, "[1 [6 F(B:chooseData)|#1|#2|#3|#4|#5|#6]|#7]", PLB_OP_APPLY},
    };
    plb_program *p = new_program();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        build_builtin_call(p, cases[i].name, cases[i].forces, cases[i].count);
        assert_events(p, cases[i].events);
        assert_int_equal(plb_word_op(word(p, 0)), cases[i].op);
    }
    plb_program_free(p);
}

/* A builtin at the head of an inner run of applications, and one that is under a lambda or in an
 * argument, take no arguments of outer runs. */
static void test_calls_take_their_own_arguments(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_apply(p, 1);
    plb_build_apply(p, 1);
    plb_build_builtin(p, id_of("addInteger"));
    number(p, 1);
    number(p, 2);
    assert_events(p, "[1 [1 B:addInteger|#1]|#2]");

    plb_build_begin(p);
    plb_build_apply(p, 2);
    plb_build_lam(p, NULL);
    plb_build_builtin(p, id_of("addInteger"));
    number(p, 1);
    number(p, 2);
    assert_events(p, "[2 L(B:addInteger)|#1|#2]");

    plb_build_begin(p);
    plb_build_apply(p, 2);
    plb_build_delay(p);
    plb_build_builtin(p, id_of("addInteger"));
    number(p, 1);
    number(p, 2);
    assert_events(p, "[2 D(B:addInteger)|#1|#2]");

    plb_build_begin(p);
    plb_build_apply(p, 2);
    plb_build_error_term(p);
    plb_build_builtin(p, id_of("addInteger"));
    number(p, 2);
    assert_events(p, "[2 E|B:addInteger|#2]");

    plb_build_begin(p);
    plb_build_apply(p, 1);
    plb_build_force(p);
    plb_build_apply(p, 3);
    plb_build_force(p);
    plb_build_builtin(p, id_of("ifThenElse"));
    for (int i = 1; i <= 4; i++) number(p, i);
    assert_events(p, "[1 F([3 F(B:ifThenElse)|#1|#2|#3])|#4]");
    plb_program_free(p);
}

/* ---- Sums ---- */

static void test_sums(void **state) {
    (void) state;
    plb_program *p = new_program();
    assert_int_equal(plb_build_constr(p, UINT64_MAX), PLB_BUILD_LIST);
    assert_true(plb_build_list_is_constr(p));
    assert_int_equal(plb_build_end(p), PLB_BUILD_DONE);
    assert_events(p, "C:18446744073709551615/0{}");

    plb_build_begin(p);
    assert_int_equal(plb_build_case(p), PLB_BUILD_TERM);
    assert_int_equal(plb_build_constr(p, 3), PLB_BUILD_LIST);
    assert_int_equal(plb_build_member_count(p), 0);
    assert_int_equal(plb_build_member(p), PLB_BUILD_TERM);
    assert_int_equal(plb_build_member_count(p), 1);
    assert_int_equal(number(p, 1), PLB_BUILD_LIST);
    plb_build_member(p);
    plb_build_apply(p, 1);
    plb_build_error_term(p);
    assert_int_equal(number(p, 2), PLB_BUILD_LIST);
    assert_int_equal(plb_build_member_count(p), 2);
    assert_int_equal(plb_build_end(p), PLB_BUILD_LIST);
    assert_false(plb_build_list_is_constr(p));
    plb_build_member(p);
    plb_build_lam(p, NULL);
    assert_int_equal(plb_build_var(p, 1), PLB_BUILD_LIST);
    plb_build_member(p);
    plb_build_constr(p, 0);
    assert_int_equal(plb_build_end(p), PLB_BUILD_LIST);
    assert_int_equal(plb_build_end(p), PLB_BUILD_DONE);
    assert_events(p, "K/2{C:3/2{,#1,[1 E|#2]},L(V1),C:0/0{}}");
    plb_program_free(p);
}

/* The depth of binders is that of the place, after whatever came before it. */
static void test_depth(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_lam(p, NULL);
    plb_build_case(p);
    plb_build_lams(p, 2);
    assert_int_equal(p->build.depth, 3);
    plb_build_var(p, 3);
    assert_int_equal(p->build.depth, 1);
    plb_build_member(p);
    plb_build_apply(p, 2);
    plb_build_lams(p, 5);
    assert_int_equal(p->build.depth, 6);
    plb_build_var(p, 6);
    assert_int_equal(p->build.depth, 1);
    plb_build_lam(p, NULL);
    assert_int_equal(p->build.depth, 2);
    plb_build_var(p, 1);
    assert_int_equal(p->build.depth, 1);
    number(p, 1);
    assert_int_equal(p->build.depth, 1);
    assert_int_equal(plb_build_end(p), PLB_BUILD_DONE);
    assert_events(p, "L(K/1{L(L(V3)),[2 L(L(L(L(L(V6)))))|L(V1)|#1]})");
    plb_program_free(p);
}

/* A walk may start at any term. */
static void test_walk_from_inside(void **state) {
    (void) state;
    plb_program *p = new_program();
    plb_build_lam(p, NULL);
    plb_build_delay(p);
    plb_build_apply(p, 1);
    plb_build_var(p, 1);
    number(p, 1);
    static const plb_walk_kind kinds[] = {PLB_WALK_APPLY, PLB_WALK_VAR,   PLB_WALK_ARGUMENT,
                                          PLB_WALK_CONST, PLB_WALK_CLOSE, PLB_WALK_DONE,
                                          PLB_WALK_DONE};
    plb_walk walk;
    plb_walk_event event;
    plb_walk_begin(&walk, p, 2);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        assert_true(plb_walk_next(&walk, &event));
        assert_int_equal(event.kind, kinds[i]);
    }
    plb_walk_free(&walk);
    plb_program_free(p);
}

/* ---- The byte cap ---- */

static void test_byte_cap(void **state) {
    (void) state;
    plb_program *p = plb_program_new(4096);
    plb_error error = {0};
    assert_non_null(p);
    assert_int_equal(plb_build_error(p, &error), PLB_OK);
    unsigned count = 0;
    while (plb_build_delay(p) != PLB_BUILD_FAILED) assert_true(++count <= 1024);
    assert_int_equal(count, 1024);
    assert_int_equal(plb_build_error(p, &error), PLB_E_MEMORY);
    assert_non_null(strstr(error.message, "4096 bytes"));

    /* Too many applications, lambdas, members, names at once. */
    plb_build_begin(p);
    assert_int_equal(plb_build_apply(p, 5000), PLB_BUILD_FAILED);
    plb_build_begin(p);
    assert_int_equal(plb_build_lams(p, 5000), PLB_BUILD_FAILED);
    plb_build_begin(p);
    assert_int_equal(plb_build_lams(p, UINT32_MAX), PLB_BUILD_FAILED);
    plb_build_begin(p);
    char name[3000];
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(plb_build_lam(p, name), PLB_BUILD_TERM);
    assert_int_equal(plb_build_lam(p, name), PLB_BUILD_FAILED);
    plb_build_begin(p);
    plb_build_constr(p, 0);
    plb_build_next next = PLB_BUILD_LIST;
    while (next != PLB_BUILD_FAILED) {
        next = plb_build_member(p);
        if (next != PLB_BUILD_FAILED) next = plb_build_error_term(p);
    }
    assert_int_equal(plb_build_error(p, &error), PLB_E_MEMORY);

    /* And the program is as good as new. */
    plb_build_begin(p);
    assert_int_equal(plb_build_error(p, &error), PLB_OK);
    plb_build_lam(p, "y");
    plb_build_var(p, 1);
    assert_events(p, "L(V1)");
    assert_string_equal(plb_program_binder_name(p, 0), "y");
    plb_program_free(p);
}

/* A program takes what it was made for; nothing is lost when it is begun anew. */
static void test_begin_forgets(void **state) {
    (void) state;
    plb_program *p = new_program();
    uint64_t version[3];
    p->version[0] = 7;
    plb_build_lam(p, "gone");
    plb_build_apply(p, 3);
    plb_build_begin(p);
    plb_program_version(p, version);
    assert_int_equal(version[0], 1);
    assert_int_equal(version[1], 0);
    assert_int_equal(version[2], 0);
    assert_int_equal(plb_build_lam(p, NULL), PLB_BUILD_TERM);
    assert_int_equal(plb_build_var(p, 1), PLB_BUILD_DONE);
    assert_null(plb_program_binder_name(p, 0));
    plb_program_free(p);
    plb_program_free(NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_leaves),
        cmocka_unit_test(test_free_variables),
        cmocka_unit_test(test_runs_of_lambdas),
        cmocka_unit_test(test_long_runs),
        cmocka_unit_test(test_interrupted_runs),
        cmocka_unit_test(test_lambdas_after_a_table),
        cmocka_unit_test(test_room_of_lets),
        cmocka_unit_test(test_runs_of_applications),
        cmocka_unit_test(test_calls),
        cmocka_unit_test(test_calls_take_their_own_arguments),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_walk_from_inside),
        cmocka_unit_test(test_byte_cap),
        cmocka_unit_test(test_begin_forgets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
