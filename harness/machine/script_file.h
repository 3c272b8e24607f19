/* Script files beyond what machine.h declares. */
#ifndef PLB_MACHINE_SCRIPT_FILE_H
#define PLB_MACHINE_SCRIPT_FILE_H

#include <stddef.h>
#include <stdint.h>

#include <plutbench/machine.h>

/* The format that the content looks like: an object in JSON with "cborHex" or "validators", a
 * comment or parenthesis, nothing but hexadecimal digits, a CBOR byte string; otherwise flat. */
plb_format plb_script_format(const uint8_t *bytes, size_t length);

/* "text", "flat", "cbor", "hex", "envelope", "blueprint"; "auto". Never NULL. */
const char *plb_format_name(plb_format format);

/* A script as the ledger decodes it when it checks that it is well-formed (deserialiseScript): one
 * CBOR byte string around flat, never two. What the reference finds only when a script is to run
 * (mkTermToEvaluate) is let through, and the program's `defect` says so: PLB_E_UNAVAILABLE when the
 * language has no such version of Plutus Core, PLB_E_PARSE when a variable is free. A machine fails
 * such a program with that status before it starts.
 * Errors: as plb_program_decode_cbor. */
plb_status plb_program_decode_script(plb_program *program, plb_era era, const uint8_t *bytes,
                                     size_t length, plb_error *error);
/* The same for the flat inside. */
plb_status plb_program_decode_flat_well_formed(plb_program *program, plb_era era,
                                               const uint8_t *bytes, size_t length,
                                               plb_error *error);

/* As plb_program_load; of a blueprint the validator of that title (NULL: the first one). */
plb_status plb_program_load_validator(plb_program *program, plb_era era, plb_format format,
                                      const uint8_t *bytes, size_t length, const char *title,
                                      plb_language *envelope_language, plb_error *error);

#endif
