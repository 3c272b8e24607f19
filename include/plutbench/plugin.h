/* For authors of plug-ins: builtins that the machine does not have yet, in a shared object of your
 * own. docs/plugins.md tells how to use one, docs/examples/plugin/ has one.
 *
 *     cc -shared -fPIC -O2 -o more.so more.c
 *     plutbench sweep --plugin ./more.so crc32ByteString --out swept
 *     plutbench fit --plugin ./more.so swept/benching.csv
 *     plutbench eval --plugin ./more.so script.uplc
 *
 * This header needs nothing but the C library's, and a plug-in is linked with nothing of
 * plutbench's: it exports one function, plb_plugin_entry, which returns a description. What the
 * description points to must stay as it is while the plug-in is loaded.
 *
 * A plug-in is native code with the rights of whoever runs plutbench. It is tried in a process of
 * its own before it is used, and used in one that is watched: a crash, a call of exit or a loop
 * without end is reported with the plug-in's and the builtin's name. This is no protection against
 * code that means harm. */
#ifndef PLUTBENCH_PLUGIN_H
#define PLUTBENCH_PLUGIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The version of this interface. A plug-in is refused unless it says the same. Structures only ever
 * grow at their ends while it stays: each tells its size, so that plug-ins and hosts of different
 * ages understand each other (what a plug-in does not have yet is 0). */
#define PLB_PLUGIN_ABI 1

#define PLB_PLUGIN_ARGUMENTS 6    /* of a builtin, at most */
#define PLB_PLUGIN_COEFFICIENTS 8 /* of a costing function, at most */

/* ---- Values ---- */

/* A Plutus value. Only the host knows what is in it; 0 is none, and what makes values returns it
 * when memory is short: return it in turn. Values are immutable, and gone when the evaluation is
 * over: keep none. */
typedef uint64_t plb_plugin_value;
#define PLB_PLUGIN_NONE ((plb_plugin_value) 0)

/* An integer of any size. `limbs` points into the value, or to `small` of this struct, which is
 * therefore not to be copied. */
typedef struct plb_plugin_integer {
    bool negative;
    size_t count;          /* of limbs; 0 for the integer 0 */
    const uint64_t *limbs; /* of the magnitude, least significant first */
    uint64_t small;
} plb_plugin_integer;

/* Built-in types of constants; list, pair and array types come from host->list_type and so on. */
typedef uint32_t plb_plugin_type;
enum {
    PLB_PLUGIN_INTEGER,
    PLB_PLUGIN_BYTESTRING,
    PLB_PLUGIN_STRING,
    PLB_PLUGIN_UNIT,
    PLB_PLUGIN_BOOL,
    PLB_PLUGIN_DATA
};

typedef enum plb_plugin_data {
    PLB_PLUGIN_NO_DATA,     /* the value is no data */
    PLB_PLUGIN_DATA_CONSTR, /* tag: an integer; content: a list of data */
    PLB_PLUGIN_DATA_MAP,    /* content: a list of pairs of data and data */
    PLB_PLUGIN_DATA_LIST,   /* content: a list of data */
    PLB_PLUGIN_DATA_I,      /* content: an integer */
    PLB_PLUGIN_DATA_B       /* content: a bytestring */
} plb_plugin_data;

typedef struct plb_plugin_call plb_plugin_call;

/* What a plug-in may call, with the `call` that it was given and only until it returns. Functions
 * that make something take its memory from the evaluation; nothing has to be freed. */
typedef struct plb_plugin_host {
    size_t size; /* of this struct in the host */

    /* Reading; false, NULL or PLB_PLUGIN_NO_DATA: the value is of another type. */
    bool (*read_int64)(plb_plugin_call *call, plb_plugin_value v,
                       int64_t *n); /* false: or larger */
    bool (*read_integer)(plb_plugin_call *call, plb_plugin_value v, plb_plugin_integer *integer);
    /* Of a bytestring, or of a string in UTF-8. */
    const uint8_t *(*read_bytes)(plb_plugin_call *call, plb_plugin_value v, size_t *length);
    bool (*read_bool)(plb_plugin_call *call, plb_plugin_value v, bool *b);
    bool (*read_pair)(plb_plugin_call *call, plb_plugin_value v, plb_plugin_value *first,
                      plb_plugin_value *second);
    /* The first element of *list, which becomes the rest of it; false: it is empty, or no list. */
    bool (*read_next)(plb_plugin_call *call, plb_plugin_value *list, plb_plugin_value *element);
    /* Of a list or an array; 0 for anything else. */
    size_t (*read_length)(plb_plugin_call *call, plb_plugin_value v);
    bool (*read_item)(plb_plugin_call *call, plb_plugin_value array, size_t index,
                      plb_plugin_value *element);
    /* *tag is set for PLB_PLUGIN_DATA_CONSTR only. */
    plb_plugin_data (*read_data)(plb_plugin_call *call, plb_plugin_value v, plb_plugin_value *tag,
                                 plb_plugin_value *content);

    /* Making; PLB_PLUGIN_NONE: memory is short, or parts are not of the types that they should be
     * of. Bytes are copied. */
    plb_plugin_value (*make_int64)(plb_plugin_call *call, int64_t n);
    plb_plugin_value (*make_integer)(plb_plugin_call *call, bool negative, const uint64_t *limbs,
                                     size_t count);
    plb_plugin_value (*make_bytes)(plb_plugin_call *call, const uint8_t *bytes, size_t length);
    /* A bytestring that you fill through *bytes before you return. */
    plb_plugin_value (*make_bytes_room)(plb_plugin_call *call, size_t length, uint8_t **bytes);
    plb_plugin_value (*make_string)(plb_plugin_call *call, const uint8_t *utf8, size_t length);
    plb_plugin_value (*make_bool)(plb_plugin_call *call, bool b);
    plb_plugin_value (*make_unit)(plb_plugin_call *call);
    plb_plugin_value (*make_list)(plb_plugin_call *call, plb_plugin_type element,
                                  const plb_plugin_value *items, size_t count);
    /* `first` in front of the list `rest`. */
    plb_plugin_value (*make_cons)(plb_plugin_call *call, plb_plugin_value first,
                                  plb_plugin_value rest);
    plb_plugin_value (*make_array)(plb_plugin_call *call, plb_plugin_type element,
                                   const plb_plugin_value *items, size_t count);
    plb_plugin_value (*make_pair)(plb_plugin_call *call, plb_plugin_value first,
                                  plb_plugin_value second);
    /* `tag` counts for PLB_PLUGIN_DATA_CONSTR only. */
    plb_plugin_value (*make_data)(plb_plugin_call *call, plb_plugin_data kind, plb_plugin_value tag,
                                  plb_plugin_value content);
    plb_plugin_type (*list_type)(plb_plugin_call *call, plb_plugin_type element);
    plb_plugin_type (*array_type)(plb_plugin_call *call, plb_plugin_type element);
    plb_plugin_type (*pair_type)(plb_plugin_call *call, plb_plugin_type first,
                                 plb_plugin_type second);
    plb_plugin_type (*type_of)(plb_plugin_call *call, plb_plugin_value v);

    /* Memory, 8-aligned and not initialised, for as long as the evaluation; NULL when short. */
    void *(*allocate)(plb_plugin_call *call, size_t bytes);
    /* Say why it fails: one line, copied. Returns PLB_PLUGIN_NONE, for `return host->fail(...)`. */
    plb_plugin_value (*fail)(plb_plugin_call *call, const char *message);
} plb_plugin_host;

/* One call of a plug-in. There is more of it in the host. */
struct plb_plugin_call {
    const plb_plugin_host *host;
};

/* ---- Builtins ---- */

/* How an argument's size is measured for costing. */
typedef enum plb_plugin_measure {
    /* By its type: words of 64 bits of integers and bytestrings (at least 1), characters of
     * strings, elements of lists and arrays, 4 a node and what is in it of data, else 1. */
    PLB_PLUGIN_BY_TYPE,
    PLB_PLUGIN_LITERAL,    /* the absolute value of an integer */
    PLB_PLUGIN_BYTES,      /* an integer that says how many bytes are wanted, in words */
    PLB_PLUGIN_TEXT_BYTES, /* a string's bytes of UTF-8 */
    PLB_PLUGIN_DATA_NODES, /* nodes of data */
    PLB_PLUGIN_OWN         /* what the builtin's function `measure` says */
} plb_plugin_measure;

/* A costing function: a shape, by its name in builtinCostModel files ("linear_in_x"; with a shape
 * inside it "const_above_diagonal/multiplied_sizes"), and its coefficients in the order in which
 * the ledger's parameters have them ({intercept, slope} of linear_in_x). */
typedef struct plb_plugin_costing {
    const char *shape;
    int64_t coefficients[PLB_PLUGIN_COEFFICIENTS];
} plb_plugin_costing;

/* How `plutbench fit` fits the builtin's steps: words of calibrate/data/fit_models.tsv. NULL: the
 * shape of the declared steps, the no-op with as many arguments, and no filter, split or rules. */
typedef struct plb_plugin_fit {
    const char *shape;  /* "linear_in_x" */
    const char *no_op;  /* "Nop2o"; "-": nothing is subtracted */
    const char *filter; /* "x>0 y>0" */
    const char *split;  /* "x<=y", where the shape is constant in one region */
    const char *rules;  /* "outliers" */
} plb_plugin_fit;

typedef struct plb_plugin_builtin {
    /* As in scripts: a letter, then letters, digits and '_'; no builtin's there is. Benchmarks are
     * called the same with a capital letter. */
    const char *name;
    unsigned forces; /* type arguments: how often it is forced before it is applied; up to 15 */
    unsigned arity;  /* arguments: 1 to PLB_PLUGIN_ARGUMENTS */

    /* Types as in scripts: "integer", "bytestring", "string", "unit", "bool", "data", "value",
     * "bls12_381_G1_element" ..., "(list T)", "(array T)", "(pair T T)"; a single letter, alone or
     * inside, stands for anything. Arguments of other types never reach `run`; a result of another
     * type is a failure of the evaluation, which names the plug-in. */
    const char *arguments[PLB_PLUGIN_ARGUMENTS];
    const char *result;

    plb_plugin_measure measures[PLB_PLUGIN_ARGUMENTS];
    /* Size of argument number `argument` (from 0), of those with PLB_PLUGIN_OWN; not negative.
     * NULL where there are none. */
    int64_t (*measure)(plb_plugin_call *call, unsigned argument, plb_plugin_value v);

    /* The builtin: its result, or PLB_PLUGIN_NONE for failure. It must depend on nothing but the
     * arguments. */
    plb_plugin_value (*run)(plb_plugin_call *call, const plb_plugin_value *arguments);

    /* What a call costs in execution units (steps are picoseconds) until it has been measured, or
     * --cost-model says otherwise. */
    plb_plugin_costing steps, memory;

    /* For sweeps: makes arguments, all of them constants, of exactly the sizes `sizes`, one for
     * each argument, as they are measured for costing; such for which the builtin takes longest.
     * Equal seeds give equal arguments. False for failure (host->fail says why). */
    bool (*generate)(plb_plugin_call *call, const uint64_t *sizes, uint64_t seed,
                     plb_plugin_value *arguments);
    /* Sizes that `generate` can make, and bytes of memory that the argument takes for one of its
     * size, at most (0: 64). */
    struct {
        uint64_t least, most, bytes_each;
    } sizes[PLB_PLUGIN_ARGUMENTS];
    /* The default grid: lines of sizes as in grid files (docs/sweep.md), without the name:
     * "1..100:11" for one argument, "1|5|10/1..50:7\n40/=" for two. */
    const char *grid;

    plb_plugin_fit fit;
} plb_plugin_builtin;

typedef struct plb_plugin {
    uint32_t abi;                       /* PLB_PLUGIN_ABI */
    size_t size;                        /* sizeof(plb_plugin) */
    size_t builtin_size;                /* sizeof(plb_plugin_builtin) */
    const char *name, *version;         /* one line each, for people and for manifests */
    const plb_plugin_builtin *builtins; /* an array */
    unsigned builtin_count;             /* 1 to 24, with those of other plug-ins */
} plb_plugin;

/* The function that a plug-in exports. */
#if defined(__GNUC__)
#define PLB_PLUGIN_EXPORT __attribute__((visibility("default")))
#else
#define PLB_PLUGIN_EXPORT
#endif
PLB_PLUGIN_EXPORT const plb_plugin *plb_plugin_entry(void);
#define PLB_PLUGIN_ENTRY "plb_plugin_entry"

/* ---- For generators ---- */

/* Random bits from a seed, which is moved on (SplitMix64). */
static inline uint64_t plb_plugin_random(uint64_t *seed) {
    uint64_t z = (*seed += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* A bytestring of `length` random bytes. */
static inline plb_plugin_value plb_plugin_random_bytes(plb_plugin_call *call, uint64_t *seed,
                                                       size_t length) {
    uint8_t *bytes;
    plb_plugin_value v = call->host->make_bytes_room(call, length, &bytes);
    for (size_t i = 0; v != PLB_PLUGIN_NONE && i < length; i++)
        bytes[i] = (uint8_t) plb_plugin_random(seed);
    return v;
}

/* A positive integer of exactly `words` words, at least 1; it has more than 63 bits, which keeps it
 * off the machine's quick ways for small ones. */
static inline plb_plugin_value plb_plugin_random_integer(plb_plugin_call *call, uint64_t *seed,
                                                         size_t words) {
    uint64_t *limbs = (uint64_t *) call->host->allocate(call, words * sizeof *limbs);
    if (limbs == NULL || words == 0) return PLB_PLUGIN_NONE;
    for (size_t i = 0; i < words; i++) limbs[i] = plb_plugin_random(seed);
    limbs[words - 1] |= (uint64_t) 1 << 62;
    return call->host->make_integer(call, false, limbs, words);
}

#ifdef __cplusplus
}
#endif
#endif
