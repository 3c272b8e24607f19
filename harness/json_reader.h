/* Reading objects that users wrote by a table of their fields: what is unknown, missing or wrong is
 * an error with its path. */
#ifndef PLB_HARNESS_JSON_READER_H
#define PLB_HARNESS_JSON_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/json_input.h"

typedef struct plb_json_reader {
    plb_json_path path;
    void *target; /* what fields are in */
    plb_error *error;
} plb_json_reader;

typedef enum plb_json_kind {
    PLB_JSON_IGNORED, /* a string that nothing is done with */
    PLB_JSON_TEXT,    /* const char *: not empty; lives as long as the JSON value */
    PLB_JSON_RATIO,   /* double: above 0, up to `most` */
    PLB_JSON_WHOLE,   /* uint64_t: from `least` to `most` */
    PLB_JSON_BOOLEAN, /* bool */
    PLB_JSON_OBJECT,  /* another table, of fields of the same target */
    PLB_JSON_OTHER    /* whatever `read` reads */
} plb_json_kind;

typedef struct plb_json_field {
    const char *key; /* NULL: the table's end */
    plb_json_kind kind;
    size_t offset; /* in the target */
    bool required;
    double least, most; /* whole numbers up to 2^53 */
    const struct plb_json_field *fields;
    plb_status (*read)(plb_json_reader *reader, const json_t *value, void *field);
} plb_json_field;

/* Read an object's members by the table. Errors: PLB_E_PARSE, at the path where it is wrong. */
plb_status plb_json_read_object(plb_json_reader *reader, const json_t *object,
                                const plb_json_field *fields);

/* "expected WHAT, got an object" */
plb_status plb_json_expected(plb_json_reader *reader, const char *what, const json_t *value);

/* What `read` functions are made of. */
plb_status plb_json_read_text(plb_json_reader *reader, const json_t *value, const char **text);
plb_status plb_json_read_whole(plb_json_reader *reader, const json_t *value, uint64_t least,
                               uint64_t most, uint64_t *number);
/* One of `choices`, which end with NULL. */
plb_status plb_json_read_choice(plb_json_reader *reader, const json_t *value,
                                const char *const *choices, int *choice);

#endif
