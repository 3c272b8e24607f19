#include <plutbench/observe.h>

#include "harness/measure/sampler.h"

static bool tell_all(void *context, const plb_event *event) {
    const plb_observers *observers = context;
    bool cold = false;
    for (size_t i = 0; i < observers->count; i++) {
        cold |= plb_observe(observers->items[i], event);
    }
    return cold;
}

void plb_observers_add(plb_observers *observers, const plb_observer *observer) {
    if (observer && observers->count < PLB_OBSERVERS_MOST) {
        observers->items[observers->count++] = observer;
    }
}

const plb_observer *plb_observers_get(plb_observers *observers) {
    observers->all = (plb_observer){.context = observers, .event = tell_all};
    return observers->count > 1 ? &observers->all : observers->items[0];
}

void plb_observe_sampling_begun(const plb_plan *plan, bool joined, uint64_t at_ns) {
    const plb_event event = {.kind = PLB_EVENT_SAMPLING_BEGUN,
                             .process = plan->process,
                             .at_ns = at_ns,
                             .sampling = {.plan = plan,
                                          .joined = joined,
                                          .time_budget_ns = plan->time_budget_ns,
                                          .seed = plan->seed,
                                          .subjects = plan->subject_count}};
    (void) plb_observe(plan->observer, &event);
}

void plb_observe_sampling_ended(const plb_sampling *sampling, const plb_plan *plan, bool joined,
                                uint64_t at_ns) {
    const plb_sampling_facts *facts = &sampling->facts;
    const plb_event event = {.kind = PLB_EVENT_SAMPLING_ENDED,
                             .process = plan->process,
                             .at_ns = at_ns,
                             .sampling = {.plan = plan,
                                          .joined = joined,
                                          .stop = plb_stop_name(facts->stop),
                                          .time_budget_ns = plan->time_budget_ns,
                                          .seed = plan->seed,
                                          .subjects = plan->subject_count,
                                          .rounds = facts->rounds,
                                          .warm_up_rounds = facts->warm_up_rounds,
                                          .disturbed_rounds = facts->disturbed_rounds,
                                          .restart_rounds = facts->restart_rounds,
                                          .took_ns = facts->elapsed_ns,
                                          .epochs = facts->epochs,
                                          .settled = sampling->recorder.settled}};
    (void) plb_observe(plan->observer, &event);
}
