/* Building with the ExUnits that the calls need. */
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/build/tx_spec.h"
#include "harness/ledger/validation.h"

/* What a script sees of the transaction (the fee, the change) depends on its ExUnits. */
#define MAX_ROUNDS 256
#define ROUNDS_UNTIL_GROWTH 6

static bool same(plb_exunits a, plb_exunits b) {
    return a.memory == b.memory && a.steps == b.steps;
}

/* The outcome of a redeemer; both lists are ordered by purpose, then index. */
static bool is_of(const plb_call_outcome *outcome, const struct plb_redeemer_call *redeemer) {
    return outcome->purpose == redeemer->purpose && outcome->index == redeemer->index;
}

static plb_status measure(plb_ledger *ledger, const plb_tx_built *built, plb_exunits *exunits,
                          plb_error *error) {
    plb_submission submission;
    plb_status status = plb_ledger_add_utxo(ledger, built->utxo, built->utxo_count, error);
    if (status == PLB_OK) {
        status = plb_ledger_add_accounts(ledger, built->accounts, built->account_count, error);
    }
    if (status != PLB_OK) return status;
    status = plb_tx_evaluate(ledger, built->bytes, built->length, &submission);
    if (status != PLB_OK) {
        if (error != NULL) *error = submission.error;
        return status;
    }
    size_t found = 0;
    for (size_t i = 0; i < submission.call_count && found < built->redeemer_count; i++) {
        if (!is_of(&submission.calls[i], &built->redeemers[found])) continue;
        exunits[built->redeemers[found++].call] = submission.calls[i].spent;
    }
    if (found == built->redeemer_count) return PLB_OK;
    return plb_fail(error, PLB_E_LEDGER, "transaction", "%zu of %zu calls ran", found,
                    built->redeemer_count);
}

/* Set the calls' ExUnits to `measured`; true when that is what they were. After the first rounds
 * they only grow: scripts whose cost follows the transaction's hash would never agree with
 * themselves, but soon all of them have taken more before. */
static bool adopt(plb_tx_call *calls, const plb_exunits *measured, size_t count, unsigned round) {
    bool settled = true;
    for (size_t i = 0; i < count; i++) {
        plb_exunits next = measured[i];
        if (round >= ROUNDS_UNTIL_GROWTH) {
            if (next.memory < calls[i].exunits.memory) next.memory = calls[i].exunits.memory;
            if (next.steps < calls[i].exunits.steps) next.steps = calls[i].exunits.steps;
        }
        settled = settled && same(next, calls[i].exunits);
        calls[i].exunits = next;
    }
    return settled;
}

plb_status plb_ledger_build_exact(plb_ledger *ledger, plb_tx_built *built, const plb_tx_spec *spec,
                                  plb_exunits *exunits, plb_error *error) {
    *built = (plb_tx_built){0};
    plb_status checked = plb_tx_spec_check(spec, ledger->parameters, error);
    if (checked != PLB_OK) return checked;
    plb_tx_call *calls = calloc(spec->call_count + 1, sizeof *calls);
    plb_exunits *measured = calloc(spec->call_count + 1, sizeof *measured);
    plb_status status = calls != NULL && measured != NULL
                            ? PLB_OK
                            : plb_fail(error, PLB_E_MEMORY, "transaction", "out of memory");
    plb_tx_spec exact = *spec;
    exact.calls = calls;
    for (size_t i = 0; status == PLB_OK && i < spec->call_count; i++) {
        calls[i] = spec->calls[i];
        calls[i].exunits = ledger->parameters->max_tx_exunits;
        calls[i].exunits.memory /= (int64_t) spec->call_count;
        calls[i].exunits.steps /= (int64_t) spec->call_count;
    }
    bool settled = false;
    for (unsigned round = 0; status == PLB_OK && !settled; round++) {
        plb_tx_built_free(built);
        status = plb_tx_build(built, ledger->parameters, &exact, error);
        if (status == PLB_OK) status = measure(ledger, built, measured, error);
        if (status == PLB_OK) {
            settled = adopt(calls, measured, spec->call_count, round);
        }
        if (status == PLB_OK && !settled && round == MAX_ROUNDS) {
            status = plb_fail(error, PLB_E_LEDGER, "transaction", "its ExUnits do not settle");
        }
    }
    for (size_t i = 0; status == PLB_OK && exunits != NULL && i < spec->call_count; i++) {
        exunits[i] = calls[i].exunits;
    }
    if (status != PLB_OK) plb_tx_built_free(built);
    free(calls);
    free(measured);
    return status;
}
