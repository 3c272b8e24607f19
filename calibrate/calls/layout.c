/* What is submitted in one epoch, all of it new: ledger, keys, transactions, memory. */
#include <stdlib.h>

#include "calibrate/calls/calibration.h"

#define POOL_NS 5000000u /* that submitting a pool once may take */

static bool is_twin(int subject) {
    return subject == SUBJECT_TWIN || subject == SUBJECT_TWIN_AGAIN;
}

/* The twin has the bytes of the call without loops. */
static int64_t loops_of(const plb_calibration *c, int subject) {
    switch (subject) {
    case SUBJECT_CALL: return c->fit.loops;
    case SUBJECT_HALF: return c->fit.loops / 2;
    default: return 0;
    }
}

/* Different for every transaction of a run; the same in another run of the same seed. */
static uint64_t seed_of(const plb_calibration *c, int subject, uint32_t index) {
    uint64_t state = c->config.slice != NULL ? c->config.slice->seed : c->config.seed;
    state = plb_random_mix(&state) ^
            ((uint64_t) c->layout_count << 32 | (uint64_t) subject << 16 | index);
    return plb_random_mix(&state);
}

void plb_layout_free(plb_layout *layout) {
    if (layout == NULL) {
        return;
    }
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        for (uint32_t k = 0; k < layout->pools[i].count; k++) {
            plb_tx_built_free(&layout->pools[i].built[k]);
        }
    }
    plb_ledger_free(layout->ledger);
    plb_ballast_free(&layout->ballast);
    free(layout);
}

/* ---- Transactions ---- */

/* Once, outside of the measurement, so that a refusal is told by its predicate. */
static plb_status prove(const plb_pool *pool, const plb_tx_built *built, const char *what,
                        plb_error *error) {
    plb_submission submission;
    plb_status status = plb_ledger_add_utxo(pool->ledger, built->utxo, built->utxo_count, error);
    if (status != PLB_OK) {
        return status;
    }
    status = plb_ledger_submit(pool->ledger, built->bytes, built->length, NULL, &submission);
    return status == PLB_OK ? PLB_OK
                            : plb_fail(error, status, what, "the ledger refused it: %.400s",
                                       submission.error.message);
}

/* With the ExUnits that the first one of its kind needed. A script whose cost depends on what a
 * transaction's ids are may need others: then it is built with its own. */
static plb_status build_one(plb_calibration *c, plb_pool *pool, int subject, uint64_t seed,
                            plb_tx_built *built, plb_error *error) {
    static const char *const what = "transaction";
    int64_t loops = loops_of(c, subject);
    int same = is_twin(subject) ? SUBJECT_NO_LOOPS : subject;
    if (c->pool_size[same] != 0) {
        plb_status status =
            plb_build_known(c, loops, seed, c->exunits[same], is_twin(subject), built, error);
        if (status == PLB_OK) {
            status = prove(pool, built, what, error);
        }
        if (status != PLB_E_LEDGER || is_twin(subject)) {
            return status;
        }
        plb_tx_built_free(built);
    }
    plb_status status = plb_build_call(c, loops, seed, built, &c->exunits[subject], error);
    return status == PLB_OK ? prove(pool, built, what, error) : status;
}

#define POOL_TRIALS 5

/* As many as can be submitted in a moment. Decided once, so that all epochs are alike; by the
 * fastest of some submissions, or else one that is preempted would decide. */
static uint32_t pool_size(const plb_pool *pool) {
    plb_submission submission;
    uint64_t fastest = UINT64_MAX;
    for (int i = 0; i < POOL_TRIALS; i++) {
        uint64_t start = plb_clock_now_ns();
        (void) plb_ledger_submit(pool->ledger, pool->built[0].bytes, pool->built[0].length, NULL,
                                 &submission);
        uint64_t took = plb_clock_now_ns() - start + 1;
        fastest = took < fastest ? took : fastest;
    }
    uint64_t fit = POOL_NS / fastest;
    return fit < 1 ? 1 : fit > PLB_POOL_MOST ? PLB_POOL_MOST : (uint32_t) fit;
}

static plb_status fill_pool(plb_calibration *c, plb_layout *layout, int subject, plb_error *error) {
    plb_pool *pool = &layout->pools[subject];
    pool->ledger = layout->ledger;
    pool->random = &c->random;
    do {
        plb_status status = build_one(c, pool, subject, seed_of(c, subject, pool->count),
                                      &pool->built[pool->count], error);
        if (status != PLB_OK) {
            return status;
        }
        pool->count++;
        if (c->pool_size[subject] == 0) {
            /* Twins have as many as what they are compared with. */
            uint32_t size = is_twin(subject)    ? c->pool_size[SUBJECT_NO_LOOPS]
                            : c->config.measure ? pool_size(pool)
                                                : 1;
            c->pool_size[subject] = size;
        }
    } while (pool->count < c->pool_size[subject]);
    return PLB_OK;
}

static plb_status fill(plb_calibration *c, plb_layout *layout, plb_error *error) {
    plb_ledger_config config = {.network = PLB_MAINNET,
                                .builtins_of = plb_script_program(c->config.script)};
    if (!plb_ballast_take(&layout->ballast, &c->random)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for transactions");
    }
    plb_status status = plb_ledger_new(&layout->ledger, c->config.parameters, &config, error);
    /* Twins have the ExUnits of the call without loops in their size: they come last. */
    for (int i = 0; status == PLB_OK && i < SUBJECT_COUNT; i++) {
        status = fill_pool(c, layout, i, error);
    }
    return status;
}

/* The one before goes after the new one is there, so that they can't be in the same place. */
plb_status plb_layout_next(plb_calibration *c, plb_error *error) {
    plb_layout *layout = calloc(1, sizeof *layout);
    if (layout == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for transactions");
    }
    plb_status status = fill(c, layout, error);
    if (status != PLB_OK) {
        plb_layout_free(layout);
        return status;
    }
    plb_layout_free(c->layout);
    c->layout = layout;
    c->layout_count++;
    for (int i = 0; i < SUBJECT_COUNT; i++) {
        c->subjects[i] = &layout->pools[i];
    }
    return PLB_OK;
}

int plb_layout_renew(void *context, uint32_t epoch) {
    plb_calibration *c = context;
    (void) epoch;
    return plb_layout_next(c, &c->renewal_error) != PLB_OK;
}

void plb_pool_choose(plb_pool *pool) { pool->next = plb_random_below(pool->random, pool->count); }
