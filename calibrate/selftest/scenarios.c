/* The kinds of noise under which the method is proved. */
#include <string.h>

#include "calibrate/selftest/selftest.h"

/* A round of the five subjects takes 20 ms: a run of a minute in 30 processes
 * has up to 3,000 rounds, and stops by precision about as often as by time. */
#define COSTS .base_ns = 3e6, .overhead_ns = 1.8e5, .loop_ns = 3e4
#define SECONDS 60
#define LENGTH .loops = 100, .time_s = SECONDS, .precision = 0.0155
#define SPREAD .spread = 0.011
#define EPOCHS .renewable = true
/* As `plutbench calibrate` samples. */
#define PROCESSES EPOCHS, .restartable = true
#define WALK(amount) .drift = PLB_DRIFT_WALK, .drift_amount = (amount), .drift_period_s = SECONDS
#define LINE(amount) .drift = PLB_DRIFT_LINEAR, .drift_amount = (amount), .drift_period_s = SECONDS
#define SINE(amount) .drift = PLB_DRIFT_SINE, .drift_amount = (amount), .drift_period_s = 20

/* What a shared virtual machine with two processors showed in a minute of
 * `plutbench calibrate --script loop` (docs/methodology.md, "This machine's
 * noise"). */
#define MACHINE                                                                                    \
    .spread = 0.009, .common = 0.007, .common_s = 0.3, .drift = PLB_DRIFT_WALK,                    \
    .drift_amount = 0.01, .drift_period_s = 60, .outlier_share = 0.02, .outlier_scale = 0.1,       \
    .outlier_tail = 0.4, .outlier_most = 220, .layout = 0.007, .process = 0.001,                   \
    .granularity_ns = 10, .read_ns = 20

static const plb_selftest_scenario scenarios[] = {
    {"independent",
     "every submission has noise of its own, and nothing else",
     {COSTS, PROCESSES, .noise = {SPREAD}},
     LENGTH},
    {"drift-linear",
     "all submissions slow down by 5 % over the run",
     {COSTS, PROCESSES, .noise = {SPREAD, LINE(0.05)}},
     LENGTH},
    {"drift-sine",
     "all submissions slow down and recover by 3 % every 20 s",
     {COSTS, PROCESSES, .noise = {SPREAD, SINE(0.03)}},
     LENGTH},
    {"drift-walk",
     "what all submissions take walks at random, 3 % over the run",
     {COSTS, PROCESSES, .noise = {SPREAD, WALK(0.03)}},
     LENGTH},
    {"correlated",
     "each subject's own noise is autocorrelated: AR(1) with 0.7",
     {COSTS, PROCESSES, .noise = {.spread = 0.003, .correlated = 0.006, .correlation = 0.7}},
     LENGTH},
    {"common",
     "autocorrelated noise that all submissions share, twice their own",
     {COSTS, PROCESSES, .noise = {SPREAD, .common = 0.02, .common_s = 0.3}},
     LENGTH},
    {"bursts",
     "a tenth of the time all submissions take 10 % longer, in bursts",
     {COSTS, PROCESSES, .noise = {SPREAD, .burst = 0.1, .burst_s = 0.3, .burst_gap_s = 2.7}},
     LENGTH},
    {"outliers",
     "one submission in 30 takes longer by at least 10 %, without a mean",
     {COSTS, PROCESSES,
      .noise = {SPREAD, .outlier_share = 0.033, .outlier_scale = 0.1, .outlier_tail = 1}},
     LENGTH},
    {"coarse-clock",
     "a clock that steps by 3 microseconds, a thousandth of a submission",
     {COSTS, PROCESSES, .noise = {SPREAD, .granularity_ns = 3000, .read_ns = 600}},
     LENGTH},
    {"warm-up",
     "every process is slower by half at first, for some tenths of a second",
     {COSTS, PROCESSES, .noise = {SPREAD, .warm_up = 0.5, .warm_up_s = 0.05}},
     LENGTH},
    {"layout",
     "where a subject lies in memory makes 1 % of the twin's time",
     {COSTS, PROCESSES, .noise = {SPREAD, .layout = 0.01}},
     .loops = 100,
     .time_s = SECONDS,
     .precision = 0.04},
    {"long-call",
     "a call with loops takes 60 times as long, so it is sampled seldom",
     {.base_ns = 1e6, .overhead_ns = 6e4, .loop_ns = 6e4, PROCESSES, .noise = {SPREAD}},
     .loops = 1000,
     .time_s = SECONDS,
     .precision = 0.014},
    {"machine",
     "everything that a shared virtual machine showed, together",
     {COSTS, PROCESSES, .noise = {MACHINE}},
     .loops = 100,
     .time_s = SECONDS,
     .precision = 0.03},
    {"speed-linear",
     "the machine slows down by 5 %: costs themselves change meanwhile",
     {COSTS, PROCESSES, .noise = {SPREAD, LINE(0.05), .drift_of_speed = true}},
     LENGTH,
     PLB_SELFTEST_CONSERVATIVE},
    {"speed-sine",
     "the machine's speed goes up and down by 3 % every 20 s",
     {COSTS, PROCESSES, .noise = {SPREAD, SINE(0.03), .drift_of_speed = true}},
     LENGTH,
     PLB_SELFTEST_CONSERVATIVE},
    {"speed-walk",
     "the machine's speed walks at random, 3 % over the run",
     {COSTS, PROCESSES, .noise = {SPREAD, WALK(0.03), .drift_of_speed = true}},
     LENGTH,
     PLB_SELFTEST_CONSERVATIVE},
    {"processes",
     "where code lies in a process makes 1 % of the twin's time",
     {COSTS, PROCESSES, .noise = {SPREAD, .process = 0.01}},
     .loops = 100,
     .time_s = SECONDS,
     .precision = 0.1},
    {"epochs-independent",
     "one process, many layouts: noise of its own, and nothing else",
     {COSTS, EPOCHS, .noise = {SPREAD}},
     LENGTH},
    {"epochs-drift",
     "one process, many layouts: a random walk of 3 %",
     {COSTS, EPOCHS, .noise = {SPREAD, WALK(0.03)}},
     LENGTH},
    {"epochs-layout",
     "one process, many layouts, which make 1 % of the twin's time",
     {COSTS, EPOCHS, .noise = {SPREAD, .layout = 0.01}},
     .loops = 100,
     .time_s = SECONDS,
     .precision = 0.045},
    {"plain-independent",
     "one layout (block bootstrap): noise of its own, and nothing else",
     {COSTS, .noise = {SPREAD}},
     LENGTH},
    {"plain-drift",
     "one layout (block bootstrap): a random walk of 3 %",
     {COSTS, .noise = {SPREAD, WALK(0.03)}},
     LENGTH},
    {"plain-correlated",
     "one layout (block bootstrap): AR(1) with 0.7",
     {COSTS, .noise = {.spread = 0.003, .correlated = 0.006, .correlation = 0.7}},
     LENGTH},
    {"plain-outliers",
     "one layout (block bootstrap): one outlier in 30",
     {COSTS, .noise = {SPREAD, .outlier_share = 0.033, .outlier_scale = 0.1, .outlier_tail = 1}},
     LENGTH},
    {"difference",
     "one minute of the machine's noise; the call takes 1 % longer than its twin",
     {.base_ns = 6e5, .overhead_ns = 6e3, .loop_ns = 4e4, PROCESSES, .noise = {MACHINE}},
     .loops = 100,
     .time_s = 60,
     .precision = 1e-6,
     PLB_SELFTEST_DETECTION},
};

const plb_selftest_scenario *plb_selftest_scenario_at(size_t index) {
    return index < sizeof scenarios / sizeof *scenarios ? &scenarios[index] : NULL;
}

const plb_selftest_scenario *plb_selftest_scenario_find(const char *name) {
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        if (strcmp(scenarios[i].name, name) == 0) return &scenarios[i];
    }
    return NULL;
}
