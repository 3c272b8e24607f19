/* Data files that the build turns into tables: cost models, the script catalogue, protocol
 * parameters. cmake/PlbEmbed.cmake makes the definitions. */
#ifndef PLB_HARNESS_EMBEDDED_H
#define PLB_HARNESS_EMBEDDED_H

#include <stddef.h>

struct plb_embedded_file {
    const char *name;           /* path below the table's folder, such as "ecdsa-loop.uplc" */
    const unsigned char *bytes; /* `length` bytes and a NUL, which `length` does not count */
    size_t length;
};

/* Sorted by name; the last entry is {NULL, NULL, 0}. */
extern const struct plb_embedded_file plb_embedded_machine[];   /* harness/machine/data */
extern const struct plb_embedded_file plb_embedded_scripts[];   /* scripts */
extern const struct plb_embedded_file plb_embedded_calibrate[]; /* calibrate/data */
extern const struct plb_embedded_file plb_embedded_report[];    /* results/report/page */
extern const struct plb_embedded_file plb_embedded_uplot[];     /* uPlot's script and styles */

/* The file of that name in `table`, or NULL. */
const struct plb_embedded_file *plb_embedded_find(const struct plb_embedded_file *table,
                                                  const char *name);

#endif
