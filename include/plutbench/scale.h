/* The scale between two machines: how many times as long one of them takes for what takes the other
 * one unit of time. Times of different machines are compared through a scale only, never raw
 * (docs/scale.md).
 *
 * A scale rests on a declared set of builtins whose time is that of the same libraries on both
 * sides (libsecp256k1, libsodium, blst, GMP): not the machine's own code, which is what is to be
 * compared. It has an interval, and there is none when the builtins of the set disagree about it.
 *
 * Objects are opaque or immutable once made, and may be shared between threads. Nothing prints,
 * exits or keeps global state. */
#ifndef PLUTBENCH_SCALE_H
#define PLUTBENCH_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/fit.h>
#include <plutbench/measure.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Which builtins ---- */

typedef struct plb_machine_scale_set plb_machine_scale_set;

#define PLB_SCALE_BUILTINS_MAX 64
#define PLB_SCALE_BUILTINS_LEAST 4 /* fewer make no scale */
#define PLB_SCALE_LIBRARIES_LEAST 2

/* The embedded calibrate/data/scale_set.txt, which says why each is in it. NULL only when memory is
 * short. Free with plb_machine_scale_set_free. */
PLB_API plb_machine_scale_set *plb_machine_scale_set_default(void);

/* Lines of a benchmark's name ("VerifyEd25519Signature"), the no-op with as many arguments
 * ("Nop3o"), and the library that its time is spent in, with blanks between them; '#' begins a
 * comment. `name` is used in messages.
 * Errors: PLB_E_PARSE with the line (a missing column, a name twice, too many or too few
 * benchmarks or libraries), PLB_E_MEMORY. */
PLB_API plb_status plb_machine_scale_set_parse(plb_machine_scale_set **set, const char *name,
                                               const char *text, size_t length, plb_error *error);
PLB_API void plb_machine_scale_set_free(plb_machine_scale_set *set);

PLB_API size_t plb_machine_scale_set_count(const plb_machine_scale_set *set);
/* Names of the benchmark and its no-op, as long as the set lives; false beyond. */
PLB_API bool plb_machine_scale_set_get(const plb_machine_scale_set *set, size_t index,
                                       const char **benchmark, const char **no_op);

/* ---- Scales ---- */

/* Zero-initialise; 0 means the default. */
typedef struct plb_machine_scale_options {
    double spread_limit; /* refuse beyond it: relative, default PLB_SCALE_SPREAD_LIMIT */
    uint32_t resamples;  /* of the bootstrap, default PLB_SCALE_RESAMPLES */
    uint64_t seed;       /* equal seeds, equal intervals */
} plb_machine_scale_options;

#define PLB_SCALE_SPREAD_LIMIT 0.20
#define PLB_SCALE_RESAMPLES 2000

/* What one builtin of the set says. */
typedef struct plb_machine_scale_builtin {
    char name[PLB_BENCH_NAME_BYTES];
    char library[PLB_BENCH_NAME_BYTES];
    size_t points;            /* that both sides have; 0: it plays no part, also the rest */
    size_t left_out;          /* points that one side has only, or whose time is mostly the no-op */
    double factor, low, high; /* own time over reference time: median over points, 95 % */
    double point_spread;      /* of the points around it: robust standard deviation, relative */
    double deviation;         /* factor over the scale's, less 1 */
    double without;           /* the scale's factor without this builtin */
} plb_machine_scale_builtin;

/* What it would be without one library. */
typedef struct plb_machine_scale_library {
    char name[PLB_BENCH_NAME_BYTES];
    size_t builtins;
    double factor;  /* of its builtins alone */
    double without; /* the scale's factor without it; NAN when it is the only one */
} plb_machine_scale_library;

/* Own time = factor * reference time. */
typedef struct plb_machine_scale {
    double factor, low, high; /* 95 % interval */
    double spread;        /* between builtins beyond what their points explain: standard deviation
                             of the logarithm, which is relative */
    double spread_limit;  /* what is allowed for */
    double heterogeneity; /* share of the variance between builtins that is theirs, and not their
                             points' (Higgins and Thompson's I squared): 0 to 1 */
    bool agrees;          /* the set agrees with itself: spread <= spread_limit */
    size_t used;          /* builtins that play a part */
    size_t points;        /* of all of these */
    size_t builtin_count;
    const plb_machine_scale_builtin *builtins; /* in the order of the set */
    size_t library_count;
    const plb_machine_scale_library *libraries;
    size_t furthest; /* the builtin whose deviation is largest */
    uint32_t resamples;
    uint64_t seed;
} plb_machine_scale;

/* The scale between `own` and `reference`, both in benchmarks of the same names and sizes
 * ("VerifyEd25519Signature/4/2000/8"; equal names are matched in their order). From each time the
 * no-op's of its own side is subtracted, since what a call itself takes differs between programs,
 * not machines. Of each builtin the median over points of log(own / reference), of these
 * the Hodges-Lehmann location (median of the means of all pairs); the interval is a bootstrap's
 * over builtins with all of their points, widened for the number of builtins by Student's t.
 * `options` NULL: all zero. Free with plb_machine_scale_free.
 *
 * Errors: PLB_E_MEASURE when the set disagrees with itself, with the names that disagree most: then
 * *scale is made nonetheless, to be shown, with `agrees` false; plb_machine_scale_apply and
 * plb_machine_scale_estimate refuse it. Otherwise *scale is NULL: PLB_E_ARGUMENT (too few builtins
 * on both sides, a no-op that is not there, by name), PLB_E_MEMORY. */
PLB_API plb_status plb_machine_scale_make(plb_machine_scale **scale, const plb_benching *reference,
                                          const plb_benching *own, const plb_machine_scale_set *set,
                                          const plb_machine_scale_options *options,
                                          plb_error *error);
PLB_API void plb_machine_scale_free(plb_machine_scale *scale);

/* Standard deviation of the logarithm of the factor, from its interval: what all times that are
 * scaled have in common as their uncertainty, relative. */
PLB_API double plb_machine_scale_deviation(const plb_machine_scale *scale);

/* An own time as it would be on the reference machine: divided by the factor, the interval widened
 * by the scale's (relative uncertainties add up as squares). All NAN when the set disagrees. */
PLB_API plb_estimate plb_machine_scale_estimate(const plb_machine_scale *scale, plb_estimate own);

/* All times of `own` divided by the factor, intervals and deviations too; names, sizes and lines
 * stay. The scale's uncertainty is not in the intervals of the single times, because all of them
 * share it: who fits or compares adds it once, to what comes out (plb_fit_options.common_deviation,
 * plb_machine_scale_estimate). Free *scaled with plb_benching_free.
 * Errors: PLB_E_ARGUMENT (the set disagrees), PLB_E_MEMORY. */
PLB_API plb_status plb_machine_scale_apply(const plb_machine_scale *scale, const plb_benching *own,
                                           plb_benching **scaled, plb_error *error);

/* One object: factor with interval, spread, limit, each builtin and library. */
PLB_API plb_status plb_machine_scale_json(const plb_machine_scale *scale, char **text,
                                          plb_error *error);
/* What a person reads: the factor, a line a builtin, a line a library. */
PLB_API plb_status plb_machine_scale_text(const plb_machine_scale *scale, char **text,
                                          plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
