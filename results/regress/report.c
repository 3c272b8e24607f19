#include "results/regress/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Names ---- */

const char *plb_gate_quantity_name(plb_gate_quantity quantity) {
    static const char *const names[] = {"evaluate", "decode"};
    return (size_t) quantity < sizeof names / sizeof *names ? names[quantity] : "unknown";
}

const char *plb_gate_mode_name(plb_gate_mode mode) {
    static const char *const names[] = {"budgets", "first", "interleaved", "same-machine",
                                        "scaled"};
    return (size_t) mode < sizeof names / sizeof *names ? names[mode] : "unknown";
}

const char *plb_gate_verdict_name(plb_gate_verdict verdict) {
    static const char *const names[] = {"same", "slower", "faster", "undecided",
                                        "new",  "gone",   "other"};
    return (size_t) verdict < sizeof names / sizeof *names ? names[verdict] : "unknown";
}

/* ---- What follows ---- */

bool plb_gate_failed(const plb_gate_report *report) {
    return report->budget_count > 0 || report->verdicts[PLB_GATE_SLOWER] > 0 ||
           (report->both && report->verdicts[PLB_GATE_FASTER] > 0);
}

bool plb_gate_incomplete(const plb_gate_report *report) {
    return report->interrupted || report->verdicts[PLB_GATE_UNDECIDED] > 0 ||
           report->verdicts[PLB_GATE_GONE] > 0 || report->verdicts[PLB_GATE_OTHER] > 0;
}

const char *plb_gate_outcome(const plb_gate_report *report) {
    if (plb_gate_failed(report)) return "failed";
    return plb_gate_incomplete(report) ? "incomplete" : "passed";
}

/* ---- Figures ---- */

void plb_gate_row_name(const plb_gate_row *row, char name[PLB_GATE_LINE_BYTES]) {
    bool decode = row->quantity == PLB_GATE_DECODE;
    (void) snprintf(name, PLB_GATE_LINE_BYTES, "%s%s", row->name, decode ? " (decode)" : "");
}

void plb_gate_time_text(const plb_gate_time *time, char text[PLB_FORMAT_BYTES]) {
    if (time->ns > 0) {
        plb_format_time(time->ns, text);
    } else {
        (void) snprintf(text, PLB_FORMAT_BYTES, "-");
    }
}

void plb_gate_budget_text(const plb_gate_budget *budget, char text[PLB_FORMAT_BYTES]) {
    if (budget->known) {
        (void) snprintf(text, PLB_FORMAT_BYTES, "%lld steps, %lld memory",
                        (long long) budget->used.steps, (long long) budget->used.memory);
    } else {
        (void) snprintf(text, PLB_FORMAT_BYTES, "none");
    }
}

/* ---- Sentences ---- */

void plb_gate_print_method(FILE *out, const plb_gate_report *r) {
    fprintf(out, "Measured is plutbench %s", r->measured);
    switch (r->mode) {
    case PLB_GATE_BUDGETS:
        fprintf(out, ", budgets only, against %s.", r->baseline != NULL ? r->baseline : "nothing");
        return;
    case PLB_GATE_FIRST: fprintf(out, "; there are no times to compare with."); return;
    case PLB_GATE_INTERLEAVED:
        fprintf(out, ", in turns with %s, %u processes each.", r->against, r->processes);
        break;
    case PLB_GATE_SAME_MACHINE:
        fprintf(out,
                " in %u pairs of processes, against %s of the same machine model, allowing for "
                "%.2g %% between runs.",
                r->processes, r->baseline, 100 * r->between_runs);
        break;
    case PLB_GATE_SCALED:
        if (r->no_scale != NULL) {
            fprintf(out, ", which does not compare with %s.", r->baseline);
            return;
        }
        fprintf(out,
                " in %u pairs of processes, against %s of another machine, on which everything "
                "takes %.3g [%.3g, %.3g] times as long by %zu builtins, allowing for %.2g %% "
                "between runs.",
                r->processes, r->baseline, 1 / r->scale.value, 1 / r->scale.high, 1 / r->scale.low,
                r->scale_count, 100 * r->between_runs);
        break;
    }
    fprintf(out,
            " A time fails that is slower by more than %.3g %% and its noise floor, with a "
            "probability of at most %.0f %% that any of them does so by chance (Holm).",
            100 * r->tolerance, 100 * r->level);
}

static bool no_scale(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "the baseline is another machine's, and times do not compare: %s",
                    r->no_scale != NULL ? r->no_scale : "");
    return r->no_scale != NULL;
}

typedef bool (*remark)(const plb_gate_report *r, char *text);

static bool interrupted(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES, "interrupted: the result is partial");
    return r->interrupted;
}

static bool timed_out(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "measuring ended before every item was known well enough");
    return r->timed_out && r->verdicts[PLB_GATE_UNDECIDED] > 0;
}

static bool not_itself(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "%zu items differ from themselves, more than chance makes: the machine is too "
                    "unsteady",
                    r->null_called);
    return r->null_suspicious;
}

static bool runs_differ(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "this run differs from the baseline's all over, by %.2g %%: measure beside the "
                    "old library (--against), or on a quieter machine",
                    100 * r->between_runs_seen);
    return r->between_runs_seen > 0.02;
}

static bool all_moved(const plb_gate_report *r, char *text) {
    const plb_estimate *c = &r->common;
    (void) snprintf(text, PLB_GATE_LINE_BYTES, "the median item changed by %+.1f %% [%+.1f, %+.1f]",
                    100 * c->value, 100 * c->low, 100 * c->high);
    return c->method != NULL && (c->low > r->tolerance / 2 || c->high < -r->tolerance / 2);
}

static bool other_pace(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "the processor's pace is %+.1f %% of the baseline's; times are compared at one",
                    100 * (1 / r->pace_ratio - 1));
    return r->mode == PLB_GATE_SAME_MACHINE && r->pace_ratio > 0 && fabs(r->pace_ratio - 1) > 0.005;
}

static bool scripts_changed(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "scripts that are not what they were can't be compared: --update takes them as "
                    "they are");
    return r->verdicts[PLB_GATE_OTHER] > 0;
}

static bool items_gone(const plb_gate_report *r, char *text) {
    (void) snprintf(text, PLB_GATE_LINE_BYTES,
                    "items of the baseline are not there any more: --update removes them");
    return r->verdicts[PLB_GATE_GONE] > 0;
}

bool plb_gate_remark(const plb_gate_report *report, size_t index, char text[PLB_GATE_LINE_BYTES]) {
    static const remark all[] = {interrupted, no_scale,   timed_out,       not_itself, runs_differ,
                                 all_moved,   other_pace, scripts_changed, items_gone};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i](report, text) && index-- == 0) return true;
    return false;
}

/* "3 budgets changed", with what is before it. */
static size_t add_count(char *text, size_t used, size_t count, const char *one, const char *many) {
    if (count == 0 || used >= PLB_GATE_LINE_BYTES) return used;
    int more = snprintf(text + used, PLB_GATE_LINE_BYTES - used, "%s%zu %s", used > 0 ? ", " : "",
                        count, count == 1 ? one : many);
    return used + (size_t) more;
}

void plb_gate_conclusion(const plb_gate_report *r, char text[PLB_GATE_LINE_BYTES]) {
    size_t used = 0;
    text[0] = '\0';
    used = add_count(text, used, r->budget_count, "budget changed", "budgets changed");
    used = add_count(text, used, r->verdicts[PLB_GATE_SLOWER], "time slower", "times slower");
    used = add_count(text, used, r->verdicts[PLB_GATE_FASTER], "faster", "faster");
    used = add_count(text, used, r->verdicts[PLB_GATE_UNDECIDED], "undecided", "undecided");
    used = add_count(text, used, r->verdicts[PLB_GATE_GONE], "gone", "gone");
    used =
        add_count(text, used, r->verdicts[PLB_GATE_OTHER], "changed script", "of changed scripts");
    used = add_count(text, used, r->verdicts[PLB_GATE_NEW], "new", "new");
    used = add_count(text, used, r->verdicts[PLB_GATE_SAME], "the same", "the same");
    used = add_count(text, used, r->budgets_new, "item's budgets new", "items' budgets new");
    if (r->budget_count == 0)
        (void) add_count(text, used, r->budgets_compared, "item's budgets as they were",
                         "items' budgets as they were");
}

/* ---- Order ---- */

static const unsigned char importance[PLB_GATE_VERDICTS] = {
    [PLB_GATE_SLOWER] = 0, [PLB_GATE_UNDECIDED] = 1, [PLB_GATE_GONE] = 2, [PLB_GATE_OTHER] = 3,
    [PLB_GATE_FASTER] = 4, [PLB_GATE_NEW] = 5,       [PLB_GATE_SAME] = 6,
};

plb_status plb_gate_order(const plb_gate_report *report, size_t **order, plb_error *error) {
    *order = calloc(report->row_count + 1, sizeof **order);
    if (*order == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a table");
    size_t count = 0;
    for (unsigned level = 0; level < PLB_GATE_VERDICTS; level++)
        for (size_t i = 0; i < report->row_count; i++)
            if (importance[report->rows[i].verdict] == level) (*order)[count++] = i;
    return PLB_OK;
}

plb_status plb_gate_close(FILE *out, plb_status status, char **text, plb_error *error) {
    plb_error ignored;
    plb_status closed = plb_text_close(out, text, status == PLB_OK ? error : &ignored);
    if (status == PLB_OK) return closed;
    if (closed == PLB_OK) free(*text);
    *text = NULL;
    return status;
}
