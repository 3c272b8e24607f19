/* One visit of a point: in fresh memory, arguments that are made anew for every sample where that
 * is quick. */
#ifndef PLB_SWEEP_VISIT_H
#define PLB_SWEEP_VISIT_H

#include "calibrate/sweep/subject.h"
#include "harness/measure/brief.h"

#define PLB_VISIT_SAMPLES PLB_BRIEF_SAMPLES

typedef struct plb_visit {
    uint32_t point;
    uint32_t batch; /* evaluations a sample */
    uint32_t session;
    char variant;   /* 'E' or 'C' */
    bool disturbed; /* the thread lost its processor unasked */
    uint8_t count;  /* of samples */
    float at_s;     /* when it ended, in time spent on the sweep */
    float wall_s;   /* that it took, making arguments included */
    float typical;  /* mean of the samples without the fifth of them at either end */
    float samples[PLB_VISIT_SAMPLES]; /* ns of one evaluation, in order */
} plb_visit;

typedef struct plb_visitor plb_visitor;

/* Errors: PLB_E_MEMORY. */
plb_status plb_visitor_new(plb_visitor **visitor, const plb_grid *grid, uint64_t seed,
                           uint64_t byte_cap, plb_error *error);
void plb_visitor_free(plb_visitor *visitor);
const plb_clock_facts *plb_visitor_clock(const plb_visitor *visitor);

/* Fills all of `visit` but session, at_s and typical. `known` is the variant that earlier visits
 * of the point found, or '?'.
 * Errors: PLB_E_MEASURE (it fails to evaluate: why, by name), PLB_E_MEMORY. */
plb_status plb_visit_take(plb_visitor *visitor, size_t point, uint64_t number, char known,
                          plb_visit *visit, plb_error *error);

/* Sets `typical`. */
void plb_visit_settle(plb_visit *visit);

#endif
