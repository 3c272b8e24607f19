#include "calibrate/sweep/words.h"

#include <string.h>

/* Sizes that no argument comes near to; what fits in memory is another question. */
#define ANY ((uint64_t) 1 << 40)

#define COSTED(n)                                                                                  \
    { PLB_GAUGE_COSTING, n }
#define SHOWN(gauge, n)                                                                            \
    { PLB_GAUGE_##gauge, n }
#define HIDDEN                                                                                     \
    { PLB_GAUGE_NONE, 0 }
/* Name, function, sizes, arguments; what the arguments show; bounds and bytes of sizes. */
#define WORD(text, maker, size_count, argument_count, ...)                                         \
    {                                                                                              \
        .name = text, .make = plb_make_word_##maker, .sizes = size_count,                          \
        .arguments = argument_count, __VA_ARGS__                                                   \
    }
/* One argument with one size. */
#define ONE(text, maker, shown, lowest, highest, bytes_each)                                       \
    {                                                                                              \
        .name = text, .make = plb_make_word_##maker, .sizes = 1, .arguments = 1, .shows = {shown}, \
        .size = {                                                                                  \
            {lowest, highest, bytes_each}                                                          \
        }                                                                                          \
    }
/* Two arguments, each with a size of its own. */
#define TWO(text, maker, ...)                                                                      \
    {                                                                                              \
        .name = text, .make = plb_make_word_##maker, .sizes = 2, .arguments = 2,                   \
        .shows = {COSTED(0), COSTED(1)}, .size = {                                                 \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }

static const plb_word words[] = {
    /* Words of random bits, of either sign; positive; the number itself; 8 times it. */
    ONE("integer", integer, COSTED(0), 1, ANY, 32),
    ONE("tag", tag, COSTED(0), 1, ANY, 32),
    ONE("literal", literal, COSTED(0), 0, INT64_MAX, 0),
    ONE("width", width, COSTED(0), 1, ANY, 0),
    ONE("repunit", repunit, COSTED(0), 1, ANY, 32),
    ONE("byte", byte, COSTED(0), 1, 1, 0),
    ONE("bytes", bytes, COSTED(0), 1, ANY, 16),
    ONE("bytes-ff", bytes_ff, COSTED(0), 1, ANY, 16),
    ONE("bytes-80-00", bytes_80_00, COSTED(0), 1, ANY, 16),
    /* Characters of four bytes each; words of such characters. */
    ONE("text", text, COSTED(0), 0, ANY, 8),
    ONE("utf8", utf8, COSTED(0), 1, ANY, 16),
    ONE("unit", unit, COSTED(0), 1, 1, 0),
    ONE("true", true, COSTED(0), 1, 1, 0),
    ONE("bool", bool, COSTED(0), 1, 1, 0),
    WORD("either", either, 0, 1, .shows = {HIDDEN}),
    ONE("anything", anything, COSTED(0), 1, ANY, 32),
    WORD("five-integers", five_integers, 0, 5, .shows = {HIDDEN}),
    TWO("same-integers", same_integers, {1, ANY, 64}, {1, ANY, 64}),
    TWO("same-bytes", same_bytes, {1, ANY, 32}, {1, ANY, 32}),
    TWO("same-texts", same_texts, {0, ANY, 16}, {0, ANY, 16}),
    WORD("exp-mod", exp_mod, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{1, ANY, 32}, {1, ANY, 32}, {1, ANY, 32}}),
    /* Start, length, bytestring. */
    WORD("slice", slice, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{1, 1, 0}, {1, 1, 0}, {1, ANY, 16}}),
    TWO("byte-index", byte_index, {1, ANY, 16}, {1, 1, 0}),
    TWO("top-bit", top_bit, {1, ANY, 16}, {1, 1, 0}),
    WORD("writes", writes, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{1, ANY, 16}, {0, ANY, 64}, {1, 1, 0}}),

    ONE("list", list, SHOWN(CONTENTS, 0), 0, ANY, 64),
    ONE("list-not-empty", list, SHOWN(CONTENTS, 0), 1, ANY, 64),
    /* The element's size is told, the list's is not. */
    WORD("cons", cons, 1, 2, .shows = {SHOWN(DEFAULT, 0), HIDDEN}, .size = {{1, ANY, 320}}),
    WORD("drop", drop, 2, 2, .shows = {COSTED(0), SHOWN(CELLS, 1)},
         .size = {{0, INT64_MAX, 0}, {1, ANY, 24}}, .problem = plb_drop_problem),
    ONE("pair", pair, SHOWN(PAIR, 0), 3, ANY, 32),
    ONE("array", array, COSTED(0), 1, ANY, 64),
    ONE("list-of-bytes", list_of_bytes, COSTED(0), 0, ANY, 64),
    TWO("array-index", array_index, {1, ANY, 64}, {1, 1, 0}),
    /* No more indices than multiIndexArray takes, in a list whose cells are scattered. */
    TWO("array-indices", array_indices, {1, ANY, 64}, {1, 1024, 200000}),

    ONE("data", data, COSTED(0), 4, ANY, 64),
    WORD("data-constr", data_constr, 1, 1, .shows = {COSTED(0)}, .size = {{4, ANY, 64}},
         .problem = plb_data_list_problem),
    WORD("data-map", data_map, 1, 1, .shows = {COSTED(0)}, .size = {{4, ANY, 64}},
         .problem = plb_data_map_problem),
    WORD("data-list", data_list, 1, 1, .shows = {COSTED(0)}, .size = {{4, ANY, 64}},
         .problem = plb_data_list_problem),
    ONE("data-i", data_i, COSTED(0), 5, ANY, 64),
    ONE("data-b", data_b, COSTED(0), 5, ANY, 64),
    TWO("same-data", same_data, {4, ANY, 128}, {4, ANY, 128}),
    WORD("fields", fields, 1, 1, .shows = {SHOWN(CONTENTS, 0)}, .size = {{0, ANY, 64}},
         .problem = plb_fields_problem),
    WORD("entries", entries, 1, 1, .shows = {SHOWN(CONTENTS, 0)}, .size = {{0, ANY, 64}},
         .problem = plb_entries_problem),

    /* Policy, token, value; policy, token, amount (0 or the largest), value. */
    WORD("lookup-coin", lookup_coin, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{4, 4, 0}, {4, 4, 0}, {2, 34, 1 << 22}}),
    WORD("insert-coin", insert_coin, 4, 4, .shows = {COSTED(0), COSTED(1), COSTED(2), COSTED(3)},
         .size = {{4, 4, 0}, {4, 4, 0}, {1, 2, 0}, {2, 34, 1 << 22}}),
    TWO("contains", contains, {1, ANY, 256}, {1, ANY, 256}),
    TWO("union", union, {1, ANY, 512}, {1, ANY, 512}),
    TWO("scale", scale, {1, 2, 0}, {1, ANY, 256}),
    ONE("value", value, COSTED(0), 0, ANY, 256),
    WORD("data-of-value", data_of_value, 1, 1, .shows = {COSTED(0)}, .size = {{1, ANY, 256}},
         .problem = plb_data_of_value_problem),

    /* Key, message, signature: of a message of any size, or of a hash. */
    WORD("ed25519", ed25519, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{4, 4, 0}, {1, ANY, 16}, {8, 8, 0}}),
    WORD("ecdsa", ecdsa, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{5, 5, 0}, {4, 4, 0}, {8, 8, 0}}),
    WORD("schnorr", schnorr, 3, 3, .shows = {COSTED(0), COSTED(1), COSTED(2)},
         .size = {{4, 4, 0}, {1, ANY, 16}, {8, 8, 0}}),
    ONE("g1", g1, COSTED(0), 18, 18, 0),
    ONE("g2", g2, COSTED(0), 36, 36, 0),
    ONE("ml-result", ml_result, COSTED(0), 72, 72, 0),
    TWO("same-g1", same_g1, {18, 18, 0}, {18, 18, 0}),
    TWO("same-g2", same_g2, {36, 36, 0}, {36, 36, 0}),
    ONE("g1-bytes", g1_bytes, COSTED(0), 6, 6, 0),
    ONE("g2-bytes", g2_bytes, COSTED(0), 12, 12, 0),
    ONE("domain", domain, COSTED(0), 1, 32, 16),
    ONE("scalars", scalars, COSTED(0), 0, ANY, 1200),
    ONE("g1-list", g1_list, COSTED(0), 0, ANY, 256),
    ONE("g2-list", g2_list, COSTED(0), 0, ANY, 512),
};

const plb_word *plb_word_find(const char *name, size_t length) {
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        if (strlen(words[i].name) == length && memcmp(words[i].name, name, length) == 0) {
            return &words[i];
        }
    }
    return NULL;
}
