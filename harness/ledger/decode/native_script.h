/* Native scripts (Cardano.Ledger.Allegra.Scripts): pulled out of their CBOR step by step, without
 * recursion, by the decoder, which keeps nothing but the bytes, and by whoever evaluates them. */
#ifndef PLB_LEDGER_NATIVE_SCRIPT_H
#define PLB_LEDGER_NATIVE_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/tx.h"
#include "harness/machine/region.h"

/* What plb_script_hash takes for a native script. */
#define PLB_NATIVE_SCRIPT_TAG ((plb_language) 0)

typedef enum plb_native_kind {
    PLB_NATIVE_SIGNATURE, /* the key of key_hash signed */
    PLB_NATIVE_ALL,       /* of the members */
    PLB_NATIVE_ANY,
    PLB_NATIVE_AT_LEAST, /* `required` of the members; may be negative */
    PLB_NATIVE_FROM,     /* the validity interval starts at `slot` or later */
    PLB_NATIVE_UNTIL     /* the validity interval ends at `slot` or before */
} plb_native_kind;

/* An open ALL, ANY or AT_LEAST. The counts are its evaluator's. */
typedef struct plb_native_level {
    plb_native_kind kind; /* ALL, ANY, AT_LEAST */
    int64_t required;
    uint64_t satisfied, members;
    plb_cbor_members list;
    bool indefinite; /* the script's own array */
} plb_native_level;

typedef enum plb_native_event {
    PLB_NATIVE_LEAF,  /* a SIGNATURE, FROM or UNTIL: a member of `level` */
    PLB_NATIVE_OPEN,  /* `level` is new; its members follow */
    PLB_NATIVE_CLOSE, /* `closed` is over: a member of `level` */
    PLB_NATIVE_END    /* the script is over, or reader->status tells why not */
} plb_native_event;

/* A walk through one script. To evaluate: at a LEAF and at a CLOSE find out whether it is
 * satisfied, and count it in level.satisfied and level.members unless depth is 0 (then it is the
 * script's result). */
typedef struct plb_native_walk {
    plb_cbor *reader;
    plb_region *stack; /* levels, at its upper end; all given back at PLB_NATIVE_END */
    uint8_t *floor;
    uint64_t depth;          /* open levels */
    plb_native_level level;  /* the innermost open one, when depth is not 0 */
    plb_native_level closed; /* CLOSE */
    plb_native_kind kind;    /* LEAF: of the leaf */
    const uint8_t *key_hash; /* SIGNATURE: PLB_KEY_HASH_BYTES */
    uint64_t slot;           /* FROM, UNTIL */
    bool over;
} plb_native_walk;

/* Begin where `reader` stands. Between steps the caller may allocate from the stack's lower end
 * only. */
void plb_native_walk_open(plb_native_walk *walk, plb_cbor *reader, plb_region *stack);
plb_native_event plb_native_walk_next(plb_native_walk *walk);

/* Check the script where `reader` stands and fill *script with its bytes and hash. */
bool plb_decode_native_script(plb_cbor *reader, plb_region *stack, plb_tx_script *script);

#endif
