#include "harness/ledger/utxo/utxo_table.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#define FIRST_SLOTS 64
#define SLOTS_WORTH_KEEPING 4096
#define CACHE_LINE_BYTES 64

/* ---- Entries ---- */

static const plb_tx_in no_ref;

/* The entry's bytes are decoded again where they will stay, so that what points into them is right
 * by construction; what the decoder makes besides goes behind the entry. */
plb_status plb_utxo_entry_make(plb_utxo_entry **entry, const plb_tx_in *ref, plb_span output,
                               plb_region *scratch, plb_error *error) {
    uint8_t *low = scratch->low;
    plb_tx_out out;
    *entry = NULL;
    plb_status status = plb_tx_out_decode(&out, scratch, output.bytes, output.length, error);
    size_t assets_bytes = status == PLB_OK ? out.assets.count * sizeof *out.assets.items : 0;
    size_t script_bytes = status == PLB_OK && out.script != NULL ? sizeof *out.script : 0;
    scratch->low = low;
    if (status != PLB_OK) return status;
    plb_utxo_entry *made = malloc(sizeof *made + assets_bytes + script_bytes + output.length);
    if (made == NULL) return plb_fail(error, PLB_E_MEMORY, "unspent output", "out of memory");
    uint8_t *behind = (uint8_t *) (made + 1);
    uint8_t *bytes = behind + assets_bytes + script_bytes;
    memcpy(bytes, output.bytes, output.length);
    status = plb_tx_out_decode(&made->out, scratch, bytes, output.length, error);
    scratch->low = low;
    if (status != PLB_OK) {
        free(made);
        return status;
    }
    if (assets_bytes != 0) {
        made->out.assets.items = memcpy(behind, made->out.assets.items, assets_bytes);
    }
    if (script_bytes != 0) {
        made->out.script = memcpy(behind + assets_bytes, made->out.script, script_bytes);
    }
    made->ref = no_ref;
    memcpy(made->ref.id, ref->id, sizeof ref->id);
    made->ref.index = ref->index;
    *entry = made;
    return PLB_OK;
}

plb_utxo_entry *plb_utxo_entry_absent(const plb_tx_in *ref) {
    plb_utxo_entry *made = malloc(sizeof *made);
    if (made != NULL) *made = (plb_utxo_entry){.ref = *ref};
    return made;
}

/* ---- The table: open addressing, linear probing, at most three quarters full ---- */

void plb_utxo_table_init(plb_utxo_table *table) {
    *table = (plb_utxo_table){0};
    randombytes_buf(table->key, sizeof table->key);
}

/* SipHash under a key that nobody knows. */
static uint64_t hash_of(const plb_utxo_table *table, const plb_tx_in *ref) {
    _Static_assert(sizeof table->key == crypto_shorthash_KEYBYTES, "SipHash's key");
    uint8_t bytes[PLB_HASH_BYTES + sizeof ref->index];
    uint64_t hash;
    memcpy(bytes, ref->id, PLB_HASH_BYTES);
    memcpy(bytes + PLB_HASH_BYTES, &ref->index, sizeof ref->index);
    crypto_shorthash((uint8_t *) &hash, bytes, sizeof bytes, table->key);
    return hash;
}

static bool same(const plb_tx_in *a, const plb_tx_in *b) {
    return a->index == b->index && memcmp(a->id, b->id, sizeof a->id) == 0;
}

static size_t find_slot(const plb_utxo_table *table, const plb_tx_in *ref, uint64_t hash) {
    size_t mask = table->slot_count - 1, slot = (size_t) hash & mask;
    while (table->slots[slot].entry != NULL &&
           (table->slots[slot].hash != hash || !same(&table->slots[slot].entry->ref, ref))) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

plb_utxo_entry *plb_utxo_table_find(const plb_utxo_table *table, const plb_tx_in *ref) {
    if (table->count == 0) return NULL;
    return table->slots[find_slot(table, ref, hash_of(table, ref))].entry;
}

/* The entry, and of the bytes behind it those of the address. */
static void prefetch_entry(const plb_utxo_entry *entry) {
    const char *line = (const char *) entry;
    for (size_t at = 0; at < sizeof *entry + CACHE_LINE_BYTES; at += CACHE_LINE_BYTES) {
        __builtin_prefetch(line + at);
    }
}

void plb_utxo_table_find_all(const plb_utxo_table *table, const plb_tx_in *refs, size_t count,
                             plb_utxo_entry **entries) {
    uint64_t hashes[PLB_UTXO_FIND_MOST];
    size_t mask = table->slot_count - 1;
    for (size_t i = 0; i < count && table->count != 0; i++) {
        hashes[i] = hash_of(table, &refs[i]);
        __builtin_prefetch(&table->slots[(size_t) hashes[i] & mask]);
    }
    /* An equal hash is as good as the entry for knowing what to fetch. */
    for (size_t i = 0; i < count && table->count != 0; i++) {
        size_t slot = (size_t) hashes[i] & mask;
        while (table->slots[slot].entry != NULL && table->slots[slot].hash != hashes[i]) {
            slot = (slot + 1) & mask;
        }
        if (table->slots[slot].entry != NULL) prefetch_entry(table->slots[slot].entry);
    }
    for (size_t i = 0; i < count; i++) {
        entries[i] =
            table->count == 0 ? NULL : table->slots[find_slot(table, &refs[i], hashes[i])].entry;
    }
}

bool plb_utxo_table_reserve(plb_utxo_table *table) {
    if (4 * (table->count + 1) <= 3 * table->slot_count) return true;
    size_t slot_count = table->slot_count == 0 ? FIRST_SLOTS : 2 * table->slot_count;
    plb_utxo_slot *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < table->slot_count; i++) {
        if (table->slots[i].entry == NULL) continue;
        size_t slot = (size_t) table->slots[i].hash & (slot_count - 1);
        while (slots[slot].entry != NULL) slot = (slot + 1) & (slot_count - 1);
        slots[slot] = table->slots[i];
    }
    free(table->slots);
    table->slots = slots;
    table->slot_count = slot_count;
    return true;
}

plb_utxo_entry *plb_utxo_table_put(plb_utxo_table *table, plb_utxo_entry *entry) {
    uint64_t hash = hash_of(table, &entry->ref);
    plb_utxo_slot *slot = &table->slots[find_slot(table, &entry->ref, hash)];
    plb_utxo_entry *replaced = slot->entry;
    *slot = (plb_utxo_slot){hash, entry};
    if (replaced == NULL) table->count++;
    return replaced;
}

plb_utxo_entry *plb_utxo_table_take(plb_utxo_table *table, const plb_tx_in *ref) {
    if (table->count == 0) return NULL;
    size_t mask = table->slot_count - 1, hole = find_slot(table, ref, hash_of(table, ref));
    plb_utxo_entry *taken = table->slots[hole].entry;
    if (taken == NULL) return NULL;
    /* Close the gap: what was pushed past the hole moves back into it. */
    for (size_t slot = (hole + 1) & mask; table->slots[slot].entry != NULL;
         slot = (slot + 1) & mask) {
        size_t home = (size_t) table->slots[slot].hash & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            table->slots[hole] = table->slots[slot];
            hole = slot;
        }
    }
    table->slots[hole].entry = NULL;
    table->count--;
    return taken;
}

void plb_utxo_table_clear(plb_utxo_table *table) {
    for (size_t i = 0; i < table->slot_count && table->count != 0; i++) {
        if (table->slots[i].entry == NULL) continue;
        free(table->slots[i].entry);
        table->slots[i].entry = NULL;
        table->count--;
    }
    if (table->slot_count <= SLOTS_WORTH_KEEPING) return;
    free(table->slots);
    table->slots = NULL;
    table->slot_count = 0;
}

void plb_utxo_table_free(plb_utxo_table *table) {
    for (size_t i = 0; i < table->slot_count; i++) free(table->slots[i].entry);
    free(table->slots);
    table->slots = NULL;
    table->slot_count = table->count = 0;
}
