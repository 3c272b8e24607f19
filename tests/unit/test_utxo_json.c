/* Unspent outputs and reward accounts in the forms that users have them in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "harness/ledger/files/accounts_json.h"
#include "harness/ledger/files/hex.h"
#include "harness/ledger/files/utxo_json.h"
#include "harness/ledger/tx.h"

#define ID "f131d0e876f702cca495707733f1ac665544e0fdee5d8bc5eb884fedb70185d1"
#define KEY_ADDRESS "addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8"
#define KEY_HEX                                                                                    \
    "61"                                                                                           \
    "9493315cd92eb5d8c4304e67b7e16ae36d61d34502694657811a2c8e"
#define POLICY "c37b1b5dc0669f1d3c61a6fddb2e8fde96be87b881c60bce8e8d542f"
#define POLICY_2 "337b62cfff6403a06a3acbc34f8c46003c69fe79a3628cefa9c47251"
/* The hash of the integer 42 (182a), as cardano-cli transaction hash-script-data prints it. */
#define HASH_42 "9e1199a988ba72ffd6e9c269cadb3b53b5f360ff99f112d9b2ee30c4d74ad88b"

static plb_status read_text(plb_utxo_list *list, const char *text, plb_error *error) {
    *list = (plb_utxo_list){0};
    *error = (plb_error){.status = PLB_OK};
    return plb_utxo_file_read(list, "utxo.json", text, strlen(text), error);
}

static void expect_hex(const plb_utxo *utxo, const char *hex) {
    uint8_t bytes[512];
    size_t digits = strlen(hex);
    assert_true(digits / 2 <= sizeof bytes && plb_hex_decode(hex, digits, bytes));
    assert_int_equal(utxo->output_length, digits / 2);
    assert_memory_equal(utxo->output, bytes, digits / 2);
}

/* The one output of a text, as CBOR in hexadecimal. */
static void expect_output(const char *text, const char *hex) {
    plb_utxo_list list;
    plb_error error;
    if (read_text(&list, text, &error) != PLB_OK) fail_msg("%s: %s", error.where, error.message);
    assert_int_equal(list.count, 1);
    expect_hex(&list.items[0], hex);
    plb_utxo_list_free(&list);
}

/* ---- cardano-cli's JSON ---- */

#define ENTRY(members) "{\"" ID "#3\": {\"address\": \"" KEY_ADDRESS "\", " members "}}"
#define LOVELACE "\"value\": {\"lovelace\": 1000000}"
#define BASE "00581d" KEY_HEX "01"

static void lovelace_only(void **state) {
    (void) state;
    plb_utxo_list list;
    plb_error error;
    char name[PLB_UTXO_NAME_BYTES];
    assert_int_equal(read_text(&list, ENTRY(LOVELACE), &error), PLB_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].index, 3);
    plb_utxo_name(&list.items[0], name);
    assert_string_equal(name, ID "#3");
    expect_hex(&list.items[0], "a2" BASE "1a000f4240");
    plb_utxo_list_free(&list);
}

/* As a node's answer has it: with every member, most of them null. */
static void members_that_are_null(void **state) {
    (void) state;
    expect_output(ENTRY(LOVELACE ", \"datum\": null, \"datumhash\": null, \"inlineDatum\": null, "
                                 "\"inlineDatumRaw\": null, \"referenceScript\": null"),
                  "a2" BASE "1a000f4240");
}

static void native_assets(void **state) {
    (void) state;
    expect_output(ENTRY("\"value\": {\"" POLICY "\": {\"\": 1, \"746f6b656e\": "
                        "9223372036854775807}, \"lovelace\": 2, \"" POLICY_2 "\": {\"00\": "
                        "18446744073709551615}}"),
                  "a2" BASE "8202a2581c" POLICY "a2400145746f6b656e1b7fffffffffffffff581c" POLICY_2
                  "a141001bffffffffffffffff");
}

static void datums(void **state) {
    (void) state;
    expect_output(ENTRY(LOVELACE ", \"datumhash\": \"" HASH_42 "\""), "a3" BASE "1a000f424002"
                                                                      "8200"
                                                                      "5820" HASH_42);
    expect_output(ENTRY(LOVELACE ", \"inlineDatumRaw\": \"182a\", \"inlineDatum\": {\"int\": 42}, "
                                 "\"inlineDatumhash\": \"" HASH_42 "\""),
                  "a3" BASE "1a000f424002"
                  "8201d81842182a");
    /* Bytes that the reference would not write are kept. */
    expect_output(ENTRY(LOVELACE ", \"inlineDatumRaw\": \"19002a\""), "a3" BASE "1a000f424002"
                                                                      "8201d8184319002a");
    expect_output(ENTRY(LOVELACE ", \"inlineDatum\": {\"constructor\": 0, \"fields\": [{\"int\": "
                                 "-18446744073709551617}]}"),
                  "a3" BASE "1a000f424002"
                  "8201d8184fd8799fc349010000000000000000ff");
}

static void reference_scripts(void **state) {
    (void) state;
    /* (program 1.0.0 (lam d (lam r (lam c (con unit ()))))), in two wrappings and in one. */
    expect_output(ENTRY(LOVELACE
                        ", \"referenceScript\": {\"scriptLanguage\": \"PlutusScriptLanguage "
                        "PlutusScriptV2\", \"script\": {\"type\": \"PlutusScriptV2\", "
                        "\"description\": \"\", \"cborHex\": \"4746010000222499\"}}"),
                  "a3" BASE "1a000f424003"
                  "d818"
                  "4a"
                  "8202"
                  "47"
                  "46010000222499");
    expect_output(ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": "
                                 "\"PlutusScriptV2\", \"cborHex\": \"46010000222499\"}}"),
                  "a3" BASE "1a000f424003"
                  "d818"
                  "4a"
                  "8202"
                  "47"
                  "46010000222499");
    expect_output(ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": \"SimpleScript\", "
                                 "\"cborHex\": \"8200581c" POLICY "\"}}"),
                  "a3" BASE "1a000f424003"
                  "d818"
                  "5822"
                  "8200"
                  "8200581c" POLICY);
}

/* ---- The other forms ---- */

#define INPUT_CBOR "825820" ID "03"
#define OUTPUT_CBOR "82581d" KEY_HEX "1a000f4240"

static void pairs_of_cbor(void **state) {
    (void) state;
    expect_output("[{\"input\": \"" INPUT_CBOR "\", \"output\": \"" OUTPUT_CBOR "\"}]",
                  OUTPUT_CBOR);
    expect_output("[\"82" INPUT_CBOR OUTPUT_CBOR "\"]", OUTPUT_CBOR);
    expect_output("a1" INPUT_CBOR OUTPUT_CBOR "\n", OUTPUT_CBOR);
    expect_output(" bf" INPUT_CBOR OUTPUT_CBOR "ff ", OUTPUT_CBOR);
}

static void binary_cbor(void **state) {
    (void) state;
    static const char hex[] = "a1" INPUT_CBOR OUTPUT_CBOR;
    uint8_t bytes[sizeof hex / 2];
    plb_utxo_list list = {0};
    assert_true(plb_hex_decode(hex, sizeof hex - 1, bytes));
    assert_int_equal(plb_utxo_file_read(&list, "u", bytes, sizeof bytes, NULL), PLB_OK);
    assert_int_equal(list.count, 1);
    expect_hex(&list.items[0], OUTPUT_CBOR);
    plb_utxo_list_free(&list);
    for (size_t length = 0; length < sizeof bytes; length++) {
        assert_int_equal(plb_utxo_file_read(&list, "u", bytes, length, NULL), PLB_E_PARSE);
        plb_utxo_list_free(&list);
    }
}

static void nothing_at_all(void **state) {
    (void) state;
    static const char *const texts[] = {"{}", "[]", "a0", "[\n]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        plb_utxo_list list;
        plb_error error;
        assert_int_equal(read_text(&list, texts[i], &error), PLB_OK);
        assert_int_equal(list.count, 0);
        plb_utxo_list_free(&list);
    }
}

/* ---- Errors ---- */

static void errors_say_where_and_what(void **state) {
    (void) state;
    static const struct {
        const char *text, *where, *message;
    } cases[] = {
        {"", "utxo.json", "is empty"},
        {"{", "utxo.json:1", "expected JSON"},
        {"{\"a\": 1, \"a\": 2}", "utxo.json:1", "duplicate"},
        {"{\"abc#0\": {}}", "utxo.json:1: abc#0", "expected TRANSACTION#INDEX"},
        {"{\"" ID "#\": {}}", "utxo.json:1: " ID "#", "expected TRANSACTION#INDEX"},
        {"{\"" ID "#65536\": {}}", ID "#65536", "at most 65535"},
        {"{\"" ID "#0\": 7}", ID "#0", "expected an object of address, value ..., got an integer"},
        {"{\"" ID "#0\": {}}", "address", "expected a string, got nothing"},
        {"{\"" ID "#0\": {\"address\": \"addr1qqq\"}}", "address", "'addr1qqq' is no address"},
        {ENTRY("\"x\": 1"), "value", "expected an object of amounts, got nothing"},
        {ENTRY("\"value\": {\"lovelace\": -1}"), "value.lovelace", "not negative, got -1"},
        {ENTRY("\"value\": {\"lovelace\": 1.5}"), "value.lovelace", "got a number that is not"},
        {ENTRY("\"value\": {\"lovelace\": \"5\"}"), "value.lovelace", "got a string"},
        {ENTRY("\"value\": {\"lovelace\": 18446744073709551616}"), "value.lovelace",
         "expected an amount below 2^64"},
        {ENTRY("\"value\": {\"lovelace\": -18446744073709551616}"), "value.lovelace",
         "not negative"},
        {ENTRY("\"value\": {\"beef\": {}}"), "value.beef", "a policy id of 56 hexadecimal digits"},
        {ENTRY("\"value\": {\"" POLICY "\": 5}"), POLICY, "expected an object of amounts by"},
        {ENTRY("\"value\": {\"" POLICY "\": {\"abc\": 5}}"), POLICY ".abc", "an asset name"},
        {ENTRY("\"value\": {\"" POLICY "\": {\"ab\": 0}}"), POLICY ".ab", "above 0"},
        {ENTRY(LOVELACE ", \"datumhash\": \"00\""), "datumhash", "64 hexadecimal digits"},
        {ENTRY(LOVELACE ", \"inlineDatumRaw\": \"123\""), "inlineDatumRaw", "odd number"},
        {ENTRY(LOVELACE ", \"inlineDatumRaw\": \"zz\""), "inlineDatumRaw", "other characters"},
        {ENTRY(LOVELACE ", \"inlineDatumRaw\": \"00\", \"inlineDatumhash\": \"" HASH_42 "\""),
         "inlineDatumhash", "expected the hash of inlineDatumRaw"},
        {ENTRY(LOVELACE ", \"inlineDatum\": {\"int\": \"x\"}"), "inlineDatum", "integer"},
        {ENTRY(LOVELACE ", \"inlineDatum\": 5"), "inlineDatum", "object"},
        {ENTRY(LOVELACE ", \"inlineDatumRaw\": \"00\", \"datumhash\": \"" HASH_42 "\""), ID "#3",
         "got both"},
        {ENTRY(LOVELACE ", \"referenceScript\": 1"), "referenceScript", "expected an object"},
        {ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": \"Lua\"}}"),
         "referenceScript.script.type", "got 'Lua'"},
        {ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": \"PlutusScriptV1\"}}"),
         "referenceScript.script.cborHex", "got nothing"},
        {ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": \"PlutusScriptV1\", "
                        "\"cborHex\": \"820102\"}}"),
         "referenceScript.script.cborHex", "a byte string in CBOR"},
        {"[1]", "utxo.json:1: [0]", "expected an object of input and output"},
        {"[{\"input\": \"82\", \"output\": \"00\"}]", "[0].input", "of the CBOR"},
        {"[{\"input\": \"" INPUT_CBOR "00\", \"output\": \"00\"}]", "[0].input",
         "the end of the input"},
        {"[{\"input\": \"" INPUT_CBOR "\"}]", "[0].output", "got nothing"},
        {"[\"82" INPUT_CBOR "\"]", "[0]", "of the CBOR"},
        {"a1" INPUT_CBOR, "utxo.json: byte", "expected"},
        {"a1825820" ID "1a00010000" OUTPUT_CBOR, "utxo.json: byte", "at most 65535"},
        {"a10", "utxo.json", "odd number of digits"},
        {"a2" INPUT_CBOR OUTPUT_CBOR INPUT_CBOR "00", "utxo.json", ID "#3 is there twice"},
        {"true", "utxo.json: byte 0", "expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_utxo_list list;
        plb_error error;
        plb_status status = read_text(&list, cases[i].text, &error);
        if (status != PLB_E_PARSE || error.status != PLB_E_PARSE ||
            strstr(error.where, cases[i].where) == NULL ||
            strstr(error.message, cases[i].message) == NULL) {
            fail_msg("%s\ngave %d, %s: %s", cases[i].text, status, error.where, error.message);
        }
        plb_utxo_list_free(&list);
    }
}

/* Byron addresses are read, so that the ledger can say that it has none of them. */
static void byron_addresses_are_left_to_the_ledger(void **state) {
    (void) state;
    plb_utxo_list list;
    plb_error error;
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    plb_ledger *ledger;
    assert_int_equal(read_text(&list,
                               "{\"" ID "#0\": {\"address\": "
                               "\"Ae2tdPwUPEZFRbyhz3cpfC2CumGzNkFBN2L42rcUc2yjQpEkxDbkPodpMAi\", "
                               "\"value\": {\"lovelace\": 1000000}}}",
                               &error),
                     PLB_OK);
    assert_int_equal(plb_ledger_new(&ledger, parameters, NULL, &error), PLB_OK);
    assert_int_equal(plb_ledger_add_utxo(ledger, list.items, 1, &error), PLB_E_UNSUPPORTED);
    plb_ledger_free(ledger);
    plb_protocol_parameters_free(parameters);
    plb_utxo_list_free(&list);
}

/* ---- Writing ---- */

/* What is written means what was read, and reading it gives it back. */
static void written_is_read_again(void **state) {
    (void) state;
    static const char *const texts[] = {
        ENTRY(LOVELACE),
        ENTRY("\"value\": {\"lovelace\": 3, \"" POLICY_2 "\": {\"\": 7, \"00\": "
              "18446744073709551615}, \"" POLICY "\": {\"ff\": 1}}, \"datumhash\": \"" HASH_42
              "\""),
        ENTRY(LOVELACE ", \"inlineDatumRaw\": \"9fa1009f19002a5f4100ffffff\""),
        ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": \"SimpleScript\", "
                       "\"cborHex\": \"8200581c" POLICY "\"}}"),
        ENTRY(LOVELACE ", \"referenceScript\": {\"script\": {\"type\": \"PlutusScriptV3\", "
                       "\"cborHex\": \"46450101002499\"}}"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        plb_utxo_list list, back;
        plb_error error;
        char *written = NULL;
        size_t length = 0;
        assert_int_equal(read_text(&list, texts[i], &error), PLB_OK);
        if (plb_utxo_json_write(list.items, list.count, &written, &length, &error) != PLB_OK ||
            read_text(&back, written, &error) != PLB_OK) {
            fail_msg("%s: %s", error.where, error.message);
        }
        assert_int_equal(strlen(written), length);
        assert_int_equal(back.count, 1);
        assert_memory_equal(back.items[0].id, list.items[0].id, PLB_HASH_BYTES);
        assert_int_equal(back.items[0].output_length, list.items[0].output_length);
        assert_memory_equal(back.items[0].output, list.items[0].output,
                            list.items[0].output_length);
        free(written);
        plb_utxo_list_free(&list);
        plb_utxo_list_free(&back);
    }
}

static void written_as_cardano_cli_does(void **state) {
    (void) state;
    plb_utxo_list list;
    plb_error error;
    char *written = NULL;
    size_t length = 0;
    assert_int_equal(read_text(&list, ENTRY(LOVELACE ", \"inlineDatumRaw\": \"182a\""), &error),
                     PLB_OK);
    assert_int_equal(plb_utxo_json_write(list.items, 1, &written, &length, &error), PLB_OK);
    assert_string_equal(written, "{\n"
                                 "    \"" ID "#3\": {\n"
                                 "        \"address\": \"" KEY_ADDRESS "\",\n"
                                 "        \"inlineDatum\": {\"int\":42},\n"
                                 "        \"inlineDatumRaw\": \"182a\",\n"
                                 "        \"inlineDatumhash\": \"" HASH_42 "\",\n"
                                 "        \"referenceScript\": null,\n"
                                 "        \"value\": {\n"
                                 "            \"lovelace\": 1000000\n"
                                 "        }\n"
                                 "    }\n"
                                 "}\n");
    free(written);
    plb_utxo_list_free(&list);
}

static void outputs_that_cannot_be_written(void **state) {
    (void) state;
    static const uint8_t junk[] = {0x83, 0x00};
    plb_utxo utxo = {.output = junk, .output_length = sizeof junk};
    plb_error error;
    char *written = NULL;
    size_t length;
    assert_int_equal(plb_utxo_json_write(&utxo, 1, &written, &length, &error), PLB_E_PARSE);
    assert_null(written);
    assert_non_null(strstr(error.where, "#0"));
}

/* ---- Reward accounts ---- */

#define STAKE_ADDRESS "stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw"

static void reward_accounts(void **state) {
    (void) state;
    static const char text[] =
        "[{\"address\": \"" STAKE_ADDRESS "\", \"rewardAccountBalance\": 5, \"stakeDelegation\": "
        "\"pool1x\", \"voteDelegation\": \"alwaysAbstain\", \"govActionDeposits\": {}},"
        " {\"credential\": \"8201581c" POLICY "\", \"deposit\": 2000000}]";
    plb_account_list list = {0};
    plb_error error;
    uint8_t stake[28], script[28];
    assert_true(plb_hex_decode(POLICY_2, 56, stake) && plb_hex_decode(POLICY, 56, script));
    assert_int_equal(plb_accounts_file_read(&list, "a.json", text, strlen(text), &error), PLB_OK);
    assert_int_equal(list.count, 2);
    assert_false(list.items[0].is_script);
    assert_memory_equal(list.items[0].hash, stake, 28);
    assert_int_equal(list.items[0].rewards, 5);
    assert_true(list.items[0].delegated_to_drep);
    assert_true(list.items[1].is_script);
    assert_memory_equal(list.items[1].hash, script, 28);
    assert_int_equal(list.items[1].rewards, 0);
    assert_false(list.items[1].delegated_to_drep);

    plb_account_list back = {0};
    char *written = NULL;
    size_t length = 0;
    assert_int_equal(plb_accounts_json_write(list.items, 2, PLB_MAINNET, &written, &length, &error),
                     PLB_OK);
    assert_non_null(strstr(written, STAKE_ADDRESS));
    assert_int_equal(plb_accounts_file_read(&back, "a.json", written, length, &error), PLB_OK);
    assert_int_equal(back.count, 2);
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(back.items[i].is_script, list.items[i].is_script);
        assert_memory_equal(back.items[i].hash, list.items[i].hash, 28);
        assert_int_equal(back.items[i].rewards, list.items[i].rewards);
        assert_int_equal(back.items[i].delegated_to_drep, list.items[i].delegated_to_drep);
    }
    free(written);
    plb_account_list_free(&list);
    plb_account_list_free(&back);
}

static void reward_accounts_that_are_none(void **state) {
    (void) state;
    static const struct {
        const char *text, *where, *message;
    } cases[] = {
        {"{}", "a.json:1", "expected an array of reward accounts"},
        {"[7]", "a.json:1: [0]", "expected an object of a reward account"},
        {"[{\"address\": \"" KEY_ADDRESS "\"}]", "[0].address", "is no reward account"},
        {"[{\"address\": \"stake1\"}]", "[0].address", "is no reward account"},
        {"[{\"credential\": \"8202581c" POLICY "\"}]", "[0].credential", "0 (key) or 1 (script)"},
        {"[{\"credential\": \"8200581b" POLICY "\"}]", "[0].credential", "28 bytes"},
        {"[{\"address\": \"" STAKE_ADDRESS "\", \"rewardAccountBalance\": -5}]",
         "[0].rewardAccountBalance", "got -5"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_account_list list = {0};
        plb_error error = {.status = PLB_OK};
        assert_int_equal(
            plb_accounts_file_read(&list, "a.json", cases[i].text, strlen(cases[i].text), &error),
            PLB_E_PARSE);
        if (strstr(error.where, cases[i].where) == NULL ||
            strstr(error.message, cases[i].message) == NULL) {
            fail_msg("%s\ngave %s: %s", cases[i].text, error.where, error.message);
        }
        plb_account_list_free(&list);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lovelace_only),
        cmocka_unit_test(members_that_are_null),
        cmocka_unit_test(native_assets),
        cmocka_unit_test(datums),
        cmocka_unit_test(reference_scripts),
        cmocka_unit_test(pairs_of_cbor),
        cmocka_unit_test(binary_cbor),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(errors_say_where_and_what),
        cmocka_unit_test(byron_addresses_are_left_to_the_ledger),
        cmocka_unit_test(written_is_read_again),
        cmocka_unit_test(written_as_cardano_cli_does),
        cmocka_unit_test(outputs_that_cannot_be_written),
        cmocka_unit_test(reward_accounts),
        cmocka_unit_test(reward_accounts_that_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
