#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/store/internal.h"
#include "results/store/schema.h"

#define TIMEOUT_S 30.0
#define TIMEOUT_MOST_S 86400.0

char *plb_store_default(void) {
    const char *given = getenv("PLUTBENCH_STORE"), *data = getenv("XDG_DATA_HOME");
    const char *home = getenv("HOME");
    char *path = NULL;
    int length = -1;
    if (given && *given) return strdup(given);
    if (data && *data == '/') { /* relative ones are to be ignored, says the specification */
        length = asprintf(&path, "%s/plutbench/runs.db", data);
    } else if (home && *home) {
        length = asprintf(&path, "%s/.local/share/plutbench/runs.db", home);
    }
    return length >= 0 ? path : NULL;
}

static const plb_db_driver *driver_of(const char *where) {
    bool is_url = strncmp(where, "postgresql://", strlen("postgresql://")) == 0 ||
                  strncmp(where, "postgres://", strlen("postgres://")) == 0;
    return is_url ? &plb_postgresql : &plb_sqlite;
}

/* What is there becomes what this plutbench knows. */
static plb_status settle(plb_store *store, plb_store_mode mode, plb_error *error) {
    plb_db *db = store->db;
    plb_status status = plb_schema_find(db, &store->version, error);
    if (status != PLB_OK || store->version == plb_schema_newest()) return status;
    if (mode == PLB_STORE_READ && store->version == 0) {
        return plb_fail(error, PLB_E_PARSE, db->shown,
                        "it is empty: `plutbench results import` makes a store of it");
    }
    if (mode == PLB_STORE_READ) {
        return plb_fail(error, PLB_E_UNSUPPORTED, db->shown,
                        "it was made by an older plutbench (tables of version %d, not %d): "
                        "`plutbench results import` migrates it",
                        store->version, plb_schema_newest());
    }
    status = plb_schema_migrate(db, plb_schema_newest(), error);
    if (status == PLB_OK) store->version = plb_schema_newest();
    return status;
}

plb_status plb_store_open(const char *where, const plb_store_options *options, plb_store **store,
                          plb_error *error) {
    plb_store_options complete = options ? *options : (plb_store_options){.mode = PLB_STORE_READ};
    *store = NULL;
    if (!(complete.timeout_s > 0)) complete.timeout_s = TIMEOUT_S;
    if (complete.timeout_s > TIMEOUT_MOST_S) complete.timeout_s = TIMEOUT_MOST_S;
    plb_store *made = calloc(1, sizeof *made);
    if (!made) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a store");
    plb_status status = driver_of(where)->open(&made->db, where, &complete, error);
    if (status == PLB_OK) status = settle(made, complete.mode, error);
    if (status != PLB_OK) {
        plb_store_close(made);
        return status;
    }
    *store = made;
    return PLB_OK;
}

void plb_store_close(plb_store *store) {
    if (!store) return;
    if (store->db) store->db->driver->close(store->db);
    free(store);
}

const char *plb_store_kind(const plb_store *store) { return store->db->driver->name; }

int plb_store_version(const plb_store *store) { return store->version; }
