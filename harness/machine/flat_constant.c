/* Constants in flat: a list of type tags, then the value. Nesting is kept on a stack at the upper
 * end of the program's heap, never on the C stack. */
#include <string.h>

#include "harness/machine/assets.h"
#include "harness/machine/data_cbor.h"
#include "harness/machine/flat_reader.h"
#include "harness/machine/utf8.h"

/* ---- Types ---- */

enum {
    TYPE_TAG_LIST = 5,
    TYPE_TAG_PAIR = 6,
    TYPE_TAG_APPLY = 7,
    TYPE_TAG_ARRAY = 12,
    TYPE_TAG_COUNT = 14
};

/* Tag to atomic type; PLB_TYPE_INVALID for those that are no type by themselves. */
static const plb_type atomic_types[TYPE_TAG_COUNT] = {
    PLB_TYPE_INTEGER, PLB_TYPE_BYTESTRING, PLB_TYPE_STRING,  PLB_TYPE_UNIT,  PLB_TYPE_BOOL,
    PLB_TYPE_INVALID, PLB_TYPE_INVALID,    PLB_TYPE_INVALID, PLB_TYPE_DATA,  PLB_TYPE_G1,
    PLB_TYPE_G2,      PLB_TYPE_ML_RESULT,  PLB_TYPE_INVALID, PLB_TYPE_VALUE,
};

/* While tags are read from the last to the first: a type, or something that still wants operands.
 */
typedef struct type_item {
    uint8_t tag; /* TYPE_TAG_LIST, _ARRAY, _PAIR: unapplied; TYPE_TAG_APPLY: pair with a first
                    type; otherwise a complete type */
    plb_type type;
} type_item;

static bool apply_type(plb_types *types, type_item function, type_item argument, type_item *out) {
    if (argument.tag != 0) {
        return false; /* only complete types are arguments */
    }
    *out = (type_item){0, PLB_TYPE_INVALID};
    switch (function.tag) {
    case TYPE_TAG_LIST: out->type = plb_types_list(types, argument.type); break;
    case TYPE_TAG_ARRAY: out->type = plb_types_array(types, argument.type); break;
    case TYPE_TAG_PAIR: *out = (type_item){TYPE_TAG_APPLY, argument.type}; break;
    case TYPE_TAG_APPLY: out->type = plb_types_pair(types, function.type, argument.type); break;
    default: return false;
    }
    return out->type != PLB_TYPE_INVALID;
}

/* Tags are in prefix order, so that from the right every operand comes before its operator. */
static plb_type parse_type(plb_types *types, const uint8_t *tags, size_t count, type_item *stack) {
    size_t top = 0;
    for (size_t i = count; i-- > 0;) {
        uint8_t tag = tags[i];
        if (tag == TYPE_TAG_APPLY) {
            if (top < 2 || !apply_type(types, stack[top - 1], stack[top - 2], &stack[top - 2])) {
                return PLB_TYPE_INVALID;
            }
            top--;
        } else if (tag == TYPE_TAG_LIST || tag == TYPE_TAG_PAIR || tag == TYPE_TAG_ARRAY) {
            stack[top++] = (type_item){tag, 0};
        } else if (tag < TYPE_TAG_COUNT) {
            stack[top++] = (type_item){0, atomic_types[tag]};
        } else {
            return PLB_TYPE_INVALID;
        }
    }
    return top == 1 && stack[0].tag == 0 ? stack[0].type : PLB_TYPE_INVALID;
}

/* Length of the list of tags ahead, without consuming it. */
static bool count_type_tags(plb_flat_reader *reader, size_t *count) {
    size_t start = reader->bit;
    *count = 0;
    while (plb_flat_bits(reader, 1) != 0 && reader->bit <= reader->end) {
        reader->bit += 4;
        ++*count;
    }
    bool complete = reader->bit <= reader->end;
    reader->bit = start;
    return complete;
}

#define TYPE_TAGS_INLINE 64

static bool read_type(plb_flat_reader *reader, plb_program *program, uint64_t max_type,
                      plb_type *type) {
    uint64_t window = plb_flat_peek(reader);
    if ((window >> 63) != 0 && ((window >> 58) & 1) == 0) { /* one tag: the common case */
        unsigned tag = (unsigned) (window >> 59) & 15;
        if (tag < TYPE_TAG_COUNT && atomic_types[tag] != PLB_TYPE_INVALID) {
            reader->bit += 6;
            *type = atomic_types[tag];
            return true;
        }
    }
    size_t count;
    if (!count_type_tags(reader, &count)) {
        return plb_flat_fail(reader, "more input: a type ends early");
    }
    if (count > max_type) {
        return plb_flat_unavailable(reader, "a constant whose type has %zu nodes", count);
    }
    uint8_t tags_inline[TYPE_TAGS_INLINE];
    type_item items_inline[TYPE_TAGS_INLINE];
    uint8_t *tags = tags_inline;
    type_item *items = items_inline;
    uint8_t *mark = program->heap.low;
    if (count > TYPE_TAGS_INLINE) {
        tags = plb_region_alloc(&program->heap, count);
        items = plb_region_alloc(&program->heap, count * sizeof *items);
        if (tags == NULL || items == NULL) {
            return false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        tags[i] = (uint8_t) (plb_flat_bits(reader, 5) & 15);
    }
    reader->bit += 1;
    *type = parse_type(&program->types, tags, count, items);
    program->heap.low = mark;
    return *type != PLB_TYPE_INVALID || plb_flat_fail(reader, "the type of a constant");
}

/* ---- Leaves ---- */

static plb_value read_long_integer(plb_flat_reader *reader, plb_region *heap) {
    size_t start = reader->bit;
    size_t groups = 1;
    while (plb_flat_bits(reader, 8) >= 128) {
        if (reader->bit > reader->end) {
            plb_flat_fail(reader, "more input: an integer ends early");
            return PLB_NO_VALUE;
        }
        groups++;
    }
    size_t limb_count = groups * 7 / 64 + 2;
    uint64_t *limbs = plb_region_alloc(heap, limb_count * sizeof *limbs);
    if (limbs == NULL) {
        return PLB_NO_VALUE;
    }
    memset(limbs, 0, limb_count * sizeof *limbs);
    reader->bit = start;
    for (size_t i = 0; i < groups; i++) {
        uint64_t payload = plb_flat_bits(reader, 8) & 127;
        size_t at = i * 7;
        limbs[at / 64] |= payload << (at % 64);
        if (at % 64 > 57) {
            limbs[at / 64 + 1] |= payload >> (64 - at % 64);
        }
    }
    /* Zigzag: 2n for n >= 0, -2n - 1 for n < 0. */
    bool negative = (limbs[0] & 1) != 0;
    for (size_t i = 0; i < limb_count; i++) {
        uint64_t above = i + 1 < limb_count ? limbs[i + 1] : 0;
        limbs[i] = limbs[i] >> 1 | above << 63;
    }
    for (size_t i = 0; negative && i < limb_count; i++) { /* -(n + 1) has magnitude n + 1 */
        if (++limbs[i] != 0) {
            break;
        }
    }
    return plb_make_integer(heap, negative, limbs, limb_count);
}

static plb_value read_integer(plb_flat_reader *reader, plb_region *heap) {
    uint64_t window = plb_flat_peek(reader);
    uint64_t number = 0;
    for (unsigned shift = 0; shift < 49; shift += 7) { /* seven groups are in the window */
        uint64_t byte = window >> 56;
        number |= (byte & 127) << shift;
        if (byte < 128) {
            reader->bit += 8 * (shift / 7 + 1);
            int64_t half = (int64_t) (number >> 1);
            return plb_small((number & 1) != 0 ? -half - 1 : half);
        }
        window <<= 8;
    }
    return read_long_integer(reader, heap);
}

/* Bytes in chunks of up to 255 after a filler; one chunk is used where it lies. */
static bool read_bytes(plb_flat_reader *reader, plb_region *heap, const uint8_t **bytes,
                       size_t *length) {
    if (!plb_flat_filler(reader)) {
        return false;
    }
    if ((reader->bit & 7) != 0) {
        return plb_flat_fail(reader, "a byte boundary");
    }
    size_t start = reader->bit >> 3;
    size_t end = reader->end >> 3;
    size_t at = start;
    size_t total = 0;
    size_t chunks = 0;
    while (at < end && reader->bytes[at] != 0) {
        total += reader->bytes[at];
        at += 1u + reader->bytes[at];
        chunks++;
    }
    if (at >= end) {
        return plb_flat_fail(reader, "more input: a byte string ends early");
    }
    reader->bit = (at + 1) * 8;
    *length = total;
    if (chunks <= 1) {
        *bytes = reader->bytes + start + 1;
        return true;
    }
    uint8_t *joined = plb_region_alloc(heap, total);
    if (joined == NULL) {
        return false;
    }
    *bytes = joined;
    for (at = start; reader->bytes[at] != 0; at += 1u + reader->bytes[at]) {
        memcpy(joined, reader->bytes + at + 1, reader->bytes[at]);
        joined += reader->bytes[at];
    }
    return true;
}

/* Bytes behind the data are ignored, as the reference does (Codec.Serialise.deserialiseOrFail). */
static plb_value read_data(plb_flat_reader *reader, plb_region *heap) {
    const uint8_t *bytes;
    size_t length;
    if (!read_bytes(reader, heap, &bytes, &length)) {
        return PLB_NO_VALUE;
    }
    plb_error inner = {.status = PLB_OK};
    plb_value data = plb_data_decode_cbor(heap, bytes, length, NULL, &inner);
    if (data == PLB_NO_VALUE) {
        if (inner.status != PLB_E_MEMORY) {
            plb_flat_fail(reader, "data in CBOR (%s: %s)", inner.where, inner.message);
        }
        return PLB_NO_VALUE;
    }
    return data;
}

static plb_value read_string(plb_flat_reader *reader, plb_region *heap, plb_kind kind) {
    const uint8_t *bytes;
    size_t length;
    if (!read_bytes(reader, heap, &bytes, &length)) {
        return PLB_NO_VALUE;
    }
    if (kind == PLB_KIND_STRING && !plb_utf8_valid(bytes, length)) {
        plb_flat_fail(reader, "a string in UTF-8");
        return PLB_NO_VALUE;
    }
    return plb_make_bytes_view(heap, kind, bytes, length);
}

/* One policy of the builtin value type: the policy and a list of (token, quantity). */
static bool read_policy(plb_flat_reader *reader, plb_region *heap, plb_assets_builder *builder) {
    plb_value policy = read_string(reader, heap, PLB_KIND_BYTESTRING);
    if (policy == PLB_NO_VALUE || !plb_assets_policy(builder, policy)) {
        return false;
    }
    while (plb_flat_bits(reader, 1) != 0) {
        plb_value token = read_string(reader, heap, PLB_KIND_BYTESTRING);
        plb_value quantity = token != PLB_NO_VALUE ? read_integer(reader, heap) : PLB_NO_VALUE;
        if (quantity == PLB_NO_VALUE || !plb_assets_add(builder, token, quantity)) {
            return false;
        }
    }
    return true;
}

static plb_value read_assets(plb_flat_reader *reader, plb_program *program) {
    plb_region *heap = &program->heap;
    plb_assets_builder builder;
    bool good = true;
    plb_assets_begin(&builder, heap);
    while (good && plb_flat_bits(reader, 1) != 0) {
        good = read_policy(reader, heap, &builder);
    }
    plb_value value = plb_assets_end(&builder);
    if (value == PLB_NO_VALUE && builder.problem != NULL) {
        plb_flat_fail(reader, "%s", builder.problem);
    }
    return good ? value : PLB_NO_VALUE;
}

static plb_value read_leaf(plb_flat_reader *reader, plb_program *program, plb_type type) {
    plb_region *heap = &program->heap;
    switch (type) {
    case PLB_TYPE_INTEGER: return read_integer(reader, heap);
    case PLB_TYPE_BYTESTRING: return read_string(reader, heap, PLB_KIND_BYTESTRING);
    case PLB_TYPE_STRING: return read_string(reader, heap, PLB_KIND_STRING);
    case PLB_TYPE_UNIT: return PLB_UNIT;
    case PLB_TYPE_BOOL: return plb_bool(plb_flat_bits(reader, 1) != 0);
    case PLB_TYPE_DATA: return read_data(reader, heap);
    case PLB_TYPE_VALUE: return read_assets(reader, program);
    default: /* the reference has no flat form for points and Miller loop results either */
        plb_flat_fail(reader, "a constant of a type that flat can hold");
        return PLB_NO_VALUE;
    }
}

/* ---- Compound values ---- */

/* A list, array or pair that is being read: its frame, and above it the members read so far. */
typedef struct open_constant {
    struct open_constant *outer;
    plb_type type;
    uint32_t count;
} open_constant;

static void *push_bytes(plb_region *heap, size_t bytes) {
    if ((size_t) (heap->high - heap->low) < bytes) {
        return NULL;
    }
    heap->high -= bytes;
    return heap->high;
}

static bool push_value(plb_region *heap, plb_value value) {
    plb_value *slot = push_bytes(heap, sizeof *slot);
    if (slot != NULL) {
        *slot = value;
    }
    return slot != NULL;
}

/* Make the list, array or pair from the members on the stack, and take both off. */
static plb_value close_constant(plb_region *heap, plb_type_node node, open_constant *open) {
    const plb_value *members = (const plb_value *) (void *) heap->high; /* last member first */
    uint32_t count = open->count;
    plb_value result = PLB_NO_VALUE;
    if (node.tag == PLB_TAG_PAIR) {
        result = plb_make_pair(heap, open->type, members[1], members[0]);
    } else if (node.tag == PLB_TAG_LIST) {
        result = PLB_NIL(node.first);
        for (uint32_t i = 0; i < count && result != PLB_NO_VALUE; i++) {
            result = plb_make_cons(heap, node.first, members[i], result);
        }
    } else {
        result = plb_make_array(heap, node.first, members, count);
        for (uint32_t i = 0; result != PLB_NO_VALUE && i < count; i++) {
            ((plb_array *) (void *) plb_object_of(result))->items[i] = members[count - 1 - i];
        }
    }
    heap->high += count * sizeof(plb_value) + sizeof *open;
    return result;
}

static plb_value read_compound(plb_flat_reader *reader, plb_program *program, plb_type type) {
    plb_region *heap = &program->heap;
    open_constant *open = NULL;
    for (;;) {
        plb_type_node node = plb_type_get(&program->types, type);
        plb_value value = PLB_NO_VALUE;
        if (node.tag != PLB_TAG_ATOM) {
            open_constant *inner = push_bytes(heap, sizeof *inner);
            if (inner == NULL) {
                return PLB_NO_VALUE;
            }
            *inner = (open_constant){.outer = open, .type = type};
            open = inner;
        } else {
            value = read_leaf(reader, program, type);
            if (value == PLB_NO_VALUE) {
                return PLB_NO_VALUE;
            }
        }
        for (;;) { /* store the value, and close what it completes */
            if (value != PLB_NO_VALUE) {
                if (open == NULL) {
                    return value;
                }
                if (open->count == UINT32_MAX || !push_value(heap, value)) {
                    return PLB_NO_VALUE;
                }
                open->count++;
            }
            if (reader->bit > reader->end) {
                plb_flat_fail(reader, "more input: a constant ends early");
                return PLB_NO_VALUE;
            }
            node = plb_type_get(&program->types, open->type);
            bool more = node.tag == PLB_TAG_PAIR ? open->count < 2 : plb_flat_bits(reader, 1) != 0;
            if (more) {
                type = node.tag == PLB_TAG_PAIR && open->count == 1 ? node.second : node.first;
                break;
            }
            open_constant *outer = open->outer;
            value = close_constant(heap, node, open);
            if (value == PLB_NO_VALUE) {
                return PLB_NO_VALUE;
            }
            open = outer;
        }
    }
}

plb_value plb_flat_constant(plb_flat_reader *reader, plb_program *program, uint64_t max_type) {
    plb_type type;
    if (!read_type(reader, program, max_type, &type)) {
        return PLB_NO_VALUE;
    }
    if (type < PLB_TYPE_LIST_DATA) {
        return read_leaf(reader, program, type);
    }
    uint8_t *mark = program->heap.high;
    plb_value value = read_compound(reader, program, type);
    program->heap.high = mark;
    return value;
}
