#include "harness/ledger/script_context.h"

#include <string.h>

#include "harness/machine/data_cbor.h"

/* ---- Data, with a sticky failure ---- */

typedef struct context_builder {
    plb_region *arena;
    plb_language language;
    bool failed; /* memory is short: values made since are not to be used */
} context_builder;

static plb_value checked(context_builder *b, plb_value value) {
    if (value == PLB_NO_VALUE) b->failed = true;
    return value;
}

static plb_value constr(context_builder *b, int64_t tag, size_t count, const plb_value *fields) {
    if (b->failed) return PLB_NO_VALUE;
    plb_value list = checked(b, plb_make_list(b->arena, PLB_TYPE_DATA, fields, count));
    if (b->failed) return PLB_NO_VALUE;
    return checked(b, plb_make_data_constr(b->arena, plb_small(tag), list));
}

#define CONSTR(b, tag, ...)                                                                        \
    constr((b), (tag), sizeof((plb_value[]){__VA_ARGS__}) / sizeof(plb_value),                     \
           (plb_value[]){__VA_ARGS__})
#define CONSTR_EMPTY(b, tag) constr((b), (tag), 0, NULL)

static plb_value list_of(context_builder *b, const plb_value *items, size_t count) {
    if (b->failed) return PLB_NO_VALUE;
    plb_value list = checked(b, plb_make_list(b->arena, PLB_TYPE_DATA, items, count));
    if (b->failed) return PLB_NO_VALUE;
    return checked(b, plb_make_data_items(b->arena, PLB_KIND_DATA_LIST, list));
}

static plb_value pair_of(context_builder *b, plb_value key, plb_value value) {
    if (b->failed) return PLB_NO_VALUE;
    return checked(b, plb_make_pair(b->arena, PLB_TYPE_PAIR_DATA_DATA, key, value));
}

/* `pairs` made by pair_of. */
static plb_value map_of(context_builder *b, const plb_value *pairs, size_t count) {
    if (b->failed) return PLB_NO_VALUE;
    plb_value list = checked(b, plb_make_list(b->arena, PLB_TYPE_PAIR_DATA_DATA, pairs, count));
    if (b->failed) return PLB_NO_VALUE;
    return checked(b, plb_make_data_items(b->arena, PLB_KIND_DATA_MAP, list));
}

static plb_value integer(context_builder *b, uint64_t number) {
    plb_value value = checked(b, plb_make_uint(b->arena, number));
    if (b->failed) return PLB_NO_VALUE;
    return checked(b, plb_make_data_leaf(b->arena, PLB_KIND_DATA_I, value));
}

/* Shares the bytes. */
static plb_value bytes_of(context_builder *b, const uint8_t *bytes, size_t length) {
    plb_value value = checked(b, plb_make_bytes_view(b->arena, PLB_KIND_BYTESTRING, bytes, length));
    if (b->failed) return PLB_NO_VALUE;
    return checked(b, plb_make_data_leaf(b->arena, PLB_KIND_DATA_B, value));
}

/* Room for `count` values that a list is made from. */
static plb_value *scratch(context_builder *b, size_t count) {
    plb_value *values = b->failed ? NULL : plb_region_alloc(b->arena, count * sizeof *values);
    if (values == NULL) b->failed = true;
    return values;
}

static plb_value nothing(context_builder *b) { return CONSTR_EMPTY(b, 1); }

static plb_value just(context_builder *b, plb_value value) { return CONSTR(b, 0, value); }

static plb_value truth(context_builder *b) { return CONSTR_EMPTY(b, 1); }

/* ---- The ledger's types ---- */

static plb_value credential(context_builder *b, bool is_script, const uint8_t *hash) {
    return CONSTR(b, is_script ? 1 : 0, bytes_of(b, hash, PLB_KEY_HASH_BYTES));
}

static plb_value address(context_builder *b, const plb_address *address) {
    plb_value payment = credential(b, address->payment_is_script, address->payment);
    if (address->stake_kind == PLB_STAKE_NONE) return CONSTR(b, 0, payment, nothing(b));
    plb_value stake = credential(b, address->stake_kind == PLB_STAKE_SCRIPT, address->stake);
    return CONSTR(b, 0, payment, just(b, CONSTR(b, 0, stake)));
}

/* A byte string without bytes still has an address. */
static const uint8_t no_bytes[1] = {0};

/* Lovelace under the empty policy and the empty name. */
static plb_value value_of(context_builder *b, uint64_t lovelace) {
    plb_value name = pair_of(b, bytes_of(b, no_bytes, 0), integer(b, lovelace));
    plb_value policy = pair_of(b, bytes_of(b, no_bytes, 0), map_of(b, &name, 1));
    return map_of(b, &policy, 1);
}

static plb_value transaction_id(context_builder *b, const uint8_t *id) {
    plb_value bytes = bytes_of(b, id, PLB_HASH_BYTES);
    return b->language >= PLB_PLUTUS_V3 ? bytes : CONSTR(b, 0, bytes);
}

static plb_value reference(context_builder *b, const plb_tx_in *ref) {
    return CONSTR(b, 0, transaction_id(b, ref->id), integer(b, ref->index));
}

/* PlutusV1 has the hash only; since V2 there are no datum, hash, and inline datum. */
static plb_value output_datum(context_builder *b, const plb_tx_out *out) {
    bool first = b->language == PLB_PLUTUS_V1;
    switch (out->datum_kind) {
    case PLB_DATUM_HASH:
        return CONSTR(b, first ? 0 : 1, bytes_of(b, out->datum_hash, PLB_HASH_BYTES));
    case PLB_DATUM_INLINE: {
        if (b->failed) return PLB_NO_VALUE;
        plb_value datum = checked(
            b, plb_data_decode_cbor(b->arena, out->datum.bytes, out->datum.length, NULL, NULL));
        return CONSTR(b, 2, datum);
    }
    default: return first ? nothing(b) : CONSTR_EMPTY(b, 0);
    }
}

static plb_value output(context_builder *b, const plb_tx_out *out) {
    plb_value where = address(b, &out->address), value = value_of(b, out->lovelace);
    plb_value datum = output_datum(b, out);
    if (b->language == PLB_PLUTUS_V1) return CONSTR(b, 0, where, value, datum);
    return CONSTR(b, 0, where, value, datum, nothing(b));
}

static plb_value outputs(context_builder *b, const plb_tx_out *items, size_t count) {
    plb_value *values = scratch(b, count);
    for (size_t i = 0; !b->failed && i < count; i++) values[i] = output(b, &items[i]);
    return list_of(b, values, count);
}

static plb_value inputs(context_builder *b, const plb_tx_inputs *items) {
    plb_value *values = scratch(b, items->count);
    for (size_t i = 0; !b->failed && i < items->count; i++) {
        values[i] = CONSTR(b, 0, reference(b, &items->refs[i]), output(b, &items->outputs[i]));
    }
    return list_of(b, values, items->count);
}

/* The interval without bounds, both ends closed. */
static plb_value always(context_builder *b) {
    plb_value lower = CONSTR(b, 0, CONSTR_EMPTY(b, 0), truth(b));
    plb_value upper = CONSTR(b, 0, CONSTR_EMPTY(b, 2), truth(b));
    return CONSTR(b, 0, lower, upper);
}

static plb_value signatories(context_builder *b, const plb_tx *tx) {
    plb_value *values = scratch(b, tx->required_signer_count);
    for (size_t i = 0; !b->failed && i < tx->required_signer_count; i++) {
        values[i] = bytes_of(b, tx->required_signers[i], PLB_KEY_HASH_BYTES);
    }
    return list_of(b, values, tx->required_signer_count);
}

/* Witness datums by hash: a list of tuples for PlutusV1, then a map. */
static plb_value datums(context_builder *b, const plb_tx *tx) {
    bool first = b->language == PLB_PLUTUS_V1;
    plb_value *values = scratch(b, tx->datum_count);
    for (size_t i = 0; !b->failed && i < tx->datum_count; i++) {
        plb_value hash = bytes_of(b, tx->datums[i].hash, PLB_HASH_BYTES);
        values[i] =
            first ? CONSTR(b, 0, hash, tx->datums[i].data) : pair_of(b, hash, tx->datums[i].data);
    }
    return first ? list_of(b, values, tx->datum_count) : map_of(b, values, tx->datum_count);
}

static plb_value spending_purpose(context_builder *b, const plb_tx_in *ref) {
    return CONSTR(b, 1, reference(b, ref));
}

/* Only called when every redeemer spends an input that is there. */
static plb_value redeemers(context_builder *b, const plb_tx *tx) {
    plb_value *values = scratch(b, tx->redeemer_count);
    for (size_t i = 0; !b->failed && i < tx->redeemer_count; i++) {
        const plb_redeemer *redeemer = &tx->redeemers[i];
        values[i] =
            pair_of(b, spending_purpose(b, &tx->inputs.refs[redeemer->index]), redeemer->data);
    }
    return map_of(b, values, tx->redeemer_count);
}

/* ---- TxInfo ---- */

static plb_value info_v1(context_builder *b, const plb_tx *tx) {
    plb_value none = list_of(b, NULL, 0);
    plb_value fields[] = {
        inputs(b, &tx->inputs),
        outputs(b, tx->outputs, tx->output_count),
        value_of(b, tx->fee),
        value_of(b, 0), /* mint: lovelace too, of which none was minted */
        none,           /* certificates */
        none,           /* withdrawals */
        always(b),
        signatories(b, tx),
        datums(b, tx),
        transaction_id(b, tx->id),
    };
    return constr(b, 0, sizeof fields / sizeof fields[0], fields);
}

static plb_value info_v2(context_builder *b, const plb_tx *tx) {
    plb_value fields[] = {
        inputs(b, &tx->inputs),
        inputs(b, &tx->reference),
        outputs(b, tx->outputs, tx->output_count),
        value_of(b, tx->fee),
        value_of(b, 0),      /* mint */
        list_of(b, NULL, 0), /* certificates */
        map_of(b, NULL, 0),  /* withdrawals */
        always(b),
        signatories(b, tx),
        redeemers(b, tx),
        datums(b, tx),
        transaction_id(b, tx->id),
    };
    return constr(b, 0, sizeof fields / sizeof fields[0], fields);
}

static plb_value info_v3(context_builder *b, const plb_tx *tx) {
    plb_value empty_list = list_of(b, NULL, 0), empty_map = map_of(b, NULL, 0);
    plb_value fields[] = {
        inputs(b, &tx->inputs),
        inputs(b, &tx->reference),
        outputs(b, tx->outputs, tx->output_count),
        integer(b, tx->fee),
        empty_map,  /* mint */
        empty_list, /* certificates */
        empty_map,  /* withdrawals */
        always(b),
        signatories(b, tx),
        redeemers(b, tx),
        datums(b, tx),
        transaction_id(b, tx->id),
        empty_map,  /* votes */
        empty_list, /* proposals */
        nothing(b), /* current treasury */
        nothing(b), /* donation */
    };
    return constr(b, 0, sizeof fields / sizeof fields[0], fields);
}

static bool has_inline_datum(const plb_tx_out *items, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (items[i].datum_kind == PLB_DATUM_INLINE) return true;
    }
    return false;
}

static bool share_input(const plb_tx_inputs *a, const plb_tx_inputs *b) {
    for (size_t i = 0, k = 0; i < a->count && k < b->count;) {
        int order = plb_tx_in_compare(&a->refs[i], &b->refs[k]);
        if (order == 0) return true;
        if (order < 0) {
            i++;
        } else {
            k++;
        }
    }
    return false;
}

/* What the language can't express (the ledger's ContextError), or NULL. */
static const char *untranslatable(const plb_tx *tx, plb_language language,
                                  unsigned protocol_major) {
    if (language == PLB_PLUTUS_V1 &&
        (has_inline_datum(tx->inputs.outputs, tx->inputs.count) ||
         has_inline_datum(tx->reference.outputs, tx->reference.count) ||
         has_inline_datum(tx->outputs, tx->output_count))) {
        return "InlineDatumsNotSupported";
    }
    if (language >= PLB_PLUTUS_V3 && protocol_major >= 11 &&
        share_input(&tx->inputs, &tx->reference)) {
        return "ReferenceInputsNotDisjointFromInputs";
    }
    return NULL;
}

plb_status plb_tx_info(plb_value *info, plb_region *arena, const plb_tx *tx, plb_language language,
                       unsigned protocol_major, const char **problem) {
    context_builder b = {arena, language, false};
    if (tx->has_valid_from || tx->has_valid_until) {
        *problem = "a validity interval in a transaction that runs scripts";
        return PLB_E_UNSUPPORTED;
    }
    *problem = untranslatable(tx, language, protocol_major);
    if (*problem != NULL) return PLB_E_LEDGER;
    switch (language) {
    case PLB_PLUTUS_V1: *info = info_v1(&b, tx); break;
    case PLB_PLUTUS_V2: *info = info_v2(&b, tx); break;
    case PLB_PLUTUS_V3: *info = info_v3(&b, tx); break;
    default: *problem = "script contexts of this language"; return PLB_E_UNSUPPORTED;
    }
    return b.failed ? PLB_E_MEMORY : PLB_OK;
}

plb_value plb_script_context(plb_region *arena, plb_language language, plb_value info,
                             const plb_tx_in *input, plb_value redeemer, plb_value datum) {
    context_builder b = {arena, language, false};
    if (language < PLB_PLUTUS_V3) return CONSTR(&b, 0, info, spending_purpose(&b, input));
    plb_value known = datum != PLB_NO_VALUE ? just(&b, datum) : nothing(&b);
    plb_value script_info = CONSTR(&b, 1, reference(&b, input), known);
    return CONSTR(&b, 0, info, redeemer, script_info);
}
