#include "scripts/counter.h"

#include <stdbool.h>

#include "harness/machine/worklist.h"

/* The way from the root to a node, as a stack of two words a level: the node, and the cell of its
 * list that leads on. Redeemers may be nested as deep as a user likes. */
enum { LEVEL_WORDS = 2 };

/* The list inside a node: fields, items, or a map's pairs; PLB_NO_VALUE for a leaf. */
static plb_value list_of(plb_value data) {
    switch ((plb_kind) plb_object_of(data)->kind) {
    case PLB_KIND_DATA_CONSTR: return ((const plb_data_constr *) plb_object_of(data))->fields;
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST: return ((const plb_data_items *) plb_object_of(data))->items;
    default: return PLB_NO_VALUE;
    }
}

/* The data that a cell leads to: an item, or the value of a map's pair. */
static plb_value data_at(plb_value cell) {
    plb_value first = plb_cons_of(cell)->first;
    return plb_has_kind(first, PLB_KIND_PAIR) ? plb_pair_of(first)->second : first;
}

/* Go to the next node in depth-first order: into `data`, or past it. PLB_NO_VALUE at the end. */
static plb_value next_node(plb_worklist *way, plb_value data) {
    plb_value list = list_of(data);
    if (list != PLB_NO_VALUE && plb_is_cons(list)) {
        plb_worklist_push(way, data);
        plb_worklist_push(way, list);
        return data_at(list);
    }
    while (way->count > 0) {
        plb_value *cell = &way->words[way->count - 1];
        *cell = plb_cons_of(*cell)->rest;
        if (plb_is_cons(*cell)) return data_at(*cell);
        way->count -= LEVEL_WORDS;
    }
    return PLB_NO_VALUE;
}

/* The first integer node, and the way to it. False when memory is short. */
static bool find(plb_worklist *way, plb_value data, plb_value *found) {
    while (data != PLB_NO_VALUE && !plb_has_kind(data, PLB_KIND_DATA_I)) {
        if (!plb_worklist_reserve(way, LEVEL_WORDS)) return false;
        data = next_node(way, data);
    }
    *found = data;
    return true;
}

plb_status plb_counter_find(plb_value data, int64_t *counter, plb_error *error) {
    plb_worklist way;
    plb_worklist_begin(&way);
    plb_value found = PLB_NO_VALUE;
    bool searched = find(&way, data, &found);
    plb_worklist_end(&way);
    if (!searched) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory to search the redeemer");
    if (found == PLB_NO_VALUE) {
        return plb_fail(error, PLB_E_PARSE, NULL,
                        "counter not found in the redeemer: expected an integer somewhere in it");
    }
    if (!plb_int_to_i64(((const plb_data_leaf *) plb_object_of(found))->content, counter)) {
        return plb_fail(error, PLB_E_PARSE, NULL,
                        "the counter in the redeemer does not fit in 64 bits");
    }
    return PLB_OK;
}

/* `list` up to `cell`, then `first`, then what follows `cell`. */
static plb_value replace_in_list(plb_region *region, plb_worklist *passed, plb_value list,
                                 plb_value cell, plb_value first) {
    plb_type element = plb_list_element(cell);
    passed->count = 0;
    for (; list != cell; list = plb_cons_of(list)->rest) {
        if (!plb_worklist_reserve(passed, 1)) return PLB_NO_VALUE;
        plb_worklist_push(passed, plb_cons_of(list)->first);
    }
    plb_value result = plb_make_cons(region, element, first, plb_cons_of(cell)->rest);
    while (result != PLB_NO_VALUE && passed->count > 0) {
        result = plb_make_cons(region, element, plb_worklist_pop(passed), result);
    }
    return result;
}

/* `node` with `data` in the place where `cell` leads. */
static plb_value replace_in_node(plb_region *region, plb_worklist *passed, plb_value node,
                                 plb_value cell, plb_value data) {
    plb_value first = plb_cons_of(cell)->first;
    if (plb_has_kind(first, PLB_KIND_PAIR)) {
        const plb_pair *pair = plb_pair_of(first);
        data = plb_make_pair(region, pair->head.type, pair->first, data);
        if (data == PLB_NO_VALUE) return PLB_NO_VALUE;
    }
    plb_value list = replace_in_list(region, passed, list_of(node), cell, data);
    if (list == PLB_NO_VALUE) return PLB_NO_VALUE;
    plb_kind kind = (plb_kind) plb_object_of(node)->kind;
    return kind == PLB_KIND_DATA_CONSTR
               ? plb_make_data_constr(region, ((const plb_data_constr *) plb_object_of(node))->tag,
                                      list)
               : plb_make_data_items(region, kind, list);
}

plb_value plb_counter_set(plb_region *region, plb_value data, int64_t counter) {
    plb_worklist way;
    plb_worklist passed;
    plb_worklist_begin(&way);
    plb_worklist_begin(&passed);
    plb_value result = PLB_NO_VALUE;
    if (find(&way, data, &result) && result != PLB_NO_VALUE) {
        plb_value number = plb_make_int(region, counter);
        result = number != PLB_NO_VALUE ? plb_make_data_leaf(region, PLB_KIND_DATA_I, number)
                                        : PLB_NO_VALUE;
        while (result != PLB_NO_VALUE && way.count > 0) {
            plb_value cell = plb_worklist_pop(&way);
            plb_value node = plb_worklist_pop(&way);
            result = replace_in_node(region, &passed, node, cell, result);
        }
    }
    plb_worklist_end(&way);
    plb_worklist_end(&passed);
    return result;
}
