/* Where evaluations are timed: a program, a machine, and what a call of it needs, at places in
 * memory that differ. The time of a short evaluation depends on how all of these lie to each other,
 * so that there are many such places, and new ones all the time. */
#ifndef PLB_SWEEP_PLACE_H
#define PLB_SWEEP_PLACE_H

#include "harness/machine/extra_builtins.h"
#include "harness/machine/machine_internal.h"
#include "harness/measure/random.h"

#define PLB_PLACES 24

typedef struct plb_place {
    void *padding[3];
    plb_program *program;
    plb_machine *machine;
    plb_evaluation *evaluation;
    plb_outcome *outcome;
    uint32_t stack_bytes; /* by which the stack is deeper there */
} plb_place;

/* Free with plb_place_free, whether or not it could be made. False when memory is short. */
bool plb_place_make(plb_place *place, size_t program_bytes, size_t machine_bytes,
                    const plb_extra_builtins *extras, plb_random *random);
void plb_place_free(plb_place *place);

/* Evaluate once; the outcome is in the place. 0 is success: a plb_status. For the clock. */
int plb_place_evaluate(void *place);

#endif
