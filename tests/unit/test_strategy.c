/* Budget strategies: their names, and the ExUnits that they allow an input. Figures are computed by
 * hand from plutusAutoBudgetMaxOut of cardano-node's bench/tx-generator. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/calibrate.h>

/* Mainnet's limits. */
static const plb_exunits per_tx = {.memory = 14000000, .steps = 10000000000};
static const plb_exunits per_block = {.memory = 62000000, .steps = 20000000000};

static plb_strategy parsed(const char *text) {
    plb_strategy strategy = {0};
    plb_error error;
    if (plb_strategy_parse(text, &strategy, &error) != PLB_OK) fail_msg("%s", error.message);
    return strategy;
}

static void test_names(void **state) {
    (void) state;
    assert_int_equal(parsed("txbudget").kind, PLB_STRATEGY_TX_BUDGET);
    assert_int_equal(parsed("txperblock_8").kind, PLB_STRATEGY_TX_PER_BLOCK);
    assert_int_equal(parsed("txperblock_8").txs_per_block, 8);
    assert_int_equal(parsed("txperblock_1000000").txs_per_block, 1000000);
    assert_int_equal(parsed("blockbudget").kind, PLB_STRATEGY_BLOCK_BUDGET);
    assert_true(parsed("blockbudget").scale == 0);
    assert_int_equal(parsed("blockbudget_1.25").kind, PLB_STRATEGY_BLOCK_BUDGET);
    assert_true(parsed("blockbudget_1.25").scale == 1.25);
    assert_true(parsed("blockbudget_1").scale == 1);
    assert_true(parsed("blockbudget_2.0").scale == 2);
}

/* What is parsed is named as it was written, in calibrate-script's form. */
static void test_names_return(void **state) {
    (void) state;
    static const char *const names[] = {"txbudget",        "txperblock_1",     "txperblock_250",
                                        "blockbudget_1.0", "blockbudget_1.75", "blockbudget_1.3"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char name[PLB_STRATEGY_NAME_BYTES];
        plb_strategy_name(parsed(names[i]), name);
        assert_string_equal(name, names[i]);
    }
}

static void test_wrong_names(void **state) {
    (void) state;
    static const struct {
        const char *text;
        const char *reason;
    } wrong[] = {
        {"", "expected a strategy txbudget, txperblock_N, blockbudget_R or blockbudget, got ''"},
        {"txbudgets", "got 'txbudgets'"},
        {"TxBudget", "got 'TxBudget'"},
        {"txbudget_1", "got 'txbudget_1'"},
        {"txperblock", "got 'txperblock'"},
        {"txperblock_", "with N from 1 to 1000000, got 'txperblock_'"},
        {"txperblock_0", "with N from 1 to 1000000"},
        {"txperblock_-1", "with N from 1 to 1000000"},
        {"txperblock_+1", "with N from 1 to 1000000"},
        {"txperblock_ 1", "with N from 1 to 1000000"},
        {"txperblock_8 ", "with N from 1 to 1000000"},
        {"txperblock_8.5", "with N from 1 to 1000000"},
        {"txperblock_1000001", "with N from 1 to 1000000"},
        {"txperblock_99999999999999999999999", "with N from 1 to 1000000"},
        {"blockbudgets", "got 'blockbudgets'"},
        {"blockbudget_", "with R from 1.0 to 2.0, got 'blockbudget_'"},
        {"blockbudget_0.99", "with R from 1.0 to 2.0"},
        {"blockbudget_2.01", "with R from 1.0 to 2.0"},
        {"blockbudget_-1.5", "with R from 1.0 to 2.0"},
        {"blockbudget_ 1.5", "with R from 1.0 to 2.0"},
        {"blockbudget_1.5x", "with R from 1.0 to 2.0"},
        {"blockbudget_0x1p0", "with R from 1.0 to 2.0"},
        {"blockbudget_1.2.3", "with R from 1.0 to 2.0"},
        {"blockbudget_.", "with R from 1.0 to 2.0"},
        {"blockbudget_nan", "with R from 1.0 to 2.0"},
        {"blockbudget_inf", "with R from 1.0 to 2.0"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        plb_strategy strategy;
        plb_error error;
        if (plb_strategy_parse(wrong[i].text, &strategy, &error) != PLB_E_ARGUMENT) {
            fail_msg("'%s' is a strategy", wrong[i].text);
        }
        if (strstr(error.message, wrong[i].reason) == NULL) fail_msg("%s", error.message);
        assert_int_equal(plb_strategy_parse(wrong[i].text, &strategy, NULL), PLB_E_ARGUMENT);
    }
}

/* Whatever the table lists has a pattern that is parsed once its letter is a number. */
static void test_table(void **state) {
    (void) state;
    size_t count = 0;
    for (const plb_strategy_info *info; (info = plb_strategy_at(count)) != NULL; count++) {
        char name[64];
        assert_true(strlen(info->description) > 10 && strlen(info->pattern) < sizeof name);
        strcpy(name, info->pattern);
        char *letter = strpbrk(name, "NR");
        if (letter != NULL) *letter = '2';
        (void) parsed(name);
    }
    assert_int_equal(count, 4);
    assert_null(plb_strategy_at(1000));
}

static void test_targets(void **state) {
    (void) state;
    /* blockbudget: a block takes the larger of 20/10 and 62/14 transactions, 4.43; times R, rounded
     * up: 5 for 1.0 and 1.1, 6 for 1.25, 7 for 1.5, 8 for 1.75, 9 for 2.0. */
    static const struct {
        const char *strategy;
        uint32_t inputs;
        plb_exunits target;
    } targets[] = {
        {"txbudget", 1, {14000000, 10000000000}},
        {"txbudget", 3, {4666666, 3333333333}},
        {"txperblock_8", 1, {7750000, 2500000000}},
        {"txperblock_8", 2, {3875000, 1250000000}},
        /* More than a transaction may spend is no target. */
        {"txperblock_1", 1, {14000000, 10000000000}},
        {"txperblock_3", 1, {14000000, 6666666666}},
        {"txperblock_2", 2, {14000000, 5000000000}},
        {"txperblock_1000000", 1, {62, 20000}},
        {"blockbudget_1.0", 1, {12400000, 4000000000}},
        {"blockbudget_1.1", 1, {12400000, 4000000000}},
        {"blockbudget_1.25", 1, {10333333, 3333333333}},
        {"blockbudget_1.5", 1, {8857142, 2857142857}},
        {"blockbudget_1.75", 1, {7750000, 2500000000}},
        {"blockbudget_2.0", 1, {6888888, 2222222222}},
        {"blockbudget_1.5", 2, {4428571, 1428571428}},
    };
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        plb_exunits target;
        assert_int_equal(plb_strategy_target(parsed(targets[i].strategy), per_tx, per_block,
                                             targets[i].inputs, &target, NULL),
                         PLB_OK);
        if (target.memory != targets[i].target.memory || target.steps != targets[i].target.steps) {
            fail_msg("%s, %u inputs: %lld memory, %lld steps", targets[i].strategy,
                     targets[i].inputs, (long long) target.memory, (long long) target.steps);
        }
    }
}

/* Where the block holds a whole number of transactions there is nothing to round. */
static void test_whole_blocks(void **state) {
    (void) state;
    plb_exunits tx = {1000, 500};
    plb_exunits block = {3000, 2000};
    plb_exunits target;
    assert_int_equal(plb_strategy_target(parsed("blockbudget_1.0"), tx, block, 1, &target, NULL),
                     PLB_OK);
    assert_int_equal(target.memory, 750); /* 2000/500 = 4 transactions */
    assert_int_equal(target.steps, 500);
    assert_int_equal(plb_strategy_target(parsed("blockbudget_1.25"), tx, block, 1, &target, NULL),
                     PLB_OK);
    assert_int_equal(target.memory, 600);
    assert_int_equal(target.steps, 400);
}

static void test_senseless_limits(void **state) {
    (void) state;
    static const plb_exunits none[] = {{0, 1}, {1, 0}, {0, 0}, {-1, 5}, {5, INT64_MIN}};
    plb_exunits target;
    plb_error error;
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        plb_strategy strategy = parsed("blockbudget_1.5");
        assert_int_equal(plb_strategy_target(strategy, none[i], per_block, 1, &target, &error),
                         PLB_E_ARGUMENT);
        assert_non_null(strstr(error.message, "no ExUnits"));
        assert_int_equal(plb_strategy_target(strategy, per_tx, none[i], 1, &target, &error),
                         PLB_E_ARGUMENT);
    }
    assert_int_equal(plb_strategy_target(parsed("txbudget"), per_tx, per_block, 0, &target, &error),
                     PLB_E_ARGUMENT);
    assert_int_equal(
        plb_strategy_target(parsed("blockbudget"), per_tx, per_block, 1, &target, &error),
        PLB_E_ARGUMENT);
    assert_string_equal(error.message, "a blockbudget strategy needs its scale");
    /* The largest numbers there are. */
    plb_exunits most = {INT64_MAX, INT64_MAX};
    plb_exunits one = {1, 1};
    assert_int_equal(plb_strategy_target(parsed("blockbudget_2.0"), one, most, 1, &target, &error),
                     PLB_E_ARGUMENT);
    assert_int_equal(plb_strategy_target(parsed("txbudget"), most, most, 2, &target, &error),
                     PLB_OK);
    assert_int_equal(target.steps, INT64_MAX / 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_names_return),
        cmocka_unit_test(test_wrong_names),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_targets),
        cmocka_unit_test(test_whole_blocks),
        cmocka_unit_test(test_senseless_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
