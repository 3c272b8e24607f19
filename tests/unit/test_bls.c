/* BLS12-381: published encodings and hash-to-curve vectors (RFC 9380, appendix J.9.1 and J.10.1,
 * compressed), multiples computed with py_ecc, and the laws that groups and pairings obey. */
#include "harness/machine/bls.h"
#include "tests/builtin_fixture.h"

/* One group's builtins, so that each law is written once. */
typedef struct group {
    plb_builtin_fn add, neg, scalar_mul, equal, compress, uncompress, hash, sum_products;
    plb_type type;
    size_t bytes;
    const char *generator; /* compressed */
} group;

static const group groups[2] = {
    {plb_run_bls12_381_G1_add, plb_run_bls12_381_G1_neg, plb_run_bls12_381_G1_scalarMul,
     plb_run_bls12_381_G1_equal, plb_run_bls12_381_G1_compress, plb_run_bls12_381_G1_uncompress,
     plb_run_bls12_381_G1_hashToGroup, plb_run_bls12_381_G1_multiScalarMul, PLB_TYPE_G1, 48,
     "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22"
     "c6bb"},
    {plb_run_bls12_381_G2_add, plb_run_bls12_381_G2_neg, plb_run_bls12_381_G2_scalarMul,
     plb_run_bls12_381_G2_equal, plb_run_bls12_381_G2_compress, plb_run_bls12_381_G2_uncompress,
     plb_run_bls12_381_G2_hashToGroup, plb_run_bls12_381_G2_multiScalarMul, PLB_TYPE_G2, 96,
     "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d04"
     "2b7e024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8"
     "c121bdb8"},
};

static plb_value run1(plb_builtin_fn run, plb_value a) {
    forget_failure();
    return run(machine, (const plb_value[]){a});
}

static plb_value run2(plb_builtin_fn run, plb_value a, plb_value b) {
    forget_failure();
    return run(machine, (const plb_value[]){a, b});
}

static void assert_same(const group *g, plb_value a, plb_value b) {
    assert_true(run2(g->equal, made(a), made(b)) == PLB_TRUE);
}

static plb_value zero_of(const group *g) {
    uint8_t bytes[96] = {0xc0};
    return made(run1(g->uncompress, bytes_value(bytes, g->bytes)));
}

static plb_value generator_of(const group *g) {
    return made(run1(g->uncompress, hex_value(g->generator)));
}

static plb_value random_point(const group *g) {
    uint64_t seed = random_word();
    return made(run2(g->hash, bytes_value(&seed, sizeof seed), string_bytes("TEST")));
}

/* Any sign, up to `limbs` limbs. */
static plb_value random_integer(size_t limbs) {
    uint64_t words[64];
    for (size_t i = 0; i < limbs; i++) {
        words[i] = random_word();
    }
    return made(plb_make_integer(heap, random_below(2) != 0, words, limbs));
}

/* The order of both groups, r. */
static plb_value order(bool negative, int offset) {
    uint64_t words[4] = {0xffffffff00000001u + (uint64_t) (int64_t) offset, 0x53bda402fffe5bfeu,
                         0x3339d80809a1d805u, 0x73eda753299d7d48u};
    return made(plb_make_integer(heap, negative, words, 4));
}

/* ---- Encoding ---- */

static void points_survive_compression(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        assert_hex(run1(g->compress, generator_of(g)), g->generator);
        for (int j = 0; j < 20; j++) {
            plb_value point = random_point(g);
            assert_same(g, point, run1(g->uncompress, run1(g->compress, point)));
        }
        uint8_t infinity[96] = {0xc0};
        const plb_bytes *compressed = plb_bytes_of(run1(g->compress, zero_of(g)));
        assert_int_equal(compressed->head.size, g->bytes);
        assert_memory_equal(compressed->bytes, infinity, g->bytes);
    }
}

/* A compressed x coordinate; every byte but the first and the last is 0. */
static plb_value encoding(size_t length, uint8_t first, uint8_t last) {
    uint8_t bytes[97] = {0};
    bytes[0] = first;
    bytes[length - 1] = last;
    return bytes_value(bytes, length);
}

static void malformed_points_fail(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        plb_builtin_fn run = g->uncompress;
        size_t n = g->bytes;
        assert_fails(run1(run, encoding(n - 1, 0xc0, 0)), "BLST_BAD_ENCODING");
        assert_fails(run1(run, encoding(n + 1, 0xc0, 0)), "BLST_BAD_ENCODING");
        assert_fails(run1(run, encoding(n, 0x00, 1)), "BLST_BAD_ENCODING"); /* uncompressed form */
        assert_fails(run1(run, encoding(n, 0xc0, 1)), "BLST_BAD_ENCODING"); /* infinity with x */
        assert_fails(run1(run, encoding(n, 0xe0, 0)), "BLST_BAD_ENCODING"); /* and with a sign */
        assert_fails(run1(run, encoding(n, 0x9f, 0)), "BLST_BAD_ENCODING"); /* x >= p */
        /* py_ecc: x = 1 is on neither curve; x = 4 in E1 and x = 2 in E2 are, but not in the
         * subgroup. */
        assert_fails(run1(run, encoding(n, 0x80, 1)), "BLST_POINT_NOT_ON_CURVE");
        assert_fails(run1(run, encoding(n, 0x80, i == 0 ? 4 : 2)), "BLST_POINT_NOT_IN_GROUP");
    }
}

static void text_helpers_agree_with_the_builtins(void **state) {
    (void) state;
    uint8_t bytes[96];
    memcpy(bytes, plb_bytes_of(hex_value(groups[0].generator))->bytes, 48);
    assert_null(plb_bls_g1_problem(bytes));
    plb_value point = made(plb_bls_g1_from_compressed(heap, bytes));
    assert_same(&groups[0], point, generator_of(&groups[0]));
    plb_bls_g1_compress(point, bytes);
    assert_hex(bytes_value(bytes, 48), groups[0].generator);
    bytes[0] &= 0x7f;
    assert_string_equal(plb_bls_g1_problem(bytes), "BLST_BAD_ENCODING");
    assert_true(plb_bls_g1_from_compressed(heap, bytes) == PLB_NO_VALUE);

    memcpy(bytes, plb_bytes_of(hex_value(groups[1].generator))->bytes, 96);
    assert_null(plb_bls_g2_problem(bytes));
    point = made(plb_bls_g2_from_compressed(heap, bytes));
    assert_same(&groups[1], point, generator_of(&groups[1]));
    plb_bls_g2_compress(point, bytes);
    assert_hex(bytes_value(bytes, 96), groups[1].generator);
    bytes[0] &= 0x7f;
    assert_string_equal(plb_bls_g2_problem(bytes), "BLST_BAD_ENCODING");
    assert_true(plb_bls_g2_from_compressed(heap, bytes) == PLB_NO_VALUE);
}

/* ---- Hashing ---- */

static void hash_to_group_matches_rfc_9380(void **state) {
    (void) state;
    plb_value tag1 = string_bytes("QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_");
    plb_value tag2 = string_bytes("QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_");
    const group *g1 = &groups[0], *g2 = &groups[1];
    assert_hex(
        run1(g1->compress, run2(g1->hash, string_bytes(""), tag1)),
        "852926add2207b76ca4fa57a8734416c8dc95e24501772c814278700eed6d1e4e8cf62d9c09db0fac3496"
        "12b759e79a1");
    assert_hex(
        run1(g1->compress, run2(g1->hash, string_bytes("abc"), tag1)),
        "83567bc5ef9c690c2ab2ecdf6a96ef1c139cc0b2f284dca0a9a7943388a49a3aee664ba5379a7655d3c68"
        "900be2f6903");
    assert_hex(
        run1(g2->compress, run2(g2->hash, string_bytes(""), tag2)),
        "a5cb8437535e20ecffaef7752baddf98034139c38452458baeefab379ba13dff5bf5dd71b72418717047f"
        "5b0f37da03d0141ebfbdca40eb85b87142e130ab689c673cf60f1a3e98d69335266f30d9b8d4ac44c1038"
        "e9dcdd5393faf5c41fb78a");
    assert_hex(
        run1(g2->compress, run2(g2->hash, string_bytes("abc"), tag2)),
        "939cddbccdc5e91b9623efd38c49f81a6f83f175e80b06fc374de9eb4b41dfe4ca3a230ed250fbe3a2acf"
        "73a41177fd802c2d18e033b960562aae3cab37a27ce00d80ccd5ba4b7fe0e7a210245129dbec7780ccc79"
        "54725f4168aff2787776e6");
}

static void domain_separation_tag_has_at_most_255_bytes(void **state) {
    (void) state;
    uint8_t tag[256] = {0};
    for (size_t i = 0; i < 2; i++) {
        plb_value message = string_bytes("message");
        made(run2(groups[i].hash, message, bytes_value(tag, 0)));
        made(run2(groups[i].hash, message, bytes_value(tag, 255)));
        assert_fails(run2(groups[i].hash, message, bytes_value(tag, 256)), "HashToCurveDstTooBig");
    }
}

/* ---- Groups ---- */

static void group_laws_hold(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        plb_value zero = zero_of(g);
        for (int j = 0; j < 10; j++) {
            plb_value a = random_point(g), b = random_point(g), c = random_point(g);
            assert_same(g, run2(g->add, a, b), run2(g->add, b, a));
            assert_same(g, run2(g->add, run2(g->add, a, b), c),
                        run2(g->add, a, run2(g->add, b, c)));
            assert_same(g, run2(g->add, a, zero), a);
            assert_same(g, run2(g->add, zero, a), a);
            assert_same(g, run2(g->add, a, run1(g->neg, a)), zero);
            assert_same(g, run1(g->neg, run1(g->neg, a)), a);
            assert_true(run2(g->equal, a, b) == PLB_FALSE);
            assert_true(run2(g->equal, a, zero) == PLB_FALSE);
        }
        assert_same(g, run1(g->neg, zero), zero);
        assert_same(g, run2(g->add, zero, zero), zero);
    }
}

static void scalars_are_taken_modulo_the_order(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        plb_value p = random_point(g), zero = zero_of(g);
        assert_same(g, run2(g->scalar_mul, int_value(0), p), zero);
        assert_same(g, run2(g->scalar_mul, int_value(1), p), p);
        assert_same(g, run2(g->scalar_mul, int_value(-1), p), run1(g->neg, p));
        assert_same(g, run2(g->scalar_mul, int_value(2), p), run2(g->add, p, p));
        assert_same(g, run2(g->scalar_mul, order(false, 0), p), zero);
        assert_same(g, run2(g->scalar_mul, order(true, 0), p), zero);
        assert_same(g, run2(g->scalar_mul, order(false, 1), p), p);
        assert_same(g, run2(g->scalar_mul, order(true, -1), p), p);
        assert_same(g, run2(g->scalar_mul, int_value(5), zero), zero);
    }
}

/* The homomorphism, with integers from one word to 64 on both sides of every reduction. */
static void scalar_multiplication_distributes(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        for (size_t limbs = 1; limbs <= 63; limbs += limbs < 6 ? 1 : 19) {
            plb_value m = random_integer(limbs), p = random_point(g);
            plb_value next = CALL(addInteger, m, int_value(1));
            assert_same(g, run2(g->scalar_mul, next, p),
                        run2(g->add, run2(g->scalar_mul, m, p), p));
            plb_value n = random_integer(2);
            if (limbs + 2 >= 64) continue;
            assert_same(g, run2(g->scalar_mul, CALL(multiplyInteger, m, n), p),
                        run2(g->scalar_mul, m, run2(g->scalar_mul, n, p)));
        }
    }
}

/* py_ecc's multiples of the generators. */
static void multiples_of_the_generator(void **state) {
    (void) state;
    const group *g1 = &groups[0], *g2 = &groups[1];
    plb_value g = generator_of(g1);
    assert_hex(
        run1(g1->compress, run2(g1->scalar_mul, int_value(7), g)),
        "b928f3beb93519eecf0145da903b40a4c97dca00b21f12ac0df3be9116ef2ef27b2ae6bcd4c5bc2d54ef5"
        "a70627efcb7");
    assert_hex(
        run1(g1->compress, run2(g1->scalar_mul, power_of_two(false, 4095, -1), g)),
        "b57d5d4f51fe96758e485b34553f3d2902bcc20a74f32a92e4321302eb0149d37d6544e95806ca4b87f21"
        "1c07fee7a4a");
    assert_hex(
        run1(g1->compress, run2(g1->scalar_mul, power_of_two(true, 4095, 0), g)),
        "b2021779526966ee3dac91e2425cfaaea8f2345d33d7d09ccf6373138b4776d546f6bc11ac87f8e24bbe8"
        "58eb41b192f");
    assert_hex(
        run1(g2->compress, run2(g2->scalar_mul, int_value(7), generator_of(g2))),
        "8d0273f6bf31ed37c3b8d68083ec3d8e20b5f2cc170fa24b9b5be35b34ed013f9a921f1cad1644d4bdb14"
        "674247234c8049cd1dbb2d2c3581e54c088135fef36505a6823d61b859437bfc79b617030dc8b40e32bad"
        "1fa85b9c0f368af6d38d3c");
}

static void scalars_over_4096_bits_fail_from_variant_d(void **state) {
    (void) state;
    const char *reasons[2] = {"Scalar exceeds 512-byte bound for G1.scalarMul",
                              "Scalar exceeds 512-byte bound for G2.scalarMul"};
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        plb_value p = random_point(g);
        plb_value outside[] = {power_of_two(false, 4095, 0), power_of_two(true, 4095, 1),
                               power_of_two(false, 4096, 0), power_of_two(true, 9000, 0)};
        made(run2(g->scalar_mul, power_of_two(false, 4095, -1), p));
        made(run2(g->scalar_mul, power_of_two(true, 4095, 0), p));
        for (size_t j = 0; j < 4; j++) {
            machine->variant = PLB_VARIANT_D;
            assert_fails(run2(g->scalar_mul, outside[j], p), reasons[i]);
            machine->variant = PLB_VARIANT_C;
            plb_value next = CALL(addInteger, outside[j], int_value(1));
            assert_same(g, run2(g->scalar_mul, next, p),
                        run2(g->add, run2(g->scalar_mul, outside[j], p), p));
            machine->variant = PLB_VARIANT_E;
        }
    }
}

/* ---- Multi-scalar multiplication ---- */

enum { PRODUCTS_MAX = 400 };

/* A scalar and a point with all that is special about them in the mixture. */
static plb_value mixed_scalar(void) {
    switch (random_below(8)) {
    case 0: return int_value(0);
    case 1: return order(random_below(2) != 0, 0);
    case 2: return order(random_below(2) != 0, random_below(2) != 0 ? 1 : -1);
    case 3: return int_value((int64_t) random_below(5) - 2);
    case 4: return random_integer(63);
    default: return random_integer(4);
    }
}

static plb_value mixed_point(const group *g, plb_value previous) {
    switch (random_below(8)) {
    case 0: return zero_of(g);
    case 1: return previous;
    case 2: return run1(g->neg, previous);
    default: return random_point(g);
    }
}

static plb_value list_of(plb_type type, const plb_value *items, size_t count) {
    return made(plb_make_list(heap, type, items, count));
}

static void check_sum(const group *g, size_t count) {
    plb_value scalars[PRODUCTS_MAX], points[PRODUCTS_MAX], sum = zero_of(g);
    for (size_t i = 0; i < count; i++) {
        scalars[i] = mixed_scalar();
        points[i] = mixed_point(g, i == 0 ? generator_of(g) : points[i - 1]);
        sum = made(run2(g->add, sum, made(run2(g->scalar_mul, scalars[i], points[i]))));
    }
    plb_value list = list_of(PLB_TYPE_INTEGER, scalars, count);
    plb_value point_list = list_of(g->type, points, count);
    const uint8_t *before = heap->low;
    assert_same(g, run2(g->sum_products, list, point_list), sum);
    /* nothing but the result stays behind */
    assert_true((size_t) (heap->low - before) <= 3 * g->bytes + 8);
}

static void sums_of_products_equal_the_naive_sum(void **state) {
    (void) state;
    const size_t large[] = {60, 62, 63, 64, 86, 130, PRODUCTS_MAX};
    for (size_t i = 0; i < 2; i++) {
        for (size_t count = 0; count <= 34; count++) {
            check_sum(&groups[i], count);
        }
        for (size_t j = 0; j < sizeof large / sizeof *large; j++) {
            check_sum(&groups[i], large[j]);
        }
    }
}

/* Every term the same, and terms that cancel: additions of equal and of opposite points. */
static void sums_of_equal_and_opposite_points(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        for (size_t count = 2; count <= 150; count += 37) {
            plb_value scalars[150], points[150];
            plb_value p = random_point(g), n = random_integer(4);
            for (size_t j = 0; j < count; j++) {
                scalars[j] = n;
                points[j] = p;
            }
            plb_value list = list_of(PLB_TYPE_INTEGER, scalars, count);
            plb_value factor = CALL(multiplyInteger, n, int_value((int64_t) count));
            assert_same(g, run2(g->sum_products, list, list_of(g->type, points, count)),
                        run2(g->scalar_mul, factor, p));
            for (size_t j = 1; j < count; j += 2) {
                points[j] = run1(g->neg, p);
            }
            assert_same(g, run2(g->sum_products, list, list_of(g->type, points, count)),
                        count % 2 == 0 ? zero_of(g) : run2(g->scalar_mul, n, p));
        }
    }
}

static void the_shorter_list_decides(void **state) {
    (void) state;
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        plb_value points[3] = {random_point(g), random_point(g), random_point(g)};
        plb_value scalars[3] = {int_value(3), int_value(-4), int_value(5)};
        plb_value two = list_of(PLB_TYPE_INTEGER, scalars, 2);
        plb_value expected = run2(g->sum_products, two, list_of(g->type, points, 2));
        assert_same(g, run2(g->sum_products, two, list_of(g->type, points, 3)), expected);
        plb_value three = list_of(PLB_TYPE_INTEGER, scalars, 3);
        assert_same(g, run2(g->sum_products, three, list_of(g->type, points, 2)), expected);
        assert_same(g, run2(g->sum_products, three, PLB_NIL(g->type)), zero_of(g));
    }
}

static void a_large_scalar_fails_even_without_a_point(void **state) {
    (void) state;
    const char *reasons[2] = {"Scalar exceeds 512-byte bound for G1.multiScalarMul",
                              "Scalar exceeds 512-byte bound for G2.multiScalarMul"};
    machine->variant = PLB_VARIANT_A; /* in every variant */
    for (size_t i = 0; i < 2; i++) {
        const group *g = &groups[i];
        plb_value point = random_point(g);
        plb_value scalars[2] = {int_value(1), power_of_two(false, 4095, 0)};
        plb_value points = list_of(g->type, &point, 1);
        assert_fails(run2(g->sum_products, list_of(PLB_TYPE_INTEGER, scalars, 2), points),
                     reasons[i]);
        scalars[1] = power_of_two(true, 4095, 1);
        assert_fails(run2(g->sum_products, list_of(PLB_TYPE_INTEGER, scalars, 2), points),
                     reasons[i]);
        scalars[1] = power_of_two(true, 4095, 0);
        assert_same(g, run2(g->sum_products, list_of(PLB_TYPE_INTEGER, scalars, 2), points), point);
    }
    machine->variant = PLB_VARIANT_E;
}

static void sums_of_products_end_at_the_byte_cap(void **state) {
    (void) state;
    plb_value items[64], points[64];
    for (size_t i = 0; i < 64; i++) {
        items[i] = int_value((int64_t) i + 1);
        points[i] = random_point(&groups[0]);
    }
    plb_value scalar_list = list_of(PLB_TYPE_INTEGER, items, 64);
    plb_value point_list = list_of(PLB_TYPE_G1, points, 64);
    uint8_t *high = heap->high, *low = heap->low;
    for (size_t room = 0; room < 8192; room += 512) {
        heap->high = heap->low + room;
        plb_value sum = run2(groups[0].sum_products, scalar_list, point_list);
        assert_true(sum == PLB_NO_VALUE);
        assert_int_equal(machine->failure, PLB_E_MEMORY);
        assert_ptr_equal(heap->low, low);
    }
    heap->high = high;
    forget_failure();
}

/* ---- Pairings ---- */

static plb_value pair(plb_value p, plb_value q) { return made(CALL(bls12_381_millerLoop, p, q)); }

static void pairings_are_bilinear(void **state) {
    (void) state;
    const group *g1 = &groups[0], *g2 = &groups[1];
    for (int i = 0; i < 4; i++) {
        plb_value p = random_point(g1), q = random_point(g2), r = random_point(g1);
        plb_value m = random_integer(3), n = random_integer(2);
        plb_value left = pair(run2(g1->scalar_mul, m, p), run2(g2->scalar_mul, n, q));
        plb_value right = pair(run2(g1->scalar_mul, CALL(multiplyInteger, m, n), p), q);
        assert_true(CALL(bls12_381_finalVerify, left, right) == PLB_TRUE);
        left = made(CALL(bls12_381_mulMlResult, pair(p, q), pair(r, q)));
        right = pair(run2(g1->add, p, r), q);
        assert_true(CALL(bls12_381_finalVerify, left, right) == PLB_TRUE);
        assert_true(CALL(bls12_381_finalVerify, pair(p, q), pair(r, q)) == PLB_FALSE);
        assert_true(plb_bls_ml_result_equal(pair(p, q), pair(p, q)));
        assert_false(plb_bls_ml_result_equal(pair(p, q), pair(r, q)));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_survive_compression),
        cmocka_unit_test(malformed_points_fail),
        cmocka_unit_test(text_helpers_agree_with_the_builtins),
        cmocka_unit_test(hash_to_group_matches_rfc_9380),
        cmocka_unit_test(domain_separation_tag_has_at_most_255_bytes),
        cmocka_unit_test(group_laws_hold),
        cmocka_unit_test(scalars_are_taken_modulo_the_order),
        cmocka_unit_test(scalar_multiplication_distributes),
        cmocka_unit_test(multiples_of_the_generator),
        cmocka_unit_test(scalars_over_4096_bits_fail_from_variant_d),
        cmocka_unit_test(sums_of_products_equal_the_naive_sum),
        cmocka_unit_test(sums_of_equal_and_opposite_points),
        cmocka_unit_test(the_shorter_list_decides),
        cmocka_unit_test(a_large_scalar_fails_even_without_a_point),
        cmocka_unit_test(sums_of_products_end_at_the_byte_cap),
        cmocka_unit_test(pairings_are_bilinear),
    };
    return cmocka_run_group_tests(tests, machine_setup, machine_teardown);
}
