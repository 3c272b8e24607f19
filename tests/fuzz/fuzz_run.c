/* Any bytes in a run's folder: documents are refused, or facts that make sense. The input is taken
 * as a manifest on disk, whose outputs lead nowhere outside of the folder; as a log; and, with its
 * own line between them, as manifest, plan and summary. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/run/log.h"
#include "results/run/manifest_sum.h"
#include "results/run/run.h"

#define BETWEEN "\n----\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void see_run(const plb_run *run) {
    const plb_run_facts *f = plb_run_get_facts(run);
    const char *const texts[] = {
        f->id,           f->manifest_sha256, f->path,       f->command,       f->script,
        f->language,     f->strategy,        f->target,     f->machine,       f->machine_id,
        f->kernel,       f->version,         f->revision,   f->compiler,      f->started_utc,
        f->finished_utc, f->command_line,    f->conclusion, f->compiler_flags};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (!texts[i]) abort();
    }
    if (strlen(f->id) != 64) abort();
    for (size_t i = 0; i < f->figure_count; i++) {
        if (!f->figures[i].name[0] || !f->figures[i].unit || !f->figures[i].estimate.method)
            abort();
    }
    for (size_t i = 0; i < f->flag_count; i++) {
        if (!f->flags[i]) abort();
    }
    json_t *json = plb_run_json(run);
    if (!json) abort();
    json_decref(json);
}

static void refused_with_words(const plb_error *error) {
    if (error->message[0] == '\0') abort();
}

/* ---- On disk ---- */

static char folder[] = "/tmp/plutbench-fuzz-run-XXXXXX", manifest[64];

static void remove_folder(void) {
    (void) remove(manifest);
    (void) remove(folder);
}

static void make_folder(void) {
    if (!mkdtemp(folder)) abort();
    (void) snprintf(manifest, sizeof manifest, "%s/manifest.json", folder);
    (void) atexit(remove_folder);
}

static void read_folder(const uint8_t *data, size_t size) {
    plb_run *run = NULL;
    plb_run_report report;
    plb_error error = {.status = PLB_OK};
    if (!manifest[0]) make_folder();
    FILE *file = fopen(manifest, "wb");
    if (!file || fwrite(data, 1, size, file) != size || fclose(file) != 0) abort();
    if (plb_run_read(folder, &run, &error) == PLB_OK) {
        see_run(run);
    } else {
        refused_with_words(&error);
    }
    plb_run_free(run);
    if (plb_run_check(folder, &report, &error) != PLB_OK) {
        refused_with_words(&error);
        return;
    }
    plb_run_report_free(&report);
}

/* ---- In memory ---- */

static void add(plb_run *run, const char *name, const char *text, size_t length) {
    char *copy = malloc(length + 1);
    if (!copy) abort();
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (plb_run_add_document(run, name, copy, length, NULL) != PLB_OK) abort();
}

static void read_documents(const char *text, size_t size) {
    static const char *const names[] = {PLB_RUN_MANIFEST_FILE, PLB_RUN_PLAN_FILE, "summary.json"};
    plb_error error = {.status = PLB_OK};
    plb_run *run = plb_run_new();
    if (!run) abort();
    for (size_t i = 0, at = 0; i < sizeof names / sizeof *names && at <= size; i++) {
        const char *end = memmem(text + at, size - at, BETWEEN, strlen(BETWEEN));
        size_t length = end ? (size_t) (end - text) - at : size - at;
        if (length > 0) add(run, names[i], text + at, length);
        at += length + strlen(BETWEEN);
    }
    if (plb_run_conclude(run, "/fuzz", 0, 0, &error) == PLB_OK) {
        see_run(run);
    } else {
        refused_with_words(&error);
    }
    plb_run_free(run);
}

static void read_log(const char *text, size_t size) {
    plb_log_summary summary;
    plb_log_summarise(text, size, &summary);
    if (summary.event_count > PLB_LOG_EVENTS) abort();
    json_t *json = plb_log_json(&summary);
    if (summary.messages == 0 && !json) abort();
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    read_folder(data, size);
    read_documents(text, size);
    read_log(text, size);
    (void) plb_manifest_sum_check(text, size);
    free(text);
    return 0;
}
