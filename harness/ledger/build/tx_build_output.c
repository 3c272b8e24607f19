#include "harness/ledger/build/tx_build_output.h"

#define EMBEDDED_CBOR_TAG 24

/* Keys of an output (Babbage's form). */
enum { OUTPUT_ADDRESS, OUTPUT_VALUE, OUTPUT_DATUM, OUTPUT_SCRIPT };
enum { DATUM_HASH, DATUM_INLINE };

static void write_value(plb_writer *w, const plb_planned_output *output) {
    if (output->asset_count == 0) {
        plb_write_uint(w, output->lovelace);
        return;
    }
    plb_write_array(w, 2);
    plb_write_uint(w, output->lovelace);
    plb_write_map(w, output->asset_count);
    for (size_t i = 0; i < output->asset_count; i++) {
        const plb_planned_asset *asset = &output->assets[i];
        plb_write_bytes(w, asset->policy, sizeof asset->policy);
        plb_write_map(w, 1);
        plb_write_bytes(w, asset->name, asset->name_length);
        plb_write_uint(w, asset->amount);
    }
}

static void write_datum(plb_writer *w, const plb_planned_output *output) {
    plb_write_uint(w, OUTPUT_DATUM);
    plb_write_array(w, 2);
    if (output->inline_datum.bytes != NULL) {
        plb_write_uint(w, DATUM_INLINE);
        plb_write_tag(w, EMBEDDED_CBOR_TAG);
        plb_write_bytes(w, output->inline_datum.bytes, output->inline_datum.length);
    } else {
        plb_write_uint(w, DATUM_HASH);
        plb_write_bytes(w, output->datum_hash, PLB_HASH_BYTES);
    }
}

static void write_reference_script(plb_writer *w, const plb_tx_call *call) {
    plb_writer script = {0};
    plb_write_array(&script, 2);
    plb_write_uint(&script, (uint64_t) call->language);
    plb_write_bytes(&script, call->script, call->script_length);
    plb_write_uint(w, OUTPUT_SCRIPT);
    plb_write_tag(w, EMBEDDED_CBOR_TAG);
    plb_write_bytes(w, script.bytes, script.length);
    w->failed |= script.failed;
    plb_writer_free(&script);
}

void plb_write_output(plb_writer *w, const plb_planned_output *output) {
    bool has_datum = output->inline_datum.bytes != NULL || output->datum_hash != NULL;
    plb_write_map(w, 2 + (uint64_t) has_datum + (output->script != NULL));
    plb_write_uint(w, OUTPUT_ADDRESS);
    plb_write_bytes(w, output->address, PLB_PLAN_ADDRESS_BYTES);
    plb_write_uint(w, OUTPUT_VALUE);
    write_value(w, output);
    if (has_datum) write_datum(w, output);
    if (output->script != NULL) write_reference_script(w, output->script);
}

size_t plb_value_bytes(const plb_planned_output *output) {
    plb_writer w = {0};
    write_value(&w, output);
    size_t length = w.length;
    plb_writer_free(&w);
    return length;
}
