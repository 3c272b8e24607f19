/* Grids and the table of benchmarks, inside. */
#ifndef PLB_SWEEP_GRID_H
#define PLB_SWEEP_GRID_H

#include <plutbench/sweep.h>

#include "calibrate/plugin/plugins.h"
#include "calibrate/sweep/words.h"

#define PLB_BENCHMARK_NAME_BYTES 48

/* A row of sweep_arguments.tsv, or a builtin of a plug-in, which has one size for each argument and
 * no words. */
typedef struct plb_benchmark {
    char name[PLB_BENCHMARK_NAME_BYTES];
    char builtin[PLB_BENCHMARK_NAME_BYTES]; /* or no-op; "": none */
    bool no_op;
    int id; /* of the builtin; of the no-op, or the plug-ins' builtin, among those; -1: none */
    const plb_plugin_builtin *plugin; /* NULL: none's */
    const plb_word *words[PLB_WORD_ARGUMENTS];
    unsigned word_count, size_count, argument_count;
} plb_benchmark;

typedef struct plb_benchmarks {
    plb_benchmark *rows;
    size_t count;
} plb_benchmarks;

/* Free with plb_benchmarks_free. Errors: PLB_E_PARSE with the line, PLB_E_MEMORY. */
plb_status plb_benchmarks_read(plb_benchmarks *benchmarks, const char *name, const char *text,
                               size_t length, plb_error *error);
plb_status plb_benchmarks_default(plb_benchmarks *benchmarks, plb_error *error);
void plb_benchmarks_free(plb_benchmarks *benchmarks);
/* Those of plug-ins, behind the others. PLB_E_PARSE with the plug-in's file for a name that
 * another benchmark has, PLB_E_MEMORY. */
plb_status plb_benchmarks_add_plugins(plb_benchmarks *benchmarks, const plb_plugins *plugins,
                                      plb_error *error);
/* By the benchmark's name, or (`or_builtin`) that of its builtin; NULL when there is none. */
const plb_benchmark *plb_benchmarks_find(const plb_benchmarks *benchmarks, const char *name,
                                         size_t length, bool or_builtin);
/* The name that was probably meant, or NULL. */
const char *plb_benchmarks_suggest(const plb_benchmarks *benchmarks, const char *name,
                                   size_t length);

/* What size number `index` of the benchmark can be. */
typedef struct plb_size_bounds {
    uint64_t least, most, bytes_each; /* as in plb_word */
} plb_size_bounds;
plb_size_bounds plb_benchmark_bounds(const plb_benchmark *benchmark, unsigned index);
/* Bytes that arguments of these sizes take, at most; UINT64_MAX for more than can be counted. */
uint64_t plb_benchmark_bytes(const plb_benchmark *benchmark, const uint64_t *sizes);

typedef struct plb_grid_entry {
    uint32_t benchmark; /* its row */
    uint32_t repeat, line;
    uint64_t sizes[PLB_GRID_SIZES];
} plb_grid_entry;

struct plb_grid {
    const plb_plugins *plugins; /* NULL: none */
    plb_benchmarks benchmarks;
    plb_grid_entry *entries;
    size_t count, capacity;
    size_t repeats, first_repeat, before_repeat; /* the last two: indexes */
};

const plb_benchmark *plb_grid_benchmark_of(const plb_grid *grid, size_t index);
/* Whether it is a plug-in's benchmark that has failed, and is not visited any more. */
bool plb_grid_has_failed(const plb_grid *grid, size_t index);
/* SHA-256 of all names in order, as text; plug-ins with their versions. */
plb_status plb_grid_checksum(const plb_grid *grid, char sha256[PLB_SHA256_TEXT_BYTES],
                             plb_error *error);
/* All names, a line each; malloc'ed. */
plb_status plb_grid_text(const plb_grid *grid, char **text, size_t *length, plb_error *error);

#endif
