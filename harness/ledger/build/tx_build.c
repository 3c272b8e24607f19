/* Building signed Conway transactions: the calls', and its value-only twin. */
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/build/tx_build_plan.h"
#include "harness/ledger/build/tx_padding.h"

/* Where the spec leaves it open, inputs hold ten times more as long as they can't pay. */
#define MAX_DEFAULT_LOVELACE UINT64_C(10000000000000)

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, "transaction", "out of memory");
}

/* ---- Sizes ---- */

/* As fees count it: the validity flag is not in it, and auxiliary data that is none is a byte. */
static uint64_t size_of(const plb_tx_plan *p) {
    return 1 + p->body.length + p->witnesses.length +
           (p->auxiliary.length != 0 ? p->auxiliary.length : 1);
}

static plb_status check_value(const plb_tx_plan *p, const plb_planned_output *output,
                              const char *what, plb_error *error) {
    size_t bytes = plb_value_bytes(output);
    if (bytes <= p->parameters->max_value_size_bytes) return PLB_OK;
    return plb_fail(error, PLB_E_LEDGER, "transaction",
                    "OutputTooBigUTxO: the value of %s takes %zu bytes, the maximum is %llu", what,
                    bytes, (unsigned long long) p->parameters->max_value_size_bytes);
}

static plb_status check_sizes(const plb_tx_plan *p, plb_error *error) {
    plb_planned_output payment = plb_tx_plan_payment(p, 0);
    uint64_t paid = p->spec->payments * p->payment_lovelace + p->fee;
    plb_planned_output change = plb_tx_plan_change(p, p->lovelace - paid);
    plb_status status = check_value(p, &change, "the change output", error);
    if (status == PLB_OK && p->spec->payments != 0) {
        status = check_value(p, &payment, "a payment", error);
    }
    if (status != PLB_OK) return status;
    if (p->reference_script_bytes > p->parameters->max_reference_scripts_tx_bytes) {
        return plb_fail(error, PLB_E_LEDGER, "transaction",
                        "ConwayTxRefScriptsSizeTooBig: %llu bytes of reference scripts, the "
                        "maximum is %llu",
                        (unsigned long long) p->reference_script_bytes,
                        (unsigned long long) p->parameters->max_reference_scripts_tx_bytes);
    }
    if (size_of(p) <= p->parameters->max_tx_size_bytes) return PLB_OK;
    return plb_fail(
        error, PLB_E_LEDGER, "transaction", "MaxTxSizeUTxO: %llu bytes, the maximum is %llu",
        (unsigned long long) size_of(p), (unsigned long long) p->parameters->max_tx_size_bytes);
}

/* ---- The fee ---- */

static plb_exunits total_exunits(const plb_tx_spec *spec) {
    plb_exunits total = {0, 0};
    for (size_t i = 0; i < spec->call_count; i++) {
        if (__builtin_add_overflow(total.memory, spec->calls[i].exunits.memory, &total.memory)) {
            total.memory = INT64_MAX;
        }
        if (__builtin_add_overflow(total.steps, spec->calls[i].exunits.steps, &total.steps)) {
            total.steps = INT64_MAX;
        }
    }
    return total;
}

/* Payments, the fee and the least change. */
static bool can_pay(const plb_tx_plan *p) {
    uint64_t needed;
    plb_planned_output change = plb_tx_plan_change(p, 0);
    return !__builtin_mul_overflow(p->payment_lovelace, (uint64_t) p->spec->payments, &needed) &&
           !__builtin_add_overflow(needed, p->fee, &needed) &&
           !__builtin_add_overflow(needed, plb_tx_plan_least(p, &change), &needed) &&
           needed <= p->lovelace;
}

static plb_status fund(plb_tx_plan *p, plb_error *error) {
    plb_status status = PLB_OK;
    while (status == PLB_OK && !can_pay(p) && p->spec->lovelace_per_input == 0 &&
           p->lovelace_per_input < MAX_DEFAULT_LOVELACE) {
        p->lovelace_per_input *= 10;
        status = plb_tx_plan_inputs(p, error);
    }
    if (status != PLB_OK || can_pay(p)) return status;
    return plb_fail(error, PLB_E_LEDGER, "transaction",
                    "ValueNotConservedUTxO: the inputs' %llu lovelace do not pay for %zu payments, "
                    "a fee of %llu and a change output",
                    (unsigned long long) p->lovelace, p->spec->payments,
                    (unsigned long long) p->fee);
}

/* The fee is part of the size that it pays for: repeated until it is its own minimum. Where no fee
 * is (a byte more makes it need a byte more), the larger one stays. */
static plb_status settle_fee(plb_tx_plan *p, plb_error *error) {
    plb_exunits exunits = total_exunits(p->spec);
    uint64_t references = plb_reference_script_fee(p->parameters, p->reference_script_bytes);
    p->fee = 0;
    for (unsigned round = 0; round < 8; round++) {
        plb_status status = fund(p, error);
        if (status != PLB_OK) return status;
        plb_tx_render_body(p);
        plb_tx_render_witnesses(p);
        if (plb_tx_plan_failed(p)) return no_memory(error);
        uint64_t least = plb_minimum_fee(p->parameters, size_of(p), exunits);
        if (__builtin_add_overflow(least, references, &least)) least = UINT64_MAX;
        if (least == p->fee || (least < p->fee && round > 3)) return PLB_OK;
        p->fee = least;
    }
    return plb_fail(error, PLB_E_LEDGER, "transaction", "FeeTooSmallUTxO: no fee settles");
}

/* ---- Results ---- */

static plb_status join(const plb_tx_plan *p, plb_tx_built *built, plb_error *error) {
    plb_writer w = {0};
    plb_write_array(&w, 4);
    plb_write_raw(&w, p->body.bytes, p->body.length);
    plb_write_raw(&w, p->witnesses.bytes, p->witnesses.length);
    plb_write_bool(&w, true);
    if (p->auxiliary.length != 0) {
        plb_write_raw(&w, p->auxiliary.bytes, p->auxiliary.length);
    } else {
        plb_write_null(&w);
    }
    if (w.failed) {
        plb_writer_free(&w);
        return no_memory(error);
    }
    built->bytes = w.bytes;
    built->length = w.length;
    built->fee = p->fee;
    plb_blake2b_256(p->body.bytes, p->body.length, built->id);
    return PLB_OK;
}

static void add_utxo(const plb_tx_plan *p, plb_tx_built *built, const plb_planned_input *input) {
    plb_utxo *utxo = &built->utxo[built->utxo_count++];
    memcpy(utxo->id, input->ref.id, sizeof utxo->id);
    utxo->index = input->ref.index;
    utxo->output = p->outputs.bytes + input->output_offset;
    utxo->output_length = input->output_length;
}

static void add_redeemer(const plb_tx_plan *p, plb_tx_built *built, plb_purpose purpose,
                         size_t index, const plb_planned_call *call) {
    if (p->twin || call == NULL) return;
    built->redeemers[built->redeemer_count++] = (struct plb_redeemer_call){
        purpose, (uint32_t) index, (size_t) (call->call - p->spec->calls)};
}

static void add_redeemers(const plb_tx_plan *p, plb_tx_built *built) {
    for (size_t i = 0; i < p->input_count; i++) {
        add_redeemer(p, built, PLB_PURPOSE_SPEND, i, p->inputs[i].call);
    }
    for (size_t i = 0; i < p->policy_count; i++) {
        add_redeemer(p, built, PLB_PURPOSE_MINT, i, p->policies[i].call);
    }
    for (size_t i = 0; i < p->withdrawal_count; i++) {
        add_redeemer(p, built, PLB_PURPOSE_REWARD, i, p->withdrawals[i].call);
    }
}

static void add_accounts(const plb_tx_plan *p, plb_tx_built *built) {
    for (size_t i = 0; i < p->withdrawal_count; i++) {
        plb_account *account = &built->accounts[built->account_count++];
        account->is_script = true;
        memcpy(account->hash, p->withdrawals[i].hash, sizeof account->hash);
    }
}

static plb_status deliver(plb_tx_plan *p, plb_tx_built *built, plb_error *error) {
    plb_status status = check_sizes(p, error);
    if (status != PLB_OK) return status;
    plb_tx_plan_collateral_output(p);
    if (plb_tx_plan_failed(p)) return no_memory(error);
    status = join(p, built, error);
    if (status != PLB_OK) return status;
    built->utxo = calloc(p->input_count + 1 + p->reference_count, sizeof *built->utxo);
    built->accounts = calloc(p->withdrawal_count + 1, sizeof *built->accounts);
    built->redeemers = calloc(p->spec->call_count, sizeof *built->redeemers);
    if (built->utxo == NULL || built->accounts == NULL || built->redeemers == NULL) {
        return no_memory(error);
    }
    for (size_t i = 0; i < p->input_count; i++) add_utxo(p, built, &p->inputs[i]);
    add_utxo(p, built, &p->collateral);
    for (size_t i = 0; i < p->reference_count; i++) add_utxo(p, built, &p->references[i]);
    built->storage = p->outputs.bytes;
    p->outputs = (plb_writer){0};
    add_redeemers(p, built);
    add_accounts(p, built);
    return PLB_OK;
}

/* ---- The API ---- */

static plb_status plan_call(plb_tx_plan *p, const plb_protocol_parameters *parameters,
                            const plb_tx_spec *spec, plb_error *error) {
    plb_status status = plb_tx_plan_make(p, parameters, spec, false, error);
    if (status != PLB_OK) return status;
    plb_tx_plan_witnesses(p);
    return settle_fee(p, error);
}

plb_status plb_tx_build(plb_tx_built *built, const plb_protocol_parameters *parameters,
                        const plb_tx_spec *spec, plb_error *error) {
    plb_tx_plan p;
    *built = (plb_tx_built){0};
    plb_status status = plan_call(&p, parameters, spec, error);
    if (status == PLB_OK) status = deliver(&p, built, error);
    plb_tx_plan_free(&p);
    if (status != PLB_OK) plb_tx_built_free(built);
    return status;
}

/* Body and witness set have the same size whatever the metadata is. */
static plb_status pad_twin(plb_tx_plan *p, uint64_t size_bytes, plb_error *error) {
    plb_tx_render_body(p);
    plb_tx_render_witnesses(p);
    if (plb_tx_plan_failed(p)) return no_memory(error);
    uint64_t bare = size_of(p) - 1;
    if (size_bytes < bare || !plb_write_padding(&p->auxiliary, (size_t) (size_bytes - bare))) {
        return plb_fail(error, PLB_E_ARGUMENT, "twin",
                        "no value-only transaction is as small as the calls' %llu bytes",
                        (unsigned long long) size_bytes);
    }
    plb_tx_render_body(p);
    plb_tx_render_witnesses(p);
    return plb_tx_plan_failed(p) ? no_memory(error) : PLB_OK;
}

plb_status plb_tx_build_twin(plb_tx_built *built, const plb_protocol_parameters *parameters,
                             const plb_tx_spec *spec, plb_error *error) {
    plb_tx_plan call, twin;
    *built = (plb_tx_built){0};
    plb_status status = plan_call(&call, parameters, spec, error);
    uint64_t size_bytes = size_of(&call), fee = call.fee, lovelace = call.lovelace_per_input;
    plb_tx_plan_free(&call);
    if (status != PLB_OK) return status;
    status = plb_tx_plan_make(&twin, parameters, spec, true, error);
    if (status == PLB_OK) {
        twin.fee = fee;
        twin.lovelace_per_input = lovelace;
        status = plb_tx_plan_inputs(&twin, error);
    }
    if (status == PLB_OK) {
        plb_tx_plan_witnesses(&twin);
        status = pad_twin(&twin, size_bytes, error);
    }
    if (status == PLB_OK) status = deliver(&twin, built, error);
    plb_tx_plan_free(&twin);
    if (status != PLB_OK) plb_tx_built_free(built);
    return status;
}

void plb_tx_built_free(plb_tx_built *built) {
    free(built->bytes);
    free(built->utxo);
    free(built->accounts);
    free(built->redeemers);
    free(built->storage);
    *built = (plb_tx_built){0};
}
