/* Addresses as text: the vectors of BIP-173 and of CIP-19, and Byron's base 58. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/ledger/files/address_text.h"
#include "harness/ledger/files/base58.h"
#include "harness/ledger/files/bech32.h"
#include "harness/ledger/files/hex.h"

static const char *decode(const char *text, char *prefix, uint8_t *data, size_t *length) {
    return plb_bech32_decode(text, prefix, data, length);
}

static void valid_strings_of_bip_173(void **state) {
    (void) state;
    static const struct {
        const char *text, *prefix;
        size_t length;
    } strings[] = {
        {"A12UEL5L", "a", 0},
        {"a12uel5l", "a", 0},
        {"an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5t"
         "gs",
         "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio", 0},
        {"abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw", "abcdef", 20},
        {"11qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqc824"
         "7j",
         "1", 51},
        {"split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w", "split", 30},
        {"?1ezyfcl", "?", 0},
    };
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        char prefix[PLB_BECH32_PREFIX_BYTES];
        uint8_t data[PLB_BECH32_DATA_BYTES];
        size_t length = 99;
        assert_null(decode(strings[i].text, prefix, data, &length));
        assert_string_equal(prefix, strings[i].prefix);
        assert_int_equal(length, strings[i].length);
    }
}

static void invalid_strings_of_bip_173(void **state) {
    (void) state;
    static const char *const texts[] = {
        "\x20"
        "1nwldj5",
        "\x7f"
        "1axkwrx",
        "\x80"
        "1eym55h",
        "an84characterslonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1569"
        "pvx",
        "pzry9x0s0muk",
        "1pzry9x0s0muk",
        "x1b4n0q5v",
        "li1dgmt3",
        "de1lg7wt\xff",
        "A1G7SGD8",
        "10a06t8",
        "1qzzfhee",
        "A12uEL5L",
        "",
        "1",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char prefix[PLB_BECH32_PREFIX_BYTES];
        uint8_t data[PLB_BECH32_DATA_BYTES];
        size_t length;
        assert_non_null(decode(texts[i], prefix, data, &length));
    }
}

static const struct {
    const char *text, *hex;
} addresses[] = {
#define KEY "9493315cd92eb5d8c4304e67b7e16ae36d61d34502694657811a2c8e"
#define STAKE "337b62cfff6403a06a3acbc34f8c46003c69fe79a3628cefa9c47251"
#define SCRIPT "c37b1b5dc0669f1d3c61a6fddb2e8fde96be87b881c60bce8e8d542f"
    {"addr1qx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2"
     "wywfgse35a3x",
     "01" KEY STAKE},
    {"addr1z8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gten0d3vllmyqwsx5wktcd8cc3sq835lu7drv2xwl2"
     "wywfgs9yc0hh",
     "11" SCRIPT STAKE},
    {"addr1yx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerkr0vd4msrxnuwnccdxlhdjar77j6lg0wypcc9uar"
     "5d2shs2z78ve",
     "21" KEY SCRIPT},
    {"addr1x8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gt7r0vd4msrxnuwnccdxlhdjar77j6lg0wypcc9uar"
     "5d2shskhj42g",
     "31" SCRIPT SCRIPT},
    {"addr1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8", "61" KEY},
    {"addr1w8phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcyjy7wx", "71" SCRIPT},
    {"addr_test1qz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzer3n0d3vllmyqwsx5wktcd8cc3sq835lu7drv2"
     "xwl2wywfgs68faae",
     "00" KEY STAKE},
    {"addr_test1vz2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzerspjrlsz", "60" KEY},
    {"addr_test1wrphkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcl6szpr", "70" SCRIPT},
};

static void addresses_of_cip_19(void **state) {
    (void) state;
    for (size_t i = 0; i < sizeof addresses / sizeof addresses[0]; i++) {
        uint8_t bytes[PLB_BECH32_DATA_BYTES], expected[PLB_BECH32_DATA_BYTES];
        char text[PLB_BECH32_TEXT_BYTES];
        size_t length = 0, digits = strlen(addresses[i].hex);
        assert_true(plb_hex_decode(addresses[i].hex, digits, expected));
        assert_null(plb_address_from_text(addresses[i].text, bytes, &length));
        assert_int_equal(length, digits / 2);
        assert_memory_equal(bytes, expected, length);
        assert_true(plb_address_to_text(expected, length, text));
        assert_string_equal(text, addresses[i].text);
        assert_non_null(plb_reward_account_from_text(addresses[i].text, bytes, &length));
    }
}

static void reward_accounts_of_cip_19(void **state) {
    (void) state;
    static const struct {
        const char *text, *hex;
    } accounts[] = {
        {"stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw", "e1" STAKE},
        {"stake178phkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcccycj5", "f1" SCRIPT},
        {"stake_test1uqehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gssrtvn", "e0" STAKE},
        {"stake_test17rphkx6acpnf78fuvxn0mkew3l0fd058hzquvz7w36x4gtcljw6kf", "f0" SCRIPT},
    };
    for (size_t i = 0; i < sizeof accounts / sizeof accounts[0]; i++) {
        uint8_t bytes[PLB_BECH32_DATA_BYTES], expected[29];
        char text[PLB_BECH32_TEXT_BYTES];
        size_t length = 0;
        assert_true(plb_hex_decode(accounts[i].hex, 58, expected));
        assert_null(plb_reward_account_from_text(accounts[i].text, bytes, &length));
        assert_int_equal(length, 29);
        assert_memory_equal(bytes, expected, 29);
        assert_true(plb_address_to_text(expected, 29, text));
        assert_string_equal(text, accounts[i].text);
        assert_non_null(plb_address_from_text(accounts[i].text, bytes, &length));
    }
}

/* Any two characters that are exchanged, and any one that is another, are found out. */
static void changes_are_found(void **state) {
    (void) state;
    const char *good = addresses[4].text;
    size_t length = strlen(good);
    for (size_t i = 5; i < length; i++) {
        char text[PLB_BECH32_TEXT_BYTES], prefix[PLB_BECH32_PREFIX_BYTES];
        uint8_t data[PLB_BECH32_DATA_BYTES];
        size_t count;
        memcpy(text, good, length + 1);
        text[i] = text[i] == 'q' ? 'p' : 'q';
        assert_string_equal(decode(text, prefix, data, &count), "its checksum is wrong");
        memcpy(text, good, length + 1);
        if (i + 1 < length && text[i] != text[i + 1]) {
            text[i] = good[i + 1];
            text[i + 1] = good[i];
            assert_non_null(decode(text, prefix, data, &count));
        }
        memcpy(text, good, i);
        text[i] = '\0';
        assert_non_null(decode(text, prefix, data, &count));
    }
}

static void all_lengths_go_there_and_back(void **state) {
    (void) state;
    uint8_t data[PLB_BECH32_DATA_BYTES + 1], back[PLB_BECH32_DATA_BYTES];
    for (size_t i = 0; i < sizeof data; i++) data[i] = (uint8_t) (i * 89 + 7);
    for (size_t length = 0; length <= PLB_BECH32_DATA_BYTES; length++) {
        char text[PLB_BECH32_TEXT_BYTES], prefix[PLB_BECH32_PREFIX_BYTES];
        size_t count = 999;
        assert_true(plb_bech32_encode("x", data, length, text));
        assert_null(decode(text, prefix, back, &count));
        assert_string_equal(prefix, "x");
        assert_int_equal(count, length);
        assert_memory_equal(back, data, length);
    }
    char text[PLB_BECH32_TEXT_BYTES];
    assert_false(plb_bech32_encode("x", data, PLB_BECH32_DATA_BYTES + 1, text));
    assert_false(plb_bech32_encode("", data, 1, text));
    assert_false(plb_bech32_encode("X", data, 1, text));
}

static void byron_addresses(void **state) {
    (void) state;
    uint8_t bytes[PLB_BECH32_DATA_BYTES], expected[PLB_BECH32_DATA_BYTES];
    char text[PLB_BECH32_TEXT_BYTES];
    size_t length = 0;
    static const char hex[] = "82d818582183581cba970ad36654d8dd8f74274b733452ddeab9a62a397746be3c42"
                              "ccdda0001a9026da5b";
    assert_true(plb_hex_decode(hex, sizeof hex - 1, expected));
    assert_null(plb_address_from_text("Ae2tdPwUPEZFRbyhz3cpfC2CumGzNkFBN2L42rcUc2yjQpEkxDbkPodpMAi",
                                      bytes, &length));
    assert_int_equal(length, (sizeof hex - 1) / 2);
    assert_memory_equal(bytes, expected, length);
    assert_false(plb_address_to_text(bytes, length, text));
}

/* The vectors of draft-msporny-base58. */
static void base_58(void **state) {
    (void) state;
    uint8_t bytes[64];
    size_t length;
    assert_true(plb_base58_decode("2NEpo7TZRRrLZSi2U", bytes, sizeof bytes, &length));
    assert_int_equal(length, 12);
    assert_memory_equal(bytes, "Hello World!", 12);
    assert_true(plb_base58_decode("11233QC4", bytes, sizeof bytes, &length));
    assert_int_equal(length, 6);
    assert_memory_equal(bytes, "\x00\x00\x28\x7f\xb4\xcd", 6);
    assert_false(plb_base58_decode("0OIl", bytes, sizeof bytes, &length));
    assert_false(plb_base58_decode("2NEpo7TZRRrLZSi2U", bytes, 11, &length));
    assert_false(plb_base58_decode("11111", bytes, 4, &length));
}

static void texts_that_are_no_address(void **state) {
    (void) state;
    static const char *const texts[] = {
        "",
        "addr",
        "addr1",
        "addr_test1vx2fxv2umyhttkxyxp8x0dlpdt3k6cwng5pxj3jhsydzers66hrl8",
        "stake1uyehkck0lajq8gr28t9uxnuvgcqrc6070x3k9r8048z8y5gh6ffgw",
        "2NEpo7TZRRrLZSi2U",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        uint8_t bytes[PLB_BECH32_DATA_BYTES];
        size_t length;
        assert_non_null(plb_address_from_text(texts[i], bytes, &length));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(valid_strings_of_bip_173),
        cmocka_unit_test(invalid_strings_of_bip_173),
        cmocka_unit_test(addresses_of_cip_19),
        cmocka_unit_test(reward_accounts_of_cip_19),
        cmocka_unit_test(changes_are_found),
        cmocka_unit_test(all_lengths_go_there_and_back),
        cmocka_unit_test(byron_addresses),
        cmocka_unit_test(base_58),
        cmocka_unit_test(texts_that_are_no_address),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
