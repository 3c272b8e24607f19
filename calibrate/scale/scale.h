/* A machine scale while it is made. */
#ifndef PLB_MACHINE_SCALE_H
#define PLB_MACHINE_SCALE_H

#include <plutbench/scale.h>

typedef struct plb_machine_scale_entry {
    char benchmark[PLB_BENCH_NAME_BYTES];
    char no_op[PLB_BENCH_NAME_BYTES];
    char library[PLB_BENCH_NAME_BYTES];
} plb_machine_scale_entry;

struct plb_machine_scale_set {
    plb_machine_scale_entry entries[PLB_SCALE_BUILTINS_MAX];
    size_t count;
};

/* A no-op's time, microseconds, and how well it is known. */
typedef struct plb_machine_scale_no_op {
    double time, deviation;
} plb_machine_scale_no_op;

/* A point that both sides have. Times in microseconds, no-ops included. */
typedef struct plb_machine_scale_pair {
    double own, reference;
} plb_machine_scale_pair;

/* What is known of one builtin of the set. */
typedef struct plb_machine_scale_pairs {
    plb_machine_scale_pair *pairs;
    size_t count, left_out;
    plb_machine_scale_no_op own_no_op, reference_no_op;
} plb_machine_scale_pairs;

/* Match the points of one builtin by sizes, equal ones in their order, and find its no-ops. Free
 * pairs->pairs. Errors: PLB_E_ARGUMENT (a side has points, and no no-op), PLB_E_MEMORY. */
plb_status plb_machine_scale_match(plb_machine_scale_pairs *pairs, const plb_benching *reference,
                                   const plb_benching *own, const plb_machine_scale_entry *entry,
                                   plb_error *error);

/* Median of the means of all pairs of numbers, each with itself too (Hodges and Lehmann 1963): as
 * good as the mean where nothing is off, and it bears that less than three in ten are. `scratch`
 * has room for count * (count + 1) / 2 numbers. */
double plb_machine_scale_location(const double *values, size_t count, double *scratch);

/* a / b, where b is positive; their relative uncertainties add up as squares. */
plb_estimate plb_estimate_over(plb_estimate a, plb_estimate b);

#endif
