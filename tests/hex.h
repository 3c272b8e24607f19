/* Bytes of hexadecimal digits, malloc'ed; anything else fails the test. */
#ifndef PLB_TESTS_HEX_H
#define PLB_TESTS_HEX_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static inline uint8_t *unhex(const char *hex, size_t *length) {
    assert_non_null(hex);
    assert_int_equal(strlen(hex) % 2, 0);
    *length = strlen(hex) / 2;
    uint8_t *bytes = malloc(*length + 1);
    assert_non_null(bytes);
    for (size_t i = 0; i < *length; i++) {
        unsigned byte;
        assert_int_equal(sscanf(hex + 2 * i, "%2x", &byte), 1);
        bytes[i] = (uint8_t) byte;
    }
    return bytes;
}

#endif
