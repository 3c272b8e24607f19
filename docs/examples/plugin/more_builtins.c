/* A plug-in with three builtins that Plutus does not have:
 *
 *     crc32ByteString : bytestring -> integer            CRC-32 as in ISO 3309 (zlib, PNG)
 *     concatByteStrings : list bytestring -> bytestring  all of them, one after the other
 *     bitLength : integer -> integer                     bits of the magnitude; 0 for 0
 *
 *     cc -shared -fPIC -O2 -o more_builtins.so more_builtins.c
 *
 * docs/plugins.md shows what to do with it. */
#include <plutbench/plugin.h>
#include <string.h>

/* ---- crc32ByteString ---- */

/* Four bits at a time: what a nibble adds to the remainder. The polynomial is x^32 + x^26 + x^23 +
 * x^22 + x^16 + x^12 + x^11 + x^10 + x^8 + x^7 + x^5 + x^4 + x^2 + x + 1, bits reversed. */
static const uint32_t nibbles[16] = {
    0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
    0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
};

static plb_plugin_value crc32(plb_plugin_call *call, const plb_plugin_value *arguments) {
    size_t length;
    const uint8_t *bytes = call->host->read_bytes(call, arguments[0], &length);
    uint32_t crc = 0xffffffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ nibbles[crc & 15];
        crc = crc >> 4 ^ nibbles[crc & 15];
    }
    return call->host->make_int64(call, (int64_t) (crc ^ 0xffffffff));
}

/* Sizes of bytestrings are words of 8 bytes: the longest of its size takes the longest time. */
static bool generate_bytes(plb_plugin_call *call, const uint64_t *sizes, uint64_t seed,
                           plb_plugin_value *arguments) {
    arguments[0] = plb_plugin_random_bytes(call, &seed, 8 * sizes[0]);
    return arguments[0] != PLB_PLUGIN_NONE;
}

/* ---- concatByteStrings ---- */

/* A list's size is its length, which says nothing of the bytes that are copied. So this one has a
 * measure of its own: a word for each element, and the words of its bytes. */
static int64_t measure_contents(plb_plugin_call *call, unsigned argument, plb_plugin_value list) {
    int64_t size = 0;
    plb_plugin_value element;
    (void) argument; /* there is but one */
    while (call->host->read_next(call, &list, &element)) {
        size_t length;
        if (call->host->read_bytes(call, element, &length) == NULL) return -1;
        size += 1 + (int64_t) ((length + 7) / 8);
    }
    return size;
}

static plb_plugin_value concat(plb_plugin_call *call, const plb_plugin_value *arguments) {
    const plb_plugin_host *host = call->host;
    plb_plugin_value rest = arguments[0], element;
    size_t sum = 0, length;
    while (host->read_next(call, &rest, &element)) {
        (void) host->read_bytes(call, element, &length);
        sum += length;
    }
    uint8_t *to;
    plb_plugin_value whole = host->make_bytes_room(call, sum, &to);
    if (whole == PLB_PLUGIN_NONE) return PLB_PLUGIN_NONE;
    for (rest = arguments[0]; host->read_next(call, &rest, &element); to += length) {
        const uint8_t *bytes = host->read_bytes(call, element, &length);
        memcpy(to, bytes, length);
    }
    return whole;
}

/* Elements of 32 bytes, as hashes have: the more of them the slower. The last one fills up. */
static bool generate_list(plb_plugin_call *call, const uint64_t *sizes, uint64_t seed,
                          plb_plugin_value *arguments) {
    const plb_plugin_host *host = call->host;
    plb_plugin_value list = host->make_list(call, PLB_PLUGIN_BYTESTRING, NULL, 0);
    for (uint64_t left = sizes[0]; left > 0;) {
        uint64_t words = left > 5 ? 4 : left - 1; /* and one for the element itself */
        plb_plugin_value element = plb_plugin_random_bytes(call, &seed, 8 * words);
        if (element == PLB_PLUGIN_NONE || list == PLB_PLUGIN_NONE) return false;
        list = host->make_cons(call, element, list);
        left -= words + 1;
    }
    arguments[0] = list;
    return list != PLB_PLUGIN_NONE;
}

/* ---- bitLength ---- */

static plb_plugin_value bit_length(plb_plugin_call *call, const plb_plugin_value *arguments) {
    plb_plugin_integer integer;
    int64_t bits = 0;
    if (!call->host->read_integer(call, arguments[0], &integer)) return PLB_PLUGIN_NONE;
    if (integer.count > 0) bits = 64 * (int64_t) (integer.count - 1);
    for (uint64_t top = integer.count > 0 ? integer.limbs[integer.count - 1] : 0; top != 0;
         top >>= 1)
        bits++;
    return call->host->make_int64(call, bits);
}

static bool generate_integer(plb_plugin_call *call, const uint64_t *sizes, uint64_t seed,
                             plb_plugin_value *arguments) {
    arguments[0] = plb_plugin_random_integer(call, &seed, sizes[0]);
    return arguments[0] != PLB_PLUGIN_NONE;
}

/* ---- The description ---- */

/* Until they are fitted, costs like those of Plutus' own builtins that do about as much. */
static const plb_plugin_builtin builtins[] = {
    {
        .name = "crc32ByteString",
        .arity = 1,
        .arguments = {"bytestring"},
        .result = "integer",
        .run = crc32,
        .steps = {"linear_in_x", {200000, 8000}},
        .memory = {"constant_cost", {1}},
        .generate = generate_bytes,
        .sizes = {{.least = 1, .most = 1 << 20, .bytes_each = 16}},
        .grid = "1..200:2",
    },
    {
        .name = "concatByteStrings",
        .arity = 1,
        .arguments = {"(list bytestring)"},
        .result = "bytestring",
        .measures = {PLB_PLUGIN_OWN},
        .measure = measure_contents,
        .run = concat,
        .steps = {"linear_in_x", {200000, 2000}},
        .memory = {"linear_in_x", {0, 1}},
        .generate = generate_list,
        .sizes = {{.least = 0, .most = 1 << 20, .bytes_each = 64}},
        .grid = "0..500:5",
    },
    {
        .name = "bitLength",
        .arity = 1,
        .arguments = {"integer"},
        .result = "integer",
        .run = bit_length,
        .steps = {"constant_cost", {150000}},
        .memory = {"constant_cost", {1}},
        .generate = generate_integer,
        .sizes = {{.least = 1, .most = 1 << 20, .bytes_each = 32}},
        .grid = "1..100:3",
        .fit = {.rules = "outliers"},
    },
};

const plb_plugin *plb_plugin_entry(void) {
    static const plb_plugin plugin = {
        .abi = PLB_PLUGIN_ABI,
        .size = sizeof plugin,
        .builtin_size = sizeof *builtins,
        .name = "more_builtins",
        .version = "1.0",
        .builtins = builtins,
        .builtin_count = sizeof builtins / sizeof *builtins,
    };
    return &plugin;
}
