/* Reading JSON that users wrote: parsing, and errors that say where, by line and by path. */
#ifndef PLB_HARNESS_JSON_INPUT_H
#define PLB_HARNESS_JSON_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>
#include <plutbench/status.h>

#define PLB_JSON_PATH_MAX 8

/* Where in a JSON text a reader is. Steps beyond PLB_JSON_PATH_MAX are counted, but not named. */
typedef struct plb_json_path {
    const char *name; /* of the input; may be NULL */
    const char *text;
    size_t length;
    unsigned depth;
    struct {
        const char *key; /* member of an object, or NULL */
        size_t index;    /* element of an array */
    } steps[PLB_JSON_PATH_MAX];
} plb_json_path;

/* Parse `path->text`, refusing duplicate keys and trailing text. Free *root with json_decref.
 * Errors: PLB_E_PARSE with line and column. */
plb_status plb_json_parse(const plb_json_path *path, json_t **root, plb_error *error);

void plb_json_enter(plb_json_path *path, const char *key); /* `key` is not copied */
void plb_json_enter_index(plb_json_path *path, size_t index);
void plb_json_leave(plb_json_path *path);

/* Writes "name:line: a.b[3]"; what does not fit is cut. */
void plb_json_where(const plb_json_path *path, char where[PLB_ERROR_WHERE_BYTES]);

/* Fill `error` with "name:line: a.b[3]" and the message; returns `status`. */
plb_status plb_json_fail(const plb_json_path *path, plb_error *error, plb_status status,
                         const char *format, ...) PLB_PRINTF(4, 5);

/* "an object", "a string" ... */
const char *plb_json_type_name(const json_t *value);

/* An integer that fits in 64 bits; 1.0 and 1e3 count as integers. Anything else fails with
 * `failure`. */
plb_status plb_json_int64(const plb_json_path *path, const json_t *value, plb_status failure,
                          int64_t *out, plb_error *error);

/* Where in the text the value at `path` begins, and where it ends; false when there is none. */
bool plb_json_span(const plb_json_path *path, size_t *begin, size_t *end);

/* The line (from 1) on which the value at `path` begins, or what of the path there is. */
unsigned plb_json_line(const plb_json_path *path);

#endif
