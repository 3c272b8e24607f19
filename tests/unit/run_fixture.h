/* Runs for tests: a sampling of subjects whose times follow a clock of the test's own, and folders
 * that are written from it as the program does. */
#ifndef PLB_TESTS_RUN_FIXTURE_H
#define PLB_TESTS_RUN_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/observe.h>
#include <plutbench/run.h>

#include "tests/unit/temporary_folder.h"

/* The time that it is; subjects take theirs. */
typedef struct fixture_clock {
    uint64_t ns;
} fixture_clock;

typedef struct fixture_subject {
    fixture_clock *clock;
    uint64_t takes_ns;
    uint32_t calls;
} fixture_subject;

static inline uint64_t fixture_now(void *context) {
    fixture_clock *clock = context;
    return clock->ns += 7;
}

/* 0 to 4 % more than it should take, the same in every run. */
static inline int fixture_submit(void *context) {
    fixture_subject *s = context;
    s->clock->ns += s->takes_ns + s->takes_ns / 100 * (s->calls++ % 5);
    return 0;
}

/* `rounds` of two subjects that take 20 and 10 microseconds. */
static inline plb_sampling *fixture_sample(const plb_observer *observer, uint64_t rounds) {
    fixture_clock clock = {1000};
    fixture_subject call = {&clock, 20000, 0}, twin = {&clock, 10000, 0};
    const plb_subject subjects[] = {
        {.name = "call", .context = &call, .submit = fixture_submit},
        {.name = "twin", .context = &twin, .submit = fixture_submit},
    };
    const plb_plan plan = {.subjects = subjects,
                           .subject_count = 2,
                           .time_budget_ns = 3600 * (uint64_t) 1000000000,
                           .maximum_rounds = rounds,
                           .seed = 5,
                           .now = fixture_now,
                           .clock_context = &clock,
                           .observer = observer};
    plb_sampling *sampling = NULL;
    return plb_sample(&plan, &sampling, NULL) == PLB_OK ? sampling : NULL;
}

static const char fixture_summary[] =
    "{\"script\": \"%s\", \"language\": \"PlutusV2\", \"protocol_version\": 10,\n"
    " \"target\": \"embedded ledger\", \"partial\": false, \"conclusion\": \"A call costs.\",\n"
    " \"overhead_per_call\": {\"paired\": {\"value\": %g, \"low\": 9.5, \"high\": 10.5,\n"
    "   \"unit\": \"ns\", \"level\": 0.95, \"method\": \"median\", \"rounds\": 50}},\n"
    " \"points\": [{\"label\": \"calls=1\", \"overhead\": {\"value\": 1, \"low\": 0, \"high\": 2,\n"
    "   \"unit\": \"ns\"}}, {\"overhead\": {\"value\": 3, \"low\": 2, \"high\": 4, \"unit\": "
    "\"ns\"}}],\n"
    " \"sampling\": {\"rounds\": %llu, \"processes\": 1},\n"
    " \"flags\": [{\"name\": \"steal\", \"advice\": \"...\"}]}\n";

/* What of a run is written. */
typedef enum fixture_extent { FIXTURE_BEGUN, FIXTURE_SAMPLED, FIXTURE_WHOLE } fixture_extent;

/* A run of `script` in the folder `path`. False when anything fails. */
static inline bool fixture_run(const char *path, const char *script, double overhead,
                               uint64_t rounds, fixture_extent extent) {
    plb_results *results = NULL;
    plb_run_writer *writer = NULL;
    plb_sampling *sampling = NULL;
    char program[] = "plutbench", name[] = "calibrate", options[256], summary[2048];
    char *const arguments[] = {program, name, NULL};
    plb_input input = {.role = "script", .name = "embedded:loop.uplc", .bytes = 3};
    (void) snprintf(input.sha256, sizeof input.sha256, "%064d", 7);
    (void) snprintf(options, sizeof options, "{\"script\": \"%s\", \"strategy\": \"txbudget\"}",
                    script);
    const plb_run_plan plan = {.command = name,
                               .argument_count = 2,
                               .arguments = arguments,
                               .options = options,
                               .inputs = &input,
                               .input_count = 1};
    bool good = plb_results_open(path, &results, NULL) == PLB_OK &&
                plb_run_begin(results, &plan, &writer, NULL) == PLB_OK;
    if (good && extent >= FIXTURE_SAMPLED) {
        sampling = fixture_sample(plb_run_observer(writer), rounds);
        good = sampling != NULL;
    }
    if (good && extent == FIXTURE_WHOLE) {
        const plb_manifest manifest = {.argument_count = 2,
                                       .arguments = arguments,
                                       .options = options,
                                       .inputs = &input,
                                       .input_count = 1,
                                       .sampling = sampling};
        (void) snprintf(summary, sizeof summary, fixture_summary, script, overhead,
                        (unsigned long long) rounds);
        good =
            plb_results_write(results, "summary.json", summary, strlen(summary), NULL) == PLB_OK &&
            plb_run_end(writer, sampling, NULL) == PLB_OK &&
            plb_results_manifest(results, &manifest, NULL) == PLB_OK;
    }
    plb_sampling_free(sampling);
    plb_run_writer_free(writer);
    plb_results_close(results);
    return good;
}

#endif
