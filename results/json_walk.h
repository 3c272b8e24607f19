/* Everything in a JSON value, with where it is. */
#ifndef PLB_RESULTS_JSON_WALK_H
#define PLB_RESULTS_JSON_WALK_H

#include <stdbool.h>

#include <jansson.h>

#define PLB_JSON_WALK_DEPTH 12  /* what is deeper is not visited */
#define PLB_JSON_WALK_BYTES 512 /* of a path; longer ones are cut */

typedef enum plb_json_step {
    PLB_JSON_ENTER, /* go on, with what is in it */
    PLB_JSON_PASS,  /* go on, behind it */
    PLB_JSON_STOP
} plb_json_step;

/* `path` lives during the call: "points[calls=10].overhead"; of the elements of an array their
 * label, name, benchmark, or index. */
typedef plb_json_step (*plb_json_visitor)(void *context, const char *path, const json_t *value);

/* All members and elements of `value` (NULL: none) in their order, each before what is in it. */
void plb_json_walk(const json_t *value, plb_json_visitor visit, void *context);

#endif
