/* UTXO: collateral, which is asked for when there are redeemers (feesOK,
 * validateTotalCollateral). */
#include "harness/ledger/rules/balance.h"
#include "harness/ledger/rules/rules.h"

static bool needs_collateral(const plb_validation *v) { return v->tx.redeemer_count != 0; }

bool plb_rule_no_collateral(plb_validation *v, const char *predicate) {
    return !needs_collateral(v) || v->tx.collateral.count != 0 ||
           plb_fail_rule(v, predicate, "scripts run, and there is no collateral input");
}

bool plb_rule_collateral_at_scripts(plb_validation *v, const char *predicate) {
    const plb_tx_inputs *inputs = &v->tx.collateral;
    for (size_t i = 0; needs_collateral(v) && i < inputs->count; i++) {
        if (plb_is_there(&inputs->outputs[i]) && inputs->outputs[i].address.payment_is_script) {
            return plb_fail_rule(v, predicate, "collateral input %zu is at a script address", i);
        }
    }
    return true;
}

/* Collateral may have native assets when all of them are returned. */
bool plb_rule_collateral_assets(plb_validation *v, const char *predicate) {
    const plb_tx_inputs *inputs = &v->tx.collateral;
    const plb_tx_out *returned = v->tx.collateral_return;
    plb_region *arena = &v->ledger->arena;
    size_t count = 0;
    if (!needs_collateral(v)) return true;
    uint8_t *mark = arena->low;
    plb_balance_term *terms = plb_region_alloc(arena, (inputs->count + 1) * sizeof *terms);
    if (terms == NULL) return plb_fail_memory(v);
    for (size_t i = 0; i < inputs->count; i++) {
        const plb_tx_out *out = &inputs->outputs[i];
        if (plb_is_there(out) && out->assets.count != 0) {
            terms[count++] = (plb_balance_term){out->assets, 1};
        }
    }
    if (returned != NULL && returned->assets.count != 0) {
        terms[count++] = (plb_balance_term){returned->assets, -1};
    }
    const plb_tx_asset *off = NULL;
    plb_status status = count != 0 ? plb_assets_balance(arena, terms, count, &off) : PLB_OK;
    arena->low = mark;
    if (status != PLB_OK) return plb_fail_memory(v);
    plb_hex_text text;
    return off == NULL ||
           plb_fail_rule(v, predicate, "collateral and its return differ in assets of policy %s",
                         plb_hex_of(text, off->policy, PLB_KEY_HASH_BYTES));
}

static plb_wide balance(const plb_tx *tx) {
    plb_wide sum = plb_lovelace_of(&tx->collateral);
    return tx->collateral_return != NULL ? sum - (plb_wide) tx->collateral_return->lovelace : sum;
}

bool plb_rule_insufficient_collateral(plb_validation *v, const char *predicate) {
    if (!needs_collateral(v)) return true;
    uint64_t percentage = v->ledger->parameters->collateral_percentage;
    plb_wide left = balance(&v->tx);
    if (left * 100 >= (plb_wide) v->tx.fee * percentage) return true;
    if (left < 0) return plb_fail_rule(v, predicate, PLB_COLLATERAL_OVERDRAWN);
    return plb_fail_rule(v, predicate, "less than %llu %% of the fee",
                         (unsigned long long) percentage);
}

bool plb_rule_total_collateral(plb_validation *v, const char *predicate) {
    if (!needs_collateral(v) || !v->tx.has_total_collateral) return true;
    return balance(&v->tx) == (plb_wide) v->tx.total_collateral ||
           plb_fail_rule(v, predicate, "total collateral is not what collateral inputs leave");
}

bool plb_rule_collateral_count(plb_validation *v, const char *predicate) {
    uint64_t most = v->ledger->parameters->max_collateral_inputs;
    return v->tx.collateral.count <= most ||
           plb_fail_rule(v, predicate, "%zu, the maximum is %llu", v->tx.collateral.count,
                         (unsigned long long) most);
}
