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

/* As plb_program_load; of a blueprint the validator of that title (NULL: the first one). */
plb_status plb_program_load_validator(plb_program *program, plb_era era, plb_format format,
                                      const uint8_t *bytes, size_t length, const char *title,
                                      plb_language *envelope_language, plb_error *error);

#endif
