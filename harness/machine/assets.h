/* The builtin value type: policies and tokens with their quantities (PlutusCore.Value, CIP-153).
 *
 * Entries are one sorted table behind the header of plb_assets. A value of more than
 * PLB_ASSETS_FLAT_MAX entries that one entry was put into or taken from is not copied whole: `tree`
 * is then not 0, and instead of entries one plb_assets_span follows, which shares most of its
 * memory with the value before. Whoever reads entries does so with a cursor, which knows both. What
 * plb_assets_end and plb_assets_copy make is always one table. */
#ifndef PLB_MACHINE_ASSETS_H
#define PLB_MACHINE_ASSETS_H

#include "harness/machine/assets_tree.h"
#include "harness/machine/value.h"
#include "harness/machine/worklist.h"

#define PLB_ASSETS_KEY_BYTES_MAX 32

static inline const plb_assets *plb_assets_of(plb_value value) {
    return (const plb_assets *) (uintptr_t) value;
}

/* ---- Reading ---- */

void plb_assets_open(plb_assets_cursor *cursor, plb_value value);
/* The next entry in order; NULL after the last. */
static inline const plb_asset *plb_assets_next(plb_assets_cursor *cursor) {
    if (cursor->next == cursor->end && !plb_assets_next_table(cursor)) return NULL;
    return cursor->next++;
}
/* The entry of the same policy and token, from the next one on; NULL when there is none. What comes
 * next then is what is behind it. Takes the logarithm of the way to it, if that is a table. */
const plb_asset *plb_assets_seek(plb_assets_cursor *cursor, const plb_asset *wanted);

/* The entry of policy and token, bytestrings of any length; NULL when there is none. */
const plb_asset *plb_assets_find(plb_value value, plb_value policy, plb_value token);

/* -1, 0 or 1: bytestrings in the order of bytes, a prefix first. */
int plb_assets_compare_keys(plb_value a, plb_value b);
/* The same of entries: policies first, then tokens. */
int plb_assets_compare(const plb_asset *a, const plb_asset *b);

/* ---- Building in order ---- */

/* What is wrong with the entries that a builder got. */
typedef enum plb_assets_breach {
    PLB_ASSETS_GOOD,
    PLB_ASSETS_KEY_TOO_LONG,
    PLB_ASSETS_POLICY_ORDER,
    PLB_ASSETS_POLICY_EMPTY,
    PLB_ASSETS_TOKEN_ORDER,
    PLB_ASSETS_QUANTITY_RANGE,
    PLB_ASSETS_QUANTITY_ZERO
} plb_assets_breach;

/* Collects what constants and unValueData give: policies strictly ascending, each followed by at
 * least one token, tokens strictly ascending under each, keys of at most 32 bytes, quantities not 0
 * and within signed 128 bits (PlutusCore.Value, buildValueWith). The first breach is kept and makes
 * all further calls fail; `problem` is then a string constant that names what was expected. */
typedef struct plb_assets_builder {
    plb_region *region;
    plb_assets_breach breach;
    const char *problem; /* NULL as long as all is good */
    bool no_memory;
    plb_value policy;     /* the one that is open */
    plb_value token;      /* the last one under it, PLB_NO_VALUE when it has none */
    plb_worklist entries; /* of three words */
} plb_assets_builder;

/* The result is made in `region`, where the caller also puts the keys and quantities.
 * plb_assets_end must follow. */
void plb_assets_begin(plb_assets_builder *builder, plb_region *region);
bool plb_assets_policy(plb_assets_builder *builder, plb_value policy);
bool plb_assets_add(plb_assets_builder *builder, plb_value token, plb_value quantity);
/* PLB_NO_VALUE when `problem` says so, or, where that is NULL, when memory is short. */
plb_value plb_assets_end(plb_assets_builder *builder);

/* ---- Making ---- */

/* Room for `count` entries, which the caller fills and then seals; NULL when the cap is reached. */
plb_assets *plb_assets_room(plb_region *region, size_t count);
/* Finish the first `count` of the entries: numbers in the header. Gives back the rest of the room
 * when nothing was allocated behind it. PLB_NO_VALUE when the cap is reached. */
plb_value plb_assets_seal(plb_region *region, plb_assets *assets, size_t room, size_t count);

/* Finish entries that have the keys of `value`, and its quantities times something: all of the
 * same sign as there, or of the other one. */
plb_value plb_assets_seal_scaled(plb_assets *assets, plb_value value, bool negated);

/* The same entries as one table; keys and quantities are the same words. */
plb_value plb_assets_copy(plb_region *region, plb_value value);

/* With the entry put in, or put in place of another: a new value. The keys are at most 32 bytes,
 * the quantity is valid. PLB_NO_VALUE when the cap is reached. */
plb_value plb_assets_put(plb_region *region, plb_value value, const plb_asset *entry);
/* Without the entry of policy and token; `value` itself when it has none. */
plb_value plb_assets_remove(plb_region *region, plb_value value, plb_value policy, plb_value token);

/* ---- Quantities: integers of signed 128 bits ---- */

__extension__ typedef __int128 plb_quantity;

/* False when the integer is out of range. */
bool plb_quantity_of(plb_value integer, plb_quantity *quantity);
plb_value plb_make_quantity(plb_region *region, plb_quantity quantity);

#endif
