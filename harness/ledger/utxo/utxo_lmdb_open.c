/* Opening the state on disk. LMDB maps its file and trusts it: what would make it crash (a file
 * that is cut off, or no LMDB file at all) is looked for before LMDB sees it. */
#include "harness/ledger/utxo/utxo_lmdb.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FORMAT 1
#define DEFAULT_MAP_BYTES ((size_t) 1 << 30)
#define DATA_FILE "data.mdb"
#define MARKER_KEY "format"

static const char outputs_name[] = "outputs", marker_name[] = "plutbench";

/* The record that says whose the folder is. */
typedef struct marker {
    char magic[14]; /* "plutbench utxo" */
    uint8_t format, network;
} marker;

static plb_status refuse(const plb_utxo_folder *folder, plb_error *error, const char *why) {
    return plb_fail(error, PLB_E_IO, folder->path, "%s", why);
}

static plb_status refuse_code(const plb_utxo_folder *folder, plb_error *error, const char *what,
                              int code) {
    return plb_fail(error, code == ENOMEM ? PLB_E_MEMORY : PLB_E_IO, folder->path, "%s: %s", what,
                    mdb_strerror(code));
}

/* ---- The folder ---- */

/* One opening at a time, in this process or another: LMDB forbids a second one in a process, and
 * two ledgers would spend each other's outputs. */
static plb_status lock_folder(plb_utxo_folder *folder, plb_error *error) {
    if (mkdir(folder->path, 0755) != 0 && errno != EEXIST) {
        return refuse_code(folder, error, "can't be made", errno);
    }
    folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0) return refuse_code(folder, error, "can't be opened as a folder", errno);
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0) return PLB_OK;
    if (errno == EWOULDBLOCK) {
        return refuse(folder, error, "is in use by another ledger: expected one at a time");
    }
    return refuse_code(folder, error, "can't be locked", errno);
}

static bool is_own_file(const char *name) {
    static const char *const names[] = {".", "..", DATA_FILE, "lock.mdb"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) return true;
    }
    return false;
}

/* Without a data file a folder must be empty, so that nobody's files get company. */
static plb_status check_empty(const plb_utxo_folder *folder, plb_error *error) {
    DIR *entries = opendir(folder->path);
    if (entries == NULL) return refuse_code(folder, error, "can't be listed", errno);
    bool is_foreign = false;
    const struct dirent *entry;
    while (!is_foreign && (entry = readdir(entries)) != NULL) {
        is_foreign = !is_own_file(entry->d_name);
    }
    closedir(entries);
    return is_foreign
               ? refuse(folder, error, "is not empty and not plutbench's: expected another folder")
               : PLB_OK;
}

/* ---- The data file's two first pages, as lmdb.h 0.9 writes them ---- */

#define META_MAGIC UINT32_C(0xbeefc0de)
#define META_VERSION 1
#define PAGE_HEADER_BYTES (sizeof(size_t) + 8)
#define META_PAGES 2

typedef struct meta_database {
    uint32_t pad; /* of the first: the size of pages */
    uint16_t flags, depth;
    size_t branch_pages, leaf_pages, overflow_pages, entries, root;
} meta_database;

typedef struct meta_page {
    uint32_t magic, version;
    void *address;
    size_t map_bytes;
    meta_database databases[2];
    size_t last_page, transaction;
} meta_page;

static bool read_meta(int file, size_t offset, meta_page *meta) {
    ssize_t length = pread(file, meta, sizeof *meta, (off_t) (offset + PAGE_HEADER_BYTES));
    return length == (ssize_t) sizeof *meta && meta->magic == META_MAGIC &&
           meta->version == META_VERSION;
}

static bool is_page_size(size_t bytes) {
    return bytes >= 512 && bytes <= 65536 && (bytes & (bytes - 1)) == 0;
}

/* Reading a mapped page behind the file's end would kill the process. */
static plb_status check_data(const plb_utxo_folder *folder, int file, plb_error *error) {
    static const char *const foreign = "its " DATA_FILE " is not plutbench's: no LMDB file";
    struct stat status;
    meta_page first, second;
    if (fstat(file, &status) != 0) return refuse_code(folder, error, "can't be read", errno);
    if (!S_ISREG(status.st_mode)) return refuse(folder, error, foreign);
    if (status.st_size == 0) return PLB_OK;
    if (!read_meta(file, 0, &first) || !is_page_size(first.databases[0].pad)) {
        return refuse(folder, error, foreign);
    }
    size_t page = first.databases[0].pad;
    if (!read_meta(file, page, &second) || second.databases[0].pad != page) {
        return refuse(folder, error, "its " DATA_FILE " is damaged: its second page can't be read");
    }
    size_t last = second.transaction > first.transaction ? second.last_page : first.last_page,
           end = 0;
    if (last < META_PAGES - 1 || __builtin_add_overflow(last, (size_t) 1, &end) ||
        __builtin_mul_overflow(end, page, &end) || end > (uint64_t) status.st_size) {
        return refuse(folder, error, "its " DATA_FILE " is damaged: it is cut off");
    }
    return PLB_OK;
}

static plb_status check_files(const plb_utxo_folder *folder, plb_error *error) {
    int file = openat(folder->lock, DATA_FILE, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        return errno == ENOENT ? check_empty(folder, error)
                               : refuse_code(folder, error, "its " DATA_FILE, errno);
    }
    plb_status status = check_data(folder, file, error);
    close(file);
    return status;
}

/* ---- The environment ---- */

static int put_marker(MDB_txn *txn, plb_network network) {
    marker ours = {.format = FORMAT, .network = (uint8_t) network};
    memcpy(ours.magic, "plutbench utxo", sizeof ours.magic);
    MDB_val key = {sizeof MARKER_KEY - 1, MARKER_KEY}, value = {sizeof ours, &ours};
    MDB_dbi dbi;
    int code = mdb_dbi_open(txn, marker_name, MDB_CREATE, &dbi);
    return code == MDB_SUCCESS ? mdb_put(txn, dbi, &key, &value, 0) : code;
}

static plb_status make_databases(plb_utxo_folder *folder, plb_network network, plb_error *error) {
    MDB_txn *txn;
    int code = mdb_txn_begin(folder->env, NULL, 0, &txn);
    if (code == MDB_SUCCESS) {
        code = put_marker(txn, network);
        if (code == MDB_SUCCESS)
            code = mdb_dbi_open(txn, outputs_name, MDB_CREATE, &folder->outputs);
        if (code == MDB_SUCCESS) {
            code = mdb_txn_commit(txn);
        } else {
            mdb_txn_abort(txn);
        }
    }
    return code == MDB_SUCCESS ? PLB_OK : refuse_code(folder, error, "can't be written", code);
}

static plb_status check_marker(const plb_utxo_folder *folder, MDB_txn *txn, plb_network network,
                               plb_error *error) {
    MDB_val key = {sizeof MARKER_KEY - 1, MARKER_KEY}, value;
    MDB_dbi dbi;
    marker found;
    unsigned flags = 0;
    int code = mdb_dbi_open(txn, marker_name, 0, &dbi);
    if (code == MDB_SUCCESS) code = mdb_dbi_flags(txn, dbi, &flags);
    if (code == MDB_SUCCESS) code = flags == 0 ? mdb_get(txn, dbi, &key, &value) : MDB_INCOMPATIBLE;
    if (code != MDB_SUCCESS || value.mv_size != sizeof found) {
        return refuse(folder, error, "is not plutbench's: an LMDB environment of something else");
    }
    memcpy(&found, value.mv_data, sizeof found);
    if (memcmp(found.magic, "plutbench utxo", sizeof found.magic) != 0) {
        return refuse(folder, error, "is not plutbench's: an LMDB environment of something else");
    }
    if (found.format != FORMAT) {
        return plb_fail(error, PLB_E_IO, folder->path, "is of format %u: expected %d",
                        (unsigned) found.format, FORMAT);
    }
    if (found.network != (uint8_t) network) {
        return plb_fail(error, PLB_E_IO, folder->path, "is of network %u: expected %u",
                        (unsigned) found.network, (unsigned) network);
    }
    return PLB_OK;
}

static plb_status check_outputs(plb_utxo_folder *folder, MDB_txn *txn, plb_error *error) {
    unsigned flags = 0;
    int code = mdb_dbi_open(txn, outputs_name, 0, &folder->outputs);
    if (code == MDB_SUCCESS) code = mdb_dbi_flags(txn, folder->outputs, &flags);
    if (code == MDB_SUCCESS && flags == 0) return PLB_OK;
    return refuse(folder, error, "is damaged: it has no table of outputs");
}

static plb_status check_databases(plb_utxo_folder *folder, plb_network network, bool *is_new,
                                  plb_error *error) {
    MDB_txn *txn;
    MDB_dbi root;
    MDB_stat stat;
    int code = mdb_txn_begin(folder->env, NULL, MDB_RDONLY, &txn);
    if (code != MDB_SUCCESS) return refuse_code(folder, error, "can't be read", code);
    code = mdb_dbi_open(txn, NULL, 0, &root);
    if (code == MDB_SUCCESS) code = mdb_stat(txn, root, &stat);
    *is_new = code == MDB_SUCCESS && stat.ms_entries == 0;
    plb_status status = PLB_OK;
    if (code != MDB_SUCCESS) {
        status = refuse_code(folder, error, "can't be read", code);
    } else if (!*is_new) {
        status = check_marker(folder, txn, network, error);
        if (status == PLB_OK) status = check_outputs(folder, txn, error);
    }
    /* Committing, so that the handle outlives the transaction. */
    if (status == PLB_OK) {
        code = mdb_txn_commit(txn);
        return code == MDB_SUCCESS ? PLB_OK : refuse_code(folder, error, "can't be read", code);
    }
    mdb_txn_abort(txn);
    return status;
}

static plb_status open_environment(plb_utxo_folder *folder, size_t map_bytes, plb_error *error) {
    size_t page = (size_t) sysconf(_SC_PAGESIZE);
    if (map_bytes == 0) map_bytes = DEFAULT_MAP_BYTES;
    map_bytes = (map_bytes + page - 1) / page * page;
    int code = mdb_env_create(&folder->env);
    if (code == MDB_SUCCESS) code = mdb_env_set_maxdbs(folder->env, 2);
    if (code == MDB_SUCCESS) code = mdb_env_set_mapsize(folder->env, map_bytes);
    /* A ledger may move between threads; outputs are looked up in no order. */
    if (code == MDB_SUCCESS) {
        code = mdb_env_open(folder->env, folder->path, MDB_NOTLS | MDB_NORDAHEAD, 0644);
    }
    return code == MDB_SUCCESS ? PLB_OK
                               : refuse_code(folder, error, "can't be opened for writing", code);
}

plb_status plb_utxo_folder_open(plb_utxo_folder *folder, const char *path, plb_network network,
                                size_t map_bytes, plb_error *error) {
    bool is_new = false;
    *folder = (plb_utxo_folder){.path = strdup(path), .lock = -1};
    if (folder->path == NULL) return plb_fail(error, PLB_E_MEMORY, path, "out of memory");
    plb_status status = lock_folder(folder, error);
    if (status == PLB_OK) status = check_files(folder, error);
    if (status == PLB_OK) status = open_environment(folder, map_bytes, error);
    if (status == PLB_OK) status = check_databases(folder, network, &is_new, error);
    if (status == PLB_OK && is_new) status = make_databases(folder, network, error);
    if (status != PLB_OK) plb_utxo_folder_close(folder);
    return status;
}

void plb_utxo_folder_close(plb_utxo_folder *folder) {
    if (folder->env != NULL) mdb_env_close(folder->env);
    if (folder->lock >= 0) close(folder->lock);
    free(folder->path);
    *folder = (plb_utxo_folder){.lock = -1};
}
