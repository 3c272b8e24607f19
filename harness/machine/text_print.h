/* Printing in the textual syntax, such that parsing gives the same back. No recursion. */
#ifndef PLB_MACHINE_TEXT_PRINT_H
#define PLB_MACHINE_TEXT_PRINT_H

#include "harness/machine/output.h"
#include "harness/machine/type.h"
#include "harness/machine/value.h"

/* A type, such as "integer" or "(list data)". */
void plb_print_type(plb_output *output, const plb_types *types, plb_type type);
/* The type of a constant. */
void plb_print_type_of(plb_output *output, const plb_types *types, plb_value constant);
/* A constant, as it stands behind its type in (con ...). A Miller loop result, which has no
 * syntax, prints as "<opaque>". */
void plb_print_constant(plb_output *output, plb_value constant);

#endif
