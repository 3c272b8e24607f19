#include "harness/machine/output.h"

#include <gmp.h>
#include <stdlib.h>

#include "harness/machine/integer.h"

#define DEFAULT_CAP ((size_t) 1 << 30)
#define SMALL_DIGITS 18 /* any 18 digits fit in 60 bits */

void plb_output_begin(plb_output *output, size_t cap) {
    *output = (plb_output){.cap = cap != 0 ? cap : DEFAULT_CAP};
}

void plb_output_free(plb_output *output) {
    free(output->bytes);
    output->bytes = NULL;
    output->length = output->capacity = 0;
}

bool plb_output_reserve(plb_output *output, size_t count) {
    if (output->failed) return false;
    if (count > output->cap - output->length) {
        output->failed = true;
        return false;
    }
    size_t needed = output->length + count;
    if (needed <= output->capacity) return true;
    size_t grown = output->capacity < 256 ? 256 : output->capacity + output->capacity / 2;
    size_t capacity = grown > needed ? grown : needed;
    if (capacity > output->cap) capacity = output->cap;
    uint8_t *bytes = realloc(output->bytes, capacity + 1); /* one for the final NUL */
    if (!bytes) {
        output->failed = true;
        return false;
    }
    output->bytes = bytes;
    output->capacity = capacity;
    return true;
}

void plb_output_bytes(plb_output *output, const void *bytes, size_t count) {
    if (count == 0 || !plb_output_reserve(output, count)) return;
    memcpy(output->bytes + output->length, bytes, count);
    output->length += count;
}

void plb_output_text(plb_output *output, const char *text) {
    plb_output_bytes(output, text, strlen(text));
}

void plb_output_uint(plb_output *output, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char) ('0' + number % 10);
        number /= 10;
    } while (number != 0);
    plb_output_bytes(output, digits + at, sizeof digits - at);
}

void plb_output_hex(plb_output *output, const uint8_t *bytes, size_t count) {
    static const char digits[] = "0123456789abcdef";
    if (count > SIZE_MAX / 2 || !plb_output_reserve(output, count * 2)) {
        output->failed = true;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        output->bytes[output->length++] = (uint8_t) digits[bytes[i] >> 4];
        output->bytes[output->length++] = (uint8_t) digits[bytes[i] & 15];
    }
}

/* GMP ends the process when it gets no memory: see plb_integer_scratch_ok. */
static bool has_gmp_memory(size_t limbs) {
    if (limbs < 1024) return true;
    void *probe = malloc(6 * limbs * sizeof(mp_limb_t));
    free(probe);
    return probe != NULL;
}

void plb_output_integer(plb_output *output, plb_value integer) {
    plb_int_view view;
    plb_int_open(integer, &view);
    if (view.negative) plb_output_byte(output, '-');
    if (view.count <= 1) {
        plb_output_uint(output, view.count == 0 ? 0 : view.limbs[0]);
        return;
    }
    /* mpn_get_str destroys its operand, and wants one limb more than the number has. */
    size_t size = mpn_sizeinbase(view.limbs, (mp_size_t) view.count, 10) + 1;
    mp_limb_t *scratch = malloc((view.count + 1) * sizeof *scratch);
    if (!scratch || !has_gmp_memory(view.count) || !plb_output_reserve(output, size)) {
        free(scratch);
        output->failed = true;
        return;
    }
    memcpy(scratch, view.limbs, view.count * sizeof *scratch);
    uint8_t *at = output->bytes + output->length;
    size_t count = mpn_get_str(at, 10, scratch, (mp_size_t) view.count);
    free(scratch);
    size_t zeros = 0;
    while (zeros + 1 < count && at[zeros] == 0) zeros++;
    for (size_t i = zeros; i < count; i++) at[i - zeros] = (uint8_t) ('0' + at[i]);
    output->length += count - zeros;
}

bool plb_output_take(plb_output *output, uint8_t **bytes, size_t *length) {
    if (!output->failed && !output->bytes) plb_output_reserve(output, 1);
    if (output->failed || !output->bytes) {
        plb_output_free(output);
        return false;
    }
    output->bytes[output->length] = 0;
    *bytes = output->bytes;
    *length = output->length;
    *output = (plb_output){0};
    return true;
}

plb_value plb_integer_from_decimal(plb_region *region, bool negative, const char *digits,
                                   size_t count) {
    while (count > 1 && *digits == '0') {
        digits++;
        count--;
    }
    if (count <= SMALL_DIGITS) {
        int64_t n = 0;
        for (size_t i = 0; i < count; i++) n = n * 10 + (digits[i] - '0');
        return plb_make_int(region, negative ? -n : n);
    }
    /* A digit takes under 3.33 bits. The digit values and the limbs share one block. */
    size_t limb_count = count / 19 + 2;
    if (!plb_integer_scratch_ok(region, limb_count)) return PLB_NO_VALUE;
    mp_limb_t *limbs = malloc(limb_count * sizeof *limbs + count);
    if (!limbs) return PLB_NO_VALUE;
    unsigned char *values = (unsigned char *) (limbs + limb_count);
    for (size_t i = 0; i < count; i++) values[i] = (unsigned char) (digits[i] - '0');
    mp_size_t used = mpn_set_str(limbs, values, count, 10);
    plb_value value = plb_make_integer(region, negative, limbs, (size_t) used);
    free(limbs);
    return value;
}

bool plb_grow(void **items, size_t *capacity, size_t wanted, size_t item_bytes) {
    if (wanted <= *capacity) return true;
    size_t grown = *capacity < 64 ? 64 : *capacity * 2;
    if (grown < wanted) grown = wanted;
    if (grown > SIZE_MAX / item_bytes) return false;
    void *moved = realloc(*items, grown * item_bytes);
    if (!moved) return false;
    *items = moved;
    *capacity = grown;
    return true;
}
