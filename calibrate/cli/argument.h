/* Data on the command line: a file of JSON or CBOR, or CBOR in hexadecimal. */
#ifndef PLB_CLI_ARGUMENT_H
#define PLB_CLI_ARGUMENT_H

#include <plutbench/machine.h>

/* `text` is the name of a file with detailed-schema JSON, with CBOR, or with CBOR in hexadecimal;
 * or, where no such file exists, hexadecimal itself. *program is a new (con data ...). */
plb_status cli_load_data(plb_program **program, const char *text, plb_error *error);

/* The two halves of it: the bytes (malloc'ed; those of a file as they are), and what they say. The
 * second one overwrites them. */
plb_status cli_read_data(const char *text, uint8_t **bytes, size_t *length, plb_error *error);
plb_status cli_decode_data(plb_program **program, const char *text, uint8_t *bytes, size_t length,
                           plb_error *error);

#endif
