/* Cost models as something to look at: read from any form, shown, compared, checked, and written in
 * any form.
 *
 * Forms are those of the Plutus repository (builtinCostModel*.json, cekMachineCosts*.json), of the
 * ledger (parameters in the order of PlutusLedgerApi.V1 to V4, ParamName; protocol parameters as
 * cardano-cli prints them; genesis files) and the published variants A to E by letter.
 *
 * The ledger's forms have numbers only: what they mean, the shapes, follows from the ledger
 * language and the protocol version (PlutusLedgerApi.MachineParameters). So a model that is read
 * always has an era, and it says where that came from.
 *
 * Costs are picoseconds (steps) and words (memory); sizes are those of the costing functions:
 * words, characters, nodes, lengths, values. Objects are opaque, immutable but for
 * plb_costs_set_machine, and may be shared between threads. Nothing prints, exits or keeps global
 * state. */
#ifndef PLUTBENCH_MODEL_H
#define PLUTBENCH_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/machine.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Reading ---- */

typedef struct plb_costs plb_costs;

typedef enum plb_costs_form {
    PLB_COSTS_PUBLISHED,           /* embedded: A to E */
    PLB_COSTS_BUILTIN,             /* builtinCostModel*.json */
    PLB_COSTS_MACHINE,             /* cekMachineCosts*.json */
    PLB_COSTS_BOTH,                /* the members of both in one object */
    PLB_COSTS_ARRAY,               /* parameters in the ledger's order */
    PLB_COSTS_NAMED,               /* parameters by name */
    PLB_COSTS_PROTOCOL_PARAMETERS, /* cardano-cli's: costModels.PlutusV1 ... */
    PLB_COSTS_GENESIS,             /* Alonzo: costModels by name; Conway: plutusV3CostModel */
    PLB_COSTS_FORMS
} plb_costs_form;

/* "published", "builtin", "machine", "both", "array", "named", "protocol-parameters", "genesis". */
PLB_API const char *plb_costs_form_name(plb_costs_form form);

/* The published model of variant `letter` ('A' to 'E'). `era` with a language and no protocol
 * version: the newest one in which that language has that variant, if any.
 * Errors: PLB_E_ARGUMENT (no such letter), PLB_E_MEMORY. */
PLB_API plb_status plb_costs_published(plb_costs **costs, char letter, plb_era era,
                                       plb_error *error);

/* From a JSON text whose form is found by content, as plb_cost_model_load does it. A language or
 * protocol version that `era` does not say (PLB_LANGUAGE_NEWEST, 0) is taken from the text, where
 * it has one: the newest language of several, protocolVersion.major. Without either: the newest
 * version. Free with plb_costs_free. `name` is used in messages and copied. Errors, with line and
 * path where there is one: PLB_E_PARSE (no JSON), PLB_E_COST_MODEL (what is no cost model: unknown
 * shapes, missing arguments, machine steps without a cost; parameters without a name whose language
 * nobody says), PLB_E_MEMORY. */
PLB_API plb_status plb_costs_read(plb_costs **costs, plb_era era, const char *name,
                                  const char *text, size_t length, plb_error *error);

PLB_API void plb_costs_free(plb_costs *costs);

#define PLB_COSTS_LANGUAGES 4 /* PlutusV1 to PlutusV4 */

/* The languages that a text has parameters of, ascending; *count 0 where its form belongs to none.
 * Errors: PLB_E_PARSE, PLB_E_MEMORY. */
PLB_API plb_status plb_costs_languages(const char *name, const char *text, size_t length,
                                       plb_language languages[PLB_COSTS_LANGUAGES], size_t *count,
                                       plb_error *error);

/* Take the costs of machine steps from `machine`. */
PLB_API void plb_costs_set_machine(plb_costs *costs, const plb_costs *machine);

/* Where a model comes from. Texts live as long as it. */
typedef struct plb_costs_source {
    plb_costs_form form;
    const char *name;       /* as given; of a published model its letter */
    const char *key;        /* member that its parameters were in, such as "PlutusV3"; NULL */
    plb_era era;            /* language PLB_LANGUAGE_NEWEST: the form belongs to none, none given */
    bool version_assumed;   /* the protocol version was neither given nor in the text */
    char variant;           /* semantics variant of the era: 'A' to 'E' */
    unsigned languages;     /* whose parameters the text has: bit 1 is PlutusV1 ...; 0: it does not
                               say */
    bool more;              /* the text has more than cost models, such as protocol parameters */
    size_t parameters;      /* of the language that were found; 0: no form of parameters */
    size_t surplus;         /* values of an array behind the last parameter there is */
    bool machine_published; /* the text has no machine steps, or no builtins: */
    bool builtins_published; /* they are the published ones of the variant */
} plb_costs_source;

PLB_API const plb_costs_source *plb_costs_where(const plb_costs *costs);
/* Name `index` that a text has among its parameters and that is none, NULL beyond. */
PLB_API const char *plb_costs_unknown(const plb_costs *costs, size_t index);

/* The model as the machine takes it, for evaluations; lives as long as `costs`. */
PLB_API const plb_cost_model *plb_costs_model(const plb_costs *costs);

/* ---- What is in it ---- */

#define PLB_COSTS_COEFFICIENTS 8
#define PLB_COSTS_NAME_BYTES 128
#define PLB_COSTS_SHAPE_BYTES 64
#define PLB_COSTS_FORMULA_BYTES 320
#define PLB_COSTS_SIZES 6 /* arguments of a builtin, at most */

/* A costing function. */
typedef struct plb_costs_function {
    char shape[PLB_COSTS_SHAPE_BYTES]; /* "linear_in_x", "const_above_diagonal/multiplied_sizes" */
    unsigned arguments;                /* bit i: the size of argument i counts */
    unsigned count;                    /* of coefficients */
    char names[PLB_COSTS_COEFFICIENTS][48]; /* "slope", "model-arguments-c00", "" of a constant */
    int64_t values[PLB_COSTS_COEFFICIENTS]; /* in the order of the ledger's parameters */
    char formula[PLB_COSTS_FORMULA_BYTES];  /* "100788 + 420 max(x, y)" */
} plb_costs_function;

typedef struct plb_costs_builtin {
    const char *name;
    unsigned arity;
    bool present; /* false: the model has no costs for it; what follows is INT64_MAX */
    plb_costs_function steps, memory;
} plb_costs_builtin;

/* Builtin `tag`, below PLB_TALLY_BUILTINS; false beyond. */
PLB_API bool plb_costs_get(const plb_costs *costs, unsigned tag, plb_costs_builtin *builtin);

#define PLB_COSTS_STEPS (PLB_TALLY_STEPS + 1)

/* Machine cost `index`, below PLB_COSTS_STEPS, in the order of the published files: its name, such
 * as "cekStartupCost". False beyond, and when the model has none; *name is NULL only beyond. */
PLB_API bool plb_costs_step(const plb_costs *costs, unsigned index, const char **name,
                            plb_exunits *cost);

/* The cost of builtin `tag` at the sizes of its arguments, `count` of them.
 * Errors: PLB_E_ARGUMENT (another number of arguments, a negative size), PLB_E_COST_MODEL (the
 * model has no costs for it). */
PLB_API plb_status plb_costs_at(const plb_costs *costs, unsigned tag, const int64_t *sizes,
                                size_t count, plb_exunits *cost, plb_error *error);

/* A parameter of the ledger. */
typedef struct plb_costs_parameter {
    char name[PLB_COSTS_NAME_BYTES]; /* "addInteger-cpu-arguments-slope" */
    bool present;
    int64_t value; /* INT64_MAX where it is missing, as the ledger prices it */
} plb_costs_parameter;

/* The parameters that the ledger's array of `era` has, in order; in an era without a language those
 * of the model's own, else of the newest. *parameters is malloc'ed: free() it.
 * Errors: PLB_E_COST_MODEL names the builtin whose shape is another one in that era: it has no
 * parameters there. PLB_E_UNAVAILABLE (the language does not exist in that version), PLB_E_MEMORY.
 */
PLB_API plb_status plb_costs_parameters(const plb_costs *costs, plb_era era,
                                        plb_costs_parameter **parameters, size_t *count,
                                        plb_error *error);

/* ---- Differences ---- */

typedef enum plb_costs_change_kind {
    PLB_COSTS_CHANGED,  /* a number */
    PLB_COSTS_RESHAPED, /* a function has another shape; before and after mean nothing */
    PLB_COSTS_REMOVED,  /* only in the first model; after means nothing */
    PLB_COSTS_ADDED     /* only in the second one; before means nothing */
} plb_costs_change_kind;

/* A coefficient of a function or a machine step's cost that differs, or a shape. */
typedef struct plb_costs_change {
    plb_costs_change_kind kind;
    char parameter[PLB_COSTS_NAME_BYTES]; /* "addInteger-cpu-arguments-slope"; of a shape
                                             "addInteger-cpu-arguments"; of a builtin that only one
                                             has, its name */
    int64_t before, after;
    double percent; /* after over before, less 100; NAN: before is 0, or there is none */
    char shape_before[PLB_COSTS_SHAPE_BYTES], shape_after[PLB_COSTS_SHAPE_BYTES]; /* of RESHAPED */
} plb_costs_change;

/* Sizes at which both models' costs are compared: all combinations of these for the arguments that
 * either model's function looks at, cut to what an argument can have (a point on a curve is always
 * of size 18), 1 for the others. */
#define PLB_COSTS_LEVELS 4 /* 1, 10, 100, 1000 */
extern PLB_API const int64_t plb_costs_levels[PLB_COSTS_LEVELS];

typedef struct plb_costs_point {
    int64_t sizes[PLB_COSTS_SIZES];
    int64_t before, after;
    double ratio; /* after over before; NAN where both are 0, infinite where before is */
} plb_costs_point;

/* A costing function that differs, by what it costs. */
typedef struct plb_costs_ratio {
    const char *builtin;
    unsigned arity;
    unsigned arguments;                /* bit i: argument i's size counts in either model */
    bool memory;                       /* otherwise steps */
    double at_level[PLB_COSTS_LEVELS]; /* ratio with all sizes at that level, cut as above */
    const plb_costs_point *points;     /* the grid, the last argument's size changing fastest */
    size_t count, lowest, highest;     /* lowest and highest: indexes of ratios */
} plb_costs_ratio;

typedef struct plb_costs_diff plb_costs_diff;

/* Compare two models. Free with plb_costs_diff_free. Builtins that neither has do not count.
 * Errors: PLB_E_MEMORY. */
PLB_API plb_status plb_costs_compare(const plb_costs *before, const plb_costs *after,
                                     plb_costs_diff **diff, plb_error *error);
PLB_API void plb_costs_diff_free(plb_costs_diff *diff);
/* Machine steps first, then builtins by flat tag. NULL beyond. */
PLB_API const plb_costs_change *plb_costs_diff_change(const plb_costs_diff *diff, size_t index);
/* Functions whose coefficients or shape differ, by flat tag. NULL beyond. */
PLB_API const plb_costs_ratio *plb_costs_diff_ratio(const plb_costs_diff *diff, size_t index);
/* Parameters that are compared: all that either model has. */
PLB_API size_t plb_costs_diff_parameters(const plb_costs_diff *diff);

/* ---- Findings ---- */

typedef enum plb_costs_severity {
    PLB_COSTS_NOTE,    /* worth knowing; the published models have some */
    PLB_COSTS_WARNING, /* probably not meant */
    PLB_COSTS_ERROR    /* wrong */
} plb_costs_severity;

/* "note", "warning", "error". */
PLB_API const char *plb_costs_severity_name(plb_costs_severity severity);

typedef struct plb_costs_finding {
    plb_costs_severity severity;
    const char *what; /* "negative", "falls", "missing", "extra", "unknown", "shape", "saturates",
                         "unaffordable", "zero", "cheap", "default", "left-out" */
    char parameter[PLB_COSTS_NAME_BYTES]; /* or function, such as "addInteger-cpu-arguments"; "" */
    char text[320];                       /* why, in one line */
} plb_costs_finding;

/* Growing list of findings. Free with plb_costs_findings_free. */
typedef struct plb_costs_findings {
    plb_costs_finding *items;
    size_t count, capacity;
} plb_costs_findings;

PLB_API void plb_costs_findings_free(plb_costs_findings *findings);
PLB_API size_t plb_costs_findings_count(const plb_costs_findings *findings,
                                        plb_costs_severity severity);

/* Look for what is wrong with a model in `era`; without a language, in the model's own era: then
 * every builtin there is counts. `limit` is what one transaction may spend: sizes are looked at up
 * to what it can make, and costs beyond it are unaffordable; {0, 0}: mainnet's.
 *
 *  negative      a cost below zero at sizes that an argument can have
 *  falls         a cost that falls while a size grows; an error nowhere, because some published
 *                functions do (division is quickest where both numbers are equally long)
 *  missing       no cost for what the era has: a builtin, a parameter, constr and case
 *  extra         parameters of what the era does not have, values behind the last parameter
 *  unknown       members that are no parameters
 *  shape         not the one that the era's parameters have
 *  saturates     INT64_MAX or INT64_MIN, where a sum or product would be beyond
 *  unaffordable  beyond the limit at the smallest sizes
 *  zero, cheap   nothing, or fewer steps than a machine step
 *  default       what the file did not have and the published model has instead
 *
 * A piecewise polynomial has its least value, and its first fall, at the ends of the ranges, on the
 * diagonal, or where a derivative is zero: those points and their neighbours are evaluated with the
 * machine's own arithmetic, all of them.
 * Errors: PLB_E_MEMORY; `findings` then has what was found before. */
PLB_API plb_status plb_costs_check(const plb_costs *costs, plb_era era, plb_exunits limit,
                                   plb_costs_findings *findings, plb_error *error);

/* ---- Writing ---- */

/* Write models in a form: one model, or, as protocol parameters and genesis, one a language. `era`
 * says for which language and protocol version (PLB_LANGUAGE_NEWEST and 0: each model's own); its
 * language has to be PLB_LANGUAGE_NEWEST for several models. *text is malloc'ed and NUL-terminated;
 * free() it. The forms of the Plutus repository come out as it has them, to the byte.
 *
 * Parameters end with the last one that the era has (and, of a model that was read from parameters
 * and without a protocol version in `era`, with the last one that it came with), or before the
 * first that is missing, if nothing comes after it. What is left out or taken from somewhere else
 * is named in `findings` ("left-out", "missing", "default").
 *
 * Errors: PLB_E_COST_MODEL: names a function whose shape has no parameters in that era, or a
 * parameter that is missing where others follow. PLB_E_ARGUMENT: the form needs a language and
 * there is none, or is of one model and there are several, or two are of one language.
 * PLB_E_UNAVAILABLE, PLB_E_MEMORY. */
PLB_API plb_status plb_costs_write(const plb_costs *const *costs, size_t count, plb_costs_form form,
                                   plb_era era, char **text, plb_costs_findings *findings,
                                   plb_error *error);

/* The same into protocol parameters or a genesis file that there is: `length` bytes at `base`,
 * called `name`. Each model takes the place of its language's, as an array or by name, as it was
 * there; all else stays as it is, to the byte, and so does a model that is the same. A protocol
 * version that is only assumed yields to the file's. Errors: those of plb_costs_write, PLB_E_PARSE,
 * and PLB_E_COST_MODEL when a model's language is not in the file. */
PLB_API plb_status plb_costs_write_into(const plb_costs *const *costs, size_t count, plb_era era,
                                        const char *name, const char *base, size_t length,
                                        char **text, plb_costs_findings *findings,
                                        plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
