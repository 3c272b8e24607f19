/* Blocks: applied in order and as a whole or not at all, with the rules on the whole block; applied
 * again after a rollback; built as they were asked for. In memory and on disk. */
#include "ledger_fixture.h"
#include "ledger_parameters.h"
#include "utxo_fixture.h"

#include <sodium.h>

/* ---- Support ---- */

typedef struct built_block {
    test_script script;
    plb_tx_call call;
    plb_tx_spec spec;
    plb_block_built calls, twins;
    plb_ledger *ledger;
} built_block;

static plb_ledger *open_ledger(const plb_protocol_parameters *with, const char *folder) {
    plb_ledger *ledger;
    plb_error error;
    plb_ledger_config config = {.network = PLB_TESTNET, .utxo_folder = folder};
    if (plb_ledger_new(&ledger, with, &config, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return ledger;
}

static void plan_block(built_block *b) {
    memset(b, 0, sizeof *b);
    compile_success(&b->script, PLB_PLUTUS_V2);
    b->call = call_of(&b->script, PLB_PLUTUS_V2, true);
    b->spec = spec_of(&b->call, 1);
    b->spec.payments = 1;
}

static void build_block(built_block *b, size_t count, double fraction) {
    plb_error error;
    plb_block_spec spec = {.transaction = &b->spec, .count = count, .fraction = fraction};
    if (plb_ledger_build_block(b->ledger, &b->calls, &b->twins, &spec, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

static void free_block(built_block *b) {
    plb_block_built_free(&b->calls);
    plb_block_built_free(&b->twins);
    plb_ledger_free(b->ledger);
}

static void assert_block_accepted(plb_ledger *ledger, const plb_block *block,
                                  plb_block_result *result) {
    if (plb_ledger_apply_block(ledger, block, NULL, result) != PLB_OK) {
        fail_msg("%s: %s", result->error.where, result->error.message);
    }
    assert_null(result->predicate);
    assert_int_equal(result->transaction, block->count);
}

/* And that the state is as it was: what the block refers to is there, and as much as before. */
static void assert_block_refused(plb_ledger *ledger, const plb_block *block, const char *predicate,
                                 size_t transaction) {
    plb_block_result result;
    size_t before = plb_ledger_utxo_count(ledger);
    assert_int_equal(plb_ledger_apply_block(ledger, block, NULL, &result), PLB_E_LEDGER);
    assert_string_equal(result.predicate, predicate);
    assert_memory_equal(result.error.message, predicate, strlen(predicate));
    assert_int_equal(result.transaction, transaction);
    assert_int_equal(plb_ledger_utxo_count(ledger), before);
    for (size_t i = 0; i < block->count; i++) {
        plb_submission submission;
        plb_status status = plb_ledger_submit(ledger, block->transactions[i].bytes,
                                              block->transactions[i].length, NULL, &submission);
        assert_true(status == PLB_OK || i == transaction);
    }
}

/* ---- Applying ---- */

static void apply_and_undo(const char *folder) {
    enum { COUNT = 7, ROUNDS = 3 };
    built_block b;
    plan_block(&b);
    b.ledger = open_ledger(parameters, folder);
    build_block(&b, COUNT, 0);
    assert_int_equal(b.calls.block.count, COUNT);
    assert_int_equal(b.twins.block.count, COUNT);
    size_t before = plb_ledger_utxo_count(b.ledger);
    plb_error error;
    assert_int_equal(plb_ledger_rollback(b.ledger, &error), PLB_E_ARGUMENT);
    plb_ledger_mark(b.ledger);
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t twin = 0; twin < 2; twin++) {
            const plb_block_built *built = twin != 0 ? &b.twins : &b.calls;
            plb_block_result result;
            assert_block_accepted(b.ledger, &built->block, &result);
            assert_int_equal(result.call_count, twin != 0 ? 0 : COUNT);
            assert_int_equal(result.declared.steps, twin != 0 ? 0 : b.calls.declared.steps);
            assert_int_equal(result.spent.steps, result.declared.steps);
            assert_int_equal(result.fees, COUNT * built->built[0].fee);
            /* Each spends one output and makes two. */
            assert_int_equal(plb_ledger_utxo_count(b.ledger), before + COUNT);
            /* What it spends is spent. */
            assert_int_equal(plb_ledger_apply_block(b.ledger, &built->block, NULL, &result),
                             PLB_E_LEDGER);
            assert_string_equal(result.predicate, "BadInputsUTxO");
            assert_int_equal(result.transaction, 0);
            assert_int_equal(plb_ledger_utxo_count(b.ledger), before + COUNT);
            assert_int_equal(plb_ledger_rollback(b.ledger, &error), PLB_OK);
            assert_int_equal(plb_ledger_utxo_count(b.ledger), before);
        }
    }
    /* Without a mark a block stays. */
    plb_block_result result;
    plb_ledger_unmark(b.ledger);
    assert_block_accepted(b.ledger, &b.calls.block, &result);
    assert_int_equal(plb_ledger_rollback(b.ledger, &error), PLB_E_ARGUMENT);
    assert_int_equal(plb_ledger_utxo_count(b.ledger), before + COUNT);
    free_block(&b);
}

static void a_block_is_applied_and_undone(void **state) {
    (void) state;
    char folder[256];
    apply_and_undo(NULL);
    make_folder(folder);
    apply_and_undo(folder);
    remove_folder(folder);
}

static void an_empty_block_is_accepted(void **state) {
    (void) state;
    plb_ledger *ledger = open_ledger(parameters, NULL);
    plb_block_result result;
    assert_block_accepted(ledger, &(plb_block){NULL, 0}, &result);
    assert_int_equal(result.body_size_bytes, 4); /* 80 80 a0 80 */
    plb_ledger_free(ledger);
}

/* The third spends what the first has spent. */
static void a_block_is_refused_as_a_whole(const char *folder) {
    built_block b;
    plan_block(&b);
    b.ledger = open_ledger(parameters, folder);
    build_block(&b, 4, 0);
    plb_block_transaction again[4];
    memcpy(again, b.calls.transactions, sizeof again);
    again[2] = again[0];
    size_t before = plb_ledger_utxo_count(b.ledger);
    plb_block_result result;
    plb_block block = {again, 4};
    assert_int_equal(plb_ledger_apply_block(b.ledger, &block, NULL, &result), PLB_E_LEDGER);
    assert_string_equal(result.predicate, "BadInputsUTxO");
    assert_int_equal(result.transaction, 2);
    assert_string_equal(result.error.where, "transaction 2 of the block");
    assert_int_equal(plb_ledger_utxo_count(b.ledger), before);
    assert_block_accepted(b.ledger, &b.calls.block, &result);
    free_block(&b);
}

static void one_bad_transaction_refuses_the_block(void **state) {
    (void) state;
    char folder[256];
    a_block_is_refused_as_a_whole(NULL);
    make_folder(folder);
    a_block_is_refused_as_a_whole(folder);
    remove_folder(folder);
}

/* ---- Rules on the whole ---- */

/* What a block's body is, written down once more. */
static size_t body_bytes(const plb_block *block) {
    plb_region arena;
    plb_writer parts[4] = {{0}, {0}, {0}, {0}};
    size_t counts[4] = {0}, total = 0;
    assert_true(plb_region_init(&arena, 1 << 24));
    for (size_t i = 0; i < block->count; i++) {
        plb_tx tx;
        const plb_block_transaction *t = &block->transactions[i];
        assert_int_equal(plb_tx_decode(&tx, &arena, t->bytes, t->length, NULL), PLB_OK);
        plb_write_raw(&parts[0], tx.body.bytes, tx.body.length);
        plb_write_raw(&parts[1], tx.witnesses.bytes, tx.witnesses.length);
        counts[0]++, counts[1]++;
        if (tx.auxiliary.bytes != NULL) {
            plb_write_uint(&parts[2], i);
            plb_write_raw(&parts[2], tx.auxiliary.bytes, tx.auxiliary.length);
            counts[2]++;
        }
        if (!tx.is_valid) {
            plb_write_uint(&parts[3], i);
            counts[3]++;
        }
    }
    for (size_t i = 0; i < 4; i++) {
        total += parts[i].length + (counts[i] > 23 ? 2 : 1);
        plb_writer_free(&parts[i]);
    }
    plb_region_free(&arena);
    return total;
}

static void body_sizes_are_those_of_the_body(void **state) {
    (void) state;
    static const size_t counts[] = {1, 23, 24, 30};
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        built_block b;
        plan_block(&b);
        b.ledger = open_ledger(parameters, NULL);
        build_block(&b, counts[i], 0);
        plb_block_result result;
        assert_block_accepted(b.ledger, &b.calls.block, &result);
        assert_int_equal(result.body_size_bytes, body_bytes(&b.calls.block));
        assert_int_equal(result.body_size_bytes, b.calls.body_size_bytes);
        assert_block_accepted(b.ledger, &b.twins.block, &result);
        assert_int_equal(result.body_size_bytes, body_bytes(&b.twins.block));
        free_block(&b);
    }
}

/* A limit that is reached is kept; one less is not. */
static void limits_are_exact(void **state) {
    (void) state;
    built_block b;
    plan_block(&b);
    b.ledger = open_ledger(parameters, NULL);
    build_block(&b, 5, 0);
    plb_exunits declared = b.calls.declared;
    plb_block_built_free(&b.calls);
    plb_block_built_free(&b.twins);
    plb_ledger_free(b.ledger);
    for (int less = 0; less < 4; less++) {
        plb_protocol_parameters limited = *parameters;
        limited.max_block_exunits = declared;
        limited.max_block_exunits.memory -= less == 1;
        limited.max_block_exunits.steps -= less == 2;
        b.ledger = open_ledger(&limited, NULL);
        build_block(&b, 5, 0);
        plb_block_result result;
        if (less == 1 || less == 2) {
            assert_block_refused(b.ledger, &b.calls.block, "TooManyExUnits", 5);
        } else if (less == 0) {
            assert_block_accepted(b.ledger, &b.calls.block, &result);
        }
        if (less == 3) {
            plb_ledger_free(b.ledger);
            limited.max_block_body_size_bytes = b.calls.body_size_bytes - 1;
            b.ledger = open_ledger(&limited, NULL);
            plb_block_built_free(&b.calls);
            plb_block_built_free(&b.twins);
            build_block(&b, 5, 0);
            assert_block_refused(b.ledger, &b.calls.block, "BlockSizeTooLargeCHAIN", 5);
            /* That rule comes before the transactions'. */
            plb_block_transaction again[5];
            memcpy(again, b.calls.transactions, sizeof again);
            again[1] = again[0];
            plb_block block = {again, 5};
            assert_int_equal(plb_ledger_apply_block(b.ledger, &block, NULL, &result), PLB_E_LEDGER);
            assert_string_equal(result.predicate, "BlockSizeTooLargeCHAIN");
            /* What is no transaction comes before both. */
            again[3].length--;
            assert_int_equal(plb_ledger_apply_block(b.ledger, &block, NULL, &result), PLB_E_PARSE);
            assert_int_equal(result.transaction, 3);
        }
        free_block(&b);
    }
}

static void reference_scripts_of_a_block_are_limited(void **state) {
    (void) state;
    for (unsigned version = 9; version <= 11; version++) {
        for (int less = 0; less < 2; less++) {
            built_block b;
            plan_block(&b);
            plb_protocol_parameters limited = *parameters;
            limited.protocol_major = version;
            limited.max_reference_scripts_block_bytes = 4 * b.script.length - (size_t) less;
            b.call.place = PLB_SCRIPT_IN_REFERENCE;
            b.ledger = open_ledger(&limited, NULL);
            build_block(&b, 4, 0);
            plb_block_result result;
            if (less == 0) {
                assert_block_accepted(b.ledger, &b.calls.block, &result);
                assert_int_equal(result.reference_script_bytes, 4 * b.script.length);
            } else {
                assert_block_refused(b.ledger, &b.calls.block, "BodyRefScriptsSizeTooBig", 4);
            }
            free_block(&b);
        }
    }
}

/* ---- Reference scripts of a block's own outputs ---- */

typedef struct own_key {
    uint8_t public_key[32], secret_key[64], address[29];
} own_key;

static void write_input(plb_writer *w, const plb_tx_in *ref) {
    plb_write_array(w, 1);
    plb_write_array(w, 2);
    plb_write_bytes(w, ref->id, sizeof ref->id);
    plb_write_uint(w, ref->index);
}

static void write_output(plb_writer *w, const own_key *key, uint64_t lovelace,
                         const test_script *script) {
    plb_write_map(w, script != NULL ? 3 : 2);
    plb_write_uint(w, 0);
    plb_write_bytes(w, key->address, sizeof key->address);
    plb_write_uint(w, 1);
    plb_write_uint(w, lovelace);
    if (script == NULL) return;
    plb_writer inner = {0};
    plb_write_array(&inner, 2);
    plb_write_uint(&inner, 2); /* PlutusV2 */
    plb_write_bytes(&inner, script->bytes, script->length);
    plb_write_uint(w, 3);
    plb_write_tag(w, 24);
    plb_write_bytes(w, inner.bytes, inner.length);
    plb_writer_free(&inner);
}

/* Spends 10 ADA at `spent`, with a fee of 1 ADA; the output has the script, or there is a reference
 * input. Sets the id. */
static plb_writer simple_transaction(const own_key *key, const plb_tx_in *spent,
                                     const plb_tx_in *reference, const test_script *script,
                                     uint8_t id[32]) {
    plb_writer body = {0}, w = {0};
    uint8_t signature[64];
    plb_write_map(&body, reference != NULL ? 4 : 3);
    plb_write_uint(&body, 0);
    write_input(&body, spent);
    plb_write_uint(&body, 1);
    plb_write_array(&body, 1);
    write_output(&body, key, 9000000, script);
    plb_write_uint(&body, 2);
    plb_write_uint(&body, 1000000);
    if (reference != NULL) {
        plb_write_uint(&body, 18);
        write_input(&body, reference);
    }
    plb_blake2b_256(body.bytes, body.length, id);
    crypto_sign_detached(signature, NULL, id, 32, key->secret_key);
    plb_write_array(&w, 4);
    plb_write_raw(&w, body.bytes, body.length);
    plb_write_map(&w, 1);
    plb_write_uint(&w, 0);
    plb_write_array(&w, 1);
    plb_write_array(&w, 2);
    plb_write_bytes(&w, key->public_key, 32);
    plb_write_bytes(&w, signature, 64);
    plb_write_bool(&w, true);
    plb_write_null(&w);
    plb_writer_free(&body);
    assert_false(w.failed);
    return w;
}

/* totalRefScriptSizeInBlock: they count from protocol version 11 on. */
static void own_reference_scripts_count_from_version_11_on(void **state) {
    (void) state;
    own_key key;
    test_script script;
    uint8_t seed[32] = {5}, hash[28];
    compile_success(&script, PLB_PLUTUS_V2);
    crypto_sign_seed_keypair(key.public_key, key.secret_key, seed);
    plb_blake2b_224(key.public_key, sizeof key.public_key, hash);
    plb_enterprise_address(PLB_TESTNET, false, hash, key.address);
    plb_tx_in spent[2] = {ref_of(1), ref_of(2)}, made = {.index = 0};
    uint8_t id[32];
    plb_writer txs[2], funds = {0};
    txs[0] = simple_transaction(&key, &spent[0], NULL, &script, made.id);
    txs[1] = simple_transaction(&key, &spent[1], &made, NULL, id);
    write_output(&funds, &key, 10000000, NULL);
    plb_block_transaction transactions[2] = {{txs[0].bytes, txs[0].length},
                                             {txs[1].bytes, txs[1].length}};
    plb_block block = {transactions, 2};
    for (unsigned version = 9; version <= 11; version++) {
        plb_protocol_parameters limited = *parameters;
        limited.protocol_major = version;
        limited.max_reference_scripts_block_bytes = script.length - 1;
        plb_ledger *ledger = open_ledger(&limited, NULL);
        for (size_t i = 0; i < 2; i++) {
            plb_utxo utxo = {
                .index = spent[i].index, .output = funds.bytes, .output_length = funds.length};
            memcpy(utxo.id, spent[i].id, sizeof utxo.id);
            assert_int_equal(plb_ledger_add_utxo(ledger, &utxo, 1, NULL), PLB_OK);
        }
        plb_block_result result;
        if (version <= 10) {
            assert_block_accepted(ledger, &block, &result);
            assert_int_equal(plb_ledger_utxo_count(ledger), 2);
        } else {
            assert_int_equal(plb_ledger_apply_block(ledger, &block, NULL, &result), PLB_E_LEDGER);
            assert_string_equal(result.predicate, "BodyRefScriptsSizeTooBig");
            assert_int_equal(result.reference_script_bytes, script.length);
        }
        plb_ledger_free(ledger);
    }
    for (size_t i = 0; i < 2; i++) plb_writer_free(&txs[i]);
    plb_writer_free(&funds);
}

/* ---- Scripts that fail ---- */

static void collateral_of_failed_scripts_is_taken(void **state) {
    (void) state;
    test_script script;
    compile_failure(&script, PLB_PLUTUS_V2);
    plb_tx_call call = call_of(&script, PLB_PLUTUS_V2, true);
    plb_tx_spec spec = spec_of(&call, 1);
    spec.collateral_return = true;
    plb_tx_built built;
    build(&built, parameters, &spec);
    size_t flag = built.length - 2; /* [body, witnesses, valid, nothing] */
    assert_int_equal(built.bytes[flag], 0xf5);
    built.bytes[flag] = 0xf4;
    plb_ledger *ledger = ledger_with(parameters, &built);
    size_t before = plb_ledger_utxo_count(ledger);
    plb_block_transaction transaction = {built.bytes, built.length};
    plb_block block = {&transaction, 1};
    plb_block_result result;
    plb_error error;
    plb_ledger_mark(ledger);
    for (int round = 0; round < 2; round++) {
        assert_block_accepted(ledger, &block, &result);
        assert_int_equal(result.body_size_bytes, body_bytes(&block));
        /* One collateral went, its return came; the input stays, but can't be spent this way. */
        assert_int_equal(plb_ledger_utxo_count(ledger), before);
        plb_submission submission;
        assert_int_equal(plb_ledger_submit(ledger, built.bytes, built.length, NULL, &submission),
                         PLB_E_LEDGER);
        assert_int_equal(plb_ledger_rollback(ledger, &error), PLB_OK);
    }
    plb_ledger_free(ledger);
    plb_tx_built_free(&built);
}

/* ---- Building ---- */

/* As many transactions as the fraction of the scarcer of memory and steps has room for. */
static void fractions_are_filled(void **state) {
    (void) state;
    static const double fractions[] = {0.1, 0.5, 1};
    for (size_t i = 0; i < 3; i++) {
        built_block b;
        plan_block(&b);
        plb_protocol_parameters limited = *parameters;
        limited.max_block_exunits = (plb_exunits){62000, 10000000};
        b.ledger = open_ledger(&limited, NULL);
        build_block(&b, 0, fractions[i]);
        size_t count = b.calls.block.count;
        assert_int_equal(b.twins.block.count, count);
        assert_true(count >= 1);
        double memory = fractions[i] * 62000, steps = fractions[i] * 10000000;
        double each_memory = (double) b.calls.declared.memory / (double) count;
        double each_steps = (double) b.calls.declared.steps / (double) count;
        assert_true((double) b.calls.declared.memory <= memory);
        assert_true((double) b.calls.declared.steps <= steps);
        assert_true((double) b.calls.declared.memory + each_memory > memory ||
                    (double) b.calls.declared.steps + each_steps > steps);
        plb_block_result result;
        assert_block_accepted(b.ledger, &b.calls.block, &result);
        assert_block_accepted(b.ledger, &b.twins.block, &result);
        free_block(&b);
    }
}

static void bodies_are_not_overfilled(void **state) {
    (void) state;
    built_block b;
    plan_block(&b);
    plb_protocol_parameters limited = *parameters;
    limited.max_block_body_size_bytes = 9000;
    b.ledger = open_ledger(&limited, NULL);
    build_block(&b, 0, 1);
    plb_block_result result;
    assert_block_accepted(b.ledger, &b.calls.block, &result);
    assert_true(result.body_size_bytes + b.calls.built[0].length > 8900);
    assert_block_accepted(b.ledger, &b.twins.block, &result);
    free_block(&b);
}

static void impossible_blocks_are_refused(void **state) {
    (void) state;
    static const struct {
        size_t count;
        double fraction;
        plb_status status;
    } cases[] = {{0, 0, PLB_E_ARGUMENT},         {3, 0.5, PLB_E_ARGUMENT},
                 {0, -1, PLB_E_ARGUMENT},        {0, 1.001, PLB_E_ARGUMENT},
                 {0, 0.0 / 0.0, PLB_E_ARGUMENT}, {100001, 0, PLB_E_ARGUMENT},
                 {0, 1e-9, PLB_E_LEDGER}};
    built_block b;
    plan_block(&b);
    b.ledger = open_ledger(parameters, NULL);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        plb_block_spec spec = {
            .transaction = &b.spec, .count = cases[i].count, .fraction = cases[i].fraction};
        plb_error error;
        assert_int_equal(plb_ledger_build_block(b.ledger, &b.calls, &b.twins, &spec, &error),
                         cases[i].status);
        assert_int_not_equal(strlen(error.message), 0);
        assert_null(b.calls.built);
        assert_null(b.twins.built);
    }
    free_block(&b);
}

/* Each but the first needs the one before it. */
static void chains_are_built(void **state) {
    (void) state;
    for (int on_disk = 0; on_disk < 2; on_disk++) {
        enum { COUNT = 6 };
        char folder[256];
        built_block b;
        plan_block(&b);
        if (on_disk) make_folder(folder);
        b.ledger = open_ledger(parameters, on_disk ? folder : NULL);
        plb_block_spec spec = {.transaction = &b.spec, .count = COUNT, .chained = true};
        plb_error error;
        if (plb_ledger_build_block(b.ledger, &b.calls, &b.twins, &spec, &error) != PLB_OK) {
            fail_msg("%s: %s", error.where, error.message);
        }
        size_t before = plb_ledger_utxo_count(b.ledger);
        plb_ledger_mark(b.ledger);
        for (int twin = 0; twin < 2; twin++) {
            const plb_block_built *built = twin ? &b.twins : &b.calls;
            for (size_t i = 1; i < COUNT; i++) {
                assert_int_equal(b.twins.built[i].length, b.calls.built[i].length);
                plb_submission submission;
                assert_int_equal(plb_ledger_submit(b.ledger, built->built[i].bytes,
                                                   built->built[i].length, NULL, &submission),
                                 PLB_E_LEDGER);
                assert_string_equal(submission.predicate, "BadInputsUTxO");
            }
            plb_block_result result;
            assert_block_accepted(b.ledger, &built->block, &result);
            /* The first spends one and makes two; the others spend two and make two. */
            assert_int_equal(plb_ledger_utxo_count(b.ledger), before + 1);
            assert_int_equal(plb_ledger_rollback(b.ledger, &error), PLB_OK);
            /* The other way round nothing fits. */
            plb_block_transaction turned[COUNT];
            for (size_t i = 0; i < COUNT; i++) turned[i] = built->transactions[COUNT - 1 - i];
            plb_block block = {turned, COUNT};
            assert_int_equal(plb_ledger_apply_block(b.ledger, &block, NULL, &result), PLB_E_LEDGER);
            assert_int_equal(result.transaction, 0);
        }
        free_block(&b);
        b.spec.payments = 0;
        b.ledger = open_ledger(parameters, NULL);
        assert_int_equal(plb_ledger_build_block(b.ledger, &b.calls, NULL, &spec, &error),
                         PLB_E_ARGUMENT);
        b.spec.payments = 1;
        b.spec.assets = 1;
        assert_int_equal(plb_ledger_build_block(b.ledger, &b.calls, NULL, &spec, &error),
                         PLB_E_ARGUMENT);
        plb_ledger_free(b.ledger);
        if (on_disk) remove_folder(folder);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_block_is_applied_and_undone),
        cmocka_unit_test(an_empty_block_is_accepted),
        cmocka_unit_test(one_bad_transaction_refuses_the_block),
        cmocka_unit_test(body_sizes_are_those_of_the_body),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(reference_scripts_of_a_block_are_limited),
        cmocka_unit_test(own_reference_scripts_count_from_version_11_on),
        cmocka_unit_test(collateral_of_failed_scripts_is_taken),
        cmocka_unit_test(fractions_are_filled),
        cmocka_unit_test(bodies_are_not_overfilled),
        cmocka_unit_test(chains_are_built),
        cmocka_unit_test(impossible_blocks_are_refused),
    };
    return cmocka_run_group_tests(tests, load_parameters, free_parameters);
}
