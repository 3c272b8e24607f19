/* What the writers of a comparison share. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/compare/compare.h"
#include "results/format.h"

void plb_level_text(double value, const char *unit, char *text, size_t bytes) {
    char time[PLB_FORMAT_BYTES];
    if (!isfinite(value)) {
        (void) snprintf(text, bytes, "-");
    } else if (strcmp(unit, "ns") == 0 && fabs(value) >= 0.1) {
        plb_format_time(value, time);
        (void) snprintf(text, bytes, "%s", time);
    } else {
        (void) snprintf(text, bytes, "%.4g %s", value, strcmp(unit, "1") == 0 ? "" : unit);
    }
}

void plb_change_text(const plb_compare_row *row, char change[PLB_FORMAT_BYTES],
                     char interval[PLB_FORMAT_BYTES]) {
    const plb_estimate *d = &row->difference;
    if (isfinite(row->change)) {
        plb_format_change(row->change, (row->high - row->low) / 2, change);
        plb_format_change_interval(row->low, row->high, interval);
    } else if (d->method != NULL) {
        bool ns = strcmp(row->unit, "ns") == 0;
        double scale = ns ? plb_time_unit_for(fmax(fabs(d->low), fabs(d->high))).ns : 1;
        const char *unit =
            ns ? plb_time_unit_for(fmax(fabs(d->low), fabs(d->high))).name : row->unit;
        plb_format_estimate(d, scale, unit, change, interval);
    } else {
        (void) snprintf(change, PLB_FORMAT_BYTES, "-");
        (void) snprintf(interval, PLB_FORMAT_BYTES, "-");
    }
}

static void append(char text[PLB_COMPARE_LINE_BYTES], const char *word) {
    size_t length = strlen(text);
    (void) snprintf(text + length, PLB_COMPARE_LINE_BYTES - length, "%s", word);
}

/* What is likely to change a time comes first by the order in which it was gathered. */
void plb_comparison_causes(const plb_comparison_report *report, size_t side,
                           char text[PLB_COMPARE_LINE_BYTES]) {
    size_t named = 0;
    text[0] = '\0';
    for (size_t i = 0; i < report->input_count; i++) {
        const plb_compare_input *input = &report->inputs[i];
        char one[PLB_COMPARE_LINE_BYTES / 4], before[81], after[81];
        if (strcmp(input->values[0], input->values[side]) == 0) continue;
        plb_copy_shown(before, sizeof before, input->values[0]);
        plb_copy_shown(after, sizeof after, input->values[side]);
        int length =
            snprintf(one, sizeof one, "%s%s%s%s (%s -> %s)", named > 0 ? ", " : "", input->kind,
                     input->name[0] != '\0' ? " " : "", input->name, before, after);
        bool whole = length > 0 && (size_t) length < sizeof one;
        if (!whole || strlen(text) + strlen(one) + 32 > PLB_COMPARE_LINE_BYTES) {
            append(text, ", and more");
            return;
        }
        append(text, one);
        named++;
    }
}

void plb_comparison_conclusion(const plb_comparison_report *r, char text[PLB_COMPARE_LINE_BYTES]) {
    size_t less = r->verdicts[PLB_COMPARE_LESS], more = r->verdicts[PLB_COMPARE_MORE];
    char tolerance[64] = "";
    if (r->tolerance > 0) {
        (void) snprintf(tolerance, sizeof tolerance, " and by more than %g %%", 100 * r->tolerance);
    }
    (void) snprintf(text, PLB_COMPARE_LINE_BYTES,
                    "%zu of %zu figures differ beyond noise%s: %zu more, %zu less "
                    "(Holm: any of these by chance at most once in twenty comparisons).%s",
                    less + more, r->tested, tolerance, more, less,
                    r->exact_changed > 0 ? " Exact quantities differ, too." : "");
}
