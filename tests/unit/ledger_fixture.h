/* What the ledger's unit tests share: scripts that succeed or fail, and a ledger with the outputs
 * that a transaction spends. */
#ifndef PLB_TESTS_LEDGER_FIXTURE_H
#define PLB_TESTS_LEDGER_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <plutbench/ledger.h>

#define ANY_SCRIPT_BYTES 4096

/* (con data): constructor 0 without fields, and the integer 7. */
static const uint8_t unit_datum[] = {0xd8, 0x79, 0x80};
static const uint8_t seven[] = {0x07};

typedef struct test_script {
    uint8_t bytes[ANY_SCRIPT_BYTES]; /* CBOR byte string around flat */
    size_t length;
} test_script;

static inline void compile(test_script *script, plb_language language, const char *text) {
    plb_program *program = plb_program_new(1 << 20);
    plb_error error;
    uint8_t *flat = NULL;
    size_t length = 0;
    plb_era era = {language, 10};
    if (plb_program_parse_text(program, era, text, strlen(text), &error) != PLB_OK ||
        plb_program_encode_flat(program, &flat, &length, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    assert_true(length + 3 <= sizeof script->bytes);
    size_t head = length < 24 ? 1 : length < 256 ? 2 : 3;
    script->bytes[0] = (uint8_t) (length < 24 ? 0x40 + length : length < 256 ? 0x58 : 0x59);
    if (head == 2) script->bytes[1] = (uint8_t) length;
    if (head == 3) {
        script->bytes[1] = (uint8_t) (length >> 8);
        script->bytes[2] = (uint8_t) length;
    }
    memcpy(script->bytes + head, flat, length);
    script->length = head + length;
    free(flat);
    plb_program_free(program);
}

/* A script that takes what its language passes and succeeds. */
static inline void compile_success(test_script *script, plb_language language) {
    compile(script, language,
            language == PLB_PLUTUS_V3 ? "(program 1.1.0 (lam c (con unit ())))"
                                      : "(program 1.0.0 (lam d (lam r (lam c (con unit ())))))");
}

static inline void compile_failure(test_script *script, plb_language language) {
    compile(script, language,
            language == PLB_PLUTUS_V3 ? "(program 1.1.0 (lam c (error)))"
                                      : "(program 1.0.0 (lam d (lam r (lam c (error)))))");
}

static inline plb_tx_call call_of(const test_script *script, plb_language language,
                                  bool inline_datum) {
    return (plb_tx_call){.language = language,
                         .script = script->bytes,
                         .script_length = script->length,
                         .datum = unit_datum,
                         .datum_length = sizeof unit_datum,
                         .inline_datum = inline_datum,
                         .redeemer = seven,
                         .redeemer_length = sizeof seven,
                         .exunits = {1000000, 500000000}};
}

static inline plb_tx_spec spec_of(const plb_tx_call *calls, size_t count) {
    plb_tx_spec spec = {.network = PLB_TESTNET, .calls = calls, .call_count = count};
    memset(spec.seed, 0x42, sizeof spec.seed);
    return spec;
}

static inline plb_ledger *ledger_with(const plb_protocol_parameters *parameters,
                                      const plb_tx_built *built) {
    plb_ledger *ledger;
    plb_error error;
    if (plb_ledger_new(&ledger, parameters, NULL, &error) != PLB_OK ||
        (built != NULL &&
         (plb_ledger_add_utxo(ledger, built->utxo, built->utxo_count, &error) != PLB_OK ||
          plb_ledger_add_accounts(ledger, built->accounts, built->account_count, &error) !=
              PLB_OK))) {
        fail_msg("%s: %s", error.where, error.message);
    }
    return ledger;
}

static inline void build(plb_tx_built *built, const plb_protocol_parameters *parameters,
                         const plb_tx_spec *spec) {
    plb_error error;
    if (plb_tx_build(built, parameters, spec, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

static inline void build_twin(plb_tx_built *built, const plb_protocol_parameters *parameters,
                              const plb_tx_spec *spec) {
    plb_error error;
    if (plb_tx_build_twin(built, parameters, spec, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
}

static inline void assert_accepted(plb_ledger *ledger, const plb_tx_built *built) {
    plb_submission submission;
    if (plb_ledger_submit(ledger, built->bytes, built->length, NULL, &submission) != PLB_OK) {
        fail_msg("%s: %s", submission.error.where, submission.error.message);
    }
}

static inline void assert_refused(plb_ledger *ledger, const plb_tx_built *built,
                                  const char *predicate) {
    plb_submission submission;
    plb_status status = plb_ledger_submit(ledger, built->bytes, built->length, NULL, &submission);
    if (status != PLB_E_LEDGER) {
        fail_msg("expected %s, got %s %s", predicate, plb_status_name(status),
                 status == PLB_OK ? "" : submission.error.message);
    }
    assert_string_equal(submission.predicate, predicate);
    assert_memory_equal(submission.error.message, predicate, strlen(predicate));
}

#endif
