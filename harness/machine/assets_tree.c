#include "harness/machine/assets_tree.h"

#include <string.h>

#include "harness/machine/region.h"

/* ---- Reading ---- */

void plb_assets_walk(plb_assets_cursor *cursor, const plb_assets_span *span) {
    cursor->waiting = 0;
    cursor->later[cursor->waiting++] = span;
    cursor->next = cursor->end = NULL;
    (void) plb_assets_next_table(cursor);
}

bool plb_assets_next_table(plb_assets_cursor *cursor) {
    if (cursor->waiting == 0) return false;
    const plb_assets_span *span = cursor->later[--cursor->waiting];
    for (; span->node != NULL; span = &span->node->left) {
        cursor->later[cursor->waiting++] = &span->node->right;
    }
    cursor->next = span->first;
    cursor->end = span->first + span->size;
    return true;
}

const plb_asset *plb_assets_span_at(const plb_assets_span *span, uint32_t position) {
    while (span->node != NULL) {
        uint32_t left = span->node->left.size;
        if (position < left) {
            span = &span->node->left;
        } else {
            position -= left;
            span = &span->node->right;
        }
    }
    return span->first + position;
}

/* ---- Making ---- */

static plb_asset *copy_entries(plb_asset *out, const plb_asset *entries, uint32_t count) {
    if (count != 0) memcpy(out, entries, count * sizeof *out);
    return out + count;
}

static plb_asset *copy_span(plb_asset *out, const plb_assets_span *span) {
    plb_assets_cursor cursor;
    plb_assets_walk(&cursor, span);
    do {
        out = copy_entries(out, cursor.next, (uint32_t) (cursor.end - cursor.next));
    } while (plb_assets_next_table(&cursor));
    return out;
}

/* Both parts of what is no leaf. */
static plb_assets_node open_span(const plb_assets_span *span) {
    if (span->node != NULL) return *span->node;
    uint32_t half = span->size / 2;
    return (plb_assets_node){{span->first, NULL, half},
                             {span->first + half, NULL, span->size - half}};
}

static bool make_node(plb_region *region, plb_assets_span left, plb_assets_span right,
                      plb_assets_span *made) {
    plb_assets_node *node = plb_region_alloc(region, sizeof *node);
    if (node == NULL) return false;
    *node = (plb_assets_node){left, right};
    *made = (plb_assets_span){left.first, node, left.size + right.size};
    return true;
}

static bool make_table(plb_region *region, plb_assets_span left, plb_assets_span right,
                       plb_assets_span *made) {
    uint32_t size = left.size + right.size;
    plb_asset *entries = plb_region_alloc(region, size * sizeof *entries);
    if (entries == NULL) return false;
    copy_span(copy_span(entries, &left), &right);
    *made = (plb_assets_span){entries, NULL, size};
    return true;
}

/* The right part is too large: its own left part, or a part of that, moves over. */
static bool rotate_left(plb_region *region, plb_assets_span left, plb_assets_span right,
                        plb_assets_span *made) {
    plb_assets_node outer = open_span(&right);
    plb_assets_span a, b;
    if (outer.left.size / 2 < outer.right.size) {
        return make_node(region, left, outer.left, &a) && make_node(region, a, outer.right, made);
    }
    plb_assets_node inner = open_span(&outer.left);
    return make_node(region, left, inner.left, &a) &&
           make_node(region, inner.right, outer.right, &b) && make_node(region, a, b, made);
}

static bool rotate_right(plb_region *region, plb_assets_span left, plb_assets_span right,
                         plb_assets_span *made) {
    plb_assets_node outer = open_span(&left);
    plb_assets_span a, b;
    if (outer.right.size / 2 < outer.left.size) {
        return make_node(region, outer.right, right, &b) && make_node(region, outer.left, b, made);
    }
    plb_assets_node inner = open_span(&outer.right);
    return make_node(region, outer.left, inner.left, &a) &&
           make_node(region, inner.right, right, &b) && make_node(region, a, b, made);
}

static bool outweighs(const plb_assets_span *a, const plb_assets_span *b) {
    return a->size > 3 * (uint64_t) b->size;
}

/* One after the other, of which one is at most an entry away from balance. What is larger than two
 * leaves has parts that rotating can open. */
static bool join(plb_region *region, plb_assets_span left, plb_assets_span right,
                 plb_assets_span *made) {
    bool left_heavy = outweighs(&left, &right), right_heavy = outweighs(&right, &left);
    uint64_t size = (uint64_t) left.size + right.size;
    if (size <= PLB_ASSETS_LEAF_MIN ||
        ((left_heavy || right_heavy) && size <= 2 * PLB_ASSETS_FLAT_MAX)) {
        return make_table(region, left, right, made);
    }
    if (left_heavy) return rotate_right(region, left, right, made);
    if (right_heavy) return rotate_left(region, left, right, made);
    return make_node(region, left, right, made);
}

/* ---- One entry put in or taken out ---- */

void plb_assets_splice_table(plb_asset *out, const plb_assets_span *table,
                             const plb_assets_splice *change) {
    out = copy_entries(out, table->first, change->position);
    if (change->added != NULL) *out++ = *change->added;
    uint32_t behind = change->position + change->dropped;
    copy_entries(out, table->first + behind, table->size - behind);
}

static bool splice_leaf(plb_region *region, const plb_assets_span *leaf,
                        const plb_assets_splice *change, plb_assets_span *made) {
    uint32_t size = leaf->size - change->dropped + (change->added != NULL);
    plb_asset *entries = plb_region_alloc(region, size * sizeof *entries);
    if (entries == NULL) return false;
    plb_assets_splice_table(entries, leaf, change);
    *made = (plb_assets_span){entries, NULL, size};
    return true;
}

bool plb_assets_splice_tree(plb_region *region, const plb_assets_span *from,
                            const plb_assets_splice *change, plb_assets_span *to) {
    struct {
        plb_assets_span other;
        bool went_right;
    } path[PLB_ASSETS_DEPTH_MAX];
    uint32_t depth = 0;
    plb_assets_span span = *from;
    plb_assets_splice here = *change;
    while (span.node != NULL || span.size > PLB_ASSETS_FLAT_MAX) {
        if (depth == PLB_ASSETS_DEPTH_MAX) return false;
        plb_assets_node node = open_span(&span);
        bool right = here.position >= node.left.size;
        path[depth].went_right = right;
        path[depth++].other = right ? node.left : node.right;
        span = right ? node.right : node.left;
        if (right) here.position -= node.left.size;
    }
    bool good = splice_leaf(region, &span, &here, &span);
    while (good && depth-- > 0) {
        good = path[depth].went_right ? join(region, path[depth].other, span, &span)
                                      : join(region, span, path[depth].other, &span);
    }
    *to = span;
    return good;
}
