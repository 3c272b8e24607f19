/* A set of fits, and what its parts work on. */
#ifndef PLB_FIT_FIT_H
#define PLB_FIT_FIT_H

#include "calibrate/fit/pipeline.h"

/* A no-op's mean time. */
typedef struct plb_fit_no_op {
    const char *name;
    double time;      /* microseconds; NAN: there is none that could be used */
    double deviation; /* standard error of that mean, 0: not known */
} plb_fit_no_op;

struct plb_fit {
    const plb_benching *benching;
    const plb_fit_table *table;
    plb_fit_options options;
    plb_fit_model *models; /* one for each of the table's builtins */
    bool *undetermined;    /* which of them have coefficients that are NAN, as in R */
    plb_fit_no_op *no_ops;
    size_t no_op_count;
    size_t left_out;
    plb_notes notes;
    plb_fit_work work;
};

/* The reference's fit of a row, with the row's shape. */
plb_fit_job plb_fit_job_of(const plb_fit *fit, const plb_fit_row *row);
/* The row's points; NULL when there are none. */
const plb_bench_group *plb_fit_group_of(const plb_fit *fit, const plb_fit_row *row);

/* Each fills its part of model `index`, whose reference fit is made. PLB_E_MEMORY. */
plb_status plb_fit_bootstrap(plb_fit *fit, size_t index, plb_error *error);
plb_status plb_fit_select(plb_fit *fit, size_t index, plb_error *error);
plb_status plb_fit_diagnose(plb_fit *fit, size_t index, plb_error *error);

/* Fit the function `index`, which is made, again to `wanted` resamples of its points, by `method`
 * with the given shape; `take` receives what comes out, fewer where many resamples do not determine
 * it. PLB_E_MEMORY. */
typedef void (*plb_fit_take)(void *context, const plb_fit_coefficients *c);
plb_status plb_fit_resample(plb_fit *fit, size_t index, plb_fit_method method, uint8_t shape,
                            uint8_t inner, size_t wanted, plb_fit_take take, void *context,
                            plb_error *error);

/* A 95 % interval around `estimate` from its resamples, which are sorted, allowing for `terms`
 * coefficients from `points` points. */
plb_fit_interval plb_fit_percentiles(double *values, size_t count, double estimate, double points,
                                     double terms);

/* Whether rows say the same but for the builtin's name. */
bool plb_fit_same_data(const plb_fit_row *a, const plb_fit_row *b);

#endif
