/* Rendering the body. */
#include "harness/ledger/build/tx_build_plan.h"

#include <string.h>

#define SET_TAG 258
#define VALIDITY_SLOTS 7200

/* Keys of a transaction body, in the order in which they are written. */
enum {
    BODY_INPUTS = 0,
    BODY_OUTPUTS = 1,
    BODY_FEE = 2,
    BODY_VALID_UNTIL = 3,
    BODY_WITHDRAWALS = 5,
    BODY_AUXILIARY_HASH = 7,
    BODY_VALID_FROM = 8,
    BODY_MINT = 9,
    BODY_INTEGRITY_HASH = 11,
    BODY_COLLATERAL = 13,
    BODY_REQUIRED_SIGNERS = 14,
    BODY_COLLATERAL_RETURN = 16,
    BODY_TOTAL_COLLATERAL = 17,
    BODY_REFERENCE_INPUTS = 18
};

static void write_refs(plb_writer *w, uint64_t key, const plb_planned_input *inputs, size_t count) {
    plb_write_uint(w, key);
    plb_write_tag(w, SET_TAG);
    plb_write_array(w, count);
    for (size_t i = 0; i < count; i++) {
        plb_write_array(w, 2);
        plb_write_bytes(w, inputs[i].ref.id, sizeof inputs[i].ref.id);
        plb_write_uint(w, inputs[i].ref.index);
    }
}

static void write_outputs(const plb_tx_plan *p, plb_writer *w) {
    uint64_t paid = p->spec->payments * p->payment_lovelace;
    plb_planned_output change = plb_tx_plan_change(p, p->lovelace - paid - p->fee);
    plb_write_uint(w, BODY_OUTPUTS);
    plb_write_array(w, p->spec->payments + 1);
    for (size_t i = 0; i < p->spec->payments; i++) {
        plb_planned_output payment = plb_tx_plan_payment(p, i);
        plb_write_output(w, &payment);
    }
    plb_write_output(w, &change);
}

/* Reward accounts are ordered as their credentials are: scripts by hash (there are no others). */
static void write_withdrawals(const plb_tx_plan *p, plb_writer *w) {
    plb_write_uint(w, BODY_WITHDRAWALS);
    plb_write_map(w, p->withdrawal_count);
    for (size_t i = 0; i < p->withdrawal_count; i++) {
        uint8_t account[PLB_KEY_HASH_BYTES + 1];
        plb_reward_account(p->spec->network, true, p->withdrawals[i].hash, account);
        plb_write_bytes(w, account, sizeof account);
        plb_write_uint(w, 0);
    }
}

static void write_mint(const plb_tx_plan *p, plb_writer *w) {
    plb_write_uint(w, BODY_MINT);
    plb_write_map(w, p->policy_count);
    for (size_t i = 0; i < p->policy_count; i++) {
        plb_write_bytes(w, p->policies[i].hash, sizeof p->policies[i].hash);
        plb_write_map(w, 1);
        plb_write_bytes(w, NULL, 0);
        plb_write_uint(w, 1);
    }
}

/* Reference scripts' languages count as the witness set's do. */
static void integrity_hash(const plb_tx_plan *p, uint8_t hash[PLB_HASH_BYTES]) {
    unsigned languages = 0;
    for (size_t i = 0; i < p->spec->call_count; i++) {
        languages |= 1u << p->spec->calls[i].language;
    }
    plb_span redeemers = {p->redeemers.bytes, p->redeemers.length};
    plb_span datums = {p->datums.bytes, p->datums.length};
    plb_integrity_hash(&p->views, languages, redeemers, datums, hash);
}

static void write_collateral_return(const plb_tx_plan *p, plb_writer *w) {
    plb_planned_output rest = {.address = p->key_address,
                               .lovelace = p->collateral_lovelace - p->total_collateral};
    plb_write_uint(w, BODY_COLLATERAL_RETURN);
    plb_write_output(w, &rest);
    plb_write_uint(w, BODY_TOTAL_COLLATERAL);
    plb_write_uint(w, p->total_collateral);
}

static uint64_t count_fields(const plb_tx_plan *p) {
    const plb_tx_spec *spec = p->spec;
    return 5 + (uint64_t) (spec->validity_interval ? 2 : 0) + (p->withdrawal_count != 0) +
           (p->policy_count != 0) + (spec->required_signers != 0) +
           (uint64_t) (spec->collateral_return ? 2 : 0) + (p->reference_count != 0);
}

void plb_tx_render_body(plb_tx_plan *p) {
    const plb_tx_spec *spec = p->spec;
    plb_writer *w = &p->body;
    uint8_t hash[PLB_HASH_BYTES];
    plb_tx_plan_collateral(p);
    w->length = 0;
    plb_write_map(w, count_fields(p));
    write_refs(w, BODY_INPUTS, p->inputs, p->input_count);
    write_outputs(p, w);
    plb_write_uint(w, BODY_FEE);
    plb_write_uint(w, p->fee);
    if (spec->validity_interval) {
        plb_write_uint(w, BODY_VALID_UNTIL);
        plb_write_uint(w, spec->slot + VALIDITY_SLOTS);
    }
    if (p->withdrawal_count != 0) write_withdrawals(p, w);
    if (p->twin) {
        plb_blake2b_256(p->auxiliary.bytes, p->auxiliary.length, hash);
        plb_write_uint(w, BODY_AUXILIARY_HASH);
        plb_write_bytes(w, hash, sizeof hash);
    }
    if (spec->validity_interval) {
        plb_write_uint(w, BODY_VALID_FROM);
        plb_write_uint(w, spec->slot);
    }
    if (p->policy_count != 0) write_mint(p, w);
    if (!p->twin) {
        integrity_hash(p, hash);
        plb_write_uint(w, BODY_INTEGRITY_HASH);
        plb_write_bytes(w, hash, sizeof hash);
    }
    write_refs(w, BODY_COLLATERAL, &p->collateral, 1);
    if (spec->required_signers != 0) {
        plb_write_uint(w, BODY_REQUIRED_SIGNERS);
        plb_write_tag(w, SET_TAG);
        plb_write_array(w, 1);
        plb_write_bytes(w, p->key_hash, sizeof p->key_hash);
    }
    if (spec->collateral_return) write_collateral_return(p, w);
    if (p->reference_count != 0) {
        write_refs(w, BODY_REFERENCE_INPUTS, p->references, p->reference_count);
    }
}
