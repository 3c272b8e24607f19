/* Figures of all points from the visits in a journal. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/sweep/sweep.h"
#include "harness/measure/statistics.h"

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep's figures");
}

plb_status plb_sweep_begin(plb_builtin_sweep **made, const plb_grid *grid,
                           const plb_journal_head *head, plb_error *error) {
    size_t points = plb_grid_count(grid);
    plb_builtin_sweep *s = calloc(1, sizeof *s);
    *made = NULL;
    if (s != NULL) {
        s->states = calloc(points + 1, sizeof *s->states);
        s->places = calloc(points + 1, sizeof *s->places);
    }
    if (s == NULL || s->states == NULL || s->places == NULL) {
        plb_builtin_sweep_free(s);
        return no_memory(error);
    }
    s->grid = grid;
    for (size_t i = 0; i < points; i++) {
        s->states[i].variant = '?';
        s->states[i].precision = INFINITY;
        if (i % head->shards == head->shard - 1) s->places[s->count++] = (uint32_t) i;
    }
    s->facts.seed = head->seed;
    s->facts.shard = head->shard;
    s->facts.shards = head->shards;
    memcpy(s->facts.grid_sha256, head->grid_sha256, sizeof s->facts.grid_sha256);
    plb_sweep_note_failures(s);
    *made = s;
    return PLB_OK;
}

void plb_builtin_sweep_free(plb_builtin_sweep *s) {
    if (s == NULL) return;
    plb_journal_contents_free(&s->journal);
    plb_grid_free(s->own_grid);
    free(s->states);
    free(s->places);
    free(s->timings);
    free(s);
}

void plb_sweep_note_failures(plb_builtin_sweep *s) {
    for (size_t i = 0; i < s->count; i++)
        s->states[s->places[i]].failed = plb_grid_has_failed(s->grid, s->places[i]);
}

void plb_sweep_count_visit(plb_builtin_sweep *s, const plb_visit *visit) {
    plb_sweep_state *state = &s->states[visit->point];
    state->visits++;
    state->usable += visit->disturbed ? 0 : 1;
    state->wall_s += (double) visit->wall_s;
    state->variant = visit->variant;
}

/* ---- Visits by point ---- */

plb_status plb_sweep_index_make(plb_sweep_index *index, const plb_builtin_sweep *s,
                                plb_error *error) {
    size_t points = plb_grid_count(s->grid), visits = s->journal.count;
    index->first = calloc(points + 2, sizeof *index->first);
    index->order = calloc(visits + 1, sizeof *index->order);
    if (index->first == NULL || index->order == NULL) {
        plb_sweep_index_free(index);
        return no_memory(error);
    }
    uint32_t *next = index->first + 1; /* counts, then where the next visit of a point goes */
    for (size_t v = 0; v < visits; v++) next[s->journal.visits[v].point + 1]++;
    for (size_t p = 1; p <= points; p++) next[p] += next[p - 1];
    for (size_t v = 0; v < visits; v++)
        index->order[next[s->journal.visits[v].point]++] = (uint32_t) v;
    return PLB_OK;
}

void plb_sweep_index_free(plb_sweep_index *index) {
    free(index->first);
    free(index->order);
    *index = (plb_sweep_index){NULL, NULL};
}

/* Visits of a point that figures are taken from: the undisturbed ones, where there are enough, or
 * all. */
typedef struct point_visits {
    const plb_visit **visits;
    double *medians;
    size_t count, capacity;
} point_visits;

static bool make_room(point_visits *p, size_t count) {
    if (count <= p->capacity) return true;
    size_t capacity = 2 * count;
    const plb_visit **visits = realloc(p->visits, capacity * sizeof(const plb_visit *));
    if (visits != NULL) p->visits = visits;
    double *medians = realloc(p->medians, capacity * sizeof *medians);
    if (medians != NULL) p->medians = medians;
    if (visits == NULL || medians == NULL) return false;
    p->capacity = capacity;
    return true;
}

static bool gather(point_visits *p, const plb_builtin_sweep *s, const plb_sweep_index *index,
                   uint32_t point) {
    const plb_sweep_state *state = &s->states[point];
    bool all = state->usable < PLB_VISITS_LEAST;
    p->count = 0;
    if (!make_room(p, state->visits)) return false;
    for (uint32_t i = index->first[point]; i < index->first[point + 1]; i++) {
        const plb_visit *visit = &s->journal.visits[index->order[i]];
        if (visit->disturbed && !all) continue;
        p->visits[p->count] = visit;
        p->medians[p->count++] = (double) visit->typical;
    }
    return true;
}

static void free_visits(point_visits *p) {
    free(p->visits);
    free(p->medians);
}

/* ---- Precision ---- */

static double pooled_autocorrelation(const plb_builtin_sweep *s, const plb_sweep_index *index,
                                     point_visits *p, bool *good) {
    plb_pooled pooled = {0, 0, 0, 0};
    for (size_t i = 0; i < s->count && *good; i++) {
        *good = gather(p, s, index, s->places[i]);
        if (*good) plb_pooled_add(&pooled, p->medians, p->count);
    }
    return plb_pooled_autocorrelation(&pooled);
}

plb_status plb_sweep_assess(plb_builtin_sweep *s, plb_error *error) {
    plb_sweep_index index;
    point_visits p = {NULL, NULL, 0, 0};
    bool good = true;
    plb_status status = plb_sweep_index_make(&index, s, error);
    if (status != PLB_OK) return status;
    s->facts.autocorrelation = pooled_autocorrelation(s, &index, &p, &good);
    double widening = plb_widening(s->facts.autocorrelation);
    for (size_t i = 0; i < s->count && good; i++) {
        good = gather(&p, s, &index, s->places[i]);
        if (!good) break;
        plb_estimate median = plb_median_of_visits(p.medians, p.count, widening);
        s->states[s->places[i]].precision =
            p.count >= PLB_VISITS_LEAST ? plb_estimate_precision(&median) : INFINITY;
    }
    free_visits(&p);
    plb_sweep_index_free(&index);
    return good ? PLB_OK : no_memory(error);
}

/* ---- Figures ---- */

static bool fill_timing(plb_builtin_sweep *s, const plb_sweep_index *index, point_visits *p,
                        double **samples, size_t *capacity, size_t place) {
    uint32_t point = s->places[place];
    const plb_sweep_state *state = &s->states[point];
    plb_sweep_timing *timing = &s->timings[place];
    *timing = (plb_sweep_timing){
        .point = plb_grid_at(s->grid, point),
        .visits = state->visits,
        .disturbed = state->visits - state->usable,
        .variant = state->variant,
        .precise = state->precision <= s->facts.precision && !state->failed,
    };
    for (uint32_t i = index->first[point]; i < index->first[point + 1]; i++) {
        const plb_visit *visit = &s->journal.visits[index->order[i]];
        timing->evaluations += (uint64_t) visit->batch * visit->count;
    }
    if (!gather(p, s, index, point)) return false;
    if (p->count == 0 || state->failed) return true;
    if (p->count * PLB_VISIT_SAMPLES > *capacity) {
        size_t wanted = 2 * p->count * PLB_VISIT_SAMPLES;
        double *more = realloc(*samples, wanted * sizeof *more);
        if (more == NULL) return false;
        *samples = more;
        *capacity = wanted;
    }
    double widening = plb_widening(s->facts.autocorrelation);
    timing->median = plb_median_of_visits(p->medians, p->count, widening);
    plb_sample_figures(p->visits, p->count, s->facts.seed ^ point, widening, *samples, timing);
    return true;
}

/* Visits at the sweep's end against those at its begin, relative to their points' medians. */
static double drift_of(const plb_builtin_sweep *s, bool *good) {
    size_t tenth = s->journal.count / 10, filled[2] = {0, 0};
    double *ratios = calloc(2 * tenth + 1, sizeof *ratios), *medians = NULL;
    size_t points = plb_grid_count(s->grid);
    medians = calloc(points + 1, sizeof *medians);
    *good = ratios != NULL && medians != NULL;
    for (size_t i = 0; i < s->count && *good; i++)
        medians[s->places[i]] = s->timings[i].median.value;
    for (int end = 0; end < 2 && *good; end++) {
        size_t from = end == 0 ? 0 : s->journal.count - tenth;
        for (size_t v = from; v < from + tenth; v++) {
            const plb_visit *visit = &s->journal.visits[v];
            const plb_sweep_state *state = &s->states[visit->point];
            if (state->visits < PLB_VISITS_LEAST || state->failed) continue;
            ratios[(size_t) end * tenth + filled[end]++] =
                (double) visit->typical / medians[visit->point];
        }
    }
    double drift = 0;
    if (*good && filled[0] > 0 && filled[1] > 0) {
        drift = plb_median_of(ratios + tenth, filled[1]) / plb_median_of(ratios, filled[0]) - 1;
    }
    free(ratios);
    free(medians);
    return drift;
}

static void count_facts(plb_builtin_sweep *s) {
    plb_builtin_sweep_facts *f = &s->facts;
    f->points = s->count;
    f->visits = s->journal.count;
    f->precise = f->unmeasured = f->older_variant = 0;
    f->disturbed = f->samples = 0;
    for (size_t i = 0; i < s->count; i++) {
        const plb_sweep_timing *t = &s->timings[i];
        f->precise += t->precise ? 1 : 0;
        f->unmeasured += t->median.method == NULL ? 1 : 0;
        f->older_variant += t->variant == 'C' ? 1 : 0;
    }
    for (size_t v = 0; v < s->journal.count; v++) {
        f->disturbed += s->journal.visits[v].disturbed ? 1 : 0;
        f->samples += s->journal.visits[v].count;
    }
}

plb_status plb_sweep_conclude(plb_builtin_sweep *s, plb_error *error) {
    plb_sweep_index index;
    point_visits p = {NULL, NULL, 0, 0};
    double *samples = NULL;
    size_t capacity = 0;
    plb_status status = plb_sweep_assess(s, error);
    if (status != PLB_OK) return status;
    s->timings = calloc(s->count + 1, sizeof *s->timings);
    if (s->timings == NULL) return no_memory(error);
    status = plb_sweep_index_make(&index, s, error);
    if (status != PLB_OK) return status;
    bool good = true;
    for (size_t i = 0; i < s->count && good; i++)
        good = fill_timing(s, &index, &p, &samples, &capacity, i);
    free(samples);
    free_visits(&p);
    plb_sweep_index_free(&index);
    if (good) s->facts.drift = drift_of(s, &good);
    count_facts(s);
    return good ? PLB_OK : no_memory(error);
}

/* ---- What is told ---- */

size_t plb_builtin_sweep_count(const plb_builtin_sweep *sweep) { return sweep->count; }

plb_sweep_timing plb_builtin_sweep_timing(const plb_builtin_sweep *sweep, size_t index) {
    return sweep->timings[index];
}

plb_builtin_sweep_facts plb_builtin_sweep_get_facts(const plb_builtin_sweep *sweep) {
    return sweep->facts;
}

bool plb_builtin_sweep_benchmark(const plb_builtin_sweep *s, size_t index,
                                 plb_sweep_benchmark *out) {
    for (size_t row = 0; row < s->grid->benchmarks.count; row++) {
        *out = (plb_sweep_benchmark){.name = s->grid->benchmarks.rows[row].name};
        for (size_t i = 0; i < s->count; i++) {
            if (s->grid->entries[s->places[i]].benchmark != row) continue;
            const plb_sweep_state *state = &s->states[s->places[i]];
            out->points++;
            out->precise += s->timings[i].precise ? 1 : 0;
            out->unmeasured += s->timings[i].median.method == NULL ? 1 : 0;
            out->visits += state->visits;
            out->time_s += state->wall_s;
            out->worst = fmax(out->worst, state->failed ? INFINITY : state->precision);
        }
        if (out->points > 0 && index-- == 0) return true;
    }
    return false;
}

const char *plb_sweep_stop_name(plb_sweep_stop stop) {
    static const char *const names[] = {"precision", "time", "interrupted", "merged"};
    return (size_t) stop < sizeof names / sizeof *names ? names[stop] : "unknown";
}
