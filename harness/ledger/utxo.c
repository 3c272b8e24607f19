/* Unspent outputs in memory: open addressing with linear probing; each entry is one block that
 * holds the output's bytes. */
#include "harness/ledger/utxo.h"

#include <stdlib.h>
#include <string.h>

typedef struct entry {
    plb_tx_in ref;
    plb_tx_out out; /* points into `bytes` */
    uint8_t bytes[];
} entry;

typedef struct memory_state {
    plb_utxo_state base;
    entry **slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count;
} memory_state;

#define FIRST_SLOTS 64

/* Transaction ids are hashes as a rule; mixing all of it keeps chosen ones from colliding by
 * accident (ids that count up, zeros). */
static size_t hash_of(const plb_tx_in *ref) {
    uint64_t words[PLB_HASH_BYTES / 8], hash = ref->index;
    memcpy(words, ref->id, sizeof words);
    for (size_t i = 0; i < PLB_HASH_BYTES / 8; i++) {
        hash = (hash ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (size_t) hash;
}

static size_t find_slot(const memory_state *state, const plb_tx_in *ref) {
    size_t mask = state->slot_count - 1, slot = hash_of(ref) & mask;
    while (state->slots[slot] != NULL && plb_tx_in_compare(&state->slots[slot]->ref, ref) != 0) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

static plb_status memory_get(plb_utxo_state *base, const plb_tx_in *ref, plb_region *arena,
                             plb_tx_out *out) {
    (void) arena;
    const memory_state *state = (const memory_state *) base;
    const entry *found = state->count != 0 ? state->slots[find_slot(state, ref)] : NULL;
    if (found != NULL) {
        *out = found->out;
    } else {
        out->bytes = (plb_span){0};
    }
    return PLB_OK;
}

static bool grow(memory_state *state) {
    size_t slot_count = state->slot_count == 0 ? FIRST_SLOTS : state->slot_count * 2;
    memory_state larger = {state->base, calloc(slot_count, sizeof(entry *)), slot_count, 0};
    if (larger.slots == NULL) return false;
    for (size_t i = 0; i < state->slot_count; i++) {
        if (state->slots[i] != NULL) {
            larger.slots[find_slot(&larger, &state->slots[i]->ref)] = state->slots[i];
        }
    }
    free(state->slots);
    state->slots = larger.slots;
    state->slot_count = slot_count;
    return true;
}

static const uint8_t *moved(const uint8_t *pointer, const uint8_t *from, const uint8_t *to) {
    return pointer == NULL ? NULL : to + (pointer - from);
}

static entry *make_entry(const plb_tx_in *ref, const plb_tx_out *out) {
    entry *made = malloc(sizeof *made + out->bytes.length);
    if (made == NULL) return NULL;
    const uint8_t *from = out->bytes.bytes, *to = made->bytes;
    memcpy(made->bytes, from, out->bytes.length);
    made->ref = *ref;
    made->out = *out;
    made->out.bytes.bytes = to;
    made->out.address.bytes.bytes = moved(out->address.bytes.bytes, from, to);
    made->out.address.payment = moved(out->address.payment, from, to);
    made->out.address.stake = moved(out->address.stake, from, to);
    made->out.datum_hash = moved(out->datum_hash, from, to);
    made->out.datum.bytes = moved(out->datum.bytes, from, to);
    return made;
}

static plb_status memory_put(plb_utxo_state *base, const plb_tx_in *ref, const plb_tx_out *out) {
    memory_state *state = (memory_state *) base;
    if (2 * (state->count + 1) > state->slot_count && !grow(state)) return PLB_E_MEMORY;
    entry *made = make_entry(ref, out);
    if (made == NULL) return PLB_E_MEMORY;
    size_t slot = find_slot(state, ref);
    if (state->slots[slot] == NULL) state->count++;
    free(state->slots[slot]);
    state->slots[slot] = made;
    return PLB_OK;
}

static plb_status memory_remove(plb_utxo_state *base, const plb_tx_in *ref) {
    memory_state *state = (memory_state *) base;
    if (state->count == 0) return PLB_OK;
    size_t mask = state->slot_count - 1, hole = find_slot(state, ref);
    if (state->slots[hole] == NULL) return PLB_OK;
    free(state->slots[hole]);
    /* Close the gap: what was pushed past the hole moves back into it. */
    for (size_t slot = (hole + 1) & mask; state->slots[slot] != NULL; slot = (slot + 1) & mask) {
        size_t home = hash_of(&state->slots[slot]->ref) & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            state->slots[hole] = state->slots[slot];
            hole = slot;
        }
    }
    state->slots[hole] = NULL;
    state->count--;
    return PLB_OK;
}

static size_t memory_count(const plb_utxo_state *base) {
    return ((const memory_state *) base)->count;
}

static void memory_free(plb_utxo_state *base) {
    memory_state *state = (memory_state *) base;
    for (size_t i = 0; i < state->slot_count; i++) free(state->slots[i]);
    free(state->slots);
    free(state);
}

static const plb_utxo_interface in_memory = {memory_get, memory_put, memory_remove, memory_count,
                                             memory_free};

plb_utxo_state *plb_utxo_in_memory(void) {
    memory_state *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    state->base.interface = &in_memory;
    return &state->base;
}
