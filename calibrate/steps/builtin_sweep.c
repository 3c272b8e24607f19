/* A sweep of just the builtins that programs call. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/sweep.h>

#include "calibrate/fit/table.h"
#include "calibrate/steps/builtins.h"
#include "harness/measure/random.h"
#include "results/format.h"

#define TIME_DEFAULT_S 20
#define POINTS_MOST 64 /* of a benchmark: a model of few coefficients wants no more */

static bool is_called(const plb_step_set *set, const char *builtin) {
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS; tag++) {
        if (strcmp(plb_builtin_name(tag), builtin) != 0) continue;
        for (size_t i = 0; i < set->count; i++)
            if (set->entries[i].calls[tag] > 0) return true;
    }
    return false;
}

/* The benchmarks that those builtins are fitted from. */
static size_t wanted_benchmarks(const plb_step_set *set, const plb_fit_table *table,
                                const char **names) {
    size_t count = 0;
    for (size_t i = 0; i < table->builtins; i++) {
        const plb_fit_row *row = &table->rows[i];
        bool new = is_called(set, row->builtin);
        for (size_t k = 0; k < count && new; k++) new = strcmp(names[k], row->data) != 0;
        if (new) names[count++] = row->data;
    }
    return count;
}

/* How many points of a grid, from `begin` on, have the benchmark of the first of them. */
static size_t count_alike(const plb_grid *grid, size_t begin) {
    const char *benchmark = plb_grid_at(grid, begin).benchmark;
    size_t end = begin;
    while (end < plb_grid_count(grid) && plb_grid_at(grid, end).benchmark == benchmark) end++;
    return end - begin;
}

/* Some of so many points, each as likely as the others (Knuth, volume 2, algorithm 3.4.2S). */
static void print_some(FILE *out, const plb_grid *grid, size_t begin, size_t count,
                       plb_random *random) {
    size_t wanted = count < POINTS_MOST ? count : POINTS_MOST;
    for (size_t left = count; left > 0 && wanted > 0; left--) {
        if (plb_random_below(random, (uint32_t) left) >= wanted) continue;
        char name[PLB_GRID_NAME_BYTES];
        plb_grid_point point = plb_grid_at(grid, begin + count - left);
        plb_grid_name(&point, name);
        fprintf(out, "%s\n", name);
        wanted--;
    }
}

/* The grid with no more than POINTS_MOST points of each benchmark, always the same. */
static plb_status thin_out(const plb_grid *whole, plb_grid **grid, plb_error *error) {
    char *text = NULL;
    size_t length = 0;
    plb_random random;
    FILE *out = open_memstream(&text, &length);
    plb_random_seed(&random, 1);
    for (size_t i = 0, alike; i < plb_grid_count(whole) && out != NULL; i += alike) {
        alike = count_alike(whole, i);
        print_some(out, whole, i, alike, &random);
    }
    plb_status status = plb_text_close(out, &text, error);
    if (status == PLB_OK) status = plb_grid_read(grid, "builtins", text, length, NULL, 0, 0, error);
    free(text);
    return status;
}

static bool is_any_known(const plb_builtin_sweep *sweep) {
    for (size_t i = 0; i < plb_builtin_sweep_count(sweep); i++)
        if (plb_builtin_sweep_timing(sweep, i).median.method != NULL) return true;
    return false;
}

static plb_status fit(const plb_builtin_sweep *sweep, const plb_fit_table *table,
                      plb_step_builtins **builtins, plb_error *error) {
    const plb_fit_options options = {.weights = PLB_FIT_WEIGHTS_RELATIVE};
    char *text = NULL;
    plb_benching *benching = NULL;
    plb_fit *fitted = NULL;
    if (!is_any_known(sweep))
        return plb_fail(error, PLB_E_MEASURE, "sweep of builtins",
                        "no benchmark was visited often enough: expected more time");
    plb_status status = plb_builtin_sweep_criterion(sweep, &text, error);
    if (status == PLB_OK)
        status = plb_benching_parse(&benching, "sweep of builtins", text, strlen(text), error);
    if (status == PLB_OK) status = plb_fit_run(&fitted, benching, table, &options, error);
    if (status == PLB_OK) status = plb_step_builtins_from_fit(builtins, fitted, error);
    plb_fit_free(fitted);
    plb_benching_free(benching);
    free(text);
    return status;
}

/* What the sweep leaves is what plutbench sweep leaves. */
static plb_status write_results(const plb_builtin_sweep *sweep, const char *directory,
                                plb_error *error) {
    plb_results *results = NULL;
    plb_status status = plb_results_open(directory, &results, error);
    if (status == PLB_OK) status = plb_results_builtin_sweep(results, sweep, error);
    plb_results_close(results);
    return status;
}

static plb_status sweep_grid(const plb_grid *grid, const plb_step_sweep_plan *plan,
                             const plb_fit_table *table, plb_step_builtins **builtins,
                             plb_error *error) {
    const plb_builtin_sweep_plan sweeping = {
        .grid = grid,
        .directory = plan->directory,
        .seed = plan->seed,
        .time_s = plan->time_s > 0 ? plan->time_s : TIME_DEFAULT_S,
        .pin = plan->pin,
        .cpu = -1,
        .interrupted = plan->interrupted,
        .progress = plan->progress,
        .progress_context = plan->progress_context,
    };
    plb_builtin_sweep *sweep = NULL;
    plb_status status = plb_builtin_sweep_run(&sweeping, &sweep, error);
    if (status == PLB_OK) status = write_results(sweep, plan->directory, error);
    if (status == PLB_OK) status = fit(sweep, table, builtins, error);
    plb_builtin_sweep_free(sweep);
    return status;
}

static plb_status sweep_wanted(plb_step_builtins **builtins, const plb_step_sweep_plan *plan,
                               const plb_fit_table *table, const char **names, size_t count,
                               plb_error *error) {
    plb_grid *whole = NULL, *grid = NULL;
    if (count == 0) {
        *builtins = plb_step_builtins_none();
        return *builtins != NULL
                   ? PLB_OK
                   : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    }
    plb_status status = plb_grid_default(&whole, names, count, error);
    if (status == PLB_OK) status = thin_out(whole, &grid, error);
    if (status == PLB_OK) status = sweep_grid(grid, plan, table, builtins, error);
    plb_grid_free(grid);
    plb_grid_free(whole);
    return status;
}

plb_status plb_step_builtins_sweep(plb_step_builtins **builtins, const plb_step_set *set,
                                   const plb_step_sweep_plan *plan, plb_error *error) {
    plb_fit_table *table = plb_fit_table_default();
    const char **names = table != NULL ? calloc(table->builtins + 1, sizeof *names) : NULL;
    *builtins = NULL;
    plb_status status = names != NULL
                            ? sweep_wanted(builtins, plan, table, names,
                                           wanted_benchmarks(set, table, names), error)
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep");
    free(names);
    plb_fit_table_free(table);
    return status;
}
