#include <stdlib.h>

#include "results/markup.h"
#include "results/regress/report.h"

static void print_row(FILE *out, const plb_gate_row *row) {
    char name[PLB_GATE_LINE_BYTES], before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES];
    char change[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    bool compared = row->verdict <= PLB_GATE_UNDECIDED;
    bool bad = row->verdict == PLB_GATE_SLOWER;
    plb_gate_row_name(row, name);
    plb_gate_time_text(&row->before, before);
    plb_gate_time_text(&row->after, after);
    plb_format_change(row->change, (row->high - row->low) / 2, change);
    plb_format_change_interval(row->low, row->high, interval);
    fputs("| ", out);
    plb_print_markdown(out, name);
    fprintf(out, " | %s | %s | %s | %s | %s%s%s%s%s |\n", before, after, compared ? change : "",
            compared ? interval : "", bad ? "**" : "", plb_gate_verdict_name(row->verdict),
            bad ? "**" : "", row->advice[0] != '\0' ? ": " : "", row->advice);
}

static plb_status print_rows(FILE *out, const plb_gate_report *r, plb_error *error) {
    size_t *order = NULL, same = 0;
    plb_status status = plb_gate_order(r, &order, error);
    if (status != PLB_OK) return status;
    for (size_t i = 0; i < r->row_count; i++) {
        const plb_gate_row *row = &r->rows[order[i]];
        bool is_same = row->verdict == PLB_GATE_SAME;
        if (is_same && same++ == 0)
            fprintf(out, "%s<details><summary>the same: %zu</summary>\n\n", i > 0 ? "\n" : "",
                    r->verdicts[PLB_GATE_SAME]);
        if (i == 0 || (is_same && same == 1))
            fputs("| | before | now | change | interval, % | |\n"
                  "| --- | ---: | ---: | ---: | --- | --- |\n",
                  out);
        print_row(out, row);
    }
    if (same > 0) fputs("\n</details>\n", out);
    free(order);
    return PLB_OK;
}

static void print_budgets(FILE *out, const plb_gate_report *r) {
    if (r->budget_count == 0) return;
    fputs("| budget | variant | before | now |\n| --- | --- | --- | --- |\n", out);
    for (size_t i = 0; i < r->budget_count; i++) {
        char before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES];
        plb_gate_budget_text(&r->budgets[i].before, before);
        plb_gate_budget_text(&r->budgets[i].after, after);
        fputs("| ", out);
        plb_print_markdown(out, r->budgets[i].name);
        fprintf(out, " | %c | %s | **%s** |\n", r->budgets[i].variant, before, after);
    }
    fputc('\n', out);
}

plb_status plb_gate_markdown(const plb_gate_report *r, char **text, plb_error *error) {
    char line[PLB_GATE_LINE_BYTES];
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    plb_gate_conclusion(r, line);
    fprintf(out, "### plutbench regress: %s\n\n%s\n\n", plb_gate_outcome(r), line);
    print_budgets(out, r);
    plb_status status = print_rows(out, r, error);
    fputc('\n', out);
    plb_gate_print_method(out, r);
    fputc('\n', out);
    for (size_t i = 0; plb_gate_remark(r, i, line); i++)
        fprintf(out, "%s- %s\n", i == 0 ? "\n" : "", line);
    return plb_gate_close(out, status, text, error);
}
