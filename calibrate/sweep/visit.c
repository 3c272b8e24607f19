#include "calibrate/sweep/visit.h"

#include <math.h>
#include <stdlib.h>

#include "calibrate/sweep/no_ops.h"
#include "calibrate/sweep/place.h"
#define WARM_UP_NS 40000.0
#define WARM_UP_AGAIN_NS 3000.0 /* at another place, of what has run already */
#define REMAKING_NS 60000.0 /* arguments that take longer to make serve all samples of a visit */

/* Points whose arguments take more bytes have a place of their own, with all the memory they want;
 * the others share places. */
#define LIGHT_BYTES ((uint64_t) 8 << 20)
#define LIGHT_PROGRAM_BYTES ((size_t) 64 << 20)
#define LIGHT_MACHINE_BYTES ((size_t) 128 << 20)

/* Variant E bounds integers, bytestrings and scalars more tightly than the reference's grid does;
 * what it refuses is evaluated as in variant C, the newest without these bounds. */
enum { VARIANT_E, VARIANT_C, VARIANTS };
static const char variant_names[VARIANTS] = {'E', 'C'};
static const plb_era variant_eras[VARIANTS] = {{PLB_LANGUAGE_NEWEST, 0}, {PLB_PLUTUS_V3, 10}};

struct plb_visitor {
    const plb_grid *grid;
    uint64_t seed;
    size_t byte_cap;
    plb_extra_builtins *no_ops; /* and the grid's plug-ins behind them */
    plb_pools *pools;
    plb_cost_model *models[VARIANTS];
    plb_clock_facts clock;
    plb_random random; /* of places */
    plb_place places[PLB_PLACES];
};

static bool make_light_place(plb_visitor *v, uint32_t index) {
    plb_place_free(&v->places[index]);
    return plb_place_make(&v->places[index], LIGHT_PROGRAM_BYTES, LIGHT_MACHINE_BYTES, v->no_ops,
                          &v->random);
}

static plb_status make_places(plb_visitor *v, plb_error *error) {
    plb_random_seed(&v->random, v->seed);
    for (uint32_t i = 0; i < PLB_PLACES; i++) {
        if (!make_light_place(v, i)) {
            return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for machines");
        }
    }
    return PLB_OK;
}

plb_status plb_visitor_new(plb_visitor **made, const plb_grid *grid, uint64_t seed,
                           uint64_t byte_cap, plb_error *error) {
    plb_visitor *v = calloc(1, sizeof *v);
    *made = NULL;
    if (v == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep");
    v->grid = grid;
    v->seed = seed;
    v->byte_cap = byte_cap != 0 ? byte_cap : PLB_GRID_BYTE_CAP;
    v->pools = plb_pools_new();
    bool good = v->pools != NULL;
    for (int i = 0; i < VARIANTS; i++) {
        v->models[i] = plb_cost_model_default(variant_eras[i]);
        good = good && v->models[i] != NULL;
    }
    const plb_plugins *plugins = grid->plugins;
    plb_status status =
        good ? plb_no_ops_new_with(&v->no_ops, plugins != NULL ? plugins->rows : NULL,
                                   (unsigned) plb_plugins_builtin_count(plugins), error)
             : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep");
    if (status == PLB_OK) v->no_ops->context = plugins;
    if (status == PLB_OK) status = make_places(v, error);
    if (status != PLB_OK) {
        plb_visitor_free(v);
        return status;
    }
    plb_clock_measure(&v->clock);
    *made = v;
    return PLB_OK;
}

void plb_visitor_free(plb_visitor *v) {
    if (v == NULL) return;
    for (int i = 0; i < VARIANTS; i++) plb_cost_model_free(v->models[i]);
    for (int i = 0; i < PLB_PLACES; i++) plb_place_free(&v->places[i]);
    plb_extra_builtins_free(v->no_ops);
    plb_pools_free(v->pools);
    free(v);
}

const plb_clock_facts *plb_visitor_clock(const plb_visitor *visitor) { return &visitor->clock; }

/* ---- Evaluating ---- */

static void use_variant(const plb_visitor *v, const plb_place *place, int variant) {
    place->evaluation->era = variant_eras[variant];
    place->evaluation->cost_model = v->models[variant];
}

/* The first evaluation, which also finds the variant. */
static plb_status first_evaluation(const plb_visitor *v, plb_place *place, char known,
                                   plb_visit *visit, plb_error *error) {
    for (int variant = known == variant_names[VARIANT_C] ? VARIANT_C : VARIANT_E;
         variant < VARIANTS; variant++) {
        use_variant(v, place, variant);
        visit->variant = variant_names[variant];
        if (plb_place_evaluate(place) == (int) PLB_OK) return PLB_OK;
        if (place->outcome->status != PLB_E_EVALUATION) break;
    }
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_point told = plb_grid_at(v->grid, visit->point);
    plb_grid_name(&told, name);
    return plb_fail(error, PLB_E_MEASURE, name, "it can't be evaluated: %s",
                    place->outcome->message);
}

static plb_brief brief_of(const plb_visitor *v, plb_place *place) {
    return (plb_brief){&v->clock, plb_place_evaluate, place, place->stack_bytes};
}

void plb_visit_settle(plb_visit *visit) {
    double samples[PLB_VISIT_SAMPLES];
    for (unsigned i = 0; i < visit->count; i++) samples[i] = (double) visit->samples[i];
    visit->typical = (float) plb_brief_typical(samples, visit->count);
}

/* A visit in progress. */
typedef struct visiting {
    plb_visitor *visitor;
    plb_place *place;
    bool light; /* the place is one of many */
    uint64_t number;
    plb_visit *visit;
    double making_ns, call_ns;
} visiting;

/* Arguments number `sample` of the visit, and the first evaluation on them. */
static plb_status make_arguments(visiting *w, unsigned sample, char known, plb_error *error) {
    plb_visitor *v = w->visitor;
    uint64_t start = plb_clock_now_ns();
    plb_status status =
        plb_subject_make(v->grid, w->visit->point, v->seed, w->number * PLB_VISIT_SAMPLES + sample,
                         v->pools, w->place->program, NULL, error);
    uint64_t made = plb_clock_now_ns();
    if (status != PLB_OK) return status;
    status = first_evaluation(v, w->place, known, w->visit, error);
    w->making_ns = (double) (made - start);
    w->call_ns = fmax((double) (plb_clock_now_ns() - made), 1);
    return status;
}

/* The same at another place. */
static plb_status move_on(visiting *w, unsigned sample, plb_error *error) {
    if (w->light) {
        w->place = &w->visitor->places[plb_random_below(&w->visitor->random, PLB_PLACES)];
    }
    plb_status status = make_arguments(w, sample, w->visit->variant, error);
    plb_brief brief = brief_of(w->visitor, w->place);
    if (status == PLB_OK) (void) plb_brief_warm_up(&brief, w->call_ns, WARM_UP_AGAIN_NS);
    return status;
}

static plb_status take_samples(visiting *w, char known, plb_error *error) {
    plb_visit *visit = w->visit;
    plb_status status = make_arguments(w, 0, known, error);
    if (status != PLB_OK) return status;
    plb_brief brief = brief_of(w->visitor, w->place);
    double call_ns = plb_brief_warm_up(&brief, w->call_ns, WARM_UP_NS);
    visit->batch = plb_brief_batch(brief.clock, call_ns);
    unsigned count = plb_brief_count(call_ns * visit->batch);
    long before = plb_brief_preemptions();
    for (; visit->count < count; visit->count++) {
        if (visit->count > 0 && w->making_ns < REMAKING_NS) {
            status = move_on(w, visit->count, error);
            if (status != PLB_OK) return status;
        }
        brief = brief_of(w->visitor, w->place);
        visit->samples[visit->count] = (float) plb_brief_sample(&brief, visit->batch);
    }
    visit->disturbed = plb_brief_preemptions() != before;
    plb_visit_settle(visit);
    return PLB_OK;
}

static plb_status visit_light(visiting *w, char known, plb_error *error) {
    uint32_t place = plb_random_below(&w->visitor->random, PLB_PLACES);
    if (!make_light_place(w->visitor, place)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for a machine");
    }
    w->light = true;
    w->place = &w->visitor->places[place];
    return take_samples(w, known, error);
}

static plb_status visit_heavy(visiting *w, char known, plb_error *error) {
    plb_place place;
    bool made =
        plb_place_make(&place, w->visitor->byte_cap, 0, w->visitor->no_ops, &w->visitor->random);
    w->place = &place;
    plb_status status = made
                            ? take_samples(w, known, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no address space for a machine");
    plb_place_free(&place);
    return status;
}

plb_status plb_visit_take(plb_visitor *v, size_t point, uint64_t number, char known,
                          plb_visit *visit, plb_error *error) {
    uint64_t start = plb_clock_now_ns();
    *visit = (plb_visit){.point = (uint32_t) point};
    visiting w = {.visitor = v, .number = number, .visit = visit};
    uint64_t bytes =
        plb_benchmark_bytes(plb_grid_benchmark_of(v->grid, point), v->grid->entries[point].sizes);
    plb_status status = (bytes <= LIGHT_BYTES ? visit_light : visit_heavy)(&w, known, error);
    visit->wall_s = (float) ((double) (plb_clock_now_ns() - start) * 1e-9);
    return status;
}
