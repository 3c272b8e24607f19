/* Blocks to be measured: transactions that differ in nothing but whose they are and what they
 * spend, and their value-only twins. */
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/block.h"
#include "harness/ledger/validation.h"

#define MOST_TRANSACTIONS 100000

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, "block", "out of memory");
}

/* The key and everything that is spent derive from the seed. */
static void derive_seed(const plb_tx_spec *template, size_t index, uint8_t seed[32]) {
    uint8_t input[sizeof template->seed + 8 + sizeof "plutbench block"] = {0};
    memcpy(input, template->seed, sizeof template->seed);
    for (size_t i = 0; i < 8; i++) {
        input[sizeof template->seed + i] = (uint8_t) ((uint64_t) index >> (8 * i));
    }
    memcpy(input + sizeof template->seed + 8, "plutbench block", sizeof "plutbench block");
    plb_blake2b_256(input, sizeof input, seed);
}

/* ---- One transaction and its twin ---- */

/* Of the calls' block, or of the twins'. */
typedef struct side {
    plb_block_totals totals;
    plb_utxo last; /* the first payment of the last transaction, for the next one to spend */
} side;

typedef struct block_builder {
    plb_ledger *ledger;
    const plb_block_spec *spec;
    plb_tx_call *calls; /* the template's, with ExUnits */
    plb_exunits *exunits;
    side call, twin;
} block_builder;

static plb_status add_built(block_builder *b, side *to, const plb_tx_built *built,
                            plb_error *error) {
    plb_tx tx;
    plb_region_reset(&b->ledger->arena);
    plb_status status = plb_tx_decode(&tx, &b->ledger->arena, built->bytes, built->length, error);
    if (status != PLB_OK) return status;
    plb_block_add(&to->totals, &tx, 0);
    to->last = (plb_utxo){.output = tx.outputs[0].bytes.bytes,
                          .output_length = tx.outputs[0].bytes.length};
    memcpy(to->last.id, built->id, sizeof to->last.id);
    return PLB_OK;
}

/* What the transaction before makes is not there yet. */
static plb_status remove_chained(plb_ledger *ledger, const plb_utxo *chained, plb_error *error) {
    if (chained == NULL) return PLB_OK;
    plb_tx_in ref = {.index = chained->index};
    memcpy(ref.id, chained->id, sizeof ref.id);
    plb_batch_begin(ledger);
    plb_status status = ledger->utxo->interface->remove(ledger->utxo, &ref);
    if (status == PLB_OK) return plb_batch_end(ledger, true, error);
    plb_batch_end(ledger, false, NULL);
    return plb_fail(error, status, "block", "%s", ledger->utxo->problem);
}

static plb_status build_call(block_builder *b, const plb_tx_spec *spec, plb_tx_built *call,
                             plb_error *error) {
    plb_status status = plb_ledger_build_exact(b->ledger, call, spec, b->exunits, error);
    if (status == PLB_OK) status = remove_chained(b->ledger, spec->chained, error);
    return status == PLB_OK ? add_built(b, &b->call, call, error) : status;
}

static plb_status build_twin(block_builder *b, const plb_tx_spec *spec, plb_tx_built *twin,
                             plb_error *error) {
    plb_tx_spec exact = *spec;
    for (size_t i = 0; i < spec->call_count; i++) {
        b->calls[i] = spec->calls[i];
        b->calls[i].exunits = b->exunits[i];
    }
    exact.calls = b->calls;
    plb_status status = plb_tx_build_twin(twin, b->ledger->parameters, &exact, error);
    if (status != PLB_OK) return status;
    status = plb_ledger_add_utxo(b->ledger, twin->utxo, twin->utxo_count, error);
    if (status == PLB_OK) status = remove_chained(b->ledger, spec->chained_twin, error);
    if (status == PLB_OK) {
        status = plb_ledger_add_accounts(b->ledger, twin->accounts, twin->account_count, error);
    }
    return status == PLB_OK ? add_built(b, &b->twin, twin, error) : status;
}

static plb_status build_one(block_builder *b, size_t index, plb_tx_built *call, plb_tx_built *twin,
                            plb_error *error) {
    plb_tx_spec spec = *b->spec->transaction;
    plb_utxo before[2] = {b->call.last, b->twin.last};
    if (b->spec->chained) {
        spec.number = (uint32_t) index;
        if (index != 0) spec.chained = &before[0];
        if (index != 0 && twin != NULL) spec.chained_twin = &before[1];
    } else {
        derive_seed(b->spec->transaction, index, spec.seed);
    }
    plb_status status = build_call(b, &spec, call, error);
    return status == PLB_OK && twin != NULL ? build_twin(b, &spec, twin, error) : status;
}

/* ---- How many ---- */

static plb_status check_spec(const plb_block_spec *spec, plb_error *error) {
    bool by_count = spec->count != 0, by_fraction = spec->fraction > 0 && spec->fraction <= 1;
    if (by_count == by_fraction || (by_count && spec->fraction != 0)) {
        return plb_fail(error, PLB_E_ARGUMENT, "block",
                        "expected a count of transactions or a fraction in (0, 1]");
    }
    if (spec->count > MOST_TRANSACTIONS) {
        return plb_fail(error, PLB_E_ARGUMENT, "block", "expected at most %d transactions",
                        MOST_TRANSACTIONS);
    }
    if (spec->chained && spec->transaction->payments == 0) {
        return plb_fail(error, PLB_E_ARGUMENT, "block",
                        "expected a payment, for the next transaction of the chain to spend");
    }
    return PLB_OK;
}

/* Whether the transactions so far keep to the fraction, and both blocks to the size of bodies. */
static bool fits(const block_builder *b) {
    const plb_protocol_parameters *p = b->ledger->parameters;
    double fraction = b->spec->fraction;
    plb_exunits declared = b->call.totals.declared;
    return (double) declared.memory <= fraction * (double) p->max_block_exunits.memory &&
           (double) declared.steps <= fraction * (double) p->max_block_exunits.steps &&
           plb_block_body_bytes(&b->call.totals) <= p->max_block_body_size_bytes &&
           plb_block_body_bytes(&b->twin.totals) <= p->max_block_body_size_bytes;
}

/* ---- All of it ---- */

/* Room for transaction `count`. */
static bool reserve(plb_block_built *built, size_t count) {
    if ((count & (count - 1)) != 0) return true; /* it has grown to the next power of two */
    size_t capacity = count == 0 ? 1 : 2 * count;
    plb_tx_built *items = realloc(built->built, capacity * sizeof *items);
    if (items != NULL) built->built = items;
    plb_block_transaction *transactions =
        realloc(built->transactions, capacity * sizeof *transactions);
    if (transactions != NULL) built->block.transactions = built->transactions = transactions;
    return items != NULL && transactions != NULL;
}

static void finish_one(plb_block_built *built) {
    const plb_tx_built *last = &built->built[built->block.count];
    built->transactions[built->block.count++] = (plb_block_transaction){last->bytes, last->length};
    built->block.transactions = built->transactions;
}

static plb_status build_next(block_builder *b, plb_block_built *calls, plb_block_built *twins,
                             bool *is_full, plb_error *error) {
    size_t index = calls->block.count;
    if (!reserve(calls, index) || (twins != NULL && !reserve(twins, index))) {
        return no_memory(error);
    }
    side before[2] = {b->call, b->twin};
    plb_tx_built *call = &calls->built[index], *twin = twins != NULL ? &twins->built[index] : NULL;
    *call = (plb_tx_built){0};
    if (twin != NULL) *twin = (plb_tx_built){0};
    plb_status status = build_one(b, index, call, twin, error);
    *is_full = status == PLB_OK && b->spec->count == 0 && !fits(b);
    if (status != PLB_OK || *is_full) {
        plb_tx_built_free(call);
        if (twin != NULL) plb_tx_built_free(twin);
        b->call = before[0];
        b->twin = before[1];
        return status;
    }
    finish_one(calls);
    if (twins != NULL) finish_one(twins);
    return PLB_OK;
}

static plb_status build_all(block_builder *b, plb_block_built *calls, plb_block_built *twins,
                            plb_error *error) {
    size_t most = b->spec->count != 0 ? b->spec->count : MOST_TRANSACTIONS;
    bool is_full = false;
    while (calls->block.count < most && !is_full) {
        plb_status status = build_next(b, calls, twins, &is_full, error);
        if (status != PLB_OK) return status;
    }
    if (calls->block.count == 0) {
        return plb_fail(error, PLB_E_LEDGER, "block",
                        "TooManyExUnits: expected a fraction that has room for one transaction");
    }
    calls->declared = b->call.totals.declared;
    calls->body_size_bytes = plb_block_body_bytes(&b->call.totals);
    if (twins != NULL) twins->body_size_bytes = plb_block_body_bytes(&b->twin.totals);
    return PLB_OK;
}

plb_status plb_ledger_build_block(plb_ledger *ledger, plb_block_built *calls,
                                  plb_block_built *twins, const plb_block_spec *spec,
                                  plb_error *error) {
    *calls = (plb_block_built){0};
    if (twins != NULL) *twins = (plb_block_built){0};
    plb_status status = check_spec(spec, error);
    if (status != PLB_OK) return status;
    size_t call_count = spec->transaction->call_count;
    block_builder builder = {.ledger = ledger,
                             .spec = spec,
                             .calls = calloc(call_count + 1, sizeof(plb_tx_call)),
                             .exunits = calloc(call_count + 1, sizeof(plb_exunits))};
    status = builder.calls != NULL && builder.exunits != NULL
                 ? build_all(&builder, calls, twins, error)
                 : no_memory(error);
    free(builder.calls);
    free(builder.exunits);
    if (status != PLB_OK) {
        plb_block_built_free(calls);
        if (twins != NULL) plb_block_built_free(twins);
    }
    return status;
}

void plb_block_built_free(plb_block_built *built) {
    for (size_t i = 0; i < built->block.count; i++) plb_tx_built_free(&built->built[i]);
    free(built->built);
    free(built->transactions);
    *built = (plb_block_built){0};
}
