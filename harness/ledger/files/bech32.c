#include "harness/ledger/files/bech32.h"

#include <string.h>

#define CHECKSUM_DIGITS 6

static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* ---- Checksum: a BCH code over digits of five bits ---- */

static uint32_t step(uint32_t state, unsigned digit) {
    static const uint32_t generator[5] = {0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd,
                                          0x2a1462b3};
    unsigned top = state >> 25;
    state = (state & 0x1ffffff) << 5 ^ digit;
    for (unsigned i = 0; i < 5; i++) {
        if ((top >> i & 1) != 0) state ^= generator[i];
    }
    return state;
}

static uint32_t begin(const char *prefix) {
    uint32_t state = 1;
    for (const char *c = prefix; *c != '\0'; c++) state = step(state, (unsigned char) *c >> 5);
    state = step(state, 0);
    for (const char *c = prefix; *c != '\0'; c++) state = step(state, (unsigned char) *c & 31);
    return state;
}

/* ---- Decoding ---- */

static char lower(char c) { return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c; }

/* Visible characters in one case. */
static const char *check_characters(const char *text, size_t length) {
    bool has_lower = false, has_upper = false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < 33 || text[i] > 126) return "it has a character that bech32 does not have";
        has_lower = has_lower || (text[i] >= 'a' && text[i] <= 'z');
        has_upper = has_upper || (text[i] >= 'A' && text[i] <= 'Z');
    }
    return has_lower && has_upper ? "it mixes capitals and small letters" : NULL;
}

/* Digits of five bits to bytes; what is left over must be less than a digit, and zero. */
static const char *join(const uint8_t *digits, size_t count, uint8_t *data, size_t *length) {
    unsigned held = 0, bits = 0;
    *length = 0;
    for (size_t i = 0; i < count; i++) {
        held = (held << 5 | digits[i]) & 0xfff;
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            data[(*length)++] = (uint8_t) (held >> bits);
        }
    }
    return bits >= 5 || (held & ((1u << bits) - 1)) != 0 ? "its padding is not zero" : NULL;
}

const char *plb_bech32_decode(const char *text, char prefix[PLB_BECH32_PREFIX_BYTES],
                              uint8_t data[PLB_BECH32_DATA_BYTES], size_t *length) {
    uint8_t digits[PLB_BECH32_TEXT_BYTES];
    size_t size = strnlen(text, PLB_BECH32_TEXT_BYTES);
    if (size >= PLB_BECH32_TEXT_BYTES) return "it is too long";
    const char *problem = check_characters(text, size);
    if (problem != NULL) return problem;
    const char *separator = strrchr(text, '1');
    size_t prefix_length = separator != NULL ? (size_t) (separator - text) : 0;
    if (prefix_length == 0) return "it has no prefix, such as addr1";
    if (prefix_length >= PLB_BECH32_PREFIX_BYTES) return "its prefix is too long";
    for (size_t i = 0; i < prefix_length; i++) prefix[i] = lower(text[i]);
    prefix[prefix_length] = '\0';
    uint32_t state = begin(prefix);
    size_t count = size - prefix_length - 1;
    if (count < CHECKSUM_DIGITS) return "its checksum is cut off";
    for (size_t i = 0; i < count; i++) {
        const char *found = strchr(alphabet, lower(separator[1 + i]));
        if (found == NULL) return "it has a character that bech32 does not have";
        digits[i] = (uint8_t) (found - alphabet);
        state = step(state, digits[i]);
    }
    if (state != 1) return "its checksum is wrong";
    count -= CHECKSUM_DIGITS;
    if (count * 5 / 8 > PLB_BECH32_DATA_BYTES) return "it is too long";
    return join(digits, count, data, length);
}

/* ---- Encoding ---- */

/* Bytes to digits of five bits, the last one filled up with zeros. */
static size_t split(const uint8_t *data, size_t length, uint8_t *digits) {
    unsigned held = 0, bits = 0;
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        held = (held << 8 | data[i]) & 0xfff;
        for (bits += 8; bits >= 5; bits -= 5) digits[count++] = held >> (bits - 5) & 31;
    }
    if (bits > 0) digits[count++] = (uint8_t) (held << (5 - bits) & 31);
    return count;
}

bool plb_bech32_encode(const char *prefix, const uint8_t *data, size_t length,
                       char text[PLB_BECH32_TEXT_BYTES]) {
    uint8_t digits[PLB_BECH32_TEXT_BYTES];
    size_t at = strnlen(prefix, PLB_BECH32_PREFIX_BYTES);
    if (at == 0 || at >= PLB_BECH32_PREFIX_BYTES || length > PLB_BECH32_DATA_BYTES) return false;
    for (size_t i = 0; i < at; i++) {
        if (prefix[i] < 33 || prefix[i] > 126 || lower(prefix[i]) != prefix[i]) return false;
    }
    size_t count = split(data, length, digits);
    uint32_t state = begin(prefix);
    for (size_t i = 0; i < count; i++) state = step(state, digits[i]);
    for (unsigned i = 0; i < CHECKSUM_DIGITS; i++) state = step(state, 0);
    state ^= 1;
    for (unsigned i = 0; i < CHECKSUM_DIGITS; i++) {
        digits[count++] = state >> 5 * (CHECKSUM_DIGITS - 1 - i) & 31;
    }
    memcpy(text, prefix, at);
    text[at++] = '1';
    for (size_t i = 0; i < count; i++) text[at++] = alphabet[digits[i]];
    text[at] = '\0';
    return true;
}
