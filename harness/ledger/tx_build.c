/* Building signed Conway transactions: the call, and its value-only twin. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "harness/ledger/integrity.h"
#include "harness/ledger/tx.h"
#include "harness/ledger/tx_padding.h"
#include "harness/ledger/tx_spec.h"

#define DEFAULT_INPUT_LOVELACE UINT64_C(10000000)
#define DEFAULT_PAYMENT_LOVELACE UINT64_C(1000000)
#define COLLATERAL_LOVELACE UINT64_C(5000000)
#define SET_TAG 258
#define EMBEDDED_CBOR_TAG 24
#define ADDRESS_BYTES (PLB_KEY_HASH_BYTES + 1)

/* Keys of a transaction body, a witness set and an output. */
enum {
    BODY_INPUTS = 0,
    BODY_OUTPUTS = 1,
    BODY_FEE = 2,
    BODY_AUXILIARY_HASH = 7,
    BODY_INTEGRITY_HASH = 11,
    BODY_COLLATERAL = 13,
    BODY_REQUIRED_SIGNERS = 14
};
enum { WITNESS_VKEYS = 0, WITNESS_DATUMS = 4, WITNESS_REDEEMERS = 5 };
enum { OUTPUT_ADDRESS = 0, OUTPUT_VALUE = 1, OUTPUT_DATUM = 2 };

typedef struct planned_input {
    plb_tx_in ref;
    const plb_tx_call *call;             /* NULL: at the key's address */
    size_t output_offset, output_length; /* in plan.outputs */
} planned_input;

typedef struct plan {
    const plb_protocol_parameters *parameters;
    const plb_tx_spec *spec;
    bool twin;
    size_t padding_bytes; /* of the twin's auxiliary data */
    uint8_t public_key[32], secret_key[64];
    uint8_t key_hash[PLB_KEY_HASH_BYTES];
    uint8_t key_address[ADDRESS_BYTES];
    planned_input *inputs; /* in order; the collateral input is behind them */
    size_t input_count;    /* without it */
    uint64_t lovelace;     /* in all inputs */
    uint64_t fee;
    plb_writer outputs; /* what is spent, as CBOR */
    plb_language_views views;
    plb_writer body, witnesses, auxiliary;
    plb_writer scripts[PLB_PLUTUS_V3 + 1], datums, redeemers; /* the fields' contents */
} plan;

static void plan_free(plan *p) {
    plb_writer *writers[] = {&p->outputs,    &p->body,       &p->witnesses,
                             &p->auxiliary,  &p->scripts[1], &p->scripts[2],
                             &p->scripts[3], &p->datums,     &p->redeemers};
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) plb_writer_free(writers[i]);
    plb_language_views_free(&p->views);
    free(p->inputs);
    sodium_memzero(p->secret_key, sizeof p->secret_key);
}

static bool plan_failed(const plan *p) {
    return p->outputs.failed || p->body.failed || p->witnesses.failed || p->auxiliary.failed ||
           p->scripts[1].failed || p->scripts[2].failed || p->scripts[3].failed ||
           p->datums.failed || p->redeemers.failed;
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, "transaction", "out of memory");
}

/* ---- What is spent ---- */

/* Ids that look like hashes, because they are; a twin spends others than its call. */
static void derive_id(const plan *p, bool twin, uint64_t number, uint8_t id[PLB_HASH_BYTES]) {
    struct {
        uint8_t seed[32];
        char label[16];
        uint8_t number[8];
    } input = {.label = "plutbench input"};
    memcpy(input.seed, p->spec->seed, sizeof input.seed);
    if (twin) memcpy(input.label, "plutbench twin ", sizeof input.label);
    for (size_t i = 0; i < sizeof input.number; i++) {
        input.number[i] = (uint8_t) (number >> (8 * i));
    }
    plb_blake2b_256((const uint8_t *) &input, sizeof input, id);
}

static void write_output(plb_writer *w, const uint8_t address[ADDRESS_BYTES], uint64_t lovelace,
                         const plb_tx_call *call) {
    bool has_datum = call != NULL && call->datum != NULL;
    plb_write_map(w, has_datum ? 3 : 2);
    plb_write_uint(w, OUTPUT_ADDRESS);
    plb_write_bytes(w, address, ADDRESS_BYTES);
    plb_write_uint(w, OUTPUT_VALUE);
    plb_write_uint(w, lovelace);
    if (!has_datum) return;
    plb_write_uint(w, OUTPUT_DATUM);
    plb_write_array(w, 2);
    plb_write_uint(w, call->inline_datum ? 1 : 0);
    if (call->inline_datum) {
        plb_write_tag(w, EMBEDDED_CBOR_TAG);
        plb_write_bytes(w, call->datum, call->datum_length);
    } else {
        uint8_t hash[PLB_HASH_BYTES];
        plb_blake2b_256(call->datum, call->datum_length, hash);
        plb_write_bytes(w, hash, sizeof hash);
    }
}

static void call_address(const plan *p, const plb_tx_call *call, uint8_t address[ADDRESS_BYTES]) {
    uint8_t hash[PLB_KEY_HASH_BYTES];
    plb_script_hash(call->language, call->script, call->script_length, hash);
    plb_enterprise_address(p->spec->network, true, hash, address);
}

/* What the input holds, whether it is the call's or the twin's. */
static uint64_t input_lovelace(const plan *p, const plb_tx_call *call) {
    uint64_t lovelace = p->spec->lovelace_per_input;
    if (lovelace == 0) lovelace = DEFAULT_INPUT_LOVELACE;
    plb_writer sized = {0};
    write_output(&sized, p->key_address, UINT64_MAX, call);
    uint64_t least = plb_minimum_lovelace(p->parameters, sized.length);
    plb_writer_free(&sized);
    return lovelace > least ? lovelace : least;
}

static int compare_inputs(const void *a, const void *b) {
    return plb_tx_in_compare(&((const planned_input *) a)->ref, &((const planned_input *) b)->ref);
}

static bool plan_inputs(plan *p) {
    const plb_tx_spec *spec = p->spec;
    p->input_count = spec->call_count + spec->extra_key_inputs;
    p->inputs = calloc(p->input_count + 1, sizeof *p->inputs);
    if (p->inputs == NULL) return false;
    for (size_t i = 0; i <= p->input_count; i++) {
        planned_input *input = &p->inputs[i];
        input->call = i < spec->call_count ? &spec->calls[i] : NULL;
        derive_id(p, p->twin && input->call != NULL, i, input->ref.id);
    }
    qsort(p->inputs, p->input_count, sizeof *p->inputs, compare_inputs);
    for (size_t i = 0; i < p->input_count; i++) {
        planned_input *input = &p->inputs[i];
        uint64_t lovelace = input_lovelace(p, input->call);
        uint8_t address[ADDRESS_BYTES];
        memcpy(address, p->key_address, sizeof address);
        const plb_tx_call *call = p->twin ? NULL : input->call;
        if (call != NULL) call_address(p, call, address);
        input->output_offset = p->outputs.length;
        write_output(&p->outputs, address, lovelace, call);
        input->output_length = p->outputs.length - input->output_offset;
        p->lovelace += lovelace;
    }
    return !p->outputs.failed;
}

/* Enough for the fee that is known by now. */
static void plan_collateral(plan *p) {
    planned_input *input = &p->inputs[p->input_count];
    uint64_t needed =
        p->fee / 100 * p->parameters->collateral_percentage + p->parameters->collateral_percentage;
    input->output_offset = p->outputs.length;
    write_output(&p->outputs, p->key_address,
                 needed > COLLATERAL_LOVELACE ? needed : COLLATERAL_LOVELACE, NULL);
    input->output_length = p->outputs.length - input->output_offset;
}

/* ---- Witness fields, which do not depend on the fee ---- */

/* True when an earlier call of the sorted inputs has the same script (or datum). */
static bool seen_script(const plan *p, size_t index) {
    const plb_tx_call *call = p->inputs[index].call;
    for (size_t i = 0; i < index; i++) {
        const plb_tx_call *other = p->inputs[i].call;
        if (other != NULL && other->language == call->language &&
            other->script_length == call->script_length &&
            memcmp(other->script, call->script, call->script_length) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_hashed(const plb_tx_call *call) {
    return call->datum != NULL && !call->inline_datum;
}

static bool seen_datum(const plan *p, size_t index) {
    const plb_tx_call *call = p->inputs[index].call;
    for (size_t i = 0; i < index; i++) {
        const plb_tx_call *other = p->inputs[i].call;
        if (other != NULL && is_hashed(other) && other->datum_length == call->datum_length &&
            memcmp(other->datum, call->datum, call->datum_length) == 0) {
            return true;
        }
    }
    return false;
}

static void write_set_head(plb_writer *w, size_t count) {
    plb_write_tag(w, SET_TAG);
    plb_write_array(w, count);
}

static void write_redeemer(plb_writer *w, size_t index, const plb_tx_call *call) {
    plb_write_array(w, 2);
    plb_write_uint(w, PLB_PURPOSE_SPEND);
    plb_write_uint(w, index);
    plb_write_array(w, 2);
    plb_write_raw(w, call->redeemer, call->redeemer_length);
    plb_write_array(w, 2);
    plb_write_uint(w, (uint64_t) call->exunits.memory);
    plb_write_uint(w, (uint64_t) call->exunits.steps);
}

static void plan_witness_fields(plan *p) {
    size_t script_counts[PLB_PLUTUS_V3 + 1] = {0}, datum_count = 0;
    plb_writer scripts[PLB_PLUTUS_V3 + 1] = {{0}}, datums = {0};
    plb_write_map(&p->redeemers, p->spec->call_count);
    for (size_t i = 0; i < p->input_count; i++) {
        const plb_tx_call *call = p->inputs[i].call;
        if (call == NULL) continue;
        if (!seen_script(p, i)) {
            plb_write_bytes(&scripts[call->language], call->script, call->script_length);
            script_counts[call->language]++;
        }
        if (is_hashed(call) && !seen_datum(p, i)) {
            plb_write_raw(&datums, call->datum, call->datum_length);
            datum_count++;
        }
        write_redeemer(&p->redeemers, i, call);
    }
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) {
        if (script_counts[l] != 0) {
            write_set_head(&p->scripts[l], script_counts[l]);
            plb_write_raw(&p->scripts[l], scripts[l].bytes, scripts[l].length);
        }
        p->scripts[l].failed |= scripts[l].failed;
        plb_writer_free(&scripts[l]);
    }
    if (datum_count != 0) {
        write_set_head(&p->datums, datum_count);
        plb_write_raw(&p->datums, datums.bytes, datums.length);
    }
    p->datums.failed |= datums.failed;
    plb_writer_free(&datums);
}

/* ---- Rendering ---- */

static void rewind_writer(plb_writer *w) { w->length = 0; }

static void write_ref(plb_writer *w, const plb_tx_in *ref) {
    plb_write_array(w, 2);
    plb_write_bytes(w, ref->id, sizeof ref->id);
    plb_write_uint(w, ref->index);
}

static void write_outputs(const plan *p, plb_writer *w, uint64_t change) {
    uint64_t payment = p->spec->lovelace_per_payment;
    if (payment == 0) payment = DEFAULT_PAYMENT_LOVELACE;
    plb_write_array(w, p->spec->payments + 1);
    for (size_t i = 0; i < p->spec->payments; i++) write_output(w, p->key_address, payment, NULL);
    write_output(w, p->key_address, change, NULL);
}

/* What stands in key 7 of a twin or key 11 of a call. */
static void extra_hash(plan *p, uint8_t hash[PLB_HASH_BYTES]) {
    if (p->twin) {
        plb_blake2b_256(p->auxiliary.bytes, p->auxiliary.length, hash);
        return;
    }
    unsigned languages = 0;
    for (size_t i = 0; i < p->spec->call_count; i++) {
        languages |= 1u << p->spec->calls[i].language;
    }
    plb_span redeemers = {p->redeemers.bytes, p->redeemers.length};
    plb_span datums = {p->datums.bytes, p->datums.length};
    plb_integrity_hash(&p->views, languages, redeemers, datums, hash);
}

static void render_body(plan *p) {
    plb_writer *w = &p->body;
    uint64_t payments =
        p->spec->payments * (p->spec->lovelace_per_payment != 0 ? p->spec->lovelace_per_payment
                                                                : DEFAULT_PAYMENT_LOVELACE);
    uint8_t hash[PLB_HASH_BYTES];
    extra_hash(p, hash);
    rewind_writer(w);
    plb_write_map(w, p->spec->required_signers != 0 ? 6 : 5);
    plb_write_uint(w, BODY_INPUTS);
    write_set_head(w, p->input_count);
    for (size_t i = 0; i < p->input_count; i++) write_ref(w, &p->inputs[i].ref);
    plb_write_uint(w, BODY_OUTPUTS);
    write_outputs(p, w, p->lovelace - payments - p->fee);
    plb_write_uint(w, BODY_FEE);
    plb_write_uint(w, p->fee);
    plb_write_uint(w, p->twin ? BODY_AUXILIARY_HASH : BODY_INTEGRITY_HASH);
    plb_write_bytes(w, hash, sizeof hash);
    plb_write_uint(w, BODY_COLLATERAL);
    write_set_head(w, 1);
    write_ref(w, &p->inputs[p->input_count].ref);
    if (p->spec->required_signers != 0) {
        plb_write_uint(w, BODY_REQUIRED_SIGNERS);
        write_set_head(w, 1);
        plb_write_bytes(w, p->key_hash, sizeof p->key_hash);
    }
}

static void write_field(plb_writer *w, uint64_t key, const plb_writer *content) {
    if (content->length == 0) return;
    plb_write_uint(w, key);
    plb_write_raw(w, content->bytes, content->length);
}

static void render_witnesses(plan *p) {
    static const uint64_t script_keys[PLB_PLUTUS_V3 + 1] = {0, 3, 6, 7};
    plb_writer *w = &p->witnesses;
    uint8_t id[PLB_HASH_BYTES], signature[crypto_sign_BYTES];
    plb_blake2b_256(p->body.bytes, p->body.length, id);
    crypto_sign_detached(signature, NULL, id, sizeof id, p->secret_key);
    size_t fields = 1;
    if (p->datums.length != 0) fields++;
    if (p->redeemers.length != 0) fields++;
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) {
        if (p->scripts[l].length != 0) fields++;
    }
    rewind_writer(w);
    plb_write_map(w, fields);
    plb_write_uint(w, WITNESS_VKEYS);
    write_set_head(w, 1);
    plb_write_array(w, 2);
    plb_write_bytes(w, p->public_key, sizeof p->public_key);
    plb_write_bytes(w, signature, sizeof signature);
    write_field(w, script_keys[PLB_PLUTUS_V1], &p->scripts[PLB_PLUTUS_V1]);
    write_field(w, WITNESS_DATUMS, &p->datums);
    write_field(w, WITNESS_REDEEMERS, &p->redeemers);
    write_field(w, script_keys[PLB_PLUTUS_V2], &p->scripts[PLB_PLUTUS_V2]);
    write_field(w, script_keys[PLB_PLUTUS_V3], &p->scripts[PLB_PLUTUS_V3]);
}

static uint64_t size_of(const plan *p) {
    return 1 + p->body.length + p->witnesses.length +
           (p->auxiliary.length != 0 ? p->auxiliary.length : 1);
}

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

/* ---- The fee ---- */

static plb_status check_change(const plan *p, plb_error *error) {
    uint64_t payment = p->spec->lovelace_per_payment;
    if (payment == 0) payment = DEFAULT_PAYMENT_LOVELACE;
    uint64_t spent = 0;
    plb_writer sized = {0};
    write_output(&sized, p->key_address, UINT64_MAX, NULL);
    uint64_t least = plb_minimum_lovelace(p->parameters, sized.length);
    plb_writer_free(&sized);
    bool overflow = __builtin_mul_overflow(payment, (uint64_t) p->spec->payments, &spent) ||
                    __builtin_add_overflow(spent, p->fee, &spent) ||
                    __builtin_add_overflow(spent, least, &spent);
    if (!overflow && spent <= p->lovelace) return PLB_OK;
    return plb_fail(error, PLB_E_LEDGER, "transaction",
                    "ValueNotConservedUTxO: the inputs' %llu lovelace do not pay for %zu payments, "
                    "a fee of %llu and a change output",
                    (unsigned long long) p->lovelace, p->spec->payments,
                    (unsigned long long) p->fee);
}

/* The fee is part of the size that it pays for: repeated until it is its own minimum. Where no fee
 * is (a byte more makes it need a byte more), the larger one stays. */
static plb_status settle_fee(plan *p, plb_error *error) {
    plb_exunits exunits = total_exunits(p->spec);
    p->fee = plb_minimum_fee(p->parameters, 0, exunits);
    for (unsigned round = 0; round < 8; round++) {
        plb_status status = check_change(p, error);
        if (status != PLB_OK) return status;
        render_body(p);
        render_witnesses(p);
        if (plan_failed(p)) return no_memory(error);
        uint64_t least = plb_minimum_fee(p->parameters, size_of(p), exunits);
        if (least == p->fee || (least < p->fee && round > 2)) return PLB_OK;
        p->fee = least;
    }
    return plb_fail(error, PLB_E_LEDGER, "transaction", "FeeTooSmallUTxO: no fee settles");
}

/* ---- Results ---- */

static plb_status join(const plan *p, plb_tx_built *built, plb_error *error) {
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
    return PLB_OK;
}

static plb_status deliver(plan *p, plb_tx_built *built, plb_error *error) {
    if (size_of(p) > p->parameters->max_tx_size_bytes) {
        return plb_fail(
            error, PLB_E_LEDGER, "transaction", "MaxTxSizeUTxO: %llu bytes, the maximum is %llu",
            (unsigned long long) size_of(p), (unsigned long long) p->parameters->max_tx_size_bytes);
    }
    plan_collateral(p);
    if (plan_failed(p)) return no_memory(error);
    plb_status status = join(p, built, error);
    if (status != PLB_OK) return status;
    built->fee = p->fee;
    plb_blake2b_256(p->body.bytes, p->body.length, built->id);
    built->utxo_count = p->input_count + 1;
    built->utxo = calloc(built->utxo_count, sizeof *built->utxo);
    if (built->utxo == NULL) return no_memory(error);
    for (size_t i = 0; i < built->utxo_count; i++) {
        const planned_input *input = &p->inputs[i];
        plb_utxo *utxo = &built->utxo[i];
        memcpy(utxo->id, input->ref.id, sizeof utxo->id);
        utxo->index = input->ref.index;
        utxo->output = p->outputs.bytes + input->output_offset;
        utxo->output_length = input->output_length;
    }
    built->storage = p->outputs.bytes;
    p->outputs = (plb_writer){0};
    built->redeemers = calloc(built->utxo_count, sizeof *built->redeemers);
    if (built->redeemers == NULL) return no_memory(error);
    for (size_t i = 0; i < p->input_count && !p->twin; i++) {
        const plb_tx_call *call = p->inputs[i].call;
        if (call == NULL) continue;
        struct plb_redeemer_call *redeemer = &built->redeemers[built->redeemer_count++];
        redeemer->purpose = PLB_PURPOSE_SPEND;
        redeemer->index = (uint32_t) i;
        redeemer->call = (size_t) (call - p->spec->calls);
    }
    return PLB_OK;
}

static plb_status plan_call(plan *p, const plb_protocol_parameters *parameters,
                            const plb_tx_spec *spec, bool twin, plb_error *error) {
    *p = (plan){.parameters = parameters, .spec = spec, .twin = twin};
    plb_status status = plb_tx_spec_check(spec, error);
    if (status != PLB_OK) return status;
    if (sodium_init() < 0) return plb_fail(error, PLB_E_MEMORY, "libsodium", "can't start");
    crypto_sign_seed_keypair(p->public_key, p->secret_key, spec->seed);
    plb_blake2b_224(p->public_key, sizeof p->public_key, p->key_hash);
    plb_enterprise_address(spec->network, false, p->key_hash, p->key_address);
    if (!plb_language_views_make(&p->views, parameters) || !plan_inputs(p)) {
        return no_memory(error);
    }
    return PLB_OK;
}

plb_status plb_tx_build(plb_tx_built *built, const plb_protocol_parameters *parameters,
                        const plb_tx_spec *spec, plb_error *error) {
    plan p;
    *built = (plb_tx_built){0};
    plb_status status = plan_call(&p, parameters, spec, false, error);
    if (status == PLB_OK) {
        plan_witness_fields(&p);
        status = settle_fee(&p, error);
    }
    if (status == PLB_OK) status = deliver(&p, built, error);
    plan_free(&p);
    if (status != PLB_OK) plb_tx_built_free(built);
    return status;
}

/* Bytes that the twin's auxiliary data must have, and the fee it pays: the call's. */
static plb_status measure_call(const plb_protocol_parameters *parameters, const plb_tx_spec *spec,
                               uint64_t *size_bytes, uint64_t *fee, plb_error *error) {
    plan p;
    plb_status status = plan_call(&p, parameters, spec, false, error);
    if (status == PLB_OK) {
        plan_witness_fields(&p);
        status = settle_fee(&p, error);
    }
    *size_bytes = size_of(&p);
    *fee = p.fee;
    plan_free(&p);
    return status;
}

plb_status plb_tx_build_twin(plb_tx_built *built, const plb_protocol_parameters *parameters,
                             const plb_tx_spec *spec, plb_error *error) {
    plan p;
    uint64_t size_bytes, fee;
    *built = (plb_tx_built){0};
    plb_status status = measure_call(parameters, spec, &size_bytes, &fee, error);
    if (status != PLB_OK) return status;
    status = plan_call(&p, parameters, spec, true, error);
    p.fee = fee;
    if (status == PLB_OK) {
        /* Body and witnesses have the same size whatever the metadata is. */
        render_body(&p);
        render_witnesses(&p);
        size_t bare = (size_t) size_of(&p) - 1;
        if (!plan_failed(&p) && !plb_write_padding(&p.auxiliary, (size_t) size_bytes - bare)) {
            status = plb_fail(error, PLB_E_ARGUMENT, "twin", "no metadata of %zu bytes",
                              (size_t) size_bytes - bare);
        }
        render_body(&p);
        render_witnesses(&p);
        if (status == PLB_OK) status = plan_failed(&p) ? no_memory(error) : PLB_OK;
    }
    if (status == PLB_OK) status = deliver(&p, built, error);
    plan_free(&p);
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
