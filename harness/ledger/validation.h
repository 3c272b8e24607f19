/* The inside of the ledger, shared by its phases. */
#ifndef PLB_LEDGER_VALIDATION_H
#define PLB_LEDGER_VALIDATION_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/ledger.h>

#include "harness/ledger/accounts.h"
#include "harness/ledger/apply.h"
#include "harness/ledger/block.h"
#include "harness/ledger/integrity.h"
#include "harness/ledger/stages.h"
#include "harness/ledger/tx.h"
#include "harness/ledger/utxo/utxo.h"
#include "harness/machine/region.h"

struct plb_ledger {
    plb_protocol_parameters *parameters;
    plb_ledger_config config;
    plb_era_history *era_history; /* what config's points to */
    plb_utxo_state *utxo;
    plb_accounts accounts;
    plb_changes changes;
    plb_block_totals *block; /* of the block whose transactions are applied; NULL: none */
    plb_region arena;        /* reset by every submission */
    plb_machine *machine;
    plb_cost_model *cost_models[PLB_PLUTUS_V4 + 1]; /* NULL: the language has none */
    plb_language_views views;
    plb_program **programs; /* kept for the next transaction's scripts */
    size_t program_count;
};

/* A script that must run or be there. Ordered by purpose, then index, as redeemers are. */
typedef struct plb_needed_script {
    plb_purpose purpose;
    uint32_t index; /* of the input, the policy in the mint field, the withdrawal */
    const uint8_t *hash;
    size_t script; /* into plb_validation's scripts, or PLB_NO_SCRIPT */
} plb_needed_script;

#define PLB_NO_SCRIPT SIZE_MAX

/* A script of the witness set or a reference script, to be found by its hash. */
typedef struct plb_provided_script {
    const plb_tx_script *script;
    bool by_reference; /* of an input or reference input; false: of the witness set */
    bool is_needed;
    size_t index; /* into plb_validation's scripts, or PLB_NO_SCRIPT */
} plb_provided_script;

/* One transaction on its way through the rules. */
typedef struct plb_validation {
    plb_ledger *ledger;
    plb_tx tx;
    const plb_tx_script **scripts; /* the witness set's, then those reference scripts of inputs and
                                      reference inputs that are needed; each once */
    size_t script_count;
    plb_provided_script *provided; /* by hash, then the witness set's before reference scripts */
    size_t provided_count;
    uint64_t reference_script_bytes; /* of inputs and reference inputs, as often as they occur */
    plb_needed_script *needed;       /* by purpose, then index */
    size_t needed_count;
    unsigned languages; /* bit 1 << language for each Plutus script that is needed and provided */
    plb_status failure; /* of a rule or of phase-2; PLB_OK until then */
    const char *predicate; /* of PLB_E_LEDGER */
    char detail[PLB_ERROR_MESSAGE_BYTES - 64];
    bool decode_per_call;
    bool counting; /* what is declared does not count: ExUnits are measured */
    bool *decoded; /* by script: the ledger's program of that number is it; NULL: none yet */
    plb_call_outcome *calls;
    size_t call_count;
    plb_stage_clock stages;
    uint64_t *activity; /* as plb_submit_options's */
    plb_tally *tally;
} plb_validation;

/* Look up what the transaction refers to, and find the scripts that are needed. False and
 * v->failure PLB_E_MEMORY when memory is short. */
bool plb_resolve(plb_validation *v);

/* The rules of LEDGER, CERTS, UTXOW and UTXO, in order. False with failure, predicate and detail at
 * the first that fails. */
bool plb_phase1(plb_validation *v);

/* The UTXOS rule: run the scripts and compare with the validity flag. False as above. With
 * v->counting, a script that fails is v->failure PLB_E_EVALUATION. */
bool plb_phase2(plb_validation *v);

/* Decode v->scripts[index], which is a Plutus script, into the ledger's program of that number.
 * PLB_OK, PLB_E_MEMORY, or why the script is not well-formed (detail filled). */
plb_status plb_decode_script(plb_validation *v, size_t index);

/* Whether a Plutus script that is not to run is well-formed; as plb_decode_script otherwise. */
plb_status plb_check_script(plb_validation *v, const plb_tx_script *script);

/* Of the rules, those that running scripts takes for granted: that outputs, scripts and redeemers
 * are there. False as above. */
bool plb_phase1_to_run(plb_validation *v);

bool plb_fail_memory(plb_validation *v);
/* Record the failed predicate with a printf-style detail; always false. */
bool plb_fail_rule(plb_validation *v, const char *predicate, const char *format, ...)
    PLB_PRINTF(3, 4);

#endif
