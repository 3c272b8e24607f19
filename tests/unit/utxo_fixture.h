/* What the tests of unspent outputs share: outputs of several shapes, and temporary folders. */
#ifndef PLB_TESTS_UTXO_FIXTURE_H
#define PLB_TESTS_UTXO_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/utxo/utxo.h"

#define OUTPUT_SHAPES 4

/* An output at an enterprise address: lovelace only, with a datum hash (in the old form), with an
 * inline datum, with a large inline datum. */
static inline plb_writer output_of(unsigned shape, uint64_t lovelace) {
    plb_writer w = {0};
    uint8_t address[29] = {0x60}, hash[32] = {7}, datum[3000];
    address[28] = (uint8_t) lovelace;
    if (shape == 1) {
        plb_write_array(&w, 3);
        plb_write_bytes(&w, address, sizeof address);
        plb_write_uint(&w, lovelace);
        plb_write_bytes(&w, hash, sizeof hash);
        return w;
    }
    plb_write_map(&w, shape == 0 ? 2 : 3);
    plb_write_uint(&w, 0);
    plb_write_bytes(&w, address, sizeof address);
    plb_write_uint(&w, 1);
    plb_write_uint(&w, lovelace);
    if (shape >= 2) {
        size_t items = shape == 2 ? 3 : sizeof datum - 2;
        memset(datum, 1, sizeof datum);
        datum[0] = 0x9f;
        datum[items + 1] = 0xff;
        plb_write_uint(&w, 2);
        plb_write_array(&w, 2);
        plb_write_uint(&w, 1);
        plb_write_tag(&w, 24);
        plb_write_bytes(&w, datum, items + 2);
    }
    assert_false(w.failed);
    return w;
}

static inline plb_tx_in ref_of(unsigned number) {
    plb_tx_in ref = {.index = (uint16_t) (number * 257 % 5)};
    memset(ref.id, 0x55, sizeof ref.id);
    memcpy(ref.id, &number, sizeof number);
    return ref;
}

/* A new empty folder below the temporary one; remove_folder deletes it with its files. */
static inline void make_folder(char path[256]) {
    const char *base = getenv("TMPDIR");
    (void) snprintf(path, 256, "%.200s/plutbench-utxo-XXXXXX", base != NULL ? base : "/tmp");
    assert_non_null(mkdtemp(path));
}

static inline void file_in(char path[512], const char *folder, const char *name) {
    (void) snprintf(path, 512, "%s/%s", folder, name);
}

static inline void remove_folder(const char *folder) {
    static const char *const names[] = {"data.mdb", "lock.mdb", "notes.txt"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[512];
        file_in(path, folder, names[i]);
        (void) unlink(path);
    }
    assert_int_equal(rmdir(folder), 0);
}

static inline plb_utxo_state *open_folder(const char *folder, size_t map_bytes) {
    plb_utxo_state *state;
    plb_error error;
    if (plb_utxo_on_disk(&state, folder, PLB_TESTNET, map_bytes, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return state;
}

static inline void close_state(plb_utxo_state *state) { state->interface->free(state); }

static inline void put_output(plb_utxo_state *state, plb_region *arena, unsigned number,
                              unsigned shape, uint64_t lovelace) {
    plb_tx_in ref = ref_of(number);
    plb_writer w = output_of(shape, lovelace);
    uint8_t *low = arena->low;
    plb_status status = state->interface->put(state, &ref, (plb_span){w.bytes, w.length}, arena);
    if (status != PLB_OK) fail_msg("%s", state->problem);
    assert_ptr_equal(arena->low, low);
    plb_writer_free(&w);
}

static inline void remove_output(plb_utxo_state *state, unsigned number) {
    plb_tx_in ref = ref_of(number);
    assert_int_equal(state->interface->remove(state, &ref), PLB_OK);
}

/* The lovelace of an output, which identifies it in these tests; 0: there is none. */
static inline uint64_t lovelace_at(plb_utxo_state *state, plb_region *arena, unsigned number) {
    plb_tx_in ref = ref_of(number);
    plb_tx_out out;
    plb_region_reset(arena);
    if (state->interface->get(state, &ref, 1, arena, &out) != PLB_OK)
        fail_msg("%s", state->problem);
    if (out.bytes.bytes == NULL) return 0;
    plb_writer w = output_of(out.datum_kind == PLB_DATUM_HASH     ? 1
                             : out.datum_kind == PLB_DATUM_INLINE ? (out.datum.length < 9 ? 2 : 3)
                                                                  : 0,
                             out.lovelace);
    assert_int_equal(out.bytes.length, w.length);
    assert_memory_equal(out.bytes.bytes, w.bytes, w.length);
    assert_true(out.address.payment > out.bytes.bytes &&
                out.address.payment < out.bytes.bytes + out.bytes.length);
    plb_writer_free(&w);
    return out.lovelace;
}

#endif
