/* Transactions and states written field by field, so that a test can change exactly one. */
#ifndef PLB_TESTS_LEDGER_TRANSACTION_H
#define PLB_TESTS_LEDGER_TRANSACTION_H

#include "ledger_fixture.h"

#include <sodium.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/integrity.h"

#define TEST_MANY 6

typedef struct test_asset {
    uint8_t policy[PLB_KEY_HASH_BYTES];
    const char *name;
    int64_t amount;
} test_asset;

typedef struct test_output {
    uint8_t address[PLB_KEY_HASH_BYTES + 1];
    uint64_t lovelace;
    test_asset assets[TEST_MANY]; /* in order; amount 0: not there */
    plb_span datum_hash, inline_datum;
    int script_language; /* 0: native; with script.bytes NULL: none */
    plb_span script;
} test_output;

typedef struct test_redeemer {
    unsigned purpose, index;
    plb_exunits exunits; /* both 0: the redeemer is not there */
} test_redeemer;

typedef struct test_withdrawal {
    uint8_t account[PLB_KEY_HASH_BYTES + 1];
    uint64_t lovelace;
} test_withdrawal;

/* Outputs of the state have the id {number, 0, 0 ...} and index 0. */
typedef struct test_state {
    test_output outputs[2 * TEST_MANY];
    size_t output_count;
    plb_account accounts[TEST_MANY];
    size_t account_count;
    plb_ledger_config config;
    plb_protocol_parameters parameters; /* a shallow copy */
} test_state;

typedef struct test_transaction {
    unsigned inputs[TEST_MANY], collateral[TEST_MANY], reference[TEST_MANY];
    size_t input_count, collateral_count, reference_count;
    test_output outputs[TEST_MANY];
    size_t output_count;
    test_output collateral_return;                           /* lovelace 0: none */
    uint64_t fee, valid_from, valid_until, total_collateral; /* 0: not there, but for the fee */
    test_withdrawal withdrawals[TEST_MANY];                  /* in order */
    size_t withdrawal_count;
    test_asset mint[TEST_MANY]; /* in order; amount 0: not there */
    const uint8_t *required_signer;
    int network; /* -1: not there */
    bool has_treasury;
    uint64_t treasury, donation;
    plb_span auxiliary;
    bool hash_auxiliary;
    plb_span native[TEST_MANY], plutus_v2[TEST_MANY], plutus_v3[TEST_MANY], datums[TEST_MANY];
    test_redeemer redeemers[TEST_MANY]; /* in order */
    unsigned languages;                 /* that the integrity hash is to cover */
    bool no_integrity_hash, wrong_integrity_hash;
    bool unsigned_, wrong_signature;
    bool invalid; /* marked so */
} test_transaction;

static inline plb_span span_of(const void *bytes, size_t length) {
    return (plb_span){bytes, length};
}

/* ---- Writing ---- */

static inline size_t count_spans(const plb_span *spans) {
    size_t count = 0;
    while (count < TEST_MANY && spans[count].bytes != NULL) count++;
    return count;
}

static inline size_t count_redeemers(const test_transaction *t) {
    size_t count = 0;
    while (count < TEST_MANY && t->redeemers[count].exunits.steps != 0) count++;
    return count;
}

static inline size_t count_assets(const test_asset *assets) {
    size_t count = 0;
    while (count < TEST_MANY && assets[count].amount != 0) count++;
    return count;
}

static inline void write_assets(plb_writer *w, const test_asset *assets) {
    size_t count = count_assets(assets), policies = 0;
    for (size_t i = 0; i < count; i++) {
        policies += i == 0 || memcmp(assets[i - 1].policy, assets[i].policy, 28) != 0;
    }
    plb_write_map(w, policies);
    for (size_t first = 0, last; first < count; first = last) {
        for (last = first; last < count && memcmp(assets[first].policy, assets[last].policy,
                                                  PLB_KEY_HASH_BYTES) == 0;) {
            last++;
        }
        plb_write_bytes(w, assets[first].policy, PLB_KEY_HASH_BYTES);
        plb_write_map(w, last - first);
        for (size_t i = first; i < last; i++) {
            plb_write_bytes(w, (const uint8_t *) assets[i].name, strlen(assets[i].name));
            plb_write_int(w, assets[i].amount);
        }
    }
}

static inline void write_tagged(plb_writer *w, plb_span cbor) {
    plb_write_tag(w, 24);
    plb_write_bytes(w, cbor.bytes, cbor.length);
}

static inline void write_reference_script(plb_writer *w, const test_output *out) {
    plb_writer inner = {0};
    plb_write_array(&inner, 2);
    plb_write_uint(&inner, (uint64_t) out->script_language);
    if (out->script_language == 0) {
        plb_write_raw(&inner, out->script.bytes, out->script.length);
    } else {
        plb_write_bytes(&inner, out->script.bytes, out->script.length);
    }
    write_tagged(w, span_of(inner.bytes, inner.length));
    plb_writer_free(&inner);
}

static inline void write_test_output(plb_writer *w, const test_output *out) {
    bool datum = out->datum_hash.bytes != NULL || out->inline_datum.bytes != NULL;
    plb_write_map(w, 2u + datum + (out->script.bytes != NULL));
    plb_write_uint(w, 0);
    plb_write_bytes(w, out->address, sizeof out->address);
    plb_write_uint(w, 1);
    if (count_assets(out->assets) != 0) plb_write_array(w, 2);
    plb_write_uint(w, out->lovelace);
    if (count_assets(out->assets) != 0) write_assets(w, out->assets);
    if (datum) {
        plb_write_uint(w, 2);
        plb_write_array(w, 2);
        plb_write_uint(w, out->inline_datum.bytes != NULL);
        if (out->inline_datum.bytes != NULL) {
            write_tagged(w, out->inline_datum);
        } else {
            plb_write_bytes(w, out->datum_hash.bytes, out->datum_hash.length);
        }
    }
    if (out->script.bytes != NULL) {
        plb_write_uint(w, 3);
        write_reference_script(w, out);
    }
}

static inline void write_inputs(plb_writer *w, uint64_t key, const unsigned *numbers,
                                size_t count) {
    plb_write_uint(w, key);
    plb_write_array(w, count);
    for (size_t i = 0; i < count; i++) {
        uint8_t id[PLB_HASH_BYTES] = {(uint8_t) numbers[i]};
        plb_write_array(w, 2);
        plb_write_bytes(w, id, sizeof id);
        plb_write_uint(w, 0);
    }
}

static inline void write_field(plb_writer *w, uint64_t key, uint64_t number) {
    plb_write_uint(w, key);
    plb_write_uint(w, number);
}

static inline void write_spans(plb_writer *w, uint64_t key, const plb_span *spans, bool wrap) {
    size_t count = count_spans(spans);
    if (count == 0) return;
    plb_write_uint(w, key);
    plb_write_array(w, count);
    for (size_t i = 0; i < count; i++) {
        if (wrap) {
            plb_write_bytes(w, spans[i].bytes, spans[i].length);
        } else {
            plb_write_raw(w, spans[i].bytes, spans[i].length);
        }
    }
}

static inline void write_redeemers(plb_writer *w, const test_transaction *t) {
    plb_write_array(w, count_redeemers(t));
    for (size_t i = 0; i < count_redeemers(t); i++) {
        plb_write_array(w, 4);
        plb_write_uint(w, t->redeemers[i].purpose);
        plb_write_uint(w, t->redeemers[i].index);
        plb_write_raw(w, seven, sizeof seven);
        plb_write_array(w, 2);
        plb_write_uint(w, (uint64_t) t->redeemers[i].exunits.memory);
        plb_write_uint(w, (uint64_t) t->redeemers[i].exunits.steps);
    }
}

/* Hashed apart from the witness set: the same bytes. */
static inline void integrity_of(const test_transaction *t, const plb_protocol_parameters *p,
                                uint8_t hash[PLB_HASH_BYTES]) {
    plb_writer redeemers = {0}, datums = {0};
    plb_language_views views;
    write_redeemers(&redeemers, t);
    write_spans(&datums, 0, t->datums, false);
    assert_true(plb_language_views_make(&views, p));
    plb_integrity_hash(
        &views, t->languages,
        count_redeemers(t) != 0 ? span_of(redeemers.bytes, redeemers.length) : (plb_span){0},
        datums.length != 0 ? span_of(datums.bytes + 1, datums.length - 1) : (plb_span){0}, hash);
    hash[0] ^= t->wrong_integrity_hash;
    plb_language_views_free(&views);
    plb_writer_free(&redeemers);
    plb_writer_free(&datums);
}

static inline void write_body(plb_writer *w, const test_transaction *t,
                              const plb_protocol_parameters *p) {
    bool integrity = !t->no_integrity_hash &&
                     (t->languages != 0 || t->wrong_integrity_hash || count_spans(t->datums) != 0);
    size_t fields = 3u + (t->valid_until != 0) + (t->withdrawal_count != 0) + t->hash_auxiliary +
                    (t->valid_from != 0) + (count_assets(t->mint) != 0) + integrity +
                    (t->collateral_count != 0) + (t->required_signer != NULL) + (t->network != -1) +
                    (t->collateral_return.lovelace != 0) + (t->total_collateral != 0) +
                    (t->reference_count != 0) + t->has_treasury + (t->donation != 0);
    uint8_t hash[PLB_HASH_BYTES];
    plb_write_map(w, fields);
    write_inputs(w, 0, t->inputs, t->input_count);
    plb_write_uint(w, 1);
    plb_write_array(w, t->output_count);
    for (size_t i = 0; i < t->output_count; i++) write_test_output(w, &t->outputs[i]);
    write_field(w, 2, t->fee);
    if (t->valid_until != 0) write_field(w, 3, t->valid_until);
    if (t->withdrawal_count != 0) {
        plb_write_uint(w, 5);
        plb_write_map(w, t->withdrawal_count);
        for (size_t i = 0; i < t->withdrawal_count; i++) {
            plb_write_bytes(w, t->withdrawals[i].account, sizeof t->withdrawals[i].account);
            plb_write_uint(w, t->withdrawals[i].lovelace);
        }
    }
    if (t->hash_auxiliary) {
        plb_blake2b_256(t->auxiliary.bytes, t->auxiliary.length, hash);
        plb_write_uint(w, 7);
        plb_write_bytes(w, hash, sizeof hash);
    }
    if (t->valid_from != 0) write_field(w, 8, t->valid_from);
    if (count_assets(t->mint) != 0) {
        plb_write_uint(w, 9);
        write_assets(w, t->mint);
    }
    if (integrity) {
        integrity_of(t, p, hash);
        plb_write_uint(w, 11);
        plb_write_bytes(w, hash, sizeof hash);
    }
    if (t->collateral_count != 0) write_inputs(w, 13, t->collateral, t->collateral_count);
    if (t->required_signer != NULL) {
        plb_write_uint(w, 14);
        plb_write_array(w, 1);
        plb_write_bytes(w, t->required_signer, PLB_KEY_HASH_BYTES);
    }
    if (t->network != -1) write_field(w, 15, (uint64_t) t->network);
    if (t->collateral_return.lovelace != 0) {
        plb_write_uint(w, 16);
        write_test_output(w, &t->collateral_return);
    }
    if (t->total_collateral != 0) write_field(w, 17, t->total_collateral);
    if (t->reference_count != 0) write_inputs(w, 18, t->reference, t->reference_count);
    if (t->has_treasury) write_field(w, 21, t->treasury);
    if (t->donation != 0) write_field(w, 22, t->donation);
}

/* The test key: seed 42 42 42 ... */
static inline void test_key(uint8_t key[32], uint8_t secret[64], uint8_t hash[28]) {
    uint8_t seed[32];
    memset(seed, 0x42, sizeof seed);
    crypto_sign_seed_keypair(key, secret, seed);
    plb_blake2b_224(key, 32, hash);
}

static inline void write_witnesses(plb_writer *w, const test_transaction *t,
                                   const uint8_t id[PLB_HASH_BYTES]) {
    plb_write_map(w, (uint64_t) !t->unsigned_ + (count_spans(t->native) != 0) +
                         (count_spans(t->plutus_v2) != 0) + (count_spans(t->plutus_v3) != 0) +
                         (count_spans(t->datums) != 0) + (count_redeemers(t) != 0));
    if (!t->unsigned_) {
        uint8_t key[32], secret[64], hash[28], signature[64];
        test_key(key, secret, hash);
        crypto_sign_detached(signature, NULL, id, PLB_HASH_BYTES, secret);
        signature[3] ^= t->wrong_signature;
        plb_write_uint(w, 0);
        plb_write_array(w, 1);
        plb_write_array(w, 2);
        plb_write_bytes(w, key, sizeof key);
        plb_write_bytes(w, signature, sizeof signature);
    }
    write_spans(w, 1, t->native, false);
    write_spans(w, 4, t->datums, false);
    if (count_redeemers(t) != 0) {
        plb_write_uint(w, 5);
        write_redeemers(w, t);
    }
    write_spans(w, 6, t->plutus_v2, true);
    write_spans(w, 7, t->plutus_v3, true);
}

static inline plb_writer write_transaction(const test_transaction *t,
                                           const plb_protocol_parameters *p) {
    plb_writer w = {0};
    uint8_t id[PLB_HASH_BYTES];
    plb_write_array(&w, 4);
    write_body(&w, t, p);
    plb_blake2b_256(w.bytes + 1, w.length - 1, id);
    write_witnesses(&w, t, id);
    plb_write_bool(&w, !t->invalid);
    if (t->auxiliary.bytes != NULL) {
        plb_write_raw(&w, t->auxiliary.bytes, t->auxiliary.length);
    } else {
        plb_write_null(&w);
    }
    assert_false(w.failed);
    return w;
}

/* ---- Submitting ---- */

static inline plb_ledger *ledger_of(const test_state *state) {
    plb_ledger *ledger;
    plb_error error;
    if (plb_ledger_new(&ledger, &state->parameters, &state->config, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    for (size_t i = 0; i < state->output_count; i++) {
        plb_writer w = {0};
        write_test_output(&w, &state->outputs[i]);
        plb_utxo utxo = {.id = {(uint8_t) i}, .output = w.bytes, .output_length = w.length};
        if (plb_ledger_add_utxo(ledger, &utxo, 1, &error) != PLB_OK) {
            fail_msg("output %zu: %s: %s", i, error.where, error.message);
        }
        plb_writer_free(&w);
    }
    assert_int_equal(plb_ledger_add_accounts(ledger, state->accounts, state->account_count, &error),
                     PLB_OK);
    return ledger;
}

/* `predicate` NULL: it is accepted. */
static inline void expect(const test_state *state, const test_transaction *t,
                          const char *predicate) {
    plb_ledger *ledger = ledger_of(state);
    plb_writer w = write_transaction(t, &state->parameters);
    plb_tx_built built = {.bytes = w.bytes, .length = w.length};
    if (predicate == NULL) {
        assert_accepted(ledger, &built);
    } else {
        assert_refused(ledger, &built, predicate);
    }
    plb_writer_free(&w);
    plb_ledger_free(ledger);
}

/* ---- A state, and a transaction of everything ---- */

/* Outputs of the state below. */
enum {
    AT_KEY,    /* 10 ADA and 5 gold */
    AT_V3,     /* 10 ADA at the PlutusV3 script's address, without a datum */
    AT_NATIVE, /* 10 ADA at the native script's */
    FOR_COLLATERAL /* 5 ADA and 2 gold, at the key's */,
    WITH_V3,     /* 5 ADA at the key's, with the PlutusV3 script */
    WITH_V3_TOO, /* the same again */
    WITH_DATUM,  /* 5 ADA at the key's, with a datum's hash */
    AT_V2,       /* 10 ADA at the PlutusV2 script's, with a datum's hash */
    PLAIN,       /* 10 ADA at the key's */
    WITH_NATIVE, /* 5 ADA at the key's, with the native script */
    STATE_OUTPUTS
};

#define ADA UINT64_C(1000000)

typedef struct test_world {
    test_state state;
    test_transaction good;  /* is accepted, and has nearly every field */
    test_transaction plain; /* is accepted; from key to key */
    plb_protocol_parameters *parameters;
    test_script v2, v3;
    uint8_t native[64];
    size_t native_length;
    uint8_t key[32], secret[64], key_hash[28], v2_hash[28], v3_hash[28], native_hash[28];
    uint8_t datum_hash[PLB_HASH_BYTES];
    unsigned v3_policy; /* its place among the two policies that are minted */
} test_world;

static inline test_output output_at(const uint8_t hash[28], bool is_script, uint64_t lovelace) {
    test_output out = {.lovelace = lovelace};
    plb_enterprise_address(PLB_TESTNET, is_script, hash, out.address);
    return out;
}

static inline test_asset asset_of(const uint8_t policy[28], const char *name, int64_t amount) {
    test_asset asset = {.name = name, .amount = amount};
    memcpy(asset.policy, policy, sizeof asset.policy);
    return asset;
}

/* Gold is the native script's, tokens the PlutusV3 script's; in the order of policies. */
static inline void set_assets(const test_world *world, test_asset *assets, int64_t gold,
                              int64_t tokens) {
    size_t count = 0;
    memset(assets, 0, TEST_MANY * sizeof *assets);
    if (world->v3_policy == 0 && tokens != 0) {
        assets[count++] = asset_of(world->v3_hash, "token", tokens);
    }
    if (gold != 0) assets[count++] = asset_of(world->native_hash, "gold", gold);
    if (world->v3_policy == 1 && tokens != 0) {
        assets[count] = asset_of(world->v3_hash, "token", tokens);
    }
}

static inline test_withdrawal withdrawal_of(bool is_script, const uint8_t hash[28],
                                            uint64_t lovelace) {
    test_withdrawal withdrawal = {.lovelace = lovelace};
    plb_reward_account(PLB_TESTNET, is_script, hash, withdrawal.account);
    return withdrawal;
}

/* Signed by the key, in slots 50 to 2000. */
static inline void make_native(test_world *world) {
    plb_writer w = {0};
    plb_write_array(&w, 2);
    plb_write_uint(&w, 1);
    plb_write_array(&w, 3);
    plb_write_array(&w, 2);
    plb_write_uint(&w, 0);
    plb_write_bytes(&w, world->key_hash, 28);
    plb_write_array(&w, 2);
    write_field(&w, 4, 50);
    plb_write_array(&w, 2);
    write_field(&w, 5, 2000);
    memcpy(world->native, w.bytes, w.length);
    world->native_length = w.length;
    plb_script_hash((plb_language) 0, world->native, world->native_length, world->native_hash);
    plb_writer_free(&w);
}

static inline void make_state(test_world *world) {
    test_state *s = &world->state;
    plb_span datum = span_of(world->datum_hash, PLB_HASH_BYTES);
    test_output *o = s->outputs;
    s->output_count = STATE_OUTPUTS;
    o[AT_KEY] = output_at(world->key_hash, false, 10 * ADA);
    set_assets(world, o[AT_KEY].assets, 5, 0);
    o[AT_V3] = output_at(world->v3_hash, true, 10 * ADA);
    o[AT_NATIVE] = output_at(world->native_hash, true, 10 * ADA);
    o[FOR_COLLATERAL] = output_at(world->key_hash, false, 5 * ADA);
    set_assets(world, o[FOR_COLLATERAL].assets, 2, 0);
    o[WITH_V3] = output_at(world->key_hash, false, 5 * ADA);
    o[WITH_V3].script_language = PLB_PLUTUS_V3;
    o[WITH_V3].script = span_of(world->v3.bytes, world->v3.length);
    o[WITH_V3_TOO] = o[WITH_V3];
    o[WITH_DATUM] = output_at(world->key_hash, false, 5 * ADA);
    o[WITH_DATUM].datum_hash = datum;
    o[AT_V2] = output_at(world->v2_hash, true, 10 * ADA);
    o[AT_V2].datum_hash = datum;
    o[PLAIN] = output_at(world->key_hash, false, 10 * ADA);
    o[WITH_NATIVE] = output_at(world->key_hash, false, 5 * ADA);
    o[WITH_NATIVE].script = span_of(world->native, world->native_length);
    s->account_count = 2;
    s->accounts[0] = (plb_account){.rewards = ADA, .delegated_to_drep = true};
    memcpy(s->accounts[0].hash, world->key_hash, 28);
    s->accounts[1] = (plb_account){.is_script = true};
    memcpy(s->accounts[1].hash, world->v3_hash, 28);
    s->config = (plb_ledger_config){.network = PLB_TESTNET, .slot = 500, .treasury = 7};
    s->parameters = *world->parameters;
}

/* Lovelace: 30 ADA of inputs and 1 ADA withdrawn; 2 ADA fee, half an ADA donated, 28.5 ADA out.
 * Collateral: 5 ADA, 2 ADA returned, which leaves 150 % of the fee. */
static inline void make_good(test_world *world) {
    static const uint8_t metadata[] = {0xa1, 0x00, 0x00};
    test_transaction *t = &world->good;
    *t = (test_transaction){
        .inputs = {AT_KEY, AT_V3, AT_NATIVE},
        .input_count = 3,
        .collateral = {FOR_COLLATERAL},
        .collateral_count = 1,
        .reference = {WITH_V3},
        .reference_count = 1,
        .output_count = 1,
        .fee = 2 * ADA,
        .valid_from = 100,
        .valid_until = 1000,
        .total_collateral = 3 * ADA,
        .withdrawal_count = 2,
        .required_signer = world->key_hash,
        .has_treasury = true,
        .treasury = 7,
        .donation = ADA / 2,
        .auxiliary = span_of(metadata, sizeof metadata),
        .hash_auxiliary = true,
        .native = {span_of(world->native, world->native_length)},
        .redeemers = {{0, 1, {1000000, 500000000}},
                      {1, world->v3_policy, {1000000, 500000000}},
                      {3, 0, {1000000, 500000000}}},
        .languages = 1u << PLB_PLUTUS_V3,
    };
    t->outputs[0] = output_at(world->key_hash, false, 28500000);
    set_assets(world, t->outputs[0].assets, 8, 1);
    set_assets(world, t->mint, 3, 1);
    t->collateral_return = output_at(world->key_hash, false, 2 * ADA);
    set_assets(world, t->collateral_return.assets, 2, 0);
    /* Scripts come before keys in the ledger's order of credentials. */
    t->withdrawals[0] = withdrawal_of(true, world->v3_hash, 0);
    t->withdrawals[1] = withdrawal_of(false, world->key_hash, ADA);
}

static inline void make_plain(test_world *world) {
    world->plain = (test_transaction){
        .inputs = {PLAIN}, .input_count = 1, .output_count = 1, .fee = ADA, .network = -1};
    world->plain.outputs[0] = output_at(world->key_hash, false, 9 * ADA);
}

static inline int make_world(void **state) {
    test_world *world = calloc(1, sizeof *world);
    assert_true(sodium_init() >= 0);
    world->parameters = plb_protocol_parameters_default();
    assert_non_null(world->parameters);
    test_key(world->key, world->secret, world->key_hash);
    compile_success(&world->v2, PLB_PLUTUS_V2);
    compile_success(&world->v3, PLB_PLUTUS_V3);
    plb_script_hash(PLB_PLUTUS_V2, world->v2.bytes, world->v2.length, world->v2_hash);
    plb_script_hash(PLB_PLUTUS_V3, world->v3.bytes, world->v3.length, world->v3_hash);
    plb_blake2b_256(unit_datum, sizeof unit_datum, world->datum_hash);
    make_native(world);
    world->v3_policy = memcmp(world->v3_hash, world->native_hash, 28) > 0;
    make_state(world);
    make_good(world);
    make_plain(world);
    *state = world;
    return 0;
}

static inline int drop_world(void **state) {
    test_world *world = *state;
    plb_protocol_parameters_free(world->parameters);
    free(world);
    return 0;
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, make_world, drop_world)

#endif
