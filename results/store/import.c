/* A run into the store, all of it or nothing. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/store/internal.h"
#include "results/utc.h"

#define VALUES_MOST 32

/* ---- Rows of a run ---- */

/* `values` get the run's id first; returns how many there are. */
typedef struct rows {
    const char *sql;
    size_t (*count)(const plb_run_facts *facts);
    size_t (*fill)(const plb_run_facts *facts, size_t index, plb_value *values);
} rows;

#define TEXT plb_value_of_text
#define INTEGER plb_value_of_integer
#define REAL plb_value_of_real

static size_t count_figures(const plb_run_facts *f) { return f->figure_count; }

static size_t fill_figure(const plb_run_facts *f, size_t i, plb_value *values) {
    const plb_run_figure *figure = &f->figures[i];
    const plb_estimate *e = &figure->estimate;
    const plb_value all[] = {TEXT(figure->name),
                             TEXT(figure->unit),
                             REAL(e->value),
                             REAL(e->low),
                             REAL(e->high),
                             REAL(e->level),
                             INTEGER((int64_t) e->count),
                             TEXT(e->method)};
    memcpy(values, all, sizeof all);
    return sizeof all / sizeof *all;
}

static size_t count_flags(const plb_run_facts *f) { return f->flag_count; }

static size_t fill_flag(const plb_run_facts *f, size_t i, plb_value *values) {
    values[0] = TEXT(f->flags[i]);
    return 1;
}

static size_t count_inputs(const plb_run_facts *f) { return f->input_count; }

static size_t fill_input(const plb_run_facts *f, size_t i, plb_value *values) {
    const plb_input *input = &f->inputs[i];
    const plb_value all[] = {TEXT(input->role), TEXT(input->name), INTEGER((int64_t) input->bytes),
                             TEXT(input->sha256)};
    memcpy(values, all, sizeof all);
    return sizeof all / sizeof *all;
}

static size_t count_libraries(const plb_run_facts *f) { return f->library_count; }

static size_t fill_library(const plb_run_facts *f, size_t i, plb_value *values) {
    const plb_run_library *library = &f->libraries[i];
    const plb_value all[] = {TEXT(library->name), TEXT(library->version), TEXT(library->origin)};
    memcpy(values, all, sizeof all);
    return sizeof all / sizeof *all;
}

static size_t count_files(const plb_run_facts *f) { return f->file_count; }

static size_t fill_file(const plb_run_facts *f, size_t i, plb_value *values) {
    const plb_run_file *file = &f->files[i];
    const plb_value all[] = {TEXT(file->name), INTEGER((int64_t) file->bytes), TEXT(file->sha256)};
    memcpy(values, all, sizeof all);
    return sizeof all / sizeof *all;
}

static size_t count_documents(const plb_run_facts *f) { return f->document_count; }

/* Databases take no other text than this; no document of plutbench's own is otherwise. */
static bool is_text(const plb_run_document *document) {
    json_t *text = json_stringn(document->text, document->length);
    bool is_utf8 = text != NULL && strlen(document->text) == document->length;
    json_decref(text);
    return is_utf8;
}

static size_t fill_document(const plb_run_facts *f, size_t i, plb_value *values) {
    const plb_run_document *document = &f->documents[i];
    if (!is_text(document)) return 0;
    values[0] = TEXT(document->name);
    values[1] = TEXT(document->text);
    return 2;
}

static const rows tables[] = {
    {"INSERT INTO figure (run, name, unit, value, low, high, level, rounds, method) "
     "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
     count_figures, fill_figure},
    {"INSERT INTO flag (run, name) VALUES ($1, $2)", count_flags, fill_flag},
    {"INSERT INTO input (run, role, name, bytes, sha256) VALUES ($1, $2, $3, $4, $5)", count_inputs,
     fill_input},
    {"INSERT INTO library (run, name, version, origin) VALUES ($1, $2, $3, $4)", count_libraries,
     fill_library},
    {"INSERT INTO file (run, name, bytes, sha256) VALUES ($1, $2, $3, $4)", count_files, fill_file},
    {"INSERT INTO document (run, name, text) VALUES ($1, $2, $3)", count_documents, fill_document},
};

static plb_status insert_rows(plb_db *db, const rows *table, const plb_run_facts *facts,
                              plb_error *error) {
    plb_statement *statement = NULL;
    plb_status status = db->driver->prepare(db, table->sql, false, &statement, error);
    if (status != PLB_OK) return status;
    for (size_t i = 0; i < table->count(facts) && status == PLB_OK; i++) {
        plb_value values[VALUES_MOST] = {TEXT(facts->id)};
        size_t count = table->fill(facts, i, values + 1);
        if (count > 0) status = plb_db_again(statement, values, count + 1, NULL, error);
    }
    db->driver->finish(statement);
    return status;
}

/* ---- The run itself ---- */

/* The figure that a list shows: what a call costs more than its twin, or what stands in its place.
 */
static const plb_run_figure *headline_of(const plb_run *run) {
    static const char *const names[] = {"overhead_per_call.paired", "stores[memory].scripts",
                                        "overhead_per_call.regression"};
    const plb_run_facts *facts = plb_run_get_facts(run);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const plb_run_figure *figure = plb_run_get_figure(run, names[i]);
        if (figure) return figure;
    }
    return facts->figure_count > 0 ? &facts->figures[0] : NULL;
}

/* Names between commas; malloc'ed. */
static char *joined_flags(const plb_run_facts *facts) {
    size_t length = 1;
    for (size_t i = 0; i < facts->flag_count; i++) length += strlen(facts->flags[i]) + 1;
    char *joined = malloc(length), *at = joined;
    if (!joined) return NULL;
    *at = '\0';
    for (size_t i = 0; i < facts->flag_count; i++) {
        at += sprintf(at, "%s%s", i > 0 ? "," : "", facts->flags[i]);
    }
    return joined;
}

/* In the order of insert_sql; returns how many there are. */
static size_t fill_run(const plb_run *run, const char *flags, const char *now,
                       plb_value values[VALUES_MOST]) {
    const plb_run_facts *f = plb_run_get_facts(run);
    const plb_run_figure *headline = headline_of(run);
    const plb_estimate none = {.value = NAN, .low = NAN, .high = NAN};
    const plb_estimate *e = headline ? &headline->estimate : &none;
    double started_s = 0;
    (void) plb_utc_parse(f->started_utc, &started_s);
    const plb_value all[] = {
        TEXT(f->id),
        TEXT(f->manifest_sha256),
        TEXT(plb_run_state_name(f->state)),
        TEXT(f->command),
        TEXT(f->script),
        TEXT(f->language),
        TEXT(f->strategy),
        TEXT(f->target),
        INTEGER(f->protocol_version),
        INTEGER(f->seed),
        INTEGER(f->rounds),
        INTEGER(f->processes),
        TEXT(f->machine),
        TEXT(f->machine_id),
        TEXT(f->kernel),
        TEXT(f->version),
        TEXT(f->revision),
        TEXT(f->compiler),
        TEXT(f->started_utc),
        INTEGER((int64_t) llround(started_s * 1000)),
        TEXT(f->finished_utc),
        TEXT(now),
        TEXT(f->path),
        TEXT(f->command_line),
        TEXT(f->conclusion),
        TEXT(flags),
        TEXT(headline ? headline->name : ""),
        TEXT(headline ? headline->unit : ""),
        REAL(e->value),
        REAL(e->low),
        REAL(e->high),
    };
    memcpy(values, all, sizeof all);
    return sizeof all / sizeof *all;
}

static const char insert_sql[] =
    "INSERT INTO run (id, manifest_sha256, state, command, script, language, strategy, target,"
    " protocol_version, seed, rounds, processes, machine, machine_id, kernel, version, revision,"
    " compiler, started_utc, started_ms, finished_utc, imported_utc, path, command_line,"
    " conclusion, flags, headline, headline_unit, headline_value, headline_low, headline_high)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,"
    " $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)"
    " ON CONFLICT (id) DO NOTHING";

static plb_status insert_run(plb_db *db, const plb_run *run, const char *flags, bool *is_new,
                             plb_error *error) {
    plb_value values[VALUES_MOST];
    char now[PLB_UTC_BYTES];
    int64_t changes = 0;
    plb_utc_text(plb_utc_now(), now);
    size_t count = fill_run(run, flags, now, values);
    plb_status status = plb_db_run(db, insert_sql, values, count, NULL, NULL, &changes, error);
    *is_new = changes > 0;
    return status;
}

/* ---- What is there already ---- */

typedef struct known_run {
    bool known, incomplete, same;
    int64_t rounds;
    const char *manifest_sha256; /* of the run that is imported */
} known_run;

static int see_known(void *context, size_t count, const plb_value *values) {
    known_run *k = context;
    if (count < 3) return 1;
    k->known = true;
    k->incomplete = plb_value_text(&values[0])[0] == '\0';
    k->same = strcmp(plb_value_text(&values[0]), k->manifest_sha256) == 0;
    k->rounds = values[1].integer;
    return 0;
}

/* One that was not finished then may be now, or have come further. */
static plb_status make_way(plb_db *db, const plb_run_facts *facts, known_run *known,
                           plb_error *error) {
    const plb_value id = TEXT(facts->id);
    plb_status status =
        plb_db_run(db, "SELECT manifest_sha256, rounds, state FROM run WHERE id = $1", &id, 1,
                   see_known, known, NULL, error);
    if (status != PLB_OK || !known->known) return status;
    bool came_further = known->incomplete && (!known->same || facts->rounds > known->rounds);
    if (came_further) {
        known->known = false;
        return plb_db_run(db, "DELETE FROM run WHERE id = $1", &id, 1, NULL, NULL, NULL, error);
    }
    bool finished = facts->manifest_sha256[0] != '\0';
    if (!known->same && finished) {
        return plb_fail(error, PLB_E_ARGUMENT, facts->path,
                        "the store has this run (%.12s) with another manifest", facts->id);
    }
    return PLB_OK;
}

static plb_status import_run(plb_db *db, const plb_run *run, const char *flags, plb_import *outcome,
                             plb_error *error) {
    const plb_run_facts *facts = plb_run_get_facts(run);
    known_run known = {.manifest_sha256 = facts->manifest_sha256};
    bool is_new = false;
    plb_status status = make_way(db, facts, &known, error);
    *outcome = PLB_IMPORT_KNOWN;
    if (status != PLB_OK || known.known) return status;
    status = insert_run(db, run, flags, &is_new, error);
    if (status != PLB_OK || !is_new) return status;
    *outcome = known.incomplete ? PLB_IMPORT_FINISHED : PLB_IMPORT_NEW;
    for (size_t i = 0; i < sizeof tables / sizeof *tables && status == PLB_OK; i++) {
        status = insert_rows(db, &tables[i], facts, error);
    }
    return status;
}

plb_status plb_store_import(plb_store *store, const plb_run *run, plb_import *outcome,
                            plb_error *error) {
    plb_db *db = store->db;
    char *flags = joined_flags(plb_run_get_facts(run));
    if (!flags) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for an import");
    plb_status status = db->driver->begin(db, true, error);
    if (status == PLB_OK) {
        status = import_run(db, run, flags, outcome, error);
        if (status == PLB_OK) {
            status = db->driver->end(db, true, error);
        } else {
            (void) db->driver->end(db, false, NULL);
        }
    }
    free(flags);
    return status;
}
