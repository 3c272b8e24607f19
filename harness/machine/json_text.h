/* Tokens of JSON (RFC 8259) for a reader that keeps its own stack, so that neither nesting nor the
 * size of a number is bounded by a library. */
#ifndef PLB_MACHINE_JSON_TEXT_H
#define PLB_MACHINE_JSON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/machine/region.h"
#include "harness/machine/value.h"

typedef struct plb_json_text {
    const char *start, *at, *end;
    const char *problem; /* what was expected at `at`; NULL: memory is short */
    char *string;        /* the last string read, malloc'ed and reused */
    size_t string_length, string_capacity;
} plb_json_text;

void plb_json_text_begin(plb_json_text *json, const char *text, size_t length);
void plb_json_text_free(plb_json_text *json);

/* Record that something was expected at the current place; returns false. */
bool plb_json_text_fail(plb_json_text *json, const char *expected);

/* The next character that is no whitespace, without consuming it; 0 at the end. */
char plb_json_text_peek(plb_json_text *json);
/* Consume `c` if it comes next. */
bool plb_json_text_take(plb_json_text *json, char c);

/* A string: json->string holds its UTF-8, json->string_length bytes. */
bool plb_json_text_string(plb_json_text *json);
/* A number that is an integer, in whatever way it is written (12, 1.2e1): a value in `region`. */
bool plb_json_text_integer(plb_json_text *json, plb_region *region, plb_value *integer);

/* The line (from 1) of the current place. */
size_t plb_json_text_line(const plb_json_text *json);

#endif
