/* What a transaction does to the state, in memory and on disk alike: inputs go, outputs come,
 * withdrawals empty their accounts; all of it can be undone. */
#include "ledger_fixture.h"
#include "ledger_parameters.h"
#include "utxo_fixture.h"

#include "harness/ledger/validation.h"

static plb_region arena;

static int load(void **state) {
    return load_parameters(state) != 0 || !plb_region_init(&arena, 1 << 22);
}

static int unload(void **state) {
    plb_region_free(&arena);
    return free_parameters(state);
}

/* ---- A transaction as phase-1 leaves it ---- */

typedef struct scene {
    plb_ledger *ledger;
    plb_writer outputs[3];
    plb_tx_out decoded[3];
    plb_tx_in inputs[2], collateral;
    plb_withdrawal withdrawals[2];
    plb_account accounts[2];
    plb_validation v;
} scene;

enum { SPENT = 10, SPENT_TOO = 11, PLEDGED = 12, UNTOUCHED = 13 };

static void put_one(plb_ledger *ledger, unsigned number) {
    plb_tx_in ref = ref_of(number);
    plb_writer w = output_of(0, number);
    plb_utxo utxo = {.index = ref.index, .output = w.bytes, .output_length = w.length};
    memcpy(utxo.id, ref.id, sizeof utxo.id);
    plb_error error;
    assert_int_equal(plb_ledger_add_utxo(ledger, &utxo, 1, &error), PLB_OK);
    plb_writer_free(&w);
}

static void set_scene(scene *s, const char *folder) {
    plb_ledger_config config = {.utxo_folder = folder};
    plb_error error;
    memset(s, 0, sizeof *s);
    assert_int_equal(plb_ledger_new(&s->ledger, parameters, &config, &error), PLB_OK);
    for (unsigned number = SPENT; number <= UNTOUCHED; number++) put_one(s->ledger, number);
    for (unsigned i = 0; i < 3; i++) {
        s->outputs[i] = output_of(i, 100 + i);
        assert_int_equal(plb_tx_out_decode(&s->decoded[i], &arena, s->outputs[i].bytes,
                                           s->outputs[i].length, &error),
                         PLB_OK);
    }
    for (unsigned i = 0; i < 2; i++) {
        s->accounts[i] = (plb_account){.is_script = i == 1, .rewards = 1000 + i};
        s->accounts[i].hash[0] = 9;
        s->withdrawals[i] = (plb_withdrawal){
            .is_script = i == 1, .hash = s->accounts[i].hash, .lovelace = s->accounts[i].rewards};
    }
    assert_int_equal(plb_ledger_add_accounts(s->ledger, s->accounts, 2, &error), PLB_OK);
    s->inputs[0] = ref_of(SPENT);
    s->inputs[1] = ref_of(SPENT_TOO);
    s->collateral = ref_of(PLEDGED);
    s->v.ledger = s->ledger;
    s->v.tx = (plb_tx){.is_valid = true,
                       .inputs = {.refs = s->inputs, .count = 2},
                       .collateral = {.refs = &s->collateral, .count = 1},
                       .outputs = s->decoded,
                       .output_count = 2,
                       .collateral_return = &s->decoded[2],
                       .withdrawals = s->withdrawals,
                       .withdrawal_count = 2};
    plb_tx_in own = ref_of(77);
    memcpy(s->v.tx.id, own.id, sizeof own.id);
}

static void end_scene(scene *s) {
    plb_ledger_free(s->ledger);
    for (unsigned i = 0; i < 3; i++) plb_writer_free(&s->outputs[i]);
}

/* 0: there is none. */
static uint64_t at(const scene *s, const plb_tx_in *ref) {
    plb_tx_out out;
    plb_utxo_state *utxo = s->ledger->utxo;
    assert_int_equal(utxo->interface->get(utxo, ref, 1, &s->ledger->arena, &out), PLB_OK);
    return out.bytes.bytes != NULL ? out.lovelace : 0;
}

static uint64_t at_number(const scene *s, unsigned number) {
    plb_tx_in ref = ref_of(number);
    return at(s, &ref);
}

static uint64_t at_output(const scene *s, uint16_t index) {
    plb_tx_in ref = {.index = index};
    memcpy(ref.id, s->v.tx.id, sizeof ref.id);
    return at(s, &ref);
}

static uint64_t rewards(const scene *s, bool is_script) {
    const plb_account *found =
        plb_accounts_find(&s->ledger->accounts, is_script, s->accounts[is_script].hash);
    assert_non_null(found);
    return found->rewards;
}

static void assert_untouched(const scene *s) {
    for (unsigned number = SPENT; number <= UNTOUCHED; number++) {
        assert_int_equal(at_number(s, number), number);
    }
    for (uint16_t i = 0; i < 3; i++) assert_int_equal(at_output(s, i), 0);
    assert_int_equal(rewards(s, false), 1000);
    assert_int_equal(rewards(s, true), 1001);
    assert_int_equal(plb_ledger_utxo_count(s->ledger), 4);
}

/* ---- Valid and invalid ---- */

static void assert_carried_out(const scene *s) {
    assert_int_equal(at_number(s, SPENT), 0);
    assert_int_equal(at_number(s, SPENT_TOO), 0);
    assert_int_equal(at_number(s, PLEDGED), PLEDGED);
    assert_int_equal(at_number(s, UNTOUCHED), UNTOUCHED);
    assert_int_equal(at_output(s, 0), 100);
    assert_int_equal(at_output(s, 1), 101);
    assert_int_equal(at_output(s, 2), 0);
    assert_int_equal(rewards(s, false), 0);
    assert_int_equal(rewards(s, true), 0);
    assert_int_equal(plb_ledger_utxo_count(s->ledger), 4);
}

/* Its collateral's return has the index behind its outputs (Babbage's collOuts). */
static void assert_collateral_taken(const scene *s) {
    assert_int_equal(at_number(s, SPENT), SPENT);
    assert_int_equal(at_number(s, SPENT_TOO), SPENT_TOO);
    assert_int_equal(at_number(s, PLEDGED), 0);
    assert_int_equal(at_output(s, 0), 0);
    assert_int_equal(at_output(s, 1), 0);
    assert_int_equal(at_output(s, 2), 102);
    assert_int_equal(rewards(s, false), 1000);
    assert_int_equal(rewards(s, true), 1001);
    assert_int_equal(plb_ledger_utxo_count(s->ledger), 4);
}

static void play(const char *folder) {
    for (int valid = 0; valid < 2; valid++) {
        scene s;
        plb_error error;
        set_scene(&s, folder);
        s.v.tx.is_valid = valid;
        plb_ledger_mark(s.ledger);
        for (int round = 0; round < 3; round++) {
            assert_untouched(&s);
            assert_true(plb_apply(&s.v));
            if (valid) {
                assert_carried_out(&s);
            } else {
                assert_collateral_taken(&s);
            }
            assert_int_equal(plb_ledger_rollback(s.ledger, &error), PLB_OK);
        }
        assert_untouched(&s);
        end_scene(&s);
    }
}

static void transactions_are_applied_and_undone(void **state) {
    (void) state;
    char folder[256];
    play(NULL);
    make_folder(folder);
    play(folder);
    remove_folder(folder);
}

/* ---- Batches ---- */

/* A second transaction spends what the first has made; cancelled together, or kept together. */
static void chain(const char *folder, bool keep) {
    scene s;
    plb_error error;
    set_scene(&s, folder);
    plb_batch_begin(s.ledger);
    assert_true(plb_apply(&s.v));
    plb_tx_in made = {.index = 1};
    memcpy(made.id, s.v.tx.id, sizeof made.id);
    assert_int_equal(at(&s, &made), 101);
    plb_validation next = s.v;
    next.tx.inputs = (plb_tx_inputs){.refs = &made, .count = 1};
    next.tx.id[31] ^= 1;
    assert_true(plb_apply(&next));
    assert_int_equal(at(&s, &made), 0);
    assert_int_equal(plb_batch_end(s.ledger, keep, &error), PLB_OK);
    if (keep) {
        assert_int_equal(at_output(&s, 0), 100);
        assert_int_equal(at_output(&s, 1), 0);
        assert_int_equal(rewards(&s, true), 0);
        assert_int_equal(plb_ledger_utxo_count(s.ledger), 5);
    } else {
        assert_untouched(&s);
    }
    end_scene(&s);
}

static void a_chain_is_kept_or_lost_as_a_whole(void **state) {
    (void) state;
    for (int keep = 0; keep < 2; keep++) {
        char folder[256];
        chain(NULL, keep);
        make_folder(folder);
        chain(folder, keep);
        remove_folder(folder);
    }
}

static void accounts_that_were_added_go_again(void **state) {
    (void) state;
    scene s;
    plb_error error;
    set_scene(&s, NULL);
    plb_account extra[40];
    memset(extra, 0, sizeof extra);
    for (size_t i = 0; i < 40; i++) {
        extra[i].hash[27] = (uint8_t) (i + 1);
        extra[i].rewards = i;
    }
    plb_ledger_mark(s.ledger);
    assert_int_equal(plb_ledger_add_accounts(s.ledger, extra, 40, &error), PLB_OK);
    extra[0].rewards = 5;
    assert_int_equal(plb_ledger_add_accounts(s.ledger, extra, 1, &error), PLB_OK);
    assert_int_equal(plb_accounts_find(&s.ledger->accounts, false, extra[0].hash)->rewards, 5);
    assert_int_equal(plb_ledger_rollback(s.ledger, &error), PLB_OK);
    for (size_t i = 0; i < 40; i++) {
        assert_null(plb_accounts_find(&s.ledger->accounts, false, extra[i].hash));
    }
    assert_untouched(&s);
    end_scene(&s);
}

/* ---- Failures of the disk ---- */

/* A record that is damaged is no verdict on the transaction. */
static void state_failures_are_reported(void **state) {
    (void) state;
    scene s;
    char folder[256];
    make_folder(folder);
    set_scene(&s, folder);
    (void) snprintf(s.ledger->utxo->problem, sizeof s.ledger->utxo->problem, "it broke");
    assert_false(plb_fail_state(&s.v, PLB_E_IO));
    assert_int_equal(s.v.failure, PLB_E_IO);
    assert_string_equal(s.v.detail, "it broke");
    end_scene(&s);
    plb_ledger *other;
    plb_error error;
    plb_ledger_config config = {.utxo_folder = folder, .network = PLB_MAINNET};
    assert_int_equal(plb_ledger_new(&other, parameters, &config, &error), PLB_E_IO);
    assert_null(other);
    remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transactions_are_applied_and_undone),
        cmocka_unit_test(a_chain_is_kept_or_lost_as_a_whole),
        cmocka_unit_test(accounts_that_were_added_go_again),
        cmocka_unit_test(state_failures_are_reported),
    };
    return cmocka_run_group_tests(tests, load, unload);
}
