/* The report as Markdown (GitHub's, for its tables). */
#include <string.h>

#include "results/report/report.h"

/* Text that means nothing to Markdown: neither HTML nor a link, nor the end of a cell. */
static void write_text(FILE *out, const char *text) {
    for (; *text; text++) {
        if (*text == '<') {
            fputs("&lt;", out);
        } else if (*text == '&') {
            fputs("&amp;", out);
        } else {
            if (strchr("\\`*_[]|#!~", *text)) fputc('\\', out);
            fputc(*text == '\n' || *text == '\r' ? ' ' : *text, out);
        }
    }
}

static void write_about(FILE *out, const json_t *item) {
    const char *about = plb_string_at(item, "about");
    if (!*about) return;
    write_text(out, about);
    fputs("\n\n", out);
}

#define ROWS_MOST 200 /* of a table; the other formats have them all */

static void write_table(FILE *out, const json_t *table) {
    const json_t *columns = plb_json_at(table, "columns"), *rows = plb_json_at(table, "rows");
    char cell[PLB_CELL_BYTES];
    for (size_t c = 0; c < json_array_size(columns); c++) {
        const json_t *column = json_array_get(columns, c);
        const char *unit = plb_string_at(column, "unit");
        fputs("| ", out);
        write_text(out, plb_string_at(column, "title"));
        if (*unit && strcmp(unit, "ns") != 0 && strcmp(unit, "1") != 0) fprintf(out, " (%s)", unit);
        fputc(' ', out);
    }
    fputs("|\n", out);
    for (size_t c = 0; c < json_array_size(columns); c++) fputs("| --- ", out);
    fputs("|\n", out);
    for (size_t r = 0; r < json_array_size(rows) && r < ROWS_MOST; r++) {
        for (size_t c = 0; c < json_array_size(columns); c++) {
            plb_cell_show(json_array_get(json_array_get(rows, r), c),
                          plb_string_at(json_array_get(columns, c), "unit"), cell);
            fputs("| ", out);
            write_text(out, cell);
            fputc(' ', out);
        }
        fputs("|\n", out);
    }
    if (json_array_size(rows) > ROWS_MOST) {
        fprintf(out, "\n%zu rows more.\n", json_array_size(rows) - ROWS_MOST);
    }
    fputc('\n', out);
}

static void write_headline(FILE *out, const json_t *part) {
    const json_t *figure = plb_json_at(part, "headline"), *warning;
    char text[PLB_CELL_BYTES];
    size_t i;
    json_array_foreach(plb_json_at(part, "warnings"), i, warning) {
        fputs("> **", out);
        write_text(out, plb_string_at(warning, "name"));
        fputs("**: ", out);
        write_text(out, plb_string_at(warning, "text"));
        fputs("\n>\n", out);
    }
    fputc('\n', out);
    if (plb_is_estimate(figure)) {
        const char *unit = plb_string_at(figure, "unit");
        plb_cell_show(figure, unit, text);
        fputs("**", out);
        write_text(out, plb_string_at(figure, "name"));
        fputs(": ", out);
        write_text(out, text);
        fprintf(out, "%s%s**\n\n", strcmp(unit, "ns") == 0 ? "" : " ",
                strcmp(unit, "ns") == 0 ? "" : unit);
    }
    write_text(out, plb_string_at(part, "conclusion"));
    fputs("\n\n", out);
}

static void write_item(void *context, const plb_item *at) {
    FILE *out = context;
    const char *kind = plb_string_at(at->item, "kind");
    if (at->first_of_part) {
        fputs("## ", out);
        write_text(out, plb_string_at(at->part, "title"));
        fputs("\n\n", out);
        write_headline(out, at->part);
    }
    if (at->first_of_section) {
        fputs("### ", out);
        write_text(out, plb_string_at(at->section, "title"));
        fputs("\n\n", out);
        write_about(out, at->section);
    }
    if (strcmp(kind, "text") == 0) {
        write_text(out, plb_string_at(at->item, "text"));
        fputs("\n\n", out);
    } else if (strcmp(kind, "table") == 0) {
        fputs("#### ", out);
        write_text(out, plb_string_at(at->item, "title"));
        fputs("\n\n", out);
        write_about(out, at->item);
        write_table(out, at->item);
    }
}

plb_status plb_report_write_markdown(const json_t *report, FILE *out, plb_error *error) {
    (void) error;
    fputs("# ", out);
    write_text(out, plb_string_at(report, "title"));
    fputs("\n\n", out);
    plb_report_each(report, write_item, out);
    fprintf(out, "Made %s by plutbench %s.\n", plb_string_at(report, "generated_utc"),
            plb_string_at(report, "generator"));
    return PLB_OK;
}
