/* Stores in a file of SQLite. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include "results/folder.h"
#include "results/store/database.h"

typedef struct sqlite_db {
    plb_db base;
    sqlite3 *handle;
    double timeout_s;
} sqlite_db;

typedef struct sqlite_statement {
    plb_statement base;
    sqlite3_stmt *handle;
} sqlite_statement;

/* ---- Errors ---- */

static const struct {
    int code;
    plb_status status;
    const char *message; /* NULL: SQLite's */
} failures[] = {
    {SQLITE_BUSY, PLB_E_IO, "another process is writing to it, and did not end in time"},
    {SQLITE_LOCKED, PLB_E_IO, NULL},
    {SQLITE_FULL, PLB_E_IO, "the disk is full"},
    {SQLITE_IOERR, PLB_E_IO, NULL},
    {SQLITE_READONLY, PLB_E_IO, "it can't be written: it, or its folder, is read-only"},
    {SQLITE_CANTOPEN, PLB_E_IO, NULL},
    {SQLITE_PERM, PLB_E_IO, NULL},
    {SQLITE_AUTH, PLB_E_ARGUMENT, "expected a query that only reads tables of the store"},
    {SQLITE_NOTADB, PLB_E_PARSE, "it is no store: it is not a file of SQLite"},
    {SQLITE_CORRUPT, PLB_E_PARSE, "it is damaged (see sqlite3's .recover)"},
    {SQLITE_NOMEM, PLB_E_MEMORY, NULL},
};

static plb_status failed(sqlite_db *db, plb_error *error) {
    int code = sqlite3_errcode(db->handle) & 0xff;
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++) {
        if (failures[i].code != code) continue;
        const char *message =
            failures[i].message ? failures[i].message : sqlite3_errmsg(db->handle);
        return plb_fail(error, failures[i].status, db->base.shown, "%s", message);
    }
    return plb_fail(error, PLB_E_ARGUMENT, db->base.shown, "%s", sqlite3_errmsg(db->handle));
}

/* ---- Opening ---- */

static plb_status make_folder_of(const char *path, plb_error *error) {
    char folder[PATH_MAX];
    if ((size_t) snprintf(folder, sizeof folder, "%s", path) >= sizeof folder) {
        return plb_fail(error, PLB_E_IO, path, "the path is too long");
    }
    char *slash = strrchr(folder, '/');
    if (!slash || slash == folder) return PLB_OK;
    *slash = '\0';
    return plb_make_folders(folder, "the store's folder", error);
}

static plb_status check_path(const char *path, bool write, plb_error *error) {
    struct stat found;
    if (!*path) return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected the path of a store");
    if (stat(path, &found) == 0) {
        return S_ISREG(found.st_mode) ? PLB_OK : plb_fail(error, PLB_E_IO, path, "expected a file");
    }
    if (write && errno == ENOENT) return make_folder_of(path, error);
    if (errno == ENOENT) {
        return plb_fail(error, PLB_E_IO, path,
                        "there is no store: `plutbench results import` makes one");
    }
    return plb_fail(error, PLB_E_IO, path, "cannot open: %s", strerror(errno));
}

/* The file may be anybody's: nothing in it is run. */
static void harden(sqlite3 *handle) {
    (void) sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    (void) sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    (void) sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    (void) sqlite3_db_config(handle, SQLITE_DBCONFIG_ENABLE_FKEY, 1, NULL);
    (void) sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0);
}

static void sqlite_close(plb_db *base) {
    sqlite_db *db = (sqlite_db *) base;
    (void) sqlite3_close_v2(db->handle);
    free(db->base.shown);
    free(db);
}

static plb_status sqlite_open(plb_db **made, const char *path, const plb_store_options *options,
                              plb_error *error) {
    bool write = options->mode == PLB_STORE_WRITE;
    char plain[PATH_MAX + 2];
    plb_status status = check_path(path, write, error);
    if (status != PLB_OK) return status;
    sqlite_db *db = calloc(1, sizeof *db);
    if (!db) return plb_fail(error, PLB_E_MEMORY, path, "no memory for a store");
    db->base.driver = &plb_sqlite;
    db->base.shown = strdup(path);
    db->timeout_s = options->timeout_s;
    /* ":memory:" and the like are names of files here. Who reads only may still have to undo what a
     * killed process has begun: so it is opened for writing where that is possible. */
    (void) snprintf(plain, sizeof plain, "%s%s", *path == '/' ? "" : "./", path);
    int flags = SQLITE_OPEN_READWRITE | (write ? SQLITE_OPEN_CREATE : 0);
    if (!db->base.shown || sqlite3_open_v2(plain, &db->handle, flags, NULL) != SQLITE_OK) {
        status = db->handle ? failed(db, error)
                            : plb_fail(error, PLB_E_MEMORY, path, "no memory for a store");
        sqlite_close(&db->base);
        return status;
    }
    (void) sqlite3_busy_timeout(db->handle, (int) (db->timeout_s * 1000));
    harden(db->handle);
    if (!write) (void) sqlite3_exec(db->handle, "PRAGMA query_only = 1", NULL, NULL, NULL);
    *made = &db->base;
    return PLB_OK;
}

/* ---- Transactions ---- */

static plb_status execute(plb_db *base, const char *sql, plb_error *error) {
    sqlite_db *db = (sqlite_db *) base;
    return sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK ? PLB_OK
                                                                        : failed(db, error);
}

static plb_status sqlite_begin(plb_db *db, bool write, plb_error *error) {
    return execute(db, write ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

static plb_status sqlite_end(plb_db *db, bool commit, plb_error *error) {
    plb_status status = execute(db, commit ? "COMMIT" : "ROLLBACK", error);
    /* A failed COMMIT leaves the transaction open; a failure may also have ended it. */
    if (status != PLB_OK && !sqlite3_get_autocommit(((sqlite_db *) db)->handle)) {
        (void) execute(db, "ROLLBACK", NULL);
    }
    return commit ? status : PLB_OK;
}

/* ---- Statements ---- */

static int allow_reading(void *context, int action, const char *a, const char *b, const char *c,
                         const char *d) {
    (void) context, (void) a, (void) b, (void) c, (void) d;
    bool reads = action == SQLITE_SELECT || action == SQLITE_READ || action == SQLITE_FUNCTION ||
                 action == SQLITE_RECURSIVE;
    return reads ? SQLITE_OK : SQLITE_DENY;
}

static bool is_blank(const char *text) { return text[strspn(text, " \t\r\n;")] == '\0'; }

static plb_status sqlite_prepare(plb_db *base, const char *sql, bool only_read,
                                 plb_statement **statement, plb_error *error) {
    sqlite_db *db = (sqlite_db *) base;
    const char *rest = NULL;
    sqlite_statement *made = calloc(1, sizeof *made);
    *statement = NULL;
    if (!made) return plb_fail(error, PLB_E_MEMORY, base->shown, "no memory for a statement");
    made->base.db = base;
    if (only_read) (void) sqlite3_set_authorizer(db->handle, allow_reading, NULL);
    int code = sqlite3_prepare_v2(db->handle, sql, -1, &made->handle, &rest);
    if (only_read) (void) sqlite3_set_authorizer(db->handle, NULL, NULL);
    plb_status status = code == SQLITE_OK ? PLB_OK : failed(db, error);
    if (status == PLB_OK && (!made->handle || !is_blank(rest))) {
        status = plb_fail(error, PLB_E_ARGUMENT, base->shown, "expected one statement");
    }
    if (status != PLB_OK) {
        (void) sqlite3_finalize(made->handle);
        free(made);
        return status;
    }
    *statement = &made->base;
    return PLB_OK;
}

static plb_status sqlite_bind(plb_statement *base, unsigned index, const plb_value *value,
                              plb_error *error) {
    sqlite_statement *s = (sqlite_statement *) base;
    char name[16];
    (void) snprintf(name, sizeof name, "$%u", index);
    int at = sqlite3_bind_parameter_index(s->handle, name), code = SQLITE_OK;
    switch (value->kind) {
    case PLB_VALUE_NULL: code = sqlite3_bind_null(s->handle, at); break;
    case PLB_VALUE_INTEGER: code = sqlite3_bind_int64(s->handle, at, value->integer); break;
    case PLB_VALUE_REAL: code = sqlite3_bind_double(s->handle, at, value->real); break;
    case PLB_VALUE_TEXT:
        code = sqlite3_bind_text(s->handle, at, value->text, -1, SQLITE_STATIC);
        break;
    }
    return code == SQLITE_OK ? PLB_OK : failed((sqlite_db *) base->db, error);
}

static plb_status sqlite_step(plb_statement *base, bool *row, int64_t *changes, plb_error *error) {
    sqlite_statement *s = (sqlite_statement *) base;
    sqlite_db *db = (sqlite_db *) base->db;
    int code = sqlite3_step(s->handle);
    *row = code == SQLITE_ROW;
    if (code == SQLITE_DONE && changes) *changes = sqlite3_changes64(db->handle);
    return code == SQLITE_ROW || code == SQLITE_DONE ? PLB_OK : failed(db, error);
}

static plb_status sqlite_reset(plb_statement *base, plb_error *error) {
    sqlite_statement *s = (sqlite_statement *) base;
    (void) error;
    (void) sqlite3_reset(s->handle);
    (void) sqlite3_clear_bindings(s->handle);
    return PLB_OK;
}

static void sqlite_finish(plb_statement *base) {
    (void) sqlite3_finalize(((sqlite_statement *) base)->handle);
    free(base);
}

/* ---- Columns ---- */

static size_t sqlite_column_count(plb_statement *base) {
    return (size_t) sqlite3_column_count(((sqlite_statement *) base)->handle);
}

static const char *sqlite_column_name(plb_statement *base, size_t column) {
    const char *name = sqlite3_column_name(((sqlite_statement *) base)->handle, (int) column);
    return name ? name : "";
}

static plb_value sqlite_column(plb_statement *base, size_t column) {
    sqlite3_stmt *s = ((sqlite_statement *) base)->handle;
    int at = (int) column;
    switch (sqlite3_column_type(s, at)) {
    case SQLITE_INTEGER: return plb_value_of_integer(sqlite3_column_int64(s, at));
    case SQLITE_FLOAT:
        return (plb_value){.kind = PLB_VALUE_REAL, .real = sqlite3_column_double(s, at)};
    case SQLITE_NULL: return plb_value_of_text(NULL);
    default: return plb_value_of_text((const char *) sqlite3_column_text(s, at));
    }
}

const plb_db_driver plb_sqlite = {
    .name = "sqlite",
    .tables_sql = "SELECT name FROM sqlite_master WHERE type = 'table'",
    .version_sql = "SELECT max(version) FROM schema_version",
    .open = sqlite_open,
    .close = sqlite_close,
    .begin = sqlite_begin,
    .end = sqlite_end,
    .prepare = sqlite_prepare,
    .bind = sqlite_bind,
    .step = sqlite_step,
    .reset = sqlite_reset,
    .finish = sqlite_finish,
    .column_count = sqlite_column_count,
    .column_name = sqlite_column_name,
    .column = sqlite_column,
};
