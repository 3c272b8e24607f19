/* Paired interleaved sampling: random order inside short rounds, batches by what the clock
 * resolves, stopped by precision, time, number of rounds or the caller. */
#include "harness/measure/sampler.h"

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/measure/clock.h"
#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define DEFAULT_TIME_NS 30000000000U
#define DEFAULT_MINIMUM_NS 1000000000U
#define DEFAULT_SAMPLE_NS 5000
#define DEFAULT_KEEP_ROUNDS 262144
#define PROGRESS_NS 100000000U
#define LOOK_GROWTH 1.3    /* from one look at the precision to the next */
#define FEWEST_SAMPLES 300 /* of a subject that is not sampled in every round */
#define SHORT_FACTOR 8     /* a subject that many times as long as the shortest is long */
#define MOST_SUBJECTS 256

struct plb_sampling {
    plb_sampling_facts facts;
    plb_subject_facts *subjects;
    char **names;
    double *resolution;
    plb_recorder recorder;
};

/* What a run needs besides its result. */
typedef struct run {
    plb_plan plan;
    plb_clock clock;
    plb_sampling *sampling;
    plb_random random;
    uint32_t *order; /* subjects of this round */
    double *call_ns; /* first estimate of each */
    uint64_t *due;   /* round in which a subject is sampled next */
    uint64_t start_ns, last_progress_ns, next_look_ns;
    double precision;
    plb_stop stop;
    plb_error *error;
} run;

const char *plb_stop_name(plb_stop stop) {
    static const char *const names[] = {"precision", "time", "rounds", "interrupted"};
    return (unsigned) stop < sizeof names / sizeof *names ? names[stop] : "unknown";
}

/* ---- One sample ---- */

static plb_status subject_failed(const run *r, size_t subject, const char *what) {
    return plb_fail(r->error, PLB_E_MEASURE, r->plan.subjects[subject].name, "%s failed", what);
}

static plb_status time_subject(run *r, size_t subject, uint32_t batch, double *raw_ns) {
    const plb_subject *s = &r->plan.subjects[subject];
    if (s->prepare && s->prepare(s->context, batch) != 0) {
        return subject_failed(r, subject, "preparing a submission");
    }
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

/* ---- Batches ---- */

/* Submissions of `subject` are doubled until they take as long as a sample has to. */
static plb_status estimate_call(run *r, size_t subject) {
    const plb_clock_facts *clock = &r->sampling->facts.clock;
    double least = fmax(r->plan.sample_ns, 1000 * clock->resolution_ns), best = INFINITY, raw = 0;
    for (uint32_t batch = 1, tries = 0; tries < 3 && !interrupted(r);) {
        plb_status status = time_subject(r, subject, batch, &raw);
        if (status != PLB_OK) return status;
        if (raw < least && batch < 1000000) {
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
    facts->batch = plb_clock_batch(clock, r->call_ns[subject], r->plan.sample_ns);
    facts->subtracted_ns = clock->read_ns / facts->batch + clock->call_ns;
    r->sampling->resolution[subject] = clock->resolution_ns / facts->batch;
}

static double sample_length(const run *r, size_t subject) {
    return r->call_ns[subject] * r->sampling->subjects[subject].batch;
}

/* A long subject is sampled so seldom that it takes about as much time as all the short ones
 * together, yet some hundred times in the time budget. */
static void set_every(run *r) {
    size_t n = r->plan.subject_count;
    double shortest = INFINITY, round = 0;
    for (size_t i = 0; i < n; i++) shortest = fmin(shortest, sample_length(r, i));
    for (size_t i = 0; i < n; i++) {
        double length = sample_length(r, i);
        if (length <= SHORT_FACTOR * shortest) round += length;
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t asked = r->plan.subjects[i].every;
        double every = asked ? asked : 1, length = sample_length(r, i);
        if (!asked && length > SHORT_FACTOR * shortest) {
            double rounds = (double) r->plan.time_budget_ns / (round + round * (double) n);
            every = fmax(1, fmin(floor(length / round), floor(rounds / FEWEST_SAMPLES)));
        }
        r->sampling->subjects[i].every = (uint32_t) fmin(every, 1e6);
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

/* Subjects of round `round` in random order. A subject that is not sampled in every round is
 * sampled at a random one of each stretch, so that it does not beat with anything periodic. */
static size_t choose_order(run *r, uint64_t round) {
    size_t count = 0;
    for (uint32_t i = 0; i < r->plan.subject_count; i++) {
        uint32_t every = r->sampling->subjects[i].every;
        if (every > 1 && round % every == 0) {
            r->due[i] = round + plb_random_below(&r->random, every);
        }
        if (every == 1 || r->due[i] == round) r->order[count++] = i;
    }
    for (size_t i = count; i > 1; i--) {
        size_t j = plb_random_below(&r->random, (uint32_t) i);
        uint32_t swap = r->order[i - 1];
        r->order[i - 1] = r->order[j];
        r->order[j] = swap;
    }
    return count;
}

static plb_status take_round(run *r) {
    plb_sampling *s = r->sampling;
    plb_recorder *recorder = &s->recorder;
    size_t chosen = choose_order(r, s->facts.rounds), row = recorder->raw_count;
    for (size_t i = 0; i < r->plan.subject_count; i++) recorder->raw[i][row] = NAN;
    for (size_t k = 0; k < chosen; k++) {
        uint32_t i = r->order[k];
        double raw = 0;
        plb_status status = time_subject(r, i, s->subjects[i].batch, &raw);
        if (status != PLB_OK) return status;
        recorder->raw[i][row] = fmax(0, raw / s->subjects[i].batch - s->subjects[i].subtracted_ns);
    }
    recorder->raw_count++;
    s->facts.rounds++;
    return PLB_OK;
}

/* After statistics have run, caches are not as the subjects leave them: the short ones run once
 * without being recorded. */
static plb_status restart(run *r) {
    plb_sampling *s = r->sampling;
    double raw = 0;
    for (size_t i = 0; i < r->plan.subject_count; i++) {
        if (s->subjects[i].every > 1) continue;
        plb_status status = time_subject(r, i, s->subjects[i].batch, &raw);
        if (status != PLB_OK) return status;
    }
    s->facts.restart_rounds++;
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
        series[i] = s->recorder.kept[i] + warm_up.rounds;
    }
    plb_rounds rounds = {.series = series,
                         .series_count = r->plan.subject_count,
                         .round_count = s->recorder.kept_count - warm_up.rounds,
                         .resolution = s->resolution};
    *worst = warm_up.settled ? 0 : INFINITY;
    r->precision = 0;
    for (size_t t = 0; t < r->plan.target_count && status == PLB_OK; t++) {
        plb_estimate estimate;
        double precision = INFINITY;
        status = plb_contrast_quick(&rounds, r->plan.targets[t].coefficients, &estimate, r->error);
        if (status == PLB_OK) precision = plb_estimate_precision(&estimate);
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
    double elapsed = (double) (now - r->start_ns);
    r->next_look_ns = r->start_ns + (uint64_t) (LOOK_GROWTH * elapsed);
    if (worst <= 1) {
        r->stop = PLB_STOP_PRECISION;
        *done = true;
        return PLB_OK;
    }
    return restart(r);
}

static plb_status sample_rounds(run *r) {
    plb_sampling *s = r->sampling;
    bool done = false;
    r->start_ns = r->last_progress_ns = plb_clock_read_ns(&r->clock);
    r->next_look_ns = r->start_ns + r->plan.minimum_time_ns;
    while (!done) {
        uint64_t now = plb_clock_read_ns(&r->clock);
        plb_status status = PLB_OK;
        if (interrupted(r)) {
            r->stop = PLB_STOP_INTERRUPTED;
            return PLB_OK;
        }
        if (now - r->start_ns >= r->plan.time_budget_ns && s->facts.rounds > 0) {
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
        } else if (s->recorder.raw_count == PLB_RECORDER_RAW) {
            status = plb_recorder_put_away(&s->recorder, r->error);
            if (status == PLB_OK) status = restart(r);
        } else {
            status = take_round(r);
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

static plb_rounds recorded(const plb_sampling *s) {
    return (plb_rounds){.series = (const double *const *) s->recorder.kept,
                        .series_count = s->facts.subject_count,
                        .round_count = s->recorder.kept_count,
                        .resolution = s->resolution};
}

static plb_status drift_flag(plb_sampling *s, plb_error *error) {
    plb_rounds rounds = recorded(s);
    double drift = 0;
    double *levels = malloc((rounds.round_count ? rounds.round_count : 1) * sizeof *levels);
    if (!levels) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    plb_status status = plb_round_levels(&rounds, levels, error);
    if (status == PLB_OK) status = plb_drift_find(levels, rounds.round_count, &drift, error);
    free(levels);
    if (fabs(drift) > 0.05) s->facts.flags |= 1U << PLB_FLAG_DRIFT;
    return status;
}

static plb_status subject_facts(plb_sampling *s, plb_error *error) {
    for (size_t i = 0; i < s->facts.subject_count; i++) {
        plb_subject_facts *subject = &s->subjects[i];
        plb_status status = plb_outliers_count(s->recorder.kept[i], s->recorder.kept_count,
                                               &subject->outliers, error);
        if (status != PLB_OK) return status;
        const plb_outliers *o = &subject->outliers;
        subject->histogram = s->recorder.histograms[i];
        subject->samples = plb_histogram_count(subject->histogram);
        if (subject->samples < 100) s->facts.flags |= 1U << PLB_FLAG_FEW;
        if ((double) (o->low_severe + o->high_severe) > 0.05 * (double) o->count) {
            s->facts.flags |= 1U << PLB_FLAG_OUTLIERS;
        }
    }
    return PLB_OK;
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
    if (status == PLB_OK) status = subject_facts(s, r->error);
    if (status == PLB_OK) status = drift_flag(s, r->error);
    if (!s->recorder.settled) facts->flags |= 1U << PLB_FLAG_WARM_UP;
    facts->warm_up_rounds = s->recorder.warm_up_rounds;
    facts->kept = s->recorder.kept_count;
    facts->rounds_per_entry = s->recorder.group;
    report(r, PLB_PHASE_DONE, plb_clock_read_ns(&r->clock));
    return status;
}

/* ---- The run as a whole ---- */

static uint64_t or_default(uint64_t value, uint64_t otherwise) { return value ? value : otherwise; }

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

static void set_defaults(run *r, const plb_plan *plan) {
    plb_plan *p = &r->plan;
    struct timespec wall;
    clock_gettime(CLOCK_REALTIME, &wall);
    *p = *plan;
    r->clock = (plb_clock){plan->now, plan->clock_context};
    p->time_budget_ns = or_default(plan->time_budget_ns, DEFAULT_TIME_NS);
    p->minimum_time_ns = or_default(plan->minimum_time_ns, DEFAULT_MINIMUM_NS);
    if (p->minimum_time_ns > p->time_budget_ns) p->minimum_time_ns = p->time_budget_ns;
    p->maximum_rounds = or_default(plan->maximum_rounds, UINT64_MAX);
    p->keep_rounds = or_default(plan->keep_rounds, DEFAULT_KEEP_ROUNDS);
    if (!(plan->sample_ns > 0)) p->sample_ns = DEFAULT_SAMPLE_NS;
    uint64_t mixed = (uint64_t) wall.tv_sec * 1000000007U ^ plb_clock_now_ns();
    p->seed = or_default(plan->seed, plb_random_mix(&mixed) >> 11); /* exact as a JSON number */
    plb_random_seed(&r->random, p->seed);
    plb_sampling_facts *facts = &r->sampling->facts;
    facts->subject_count = p->subject_count;
    facts->time_budget_ns = p->time_budget_ns;
    facts->precision_asked = p->target_count ? p->targets[0].relative : NAN;
    facts->seed = p->seed;
    facts->cpu = -1;
    facts->start_utc_s = (double) wall.tv_sec + (double) wall.tv_nsec * 1e-9;
}

static bool allocate(run *r) {
    size_t n = r->plan.subject_count;
    plb_sampling *s = r->sampling;
    r->order = calloc(n, sizeof *r->order);
    r->call_ns = calloc(n, sizeof *r->call_ns);
    r->due = calloc(n, sizeof *r->due);
    s->subjects = calloc(n, sizeof *s->subjects);
    s->names = calloc(n, sizeof *s->names);
    s->resolution = calloc(n, sizeof *s->resolution);
    if (!r->order || !r->call_ns || !r->due || !s->subjects || !s->names || !s->resolution) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        s->names[i] = strdup(r->plan.subjects[i].name);
        if (!s->names[i]) return false;
        s->subjects[i].name = s->names[i];
    }
    return plb_recorder_init(&s->recorder, n, r->plan.keep_rounds);
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
    if (status == PLB_OK) status = sample_rounds(r);
    if (status == PLB_OK) status = finish(r);
    if (facts->cpu >= 0) sched_setaffinity(0, sizeof before, &before);
    return status;
}

plb_status plb_sample(const plb_plan *plan, plb_sampling **sampling, plb_error *error) {
    *sampling = NULL;
    plb_status status = check_plan(plan, error);
    if (status != PLB_OK) return status;
    run r = {.error = error, .precision = NAN};
    r.sampling = calloc(1, sizeof *r.sampling);
    if (!r.sampling) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sampling");
    set_defaults(&r, plan);
    if (allocate(&r)) {
        status = run_pinned(&r);
    } else {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for %zu rounds of %zu subjects",
                          r.plan.keep_rounds, r.plan.subject_count);
    }
    free(r.order);
    free(r.call_ns);
    free(r.due);
    if (status == PLB_OK) {
        *sampling = r.sampling;
    } else {
        plb_sampling_free(r.sampling);
    }
    return status;
}

void plb_sampling_free(plb_sampling *sampling) {
    if (!sampling) return;
    plb_recorder_free(&sampling->recorder);
    for (size_t i = 0; sampling->names && i < sampling->facts.subject_count; i++) {
        free(sampling->names[i]);
    }
    free(sampling->names);
    free(sampling->subjects);
    free(sampling->resolution);
    free(sampling);
}

const plb_sampling_facts *plb_sampling_get_facts(const plb_sampling *sampling) {
    return &sampling->facts;
}

const plb_subject_facts *plb_sampling_subject(const plb_sampling *sampling, size_t index) {
    return index < sampling->facts.subject_count ? &sampling->subjects[index] : NULL;
}

const double *plb_sampling_series(const plb_sampling *sampling, size_t index, size_t *count) {
    *count = index < sampling->facts.subject_count ? sampling->recorder.kept_count : 0;
    return *count ? sampling->recorder.kept[index] : NULL;
}

plb_status plb_sampling_contrast(const plb_sampling *sampling, const double *coefficients,
                                 plb_estimate *estimate, plb_error *error) {
    plb_rounds rounds = recorded(sampling);
    return plb_contrast_estimate(&rounds, coefficients, 0, sampling->facts.seed, estimate, error);
}

plb_status plb_sampling_weights(const plb_sampling *sampling, double *weights, plb_error *error) {
    plb_rounds rounds = recorded(sampling);
    size_t n = sampling->facts.subject_count;
    double *unit = calloc(n, sizeof *unit);
    if (!unit) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for statistics");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < n && status == PLB_OK; i++) {
        plb_estimate estimate = {0};
        unit[i] = 1;
        status = plb_contrast_quick(&rounds, unit, &estimate, error);
        unit[i] = 0;
        /* A subject that never varies is known to the clock's steps at best. */
        double half = fmax(estimate.high - estimate.low, 2e-3) / 2;
        weights[i] = 1 / (half * half);
    }
    free(unit);
    return status;
}
