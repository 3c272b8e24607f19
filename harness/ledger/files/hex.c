#include "harness/ledger/files/hex.h"

#include <stdlib.h>

#include "harness/machine/output.h"

bool plb_hex_decode(const char *text, size_t length, uint8_t *bytes) {
    if (length % 2 != 0) return false;
    for (size_t i = 0; i < length; i += 2) {
        int high = plb_hex_digit((uint8_t) text[i]), low = plb_hex_digit((uint8_t) text[i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i / 2] = (uint8_t) (high << 4 | low);
    }
    return true;
}

uint8_t *plb_hex_bytes(const char *text, size_t length, bool *no_memory) {
    uint8_t *bytes = malloc(length / 2 + 1);
    *no_memory = bytes == NULL;
    if (bytes == NULL || plb_hex_decode(text, length, bytes)) return bytes;
    free(bytes);
    return NULL;
}
