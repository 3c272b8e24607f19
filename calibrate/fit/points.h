/* Benchmark times by name, in the order of the input. */
#ifndef PLB_FIT_POINTS_H
#define PLB_FIT_POINTS_H

#include <math.h>

#include "calibrate/fit/notes.h"

typedef struct plb_bench_group {
    char name[PLB_BENCH_NAME_BYTES];
    plb_bench_point *points;
    size_t count, capacity;
    size_t bad;        /* points whose times are none */
    unsigned bad_line; /* of the first of them */
} plb_bench_group;

struct plb_benching {
    plb_bench_group *groups;
    size_t group_count, group_capacity;
    uint32_t *slots; /* hash table of names: 1 + index of a group, 0 for none */
    size_t slot_count;
    size_t rows;
    plb_bench_group *last; /* rows of one name follow each other */
    plb_notes notes;
};

/* The group of that name, or NULL. */
const plb_bench_group *plb_benching_find(const plb_benching *benching, const char *name);
/* The same for adding to it: a new one where there is none. */
plb_status plb_benching_group(plb_benching *benching, const char *name, size_t length,
                              plb_bench_group **group, plb_error *error);
/* Times that are none stay in, counted in group->bad: whoever needs them decides. */
plb_status plb_bench_append(plb_benching *benching, plb_bench_group *group,
                            const plb_bench_point *point, plb_error *error);

static inline bool plb_bench_is_time(double microseconds) {
    return isfinite(microseconds) && microseconds > 0;
}

/* A decimal number as R reads it (R_strtod: digits collected in a long double, then scaled), to
 * the last bit, so that what is a tie in R is one here. "NA" and nothing are NAN and *missing.
 * False when it is no number. */
bool plb_r_number(const char *at, const char *end, double *out, bool *missing);

/* "AddInteger/11/22": the first piece of the text that looks like name/number. False when none
 * does. Sizes that are not told are NAN. */
bool plb_bench_name(const char *at, const char *end, const char **name, size_t *length,
                    double size[PLB_BENCH_SIZES]);

#endif
