/* The choice among shapes by cross-validation: ten folds, and the simplest shape whose error of
 * prediction is within one standard error of the best (Breiman, Friedman, Olshen and Stone 1984).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/fit.h"
#include "harness/machine/builtin.h"
#include "harness/measure/random.h"

#define FOLDS 10
#define POINTS_MIN 20
#define CANDIDATES_MAX 96

typedef struct candidate {
    uint8_t shape, inner;
    double mean, error; /* of the squared errors: mean over folds, and its standard error */
    unsigned coefficients;
} candidate;

typedef struct selection {
    plb_fit *fit;
    const plb_fit_row *row;
    plb_fit_row plain; /* the row without the rules that have been followed already */
    plb_bench_point *points, *train;
    uint8_t *fold;
    size_t count;
    candidate candidates[CANDIDATES_MAX];
    size_t candidate_count;
} selection;

/* ---- Folds ---- */

static uint64_t hash_sizes(const plb_bench_point *point) {
    uint64_t h = 0;
    for (unsigned i = 0; i < PLB_BENCH_SIZES; i++) {
        uint64_t bits = 0;
        memcpy(&bits, &point->size[i], sizeof bits);
        h = (h ^ bits) * 0x9e3779b97f4a7c15U;
        h ^= h >> 29;
    }
    return h;
}

static int by_value(const void *a, const void *b) {
    uint64_t l = *(const uint64_t *) a, r = *(const uint64_t *) b;
    return l < r ? -1 : l > r;
}

/* Points of equal sizes go into one fold, where there are enough different ones, as otherwise a
 * shape would be tried on sizes that it has seen. */
static bool make_folds(selection *s, uint64_t seed) {
    uint64_t *keys = malloc(s->count * sizeof *keys);
    if (!keys) return false;
    size_t distinct = 0;
    plb_random random;
    plb_random_seed(&random, seed);
    for (size_t i = 0; i < s->count; i++) keys[i] = hash_sizes(&s->points[i]);
    qsort(keys, s->count, sizeof *keys, by_value);
    for (size_t i = 0; i < s->count; i++) distinct += i == 0 || keys[i] != keys[i - 1];
    uint64_t salt = plb_random_next(&random);
    for (size_t i = 0; i < s->count; i++) {
        uint64_t state = hash_sizes(&s->points[i]) ^ salt;
        uint64_t of = distinct >= POINTS_MIN ? plb_random_mix(&state) : plb_random_next(&random);
        s->fold[i] = (uint8_t) ((of >> 32) % FOLDS);
    }
    free(keys);
    return true;
}

/* ---- Candidates ---- */

static void add(selection *s, uint8_t shape, uint8_t inner) {
    if (s->candidate_count == CANDIDATES_MAX) return;
    plb_costing costing = {.shape = shape, .inner = inner};
    s->candidates[s->candidate_count++] =
        (candidate){.shape = shape, .inner = inner, .coefficients = plb_costing_count(&costing)};
}

/* Arguments whose sizes are told, and that the builtin has. */
static unsigned arguments_of(const selection *s) {
    unsigned mask = 0;
    int builtin = plb_builtin_find(s->row->builtin, strlen(s->row->builtin));
    for (unsigned i = 0; i < PLB_BENCH_SIZES; i++) {
        bool told = builtin < 0 || i < plb_builtins[builtin].arity;
        for (size_t p = 0; p < s->count && told; p++) told = !isnan(s->points[p].size[i]);
        mask |= (unsigned) told << i;
    }
    return mask;
}

/* linear_in_y2 and a constant inside differ from other shapes in nothing that could be measured;
 * literal_in_y_or_linear_in_z takes no time from where it says a literal. */
static bool is_sensible(uint8_t shape) {
    return shape != PLB_SHAPE_LINEAR_IN_Y2 && shape != PLB_SHAPE_LITERAL_IN_Y_OR_LINEAR_IN_Z;
}

static void list_candidates(selection *s) {
    unsigned arguments = arguments_of(s);
    for (uint8_t shape = 0; shape < PLB_SHAPE_COUNT; shape++) {
        const plb_shape_row *row = &plb_shapes[shape];
        if ((row->arguments & ~arguments) || !is_sensible(shape)) continue;
        if (!row->inner_arguments) add(s, shape, 0);
        for (uint8_t inner = 1; inner < PLB_SHAPE_COUNT && row->inner_arguments; inner++)
            if (plb_fit_nests(shape, inner) && is_sensible(inner)) add(s, shape, inner);
    }
}

/* ---- Errors of prediction ---- */

static double weight(const plb_fit_options *o, const plb_bench_point *p) {
    double scale = o->weights == PLB_FIT_WEIGHTS_SD ? p->deviation : fabs(p->time);
    if (o->weights == PLB_FIT_WEIGHTS_NONE) return 1;
    double w = 1 / (scale * scale);
    return isfinite(w) ? w : 0;
}

static plb_fit_job job_for(const selection *s, const candidate *c, const plb_fit_row *row) {
    plb_fit_job job = {.row = row, .shape = c->shape, .inner = c->inner, .overhead = NAN};
    job.split = plb_fit_split_as(s->row, c->shape);
    job.weights = s->fit->options.weights;
    job.method = job.weights != PLB_FIT_WEIGHTS_NONE ? PLB_FIT_WEIGHTED : PLB_FIT_REFERENCE;
    return job;
}

/* The mean (weighted) squared error on one fold. NAN: the others do not determine the fit. */
static plb_status try_fold(selection *s, const candidate *c, unsigned fold, double *out,
                           plb_error *error) {
    size_t train = 0;
    double sum = 0, weights = 0;
    plb_fit_job job = job_for(s, c, &s->plain);
    plb_regressors regressors = plb_fit_regressors(c->shape, c->inner);
    plb_fit_result result;
    *out = NAN;
    for (size_t i = 0; i < s->count; i++)
        if (s->fold[i] != fold) s->train[train++] = s->points[i];
    plb_status status = plb_fit_points(&s->fit->work, &job, s->train, train, &result, error);
    if (status || !result.c.made) return status;
    for (size_t i = 0; i < s->count; i++) {
        if (s->fold[i] != fold) continue;
        double w = weight(&s->fit->options, &s->points[i]);
        double left =
            s->points[i].time - plb_fit_predict(&job, &regressors, &result.c, s->points[i].size);
        sum += w * left * left;
        weights += w;
    }
    *out = weights > 0 ? sum / weights : NAN;
    return PLB_OK;
}

/* A fold without points tells nothing; one that can't be fitted tells that the shape is too much
 * for the points. */
static plb_status cross_validate(selection *s, candidate *c, plb_error *error) {
    double sum = 0, squares = 0;
    unsigned folds = 0;
    c->mean = NAN;
    for (unsigned fold = 0; fold < FOLDS; fold++) {
        double mean;
        size_t held = 0;
        for (size_t i = 0; i < s->count; i++) held += s->fold[i] == fold;
        if (held == 0) continue;
        plb_status status = try_fold(s, c, fold, &mean, error);
        if (status || isnan(mean)) return status;
        sum += mean;
        squares += mean * mean;
        folds++;
    }
    if (folds < 2) return PLB_OK;
    c->mean = sum / folds;
    double variance = fmax(squares / folds - c->mean * c->mean, 0) * folds / (folds - 1);
    c->error = sqrt(variance / folds);
    return PLB_OK;
}

static int by_error(const void *a, const void *b) {
    const candidate *l = a, *r = b;
    if (isnan(l->mean) || isnan(r->mean)) return isnan(l->mean) - isnan(r->mean);
    if (l->mean < r->mean) return -1;
    return l->mean > r->mean;
}

/* ---- The choice ---- */

/* Shapes may be the same function on these points; then it is the one that the table has. */
static bool is_better(const selection *s, const candidate *c, const candidate *than) {
    if (c->coefficients != than->coefficients) return c->coefficients < than->coefficients;
    bool own = c->shape == s->row->shape &&
               (!plb_shapes[c->shape].inner_arguments || c->inner == s->row->inner);
    return own && c->mean <= than->mean * (1 + 1e-9);
}

static const candidate *choose(const selection *s) {
    const candidate *best = &s->candidates[0], *chosen = best;
    for (size_t i = 1; i < s->candidate_count; i++) {
        const candidate *c = &s->candidates[i];
        if (c->mean <= best->mean + best->error && is_better(s, c, chosen)) chosen = c;
    }
    return chosen;
}

static plb_status keep(selection *s, plb_fit_model *model, const candidate *chosen,
                       plb_error *error) {
    plb_fit_candidate *list = calloc(s->candidate_count, sizeof *list);
    if (!list) return plb_fail(error, PLB_E_MEMORY, model->builtin, "no memory for a selection");
    for (size_t i = 0; i < s->candidate_count; i++) {
        const candidate *c = &s->candidates[i];
        double root = sqrt(c->mean);
        bool nests = plb_shapes[c->shape].inner_arguments != 0;
        list[i] = (plb_fit_candidate){.shape = plb_shapes[c->shape].name,
                                      .inner = nests ? plb_shapes[c->inner].name : NULL,
                                      .coefficients = c->coefficients,
                                      .error = root,
                                      .error_deviation = root > 0 ? c->error / (2 * root) : 0,
                                      .chosen = c == chosen};
    }
    model->candidates = list;
    model->candidate_count = s->candidate_count;
    return PLB_OK;
}

static plb_status fit_chosen(selection *s, plb_fit_model *model, const candidate *chosen,
                             plb_error *error) {
    const plb_bench_group *group = plb_fit_group_of(s->fit, s->row);
    plb_fit_job job = plb_fit_job_of(s->fit, s->row);
    plb_fit_result result;
    job.shape = chosen->shape;
    job.inner = chosen->inner;
    job.split = plb_fit_split_as(s->row, chosen->shape);
    job.method = PLB_FIT_SELECTED;
    plb_status status =
        plb_fit_points(&s->fit->work, &job, group->points, group->count, &result, error);
    if (status || !result.c.made) return status;
    bool nests = plb_shapes[chosen->shape].inner_arguments != 0;
    model->by[PLB_FIT_SELECTED] = result.c;
    model->selected_shape = plb_shapes[chosen->shape].name;
    model->selected_inner = nests ? plb_shapes[chosen->inner].name : NULL;
    return PLB_OK;
}

/* The points of the reference's fit: filtered, without outliers, without the no-op's time. */
static plb_status take_points(selection *s, plb_error *error) {
    const plb_bench_group *group = plb_fit_group_of(s->fit, s->row);
    plb_fit_job job = plb_fit_job_of(s->fit, s->row);
    plb_fit_work *work = &s->fit->work;
    plb_fit_result result;
    plb_status status = plb_fit_points(work, &job, group->points, group->count, &result, error);
    if (status) return status;
    size_t room = work->rest.count + work->constant.count + 1;
    s->points = malloc(room * sizeof *s->points);
    s->train = malloc(room * sizeof *s->train);
    s->fold = malloc(room);
    if (!s->points || !s->train || !s->fold)
        return plb_fail(error, PLB_E_MEMORY, s->row->builtin, "no memory for a selection");
    memcpy(s->points, work->rest.points, work->rest.count * sizeof *s->points);
    s->count = work->rest.count;
    memcpy(s->points + s->count, work->constant.points, work->constant.count * sizeof *s->points);
    s->count += work->constant.count;
    return PLB_OK;
}

static plb_status select_shape(selection *s, plb_fit_model *model, plb_error *error) {
    plb_status status = take_points(s, error);
    if (status) return status;
    if (s->count < POINTS_MIN) {
        plb_note(&s->fit->notes, PLB_FIT_WARNING, model->builtin, 0,
                 "expected at least %d points to choose a shape, got %zu", POINTS_MIN, s->count);
        return PLB_OK;
    }
    if (!make_folds(s, s->fit->options.seed))
        return plb_fail(error, PLB_E_MEMORY, model->builtin, "no memory for a selection");
    list_candidates(s);
    for (size_t i = 0; i < s->candidate_count && !status; i++)
        status = cross_validate(s, &s->candidates[i], error);
    if (status) return status;
    qsort(s->candidates, s->candidate_count, sizeof *s->candidates, by_error);
    while (s->candidate_count && isnan(s->candidates[s->candidate_count - 1].mean))
        s->candidate_count--;
    if (s->candidate_count == 0) return PLB_OK;
    const candidate *chosen = choose(s);
    status = keep(s, model, chosen, error);
    return status ? status : fit_chosen(s, model, chosen, error);
}

plb_status plb_fit_select(plb_fit *fit, size_t index, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    selection s = {.fit = fit, .row = row, .plain = *row};
    s.plain.filter = 0;
    s.plain.rules &= PLB_FIT_KEEP_NEGATIVE;
    plb_status status = select_shape(&s, &fit->models[index], error);
    free(s.points);
    free(s.train);
    free(s.fold);
    return status;
}
