#include <stdlib.h>

#include "results/regress/report.h"
#include "results/sampling_text.h"

#define NAME_WIDTH 37
#define TIME_WIDTH 10
#define CHANGE_WIDTH 9
#define INTERVAL_WIDTH 15

static void print_heads(FILE *out) {
    plb_print_left(out, "", NAME_WIDTH);
    plb_print_right(out, "before", TIME_WIDTH);
    plb_print_right(out, "now", TIME_WIDTH);
    plb_print_right(out, "change", CHANGE_WIDTH);
    plb_print_right(out, "interval", INTERVAL_WIDTH);
    fputs("  \n", out);
}

static void print_row(FILE *out, const plb_gate_row *row) {
    char name[PLB_GATE_LINE_BYTES], text[PLB_FORMAT_BYTES];
    bool compared = row->verdict <= PLB_GATE_UNDECIDED;
    plb_gate_row_name(row, name);
    plb_print_left(out, name, NAME_WIDTH);
    plb_gate_time_text(&row->before, text);
    plb_print_right(out, text, TIME_WIDTH);
    plb_gate_time_text(&row->after, text);
    plb_print_right(out, text, TIME_WIDTH);
    plb_format_change(row->change, (row->high - row->low) / 2, text);
    plb_print_right(out, compared ? text : "", CHANGE_WIDTH);
    plb_format_change_interval(row->low, row->high, text);
    plb_print_right(out, compared ? text : "", INTERVAL_WIDTH);
    fprintf(out, "  %s\n", plb_gate_verdict_name(row->verdict));
    if (row->advice[0] == '\0') return;
    fputs("    ", out);
    plb_print_wrapped(out, row->advice, 4, 4);
}

static plb_status print_rows(FILE *out, const plb_gate_report *r, bool all, plb_error *error) {
    size_t *order = NULL, shown = 0;
    plb_status status = plb_gate_order(r, &order, error);
    for (size_t i = 0; i < r->row_count && status == PLB_OK; i++) {
        const plb_gate_row *row = &r->rows[order[i]];
        if (row->verdict == PLB_GATE_SAME && !all) continue;
        if (shown++ == 0) print_heads(out);
        print_row(out, row);
    }
    if (shown > 0) fputc('\n', out);
    free(order);
    return status;
}

static void print_budgets(FILE *out, const plb_gate_report *r) {
    for (size_t i = 0; i < r->budget_count; i++) {
        char before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES];
        plb_gate_budget_text(&r->budgets[i].before, before);
        plb_gate_budget_text(&r->budgets[i].after, after);
        fprintf(out, "%s, variant %c: the budget was %s, is %s\n", r->budgets[i].name,
                r->budgets[i].variant, before, after);
    }
    if (r->budget_count > 0) fputc('\n', out);
}

static plb_status print_method(FILE *out, const plb_gate_report *r, plb_error *error) {
    char *method = NULL;
    size_t length = 0;
    FILE *words = open_memstream(&method, &length);
    if (words != NULL) plb_gate_print_method(words, r);
    plb_status status = plb_text_close(words, &method, error);
    if (status == PLB_OK) plb_print_wrapped(out, method, 0, 0);
    free(method);
    return status;
}

static void print_end(FILE *out, const plb_gate_report *r) {
    char line[PLB_GATE_LINE_BYTES];
    for (size_t i = 0; plb_gate_remark(r, i, line); i++) {
        fputs("  warning: ", out);
        plb_print_wrapped(out, line, 11, 11);
    }
    plb_print_warnings(out, r->flags & ~(1U << PLB_FLAG_NULL)); /* that is a remark of its own */
    plb_gate_conclusion(r, line);
    fprintf(out, "%s: %s\n", plb_gate_outcome(r), line);
}

plb_status plb_gate_text(const plb_gate_report *r, bool all, char **text, plb_error *error) {
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    print_budgets(out, r);
    plb_status status = print_rows(out, r, all, error);
    if (status == PLB_OK) status = print_method(out, r, error);
    if (status == PLB_OK) print_end(out, r);
    return plb_gate_close(out, status, text, error);
}
