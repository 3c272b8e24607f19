/* The functions that plug-ins may call. */
#include <string.h>

#include "calibrate/plugin/plugins.h"
#include "harness/machine/utf8.h"

_Static_assert((int) PLB_PLUGIN_INTEGER == (int) PLB_TYPE_INTEGER &&
                   (int) PLB_PLUGIN_BYTESTRING == (int) PLB_TYPE_BYTESTRING &&
                   (int) PLB_PLUGIN_STRING == (int) PLB_TYPE_STRING &&
                   (int) PLB_PLUGIN_UNIT == (int) PLB_TYPE_UNIT &&
                   (int) PLB_PLUGIN_BOOL == (int) PLB_TYPE_BOOL &&
                   (int) PLB_PLUGIN_DATA == (int) PLB_TYPE_DATA,
               "types have the same numbers for plug-ins");

static plb_plugin_host_call *inside(plb_plugin_call *call) { return (plb_plugin_host_call *) call; }

static plb_plugin_value fail(plb_plugin_call *call, const char *message) {
    plb_plugin_host_call *c = inside(call);
    size_t length = message != NULL ? strnlen(message, PLB_ERROR_MESSAGE_BYTES) : 0;
    char *copy = plb_region_alloc(c->region, length + 1);
    if (copy == NULL) {
        c->memory_short = true;
        return PLB_PLUGIN_NONE;
    }
    if (length > 0) memcpy(copy, message, length);
    copy[length] = '\0';
    c->message = copy;
    return PLB_PLUGIN_NONE;
}

/* What was made; nothing was, when memory is short. */
static plb_plugin_value made(plb_plugin_call *call, plb_value v) {
    if (v == PLB_NO_VALUE) inside(call)->memory_short = true;
    return v;
}

/* ---- Reading ---- */

static bool read_int64(plb_plugin_call *call, plb_plugin_value v, int64_t *n) {
    (void) call;
    return plb_is_integer(v) && plb_int_to_i64(v, n);
}

static bool read_integer(plb_plugin_call *call, plb_plugin_value v, plb_plugin_integer *integer) {
    plb_int_view view;
    (void) call;
    if (!plb_is_integer(v)) return false;
    plb_int_open(v, &view);
    bool in_place = view.limbs == &view.inline_limb;
    *integer = (plb_plugin_integer){view.negative, view.count, view.limbs, view.inline_limb};
    if (in_place) integer->limbs = &integer->small;
    return true;
}

static const uint8_t *read_bytes(plb_plugin_call *call, plb_plugin_value v, size_t *length) {
    static const uint8_t nothing[1] = {0};
    (void) call;
    if (!plb_has_kind(v, PLB_KIND_BYTESTRING) && !plb_has_kind(v, PLB_KIND_STRING)) return NULL;
    *length = plb_object_of(v)->size;
    return *length > 0 ? plb_bytes_of(v)->bytes : nothing;
}

static bool read_bool(plb_plugin_call *call, plb_plugin_value v, bool *b) {
    (void) call;
    *b = v == PLB_TRUE;
    return v == PLB_TRUE || v == PLB_FALSE;
}

static bool read_pair(plb_plugin_call *call, plb_plugin_value v, plb_plugin_value *first,
                      plb_plugin_value *second) {
    (void) call;
    if (!plb_has_kind(v, PLB_KIND_PAIR)) return false;
    *first = plb_pair_of(v)->first;
    *second = plb_pair_of(v)->second;
    return true;
}

static bool read_next(plb_plugin_call *call, plb_plugin_value *list, plb_plugin_value *element) {
    (void) call;
    if (!plb_is_cons(*list)) return false;
    *element = plb_cons_of(*list)->first;
    *list = plb_cons_of(*list)->rest;
    return true;
}

static const plb_array *array_of(plb_value v) {
    return plb_has_kind(v, PLB_KIND_ARRAY) ? (const plb_array *) (const void *) plb_object_of(v)
                                           : NULL;
}

static size_t read_length(plb_plugin_call *call, plb_plugin_value v) {
    (void) call;
    if (plb_is_list(v)) return plb_list_length(v);
    return array_of(v) != NULL ? array_of(v)->head.size : 0;
}

static bool read_item(plb_plugin_call *call, plb_plugin_value array, size_t index,
                      plb_plugin_value *element) {
    const plb_array *items = array_of(array);
    (void) call;
    if (items == NULL || index >= items->head.size) return false;
    *element = items->items[index];
    return true;
}

static plb_plugin_data read_data(plb_plugin_call *call, plb_plugin_value v, plb_plugin_value *tag,
                                 plb_plugin_value *content) {
    (void) call;
    if (!plb_is_data(v)) return PLB_PLUGIN_NO_DATA;
    const void *object = plb_object_of(v);
    switch ((plb_kind) plb_object_of(v)->kind) {
    case PLB_KIND_DATA_CONSTR:
        *tag = ((const plb_data_constr *) object)->tag;
        *content = ((const plb_data_constr *) object)->fields;
        return PLB_PLUGIN_DATA_CONSTR;
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST:
        *content = ((const plb_data_items *) object)->items;
        return plb_has_kind(v, PLB_KIND_DATA_MAP) ? PLB_PLUGIN_DATA_MAP : PLB_PLUGIN_DATA_LIST;
    default:
        *content = ((const plb_data_leaf *) object)->content;
        return plb_has_kind(v, PLB_KIND_DATA_I) ? PLB_PLUGIN_DATA_I : PLB_PLUGIN_DATA_B;
    }
}

/* ---- Making ---- */

static plb_plugin_value make_int64(plb_plugin_call *call, int64_t n) {
    return made(call, plb_make_int(inside(call)->region, n));
}

static plb_plugin_value make_integer(plb_plugin_call *call, bool negative, const uint64_t *limbs,
                                     size_t count) {
    return made(call, plb_make_integer(inside(call)->region, negative, limbs, count));
}

static plb_plugin_value make_bytes(plb_plugin_call *call, const uint8_t *bytes, size_t length) {
    return made(call, plb_make_bytes(inside(call)->region, PLB_KIND_BYTESTRING, bytes, length));
}

static plb_plugin_value make_bytes_room(plb_plugin_call *call, size_t length, uint8_t **bytes) {
    return made(call,
                plb_make_bytes_room(inside(call)->region, PLB_KIND_BYTESTRING, length, bytes));
}

static plb_plugin_value make_string(plb_plugin_call *call, const uint8_t *utf8, size_t length) {
    if (!plb_utf8_valid(utf8, length)) return fail(call, "it made a string that is not UTF-8");
    return made(call, plb_make_bytes(inside(call)->region, PLB_KIND_STRING, utf8, length));
}

static plb_plugin_value make_bool(plb_plugin_call *call, bool b) {
    (void) call;
    return plb_bool(b);
}

static plb_plugin_value make_unit(plb_plugin_call *call) {
    (void) call;
    return PLB_UNIT;
}

static plb_plugin_type type_of(plb_plugin_call *call, plb_plugin_value v) {
    return plb_is_constant(v) ? plb_type_of(inside(call)->types, v) : PLB_TYPE_INVALID;
}

/* PLB_TYPE_INVALID for a number that is no type's. */
static plb_type known_type(const plb_plugin_call *call, plb_plugin_type type) {
    const plb_plugin_host_call *c = (const plb_plugin_host_call *) call;
    return type < c->types->count ? (plb_type) type : PLB_TYPE_INVALID;
}

static bool are_items(plb_plugin_call *call, plb_plugin_type element, const plb_plugin_value *items,
                      size_t count) {
    bool good = known_type(call, element) != PLB_TYPE_INVALID;
    for (size_t i = 0; i < count && good; i++) good = type_of(call, items[i]) == element;
    if (!good) (void) fail(call, "it made a list or an array of items of other types");
    return good;
}

static plb_plugin_value make_list(plb_plugin_call *call, plb_plugin_type element,
                                  const plb_plugin_value *items, size_t count) {
    if (!are_items(call, element, items, count)) return PLB_PLUGIN_NONE;
    return made(call, plb_make_list(inside(call)->region, (plb_type) element, items, count));
}

static plb_plugin_value make_cons(plb_plugin_call *call, plb_plugin_value first,
                                  plb_plugin_value rest) {
    if (!plb_is_list(rest) || type_of(call, first) != plb_list_element(rest))
        return fail(call, "it put something of another type in front of a list");
    return made(call, plb_make_cons(inside(call)->region, plb_list_element(rest), first, rest));
}

static plb_plugin_value make_array(plb_plugin_call *call, plb_plugin_type element,
                                   const plb_plugin_value *items, size_t count) {
    if (!are_items(call, element, items, count)) return PLB_PLUGIN_NONE;
    return made(call, plb_make_array(inside(call)->region, (plb_type) element, items, count));
}

static plb_plugin_type pair_type(plb_plugin_call *call, plb_plugin_type first,
                                 plb_plugin_type second) {
    plb_type a = known_type(call, first), b = known_type(call, second);
    if (a == PLB_TYPE_INVALID || b == PLB_TYPE_INVALID) return PLB_TYPE_INVALID;
    return plb_types_pair(inside(call)->types, a, b);
}

static plb_plugin_type list_type(plb_plugin_call *call, plb_plugin_type element) {
    plb_type known = known_type(call, element);
    return known != PLB_TYPE_INVALID ? plb_types_list(inside(call)->types, known)
                                     : PLB_TYPE_INVALID;
}

static plb_plugin_type array_type(plb_plugin_call *call, plb_plugin_type element) {
    plb_type known = known_type(call, element);
    return known != PLB_TYPE_INVALID ? plb_types_array(inside(call)->types, known)
                                     : PLB_TYPE_INVALID;
}

static plb_plugin_value make_pair(plb_plugin_call *call, plb_plugin_value first,
                                  plb_plugin_value second) {
    plb_plugin_type type = pair_type(call, type_of(call, first), type_of(call, second));
    if (type == PLB_TYPE_INVALID) return fail(call, "it made a pair of what are no constants");
    return made(call, plb_make_pair(inside(call)->region, (plb_type) type, first, second));
}

static bool is_list_of(plb_value v, plb_type element) {
    return plb_is_list(v) && plb_list_element(v) == element;
}

static plb_plugin_value make_data(plb_plugin_call *call, plb_plugin_data kind, plb_plugin_value tag,
                                  plb_plugin_value content) {
    plb_region *region = inside(call)->region;
    switch (kind) {
    case PLB_PLUGIN_DATA_CONSTR:
        if (!plb_is_integer(tag) || !is_list_of(content, PLB_TYPE_DATA)) break;
        return made(call, plb_make_data_constr(region, tag, content));
    case PLB_PLUGIN_DATA_MAP:
        if (!is_list_of(content, PLB_TYPE_PAIR_DATA_DATA)) break;
        return made(call, plb_make_data_items(region, PLB_KIND_DATA_MAP, content));
    case PLB_PLUGIN_DATA_LIST:
        if (!is_list_of(content, PLB_TYPE_DATA)) break;
        return made(call, plb_make_data_items(region, PLB_KIND_DATA_LIST, content));
    case PLB_PLUGIN_DATA_I:
        if (!plb_is_integer(content)) break;
        return made(call, plb_make_data_leaf(region, PLB_KIND_DATA_I, content));
    case PLB_PLUGIN_DATA_B:
        if (!plb_has_kind(content, PLB_KIND_BYTESTRING)) break;
        return made(call, plb_make_data_leaf(region, PLB_KIND_DATA_B, content));
    case PLB_PLUGIN_NO_DATA: break;
    }
    return fail(call, "it made data of parts of other types");
}

static void *allocate(plb_plugin_call *call, size_t bytes) {
    void *room = plb_region_alloc(inside(call)->region, bytes);
    if (room == NULL) inside(call)->memory_short = true;
    return room;
}

static const plb_plugin_host host = {
    .size = sizeof host,
    .read_int64 = read_int64,
    .read_integer = read_integer,
    .read_bytes = read_bytes,
    .read_bool = read_bool,
    .read_pair = read_pair,
    .read_next = read_next,
    .read_length = read_length,
    .read_item = read_item,
    .read_data = read_data,
    .make_int64 = make_int64,
    .make_integer = make_integer,
    .make_bytes = make_bytes,
    .make_bytes_room = make_bytes_room,
    .make_string = make_string,
    .make_bool = make_bool,
    .make_unit = make_unit,
    .make_list = make_list,
    .make_cons = make_cons,
    .make_array = make_array,
    .make_pair = make_pair,
    .make_data = make_data,
    .list_type = list_type,
    .array_type = array_type,
    .pair_type = pair_type,
    .type_of = type_of,
    .allocate = allocate,
    .fail = fail,
};

plb_plugin_host_call plb_plugin_host_call_of(plb_region *region, plb_types *types) {
    return (plb_plugin_host_call){.open = {&host}, .region = region, .types = types};
}
