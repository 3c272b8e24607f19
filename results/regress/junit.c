/* JUnit's XML as CI systems read it: a case for each time and each item whose budget changed. What
 * is undecided is skipped, since no more can be said in this format, and the exit code says it. */
#include <stdlib.h>

#include "results/markup.h"
#include "results/regress/report.h"

#define CLASS "plutbench.regress."

static void print_budget(FILE *out, const plb_gate_budget_row *row) {
    char before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES], name[PLB_GATE_LINE_BYTES];
    char message[PLB_GATE_LINE_BYTES];
    (void) snprintf(name, sizeof name, "%s variant %c", row->name, row->variant);
    plb_gate_budget_text(&row->before, before);
    plb_gate_budget_text(&row->after, after);
    (void) snprintf(message, sizeof message, "the budget was %s, is %s", before, after);
    plb_print_junit_case(out,
                         &(plb_junit_case){CLASS "budget", name, "failure", "budget", message, 0});
}

/* What is the matter with a time, in a line. */
static void describe(const plb_gate_row *row, char text[PLB_GATE_LINE_BYTES]) {
    char before[PLB_FORMAT_BYTES], after[PLB_FORMAT_BYTES];
    char change[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    plb_gate_time_text(&row->before, before);
    plb_gate_time_text(&row->after, after);
    plb_format_change(row->change, (row->high - row->low) / 2, change);
    plb_format_change_interval(row->low, row->high, interval);
    if (row->verdict > PLB_GATE_UNDECIDED) {
        (void) snprintf(text, PLB_GATE_LINE_BYTES, "%s", plb_gate_verdict_name(row->verdict));
    } else {
        (void) snprintf(text, PLB_GATE_LINE_BYTES, "%s: %s %s, %s instead of %s%s%s",
                        plb_gate_verdict_name(row->verdict), change, interval, after, before,
                        row->advice[0] != '\0' ? "; " : "", row->advice);
    }
}

/* NULL: nothing is the matter. */
static const char *element_of(const plb_gate_report *r, plb_gate_verdict verdict) {
    switch (verdict) {
    case PLB_GATE_SLOWER: return "failure";
    case PLB_GATE_FASTER: return r->both ? "failure" : NULL;
    case PLB_GATE_UNDECIDED:
    case PLB_GATE_GONE:
    case PLB_GATE_OTHER: return "skipped";
    default: return NULL;
    }
}

static void print_time(FILE *out, const plb_gate_report *r, const plb_gate_row *row) {
    char line[PLB_GATE_LINE_BYTES], class_name[PLB_GATE_LINE_BYTES];
    const char *element = element_of(r, row->verdict);
    bool fails = element != NULL && element[0] == 'f';
    describe(row, line);
    (void) snprintf(class_name, sizeof class_name, CLASS "%s",
                    plb_gate_quantity_name(row->quantity));
    plb_print_junit_case(out, &(plb_junit_case){class_name, row->name, element,
                                                fails ? plb_gate_verdict_name(row->verdict) : NULL,
                                                line, row->after.ns / 1e9});
}

static size_t count_elements(const plb_gate_report *r, char first) {
    size_t count = 0;
    for (size_t i = 0; i < r->row_count; i++) {
        const char *element = element_of(r, r->rows[i].verdict);
        count += element != NULL && element[0] == first;
    }
    return count;
}

plb_status plb_gate_junit(const plb_gate_report *r, char **text, plb_error *error) {
    size_t length = 0;
    size_t whole = r->budget_count == 0 && r->budgets_compared > 0; /* a case of all budgets */
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
            "  <testsuite name=\"plutbench regress\" tests=\"%zu\" failures=\"%zu\" errors=\"0\" "
            "skipped=\"%zu\" time=\"%.3f\">\n",
            r->row_count + r->budget_count + whole, count_elements(r, 'f') + r->budget_count,
            count_elements(r, 's'), r->elapsed_s);
    if (whole > 0) plb_print_junit_case(out, &(plb_junit_case){CLASS "budget", "all", 0, 0, 0, 0});
    for (size_t i = 0; i < r->budget_count; i++) print_budget(out, &r->budgets[i]);
    for (size_t i = 0; i < r->row_count; i++) print_time(out, r, &r->rows[i]);
    fputs("  </testsuite>\n</testsuites>\n", out);
    return plb_text_close(out, text, error);
}
