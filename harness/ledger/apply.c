#include "harness/ledger/apply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/validation.h"

/* Outputs that are added in one batch: large enough for speed, small enough to be kept in memory
 * meanwhile. */
#define ADD_BATCH 65536

static const char *const WHERE = "unspent outputs";

/* ---- Accounts ---- */

void plb_changes_free(plb_changes *changes) {
    free(changes->accounts);
    *changes = (plb_changes){0};
}

/* Add or replace an account, in a batch. */
static bool set_account(plb_ledger *ledger, const plb_account *account) {
    plb_changes *changes = &ledger->changes;
    if (changes->account_count == changes->account_capacity) {
        size_t capacity = changes->account_capacity != 0 ? 2 * changes->account_capacity : 16;
        plb_account_change *grown = realloc(changes->accounts, capacity * sizeof *grown);
        if (grown == NULL) return false;
        changes->accounts = grown;
        changes->account_capacity = capacity;
    }
    const plb_account *found =
        plb_accounts_find(&ledger->accounts, account->is_script, account->hash);
    plb_account_change change = {found != NULL ? *found : *account, found != NULL};
    if (!plb_accounts_put(&ledger->accounts, account)) return false;
    changes->accounts[changes->account_count++] = change;
    return true;
}

/* Needs no memory: an account that was there has its place still. */
static void undo_accounts(plb_ledger *ledger, size_t count) {
    plb_changes *changes = &ledger->changes;
    while (changes->account_count > count) {
        const plb_account_change *last = &changes->accounts[--changes->account_count];
        if (last->was_there) {
            plb_accounts_put(&ledger->accounts, &last->before);
        } else {
            plb_accounts_remove(&ledger->accounts, last->before.is_script, last->before.hash);
        }
    }
}

/* ---- Batches ---- */

void plb_batch_begin(plb_ledger *ledger) {
    if (ledger->changes.depth++ != 0) return;
    ledger->changes.batch_start = ledger->changes.account_count;
    ledger->utxo->interface->begin(ledger->utxo);
}

plb_status plb_batch_end(plb_ledger *ledger, bool keep, plb_error *error) {
    plb_changes *changes = &ledger->changes;
    plb_utxo_state *utxo = ledger->utxo;
    if (--changes->depth != 0) return PLB_OK;
    plb_status status = PLB_OK;
    if (keep) {
        status = utxo->interface->commit(utxo);
        if (status != PLB_OK) plb_fail(error, status, WHERE, "%s", utxo->problem);
    } else {
        utxo->interface->cancel(utxo);
    }
    if (!keep || status != PLB_OK) {
        undo_accounts(ledger, changes->batch_start);
    } else if (!changes->is_marked) {
        changes->account_count = 0;
    }
    return status;
}

void plb_ledger_mark(plb_ledger *ledger) {
    ledger->utxo->interface->mark(ledger->utxo);
    ledger->changes.account_count = 0;
    ledger->changes.is_marked = true;
}

void plb_ledger_unmark(plb_ledger *ledger) {
    ledger->utxo->interface->unmark(ledger->utxo);
    ledger->changes.account_count = 0;
    ledger->changes.is_marked = false;
}

plb_status plb_ledger_rollback(plb_ledger *ledger, plb_error *error) {
    if (!ledger->changes.is_marked) {
        return plb_fail(error, PLB_E_ARGUMENT, "ledger", "expected a mark to go back to");
    }
    plb_status status = ledger->utxo->interface->rollback(ledger->utxo);
    if (status != PLB_OK) return plb_fail(error, status, WHERE, "%s", ledger->utxo->problem);
    undo_accounts(ledger, 0);
    return PLB_OK;
}

/* ---- Adding ---- */

static plb_status add_batch(plb_ledger *ledger, const plb_utxo *utxo, size_t count,
                            plb_error *error) {
    plb_utxo_state *state = ledger->utxo;
    plb_batch_begin(ledger);
    for (size_t i = 0; i < count; i++) {
        plb_tx_in ref = {.index = utxo[i].index};
        memcpy(ref.id, utxo[i].id, sizeof ref.id);
        plb_span output = {utxo[i].output, utxo[i].output_length};
        plb_status status = state->interface->put(state, &ref, output, &ledger->arena);
        if (status != PLB_OK) {
            plb_fail(error, status, WHERE, "%s", state->problem);
            plb_batch_end(ledger, false, NULL);
            return status;
        }
    }
    return plb_batch_end(ledger, true, error);
}

plb_status plb_ledger_add_utxo(plb_ledger *ledger, const plb_utxo *utxo, size_t count,
                               plb_error *error) {
    for (size_t done = 0; done < count;) {
        size_t some = count - done < ADD_BATCH ? count - done : ADD_BATCH;
        plb_status status = add_batch(ledger, utxo + done, some, error);
        if (status != PLB_OK) return status;
        done += some;
    }
    return PLB_OK;
}

plb_status plb_ledger_add_accounts(plb_ledger *ledger, const plb_account *accounts, size_t count,
                                   plb_error *error) {
    plb_batch_begin(ledger);
    for (size_t i = 0; i < count; i++) {
        if (set_account(ledger, &accounts[i])) continue;
        plb_batch_end(ledger, false, NULL);
        return plb_fail(error, PLB_E_MEMORY, "reward account", "out of memory");
    }
    return plb_batch_end(ledger, true, error);
}

size_t plb_ledger_utxo_count(const plb_ledger *ledger) {
    return ledger->utxo->interface->count(ledger->utxo);
}

/* ---- Transactions ---- */

bool plb_fail_state(plb_validation *v, plb_status status) {
    v->failure = status;
    (void) snprintf(v->detail, sizeof v->detail, "%s", v->ledger->utxo->problem);
    return false;
}

static bool create_output(plb_validation *v, const plb_tx_out *out, size_t index) {
    plb_tx_in ref = {.index = (uint16_t) index};
    memcpy(ref.id, v->tx.id, sizeof ref.id);
    plb_utxo_state *utxo = v->ledger->utxo;
    plb_status status = utxo->interface->put(utxo, &ref, out->bytes, &v->ledger->arena);
    return status == PLB_OK || plb_fail_state(v, status);
}

static bool spend(plb_validation *v, const plb_tx_inputs *inputs) {
    plb_utxo_state *utxo = v->ledger->utxo;
    for (size_t i = 0; i < inputs->count; i++) {
        plb_status status = utxo->interface->remove(utxo, &inputs->refs[i]);
        if (status != PLB_OK) return plb_fail_state(v, status);
    }
    return true;
}

/* A withdrawal takes all of an account's rewards. */
static bool withdraw(plb_validation *v, const plb_withdrawal *withdrawal) {
    plb_ledger *ledger = v->ledger;
    const plb_account *found =
        plb_accounts_find(&ledger->accounts, withdrawal->is_script, withdrawal->hash);
    if (found == NULL || found->rewards == 0) return true;
    plb_account emptied = *found;
    emptied.rewards = 0;
    return set_account(ledger, &emptied) || plb_fail_memory(v);
}

/* The collateral's return has the index behind the outputs (Babbage's collOuts). */
static bool take_collateral(plb_validation *v) {
    const plb_tx *tx = &v->tx;
    return spend(v, &tx->collateral) && (tx->collateral_return == NULL ||
                                         create_output(v, tx->collateral_return, tx->output_count));
}

static bool carry_out(plb_validation *v) {
    const plb_tx *tx = &v->tx;
    for (size_t i = 0; i < tx->output_count; i++) {
        if (!create_output(v, &tx->outputs[i], i)) return false;
    }
    for (size_t i = 0; i < tx->withdrawal_count; i++) {
        if (!withdraw(v, &tx->withdrawals[i])) return false;
    }
    return spend(v, &tx->inputs);
}

bool plb_apply(plb_validation *v) {
    plb_ledger *ledger = v->ledger;
    plb_error error;
    plb_batch_begin(ledger);
    bool ok = v->tx.is_valid ? carry_out(v) : take_collateral(v);
    if (ok && ledger->block != NULL) {
        plb_block_add(ledger->block, &v->tx, v->reference_script_bytes);
    }
    if (plb_batch_end(ledger, ok, &error) != PLB_OK) return plb_fail_state(v, error.status);
    return ok;
}
