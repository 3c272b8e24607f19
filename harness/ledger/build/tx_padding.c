#include "harness/ledger/build/tx_padding.h"

#include <string.h>

#define CHUNK_BYTES 64

/* Bytes of a CBOR head for `number`. */
static size_t head_bytes(uint64_t number) {
    return number < 24 ? 1 : number <= UINT8_MAX ? 2 : number <= UINT16_MAX ? 3 : 5;
}

/* Byte strings that take `length` bytes together: as many full ones as fit, and what is left in one
 * more; 25 bytes are no single string's size (a head of one byte ends at 24), but two strings'. */
static size_t chunk_count(size_t length) {
    size_t full = CHUNK_BYTES + head_bytes(CHUNK_BYTES), rest = length % full;
    return length / full + (rest == 0 ? 0 : rest == 25 ? 2 : 1);
}

static void write_chunk(plb_writer *writer, size_t length) {
    uint8_t chunk[CHUNK_BYTES];
    memset(chunk, 0x5a, sizeof chunk);
    plb_write_bytes(writer, chunk, length);
}

static void write_chunks(plb_writer *writer, size_t length) {
    size_t full = CHUNK_BYTES + head_bytes(CHUNK_BYTES), rest = length % full;
    for (size_t i = 0; i < length / full; i++) write_chunk(writer, CHUNK_BYTES);
    if (rest == 25) {
        write_chunk(writer, 0);
        rest--;
    }
    if (rest != 0) write_chunk(writer, rest - (rest <= 24 ? 1 : 2));
}

bool plb_write_padding(plb_writer *writer, size_t length) {
    /* Longer labels bridge the lengths at which the list's head grows. */
    static const uint64_t labels[] = {0, UINT8_MAX, UINT16_MAX, UINT32_MAX};
    for (size_t i = 0; i < sizeof labels / sizeof labels[0]; i++) {
        for (size_t list_head = 1; list_head <= 5; list_head++) {
            size_t around = 1 + head_bytes(labels[i]) + list_head;
            if (length < around) continue;
            size_t count = chunk_count(length - around);
            if (head_bytes(count) != list_head) continue;
            plb_write_map(writer, 1);
            plb_write_uint(writer, labels[i]);
            plb_write_array(writer, count);
            write_chunks(writer, length - around);
            return true;
        }
    }
    return false;
}
