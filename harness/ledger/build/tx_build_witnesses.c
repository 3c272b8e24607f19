/* Rendering the witness set. */
#include "harness/ledger/build/tx_build_plan.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define SET_TAG 258

enum {
    WITNESS_VKEYS = 0,
    WITNESS_NATIVE_SCRIPTS = 1,
    WITNESS_PLUTUS_V1 = 3,
    WITNESS_DATUMS = 4,
    WITNESS_REDEEMERS = 5,
    WITNESS_PLUTUS_V2 = 6,
    WITNESS_PLUTUS_V3 = 7
};

static void write_set_head(plb_writer *w, size_t count) {
    plb_write_tag(w, SET_TAG);
    plb_write_array(w, count);
}

/* ---- Scripts, once each ---- */

static bool in_witnesses(const plb_planned_call *call, plb_language language) {
    return call->first && call->call->place == PLB_SCRIPT_IN_WITNESSES &&
           call->call->language == language;
}

static void plan_scripts(plb_tx_plan *p, plb_language language) {
    plb_writer *w = &p->scripts[language];
    size_t count = 0;
    for (size_t i = 0; i < p->spec->call_count; i++) count += in_witnesses(p->by_hash[i], language);
    if (count == 0) return;
    write_set_head(w, count);
    for (size_t i = 0; i < p->spec->call_count; i++) {
        const plb_planned_call *call = p->by_hash[i];
        if (!in_witnesses(call, language)) continue;
        plb_write_bytes(w, call->call->script, call->call->script_length);
    }
}

/* Policies and reward accounts of a twin share their stand-ins. */
static void plan_native_scripts(plb_tx_plan *p) {
    plb_writer *w = &p->native_scripts;
    bool with_key = p->spec->native_script_inputs != 0;
    size_t stand_ins = 0;
    if (p->twin) {
        stand_ins = p->policy_count > p->withdrawal_count ? p->policy_count : p->withdrawal_count;
    }
    if (stand_ins == 0 && !with_key) return;
    write_set_head(w, stand_ins + (with_key ? 1 : 0));
    if (with_key) plb_write_raw(w, p->key_script, sizeof p->key_script);
    for (size_t i = 0; i < stand_ins; i++) plb_write_stand_in_script(w, i);
}

/* ---- Datums, once each ---- */

typedef struct hashed_datum {
    const uint8_t *hash; /* PLB_HASH_BYTES */
    plb_span datum;
} hashed_datum;

static int compare_datums(const void *a, const void *b) {
    return memcmp(((const hashed_datum *) a)->hash, ((const hashed_datum *) b)->hash,
                  PLB_HASH_BYTES);
}

static size_t gather_datums(const plb_tx_plan *p, hashed_datum *datums) {
    const plb_tx_spec *spec = p->spec;
    size_t count = 0, distinct = 0;
    for (size_t i = 0; i < spec->call_count; i++) {
        const plb_tx_call *call = &spec->calls[i];
        if (call->datum == NULL || call->inline_datum) continue;
        datums[count++] = (hashed_datum){p->calls[i].datum_hash, {call->datum, call->datum_length}};
    }
    if (spec->supplemental_datum != NULL) {
        datums[count++] = (hashed_datum){
            p->supplemental_hash, {spec->supplemental_datum, spec->supplemental_datum_length}};
    }
    qsort(datums, count, sizeof *datums, compare_datums);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || compare_datums(&datums[i - 1], &datums[i]) != 0)
            datums[distinct++] = datums[i];
    }
    return distinct;
}

static void plan_datums(plb_tx_plan *p) {
    hashed_datum *datums = calloc(p->spec->call_count + 1, sizeof *datums);
    if (datums == NULL) {
        p->datums.failed = true;
        return;
    }
    size_t count = gather_datums(p, datums);
    if (count != 0) write_set_head(&p->datums, count);
    for (size_t i = 0; i < count; i++) {
        plb_write_raw(&p->datums, datums[i].datum.bytes, datums[i].datum.length);
    }
    free(datums);
}

/* ---- Redeemers: by purpose, then index ---- */

static void write_redeemer(plb_writer *w, plb_purpose purpose, size_t index,
                           const plb_tx_call *call) {
    plb_write_array(w, 2);
    plb_write_uint(w, (uint64_t) purpose);
    plb_write_uint(w, index);
    plb_write_array(w, 2);
    plb_write_raw(w, call->redeemer, call->redeemer_length);
    plb_write_array(w, 2);
    plb_write_uint(w, (uint64_t) call->exunits.memory);
    plb_write_uint(w, (uint64_t) call->exunits.steps);
}

static void plan_redeemers(plb_tx_plan *p) {
    plb_writer *w = &p->redeemers;
    plb_write_map(w, p->spec->call_count);
    for (size_t i = 0; i < p->input_count; i++) {
        if (p->inputs[i].call == NULL) continue;
        write_redeemer(w, PLB_PURPOSE_SPEND, i, p->inputs[i].call->call);
    }
    for (size_t i = 0; i < p->policy_count; i++) {
        write_redeemer(w, PLB_PURPOSE_MINT, i, p->policies[i].call->call);
    }
    for (size_t i = 0; i < p->withdrawal_count; i++) {
        write_redeemer(w, PLB_PURPOSE_REWARD, i, p->withdrawals[i].call->call);
    }
}

void plb_tx_plan_witnesses(plb_tx_plan *p) {
    plan_native_scripts(p);
    if (p->twin) return;
    for (plb_language l = PLB_PLUTUS_V1; l <= PLB_PLUTUS_V3; l++) plan_scripts(p, l);
    plan_datums(p);
    plan_redeemers(p);
}

/* ---- All of it ---- */

void plb_tx_render_witnesses(plb_tx_plan *p) {
    const struct {
        uint64_t key;
        const plb_writer *content;
    } fields[] = {
        {WITNESS_NATIVE_SCRIPTS, &p->native_scripts},
        {WITNESS_PLUTUS_V1, &p->scripts[PLB_PLUTUS_V1]},
        {WITNESS_DATUMS, &p->datums},
        {WITNESS_REDEEMERS, &p->redeemers},
        {WITNESS_PLUTUS_V2, &p->scripts[PLB_PLUTUS_V2]},
        {WITNESS_PLUTUS_V3, &p->scripts[PLB_PLUTUS_V3]},
    };
    size_t field_count = sizeof fields / sizeof fields[0], count = 1;
    uint8_t id[PLB_HASH_BYTES], signature[crypto_sign_BYTES];
    plb_blake2b_256(p->body.bytes, p->body.length, id);
    crypto_sign_detached(signature, NULL, id, sizeof id, p->secret_key);
    for (size_t i = 0; i < field_count; i++) count += fields[i].content->length != 0;
    plb_writer *w = &p->witnesses;
    w->length = 0;
    plb_write_map(w, count);
    plb_write_uint(w, WITNESS_VKEYS);
    write_set_head(w, 1);
    plb_write_array(w, 2);
    plb_write_bytes(w, p->public_key, sizeof p->public_key);
    plb_write_bytes(w, signature, sizeof signature);
    for (size_t i = 0; i < field_count; i++) {
        if (fields[i].content->length == 0) continue;
        plb_write_uint(w, fields[i].key);
        plb_write_raw(w, fields[i].content->bytes, fields[i].content->length);
    }
}
