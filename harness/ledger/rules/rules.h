/* The rules of phase-1, by file. Each holds, or fails under the name that it is given; which name
 * that is, and in which order they are asked, is the table in phase1.c. */
#ifndef PLB_LEDGER_RULES_H
#define PLB_LEDGER_RULES_H

#include "harness/ledger/validation.h"

typedef bool plb_rule_function(plb_validation *v, const char *predicate);

/* rules_ledger.c: LEDGER and CERTS, as far as they concern treasury, reference scripts and
 * withdrawals. */
plb_rule_function plb_rule_treasury_value, plb_rule_reference_scripts_size,
    plb_rule_withdrawal_accounts, plb_rule_withdrawals_delegated, plb_rule_withdrawal_amounts;

/* rules_scripts.c: UTXOW, what concerns scripts. */
plb_rule_function plb_rule_native_scripts, plb_rule_extraneous_scripts, plb_rule_missing_scripts,
    plb_rule_unspendable_inputs, plb_rule_missing_datums, plb_rule_supplemental_datums,
    plb_rule_extra_redeemers, plb_rule_missing_redeemers, plb_rule_witness_scripts,
    plb_rule_reference_scripts, plb_rule_integrity_hash;

/* rules_witnesses.c: UTXOW, signatures and auxiliary data. */
plb_rule_function plb_rule_signatures, plb_rule_missing_signatures, plb_rule_missing_metadata,
    plb_rule_missing_metadata_hash, plb_rule_conflicting_metadata_hash, plb_rule_auxiliary_scripts;

/* rules_utxo.c: UTXO. */
plb_rule_function plb_rule_bad_inputs, plb_rule_disjoint_reference_inputs,
    plb_rule_validity_interval, plb_rule_forecast, plb_rule_empty_inputs, plb_rule_fee,
    plb_rule_value_conserved, plb_rule_output_too_small, plb_rule_output_too_big,
    plb_rule_output_network, plb_rule_withdrawal_network, plb_rule_body_network,
    plb_rule_transaction_size, plb_rule_exunits;

/* rules_collateral.c: UTXO, what concerns collateral. */
plb_rule_function plb_rule_no_collateral, plb_rule_collateral_at_scripts,
    plb_rule_collateral_assets, plb_rule_insufficient_collateral, plb_rule_total_collateral,
    plb_rule_collateral_count;

/* What the message of InsufficientCollateral says when the return is larger than the collateral. */
#define PLB_COLLATERAL_OVERDRAWN "the collateral return exceeds the collateral"

/* ---- What they share ---- */

typedef char plb_hex_text[2 * PLB_HASH_BYTES + 1];

/* `bytes` (at most 32) as hexadecimal text. */
const char *plb_hex_of(plb_hex_text text, const uint8_t *bytes, size_t length);

static inline bool plb_is_there(const plb_tx_out *out) { return out->bytes.bytes != NULL; }

/* The outputs that a transaction may create: its own, then the collateral's return; NULL behind
 * them. */
const plb_tx_out *plb_output_at(const plb_tx *tx, size_t i);

/* Whether a script that is not to run decodes: a native one always does. */
bool plb_rule_script_is_well_formed(plb_validation *v, const plb_tx_script *script,
                                    const char *predicate);

/* Sum of the lovelace of outputs that were found. */
plb_wide plb_lovelace_of(const plb_tx_inputs *inputs);

#endif
