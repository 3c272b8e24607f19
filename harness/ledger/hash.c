/* BLAKE2b hashes, script hashes and addresses. */
#include <plutbench/ledger.h>

#include <string.h>

#include <sodium.h>

void plb_blake2b_256(const uint8_t *bytes, size_t length, uint8_t hash[PLB_HASH_BYTES]) {
    crypto_generichash_blake2b(hash, PLB_HASH_BYTES, bytes, length, NULL, 0);
}

void plb_blake2b_224(const uint8_t *bytes, size_t length, uint8_t hash[PLB_KEY_HASH_BYTES]) {
    crypto_generichash_blake2b(hash, PLB_KEY_HASH_BYTES, bytes, length, NULL, 0);
}

void plb_script_hash(plb_language language, const uint8_t *script, size_t length,
                     uint8_t hash[PLB_KEY_HASH_BYTES]) {
    /* The tag is 1 for PlutusV1 and so on; 0 is for native scripts. */
    uint8_t tag = (uint8_t) language;
    crypto_generichash_blake2b_state state;
    crypto_generichash_blake2b_init(&state, NULL, 0, PLB_KEY_HASH_BYTES);
    crypto_generichash_blake2b_update(&state, &tag, 1);
    crypto_generichash_blake2b_update(&state, script, length);
    crypto_generichash_blake2b_final(&state, hash, PLB_KEY_HASH_BYTES);
}

void plb_enterprise_address(plb_network network, bool is_script,
                            const uint8_t hash[PLB_KEY_HASH_BYTES],
                            uint8_t address[PLB_KEY_HASH_BYTES + 1]) {
    /* CIP-19: header type 6 for a key, 7 for a script. */
    address[0] = (uint8_t) ((is_script ? 0x70 : 0x60) | (network == PLB_MAINNET ? 1 : 0));
    memcpy(address + 1, hash, PLB_KEY_HASH_BYTES);
}

void plb_reward_account(plb_network network, bool is_script, const uint8_t hash[PLB_KEY_HASH_BYTES],
                        uint8_t account[PLB_KEY_HASH_BYTES + 1]) {
    /* CIP-19: header type 14 for a key, 15 for a script. */
    account[0] = (uint8_t) ((is_script ? 0xf0 : 0xe0) | (network == PLB_MAINNET ? 1 : 0));
    memcpy(account + 1, hash, PLB_KEY_HASH_BYTES);
}
