#include "harness/measure/terms.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define DITHER_SEED 0x706c75746f757321U

void plb_terms_free(plb_terms *terms) {
    for (size_t k = 0; terms->terms && k < terms->count; k++) free(terms->terms[k].values);
    free(terms->terms);
    memset(terms, 0, sizeof *terms);
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
}

static size_t samples_of(const plb_rounds *rounds, size_t series) {
    size_t n = 0;
    for (size_t r = 0; r < rounds->round_count; r++) n += isnan(rounds->series[series][r]) ? 0 : 1;
    return n;
}

/* The series that the others are compared with. */
static size_t find_reference(const plb_rounds *rounds, const double *coefficients) {
    size_t best = SIZE_MAX, most = 0;
    for (size_t i = 0; i < rounds->series_count; i++) {
        if (coefficients[i] == 0) continue;
        size_t samples = samples_of(rounds, i);
        if (best == SIZE_MAX || samples > most ||
            (samples == most && fabs(coefficients[i]) > fabs(coefficients[best]))) {
            best = i;
            most = samples;
        }
    }
    return best;
}

/* ---- One term ---- */

/* A series while its samples are gone through. */
typedef struct cursor {
    const double *samples; /* NULL: no such series, and 0 instead of a sample */
    double step;
    double newest; /* since the last difference; NAN: none */
} cursor;

/* `random` NULL: samples as they are. */
static void look_at(cursor *c, size_t round, plb_random *random) {
    if (!c->samples || isnan(c->samples[round])) return;
    double dither = random ? c->step * (plb_random_unit(random) - 0.5) : 0;
    c->newest = c->samples[round] + dither;
}

static void forget(cursor *c) { c->newest = c->samples ? (double) NAN : 0; }

static void fill_term(plb_term *term, const plb_rounds *rounds, cursor *a, cursor *b,
                      plb_random *random) {
    forget(a);
    forget(b);
    term->count = 0;
    for (size_t r = 0; r < rounds->round_count; r++) {
        if (rounds->epochs && r > 0 && rounds->epochs[r] != rounds->epochs[r - 1]) {
            forget(a);
            forget(b);
        }
        look_at(a, r, random);
        look_at(b, r, random);
        term->values[r] = a->newest - b->newest;
        if (isnan(term->values[r])) continue;
        term->count++;
        forget(a);
        forget(b);
    }
}

static bool varies(const plb_term *term, size_t round_count) {
    double first = NAN;
    for (size_t r = 0; r < round_count; r++) {
        if (isnan(term->values[r])) continue;
        if (term->values[r] != first && !isnan(first)) return true;
        first = term->values[r];
    }
    return false;
}

static cursor cursor_of(const plb_rounds *rounds, size_t series) {
    return (cursor){.samples = rounds->series[series],
                    .step = rounds->resolution ? rounds->resolution[series] : 0};
}

static bool add_term(plb_terms *t, const plb_rounds *rounds, double weight, size_t series,
                     size_t reference) {
    plb_term *term = &t->terms[t->count++];
    term->weight = weight;
    term->values = malloc((rounds->round_count + 1) * sizeof *term->values);
    if (!term->values) return false;
    cursor a = cursor_of(rounds, series), b = {0};
    if (t->is_contrast) b = cursor_of(rounds, reference);
    fill_term(term, rounds, &a, &b, NULL);
    if ((a.step > 0 || b.step > 0) && varies(term, rounds->round_count)) {
        plb_random random;
        plb_random_seed(&random, DITHER_SEED);
        fill_term(term, rounds, &a, &b, &random);
    }
    if (term->count < t->fewest) t->fewest = term->count;
    return true;
}

/* ---- All of them ---- */

static size_t describe(plb_terms *t, const plb_rounds *rounds, const double *coefficients) {
    double sum = 0, size = 0;
    size_t involved = 0;
    for (size_t i = 0; i < rounds->series_count; i++) {
        if (coefficients[i] == 0) continue;
        involved++;
        sum += coefficients[i];
        size += fabs(coefficients[i]);
        t->step += fabs(coefficients[i]) * (rounds->resolution ? rounds->resolution[i] : 0);
    }
    t->is_contrast = involved > 1 && fabs(sum) <= 1e-9 * size;
    t->is_difference = t->is_contrast && involved == 2;
    return involved;
}

static bool make_terms(plb_terms *t, const plb_rounds *rounds, const double *coefficients) {
    size_t reference = t->is_contrast ? find_reference(rounds, coefficients) : SIZE_MAX;
    for (size_t i = 0; i < rounds->series_count; i++) {
        if (coefficients[i] == 0 || i == reference) continue;
        if (!add_term(t, rounds, coefficients[i], i, reference)) return false;
    }
    return true;
}

plb_status plb_terms_make(const plb_rounds *rounds, const double *coefficients, plb_terms *terms,
                          plb_error *error) {
    memset(terms, 0, sizeof *terms);
    size_t involved = describe(terms, rounds, coefficients);
    if (involved == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a coefficient other than 0");
    }
    terms->round_count = terms->fewest = rounds->round_count;
    terms->terms = calloc(involved, sizeof *terms->terms);
    bool memory = terms->terms && make_terms(terms, rounds, coefficients);
    if (!memory) return no_memory(error);
    if (terms->fewest < PLB_BOOTSTRAP_ROUNDS) {
        return plb_fail(error, PLB_E_MEASURE, NULL,
                        "%zu rounds with a sample of every series: an interval "
                        "needs at least %d",
                        terms->fewest, PLB_BOOTSTRAP_ROUNDS);
    }
    return PLB_OK;
}

/* ---- The clock's steps ---- */

/* Samples that are all the same are spread over half a step's middle by being
 * put into it at random, and differences of them over a little more. */
double plb_least_half_width(double step, double spread) {
    return spread <= 0.75 * step ? step / 2 : 0;
}

double plb_terms_least_half_width(const plb_terms *terms, double *scratch) {
    double spread = 0;
    if (!(terms->step > 0)) return 0;
    for (size_t k = 0; k < terms->count; k++) {
        const plb_term *term = &terms->terms[k];
        size_t n = 0;
        for (size_t r = 0; r < terms->round_count; r++) {
            if (!isnan(term->values[r])) scratch[n++] = term->values[r];
        }
        double low = plb_quantile_of(scratch, n, 0.25);
        spread += fabs(term->weight) * (plb_quantile_of(scratch, n, 0.75) - low);
    }
    return plb_least_half_width(terms->step, spread);
}
