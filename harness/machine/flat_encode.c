/* Programs to flat, bit for bit as the reference writes it (PlutusCore.FlatInstances,
 * UntypedPlutusCore.Core.Instance.Flat). */
#include <plutbench/machine.h>

#include "harness/machine/assets.h"
#include "harness/machine/builtin.h"
#include "harness/machine/data_encode.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/flat_tags.h"
#include "harness/machine/output.h"
#include "harness/machine/term.h"
#include "harness/machine/worklist.h"

enum { TERM_TAG_BITS = 4, TYPE_TAG_BITS = 4, BUILTIN_TAG_BITS = 7, CHUNK_MAX = 255 };

typedef struct writer {
    plb_output out;
    uint8_t pending; /* bits not yet written, at the upper end */
    unsigned used;   /* how many, 0 to 7 */
    plb_region scratch;
    bool has_scratch;
    const char *unsupported; /* a constant that flat has no form for */
    const char *builtin;     /* that flat has no tag for */
} writer;

/* ---- Bits ---- */

/* The lowest `count` bits (at most 8) of `bits`. */
static void put_bits(writer *w, unsigned count, unsigned bits) {
    unsigned used = w->used + count;
    unsigned window = (unsigned) w->pending << 8 | (bits << (16 - used) & 0xffffu);
    if (used >= 8) {
        plb_output_byte(&w->out, (uint8_t) (window >> 8));
        window <<= 8;
        used -= 8;
    }
    w->pending = (uint8_t) (window >> 8);
    w->used = used;
}

/* Zeros up to a last bit 1 that ends a byte. */
static void put_filler(writer *w) {
    plb_output_byte(&w->out, w->pending | 1);
    w->pending = 0;
    w->used = 0;
}

/* Groups of 7 bits, least significant first, each with a bit for "more". */
static void put_word64(writer *w, uint64_t n) {
    for (; n >= 128; n >>= 7) put_bits(w, 8, (unsigned) (n & 127) | 128);
    put_bits(w, 8, (unsigned) n);
}

/* The same of a long number. */
static void put_limbs(writer *w, const uint64_t *limbs, size_t count) {
    size_t bits = count * 64 - (size_t) __builtin_clzll(limbs[count - 1]);
    for (size_t at = 0; at < bits && !w->out.failed; at += 7) {
        size_t i = at / 64;
        unsigned shift = at % 64;
        uint64_t group = limbs[i] >> shift;
        if (shift > 57 && i + 1 < count) group |= limbs[i + 1] << (64 - shift);
        put_bits(w, 8, (unsigned) (group & 127) | (at + 7 < bits ? 128u : 0u));
    }
}

/* Zigzag: 2n for n >= 0, -2n - 1 for n < 0. */
static void put_integer(writer *w, plb_value integer) {
    if (plb_is_small(integer)) {
        int64_t n = plb_small_int(integer);
        put_word64(w, (uint64_t) n << 1 ^ (uint64_t) (n >> 63));
        return;
    }
    plb_int_view view;
    plb_int_open(integer, &view);
    uint64_t *zigzag = malloc((view.count + 1) * sizeof *zigzag);
    if (!zigzag) {
        w->out.failed = true;
        return;
    }
    uint64_t carry = 0;
    for (size_t i = 0; i < view.count; i++) {
        zigzag[i] = view.limbs[i] << 1 | carry;
        carry = view.limbs[i] >> 63;
    }
    zigzag[view.count] = carry;
    for (size_t i = 0; view.negative && zigzag[i]-- == 0;) i++;
    size_t count = view.count + 1;
    while (count > 1 && zigzag[count - 1] == 0) count--;
    put_limbs(w, zigzag, count);
    free(zigzag);
}

/* From a byte boundary on, in chunks, each behind its length; an empty one is the end. */
static void put_bytes(writer *w, const uint8_t *bytes, size_t length) {
    put_filler(w);
    while (length > 0 && !w->out.failed) {
        size_t chunk = length < CHUNK_MAX ? length : CHUNK_MAX;
        plb_output_byte(&w->out, (uint8_t) chunk);
        plb_output_bytes(&w->out, bytes, chunk);
        bytes += chunk;
        length -= chunk;
    }
    plb_output_byte(&w->out, 0);
}

static void put_string(writer *w, plb_value v) {
    put_bytes(w, plb_bytes_of(v)->bytes, plb_bytes_of(v)->head.size);
}

/* ---- Types ---- */

enum { TYPE_LIST = 5, TYPE_PAIR = 6, TYPE_APPLY = 7, TYPE_ARRAY = 12 };

static const uint8_t atom_tags[] = {
    [PLB_TYPE_INTEGER] = 0, [PLB_TYPE_BYTESTRING] = 1, [PLB_TYPE_STRING] = 2,
    [PLB_TYPE_UNIT] = 3,    [PLB_TYPE_BOOL] = 4,       [PLB_TYPE_DATA] = 8,
    [PLB_TYPE_G1] = 9,      [PLB_TYPE_G2] = 10,        [PLB_TYPE_ML_RESULT] = 11,
    [PLB_TYPE_VALUE] = 13,
};

static void put_type_tag(writer *w, unsigned tag) {
    put_bits(w, 1 + TYPE_TAG_BITS, 1u << TYPE_TAG_BITS | tag);
}

/* The members of the list of tags that spell a type in prefix order, without the list's end. */
static void put_type_tags(writer *w, const plb_types *types, plb_type type) {
    plb_worklist list;
    plb_worklist_begin(&list);
    plb_worklist_push(&list, type);
    while (list.count > 0 && !w->out.failed) {
        type = (plb_type) plb_worklist_pop(&list);
        plb_type_node node = plb_type_get(types, type);
        if (node.tag == PLB_TAG_ATOM) {
            put_type_tag(w, atom_tags[type]);
            continue;
        }
        put_type_tag(w, TYPE_APPLY);
        if (!plb_worklist_reserve(&list, 2)) {
            w->out.failed = true;
            break;
        }
        if (node.tag == PLB_TAG_PAIR) {
            put_type_tag(w, TYPE_APPLY);
            put_type_tag(w, TYPE_PAIR);
            plb_worklist_push(&list, node.second);
        } else {
            put_type_tag(w, node.tag == PLB_TAG_LIST ? TYPE_LIST : TYPE_ARRAY);
        }
        plb_worklist_push(&list, node.first);
    }
    plb_worklist_end(&list);
}

static void put_type_of(writer *w, const plb_types *types, plb_value v) {
    bool is_array = plb_has_kind(v, PLB_KIND_ARRAY);
    if (is_array || plb_is_list(v)) {
        put_type_tag(w, TYPE_APPLY);
        put_type_tag(w, is_array ? TYPE_ARRAY : TYPE_LIST);
        put_type_tags(w, types, is_array ? plb_object_of(v)->type : plb_list_element(v));
    } else {
        bool is_pair = plb_has_kind(v, PLB_KIND_PAIR);
        put_type_tags(w, types, is_pair ? plb_object_of(v)->type : plb_atom_of(v));
    }
    put_bits(w, 1, 0);
}

/* ---- Constants ---- */

static void put_data(writer *w, plb_value data) {
    if (!w->has_scratch) w->has_scratch = plb_region_init(&w->scratch, PLB_DEFAULT_BYTE_CAP);
    const uint8_t *bytes;
    size_t length;
    if (!w->has_scratch || !plb_data_to_cbor(&w->scratch, data, &bytes, &length)) {
        w->out.failed = true;
        return;
    }
    put_bytes(w, bytes, length);
    plb_region_reset(&w->scratch);
}

/* A list of (policy, list of (token, quantity)). */
static void put_assets(writer *w, plb_value value) {
    plb_assets_cursor cursor;
    const plb_asset *last = NULL;
    const plb_asset *asset;
    plb_assets_open(&cursor, value);
    while ((asset = plb_assets_next(&cursor)) != NULL && !w->out.failed) {
        if (!last || plb_assets_compare_keys(last->policy, asset->policy) != 0) {
            if (last) put_bits(w, 1, 0);
            put_bits(w, 1, 1);
            put_string(w, asset->policy);
        }
        put_bits(w, 1, 1);
        put_string(w, asset->token);
        put_integer(w, asset->quantity);
        last = asset;
    }
    if (last) put_bits(w, 1, 0);
    put_bits(w, 1, 0);
}

/* What is left to write is kept as two words: a constant, and 0, or the number of items of it (an
 * array) that are written. */
static void push(writer *w, plb_worklist *list, plb_value value, uint64_t items) {
    if (!plb_worklist_reserve(list, 2)) {
        w->out.failed = true;
        return;
    }
    plb_worklist_push(list, items);
    plb_worklist_push(list, value);
}

static void put_array_item(writer *w, plb_worklist *list, plb_value v, uint64_t index) {
    const plb_array *array = (const void *) plb_object_of(v);
    put_bits(w, 1, index < array->head.size);
    if (index == array->head.size) return;
    push(w, list, v, index + 1);
    push(w, list, array->items[index], 0);
}

static void put_object(writer *w, plb_worklist *list, plb_value v) {
    switch ((plb_kind) plb_object_of(v)->kind) {
    case PLB_KIND_BIGINT: put_integer(w, v); break;
    case PLB_KIND_BYTESTRING:
    case PLB_KIND_STRING: put_string(w, v); break;
    case PLB_KIND_CONS:
        put_bits(w, 1, 1);
        push(w, list, plb_cons_of(v)->rest, 0);
        push(w, list, plb_cons_of(v)->first, 0);
        break;
    case PLB_KIND_PAIR:
        push(w, list, plb_pair_of(v)->second, 0);
        push(w, list, plb_pair_of(v)->first, 0);
        break;
    case PLB_KIND_ARRAY: put_array_item(w, list, v, 0); break;
    case PLB_KIND_G1: w->unsupported = "bls12_381_G1_element"; break;
    case PLB_KIND_G2: w->unsupported = "bls12_381_G2_element"; break;
    case PLB_KIND_ML_RESULT: w->unsupported = "bls12_381_mlresult"; break;
    case PLB_KIND_VALUE: put_assets(w, v); break;
    default: put_data(w, v); break;
    }
}

static void put_constant(writer *w, plb_value constant) {
    plb_worklist list;
    plb_worklist_begin(&list);
    push(w, &list, constant, 0);
    while (list.count > 0 && !w->out.failed && !w->unsupported) {
        plb_value v = plb_worklist_pop(&list);
        uint64_t items = plb_worklist_pop(&list);
        if (plb_is_small(v)) {
            put_integer(w, v);
        } else if (items > 0) {
            put_array_item(w, &list, v, items);
        } else if (plb_is_object(v)) {
            put_object(w, &list, v);
        } else if (plb_is_nil(v)) {
            put_bits(w, 1, 0);
        } else if (v != PLB_UNIT) {
            put_bits(w, 1, v == PLB_TRUE);
        }
    }
    plb_worklist_end(&list);
}

/* ---- Terms ---- */

static void put_event(writer *w, const plb_program *program, const plb_walk_event *event) {
    switch (event->kind) {
    case PLB_WALK_VAR:
        put_bits(w, TERM_TAG_BITS, TERM_VAR);
        put_word64(w, event->number);
        break;
    case PLB_WALK_LAM: put_bits(w, TERM_TAG_BITS, TERM_LAM); break;
    case PLB_WALK_DELAY: put_bits(w, TERM_TAG_BITS, TERM_DELAY); break;
    case PLB_WALK_FORCE: put_bits(w, TERM_TAG_BITS, TERM_FORCE); break;
    case PLB_WALK_ERROR: put_bits(w, TERM_TAG_BITS, TERM_ERROR); break;
    case PLB_WALK_APPLY:
        for (uint32_t i = 0; i < event->count; i++) put_bits(w, TERM_TAG_BITS, TERM_APPLY);
        break;
    case PLB_WALK_CONST:
        put_bits(w, TERM_TAG_BITS, TERM_CONSTANT);
        put_type_of(w, &program->types, event->constant);
        put_constant(w, event->constant);
        break;
    case PLB_WALK_BUILTIN:
        if (event->number >= PLB_BUILTIN_COUNT &&
            !plb_program_has_extra_tag(program, (unsigned) event->number)) {
            w->builtin = program->builtins[event->number].name;
        }
        put_bits(w, TERM_TAG_BITS, TERM_BUILTIN);
        put_bits(w, BUILTIN_TAG_BITS, (unsigned) event->number);
        break;
    case PLB_WALK_CONSTR:
        put_bits(w, TERM_TAG_BITS, TERM_CONSTR);
        put_word64(w, event->number);
        break;
    case PLB_WALK_CASE: put_bits(w, TERM_TAG_BITS, TERM_CASE); break;
    case PLB_WALK_MEMBER: put_bits(w, 1, 1); break;
    case PLB_WALK_LIST_END: put_bits(w, 1, 0); break;
    case PLB_WALK_ARGUMENT:
    case PLB_WALK_CLOSE:
    case PLB_WALK_DONE: break;
    }
}

static void put_program(writer *w, const plb_program *program) {
    for (int i = 0; i < 3; i++) put_word64(w, program->version[i]);
    plb_walk walk;
    plb_walk_event event = {.kind = PLB_WALK_LIST_END};
    plb_walk_begin(&walk, program, 0);
    while (!w->out.failed && !w->unsupported && event.kind != PLB_WALK_DONE) {
        if (!plb_walk_next(&walk, &event)) {
            w->out.failed = true;
            break;
        }
        put_event(w, program, &event);
    }
    plb_walk_free(&walk);
    put_filler(w);
}

plb_status plb_program_encode_flat(const plb_program *program, uint8_t **bytes, size_t *length,
                                   plb_error *error) {
    writer w = {.pending = 0};
    plb_output_begin(&w.out, 0);
    put_program(&w, program);
    if (w.has_scratch) plb_region_free(&w.scratch);
    if (w.unsupported) {
        plb_output_free(&w.out);
        return plb_fail(error, PLB_E_UNSUPPORTED, NULL, "flat has no form for constants of type %s",
                        w.unsupported);
    }
    if (w.builtin) {
        plb_output_free(&w.out);
        return plb_fail(error, PLB_E_UNSUPPORTED, NULL, "flat has no tag for builtin %s",
                        w.builtin);
    }
    if (!plb_output_take(&w.out, bytes, length)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "the encoding does not fit in memory");
    }
    return PLB_OK;
}
