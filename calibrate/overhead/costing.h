/* A costing while it is made. */
#ifndef PLB_OVERHEAD_COSTING_H
#define PLB_OVERHEAD_COSTING_H

#include "calibrate/design/overhead_fit.h"
#include "calibrate/overhead/overhead.h"

/* A design point of some run. */
typedef struct plb_overhead_sample {
    const plb_overhead_point *point;
    size_t run;
    plb_estimate overhead_ns, null_ns;      /* at the common pace */
    double deviation_ns, null_deviation_ns; /* standard deviations of normal numbers with such
                                               intervals */
    double sizes[PLB_OVERHEAD_SIZES];
    double size_lovelace, reference_lovelace; /* parts of its fee */
} plb_overhead_sample;

typedef struct plb_overhead_pool {
    plb_overhead_sample *samples;
    size_t count;
} plb_overhead_pool;

/* Sizes that have a coefficient, in the table's order. */
typedef struct plb_overhead_terms {
    size_t count;
    size_t size[PLB_OVERHEAD_SIZES];
} plb_overhead_terms;

/* Which sizes the samples tell apart; what becomes of the others is in `coefficients`. `unknown`:
 * sizes that some sample does not tell; `allowed`: those that may have one. */
void plb_overhead_choose(const plb_overhead_pool *pool, uint32_t unknown, uint32_t allowed,
                         plb_overhead_terms *terms,
                         plb_overhead_coefficient coefficients[PLB_OVERHEAD_SIZES]);

/* Least squares with some terms, and what intervals follow from. */
typedef struct plb_overhead_solution {
    plb_overhead_terms terms;
    plb_overhead_fit fit;
    double residual_freedom; /* samples less terms */
    double squares;          /* of the residuals, in units of variance */
    bool misfit;             /* these are beyond what the samples' own intervals explain */
    double widened, freedom; /* of its intervals, as plb_overhead_sum has them */
} plb_overhead_solution;

/* A sum of samples' overheads, or with `null` of their null experiments, each times its weight. Its
 * interval is `widened` times what follows from theirs, and Student's t with so many degrees of
 * freedom; 0: normal, as theirs allow for how well they are known. */
plb_estimate plb_overhead_sum(const plb_overhead_pool *pool, const double *weights, bool null,
                              double widened, double freedom);

/* Free with plb_overhead_solution_free. Errors: PLB_E_ARGUMENT (fewer samples than terms),
 * PLB_E_MEMORY. */
plb_status plb_overhead_solve(plb_overhead_solution *solution, const plb_overhead_pool *pool,
                              const plb_overhead_terms *terms, plb_error *error);
void plb_overhead_solution_free(plb_overhead_solution *solution);

/* The terms of `all` whose coefficients are above zero where none may be below (Lawson and Hanson
 * 1974). */
plb_overhead_terms plb_overhead_not_negative(const plb_overhead_pool *pool,
                                             const plb_overhead_terms *all);

/* The parts of every sample's fee. PLB_E_ARGUMENT when the parameters do not explain it. */
plb_status plb_overhead_fees(plb_overhead_pool *pool, plb_overhead_run *const *runs,
                             const plb_protocol_parameters *parameters, plb_error *error);

/* What is charged for a sum of samples, each times its weight, that takes `time_ns`, at the bases
 * that the costing has. */
plb_overhead_charge plb_overhead_charge_of(const plb_overhead_costing *costing,
                                           const plb_overhead_pool *pool, const double *weights,
                                           plb_estimate time_ns);

#endif
