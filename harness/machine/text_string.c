/* Strings in the textual syntax. The reference reads each character with Haskell's readLitChar on
 * the next ten characters of the input (Text.Megaparsec.Char.Lexer.charLiteral), and that includes
 * its limits: an escape has at most nine characters behind its backslash, and "\&", which stands
 * for nothing, is only taken behind another character. */
#include <string.h>

#include "harness/machine/text_constant.h"

#define WINDOW_CHARACTERS 10
#define CODE_POINT_MAX 0x10ffffu
#define REPLACEMENT 0xfffdu /* what Data.Text makes of a surrogate */

typedef struct literal {
    uint32_t code;
    const uint8_t *end; /* of the characters that spell it */
} literal;

static const struct {
    char name;
    uint8_t code;
} single_escapes[] = {{'a', 7}, {'b', 8},  {'f', 12},    {'n', 10},  {'r', 13},
                      {'t', 9}, {'v', 11}, {'\\', '\\'}, {'"', '"'}, {'\'', '\''}};

/* SOH is before SO, so that the longer one is found. */
static const struct {
    const char *name;
    uint8_t code;
} ascii_escapes[] = {
    {"SOH", 1},  {"SO", 14},  {"NUL", 0},  {"STX", 2},  {"ETX", 3},  {"EOT", 4},   {"ENQ", 5},
    {"ACK", 6},  {"BEL", 7},  {"BS", 8},   {"HT", 9},   {"LF", 10},  {"VT", 11},   {"FF", 12},
    {"CR", 13},  {"SI", 15},  {"DLE", 16}, {"DC1", 17}, {"DC2", 18}, {"DC3", 19},  {"DC4", 20},
    {"NAK", 21}, {"SYN", 22}, {"ETB", 23}, {"CAN", 24}, {"EM", 25},  {"SUB", 26},  {"ESC", 27},
    {"FS", 28},  {"GS", 29},  {"RS", 30},  {"US", 31},  {"SP", 32},  {"DEL", 127},
};

static unsigned digit_value(uint8_t c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10u;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10u;
    return 99;
}

/* Digits of the base, all of them that the window holds. */
static bool read_number(const uint8_t *at, const uint8_t *end, unsigned base, literal *out) {
    uint64_t code = 0;
    const uint8_t *start = at;
    for (; at < end && digit_value(*at) < base; at++) code = code * base + digit_value(*at);
    *out = (literal){(uint32_t) code, at};
    return at > start && code <= CODE_POINT_MAX;
}

static bool read_ascii_name(const uint8_t *at, const uint8_t *end, literal *out) {
    for (size_t i = 0; i < sizeof ascii_escapes / sizeof ascii_escapes[0]; i++) {
        size_t length = strlen(ascii_escapes[i].name);
        if ((size_t) (end - at) >= length && memcmp(at, ascii_escapes[i].name, length) == 0) {
            *out = (literal){ascii_escapes[i].code, at + length};
            return true;
        }
    }
    return false;
}

/* What stands behind a backslash. */
static bool read_escape(const uint8_t *at, const uint8_t *end, literal *out) {
    if (at == end) return false;
    for (size_t i = 0; i < sizeof single_escapes / sizeof single_escapes[0]; i++) {
        if (*at == (uint8_t) single_escapes[i].name) {
            *out = (literal){single_escapes[i].code, at + 1};
            return true;
        }
    }
    switch (*at) {
    case 'o':
    case 'O': return read_number(at + 1, end, 8, out);
    case 'x':
    case 'X': return read_number(at + 1, end, 16, out);
    case '^':
        if (at + 1 == end || at[1] < '@' || at[1] > '_') return false;
        *out = (literal){at[1] - (uint32_t) '@', at + 2};
        return true;
    default: return read_number(at, end, 10, out) || read_ascii_name(at, end, out);
    }
}

static uint32_t decode_utf8(const uint8_t *at, const uint8_t **next) {
    uint8_t c = at[0];
    unsigned length = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
    uint32_t code = length == 1 ? c : c & (0xffu >> (length + 1));
    for (unsigned i = 1; i < length; i++) code = code << 6 | (at[i] & 63u);
    *next = at + length;
    return code;
}

static size_t encode_utf8(uint32_t code, uint8_t out[4]) {
    if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT;
    if (code < 0x80) {
        out[0] = (uint8_t) code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const uint8_t lead[5] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = length - 1; i > 0; i--, code >>= 6) out[i] = (uint8_t) (0x80 | (code & 63));
    out[0] = (uint8_t) (lead[length] | code);
    return length;
}

/* One character of the string, which begins at `at`, before `end`. */
static bool read_literal(const uint8_t *at, const uint8_t *end, literal *out) {
    const uint8_t *window = at;
    for (int i = 0; i < WINDOW_CHARACTERS && window < end; i++) decode_utf8(window, &window);
    if (*at != '\\') {
        out->code = decode_utf8(at, &out->end);
    } else if (!read_escape(at + 1, window, out)) {
        return false;
    }
    while (window - out->end >= 2 && out->end[0] == '\\' && out->end[1] == '&') out->end += 2;
    return true;
}

/* The string's bytes from the opening quote on, written to `out` where that is not NULL; moves the
 * cursor behind the closing quote. */
static bool read_characters(plb_text *text, uint8_t *out, size_t *length) {
    const uint8_t *opening = text->at;
    const uint8_t *at = opening + 1;
    size_t total = 0;
    while (at < text->end && *at != '"') {
        literal character;
        if (!read_literal(at, text->end, &character)) {
            return plb_text_fail(text, at, PLB_E_PARSE, "expected an escape of Haskell's strings");
        }
        uint8_t bytes[4];
        size_t count = encode_utf8(character.code, bytes);
        if (out) memcpy(out + total, bytes, count);
        total += count;
        at = character.end;
    }
    if (at == text->end) {
        return plb_text_fail(text, opening, PLB_E_PARSE,
                             "expected '\"' for the string that begins here");
    }
    text->at = at + 1;
    *length = total;
    return true;
}

plb_value plb_text_string(plb_text *text, plb_region *region) {
    if (plb_text_peek(text) != '"') {
        plb_text_expected(text, "a string in double quotes");
        return PLB_NO_VALUE;
    }
    const uint8_t *opening = text->at;
    size_t length;
    if (!read_characters(text, NULL, &length)) return PLB_NO_VALUE;
    uint8_t *room;
    plb_value value = plb_make_bytes_room(region, PLB_KIND_STRING, length, &room);
    if (value == PLB_NO_VALUE) {
        plb_text_fail(text, opening, PLB_E_MEMORY, "the string does not fit in the byte cap");
        return PLB_NO_VALUE;
    }
    text->at = opening;
    return read_characters(text, room, &length) && plb_text_space(text) ? value : PLB_NO_VALUE;
}
