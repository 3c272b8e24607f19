/* What the tests of builtins share: a machine of a chosen variant, short ways to write values, and
 * calls as the evaluator makes them: by name, with checked arguments. */
#ifndef PLB_TESTS_BUILTIN_SUPPORT_H
#define PLB_TESTS_BUILTIN_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <gmp.h>

#include <cmocka.h>

#include "harness/machine/integer.h"
#include "harness/machine/machine_internal.h"

/* Outcomes of a call that made no value. */
typedef enum call_failure {
    CALL_GOOD,
    CALL_REFUSED, /* an argument was not what the builtin takes: before costing */
    CALL_FAILED,  /* the builtin failed: after costing */
    CALL_NO_MEMORY
} call_failure;

typedef struct caller {
    plb_machine *machine;
    call_failure failure;
} caller;

static inline int caller_setup(void **state) {
    static caller shared;
    shared.machine = plb_machine_new((size_t) 64 << 20);
    assert_non_null(shared.machine);
    shared.machine->variant = PLB_VARIANT_E;
    *state = &shared;
    return 0;
}

static inline int caller_teardown(void **state) {
    caller *c = *state;
    plb_machine_free(c->machine);
    return 0;
}

static inline plb_region *region_of(caller *c) { return &c->machine->region; }

/* Calls with up to three arguments; the rest is PLB_NO_VALUE. */
static inline plb_value call(caller *c, const char *name, plb_value a, plb_value b, plb_value x) {
    const plb_value args[PLB_BUILTIN_MAX_ARITY] = {a, b, x};
    int id = plb_builtin_find(name, strlen(name));
    assert_true(id >= 0);
    c->machine->failure = PLB_OK;
    for (unsigned i = 0; i < plb_builtins[id].arity; i++) {
        assert_true(args[i] != PLB_NO_VALUE);
        if (!plb_arg_check(args[i], plb_builtins[id].args[i], c->machine->variant)) {
            c->failure = CALL_REFUSED;
            return PLB_NO_VALUE;
        }
    }
    plb_value v = plb_builtins[id].run(c->machine, args);
    c->failure = v != PLB_NO_VALUE                     ? CALL_GOOD
                 : c->machine->failure == PLB_E_MEMORY ? CALL_NO_MEMORY
                                                       : CALL_FAILED;
    return v;
}
static inline plb_value call1(caller *c, const char *name, plb_value a) {
    return call(c, name, a, PLB_NO_VALUE, PLB_NO_VALUE);
}
static inline plb_value call2(caller *c, const char *name, plb_value a, plb_value b) {
    return call(c, name, a, b, PLB_NO_VALUE);
}
#define call3 call

static inline plb_value hex(caller *c, const char *digits) {
    uint8_t bytes[256];
    size_t length = strlen(digits) / 2;
    assert_true(length <= sizeof bytes);
    for (size_t i = 0; i < length; i++) {
        char pair[3] = {digits[2 * i], digits[2 * i + 1], 0};
        bytes[i] = (uint8_t) strtoul(pair, NULL, 16);
    }
    return plb_make_bytes(region_of(c), PLB_KIND_BYTESTRING, bytes, length);
}

static inline plb_value text(caller *c, const char *characters) {
    return plb_make_bytes(region_of(c), PLB_KIND_STRING, (const uint8_t *) characters,
                          strlen(characters));
}

/* An integer in decimal, read by GMP. */
static inline plb_value integer(caller *c, const char *decimal) {
    mpz_t n;
    assert_int_equal(mpz_init_set_str(n, decimal, 10), 0);
    plb_value v = plb_make_integer(region_of(c), mpz_sgn(n) < 0, mpz_limbs_read(n), mpz_size(n));
    mpz_clear(n);
    return v;
}

/* sign * (2^exponent + offset) */
static inline plb_value power(caller *c, int sign, unsigned exponent, int offset) {
    mpz_t n;
    mpz_init_set_ui(n, 1);
    mpz_mul_2exp(n, n, exponent);
    if (offset < 0) {
        mpz_sub_ui(n, n, (unsigned) -offset);
    } else {
        mpz_add_ui(n, n, (unsigned) offset);
    }
    plb_value v = plb_make_integer(region_of(c), sign < 0, mpz_limbs_read(n), mpz_size(n));
    mpz_clear(n);
    return v;
}

static inline plb_value list_of(caller *c, plb_type element, const plb_value *items, size_t count) {
    return plb_make_list(region_of(c), element, items, count);
}

static inline plb_value data_int(caller *c, int64_t n) {
    return plb_make_data_leaf(region_of(c), PLB_KIND_DATA_I, plb_small(n));
}

#define assert_same(actual, expected) assert_int_equal(plb_constant_equal(actual, expected), 1)
#define assert_refused(c, expression)                                                              \
    do {                                                                                           \
        assert_true((expression) == PLB_NO_VALUE);                                                 \
        assert_int_equal((c)->failure, CALL_REFUSED);                                              \
    } while (0)
#define assert_failed(c, expression)                                                               \
    do {                                                                                           \
        assert_true((expression) == PLB_NO_VALUE);                                                 \
        assert_int_equal((c)->failure, CALL_FAILED);                                               \
    } while (0)

#endif
