/* The overhead of a transaction as a linear function of what is varied. */
#ifndef PLB_OVERHEAD_FIT_H
#define PLB_OVERHEAD_FIT_H

#include <plutbench/calibrate.h>

#define PLB_MODEL_TERMS PLB_REGRESSION_TERMS
#define PLB_MODEL_PARTS 4 /* factors that are multiplied in a term */
#define PLB_MODEL_NAME_BYTES 128
#define PLB_MODEL_TEXT_BYTES 512

/* A product of numbers and of indicators (1 where a factor has that level, else 0). */
typedef struct plb_model_term {
    size_t part_count; /* 0: the constant 1 */
    struct {
        plb_factor factor;
        bool is_level;
        uint64_t level;
    } parts[PLB_MODEL_PARTS];
    char name[PLB_MODEL_NAME_BYTES]; /* "calls*script-place=reference" */
    char unit[PLB_MODEL_NAME_BYTES]; /* "ns/call" */
} plb_model_term;

typedef struct plb_model {
    size_t count;
    plb_model_term terms[PLB_MODEL_TERMS];
    char text[PLB_MODEL_TEXT_BYTES]; /* the terms, with " + " between them */
} plb_model;

/* Terms with '+' between them, each a product of factors' names with '*' between them, or 1. A
 * factor with levels by name stands for all of its levels but the first. NULL: 1 and every varied
 * factor. Every factor must be varied, or be the loops when these are calibrated.
 * Errors: PLB_E_ARGUMENT, naming the term. */
plb_status plb_model_parse(plb_model *model, const char *text, const plb_sweep *sweep,
                           bool loops_calibrated, plb_error *error);

/* What the term is at a design point. */
double plb_model_value(const plb_model_term *term, const uint64_t settings[PLB_FACTOR_COUNT]);

/* Where the figures come from: an estimate of a sum of coefficients times subjects. */
typedef plb_status (*plb_contrast_source)(void *context, const double *coefficients,
                                          plb_estimate *estimate, plb_error *error);

typedef struct plb_fit_point {
    const uint64_t *settings; /* one per factor */
    const double *values;     /* of the terms; NULL: what these are at the settings */
    size_t call, twin,
        twin_again; /* subjects; the overhead is the call less the mean of the twins */
    const plb_estimate *overhead_ns;
    double charged_steps, fee_lovelace;
} plb_fit_point;

typedef struct plb_overhead_term {
    plb_estimate coefficient_ns;
    double noise_floor_ns; /* of the coefficient: the same contrast of twins against twins */
    bool resolved;
    double charged_steps, fee_lovelace; /* the same function of what is charged */
} plb_overhead_term;

typedef struct plb_overhead_fit {
    plb_overhead_term terms[PLB_MODEL_TERMS];
    double *contrasts; /* terms by points: coefficients are these sums of the points' overheads */
    plb_estimate *residual_ns; /* one per point: its overhead less the function */
    bool tested, linear;       /* as in plb_sweep_summary, also the rest */
    size_t worst;
    double worst_ratio, limit_ratio;
} plb_overhead_fit;

/* Weighted least squares: each point by one over the square of its interval's half width.
 * Free with plb_overhead_fit_free. Errors: PLB_E_ARGUMENT when the points do not determine the
 * terms, those of the source, PLB_E_MEMORY. */
plb_status plb_overhead_fit_make(plb_overhead_fit *fit, const plb_model *model,
                                 const plb_fit_point *points, size_t point_count,
                                 size_t subject_count, plb_contrast_source contrast, void *context,
                                 plb_error *error);
void plb_overhead_fit_free(plb_overhead_fit *fit);

/* PLB_E_ARGUMENT when the points do not determine the terms. */
plb_status plb_model_check(const plb_model *model, const plb_fit_point *points, size_t point_count,
                           plb_error *error);

/* How many half widths of 95 % intervals the largest of `count` residuals may be from zero by
 * chance in 95 % of all cases, at most (Bonferroni), when none is really different. `freedom`:
 * degrees of freedom of the intervals' Student's t; 0: normal. */
double plb_residual_limit(size_t count, double freedom);

#endif
