/* Built-in types and constants in the textual syntax (PlutusCore.Parser.Type, .Builtin). */
#ifndef PLB_MACHINE_TEXT_CONSTANT_H
#define PLB_MACHINE_TEXT_CONSTANT_H

#include "harness/machine/region.h"
#include "harness/machine/text_lexer.h"
#include "harness/machine/type.h"
#include "harness/machine/value.h"

/* What stands between "(con" and ")": a type and a constant of it, made in `region` and `types`.
 * PLB_NO_VALUE for failure, which text->status tells. Nesting is bounded by the region, whose upper
 * end is used as a stack and given back. */
plb_value plb_text_constant(plb_text *text, plb_region *region, plb_types *types);

/* A string in double quotes, with Haskell's escapes (text_string.c). */
plb_value plb_text_string(plb_text *text, plb_region *region);

#endif
