/* Where a library's evaluations are timed: programs and a machine, at places in memory that differ
 * (calibrate/sweep/place.h has the same for what sweeps make). */
#ifndef PLB_REGRESS_PLACE_H
#define PLB_REGRESS_PLACE_H

#include <plutbench/regress.h>

#include "calibrate/regress/library.h"
#include "harness/measure/random.h"

#define PLB_GATE_BLOBS 3

typedef struct plb_gate_blob {
    plb_format format; /* PLB_FORMAT_FLAT or PLB_FORMAT_TEXT */
    const uint8_t *bytes;
    size_t length;
} plb_gate_blob;

/* What is timed. The first blob is a program; further ones are programs that it is applied to the
 * results of: constants that neither flat nor text has a form for. */
typedef struct plb_gate_call {
    plb_gate_quantity quantity;
    bool charge_only; /* evaluate it once, and time nothing */
    plb_era era;
    plb_gate_blob blobs[PLB_GATE_BLOBS];
    unsigned blob_count;
} plb_gate_call;

typedef struct plb_gate_place {
    const plb_gate_library *library;
    const plb_gate_call *call; /* that was loaded last */
    void *padding[3];
    plb_program *programs[2], *argument, *result;
    plb_machine *machine;
    plb_evaluation *evaluation;
    plb_outcome *outcome;
    uint32_t stack_bytes; /* by which the stack is deeper there */
} plb_gate_place;

/* Free with plb_gate_place_free, whether or not it could be made. False when memory is short. */
bool plb_gate_place_make(plb_gate_place *place, const plb_gate_library *library,
                         plb_random *random);
void plb_gate_place_free(plb_gate_place *place);

/* Decode the call, which has to live as long as it is evaluated. Errors: those of decoding in the
 * call's era; PLB_E_EVALUATION when an argument can't be evaluated. */
plb_status plb_gate_place_load(plb_gate_place *place, const plb_gate_call *call,
                               const plb_cost_model *model, plb_error *error);

/* Once; a plb_status, for the clock. Of an evaluation the outcome is in the place. */
int plb_gate_place_evaluate(void *place);
int plb_gate_place_decode(void *place);

#endif
