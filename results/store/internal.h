/* The parts of a store. */
#ifndef PLB_STORE_INTERNAL_H
#define PLB_STORE_INTERNAL_H

#include "results/store/database.h"

struct plb_store {
    plb_db *db;
    int version;
};

#endif
