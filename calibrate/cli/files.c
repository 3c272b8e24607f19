#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calibrate/cli/cli.h"

/* Larger inputs are refused before they fill the memory. */
#define FILE_BYTES_MAX ((size_t) 1 << 30)

static plb_status io_failure(plb_error *error, const char *path, const char *what) {
    return plb_fail(error, PLB_E_IO, path[0] != '\0' ? path : "''", "%s: %s", what,
                    strerror(errno));
}

static plb_status read_all(int file, const char *path, uint8_t **bytes, size_t *length,
                           plb_error *error) {
    size_t capacity = 1 << 16;
    uint8_t *buffer = malloc(capacity + 1);
    size_t used = 0;
    while (buffer != NULL) {
        ssize_t got = read(file, buffer + used, capacity - used);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            free(buffer);
            return io_failure(error, path, "could not be read");
        }
        if (got == 0) {
            buffer[used] = '\0';
            *bytes = buffer;
            *length = used;
            return PLB_OK;
        }
        used += (size_t) got;
        if (used == capacity) {
            if (capacity >= FILE_BYTES_MAX) {
                free(buffer);
                return plb_fail(error, PLB_E_MEMORY, path, "is larger than 1 GiB");
            }
            capacity *= 2;
            uint8_t *bigger = realloc(buffer, capacity + 1);
            if (bigger == NULL) {
                free(buffer);
            }
            buffer = bigger;
        }
    }
    return plb_fail(error, PLB_E_MEMORY, path, "no memory to read it");
}

plb_status cli_read_file(const char *path, uint8_t **bytes, size_t *length, plb_error *error) {
    bool is_stdin = strcmp(path, "-") == 0;
    int file = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return io_failure(error, path, "could not be opened");
    }
    plb_status status = read_all(file, path, bytes, length, error);
    if (!is_stdin) {
        (void) close(file);
    }
    return status;
}

static bool write_all(int file, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t put = write(file, bytes, length);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        if (put > 0) {
            bytes += put;
            length -= (size_t) put;
        }
    }
    return true;
}

/* A device or a pipe is written to; to put a file in its place would be to lose it. */
static bool write_into(const char *path, const void *bytes, size_t length) {
    int file = open(path, O_WRONLY | O_CLOEXEC);
    bool ok = file >= 0 && write_all(file, bytes, length);
    return (file < 0 || close(file) == 0) && ok;
}

static bool replace_file(const char *path, char *temporary, const void *bytes, size_t length) {
    int file = mkstemp(temporary);
    if (file < 0) return false;
    bool ok = write_all(file, bytes, length) && fchmod(file, 0644) == 0 && fsync(file) == 0;
    ok = close(file) == 0 && ok;
    ok = ok && rename(temporary, path) == 0;
    if (!ok) (void) unlink(temporary);
    return ok;
}

plb_status cli_write_file(const char *path, const void *bytes, size_t length, plb_error *error) {
    if (strcmp(path, "-") == 0) {
        return fwrite(bytes, 1, length, stdout) == length
                   ? PLB_OK
                   : io_failure(error, "standard output", "could not be written");
    }
    struct stat there;
    if (stat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        return write_into(path, bytes, length) ? PLB_OK
                                               : io_failure(error, path, "could not be written");
    }
    size_t size = strlen(path) + sizeof ".XXXXXX";
    char *temporary = malloc(size);
    if (temporary == NULL) {
        return plb_fail(error, PLB_E_MEMORY, path, "no memory to write it");
    }
    (void) snprintf(temporary, size, "%s.XXXXXX", path);
    plb_status status = replace_file(path, temporary, bytes, length)
                            ? PLB_OK
                            : io_failure(error, path, "could not be written");
    free(temporary);
    return status;
}

plb_status cli_cost_model(plb_cost_model **model, plb_era era, const char *path, plb_error *error) {
    if (path == NULL) {
        *model = plb_cost_model_default(era);
        return *model != NULL ? PLB_OK
                              : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    }
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_cost_model_load(model, era, path, (const char *) bytes, length, error);
    }
    free(bytes);
    return status;
}

void cli_print_json(struct json_t *json) {
    (void) json_dumpf(json, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    (void) putchar('\n');
    json_decref(json);
}
