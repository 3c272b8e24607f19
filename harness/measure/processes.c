/* One sampling in several processes, one after the other. Where code, stack and libraries are in
 * memory is decided when a program starts, and short calls depend on it by a percent or so
 * (Mytkowicz, Diwan, Hauswirth and Sweeney 2009, "Producing wrong data without doing anything
 * obviously wrong"). So the program runs again and again, with the same arguments, each for a part
 * of the time. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <plutbench/observe.h>

#include "harness/measure/clock.h"
#include "harness/measure/random.h"
#include "harness/measure/restart.h"
#include "harness/measure/sampler.h"
#include "harness/measure/slice.h"

#define FEWEST_PROCESSES 16 /* by default, ... */
#define MOST_PROCESSES 64   /* ... one for every ... */
#define PROCESS_NS 2000000000U
#define LEAST_PROCESS_NS 1000000000U /* shorter runs have fewer processes */
#define LOOK_AFTER 16                /* processes, before a precision may end it */
#define POLL_MS 100
#define VARIABLE_BYTES 128

typedef struct joined {
    plb_plan plan;
    plb_clock clock;
    const plb_restarts *how;
    plb_sampling *whole;
    uint32_t wanted;                 /* processes */
    uint64_t start_ns, lost_ns;      /* by a process that is not spent on sampling */
    unsigned raised[PLB_FLAG_COUNT]; /* processes that raised a flag */
    double precision;
    bool precise;
    plb_stop stop;
    plb_error *error;
} joined;

static bool interrupted(const joined *j) { return j->plan.interrupted && *j->plan.interrupted; }

static void report(const joined *j, plb_phase phase) {
    if (!j->plan.progress) return;
    plb_progress progress = {.phase = phase,
                             .elapsed_ns = plb_clock_read_ns(&j->clock) - j->start_ns,
                             .time_budget_ns = j->plan.time_budget_ns,
                             .rounds = j->whole->facts.rounds,
                             .precision = j->precision};
    j->plan.progress(j->plan.progress_context, &progress);
}

static void tell_process(const joined *j, plb_event_kind kind, const plb_slice *slice,
                         uint64_t began, const plb_sampling_facts *facts) {
    plb_event event = {.kind = kind,
                       .process = slice->process,
                       .at_ns = began,
                       .part = {.time_budget_ns = slice->time_ns, .seed = slice->seed}};
    if (facts) {
        event.part.rounds = facts->rounds;
        event.part.warm_up_rounds = facts->warm_up_rounds;
        event.part.took_ns = plb_clock_read_ns(&j->clock) - began;
    }
    (void) plb_observe(j->plan.observer, &event);
}

static void tell_look(const joined *j, const plb_estimate *first, bool precise) {
    const plb_event event = {.kind = PLB_EVENT_LOOK,
                             .at_ns = plb_clock_read_ns(&j->clock),
                             .look = {.rounds = j->whole->facts.rounds,
                                      .warm_up_rounds = j->whole->facts.warm_up_rounds,
                                      .precision = j->precision,
                                      .value_ns = first->value,
                                      .low_ns = first->low,
                                      .high_ns = first->high,
                                      .precise = precise}};
    (void) plb_observe(j->plan.observer, &event);
}

/* ---- One process ---- */

static plb_status start(joined *j, const plb_slice *slice, pid_t *child, int *out) {
    char variable[VARIABLE_BYTES];
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) {
        return plb_fail(j->error, PLB_E_IO, NULL, "cannot make a pipe: %s", strerror(errno));
    }
    plb_slice sent = *slice;
    sent.fd = ends[1];
    plb_slice_print(&sent, variable, sizeof variable);
    plb_status status =
        plb_restart(j->how->program, j->how->arguments, variable, ends[1], child, j->error);
    if (status != PLB_OK) (void) close(ends[0]);
    *out = ends[0];
    return status;
}

/* Wait until there is something to read; meanwhile progress is shown and interruptions go on. */
static void wait_for(joined *j, pid_t child, int fd) {
    struct pollfd what = {.fd = fd, .events = POLLIN};
    bool told = false;
    while (poll(&what, 1, POLL_MS) <= 0) {
        if (interrupted(j) && !told) {
            (void) kill(child, SIGINT);
            told = true;
        }
        report(j, PLB_PHASE_SAMPLING);
    }
}

static plb_status receive(joined *j, pid_t child, int fd, plb_sampling **part) {
    FILE *file = fdopen(fd, "rb");
    if (!file) {
        (void) close(fd);
        return plb_fail(j->error, PLB_E_MEMORY, NULL, "no memory to read from a process");
    }
    wait_for(j, child, fd);
    plb_status status = plb_slice_read(&j->plan, file, part, j->error);
    (void) fclose(file);
    return status;
}

static plb_status run_process(joined *j, const plb_slice *slice, plb_sampling **part) {
    pid_t child = -1;
    int fd = -1, code = 0;
    *part = NULL;
    if (j->how->run) return j->how->run(j->how->context, &j->plan, slice, part, j->error);
    plb_status status = start(j, slice, &child, &fd);
    if (status != PLB_OK) return status;
    status = receive(j, child, fd, part);
    if (status != PLB_OK) (void) kill(child, SIGKILL);
    while (waitpid(child, &code, 0) < 0 && errno == EINTR) {}
    return status;
}

/* ---- Joining ---- */

static plb_status join_rounds(plb_recorder *to, const plb_recorder *from, uint32_t epoch,
                              plb_error *error) {
    size_t series = PLB_BASIS_COUNT * to->subject_count;
    for (size_t r = 0; r < from->kept_count; r++) {
        if (to->raw_count == PLB_RECORDER_RAW) {
            plb_status status = plb_recorder_put_away(to, error);
            if (status != PLB_OK) return status;
        }
        for (size_t i = 0; i < series; i++) to->raw[i][to->raw_count] = from->kept[i][r];
        to->raw_epochs[to->raw_count++] = epoch;
    }
    return plb_recorder_put_away(to, error);
}

/* What a process counts of itself goes on in the next. */
static void join_counters(plb_environment *whole, const plb_environment *before,
                          const plb_environment *after) {
    static const size_t own[] = {
        offsetof(plb_environment, own_cpu_s), offsetof(plb_environment, context_switches),
        offsetof(plb_environment, preemptions), offsetof(plb_environment, minor_faults),
        offsetof(plb_environment, major_faults)};
    plb_environment sum = *after;
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        double *to = (double *) (void *) ((char *) &sum + own[i]);
        double was = *(const double *) (const void *) ((const char *) whole + own[i]);
        *to = was + *to - *(const double *) (const void *) ((const char *) before + own[i]);
    }
    *whole = sum;
}

static void join_facts(joined *j, const plb_sampling *part) {
    plb_sampling_facts *facts = &j->whole->facts;
    const plb_sampling_facts *more = &part->facts;
    if (facts->processes == 0) {
        facts->clock = more->clock;
        facts->before = facts->after = more->before;
        facts->cpu = more->cpu;
        for (size_t i = 0; i < facts->subject_count; i++) {
            const char *name = j->whole->subjects[i].name;
            j->whole->subjects[i] = part->subjects[i];
            j->whole->subjects[i].name = name;
            j->whole->resolution[i] = part->resolution[i];
        }
    }
    facts->processes++;
    join_counters(&facts->after, &more->before, &more->after);
    facts->epochs += more->epochs;
    facts->rounds += more->rounds;
    facts->warm_up_rounds += more->warm_up_rounds;
    facts->restart_rounds += more->restart_rounds;
    facts->disturbed_rounds += more->disturbed_rounds;
    facts->renewing_ns += more->renewing_ns;
    if (more->pace_ns > 0) plb_histogram_record(j->whole->pace, 10 * more->pace_ns);
    for (unsigned flag = 0; flag < PLB_FLAG_COUNT; flag++) {
        j->raised[flag] += more->flags >> flag & 1;
    }
}

/* What a part is too short for is asked of the whole; the rest has to be seen in a quarter of the
 * processes. */
static void join_flags(joined *j) {
    const plb_flags of_the_whole =
        1U << PLB_FLAG_FEW | 1U << PLB_FLAG_DRIFT | 1U << PLB_FLAG_OUTLIERS | 1U << PLB_FLAG_NULL;
    plb_sampling_facts *facts = &j->whole->facts;
    for (unsigned flag = 0; flag < PLB_FLAG_COUNT; flag++) {
        bool often = 4 * j->raised[flag] >= facts->processes && j->raised[flag] > 0;
        if (often) facts->flags |= 1U << flag & ~of_the_whole;
    }
}

/* ---- Stopping ---- */

/* Whether it could stop here: of fewer processes the interval is too uncertain to choose by. */
static bool may_stop(const joined *j) {
    uint64_t elapsed = plb_clock_read_ns(&j->clock) - j->start_ns;
    uint32_t processes = j->whole->facts.processes;
    return processes >= LOOK_AFTER && processes != j->wanted && elapsed >= j->plan.minimum_time_ns;
}

/* The worst precision reached, and the first target's estimate. */
static plb_status look_at_precision(joined *j, plb_estimate *first, bool *precise) {
    plb_sampling *s = j->whole;
    plb_sampling_choose(s);
    plb_rounds rounds = plb_sampling_rounds(s);
    *first = (plb_estimate){.value = NAN, .low = NAN, .high = NAN};
    *precise = true;
    j->precision = 0;
    for (size_t t = 0; t < j->plan.target_count; t++) {
        plb_estimate estimate;
        const plb_target_precision *target = &j->plan.targets[t];
        plb_status status = plb_contrast_quick(&rounds, target->coefficients, &estimate, j->error);
        if (status != PLB_OK && status != PLB_E_MEASURE) return status;
        double reached = status == PLB_OK ? plb_estimate_precision(&estimate) : INFINITY;
        if (t == 0 && status == PLB_OK) *first = estimate;
        j->precision = fmax(j->precision, reached);
        *precise = *precise && reached <= target->relative;
    }
    return PLB_OK;
}

/* Observers are told after every process. */
static plb_status look(joined *j, bool *done) {
    bool stops = may_stop(j), precise = false;
    plb_estimate first;
    if (j->plan.target_count == 0 || (!stops && !j->plan.observer)) return PLB_OK;
    plb_status status = look_at_precision(j, &first, &precise);
    if (status != PLB_OK) return status;
    tell_look(j, &first, precise);
    if (!stops) return PLB_OK;
    *done = precise && j->precise; /* twice, as within a process */
    if (*done) j->stop = PLB_STOP_PRECISION;
    j->precise = precise;
    return PLB_OK;
}

/* The next one's time: what is left, shared among those that are left. */
static uint64_t share_of_time(const joined *j) {
    uint64_t elapsed = plb_clock_read_ns(&j->clock) - j->start_ns, budget = j->plan.time_budget_ns;
    uint64_t left = j->wanted - j->whole->facts.processes;
    uint64_t slice = elapsed < budget ? (budget - elapsed) / left : 0;
    return slice > 2 * j->lost_ns ? slice - j->lost_ns : slice / 2 + 1;
}

static plb_status run_one(joined *j, plb_random *random, bool *done) {
    plb_sampling *part = NULL;
    plb_slice slice = {.seed = plb_random_next(random) >> 11 | 1,
                       .time_ns = share_of_time(j),
                       .whole_time_ns = j->plan.time_budget_ns,
                       .process = j->whole->facts.processes};
    uint64_t began = plb_clock_read_ns(&j->clock);
    tell_process(j, PLB_EVENT_PROCESS_BEGUN, &slice, began, NULL);
    plb_status status = run_process(j, &slice, &part);
    if (status != PLB_OK && interrupted(j)) { /* it may not have been ready to answer */
        j->stop = PLB_STOP_INTERRUPTED;
        *done = true;
        return PLB_OK;
    }
    if (status != PLB_OK) return status;
    tell_process(j, PLB_EVENT_PROCESS_ENDED, &slice, began, &part->facts);
    uint64_t took = plb_clock_read_ns(&j->clock) - began;
    j->lost_ns = took > part->facts.elapsed_ns ? took - part->facts.elapsed_ns : 0;
    status = join_rounds(&j->whole->recorder, &part->recorder, j->whole->facts.processes, j->error);
    if (status == PLB_OK) {
        join_facts(j, part);
        if (interrupted(j) || part->facts.stop == PLB_STOP_INTERRUPTED) {
            j->stop = PLB_STOP_INTERRUPTED;
            *done = true;
        }
    }
    plb_sampling_free(part);
    return status == PLB_OK && !*done ? look(j, done) : status;
}

static plb_status run_all(joined *j) {
    plb_random random;
    plb_sampling_facts *facts = &j->whole->facts;
    bool done = false;
    plb_status status = PLB_OK;
    plb_random_seed(&random, j->plan.seed);
    j->stop = PLB_STOP_TIME;
    while (status == PLB_OK && !done && facts->processes < j->wanted) {
        if (facts->rounds >= j->plan.maximum_rounds) {
            j->stop = PLB_STOP_ROUNDS;
            break;
        }
        status = run_one(j, &random, &done);
    }
    if (status == PLB_OK) status = plb_recorder_finish(&j->whole->recorder, j->error);
    facts->elapsed_ns = plb_clock_read_ns(&j->clock) - j->start_ns;
    facts->stop = j->stop;
    facts->kept = j->whole->recorder.kept_count;
    facts->rounds_per_entry = j->whole->recorder.group;
    facts->pace_ns = plb_histogram_value_ns(j->whole->pace, 50) / 10;
    if (status == PLB_OK) status = plb_sampling_conclude(j->whole, j->error);
    join_flags(j);
    plb_observe_sampling_ended(j->whole, &j->plan, true, j->start_ns);
    report(j, PLB_PHASE_DONE);
    return status;
}

static uint32_t processes_for(uint64_t time_ns, uint32_t asked) {
    uint64_t wanted = asked, fit = time_ns / LEAST_PROCESS_NS;
    if (wanted == 0) {
        wanted = time_ns / PROCESS_NS;
        if (wanted < FEWEST_PROCESSES) wanted = FEWEST_PROCESSES;
        if (wanted > MOST_PROCESSES) wanted = MOST_PROCESSES;
    }
    return (uint32_t) (fit < wanted ? fit : wanted);
}

plb_status plb_sample_in_processes(const plb_plan *plan, const plb_restarts *how,
                                   plb_sampling **sampling, plb_error *error) {
    joined j = {
        .clock = {plan->now, plan->clock_context}, .how = how, .error = error, .precision = NAN};
    j.start_ns = plb_clock_read_ns(&j.clock);
    *sampling = NULL;
    plb_status status = plb_plan_complete(plan, &j.plan, error);
    if (status != PLB_OK) return status;
    j.wanted = processes_for(j.plan.time_budget_ns, how->processes);
    if (j.wanted < 2 || interrupted(&j)) return plb_sample(plan, sampling, error);
    j.whole = plb_sampling_new(&j.plan);
    if (!j.whole) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sampling");
    j.whole->facts.processes = j.whole->facts.epochs = 0;
    j.whole->renewed = true;
    j.whole->recorder.warm_up_found = true; /* each process leaves out its own */
    plb_observe_sampling_begun(&j.plan, true, j.start_ns);
    status = run_all(&j);
    if (status == PLB_OK) {
        *sampling = j.whole;
    } else {
        plb_sampling_free(j.whole);
    }
    return status;
}
