/* Any bytes as an unspent output: as a record that was read from disk, and as what
 * plb_ledger_add_utxo is given, in memory and on disk. What is taken must be there again, byte for
 * byte and decoded alike; what is not must leave the state as it was. The first byte is the index.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/ledger/utxo/utxo_table.h"
#include "harness/ledger/validation.h"

#define ARENA_BYTES ((size_t) 1 << 24)

static char folder[256];
static plb_ledger *in_memory, *on_disk;
static plb_region arena;

static void check(bool holds) {
    if (!holds) abort();
}

/* The files stay open, and go with the process, however that ends. */
static void remove_folder(void) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char path[300];
    for (size_t i = 0; i < 2; i++) {
        (void) snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void) unlink(path);
    }
    (void) rmdir(folder);
}

static void open_once(void) {
    if (in_memory != NULL) return;
    plb_protocol_parameters *parameters = plb_protocol_parameters_default();
    const char *base = getenv("TMPDIR");
    (void) snprintf(folder, sizeof folder, "%.200s/plutbench-fuzz-utxo-XXXXXX",
                    base != NULL ? base : "/tmp");
    plb_ledger_config config = {.utxo_folder = folder, .byte_cap = ARENA_BYTES};
    check(parameters != NULL && plb_region_init(&arena, ARENA_BYTES) && mkdtemp(folder) != NULL);
    check(plb_ledger_new(&on_disk, parameters, &config, NULL) == PLB_OK);
    remove_folder();
    config.utxo_folder = NULL;
    check(plb_ledger_new(&in_memory, parameters, &config, NULL) == PLB_OK);
    plb_protocol_parameters_free(parameters);
}

/* Reads all that the output points to; its sum is what two decodings must agree on. */
static uint64_t sum_of(const plb_tx_out *out) {
    uint64_t sum = out->lovelace + out->assets.count * 3 + (uint64_t) out->datum_kind * 7;
    plb_span spans[] = {out->bytes,
                        out->address.bytes,
                        out->value,
                        {out->address.payment, PLB_KEY_HASH_BYTES},
                        {out->address.stake, out->address.stake != NULL ? PLB_KEY_HASH_BYTES : 0},
                        {out->datum_hash, out->datum_hash != NULL ? PLB_HASH_BYTES : 0},
                        out->datum,
                        {0}};
    if (out->script != NULL) {
        spans[7] = out->script->bytes;
        sum += (uint64_t) out->script->language + out->script->is_native;
        for (size_t i = 0; i < PLB_KEY_HASH_BYTES; i++) sum = sum * 31 + out->script->hash[i];
    }
    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        for (size_t k = 0; k < spans[i].length; k++) sum = sum * 31 + spans[i].bytes[k];
    }
    for (size_t i = 0; i < out->assets.count; i++) {
        const plb_tx_asset *asset = &out->assets.items[i];
        sum = sum * 31 + (uint64_t) asset->amount;
        for (size_t k = 0; k < PLB_KEY_HASH_BYTES; k++) sum = sum * 31 + asset->policy[k];
        for (size_t k = 0; k < asset->name.length; k++) sum = sum * 31 + asset->name.bytes[k];
    }
    return sum;
}

/* As a record from disk. */
static plb_status decode(plb_span record, uint64_t *sum) {
    plb_tx_out out;
    plb_region_reset(&arena);
    plb_status status = plb_tx_out_decode(&out, &arena, record.bytes, record.length, NULL);
    if (status == PLB_OK) {
        check(out.bytes.bytes == record.bytes && out.bytes.length == record.length);
        *sum = sum_of(&out);
    }
    return status;
}

static void check_entry(const plb_tx_in *ref, plb_span record, plb_status expected, uint64_t sum) {
    plb_utxo_entry *entry;
    plb_region_reset(&arena);
    uint8_t *low = arena.low;
    check(plb_utxo_entry_make(&entry, ref, record, &arena, NULL) == expected && arena.low == low);
    memset(low, 0xee, 4096);
    check((entry != NULL) == (expected == PLB_OK));
    if (entry != NULL) check(sum_of(&entry->out) == sum);
    free(entry);
}

/* In a batch that is cancelled. */
static void check_state(plb_ledger *ledger, const plb_tx_in *ref, plb_span record,
                        plb_status expected, uint64_t sum) {
    plb_utxo_state *state = ledger->utxo;
    size_t before = plb_ledger_utxo_count(ledger);
    plb_utxo utxo = {.index = ref->index, .output = record.bytes, .output_length = record.length};
    memcpy(utxo.id, ref->id, sizeof utxo.id);
    plb_tx_out out;
    plb_batch_begin(ledger);
    check(plb_ledger_add_utxo(ledger, &utxo, 1, NULL) == expected);
    plb_region_reset(&arena);
    check(state->interface->get(state, ref, 1, &arena, &out) == PLB_OK);
    check((out.bytes.bytes != NULL) == (expected == PLB_OK));
    if (expected == PLB_OK) check(sum_of(&out) == sum);
    check(plb_batch_end(ledger, false, NULL) == PLB_OK);
    check(state->interface->get(state, ref, 1, &arena, &out) == PLB_OK);
    check(out.bytes.bytes == NULL && plb_ledger_utxo_count(ledger) == before);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length) {
    open_once();
    if (length == 0) return 0;
    plb_tx_in ref = {.index = bytes[0]};
    plb_span record = {bytes + 1, length - 1};
    uint64_t sum = 0;
    plb_status status = decode(record, &sum);
    check(status == PLB_OK || status == PLB_E_PARSE || status == PLB_E_UNSUPPORTED ||
          status == PLB_E_MEMORY);
    check_entry(&ref, record, status, sum);
    check_state(in_memory, &ref, record, status, sum);
    check_state(on_disk, &ref, record, status, sum);
    return 0;
}
