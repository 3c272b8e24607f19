/* Submissions at a rate, their latency measured from the time at which they were intended. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/measure/clock.h"
#include "harness/measure/random.h"

#define DEFAULT_TIME_NS 10000000000U
#define HIGHEST_RATE 1e6
#define PROGRESS_NS 100000000U
#define AWAKE_NS 100000U /* before a submission's time: sleeping is no more exact than that */
#define FULL 0.98        /* utilisation from which a line that has grown shows saturation */
#define SMALL_LINE 10

struct plb_loaded {
    plb_load_facts facts;
    plb_histogram *latency, *service, *corrected;
};

typedef struct loop {
    plb_load load;
    plb_clock clock;
    plb_random random;
    plb_loaded *result;
    uint64_t start_ns, last_progress_ns;
    double next_ns;   /* time of the next submission, after the start */
    double ahead_ns;  /* time of the first one that is known not to be due yet */
    plb_random ahead; /* gives the gaps again that `random` gives, in advance */
    uint64_t intended, served_ns, half_backlog;
    plb_error *error;
} loop;

/* ---- Times ---- */

static double gap_ns(const loop *l, plb_random *random) {
    double mean = 1e9 / l->load.rate;
    return l->load.poisson ? -mean * log(1 - plb_random_unit(random)) : mean;
}

/* How many were intended up to `now`, of those that time allows. */
static void count_intended(loop *l, double now_ns) {
    while (l->ahead_ns <= now_ns && l->ahead_ns < (double) l->load.time_ns &&
           l->intended < l->load.maximum) {
        l->intended++;
        l->ahead_ns += gap_ns(l, &l->ahead);
    }
}

static void wait_until(const loop *l, uint64_t until_ns) {
    if (l->load.wait) {
        l->load.wait(l->load.clock_context, until_ns);
        return;
    }
    uint64_t now = plb_clock_read_ns(&l->clock);
    if (!l->clock.now && until_ns > now + 2 * AWAKE_NS) {
        uint64_t asleep = until_ns - now - AWAKE_NS;
        struct timespec pause = {.tv_sec = (time_t) (asleep / 1000000000U),
                                 .tv_nsec = (long) (asleep % 1000000000U)};
        (void) nanosleep(&pause, NULL); /* a signal ends it early, which is right */
    }
    while (plb_clock_read_ns(&l->clock) < until_ns) {
        if (l->load.interrupted && *l->load.interrupted) return;
    }
}

/* ---- Submissions ---- */

static void report(loop *l, plb_phase phase, uint64_t now) {
    if (!l->load.progress) return;
    plb_progress progress = {.phase = phase,
                             .elapsed_ns = now - l->start_ns,
                             .time_budget_ns = l->load.time_ns,
                             .rounds = l->result->facts.submitted,
                             .precision = NAN};
    l->last_progress_ns = now;
    l->load.progress(l->load.progress_context, &progress);
}

static plb_status submit(loop *l) {
    const plb_subject *s = l->load.subject;
    plb_load_facts *facts = &l->result->facts;
    if (s->prepare && s->prepare(s->context, 1) != 0) {
        return plb_fail(l->error, PLB_E_MEASURE, s->name, "preparing a submission failed");
    }
    uint64_t intended = l->start_ns + (uint64_t) l->next_ns;
    uint64_t begin = plb_clock_read_ns(&l->clock);
    if (begin < intended) {
        wait_until(l, intended);
        begin = plb_clock_read_ns(&l->clock);
        if (begin < intended) return PLB_OK; /* interrupted */
    }
    int failure = s->submit(s->context);
    uint64_t end = plb_clock_read_ns(&l->clock);
    if (failure) return plb_fail(l->error, PLB_E_MEASURE, s->name, "a submission failed");
    plb_histogram_record(l->result->latency, (double) (end - intended));
    plb_histogram_record(l->result->service, (double) (end - begin));
    l->served_ns += end - begin;
    facts->submitted++;
    facts->late += begin - intended >= end - begin;
    l->next_ns += gap_ns(l, &l->random);
    count_intended(l, (double) (end - l->start_ns));
    uint64_t backlog = l->intended - facts->submitted;
    if (backlog > facts->backlog_most) facts->backlog_most = backlog;
    if (end - l->start_ns < l->load.time_ns / 2) l->half_backlog = backlog;
    return PLB_OK;
}

static bool is_over(loop *l, uint64_t now) {
    plb_load_facts *facts = &l->result->facts;
    if (l->load.interrupted && *l->load.interrupted) {
        facts->stop = PLB_STOP_INTERRUPTED;
    } else if (facts->submitted >= l->load.maximum) {
        facts->stop = PLB_STOP_ROUNDS;
    } else if (now - l->start_ns >= l->load.time_ns || l->next_ns >= (double) l->load.time_ns) {
        facts->stop = PLB_STOP_TIME;
    } else {
        return false;
    }
    return true;
}

static plb_status run(loop *l) {
    l->start_ns = l->last_progress_ns = plb_clock_read_ns(&l->clock);
    l->next_ns = gap_ns(l, &l->random);
    l->ahead_ns = gap_ns(l, &l->ahead);
    for (;;) {
        uint64_t now = plb_clock_read_ns(&l->clock);
        if (is_over(l, now)) return PLB_OK;
        if (now - l->last_progress_ns >= PROGRESS_NS) report(l, PLB_PHASE_SAMPLING, now);
        plb_status status = submit(l);
        if (status != PLB_OK) return status;
    }
}

/* ---- Facts ---- */

/* A line is normal where arrivals vary. What can't be served keeps submissions busy all the time
 * (but for what prepares them, where more wait in the end than were ever served), and the line
 * grows from the first half of the time to the second. */
static bool is_saturated(const loop *l) {
    const plb_load_facts *facts = &l->result->facts;
    bool grows = facts->backlog_end > SMALL_LINE && facts->backlog_end > l->half_backlog;
    bool is_full = facts->utilisation >= FULL || facts->backlog_end > facts->submitted;
    return is_full && grows;
}

static void conclude(loop *l) {
    plb_load_facts *facts = &l->result->facts;
    uint64_t now = plb_clock_read_ns(&l->clock);
    facts->elapsed_ns = now - l->start_ns;
    count_intended(l, (double) facts->elapsed_ns);
    double seconds = fmax((double) facts->elapsed_ns, 1) * 1e-9;
    facts->intended = l->intended;
    facts->backlog_end = l->intended - facts->submitted;
    facts->rate_achieved = (double) facts->submitted / seconds;
    facts->utilisation = (double) l->served_ns * 1e-9 / seconds;
    if (l->served_ns > 0) {
        facts->rate_capacity = (double) facts->submitted * 1e9 / (double) l->served_ns;
    }
    facts->saturated = is_saturated(l);
    plb_environment_read(&facts->after, l->clock.now ? "/dev/null" : "");
    if (!l->clock.now) {
        facts->flags = plb_environment_flags(&facts->before, &facts->after, seconds);
    }
    plb_histogram_add_corrected(l->result->corrected, l->result->service, 1e9 / l->load.rate);
    report(l, PLB_PHASE_DONE, now);
}

static void set_defaults(loop *l, const plb_load *load) {
    plb_load_facts *facts = &l->result->facts;
    uint64_t mixed = plb_clock_now_ns();
    l->load = *load;
    l->clock = (plb_clock){load->now, load->clock_context};
    if (load->time_ns == 0) l->load.time_ns = DEFAULT_TIME_NS;
    if (load->maximum == 0) l->load.maximum = UINT64_MAX;
    facts->seed = load->seed ? load->seed : plb_random_mix(&mixed) >> 11;
    facts->rate_asked = load->rate;
    plb_random_seed(&l->random, facts->seed);
    l->ahead = l->random;
    plb_environment_read(&facts->before, load->now ? "/dev/null" : "");
}

static plb_loaded *new_loaded(void) {
    plb_loaded *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    made->latency = plb_histogram_new();
    made->service = plb_histogram_new();
    made->corrected = plb_histogram_new();
    if (made->latency && made->service && made->corrected) return made;
    plb_loaded_free(made);
    return NULL;
}

plb_status plb_open_loop(const plb_load *load, plb_loaded **loaded, plb_error *error) {
    loop l = {.error = error};
    *loaded = NULL;
    if (!load->subject || !load->subject->submit || !load->subject->name) {
        return plb_fail(error, PLB_E_ARGUMENT, "load", "expected something to submit, with a name");
    }
    if (!(load->rate > 0 && load->rate <= HIGHEST_RATE)) {
        return plb_fail(error, PLB_E_ARGUMENT, "load",
                        "rate %g: expected more than 0 and at most 1e6 submissions a second",
                        load->rate);
    }
    l.result = new_loaded();
    if (!l.result) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for histograms");
    set_defaults(&l, load);
    plb_status status = run(&l);
    if (status != PLB_OK) {
        plb_loaded_free(l.result);
        return status;
    }
    conclude(&l);
    *loaded = l.result;
    return PLB_OK;
}

void plb_loaded_free(plb_loaded *loaded) {
    if (!loaded) return;
    plb_histogram_free(loaded->latency);
    plb_histogram_free(loaded->service);
    plb_histogram_free(loaded->corrected);
    free(loaded);
}

const plb_load_facts *plb_loaded_facts(const plb_loaded *loaded) { return &loaded->facts; }

const plb_histogram *plb_loaded_latency(const plb_loaded *loaded) {
    return loaded->facts.saturated ? NULL : loaded->latency;
}

const plb_histogram *plb_loaded_service(const plb_loaded *loaded) { return loaded->service; }

const plb_histogram *plb_loaded_corrected(const plb_loaded *loaded) { return loaded->corrected; }
