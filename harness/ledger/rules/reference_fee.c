/* The tiered fee for reference scripts (Cardano.Ledger.Conway.Tx, tierRefScriptFee). */
#include <gmp.h>

#include <plutbench/ledger.h>

/* The price per byte grows by a factor from tier to tier. Beyond this many tiers a fee of Conway's
 * factor is past all amounts: the price has grown 10^40-fold. */
#define MAX_TIERS 512
/* Each tier multiplies by a number below 2^32; the base price and the sizes take some more. */
#define MAX_LIMBS (MAX_TIERS * 32 / GMP_NUMB_BITS + 8)

/* A natural number of fixed room: exact, and no memory of the C library. */
typedef struct natural {
    mp_limb_t limbs[MAX_LIMBS];
    mp_size_t used;
} natural;

static void trim(natural *n) {
    while (n->used > 0 && n->limbs[n->used - 1] == 0) n->used--;
}

static void multiply(natural *n, uint64_t by) {
    if (n->used == 0) return;
    mp_limb_t carry = mpn_mul_1(n->limbs, n->limbs, n->used, by);
    if (carry != 0) n->limbs[n->used++] = carry;
    trim(n);
}

static void divide(natural *n, uint64_t by) {
    if (n->used == 0) return;
    (void) mpn_divrem_1(n->limbs, 0, n->limbs, n->used, by);
    trim(n);
}

/* to += what * by */
static void add_product(natural *to, const natural *what, uint64_t by) {
    if (what->used == 0) return;
    for (; to->used < what->used; to->used++) to->limbs[to->used] = 0;
    mp_limb_t carry = mpn_addmul_1(to->limbs, what->limbs, what->used, by);
    if (carry != 0 && to->used > what->used) {
        carry =
            mpn_add_1(to->limbs + what->used, to->limbs + what->used, to->used - what->used, carry);
    }
    if (carry != 0) to->limbs[to->used++] = carry;
    trim(to);
}

/* With the factor n/d from tier to tier, in units of 1/d^k after k tiers: the price of a byte,
 * which is n^k, and the sum of whole tiers. */
uint64_t plb_reference_script_fee(const plb_protocol_parameters *p, uint64_t size_bytes) {
    uint64_t tier = p->reference_script_tier_bytes;
    plb_rational base = p->fee_per_reference_script_byte, factor = p->reference_script_tier_factor;
    if (size_bytes == 0 || base.numerator == 0) return 0;
    if (tier == 0 || size_bytes / tier > MAX_TIERS) return UINT64_MAX;
    natural price = {.limbs = {1}, .used = 1}, sum = {.used = 0};
    uint64_t tiers = size_bytes / tier;
    for (uint64_t i = 0; i < tiers; i++) {
        add_product(&sum, &price, tier);
        multiply(&sum, factor.denominator);
        multiply(&price, factor.numerator);
    }
    add_product(&sum, &price, size_bytes % tier);
    multiply(&sum, base.numerator);
    for (uint64_t i = 0; i < tiers; i++) divide(&sum, factor.denominator);
    divide(&sum, base.denominator);
    return sum.used == 0 ? 0 : sum.used == 1 ? sum.limbs[0] : UINT64_MAX;
}
