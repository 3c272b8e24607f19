#include "calibrate/sweep/visit.h"

#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "calibrate/sweep/no_ops.h"
#include "harness/measure/clock.h"
#include "harness/measure/statistics.h"

#define SAMPLE_NS 8000.0 /* at least, by evaluating several times */
#define VISIT_NS 60000.0 /* of samples, as far as their number allows */
#define WARM_UP_NS 15000.0
#define WARM_UP_AGAIN_NS 4000.0 /* on other arguments */
#define REMAKING_NS 20000.0 /* arguments that take longer to make serve all samples of a visit */
#define LONG_NS 2e6         /* evaluations that are sampled three times */
enum { SAMPLES_LEAST = 5, SAMPLES_OF_LONG = 3 };

/* Variant E bounds integers, bytestrings and scalars more tightly than the reference's grid does;
 * what it refuses is evaluated as in variant C, the newest without these bounds. */
enum { VARIANT_E, VARIANT_C, VARIANTS };
static const char variant_names[VARIANTS] = {'E', 'C'};
static const plb_era variant_eras[VARIANTS] = {{PLB_LANGUAGE_NEWEST, 0}, {PLB_PLUTUS_V3, 10}};

struct plb_visitor {
    const plb_grid *grid;
    uint64_t seed;
    size_t byte_cap;
    plb_extra_builtins *no_ops;
    plb_pools *pools;
    plb_cost_model *models[VARIANTS];
    plb_clock_facts clock;
};

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
    plb_status status = good ? plb_no_ops_new(&v->no_ops, error)
                             : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep");
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
    plb_extra_builtins_free(v->no_ops);
    plb_pools_free(v->pools);
    free(v);
}

const plb_clock_facts *plb_visitor_clock(const plb_visitor *visitor) { return &visitor->clock; }

/* ---- Evaluating ---- */

typedef struct evaluator {
    plb_machine *machine;
    plb_evaluation evaluation;
    plb_outcome outcome;
} evaluator;

static int evaluate(void *context) {
    evaluator *e = context;
    return (int) plb_machine_run(e->machine, &e->evaluation, &e->outcome);
}

static void use_variant(const plb_visitor *v, evaluator *e, int variant) {
    e->evaluation.era = variant_eras[variant];
    e->evaluation.cost_model = v->models[variant];
}

/* The first evaluation, which also finds the variant. */
static plb_status first_evaluation(const plb_visitor *v, evaluator *e, char known, size_t point,
                                   plb_visit *visit, plb_error *error) {
    for (int variant = known == variant_names[VARIANT_C] ? VARIANT_C : VARIANT_E;
         variant < VARIANTS; variant++) {
        use_variant(v, e, variant);
        visit->variant = variant_names[variant];
        if (evaluate(e) == (int) PLB_OK) return PLB_OK;
        if (e->outcome.status != PLB_E_EVALUATION) break;
    }
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_point told = plb_grid_at(v->grid, point);
    plb_grid_name(&told, name);
    return plb_fail(error, PLB_E_MEASURE, name, "it can't be evaluated: %s", e->outcome.message);
}

static double time_batch(const plb_visitor *v, evaluator *e, uint32_t batch) {
    static const plb_clock real = {NULL, NULL};
    int failure;
    double whole = (double) plb_clock_time_ns(&real, evaluate, e, batch, &failure);
    return fmax((whole - v->clock.read_ns) / batch - v->clock.call_ns, 0.1);
}

/* How long an evaluation takes once it is warm, roughly; the first one took `call_ns`. */
static double warm_up(const plb_visitor *v, evaluator *e, double call_ns, double least_ns) {
    for (double spent = call_ns; spent < least_ns;) {
        uint32_t batch = (uint32_t) fmin(fmax(least_ns / 4 / call_ns, 1), 1000);
        call_ns = time_batch(v, e, batch);
        spent += call_ns * batch;
    }
    return call_ns;
}

static long preemptions(void) {
    struct rusage usage;
    return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nivcsw : 0;
}

static unsigned sample_count(double sample_ns) {
    if (sample_ns > LONG_NS) return SAMPLES_OF_LONG;
    double count = VISIT_NS / sample_ns;
    return (unsigned) fmin(fmax(count, SAMPLES_LEAST), PLB_VISIT_SAMPLES);
}

void plb_visit_settle(plb_visit *visit) {
    double samples[PLB_VISIT_SAMPLES], sum = 0;
    unsigned cut = visit->count / 5;
    for (unsigned i = 0; i < visit->count; i++) samples[i] = (double) visit->samples[i];
    plb_sort_numbers(samples, visit->count);
    for (unsigned i = cut; i < visit->count - cut; i++) sum += samples[i];
    visit->typical = (float) (sum / (visit->count - 2 * cut));
}

/* A visit in progress. */
typedef struct visiting {
    plb_visitor *visitor;
    evaluator e;
    plb_program *program;
    size_t point;
    uint64_t number;
    plb_visit *visit;
    double making_ns, call_ns;
} visiting;

/* Arguments number `sample` of the visit, and the first evaluation on them. */
static plb_status make_anew(visiting *w, unsigned sample, char known, plb_error *error) {
    plb_visitor *v = w->visitor;
    uint64_t start = plb_clock_now_ns();
    plb_status status =
        plb_subject_make(v->grid, w->point, v->seed, w->number * PLB_VISIT_SAMPLES + sample,
                         v->pools, w->program, NULL, error);
    uint64_t made = plb_clock_now_ns();
    if (status != PLB_OK) return status;
    status = first_evaluation(v, &w->e, known, w->point, w->visit, error);
    w->making_ns = (double) (made - start);
    w->call_ns = fmax((double) (plb_clock_now_ns() - made), 1);
    return status;
}

static plb_status take_samples(visiting *w, char known, plb_error *error) {
    plb_visit *visit = w->visit;
    plb_status status = make_anew(w, 0, known, error);
    if (status != PLB_OK) return status;
    double call_ns = warm_up(w->visitor, &w->e, w->call_ns, WARM_UP_NS);
    visit->batch = plb_clock_batch(&w->visitor->clock, call_ns, SAMPLE_NS);
    unsigned count = sample_count(call_ns * visit->batch);
    long before = preemptions();
    for (; visit->count < count && status == PLB_OK; visit->count++) {
        if (visit->count > 0 && w->making_ns < REMAKING_NS) {
            status = make_anew(w, visit->count, visit->variant, error);
            if (status == PLB_OK) (void) warm_up(w->visitor, &w->e, w->call_ns, WARM_UP_AGAIN_NS);
        }
        visit->samples[visit->count] = (float) time_batch(w->visitor, &w->e, visit->batch);
    }
    visit->disturbed = preemptions() != before;
    plb_visit_settle(visit);
    return status;
}

plb_status plb_visit_take(plb_visitor *v, size_t point, uint64_t number, char known,
                          plb_visit *visit, plb_error *error) {
    uint64_t start = plb_clock_now_ns();
    *visit = (plb_visit){.point = (uint32_t) point};
    plb_program *program = plb_program_new(v->byte_cap);
    plb_machine *machine = plb_machine_new(0);
    plb_status status;
    if (program != NULL && machine != NULL) {
        visiting w = {
            .visitor = v, .program = program, .point = point, .number = number, .visit = visit};
        w.e.machine = machine;
        w.e.evaluation = (plb_evaluation){.program = program, .limit = {INT64_MAX, INT64_MAX}};
        plb_program_use_extras(program, v->no_ops);
        status = take_samples(&w, known, error);
    } else {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no address space for a machine");
    }
    plb_program_free(program);
    plb_machine_free(machine);
    visit->wall_s = (float) ((double) (plb_clock_now_ns() - start) * 1e-9);
    return status;
}
