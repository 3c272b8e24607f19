/* Building data in an arena, with a sticky failure: once memory is short every value is
 * PLB_NO_VALUE, and one look at `failed` at the end is enough. */
#ifndef PLB_LEDGER_CONTEXT_BUILDER_H
#define PLB_LEDGER_CONTEXT_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/machine.h>

#include "harness/ledger/tx.h"
#include "harness/machine/region.h"
#include "harness/machine/value.h"

typedef struct plb_context_builder {
    plb_region *arena;
    plb_language language; /* whose encoding is built */
    bool failed;
} plb_context_builder;

/* `value`, of which PLB_NO_VALUE is a failure. */
plb_value plb_context_checked(plb_context_builder *b, plb_value value);

plb_value plb_context_constr(plb_context_builder *b, int64_t tag, const plb_value *fields,
                             size_t count);
#define PLB_CONTEXT_CONSTR(b, tag, ...)                                                            \
    plb_context_constr((b), (tag), (plb_value[]){__VA_ARGS__},                                     \
                       sizeof((plb_value[]){__VA_ARGS__}) / sizeof(plb_value))
static inline plb_value plb_context_enum(plb_context_builder *b, int64_t tag) {
    return plb_context_constr(b, tag, NULL, 0);
}

plb_value plb_context_list(plb_context_builder *b, const plb_value *items, size_t count);
/* An entry of a map. */
plb_value plb_context_entry(plb_context_builder *b, plb_value key, plb_value value);
plb_value plb_context_map(plb_context_builder *b, const plb_value *entries, size_t count);
plb_value plb_context_uint(plb_context_builder *b, uint64_t number);
plb_value plb_context_int(plb_context_builder *b, plb_wide number);
/* Shares the bytes. */
plb_value plb_context_bytes(plb_context_builder *b, const uint8_t *bytes, size_t length);

/* Room for `count` values that a list is made from; NULL on failure. */
plb_value *plb_context_scratch(plb_context_builder *b, size_t count);

/* Maybe: Just is constructor 0, Nothing 1. */
static inline plb_value plb_context_nothing(plb_context_builder *b) {
    return plb_context_enum(b, 1);
}
static inline plb_value plb_context_just(plb_context_builder *b, plb_value value) {
    return PLB_CONTEXT_CONSTR(b, 0, value);
}

#endif
