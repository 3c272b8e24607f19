/* The loop counter in a redeemer (see plutbench/scripts.h for where it stands). */
#ifndef PLB_SCRIPTS_COUNTER_H
#define PLB_SCRIPTS_COUNTER_H

#include <stdint.h>

#include <plutbench/status.h>

#include "harness/machine/region.h"
#include "harness/machine/value.h"

/* The counter in `data`. Errors: PLB_E_PARSE when there is none, or when it does not fit in 64
 * bits; PLB_E_MEMORY. */
plb_status plb_counter_find(plb_value data, int64_t *counter, plb_error *error);

/* `data` with another counter, made in `region`; everything that the change does not touch is
 * shared with `data`. PLB_NO_VALUE when memory is short or there is no counter. */
plb_value plb_counter_set(plb_region *region, plb_value data, int64_t counter);

#endif
