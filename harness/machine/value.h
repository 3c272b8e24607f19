/* Values of the Plutus machine: one 64-bit word each.
 *
 *   ...1   integer of 63 bits, in place
 *   .000   pointer to a plb_object (8-aligned)
 *   .010   pointer to a lambda closure (tag bits set in the pointer)
 *   .100   pointer to a delay closure
 *   .110   immediate: unit, booleans, empty lists, builtins that have taken no argument yet
 *
 * The word 0 is no value: functions that make values return it for failure. Objects are immutable
 * once they are reachable, live in a region, and are freed with it. */
#ifndef PLB_MACHINE_VALUE_H
#define PLB_MACHINE_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/region.h"
#include "harness/machine/type.h"

typedef uint64_t plb_value;

#define PLB_NO_VALUE ((plb_value) 0)

enum { PLB_PTR_OBJECT = 0, PLB_PTR_LAMBDA = 2, PLB_PTR_DELAY = 4, PLB_PTR_IMMEDIATE = 6 };
enum { PLB_IMM_UNIT = 0, PLB_IMM_BOOL = 1, PLB_IMM_NIL = 2, PLB_IMM_BUILTIN = 3 };

/* Immediates: bits 0-2 tag, 3-7 kind, 8-31 payload low, 32-63 payload high. */
#define PLB_IMM(kind, low, high)                                                                   \
    (((plb_value) (high) << 32) | ((plb_value) (low) << 8) | ((plb_value) (kind) << 3) | 6u)
#define PLB_UNIT PLB_IMM(PLB_IMM_UNIT, 0, 0)
#define PLB_FALSE PLB_IMM(PLB_IMM_BOOL, 0, 0)
#define PLB_TRUE PLB_IMM(PLB_IMM_BOOL, 1, 0)
#define PLB_NIL(element_type) PLB_IMM(PLB_IMM_NIL, 0, element_type)

typedef enum plb_kind {
    PLB_KIND_BIGINT,
    PLB_KIND_BYTESTRING,
    PLB_KIND_STRING,
    PLB_KIND_CONS,
    PLB_KIND_PAIR,
    PLB_KIND_ARRAY,
    PLB_KIND_DATA_CONSTR,
    PLB_KIND_DATA_MAP,
    PLB_KIND_DATA_LIST,
    PLB_KIND_DATA_I,
    PLB_KIND_DATA_B,
    PLB_KIND_G1,
    PLB_KIND_G2,
    PLB_KIND_ML_RESULT,
    PLB_KIND_VALUE,
    PLB_KIND_CONSTR, /* sums of products; not a constant */
    PLB_KIND_PARTIAL /* builtin with some arguments; not a constant */
} plb_kind;

/* Header of every object. `type` and `size` mean what the kind says. */
typedef struct plb_object {
    uint8_t kind;
    uint8_t flag;
    plb_type type;
    uint32_t size;
} plb_object;

/* An integer that does not fit in 63 bits: flag 1 for negative, `size` limbs, top limb not 0,
 * least significant first (GMP's mpn order). */
typedef struct plb_bigint {
    plb_object head;
    uint64_t limbs[];
} plb_bigint;

/* Bytestring or UTF-8 string of head.size bytes; `bytes` may point into another object. */
typedef struct plb_bytes {
    plb_object head;
    const uint8_t *bytes;
} plb_bytes;

/* Non-empty list: head.type is the element's type, head.size the length (saturating). */
typedef struct plb_cons {
    plb_object head;
    plb_value first;
    plb_value rest;
} plb_cons;

/* head.type is the type of the whole pair. */
typedef struct plb_pair {
    plb_object head;
    plb_value first;
    plb_value second;
} plb_pair;

/* head.type is the element's type, head.size the length. */
typedef struct plb_array {
    plb_object head;
    plb_value items[];
} plb_array;

/* `tag` is an integer value (any size); `fields` a list of data. `memory` caches the reference's
 * memoryUsage of the node, and head.size its number of nodes (value_data.h), 0 until somebody
 * asked; DATA_MAP and DATA_LIST do the same. */
typedef struct plb_data_constr {
    plb_object head;
    int64_t memory;
    plb_value tag;
    plb_value fields;
} plb_data_constr;

/* DATA_MAP (list of pair data data) and DATA_LIST (list of data). */
typedef struct plb_data_items {
    plb_object head;
    int64_t memory;
    plb_value items;
} plb_data_items;

/* DATA_I holds an integer value, DATA_B a bytestring value. */
typedef struct plb_data_leaf {
    plb_object head;
    plb_value content;
} plb_data_leaf;

/* G1 (blst_p1, 144 bytes), G2 (blst_p2, 288), ML result (blst_fp12, 576). */
typedef struct plb_blob {
    plb_object head;
    uint64_t words[];
} plb_blob;

/* The builtin value type: head.size entries sorted by (policy, token), bytewise, quantities not 0
 * and within 128 bits, no key twice. */
typedef struct plb_asset {
    plb_value policy;   /* bytestring */
    plb_value token;    /* bytestring */
    plb_value quantity; /* integer */
} plb_asset;
typedef struct plb_assets {
    plb_object head;
    uint32_t policies;       /* number of distinct policies */
    uint32_t largest_policy; /* most tokens under one policy */
    uint32_t negatives;      /* entries with a negative quantity */
    uint32_t tree;           /* 0: the entries follow; otherwise see assets.h */
    /* policies by number of tokens, see assets_sizes.h */
    const struct plb_policy_sizes *sizes;
    plb_asset entries[];
} plb_assets;

/* Constr: head.size arguments. */
typedef struct plb_constr {
    plb_object head;
    uint64_t tag;
    plb_value fields[];
} plb_constr;

/* Builtin `head.type` after head.flag forces and head.size arguments. */
typedef struct plb_partial {
    plb_object head;
    plb_value args[];
} plb_partial;

/* Environment: the innermost `length` bindings are slots[length-1] .. slots[0], then those of
 * (parent, parent_length). A chunk is extended in place by whoever holds its full length. */
typedef struct plb_env {
    struct plb_env *parent;
    uint32_t parent_length;
    uint16_t used;
    uint16_t capacity;
    plb_value slots[];
} plb_env;

/* Lambda or delay: code position and the environment it was made in. */
typedef struct plb_closure {
    uint32_t position;
    uint32_t env_length;
    plb_env *env;
} plb_closure;

static inline bool plb_is_small(plb_value v) { return (v & 1) != 0; }
static inline unsigned plb_pointer_tag(plb_value v) { return (unsigned) (v & 7); }
static inline bool plb_is_object(plb_value v) { return (v & 7) == PLB_PTR_OBJECT; }
static inline plb_object *plb_object_of(plb_value v) { return (plb_object *) (uintptr_t) v; }
static inline bool plb_has_kind(plb_value v, plb_kind kind) {
    return plb_is_object(v) && plb_object_of(v)->kind == (uint8_t) kind;
}
static inline plb_value plb_from_object(const void *object) {
    return (plb_value) (uintptr_t) object;
}
static inline plb_closure *plb_closure_of(plb_value v) {
    return (plb_closure *) (uintptr_t) (v & ~(plb_value) 7);
}

static inline unsigned plb_imm_kind(plb_value v) { return (unsigned) (v >> 3) & 31u; }
static inline bool plb_is_imm(plb_value v, unsigned kind) { return (v & 0xff) == (kind << 3 | 6u); }
static inline plb_value plb_bool(bool b) { return b ? PLB_TRUE : PLB_FALSE; }

#define PLB_SMALL_MAX (INT64_MAX >> 1)
#define PLB_SMALL_MIN (INT64_MIN >> 1)
static inline bool plb_fits_small(int64_t n) { return n >= PLB_SMALL_MIN && n <= PLB_SMALL_MAX; }
static inline plb_value plb_small(int64_t n) { return ((plb_value) n << 1) | 1; }
static inline int64_t plb_small_int(plb_value v) { return (int64_t) v >> 1; }

/* A builtin that has taken `forces` type arguments and no term argument. */
static inline plb_value plb_builtin_value(unsigned id, unsigned forces) {
    return PLB_IMM(PLB_IMM_BUILTIN, id, forces);
}
static inline unsigned plb_builtin_value_id(plb_value v) { return (unsigned) (v >> 8) & 0xffffffu; }
static inline unsigned plb_builtin_value_forces(plb_value v) { return (unsigned) (v >> 32); }

static inline bool plb_is_nil(plb_value v) { return plb_is_imm(v, PLB_IMM_NIL); }
static inline bool plb_is_cons(plb_value v) { return plb_has_kind(v, PLB_KIND_CONS); }
static inline bool plb_is_list(plb_value v) { return plb_is_nil(v) || plb_is_cons(v); }
/* Element type of a list value. */
static inline plb_type plb_list_element(plb_value v) {
    return plb_is_nil(v) ? (plb_type) (v >> 32) : plb_object_of(v)->type;
}
static inline uint32_t plb_list_length(plb_value v) {
    return plb_is_nil(v) ? 0 : plb_object_of(v)->size;
}
static inline const plb_cons *plb_cons_of(plb_value v) { return (const plb_cons *) (uintptr_t) v; }
static inline const plb_pair *plb_pair_of(plb_value v) { return (const plb_pair *) (uintptr_t) v; }
static inline const plb_bytes *plb_bytes_of(plb_value v) {
    return (const plb_bytes *) (uintptr_t) v;
}
static inline bool plb_is_integer(plb_value v) {
    return plb_is_small(v) || plb_has_kind(v, PLB_KIND_BIGINT);
}
static inline bool plb_is_data(plb_value v) {
    return plb_is_object(v) && plb_object_of(v)->kind >= PLB_KIND_DATA_CONSTR &&
           plb_object_of(v)->kind <= PLB_KIND_DATA_B;
}
/* True for (con ...) values, false for closures, builtins and constr. */
static inline bool plb_is_constant(plb_value v) {
    if (plb_is_small(v)) {
        return true;
    }
    if (plb_is_object(v)) {
        return plb_object_of(v)->kind < PLB_KIND_CONSTR;
    }
    return plb_pointer_tag(v) == PLB_PTR_IMMEDIATE && plb_imm_kind(v) != PLB_IMM_BUILTIN;
}

/* The built-in type of a constant; compound types are made in `types` where they are new.
 * PLB_TYPE_INVALID when `v` is no constant or the table is full. O(1). */
plb_type plb_type_of(plb_types *types, plb_value v);
/* The same for a constant that is no list, pair or array: needs no table. */
plb_type plb_atom_of(plb_value v);

/* Constructors. Each returns PLB_NO_VALUE when the region's cap is reached. */
plb_value plb_make_int(plb_region *region, int64_t n);
plb_value plb_make_uint(plb_region *region, uint64_t n);
/* From sign and magnitude, normalised: leading zero limbs are dropped, small ones unboxed. */
plb_value plb_make_integer(plb_region *region, bool negative, const uint64_t *limbs, size_t count);
/* From a big-endian magnitude of any length. */
plb_value plb_make_integer_be(plb_region *region, bool negative, const uint8_t *bytes,
                              size_t length);
/* Copies the bytes. A length over 2^32-1 is refused as if the cap were reached. */
plb_value plb_make_bytes(plb_region *region, plb_kind kind, const uint8_t *bytes, size_t length);
/* Room for `length` bytes that the caller fills through *bytes before anyone else sees them. */
plb_value plb_make_bytes_room(plb_region *region, plb_kind kind, size_t length, uint8_t **bytes);
/* Shares the bytes, which must live as long as the value. */
plb_value plb_make_bytes_view(plb_region *region, plb_kind kind, const uint8_t *bytes,
                              size_t length);
plb_value plb_make_cons(plb_region *region, plb_type element, plb_value first, plb_value rest);
/* A list of `count` items in order. */
plb_value plb_make_list(plb_region *region, plb_type element, const plb_value *items, size_t count);
plb_value plb_make_pair(plb_region *region, plb_type type, plb_value first, plb_value second);
plb_value plb_make_array(plb_region *region, plb_type element, const plb_value *items,
                         size_t count);
plb_value plb_make_data_constr(plb_region *region, plb_value tag, plb_value fields);
/* kind: PLB_KIND_DATA_MAP or PLB_KIND_DATA_LIST. */
plb_value plb_make_data_items(plb_region *region, plb_kind kind, plb_value items);
/* kind: PLB_KIND_DATA_I or PLB_KIND_DATA_B. */
plb_value plb_make_data_leaf(plb_region *region, plb_kind kind, plb_value content);
plb_value plb_make_blob(plb_region *region, plb_kind kind, const void *bytes, size_t length);
/* Deep copy of a constant into another region (no C recursion); types must already agree. */
plb_value plb_copy_constant(plb_region *region, plb_value v);

/* Integer views. */
typedef struct plb_int_view {
    const uint64_t *limbs; /* least significant first; count 0 for zero */
    size_t count;
    bool negative;
    uint64_t inline_limb; /* storage for small integers: the view is not to be copied */
} plb_int_view;
void plb_int_open(plb_value v, plb_int_view *view);
/* True and *out when the integer fits in int64_t. */
bool plb_int_to_i64(plb_value v, int64_t *out);
/* -1, 0 or 1. */
int plb_int_sign(plb_value v);
int plb_int_compare(plb_value a, plb_value b);
/* Structural equality of two constants of the same type, without C recursion; -1 when memory for
 * the work list is short. Identical pointers compare in O(1). */
int plb_constant_equal(plb_value a, plb_value b);

/* The reference's memoryUsage of an integer: 64-bit words, at least 1. */
int64_t plb_int_memory(plb_value v);
/* The reference's memoryUsage of data (4 a node plus contents), saturating, cached in the nodes,
 * without C recursion; -1 when memory for the work list is short. */
int64_t plb_data_memory(plb_value data);

#endif
