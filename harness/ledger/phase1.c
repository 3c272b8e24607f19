/* Phase-1: the rules in the ledger's order, each under the ledger's name of its failure. */
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>

#include <sodium.h>

#include "harness/ledger/rules/rules.h"

/* ---- Failing ---- */

bool plb_fail_memory(plb_validation *v) {
    v->failure = PLB_E_MEMORY;
    snprintf(v->detail, sizeof v->detail, "the transaction needs more than the byte cap");
    return false;
}

bool plb_fail_rule(plb_validation *v, const char *predicate, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(v->detail, sizeof v->detail, format, arguments);
    va_end(arguments);
    v->failure = PLB_E_LEDGER;
    v->predicate = predicate;
    return false;
}

/* ---- What the rules share ---- */

const char *plb_hex_of(plb_hex_text text, const uint8_t *bytes, size_t length) {
    return sodium_bin2hex(text, sizeof(plb_hex_text), bytes, length);
}

const plb_tx_out *plb_output_at(const plb_tx *tx, size_t i) {
    return i < tx->output_count    ? &tx->outputs[i]
           : i == tx->output_count ? tx->collateral_return
                                   : NULL;
}

plb_wide plb_lovelace_of(const plb_tx_inputs *inputs) {
    plb_wide sum = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        if (plb_is_there(&inputs->outputs[i])) sum += inputs->outputs[i].lovelace;
    }
    return sum;
}

/* ---- The rules ---- */

#define ANY_VERSION 0, UINT_MAX
#define UP_TO(version) 0, version
#define SINCE(version) version, UINT_MAX

typedef struct rule {
    const char *predicate;
    plb_rule_function *holds;
    unsigned first_version, last_version; /* protocol versions that it is there in, or named so */
    bool valid_only;                      /* not asked of transactions that are marked invalid */
} rule;

/* The ledger reports every failure of a transaction at once; here the first is reported. What other
 * failures follow from comes first. Otherwise the order is the ledger's:
 * Cardano.Ledger.Conway.Rules.Ledger and .Certs (conwayLedgerTransitionTRC), Babbage.Rules.Utxow
 * (babbageUtxowTransition) and Babbage.Rules.Utxo (babbageUtxoValidation), which Conway uses.
 * Withdrawals moved from CERTS to LEDGER in version 11, and were split and renamed there. */
static const rule rules[] = {
    {"BadInputsUTxO", plb_rule_bad_inputs, ANY_VERSION, false},
    {"WrongNetworkWithdrawal", plb_rule_withdrawal_network, ANY_VERSION, false},
    /* LEDGER, CERTS */
    {"ConwayTreasuryValueMismatch", plb_rule_treasury_value, ANY_VERSION, true},
    {"ConwayTxRefScriptsSizeTooBig", plb_rule_reference_scripts_size, ANY_VERSION, true},
    {"WithdrawalsNotInRewardsCERTS", plb_rule_withdrawal_accounts, UP_TO(10), true},
    {"ConwayWithdrawalsMissingAccounts", plb_rule_withdrawal_accounts, SINCE(11), true},
    {"ConwayWdrlNotDelegatedToDRep", plb_rule_withdrawals_delegated, SINCE(10), true},
    {"WithdrawalsNotInRewardsCERTS", plb_rule_withdrawal_amounts, UP_TO(10), true},
    {"ConwayIncompleteWithdrawals", plb_rule_withdrawal_amounts, SINCE(11), true},
    /* UTXOW */
    {"ScriptWitnessNotValidatingUTXOW", plb_rule_native_scripts, ANY_VERSION, false},
    {"ExtraneousScriptWitnessesUTXOW", plb_rule_extraneous_scripts, ANY_VERSION, false},
    {"MissingScriptWitnessesUTXOW", plb_rule_missing_scripts, ANY_VERSION, false},
    {"UnspendableUTxONoDatumHash", plb_rule_unspendable_inputs, ANY_VERSION, false},
    {"MissingRequiredDatums", plb_rule_missing_datums, ANY_VERSION, false},
    {"NotAllowedSupplementalDatums", plb_rule_supplemental_datums, ANY_VERSION, false},
    {"ExtraRedeemers", plb_rule_extra_redeemers, ANY_VERSION, false},
    {"MissingRedeemers", plb_rule_missing_redeemers, ANY_VERSION, false},
    {"InvalidWitnessesUTXOW", plb_rule_signatures, ANY_VERSION, false},
    {"MissingVKeyWitnessesUTXOW", plb_rule_missing_signatures, ANY_VERSION, false},
    {"MissingTxMetadata", plb_rule_missing_metadata, ANY_VERSION, false},
    {"MissingTxBodyMetadataHash", plb_rule_missing_metadata_hash, ANY_VERSION, false},
    {"ConflictingMetadataHash", plb_rule_conflicting_metadata_hash, ANY_VERSION, false},
    {"InvalidMetadata", plb_rule_auxiliary_scripts, ANY_VERSION, false},
    {"MalformedScriptWitnesses", plb_rule_witness_scripts, ANY_VERSION, false},
    {"MalformedReferenceScripts", plb_rule_reference_scripts, ANY_VERSION, false},
    {"PPViewHashesDontMatch", plb_rule_integrity_hash, UP_TO(10), false},
    {"ScriptIntegrityHashMismatch", plb_rule_integrity_hash, SINCE(11), false},
    /* UTXO */
    {"BabbageNonDisjointRefInputs", plb_rule_disjoint_reference_inputs, 9, 10, false},
    {"OutsideValidityIntervalUTxO", plb_rule_validity_interval, ANY_VERSION, false},
    {"OutsideForecast", plb_rule_forecast, ANY_VERSION, false},
    {"InputSetEmptyUTxO", plb_rule_empty_inputs, ANY_VERSION, false},
    {"FeeTooSmallUTxO", plb_rule_fee, ANY_VERSION, false},
    {"NoCollateralInputs", plb_rule_no_collateral, ANY_VERSION, false},
    {"ScriptsNotPaidUTxO", plb_rule_collateral_at_scripts, ANY_VERSION, false},
    {"CollateralContainsNonADA", plb_rule_collateral_assets, ANY_VERSION, false},
    {"InsufficientCollateral", plb_rule_insufficient_collateral, ANY_VERSION, false},
    {"IncorrectTotalCollateralField", plb_rule_total_collateral, ANY_VERSION, false},
    {"ValueNotConservedUTxO", plb_rule_value_conserved, ANY_VERSION, false},
    {"BabbageOutputTooSmallUTxO", plb_rule_output_too_small, ANY_VERSION, false},
    {"OutputTooBigUTxO", plb_rule_output_too_big, ANY_VERSION, false},
    {"WrongNetwork", plb_rule_output_network, ANY_VERSION, false},
    {"WrongNetworkInTxBody", plb_rule_body_network, ANY_VERSION, false},
    {"MaxTxSizeUTxO", plb_rule_transaction_size, ANY_VERSION, false},
    {"ExUnitsTooBigUTxO", plb_rule_exunits, ANY_VERSION, false},
    {"TooManyCollateralInputs", plb_rule_collateral_count, ANY_VERSION, false},
};

bool plb_phase1(plb_validation *v) {
    unsigned version = v->ledger->parameters->protocol_major;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const rule *r = &rules[i];
        if (version < r->first_version || version > r->last_version) continue;
        if (r->valid_only && !v->tx.is_valid) continue;
        if (!r->holds(v, r->predicate)) return false;
    }
    return true;
}

/* What phase-2 takes for granted. */
static const rule rules_to_run[] = {
    {"BadInputsUTxO", plb_rule_bad_inputs, ANY_VERSION, false},
    {"MissingScriptWitnessesUTXOW", plb_rule_missing_scripts, ANY_VERSION, false},
    {"ExtraRedeemers", plb_rule_extra_redeemers, ANY_VERSION, false},
    {"MissingRedeemers", plb_rule_missing_redeemers, ANY_VERSION, false},
    {"MalformedScriptWitnesses", plb_rule_witness_scripts, ANY_VERSION, false},
};

bool plb_phase1_to_run(plb_validation *v) {
    for (size_t i = 0; i < sizeof rules_to_run / sizeof rules_to_run[0]; i++) {
        if (!rules_to_run[i].holds(v, rules_to_run[i].predicate)) return false;
    }
    return true;
}
