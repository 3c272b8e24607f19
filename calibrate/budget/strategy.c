#include <plutbench/calibrate.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static plb_status parse_per_block(const char *number, plb_strategy *strategy, plb_error *error) {
    char *end = NULL;
    errno = 0;
    unsigned long n = strtoul(number, &end, 10);
    if (errno != 0 || *end != '\0' || number[0] < '1' || number[0] > '9' || n > 1000000) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected txperblock_N with N from 1 to 1000000, got 'txperblock_%s'",
                        number);
    }
    *strategy = (plb_strategy){PLB_STRATEGY_TX_PER_BLOCK, (uint32_t) n, 0};
    return PLB_OK;
}

static plb_status parse_scale(const char *number, plb_strategy *strategy, plb_error *error) {
    char *end = NULL;
    double scale = strtod(number, &end);
    bool is_decimal = number[0] != '\0' && number[strspn(number, "0123456789.")] == '\0';
    if (!is_decimal || end == number || *end != '\0' || !(scale >= 1.0 && scale <= 2.0)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected blockbudget_R with R from 1.0 to 2.0, got 'blockbudget_%s'",
                        number);
    }
    *strategy = (plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, scale};
    return PLB_OK;
}

static plb_status parse_txbudget(const char *number, plb_strategy *strategy, plb_error *error) {
    (void) number;
    (void) error;
    *strategy = (plb_strategy){PLB_STRATEGY_TX_BUDGET, 0, 0};
    return PLB_OK;
}

static plb_status parse_best_scale(const char *number, plb_strategy *strategy, plb_error *error) {
    (void) number;
    (void) error;
    *strategy = (plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, 0};
    return PLB_OK;
}

/* The strategies. A name that ends with '_' is followed by a number. */
static const struct strategy_row {
    const char *name;
    plb_status (*parse)(const char *number, plb_strategy *strategy, plb_error *error);
    plb_strategy_info info;
} strategies[] = {
    {"txbudget", parse_txbudget, {"txbudget", "one call spends the transaction's budget"}},
    {"txperblock_",
     parse_per_block,
     {"txperblock_N", "N transactions, one call each, spend the block's budget"}},
    {"blockbudget_",
     parse_scale,
     {"blockbudget_R", "the block's budget is spent by R times the fewest transactions that can"}},
    {"blockbudget",
     parse_best_scale,
     {"blockbudget", "the best blockbudget_R for R of 1.0 to 2.0 by 0.25"}},
};

enum { STRATEGY_COUNT = sizeof strategies / sizeof *strategies };

const plb_strategy_info *plb_strategy_at(size_t index) {
    return index < STRATEGY_COUNT ? &strategies[index].info : NULL;
}

plb_status plb_strategy_parse(const char *text, plb_strategy *strategy, plb_error *error) {
    for (size_t i = 0; i < STRATEGY_COUNT; i++) {
        const char *name = strategies[i].name;
        size_t length = strlen(name);
        bool takes_number = name[length - 1] == '_';
        if (strncmp(text, name, length) == 0 && (takes_number || text[length] == '\0')) {
            return strategies[i].parse(text + length, strategy, error);
        }
    }
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "expected a strategy txbudget, txperblock_N, blockbudget_R or blockbudget, got "
                    "'%s'",
                    text);
}

/* Transactions that spend the block's budget, `scale` times the fewest (targetTxPerBlock). */
static double txs_per_block(double scale, plb_exunits per_tx, plb_exunits per_block) {
    double by_steps = (double) per_block.steps / (double) per_tx.steps;
    double by_memory = (double) per_block.memory / (double) per_tx.memory;
    return ceil(scale * (by_steps > by_memory ? by_steps : by_memory));
}

static int64_t at_most(int64_t a, int64_t b) { return a < b ? a : b; }

plb_status plb_strategy_target(plb_strategy strategy, plb_exunits per_tx, plb_exunits per_block,
                               uint32_t inputs, plb_exunits *target, plb_error *error) {
    if (per_tx.steps <= 0 || per_tx.memory <= 0 || per_block.steps <= 0 || per_block.memory <= 0 ||
        inputs == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "the protocol parameters allow no ExUnits per transaction or block");
    }
    plb_exunits whole = per_block;
    double parts = 0;
    switch (strategy.kind) {
    case PLB_STRATEGY_TX_BUDGET:
        whole = per_tx;
        parts = inputs;
        break;
    case PLB_STRATEGY_TX_PER_BLOCK: parts = (double) strategy.txs_per_block * inputs; break;
    case PLB_STRATEGY_BLOCK_BUDGET:
        parts = txs_per_block(strategy.scale, per_tx, per_block) * inputs;
        break;
    }
    if (!(parts >= 1 && parts < 1e15)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "a blockbudget strategy needs its scale");
    }
    target->steps = whole.steps / (int64_t) parts;
    target->memory = whole.memory / (int64_t) parts;
    if (strategy.kind == PLB_STRATEGY_TX_PER_BLOCK) {
        target->steps = at_most(target->steps, per_tx.steps);
        target->memory = at_most(target->memory, per_tx.memory);
    }
    return PLB_OK;
}
