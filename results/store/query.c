/* SQL of the user's own, which can only read. */
#include "results/store/internal.h"

static plb_status give_columns(plb_statement *statement, const plb_store_rows *rows,
                               plb_error *error) {
    const plb_db_driver *driver = statement->db->driver;
    const char *names[PLB_DB_COLUMNS_MOST];
    size_t count = driver->column_count(statement);
    if (count > PLB_DB_COLUMNS_MOST) {
        return plb_fail(error, PLB_E_ARGUMENT, statement->db->shown,
                        "expected at most %d columns, got %zu", PLB_DB_COLUMNS_MOST, count);
    }
    for (size_t i = 0; i < count; i++) names[i] = driver->column_name(statement, i);
    if (rows->columns(rows->context, count, names) == 0) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, statement->db->shown, "it was stopped");
}

/* Columns are given when the first row is there: whatever the database refuses comes before. */
static plb_status give_rows(plb_statement *statement, const plb_store_rows *rows,
                            plb_error *error) {
    const plb_db_driver *driver = statement->db->driver;
    plb_value values[PLB_DB_COLUMNS_MOST];
    bool more = false;
    plb_status status = driver->step(statement, &more, NULL, error);
    if (status == PLB_OK) status = give_columns(statement, rows, error);
    size_t count = driver->column_count(statement);
    while (status == PLB_OK && more) {
        for (size_t i = 0; i < count; i++) values[i] = driver->column(statement, i);
        if (rows->row(rows->context, count, values) != 0) {
            return plb_fail(error, PLB_E_ARGUMENT, statement->db->shown, "it was stopped");
        }
        status = driver->step(statement, &more, NULL, error);
    }
    return status;
}

plb_status plb_store_query(plb_store *store, const char *sql, const plb_store_rows *rows,
                           plb_error *error) {
    plb_db *db = store->db;
    plb_statement *statement = NULL;
    plb_status status = db->driver->begin(db, false, error);
    if (status != PLB_OK) return status;
    status = db->driver->prepare(db, sql, true, &statement, error);
    if (status == PLB_OK) status = give_rows(statement, rows, error);
    if (statement) db->driver->finish(statement);
    (void) db->driver->end(db, false, NULL);
    return status;
}
