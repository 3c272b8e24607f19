/* The builder's plan of one transaction: what it spends, refers to, mints, withdraws and makes, in
 * the ledger's orders, before anything is rendered. Shared by the builder's files. */
#ifndef PLB_LEDGER_TX_BUILD_PLAN_H
#define PLB_LEDGER_TX_BUILD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

#include "harness/ledger/build/tx_build_output.h"
#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/integrity.h"
#include "harness/ledger/tx.h"

/* In what the test key's native script is: 82 00 58 1c and the key's hash. */
#define PLB_KEY_SCRIPT_BYTES (4 + PLB_KEY_HASH_BYTES)

typedef struct plb_planned_call {
    const plb_tx_call *call;
    uint8_t script_hash[PLB_KEY_HASH_BYTES];
    uint8_t datum_hash[PLB_HASH_BYTES]; /* where it has a datum that is not inline */
    bool first;                         /* of the calls with this script, in the order of hashes */
} plb_planned_call;

/* An output that is there already: to be spent, pledged or referred to. */
typedef struct plb_planned_input {
    plb_tx_in ref;
    const plb_planned_call *call; /* of a script's input or reference script, else NULL */
    bool at_native_script;
    bool is_chained;                     /* plan.chained */
    size_t output_offset, output_length; /* in plan.outputs */
} plb_planned_input;

/* A minting policy, or the credential of a withdrawal. */
typedef struct plb_planned_hash {
    uint8_t hash[PLB_KEY_HASH_BYTES];
    const plb_planned_call *call; /* NULL in a twin */
} plb_planned_hash;

typedef struct plb_tx_plan {
    const plb_protocol_parameters *parameters;
    const plb_tx_spec *spec;
    bool twin;
    uint8_t public_key[32], secret_key[64];
    uint8_t key_hash[PLB_KEY_HASH_BYTES];
    uint8_t key_address[PLB_PLAN_ADDRESS_BYTES];
    uint8_t key_script[PLB_KEY_SCRIPT_BYTES]; /* native: the test key's signature */
    plb_planned_call *calls;                  /* as the spec's */
    const plb_planned_call **by_hash;         /* the same, by script hash */
    plb_planned_input *inputs, *references;   /* in order */
    size_t input_count, reference_count;
    const plb_utxo *chained; /* the output that is spent besides; NULL: none */
    uint64_t chained_lovelace;
    plb_planned_input collateral;
    plb_planned_hash *policies, *withdrawals; /* in order */
    size_t policy_count, withdrawal_count;
    plb_planned_asset *input_assets, *payment_assets; /* spec->assets of them */
    plb_planned_asset *change_assets;                 /* those, and what is minted */
    size_t change_asset_count;
    uint64_t lovelace_per_input; /* as asked for; an output may need more */
    uint64_t lovelace;           /* in all inputs */
    uint64_t payment_lovelace;   /* in each payment */
    uint64_t reference_script_bytes;
    uint64_t fee;
    uint64_t collateral_lovelace, total_collateral;
    uint8_t supplemental_hash[PLB_HASH_BYTES];
    plb_language_views views;
    plb_writer outputs; /* of inputs, collateral and reference inputs */
    plb_writer body, witnesses, auxiliary;
    plb_writer native_scripts, scripts[PLB_PLUTUS_V3 + 1], datums, redeemers; /* fields' contents */
} plb_tx_plan;

/* Check the specification and plan everything that does not depend on the fee. Free with
 * plb_tx_plan_free, whatever the result is. */
plb_status plb_tx_plan_make(plb_tx_plan *plan, const plb_protocol_parameters *parameters,
                            const plb_tx_spec *spec, bool twin, plb_error *error);
void plb_tx_plan_free(plb_tx_plan *plan);
/* True when memory ran short for something written. */
bool plb_tx_plan_failed(const plb_tx_plan *plan);

/* Write what inputs hold, with plan->lovelace_per_input each; sets plan->lovelace. */
plb_status plb_tx_plan_inputs(plb_tx_plan *plan, plb_error *error);
/* Set collateral_lovelace and total_collateral to what the fee needs. */
void plb_tx_plan_collateral(plb_tx_plan *plan);
/* The output of plan->collateral, once the fee is known. */
void plb_tx_plan_collateral_output(plb_tx_plan *plan);

/* The least lovelace in `output`, whatever it holds now. */
uint64_t plb_tx_plan_least(const plb_tx_plan *plan, const plb_planned_output *output);
/* Payment `index`, and the change. */
plb_planned_output plb_tx_plan_payment(const plb_tx_plan *plan, size_t index);
plb_planned_output plb_tx_plan_change(const plb_tx_plan *plan, uint64_t lovelace);

/* Native script `number` of those that stand in a twin for policies and reward accounts: at least
 * none of no scripts, [3, -number, []], which holds without a signature. */
void plb_write_stand_in_script(plb_writer *writer, size_t number);

/* ---- Rendering: tx_build_body.c, tx_build_witnesses.c ---- */

/* The fields of the witness set but for the signature. */
void plb_tx_plan_witnesses(plb_tx_plan *plan);
/* With plan->fee. */
void plb_tx_render_body(plb_tx_plan *plan);
/* Signs the rendered body. */
void plb_tx_render_witnesses(plb_tx_plan *plan);

#endif
