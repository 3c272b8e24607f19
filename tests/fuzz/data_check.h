/* What must hold of all data that was read from fuzzed input. */
#ifndef PLB_TESTS_FUZZ_DATA_CHECK_H
#define PLB_TESTS_FUZZ_DATA_CHECK_H

#include "harness/machine/data_cbor.h"
#include "harness/machine/data_encode.h"
#include "harness/machine/data_json.h"
#include "harness/machine/output.h"
#include "tests/fuzz/program_check.h"

static inline plb_region *fuzz_region(void) {
    static plb_region region;
    if (!region.base && !plb_region_init(&region, FUZZ_BYTE_CAP)) abort();
    plb_region_reset(&region);
    return &region;
}

/* The decoders give back what they took of the region's upper end, and only memory may run short
 * for what was encoded here. */
static inline void fuzz_check_data(plb_region *region, plb_value data) {
    uint8_t *high = region->high;
    const uint8_t *bytes;
    size_t length;
    size_t consumed;
    plb_error error = {0};
    if (plb_data_to_cbor(region, data, &bytes, &length)) {
        plb_value again = plb_data_decode_cbor(region, bytes, length, &consumed, &error);
        if (again == PLB_NO_VALUE && error.status != PLB_E_MEMORY) abort();
        if (again != PLB_NO_VALUE && consumed != length) abort();
        if (again != PLB_NO_VALUE && plb_constant_equal(data, again) == 0) abort();
    }
    plb_output output;
    uint8_t *json;
    plb_output_begin(&output, FUZZ_BYTE_CAP);
    plb_data_print_json(&output, data);
    if (plb_output_take(&output, &json, &length)) {
        plb_value again = plb_data_decode_json(region, (const char *) json, length, &error);
        if (again == PLB_NO_VALUE && error.status != PLB_E_MEMORY) abort();
        if (again != PLB_NO_VALUE && plb_constant_equal(data, again) == 0) abort();
        free(json);
    }
    if (region->high != high) abort();
}

#endif
