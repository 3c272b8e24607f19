#include "harness/ledger/integrity.h"

#include <sodium.h>

static void write_parameters(plb_writer *writer, const plb_cost_parameters *parameters) {
    for (size_t i = 0; i < parameters->count; i++) plb_write_int(writer, parameters->values[i]);
}

/* PlutusV1's entry repeats a mistake that Alonzo made and that every transaction since depends on:
 * key and value are byte strings of CBOR, and the value an indefinite list. */
static bool write_first_view(plb_writer *entry, const plb_cost_parameters *parameters) {
    static const uint8_t key[] = {0x00};
    plb_writer value = {0};
    if (parameters->values != NULL) {
        plb_write_indefinite_array(&value);
        write_parameters(&value, parameters);
        plb_write_break(&value);
    } else {
        plb_write_null(&value);
    }
    plb_write_bytes(entry, key, sizeof key);
    plb_write_bytes(entry, value.bytes, value.length);
    bool ok = !value.failed && !entry->failed;
    plb_writer_free(&value);
    return ok;
}

static bool write_view(plb_writer *entry, plb_language language,
                       const plb_cost_parameters *parameters) {
    plb_write_uint(entry, (uint64_t) language - 1);
    if (parameters->values != NULL) {
        plb_write_array(entry, parameters->count);
        write_parameters(entry, parameters);
    } else {
        plb_write_null(entry);
    }
    return !entry->failed;
}

bool plb_language_views_make(plb_language_views *views, const plb_protocol_parameters *parameters) {
    *views = (plb_language_views){0};
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        const plb_cost_parameters *costs = &parameters->cost_models[language];
        plb_writer *entry = &views->entries[language];
        if (!(language == PLB_PLUTUS_V1 ? write_first_view(entry, costs)
                                        : write_view(entry, language, costs))) {
            plb_language_views_free(views);
            return false;
        }
    }
    return true;
}

void plb_language_views_free(plb_language_views *views) {
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        plb_writer_free(&views->entries[language]);
    }
}

void plb_integrity_hash(const plb_language_views *views, unsigned languages, plb_span redeemers,
                        plb_span datums, uint8_t hash[PLB_HASH_BYTES]) {
    /* Shorter keys come first (canonical CBOR): PlutusV1's, two bytes long, is the last. */
    static const plb_language order[] = {PLB_PLUTUS_V2, PLB_PLUTUS_V3, PLB_PLUTUS_V4,
                                         PLB_PLUTUS_V1};
    static const uint8_t no_redeemers = 0xa0;
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, NULL, 0, PLB_HASH_BYTES);
    if (redeemers.bytes != NULL) {
        crypto_generichash_blake2b_update(&state, redeemers.bytes, redeemers.length);
    } else {
        crypto_generichash_blake2b_update(&state, &no_redeemers, 1);
    }
    if (datums.bytes != NULL) {
        crypto_generichash_blake2b_update(&state, datums.bytes, datums.length);
    }
    uint8_t head = 0xa0;
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if ((languages & 1u << order[i]) != 0) head++;
    }
    crypto_generichash_blake2b_update(&state, &head, 1);
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        const plb_writer *entry = &views->entries[order[i]];
        if ((languages & 1u << order[i]) != 0) {
            crypto_generichash_blake2b_update(&state, entry->bytes, entry->length);
        }
    }
    crypto_generichash_blake2b_final(&state, hash, PLB_HASH_BYTES);
}
