#include "harness/ledger/context/context_builder.h"

plb_value plb_context_checked(plb_context_builder *b, plb_value value) {
    if (value == PLB_NO_VALUE) b->failed = true;
    return value;
}

plb_value plb_context_constr(plb_context_builder *b, int64_t tag, const plb_value *fields,
                             size_t count) {
    if (b->failed) return PLB_NO_VALUE;
    plb_value list = plb_context_checked(b, plb_make_list(b->arena, PLB_TYPE_DATA, fields, count));
    if (b->failed) return PLB_NO_VALUE;
    return plb_context_checked(b, plb_make_data_constr(b->arena, plb_small(tag), list));
}

plb_value plb_context_list(plb_context_builder *b, const plb_value *items, size_t count) {
    if (b->failed) return PLB_NO_VALUE;
    plb_value list = plb_context_checked(b, plb_make_list(b->arena, PLB_TYPE_DATA, items, count));
    if (b->failed) return PLB_NO_VALUE;
    return plb_context_checked(b, plb_make_data_items(b->arena, PLB_KIND_DATA_LIST, list));
}

plb_value plb_context_entry(plb_context_builder *b, plb_value key, plb_value value) {
    if (b->failed) return PLB_NO_VALUE;
    return plb_context_checked(b, plb_make_pair(b->arena, PLB_TYPE_PAIR_DATA_DATA, key, value));
}

plb_value plb_context_map(plb_context_builder *b, const plb_value *entries, size_t count) {
    if (b->failed) return PLB_NO_VALUE;
    plb_value list =
        plb_context_checked(b, plb_make_list(b->arena, PLB_TYPE_PAIR_DATA_DATA, entries, count));
    if (b->failed) return PLB_NO_VALUE;
    return plb_context_checked(b, plb_make_data_items(b->arena, PLB_KIND_DATA_MAP, list));
}

static plb_value integer_leaf(plb_context_builder *b, plb_value number) {
    plb_context_checked(b, number);
    if (b->failed) return PLB_NO_VALUE;
    return plb_context_checked(b, plb_make_data_leaf(b->arena, PLB_KIND_DATA_I, number));
}

plb_value plb_context_uint(plb_context_builder *b, uint64_t number) {
    return integer_leaf(b, b->failed ? PLB_NO_VALUE : plb_make_uint(b->arena, number));
}

plb_value plb_context_int(plb_context_builder *b, plb_wide number) {
    if (b->failed) return PLB_NO_VALUE;
    if (number == (int64_t) number)
        return integer_leaf(b, plb_make_int(b->arena, (int64_t) number));
    plb_wide magnitude = number < 0 ? -number : number; /* amounts and times are far from 2^127 */
    const uint64_t limbs[2] = {(uint64_t) magnitude, (uint64_t) (magnitude >> 64)};
    return integer_leaf(b, plb_make_integer(b->arena, number < 0, limbs, 2));
}

plb_value plb_context_bytes(plb_context_builder *b, const uint8_t *bytes, size_t length) {
    /* A byte string without bytes still has an address. */
    static const uint8_t none[1] = {0};
    if (b->failed) return PLB_NO_VALUE;
    plb_value value = plb_context_checked(
        b, plb_make_bytes_view(b->arena, PLB_KIND_BYTESTRING, length != 0 ? bytes : none, length));
    if (b->failed) return PLB_NO_VALUE;
    return plb_context_checked(b, plb_make_data_leaf(b->arena, PLB_KIND_DATA_B, value));
}

plb_value *plb_context_scratch(plb_context_builder *b, size_t count) {
    plb_value *values = b->failed ? NULL : plb_region_alloc(b->arena, count * sizeof *values);
    if (values == NULL) b->failed = true;
    return values;
}
