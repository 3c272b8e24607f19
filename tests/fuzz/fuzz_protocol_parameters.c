/* Any bytes as cardano-cli's protocol parameters: an error with a place, or parameters with which
 * fees can be computed. */
#include <stdlib.h>

#include <plutbench/ledger.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_protocol_parameters *parameters = NULL;
    plb_error error = {.status = PLB_OK};
    plb_status status =
        plb_protocol_parameters_load(&parameters, "input.json", (const char *) data, size, &error);
    if (status != PLB_OK) {
        if (error.status != status || error.message[0] == '\0') abort();
        return 0;
    }
    plb_exunits little = {.memory = 1, .steps = 1};
    plb_exunits much = {.memory = INT64_MAX, .steps = INT64_MAX};
    if (plb_exunits_fee(parameters, little) > plb_exunits_fee(parameters, much)) abort();
    if (plb_minimum_fee(parameters, 0, little) > plb_minimum_fee(parameters, UINT64_MAX, much)) {
        abort();
    }
    if (plb_minimum_lovelace(parameters, 0) > plb_minimum_lovelace(parameters, UINT64_MAX)) abort();
    plb_protocol_parameters_free(parameters);
    return 0;
}
