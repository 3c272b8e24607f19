/* Hashes and signatures against published answers: FIPS 180-4 and 202, the Keccak team, the
 * RIPEMD-160 paper, RFC 8032, BIP-340. What is no published vector comes from another
 * implementation (Python's hashlib, PyCryptodome) and says so. */
#include "tests/builtin_fixture.h"

typedef struct hash_case {
    plb_builtin_fn run;
    const char *message;
    const char *digest;
} hash_case;

static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz";
static const char two_blocks[] = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";

static void hashes_of_short_texts(void **state) {
    (void) state;
    const hash_case cases[] = {
        /* FIPS 180-4 */
        {plb_run_sha2_256, "abc",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {plb_run_sha2_256, two_blocks,
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {plb_run_sha2_256, "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        /* FIPS 202 */
        {plb_run_sha3_256, "", "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"},
        {plb_run_sha3_256, "abc",
         "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532"},
        {plb_run_sha3_256, two_blocks,
         "41c0dba2a9d6240849100376a8235e2c82e1b9998a999e21db32dd97496d3376"},
        /* Keccak team, ShortMsgKAT_256 (Len = 0 and 8) */
        {plb_run_keccak_256, "",
         "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"},
        {plb_run_keccak_256, "\xcc",
         "eead6dbfc7340a56caedc044696a168870549a6a7f6f56961e84a54bd9970b8a"},
        /* RIPEMD-160 paper, appendix B */
        {plb_run_ripemd_160, "", "9c1185a5c5e9fc54612808977ee8f548b2258d31"},
        {plb_run_ripemd_160, "a", "0bdc9d2d256b3ee9daae347be6f4dc835a467ffe"},
        {plb_run_ripemd_160, "abc", "8eb208f7e05d987a9b044a8e98c6b087f15a0bfc"},
        {plb_run_ripemd_160, "message digest", "5d0689ef49d2fae572b881b123a85ffa21595f36"},
        {plb_run_ripemd_160, alphabet, "f71c27109c692c1b56bbdceb5b9d2865b3708dbc"},
        {plb_run_ripemd_160, two_blocks, "12a053384a9c0c88e405a06c27dcf49ada62eb2b"},
        /* hashlib; RFC 7693 has vectors for 512 bits only */
        {plb_run_blake2b_256, "",
         "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8"},
        {plb_run_blake2b_256, "abc",
         "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"},
        {plb_run_blake2b_224, "", "836cc68931c2e4e3e838602eca1902591d216837bafddfe6f0c8cb07"},
        {plb_run_blake2b_224, "abc", "9bd237b02a29e43bdd6738afa5b53ff0eee178d6210b618e4511aec8"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        plb_value message = string_bytes(cases[i].message);
        assert_hex(cases[i].run(machine, &message), cases[i].digest);
    }
}

/* Every length up to 299 bytes, past several blocks of each function: the digest of all digests
 * in a row. Byte i of the message of length n is 7 i + n. Answers from hashlib and PyCryptodome. */
static void hashes_at_every_length(void **state) {
    (void) state;
    const hash_case cases[] = {
        {plb_run_sha2_256, NULL,
         "d5238871a46ac4a1a75ac3fb19d645b0b3b9e5f35f5f720e2b240d605c6b694e"},
        {plb_run_sha3_256, NULL,
         "dabd5ac39c87c1b00c4e69fda62098b8ab8cbe822a59392a3c8c70a4f147cde0"},
        {plb_run_keccak_256, NULL,
         "bf522ff1b1a4b7ddcb2f7ebdeb7f81a29db805539ea02050a078ebf791ed2b27"},
        {plb_run_ripemd_160, NULL, "d2eb8a7e8c6c70960ae6d2e1726cb9c3ef587bd7"},
        {plb_run_blake2b_256, NULL,
         "05720b14c0ff91cb763270888c4abd5a530f0c5d903328323afc3d2017054d74"},
        {plb_run_blake2b_224, NULL, "776d696387b66319eb0ab9355b14618cd507b1403eb5ac92094ea595"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t message[300], digests[300 * 32];
        size_t used = 0;
        for (size_t length = 0; length < 300; length++) {
            for (size_t j = 0; j < length; j++) {
                message[j] = (uint8_t) (7 * j + length);
            }
            plb_value value = bytes_value(message, length);
            const plb_bytes *digest = plb_bytes_of(made(cases[i].run(machine, &value)));
            memcpy(digests + used, digest->bytes, digest->head.size);
            used += digest->head.size;
        }
        plb_value value = bytes_value(digests, used);
        assert_hex(cases[i].run(machine, &value), cases[i].digest);
    }
}

/* RIPEMD-160 paper: a million times "a"; FIPS 202 example: 200 bytes 0xa3. */
static void hashes_of_long_texts(void **state) {
    (void) state;
    uint8_t *text = malloc(1000000);
    assert_non_null(text);
    memset(text, 'a', 1000000);
    assert_hex(CALL(ripemd_160, bytes_value(text, 1000000)),
               "52783243c1697bdbe16d37f97f68f08325dc1528");
    memset(text, 0xa3, 200);
    assert_hex(CALL(sha3_256, bytes_value(text, 200)),
               "79f38adec5c20307a98ef76e8324afbfd46cfd81b22e3973c65fa1bd9de31787");
    free(text);
}

/* ---- Ed25519 ---- */

/* RFC 8032, 7.1, tests 1 to 3. */
static const struct {
    const char *key, *message, *signature;
} ed25519[] = {
    {"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe24655141438e7a100b"},
    {"3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {"fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void ed25519_signatures_verify(void **state) {
    (void) state;
    for (size_t i = 0; i < 3; i++) {
        plb_value key = hex_value(ed25519[i].key), message = hex_value(ed25519[i].message);
        plb_value signature = hex_value(ed25519[i].signature);
        assert_true(CALL(verifyEd25519Signature, key, message, signature) == PLB_TRUE);
        plb_value other = hex_value(ed25519[(i + 1) % 3].message);
        assert_true(CALL(verifyEd25519Signature, key, other, signature) == PLB_FALSE);
        other = hex_value(ed25519[(i + 1) % 3].key);
        assert_true(CALL(verifyEd25519Signature, other, message, signature) == PLB_FALSE);
    }
}

/* s + order verifies in implementations that do not reduce (RFC 8032, 8.4). */
static void ed25519_refuses_malleable_and_small_order(void **state) {
    (void) state;
    static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58,
                                      0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
                                      0,    0,    0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0x10};
    plb_value key = hex_value(ed25519[1].key), message = hex_value(ed25519[1].message);
    uint8_t signature[64];
    memcpy(signature, plb_bytes_of(hex_value(ed25519[1].signature))->bytes, 64);
    unsigned carry = 0;
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned) signature[32 + i] + order[i];
        signature[32 + i] = (uint8_t) carry;
        carry >>= 8;
    }
    assert_true(CALL(verifyEd25519Signature, key, message, bytes_value(signature, 64)) ==
                PLB_FALSE);
    /* The neutral element as key and as R, with s = 0, satisfies the bare equation. */
    uint8_t neutral[64] = {1};
    assert_true(CALL(verifyEd25519Signature, bytes_value(neutral, 32), message,
                     bytes_value(neutral, 64)) == PLB_FALSE);
}

static void ed25519_lengths_fail(void **state) {
    (void) state;
    uint8_t zeros[65] = {0};
    plb_value message = string_bytes("");
    const char *key = "Ed25519 signature verification: Invalid verification key.";
    const char *signature = "Ed25519 signature verification: Invalid signature.";
    assert_fails(
        CALL(verifyEd25519Signature, bytes_value(zeros, 31), message, bytes_value(zeros, 64)), key);
    assert_fails(
        CALL(verifyEd25519Signature, bytes_value(zeros, 33), message, bytes_value(zeros, 64)), key);
    assert_fails(
        CALL(verifyEd25519Signature, bytes_value(zeros, 32), message, bytes_value(zeros, 63)),
        signature);
    assert_fails(
        CALL(verifyEd25519Signature, bytes_value(zeros, 32), message, bytes_value(zeros, 65)),
        signature);
}

/* ---- ECDSA ---- */

/* Key 1, SHA-256 of "Satoshi Nakamoto", deterministic nonce (RFC 6979): a vector that many
 * secp256k1 libraries share. The second s is the group order minus the first. */
static const char ecdsa_key[] =
    "0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798";
static const char ecdsa_r[] = "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8";
static const char ecdsa_low_s[] =
    "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e5";
static const char ecdsa_high_s[] =
    "dbbd3162d46e9f9bef7feb87c16dc13b4f6568a87f4e83f728e2443ba586675c";

static plb_value ecdsa_signature(const char *r, const char *s) {
    char hex[129];
    memcpy(hex, r, 64);
    memcpy(hex + 64, s, 65);
    return hex_value(hex);
}

static void ecdsa_takes_low_s_only(void **state) {
    (void) state;
    plb_value key = hex_value(ecdsa_key);
    plb_value hash = CALL(sha2_256, string_bytes("Satoshi Nakamoto"));
    plb_value low = ecdsa_signature(ecdsa_r, ecdsa_low_s);
    assert_true(CALL(verifyEcdsaSecp256k1Signature, key, hash, low) == PLB_TRUE);
    plb_value high = ecdsa_signature(ecdsa_r, ecdsa_high_s);
    assert_true(CALL(verifyEcdsaSecp256k1Signature, key, hash, high) == PLB_FALSE);
    plb_value other = CALL(sha2_256, string_bytes("satoshi nakamoto"));
    assert_true(CALL(verifyEcdsaSecp256k1Signature, key, other, low) == PLB_FALSE);
}

static void ecdsa_malformed_arguments_fail(void **state) {
    (void) state;
    const char *bad_key = "ECDSA SECP256k1 signature verification: Invalid verification key.";
    const char *bad_hash = "ECDSA SECP256k1 signature verification: Invalid message hash.";
    const char *bad_signature = "ECDSA SECP256k1 signature verification: Invalid signature.";
    plb_value key = hex_value(ecdsa_key);
    plb_value hash = CALL(sha2_256, string_bytes(""));
    plb_value signature = ecdsa_signature(ecdsa_r, ecdsa_low_s);
    uint8_t bytes[66] = {0};
    memcpy(bytes, plb_bytes_of(key)->bytes, 33);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, bytes_value(bytes, 32), hash, signature),
                 bad_key);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, bytes_value(bytes, 34), hash, signature),
                 bad_key);
    bytes[0] = 4; /* neither 2 nor 3 */
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, bytes_value(bytes, 33), hash, signature),
                 bad_key);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, key, bytes_value(bytes, 31), signature),
                 bad_hash);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, key, bytes_value(bytes, 33), signature),
                 bad_hash);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, key, hash, bytes_value(bytes, 63)),
                 bad_signature);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, key, hash, bytes_value(bytes, 65)),
                 bad_signature);
    /* r not below the group order is no encoding; r = 0 is one, of a signature that is wrong */
    memset(bytes, 0xff, 64);
    assert_fails(CALL(verifyEcdsaSecp256k1Signature, key, hash, bytes_value(bytes, 64)),
                 bad_signature);
    memset(bytes, 0, 64);
    assert_true(CALL(verifyEcdsaSecp256k1Signature, key, hash, bytes_value(bytes, 64)) ==
                PLB_FALSE);
}

/* ---- Schnorr ---- */

typedef struct schnorr_case {
    const char *key, *message, *signature;
    plb_value result;
} schnorr_case;

/* BIP-340 test vectors 0, 6, 15, 16. */
static void schnorr_signatures_verify(void **state) {
    (void) state;
    const schnorr_case cases[] = {
        {"f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9",
         "0000000000000000000000000000000000000000000000000000000000000000",
         "e907831f80848d1069a5371b402410364bdf1c5f8307b0084c55f1ce2dca821525f66a4a85ea8b71e482a74f3"
         "82d2ce5ebeee8fdb2172f477df4900d310536c0",
         PLB_TRUE},
        {"dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659",
         "243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89",
         "fff97bd5755eeea420453a14355235d382f6472f8568a18b2f057a14602975563cc27944640ac607cd107ae10"
         "923d9ef7a73c643e166be5ebeafa34b1ac553e2",
         PLB_FALSE},
        {"778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117", "",
         "71535db165ecd9fbbc046e5ffaea61186bb6ad436732fccc25291a55895464cf6069ce26bf03466228f19a3a6"
         "2db8a649f2d560fac652827d1af0574e427ab63",
         PLB_TRUE},
        {"778caa53b4393ac467774d09497a87224bf9fab6f6e68b23086497324d6fd117", "11",
         "08a20a0afef64124649232e0693c583ab1b9934ae63b4c3511f3ae1134c6a303ea3173bfea6683bd101fa5aa5"
         "dbc1996fe7cacfc5a577d33ec14564cec2bacbf",
         PLB_TRUE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(CALL(verifySchnorrSecp256k1Signature, hex_value(cases[i].key),
                         hex_value(cases[i].message),
                         hex_value(cases[i].signature)) == cases[i].result);
    }
}

static void schnorr_malformed_arguments_fail(void **state) {
    (void) state;
    const char *bad_key = "Schnorr SECP256k1 signature verification: Invalid verification key.";
    const char *bad_signature = "Schnorr SECP256k1 signature verification: Invalid signature.";
    plb_value message = string_bytes("");
    uint8_t bytes[66] = {0};
    plb_value signature = bytes_value(bytes, 64);
    /* BIP-340 test vector 5: not on the curve */
    plb_value key = hex_value("eefdea4cdb677750a420fee807eacf21eb9898ae79b9768766e4faa04a2d4a34");
    assert_fails(CALL(verifySchnorrSecp256k1Signature, key, message, signature), bad_key);
    assert_fails(CALL(verifySchnorrSecp256k1Signature, bytes_value(bytes, 31), message, signature),
                 bad_key);
    assert_fails(CALL(verifySchnorrSecp256k1Signature, bytes_value(bytes, 33), message, signature),
                 bad_key);
    key = hex_value("f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9");
    assert_fails(CALL(verifySchnorrSecp256k1Signature, key, message, bytes_value(bytes, 63)),
                 bad_signature);
    assert_fails(CALL(verifySchnorrSecp256k1Signature, key, message, bytes_value(bytes, 65)),
                 bad_signature);
    assert_true(CALL(verifySchnorrSecp256k1Signature, key, message, signature) == PLB_FALSE);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_of_short_texts),
        cmocka_unit_test(hashes_at_every_length),
        cmocka_unit_test(hashes_of_long_texts),
        cmocka_unit_test(ed25519_signatures_verify),
        cmocka_unit_test(ed25519_refuses_malleable_and_small_order),
        cmocka_unit_test(ed25519_lengths_fail),
        cmocka_unit_test(ecdsa_takes_low_s_only),
        cmocka_unit_test(ecdsa_malformed_arguments_fail),
        cmocka_unit_test(schnorr_signatures_verify),
        cmocka_unit_test(schnorr_malformed_arguments_fail),
    };
    return cmocka_run_group_tests(tests, machine_setup, machine_teardown);
}
