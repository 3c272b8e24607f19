/* A calibration while it is made, shared by its two halves: budget (calibrate.c) and measurement
 * (measure_calls.c). */
#ifndef PLB_CALIBRATION_H
#define PLB_CALIBRATION_H

#include <plutbench/calibrate.h>

/* What is sampled. */
enum {
    SUBJECT_CALL,       /* the call at the calibrated loop count */
    SUBJECT_HALF,       /* at half of it */
    SUBJECT_NO_LOOPS,   /* at none */
    SUBJECT_TWIN,       /* the value-only twin of the last */
    SUBJECT_TWIN_AGAIN, /* the null experiment */
    SUBJECT_COUNT
};

typedef struct plb_call_subject {
    plb_calibration *calibration;
    plb_tx_built built;
    bool is_built;
} plb_call_subject;

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

    plb_call_subject subjects[SUBJECT_COUNT];
    plb_design_point points[SUBJECT_COUNT];
    char labels[SUBJECT_COUNT][48];
    plb_sampling *sampling; /* NULL: nothing was measured */
    plb_call_summary calls;
    plb_stage_summary *stages; /* NULL: not timed by stage */
    plb_charge_summary charges;
};

/* Build the call with `loops` loops with the ExUnits that it needs, add what it spends to the
 * calibration's ledger, and build its twin (NULL: not wanted). Free both with plb_tx_built_free. */
plb_status plb_build_call(plb_calibration *c, int64_t loops, plb_tx_built *call,
                          plb_exunits *exunits, plb_tx_built *twin, plb_error *error);

/* The second half: nothing when the configuration asks for no measurement. */
plb_status plb_measure_calls(plb_calibration *c, plb_error *error);
void plb_free_subjects(plb_calibration *c);

/* After it: the same by stage, and what is charged for it. */
plb_status plb_measure_call_stages(plb_calibration *c, plb_error *error);

#endif
