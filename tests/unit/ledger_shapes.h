/* The shapes of transactions that the builder makes, as a grid and a list. Their scripts walk
 * through the whole script context; a nosy one then takes as many turns as a hash of it says, so
 * that its ExUnits depend on every byte (and never settle, because the fee is in it). A shape's
 * calls are words such as
 *
 *     s2h      spend, PlutusV2, the datum's hash in the output
 *     s3i s3n  ... datum inline, no datum
 *     m1 w3    mint, withdraw
 *     w3r      ... with a reference script
 *     w3r*20   twenty of them
 *     s2h=     the script of the call before; otherwise each has another variant
 *     w3.      a script that does nothing, where there are many */
#ifndef PLB_TESTS_LEDGER_SHAPES_H
#define PLB_TESTS_LEDGER_SHAPES_H

#include <ctype.h>
#include <stdio.h>

#include "ledger_fixture.h"

#define SHAPE_CALLS 1000

enum shape_options {
    WITH_PAYMENTS = 1,
    WITH_SIGNER = 2,
    WITH_KEY_INPUTS = 4,
    WITH_ASSETS = 8,
    WITH_NATIVE_SCRIPT = 16,
    WITH_SUPPLEMENTAL_DATUM = 32,
    WITH_COLLATERAL_RETURN = 64,
    WITH_VALIDITY = 128,
    WITH_ALL = 255
};

typedef struct shape {
    char name[96];
    plb_tx_spec spec;
    plb_tx_call calls[SHAPE_CALLS];
    uint8_t redeemers[SHAPE_CALLS][3];
    uint8_t *scripts[SHAPE_CALLS]; /* malloc'ed, NULL where a call shares another's */
} shape;

/* ---- Scripts ---- */

/* A hash of any data without serialiseData, which PlutusV1 does not have: constructors, maps and
 * lists by what their parts give, integers by their last bytes. */
#define FIX "(lam f [ (lam x [ f (lam v [ x x v ]) ]) (lam x [ f (lam v [ x x v ]) ]) ])"
#define HEAD "[ (force (builtin headList)) l ]"
#define TAIL "[ (force (builtin tailList)) l ]"
#define FIRST "(force (force (builtin fstPair)))"
#define SECOND "(force (force (builtin sndPair)))"
#define HASH_LIST                                                                                  \
    "[ fix (lam each (lam l (force [ (force (force (builtin chooseList))) l"                       \
    "  (delay (con bytestring #00))"                                                               \
    "  (delay [ (builtin appendByteString) [ self " HEAD " ] [ each " TAIL " ] ]) ]))) ]"
#define HASH_PAIRS                                                                                 \
    "[ fix (lam each (lam l (force [ (force (force (builtin chooseList))) l"                       \
    "  (delay (con bytestring #01))"                                                               \
    "  (delay [ (builtin appendByteString)"                                                        \
    "    [ (builtin appendByteString) [ self [ " FIRST HEAD " ] ] [ self [ " SECOND HEAD           \
    " ] ] ] [ each " TAIL " ] ]) ]))) ]"
#define BYTE_OF_N(divisor)                                                                         \
    "[ (builtin modInteger) [ (builtin divideInteger) n (con integer " divisor                     \
    ") ] (con integer 256) ]"
#define HASH_INTEGER                                                                               \
    "(lam n [ (builtin consByteString) " BYTE_OF_N("1") " [ (builtin consByteString) " BYTE_OF_N(  \
        "256") " [ (builtin consByteString) " BYTE_OF_N("65536") " (con bytestring #02) ] ] ])"
#define HASH_OF_DATA                                                                               \
    "[ (lam fix [ fix (lam self (lam d [ (builtin blake2b_256) (force"                             \
    "  [ (force (builtin chooseData)) d"                                                           \
    "    (delay [ (lam p [ (builtin consByteString) [ " FIRST " p ] [ " HASH_LIST " [ " SECOND     \
    " p ] ] ]) [ (builtin unConstrData) d ] ])"                                                    \
    "    (delay [ " HASH_PAIRS " [ (builtin unMapData) d ] ])"                                     \
    "    (delay [ " HASH_LIST " [ (builtin unListData) d ] ])"                                     \
    "    (delay [ " HASH_INTEGER " [ (builtin unIData) d ] ])"                                     \
    "    (delay [ (builtin unBData) d ]) ]) ])) ]) " FIX " ]"

#define HASH_OF_BYTES "(lam d [ (builtin blake2b_256) [ (builtin serialiseData) d ] ])"

#define LOOK(hash) "[ (lam h (con unit ())) [ " hash " c ] ]"

/* As many turns as the hash's first byte says. */
#define TURNS(hash)                                                                                \
    "[ [ " FIX " (lam self (lam n (force [ (force (builtin ifThenElse))"                           \
    "     [ (builtin equalsInteger) n (con integer 0) ]"                                           \
    "     (delay (con unit ()))"                                                                   \
    "     (delay [ self [ (builtin subtractInteger) n (con integer 1) ] ]) ]))) ]"                 \
    "  [ (builtin indexByteString) [ " hash " c ] (con integer 0) ] ]"

static inline const char *shape_body(plb_language language, bool idle, bool nosy) {
    if (idle) return "(con unit ())";
    if (language == PLB_PLUTUS_V1) return nosy ? TURNS(HASH_OF_DATA) : LOOK(HASH_OF_DATA);
    return nosy ? TURNS(HASH_OF_BYTES) : LOOK(HASH_OF_BYTES);
}

static inline const uint8_t *shape_script(plb_language language, bool datum, const char *body,
                                          unsigned variant, size_t *length, uint8_t **owned) {
    char text[16384];
    test_script *script = malloc(sizeof *script);
    plb_error error;
    assert_non_null(script);
    snprintf(text, sizeof text, "(program %s %s (lam c %s) %s)",
             language == PLB_PLUTUS_V3 ? "1.1.0" : "1.0.0",
             language == PLB_PLUTUS_V3 ? ""
             : datum                   ? "(lam d (lam r"
                                       : "(lam r",
             body,
             language == PLB_PLUTUS_V3 ? ""
             : datum                   ? "))"
                                       : ")");
    compile(script, language, text);
    if (plb_script_variant(script->bytes, script->length, variant, owned, length, &error) !=
        PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    free(script);
    return *owned;
}

/* ---- Shapes ---- */

static inline void shape_free(shape *s) {
    for (size_t i = 0; i < s->spec.call_count; i++) free(s->scripts[i]);
    free(s);
}

/* One call of a word; each has another variant of its script. */
static inline void shape_call(shape *s, const char *word, bool nosy) {
    size_t index = s->spec.call_count++;
    assert_true(index < SHAPE_CALLS);
    plb_tx_call *call = &s->calls[index];
    call->purpose = word[0] == 's'   ? PLB_CALL_SPEND
                    : word[0] == 'm' ? PLB_CALL_MINT
                                     : PLB_CALL_WITHDRAW;
    call->language = (plb_language) (word[1] - '0');
    bool idle = false, shared = false;
    for (const char *flag = word + 2; *flag != '\0' && *flag != '*'; flag++) {
        if (*flag == 'r') call->place = PLB_SCRIPT_IN_REFERENCE;
        if (*flag == 'i') call->inline_datum = true;
        if (*flag == 'h' || *flag == 'i') {
            call->datum = unit_datum;
            call->datum_length = sizeof unit_datum;
        }
        if (*flag == '.') idle = true;
        if (*flag == '=') shared = true;
    }
    if (shared) {
        call->script = call[-1].script;
        call->script_length = call[-1].script_length;
    } else {
        const char *body = shape_body(call->language, idle, nosy);
        call->script = shape_script(call->language, call->purpose == PLB_CALL_SPEND, body,
                                    (unsigned) index, &call->script_length, &s->scripts[index]);
    }
    s->redeemers[index][0] = 0x19;
    s->redeemers[index][1] = (uint8_t) ((index + 256) >> 8);
    s->redeemers[index][2] = (uint8_t) index;
    call->redeemer = s->redeemers[index];
    call->redeemer_length = sizeof s->redeemers[index];
    call->exunits = (plb_exunits){14000, 10000000};
}

static inline void shape_options(plb_tx_spec *spec, unsigned options) {
    static const uint8_t supplemental[] = {0x9f, 0x01, 0x42, 0xca, 0xfe, 0xff};
    if ((options & WITH_PAYMENTS) != 0) spec->payments = 3;
    if ((options & WITH_SIGNER) != 0) spec->required_signers = 1;
    if ((options & WITH_KEY_INPUTS) != 0) spec->extra_key_inputs = 2;
    if ((options & WITH_ASSETS) != 0) spec->assets = 4;
    if ((options & WITH_NATIVE_SCRIPT) != 0) spec->native_script_inputs = 2;
    if ((options & WITH_SUPPLEMENTAL_DATUM) != 0) {
        if (spec->payments == 0) spec->payments = 1;
        spec->supplemental_datum = supplemental;
        spec->supplemental_datum_length = sizeof supplemental;
    }
    if ((options & WITH_COLLATERAL_RETURN) != 0) spec->collateral_return = true;
    if ((options & WITH_VALIDITY) != 0) {
        spec->validity_interval = true;
        spec->slot = 86400;
    }
}

static inline shape *shape_new(const char *words, unsigned options, bool nosy) {
    shape *s = calloc(1, sizeof *s);
    char text[96];
    assert_non_null(s);
    s->spec = spec_of(s->calls, 0);
    snprintf(s->name, sizeof s->name, "%s options %u", words, options);
    snprintf(text, sizeof text, "%s", words);
    for (char *at = text, *word; (word = strtok_r(at, " ", &at)) != NULL;) {
        const char *times = strchr(word, '*');
        unsigned count = times != NULL ? (unsigned) atoi(times + 1) : 1;
        for (unsigned i = 0; i < count; i++) shape_call(s, word, nosy);
    }
    shape_options(&s->spec, options);
    return s;
}

/* Calls alone, of every purpose, language, datum and place; once and several times; bare and with
 * every option. */
static inline shape *shape_of_grid(size_t index, bool nosy) {
    static const char *const calls[] = {"s1h", "s2h", "s2i", "s3h", "s3i", "s3n",
                                        "m1",  "m2",  "m3",  "w1",  "w2",  "w3"};
    size_t call_count = sizeof calls / sizeof calls[0];
    const char *call = calls[index % call_count];
    index /= call_count;
    const char *place = index % 2 != 0 ? "r" : "";
    index /= 2;
    const char *count = index % 2 != 0 ? "*3" : "";
    index /= 2;
    if (index > 1) return NULL;
    char words[32];
    snprintf(words, sizeof words, "%s%s%s", call, place, count);
    return shape_new(words, index != 0 ? WITH_ALL : 0, nosy);
}

static inline shape *shape_of_list(size_t index, bool nosy) {
    static const struct {
        const char *words;
        unsigned options;
    } list[] = {
        /* Each option alone. */
        {"s1h", WITH_PAYMENTS},
        {"s2i", WITH_SIGNER},
        {"s3n", WITH_KEY_INPUTS},
        {"s1h", WITH_ASSETS},
        {"s2i", WITH_ASSETS},
        {"s3i", WITH_ASSETS},
        {"s2h", WITH_NATIVE_SCRIPT},
        {"s3i", WITH_SUPPLEMENTAL_DATUM},
        {"m2", WITH_COLLATERAL_RETURN},
        {"w1", WITH_VALIDITY},
        {"w2", WITH_VALIDITY},
        {"w3", WITH_VALIDITY},
        /* The same script several times, and for several purposes. */
        {"s2h s2h= s2h= s2h=", 0},
        {"s2ir s2ir= s2ir=", WITH_PAYMENTS},
        {"s3i m3= w3=", 0},
        {"s3nr m3r= w3r=", WITH_ALL},
        {"m2 w2=", WITH_ASSETS},
        /* All at once. */
        {"s1h s2h s3h m1 m2 m3 w1 w2 w3", 0},
        {"s1hr s2h s3nr m2r m3 w1r w2 w3r", WITH_ALL},
        {"s2i s3ir m2r m3 w3r w2 s2h s3n", WITH_ALL},
        /* Many cheap calls. */
        {"s3n.r s3n.r= s3n.r= s3n.r= s3n.r= s3n.r= s3n.r= s3n.r= s3n.r=", 0},
        {"s3i.*60", 0},
        {"m3.*60", 0},
        {"w3.*100", 0},
        {"w3.r*100", 0},
        {"w2.*60 w1.*60", 0},
    };
    return index < sizeof list / sizeof list[0]
               ? shape_new(list[index].words, list[index].options, nosy)
               : NULL;
}

/* Shape `index`, from 0; NULL behind the last. */
static inline shape *shape_at(size_t index, bool nosy) {
    size_t in_grid = 12 * 2 * 2 * 2;
    return index < in_grid ? shape_of_grid(index, nosy) : shape_of_list(index - in_grid, nosy);
}

#endif
