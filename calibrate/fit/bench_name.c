/* Names and numbers of Criterion's CSV as the reference's R code reads them. */
#include <float.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "calibrate/fit/points.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool is_word(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_text(const char *at, const char *end, const char *word) {
    size_t length = strlen(word);
    return (size_t) (end - at) == length && strncasecmp(at, word, length) == 0;
}

/* 10^n as R multiplies it up: squares of 10, in a long double. x87's has room for all digits of the
 * smaller ones, so that they are the same however they are come by. */
static long double power_of_ten(int n) {
#if LDBL_MANT_DIG >= 64
    static const long double exact[] = {
        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
        1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L,
        1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L,
    };
    if (n < (int) (sizeof exact / sizeof *exact)) return exact[n];
#endif
    long double power = 10, result = 1;
    for (; n; n >>= 1, power *= power)
        if (n & 1) result *= power;
    return result;
}

static long double scale(long double digits, int count, int exponent) {
    if (exponent >= 0) return digits != 0 ? digits * power_of_ten(exponent) : digits;
    if (exponent + count < -300) { /* digits first, so that the power is not too small */
        for (int i = 0; i < count; i++) digits /= 10;
        exponent += count;
    }
    if (exponent < -4 * DBL_MAX_10_EXP) return 0;
    if (exponent >= -307) return digits / power_of_ten(-exponent);
    long double power = 10, fraction = 1;
    for (int n = -exponent; n; n >>= 1, power *= power)
        if (n & 1) fraction /= power;
    return digits * fraction;
}

/* The exponent behind an 'e'; `at` moves past it. */
static int read_exponent(const char **at, const char *end) {
    const char *p = *at;
    bool negative = p < end && *p == '-';
    if (p < end && (*p == '-' || *p == '+')) p++;
    int n = 0;
    for (; p < end && is_digit(*p); p++)
        if (n < 9999) n = n * 10 + (*p - '0');
    *at = p;
    return negative ? -n : n;
}

/* Digits with a point; returns how many there are. Up to 19 fit in 64 bits, as in the mantissa of
 * x87's long double. */
static int read_digits(const char **at, const char *end, long double *digits, int *exponent) {
    const char *p = *at, *point = NULL;
    uint64_t whole = 0;
    long double more = 0;
    int count = 0;
    for (; p < end; p++) {
        unsigned digit = (unsigned) (unsigned char) *p - '0';
        if (digit > 9) {
            if (*p != '.' || point) break;
            point = p;
        } else if (count++ < 19) {
            whole = whole * 10 + digit;
        } else {
            more = (count == 20 ? (long double) whole : more) * 10 + digit;
        }
    }
    if (point) *exponent -= (int) (p - point - 1);
    *at = p;
    *digits = count > 19 ? more : (long double) whole;
    return count;
}

bool plb_r_number(const char *at, const char *end, double *out, bool *missing) {
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t')) end--;
    *missing = at == end || (end - at == 2 && memcmp(at, "NA", 2) == 0);
    *out = NAN;
    if (*missing) return true;
    bool negative = *at == '-';
    if (*at == '-' || *at == '+') at++;
    if (is_text(at, end, "nan")) return true;
    if (is_text(at, end, "inf") || is_text(at, end, "infinity")) {
        *out = negative ? -INFINITY : INFINITY;
        return true;
    }
    int exponent = 0;
    long double digits;
    int count = read_digits(&at, end, &digits, &exponent);
    if (count == 0) return false;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        exponent += read_exponent(&at, end);
    }
    if (at != end) return false;
    long double value = scale(digits, count, exponent);
    *out = (double) (negative ? -value : value);
    return true;
}

bool plb_bench_name(const char *at, const char *end, const char **name, size_t *length,
                    double size[PLB_BENCH_SIZES]) {
    for (const char *p = at; p < end;) {
        const char *begin = p;
        while (p < end && is_word(*p)) p++;
        if (p == begin || p + 1 >= end || *p != '/' || !is_digit(p[1])) {
            p += p == begin; /* a slash or the like in front of the next word */
            continue;
        }
        *name = begin;
        *length = (size_t) (p - begin);
        for (unsigned i = 0; i < PLB_BENCH_SIZES; i++) {
            size[i] = NAN;
            if (p + 1 >= end || *p != '/' || !is_digit(p[1])) continue;
            const char *number = ++p;
            while (p < end && is_digit(*p)) p++;
            bool missing;
            (void) plb_r_number(number, p, &size[i], &missing);
        }
        return true;
    }
    return false;
}
