/* Hash functions and signature verification. What is accepted, refused and answered with False is
 * that of PlutusCore.Crypto.{Hash,Ed25519,Secp256k1} and of the libraries below it, which are the
 * same here: libsodium and libsecp256k1. */
#include <pthread.h>
#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>
#include <sodium.h>

#include "harness/machine/builtin_functions.h"
#include "harness/machine/keccak.h"
#include "harness/machine/ripemd160.h"

enum {
    ED25519_KEY_BYTES = 32,
    ECDSA_KEY_BYTES = 33, /* compressed */
    ECDSA_HASH_BYTES = 32,
    SCHNORR_KEY_BYTES = 32, /* x only */
    SIGNATURE_BYTES = 64    /* of all three; ECDSA's is the compact form, r then s */
};

/* Picks libsodium's fastest BLAKE2b; without it the portable one runs, and that is all that a
 * failure (no source of randomness) would mean. Nothing else here needs it. */
static void choose_blake2b(void) {
    if (sodium_init() < 0) {
        return;
    }
}

static const uint8_t *bytes_of(plb_value value, size_t *length) {
    const plb_bytes *bytes = plb_bytes_of(value);
    *length = bytes->head.size;
    return bytes->bytes;
}

static bool has_length(plb_value value, uint32_t length) {
    return plb_bytes_of(value)->head.size == length;
}

/* ---- Hashes ---- */

typedef void (*hash_fn)(uint8_t *digest, const uint8_t *message, size_t length);

static inline plb_value run_hash(struct plb_machine *machine, plb_value message,
                                 size_t digest_bytes, hash_fn hash) {
    size_t length;
    const uint8_t *bytes = bytes_of(message, &length);
    uint8_t *digest;
    plb_value result = plb_make_bytes_room(plb_machine_region(machine), PLB_KIND_BYTESTRING,
                                           digest_bytes, &digest);
    if (result == PLB_NO_VALUE) {
        return plb_builtin_out_of_memory(machine);
    }
    hash(digest, bytes, length);
    return result;
}

static void sha2_256(uint8_t *digest, const uint8_t *message, size_t length) {
    (void) crypto_hash_sha256(digest, message, length);
}

static void blake2b(uint8_t *digest, size_t digest_bytes, const uint8_t *message, size_t length) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void) pthread_once(&once, choose_blake2b);
    (void) crypto_generichash(digest, digest_bytes, message, length, NULL, 0);
}

static void blake2b_256(uint8_t *digest, const uint8_t *message, size_t length) {
    blake2b(digest, 32, message, length);
}

static void blake2b_224(uint8_t *digest, const uint8_t *message, size_t length) {
    blake2b(digest, 28, message, length);
}

plb_value plb_run_sha2_256(struct plb_machine *machine, const plb_value *args) {
    return run_hash(machine, args[0], 32, sha2_256);
}

plb_value plb_run_sha3_256(struct plb_machine *machine, const plb_value *args) {
    return run_hash(machine, args[0], 32, plb_sha3_256);
}

plb_value plb_run_keccak_256(struct plb_machine *machine, const plb_value *args) {
    return run_hash(machine, args[0], 32, plb_keccak_256);
}

plb_value plb_run_blake2b_256(struct plb_machine *machine, const plb_value *args) {
    return run_hash(machine, args[0], 32, blake2b_256);
}

plb_value plb_run_blake2b_224(struct plb_machine *machine, const plb_value *args) {
    return run_hash(machine, args[0], 28, blake2b_224);
}

plb_value plb_run_ripemd_160(struct plb_machine *machine, const plb_value *args) {
    return run_hash(machine, args[0], 20, plb_ripemd_160);
}

/* ---- Signatures: key, message, signature ---- */

/* libsodium refuses non-canonical and small-order keys and signatures: False, no failure. */
plb_value plb_run_verifyEd25519Signature(struct plb_machine *machine, const plb_value *args) {
    if (!has_length(args[0], ED25519_KEY_BYTES)) {
        return plb_builtin_fail(machine,
                                "Ed25519 signature verification: Invalid verification key.");
    }
    if (!has_length(args[2], SIGNATURE_BYTES)) {
        return plb_builtin_fail(machine, "Ed25519 signature verification: Invalid signature.");
    }
    size_t length;
    const uint8_t *message = bytes_of(args[1], &length);
    return plb_bool(crypto_sign_ed25519_verify_detached(plb_bytes_of(args[2])->bytes, message,
                                                        length, plb_bytes_of(args[0])->bytes) == 0);
}

/* A signature whose s is in the upper half is False (PlutusCore.Default.Builtins, note on ECDSA
 * secp256k1): secp256k1_ecdsa_verify says so itself. */
plb_value plb_run_verifyEcdsaSecp256k1Signature(struct plb_machine *machine,
                                                const plb_value *args) {
    const secp256k1_context *context = secp256k1_context_static;
    secp256k1_pubkey key;
    secp256k1_ecdsa_signature signature;
    if (!has_length(args[0], ECDSA_KEY_BYTES) ||
        !secp256k1_ec_pubkey_parse(context, &key, plb_bytes_of(args[0])->bytes, ECDSA_KEY_BYTES)) {
        return plb_builtin_fail(
            machine, "ECDSA SECP256k1 signature verification: Invalid verification key.");
    }
    if (!has_length(args[2], SIGNATURE_BYTES) ||
        !secp256k1_ecdsa_signature_parse_compact(context, &signature,
                                                 plb_bytes_of(args[2])->bytes)) {
        return plb_builtin_fail(machine,
                                "ECDSA SECP256k1 signature verification: Invalid signature.");
    }
    if (!has_length(args[1], ECDSA_HASH_BYTES)) {
        return plb_builtin_fail(machine,
                                "ECDSA SECP256k1 signature verification: Invalid message hash.");
    }
    return plb_bool(
        secp256k1_ecdsa_verify(context, &signature, plb_bytes_of(args[1])->bytes, &key) == 1);
}

plb_value plb_run_verifySchnorrSecp256k1Signature(struct plb_machine *machine,
                                                  const plb_value *args) {
    const secp256k1_context *context = secp256k1_context_static;
    secp256k1_xonly_pubkey key;
    if (!has_length(args[0], SCHNORR_KEY_BYTES) ||
        !secp256k1_xonly_pubkey_parse(context, &key, plb_bytes_of(args[0])->bytes)) {
        return plb_builtin_fail(
            machine, "Schnorr SECP256k1 signature verification: Invalid verification key.");
    }
    if (!has_length(args[2], SIGNATURE_BYTES)) {
        return plb_builtin_fail(machine,
                                "Schnorr SECP256k1 signature verification: Invalid signature.");
    }
    size_t length;
    const uint8_t *message = bytes_of(args[1], &length);
    return plb_bool(secp256k1_schnorrsig_verify(context, plb_bytes_of(args[2])->bytes, message,
                                                length, &key) == 1);
}
