#include "results/store/database.h"

#include <math.h>

plb_value plb_value_of_text(const char *text) {
    return (plb_value){.kind = text ? PLB_VALUE_TEXT : PLB_VALUE_NULL, .text = text};
}

plb_value plb_value_of_integer(int64_t integer) {
    return (plb_value){.kind = PLB_VALUE_INTEGER, .integer = integer};
}

plb_value plb_value_of_real(double real) {
    return (plb_value){.kind = isfinite(real) ? PLB_VALUE_REAL : PLB_VALUE_NULL, .real = real};
}

const char *plb_value_text(const plb_value *value) {
    return value->kind == PLB_VALUE_TEXT ? value->text : "";
}

static plb_status bind_all(plb_statement *statement, const plb_value *values, size_t count,
                           plb_error *error) {
    const plb_db_driver *driver = statement->db->driver;
    plb_status status = PLB_OK;
    for (unsigned i = 0; i < count && status == PLB_OK; i++) {
        status = driver->bind(statement, i + 1, &values[i], error);
    }
    return status;
}

static plb_status step_all(plb_statement *statement,
                           int (*row)(void *context, size_t count, const plb_value *values),
                           void *context, int64_t *changes, plb_error *error) {
    const plb_db_driver *driver = statement->db->driver;
    plb_value values[PLB_DB_COLUMNS_MOST];
    for (bool more = true;;) {
        plb_status status = driver->step(statement, &more, changes, error);
        if (status != PLB_OK || !more) return status;
        size_t count = driver->column_count(statement);
        if (count > PLB_DB_COLUMNS_MOST) count = PLB_DB_COLUMNS_MOST;
        for (size_t i = 0; i < count; i++) values[i] = driver->column(statement, i);
        if (row && row(context, count, values) != 0) {
            return plb_fail(error, PLB_E_ARGUMENT, statement->db->shown, "it was stopped");
        }
    }
}

plb_status plb_db_run(plb_db *db, const char *sql, const plb_value *values, size_t count,
                      int (*row)(void *context, size_t count, const plb_value *values),
                      void *context, int64_t *changes, plb_error *error) {
    plb_statement *statement = NULL;
    plb_status status = db->driver->prepare(db, sql, false, &statement, error);
    if (status != PLB_OK) return status;
    status = bind_all(statement, values, count, error);
    if (status == PLB_OK) status = step_all(statement, row, context, changes, error);
    db->driver->finish(statement);
    return status;
}

plb_status plb_db_again(plb_statement *statement, const plb_value *values, size_t count,
                        int64_t *changes, plb_error *error) {
    plb_status status = bind_all(statement, values, count, error);
    if (status == PLB_OK) status = step_all(statement, NULL, NULL, changes, error);
    return status == PLB_OK ? statement->db->driver->reset(statement, error) : status;
}
