/* Sizes of arguments for costing (PlutusCore.Evaluation.Machine.ExMemoryUsage). */
#include "harness/machine/measure.h"

#include "harness/machine/utf8.h"

static int64_t characters_of(const plb_bytes *text) {
    return (int64_t) plb_utf8_length(text->bytes, text->head.size);
}

static int64_t length_of(plb_value list) {
    int64_t length = plb_list_length(list);
    if (length < UINT32_MAX) return length;
    /* The length in the header is saturated. */
    length = 0;
    for (; plb_is_cons(list); list = plb_cons_of(list)->rest) length++;
    return length;
}

/* Closures, builtins and constr have size 1. */
static int64_t default_size(plb_value v) {
    if (plb_is_small(v)) return 1;
    if (!plb_is_object(v)) return plb_is_nil(v) ? 0 : 1;
    const plb_object *object = plb_object_of(v);
    switch ((plb_kind) object->kind) {
    case PLB_KIND_BIGINT: return plb_int_memory(v);
    case PLB_KIND_BYTESTRING: return plb_bytes_memory(v);
    case PLB_KIND_STRING: return characters_of(plb_bytes_of(v));
    case PLB_KIND_CONS: return length_of(v);
    case PLB_KIND_PAIR: return INT64_MAX;
    case PLB_KIND_ARRAY: return object->size;
    case PLB_KIND_DATA_CONSTR:
    case PLB_KIND_DATA_MAP:
    case PLB_KIND_DATA_LIST:
    case PLB_KIND_DATA_I:
    case PLB_KIND_DATA_B: return plb_data_memory(v);
    case PLB_KIND_G1: return 18;
    case PLB_KIND_G2: return 36;
    case PLB_KIND_ML_RESULT: return 72;
    case PLB_KIND_VALUE: return object->size;
    case PLB_KIND_CONSTR:
    case PLB_KIND_PARTIAL: break;
    }
    return 1;
}

static int64_t absolute_value(plb_value v) {
    int64_t n;
    if (!plb_int_to_i64(v, &n) || n == INT64_MIN) return INT64_MAX;
    return n < 0 ? -n : n;
}

/* (|n| - 1) div 8 + 1, rounded to minus infinity: 0 for 0. What does not fit saturates. */
static int64_t words_of_bytes(plb_value v) {
    plb_int_view view;
    plb_int_open(v, &view);
    if (view.count == 0) return 0;
    uint64_t low = view.limbs[0], high = view.count > 1 ? view.limbs[1] : 0;
    if (view.count > 2 || high >= 4) return INT64_MAX;
    /* (|n| + 7) / 8 with a carry out of the low limb */
    uint64_t sum = low + 7;
    high += sum < low ? 1 : 0;
    uint64_t words = high << 61 | sum >> 3;
    return high >= 4 || words > (uint64_t) INT64_MAX ? INT64_MAX : (int64_t) words;
}

static int64_t bits_of(uint32_t n) { return n == 0 ? 0 : 32 - __builtin_clz(n); }

int64_t plb_measure_size(plb_value value, plb_measure measure, plb_variant variant) {
    switch (measure) {
    case PLB_MEASURE_DEFAULT: break;
    case PLB_MEASURE_LITERAL: return absolute_value(value);
    case PLB_MEASURE_LITERAL_UNTIL_C: return variant >= PLB_VARIANT_D ? 1 : absolute_value(value);
    case PLB_MEASURE_BYTES_AS_WORDS: return words_of_bytes(value);
    case PLB_MEASURE_TEXT_BYTES:
        return variant >= PLB_VARIANT_D ? plb_object_of(value)->size / 4 : default_size(value);
    case PLB_MEASURE_VALUE_DEPTH: {
        const plb_assets *assets = (const plb_assets *) (uintptr_t) value;
        return bits_of(assets->policies) + bits_of(assets->largest_policy);
    }
    case PLB_MEASURE_DATA_NODES: return plb_data_node_count(value);
    }
    return default_size(value);
}
