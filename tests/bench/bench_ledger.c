/* What the value-only path costs beyond its floor: a whole submission beside the Ed25519
 * verification and the BLAKE2b hash of the body that it can't do without, in turn; with the unspent
 * outputs in memory and on disk. Prints figures, and judges none.
 *
 *   bench_ledger [SECONDS [ENTRIES [FOLDER]]]
 *
 * SECONDS for each line (default 10), ENTRIES in the state besides what is spent (default
 * 1,000,000), FOLDER for the state on disk (default: a temporary one, deleted at the end). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sodium.h>

#include <plutbench/ledger.h>
#include <plutbench/measure.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/tx.h"

#define DEFAULT_SECONDS 10
#define DEFAULT_ENTRIES 1000000
#define TRANSACTIONS 64 /* submitted in turn, so that they are not in the first cache */
#define BLOCK_TRANSACTIONS 40
#define FILL_BATCH 50000

static void stop(const plb_error *error) {
    fprintf(stderr, "bench_ledger: %s: %s\n", error->where, error->message);
    exit(EXIT_FAILURE);
}

static void check(plb_status status, const plb_error *error) {
    if (status != PLB_OK) stop(error);
}

/* ---- The states ---- */

typedef enum place { IN_MEMORY, ON_DISK, PLACES } place;

typedef struct bench {
    plb_protocol_parameters *parameters;
    plb_ledger *ledgers[PLACES];
    double seconds;
} bench;

/* Resident bytes of this process, 0 where the system does not tell. */
static double resident_bytes(void) {
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL) return 0;
    if (fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    (void) fclose(file);
    return (double) pages * (double) sysconf(_SC_PAGESIZE);
}

/* Outputs at random addresses, one to a transaction id, some with 10 ADA and some with more. */
static void fill(plb_ledger *ledger, size_t entries) {
    static uint8_t outputs[FILL_BATCH][48];
    static plb_utxo utxo[FILL_BATCH];
    plb_error error;
    for (size_t done = 0; done < entries;) {
        size_t some = entries - done < FILL_BATCH ? entries - done : FILL_BATCH;
        for (size_t i = 0; i < some; i++) {
            static const uint8_t head[] = {0xa2, 0x00, 0x58, 0x1d, 0x60};
            static const uint8_t value[] = {0x01, 0x1a, 0x00, 0x98, 0x96, 0x80};
            uint8_t *output = outputs[i];
            memcpy(output, head, sizeof head);
            randombytes_buf(output + sizeof head, 28);
            memcpy(output + sizeof head + 28, value, sizeof value);
            utxo[i].output = output;
            utxo[i].output_length = sizeof head + 28 + sizeof value;
            randombytes_buf(utxo[i].id, sizeof utxo[i].id);
        }
        check(plb_ledger_add_utxo(ledger, utxo, some, &error), &error);
        done += some;
    }
}

static void open_ledgers(bench *b, size_t entries, const char *folder) {
    for (int i = 0; i < PLACES; i++) {
        plb_error error;
        plb_ledger_config config = {.network = PLB_TESTNET,
                                    .utxo_folder = i == ON_DISK ? folder : NULL};
        check(plb_ledger_new(&b->ledgers[i], b->parameters, &config, &error), &error);
        double before = resident_bytes();
        uint64_t start = plb_clock_now_ns();
        fill(b->ledgers[i], entries);
        printf("%s: %zu outputs in %.1f s", i == IN_MEMORY ? "memory" : "disk", entries,
               (double) (plb_clock_now_ns() - start) / 1e9);
        if (i == IN_MEMORY && entries != 0) {
            printf(", %.0f bytes each", (resident_bytes() - before) / (double) entries);
        }
        printf("\n");
    }
}

/* ---- The transactions ---- */

/* What a floor needs of a transaction. */
typedef struct essence {
    const uint8_t *body, *key, *signature;
    size_t body_length;
} essence;

typedef struct work {
    plb_tx_built built[TRANSACTIONS];
    essence essences[TRANSACTIONS];
} work;

/* The smallest script: what is measured are its twins. */
static const uint8_t script[] = {0x46, 0x01, 0x00, 0x00, 0x22, 0x24, 0x99};
static const uint8_t datum[] = {0xd8, 0x79, 0x80};

static plb_tx_call smallest_call(void) {
    return (plb_tx_call){.language = PLB_PLUTUS_V2,
                         .script = script,
                         .script_length = sizeof script,
                         .datum = datum,
                         .datum_length = sizeof datum,
                         .inline_datum = true,
                         .redeemer = datum,
                         .redeemer_length = sizeof datum,
                         .exunits = {100000, 100000000}};
}

static void take_essence(essence *e, const plb_tx_built *built) {
    plb_region arena;
    plb_tx tx;
    plb_error error = {.status = PLB_E_MEMORY};
    if (!plb_region_init(&arena, 1 << 24)) stop(&error);
    check(plb_tx_decode(&tx, &arena, built->bytes, built->length, &error), &error);
    *e = (essence){tx.body.bytes, tx.vkeys[0].key, tx.vkeys[0].signature, tx.body.length};
    plb_region_free(&arena);
}

static void build_work(const bench *b, work *w, size_t inputs) {
    plb_tx_call call = smallest_call();
    for (size_t i = 0; i < TRANSACTIONS; i++) {
        plb_error error;
        plb_tx_spec spec = {.calls = &call,
                            .call_count = 1,
                            .payments = 1,
                            .extra_key_inputs = inputs - 1,
                            .seed = {(uint8_t) inputs, (uint8_t) i}};
        plb_tx_built *built = &w->built[i];
        check(plb_tx_build_twin(built, b->parameters, &spec, &error), &error);
        for (int k = 0; k < PLACES; k++) {
            check(plb_ledger_add_utxo(b->ledgers[k], built->utxo, built->utxo_count, &error),
                  &error);
        }
        take_essence(&w->essences[i], built);
    }
}

static void free_work(work *w) {
    for (size_t i = 0; i < TRANSACTIONS; i++) plb_tx_built_free(&w->built[i]);
}

/* ---- Subjects ---- */

typedef struct submitter {
    const work *work;
    plb_ledger *ledger;
    size_t next;
} submitter;

static int submit_floor(void *context) {
    submitter *s = context;
    const essence *e = &s->work->essences[s->next++ % TRANSACTIONS];
    uint8_t id[PLB_HASH_BYTES];
    plb_blake2b_256(e->body, e->body_length, id);
    return crypto_sign_verify_detached(e->signature, id, sizeof id, e->key);
}

static int submit_whole(void *context) {
    submitter *s = context;
    const plb_tx_built *built = &s->work->built[s->next++ % TRANSACTIONS];
    plb_submission submission;
    return plb_ledger_submit(s->ledger, built->bytes, built->length, NULL, &submission) != PLB_OK;
}

typedef struct applier {
    plb_ledger *ledger;
    const plb_block *block;
} applier;

static int apply_block(void *context) {
    const applier *a = context;
    plb_block_result result;
    return plb_ledger_apply_block(a->ledger, a->block, NULL, &result) != PLB_OK;
}

/* A block is applied once to the state it was made for. */
static int go_back(void *context, uint32_t submissions) {
    const applier *a = context;
    return submissions != 1 || plb_ledger_rollback(a->ledger, NULL) != PLB_OK;
}

/* ---- Figures ---- */

static double median_us(plb_sampling *sampling, size_t subject) {
    double coefficients[8] = {0};
    plb_estimate estimate;
    plb_error error;
    coefficients[subject] = 1;
    check(plb_sampling_contrast(sampling, coefficients, &estimate, &error), &error);
    return estimate.value / 1000;
}

/* How much longer `subject` takes than the floor, which is subject 0, in percent of it. */
static void print_beyond(plb_sampling *sampling, size_t subject) {
    double coefficients[8] = {-1}, floor_us = median_us(sampling, 0);
    plb_estimate estimate;
    plb_error error;
    coefficients[subject] = 1;
    check(plb_sampling_contrast(sampling, coefficients, &estimate, &error), &error);
    estimate = plb_estimate_scaled(estimate, 0.1 / floor_us);
    printf("  %8.2f %+6.1f %% [%+.1f, %+.1f]", median_us(sampling, subject), estimate.value,
           estimate.low, estimate.high);
}

static plb_sampling *sample(const bench *b, const plb_subject *subjects, size_t count) {
    plb_sampling *sampling;
    plb_error error;
    plb_plan plan = {.subjects = subjects,
                     .subject_count = count,
                     .time_budget_ns = (uint64_t) (b->seconds * 1e9),
                     .minimum_time_ns = (uint64_t) (b->seconds * 1e9),
                     .seed = 1};
    check(plb_sample(&plan, &sampling, &error), &error);
    return sampling;
}

static void measure_submissions(const bench *b, size_t inputs) {
    enum { FLOOR, AGAIN, MEMORY, DISK, SUBJECTS };
    static work w;
    build_work(b, &w, inputs);
    submitter submitters[SUBJECTS] = {
        {&w, NULL, 0}, {&w, NULL, 0}, {&w, b->ledgers[IN_MEMORY], 0}, {&w, b->ledgers[ON_DISK], 0}};
    plb_subject subjects[SUBJECTS] = {
        {"floor", &submitters[FLOOR], submit_floor, NULL, 1},
        {"floor-again", &submitters[AGAIN], submit_floor, NULL, 1},
        {"memory", &submitters[MEMORY], submit_whole, NULL, 1},
        {"disk", &submitters[DISK], submit_whole, NULL, 1},
    };
    plb_sampling *sampling = sample(b, subjects, SUBJECTS);
    printf("%6zu %6zu %9.2f", inputs, w.built[0].length, median_us(sampling, FLOOR));
    print_beyond(sampling, AGAIN);
    print_beyond(sampling, MEMORY);
    print_beyond(sampling, DISK);
    printf("\n");
    plb_sampling_free(sampling);
    free_work(&w);
}

/* Whole blocks, written to disk where the state is there. */
static void measure_blocks(const bench *b) {
    plb_tx_call call = smallest_call();
    plb_tx_spec spec = {.calls = &call, .call_count = 1, .payments = 1, .seed = {0xb1}};
    plb_block_spec block_spec = {.transaction = &spec, .count = BLOCK_TRANSACTIONS};
    printf("\nblock of %d transactions, applied, per transaction:", BLOCK_TRANSACTIONS);
    for (int i = 0; i < PLACES; i++) {
        plb_block_built calls, twins;
        plb_error error;
        check(plb_ledger_build_block(b->ledgers[i], &calls, &twins, &block_spec, &error), &error);
        plb_ledger_mark(b->ledgers[i]);
        applier appliers[2] = {{b->ledgers[i], &calls.block}, {b->ledgers[i], &twins.block}};
        plb_subject subjects[2] = {{"calls", &appliers[0], apply_block, go_back, 1},
                                   {"twins", &appliers[1], apply_block, go_back, 1}};
        plb_sampling *sampling = sample(b, subjects, 2);
        printf("\n%-8s %9.2f us calls %9.2f us value only", i == IN_MEMORY ? "memory" : "disk",
               median_us(sampling, 0) / BLOCK_TRANSACTIONS,
               median_us(sampling, 1) / BLOCK_TRANSACTIONS);
        plb_sampling_free(sampling);
        check(plb_ledger_rollback(b->ledgers[i], &error), &error);
        plb_ledger_unmark(b->ledgers[i]);
        plb_block_built_free(&calls);
        plb_block_built_free(&twins);
    }
    printf("\n");
}

/* ---- The program ---- */

static void remove_files(const char *folder) {
    static const char *const names[] = {"data.mdb", "lock.mdb"};
    char path[512];
    for (size_t i = 0; i < 2; i++) {
        (void) snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void) unlink(path);
    }
    (void) rmdir(folder);
}

int main(int argc, char **argv) {
    static const size_t inputs[] = {1, 10, 50};
    char folder[] = "/var/tmp/plutbench-bench-XXXXXX";
    bench b = {.parameters = plb_protocol_parameters_default(), .seconds = DEFAULT_SECONDS};
    size_t entries = DEFAULT_ENTRIES;
    if (argc > 1) b.seconds = strtod(argv[1], NULL);
    if (argc > 2) entries = (size_t) strtoull(argv[2], NULL, 10);
    if (b.parameters == NULL || sodium_init() < 0 || !(b.seconds > 0) ||
        (argc <= 3 && mkdtemp(folder) == NULL)) {
        fprintf(stderr, "usage: bench_ledger [SECONDS [ENTRIES [FOLDER]]]\n");
        return EXIT_FAILURE;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    open_ledgers(&b, entries, argc > 3 ? argv[3] : folder);
    printf("\ntime in us, and beyond the floor (one Ed25519 verification, BLAKE2b of the body)\n"
           "inputs  bytes     floor  %-34s%-34s%s\n",
           "floor again", "in memory", "on disk");
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        measure_submissions(&b, inputs[i]);
    }
    measure_blocks(&b);
    for (int i = 0; i < PLACES; i++) plb_ledger_free(b.ledgers[i]);
    plb_protocol_parameters_free(b.parameters);
    if (argc <= 3) remove_files(folder);
    return EXIT_SUCCESS;
}
