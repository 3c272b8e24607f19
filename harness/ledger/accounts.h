/* Registered reward accounts: what withdrawals are checked against. */
#ifndef PLB_LEDGER_ACCOUNTS_H
#define PLB_LEDGER_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

/* A hash table with open addressing. All zero: empty. */
typedef struct plb_accounts {
    plb_account **slots;
    size_t slot_count; /* a power of two, or 0 */
    size_t count;
} plb_accounts;

void plb_accounts_free(plb_accounts *accounts);
/* Add or replace. False when memory is short: nothing has changed then. */
bool plb_accounts_put(plb_accounts *accounts, const plb_account *account);
/* Remove; one that is not registered is no failure. */
void plb_accounts_remove(plb_accounts *accounts, bool is_script,
                         const uint8_t hash[PLB_KEY_HASH_BYTES]);
/* NULL when it is not registered. Its rewards and delegation may be changed; it lives until it is
 * replaced. */
plb_account *plb_accounts_find(const plb_accounts *accounts, bool is_script,
                               const uint8_t hash[PLB_KEY_HASH_BYTES]);

#endif
