/* Scripts and datums of an exact size, for design points that differ in nothing else. */
#ifndef PLB_PADDING_H
#define PLB_PADDING_H

#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

/* What plb_script_grow adds at least, bytes of flat. */
#define PLB_DEAD_CODE_LEAST_BYTES 5
/* Machine steps that a grown script takes more than the script as it was, whatever its size: two
 * applications, two lambdas, a delay and a variable. */
#define PLB_DEAD_CODE_STEPS 6

/* The same script with dead code in front of it: [ [ (lam d (lam s s)) (delay DEAD) ] SCRIPT ],
 * which is SCRIPT after PLB_DEAD_CODE_STEPS steps and never looks into DEAD. DEAD is code as
 * compilers write it (conditions, comparisons, delays, variables: 17 terms in 15 bytes), filled up
 * with delays, and nested as deep as it has fifteens of bytes. SCRIPT keeps its bytes.
 *
 * `script` is as for plb_script_hash; the result has exactly `flat_bytes` bytes of flat.
 * *grown is malloc'ed. Errors: PLB_E_ARGUMENT (flat_bytes too small, by how much), PLB_E_PARSE (not
 * a script), PLB_E_MEMORY. */
plb_status plb_script_grow(const uint8_t *script, size_t length, size_t flat_bytes, uint8_t **grown,
                           size_t *grown_length, plb_error *error);

/* How many bytes of flat a script has. Errors: PLB_E_PARSE. */
plb_status plb_script_flat_bytes(const uint8_t *script, size_t length, size_t *flat_bytes,
                                 plb_error *error);

/* A datum of exactly `nodes` nodes of data in exactly `bytes` of CBOR: a list of byte strings. 0
 * for either: as few nodes as the bytes allow, as few bytes as the nodes allow; not for both.
 * *datum is malloc'ed. Errors: PLB_E_ARGUMENT (what is possible), PLB_E_MEMORY. */
plb_status plb_datum_make(size_t nodes, size_t bytes, uint8_t **datum, size_t *length,
                          plb_error *error);

/* Nodes of data in a datum's CBOR. Errors: PLB_E_PARSE, PLB_E_MEMORY. */
plb_status plb_datum_count_nodes(const uint8_t *datum, size_t length, size_t *nodes,
                                 plb_error *error);

#endif
