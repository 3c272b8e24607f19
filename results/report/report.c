#include "results/report/report.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/dictionary.h>
#include <plutbench/version.h>

#include "results/format.h"
#include "results/json.h"
#include "results/report/sections.h"
#include "results/run/run.h"
#include "results/utc.h"

#define FORMAT_VERSION 1

plb_status plb_report_new(const char *title, plb_report **report, plb_error *error) {
    plb_report *made = calloc(1, sizeof *made);
    if (made) {
        made->title = title ? strdup(title) : NULL;
        made->overview =
            json_pack("{s:s, s:s, s:[]}", "id", "overview", "title", "All runs", "sections");
        made->runs = json_array();
    }
    if (made && made->overview && made->runs && (made->title || !title)) {
        *report = made;
        return PLB_OK;
    }
    plb_report_free(made);
    *report = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
}

void plb_report_free(plb_report *report) {
    if (!report) return;
    json_decref(report->overview);
    json_decref(report->runs);
    free(report->title);
    free(report);
}

/* ---- A run's part ---- */

#define SAMPLES_MOST ((size_t) 1 << 25) /* numbers that are read for plots */

/* The samples in the folder, where they are this run's; nothing when they are not. */
static void find_samples(const plb_run_facts *facts, plb_samples **samples,
                         plb_sample_series *series) {
    char path[PATH_MAX];
    plb_error ignored;
    int length = snprintf(path, sizeof path, "%s/%s", facts->path, PLB_RUN_SAMPLES_FILE);
    *samples = NULL;
    if (length < 0 || (size_t) length >= sizeof path ||
        plb_samples_open(path, samples, &ignored) != PLB_OK) {
        return;
    }
    bool same = strcmp(plb_samples_get_facts(*samples)->run, facts->id) == 0;
    if (!same || plb_samples_series(*samples, SAMPLES_MOST, series, &ignored) != PLB_OK) {
        plb_samples_free(*samples);
        *samples = NULL;
    }
}

static plb_status add_sections(plb_report_source *source, json_t *part, plb_error *error) {
    const plb_run_document *summary = plb_run_get_summary(source->run);
    plb_samples *samples = NULL;
    plb_sample_series series = {.count = 0};
    plb_status status = PLB_OK;
    if (summary) {
        source->summary_name = summary->name;
        status = plb_source_json(source, summary->name, &source->summary, error);
    }
    find_samples(source->facts, &samples, &series);
    if (samples) {
        source->series = &series;
        source->subjects = plb_samples_get_facts(samples)->subjects;
    }
    if (status == PLB_OK) status = plb_report_sections(source, part, error);
    if (samples) plb_sample_series_free(&series);
    plb_samples_free(samples);
    json_decref(source->summary);
    return status;
}

static void add_warning(json_t *warnings, const char *name, const char *text) {
    json_array_append_new(warnings, json_pack("{s:o, s:o}", "name", plb_cell_string(name), "text",
                                              plb_cell_string(text)));
}

static const char *advice_of(const char *flag) {
    for (unsigned k = 0; k < PLB_FLAG_COUNT; k++) {
        if (strcmp(plb_flag_name((plb_flag) k), flag) == 0) return plb_flag_advice((plb_flag) k);
    }
    return "";
}

static json_t *warnings_of(const plb_run_facts *f) {
    json_t *warnings = json_array();
    if (f->state == PLB_RUN_INCOMPLETE) {
        add_warning(warnings, "incomplete",
                    "the run was not finished: it has no manifest, and nothing vouches for its "
                    "files");
    }
    if (f->state == PLB_RUN_PARTIAL) {
        add_warning(warnings, "partial", "the measurement was interrupted");
    }
    for (size_t i = 0; i < f->flag_count; i++) {
        add_warning(warnings, f->flags[i], advice_of(f->flags[i]));
    }
    return warnings;
}

/* What figure comes first: the first of these that there is, "[]" standing for any label. Runs that
 * have none of them have no such figure. */
static const char *const headlines[] = {
    "overhead_per_call.paired",        "overhead_per_call.regression",      "full_block.scripts",
    "states[memory].scripts.per_call", "design_points[].overhead_per_call",
};

static bool is_like(const char *name, const char *pattern) {
    const char *any = strstr(pattern, "[]");
    if (!any) return strcmp(name, pattern) == 0;
    size_t begin = (size_t) (any + 1 - pattern);
    const char *end = strncmp(name, pattern, begin) == 0 ? strstr(name + begin, any + 1) : NULL;
    return end && strcmp(end, any + 1) == 0;
}

static const plb_run_figure *figure_like(const plb_run_facts *f, const char *pattern) {
    for (size_t i = 0; i < f->figure_count; i++) {
        if (is_like(f->figures[i].name, pattern)) return &f->figures[i];
    }
    return NULL;
}

static const plb_run_figure *headline_of(const plb_report_source *source) {
    const plb_run_figure *figure = NULL;
    for (size_t i = 0; i < sizeof headlines / sizeof *headlines && !figure; i++) {
        figure = figure_like(source->facts, headlines[i]);
    }
    return figure;
}

static json_t *headline_json(const plb_report_source *source) {
    const plb_run_figure *figure = headline_of(source);
    if (!figure) return json_null();
    json_t *o = plb_json_estimate(&figure->estimate, figure->unit);
    json_object_set_new(o, "name", plb_cell_string(figure->name));
    return o;
}

/* "calibrate ecdsa-loop, 2026-04-27 12:34": for people. */
static json_t *label_of(const plb_run_facts *f) {
    char text[256];
    const char *when = f->started_utc[0] ? f->started_utc : f->finished_utc;
    bool timed = strlen(when) > 16; /* "2026-04-27T12:34" and more */
    (void) snprintf(text, sizeof text, "%s%s%s%s%.10s%s%.5s", f->command[0] ? f->command : "run",
                    f->script[0] ? " " : "", f->script, timed ? ", " : "", timed ? when : "",
                    timed ? " " : "", timed ? when + 11 : "");
    return plb_cell_string(text);
}

plb_status plb_report_add(plb_report *report, const plb_run *run, plb_error *error) {
    plb_report_source source = {.run = run, .facts = plb_run_get_facts(run)};
    if (json_array_size(report->runs) >= PLB_REPORT_RUNS) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d runs", PLB_REPORT_RUNS);
    }
    json_t *part =
        json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:[]}", "id", source.facts->id, "title",
                  label_of(source.facts), "facts", plb_run_json(run), "warnings",
                  warnings_of(source.facts), "headline", headline_json(&source), "conclusion",
                  plb_cell_string(source.facts->conclusion), "sections");
    if (!part) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    plb_status status = add_sections(&source, part, error);
    if (status == PLB_OK && json_array_append(report->runs, part) != 0) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    }
    json_decref(part);
    return status;
}

/* ---- All of it ---- */

static bool is_empty(const json_t *item) {
    const char *kind = plb_string_at(item, "kind");
    if (strcmp(kind, "table") == 0) return plb_row_count(item) == 0;
    const json_t *series = plb_json_at(item, "series");
    for (size_t i = 0; i < json_array_size(series); i++) {
        if (plb_point_count(json_array_get(series, i)) > 0) return false;
    }
    return strcmp(kind, "plot") == 0;
}

/* Tables without rows, plots without points, and sections without either say nothing. */
static void drop_empty(json_t *part) {
    json_t *sections = json_object_get(part, "sections");
    for (size_t i = json_array_size(sections); i-- > 0;) {
        json_t *items = json_object_get(json_array_get(sections, i), "items");
        for (size_t k = json_array_size(items); k-- > 0;) {
            if (is_empty(json_array_get(items, k))) json_array_remove(items, k);
        }
        if (json_array_size(items) == 0) json_array_remove(sections, i);
    }
}

/* The dictionary's word on a column's term, "summary.json overhead_per_call". */
static void explain(json_t *terms, json_t *column) {
    const char *term = plb_string_at(column, "term");
    const char *space = strchr(term, ' ');
    char record[64];
    if (!space || (size_t) (space - term) >= sizeof record) return;
    (void) snprintf(record, sizeof record, "%.*s", (int) (space - term), term);
    const plb_record *found = plb_dictionary_record_of(record);
    const plb_field *field = found ? plb_dictionary_field(found, space + 1) : NULL;
    if (!field) {
        json_object_del(column, "term");
        return;
    }
    json_object_set_new(terms, term,
                        json_pack("{s:s, s:s, s:s, s:s}", "unit", field->unit, "definition",
                                  field->definition, "method", field->method, "source",
                                  field->source));
}

static void explain_part(json_t *terms, json_t *part) {
    json_t *sections = json_object_get(part, "sections"), *section, *item, *column;
    size_t i, k, c;
    json_array_foreach(sections, i, section) {
        json_array_foreach(json_object_get(section, "items"), k, item) {
            json_array_foreach(json_object_get(item, "columns"), c, column) {
                explain(terms, column);
            }
        }
    }
}

static json_t *title_of(const plb_report *report) {
    json_t *first = json_array_get(report->runs, 0);
    if (report->title) return plb_cell_string(report->title);
    if (json_array_size(report->runs) == 1) return json_incref(json_object_get(first, "title"));
    return json_sprintf("%zu runs", json_array_size(report->runs));
}

json_t *plb_report_json(const plb_report *report) {
    char now[PLB_UTC_BYTES];
    plb_utc_text(plb_utc_now(), now);
    json_t *overview = json_deep_copy(report->overview), *runs = json_deep_copy(report->runs);
    json_t *terms = json_object(), *part;
    size_t i;
    if (json_array_size(runs) > 1) plb_overview_runs(overview, runs);
    drop_empty(overview);
    explain_part(terms, overview);
    json_array_foreach(runs, i, part) {
        drop_empty(part);
        explain_part(terms, part);
    }
    return json_pack("{s:i, s:o, s:s, s:s, s:o, s:o, s:o}", "format", FORMAT_VERSION, "title",
                     title_of(report), "generated_utc", now, "generator", plb_version(), "overview",
                     overview, "runs", runs, "terms", terms);
}

void plb_report_each(const json_t *report, void (*visit)(void *context, const plb_item *item),
                     void *context) {
    const json_t *runs = plb_json_at(report, "runs");
    for (size_t p = 0; p <= json_array_size(runs); p++) {
        const json_t *part = p == 0 ? plb_json_at(report, "overview") : json_array_get(runs, p - 1);
        const json_t *sections = plb_json_at(part, "sections");
        for (size_t s = 0; s < json_array_size(sections); s++) {
            const json_t *section = json_array_get(sections, s);
            const json_t *items = plb_json_at(section, "items");
            for (size_t k = 0; k < json_array_size(items); k++) {
                visit(context, &(plb_item){.part = part,
                                           .section = section,
                                           .item = json_array_get(items, k),
                                           .first_of_part = s == 0 && k == 0,
                                           .first_of_section = k == 0});
            }
        }
    }
}

/* ---- Formats ---- */

static const struct {
    const char *name;
    plb_report_writer *write;
} formats[PLB_REPORT_FORMATS] = {
    [PLB_REPORT_HTML] = {"html", plb_report_write_html},
    [PLB_REPORT_MARKDOWN] = {"md", plb_report_write_markdown},
    [PLB_REPORT_JSON] = {"json", plb_report_write_json},
    [PLB_REPORT_CSV] = {"csv", plb_report_write_csv},
    [PLB_REPORT_TYPST] = {"typst", plb_report_write_typst},
};

const char *plb_report_format_name(plb_report_format format) {
    return (unsigned) format < PLB_REPORT_FORMATS ? formats[format].name : NULL;
}

plb_status plb_report_write(const plb_report *report, plb_report_format format, char **text,
                            size_t *length, plb_error *error) {
    *text = NULL;
    if (json_array_size(report->runs) == 0 &&
        json_array_size(plb_json_at(report->overview, "sections")) == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a run to report");
    }
    json_t *all = plb_report_json(report);
    FILE *out = all ? open_memstream(text, length) : NULL;
    plb_status status = out ? formats[format].write(all, out, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    plb_status closed = plb_text_close(out, text, status == PLB_OK ? error : NULL);
    json_decref(all);
    if (status == PLB_OK) status = closed;
    if (status != PLB_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

plb_status plb_report_write_json(const json_t *report, FILE *out, plb_error *error) {
    if (json_dumpf(report, out, JSON_INDENT(2) | JSON_SORT_KEYS) != 0) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a report");
    }
    return fputc('\n', out) == EOF ? plb_fail(error, PLB_E_MEMORY, NULL, "no memory") : PLB_OK;
}
