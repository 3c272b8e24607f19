#include "results/store/schema.h"

#include <string.h>

#include "results/utc.h"

#define STATEMENTS_MOST 16

/* What makes each version of the one before. What was released is never changed: a change is a
 * further version. Types are those that both databases have. */
static const char *const migrations[][STATEMENTS_MOST] = {
    {
        "CREATE TABLE run ("
        "  id TEXT PRIMARY KEY, manifest_sha256 TEXT NOT NULL, state TEXT NOT NULL,"
        "  command TEXT NOT NULL, script TEXT NOT NULL, language TEXT NOT NULL,"
        "  strategy TEXT NOT NULL, target TEXT NOT NULL, protocol_version BIGINT NOT NULL,"
        "  seed BIGINT NOT NULL, rounds BIGINT NOT NULL, processes BIGINT NOT NULL,"
        "  machine TEXT NOT NULL, machine_id TEXT NOT NULL, kernel TEXT NOT NULL,"
        "  version TEXT NOT NULL, revision TEXT NOT NULL, compiler TEXT NOT NULL,"
        "  started_utc TEXT NOT NULL, started_ms BIGINT NOT NULL, finished_utc TEXT NOT NULL,"
        "  imported_utc TEXT NOT NULL, path TEXT NOT NULL, command_line TEXT NOT NULL,"
        "  conclusion TEXT NOT NULL, flags TEXT NOT NULL, headline TEXT NOT NULL,"
        "  headline_unit TEXT NOT NULL, headline_value DOUBLE PRECISION,"
        "  headline_low DOUBLE PRECISION, headline_high DOUBLE PRECISION)",
        "CREATE TABLE figure ("
        "  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, name TEXT NOT NULL,"
        "  unit TEXT NOT NULL, value DOUBLE PRECISION, low DOUBLE PRECISION,"
        "  high DOUBLE PRECISION, level DOUBLE PRECISION, rounds BIGINT NOT NULL,"
        "  method TEXT NOT NULL)",
        "CREATE TABLE flag ("
        "  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, name TEXT NOT NULL)",
        "CREATE TABLE input ("
        "  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, role TEXT NOT NULL,"
        "  name TEXT NOT NULL, bytes BIGINT NOT NULL, sha256 TEXT NOT NULL)",
        "CREATE TABLE library ("
        "  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, name TEXT NOT NULL,"
        "  version TEXT NOT NULL, origin TEXT NOT NULL)",
        "CREATE TABLE file ("
        "  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, name TEXT NOT NULL,"
        "  bytes BIGINT NOT NULL, sha256 TEXT NOT NULL)",
        "CREATE TABLE document ("
        "  run TEXT NOT NULL REFERENCES run (id) ON DELETE CASCADE, name TEXT NOT NULL,"
        "  text TEXT NOT NULL, PRIMARY KEY (run, name))",
    },
    {
        "CREATE INDEX run_started ON run (started_ms)",
        "CREATE INDEX figure_run ON figure (run)",
        "CREATE INDEX figure_name ON figure (name)",
        "CREATE INDEX flag_run ON flag (run)",
        "CREATE INDEX input_run ON input (run)",
        "CREATE INDEX library_run ON library (run)",
        "CREATE INDEX file_run ON file (run)",
    },
};

int plb_schema_newest(void) { return (int) (sizeof migrations / sizeof *migrations); }

/* ---- Which version is there ---- */

typedef struct tables {
    bool any, version;
} tables;

static int see_table(void *context, size_t count, const plb_value *values) {
    tables *found = context;
    found->any |= count > 0;
    found->version |= count > 0 && strcmp(plb_value_text(&values[0]), "schema_version") == 0;
    return 0;
}

static int take_version(void *context, size_t count, const plb_value *values) {
    if (count > 0 && values[0].kind == PLB_VALUE_INTEGER && values[0].integer < 1000000) {
        *(int *) context = (int) values[0].integer;
    }
    return 0;
}

plb_status plb_schema_find(plb_db *db, int *version, plb_error *error) {
    tables found = {false, false};
    *version = 0;
    plb_status status =
        plb_db_run(db, db->driver->tables_sql, NULL, 0, see_table, &found, NULL, error);
    if (status != PLB_OK || !found.any) return status;
    if (found.version) {
        status =
            plb_db_run(db, db->driver->version_sql, NULL, 0, take_version, version, NULL, error);
        if (status != PLB_OK) return status;
    }
    if (*version < 1) {
        return plb_fail(error, PLB_E_PARSE, db->shown,
                        "it is no store: it has tables of something else");
    }
    if (*version > plb_schema_newest()) {
        return plb_fail(error, PLB_E_UNSUPPORTED, db->shown,
                        "it was made by a newer plutbench (tables of version %d; this one knows "
                        "version %d): use that one",
                        *version, plb_schema_newest());
    }
    return PLB_OK;
}

/* ---- Migration ---- */

static plb_status run_plain(plb_db *db, const char *sql, plb_error *error) {
    return plb_db_run(db, sql, NULL, 0, NULL, NULL, NULL, error);
}

static plb_status note_version(plb_db *db, int version, plb_error *error) {
    char now[PLB_UTC_BYTES];
    plb_utc_text(plb_utc_now(), now);
    const plb_value values[] = {plb_value_of_integer(version), plb_value_of_text(now)};
    return plb_db_run(db, "INSERT INTO schema_version (version, applied_utc) VALUES ($1, $2)",
                      values, 2, NULL, NULL, NULL, error);
}

static plb_status make_version(plb_db *db, int version, plb_error *error) {
    plb_status status = PLB_OK;
    const char *const *statements = migrations[version - 1];
    for (size_t i = 0; i < STATEMENTS_MOST && statements[i] && status == PLB_OK; i++) {
        status = run_plain(db, statements[i], error);
    }
    return status == PLB_OK ? note_version(db, version, error) : status;
}

static plb_status migrate(plb_db *db, int wanted, plb_error *error) {
    int version = 0;
    plb_status status = PLB_OK;
    if (db->driver->make_sql) status = run_plain(db, db->driver->make_sql, error);
    if (status == PLB_OK) status = plb_schema_find(db, &version, error);
    if (status == PLB_OK && version == 0) {
        status = run_plain(db,
                           "CREATE TABLE schema_version (version BIGINT NOT NULL, "
                           "applied_utc TEXT NOT NULL)",
                           error);
    }
    for (int v = version + 1; v <= wanted && status == PLB_OK; v++) {
        status = make_version(db, v, error);
    }
    return status;
}

plb_status plb_schema_migrate(plb_db *db, int version, plb_error *error) {
    plb_status status = db->driver->begin(db, true, error);
    if (status != PLB_OK) return status;
    status = migrate(db, version, error);
    if (status == PLB_OK) return db->driver->end(db, true, error);
    (void) db->driver->end(db, false, NULL);
    return status;
}
