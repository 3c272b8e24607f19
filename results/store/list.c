/* Runs that match a filter, and single ones. */
#include <ctype.h>
#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "results/run/run.h"
#include "results/store/internal.h"
#include "results/utc.h"

#define SQL_BYTES 4096
#define PATTERN_BYTES 512
#define LEAST_ID 4 /* digits that tell a run */

/* ---- Filters ---- */

typedef enum match { MATCH_PART, MATCH_BEGIN, MATCH_WHOLE } match;

/* What each member of a plb_run_filter asks; %1$u is the number of its value. */
static const struct {
    size_t offset;
    match match;
    const char *clause;
} clauses[] = {
    {offsetof(plb_run_filter, script), MATCH_PART, "lower(script) LIKE lower($%1$u) ESCAPE '!'"},
    {offsetof(plb_run_filter, machine), MATCH_PART,
     "(lower(machine) LIKE lower($%1$u) ESCAPE '!' OR lower(machine_id) LIKE lower($%1$u) "
     "ESCAPE '!')"},
    {offsetof(plb_run_filter, command), MATCH_PART, "lower(command) LIKE lower($%1$u) ESCAPE '!'"},
    {offsetof(plb_run_filter, revision), MATCH_BEGIN, "revision LIKE $%1$u ESCAPE '!'"},
    {offsetof(plb_run_filter, state), MATCH_WHOLE, "state = $%1$u"},
};

#define CLAUSES (sizeof clauses / sizeof *clauses)
#define FILTER_VALUES (CLAUSES + 4) /* and flag, since, until, limit */

typedef struct question {
    char sql[SQL_BYTES];
    char patterns[CLAUSES][PATTERN_BYTES];
    plb_value values[FILTER_VALUES];
    unsigned count;
} question;

static void ask(question *q, plb_value value, const char *format, ...) PLB_PRINTF(3, 4);

/* A condition with a value. */
static void ask(question *q, plb_value value, const char *format, ...) {
    size_t used = strlen(q->sql);
    va_list arguments;
    q->values[q->count++] = value;
    va_start(arguments, format);
    (void) vsnprintf(q->sql + used, sizeof q->sql - used, format, arguments);
    va_end(arguments);
}

static void say(question *q, const char *text) {
    size_t used = strlen(q->sql);
    (void) snprintf(q->sql + used, sizeof q->sql - used, "%s", text);
}

/* For LIKE: what stands for other characters stands for itself. */
static plb_status make_pattern(const char *text, match how, char pattern[PATTERN_BYTES],
                               plb_error *error) {
    char *at = pattern;
    if (2 * strlen(text) + 3 > PATTERN_BYTES) {
        return plb_fail(error, PLB_E_ARGUMENT, text, "the text to look for is too long");
    }
    if (how == MATCH_PART) *at++ = '%';
    for (; *text; text++) {
        if (how != MATCH_WHOLE && strchr("%_!", *text)) *at++ = '!';
        *at++ = *text;
    }
    if (how != MATCH_WHOLE) *at++ = '%';
    *at = '\0';
    return PLB_OK;
}

static plb_status ask_texts(question *q, const plb_run_filter *filter, plb_error *error) {
    for (size_t i = 0; i < CLAUSES; i++) {
        const char *text =
            *(const char *const *) (const void *) ((const char *) filter + clauses[i].offset);
        if (!text) continue;
        plb_status status = make_pattern(text, clauses[i].match, q->patterns[i], error);
        if (status != PLB_OK) return status;
        say(q, " AND ");
        ask(q, plb_value_of_text(q->patterns[i]), clauses[i].clause, q->count + 1);
    }
    return PLB_OK;
}

static plb_status ask_time(question *q, const char *text, const char *comparison,
                           plb_error *error) {
    double seconds;
    if (!text) return PLB_OK;
    if (!plb_utc_parse(text, &seconds)) {
        return plb_fail(error, PLB_E_ARGUMENT, text,
                        "expected a day or a time (UTC), such as 2026-04-27 or "
                        "2026-04-27T12:34:56Z");
    }
    ask(q, plb_value_of_integer((int64_t) llround(seconds * 1000)), " AND started_ms %s $%u",
        comparison, q->count + 1);
    return PLB_OK;
}

static plb_status ask_flag(question *q, const char *flag, plb_error *error) {
    if (!flag) return PLB_OK;
    if (strcmp(flag, "none") == 0) {
        say(q, " AND flags = ''");
        return PLB_OK;
    }
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) {
        if (strcmp(plb_flag_name((plb_flag) f), flag) != 0) continue;
        ask(q, plb_value_of_text(flag),
            " AND EXISTS (SELECT 1 FROM flag WHERE flag.run = run.id AND flag.name = $%u)",
            q->count + 1);
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_ARGUMENT, flag,
                    "there is no such flag: expected one such as %s, or none",
                    plb_flag_name(PLB_FLAG_STEAL));
}

static plb_status check_state(const char *state, plb_error *error) {
    for (unsigned s = 0; s < PLB_RUN_STATES; s++) {
        if (!state || strcmp(plb_run_state_name((plb_run_state) s), state) == 0) return PLB_OK;
    }
    return plb_fail(error, PLB_E_ARGUMENT, state,
                    "there is no such state: expected complete, partial or incomplete");
}

static plb_status make_question(question *q, const plb_run_filter *filter, plb_error *error) {
    say(q, "SELECT id, state, command, script, strategy, machine, started_utc, revision, path, "
           "flags, headline, headline_unit, headline_value, headline_low, headline_high FROM run "
           "WHERE 1 = 1");
    plb_status status = check_state(filter->state, error);
    if (status == PLB_OK) status = ask_texts(q, filter, error);
    if (status == PLB_OK) status = ask_flag(q, filter->flag, error);
    if (status == PLB_OK) status = ask_time(q, filter->since, ">=", error);
    if (status == PLB_OK) status = ask_time(q, filter->until, "<", error);
    if (status != PLB_OK) return status;
    say(q, " ORDER BY started_ms DESC, id");
    if (filter->limit > 0 && filter->limit < INT64_MAX) {
        ask(q, plb_value_of_integer((int64_t) filter->limit), " LIMIT $%u", q->count + 1);
    }
    return PLB_OK;
}

/* ---- Listing ---- */

typedef struct listing {
    int (*line)(void *context, const plb_run_line *line);
    void *context;
} listing;

static double number(const plb_value *value) {
    return value->kind == PLB_VALUE_REAL      ? value->real
           : value->kind == PLB_VALUE_INTEGER ? (double) value->integer
                                              : NAN;
}

static int give_line(void *context, size_t count, const plb_value *v) {
    const listing *l = context;
    if (count < 15) return 1;
    const plb_run_line line = {
        .id = plb_value_text(&v[0]),
        .state = plb_value_text(&v[1]),
        .command = plb_value_text(&v[2]),
        .script = plb_value_text(&v[3]),
        .strategy = plb_value_text(&v[4]),
        .machine = plb_value_text(&v[5]),
        .started_utc = plb_value_text(&v[6]),
        .revision = plb_value_text(&v[7]),
        .path = plb_value_text(&v[8]),
        .flags = plb_value_text(&v[9]),
        .headline = plb_value_text(&v[10]),
        .unit = plb_value_text(&v[11]),
        .value = number(&v[12]),
        .low = number(&v[13]),
        .high = number(&v[14]),
    };
    return l->line(l->context, &line);
}

plb_status plb_store_list(plb_store *store, const plb_run_filter *filter,
                          int (*line)(void *context, const plb_run_line *line), void *context,
                          plb_error *error) {
    question q = {.count = 0};
    listing l = {line, context};
    plb_status status = make_question(&q, filter, error);
    return status == PLB_OK
               ? plb_db_run(store->db, q.sql, q.values, q.count, give_line, &l, NULL, error)
               : status;
}

/* ---- One run ---- */

typedef struct found_id {
    char *id;
    size_t count;
} found_id;

static int take_id(void *context, size_t count, const plb_value *values) {
    found_id *found = context;
    if (count < 1 || found->count++ > 0) return 0;
    (void) snprintf(found->id, PLB_SHA256_TEXT_BYTES, "%s", plb_value_text(&values[0]));
    return 0;
}

plb_status plb_store_find(plb_store *store, const char *name, char id[PLB_SHA256_TEXT_BYTES],
                          plb_error *error) {
    found_id found = {.id = id};
    char pattern[PLB_SHA256_TEXT_BYTES + 1];
    size_t length = strlen(name);
    plb_status status;
    id[0] = '\0';
    if (strcmp(name, "latest") == 0) {
        status = plb_db_run(store->db, "SELECT id FROM run ORDER BY started_ms DESC, id LIMIT 1",
                            NULL, 0, take_id, &found, NULL, error);
    } else if (length < LEAST_ID || length >= PLB_SHA256_TEXT_BYTES ||
               strspn(name, "0123456789abcdef") != length) {
        return plb_fail(error, PLB_E_ARGUMENT, name,
                        "expected the begin of a run's id (at least %d digits), or latest",
                        LEAST_ID);
    } else {
        (void) snprintf(pattern, sizeof pattern, "%s%%", name);
        const plb_value value = plb_value_of_text(pattern);
        status = plb_db_run(store->db, "SELECT id FROM run WHERE id LIKE $1 ORDER BY id LIMIT 2",
                            &value, 1, take_id, &found, NULL, error);
    }
    if (status != PLB_OK || found.count == 1) return status;
    return plb_fail(error, PLB_E_ARGUMENT, name,
                    found.count == 0 ? "there is no such run in the store"
                                     : "more than one run's id begins so");
}

typedef struct reading {
    plb_run *run;
    char *path;
    int64_t rounds, processes;
    plb_status status;
    plb_error *error;
} reading;

static int take_run(void *context, size_t count, const plb_value *values) {
    reading *r = context;
    if (count < 3) return 1;
    r->path = strdup(plb_value_text(&values[0]));
    r->rounds = values[1].integer;
    r->processes = values[2].integer;
    return 0;
}

static int take_document(void *context, size_t count, const plb_value *values) {
    reading *r = context;
    if (count < 2) return 1;
    const char *text = plb_value_text(&values[1]);
    char *copy = strdup(text);
    r->status = copy ? plb_run_add_document(r->run, plb_value_text(&values[0]), copy, strlen(text),
                                            r->error)
                     : plb_fail(r->error, PLB_E_MEMORY, NULL, "no memory for a run");
    return r->status != PLB_OK;
}

static plb_status read_run(plb_store *store, const char *id, reading *r) {
    const plb_value value = plb_value_of_text(id);
    plb_status status =
        plb_db_run(store->db, "SELECT path, rounds, processes FROM run WHERE id = $1", &value, 1,
                   take_run, r, NULL, r->error);
    if (status == PLB_OK && !r->path) {
        return plb_fail(r->error, PLB_E_ARGUMENT, id, "there is no such run in the store");
    }
    if (status == PLB_OK) {
        plb_error stopped;
        status =
            plb_db_run(store->db, "SELECT name, text FROM document WHERE run = $1 ORDER BY name",
                       &value, 1, take_document, r, NULL, &stopped);
        if (r->status != PLB_OK) return r->status;
        if (status != PLB_OK && r->error) *r->error = stopped;
    }
    return status == PLB_OK ? plb_run_conclude(r->run, r->path, r->rounds, r->processes, r->error)
                            : status;
}

plb_status plb_store_read(plb_store *store, const char *id, plb_run **run, plb_error *error) {
    reading r = {.run = plb_run_new(), .error = error};
    *run = NULL;
    plb_db *db = store->db;
    if (!r.run) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a run");
    /* One transaction, so that nobody changes it in between. */
    plb_status status = db->driver->begin(db, false, error);
    if (status == PLB_OK) {
        status = read_run(store, id, &r);
        (void) db->driver->end(db, false, NULL);
    }
    free(r.path);
    if (status == PLB_OK) {
        *run = r.run;
    } else {
        plb_run_free(r.run);
    }
    return status;
}
