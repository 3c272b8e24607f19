/* For tests that call the functions behind the builtins: a machine without a program, and short
 * ways to make and read values. Failing to make one fails the test. */
#ifndef PLB_TESTS_BUILTIN_FIXTURE_H
#define PLB_TESTS_BUILTIN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gmp.h>

#include <cmocka.h>

#include "harness/machine/builtin_functions.h"
#include "harness/machine/machine_internal.h"

static struct plb_machine *machine;
static plb_region *heap; /* of the machine */

static int machine_setup(void **state) {
    (void) state;
    machine = plb_machine_new(0);
    if (machine == NULL) return -1;
    machine->variant = PLB_VARIANT_E;
    heap = plb_machine_region(machine);
    return 0;
}

static int machine_teardown(void **state) {
    (void) state;
    plb_machine_free(machine);
    return 0;
}

/* Call on arguments; a failure's reason is then failure_reason(). */
#define CALL(name, ...)                                                                            \
    (forget_failure(), plb_run_##name(machine, (const plb_value[]){__VA_ARGS__}))

static inline void forget_failure(void) {
    machine->failure = PLB_OK;
    machine->reason = NULL;
}

static inline const char *failure_reason(void) {
    return machine->reason == NULL ? "" : machine->reason;
}

static inline plb_value made(plb_value value) {
    assert_true(value != PLB_NO_VALUE);
    return value;
}

static inline plb_value bytes_value(const void *bytes, size_t length) {
    return made(plb_make_bytes(heap, PLB_KIND_BYTESTRING, bytes, length));
}

static inline plb_value string_bytes(const char *text) { return bytes_value(text, strlen(text)); }

static inline plb_value hex_value(const char *hex) {
    uint8_t *bytes;
    size_t length = strlen(hex) / 2;
    plb_value value = made(plb_make_bytes_room(heap, PLB_KIND_BYTESTRING, length, &bytes));
    for (size_t i = 0; i < length; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (uint8_t) strtoul(digits, NULL, 16);
    }
    return value;
}

static inline plb_value int_value(int64_t n) { return made(plb_make_int(heap, n)); }

/* sign * (2^exponent + offset), the offset being small. */
static inline plb_value power_of_two(bool negative, unsigned exponent, int offset) {
    mpz_t n;
    mpz_init_set_ui(n, 1);
    mpz_mul_2exp(n, n, exponent);
    if (offset < 0) {
        mpz_sub_ui(n, n, (unsigned long) -offset);
    } else {
        mpz_add_ui(n, n, (unsigned long) offset);
    }
    size_t count = mpz_size(n);
    plb_value value = made(plb_make_integer(heap, negative, mpz_limbs_read(n), count));
    mpz_clear(n);
    return value;
}

static inline void assert_hex(plb_value value, const char *hex) {
    assert_true(plb_has_kind(value, PLB_KIND_BYTESTRING));
    const plb_bytes *bytes = plb_bytes_of(value);
    const plb_bytes *expected = plb_bytes_of(hex_value(hex));
    assert_int_equal(bytes->head.size, expected->head.size);
    assert_memory_equal(bytes->bytes, expected->bytes, expected->head.size);
}

static inline void assert_fails(plb_value value, const char *reason) {
    assert_true(value == PLB_NO_VALUE);
    assert_string_equal(failure_reason(), reason);
}

/* A small generator, so that a failing case can be repeated (xorshift64*, Vigna 2016). */
static uint64_t random_state = 0x9e3779b97f4a7c15u;

static inline uint64_t random_word(void) {
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1du;
}

static inline uint32_t random_below(uint32_t limit) {
    return (uint32_t) (random_word() >> 33) % limit;
}

#endif
