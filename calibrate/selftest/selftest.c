#include "calibrate/selftest/selftest.h"

#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_RUNS 1000
#define MOST_THREADS 64
#define TRIMMED_SHARE 0.2 /* as over epochs */

const char *plb_selftest_figure_name(plb_selftest_figure figure) {
    static const char *const names[PLB_SELFTEST_FIGURES] = {"overhead", "overhead-regression",
                                                            "loop", "loop-regression", "null"};
    return (unsigned) figure < PLB_SELFTEST_FIGURES ? names[figure] : NULL;
}

/* ---- One measurement ---- */

uint64_t plb_selftest_seed(uint64_t seed, const plb_selftest_scenario *scenario, uint64_t index) {
    uint64_t state = seed;
    for (const char *c = scenario->name; *c; c++) {
        state = plb_random_mix(&state) ^ (unsigned char) *c;
    }
    state = plb_random_mix(&state) ^ index;
    return plb_random_mix(&state);
}

static void take(plb_selftest_run *run, plb_selftest_figure figure, bool has,
                 const plb_estimate *estimate, double truth) {
    run->truths[figure] = truth;
    run->estimates[figure] =
        has ? *estimate : (plb_estimate){.value = NAN, .low = NAN, .high = NAN};
}

/* Enough for all rounds, without touching much memory for nothing. */
static size_t rounds_to_keep(const plb_selftest_scenario *scenario) {
    return (size_t) (scenario->time_s * 1e9 / (SUBJECT_COUNT * scenario->target.base_ns)) + 1;
}

plb_status plb_selftest_simulate(const plb_selftest_scenario *scenario, uint64_t seed,
                                 plb_selftest_run *run, plb_sampling **sampling, plb_error *error) {
    plb_synthetic_config config = scenario->target;
    plb_random seeds;
    plb_random_seed(&seeds, seed);
    config.seed = plb_random_next(&seeds);
    plb_target target;
    plb_synthetic *synthetic = plb_synthetic_new(&config, &target);
    if (!synthetic) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a synthetic target");
    plb_target_plan measure = {.loops = scenario->loops,
                               .time_s = scenario->time_s,
                               .precision = scenario->precision,
                               .seed = plb_random_next(&seeds) | 1,
                               .keep_rounds = rounds_to_keep(scenario)};
    plb_measured m;
    plb_status status = plb_measure_target(&target, &measure, &m, error);
    if (status == PLB_OK) {
        const plb_sampling_facts *facts = plb_sampling_get_facts(m.sampling);
        double speed = plb_synthetic_speed(synthetic, TRIMMED_SHARE);
        double overhead = config.overhead_ns * speed, loop = config.loop_ns * speed;
        *run = (plb_selftest_run){.elapsed_s = (double) facts->elapsed_ns * 1e-9,
                                  .rounds = facts->rounds,
                                  .stop = facts->stop};
        take(run, PLB_SELFTEST_OVERHEAD, m.has_overhead, &m.overhead_ns, overhead);
        take(run, PLB_SELFTEST_OVERHEAD_REGRESSION, m.has_overhead_regression,
             &m.overhead_regression_ns, overhead);
        take(run, PLB_SELFTEST_LOOP, m.has_loop, &m.loop_ns, loop);
        take(run, PLB_SELFTEST_LOOP_REGRESSION, m.has_loop_regression, &m.loop_regression_ns, loop);
        take(run, PLB_SELFTEST_NULL, m.has_null, &m.null_ns, 0);
        if (sampling) {
            *sampling = m.sampling;
        } else {
            plb_sampling_free(m.sampling);
        }
    }
    plb_synthetic_free(synthetic);
    return status;
}

/* ---- Rates ---- */

/* Probability of at most `hits` in `runs` when each has probability p, 0 < p
 * < 1. */
static double binomial_below(unsigned hits, unsigned runs, double p) {
    double sum = 0, n = runs, odds = log(p) - log1p(-p), all = n * log1p(-p);
    for (unsigned k = 0; k <= hits; k++) {
        double ways = lgamma(n + 1) - lgamma(k + 1.0) - lgamma(n - k + 1);
        sum += exp(ways + k * odds + all);
    }
    return fmin(sum, 1);
}

/* The p at which at most `hits` have probability `tail`. */
static double binomial_bound(unsigned hits, unsigned runs, double tail) {
    double low = 0, high = 1;
    for (int i = 0; i < 50; i++) {
        double middle = (low + high) / 2;
        if (binomial_below(hits, runs, middle) > tail) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return (low + high) / 2;
}

static void clopper_pearson(unsigned hits, unsigned runs, double level, double *low, double *high) {
    double tail = (1 - level) / 2;
    *low = hits == 0 ? 0 : 1 - binomial_bound(runs - hits, runs, tail);
    *high = hits == runs ? 1 : binomial_bound(hits, runs, tail);
}

plb_selftest_rate plb_selftest_rate_of(unsigned hits, unsigned runs, double least, double most) {
    plb_selftest_rate rate = {.hits = hits, .runs = runs, .least = least, .most = most, .high = 1};
    rate.kept = true;
    if (runs == 0) return rate;
    double low, high;
    clopper_pearson(hits, runs, 0.95, &rate.low, &rate.high);
    clopper_pearson(hits, runs, 0.999, &low, &high);
    rate.kept = high >= least && low <= most;
    return rate;
}

/* ---- Many measurements ---- */

typedef struct job {
    const plb_selftest_config *config;
    const plb_selftest_scenario *scenarios[PLB_SELFTEST_ROWS];
    size_t scenario_count;
    unsigned runs;
    uint64_t seed;
    plb_selftest_run *results; /* scenario_count * runs */
    atomic_size_t next, done;
    atomic_bool failed;
    pthread_mutex_t lock; /* of the error and of progress */
    plb_status status;
    plb_error *error;
} job;

static void fail(job *j, plb_status status, const plb_error *error) {
    pthread_mutex_lock(&j->lock);
    if (!atomic_exchange(&j->failed, true)) {
        j->status = status;
        if (j->error) *j->error = *error;
    }
    pthread_mutex_unlock(&j->lock);
}

static void report_progress(job *j, size_t done, size_t total) {
    if (!j->config->progress) return;
    pthread_mutex_lock(&j->lock);
    j->config->progress(j->config->progress_context, (double) done / (double) total);
    pthread_mutex_unlock(&j->lock);
}

/* Scenarios in turn, so that progress is even. */
static void *work(void *context) {
    job *j = context;
    size_t total = j->scenario_count * j->runs;
    for (;;) {
        size_t index = atomic_fetch_add(&j->next, 1);
        if (index >= total || atomic_load(&j->failed)) return NULL;
        size_t s = index % j->scenario_count, r = index / j->scenario_count;
        const plb_selftest_scenario *scenario = j->scenarios[s];
        plb_error error = {0};
        plb_status status = plb_selftest_simulate(scenario, plb_selftest_seed(j->seed, scenario, r),
                                                  &j->results[s * j->runs + r], NULL, &error);
        if (status != PLB_OK) fail(j, status, &error);
        size_t done = atomic_fetch_add(&j->done, 1) + 1;
        if (done % 64 == 0 || done == total) report_progress(j, done, total);
    }
}

static void run_all(job *j) {
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads =
        j->config->threads ? j->config->threads : (size_t) (processors > 0 ? processors : 1);
    if (threads > MOST_THREADS) threads = MOST_THREADS;
    pthread_t others[MOST_THREADS];
    size_t started = 0;
    while (started + 1 < threads && pthread_create(&others[started], NULL, work, j) == 0) started++;
    work(j);
    for (size_t i = 0; i < started; i++) pthread_join(others[i], NULL);
}

/* ---- What came out ---- */

static plb_estimate scaled(plb_estimate e, double scale) {
    e.low = e.value - scale * (e.value - e.low);
    e.high = e.value + scale * (e.high - e.value);
    return e;
}

static void promise(const plb_selftest_scenario *scenario, plb_selftest_figure figure,
                    double *least, double *most) {
    bool exact = scenario->purpose != PLB_SELFTEST_CONSERVATIVE || figure == PLB_SELFTEST_NULL;
    *least = 0.93;
    *most = exact ? 0.97 : 1;
}

static plb_selftest_result judge(const job *j, size_t s, plb_selftest_figure figure) {
    plb_selftest_result result = {0};
    double scale = j->config->scale > 0 ? j->config->scale : 1, squares = 0, n = j->runs;
    unsigned hits = 0;
    for (size_t r = 0; r < j->runs; r++) {
        const plb_selftest_run *run = &j->results[s * j->runs + r];
        plb_estimate e = scaled(run->estimates[figure], scale);
        double truth = run->truths[figure];
        double unit = truth != 0 ? truth : j->scenarios[s]->target.base_ns;
        double difference = (e.value - truth) / unit;
        hits += e.low <= truth && truth <= e.high;
        result.half_width += (e.high - e.low) / 2 / unit / n;
        result.bias += difference / n;
        squares += difference * difference / n;
    }
    double least, most;
    promise(j->scenarios[s], figure, &least, &most);
    result.covered = plb_selftest_rate_of(hits, j->runs, least, most);
    result.deviation = sqrt(fmax(squares - result.bias * result.bias, 0));
    return result;
}

static void judge_scenario(const job *j, size_t s, plb_selftest_row *row) {
    double scale = j->config->scale > 0 ? j->config->scale : 1, n = j->runs;
    unsigned called = 0, found = 0;
    row->scenario = j->scenarios[s];
    for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) row->results[f] = judge(j, s, f);
    for (size_t r = 0; r < j->runs; r++) {
        const plb_selftest_run *run = &j->results[s * j->runs + r];
        plb_estimate null = scaled(run->estimates[PLB_SELFTEST_NULL], scale);
        plb_estimate overhead = scaled(run->estimates[PLB_SELFTEST_OVERHEAD], scale);
        called += plb_null_called(&null);
        found += overhead.low > 0 && plb_estimate_resolved(&overhead, plb_noise_floor(&null));
        row->elapsed_s += run->elapsed_s / n;
        row->rounds += (double) run->rounds / n;
        row->precise += (run->stop == PLB_STOP_PRECISION) / n;
    }
    row->called = plb_selftest_rate_of(called, j->runs, 0, 0.05);
    if (row->scenario->purpose == PLB_SELFTEST_DETECTION) {
        row->found = plb_selftest_rate_of(found, j->runs, 0.95, 1);
    }
}

static void judge_all(const job *j, plb_selftest_report *report) {
    unsigned hits[PLB_SELFTEST_FIGURES] = {0}, runs[PLB_SELFTEST_FIGURES] = {0};
    unsigned called = 0;
    report->kept = true;
    report->row_count = j->scenario_count;
    for (size_t s = 0; s < j->scenario_count; s++) {
        plb_selftest_row *row = &report->rows[s];
        judge_scenario(j, s, row);
        called += row->called.hits;
        report->kept =
            report->kept && row->called.kept && (row->found.runs == 0 || row->found.kept);
        for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
            const plb_selftest_rate *covered = &row->results[f].covered;
            report->kept = report->kept && covered->kept;
            if (covered->most >= 1) continue;
            hits[f] += covered->hits;
            runs[f] += covered->runs;
        }
    }
    for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
        report->covered[f] = plb_selftest_rate_of(hits[f], runs[f], 0.93, 0.97);
        report->kept = report->kept && report->covered[f].kept;
    }
    report->called =
        plb_selftest_rate_of(called, (unsigned) (j->scenario_count * j->runs), 0, 0.05);
    report->kept = report->kept && report->called.kept;
}

static plb_status choose_scenarios(job *j, plb_error *error) {
    const char *name = j->config->scenario;
    for (size_t i = 0; i < PLB_SELFTEST_ROWS && plb_selftest_scenario_at(i); i++) {
        const plb_selftest_scenario *scenario = plb_selftest_scenario_at(i);
        if (!name || strcmp(scenario->name, name) == 0) {
            j->scenarios[j->scenario_count++] = scenario;
        }
    }
    if (j->scenario_count > 0) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, name, "no scenario has this name");
}

plb_status plb_selftest(const plb_selftest_config *config, plb_selftest_report *report,
                        plb_error *error) {
    memset(report, 0, sizeof *report);
    job j = {.config = config, .error = error, .lock = PTHREAD_MUTEX_INITIALIZER};
    j.runs = config->runs ? config->runs : DEFAULT_RUNS;
    j.seed = config->seed ? config->seed : 1;
    plb_status status = choose_scenarios(&j, error);
    if (status != PLB_OK) return status;
    j.results = calloc(j.scenario_count * j.runs, sizeof *j.results);
    if (!j.results) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for %u runs of %zu scenarios", j.runs,
                        j.scenario_count);
    }
    run_all(&j);
    if (j.status == PLB_OK) judge_all(&j, report);
    free(j.results);
    return j.status;
}
