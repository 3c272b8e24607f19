/* Builtins that a program has beyond the table: those that a measurement needs for comparison, and
 * those that somebody wants to try before they are in the machine. They are no part of any ledger
 * language: decoders of flat never yield one, and the text parser knows their names only in a
 * program that was told to use them. */
#ifndef PLB_MACHINE_EXTRA_BUILTINS_H
#define PLB_MACHINE_EXTRA_BUILTINS_H

#include <plutbench/machine.h>
#include <plutbench/status.h>

#include "harness/machine/builtin.h"
#include "harness/machine/cost.h"

#define PLB_EXTRA_BUILTINS_MAX 64

/* Immutable once made; shared by programs and machines, and must outlive them. */
typedef struct plb_extra_builtins {
    unsigned count;
    plb_builtin *rows; /* the table's rows and then `count` own ones: indexed by id */
    plb_builtin_cost costs[PLB_EXTRA_BUILTINS_MAX]; /* of the own ones */
} plb_extra_builtins;

/* One of them. `row.batch` plays no part. */
typedef struct plb_extra_builtin {
    plb_builtin row;
    plb_costing steps, memory;
} plb_extra_builtin;

/* Copies `builtins`, but not what their rows point to. Their ids are PLB_BUILTIN_COUNT and on, in
 * order. Errors: PLB_E_ARGUMENT names a builtin whose name is taken, whose arity or forces the
 * machine has no room for, or whose costing wants sizes of arguments that it does not have, and a
 * count above PLB_EXTRA_BUILTINS_MAX; PLB_E_MEMORY. */
plb_status plb_extra_builtins_new(plb_extra_builtins **extras, const plb_extra_builtin *builtins,
                                  unsigned count, plb_error *error);
void plb_extra_builtins_free(plb_extra_builtins *extras);

/* What is built or parsed into `program` from now on may use them; NULL: none. Drops what the
 * program holds. */
void plb_program_use_extras(plb_program *program, const plb_extra_builtins *extras);

/* The id of a builtin in `program`, one of the table's or its own; -1 when there is none. */
int plb_program_find_builtin(const plb_program *program, const char *name, size_t length);

#endif
