/* Reading a catalogue out of any table of files. */
#ifndef PLB_SCRIPTS_CATALOGUE_H
#define PLB_SCRIPTS_CATALOGUE_H

#include <plutbench/scripts.h>

#include "harness/embedded.h"

/* plb_catalogue_open for another table, which must outlive the catalogue: its file catalogue.json
 * is {"scripts": [{"name": ..., ...}]}, with the members of plb_script_entry. */
plb_status plb_catalogue_open_table(plb_catalogue **catalogue,
                                    const struct plb_embedded_file *table, plb_error *error);

#endif
