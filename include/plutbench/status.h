/* Status codes and the error value that every fallible function fills. */
#ifndef PLUTBENCH_STATUS_H
#define PLUTBENCH_STATUS_H

#include <plutbench/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Outcome of a call. PLB_OK is 0; everything else is a failure. */
typedef enum plb_status {
    PLB_OK = 0,
    PLB_E_ARGUMENT,    /* the caller passed something that makes no sense */
    PLB_E_IO,          /* a file could not be read or written */
    PLB_E_PARSE,       /* malformed input: text, flat, CBOR, JSON, CSV */
    PLB_E_UNAVAILABLE, /* well-formed, but not available in this language or protocol version */
    PLB_E_COST_MODEL,  /* a cost model is incomplete or ill-typed */
    PLB_E_EVALUATION,  /* the script failed: `error`, a builtin failed, a type mismatch */
    PLB_E_BUDGET,      /* the script ran out of ExUnits */
    PLB_E_MEMORY,      /* the byte cap of a program or machine was reached, or malloc failed */
    PLB_E_LEDGER,      /* a transaction was refused; the message begins with the predicate */
    PLB_E_UNSUPPORTED, /* valid, but outside of what plutbench does */
    PLB_E_MEASURE,     /* a measurement could not be taken */
    PLB_E_INTERRUPTED  /* stopped by a signal; what was measured is kept */
} plb_status;

#define PLB_ERROR_WHERE_BYTES 256
#define PLB_ERROR_MESSAGE_BYTES 512

/* What went wrong. Owned by the caller; a function that returns a status other than PLB_OK has
 * filled it when the pointer was not NULL. `where` names the input and the position inside it
 * ("script.flat: bit 1234", "params.json:12: costModels.PlutusV2[3]"), and may be empty. */
typedef struct plb_error {
    plb_status status;
    char where[PLB_ERROR_WHERE_BYTES];
    char message[PLB_ERROR_MESSAGE_BYTES];
} plb_error;

/* A short constant name of a status, such as "parse-error". Never NULL. */
PLB_API const char *plb_status_name(plb_status status);

/* Fill `error` (may be NULL) with a printf-style message and return `status`, so that a failing
 * function can `return plb_fail(error, PLB_E_PARSE, "where", "expected %s", what);`.
 * `where` may be NULL for none. Both are one line: control characters, which quoted input may have,
 * become spaces. Text that does not fit is cut. */
PLB_API plb_status plb_fail(plb_error *error, plb_status status, const char *where,
                            const char *format, ...) PLB_PRINTF(4, 5);

/* Put `outer` in front of the error's `where`, separated by ": " (an input's name in front of a
 * position). Returns error->status, or PLB_E_ARGUMENT when `error` is NULL. */
PLB_API plb_status plb_error_prefix(plb_error *error, const char *outer);

#ifdef __cplusplus
}
#endif
#endif
