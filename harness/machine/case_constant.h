/* `case` on constants of built-in types (the reference's caseBuiltin). */
#ifndef PLB_MACHINE_CASE_CONSTANT_H
#define PLB_MACHINE_CASE_CONSTANT_H

#include "harness/machine/value.h"

/* Branches and fields for a constant under `case` (protocol version 11 and later): which branch,
 * and the values that it is applied to. */
typedef struct plb_case_choice {
    uint64_t branch;
    uint32_t field_count;
    plb_value fields[2];
} plb_case_choice;

/* Choose among `branches` for the constant `v`. NULL, or why there is no branch. */
const char *plb_case_constant(plb_value v, uint32_t branches, plb_case_choice *choice);

#endif
