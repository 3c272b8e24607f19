/* TxInfo as the ledger builds it: Cardano.Ledger.Conway.TxInfo from protocol version 9 on, before
 * it Cardano.Ledger.Babbage.TxInfo. */
#include "harness/ledger/context/tx_info.h"

#include <string.h>

#include "harness/ledger/context/context_types.h"
#include "harness/ledger/context/slot_time.h"
#include "harness/machine/data_cbor.h"

#define CONSTR PLB_CONTEXT_CONSTR
#define CONWAY 9 /* its first protocol version */

/* ---- Inline datums ---- */

static plb_value *no_datums(plb_region *arena, size_t count) {
    plb_value *datums = plb_region_alloc(arena, count * sizeof *datums);
    for (size_t i = 0; datums != NULL && i < count; i++) datums[i] = PLB_NO_VALUE;
    return datums;
}

plb_status plb_context_source_open(plb_context_source *source) {
    const plb_tx *tx = source->tx;
    const char *problem;
    source->items = (plb_script_items){.tx = tx, .protocol_major = source->protocol_major};
    source->input_datums = no_datums(source->arena, tx->inputs.count);
    source->reference_datums = no_datums(source->arena, tx->reference.count);
    source->output_datums = no_datums(source->arena, tx->output_count);
    bool room = source->input_datums != NULL && source->reference_datums != NULL &&
                source->output_datums != NULL &&
                plb_policies_of(&source->items.policies, source->arena, &tx->mint);
    if (!room) return PLB_E_MEMORY;
    bool read = plb_certificates_read(&source->items.certificates, source->arena, tx->certificates,
                                      &problem);
    return read ? PLB_OK : problem == NULL ? PLB_E_MEMORY : PLB_E_PARSE;
}

/* PLB_NO_VALUE when there is none, or memory is short. */
static plb_value inline_datum(plb_region *arena, const plb_tx_out *out, plb_value *known) {
    if (*known == PLB_NO_VALUE && out->datum_kind == PLB_DATUM_INLINE) {
        *known = plb_data_decode_cbor(arena, out->datum.bytes, out->datum.length, NULL, NULL);
    }
    return *known;
}

plb_value plb_context_input_datum(plb_context_source *source, size_t index) {
    return inline_datum(source->arena, &source->tx->inputs.outputs[index],
                        &source->input_datums[index]);
}

/* ---- Fields ---- */

static plb_value outputs_of(plb_context_builder *b, const plb_tx_out *items, size_t count,
                            plb_value *datums) {
    plb_value *values = plb_context_scratch(b, count);
    for (size_t i = 0; !b->failed && i < count; i++) {
        plb_value datum = inline_datum(b->arena, &items[i], &datums[i]);
        values[i] = plb_context_output(b, &items[i], datum);
    }
    return plb_context_list(b, values, count);
}

static plb_value inputs_of(plb_context_builder *b, const plb_tx_inputs *items, plb_value *datums) {
    plb_value *values = plb_context_scratch(b, items->count);
    for (size_t i = 0; !b->failed && i < items->count; i++) {
        plb_value datum = inline_datum(b->arena, &items->outputs[i], &datums[i]);
        values[i] = CONSTR(b, 0, plb_context_tx_in(b, &items->refs[i]),
                           plb_context_output(b, &items->outputs[i], datum));
    }
    return plb_context_list(b, values, items->count);
}

/* Reward accounts as PlutusV1 and V2 order them: by StakingCredential, which has keys before
 * scripts and no network. The ledger has scripts first. */
static int compare_credentials(const void *a, const void *b) {
    const plb_withdrawal *left = a, *right = b;
    if (left->is_script != right->is_script) return left->is_script ? 1 : -1;
    int order = memcmp(left->hash, right->hash, PLB_KEY_HASH_BYTES);
    return order != 0 ? order : (int) left->network - (int) right->network;
}

static bool same_credential(const plb_withdrawal *a, const plb_withdrawal *b) {
    return a->is_script == b->is_script && memcmp(a->hash, b->hash, PLB_KEY_HASH_BYTES) == 0;
}

static const plb_withdrawal *legacy_order(plb_context_builder *b, const plb_tx *tx) {
    size_t bytes = tx->withdrawal_count * sizeof *tx->withdrawals;
    plb_withdrawal *items = b->failed ? NULL : plb_region_alloc(b->arena, bytes);
    if (items == NULL) {
        b->failed = true;
        return NULL;
    }
    if (bytes != 0) memcpy(items, tx->withdrawals, bytes);
    plb_sort(items, tx->withdrawal_count, sizeof *items, compare_credentials);
    return items;
}

/* A list of pairs for PlutusV1, then a map. Networks are dropped: where a credential was there on
 * both, PlutusV1 and V2 have the last one only (Map.insert). */
static plb_value withdrawals_of(plb_context_builder *b, const plb_tx *tx) {
    bool legacy = b->language < PLB_PLUTUS_V3;
    size_t count = tx->withdrawal_count, made = 0;
    const plb_withdrawal *items = legacy ? legacy_order(b, tx) : tx->withdrawals;
    plb_value *values = plb_context_scratch(b, count);
    for (size_t i = 0; !b->failed && i < count; i++) {
        if (legacy && i + 1 < count && same_credential(&items[i], &items[i + 1])) continue;
        plb_value account = plb_context_account(b, items[i].is_script, items[i].hash);
        plb_value lovelace = plb_context_uint(b, items[i].lovelace);
        values[made++] = b->language == PLB_PLUTUS_V1 ? CONSTR(b, 0, account, lovelace)
                                                      : plb_context_entry(b, account, lovelace);
    }
    return b->language == PLB_PLUTUS_V1 ? plb_context_list(b, values, made)
                                        : plb_context_map(b, values, made);
}

static plb_value certificates_of(plb_context_builder *b, const plb_context_source *source) {
    const plb_certificates *certificates = &source->items.certificates;
    plb_value *values = plb_context_scratch(b, certificates->count);
    for (size_t i = 0; !b->failed && i < certificates->count; i++) {
        values[i] = plb_context_certificate(b, &certificates->items[i], source->protocol_major);
    }
    return plb_context_list(b, values, certificates->count);
}

static plb_value signatories_of(plb_context_builder *b, const plb_tx *tx) {
    plb_value *values = plb_context_scratch(b, tx->required_signer_count);
    for (size_t i = 0; !b->failed && i < tx->required_signer_count; i++) {
        values[i] = plb_context_bytes(b, tx->required_signers[i], PLB_KEY_HASH_BYTES);
    }
    return plb_context_list(b, values, tx->required_signer_count);
}

/* Witness datums by hash: a list of pairs for PlutusV1, then a map. */
static plb_value datums_of(plb_context_builder *b, const plb_tx *tx) {
    bool first = b->language == PLB_PLUTUS_V1;
    plb_value *values = plb_context_scratch(b, tx->datum_count);
    for (size_t i = 0; !b->failed && i < tx->datum_count; i++) {
        plb_value hash = plb_context_bytes(b, tx->datums[i].hash, PLB_HASH_BYTES);
        values[i] = first ? CONSTR(b, 0, hash, tx->datums[i].data)
                          : plb_context_entry(b, hash, tx->datums[i].data);
    }
    return first ? plb_context_list(b, values, tx->datum_count)
                 : plb_context_map(b, values, tx->datum_count);
}

/* Only called when every redeemer points to something. */
static plb_value redeemers_of(plb_context_builder *b, const plb_context_source *source) {
    const plb_tx *tx = source->tx;
    plb_value *values = plb_context_scratch(b, tx->redeemer_count);
    for (size_t i = 0; !b->failed && i < tx->redeemer_count; i++) {
        const plb_redeemer *redeemer = &tx->redeemers[i];
        plb_script_item item;
        plb_script_item_at(&item, &source->items, redeemer->purpose, redeemer->index);
        values[i] = plb_context_entry(b, plb_context_purpose(b, &item), redeemer->data);
    }
    return plb_context_map(b, values, tx->redeemer_count);
}

/* ---- What has no translation ---- */

/* The bounds of the validity interval; a ContextError or NULL. The upper bound is exclusive. Before
 * Conway it was closed where there was no lower one (PlutusLedgerApi's `to`). */
static const char *validity_interval(const plb_context_source *source, plb_context_bound *from,
                                     plb_context_bound *to) {
    const plb_tx *tx = source->tx;
    *from = (plb_context_bound){.finite = tx->has_valid_from, .closed = true};
    *to = (plb_context_bound){.finite = tx->has_valid_until, .closed = true};
    if (to->finite) to->closed = !from->finite && source->protocol_major < CONWAY;
    bool known = (!from->finite || plb_slot_time_ms(source->era_history, source->slot,
                                                    tx->valid_from, &from->posix_ms)) &&
                 (!to->finite || plb_slot_time_ms(source->era_history, source->slot,
                                                  tx->valid_until, &to->posix_ms));
    return known ? NULL : "TimeTranslationPastHorizon";
}

/* Fields that are new in Conway (guardConwayFeaturesForPlutusV1V2). */
static const char *conway_fields(const plb_tx *tx) {
    if (tx->donation != 0) return "TreasuryDonationFieldNotSupported";
    return tx->has_current_treasury ? "CurrentTreasuryFieldNotSupported" : NULL;
}

/* In PlutusV1 an output that it can't express. */
static const char *outputs_of_v1(const plb_tx_out *items, size_t count, unsigned protocol_major) {
    for (size_t i = 0; i < count; i++) {
        if (items[i].script != NULL && protocol_major < CONWAY) {
            return "ReferenceScriptsNotSupported";
        }
        if (items[i].datum_kind == PLB_DATUM_INLINE) return "InlineDatumsNotSupported";
    }
    return NULL;
}

static const char *all_outputs_of_v1(const plb_context_source *source) {
    const plb_tx *tx = source->tx;
    unsigned version = source->protocol_major;
    const char *problem = outputs_of_v1(tx->inputs.outputs, tx->inputs.count, version);
    if (problem == NULL) {
        problem = outputs_of_v1(tx->reference.outputs, tx->reference.count, version);
    }
    return problem != NULL ? problem : outputs_of_v1(tx->outputs, tx->output_count, version);
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

static const char *certificates_of_v1(const plb_certificates *certificates) {
    for (size_t i = 0; i < certificates->count; i++) {
        if (!plb_certificate_in_v1(&certificates->items[i])) return "CertificateNotSupported";
    }
    return NULL;
}

static const char *redeemer_pointers(const plb_context_source *source) {
    const plb_tx *tx = source->tx;
    for (size_t i = 0; i < tx->redeemer_count; i++) {
        plb_script_item item;
        if (!plb_script_item_at(&item, &source->items, tx->redeemers[i].purpose,
                                tx->redeemers[i].index)) {
            return "RedeemerPointerPointsToNothing";
        }
    }
    return NULL;
}

/* The ContextError of a transaction that the language can't express, in the ledger's order, or
 * NULL; the validity interval with it. Byron addresses do not get here. */
static const char *untranslatable(const plb_context_source *source, plb_language language,
                                  plb_context_bound *from, plb_context_bound *to) {
    const plb_tx *tx = source->tx;
    bool v1 = language == PLB_PLUTUS_V1, v3 = language >= PLB_PLUTUS_V3;
    const char *problem = v3 ? NULL : conway_fields(tx);
    if (problem != NULL) return problem;
    if (v1 && source->protocol_major < CONWAY && tx->reference.count != 0) {
        return "ReferenceInputsNotSupported";
    }
    problem = validity_interval(source, from, to);
    if (problem != NULL) return problem;
    if (tx->inputs.missing + tx->reference.missing != 0) return "TranslationLogicMissingInput";
    problem = v1 ? all_outputs_of_v1(source) : NULL;
    if (problem == NULL && !v3) problem = certificates_of_v1(&source->items.certificates);
    if (problem != NULL || v1) return problem;
    if (v3 && source->protocol_major >= 11 && share_input(&tx->inputs, &tx->reference)) {
        return "ReferenceInputsNotDisjointFromInputs";
    }
    return redeemer_pointers(source);
}

/* ---- TxInfo ---- */

#define FIELDS(b, fields) plb_context_constr((b), 0, (fields), sizeof(fields) / sizeof *(fields))

static plb_value info_v1(plb_context_builder *b, const plb_context_source *s, plb_value interval) {
    static const plb_tx_assets no_assets = {NULL, 0};
    const plb_tx *tx = s->tx;
    plb_value fields[] = {
        inputs_of(b, &tx->inputs, s->input_datums),
        outputs_of(b, tx->outputs, tx->output_count, s->output_datums),
        plb_context_value(b, tx->fee, &no_assets),
        plb_context_mint(b, &tx->mint),
        certificates_of(b, s),
        withdrawals_of(b, tx),
        interval,
        signatories_of(b, tx),
        datums_of(b, tx),
        plb_context_tx_id(b, tx->id),
    };
    return FIELDS(b, fields);
}

static plb_value info_v2(plb_context_builder *b, const plb_context_source *s, plb_value interval) {
    static const plb_tx_assets no_assets = {NULL, 0};
    const plb_tx *tx = s->tx;
    plb_value fields[] = {
        inputs_of(b, &tx->inputs, s->input_datums),
        inputs_of(b, &tx->reference, s->reference_datums),
        outputs_of(b, tx->outputs, tx->output_count, s->output_datums),
        plb_context_value(b, tx->fee, &no_assets),
        plb_context_mint(b, &tx->mint),
        certificates_of(b, s),
        withdrawals_of(b, tx),
        interval,
        signatories_of(b, tx),
        redeemers_of(b, s),
        datums_of(b, tx),
        plb_context_tx_id(b, tx->id),
    };
    return FIELDS(b, fields);
}

static plb_value maybe_lovelace(plb_context_builder *b, bool there, uint64_t lovelace) {
    return there ? plb_context_just(b, plb_context_uint(b, lovelace)) : plb_context_nothing(b);
}

static plb_value info_v3(plb_context_builder *b, const plb_context_source *s, plb_value interval) {
    const plb_tx *tx = s->tx;
    plb_value fields[] = {
        inputs_of(b, &tx->inputs, s->input_datums),
        inputs_of(b, &tx->reference, s->reference_datums),
        outputs_of(b, tx->outputs, tx->output_count, s->output_datums),
        plb_context_uint(b, tx->fee),
        plb_context_mint(b, &tx->mint),
        certificates_of(b, s),
        withdrawals_of(b, tx),
        interval,
        signatories_of(b, tx),
        redeemers_of(b, s),
        datums_of(b, tx),
        plb_context_tx_id(b, tx->id),
        plb_context_map(b, NULL, 0),  /* votes */
        plb_context_list(b, NULL, 0), /* proposals */
        maybe_lovelace(b, tx->has_current_treasury, tx->current_treasury),
        maybe_lovelace(b, tx->donation != 0, tx->donation),
    };
    return FIELDS(b, fields);
}

plb_status plb_tx_info(plb_value *info, plb_context_source *source, plb_language language,
                       const char **problem) {
    plb_context_builder b = {source->arena, language, false};
    plb_context_bound from, to;
    *problem = untranslatable(source, language, &from, &to);
    if (*problem != NULL) return PLB_E_LEDGER;
    plb_value interval = plb_context_interval(&b, from, to);
    switch (language) {
    case PLB_PLUTUS_V1: *info = info_v1(&b, source, interval); break;
    case PLB_PLUTUS_V2: *info = info_v2(&b, source, interval); break;
    case PLB_PLUTUS_V3: *info = info_v3(&b, source, interval); break;
    default: *problem = "script contexts of this language"; return PLB_E_UNSUPPORTED;
    }
    return b.failed ? PLB_E_MEMORY : PLB_OK;
}
