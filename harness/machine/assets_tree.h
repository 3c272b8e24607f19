/* Entries of a large value as a persistent tree: putting one in or taking one out makes new what
 * is on the way to it, and shares the rest with the value before.
 *
 * The leaves are tables. Every table of more than PLB_ASSETS_FLAT_MAX entries counts as its two
 * halves, each of them a table again, so that a value that was made whole is a tree already and
 * takes no work to become one. Trees are balanced by the number of entries (Hirai and Yamamoto,
 * Balancing weight-balanced trees, 2011): a part has at most 3 times as many as the other one, and
 * the number of entries that are left falls by a quarter at every step at least. */
#ifndef PLB_MACHINE_ASSETS_TREE_H
#define PLB_MACHINE_ASSETS_TREE_H

#include "harness/machine/value.h"

/* Tables up to here are copied whole, and smaller trees than a leaf become tables. */
enum { PLB_ASSETS_FLAT_MAX = 128, PLB_ASSETS_LEAF_MIN = 64 };
/* More than the logarithm of 2^32 to the base 4/3. */
enum { PLB_ASSETS_DEPTH_MAX = 80 };

/* `size` entries from `first` on: a table, or the two parts of `node`. */
typedef struct plb_assets_span {
    const plb_asset *first;
    const struct plb_assets_node *node; /* NULL for a table */
    uint32_t size;
} plb_assets_span;

typedef struct plb_assets_node {
    plb_assets_span left, right; /* neither of them empty */
} plb_assets_node;

/* Goes through the entries in order. */
typedef struct plb_assets_cursor {
    const plb_asset *next, *end; /* of one table */
    uint32_t waiting;
    const plb_assets_span *later[PLB_ASSETS_DEPTH_MAX]; /* the last one comes next */
} plb_assets_cursor;

/* The span must stay where it is. */
void plb_assets_walk(plb_assets_cursor *cursor, const plb_assets_span *span);
/* Another table, when there is one and this one is at its end. */
bool plb_assets_next_table(plb_assets_cursor *cursor);

const plb_asset *plb_assets_span_at(const plb_assets_span *span, uint32_t position);

/* At number `position` drop `dropped` (0 or 1) entries and put in `added` (NULL for none). */
typedef struct plb_assets_splice {
    uint32_t position;
    uint32_t dropped;
    const plb_asset *added;
} plb_assets_splice;

/* The entries of a table after the splice into `out`, which has room for them. */
void plb_assets_splice_table(plb_asset *out, const plb_assets_span *table,
                             const plb_assets_splice *change);
/* `from` of more than one entry; false when the cap is reached. */
bool plb_assets_splice_tree(plb_region *region, const plb_assets_span *from,
                            const plb_assets_splice *change, plb_assets_span *to);

#endif
