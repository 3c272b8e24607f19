/* Blocks beside the blocks of their value-only twins, applied to states in memory and on disk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/blocks/blocks.h"

/* ---- Unspent outputs that nobody spends ---- */

#define FILL_OUTPUTS 32768
#define FILL_LOVELACE UINT64_C(2000000)
#define FILL_OUTPUT_BYTES (4 + PLB_KEY_HASH_BYTES + 1 + 1 + 5)

/* {0: address, 1: lovelace}, at the address of a key of its own. */
static void write_output(const uint8_t id[PLB_HASH_BYTES], uint8_t bytes[FILL_OUTPUT_BYTES]) {
    uint8_t *at = bytes;
    *at++ = 0xa2; /* a map of two */
    *at++ = 0x00;
    *at++ = 0x58; /* bytes, whose number follows */
    *at++ = PLB_KEY_HASH_BYTES + 1;
    plb_enterprise_address(PLB_MAINNET, false, id, at);
    at += PLB_KEY_HASH_BYTES + 1;
    *at++ = 0x01;
    *at++ = 0x1a; /* a number of four bytes */
    for (int shift = 24; shift >= 0; shift -= 8) {
        *at++ = (uint8_t) (FILL_LOVELACE >> shift);
    }
}

/* The same in every run: a folder that is filled already stays as it is. */
static void name_output(size_t index, uint8_t id[PLB_HASH_BYTES]) {
    uint8_t text[24] = "plutbench fill";
    uint64_t number = index;
    memcpy(text + 16, &number, sizeof number);
    plb_blake2b_256(text, sizeof text, id);
}

plb_status plb_fill_utxo(plb_ledger *ledger, size_t size, const volatile sig_atomic_t *interrupted,
                         bool *complete, plb_error *error) {
    uint8_t(*bytes)[FILL_OUTPUT_BYTES] = malloc(FILL_OUTPUTS * sizeof *bytes);
    plb_utxo *outputs = malloc(FILL_OUTPUTS * sizeof *outputs);
    plb_status status = PLB_OK;
    if (bytes == NULL || outputs == NULL) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for unspent outputs");
    }
    size_t next = plb_ledger_utxo_count(ledger);
    while (status == PLB_OK && plb_ledger_utxo_count(ledger) < size) {
        size_t missing = size - plb_ledger_utxo_count(ledger), count = 0;
        if (interrupted != NULL && *interrupted != 0) {
            break;
        }
        for (; count < FILL_OUTPUTS && count < missing; count++) {
            outputs[count] = (plb_utxo){.output = bytes[count], .output_length = FILL_OUTPUT_BYTES};
            name_output(next++, outputs[count].id);
            write_output(outputs[count].id, bytes[count]);
        }
        status = plb_ledger_add_utxo(ledger, outputs, count, error);
    }
    *complete = plb_ledger_utxo_count(ledger) >= size;
    free(bytes);
    free(outputs);
    return status;
}

/* ---- States ---- */

/* What a block spends, all at once: on disk every addition is a transaction of its own. */
static plb_status add_block(plb_ledger *ledger, const plb_block_built *built, plb_error *error) {
    size_t count = 0;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < built->block.count; i++) {
        count += built->built[i].utxo_count;
    }
    plb_utxo *outputs = malloc(count * sizeof *outputs);
    if (outputs == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for unspent outputs");
    }
    count = 0;
    for (size_t i = 0; i < built->block.count && status == PLB_OK; i++) {
        const plb_tx_built *tx = &built->built[i];
        memcpy(outputs + count, tx->utxo, tx->utxo_count * sizeof *outputs);
        count += tx->utxo_count;
        status = plb_ledger_add_accounts(ledger, tx->accounts, tx->account_count, error);
    }
    if (status == PLB_OK) {
        status = plb_ledger_add_utxo(ledger, outputs, count, error);
    }
    free(outputs);
    return status;
}

static void describe_subjects(plb_block_run *run, plb_block_store *store) {
    static const char *const kinds[BLOCK_SUBJECTS] = {"calls", "twins", "twins-again"};
    for (int i = 0; i < BLOCK_SUBJECTS; i++) {
        plb_block_subject *subject = &store->subjects[i];
        const plb_block_content *c = &run->content;
        *subject = (plb_block_subject){
            .store = store, .block = i == BLOCK_CALLS ? &c->built.block : &c->twins.block};
        (void) snprintf(subject->name, sizeof subject->name, "%s-%s", store->name, kinds[i]);
    }
}

/* With the block's inputs, and marked. */
static plb_status add_inputs(plb_block_run *run, plb_ledger *ledger, plb_error *error) {
    plb_status status = add_block(ledger, &run->content.built, error);
    if (status == PLB_OK) {
        status = add_block(ledger, &run->content.twins, error);
    }
    if (status == PLB_OK) {
        plb_ledger_mark(ledger);
    }
    return status;
}

static plb_status open_ledger(plb_block_run *run, const char *folder, plb_ledger **ledger,
                              plb_error *error) {
    const plb_block_config *config = &run->config;
    plb_ledger_config wanted = {.network = PLB_MAINNET, .utxo_folder = folder};
    bool complete = false;
    plb_status status = plb_ledger_new(ledger, config->parameters, &wanted, error);
    if (status == PLB_OK) {
        status = plb_fill_utxo(*ledger, config->utxo_size, config->interrupted, &complete, error);
    }
    if (status == PLB_OK && !complete) {
        return plb_fail(error, PLB_E_INTERRUPTED, NULL,
                        "interrupted while unspent outputs were filled in: nothing was measured");
    }
    return status;
}

static plb_status open_store(plb_block_run *run, const char *name, const char *folder,
                             plb_error *error) {
    plb_block_store *store = &run->stores[run->store_count++];
    store->name = name;
    uint64_t start = plb_clock_now_ns();
    plb_status status = open_ledger(run, folder, &store->ledger, error);
    if (status != PLB_OK) {
        return status;
    }
    if (folder == NULL) {
        run->fill_ns = plb_clock_now_ns() - start;
    }
    run->summary.stores[run->store_count - 1].utxo_count = plb_ledger_utxo_count(store->ledger);
    describe_subjects(run, store);
    return add_inputs(run, store->ledger, error);
}

static void report_preparing(const plb_block_run *run) {
    plb_progress progress = {.phase = PLB_PHASE_PREPARING};
    if (run->config.progress != NULL) {
        run->config.progress(run->config.progress_context, &progress);
    }
}

static plb_status open_stores(plb_block_run *run, plb_error *error) {
    report_preparing(run);
    plb_status status = open_store(run, "memory", NULL, error);
    if (status == PLB_OK && run->config.utxo_folder != NULL) {
        status = open_store(run, "disk", run->config.utxo_folder, error);
    }
    return status;
}

/* ---- Epochs ---- */

/* A state in memory that is filled sooner than this is made anew in every epoch, so that its place
 * in memory is another one. */
#define REFILL_NS 100000000u

static plb_status renew_store(plb_block_run *run, plb_block_store *store, plb_error *error) {
    bool in_memory = store == &run->stores[0];
    if (in_memory && run->fill_ns < REFILL_NS) {
        plb_ledger *ledger = NULL;
        plb_status status = open_ledger(run, NULL, &ledger, error);
        if (status == PLB_OK) {
            plb_ledger *old = store->ledger;
            store->ledger = ledger;
            ledger = old;
        }
        plb_ledger_free(ledger);
        if (status != PLB_OK && status != PLB_E_INTERRUPTED) {
            return status;
        }
    }
    return add_inputs(run, store->ledger, error);
}

static int renew(void *context, uint32_t epoch) {
    plb_block_run *run = context;
    plb_error *error = &run->renewal_error;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < run->store_count && status == PLB_OK; i++) {
        status = plb_ledger_rollback(run->stores[i].ledger, error);
        plb_ledger_unmark(run->stores[i].ledger);
    }
    if (status == PLB_OK) {
        status = plb_block_renew(run, epoch, error);
    }
    for (size_t i = 0; i < run->store_count && status == PLB_OK; i++) {
        status = renew_store(run, &run->stores[i], error);
    }
    return status != PLB_OK;
}

/* ---- Sampling ---- */

static int apply(void *context) {
    const plb_block_subject *subject = context;
    plb_block_result result;
    return plb_ledger_apply_block(subject->store->ledger, subject->block, NULL, &result) != PLB_OK;
}

static int go_back(void *context, uint32_t submissions) {
    const plb_block_subject *subject = context;
    (void) submissions;
    return plb_ledger_rollback(subject->store->ledger, NULL) != PLB_OK;
}

/* Drift over seconds belongs into the intervals: a run that is precise sooner goes on. */
#define MINIMUM_TIME_NS 10000000000u

/* Syncing takes many times as long as all else; the states' figures are to be about as precise. */
#define DISK_EVERY 3

static plb_status sample(plb_block_run *run, plb_error *error) {
    enum { MOST = BLOCK_STORES * BLOCK_SUBJECTS };
    const plb_block_config *config = &run->config;
    plb_subject subjects[MOST];
    double scripts[BLOCK_STORES][MOST] = {{0}};
    plb_target_precision targets[BLOCK_STORES];
    size_t count = run->store_count * BLOCK_SUBJECTS;
    for (size_t i = 0; i < count; i++) {
        plb_block_subject *subject = &run->stores[i / BLOCK_SUBJECTS].subjects[i % BLOCK_SUBJECTS];
        subjects[i] = (plb_subject){.name = subject->name,
                                    .context = subject,
                                    .submit = apply,
                                    .prepare = go_back,
                                    .every = i < BLOCK_SUBJECTS ? 0 : DISK_EVERY};
    }
    for (size_t i = 0; i < run->store_count; i++) {
        scripts[i][i * BLOCK_SUBJECTS + BLOCK_CALLS] = 1;
        scripts[i][i * BLOCK_SUBJECTS + BLOCK_TWINS] = -1;
        targets[i] = (plb_target_precision){
            scripts[i], config->precision > 0 ? config->precision : PLB_DEFAULT_PRECISION};
    }
    plb_plan plan = {
        .subjects = subjects,
        .subject_count = count,
        .time_budget_ns =
            (uint64_t) ((config->time_s > 0 ? config->time_s : PLB_DEFAULT_TIME_S) * 1e9),
        .minimum_time_ns = MINIMUM_TIME_NS,
        .targets = targets,
        .target_count = run->store_count,
        .single = true,
        .seed = config->seed,
        .pin = config->pin,
        .cpu = -1,
        .interrupted = config->interrupted,
        .progress = config->progress,
        .progress_context = config->progress_context,
        .renew = renew,
        .renew_context = run,
        .observer = config->observer,
    };
    plb_status status = plb_sample(&plan, &run->sampling, error);
    if (status == PLB_E_MEASURE && run->renewal_error.status != PLB_OK) {
        *error = run->renewal_error;
        return run->renewal_error.status;
    }
    return status;
}

/* ---- Estimates ---- */

/* Zero-initialised (method NULL) where too little was sampled, as after an interruption. */
static plb_status contrast(const plb_block_run *run, size_t plus, size_t minus,
                           plb_estimate *estimate, plb_error *error) {
    double coefficients[BLOCK_STORES * BLOCK_SUBJECTS] = {0};
    coefficients[plus] = 1;
    if (minus != plus) {
        coefficients[minus] = -1;
    }
    plb_status status = plb_sampling_contrast(run->sampling, coefficients, estimate, error);
    if (status == PLB_E_MEASURE) {
        *estimate = (plb_estimate){0};
        return PLB_OK;
    }
    return status;
}

static plb_status estimate_store(plb_block_run *run, size_t index, plb_error *error) {
    plb_block_figures *f = &run->summary.stores[index];
    size_t first = index * BLOCK_SUBJECTS;
    f->name = run->stores[index].name;
    f->calls = first + BLOCK_CALLS;
    f->twins = first + BLOCK_TWINS;
    plb_status status = contrast(run, f->calls, f->calls, &f->calls_ns, error);
    if (status == PLB_OK) {
        status = contrast(run, f->twins, f->twins, &f->twins_ns, error);
    }
    if (status == PLB_OK) {
        status = contrast(run, f->calls, f->twins, &f->scripts_ns, error);
    }
    return status == PLB_OK ? contrast(run, f->twins, first + BLOCK_TWINS_AGAIN, &f->null_ns, error)
                            : status;
}

plb_status plb_block_sample(plb_block_run *run, plb_error *error) {
    plb_status status = open_stores(run, error);
    if (status == PLB_OK) {
        status = sample(run, error);
    }
    for (size_t i = 0; i < run->store_count && status == PLB_OK; i++) {
        status = estimate_store(run, i, error);
    }
    run->summary.store_count = run->store_count;
    run->summary.sampling = run->sampling;
    if (status == PLB_OK && run->store_count == BLOCK_STORES) {
        status = contrast(run, run->summary.stores[1].twins, run->summary.stores[0].twins,
                          &run->summary.disk_ns, error);
    }
    return status;
}
