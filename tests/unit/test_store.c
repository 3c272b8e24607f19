/* The store in SQLite: what goes in comes out, once, as a whole or not at all; what is no store, or
 * a newer one, is refused. The same in PostgreSQL: tests/cli/results_postgresql.sh. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <plutbench/store.h>

#include "results/store/internal.h"
#include "results/store/schema.h"
#include "tests/unit/run_fixture.h"

static char root[] = "/tmp/plutbench-store-XXXXXX";

static int make_root(void **state) {
    (void) state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
    (void) state;
    return remove_folder(root);
}

static char *below(const char *name) {
    char *path = NULL;
    assert_true(asprintf(&path, "%s/%s", root, name) > 0);
    return path;
}

static plb_store *open_store(const char *name, plb_store_mode mode) {
    plb_store *store = NULL;
    plb_error error;
    char *path = below(name);
    const plb_store_options options = {.mode = mode, .timeout_s = 5};
    if (plb_store_open(path, &options, &store, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    free(path);
    return store;
}

static plb_status refusal(const char *name, plb_store_mode mode, plb_error *error) {
    plb_store *store = NULL;
    char *path = below(name);
    const plb_store_options options = {.mode = mode, .timeout_s = 0.2};
    plb_status status = plb_store_open(path, &options, &store, error);
    assert_null(store);
    free(path);
    return status;
}

static plb_run *make_run(const char *name, const char *script, double overhead,
                         fixture_extent extent) {
    plb_run *run = NULL;
    char *path = below(name);
    assert_true(fixture_run(path, script, overhead, 20, extent));
    assert_int_equal(plb_run_read(path, &run, NULL), PLB_OK);
    free(path);
    return run;
}

static plb_import import_of(plb_store *store, const plb_run *run) {
    plb_import outcome;
    plb_error error;
    if (plb_store_import(store, run, &outcome, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return outcome;
}

static int count_line(void *context, const plb_run_line *line) {
    (void) line;
    ++*(size_t *) context;
    return 0;
}

static size_t listed(plb_store *store, plb_run_filter filter) {
    size_t count = 0;
    plb_error error;
    if (plb_store_list(store, &filter, count_line, &count, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return count;
}

static int keep_count(void *context, size_t count, const plb_value *values) {
    assert_int_equal(count, 1);
    *(int64_t *) context = values[0].integer;
    return 0;
}

static int no_columns(void *context, size_t count, const char *const *names) {
    (void) context, (void) count, (void) names;
    return 0;
}

static int64_t count_of(plb_store *store, const char *sql) {
    int64_t count = -1;
    const plb_store_rows rows = {&count, no_columns, keep_count};
    assert_int_equal(plb_store_query(store, sql, &rows, NULL), PLB_OK);
    return count;
}

/* ---- Runs ---- */

static void what_goes_in_comes_out(void **state) {
    (void) state;
    plb_store *store = open_store("deep/down/same.db", PLB_STORE_WRITE);
    plb_run *run = make_run("in", "ecdsa-loop", 10, FIXTURE_WHOLE), *back = NULL;
    const plb_run_facts *a = plb_run_get_facts(run);
    assert_int_equal(import_of(store, run), PLB_IMPORT_NEW);
    assert_int_equal(plb_store_read(store, a->id, &back, NULL), PLB_OK);
    const plb_run_facts *b = plb_run_get_facts(back);
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->manifest_sha256, b->manifest_sha256);
    assert_string_equal(a->path, b->path);
    assert_string_equal(a->script, b->script);
    assert_string_equal(a->command_line, b->command_line);
    assert_int_equal(a->seed, b->seed);
    assert_int_equal(a->figure_count, b->figure_count);
    assert_int_equal(a->library_count, b->library_count);
    assert_int_equal(a->document_count, b->document_count);
    for (size_t i = 0; i < a->document_count; i++) {
        const plb_run_document *document = plb_run_get_document(back, a->documents[i].name);
        assert_non_null(document);
        assert_string_equal(document->text, a->documents[i].text);
    }
    plb_run_free(back);
    assert_int_equal(plb_store_read(store, "feed", &back, NULL), PLB_E_ARGUMENT);
    plb_run_free(run);
    plb_store_close(store);
}

static void an_import_is_done_once(void **state) {
    (void) state;
    plb_store *store = open_store("once.db", PLB_STORE_WRITE);
    plb_run *run = make_run("once", "loop", 10, FIXTURE_WHOLE);
    assert_int_equal(import_of(store, run), PLB_IMPORT_NEW);
    int64_t figures = count_of(store, "SELECT count(*) FROM figure");
    assert_true(figures > 0);
    assert_int_equal(import_of(store, run), PLB_IMPORT_KNOWN);
    assert_int_equal(count_of(store, "SELECT count(*) FROM figure"), figures);
    assert_int_equal(count_of(store, "SELECT count(*) FROM run"), 1);
    plb_run_free(run);
    plb_store_close(store);
}

/* The run of a folder without its manifest, as it was before that was written. */
static plb_run *unfinished(const char *name) {
    plb_run *run = NULL;
    char *path = below(name), *manifest = NULL, *away = NULL;
    assert_true(asprintf(&manifest, "%s/manifest.json", path) > 0);
    assert_true(asprintf(&away, "%s.manifest", path) > 0);
    assert_int_equal(rename(manifest, away), 0);
    assert_int_equal(plb_run_read(path, &run, NULL), PLB_OK);
    assert_int_equal(rename(away, manifest), 0);
    free(path);
    free(manifest);
    free(away);
    return run;
}

static void an_unfinished_run_gives_way_to_the_finished_one(void **state) {
    (void) state;
    plb_store *store = open_store("unfinished.db", PLB_STORE_WRITE);
    plb_run *whole = make_run("later", "loop", 10, FIXTURE_WHOLE), *before = unfinished("later");
    assert_int_equal(import_of(store, before), PLB_IMPORT_NEW);
    assert_int_equal(listed(store, (plb_run_filter){.state = "incomplete"}), 1);
    assert_int_equal(import_of(store, before), PLB_IMPORT_KNOWN);
    assert_int_equal(import_of(store, whole), PLB_IMPORT_FINISHED);
    assert_int_equal(listed(store, (plb_run_filter){.state = "incomplete"}), 0);
    assert_int_equal(listed(store, (plb_run_filter){.state = "complete"}), 1);
    /* And not back again. */
    assert_int_equal(import_of(store, before), PLB_IMPORT_KNOWN);
    assert_int_equal(listed(store, (plb_run_filter){.state = "complete"}), 1);
    plb_run_free(before);
    plb_run_free(whole);
    plb_store_close(store);
}

static void filters_choose(void **state) {
    (void) state;
    plb_store *store = open_store("filters.db", PLB_STORE_WRITE);
    static const char *const scripts[] = {"ecdsa-loop", "Schnorr_loop", "loop%"};
    for (size_t i = 0; i < 3; i++) {
        plb_run *run = make_run(scripts[i], scripts[i], 10 + (double) i, FIXTURE_WHOLE);
        assert_int_equal(import_of(store, run), PLB_IMPORT_NEW);
        plb_run_free(run);
    }
    assert_int_equal(listed(store, (plb_run_filter){.limit = 0}), 3);
    assert_int_equal(listed(store, (plb_run_filter){.limit = 2}), 2);
    assert_int_equal(listed(store, (plb_run_filter){.script = "LOOP"}), 3);
    assert_int_equal(listed(store, (plb_run_filter){.script = "schnorr"}), 1);
    assert_int_equal(listed(store, (plb_run_filter){.script = "r_l"}), 1);
    assert_int_equal(listed(store, (plb_run_filter){.script = "%"}), 1);
    assert_int_equal(listed(store, (plb_run_filter){.flag = "steal"}), 3);
    assert_int_equal(listed(store, (plb_run_filter){.flag = "none"}), 0);
    assert_int_equal(listed(store, (plb_run_filter){.flag = "turbo"}), 0);
    assert_int_equal(listed(store, (plb_run_filter){.since = "2020-01-01"}), 3);
    assert_int_equal(listed(store, (plb_run_filter){.until = "2020-01-01T10:00"}), 0);
    assert_int_equal(listed(store, (plb_run_filter){.command = "calibrate", .limit = 1}), 1);
    size_t count = 0;
    plb_error error;
    static const plb_run_filter wrong[] = {
        {.since = "yesterday"}, {.since = "2026-02-30"}, {.until = "2026-01-01T25:00"},
        {.flag = "flags"},      {.state = "done"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(plb_store_list(store, &wrong[i], count_line, &count, &error),
                         PLB_E_ARGUMENT);
    }
    plb_store_close(store);
}

static void runs_are_found_by_the_begin_of_their_id(void **state) {
    (void) state;
    char id[PLB_SHA256_TEXT_BYTES], begin[9];
    plb_store *store = open_store("filters.db", PLB_STORE_READ);
    assert_int_equal(plb_store_find(store, "latest", id, NULL), PLB_OK);
    (void) snprintf(begin, sizeof begin, "%.8s", id);
    char again[PLB_SHA256_TEXT_BYTES];
    assert_int_equal(plb_store_find(store, begin, again, NULL), PLB_OK);
    assert_string_equal(id, again);
    static const char *const wrong[] = {"", "12", "xyzw", "ABCD", "%%%%", "00000000000000"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(plb_store_find(store, wrong[i], id, NULL), PLB_E_ARGUMENT);
    }
    plb_store_close(store);
}

static void queries_can_only_read(void **state) {
    (void) state;
    int64_t count = 0;
    plb_store *store = open_store("filters.db", PLB_STORE_WRITE);
    const plb_store_rows rows = {&count, no_columns, keep_count};
    assert_int_equal(count_of(store, "SELECT count(*) FROM run;"), 3);
    static const char *const wrong[] = {"DELETE FROM run",    "UPDATE run SET script = ''",
                                        "ATTACH 'x.db' AS x", "",
                                        "SELECT 1; SELECT 2", "PRAGMA query_only = 0",
                                        "DROP TABLE run",     "SELECT nothing",
                                        "CREATE TABLE x (y)", "BEGIN",
                                        "VACUUM INTO 'x.db'"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_int_equal(plb_store_query(store, wrong[i], &rows, NULL), PLB_E_ARGUMENT);
    }
    assert_int_equal(count_of(store, "SELECT count(*) FROM run"), 3);
    plb_store_close(store);
}

/* ---- Versions ---- */

static void an_older_store_is_migrated_and_keeps_what_it_has(void **state) {
    (void) state;
    plb_db *db = NULL;
    plb_error error;
    char *path = below("old.db");
    const plb_store_options options = {.mode = PLB_STORE_WRITE, .timeout_s = 1};
    assert_int_equal(plb_sqlite.open(&db, path, &options, NULL), PLB_OK);
    assert_int_equal(plb_schema_migrate(db, 1, NULL), PLB_OK);
    plb_store old = {.db = db, .version = 1};
    plb_run *run = make_run("old", "loop", 10, FIXTURE_WHOLE);
    assert_int_equal(import_of(&old, run), PLB_IMPORT_NEW);
    db->driver->close(db);
    assert_int_equal(refusal("old.db", PLB_STORE_READ, &error), PLB_E_UNSUPPORTED);
    assert_non_null(strstr(error.message, "older plutbench"));
    plb_store *store = open_store("old.db", PLB_STORE_WRITE);
    assert_int_equal(plb_store_version(store), plb_schema_newest());
    assert_int_equal(listed(store, (plb_run_filter){.limit = 0}), 1);
    assert_int_equal(import_of(store, run), PLB_IMPORT_KNOWN);
    plb_store_close(store);
    plb_run_free(run);
    free(path);
}

static void execute(const char *name, const char *sql) {
    plb_db *db = NULL;
    char *path = below(name);
    const plb_store_options options = {.mode = PLB_STORE_WRITE, .timeout_s = 1};
    assert_int_equal(plb_sqlite.open(&db, path, &options, NULL), PLB_OK);
    assert_int_equal(plb_db_run(db, sql, NULL, 0, NULL, NULL, NULL, NULL), PLB_OK);
    db->driver->close(db);
    free(path);
}

static void a_newer_store_is_refused(void **state) {
    (void) state;
    plb_error error;
    plb_store_close(open_store("newer.db", PLB_STORE_WRITE));
    execute("newer.db", "INSERT INTO schema_version VALUES (99, '2030-01-01')");
    for (int mode = PLB_STORE_READ; mode <= PLB_STORE_WRITE; mode++) {
        assert_int_equal(refusal("newer.db", (plb_store_mode) mode, &error), PLB_E_UNSUPPORTED);
        assert_non_null(strstr(error.message, "newer plutbench (tables of version 99"));
    }
}

/* ---- What is no store, or can't be written ---- */

static void write_file(const char *name, const char *text) {
    char *path = below(name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    (void) fputs(text, file);
    (void) fclose(file);
    free(path);
}

static void what_is_no_store_is_refused(void **state) {
    (void) state;
    plb_error error;
    assert_int_equal(refusal("nowhere.db", PLB_STORE_READ, &error), PLB_E_IO);
    assert_non_null(strstr(error.message, "there is no store"));
    write_file("text.db", "This is a text, and rather long: there is no store in it. It is longer "
                          "than a hundred bytes, as a file of SQLite is.");
    assert_int_equal(refusal("text.db", PLB_STORE_READ, &error), PLB_E_PARSE);
    assert_int_equal(refusal("text.db", PLB_STORE_WRITE, &error), PLB_E_PARSE);
    execute("other.db", "CREATE TABLE customer (name TEXT)");
    assert_int_equal(refusal("other.db", PLB_STORE_WRITE, &error), PLB_E_PARSE);
    assert_non_null(strstr(error.message, "something else"));
    write_file("empty.db", "");
    assert_int_equal(refusal("empty.db", PLB_STORE_READ, &error), PLB_E_PARSE);
    assert_int_equal(refusal("text.db/below.db", PLB_STORE_WRITE, &error), PLB_E_IO);
    assert_int_equal(refusal(".", PLB_STORE_READ, &error), PLB_E_IO);
}

/* One that waits too long is told so; nothing is half there. */
static void a_second_writer_waits_and_gives_up(void **state) {
    (void) state;
    plb_store *first = open_store("busy.db", PLB_STORE_WRITE);
    plb_run *run = make_run("busy", "loop", 10, FIXTURE_WHOLE);
    char *path = below("busy.db");
    const plb_store_options options = {.mode = PLB_STORE_WRITE, .timeout_s = 0.2};
    plb_store *second = NULL;
    plb_import outcome;
    plb_error error;
    assert_int_equal(plb_store_open(path, &options, &second, NULL), PLB_OK);
    assert_int_equal(first->db->driver->begin(first->db, true, NULL), PLB_OK);
    assert_int_equal(plb_store_import(second, run, &outcome, &error), PLB_E_IO);
    assert_non_null(strstr(error.message, "another process is writing"));
    assert_int_equal(first->db->driver->end(first->db, false, NULL), PLB_OK);
    assert_int_equal(import_of(second, run), PLB_IMPORT_NEW);
    plb_store_close(first);
    plb_store_close(second);
    plb_run_free(run);
    free(path);
}

enum { WRITERS = 4, RUNS_EACH = 12 };

/* Several processes open a store that is not there, and import the same runs and others. */
static void processes_write_at_once(void **state) {
    (void) state;
    plb_run *runs[RUNS_EACH];
    for (size_t i = 0; i < RUNS_EACH; i++) {
        char name[32];
        (void) snprintf(name, sizeof name, "many-%zu", i);
        runs[i] = make_run(name, name, 10, FIXTURE_WHOLE);
    }
    char *path = below("many.db");
    for (int w = 0; w < WRITERS; w++) {
        pid_t child = fork();
        assert_true(child >= 0);
        if (child != 0) continue;
        const plb_store_options options = {.mode = PLB_STORE_WRITE, .timeout_s = 30};
        plb_store *store = NULL;
        plb_import outcome;
        bool good = plb_store_open(path, &options, &store, NULL) == PLB_OK;
        for (size_t i = 0; good && i < RUNS_EACH; i++) {
            size_t which = (i + (size_t) w * 3) % RUNS_EACH;
            good = plb_store_import(store, runs[which], &outcome, NULL) == PLB_OK;
        }
        plb_store_close(store);
        _exit(good ? 0 : 1);
    }
    for (int w = 0; w < WRITERS; w++) {
        int status = -1;
        assert_true(wait(&status) > 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    plb_store *store = open_store("many.db", PLB_STORE_READ);
    assert_int_equal(listed(store, (plb_run_filter){.limit = 0}), RUNS_EACH);
    assert_int_equal(count_of(store, "SELECT count(*) FROM flag"), RUNS_EACH);
    plb_store_close(store);
    for (size_t i = 0; i < RUNS_EACH; i++) plb_run_free(runs[i]);
    free(path);
}

static void the_default_is_where_it_is_said_to_be(void **state) {
    (void) state;
    (void) setenv("HOME", "/home/somebody", 1);
    (void) unsetenv("PLUTBENCH_STORE");
    (void) unsetenv("XDG_DATA_HOME");
    char *path = plb_store_default();
    assert_string_equal(path, "/home/somebody/.local/share/plutbench/runs.db");
    free(path);
    (void) setenv("XDG_DATA_HOME", "/data", 1);
    path = plb_store_default();
    assert_string_equal(path, "/data/plutbench/runs.db");
    free(path);
    (void) setenv("PLUTBENCH_STORE", "postgresql://db/runs", 1);
    path = plb_store_default();
    assert_string_equal(path, "postgresql://db/runs");
    free(path);
}

static void no_message_has_a_password(void **state) {
    (void) state;
    static const char *const urls[] = {
        "postgresql://me:sesame@127.0.0.1:1/runs",
        "postgresql://me:sesame@127.0.0.1:port/runs",
        "postgresql://me:ses%ame@127.0.0.1:1/runs",
        "postgres://127.0.0.1:1/runs?user=me&password=sesame",
        "postgresql://127.0.0.1:1/runs?user=a@b&password=sesame",
        "postgresql://127.0.0.1:1/runs?passwords=sesame",
        "postgresql://me:ses?ame@127.0.0.1:1/runs",
        "postgresql://[me:sesame@127.0.0.1/runs",
    };
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        plb_store *store = NULL;
        plb_error error;
        const plb_store_options options = {.mode = PLB_STORE_READ, .timeout_s = 2};
        assert_int_not_equal(plb_store_open(urls[i], &options, &store, &error), PLB_OK);
        if (strstr(error.where, "ses") || strstr(error.message, "ses")) {
            fail_msg("%s: %s", error.where, error.message);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out),
        cmocka_unit_test(an_import_is_done_once),
        cmocka_unit_test(an_unfinished_run_gives_way_to_the_finished_one),
        cmocka_unit_test(filters_choose),
        cmocka_unit_test(runs_are_found_by_the_begin_of_their_id),
        cmocka_unit_test(queries_can_only_read),
        cmocka_unit_test(an_older_store_is_migrated_and_keeps_what_it_has),
        cmocka_unit_test(a_newer_store_is_refused),
        cmocka_unit_test(what_is_no_store_is_refused),
        cmocka_unit_test(a_second_writer_waits_and_gives_up),
        cmocka_unit_test(processes_write_at_once),
        cmocka_unit_test(the_default_is_where_it_is_said_to_be),
        cmocka_unit_test(no_message_has_a_password),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
