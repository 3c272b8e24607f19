#include "harness/json_input.h"

#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

plb_status plb_json_parse(const plb_json_path *path, json_t **root, plb_error *error) {
    json_error_t at;
    *root = json_loadb(path->text, path->length, JSON_REJECT_DUPLICATES, &at);
    if (*root) return PLB_OK;
    if (json_error_code(&at) == json_error_out_of_memory)
        return plb_fail(error, PLB_E_MEMORY, path->name, "no memory for the JSON text");
    char where[PLB_ERROR_WHERE_BYTES];
    snprintf(where, sizeof where, "%s:%d:%d", path->name ? path->name : "JSON", at.line, at.column);
    return plb_fail(error, PLB_E_PARSE, where, "expected JSON: %s", at.text);
}

void plb_json_enter(plb_json_path *path, const char *key) {
    if (path->depth < PLB_JSON_PATH_MAX) path->steps[path->depth].key = key;
    path->depth++;
}

void plb_json_enter_index(plb_json_path *path, size_t index) {
    if (path->depth < PLB_JSON_PATH_MAX) {
        path->steps[path->depth].key = NULL;
        path->steps[path->depth].index = index;
    }
    path->depth++;
}

void plb_json_leave(plb_json_path *path) { path->depth--; }

/* ---- Finding a value's line: jansson keeps no positions ---- */

/* A text that jansson has accepted, so that little can be wrong; ends are still checked. */
typedef struct scanner {
    const char *at, *end;
    unsigned line;
} scanner;

static char peek(const scanner *s) { return s->at < s->end ? *s->at : '\0'; }

static void skip_space(scanner *s) {
    for (; s->at < s->end && memchr(" \t\r\n", *s->at, 4); s->at++)
        if (*s->at == '\n') s->line++;
}

/* Past a string; *body and *length receive what is between the quotes. */
static void skip_string(scanner *s, const char **body, size_t *length) {
    s->at++;
    *body = s->at;
    while (s->at < s->end && *s->at != '"') s->at += *s->at == '\\' && s->at + 1 < s->end ? 2 : 1;
    *length = (size_t) (s->at - *body);
    if (s->at < s->end) s->at++;
}

/* Past one value, of any nesting. */
static void skip_value(scanner *s) {
    size_t open = 0, length;
    const char *body;
    do {
        skip_space(s);
        if (s->at >= s->end) return;
        switch (*s->at) {
        case '"': skip_string(s, &body, &length); break;
        case '{':
        case '[':
            open++;
            s->at++;
            break;
        case '}':
        case ']':
            open--;
            s->at++;
            break;
        case ',':
        case ':': s->at++; break;
        default:
            while (s->at < s->end && !memchr(" \t\r\n,:]}", *s->at, 8)) s->at++;
        }
    } while (open > 0);
}

/* From before an object to before its member `key`. */
static bool enter_member(scanner *s, const char *key) {
    skip_space(s);
    if (peek(s) != '{') return false;
    s->at++;
    for (;;) {
        skip_space(s);
        if (peek(s) != '"') return false;
        const char *body;
        size_t length;
        skip_string(s, &body, &length);
        skip_space(s);
        if (peek(s) != ':') return false;
        s->at++;
        skip_space(s);
        if (strlen(key) == length && memcmp(body, key, length) == 0) return true;
        skip_value(s);
        skip_space(s);
        if (peek(s) == ',') s->at++;
    }
}

static bool enter_element(scanner *s, size_t index) {
    skip_space(s);
    if (peek(s) != '[') return false;
    s->at++;
    for (; index > 0; index--) {
        skip_value(s);
        skip_space(s);
        if (peek(s) != ',') return false;
        s->at++;
    }
    skip_space(s);
    return true;
}

static bool enter_step(scanner *s, const plb_json_path *path, unsigned step) {
    const char *key = path->steps[step].key;
    return key ? enter_member(s, key) : enter_element(s, path->steps[step].index);
}

unsigned plb_json_line(const plb_json_path *path) {
    scanner s = {path->text, path->text + path->length, 1};
    skip_space(&s);
    unsigned line = s.line;
    for (unsigned i = 0; i < path->depth && i < PLB_JSON_PATH_MAX; i++) {
        if (!enter_step(&s, path, i)) return line;
        line = s.line;
    }
    return line;
}

bool plb_json_span(const plb_json_path *path, size_t *begin, size_t *end) {
    scanner s = {path->text, path->text + path->length, 1};
    for (unsigned i = 0; i < path->depth; i++)
        if (i >= PLB_JSON_PATH_MAX || !enter_step(&s, path, i)) return false;
    skip_space(&s);
    *begin = (size_t) (s.at - path->text);
    skip_value(&s);
    *end = (size_t) (s.at - path->text);
    return *begin < *end;
}

/* ---- Errors ---- */

/* Keys and strings of the input may hold anything: a message stays on one line. */
static void blank_controls(char *text) {
    for (; *text; text++)
        if ((unsigned char) *text < 0x20 || *text == 0x7f) *text = '?';
}

static void describe(const plb_json_path *path, char where[PLB_ERROR_WHERE_BYTES]) {
    size_t used = 0, room = PLB_ERROR_WHERE_BYTES;
    const char *name = path->name ? path->name : "JSON";
    int n = snprintf(where, room, "%s:%u", name, plb_json_line(path));
    for (unsigned i = 0; n >= 0; i++) {
        used += (size_t) n;
        if (used >= room || i == path->depth) return;
        const char *before = i == 0 ? ": " : ".";
        if (i == PLB_JSON_PATH_MAX) {
            snprintf(where + used, room - used, "...");
            return;
        }
        if (path->steps[i].key) {
            n = snprintf(where + used, room - used, "%s%s", before, path->steps[i].key);
        } else {
            n = snprintf(where + used, room - used, "%s[%zu]", i == 0 ? ": " : "",
                         path->steps[i].index);
        }
    }
}

void plb_json_where(const plb_json_path *path, char where[PLB_ERROR_WHERE_BYTES]) {
    describe(path, where);
    blank_controls(where);
}

plb_status plb_json_fail(const plb_json_path *path, plb_error *error, plb_status status,
                         const char *format, ...) {
    if (!error) return status;
    char where[PLB_ERROR_WHERE_BYTES], message[PLB_ERROR_MESSAGE_BYTES];
    plb_json_where(path, where);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    blank_controls(message);
    return plb_fail(error, status, where, "%s", message);
}

const char *plb_json_type_name(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: return "an object";
    case JSON_ARRAY: return "an array";
    case JSON_STRING: return "a string";
    case JSON_INTEGER: return "an integer";
    case JSON_REAL: return "a number that is not an integer";
    case JSON_TRUE:
    case JSON_FALSE: return "a boolean";
    default: return "null";
    }
}

plb_status plb_json_int64(const plb_json_path *path, const json_t *value, plb_status failure,
                          int64_t *out, plb_error *error) {
    if (json_is_integer(value)) {
        *out = json_integer_value(value);
        return PLB_OK;
    }
    double real = json_real_value(value); /* 0 for what is no real */
    if (json_is_real(value) && real == floor(real)) {
        if (real >= -0x1p63 && real < 0x1p63) {
            *out = (int64_t) real;
            return PLB_OK;
        }
        return plb_json_fail(path, error, failure, "expected an integer of 64 bits, got %.17g",
                             real);
    }
    return plb_json_fail(path, error, failure, "expected an integer, got %s",
                         value ? plb_json_type_name(value) : "nothing");
}
