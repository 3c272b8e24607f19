/* Stores in PostgreSQL. Every answer is waited for no longer than the timeout, whatever the server
 * or the network does. */
#include "build_info.h"
#include "results/store/database.h"

#if PLB_POSTGRESQL

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <libpq-fe.h>

#include "harness/measure/clock.h"

#define VALUES_MOST 64 /* of a statement */
#define NUMBER_BYTES 32
#define WRITERS_LOCK "7812749612" /* of all stores that are written, in a database */

/* Types of columns that are no texts: pg_type.dat of PostgreSQL. */
enum { BOOL = 16, INT8 = 20, INT2 = 21, INT4 = 23, FLOAT4 = 700, FLOAT8 = 701, NUMERIC = 1700 };

typedef struct pg_db {
    plb_db base;
    PGconn *connection;
    double timeout_s;
    unsigned names; /* of statements, so far */
} pg_db;

typedef struct pg_statement {
    plb_statement base;
    char name[24];
    const char *values[VALUES_MOST]; /* NULL: null */
    char numbers[VALUES_MOST][NUMBER_BYTES];
    int count;
    PGresult *described; /* its columns */
    PGresult *row;       /* NULL: none */
    bool sent;
} pg_statement;

/* ---- Errors ---- */

/* libpq's messages have several lines, the first says it. None has a password. */
static plb_status failed_with(pg_db *db, plb_status status, const char *message, plb_error *error) {
    int length = (int) strcspn(message, "\n");
    return plb_fail(error, status, db->base.shown, "%.*s", length, message);
}

static plb_status lost(pg_db *db, plb_error *error) {
    return failed_with(db, PLB_E_IO, PQerrorMessage(db->connection), error);
}

/* By the class of the SQLSTATE: what is wrong with a statement (22, 42), is the caller's. */
static plb_status refused(pg_db *db, const PGresult *result, plb_error *error) {
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    bool mistake = state &&
                   (strncmp(state, "22", 2) == 0 || strncmp(state, "23", 2) == 0 ||
                    strncmp(state, "25006", 5) == 0 || strncmp(state, "42", 2) == 0) &&
                   strcmp(state, "42501") != 0; /* no permission */
    if (!message) return lost(db, error);
    return failed_with(db, mistake ? PLB_E_ARGUMENT : PLB_E_IO, message, error);
}

/* ---- Waiting ---- */

/* Until the connection can be read (or written), or the deadline. */
static bool wait_for(const pg_db *db, bool write, uint64_t deadline_ns) {
    struct pollfd what = {.fd = PQsocket(db->connection),
                          .events = (short) (POLLIN | (write ? POLLOUT : 0))};
    for (;;) {
        uint64_t now = plb_clock_now_ns();
        if (now >= deadline_ns) return false;
        uint64_t left_ms = (deadline_ns - now) / 1000000 + 1;
        int ready = poll(&what, 1, left_ms > 60000 ? 60000 : (int) left_ms);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

static uint64_t deadline_of(const pg_db *db) {
    return plb_clock_now_ns() + (uint64_t) (db->timeout_s * 1e9);
}

/* A connection that did not answer is of no use any more: nothing waits for it again. */
static plb_status too_late(pg_db *db, plb_error *error) {
    PQfinish(db->connection);
    db->connection = NULL;
    return plb_fail(error, PLB_E_IO, db->base.shown, "no answer in %.3g s", db->timeout_s);
}

/* The next result of what was sent; *result NULL after the last one. */
static plb_status next_result(pg_db *db, PGresult **result, plb_error *error) {
    uint64_t deadline_ns = deadline_of(db);
    *result = NULL;
    for (int unsent = 1; unsent != 0;) {
        unsent = PQflush(db->connection);
        if (unsent < 0) return lost(db, error);
        if (unsent > 0) {
            if (!wait_for(db, true, deadline_ns)) return too_late(db, error);
            if (!PQconsumeInput(db->connection)) return lost(db, error);
        }
    }
    while (PQisBusy(db->connection)) {
        if (!wait_for(db, false, deadline_ns)) return too_late(db, error);
        if (!PQconsumeInput(db->connection)) return lost(db, error);
    }
    *result = PQgetResult(db->connection);
    return PLB_OK;
}

/* Drop what is left of the results. */
static plb_status drain(pg_db *db, plb_error *error) {
    PGresult *result = NULL;
    plb_status status = PLB_OK;
    while (db->connection && (status = next_result(db, &result, error)) == PLB_OK && result) {
        PQclear(result);
    }
    return status;
}

static plb_status still_there(pg_db *db, plb_error *error) {
    if (db->connection) return PLB_OK;
    return plb_fail(error, PLB_E_IO, db->base.shown, "the connection was given up");
}

/* What was sent, from its only result. `kept` NULL: none is wanted. */
static plb_status finish_sent(pg_db *db, PGresult **kept, plb_error *error) {
    PGresult *result = NULL;
    plb_status status = next_result(db, &result, error);
    if (status != PLB_OK) return status;
    ExecStatusType outcome = PQresultStatus(result);
    if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK) {
        status = refused(db, result, error);
    }
    if (status == PLB_OK && kept) {
        *kept = result;
    } else {
        PQclear(result);
    }
    plb_status drained = drain(db, status == PLB_OK ? error : NULL);
    return status == PLB_OK ? drained : status;
}

static plb_status execute(pg_db *db, const char *sql, plb_error *error) {
    plb_status status = still_there(db, error);
    if (status != PLB_OK) return status;
    if (!PQsendQuery(db->connection, sql)) return lost(db, error);
    return finish_sent(db, NULL, error);
}

/* ---- Connecting ---- */

/* A URL without what is between "//" and "@", nor its parameters: either may have a password. */
static char *shown_url(const char *url) {
    const char *begin = strstr(url, "//"), *host = begin ? strrchr(begin, '@') : NULL;
    const char *parameters = strchr(url, '?');
    char *shown = NULL;
    host = host ? host + 1 : begin ? begin + 2 : url;
    bool clear = begin && (!parameters || host <= parameters);
    int length = asprintf(&shown, "postgresql://%.*s", clear ? (int) strcspn(host, "?") : 0, host);
    return length >= 0 ? shown : NULL;
}

static void pg_close(plb_db *base) {
    pg_db *db = (pg_db *) base;
    PQfinish(db->connection);
    free(db->base.shown);
    free(db);
}

static PGconn *start(const char *url) {
    const char *const keys[] = {"dbname", "client_encoding", "fallback_application_name", NULL};
    const char *const values[] = {url, "UTF8", "plutbench", NULL};
    return PQconnectStartParams(keys, values, 1);
}

/* What libpq says of a URL quotes it, and with it a password. */
static plb_status check_url(const pg_db *db, const char *url, plb_error *error) {
    char *message = NULL;
    PQconninfoOption *options = PQconninfoParse(url, &message);
    bool good = options != NULL;
    PQconninfoFree(options);
    PQfreemem(message);
    if (good) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, db->base.shown,
                    "expected a URL such as postgresql://user@host:5432/database");
}

static plb_status connect_to(pg_db *db, const char *url, plb_error *error) {
    uint64_t deadline_ns = deadline_of(db);
    plb_status status = check_url(db, url, error);
    if (status != PLB_OK) return status;
    db->connection = start(url);
    if (!db->connection) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a connection");
    if (PQstatus(db->connection) == CONNECTION_BAD) return lost(db, error);
    PostgresPollingStatusType next = PGRES_POLLING_WRITING;
    while (next != PGRES_POLLING_OK) {
        if (!wait_for(db, next == PGRES_POLLING_WRITING, deadline_ns)) {
            return too_late(db, error);
        }
        next = PQconnectPoll(db->connection);
        if (next == PGRES_POLLING_FAILED) return lost(db, error);
    }
    (void) PQsetnonblocking(db->connection, 1);
    return PLB_OK;
}

static void say_nothing(void *context, const char *message) {
    (void) context;
    (void) message;
}

/* The server ends what takes too long, too: nobody waits for its answer then. */
static plb_status settle(pg_db *db, bool write, plb_error *error) {
    char limits[128];
    (void) PQsetNoticeProcessor(db->connection, say_nothing, NULL);
    (void) snprintf(limits, sizeof limits, "SET statement_timeout = %.0f",
                    fmin(db->timeout_s * 1000, 2e9));
    plb_status status = execute(db, limits, error);
    if (status == PLB_OK) status = execute(db, "SET search_path = plutbench", error);
    if (status == PLB_OK && !write) {
        status = execute(db, "SET default_transaction_read_only = on", error);
    }
    return status;
}

static plb_status pg_open(plb_db **made, const char *url, const plb_store_options *options,
                          plb_error *error) {
    pg_db *db = calloc(1, sizeof *db);
    if (!db) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a store");
    db->base.driver = &plb_postgresql;
    db->base.shown = shown_url(url);
    db->timeout_s = options->timeout_s;
    plb_status status = db->base.shown
                            ? connect_to(db, url, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a store");
    if (status == PLB_OK) status = settle(db, options->mode == PLB_STORE_WRITE, error);
    if (status != PLB_OK) {
        pg_close(&db->base);
        return status;
    }
    *made = &db->base;
    return PLB_OK;
}

/* ---- Transactions ---- */

static plb_status pg_begin(plb_db *base, bool write, plb_error *error) {
    pg_db *db = (pg_db *) base;
    plb_status status = execute(db, write ? "BEGIN" : "BEGIN READ ONLY", error);
    if (status == PLB_OK && write) {
        status = execute(db, "SELECT pg_advisory_xact_lock(" WRITERS_LOCK ")", error);
    }
    return status;
}

static plb_status pg_end(plb_db *base, bool commit, plb_error *error) {
    plb_status status = execute((pg_db *) base, commit ? "COMMIT" : "ROLLBACK", error);
    return commit ? status : PLB_OK;
}

/* ---- Statements ---- */

static void pg_finish(plb_statement *base) {
    pg_statement *s = (pg_statement *) base;
    pg_db *db = (pg_db *) base->db;
    char sql[64];
    PQclear(s->row);
    PQclear(s->described);
    if (s->sent) (void) drain(db, NULL);
    (void) snprintf(sql, sizeof sql, "DEALLOCATE %s", s->name);
    if (db->connection && PQtransactionStatus(db->connection) != PQTRANS_INERROR) {
        (void) execute(db, sql, NULL);
    }
    free(s);
}

static plb_status describe(pg_db *db, pg_statement *s, const char *sql, plb_error *error) {
    plb_status status = still_there(db, error);
    if (status != PLB_OK) return status;
    if (!PQsendPrepare(db->connection, s->name, sql, 0, NULL)) return lost(db, error);
    status = finish_sent(db, NULL, error);
    if (status != PLB_OK) return status;
    if (!PQsendDescribePrepared(db->connection, s->name)) return lost(db, error);
    return finish_sent(db, &s->described, error);
}

static plb_status pg_prepare(plb_db *base, const char *sql, bool only_read,
                             plb_statement **statement, plb_error *error) {
    pg_db *db = (pg_db *) base;
    (void) only_read; /* the transaction is read-only, and a prepared statement is a single one */
    *statement = NULL;
    pg_statement *made = calloc(1, sizeof *made);
    if (!made) return plb_fail(error, PLB_E_MEMORY, base->shown, "no memory for a statement");
    made->base.db = base;
    (void) snprintf(made->name, sizeof made->name, "plutbench%u", ++db->names);
    plb_status status = describe(db, made, sql, error);
    if (status != PLB_OK) {
        free(made);
        return status;
    }
    *statement = &made->base;
    return PLB_OK;
}

static plb_status pg_bind(plb_statement *base, unsigned index, const plb_value *value,
                          plb_error *error) {
    pg_statement *s = (pg_statement *) base;
    if (index > VALUES_MOST) {
        return plb_fail(error, PLB_E_ARGUMENT, base->db->shown, "expected at most %d values",
                        VALUES_MOST);
    }
    char *number = s->numbers[index - 1];
    const char *text = number;
    switch (value->kind) {
    case PLB_VALUE_NULL: text = NULL; break;
    case PLB_VALUE_INTEGER:
        (void) snprintf(number, NUMBER_BYTES, "%" PRId64, value->integer);
        break;
    case PLB_VALUE_REAL: (void) snprintf(number, NUMBER_BYTES, "%.17g", value->real); break;
    case PLB_VALUE_TEXT: text = value->text; break;
    }
    s->values[index - 1] = text;
    if ((int) index > s->count) s->count = (int) index;
    return PLB_OK;
}

static plb_status send(pg_db *db, pg_statement *s, plb_error *error) {
    plb_status status = still_there(db, error);
    if (status != PLB_OK) return status;
    if (!PQsendQueryPrepared(db->connection, s->name, s->count, s->values, NULL, NULL, 0) ||
        !PQsetSingleRowMode(db->connection)) {
        return lost(db, error);
    }
    s->sent = true;
    return PLB_OK;
}

static plb_status pg_step(plb_statement *base, bool *row, int64_t *changes, plb_error *error) {
    pg_statement *s = (pg_statement *) base;
    pg_db *db = (pg_db *) base->db;
    plb_status status = s->sent ? PLB_OK : send(db, s, error);
    *row = false;
    PQclear(s->row);
    s->row = NULL;
    if (status == PLB_OK) status = next_result(db, &s->row, error);
    if (status != PLB_OK || !s->row) {
        s->sent = false;
        return status;
    }
    ExecStatusType outcome = PQresultStatus(s->row);
    *row = outcome == PGRES_SINGLE_TUPLE;
    if (*row) return PLB_OK;
    if (outcome != PGRES_COMMAND_OK && outcome != PGRES_TUPLES_OK) {
        status = refused(db, s->row, error);
    } else if (changes) {
        *changes = strtoll(PQcmdTuples(s->row), NULL, 10);
    }
    plb_status drained = drain(db, status == PLB_OK ? error : NULL);
    s->sent = false;
    return status == PLB_OK ? drained : status;
}

static plb_status pg_reset(plb_statement *base, plb_error *error) {
    pg_statement *s = (pg_statement *) base;
    PQclear(s->row);
    s->row = NULL;
    plb_status status = s->sent ? drain((pg_db *) base->db, error) : PLB_OK;
    s->sent = false;
    return status;
}

/* ---- Columns ---- */

static size_t pg_column_count(plb_statement *base) {
    return (size_t) PQnfields(((pg_statement *) base)->described);
}

static const char *pg_column_name(plb_statement *base, size_t column) {
    const char *name = PQfname(((pg_statement *) base)->described, (int) column);
    return name ? name : "";
}

static plb_value pg_column(plb_statement *base, size_t column) {
    const pg_statement *s = (pg_statement *) base;
    int at = (int) column;
    if (!s->row || PQgetisnull(s->row, 0, at)) return plb_value_of_text(NULL);
    const char *text = PQgetvalue(s->row, 0, at);
    switch (PQftype(s->row, at)) {
    case INT2:
    case INT4:
    case INT8: return plb_value_of_integer(strtoll(text, NULL, 10));
    case FLOAT4:
    case FLOAT8:
    case NUMERIC: return (plb_value){.kind = PLB_VALUE_REAL, .real = strtod(text, NULL)};
    case BOOL: return plb_value_of_integer(*text == 't');
    default: return plb_value_of_text(text);
    }
}

#else

static plb_status pg_open(plb_db **made, const char *url, const plb_store_options *options,
                          plb_error *error) {
    (void) made, (void) url, (void) options;
    return plb_fail(error, PLB_E_UNSUPPORTED, NULL,
                    "this plutbench was built without PostgreSQL (PLB_POSTGRESQL=OFF)");
}

#endif

const plb_db_driver plb_postgresql = {
    .name = "postgresql",
    .tables_sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'plutbench'",
    .version_sql = "SELECT max(version) FROM plutbench.schema_version",
    .make_sql = "CREATE SCHEMA IF NOT EXISTS plutbench",
    .open = pg_open,
#if PLB_POSTGRESQL
    .close = pg_close,
    .begin = pg_begin,
    .end = pg_end,
    .prepare = pg_prepare,
    .bind = pg_bind,
    .step = pg_step,
    .reset = pg_reset,
    .finish = pg_finish,
    .column_count = pg_column_count,
    .column_name = pg_column_name,
    .column = pg_column,
#endif
};
