#include "calibrate/calls/charges.h"

#include <math.h>

#include "harness/ledger/tx.h"

/* Body key 7 and the hash of the metadata, or key 11 and the script integrity hash. */
#define HASH_FIELD_BYTES (1 + 2 + PLB_HASH_BYTES)
#define NULL_BYTES 1 /* in the place of metadata */

/* ---- Sizes ---- */

/* Of a byte string's head. */
static uint64_t head_bytes(size_t length) {
    return length < 24 ? 1 : length < 0x100 ? 2 : length < 0x10000 ? 3 : 5;
}

static plb_status count_script_bytes(const plb_tx_built *call, plb_region *arena,
                                     plb_call_sizes *sizes, plb_error *error) {
    plb_tx tx;
    plb_status status = plb_tx_decode(&tx, arena, call->bytes, call->length, error);
    for (size_t i = 0; status == PLB_OK && i < tx.script_count; i++) {
        const plb_tx_script *script = &tx.scripts[i];
        if (!script->is_native) {
            sizes->script_bytes += head_bytes(script->bytes.length) + script->bytes.length;
        }
    }
    for (size_t i = 0; status == PLB_OK && i < call->utxo_count; i++) {
        plb_tx_out out;
        const plb_utxo *utxo = &call->utxo[i];
        status = plb_tx_out_decode(&out, arena, utxo->output, utxo->output_length, error);
        if (status == PLB_OK && out.script != NULL) {
            sizes->reference_script_bytes += out.script->bytes.length;
        }
    }
    return status;
}

static plb_status count_twin_bytes(const plb_tx_built *twin, plb_region *arena,
                                   plb_call_sizes *sizes, plb_error *error) {
    plb_tx tx;
    plb_status status = plb_tx_decode(&tx, arena, twin->bytes, twin->length, error);
    if (status != PLB_OK) {
        return status;
    }
    uint64_t bytes = tx.auxiliary.length + HASH_FIELD_BYTES - NULL_BYTES;
    if (tx.auxiliary.bytes == NULL || bytes < sizes->script_bytes) {
        return plb_fail(error, PLB_E_PARSE, "twin", "expected metadata in the place of scripts");
    }
    sizes->other_bytes = bytes - sizes->script_bytes;
    return PLB_OK;
}

plb_status plb_call_sizes_of(const plb_tx_built *call, const plb_tx_built *twin,
                             plb_call_sizes *sizes, plb_error *error) {
    plb_region arena;
    *sizes = (plb_call_sizes){0};
    if (!plb_region_init(&arena, PLB_DEFAULT_BYTE_CAP)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for a transaction");
    }
    plb_status status = count_script_bytes(call, &arena, sizes, error);
    if (status == PLB_OK) {
        plb_region_reset(&arena);
        status = count_twin_bytes(twin, &arena, sizes, error);
    }
    plb_region_free(&arena);
    return status;
}

/* ---- Charges ---- */

static double number(plb_rational rational) {
    return (double) rational.numerator / (double) rational.denominator;
}

/* A price of 0 buys any number of steps: then fees are no time at all. */
static double steps_for(double lovelace, double lovelace_per_step) {
    return lovelace_per_step > 0 ? lovelace / lovelace_per_step : (double) NAN;
}

static void set_measured(plb_charge_summary *charges, const plb_call_summary *calls,
                         const plb_stage_summary *stages) {
    double floor_ns = plb_call_noise_floor_ns(calls);
    charges->total.measured_ns = calls->overhead_ns;
    charges->total.resolved =
        calls->overhead_ns.method != NULL && plb_estimate_resolved(&calls->overhead_ns, floor_ns);
    for (int k = 0; stages != NULL && k < PLB_STAGE_COUNT; k++) {
        const plb_stage_row *row = &stages->stages[k];
        charges->stages[k].measured_ns = row->overhead_ns;
        charges->stages[k].resolved = row->overhead_ns.method != NULL &&
                                      plb_estimate_resolved(&row->overhead_ns, row->noise_floor_ns);
    }
}

static void add_up(plb_charge_summary *charges) {
    plb_charge_row *total = &charges->total;
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        total->exunits_steps += charges->stages[k].exunits_steps;
        total->size_steps += charges->stages[k].size_steps;
        total->reference_steps += charges->stages[k].reference_steps;
    }
}

void plb_charges_of(const plb_protocol_parameters *parameters, const plb_call_summary *calls,
                    const plb_stage_summary *stages, const plb_call_sizes *sizes,
                    plb_charge_summary *charges) {
    double price = number(parameters->price_steps);
    double per_byte = (double) parameters->fee_per_byte;
    plb_exunits exunits = calls->charged_per_call;
    double memory_lovelace = number(parameters->price_memory) * (double) exunits.memory;
    *charges = (plb_charge_summary){
        .exunits = exunits,
        .lovelace_per_step = price,
        .memory_steps = steps_for(memory_lovelace, price),
        .script_bytes = sizes->script_bytes,
        .other_bytes = sizes->other_bytes,
        .reference_script_bytes = sizes->reference_script_bytes,
        .size_lovelace = per_byte * (double) (sizes->script_bytes + sizes->other_bytes),
        .reference_lovelace =
            (double) plb_reference_script_fee(parameters, sizes->reference_script_bytes),
        .exunits_lovelace = memory_lovelace + price * (double) exunits.steps,
    };
    charges->has_ns_per_step = plb_call_ns_per_step(calls, &charges->ns_per_step);
    plb_charge_row *rows = charges->stages;
    rows[PLB_STAGE_EVALUATE].exunits_steps = (double) exunits.steps;
    rows[PLB_STAGE_DECODE_SCRIPTS].size_steps =
        steps_for(per_byte * (double) sizes->script_bytes, price);
    rows[PLB_STAGE_DECODE_SCRIPTS].reference_steps = steps_for(charges->reference_lovelace, price);
    rows[PLB_STAGE_DECODE_TRANSACTION].size_steps =
        steps_for(per_byte * (double) sizes->other_bytes, price);
    set_measured(charges, calls, stages);
    add_up(charges);
}
