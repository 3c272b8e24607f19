#include "harness/machine/json_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/output.h"
#include "harness/machine/utf8.h"

/* 1e999999999 is an integer too, but nobody's datum. */
#define DIGITS_MAX 100000
#define EXPONENT_MAX 1000000000

void plb_json_text_begin(plb_json_text *json, const char *text, size_t length) {
    *json = (plb_json_text){.start = text, .at = text, .end = text + length};
}

void plb_json_text_free(plb_json_text *json) {
    free(json->string);
    json->string = NULL;
}

bool plb_json_text_fail(plb_json_text *json, const char *expected) {
    json->problem = expected;
    return false;
}

char plb_json_text_peek(plb_json_text *json) {
    while (json->at < json->end && memchr(" \t\r\n", *json->at, 4)) json->at++;
    return json->at < json->end ? *json->at : '\0';
}

bool plb_json_text_take(plb_json_text *json, char c) {
    if (plb_json_text_peek(json) != c || json->at == json->end) return false;
    json->at++;
    return true;
}

size_t plb_json_text_line(const plb_json_text *json) {
    size_t line = 1;
    for (const char *c = json->start; c < json->at; c++) line += *c == '\n';
    return line;
}

/* ---- Strings ---- */

static bool add_byte(plb_json_text *json, unsigned byte) {
    if (!plb_grow((void **) &json->string, &json->string_capacity, json->string_length + 1, 1)) {
        json->problem = NULL;
        return false;
    }
    json->string[json->string_length++] = (char) byte;
    return true;
}

static bool add_code_point(plb_json_text *json, uint32_t code) {
    if (code < 0x80) return add_byte(json, code);
    if (code < 0x800) {
        return add_byte(json, 0xc0 | code >> 6) && add_byte(json, 0x80 | (code & 63));
    }
    if (code < 0x10000) {
        return add_byte(json, 0xe0 | code >> 12) && add_byte(json, 0x80 | (code >> 6 & 63)) &&
               add_byte(json, 0x80 | (code & 63));
    }
    return add_byte(json, 0xf0 | code >> 18) && add_byte(json, 0x80 | (code >> 12 & 63)) &&
           add_byte(json, 0x80 | (code >> 6 & 63)) && add_byte(json, 0x80 | (code & 63));
}

/* Four hexadecimal digits. */
static bool read_unit(plb_json_text *json, uint32_t *unit) {
    *unit = 0;
    for (int i = 0; i < 4; i++) {
        int digit = json->at < json->end ? plb_hex_digit((uint8_t) *json->at) : -1;
        if (digit < 0) return plb_json_text_fail(json, "four hexadecimal digits");
        *unit = *unit << 4 | (uint32_t) digit;
        json->at++;
    }
    return true;
}

static bool read_unicode_escape(plb_json_text *json) {
    uint32_t code;
    uint32_t low;
    if (!read_unit(json, &code)) return false;
    if (code >= 0xd800 && code <= 0xdbff) {
        if (json->end - json->at < 2 || json->at[0] != '\\' || json->at[1] != 'u') {
            return plb_json_text_fail(json, "the second half of a surrogate pair");
        }
        json->at += 2;
        if (!read_unit(json, &low)) return false;
        if (low < 0xdc00 || low > 0xdfff) {
            return plb_json_text_fail(json, "the second half of a surrogate pair");
        }
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    } else if (code >= 0xdc00 && code <= 0xdfff) {
        return plb_json_text_fail(json, "no lone half of a surrogate pair");
    }
    return add_code_point(json, code);
}

static bool read_escape(plb_json_text *json) {
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    char c = json->at < json->end ? *json->at : '\0';
    const char *found = c != '\0' ? strchr(names, c) : NULL;
    if (found) {
        json->at++;
        return add_byte(json, (unsigned char) values[found - names]);
    }
    if (c != 'u') return plb_json_text_fail(json, "an escape of JSON");
    json->at++;
    return read_unicode_escape(json);
}

bool plb_json_text_string(plb_json_text *json) {
    if (plb_json_text_peek(json) != '"') return plb_json_text_fail(json, "a string");
    json->at++;
    json->string_length = 0;
    while (json->at < json->end && *json->at != '"') {
        unsigned char c = (unsigned char) *json->at;
        if (c < 0x20) return plb_json_text_fail(json, "no control character in a string");
        json->at++;
        if (!(c == '\\' ? read_escape(json) : add_byte(json, c))) return false;
    }
    if (json->at == json->end) return plb_json_text_fail(json, "'\"' at the end of the string");
    if (!plb_utf8_valid((const uint8_t *) json->string, json->string_length)) {
        return plb_json_text_fail(json, "a string in UTF-8");
    }
    json->at++;
    return true;
}

/* ---- Numbers ---- */

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Digits from `at` on; their end. */
static const char *skip_digits(const plb_json_text *json, const char *at) {
    while (at < json->end && is_digit(*at)) at++;
    return at;
}

/* -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)? */
typedef struct number {
    bool negative;
    const char *whole, *whole_end, *fraction, *fraction_end;
    int64_t exponent;
} number;

static bool scan_exponent(plb_json_text *json, const char **at, number *n) {
    const char *c = *at + 1;
    bool negative = c < json->end && *c == '-';
    if (c < json->end && (*c == '-' || *c == '+')) c++;
    const char *stop = skip_digits(json, c);
    if (stop == c) return plb_json_text_fail(json, "a number with digits in its exponent");
    for (; c < stop; c++) {
        if (n->exponent < EXPONENT_MAX) n->exponent = n->exponent * 10 + (*c - '0');
    }
    if (negative) n->exponent = -n->exponent;
    *at = stop;
    return true;
}

static bool scan_number(plb_json_text *json, number *n) {
    *n = (number){0};
    plb_json_text_peek(json);
    const char *at = json->at;
    n->negative = at < json->end && *at == '-';
    if (n->negative) at++;
    n->whole = at;
    n->whole_end = skip_digits(json, at);
    size_t digits = (size_t) (n->whole_end - n->whole);
    if (digits == 0 || (digits > 1 && *at == '0')) return plb_json_text_fail(json, "an integer");
    at = n->fraction = n->fraction_end = n->whole_end;
    if (at < json->end && *at == '.') {
        n->fraction = at + 1;
        at = n->fraction_end = skip_digits(json, n->fraction);
        if (at == n->fraction) return plb_json_text_fail(json, "a number with digits behind '.'");
    }
    if (at < json->end && (*at == 'e' || *at == 'E') && !scan_exponent(json, &at, n)) return false;
    json->at = at;
    return true;
}

/* A number that is not plain digits, as plain digits in json->string. */
static bool spell_out(plb_json_text *json, const number *n) {
    json->string_length = 0;
    for (const char *c = n->whole; c < n->whole_end; c++) {
        if (!add_byte(json, (unsigned char) *c)) return false;
    }
    for (const char *c = n->fraction; c < n->fraction_end; c++) {
        if (!add_byte(json, (unsigned char) *c)) return false;
    }
    int64_t zeros = n->exponent - (n->fraction_end - n->fraction);
    while (json->string_length > 1 && json->string[json->string_length - 1] == '0') {
        json->string_length--;
        zeros++;
    }
    if (json->string_length == 1 && json->string[0] == '0') return true;
    if (zeros < 0) return plb_json_text_fail(json, "an integer, not a fraction");
    if (zeros > DIGITS_MAX) return plb_json_text_fail(json, "an exponent of at most 100000");
    for (; zeros > 0; zeros--) {
        if (!add_byte(json, '0')) return false;
    }
    return true;
}

bool plb_json_text_integer(plb_json_text *json, plb_region *region, plb_value *integer) {
    number n;
    if (!scan_number(json, &n)) return false;
    const char *digits = n.whole;
    size_t count = (size_t) (n.whole_end - n.whole);
    if (json->at != n.whole_end) {
        const char *end = json->at;
        json->at = n.whole;
        if (!spell_out(json, &n)) return false;
        json->at = end;
        digits = json->string;
        count = json->string_length;
    }
    *integer = plb_integer_from_decimal(region, n.negative, digits, count);
    if (*integer == PLB_NO_VALUE) json->problem = NULL;
    return *integer != PLB_NO_VALUE;
}
