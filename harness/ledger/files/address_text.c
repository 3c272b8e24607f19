#include "harness/ledger/files/address_text.h"

#include <string.h>

#include "harness/ledger/files/base58.h"

/* Headers (CIP-19): the upper half of the first byte is the type, the lower one the network. */
#define TYPE_BYRON 8
#define TYPE_REWARD 14 /* and 15 */

static const char *from_bech32(const char *text, const char *word, bool is_reward, uint8_t *bytes,
                               size_t *length) {
    char prefix[PLB_BECH32_PREFIX_BYTES];
    const char *problem = plb_bech32_decode(text, prefix, bytes, length);
    if (problem != NULL) return problem;
    size_t stem = strlen(word);
    bool is_test = strcmp(prefix + (strncmp(prefix, word, stem) == 0 ? stem : 0), "_test") == 0;
    if (!is_test && strcmp(prefix, word) != 0) {
        return is_reward ? "expected stake1... or stake_test1..."
                         : "expected addr1... or addr_test1...";
    }
    if (*length == 0 || (bytes[0] & 15) != (is_test ? 0 : 1)) {
        return "its prefix and its network do not agree";
    }
    unsigned type = bytes[0] >> 4;
    if (is_reward ? type < TYPE_REWARD : type >= TYPE_BYRON) {
        return "its prefix and its header do not agree";
    }
    return NULL;
}

const char *plb_address_from_text(const char *text, uint8_t bytes[PLB_BECH32_DATA_BYTES],
                                  size_t *length) {
    if (strncmp(text, "addr", 4) == 0 || strncmp(text, "ADDR", 4) == 0) {
        return from_bech32(text, "addr", false, bytes, length);
    }
    if (strncmp(text, "stake", 5) == 0) return "expected a payment address, got a reward account";
    /* A Byron address is CBOR: an array of two. */
    if (*text != '\0' && plb_base58_decode(text, bytes, PLB_BECH32_DATA_BYTES, length) &&
        bytes[0] == 0x82) {
        return NULL;
    }
    return "expected addr1... or addr_test1...";
}

const char *plb_reward_account_from_text(const char *text, uint8_t bytes[PLB_BECH32_DATA_BYTES],
                                         size_t *length) {
    return from_bech32(text, "stake", true, bytes, length);
}

bool plb_address_to_text(const uint8_t *bytes, size_t length, char text[PLB_BECH32_TEXT_BYTES]) {
    static const char *const prefixes[2][2] = {{"addr_test", "addr"}, {"stake_test", "stake"}};
    if (length == 0) return false;
    unsigned type = bytes[0] >> 4, network = bytes[0] & 15;
    bool is_reward = type >= TYPE_REWARD;
    if (network > 1 || (!is_reward && type >= TYPE_BYRON)) return false;
    return plb_bech32_encode(prefixes[is_reward][network], bytes, length, text);
}
