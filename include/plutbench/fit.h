/* Cost models from benchmark times: what the reference's models.R makes of Criterion's CSV
 * (IntersectMBO/plutus, plutus-core/cost-model/data), and alternatives side by side with it.
 *
 * Times are read in seconds and kept in microseconds, as the reference does, because so its
 * constants and messages mean the same; cost models are in picoseconds, rounded up. Sizes are those
 * of the costing functions (words, bytes, nodes, lengths). Objects are opaque, immutable once made
 * and may be shared between threads. Nothing prints, exits or keeps global state. */
#ifndef PLUTBENCH_FIT_H
#define PLUTBENCH_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/machine.h>
#include <plutbench/plugins.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Notes ---- */

typedef enum plb_fit_severity {
    PLB_FIT_INFO,    /* what was done */
    PLB_FIT_WARNING, /* the reference warns here too, or a figure deserves a second look */
    PLB_FIT_PROBLEM  /* something is wrong with the input, or a fit could not be made */
} plb_fit_severity;

/* Something worth saying about the input or about a fit. */
typedef struct plb_fit_note {
    plb_fit_severity severity;
    const char *name; /* builtin or benchmark; "": the whole input */
    unsigned line;    /* of the input, 0: none in particular */
    const char *text;
} plb_fit_note;

/* ---- Benchmark times ---- */

#define PLB_BENCH_SIZES 4          /* of arguments that a name can tell: x, y, z, u */
#define PLB_BENCH_ROWS_MAX 4000000 /* rows of one input */
#define PLB_BENCH_NAMES_MAX 10000  /* different names */
#define PLB_BENCH_NAME_BYTES 64    /* a longer name is refused */

/* One benchmark. Times in microseconds. */
typedef struct plb_bench_point {
    double time, time_low, time_high; /* mean, and the ends of its interval */
    double deviation;                 /* standard deviation; NAN: not told */
    double size[PLB_BENCH_SIZES];     /* NAN: the name tells no such size */
    unsigned line;                    /* of the input, 0: none */
} plb_bench_point;

typedef struct plb_benching plb_benching;

/* An empty set of benchmarks, and one more point of the benchmark `name` ("AddInteger"). For those
 * who measure and fit in one go; times in microseconds. NULL when memory is short.
 * Errors: PLB_E_ARGUMENT (a name or a number of them that is too large), PLB_E_MEMORY. */
PLB_API plb_benching *plb_benching_new(void);
PLB_API plb_status plb_benching_add(plb_benching *benching, const char *name,
                                    const plb_bench_point *point, plb_error *error);

/* From Criterion's CSV: a header with the columns benchmark, t, t.mean.lb, t.mean.ub, t.sd,
 * t.sd.lb and t.sd.ub in any order (others are ignored), then names such as "AddInteger/11/22" with
 * times in seconds; '#' begins a comment. As R's read.csv takes it, numbers included, which are
 * read as R reads them. `name` is used in messages.
 * Errors: PLB_E_PARSE with line and column: a column is missing, a row has more or fewer fields, a
 * field is no number. Times that are no times (negative, zero, not finite, missing) are a note; the
 * functions that need them are left out by plb_fit_run. PLB_E_MEMORY. */
PLB_API plb_status plb_benching_parse(plb_benching **benching, const char *name, const char *text,
                                      size_t length, plb_error *error);
PLB_API void plb_benching_free(plb_benching *benching);

PLB_API size_t plb_benching_rows(const plb_benching *benching);

/* ---- Which builtin has which shape ---- */

typedef struct plb_fit_table plb_fit_table;

/* The reference's choices (embedded calibrate/data/fit_models.tsv, which says what its columns
 * are). NULL only when memory is short. */
PLB_API plb_fit_table *plb_fit_table_default(void);
/* From a text of that form. PLB_E_PARSE with the line and what was expected, PLB_E_MEMORY. */
PLB_API plb_status plb_fit_table_parse(plb_fit_table **table, const char *name, const char *text,
                                       size_t length, plb_error *error);
/* Rows for the builtins of plug-ins, as these describe them. PLB_E_ARGUMENT with the plug-in's
 * file, where the description makes no sense; PLB_E_MEMORY. */
PLB_API plb_status plb_fit_table_add_plugins(plb_fit_table *table, const plb_plugins *plugins,
                                             plb_error *error);
/* Keep only the functions of those builtins or benchmarks. PLB_E_ARGUMENT names one that the table
 * does not have; then it is as it was. */
PLB_API plb_status plb_fit_table_keep(plb_fit_table *table, const char *const *names, size_t count,
                                      plb_error *error);
PLB_API void plb_fit_table_free(plb_fit_table *table);

/* ---- Fitting ---- */

/* How a fit's coefficients are found. */
typedef enum plb_fit_method {
    PLB_FIT_REFERENCE, /* models.R: least squares, negative coefficients patched */
    PLB_FIT_WEIGHTED,  /* least squares with weights; negative ones patched the same way */
    PLB_FIT_NNLS,      /* non-negative least squares in place of the patch */
    PLB_FIT_HUBER,     /* Huber's M-estimator (plb_regress); negative ones patched */
    PLB_FIT_QUANTILE,  /* a quantile of the times rather than their mean; negative ones patched */
    PLB_FIT_SELECTED,  /* least squares with the shape that cross-validation chooses */
    PLB_FIT_METHODS
} plb_fit_method;

/* "reference", "weighted" ... */
PLB_API const char *plb_fit_method_name(plb_fit_method method);

typedef enum plb_fit_weights {
    PLB_FIT_WEIGHTS_NONE,
    PLB_FIT_WEIGHTS_SD,      /* 1 / t.sd^2; points without a deviation do not count */
    PLB_FIT_WEIGHTS_RELATIVE /* 1 / t^2: errors count relative to the time */
} plb_fit_weights;

/* All zero: the reference's fit, and nothing else. */
typedef struct plb_fit_options {
    plb_fit_weights weights; /* adds PLB_FIT_WEIGHTED */
    bool nnls, huber;
    double quantile; /* between 0 and 1: adds PLB_FIT_QUANTILE; 0: does not */
    bool select;     /* adds PLB_FIT_SELECTED */
    bool diagnose;
    uint32_t bootstrap;      /* resamples for intervals of the reference's coefficients; 0: none */
    uint64_t seed;           /* of resampling and of cross-validation's folds */
    double common_deviation; /* of the logarithm of a factor that all times have in common, such as
                                a machine scale's: it widens intervals; 0: none */
} plb_fit_options;

#define PLB_FIT_TERMS 6
#define PLB_FIT_COEFFICIENTS 8 /* of a costing function: constant, terms, minimum */

/* Coefficients of one fit, microseconds by the product of sizes that the term is. */
typedef struct plb_fit_coefficients {
    bool made;      /* false: this method was not asked for, or could not do it */
    unsigned count; /* of terms */
    double value[PLB_FIT_TERMS];
    double fitted[PLB_FIT_TERMS]; /* before negative ones were patched, lifted or rounded */
    bool has_constant, has_minimum;
    double constant; /* of the region where the function is constant */
    double minimum;
} plb_fit_coefficients;

/* Interval (95 %) of an unpatched coefficient, from resampling the points of the function. */
typedef struct plb_fit_interval {
    double low, high;
} plb_fit_interval;

typedef struct plb_fit_diagnosis {
    size_t points;
    double worst_under;      /* largest time over cost; 1 where nothing is under-estimated */
    unsigned worst_line;     /* of the point with it */
    double worst_over;       /* largest cost over time */
    double under_share;      /* of points whose time is above the cost */
    double deviation;        /* residual standard deviation, microseconds */
    double highest_leverage; /* of a point, in the regression */
    unsigned highest_line;
    size_t high_leverage; /* points with more than twice the average leverage */
    /* Curvature that the shape leaves over: F test of the lack of fit against the spread of
     * points with equal sizes; where too few are equal, von Neumann's ratio of the residuals in
     * the order of the cost. NAN: too few points for either. */
    bool replicated;
    double lack_of_fit; /* F, or standard normal deviate */
    double lack_of_fit_p;
} plb_fit_diagnosis;

/* What cross-validation says about one shape. */
typedef struct plb_fit_candidate {
    const char *shape; /* "linear_in_x" */
    const char *inner; /* of a shape that contains one; NULL */
    unsigned coefficients;
    double error, error_deviation; /* root mean square error of prediction and its standard error,
                                      microseconds (with weights: weighted) */
    bool chosen;                   /* the simplest within one standard error of the best */
} plb_fit_candidate;

/* One builtin's costing function. Texts and arrays live as long as the fit. */
typedef struct plb_fit_model {
    const char *builtin;       /* "addInteger" */
    const char *data;          /* the benchmark whose points these are: "AddInteger" */
    const char *shape, *inner; /* inner NULL: none */
    bool made;                 /* false: left out; `problem` says why */
    const char *problem;       /* NULL when made */
    size_t points;             /* that entered the fit */
    plb_fit_coefficients by[PLB_FIT_METHODS];
    const char *selected_shape, *selected_inner; /* of by[PLB_FIT_SELECTED] */
    const plb_fit_interval *intervals;           /* NULL, or one a term; [count]: the constant's */
    const plb_fit_diagnosis *diagnosis;          /* NULL: not asked for */
    const plb_fit_candidate *candidates;         /* best first */
    size_t candidate_count;
} plb_fit_model;

typedef struct plb_fit plb_fit;

/* Fit every function of `table`, each from `benching`'s points; `options` NULL: all zero.
 * `benching` and `table` have to live as long as the fit. What can't be fitted is left out:
 * plb_fit_left_out. Errors: PLB_E_ARGUMENT (options that make no sense), PLB_E_MEMORY. */
PLB_API plb_status plb_fit_run(plb_fit **fit, const plb_benching *benching,
                               const plb_fit_table *table, const plb_fit_options *options,
                               plb_error *error);
PLB_API void plb_fit_free(plb_fit *fit);

PLB_API size_t plb_fit_count(const plb_fit *fit);
/* In the table's order. NULL beyond. */
PLB_API const plb_fit_model *plb_fit_get(const plb_fit *fit, size_t index);
/* Functions that could not be fitted. */
PLB_API size_t plb_fit_left_out(const plb_fit *fit);
/* What was said, the input's own notes first; NULL beyond. */
PLB_API const plb_fit_note *plb_fit_notes(const plb_fit *fit, size_t index);
/* How many of them are problems. */
PLB_API size_t plb_fit_problems(const plb_fit *fit);

/* Name of term `index` of a shape's regression in R's notation, such as "I(x_mem * y_mem)" or
 * "(Intercept)"; NULL beyond. */
PLB_API const char *plb_fit_term(const char *shape, const char *inner, unsigned index);

/* ---- What a fit leaves ---- */

/* Texts are malloc'ed and NUL-terminated; free() them. Functions without coefficients by `method`
 * have those of the reference's. */

/* Columns model, type, subtype, constant, minimum, coefficients (name=value;...), separated by
 * tabs, microseconds with 17 digits: what R's lists say. A coefficient that the points do not
 * determine is NA where the reference returns it so (functions that keep negative coefficients);
 * other functions that are left out have no row. */
PLB_API plb_status plb_fit_coefficients_tsv(const plb_fit *fit, plb_fit_method method, char **text,
                                            plb_error *error);

/* builtinCostModel*.json in the form and order of the published files: steps as fitted, in whole
 * picoseconds, rounded up; memory, and with `keep_base` also the steps of what was left out, from
 * `base`. Otherwise a function that was left out is not there. */
PLB_API plb_status plb_fit_builtin_json(const plb_fit *fit, plb_fit_method method,
                                        const plb_cost_model *base, bool keep_base, char **text,
                                        plb_error *error);

/* The ledger's cost-model parameters of PlutusV1, V2 and V3 at `protocol_version` (0: the newest):
 * {"PlutusV1": [...], ...} with those that exist in it, or {"PlutusV1": {name: value}, ...} with
 * `named`. Memory and machine steps are the published ones; a function whose shape differs in a
 * language is fitted with that language's shape. PLB_E_COST_MODEL names a function that was left
 * out, unless `keep_base` says that it keeps the published steps. */
PLB_API plb_status plb_fit_parameters_json(const plb_fit *fit, plb_fit_method method,
                                           unsigned protocol_version, bool named, bool keep_base,
                                           char **text, plb_error *error);

/* Everything: coefficients by method, intervals, diagnoses, candidates, notes. */
PLB_API plb_status plb_fit_json(const plb_fit *fit, char **text, plb_error *error);

/* For people: a table by builtin, and what was said. */
PLB_API plb_status plb_fit_text(const plb_fit *fit, char **text, plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
