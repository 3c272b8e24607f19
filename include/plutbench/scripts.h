/* Benchmark scripts: the catalogue, and scripts of a user's own in the same form.
 *
 * A benchmark script loops, and a counter in its redeemer says how often. The counter is the first
 * integer that is met in the redeemer, depth-first and in order, through the fields of
 * constructors, the items of lists and the values (not the keys) of maps; n loops are asked for by
 * adding n to the counter that the redeemer comes with. That is the convention of cardano-node's
 * tx-generator (Cardano.TxGenerator.PlutusContext), whose scripts start at 1,000,000, as those of
 * the catalogue do: from there on all counters have one size, in CBOR and in the cost model.
 *
 * Objects are opaque and immutable once made, and may be shared between threads. */
#ifndef PLUTBENCH_SCRIPTS_H
#define PLUTBENCH_SCRIPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/machine.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- The catalogue ---- */

/* A line of the catalogue. Files are those of the catalogue: see plb_catalogue_file. */
typedef struct plb_script_entry {
    const char *name;               /* "ecdsa-loop" */
    const char *file;               /* UPLC source */
    plb_language language;          /* PLB_PLUTUS_V1 .. PLB_PLUTUS_V3 */
    const char *description;        /* one line */
    const char *loop;               /* what one loop does, one line */
    const char *datum;              /* file, detailed-schema JSON */
    const char *redeemer;           /* file, detailed-schema JSON; zero loops */
    const char *supplemental_datum; /* file: a datum that the transaction must carry; NULL: none */
    const char *strategy; /* what it is calibrated to when nothing is said; NULL: the default */
    const char *origin;   /* where the values in the redeemer are from; NULL: nothing to say */
} plb_script_entry;

typedef struct plb_catalogue plb_catalogue;

/* The catalogue that is part of the library (embedded data). Free with plb_catalogue_free.
 * Errors: PLB_E_PARSE (which would be a fault of the library), PLB_E_MEMORY. */
PLB_API plb_status plb_catalogue_open(plb_catalogue **catalogue, plb_error *error);
PLB_API void plb_catalogue_free(plb_catalogue *catalogue);

PLB_API size_t plb_catalogue_count(const plb_catalogue *catalogue);
/* Entry `index`, in the catalogue's order; NULL beyond. Lives as long as the catalogue. */
PLB_API const plb_script_entry *plb_catalogue_entry(const plb_catalogue *catalogue, size_t index);
/* The entry of that name; NULL when there is none. */
PLB_API const plb_script_entry *plb_catalogue_find(const plb_catalogue *catalogue,
                                                   const char *name);
/* The text of a file that an entry names, NUL-terminated, *length bytes (may be NULL) without the
 * NUL; NULL when there is none. Lives as long as the library. */
PLB_API const char *plb_catalogue_file(const plb_catalogue *catalogue, const char *file,
                                       size_t *length);

/* ---- Scripts ---- */

/* A script with its language, datum and redeemer. */
typedef struct plb_script plb_script;

/* Load an entry of the catalogue. Free with plb_script_free.
 * Errors: PLB_E_ARGUMENT (no entry has the name), PLB_E_PARSE, PLB_E_MEMORY. */
PLB_API plb_status plb_script_load_entry(plb_script **script, const plb_catalogue *catalogue,
                                         const char *name, plb_error *error);

/* A user's script. Nothing is kept but what is copied. */
typedef struct plb_script_source {
    const char *name;     /* of the script, in messages and results: its file's */
    const uint8_t *bytes; /* in any format that plb_program_load knows */
    size_t length;
    plb_format format;
    plb_language language;          /* PLB_LANGUAGE_NEWEST: the one that the text envelope names */
    const char *redeemer_name;      /* in messages */
    const plb_program *redeemer;    /* (con data ...), as plb_program_data_json makes it */
    const plb_program *datum;       /* the same; NULL: the integer 0, as tx-generator takes it */
    const plb_program *builtins_of; /* the script may use the plug-ins' builtins that this program
                                       may (plutbench/plugins.h); NULL: none */
} plb_script_source;

/* Load a user's script. Free with plb_script_free.
 * Errors: those of plb_program_load; PLB_E_PARSE ("counter not found in the redeemer", or it does
 * not fit in 64 bits); PLB_E_ARGUMENT when the language is neither given nor named by the script,
 * or given and named differently. */
PLB_API plb_status plb_script_load(plb_script **script, const plb_script_source *source,
                                   plb_error *error);
PLB_API void plb_script_free(plb_script *script);

/* What a script is made of; it lives as long as the script. */
PLB_API const char *plb_script_name(const plb_script *script);
PLB_API plb_language plb_script_language(const plb_script *script);
PLB_API const plb_program *plb_script_program(const plb_script *script);
/* As a witness set carries it: a CBOR byte string around flat (what plb_script_hash and
 * plb_tx_call take). The flat is the program's own encoding. */
PLB_API const uint8_t *plb_script_bytes(const plb_script *script, size_t *length);
/* (con data ...); the redeemer is that of zero loops. */
PLB_API const plb_program *plb_script_datum(const plb_script *script);
PLB_API const plb_program *plb_script_redeemer(const plb_script *script);
/* A datum that the transaction must carry though no input needs it; NULL: none. */
PLB_API const plb_program *plb_script_supplemental_datum(const plb_script *script);

/* PLB_OK when the script can be decoded in its language at the protocol version (0: the newest).
 * Errors: PLB_E_UNAVAILABLE, naming what is not available; PLB_E_MEMORY. */
PLB_API plb_status plb_script_check(const plb_script *script, unsigned protocol_version,
                                    plb_error *error);

/* ---- Redeemers and their counter ---- */

/* The counter of a redeemer (con data ...). Errors: PLB_E_PARSE ("counter not found in the
 * redeemer", or it does not fit in 64 bits), PLB_E_ARGUMENT (no data), PLB_E_MEMORY. */
PLB_API plb_status plb_redeemer_counter(const plb_program *redeemer, int64_t *counter,
                                        plb_error *error);

/* The redeemer that asks for `loops` loops more, into `result`, another program. Everything but the
 * counter is as it was. Errors: those of plb_redeemer_counter; PLB_E_ARGUMENT when the counter
 * would not fit in 64 bits. */
PLB_API plb_status plb_redeemer_add_loops(plb_program *result, const plb_program *redeemer,
                                          uint64_t loops, plb_error *error);

/* The CBOR of a datum or redeemer (con data ...), as the reference encodes it. *bytes is malloc'ed:
 * free() it. Errors: PLB_E_ARGUMENT (no data), PLB_E_MEMORY. */
PLB_API plb_status plb_data_encode(const plb_program *data, uint8_t **bytes, size_t *length,
                                   plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
