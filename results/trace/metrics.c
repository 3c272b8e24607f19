/* What a running command has done, as figures in Prometheus' text format. What each figure is, is
 * in the dictionary (record "metrics"). */
#include <inttypes.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include <plutbench/dictionary.h>
#include <plutbench/version.h>

#include "results/format.h"
#include "results/trace/trace.h"

/* Figures of all samplings so far, and of the one at hand. */
typedef struct figures {
    uint64_t rounds, samples, epochs, processes, looks, visits; /* in all */
    uint64_t start_ns, budget_ns;           /* of the sampling at hand; 0: none */
    double sweep_elapsed_s, sweep_budget_s; /* of a sweep; NAN: none */
    double precision;                       /* NAN: not known, as all that follows */
    double value_ns, low_ns, high_ns;
    double done, total;
    uint32_t flags;
    bool joined; /* the sampling at hand is in other processes */
} figures;

struct plb_metrics {
    pthread_mutex_t lock;
    figures figures;                  /* with the lock */
    _Atomic uint64_t rounds, samples; /* of this process, without */
    const plb_trace *trace;
    plb_observer observer;
};

/* ---- Counting ---- */

static void begin_sampling(figures *f, const plb_event *event) {
    if (f->joined && !event->sampling.joined) return; /* a part of it */
    f->start_ns = plb_clock_now_ns();
    f->budget_ns = event->sampling.time_budget_ns;
    f->joined = event->sampling.joined;
    f->precision = f->value_ns = f->low_ns = f->high_ns = NAN;
}

static void end_sampling(figures *f, const plb_event *event) {
    if (f->joined != event->sampling.joined) return;
    f->joined = false;
    f->start_ns = f->budget_ns = 0;
}

static void take_look(figures *f, const plb_event *event) {
    f->looks++;
    f->precision = event->look.precision;
    f->value_ns = event->look.value_ns;
    f->low_ns = event->look.low_ns;
    f->high_ns = event->look.high_ns;
}

static void take_flag(figures *f, const plb_event *event) {
    for (unsigned flag = 0; flag < PLB_FLAG_COUNT; flag++) {
        if (strcmp(plb_flag_name((plb_flag) flag), event->step.name) == 0) f->flags |= 1U << flag;
    }
}

static void take(figures *f, const plb_event *event) {
    switch (event->kind) {
    case PLB_EVENT_SAMPLING_BEGUN: begin_sampling(f, event); break;
    case PLB_EVENT_SAMPLING_ENDED: end_sampling(f, event); break;
    case PLB_EVENT_EPOCH: f->epochs++; break;
    case PLB_EVENT_LOOK: take_look(f, event); break;
    case PLB_EVENT_FLAG: take_flag(f, event); break;
    case PLB_EVENT_PROCESS_ENDED:
        f->processes++;
        f->rounds += event->part.rounds;
        break;
    case PLB_EVENT_VISIT: f->visits++; break;
    case PLB_EVENT_PROGRESS:
        f->done = (double) event->progress.done;
        f->total = (double) event->progress.total;
        f->sweep_elapsed_s = event->progress.elapsed_s;
        f->sweep_budget_s = event->progress.budget_s;
        break;
    default: break;
    }
}

/* Rounds take no lock: they are many, and just counted. */
static bool observe(void *context, const plb_event *event) {
    plb_metrics *m = context;
    if (event->kind == PLB_EVENT_ROUND) {
        atomic_fetch_add_explicit(&m->rounds, 1, memory_order_relaxed);
        atomic_fetch_add_explicit(&m->samples, event->round.samples, memory_order_relaxed);
        return false;
    }
    (void) pthread_mutex_lock(&m->lock);
    take(&m->figures, event);
    (void) pthread_mutex_unlock(&m->lock);
    return false;
}

plb_metrics *plb_metrics_new(void) {
    plb_metrics *m = calloc(1, sizeof *m);
    if (!m) return NULL;
    m->figures.precision = m->figures.value_ns = m->figures.low_ns = m->figures.high_ns = NAN;
    m->figures.done = m->figures.total = NAN;
    m->figures.sweep_elapsed_s = m->figures.sweep_budget_s = NAN;
    m->observer = (plb_observer){.context = m, .event = observe};
    if (pthread_mutex_init(&m->lock, NULL) == 0) return m;
    free(m);
    return NULL;
}

void plb_metrics_free(plb_metrics *m) {
    if (!m) return;
    (void) pthread_mutex_destroy(&m->lock);
    free(m);
}

const plb_observer *plb_metrics_observer(plb_metrics *metrics) { return &metrics->observer; }

void plb_metrics_watch(plb_metrics *metrics, const plb_trace *trace) { metrics->trace = trace; }

/* ---- Telling ---- */

/* HELP and TYPE of a figure: counters end in _total by convention. */
static void print_head(FILE *out, const char *name) {
    const plb_field *field = plb_dictionary_field(plb_dictionary_record_of("metrics"), name);
    size_t length = strlen(name), end = strlen("_total");
    bool counter = length > end && strcmp(name + length - end, "_total") == 0;
    (void) fprintf(out, "# HELP %s %s.\n# TYPE %s %s\n", name, field ? field->definition : "", name,
                   counter ? "counter" : "gauge");
}

static void print_number(FILE *out, const char *name, double value) {
    if (!isfinite(value)) return;
    print_head(out, name);
    (void) fprintf(out, "%s %.12g\n", name, value);
}

static void print_count(FILE *out, const char *name, uint64_t value) {
    print_head(out, name);
    (void) fprintf(out, "%s %" PRIu64 "\n", name, value);
}

static void print_flags(FILE *out, plb_flags flags) {
    print_head(out, "plutbench_flag");
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) {
        (void) fprintf(out, "plutbench_flag{flag=\"%s\"} %u\n", plb_flag_name((plb_flag) f),
                       flags >> f & 1);
    }
}

static void print_times(FILE *out, const figures *f) {
    double elapsed_s = f->sweep_elapsed_s, budget_s = f->sweep_budget_s;
    if (f->start_ns != 0) {
        elapsed_s = (double) (plb_clock_now_ns() - f->start_ns) * 1e-9;
        budget_s = (double) f->budget_ns * 1e-9;
    }
    print_number(out, "plutbench_elapsed_seconds", elapsed_s);
    print_number(out, "plutbench_time_budget_seconds", budget_s);
}

static void print_estimate(FILE *out, const figures *f) {
    print_number(out, "plutbench_precision_ratio", f->precision);
    print_number(out, "plutbench_estimate_seconds", f->value_ns * 1e-9);
    print_number(out, "plutbench_estimate_low_seconds", f->low_ns * 1e-9);
    print_number(out, "plutbench_estimate_high_seconds", f->high_ns * 1e-9);
}

plb_status plb_metrics_text(plb_metrics *m, char **text, plb_error *error) {
    size_t length;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_text_close(out, text, error);
    (void) pthread_mutex_lock(&m->lock);
    figures f = m->figures;
    (void) pthread_mutex_unlock(&m->lock);
    f.rounds += atomic_load_explicit(&m->rounds, memory_order_relaxed);
    f.samples += atomic_load_explicit(&m->samples, memory_order_relaxed);
    print_head(out, "plutbench_build_info");
    (void) fprintf(out, "plutbench_build_info{version=\"%s\"} 1\n", plb_version());
    print_count(out, "plutbench_rounds_total", f.rounds);
    print_count(out, "plutbench_samples_total", f.samples);
    print_count(out, "plutbench_epochs_total", f.epochs);
    print_count(out, "plutbench_processes_total", f.processes);
    print_count(out, "plutbench_looks_total", f.looks);
    print_count(out, "plutbench_visits_total", f.visits);
    print_times(out, &f);
    print_estimate(out, &f);
    print_number(out, "plutbench_points_done", f.done);
    print_number(out, "plutbench_points", f.total);
    print_flags(out, f.flags);
    if (m->trace) {
        plb_trace_counts counts = plb_trace_get_counts(m->trace);
        print_count(out, "plutbench_trace_events_total", counts.written);
        print_count(out, "plutbench_trace_events_lost_total", counts.lost);
    }
    return plb_text_close(out, text, error);
}
