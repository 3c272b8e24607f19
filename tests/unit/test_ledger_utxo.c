/* Unspent outputs: both states do what a plain array does, whatever is done to them; what was
 * committed to disk is there again, and nothing else. */
#include "utxo_fixture.h"

#include <errno.h>
#include <sys/wait.h>

#include "harness/ledger/utxo/utxo_table.h"

static plb_region arena;

static int set_up(void **state) {
    (void) state;
    return !plb_region_init(&arena, 1 << 22);
}

static int tear_down(void **state) {
    (void) state;
    plb_region_free(&arena);
    return 0;
}

static uint64_t next_random(uint64_t *seed) {
    *seed += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *seed;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* ---- Against a model ---- */

#define REFS 48

/* What should be there: lovelace by reference, 0 for none. */
typedef struct model {
    uint64_t now[REFS], batch[REFS], mark[REFS];
    bool is_marked;
} model;

static void assert_as(plb_utxo_state *state, const uint64_t expected[REFS]) {
    for (unsigned i = 0; i < REFS; i++) {
        uint64_t found = lovelace_at(state, &arena, i);
        if (found != expected[i]) {
            fail_msg("output %u: %llu, expected %llu", i, (unsigned long long) found,
                     (unsigned long long) expected[i]);
        }
    }
}

static void assert_count(plb_utxo_state *state, const uint64_t expected[REFS]) {
    size_t count = 0;
    for (unsigned i = 0; i < REFS; i++) count += expected[i] != 0;
    assert_int_equal(state->interface->count(state), count);
}

static void random_batch(plb_utxo_state *state, model *m, uint64_t *seed) {
    memcpy(m->batch, m->now, sizeof m->batch);
    state->interface->begin(state);
    for (uint64_t left = next_random(seed) % 20; left > 0; left--) {
        unsigned number = (unsigned) (next_random(seed) % REFS);
        if (next_random(seed) % 3 != 0) {
            m->batch[number] = 1 + next_random(seed) % 1000000;
            put_output(state, &arena, number, (unsigned) (next_random(seed) % OUTPUT_SHAPES),
                       m->batch[number]);
        } else {
            m->batch[number] = 0;
            remove_output(state, number);
        }
    }
    assert_as(state, m->batch);
    if (next_random(seed) % 3 != 0) {
        assert_int_equal(state->interface->commit(state), PLB_OK);
        memcpy(m->now, m->batch, sizeof m->now);
    } else {
        state->interface->cancel(state);
    }
}

static void random_mark(plb_utxo_state *state, model *m, uint64_t *seed) {
    switch (next_random(seed) % 6) {
    case 0:
        state->interface->mark(state);
        memcpy(m->mark, m->now, sizeof m->mark);
        m->is_marked = true;
        break;
    case 1:
        state->interface->unmark(state);
        m->is_marked = false;
        break;
    default:
        if (!m->is_marked) return;
        assert_int_equal(state->interface->rollback(state), PLB_OK);
        memcpy(m->now, m->mark, sizeof m->now);
    }
}

/* `seed` decides all: a state that fails can be looked at again. */
static void act_at_random(plb_utxo_state *state, uint64_t seed, unsigned batches) {
    model m = {0};
    for (unsigned i = 0; i < batches; i++) {
        random_batch(state, &m, &seed);
        if (next_random(&seed) % 4 == 0) random_mark(state, &m, &seed);
        assert_as(state, m.now);
        assert_count(state, m.now);
    }
}

static void memory_does_what_an_array_does(void **unused) {
    (void) unused;
    for (uint64_t seed = 0; seed < 200; seed++) {
        plb_utxo_state *state = plb_utxo_in_memory();
        assert_non_null(state);
        act_at_random(state, seed, 40);
        close_state(state);
    }
}

/* In a map that is too small at first. */
static void disk_does_what_an_array_does(void **unused) {
    (void) unused;
    for (uint64_t seed = 0; seed < 8; seed++) {
        char folder[256];
        make_folder(folder);
        plb_utxo_state *state = open_folder(folder, 65536);
        act_at_random(state, seed, 40);
        close_state(state);
        remove_folder(folder);
    }
}

/* ---- The table ---- */

static void the_table_holds_many(void **unused) {
    (void) unused;
    enum { COUNT = 20000 };
    plb_utxo_state *state = plb_utxo_in_memory();
    state->interface->begin(state);
    for (unsigned i = 0; i < COUNT; i++) put_output(state, &arena, i, 0, i + 1);
    for (unsigned i = 0; i < COUNT; i += 3) remove_output(state, i);
    assert_int_equal(state->interface->commit(state), PLB_OK);
    assert_int_equal(state->interface->count(state), COUNT - (COUNT + 2) / 3);
    for (unsigned i = 0; i < COUNT; i++) {
        assert_int_equal(lovelace_at(state, &arena, i), i % 3 == 0 ? 0 : i + 1);
    }
    close_state(state);
}

/* Assets and the reference script live in the entry, not in the scratch memory. */
static void an_entry_owns_all_of_its_output(void **unused) {
    (void) unused;
    plb_writer w = {0};
    uint8_t address[29] = {0x60}, policy[28] = {3};
    plb_write_map(&w, 3);
    plb_write_uint(&w, 0);
    plb_write_bytes(&w, address, sizeof address);
    plb_write_uint(&w, 1);
    plb_write_array(&w, 2);
    plb_write_uint(&w, 5000000);
    plb_write_map(&w, 1);
    plb_write_bytes(&w, policy, sizeof policy);
    plb_write_map(&w, 2);
    plb_write_bytes(&w, policy, 1);
    plb_write_uint(&w, 9);
    plb_write_bytes(&w, policy, 2);
    plb_write_uint(&w, 10);
    plb_write_uint(&w, 3);
    plb_write_tag(&w, 24);
    uint8_t script[16] = {0x82, 0x03, 0x48, 0x47, 1, 1, 0, 0x24, 0x99, 0, 0, 0};
    plb_write_bytes(&w, script, 11);
    assert_false(w.failed);
    plb_tx_in ref = ref_of(1);
    plb_utxo_entry *entry;
    plb_error error;
    plb_status status =
        plb_utxo_entry_make(&entry, &ref, (plb_span){w.bytes, w.length}, &arena, &error);
    if (status != PLB_OK) fail_msg("%s: %s", error.where, error.message);
    memset(w.bytes, 0xee, w.length);
    memset(arena.low, 0xee, 4096);
    assert_int_equal(entry->out.assets.count, 2);
    assert_int_equal(entry->out.assets.items[0].amount, 9);
    assert_int_equal(entry->out.assets.items[0].policy[0], 3);
    assert_int_equal(entry->out.assets.items[1].amount, 10);
    assert_int_equal(entry->out.assets.items[1].name.length, 2);
    assert_non_null(entry->out.script);
    assert_int_equal(entry->out.script->language, PLB_PLUTUS_V3);
    assert_int_equal(entry->out.script->bytes.bytes[0], 0x47);
    free(entry);
    plb_writer_free(&w);
}

static void malformed_output_is_refused(plb_utxo_state *state) {
    static const uint8_t malformed[] = {0xa1, 0x00, 0x40};
    plb_tx_in ref = ref_of(1);
    state->interface->begin(state);
    put_output(state, &arena, 0, 0, 12);
    assert_int_equal(
        state->interface->put(state, &ref, (plb_span){malformed, sizeof malformed}, &arena),
        PLB_E_PARSE);
    assert_int_not_equal(strlen(state->problem), 0);
    assert_int_equal(state->interface->commit(state), PLB_OK);
    assert_int_equal(lovelace_at(state, &arena, 0), 12);
    assert_int_equal(lovelace_at(state, &arena, 1), 0);
    close_state(state);
}

static void malformed_outputs_are_refused(void **unused) {
    (void) unused;
    char folder[256];
    malformed_output_is_refused(plb_utxo_in_memory());
    make_folder(folder);
    malformed_output_is_refused(open_folder(folder, 0));
    remove_folder(folder);
}

/* ---- On disk ---- */

static void the_disk_keeps_what_was_committed(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    assert_int_equal(rmdir(folder), 0); /* it is made */
    for (unsigned round = 0; round < 5; round++) {
        plb_utxo_state *state = open_folder(folder, 0);
        assert_int_equal(state->interface->count(state), round);
        state->interface->begin(state);
        put_output(state, &arena, round, round % OUTPUT_SHAPES, round + 1);
        assert_int_equal(state->interface->commit(state), PLB_OK);
        state->interface->begin(state);
        put_output(state, &arena, 100 + round, 0, 1);
        close_state(state);
    }
    plb_utxo_state *state = open_folder(folder, 0);
    for (unsigned i = 0; i < 5; i++) assert_int_equal(lovelace_at(state, &arena, i), i + 1);
    close_state(state);
    remove_folder(folder);
}

/* A process that ends without a word loses its open batch and nothing else. */
static void a_crash_loses_the_open_batch_only(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    for (unsigned round = 0; round < 3; round++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            plb_utxo_state *state = open_folder(folder, 0);
            state->interface->begin(state);
            put_output(state, &arena, round, 3, round + 1);
            if (state->interface->commit(state) != PLB_OK) _exit(1);
            state->interface->begin(state);
            remove_output(state, round);
            put_output(state, &arena, 50, 0, 9);
            _exit(0);
        }
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    plb_utxo_state *state = open_folder(folder, 0);
    assert_int_equal(state->interface->count(state), 3);
    for (unsigned i = 0; i < 3; i++) assert_int_equal(lovelace_at(state, &arena, i), i + 1);
    close_state(state);
    remove_folder(folder);
}

static void the_map_grows(void **unused) {
    (void) unused;
    enum { COUNT = 3000 };
    char folder[256];
    make_folder(folder);
    plb_utxo_state *state = open_folder(folder, 65536);
    for (unsigned from = 0; from < COUNT; from += 1000) {
        state->interface->begin(state);
        for (unsigned i = from; i < from + 1000; i++) put_output(state, &arena, i, 3, i + 1);
        assert_int_equal(state->interface->commit(state), PLB_OK);
    }
    state->interface->mark(state);
    state->interface->begin(state);
    for (unsigned i = 0; i < COUNT; i++) remove_output(state, i);
    assert_int_equal(state->interface->commit(state), PLB_OK);
    assert_int_equal(state->interface->count(state), 0);
    assert_int_equal(state->interface->rollback(state), PLB_OK);
    close_state(state);
    state = open_folder(folder, 65536); /* smaller than what is there */
    assert_int_equal(state->interface->count(state), COUNT);
    for (unsigned i = 0; i < COUNT; i++) assert_int_equal(lovelace_at(state, &arena, i), i + 1);
    close_state(state);
    remove_folder(folder);
}

/* LMDB leaves pages at the file's end unwritten that were taken and given back at once. */
static void a_folder_that_shrinks_opens_again(void **unused) {
    (void) unused;
    enum { COUNT = 600 };
    for (unsigned kept = 0; kept < 40; kept += 3) {
        char folder[256];
        make_folder(folder);
        plb_utxo_state *state = open_folder(folder, 0);
        state->interface->begin(state);
        for (unsigned i = 0; i < COUNT; i++) put_output(state, &arena, i, i % 3, i + 1);
        assert_int_equal(state->interface->commit(state), PLB_OK);
        state->interface->begin(state);
        for (unsigned i = 0; i < COUNT; i++) {
            if (kept == 0 || i % kept != 0) remove_output(state, i);
        }
        assert_int_equal(state->interface->commit(state), PLB_OK);
        close_state(state);
        state = open_folder(folder, 0);
        for (unsigned i = 0; i < COUNT; i++) {
            uint64_t expected = kept == 0 || i % kept != 0 ? 0 : i + 1;
            assert_int_equal(lovelace_at(state, &arena, i), expected);
        }
        close_state(state);
        remove_folder(folder);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_does_what_an_array_does),
        cmocka_unit_test(disk_does_what_an_array_does),
        cmocka_unit_test(the_table_holds_many),
        cmocka_unit_test(an_entry_owns_all_of_its_output),
        cmocka_unit_test(malformed_outputs_are_refused),
        cmocka_unit_test(the_disk_keeps_what_was_committed),
        cmocka_unit_test(a_crash_loses_the_open_batch_only),
        cmocka_unit_test(the_map_grows),
        cmocka_unit_test(a_folder_that_shrinks_opens_again),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
