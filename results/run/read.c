/* A run from its folder. */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "results/folder.h"
#include "results/run/manifest_sum.h"
#include "results/run/run.h"
#include "results/run/run_folder.h"

#define FILES_MOST 4096

bool plb_run_is_document(const char *name) {
    static const char *const ends[] = {".json", ".csv", ".hlog", ".log"};
    size_t length = strlen(name);
    if (name[0] == '.') return false; /* what was begun, and not finished */
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t end = strlen(ends[i]);
        if (length > end && strcmp(name + length - end, ends[i]) == 0) return true;
    }
    return false;
}

plb_status plb_run_folder_path(const char *directory, const char *name, char path[PATH_MAX],
                               plb_error *error) {
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return plb_fail(error, PLB_E_PARSE, PLB_RUN_MANIFEST_FILE,
                        "'%s': expected the name of a file in the folder", name);
    }
    int length = snprintf(path, PATH_MAX, "%s/%s", directory, name);
    if (length >= 0 && length < PATH_MAX) return PLB_OK;
    return plb_fail(error, PLB_E_IO, directory, "the path is too long");
}

/* Only files: a pipe or a device would be waited for. *text NULL: there is none. */
static plb_status read_text(const char *directory, const char *name, char **text, size_t *length,
                            plb_error *error) {
    char path[PATH_MAX];
    struct stat found;
    *text = NULL;
    plb_status status = plb_run_folder_path(directory, name, path, error);
    if (status != PLB_OK || lstat(path, &found) != 0) return status;
    if (!S_ISREG(found.st_mode)) return plb_fail(error, PLB_E_PARSE, path, "expected a file");
    return plb_file_read(path, PLB_RUN_DOCUMENT_BYTES, text, length, error);
}

static plb_status add_file(plb_run *run, const char *directory, const char *name,
                           plb_error *error) {
    char *text;
    size_t length;
    if (plb_run_get_document(run, name)) return PLB_OK;
    plb_status status = read_text(directory, name, &text, &length, error);
    return status == PLB_OK && text ? plb_run_add_document(run, name, text, length, error) : status;
}

/* ---- Of a finished run: what the manifest says ---- */

static plb_status check_text(const char *name, const char *text, size_t length, const char *sha256,
                             plb_error *error) {
    plb_input described;
    plb_status status = plb_input_describe(&described, "", name, text, length, error);
    if (status == PLB_OK && strcmp(described.sha256, sha256) != 0) {
        status = plb_fail(error, PLB_E_PARSE, name, "damaged: it is not what the manifest has");
    }
    return status;
}

static plb_status add_output(plb_run *run, const char *directory, const json_t *output,
                             plb_error *error) {
    const char *name = json_string_value(json_object_get(output, "name"));
    const char *sha256 = json_string_value(json_object_get(output, "sha256"));
    int64_t bytes = json_integer_value(json_object_get(output, "bytes"));
    if (!name || !sha256) {
        return plb_fail(error, PLB_E_PARSE, PLB_RUN_MANIFEST_FILE,
                        "expected a name and a checksum of each output");
    }
    char path[PATH_MAX];
    plb_status status = plb_run_folder_path(directory, name, path, error);
    bool is_read = plb_run_is_document(name) && bytes <= (int64_t) PLB_RUN_DOCUMENT_BYTES;
    if (status != PLB_OK || !is_read) return status;
    status = add_file(run, directory, name, error);
    const plb_run_document *document = plb_run_get_document(run, name);
    if (status == PLB_OK && !document) {
        status = plb_fail(error, PLB_E_PARSE, name, "missing: the manifest has it");
    }
    return status == PLB_OK ? check_text(name, document->text, document->length, sha256, error)
                            : status;
}

static plb_status add_outputs(plb_run *run, const char *directory, plb_error *error) {
    const plb_run_document *manifest = plb_run_get_document(run, PLB_RUN_MANIFEST_FILE);
    json_t *root = NULL;
    if (plb_manifest_sum_check(manifest->text, manifest->length) == PLB_MANIFEST_SUM_WRONG) {
        return plb_fail(error, PLB_E_PARSE, PLB_RUN_MANIFEST_FILE,
                        "damaged: its checksum is wrong");
    }
    plb_status status = plb_run_load_manifest(manifest->text, manifest->length, &root, error);
    const json_t *outputs = json_object_get(root, "outputs");
    size_t count = json_array_size(outputs);
    if (status == PLB_OK && count > FILES_MOST) {
        status = plb_fail(error, PLB_E_PARSE, PLB_RUN_MANIFEST_FILE,
                          "expected at most %d outputs, got %zu", FILES_MOST, count);
    }
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        status = add_output(run, directory, json_array_get(outputs, i), error);
    }
    json_decref(root);
    return status;
}

/* ---- Of one that is not: what is there ---- */

static plb_status add_found(plb_run *run, const char *directory, plb_error *error) {
    DIR *folder = opendir(directory);
    plb_status status = PLB_OK;
    if (!folder) return plb_fail(error, PLB_E_IO, directory, "cannot read: %s", strerror(errno));
    for (const struct dirent *entry; status == PLB_OK && (entry = readdir(folder));) {
        if (run->facts.document_count == FILES_MOST) break;
        if (plb_run_is_document(entry->d_name)) {
            status = add_file(run, directory, entry->d_name, error);
        }
    }
    (void) closedir(folder);
    return status;
}

static plb_status count_samples(const char *directory, int64_t *rounds, int64_t *processes,
                                plb_error *error) {
    char path[PATH_MAX];
    struct stat found;
    plb_samples *samples = NULL;
    plb_status status = plb_run_folder_path(directory, PLB_RUN_SAMPLES_FILE, path, error);
    if (status != PLB_OK || lstat(path, &found) != 0) return status;
    /* One that was killed before its first line was written has no samples. */
    if (plb_samples_open(path, &samples, NULL) != PLB_OK) return PLB_OK;
    *rounds = (int64_t) plb_samples_get_facts(samples)->rounds;
    *processes = (int64_t) plb_samples_get_facts(samples)->processes;
    plb_samples_free(samples);
    return PLB_OK;
}

/* ---- Either ---- */

plb_status plb_run_load_manifest(const char *text, size_t length, json_t **root, plb_error *error) {
    json_error_t at;
    *root = json_loadb(text, length, JSON_REJECT_DUPLICATES, &at);
    if (json_is_object(*root)) return PLB_OK;
    json_decref(*root);
    *root = NULL;
    return plb_fail(error, PLB_E_PARSE, PLB_RUN_MANIFEST_FILE, "expected a JSON object: %s",
                    at.text);
}

static plb_status read_run(plb_run *run, const char *directory, plb_error *error) {
    int64_t rounds = 0, processes = 0;
    plb_status status = add_file(run, directory, PLB_RUN_MANIFEST_FILE, error);
    if (status == PLB_OK) status = add_file(run, directory, PLB_RUN_PLAN_FILE, error);
    if (status != PLB_OK) return status;
    if (plb_run_get_document(run, PLB_RUN_MANIFEST_FILE)) {
        status = add_outputs(run, directory, error);
    } else if (plb_run_get_document(run, PLB_RUN_PLAN_FILE)) {
        status = add_found(run, directory, error);
        if (status == PLB_OK) status = count_samples(directory, &rounds, &processes, error);
    }
    return status == PLB_OK ? plb_run_conclude(run, directory, rounds, processes, error) : status;
}

plb_status plb_run_read(const char *directory, plb_run **run, plb_error *error) {
    *run = NULL;
    char *path = realpath(directory, NULL);
    if (!path) return plb_fail(error, PLB_E_IO, directory, "cannot read: %s", strerror(errno));
    plb_run *made = plb_run_new();
    plb_status status = made ? read_run(made, path, error)
                             : plb_fail(error, PLB_E_MEMORY, path, "no memory for a run");
    /* Names of files are told with their folder. */
    if (status != PLB_OK && error && strncmp(error->where, path, strlen(path)) != 0) {
        plb_error_prefix(error, directory);
    }
    free(path);
    if (status != PLB_OK) {
        plb_run_free(made);
        return status;
    }
    *run = made;
    return PLB_OK;
}
