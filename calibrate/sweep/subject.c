#include "calibrate/sweep/subject.h"

#include <string.h>

#include "calibrate/sweep/no_ops.h"
#include "harness/machine/measure.h"

#define OFFSETS 512 /* of 8 bytes: places in a page where the arguments can begin */

/* ---- Making ---- */

/* Names are hashed, not numbered, so that a point has the same arguments in every grid. */
static uint64_t seed_of(const plb_grid_point *point, uint64_t seed) {
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_name(point, name);
    uint64_t state = seed, hash = plb_random_mix(&state);
    for (const char *c = name; *c != '\0'; c++) {
        state += (uint64_t) (unsigned char) *c;
        hash ^= plb_random_mix(&state);
    }
    state += point->repeat;
    return hash ^ plb_random_mix(&state);
}

static bool make_arguments(const plb_benchmark *benchmark, const plb_grid_point *point,
                           plb_maker *maker, plb_subject_arguments *arguments) {
    const uint64_t *sizes = point->sizes;
    arguments->count = 0;
    for (unsigned w = 0; w < benchmark->word_count; w++) {
        const plb_word *word = benchmark->words[w];
        plb_value *made = &arguments->values[arguments->count];
        word->make(maker, sizes, made);
        for (unsigned i = 0; i < word->arguments; i++)
            if (made[i] == PLB_NO_VALUE) return false;
        arguments->count += word->arguments;
        sizes += word->sizes;
    }
    return true;
}

static plb_status make_plugin_arguments(const plb_grid *grid, const plb_benchmark *benchmark,
                                        const plb_grid_point *point, plb_maker *maker,
                                        plb_subject_arguments *arguments, plb_error *error) {
    uint64_t seed = plb_random_next(&maker->random);
    arguments->count = benchmark->argument_count;
    return plb_plugin_make_arguments(grid->plugins, (unsigned) benchmark->id, maker->region,
                                     maker->types, point->sizes, seed, arguments->values, error);
}

/* Lists of these come without having asked for their type. */
static bool know_types(plb_types *types) {
    static const plb_type elements[] = {PLB_TYPE_INTEGER, PLB_TYPE_BYTESTRING, PLB_TYPE_G1,
                                        PLB_TYPE_G2};
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (plb_types_list(types, elements[i]) == PLB_TYPE_INVALID) return false;
    return true;
}

/* Those of plug-ins are behind the no-ops, or for themselves, as the program has them; -1: it does
 * not use them. */
static int builtin_id(const plb_program *program, const plb_benchmark *benchmark) {
    const char *name = benchmark->builtin;
    if (benchmark->plugin != NULL) return plb_program_find_builtin(program, name, strlen(name));
    return benchmark->no_op ? PLB_BUILTIN_COUNT + benchmark->id : benchmark->id;
}

static bool build(plb_program *program, const plb_benchmark *benchmark,
                  const plb_subject_arguments *arguments) {
    program->version[0] = program->version[1] = 1;
    program->version[2] = 0;
    if (benchmark->id >= 0) {
        int id = builtin_id(program, benchmark);
        if (id < 0) return false;
        (void) plb_build_apply(program, arguments->count);
        for (unsigned i = 0; i < program->builtins[id].forces; i++) (void) plb_build_force(program);
        if (plb_build_builtin(program, (unsigned) id) == PLB_BUILD_FAILED) return false;
    }
    plb_build_next next = PLB_BUILD_TERM;
    for (unsigned i = 0; i < arguments->count && next == PLB_BUILD_TERM; i++)
        next = plb_build_const(program, arguments->values[i]);
    return next == PLB_BUILD_DONE;
}

plb_status plb_subject_make(const plb_grid *grid, size_t index, uint64_t seed, uint64_t visit,
                            plb_pools *pools, plb_program *program,
                            plb_subject_arguments *arguments, plb_error *error) {
    const plb_benchmark *benchmark = plb_grid_benchmark_of(grid, index);
    plb_grid_point point = plb_grid_at(grid, index);
    plb_subject_arguments made;
    plb_maker maker = {.pools = pools, .repeat = point.repeat};
    uint64_t own = seed_of(&point, seed);
    plb_build_begin(program);
    maker.region = &program->heap;
    maker.types = &program->types;
    plb_random_seed(&maker.shape, own);
    plb_random_seed(&maker.random, own ^ (visit + 1) * 0x9e3779b97f4a7c15u);
    uint32_t skipped = plb_random_below(&maker.random, OFFSETS);
    bool good = know_types(maker.types) && plb_region_alloc(maker.region, 8 * skipped) != NULL;
    if (good && benchmark->plugin != NULL) {
        plb_status status = make_plugin_arguments(grid, benchmark, &point, &maker, &made, error);
        if (status != PLB_OK) return status;
    } else if (good) {
        good = make_arguments(benchmark, &point, &maker, &made);
    }
    if (!good || !build(program, benchmark, &made)) {
        char name[PLB_GRID_NAME_BYTES];
        plb_grid_name(&point, name);
        return plb_fail(error, PLB_E_MEMORY, name, "its arguments do not fit in memory");
    }
    if (arguments != NULL) *arguments = made;
    return PLB_OK;
}

/* ---- Checking ---- */

/* Sizes by type; of pairs of data both parts. */
static int64_t size_by_type(plb_value v) {
    if (plb_has_kind(v, PLB_KIND_PAIR)) {
        const plb_pair *pair = plb_pair_of(v);
        return size_by_type(pair->first) + size_by_type(pair->second);
    }
    return plb_measure_size(v, PLB_MEASURE_DEFAULT, PLB_VARIANT_E);
}

static int64_t contents_of(plb_value list, int64_t per_cell) {
    int64_t sum = 0;
    for (; plb_is_cons(list); list = plb_cons_of(list)->rest)
        sum += per_cell + size_by_type(plb_cons_of(list)->first);
    return sum;
}

/* In variant E, but for shifts, whose distances it does not measure. */
static int64_t costing_size(const plb_benchmark *benchmark, unsigned argument, plb_value v) {
    plb_measure measure = benchmark->no_op || benchmark->id < 0
                              ? PLB_MEASURE_DEFAULT
                              : (plb_measure) plb_builtins[benchmark->id].measures[argument];
    plb_variant variant = measure == PLB_MEASURE_LITERAL_UNTIL_C ? PLB_VARIANT_C : PLB_VARIANT_E;
    return plb_measure_argument(v, measure, variant);
}

static int64_t shown(const plb_benchmark *benchmark, unsigned argument, plb_gauge gauge,
                     plb_value v) {
    switch (gauge) {
    case PLB_GAUGE_COSTING: return costing_size(benchmark, argument, v);
    case PLB_GAUGE_CONTENTS: return contents_of(v, 0);
    case PLB_GAUGE_CELLS: return 1 + contents_of(v, 3);
    case PLB_GAUGE_PAIR: return 1 + size_by_type(v);
    case PLB_GAUGE_DEFAULT:
    case PLB_GAUGE_NONE: break;
    }
    return size_by_type(v);
}

plb_status plb_subject_check(const plb_grid *grid, size_t index,
                             const plb_subject_arguments *arguments, plb_error *error) {
    const plb_benchmark *benchmark = plb_grid_benchmark_of(grid, index);
    plb_grid_point point = plb_grid_at(grid, index);
    const uint64_t *sizes = point.sizes;
    unsigned argument = 0;
    for (unsigned w = 0; w < benchmark->word_count; w++) {
        const plb_word *word = benchmark->words[w];
        for (unsigned i = 0; i < word->arguments; i++, argument++) {
            plb_gauge gauge = (plb_gauge) word->shows[i].gauge;
            if (gauge == PLB_GAUGE_NONE) continue;
            uint64_t wanted = sizes[word->shows[i].size];
            int64_t size = shown(benchmark, argument, gauge, arguments->values[argument]);
            if (size >= 0 && (uint64_t) size == wanted) continue;
            char name[PLB_GRID_NAME_BYTES];
            plb_grid_name(&point, name);
            return plb_fail(error, PLB_E_MEASURE, name, "argument %u has size %lld, expected %llu",
                            argument + 1, (long long) size, (unsigned long long) wanted);
        }
        sizes += word->sizes;
    }
    return PLB_OK;
}
