#include "harness/machine/text_lexer.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_alpha(uint8_t c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
static bool is_digit(uint8_t c) { return c >= '0' && c <= '9'; }
/* PlutusCore.Name.Unique: isIdentifierStartingChar and its neighbours. */
static bool starts_identifier(uint8_t c) { return is_alpha(c) || c == '_'; }
static bool is_identifier(uint8_t c) { return starts_identifier(c) || is_digit(c) || c == '\''; }
static bool is_quoted(uint8_t c) { return c > ' ' && c < 0x7f && c != '`'; }

/* ---- Input ---- */

/* Length of the UTF-8 sequence at `at` (Unicode 15, table 3-7), 0 when it is malformed. */
static size_t utf8_length(const uint8_t *at, const uint8_t *end) {
    uint8_t c = at[0];
    size_t length = c < 0x80 ? 1 : c < 0xc2 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf5 ? 4 : 0;
    if (length == 0 || length > (size_t) (end - at)) return 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) return 0;
    }
    bool overlong = (c == 0xe0 && at[1] < 0xa0) || (c == 0xf0 && at[1] < 0x90);
    bool surrogate = c == 0xed && at[1] > 0x9f;
    bool too_large = c == 0xf4 && at[1] > 0x8f;
    return overlong || surrogate || too_large ? 0 : length;
}

bool plb_text_open(plb_text *text, const char *bytes, size_t length, plb_error *error) {
    const uint8_t *start = (const uint8_t *) bytes;
    *text = (plb_text){.start = start, .at = start, .end = start + length, .error = error};
    for (const uint8_t *at = start; at < text->end;) {
        size_t step = utf8_length(at, text->end);
        if (step == 0) {
            return plb_text_fail(text, at, PLB_E_PARSE, "expected UTF-8, found byte 0x%02x", *at);
        }
        at += step;
    }
    return true;
}

bool plb_text_fail(plb_text *text, const uint8_t *at, plb_status status, const char *format, ...) {
    if (text->status != PLB_OK) return false;
    size_t line = 1;
    size_t column = 1;
    for (const uint8_t *c = text->start; c < at; c++) {
        if (*c == '\n') {
            line++;
            column = 1;
        } else if ((*c & 0xc0) != 0x80) {
            column++;
        }
    }
    char where[64];
    snprintf(where, sizeof where, "line %zu, column %zu", line, column);
    char message[PLB_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    text->status = plb_fail(text->error, status, where, "%s", message);
    return false;
}

bool plb_text_expected(plb_text *text, const char *what) {
    if (text->at == text->end) {
        return plb_text_fail(text, text->at, PLB_E_PARSE, "expected %s, found the end", what);
    }
    const uint8_t *stop = text->at;
    int length = 0;
    while (stop < text->end && length < 20 && *stop > ' ') {
        size_t step = utf8_length(stop, text->end);
        stop += step != 0 ? step : 1;
        length = (int) (stop - text->at);
    }
    if (length == 0) {
        return plb_text_fail(text, text->at, PLB_E_PARSE, "expected %s, found a space", what);
    }
    return plb_text_fail(text, text->at, PLB_E_PARSE, "expected %s, found '%.*s'", what, length,
                         (const char *) text->at);
}

/* ---- Whitespace and symbols ---- */

/* Bytes of the whitespace character at the cursor (Data.Char.isSpace), 0 for none. */
static size_t space_length(const plb_text *text) {
    const uint8_t *at = text->at;
    uint8_t c = at[0];
    if (c == ' ' || (c >= '\t' && c <= '\r')) return 1;
    if (c == 0xc2) return at[1] == 0xa0 ? 2 : 0; /* U+00A0 */
    if (c < 0xe1 || c > 0xe3) return 0;
    uint32_t code =
        (uint32_t) (c & 15) << 12 | (uint32_t) (at[1] & 63) << 6 | (uint32_t) (at[2] & 63);
    bool space = code == 0x1680 || (code >= 0x2000 && code <= 0x200a) || code == 0x202f ||
                 code == 0x205f || code == 0x3000;
    return space ? 3 : 0;
}

static bool looking_at(const plb_text *text, const char *symbol, size_t length) {
    return (size_t) (text->end - text->at) >= length && memcmp(text->at, symbol, length) == 0;
}

static bool skip_block_comment(plb_text *text) {
    const uint8_t *opening = text->at;
    size_t depth = 0;
    do {
        if (looking_at(text, "{-", 2)) {
            depth++;
            text->at += 2;
        } else if (looking_at(text, "-}", 2)) {
            depth--;
            text->at += 2;
        } else if (text->at == text->end) {
            return plb_text_fail(text, opening, PLB_E_PARSE,
                                 "expected '-}' for the comment that begins here");
        } else {
            text->at++;
        }
    } while (depth > 0);
    return true;
}

bool plb_text_space(plb_text *text) {
    while (text->at < text->end) {
        size_t space = space_length(text);
        if (space != 0) {
            text->at += space;
        } else if (looking_at(text, "--", 2)) {
            const uint8_t *newline = memchr(text->at, '\n', (size_t) (text->end - text->at));
            text->at = newline ? newline : text->end;
        } else if (looking_at(text, "{-", 2)) {
            if (!skip_block_comment(text)) return false;
        } else {
            break;
        }
    }
    return true;
}

bool plb_text_symbol(plb_text *text, const char *symbol) {
    size_t length = strlen(symbol);
    if (!looking_at(text, symbol, length)) return false;
    text->at += length;
    return plb_text_space(text);
}

bool plb_text_require(plb_text *text, const char *symbol) {
    if (plb_text_symbol(text, symbol)) return true;
    char what[64];
    snprintf(what, sizeof what, "'%s'", symbol);
    return plb_text_expected(text, what);
}

/* ---- Numbers and names ---- */

bool plb_text_digits(plb_text *text, plb_text_span *digits) {
    const uint8_t *start = text->at;
    while (text->at < text->end && is_digit(*text->at)) text->at++;
    *digits = (plb_text_span){(const char *) start, (size_t) (text->at - start)};
    return digits->length > 0 || plb_text_expected(text, "a number");
}

bool plb_text_to_u64(plb_text_span digits, uint64_t *number) {
    uint64_t n = 0;
    for (size_t i = 0; i < digits.length; i++) {
        uint64_t digit = (uint64_t) (digits.bytes[i] - '0');
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, digit, &n)) return false;
    }
    *number = n;
    return true;
}

plb_text_span plb_text_identifier(plb_text *text) {
    const uint8_t *start = text->at;
    while (text->at < text->end && is_identifier(*text->at)) text->at++;
    return (plb_text_span){(const char *) start, (size_t) (text->at - start)};
}

static bool read_quoted(plb_text *text, plb_text_span *name) {
    const uint8_t *start = text->at + 1;
    const uint8_t *at = start;
    while (at < text->end && is_quoted(*at)) at++;
    if (at == start || at == text->end || *at != '`') {
        return plb_text_expected(text, "a name in backquotes without spaces");
    }
    *name = (plb_text_span){(const char *) start, (size_t) (at - start)};
    text->at = at + 1;
    return true;
}

bool plb_text_read_name(plb_text *text, plb_text_name *name) {
    *name = (plb_text_name){0};
    uint8_t first = plb_text_peek(text);
    if (first == '`') {
        if (!read_quoted(text, &name->name)) return false;
    } else if (starts_identifier(first)) {
        name->name = plb_text_identifier(text);
    } else {
        return plb_text_expected(text, "a name");
    }
    if (text->end - text->at >= 2 && text->at[0] == '-' && is_digit(text->at[1])) {
        text->at++;
        name->has_unique = true;
        while (text->at < text->end && is_digit(*text->at)) {
            name->unique = name->unique * 10 + (uint64_t) (*text->at++ - '0');
        }
    }
    return plb_text_space(text);
}

bool plb_text_is_plain_name(const char *name) {
    if (!starts_identifier((uint8_t) *name)) return false;
    while (is_identifier((uint8_t) *name)) name++;
    return *name == '\0';
}
