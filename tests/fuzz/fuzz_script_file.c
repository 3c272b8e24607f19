/* Any bytes as a script file of any format: an error with a place, or a program that comes back,
 * also through the formats that plutbench writes. */
#include "harness/machine/script_file.h"
#include "tests/fuzz/program_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes that were written are read as the program they came from. */
static void check_written(const plb_program *program, const void *bytes, size_t length,
                          plb_format format) {
    static plb_program *slot;
    plb_program *again = fuzz_program(&slot);
    plb_error error = {0};
    plb_language language;
    plb_status status =
        plb_program_load(again, fuzz_newest, PLB_FORMAT_AUTO, bytes, length, &language, &error);
    if (plb_script_format(bytes, length) != format) abort();
    bool unreadable = strstr(error.message, "the number of a constructor") != NULL;
    if (status != PLB_OK && status != PLB_E_MEMORY && !unreadable) abort();
    if (status == PLB_OK && !plb_program_equal(program, again)) abort();
}

static void check_wrapped(const plb_program *program) {
    for (unsigned wraps = 1; wraps <= 2; wraps++) {
        uint8_t *bytes;
        size_t length;
        if (plb_program_encode_cbor(program, wraps, &bytes, &length, NULL) != PLB_OK) return;
        check_written(program, bytes, length, PLB_FORMAT_CBOR);
        free(bytes);
    }
    char *text;
    size_t length;
    if (plb_program_encode_envelope(program, PLB_PLUTUS_V3, &text, &length, NULL) != PLB_OK) return;
    check_written(program, text, length, PLB_FORMAT_ENVELOPE);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const plb_era eras[] = {{PLB_LANGUAGE_NEWEST, 0}, {PLB_PLUTUS_V2, 10}};
    static plb_program *slot;
    plb_program *program = fuzz_program(&slot);
    for (size_t i = 0; i < sizeof eras / sizeof eras[0]; i++) {
        plb_error error = {0};
        plb_language language;
        plb_status status =
            plb_program_load(program, eras[i], PLB_FORMAT_AUTO, data, size, &language, &error);
        fuzz_check_error(status, &error);
        if (status != PLB_OK) continue;
        fuzz_check_program(program);
        /* Wrapped flat is told from hexadecimal text by the first number of the version. */
        uint64_t version[3];
        plb_program_version(program, version);
        if (version[0] < '0') check_wrapped(program);
    }
    return 0;
}
