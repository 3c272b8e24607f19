/* A calibration while it is made, shared by its parts: budget (calibrate.c), what is submitted
 * (layout.c) and measurement (measure_calls.c). */
#ifndef PLB_CALIBRATION_H
#define PLB_CALIBRATION_H

#include <plutbench/calibrate.h>

#include "calibrate/calls/ballast.h"
#include "calibrate/calls/measure_target.h"
#include "harness/measure/random.h"

#define PLB_POOL_MOST 32

/* The transactions of one subject in one layout. They are submitted in turn from a random one on:
 * the time of an Ed25519 verification depends on key and signature, and processors learn the
 * branches of one that is repeated. */
typedef struct plb_pool {
    plb_ledger *ledger;
    plb_tx_built built[PLB_POOL_MOST];
    uint32_t count;
    uint32_t next;
    plb_random *random;
} plb_pool;

/* Everything that is submitted within one epoch, and the memory that it is in. */
typedef struct plb_layout {
    plb_ledger *ledger;
    plb_pool pools[SUBJECT_COUNT];
    plb_ballast ballast;
} plb_layout;

/* What a loop count was found to cost: the strategies of one calibration share it. */
typedef struct plb_known_cost {
    int64_t loops;
    plb_exunits exunits;
} plb_known_cost;

#define PLB_KNOWN_COSTS_MAX 64

struct plb_calibration {
    plb_calibration_config config;
    plb_ledger *ledger;
    plb_known_cost known[PLB_KNOWN_COSTS_MAX];
    uint32_t known_count;
    uint32_t evaluations; /* of loop counts */
    plb_loop_fit fit;
    plb_budget_summary budget;
    plb_program *redeemer; /* of the loop count at hand */
    uint8_t *datum_cbor;
    size_t datum_length;
    uint8_t *supplement_cbor; /* a datum that the transaction must carry, or NULL */
    size_t supplement_length;
    char *datum_text;
    char *redeemer_text;
    char message_id[PLB_STRATEGY_NAME_BYTES];
    char message_strategy[PLB_STRATEGY_NAME_BYTES];

    plb_random random;
    plb_exunits exunits[SUBJECT_COUNT]; /* declared */
    uint32_t pool_size[SUBJECT_COUNT];  /* 0: not known yet */
    uint32_t layout_count;              /* that were made */
    plb_layout *layout;                 /* of the epoch at hand */
    plb_pool *subjects[SUBJECT_COUNT];  /* its pools */
    plb_error renewal_error;
    plb_design_point points[SUBJECT_COUNT];
    char labels[SUBJECT_COUNT][48];
    plb_sampling *sampling; /* NULL: nothing was measured */
    plb_call_summary calls;
    plb_stage_summary *stages; /* NULL: not timed by stage */
    plb_charge_summary charges;
};

/* PLB_OK when the configuration's script can be run, and paid for, with its parameters. */
plb_status plb_check_call_script(const plb_calibration_config *config, plb_error *error);

/* Build the call with `loops` loops with the ExUnits that it needs, and add what it spends to the
 * calibration's ledger. Free it with plb_tx_built_free. */
plb_status plb_build_call(plb_calibration *c, int64_t loops, uint64_t seed, plb_tx_built *call,
                          plb_exunits *exunits, plb_error *error);

/* Build the call, or its value-only twin, for ExUnits that are known. */
plb_status plb_build_known(plb_calibration *c, int64_t loops, uint64_t seed, plb_exunits exunits,
                           bool twin, plb_tx_built *built, plb_error *error);

/* Make what is submitted in the next epoch, all of it new: ledger, keys, transactions, and where
 * they are in memory; every transaction has been accepted once. The calibration's subjects are then
 * its pools, and those before are gone. When it fails they stay. */
plb_status plb_layout_next(plb_calibration *c, plb_error *error);
void plb_layout_free(plb_layout *layout);

/* plb_layout_next as a plan's `renew`: `context` is the calibration, renewal_error says why. */
int plb_layout_renew(void *context, uint32_t epoch);

/* Begin at any of a pool's transactions. */
void plb_pool_choose(plb_pool *pool);

/* The next of a pool's transactions. */
static inline const plb_tx_built *plb_pool_next(plb_pool *pool) {
    const plb_tx_built *built = &pool->built[pool->next];
    pool->next = pool->next + 1 == pool->count ? 0 : pool->next + 1;
    return built;
}

/* The second half: nothing when the configuration asks for no measurement. */
plb_status plb_measure_calls(plb_calibration *c, plb_error *error);

/* After it: the same by stage, and what is charged for it. */
plb_status plb_measure_call_stages(plb_calibration *c, plb_error *error);

#endif
