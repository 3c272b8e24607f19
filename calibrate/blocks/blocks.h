/* Blocks while they are measured, shared by their two halves: what is in them (blocks.c) and
 * measurement (measure_blocks.c). */
#ifndef PLB_BLOCKS_H
#define PLB_BLOCKS_H

#include <plutbench/calibrate.h>

/* What is sampled of each state. */
enum { BLOCK_CALLS, BLOCK_TWINS, BLOCK_TWINS_AGAIN, BLOCK_SUBJECTS };
enum { BLOCK_STORES = 2 };

struct plb_block_store;

typedef struct plb_block_subject {
    struct plb_block_store *store;
    const plb_block *block;
    char name[24];
} plb_block_subject;

/* A ledger with a state of unspent outputs, marked where blocks are applied from. */
typedef struct plb_block_store {
    const char *name; /* "memory", "disk" */
    plb_ledger *ledger;
    plb_block_subject subjects[BLOCK_SUBJECTS];
} plb_block_store;

/* The transactions of a block and all that they are made of. */
typedef struct plb_block_content {
    plb_tx_spec spec;
    plb_tx_call *calls; /* of one transaction */
    uint8_t **variants; /* of the script, by call; NULL: the script itself */
    plb_exunits *exunits;
    uint8_t *datum, *supplement, *redeemer;
    plb_program *redeemer_program;
    plb_block_built built, twins;
} plb_block_content;

struct plb_block_run {
    plb_block_config config;
    plb_block_content content;
    plb_block_store stores[BLOCK_STORES];
    size_t store_count;
    uint64_t fill_ns; /* that filling the state in memory took */
    plb_error renewal_error;
    plb_sampling *sampling;
    plb_block_summary summary;
};

/* Find the loop count and build the block and its twins, on a ledger of their own. Fills the
 * summary's part on that. Free with plb_block_content_free, also after a failure. */
plb_status plb_block_build(struct plb_block_run *run, plb_error *error);
void plb_block_content_free(plb_block_content *content);

/* Build another block of the same kind in its place: other keys, ids, signatures and memory. When
 * the ledger would refuse that one, the old one stays. Errors: PLB_E_MEMORY, PLB_E_IO. */
plb_status plb_block_renew(struct plb_block_run *run, uint32_t epoch, plb_error *error);

/* Fill a ledger up to `size` unspent outputs that nobody spends. False in *complete when it was
 * interrupted. */
plb_status plb_fill_utxo(plb_ledger *ledger, size_t size, const volatile sig_atomic_t *interrupted,
                         bool *complete, plb_error *error);

/* The second half: states, sampling, estimates. */
plb_status plb_block_sample(struct plb_block_run *run, plb_error *error);

#endif
