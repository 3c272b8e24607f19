/* Runs a fuzz target over files instead of libFuzzer's inputs: each argument is a file, or a folder
 * whose files are taken (not those of folders in it). The empty input is always run. An argument
 * that does not exist counts as an empty folder, so that a target may have no seeds yet. */
#include <dirent.h>
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static int fail(const char *path) {
    fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
    return -1;
}

/* The input is copied into a block of exactly its size, so that ASan sees a read past its end. */
static int run_file(const char *path, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (!file) return fail(path);
    struct stat status;
    if (fstat(fileno(file), &status) != 0) {
        fclose(file);
        return fail(path);
    }
    size_t size = (size_t) status.st_size;
    uint8_t *data = malloc(size ? size : 1);
    if (!data || fread(data, 1, size, file) != size) {
        free(data);
        fclose(file);
        return fail(path);
    }
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    ++*count;
    return 0;
}

static int by_name(const struct dirent **left, const struct dirent **right) {
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int run_folder(const char *path, size_t *count) {
    struct dirent **entries;
    int entry_count = scandir(path, &entries, NULL, by_name);
    if (entry_count < 0) return fail(path);
    int result = 0;
    for (int i = 0; i < entry_count; i++) {
        char name[4096];
        int length = snprintf(name, sizeof name, "%s/%s", path, entries[i]->d_name);
        free(entries[i]);
        struct stat status;
        if (length < 0 || (size_t) length >= sizeof name || stat(name, &status) != 0)
            result = fail(path);
        else if (S_ISREG(status.st_mode) && run_file(name, count) != 0)
            result = -1;
    }
    free(entries);
    return result;
}

int main(int argc, char **argv) {
    if (LLVMFuzzerInitialize) LLVMFuzzerInitialize(&argc, &argv);
    uint8_t *nothing = malloc(1);
    if (!nothing) return EXIT_FAILURE;
    LLVMFuzzerTestOneInput(nothing, 0);
    free(nothing);

    size_t count = 0;
    int result = EXIT_SUCCESS;
    for (int i = 1; i < argc; i++) {
        struct stat status;
        if (stat(argv[i], &status) != 0) {
            if (errno != ENOENT) {
                fail(argv[i]);
                result = EXIT_FAILURE;
            }
            continue;
        }
        int failed =
            S_ISDIR(status.st_mode) ? run_folder(argv[i], &count) : run_file(argv[i], &count);
        if (failed) result = EXIT_FAILURE;
    }
    printf("%zu inputs\n", count);
    return result;
}
