/* Structural equality of constants. */
#include <string.h>

#include "harness/machine/assets.h"
#include "harness/machine/bls.h"
#include "harness/machine/value.h"
#include "harness/machine/worklist.h"

/* What is left of comparing two constants: nothing, or further pairs on the stack. */
typedef enum outcome { DIFFERENT, SAME_SO_FAR, NO_MEMORY } outcome;

static bool same_bytes(const plb_bytes *a, const plb_bytes *b) {
    return a->head.size == b->head.size &&
           (a->bytes == b->bytes || memcmp(a->bytes, b->bytes, a->head.size) == 0);
}

static bool same_assets(const plb_object *a, const plb_object *b) {
    if (a->size != b->size) return false;
    plb_assets_cursor left, right;
    plb_assets_open(&left, plb_from_object(a));
    plb_assets_open(&right, plb_from_object(b));
    for (uint32_t i = 0; i < a->size; i++) {
        const plb_asset *x = plb_assets_next(&left), *y = plb_assets_next(&right);
        if (!same_bytes(plb_bytes_of(x->policy), plb_bytes_of(y->policy)) ||
            !same_bytes(plb_bytes_of(x->token), plb_bytes_of(y->token)) ||
            plb_int_compare(x->quantity, y->quantity) != 0) {
            return false;
        }
    }
    return true;
}

static bool same_group_element(const plb_object *a, const plb_object *b) {
    plb_value x = plb_from_object(a), y = plb_from_object(b);
    switch ((plb_kind) a->kind) {
    case PLB_KIND_G1: return plb_bls_g1_equal(x, y);
    case PLB_KIND_G2: return plb_bls_g2_equal(x, y);
    default: return plb_bls_ml_result_equal(x, y);
    }
}

/* Put a pair aside for later, unless it is decided at once. */
static outcome push_pair(plb_worklist *list, plb_value a, plb_value b) {
    if (a == b) return SAME_SO_FAR;
    if (plb_is_small(a) || plb_is_small(b)) return DIFFERENT;
    if (!plb_worklist_reserve(list, 2)) return NO_MEMORY;
    plb_worklist_push(list, a);
    plb_worklist_push(list, b);
    return SAME_SO_FAR;
}

static outcome push_both(plb_worklist *list, plb_value a_first, plb_value b_first,
                         plb_value a_second, plb_value b_second) {
    /* The second goes below the first, so that what is deep does not pile up what is long. */
    outcome done = push_pair(list, a_second, b_second);
    return done != SAME_SO_FAR ? done : push_pair(list, a_first, b_first);
}

static outcome push_items(plb_worklist *list, const plb_array *a, const plb_array *b) {
    if (a->head.size != b->head.size) return DIFFERENT;
    outcome done = SAME_SO_FAR;
    for (uint32_t i = 0; i < a->head.size && done == SAME_SO_FAR; i++) {
        done = push_pair(list, a->items[i], b->items[i]);
    }
    return done;
}

static outcome compare_objects(plb_worklist *list, const plb_object *a, const plb_object *b) {
    if (a->kind != b->kind) return DIFFERENT;
    const void *x = a, *y = b;
    switch ((plb_kind) a->kind) {
    case PLB_KIND_BIGINT:
        return plb_int_compare(plb_from_object(a), plb_from_object(b)) == 0 ? SAME_SO_FAR
                                                                            : DIFFERENT;
    case PLB_KIND_BYTESTRING:
    case PLB_KIND_STRING: return same_bytes(x, y) ? SAME_SO_FAR : DIFFERENT;
    case PLB_KIND_CONS: {
        const plb_cons *p = x, *q = y;
        if (a->size != b->size) return DIFFERENT;
        return push_both(list, p->first, q->first, p->rest, q->rest);
    }
    case PLB_KIND_PAIR: {
        const plb_pair *p = x, *q = y;
        return push_both(list, p->first, q->first, p->second, q->second);
    }
    case PLB_KIND_ARRAY: return push_items(list, x, y);
    case PLB_KIND_DATA_CONSTR: {
        const plb_data_constr *p = x, *q = y;
        return push_both(list, p->tag, q->tag, p->fields, q->fields);
    }
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST: {
        const plb_data_items *p = x, *q = y;
        return push_pair(list, p->items, q->items);
    }
    case PLB_KIND_DATA_I:
    case PLB_KIND_DATA_B: {
        const plb_data_leaf *p = x, *q = y;
        return push_pair(list, p->content, q->content);
    }
    case PLB_KIND_G1:
    case PLB_KIND_G2:
    case PLB_KIND_ML_RESULT: return same_group_element(a, b) ? SAME_SO_FAR : DIFFERENT;
    case PLB_KIND_VALUE: return same_assets(a, b) ? SAME_SO_FAR : DIFFERENT;
    case PLB_KIND_CONSTR:
    case PLB_KIND_PARTIAL: break;
    }
    return DIFFERENT;
}

/* Pairs that were met before need no second comparison: when one differs, the first one tells. They
 * are remembered only in comparisons that are longer than any value without sharing is large. */
typedef struct pair_set {
    plb_value *slots; /* two words each, 0 for empty */
    size_t count, capacity;
} pair_set;

#define PAIRS_BEFORE_REMEMBERING ((uint64_t) 1 << 24)

static size_t pair_slot(const pair_set *set, plb_value a, plb_value b) {
    size_t at = (size_t) ((a * 0x9e3779b97f4a7c15u ^ b) * 0xff51afd7ed558ccdu >> 20);
    for (at &= set->capacity - 1;; at = (at + 1) & (set->capacity - 1)) {
        const plb_value *slot = &set->slots[2 * at];
        if (slot[0] == 0 || (slot[0] == a && slot[1] == b)) return at;
    }
}

static bool grow_pairs(pair_set *set) {
    pair_set bigger = {.count = set->count, .capacity = set->capacity ? 2 * set->capacity : 1024};
    bigger.slots = calloc(2 * bigger.capacity, sizeof *bigger.slots);
    if (bigger.slots == NULL) return false;
    for (size_t i = 0; i < set->capacity; i++) {
        const plb_value *slot = &set->slots[2 * i];
        if (slot[0] != 0) {
            memcpy(&bigger.slots[2 * pair_slot(&bigger, slot[0], slot[1])], slot, 2 * sizeof *slot);
        }
    }
    free(set->slots);
    *set = bigger;
    return true;
}

/* SAME_SO_FAR: the pair was met before; DIFFERENT: it is new. */
static outcome remember_pair(pair_set *set, plb_value a, plb_value b) {
    if (2 * set->count >= set->capacity && !grow_pairs(set)) return NO_MEMORY;
    plb_value *slot = &set->slots[2 * pair_slot(set, a, b)];
    if (slot[0] != 0) return SAME_SO_FAR;
    slot[0] = a;
    slot[1] = b;
    set->count++;
    return DIFFERENT;
}

int plb_constant_equal(plb_value a, plb_value b) {
    plb_worklist list;
    plb_worklist_begin(&list);
    pair_set met = {0};
    uint64_t compared = 0;
    outcome done = push_pair(&list, a, b);
    while (done == SAME_SO_FAR && list.count > 0) {
        plb_value y = plb_worklist_pop(&list);
        plb_value x = plb_worklist_pop(&list);
        if (++compared > PAIRS_BEFORE_REMEMBERING) {
            outcome known = remember_pair(&met, x, y);
            if (known == SAME_SO_FAR) continue;
            if (known == NO_MEMORY) {
                done = NO_MEMORY;
                break;
            }
        }
        /* Immediates that are not the same word differ. */
        done = plb_is_object(x) && plb_is_object(y)
                   ? compare_objects(&list, plb_object_of(x), plb_object_of(y))
                   : DIFFERENT;
    }
    plb_worklist_end(&list);
    free(met.slots);
    return done == NO_MEMORY ? -1 : (int) (done == SAME_SO_FAR);
}
