/* Any bytes as textual syntax: an error with a place, or a program that comes back. */
#include "tests/fuzz/program_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const plb_era eras[] = {
        {PLB_LANGUAGE_NEWEST, 0}, {PLB_PLUTUS_V1, 6}, {PLB_PLUTUS_V3, 11}};
    static plb_program *slot;
    plb_program *program = fuzz_program(&slot);
    for (size_t i = 0; i < sizeof eras / sizeof eras[0]; i++) {
        plb_error error = {0};
        plb_status status =
            plb_program_parse_text(program, eras[i], (const char *) data, size, &error);
        fuzz_check_error(status, &error);
        if (status == PLB_OK) fuzz_check_program(program);
        if (status != PLB_OK && i == 0) break; /* whatever is refused here is refused in any era */
    }
    return 0;
}
