/* Data of given sizes (the reference's Benchmarks/Data.hs, Generators.hs).
 *
 * The reference draws trees without knowing their sizes beforehand, from a table of parameters:
 * sizes of integers and bytestrings, and depth. Here the size is given: from the same table, a node
 * gets a size to spend, which it spends on children of typical sizes, and the last one takes what
 * is left. Depth is bounded by the table, so that functions may call themselves. */
#include <stdbool.h>

#include "calibrate/sweep/words.h"
#include "harness/machine/value.h"

#define MAKES(name)                                                                                \
    void plb_make_word_##name(plb_maker *maker, const uint64_t *sizes, plb_value *arguments)

#define NODE 4 /* what each node costs; a leaf has a word more at least */

typedef struct data_shape {
    uint32_t weight;
    uint32_t integer_words, byte_words;
    int depth; /* of inner nodes above leaves */
} data_shape;

/* The reference's dataParams and what dataSampleForEq adds; a tree of its size n is log2 n deep. */
static const data_shape shapes[] = {
    {20, 1, 1, 0},   {10, 10, 10, 0}, {10, 5, 10, 1}, {10, 100, 100, 1},
    {10, 1, 1, 1},   {10, 2, 4, 2},   {30, 10, 7, 2}, {20, 1, 1, 3},
    {20, 30, 30, 3}, {10, 4, 6, 3},   {10, 5, 5, 4},  {10, 1, 10, 4},
};
enum { SHAPES = sizeof shapes / sizeof *shapes };

/* Depth below which trees are rarely as large as `size` in the reference's samples. */
static int least_depth(uint64_t size) {
    return size > 50000 ? 3 : size > 5000 ? 2 : size > 110 ? 1 : 0;
}

static const data_shape *choose_shape(plb_random *random, uint64_t size) {
    uint32_t sum = 0;
    for (int i = 0; i < SHAPES; i++)
        if (shapes[i].depth >= least_depth(size)) sum += shapes[i].weight;
    uint32_t at = plb_random_below(random, sum);
    for (int i = 0;; i++) {
        if (shapes[i].depth < least_depth(size)) continue;
        if (at < shapes[i].weight) return &shapes[i];
        at -= shapes[i].weight;
    }
}

/* What a child of so many levels of inner nodes typically measures. */
static uint64_t typical(plb_maker *maker, const data_shape *shape, int depth) {
    uint64_t leaf =
        NODE + (plb_random_next(&maker->random) >> 63 ? shape->integer_words : shape->byte_words);
    for (; depth > 0; depth--) leaf = NODE + leaf * (1 + plb_random_below(&maker->random, 8));
    return leaf;
}

static plb_value make_node(plb_maker *maker, const data_shape *shape, uint64_t size, int depth);

/* A list of data that measure `size` together: 0, or NODE and more. */
static plb_value make_fields(plb_maker *maker, const data_shape *shape, uint64_t size, int depth) {
    plb_value list = PLB_NIL(PLB_TYPE_DATA);
    while (size > 0 && list != PLB_NO_VALUE) {
        uint64_t child = typical(maker, shape, depth);
        if (child + NODE > size) child = size;
        list = plb_in_front(maker, PLB_TYPE_DATA, make_node(maker, shape, child, depth), list);
        size -= child;
    }
    return list;
}

/* A list of pairs of data that measure `size` together: 0, or 2 NODE and more. */
static plb_value make_entries(plb_maker *maker, const data_shape *shape, uint64_t size, int depth) {
    plb_value list = PLB_NIL(PLB_TYPE_PAIR_DATA_DATA);
    while (size > 0 && list != PLB_NO_VALUE) {
        uint64_t key = typical(maker, shape, depth), value = typical(maker, shape, depth);
        if (key + value + 2 * NODE > size) {
            key = size / 2;
            value = size - key;
        }
        plb_value a = make_node(maker, shape, key, depth);
        plb_value b = make_node(maker, shape, value, depth);
        if (a == PLB_NO_VALUE || b == PLB_NO_VALUE) return PLB_NO_VALUE;
        plb_value pair = plb_make_pair(maker->region, PLB_TYPE_PAIR_DATA_DATA, a, b);
        list = plb_in_front(maker, PLB_TYPE_PAIR_DATA_DATA, pair, list);
        size -= key + value;
    }
    return list;
}

static plb_value inner_of(plb_maker *maker, plb_kind kind, plb_value children) {
    if (children == PLB_NO_VALUE) return PLB_NO_VALUE;
    if (kind != PLB_KIND_DATA_CONSTR) return plb_make_data_items(maker->region, kind, children);
    return plb_make_data_constr(maker->region, plb_small(1 + plb_random_below(&maker->random, 100)),
                                children);
}

static plb_value make_inner(plb_maker *maker, const data_shape *shape, plb_kind kind, uint64_t size,
                            int depth) {
    int below = depth > 0 ? depth - 1 : 0;
    plb_value children = kind == PLB_KIND_DATA_MAP ? make_entries(maker, shape, size - NODE, below)
                                                   : make_fields(maker, shape, size - NODE, below);
    return inner_of(maker, kind, children);
}

static plb_value make_leaf(plb_maker *maker, plb_kind kind, uint64_t size) {
    plb_value content = kind == PLB_KIND_DATA_I ? plb_random_integer(maker, size - NODE, false)
                                                : plb_random_bytes(maker, 8 * (size - NODE));
    if (content == PLB_NO_VALUE) return PLB_NO_VALUE;
    return plb_make_data_leaf(maker->region, kind, content);
}

static plb_value make_node(plb_maker *maker, const data_shape *shape, uint64_t size, int depth) {
    uint32_t draw = plb_random_below(&maker->random, 3);
    if (size > NODE && (depth == 0 || size < 3 * NODE)) {
        return make_leaf(maker, draw % 2 == 0 ? PLB_KIND_DATA_I : PLB_KIND_DATA_B, size);
    }
    plb_kind kind = draw == 0   ? PLB_KIND_DATA_CONSTR
                    : draw == 1 ? PLB_KIND_DATA_LIST
                                : PLB_KIND_DATA_MAP;
    return make_inner(maker, shape, kind, size, depth);
}

/* ---- Words ---- */

MAKES(data) {
    const data_shape *shape = choose_shape(&maker->shape, sizes[0]);
    arguments[0] = make_node(maker, shape, sizes[0], shape->depth);
}

static plb_value inner_word(plb_maker *maker, plb_kind kind, uint64_t size) {
    const data_shape *shape = choose_shape(&maker->shape, size);
    return make_inner(maker, shape, kind, size, shape->depth);
}

MAKES(data_constr) { arguments[0] = inner_word(maker, PLB_KIND_DATA_CONSTR, sizes[0]); }
MAKES(data_map) { arguments[0] = inner_word(maker, PLB_KIND_DATA_MAP, sizes[0]); }
MAKES(data_list) { arguments[0] = inner_word(maker, PLB_KIND_DATA_LIST, sizes[0]); }
MAKES(data_i) { arguments[0] = make_leaf(maker, PLB_KIND_DATA_I, sizes[0]); }
MAKES(data_b) { arguments[0] = make_leaf(maker, PLB_KIND_DATA_B, sizes[0]); }

/* Equal where the sizes are, no part of one being a part of the other. */
MAKES(same_data) {
    plb_make_word_data(maker, sizes, arguments);
    if (sizes[0] != sizes[1]) {
        plb_make_word_data(maker, sizes + 1, arguments + 1);
    } else {
        arguments[1] = arguments[0] != PLB_NO_VALUE ? plb_copy_constant(maker->region, arguments[0])
                                                    : PLB_NO_VALUE;
    }
}

MAKES(fields) {
    const data_shape *shape = choose_shape(&maker->shape, sizes[0]);
    arguments[0] = make_fields(maker, shape, sizes[0], shape->depth > 0 ? shape->depth - 1 : 0);
}

MAKES(entries) {
    const data_shape *shape = choose_shape(&maker->shape, sizes[0]);
    arguments[0] = make_entries(maker, shape, sizes[0], shape->depth > 0 ? shape->depth - 1 : 0);
}

const char *plb_fields_problem(const uint64_t *sizes) {
    return sizes[0] > 0 && sizes[0] < NODE ? "data whose sizes add up to 0, or 4 or more" : NULL;
}

const char *plb_entries_problem(const uint64_t *sizes) {
    return sizes[0] > 0 && sizes[0] < 2 * NODE
               ? "pairs of data whose sizes add up to 0, or 8 or more"
               : NULL;
}

const char *plb_data_map_problem(const uint64_t *sizes) {
    return sizes[0] > NODE && sizes[0] < 3 * NODE ? "a map whose size is 4, or 12 or more" : NULL;
}

const char *plb_data_list_problem(const uint64_t *sizes) {
    return sizes[0] > NODE && sizes[0] < 2 * NODE ? "data whose size is 4, or 8 or more" : NULL;
}
