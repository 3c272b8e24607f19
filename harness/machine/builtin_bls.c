/* BLS12-381 (CIP-381, CIP-133) through blst, with the rules of PlutusCore.Crypto.BLS12_381 and of
 * the binding below it (cardano-crypto-class). */
#include <gmp.h>
#include <string.h>

#include <blst.h>

#include "harness/machine/bls.h"
#include "harness/machine/builtin_functions.h"

enum {
    SCALAR_WORDS_MAX = 64, /* PlutusCore.Crypto.BLS12_381.Bounds: 4096 bits with sign */
    DST_BYTES_MAX = 255,   /* RFC 9380, 5.3.3: longer ones would have to be hashed first */
    ORDER_WORDS = 4,
    ORDER_BITS = 255
};

_Static_assert(sizeof(mp_limb_t) == sizeof(uint64_t), "GMP must be built with 64-bit limbs");
_Static_assert(sizeof(blst_p1) == 144 && sizeof(blst_p2) == 288 && sizeof(blst_fp12) == 576,
               "sizes that value.h and the cost model state");

/* Order of the groups, least significant word first. */
static const mp_limb_t group_order[ORDER_WORDS] = {0xffffffff00000001, 0x53bda402fffe5bfe,
                                                   0x3339d80809a1d805, 0x73eda753299d7d48};

static const uint64_t *blob_words(plb_value value) {
    return ((const plb_blob *) plb_object_of(value))->words;
}

/* The reference's names of blst's errors; NULL for success. */
static const char *error_name(BLST_ERROR error) {
    static const char *const names[] = {
        [BLST_BAD_ENCODING] = "BLST_BAD_ENCODING",
        [BLST_POINT_NOT_ON_CURVE] = "BLST_POINT_NOT_ON_CURVE",
        [BLST_POINT_NOT_IN_GROUP] = "BLST_POINT_NOT_IN_GROUP",
    };
    if (error == BLST_SUCCESS) {
        return NULL;
    }
    return (size_t) error < sizeof names / sizeof *names ? names[error] : "BLST_UNKNOWN_ERROR";
}

/* Outside of -2^4095 .. 2^4095 - 1. */
static bool scalar_out_of_bounds(plb_value n) {
    plb_int_view view;
    plb_int_open(n, &view);
    if (view.count != SCALAR_WORDS_MAX) {
        return view.count > SCALAR_WORDS_MAX;
    }
    const uint64_t sign_bit = (uint64_t) 1 << 63;
    uint64_t top = view.limbs[SCALAR_WORDS_MAX - 1];
    if (top != sign_bit || !view.negative) {
        return top >= sign_bit;
    }
    for (size_t i = 0; i < SCALAR_WORDS_MAX - 1; i++) {
        if (view.limbs[i] != 0) {
            return true;
        }
    }
    return false;
}

/* remainder = the magnitude modulo the group order. Works down from the most significant end, a
 * block at a time, so that no length needs more than this memory. */
static void reduce_magnitude(mp_limb_t remainder[ORDER_WORDS], const uint64_t *limbs,
                             size_t count) {
    mp_limb_t block[SCALAR_WORDS_MAX + ORDER_WORDS];
    mp_limb_t quotient[SCALAR_WORDS_MAX + 1];
    memset(remainder, 0, ORDER_WORDS * sizeof *remainder);
    while (count != 0) {
        size_t take = count < SCALAR_WORDS_MAX ? count : SCALAR_WORDS_MAX;
        count -= take;
        memcpy(block, limbs + count, take * sizeof *block);
        memcpy(block + take, remainder, ORDER_WORDS * sizeof *block);
        mpn_tdiv_qr(quotient, remainder, 0, block, (mp_size_t) (take + ORDER_WORDS), group_order,
                    ORDER_WORDS);
    }
}

/* The scalar in 0 .. order-1; false when it is 0. */
static bool reduce_scalar(blst_scalar *scalar, plb_value n) {
    mp_limb_t words[ORDER_WORDS] = {0};
    plb_int_view view;
    plb_int_open(n, &view);
    if (view.count < ORDER_WORDS) {
        for (size_t i = 0; i < view.count; i++) {
            words[i] = view.limbs[i];
        }
    } else {
        reduce_magnitude(words, view.limbs, view.count);
    }
    bool zero = (words[0] | words[1] | words[2] | words[3]) == 0;
    if (view.negative && !zero) {
        mpn_sub_n(words, group_order, words, ORDER_WORDS);
    }
    blst_scalar_from_uint64(scalar, words);
    return !zero;
}

#define POINT blst_p1
#define AFFINE blst_p1_affine
#define BLST(op) blst_p1_##op
#define BLST_MANY(op) blst_p1s_##op
#define BLST_HASH blst_hash_to_g1
#define BLST_IN_GROUP blst_p1_affine_in_g1
#define KIND PLB_KIND_G1
#define BYTES PLB_G1_BYTES
#define NAME "G1"
#define PUBLIC(op) plb_bls_g1_##op
#define RUN(op) plb_run_bls12_381_G1_##op
#include "harness/machine/bls_group.h"
#undef POINT
#undef AFFINE
#undef BLST
#undef BLST_MANY
#undef BLST_HASH
#undef BLST_IN_GROUP
#undef KIND
#undef BYTES
#undef NAME
#undef PUBLIC
#undef RUN

#define POINT blst_p2
#define AFFINE blst_p2_affine
#define BLST(op) blst_p2_##op
#define BLST_MANY(op) blst_p2s_##op
#define BLST_HASH blst_hash_to_g2
#define BLST_IN_GROUP blst_p2_affine_in_g2
#define KIND PLB_KIND_G2
#define BYTES PLB_G2_BYTES
#define NAME "G2"
#define PUBLIC(op) plb_bls_g2_##op
#define RUN(op) plb_run_bls12_381_G2_##op
#include "harness/machine/bls_group.h"

/* ---- Pairings ---- */

static const blst_fp12 *ml_result(plb_value value) {
    return (const blst_fp12 *) (const void *) blob_words(value);
}

static plb_value make_ml_result(struct plb_machine *machine, const blst_fp12 *result) {
    plb_value value =
        plb_make_blob(plb_machine_region(machine), PLB_KIND_ML_RESULT, result, sizeof *result);
    return value == PLB_NO_VALUE ? plb_builtin_out_of_memory(machine) : value;
}

bool plb_bls_ml_result_equal(plb_value a, plb_value b) {
    return blst_fp12_is_equal(ml_result(a), ml_result(b));
}

plb_value plb_run_bls12_381_millerLoop(struct plb_machine *machine, const plb_value *args) {
    blst_p1_affine p;
    blst_p2_affine q;
    blst_fp12 result;
    blst_p1_to_affine(&p, plb_bls_g1_point(args[0]));
    blst_p2_to_affine(&q, plb_bls_g2_point(args[1]));
    blst_miller_loop(&result, &q, &p);
    return make_ml_result(machine, &result);
}

plb_value plb_run_bls12_381_mulMlResult(struct plb_machine *machine, const plb_value *args) {
    blst_fp12 product;
    blst_fp12_mul(&product, ml_result(args[0]), ml_result(args[1]));
    return make_ml_result(machine, &product);
}

plb_value plb_run_bls12_381_finalVerify(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return plb_bool(blst_fp12_finalverify(ml_result(args[0]), ml_result(args[1])));
}
