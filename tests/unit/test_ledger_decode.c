/* The transaction decoder: every encoding that the ledger takes gives the same transaction, what is
 * out of scope is named, and malformed input is told with its position. */
#include "ledger_decoding.h"

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
    d->length = 0;
    append("83" BODY "a0f6");
    assert_int_equal(decode_appended(), PLB_OK);
    assert_true(d->tx.is_valid);
    decodes(BODY, "a0", "f4f6");
    assert_false(d->tx.is_valid);
}

#define SIGNATURE ID ID

static void a_signature_that_comes_twice_counts_once(void **state) {
    (void) state;
#define WITNESS "825820" ID "5840" SIGNATURE
    decodes(BODY, "a10083" WITNESS WITNESS WITNESS, TAIL);
    assert_int_equal(d->tx.vkey_count, 1);
    decodes(BODY, "a100d9010283" WITNESS "9f5820" ID "5840" SIGNATURE "ff" WITNESS, TAIL);
    assert_int_equal(d->tx.vkey_count, 1);
    /* BLAKE2b-224, from Python's hashlib. */
    assert_hex(d->tx.vkeys[0].hash, PLB_KEY_HASH_BYTES,
               "d615a37bf76df17bc644b246b8b0408e6ed29b9129df51a98e7cd641");
    /* Another signature is another witness. */
    decodes(BODY,
            "a10083" WITNESS "825820" ID "5840" ID
            "ff02030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20" WITNESS,
            TAIL);
    assert_int_equal(d->tx.vkey_count, 2);
}

static void body_fields_are_filled(void **state) {
    (void) state;
    decodes("ad00d9010281" INPUT "0181" OUTPUT "021a00029810"
            "031864"                  /* until slot 100 */
            "081832"                  /* from slot 50 */
            "0b5820" ID               /* integrity hash */
            "0dd9010281" INPUT        /* collateral */
            "0ed9010281581c" KEY_HASH /* required signers */
            "0f01"                    /* network */
            "10" OUTPUT               /* collateral return */
            "111903e8"                /* total collateral */
            "1281825820" ID "01"      /* reference inputs */
            "151bffffffffffffffff" /* treasury */,
            "a0", TAIL);
    assert_true(d->tx.has_valid_until && d->tx.has_valid_from);
    assert_int_equal(d->tx.valid_until, 100);
    assert_int_equal(d->tx.valid_from, 50);
    assert_hex(d->tx.integrity_hash, PLB_HASH_BYTES, ID);
    assert_int_equal(d->tx.collateral.count, 1);
    assert_int_equal(d->tx.required_signer_count, 1);
    assert_hex(d->tx.required_signers[0], PLB_KEY_HASH_BYTES, KEY_HASH);
    assert_int_equal(d->tx.network, 1);
    assert_int_equal(d->tx.collateral_return->lovelace, 1000000);
    assert_true(d->tx.has_total_collateral);
    assert_int_equal(d->tx.total_collateral, 1000);
    assert_int_equal(d->tx.reference.count, 1);
    assert_int_equal(d->tx.reference.refs[0].index, 1);
    assert_true(d->tx.has_current_treasury);
    assert_true(d->tx.current_treasury == UINT64_MAX);
    assert_int_equal(d->tx.donation, 0);
    assert_null(d->tx.auxiliary_hash);
    decodes(BODY_AND("161901f4"), "a0", TAIL);
    assert_int_equal(d->tx.donation, 500);
    assert_false(d->tx.has_current_treasury);
    assert_int_equal(d->tx.network, -1);
    decodes(BODY_AND("075820" ID), "a0", TAIL);
    assert_hex(d->tx.auxiliary_hash, PLB_HASH_BYTES, ID);
}

static void sets_are_in_order(void **state) {
    (void) state;
#define HIGHER "582002" ZEROES
#define ZEROES "00000000000000000000000000000000000000000000000000000000000000"
    decodes("a40085"
            "82" HIGHER "00"
            "825820" ID "190100"
            "825820" ID "02"
            "825820" ID "01"
            "825820" ID "00"
            "0181" OUTPUT "021a00029810"
            "0e82581c" KEY_HASH "581c10111111111111111111111111111111111111111111111111111111",
            "a0", TAIL);
    assert_int_equal(d->tx.inputs.count, 5);
    for (uint16_t i = 0; i < 3; i++) assert_int_equal(d->tx.inputs.refs[i].index, i);
    assert_int_equal(d->tx.inputs.refs[3].index, 256);
    assert_int_equal(d->tx.inputs.refs[4].id[0], 2);
    assert_int_equal(d->tx.required_signers[0][0], 0x10);
    assert_int_equal(d->tx.required_signers[1][0], 0x11);
}

/* From Python: zlib.crc32 over the content. */
#define BYRON "582b82d818582183581c" KEY_HASH "a0001a4e47c474"
#define BYRON_TESTNET "583282d818582883581c" KEY_HASH "a102451a4170cb17001ae9df98fc"
#define TO_ADDRESS(address) BODY_TO("a200" address "011a000f4240")
#define BOOTSTRAP "845820" ID "5840" SIGNATURE "5820" ID "41a0"

static void what_is_out_of_scope_is_named(void **state) {
    (void) state;
    assert_unsupported(BODY_AND("048182008200581c" KEY_HASH), "a0", TAIL, "certificates");
    assert_unsupported(BODY_AND("04d90102818301d81e820102a1f6fb3ff8000000000000"), "a0", TAIL,
                       "certificates");
    assert_unsupported(BODY_AND("13a18204581c" KEY_HASH "a0"), "a0", TAIL, "voting procedures");
    assert_unsupported(BODY_AND("14d9010281840081d87a9f5f4100ffff6161f5"), "a0", TAIL,
                       "proposal procedures");
    assert_unsupported(TO_ADDRESS(BYRON), "a0", TAIL, "a Byron address");
    assert_unsupported(TO_ADDRESS(BYRON_TESTNET), "a0", TAIL, "a Byron address");
    assert_unsupported(TO_ADDRESS("582041" KEY_HASH "010203"), "a0", TAIL, "a pointer address");
    assert_unsupported(TO_ADDRESS("582850" KEY_HASH "8fffffff7f83ff7f83ff7f"), "a0", TAIL,
                       "a pointer address");
    assert_unsupported(BODY_AND("10a200" BYRON "0101"), "a0", TAIL, "a Byron address");
    assert_unsupported(BODY, "a10281" BOOTSTRAP, TAIL, "bootstrap witnesses");
    /* The first of several. */
    assert_unsupported(BODY_AND("048182008200581c" KEY_HASH), "a10281" BOOTSTRAP, TAIL,
                       "certificates");
    /* The rest is there. */
    uint8_t id[PLB_HASH_BYTES];
    plb_blake2b_256(d->tx.body.bytes, d->tx.body.length, id);
    assert_memory_equal(d->tx.id, id, PLB_HASH_BYTES);
    assert_hex(d->tx.certificates.bytes, d->tx.certificates.length, "8182008200581c" KEY_HASH);
    assert_int_equal(d->tx.fee, 170000);
    /* As an output of its own. */
    plb_tx_out out;
    size_t length = 0;
    assert_int_equal(sodium_hex2bin(d->bytes, sizeof d->bytes, "82" BYRON "01",
                                    strlen("82" BYRON "01"), NULL, &length, NULL),
                     0);
    assert_int_equal(plb_tx_out_decode(&out, &d->arena, d->bytes, length, &d->error),
                     PLB_E_UNSUPPORTED);
    assert_string_equal(d->error.message, "unsupported: a Byron address");
    assert_int_equal(plb_tx_out_decode(&out, &d->arena, d->bytes, length - 1, &d->error),
                     PLB_E_PARSE);
}

/* What is malformed is not merely unsupported, wherever it stands. */
static void malformed_input_is_not_unsupported(void **state) {
    (void) state;
    static const parts cases[] = {
        {BODY_AND("0480"), "a0", TAIL},
        {BODY_AND("04d9010280"), "a0", TAIL},
        {BODY_AND("04a0"), "a0", TAIL},
        {BODY_AND("0481ff"), "a0", TAIL},
        {BODY_AND("0481c0ff"), "a0", TAIL},
        {BODY_AND("04815f6100ff"), "a0", TAIL},
        {BODY_AND("0481bf00ff"), "a0", TAIL},
        {BODY_AND("048161ff"), "a0", TAIL},
        {BODY_AND("04819bffffffffffffffff"), "a0", TAIL},
        {BODY_AND("13a0"), "a0", TAIL},
        {BODY_AND("1380"), "a0", TAIL},
        {BODY_AND("1480"), "a0", TAIL},
        {BODY_AND("048182008200581c" KEY_HASH), "a0", "f500"},
        {BODY_AND("048182008200581c" KEY_HASH), "a0", "f5f600"},
        {TO_ADDRESS(BYRON), "a10800", TAIL},
        /* checksum, type, root, attributes, tag, length */
        {TO_ADDRESS("582b82d818582183581c" KEY_HASH "a0001a4e47c475"), "a0", TAIL},
        {TO_ADDRESS("582b82d818582183581c" KEY_HASH "a0011a3940f4e2"), "a0", TAIL},
        {TO_ADDRESS("582b82d818582183581c" KEY_HASH "a000194e47ffff"), "a0", TAIL},
        {TO_ADDRESS("582b82d819582183581c" KEY_HASH "a0001a4e47c474"), "a0", TAIL},
        {TO_ADDRESS("582b83d818582183581c" KEY_HASH "a0001a4e47c474"), "a0", TAIL},
        {TO_ADDRESS("582c82d818582183581c" KEY_HASH "a0001a4e47c47400"), "a0", TAIL},
        {TO_ADDRESS("422000"), "a0", TAIL},
        /* pointers: none, two parts, four, too wide, too long */
        {TO_ADDRESS("581d41" KEY_HASH), "a0", TAIL},
        {TO_ADDRESS("581f41" KEY_HASH "0102"), "a0", TAIL},
        {TO_ADDRESS("582141" KEY_HASH "01020304"), "a0", TAIL},
        {TO_ADDRESS("582441" KEY_HASH "90808080000203"), "a0", TAIL},
        {TO_ADDRESS("582541" KEY_HASH "8080808080000203"), "a0", TAIL},
        {TO_ADDRESS("582241" KEY_HASH "0184800003"), "a0", TAIL},
        /* bootstrap witnesses: none, short signature, three members, five */
        {BODY, "a10280", TAIL},
        {BODY,
         "a10281845820" ID "583f" ID
         "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f5820" ID "41a0",
         TAIL},
        {BODY, "a10281835820" ID "5840" SIGNATURE "5820" ID, TAIL},
        {BODY, "a10281855820" ID "5840" SIGNATURE "5820" ID "41a000", TAIL},
    };
    ASSERT_MALFORMED(cases);
}

static void malformed_input_is_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        {"a20081" INPUT "0181" OUTPUT, "a0", TAIL},                            /* no fee */
        {"a20181" OUTPUT "021a00029810", "a0", TAIL},                          /* no inputs */
        {"a20081" INPUT "021a00029810", "a0", TAIL},                           /* no outputs */
        {BODY_AND("0201"), "a0", TAIL},                                        /* fee twice */
        {BODY_AND("0600"), "a0", TAIL},                                        /* no such key */
        {BODY_AND("0a00"), "a0", TAIL},                                        /* no such key */
        {BODY_AND("0c00"), "a0", TAIL},                                        /* no such key */
        {BODY_AND("1700"), "a0", TAIL},                                        /* no such key */
        {BODY_AND("1b000000010000000000"), "a0", TAIL},                        /* no such key */
        {"a30082" INPUT INPUT "0181" OUTPUT "021a00029810", "a0", TAIL},       /* twice in a set */
        {"a300d9010381" INPUT "0181" OUTPUT "021a00029810", "a0", TAIL},       /* another tag */
        {"a300d90102d9010281" INPUT "0181" OUTPUT "021a00029810", "a0", TAIL}, /* two tags */
        {"a3008183"
         "5820" ID "0000"
         "0181" OUTPUT "021a00029810",
         "a0", TAIL},
        {"a30081825820" ID "1a000100000181" OUTPUT "021a00029810", "a0", TAIL}, /* index */
        {"a30081825f5820" ID "ff000181" OUTPUT "021a00029810", "a0", TAIL},     /* chunks */
        {"a30081" INPUT "0181" OUTPUT "0220", "a0", TAIL},                      /* fee below zero */
        {"a30081" INPUT "0181" OUTPUT "02c249010000000000000000", "a0", TAIL},  /* bignum */
        {"a30081" INPUT "01d9010281" OUTPUT "021a00029810", "a0", TAIL},        /* a list */
        {BODY_TO("a100" ADDRESS), "a0", TAIL},                                  /* no value */
        {BODY_TO("a1011a000f4240"), "a0", TAIL},                                /* no address */
        {BODY_TO("a300" ADDRESS "01010101"), "a0", TAIL},                       /* value twice */
        {BODY_TO("a300" ADDRESS "01010400"), "a0", TAIL},                       /* no such key */
        {BODY_TO("bb000000000000000200" ADDRESS "0101"), "a0", TAIL}, /* a length the ledger has no
                                                                         case for */
        {BODY_TO("81" ADDRESS), "a0", TAIL},
        {BODY_TO("84" ADDRESS "015820" ID "00"), "a0", TAIL},
        {BODY_TO("9f" ADDRESS "015820" ID "00ff"), "a0", TAIL},
        {BODY_TO("83" ADDRESS "014100"), "a0", TAIL}, /* datum hash */
        {TO_ADDRESS("40"), "a0", TAIL},
        {TO_ADDRESS("4161"), "a0", TAIL},
        {TO_ADDRESS("581c60" KEY_HASH), "a0", TAIL},      /* ends */
        {TO_ADDRESS("581e60" KEY_HASH "00"), "a0", TAIL}, /* goes on */
        {TO_ADDRESS("581d62" KEY_HASH), "a0", TAIL},      /* unused bits */
        {TO_ADDRESS("581d68" KEY_HASH), "a0", TAIL},
        {TO_ADDRESS("581de0" KEY_HASH), "a0", TAIL},        /* a reward account */
        {TO_ADDRESS("5f581d60" KEY_HASH "ff"), "a0", TAIL}, /* chunks */
        {BODY_AND("0d80"), "a0", TAIL},                     /* empty sets */
        {BODY_AND("0e80"), "a0", TAIL},
        {BODY_AND("1280"), "a0", TAIL},
        {BODY_AND("0e82581c" KEY_HASH "581c" KEY_HASH), "a0", TAIL},
        {BODY_AND("0f02"), "a0", TAIL},                       /* network 2 */
        {BODY_AND("1520"), "a0", TAIL},                       /* treasury */
        {BODY_AND("1600"), "a0", TAIL},                       /* donation */
        {BODY, "a10080", TAIL},                               /* no vkeys */
        {BODY, "a10081825821" ID "005840" SIGNATURE, TAIL},   /* key of 33 bytes */
        {BODY, "a10480", TAIL},                               /* no datums */
        {BODY, "a10481ff", TAIL},                             /* no data */
        {BODY, "a10580", TAIL},                               /* no redeemers */
        {BODY, "a105a0", TAIL},                               /* no redeemers */
        {BODY, "a1058184060000820101", TAIL},                 /* tag 6 */
        {BODY, "a105818400000082011bffffffffffffffff", TAIL}, /* ExUnits */
        {BODY, "a10581840000008201", TAIL},
        {BODY, "a105818400000083010101", TAIL},
        {BODY, "a1058184001b00000001000000000082010100", TAIL},   /* index */
        {BODY, "a105a18200009f00820101ff", TAIL},                 /* indefinite pair */
        {BODY, "a105bb000000000000000182000082008201010a", TAIL}, /* length of the map */
        {BODY, "a10800", TAIL},                                   /* no such key */
        {BODY, "a204810004810000", TAIL},                         /* key twice */
        {BODY, "a0", "f5"},                                       /* ends */
        {BODY, "a0", "f5f6f6"},                                   /* goes on */
        {BODY, "a0", "f6f6"},
        {BODY, "a0", "f5f7"},                  /* undefined */
        {BODY, "a0", "f5a1015841" ID ID "00"}, /* 65 bytes */
        {BODY, "a0", "f5a1015f5820" ID "5820" ID "4100ff"},
        {BODY, "a0", "f5a1015f5f4100ffff"},
        {BODY, "a0", "f5a1015f6100ff"},
        {BODY, "a0", "f5a10161ff"}, /* no UTF-8 */
        {BODY, "a0", "f5a2010101"},
        {BODY, "a0", "f5a201010102"}, /* label twice */
        {BODY, "a0", "f5a101bf01ff"}, /* key without value */
        {BODY, "a0", "f5a12001"},     /* label below zero */
        {BODY, "a0", "f5a101f6"},
        {BODY, "a0", "f5a101c24101"},
        {BODY, "a0", "f59bffffffffffffffff"}, /* count */
        {BODY, "a0", "f5d90102a0"},           /* another tag */
    };
    ASSERT_MALFORMED(cases);
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
        cmocka_unit_test(a_signature_that_comes_twice_counts_once),
        cmocka_unit_test(body_fields_are_filled),
        cmocka_unit_test(sets_are_in_order),
        cmocka_unit_test(what_is_out_of_scope_is_named),
        cmocka_unit_test(malformed_input_is_not_unsupported),
        cmocka_unit_test(malformed_input_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(deep_nesting_is_survived),
        cmocka_unit_test(sorting_sorts),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
