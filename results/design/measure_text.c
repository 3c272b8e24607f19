/* What a person reads of a sweep. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/design/measure.h"
#include "results/sampling_text.h"

#define SETTINGS_WIDTH 36 /* of all varied factors together; more goes on lines of its own */
#define INTERVAL_WIDTH 20

/* ---- Columns of the varied factors ---- */

static int column_width(const plb_sweep_summary *s, size_t factor) {
    char text[PLB_FORMAT_BYTES];
    int width = plb_text_width(s->factors[factor].name);
    for (size_t i = 0; i < s->point_count; i++) {
        plb_sweep_value_text(&s->factors[factor], s->points[i].settings[factor], text);
        int own = plb_text_width(text);
        width = own > width ? own : width;
    }
    return width + 2;
}

static int settings_width(const plb_sweep_summary *s) {
    int width = 0;
    for (size_t f = 0; f < s->factor_count; f++) {
        width += s->factors[f].varied ? column_width(s, f) : 0;
    }
    return width;
}

/* The names of what is varied (`point` NULL) or their values, in a column each; where there are too
 * many, a point's in a line of its own. */
static void print_settings(FILE *out, const plb_sweep_summary *s, const plb_sweep_point *point) {
    char text[PLB_FORMAT_BYTES];
    if (settings_width(s) > SETTINGS_WIDTH) {
        if (point != NULL) fprintf(out, "  %s\n", point->label);
        return;
    }
    for (size_t f = 0; f < s->factor_count; f++) {
        if (!s->factors[f].varied) continue;
        if (point == NULL) {
            snprintf(text, sizeof text, "%s", s->factors[f].name);
        } else {
            plb_sweep_value_text(&s->factors[f], point->settings[f], text);
        }
        plb_print_right(out, text, column_width(s, f));
    }
}

/* ---- Design points ---- */

static void print_overhead(FILE *out, const plb_sweep_point *p) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES], per_call[PLB_FORMAT_BYTES];
    if (p->overhead_ns.method == NULL) {
        fputs("       unknown  too few samples\n", out);
        return;
    }
    plb_estimate each = plb_sweep_per_call(p);
    plb_format_estimate_ns(&p->overhead_ns, value, interval);
    plb_print_right(out, value, 14);
    fputs("  ", out);
    plb_print_left(out, interval, INTERVAL_WIDTH);
    plb_format_estimate_ns(&each, per_call, interval);
    plb_print_right(out, p->resolved ? per_call : "not resolved", 14);
    plb_format_time((double) p->charged.steps * 1e-3, value);
    plb_print_right(out, value, 12);
    fputc('\n', out);
}

static void print_overheads(FILE *out, const plb_sweep_summary *s) {
    print_settings(out, s, NULL);
    fputs("      overhead  ", out);
    plb_print_left(out, "95 % interval", INTERVAL_WIDTH);
    fputs("      per call     charged\n", out);
    for (size_t i = 0; i < s->point_count; i++) {
        print_settings(out, s, &s->points[i]);
        print_overhead(out, &s->points[i]);
    }
    fputc('\n', out);
}

static void print_transaction(FILE *out, const plb_sweep_point *p) {
    char text[PLB_FORMAT_BYTES];
    const plb_estimate *const times[] = {&p->call_ns, &p->twin_ns};
    for (size_t k = 0; k < 2 && p->call_ns.method != NULL; k++) {
        plb_format_time(times[k]->value, text);
        plb_print_right(out, text, 11);
    }
    const int64_t numbers[] = {(int64_t) p->size_bytes, (int64_t) p->fee, p->charged.steps};
    const int widths[] = {8, 11, 15};
    for (size_t k = 0; k < 3; k++) {
        plb_format_integer(numbers[k], text);
        plb_print_right(out, text, widths[k]);
    }
    plb_format_integer(p->charged.memory, text);
    plb_print_right(out, text, 12);
    fputc('\n', out);
}

static void print_transactions(FILE *out, const plb_sweep_summary *s) {
    print_settings(out, s, NULL);
    fputs(s->sampling != NULL ? "       call       twin" : "", out);
    fputs("   bytes   lovelace          steps      memory\n", out);
    for (size_t i = 0; i < s->point_count; i++) {
        print_settings(out, s, &s->points[i]);
        print_transaction(out, &s->points[i]);
    }
    fputc('\n', out);
}

/* ---- The function ---- */

/* "1.530 µs", "nothing". */
static void charged_text(double steps, char text[PLB_FORMAT_BYTES]) {
    if (fabs(steps) < 0.5) {
        snprintf(text, PLB_FORMAT_BYTES, "nothing");
    } else {
        plb_format_time(steps * 1e-3, text);
    }
}

static int term_width(const plb_sweep_summary *s) {
    int width = 12;
    for (size_t t = 0; t < s->term_count; t++) {
        int own = plb_text_width(s->terms[t].name);
        width = own > width ? own : width;
    }
    return width;
}

/* "2.310 µs/call": the unit's "ns" has become another unit of time. */
static void print_term(FILE *out, const plb_sweep_term *t, int width) {
    char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES], charged[PLB_FORMAT_BYTES];
    char with_unit[2 * PLB_FORMAT_BYTES];
    plb_format_estimate_ns(&t->coefficient_ns, value, interval);
    snprintf(with_unit, sizeof with_unit, "%.60s%.60s", value, t->unit + strlen("ns"));
    charged_text(t->charged_steps, charged);
    fputs("  ", out);
    plb_print_left(out, t->name, width);
    plb_print_right(out, with_unit, 22);
    fputs("  ", out);
    plb_print_left(out, interval, INTERVAL_WIDTH);
    plb_print_right(out, charged, 10);
    fprintf(out, "%11.*f%s\n", fabs(t->fee_lovelace) < 1000 ? 1 : 0, t->fee_lovelace,
            t->resolved ? "" : "  not resolved");
}

/* A product of what is varied that is not in the model, to be tried: of the first two factors, or
 * the square of the only one. */
static void suggest(FILE *out, const plb_sweep_summary *s) {
    const plb_sweep_factor *factors[2] = {NULL, NULL};
    size_t count = 0;
    for (size_t f = 0; f < s->factor_count && count < 2; f++) {
        if (s->factors[f].varied) factors[count++] = &s->factors[f];
    }
    if (count == 0 || (count == 1 && factors[0]->levels != NULL)) return;
    char term[PLB_FORMAT_BYTES];
    snprintf(term, sizeof term, "%.40s*%.40s", factors[0]->name, factors[count - 1]->name);
    if (strchr(s->model, '=') == NULL && strstr(s->model, term) == NULL) {
        fprintf(out, "; try --model '%s + %s'", s->model, term);
    } else if (strstr(s->model, "*") == NULL) {
        fprintf(out, "; try a product in --model, such as %s", term);
    }
}

static void print_fit(FILE *out, const plb_sweep_summary *s) {
    char *text = NULL, off[PLB_FORMAT_BYTES];
    size_t length = 0;
    FILE *line = open_memstream(&text, &length);
    if (line == NULL) return;
    if (!s->tested) {
        fprintf(line, "there are as many terms as design points, so whether the function fits "
                      "can't be told");
    } else {
        const plb_sweep_point *p = &s->points[s->worst];
        plb_format_time(fabs(p->residual_ns.value), off);
        fprintf(line,
                "%s: the largest residual is at %s, %s %s the function (%.1f times the half "
                "width of its interval; up to %.1f is chance)",
                s->linear ? "linear" : "not linear", p->label, off,
                p->residual_ns.value < 0 ? "below" : "above", s->worst_ratio, s->limit_ratio);
        if (!s->linear) suggest(line, s);
    }
    if (fclose(line) == 0 && text != NULL) {
        fputs("  ", out);
        plb_print_wrapped(out, text, 2, 2);
    }
    free(text);
}

static void print_function(FILE *out, const plb_sweep_summary *s) {
    if (s->term_count == 0 && s->sampling != NULL && s->point_count > 1) {
        fputs("  too few samples for a function of what is varied: measure longer (--time)\n\n",
              out);
    }
    if (s->term_count == 0) return;
    int width = term_width(s);
    fputs("  overhead of a transaction as a function of what is varied\n  ", out);
    plb_print_left(out, "", width + 24);
    plb_print_left(out, "95 % interval", INTERVAL_WIDTH);
    fputs("   charged   lovelace\n", out);
    for (size_t t = 0; t < s->term_count; t++) print_term(out, &s->terms[t], width);
    print_fit(out, s);
    fputc('\n', out);
}

/* ---- The whole ---- */

static void print_head(FILE *out, const plb_sweep_summary *s) {
    fprintf(out, "%s (%s, protocol version %u) on %s: %zu design point%s%s\n", s->script,
            s->language, s->protocol_version, s->target, s->point_count,
            s->point_count == 1 ? "" : "s", plb_sweep_partial(s) ? ": PARTIAL, interrupted" : "");
    if (s->fixed[0] != '\0') {
        fputs("  ", out);
        plb_print_wrapped(out, s->fixed, 2, 2);
    }
    if (s->strategy != NULL) fprintf(out, "  loops calibrated to %s\n", s->strategy);
    fputc('\n', out);
}

static void print_noise(FILE *out, const plb_sweep_summary *s) {
    double least = INFINITY, most = plb_sweep_noise_floor_ns(s);
    char a[PLB_FORMAT_BYTES], b[PLB_FORMAT_BYTES], text[3 * PLB_FORMAT_BYTES];
    if (isnan(most)) return;
    for (size_t i = 0; i < s->point_count; i++) {
        least = fmin(least, s->points[i].noise_floor_ns);
    }
    plb_format_time(least, a);
    plb_format_time(most, b);
    snprintf(text, sizeof text, "%s%s%s", a, strcmp(a, b) != 0 ? " to " : "",
             strcmp(a, b) != 0 ? b : "");
    plb_print_label(out, "noise floor");
    fprintf(out, "%s: twin against twin, of each design point\n", text);
}

/* What one more of something costs, of a term that says it by itself. */
static void print_sentence(FILE *out, const plb_sweep_summary *s, const plb_sweep_term *t) {
    char time[PLB_FORMAT_BYTES], charged[PLB_FORMAT_BYTES], text[6 * PLB_FORMAT_BYTES];
    bool is_product = strchr(t->name, '*') != NULL, is_level = strchr(t->name, '=') != NULL;
    if (!t->resolved || is_product || strcmp(t->name, "1") == 0) return;
    double ns = t->coefficient_ns.value;
    const char *average = s->tested && !s->linear ? " on average" : "";
    plb_format_time(fabs(ns), time);
    charged_text(t->charged_steps, charged);
    if (is_level) {
        snprintf(text, sizeof text,
                 "With %.60s a transaction of %.60s takes %.30s %s%s; the cost model charges %.30s "
                 "more, and the fee is %.0f lovelace %s.",
                 t->name, s->script, time, ns < 0 ? "less" : "more", average, charged,
                 fabs(t->fee_lovelace), t->fee_lovelace < 0 ? "less" : "more");
    } else {
        snprintf(text, sizeof text,
                 "One %.30s more (%.60s) costs a transaction of %.60s %s%.30s%s; the cost model "
                 "charges it %.30s (1 step = 1 ps), and the fee rises by %.4g lovelace.",
                 t->unit + strlen("ns/"), t->name, s->script, ns < 0 ? "minus " : "", time, average,
                 charged, t->fee_lovelace);
    }
    plb_print_wrapped(out, text, 0, 0);
}

static void print_conclusion(FILE *out, const plb_sweep_summary *s) {
    bool products = strchr(s->model, '*') != NULL;
    for (size_t t = 0; t < s->term_count && !products; t++) {
        print_sentence(out, s, &s->terms[t]);
    }
}

plb_status plb_sweep_summary_text(const plb_sweep_summary *s, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out) {
        print_head(out, s);
        if (s->sampling != NULL) print_overheads(out, s);
        print_transactions(out, s);
        print_function(out, s);
        if (s->sampling != NULL) {
            print_noise(out, s);
            plb_print_conditions(out, s->sampling);
            plb_print_warnings(out, plb_sweep_flags(s));
            fputc('\n', out);
        }
        print_conclusion(out, s);
    }
    return plb_text_close(out, text, error);
}
