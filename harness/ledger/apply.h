/* Changes to the ledger's state (unspent outputs and reward accounts), in batches that are kept or
 * undone as a whole, and going back to a mark. */
#ifndef PLB_LEDGER_APPLY_H
#define PLB_LEDGER_APPLY_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/ledger.h>

/* An account as it was before a change. */
typedef struct plb_account_change {
    plb_account before;
    bool was_there;
} plb_account_change;

/* What is known of changes that may have to be undone. All zero at first. */
typedef struct plb_changes {
    plb_account_change *accounts; /* since the mark, or since the batch began */
    size_t account_count, account_capacity;
    size_t batch_start; /* of accounts */
    unsigned depth;     /* batches that are open, one inside the other */
    bool is_marked;
} plb_changes;

void plb_changes_free(plb_changes *changes);

/* A batch inside of another is part of it. */
void plb_batch_begin(plb_ledger *ledger);
/* Ends the batch; the outermost is written when `keep`, else undone. Errors (the batch is undone):
 * PLB_E_IO, PLB_E_MEMORY. Inside of another batch PLB_OK: that one decides. */
plb_status plb_batch_end(plb_ledger *ledger, bool keep, plb_error *error);

struct plb_validation;

/* Carry out a transaction that was found valid, in a batch: its outputs are made, its inputs spent
 * and its withdrawals taken; or, when it is marked invalid, its collateral is taken. False with
 * v->failure and detail: nothing has changed then (inside of another batch: that must be undone).
 */
bool plb_apply(struct plb_validation *v);

/* Record that the state of unspent outputs returned `status`; always false. */
bool plb_fail_state(struct plb_validation *v, plb_status status);

#endif
