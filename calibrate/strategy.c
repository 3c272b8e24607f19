#include <plutbench/calibrate.h>

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const plb_strategy_info strategies[] = {
    {"txbudget", "one call spends the transaction's budget"},
    {"txperblock_N", "N transactions, one call each, spend the block's budget"},
    {"blockbudget_R", "the block's budget is spent by R times the fewest transactions that can"},
    {"blockbudget", "the best blockbudget_R for R of 1.0 to 2.0 by 0.25"},
};

const plb_strategy_info *plb_strategy_at(size_t index) {
    return index < sizeof strategies / sizeof *strategies ? &strategies[index] : NULL;
}

static plb_status unknown_strategy(const char *text, plb_error *error) {
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "expected a strategy txbudget, txperblock_N, blockbudget_R or blockbudget, got "
                    "'%s'",
                    text);
}

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

plb_status plb_strategy_parse(const char *text, plb_strategy *strategy, plb_error *error) {
    static const char per_block[] = "txperblock_";
    static const char scaled[] = "blockbudget_";
    if (strcmp(text, "txbudget") == 0) {
        *strategy = (plb_strategy){PLB_STRATEGY_TX_BUDGET, 0, 0};
        return PLB_OK;
    }
    if (strcmp(text, "blockbudget") == 0) {
        *strategy = (plb_strategy){PLB_STRATEGY_BLOCK_BUDGET, 0, 0};
        return PLB_OK;
    }
    if (strncmp(text, per_block, sizeof per_block - 1) == 0) {
        return parse_per_block(text + sizeof per_block - 1, strategy, error);
    }
    if (strncmp(text, scaled, sizeof scaled - 1) == 0) {
        return parse_scale(text + sizeof scaled - 1, strategy, error);
    }
    return unknown_strategy(text, error);
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
