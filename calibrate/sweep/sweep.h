/* A sweep, inside. */
#ifndef PLB_SWEEP_SWEEP_H
#define PLB_SWEEP_SWEEP_H

#include "calibrate/sweep/journal.h"
#include "calibrate/sweep/precision.h"

#define PLB_SWEEP_GRID_FILE "sweep.grid"

/* What is known of a point. */
typedef struct plb_sweep_state {
    uint32_t visits, usable; /* those that were not disturbed */
    double wall_s;
    char variant;
    double precision; /* relative; infinity: not known */
    bool failed;      /* a plug-in's: see plb_grid_has_failed */
} plb_sweep_state;

struct plb_builtin_sweep {
    const plb_grid *grid;
    plb_grid *own_grid; /* of a merged sweep */
    plb_journal_contents journal;
    plb_builtin_sweep_facts facts;
    plb_sweep_state *states; /* by the grid's index */
    uint32_t *places;        /* grid's indexes of the shard's points, in order */
    size_t count;
    plb_sweep_timing *timings; /* of them; filled at the end */
};

/* An empty sweep of the shard's points. */
plb_status plb_sweep_begin(plb_builtin_sweep **sweep, const plb_grid *grid,
                           const plb_journal_head *head, plb_error *error);
/* Count a visit that is in the journal. */
void plb_sweep_count_visit(plb_builtin_sweep *sweep, const plb_visit *visit);
/* Set `failed` of every point. */
void plb_sweep_note_failures(plb_builtin_sweep *sweep);
/* Set precision of every point and facts.autocorrelation. PLB_E_MEMORY. */
plb_status plb_sweep_assess(plb_builtin_sweep *sweep, plb_error *error);
/* Fill timings and the other facts. PLB_E_MEMORY. */
plb_status plb_sweep_conclude(plb_builtin_sweep *sweep, plb_error *error);

/* Visits by point: those of point p are order[first[p]] .. order[first[p + 1] - 1], indexes of
 * visits, in order of time. */
typedef struct plb_sweep_index {
    uint32_t *first, *order;
} plb_sweep_index;

plb_status plb_sweep_index_make(plb_sweep_index *index, const plb_builtin_sweep *sweep,
                                plb_error *error);
void plb_sweep_index_free(plb_sweep_index *index);

#endif
