/* What must hold of every program that was read from fuzzed input. */
#ifndef PLB_TESTS_FUZZ_PROGRAM_CHECK_H
#define PLB_TESTS_FUZZ_PROGRAM_CHECK_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/machine.h>

#define FUZZ_BYTE_CAP ((size_t) 64 << 20)

static const plb_era fuzz_newest = {PLB_LANGUAGE_NEWEST, 0};

/* A program that is made once and used for every input. */
static inline plb_program *fuzz_program(plb_program **slot) {
    if (!*slot) *slot = plb_program_new(FUZZ_BYTE_CAP);
    if (!*slot) abort();
    return *slot;
}

/* An error has a status, and a message that ends. */
static inline void fuzz_check_error(plb_status status, const plb_error *error) {
    if (status == PLB_OK) return;
    if (error->status != status || error->message[0] == '\0') abort();
    if (!memchr(error->message, 0, sizeof error->message)) abort();
    if (!memchr(error->where, 0, sizeof error->where)) abort();
}

/* Text and flat give the same program back; only memory may run short. */
static inline void fuzz_check_program(const plb_program *program) {
    static plb_program *again_slot;
    plb_program *again = fuzz_program(&again_slot);
    plb_error error = {0};
    char *text;
    size_t length;
    plb_status status = plb_program_print(program, FUZZ_BYTE_CAP, &text, &length, &error);
    if (status == PLB_OK) {
        status = plb_program_parse_text(again, fuzz_newest, text, length, &error);
        if (status != PLB_OK && status != PLB_E_MEMORY) abort();
        if (status == PLB_OK && !plb_program_equal(program, again)) abort();
        free(text);
    } else if (status != PLB_E_MEMORY) {
        abort();
    }
    uint8_t *bytes;
    status = plb_program_encode_flat(program, &bytes, &length, &error);
    if (status == PLB_OK) {
        status = plb_program_decode_flat(again, fuzz_newest, bytes, length, &error);
        /* The reference writes numbers of constructors beyond 64 bits, and doesn't read them. */
        bool unreadable = strstr(error.message, "the number of a constructor") != NULL;
        if (status != PLB_OK && status != PLB_E_MEMORY && !unreadable) abort();
        if (status == PLB_OK && !plb_program_equal(program, again)) abort();
        free(bytes);
    } else if (status != PLB_E_UNSUPPORTED && status != PLB_E_MEMORY) {
        abort();
    }
}

#endif
