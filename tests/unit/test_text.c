/* The textual syntax: what the reference's parser accepts and refuses (UntypedPlutusCore.Parser and
 * PlutusCore.Parser.*), and what it reads the accepted as. */
#include "tests/program_support.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static void whitespace_and_comments_may_stand_between_all_parts(void **state) {
    (void) state;
    const char *plain = "(program 1.0.0 [(lam x x) (con integer 5)])";
    static const char *const spellings[] = {
        "  ( program 1.0.0 [ ( lam x x ) ( con integer 5 ) ] )\n",
        "-- a line\n(program -- again\n1.0.0 [(lam x x) (con integer 5)]) -- no newline here",
        "{- a {- nested -} block -}(program 1.0.0 {--} [(lam x{-,-}x) (con integer 5)])",
        "(program 1.0.0 [(lam x x)(con integer 5)])",
        "(program1.0.0[(lamx x)(con integer5)])", /* keywords end where they end */
        "\t(program\r\n1.0.0\v[(lam\fx x) (con integer 5)])",
        ("(program\xc2\xa0"
         "1.0.0\xe3\x80\x80[(lam\xe2\x80\x83x x) (con integer 5)])"), /* spaces of Unicode */
    };
    for (size_t i = 0; i < COUNT(spellings); i++) assert_same(spellings[i], plain);
    assert_refused("(program 1.0.0 {- {- -} (error))");
    assert_refused("(program 1.0.0 (error)) -} ");
    assert_refused("(program 1.0.0 (error)) (");
    assert_refused("(program\xe2\x80\xa8"
                   "1.0.0 (error))"); /* a line separator is no space */
}

static void application_takes_any_number_of_arguments(void **state) {
    (void) state;
    assert_same("(program 1.0.0 (lam f (lam a (lam b [f a b]))))",
                "(program 1.0.0 (lam f (lam a (lam b [[f a] b]))))");
    assert_different("(program 1.0.0 (lam f (lam a (lam b [f a b]))))",
                     "(program 1.0.0 (lam f (lam a (lam b [f [a b]]))))");
    assert_refused("(program 1.0.0 [(error)])");
    assert_refused("(program 1.0.0 [])");
    assert_refused("(program 1.0.0 [(error) (error))");
}

static void names_mean_their_innermost_binder(void **state) {
    (void) state;
    assert_same("(program 1.0.0 (lam x (lam x x)))", "(program 1.0.0 (lam y (lam z z)))");
    assert_same("(program 1.0.0 (lam x [(lam x x) x]))", "(program 1.0.0 (lam y [(lam z z) y]))");
    assert_same("(program 1.0.0 (lam _a' (lam B9 _a')))", "(program 1.0.0 (lam y (lam z y)))");
    assert_same("(program 1.0.0 (lam `+1!` (lam `%` `+1!`)))", "(program 1.0.0 (lam y (lam z y)))");
    assert_same("(program 1.0.0 (lam `x` x))", "(program 1.0.0 (lam y y))");
    static const char *const refused[] = {
        "(program 1.0.0 x)",
        "(program 1.0.0 [(lam x x) x])",
        "(program 1.0.0 (lam 9 9))",
        "(program 1.0.0 (lam `` (error)))",
        "(program 1.0.0 (lam `a b` (error)))",
        "(program 1.0.0 (lam 'a (error)))",
        "(program 1.0.0 (lam `a (error)))",
    };
    for (size_t i = 0; i < COUNT(refused); i++) assert_refused(refused[i]);
}

static void a_number_behind_a_name_is_the_name(void **state) {
    (void) state;
    const char *outer = "(program 1.0.0 (lam y (lam z y)))";
    const char *inner = "(program 1.0.0 (lam y (lam z z)))";
    assert_same("(program 1.0.0 (lam x-1 (lam x-2 x-1)))", outer);
    assert_same("(program 1.0.0 (lam x-1 (lam x-2 x-2)))", inner);
    assert_same("(program 1.0.0 (lam x-1 (lam y-2 anything-1)))", outer);
    assert_same("(program 1.0.0 (lam x-01 (lam y-2 x-1)))", outer);
    assert_same("(program 1.0.0 (lam x-18446744073709551617 (lam y-2 x-1)))", outer);
    /* Names without a number are numbered from 0 in the order of their first occurrence. */
    assert_same("(program 1.0.0 (lam x-0 (lam y x-0)))", inner);
    assert_same("(program 1.0.0 (lam x (lam y-0 x)))", inner);
    assert_same("(program 1.0.0 (lam x (lam y z-0)))", outer);
    /* A hyphen that no digit follows belongs to a comment, or to nothing. */
    assert_same("(program 1.0.0 (lam x--comment\n (lam z x)))", outer);
    assert_refused("(program 1.0.0 (lam x- x))");
    assert_refused("(program 1.0.0 (lam x x-7))");
}

static void sums_of_products_exist_from_1_1_0_on(void **state) {
    (void) state;
    assert_same("(program 1.1.0 (case (constr0) (error)))",
                "(program 1.1.0 ( case ( constr 0 ) ( error ) ) )");
    assert_prints("(program 1.1.0 (constr 18446744073709551615 (error) (delay (error))))",
                  "(program 1.1.0 (constr 18446744073709551615 (error) (delay (error))))");
    assert_prints("(program 1.1.0 (case (error)))", "(program 1.1.0 (case (error)))");
    assert_prints("(program 2.0.0 (constr 1))", "(program 2.0.0 (constr 1))");
    assert_refused("(program 1.1.0 (constr 18446744073709551616))");
    assert_refused("(program 1.1.0 (constr -1))");
    assert_refused("(program 1.1.0 (constr +1))");
    assert_refused("(program 1.1.0 (constr))");
    assert_refused("(program 1.1.0 (case))");
    static const char *const early[] = {"(program 1.0.0 (constr 0))",
                                        "(program 1.0.9 (case (error)))",
                                        "(program 0.9.0 (constr 0))"};
    for (size_t i = 0; i < COUNT(early); i++) {
        assert_refused_in(newest, early[i], strlen(early[i]), PLB_E_UNAVAILABLE, NULL, "1.1.0");
    }
}

/* {constant as written, as printed; NULL: refused} */
static const char *const constants[][2] = {
    {"integer 007", "integer 7"},
    {"integer - 5", "integer -5"},
    {"integer +{--}5", "integer 5"},
    {"integer -0", "integer 0"},
    {"integer 4611686018427387904", "integer 4611686018427387904"},
    {"integer -4611686018427387905", "integer -4611686018427387905"},
    {"integer 999999999999999999", "integer 999999999999999999"},
    {"integer 9223372036854775808", "integer 9223372036854775808"},
    {"integer 18446744073709551616", "integer 18446744073709551616"},
    {"integer -340282366920938463463374607431768211456",
     "integer -340282366920938463463374607431768211456"},
    {"integer", NULL},
    {"integer --5", NULL},
    {"integer 0x5", NULL},
    {"integer 5.0", NULL},
    {"bytestring #00aBfF", "bytestring #00abff"},
    {"bytestring#", "bytestring #"},
    {"bytestring #0", NULL},
    {"bytestring # 00", NULL},
    {"bytestring #0g", NULL},
    {"bytestring \"a\"", NULL},
    {"unit ( )", "unit ()"},
    {"unit", NULL},
    {"bool True", "bool True"},
    {"bool False", "bool False"},
    {"bool true", NULL},
    {"bool Truer", NULL},
    {"list integer [1]", NULL}, /* a type that wants operands stands in parentheses with them */
    {"(list integer) [ ]", "(list integer) []"},
    {"(list integer)[1,-2 , +3]", "(list integer) [1, -2, 3]"},
    {"((list integer)) [1]", "(list integer) [1]"},
    {"((list) integer) [1]", "(list integer) [1]"},
    {"(listinteger) [1]", "(list integer) [1]"},
    {"(integer) 1", "integer 1"},
    {"(list integer) [1,]", NULL},
    {"(list integer) [,1]", NULL},
    {"(list integer) [1 2]", NULL},
    {"(list integer) (1)", NULL},
    {"(list integer) [True]", NULL},
    {"(list list) []", NULL},
    {"(list integer integer) []", NULL},
    {"(integer integer) 1", NULL},
    {"() 1", NULL},
    {"(list (list unit)) [[()], []]", "(list (list unit)) [[()], []]"},
    {"(array bool) [True,False]", "(array bool) [True, False]"},
    {"(array (array bool)) [[],[True]]", "(array (array bool)) [[], [True]]"},
    {"(pair integer bool) (1, True)", "(pair integer bool) (1, True)"},
    {"((pair integer) bool) (1, True)", "(pair integer bool) (1, True)"},
    {"(pair (pair unit unit) (list bool)) (((),()),[])",
     "(pair (pair unit unit) (list bool)) (((), ()), [])"},
    {"(pair integer) 1", NULL},
    {"(pair integer bool) (1)", NULL},
    {"(pair integer bool) (1, True, 2)", NULL},
    {"(pair integer bool) [1, True]", NULL},
    {"data (I 5)", "data (I 5)"},
    {"data ( I-5 )", "data (I -5)"},
    {"data I 5", NULL}, /* on the outside data stands in parentheses, */
    {"(list data) [I 5, B #00]", "(list data) [I 5, B #00]"},
    {"(list data) [(I 5)]", NULL}, /* and nowhere else */
    {"data (Constr 0 [])", "data (Constr 0 [])"},
    {"data (Constr -18446744073709551616 [I 1])", "data (Constr -18446744073709551616 [I 1])"},
    {"data (Map [(I 1, B #), (List [], Map [])])", "data (Map [(I 1, B #), (List [], Map [])])"},
    {"data (Map [I 1])", NULL},
    {"data (List [(I 1, I 2)])", NULL},
    {"data (Constr [])", NULL},
    {"data (Integer 5)", NULL},
    {"data (B 5)", NULL},
    {"value []", "value []"},
    {"value [(#, [(#, 1)]), (#00, [(#, -1), (#00, 2)])]",
     "value [(#, [(#, 1)]), (#00, [(#, -1), (#00, 2)])]"},
    {"value [(#00, [(#, 1)]), (#, [(#, 1)])]", NULL},
    {"value [(#, [(#00, 1), (#, 1)])]", NULL},
    {"value [(#, [(#, 1)]), (#, [(#00, 1)])]", NULL},
    {"value [(#, [(#, 1), (#, 1)])]", NULL},
    {"value [(#, [])]", NULL},
    {"value [(#, [(#, 0)])]", NULL},
    {"value [(#, [(#, 170141183460469231731687303715884105727)])]",
     "value [(#, [(#, 170141183460469231731687303715884105727)])]"},
    {"value [(#, [(#, 170141183460469231731687303715884105728)])]", NULL},
    {"(list value) [[], [(#, [(#, 1)])]]", "(list value) [[], [(#, [(#, 1)])]]"},
    {"bls12_381_mlresult 0x00", NULL},
    {"bls12_381_G1_element 0x", NULL},
    {"bls12_381_G1_element #00", NULL},
    {"int 5", NULL},
};

static void constants_of_every_type(void **state) {
    (void) state;
    for (size_t i = 0; i < COUNT(constants); i++) {
        char text[512];
        snprintf(text, sizeof text, "(program 1.1.0 (con %s))", constants[i][0]);
        if (!constants[i][1]) {
            assert_refused(text);
            continue;
        }
        char expected[512];
        snprintf(expected, sizeof expected, "(program 1.1.0 (con %s))", constants[i][1]);
        assert_prints(text, expected);
    }
}

static void points_are_read_compressed(void **state) {
    (void) state;
    /* The generators, compressed (CIP-381; RFC 9380, section 8.8). */
    static const char *const g1 =
        "0x97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00"
        "adb22c6bb";
    static const char *const g2 =
        "0x93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d0"
        "55d042b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbef"
        "d48056c8c121bdb8";
    char text[700];
    snprintf(text, sizeof text, "(program 1.1.0 (con bls12_381_G1_element %s))", g1);
    assert_prints(text, text);
    snprintf(text, sizeof text, "(program 1.1.0 (con (list bls12_381_G2_element) [%s]))", g2);
    assert_prints(text, text);
    snprintf(text, sizeof text, "(program 1.1.0 (con bls12_381_G2_element %s))", g1);
    assert_refused(text);
    snprintf(text, sizeof text, "(program 1.1.0 (con bls12_381_G1_element %s00))", g1);
    assert_refused(text);
}

/* {string as written, its bytes; NULL: refused}: what Haskell's readLitChar makes of ten
 * characters at a time. */
static const char *const strings[][2] = {
    {"", ""},
    {"abc", "616263"},
    {"\\n\\t\\\\\\\"\\'\\a\\b\\f\\r\\v", "0a095c222707080c0d0b"},
    {"\\65\\x41\\X41\\o101\\O101", "4141414141"},
    {"\\NUL\\SOH\\SO\\DEL\\SP\\^A\\^@\\^_", "00010e7f2001001f"},
    {"\\SO\\&H", "0e48"},
    {"\\6\\&5", "0635"},
    {"a\\&b", "6162"},
    {"a\\&\\&\\&\\&b", "6162"},
    {"\\1114111", "f48fbfbf"},
    {"\\955\\x20ac", "cebbe282ac"},
    {"\\xd800", "efbfbd"}, /* Data.Text replaces surrogates */
    {"\xce\xbb\n", "cebb0a"},
    {"\\x0000000041", "003431"}, /* the window ends behind eight digits */
    {"\\1114112", NULL},
    {"\\&", NULL},
    {"\\&a", NULL},
    {"a\\&\\&\\&\\&\\&b", NULL}, /* the fifth is outside of the window */
    {"\\q", NULL},
    {"\\x", NULL},
    {"\\^a", NULL},
    {"a\\", NULL},
};

static void strings_have_haskells_escapes(void **state) {
    (void) state;
    for (size_t i = 0; i < COUNT(strings); i++) {
        char text[256];
        snprintf(text, sizeof text, "(program 1.0.0 (con string \"%s\"))", strings[i][0]);
        if (!strings[i][1]) {
            assert_refused(text);
            continue;
        }
        plb_program *program = parse(text);
        uint8_t *flat;
        size_t length;
        assert_int_equal(plb_program_encode_flat(program, &flat, &length, NULL), PLB_OK);
        /* Behind version, tags and filler: one chunk. */
        size_t count;
        uint8_t *expected = unhex(strings[i][1], &count);
        if (count > 0) {
            assert_int_equal(flat[5], count);
            if (memcmp(flat + 6, expected, count) != 0) fail_msg("%s", strings[i][0]);
        }
        free(expected);
        free(flat);
        plb_program_free(program);
    }
    assert_refused("(program 1.0.0 (con string \"abc))");
    assert_refused("(program 1.0.0 (con string 'abc'))");
}

static void builtins_are_known_by_name(void **state) {
    (void) state;
    assert_prints("(program 1.0.0 (builtin addInteger))", "(program 1.0.0 (builtin addInteger))");
    assert_prints("(program 1.0.0 (builtin bls12_381_G1_add))",
                  "(program 1.0.0 (builtin bls12_381_G1_add))");
    assert_prints("(program 1.0.0 [(force (force (builtin fstPair))) (error)])",
                  "(program 1.0.0 [(force (force (builtin fstPair))) (error)])");
    assert_refused("(program 1.0.0 (builtin addInt))");
    assert_refused("(program 1.0.0 (builtin addInteger2))");
    assert_refused("(program 1.0.0 (builtin))");
}

static void malformed_terms_are_refused(void **state) {
    (void) state;
    static const char *const refused[] = {
        "",
        "(",
        "(program",
        "(program 1.0.0)",
        "(program 1.0 (error))",
        "(program 1.0.0.0 (error))",
        "(program v1.0.0 (error))",
        "(program 1.0.0 (error)",
        "(program 1.0.0 (error) (error))",
        "(Program 1.0.0 (error))",
        "(program 1.0.0 (errorx))",
        "(program 1.0.0 (error 1))",
        "(program 1.0.0 (delay))",
        "(program 1.0.0 (force (error) (error)))",
        "(program 1.0.0 (lam x))",
        "(program 1.0.0 (lam x y z))",
        "(program 1.0.0 (let x y))",
        "(program 1.0.0 ())",
        "(program 1.0.0 (con integer 1]",
        "(program 1.0.0 [(error) (error)",
        "(program 1.0.0 5)",
        "(error)",
    };
    for (size_t i = 0; i < COUNT(refused); i++) assert_refused(refused[i]);
    assert_refused_in(newest, "(program 1.0.0 (error)) \0", 25, PLB_E_PARSE, NULL, NULL);
    assert_refused_in(newest, "(program 1.0.0 (error)) -- \xff", 28, PLB_E_PARSE,
                      "line 1, column 28", "UTF-8");
    assert_refused_in(newest, "(program 1.0.0 (con string \"\xc0\x80\"))", 33, PLB_E_PARSE, NULL,
                      "UTF-8");
}

static void errors_name_line_and_column(void **state) {
    (void) state;
    static const struct {
        const char *text, *where, *reason;
    } cases[] = {
        {"(program 1.0.0\n  (con integer x))", "line 2, column 16",
         "expected a number, found 'x))'"},
        {"(program 1.0.0 (con string \"\xce\xbb\") x)", "line 1, column 33", "expected ')'"},
        {"(program 1.0.0 (lam x y))", "line 1, column 23", "bound, found 'y'"},
        {"(program 1.0.0 (builtin foo))", "line 1, column 25", "found 'foo'"},
        {"(program 1.0.0 {- (error))", "line 1, column 16", "'-}'"},
        {"(program 1.0.0 ", "line 1, column 16", "expected a term, found the end"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_refused_in(newest, cases[i].text, strlen(cases[i].text), PLB_E_PARSE, cases[i].where,
                          cases[i].reason);
    }
}

#define LIST3(type) "(list (list (list " type ")))"
#define LIST12(type) LIST3(LIST3(LIST3(LIST3(type))))
#define LIST15(type) LIST3(LIST12(type))

static void an_era_bounds_what_may_occur(void **state) {
    (void) state;
    static const struct {
        plb_era era;
        const char *text;
        bool available;
    } cases[] = {
        {{PLB_PLUTUS_V1, 6}, "(program 1.0.0 (builtin sha2_256))", true},
        {{PLB_PLUTUS_V1, 6}, "(program 1.0.0 (builtin serialiseData))", false},
        {{PLB_PLUTUS_V2, 7}, "(program 1.0.0 (builtin serialiseData))", true},
        {{PLB_PLUTUS_V2, 6}, "(program 1.0.0 (error))", false},
        {{PLB_PLUTUS_V2, 10}, "(program 1.1.0 (error))", false},
        {{PLB_PLUTUS_V3, 9}, "(program 1.1.0 (constr 0))", true},
        {{PLB_PLUTUS_V3, 9}, "(program 1.2.0 (error))", false},
        {{PLB_PLUTUS_V3, 8}, "(program 1.1.0 (error))", false},
        /* From protocol version 11 on a constant's type has at most 32 nodes: 15 lists have 31,
         * 16 have 33. */
        {{PLB_PLUTUS_V3, 11}, "(program 1.1.0 (con " LIST15("unit") " []))", true},
        {{PLB_PLUTUS_V3, 11}, "(program 1.1.0 (con (list " LIST15("unit") ") []))", false},
        {{PLB_PLUTUS_V3, 10}, "(program 1.1.0 (con (list " LIST15("unit") ") []))", true},
        {{PLB_PLUTUS_V3, 11},
         "(program 1.1.0 (con (list (pair unit " LIST12("unit") ")) []))",
         true},
        {{PLB_PLUTUS_V3, 11},
         "(program 1.1.0 (con (list (pair unit " LIST15("unit") ")) []))",
         false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        plb_program *program = new_program();
        plb_status status = plb_program_parse_text(program, cases[i].era, cases[i].text,
                                                   strlen(cases[i].text), NULL);
        if (status != (cases[i].available ? PLB_OK : PLB_E_UNAVAILABLE)) {
            fail_msg("%s: %d", cases[i].text, status);
        }
        plb_program_free(program);
    }
}

static void assert_deep(char *text) {
    plb_program *program = parse(text);
    char *printed = print(program);
    plb_program *again = parse(printed);
    assert_true(plb_program_equal(program, again));
    free(printed);
    free(text);
    plb_program_free(program);
    plb_program_free(again);
}

static void nesting_is_bounded_by_memory_only(void **state) {
    (void) state;
    const size_t depth = 500000;
    const char *begin = "(program 1.1.0 ";
    assert_deep(nested(begin, "(delay ", "(error)", ")", ")", depth));
    assert_deep(nested(begin, "(force ", "(error)", ")", ")", depth));
    assert_deep(nested(begin, "(lam x ", "x", ")", ")", depth));
    assert_deep(nested(begin, "[", "(error)", " (error)]", ")", depth));
    assert_deep(nested(begin, "[(error) ", "(error)", "]", ")", depth));
    assert_deep(nested(begin, "(constr 0 ", "(error)", ")", ")", depth));
    assert_deep(nested(begin, "(case ", "(error)", " (error))", ")", depth));
    assert_deep(nested("(program 1.0.0 (con data (", "List [", "I 0", "]", ")))", depth));
    assert_deep(nested("(program 1.0.0 (con data (", "Map [(I 0, ", "I 0", ")]", ")))", depth));
    assert_deep(nested("(program 1.0.0 (con ", "(", "integer", ")", " 5))", depth));
    assert_deep(nested("", "{-", "", "-}", "(program 1.0.0 (error))", depth));
    char *open = nested("(program 1.0.0 ", "[", "", "", "", depth);
    assert_refused(open);
    free(open);
}

static void a_list_type_of_30000_levels_is_read(void **state) {
    (void) state;
    char *type = nested("", "(list ", "unit", ")", "", 30000);
    char *text = malloc(strlen(type) + 64);
    sprintf(text, "(program 1.0.0 (con %s []))", type);
    free(type);
    assert_deep(text);
    char *many = nested("(program 1.0.0 (con ", "(list ", "unit", ")", " []))", 70000);
    assert_refused_in(newest, many, strlen(many), PLB_E_MEMORY, NULL, "distinct types");
    free(many);
}

static void the_byte_cap_holds(void **state) {
    (void) state;
    char *list = nested("(program 1.0.0 (con (list integer) [0", ",1", "", "", "]))", 100000);
    plb_program *program = plb_program_new((size_t) 1 << 16);
    assert_non_null(program);
    plb_error error = {0};
    assert_int_equal(plb_program_parse_text(program, newest, list, strlen(list), &error),
                     PLB_E_MEMORY);
    char *delays = nested("(program 1.0.0 ", "(delay ", "(error)", ")", ")", 100000);
    assert_int_equal(plb_program_parse_text(program, newest, delays, strlen(delays), &error),
                     PLB_E_MEMORY);
    const char *small = "(program 1.0.0 (error))"; /* and the program is as good as new */
    assert_int_equal(plb_program_parse_text(program, newest, small, strlen(small), &error), PLB_OK);
    free(list);
    free(delays);
    plb_program_free(program);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whitespace_and_comments_may_stand_between_all_parts),
        cmocka_unit_test(application_takes_any_number_of_arguments),
        cmocka_unit_test(names_mean_their_innermost_binder),
        cmocka_unit_test(a_number_behind_a_name_is_the_name),
        cmocka_unit_test(sums_of_products_exist_from_1_1_0_on),
        cmocka_unit_test(constants_of_every_type),
        cmocka_unit_test(points_are_read_compressed),
        cmocka_unit_test(strings_have_haskells_escapes),
        cmocka_unit_test(builtins_are_known_by_name),
        cmocka_unit_test(malformed_terms_are_refused),
        cmocka_unit_test(errors_name_line_and_column),
        cmocka_unit_test(an_era_bounds_what_may_occur),
        cmocka_unit_test(nesting_is_bounded_by_memory_only),
        cmocka_unit_test(a_list_type_of_30000_levels_is_read),
        cmocka_unit_test(the_byte_cap_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
