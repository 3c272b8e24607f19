/* The store: many runs in a database that can be searched. SQLite (one file) or PostgreSQL (a
 * team's), by the same queries; docs/store.md has its tables.
 *
 * A store has everything of a run but its samples: what a plb_run has, documents included, so that
 * plb_store_read gives the same run that plb_run_read gave. Runs are told apart by their id.
 *
 * A store belongs to one thread at a time; several processes may use one store at once. Whatever
 * changes it is one transaction: done, or not. Nothing prints or exits. */
#ifndef PLUTBENCH_STORE_H
#define PLUTBENCH_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/run.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where it is when nobody says: $PLUTBENCH_STORE; else plutbench/runs.db in $XDG_DATA_HOME, or in
 * ~/.local/share. malloc'ed; NULL when memory is short or there is no home. */
PLB_API char *plb_store_default(void);

typedef enum plb_store_mode {
    PLB_STORE_READ,  /* it must be there, and is not changed */
    PLB_STORE_WRITE, /* made, with the folders above it, where it is missing; migrated where it is
                        older */
} plb_store_mode;

typedef struct plb_store_options {
    plb_store_mode mode;
    double timeout_s; /* for a connection, for an answer, for another writer; 0: 30 */
} plb_store_options;

typedef struct plb_store plb_store;

/* Open a store: the path of an SQLite file, or a URL "postgresql://..." ("postgres://..."), whose
 * tables are in a schema `plutbench`. Close it with plb_store_close.
 * Errors: PLB_E_IO (not there, not readable or writable, no connection, no answer in time),
 * PLB_E_PARSE (no store: a file or database of something else), PLB_E_UNSUPPORTED (made by a newer
 * plutbench; an older one that can't be migrated since it is only to be read; PostgreSQL, where
 * this plutbench was built without it), PLB_E_MEMORY. No message has a password in it. */
PLB_API plb_status plb_store_open(const char *where, const plb_store_options *options,
                                  plb_store **store, plb_error *error);
PLB_API void plb_store_close(plb_store *store);

/* "sqlite", "postgresql", and the version of the tables. */
PLB_API const char *plb_store_kind(const plb_store *store);
PLB_API int plb_store_version(const plb_store *store);

/* ---- Runs ---- */

typedef enum plb_import {
    PLB_IMPORT_NEW,
    PLB_IMPORT_KNOWN,   /* it was there already; nothing changed */
    PLB_IMPORT_FINISHED /* it was there as incomplete, and no longer is */
} plb_import;

/* Put a run into the store: all of it or nothing. Errors: PLB_E_ARGUMENT (the store has another
 * manifest of the same run), PLB_E_IO. */
PLB_API plb_status plb_store_import(plb_store *store, const plb_run *run, plb_import *outcome,
                                    plb_error *error);

/* Which runs; what is NULL or 0 does not matter. Texts match as parts of the stored ones whatever
 * their case; times are "2026-04-27", also with "T12:34:56Z". */
typedef struct plb_run_filter {
    const char *script;
    const char *machine; /* part of the processor's model, or begin of the machine's id */
    const char *flag;    /* a flag that was raised; "none": no flag at all */
    const char *command;
    const char *state;         /* as plb_run_state_name */
    const char *revision;      /* begin of the commit */
    const char *since, *until; /* of the start; until is not included */
    uint64_t limit;            /* 0: no limit */
} plb_run_filter;

/* One line of a list; texts live during the call. */
typedef struct plb_run_line {
    const char *id, *state, *command, *script, *strategy, *machine, *started_utc, *revision, *path;
    const char *flags;    /* names between commas; may be "" */
    const char *headline; /* name of the figure that comes first; "" when there is none */
    const char *unit;
    double value, low, high; /* of it; NAN when there is none */
} plb_run_line;

/* The runs that match, the latest first. `line` returns 0 to go on.
 * Errors: PLB_E_ARGUMENT (a time that is none; a flag or state that there is not; `line` stopped
 * it), PLB_E_IO. */
PLB_API plb_status plb_store_list(plb_store *store, const plb_run_filter *filter,
                                  int (*line)(void *context, const plb_run_line *line),
                                  void *context, plb_error *error);

/* The full id of the run that is meant by `name`: the begin of an id (at least 4 digits), or
 * "latest". PLB_E_ARGUMENT when there is none, or more than one. */
PLB_API plb_status plb_store_find(plb_store *store, const char *name,
                                  char id[PLB_SHA256_TEXT_BYTES], plb_error *error);

/* The run with that id, as plb_run_read gave it. Free with plb_run_free. */
PLB_API plb_status plb_store_read(plb_store *store, const char *id, plb_run **run,
                                  plb_error *error);

/* ---- Queries ---- */

typedef enum plb_value_kind {
    PLB_VALUE_NULL,
    PLB_VALUE_INTEGER,
    PLB_VALUE_REAL,
    PLB_VALUE_TEXT
} plb_value_kind;

typedef struct plb_value {
    plb_value_kind kind;
    int64_t integer;
    double real;
    const char *text; /* lives during the call */
} plb_value;

typedef struct plb_store_rows {
    void *context;
    /* Before the first row. Both return 0 to go on. */
    int (*columns)(void *context, size_t count, const char *const *names);
    int (*row)(void *context, size_t count, const plb_value *values);
} plb_store_rows;

/* One SQL statement that can only read. Errors: PLB_E_ARGUMENT (what the database says of it; it
 * would write; more than one statement; a function stopped it), PLB_E_IO. */
PLB_API plb_status plb_store_query(plb_store *store, const char *sql, const plb_store_rows *rows,
                                   plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
