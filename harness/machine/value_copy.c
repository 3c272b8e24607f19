/* Deep copy of constants. */
#include <string.h>

#include "harness/machine/assets.h"
#include "harness/machine/value.h"
#include "harness/machine/worklist.h"

/* The copy works on slots: words in new objects that still hold the old value. */
static bool fix_later(plb_worklist *list, plb_value *slot) {
    if (!plb_is_object(*slot)) return true;
    if (!plb_worklist_reserve(list, 1)) return false;
    plb_worklist_push(list, (uint64_t) (uintptr_t) slot);
    return true;
}

static void *copy_object(plb_region *region, const void *object, size_t bytes) {
    void *copy = plb_region_alloc(region, bytes);
    if (copy != NULL) memcpy(copy, object, bytes);
    return copy;
}

/* Copies a leaf or an inner node whose slots still hold old values. */
static plb_value copy_shallow(plb_region *region, plb_value v) {
    const plb_object *object = plb_object_of(v);
    void *copy = NULL;
    switch ((plb_kind) object->kind) {
    case PLB_KIND_BIGINT:
        copy = copy_object(region, object,
                           sizeof(plb_bigint) + (size_t) object->size * sizeof(uint64_t));
        break;
    case PLB_KIND_BYTESTRING:
    case PLB_KIND_STRING:
        return plb_make_bytes(region, (plb_kind) object->kind, plb_bytes_of(v)->bytes,
                              object->size);
    case PLB_KIND_CONS: copy = copy_object(region, object, sizeof(plb_cons)); break;
    case PLB_KIND_PAIR: copy = copy_object(region, object, sizeof(plb_pair)); break;
    case PLB_KIND_ARRAY:
        copy = copy_object(region, object,
                           sizeof(plb_array) + (size_t) object->size * sizeof(plb_value));
        break;
    case PLB_KIND_DATA_CONSTR: copy = copy_object(region, object, sizeof(plb_data_constr)); break;
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST: copy = copy_object(region, object, sizeof(plb_data_items)); break;
    case PLB_KIND_DATA_I:
    case PLB_KIND_DATA_B: copy = copy_object(region, object, sizeof(plb_data_leaf)); break;
    case PLB_KIND_G1:
    case PLB_KIND_G2:
    case PLB_KIND_ML_RESULT:
        copy = copy_object(region, object, sizeof(plb_blob) + object->size);
        break;
    case PLB_KIND_VALUE: return plb_assets_copy(region, v);
    case PLB_KIND_CONSTR:
    case PLB_KIND_PARTIAL: break;
    }
    return copy == NULL ? PLB_NO_VALUE : plb_from_object(copy);
}

static bool fix_slots(plb_worklist *list, plb_object *object) {
    void *copy = object;
    bool done = true;
    switch ((plb_kind) object->kind) {
    case PLB_KIND_CONS: {
        plb_cons *cons = copy;
        return fix_later(list, &cons->rest) && fix_later(list, &cons->first);
    }
    case PLB_KIND_PAIR: {
        plb_pair *pair = copy;
        return fix_later(list, &pair->second) && fix_later(list, &pair->first);
    }
    case PLB_KIND_ARRAY: {
        plb_array *array = copy;
        for (uint32_t i = 0; i < object->size && done; i++) {
            done = fix_later(list, &array->items[i]);
        }
        return done;
    }
    case PLB_KIND_DATA_CONSTR: {
        plb_data_constr *constr = copy;
        return fix_later(list, &constr->fields) && fix_later(list, &constr->tag);
    }
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST: return fix_later(list, &((plb_data_items *) copy)->items);
    case PLB_KIND_DATA_I:
    case PLB_KIND_DATA_B: return fix_later(list, &((plb_data_leaf *) copy)->content);
    case PLB_KIND_VALUE: {
        plb_asset *entries = ((plb_assets *) copy)->entries;
        for (uint32_t i = 0; i < object->size && done; i++) {
            done = fix_later(list, &entries[i].policy) && fix_later(list, &entries[i].token) &&
                   fix_later(list, &entries[i].quantity);
        }
        return done;
    }
    default: return true;
    }
}

plb_value plb_copy_constant(plb_region *region, plb_value v) {
    plb_worklist list;
    plb_worklist_begin(&list);
    plb_value result = v;
    bool good = fix_later(&list, &result);
    while (good && list.count > 0) {
        plb_value *slot = (plb_value *) (uintptr_t) plb_worklist_pop(&list);
        *slot = copy_shallow(region, *slot);
        good = *slot != PLB_NO_VALUE && fix_slots(&list, plb_object_of(*slot));
    }
    plb_worklist_end(&list);
    return good ? result : PLB_NO_VALUE;
}
