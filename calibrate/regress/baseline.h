/* Parts of a baseline, as they are read and written. */
#ifndef PLB_REGRESS_BASELINE_H
#define PLB_REGRESS_BASELINE_H

#include <jansson.h>

#include <plutbench/regress.h>

#define PLB_BASELINE_FORMAT "plutbench-baseline"

typedef enum plb_baseline_kind {
    PLB_FIELD_TEXT,   /* char[PLB_BASELINE_TEXT_BYTES] */
    PLB_FIELD_DATE,   /* char[PLB_BASELINE_DATE_BYTES] */
    PLB_FIELD_SHA256, /* char[PLB_SHA256_TEXT_BYTES] */
    PLB_FIELD_NUMBER, /* double, finite, not negative */
    PLB_FIELD_COUNT,  /* int64_t, not negative */
    PLB_FIELD_FLAG    /* bool */
} plb_baseline_kind;

/* A member of a JSON object, and of a structure. */
typedef struct plb_baseline_field {
    const char *key;
    plb_baseline_kind kind;
    size_t offset;
    bool optional; /* left out where it is empty */
} plb_baseline_field;

/* These end with a NULL key. */
extern const plb_baseline_field plb_baseline_library_fields[]; /* of plb_baseline */
extern const plb_baseline_field plb_baseline_machine_fields[]; /* of plb_baseline_machine */
extern const plb_baseline_field plb_baseline_time_fields[];    /* of plb_gate_time */
extern const plb_baseline_field plb_baseline_item_fields[];    /* of plb_baseline_item */

/* Empty, with room for `items` items and `scale` of the scale; NULL when memory is short. */
plb_baseline *plb_baseline_new(size_t items, size_t scale);
/* Put items and scale in order. */
void plb_baseline_sort(plb_baseline *baseline);

/* Today, UTC. */
void plb_baseline_today(char date[PLB_BASELINE_DATE_BYTES]);
/* Cut to what a text of a baseline may have. */
void plb_baseline_set_text(char text[PLB_BASELINE_TEXT_BYTES], const char *from);

#endif
