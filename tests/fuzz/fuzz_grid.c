/* Any bytes as a grid: refused with a place, or points whose names are a grid of the same points.
 * The arguments of the first of them, where they are small, have the sizes that it says. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/sweep/no_ops.h"
#include "calibrate/sweep/subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BYTE_CAP ((uint64_t) 1 << 20)
#define POINTS_LOOKED_AT 5000 /* larger grids are only read */

static void check_again(const plb_grid *grid) {
    plb_grid *again;
    plb_error error;
    char *text;
    size_t length;
    if (plb_grid_text(grid, &text, &length, &error) != PLB_OK) abort();
    if (plb_grid_read(&again, "again", text, length, NULL, 0, BYTE_CAP, &error) != PLB_OK) abort();
    if (plb_grid_count(again) != plb_grid_count(grid)) abort();
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        plb_grid_point a = plb_grid_at(grid, i), b = plb_grid_at(again, i);
        if (strcmp(a.benchmark, b.benchmark) != 0 || a.repeat != b.repeat) abort();
        if (memcmp(a.sizes, b.sizes, sizeof a.sizes) != 0) abort();
    }
    free(text);
    plb_grid_free(again);
}

static void check_arguments(const plb_grid *grid) {
    static plb_pools *pools;
    static plb_extra_builtins *no_ops;
    plb_subject_arguments arguments;
    plb_error error;
    if (pools == NULL) pools = plb_pools_new();
    if (no_ops == NULL && plb_no_ops_new(&no_ops, &error) != PLB_OK) abort();
    plb_program *program = plb_program_new((size_t) 1 << 26);
    if (program == NULL || pools == NULL) abort();
    plb_program_use_extras(program, no_ops);
    if (plb_subject_make(grid, 0, 1, 0, pools, program, &arguments, &error) != PLB_OK) abort();
    if (plb_subject_check(grid, 0, &arguments, &error) != PLB_OK) abort();
    plb_program_free(program);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_grid *grid;
    plb_error error = {.status = PLB_OK};
    plb_status status =
        plb_grid_read(&grid, "fuzz", (const char *) data, size, NULL, 0, BYTE_CAP, &error);
    if (status != PLB_OK) {
        if (grid != NULL || error.message[0] == '\0' || error.where[0] == '\0') abort();
        return 0;
    }
    if (plb_grid_count(grid) <= POINTS_LOOKED_AT) check_again(grid);
    check_arguments(grid);
    plb_grid_free(grid);
    return 0;
}
