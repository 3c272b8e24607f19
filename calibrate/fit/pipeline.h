/* From the points of one benchmark to the coefficients of one costing function: what the
 * reference's models.R does for each of its models, step by step. */
#ifndef PLB_FIT_PIPELINE_H
#define PLB_FIT_PIPELINE_H

#include "calibrate/fit/least_squares.h"
#include "calibrate/fit/points.h"
#include "calibrate/fit/terms.h"

/* What the reference puts in the place of a negative coefficient, and of a time below the no-op's:
 * 1 ns; and in the place of a negative constant (microseconds). */
#define PLB_FIT_SMALLEST (1.0 / 1000)
#define PLB_FIT_SMALLEST_CONSTANT 0.2

/* One fit that is wanted. */
typedef struct plb_fit_job {
    const plb_fit_row *row;
    uint8_t shape, inner; /* the row's, or others in their place */
    plb_fit_split split;
    plb_fit_method method;
    plb_fit_weights weights; /* of PLB_FIT_WEIGHTED */
    double quantile;         /* of PLB_FIT_QUANTILE */
    double overhead;         /* the no-op's time; NAN: nothing is subtracted */
    plb_notes *data_notes;   /* about the points; NULL: nothing is said */
    plb_notes *notes;        /* about the function; NULL: nothing is said */
} plb_fit_job;

/* Points of a frame; `points` has room for `room`. */
typedef struct plb_frame {
    plb_bench_point *points;
    size_t count, room;
} plb_frame;

/* Memory that fits reuse. Zero-initialise. */
typedef struct plb_fit_work {
    plb_lsq lsq;
    plb_frame all;      /* after the filter, the outlier rule, the overhead */
    plb_frame constant; /* of them: the region where the function is constant */
    plb_frame rest;     /* and the others: those of the regression */
    plb_frame fan;      /* what a fan has not discarded yet */
    double *numbers;    /* room for as many as points */
    size_t room;
} plb_fit_work;

void plb_fit_work_free(plb_fit_work *work);
bool plb_fit_work_reserve(plb_fit_work *work, size_t points);

#define PLB_FIT_PROBLEM_BYTES 256

typedef struct plb_fit_result {
    plb_fit_coefficients c;
    size_t points;                       /* of the constant region and of the regression */
    bool undetermined;                   /* some coefficients are NAN, the rest is as in R */
    char problem[PLB_FIT_PROBLEM_BYTES]; /* "": the fit is made */
} plb_fit_result;

/* Fit; afterwards work->constant and work->rest are the points it is made from. PLB_E_MEMORY. */
plb_status plb_fit_points(plb_fit_work *work, const plb_fit_job *job, const plb_bench_point *points,
                          size_t count, plb_fit_result *result, plb_error *error);

/* The regression of the frame's times on the terms, by the job's method; rows without a size that
 * a term needs do not count. `b` receives plb_regressors.count coefficients. */
plb_lsq_outcome plb_fit_solve(plb_fit_work *work, const plb_fit_job *job,
                              const plb_regressors *regressors, const plb_frame *frame,
                              double b[PLB_FIT_TERMS], char problem[PLB_FIT_PROBLEM_BYTES]);
/* Puts the design matrix and the times of that regression into work->lsq; returns its rows. */
size_t plb_fit_design(plb_fit_work *work, const plb_regressors *regressors, const plb_frame *frame);

/* The cost that coefficients give a point, microseconds: what the machine would charge, with the
 * arithmetic of real numbers. */
double plb_fit_predict(const plb_fit_job *job, const plb_regressors *regressors,
                       const plb_fit_coefficients *c, const double size[PLB_BENCH_SIZES]);

/* Whether sizes meet the conditions of a filter (PLB_FIT_X_POSITIVE ...). */
bool plb_fit_passes(unsigned filter, const double size[PLB_BENCH_SIZES]);

/* R's mean: long double, in two passes. NAN for nothing. */
double plb_r_mean(const plb_bench_point *points, size_t count);
/* R's default quantile (type 7) of values, which are sorted in place. NAN for nothing. */
double plb_r_quantile(double *values, size_t count, double q);

#endif
