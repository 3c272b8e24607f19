/* Builtins on the bits of bytestrings, and conversions between bytestrings and integers
 * (CIP-121, CIP-122, CIP-123; PlutusCore.Bitwise). Bit 0 is the lowest of the last byte. */
#include <string.h>

#include "harness/machine/builtin_functions.h"
#include "harness/machine/integer.h"

#define OUTPUT_BYTES_MAX 8192 /* integerToByteString, replicateByte */
#define WRITE_BYTES_MAX 4096  /* writeBits in variants D and E */

static plb_value make_room(struct plb_machine *machine, size_t length, uint8_t **room) {
    return plb_builtin_made(machine, plb_make_bytes_room(plb_machine_region(machine),
                                                         PLB_KIND_BYTESTRING, length, room));
}

plb_value plb_run_integerToByteString(struct plb_machine *machine, const plb_value *args) {
    int64_t width = plb_is_small(args[1]) ? plb_small_int(args[1]) : -1;
    if (width < 0 || width > OUTPUT_BYTES_MAX) {
        return plb_builtin_fail(machine, "integerToByteString: width not in 0 .. 8192");
    }
    plb_int_view view;
    plb_int_open(args[2], &view);
    if (view.negative) {
        return plb_builtin_fail(machine, "integerToByteString: negative integer");
    }
    size_t needed = plb_int_magnitude_bytes(&view);
    size_t length = width == 0 ? needed : (size_t) width;
    if (needed > length || length > OUTPUT_BYTES_MAX) {
        return plb_builtin_fail(machine, "integerToByteString: integer does not fit");
    }
    uint8_t *room;
    plb_value v = make_room(machine, length, &room);
    if (v == PLB_NO_VALUE) return v;
    if (args[0] == PLB_TRUE) {
        plb_int_write_be(&view, room, length);
    } else {
        plb_int_write_le(&view, room, length);
    }
    return v;
}

plb_value plb_run_byteStringToInteger(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[1]);
    plb_region *region = plb_machine_region(machine);
    if (args[0] == PLB_TRUE) {
        return plb_builtin_made(machine,
                                plb_make_integer_be(region, false, bytes->bytes, bytes->head.size));
    }
    return plb_builtin_made(machine,
                            plb_make_integer_le(region, false, bytes->bytes, bytes->head.size));
}

typedef enum logic { LOGIC_AND, LOGIC_OR, LOGIC_XOR } logic;

static void combine(logic how, uint8_t *restrict out, const uint8_t *restrict with, size_t count) {
    switch (how) {
    case LOGIC_AND:
        for (size_t i = 0; i < count; i++) out[i] &= with[i];
        break;
    case LOGIC_OR:
        for (size_t i = 0; i < count; i++) out[i] |= with[i];
        break;
    case LOGIC_XOR:
        for (size_t i = 0; i < count; i++) out[i] ^= with[i];
        break;
    }
}

/* With padding (args[0]) the result is as long as the longer argument, whose bytes beyond the
 * shorter one stay as they are; without, as long as the shorter. */
static plb_value combine_bytes(struct plb_machine *machine, const plb_value *args, logic how) {
    const plb_bytes *longer = plb_bytes_of(args[1]), *shorter = plb_bytes_of(args[2]);
    if (longer->head.size < shorter->head.size) {
        const plb_bytes *other = longer;
        longer = shorter;
        shorter = other;
    }
    size_t common = shorter->head.size;
    size_t length = args[0] == PLB_TRUE ? longer->head.size : common;
    uint8_t *room;
    plb_value v = make_room(machine, length, &room);
    if (v == PLB_NO_VALUE) return v;
    memcpy(room, longer->bytes, length);
    combine(how, room, shorter->bytes, common);
    return v;
}

plb_value plb_run_andByteString(struct plb_machine *machine, const plb_value *args) {
    return combine_bytes(machine, args, LOGIC_AND);
}

plb_value plb_run_orByteString(struct plb_machine *machine, const plb_value *args) {
    return combine_bytes(machine, args, LOGIC_OR);
}

plb_value plb_run_xorByteString(struct plb_machine *machine, const plb_value *args) {
    return combine_bytes(machine, args, LOGIC_XOR);
}

plb_value plb_run_complementByteString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    uint8_t *room;
    plb_value v = make_room(machine, bytes->head.size, &room);
    if (v == PLB_NO_VALUE) return v;
    for (size_t i = 0; i < bytes->head.size; i++) room[i] = (uint8_t) ~bytes->bytes[i];
    return v;
}

/* The bit's index, -1 when the bytestring does not have it. */
static int64_t bit_index(const plb_bytes *bytes, plb_value index) {
    int64_t i = plb_is_small(index) ? plb_small_int(index) : -1;
    return i < (int64_t) bytes->head.size * 8 ? i : -1;
}

plb_value plb_run_readBit(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    int64_t i = bit_index(bytes, args[1]);
    if (i < 0) return plb_builtin_fail(machine, "readBit: index out of bounds");
    uint8_t byte = bytes->bytes[bytes->head.size - 1 - (uint64_t) i / 8];
    return plb_bool((byte >> (i % 8) & 1) != 0);
}

plb_value plb_run_writeBits(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    size_t length = bytes->head.size;
    if (length > WRITE_BYTES_MAX && plb_machine_variant(machine) >= PLB_VARIANT_D) {
        return plb_builtin_fail(machine, "writeBits: more than 4096 bytes");
    }
    if (plb_is_nil(args[1])) return args[0];
    uint8_t *room;
    plb_value v = make_room(machine, length, &room);
    if (v == PLB_NO_VALUE) return v;
    memcpy(room, bytes->bytes, length);
    for (plb_value list = args[1]; plb_is_cons(list); list = plb_cons_of(list)->rest) {
        int64_t i = bit_index(bytes, plb_cons_of(list)->first);
        if (i < 0) return plb_builtin_fail(machine, "writeBits: index out of bounds");
        uint8_t *byte = &room[length - 1 - (uint64_t) i / 8];
        uint8_t bit = (uint8_t) (1u << (i % 8));
        *byte = args[2] == PLB_TRUE ? (uint8_t) (*byte | bit) : (uint8_t) (*byte & ~bit);
    }
    return v;
}

plb_value plb_run_replicateByte(struct plb_machine *machine, const plb_value *args) {
    int64_t length = plb_is_small(args[0]) ? plb_small_int(args[0]) : -1;
    if (length < 0 || length > OUTPUT_BYTES_MAX) {
        return plb_builtin_fail(machine, "replicateByte: length not in 0 .. 8192");
    }
    uint8_t *room;
    plb_value v = make_room(machine, (size_t) length, &room);
    if (v != PLB_NO_VALUE) memset(room, (int) plb_small_int(args[1]), (size_t) length);
    return v;
}

/* Byte i of `bytes` moved to the left by less than 8 bits; `after` stands behind the last byte. */
static uint8_t shifted_byte(const uint8_t *bytes, size_t length, size_t i, unsigned bits,
                            uint8_t after) {
    unsigned next = i + 1 < length ? bytes[i + 1] : after;
    return (uint8_t) ((unsigned) bytes[i] << bits | next >> (8 - bits));
}

static void shift_left(uint8_t *out, const uint8_t *bytes, size_t length, uint64_t by) {
    size_t whole = by / 8, kept = length - whole;
    for (size_t i = 0; i < kept; i++) {
        out[i] = shifted_byte(bytes + whole, kept, i, by % 8, 0);
    }
    memset(out + kept, 0, whole);
}

static void shift_right(uint8_t *out, const uint8_t *bytes, size_t length, uint64_t by) {
    size_t whole = by / 8;
    unsigned bits = by % 8;
    memset(out, 0, whole);
    for (size_t i = whole; i < length; i++) {
        unsigned before = i > whole ? bytes[i - whole - 1] : 0;
        out[i] = (uint8_t) (before << (8 - bits) | (unsigned) bytes[i - whole] >> bits);
    }
}

plb_value plb_run_shiftByteString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    size_t length = bytes->head.size;
    if (length == 0 || args[1] == plb_small(0)) return args[0];
    plb_int_view by;
    plb_int_open(args[1], &by);
    uint8_t *room;
    plb_value v = make_room(machine, length, &room);
    if (v == PLB_NO_VALUE) return v;
    if (by.count > 1 || by.limbs[0] >= (uint64_t) length * 8) {
        memset(room, 0, length);
    } else if (by.negative) {
        shift_right(room, bytes->bytes, length, by.limbs[0]);
    } else {
        shift_left(room, bytes->bytes, length, by.limbs[0]);
    }
    return v;
}

plb_value plb_run_rotateByteString(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    size_t length = bytes->head.size;
    if (length == 0) return args[0];
    plb_int_view view;
    plb_int_open(args[1], &view);
    uint64_t bit_length = (uint64_t) length * 8;
    uint64_t by =
        view.count == 0 ? 0 : mpn_mod_1(view.limbs, (mp_size_t) view.count, (mp_limb_t) bit_length);
    if (by == 0) return args[0];
    if (view.negative) by = bit_length - by;
    uint8_t *room;
    plb_value v = make_room(machine, length, &room);
    if (v == PLB_NO_VALUE) return v;
    /* What leaves on the left comes back on the right. */
    size_t whole = by / 8, kept = length - whole;
    const uint8_t *from = bytes->bytes;
    for (size_t i = 0; i < kept; i++) {
        room[i] = shifted_byte(from + whole, kept, i, by % 8, from[0]);
    }
    for (size_t i = 0; i < whole; i++) {
        room[kept + i] = shifted_byte(from, whole, i, by % 8, from[whole]);
    }
    return v;
}

plb_value plb_run_countSetBits(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    size_t length = bytes->head.size, i = 0;
    int64_t count = 0;
    for (; i + 8 <= length; i += 8) {
        uint64_t word;
        memcpy(&word, bytes->bytes + i, sizeof word);
        count += __builtin_popcountll(word);
    }
    for (; i < length; i++) count += __builtin_popcount(bytes->bytes[i]);
    return plb_small(count);
}

plb_value plb_run_findFirstSetBit(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    const plb_bytes *bytes = plb_bytes_of(args[0]);
    for (size_t i = bytes->head.size; i > 0; i--) {
        unsigned byte = bytes->bytes[i - 1];
        if (byte == 0) continue;
        return plb_small((int64_t) (bytes->head.size - i) * 8 + __builtin_ctz(byte));
    }
    return plb_small(-1);
}
