/* Values, minting and withdrawals: what the decoder takes, and the ledger's order of them. */
#include "ledger_decoding.h"

#define POLICY_A "581c11111111111111111111111111111111111111111111111111111111"
#define POLICY_B "581c22222222222222222222222222222222222222222222222222222222"
#define VALUE(value) BODY_TO("a200" ADDRESS "01" value)
#define MINT(assets) BODY_AND("09" assets)

static void assert_asset(const plb_tx_asset *asset, uint8_t policy, const char *name,
                         plb_wide amount) {
    assert_int_equal(asset->policy[0], policy);
    assert_int_equal(asset->policy[27], policy);
    assert_int_equal(asset->name.length, strlen(name));
    assert_memory_equal(asset->name.bytes, name, strlen(name));
    assert_true(asset->amount == amount);
}

static void values_have_several_forms(void **state) {
    (void) state;
    static const char *const values[] = {
        "821a000f4240a1" POLICY_A "a1416105",
        "9f1a000f4240bf" POLICY_A "bf416105ffffff",
        "821b00000000000f4240b90001" POLICY_A "b8015801611b0000000000000005",
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char body[512];
        snprintf(body, sizeof body, "a30081" INPUT "0182a200" ADDRESS "01%s82" ADDRESS "%s0200",
                 values[i], values[i]);
        decodes(body, "a0", TAIL);
        for (size_t k = 0; k < 2; k++) {
            const plb_tx_out *out = &d->tx.outputs[k];
            assert_int_equal(out->lovelace, 1000000);
            assert_int_equal(out->assets.count, 1);
            assert_asset(&out->assets.items[0], 0x11, "a", 5);
            assert_hex(out->value.bytes, out->value.length, values[i]);
        }
    }
    /* An amount of lovelace alone, or with no assets. */
    decodes(VALUE("182a"), "a0", TAIL);
    assert_int_equal(d->tx.outputs[0].lovelace, 42);
    assert_int_equal(d->tx.outputs[0].assets.count, 0);
    assert_hex(d->tx.outputs[0].value.bytes, d->tx.outputs[0].value.length, "182a");
    decodes(VALUE("821bffffffffffffffffa0"), "a0", TAIL);
    assert_true(d->tx.outputs[0].lovelace == UINT64_MAX);
    assert_int_equal(d->tx.outputs[0].assets.count, 0);
    /* The whole of 64 bits, in an output; a name of none and of 32 bytes. */
    decodes(VALUE("8200a1" POLICY_A "a2401bffffffffffffffff5820" ID "01"), "a0", TAIL);
    assert_asset(&d->tx.outputs[0].assets.items[0], 0x11, "", (plb_wide) UINT64_MAX);
    assert_hex(d->tx.outputs[0].assets.items[1].name.bytes, 32, ID);
}

/* By policy, then name as bytes, a shorter one before what it begins (Data.Map over PolicyID and
 * AssetName). */
static void assets_are_in_order(void **state) {
    (void) state;
    static const char *const names[] = {"", "a", "aa", "b", "\xff", "z"};
    decodes(MINT("a2" POLICY_B "a1417a06" POLICY_A "a5416204426161"
                 "0341ff054001416102"),
            "a0", TAIL);
    assert_int_equal(d->tx.mint.count, 6);
    for (size_t i = 0; i < 6; i++) {
        assert_asset(&d->tx.mint.items[i], i < 5 ? 0x11 : 0x22, names[i], (plb_wide) i + 1);
    }
}

static void minting_is_signed(void **state) {
    (void) state;
    decodes(MINT("a1" POLICY_A "a4416120" /* -1 */
                 "41623b7fffffffffffffff"
                 "41631b7fffffffffffffff"
                 "41643903e7"),
            "a0", TAIL);
    assert_int_equal(d->tx.mint.count, 4);
    assert_asset(&d->tx.mint.items[0], 0x11, "a", -1);
    assert_asset(&d->tx.mint.items[1], 0x11, "b", INT64_MIN);
    assert_asset(&d->tx.mint.items[2], 0x11, "c", INT64_MAX);
    assert_asset(&d->tx.mint.items[3], 0x11, "d", -1000);
}

static void malformed_values_are_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        {VALUE("20"), "a0", TAIL}, /* below zero */
        {VALUE("1c"), "a0", TAIL},
        {VALUE("c24101"), "a0", TAIL},     /* bignum */
        {VALUE("81182a"), "a0", TAIL},     /* one member */
        {VALUE("83182aa000"), "a0", TAIL}, /* three */
        {VALUE("8220a0"), "a0", TAIL},
        {VALUE("820080"), "a0", TAIL},
        {VALUE("8200a1581b111111111111111111111111111111111111111111111111111111a1416101"), "a0",
         TAIL},                                      /* policy of 27 */
        {VALUE("8200a1" POLICY_A "a0"), "a0", TAIL}, /* no assets in it */
        {VALUE("8200a1" POLICY_A "bfff"), "a0", TAIL},
        {VALUE("8200a1" POLICY_A "a1416100"), "a0", TAIL},         /* none of it */
        {VALUE("8200a1" POLICY_A "a1416120"), "a0", TAIL},         /* below zero */
        {VALUE("8200a1" POLICY_A "a15821" ID "0001"), "a0", TAIL}, /* name of 33 */
        {VALUE("8200a1" POLICY_A "a15f4161ff01"), "a0", TAIL},     /* chunks */
        {VALUE("8200a1" POLICY_A "a1616101"), "a0", TAIL},         /* text */
        {VALUE("8200a1" POLICY_A "a24161014161"
               "02"),
         "a0", TAIL}, /* name twice */
        {VALUE("8200a1" POLICY_A "a3416101416201416102"), "a0", TAIL},
        {VALUE("8200a2" POLICY_A "a1416101" POLICY_A "a1416201"), "a0", TAIL}, /* policy twice */
        {VALUE("8200a3" POLICY_A "a1416101" POLICY_B "a1416101" POLICY_A "a1416201"), "a0", TAIL},
        {MINT("a0"), "a0", TAIL},
        {MINT("80"), "a0", TAIL},
        {MINT("a1" POLICY_A "a0"), "a0", TAIL},
        {MINT("a1" POLICY_A "a1416100"), "a0", TAIL},
        {MINT("a1" POLICY_A "a141611b8000000000000000"), "a0", TAIL}, /* beyond 64 bits, signed */
        {MINT("a1" POLICY_A "a141613b8000000000000000"), "a0", TAIL},
        {MINT("a1" POLICY_A "a14161c24101"), "a0", TAIL},
        {MINT("a2" POLICY_A "a1416101" POLICY_A "a1416201"), "a0", TAIL},
    };
    ASSERT_MALFORMED(cases);
}

/* isMultiAssetSmallEnough: 44 bytes an asset and 28 a policy, at most 65535. One policy leaves room
 * for 1488 assets. */
static plb_status decode_many_assets(unsigned assets, bool minted) {
    char item[16];
    d->length = 0;
    append("84a40081" INPUT "0181a200" ADDRESS "01");
    if (minted) append("00021a0002981009a1" POLICY_A);
    if (!minted) append("8200a1" POLICY_A);
    snprintf(item, sizeof item, "b9%04x", assets);
    append(item);
    for (unsigned i = 0; i < assets; i++) {
        /* From the highest to the lowest. */
        snprintf(item, sizeof item, "42%04x01", assets - 1 - i);
        append(item);
    }
    if (!minted) append("021a000298100300");
    append("a0" TAIL);
    return decode_appended();
}

static void assets_are_limited(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        bool minted = i != 0;
        assert_int_equal(decode_many_assets(1488, minted), PLB_OK);
        const plb_tx_assets *assets = minted ? &d->tx.mint : &d->tx.outputs[0].assets;
        assert_int_equal(assets->count, 1488);
        for (unsigned k = 0; k < 1488; k++) {
            assert_int_equal(assets->items[k].name.bytes[0] << 8 | assets->items[k].name.bytes[1],
                             k);
        }
        assert_int_equal(decode_many_assets(1489, minted), PLB_E_PARSE);
    }
}

#define WITHDRAWALS(map) BODY_AND("05" map)
#define HASH_1 "01111111111111111111111111111111111111111111111111111111"
#define HASH_2 "02111111111111111111111111111111111111111111111111111111"

/* Data.Map over AccountAddress: by network, then scripts before keys, then hash. */
static void withdrawals_are_in_order(void **state) {
    (void) state;
    static const char *const ordered[] = {
        "f0" HASH_1, "f0" HASH_2, "e0" HASH_1, "e0" HASH_2, "f1" HASH_1, "e1" HASH_1,
    };
    static const char *const maps[] = {
        "a6581de1" HASH_1 "05581de0" HASH_2 "03581df0" HASH_2 "01581de0" HASH_1 "02581df1" HASH_1
        "04581df0" HASH_1 "00",
        "bf581df0" HASH_1 "00581df0" HASH_2 "01581de0" HASH_1 "02581de0" HASH_2 "03581df1" HASH_1
        "04581de1" HASH_1 "05ff",
    };
    for (size_t k = 0; k < 2; k++) {
        char body[1024];
        snprintf(body, sizeof body, BODY_AND("05%s"), maps[k]);
        decodes(body, "a0", TAIL);
        assert_int_equal(d->tx.withdrawal_count, 6);
        for (size_t i = 0; i < 6; i++) {
            const plb_withdrawal *withdrawal = &d->tx.withdrawals[i];
            assert_hex(withdrawal->account.bytes, withdrawal->account.length, ordered[i]);
            assert_hex(withdrawal->hash, PLB_KEY_HASH_BYTES, ordered[i] + 2);
            assert_int_equal(withdrawal->lovelace, i);
            assert_int_equal(withdrawal->is_script, ordered[i][0] == 'f');
            assert_int_equal(withdrawal->network, ordered[i][1] - '0');
        }
    }
    decodes(WITHDRAWALS("a1581de0" HASH_1 "1bffffffffffffffff"), "a0", TAIL);
    assert_true(d->tx.withdrawals[0].lovelace == UINT64_MAX);
}

static void malformed_withdrawals_are_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        {WITHDRAWALS("a0"), "a0", TAIL},
        {WITHDRAWALS("80"), "a0", TAIL},
        {WITHDRAWALS("a1581de0" HASH_1 "20"), "a0", TAIL},
        {WITHDRAWALS("a1581de2" HASH_1 "00"), "a0", TAIL},   /* header */
        {WITHDRAWALS("a1581d60" HASH_1 "00"), "a0", TAIL},   /* a payment address */
        {WITHDRAWALS("a1581ee0" HASH_1 "0000"), "a0", TAIL}, /* goes on */
        {WITHDRAWALS("a141e000"), "a0", TAIL},               /* ends */
        {WITHDRAWALS("a14000"), "a0", TAIL},
        {WITHDRAWALS("a2581de0" HASH_1 "00581de0" HASH_1 "00"), "a0", TAIL}, /* twice */
    };
    ASSERT_MALFORMED(cases);
}

static void addresses_are_taken_apart(void **state) {
    (void) state;
    static const struct {
        const char *address;
        plb_network network;
        bool is_script;
        plb_stake stake;
    } cases[] = {
        {"583900" HASH_1 HASH_2, PLB_TESTNET, false, PLB_STAKE_KEY},
        {"583911" HASH_1 HASH_2, PLB_MAINNET, true, PLB_STAKE_KEY},
        {"583920" HASH_1 HASH_2, PLB_TESTNET, false, PLB_STAKE_SCRIPT},
        {"583931" HASH_1 HASH_2, PLB_MAINNET, true, PLB_STAKE_SCRIPT},
        {"581d60" HASH_1, PLB_TESTNET, false, PLB_STAKE_NONE},
        {"581d71" HASH_1, PLB_MAINNET, true, PLB_STAKE_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[512];
        snprintf(body, sizeof body, BODY_TO("a200%s0101"), cases[i].address);
        decodes(body, "a0", TAIL);
        const plb_address *address = &d->tx.outputs[0].address;
        assert_hex(address->bytes.bytes, address->bytes.length, cases[i].address + 4);
        assert_int_equal(address->network, cases[i].network);
        assert_int_equal(address->payment_is_script, cases[i].is_script);
        assert_int_equal(address->stake_kind, cases[i].stake);
        assert_hex(address->payment, PLB_KEY_HASH_BYTES, HASH_1);
        if (cases[i].stake == PLB_STAKE_NONE) assert_null(address->stake);
        if (cases[i].stake != PLB_STAKE_NONE) {
            assert_hex(address->stake, PLB_KEY_HASH_BYTES, HASH_2);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_have_several_forms),
        cmocka_unit_test(assets_are_in_order),
        cmocka_unit_test(minting_is_signed),
        cmocka_unit_test(malformed_values_are_refused),
        cmocka_unit_test(assets_are_limited),
        cmocka_unit_test(withdrawals_are_in_order),
        cmocka_unit_test(malformed_withdrawals_are_refused),
        cmocka_unit_test(addresses_are_taken_apart),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
