/* LEDGER and CERTS: treasury, reference scripts, withdrawals. Each test changes one thing of a
 * transaction that is accepted. */
#include "ledger_transaction.h"

#include "harness/ledger/accounts.h"

static void a_transaction_of_everything_is_accepted(void **state) {
    const test_world *world = *state;
    expect(&world->state, &world->good, NULL);
    expect(&world->state, &world->plain, NULL);
}

static void the_treasury_is_as_the_body_says(void **state) {
    test_world *world = *state;
    world->good.treasury = 8;
    expect(&world->state, &world->good, "ConwayTreasuryValueMismatch");
    world->good.has_treasury = false;
    expect(&world->state, &world->good, NULL);
}

static void what_is_marked_invalid_is_not_asked_about_the_treasury(void **state) {
    test_world *world = *state;
    world->good.treasury = 8;
    world->good.invalid = true;
    expect(&world->state, &world->good, "ValidationTagMismatch");
}

static void reference_scripts_have_a_limit(void **state) {
    test_world *world = *state;
    world->state.parameters.max_reference_scripts_tx_bytes = world->v3.length;
    expect(&world->state, &world->good, NULL);
    /* The same script again counts again. */
    world->good.reference[1] = WITH_V3_TOO;
    world->good.reference_count = 2;
    expect(&world->state, &world->good, "ConwayTxRefScriptsSizeTooBig");
    world->state.parameters.max_reference_scripts_tx_bytes = 2 * world->v3.length;
    expect(&world->state, &world->good, NULL);
    /* One that is spent counts, too. */
    world->plain.inputs[0] = WITH_V3;
    world->plain.outputs[0].lovelace = 4 * ADA;
    expect(&world->state, &world->plain, NULL);
    world->state.parameters.max_reference_scripts_tx_bytes = world->v3.length - 1;
    expect(&world->state, &world->plain, "ConwayTxRefScriptsSizeTooBig");
}

/* Outputs of which one is spent and referred to at once: inputs are a set. */
static void an_output_that_is_spent_and_referred_to_counts_once(void **state) {
    test_world *world = *state;
    world->state.parameters.protocol_major = 11;
    world->state.parameters.max_reference_scripts_tx_bytes = world->v3.length;
    world->plain.inputs[0] = world->plain.reference[0] = WITH_V3;
    world->plain.reference_count = 1;
    world->plain.outputs[0].lovelace = 4 * ADA;
    expect(&world->state, &world->plain, NULL);
    world->state.parameters.protocol_major = 10;
    expect(&world->state, &world->plain, "BabbageNonDisjointRefInputs");
}

static void withdrawals_are_from_registered_accounts(void **state) {
    test_world *world = *state;
    world->state.account_count = 1;
    expect(&world->state, &world->good, "WithdrawalsNotInRewardsCERTS");
    world->state.parameters.protocol_major = 11;
    expect(&world->state, &world->good, "ConwayWithdrawalsMissingAccounts");
    /* A key's account is not a script's of the same hash. */
    world->state.account_count = 2;
    world->state.accounts[0].is_script = true;
    expect(&world->state, &world->good, "ConwayWithdrawalsMissingAccounts");
    /* Nor is it one that lacks a delegation. */
    world->state.parameters.protocol_major = 10;
    expect(&world->state, &world->good, "WithdrawalsNotInRewardsCERTS");
}

static void withdrawals_empty_their_accounts(void **state) {
    test_world *world = *state;
    world->state.accounts[0].rewards = ADA + 1;
    expect(&world->state, &world->good, "WithdrawalsNotInRewardsCERTS");
    world->state.parameters.protocol_major = 11;
    expect(&world->state, &world->good, "ConwayIncompleteWithdrawals");
    world->state.accounts[0].rewards = ADA - 1;
    expect(&world->state, &world->good, "ConwayIncompleteWithdrawals");
    world->state.accounts[0].rewards = ADA;
    expect(&world->state, &world->good, NULL);
}

/* The script's account never is. */
static void accounts_of_keys_are_delegated(void **state) {
    test_world *world = *state;
    world->state.accounts[0].delegated_to_drep = false;
    expect(&world->state, &world->good, "ConwayWdrlNotDelegatedToDRep");
    world->state.parameters.protocol_major = 9;
    expect(&world->state, &world->good, NULL);
}

static void withdrawals_are_from_the_network(void **state) {
    test_world *world = *state;
    world->good.withdrawals[0].account[0] |= PLB_MAINNET;
    expect(&world->state, &world->good, "WrongNetworkWithdrawal");
}

static void withdrawals_by_keys_are_signed(void **state) {
    test_world *world = *state;
    world->plain.inputs[0] = AT_NATIVE;
    world->plain.outputs[0].lovelace = 10 * ADA;
    world->plain.withdrawals[0] = withdrawal_of(false, world->v2_hash, ADA);
    world->plain.withdrawal_count = 1;
    world->plain.native[0] = world->good.native[0];
    world->plain.valid_from = 100;
    world->plain.valid_until = 1000;
    memcpy(world->state.accounts[0].hash, world->v2_hash, 28);
    expect(&world->state, &world->plain, "MissingVKeyWitnessesUTXOW");
    world->plain.withdrawals[0] = withdrawal_of(false, world->key_hash, ADA);
    memcpy(world->state.accounts[0].hash, world->key_hash, 28);
    expect(&world->state, &world->plain, NULL);
}

/* CIP-19: header types 14 and 15; the test key's hash as amaru's test credentials give it. */
static void accounts_have_the_ledgers_bytes(void **state) {
    const test_world *world = *state;
    static const uint8_t expected[PLB_KEY_HASH_BYTES + 1] = {
        0xe0, 0x93, 0xc1, 0x91, 0xb1, 0x09, 0x47, 0x46, 0x96, 0x1f, 0x6f, 0x00, 0xfb, 0xa2, 0x7f,
        0x3d, 0x8e, 0xff, 0x6a, 0x66, 0x49, 0x0b, 0xaf, 0x80, 0x6d, 0x4e, 0x17, 0x9f, 0xd8};
    static const uint8_t headers[] = {0xe0, 0xe1, 0xf0, 0xf1};
    uint8_t account[PLB_KEY_HASH_BYTES + 1];
    plb_reward_account(PLB_TESTNET, false, world->key_hash, account);
    assert_memory_equal(account, expected, sizeof expected);
    for (unsigned i = 0; i < sizeof headers; i++) {
        plb_reward_account(i % 2 != 0 ? PLB_MAINNET : PLB_TESTNET, i / 2 != 0, world->key_hash,
                           account);
        assert_int_equal(account[0], headers[i]);
        assert_memory_equal(account + 1, expected + 1, PLB_KEY_HASH_BYTES);
    }
}

/* More accounts than a table starts with, put, replaced, found and removed. */
static void accounts_are_found(void **state) {
    (void) state;
    plb_accounts accounts = {0};
    plb_account account = {0};
    assert_null(plb_accounts_find(&accounts, false, account.hash));
    for (unsigned i = 0; i < 2000; i++) {
        account.hash[0] = (uint8_t) i;
        account.hash[27] = (uint8_t) (i >> 8);
        account.is_script = i % 2 != 0;
        account.rewards = i;
        assert_true(plb_accounts_put(&accounts, &account));
        assert_true(plb_accounts_put(&accounts, &account));
    }
    assert_int_equal(accounts.count, 2000);
    for (unsigned i = 0; i < 2000; i += 3) {
        account.hash[0] = (uint8_t) i;
        account.hash[27] = (uint8_t) (i >> 8);
        plb_accounts_remove(&accounts, i % 2 != 0, account.hash);
        plb_accounts_remove(&accounts, i % 2 == 0, account.hash);
    }
    for (unsigned i = 0; i < 2000; i++) {
        account.hash[0] = (uint8_t) i;
        account.hash[27] = (uint8_t) (i >> 8);
        const plb_account *found = plb_accounts_find(&accounts, i % 2 != 0, account.hash);
        if (i % 3 == 0) {
            assert_null(found);
        } else {
            assert_int_equal(found->rewards, i);
        }
        assert_null(plb_accounts_find(&accounts, i % 2 == 0, account.hash));
    }
    plb_accounts_free(&accounts);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(a_transaction_of_everything_is_accepted),
        WORLD_TEST(the_treasury_is_as_the_body_says),
        WORLD_TEST(what_is_marked_invalid_is_not_asked_about_the_treasury),
        WORLD_TEST(reference_scripts_have_a_limit),
        WORLD_TEST(an_output_that_is_spent_and_referred_to_counts_once),
        WORLD_TEST(withdrawals_are_from_registered_accounts),
        WORLD_TEST(withdrawals_empty_their_accounts),
        WORLD_TEST(accounts_of_keys_are_delegated),
        WORLD_TEST(withdrawals_are_from_the_network),
        WORLD_TEST(withdrawals_by_keys_are_signed),
        WORLD_TEST(accounts_have_the_ledgers_bytes),
        cmocka_unit_test(accounts_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
