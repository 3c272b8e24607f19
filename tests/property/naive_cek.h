/* A CEK machine written for being obviously right, not fast: the transitions of the Plutus Core
 * specification (section "The CEK machine") and of the reference's
 * UntypedPlutusCore.Evaluation.Machine.Cek.Internal, one at a time, on trees and linked lists. Only
 * the builtins' functions and costing functions are shared with the machine that is tested. */
#ifndef PLB_TESTS_NAIVE_CEK_H
#define PLB_TESTS_NAIVE_CEK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/availability.h"
#include "harness/machine/cost.h"
#include "harness/machine/machine_internal.h"
#include "harness/machine/term.h"

/* Memory that is released all at once. Running out of it aborts the test. */
typedef struct naive_arena {
    struct naive_block *blocks;
    size_t used; /* of the newest block */
} naive_arena;

void *naive_alloc(naive_arena *arena, size_t bytes);
void naive_release(naive_arena *arena);

typedef enum naive_kind {
    NAIVE_VAR,
    NAIVE_LAM,
    NAIVE_APPLY,
    NAIVE_CONST,
    NAIVE_DELAY,
    NAIVE_FORCE,
    NAIVE_ERROR,
    NAIVE_BUILTIN,
    NAIVE_CONSTR,
    NAIVE_CASE
} naive_kind;

/* A term. Children: LAM, DELAY, FORCE: the body; APPLY: function, argument; CONSTR: the fields;
 * CASE: the scrutinee, then the branches. */
typedef struct naive_term {
    naive_kind kind;
    uint64_t number;    /* VAR: de Bruijn index; BUILTIN: id; CONSTR: tag */
    plb_value constant; /* CONST */
    size_t count;
    struct naive_term **children;
} naive_term;

naive_term *naive_new(naive_arena *arena, naive_kind kind, uint64_t number, size_t children);

typedef struct naive_value naive_value;

typedef struct naive_outcome {
    plb_status status; /* PLB_OK, PLB_E_EVALUATION, PLB_E_BUDGET */
    plb_exunits spent;
    uint64_t steps;
    const naive_value *result; /* NULL unless PLB_OK; in the arena */
} naive_outcome;

/* `host` is a machine of its own, in which builtins make their results and leave their logs; its
 * types are set to `types`. Constants of the term must live as long as the result. */
naive_outcome naive_run(naive_arena *arena, plb_machine *host, const naive_term *term,
                        const plb_types *types, const plb_cost_model *model, plb_era era,
                        plb_exunits limit);

/* The discharged value, NULL when it has more than `node_limit` nodes. */
naive_term *naive_discharge(naive_arena *arena, const naive_value *value, size_t node_limit);

#endif
