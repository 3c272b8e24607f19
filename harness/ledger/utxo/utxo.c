/* Unspent outputs in memory. What a change replaced or removed is kept until nobody can want it
 * back: undoing puts it back into its place and needs no memory. */
#include "harness/ledger/utxo/utxo.h"

#include <stdio.h>
#include <stdlib.h>

#include "harness/ledger/utxo/utxo_table.h"

/* One of the two may be NULL. */
typedef struct change {
    plb_utxo_entry *before; /* owned by the change */
    plb_utxo_entry *after;  /* owned by the table */
} change;

typedef struct memory_state {
    plb_utxo_state base;
    plb_utxo_table table;
    change *changes; /* since the mark, or since begin */
    size_t change_count, change_capacity;
    size_t batch_start; /* changes when the batch began */
    bool is_marked;
} memory_state;

/* ---- Changes ---- */

static plb_status no_memory(memory_state *state) {
    (void) snprintf(state->base.problem, sizeof state->base.problem,
                    "out of memory for unspent outputs");
    return PLB_E_MEMORY;
}

static bool reserve_change(memory_state *state) {
    if (state->change_count < state->change_capacity) return true;
    size_t capacity = state->change_capacity != 0 ? 2 * state->change_capacity : 64;
    change *changes = realloc(state->changes, capacity * sizeof *changes);
    if (changes == NULL) return false;
    state->changes = changes;
    state->change_capacity = capacity;
    return true;
}

static void record(memory_state *state, plb_utxo_entry *before, plb_utxo_entry *after) {
    state->changes[state->change_count++] = (change){before, after};
}

static void undo_to(memory_state *state, size_t count) {
    while (state->change_count > count) {
        change *last = &state->changes[--state->change_count];
        if (last->after != NULL) free(plb_utxo_table_take(&state->table, &last->after->ref));
        if (last->before != NULL) plb_utxo_table_put(&state->table, last->before);
    }
}

static void forget_changes(memory_state *state) {
    for (size_t i = 0; i < state->change_count; i++) free(state->changes[i].before);
    state->change_count = 0;
}

/* ---- The interface ---- */

static plb_status memory_get(plb_utxo_state *base, const plb_tx_in *refs, size_t count,
                             plb_region *arena, plb_tx_out *outs) {
    (void) arena;
    const memory_state *state = (const memory_state *) base;
    for (size_t done = 0; done < count; done += PLB_UTXO_FIND_MOST) {
        plb_utxo_entry *found[PLB_UTXO_FIND_MOST];
        size_t some = count - done < PLB_UTXO_FIND_MOST ? count - done : PLB_UTXO_FIND_MOST;
        plb_utxo_table_find_all(&state->table, refs + done, some, found);
        for (size_t i = 0; i < some; i++) {
            if (found[i] != NULL) {
                outs[done + i] = found[i]->out;
            } else {
                outs[done + i].bytes = (plb_span){0};
            }
        }
    }
    return PLB_OK;
}

static void memory_begin(plb_utxo_state *base) {
    memory_state *state = (memory_state *) base;
    state->batch_start = state->change_count;
}

static plb_status memory_put(plb_utxo_state *base, const plb_tx_in *ref, plb_span output,
                             plb_region *scratch) {
    memory_state *state = (memory_state *) base;
    plb_utxo_entry *made;
    plb_error error;
    if (!plb_utxo_table_reserve(&state->table) || !reserve_change(state)) return no_memory(state);
    plb_status status = plb_utxo_entry_make(&made, ref, output, scratch, &error);
    if (status != PLB_OK) {
        (void) snprintf(base->problem, sizeof base->problem, "%.100s: %.250s", error.where,
                        error.message);
        return status;
    }
    record(state, plb_utxo_table_put(&state->table, made), made);
    return PLB_OK;
}

static plb_status memory_remove(plb_utxo_state *base, const plb_tx_in *ref) {
    memory_state *state = (memory_state *) base;
    if (!reserve_change(state)) return no_memory(state);
    plb_utxo_entry *taken = plb_utxo_table_take(&state->table, ref);
    if (taken != NULL) record(state, taken, NULL);
    return PLB_OK;
}

static plb_status memory_commit(plb_utxo_state *base) {
    memory_state *state = (memory_state *) base;
    if (!state->is_marked) forget_changes(state);
    return PLB_OK;
}

static void memory_cancel(plb_utxo_state *base) {
    memory_state *state = (memory_state *) base;
    undo_to(state, state->batch_start);
}

static void memory_unmark(plb_utxo_state *base) {
    memory_state *state = (memory_state *) base;
    forget_changes(state);
    state->is_marked = false;
}

static void memory_mark(plb_utxo_state *base) {
    memory_unmark(base);
    ((memory_state *) base)->is_marked = true;
}

static plb_status memory_rollback(plb_utxo_state *base) {
    undo_to((memory_state *) base, 0);
    return PLB_OK;
}

static size_t memory_count(const plb_utxo_state *base) {
    return ((const memory_state *) base)->table.count;
}

static void memory_free(plb_utxo_state *base) {
    memory_state *state = (memory_state *) base;
    forget_changes(state);
    free(state->changes);
    plb_utxo_table_free(&state->table);
    free(state);
}

static const plb_utxo_interface in_memory = {
    .get = memory_get,
    .begin = memory_begin,
    .put = memory_put,
    .remove = memory_remove,
    .commit = memory_commit,
    .cancel = memory_cancel,
    .mark = memory_mark,
    .rollback = memory_rollback,
    .unmark = memory_unmark,
    .count = memory_count,
    .free = memory_free,
};

plb_utxo_state *plb_utxo_in_memory(void) {
    memory_state *state = calloc(1, sizeof *state);
    if (state == NULL) return NULL;
    state->base.interface = &in_memory;
    plb_utxo_table_init(&state->table);
    return &state->base;
}
