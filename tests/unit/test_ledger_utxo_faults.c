/* Folders of unspent outputs that are not ours, not whole, or can't be written: refused with one
 * line, and never a crash. */
#include "utxo_fixture.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <lmdb.h>

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

/* ---- Support ---- */

static void assert_refused(const char *folder, const char *why) {
    plb_utxo_state *state;
    plb_error error = {.status = PLB_OK};
    assert_int_equal(plb_utxo_on_disk(&state, folder, PLB_TESTNET, 0, &error), PLB_E_IO);
    assert_null(state);
    assert_string_equal(error.where, folder);
    assert_null(strchr(error.message, '\n'));
    if (strstr(error.message, why) == NULL) {
        fail_msg("'%s', expected '%s'", error.message, why);
    }
}

static void write_file(const char *folder, const char *name, const void *bytes, size_t length) {
    char path[512];
    file_in(path, folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static void fill_folder(const char *folder, unsigned count, unsigned shape) {
    plb_utxo_state *state = open_folder(folder, 0);
    state->interface->begin(state);
    for (unsigned i = 0; i < count; i++) put_output(state, &arena, i, shape, i + 1);
    assert_int_equal(state->interface->commit(state), PLB_OK);
    close_state(state);
}

/* Something written to the folder by LMDB itself. */
static void write_record(const char *folder, const char *database, const void *key,
                         size_t key_length, const void *bytes, size_t length) {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val k = {key_length, (void *) (uintptr_t) key}, v = {length, (void *) (uintptr_t) bytes};
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 2), 0);
    assert_int_equal(mdb_env_open(env, folder, 0, 0644), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, database, MDB_CREATE, &dbi), 0);
    assert_int_equal(mdb_put(txn, dbi, &k, &v, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

/* ---- Whose it is ---- */

static void other_files_are_left_alone(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    write_file(folder, "notes.txt", "x", 1);
    assert_refused(folder, "not empty and not plutbench's");
    char path[512];
    file_in(path, folder, "data.mdb");
    assert_int_not_equal(access(path, F_OK), 0);
    file_in(path, folder, "notes.txt");
    assert_refused(path, "can't be opened as a folder");
    remove_folder(folder);
    file_in(path, folder, "deeper"); /* whose parent is no longer there */
    assert_refused(path, "can't be made");
}

static void data_of_other_programs_is_refused(void **unused) {
    (void) unused;
    char folder[256];
    uint8_t zeros[10000] = {0};
    make_folder(folder);
    write_file(folder, "data.mdb", "not an LMDB file", 16);
    assert_refused(folder, "no LMDB file");
    write_file(folder, "data.mdb", zeros, sizeof zeros);
    assert_refused(folder, "no LMDB file");
    remove_folder(folder);
    make_folder(folder);
    write_record(folder, "somebody's", "key", 3, "value", 5);
    assert_refused(folder, "of something else");
    remove_folder(folder);
    make_folder(folder);
    write_record(folder, NULL, "key", 3, "value", 5);
    assert_refused(folder, "of something else");
    remove_folder(folder);
}

static void other_formats_and_networks_are_refused(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    fill_folder(folder, 1, 0);
    plb_utxo_state *state;
    plb_error error;
    assert_int_equal(plb_utxo_on_disk(&state, folder, PLB_MAINNET, 0, &error), PLB_E_IO);
    assert_non_null(strstr(error.message, "of network 0: expected 1"));
    write_record(folder, "plutbench", "format", 6, "plutbench utxo\x02\x00", 16);
    assert_refused(folder, "of format 2: expected 1");
    write_record(folder, "plutbench", "format", 6, "plutbench utxo\x01\x00", 16);
    close_state(open_folder(folder, 0));
    write_record(folder, "plutbench", "format", 6, "plutbench", 9);
    assert_refused(folder, "of something else");
    remove_folder(folder);
}

/* ---- Damage ---- */

static void cut_off_files_are_refused(void **unused) {
    (void) unused;
    char folder[256], path[512];
    make_folder(folder);
    file_in(path, folder, "data.mdb");
    fill_folder(folder, 20, 3);
    struct stat whole;
    assert_int_equal(stat(path, &whole), 0);
    for (off_t size = whole.st_size - 1; size > 0; size -= 1 + whole.st_size / 60) {
        assert_int_equal(truncate(path, size), 0);
        assert_refused(folder, "its data.mdb is");
    }
    remove_folder(folder);
}

/* Every byte of the two first pages' heads, wrong in several ways: refused, or open as it was
 * before; never a crash. A child each, so that a crash would be seen. */
static void damaged_heads_are_refused_or_harmless(void **unused) {
    (void) unused;
    char folder[256], path[512];
    static uint8_t good[1 << 20];
    make_folder(folder);
    file_in(path, folder, "data.mdb");
    fill_folder(folder, 5, 0);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t length = fread(good, 1, sizeof good, file);
    assert_int_equal(fclose(file), 0);
    assert_true(length >= 8192 && length < sizeof good);
    for (size_t at = 16; at < 16 + 32; at++) {
        for (int way = 0; way < 2; way++) {
            uint8_t old = good[at], old_second = good[4096 + at];
            good[at] ^= way == 0 ? 0xff : 0x01;
            if (way == 0) good[4096 + at] ^= 0xff;
            write_file(folder, "data.mdb", good, length);
            pid_t child = fork();
            if (child == 0) {
                plb_utxo_state *state;
                plb_status status = plb_utxo_on_disk(&state, folder, PLB_TESTNET, 0, NULL);
                if (status == PLB_OK) lovelace_at(state, &arena, 1);
                _exit(status == PLB_OK || status == PLB_E_IO || status == PLB_E_MEMORY ? 0 : 1);
            }
            int status;
            assert_int_equal(waitpid(child, &status, 0), child);
            if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) fail_msg("byte %zu", at);
            good[at] = old;
            good[4096 + at] = old_second;
        }
    }
    remove_folder(folder);
}

static void a_damaged_record_is_an_error(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    fill_folder(folder, 3, 0);
    plb_tx_in ref = ref_of(1);
    uint8_t key[34];
    memcpy(key, ref.id, 32);
    key[32] = (uint8_t) (ref.index >> 8);
    key[33] = (uint8_t) ref.index;
    write_record(folder, "outputs", key, sizeof key, "\xa2\x00\x41", 3);
    plb_utxo_state *state = open_folder(folder, 0);
    plb_tx_out out;
    assert_int_equal(state->interface->get(state, &ref, 1, &arena, &out), PLB_E_IO);
    assert_non_null(strstr(state->problem, "is damaged"));
    assert_non_null(strstr(state->problem, "01000000555555"));
    assert_int_equal(lovelace_at(state, &arena, 2), 3);
    /* It can be replaced. */
    state->interface->begin(state);
    put_output(state, &arena, 1, 1, 77);
    assert_int_equal(state->interface->commit(state), PLB_OK);
    assert_int_equal(lovelace_at(state, &arena, 1), 77);
    close_state(state);
    remove_folder(folder);
}

/* ---- Space and rights ---- */

/* In a child: limits and rights are the process's. */
static void in_child(int (*run)(const char *folder), const char *folder) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) _exit(run(folder));
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fail_msg("the child ended with %x", (unsigned) status);
    }
}

/* A file that may not grow is a disk that is full. */
static int fill_the_disk(const char *folder) {
    struct rlimit limit = {1 << 20, 1 << 20};
    plb_utxo_state *state = open_folder(folder, 0);
    if (signal(SIGXFSZ, SIG_IGN) == SIG_ERR || setrlimit(RLIMIT_FSIZE, &limit) != 0) return 2;
    plb_status status = PLB_OK;
    unsigned committed = 0;
    state->interface->mark(state);
    while (status == PLB_OK && committed < 2000) {
        state->interface->begin(state);
        for (unsigned i = 0; i < 50; i++) put_output(state, &arena, committed + i, 3, 1 + i);
        status = state->interface->commit(state);
        if (status == PLB_OK) committed += 50;
    }
    if (status != PLB_E_IO || committed == 0 || strstr(state->problem, "written") == NULL) return 3;
    if (state->interface->count(state) != committed) return 4;
    for (unsigned i = 0; i < committed + 50; i++) {
        if (lovelace_at(state, &arena, i) != (i < committed ? 1 + i % 50 : 0)) return 5;
    }
    close_state(state);
    state = open_folder(folder, 0);
    if (state->interface->count(state) != committed) return 6;
    close_state(state);
    return 0;
}

static void a_full_disk_is_an_error(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    close_state(open_folder(folder, 0));
    in_child(fill_the_disk, folder);
    close_state(open_folder(folder, 0));
    remove_folder(folder);
}

static int open_without_rights(const char *folder) {
    if (geteuid() == 0 && (setegid(65534) != 0 || seteuid(65534) != 0)) return 2;
    plb_utxo_state *state;
    plb_error error;
    plb_status status = plb_utxo_on_disk(&state, folder, PLB_TESTNET, 0, &error);
    return status == PLB_E_IO && strstr(error.message, "Permission denied") != NULL ? 0 : 3;
}

static void a_folder_that_cannot_be_written_is_refused(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    assert_int_equal(chmod(folder, 0555), 0);
    in_child(open_without_rights, folder);
    assert_int_equal(chmod(folder, 0755), 0);
    fill_folder(folder, 1, 0);
    char path[512];
    file_in(path, folder, "data.mdb");
    assert_int_equal(chmod(path, 0444), 0);
    file_in(path, folder, "lock.mdb");
    assert_int_equal(chmod(path, 0444), 0);
    assert_int_equal(chmod(folder, 0555), 0);
    in_child(open_without_rights, folder);
    assert_int_equal(chmod(folder, 0755), 0);
    remove_folder(folder);
}

/* ---- One at a time ---- */

static int open_the_other(const char *folder) {
    plb_utxo_state *state;
    plb_error error;
    plb_status status = plb_utxo_on_disk(&state, folder, PLB_TESTNET, 0, &error);
    return status == PLB_E_IO && strstr(error.message, "in use") != NULL ? 0 : 3;
}

static void a_folder_is_open_once(void **unused) {
    (void) unused;
    char folder[256];
    make_folder(folder);
    plb_utxo_state *state = open_folder(folder, 0);
    in_child(open_the_other, folder);
    assert_int_equal(open_the_other(folder), 0); /* in the same process too */
    state->interface->begin(state);
    put_output(state, &arena, 1, 0, 5);
    assert_int_equal(state->interface->commit(state), PLB_OK);
    close_state(state);
    state = open_folder(folder, 0);
    assert_int_equal(lovelace_at(state, &arena, 1), 5);
    close_state(state);
    remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_files_are_left_alone),
        cmocka_unit_test(data_of_other_programs_is_refused),
        cmocka_unit_test(other_formats_and_networks_are_refused),
        cmocka_unit_test(cut_off_files_are_refused),
        cmocka_unit_test(damaged_heads_are_refused_or_harmless),
        cmocka_unit_test(a_damaged_record_is_an_error),
        cmocka_unit_test(a_full_disk_is_an_error),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_refused),
        cmocka_unit_test(a_folder_is_open_once),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
