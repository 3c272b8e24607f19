/* UTXO: inputs, time, value, outputs, limits, collateral. Each test changes one thing of a
 * transaction that is accepted. */
#include "ledger_transaction.h"

static void inputs_exist(void **state) {
    test_world *world = *state;
    world->good.inputs[0] = STATE_OUTPUTS;
    expect(&world->state, &world->good, "BadInputsUTxO");
    make_good(world);
    world->good.collateral[0] = STATE_OUTPUTS;
    expect(&world->state, &world->good, "BadInputsUTxO");
    make_good(world);
    world->good.reference[1] = STATE_OUTPUTS;
    world->good.reference_count = 2;
    expect(&world->state, &world->good, "BadInputsUTxO");
    /* Collateral may be an input, too. */
    make_plain(world);
    world->plain.collateral[0] = PLAIN;
    world->plain.collateral_count = 1;
    expect(&world->state, &world->plain, NULL);
}

static void something_is_spent(void **state) {
    test_world *world = *state;
    world->plain.input_count = 0;
    world->plain.withdrawals[0] = withdrawal_of(false, world->key_hash, ADA);
    world->plain.withdrawal_count = 1;
    world->plain.outputs[0].lovelace = ADA;
    world->plain.fee = ADA;
    world->state.accounts[0].rewards = 2 * ADA;
    world->plain.withdrawals[0].lovelace = 2 * ADA;
    expect(&world->state, &world->plain, "InputSetEmptyUTxO");
}

static void the_slot_is_inside_the_interval(void **state) {
    test_world *world = *state;
    world->plain.valid_from = 500; /* the slot itself */
    world->plain.valid_until = 501;
    expect(&world->state, &world->plain, NULL);
    world->plain.valid_from = 501;
    world->plain.valid_until = 502;
    expect(&world->state, &world->plain, "OutsideValidityIntervalUTxO");
    world->plain.valid_from = 499;
    world->plain.valid_until = 500;
    expect(&world->state, &world->plain, "OutsideValidityIntervalUTxO");
}

/* One era of epochs of 1,000 slots; 100 slots ahead of slot 500 the epoch ends at 1,000. */
static void the_end_is_inside_the_forecast(void **state) {
    test_world *world = *state;
    static const plb_era_summary era = {0, 0, UINT64_MAX, 1000, 1000};
    plb_era_history history = {.eras = &era, .era_count = 1, .forecast_slots = 100};
    world->state.config.era_history = &history;
    world->good.valid_until = 999;
    expect(&world->state, &world->good, NULL);
    world->good.valid_until = 1500;
    expect(&world->state, &world->good, "OutsideForecast");
    /* Without scripts nobody asks for the time. */
    world->plain.valid_until = 1500;
    expect(&world->state, &world->plain, NULL);
}

/* The fee of the plain transaction is what its size asks for; a reference script asks for 15
 * lovelace a byte more. */
static void fees_pay_for_size_and_reference_scripts(void **state) {
    test_world *world = *state;
    world->plain.reference[0] = WITH_V3;
    world->plain.reference_count = 1;
    plb_writer w = write_transaction(&world->plain, world->parameters);
    uint64_t size = w.length - 1; /* the validity flag does not count */
    plb_writer_free(&w);
    uint64_t least = 155381 + 44 * size + 15 * world->v3.length;
    assert_true(least > UINT16_MAX && least < ADA); /* as many bytes as 1 ADA has */
    world->plain.fee = least;
    world->plain.outputs[0].lovelace = 10 * ADA - least;
    expect(&world->state, &world->plain, NULL);
    world->plain.fee--;
    world->plain.outputs[0].lovelace++;
    expect(&world->state, &world->plain, "FeeTooSmallUTxO");
}

static void lovelace_is_conserved(void **state) {
    test_world *world = *state;
    uint64_t *const amounts[] = {&world->good.outputs[0].lovelace, &world->good.donation,
                                 &world->good.fee};
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        make_good(world);
        world->good.total_collateral = 0; /* it goes with the fee */
        (*amounts[i])--;
        expect(&world->state, &world->good, "ValueNotConservedUTxO");
    }
    make_good(world);
    world->good.outputs[0].lovelace++;
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    make_good(world);
    world->good.withdrawals[1].lovelace++;
    world->state.accounts[0].rewards++;
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
}

static void assets_are_conserved(void **state) {
    test_world *world = *state;
    test_asset *out = world->good.outputs[0].assets;
    set_assets(world, out, 9, 1);
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    set_assets(world, out, 7, 1);
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    set_assets(world, out, 8, 2);
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    set_assets(world, out, 8, 0);
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    set_assets(world, out, 0, 0);
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    /* The same name under another policy is another asset. */
    set_assets(world, out, 8, 1);
    out[world->v3_policy].name = "gold";
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
    /* Spread over two outputs. */
    set_assets(world, out, 3, 1);
    world->good.outputs[1] = output_at(world->key_hash, false, 2 * ADA);
    set_assets(world, world->good.outputs[1].assets, 5, 0);
    world->good.outputs[0].lovelace -= 2 * ADA;
    world->good.output_count = 2;
    expect(&world->state, &world->good, NULL);
    /* Burned: 5 come in, 2 go. */
    set_assets(world, world->good.mint, -2, 1);
    set_assets(world, out, 3, 1);
    set_assets(world, world->good.outputs[1].assets, 0, 0);
    expect(&world->state, &world->good, NULL);
    set_assets(world, world->good.mint, -5, 1);
    set_assets(world, out, 0, 1);
    expect(&world->state, &world->good, NULL);
    /* More than there is: no output can make up for it. */
    set_assets(world, world->good.mint, -6, 1);
    expect(&world->state, &world->good, "ValueNotConservedUTxO");
}

static void outputs_are_large_enough(void **state) {
    test_world *world = *state;
    plb_writer w = {0};
    world->plain.outputs[1] = output_at(world->key_hash, false, ADA);
    world->plain.output_count = 2;
    write_test_output(&w, &world->plain.outputs[1]);
    uint64_t least = 4310 * (160 + w.length);
    plb_writer_free(&w);
    world->plain.outputs[1].lovelace = least;
    world->plain.outputs[0].lovelace = 9 * ADA - least;
    expect(&world->state, &world->plain, NULL);
    world->plain.outputs[1].lovelace--;
    world->plain.outputs[0].lovelace++;
    expect(&world->state, &world->plain, "BabbageOutputTooSmallUTxO");
    /* The collateral's return is an output as well. */
    world->good.collateral_return.lovelace = ADA / 2;
    world->good.total_collateral = 5 * ADA - ADA / 2;
    expect(&world->state, &world->good, "BabbageOutputTooSmallUTxO");
}

/* [28500000, {policy: {"gold": 8}, policy: {"token": 1}}] in canonical CBOR: 1 + 5 + 1 for the
 * pair, the amount and the map, twice 30 + 1 for a policy and its map, and 5 + 1, 6 + 1. */
static void values_have_a_limit(void **state) {
    test_world *world = *state;
    world->state.parameters.max_value_size_bytes = 1 + 5 + 1 + 2 * 31 + 6 + 7;
    expect(&world->state, &world->good, NULL);
    world->state.parameters.max_value_size_bytes--;
    expect(&world->state, &world->good, "OutputTooBigUTxO");
}

static void networks_agree(void **state) {
    test_world *world = *state;
    world->good.outputs[0].address[0] |= PLB_MAINNET;
    expect(&world->state, &world->good, "WrongNetwork");
    make_good(world);
    world->good.collateral_return.address[0] |= PLB_MAINNET;
    expect(&world->state, &world->good, "WrongNetwork");
    make_good(world);
    world->good.network = PLB_MAINNET;
    expect(&world->state, &world->good, "WrongNetworkInTxBody");
}

static void transactions_have_limits(void **state) {
    test_world *world = *state;
    plb_writer w = write_transaction(&world->good, world->parameters);
    world->state.parameters.max_tx_size_bytes = w.length - 1;
    plb_writer_free(&w);
    expect(&world->state, &world->good, NULL);
    world->state.parameters.max_tx_size_bytes--;
    expect(&world->state, &world->good, "MaxTxSizeUTxO");
    world->state.parameters = *world->parameters;
    world->state.parameters.max_tx_exunits = (plb_exunits){3000000, 1500000000};
    expect(&world->state, &world->good, NULL);
    world->state.parameters.max_tx_exunits.memory--;
    expect(&world->state, &world->good, "ExUnitsTooBigUTxO");
    world->state.parameters.max_tx_exunits = (plb_exunits){3000000, 1499999999};
    expect(&world->state, &world->good, "ExUnitsTooBigUTxO");
    world->state.parameters = *world->parameters;
    world->state.parameters.max_collateral_inputs = 0;
    expect(&world->state, &world->good, "TooManyCollateralInputs");
    /* Also where nothing asks for collateral. */
    world->plain.collateral[0] = PLAIN;
    world->plain.collateral_count = 1;
    expect(&world->state, &world->plain, "TooManyCollateralInputs");
}

static void collateral_is_there_and_at_keys(void **state) {
    test_world *world = *state;
    test_asset none[TEST_MANY] = {{.amount = 0}};
    world->good.collateral_count = 0;
    expect(&world->state, &world->good, "NoCollateralInputs");
    world->good.collateral_count = 1;
    world->good.collateral[0] = AT_NATIVE;
    world->good.total_collateral = 8 * ADA;
    memcpy(world->good.collateral_return.assets, none, sizeof none);
    expect(&world->state, &world->good, "ScriptsNotPaidUTxO");
    /* Without redeemers it does not matter. */
    world->plain.collateral[0] = AT_NATIVE;
    world->plain.collateral_count = 1;
    expect(&world->state, &world->plain, NULL);
}

static void collateral_gives_its_assets_back(void **state) {
    test_world *world = *state;
    test_asset *assets = world->good.collateral_return.assets;
    set_assets(world, assets, 1, 0);
    expect(&world->state, &world->good, "CollateralContainsNonADA");
    set_assets(world, assets, 3, 0);
    expect(&world->state, &world->good, "CollateralContainsNonADA");
    set_assets(world, assets, 2, 1);
    expect(&world->state, &world->good, "CollateralContainsNonADA");
    set_assets(world, assets, 0, 0);
    expect(&world->state, &world->good, "CollateralContainsNonADA");
    /* No return at all. */
    world->good.collateral_return.lovelace = 0;
    world->good.total_collateral = 5 * ADA;
    expect(&world->state, &world->good, "CollateralContainsNonADA");
    set_assets(world, world->state.outputs[FOR_COLLATERAL].assets, 0, 0);
    expect(&world->state, &world->good, NULL);
    /* Assets that only the return has. */
    make_good(world);
    expect(&world->state, &world->good, "CollateralContainsNonADA");
}

static void collateral_is_enough(void **state) {
    test_world *world = *state;
    world->good.collateral_return.lovelace++;
    world->good.total_collateral--;
    expect(&world->state, &world->good, "InsufficientCollateral");
    world->good.collateral_return.lovelace = 5 * ADA + 1;
    world->good.total_collateral = 0;
    expect(&world->state, &world->good, "InsufficientCollateral");
    make_good(world);
    world->good.total_collateral++;
    expect(&world->state, &world->good, "IncorrectTotalCollateralField");
    world->good.total_collateral -= 2;
    expect(&world->state, &world->good, "IncorrectTotalCollateralField");
    world->good.total_collateral = 0; /* not said */
    expect(&world->state, &world->good, NULL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(inputs_exist),
        WORLD_TEST(something_is_spent),
        WORLD_TEST(the_slot_is_inside_the_interval),
        WORLD_TEST(the_end_is_inside_the_forecast),
        WORLD_TEST(fees_pay_for_size_and_reference_scripts),
        WORLD_TEST(lovelace_is_conserved),
        WORLD_TEST(assets_are_conserved),
        WORLD_TEST(outputs_are_large_enough),
        WORLD_TEST(values_have_a_limit),
        WORLD_TEST(networks_agree),
        WORLD_TEST(transactions_have_limits),
        WORLD_TEST(collateral_is_there_and_at_keys),
        WORLD_TEST(collateral_gives_its_assets_back),
        WORLD_TEST(collateral_is_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
