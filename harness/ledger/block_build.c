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

typedef struct block_builder {
    plb_ledger *ledger;
    const plb_block_spec *spec;
    plb_tx_call *calls; /* the template's, with ExUnits */
    plb_exunits *exunits;
    plb_block_totals totals;
} block_builder;

static plb_status add_twin(block_builder *b, plb_tx_built *twin, const plb_tx_spec *spec,
                           plb_error *error) {
    plb_status status = plb_tx_build_twin(twin, b->ledger->parameters, spec, error);
    if (status != PLB_OK) return status;
    status = plb_ledger_add_utxo(b->ledger, twin->utxo, twin->utxo_count, error);
    if (status != PLB_OK) return status;
    return plb_ledger_add_accounts(b->ledger, twin->accounts, twin->account_count, error);
}

static plb_status count_built(block_builder *b, const plb_tx_built *built, plb_error *error) {
    plb_tx tx;
    plb_region_reset(&b->ledger->arena);
    plb_status status = plb_tx_decode(&tx, &b->ledger->arena, built->bytes, built->length, error);
    if (status == PLB_OK) plb_block_add(&b->totals, &tx, 0);
    return status;
}

static plb_status build_one(block_builder *b, size_t index, plb_tx_built *call, plb_tx_built *twin,
                            plb_error *error) {
    plb_tx_spec spec = *b->spec->transaction;
    derive_seed(b->spec->transaction, index, spec.seed);
    plb_status status = plb_ledger_build_exact(b->ledger, call, &spec, b->exunits, error);
    if (status != PLB_OK) return status;
    status = count_built(b, call, error);
    if (status != PLB_OK || twin == NULL) return status;
    for (size_t i = 0; i < spec.call_count; i++) {
        b->calls[i] = spec.calls[i];
        b->calls[i].exunits = b->exunits[i];
    }
    spec.calls = b->calls;
    return add_twin(b, twin, &spec, error);
}

/* ---- How many ---- */

static size_t fitting(double room, int64_t each) {
    if (each <= 0) return MOST_TRANSACTIONS;
    if (room < 0) return 0;
    double count = room / (double) each;
    return count < MOST_TRANSACTIONS ? (size_t) count : MOST_TRANSACTIONS;
}

/* As many as take the fraction of the block's ExUnits, and no more than the body has room for;
 * `first` is one of them. */
static size_t count_for_fraction(const block_builder *b, const plb_tx_built *first) {
    const plb_protocol_parameters *p = b->ledger->parameters;
    double fraction = b->spec->fraction;
    size_t by_memory =
        fitting(fraction * (double) p->max_block_exunits.memory, b->totals.declared.memory);
    size_t by_steps =
        fitting(fraction * (double) p->max_block_exunits.steps, b->totals.declared.steps);
    /* In a block a transaction takes its own size at most, and a byte more for a twin's index; the
     * four parts' heads take eight together. */
    size_t by_bytes =
        fitting((double) p->max_block_body_size_bytes - 8, (int64_t) first->length + 1);
    size_t least = by_memory < by_steps ? by_memory : by_steps;
    return by_bytes < least ? by_bytes : least;
}

/* ---- All of it ---- */

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
    return PLB_OK;
}

static bool resize(plb_block_built *built, size_t count) {
    plb_tx_built *items = realloc(built->built, count * sizeof *items);
    if (items != NULL) built->built = items;
    plb_block_transaction *transactions =
        realloc(built->transactions, count * sizeof *transactions);
    if (transactions != NULL) built->transactions = transactions;
    if (items == NULL || transactions == NULL) return false;
    memset(items + built->block.count, 0, (count - built->block.count) * sizeof *items);
    return true;
}

static void finish_one(plb_block_built *built) {
    const plb_tx_built *last = &built->built[built->block.count];
    built->transactions[built->block.count++] = (plb_block_transaction){last->bytes, last->length};
    built->block.transactions = built->transactions;
}

static plb_status build_next(block_builder *b, plb_block_built *calls, plb_block_built *twins,
                             plb_error *error) {
    size_t index = calls->block.count;
    plb_tx_built *twin = twins != NULL ? &twins->built[index] : NULL;
    plb_status status = build_one(b, index, &calls->built[index], twin, error);
    if (status != PLB_OK) {
        plb_tx_built_free(&calls->built[index]);
        if (twin != NULL) plb_tx_built_free(twin);
        return status;
    }
    finish_one(calls);
    if (twins != NULL) finish_one(twins);
    return PLB_OK;
}

static plb_status build_all(block_builder *b, plb_block_built *calls, plb_block_built *twins,
                            plb_error *error) {
    size_t count = b->spec->count != 0 ? b->spec->count : 1;
    for (size_t i = 0; i < count; i++) {
        if (i < 2 && (!resize(calls, count) || (twins != NULL && !resize(twins, count)))) {
            return no_memory(error);
        }
        plb_status status = build_next(b, calls, twins, error);
        if (status != PLB_OK) return status;
        if (i != 0 || b->spec->count != 0) continue;
        count = count_for_fraction(b, &calls->built[0]);
        if (count == 0) {
            return plb_fail(error, PLB_E_LEDGER, "block",
                            "TooManyExUnits: one transaction takes %lld units of memory and %lld "
                            "steps, more than the fraction has room for",
                            (long long) b->totals.declared.memory,
                            (long long) b->totals.declared.steps);
        }
    }
    calls->declared = b->totals.declared;
    calls->body_size_bytes = plb_block_body_bytes(&b->totals);
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
    block_builder builder = {ledger,
                             spec,
                             calloc(call_count + 1, sizeof(plb_tx_call)),
                             calloc(call_count + 1, sizeof(plb_exunits)),
                             {0}};
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
