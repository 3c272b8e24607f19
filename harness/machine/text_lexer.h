/* Reading the textual syntax character by character, without a token stream: as in the reference's
 * grammar (PlutusCore.Parser.ParserCommon), keywords need no space behind them, "--" comments a
 * line and "{-" "-}" a nesting block.
 *
 * Every plb_text_* reader that succeeds leaves the cursor at the next character that is no
 * whitespace, unless it says otherwise. One that fails has recorded why; the first failure stays.
 */
#ifndef PLB_MACHINE_TEXT_LEXER_H
#define PLB_MACHINE_TEXT_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/status.h>

typedef struct plb_text {
    const uint8_t *start, *at, *end; /* valid UTF-8 */
    plb_status status;
    plb_error *error; /* may be NULL */
} plb_text;

/* A run of characters of the input. */
typedef struct plb_text_span {
    const char *bytes;
    size_t length;
} plb_text_span;

/* A name and, where it has one, its unique: x-12. */
typedef struct plb_text_name {
    plb_text_span name;
    bool has_unique;
    uint64_t unique; /* modulo 2^64, as the reference's Int wraps around */
} plb_text_name;

/* Begin; false when `bytes` is no UTF-8. Does not skip whitespace. */
bool plb_text_open(plb_text *text, const char *bytes, size_t length, plb_error *error);

/* Record a failure at `at` and return false: `where` becomes "line L, column C". */
bool plb_text_fail(plb_text *text, const uint8_t *at, plb_status status, const char *format, ...)
    PLB_PRINTF(4, 5);
/* "expected WHAT, found ..." at the cursor. */
bool plb_text_expected(plb_text *text, const char *what);

/* Whitespace and comments. */
bool plb_text_space(plb_text *text);

/* The next byte, 0 at the end. */
static inline uint8_t plb_text_peek(const plb_text *text) {
    return text->at < text->end ? *text->at : 0;
}

/* True, with `symbol` and the whitespace behind it consumed, when it comes next. False may also
 * mean a malformed comment behind it: see text->status. */
bool plb_text_symbol(plb_text *text, const char *symbol);
/* The same, but its absence is a failure: "expected `symbol`". */
bool plb_text_require(plb_text *text, const char *symbol);

/* One or more digits. Does not skip whitespace. */
bool plb_text_digits(plb_text *text, plb_text_span *digits);
/* The number that digits spell; false when it is over UINT64_MAX. */
bool plb_text_to_u64(plb_text_span digits, uint64_t *number);

/* Characters of identifiers, zero or more; no whitespace is skipped. */
plb_text_span plb_text_identifier(plb_text *text);

/* A variable's name, with the whitespace behind it. */
bool plb_text_read_name(plb_text *text, plb_text_name *name);

/* Whether `name` needs no backquotes. */
bool plb_text_is_plain_name(const char *name);

#endif
