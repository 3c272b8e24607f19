/* For tests of programs as text and bytes: short ways that fail the test when they fail. */
#ifndef PLB_TESTS_PROGRAM_SUPPORT_H
#define PLB_TESTS_PROGRAM_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/machine.h>

#include "tests/hex.h"

static const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};

static inline plb_program *new_program(void) {
    plb_program *program = plb_program_new((size_t) 1 << 28);
    assert_non_null(program);
    return program;
}

static inline plb_program *parse(const char *text) {
    plb_program *program = new_program();
    plb_error error = {0};
    if (plb_program_parse_text(program, newest, text, strlen(text), &error) != PLB_OK) {
        fail_msg("%.200s: %s: %s", text, error.where, error.message);
    }
    return program;
}

static inline char *print(const plb_program *program) {
    char *text = NULL;
    size_t length = 0;
    plb_error error = {0};
    if (plb_program_print(program, 0, &text, &length, &error) != PLB_OK) {
        fail_msg("%s", error.message);
    }
    assert_int_equal(strlen(text), length);
    return text;
}

/* The text parses, and prints as `expected`, which parses to the same program. */
static inline void assert_prints(const char *text, const char *expected) {
    plb_program *program = parse(text);
    char *printed = print(program);
    assert_string_equal(printed, expected);
    plb_program *again = parse(printed);
    if (!plb_program_equal(program, again)) fail_msg("%s is not %s", printed, text);
    free(printed);
    plb_program_free(program);
    plb_program_free(again);
}

/* Both texts are the same program up to names. */
static inline void assert_same(const char *a, const char *b) {
    plb_program *p = parse(a);
    plb_program *q = parse(b);
    if (!plb_program_equal(p, q) || !plb_program_equal(q, p)) fail_msg("%s is not %s", a, b);
    plb_program_free(p);
    plb_program_free(q);
}

static inline void assert_different(const char *a, const char *b) {
    plb_program *p = parse(a);
    plb_program *q = parse(b);
    if (plb_program_equal(p, q) || plb_program_equal(q, p)) fail_msg("%s is %s", a, b);
    plb_program_free(p);
    plb_program_free(q);
}

/* The text is refused with that status, at that place, for a reason that contains `reason`. NULL:
 * whatever. */
static inline void assert_refused_in(plb_era era, const char *text, size_t length,
                                     plb_status status, const char *where, const char *reason) {
    plb_program *program = new_program();
    plb_error error = {0};
    plb_status got = plb_program_parse_text(program, era, text, length, &error);
    if (got != status)
        fail_msg("%.200s: status %d (%s: %s)", text, got, error.where, error.message);
    assert_int_equal(error.status, status);
    if (where) assert_string_equal(error.where, where);
    if (reason && !strstr(error.message, reason)) fail_msg("%.200s: %s", text, error.message);
    plb_program_free(program);
}

static inline void assert_refused(const char *text) {
    assert_refused_in(newest, text, strlen(text), PLB_E_PARSE, NULL, NULL);
}

/* `count` times `unit`, then `middle`, then `count` times `end`; malloc'ed. */
static inline char *nested(const char *begin, const char *unit, const char *middle, const char *end,
                           const char *last, size_t count) {
    size_t size =
        strlen(begin) + strlen(middle) + strlen(last) + count * (strlen(unit) + strlen(end)) + 1;
    char *text = malloc(size);
    assert_non_null(text);
    char *at = stpcpy(text, begin);
    for (size_t i = 0; i < count; i++) at = stpcpy(at, unit);
    at = stpcpy(at, middle);
    for (size_t i = 0; i < count; i++) at = stpcpy(at, end);
    stpcpy(at, last);
    return text;
}

#endif
