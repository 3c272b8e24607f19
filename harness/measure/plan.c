/* A plan with its defaults, and the sampling that it begins with. */
#include "harness/measure/sampler.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/measure/random.h"

#define DEFAULT_TIME_NS 30000000000U
#define DEFAULT_MINIMUM_NS 1000000000U
#define DEFAULT_SAMPLE_NS 5000
#define DEFAULT_KEEP_ROUNDS 262144
#define EPOCHS 128 /* that a time budget is divided into */
#define LEAST_EPOCH_NS 20000000U
#define MOST_SUBJECTS 1024
#define MOST_KEPT ((size_t) 1 << 23) /* numbers, by default */

static plb_status check_plan(const plb_plan *plan, plb_error *error) {
    if (plan->subject_count == 0 || plan->subject_count > MOST_SUBJECTS || !plan->subjects) {
        return plb_fail(error, PLB_E_ARGUMENT, "plan", "expected 1 to %d subjects", MOST_SUBJECTS);
    }
    for (size_t i = 0; i < plan->subject_count; i++) {
        const plb_subject *s = &plan->subjects[i];
        if (!s->name || !*s->name || !s->submit) {
            return plb_fail(error, PLB_E_ARGUMENT, "plan",
                            "subject %zu: expected a name and a function that submits", i);
        }
    }
    for (size_t t = 0; t < plan->target_count; t++) {
        if (!plan->targets[t].coefficients || !(plan->targets[t].relative > 0)) {
            return plb_fail(error, PLB_E_ARGUMENT, "plan",
                            "target %zu: expected coefficients and a precision above 0", t);
        }
    }
    return PLB_OK;
}

static uint64_t or_default(uint64_t value, uint64_t otherwise) { return value ? value : otherwise; }

plb_status plb_plan_complete(const plb_plan *plan, plb_plan *complete, plb_error *error) {
    plb_plan *p = complete;
    struct timespec wall;
    plb_status status = check_plan(plan, error);
    if (status != PLB_OK) return status;
    clock_gettime(CLOCK_REALTIME, &wall);
    *p = *plan;
    p->time_budget_ns = or_default(plan->time_budget_ns, DEFAULT_TIME_NS);
    p->minimum_time_ns = or_default(plan->minimum_time_ns, DEFAULT_MINIMUM_NS);
    if (p->minimum_time_ns > p->time_budget_ns) p->minimum_time_ns = p->time_budget_ns;
    p->maximum_rounds = or_default(plan->maximum_rounds, UINT64_MAX);
    p->whole_time_ns = or_default(plan->whole_time_ns, p->time_budget_ns);
    p->epoch_ns = or_default(plan->epoch_ns, p->whole_time_ns / EPOCHS);
    if (plan->epoch_ns == 0 && p->epoch_ns < LEAST_EPOCH_NS) p->epoch_ns = LEAST_EPOCH_NS;
    size_t room = MOST_KEPT / PLB_BASIS_COUNT / plan->subject_count;
    p->keep_rounds =
        or_default(plan->keep_rounds, room < DEFAULT_KEEP_ROUNDS ? room : DEFAULT_KEEP_ROUNDS);
    if (!(plan->sample_ns > 0)) p->sample_ns = DEFAULT_SAMPLE_NS;
    uint64_t mixed = (uint64_t) wall.tv_sec * 1000000007U ^ plb_clock_now_ns();
    p->seed = or_default(plan->seed, plb_random_mix(&mixed) >> 11); /* exact as a JSON number */
    return PLB_OK;
}

static void begin_facts(const plb_plan *plan, plb_sampling *s) {
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    plb_sampling_facts *facts = &s->facts;
    facts->subject_count = plan->subject_count;
    facts->time_budget_ns = plan->time_budget_ns;
    facts->precision_asked = plan->target_count ? plan->targets[0].relative : NAN;
    facts->seed = plan->seed;
    facts->cpu = -1;
    facts->epochs = facts->processes = 1;
    facts->start_utc_s = (double) wall.tv_sec + (double) wall.tv_nsec * 1e-9;
    s->renewed = plan->renew != NULL;
}

plb_sampling *plb_sampling_new(const plb_plan *plan) {
    size_t n = plan->subject_count;
    plb_sampling *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    begin_facts(plan, s);
    s->subjects = calloc(n, sizeof *s->subjects);
    s->names = calloc(n, sizeof *s->names);
    s->resolution = calloc(n, sizeof *s->resolution);
    s->series = calloc(n, sizeof *s->series);
    s->pace = plb_histogram_new();
    bool memory = s->subjects && s->names && s->resolution && s->series && s->pace;
    for (size_t i = 0; memory && i < n; i++) {
        s->names[i] = strdup(plan->subjects[i].name);
        s->subjects[i].name = s->names[i];
        memory = s->names[i] != NULL;
    }
    if (memory && plb_recorder_init(&s->recorder, n, plan->keep_rounds)) return s;
    plb_sampling_free(s);
    return NULL;
}
