/* Which builtin is fitted how: calibrate/data/fit_models.tsv, read. */
#ifndef PLB_FIT_TABLE_H
#define PLB_FIT_TABLE_H

#include <plutbench/fit.h>

#include "harness/machine/cost_shapes.h"

/* Conditions on a point. */
enum {
    PLB_FIT_X_POSITIVE = 1,
    PLB_FIT_Y_POSITIVE = 2,
    PLB_FIT_Z_POSITIVE = 4,
    PLB_FIT_U_POSITIVE = 8,
    PLB_FIT_ON_DIAGONAL = 16,
    PLB_FIT_Y_ZERO = 32
};

/* Which points belong to the region where a function is constant. */
typedef enum plb_fit_split {
    PLB_FIT_SPLIT_NONE,
    PLB_FIT_SPLIT_LE, /* x <= y */
    PLB_FIT_SPLIT_LT, /* x < y */
    PLB_FIT_SPLIT_NE, /* x <> y */
    PLB_FIT_SPLIT_GE, /* x >= y */
    PLB_FIT_SPLIT_GT  /* x > y */
} plb_fit_split;

enum {
    PLB_FIT_OUTLIERS = 1,
    PLB_FIT_FAN = 2,
    PLB_FIT_DIAGONAL = 4,
    PLB_FIT_OVERHEAD_BY_PART = 8,
    PLB_FIT_KEEP_NEGATIVE = 16,
    PLB_FIT_LIFT = 32,
    PLB_FIT_WHOLE = 64,
    PLB_FIT_NO_OP = 128, /* these two on rows without a builtin */
    PLB_FIT_UNUSED = 256
};

typedef struct plb_fit_row {
    char builtin[PLB_BENCH_NAME_BYTES]; /* "": none */
    char data[PLB_BENCH_NAME_BYTES];
    char no_op[PLB_BENCH_NAME_BYTES]; /* "": none */
    unsigned filter;
    plb_fit_split split;
    unsigned rules;
    uint8_t shape, inner; /* plb_shape */
    unsigned position;    /* in the published files */
    unsigned line;
    bool priced; /* a plug-in's, which no cost model has: its costs until it is fitted */
    plb_costing steps, memory;
} plb_fit_row;

struct plb_fit_table {
    plb_fit_row *rows;      /* those with a builtin first */
    size_t count, capacity; /* of rows */
    size_t builtins;        /* of rows with a builtin */
};

#endif
