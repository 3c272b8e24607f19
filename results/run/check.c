/* Is everything in a run's folder as it was written? */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/folder.h"
#include "results/provenance.h"
#include "results/run/log.h"
#include "results/run/manifest_sum.h"
#include "results/run/run_folder.h"

#define FINDINGS_MOST 1000

typedef struct checking {
    const char *directory;
    plb_run_report *report;
    json_t *manifest; /* NULL: there is none, or it can't be read */
    plb_status status;
    plb_error *error;
} checking;

const char *plb_run_problem_name(plb_run_problem problem) {
    static const char *const names[PLB_PROBLEMS] = {"note", "incomplete", "missing", "damaged"};
    return (unsigned) problem < PLB_PROBLEMS ? names[problem] : "unknown";
}

/* ---- Findings ---- */

static void find(checking *c, plb_run_problem problem, const char *file, const char *format, ...)
    PLB_PRINTF(4, 5);

static void find(checking *c, plb_run_problem problem, const char *file, const char *format, ...) {
    plb_run_report *r = c->report;
    char *message = NULL;
    va_list arguments;
    if (problem > r->worst) r->worst = problem;
    if (r->finding_count == FINDINGS_MOST) return;
    plb_run_finding *grown = realloc(r->findings, (r->finding_count + 1) * sizeof *grown);
    if (grown) r->findings = grown;
    va_start(arguments, format);
    int length = vasprintf(&message, format, arguments);
    va_end(arguments);
    char *name = strdup(file);
    if (!grown || length < 0 || !name) {
        free(name);
        if (length >= 0) free(message);
        c->status = plb_fail(c->error, PLB_E_MEMORY, c->directory, "no memory for what is found");
        return;
    }
    grown[r->finding_count++] = (plb_run_finding){problem, name, message};
}

void plb_run_report_free(plb_run_report *report) {
    for (size_t i = 0; i < report->finding_count; i++) {
        free((char *) (uintptr_t) report->findings[i].file);
        free((char *) (uintptr_t) report->findings[i].message);
    }
    free(report->findings);
    memset(report, 0, sizeof *report);
}

/* ---- Files ---- */

typedef enum presence { ABSENT, PRESENT, NO_FILE } presence;

static presence look_for(const checking *c, const char *name, char path[PATH_MAX]) {
    struct stat found;
    if (plb_run_folder_path(c->directory, name, path, NULL) != PLB_OK) return NO_FILE;
    if (lstat(path, &found) != 0) return ABSENT;
    return S_ISREG(found.st_mode) ? PRESENT : NO_FILE;
}

static void check_output(checking *c, const json_t *output) {
    const char *name = json_string_value(json_object_get(output, "name"));
    const char *sha256 = json_string_value(json_object_get(output, "sha256"));
    const json_t *bytes = json_object_get(output, "bytes");
    char path[PATH_MAX];
    plb_input found;
    plb_error error;
    if (!name || !sha256 || !json_is_integer(bytes)) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_MANIFEST_FILE,
             "expected name, size and checksum of each output");
        return;
    }
    presence there = look_for(c, name, path);
    if (there == ABSENT) {
        find(c, PLB_PROBLEM_MISSING, name, "the manifest has it, the folder has not");
    } else if (there == NO_FILE) {
        find(c, PLB_PROBLEM_DAMAGED, name, "expected a file in the folder");
    } else if (plb_file_describe(&found, "", path, &error) != PLB_OK) {
        find(c, PLB_PROBLEM_DAMAGED, name, "%s", error.message);
    } else if ((json_int_t) found.bytes != json_integer_value(bytes)) {
        find(c, PLB_PROBLEM_DAMAGED, name, "expected %lld bytes, got %llu",
             (long long) json_integer_value(bytes), (unsigned long long) found.bytes);
    } else if (strcmp(found.sha256, sha256) != 0) {
        find(c, PLB_PROBLEM_DAMAGED, name, "expected SHA-256 %.12s..., got %.12s...", sha256,
             found.sha256);
    }
}

/* ---- The manifest ---- */

static void check_plan_of(checking *c) {
    const char *run = json_string_value(json_object_get(c->manifest, "run"));
    if (run && c->report->id[0] && strcmp(run, c->report->id) != 0) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_PLAN_FILE, "it is not the plan of the manifest");
    }
}

static void read_manifest(checking *c, const char *text, size_t length) {
    plb_error error;
    plb_manifest_sum sum = plb_manifest_sum_check(text, length);
    if (sum == PLB_MANIFEST_SUM_WRONG) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_MANIFEST_FILE, "its own checksum is wrong");
    } else if (sum == PLB_MANIFEST_SUM_ABSENT) {
        find(c, PLB_PROBLEM_NOTE, PLB_RUN_MANIFEST_FILE, "it has no checksum of its own");
    }
    if (plb_run_load_manifest(text, length, &c->manifest, &error) != PLB_OK) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_MANIFEST_FILE, "%s", error.message);
        return;
    }
    const json_t *outputs = json_object_get(c->manifest, "outputs");
    for (size_t i = 0; i < json_array_size(outputs); i++) {
        check_output(c, json_array_get(outputs, i));
    }
    check_plan_of(c);
}

/* The text of a small file, or NULL, which is a finding unless the file is absent. */
static char *read_small(checking *c, const char *name, size_t *length) {
    char path[PATH_MAX], *text = NULL;
    plb_error error;
    presence there = look_for(c, name, path);
    if (there == ABSENT) return NULL;
    if (there == NO_FILE) {
        find(c, PLB_PROBLEM_DAMAGED, name, "expected a file");
    } else if (plb_file_read(path, PLB_RUN_DOCUMENT_BYTES, &text, length, &error) != PLB_OK) {
        find(c, PLB_PROBLEM_DAMAGED, name, "%s", error.message);
    }
    return text;
}

static void check_manifest(checking *c) {
    size_t length = 0;
    char *text = read_small(c, PLB_RUN_MANIFEST_FILE, &length);
    if (text) read_manifest(c, text, length);
    if (!text && c->report->worst < PLB_PROBLEM_DAMAGED) {
        find(c, PLB_PROBLEM_INCOMPLETE, "",
             c->report->being_written ? "the run is not over: there is no manifest as yet"
                                      : "the run was not finished: there is no manifest");
    }
    free(text);
}

/* ---- The plan ---- */

static void check_plan(checking *c) {
    size_t length = 0;
    plb_input described;
    json_t *root = NULL;
    char *text = read_small(c, PLB_RUN_PLAN_FILE, &length);
    if (!text) return;
    if (plb_input_describe(&described, "", "", text, length, NULL) == PLB_OK) {
        memcpy(c->report->id, described.sha256, sizeof c->report->id);
    }
    if (plb_run_load_manifest(text, length, &root, NULL) != PLB_OK) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_PLAN_FILE, "expected a JSON object");
    }
    json_decref(root);
    free(text);
}

/* ---- Samples ---- */

static void check_rows(checking *c, const plb_samples_facts *f) {
    bool finished = c->manifest != NULL;
    c->report->rounds = f->rounds;
    if (c->report->id[0] && strcmp(f->run, c->report->id) != 0) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_SAMPLES_FILE, "they are of another run");
    }
    if (f->damaged > 0) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_SAMPLES_FILE, "%llu rows have a wrong checksum",
             (unsigned long long) f->damaged);
    }
    if (f->torn) {
        find(c, finished ? PLB_PROBLEM_DAMAGED : PLB_PROBLEM_INCOMPLETE, PLB_RUN_SAMPLES_FILE,
             "its last row is torn or damaged");
    }
    const json_t *told = json_object_get(json_object_get(c->manifest, "samples"), "rounds");
    if (told && (uint64_t) json_integer_value(told) != f->rounds) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_SAMPLES_FILE, "expected %lld rounds, got %llu",
             (long long) json_integer_value(told), (unsigned long long) f->rounds);
    }
    if (!finished) {
        find(c, PLB_PROBLEM_NOTE, PLB_RUN_SAMPLES_FILE, "%llu whole rounds of %u processes",
             (unsigned long long) f->rounds, f->processes);
    }
}

static void check_samples(checking *c) {
    char path[PATH_MAX];
    plb_samples *samples = NULL;
    plb_error error;
    presence there = look_for(c, PLB_RUN_SAMPLES_FILE, path);
    if (there == ABSENT) return;
    if (there == NO_FILE || plb_samples_open(path, &samples, &error) != PLB_OK) {
        find(c, c->manifest ? PLB_PROBLEM_DAMAGED : PLB_PROBLEM_INCOMPLETE, PLB_RUN_SAMPLES_FILE,
             "%s", there == NO_FILE ? "expected a file" : error.message);
        return;
    }
    check_rows(c, plb_samples_get_facts(samples));
    plb_samples_free(samples);
}

/* ---- The log ---- */

static void check_log(checking *c) {
    size_t length = 0;
    plb_log_summary summary;
    char *text = read_small(c, PLB_RUN_LOG_FILE, &length);
    if (!text) return;
    plb_log_summarise(text, length, &summary);
    free(text);
    if (summary.damaged > 0) {
        find(c, PLB_PROBLEM_DAMAGED, PLB_RUN_LOG_FILE, "%llu lines have a wrong checksum",
             (unsigned long long) summary.damaged);
    }
    if (summary.torn) {
        find(c, c->manifest ? PLB_PROBLEM_DAMAGED : PLB_PROBLEM_INCOMPLETE, PLB_RUN_LOG_FILE,
             "its last line is torn");
    }
}

/* Whoever writes a run holds a lock on its log. */
static bool is_being_written(const checking *c) {
    char path[PATH_MAX];
    if (look_for(c, PLB_RUN_LOG_FILE, path) != PRESENT) return false;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    bool held = file >= 0 && flock(file, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (file >= 0) (void) close(file);
    return held;
}

/* ---- What else is there ---- */

static bool is_told(const checking *c, const char *name) {
    const json_t *outputs = json_object_get(c->manifest, "outputs");
    for (size_t i = 0; i < json_array_size(outputs); i++) {
        const char *output = json_string_value(json_object_get(json_array_get(outputs, i), "name"));
        if (output && strcmp(output, name) == 0) return true;
    }
    return strcmp(name, PLB_RUN_MANIFEST_FILE) == 0 || strcmp(name, ".") == 0 ||
           strcmp(name, "..") == 0;
}

static void check_rest(checking *c, DIR *folder) {
    rewinddir(folder);
    for (const struct dirent *entry; (entry = readdir(folder));) {
        const char *name = entry->d_name;
        if (strncmp(name, ".plutbench-", strlen(".plutbench-")) == 0) {
            find(c, PLB_PROBLEM_NOTE, name, "a file that was begun and not finished");
        } else if (c->manifest && !is_told(c, name)) {
            find(c, PLB_PROBLEM_NOTE, name, "it is no part of the run");
        }
    }
}

/* ---- All of it ---- */

static plb_status check(checking *c, DIR *folder) {
    char path[PATH_MAX];
    if (look_for(c, PLB_RUN_MANIFEST_FILE, path) == ABSENT &&
        look_for(c, PLB_RUN_PLAN_FILE, path) == ABSENT &&
        look_for(c, PLB_RUN_LOG_FILE, path) == ABSENT) {
        return plb_fail(c->error, PLB_E_PARSE, c->directory, "there is no run: expected %s or %s",
                        PLB_RUN_MANIFEST_FILE, PLB_RUN_PLAN_FILE);
    }
    c->report->being_written = is_being_written(c);
    check_plan(c);
    check_manifest(c);
    check_samples(c);
    check_log(c);
    check_rest(c, folder);
    return c->status;
}

plb_status plb_run_check(const char *directory, plb_run_report *report, plb_error *error) {
    checking c = {.directory = directory, .report = report, .error = error};
    memset(report, 0, sizeof *report);
    DIR *folder = opendir(directory);
    if (!folder) return plb_fail(error, PLB_E_IO, directory, "cannot read: %s", strerror(errno));
    plb_status status = check(&c, folder);
    (void) closedir(folder);
    json_decref(c.manifest);
    if (status != PLB_OK) plb_run_report_free(report);
    return status;
}
