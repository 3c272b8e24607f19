/* Any bytes as data in CBOR: an error with a place, or data that comes back. */
#include "tests/fuzz/data_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_region *region = fuzz_region();
    plb_error error = {0};
    size_t consumed = 0;
    plb_value value = plb_data_decode_cbor(region, data, size, &consumed, &error);
    if (consumed > size) abort();
    if (value == PLB_NO_VALUE) {
        fuzz_check_error(error.status, &error);
        if (error.status == PLB_OK) abort();
    } else {
        fuzz_check_data(region, value);
    }
    return 0;
}
