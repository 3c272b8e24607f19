/* What the tests of the transaction decoder share: a transaction put together from hexadecimal
 * parts, decoded into `d`. */
#ifndef PLB_TESTS_LEDGER_DECODING_H
#define PLB_TESTS_LEDGER_DECODING_H

#include "ledger_fixture.h"

#include <stdio.h>

#include <sodium.h>

#include "harness/ledger/tx.h"

#define ID "0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"
#define KEY_HASH "11111111111111111111111111111111111111111111111111111111"
#define ADDRESS "581d60" KEY_HASH
#define INPUT "825820" ID "00"
#define OUTPUT "a200" ADDRESS "011a000f4240"
#define TAIL "f5f6"

/* Bodies: the least, with one more field, with another output. */
#define BODY "a30081" INPUT "0181" OUTPUT "021a00029810"
#define BODY_AND(field) "a40081" INPUT "0181" OUTPUT "021a00029810" field
#define BODY_TO(output) "a30081" INPUT "0181" output "021a00029810"

typedef struct decoding {
    plb_region arena;
    plb_tx tx;
    plb_error error;
    uint8_t bytes[1 << 17];
    size_t length;
    plb_status status;
} decoding;

static decoding *d;

static inline int make(void **state) {
    (void) state;
    d = calloc(1, sizeof *d);
    return d == NULL || !plb_region_init(&d->arena, 1 << 24);
}

static inline int drop(void **state) {
    (void) state;
    plb_region_free(&d->arena);
    free(d);
    return 0;
}

static inline void append(const char *hex) {
    size_t length;
    assert_int_equal(sodium_hex2bin(d->bytes + d->length, sizeof d->bytes - d->length, hex,
                                    strlen(hex), NULL, &length, NULL),
                     0);
    d->length += length;
}

static inline plb_status decode_appended(void) {
    plb_region_reset(&d->arena);
    d->error = (plb_error){.status = PLB_OK};
    d->status = plb_tx_decode(&d->tx, &d->arena, d->bytes, d->length, &d->error);
    assert_true(d->arena.high == d->arena.end);
    return d->status;
}

static inline plb_status decode(const char *body, const char *witnesses, const char *rest) {
    d->length = 0;
    append("84");
    append(body);
    append(witnesses);
    append(rest);
    return decode_appended();
}

static inline void decodes(const char *body, const char *witnesses, const char *rest) {
    if (decode(body, witnesses, rest) != PLB_OK) {
        fail_msg("%s %s: %s: %s", body, witnesses, d->error.where, d->error.message);
    }
}

typedef struct parts {
    const char *body, *witnesses, *rest;
} parts;

static inline void assert_malformed(const parts *cases, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (decode(cases[i].body, cases[i].witnesses, cases[i].rest) != PLB_E_PARSE) {
            fail_msg("case %zu: %s", i, plb_status_name(d->status));
        }
        assert_memory_equal(d->error.where, "transaction: byte ", 18);
        assert_memory_equal(d->error.message, "expected ", 9);
    }
}
#define ASSERT_MALFORMED(cases) assert_malformed(cases, sizeof(cases) / sizeof(cases)[0])

static inline void assert_unsupported(const char *body, const char *witnesses, const char *rest,
                                      const char *named) {
    if (decode(body, witnesses, rest) != PLB_E_UNSUPPORTED) {
        fail_msg("%s: %s %s", named, plb_status_name(d->status), d->error.message);
    }
    assert_memory_equal(d->error.where, "transaction: byte ", 18);
    assert_memory_equal(d->error.message, "unsupported: ", 13);
    assert_string_equal(d->error.message + 13, named);
}

static inline void assert_hex(const void *bytes, size_t length, const char *expected) {
    uint8_t wanted[1024];
    size_t wanted_length;
    assert_int_equal(sodium_hex2bin(wanted, sizeof wanted, expected, strlen(expected), NULL,
                                    &wanted_length, NULL),
                     0);
    assert_int_equal(length, wanted_length);
    assert_memory_equal(bytes, wanted, length);
}

#endif
