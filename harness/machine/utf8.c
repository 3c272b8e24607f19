#include "harness/machine/utf8.h"

static bool is_continuation(uint8_t byte) { return (byte & 0xc0) == 0x80; }

/* Bytes of the sequence that starts at `p` with `left` bytes left; 0 when it is malformed. */
static size_t sequence_length(const uint8_t *p, size_t left) {
    uint8_t lead = p[0];
    if (lead < 0x80) {
        return 1;
    }
    if (lead < 0xc2) {
        return 0;
    }
    if (lead < 0xe0) {
        return left >= 2 && is_continuation(p[1]) ? 2 : 0;
    }
    if (lead < 0xf0) {
        bool ok = left >= 3 && is_continuation(p[1]) && is_continuation(p[2]) &&
                  !(lead == 0xe0 && p[1] < 0xa0) && !(lead == 0xed && p[1] >= 0xa0);
        return ok ? 3 : 0;
    }
    if (lead < 0xf5) {
        bool ok = left >= 4 && is_continuation(p[1]) && is_continuation(p[2]) &&
                  is_continuation(p[3]) && !(lead == 0xf0 && p[1] < 0x90) &&
                  !(lead == 0xf4 && p[1] >= 0x90);
        return ok ? 4 : 0;
    }
    return 0;
}

bool plb_utf8_valid(const uint8_t *bytes, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t step = sequence_length(bytes + i, length - i);
        if (step == 0) {
            return false;
        }
        i += step;
    }
    return true;
}

size_t plb_utf8_length(const uint8_t *bytes, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        count += !is_continuation(bytes[i]);
    }
    return count;
}
