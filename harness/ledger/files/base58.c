#include "harness/ledger/files/base58.h"

#include <string.h>

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/* bytes * 58 + digit; the number has *length bytes, most significant first. */
static bool append(uint8_t *bytes, size_t capacity, size_t *length, unsigned digit) {
    unsigned carry = digit;
    for (size_t i = *length; i > 0; i--) {
        carry += 58u * bytes[i - 1];
        bytes[i - 1] = (uint8_t) carry;
        carry >>= 8;
    }
    if (carry == 0) return true;
    if (*length == capacity) return false;
    memmove(bytes + 1, bytes, (*length)++);
    bytes[0] = (uint8_t) carry;
    return true;
}

bool plb_base58_decode(const char *text, uint8_t *bytes, size_t capacity, size_t *length) {
    size_t zeros = strspn(text, "1");
    *length = 0;
    for (const char *c = text + zeros; *c != '\0'; c++) {
        const char *found = strchr(alphabet, *c);
        if (found == NULL || !append(bytes, capacity, length, (unsigned) (found - alphabet))) {
            return false;
        }
    }
    if (zeros > capacity - *length) return false;
    memmove(bytes + zeros, bytes, *length);
    memset(bytes, 0, zeros);
    *length += zeros;
    return true;
}
