/* Script contexts with known encodings from outside: pragma-org/amaru's fixtures. All must be
 * equal, byte for byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <cmocka.h>

#include "harness/ledger/context/script_context.h"
#include "harness/ledger/context/tx_info.h"
#include "harness/machine/data_encode.h"
#include "tests/hex.h"
#include "tests/known/shared_data.h"

#define FILE_NAME "script-context/script-context-fixtures.json"
#define FIXTURES 8

/* ---- The fixtures' form of unspent outputs ---- */

/* The output's CBOR, decoded; the bytes stay allocated in `arena`. */
static void read_output(const json_t *entry, plb_region *arena, plb_tx_out *out) {
    plb_writer w = {0};
    size_t length;
    uint8_t *address = unhex(json_string_value(json_object_get(entry, "address")), &length);
    json_t *datum = json_object_get(entry, "datum"), *hash = json_object_get(entry, "datum_hash");
    const json_t *ada = json_object_get(json_object_get(entry, "value"), "ada");
    plb_write_map(&w, datum != NULL || hash != NULL ? 3 : 2);
    plb_write_uint(&w, 0);
    plb_write_bytes(&w, address, length);
    plb_write_uint(&w, 1);
    plb_write_uint(&w, (uint64_t) json_integer_value(json_object_get(ada, "lovelace")));
    free(address);
    if (datum != NULL || hash != NULL) {
        uint8_t *bytes = unhex(json_string_value(datum != NULL ? datum : hash), &length);
        plb_write_uint(&w, 2);
        plb_write_array(&w, 2);
        plb_write_uint(&w, datum != NULL);
        if (datum != NULL) plb_write_tag(&w, 24);
        plb_write_bytes(&w, bytes, length);
        free(bytes);
    }
    uint8_t *kept = plb_region_alloc(arena, w.length);
    memcpy(kept, w.bytes, w.length);
    assert_int_equal(plb_tx_out_decode(out, arena, kept, w.length, NULL), PLB_OK);
    plb_writer_free(&w);
}

static void resolve(plb_tx_inputs *inputs, const json_t *utxo, plb_region *arena) {
    inputs->outputs = plb_region_alloc(arena, inputs->count * sizeof(plb_tx_out));
    for (size_t i = 0; i < inputs->count; i++) {
        bool found = false;
        for (size_t k = 0; k < json_array_size(utxo) && !found; k++) {
            const json_t *entry = json_array_get(utxo, k);
            size_t length;
            uint8_t *id = unhex(
                json_string_value(json_object_get(json_object_get(entry, "transaction"), "id")),
                &length);
            found = memcmp(id, inputs->refs[i].id, PLB_HASH_BYTES) == 0 &&
                    json_integer_value(json_object_get(entry, "index")) == inputs->refs[i].index;
            free(id);
            if (found) read_output(entry, arena, &inputs->outputs[i]);
        }
        assert_true(found);
    }
}

/* ---- Comparison ---- */

static plb_value witness_datum(const plb_tx *tx, const uint8_t *hash) {
    for (size_t i = 0; i < tx->datum_count; i++) {
        if (memcmp(tx->datums[i].hash, hash, PLB_HASH_BYTES) == 0) return tx->datums[i].data;
    }
    return PLB_NO_VALUE;
}

static plb_value datum_of(plb_context_source *source, const plb_redeemer *redeemer) {
    if (redeemer->purpose != PLB_PURPOSE_SPEND) return PLB_NO_VALUE;
    const plb_tx_out *out = &source->tx->inputs.outputs[redeemer->index];
    if (out->datum_kind == PLB_DATUM_HASH) return witness_datum(source->tx, out->datum_hash);
    return plb_context_input_datum(source, redeemer->index);
}

static bool context_is(plb_context_source *source, plb_language language, plb_value info,
                       const plb_redeemer *redeemer, const uint8_t *expected, size_t length) {
    plb_script_item item;
    const uint8_t *bytes;
    size_t got;
    assert_true(plb_script_item_at(&item, &source->items, redeemer->purpose, redeemer->index));
    plb_value context = plb_script_context(source->arena, language, info, &item, redeemer->data,
                                           datum_of(source, redeemer));
    assert_true(plb_data_to_cbor(source->arena, context, &bytes, &got));
    return got == length && memcmp(bytes, expected, got) == 0;
}

/* One of the redeemers has the expected context. It is protocol version 10's, also of the fixture
 * that is called certificates_v9: it has the deposits that the ledger leaves out in version 9. */
static bool some_context_is(const json_t *fixture, const plb_tx *tx, plb_region *arena) {
    const json_t *meta = json_object_get(fixture, "meta");
    plb_language language =
        (plb_language) json_integer_value(json_object_get(meta, "plutus_version"));
    const char *title = json_string_value(json_object_get(meta, "title"));
    plb_context_source source = {
        .arena = arena, .tx = tx, .protocol_major = 10, .era_history = plb_era_history_preprod()};
    size_t length;
    uint8_t *expected = unhex(json_string_value(json_object_get(
                                  json_object_get(fixture, "expectations"), "script_context")),
                              &length);
    plb_value info;
    const char *problem = NULL;
    bool same = false;
    assert_int_equal(plb_context_source_open(&source), PLB_OK);
    if (plb_tx_info(&info, &source, language, &problem) != PLB_OK) {
        fail_msg("%s: %s", title, problem);
    }
    for (size_t i = 0; i < tx->redeemer_count && !same; i++) {
        same = context_is(&source, language, info, &tx->redeemers[i], expected, length);
    }
    free(expected);
    return same;
}

/* Transactions with certificates are decoded to the end before they are refused. */
static bool only_certificates_refused(plb_tx *tx, const plb_error *error) {
    plb_blake2b_256(tx->body.bytes, tx->body.length, tx->id);
    return strcmp(error->message, "unsupported: certificates") == 0;
}

static void contexts_are_equal(void **state) {
    (void) state;
    char path[SHARED_PATH_BYTES];
    json_t *fixtures = json_load_file(shared_path(path, FILE_NAME), 0, NULL);
    plb_region arena;
    assert_non_null(fixtures);
    assert_true(plb_region_init(&arena, PLB_DEFAULT_BYTE_CAP));
    for (size_t i = 0; i < json_array_size(fixtures); i++) {
        const json_t *fixture = json_array_get(fixtures, i);
        const json_t *input = json_object_get(fixture, "input");
        const char *title =
            json_string_value(json_object_get(json_object_get(fixture, "meta"), "title"));
        size_t length;
        uint8_t *bytes = unhex(json_string_value(json_object_get(input, "transaction")), &length);
        plb_tx tx;
        plb_error error;
        plb_region_reset(&arena);
        plb_status status = plb_tx_decode(&tx, &arena, bytes, length, &error);
        if (status != PLB_OK && !only_certificates_refused(&tx, &error)) {
            fail_msg("%s: %s: %s", title, error.where, error.message);
        }
        resolve(&tx.inputs, json_object_get(input, "utxo"), &arena);
        resolve(&tx.reference, json_object_get(input, "utxo"), &arena);
        if (!some_context_is(fixture, &tx, &arena)) fail_msg("%s differs", title);
        free(bytes);
    }
    assert_int_equal(json_array_size(fixtures), FIXTURES);
    plb_region_free(&arena);
    json_decref(fixtures);
}

int main(void) {
    if (shared_is_missing(FILE_NAME)) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(contexts_are_equal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
