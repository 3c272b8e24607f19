/* What is done once. A unit leaves its files, and then a marker in the folder "done" with what it
 * was made from and the checksums of what it left; so whatever happens in between, a unit that has
 * a marker is finished. */
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <plutbench/observe.h>
#include <plutbench/version.h>

#include "calibrate/study/study.h"
#include "results/folder.h"
#include "results/json.h"

#define MARKERS "done"
#define REASON_BYTES 320

bool plb_study_interrupted(const plb_study *study) {
    return study->config.interrupted != NULL && *study->config.interrupted != 0;
}

void plb_study_tell(const plb_study *study, const char *step, const char *format, ...) {
    char text[PLB_ERROR_MESSAGE_BYTES];
    va_list arguments;
    if (study->config.tell == NULL) return;
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    study->config.tell(study->config.context, step, text);
}

void plb_study_show_sampling(void *context, const plb_progress *p) {
    const plb_study *study = context;
    char text[160];
    (void) snprintf(text, sizeof text, "%.0f of at most %.0f s, %llu rounds",
                    (double) p->elapsed_ns / 1e9, (double) p->time_budget_ns / 1e9,
                    (unsigned long long) p->rounds);
    study->config.progress(study->config.context, study->making,
                           p->phase == PLB_PHASE_DONE ? NULL : text);
}

/* ---- What it is made from ---- */

json_t *plb_unit_wanted(json_t *settings) {
    return json_pack("{s:o, s:{}}", "settings", settings, "inputs");
}

/* The checksum of a file, or null. */
static json_t *checksum(const char *path) {
    char *text = NULL;
    size_t length = 0;
    plb_input input;
    plb_status status = plb_study_read(path, &text, &length, NULL);
    if (status == PLB_OK) status = plb_input_describe(&input, "", path, text, length, NULL);
    free(text);
    return status == PLB_OK ? json_string(input.sha256) : json_null();
}

void plb_unit_input(json_t *wanted, const char *name, const char *path) {
    (void) json_object_set_new(json_object_get(wanted, "inputs"), name, checksum(path));
}

void plb_unit_own_input(const plb_study *study, json_t *wanted, const char *name) {
    char path[PATH_MAX];
    if (plb_study_own_path(study, name, path, NULL) == PLB_OK) plb_unit_input(wanted, name, path);
}

void plb_unit_planned_input(const plb_study *study, json_t *wanted, const char *name) {
    char path[PATH_MAX];
    if (name != NULL && plb_study_path(study, name, path, NULL) == PLB_OK)
        plb_unit_input(wanted, name, path);
}

json_t *plb_unit_names(const plb_study_names *names) {
    json_t *list = json_array();
    for (size_t i = 0; i < names->count; i++)
        (void) json_array_append_new(list, json_string(names->items[i]));
    return list;
}

/* One checksum of all: of the list of names and checksums. */
static json_t *folder_checksum(struct dirent **entries, int count, const char *folder,
                               const char *suffix) {
    json_t *list = json_object();
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        size_t length = strlen(name), end = strlen(suffix);
        char path[PATH_MAX];
        if (length <= end || strcmp(name + length - end, suffix) != 0 ||
            snprintf(path, sizeof path, "%s/%s", folder, name) >= (int) sizeof path)
            continue;
        (void) json_object_set_new(list, name, checksum(path));
    }
    char *text = json_dumps(list, JSON_SORT_KEYS | JSON_COMPACT);
    plb_input input;
    bool good =
        text != NULL && plb_input_describe(&input, "", folder, text, strlen(text), NULL) == PLB_OK;
    free(text);
    json_decref(list);
    return good ? json_string(input.sha256) : json_null();
}

void plb_unit_input_folder(json_t *wanted, const char *name, const char *path, const char *suffix) {
    struct dirent **entries = NULL;
    int count = scandir(path, &entries, NULL, alphasort);
    json_t *sum = count >= 0 ? folder_checksum(entries, count, path, suffix) : json_null();
    (void) json_object_set_new(json_object_get(wanted, "inputs"), name, sum);
    for (int i = 0; i < count; i++) free(entries[i]);
    free(entries);
}

static json_t *outputs_of(const plb_study *study, const plb_unit *unit) {
    json_t *outputs = json_object();
    for (const char *const *name = unit->outputs; *name != NULL; name++) {
        char path[PATH_MAX];
        bool good = plb_study_own_path(study, *name, path, NULL) == PLB_OK;
        (void) json_object_set_new(outputs, *name, good ? checksum(path) : json_null());
    }
    return outputs;
}

/* ---- Markers ---- */

static void marker_name(const plb_unit *unit, char name[NAME_MAX]) {
    (void) snprintf(name, NAME_MAX, "%.200s.json", unit->name);
}

/* The unit's marker, or NULL: there is none, or it is none. */
static json_t *read_marker(const plb_study *study, const plb_unit *unit) {
    char name[NAME_MAX], path[PATH_MAX], *text = NULL;
    size_t length = 0;
    json_t *marker = NULL;
    marker_name(unit, name);
    char below[NAME_MAX + sizeof MARKERS + 1];
    (void) snprintf(below, sizeof below, MARKERS "/%s", name);
    if (plb_study_own_path(study, below, path, NULL) == PLB_OK &&
        plb_study_read(path, &text, &length, NULL) == PLB_OK)
        marker = json_loadb(text, length, JSON_REJECT_DUPLICATES, NULL);
    free(text);
    if (json_is_object(marker)) return marker;
    json_decref(marker);
    return NULL;
}

/* The first member in which two objects differ; NULL: they are equal. */
static const char *difference(const json_t *now, const json_t *then) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) now, key, value) {
        if (!json_equal(value, json_object_get(then, key))) return key;
    }
    json_object_foreach((json_t *) then, key, value) {
        if (json_object_get(now, key) == NULL) return key;
    }
    return NULL;
}

/* Why the unit has to be made; false: it needs not. */
static bool is_due(const plb_study *study, const plb_unit *unit, char why[REASON_BYTES]) {
    json_t *marker = read_marker(study, unit);
    json_t *outputs = outputs_of(study, unit);
    const char *what = NULL;
    why[0] = '\0';
    if (marker == NULL) {
        (void) snprintf(why, REASON_BYTES, "not done yet");
    } else if ((what = difference(json_object_get(unit->wanted, "settings"),
                                  json_object_get(marker, "settings"))) != NULL) {
        (void) snprintf(why, REASON_BYTES, "the plan has another %.100s now", what);
    } else if ((what = difference(json_object_get(unit->wanted, "inputs"),
                                  json_object_get(marker, "inputs"))) != NULL) {
        (void) snprintf(why, REASON_BYTES, "%.200s has changed", what);
    } else if ((what = difference(outputs, json_object_get(marker, "outputs"))) != NULL) {
        (void) snprintf(why, REASON_BYTES, "%.200s is not as it was left", what);
    }
    json_decref(marker);
    json_decref(outputs);
    return why[0] != '\0';
}

static plb_status write_marker(const plb_study *study, const plb_unit *unit, double elapsed_s,
                               plb_error *error) {
    char name[NAME_MAX], *text = NULL;
    plb_results *results = NULL;
    marker_name(unit, name);
    plb_status status = plb_study_open(study, MARKERS, &results, error);
    if (status != PLB_OK) return status;
    json_t *marker = json_deep_copy(unit->wanted);
    (void) json_object_set_new(marker, "unit", json_string(unit->name));
    (void) json_object_set_new(marker, "outputs", outputs_of(study, unit));
    (void) json_object_set_new(marker, "elapsed_s", json_real(elapsed_s));
    (void) json_object_set_new(marker, "plutbench", json_string(plb_version()));
    status = plb_json_take_text(marker, &text, error);
    status = plb_results_keep(results, name, status, text, error);
    plb_results_close(results);
    return status;
}

/* ---- Making ---- */

static double now_s(void) {
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static void tell_step(const plb_study *study, plb_event_kind kind, const char *text,
                      uint64_t began_ns) {
    const plb_event event = {
        .kind = kind,
        .at_ns = began_ns,
        .step = {.name = study->making, .text = text, .took_ns = plb_clock_now_ns() - began_ns}};
    (void) plb_observe(study->config.observer, &event);
}

static plb_status make_unit(plb_study *study, const plb_unit *unit, const char *why,
                            plb_error *error) {
    if (plb_study_interrupted(study))
        return plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted before it was begun");
    double begun = now_s();
    uint64_t begun_ns = plb_clock_now_ns();
    study->making = unit->name;
    tell_step(study, PLB_EVENT_STEP_BEGUN, why, begun_ns);
    plb_status status = unit->make(study, unit, error);
    if (status == PLB_OK) status = write_marker(study, unit, now_s() - begun, error);
    tell_step(study, PLB_EVENT_STEP_ENDED,
              status == PLB_OK ? "done"
              : error != NULL  ? error->message
                               : "failed",
              begun_ns);
    if (status != PLB_OK) (void) plb_error_prefix(error, unit->name);
    return status;
}

plb_status plb_study_unit(plb_study *study, const plb_unit *unit, plb_error *error) {
    char why[REASON_BYTES];
    plb_status status = PLB_OK;
    if (!is_due(study, unit, why)) {
        plb_study_tell(study, unit->name, "%s",
                       study->config.look && study->stale && unit->follows
                           ? "done, but made again if what it is made from changes"
                           : "done before");
    } else {
        plb_study_tell(study, unit->name, "%s", why);
        study->stale = true;
        if (!study->config.look) status = make_unit(study, unit, why, error);
    }
    json_decref(unit->wanted);
    return status;
}

/* ---- Beginning anew ---- */

static plb_status remove_file(const plb_study *study, const char *name, plb_error *error) {
    char path[PATH_MAX];
    plb_status status = plb_study_own_path(study, name, path, error);
    if (status != PLB_OK || unlink(path) == 0 || errno == ENOENT) return status;
    return plb_fail(error, PLB_E_IO, path, "could not be removed: %s", strerror(errno));
}

/* A marker, and the files that it names. */
static plb_status remove_marked(plb_study *study, const char *marker, plb_error *error) {
    char name[NAME_MAX + sizeof MARKERS + 1], path[PATH_MAX], *text = NULL;
    size_t length = 0;
    const char *output;
    json_t *value, *read = NULL;
    (void) snprintf(name, sizeof name, MARKERS "/%s", marker);
    plb_status status = plb_study_own_path(study, name, path, error);
    if (status == PLB_OK && plb_study_read(path, &text, &length, NULL) == PLB_OK)
        read = json_loadb(text, length, 0, NULL);
    free(text);
    json_object_foreach(json_object_get(read, "outputs"), output, value) {
        /* A marker is a file that anybody may have written. */
        if (status == PLB_OK && output[0] != '/' && strstr(output, "..") == NULL)
            status = remove_file(study, output, error);
    }
    json_decref(read);
    return status == PLB_OK ? remove_file(study, name, error) : status;
}

plb_status plb_study_forget(plb_study *study, plb_error *error) {
    static const char *const journal[] = {"sweep/sweep.journal", "sweep/sweep.grid"};
    char path[PATH_MAX];
    plb_status status = plb_study_own_path(study, MARKERS, path, error);
    DIR *folder = status == PLB_OK ? opendir(path) : NULL;
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;) {
        size_t length = strlen(entry->d_name);
        bool is_marker = length > 5 && strcmp(entry->d_name + length - 5, ".json") == 0;
        if (is_marker && status == PLB_OK) status = remove_marked(study, entry->d_name, error);
    }
    if (folder != NULL) (void) closedir(folder);
    for (size_t i = 0; i < sizeof journal / sizeof *journal && status == PLB_OK; i++)
        status = remove_file(study, journal[i], error);
    return status;
}
