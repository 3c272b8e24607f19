/* The scale between two machines, measured along with everything else. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/scale.h>

#include "calibrate/regress/gate.h"

/* ---- Which points ---- */

static bool is_no_op_of(const plb_machine_scale_set *set, const char *name) {
    const char *benchmark, *no_op;
    for (size_t i = 0; plb_machine_scale_set_get(set, i, &benchmark, &no_op); i++)
        if (strcmp(no_op, name) == 0) return true;
    return false;
}

/* A third and two thirds of the way through the benchmark's points in the reference's grid, once
 * where they have one name. */
static void print_points(const plb_grid *grid, const char *benchmark, FILE *file) {
    char name[PLB_GRID_NAME_BYTES], before[PLB_GRID_NAME_BYTES] = "";
    size_t first = 0, count = 0;
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        if (strcmp(plb_grid_at(grid, i).benchmark, benchmark) != 0) continue;
        if (count == 0) first = i;
        count = i + 1 - first;
    }
    for (size_t third = 1; third <= 2 && count > 0; third++) {
        plb_grid_point point = plb_grid_at(grid, first + third * (count - 1) / 3);
        if (strcmp(point.benchmark, benchmark) != 0) continue;
        plb_grid_name(&point, name);
        if (strcmp(name, before) != 0) (void) fprintf(file, "%s\n", name);
        (void) strcpy(before, name);
    }
}

static plb_status write_points(const plb_machine_scale_set *set, FILE *file, plb_error *error) {
    plb_grid *grid = NULL;
    const char *benchmark, *no_op, *before = "";
    plb_status status = plb_grid_default(&grid, NULL, 0, error);
    if (status != PLB_OK) return status;
    for (size_t i = 0; plb_machine_scale_set_get(set, i, &benchmark, &no_op); i++)
        print_points(grid, benchmark, file);
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        const char *name = plb_grid_at(grid, i).benchmark;
        if (name != before && is_no_op_of(set, name)) print_points(grid, name, file);
        before = name;
    }
    plb_grid_free(grid);
    return PLB_OK;
}

plb_status plb_gate_scale_grid(plb_grid **grid, plb_error *error) {
    plb_machine_scale_set *set = plb_machine_scale_set_default();
    char *text = NULL;
    size_t length = 0;
    FILE *file = open_memstream(&text, &length);
    plb_status status = set != NULL && file != NULL ? write_points(set, file, error) : PLB_E_MEMORY;
    if (file != NULL && fclose(file) != 0) status = PLB_E_MEMORY;
    plb_machine_scale_set_free(set);
    if (status == PLB_OK)
        status = plb_grid_read(grid, "scale", text, length, NULL, 0, 0, error);
    else if (status == PLB_E_MEMORY)
        (void) plb_fail(error, status, NULL, "no memory for the scale");
    free(text);
    return status;
}

/* ---- The scale ---- */

/* "AddInteger" and {11, 22} of "AddInteger/11/22"; false when it is no such name. */
static bool split_name(const char *name, char *benchmark, double sizes[PLB_BENCH_SIZES]) {
    size_t length = strcspn(name, "/");
    if (length == 0 || length >= PLB_BENCH_NAME_BYTES) return false;
    memcpy(benchmark, name, length);
    benchmark[length] = '\0';
    const char *at = name + length;
    for (int i = 0; i < PLB_BENCH_SIZES; i++) {
        char *end = NULL;
        sizes[i] = NAN;
        if (*at == '\0') continue;
        sizes[i] = strtod(at + 1, &end);
        if (end == at + 1 || (*end != '/' && *end != '\0')) return false;
        at = end;
    }
    return *at == '\0';
}

/* What is no point's name is not known to the scale's set either, and left out. */
static plb_status benching_of(plb_benching **benching, const plb_baseline_item *items, size_t count,
                              plb_error *error) {
    *benching = plb_benching_new();
    if (*benching == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the scale");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        const plb_gate_time *time = &items[i].times[PLB_GATE_EVALUATE];
        char name[PLB_BENCH_NAME_BYTES];
        plb_bench_point point = {.time = time->ns / 1e3,
                                 .time_low = time->low_ns / 1e3,
                                 .time_high = time->high_ns / 1e3,
                                 .deviation = time->ns * time->spread / 1e3};
        if (time->ns > 0 && split_name(items[i].name, name, point.size))
            status = plb_benching_add(*benching, name, &point, error);
    }
    return status;
}

plb_status plb_gate_scale_make(plb_machine_scale **scale, const plb_baseline_item *reference,
                               size_t reference_count, const plb_baseline_item *own,
                               size_t own_count, plb_error *error) {
    plb_benching *there = NULL, *here = NULL;
    plb_machine_scale_set *set = plb_machine_scale_set_default();
    *scale = NULL;
    plb_status status = set != NULL ? benching_of(&there, reference, reference_count, error)
                                    : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a scale");
    if (status == PLB_OK) status = benching_of(&here, own, own_count, error);
    if (status == PLB_OK) status = plb_machine_scale_make(scale, there, here, set, NULL, error);
    plb_benching_free(there);
    plb_benching_free(here);
    plb_machine_scale_set_free(set);
    return status;
}
