/* Sizes of data and bytestrings beyond what value.h declares. */
#ifndef PLB_MACHINE_VALUE_DATA_H
#define PLB_MACHINE_VALUE_DATA_H

#include "harness/machine/value.h"

/* Nodes of data, leaves included, saturating, without C recursion; -1 when memory for the work
 * list is short. Kept in the header's `size` of inner nodes. */
int64_t plb_data_node_count(plb_value data);

/* The reference's memoryUsage of a bytestring: 64-bit words, at least 1. */
static inline int64_t plb_bytes_memory(plb_value v) {
    int64_t length = plb_object_of(v)->size;
    return (length - 1) / 8 + 1;
}

#endif
