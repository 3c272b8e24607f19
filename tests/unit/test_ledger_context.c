/* What script contexts hold, field by field, and what has no translation. Expected encodings are
 * put together by hand from Cardano.Ledger.{Alonzo,Babbage,Conway}.TxInfo and the data encodings of
 * PlutusLedgerApi.V1 to V3. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <cmocka.h>

#include "harness/ledger/context/script_context.h"
#include "harness/ledger/context/tx_info.h"
#include "harness/machine/data_encode.h"

/* Fields of TxInfo. */
enum { V1_OUTPUTS = 1, V1_MINT = 3, V1_CERTIFICATES, V1_WITHDRAWALS, V1_INTERVAL };
enum { V2_REFERENCE = 1, V2_OUTPUTS, V2_FEE, V2_MINT, V2_CERTIFICATES, V2_WITHDRAWALS };
enum { V2_INTERVAL = 7, V2_SIGNATORIES, V2_REDEEMERS, V2_DATUMS, V2_ID };
enum { V3_VOTES = 12, V3_PROPOSALS, V3_TREASURY, V3_DONATION };

/* Hashes of 28 bytes: so many equal ones. */
#define H28(b) b b b b b b b b b b b b b b b b b b b b b b b b b b b b
#define H32(b) H28(b) b b b b
static const uint8_t h11[PLB_HASH_BYTES] = H32("\x11");
static const uint8_t h22[PLB_HASH_BYTES] = H32("\x22");
static const uint8_t h33[PLB_HASH_BYTES] = H32("\x33");

typedef struct fixture {
    plb_region arena;
    plb_tx tx;
    plb_tx_in inputs[2], references[2];
    plb_tx_out spent[2], referred[2], outputs[2];
    plb_tx_asset assets[4];
    plb_withdrawal withdrawals[4];
    plb_redeemer redeemers[4];
    plb_tx_script script;
    unsigned protocol_major;
    plb_era_history history;
} fixture;

static plb_tx_out plain_output(uint64_t lovelace) {
    return (plb_tx_out){.bytes = {h11, 1},
                        .address = {.payment = h11, .payment_is_script = true},
                        .lovelace = lovelace};
}

/* One input, one output, slots of a second from time 0 on. */
static int make(void **state) {
    fixture *f = calloc(1, sizeof *f);
    assert_true(plb_region_init(&f->arena, 1 << 24));
    memset(f->inputs[0].id, 0xaa, PLB_HASH_BYTES);
    f->inputs[0].index = 3;
    memset(f->references[0].id, 0xbb, PLB_HASH_BYTES);
    f->spent[0] = f->spent[1] = f->referred[0] = plain_output(5);
    f->outputs[0] = plain_output(7);
    f->tx.inputs = (plb_tx_inputs){f->inputs, 1, f->spent, 0};
    f->tx.reference = (plb_tx_inputs){f->references, 0, f->referred, 0};
    f->tx.outputs = f->outputs;
    f->tx.output_count = 1;
    f->tx.fee = 9;
    f->tx.withdrawals = f->withdrawals;
    f->tx.redeemers = f->redeemers;
    f->tx.mint = (plb_tx_assets){f->assets, 0};
    memset(f->tx.id, 0xee, PLB_HASH_BYTES);
    f->protocol_major = 10;
    *state = f;
    return 0;
}

static int drop(void **state) {
    fixture *f = *state;
    plb_region_free(&f->arena);
    free(f);
    return 0;
}

static plb_context_source open_source(fixture *f) {
    plb_context_source source = {.arena = &f->arena,
                                 .tx = &f->tx,
                                 .protocol_major = f->protocol_major,
                                 .era_history = &f->history};
    assert_int_equal(plb_context_source_open(&source), PLB_OK);
    return source;
}

/* ---- Comparing ---- */

static void data_is(fixture *f, plb_value data, const char *expected) {
    const uint8_t *bytes;
    size_t length;
    assert_true(plb_data_to_cbor(&f->arena, data, &bytes, &length));
    char *hex = malloc(2 * length + 1);
    sodium_bin2hex(hex, 2 * length + 1, bytes, length);
    assert_string_equal(hex, expected);
    free(hex);
}

static plb_value info_of(fixture *f, plb_language language) {
    plb_context_source source = open_source(f);
    const char *problem = NULL;
    plb_value info;
    if (plb_tx_info(&info, &source, language, &problem) != PLB_OK) fail_msg("%s", problem);
    return info;
}

static plb_value field_of(plb_value constr, size_t index) {
    plb_value list = ((const plb_data_constr *) plb_object_of(constr))->fields;
    while (index-- > 0) list = plb_cons_of(list)->rest;
    return plb_cons_of(list)->first;
}

static void field_is(fixture *f, plb_language language, size_t index, const char *expected) {
    data_is(f, field_of(info_of(f, language), index), expected);
}

static void problem_is(fixture *f, plb_language language, const char *expected) {
    plb_context_source source = open_source(f);
    const char *problem = NULL;
    plb_value info;
    plb_status status = plb_tx_info(&info, &source, language, &problem);
    if (expected == NULL) {
        if (status != PLB_OK) fail_msg("PlutusV%d: %s", (int) language, problem);
        return;
    }
    assert_int_equal(status, PLB_E_LEDGER);
    assert_string_equal(problem, expected);
}

/* ---- Hexadecimal pieces ---- */

#define X28(b) b b b b b b b b b b b b b b b b b b b b b b b b b b b b
#define HASH28(b) "581c" X28(b)
#define HASH32(b) "5820" X28(b) b b b b
#define CONSTR(tag, fields) "d8" tag "9f" fields "ff"
#define C0(fields) CONSTR("79", fields)
#define C1(fields) CONSTR("7a", fields)
#define C2(fields) CONSTR("7b", fields)
#define C3(fields) CONSTR("7c", fields)
#define E0 "d87980"
#define E1 "d87a80"
#define E2 "d87b80"
#define LIST(items) "9f" items "ff"
#define ADA(n) "a140a140" n
#define KEY(b) C0(HASH28(b))
#define SCRIPT(b) C1(HASH28(b))
#define ADDRESS C0(SCRIPT("11") E1)

/* ---- Values ---- */

static void outputs_name_ada_first(void **state) {
    fixture *f = *state;
    f->assets[0] = (plb_tx_asset){h11, {h33, 0}, 1};
    f->assets[1] = (plb_tx_asset){h11, {h33, 2}, 2};
    f->assets[2] = (plb_tx_asset){h22, {h22, 1}, (plb_wide) UINT64_MAX};
    f->outputs[0].assets = (plb_tx_assets){f->assets, 3};
    f->outputs[0].lovelace = 0; /* there all the same */
    const char *value = "a3"
                        "40a14000" HASH28("11") "a24001"
                                                "42333302" HASH28("22") "a14122"
                                                                        "1bffffffffffffffff";
    char expected[512];
    snprintf(expected, sizeof expected, "9fd8799f" ADDRESS "%s" E1 "ffff", value);
    field_is(f, PLB_PLUTUS_V1, V1_OUTPUTS, expected);
    snprintf(expected, sizeof expected, "9fd8799f" ADDRESS "%s" E0 E1 "ffff", value);
    field_is(f, PLB_PLUTUS_V2, V2_OUTPUTS, expected);
    field_is(f, PLB_PLUTUS_V3, V2_OUTPUTS, expected);
}

static void only_plutus_v3_mints_without_ada(void **state) {
    fixture *f = *state;
    field_is(f, PLB_PLUTUS_V1, V1_MINT, ADA("00"));
    field_is(f, PLB_PLUTUS_V2, V2_MINT, ADA("00"));
    field_is(f, PLB_PLUTUS_V3, V2_MINT, "a0");
    f->assets[0] = (plb_tx_asset){h11, {h33, 1}, -1};
    f->assets[1] = (plb_tx_asset){h22, {h33, 1}, INT64_MIN};
    f->tx.mint.count = 2;
#define MINTED HASH28("11") "a1413320" HASH28("22") "a141333b7fffffffffffffff"
    field_is(f, PLB_PLUTUS_V1, V1_MINT,
             "a3"
             "40a14000" MINTED);
    field_is(f, PLB_PLUTUS_V2, V2_MINT,
             "a3"
             "40a14000" MINTED);
    field_is(f, PLB_PLUTUS_V3, V2_MINT, "a2" MINTED);
}

static void fees_are_values_before_plutus_v3(void **state) {
    fixture *f = *state;
    field_is(f, PLB_PLUTUS_V1, 2, ADA("09"));
    field_is(f, PLB_PLUTUS_V2, V2_FEE, ADA("09"));
    field_is(f, PLB_PLUTUS_V3, V2_FEE, "09");
}

/* ---- Outputs ---- */

static void outputs_show_datums_and_scripts(void **state) {
    fixture *f = *state;
    static const uint8_t datum[] = {0x18, 0x2a};
    f->script.is_native = true;
    memcpy(f->script.hash, h33, sizeof f->script.hash);
    f->outputs[0].script = &f->script;
    f->outputs[0].datum_kind = PLB_DATUM_HASH;
    f->outputs[0].datum_hash = h22;
    f->outputs[0].address.stake_kind = PLB_STAKE_KEY;
    f->outputs[0].address.stake = h22;
#define STAKED C0(SCRIPT("11") C0(C0(KEY("22"))))
    /* PlutusV1 sees no reference script. */
    field_is(f, PLB_PLUTUS_V1, V1_OUTPUTS, LIST(C0(STAKED ADA("07") C0(HASH32("22")))));
    const char *since_v2 = LIST(C0(STAKED ADA("07") C1(HASH32("22")) C0(HASH28("33"))));
    field_is(f, PLB_PLUTUS_V2, V2_OUTPUTS, since_v2);
    field_is(f, PLB_PLUTUS_V3, V2_OUTPUTS, since_v2);
    f->outputs[0].datum_kind = PLB_DATUM_INLINE;
    f->outputs[0].datum = (plb_span){datum, sizeof datum};
    f->outputs[0].address.stake_kind = PLB_STAKE_SCRIPT;
    field_is(f, PLB_PLUTUS_V3, V2_OUTPUTS,
             LIST(C0(C0(SCRIPT("11") C0(C0(SCRIPT("22")))) ADA("07") C2("182a") C0(HASH28("33")))));
}

/* ---- Withdrawals ---- */

static void withdrawal(fixture *f, plb_network network, bool is_script, const uint8_t *hash,
                       uint64_t lovelace) {
    f->withdrawals[f->tx.withdrawal_count++] = (plb_withdrawal){
        .network = network, .is_script = is_script, .hash = hash, .lovelace = lovelace};
}

/* The ledger has scripts before keys; StakingCredential's order, which PlutusV1 and V2 have, is the
 * other way round. */
static void withdrawals_are_ordered_by_language(void **state) {
    fixture *f = *state;
    withdrawal(f, PLB_TESTNET, true, h22, 1);
    withdrawal(f, PLB_TESTNET, true, h33, 2);
    withdrawal(f, PLB_TESTNET, false, h11, 3);
    withdrawal(f, PLB_TESTNET, false, h33, 4);
    field_is(f, PLB_PLUTUS_V1, V1_WITHDRAWALS,
             LIST(C0(C0(KEY("11")) "03") C0(C0(KEY("33")) "04") C0(C0(SCRIPT("22")) "01")
                      C0(C0(SCRIPT("33")) "02")));
    field_is(
        f, PLB_PLUTUS_V2, V2_WITHDRAWALS,
        "a4" C0(KEY("11")) "03" C0(KEY("33")) "04" C0(SCRIPT("22")) "01" C0(SCRIPT("33")) "02");
    field_is(f, PLB_PLUTUS_V3, V2_WITHDRAWALS,
             "a4" SCRIPT("22") "01" SCRIPT("33") "02" KEY("11") "03" KEY("33") "04");
}

static void networks_of_withdrawals_are_dropped(void **state) {
    fixture *f = *state;
    withdrawal(f, PLB_TESTNET, false, h11, 1);
    withdrawal(f, PLB_TESTNET, false, h22, 2);
    withdrawal(f, PLB_MAINNET, false, h11, 3);
    field_is(f, PLB_PLUTUS_V2, V2_WITHDRAWALS, "a2" C0(KEY("11")) "03" C0(KEY("22")) "02");
    field_is(f, PLB_PLUTUS_V3, V2_WITHDRAWALS, "a3" KEY("11") "01" KEY("22") "02" KEY("11") "03");
}

/* ---- Validity interval ---- */

#define LOWER(ms) C0(C1(ms) E1)
#define FROM_ALWAYS C0(E0 E1)
#define TO_ALWAYS C0(E2 E1)
#define BEFORE(ms) C0(C1(ms) E0)
#define UP_TO(ms) C0(C1(ms) E1)

static void interval(fixture *f, unsigned protocol_major, int from, int until,
                     const char *expected) {
    f->protocol_major = protocol_major;
    f->tx.has_valid_from = from >= 0;
    f->tx.has_valid_until = until >= 0;
    f->tx.valid_from = (uint64_t) from;
    f->tx.valid_until = (uint64_t) until;
    field_is(f, PLB_PLUTUS_V1, V1_INTERVAL, expected);
    field_is(f, PLB_PLUTUS_V2, V2_INTERVAL, expected);
    if (protocol_major >= 9) field_is(f, PLB_PLUTUS_V3, V2_INTERVAL, expected);
}

static void upper_bounds_are_open_since_conway(void **state) {
    fixture *f = *state;
    const unsigned versions[] = {8, 9, 10, 11};
    f->history.system_start_ms = 1;
    for (size_t i = 0; i < 4; i++) {
        unsigned v = versions[i];
        interval(f, v, -1, -1, C0(FROM_ALWAYS TO_ALWAYS));
        interval(f, v, 1, -1, C0(LOWER("1903e9") TO_ALWAYS));
        interval(f, v, 0, 2, C0(LOWER("01") BEFORE("1907d1")));
        interval(f, v, -1, 2,
                 v >= 9 ? C0(FROM_ALWAYS BEFORE("1907d1")) : C0(FROM_ALWAYS UP_TO("1907d1")));
    }
}

static void times_past_the_horizon_have_no_translation(void **state) {
    fixture *f = *state;
    static const plb_era_summary eras[] = {{0, 0, 100, 1000, 0}};
    f->history.eras = eras;
    f->history.era_count = 1;
    f->tx.has_valid_until = true;
    f->tx.valid_until = 99;
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) problem_is(f, l, NULL);
    f->tx.valid_until = 100;
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) {
        problem_is(f, l, "TimeTranslationPastHorizon");
    }
    f->tx.has_valid_until = false;
    f->tx.has_valid_from = true;
    f->tx.valid_from = 100;
    problem_is(f, PLB_PLUTUS_V3, "TimeTranslationPastHorizon");
}

/* ---- Redeemers and purposes ---- */

static void redeemers_of_all_purposes(fixture *f) {
    f->assets[0] = (plb_tx_asset){h11, {h33, 1}, 1};
    f->assets[1] = (plb_tx_asset){h11, {h33, 2}, 1};
    f->assets[2] = (plb_tx_asset){h22, {h33, 1}, 1};
    f->tx.mint.count = 3;
    withdrawal(f, PLB_TESTNET, true, h33, 0);
    const plb_value zero = plb_make_data_leaf(&f->arena, PLB_KIND_DATA_I, plb_small(0));
    f->redeemers[0] = (plb_redeemer){PLB_PURPOSE_SPEND, 0, zero, {0, 0}};
    f->redeemers[1] = (plb_redeemer){PLB_PURPOSE_MINT, 0, zero, {0, 0}};
    f->redeemers[2] = (plb_redeemer){PLB_PURPOSE_MINT, 1, zero, {0, 0}};
    f->redeemers[3] = (plb_redeemer){PLB_PURPOSE_REWARD, 0, zero, {0, 0}};
    f->tx.redeemer_count = 4;
}

#define REFERENCE_V2 C0(C0(HASH32("aa")) "03")
#define REFERENCE_V3 C0(HASH32("aa") "03")

static void redeemers_are_listed_by_purpose(void **state) {
    fixture *f = *state;
    redeemers_of_all_purposes(f);
    field_is(f, PLB_PLUTUS_V2, V2_REDEEMERS,
             "a4" C1(REFERENCE_V2) "00" C0(HASH28("11")) "00" C0(HASH28("22")) "00" C2(
                 C0(SCRIPT("33"))) "00");
    field_is(f, PLB_PLUTUS_V3, V2_REDEEMERS,
             "a4" C1(REFERENCE_V3) "00" C0(HASH28("11")) "00" C0(HASH28("22")) "00" C2(
                 SCRIPT("33")) "00");
}

static void contexts_name_their_purpose(void **state) {
    fixture *f = *state;
    redeemers_of_all_purposes(f);
    static const struct {
        plb_purpose purpose;
        uint32_t index;
        const char *v2, *v3;
    } rows[] = {
        {PLB_PURPOSE_SPEND, 0, C1(REFERENCE_V2), C1(REFERENCE_V3 C0("07"))},
        {PLB_PURPOSE_MINT, 1, C0(HASH28("22")), C0(HASH28("22"))},
        {PLB_PURPOSE_REWARD, 0, C2(C0(SCRIPT("33"))), C2(SCRIPT("33"))},
    };
    plb_context_source source = open_source(f);
    plb_value info = plb_make_data_leaf(&f->arena, PLB_KIND_DATA_I, plb_small(1));
    plb_value redeemer = plb_make_data_leaf(&f->arena, PLB_KIND_DATA_I, plb_small(2));
    plb_value datum = plb_make_data_leaf(&f->arena, PLB_KIND_DATA_I, plb_small(7));
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        plb_script_item item;
        char expected[256];
        assert_true(plb_script_item_at(&item, &source.items, rows[i].purpose, rows[i].index));
        snprintf(expected, sizeof expected, "d8799f01%sff", rows[i].v2);
        for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V2; l++) {
            data_is(f, plb_script_context(&f->arena, l, info, &item, redeemer, datum), expected);
        }
        snprintf(expected, sizeof expected, "d8799f0102%sff", rows[i].v3);
        data_is(f, plb_script_context(&f->arena, PLB_PLUTUS_V3, info, &item, redeemer, datum),
                expected);
    }
    plb_script_item item;
    assert_true(plb_script_item_at(&item, &source.items, PLB_PURPOSE_SPEND, 0));
    data_is(f, plb_script_context(&f->arena, PLB_PLUTUS_V3, info, &item, redeemer, PLB_NO_VALUE),
            C0("0102" C1(REFERENCE_V3 E1)));
}

static void redeemers_that_point_to_nothing(void **state) {
    fixture *f = *state;
    redeemers_of_all_purposes(f);
    const plb_redeemer beyond[] = {
        {PLB_PURPOSE_SPEND, 1, 0, {0, 0}},  {PLB_PURPOSE_MINT, 2, 0, {0, 0}},
        {PLB_PURPOSE_REWARD, 1, 0, {0, 0}}, {PLB_PURPOSE_CERTIFY, 0, 0, {0, 0}},
        {PLB_PURPOSE_VOTE, 0, 0, {0, 0}},   {PLB_PURPOSE_PROPOSE, 0, 0, {0, 0}}};
    for (size_t i = 0; i < sizeof beyond / sizeof beyond[0]; i++) {
        f->redeemers[0] = beyond[i];
        problem_is(f, PLB_PLUTUS_V2, "RedeemerPointerPointsToNothing");
        problem_is(f, PLB_PLUTUS_V3, "RedeemerPointerPointsToNothing");
        problem_is(f, PLB_PLUTUS_V1, NULL); /* its context has no redeemers */
    }
}

/* ---- Treasury ---- */

static void the_treasury_is_plutus_v3s(void **state) {
    fixture *f = *state;
    field_is(f, PLB_PLUTUS_V3, V3_VOTES, "a0");
    field_is(f, PLB_PLUTUS_V3, V3_PROPOSALS, "80");
    field_is(f, PLB_PLUTUS_V3, V3_TREASURY, E1);
    field_is(f, PLB_PLUTUS_V3, V3_DONATION, E1);
    f->tx.has_current_treasury = true;
    field_is(f, PLB_PLUTUS_V3, V3_TREASURY, C0("00"));
    problem_is(f, PLB_PLUTUS_V1, "CurrentTreasuryFieldNotSupported");
    problem_is(f, PLB_PLUTUS_V2, "CurrentTreasuryFieldNotSupported");
    f->tx.donation = 5;
    field_is(f, PLB_PLUTUS_V3, V3_DONATION, C0("05"));
    problem_is(f, PLB_PLUTUS_V1, "TreasuryDonationFieldNotSupported"); /* checked first */
    problem_is(f, PLB_PLUTUS_V2, "TreasuryDonationFieldNotSupported");
}

/* ---- PlutusV1 ---- */

static void plutus_v1_has_no_inline_datums(void **state) {
    fixture *f = *state;
    static const uint8_t datum[] = {0};
    f->tx.reference.count = 1;
    plb_tx_out *const places[] = {&f->spent[0], &f->referred[0], &f->outputs[0]};
    problem_is(f, PLB_PLUTUS_V1, NULL);
    for (size_t i = 0; i < 3; i++) {
        places[i]->datum_kind = PLB_DATUM_INLINE;
        places[i]->datum = (plb_span){datum, sizeof datum};
        problem_is(f, PLB_PLUTUS_V1, "InlineDatumsNotSupported");
        problem_is(f, PLB_PLUTUS_V2, NULL);
        problem_is(f, PLB_PLUTUS_V3, NULL);
        places[i]->datum_kind = PLB_DATUM_NONE;
    }
}

static void plutus_v1_before_conway_has_no_references(void **state) {
    fixture *f = *state;
    f->tx.reference.count = 1;
    problem_is(f, PLB_PLUTUS_V1, NULL);
    f->protocol_major = 8;
    problem_is(f, PLB_PLUTUS_V1, "ReferenceInputsNotSupported");
    problem_is(f, PLB_PLUTUS_V2, NULL);
    f->tx.reference.count = 0;
    f->outputs[0].script = &f->script;
    problem_is(f, PLB_PLUTUS_V1, "ReferenceScriptsNotSupported");
    problem_is(f, PLB_PLUTUS_V2, NULL);
    f->protocol_major = 9;
    problem_is(f, PLB_PLUTUS_V1, NULL);
}

static void inputs_that_are_referred_to(void **state) {
    fixture *f = *state;
    f->tx.reference.count = 1;
    f->references[0] = f->inputs[0];
    problem_is(f, PLB_PLUTUS_V3, NULL);
    f->protocol_major = 11;
    problem_is(f, PLB_PLUTUS_V3, "ReferenceInputsNotDisjointFromInputs");
    problem_is(f, PLB_PLUTUS_V2, NULL);
    f->tx.inputs.missing = 1;
    problem_is(f, PLB_PLUTUS_V2, "TranslationLogicMissingInput");
}

/* ---- Certificates ---- */

static plb_span certificates(fixture *f, const char *hex) {
    size_t length = strlen(hex) / 2;
    uint8_t *bytes = plb_region_alloc(&f->arena, length);
    assert_int_equal(sodium_hex2bin(bytes, length, hex, 2 * length, NULL, &length, NULL), 0);
    return (plb_span){bytes, length};
}

#define CRED_KEY(b) "8200" HASH28(b)
#define CRED_SCRIPT(b) "8201" HASH28(b)

static void certificates_by_language(void **state) {
    fixture *f = *state;
    /* Registration, registration with a deposit, delegation, retirement of a pool. */
    f->tx.certificates =
        certificates(f, "84"
                        "8200" CRED_KEY("11") "8307" CRED_SCRIPT(
                            "22") "05"
                                  "8302" CRED_KEY("11") HASH28("33") "8304" HASH28("33") "1864");
    const char *legacy = LIST(C0(C0(KEY("11"))) C0(C0(SCRIPT("22")))
                                  C2(C0(KEY("11")) HASH28("33")) "d87d9f" HASH28("33") "1864ff");
    field_is(f, PLB_PLUTUS_V1, V1_CERTIFICATES, legacy);
    field_is(f, PLB_PLUTUS_V2, V2_CERTIFICATES, legacy);
#define REST C2(KEY("11") C0(HASH28("33"))) "d905019f" HASH28("33") "1864ff"
    field_is(f, PLB_PLUTUS_V3, V2_CERTIFICATES,
             LIST(C0(KEY("11") E1) C0(SCRIPT("22") C0("05")) REST));
    f->protocol_major = 9; /* which left deposits out */
    field_is(f, PLB_PLUTUS_V3, V2_CERTIFICATES, LIST(C0(KEY("11") E1) C0(SCRIPT("22") E1) REST));
}

static void certificates_of_conway_only(void **state) {
    fixture *f = *state;
    f->tx.certificates = certificates(f, "818309" CRED_KEY("11") "8102"); /* abstain */
    problem_is(f, PLB_PLUTUS_V1, "CertificateNotSupported");
    problem_is(f, PLB_PLUTUS_V2, "CertificateNotSupported");
    field_is(f, PLB_PLUTUS_V3, V2_CERTIFICATES, LIST(C2(KEY("11") C1(E1))));
}

static void malformed_certificates_are_refused(void **state) {
    fixture *f = *state;
    static const char *const malformed[] = {"818205"
                                            "00",
                                            "81821813"
                                            "00",
                                            "8180",
                                            "81820081",
                                            "8182008202"
                                            "00",
                                            "81820082"
                                            "00"
                                            "4100"};
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        f->tx.certificates = certificates(f, malformed[i]);
        plb_context_source source = {.arena = &f->arena, .tx = &f->tx, .protocol_major = 10};
        assert_int_equal(plb_context_source_open(&source), PLB_E_PARSE);
    }
}

/* ---- Memory ---- */

/* However little there is: an error, nothing else. */
static void contexts_run_out_of_memory(void **state) {
    fixture *f = *state;
    redeemers_of_all_purposes(f);
    f->outputs[0].assets = (plb_tx_assets){f->assets, 3};
    plb_region arena;
    assert_true(plb_region_init(&arena, 1 << 16));
    bool done = false;
    for (size_t room = 0; !done && room < 1 << 14; room += 8) {
        plb_region_reset(&arena);
        arena.high = arena.base + room;
        plb_context_source source = {
            .arena = &arena, .tx = &f->tx, .protocol_major = 10, .era_history = &f->history};
        plb_status status = plb_context_source_open(&source);
        const char *problem;
        plb_value info;
        if (status == PLB_OK) status = plb_tx_info(&info, &source, PLB_PLUTUS_V2, &problem);
        done = status == PLB_OK;
        if (!done) assert_int_equal(status, PLB_E_MEMORY);
    }
    assert_true(done);
    arena.high = arena.end;
    plb_region_free(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(outputs_name_ada_first),
        TEST(only_plutus_v3_mints_without_ada),
        TEST(fees_are_values_before_plutus_v3),
        TEST(outputs_show_datums_and_scripts),
        TEST(withdrawals_are_ordered_by_language),
        TEST(networks_of_withdrawals_are_dropped),
        TEST(upper_bounds_are_open_since_conway),
        TEST(times_past_the_horizon_have_no_translation),
        TEST(redeemers_are_listed_by_purpose),
        TEST(contexts_name_their_purpose),
        TEST(redeemers_that_point_to_nothing),
        TEST(the_treasury_is_plutus_v3s),
        TEST(plutus_v1_has_no_inline_datums),
        TEST(plutus_v1_before_conway_has_no_references),
        TEST(inputs_that_are_referred_to),
        TEST(certificates_by_language),
        TEST(certificates_of_conway_only),
        TEST(malformed_certificates_are_refused),
        TEST(contexts_run_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
