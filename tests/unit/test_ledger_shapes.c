/* Every shape of transaction that the builder makes: accepted, with its least fee and exact
 * ExUnits, and equal to its twin where the header says so. */
#include "ledger_parameters.h"
#include "ledger_shapes.h"

#include <time.h>

#include "harness/ledger/tx.h"

#define SLOT 86500 /* within the shapes' validity intervals */

static plb_ledger *new_ledger(const plb_protocol_parameters *p) {
    plb_ledger_config config = {.network = PLB_TESTNET, .slot = SLOT};
    plb_ledger *ledger;
    plb_error error;
    if (plb_ledger_new(&ledger, p, &config, &error) != PLB_OK) fail_msg("%s", error.message);
    return ledger;
}

static void add(plb_ledger *ledger, const plb_tx_built *built) {
    plb_error error;
    if (plb_ledger_add_utxo(ledger, built->utxo, built->utxo_count, &error) != PLB_OK ||
        plb_ledger_add_accounts(ledger, built->accounts, built->account_count, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

/* Build with exact ExUnits, which the shape's calls then declare. */
static void build_shape(plb_ledger *ledger, shape *s, plb_tx_built *built) {
    static plb_exunits exunits[SHAPE_CALLS];
    plb_error error;
    if (plb_ledger_build_exact(ledger, built, &s->spec, exunits, &error) != PLB_OK) {
        fail_msg("%s: %s: %s", s->name, error.where, error.message);
    }
    for (size_t i = 0; i < s->spec.call_count; i++) s->calls[i].exunits = exunits[i];
}

static void for_every_shape(void (*check)(plb_ledger *ledger, shape *s)) {
    shape *s;
    for (size_t i = 0; (s = shape_at(i, false)) != NULL; i++) {
        plb_ledger *ledger = new_ledger(parameters);
        check(ledger, s);
        plb_ledger_free(ledger);
        shape_free(s);
    }
}

/* ---- Acceptance ---- */

static void accept_exactly(plb_ledger *ledger, shape *s) {
    plb_tx_built built;
    plb_submission submission;
    build_shape(ledger, s, &built);
    if (plb_ledger_submit(ledger, built.bytes, built.length, NULL, &submission) != PLB_OK) {
        fail_msg("%s: %s", s->name, submission.error.message);
    }
    assert_int_equal(submission.call_count, s->spec.call_count);
    assert_int_equal(built.redeemer_count, s->spec.call_count);
    for (size_t i = 0; i < submission.call_count; i++) {
        const plb_call_outcome *outcome = &submission.calls[i];
        const plb_tx_call *call = &s->calls[built.redeemers[i].call];
        assert_int_equal(outcome->purpose, built.redeemers[i].purpose);
        assert_int_equal(outcome->index, built.redeemers[i].index);
        assert_int_equal(outcome->language, call->language);
        assert_int_equal(outcome->declared.steps, call->exunits.steps);
        assert_int_equal(outcome->declared.memory, call->exunits.memory);
        assert_int_equal(outcome->spent.steps, outcome->declared.steps);
        assert_int_equal(outcome->spent.memory, outcome->declared.memory);
    }
    plb_tx_built_free(&built);
}

static void every_shape_is_accepted(void **state) {
    (void) state;
    for_every_shape(accept_exactly);
}

/* What a nosy script takes depends on what it declares: that settles at what is enough. */
static void nosy_scripts_are_accepted(void **state) {
    (void) state;
    shape *s;
    for (size_t i = 0; (s = shape_at(i, true)) != NULL; i += 5) {
        plb_ledger *ledger = new_ledger(parameters);
        plb_tx_built built;
        build_shape(ledger, s, &built);
        assert_accepted(ledger, &built);
        plb_tx_built_free(&built);
        plb_ledger_free(ledger);
        shape_free(s);
    }
}

/* A transaction with one lovelace less would be refused: so it is where a lovelace more is wanted.
 */
static void pay_the_least(plb_ledger *ledger, shape *s) {
    plb_protocol_parameters dearer = *parameters;
    plb_tx_built built;
    dearer.fee_fixed++;
    build_shape(ledger, s, &built);
    plb_ledger *other = new_ledger(&dearer);
    add(other, &built);
    assert_refused(other, &built, "FeeTooSmallUTxO");
    plb_ledger_free(other);
    plb_tx_built_free(&built);
}

static void every_fee_is_the_least(void **state) {
    (void) state;
    for_every_shape(pay_the_least);
}

static void build_again(plb_ledger *ledger, shape *s) {
    plb_tx_built first, second;
    build_shape(ledger, s, &first);
    build(&second, parameters, &s->spec);
    assert_int_equal(first.length, second.length);
    assert_memory_equal(first.bytes, second.bytes, first.length);
    plb_tx_built_free(&first);
    plb_tx_built_free(&second);
}

static void building_is_deterministic(void **state) {
    (void) state;
    for_every_shape(build_again);
}

/* ---- Twins ---- */

typedef struct decoded {
    plb_region arena;
    plb_tx tx;
} decoded;

static void open_built(decoded *d, const plb_tx_built *built) {
    plb_error error;
    assert_true(plb_region_init(&d->arena, 1 << 26));
    if (plb_tx_decode(&d->tx, &d->arena, built->bytes, built->length, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

static void assert_equal_outputs(const plb_tx *a, const plb_tx *b) {
    assert_int_equal(a->output_count, b->output_count);
    for (size_t i = 0; i < a->output_count; i++) {
        const plb_tx_out *first = &a->outputs[i], *second = &b->outputs[i];
        assert_int_equal(first->bytes.length, second->bytes.length);
        assert_int_equal(first->lovelace, second->lovelace);
        assert_int_equal(first->assets.count, second->assets.count);
        assert_int_equal(first->datum_kind, second->datum_kind);
        if (a->mint.count != 0 && i + 1 == a->output_count) continue; /* policies differ */
        assert_memory_equal(first->bytes.bytes, second->bytes.bytes, first->bytes.length);
    }
}

static void assert_equal_transactions(const plb_tx *a, const plb_tx *b) {
    assert_int_equal(a->size_bytes, b->size_bytes);
    assert_int_equal(a->body.length, b->body.length);
    assert_int_equal(a->fee, b->fee);
    assert_int_equal(a->inputs.count, b->inputs.count);
    assert_int_equal(a->reference.count, b->reference.count);
    assert_int_equal(a->collateral.count, b->collateral.count);
    assert_int_equal(a->vkey_count, b->vkey_count);
    assert_int_equal(a->required_signer_count, b->required_signer_count);
    assert_int_equal(a->withdrawal_count, b->withdrawal_count);
    assert_int_equal(a->mint.count, b->mint.count);
    assert_int_equal(a->has_valid_from, b->has_valid_from);
    assert_int_equal(a->has_valid_until, b->has_valid_until);
    assert_int_equal(a->valid_until, b->valid_until);
    assert_int_equal(a->total_collateral, b->total_collateral);
    assert_int_equal(a->collateral_return != NULL, b->collateral_return != NULL);
    assert_equal_outputs(a, b);
}

static void assert_value_only(const plb_tx *twin) {
    assert_int_equal(twin->redeemer_count, 0);
    assert_int_equal(twin->datum_count, 0);
    assert_null(twin->integrity_hash);
    for (size_t i = 0; i < twin->script_count; i++) assert_true(twin->scripts[i].is_native);
}

/* What both spend, pledge and refer to holds the same ADA. */
static void assert_equal_lovelace(const plb_tx_built *call, const plb_tx_built *twin) {
    plb_region arena;
    uint64_t sums[2] = {0, 0};
    const plb_tx_built *both[2] = {call, twin};
    assert_true(plb_region_init(&arena, 1 << 26));
    assert_int_equal(call->utxo_count, twin->utxo_count);
    assert_int_equal(call->account_count, twin->account_count);
    for (size_t k = 0; k < 2; k++) {
        for (size_t i = 0; i < call->utxo_count; i++) {
            plb_tx_out out;
            plb_error error;
            const plb_utxo *utxo = &both[k]->utxo[i];
            assert_int_equal(
                plb_tx_out_decode(&out, &arena, utxo->output, utxo->output_length, &error), PLB_OK);
            sums[k] += out.lovelace;
            if (k == 1) assert_null(out.script);
        }
    }
    assert_int_equal(sums[0], sums[1]);
    plb_region_free(&arena);
}

static void accept_twin(plb_ledger *ledger, shape *s) {
    plb_tx_built call, twin;
    plb_submission submission;
    decoded a, b;
    plb_error error;
    build_shape(ledger, s, &call);
    if (plb_tx_build_twin(&twin, parameters, &s->spec, &error) != PLB_OK) {
        fail_msg("%s: %s: %s", s->name, error.where, error.message);
    }
    add(ledger, &twin);
    if (plb_ledger_submit(ledger, twin.bytes, twin.length, NULL, &submission) != PLB_OK) {
        fail_msg("%s: twin: %s", s->name, submission.error.message);
    }
    open_built(&a, &call);
    open_built(&b, &twin);
    assert_int_equal(call.length, twin.length);
    assert_equal_transactions(&a.tx, &b.tx);
    assert_value_only(&b.tx);
    assert_equal_lovelace(&call, &twin);
    /* The twin's outputs did not take the place of the call's. */
    assert_accepted(ledger, &call);
    plb_region_free(&a.arena);
    plb_region_free(&b.arena);
    plb_tx_built_free(&call);
    plb_tx_built_free(&twin);
}

static void every_twin_is_accepted(void **state) {
    (void) state;
    for_every_shape(accept_twin);
}

/* ---- A thousand calls ---- */

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

static plb_protocol_parameters roomy(void) {
    plb_protocol_parameters p = *parameters;
    p.max_tx_size_bytes = 1 << 20;
    p.max_value_size_bytes = 1 << 17;
    p.max_tx_exunits = p.max_block_exunits = (plb_exunits){INT64_C(1) << 40, INT64_C(1) << 50};
    return p;
}

/* What a thousand calls take must not be quadratic in anything that is long: here the time of
 * hashing and copying 16 KB a thousand times is little. */
static void a_thousand_calls_build_quickly(void **state) {
    (void) state;
    static const char *const words[] = {"s3i.*1000", "s3n.r*1000", "m3.*900", "w3.r*1000"};
    plb_protocol_parameters p = roomy();
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        shape *s = shape_new(words[i], 0, false);
        plb_ledger *ledger = new_ledger(&p);
        plb_tx_built built, twin;
        plb_error error;
        double start = seconds();
        if (plb_tx_build(&built, &p, &s->spec, &error) != PLB_OK ||
            plb_tx_build_twin(&twin, &p, &s->spec, &error) != PLB_OK) {
            fail_msg("%s: %s", words[i], error.message);
        }
        double took = seconds() - start;
        if (took > 2) fail_msg("%s: two transactions took %.3f s", words[i], took);
        add(ledger, &built);
        add(ledger, &twin);
        assert_accepted(ledger, &built);
        assert_accepted(ledger, &twin);
        plb_tx_built_free(&built);
        plb_tx_built_free(&twin);
        plb_ledger_free(ledger);
        shape_free(s);
    }
}

/* The most withdrawals that a mainnet transaction has room for, each its own script. */
static void hundreds_of_withdrawals_fit(void **state) {
    (void) state;
    shape *s = shape_new("w3.r*170", 0, false);
    plb_ledger *ledger = new_ledger(parameters);
    plb_tx_built built;
    build_shape(ledger, s, &built);
    assert_accepted(ledger, &built);
    plb_tx_built_free(&built);
    plb_ledger_free(ledger);
    shape_free(s);
}

/* ---- Funding ---- */

/* Inputs hold what the transaction needs where the specification leaves it open. */
static void inputs_pay_for_everything(void **state) {
    (void) state;
    shape *s = shape_new("w3.", 0, false);
    for (size_t payments = 0; payments <= 150; payments += 50) {
        plb_tx_built built;
        s->spec.payments = payments;
        s->spec.lovelace_per_payment = 100000000;
        build(&built, parameters, &s->spec);
        plb_ledger *ledger = new_ledger(parameters);
        add(ledger, &built);
        assert_accepted(ledger, &built);
        plb_ledger_free(ledger);
        plb_tx_built_free(&built);
    }
    shape_free(s);
}

/* ---- Refusals ---- */

static void assert_not_built(const plb_tx_spec *spec, plb_status expected, const char *message) {
    plb_tx_built built;
    plb_error error = {.message = ""};
    for (int twin = 0; twin < 2; twin++) {
        plb_status status = twin != 0 ? plb_tx_build_twin(&built, parameters, spec, &error)
                                      : plb_tx_build(&built, parameters, spec, &error);
        if (status != expected || strstr(error.message, message) == NULL) {
            fail_msg("expected %s \"%s\", got %s \"%s\"", plb_status_name(expected), message,
                     plb_status_name(status), error.message);
        }
        assert_null(built.bytes);
        assert_null(built.utxo);
        assert_null(strchr(error.message, '\n'));
    }
}

static void impossible_shapes_are_refused(void **state) {
    (void) state;
    static const struct {
        const char *words;
        const char *message;
    } shapes[] = {
        {"s1n", "PlutusV1 needs a datum"},
        {"s2n", "PlutusV2 needs a datum"},
        {"s1i", "PlutusV1 can't see inline datums, and call 0"},
        {"s1h s2i", "PlutusV1 can't see inline datums, and call 1"},
        {"s3i w1", "PlutusV1 can't see inline datums, and call 0"},
        {"m3h", "only a spending call has a datum"},
        {"w2i", "only a spending call has a datum"},
        {"m3 m3=", "calls 0 and 1 mint with the same script"},
        {"w2 m2= w2=", "calls 0 and 2 withdraw with the same script"},
        {"s3n s3nr=", "expected it in one place"},
    };
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        shape *s = shape_new(shapes[i].words, 0, false);
        assert_not_built(&s->spec, PLB_E_ARGUMENT, shapes[i].message);
        shape_free(s);
    }
}

static void impossible_options_are_refused(void **state) {
    (void) state;
    static const uint8_t truncated[] = {0x82, 0x01};
    shape *s = shape_new("s3n w3 m3", 0, false);
    const plb_tx_spec good = s->spec;
    const plb_tx_call good_call = s->calls[1];
#define REFUSED(change, expected, message)                                                         \
    do {                                                                                           \
        s->spec = good;                                                                            \
        s->calls[1] = good_call;                                                                   \
        change;                                                                                    \
        assert_not_built(&s->spec, expected, message);                                             \
    } while (0)
    REFUSED(s->spec.call_count = 0, PLB_E_ARGUMENT, "at least one call");
    REFUSED(s->spec.calls = NULL, PLB_E_ARGUMENT, "at least one call");
    REFUSED(s->spec.call_count = 1001, PLB_E_ARGUMENT, "at most 1000 calls");
    REFUSED(s->spec.payments = 1001, PLB_E_ARGUMENT, "at most 1000 payments");
    REFUSED(s->spec.assets = SIZE_MAX, PLB_E_ARGUMENT, "at most 1000 native assets");
    REFUSED(s->spec.extra_key_inputs = SIZE_MAX, PLB_E_ARGUMENT, "at most 1000 inputs");
    REFUSED(s->spec.native_script_inputs = 1001, PLB_E_ARGUMENT, "native-script inputs");
    REFUSED(s->spec.required_signers = 2, PLB_E_ARGUMENT, "at most 1 required signers");
    REFUSED(s->spec.network = (plb_network) 2, PLB_E_ARGUMENT, "mainnet or a test network");
    REFUSED((s->spec.validity_interval = true, s->spec.slot = UINT64_MAX), PLB_E_ARGUMENT,
            "a slot below 2^63");
    REFUSED((s->spec.supplemental_datum = unit_datum, s->spec.supplemental_datum_length = 3),
            PLB_E_ARGUMENT, "needs a payment");
    REFUSED((s->spec.payments = 1, s->spec.supplemental_datum = truncated,
             s->spec.supplemental_datum_length = sizeof truncated),
            PLB_E_PARSE, "");
    REFUSED(s->calls[1].purpose = (plb_call_purpose) 3, PLB_E_ARGUMENT, "spend, mint or withdraw");
    REFUSED(s->calls[1].place = (plb_script_place) 2, PLB_E_ARGUMENT, "in a reference input");
    REFUSED(s->calls[1].language = PLB_PLUTUS_V4, PLB_E_ARGUMENT, "PlutusV1, PlutusV2 or PlutusV3");
    REFUSED(s->calls[1].language = PLB_LANGUAGE_NEWEST, PLB_E_ARGUMENT,
            "PlutusV1, PlutusV2 or PlutusV3");
    REFUSED(s->calls[1].script = NULL, PLB_E_ARGUMENT, "expected a script");
    REFUSED(s->calls[1].script_length = 0, PLB_E_ARGUMENT, "expected a script");
    REFUSED(s->calls[1].redeemer = NULL, PLB_E_ARGUMENT, "expected CBOR data");
    REFUSED((s->calls[1].redeemer = truncated, s->calls[1].redeemer_length = 2), PLB_E_PARSE, "");
    REFUSED(s->calls[1].exunits.memory = -1, PLB_E_ARGUMENT, "not negative");
    REFUSED((s->spec.payments = 1, s->spec.lovelace_per_payment = 1), PLB_E_LEDGER,
            "BabbageOutputTooSmallUTxO");
    REFUSED((s->spec.lovelace_per_input = 1000000, s->spec.payments = 9), PLB_E_LEDGER,
            "ValueNotConservedUTxO");
    REFUSED((s->spec.lovelace_per_input = UINT64_MAX / 2, s->spec.extra_key_inputs = 3),
            PLB_E_ARGUMENT, "less than 2^64 lovelace");
    REFUSED((s->spec.payments = 2, s->spec.lovelace_per_payment = UINT64_MAX), PLB_E_LEDGER,
            "ValueNotConservedUTxO");
    REFUSED(s->spec.extra_key_inputs = 900, PLB_E_LEDGER, "MaxTxSizeUTxO");
    REFUSED(s->spec.assets = 200, PLB_E_LEDGER, "OutputTooBigUTxO");
#undef REFUSED
    s->spec = good;
    shape_free(s);
}

/* A twin has native scripts and metadata, which the least of calls has no bytes for. */
static void calls_of_next_to_no_bytes_have_no_twin(void **state) {
    (void) state;
    static const uint8_t zero[] = {0x00};
    shape *s = shape_new("w3.r", 0, false);
    plb_tx_built built;
    plb_error error;
    s->calls[0].redeemer = zero;
    s->calls[0].redeemer_length = sizeof zero;
    s->calls[0].exunits = (plb_exunits){0, 0};
    build(&built, parameters, &s->spec);
    plb_tx_built_free(&built);
    assert_int_equal(plb_tx_build_twin(&built, parameters, &s->spec, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "no value-only transaction is as small"));
    assert_null(built.bytes);
    s->calls[0].exunits = (plb_exunits){200, 20000};
    build_twin(&built, parameters, &s->spec);
    plb_tx_built_free(&built);
    shape_free(s);
}

static void too_many_reference_scripts_are_refused(void **state) {
    (void) state;
    shape *s = shape_new("w3r*100", 0, false);
    plb_protocol_parameters p = *parameters;
    plb_tx_built built;
    plb_error error;
    p.max_reference_scripts_tx_bytes = 500;
    assert_int_equal(plb_tx_build(&built, &p, &s->spec, &error), PLB_E_LEDGER);
    assert_non_null(strstr(error.message, "ConwayTxRefScriptsSizeTooBig"));
    p.protocol_major = 8;
    s->calls[7].language = PLB_PLUTUS_V1;
    assert_int_equal(plb_tx_build(&built, &p, &s->spec, &error), PLB_E_ARGUMENT);
    assert_non_null(strstr(error.message, "before protocol version 9"));
    shape_free(s);
}

/* ---- Variants of scripts ---- */

static plb_exunits run_alone(plb_language language, const uint8_t *script, size_t length) {
    uint8_t redeemer[] = {0x07};
    plb_tx_call call = {.purpose = PLB_CALL_WITHDRAW,
                        .language = language,
                        .script = script,
                        .script_length = length,
                        .redeemer = redeemer,
                        .redeemer_length = sizeof redeemer};
    plb_tx_spec spec = spec_of(&call, 1);
    plb_ledger *ledger = new_ledger(parameters);
    plb_exunits exunits;
    plb_tx_built built;
    plb_error error;
    if (plb_ledger_build_exact(ledger, &built, &spec, &exunits, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    plb_tx_built_free(&built);
    plb_ledger_free(ledger);
    return exunits;
}

static int compare_hash(const void *a, const void *b) { return memcmp(a, b, PLB_KEY_HASH_BYTES); }

/* The context has another hash in it, so that a script that looks at nothing is asked. */
static void variants_differ_in_their_hash_alone(void **state) {
    (void) state;
    for (plb_language language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V3; language++) {
        static uint8_t hashes[PLB_SCRIPT_VARIANTS][PLB_KEY_HASH_BYTES];
        test_script script;
        compile(&script, language,
                language == PLB_PLUTUS_V3 ? "(program 1.1.0 (lam c (con unit ())))"
                                          : "(program 1.0.0 (lam r (lam c (con unit ()))))");
        plb_exunits cost = run_alone(language, script.bytes, script.length);
        for (unsigned i = 0; i < PLB_SCRIPT_VARIANTS; i++) {
            uint8_t *variant;
            size_t length;
            plb_error error;
            assert_int_equal(
                plb_script_variant(script.bytes, script.length, i, &variant, &length, &error),
                PLB_OK);
            assert_true(length <= script.length + (i < 120 ? 7 : 28));
            plb_script_hash(language, variant, length, hashes[i]);
            if (i == 0) assert_memory_equal(variant, script.bytes, script.length);
            if (i % 37 == 0 || i > PLB_SCRIPT_VARIANTS - 3) {
                plb_exunits spent = run_alone(language, variant, length);
                assert_int_equal(spent.steps, cost.steps);
                assert_int_equal(spent.memory, cost.memory);
            }
            free(variant);
        }
        qsort(hashes, PLB_SCRIPT_VARIANTS, sizeof hashes[0], compare_hash);
        for (size_t i = 1; i < PLB_SCRIPT_VARIANTS; i++) {
            assert_memory_not_equal(hashes[i - 1], hashes[i], PLB_KEY_HASH_BYTES);
        }
    }
}

static void what_has_no_variant_is_refused(void **state) {
    (void) state;
    static const struct {
        uint8_t bytes[8];
        size_t length;
    } malformed[] = {
        {{0}, 0},
        {{0x01}, 1},
        {{0x40}, 1},
        {{0x42, 0x01, 0x01}, 3},             /* no third number */
        {{0x43, 0x01, 0x01}, 3},             /* ends early */
        {{0x43, 0x01, 0x80, 0x80}, 4},       /* a number without an end */
        {{0x43, 0x01, 0x01, 0x00, 0x00}, 5}, /* something behind it */
    };
    uint8_t *variant;
    size_t length;
    plb_error error;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        assert_int_equal(plb_script_variant(malformed[i].bytes, malformed[i].length, 1, &variant,
                                            &length, &error),
                         PLB_E_PARSE);
        assert_null(variant);
    }
    test_script script;
    compile_success(&script, PLB_PLUTUS_V3);
    assert_int_equal(plb_script_variant(script.bytes, script.length, PLB_SCRIPT_VARIANTS, &variant,
                                        &length, &error),
                     PLB_E_ARGUMENT);
    assert_int_equal(
        plb_script_variant(script.bytes, script.length, 999, &variant, &length, &error), PLB_OK);
    uint8_t *again;
    assert_int_equal(plb_script_variant(variant, length, 999, &again, &length, &error),
                     PLB_E_PARSE);
    free(variant);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_shape_is_accepted),
        cmocka_unit_test(nosy_scripts_are_accepted),
        cmocka_unit_test(every_fee_is_the_least),
        cmocka_unit_test(building_is_deterministic),
        cmocka_unit_test(every_twin_is_accepted),
        cmocka_unit_test(a_thousand_calls_build_quickly),
        cmocka_unit_test(hundreds_of_withdrawals_fit),
        cmocka_unit_test(inputs_pay_for_everything),
        cmocka_unit_test(impossible_shapes_are_refused),
        cmocka_unit_test(impossible_options_are_refused),
        cmocka_unit_test(calls_of_next_to_no_bytes_have_no_twin),
        cmocka_unit_test(too_many_reference_scripts_are_refused),
        cmocka_unit_test(variants_differ_in_their_hash_alone),
        cmocka_unit_test(what_has_no_variant_is_refused),
    };
    return cmocka_run_group_tests(tests, load_parameters, free_parameters);
}
