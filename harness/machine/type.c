#include "harness/machine/type.h"

#include <stdlib.h>
#include <string.h>

#define TYPES_MAX 65000u
/* Up to this many types a search through the nodes is as quick as hashing. */
#define LINEAR_MAX 32u

static const plb_type_node fixed_nodes[PLB_TYPE_FIXED_COUNT] = {
    [PLB_TYPE_INTEGER] = {PLB_TAG_ATOM, PLB_TYPE_INTEGER, 0},
    [PLB_TYPE_BYTESTRING] = {PLB_TAG_ATOM, PLB_TYPE_BYTESTRING, 0},
    [PLB_TYPE_STRING] = {PLB_TAG_ATOM, PLB_TYPE_STRING, 0},
    [PLB_TYPE_UNIT] = {PLB_TAG_ATOM, PLB_TYPE_UNIT, 0},
    [PLB_TYPE_BOOL] = {PLB_TAG_ATOM, PLB_TYPE_BOOL, 0},
    [PLB_TYPE_DATA] = {PLB_TAG_ATOM, PLB_TYPE_DATA, 0},
    [PLB_TYPE_G1] = {PLB_TAG_ATOM, PLB_TYPE_G1, 0},
    [PLB_TYPE_G2] = {PLB_TAG_ATOM, PLB_TYPE_G2, 0},
    [PLB_TYPE_ML_RESULT] = {PLB_TAG_ATOM, PLB_TYPE_ML_RESULT, 0},
    [PLB_TYPE_VALUE] = {PLB_TAG_ATOM, PLB_TYPE_VALUE, 0},
    [PLB_TYPE_LIST_DATA] = {PLB_TAG_LIST, PLB_TYPE_DATA, 0},
    [PLB_TYPE_PAIR_DATA_DATA] = {PLB_TAG_PAIR, PLB_TYPE_DATA, PLB_TYPE_DATA},
    [PLB_TYPE_LIST_PAIR_DATA] = {PLB_TAG_LIST, PLB_TYPE_PAIR_DATA_DATA, 0},
    [PLB_TYPE_PAIR_INT_LIST_DATA] = {PLB_TAG_PAIR, PLB_TYPE_INTEGER, PLB_TYPE_LIST_DATA},
};

static uint32_t hash_node(plb_type_node node) {
    uint64_t key = (uint64_t) node.tag << 32 | (uint64_t) node.first << 16 | node.second;
    return (uint32_t) ((key * 0x9e3779b97f4a7c15u) >> 32);
}

static bool same_node(plb_type_node a, plb_type_node b) {
    return a.tag == b.tag && a.first == b.first && a.second == b.second;
}

/* The bucket that holds `node`, or the empty one where it belongs. */
static uint16_t *find_bucket(const plb_types *types, plb_type_node node) {
    uint32_t mask = types->bucket_count - 1;
    uint32_t i = hash_node(node) & mask;
    while (types->buckets[i] != 0 && !same_node(types->nodes[types->buckets[i] - 1], node)) {
        i = (i + 1) & mask;
    }
    return &types->buckets[i];
}

/* Buckets for at least twice as many types as there are, filled. */
static bool build_buckets(plb_types *types, uint32_t capacity) {
    uint32_t count = types->bucket_count == 0 ? 128 : types->bucket_count;
    while (count < 2 * capacity) count *= 2;
    if (count != types->bucket_count) {
        uint16_t *buckets = realloc(types->buckets, count * sizeof *buckets);
        if (buckets == NULL) return false;
        types->buckets = buckets;
        types->bucket_count = count;
    }
    memset(types->buckets, 0, count * sizeof *types->buckets);
    for (uint32_t id = 0; id < types->count; id++) {
        *find_bucket(types, types->nodes[id]) = (uint16_t) (id + 1);
    }
    return true;
}

static bool reserve(plb_types *types, uint32_t capacity) {
    if (capacity <= types->capacity) return true;
    uint32_t grown = types->capacity < LINEAR_MAX ? LINEAR_MAX : types->capacity;
    while (grown < capacity) grown *= 2;
    plb_type_node *nodes = realloc(types->nodes, grown * sizeof *nodes);
    if (nodes == NULL) return false;
    types->nodes = nodes;
    types->capacity = grown;
    return true;
}

bool plb_types_init(plb_types *types) {
    memset(types, 0, sizeof *types);
    if (!reserve(types, PLB_TYPE_FIXED_COUNT)) return false;
    plb_types_reset(types);
    return true;
}

void plb_types_free(plb_types *types) {
    free(types->nodes);
    free(types->buckets);
    memset(types, 0, sizeof *types);
}

void plb_types_reset(plb_types *types) {
    memcpy(types->nodes, fixed_nodes, sizeof fixed_nodes);
    types->count = PLB_TYPE_FIXED_COUNT;
}

bool plb_types_copy(plb_types *types, const plb_types *from) {
    if (!reserve(types, from->count)) return false;
    memcpy(types->nodes, from->nodes, from->count * sizeof *types->nodes);
    types->count = from->count;
    return types->count <= LINEAR_MAX || build_buckets(types, types->count);
}

static plb_type append(plb_types *types, plb_type_node node) {
    if (types->count >= TYPES_MAX || !reserve(types, types->count + 1)) return PLB_TYPE_INVALID;
    types->nodes[types->count] = node;
    types->count++;
    return (plb_type) (types->count - 1);
}

static plb_type intern(plb_types *types, plb_type_node node) {
    if (types->count <= LINEAR_MAX) {
        for (uint32_t id = PLB_TYPE_LIST_DATA; id < types->count; id++) {
            if (same_node(types->nodes[id], node)) return (plb_type) id;
        }
        plb_type id = append(types, node);
        if (types->count > LINEAR_MAX && !build_buckets(types, types->count)) {
            types->count--;
            return PLB_TYPE_INVALID;
        }
        return id;
    }
    uint16_t *bucket = find_bucket(types, node);
    if (*bucket != 0) return (plb_type) (*bucket - 1);
    if (2 * (types->count + 1) > types->bucket_count) {
        if (!build_buckets(types, types->count + 1)) return PLB_TYPE_INVALID;
        bucket = find_bucket(types, node);
    }
    plb_type id = append(types, node);
    if (id != PLB_TYPE_INVALID) *bucket = (uint16_t) (id + 1);
    return id;
}

plb_type plb_types_list(plb_types *types, plb_type element) {
    if (element == PLB_TYPE_DATA) return PLB_TYPE_LIST_DATA;
    if (element == PLB_TYPE_INVALID) return PLB_TYPE_INVALID;
    return intern(types, (plb_type_node){PLB_TAG_LIST, element, 0});
}

plb_type plb_types_array(plb_types *types, plb_type element) {
    if (element == PLB_TYPE_INVALID) return PLB_TYPE_INVALID;
    return intern(types, (plb_type_node){PLB_TAG_ARRAY, element, 0});
}

plb_type plb_types_pair(plb_types *types, plb_type first, plb_type second) {
    if (first == PLB_TYPE_DATA && second == PLB_TYPE_DATA) return PLB_TYPE_PAIR_DATA_DATA;
    if (first == PLB_TYPE_INVALID || second == PLB_TYPE_INVALID) return PLB_TYPE_INVALID;
    return intern(types, (plb_type_node){PLB_TAG_PAIR, first, second});
}
