/* What the arguments of builtins must be. */
#include "harness/machine/builtin_args.h"

#include "harness/machine/integer.h"

/* PlutusCore.Default.Universe.Cardano: integers of 262,144 bits in two's complement. */
#define BOUND_LIMBS 4096u
#define BOUND_BYTES 65536u
#define TOP_BIT ((uint64_t) 1 << 63)

#define KIND(kind) ((uint32_t) 1 << PLB_KIND_##kind)
#define KINDS_DATA                                                                                 \
    (KIND(DATA_CONSTR) | KIND(DATA_MAP) | KIND(DATA_LIST) | KIND(DATA_I) | KIND(DATA_B))
#define KINDS_CONSTANT (KIND(CONSTR) - 1)
#define IMM(kind) (1u << PLB_IMM_##kind)

const plb_arg_sight plb_arg_at_sight[PLB_ARG_COUNT] = {
    [PLB_ARG_INTEGER] = {KIND(BIGINT), 0, true},
    [PLB_ARG_INTEGER_BOUNDED] = {KIND(BIGINT), 0, true},
    [PLB_ARG_BYTESTRING] = {KIND(BYTESTRING), 0, false},
    [PLB_ARG_BYTESTRING_BOUNDED] = {KIND(BYTESTRING), 0, false},
    [PLB_ARG_STRING] = {KIND(STRING), 0, false},
    [PLB_ARG_UNIT] = {0, IMM(UNIT), false},
    [PLB_ARG_BOOL] = {0, IMM(BOOL), false},
    [PLB_ARG_DATA] = {KINDS_DATA, 0, false},
    [PLB_ARG_CONSTANT] = {KINDS_CONSTANT, IMM(UNIT) | IMM(BOOL) | IMM(NIL), true},
    [PLB_ARG_G1] = {KIND(G1), 0, false},
    [PLB_ARG_G2] = {KIND(G2), 0, false},
    [PLB_ARG_ML_RESULT] = {KIND(ML_RESULT), 0, false},
    [PLB_ARG_VALUE] = {KIND(VALUE), 0, false},
    [PLB_ARG_INT64] = {0, 0, true},
    [PLB_ARG_INT64_FROM_D] = {0, 0, true},
};

static bool within_bound(plb_value integer) {
    if (plb_is_small(integer)) return true;
    const plb_bigint *big = (const plb_bigint *) (uintptr_t) integer;
    if (big->head.size != BOUND_LIMBS) return big->head.size < BOUND_LIMBS;
    uint64_t top = big->limbs[BOUND_LIMBS - 1];
    if (top < TOP_BIT) return true;
    /* Only -2^262143 itself is left. */
    return big->head.flag != 0 && top == TOP_BIT &&
           mpn_zero_p(big->limbs, (mp_size_t) BOUND_LIMBS - 1);
}

static bool is_byte(plb_value v) {
    return plb_is_small(v) && plb_small_int(v) >= 0 && plb_small_int(v) <= 255;
}

static bool is_int64(plb_value v) {
    int64_t n;
    return plb_is_integer(v) && plb_int_to_i64(v, &n);
}

static bool is_word64(plb_value v) {
    if (plb_is_small(v)) return plb_small_int(v) >= 0;
    return plb_has_kind(v, PLB_KIND_BIGINT) && plb_object_of(v)->flag == 0 &&
           plb_object_of(v)->size == 1;
}

static bool is_list_of(plb_value v, plb_type element) {
    return plb_is_list(v) && plb_list_element(v) == element;
}

bool plb_arg_check(plb_value v, plb_arg arg, plb_variant variant) {
    bool from_d = variant >= PLB_VARIANT_D;
    switch (arg) {
    case PLB_ARG_ANY: return true;
    case PLB_ARG_INTEGER: return plb_is_integer(v);
    case PLB_ARG_INTEGER_BOUNDED: return plb_is_integer(v) && (!from_d || within_bound(v));
    case PLB_ARG_BYTESTRING: return plb_has_kind(v, PLB_KIND_BYTESTRING);
    case PLB_ARG_BYTESTRING_BOUNDED:
        return plb_has_kind(v, PLB_KIND_BYTESTRING) &&
               (!from_d || plb_object_of(v)->size <= BOUND_BYTES);
    case PLB_ARG_STRING: return plb_has_kind(v, PLB_KIND_STRING);
    case PLB_ARG_UNIT: return plb_is_imm(v, PLB_IMM_UNIT);
    case PLB_ARG_BOOL: return plb_is_imm(v, PLB_IMM_BOOL);
    case PLB_ARG_DATA: return plb_is_data(v);
    case PLB_ARG_LIST_DATA: return is_list_of(v, PLB_TYPE_DATA);
    case PLB_ARG_LIST_PAIR_DATA: return is_list_of(v, PLB_TYPE_PAIR_DATA_DATA);
    case PLB_ARG_LIST_INTEGER: return is_list_of(v, PLB_TYPE_INTEGER);
    case PLB_ARG_LIST_G1: return is_list_of(v, PLB_TYPE_G1);
    case PLB_ARG_LIST_G2: return is_list_of(v, PLB_TYPE_G2);
    case PLB_ARG_CONSTANT: return plb_is_constant(v);
    case PLB_ARG_G1: return plb_has_kind(v, PLB_KIND_G1);
    case PLB_ARG_G2: return plb_has_kind(v, PLB_KIND_G2);
    case PLB_ARG_ML_RESULT: return plb_has_kind(v, PLB_KIND_ML_RESULT);
    case PLB_ARG_VALUE: return plb_has_kind(v, PLB_KIND_VALUE);
    case PLB_ARG_BYTE: return is_byte(v);
    case PLB_ARG_BYTE_FROM_C:
        if (variant == PLB_VARIANT_C || variant == PLB_VARIANT_E) return is_byte(v);
        return plb_is_integer(v) && (!from_d || within_bound(v));
    case PLB_ARG_INT64: return is_int64(v);
    case PLB_ARG_INT64_FROM_D: return from_d ? is_int64(v) : plb_is_integer(v);
    case PLB_ARG_WORD64_FROM_D: return from_d ? is_word64(v) : plb_is_integer(v);
    case PLB_ARG_COUNT: break;
    }
    return false;
}
