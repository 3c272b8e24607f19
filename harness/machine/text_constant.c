#include "harness/machine/text_constant.h"

#include <string.h>

#include "harness/machine/assets.h"
#include "harness/machine/bls.h"
#include "harness/machine/output.h"

static bool out_of_memory(plb_text *text) {
    return plb_text_fail(text, text->at, PLB_E_MEMORY, "the constant does not fit in the byte cap");
}

/* The value that was made, or the failure that it wasn't. */
static plb_value made(plb_text *text, plb_value value) {
    if (value == PLB_NO_VALUE) out_of_memory(text);
    return value;
}

/* ---- Types ---- */

/* A type that may still want operands. */
typedef enum type_form {
    FORM_NONE,
    FORM_TYPE,
    FORM_LIST,
    FORM_ARRAY,
    FORM_PAIR,
    FORM_PAIR_OF
} type_form;

typedef struct type_item {
    uint32_t form;
    uint32_t type; /* FORM_TYPE: itself; FORM_PAIR_OF: the first operand */
} type_item;

/* In the reference's order; no name is the beginning of another one. */
static const struct {
    const char *name;
    type_item item;
} type_names[] = {
    {"integer", {FORM_TYPE, PLB_TYPE_INTEGER}},
    {"bytestring", {FORM_TYPE, PLB_TYPE_BYTESTRING}},
    {"string", {FORM_TYPE, PLB_TYPE_STRING}},
    {"unit", {FORM_TYPE, PLB_TYPE_UNIT}},
    {"bool", {FORM_TYPE, PLB_TYPE_BOOL}},
    {"list", {FORM_LIST, 0}},
    {"array", {FORM_ARRAY, 0}},
    {"pair", {FORM_PAIR, 0}},
    {"data", {FORM_TYPE, PLB_TYPE_DATA}},
    {"bls12_381_G1_element", {FORM_TYPE, PLB_TYPE_G1}},
    {"bls12_381_G2_element", {FORM_TYPE, PLB_TYPE_G2}},
    {"bls12_381_mlresult", {FORM_TYPE, PLB_TYPE_ML_RESULT}},
    {"value", {FORM_TYPE, PLB_TYPE_VALUE}},
};

static bool read_type_name(plb_text *text, type_item *item) {
    for (size_t i = 0; i < sizeof type_names / sizeof type_names[0]; i++) {
        if (plb_text_symbol(text, type_names[i].name)) {
            *item = type_names[i].item;
            return true;
        }
    }
    return plb_text_expected(text,
                             "a type (integer, bytestring, string, unit, bool, list, array, pair, "
                             "data, value, bls12_381_G1_element, bls12_381_G2_element, "
                             "bls12_381_mlresult, or one in parentheses)");
}

/* Apply what stands first in parentheses to what follows there. */
static bool apply_type(plb_text *text, plb_types *types, type_item *function, type_item argument) {
    if (function->form == FORM_NONE) {
        *function = argument;
        return true;
    }
    if (argument.form != FORM_TYPE || function->form == FORM_TYPE) {
        return plb_text_fail(text, text->at, PLB_E_PARSE,
                             function->form == FORM_TYPE
                                 ? "expected ')': the type before takes no operand"
                                 : "expected a complete type as the operand before this");
    }
    plb_type first = (plb_type) function->type;
    plb_type second = (plb_type) argument.type;
    plb_type result = PLB_TYPE_INVALID;
    switch (function->form) {
    case FORM_PAIR: *function = (type_item){FORM_PAIR_OF, second}; return true;
    case FORM_LIST: result = plb_types_list(types, second); break;
    case FORM_ARRAY: result = plb_types_array(types, second); break;
    default: result = plb_types_pair(types, first, second); break;
    }
    *function = (type_item){FORM_TYPE, result};
    return result != PLB_TYPE_INVALID ||
           plb_text_fail(text, text->at, PLB_E_MEMORY, "the program has too many distinct types");
}

static bool push_type(plb_text *text, plb_region *region, type_item item) {
    return plb_region_push(region, (uint64_t) item.form << 32 | item.type) || out_of_memory(text);
}
static type_item pop_type(plb_region *region) {
    uint64_t word = plb_region_pop(region);
    return (type_item){(uint32_t) (word >> 32), (uint32_t) word};
}

/* Each opening parenthesis puts what stands before it on the stack. */
static bool read_type_item(plb_text *text, plb_region *region, plb_types *types,
                           type_item *result) {
    type_item current = {FORM_NONE, 0};
    size_t depth = 0;
    for (;;) {
        type_item item = {FORM_NONE, 0};
        if (plb_text_symbol(text, "(")) {
            if (!push_type(text, region, current)) return false;
            depth++;
            current = (type_item){FORM_NONE, 0};
            continue;
        }
        if (text->status != PLB_OK || !read_type_name(text, &item)) return false;
        for (;;) {
            if (depth == 0) {
                *result = item;
                return true;
            }
            if (!apply_type(text, types, &current, item)) return false;
            if (!plb_text_symbol(text, ")")) break;
            item = current;
            current = pop_type(region);
            depth--;
        }
        if (text->status != PLB_OK) return false;
    }
}

static bool read_type(plb_text *text, plb_region *region, plb_types *types, plb_type *type) {
    type_item item;
    uint8_t *mark = region->high;
    bool ok = read_type_item(text, region, types, &item);
    region->high = mark;
    if (!ok || text->status != PLB_OK) return false;
    if (item.form != FORM_TYPE) {
        return plb_text_fail(text, text->at, PLB_E_PARSE,
                             "expected a complete type before this: list, array and pair with "
                             "their operands, in parentheses");
    }
    *type = (plb_type) item.type;
    return true;
}

/* ---- Atomic constants ---- */

static plb_value read_integer(plb_text *text, plb_region *region) {
    bool negative = plb_text_symbol(text, "-");
    if (!negative) plb_text_symbol(text, "+");
    plb_text_span digits;
    if (text->status != PLB_OK || !plb_text_digits(text, &digits)) return PLB_NO_VALUE;
    plb_value value = plb_integer_from_decimal(region, negative, digits.bytes, digits.length);
    return made(text, value) != PLB_NO_VALUE && plb_text_space(text) ? value : PLB_NO_VALUE;
}

/* Pairs of hexadecimal digits, zero or more: how many bytes they spell. */
static bool scan_hex(plb_text *text, const uint8_t **digits, size_t *count) {
    *digits = text->at;
    while (text->at < text->end && plb_hex_digit(*text->at) >= 0) text->at++;
    size_t length = (size_t) (text->at - *digits);
    *count = length / 2;
    return length % 2 == 0 || plb_text_expected(text, "an even number of hexadecimal digits");
}

static void decode_hex(const uint8_t *digits, size_t count, uint8_t *out) {
    for (size_t i = 0; i < count; i++) {
        out[i] = (uint8_t) (plb_hex_digit(digits[2 * i]) << 4 | plb_hex_digit(digits[2 * i + 1]));
    }
}

static plb_value read_bytes(plb_text *text, plb_region *region) {
    if (plb_text_peek(text) != '#') {
        plb_text_expected(text, "a bytestring: '#' and hexadecimal digits");
        return PLB_NO_VALUE;
    }
    text->at++;
    const uint8_t *digits;
    size_t count;
    if (!scan_hex(text, &digits, &count)) return PLB_NO_VALUE;
    uint8_t *room;
    plb_value value = plb_make_bytes_room(region, PLB_KIND_BYTESTRING, count, &room);
    if (made(text, value) == PLB_NO_VALUE) return PLB_NO_VALUE;
    decode_hex(digits, count, room);
    return plb_text_space(text) ? value : PLB_NO_VALUE;
}

static plb_value read_point(plb_text *text, plb_region *region, plb_type type) {
    size_t wanted = type == PLB_TYPE_G1 ? PLB_G1_BYTES : PLB_G2_BYTES;
    const char *name = type == PLB_TYPE_G1 ? "bls12_381_G1_element" : "bls12_381_G2_element";
    if (text->end - text->at < 2 || text->at[0] != '0' || text->at[1] != 'x') {
        plb_text_expected(text, "a point: '0x' and hexadecimal digits");
        return PLB_NO_VALUE;
    }
    const uint8_t *start = text->at;
    text->at += 2;
    const uint8_t *digits;
    size_t count;
    if (!scan_hex(text, &digits, &count)) return PLB_NO_VALUE;
    if (count != wanted) {
        plb_text_fail(text, start, PLB_E_PARSE, "expected %zu bytes for a %s, found %zu", wanted,
                      name, count);
        return PLB_NO_VALUE;
    }
    uint8_t bytes[PLB_G2_BYTES];
    decode_hex(digits, count, bytes);
    const char *problem =
        type == PLB_TYPE_G1 ? plb_bls_g1_problem(bytes) : plb_bls_g2_problem(bytes);
    if (problem) {
        plb_text_fail(text, start, PLB_E_PARSE, "expected a point of the group: %s", problem);
        return PLB_NO_VALUE;
    }
    plb_value point = type == PLB_TYPE_G1 ? plb_bls_g1_from_compressed(region, bytes)
                                          : plb_bls_g2_from_compressed(region, bytes);
    return made(text, point) != PLB_NO_VALUE && plb_text_space(text) ? point : PLB_NO_VALUE;
}

static plb_value read_unit(plb_text *text) {
    bool ok = plb_text_require(text, "(") && plb_text_require(text, ")");
    return ok ? PLB_UNIT : PLB_NO_VALUE;
}

static plb_value read_bool(plb_text *text) {
    if (plb_text_symbol(text, "True")) return PLB_TRUE;
    if (plb_text_symbol(text, "False")) return PLB_FALSE;
    plb_text_expected(text, "True or False");
    return PLB_NO_VALUE;
}

/* Why an entry of a value was not taken. */
static bool refused(plb_text *text, const uint8_t *at, const plb_assets_builder *builder) {
    return builder->problem ? plb_text_fail(text, at, PLB_E_PARSE, "expected %s", builder->problem)
                            : out_of_memory(text);
}

/* A value: [(policy, [(token, quantity), ...]), ...], strictly ascending, no zero and no empty
 * list of tokens. */
static bool read_tokens(plb_text *text, plb_region *region, plb_assets_builder *builder) {
    if (!plb_text_require(text, "[")) return false;
    const uint8_t *start = text->at;
    if (plb_text_peek(text) == ']') {
        return plb_text_fail(text, start, PLB_E_PARSE, "expected at least one token");
    }
    do {
        start = text->at;
        if (!plb_text_require(text, "(")) return false;
        plb_value token = read_bytes(text, region);
        if (token == PLB_NO_VALUE || !plb_text_require(text, ",")) return false;
        plb_value quantity = read_integer(text, region);
        if (quantity == PLB_NO_VALUE || !plb_text_require(text, ")")) return false;
        if (!plb_assets_add(builder, token, quantity)) return refused(text, start, builder);
    } while (plb_text_symbol(text, ","));
    return text->status == PLB_OK && plb_text_require(text, "]");
}

static bool read_policies(plb_text *text, plb_region *region, plb_assets_builder *builder) {
    if (!plb_text_require(text, "[")) return false;
    if (plb_text_peek(text) == ']') return plb_text_require(text, "]");
    do {
        const uint8_t *start = text->at;
        if (!plb_text_require(text, "(")) return false;
        plb_value policy = read_bytes(text, region);
        if (policy == PLB_NO_VALUE || !plb_text_require(text, ",")) return false;
        if (!plb_assets_policy(builder, policy)) return refused(text, start, builder);
        if (!read_tokens(text, region, builder) || !plb_text_require(text, ")")) return false;
    } while (plb_text_symbol(text, ","));
    return text->status == PLB_OK && plb_text_require(text, "]");
}

static plb_value read_value(plb_text *text, plb_region *region) {
    const uint8_t *start = text->at;
    plb_assets_builder builder;
    plb_assets_begin(&builder, region);
    bool ok = read_policies(text, region, &builder);
    plb_value value = plb_assets_end(&builder);
    if (ok && value == PLB_NO_VALUE) refused(text, start, &builder);
    return ok ? value : PLB_NO_VALUE;
}

/* ---- Compound constants ---- */

/* What is open: it lies at the region's upper end, the values read for it so far below it. */
typedef enum open_kind {
    OPEN_LIST,
    OPEN_ARRAY,
    OPEN_PAIR,
    OPEN_PARENS,   /* data in parentheses */
    OPEN_CONSTR,   /* waits for the list of fields; the constructor's number is below it */
    OPEN_MAP,      /* waits for the list of pairs */
    OPEN_DATA_LIST /* waits for the list */
} open_kind;

typedef struct open_constant {
    struct open_constant *outer;
    uint64_t count; /* values below it */
    open_kind kind;
    plb_type type; /* list, array: the element's; pair: the pair's */
} open_constant;

_Static_assert(sizeof(open_constant) % 8 == 0, "the region's ends stay 8-aligned");

typedef struct constant_reader {
    plb_text *text;
    plb_region *region;
    plb_types *types;
    open_constant *open;
    plb_type next;  /* type of the constant that comes next */
    bool in_parens; /* data stands in parentheses there */
} constant_reader;

static bool push_open(constant_reader *r, open_kind kind, plb_type type, plb_type next) {
    open_constant frame = {.outer = r->open, .kind = kind, .type = type};
    if ((size_t) (r->region->high - r->region->low) < sizeof frame) return out_of_memory(r->text);
    r->region->high -= sizeof frame;
    r->open = (open_constant *) (void *) r->region->high;
    *r->open = frame;
    r->next = next;
    return true;
}

static bool push_value(constant_reader *r, plb_value value) {
    if (!plb_region_push(r->region, value)) return out_of_memory(r->text);
    r->open->count++;
    return true;
}

/* Values read for the innermost open constant, the last one first. */
static const plb_value *open_values(const constant_reader *r) {
    return (const plb_value *) (const void *) r->region->high;
}

static plb_value make_list(constant_reader *r) {
    const plb_value *values = open_values(r);
    plb_type element = r->open->type;
    plb_value list = PLB_NIL(element);
    for (uint64_t i = 0; i < r->open->count && list != PLB_NO_VALUE; i++) {
        list = plb_make_cons(r->region, element, values[i], list);
    }
    return list;
}

static plb_value make_array(constant_reader *r) {
    plb_value *values = (plb_value *) (void *) r->region->high;
    uint64_t count = r->open->count;
    for (uint64_t i = 0; i < count / 2; i++) {
        plb_value swap = values[i];
        values[i] = values[count - 1 - i];
        values[count - 1 - i] = swap;
    }
    return plb_make_array(r->region, r->open->type, values, count);
}

/* Make the innermost open constant of its values and take it off the stack. */
static plb_value close_open(constant_reader *r) {
    open_constant frame = *r->open;
    const plb_value *values = open_values(r);
    plb_value value = PLB_NO_VALUE;
    switch (frame.kind) {
    case OPEN_LIST: value = make_list(r); break;
    case OPEN_ARRAY: value = make_array(r); break;
    case OPEN_PAIR: value = plb_make_pair(r->region, frame.type, values[1], values[0]); break;
    case OPEN_PARENS: value = values[0]; break;
    case OPEN_CONSTR: value = plb_make_data_constr(r->region, values[1], values[0]); break;
    case OPEN_MAP: value = plb_make_data_items(r->region, PLB_KIND_DATA_MAP, values[0]); break;
    case OPEN_DATA_LIST:
        value = plb_make_data_items(r->region, PLB_KIND_DATA_LIST, values[0]);
        break;
    }
    r->region->high = (uint8_t *) r->open + sizeof frame;
    r->open = frame.outer;
    return made(r->text, value);
}

static plb_value read_leaf(constant_reader *r, plb_type type) {
    switch (type) {
    case PLB_TYPE_INTEGER: return read_integer(r->text, r->region);
    case PLB_TYPE_BYTESTRING: return read_bytes(r->text, r->region);
    case PLB_TYPE_STRING: return plb_text_string(r->text, r->region);
    case PLB_TYPE_UNIT: return read_unit(r->text);
    case PLB_TYPE_BOOL: return read_bool(r->text);
    case PLB_TYPE_G1:
    case PLB_TYPE_G2: return read_point(r->text, r->region, type);
    case PLB_TYPE_VALUE: return read_value(r->text, r->region);
    default: break;
    }
    plb_text_fail(r->text, r->text->at, PLB_E_PARSE,
                  "expected another type before this: bls12_381_mlresult has no constants");
    return PLB_NO_VALUE;
}

/* Data begins: a leaf (I, B) is returned, anything else opened. */
static bool begin_data(constant_reader *r, plb_value *leaf) {
    plb_text *text = r->text;
    if (r->in_parens) {
        r->in_parens = false;
        return plb_text_require(text, "(") && push_open(r, OPEN_PARENS, 0, PLB_TYPE_DATA);
    }
    if (plb_text_symbol(text, "Constr")) {
        plb_value tag = read_integer(text, r->region);
        return tag != PLB_NO_VALUE && push_open(r, OPEN_CONSTR, 0, PLB_TYPE_LIST_DATA) &&
               push_value(r, tag);
    }
    if (plb_text_symbol(text, "Map")) return push_open(r, OPEN_MAP, 0, PLB_TYPE_LIST_PAIR_DATA);
    if (plb_text_symbol(text, "List")) return push_open(r, OPEN_DATA_LIST, 0, PLB_TYPE_LIST_DATA);
    bool integer = plb_text_symbol(text, "I");
    if (!integer && !plb_text_symbol(text, "B")) {
        return plb_text_expected(text, "data: Constr, Map, List, I or B");
    }
    plb_value content = integer ? read_integer(text, r->region) : read_bytes(text, r->region);
    if (content == PLB_NO_VALUE) return false;
    plb_kind kind = integer ? PLB_KIND_DATA_I : PLB_KIND_DATA_B;
    *leaf = made(text, plb_make_data_leaf(r->region, kind, content));
    return *leaf != PLB_NO_VALUE;
}

/* Read the beginning of a constant of type r->next: *value is it when it is complete, and
 * PLB_NO_VALUE when something was opened. */
static bool begin_constant(constant_reader *r, plb_value *value) {
    plb_type_node node = plb_type_get(r->types, r->next);
    *value = PLB_NO_VALUE;
    switch ((plb_type_tag) node.tag) {
    case PLB_TAG_PAIR:
        r->in_parens = false;
        return plb_text_require(r->text, "(") && push_open(r, OPEN_PAIR, r->next, node.first);
    case PLB_TAG_LIST:
    case PLB_TAG_ARRAY: {
        open_kind kind = node.tag == PLB_TAG_LIST ? OPEN_LIST : OPEN_ARRAY;
        r->in_parens = false;
        if (!plb_text_require(r->text, "[") || !push_open(r, kind, node.first, node.first)) {
            return false;
        }
        if (!plb_text_symbol(r->text, "]")) return r->text->status == PLB_OK;
        *value = close_open(r);
        return *value != PLB_NO_VALUE;
    }
    case PLB_TAG_ATOM: break;
    }
    if (r->next == PLB_TYPE_DATA) return begin_data(r, value);
    *value = read_leaf(r, r->next);
    return *value != PLB_NO_VALUE;
}

/* A value is complete inside an open constant: close that too if it is, and say what comes next. */
static bool continue_open(constant_reader *r, plb_value *value) {
    plb_text *text = r->text;
    while (r->open) {
        if (!push_value(r, *value)) return false;
        *value = PLB_NO_VALUE;
        const open_constant *open = r->open;
        const char *closing = NULL;
        switch (open->kind) {
        case OPEN_LIST:
        case OPEN_ARRAY:
            r->next = open->type;
            if (plb_text_symbol(text, ",")) return text->status == PLB_OK;
            closing = "]";
            break;
        case OPEN_PAIR:
            if (open->count == 1) {
                r->next = plb_type_get(r->types, open->type).second;
                return plb_text_require(text, ",");
            }
            closing = ")";
            break;
        case OPEN_PARENS: closing = ")"; break;
        default: break;
        }
        if (text->status != PLB_OK || (closing && !plb_text_require(text, closing))) return false;
        *value = close_open(r);
        if (*value == PLB_NO_VALUE) return false;
    }
    return true;
}

plb_value plb_text_constant(plb_text *text, plb_region *region, plb_types *types) {
    constant_reader r = {.text = text, .region = region, .types = types, .in_parens = true};
    if (!read_type(text, region, types, &r.next)) return PLB_NO_VALUE;
    uint8_t *mark = region->high;
    plb_value value = PLB_NO_VALUE;
    bool ok = true;
    while (ok && value == PLB_NO_VALUE) {
        ok = begin_constant(&r, &value);
        if (ok && value != PLB_NO_VALUE) ok = continue_open(&r, &value);
    }
    region->high = mark;
    return ok && text->status == PLB_OK ? value : PLB_NO_VALUE;
}
