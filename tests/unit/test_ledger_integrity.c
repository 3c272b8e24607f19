/* Script integrity hashes with known answers: one that stands in a transaction of mainnet's Alonzo
 * era, and one of cardano-c's test suite. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>
#include <cmocka.h>

#include "harness/ledger/integrity.h"

/* PlutusV1's parameters of the Alonzo genesis file, and PlutusV2's of a Vasil test network. */
static int64_t alonzo_v1[] = {
    197209, 0,       1,      1,       396231, 621,    0,      1,      150000, 1000,    0,
    1,      150000,  32,     2477736, 29175,  4,      29773,  100,    29773,  100,     29773,
    100,    29773,   100,    29773,   100,    29773,  100,    100,    100,    29773,   100,
    150000, 32,      150000, 32,      150000, 32,     150000, 1000,   0,      1,       150000,
    32,     150000,  1000,   0,       8,      148000, 425507, 118,    0,      1,       1,
    150000, 1000,    0,      8,       150000, 112536, 247,    1,      150000, 10000,   1,
    136542, 1326,    1,      1000,    150000, 1000,   1,      150000, 32,     150000,  32,
    150000, 32,      1,      1,       150000, 1,      150000, 4,      103599, 248,     1,
    103599, 248,     1,      145276,  1366,   1,      179690, 497,    1,      150000,  32,
    150000, 32,      150000, 32,      150000, 32,     150000, 32,     150000, 32,      148000,
    425507, 118,     0,      1,       1,      61516,  11218,  0,      1,      150000,  32,
    148000, 425507,  118,    0,       1,      1,      148000, 425507, 118,    0,       1,
    1,      2477736, 29175,  4,       0,      82363,  4,      150000, 5000,   0,       1,
    150000, 32,      197209, 0,       1,      1,      150000, 32,     150000, 32,      150000,
    32,     150000,  32,     150000,  32,     150000, 32,     150000, 32,     3345831, 1,
    1};

static int64_t vasil_v2[] = {
    205665, 812,     1,        1,      1000,    571,    0,      1,        1000,    24177, 4,
    1,      1000,    32,       117366, 10475,   4,      23000,  100,      23000,   100,   23000,
    100,    23000,   100,      23000,  100,     23000,  100,    100,      100,     23000, 100,
    19537,  32,      175354,   32,     46417,   4,      221973, 511,      0,       1,     89141,
    32,     497525,  14068,    4,      2,       196500, 453240, 220,      0,       1,     1,
    1000,   28662,   4,        2,      245000,  216773, 62,     1,        1060367, 12586, 1,
    208512, 421,     1,        187000, 1000,    52998,  1,      80436,    32,      43249, 32,
    1000,   32,      80556,    1,      57667,   4,      1000,   10,       197145,  156,   1,
    197145, 156,     1,        204924, 473,     1,      208896, 511,      1,       52467, 32,
    64832,  32,      65493,    32,     22558,   32,     16563,  32,       76511,   32,    196500,
    453240, 220,     0,        1,      1,       69522,  11687,  0,        1,       60091, 32,
    196500, 453240,  220,      0,      1,       1,      196500, 453240,   220,     0,     1,
    1,      1159724, 392670,   0,      2,       806990, 30482,  4,        1927926, 82523, 4,
    265318, 0,       4,        0,      85931,   32,     205665, 812,      1,       1,     41182,
    32,     212342,  32,       31220,  32,      32696,  32,     43357,    32,      32247, 32,
    38314,  32,      35892428, 10,     9462713, 1021,   10,     38887044, 32947,   10};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static plb_span unhex(const char *hex, uint8_t *bytes, size_t room) {
    plb_span span = {bytes, 0};
    if (hex == NULL) return (plb_span){NULL, 0};
    assert_int_equal(sodium_hex2bin(bytes, room, hex, strlen(hex), NULL, &span.length, NULL), 0);
    return span;
}

static void assert_hash(const plb_protocol_parameters *parameters, unsigned languages,
                        const char *redeemers, const char *datums, const char *expected) {
    plb_language_views views;
    uint8_t a[256], b[256], hash[PLB_HASH_BYTES];
    char text[2 * PLB_HASH_BYTES + 1];
    assert_true(plb_language_views_make(&views, parameters));
    plb_integrity_hash(&views, languages, unhex(redeemers, a, sizeof a), unhex(datums, b, sizeof b),
                       hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    assert_string_equal(text, expected);
    plb_language_views_free(&views);
}

static void plutus_v1_as_on_mainnet(void **state) {
    (void) state;
    plb_protocol_parameters parameters = {
        .cost_models[PLB_PLUTUS_V1] = {alonzo_v1, COUNT(alonzo_v1)}};
    assert_hash(&parameters, 1u << PLB_PLUTUS_V1, "81840000d866820380821a004c4b401a77359400",
                "82d866820181d866820083581c5627217786eb781fbfb51911a253f4d250fdbfdcf1198e70d35985a9"
                "443330353301d866820080",
                "39249ec62e53b77ff197bf6821548157b14d56ef63ec3a0b233180e3ae424174");
}

static void plutus_v2_with_redeemers_only(void **state) {
    (void) state;
    plb_protocol_parameters parameters = {
        .cost_models[PLB_PLUTUS_V2] = {vasil_v2, COUNT(vasil_v2)}};
    assert_hash(&parameters, 1u << PLB_PLUTUS_V2,
                "a182010082d8799fff821a00cccbfa1b0000000249397d10", NULL,
                "264e4a2278effedffbe6df557bbe046921a2910ed3d6e37891413ac79d368c4e");
}

/* Of the two orders of the views, PlutusV1's (two bytes of key) comes last. */
static void languages_are_ordered_by_length_of_key(void **state) {
    (void) state;
    plb_protocol_parameters parameters = {.cost_models[PLB_PLUTUS_V1] = {(int64_t[]){1, 2}, 2},
                                          .cost_models[PLB_PLUTUS_V2] = {(int64_t[]){-1}, 1}};
    /* a2 01 81 20 | 41 00 44 9f 01 02 ff, by the rules of the Alonzo and Babbage specifications. */
    static const uint8_t bytes[] = {0xa0, 0xa2, 0x01, 0x81, 0x20, 0x41,
                                    0x00, 0x44, 0x9f, 0x01, 0x02, 0xff};
    uint8_t hash[PLB_HASH_BYTES];
    char text[2 * PLB_HASH_BYTES + 1];
    plb_blake2b_256(bytes, sizeof bytes, hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    assert_hash(&parameters, 1u << PLB_PLUTUS_V1 | 1u << PLB_PLUTUS_V2, NULL, NULL, text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plutus_v1_as_on_mainnet),
        cmocka_unit_test(plutus_v2_with_redeemers_only),
        cmocka_unit_test(languages_are_ordered_by_length_of_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
