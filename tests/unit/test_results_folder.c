/* The output folder: found writable before anything is measured, files whole or not at all. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results/folder.h"
#include "tests/unit/temporary_folder.h"

static char root[] = "/tmp/plutbench-folder-XXXXXX";

static int make_root(void **state) {
    (void) state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
    (void) state;
    return remove_folder(root);
}

static const char *below_root(const char *name, char path[256]) {
    snprintf(path, 256, "%s/%s", root, name);
    return path;
}

static size_t entries(const char *directory) {
    size_t count = 0;
    DIR *stream = opendir(directory);
    assert_non_null(stream);
    for (struct dirent *entry; (entry = readdir(stream));) count += entry->d_name[0] != '\0';
    closedir(stream);
    return count - 2;
}

static void folders_are_made_and_nothing_is_left_in_them(void **state) {
    (void) state;
    char path[256];
    plb_results *results;
    assert_int_equal(plb_results_open(below_root("a/b//c/", path), &results, NULL), PLB_OK);
    assert_int_equal(entries(path), 0);
    assert_null(plb_results_file(results, 0));
    plb_results_close(results);
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    plb_results_close(results);
    plb_results_close(NULL);
}

static void folders_that_cannot_be_are_refused_with_their_name(void **state) {
    (void) state;
    char path[256];
    plb_results *results;
    plb_error error;
    FILE *file = fopen(below_root("file", path), "w");
    fclose(file);
    assert_int_equal(plb_results_open(path, &results, &error), PLB_E_IO);
    assert_null(results);
    assert_string_equal(error.where, path);
    assert_int_equal(plb_results_open(below_root("file/inside", path), &results, &error), PLB_E_IO);
    assert_int_equal(plb_results_open("/proc/plutbench", &results, &error), PLB_E_IO);
    assert_int_equal(plb_results_open("", &results, &error), PLB_E_ARGUMENT);
    if (geteuid() == 0) return; /* root may write anywhere */
    mkdir(below_root("closed", path), 0555);
    assert_int_equal(plb_results_open(path, &results, &error), PLB_E_IO);
}

static void files_are_written_whole_and_listed_once(void **state) {
    (void) state;
    char path[256], *text;
    size_t length;
    plb_results *results;
    assert_int_equal(plb_results_open(below_root("w", path), &results, NULL), PLB_OK);
    assert_int_equal(plb_results_write(results, "one", "first", 5, NULL), PLB_OK);
    assert_int_equal(plb_results_write(results, "two", "", 0, NULL), PLB_OK);
    assert_int_equal(plb_results_write(results, "one", "second", 6, NULL), PLB_OK);
    assert_string_equal(plb_results_file(results, 0), "one");
    assert_string_equal(plb_results_file(results, 1), "two");
    assert_null(plb_results_file(results, 2));
    assert_int_equal(entries(path), 2);
    assert_int_equal(plb_results_read(results, "one", &text, &length, NULL), PLB_OK);
    assert_string_equal(text, "second");
    assert_int_equal(length, 6);
    free(text);
    assert_int_equal(plb_results_read(results, "three", &text, &length, NULL), PLB_OK);
    assert_null(text);
    plb_results_close(results);
}

static void files_longer_than_the_buffer_are_read_whole(void **state) {
    (void) state;
    static char large[200000];
    char path[256], *text;
    size_t length;
    plb_results *results;
    memset(large, 'x', sizeof large);
    assert_int_equal(plb_results_open(below_root("large", path), &results, NULL), PLB_OK);
    assert_int_equal(plb_results_write(results, "f", large, sizeof large, NULL), PLB_OK);
    assert_int_equal(plb_results_read(results, "f", &text, &length, NULL), PLB_OK);
    assert_int_equal(length, sizeof large);
    assert_memory_equal(text, large, sizeof large);
    free(text);
    plb_results_close(results);
}

static plb_status fail_halfway(void *context, FILE *file, plb_error *error) {
    (void) context;
    fputs("half", file);
    return plb_fail(error, PLB_E_MEASURE, "here", "no more");
}

static void a_failed_file_leaves_the_old_one(void **state) {
    (void) state;
    char path[256], *text;
    size_t length;
    plb_error error;
    plb_results *results;
    assert_int_equal(plb_results_open(below_root("f", path), &results, NULL), PLB_OK);
    assert_int_equal(plb_results_write(results, "one", "old", 3, NULL), PLB_OK);
    assert_int_equal(plb_results_stream(results, "one", fail_halfway, NULL, &error), PLB_E_MEASURE);
    assert_int_equal(plb_results_stream(results, "two", fail_halfway, NULL, &error), PLB_E_MEASURE);
    assert_string_equal(error.message, "no more");
    assert_int_equal(entries(path), 1);
    assert_int_equal(plb_results_read(results, "one", &text, &length, NULL), PLB_OK);
    assert_string_equal(text, "old");
    free(text);
    plb_results_close(results);
}

static void names_stay_inside_the_folder(void **state) {
    (void) state;
    char path[256], name[16];
    plb_error error;
    plb_results *results;
    assert_int_equal(plb_results_open(below_root("n", path), &results, NULL), PLB_OK);
    const char *names[] = {"", ".", "..", "../x", "a/b"};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(plb_results_write(results, names[i], "x", 1, &error), PLB_E_ARGUMENT);
    }
    plb_results_close(results);
    plb_results_safe_name("../My Script(1).uplc", name, sizeof name);
    assert_string_equal(name, "..-My-Script-1-");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_made_and_nothing_is_left_in_them),
        cmocka_unit_test(folders_that_cannot_be_are_refused_with_their_name),
        cmocka_unit_test(files_are_written_whole_and_listed_once),
        cmocka_unit_test(files_longer_than_the_buffer_are_read_whole),
        cmocka_unit_test(a_failed_file_leaves_the_old_one),
        cmocka_unit_test(names_stay_inside_the_folder),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
