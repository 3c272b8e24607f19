/* Planning a transaction: hashes, orders and outputs. */
#include "harness/ledger/build/tx_build_plan.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "harness/ledger/build/tx_spec.h"

#define DEFAULT_INPUT_LOVELACE UINT64_C(10000000)
#define DEFAULT_PAYMENT_LOVELACE UINT64_C(1000000)
#define COLLATERAL_LOVELACE UINT64_C(5000000)
#define ASSET_AMOUNT UINT64_C(1000000)

__extension__ typedef unsigned __int128 wide;

/* ---- Life ---- */

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, "transaction", "out of memory");
}

#define WRITERS(plan)                                                                              \
    {                                                                                              \
        &(plan)->outputs, &(plan)->body, &(plan)->witnesses, &(plan)->auxiliary,                   \
            &(plan)->native_scripts, &(plan)->scripts[PLB_PLUTUS_V1],                              \
            &(plan)->scripts[PLB_PLUTUS_V2], &(plan)->scripts[PLB_PLUTUS_V3], &(plan)->datums,     \
            &(plan)->redeemers                                                                     \
    }

void plb_tx_plan_free(plb_tx_plan *p) {
    plb_writer *writers[] = WRITERS(p);
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) plb_writer_free(writers[i]);
    plb_language_views_free(&p->views);
    free(p->calls);
    free(p->by_hash);
    free(p->inputs);
    free(p->references);
    free(p->policies);
    free(p->withdrawals);
    free(p->input_assets);
    free(p->payment_assets);
    free(p->change_assets);
    sodium_memzero(p->secret_key, sizeof p->secret_key);
}

bool plb_tx_plan_failed(const plb_tx_plan *p) {
    const plb_writer *writers[] = WRITERS(p);
    for (size_t i = 0; i < sizeof writers / sizeof writers[0]; i++) {
        if (writers[i]->failed) return true;
    }
    return false;
}

static bool allocate(plb_tx_plan *p) {
    const plb_tx_spec *spec = p->spec;
    size_t calls = spec->call_count, assets = spec->assets;
    /* One more of each: no call may ask for it, and the input of a transaction that spends none;
     * and a chained input. */
    p->calls = calloc(calls + 1, sizeof *p->calls);
    p->by_hash = calloc(calls + 1, sizeof *p->by_hash);
    p->inputs =
        calloc(calls + spec->extra_key_inputs + spec->native_script_inputs + 2, sizeof *p->inputs);
    p->references = calloc(calls + 1, sizeof *p->references);
    p->policies = calloc(calls + 1, sizeof *p->policies);
    p->withdrawals = calloc(calls + 1, sizeof *p->withdrawals);
    p->input_assets = calloc(assets + 1, sizeof *p->input_assets);
    p->payment_assets = calloc(assets + 1, sizeof *p->payment_assets);
    p->change_assets = calloc(assets + calls + 1, sizeof *p->change_assets);
    return p->calls != NULL && p->by_hash != NULL && p->inputs != NULL && p->references != NULL &&
           p->policies != NULL && p->withdrawals != NULL && p->input_assets != NULL &&
           p->payment_assets != NULL && p->change_assets != NULL;
}

/* ---- Names that look like hashes, because they are ---- */

/* `label` has at most 16 characters. */
static void derive(const plb_tx_plan *p, const char *label, uint64_t number, uint8_t *hash,
                   size_t length) {
    struct {
        uint8_t seed[32];
        char label[16];
        uint8_t number[8];
    } input = {.label = ""};
    memcpy(input.seed, p->spec->seed, sizeof input.seed);
    memcpy(input.label, label, strlen(label));
    for (size_t i = 0; i < sizeof input.number; i++) {
        input.number[i] = (uint8_t) (number >> (8 * i));
    }
    crypto_generichash_blake2b(hash, length, (const uint8_t *) &input, sizeof input, NULL, 0);
}

static void plan_keys(plb_tx_plan *p) {
    static const uint8_t signature_of[] = {0x82, 0x00, 0x58, PLB_KEY_HASH_BYTES};
    crypto_sign_seed_keypair(p->public_key, p->secret_key, p->spec->seed);
    plb_blake2b_224(p->public_key, sizeof p->public_key, p->key_hash);
    plb_enterprise_address(p->spec->network, false, p->key_hash, p->key_address);
    memcpy(p->key_script, signature_of, sizeof signature_of);
    memcpy(p->key_script + sizeof signature_of, p->key_hash, sizeof p->key_hash);
}

static void native_script_hash(const uint8_t *script, size_t length,
                               uint8_t hash[PLB_KEY_HASH_BYTES]) {
    uint8_t tagged[1 + PLB_KEY_SCRIPT_BYTES] = {0};
    memcpy(tagged + 1, script, length);
    plb_blake2b_224(tagged, 1 + length, hash);
}

/* ---- Calls ---- */

static int compare_calls(const void *a, const void *b) {
    const plb_planned_call *first = *(const plb_planned_call *const *) a;
    const plb_planned_call *second = *(const plb_planned_call *const *) b;
    int order = memcmp(first->script_hash, second->script_hash, PLB_KEY_HASH_BYTES);
    if (order != 0) return order;
    order = (int) first->call->purpose - (int) second->call->purpose;
    return order != 0 ? order : (first->call > second->call) - (first->call < second->call);
}

/* Calls with the same script stand together in p->by_hash, by purpose. */
static plb_status check_neighbours(const plb_tx_plan *p, const plb_planned_call *a,
                                   const plb_planned_call *b, plb_error *error) {
    size_t first = (size_t) (a->call - p->spec->calls),
           second = (size_t) (b->call - p->spec->calls);
    if (a->call->place != b->call->place) {
        return plb_fail(error, PLB_E_ARGUMENT, "transaction",
                        "calls %zu and %zu have the same script: expected it in one place", first,
                        second);
    }
    if (a->call->purpose == b->call->purpose && a->call->purpose != PLB_CALL_SPEND) {
        return plb_fail(error, PLB_E_ARGUMENT, "transaction",
                        "calls %zu and %zu %s with the same script: a transaction does it once",
                        first, second, a->call->purpose == PLB_CALL_MINT ? "mint" : "withdraw");
    }
    return PLB_OK;
}

static plb_status plan_calls(plb_tx_plan *p, plb_error *error) {
    const plb_tx_spec *spec = p->spec;
    for (size_t i = 0; i < spec->call_count; i++) {
        const plb_tx_call *call = &spec->calls[i], *before = i != 0 ? call - 1 : NULL;
        plb_planned_call *planned = &p->calls[i];
        planned->call = call;
        p->by_hash[i] = planned;
        if (before != NULL && before->script == call->script &&
            before->script_length == call->script_length && before->language == call->language) {
            memcpy(planned->script_hash, planned[-1].script_hash, sizeof planned->script_hash);
        } else {
            plb_script_hash(call->language, call->script, call->script_length,
                            planned->script_hash);
        }
        if (call->datum != NULL && !call->inline_datum) {
            plb_blake2b_256(call->datum, call->datum_length, planned->datum_hash);
        }
    }
    qsort(p->by_hash, spec->call_count, sizeof *p->by_hash, compare_calls);
    for (size_t i = 0; i < spec->call_count; i++) {
        const plb_planned_call *planned = p->by_hash[i],
                               *before = i != 0 ? p->by_hash[i - 1] : NULL;
        bool first = before == NULL ||
                     memcmp(before->script_hash, planned->script_hash, PLB_KEY_HASH_BYTES) != 0;
        plb_status status = first ? PLB_OK : check_neighbours(p, before, planned, error);
        if (status != PLB_OK) return status;
        p->calls[planned->call - spec->calls].first = first;
    }
    return PLB_OK;
}

/* ---- Policies and withdrawals ---- */

static int compare_hashes(const void *a, const void *b) {
    return memcmp(((const plb_planned_hash *) a)->hash, ((const plb_planned_hash *) b)->hash,
                  PLB_KEY_HASH_BYTES);
}

void plb_write_stand_in_script(plb_writer *w, size_t number) {
    plb_write_array(w, 3);
    plb_write_uint(w, 3);
    plb_write_int(w, -(int64_t) number);
    plb_write_array(w, 0);
}

/* The hashes of the scripts that mint, or that withdraw; a twin's are its stand-ins'. */
static size_t plan_hashes(plb_tx_plan *p, plb_call_purpose purpose, plb_planned_hash *hashes) {
    size_t count = 0;
    for (size_t i = 0; i < p->spec->call_count; i++) {
        const plb_planned_call *call = &p->calls[i];
        if (call->call->purpose != purpose) continue;
        plb_planned_hash *planned = &hashes[count];
        if (p->twin) {
            plb_writer script = {0};
            plb_write_stand_in_script(&script, count);
            p->native_scripts.failed |= script.failed;
            native_script_hash(script.bytes, script.length, planned->hash);
            plb_writer_free(&script);
        } else {
            planned->call = call;
            memcpy(planned->hash, call->script_hash, sizeof planned->hash);
        }
        count++;
    }
    qsort(hashes, count, sizeof *hashes, compare_hashes);
    return count;
}

/* ---- Assets ---- */

static int compare_assets(const void *a, const void *b) {
    return memcmp(((const plb_planned_asset *) a)->policy, ((const plb_planned_asset *) b)->policy,
                  PLB_KEY_HASH_BYTES);
}

/* What goes in and not to the payments is change. */
static void plan_assets(plb_tx_plan *p) {
    size_t count = p->spec->assets;
    uint64_t payments = p->spec->payments, payment = ASSET_AMOUNT / (payments + 1);
    for (size_t i = 0; i < count; i++) {
        plb_planned_asset *asset = &p->input_assets[i];
        uint8_t name[PLB_HASH_BYTES];
        derive(p, "plutbench asset", i, asset->policy, sizeof asset->policy);
        derive(p, "plutbench name", i, name, sizeof name);
        memcpy(asset->name, name, sizeof asset->name);
        asset->name_length = sizeof asset->name;
        asset->amount = ASSET_AMOUNT;
    }
    qsort(p->input_assets, count, sizeof *p->input_assets, compare_assets);
    for (size_t i = 0; i < count; i++) {
        p->payment_assets[i] = p->change_assets[i] = p->input_assets[i];
        p->payment_assets[i].amount = payment;
        p->change_assets[i].amount =
            ASSET_AMOUNT * (p->input_count - (p->chained != NULL)) - payment * payments;
    }
    for (size_t i = 0; i < p->policy_count; i++) {
        plb_planned_asset *minted = &p->change_assets[count + i];
        memcpy(minted->policy, p->policies[i].hash, sizeof minted->policy);
        minted->amount = 1;
    }
    p->change_asset_count = count + p->policy_count;
    qsort(p->change_assets, p->change_asset_count, sizeof *p->change_assets, compare_assets);
}

/* ---- Inputs ---- */

static int compare_inputs(const void *a, const void *b) {
    return plb_tx_in_compare(&((const plb_planned_input *) a)->ref,
                             &((const plb_planned_input *) b)->ref);
}

/* A twin spends and refers to others than its call, where the call's have to do with scripts. */
static void derive_id(const plb_tx_plan *p, bool twin, uint64_t number, plb_planned_input *input) {
    number |= (uint64_t) p->spec->number << 32;
    derive(p, twin ? "plutbench twin " : "plutbench input", number, input->ref.id,
           sizeof input->ref.id);
}

static void plan_refs(plb_tx_plan *p) {
    const plb_tx_spec *spec = p->spec;
    for (size_t i = 0; i < spec->call_count; i++) {
        if (spec->calls[i].purpose != PLB_CALL_SPEND) continue;
        plb_planned_input *input = &p->inputs[p->input_count++];
        input->call = &p->calls[i];
        derive_id(p, p->twin, i, input);
    }
    size_t others = spec->extra_key_inputs + spec->native_script_inputs;
    if (p->chained != NULL) {
        plb_planned_input *input = &p->inputs[p->input_count++];
        input->is_chained = true;
        memcpy(input->ref.id, p->chained->id, sizeof input->ref.id);
        input->ref.index = p->chained->index;
    }
    if (p->input_count == 0) others++;
    for (size_t i = 0; i < others; i++) {
        plb_planned_input *input = &p->inputs[p->input_count++];
        input->at_native_script = i < spec->native_script_inputs;
        derive_id(p, false, spec->call_count + i, input);
    }
    derive_id(p, false, spec->call_count + others, &p->collateral);
    for (size_t i = 0; i < spec->call_count; i++) {
        if (!p->calls[i].first || spec->calls[i].place != PLB_SCRIPT_IN_REFERENCE) continue;
        plb_planned_input *reference = &p->references[p->reference_count++];
        reference->call = &p->calls[i];
        p->reference_script_bytes += spec->calls[i].script_length;
        derive_id(p, p->twin, spec->call_count + others + 1 + i, reference);
    }
    qsort(p->inputs, p->input_count, sizeof *p->inputs, compare_inputs);
    qsort(p->references, p->reference_count, sizeof *p->references, compare_inputs);
}

static void add_output(plb_tx_plan *p, plb_planned_input *input, const plb_planned_output *output) {
    input->output_offset = p->outputs.length;
    plb_write_output(&p->outputs, output);
    input->output_length = p->outputs.length - input->output_offset;
}

uint64_t plb_tx_plan_least(const plb_tx_plan *p, const plb_planned_output *output) {
    plb_planned_output largest = *output;
    largest.lovelace = UINT64_MAX;
    plb_writer sized = {0};
    plb_write_output(&sized, &largest);
    uint64_t least = plb_minimum_lovelace(p->parameters, sized.length);
    plb_writer_free(&sized);
    return least;
}

static plb_status add_lovelace(plb_tx_plan *p, uint64_t lovelace, plb_error *error) {
    if (!__builtin_add_overflow(p->lovelace, lovelace, &p->lovelace)) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, "transaction",
                    "expected inputs of less than 2^64 lovelace together");
}

/* The output is there already. */
static plb_status plan_chained_input(plb_tx_plan *p, plb_planned_input *input, plb_error *error) {
    input->output_offset = p->outputs.length;
    input->output_length = p->chained->output_length;
    plb_write_raw(&p->outputs, p->chained->output, p->chained->output_length);
    return add_lovelace(p, p->chained_lovelace, error);
}

static plb_status check_chained(plb_tx_plan *p, plb_error *error) {
    static const char *const where = "chained output";
    plb_region scratch;
    plb_tx_out out;
    if (p->chained == NULL) return PLB_OK;
    if (!plb_region_init(&scratch, PLB_DEFAULT_BYTE_CAP)) return no_memory(error);
    plb_status status =
        plb_tx_out_decode(&out, &scratch, p->chained->output, p->chained->output_length, error);
    plb_region_free(&scratch);
    if (status != PLB_OK) return status;
    p->chained_lovelace = out.lovelace;
    if (out.address.bytes.length == sizeof p->key_address &&
        memcmp(out.address.bytes.bytes, p->key_address, sizeof p->key_address) == 0 &&
        out.assets.count == 0 && out.datum_kind == PLB_DATUM_NONE && out.script == NULL) {
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_ARGUMENT, where,
                    "expected nothing but lovelace at the test key's address");
}

/* An input's output. The twin's holds as much, at the key's address, without a datum. */
static plb_status plan_input(plb_tx_plan *p, plb_planned_input *input, plb_error *error) {
    if (input->is_chained) return plan_chained_input(p, input, error);
    uint8_t address[PLB_PLAN_ADDRESS_BYTES], hash[PLB_KEY_HASH_BYTES];
    plb_planned_output output = {
        .address = p->key_address, .assets = p->input_assets, .asset_count = p->spec->assets};
    if (input->at_native_script) {
        native_script_hash(p->key_script, sizeof p->key_script, hash);
        plb_enterprise_address(p->spec->network, true, hash, address);
        output.address = address;
    }
    const plb_planned_call *call = input->call;
    if (call != NULL) {
        plb_enterprise_address(p->spec->network, true, call->script_hash, address);
        output.address = address;
        if (call->call->datum != NULL && call->call->inline_datum) {
            output.inline_datum = (plb_span){call->call->datum, call->call->datum_length};
        } else if (call->call->datum != NULL) {
            output.datum_hash = call->datum_hash;
        }
    }
    uint64_t least = plb_tx_plan_least(p, &output);
    output.lovelace = p->lovelace_per_input > least ? p->lovelace_per_input : least;
    if (call != NULL && p->twin) {
        output.address = p->key_address;
        output.inline_datum = (plb_span){0};
        output.datum_hash = NULL;
    }
    add_output(p, input, &output);
    return add_lovelace(p, output.lovelace, error);
}

/* A twin's reference input has as much ADA, and no script. */
static void plan_reference(plb_tx_plan *p, plb_planned_input *reference) {
    plb_planned_output output = {.address = p->key_address, .script = reference->call->call};
    uint64_t least = plb_tx_plan_least(p, &output);
    output.lovelace = least > DEFAULT_INPUT_LOVELACE ? least : DEFAULT_INPUT_LOVELACE;
    if (p->twin) output.script = NULL;
    add_output(p, reference, &output);
}

plb_status plb_tx_plan_inputs(plb_tx_plan *p, plb_error *error) {
    plb_status status = PLB_OK;
    p->outputs.length = 0;
    p->lovelace = 0;
    for (size_t i = 0; status == PLB_OK && i < p->input_count; i++) {
        status = plan_input(p, &p->inputs[i], error);
    }
    for (size_t i = 0; i < p->reference_count; i++) plan_reference(p, &p->references[i]);
    return status == PLB_OK && p->outputs.failed ? no_memory(error) : status;
}

/* ---- Collateral ---- */

void plb_tx_plan_collateral(plb_tx_plan *p) {
    wide needed = ((wide) p->fee * p->parameters->collateral_percentage + 99) / 100;
    p->total_collateral = needed > UINT64_MAX / 2 ? UINT64_MAX / 2 : (uint64_t) needed;
    uint64_t least = p->total_collateral;
    if (p->spec->collateral_return) {
        plb_planned_output rest = {.address = p->key_address};
        least += plb_tx_plan_least(p, &rest);
    }
    p->collateral_lovelace = least > COLLATERAL_LOVELACE ? least : COLLATERAL_LOVELACE;
}

void plb_tx_plan_collateral_output(plb_tx_plan *p) {
    plb_planned_output output = {.address = p->key_address, .lovelace = p->collateral_lovelace};
    add_output(p, &p->collateral, &output);
}

/* ---- Outputs ---- */

plb_planned_output plb_tx_plan_payment(const plb_tx_plan *p, size_t index) {
    bool with_datum = index == 0 && p->spec->supplemental_datum != NULL;
    return (plb_planned_output){.address = p->key_address,
                                .lovelace = p->payment_lovelace,
                                .assets = p->payment_assets,
                                .asset_count = p->spec->assets,
                                .datum_hash = with_datum ? p->supplemental_hash : NULL};
}

plb_planned_output plb_tx_plan_change(const plb_tx_plan *p, uint64_t lovelace) {
    return (plb_planned_output){.address = p->key_address,
                                .lovelace = lovelace,
                                .assets = p->change_assets,
                                .asset_count = p->change_asset_count};
}

/* The first payment is the largest. */
static plb_status plan_payments(plb_tx_plan *p, plb_error *error) {
    const plb_tx_spec *spec = p->spec;
    if (spec->supplemental_datum != NULL) {
        plb_blake2b_256(spec->supplemental_datum, spec->supplemental_datum_length,
                        p->supplemental_hash);
    }
    plb_planned_output payment = plb_tx_plan_payment(p, 0);
    uint64_t least = plb_tx_plan_least(p, &payment), asked = spec->lovelace_per_payment;
    p->payment_lovelace = asked != 0                         ? asked
                          : least > DEFAULT_PAYMENT_LOVELACE ? least
                                                             : DEFAULT_PAYMENT_LOVELACE;
    if (spec->payments == 0 || p->payment_lovelace >= least) return PLB_OK;
    return plb_fail(error, PLB_E_LEDGER, "transaction",
                    "BabbageOutputTooSmallUTxO: payments of %llu lovelace, the minimum is %llu",
                    (unsigned long long) asked, (unsigned long long) least);
}

/* ---- All of it ---- */

plb_status plb_tx_plan_make(plb_tx_plan *p, const plb_protocol_parameters *parameters,
                            const plb_tx_spec *spec, bool twin, plb_error *error) {
    *p = (plb_tx_plan){.parameters = parameters, .spec = spec, .twin = twin};
    plb_status status = plb_tx_spec_check(spec, parameters, error);
    if (status != PLB_OK) return status;
    if (sodium_init() < 0) return plb_fail(error, PLB_E_MEMORY, "libsodium", "can't start");
    if (!allocate(p) || !plb_language_views_make(&p->views, parameters)) return no_memory(error);
    plan_keys(p);
    p->chained = twin && spec->chained_twin != NULL ? spec->chained_twin : spec->chained;
    status = check_chained(p, error);
    if (status != PLB_OK) return status;
    status = plan_calls(p, error);
    if (status != PLB_OK) return status;
    p->policy_count = plan_hashes(p, PLB_CALL_MINT, p->policies);
    p->withdrawal_count = plan_hashes(p, PLB_CALL_WITHDRAW, p->withdrawals);
    plan_refs(p);
    plan_assets(p);
    status = plan_payments(p, error);
    p->lovelace_per_input =
        spec->lovelace_per_input != 0 ? spec->lovelace_per_input : DEFAULT_INPUT_LOVELACE;
    return status == PLB_OK ? plb_tx_plan_inputs(p, error) : status;
}
