/* Where the files of a study are. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "calibrate/study/study.h"

#define FILE_BYTES_MAX ((size_t) 1 << 30)

static plb_status join(const char *folder, const char *name, char path[PATH_MAX],
                       plb_error *error) {
    bool alone = folder == NULL || folder[0] == '\0' || name[0] == '/';
    int length = alone ? snprintf(path, PATH_MAX, "%s", name)
                       : snprintf(path, PATH_MAX, "%s/%s", folder, name);
    return length >= 0 && length < PATH_MAX
               ? PLB_OK
               : plb_fail(error, PLB_E_IO, name, "the path is too long");
}

plb_status plb_study_path(const plb_study *study, const char *name, char path[PATH_MAX],
                          plb_error *error) {
    return join(study->config.folder, name, path, error);
}

plb_status plb_study_own_path(const plb_study *study, const char *name, char path[PATH_MAX],
                              plb_error *error) {
    return join(study->config.out, name, path, error);
}

plb_status plb_study_open(const plb_study *study, const char *folder, plb_results **results,
                          plb_error *error) {
    char path[PATH_MAX];
    *results = NULL;
    plb_status status = plb_study_own_path(study, folder, path, error);
    return status == PLB_OK ? plb_results_open(path, results, error) : status;
}

plb_status plb_study_times_path(const plb_study *study, char path[PATH_MAX], plb_error *error) {
    char folder[PATH_MAX];
    struct stat found;
    const char *from = study->plan->sweep.from;
    if (from == NULL) return plb_study_own_path(study, "sweep/benching.csv", path, error);
    plb_status status = plb_study_path(study, from, folder, error);
    bool is_folder = status == PLB_OK && stat(folder, &found) == 0 && S_ISDIR(found.st_mode);
    if (status != PLB_OK) return status;
    return is_folder ? join(folder, "benching.csv", path, error) : join("", folder, path, error);
}

plb_status plb_study_read(const char *path, char **text, size_t *length, plb_error *error) {
    struct stat found;
    *text = NULL;
    *length = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL || fstat(fileno(file), &found) != 0 || S_ISDIR(found.st_mode)) {
        int reason = file != NULL ? EISDIR : errno;
        if (file != NULL) (void) fclose(file);
        return plb_fail(error, PLB_E_IO, path, "could not be read: %s", strerror(reason));
    }
    size_t capacity = (found.st_size > 0 ? (size_t) found.st_size : 4096) + 2, used = 0;
    char *made = NULL;
    do {
        char *grown = capacity <= FILE_BYTES_MAX ? realloc(made, capacity) : NULL;
        if (grown == NULL) {
            free(made);
            (void) fclose(file);
            return plb_fail(error, PLB_E_MEMORY, path, "the file is too large");
        }
        made = grown;
        used += fread(made + used, 1, capacity - 1 - used, file);
        capacity *= 2;
    } while (used == capacity / 2 - 1);
    bool failed = ferror(file) != 0;
    int reason = errno;
    (void) fclose(file);
    if (failed) {
        free(made);
        return plb_fail(error, PLB_E_IO, path, "could not be read: %s", strerror(reason));
    }
    made[used] = '\0';
    *text = made;
    *length = used;
    return PLB_OK;
}
