/* Lists, pairs, arrays: the reference's Benchmarks/{Lists,Pairs,Arrays}.hs. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/sweep/words.h"
#include "harness/machine/value.h"

#define MAKES(name)                                                                                \
    void plb_make_word_##name(plb_maker *maker, const uint64_t *sizes, plb_value *arguments)

plb_value plb_in_front(plb_maker *maker, plb_type element, plb_value first, plb_value rest) {
    if (first == PLB_NO_VALUE || rest == PLB_NO_VALUE) return PLB_NO_VALUE;
    return plb_make_cons(maker->region, element, first, rest);
}

static plb_value element_of(plb_maker *maker, plb_type type, uint64_t words) {
    return type == PLB_TYPE_INTEGER ? plb_random_integer(maker, words, false)
                                    : plb_random_bytes(maker, 8 * words);
}

static plb_value list_of(plb_maker *maker, plb_type type, uint64_t count, uint64_t words) {
    plb_value list = PLB_NIL(type);
    for (uint64_t i = 0; i < count; i++) {
        list = plb_in_front(maker, type, element_of(maker, type, words), list);
    }
    return list;
}

/* The reference's lists have 0 to 7 elements of one size each: integers of 1 to 7 words, or
 * bytestrings of up to 3000. So a sum of sizes is that of one of the lengths that divide it. */
#define LENGTH_MAX 7

static uint64_t length_for(plb_random *shape, uint64_t contents) {
    uint64_t lengths[LENGTH_MAX];
    uint32_t count = 0;
    for (uint64_t n = 1; n <= LENGTH_MAX; n++)
        if (contents % n == 0) lengths[count++] = n;
    return count > 0 ? lengths[plb_random_below(shape, count)] : 0;
}

MAKES(list) {
    uint64_t length = sizes[0] > 0 ? length_for(&maker->shape, sizes[0]) : 0;
    uint64_t words = length > 0 ? sizes[0] / length : 1;
    bool integers = words <= 7 && maker->repeat % 2 == 0;
    arguments[0] = list_of(maker, integers ? PLB_TYPE_INTEGER : PLB_TYPE_BYTESTRING, length, words);
}

MAKES(cons) {
    plb_type type = sizes[0] < 20 ? PLB_TYPE_INTEGER : PLB_TYPE_BYTESTRING;
    arguments[0] = element_of(maker, type, sizes[0]);
    arguments[1] = list_of(maker, type, plb_random_below(&maker->shape, LENGTH_MAX + 1), sizes[0]);
}

/* ---- dropList ---- */

/* The reference drops from lists of n bytestrings of n words, whose size it told as
 * n^2 + 3 n + 1. */
static uint64_t drop_length(uint64_t size) {
    uint64_t n = (uint64_t) ((sqrt(4 * (double) size + 5) - 3) / 2);
    while (n > 0 && n * n + 3 * n + 1 > size) n--;
    return n > 0 || size == 1 ? n : 1;
}

const char *plb_drop_problem(const uint64_t *sizes) {
    return sizes[1] >= 2 && sizes[1] <= 4 ? "a list whose size is 1, or 5 or more" : NULL;
}

/* Contents are never looked at, so that all elements show parts of the same bytes. */
MAKES(drop) {
    uint64_t length = drop_length(sizes[1]);
    uint64_t words = length > 0 ? (sizes[1] - 1 - 3 * length) / length : 0;
    uint64_t more = length > 0 ? (sizes[1] - 1 - 3 * length) % length : 0; /* have one word more */
    uint8_t *shared = plb_region_alloc(maker->region, 8 * (words + 1));
    plb_value list = shared != NULL ? PLB_NIL(PLB_TYPE_BYTESTRING) : PLB_NO_VALUE;
    if (shared != NULL) plb_fill_random(maker, shared, 8 * (words + 1));
    for (uint64_t i = 0; i < length && list != PLB_NO_VALUE; i++) {
        uint64_t bytes = 8 * (words + (i < more ? 1 : 0));
        plb_value view = plb_make_bytes_view(maker->region, PLB_KIND_BYTESTRING, shared, bytes);
        list = plb_in_front(maker, PLB_TYPE_BYTESTRING, view, list);
    }
    arguments[0] = plb_make_uint(maker->region, sizes[0]);
    arguments[1] = list;
}

/* ---- Pairs ---- */

MAKES(pair) {
    uint64_t first = (sizes[0] - 1) / 2;
    plb_type type = plb_types_pair(maker->types, PLB_TYPE_INTEGER, PLB_TYPE_BYTESTRING);
    plb_value a = plb_random_integer(maker, first, false);
    plb_value b = plb_random_bytes(maker, 8 * (sizes[0] - 1 - first));
    bool good = a != PLB_NO_VALUE && b != PLB_NO_VALUE && type != PLB_TYPE_INVALID;
    arguments[0] = good ? plb_make_pair(maker->region, type, a, b) : PLB_NO_VALUE;
}

/* ---- Arrays ---- */

#define ELEMENT_BYTES 10000 /* at most; 64 in what multiIndexArray gets */

/* `count` bytestrings of random lengths into `items`. */
static bool fill_items(plb_maker *maker, plb_value *items, uint64_t count, uint32_t most) {
    uint8_t *shared = plb_region_alloc(maker->region, most);
    if (shared == NULL) return false;
    plb_fill_random(maker, shared, most);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t length = plb_random_below(&maker->random, most + 1);
        items[i] = plb_make_bytes_view(maker->region, PLB_KIND_BYTESTRING, shared + (most - length),
                                       length);
        if (items[i] == PLB_NO_VALUE) return false;
    }
    return true;
}

static plb_value array_of(plb_maker *maker, uint64_t count, uint32_t most) {
    plb_value *items = calloc(count + 1, sizeof *items);
    plb_value array = PLB_NO_VALUE;
    if (items != NULL && fill_items(maker, items, count, most)) {
        array = plb_make_array(maker->region, PLB_TYPE_BYTESTRING, items, count);
    }
    free(items);
    return plb_types_array(maker->types, PLB_TYPE_BYTESTRING) != PLB_TYPE_INVALID ? array
                                                                                  : PLB_NO_VALUE;
}

MAKES(array) { arguments[0] = array_of(maker, sizes[0], ELEMENT_BYTES); }

MAKES(list_of_bytes) {
    plb_value *items = calloc(sizes[0] + 1, sizeof *items);
    bool good = items != NULL && fill_items(maker, items, sizes[0], ELEMENT_BYTES);
    arguments[0] =
        good ? plb_make_list(maker->region, PLB_TYPE_BYTESTRING, items, sizes[0]) : PLB_NO_VALUE;
    free(items);
}

MAKES(array_index) {
    arguments[0] = array_of(maker, sizes[0], ELEMENT_BYTES);
    arguments[1] = plb_make_uint(maker->region, plb_random_up_to(&maker->random, sizes[0]));
}

/* Cells of the index list lie apart by pages, and unevenly, so that neither caches nor prefetching
 * help (Note [Scattered index lists]); in arrays of 2048, as far as a transaction's memory budget
 * lets them. */
#define SPACER_BYTES 256
#define BUDGET_SCATTER_BYTES 100000000
#define BUDGET_SCATTER_ARRAY 2048

static uint64_t gap_bytes(plb_maker *maker, const uint64_t *sizes) {
    uint64_t spacers = sizes[0] == BUDGET_SCATTER_ARRAY
                           ? BUDGET_SCATTER_BYTES / (sizes[1] * SPACER_BYTES)
                           : 2 + plb_random_below(&maker->random, 29);
    return (spacers > 0 ? spacers : 1) * SPACER_BYTES;
}

MAKES(array_indices) {
    plb_value list = PLB_NIL(PLB_TYPE_INTEGER);
    arguments[0] = array_of(maker, sizes[0], sizes[1] == 999 || sizes[1] == 1001 ? 1024 : 64);
    for (uint64_t i = 0; i < sizes[1] && list != PLB_NO_VALUE; i++) {
        plb_value index = plb_make_uint(maker->region, plb_random_up_to(&maker->random, sizes[0]));
        bool room = plb_region_alloc(maker->region, gap_bytes(maker, sizes)) != NULL;
        list = room ? plb_in_front(maker, PLB_TYPE_INTEGER, index, list) : PLB_NO_VALUE;
    }
    arguments[1] = list;
}
