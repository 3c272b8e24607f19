/* The benchmark scripts of the catalogue: they load, run wherever their language and builtins are
 * available, loop as often as they are asked to, and fail when they are called wrongly. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <plutbench/scripts.h>
#include <cmocka.h>

#include "tests/unit/script_call.h"

/* What each script is to be: since which protocol version it can run (the languages' and the
 * builtins' versions of CIP-35, CIP-49, CIP-101, CIP-127, CIP-381), and how often one loop calls
 * which builtin. */
static const struct {
    const char *name;
    plb_language language;
    unsigned since;
    const char *builtin;
    unsigned calls_per_loop;
} expected[] = {
    {"ecdsa-loop", PLB_PLUTUS_V2, 8, "verifyEcdsaSecp256k1Signature", 1},
    {"schnorr-loop", PLB_PLUTUS_V2, 8, "verifySchnorrSecp256k1Signature", 1},
    {"ed25519-loop", PLB_PLUTUS_V2, 7, "verifyEd25519Signature", 1},
    {"loop", PLB_PLUTUS_V1, 5, "subtractInteger", 1},
    {"loop-v3", PLB_PLUTUS_V3, 9, "subtractInteger", 1},
    {"hash-onto-g2-and-add", PLB_PLUTUS_V3, 9, "bls12_381_G2_hashToGroup", 4},
    {"hash-onto-g2-and-add", PLB_PLUTUS_V3, 9, "bls12_381_G2_add", 4},
    {"ripemd160-loop", PLB_PLUTUS_V3, 10, "ripemd_160", 1},
    {"sha2-256-loop", PLB_PLUTUS_V2, 7, "sha2_256", 1},
    {"keccak-256-loop", PLB_PLUTUS_V3, 9, "keccak_256", 1},
    {"blake2b-256-loop", PLB_PLUTUS_V2, 7, "blake2b_256", 1},
    {"custom-call-spine", PLB_PLUTUS_V2, 7, "addInteger", 10}, /* two lists of five items */
    {"custom-call-values", PLB_PLUTUS_V2, 7, "equalsData", 5},
    {"custom-call-validate", PLB_PLUTUS_V2, 7, "equalsData", 5},
    {"custom-call-validate", PLB_PLUTUS_V2, 7, "addInteger", 3},       /* one sum of three */
    {"custom-call-validate", PLB_PLUTUS_V2, 7, "appendByteString", 2}, /* one whole of two */
    {"supplemental-datum", PLB_PLUTUS_V3, 9, "equalsByteString", 1},
};
enum { EXPECTED_COUNT = sizeof expected / sizeof expected[0] };

static plb_catalogue *catalogue;

static int open_catalogue(void **state) {
    (void) state;
    plb_error error;
    return plb_catalogue_open(&catalogue, &error) == PLB_OK ? 0 : -1;
}

static int close_catalogue(void **state) {
    (void) state;
    plb_catalogue_free(catalogue);
    return 0;
}

static plb_script *load(const char *name) {
    plb_error error;
    plb_script *script;
    if (plb_script_load_entry(&script, catalogue, name, &error) != PLB_OK) {
        fail_msg("%s: %s: %s", name, error.where, error.message);
    }
    return script;
}

static plb_outcome run(const plb_script *script, unsigned protocol_version,
                       const plb_program *redeemer, plb_tally *tally) {
    plb_era era = {plb_script_language(script), protocol_version};
    const plb_program *supplement = plb_script_supplemental_datum(script);
    return call_script(plb_script_program(script), era, data_in(plb_script_datum(script)),
                       data_in(redeemer), supplement != NULL ? data_in(supplement) : PLB_NO_VALUE,
                       tally);
}

static plb_outcome run_loops(const plb_script *script, unsigned protocol_version, uint64_t loops,
                             plb_tally *tally) {
    plb_error error;
    plb_program *redeemer = plb_program_new(0);
    assert_non_null(redeemer);
    assert_int_equal(plb_redeemer_add_loops(redeemer, plb_script_redeemer(script), loops, &error),
                     PLB_OK);
    plb_outcome outcome = run(script, protocol_version, redeemer, tally);
    plb_program_free(redeemer);
    return outcome;
}

static plb_exunits cost_of(const plb_script *script, unsigned protocol_version, uint64_t loops) {
    plb_outcome outcome = run_loops(script, protocol_version, loops, NULL);
    if (outcome.status != PLB_OK) {
        fail_msg("%s, protocol version %u, %llu loops: %s", plb_script_name(script),
                 protocol_version, (unsigned long long) loops, outcome.message);
    }
    return outcome.spent;
}

static bool is_expected(const char *name) {
    for (size_t i = 0; i < EXPECTED_COUNT; i++) {
        if (strcmp(expected[i].name, name) == 0) return true;
    }
    return false;
}

static void every_entry_is_known_here_and_loads(void **state) {
    (void) state;
    const plb_script_entry *entry;
    size_t i = 0;
    for (; (entry = plb_catalogue_entry(catalogue, i)) != NULL; i++) {
        uint64_t version[3];
        int64_t counter;
        plb_error error;
        plb_script *script = load(entry->name);
        assert_true(is_expected(entry->name));
        assert_string_equal(plb_script_name(script), entry->name);
        assert_int_equal(plb_script_language(script), entry->language);
        /* constr and case came with Plutus Core 1.1.0 and PlutusV3 (CIP-85). */
        plb_program_version(plb_script_program(script), version);
        assert_int_equal(version[1], entry->language >= PLB_PLUTUS_V3 ? 1 : 0);
        assert_int_equal(plb_redeemer_counter(plb_script_redeemer(script), &counter, &error),
                         PLB_OK);
        assert_int_equal(counter, 1000000);
        assert_non_null(strstr(plb_catalogue_file(catalogue, entry->file, NULL), entry->name));
        plb_script_free(script);
    }
    assert_int_equal(i, plb_catalogue_count(catalogue));
    for (i = 0; i < EXPECTED_COUNT; i++) {
        entry = plb_catalogue_find(catalogue, expected[i].name);
        assert_non_null(entry);
        assert_int_equal(entry->language, expected[i].language);
    }
}

static void an_unknown_name_is_an_error(void **state) {
    (void) state;
    plb_error error;
    plb_script *script;
    assert_null(plb_catalogue_find(catalogue, "ecdsa"));
    assert_int_equal(plb_script_load_entry(&script, catalogue, "ecdsa", &error), PLB_E_ARGUMENT);
    assert_null(script);
    assert_non_null(strstr(error.message, "'ecdsa'"));
}

static void a_script_can_be_decoded_from_its_version_on(void **state) {
    (void) state;
    for (size_t i = 0; i < EXPECTED_COUNT; i++) {
        plb_script *script = load(expected[i].name);
        for (unsigned v = PLB_PROTOCOL_VERSION_MIN; v <= PLB_PROTOCOL_VERSION_MAX; v++) {
            plb_error error;
            plb_status status = plb_script_check(script, v, &error);
            assert_int_equal(status, v >= expected[i].since ? PLB_OK : PLB_E_UNAVAILABLE);
        }
        plb_script_free(script);
    }
}

static void cost_grows_by_the_same_amount_with_each_loop(void **state) {
    (void) state;
    for (size_t i = 0; i < EXPECTED_COUNT; i++) {
        plb_script *script = load(expected[i].name);
        for (unsigned v = expected[i].since; v <= PLB_PROTOCOL_VERSION_MAX; v++) {
            plb_exunits none = cost_of(script, v, 0);
            plb_exunits one = cost_of(script, v, 1);
            plb_exunits many = cost_of(script, v, 9);
            assert_true(one.steps > none.steps && one.memory > none.memory);
            assert_int_equal(many.steps, none.steps + 9 * (one.steps - none.steps));
            assert_int_equal(many.memory, none.memory + 9 * (one.memory - none.memory));
        }
        plb_script_free(script);
    }
}

static unsigned tag_of(const char *builtin) {
    unsigned tag = 0;
    while (plb_builtin_name(tag) != NULL && strcmp(plb_builtin_name(tag), builtin) != 0) tag++;
    assert_non_null(plb_builtin_name(tag));
    return tag;
}

static void a_loop_calls_the_builtin_that_it_is_named_for(void **state) {
    (void) state;
    for (size_t i = 0; i < EXPECTED_COUNT; i++) {
        plb_script *script = load(expected[i].name);
        unsigned tag = tag_of(expected[i].builtin);
        for (unsigned loops = 0; loops <= 5; loops += 5) {
            plb_tally tally = {0};
            assert_int_equal(run_loops(script, 0, loops, &tally).status, PLB_OK);
            assert_int_equal(tally.builtin_count[tag], loops * expected[i].calls_per_loop);
        }
        plb_script_free(script);
    }
}

/* ---- Wrong calls ---- */

static json_t *redeemer_json(const plb_script *script) {
    const plb_script_entry *entry = plb_catalogue_find(catalogue, plb_script_name(script));
    json_t *json = json_loads(plb_catalogue_file(catalogue, entry->redeemer, NULL), 0, NULL);
    assert_non_null(json);
    return json;
}

static plb_status run_json(const plb_script *script, json_t *redeemer) {
    plb_error error;
    char *text = json_dumps(redeemer, 0);
    plb_program *program = plb_program_new(0);
    assert_int_equal(plb_program_data_json(program, text, strlen(text), &error), PLB_OK);
    plb_status status = run(script, 0, program, NULL).status;
    plb_program_free(program);
    free(text);
    return status;
}

static json_t *field(json_t *redeemer, size_t index) {
    json_t *fields = json_object_get(redeemer, "fields");
    return fields != NULL ? json_array_get(fields, index) : redeemer;
}

static void set_counter(json_t *redeemer, json_int_t counter) {
    json_object_set_new(field(redeemer, 0), "int", json_integer(counter));
}

static void a_counter_below_a_million_fails(void **state) {
    (void) state;
    static const json_int_t counters[] = {999999, 1, 0, -1, -1000001};
    for (size_t i = 0; i < plb_catalogue_count(catalogue); i++) {
        plb_script *script = load(plb_catalogue_entry(catalogue, i)->name);
        json_t *redeemer = redeemer_json(script);
        assert_int_equal(run_json(script, redeemer), PLB_OK);
        for (size_t j = 0; j < sizeof counters / sizeof *counters; j++) {
            set_counter(redeemer, counters[j]);
            assert_int_equal(run_json(script, redeemer), PLB_E_EVALUATION);
        }
        json_decref(redeemer);
        plb_script_free(script);
    }
}

static void a_redeemer_of_another_shape_fails(void **state) {
    (void) state;
    static const char *const redeemers[] = {
        "{\"bytes\":\"\"}",
        "{\"list\":[{\"int\":1000001}]}",
        "{\"constructor\":0,\"fields\":[]}",
        "{\"constructor\":0,\"fields\":[{\"bytes\":\"\"},{\"int\":1000001}]}",
        "{\"constructor\":0,\"fields\":[{\"int\":1000001},{\"int\":1000001}]}",
    };
    for (size_t i = 0; i < plb_catalogue_count(catalogue); i++) {
        plb_script *script = load(plb_catalogue_entry(catalogue, i)->name);
        for (size_t j = 0; j < sizeof redeemers / sizeof *redeemers; j++) {
            json_t *redeemer = json_loads(redeemers[j], 0, NULL);
            assert_int_equal(run_json(script, redeemer), PLB_E_EVALUATION);
            json_decref(redeemer);
        }
        plb_script_free(script);
    }
}

/* Change the last bit of the bytes in a field. */
static void damage(json_t *bytes) {
    static const char digits[] = "0123456789abcdef";
    char *hex = strdup(json_string_value(json_object_get(bytes, "bytes")));
    char *last = &hex[strlen(hex) - 1];
    *last = digits[(strchr(digits, *last) - digits) ^ 1];
    json_object_set_new(bytes, "bytes", json_string(hex));
    free(hex);
}

static void a_wrong_signature_fails_in_the_first_loop(void **state) {
    (void) state;
    static const char *const names[] = {"ecdsa-loop", "schnorr-loop", "ed25519-loop"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        plb_script *script = load(names[i]);
        for (size_t wrong = 1; wrong <= 3; wrong++) { /* key, message, signature */
            json_t *redeemer = redeemer_json(script);
            set_counter(redeemer, 1000001);
            assert_int_equal(run_json(script, redeemer), PLB_OK);
            damage(field(redeemer, wrong));
            assert_int_equal(run_json(script, redeemer), PLB_E_EVALUATION);
            set_counter(redeemer, 1000000);
            assert_int_equal(run_json(script, redeemer), PLB_OK);
            json_decref(redeemer);
        }
        plb_script_free(script);
    }
}

/* One item that does not add up, or one that differs between datum and redeemer. */
static void wrong_items_fail_in_the_first_loop(void **state) {
    (void) state;
    static const struct {
        const char *name;
        bool sum;
    } cases[] = {{"custom-call-spine", true}, /* only the number of items counts */
                 {"custom-call-values", false},
                 {"custom-call-validate", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_script *script = load(cases[i].name);
        json_t *redeemer = redeemer_json(script);
        set_counter(redeemer, 1000001);
        assert_int_equal(run_json(script, redeemer), PLB_OK);
        json_t *items = json_object_get(field(redeemer, 2), "list");
        json_t *sum = field(json_array_get(items, 3), 0);
        json_object_set_new(sum, "int", json_integer(61));
        assert_int_equal(run_json(script, redeemer), cases[i].sum ? PLB_OK : PLB_E_EVALUATION);
        json_array_remove(items, 4);
        assert_int_equal(run_json(script, redeemer), PLB_E_EVALUATION);
        json_decref(redeemer);
        plb_script_free(script);
    }
}

static void a_datum_that_is_not_there_is_not_found(void **state) {
    (void) state;
    plb_script *script = load("supplemental-datum");
    json_t *redeemer = redeemer_json(script);
    set_counter(redeemer, 1000001);
    assert_int_equal(run_json(script, redeemer), PLB_OK);
    damage(field(redeemer, 1));
    assert_int_equal(run_json(script, redeemer), PLB_E_EVALUATION);
    json_decref(redeemer);
    plb_script_free(script);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_known_here_and_loads),
        cmocka_unit_test(an_unknown_name_is_an_error),
        cmocka_unit_test(a_script_can_be_decoded_from_its_version_on),
        cmocka_unit_test(cost_grows_by_the_same_amount_with_each_loop),
        cmocka_unit_test(a_loop_calls_the_builtin_that_it_is_named_for),
        cmocka_unit_test(a_counter_below_a_million_fails),
        cmocka_unit_test(a_redeemer_of_another_shape_fails),
        cmocka_unit_test(a_wrong_signature_fails_in_the_first_loop),
        cmocka_unit_test(wrong_items_fail_in_the_first_loop),
        cmocka_unit_test(a_datum_that_is_not_there_is_not_found),
    };
    return cmocka_run_group_tests(tests, open_catalogue, close_catalogue);
}
