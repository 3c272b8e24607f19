/* What text and Markdown of a study have in common. */
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "results/format.h"
#include "results/study/study.h"

#define PAIR_WIDTH 14
#define NAMES_MOST 12 /* of builtins, in a sentence */

void plb_study_ratio(double ratio, char text[PLB_STUDY_TEXT_BYTES]) {
    if (!isfinite(ratio)) {
        (void) snprintf(text, PLB_STUDY_TEXT_BYTES, "-");
        return;
    }
    if (ratio > 0 && ratio < 1e-3) {
        (void) snprintf(text, PLB_STUDY_TEXT_BYTES, "%.1e", ratio);
        return;
    }
    int before = ratio >= 1 ? (int) floor(log10(ratio)) : 0;
    int decimals = ratio > 0 && ratio < 0.1 ? 4 : before > 2 ? 0 : 3 - before;
    (void) snprintf(text, PLB_STUDY_TEXT_BYTES, "%.*f", decimals, ratio);
}

/* Two numbers in a pattern; with two digits where they would be wider than a column. */
static void pair(const char *pattern, double a, double b, char text[PLB_STUDY_TEXT_BYTES]) {
    char first[PLB_STUDY_TEXT_BYTES], second[PLB_STUDY_TEXT_BYTES];
    plb_study_ratio(a, first);
    plb_study_ratio(b, second);
    if (strlen(first) + strlen(second) > PAIR_WIDTH) {
        (void) snprintf(first, sizeof first, "%.2g", a);
        (void) snprintf(second, sizeof second, "%.2g", b);
    }
    if (strlen(first) + strlen(second) > PAIR_WIDTH) {
        (void) snprintf(first, sizeof first, "%.1g", a);
        (void) snprintf(second, sizeof second, "%.1g", b);
    }
    (void) snprintf(text, PLB_STUDY_TEXT_BYTES, pattern, first, second);
}

void plb_study_interval(const plb_estimate *e, char text[PLB_STUDY_TEXT_BYTES]) {
    (void) snprintf(text, PLB_STUDY_TEXT_BYTES, "-");
    if (e->method != NULL) pair("[%.24s, %.24s]", e->low, e->high, text);
}

void plb_study_range(double least, double most, char text[PLB_STUDY_TEXT_BYTES]) {
    char second[PLB_STUDY_TEXT_BYTES];
    plb_study_ratio(least, text);
    plb_study_ratio(most, second);
    if (strcmp(text, second) != 0) pair("%.24s to %.24s", least, most, text);
}

void plb_study_percent(double before, double after, char text[PLB_STUDY_TEXT_BYTES]) {
    if (!(before > 0)) {
        (void) snprintf(text, PLB_STUDY_TEXT_BYTES, "-");
        return;
    }
    (void) snprintf(text, PLB_STUDY_TEXT_BYTES, "%+.1f %%", 100 * (after / before - 1));
}

const char *plb_study_fate_name(plb_study_fate fate) {
    return fate == PLB_STUDY_FITTED      ? "fitted"
           : fate == PLB_STUDY_NOT_SWEPT ? "not swept"
                                         : "left out";
}

double plb_study_relative(const plb_study_summary *s, const plb_study_builtin *b) {
    return b->ratio.value > 0 && s->pace > 0 ? b->ratio.value / s->pace : NAN;
}

/* ---- The worst inputs ---- */

const plb_study_list plb_study_lists[] = {
    {"most under-charged inputs", "The most under-charged inputs", false, true, 1},
    {"most over-charged inputs", "The most over-charged inputs", false, false, 1},
    {"where the proposal charges too little", "Where the proposal charges too little", true, true,
     2},
    {"where the proposal charges too much", "Where the proposal charges too much", true, false, 2},
    {NULL, NULL, false, false, 0},
};

static const plb_study_at *worst_of(const plb_study_list *list, const plb_study_builtin *b) {
    const plb_study_charge *charge = list->proposed ? &b->new_charge : &b->old_charge;
    const plb_study_at *at = list->under ? &charge->most_under : &charge->most_over;
    bool there = at->point[0] != '\0' &&
                 (list->under ? at->low > list->beyond : at->high < 1 / list->beyond);
    return there ? at : NULL;
}

/* Of the intervals' ends that are nearer to 1, the lower end of an under-charged input's. */
static double nearer_end(const plb_study_at *at) { return at->low > 1 ? at->low : at->high; }

static int by_distance(const void *a, const void *b) {
    const plb_study_at *x = *(const plb_study_at *const *) a, *y = *(const plb_study_at *const *) b;
    double dx = fabs(log(fmax(nearer_end(x), 1e-9))), dy = fabs(log(fmax(nearer_end(y), 1e-9)));
    return dx > dy ? -1 : dx < dy ? 1 : strcmp(x->point, y->point);
}

const plb_study_at **plb_study_worst(const plb_study_summary *s, const plb_study_list *list,
                                     size_t *count) {
    const plb_study_at **worst = calloc(s->builtin_count + 1, sizeof *worst);
    *count = 0;
    if (worst == NULL) return NULL;
    for (size_t i = 0; i < s->builtin_count; i++) {
        const plb_study_at *at = worst_of(list, &s->builtins[i]);
        bool shares = false; /* another builtin's points, at the same cost */
        for (size_t k = 0; at != NULL && k < *count; k++)
            shares |= strcmp(worst[k]->point, at->point) == 0;
        if (at != NULL && !shares) worst[(*count)++] = at;
    }
    qsort((void *) worst, *count, sizeof *worst, by_distance);
    return worst;
}

/* ---- Sentences ---- */

#define SENTENCE_BYTES 4096

/* A paragraph of its own. */
static void say(FILE *out, const char *format, ...) PLB_PRINTF(2, 3);

static void say(FILE *out, const char *format, ...) {
    char text[SENTENCE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    plb_print_wrapped(out, text, 0, 0);
}

void plb_study_print_conditions(FILE *out, const plb_study_summary *s) {
    const plb_study_conditions *c = &s->conditions;
    char machine[256] = "", interval[128] = "no intervals were asked for";
    if (c->machine != NULL)
        (void) snprintf(machine, sizeof machine, ", on %.150s with %d CPUs", c->machine, c->cpus);
    say(out, "Times: %zu rows of %s%s.", c->rows, c->source, machine);
    if (c->is_sweep)
        say(out,
            "Of %zu points %zu are known to %.3g %%, in %.0f s (stopped by %s); drift %.2f %%.",
            c->points, c->precise, 100 * c->precision, c->elapsed_s, c->stopped_by, 100 * c->drift);
    if (c->is_sweep && c->flags[0] != '\0') say(out, "The sweep was suspicious: %s.", c->flags);
    if (s->scale.factor > 0)
        say(out,
            "All times are in units of the reference machine, which takes 1 for what this one "
            "takes "
            "%.4g [%.4g, %.4g] for; the scale's interval is in those below.",
            s->scale.factor, s->scale.low, s->scale.high);
    if (s->bootstrap > 0)
        (void) snprintf(interval, sizeof interval,
                        "intervals (95 %%) are from %u resamples of the points, everything fitted "
                        "anew",
                        s->bootstrap);
    say(out, "New costs are fitted by the method \"%s\"; %s.", s->method, interval);
    say(out,
        "Measured over charged: time less the no-op's, at 1 step = 1 ps. Budgets and fees under "
        "a given model are exact.");
    say(out, "Prices and limits: %s.", s->prices);
}

/* "BEFORE a, b, and 3 more." for the builtins that are `wanted`. */
static void say_names(FILE *out, const plb_study_summary *s, const char *before,
                      bool (*wanted)(const plb_study_builtin *builtin)) {
    char names[SENTENCE_BYTES / 2] = "", more[48] = "";
    size_t count = 0, used = 0;
    for (size_t i = 0; i < s->builtin_count; i++) {
        if (!wanted(&s->builtins[i]) || ++count > NAMES_MOST) continue;
        used += (size_t) snprintf(names + used, sizeof names - used, "%s%.60s",
                                  count > 1 ? ", " : "", s->builtins[i].name);
    }
    if (count > NAMES_MOST)
        (void) snprintf(more, sizeof more, ", and %zu more", count - NAMES_MOST);
    if (count > 0) say(out, "%s %s%s.", before, names, more);
}

static bool is_unresolved(const plb_study_builtin *b) {
    return b->ratio.method != NULL && !b->resolved;
}
static bool is_without_interval(const plb_study_builtin *b) {
    return b->ratio.value > 0 && b->ratio.method == NULL;
}
static bool is_patched(const plb_study_builtin *b) { return b->patched; }
static bool is_new(const plb_study_builtin *b) {
    return b->fate == PLB_STUDY_FITTED && b->old_shape == NULL;
}
static bool is_not_swept(const plb_study_builtin *b) { return b->fate == PLB_STUDY_NOT_SWEPT; }

void plb_study_print_unresolved(FILE *out, const plb_study_summary *s) {
    say_names(out, s, "No change is resolved (the interval contains 1):", is_unresolved);
    if (s->bootstrap > 0)
        say_names(out, s, "Too few resamples determine an interval:", is_without_interval);
    say_names(out, s,
              "Patched as the reference does it (a time that is not above the no-op's, or a "
              "coefficient below zero), so that the new cost is no measurement:",
              is_patched);
    say_names(out, s, "The old model has no cost for", is_new);
    say_names(out, s, "Not swept, so that nothing is proposed:", is_not_swept);
    for (size_t i = 0; i < s->builtin_count; i++) {
        const plb_study_builtin *b = &s->builtins[i];
        if (b->fate == PLB_STUDY_LEFT_OUT)
            say(out, "%s could not be fitted and keeps its cost: %s.", b->name, b->problem);
    }
    if (s->step_count == 0)
        say(out, "Machine steps were not measured: they cost what is published.");
}
