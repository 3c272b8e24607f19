/* Observers: who is told what happens during a measurement, event by event, such as to write it
 * down (plb_run_observer, plb_trace_observer) or to show it. Samplings, sweeps, studies and gates
 * tell the same events, and all of them only between what is timed.
 *
 * What each kind means, and each of its members with its unit, is in one table: plb_event_types
 * (plutbench/trace.h, `plutbench trace describe`). */
#ifndef PLUTBENCH_OBSERVE_H
#define PLUTBENCH_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/measure.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum plb_event_kind {
    /* Of a trace itself: no observer is told these. */
    PLB_EVENT_TRACE_BEGUN,
    PLB_EVENT_SAMPLE, /* a trace makes them of rounds */
    PLB_EVENT_LOST,
    PLB_EVENT_TRACE_ENDED,
    /* Of a command. */
    PLB_EVENT_RUN_BEGUN,
    PLB_EVENT_RUN_ENDED,
    PLB_EVENT_SUBMISSION,
    PLB_EVENT_FLAG,
    PLB_EVENT_STEP_BEGUN,
    PLB_EVENT_STEP_ENDED,
    PLB_EVENT_PROGRESS,
    /* Of a sampling. In a process that starts others: its beginning, processes, looks and its end.
     */
    PLB_EVENT_SAMPLING_BEGUN,
    PLB_EVENT_SUBJECT,
    PLB_EVENT_ROUND,
    PLB_EVENT_EPOCH,
    PLB_EVENT_LOOK,
    PLB_EVENT_SAMPLING_ENDED,
    PLB_EVENT_PROCESS_BEGUN,
    PLB_EVENT_PROCESS_ENDED,
    /* Of other measurements. */
    PLB_EVENT_STAGES,
    PLB_EVENT_VISIT,
    PLB_EVENT_KINDS
} plb_event_kind;

/* A round as it was taken. */
typedef struct plb_round {
    uint64_t number; /* within its process, from 0 */
    uint32_t epoch;  /* within its process */
    uint32_t samples;
    bool disturbed;
    uint64_t took_ns;
    /* By subject; live during the call. */
    const struct plb_subject_facts *subjects;
    const uint64_t *began_ns; /* of the sample, by the plan's clock */
    /* series[basis * subject_count + subject][row], ns per submission; NAN where the subject was
     * not sampled, or not on that basis (plb_basis). */
    const double *const *series;
    size_t subject_count, row;
} plb_round;

#define PLB_EVENT_STAGES_MOST 6 /* as many as plb_stage has */

/* One thing that happened. Texts live during the call; those of samples, stages and visits, as
 * long as the measurement. */
typedef struct plb_event {
    plb_event_kind kind;
    uint32_t process; /* of its sampling, from 0 */
    uint64_t at_ns;   /* when it began, by the clock of what is measured */
    union {
        struct {
            const char *command, *version, *format, *clock, *started_utc;
            uint32_t schema, buffer_events, every;
            int64_t pid;
        } trace;
        struct {
            uint64_t round, took_ns;
            const char *subject;
            double ns;
            uint32_t epoch, batch;
            bool disturbed;
        } sample;
        struct {
            uint64_t events, lost;
        } written;
        struct {
            const char *command, *command_line;
            uint64_t took_ns;
            int64_t code;
        } run;
        struct {
            const char *subject, *label, *verdict;
            int64_t calls, loops, memory, steps;
        } submission;
        struct {
            const char *name, *text;
            uint64_t took_ns;
        } step;
        struct {
            const char *what;
            uint64_t done, total;
            double elapsed_s, budget_s;
        } progress;
        struct {
            const struct plb_plan *plan;
            const char *stop;
            uint64_t time_budget_ns, seed, subjects;
            uint64_t rounds, warm_up_rounds, disturbed_rounds, restart_rounds, took_ns;
            uint32_t epochs;
            bool settled;
            bool joined; /* it is all processes of one sampling, told by who starts them */
        } sampling;
        struct {
            const char *name;
            double subtracted_ns, call_ns;
            uint32_t batch, every;
        } subject;
        plb_round round;
        struct {
            uint64_t took_ns;
            uint32_t number;
        } epoch;
        struct {
            uint64_t rounds, warm_up_rounds;
            double precision, value_ns, low_ns, high_ns; /* NAN: not known */
            bool precise;
        } look;
        struct {
            uint64_t rounds, warm_up_rounds, time_budget_ns, seed, took_ns;
        } part;
        struct {
            const char *subject;
            uint64_t took_ns;
            double stage_ns[PLB_EVENT_STAGES_MOST]; /* by plb_stage */
        } stages;
        struct {
            const char *point;
            uint64_t number, took_ns;
            double typical_ns;
            uint32_t samples, batch;
            bool disturbed;
        } visit;
    };
} plb_event;

typedef struct plb_observer {
    void *context;
    /* Between samples, so as quickly as possible. True when it did more than note the event: caches
     * are cold then. Can't end the measurement. */
    bool (*event)(void *context, const plb_event *event);
} plb_observer;

/* Tell an observer, if there is one. True as above. */
static inline bool plb_observe(const plb_observer *observer, const plb_event *event) {
    return observer != NULL && observer->event(observer->context, event);
}

#define PLB_OBSERVERS_MOST 4

/* Several observers as one. Zero-initialise; must stay where it is. */
typedef struct plb_observers {
    const plb_observer *items[PLB_OBSERVERS_MOST];
    size_t count;
    plb_observer all;
} plb_observers;

/* One more (NULL: none; no more than PLB_OBSERVERS_MOST). */
PLB_API void plb_observers_add(plb_observers *observers, const plb_observer *observer);
/* All of them as one; NULL where there are none. */
PLB_API const plb_observer *plb_observers_get(plb_observers *observers);

#ifdef __cplusplus
}
#endif
#endif
