/* The transaction decoder: every encoding that the ledger takes gives the same transaction, what is
 * out of scope is named, and malformed input is told with its position. */
#include "ledger_fixture.h"

#include <sodium.h>

#include "harness/ledger/tx.h"

#define ID "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define KEY_HASH "11111111111111111111111111111111111111111111111111111111"
#define ADDRESS "581d60" KEY_HASH
#define INPUT "825820" ID "00"
#define OUTPUT "a200" ADDRESS "011a000f4240"

typedef struct decoding {
    plb_region arena;
    plb_tx tx;
    plb_error error;
    uint8_t bytes[4096];
    plb_status status;
} decoding;

static decoding *d;

static int make(void **state) {
    (void) state;
    d = calloc(1, sizeof *d);
    return !plb_region_init(&d->arena, 1 << 24);
}

static int drop(void **state) {
    (void) state;
    plb_region_free(&d->arena);
    free(d);
    return 0;
}

static plb_status decode(const char *body, const char *witnesses, const char *rest) {
    char hex[8192];
    size_t length;
    snprintf(hex, sizeof hex, "84%s%s%s", body, witnesses, rest);
    assert_int_equal(
        sodium_hex2bin(d->bytes, sizeof d->bytes, hex, strlen(hex), NULL, &length, NULL), 0);
    plb_region_reset(&d->arena);
    d->error = (plb_error){.status = PLB_OK};
    return d->status = plb_tx_decode(&d->tx, &d->arena, d->bytes, length, &d->error);
}

static void decodes(const char *body, const char *witnesses, const char *rest) {
    if (decode(body, witnesses, rest) != PLB_OK) {
        fail_msg("%s: %s", d->error.where, d->error.message);
    }
}

#define TAIL "f5f6"

static void forms_are_equal(void **state) {
    (void) state;
    static const char *const bodies[] = {
        "a30081" INPUT "0181" OUTPUT "021a00029810",
        "a300d9010281" INPUT "0181" OUTPUT "021a00029810",
        "bf009f" INPUT "ff019f" OUTPUT "ff021a00029810ff",
        "a3021a000298100181" OUTPUT "009f9f5820" ID "00ffff",
        "a30081" INPUT "018182" ADDRESS "1a000f4240021a00029810",
        "a30081" INPUT "01819f" ADDRESS "1a000f4240ff021a00029810",
        "a30081" INPUT "0181bf011a000f424000" ADDRESS "ff021a00029810",
        /* Numbers need not be in their shortest form. */
        "b90003180081" INPUT "0181" OUTPUT "021b0000000000029810",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++) {
        decodes(bodies[i], "a0", TAIL);
        assert_int_equal(d->tx.inputs.count, 1);
        assert_int_equal(d->tx.inputs.refs[0].id[31], 0x20);
        assert_int_equal(d->tx.output_count, 1);
        assert_int_equal(d->tx.outputs[0].lovelace, 1000000);
        assert_int_equal(d->tx.outputs[0].address.payment[0], 0x11);
        assert_int_equal(d->tx.fee, 170000);
        assert_true(d->tx.is_valid);
        assert_int_equal(d->tx.body.length, strlen(bodies[i]) / 2);
        assert_int_equal(d->tx.size_bytes, 1 + strlen(bodies[i]) / 2 + 1 + 1);
        uint8_t id[PLB_HASH_BYTES];
        plb_blake2b_256(d->tx.body.bytes, d->tx.body.length, id);
        assert_memory_equal(id, d->tx.id, PLB_HASH_BYTES);
    }
}

#define BODY "a30081" INPUT "0181" OUTPUT "021a00029810"

static void redeemers_have_two_forms(void **state) {
    (void) state;
    static const char *const witnesses[] = {
        "a10582840001d87980821a000f42401a05f5e100840000182a820102",
        "a105a282000082182a82010282000182d87980821a000f42401a05f5e100",
        "a105bf82000182d87980821a000f42401a05f5e10082000082182a820102ff",
    };
    for (size_t i = 0; i < sizeof witnesses / sizeof witnesses[0]; i++) {
        decodes(BODY, witnesses[i], TAIL);
        assert_int_equal(d->tx.redeemer_count, 2);
        assert_int_equal(d->tx.redeemers[0].index, 0);
        assert_int_equal(d->tx.redeemers[0].exunits.steps, 2);
        assert_int_equal(d->tx.redeemers[1].index, 1);
        assert_int_equal(d->tx.redeemers[1].exunits.memory, 1000000);
        assert_int_equal(d->tx.redeemers[1].exunits.steps, 100000000);
    }
    /* Of two with one pointer the last one counts. */
    decodes(BODY, "a105828400000082090984000018ff820102", TAIL);
    assert_int_equal(d->tx.redeemer_count, 1);
    assert_int_equal(d->tx.redeemers[0].exunits.memory, 1);
}

static void auxiliary_data_has_three_forms(void **state) {
    (void) state;
    static const char *const forms[] = {
        "a101a1614101",       "bf0101ff",         "82a1018080",           "9fa1018080ff",
        "d90103a0",           "d90103a100a10180", "d90103a200a101800180", "a1015f4101420203ff",
        "a1017f6161626263ff", "a1019f8080ff",     "a101bf0102ff",
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        char rest[128];
        snprintf(rest, sizeof rest, "f5%s", forms[i]);
        decodes(BODY, "a0", rest);
        assert_int_equal(d->tx.auxiliary.length, strlen(forms[i]) / 2);
        assert_int_equal(d->tx.size_bytes, 1 + d->tx.body.length + 1 + strlen(forms[i]) / 2);
    }
}

static void the_validity_flag_may_be_left_out(void **state) {
    (void) state;
    char hex[4096];
    snprintf(hex, sizeof hex, "83%sa0f6", BODY);
    size_t length;
    assert_int_equal(
        sodium_hex2bin(d->bytes, sizeof d->bytes, hex, strlen(hex), NULL, &length, NULL), 0);
    assert_int_equal(plb_tx_decode(&d->tx, &d->arena, d->bytes, length, &d->error), PLB_OK);
    assert_true(d->tx.is_valid);
}

static void what_is_out_of_scope_is_named(void **state) {
    (void) state;
    static const struct {
        const char *body, *witnesses, *rest, *named;
    } cases[] = {
        {"a40081" INPUT "0181" OUTPUT "021a000298100480", "a0", TAIL, "certificates"},
        {"a40081" INPUT "0181" OUTPUT "021a0002981005a0", "a0", TAIL, "withdrawals"},
        {"a40081" INPUT "0181" OUTPUT "021a0002981009a0", "a0", TAIL, "minting"},
        {"a40081" INPUT "0181" OUTPUT "021a0002981013a0", "a0", TAIL, "voting procedures"},
        {"a40081" INPUT "0181" OUTPUT "021a000298101480", "a0", TAIL, "proposal procedures"},
        {"a40081" INPUT "0181" OUTPUT "021a000298101501", "a0", TAIL, "a current treasury value"},
        {"a40081" INPUT "0181" OUTPUT "021a000298101601", "a0", TAIL, "a treasury donation"},
        {"a30081" INPUT "0181a200" ADDRESS "01821a000f4240a0021a00029810", "a0", TAIL,
         "native assets"},
        {"a30081" INPUT "0181a300" ADDRESS "011a000f424003d81843820040021a00029810", "a0", TAIL,
         "a reference script"},
        {"a30081" INPUT "0181a2004182011a000f4240021a00029810", "a0", TAIL, "a Byron address"},
        {BODY, "a10180", TAIL, "native scripts"},
        {BODY, "a10280", TAIL, "Byron witnesses"},
        {BODY, "a0", "f582a08100", "scripts in auxiliary data"},
        {BODY, "a0", "f5d90103a1028100", "scripts in auxiliary data"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(decode(cases[i].body, cases[i].witnesses, cases[i].rest),
                         PLB_E_UNSUPPORTED);
        assert_non_null(strstr(d->error.message, cases[i].named));
    }
}

static void malformed_input_is_refused(void **state) {
    (void) state;
    static const struct {
        const char *body, *witnesses, *rest;
    } cases[] = {
        {"a20081" INPUT "0181" OUTPUT, "a0", TAIL},                      /* no fee */
        {"a40081" INPUT "0181" OUTPUT "021a000298100201", "a0", TAIL},   /* fee twice */
        {"a40081" INPUT "0181" OUTPUT "021a000298100600", "a0", TAIL},   /* no such key */
        {"a40081" INPUT "0181" OUTPUT "021a00029810181700", "a0", TAIL}, /* no such key */
        {"a30082" INPUT INPUT "0181" OUTPUT "021a00029810", "a0", TAIL}, /* twice in a set */
        {"a300d9010381" INPUT "0181" OUTPUT "021a00029810", "a0", TAIL}, /* another tag */
        {"a3008183"
         "5820" ID "0000"
         "0181" OUTPUT "021a00029810",
         "a0", TAIL},
        {"a30081825820" ID "1a000100000181" OUTPUT "021a00029810", "a0", TAIL}, /* index */
        {"a30081" INPUT "0181" OUTPUT "0220", "a0", TAIL},                      /* fee below zero */
        {"a30081" INPUT "0181a1"
         "00" ADDRESS "021a00029810",
         "a0", TAIL},                                                        /* no value */
        {"a30081" INPUT "0181a2004161011a000f4240021a00029810", "a0", TAIL}, /* address */
        {"a40081" INPUT "0181" OUTPUT "021a000298100d80", "a0", TAIL},       /* empty set */
        {"a40081" INPUT "0181" OUTPUT "021a000298100f02", "a0", TAIL},       /* network 2 */
        {BODY, "a10080", TAIL},                                              /* no vkeys */
        {BODY, "a10380", TAIL},                                              /* no scripts */
        {BODY, "a1038241004100", TAIL},                                      /* the same twice */
        {BODY, "a10480", TAIL},                                              /* no datums */
        {BODY, "a10481ff", TAIL},                                            /* no data */
        {BODY, "a10580", TAIL},                                              /* no redeemers */
        {BODY, "a1058184060000820101", TAIL},                                /* tag 6 */
        {BODY, "a105818400000082011bffffffffffffffff", TAIL},                /* ExUnits */
        {BODY, "a10800", TAIL},                                              /* no such key */
        {BODY, "a0", "f5"},                                                  /* ends */
        {BODY, "a0", "f5f6f6"},                                              /* goes on */
        {BODY, "a0", "f6f6"},
        {BODY, "a0", "f5a1015841" ID ID "00"}, /* 65 bytes */
        {BODY, "a0", "f5a10161ff"},            /* no UTF-8 */
        {BODY, "a0", "f5a2010101"},
        {BODY, "a0", "f5a201010102"}, /* label twice */
        {BODY, "a0", "f5a101bf01ff"}, /* key without value */
        {BODY, "a0", "f5a101f6"},
        {BODY, "a0", "f59bffffffffffffffff"}, /* count */
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (decode(cases[i].body, cases[i].witnesses, cases[i].rest) != PLB_E_PARSE) {
            fail_msg("case %zu: %s", i, plb_status_name(d->status));
        }
        assert_memory_equal(d->error.where, "transaction: byte ", 18);
        assert_memory_equal(d->error.message, "expected ", 9);
    }
}

static void every_truncation_is_refused(void **state) {
    (void) state;
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    test_script script;
    compile_success(&script, PLB_PLUTUS_V1);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V1, false);
    plb_tx_spec spec = spec_of(&call, 1);
    plb_tx_built built;
    build(&built, parameters, &spec);
    for (size_t length = 0; length < built.length; length++) {
        plb_region_reset(&d->arena);
        assert_int_equal(plb_tx_decode(&d->tx, &d->arena, built.bytes, length, &d->error),
                         PLB_E_PARSE);
    }
    plb_tx_built_free(&built);
    plb_protocol_parameters_free(parameters);
}

/* Deep nesting takes no C stack, and memory only up to the cap. */
static void deep_nesting_is_survived(void **state) {
    (void) state;
    enum { DEPTH = 1000000 };
    size_t head = strlen(BODY) / 2 + 2, length;
    uint8_t *bytes = malloc(head + DEPTH + 16);
    assert_int_equal(
        sodium_hex2bin(bytes, head + DEPTH, "84" BODY "a0", strlen(BODY) + 4, NULL, &length, NULL),
        0);
    bytes[length++] = 0xf5;
    bytes[length++] = 0xa1;
    bytes[length++] = 0x01;
    memset(bytes + length, 0x81, DEPTH);
    bytes[length + DEPTH] = 0x00;
    plb_region_reset(&d->arena);
    assert_int_equal(plb_tx_decode(&d->tx, &d->arena, bytes, length + DEPTH + 1, &d->error),
                     PLB_OK);
    plb_region small;
    assert_true(plb_region_init(&small, 1 << 16));
    assert_int_equal(plb_tx_decode(&d->tx, &small, bytes, length + DEPTH + 1, &d->error),
                     PLB_E_MEMORY);
    plb_region_free(&small);
    free(bytes);
}

static int ascending(const void *a, const void *b) {
    uint32_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static void sorting_sorts(void **state) {
    (void) state;
    uint32_t items[300], seed = 1;
    for (size_t count = 0; count <= 300; count++) {
        for (size_t i = 0; i < count; i++) {
            seed = seed * 1664525u + 1013904223u;
            items[i] = seed >> 24;
        }
        plb_sort(items, count, sizeof items[0], ascending);
        for (size_t i = 1; i < count; i++) assert_true(items[i - 1] <= items[i]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_are_equal),
        cmocka_unit_test(redeemers_have_two_forms),
        cmocka_unit_test(auxiliary_data_has_three_forms),
        cmocka_unit_test(the_validity_flag_may_be_left_out),
        cmocka_unit_test(what_is_out_of_scope_is_named),
        cmocka_unit_test(malformed_input_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(deep_nesting_is_survived),
        cmocka_unit_test(sorting_sorts),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
