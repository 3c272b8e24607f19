#include "harness/measure/distributions.h"

#include <math.h>

/* Regularised incomplete beta function, by its continued fraction (Lentz's method; Abramowitz and
 * Stegun 26.5.8). */
static double beta_fraction(double a, double b, double x) {
    double c = 1, d = 1 - (a + b) * x / (a + 1), h;
    d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
    h = d;
    for (int m = 1; m < 500; m++) {
        for (int odd = 0; odd < 2; odd++) {
            double term = odd ? -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
                              : m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
            d = 1 + term * d;
            d = 1 / (fabs(d) < 1e-300 ? 1e-300 : d);
            c = 1 + term / c;
            if (fabs(c) < 1e-300) c = 1e-300;
            h *= c * d;
            if (odd && fabs(c * d - 1) < 1e-14) return h;
        }
    }
    return h;
}

static double incomplete_beta(double a, double b, double x) {
    if (x <= 0) return 0;
    if (x >= 1) return 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double plb_f_above(double f, double above, double below) {
    return incomplete_beta(below / 2, above / 2, below / (below + above * f));
}

double plb_student_above(double t, double freedom) {
    if (t < 0) return 1 - plb_student_above(-t, freedom);
    if (isinf(t)) return 0;
    /* Beyond this the beta function's arguments lose more digits than the normal one differs. */
    if (freedom > 1e6) return erfc(t / sqrt(2)) / 2;
    return plb_f_above(t * t, 1, freedom) / 2;
}

double plb_student_quantile(double p, double freedom) {
    double low = 0, high = 1;
    while (plb_student_above(high, freedom) > p && high < 1e12) high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;
        *(plb_student_above(middle, freedom) > p ? &low : &high) = middle;
    }
    return (low + high) / 2;
}
