/* A static site of a store's runs. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/folder.h"
#include "results/format.h"
#include "results/report/report.h"

#define PAGES "runs" /* the folder of runs' pages */

typedef struct site {
    plb_store *store;
    plb_results *index, *pages;
    json_t *lines; /* of the list: objects */
    plb_publication *publication;
} site;

/* ---- The list ---- */

static int add_line(void *context, const plb_run_line *line) {
    site *s = context;
    json_t *o = json_pack("{s:s}", "id", line->id);
    const struct {
        const char *key, *text;
    } texts[] = {
        {"state", line->state},         {"command", line->command}, {"script", line->script},
        {"strategy", line->strategy},   {"machine", line->machine}, {"revision", line->revision},
        {"started", line->started_utc}, {"flags", line->flags},     {"headline", line->headline},
        {"unit", line->unit},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_object_set_new(o, texts[i].key, plb_cell_string(texts[i].text));
    }
    json_t *figure = isfinite(line->value)
                         ? json_pack("{s:f, s:f, s:f, s:s}", "value", line->value, "low", line->low,
                                     "high", line->high, "unit", line->unit)
                         : json_null();
    json_object_set_new(o, "figure", figure);
    return json_array_append_new(s->lines, o);
}

static const struct {
    const char *title, *key;
} columns[] = {
    {"Begun", "started"},     {"Command", "command"}, {"Script", "script"},
    {"Figure", "headline"},   {"Value", "figure"},    {"State", "state"},
    {"Strategy", "strategy"}, {"Machine", "machine"}, {"Revision", "revision"},
    {"Warnings", "flags"},
};

static json_t *page_cell(const json_t *line) {
    const char *id = plb_string_at(line, "id");
    return json_pack("{s:o, s:o}", "text", json_stringn(id, strlen(id) < 12 ? strlen(id) : 12),
                     "page", json_sprintf(PAGES "/%s.html", id));
}

static void add_row(json_t *table, const json_t *line) {
    bool failed = json_is_true(json_object_get(line, "failed"));
    json_t *row = plb_row_add(table);
    plb_cell_add(row, failed ? plb_cell_string(plb_string_at(line, "id")) : page_cell(line));
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        plb_cell_add(row, plb_cell_of(json_object_get(line, columns[c].key)));
    }
}

static plb_status write_index(site *s, plb_error *error) {
    plb_report *report;
    char *text = NULL;
    size_t length;
    plb_status status = plb_report_new("Runs", &report, error);
    if (status != PLB_OK) return status;
    json_t *section = plb_section_add(report->overview, "runs", "Runs",
                                      "The latest first. Each has a page of its own, whose address "
                                      "stays: it is the run's id.");
    json_t *table = plb_table_add(section, "runs", "Runs", "");
    plb_column_add(table, "Run", "", NULL);
    for (size_t c = 0; c < sizeof columns / sizeof *columns; c++) {
        plb_column_add(table, columns[c].title, "", NULL);
    }
    for (size_t i = 0; i < json_array_size(s->lines); i++) {
        add_row(table, json_array_get(s->lines, i));
    }
    if (json_array_size(s->lines) == 0) plb_text_add(section, "The store has no such run.");
    status = plb_report_write(report, PLB_REPORT_HTML, &text, &length, error);
    plb_report_free(report);
    return plb_results_keep(s->index, "index.html", status, text, error);
}

/* ---- Pages ---- */

static plb_status write_page(site *s, const plb_report *report, const char *id,
                             plb_report_format format, const char *end, plb_error *error) {
    char name[PLB_SHA256_TEXT_BYTES + 16], *text = NULL;
    size_t length;
    (void) snprintf(name, sizeof name, "%s.%s", id, end);
    plb_status status = plb_report_write(report, format, &text, &length, error);
    return plb_results_keep(s->pages, name, status, text, error);
}

static plb_status write_run(site *s, const plb_run *run, const char *id, plb_error *error) {
    plb_report *report;
    plb_status status = plb_report_new(NULL, &report, error);
    if (status != PLB_OK) return status;
    status = plb_report_add(report, run, error);
    if (status == PLB_OK) status = write_page(s, report, id, PLB_REPORT_HTML, "html", error);
    if (status == PLB_OK) status = write_page(s, report, id, PLB_REPORT_JSON, "json", error);
    plb_report_free(report);
    return status;
}

/* A run that can't be read, or shown, is no reason to have no site. */
static plb_status publish_run(site *s, json_t *line, plb_error *error) {
    const char *id = plb_string_at(line, "id");
    plb_run *run = NULL;
    plb_status status = plb_store_read(s->store, id, &run, error);
    if (status == PLB_OK) status = write_run(s, run, id, error);
    plb_run_free(run);
    if (status == PLB_E_PARSE || status == PLB_E_ARGUMENT) {
        json_object_set_new(line, "failed", json_true());
        s->publication->failed++;
        return PLB_OK;
    }
    s->publication->runs += status == PLB_OK;
    return status;
}

static plb_status open_folders(site *s, const char *directory, plb_error *error) {
    size_t length = strlen(directory) + sizeof "/" PAGES;
    char *pages = malloc(length);
    if (!pages) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a path");
    (void) snprintf(pages, length, "%s/" PAGES, directory);
    plb_status status = plb_results_open(directory, &s->index, error);
    if (status == PLB_OK) status = plb_results_open(pages, &s->pages, error);
    free(pages);
    return status;
}

plb_status plb_publish(plb_store *store, const plb_run_filter *filter, const char *directory,
                       void (*progress)(void *context, size_t done, size_t of), void *context,
                       plb_publication *publication, plb_error *error) {
    site s = {.store = store, .lines = json_array(), .publication = publication};
    *publication = (plb_publication){.runs = 0};
    plb_status status = s.lines ? plb_store_list(store, filter, add_line, &s, error)
                                : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a list");
    if (status == PLB_OK) status = open_folders(&s, directory, error);
    size_t count = json_array_size(s.lines);
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        status = publish_run(&s, json_array_get(s.lines, i), error);
        if (progress && status == PLB_OK) progress(context, i + 1, count);
    }
    if (status == PLB_OK) status = write_index(&s, error);
    plb_results_close(s.pages);
    plb_results_close(s.index);
    json_decref(s.lines);
    return status;
}
