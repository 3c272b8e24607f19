/* Timing a call at several places. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/regress/worker.h"
#include "harness/measure/brief.h"

#define PLACES 8
#define WARM_UP_NS 40000.0
#define WARM_UP_AGAIN_NS 3000.0 /* at another place, of what has run already */
#define LOADING_NS 300000.0     /* what takes longer to load is sampled at one place only */
#define TRIES 3                 /* of a visit that is disturbed */
#define LANGUAGES 5
#define VERSIONS (PLB_PROTOCOL_VERSION_MAX + 1)

struct plb_gate_timer {
    const plb_gate_library *library;
    plb_clock_facts clock;
    plb_random random;
    plb_cost_model *models[LANGUAGES][VERSIONS]; /* as they are needed */
    plb_gate_place places[PLACES];
    unsigned made;
};

plb_status plb_gate_timer_new(plb_gate_timer **made, const plb_gate_library *library, uint64_t seed,
                              plb_error *error) {
    plb_gate_timer *t = calloc(1, sizeof *t);
    *made = NULL;
    if (t == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to time with");
    t->library = library;
    plb_random_seed(&t->random, seed);
    for (; t->made < PLACES; t->made++) {
        if (plb_gate_place_make(&t->places[t->made], library, &t->random)) continue;
        t->made++; /* in part */
        plb_gate_timer_free(t);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for machines");
    }
    plb_clock_measure(&t->clock);
    *made = t;
    return PLB_OK;
}

void plb_gate_timer_free(plb_gate_timer *t) {
    if (t == NULL) return;
    for (unsigned i = 0; i < t->made; i++) plb_gate_place_free(&t->places[i]);
    for (unsigned l = 0; l < LANGUAGES; l++)
        for (unsigned v = 0; v < VERSIONS; v++) t->library->cost_model_free(t->models[l][v]);
    free(t);
}

static const plb_cost_model *model_of(plb_gate_timer *t, plb_era era) {
    plb_cost_model **model =
        &t->models[(unsigned) era.language % LANGUAGES][era.protocol_version % VERSIONS];
    if (*model == NULL) *model = t->library->cost_model_default(era);
    return *model;
}

/* ---- One visit ---- */

typedef struct visiting {
    plb_gate_timer *timer;
    const plb_gate_call *call;
    plb_gate_place *place;
    double loading_ns, call_ns;
    plb_error *error;
} visiting;

static plb_brief brief_of(const visiting *w) {
    return (plb_brief){&w->timer->clock,
                       w->call->quantity == PLB_GATE_DECODE ? plb_gate_place_decode
                                                            : plb_gate_place_evaluate,
                       w->place, w->place->stack_bytes};
}

/* At another place: load the call, and run it for the first time. */
static plb_status arrive(visiting *w) {
    plb_gate_timer *t = w->timer;
    const plb_cost_model *model = model_of(t, w->call->era);
    if (model == NULL) return plb_fail(w->error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    w->place = &t->places[plb_random_below(&t->random, PLACES)];
    uint64_t start = plb_clock_now_ns();
    plb_status status = plb_gate_place_load(w->place, w->call, model, w->error);
    uint64_t loaded = plb_clock_now_ns();
    if (status != PLB_OK) return status;
    plb_brief brief = brief_of(w);
    if (brief.submit(brief.context) != 0) {
        return plb_fail(w->error, PLB_E_EVALUATION, NULL, "it can't be evaluated: %s",
                        w->place->outcome->message);
    }
    w->loading_ns = (double) (loaded - start);
    w->call_ns = fmax((double) (plb_clock_now_ns() - loaded), 1);
    return PLB_OK;
}

static plb_status take_samples(visiting *w, double *typical_ns) {
    double samples[PLB_BRIEF_SAMPLES];
    plb_status status = arrive(w);
    if (status != PLB_OK) return status;
    plb_brief brief = brief_of(w);
    double call_ns = plb_brief_warm_up(&brief, w->call_ns, WARM_UP_NS);
    uint32_t batch = plb_brief_batch(brief.clock, call_ns);
    unsigned count = plb_brief_count(call_ns * batch);
    for (unsigned i = 0; i < count; i++) {
        if (i > 0 && w->loading_ns < LOADING_NS) {
            status = arrive(w);
            if (status != PLB_OK) return status;
            brief = brief_of(w);
            (void) plb_brief_warm_up(&brief, w->call_ns, WARM_UP_AGAIN_NS);
        }
        samples[i] = plb_brief_sample(&brief, batch);
    }
    *typical_ns = plb_brief_typical(samples, count);
    return PLB_OK;
}

void plb_gate_time_call(plb_gate_timer *timer, const plb_gate_call *call, plb_gate_answer *answer) {
    *answer = (plb_gate_answer){.disturbed = !call->charge_only};
    visiting w = {.timer = timer, .call = call, .error = &answer->error};
    if (call->charge_only && arrive(&w) != PLB_OK) return;
    for (int i = 0; i < TRIES && answer->disturbed; i++) {
        long before = plb_brief_preemptions();
        if (take_samples(&w, &answer->typical_ns) != PLB_OK) return;
        answer->disturbed = plb_brief_preemptions() != before;
    }
    answer->spent = w.place->outcome->spent;
}
