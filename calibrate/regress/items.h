/* What is measured: points of builtin benchmarks, scripts of the catalogue, program files. Errors
 * are always wanted here: `error` is not NULL. */
#ifndef PLB_REGRESS_ITEMS_H
#define PLB_REGRESS_ITEMS_H

#include <plutbench/scripts.h>

#include "calibrate/regress/baseline.h"
#include "calibrate/regress/worker.h"
#include "calibrate/sweep/subject.h"

typedef struct plb_gate_item {
    plb_baseline_item found; /* name, checksum; budgets and times as they are measured */
    const plb_grid *grid;    /* NULL: a script */
    size_t point;            /* of the grid */
    plb_language language;   /* of a script */
    uint8_t *flat;           /* of a script with its arguments */
    size_t length;
    bool runs; /* in some variant */
    plb_era era;
} plb_gate_item;

typedef struct plb_gate_items {
    plb_gate_item *list;
    size_t count, capacity;
    plb_grid *defaults, *points, *miller;
    const plb_plugins *plugins;
    plb_pools *pools;
    plb_catalogue *catalogue;
    plb_program *program; /* that points are made in */
    uint64_t seed;        /* of arguments that are timed */
} plb_gate_items;

/* Choose what the plan names. What its baseline names and is not there any more is left out.
 * Free with plb_gate_items_free, also after an error. Errors: as plb_gate_run. */
plb_status plb_gate_items_choose(plb_gate_items *items, const plb_gate_plan *plan,
                                 plb_error *error);
void plb_gate_items_free(plb_gate_items *items);

/* Find the budgets of all, on the same arguments every time, and the era that each is timed in.
 * An item of no budget at all does not run; PLB_E_MEASURE unless the baseline has it. */
plb_status plb_gate_items_charge(plb_gate_items *items, const plb_baseline *baseline,
                                 plb_error *error);

/* Whether there is such an era for the item: language and protocol version with that variant. */
bool plb_gate_item_era(const plb_gate_item *item, int variant, plb_era *era);

/* The script, applied to its datum, its redeemer with so many loops, and an empty script context,
 * as flat: malloc'ed. */
plb_status plb_gate_script_flat(const plb_script *script, uint64_t loops, uint8_t **flat,
                                size_t *length, plb_error *error);

/* What a call's blobs are in. */
typedef struct plb_gate_made {
    uint8_t *bytes[PLB_GATE_BLOBS];
} plb_gate_made;

/* The item's call in its era; of a point with arguments number `visit`, which are the same in every
 * run. Free what was made, also
 * after an error. */
plb_status plb_gate_item_call(plb_gate_items *items, const plb_gate_item *item,
                              plb_gate_quantity quantity, uint64_t visit, plb_gate_call *call,
                              plb_gate_made *made, plb_error *error);
/* The same for its budget in an era. */
plb_status plb_gate_item_charge_call(plb_gate_items *items, const plb_gate_item *item, plb_era era,
                                     plb_gate_call *call, plb_gate_made *made, plb_error *error);
void plb_gate_made_free(plb_gate_made *made);

#endif
