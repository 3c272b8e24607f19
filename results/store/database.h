/* What the store needs of a database, so that it has one set of SQL texts. A driver is a table of
 * functions; statements are prepared with $1, $2, ... in the order of their first use.
 *
 * Statements may be prepared side by side, but only one at a time has rows left to step to. */
#ifndef PLB_STORE_DATABASE_H
#define PLB_STORE_DATABASE_H

#include <plutbench/store.h>

typedef struct plb_db plb_db;
typedef struct plb_statement plb_statement;

typedef struct plb_db_driver {
    const char *name;
    const char *tables_sql;  /* names of the tables that are there */
    const char *version_sql; /* the version of them; its failure says what is missing to read it */
    const char *make_sql;    /* what comes before the first table; NULL: nothing */

    plb_status (*open)(plb_db **db, const char *where, const plb_store_options *options,
                       plb_error *error);
    void (*close)(plb_db *db);

    /* A transaction. With `write` it waits until no other process has one that writes. */
    plb_status (*begin)(plb_db *db, bool write, plb_error *error);
    plb_status (*end)(plb_db *db, bool commit, plb_error *error);

    /* `only_read`: refuse what could change anything. */
    plb_status (*prepare)(plb_db *db, const char *sql, bool only_read, plb_statement **statement,
                          plb_error *error);
    /* Values are used until the statement is reset. */
    plb_status (*bind)(plb_statement *statement, unsigned index, const plb_value *value,
                       plb_error *error);
    /* *row false: there is no row any more, and *changes (may be NULL) were changed. */
    plb_status (*step)(plb_statement *statement, bool *row, int64_t *changes, plb_error *error);
    plb_status (*reset)(plb_statement *statement, plb_error *error);
    void (*finish)(plb_statement *statement);

    /* Of the row that was stepped to; names also before the first. */
    size_t (*column_count)(plb_statement *statement);
    const char *(*column_name)(plb_statement *statement, size_t column);
    plb_value (*column)(plb_statement *statement, size_t column);
} plb_db_driver;

/* What every driver's connection begins with. */
struct plb_db {
    const plb_db_driver *driver;
    char *shown; /* where it is, as messages have it: without a password */
};

struct plb_statement {
    plb_db *db;
};

extern const plb_db_driver plb_sqlite, plb_postgresql;

/* ---- With any driver ---- */

plb_value plb_value_of_text(const char *text); /* NULL: null */
plb_value plb_value_of_integer(int64_t integer);
plb_value plb_value_of_real(double real); /* not finite: null */

/* The text of a value; "" for null. */
const char *plb_value_text(const plb_value *value);

/* A statement from its begin to its end, with `count` values; `row` (NULL: rows are skipped)
 * returns 0 to go on. *changes may be NULL. */
plb_status plb_db_run(plb_db *db, const char *sql, const plb_value *values, size_t count,
                      int (*row)(void *context, size_t count, const plb_value *values),
                      void *context, int64_t *changes, plb_error *error);

/* One that is used again and again: bind, run, reset. */
plb_status plb_db_again(plb_statement *statement, const plb_value *values, size_t count,
                        int64_t *changes, plb_error *error);

#define PLB_DB_COLUMNS_MOST 64 /* of a query */

#endif
