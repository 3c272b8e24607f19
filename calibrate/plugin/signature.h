/* Types as plug-ins declare them: "integer", "(list (pair a data))". */
#ifndef PLB_PLUGIN_SIGNATURE_H
#define PLB_PLUGIN_SIGNATURE_H

#include "harness/machine/builtin.h"

#define PLB_SIGNATURE_NODES 16

/* In prefix order: an atom's plb_type, or one of the others. */
typedef struct plb_signature {
    uint8_t count;
    uint8_t nodes[PLB_SIGNATURE_NODES];
} plb_signature;

enum { PLB_SIGNATURE_LIST = 100, PLB_SIGNATURE_ARRAY, PLB_SIGNATURE_PAIR, PLB_SIGNATURE_ANY };

/* False when `text` (not NULL) is no type, or has more than PLB_SIGNATURE_NODES parts. */
bool plb_signature_read(plb_signature *signature, const char *text);

/* The machine's own check for it; *exact: there is one, else plb_signature_matches has to look. */
plb_arg plb_signature_arg(const plb_signature *signature, bool *exact);

/* Whether `v` is of the type; `types` are those of its program. */
bool plb_signature_matches(const plb_signature *signature, const plb_types *types, plb_value v);

#endif
