/* What a sweep submits in one epoch, all of it new: ledger, keys, transactions, memory. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/design/measurement.h"

#define POOL_NS 5000000u /* that submitting a pool once may take */
#define RENEWALS 512u    /* making everything anew may take one over it of the time budget */
#define LEAST_RENEWAL_NS 20000000u

/* Different for every transaction of a run; the same in another run of the same seed. */
static void seed_design(plb_measurement *m, size_t subject, uint32_t index) {
    uint64_t state = m->config.slice != NULL ? m->config.slice->seed : m->config.seed;
    state = plb_random_mix(&state) ^
            ((uint64_t) m->layout_count << 40 | (uint64_t) subject << 16 | index);
    uint64_t seed = plb_random_mix(&state);
    memcpy(m->designs[subject / POINT_SUBJECTS].spec.seed, &seed, sizeof seed);
}

void plb_sweep_layout_free(plb_sweep_layout *layout) {
    if (layout == NULL) {
        return;
    }
    for (size_t i = 0; i < layout->pool_count; i++) {
        for (uint32_t k = 0; k < layout->pools[i].count; k++) {
            plb_tx_built_free(&layout->pools[i].built[k]);
        }
    }
    free(layout->pools);
    plb_ledger_free(layout->ledger);
    plb_ballast_free(&layout->ballast);
    free(layout);
}

/* With the ExUnits that the first one of its kind needed. A script whose cost depends on what a
 * transaction's ids are may need others: then it is built with its own. */
static plb_status add_transaction(plb_measurement *m, plb_sweep_layout *layout, size_t subject,
                                  plb_error *error) {
    plb_design *design = &m->designs[subject / POINT_SUBJECTS];
    plb_pool *pool = &layout->pools[subject];
    plb_tx_built *built = &pool->built[pool->count];
    bool twin = subject % POINT_SUBJECTS != POINT_CALL;
    seed_design(m, subject, pool->count);
    plb_status status = plb_design_build_known(design, twin, built, error);
    if (status != PLB_OK) {
        return status;
    }
    status = plb_design_prove(layout->ledger, built, NULL, error);
    if (status == PLB_E_LEDGER && !twin) {
        plb_tx_built_free(built);
        status = plb_design_build(design, layout->ledger, built, error);
        if (status != PLB_OK) {
            return status;
        }
        status = plb_design_prove(layout->ledger, built, NULL, error);
    }
    pool->count++; /* owned, accepted or not */
    return status;
}

#define POOL_TRIALS 5

/* The fastest of some: one that is preempted says nothing. */
static uint64_t submission_ns(const plb_sweep_layout *layout, size_t subject) {
    plb_submission submission;
    const plb_tx_built *built = &layout->pools[subject].built[0];
    uint64_t fastest = UINT64_MAX;
    for (int i = 0; i < POOL_TRIALS; i++) {
        uint64_t start = plb_clock_now_ns();
        (void) plb_ledger_submit(layout->ledger, built->bytes, built->length, NULL, &submission);
        uint64_t took = plb_clock_now_ns() - start + 1;
        fastest = took < fastest ? took : fastest;
    }
    return fastest;
}

/* Decided once, so that all epochs are alike: as many as can be submitted in a moment, and as can
 * be made anew for every epoch. The first of each pool was just made, in `make_ns` together. Twins
 * have as many as what they are compared with. */
static void choose_sizes(plb_measurement *m, const plb_sweep_layout *layout, uint64_t make_ns) {
    double time_s = m->config.time_s > 0 ? m->config.time_s : PLB_DEFAULT_TIME_S;
    uint64_t budget = (uint64_t) (time_s * 1e9) / RENEWALS;
    budget = budget < LEAST_RENEWAL_NS ? LEAST_RENEWAL_NS : budget;
    uint64_t share = budget / (make_ns + 1);
    for (size_t i = 0; i < m->point_count; i++) {
        uint64_t size = POOL_NS / submission_ns(layout, i * POINT_SUBJECTS + POINT_CALL);
        size = size > share ? share : size;
        size = size < 1 ? 1 : size > PLB_POOL_MOST ? PLB_POOL_MOST : size;
        for (size_t k = 0; k < POINT_SUBJECTS; k++) {
            m->pool_sizes[i * POINT_SUBJECTS + k] = (uint32_t) size;
        }
    }
}

/* What is made first and what last has other places in memory: in every epoch it is something else.
 */
static void shuffle(plb_measurement *m) {
    for (size_t i = 0; i < m->subject_count; i++) {
        size_t j = plb_random_below(&m->random, (uint32_t) i + 1);
        m->order[i] = m->order[j];
        m->order[j] = i;
    }
}

static plb_status fill_pools(plb_measurement *m, plb_sweep_layout *layout, plb_error *error) {
    uint64_t start = plb_clock_now_ns();
    plb_status status = PLB_OK;
    shuffle(m);
    for (size_t i = 0; i < m->subject_count && status == PLB_OK; i++) {
        status = add_transaction(m, layout, m->order[i], error);
    }
    if (status == PLB_OK && m->pool_sizes[0] == 0) {
        choose_sizes(m, layout, plb_clock_now_ns() - start);
    }
    for (size_t i = 0; i < m->subject_count; i++) {
        size_t subject = m->order[i];
        while (status == PLB_OK && layout->pools[subject].count < m->pool_sizes[subject]) {
            status = add_transaction(m, layout, subject, error);
        }
    }
    return status;
}

static plb_status fill(plb_measurement *m, plb_sweep_layout *layout, plb_error *error) {
    plb_ledger_config config = {.network = PLB_MAINNET, .slot = PLB_SWEEP_SLOT};
    layout->pools = calloc(m->subject_count, sizeof *layout->pools);
    if (layout->pools == NULL || !plb_ballast_take(&layout->ballast, &m->random)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for transactions");
    }
    layout->pool_count = m->subject_count;
    plb_status status = plb_ledger_new(&layout->ledger, m->config.parameters, &config, error);
    for (size_t i = 0; i < m->subject_count; i++) {
        layout->pools[i].ledger = layout->ledger;
        layout->pools[i].random = &m->random;
    }
    return status == PLB_OK ? fill_pools(m, layout, error) : status;
}

/* The one before goes after the new one is there, so that they can't be in the same place. */
plb_status plb_sweep_layout_next(plb_measurement *m, plb_error *error) {
    plb_sweep_layout *layout = calloc(1, sizeof *layout);
    if (layout == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for transactions");
    }
    plb_status status = fill(m, layout, error);
    if (status != PLB_OK) {
        plb_sweep_layout_free(layout);
        return status;
    }
    plb_sweep_layout_free(m->layout);
    m->layout = layout;
    m->layout_count++;
    for (size_t i = 0; i < m->subject_count; i++) {
        m->subjects[i] = &layout->pools[i];
    }
    return PLB_OK;
}

int plb_sweep_layout_renew(void *context, uint32_t epoch) {
    plb_measurement *m = context;
    (void) epoch;
    return plb_sweep_layout_next(m, &m->renewal_error) != PLB_OK;
}
