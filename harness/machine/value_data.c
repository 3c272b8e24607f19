/* Sizes of data as the reference measures them (PlutusCore.Evaluation.Machine.ExMemoryUsage).
 *
 * A script can build data whose tree is exponentially larger than its graph. So every inner node
 * keeps its size once it is known: measuring is linear in the graph, and what is measured again
 * costs nothing. Nodes of a program are shared between threads; that two of them write the same
 * number is harmless when the accesses are atomic. */
#include "harness/machine/value_data.h"

#include "harness/machine/cost.h"
#include "harness/machine/worklist.h"

/* A way of measuring: what a node adds to the sum of its children, what a leaf measures in all, and
 * where an inner node keeps its size (0 for not known). */
typedef struct measure {
    int64_t per_node;
    int64_t (*leaf)(const plb_data_leaf *leaf);
    int64_t (*known)(plb_object *node);
    int64_t (*keep)(plb_object *node, int64_t size); /* returns the size as it is kept */
} measure;

static int64_t memory_of_leaf(const plb_data_leaf *leaf) {
    if (leaf->head.kind == PLB_KIND_DATA_I) return 4 + plb_int_memory(leaf->content);
    return 4 + plb_bytes_memory(leaf->content);
}

/* DATA_CONSTR, DATA_MAP and DATA_LIST all begin with a header and `memory`. */
static int64_t known_memory(plb_object *node) {
    return __atomic_load_n(&((plb_data_items *) (void *) node)->memory, __ATOMIC_RELAXED);
}

static int64_t keep_memory(plb_object *node, int64_t size) {
    __atomic_store_n(&((plb_data_items *) (void *) node)->memory, size, __ATOMIC_RELAXED);
    return size;
}

static int64_t one_node(const plb_data_leaf *leaf) {
    (void) leaf;
    return 1;
}

/* The number of nodes is kept in the header's `size`. From 2^32-1 on it counts as INT64_MAX: more
 * than any budget pays for, and more than the reference could count one by one. */
static int64_t known_nodes(plb_object *node) {
    uint32_t count = __atomic_load_n(&node->size, __ATOMIC_RELAXED);
    return count == UINT32_MAX ? INT64_MAX : (int64_t) count;
}

static int64_t keep_nodes(plb_object *node, int64_t count) {
    bool fits = count < UINT32_MAX;
    __atomic_store_n(&node->size, fits ? (uint32_t) count : UINT32_MAX, __ATOMIC_RELAXED);
    return fits ? count : INT64_MAX;
}

static const measure memory_measure = {4, memory_of_leaf, known_memory, keep_memory};
static const measure nodes_measure = {1, one_node, known_nodes, keep_nodes};

/* One node that is being measured: three words on the stack. */
enum {
    FRAME_NODE, /* the plb_object */
    FRAME_REST, /* children that are left: a list of data or of pairs of data */
    FRAME_SUM,  /* size so far */
    FRAME_WORDS
};
/* In FRAME_REST: the first of the pair at the list's front has been measured. No value has this
 * bit: a list is a pointer to an object or an immediate whose payload leaves it free. */
#define FIRST_DONE ((uint64_t) 1 << 63)

static plb_value children_of(const plb_object *node) {
    if (node->kind == PLB_KIND_DATA_CONSTR) {
        return ((const plb_data_constr *) (const void *) node)->fields;
    }
    return ((const plb_data_items *) (const void *) node)->items;
}

/* The next child of the innermost frame, PLB_NO_VALUE when there is none left. */
static plb_value next_child(uint64_t *frame) {
    plb_value rest = frame[FRAME_REST] & ~FIRST_DONE;
    if (plb_is_nil(rest)) return PLB_NO_VALUE;
    const plb_cons *cell = plb_cons_of(rest);
    if (!plb_has_kind(cell->first, PLB_KIND_PAIR)) {
        frame[FRAME_REST] = cell->rest;
        return cell->first;
    }
    const plb_pair *pair = plb_pair_of(cell->first);
    if ((frame[FRAME_REST] & FIRST_DONE) == 0) {
        frame[FRAME_REST] |= FIRST_DONE;
        return pair->first;
    }
    frame[FRAME_REST] = cell->rest;
    return pair->second;
}

/* The size of `node` when no walk is needed, else 0. */
static int64_t size_at_once(const measure *how, plb_object *node) {
    if (node->kind == PLB_KIND_DATA_I || node->kind == PLB_KIND_DATA_B) {
        return how->leaf((const plb_data_leaf *) (void *) node);
    }
    return how->known(node);
}

static bool open_frame(plb_worklist *list, const measure *how, plb_object *node) {
    if (!plb_worklist_reserve(list, FRAME_WORDS)) return false;
    plb_worklist_push(list, (uint64_t) (uintptr_t) node);
    plb_worklist_push(list, children_of(node));
    plb_worklist_push(list, (uint64_t) how->per_node);
    return true;
}

/* Measures `node`, which has to be walked through. */
static int64_t walk(const measure *how, plb_object *node) {
    plb_worklist list;
    plb_worklist_begin(&list);
    int64_t size = -1;
    bool good = open_frame(&list, how, node);
    while (good && list.count > 0) {
        uint64_t *frame = &list.words[list.count - FRAME_WORDS];
        plb_value child = next_child(frame);
        if (child != PLB_NO_VALUE) {
            int64_t known = size_at_once(how, plb_object_of(child));
            if (known == 0) {
                good = open_frame(&list, how, plb_object_of(child));
            } else {
                frame[FRAME_SUM] = (uint64_t) plb_sat_add((int64_t) frame[FRAME_SUM], known);
            }
            continue;
        }
        size = how->keep((plb_object *) (uintptr_t) frame[FRAME_NODE], (int64_t) frame[FRAME_SUM]);
        list.count -= FRAME_WORDS;
        if (list.count > 0) {
            uint64_t *sum = &list.words[list.count - FRAME_WORDS + FRAME_SUM];
            *sum = (uint64_t) plb_sat_add((int64_t) *sum, size);
        }
    }
    plb_worklist_end(&list);
    return good ? size : -1;
}

static int64_t measure_data(const measure *how, plb_value data) {
    plb_object *node = plb_object_of(data);
    int64_t size = size_at_once(how, node);
    return size != 0 ? size : walk(how, node);
}

int64_t plb_data_memory(plb_value data) { return measure_data(&memory_measure, data); }

int64_t plb_data_node_count(plb_value data) { return measure_data(&nodes_measure, data); }
