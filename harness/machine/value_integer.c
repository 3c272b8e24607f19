/* Integer values: making, viewing, comparing, measuring. */
#include "harness/machine/integer.h"

#include <string.h>

plb_bigint *plb_bigint_begin(plb_region *region, size_t count) {
    if (count > UINT32_MAX) return NULL;
    return plb_region_alloc(region, sizeof(plb_bigint) + count * sizeof(uint64_t));
}

/* The integer of at most one limb, PLB_NO_VALUE where it does not fit in 63 bits. */
static plb_value small_from_limb(bool negative, uint64_t limb) {
    uint64_t most = (uint64_t) PLB_SMALL_MAX + (negative ? 1 : 0);
    if (limb > most) return PLB_NO_VALUE;
    return plb_small(negative ? -(int64_t) limb : (int64_t) limb);
}

plb_value plb_bigint_finish(plb_region *region, plb_bigint *integer, size_t count, bool negative) {
    while (count > 0 && integer->limbs[count - 1] == 0) count--;
    if (count <= 1) {
        plb_value small = small_from_limb(negative, count == 0 ? 0 : integer->limbs[0]);
        if (small != PLB_NO_VALUE) {
            region->low = (uint8_t *) integer;
            return small;
        }
    }
    integer->head =
        (plb_object){.kind = PLB_KIND_BIGINT, .flag = negative ? 1 : 0, .size = (uint32_t) count};
    region->low = (uint8_t *) &integer->limbs[count];
    return plb_from_object(integer);
}

plb_value plb_make_int(plb_region *region, int64_t n) {
    if (plb_fits_small(n)) return plb_small(n);
    uint64_t magnitude = n < 0 ? -(uint64_t) n : (uint64_t) n;
    return plb_make_integer(region, n < 0, &magnitude, 1);
}

plb_value plb_make_uint(plb_region *region, uint64_t n) {
    if (n <= (uint64_t) PLB_SMALL_MAX) return plb_small((int64_t) n);
    return plb_make_integer(region, false, &n, 1);
}

plb_value plb_make_integer(plb_region *region, bool negative, const uint64_t *limbs, size_t count) {
    while (count > 0 && limbs[count - 1] == 0) count--;
    if (count <= 1) {
        plb_value small = small_from_limb(negative, count == 0 ? 0 : limbs[0]);
        if (small != PLB_NO_VALUE) return small;
    }
    plb_bigint *integer = plb_bigint_begin(region, count);
    if (integer == NULL) return PLB_NO_VALUE;
    memcpy(integer->limbs, limbs, count * sizeof *limbs);
    return plb_bigint_finish(region, integer, count, negative);
}

/* Byte i of a magnitude of `length` bytes, least significant first. */
static uint8_t byte_at(const uint8_t *bytes, size_t length, size_t i, bool big_endian) {
    return big_endian ? bytes[length - 1 - i] : bytes[i];
}

static uint64_t limb_at(const uint8_t *bytes, size_t length, size_t index, bool big_endian) {
    uint64_t limb = 0;
    size_t from = index * 8;
    size_t to = length - from < 8 ? length : from + 8;
    for (size_t i = to; i > from; i--) limb = limb << 8 | byte_at(bytes, length, i - 1, big_endian);
    return limb;
}

static plb_value integer_from_bytes(plb_region *region, bool negative, const uint8_t *bytes,
                                    size_t length, bool big_endian) {
    while (length > 0 && byte_at(bytes, length, length - 1, big_endian) == 0) {
        bytes += big_endian ? 1 : 0;
        length--;
    }
    if (length <= 8) {
        uint64_t limb = length == 0 ? 0 : limb_at(bytes, length, 0, big_endian);
        return plb_make_integer(region, negative, &limb, 1);
    }
    size_t count = (length - 1) / 8 + 1;
    plb_bigint *integer = plb_bigint_begin(region, count);
    if (integer == NULL) return PLB_NO_VALUE;
    for (size_t i = 0; i < count; i++) integer->limbs[i] = limb_at(bytes, length, i, big_endian);
    return plb_bigint_finish(region, integer, count, negative);
}

plb_value plb_make_integer_be(plb_region *region, bool negative, const uint8_t *bytes,
                              size_t length) {
    return integer_from_bytes(region, negative, bytes, length, true);
}

plb_value plb_make_integer_le(plb_region *region, bool negative, const uint8_t *bytes,
                              size_t length) {
    return integer_from_bytes(region, negative, bytes, length, false);
}

void plb_int_open(plb_value v, plb_int_view *view) {
    if (plb_is_small(v)) {
        int64_t n = plb_small_int(v);
        view->negative = n < 0;
        view->inline_limb = n < 0 ? -(uint64_t) n : (uint64_t) n;
        view->limbs = &view->inline_limb;
        view->count = n == 0 ? 0 : 1;
        return;
    }
    const plb_bigint *integer = (const plb_bigint *) (uintptr_t) v;
    view->negative = integer->head.flag != 0;
    view->inline_limb = 0;
    view->limbs = integer->limbs;
    view->count = integer->head.size;
}

bool plb_int_to_i64(plb_value v, int64_t *out) {
    if (plb_is_small(v)) {
        *out = plb_small_int(v);
        return true;
    }
    const plb_bigint *integer = (const plb_bigint *) (uintptr_t) v;
    bool negative = integer->head.flag != 0;
    uint64_t limb = integer->limbs[0];
    if (integer->head.size != 1 || limb > (uint64_t) INT64_MAX + (negative ? 1 : 0)) return false;
    /* The magnitude may be that of INT64_MIN, which has no positive counterpart. */
    *out = negative ? -(int64_t) (limb - 1) - 1 : (int64_t) limb;
    return true;
}

int plb_int_sign(plb_value v) {
    if (plb_is_small(v)) {
        int64_t n = plb_small_int(v);
        return (n > 0) - (n < 0);
    }
    return plb_object_of(v)->flag != 0 ? -1 : 1;
}

int plb_int_compare(plb_value a, plb_value b) {
    if (a == b) return 0;
    if (plb_is_small(a) && plb_is_small(b)) return (int64_t) a < (int64_t) b ? -1 : 1;
    plb_int_view x, y;
    plb_int_open(a, &x);
    plb_int_open(b, &y);
    if (x.negative != y.negative) return x.negative ? -1 : 1;
    int order = x.count != y.count ? (x.count < y.count ? -1 : 1)
                                   : mpn_cmp(x.limbs, y.limbs, (mp_size_t) x.count);
    order = (order > 0) - (order < 0);
    return x.negative ? -order : order;
}

int64_t plb_int_memory(plb_value v) {
    return plb_is_small(v) ? 1 : (int64_t) plb_object_of(v)->size;
}

size_t plb_int_magnitude_bytes(const plb_int_view *view) {
    if (view->count == 0) return 0;
    unsigned unused = (unsigned) __builtin_clzll(view->limbs[view->count - 1]) / 8;
    return view->count * 8 - unused;
}

void plb_int_write_le(const plb_int_view *view, uint8_t *bytes, size_t length) {
    size_t used = plb_int_magnitude_bytes(view);
    for (size_t i = 0; i < used; i++) bytes[i] = (uint8_t) (view->limbs[i / 8] >> (8 * (i % 8)));
    memset(bytes + used, 0, length - used);
}

void plb_int_write_be(const plb_int_view *view, uint8_t *bytes, size_t length) {
    size_t used = plb_int_magnitude_bytes(view);
    memset(bytes, 0, length - used);
    for (size_t i = 0; i < used; i++) {
        bytes[length - 1 - i] = (uint8_t) (view->limbs[i / 8] >> (8 * (i % 8)));
    }
}
