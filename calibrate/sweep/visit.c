#include "calibrate/sweep/visit.h"

#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "calibrate/sweep/no_ops.h"
#include "harness/measure/clock.h"

#define SAMPLE_NS 10000.0 /* at least, by evaluating several times */
#define VISIT_NS 300000.0 /* of samples, as far as their number allows */
#define WARM_UP_NS 30000.0
#define LONG_NS 2e6 /* evaluations that are sampled three times */
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
    return plb_machine_run(e->machine, &e->evaluation, &e->outcome);
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
        if (evaluate(e) == PLB_OK) return PLB_OK;
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

/* How long an evaluation takes once it is warm, roughly. */
static double warm_up(const plb_visitor *v, evaluator *e) {
    double call_ns = time_batch(v, e, 1);
    for (double spent = call_ns; spent < WARM_UP_NS;) {
        uint32_t batch = (uint32_t) fmin(fmax(WARM_UP_NS / 4 / call_ns, 1), 1000);
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

static void take_samples(const plb_visitor *v, evaluator *e, plb_visit *visit) {
    double call_ns = warm_up(v, e);
    visit->batch = plb_clock_batch(&v->clock, call_ns, SAMPLE_NS);
    visit->count = (uint8_t) sample_count(call_ns * visit->batch);
    long before = preemptions();
    for (unsigned i = 0; i < visit->count; i++)
        visit->samples[i] = (float) time_batch(v, e, visit->batch);
    visit->disturbed = preemptions() != before;
}

static plb_status visit_program(plb_visitor *v, plb_program *program, plb_machine *machine,
                                size_t point, uint64_t number, char known, plb_visit *visit,
                                plb_error *error) {
    plb_program_use_extras(program, v->no_ops);
    plb_status status =
        plb_subject_make(v->grid, point, v->seed, number, v->pools, program, NULL, error);
    if (status != PLB_OK) return status;
    evaluator e = {
        .machine = machine,
        .evaluation = {.program = program, .limit = {INT64_MAX, INT64_MAX}},
    };
    status = first_evaluation(v, &e, known, point, visit, error);
    if (status == PLB_OK) take_samples(v, &e, visit);
    return status;
}

plb_status plb_visit_take(plb_visitor *v, size_t point, uint64_t number, char known,
                          plb_visit *visit, plb_error *error) {
    uint64_t start = plb_clock_now_ns();
    *visit = (plb_visit){.point = (uint32_t) point};
    plb_program *program = plb_program_new(v->byte_cap);
    plb_machine *machine = plb_machine_new(0);
    plb_status status = program != NULL && machine != NULL
                            ? visit_program(v, program, machine, point, number, known, visit, error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no address space for a machine");
    plb_program_free(program);
    plb_machine_free(machine);
    visit->wall_s = (float) ((double) (plb_clock_now_ns() - start) * 1e-9);
    return status;
}
