/* Unspent outputs on disk. A batch grows in memory and is written in one transaction of LMDB's when
 * it ends: so it can be written again where the map was too small. Reading goes through one read
 * transaction that lasts until the next batch is written. */
#include "harness/ledger/utxo/utxo_lmdb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/ledger/utxo/utxo.h"
#include "harness/ledger/utxo/utxo_table.h"

#define KEY_BYTES (PLB_HASH_BYTES + 2)

/* What was at a key before it was written. */
typedef struct old_record {
    uint8_t key[KEY_BYTES];
    bool was_there;
    size_t length;
    uint8_t *bytes; /* NULL unless was_there */
} old_record;

typedef struct disk_state {
    plb_utxo_state base;
    plb_utxo_folder folder;
    MDB_txn *reader; /* NULL: none yet */
    bool is_reading; /* false: to be renewed before it is used */
    size_t count;
    plb_utxo_table batch; /* what the open batch has put and (entries that are absent) removed */
    bool is_marked;
    old_record *old; /* since the mark */
    size_t old_count, old_capacity;
} disk_state;

static void key_of(const plb_tx_in *ref, uint8_t key[KEY_BYTES]) {
    memcpy(key, ref->id, PLB_HASH_BYTES);
    key[PLB_HASH_BYTES] = (uint8_t) (ref->index >> 8);
    key[PLB_HASH_BYTES + 1] = (uint8_t) ref->index;
}

/* ---- Failing ---- */

static plb_status no_memory(disk_state *state) {
    (void) snprintf(state->base.problem, sizeof state->base.problem,
                    "out of memory for unspent outputs");
    return PLB_E_MEMORY;
}

static plb_status fail_code(disk_state *state, const char *what, int code) {
    if (code == ENOMEM) return no_memory(state);
    (void) snprintf(state->base.problem, sizeof state->base.problem, "%.250s: %s: %.80s",
                    state->folder.path, what, mdb_strerror(code));
    return PLB_E_IO;
}

static plb_status fail_record(disk_state *state, const plb_tx_in *ref, const plb_error *error) {
    char id[2 * PLB_HASH_BYTES + 1];
    for (size_t i = 0; i < PLB_HASH_BYTES; i++) {
        (void) snprintf(id + 2 * i, 3, "%02x", ref->id[i]);
    }
    (void) snprintf(state->base.problem, sizeof state->base.problem,
                    "%.100s: the record of output %s#%u is damaged: %.150s", state->folder.path, id,
                    (unsigned) ref->index, error->message);
    return PLB_E_IO;
}

/* ---- Reading ---- */

static int start_reading(disk_state *state) {
    int code = MDB_SUCCESS;
    if (state->is_reading) return code;
    if (state->reader == NULL) {
        code = mdb_txn_begin(state->folder.env, NULL, MDB_RDONLY, &state->reader);
        if (code != MDB_SUCCESS) state->reader = NULL;
    } else {
        code = mdb_txn_renew(state->reader);
    }
    state->is_reading = code == MDB_SUCCESS;
    return code;
}

/* Before writing, so that the pages that it held can be used again. */
static void stop_reading(disk_state *state) {
    if (state->is_reading) mdb_txn_reset(state->reader);
    state->is_reading = false;
}

static plb_status get_one(disk_state *state, const plb_tx_in *ref, plb_region *arena,
                          plb_tx_out *out) {
    const plb_utxo_entry *found = plb_utxo_table_find(&state->batch, ref);
    if (found != NULL) {
        *out = found->out;
        return PLB_OK;
    }
    uint8_t bytes[KEY_BYTES];
    MDB_val key = {sizeof bytes, bytes}, value;
    key_of(ref, bytes);
    int code = start_reading(state);
    if (code == MDB_SUCCESS) code = mdb_get(state->reader, state->folder.outputs, &key, &value);
    if (code == MDB_NOTFOUND) {
        out->bytes = (plb_span){0};
        return PLB_OK;
    }
    if (code != MDB_SUCCESS) return fail_code(state, "can't be read", code);
    plb_error error;
    plb_status status = plb_tx_out_decode(out, arena, value.mv_data, value.mv_size, &error);
    if (status == PLB_OK) return PLB_OK;
    return status == PLB_E_MEMORY ? no_memory(state) : fail_record(state, ref, &error);
}

static plb_status disk_get(plb_utxo_state *base, const plb_tx_in *refs, size_t count,
                           plb_region *arena, plb_tx_out *outs) {
    for (size_t i = 0; i < count; i++) {
        plb_status status = get_one((disk_state *) base, &refs[i], arena, &outs[i]);
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}

/* ---- Growing a batch ---- */

static void disk_begin(plb_utxo_state *base) { (void) base; }

static void replace_in_batch(disk_state *state, plb_utxo_entry *entry) {
    free(plb_utxo_table_put(&state->batch, entry));
}

static plb_status disk_put(plb_utxo_state *base, const plb_tx_in *ref, plb_span output,
                           plb_region *scratch) {
    disk_state *state = (disk_state *) base;
    plb_utxo_entry *made;
    plb_error error;
    if (!plb_utxo_table_reserve(&state->batch)) return no_memory(state);
    plb_status status = plb_utxo_entry_make(&made, ref, output, scratch, &error);
    if (status != PLB_OK) {
        (void) snprintf(base->problem, sizeof base->problem, "%.100s: %.250s", error.where,
                        error.message);
        return status;
    }
    replace_in_batch(state, made);
    return PLB_OK;
}

static plb_status disk_remove(plb_utxo_state *base, const plb_tx_in *ref) {
    disk_state *state = (disk_state *) base;
    plb_utxo_entry *absent = plb_utxo_entry_absent(ref);
    if (absent == NULL || !plb_utxo_table_reserve(&state->batch)) {
        free(absent);
        return no_memory(state);
    }
    replace_in_batch(state, absent);
    return PLB_OK;
}

static void disk_cancel(plb_utxo_state *base) {
    plb_utxo_table_clear(&((disk_state *) base)->batch);
}

/* ---- What was there before ---- */

static void forget_old(disk_state *state, size_t count) {
    while (state->old_count > count) free(state->old[--state->old_count].bytes);
}

/* Keep what is at `key`. An error number of LMDB's. */
static int keep_old(disk_state *state, MDB_txn *txn, MDB_val *key) {
    MDB_val value = {0, NULL};
    int code = mdb_get(txn, state->folder.outputs, key, &value);
    if (code != MDB_SUCCESS && code != MDB_NOTFOUND) return code;
    if (state->old_count == state->old_capacity) {
        size_t capacity = state->old_capacity != 0 ? 2 * state->old_capacity : 64;
        old_record *grown = realloc(state->old, capacity * sizeof *grown);
        if (grown == NULL) return ENOMEM;
        state->old = grown;
        state->old_capacity = capacity;
    }
    old_record *old = &state->old[state->old_count];
    *old = (old_record){.was_there = code == MDB_SUCCESS, .length = value.mv_size};
    memcpy(old->key, key->mv_data, KEY_BYTES);
    if (old->was_there) {
        old->bytes = malloc(old->length + 1);
        if (old->bytes == NULL) return ENOMEM;
        memcpy(old->bytes, value.mv_data, old->length);
    }
    state->old_count++;
    return MDB_SUCCESS;
}

/* ---- Writing ---- */

/* What a write transaction is filled with: 0, or an error number of LMDB's. Called again when the
 * map was too small. */
typedef int fill_function(disk_state *state, MDB_txn *txn, void *context);

/* LMDB writes no page that was taken and given back in one transaction, and so may leave the file
 * shorter than it says: filled up, a file that is too short is one that was cut off. Only ever
 * makes it longer; where the file system can't, nothing is lost. */
static void fill_up_file(disk_state *state) {
    MDB_envinfo info;
    MDB_stat stat;
    struct stat status;
    int file;
    if (mdb_env_info(state->folder.env, &info) != MDB_SUCCESS ||
        mdb_env_stat(state->folder.env, &stat) != MDB_SUCCESS ||
        mdb_env_get_fd(state->folder.env, &file) != MDB_SUCCESS || fstat(file, &status) != 0) {
        return;
    }
    off_t end = (off_t) (info.me_last_pgno + 1) * (off_t) stat.ms_psize;
    if (status.st_size < end) (void) fallocate(file, 0, status.st_size, end - status.st_size);
}

static int write_once(disk_state *state, fill_function *fill, void *context) {
    MDB_txn *txn;
    MDB_stat stat = {0};
    int code = mdb_txn_begin(state->folder.env, NULL, 0, &txn);
    if (code != MDB_SUCCESS) return code;
    code = fill(state, txn, context);
    if (code == MDB_SUCCESS) code = mdb_stat(txn, state->folder.outputs, &stat);
    if (code != MDB_SUCCESS) {
        mdb_txn_abort(txn);
        return code;
    }
    code = mdb_txn_commit(txn);
    if (code != MDB_SUCCESS) return code;
    state->count = stat.ms_entries;
    fill_up_file(state);
    return MDB_SUCCESS;
}

static int double_map(disk_state *state) {
    MDB_envinfo info;
    size_t doubled;
    int code = mdb_env_info(state->folder.env, &info);
    if (code != MDB_SUCCESS) return code;
    if (__builtin_mul_overflow(info.me_mapsize, (size_t) 2, &doubled)) return MDB_MAP_FULL;
    return mdb_env_set_mapsize(state->folder.env, doubled);
}

static plb_status write_out(disk_state *state, fill_function *fill, void *context) {
    int code;
    stop_reading(state);
    while ((code = write_once(state, fill, context)) == MDB_MAP_FULL) {
        code = double_map(state);
        if (code != MDB_SUCCESS) break;
    }
    return code == MDB_SUCCESS ? PLB_OK : fail_code(state, "can't be written", code);
}

static int set_record(disk_state *state, MDB_txn *txn, MDB_val *key, plb_span bytes) {
    if (bytes.bytes == NULL) {
        int code = mdb_del(txn, state->folder.outputs, key, NULL);
        return code == MDB_NOTFOUND ? MDB_SUCCESS : code;
    }
    /* LMDB does not write through mv_data: the cast only gives it its type. */
    MDB_val value = {bytes.length, (void *) (uintptr_t) bytes.bytes};
    return mdb_put(txn, state->folder.outputs, key, &value, 0);
}

/* A batch in the order of keys, which makes fewer and fuller pages. */
typedef struct ordered_batch {
    const plb_utxo_entry **entries;
    size_t count;
    size_t old_start;
} ordered_batch;

static int compare_entries(const void *a, const void *b) {
    return plb_tx_in_compare(&(*(plb_utxo_entry *const *) a)->ref,
                             &(*(plb_utxo_entry *const *) b)->ref);
}

static int fill_batch(disk_state *state, MDB_txn *txn, void *context) {
    const ordered_batch *batch = context;
    forget_old(state, batch->old_start);
    for (size_t i = 0; i < batch->count; i++) {
        uint8_t bytes[KEY_BYTES];
        MDB_val key = {sizeof bytes, bytes};
        key_of(&batch->entries[i]->ref, bytes);
        int code = state->is_marked ? keep_old(state, txn, &key) : MDB_SUCCESS;
        if (code == MDB_SUCCESS) code = set_record(state, txn, &key, batch->entries[i]->out.bytes);
        if (code != MDB_SUCCESS) return code;
    }
    return MDB_SUCCESS;
}

static plb_status disk_commit(plb_utxo_state *base) {
    disk_state *state = (disk_state *) base;
    if (state->batch.count == 0) return PLB_OK;
    ordered_batch batch = {calloc(state->batch.count, sizeof(plb_utxo_entry *)), 0,
                           state->old_count};
    if (batch.entries == NULL) {
        disk_cancel(base);
        return no_memory(state);
    }
    for (size_t i = 0; i < state->batch.slot_count; i++) {
        const plb_utxo_entry *entry = state->batch.slots[i].entry;
        if (entry != NULL) batch.entries[batch.count++] = entry;
    }
    qsort(batch.entries, batch.count, sizeof(plb_utxo_entry *), compare_entries);
    plb_status status = write_out(state, fill_batch, &batch);
    if (status != PLB_OK) forget_old(state, batch.old_start);
    free(batch.entries);
    plb_utxo_table_clear(&state->batch);
    return status;
}

/* ---- Marks ---- */

static void disk_unmark(plb_utxo_state *base) {
    disk_state *state = (disk_state *) base;
    forget_old(state, 0);
    state->is_marked = false;
}

static void disk_mark(plb_utxo_state *base) {
    disk_unmark(base);
    ((disk_state *) base)->is_marked = true;
}

/* The latest change is undone first. */
static int fill_old(disk_state *state, MDB_txn *txn, void *context) {
    (void) context;
    for (size_t i = state->old_count; i-- > 0;) {
        old_record *old = &state->old[i];
        MDB_val key = {KEY_BYTES, old->key};
        int code = set_record(state, txn, &key, (plb_span){old->bytes, old->length});
        if (code != MDB_SUCCESS) return code;
    }
    return MDB_SUCCESS;
}

static plb_status disk_rollback(plb_utxo_state *base) {
    disk_state *state = (disk_state *) base;
    if (state->old_count == 0) return PLB_OK;
    plb_status status = write_out(state, fill_old, NULL);
    if (status == PLB_OK) forget_old(state, 0);
    return status;
}

/* ---- Opening and closing ---- */

static size_t disk_count(const plb_utxo_state *base) { return ((const disk_state *) base)->count; }

static void disk_free(plb_utxo_state *base) {
    disk_state *state = (disk_state *) base;
    if (state->reader != NULL) mdb_txn_abort(state->reader);
    plb_utxo_folder_close(&state->folder);
    forget_old(state, 0);
    free(state->old);
    plb_utxo_table_free(&state->batch);
    free(state);
}

static const plb_utxo_interface on_disk = {
    .get = disk_get,
    .begin = disk_begin,
    .put = disk_put,
    .remove = disk_remove,
    .commit = disk_commit,
    .cancel = disk_cancel,
    .mark = disk_mark,
    .rollback = disk_rollback,
    .unmark = disk_unmark,
    .count = disk_count,
    .free = disk_free,
};

static plb_status read_count(disk_state *state, plb_error *error) {
    MDB_stat stat;
    int code = start_reading(state);
    if (code == MDB_SUCCESS) code = mdb_stat(state->reader, state->folder.outputs, &stat);
    if (code != MDB_SUCCESS) {
        return plb_fail(error, PLB_E_IO, state->folder.path, "can't be read: %s",
                        mdb_strerror(code));
    }
    state->count = stat.ms_entries;
    return PLB_OK;
}

plb_status plb_utxo_on_disk(plb_utxo_state **state, const char *folder, plb_network network,
                            size_t map_bytes, plb_error *error) {
    *state = NULL;
    disk_state *made = calloc(1, sizeof *made);
    if (made == NULL) return plb_fail(error, PLB_E_MEMORY, folder, "out of memory");
    made->base.interface = &on_disk;
    plb_utxo_table_init(&made->batch);
    plb_status status = plb_utxo_folder_open(&made->folder, folder, network, map_bytes, error);
    if (status == PLB_OK) status = read_count(made, error);
    if (status != PLB_OK) {
        disk_free(&made->base);
        return status;
    }
    *state = &made->base;
    return PLB_OK;
}
