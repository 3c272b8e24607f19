/* Arithmetic on integers of any size. */
#include "harness/machine/integer.h"

#include <stdlib.h>
#include <string.h>

/* From here on GMP multiplies by fast Fourier transform. Its temporary memory comes from malloc and
 * takes up to 4.6 times the size of the operands (measured, GMP 6.2, multiplying and dividing). */
#define SCRATCH_LIMBS 1024u
#define SCRATCH_FACTOR 6u

bool plb_integer_scratch_ok(const plb_region *region, size_t count) {
    if (count < SCRATCH_LIMBS) return true;
    if (count > SIZE_MAX / (SCRATCH_FACTOR * sizeof(mp_limb_t))) return false;
    size_t bytes = SCRATCH_FACTOR * count * sizeof(mp_limb_t);
    if (bytes > (size_t) (region->high - region->low)) return false;
    void *probe = malloc(bytes);
    free(probe);
    return probe != NULL;
}

/* |x| + |y| */
static plb_value add_magnitudes(plb_region *region, const plb_int_view *x, const plb_int_view *y,
                                bool negative) {
    if (x->count < y->count) {
        const plb_int_view *longer = y;
        y = x;
        x = longer;
    }
    plb_bigint *sum = plb_bigint_begin(region, x->count + 1);
    if (sum == NULL) return PLB_NO_VALUE;
    if (y->count == 0) {
        memcpy(sum->limbs, x->limbs, x->count * sizeof *x->limbs);
        return plb_bigint_finish(region, sum, x->count, negative);
    }
    sum->limbs[x->count] =
        mpn_add(sum->limbs, x->limbs, (mp_size_t) x->count, y->limbs, (mp_size_t) y->count);
    return plb_bigint_finish(region, sum, x->count + 1, negative);
}

static int compare_magnitudes(const plb_int_view *x, const plb_int_view *y) {
    if (x->count != y->count) return x->count < y->count ? -1 : 1;
    return mpn_cmp(x->limbs, y->limbs, (mp_size_t) x->count);
}

/* |x| - |y|, negated where `negative` */
static plb_value subtract_magnitudes(plb_region *region, const plb_int_view *x,
                                     const plb_int_view *y, bool negative) {
    int order = compare_magnitudes(x, y);
    if (order == 0) return plb_small(0);
    if (order < 0) {
        const plb_int_view *larger = y;
        y = x;
        x = larger;
        negative = !negative;
    }
    plb_bigint *difference = plb_bigint_begin(region, x->count);
    if (difference == NULL) return PLB_NO_VALUE;
    if (y->count == 0) {
        memcpy(difference->limbs, x->limbs, x->count * sizeof *x->limbs);
    } else {
        mpn_sub(difference->limbs, x->limbs, (mp_size_t) x->count, y->limbs, (mp_size_t) y->count);
    }
    return plb_bigint_finish(region, difference, x->count, negative);
}

static plb_value add_signed(plb_region *region, const plb_int_view *x, const plb_int_view *y,
                            bool y_negative) {
    if (x->negative == y_negative) return add_magnitudes(region, x, y, x->negative);
    return subtract_magnitudes(region, x, y, x->negative);
}

plb_value plb_int_add(plb_region *region, plb_value a, plb_value b) {
    plb_int_view x, y;
    plb_int_open(a, &x);
    plb_int_open(b, &y);
    return add_signed(region, &x, &y, y.negative);
}

plb_value plb_int_subtract(plb_region *region, plb_value a, plb_value b) {
    plb_int_view x, y;
    plb_int_open(a, &x);
    plb_int_open(b, &y);
    return add_signed(region, &x, &y, !y.negative);
}

plb_value plb_int_multiply(plb_region *region, plb_value a, plb_value b) {
    plb_int_view x, y;
    plb_int_open(a, &x);
    plb_int_open(b, &y);
    if (x.count == 0 || y.count == 0) return plb_small(0);
    const plb_int_view *longer = x.count >= y.count ? &x : &y;
    const plb_int_view *shorter = longer == &x ? &y : &x;
    size_t count = x.count + y.count;
    plb_bigint *product = plb_bigint_begin(region, count);
    if (product == NULL || !plb_integer_scratch_ok(region, count)) return PLB_NO_VALUE;
    if (longer->limbs == shorter->limbs && longer->count == shorter->count) {
        mpn_sqr(product->limbs, longer->limbs, (mp_size_t) longer->count);
    } else {
        mpn_mul(product->limbs, longer->limbs, (mp_size_t) longer->count, shorter->limbs,
                (mp_size_t) shorter->count);
    }
    return plb_bigint_finish(region, product, count, x.negative != y.negative);
}

/* What a division by a divisor that is longer than the dividend gives. */
static plb_value divide_by_longer(plb_region *region, plb_value a, plb_value b, bool opposite,
                                  plb_division part) {
    bool floored = opposite && plb_int_sign(a) != 0;
    switch (part) {
    case PLB_DIVIDE: return plb_small(floored ? -1 : 0);
    case PLB_MODULUS: return floored ? plb_int_add(region, a, b) : a;
    case PLB_QUOTIENT: return plb_small(0);
    case PLB_REMAINDER: break;
    }
    return a;
}

plb_value plb_int_divide(plb_region *region, plb_value a, plb_value b, plb_division part) {
    plb_int_view x, y;
    plb_int_open(a, &x);
    plb_int_open(b, &y);
    bool opposite = x.negative != y.negative;
    if (x.count < y.count) return divide_by_longer(region, a, b, opposite, part);

    size_t quotient_count = x.count - y.count + 1;
    bool wants_quotient = part == PLB_DIVIDE || part == PLB_QUOTIENT;
    /* The part that is wanted comes first, so that the other is given back behind it. The
     * quotient has room for the carry of rounding down. */
    size_t wanted_count = wants_quotient ? quotient_count + 1 : y.count;
    size_t other_count = wants_quotient ? y.count : quotient_count;
    plb_bigint *wanted = plb_bigint_begin(region, wanted_count);
    uint64_t *other = plb_region_alloc(region, other_count * sizeof *other);
    if (wanted == NULL || other == NULL || !plb_integer_scratch_ok(region, x.count)) {
        return PLB_NO_VALUE;
    }
    uint64_t *quotient = wants_quotient ? wanted->limbs : other;
    uint64_t *remainder = wants_quotient ? other : wanted->limbs;
    mpn_tdiv_qr(quotient, remainder, 0, x.limbs, (mp_size_t) x.count, y.limbs, (mp_size_t) y.count);

    bool floored = opposite && !mpn_zero_p(remainder, (mp_size_t) y.count);
    if (wants_quotient) {
        quotient[quotient_count] =
            part == PLB_DIVIDE && floored
                ? mpn_add_1(quotient, quotient, (mp_size_t) quotient_count, 1)
                : 0;
        return plb_bigint_finish(region, wanted, wanted_count, opposite);
    }
    if (part == PLB_MODULUS && floored) {
        mpn_sub_n(remainder, y.limbs, remainder, (mp_size_t) y.count);
    }
    bool negative = part == PLB_MODULUS ? y.negative : x.negative;
    return plb_bigint_finish(region, wanted, wanted_count, negative);
}
