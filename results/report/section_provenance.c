/* What any run has: its figures, its tables, the machine, and where everything came from. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/report/sections.h"

/* ---- Figures ---- */

#define FIGURES_MOST 2000

plb_status plb_section_figures(const plb_report_source *source, json_t *part, plb_error *error) {
    (void) error;
    const plb_run_facts *f = source->facts;
    char about[160] = "Every figure of the summary that has an interval.";
    if (f->figure_count > FIGURES_MOST) {
        (void) snprintf(about, sizeof about,
                        "The first %d of %zu figures; format csv has them all.", FIGURES_MOST,
                        f->figure_count);
    }
    if (f->figure_count == 0) return PLB_OK;
    json_t *section = plb_section_add(part, "figures", "Figures", about);
    json_t *table = plb_table_add(section, "figures", "Figures", "");
    plb_column_add(table, "Figure", "", NULL);
    plb_column_add(table, "Value", "", NULL);
    plb_column_add(table, "Unit", "", NULL);
    plb_column_add(table, "Method", "", NULL);
    for (size_t i = 0; i < f->figure_count && i < FIGURES_MOST; i++) {
        const plb_run_figure *figure = &f->figures[i];
        json_t *row = plb_row_add(table);
        plb_cell_add(row, plb_cell_string(figure->name));
        plb_cell_add(row, json_pack("{s:f, s:f, s:f, s:s}", "value", figure->estimate.value, "low",
                                    figure->estimate.low, "high", figure->estimate.high, "unit",
                                    figure->unit));
        plb_cell_add(row, plb_cell_string(figure->unit));
        plb_cell_add(row, plb_cell_string(figure->estimate.method));
    }
    return PLB_OK;
}

/* ---- Tables ---- */

#define ROWS_MOST 500
#define COLUMNS_MOST 64

/* The next field of CSV (RFC 4180), its quotes taken off in place. True when another one follows in
 * its line. */
static bool next_field(char **at, char **field, size_t *length) {
    char *from = *at, *to = *at;
    bool quoted = *from == '"';
    from += quoted;
    *field = to;
    while (*from) {
        if (quoted && *from == '"' && from[1] != '"') {
            quoted = false;
            from++;
            continue;
        }
        if (!quoted && (*from == ',' || *from == '\n')) break;
        from += quoted && *from == '"';
        *to++ = *from++;
    }
    *length = (size_t) (to - *field);
    if (*length > 0 && to[-1] == '\r') --*length;
    bool more = *from == ',';
    *at = *from ? from + 1 : from;
    return more;
}

static json_t *cell_of_field(char *field, size_t length) {
    char end = field[length], *rest;
    if (length == 0 || (length == 2 && strncmp(field, "NA", 2) == 0)) return json_null();
    field[length] = '\0';
    double number = strtod(field, &rest);
    bool whole = *rest == '\0' && isfinite(number) && strpbrk(field, "xXnN") == NULL;
    field[length] = end;
    return whole ? json_real(number) : plb_cell_text(field, length);
}

/* Fields of a line; `row` NULL: columns of the table. */
static void read_line(char **at, json_t *table, json_t *row) {
    bool more = true;
    for (size_t column = 0; more; column++) {
        char *field, head[128];
        size_t length;
        more = next_field(at, &field, &length);
        if (column >= COLUMNS_MOST) continue;
        if (row) {
            plb_cell_add(row, cell_of_field(field, length));
        } else {
            (void) snprintf(head, sizeof head, "%.*s", (int) length, field);
            plb_column_add(table, head, "", NULL);
        }
    }
}

static plb_status add_file(json_t *section, const plb_run_document *document, plb_error *error) {
    char *text = malloc(document->length + 1), *at = text;
    if (!text) return plb_fail(error, PLB_E_MEMORY, document->name, "no memory for a table");
    memcpy(text, document->text, document->length + 1);
    json_t *table = plb_table_add(section, document->name, document->name, "");
    read_line(&at, table, NULL);
    for (size_t rows = 0; *at && rows < ROWS_MOST; rows++) {
        read_line(&at, table, plb_row_add(table));
    }
    if (*at) {
        json_object_set_new(table, "about",
                            json_sprintf("The first %d lines; the file has more.", ROWS_MOST));
    }
    free(text);
    return PLB_OK;
}

plb_status plb_section_tables(const plb_report_source *source, json_t *part, plb_error *error) {
    json_t *section = NULL;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < source->facts->document_count && status == PLB_OK; i++) {
        const plb_run_document *document = &source->facts->documents[i];
        const char *dot = strrchr(document->name, '.');
        if (!dot || strcmp(dot, ".csv") != 0) continue;
        if (!section) {
            section =
                plb_section_add(part, "tables", "Tables of the run", "Its CSV files as they are.");
        }
        status = add_file(section, document, error);
    }
    return status;
}

/* ---- Environment ---- */

/* A row for each member: its name, and its value in each of the objects. */
static void add_members(json_t *table, json_t *const *objects, size_t count) {
    const char *name;
    json_t *value;
    json_object_foreach(objects[0], name, value) {
        if (json_is_object(value) || json_is_array(value)) continue;
        json_t *row = plb_row_add(table);
        plb_cell_add(row, plb_cell_string(name));
        for (size_t i = 0; i < count; i++) {
            plb_cell_add(row, plb_cell_of(json_object_get(objects[i], name)));
        }
    }
}

plb_status plb_section_environment(const plb_report_source *source, json_t *part,
                                   plb_error *error) {
    json_t *manifest = NULL;
    plb_status status = plb_source_json(source, PLB_RUN_MANIFEST_FILE, &manifest, error);
    json_t *before = json_object_get(json_object_get(source->summary, "environment"), "before");
    json_t *after = json_object_get(json_object_get(source->summary, "environment"), "after");
    json_t *machine = json_object_get(manifest, "machine");
    json_t *objects[] = {before ? before : machine, after};
    if (objects[0]) {
        json_t *section = plb_section_add(part, "environment", "Environment",
                                          "The machine that it was measured on.");
        json_t *table = plb_table_add(section, "environment", "Machine", "");
        plb_column_add(table, "Property", "", NULL);
        plb_column_add(table, after ? "Before" : "Value", "", NULL);
        if (after) plb_column_add(table, "After", "", NULL);
        add_members(table, objects, after ? 2 : 1);
    }
    const json_t *sampling = json_object_get(source->summary, "sampling");
    if (json_is_object(sampling)) {
        json_t *section =
            plb_section_add(part, "sampling", "Sampling", "How it was sampled, and what ended it.");
        json_t *table = plb_table_add(section, "sampling", "Sampling", "");
        json_t *one[] = {(json_t *) sampling};
        plb_column_add(table, "Property", "", NULL);
        plb_column_add(table, "Value", "", NULL);
        add_members(table, one, 1);
    }
    json_decref(manifest);
    return status;
}

/* ---- Provenance ---- */

static void add_fact(json_t *table, const char *name, const char *value) {
    if (!*value) return;
    json_t *row = plb_row_add(table);
    plb_cell_add(row, plb_cell_string(name));
    plb_cell_add(row, plb_cell_string(value));
}

static void add_count(json_t *table, const char *name, int64_t number) {
    char text[32];
    (void) snprintf(text, sizeof text, "%lld", (long long) number);
    if (number != 0) add_fact(table, name, text);
}

/* The words of the command line, with quotes around those that need them. */
static void add_command_line(json_t *table, const char *words) {
    json_t *list = json_loads(words, 0, NULL);
    char text[2048] = "";
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(list) && used < sizeof text - 1; i++) {
        const char *word = json_string_value(json_array_get(list, i));
        if (!word) continue;
        bool plain = *word && strpbrk(word, " \t\n'\"\\$`*?[]{}()<>|&;#!~") == NULL;
        int length = snprintf(text + used, sizeof text - used, plain ? "%s%s" : "%s'%s'",
                              i > 0 ? " " : "", word);
        used += length > 0 ? (size_t) length : 0;
    }
    add_fact(table, "command line", text);
    json_decref(list);
}

static void add_facts(json_t *section, const plb_run_facts *f) {
    json_t *table = plb_table_add(section, "facts", "The run", "");
    plb_column_add(table, "Property", "", NULL);
    plb_column_add(table, "Value", "", NULL);
    add_fact(table, "run", f->id);
    add_fact(table, "state", plb_run_state_name(f->state));
    add_command_line(table, f->command_line);
    add_fact(table, "begun", f->started_utc);
    add_fact(table, "finished", f->finished_utc);
    add_fact(table, "script", f->script);
    add_fact(table, "language", f->language);
    add_fact(table, "strategy", f->strategy);
    add_fact(table, "target", f->target);
    add_count(table, "protocol version", f->protocol_version);
    add_count(table, "seed", f->seed);
    add_count(table, "rounds", f->rounds);
    add_count(table, "processes", f->processes);
    add_fact(table, "processor", f->machine);
    add_fact(table, "machine id", f->machine_id);
    add_fact(table, "kernel", f->kernel);
    add_fact(table, "plutbench", f->version);
    add_fact(table, "revision", f->revision);
    add_fact(table, "compiler", f->compiler);
    add_fact(table, "compiler flags", f->compiler_flags);
    add_fact(table, "folder", f->path);
    add_fact(table, "manifest", f->manifest_sha256);
}

static json_t *table_of_three(json_t *section, const char *name, const char *title,
                              const char *const columns[3]) {
    json_t *table = plb_table_add(section, name, title, "");
    for (int i = 0; i < 3; i++) plb_column_add(table, columns[i], "", NULL);
    return table;
}

static void add_three(json_t *table, const char *a, json_t *b, const char *c) {
    json_t *row = plb_row_add(table);
    plb_cell_add(row, plb_cell_string(a));
    plb_cell_add(row, b);
    plb_cell_add(row, plb_cell_string(c));
}

#define LOG_SHOWN 16384 /* bytes of its end */

static void add_log(json_t *section, const plb_run *run) {
    const plb_run_document *log = plb_run_get_document(run, PLB_RUN_LOG_FILE);
    if (!log) return;
    json_t *table = plb_table_add(section, "log", "Log", "");
    plb_column_add(table, "Line", "", NULL);
    const char *at = log->text + (log->length > LOG_SHOWN ? log->length - LOG_SHOWN : 0);
    if (at > log->text) {
        const char *next = strchr(at, '\n');
        at = next ? next + 1 : at;
    }
    while (*at) {
        size_t length = strcspn(at, "\n");
        plb_cell_add(plb_row_add(table), plb_cell_text(at, length));
        at += length + (at[length] == '\n');
    }
}

plb_status plb_section_provenance(const plb_report_source *source, json_t *part, plb_error *error) {
    (void) error;
    static const char *const input_columns[] = {"Input", "Name", "SHA-256"};
    static const char *const library_columns[] = {"Library", "Version", "From"};
    static const char *const file_columns[] = {"File", "Bytes", "SHA-256"};
    const plb_run_facts *f = source->facts;
    json_t *section = plb_section_add(part, "provenance", "Provenance",
                                      "Everything that it takes to trace the figures, and to "
                                      "measure them again.");
    add_facts(section, f);
    json_t *inputs = table_of_three(section, "inputs", "Inputs", input_columns);
    for (size_t i = 0; i < f->input_count; i++) {
        add_three(inputs, f->inputs[i].role, plb_cell_string(f->inputs[i].name),
                  f->inputs[i].sha256);
    }
    json_t *libraries = table_of_three(section, "libraries", "Libraries", library_columns);
    for (size_t i = 0; i < f->library_count; i++) {
        add_three(libraries, f->libraries[i].name, plb_cell_string(f->libraries[i].version),
                  f->libraries[i].origin);
    }
    json_t *files = table_of_three(section, "files", "Files", file_columns);
    for (size_t i = 0; i < f->file_count; i++) {
        add_three(files, f->files[i].name, json_integer((json_int_t) f->files[i].bytes),
                  f->files[i].sha256);
    }
    add_log(section, source->run);
    return PLB_OK;
}
