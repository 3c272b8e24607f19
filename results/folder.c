/* An output folder in which every file appears whole or not at all. */
#include "results/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct plb_results {
    char *directory;
    char temporary[PATH_MAX]; /* path of the file that is being written; "" for none */
    char **files;
    size_t file_count;
};

static plb_status io_error(plb_error *error, const char *path, const char *what) {
    return plb_fail(error, PLB_E_IO, path, "%s: %s", what, strerror(errno));
}

/* ---- Paths ---- */

plb_status plb_results_path(const plb_results *results, const char *name, char path[PATH_MAX],
                            plb_error *error) {
    if (!*name || strchr(name, '/') || strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, name, "expected a file name without '/'");
    }
    int length = snprintf(path, PATH_MAX, "%s/%s", results->directory, name);
    if (length < 0 || length >= PATH_MAX) {
        return plb_fail(error, PLB_E_IO, results->directory, "the path is too long");
    }
    return PLB_OK;
}

void plb_results_safe_name(const char *text, char *name, size_t bytes) {
    size_t i = 0;
    for (; text[i] && i + 1 < bytes; i++) {
        char c = text[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                     c == '-' || c == '_' || c == '.';
        name[i] = plain ? c : '-';
    }
    name[i] = '\0';
}

/* ---- Opening ---- */

plb_status plb_make_folders(char *path, const char *what, plb_error *error) {
    for (char *slash = path + 1;; slash++) {
        if (*slash && *slash != '/') continue;
        char kept = *slash;
        *slash = '\0';
        int failed = mkdir(path, 0777) != 0 && errno != EEXIST;
        /* A folder above may exist and not be writable, or not be told apart (EACCES, EROFS). */
        struct stat status;
        if (failed && stat(path, &status) == 0) failed = 0;
        if (failed) {
            plb_status result =
                plb_fail(error, PLB_E_IO, path, "cannot make %s: %s", what, strerror(errno));
            *slash = kept;
            return result;
        }
        *slash = kept;
        if (!kept) break;
    }
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
        return plb_fail(error, PLB_E_IO, path, "cannot be %s: it is not a folder", what);
    }
    return PLB_OK;
}

/* A new file of a name that nobody else uses, made with the user's umask (as mkstemp's are not). */
static int make_temporary(plb_results *results) {
    for (unsigned attempt = 0; attempt < 1000; attempt++) {
        int length = snprintf(results->temporary, sizeof results->temporary, "%s/.plutbench-%ld-%u",
                              results->directory, (long) getpid(), attempt);
        if (length < 0 || (size_t) length >= sizeof results->temporary) {
            errno = ENAMETOOLONG;
            break;
        }
        int descriptor =
            open(results->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
        if (descriptor >= 0 || errno != EEXIST) return descriptor;
    }
    return -1;
}

static FILE *begin(plb_results *results, plb_error *error) {
    int descriptor = make_temporary(results);
    FILE *file = descriptor < 0 ? NULL : fdopen(descriptor, "w");
    if (!file) {
        io_error(error, results->directory, "cannot write into the output folder");
        if (descriptor >= 0) {
            close(descriptor);
            unlink(results->temporary);
        }
        results->temporary[0] = '\0';
    }
    return file;
}

static void abandon(plb_results *results) {
    if (results->temporary[0]) unlink(results->temporary);
    results->temporary[0] = '\0';
}

static plb_status prove_writable(plb_results *results, plb_error *error) {
    char second[PATH_MAX + 8];
    FILE *file = begin(results, error);
    if (!file) return PLB_E_IO;
    snprintf(second, sizeof second, "%s.moved", results->temporary);
    int failed = fputs("plutbench\n", file) < 0;
    failed |= fclose(file) != 0;
    failed = failed || rename(results->temporary, second) != 0;
    plb_status status = PLB_OK;
    if (failed) status = io_error(error, results->directory, "cannot write into the output folder");
    unlink(second);
    abandon(results);
    return status;
}

plb_status plb_results_open(const char *directory, plb_results **results, plb_error *error) {
    *results = NULL;
    if (!directory || !*directory) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected the name of an output folder");
    }
    plb_results *made = calloc(1, sizeof *made);
    if (made) made->directory = strdup(directory);
    if (!made || !made->directory) {
        free(made);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for an output folder");
    }
    plb_status status = plb_make_folders(made->directory, "the output folder", error);
    if (status == PLB_OK) status = prove_writable(made, error);
    if (status != PLB_OK) {
        plb_results_close(made);
        return status;
    }
    *results = made;
    return PLB_OK;
}

void plb_results_close(plb_results *results) {
    if (!results) return;
    abandon(results);
    for (size_t i = 0; i < results->file_count; i++) free(results->files[i]);
    free(results->files);
    free(results->directory);
    free(results);
}

const char *plb_results_directory(const plb_results *results) { return results->directory; }

const char *plb_results_file(const plb_results *results, size_t index) {
    return index < results->file_count ? results->files[index] : NULL;
}

/* ---- Writing ---- */

static bool remember(plb_results *results, const char *name) {
    for (size_t i = 0; i < results->file_count; i++) {
        if (strcmp(results->files[i], name) == 0) return true;
    }
    char **grown = realloc(results->files, (results->file_count + 1) * sizeof *grown);
    if (!grown) return false;
    results->files = grown;
    grown[results->file_count] = strdup(name);
    if (!grown[results->file_count]) return false;
    results->file_count++;
    return true;
}

plb_status plb_results_note_file(plb_results *results, const char *name, plb_error *error) {
    return remember(results, name)
               ? PLB_OK
               : plb_fail(error, PLB_E_MEMORY, name, "no memory for the list of files");
}

static void sync_directory(const char *directory) {
    /* Some file systems can't; the file itself is safe by then. */
    int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return;
    (void) fsync(descriptor);
    close(descriptor);
}

plb_status plb_results_stream(plb_results *results, const char *name,
                              plb_status (*fill)(void *context, FILE *file, plb_error *error),
                              void *context, plb_error *error) {
    char path[PATH_MAX];
    plb_status status = plb_results_path(results, name, path, error);
    if (status != PLB_OK) return status;
    FILE *file = begin(results, error);
    if (!file) return PLB_E_IO;
    status = fill(context, file, error);
    bool failed = false;
    if (status == PLB_OK) {
        failed = fflush(file) != 0 || ferror(file) || fsync(fileno(file)) != 0;
        if (failed) status = io_error(error, path, "cannot write");
    }
    if (fclose(file) != 0 && status == PLB_OK) status = io_error(error, path, "cannot write");
    if (status == PLB_OK && rename(results->temporary, path) != 0) {
        status = io_error(error, path, "cannot rename the finished file to this name");
    }
    if (status != PLB_OK) {
        abandon(results);
        return status;
    }
    results->temporary[0] = '\0';
    sync_directory(results->directory);
    return plb_results_note_file(results, name, error);
}

typedef struct bytes {
    const void *start;
    size_t length;
} bytes;

static plb_status fill_bytes(void *context, FILE *file, plb_error *error) {
    const bytes *b = context;
    (void) error;
    (void) fwrite(b->start, 1, b->length, file); /* ferror is looked at by the caller */
    return PLB_OK;
}

plb_status plb_results_write(plb_results *results, const char *name, const void *start,
                             size_t length, plb_error *error) {
    bytes b = {start, length};
    return plb_results_stream(results, name, fill_bytes, &b, error);
}

plb_status plb_results_keep(plb_results *results, const char *name, plb_status status, char *text,
                            plb_error *error) {
    if (status == PLB_OK) {
        status = plb_results_write(results, name, text, strlen(text), error);
    }
    free(text);
    return status;
}

/* ---- Reading what is there already ---- */

plb_status plb_file_read(const char *path, size_t most, char **text, size_t *length,
                         plb_error *error) {
    *text = NULL;
    *length = 0;
    FILE *file = fopen(path, "rbe");
    if (!file) return errno == ENOENT ? PLB_OK : io_error(error, path, "cannot read");
    size_t capacity = 65536, used = 0;
    char *made = malloc(capacity);
    while (made) {
        used += fread(made + used, 1, capacity - 1 - used, file);
        if (used + 1 < capacity) break;
        char *grown = used < most ? realloc(made, 2 * capacity) : NULL;
        if (!grown) free(made);
        made = grown;
        capacity *= 2;
    }
    plb_status status = PLB_OK;
    if (!made || used > most) {
        status = plb_fail(error, PLB_E_MEMORY, path, "the file is too large");
    } else if (ferror(file)) {
        status = io_error(error, path, "cannot read");
    }
    fclose(file);
    if (status != PLB_OK) {
        free(made);
        return status;
    }
    made[used] = '\0';
    *text = made;
    *length = used;
    return PLB_OK;
}

plb_status plb_results_read(const plb_results *results, const char *name, char **text,
                            size_t *length, plb_error *error) {
    char path[PATH_MAX];
    *text = NULL;
    *length = 0;
    plb_status status = plb_results_path(results, name, path, error);
    return status == PLB_OK ? plb_file_read(path, PLB_RESULTS_FILE_BYTES, text, length, error)
                            : status;
}
