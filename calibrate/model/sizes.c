/* Sizes that arguments can have, by their type and the way they are measured (ExMemoryUsage). */
#include "calibrate/model/costs.h"

/* A value's largest depth: two lengths of maps, in bits. */
#define VALUE_DEPTH_MOST 64
/* The bounds of variants D and E: 262,144 bits, 65,536 bytes. */
#define BOUNDED_INTEGER_WORDS 4096
#define BOUNDED_BYTESTRING_WORDS 8192
/* Other integers there: constants, in 200 KiB of reference scripts. */
#define CONSTANT_INTEGER_WORDS 25600
#define FIRST_BATCH_OF_D 6
#define DATA_LEAST 4 /* memory of a node without content */

static int64_t at_most(int64_t a, int64_t b) { return a < b ? a : b; }

/* Sizes of an argument by type. `memory`: each unit of size costs a unit of memory to make. */
static plb_size_range by_type(plb_arg arg, bool bounded, int64_t memory) {
    switch (arg) {
    case PLB_ARG_INTEGER_BOUNDED:
        return (plb_size_range){1, bounded ? at_most(BOUNDED_INTEGER_WORDS, memory) : memory,
                                false};
    case PLB_ARG_BYTESTRING_BOUNDED:
        return (plb_size_range){1, bounded ? at_most(BOUNDED_BYTESTRING_WORDS, memory) : memory,
                                false};
    case PLB_ARG_BYTE_FROM_C:
    case PLB_ARG_INT64_FROM_D:
    case PLB_ARG_WORD64_FROM_D: return (plb_size_range){1, bounded ? 1 : memory, false};
    case PLB_ARG_INTEGER:
        return (plb_size_range){1, bounded ? at_most(CONSTANT_INTEGER_WORDS, memory) : memory,
                                false};
    case PLB_ARG_BYTESTRING: return (plb_size_range){1, memory, false};
    case PLB_ARG_STRING:
    case PLB_ARG_LIST_DATA:
    case PLB_ARG_LIST_PAIR_DATA:
    case PLB_ARG_LIST_INTEGER:
    case PLB_ARG_LIST_G1:
    case PLB_ARG_LIST_G2:
    case PLB_ARG_VALUE: return (plb_size_range){0, memory, false};
    case PLB_ARG_G1: return (plb_size_range){18, 18, false};
    case PLB_ARG_G2: return (plb_size_range){36, 36, false};
    case PLB_ARG_ML_RESULT: return (plb_size_range){72, 72, false};
    case PLB_ARG_DATA: return (plb_size_range){DATA_LEAST, memory, true}; /* nodes may be shared */
    case PLB_ARG_ANY:
    case PLB_ARG_CONSTANT: return (plb_size_range){0, memory, true}; /* a pair's is INT64_MAX */
    case PLB_ARG_UNIT:
    case PLB_ARG_BOOL:
    case PLB_ARG_BYTE:
    case PLB_ARG_INT64:
    case PLB_ARG_COUNT: break;
    }
    return (plb_size_range){1, 1, false};
}

static plb_size_range by_measure(unsigned tag, unsigned argument, plb_variant variant,
                                 int64_t memory) {
    const plb_builtin *row = &plb_builtins[tag];
    bool bounded = variant >= PLB_VARIANT_D || row->batch >= FIRST_BATCH_OF_D;
    switch ((plb_measure) row->measures[argument]) {
    case PLB_MEASURE_LITERAL_UNTIL_C:
        if (bounded) return (plb_size_range){1, 1, false};
        return (plb_size_range){0, memory, true};
    case PLB_MEASURE_LITERAL:
    case PLB_MEASURE_BYTES_AS_WORDS: return (plb_size_range){0, memory, true};
    case PLB_MEASURE_VALUE_DEPTH: return (plb_size_range){0, VALUE_DEPTH_MOST, false};
    case PLB_MEASURE_DATA_NODES: return (plb_size_range){1, memory, true};
    case PLB_MEASURE_TEXT_BYTES:
    case PLB_MEASURE_DEFAULT: break;
    }
    return by_type((plb_arg) row->args[argument], bounded, memory);
}

plb_size_range plb_size_range_of(unsigned tag, unsigned argument, plb_variant variant,
                                 int64_t memory) {
    plb_size_range range = by_measure(tag, argument, variant, memory);
    if (range.most < range.least) range.most = range.least;
    return range;
}
