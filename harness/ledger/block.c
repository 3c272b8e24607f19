/* Blocks: transactions in order, and the rules on all of them together: chainChecks, and BBODY of
 * Conway (Cardano.Ledger.Conway.Rules.Bbody, Alonzo.Rules.Bbody). */
#include "harness/ledger/block.h"

#include <stdio.h>
#include <string.h>

#include "harness/ledger/validation.h"

/* ---- Sums ---- */

static void add_exunits(plb_exunits *total, plb_exunits exunits) {
    if (__builtin_add_overflow(total->memory, exunits.memory, &total->memory)) {
        total->memory = INT64_MAX;
    }
    if (__builtin_add_overflow(total->steps, exunits.steps, &total->steps)) {
        total->steps = INT64_MAX;
    }
}

static uint64_t index_bytes(size_t index) {
    return index < 24 ? 1 : index < 256 ? 2 : index < 65536 ? 3 : 5;
}

/* Lists and maps of more than 23 members are written with an indefinite length
 * (variableListLenEncoding): two bytes around them instead of one in front. */
static uint64_t head_bytes(size_t members) { return members < 24 ? 1 : 2; }

void plb_block_add(plb_block_totals *totals, const plb_tx *tx, uint64_t reference_script_bytes) {
    size_t index = totals->transactions++;
    totals->content_bytes += tx->body.length + tx->witnesses.length;
    if (tx->auxiliary.bytes != NULL) {
        totals->auxiliary++;
        totals->content_bytes += index_bytes(index) + tx->auxiliary.length;
    }
    if (!tx->is_valid) {
        totals->invalid++;
        totals->content_bytes += index_bytes(index);
    }
    add_exunits(&totals->declared, plb_tx_exunits(tx));
    totals->reference_script_bytes += reference_script_bytes;
}

uint64_t plb_block_body_bytes(const plb_block_totals *totals) {
    return totals->content_bytes + 2 * head_bytes(totals->transactions) +
           head_bytes(totals->auxiliary) + head_bytes(totals->invalid);
}

/* ---- Failing ---- */

static void fail_block(plb_block_result *result, const char *predicate, const char *what,
                       uint64_t found, uint64_t most) {
    result->predicate = predicate;
    result->status =
        plb_fail(&result->error, PLB_E_LEDGER, "block", "%s: %llu %s, the maximum is %llu",
                 predicate, (unsigned long long) found, what, (unsigned long long) most);
}

static void fail_transaction(plb_block_result *result, size_t index, plb_status status,
                             const char *predicate, const char *message) {
    char where[64];
    (void) snprintf(where, sizeof where, "transaction %zu of the block", index);
    result->transaction = index;
    result->predicate = predicate;
    result->status = plb_fail(&result->error, status, where, "%s", message);
}

/* The rules of a whole block that come before its transactions'. */
static bool check_before(plb_block_result *result, const plb_protocol_parameters *p,
                         const plb_block_totals *totals) {
    uint64_t bytes = plb_block_body_bytes(totals);
    if (bytes > p->max_block_body_size_bytes) {
        fail_block(result, "BlockSizeTooLargeCHAIN", "bytes of body", bytes,
                   p->max_block_body_size_bytes);
    } else if (totals->reference_script_bytes > p->max_reference_scripts_block_bytes) {
        fail_block(result, "BodyRefScriptsSizeTooBig", "bytes of reference scripts",
                   totals->reference_script_bytes, p->max_reference_scripts_block_bytes);
    }
    return result->status == PLB_OK;
}

/* ... and that comes after them. */
static bool check_after(plb_block_result *result, const plb_protocol_parameters *p,
                        const plb_block_totals *totals) {
    if (totals->declared.steps > p->max_block_exunits.steps) {
        fail_block(result, "TooManyExUnits", "steps", (uint64_t) totals->declared.steps,
                   (uint64_t) p->max_block_exunits.steps);
    } else if (totals->declared.memory > p->max_block_exunits.memory) {
        fail_block(result, "TooManyExUnits", "units of memory", (uint64_t) totals->declared.memory,
                   (uint64_t) p->max_block_exunits.memory);
    }
    return result->status == PLB_OK;
}

/* ---- Why a block fails, when it does ----
 *
 * The rules that come first need sums over all transactions, which would mean to decode and look up
 * everything twice. So they are checked when all transactions have been applied; and a block that
 * fails is looked at again from its beginning, for the failure that comes first in the rules'
 * order. */

static plb_status count_scripts(plb_ledger *ledger, const plb_tx_inputs *inputs,
                                const plb_tx_inputs *but, uint64_t *bytes) {
    size_t passed = 0;
    for (size_t i = 0; i < inputs->count; i++) {
        plb_tx_out out;
        const plb_tx_in *ref = &inputs->refs[i];
        /* Both are in order. */
        while (but != NULL && passed < but->count &&
               plb_tx_in_compare(&but->refs[passed], ref) < 0) {
            passed++;
        }
        if (but != NULL && passed < but->count && plb_tx_in_compare(&but->refs[passed], ref) == 0) {
            continue;
        }
        plb_status status =
            ledger->utxo->interface->get(ledger->utxo, ref, 1, &ledger->arena, &out);
        if (status != PLB_OK) return status;
        if (out.bytes.bytes != NULL && out.script != NULL) *bytes += out.script->bytes.length;
    }
    return PLB_OK;
}

static plb_status create_outputs(plb_ledger *ledger, const plb_tx *tx) {
    const plb_tx_out *first = tx->is_valid ? tx->outputs : tx->collateral_return;
    size_t count = tx->is_valid ? tx->output_count : first != NULL, index = tx->output_count;
    plb_status status = PLB_OK;
    for (size_t i = 0; status == PLB_OK && i < count; i++) {
        plb_tx_in ref = {.index = (uint16_t) (tx->is_valid ? i : index)};
        memcpy(ref.id, tx->id, sizeof ref.id);
        status = ledger->utxo->interface->put(ledger->utxo, &ref, first[i].bytes, &ledger->arena);
    }
    return status;
}

/* totalRefScriptSizeInBlock: up to protocol version 10 outputs of the block itself do not count;
 * later they do. */
static bool look_again(plb_ledger *ledger, const plb_block *block, plb_block_totals *totals,
                       plb_block_result *result) {
    for (size_t i = 0; i < block->count; i++) {
        plb_tx tx;
        uint64_t bytes = 0;
        plb_error error;
        plb_region_reset(&ledger->arena);
        plb_status status = plb_tx_decode(&tx, &ledger->arena, block->transactions[i].bytes,
                                          block->transactions[i].length, &error);
        if (status != PLB_OK) {
            fail_transaction(result, i, status, NULL, error.message);
            return false;
        }
        status = count_scripts(ledger, &tx.inputs, NULL, &bytes);
        if (status == PLB_OK) status = count_scripts(ledger, &tx.reference, &tx.inputs, &bytes);
        plb_block_add(totals, &tx, bytes);
        if (status == PLB_OK && ledger->parameters->protocol_major > 10) {
            status = create_outputs(ledger, &tx);
        }
        if (status != PLB_OK) {
            fail_transaction(result, i, status, NULL, ledger->utxo->problem);
            return false;
        }
    }
    return true;
}

/* ---- Applying ---- */

/* The transactions in order. False with the result at the first that is refused. */
static bool apply_all(plb_ledger *ledger, const plb_block *block, const plb_submit_options *options,
                      plb_block_result *result) {
    plb_submit_options each = options != NULL ? *options : (plb_submit_options){0};
    each.apply = true;
    for (size_t i = 0; i < block->count; i++) {
        plb_submission submission;
        plb_status status = plb_ledger_submit(ledger, block->transactions[i].bytes,
                                              block->transactions[i].length, &each, &submission);
        result->call_count += submission.call_count;
        for (size_t k = 0; k < submission.call_count; k++) {
            add_exunits(&result->spent, submission.calls[k].spent);
        }
        if (status != PLB_OK) {
            fail_transaction(result, i, status, submission.predicate, submission.error.message);
            return false;
        }
        result->fees += submission.fee;
    }
    return true;
}

/* One attempt; false when it was undone. */
static bool attempt(plb_ledger *ledger, const plb_block *block, const plb_submit_options *options,
                    bool check_references, plb_block_result *result) {
    plb_block_totals totals = {0};
    *result = (plb_block_result){.transaction = block->count};
    plb_batch_begin(ledger);
    ledger->block = &totals;
    bool ok = apply_all(ledger, block, options, result);
    ledger->block = NULL;
    result->declared = totals.declared;
    result->body_size_bytes = plb_block_body_bytes(&totals);
    result->reference_script_bytes = totals.reference_script_bytes;
    if (!check_references) totals.reference_script_bytes = 0;
    ok = ok && check_before(result, ledger->parameters, &totals) &&
         check_after(result, ledger->parameters, &totals);
    plb_status status = plb_batch_end(ledger, ok, &result->error);
    if (status != PLB_OK) result->status = status;
    return ok && status == PLB_OK;
}

/* The failure that comes first, in *result. True when there is none: reference scripts of the
 * block's own outputs were counted that do not count. */
static bool explain(plb_ledger *ledger, const plb_block *block, plb_block_result *result) {
    plb_block_totals totals = {0};
    plb_block_result earlier = {.transaction = block->count};
    plb_batch_begin(ledger);
    bool complete = look_again(ledger, block, &totals, &earlier);
    (void) plb_batch_end(ledger, false, NULL);
    if (complete) check_before(&earlier, ledger->parameters, &totals);
    if (earlier.status != PLB_OK) {
        *result = earlier;
        result->declared = totals.declared;
        result->body_size_bytes = plb_block_body_bytes(&totals);
        result->reference_script_bytes = totals.reference_script_bytes;
        return false;
    }
    return result->predicate != NULL && strcmp(result->predicate, "BodyRefScriptsSizeTooBig") == 0;
}

plb_status plb_ledger_apply_block(plb_ledger *ledger, const plb_block *block,
                                  const plb_submit_options *options, plb_block_result *result) {
    if (attempt(ledger, block, options, true, result)) return PLB_OK;
    if (result->status == PLB_E_IO || result->status == PLB_E_MEMORY) return result->status;
    if (explain(ledger, block, result)) attempt(ledger, block, options, false, result);
    return result->status;
}
