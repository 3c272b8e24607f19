/* Runs for tests of comparisons, made of documents as folders and stores have them: what they found
 * and where is given. */
#ifndef PLB_TESTS_COMPARE_FIXTURE_H
#define PLB_TESTS_COMPARE_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/compare.h>

#include "harness/measure/random.h"
#include "results/run/run.h"

#define FIXTURE_FIGURES 8

/* What a run is; every 0 or NULL has a usual value. */
typedef struct fixture_given {
    unsigned number; /* tells runs apart, and orders them in time */
    const char *command, *script, *unit, *library, *revision, *machine_id;
    int64_t protocol_version, loops;
    bool partial, unfinished;
    double pace_ns;
    double ns[FIXTURE_FIGURES], half_ns; /* figures f0.paired and on */
} fixture_given;

static inline bool fixture_add(plb_run *run, const char *name, const char *text) {
    return plb_run_add_document(run, name, strdup(text), strlen(text), NULL) == PLB_OK;
}

static inline const char *fixture_or(const char *given, const char *usual) {
    return given ? given : usual;
}

static inline bool fixture_plan_and_manifest(plb_run *run, const fixture_given *g) {
    char text[2048];
    (void) snprintf(text, sizeof text,
                    "{\"command\": \"%s\", \"number\": %u, \"started_utc\": "
                    "\"2026-01-%02u:%02u.000Z\"}",
                    fixture_or(g->command, "calibrate"), g->number, 1 + g->number / 60 % 28,
                    g->number % 60);
    if (!fixture_add(run, "plan.json", text)) return false;
    if (g->unfinished) return true;
    (void) snprintf(
        text, sizeof text,
        "{\"partial\": %s, \"seed\": %u, \"plutbench\": {\"version\": \"1.0\", \"revision\": "
        "\"%s\", \"compiler\": \"GNU 12\", \"flags\": \"-O3\"}, \"libraries\": [{\"name\": "
        "\"libsecp256k1\", \"version\": \"%s\", \"origin\": \"system\"}], \"machine\": "
        "{\"cpu_model\": \"EPYC\", \"machine_id\": \"%s\", \"microcode\": \"0x1\", "
        "\"load_1min\": %u}, \"inputs\": [{\"role\": \"script\", \"name\": \"x.uplc\", "
        "\"bytes\": 3, \"sha256\": \"%064d\"}], \"options\": {\"seed\": %u, \"pin\": false}}",
        g->partial ? "true" : "false", g->number + 1, fixture_or(g->revision, "aaaa"),
        fixture_or(g->library, "0.2.0"), fixture_or(g->machine_id, "m1"), g->number, 7, g->number);
    return fixture_add(run, "manifest.json", text);
}

static inline bool fixture_summary_of(plb_run *run, const fixture_given *g) {
    char text[4096];
    int at = snprintf(text, sizeof text,
                      "{\"script\": \"%s\", \"protocol_version\": %lld, \"sampling\": "
                      "{\"pace_ns\": %g, \"rounds\": 50}, \"budget\": {\"loopCounter\": %lld}, "
                      "\"null_experiment\": {\"value\": 0, \"low\": -1, \"high\": 1, \"unit\": "
                      "\"ns\"}",
                      fixture_or(g->script, "ecdsa-loop"),
                      (long long) (g->protocol_version ? g->protocol_version : 10),
                      g->pace_ns > 0 ? g->pace_ns : 700, (long long) g->loops);
    for (size_t i = 0; i < FIXTURE_FIGURES; i++) {
        if (g->ns[i] == 0) continue;
        at += snprintf(text + at, sizeof text - (size_t) at,
                       ", \"f%zu\": {\"paired\": {\"value\": %.12g, \"low\": %.12g, \"high\": "
                       "%.12g, \"unit\": \"%s\", \"level\": 0.95, \"method\": \"m\"}}",
                       i, g->ns[i], g->ns[i] - g->half_ns, g->ns[i] + g->half_ns,
                       fixture_or(g->unit, "ns"));
    }
    (void) snprintf(text + at, sizeof text - (size_t) at, "}");
    return fixture_add(run, "summary.json", text);
}

/* NULL when something fails. */
static inline plb_run *fixture_make(const fixture_given *g) {
    plb_run *run = plb_run_new();
    char path[64];
    (void) snprintf(path, sizeof path, "/runs/r%u", g->number);
    bool good = run && fixture_plan_and_manifest(run, g) &&
                (g->unfinished || fixture_summary_of(run, g)) &&
                plb_run_conclude(run, path, 0, 0, NULL) == PLB_OK;
    if (good) return run;
    plb_run_free(run);
    return NULL;
}

/* `count` runs whose figures are `ns` times 1 + change, with what varies within and between runs,
 * relative standard deviations; intervals tell of the first only. */
static inline void fixture_batch(plb_random *random, fixture_given given, double ns, double change,
                                 double within, double between, plb_run **runs, size_t count) {
    for (size_t k = 0; k < count; k++) {
        for (size_t i = 0; i < FIXTURE_FIGURES; i++) {
            double noise = hypot(within, between) * plb_random_normal(random);
            given.ns[i] = ns * (1 + change) * (1 + noise);
        }
        given.half_ns = 1.959964 * within * ns;
        runs[k] = fixture_make(&given);
        given.number++;
    }
}

#endif
