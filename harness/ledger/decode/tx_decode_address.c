/* Payment addresses and reward accounts (CIP-19; Cardano.Ledger.Address), and withdrawals, which
 * are by reward account. */
#include <string.h>

#include "harness/ledger/tx.h"

#define HEADER_BYRON 0x82       /* the head of an array of two */
#define HEADER_UNUSED_BITS 0x8e /* of a payment address */
#define HEADER_IS_ENTERPRISE 0x20
#define HEADER_IS_SCRIPT 0x10
#define HEADER_IS_MAINNET 0x01
#define HEADER_ACCOUNT 0xe0 /* ... apart from IS_SCRIPT and IS_MAINNET */
#define EMBEDDED_CBOR_TAG 24

/* ---- Addresses that are not supported must be well-formed all the same ---- */

/* The CRC of ISO 3309, which Byron addresses carry. */
static uint32_t crc32(plb_span content) {
    uint32_t crc = UINT32_MAX;
    for (size_t i = 0; i < content.length; i++) {
        crc ^= content.bytes[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ ((crc & 1) != 0 ? UINT32_C(0xedb88320) : 0);
        }
    }
    return ~crc;
}

static bool is_definite(plb_cbor *reader, const plb_cbor_members *members, uint64_t count) {
    return (!members->indefinite && members->left == count) ||
           plb_cbor_malformed(reader, "as many members as a Byron address has");
}

/* Attributes, in ascending order: a number below 256 to bytes. */
static bool check_byron_attributes(plb_cbor *reader) {
    static const char *const expected = "the attributes of a Byron address";
    plb_cbor_members members;
    uint64_t key, least = 0;
    plb_span value;
    if (!plb_cbor_map(reader, &members, expected)) return false;
    while (plb_cbor_more(reader, &members)) {
        if (!plb_cbor_uint(reader, &key, expected) || !plb_cbor_bytes(reader, &value, expected)) {
            return false;
        }
        if (key < least || key > UINT8_MAX) return plb_cbor_malformed(reader, expected);
        least = key + 1;
    }
    return reader->status == PLB_OK;
}

/* [root, attributes, type] */
static bool check_byron_content(plb_cbor *reader) {
    static const char *const expected = "a Byron address's root, attributes and type";
    plb_cbor_members members;
    const uint8_t *root;
    uint64_t type;
    if (!plb_cbor_array(reader, &members, expected) || !is_definite(reader, &members, 3) ||
        !plb_cbor_bytes_of(reader, PLB_KEY_HASH_BYTES, &root, expected) ||
        !check_byron_attributes(reader) || !plb_cbor_uint(reader, &type, expected)) {
        return false;
    }
    return type == 0 || type == 2 || plb_cbor_malformed(reader, "a Byron address's type, 0 or 2");
}

/* [24(content), CRC of the content] */
static bool check_byron(plb_cbor *reader) {
    plb_cbor_members members;
    plb_span content;
    uint64_t crc;
    if (!plb_cbor_array(reader, &members, "a Byron address") || !is_definite(reader, &members, 2) ||
        !plb_cbor_tag(reader, EMBEDDED_CBOR_TAG, "tag 24 in a Byron address") ||
        !plb_cbor_bytes(reader, &content, "the content of a Byron address") ||
        !plb_cbor_uint(reader, &crc, "the checksum of a Byron address")) {
        return false;
    }
    if (crc != crc32(content)) return plb_cbor_malformed(reader, "the checksum of the content");
    plb_cbor inner = plb_cbor_enter(reader, content);
    check_byron_content(&inner);
    return plb_cbor_leave(reader, &inner, "the end of the Byron address's content");
}

/* A number of at most `bits` bits, seven to a byte and the highest first; as in the ledger, one
 * that takes as many bytes as `bits` needs may have no bits beyond them. */
static bool check_pointer_part(const uint8_t **at, const uint8_t *end, unsigned bits) {
    const uint8_t *first = *at;
    unsigned most = (bits + 6) / 7, taken = 0;
    do {
        if (*at == end || taken == most) return false;
        taken++;
    } while ((*(*at)++ & 0x80) != 0);
    return taken < most || (*first & 0x7f) >> (bits - 7 * (most - 1)) == 0;
}

/* Slot, index of the transaction, index of the certificate. */
static bool is_pointer(const uint8_t *at, const uint8_t *end) {
    return check_pointer_part(&at, end, 32) && check_pointer_part(&at, end, 16) &&
           check_pointer_part(&at, end, 16) && at == end;
}

/* ---- Payment addresses ---- */

static bool pass_byron(plb_cbor *reader, plb_span bytes) {
    plb_cbor inner = plb_cbor_enter(reader, bytes);
    check_byron(&inner);
    return plb_cbor_leave(reader, &inner, "the end of the Byron address") &&
           plb_cbor_unsupported(reader, "a Byron address");
}

static bool pass_pointer(plb_cbor *reader, plb_span bytes) {
    static const char *const expected = "a pointer address: header, hash and pointer";
    if (bytes.length < 1 + PLB_KEY_HASH_BYTES ||
        !is_pointer(bytes.bytes + 1 + PLB_KEY_HASH_BYTES, bytes.bytes + bytes.length)) {
        return plb_cbor_malformed(reader, expected);
    }
    return plb_cbor_unsupported(reader, "a pointer address");
}

bool plb_decode_address(plb_cbor *reader, plb_address *address) {
    if (!plb_cbor_bytes(reader, &address->bytes, "an address")) return false;
    const uint8_t *bytes = address->bytes.bytes;
    size_t length = address->bytes.length;
    if (length == 0) return plb_cbor_malformed(reader, "an address of at least one byte");
    if (bytes[0] == HEADER_BYRON) return pass_byron(reader, address->bytes);
    if ((bytes[0] & HEADER_UNUSED_BITS) != 0) {
        return plb_cbor_malformed(reader, "the header of a payment address");
    }
    unsigned type = bytes[0] >> 4;
    if (type == 4 || type == 5) return pass_pointer(reader, address->bytes);
    bool base = type < 4;
    if (length != 1u + PLB_KEY_HASH_BYTES * (base ? 2u : 1u)) {
        return plb_cbor_malformed(reader, "a payment address of the length its header says");
    }
    address->network = (bytes[0] & HEADER_IS_MAINNET) != 0 ? PLB_MAINNET : PLB_TESTNET;
    address->payment_is_script = (bytes[0] & HEADER_IS_SCRIPT) != 0;
    address->payment = bytes + 1;
    address->stake_kind = !base             ? PLB_STAKE_NONE
                          : (type & 2) != 0 ? PLB_STAKE_SCRIPT
                                            : PLB_STAKE_KEY;
    address->stake = base ? bytes + 1 + PLB_KEY_HASH_BYTES : NULL;
    return true;
}

/* ---- Withdrawals ---- */

static bool decode_account(plb_cbor *reader, plb_withdrawal *withdrawal) {
    static const char *const expected = "a reward account of 29 bytes";
    if (!plb_cbor_bytes(reader, &withdrawal->account, expected)) return false;
    const uint8_t *bytes = withdrawal->account.bytes;
    if (withdrawal->account.length != 1 + PLB_KEY_HASH_BYTES ||
        (bytes[0] & ~(HEADER_IS_SCRIPT | HEADER_IS_MAINNET)) != HEADER_ACCOUNT) {
        return plb_cbor_malformed(reader, expected);
    }
    withdrawal->network = (bytes[0] & HEADER_IS_MAINNET) != 0 ? PLB_MAINNET : PLB_TESTNET;
    withdrawal->is_script = (bytes[0] & HEADER_IS_SCRIPT) != 0;
    withdrawal->hash = bytes + 1;
    return true;
}

/* AccountAddress is ordered by network, then credential; a Credential's first constructor is the
 * script's (Cardano.Ledger.Credential). */
static int compare_withdrawals(const void *a, const void *b) {
    const plb_withdrawal *x = a, *y = b;
    if (x->network != y->network) return x->network < y->network ? -1 : 1;
    if (x->is_script != y->is_script) return x->is_script ? -1 : 1;
    return memcmp(x->hash, y->hash, PLB_KEY_HASH_BYTES);
}

bool plb_decode_withdrawals(plb_cbor *reader, plb_region *arena, plb_tx *tx) {
    plb_cbor_members members;
    plb_list list = {0};
    if (!plb_cbor_map(reader, &members, "withdrawals")) return false;
    while (plb_cbor_more(reader, &members)) {
        plb_withdrawal *withdrawal = plb_list_add(&list, sizeof *withdrawal, arena, reader);
        if (withdrawal == NULL || !decode_account(reader, withdrawal) ||
            !plb_cbor_uint(reader, &withdrawal->lovelace, "an amount of lovelace")) {
            return false;
        }
    }
    if (reader->status != PLB_OK) return false;
    if (list.count == 0) return plb_cbor_malformed(reader, "withdrawals that are not empty");
    tx->withdrawals = (plb_withdrawal *) (void *) list.items;
    tx->withdrawal_count = list.count;
    plb_sort(tx->withdrawals, list.count, sizeof *tx->withdrawals, compare_withdrawals);
    for (size_t i = 1; i < list.count; i++) {
        if (compare_withdrawals(&tx->withdrawals[i - 1], &tx->withdrawals[i]) == 0) {
            return plb_cbor_malformed(reader, "each reward account once");
        }
    }
    return true;
}
