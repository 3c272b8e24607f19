/* LEDGER and CERTS: what is not of the unspent outputs. */
#include "harness/ledger/rules/rules.h"

bool plb_rule_treasury_value(plb_validation *v, const char *predicate) {
    uint64_t treasury = v->ledger->config.treasury;
    return !v->tx.has_current_treasury || v->tx.current_treasury == treasury ||
           plb_fail_rule(v, predicate, "the body says %llu lovelace, the treasury has %llu",
                         (unsigned long long) v->tx.current_treasury,
                         (unsigned long long) treasury);
}

bool plb_rule_reference_scripts_size(plb_validation *v, const char *predicate) {
    uint64_t most = v->ledger->parameters->max_reference_scripts_tx_bytes;
    return v->reference_script_bytes <= most ||
           plb_fail_rule(v, predicate, "%llu bytes of reference scripts, the maximum is %llu",
                         (unsigned long long) v->reference_script_bytes, (unsigned long long) most);
}

static const plb_account *account_of(const plb_validation *v, const plb_withdrawal *withdrawal) {
    return plb_accounts_find(&v->ledger->accounts, withdrawal->is_script, withdrawal->hash);
}

static bool fail_withdrawal(plb_validation *v, const char *predicate, size_t i, const char *why) {
    plb_hex_text text;
    return plb_fail_rule(v, predicate, "withdrawal %zu, from account %s: %s", i,
                         plb_hex_of(text, v->tx.withdrawals[i].hash, PLB_KEY_HASH_BYTES), why);
}

bool plb_rule_withdrawal_accounts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.withdrawal_count; i++) {
        if (account_of(v, &v->tx.withdrawals[i]) == NULL) {
            return fail_withdrawal(v, predicate, i, "it is not registered");
        }
    }
    return true;
}

/* Scripts may withdraw without a delegation. */
bool plb_rule_withdrawals_delegated(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.withdrawal_count; i++) {
        const plb_withdrawal *withdrawal = &v->tx.withdrawals[i];
        const plb_account *account = withdrawal->is_script ? NULL : account_of(v, withdrawal);
        if (!withdrawal->is_script && (account == NULL || !account->delegated_to_drep)) {
            return fail_withdrawal(v, predicate, i, "it is not delegated to a DRep");
        }
    }
    return true;
}

/* All or nothing: a withdrawal empties its account. */
bool plb_rule_withdrawal_amounts(plb_validation *v, const char *predicate) {
    for (size_t i = 0; i < v->tx.withdrawal_count; i++) {
        const plb_account *account = account_of(v, &v->tx.withdrawals[i]);
        if (account == NULL || account->rewards != v->tx.withdrawals[i].lovelace) {
            return fail_withdrawal(v, predicate, i, "the amount is not its balance");
        }
    }
    return true;
}
