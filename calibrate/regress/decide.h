/* From series of processes to verdicts. Everything is in logarithms of time: a change of 0.05 is 5
 * % slower, and what processes, machines and runs multiply by adds up. */
#ifndef PLB_REGRESS_DECIDE_H
#define PLB_REGRESS_DECIDE_H

#include <plutbench/regress.h>

#include "harness/measure/several.h"

#define PLB_GATE_PROCESSES_LEAST 6 /* fewer give no interval */

/* Of differences between processes that were started anew each time and measured in turns, which
 * nothing connects from one to the next: the mean without the fifth of them at either end (Tukey
 * and McLaughlin 1963). Reorders them. */
plb_measured plb_gate_of_differences(double *differences, size_t count);

/* Of levels, which drift connects: plb_mean_of_stretches. */
plb_measured plb_gate_of_levels(const double *levels, size_t count);

/* With another independent error, on which there are so many degrees of freedom (infinite: it is
 * known). */
plb_measured plb_gate_widened(plb_measured figure, double error, double freedom);

/* Half the interval at that level, 0.95 or more. Infinite when the error is. */
double plb_gate_half(plb_measured figure, double level);

/* Whether so many processes suffice: half the interval is no wider than `precision`, with a fifth
 * more for having been looked at after each of them, and not before there are PLB_GATE_LOOK_AFTER.
 */
#define PLB_GATE_LOOK_AFTER 16
bool plb_gate_known(plb_measured figure, size_t count, double precision);

/* What is allowed for between two runs, beyond what their intervals say: the standard deviation
 * that makes the spread of all changes around their median what it is (by their median absolute
 * deviation, so that a few real changes play no part). 0 when there are too few to tell. *freedom
 * receives its degrees of freedom. Those that are not known drop out of `changes`. */
double plb_gate_between(plb_measured *changes, size_t count, double *freedom);

/* One time to judge. */
typedef struct plb_gate_case {
    plb_measured change;  /* now against before */
    plb_measured nothing; /* now against itself: the null experiment */
} plb_gate_case;

/* Fill the rows' figures and verdicts (same, slower, faster, undecided) from `cases`, all together:
 * Holm's procedure (1979) keeps the probability of calling any unchanged time slower or faster
 * below 1 - `level`. With `both` what is the same must not be faster either.
 * PLB_E_MEMORY. */
plb_status plb_gate_judge(plb_gate_row *const *rows, const plb_gate_case *cases, size_t count,
                          double tolerance, double level, bool both, plb_error *error);

/* How many null experiments find a difference, and whether these are more than chance makes of so
 * many. */
size_t plb_gate_null_called(const plb_gate_case *cases, size_t count, bool *suspicious);

#endif
