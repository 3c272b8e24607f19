/* The default grid against the names in the reference's own measurements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "calibrate/sweep/grid.h"
#include "tests/known/shared_data.h"

#define FILE_NAME "cost-model/benching-conway.csv"

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *) a, *(char *const *) b);
}

static size_t split(char *text, char **lines, size_t most) {
    size_t count = 0;
    for (char *line = strtok(text, "\n"); line != NULL && count < most; line = strtok(NULL, "\n"))
        lines[count++] = line;
    qsort(lines, count, sizeof *lines, by_text);
    return count;
}

/* Names, each as often as in the file. */
static void grid_is_the_references(void **state) {
    (void) state;
    enum { MOST = 20000 };
    static char *ours[MOST], *theirs[MOST];
    plb_grid *grid;
    plb_error error;
    char *names, *text;
    size_t length, their_count = 0;
    assert_int_equal(plb_grid_default(&grid, NULL, 0, &error), PLB_OK);
    assert_int_equal(plb_grid_text(grid, &names, &length, &error), PLB_OK);
    size_t our_count = split(names, ours, MOST);
    text = read_shared(FILE_NAME, &length);
    for (char *line = strtok(text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        line[strcspn(line, ",")] = '\0';
        if (line[0] != '#' && strcmp(line, "benchmark") != 0) theirs[their_count++] = line;
    }
    qsort(theirs, their_count, sizeof *theirs, by_text);
    assert_int_equal(our_count, their_count);
    assert_int_equal(our_count, 14773);
    for (size_t i = 0; i < our_count; i++) assert_string_equal(ours[i], theirs[i]);
    free(names);
    free(text);
    plb_grid_free(grid);
}

/* The file itself is a grid. */
static void the_file_is_a_grid(void **state) {
    (void) state;
    plb_grid *grid;
    plb_error error;
    size_t length;
    char *text = read_shared(FILE_NAME, &length);
    if (plb_grid_read(&grid, "csv", text, length, NULL, 0, 0, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    assert_int_equal(plb_grid_count(grid), 14773);
    plb_grid_free(grid);
    free(text);
}

int main(void) {
    if (shared_is_missing(FILE_NAME)) return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grid_is_the_references),
        cmocka_unit_test(the_file_is_a_grid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
