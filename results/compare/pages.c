/* A comparison for where code is reviewed: JUnit's XML, Markdown. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare.h"
#include "results/markup.h"

/* ---- JUnit ---- */

static void describe(const plb_comparison_report *r, const plb_compare_row *row,
                     char text[2 * PLB_COMPARE_LINE_BYTES]) {
    char before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES];
    char change[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES], causes[PLB_COMPARE_LINE_BYTES];
    bool differs = row->verdict == PLB_COMPARE_LESS || row->verdict == PLB_COMPARE_MORE;
    plb_level_text(row->before.mean.value, row->unit, before, sizeof before);
    plb_level_text(row->after.mean.value, row->unit, after, sizeof after);
    plb_change_text(row, change, interval);
    plb_comparison_causes(r, row->side, causes);
    (void) snprintf(text, 2 * PLB_COMPARE_LINE_BYTES, "%s: %s %s, %s instead of %s%s%s",
                    plb_compare_verdict_name(row->verdict, row->is_time), change, interval, after,
                    before, differs && *causes ? "; changed together: " : "",
                    differs ? causes : "");
}

static bool fails(const plb_compare_row *row) {
    return row->is_time && row->verdict == PLB_COMPARE_MORE;
}

static bool is_skipped(const plb_compare_row *row) { return row->verdict == PLB_COMPARE_UNKNOWN; }

plb_status plb_comparison_junit(const plb_comparison *c, char **text, plb_error *error) {
    const plb_comparison_report *r = &c->report;
    size_t length = 0, failures = 0, skipped = 0;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    for (size_t i = 0; i < r->row_count; i++) {
        failures += fails(&r->rows[i]) ? 1 : 0;
        skipped += is_skipped(&r->rows[i]) ? 1 : 0;
    }
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "  <testsuite name=\"plutbench compare\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
            "skipped=\"%zu\">\n",
            r->row_count, failures, skipped);
    for (size_t i = 0; i < r->row_count; i++) {
        const plb_compare_row *row = &r->rows[i];
        char line[2 * PLB_COMPARE_LINE_BYTES], class_name[PLB_COMPARE_LINE_BYTES];
        const char *element = fails(row) ? "failure" : is_skipped(row) ? "skipped" : NULL;
        describe(r, row, line);
        (void) snprintf(class_name, sizeof class_name, "plutbench.compare.%.800s",
                        r->sides[row->side].name);
        plb_print_junit_case(out, &(plb_junit_case){class_name, row->name, element,
                                                    fails(row) ? "slower" : NULL, line, 0});
    }
    fputs("  </testsuite>\n</testsuites>\n", out);
    return plb_text_close(out, text, error);
}

/* ---- Markdown ---- */

static void print_cell(FILE *out, const char *text) {
    fputs(" ", out);
    plb_print_markdown(out, text);
    fputs(" |", out);
}

static void print_row(FILE *out, const plb_compare_row *row) {
    char text[PLB_FORMAT_BYTES], change[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    bool bad = fails(row);
    fputs("|", out);
    print_cell(out, row->name);
    plb_level_text(row->before.mean.value, row->unit, text, sizeof text);
    print_cell(out, text);
    plb_level_text(row->after.mean.value, row->unit, text, sizeof text);
    print_cell(out, text);
    plb_change_text(row, change, interval);
    print_cell(out, change);
    print_cell(out, interval);
    fprintf(out, " %s%s%s |\n", bad ? "**" : "",
            plb_compare_verdict_name(row->verdict, row->is_time), bad ? "**" : "");
}

static void print_inputs(FILE *out, const plb_comparison_report *r) {
    if (r->input_count == 0) return;
    fputs("\n| what else differs |", out);
    for (size_t i = 0; i < r->side_count; i++) print_cell(out, r->sides[i].name);
    fputs("\n| --- |", out);
    for (size_t i = 0; i < r->side_count; i++) fputs(" --- |", out);
    fputc('\n', out);
    for (size_t i = 0; i < r->input_count; i++) {
        const plb_compare_input *input = &r->inputs[i];
        fputs("| ", out);
        plb_print_markdown(out, input->kind);
        fputs(*input->name ? " " : "", out);
        plb_print_markdown(out, input->name);
        fputs(" |", out);
        for (size_t k = 0; k < r->side_count; k++) print_cell(out, input->values[k]);
        fputc('\n', out);
    }
}

plb_status plb_comparison_markdown(const plb_comparison *c, char **text, plb_error *error) {
    const plb_comparison_report *r = &c->report;
    char line[PLB_COMPARE_LINE_BYTES];
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    plb_comparison_conclusion(r, line);
    fprintf(out, "### plutbench compare\n\n%s\n", line);
    for (size_t side = 1; side < r->side_count; side++) {
        fputs("\n| ", out);
        plb_print_markdown(out, r->sides[side].name);
        fputs(" beside ", out);
        plb_print_markdown(out, r->sides[0].name);
        fputs(" | before | after | change | 95 % | |\n| --- | ---: | ---: | ---: | --- | --- |\n",
              out);
        for (size_t i = 0; i < r->row_count; i++) {
            if (r->rows[i].side == side) print_row(out, &r->rows[i]);
        }
    }
    print_inputs(out, r);
    fputc('\n', out);
    for (size_t i = 0; i < r->note_count; i++) {
        fputs("- ", out);
        plb_print_markdown(out, r->notes[i]);
        fputc('\n', out);
    }
    return plb_text_close(out, text, error);
}
