/* Sizes of arguments for costing; the common cases inline. */
#ifndef PLB_MACHINE_MEASURE_H
#define PLB_MACHINE_MEASURE_H

#include "harness/machine/builtin.h"
#include "harness/machine/value_data.h"

/* plb_measure_size, quick for small integers and bytestrings. */
static inline int64_t plb_measure_argument(plb_value v, plb_measure measure, plb_variant variant) {
    if (measure == PLB_MEASURE_DEFAULT) {
        if (plb_is_small(v)) return 1;
        if (plb_has_kind(v, PLB_KIND_BYTESTRING)) return plb_bytes_memory(v);
    }
    return plb_measure_size(v, measure, variant);
}

#endif
