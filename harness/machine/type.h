/* Built-in types of Untyped Plutus Core constants, interned: equal types have equal ids. */
#ifndef PLB_MACHINE_TYPE_H
#define PLB_MACHINE_TYPE_H

#include <stdbool.h>
#include <stdint.h>

/* Id of an interned type. The ones below are fixed; others are made by plb_types_*. */
typedef uint16_t plb_type;

enum {
    PLB_TYPE_INTEGER,
    PLB_TYPE_BYTESTRING,
    PLB_TYPE_STRING,
    PLB_TYPE_UNIT,
    PLB_TYPE_BOOL,
    PLB_TYPE_DATA,
    PLB_TYPE_G1,
    PLB_TYPE_G2,
    PLB_TYPE_ML_RESULT,
    PLB_TYPE_VALUE,
    PLB_TYPE_LIST_DATA,          /* list data */
    PLB_TYPE_PAIR_DATA_DATA,     /* pair data data */
    PLB_TYPE_LIST_PAIR_DATA,     /* list (pair data data) */
    PLB_TYPE_PAIR_INT_LIST_DATA, /* pair integer (list data) */
    PLB_TYPE_FIXED_COUNT,
    PLB_TYPE_INVALID = 0xffff
};

typedef enum plb_type_tag {
    PLB_TAG_ATOM, /* one of the fixed atomic types: the id says which */
    PLB_TAG_LIST,
    PLB_TAG_PAIR,
    PLB_TAG_ARRAY
} plb_type_tag;

typedef struct plb_type_node {
    uint8_t tag;     /* plb_type_tag */
    plb_type first;  /* element of a list or array, first of a pair */
    plb_type second; /* second of a pair, otherwise 0 */
} plb_type_node;

/* A table of types. The fixed ids are in every table. */
typedef struct plb_types {
    plb_type_node *nodes;
    uint32_t count, capacity;
    uint16_t *buckets; /* open addressing, id + 1, 0 for empty; built when count grows */
    uint32_t bucket_count;
} plb_types;

bool plb_types_init(plb_types *types);
void plb_types_free(plb_types *types);
/* Back to the fixed ids only. */
void plb_types_reset(plb_types *types);
/* Make `types` hold exactly what `from` holds (ids included). False when memory is short. */
bool plb_types_copy(plb_types *types, const plb_types *from);

/* The id of a compound type, made when it is new. PLB_TYPE_INVALID when the table is full
 * (65,000 distinct types) or memory is short. */
plb_type plb_types_list(plb_types *types, plb_type element);
plb_type plb_types_array(plb_types *types, plb_type element);
plb_type plb_types_pair(plb_types *types, plb_type first, plb_type second);

static inline plb_type_node plb_type_get(const plb_types *types, plb_type id) {
    return types->nodes[id];
}

#endif
