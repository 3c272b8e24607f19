/* The report as a Typst document: `typst compile report.typ` makes a PDF of it. All that comes from
 * runs is in string literals, which Typst shows as they are. */
#include <string.h>

#include "results/report/report.h"

static const char preamble[] =
    "#set page(paper: \"a4\", margin: 2cm, numbering: \"1\")\n"
    "#set text(size: 10pt)\n"
    "#set par(justify: false)\n"
    "#set table(stroke: (x, y) => (bottom: 0.4pt + luma(200)), inset: 4pt)\n"
    "#show table: set text(size: 7.5pt)\n"
    "#show figure: set block(breakable: true)\n"
    "#show heading.where(level: 1): set text(size: 17pt)\n\n";

/* A string literal. */
static void write_string(FILE *out, const char *text) {
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') fputc('\\', out);
        fputc((unsigned char) *text < ' ' ? ' ' : *text, out);
    }
    fputc('"', out);
}

/* Text that is put together of several, of which the last is NULL. */
static void write_strings(FILE *out, const char *const *texts) {
    write_string(out, texts[0]);
    for (size_t i = 1; texts[i]; i++) {
        if (!*texts[i]) continue;
        fputs(" + ", out);
        write_string(out, texts[i]);
    }
}

static void write_paragraph(FILE *out, const char *const *texts) {
    fputs("#par(text(", out);
    write_strings(out, texts);
    fputs("))\n\n", out);
}

static void write_about(FILE *out, const char *text) {
    if (*text) write_paragraph(out, (const char *const[]){text, NULL});
}

static void write_heading(FILE *out, int level, const char *text) {
    fprintf(out, "#heading(level: %d, ", level);
    write_string(out, text);
    fputs(")\n\n", out);
}

#define ROWS_MOST 200   /* of a table; the other formats have them all */
#define COLUMNS_MOST 10 /* that a page is wide enough for */

static void write_cell(FILE *out, const char *text) {
    fputs("text(", out);
    write_string(out, text);
    fputs("), ", out);
}

static void write_table(FILE *out, const json_t *table) {
    const json_t *columns = plb_json_at(table, "columns"), *rows = plb_json_at(table, "rows");
    size_t count = json_array_size(columns), shown = count > COLUMNS_MOST ? COLUMNS_MOST : count;
    char cell[PLB_CELL_BYTES];
    fprintf(out, "#table(columns: %zu,\n  table.header(", shown);
    for (size_t c = 0; c < shown; c++) {
        const json_t *column = json_array_get(columns, c);
        const char *unit = plb_string_at(column, "unit"), *title = plb_string_at(column, "title");
        bool told = *unit && strcmp(unit, "ns") != 0 && strcmp(unit, "1") != 0;
        fputs("strong(", out);
        write_strings(out,
                      (const char *const[]){title, told ? " in " : "", told ? unit : "", NULL});
        fputs("), ", out);
    }
    fputs("),\n", out);
    for (size_t r = 0; r < json_array_size(rows) && r < ROWS_MOST; r++) {
        fputs("  ", out);
        for (size_t c = 0; c < shown; c++) {
            plb_cell_show(json_array_get(json_array_get(rows, r), c),
                          plb_string_at(json_array_get(columns, c), "unit"), cell);
            write_cell(out, cell);
        }
        fputc('\n', out);
    }
    fputs(")\n\n", out);
    if (json_array_size(rows) > ROWS_MOST || count > shown) {
        (void) snprintf(cell, sizeof cell, "Shown: %d rows and %zu columns, of %zu and %zu.",
                        json_array_size(rows) > ROWS_MOST ? ROWS_MOST : (int) json_array_size(rows),
                        shown, json_array_size(rows), count);
        write_about(out, cell);
    }
}

static void write_headline(FILE *out, const json_t *part) {
    const json_t *figure = plb_json_at(part, "headline"), *warning;
    char text[PLB_CELL_BYTES];
    size_t i;
    json_array_foreach(plb_json_at(part, "warnings"), i, warning) {
        write_paragraph(out, (const char *const[]){"Warning: ", plb_string_at(warning, "name"),
                                                   ": ", plb_string_at(warning, "text"), NULL});
    }
    if (plb_is_estimate(figure)) {
        const char *unit = plb_string_at(figure, "unit");
        bool told = strcmp(unit, "ns") != 0; /* times are shown with theirs */
        plb_cell_show(figure, unit, text);
        fputs("#text(size: 13pt, weight: \"bold\", ", out);
        write_strings(out, (const char *const[]){plb_string_at(figure, "name"), ": ", text,
                                                 told ? " " : "", told ? unit : "", NULL});
        fputs(")\n\n", out);
    }
    write_about(out, plb_string_at(part, "conclusion"));
}

static void write_item(void *context, const plb_item *at) {
    FILE *out = context;
    const char *kind = plb_string_at(at->item, "kind");
    if (at->first_of_part) {
        write_heading(out, 2, plb_string_at(at->part, "title"));
        write_headline(out, at->part);
    }
    if (at->first_of_section) {
        write_heading(out, 3, plb_string_at(at->section, "title"));
        write_about(out, plb_string_at(at->section, "about"));
    }
    if (strcmp(kind, "text") == 0) write_about(out, plb_string_at(at->item, "text"));
    if (strcmp(kind, "table") == 0) {
        write_heading(out, 4, plb_string_at(at->item, "title"));
        write_about(out, plb_string_at(at->item, "about"));
        write_table(out, at->item);
    }
}

plb_status plb_report_write_typst(const json_t *report, FILE *out, plb_error *error) {
    (void) error;
    fputs(preamble, out);
    write_heading(out, 1, plb_string_at(report, "title"));
    plb_report_each(report, write_item, out);
    write_paragraph(out, (const char *const[]){"Made ", plb_string_at(report, "generated_utc"),
                                               " by plutbench ", plb_string_at(report, "generator"),
                                               NULL});
    return PLB_OK;
}
