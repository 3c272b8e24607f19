/* Constructors of values, and the type of a constant. Integers: value_integer.c. */
#include "harness/machine/value.h"

#include <string.h>

plb_type plb_atom_of(plb_value v) {
    if (plb_is_small(v)) return PLB_TYPE_INTEGER;
    if (!plb_is_object(v)) {
        return v == PLB_UNIT                 ? PLB_TYPE_UNIT
               : plb_is_imm(v, PLB_IMM_BOOL) ? PLB_TYPE_BOOL
                                             : PLB_TYPE_INVALID;
    }
    switch ((plb_kind) plb_object_of(v)->kind) {
    case PLB_KIND_BIGINT: return PLB_TYPE_INTEGER;
    case PLB_KIND_BYTESTRING: return PLB_TYPE_BYTESTRING;
    case PLB_KIND_STRING: return PLB_TYPE_STRING;
    case PLB_KIND_DATA_CONSTR:
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST:
    case PLB_KIND_DATA_I:
    case PLB_KIND_DATA_B: return PLB_TYPE_DATA;
    case PLB_KIND_G1: return PLB_TYPE_G1;
    case PLB_KIND_G2: return PLB_TYPE_G2;
    case PLB_KIND_ML_RESULT: return PLB_TYPE_ML_RESULT;
    case PLB_KIND_VALUE: return PLB_TYPE_VALUE;
    default: return PLB_TYPE_INVALID;
    }
}

plb_type plb_type_of(plb_types *types, plb_value v) {
    if (plb_is_nil(v)) return plb_types_list(types, plb_list_element(v));
    if (plb_is_small(v) || !plb_is_object(v)) return plb_atom_of(v);
    const plb_object *object = plb_object_of(v);
    switch ((plb_kind) object->kind) {
    case PLB_KIND_CONS: return plb_types_list(types, object->type);
    case PLB_KIND_PAIR: return object->type;
    case PLB_KIND_ARRAY: return plb_types_array(types, object->type);
    default: return plb_atom_of(v);
    }
}

static plb_object head_of(plb_kind kind, plb_type type, size_t size) {
    return (plb_object){.kind = (uint8_t) kind, .type = type, .size = (uint32_t) size};
}

plb_value plb_make_bytes_room(plb_region *region, plb_kind kind, size_t length, uint8_t **bytes) {
    if (length > UINT32_MAX) return PLB_NO_VALUE;
    plb_bytes *made = plb_region_alloc(region, sizeof *made + length);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(kind, 0, length);
    *bytes = (uint8_t *) (made + 1);
    made->bytes = *bytes;
    return plb_from_object(made);
}

plb_value plb_make_bytes(plb_region *region, plb_kind kind, const uint8_t *bytes, size_t length) {
    uint8_t *room;
    plb_value made = plb_make_bytes_room(region, kind, length, &room);
    if (made != PLB_NO_VALUE && length > 0) memcpy(room, bytes, length);
    return made;
}

plb_value plb_make_bytes_view(plb_region *region, plb_kind kind, const uint8_t *bytes,
                              size_t length) {
    if (length > UINT32_MAX) return PLB_NO_VALUE;
    plb_bytes *made = plb_region_alloc(region, sizeof *made);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(kind, 0, length);
    made->bytes = bytes;
    return plb_from_object(made);
}

plb_value plb_make_cons(plb_region *region, plb_type element, plb_value first, plb_value rest) {
    plb_cons *made = plb_region_alloc(region, sizeof *made);
    if (made == NULL) return PLB_NO_VALUE;
    uint32_t length = plb_list_length(rest);
    made->head = head_of(PLB_KIND_CONS, element, length == UINT32_MAX ? length : length + 1);
    made->first = first;
    made->rest = rest;
    return plb_from_object(made);
}

plb_value plb_make_list(plb_region *region, plb_type element, const plb_value *items,
                        size_t count) {
    if (count == 0) return PLB_NIL(element);
    if (count > SIZE_MAX / sizeof(plb_cons)) return PLB_NO_VALUE;
    plb_cons *cells = plb_region_alloc(region, count * sizeof *cells);
    if (cells == NULL) return PLB_NO_VALUE;
    for (size_t i = 0; i < count; i++) {
        size_t length = count - i;
        cells[i].head = head_of(PLB_KIND_CONS, element, length < UINT32_MAX ? length : UINT32_MAX);
        cells[i].first = items[i];
        cells[i].rest = plb_from_object(&cells[i + 1]);
    }
    cells[count - 1].rest = PLB_NIL(element);
    return plb_from_object(cells);
}

plb_value plb_make_pair(plb_region *region, plb_type type, plb_value first, plb_value second) {
    plb_pair *made = plb_region_alloc(region, sizeof *made);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(PLB_KIND_PAIR, type, 0);
    made->first = first;
    made->second = second;
    return plb_from_object(made);
}

plb_value plb_make_array(plb_region *region, plb_type element, const plb_value *items,
                         size_t count) {
    if (count > UINT32_MAX) return PLB_NO_VALUE;
    plb_array *made = plb_region_alloc(region, sizeof *made + count * sizeof *items);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(PLB_KIND_ARRAY, element, count);
    if (count > 0) memcpy(made->items, items, count * sizeof *items);
    return plb_from_object(made);
}

plb_value plb_make_data_constr(plb_region *region, plb_value tag, plb_value fields) {
    plb_data_constr *made = plb_region_alloc(region, sizeof *made);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(PLB_KIND_DATA_CONSTR, 0, 0);
    made->memory = 0;
    made->tag = tag;
    made->fields = fields;
    return plb_from_object(made);
}

plb_value plb_make_data_items(plb_region *region, plb_kind kind, plb_value items) {
    plb_data_items *made = plb_region_alloc(region, sizeof *made);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(kind, 0, 0);
    made->memory = 0;
    made->items = items;
    return plb_from_object(made);
}

plb_value plb_make_data_leaf(plb_region *region, plb_kind kind, plb_value content) {
    plb_data_leaf *made = plb_region_alloc(region, sizeof *made);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(kind, 0, 0);
    made->content = content;
    return plb_from_object(made);
}

plb_value plb_make_blob(plb_region *region, plb_kind kind, const void *bytes, size_t length) {
    if (length > UINT32_MAX) return PLB_NO_VALUE;
    plb_blob *made = plb_region_alloc(region, sizeof *made + length);
    if (made == NULL) return PLB_NO_VALUE;
    made->head = head_of(kind, 0, length);
    memcpy(made->words, bytes, length);
    return plb_from_object(made);
}
