/* Scales between machines: from ratios of points to builtins, from these to one factor. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/points.h"
#include "calibrate/scale/scale.h"
#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define LOW 0.025
#define HIGH 0.975
#define NAMED 3 /* builtins that a refusal names, at most */

/* What is handed out, and what it points to. */
typedef struct scale_storage {
    plb_machine_scale scale;
    plb_machine_scale_builtin builtins[PLB_SCALE_BUILTINS_MAX];
    plb_machine_scale_library libraries[PLB_SCALE_BUILTINS_MAX];
} scale_storage;

typedef struct making {
    const plb_machine_scale_set *set;
    plb_machine_scale *scale;
    plb_machine_scale_builtin *builtins;
    plb_machine_scale_library *libraries;
    plb_machine_scale_pairs *pairs;      /* one per builtin */
    double *replicates;                  /* one per resample */
    size_t used[PLB_SCALE_BUILTINS_MAX]; /* builtins that play a part */
    double log_factor[PLB_SCALE_BUILTINS_MAX], variance[PLB_SCALE_BUILTINS_MAX]; /* of these */
    double *scratch; /* of plb_machine_scale_location, and of points */
    plb_random random;
    plb_error *error;
} making;

/* ---- Locations ---- */

double plb_machine_scale_location(const double *values, size_t count, double *scratch) {
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i; k < count; k++) scratch[n++] = (values[i] + values[k]) / 2;
    return plb_median_of(scratch, n);
}

/* The logarithm of one point's ratio, less the no-ops: these are at most a tenth of it each, and
 * drawn to be at most twice that. */
static double log_ratio(plb_machine_scale_pair pair, double own_no_op, double reference_no_op) {
    return log((pair.own - own_no_op) / (pair.reference - reference_no_op));
}

static double drawn_no_op(making *m, plb_machine_scale_no_op no_op) {
    double drawn = no_op.time + no_op.deviation * plb_random_normal(&m->random);
    return fmin(fmax(drawn, 0), 2 * no_op.time);
}

/* Median over points drawn with replacement. */
static double draw_points(making *m, const plb_machine_scale_pairs *p) {
    double own = drawn_no_op(m, p->own_no_op), reference = drawn_no_op(m, p->reference_no_op);
    for (size_t i = 0; i < p->count; i++) {
        uint32_t pick = plb_random_below(&m->random, (uint32_t) p->count);
        m->scratch[i] = log_ratio(p->pairs[pick], own, reference);
    }
    return plb_median_of(m->scratch, p->count);
}

/* ---- Builtins ---- */

static double variance_of(const double *values, size_t count) {
    double mean = 0, sum = 0;
    for (size_t i = 0; i < count; i++) mean += values[i] / (double) count;
    for (size_t i = 0; i < count; i++) sum += (values[i] - mean) * (values[i] - mean);
    return count > 1 ? sum / (double) (count - 1) : 0;
}

static void estimate_builtin(making *m, size_t position) {
    const plb_machine_scale_pairs *p = &m->pairs[m->used[position]];
    plb_machine_scale_builtin *b = &m->builtins[m->used[position]];
    size_t resamples = m->scale->resamples;
    for (size_t i = 0; i < p->count; i++)
        m->scratch[i] = log_ratio(p->pairs[i], p->own_no_op.time, p->reference_no_op.time);
    double location = plb_median_of(m->scratch, p->count);
    b->point_spread = plb_mad_of(m->scratch, p->count);
    b->factor = exp(location);
    m->log_factor[position] = location;
    double *replicates = m->replicates;
    for (size_t r = 0; r < resamples; r++) replicates[r] = draw_points(m, p);
    m->variance[position] = variance_of(replicates, resamples);
    plb_sort_numbers(replicates, resamples);
    b->low = exp(fmin(location, plb_quantile_sorted(replicates, resamples, LOW)));
    b->high = exp(fmax(location, plb_quantile_sorted(replicates, resamples, HIGH)));
}

static plb_status match_all(making *m, const plb_benching *reference, const plb_benching *own) {
    plb_machine_scale *scale = m->scale;
    for (size_t i = 0; i < m->set->count; i++) {
        const plb_machine_scale_entry *entry = &m->set->entries[i];
        plb_machine_scale_builtin *b = &m->builtins[i];
        (void) snprintf(b->name, sizeof b->name, "%s", entry->benchmark);
        (void) snprintf(b->library, sizeof b->library, "%s", entry->library);
        b->factor = b->low = b->high = b->point_spread = b->deviation = b->without = (double) NAN;
        plb_status status = plb_machine_scale_match(&m->pairs[i], reference, own, entry, m->error);
        if (status != PLB_OK) return status;
        b->points = m->pairs[i].count;
        b->left_out = m->pairs[i].left_out;
        if (b->points > 0) m->used[scale->used++] = i;
        scale->points += b->points;
    }
    return PLB_OK;
}

/* ---- The factor ---- */

/* The location without what `skip` says of a builtin; NAN when nothing is left. */
static double location_without(making *m,
                               bool (*skip)(const making *m, size_t position, const void *which),
                               const void *which) {
    double values[PLB_SCALE_BUILTINS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < m->scale->used; i++)
        if (!skip(m, i, which)) values[count++] = m->log_factor[i];
    return plb_machine_scale_location(values, count, m->scratch);
}

static bool is_position(const making *m, size_t position, const void *which) {
    (void) m;
    return position == *(const size_t *) which;
}

static bool is_in_library(const making *m, size_t position, const void *which) {
    return strcmp(m->builtins[m->used[position]].library, which) == 0;
}

static bool is_elsewhere(const making *m, size_t position, const void *which) {
    return !is_in_library(m, position, which);
}

/* Builtins are drawn with replacement, each with all of its points: drawing these anew as well
 * would count twice what they are uncertain by (Davison and Hinkley 1997, 3.8). Percentiles are
 * moved away from the estimate by what resampling makes too narrow of so few (Hesterberg
 * 2015, 3.3). */
static void find_interval(making *m, double location) {
    plb_machine_scale *scale = m->scale;
    size_t used = scale->used, resamples = scale->resamples;
    double values[PLB_SCALE_BUILTINS_MAX], *locations = m->replicates;
    for (size_t r = 0; r < resamples; r++) {
        for (size_t i = 0; i < used; i++)
            values[i] = m->log_factor[plb_random_below(&m->random, (uint32_t) used)];
        locations[r] = plb_machine_scale_location(values, used, m->scratch);
    }
    plb_sort_numbers(locations, resamples);
    double n = (double) used;
    double wider = sqrt(n / (n - 1)) * plb_student_975(n - 1) / PLB_NORMAL_975;
    double below = location - plb_quantile_sorted(locations, resamples, LOW);
    double above = plb_quantile_sorted(locations, resamples, HIGH) - location;
    scale->low = exp(location - wider * fmax(below, 0));
    scale->high = exp(location + wider * fmax(above, 0));
}

/* Between builtins: the variance of their factors less what their points explain of it (Hedges),
 * and Cochran's Q, whose excess over its degrees of freedom is I squared (Higgins and Thompson
 * 2002). */
static void find_spread(making *m) {
    plb_machine_scale *scale = m->scale;
    size_t used = scale->used;
    double within = 0, weights = 0, mean = 0, q = 0;
    for (size_t i = 0; i < used; i++) {
        double weight = 1 / fmax(m->variance[i], 1e-12);
        within += m->variance[i] / (double) used;
        mean += weight * m->log_factor[i];
        weights += weight;
    }
    mean /= weights;
    for (size_t i = 0; i < used; i++) {
        double off = m->log_factor[i] - mean;
        q += off * off / fmax(m->variance[i], 1e-12);
    }
    scale->spread = sqrt(fmax(variance_of(m->log_factor, used) - within, 0));
    scale->heterogeneity = q > 0 ? fmax(1 - (double) (used - 1) / q, 0) : 0;
    scale->agrees = scale->spread <= scale->spread_limit;
}

static void compare_builtins(making *m, double location) {
    plb_machine_scale *scale = m->scale;
    scale->furthest = m->used[0];
    double furthest = -1;
    for (size_t i = 0; i < scale->used; i++) {
        plb_machine_scale_builtin *b = &m->builtins[m->used[i]];
        double off = fabs(m->log_factor[i] - location);
        b->deviation = b->factor / scale->factor - 1;
        b->without = exp(location_without(m, is_position, &i));
        if (off > furthest) {
            furthest = off;
            scale->furthest = m->used[i];
        }
    }
}

static plb_machine_scale_library *library_of(making *m, const char *name) {
    plb_machine_scale *scale = m->scale;
    for (size_t i = 0; i < scale->library_count; i++)
        if (strcmp(m->libraries[i].name, name) == 0) return &m->libraries[i];
    plb_machine_scale_library *library = &m->libraries[scale->library_count++];
    (void) snprintf(library->name, sizeof library->name, "%s", name);
    library->factor = exp(location_without(m, is_elsewhere, name));
    library->without = exp(location_without(m, is_in_library, name));
    return library;
}

static void compare_libraries(making *m) {
    for (size_t i = 0; i < m->scale->used; i++)
        library_of(m, m->builtins[m->used[i]].library)->builtins++;
}

/* ---- Refusals ---- */

static plb_status too_few(const making *m) {
    char missing[PLB_ERROR_MESSAGE_BYTES / 2] = "";
    for (size_t i = 0; i < m->set->count; i++) {
        size_t length = strlen(missing);
        if (m->builtins[i].points == 0 && length + 1 < sizeof missing)
            (void) snprintf(missing + length, sizeof missing - length, "%s%s",
                            length > 0 ? ", " : "", m->builtins[i].name);
    }
    return plb_fail(m->error, PLB_E_ARGUMENT, "scale",
                    "expected points of equal sizes of at least %d builtins of the set, from at "
                    "least %d libraries, in both, got %zu; without any: %s",
                    PLB_SCALE_BUILTINS_LEAST, PLB_SCALE_LIBRARIES_LEAST, m->scale->used, missing);
}

/* Those that disagree most, furthest first. */
static plb_status disagreement(const making *m) {
    const plb_machine_scale *scale = m->scale;
    char names[PLB_ERROR_MESSAGE_BYTES / 2] = "";
    bool named[PLB_SCALE_BUILTINS_MAX] = {false};
    for (size_t k = 0; k < NAMED && k < scale->used; k++) {
        size_t next = 0;
        double furthest = -1;
        for (size_t i = 0; i < scale->used; i++) {
            double off = fabs(m->log_factor[i] - log(scale->factor));
            if (named[i] || off <= furthest) continue;
            furthest = off;
            next = i;
        }
        named[next] = true;
        size_t length = strlen(names);
        const plb_machine_scale_builtin *b = &m->builtins[m->used[next]];
        (void) snprintf(names + length, sizeof names - length, "%s%s %.3g", k > 0 ? ", " : "",
                        b->name, b->factor);
    }
    return plb_fail(m->error, PLB_E_MEASURE, "scale",
                    "the set disagrees with itself: builtins spread by %.0f %%, expected at most "
                    "%.0f %%; furthest from %.3g: %s",
                    100 * scale->spread, 100 * scale->spread_limit, scale->factor, names);
}

/* ---- All ---- */

/* Numbers that have to be in `scratch` at a time. */
static size_t scratch_size(const making *m) {
    size_t most = 0;
    for (size_t i = 0; i < m->set->count; i++)
        most = m->pairs[i].count > most ? m->pairs[i].count : most;
    size_t pairs = m->scale->used * (m->scale->used + 1) / 2;
    return most > pairs ? most : pairs;
}

static plb_status make(making *m, const plb_benching *reference, const plb_benching *own) {
    plb_machine_scale *scale = m->scale;
    plb_status status = match_all(m, reference, own);
    if (status != PLB_OK) return status;
    m->scratch = calloc(scratch_size(m) + 1, sizeof *m->scratch);
    m->replicates = calloc(scale->resamples, sizeof *m->replicates);
    if (m->scratch == NULL || m->replicates == NULL)
        return plb_fail(m->error, PLB_E_MEMORY, "scale", "no memory for resamples");
    for (size_t i = 0; i < scale->used; i++) estimate_builtin(m, i);
    compare_libraries(m);
    if (scale->used < PLB_SCALE_BUILTINS_LEAST || scale->library_count < PLB_SCALE_LIBRARIES_LEAST)
        return too_few(m);
    double location = plb_machine_scale_location(m->log_factor, scale->used, m->scratch);
    scale->factor = exp(location);
    find_interval(m, location);
    find_spread(m);
    compare_builtins(m, location);
    return scale->agrees ? PLB_OK : disagreement(m);
}

static void begin(making *m, scale_storage *storage, const plb_machine_scale_options *options) {
    double limit = options->spread_limit;
    m->scale = &storage->scale;
    m->builtins = storage->builtins;
    m->libraries = storage->libraries;
    *m->scale = (plb_machine_scale){
        .spread_limit = limit > 0 ? limit : PLB_SCALE_SPREAD_LIMIT,
        .resamples = options->resamples > 0 ? options->resamples : PLB_SCALE_RESAMPLES,
        .seed = options->seed,
        .builtins = storage->builtins,
        .builtin_count = m->set->count,
        .libraries = storage->libraries,
    };
    plb_random_seed(&m->random, options->seed);
}

static void end(making *m) {
    for (size_t i = 0; m->pairs != NULL && i < m->set->count; i++) free(m->pairs[i].pairs);
    free(m->pairs);
    free(m->replicates);
    free(m->scratch);
}

plb_status plb_machine_scale_make(plb_machine_scale **scale, const plb_benching *reference,
                                  const plb_benching *own, const plb_machine_scale_set *set,
                                  const plb_machine_scale_options *options, plb_error *error) {
    static const plb_machine_scale_options none = {0};
    *scale = NULL;
    scale_storage *storage = calloc(1, sizeof *storage);
    making m = {.set = set, .error = error, .pairs = calloc(set->count, sizeof *m.pairs)};
    plb_status status = PLB_E_MEMORY;
    if (storage != NULL && m.pairs != NULL) {
        begin(&m, storage, options != NULL ? options : &none);
        status = make(&m, reference, own);
    } else {
        (void) plb_fail(error, status, "scale", "no memory for a scale");
    }
    end(&m);
    if (status == PLB_OK || status == PLB_E_MEASURE)
        *scale = &storage->scale;
    else
        free(storage);
    return status;
}

/* It is the first member of what was allocated. */
void plb_machine_scale_free(plb_machine_scale *scale) { free(scale); }

/* ---- Using it ---- */

double plb_machine_scale_deviation(const plb_machine_scale *scale) {
    return log(scale->high / scale->low) / 2 / PLB_NORMAL_975;
}

plb_estimate plb_estimate_over(plb_estimate a, plb_estimate b) {
    double up = b.value / b.low - 1, down = 1 - b.value / b.high;
    plb_estimate q = plb_estimate_scaled(a, 1 / b.value);
    double value = q.value;
    q.low = value - hypot(value - q.low, value * (value >= 0 ? down : up));
    q.high = value + hypot(q.high - value, value * (value >= 0 ? up : down));
    return q;
}

plb_estimate plb_machine_scale_estimate(const plb_machine_scale *scale, plb_estimate own) {
    plb_estimate factor = {.value = scale->agrees ? scale->factor : (double) NAN,
                           .low = scale->low,
                           .high = scale->high};
    return plb_estimate_over(own, factor);
}

plb_status plb_machine_scale_apply(const plb_machine_scale *scale, const plb_benching *own,
                                   plb_benching **scaled, plb_error *error) {
    *scaled = NULL;
    if (!scale->agrees)
        return plb_fail(error, PLB_E_ARGUMENT, "scale", "the set disagrees with itself");
    plb_benching *made = plb_benching_new();
    plb_status status =
        made != NULL ? PLB_OK : plb_fail(error, PLB_E_MEMORY, "scale", "no memory for times");
    double divisor = scale->factor;
    for (size_t g = 0; status == PLB_OK && g < own->group_count; g++) {
        const plb_bench_group *group = &own->groups[g];
        for (size_t i = 0; status == PLB_OK && i < group->count; i++) {
            plb_bench_point point = group->points[i];
            point.time /= divisor;
            point.time_low /= divisor;
            point.time_high /= divisor;
            point.deviation /= divisor;
            status = plb_benching_add(made, group->name, &point, error);
        }
    }
    for (size_t i = 0; status == PLB_OK && i < own->notes.count; i++) {
        const plb_fit_note *note = &own->notes.items[i];
        plb_note(&made->notes, note->severity, note->name, note->line, "%s", note->text);
    }
    if (status == PLB_OK)
        *scaled = made;
    else
        plb_benching_free(made);
    return status;
}
