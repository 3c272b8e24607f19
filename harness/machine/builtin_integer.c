/* Builtins on integers. */
#include "harness/machine/builtin_functions.h"
#include "harness/machine/integer.h"
#include "harness/machine/machine_internal.h"

/* The modulus and operands of expModInteger are within 8,192 bits (PlutusCore.Crypto.ExpMod). */
#define EXP_MOD_LIMBS 128

static inline bool both_small(plb_value a, plb_value b) { return (a & b & 1) != 0; }

/* A small integer n is the word 2n+1: sums and differences overflow the word exactly when they do
 * not fit in 63 bits. */
plb_value plb_run_addInteger(struct plb_machine *machine, const plb_value *args) {
    int64_t sum;
    if (both_small(args[0], args[1]) &&
        !__builtin_add_overflow((int64_t) (args[0] - 1), (int64_t) args[1], &sum)) {
        return (plb_value) sum;
    }
    return plb_builtin_made(machine, plb_int_add(&machine->region, args[0], args[1]));
}

plb_value plb_run_subtractInteger(struct plb_machine *machine, const plb_value *args) {
    int64_t difference;
    if (both_small(args[0], args[1]) &&
        !__builtin_sub_overflow((int64_t) args[0], (int64_t) (args[1] - 1), &difference)) {
        return (plb_value) difference;
    }
    return plb_builtin_made(machine, plb_int_subtract(&machine->region, args[0], args[1]));
}

plb_value plb_run_multiplyInteger(struct plb_machine *machine, const plb_value *args) {
    int64_t product;
    if (both_small(args[0], args[1]) &&
        !__builtin_mul_overflow(plb_small_int(args[0]), (int64_t) (args[1] - 1), &product)) {
        return (plb_value) product | 1;
    }
    return plb_builtin_made(machine, plb_int_multiply(&machine->region, args[0], args[1]));
}

/* 64-bit division does not overflow, since small integers have 63 bits. */
static int64_t divide_small(int64_t a, int64_t b, plb_division part) {
    int64_t quotient = a / b, remainder = a % b;
    bool floored = remainder != 0 && (remainder < 0) != (b < 0);
    switch (part) {
    case PLB_DIVIDE: return quotient - (floored ? 1 : 0);
    case PLB_MODULUS: return floored ? remainder + b : remainder;
    case PLB_QUOTIENT: return quotient;
    case PLB_REMAINDER: break;
    }
    return remainder;
}

static inline plb_value divide(struct plb_machine *machine, const plb_value *args,
                               plb_division part) {
    plb_value a = args[0], b = args[1];
    if (b == plb_small(0)) return plb_builtin_fail(machine, "division by zero");
    plb_region *region = &machine->region;
    if (both_small(a, b)) {
        int64_t n = divide_small(plb_small_int(a), plb_small_int(b), part);
        /* Only -2^62 divided by -1 leaves the range. */
        return plb_fits_small(n) ? plb_small(n)
                                 : plb_builtin_made(machine, plb_make_int(region, n));
    }
    return plb_builtin_made(machine, plb_int_divide(region, a, b, part));
}

plb_value plb_run_divideInteger(struct plb_machine *machine, const plb_value *args) {
    return divide(machine, args, PLB_DIVIDE);
}

plb_value plb_run_quotientInteger(struct plb_machine *machine, const plb_value *args) {
    return divide(machine, args, PLB_QUOTIENT);
}

plb_value plb_run_remainderInteger(struct plb_machine *machine, const plb_value *args) {
    return divide(machine, args, PLB_REMAINDER);
}

plb_value plb_run_modInteger(struct plb_machine *machine, const plb_value *args) {
    return divide(machine, args, PLB_MODULUS);
}

plb_value plb_run_equalsInteger(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    /* An integer that fits in place is never an object. */
    if (args[0] == args[1]) return PLB_TRUE;
    if (((args[0] | args[1]) & 1) != 0) return PLB_FALSE;
    return plb_bool(plb_int_compare(args[0], args[1]) == 0);
}

plb_value plb_run_lessThanInteger(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    if (both_small(args[0], args[1])) return plb_bool((int64_t) args[0] < (int64_t) args[1]);
    return plb_bool(plb_int_compare(args[0], args[1]) < 0);
}

plb_value plb_run_lessThanEqualsInteger(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    if (both_small(args[0], args[1])) return plb_bool((int64_t) args[0] <= (int64_t) args[1]);
    return plb_bool(plb_int_compare(args[0], args[1]) <= 0);
}

/* An integer for GMP's mpz functions, without a copy; `view` has to live as long. */
static void open_mpz(plb_value v, plb_int_view *view, mpz_t out) {
    plb_int_open(v, view);
    mp_size_t count = (mp_size_t) view->count;
    mpz_roinit_n(out, view->limbs, view->negative ? -count : count);
}

/* True when v is below -2^8191 or above 2^8191-1. */
static bool beyond_exp_mod_bound(const plb_int_view *view) {
    if (view->count != EXP_MOD_LIMBS) return view->count > EXP_MOD_LIMBS;
    uint64_t top = view->limbs[EXP_MOD_LIMBS - 1], limit = (uint64_t) 1 << 63;
    if (top != limit || !view->negative) return top >= limit;
    return !mpn_zero_p(view->limbs, EXP_MOD_LIMBS - 1);
}

/* base^exponent mod modulus for a modulus above 1; a negative exponent asks for the inverse.
 * Returns false when there is none. */
static bool power_mod(mpz_t result, const mpz_t base, const mpz_t exponent, const mpz_t modulus) {
    if (mpz_sgn(exponent) >= 0) {
        mpz_powm(result, base, exponent, modulus);
        return true;
    }
    /* GMP ends the process when it is asked for an inverse that does not exist. */
    if (mpz_invert(result, base, modulus) == 0) return false;
    mpz_t positive;
    mpz_init(positive);
    mpz_neg(positive, exponent);
    mpz_powm(result, result, positive, modulus);
    mpz_clear(positive);
    return true;
}

plb_value plb_run_expModInteger(struct plb_machine *machine, const plb_value *args) {
    plb_int_view base_view, exponent_view, modulus_view;
    mpz_t base, exponent, modulus;
    open_mpz(args[0], &base_view, base);
    open_mpz(args[1], &exponent_view, exponent);
    open_mpz(args[2], &modulus_view, modulus);
    if (modulus_view.count == 0 || modulus_view.negative || beyond_exp_mod_bound(&modulus_view)) {
        return plb_builtin_fail(machine, "expModInteger: modulus not in 1 .. 2^8191-1");
    }
    if (args[2] == plb_small(1)) return plb_small(0);
    if (base_view.count == 0 && exponent_view.negative) {
        return plb_builtin_fail(machine, "expModInteger: 0 has no inverse");
    }
    if (beyond_exp_mod_bound(&base_view) || beyond_exp_mod_bound(&exponent_view)) {
        return plb_builtin_fail(machine, "expModInteger: base or exponent beyond 8192 bits");
    }
    mpz_t result;
    mpz_init(result);
    plb_value v = PLB_NO_VALUE;
    bool exists = power_mod(result, base, exponent, modulus);
    if (exists) {
        v = plb_builtin_made(machine, plb_make_integer(&machine->region, false,
                                                       mpz_limbs_read(result), mpz_size(result)));
    }
    mpz_clear(result);
    return exists ? v : plb_builtin_fail(machine, "expModInteger: base has no inverse");
}
