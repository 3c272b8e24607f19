/* What a script runs for, as data (ScriptPurpose, ScriptInfo). */
#ifndef PLB_LEDGER_SCRIPT_PURPOSE_H
#define PLB_LEDGER_SCRIPT_PURPOSE_H

#include "harness/ledger/context/certificates.h"
#include "harness/ledger/context/context_builder.h"
#include "harness/ledger/tx.h"

/* A redeemer's purpose, and what it points to. */
typedef struct plb_script_item {
    plb_purpose purpose;
    const plb_tx_in *input; /* PLB_PURPOSE_SPEND */
    const uint8_t *hash;    /* PLB_PURPOSE_MINT: the policy; PLB_PURPOSE_REWARD: the credential */
    bool is_script;         /* the credential */
    const plb_certificate *certificate; /* PLB_PURPOSE_CERTIFY, and its index */
    uint32_t index;
    unsigned protocol_major; /* which a certificate's encoding depends on */
} plb_script_item;

/* The policies of the mint field, in order: what minting redeemers index. */
typedef struct plb_policies {
    const uint8_t **hashes; /* PLB_KEY_HASH_BYTES each */
    size_t count;
} plb_policies;

/* False when memory is short. */
bool plb_policies_of(plb_policies *policies, plb_region *arena, const plb_tx_assets *mint);

/* What redeemers point to. */
typedef struct plb_script_items {
    const plb_tx *tx;
    unsigned protocol_major;
    plb_policies policies;
    plb_certificates certificates;
} plb_script_items;

/* What (purpose, index) points to. False when there is no such thing in the transaction. */
bool plb_script_item_at(plb_script_item *item, const plb_script_items *items, plb_purpose purpose,
                        uint32_t index);

/* ScriptPurpose of the builder's language. */
plb_value plb_context_purpose(plb_context_builder *b, const plb_script_item *item);

/* ScriptInfo, which PlutusV3 has: with the datum (PLB_NO_VALUE: none) of what is spent. */
plb_value plb_context_script_info(plb_context_builder *b, const plb_script_item *item,
                                  plb_value datum);

#endif
