/* The embedded ledger: protocol parameters, real Conway transactions, and their validation in
 * process, as a node does it on arrival: decoding, phase-1 (the UTXOW and UTXO rules), phase-2 (the
 * UTXOS rule: scripts with their script contexts).
 *
 * Behaviour follows cardano-ledger (eras/conway, babbage, alonzo) and its specifications. A rule
 * that fails is named by the ledger's own predicate.
 *
 * What is covered: outputs at base and enterprise addresses with native assets, datum hashes,
 * inline datums and reference scripts; inputs, reference inputs, collateral with return and total;
 * minting and withdrawals, by keys, native scripts and PlutusV1 to V3; required signers, validity
 * interval, network id, metadata, current treasury value and donation. Certificates, votes,
 * proposals, Byron and pointer addresses and bootstrap witnesses are refused as PLB_E_UNSUPPORTED,
 * by name, never ignored.
 *
 * Objects are opaque. A ledger belongs to one thread at a time; protocol parameters are immutable
 * once loaded and may be shared. Nothing here prints, exits or keeps global state. */
#ifndef PLUTBENCH_LEDGER_H
#define PLUTBENCH_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/machine.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLB_HASH_BYTES 32     /* BLAKE2b-256: transaction ids, datum hashes */
#define PLB_KEY_HASH_BYTES 28 /* BLAKE2b-224: key hashes, script hashes */
#define PLB_ADDRESS_MAX_BYTES 57

typedef enum plb_network { PLB_TESTNET = 0, PLB_MAINNET = 1 } plb_network;

/* ---- Protocol parameters ---- */

/* In lowest terms; numerator and denominator are below 2^32, so that fees are exact. */
typedef struct plb_rational {
    uint64_t numerator;
    uint64_t denominator;
} plb_rational;

/* A language's cost-model parameters, in the order of the ledger state. */
typedef struct plb_cost_parameters {
    int64_t *values; /* NULL when the language has no cost model */
    size_t count;
} plb_cost_parameters;

/* The parameters that fees, limits, script evaluation and calibration need. */
typedef struct plb_protocol_parameters {
    unsigned protocol_major;
    unsigned protocol_minor;
    uint64_t fee_per_byte;         /* txFeePerByte, lovelace */
    uint64_t fee_fixed;            /* txFeeFixed, lovelace */
    plb_rational price_memory;     /* lovelace for a unit of memory */
    plb_rational price_steps;      /* lovelace for a step */
    plb_exunits max_tx_exunits;    /* maxTxExecutionUnits */
    plb_exunits max_block_exunits; /* maxBlockExecutionUnits */
    uint64_t max_tx_size_bytes;
    uint64_t max_block_body_size_bytes;
    uint64_t max_value_size_bytes;
    uint64_t lovelace_per_utxo_byte; /* utxoCostPerByte */
    uint64_t collateral_percentage;
    uint64_t max_collateral_inputs;
    plb_rational fee_per_reference_script_byte; /* minFeeRefScriptCostPerByte; 15 when absent */
    /* Fixed in Conway, and parameters since: their defaults are Conway's. */
    uint64_t reference_script_tier_bytes;               /* refScriptCostStride; 25,600 */
    plb_rational reference_script_tier_factor;          /* refScriptCostMultiplier; 6/5 */
    uint64_t max_reference_scripts_tx_bytes;            /* maxRefScriptSizePerTx; 200 KiB */
    uint64_t max_reference_scripts_block_bytes;         /* maxRefScriptSizePerBlock; 1 MiB */
    plb_cost_parameters cost_models[PLB_PLUTUS_V4 + 1]; /* by plb_language; [0] is not used */
} plb_protocol_parameters;

/* Read what `cardano-cli query protocol-parameters` writes. Numbers are taken exactly (7.21e-5 is
 * 721/10000000). Cost models are arrays or maps by parameter name. Where utxoCostPerByte is absent
 * or null, utxoCostPerWord/8 is taken, as the ledger translated it. Unknown fields are ignored.
 * `name` is used in messages. Free with plb_protocol_parameters_free.
 * Errors: PLB_E_PARSE (line, or path inside the JSON), PLB_E_COST_MODEL, PLB_E_MEMORY. */
PLB_API plb_status plb_protocol_parameters_load(plb_protocol_parameters **parameters,
                                                const char *name, const char *json, size_t length,
                                                plb_error *error);

/* Mainnet's at protocol version 10 (embedded data, calibrate/data/mainnet_v10.json). NULL only when
 * memory is short. */
PLB_API plb_protocol_parameters *plb_protocol_parameters_default(void);
PLB_API void plb_protocol_parameters_free(plb_protocol_parameters *parameters);

/* What `exunits` cost: the ceiling of the exact sum, saturating at UINT64_MAX. */
PLB_API uint64_t plb_exunits_fee(const plb_protocol_parameters *parameters, plb_exunits exunits);

/* The minimum fee of a transaction of `size_bytes` (as the ledger counts it: without the validity
 * flag) with `exunits` in total and no reference scripts. Saturating. */
PLB_API uint64_t plb_minimum_fee(const plb_protocol_parameters *parameters, uint64_t size_bytes,
                                 plb_exunits exunits);

/* What `size_bytes` of reference scripts cost on top: each tier of reference_script_tier_bytes is
 * dearer by reference_script_tier_factor than the one before; the floor of the exact sum
 * (tierRefScriptFee), saturating. From 512 tiers on UINT64_MAX. */
PLB_API uint64_t plb_reference_script_fee(const plb_protocol_parameters *parameters,
                                          uint64_t size_bytes);

/* The least lovelace in an output of `output_size_bytes` of CBOR. Saturating. */
PLB_API uint64_t plb_minimum_lovelace(const plb_protocol_parameters *parameters,
                                      uint64_t output_size_bytes);

typedef struct plb_ledger plb_ledger;

/* ---- Hashes and addresses ---- */

PLB_API void plb_blake2b_256(const uint8_t *bytes, size_t length, uint8_t hash[PLB_HASH_BYTES]);
PLB_API void plb_blake2b_224(const uint8_t *bytes, size_t length, uint8_t hash[PLB_KEY_HASH_BYTES]);

/* The hash of a script: BLAKE2b-224 over the language's tag byte and `script`, the bytes that a
 * witness set carries (CBOR byte string around flat; a text envelope's cborHex without its outer
 * wrapper). */
PLB_API void plb_script_hash(plb_language language, const uint8_t *script, size_t length,
                             uint8_t hash[PLB_KEY_HASH_BYTES]);

/* The enterprise address of a key or script hash: PLB_KEY_HASH_BYTES + 1 bytes. */
PLB_API void plb_enterprise_address(plb_network network, bool is_script,
                                    const uint8_t hash[PLB_KEY_HASH_BYTES],
                                    uint8_t address[PLB_KEY_HASH_BYTES + 1]);

/* The reward account of a key or script hash: PLB_KEY_HASH_BYTES + 1 bytes. */
PLB_API void plb_reward_account(plb_network network, bool is_script,
                                const uint8_t hash[PLB_KEY_HASH_BYTES],
                                uint8_t account[PLB_KEY_HASH_BYTES + 1]);

/* ---- Building transactions ---- */

/* A registered reward account. */
typedef struct plb_account {
    bool is_script;
    uint8_t hash[PLB_KEY_HASH_BYTES];
    uint64_t rewards;       /* lovelace: a withdrawal takes all of it */
    bool delegated_to_drep; /* withdrawals by keys need it since protocol version 10 */
} plb_account;

#define PLB_SCRIPT_VARIANTS 1000

/* The same program under another hash, for transactions with many scripts that do the same: the
 * numbers of the program's version (1.1.0) get up to 9 leading zeros each, in flat's groups of
 * seven bits. Not a step and no ExUnits more or less; up to 27 bytes more (7 for the first 120
 * variants, which are ordered by length). Flat decoders take numbers in any length (Plutus reads
 * the version as natural numbers; others in up to 10 bytes).
 * `script` is as for plb_script_hash, `number` below PLB_SCRIPT_VARIANTS, each another hash; 0
 * changes nothing. *variant is malloc'ed. Errors: PLB_E_ARGUMENT (number), PLB_E_PARSE (not a
 * script, or a variant), PLB_E_MEMORY. */
PLB_API plb_status plb_script_variant(const uint8_t *script, size_t length, unsigned number,
                                      uint8_t **variant, size_t *variant_length, plb_error *error);

/* What a call is made for. */
typedef enum plb_call_purpose {
    PLB_CALL_SPEND,   /* an input at the script's address, spent with a datum and a redeemer */
    PLB_CALL_MINT,    /* a token under the script as policy, minted into the change output */
    PLB_CALL_WITHDRAW /* a withdrawal of 0 lovelace from the script's reward account */
} plb_call_purpose;

/* Where a transaction has a call's script. */
typedef enum plb_script_place {
    PLB_SCRIPT_IN_WITNESSES,
    PLB_SCRIPT_IN_REFERENCE /* a reference input's reference script; not for PlutusV1 before
                               protocol version 9 */
} plb_script_place;

/* One script call. A transaction mints once under a policy and withdraws once from a reward
 * account: calls for minting, and for withdrawing, must have different scripts among themselves
 * (plb_script_variant makes such). Calls with the same script must have it in the same place. */
typedef struct plb_tx_call {
    plb_call_purpose purpose;
    plb_language language; /* PLB_PLUTUS_V1 .. PLB_PLUTUS_V3 */
    const uint8_t *script; /* as for plb_script_hash */
    size_t script_length;
    plb_script_place place;
    const uint8_t *datum; /* spending: CBOR data; NULL: none, which only PlutusV3 allows (CIP-69).
                             Otherwise NULL */
    size_t datum_length;
    bool inline_datum; /* in the output that is spent; false: its hash there, and the datum in the
                          witness set. No call may have one beside a call of PlutusV1,
                          which can't see them */
    const uint8_t *redeemer; /* CBOR data */
    size_t redeemer_length;
    plb_exunits exunits; /* declared */
} plb_tx_call;

/* What plb_tx_build makes: a transaction with the calls of `calls`, `payments` outputs and a change
 * output to the test key's address, one collateral input at that address, one reference input for
 * each distinct script in PLB_SCRIPT_IN_REFERENCE, and signed by the test key. Without a call that
 * spends it spends one input at the test key's address. */
typedef struct plb_tx_spec {
    plb_network network;
    const plb_tx_call *calls;
    size_t call_count;           /* 1 .. 1000 */
    size_t payments;             /* outputs besides the change; at most 1000, as the counts below */
    uint64_t lovelace_per_input; /* in each input, more where its output needs it; 0: 10 ADA, or
                                    as many times ten as it takes to pay */
    uint64_t lovelace_per_payment; /* 0: 1 ADA, or what the output needs */
    size_t required_signers;       /* 0 or 1: name the test key as one */
    size_t extra_key_inputs;       /* further inputs at the test key's address */
    size_t assets; /* native assets, each under a policy of its own: a million in every input,
                      shared out to payments and change */
    size_t native_script_inputs; /* inputs at the address of the native script that the test key's
                                    signature satisfies */
    const uint8_t *supplemental_datum; /* CBOR data, NULL: none; its hash in the first payment (at
                                          least one), and the datum in the witness set */
    size_t supplemental_datum_length;
    bool collateral_return; /* return and total collateral */
    bool validity_interval; /* from `slot`, for 7200 slots */
    uint64_t slot;          /* below 2^63 */
    uint8_t seed[32]; /* the test key, the assets and the ids of what is spent derive from it */
    uint32_t number;  /* of the transaction among those with the same seed: other ids, the same key
                         and assets */
    /* Outputs at the test key's address that are spent besides, by the transaction and by its twin
     * (which spends the first too when it is NULL); NULL: none. Without assets, datum and script,
     * as payments are where the specification has none. */
    const struct plb_utxo *chained, *chained_twin;
} plb_tx_spec;

/* An unspent output: transaction id, index, and the output's CBOR. */
typedef struct plb_utxo {
    uint8_t id[PLB_HASH_BYTES];
    uint16_t index;
    const uint8_t *output;
    size_t output_length;
} plb_utxo;

typedef struct plb_tx_built {
    uint8_t *bytes; /* the transaction's CBOR, as a node takes it */
    size_t length;
    uint8_t id[PLB_HASH_BYTES];
    uint64_t fee;   /* lovelace */
    plb_utxo *utxo; /* what it spends, pledges and refers to, in this order: add it to the ledger
                       before submitting */
    size_t utxo_count;
    plb_account *accounts; /* that it withdraws from: add them likewise */
    size_t account_count;
    struct plb_redeemer_call { /* which of the spec's calls each redeemer is */
        unsigned purpose;      /* as in plb_call_outcome */
        uint32_t index;
        size_t call;
    } * redeemers; /* one per call, ordered by purpose, then index */
    size_t redeemer_count;
    void *storage; /* owns the outputs' bytes */
} plb_tx_built;

/* Build the transaction of `spec`: exact minimum fee, exact script integrity hash, one Ed25519
 * signature. Deterministic. Free with plb_tx_built_free.
 * Errors: PLB_E_ARGUMENT (what is wrong with the spec), PLB_E_LEDGER (an output would be too small
 * or too big, the transaction or its reference scripts too large, or its inputs can't pay),
 * PLB_E_PARSE (datum, redeemer), PLB_E_MEMORY. */
PLB_API plb_status plb_tx_build(plb_tx_built *built, const plb_protocol_parameters *parameters,
                                const plb_tx_spec *spec, plb_error *error);

/* Build its value-only twin: the same work for a node but for what has to do with Plutus scripts.
 *
 * Equal to plb_tx_build's transaction: the size in bytes, of the whole and of the body; the number
 * of inputs, reference inputs, collateral inputs, outputs, withdrawals, minted assets, required
 * signers and signatures; every output, byte for byte, but for policy ids; the lovelace and assets
 * in every input; the fee, and so the collateral; the native script that inputs are locked by.
 *
 * Not equal, because nothing without a script can be so:
 * - An input that a script locked is at the key's address, and has no datum.
 * - A policy or reward account of a script is a native script's: at least 0 (or -1, -2, ...) of no
 *   scripts, which costs 4 to 6 bytes and hardly any work. Keys could stand there only with a
 *   signature each, which is far dearer than anything that a call does besides running.
 * - Outputs that the reference inputs name have as much ADA, and no script: looking them up is
 *   cheaper by what copying the script costs.
 * - There are no Plutus scripts, datums (the supplemental datum's hash stays in its payment) and
 *   redeemers; metadata of the same number of bytes stands in their place, less what the native
 *   scripts take, and its hash (body key 7) in the place of the script integrity hash (key 11). So
 *   the twin hashes the padding where the call hashes scripts and datums, and pays more than its
 *   own minimum fee.
 * Errors: as plb_tx_build; PLB_E_ARGUMENT where the calls take fewer bytes than their native
 * scripts and the least metadata do (calls without a script in the witness set whose redeemer and
 * ExUnits are next to nothing). */
PLB_API plb_status plb_tx_build_twin(plb_tx_built *built, const plb_protocol_parameters *parameters,
                                     const plb_tx_spec *spec, plb_error *error);
PLB_API void plb_tx_built_free(plb_tx_built *built);

/* ---- The ledger ---- */

/* A stretch of the chain with one slot length (an era summary of the era history). */
typedef struct plb_era_summary {
    uint64_t start_slot;
    uint64_t start_ms;    /* since the system's start */
    uint64_t end_slot;    /* exclusive; UINT64_MAX: open */
    uint64_t slot_ms;     /* length of a slot */
    uint64_t epoch_slots; /* slots in an epoch, at whose end the forecast ends; 0: it ends at the
                             slot itself */
} plb_era_summary;

/* What turns slots into POSIX time, which script contexts have. */
typedef struct plb_era_history {
    uint64_t system_start_ms;    /* POSIX time of slot 0 */
    const plb_era_summary *eras; /* in order, without gaps */
    size_t era_count;            /* 0: slots of one second from slot 0 on */
    uint64_t forecast_slots;     /* slots beyond the ledger's own slot that can be told in the last
                                    era (the stability window), and on to the end of that epoch;
                                    0: all */
} plb_era_history;

/* Mainnet's and preprod's as they are public knowledge; live forever. */
PLB_API const plb_era_history *plb_era_history_mainnet(void);
PLB_API const plb_era_history *plb_era_history_preprod(void);

typedef struct plb_ledger_config {
    plb_network network;
    uint64_t slot;                      /* of the block that the transactions would be in */
    const plb_era_history *era_history; /* copied; NULL: the network's (preprod for a test network)
                                         */
    uint64_t treasury;       /* lovelace: what a transaction's current treasury value must be */
    const char *utxo_folder; /* NULL: unspent outputs in memory; else on disk, in an LMDB
                                environment in this folder, which is made if need be and must be
                                empty or plutbench's. It is one ledger's at a time. Accounts are in
                                memory always */
    size_t byte_cap; /* for one transaction's memory and for its scripts' machine each; 0: 1 GiB of
                        address space */
    const plb_program *builtins_of; /* scripts may call the plug-ins' builtins that this program may
                                       (plutbench/plugins.h): no other ledger would take them. Used
                                       as long as the ledger. NULL: none */
} plb_ledger_config;

/* Make a ledger without unspent outputs. `parameters` are copied. `config` NULL: all zero.
 * Free with plb_ledger_free.
 * Errors: PLB_E_COST_MODEL, PLB_E_ARGUMENT (protocol version out of range), PLB_E_MEMORY, PLB_E_IO
 * (the folder: can't be written, in use, not plutbench's, of another network, damaged). */
PLB_API plb_status plb_ledger_new(plb_ledger **ledger, const plb_protocol_parameters *parameters,
                                  const plb_ledger_config *config, plb_error *error);
PLB_API void plb_ledger_free(plb_ledger *ledger);

/* Add unspent outputs; bytes are copied. One that is there already is replaced.
 * Errors: PLB_E_PARSE, PLB_E_UNSUPPORTED, PLB_E_MEMORY, PLB_E_IO. Of those in front of the one that
 * failed some may have been added then. */
PLB_API plb_status plb_ledger_add_utxo(plb_ledger *ledger, const plb_utxo *utxo, size_t count,
                                       plb_error *error);
PLB_API size_t plb_ledger_utxo_count(const plb_ledger *ledger);

/* Register reward accounts; one that is there already is replaced. PLB_E_MEMORY. */
PLB_API plb_status plb_ledger_add_accounts(plb_ledger *ledger, const plb_account *accounts,
                                           size_t count, plb_error *error);

/* What a submission's time goes into. */
typedef enum plb_stage {
    PLB_STAGE_DECODE_TRANSACTION,
    PLB_STAGE_PHASE1,         /* looking up what it refers to, its rules, changing the state */
    PLB_STAGE_DECODE_SCRIPTS, /* in phase-1 and phase-2 */
    PLB_STAGE_BUILD_CONTEXTS, /* what is shared by its calls, and each call's own */
    PLB_STAGE_START,          /* setting the machine up for a script and its arguments */
    PLB_STAGE_EVALUATE,
    PLB_STAGE_COUNT
} plb_stage;

/* "decode-transaction", ..., "evaluate"; NULL from PLB_STAGE_COUNT on. */
PLB_API const char *plb_stage_name(plb_stage stage);

/* Remember the state (outputs and accounts), and forget an earlier mark; what changes from here on
 * is kept, in memory, so that it can be undone. */
PLB_API void plb_ledger_mark(plb_ledger *ledger);
/* Go back to the mark, which stays, so that the same block can be applied again. Takes time in
 * proportion to what has changed. Errors: PLB_E_ARGUMENT (there is no mark), PLB_E_IO and
 * PLB_E_MEMORY (unspent outputs on disk; nothing has changed then). */
PLB_API plb_status plb_ledger_rollback(plb_ledger *ledger, plb_error *error);
/* Forget the mark; the state stays. */
PLB_API void plb_ledger_unmark(plb_ledger *ledger);

typedef struct plb_submit_options {
    bool apply; /* spend and create outputs; false: validate only, the state stays as it is, so that
                   the same transaction can be submitted again at the same cost */
    bool decode_per_call; /* decode a script again for each redeemer. false: once for each distinct
                             script of the transaction, which the ledger's cache of decoded scripts
                             amounts to */
    uint64_t *stage_ns; /* NULL, or PLB_STAGE_COUNT counters: what each stage took, in nanoseconds,
                           is added to them. Together they are the whole submission; reading the
                           clock some times for each call is in them */
    uint64_t *stage_marks; /* with stage_ns: NULL, or PLB_STAGE_COUNT counters, to which is added
                              how many readings of the clock are in each */
    uint64_t *activity;    /* as plb_evaluation's, of all its scripts; NULL: nobody watches */
    plb_tally *tally;      /* as plb_evaluation's, of the last script that ran; NULL: none */
} plb_submit_options;

/* One redeemer's run. */
typedef struct plb_call_outcome {
    unsigned purpose; /* redeemer tag: 0 spending, 1 minting, 3 withdrawing */
    uint32_t index;   /* into the sorted inputs, policies, or withdrawals */
    plb_language language;
    plb_exunits declared;
    plb_exunits spent; /* as plb_outcome's */
    uint64_t machine_steps;
    plb_status status; /* PLB_OK; PLB_E_EVALUATION; PLB_E_BUDGET; of a script that is found to be
                          unfit only when it is to run: PLB_E_UNAVAILABLE (its Plutus Core
                          version), PLB_E_PARSE (a free variable, a malformed reference script) */
} plb_call_outcome;

/* What became of a submission. */
typedef struct plb_submission {
    plb_status status;     /* PLB_OK: accepted. PLB_E_LEDGER: a rule failed. PLB_E_PARSE: malformed.
                              PLB_E_UNSUPPORTED. PLB_E_MEMORY */
    const char *predicate; /* of PLB_E_LEDGER: the ledger's name of what failed, such as
                              "FeeTooSmallUTxO"; else NULL */
    plb_error error;       /* filled unless PLB_OK; the message begins with the predicate */
    uint8_t id[PLB_HASH_BYTES]; /* transaction id, all zero when decoding failed */
    uint64_t size_bytes;        /* as fees count it */
    uint64_t fee;
    size_t call_count;
    const plb_call_outcome *calls; /* by redeemer, in the order they ran; a failure does not stop
                                      the others. Live until the next submission or
                                      plb_ledger_free */
} plb_submission;

/* Decode and validate a transaction. Returns submission->status. `options` NULL: all zero.
 * Takes no memory from the C library and leaves the state as it was (unless options->apply). A
 * transaction that is marked invalid and whose scripts fail is accepted; applying it takes its
 * collateral. */
PLB_API plb_status plb_ledger_submit(plb_ledger *ledger, const uint8_t *bytes, size_t length,
                                     const plb_submit_options *options, plb_submission *submission);

/* The ExUnits that each redeemer of a transaction needs, whatever it declares; limited to what a
 * whole block may take, so that every script ends (PLB_E_BUDGET beyond it).
 * Phase-1 is not checked, but that the outputs it spends exist and that scripts, datums and
 * redeemers are there. submission->calls[i].spent holds them. A script that fails gives
 * PLB_E_EVALUATION. */
PLB_API plb_status plb_tx_evaluate(plb_ledger *ledger, const uint8_t *bytes, size_t length,
                                   plb_submission *submission);

/* Build `spec`'s transaction with the ExUnits that its calls need (those of the spec are ignored)
 * and add what it spends and refers to, and the accounts that it withdraws from, to the ledger.
 * `exunits`, of call_count entries in the order of the spec's calls, receives them (may be NULL). A
 * script sees the fee, which depends on its ExUnits: this repeats until they agree. A script whose
 * cost follows the fee or the transaction's id so closely that they don't gets the most that it
 * took on the way, once that is enough (PLB_E_LEDGER when it never is). Errors: plb_tx_build's and
 * plb_tx_evaluate's. */
PLB_API plb_status plb_ledger_build_exact(plb_ledger *ledger, plb_tx_built *built,
                                          const plb_tx_spec *spec, plb_exunits *exunits,
                                          plb_error *error);

/* ---- Blocks ---- */

typedef struct plb_block_transaction {
    const uint8_t *bytes; /* a transaction's CBOR */
    size_t length;
} plb_block_transaction;

/* Transactions in their order. */
typedef struct plb_block {
    const plb_block_transaction *transactions;
    size_t count;
} plb_block;

typedef struct plb_block_result {
    plb_status status;     /* as plb_submission's */
    const char *predicate; /* of PLB_E_LEDGER, else NULL: a transaction's, or of the whole block
                              "BlockSizeTooLargeCHAIN", "BodyRefScriptsSizeTooBig",
                              "TooManyExUnits" */
    plb_error error;       /* filled unless PLB_OK; names the transaction */
    size_t transaction;    /* that failed, from 0; the block's count when none of them did */
    /* Of the transactions up to the one that failed: */
    uint64_t body_size_bytes; /* as a node writes the block's body */
    plb_exunits declared, spent;
    uint64_t reference_script_bytes; /* as often as they are referred to */
    uint64_t fees;                   /* lovelace that the valid transactions declare */
    size_t call_count;               /* scripts that ran */
} plb_block_result;

/* Apply a block: each transaction is validated against the state that those in front of it leave,
 * and applied (options->apply is taken as true; `options` NULL: all zero); and the rules on the
 * block as a whole hold. Where several of these are broken, the result names what the ledger
 * checks first. Unless PLB_OK the state is as it was. Returns result->status. Its header is no part
 * of it: no rules on that are checked. */
PLB_API plb_status plb_ledger_apply_block(plb_ledger *ledger, const plb_block *block,
                                          const plb_submit_options *options,
                                          plb_block_result *result);

typedef struct plb_block_spec {
    const plb_tx_spec *transaction; /* what each is like; ExUnits of its calls are ignored */
    size_t count;                   /* of transactions, at most 100,000; 0: by `fraction` */
    double fraction;                /* of the block's ExUnits, in (0, 1]: as many transactions as
                                       fit, and as fit the block's body; 0: by `count` */
    bool chained; /* each spends the first payment of the one before it too (at least one payment
                     and no assets); false: they have nothing to do with each other, not even the
                     key */
} plb_block_spec;

typedef struct plb_block_built {
    plb_block block;
    plb_tx_built *built;                 /* block.count of them */
    plb_block_transaction *transactions; /* what `block` points to */
    plb_exunits declared;                /* in total */
    uint64_t body_size_bytes;
} plb_block_built;

/* Build a block of transactions like the specification's, each with inputs of its own and the
 * ExUnits that it needs (as plb_ledger_build_exact), and with `twins` (may be NULL) the block of
 * their value-only twins. What both spend is added to the ledger, so that either can be applied.
 * It need not be a block that the ledger's rules on blocks allow: with `count`, ExUnits and body
 * may be too large. Free with plb_block_built_free. Errors: those of plb_ledger_build_exact and
 * plb_tx_build_twin, PLB_E_ARGUMENT, PLB_E_LEDGER (not one transaction fits the fraction). */
PLB_API plb_status plb_ledger_build_block(plb_ledger *ledger, plb_block_built *calls,
                                          plb_block_built *twins, const plb_block_spec *spec,
                                          plb_error *error);
PLB_API void plb_block_built_free(plb_block_built *built);

#ifdef __cplusplus
}
#endif
#endif
