/* Data in cardano-cli's detailed-schema JSON (Cardano.Api, ScriptDataJsonDetailedSchema):
 * {"constructor":0,"fields":[]}, {"int":1}, {"bytes":"00"}, {"list":[]}, {"map":[{"k":,"v":}]},
 * with integers of any size and nothing else in an object. */
#ifndef PLB_MACHINE_DATA_JSON_H
#define PLB_MACHINE_DATA_JSON_H

#include <stddef.h>

#include <plutbench/status.h>

#include "harness/machine/output.h"
#include "harness/machine/region.h"
#include "harness/machine/value.h"

/* The data that a whole JSON text spells, in `region`. Nesting is bounded by the region, whose
 * upper end is used as a stack and given back. PLB_NO_VALUE for failure: PLB_E_PARSE with line and
 * path ("line 3: fields[0].int"), PLB_E_MEMORY. */
plb_value plb_data_decode_json(plb_region *region, const char *json, size_t length,
                               plb_error *error);

/* Data as JSON, on one line. */
void plb_data_print_json(plb_output *output, plb_value data);

#endif
