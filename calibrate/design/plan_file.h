/* Plan files: a sweep and how to measure it, as JSON. plan.schema.json says what is accepted: a
 * text is read exactly if it is valid under it, its keys are not repeated, and its strings have no
 * NUL. */
#ifndef PLB_PLAN_FILE_H
#define PLB_PLAN_FILE_H

#include <jansson.h>

#include <plutbench/calibrate.h>

/* Texts live as long as it does. */
typedef struct plb_plan_file {
    const char *script; /* an entry of the catalogue, or a file */
    bool is_file;
    plb_language language; /* of a file; PLB_LANGUAGE_NEWEST: not said */
    const char *redeemer;  /* of a file: a file or hexadecimal */
    const char *datum;     /* likewise; NULL: none given */
    plb_sweep sweep;
    const char *strategy;            /* NULL: none */
    const char *model;               /* NULL: the default */
    const char *protocol_parameters; /* file; NULL: the embedded ones */
    const char *out;                 /* folder; NULL: none */
    double time_s, precision;        /* 0: not said */
    uint64_t seed;                   /* 0: not said */
    bool pin;
    json_t *root;
} plb_plan_file;

/* Read a plan. `name` is for messages. Free with plb_plan_file_free, also after a failure.
 * Errors: PLB_E_PARSE with "name:line: path", what was expected, and what is there; PLB_E_MEMORY.
 */
plb_status plb_plan_file_read(plb_plan_file *plan, const char *name, const char *json,
                              size_t length, plb_error *error);
void plb_plan_file_free(plb_plan_file *plan);

#endif
