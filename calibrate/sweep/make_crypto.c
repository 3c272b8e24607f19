/* Signatures that verify, points of BLS12-381 (the reference's Benchmarks/Crypto.hs). */
#include <stdlib.h>
#include <string.h>

#include <secp256k1.h>
#include <secp256k1_extrakeys.h>
#include <secp256k1_schnorrsig.h>
#include <sodium.h>

#include "calibrate/sweep/words.h"
#include "harness/machine/bls.h"
#include "harness/machine/builtin_functions.h"

#define MAKES(name)                                                                                \
    void plb_make_word_##name(plb_maker *maker, const uint64_t *sizes, plb_value *arguments)

/* ---- Pools ---- */

enum { POINTS = 128, ML_RESULTS = 32 };
#define POOL_BYTES ((size_t) 1 << 22)

struct plb_pools {
    secp256k1_context *context;
    plb_machine *machine;
    plb_region region;
    plb_value g1[POINTS], g2[POINTS], ml[ML_RESULTS];
    bool has_g1, has_g2, has_ml;
};

plb_pools *plb_pools_new(void) {
    plb_pools *pools = calloc(1, sizeof *pools);
    if (pools == NULL) return NULL;
    pools->context = secp256k1_context_create(SECP256K1_CONTEXT_NONE);
    pools->machine = plb_machine_new(POOL_BYTES);
    if (sodium_init() < 0 || pools->context == NULL || pools->machine == NULL ||
        !plb_region_init(&pools->region, POOL_BYTES)) {
        plb_pools_free(pools);
        return NULL;
    }
    pools->machine->variant = PLB_VARIANT_E;
    return pools;
}

void plb_pools_free(plb_pools *pools) {
    if (pools == NULL) return;
    if (pools->context != NULL) secp256k1_context_destroy(pools->context);
    plb_machine_free(pools->machine);
    plb_region_free(&pools->region);
    free(pools);
}

/* What the builtin makes of the arguments, kept in the pool. */
static plb_value keep(plb_pools *pools, plb_builtin_fn run, plb_value a, plb_value b) {
    if (a == PLB_NO_VALUE || b == PLB_NO_VALUE) return PLB_NO_VALUE;
    plb_region_reset(&pools->machine->region);
    plb_value v = run(pools->machine, (const plb_value[]){a, b});
    return v != PLB_NO_VALUE ? plb_copy_constant(&pools->region, v) : PLB_NO_VALUE;
}

/* Random points are hashes, as in the reference. */
static bool hash_points(plb_pools *pools, plb_builtin_fn run, plb_value *points) {
    plb_value domain = plb_make_bytes(&pools->region, PLB_KIND_BYTESTRING, NULL, 0);
    for (uint64_t i = 0; i < POINTS; i++) {
        uint64_t state = i, text[3];
        for (int k = 0; k < 3; k++) text[k] = plb_random_mix(&state);
        plb_value message = plb_make_bytes(&pools->region, PLB_KIND_BYTESTRING,
                                           (const uint8_t *) text, sizeof text);
        points[i] = keep(pools, run, message, domain);
        if (points[i] == PLB_NO_VALUE) return false;
    }
    return true;
}

static const plb_value *g1_pool(plb_pools *pools) {
    if (!pools->has_g1)
        pools->has_g1 = hash_points(pools, plb_run_bls12_381_G1_hashToGroup, pools->g1);
    return pools->has_g1 ? pools->g1 : NULL;
}

static const plb_value *g2_pool(plb_pools *pools) {
    if (!pools->has_g2)
        pools->has_g2 = hash_points(pools, plb_run_bls12_381_G2_hashToGroup, pools->g2);
    return pools->has_g2 ? pools->g2 : NULL;
}

static const plb_value *ml_pool(plb_pools *pools) {
    const plb_value *g1 = g1_pool(pools), *g2 = g2_pool(pools);
    if (!pools->has_ml && g1 != NULL && g2 != NULL) {
        pools->has_ml = true;
        for (int i = 0; i < ML_RESULTS; i++) {
            pools->ml[i] = keep(pools, plb_run_bls12_381_millerLoop, g1[i], g2[i]);
            pools->has_ml = pools->has_ml && pools->ml[i] != PLB_NO_VALUE;
        }
    }
    return pools->has_ml ? pools->ml : NULL;
}

static plb_value one_of(plb_maker *maker, const plb_value *pool, uint32_t count) {
    if (pool == NULL) return PLB_NO_VALUE;
    return plb_copy_constant(maker->region, pool[plb_random_below(&maker->random, count)]);
}

/* ---- BLS12-381 ---- */

MAKES(g1) {
    (void) sizes;
    arguments[0] = one_of(maker, g1_pool(maker->pools), POINTS);
}

MAKES(g2) {
    (void) sizes;
    arguments[0] = one_of(maker, g2_pool(maker->pools), POINTS);
}

MAKES(ml_result) {
    (void) sizes;
    arguments[0] = one_of(maker, ml_pool(maker->pools), ML_RESULTS);
}

static plb_value copy_of(plb_maker *maker, plb_value v) {
    return v != PLB_NO_VALUE ? plb_copy_constant(maker->region, v) : PLB_NO_VALUE;
}

MAKES(same_g1) {
    plb_make_word_g1(maker, sizes, arguments);
    arguments[1] = copy_of(maker, arguments[0]);
}

MAKES(same_g2) {
    plb_make_word_g2(maker, sizes, arguments);
    arguments[1] = copy_of(maker, arguments[0]);
}

MAKES(g1_bytes) {
    uint8_t bytes[PLB_G1_BYTES];
    plb_make_word_g1(maker, sizes, arguments);
    if (arguments[0] == PLB_NO_VALUE) return;
    plb_bls_g1_compress(arguments[0], bytes);
    arguments[0] = plb_make_bytes(maker->region, PLB_KIND_BYTESTRING, bytes, sizeof bytes);
}

MAKES(g2_bytes) {
    uint8_t bytes[PLB_G2_BYTES];
    plb_make_word_g2(maker, sizes, arguments);
    if (arguments[0] == PLB_NO_VALUE) return;
    plb_bls_g2_compress(arguments[0], bytes);
    arguments[0] = plb_make_bytes(maker->region, PLB_KIND_BYTESTRING, bytes, sizeof bytes);
}

/* A domain separation tag has at most 255 bytes. */
MAKES(domain) { arguments[0] = plb_random_bytes(maker, sizes[0] < 32 ? 8 * sizes[0] : 255); }

/* As large as they may be (PlutusCore.Crypto.BLS12_381.Bounds, msmMaxScalarWords). */
#define SCALAR_WORDS 64

MAKES(scalars) {
    plb_value list = PLB_NIL(PLB_TYPE_INTEGER);
    for (uint64_t i = 0; i < sizes[0]; i++) {
        plb_value scalar = plb_random_integer(maker, SCALAR_WORDS, false);
        list = plb_in_front(maker, PLB_TYPE_INTEGER, scalar, list);
    }
    arguments[0] = list;
}

static plb_value points_list(plb_maker *maker, plb_type type, const plb_value *pool,
                             uint64_t count) {
    plb_value list = pool != NULL ? PLB_NIL(type) : PLB_NO_VALUE;
    uint64_t start = plb_random_below(&maker->random, POINTS);
    for (uint64_t i = 0; i < count && list != PLB_NO_VALUE; i++) {
        plb_value point = plb_copy_constant(maker->region, pool[(start + i) % POINTS]);
        list = plb_in_front(maker, type, point, list);
    }
    return list;
}

MAKES(g1_list) { arguments[0] = points_list(maker, PLB_TYPE_G1, g1_pool(maker->pools), sizes[0]); }

MAKES(g2_list) { arguments[0] = points_list(maker, PLB_TYPE_G2, g2_pool(maker->pools), sizes[0]); }

/* ---- Signatures: key, message, signature ---- */

static plb_value bytes_value(plb_maker *maker, const uint8_t *bytes, size_t length) {
    return plb_make_bytes(maker->region, PLB_KIND_BYTESTRING, bytes, length);
}

MAKES(ed25519) {
    uint8_t seed[crypto_sign_SEEDBYTES], key[crypto_sign_PUBLICKEYBYTES],
        secret[crypto_sign_SECRETKEYBYTES], signature[crypto_sign_BYTES] = {0};
    plb_fill_random(maker, seed, sizeof seed);
    crypto_sign_seed_keypair(key, secret, seed);
    arguments[1] = plb_random_bytes(maker, 8 * sizes[1]);
    if (arguments[1] != PLB_NO_VALUE) {
        const plb_bytes *message = plb_bytes_of(arguments[1]);
        crypto_sign_detached(signature, NULL, message->bytes, message->head.size, secret);
    }
    arguments[0] = bytes_value(maker, key, sizeof key);
    arguments[2] = bytes_value(maker, signature, sizeof signature);
}

static void secret_key(plb_maker *maker, uint8_t secret[32]) {
    do {
        plb_fill_random(maker, secret, 32);
    } while (!secp256k1_ec_seckey_verify(maker->pools->context, secret));
}

/* The library signs with the lower s, which is the one that verifies. */
MAKES(ecdsa) {
    (void) sizes;
    const secp256k1_context *context = maker->pools->context;
    uint8_t secret[32], message[32], key[33], compact[64];
    size_t length = sizeof key;
    secp256k1_pubkey public_key;
    secp256k1_ecdsa_signature signature;
    secret_key(maker, secret);
    plb_fill_random(maker, message, sizeof message);
    bool good = secp256k1_ec_pubkey_create(context, &public_key, secret) == 1 &&
                secp256k1_ecdsa_sign(context, &signature, message, secret, NULL, NULL) == 1;
    arguments[0] = arguments[1] = arguments[2] = PLB_NO_VALUE;
    if (!good) return;
    (void) secp256k1_ec_pubkey_serialize(context, key, &length, &public_key,
                                         SECP256K1_EC_COMPRESSED);
    (void) secp256k1_ecdsa_signature_serialize_compact(context, compact, &signature);
    arguments[0] = bytes_value(maker, key, sizeof key);
    arguments[1] = bytes_value(maker, message, sizeof message);
    arguments[2] = bytes_value(maker, compact, sizeof compact);
}

MAKES(schnorr) {
    const secp256k1_context *context = maker->pools->context;
    uint8_t secret[32], key[32], signature[64];
    secp256k1_keypair pair;
    secp256k1_xonly_pubkey public_key;
    secret_key(maker, secret);
    arguments[0] = arguments[2] = PLB_NO_VALUE;
    arguments[1] = plb_random_bytes(maker, 8 * sizes[1]);
    if (arguments[1] == PLB_NO_VALUE) return;
    const plb_bytes *message = plb_bytes_of(arguments[1]);
    if (secp256k1_keypair_create(context, &pair, secret) != 1 ||
        secp256k1_keypair_xonly_pub(context, &public_key, NULL, &pair) != 1 ||
        secp256k1_xonly_pubkey_serialize(context, key, &public_key) != 1 ||
        secp256k1_schnorrsig_sign_custom(context, signature, message->bytes, message->head.size,
                                         &pair, NULL) != 1) {
        return;
    }
    arguments[0] = bytes_value(maker, key, sizeof key);
    arguments[2] = bytes_value(maker, signature, sizeof signature);
}
