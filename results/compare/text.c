/* A comparison for people, of at most 100 columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare.h"

#define NAME_WIDTH 34
#define VALUE_WIDTH 12
#define CHANGE_WIDTH 10
#define INTERVAL_WIDTH 16
#define ROWS_SHOWN 40 /* of more only what is not the same, unless all are asked for */

/* A name that is too long has a line of its own. */
static void print_name(FILE *out, const char *name) {
    fputs("  ", out);
    plb_print_left(out, name, NAME_WIDTH);
    if (plb_text_width(name) > NAME_WIDTH) fprintf(out, "\n  %*s", NAME_WIDTH, "");
}

static void print_value(FILE *out, double value, const char *unit) {
    char text[PLB_FORMAT_BYTES];
    plb_level_text(value, unit, text, sizeof text);
    plb_print_right(out, text, VALUE_WIDTH);
}

static void print_row(FILE *out, const plb_compare_row *row) {
    char change[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
    plb_change_text(row, change, interval);
    print_name(out, row->name);
    print_value(out, row->before.mean.value, row->unit);
    print_value(out, row->after.mean.value, row->unit);
    plb_print_right(out, change, CHANGE_WIDTH);
    plb_print_right(out, interval, INTERVAL_WIDTH);
    fprintf(out, "  %s\n", plb_compare_verdict_name(row->verdict, row->is_time));
}

/* A standard deviation relative to the mean. */
static void print_share(FILE *out, double deviation, const plb_compare_level *level) {
    char text[PLB_FORMAT_BYTES] = "-";
    if (isfinite(deviation) && level->mean.value != 0) {
        (void) snprintf(text, sizeof text, "%.2f %%", 100 * deviation / fabs(level->mean.value));
    }
    plb_print_right(out, text, VALUE_WIDTH);
}

static void print_variance(FILE *out, const plb_compare_row *row) {
    print_name(out, row->name);
    const plb_compare_level *const levels[] = {&row->before, &row->after};
    for (size_t i = 0; i < 2; i++) {
        print_share(out, levels[i]->within, levels[i]);
        print_share(out, levels[i]->between, levels[i]);
    }
    fputc('\n', out);
}

static bool is_shown(const plb_comparison_report *r, const plb_compare_row *row, bool all) {
    return all || r->row_count <= ROWS_SHOWN || row->verdict != PLB_COMPARE_SAME;
}

static void print_side_name(FILE *out, const plb_compare_facts *side) {
    fprintf(out, "%s (%zu run%s)", side->name, side->runs, side->runs == 1 ? "" : "s");
}

static void print_rows(FILE *out, const plb_comparison_report *r, size_t side, bool all) {
    print_side_name(out, &r->sides[side]);
    fputs(" beside ", out);
    print_side_name(out, &r->sides[0]);
    fputs("\n  ", out);
    plb_print_left(out, "", NAME_WIDTH);
    plb_print_right(out, "before", VALUE_WIDTH);
    plb_print_right(out, "after", VALUE_WIDTH);
    plb_print_right(out, "change", CHANGE_WIDTH);
    plb_print_right(out, "95 %", INTERVAL_WIDTH);
    fputc('\n', out);
    for (size_t i = 0; i < r->row_count; i++) {
        if (r->rows[i].side == side && is_shown(r, &r->rows[i], all)) print_row(out, &r->rows[i]);
    }
    fputc('\n', out);
}

/* Only where a batch tells anything of it. */
static void print_variances(FILE *out, const plb_comparison_report *r, size_t side, bool all) {
    if (r->sides[0].runs < 2 && r->sides[side].runs < 2) return;
    fputs("standard deviations, of the mean\n  ", out);
    plb_print_left(out, "", NAME_WIDTH);
    plb_print_right(out, "before", 2 * VALUE_WIDTH);
    plb_print_right(out, "after", 2 * VALUE_WIDTH);
    fputs("\n  ", out);
    plb_print_left(out, "", NAME_WIDTH);
    for (size_t i = 0; i < 2; i++) {
        plb_print_right(out, "within runs", VALUE_WIDTH);
        plb_print_right(out, "between", VALUE_WIDTH);
    }
    fputc('\n', out);
    for (size_t i = 0; i < r->row_count; i++) {
        if (r->rows[i].side == side && is_shown(r, &r->rows[i], all)) {
            print_variance(out, &r->rows[i]);
        }
    }
    fputc('\n', out);
}

static void print_values(FILE *out, const plb_comparison_report *r, const char *const *values) {
    for (size_t i = 0; i < r->side_count; i++) {
        fprintf(out, "    %s: %s\n", r->sides[i].name, *values[i] ? values[i] : "-");
    }
}

static void print_exact(FILE *out, const plb_comparison_report *r, bool all) {
    size_t shown = 0;
    for (size_t i = 0; i < r->exact_count; i++) {
        const plb_compare_exact *e = &r->exact[i];
        if (!e->differs && !all) continue;
        if (shown++ == 0) fputs("exact quantities\n", out);
        fprintf(out, "  %s%s\n", e->name, e->differs ? "" : " (the same)");
        print_values(out, r, e->values);
    }
    if (shown > 0) fputc('\n', out);
}

static void print_inputs(FILE *out, const plb_comparison_report *r) {
    fputs(r->input_count > 0 ? "what else is not the same\n"
                             : "Nothing else differs that manifests tell of.\n",
          out);
    for (size_t i = 0; i < r->input_count; i++) {
        const plb_compare_input *input = &r->inputs[i];
        fprintf(out, "  %s%s%s\n", input->kind, *input->name ? " " : "", input->name);
        print_values(out, r, input->values);
    }
    fputc('\n', out);
}

static void print_end(FILE *out, const plb_comparison_report *r) {
    char line[PLB_COMPARE_LINE_BYTES];
    for (size_t i = 0; i < r->note_count; i++) {
        fputs("note: ", out);
        plb_print_wrapped(out, r->notes[i], 6, 6);
    }
    for (size_t i = 0; i < r->side_count; i++) {
        if (!*r->sides[i].flags) continue;
        (void) snprintf(line, sizeof line, "runs of %s were marked: %s", r->sides[i].name,
                        r->sides[i].flags);
        fputs("warning: ", out);
        plb_print_wrapped(out, line, 9, 9);
    }
    fputc('\n', out);
    plb_comparison_conclusion(r, line);
    plb_print_wrapped(out, line, 0, 0);
    for (size_t side = 1; side < r->side_count; side++) {
        char causes[PLB_COMPARE_LINE_BYTES], sentence[PLB_COMPARE_LINE_BYTES + 128];
        plb_comparison_causes(r, side, causes);
        if (!*causes || r->verdicts[PLB_COMPARE_LESS] + r->verdicts[PLB_COMPARE_MORE] == 0) {
            continue;
        }
        (void) snprintf(sentence, sizeof sentence, "Changed together with %s: %s.",
                        r->sides[side].name, causes);
        plb_print_wrapped(out, sentence, 0, 0);
    }
}

plb_status plb_comparison_text(const plb_comparison *c, bool all, char **text, plb_error *error) {
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    const plb_comparison_report *r = &c->report;
    for (size_t side = 1; side < r->side_count; side++) {
        print_rows(out, r, side, all);
        print_variances(out, r, side, all);
    }
    print_exact(out, r, all);
    print_inputs(out, r);
    print_end(out, r);
    return plb_text_close(out, text, error);
}
