/* What this machine can resolve: measured, and each fact with what to do about it. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/measure.h>

#include "harness/measure/clock.h"
#include "harness/measure/statistics.h"

#define DEFAULT_TIME_S 5.0
#define GAP_READINGS 64  /* a gap is longer than this many readings of the clock, */
#define GAP_LEAST_NS 500 /* and than this */

const char *plb_severity_name(plb_severity severity) {
    static const char *const names[] = {"ok", "note", "warning"};
    return names[severity];
}

/* ---- Gaps ---- */

static void watch_gaps(plb_diagnosis *d, double seconds, const volatile sig_atomic_t *interrupted) {
    plb_gaps *gaps = &d->gaps;
    gaps->threshold_ns = fmax(GAP_LEAST_NS, GAP_READINGS * d->clock.read_ns);
    uint64_t start = plb_clock_now_ns(), last = start;
    uint64_t end = start + (uint64_t) (seconds * 1e9);
    while (last < end && !(interrupted != NULL && *interrupted)) {
        uint64_t now = plb_clock_now_ns();
        double gap = (double) (now - last);
        if (gap > gaps->threshold_ns) {
            gaps->count++;
            gaps->lost_ns += gap;
            gaps->longest_ns = fmax(gaps->longest_ns, gap);
        }
        last = now;
    }
    gaps->watched_ns = (double) (last - start);
}

/* ---- Workloads, each about as long as a value-only submission ---- */

#define ARITHMETIC_STEPS 10000
#define MEMORY_WORDS (1u << 16) /* 512 KiB: beyond the first cache, within the second or third */
#define MEMORY_STEPS 4000

typedef struct workload {
    uint64_t state;
    uint64_t *words; /* a permutation in one cycle */
} workload;

static int arithmetic(void *context) {
    workload *w = context;
    uint64_t x = w->state;
    for (int i = 0; i < ARITHMETIC_STEPS; i++) x = x * 6364136223846793005u + 1442695040888963407u;
    w->state = x;
    return x == 0; /* one in 2^64: keeps the loop from being left out */
}

static int memory(void *context) {
    workload *w = context;
    uint64_t at = w->state;
    for (int i = 0; i < MEMORY_STEPS; i++) at = w->words[at];
    w->state = at;
    return at >= MEMORY_WORDS;
}

/* Sattolo's algorithm: a permutation of one cycle, always the same one. */
static void make_cycle(uint64_t *words) {
    for (uint64_t i = 0; i < MEMORY_WORDS; i++) words[i] = i;
    uint64_t x = 1;
    for (uint64_t i = MEMORY_WORDS - 1; i > 0; i--) {
        x = x * 6364136223846793005u + 1442695040888963407u;
        uint64_t k = (x >> 33) % i, kept = words[i];
        words[i] = words[k];
        words[k] = kept;
    }
}

/* ---- Placement ---- */

#define PLACEMENTS 16
#define PLACEMENT_SAMPLES 41

static double median_time(workload *w) {
    double times[PLACEMENT_SAMPLES];
    int failure;
    (void) memory(w);
    for (int i = 0; i < PLACEMENT_SAMPLES; i++) {
        times[i] = (double) plb_clock_time_ns(&(plb_clock){0}, memory, w, 1, &failure);
    }
    return plb_median_of(times, PLACEMENT_SAMPLES);
}

/* The same work on the same data at other physical pages: all placements exist at once, so that
 * each gets its own. */
static plb_status compare_placements(plb_diagnosis *d, plb_error *error) {
    uint64_t *placed[PLACEMENTS] = {NULL};
    double times[PLACEMENTS], sum = 0, squares = 0;
    bool made = true;
    for (int i = 0; i < PLACEMENTS && made; i++) {
        placed[i] = malloc(MEMORY_WORDS * sizeof **placed);
        made = placed[i] != NULL;
        if (made) make_cycle(placed[i]);
    }
    for (int i = 0; i < PLACEMENTS && made; i++) {
        times[i] = median_time(&(workload){.words = placed[i]});
        sum += times[i];
    }
    for (int i = 0; i < PLACEMENTS && made; i++) {
        squares += (times[i] - sum / PLACEMENTS) * (times[i] - sum / PLACEMENTS);
    }
    for (int i = 0; i < PLACEMENTS; i++) free(placed[i]);
    if (!made) return plb_fail(error, PLB_E_MEMORY, "diagnosis", "out of memory");
    d->placement_spread = sqrt(squares / (PLACEMENTS - 1)) / (sum / PLACEMENTS);
    return PLB_OK;
}

/* ---- Resolution ---- */

static plb_status resolve(plb_resolution *r, const plb_plan *base, int (*submit)(void *),
                          workload loads[2], plb_error *error) {
    plb_subject subjects[] = {{.name = "one", .context = &loads[0], .submit = submit},
                              {.name = "other", .context = &loads[1], .submit = submit}};
    static const double difference[] = {1, -1};
    plb_plan plan = *base;
    plan.subjects = subjects;
    plan.subject_count = 2;
    plb_sampling *sampling = NULL;
    plb_status status = plb_sample(&plan, &sampling, error);
    if (status != PLB_OK) return status;
    status = plb_sampling_contrast(sampling, difference, &r->null_ns, error);
    if (status == PLB_E_MEASURE) status = PLB_OK; /* interrupted: no interval */
    plb_histogram_percentiles(plb_sampling_subject(sampling, 0)->histogram, &r->times);
    r->submission_ns = r->times.p50_ns;
    double seconds = (double) plb_sampling_get_facts(sampling)->elapsed_ns / 1e9;
    r->in_a_minute_ns = (r->null_ns.high - r->null_ns.low) / 2 * sqrt(seconds / 60);
    plb_sampling_free(sampling);
    return status;
}

static plb_status resolve_both(plb_diagnosis *d, const plb_diagnosis_config *config, double seconds,
                               plb_error *error) {
    plb_plan plan = {
        .time_budget_ns = (uint64_t) (seconds / 2 * 1e9),
        .seed = config->seed,
        .pin = config->pin,
        .cpu = -1,
        .interrupted = config->interrupted,
    };
    workload sums[2] = {{.state = 1}, {.state = 2}};
    uint64_t *words = malloc(MEMORY_WORDS * sizeof *words);
    if (words == NULL) return plb_fail(error, PLB_E_MEMORY, "diagnosis", "out of memory");
    make_cycle(words);
    workload walks[2] = {{.words = words}, {.words = words}};
    d->resolutions[0].workload = "arithmetic";
    d->resolutions[1].workload = "memory";
    plb_status status = resolve(&d->resolutions[0], &plan, arithmetic, sums, error);
    if (status == PLB_OK) status = resolve(&d->resolutions[1], &plan, memory, walks, error);
    free(words);
    return status;
}

/* ---- Findings ---- */

static plb_finding *add(plb_diagnosis *d, const char *subject, plb_severity severity,
                        const char *advice) {
    plb_finding *f = &d->findings[d->finding_count++];
    *f = (plb_finding){.subject = subject, .severity = severity};
    if (severity != PLB_FINE) snprintf(f->advice, sizeof f->advice, "%s", advice);
    return f;
}

static void say(plb_finding *f, const char *format, ...) PLB_PRINTF(2, 3);
static void say(plb_finding *f, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(f->value, sizeof f->value, format, arguments);
    va_end(arguments);
}

static bool flagged(const plb_diagnosis *d, plb_flag flag) { return (d->flags >> flag & 1) != 0; }

static void find_clock(plb_diagnosis *d) {
    bool slow = d->clock.read_ns > 100 || d->clock.resolution_ns > 100;
    plb_finding *f =
        add(d, "clock", slow ? PLB_WARNING : PLB_FINE, plb_flag_advice(PLB_FLAG_CLOCK));
    say(f, "%s from %s: a reading takes %.0f ns, steps of %.0f ns", d->clock.source,
        d->after.clocksource[0] ? d->after.clocksource : "an unknown source", d->clock.read_ns,
        d->clock.resolution_ns);
}

static void find_noise(plb_diagnosis *d) {
    for (int i = 0; i < 2; i++) {
        const plb_resolution *r = &d->resolutions[i];
        if (r->null_ns.method == NULL) continue;
        double floor_ns = plb_noise_floor(&r->null_ns);
        bool differs = plb_estimate_excludes_zero(&r->null_ns);
        bool coarse = floor_ns > 0.01 * r->submission_ns;
        plb_finding *f =
            add(d, i == 0 ? "noise, arithmetic" : "noise, memory",
                differs || coarse ? PLB_WARNING : PLB_FINE,
                differs ? "two equal subjects were found to differ (one time in twenty by chance): "
                          "repeat, and stop what else runs"
                        : "differences below 1 % are not resolved in this time: measure longer, "
                          "or quieten the machine");
        say(f, "floor %.1f ns of %.1f us (%.2g %%); one minute would resolve about %.1g %%",
            floor_ns, r->submission_ns / 1000, 100 * floor_ns / r->submission_ns,
            100 * r->in_a_minute_ns / r->submission_ns);
    }
}

static void find_placement_spread(plb_diagnosis *d) {
    plb_finding *f = add(d, "placement", d->placement_spread > 0.01 ? PLB_NOTE : PLB_FINE,
                         "where memory lies changes times by this much: one process is one "
                         "placement, so compare over several");
    say(f, "%.2f %% between %d placements of the same data", 100 * d->placement_spread, PLACEMENTS);
}

static void find_gaps(plb_diagnosis *d) {
    const plb_gaps *g = &d->gaps;
    if (g->watched_ns <= 0) return;
    double share = g->lost_ns / g->watched_ns;
    plb_finding *f = add(d, "interruptions",
                         share > 0.01    ? PLB_WARNING
                         : share > 0.001 ? PLB_NOTE
                                         : PLB_FINE,
                         "something else runs on this CPU: stop it, use --pin with an isolated CPU "
                         "(isolcpus=, nohz_full=), or a dedicated machine");
    say(f, "%.0f a second, %.3f %% of the time, longest %.0f us",
        (double) g->count / (g->watched_ns / 1e9), 100 * share, g->longest_ns / 1000);
}

static void find_frequency(plb_diagnosis *d) {
    const plb_environment *e = &d->after;
    bool known = e->governor[0] != '\0';
    plb_finding *f = add(d, "governor",
                         !known                          ? PLB_NOTE
                         : flagged(d, PLB_FLAG_GOVERNOR) ? PLB_WARNING
                                                         : PLB_FINE,
                         known ? plb_flag_advice(PLB_FLAG_GOVERNOR)
                               : "the system does not tell (a virtual machine?): the host decides");
    say(f, "%s", known ? e->governor : "unknown");
    static const char *const states[] = {"unknown", "off", "on"};
    f = add(d, "turbo",
            e->turbo == PLB_TURBO_ON        ? PLB_WARNING
            : e->turbo == PLB_TURBO_UNKNOWN ? PLB_NOTE
                                            : PLB_FINE,
            e->turbo == PLB_TURBO_ON
                ? plb_flag_advice(PLB_FLAG_TURBO)
                : "the system does not tell: compare by ratios inside one run");
    say(f, "%s", states[e->turbo]);
}

static void find_neighbours(plb_diagnosis *d) {
    const plb_environment *a = &d->before, *b = &d->after;
    double total = b->cpu_total_s - a->cpu_total_s;
    if (a->cpu_steal_s < 0 || total <= 0) {
        say(add(d, "steal", PLB_NOTE, "/proc/stat does not tell"), "unknown");
    } else {
        plb_finding *f = add(d, "steal", flagged(d, PLB_FLAG_STEAL) ? PLB_WARNING : PLB_FINE,
                             plb_flag_advice(PLB_FLAG_STEAL));
        say(f, "%.2f %% of the time", 100 * (b->cpu_steal_s - a->cpu_steal_s) / total);
        double others = b->cpu_busy_s - a->cpu_busy_s - (b->own_cpu_s - a->own_cpu_s);
        f = add(d, "other processes", flagged(d, PLB_FLAG_BUSY) ? PLB_WARNING : PLB_FINE,
                plb_flag_advice(PLB_FLAG_BUSY));
        say(f, "%.1f %% of all CPUs, load %.2f", 100 * fmax(0, others) / total, b->load_1min);
    }
    plb_finding *f =
        add(d, "preemptions", flagged(d, PLB_FLAG_PREEMPTIONS) ? PLB_WARNING : PLB_FINE,
            plb_flag_advice(PLB_FLAG_PREEMPTIONS));
    say(f, "%.0f", b->preemptions - a->preemptions);
}

static void find_limits(plb_diagnosis *d) {
    const plb_environment *e = &d->after;
    bool throttled = flagged(d, PLB_FLAG_THROTTLED);
    bool limited = e->cgroup_cpus > 0 && e->cgroup_cpus < e->cpus_allowed;
    plb_finding *f = add(d, "CPU quota",
                         throttled ? PLB_WARNING
                         : limited ? PLB_NOTE
                                   : PLB_FINE,
                         throttled ? plb_flag_advice(PLB_FLAG_THROTTLED)
                                   : "less than the CPUs allowed: throttling is possible");
    if (e->cgroup_cpus > 0) {
        say(f, "%.2f CPUs%s", e->cgroup_cpus, throttled ? ", throttled meanwhile" : "");
    } else {
        say(f, "none");
    }
    bool tight = e->cgroup_memory_bytes > 0 && e->cgroup_memory_bytes < 0x1p30;
    f = add(d, "memory limit", tight ? PLB_WARNING : PLB_FINE,
            "less than 1 GiB: evaluations reserve address space of that size");
    if (e->cgroup_memory_bytes > 0) {
        say(f, "%.1f GiB", e->cgroup_memory_bytes / 0x1p30);
    } else {
        say(f, "none, %.1f GiB of memory", e->memory_bytes / 0x1p30);
    }
    bool swaps = e->swap_used_bytes > 0;
    f = add(d, "swap", swaps ? PLB_NOTE : PLB_FINE, "pages may have to be read back: free memory");
    if (e->swap_used_bytes < 0) {
        say(f, "unknown");
    } else {
        say(f, "%.0f MiB in use", e->swap_used_bytes / 0x1p20);
    }
}

static void find_placement(plb_diagnosis *d) {
    const plb_environment *e = &d->after;
    bool isolated = e->isolated[0] != '\0';
    plb_finding *f = add(d, "isolated CPUs", isolated ? PLB_FINE : PLB_NOTE,
                         "none: for the last per mille boot with isolcpus= and nohz_full=, and run "
                         "with taskset and --pin");
    say(f, "%s; %d of %d may be used", isolated ? e->isolated : "none", e->cpus_allowed,
        e->cpu_count);
    f = add(d, "hyper-threading", e->simultaneous_threads == 0 ? PLB_FINE : PLB_NOTE,
            e->simultaneous_threads > 0
                ? "a busy sibling takes up to half of the core: leave it idle, or switch it off"
                : "the system does not tell whether a sibling shares the core");
    say(f, "%s",
        e->simultaneous_threads < 0   ? "unknown"
        : e->simultaneous_threads > 0 ? "on"
                                      : "off");
    f = add(d, "virtual machine", e->hypervisor ? PLB_NOTE : PLB_FINE,
            "other guests may disturb, and the topology may not be the real one: compare by ratios "
            "inside one run");
    say(f, "%s%s%s", e->hypervisor ? "yes" : "no", e->cpu_model[0] ? ", " : "", e->cpu_model);
    f = add(d, "huge pages", strcmp(e->huge_pages, "always") == 0 ? PLB_NOTE : PLB_FINE,
            "transparent huge pages come and go by themselves: madvise makes runs more alike");
    say(f, "%s", e->huge_pages[0] ? e->huge_pages : "unknown");
}

static void find_all(plb_diagnosis *d) {
    find_clock(d);
    find_noise(d);
    find_placement_spread(d);
    find_gaps(d);
    find_frequency(d);
    find_neighbours(d);
    find_limits(d);
    find_placement(d);
}

plb_status plb_diagnose(const plb_diagnosis_config *config, plb_diagnosis *diagnosis,
                        plb_error *error) {
    plb_diagnosis_config chosen = config != NULL ? *config : (plb_diagnosis_config){0};
    double seconds = chosen.time_s > 0 ? chosen.time_s : DEFAULT_TIME_S;
    *diagnosis = (plb_diagnosis){0};
    plb_clock_measure(&diagnosis->clock);
    plb_environment_read(&diagnosis->before, chosen.root);
    uint64_t start = plb_clock_now_ns();
    watch_gaps(diagnosis, seconds / 5, chosen.interrupted);
    plb_status status = resolve_both(diagnosis, &chosen, seconds * 4 / 5, error);
    if (status == PLB_OK) status = compare_placements(diagnosis, error);
    if (status != PLB_OK) return status;
    double elapsed = (double) (plb_clock_now_ns() - start) / 1e9;
    plb_environment_read(&diagnosis->after, chosen.root);
    diagnosis->flags = plb_environment_flags(&diagnosis->before, &diagnosis->after, elapsed);
    find_all(diagnosis);
    return PLB_OK;
}
