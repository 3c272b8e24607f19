/* Probabilities of the distributions that tests and intervals need. */
#ifndef PLB_MEASURE_DISTRIBUTIONS_H
#define PLB_MEASURE_DISTRIBUTIONS_H

/* Probability of more than f under F with those degrees of freedom. */
double plb_f_above(double f, double above, double below);

/* Probability of more than t under Student's t; `freedom` may be infinite. */
double plb_student_above(double t, double freedom);

/* The t that is exceeded with probability p, 0 < p <= 0.5. */
double plb_student_quantile(double p, double freedom);

#endif
