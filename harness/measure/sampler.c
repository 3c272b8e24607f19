/* Paired interleaved sampling: random order inside short rounds, batches by what the clock
 * resolves, stopped by precision, time, number of rounds or the caller. */
#include "harness/measure/sampler.h"

#include <plutbench/observe.h>

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "harness/measure/clock.h"
#include "harness/measure/pace.h"
#include "harness/measure/random.h"

#define PROGRESS_NS 100000000U
#define LOOK_GROWTH 1.3    /* from one look at the precision to the next */
#define LOOK_AGAIN 1.1     /* to the one that confirms it */
#define FEWEST_SAMPLES 300 /* of a subject that is not sampled in every round */
#define SHORT_FACTOR 3     /* a subject that many times as long as the shortest is long */
#define LONG_SHARE 0.125   /* of the short subjects' time that each long one gets */
#define LEAST_EPOCHS 4
#define LEAST_EPOCH_ROUNDS (PLB_BOOTSTRAP_ROUNDS / 2) /* of two epochs, however short the time */
#define RENEWAL_FACTOR 4    /* an epoch is at least that many times as long as its renewal takes */
#define WARMS_ITSELF_NS 1e6 /* a sample that long does not notice that caches were cold */
#define COLD_ROUNDS 4       /* after which caches are as the short subjects leave them, ... */
#define COLD_NS 400000U     /* ... or that time */
#define RESTART_ATTEMPTS 3  /* when the processor is taken away while they warm up */

/* What a run needs besides its result. */
typedef struct run {
    plb_plan plan;
    plb_clock clock;
    plb_sampling *sampling;
    plb_random random;
    uint32_t *order; /* subjects of this round */
    double *call_ns; /* first estimate of each */
    uint64_t *due;   /* round in which a subject is sampled next */
    uint64_t *began; /* of the sample of each in this round; only kept for an observer */
    uint64_t start_ns, last_progress_ns, next_look_ns, next_epoch_ns;
    uint64_t epoch_rounds; /* of the epoch at hand */
    double precision;
    bool precise;       /* at the last look */
    plb_estimate first; /* target, likewise */
    size_t left_out;    /* entries, as warm-up, likewise */
    long switches;      /* of the thread away from its processor, when last looked at */
    plb_stop stop;
    plb_error *error;
} run;

/* ---- One sample ---- */

static plb_status subject_failed(const run *r, size_t subject, const char *what) {
    return plb_fail(r->error, PLB_E_MEASURE, r->plan.subjects[subject].name, "%s failed", what);
}

static plb_status time_subject(run *r, size_t subject, uint32_t batch, double *raw_ns) {
    const plb_subject *s = &r->plan.subjects[subject];
    if (s->prepare && s->prepare(s->context, batch) != 0) {
        return subject_failed(r, subject, "preparing a submission");
    }
    if (r->plan.observer) r->began[subject] = plb_clock_read_ns(&r->clock);
    int failure = 0;
    *raw_ns = (double) plb_clock_time_ns(&r->clock, s->submit, s->context, batch, &failure);
    return failure ? subject_failed(r, subject, "a submission") : PLB_OK;
}

static bool interrupted(const run *r) { return r->plan.interrupted && *r->plan.interrupted; }

static void report(run *r, plb_phase phase, uint64_t now) {
    if (!r->plan.progress) return;
    plb_progress progress = {.phase = phase,
                             .elapsed_ns = r->start_ns ? now - r->start_ns : 0,
                             .time_budget_ns = r->plan.time_budget_ns,
                             .rounds = r->sampling->facts.rounds,
                             .precision = r->precision};
    r->last_progress_ns = now;
    r->plan.progress(r->plan.progress_context, &progress);
}

/* ---- Observers ---- */

static void tell_beginning(const run *r) {
    const plb_sampling *s = r->sampling;
    if (!r->plan.observer) return;
    plb_observe_sampling_begun(&r->plan, false, plb_clock_read_ns(&r->clock));
    for (size_t i = 0; i < r->plan.subject_count; i++) {
        plb_event event = {.kind = PLB_EVENT_SUBJECT,
                           .process = r->plan.process,
                           .at_ns = plb_clock_read_ns(&r->clock),
                           .subject = {.name = s->subjects[i].name,
                                       .subtracted_ns = s->subjects[i].subtracted_ns,
                                       .call_ns = r->call_ns[i],
                                       .batch = s->subjects[i].batch,
                                       .every = s->subjects[i].every}};
        (void) plb_observe(r->plan.observer, &event);
    }
}

/* The round that was taken last. True when caches are cold afterwards. */
static bool tell_round(const run *r, uint64_t began, size_t samples, bool disturbed) {
    const plb_sampling *s = r->sampling;
    if (!r->plan.observer) return false;
    const plb_event event = {.kind = PLB_EVENT_ROUND,
                             .process = r->plan.process,
                             .at_ns = began,
                             .round = {.number = s->facts.rounds - 1,
                                       .epoch = s->facts.epochs - 1,
                                       .samples = (uint32_t) samples,
                                       .disturbed = disturbed,
                                       .took_ns = plb_clock_read_ns(&r->clock) - began,
                                       .subjects = s->subjects,
                                       .began_ns = r->began,
                                       .series = (const double *const *) s->recorder.raw,
                                       .subject_count = r->plan.subject_count,
                                       .row = s->recorder.raw_count - 1}};
    return plb_observe(r->plan.observer, &event);
}

/* An epoch that begins, after its renewal. */
static void tell_epoch(const run *r, uint64_t began) {
    if (!r->plan.observer) return;
    const plb_event event = {.kind = PLB_EVENT_EPOCH,
                             .process = r->plan.process,
                             .at_ns = began,
                             .epoch = {.took_ns = plb_clock_read_ns(&r->clock) - began,
                                       .number = r->sampling->facts.epochs - 1}};
    (void) plb_observe(r->plan.observer, &event);
}

static void tell_look(const run *r, uint64_t began, bool precise) {
    const plb_event event = {.kind = PLB_EVENT_LOOK,
                             .process = r->plan.process,
                             .at_ns = began,
                             .look = {.rounds = r->sampling->facts.rounds,
                                      .warm_up_rounds = r->left_out * r->sampling->recorder.group,
                                      .precision = r->precision,
                                      .value_ns = r->first.value,
                                      .low_ns = r->first.low,
                                      .high_ns = r->first.high,
                                      .precise = precise}};
    (void) plb_observe(r->plan.observer, &event);
}

/* ---- Batches ---- */

/* Submissions of `subject` are doubled until they take as long as a sample has to. */
static plb_status estimate_call(run *r, size_t subject) {
    const plb_clock_facts *clock = &r->sampling->facts.clock;
    double least = fmax(r->plan.sample_ns, 1000 * clock->resolution_ns), best = INFINITY, raw = 0;
    for (uint32_t batch = 1, tries = 0; tries < 3 && !interrupted(r);) {
        plb_status status = time_subject(r, subject, batch, &raw);
        if (status != PLB_OK) return status;
        if (raw < least && batch < 1000000 && !r->plan.single) {
            batch *= 2;
            continue;
        }
        best = fmin(best, fmax(raw - clock->read_ns, 0) / batch);
        /* A long subject is not run more often than needed to be past its first time. */
        tries += raw > 1e8 ? 3 : raw > 1e7 ? 2 : 1;
    }
    r->call_ns[subject] = isfinite(best) ? best : 1;
    return PLB_OK;
}

static void set_batch(run *r, size_t subject) {
    const plb_clock_facts *clock = &r->sampling->facts.clock;
    plb_subject_facts *facts = &r->sampling->subjects[subject];
    facts->batch =
        r->plan.single ? 1 : plb_clock_batch(clock, r->call_ns[subject], r->plan.sample_ns);
    facts->subtracted_ns = clock->read_ns / facts->batch + clock->call_ns;
    r->sampling->resolution[subject] = clock->resolution_ns / facts->batch;
}

static double sample_length(const run *r, size_t subject) {
    return r->call_ns[subject] * r->sampling->subjects[subject].batch;
}

/* A long subject is sampled so seldom that it takes a fraction of the short ones' time, yet some
 * hundred times in the time budget: what is wanted of it is known well sooner. */
static void set_every(run *r) {
    size_t n = r->plan.subject_count, long_count = 0;
    double shortest = INFINITY, round = 0;
    for (size_t i = 0; i < n; i++) shortest = fmin(shortest, sample_length(r, i));
    for (size_t i = 0; i < n; i++) {
        double length = sample_length(r, i);
        if (length <= SHORT_FACTOR * shortest) {
            round += length;
        } else {
            long_count++;
        }
    }
    double rounds = (double) r->plan.whole_time_ns / round / (1 + LONG_SHARE * (double) long_count);
    for (size_t i = 0; i < n; i++) {
        uint32_t asked = r->plan.subjects[i].every;
        double every = asked ? asked : 1, length = sample_length(r, i);
        if (!asked && length > SHORT_FACTOR * shortest) {
            every = floor(fmin(length / (LONG_SHARE * round), rounds / FEWEST_SAMPLES));
        }
        r->sampling->subjects[i].every = (uint32_t) fmin(fmax(every, 1), 1e6);
    }
}

static plb_status prepare_subjects(run *r) {
    for (size_t i = 0; i < r->plan.subject_count; i++) {
        report(r, PLB_PHASE_PREPARING, 0);
        plb_status status = estimate_call(r, i);
        if (status != PLB_OK) return status;
        set_batch(r, i);
    }
    set_every(r);
    return PLB_OK;
}

/* ---- Rounds ---- */

static void shuffle(run *r, uint32_t *order, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t j = plb_random_below(&r->random, (uint32_t) i);
        uint32_t swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
}

/* Subjects of round `round`: first those that are not sampled in every round, *seldom of them, then
 * the others, each part in random order. A subject that is sampled seldom is at a random round of
 * each stretch, so that it does not beat with anything periodic. */
static size_t choose_order(run *r, uint64_t round, size_t *seldom) {
    size_t n = r->plan.subject_count, count = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint32_t every = r->sampling->subjects[i].every;
        if (every == 1) continue;
        if (round % every == 0) r->due[i] = round + plb_random_below(&r->random, every);
        if (r->due[i] == round) r->order[count++] = i;
    }
    *seldom = count;
    for (uint32_t i = 0; i < n; i++) {
        if (r->sampling->subjects[i].every == 1) r->order[count++] = i;
    }
    shuffle(r, r->order, *seldom);
    shuffle(r, r->order + *seldom, count - *seldom);
    return count;
}

/* True when the thread has lost its processor since it was last asked. A switch that it asks for
 * (waiting for an answer) is part of what is measured. */
static bool was_switched(run *r) {
    struct rusage usage;
    if (r->clock.now || getrusage(RUSAGE_THREAD, &usage) != 0) return false;
    long before = r->switches;
    r->switches = usage.ru_nivcsw;
    return r->switches != before;
}

/* After anything else has run (statistics, a long subject, another process), caches are not as the
 * short subjects leave them: those run some times without being recorded. */
static plb_status restart(run *r) {
    plb_sampling *s = r->sampling;
    double raw = 0;
    for (int attempt = 0; attempt < RESTART_ATTEMPTS; attempt++) {
        (void) was_switched(r);
        uint64_t end = plb_clock_read_ns(&r->clock) + COLD_NS;
        for (int pass = 0; pass < COLD_ROUNDS; pass++) {
            if (pass > 0 && plb_clock_read_ns(&r->clock) >= end) break;
            for (size_t i = 0; i < r->plan.subject_count; i++) {
                if (s->subjects[i].every > 1 || sample_length(r, i) > WARMS_ITSELF_NS) continue;
                plb_status status = time_subject(r, i, s->subjects[i].batch, &raw);
                if (status != PLB_OK) return status;
            }
            s->facts.restart_rounds++;
        }
        if (!was_switched(r)) break;
    }
    return PLB_OK;
}

static void record(run *r, plb_basis basis, uint32_t subject, double ns) {
    plb_recorder *recorder = &r->sampling->recorder;
    recorder->raw[basis * r->plan.subject_count + subject][recorder->raw_count] = ns;
}

static plb_status take_sample(run *r, uint32_t subject) {
    const plb_subject_facts *facts = &r->sampling->subjects[subject];
    double raw = 0;
    plb_status status = time_subject(r, subject, facts->batch, &raw);
    if (status != PLB_OK) return status;
    raw = fmax(0, raw / facts->batch - facts->subtracted_ns);
    for (plb_basis basis = 0; basis < PLB_BASIS_COUNT; basis++) record(r, basis, subject, raw);
    return PLB_OK;
}

/* A long subject may never get through undisturbed on a busy machine: what it had of the processor
 * is taken too. */
static plb_status take_long_sample(run *r, uint32_t subject, bool *disturbed) {
    struct timespec begin = {0}, end = {0};
    if (!r->clock.now) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &begin);
    plb_status status = take_sample(r, subject);
    if (!r->clock.now) clock_gettime(CLOCK_THREAD_CPUTIME_ID, &end);
    if (status != PLB_OK || !was_switched(r)) return status;
    double ns = (double) (end.tv_sec - begin.tv_sec) * 1e9 + (double) (end.tv_nsec - begin.tv_nsec);
    const plb_subject_facts *facts = &r->sampling->subjects[subject];
    record(r, PLB_BASIS_UNDISTURBED, subject, NAN);
    record(r, PLB_BASIS_PROCESSOR_TIME, subject, fmax(0, ns / facts->batch - facts->subtracted_ns));
    *disturbed = true;
    return PLB_OK;
}

/* Those that are sampled in every round: all of them go when the thread lost its processor. */
static plb_status take_short_samples(run *r, const uint32_t *order, size_t count, bool *disturbed) {
    for (size_t k = 0; k < count; k++) {
        plb_status status = take_sample(r, order[k]);
        if (status != PLB_OK) return status;
    }
    if (!was_switched(r)) return PLB_OK;
    for (size_t k = 0; k < count; k++) {
        record(r, PLB_BASIS_UNDISTURBED, order[k], NAN);
        record(r, PLB_BASIS_PROCESSOR_TIME, order[k], NAN);
    }
    *disturbed = true;
    return PLB_OK;
}

static plb_status take_round(run *r, uint64_t now) {
    plb_sampling *s = r->sampling;
    plb_recorder *recorder = &s->recorder;
    plb_status status = PLB_OK;
    size_t seldom, count = choose_order(r, s->facts.rounds, &seldom), row = recorder->raw_count;
    for (size_t i = 0; i < PLB_BASIS_COUNT * r->plan.subject_count; i++) {
        recorder->raw[i][row] = NAN;
    }
    bool disturbed = false, cold = false;
    for (size_t k = 0; k < seldom && status == PLB_OK; k++) {
        status = take_long_sample(r, r->order[k], &disturbed);
    }
    if (seldom > 0 && status == PLB_OK) status = restart(r);
    if (status == PLB_OK) {
        status = take_short_samples(r, r->order + seldom, count - seldom, &cold);
    }
    if (status != PLB_OK) return status;
    recorder->raw_epochs[row] = s->facts.epochs - 1;
    recorder->raw_count++;
    s->facts.rounds++;
    r->epoch_rounds++;
    if (disturbed || cold) s->facts.disturbed_rounds++;
    if (!cold && !r->clock.now && s->facts.rounds % PLB_PACE_EVERY == 0) {
        plb_histogram_record(s->pace, 10 * plb_pace_sample_ns());
    }
    cold |= tell_round(r, now, count, disturbed || cold);
    return cold ? restart(r) : PLB_OK;
}

/* ---- Epochs ---- */

/* The next epoch's end. Renewing must not take most of the time, but a short run has to have some
 * epochs too; a last one that is cut short is put to the one before. */
static void plan_epoch(run *r, uint64_t now, uint64_t renewal_ns) {
    uint64_t end = r->start_ns + r->plan.time_budget_ns;
    uint64_t length = r->plan.epoch_ns, most = r->plan.time_budget_ns / LEAST_EPOCHS;
    if (length < RENEWAL_FACTOR * renewal_ns) length = RENEWAL_FACTOR * renewal_ns;
    if (length > most) length = most;
    r->next_epoch_ns = now + length;
    if (r->next_epoch_ns + length / 2 > end) r->next_epoch_ns = UINT64_MAX;
    r->epoch_rounds = 0;
}

static bool time_is_over(const run *r, uint64_t now) {
    return now - r->start_ns >= r->plan.time_budget_ns;
}

/* One epoch gives no interval: a time budget that is too short for two is exceeded. */
static bool may_end(const run *r) {
    const plb_sampling_facts *facts = &r->sampling->facts;
    if (!r->sampling->renewed) return facts->rounds > 0;
    return facts->epochs > 1 && r->epoch_rounds >= LEAST_EPOCH_ROUNDS;
}

static bool epoch_is_over(const run *r, uint64_t now) {
    if (!r->sampling->renewed || r->epoch_rounds < LEAST_EPOCH_ROUNDS) return false;
    return now >= r->next_epoch_ns || (time_is_over(r, now) && r->sampling->facts.epochs == 1);
}

static plb_status renew(run *r, uint64_t now) {
    plb_sampling *s = r->sampling;
    if (r->plan.renew(r->plan.renew_context, s->facts.epochs) != 0) {
        return plb_fail(r->error, PLB_E_MEASURE, NULL, "renewing the subjects failed");
    }
    s->facts.epochs++;
    tell_epoch(r, now);
    plb_status status = restart(r);
    if (status != PLB_OK) return status;
    uint64_t ready = plb_clock_read_ns(&r->clock);
    s->facts.renewing_ns += ready - now;
    plan_epoch(r, ready, ready - now);
    return PLB_OK;
}

/* ---- Stopping ---- */

/* The worst ratio of a target's interval to what was asked; infinity while it can't be told. */
static plb_status look_at_precision(run *r, double *worst) {
    plb_sampling *s = r->sampling;
    plb_warm_up warm_up;
    plb_status status = plb_recorder_put_away(&s->recorder, r->error);
    if (status == PLB_OK) status = plb_recorder_look(&s->recorder, &warm_up, r->error);
    if (status != PLB_OK) return status;
    const double **series = malloc(r->plan.subject_count * sizeof *series);
    if (!series) return plb_fail(r->error, PLB_E_MEMORY, NULL, "no memory for statistics");
    for (size_t i = 0; i < r->plan.subject_count; i++) {
        plb_basis basis = plb_recorder_basis(&s->recorder, i);
        series[i] = s->recorder.kept[basis * r->plan.subject_count + i] + warm_up.rounds;
    }
    plb_rounds rounds = {.series = series,
                         .series_count = r->plan.subject_count,
                         .round_count = s->recorder.kept_count - warm_up.rounds,
                         .resolution = s->resolution,
                         .epochs = s->renewed ? s->recorder.kept_epochs + warm_up.rounds : NULL};
    *worst = warm_up.settled ? 0 : INFINITY;
    r->precision = 0;
    r->left_out = warm_up.rounds;
    r->first.value = r->first.low = r->first.high = NAN;
    for (size_t t = 0; t < r->plan.target_count && status == PLB_OK; t++) {
        plb_estimate estimate;
        double precision = INFINITY;
        status = plb_contrast_quick(&rounds, r->plan.targets[t].coefficients, &estimate, r->error);
        if (status == PLB_OK) precision = plb_estimate_precision(&estimate);
        if (status == PLB_OK && t == 0) r->first = estimate;
        if (status == PLB_E_MEASURE) status = PLB_OK; /* too few rounds as yet */
        *worst = fmax(*worst, precision / r->plan.targets[t].relative);
        r->precision = fmax(r->precision, precision);
    }
    free(series);
    return status;
}

static plb_status look(run *r, uint64_t now, bool *done) {
    double worst = INFINITY;
    plb_status status = look_at_precision(r, &worst);
    if (status != PLB_OK) return status;
    /* An interval from few degrees of freedom may be narrow by luck: it is asked twice. */
    bool precise = worst <= 1;
    tell_look(r, now, precise);
    if (precise && (r->precise || !r->sampling->renewed)) {
        r->stop = PLB_STOP_PRECISION;
        *done = true;
        return PLB_OK;
    }
    double elapsed = (double) (now - r->start_ns);
    r->next_look_ns = r->start_ns + (uint64_t) ((precise ? LOOK_AGAIN : LOOK_GROWTH) * elapsed);
    r->precise = precise;
    return restart(r);
}

static plb_status sample_rounds(run *r) {
    plb_sampling *s = r->sampling;
    bool done = false;
    r->start_ns = r->last_progress_ns = plb_clock_read_ns(&r->clock);
    r->next_look_ns = r->start_ns + r->plan.minimum_time_ns;
    plan_epoch(r, r->start_ns, 0);
    (void) was_switched(r);
    while (!done) {
        uint64_t now = plb_clock_read_ns(&r->clock);
        plb_status status = PLB_OK;
        if (interrupted(r)) {
            r->stop = PLB_STOP_INTERRUPTED;
            return PLB_OK;
        }
        if (time_is_over(r, now) && may_end(r)) {
            r->stop = PLB_STOP_TIME;
            return PLB_OK;
        }
        if (s->facts.rounds >= r->plan.maximum_rounds) {
            r->stop = PLB_STOP_ROUNDS;
            return PLB_OK;
        }
        if (now - r->last_progress_ns >= PROGRESS_NS) report(r, PLB_PHASE_SAMPLING, now);
        if (r->plan.target_count > 0 && now >= r->next_look_ns) {
            status = look(r, now, &done);
        } else if (epoch_is_over(r, now)) {
            status = renew(r, now);
        } else if (s->recorder.raw_count == PLB_RECORDER_RAW) {
            status = plb_recorder_put_away(&s->recorder, r->error);
            if (status == PLB_OK) status = restart(r);
        } else {
            status = take_round(r, now);
        }
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}

/* ---- After the run ---- */

/* Under a clock of the plan's own this machine's doings say nothing: all of it is unknown. */
static void read_environment(const run *r, plb_environment *environment) {
    plb_environment_read(environment, r->clock.now ? "/dev/null" : "");
    if (r->clock.now) environment->preemptions = environment->major_faults = -1;
}

static plb_status finish(run *r) {
    plb_sampling *s = r->sampling;
    plb_sampling_facts *facts = &s->facts;
    facts->elapsed_ns = plb_clock_read_ns(&r->clock) - r->start_ns;
    facts->stop = r->stop;
    read_environment(r, &facts->after);
    facts->flags =
        plb_environment_flags(&facts->before, &facts->after, (double) facts->elapsed_ns * 1e-9);
    if (facts->clock.read_ns > 100 || facts->clock.resolution_ns > 100) {
        facts->flags |= 1U << PLB_FLAG_CLOCK;
    }
    plb_status status = plb_recorder_finish(&s->recorder, r->error);
    if (status == PLB_OK) status = plb_sampling_conclude(s, r->error);
    if (!s->recorder.settled) facts->flags |= 1U << PLB_FLAG_WARM_UP;
    facts->warm_up_rounds = s->recorder.warm_up_rounds;
    facts->kept = s->recorder.kept_count;
    facts->rounds_per_entry = s->recorder.group;
    facts->pace_ns = plb_histogram_value_ns(s->pace, 50) / 10;
    if (status == PLB_OK) plb_observe_sampling_ended(s, &r->plan, false, r->start_ns);
    report(r, PLB_PHASE_DONE, plb_clock_read_ns(&r->clock));
    return status;
}

/* ---- The run as a whole ---- */

static bool allocate(run *r) {
    size_t n = r->plan.subject_count;
    r->order = calloc(n, sizeof *r->order);
    r->call_ns = calloc(n, sizeof *r->call_ns);
    r->due = calloc(n, sizeof *r->due);
    r->began = calloc(n, sizeof *r->began);
    r->sampling = plb_sampling_new(&r->plan);
    return r->order && r->call_ns && r->due && r->began && r->sampling;
}

static plb_status pin(run *r, cpu_set_t *before) {
    if (!r->plan.pin) return PLB_OK;
    int cpu = r->plan.cpu < 0 ? sched_getcpu() : r->plan.cpu;
    cpu_set_t one;
    CPU_ZERO(&one);
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET((size_t) cpu, &one);
    if (sched_getaffinity(0, sizeof *before, before) != 0 ||
        sched_setaffinity(0, sizeof one, &one) != 0) {
        return plb_fail(r->error, PLB_E_MEASURE, NULL,
                        "cannot pin to CPU %d: expected one that this process may run on", cpu);
    }
    r->sampling->facts.cpu = cpu;
    return PLB_OK;
}

static plb_status run_pinned(run *r) {
    plb_sampling_facts *facts = &r->sampling->facts;
    cpu_set_t before;
    plb_status status = pin(r, &before);
    if (status != PLB_OK) return status;
    plb_clock_measure_of(&r->clock, &facts->clock);
    status = prepare_subjects(r);
    read_environment(r, &facts->before);
    if (status == PLB_OK) {
        tell_beginning(r);
        status = sample_rounds(r);
    }
    if (status == PLB_OK) status = finish(r);
    if (facts->cpu >= 0) sched_setaffinity(0, sizeof before, &before);
    return status;
}

plb_status plb_sample(const plb_plan *plan, plb_sampling **sampling, plb_error *error) {
    run r = {.error = error, .precision = NAN};
    *sampling = NULL;
    plb_status status = plb_plan_complete(plan, &r.plan, error);
    if (status != PLB_OK) return status;
    r.clock = (plb_clock){plan->now, plan->clock_context};
    plb_random_seed(&r.random, r.plan.seed);
    if (allocate(&r)) {
        status = run_pinned(&r);
    } else {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for %zu rounds of %zu subjects",
                          r.plan.keep_rounds, r.plan.subject_count);
    }
    free(r.order);
    free(r.call_ns);
    free(r.due);
    free(r.began);
    if (status == PLB_OK) {
        *sampling = r.sampling;
    } else {
        plb_sampling_free(r.sampling);
    }
    return status;
}
