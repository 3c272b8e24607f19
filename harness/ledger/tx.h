/* A decoded transaction. Everything points into the submitted bytes or into the arena of the
 * submission, and is gone with them. Original bytes are kept for whatever is hashed. */
#ifndef PLB_LEDGER_TX_H
#define PLB_LEDGER_TX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/machine/region.h"
#include "harness/machine/value.h"

/* Sums of amounts: 64 bits are not enough for them. Aligned as regions align. */
__extension__ typedef __int128 plb_wide __attribute__((aligned(8)));

/* An output reference; ordered by id, then index. */
typedef struct plb_tx_in {
    uint8_t id[PLB_HASH_BYTES];
    uint16_t index;
} plb_tx_in;

int plb_tx_in_compare(const plb_tx_in *a, const plb_tx_in *b);

typedef enum plb_stake { PLB_STAKE_NONE, PLB_STAKE_KEY, PLB_STAKE_SCRIPT } plb_stake;

/* A base or enterprise address. The hashes point into `bytes`. */
typedef struct plb_address {
    plb_span bytes;
    plb_network network;
    bool payment_is_script;
    plb_stake stake_kind;
    const uint8_t *payment; /* PLB_KEY_HASH_BYTES */
    const uint8_t *stake;   /* PLB_KEY_HASH_BYTES, or NULL */
} plb_address;

/* An amount of a native asset: in outputs 1 to 2^64 - 1, in the mint field -2^63 to 2^63 - 1 and
 * not zero. */
typedef struct plb_tx_asset {
    const uint8_t *policy; /* PLB_KEY_HASH_BYTES */
    plb_span name;         /* at most 32 bytes */
    plb_wide amount;
} plb_tx_asset;

/* Native assets in the ledger's order, by policy, then name; none twice, none zero. */
typedef struct plb_tx_assets {
    const plb_tx_asset *items;
    size_t count;
} plb_tx_assets;

/* A script of a witness set, or a reference script. */
typedef struct plb_tx_script {
    bool is_native;
    plb_language language; /* unless native */
    plb_span bytes;        /* Plutus: as for plb_script_hash; native: its CBOR */
    uint8_t hash[PLB_KEY_HASH_BYTES];
} plb_tx_script;

typedef enum plb_datum_kind { PLB_DATUM_NONE, PLB_DATUM_HASH, PLB_DATUM_INLINE } plb_datum_kind;

typedef struct plb_tx_out {
    plb_span bytes; /* the whole output, as it came */
    plb_address address;
    uint64_t lovelace;
    plb_tx_assets assets;
    plb_span value; /* the value's bytes, as they came */
    plb_datum_kind datum_kind;
    const uint8_t *datum_hash;   /* PLB_DATUM_HASH: PLB_HASH_BYTES */
    plb_span datum;              /* PLB_DATUM_INLINE: CBOR data */
    const plb_tx_script *script; /* reference script, or NULL */
} plb_tx_out;

/* A withdrawal; ordered as the ledger orders reward accounts, which is how redeemers index them. */
typedef struct plb_withdrawal {
    plb_span account; /* 29 bytes: header, credential */
    plb_network network;
    bool is_script;
    const uint8_t *hash; /* PLB_KEY_HASH_BYTES */
    uint64_t lovelace;
} plb_withdrawal;

typedef struct plb_vkey_witness {
    const uint8_t *key;       /* 32 bytes */
    const uint8_t *signature; /* 64 bytes */
    uint8_t hash[PLB_KEY_HASH_BYTES];
} plb_vkey_witness;

typedef struct plb_witness_datum {
    uint8_t hash[PLB_HASH_BYTES];
    plb_value data;
} plb_witness_datum;

/* Redeemer tags (Conway). */
typedef enum plb_purpose {
    PLB_PURPOSE_SPEND,
    PLB_PURPOSE_MINT,
    PLB_PURPOSE_CERTIFY,
    PLB_PURPOSE_REWARD,
    PLB_PURPOSE_VOTE,
    PLB_PURPOSE_PROPOSE,
    PLB_PURPOSE_COUNT
} plb_purpose;

typedef struct plb_redeemer {
    plb_purpose purpose;
    uint32_t index;
    plb_value data;
    plb_exunits exunits;
} plb_redeemer;

/* A set of output references in order, and what they refer to once that is looked up. */
typedef struct plb_tx_inputs {
    plb_tx_in *refs;
    size_t count;
    plb_tx_out *outputs; /* as many; .bytes.bytes NULL where there is none */
    size_t missing;      /* how many are not in the state */
} plb_tx_inputs;

typedef struct plb_tx {
    plb_span body, witnesses;
    plb_span auxiliary; /* bytes NULL: none */
    bool is_valid;
    uint64_t size_bytes; /* as fees and limits count it */
    uint8_t id[PLB_HASH_BYTES];

    plb_tx_inputs inputs, collateral, reference;
    plb_tx_out *outputs;
    size_t output_count;
    uint64_t fee;
    bool has_valid_from, has_valid_until;
    uint64_t valid_from, valid_until; /* slots; until is exclusive */
    const uint8_t *auxiliary_hash;    /* PLB_HASH_BYTES, or NULL */
    const uint8_t *integrity_hash;    /* PLB_HASH_BYTES, or NULL */
    const uint8_t **required_signers; /* PLB_KEY_HASH_BYTES each, in order */
    size_t required_signer_count;
    int network;                   /* -1: not said */
    plb_tx_out *collateral_return; /* NULL: none */
    bool has_total_collateral;
    uint64_t total_collateral;
    plb_withdrawal *withdrawals;
    size_t withdrawal_count;
    plb_span certificates; /* bytes NULL: the field is absent; known to be well-formed CBOR */
    plb_tx_assets mint;
    bool has_current_treasury;
    uint64_t current_treasury, donation; /* donation 0: none */

    plb_vkey_witness *vkeys; /* by key hash, none twice */
    size_t vkey_count;
    plb_tx_script *scripts; /* of the witness set, native and Plutus, none twice */
    size_t script_count;
    plb_witness_datum *datums; /* by hash, none twice */
    size_t datum_count;
    plb_span datums_bytes;   /* bytes NULL: the field is absent */
    plb_redeemer *redeemers; /* by purpose, then index, none twice */
    size_t redeemer_count;
    plb_span redeemers_bytes; /* bytes NULL: the field is absent */

    plb_tx_script *auxiliary_scripts; /* Plutus scripts in the auxiliary data; without hashes */
    size_t auxiliary_script_count;
} plb_tx;

/* Decode a transaction into `tx`, in `arena`, as the ledger decodes Conway's; that is the same in
 * all of the era's protocol versions, 9 to 11. Reads nothing of the state.
 * Errors: PLB_E_PARSE; PLB_E_MEMORY; PLB_E_UNSUPPORTED, of a transaction that is well-formed
 * otherwise: `tx` then has the rest of it. */
plb_status plb_tx_decode(plb_tx *tx, plb_region *arena, const uint8_t *bytes, size_t length,
                         plb_error *error);

/* Decode one output that is all of `bytes`; its assets and its reference script go into `arena`.
 * Errors as plb_tx_decode. */
plb_status plb_tx_out_decode(plb_tx_out *out, plb_region *arena, const uint8_t *bytes,
                             size_t length, plb_error *error);

/* ExUnits of all redeemers, saturating. */
plb_exunits plb_tx_exunits(const plb_tx *tx);

/* ---- For the decoder's files ---- */

/* Order `count` items of `size` bytes by heap sort, in place and without recursion or memory of the
 * C library; items in order already cost one pass. `size` is at most 128. */
void plb_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

/* An array that grows in an arena. */
typedef struct plb_list {
    uint8_t *items;
    size_t count, capacity;
} plb_list;

/* Room for one more item of `size` bytes; NULL (and the reader fails) when memory is short. */
void *plb_list_add(plb_list *list, size_t size, plb_region *arena, plb_cbor *reader);

/* A payment address; Byron and pointer addresses are noted as not supported. */
bool plb_decode_address(plb_cbor *reader, plb_address *address);
/* Withdrawals, in the order of reward accounts. */
bool plb_decode_withdrawals(plb_cbor *reader, plb_region *arena, plb_tx *tx);
/* The value of an output, into lovelace, assets and value. */
bool plb_decode_value(plb_cbor *reader, plb_region *arena, plb_tx_out *out);
bool plb_decode_mint(plb_cbor *reader, plb_region *arena, plb_tx *tx);
bool plb_decode_output(plb_cbor *reader, plb_region *arena, plb_tx_out *out);
/* CBOR data: into *data, or only checked when NULL. */
bool plb_decode_data(plb_cbor *reader, plb_region *arena, plb_value *data);
bool plb_decode_body(plb_cbor *reader, plb_region *arena, plb_tx *tx);
bool plb_decode_witnesses(plb_cbor *reader, plb_region *arena, plb_tx *tx);
bool plb_decode_auxiliary(plb_cbor *reader, plb_region *arena, plb_tx *tx);

#endif
