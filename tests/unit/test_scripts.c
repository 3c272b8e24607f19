/* Loading scripts: a catalogue's files with something wrong in them, and a user's own script. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scripts/catalogue.h"

/* ---- Catalogues with something wrong in them ---- */

#define FILES "\"file\":\"s.uplc\",\"datum\":\"d.json\",\"redeemer\":\"d.json\""
#define TEXTS "\"description\":\"d\",\"loop\":\"l\""
#define ENTRY(more) "{\"name\":\"s\",\"language\":\"PlutusV2\"," FILES "," TEXTS more "}"
#define SCRIPTS(entries) "{\"scripts\":[" entries "]}"
#define BYTES(text) (const unsigned char *) (text), sizeof(text) - 1

/* Open the catalogue whose catalogue.json is `index`. */
static plb_status open_index(const char *index, plb_catalogue **catalogue, plb_error *error) {
    struct plb_embedded_file table[] = {
        {"catalogue.json", (const unsigned char *) index, strlen(index)},
        {"d.json", BYTES("{\"int\":1000000}")},
        {"s.uplc", BYTES("(program 1.0.0 (con unit ()))")},
        {NULL, NULL, 0},
    };
    return plb_catalogue_open_table(catalogue, table, error);
}

static void entries_are_read_in_order(void **state) {
    (void) state;
    plb_error error;
    plb_catalogue *catalogue;
    assert_int_equal(open_index(SCRIPTS(), &catalogue, &error), PLB_OK);
    assert_int_equal(plb_catalogue_count(catalogue), 0);
    assert_null(plb_catalogue_entry(catalogue, 0));
    plb_catalogue_free(catalogue);
    static const char two[] = SCRIPTS("{\"name\":\"z\",\"language\":\"PlutusV3\"," FILES "," TEXTS
                                      "}," ENTRY(",\"strategy\":\"txbudget\",\"origin\":\"o\""));
    assert_int_equal(open_index(two, &catalogue, &error), PLB_OK);
    assert_int_equal(plb_catalogue_count(catalogue), 2);
    const plb_script_entry *first = plb_catalogue_entry(catalogue, 0);
    const plb_script_entry *second = plb_catalogue_find(catalogue, "s");
    assert_ptr_equal(second, plb_catalogue_entry(catalogue, 1));
    assert_string_equal(first->name, "z");
    assert_int_equal(first->language, PLB_PLUTUS_V3);
    assert_null(first->strategy);
    assert_null(first->origin);
    assert_string_equal(second->strategy, "txbudget");
    assert_string_equal(second->origin, "o");
    plb_catalogue_free(catalogue);
}

static void a_wrong_index_is_refused_with_its_place(void **state) {
    (void) state;
    static const struct {
        const char *index;
        const char *where;
        const char *message;
    } cases[] = {
        {"{\"scripts\":[", "catalogue.json:1", "expected JSON"},
        {"[]", "catalogue.json:1", "'scripts'"},
        {"{\"scripts\":{}}", "catalogue.json:1", "'scripts'"},
        {"{\"scripts\":[],\"more\":1}", "catalogue.json:1", "'scripts'"},
        {SCRIPTS("1"), "scripts[0]", "expected an object, got an integer"},
        {SCRIPTS("{}"), "scripts[0]", "'name'"},
        {SCRIPTS("{\"name\":\"s\",\"language\":\"PlutusV2\"," FILES ",\"loop\":\"l\"}"),
         "scripts[0]", "'description'"},
        {SCRIPTS("\n" ENTRY(",\"colour\":\"red\"")), "catalogue.json:2: scripts[0].colour",
         "no such member"},
        {SCRIPTS(ENTRY(",\"strategy\":1")), "scripts[0].strategy", "expected a string"},
        {SCRIPTS(ENTRY(",\"origin\":\"\"")), "scripts[0].origin", "not empty"},
        {SCRIPTS(ENTRY("") "," ENTRY("")), "scripts[1]", "'s'"},
        {SCRIPTS("{\"language\":\"PlutusV5\"}"), "scripts[0].language", "PlutusV4"},
        {SCRIPTS("{\"language\":\"newest\"}"), "scripts[0].language", "PlutusV4"},
        {SCRIPTS("{\"file\":\"t.uplc\"}"), "scripts[0].file", "'t.uplc'"},
        {SCRIPTS("{\"datum\":\"\"}"), "scripts[0].datum", "not empty"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_error error = {.status = PLB_OK};
        plb_catalogue *catalogue;
        assert_int_equal(open_index(cases[i].index, &catalogue, &error), PLB_E_PARSE);
        assert_null(catalogue);
        if (strstr(error.where, cases[i].where) == NULL ||
            strstr(error.message, cases[i].message) == NULL) {
            fail_msg("case %zu: %s: %s", i, error.where, error.message);
        }
    }
}

static void a_catalogue_needs_an_index(void **state) {
    (void) state;
    plb_error error;
    plb_catalogue *catalogue;
    const struct plb_embedded_file none[] = {{NULL, NULL, 0}};
    assert_int_equal(plb_catalogue_open_table(&catalogue, none, &error), PLB_E_PARSE);
    assert_string_equal(error.where, "catalogue.json");
}

static void an_entry_with_wrong_files_is_refused(void **state) {
    (void) state;
    static const char index[] = SCRIPTS(ENTRY(""));
    static const struct {
        const char *script;
        const char *data;
        const char *where;
    } cases[] = {
        {"(program 1.0.0 (con unit ())", "{\"int\":1}", "s: "},
        {"(program 1.0.0 (con unit ()))", "{\"int\":\"1\"}", "d.json: "},
        {"(program 1.0.0 (con unit ()))", "{\"bytes\":\"\"}", "d.json"}, /* no counter */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct plb_embedded_file table[] = {
            {"catalogue.json", BYTES(index)},
            {"d.json", (const unsigned char *) cases[i].data, strlen(cases[i].data)},
            {"s.uplc", (const unsigned char *) cases[i].script, strlen(cases[i].script)},
            {NULL, NULL, 0},
        };
        plb_error error;
        plb_catalogue *catalogue;
        plb_script *script;
        assert_int_equal(plb_catalogue_open_table(&catalogue, table, &error), PLB_OK);
        assert_int_equal(plb_script_load_entry(&script, catalogue, "s", &error), PLB_E_PARSE);
        assert_null(script);
        assert_ptr_equal(strstr(error.where, cases[i].where), error.where);
        plb_catalogue_free(catalogue);
    }
}

/* ---- A user's script ---- */

/* (program 1.0.0 (con unit ())): version, constant tag, type list, nothing for unit, padding. */
#define UNIT_FLAT "\x01\x00\x00\x49\x81"
#define UNIT_HEX "450100004981"
#define ENVELOPE(version)                                                                          \
    "{\"type\":\"PlutusScript" version "\",\"description\":\"\",\"cborHex\":\"46" UNIT_HEX "\"}"

static plb_program *data(const char *json) {
    plb_error error;
    plb_program *program = plb_program_new(0);
    assert_int_equal(plb_program_data_json(program, json, strlen(json), &error), PLB_OK);
    return program;
}

static plb_status load(const char *text, plb_language language, const char *redeemer,
                       const char *datum, plb_script **script, plb_error *error) {
    plb_program *redeemer_data = data(redeemer);
    plb_program *datum_data = datum != NULL ? data(datum) : NULL;
    plb_script_source source = {
        .name = "mine",
        .bytes = (const uint8_t *) text,
        .length = strlen(text),
        .language = language,
        .redeemer_name = "redeemer.json",
        .redeemer = redeemer_data,
        .datum = datum_data,
    };
    plb_status status = plb_script_load(script, &source, error);
    plb_program_free(redeemer_data);
    plb_program_free(datum_data);
    return status;
}

static void any_format_becomes_the_bytes_of_a_witness_set(void **state) {
    (void) state;
    static const struct {
        const char *text;
        plb_language given, language;
    } cases[] = {
        {"(program 1.0.0 (con unit ()))", PLB_PLUTUS_V1, PLB_PLUTUS_V1},
        {UNIT_HEX, PLB_PLUTUS_V2, PLB_PLUTUS_V2},
        {"46" UNIT_HEX, PLB_PLUTUS_V3, PLB_PLUTUS_V3},
        {ENVELOPE("V2"), PLB_LANGUAGE_NEWEST, PLB_PLUTUS_V2},
        {ENVELOPE("V3"), PLB_PLUTUS_V3, PLB_PLUTUS_V3},
    };
    static const uint8_t expected[] = "\x45" UNIT_FLAT;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_error error;
        plb_script *script;
        size_t length;
        plb_status status = load(cases[i].text, cases[i].given, "{\"int\":5}", "{\"bytes\":\"ff\"}",
                                 &script, &error);
        if (status != PLB_OK) fail_msg("case %zu: %s: %s", i, error.where, error.message);
        assert_int_equal(plb_script_language(script), cases[i].language);
        const uint8_t *bytes = plb_script_bytes(script, &length);
        assert_int_equal(length, sizeof expected - 1);
        assert_memory_equal(bytes, expected, length);
        plb_program *datum = data("{\"bytes\":\"ff\"}");
        plb_program *redeemer = data("{\"int\":5}");
        assert_true(plb_program_equal(plb_script_datum(script), datum));
        assert_true(plb_program_equal(plb_script_redeemer(script), redeemer));
        plb_program_free(datum);
        plb_program_free(redeemer);
        plb_script_free(script);
    }
}

/* readScriptData of cardano-node's Cardano.TxGenerator.PlutusContext. */
static void a_datum_that_is_not_given_is_zero(void **state) {
    (void) state;
    plb_error error;
    plb_script *script;
    assert_int_equal(load(UNIT_HEX, PLB_PLUTUS_V1, "{\"int\":5}", NULL, &script, &error), PLB_OK);
    plb_program *zero = data("{\"int\":0}");
    assert_true(plb_program_equal(plb_script_datum(script), zero));
    plb_program_free(zero);
    plb_script_free(script);
}

static void what_can_be_wrong_with_a_users_script(void **state) {
    (void) state;
    static const struct {
        const char *text;
        plb_language given;
        const char *redeemer;
        plb_status status;
        const char *where;
        const char *message;
    } cases[] = {
        {UNIT_HEX, PLB_LANGUAGE_NEWEST, "{\"int\":5}", PLB_E_ARGUMENT, "mine", "ledger language"},
        {ENVELOPE("V2"), PLB_PLUTUS_V3, "{\"int\":5}", PLB_E_ARGUMENT, "mine", "PlutusV2"},
        {ENVELOPE("V5"), PLB_LANGUAGE_NEWEST, "{\"int\":5}", PLB_E_UNSUPPORTED,
         "mine: ", "PlutusScriptV5"},
        {"(program", PLB_PLUTUS_V1, "{\"int\":5}", PLB_E_PARSE, "mine: ", ""},
        {UNIT_HEX, PLB_PLUTUS_V1, "{\"list\":[]}", PLB_E_PARSE, "redeemer.json",
         "counter not found in the redeemer"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_error error;
        plb_script *script;
        assert_int_equal(
            load(cases[i].text, cases[i].given, cases[i].redeemer, NULL, &script, &error),
            cases[i].status);
        assert_null(script);
        if (strstr(error.where, cases[i].where) != error.where ||
            strstr(error.message, cases[i].message) == NULL) {
            fail_msg("case %zu: %s: %s", i, error.where, error.message);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_are_read_in_order),
        cmocka_unit_test(a_wrong_index_is_refused_with_its_place),
        cmocka_unit_test(a_catalogue_needs_an_index),
        cmocka_unit_test(an_entry_with_wrong_files_is_refused),
        cmocka_unit_test(any_format_becomes_the_bytes_of_a_witness_set),
        cmocka_unit_test(a_datum_that_is_not_given_is_zero),
        cmocka_unit_test(what_can_be_wrong_with_a_users_script),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
