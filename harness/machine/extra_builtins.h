/* Builtins that a program has beyond the table: those that a measurement needs for comparison, and
 * those that somebody wants to try before they are in the machine. They are no part of any ledger
 * language: the text parser and the decoder of flat know them only in a program that was told to
 * use them. */
#ifndef PLB_MACHINE_EXTRA_BUILTINS_H
#define PLB_MACHINE_EXTRA_BUILTINS_H

#include <plutbench/machine.h>
#include <plutbench/status.h>

#include "harness/machine/builtin.h"
#include "harness/machine/cost.h"

#define PLB_EXTRA_BUILTINS_MAX 64

/* Flat has 7 bits for a builtin's tag. */
#define PLB_EXTRA_BUILTINS_IN_FLAT (128 - PLB_BUILTIN_COUNT)

/* Size of argument number `argument` for costing. Negative for failure: plb_builtin_fail says why,
 * or memory is short. */
typedef int64_t (*plb_extra_measure_fn)(struct plb_machine *machine, unsigned argument,
                                        plb_value v);

/* Shared by programs and machines, and must outlive them; immutable while one of them runs. */
typedef struct plb_extra_builtins {
    unsigned count;
    plb_builtin *rows; /* the table's rows and then `count` own ones: indexed by id */
    plb_builtin_cost costs[PLB_EXTRA_BUILTINS_MAX]; /* of the own ones */
    plb_extra_measure_fn measures[PLB_EXTRA_BUILTINS_MAX];
    const void *context; /* for their functions: set by the maker */
    bool in_flat; /* the same: flat has their ids as tags; of PLB_EXTRA_BUILTINS_IN_FLAT, no more */
} plb_extra_builtins;

/* One of them. `row.batch` plays no part. */
typedef struct plb_extra_builtin {
    plb_builtin row;
    plb_costing steps, memory;
    plb_extra_measure_fn measure; /* NULL: arguments are measured as `row.measures` says */
} plb_extra_builtin;

/* Copies `builtins`, but not what their rows point to. Their ids are PLB_BUILTIN_COUNT and on, in
 * order. Errors: PLB_E_ARGUMENT names a builtin whose name is taken, whose arity or forces the
 * machine has no room for, or whose costing wants sizes of arguments that it does not have, and a
 * count above PLB_EXTRA_BUILTINS_MAX; PLB_E_MEMORY. */
plb_status plb_extra_builtins_new(plb_extra_builtins **extras, const plb_extra_builtin *builtins,
                                  unsigned count, plb_error *error);
void plb_extra_builtins_free(plb_extra_builtins *extras);
/* Another costing for the own builtin `index`, whose arguments it has to fit. */
void plb_extra_builtins_price(plb_extra_builtins *extras, unsigned index, const plb_costing *steps,
                              const plb_costing *memory);

/* As plb_cost_model_load; costing functions by builtin may name those of `extras` (NULL: none),
 * whose costs they replace. */
plb_status plb_cost_model_load_with_extras(plb_cost_model **model, plb_era era,
                                           plb_extra_builtins *extras, const char *name,
                                           const char *json, size_t length, plb_error *error);

/* What is built or parsed into `program` from now on may use them; NULL: none. Drops what the
 * program holds. */
void plb_program_use_extras(plb_program *program, const plb_extra_builtins *extras);

/* The id of a builtin in `program`, one of the table's or its own; -1 when there is none. */
int plb_program_find_builtin(const plb_program *program, const char *name, size_t length);
/* Whether flat has a tag for a builtin of the program that is not the table's: its id. */
bool plb_program_has_extra_tag(const plb_program *program, unsigned id);

#endif
