/* What may occur in a script, and how it behaves: by ledger language and protocol version
 * (PlutusLedgerApi.Common.Versions, .ProtocolVersions, .SerialisedScript, .MachineParameters of
 * the reference). */
#ifndef PLB_MACHINE_AVAILABILITY_H
#define PLB_MACHINE_AVAILABILITY_H

#include <stdbool.h>
#include <stdint.h>

#include <plutbench/machine.h>

#include "harness/machine/builtin.h"

/* Everything a decoder needs to know. */
typedef struct plb_availability {
    bool language; /* the ledger language exists in this protocol version */
    bool builtin[PLB_BUILTIN_COUNT];
    bool core_1_0_0, core_1_1_0; /* Plutus Core versions that may be run. Decoding itself accepts
                                    any, and constr and case from 1.1.0 on. */
    uint64_t constr_max_fields;  /* fields of a constr term, UINT64_MAX: no bound */
    uint64_t constant_type_max;  /* nodes of a constant's type (an atom or `list`, `array`, `pair`
                                    is 1, an application 1 more than its parts), UINT64_MAX: none */
    bool reject_remainder;       /* bytes behind the outermost CBOR byte string are an error */
    bool case_on_constants;      /* `case` works on integers, booleans, lists ... */
    bool must_return_unit; /* any other result is a failure of the call (InvalidReturnValue) */
    plb_variant variant;
} plb_availability;

/* The entry for `era`, in a constant table; never NULL. Where the language does not exist in the
 * protocol version, `language` is false and no builtin is available. Versions after
 * PLB_PROTOCOL_VERSION_MAX are like it. */
const plb_availability *plb_availability_of(plb_era era);

#endif
