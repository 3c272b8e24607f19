/* The tables of a store, and how they came about. */
#ifndef PLB_STORE_SCHEMA_H
#define PLB_STORE_SCHEMA_H

#include "results/store/database.h"

/* The version that this plutbench makes. */
int plb_schema_newest(void);

/* See which version is there (0: an empty database). Errors: PLB_E_PARSE (tables of something
 * else), PLB_E_UNSUPPORTED (a newer one). */
plb_status plb_schema_find(plb_db *db, int *version, plb_error *error);

/* Make it `version`, in one transaction; another process may do so at the same time. */
plb_status plb_schema_migrate(plb_db *db, int version, plb_error *error);

#endif
