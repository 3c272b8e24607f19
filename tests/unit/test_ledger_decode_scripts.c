/* Scripts, native and Plutus: in witness sets, as reference scripts and in auxiliary data. Hashes
 * are from Python's hashlib: BLAKE2b-224 over the language's tag and the bytes. */
#include "ledger_decoding.h"

#include "harness/ledger/decode/native_script.h"

#define SIGNED "8200581c" KEY_HASH
#define SIGNED_HASH "5334c8c55ec6518f2e262da617d3170bf0722f43813d64dbaf0ff0b9"
#define SIGNED_INDEFINITE "9f00581c" KEY_HASH "ff"
#define SIGNED_INDEFINITE_HASH "f188502cd4c4d89962632ec8b9da1ae77805fd31f33f699829825110"
#define V1_HASH "66dd6ffa0c0844c705c9f42a60858f7924f47b71660156e96ef5cfbe"
#define V2_HASH "12eb8f0d4ceadf3abc028b6c1900ccdde0d2ef5b4951c0aaba78a257"
#define V3_HASH "bddf4b5c833decbf82201931cffc54f7c7dc51e4e6743a25a95aa2c0"

#define ONE "4101" /* a script of the byte 1 */

static void assert_script(const plb_tx_script *script, plb_language language, const char *bytes,
                          const char *hash) {
    assert_int_equal(script->is_native, language == PLB_NATIVE_SCRIPT_TAG);
    if (!script->is_native) assert_int_equal(script->language, language);
    assert_hex(script->bytes.bytes, script->bytes.length, bytes);
    if (hash != NULL) assert_hex(script->hash, PLB_KEY_HASH_BYTES, hash);
}

/* ---- Witness sets ---- */

static void witness_scripts_are_hashed(void **state) {
    (void) state;
    decodes(BODY, "a40181" SIGNED "0381" ONE "0681" ONE "0781" ONE, TAIL);
    assert_int_equal(d->tx.script_count, 4);
    assert_script(&d->tx.scripts[0], PLB_NATIVE_SCRIPT_TAG, SIGNED, SIGNED_HASH);
    assert_script(&d->tx.scripts[1], PLB_PLUTUS_V1, "01", V1_HASH);
    assert_script(&d->tx.scripts[2], PLB_PLUTUS_V2, "01", V2_HASH);
    assert_script(&d->tx.scripts[3], PLB_PLUTUS_V3, "01", V3_HASH);
    /* Tagged, of indefinite length, in another order; hashed as it came. */
    decodes(BODY, "a207d901029f" ONE "ff01d9010281" SIGNED_INDEFINITE, TAIL);
    assert_int_equal(d->tx.script_count, 2);
    assert_script(&d->tx.scripts[0], PLB_PLUTUS_V3, "01", V3_HASH);
    assert_script(&d->tx.scripts[1], PLB_NATIVE_SCRIPT_TAG, SIGNED_INDEFINITE,
                  SIGNED_INDEFINITE_HASH);
}

/* A native script may come twice and counts once; a Plutus script may not (scriptDecoderV9). */
static void only_native_scripts_may_come_twice(void **state) {
    (void) state;
    decodes(BODY, "a20184820401820502820401820401038241014102", TAIL);
    assert_int_equal(d->tx.script_count, 4);
    assert_true(d->tx.scripts[0].is_native && d->tx.scripts[1].is_native);
    assert_false(d->tx.scripts[2].is_native || d->tx.scripts[3].is_native);
    assert_int_equal(decode(BODY, "a10383" ONE "4102" ONE, TAIL), PLB_E_PARSE);
}

static void malformed_witness_scripts_are_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        {BODY, "a10180", TAIL},
        {BODY, "a1019fff", TAIL},
        {BODY, "a10380", TAIL},
        {BODY, "a1078101", TAIL},
        {BODY, "a106815f" ONE "ff", TAIL},
        {BODY, "a103d9010381" ONE, TAIL},
    };
    ASSERT_MALFORMED(cases);
}

/* ---- Reference scripts ---- */

#define WITH_SCRIPT(script) BODY_TO("a300" ADDRESS "010103" script)

static void reference_scripts_are_decoded(void **state) {
    (void) state;
    decodes(WITH_SCRIPT("d81858228200" SIGNED), "a0", TAIL);
    assert_script(d->tx.outputs[0].script, PLB_NATIVE_SCRIPT_TAG, SIGNED, SIGNED_HASH);
    decodes(WITH_SCRIPT("d818448201" ONE), "a0", TAIL);
    assert_script(d->tx.outputs[0].script, PLB_PLUTUS_V1, "01", V1_HASH);
    decodes(WITH_SCRIPT("d900185806821802580101"), "a0", TAIL);
    assert_script(d->tx.outputs[0].script, PLB_PLUTUS_V2, "01", V2_HASH);
    decodes(WITH_SCRIPT("d818459f03" ONE "ff"), "a0", TAIL);
    assert_script(d->tx.outputs[0].script, PLB_PLUTUS_V3, "01", V3_HASH);
    /* With an inline datum, in the collateral's return. */
    decodes(BODY_AND("10a400" ADDRESS "0101028201d818410703d818448203" ONE), "a0", TAIL);
    const plb_tx_out *out = d->tx.collateral_return;
    assert_int_equal(out->datum_kind, PLB_DATUM_INLINE);
    assert_hex(out->datum.bytes, out->datum.length, "07");
    assert_script(out->script, PLB_PLUTUS_V3, "01", V3_HASH);
    decodes(BODY, "a0", TAIL);
    assert_null(d->tx.outputs[0].script);
}

static void malformed_reference_scripts_are_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        {WITH_SCRIPT("8201" ONE), "a0", TAIL},            /* not embedded */
        {WITH_SCRIPT("448201" ONE), "a0", TAIL},          /* no tag */
        {WITH_SCRIPT("d818448201420101"), "a0", TAIL},    /* ends */
        {WITH_SCRIPT("d818458201" ONE "00"), "a0", TAIL}, /* goes on */
        {WITH_SCRIPT("d81845830141010000"), "a0", TAIL},  /* three members */
        {WITH_SCRIPT("d818428101"), "a0", TAIL},          /* one member */
        {WITH_SCRIPT("d818448204" ONE), "a0", TAIL},      /* PlutusV4 is not Conway's */
        {WITH_SCRIPT("d81845820081" ONE), "a0", TAIL},    /* no native script */
        {WITH_SCRIPT("d8185f448201" ONE "ff"), "a0", TAIL} /* chunks */,
        {WITH_SCRIPT("d81840"), "a0", TAIL},
    };
    ASSERT_MALFORMED(cases);
}

static void an_output_alone_has_its_assets_and_script(void **state) {
    (void) state;
    plb_tx_out out;
    d->length = 0;
    append("a300" ADDRESS "018202a1581c" KEY_HASH "a141610303d818448203" ONE);
    plb_region_reset(&d->arena);
    assert_int_equal(plb_tx_out_decode(&out, &d->arena, d->bytes, d->length, &d->error), PLB_OK);
    assert_int_equal(out.lovelace, 2);
    assert_int_equal(out.assets.count, 1);
    assert_script(out.script, PLB_PLUTUS_V3, "01", V3_HASH);
    append("00");
    assert_int_equal(plb_tx_out_decode(&out, &d->arena, d->bytes, d->length, &d->error),
                     PLB_E_PARSE);
    assert_memory_equal(d->error.where, "output: byte ", 13);
}

/* ---- Auxiliary data ---- */

static void auxiliary_scripts_are_decoded(void **state) {
    (void) state;
    decodes(BODY, "a0", "f5d90103a500a101000182" SIGNED "8204010281" ONE "0380049f41034103ff");
    assert_int_equal(d->tx.script_count, 0);
    assert_int_equal(d->tx.auxiliary_script_count, 3);
    assert_script(&d->tx.auxiliary_scripts[0], PLB_PLUTUS_V1, "01", NULL);
    assert_script(&d->tx.auxiliary_scripts[1], PLB_PLUTUS_V3, "03", NULL);
    assert_script(&d->tx.auxiliary_scripts[2], PLB_PLUTUS_V3, "03", NULL);
    decodes(BODY, "a0", "f582a081" SIGNED);
    assert_int_equal(d->tx.auxiliary_script_count, 0);
    decodes(BODY, "a0", "f59fa09f" SIGNED SIGNED_INDEFINITE SIGNED "ffff");
}

static void malformed_auxiliary_scripts_are_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        {BODY, "a0", "f582a08100"},
        {BODY, "a0", "f582a081" ONE},
        {BODY, "a0", "f582a0d9010281" SIGNED}, /* a list, not a set */
        {BODY, "a0", "f581a0"},
        {BODY, "a0", "f583a08080"},
        {BODY, "a0", "f5d90103a1028100"},
        {BODY, "a0", "f5d90103a10281" SIGNED},
        {BODY, "a0", "f5d90103a10181" ONE},
        {BODY, "a0", "f5d90103a10580"}, /* PlutusV4 is not Conway's */
        {BODY, "a0", "f5d90103a202800280"},
        {BODY, "a0", "f5d9010380"},
    };
    ASSERT_MALFORMED(cases);
}

/* ---- Native scripts ---- */

static void native_scripts_have_six_kinds(void **state) {
    (void) state;
    static const char *const scripts[] = {
        SIGNED,
        "820180",
        "82029fff",
        "83030080",
        "83032081" SIGNED, /* -1 of one */
        "83031b7fffffffffffffff80",
        "83033b7fffffffffffffff80",
        "82041bffffffffffffffff",
        "820500",
        "9f0400ff",
        "9f03019f820280ffff",
        "98021801980182180280",
        "82018282028183030183" SIGNED "820401820502820180",
    };
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        char witnesses[512];
        snprintf(witnesses, sizeof witnesses, "a10181%s", scripts[i]);
        decodes(BODY, witnesses, TAIL);
        assert_int_equal(d->tx.script_count, 1);
        assert_script(&d->tx.scripts[0], PLB_NATIVE_SCRIPT_TAG, scripts[i], NULL);
    }
}

#define NATIVE(script)                                                                             \
    { BODY, "a10181" script, TAIL }

static void malformed_native_scripts_are_refused(void **state) {
    (void) state;
    static const parts cases[] = {
        NATIVE("80"),
        NATIVE("8100"),
        NATIVE("00"),
        NATIVE("820600"),
        NATIVE("822000"),
        NATIVE("8200581b"
               "111111111111111111111111111111111111111111111111111111"),
        NATIVE("8300581c" KEY_HASH "00"),
        NATIVE("9f00581c" KEY_HASH "00ff"),
        NATIVE("820100"),
        NATIVE("8201a0"),
        NATIVE("82018100"),
        NATIVE("8201d9010280"),   /* a list, not a set */
        NATIVE("82018182018200"), /* ends inside */
        NATIVE("83018000"),
        NATIVE("820380"),
        NATIVE("8303410080"),
        NATIVE("83031b800000000000000080"), /* beyond 64 bits, signed */
        NATIVE("83033b800000000000000080"),
        NATIVE("9f0301ff"),
        NATIVE("9f018000ff"),
        NATIVE("820420"),
        NATIVE("8204c24101"),
    };
    ASSERT_MALFORMED(cases);
}

/* A walk through all members of (all [signed, (any [from 1, (2 of [])]), until 2]). */
static void a_walk_takes_every_step(void **state) {
    (void) state;
    static const struct {
        plb_native_event event;
        plb_native_kind kind;
        uint64_t depth;
    } steps[] = {
        {PLB_NATIVE_OPEN, PLB_NATIVE_ALL, 1},      {PLB_NATIVE_LEAF, PLB_NATIVE_SIGNATURE, 1},
        {PLB_NATIVE_OPEN, PLB_NATIVE_ANY, 2},      {PLB_NATIVE_LEAF, PLB_NATIVE_FROM, 2},
        {PLB_NATIVE_OPEN, PLB_NATIVE_AT_LEAST, 3}, {PLB_NATIVE_CLOSE, PLB_NATIVE_AT_LEAST, 2},
        {PLB_NATIVE_CLOSE, PLB_NATIVE_ANY, 1},     {PLB_NATIVE_LEAF, PLB_NATIVE_UNTIL, 1},
        {PLB_NATIVE_CLOSE, PLB_NATIVE_ALL, 0},     {PLB_NATIVE_END, PLB_NATIVE_ALL, 0},
    };
    d->length = 0;
    append("820183" SIGNED "82029f82040183030280ff820502");
    plb_cbor reader;
    plb_native_walk walk;
    plb_cbor_open(&reader, d->bytes, d->length);
    plb_native_walk_open(&walk, &reader, &d->arena);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        assert_int_equal(plb_native_walk_next(&walk), steps[i].event);
        assert_int_equal(walk.depth, steps[i].depth);
        if (steps[i].event == PLB_NATIVE_LEAF) assert_int_equal(walk.kind, steps[i].kind);
        if (steps[i].event == PLB_NATIVE_OPEN) assert_int_equal(walk.level.kind, steps[i].kind);
        if (steps[i].event == PLB_NATIVE_CLOSE) assert_int_equal(walk.closed.kind, steps[i].kind);
        if (i == 1) assert_hex(walk.key_hash, PLB_KEY_HASH_BYTES, KEY_HASH);
        if (i == 3) assert_int_equal(walk.slot, 1);
        if (i == 5) assert_int_equal(walk.closed.required, 2);
    }
    assert_int_equal(reader.status, PLB_OK);
    assert_true(reader.at == reader.end && d->arena.high == d->arena.end);
    assert_int_equal(plb_native_walk_next(&walk), PLB_NATIVE_END);
}

/* Deep nesting takes no C stack, and memory only up to the cap. */
static void deep_native_scripts_are_survived(void **state) {
    (void) state;
    enum { DEPTH = 30000 };
    d->length = 0;
    append("84" BODY "a10181");
    for (size_t i = 0; i < DEPTH; i++) append("820181");
    append("820400" TAIL);
    assert_int_equal(decode_appended(), PLB_OK);
    assert_int_equal(d->tx.scripts[0].bytes.length, 3 * DEPTH + 3);
    plb_region small;
    assert_true(plb_region_init(&small, 1 << 16));
    assert_int_equal(plb_tx_decode(&d->tx, &small, d->bytes, d->length, &d->error), PLB_E_MEMORY);
    assert_true(small.high == small.end);
    plb_region_free(&small);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(witness_scripts_are_hashed),
        cmocka_unit_test(only_native_scripts_may_come_twice),
        cmocka_unit_test(malformed_witness_scripts_are_refused),
        cmocka_unit_test(reference_scripts_are_decoded),
        cmocka_unit_test(malformed_reference_scripts_are_refused),
        cmocka_unit_test(an_output_alone_has_its_assets_and_script),
        cmocka_unit_test(auxiliary_scripts_are_decoded),
        cmocka_unit_test(malformed_auxiliary_scripts_are_refused),
        cmocka_unit_test(native_scripts_have_six_kinds),
        cmocka_unit_test(malformed_native_scripts_are_refused),
        cmocka_unit_test(a_walk_takes_every_step),
        cmocka_unit_test(deep_native_scripts_are_survived),
    };
    return cmocka_run_group_tests(tests, make, drop);
}
