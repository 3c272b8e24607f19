/* How long it takes to import, list and filter many runs.
 *   bench_store [STORE [RUNS]]   a path or URL (default: a file that is removed), 10000 runs */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/store.h>

#include "results/run/run.h"

static const char plan[] =
    "{\"command\": \"calibrate\", \"nonce\": \"%u\", \"started_utc\": "
    "\"20%02u-%02u-%02uT%02u:00:00.000Z\","
    " \"command_line\": [\"plutbench\", \"calibrate\"], \"options\": {\"script\": \"%s\","
    " \"strategy\": \"txbudget\"}, \"machine\": {\"cpu_model\": \"Processor %u\"}}";
static const char summary[] =
    "{\"script\": \"%s\", \"flags\": [%s], \"protocol_version\": 10, \"overhead_per_call\":"
    " {\"paired\": {\"value\": %u, \"low\": 1, \"high\": 2, \"unit\": \"ns\"}}}";

static void die(const plb_error *error) {
    (void) fprintf(stderr, "bench_store: %s: %s\n", error->where, error->message);
    exit(1);
}

static void add(plb_run *run, const char *name, const char *text) {
    plb_error error;
    if (plb_run_add_document(run, name, strdup(text), strlen(text), &error) != PLB_OK) die(&error);
}

static plb_run *make_run(unsigned i) {
    static const char *const scripts[] = {"ecdsa-loop", "schnorr-loop", "loop", "hash-onto-bls"};
    static const char *const flags[] = {"", "{\"name\": \"steal\"}", "{\"name\": \"turbo\"}"};
    char text[1024];
    plb_error error;
    plb_run *run = plb_run_new();
    if (!run) exit(1);
    (void) snprintf(text, sizeof text, plan, i, 20 + i % 7, 1 + i / 7 % 12, 1 + i / 84 % 28,
                    i / 2352 % 24, scripts[i % 4], i % 5);
    add(run, PLB_RUN_PLAN_FILE, text);
    (void) snprintf(text, sizeof text, summary, scripts[i % 4], flags[i % 3], i);
    add(run, "summary.json", text);
    if (plb_run_conclude(run, "/runs", 1000, 16, &error) != PLB_OK) die(&error);
    return run;
}

static int count_line(void *context, const plb_run_line *line) {
    (void) line;
    ++*(size_t *) context;
    return 0;
}

static void list(plb_store *store, const char *what, plb_run_filter filter) {
    plb_error error;
    size_t count = 0;
    uint64_t begin = plb_clock_now_ns();
    if (plb_store_list(store, &filter, count_line, &count, &error) != PLB_OK) die(&error);
    printf("%-40s %6zu runs  %8.1f ms\n", what, count,
           (double) (plb_clock_now_ns() - begin) * 1e-6);
}

int main(int argc, char **argv) {
    char file[] = "/dev/shm/plutbench-bench-store-XXXXXX"; /* the disk is not what is measured */
    unsigned runs = argc > 2 ? (unsigned) strtoul(argv[2], NULL, 10) : 10000;
    const plb_store_options options = {.mode = PLB_STORE_WRITE};
    plb_store *store = NULL;
    plb_error error;
    if (argc < 2) (void) close(mkstemp(file));
    if (plb_store_open(argc > 1 ? argv[1] : file, &options, &store, &error) != PLB_OK) die(&error);
    uint64_t begin = plb_clock_now_ns();
    for (unsigned i = 0; i < runs; i++) {
        plb_import outcome;
        plb_run *run = make_run(i);
        if (plb_store_import(store, run, &outcome, &error) != PLB_OK) die(&error);
        plb_run_free(run);
    }
    printf("%-40s %6u runs  %8.1f ms\n", "import", runs,
           (double) (plb_clock_now_ns() - begin) * 1e-6);
    list(store, "list", (plb_run_filter){.limit = 0});
    list(store, "list --limit 20", (plb_run_filter){.limit = 20});
    list(store, "list --script ecdsa --flag steal",
         (plb_run_filter){.script = "ecdsa", .flag = "steal"});
    list(store, "list --since 2023-06-01 --machine 'r 3'",
         (plb_run_filter){.since = "2023-06-01", .machine = "r 3"});
    list(store, "list --flag none --state incomplete",
         (plb_run_filter){.flag = "none", .state = "incomplete"});
    plb_store_close(store);
    if (argc < 2) (void) unlink(file);
    return 0;
}
