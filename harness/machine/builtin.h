/* The table of builtins: one row each, in builtin_table.c; the functions are in builtin_*.c. */
#ifndef PLB_MACHINE_BUILTIN_H
#define PLB_MACHINE_BUILTIN_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/machine/value.h"

struct plb_machine;

#define PLB_BUILTIN_MAX_ARITY 6

/* What an argument must be; anything else fails before costing, as unlifting does in the
 * reference (PlutusCore.Default.Universe). Where the reference takes any constant and finds out
 * inside the builtin whether it is a list, a pair or an array, that is a failure after costing:
 * PLB_ARG_CONSTANT here, and the function checks.
 *
 * The reference's CInteger and CByteString bound what variants D and E accept: integers from
 * -2^262143 to 2^262143-1, bytestrings of up to 65,536 bytes (PlutusCore.Default.Universe.Cardano).
 * The kinds that end in _BOUNDED have that bound in D and E and none in A, B and C. */
typedef enum plb_arg {
    PLB_ARG_ANY = 0, /* polymorphic: any value */
    PLB_ARG_INTEGER,
    PLB_ARG_INTEGER_BOUNDED,
    PLB_ARG_BYTESTRING,
    PLB_ARG_BYTESTRING_BOUNDED,
    PLB_ARG_STRING,
    PLB_ARG_UNIT,
    PLB_ARG_BOOL,
    PLB_ARG_DATA,
    PLB_ARG_LIST_DATA,      /* list data */
    PLB_ARG_LIST_PAIR_DATA, /* list (pair data data) */
    PLB_ARG_LIST_INTEGER,
    PLB_ARG_LIST_G1,
    PLB_ARG_LIST_G2,
    PLB_ARG_CONSTANT, /* a constant of any type */
    PLB_ARG_G1,
    PLB_ARG_G2,
    PLB_ARG_ML_RESULT,
    PLB_ARG_VALUE,
    PLB_ARG_BYTE,          /* integer in 0..255 */
    PLB_ARG_BYTE_FROM_C,   /* consByteString: in C and E PLB_ARG_BYTE, in A and B any integer, taken
                            * modulo 256, in D the same within PLB_ARG_INTEGER_BOUNDED */
    PLB_ARG_INT64,         /* integer in int64_t */
    PLB_ARG_INT64_FROM_D,  /* that in D and E, any integer in A, B and C */
    PLB_ARG_WORD64_FROM_D, /* in uint64_t in D and E, any integer in A, B and C */
    PLB_ARG_COUNT
} plb_arg;

/* How an argument's size is measured for costing (the reference's ExMemoryUsage instances). */
typedef enum plb_measure {
    PLB_MEASURE_DEFAULT = 0,     /* by the argument's type */
    PLB_MEASURE_LITERAL,         /* IntegerCostedLiterally: absolute value */
    PLB_MEASURE_LITERAL_UNTIL_C, /* the same in A, B and C; 1, as Int has, in D and E */
    PLB_MEASURE_BYTES_AS_WORDS,  /* NumBytesCostedAsNumWords */
    PLB_MEASURE_TEXT_BYTES,      /* TextCostedByByteLength from variant D, otherwise characters */
    PLB_MEASURE_VALUE_DEPTH,     /* ValueMaxDepth */
    PLB_MEASURE_DATA_NODES       /* DataNodeCount */
} plb_measure;

/* Runs a builtin on `arity` checked arguments. PLB_NO_VALUE for failure; the function may have
 * said why by plb_builtin_fail (otherwise the reason is "evaluation failure"). */
typedef plb_value (*plb_builtin_fn)(struct plb_machine *machine, const plb_value *args);

typedef struct plb_builtin {
    const char *name; /* as in textual syntax */
    uint8_t arity;
    uint8_t forces;
    uint8_t batch;                           /* 1 to 7 */
    uint8_t args[PLB_BUILTIN_MAX_ARITY];     /* plb_arg */
    uint8_t measures[PLB_BUILTIN_MAX_ARITY]; /* plb_measure */
    plb_builtin_fn run;
} plb_builtin;

/* Indexed by the builtin's flat tag, 0 .. PLB_BUILTIN_COUNT-1, without gaps. */
#define PLB_BUILTIN_COUNT 104
extern const plb_builtin plb_builtins[PLB_BUILTIN_COUNT];

/* The index of a name of `length` bytes, -1 when there is none. */
int plb_builtin_find(const char *name, size_t length);

/* The semantics variant in force, and the memory where results are made. */
typedef enum plb_variant {
    PLB_VARIANT_A,
    PLB_VARIANT_B,
    PLB_VARIANT_C,
    PLB_VARIANT_D,
    PLB_VARIANT_E
} plb_variant;

plb_variant plb_machine_variant(const struct plb_machine *machine);
plb_region *plb_machine_region(struct plb_machine *machine);
plb_types *plb_machine_types(struct plb_machine *machine);
/* Append a log line (trace), `length` bytes of UTF-8. False when the byte cap is reached. */
bool plb_machine_log(struct plb_machine *machine, const uint8_t *text, size_t length);
/* Say why a builtin failed; returns PLB_NO_VALUE. `reason` is a string constant. */
plb_value plb_builtin_fail(struct plb_machine *machine, const char *reason);
/* The byte cap was reached, or the C library had no memory: the evaluation ends with
 * PLB_E_MEMORY. Returns PLB_NO_VALUE. Functions that get PLB_NO_VALUE from a plb_make_* call
 * return through this. */
plb_value plb_builtin_out_of_memory(struct plb_machine *machine);

/* Whether `v` is what `arg` asks for; builtin_args.h has the inline form. */
bool plb_arg_check(plb_value v, plb_arg arg, plb_variant variant);

/* Size of one argument for costing, saturating at INT64_MAX; -1 when memory is short. */
int64_t plb_measure_size(plb_value value, plb_measure measure, plb_variant variant);

#endif
