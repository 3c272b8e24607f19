/* The Plutus machine: Untyped Plutus Core programs, cost models, evaluation.
 *
 * Behaviour follows the Plutus Core specification and the reference implementation
 * (IntersectMBO/plutus), with which results and budgets agree exactly.
 *
 * Objects are opaque. A program and a cost model are immutable once made and may be shared between
 * threads; a machine belongs to one thread at a time. Nothing here prints, exits or keeps global
 * state. */
#ifndef PLUTBENCH_MACHINE_H
#define PLUTBENCH_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Execution units: memory and steps (CPU). A step is meant to be 1 picosecond on the reference
 * machine. In a limit, INT64_MAX means none. */
typedef struct plb_exunits {
    int64_t memory;
    int64_t steps;
} plb_exunits;

/* Ledger languages. PLB_LANGUAGE_NEWEST is no ledger language: everything that is implemented is
 * available, with the newest semantics (variant E); the reference's own test suites use it. */
typedef enum plb_language {
    PLB_LANGUAGE_NEWEST = 0,
    PLB_PLUTUS_V1 = 1,
    PLB_PLUTUS_V2 = 2,
    PLB_PLUTUS_V3 = 3,
    PLB_PLUTUS_V4 = 4
} plb_language;

#define PLB_PROTOCOL_VERSION_MIN 5  /* Alonzo */
#define PLB_PROTOCOL_VERSION_MAX 12 /* Dijkstra */

/* What a script may use and how it behaves: ledger language and major protocol version.
 * protocol_version 0 means PLB_PROTOCOL_VERSION_MAX; it is ignored for PLB_LANGUAGE_NEWEST. */
typedef struct plb_era {
    plb_language language;
    unsigned protocol_version;
} plb_era;

/* ---- Programs ---- */

typedef struct plb_program plb_program;

/* How a script's bytes are wrapped. */
typedef enum plb_format {
    PLB_FORMAT_AUTO = 0, /* found by content */
    PLB_FORMAT_TEXT,     /* (program 1.0.0 ...) */
    PLB_FORMAT_FLAT,     /* bare flat */
    PLB_FORMAT_CBOR,     /* CBOR bytes around flat, wrapped once or twice */
    PLB_FORMAT_HEX,      /* hexadecimal of CBOR (or of flat) */
    PLB_FORMAT_ENVELOPE, /* cardano-cli's text envelope (.plutus) */
    PLB_FORMAT_BLUEPRINT /* CIP-57 plutus.json; the first validator unless one is named */
} plb_format;

/* Make an empty program that can hold `byte_cap` bytes of code and of constants each (0: 1 GiB of
 * address space; memory is only taken as it is used). NULL when the address space can't be had.
 * Free with plb_program_free. Reuse by decoding again: that keeps the memory and costs nothing. */
PLB_API plb_program *plb_program_new(size_t byte_cap);
PLB_API void plb_program_free(plb_program *program);

/* Decode bare flat (specification, appendix "flat") into `program`, replacing its contents, with
 * the availability checks of `era` (builtins, Plutus Core versions, term constructors, size
 * bounds: PlutusLedgerApi.Common.Versions). Input is copied where it is needed.
 * Errors: PLB_E_PARSE with the bit position, PLB_E_UNAVAILABLE, PLB_E_MEMORY. */
PLB_API plb_status plb_program_decode_flat(plb_program *program, plb_era era, const uint8_t *bytes,
                                           size_t length, plb_error *error);

/* The on-chain form: one or two CBOR byte strings around flat. Around flat itself the ledger's
 * languages want a definite length, and PlutusV1 and V2 ignore bytes behind it
 * (PlutusLedgerApi.Common.SerialisedScript). */
PLB_API plb_status plb_program_decode_cbor(plb_program *program, plb_era era, const uint8_t *bytes,
                                           size_t length, plb_error *error);

/* Textual syntax, of any nesting depth. Free variables are refused. Names of binders are kept for
 * printing. Errors: PLB_E_PARSE with line and column. */
PLB_API plb_status plb_program_parse_text(plb_program *program, plb_era era, const char *text,
                                          size_t length, plb_error *error);

/* Read a script in any format; `format` PLB_FORMAT_AUTO finds it by content. With
 * PLB_FORMAT_ENVELOPE and era.language PLB_LANGUAGE_NEWEST nothing is concluded from the envelope's
 * type; `envelope_language` (may be NULL) receives the language that the input names, or
 * PLB_LANGUAGE_NEWEST. */
PLB_API plb_status plb_program_load(plb_program *program, plb_era era, plb_format format,
                                    const uint8_t *bytes, size_t length,
                                    plb_language *envelope_language, plb_error *error);

/* Encode as bare flat; exact: decoding and encoding gives the same bytes for canonical input.
 * *bytes is malloc'ed; free() it. Errors: PLB_E_UNSUPPORTED for constants that flat has no form for
 * (points and Miller loop results of BLS12-381), PLB_E_MEMORY. As in the reference, data with a
 * constructor's number outside of 64 bits is written but can't be read. */
PLB_API plb_status plb_program_encode_flat(const plb_program *program, uint8_t **bytes,
                                           size_t *length, plb_error *error);

/* The same inside `wraps` CBOR byte strings of definite length: 1 is the on-chain form, 2 what a
 * text envelope holds. */
PLB_API plb_status plb_program_encode_cbor(const plb_program *program, unsigned wraps,
                                           uint8_t **bytes, size_t *length, plb_error *error);

/* cardano-cli's text envelope (JSON, NUL-terminated) of a script of `language`, which is one of
 * the ledger's. *text is malloc'ed; free() it. */
PLB_API plb_status plb_program_encode_envelope(const plb_program *program, plb_language language,
                                               char **text, size_t *length, plb_error *error);

/* Print as text, NUL-terminated and malloc'ed; free() it. Binders without a name are called i0, i1,
 * ... by depth. `byte_cap` bounds the text (0: 1 GiB): PLB_E_MEMORY beyond it. */
PLB_API plb_status plb_program_print(const plb_program *program, size_t byte_cap, char **text,
                                     size_t *length, plb_error *error);

/* The Plutus Core version of the program, such as {1, 1, 0}. */
PLB_API void plb_program_version(const plb_program *program, uint64_t version[3]);

/* Apply the program `function` to `argument` (both of the same Plutus Core version, as in the
 * reference) into `result`, a third program. */
PLB_API plb_status plb_program_apply(plb_program *result, const plb_program *function,
                                     const plb_program *argument, plb_error *error);

/* True when both programs are the same up to names of variables. */
PLB_API bool plb_program_equal(const plb_program *a, const plb_program *b);

/* ---- Data: datums, redeemers, script contexts ---- */

/* A program whose term is (con data ...), from CBOR or from cardano-cli's detailed-schema JSON
 * ({"constructor":0,"fields":[]}, {"int":1}, {"bytes":"00"}, {"list":[]}, {"map":[{"k":,"v":}]}).
 * The program's Plutus Core version is 1.0.0. */
PLB_API plb_status plb_program_data_cbor(plb_program *program, const uint8_t *bytes, size_t length,
                                         plb_error *error);
PLB_API plb_status plb_program_data_json(plb_program *program, const char *json, size_t length,
                                         plb_error *error);

/* ---- Cost models ---- */

typedef struct plb_cost_model plb_cost_model;

/* The cost model that is published for the semantics variant of `era` (embedded data). Free with
 * plb_cost_model_free. NULL only when memory is short. */
PLB_API plb_cost_model *plb_cost_model_default(plb_era era);

/* From a JSON text, whose form is found by content:
 *  - builtinCostModel*.json (costs of builtins; machine costs stay the default ones) or
 *    cekMachineCosts*.json (the other way round), or an object with the members of both;
 *  - an array of cost-model parameters in the order of `era.language` (ledger state, genesis);
 *  - an object of parameters by name (genesis; unknown names are ignored);
 *  - cardano-cli's protocol parameters and genesis files (costModels.PlutusV1 ...,
 *    plutusV3CostModel).
 * Parameters replace the numbers of the model that is published for the variant of `era`, whose
 * shapes stay. Arrays shorter than the language's parameter list: the missing ones are priced at
 * INT64_MAX, as the ledger prices them; longer: the rest is ignored. `name` is used in messages.
 * Errors: PLB_E_PARSE (not JSON), PLB_E_COST_MODEL; both with line and path inside the JSON. */
PLB_API plb_status plb_cost_model_load(plb_cost_model **model, plb_era era, const char *name,
                                       const char *json, size_t length, plb_error *error);

/* From an array of `count` parameters in the order of `era.language`. */
PLB_API plb_status plb_cost_model_from_params(plb_cost_model **model, plb_era era,
                                              const int64_t *params, size_t count,
                                              plb_error *error);
PLB_API void plb_cost_model_free(plb_cost_model *model);

/* Whether the model came with all parameters of builtin `tag`. False: the builtin is priced at
 * INT64_MAX for each that is missing, and a budget that counts it says nothing. */
PLB_API bool plb_cost_model_has(const plb_cost_model *model, unsigned tag);

/* PLB_OK when the model came with a price for every builtin and term constructor in `program`;
 * what it lacks is priced beyond every budget. PLB_E_COST_MODEL names the first that is missing,
 * PLB_E_MEMORY. */
PLB_API plb_status plb_cost_model_check(const plb_cost_model *model, const plb_program *program,
                                        plb_error *error);

/* ---- Evaluation ---- */

typedef struct plb_machine plb_machine;

/* A machine whose values, frames and logs together may take `byte_cap` bytes (0: 1 GiB). */
PLB_API plb_machine *plb_machine_new(size_t byte_cap);
PLB_API void plb_machine_free(plb_machine *machine);

/* Number of step kinds and builtins that a tally distinguishes. */
#define PLB_TALLY_STEPS 9
#define PLB_TALLY_BUILTINS 104
#define PLB_TALLY_EXTRAS 64 /* builtins that a program has beyond these */

/* Where the budget went. Indexes: step kinds const, var, lam, apply, delay, force, builtin,
 * constr, case; builtins by flat tag (plb_builtin_name); those of plug-ins in their order. */
typedef struct plb_tally {
    uint64_t step_count[PLB_TALLY_STEPS];
    plb_exunits step_cost[PLB_TALLY_STEPS];
    uint64_t builtin_count[PLB_TALLY_BUILTINS];
    plb_exunits builtin_cost[PLB_TALLY_BUILTINS];
    uint64_t extra_count[PLB_TALLY_EXTRAS];
    plb_exunits extra_cost[PLB_TALLY_EXTRAS];
    plb_exunits startup;
} plb_tally;

typedef struct plb_evaluation {
    const plb_program *program;
    const plb_program *const *arguments; /* applied in order; each term must be a constant */
    size_t argument_count;
    const plb_cost_model *cost_model;
    plb_era era;
    plb_exunits limit;  /* restricting mode; both INT64_MAX: counting mode */
    plb_tally *tally;   /* NULL, or receives the tally (slower) */
    uint64_t *activity; /* NULL, or where the evaluator says all the time what it is doing, for
                           another thread to look at (a little slower), and which it leaves as it
                           was: see PLB_ACTIVITY */
} plb_evaluation;

/* What an evaluator is doing: the kind of work in the low 8 bits, and the position of the term in
 * the program above them (see plb_program_functions). Read and written atomically. */
#define PLB_ACTIVITY(what, position) ((uint64_t) (what) | (uint64_t) (position) << 8)
#define PLB_ACTIVITY_NONE 0     /* nothing of interest */
#define PLB_ACTIVITY_OTHER 255  /* for the caller: what is around the evaluation */
#define PLB_ACTIVITY_STEP 1     /* + step kind, below PLB_TALLY_STEPS: the machine's own work */
#define PLB_ACTIVITY_BUILTIN 16 /* + builtin, below PLB_TALLY_BUILTINS */
#define PLB_ACTIVITY_EXTRA (PLB_ACTIVITY_BUILTIN + PLB_TALLY_BUILTINS) /* + a plug-in's */
/* "apply", "verifyEcdsaSecp256k1Signature"; NULL for none. Of `program`, which may be NULL, are the
 * names of plug-ins' builtins. */
PLB_API const char *plb_activity_name(const plb_program *program, uint64_t activity);

/* Outcome of one evaluation. */
typedef struct plb_outcome {
    plb_status status; /* PLB_OK, PLB_E_EVALUATION, PLB_E_BUDGET, PLB_E_MEMORY */
    plb_exunits spent; /* of a success exact; of a failure what had been charged by then, as the
                          reference reports it (steps are charged in batches of 200) */
    uint64_t steps;    /* machine steps taken */
    uint64_t bytes;    /* taken from the machine's memory */
    char message[PLB_ERROR_MESSAGE_BYTES]; /* why it failed */
} plb_outcome;

/* Evaluate. Returns outcome->status. The result stays in the machine until the next evaluation or
 * plb_machine_free. */
PLB_API plb_status plb_machine_run(plb_machine *machine, const plb_evaluation *evaluation,
                                   plb_outcome *outcome);

/* The result of the last successful run as a program (the reference's discharged value), of the
 * version of the program that ran. Errors: PLB_E_MEMORY when it is larger than `result` can hold
 * (results may be exponentially larger than what they share in memory). */
PLB_API plb_status plb_machine_result(const plb_machine *machine, plb_program *result,
                                      plb_error *error);

/* Where in a program a term is: the functions around it. */
typedef struct plb_function {
    uint32_t begin, end; /* positions of the function's words: begin <= position < end */
    size_t parent;       /* into the functions; SIZE_MAX: none */
    const char *name;    /* of the definition it is bound to, or of its parameter; NULL in programs
                            without names, such as decoded ones. Lives as long as the program */
} plb_function;

/* The functions (runs of lambdas) of a program, ordered by `begin`, so that each comes behind the
 * one around it. *functions is malloc'ed: free() it. PLB_E_MEMORY. */
PLB_API plb_status plb_program_functions(const plb_program *program, plb_function **functions,
                                         size_t *count, plb_error *error);
/* The innermost function around `position`, or SIZE_MAX. */
PLB_API size_t plb_function_at(const plb_function *functions, size_t count, uint64_t position);

/* True when the last result is the constant unit (what PlutusV3 scripts must return). */
PLB_API bool plb_machine_result_is_unit(const plb_machine *machine);

/* Log lines of the last run (success or failure), in order. The pointers live as long as the
 * result. */
PLB_API size_t plb_machine_log_count(const plb_machine *machine);
PLB_API const char *plb_machine_log_line(const plb_machine *machine, size_t index, size_t *length);

/* ---- Names and availability ---- */

/* Name of builtin `tag` (0 .. PLB_TALLY_BUILTINS-1), NULL beyond. */
PLB_API const char *plb_builtin_name(unsigned tag);
/* Whether the builtin may occur in a script of `era`. */
PLB_API bool plb_builtin_available(unsigned tag, plb_era era);
/* First protocol version in which it may, 0 when none up to PLB_PROTOCOL_VERSION_MAX. */
PLB_API unsigned plb_builtin_introduced(unsigned tag, plb_language language);
/* "const", "var", ... for index < PLB_TALLY_STEPS, NULL beyond. */
PLB_API const char *plb_step_name(unsigned index);
/* "PlutusV1" ..., "newest". */
PLB_API const char *plb_language_name(plb_language language);
/* 'A' .. 'E': the semantics variant that `era` selects. */
PLB_API char plb_era_variant(plb_era era);

#ifdef __cplusplus
}
#endif
#endif
