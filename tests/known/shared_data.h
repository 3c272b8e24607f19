/* Reference data from outside: the folder ../shared/upstream, or that of PLB_SHARED in the
 * environment. */
#ifndef PLB_TESTS_SHARED_DATA_H
#define PLB_TESTS_SHARED_DATA_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define SKIPPED 77 /* exit code */
#define SHARED_PATH_BYTES 4096
#define SHARED_FILE_BYTES ((size_t) 16 << 20)

/* The path of a file or folder below upstream. */
static inline const char *shared_path(char path[SHARED_PATH_BYTES], const char *name) {
    const char *shared = getenv("PLB_SHARED");
    snprintf(path, SHARED_PATH_BYTES, "%s/upstream/%s", shared != NULL ? shared : PLB_SHARED_DIR,
             name);
    return path;
}

/* Whether it is not there, and tells so: the test is to end with SKIPPED. */
static inline bool shared_is_missing(const char *name) {
    char path[SHARED_PATH_BYTES];
    if (access(shared_path(path, name), R_OK) == 0) return false;
    fprintf(stderr, "skipped: no %s\n", path);
    return true;
}

/* A file's content, NUL-terminated and malloc'ed; NULL when there is no such file. */
static inline char *read_file(const char *path, size_t *length) {
    *length = 0;
    FILE *file = fopen(path, "rb");
    if (file == NULL) return NULL;
    char *content = malloc(SHARED_FILE_BYTES);
    assert_non_null(content);
    *length = fread(content, 1, SHARED_FILE_BYTES - 1, file);
    assert_true(*length < SHARED_FILE_BYTES - 1);
    content[*length] = '\0';
    fclose(file);
    return content;
}

/* The same of a file below upstream, which must be there. */
static inline char *read_shared(const char *name, size_t *length) {
    char path[SHARED_PATH_BYTES];
    char *content = read_file(shared_path(path, name), length);
    if (content == NULL) fail_msg("%s could not be opened", path);
    return content;
}

#endif
