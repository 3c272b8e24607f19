/* Registered reward accounts: what withdrawals are checked against. */
#ifndef PLB_LEDGER_ACCOUNTS_H
#define PLB_LEDGER_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/ledger.h>

/* Ordered by credential. */
typedef struct plb_accounts {
    plb_account *items;
    size_t count, capacity;
} plb_accounts;

void plb_accounts_free(plb_accounts *accounts);
/* Add or replace. False when memory is short: nothing has changed then. */
bool plb_accounts_put(plb_accounts *accounts, const plb_account *account);
/* NULL when it is not registered. Lives until the next change. */
plb_account *plb_accounts_find(const plb_accounts *accounts, bool is_script,
                               const uint8_t hash[PLB_KEY_HASH_BYTES]);

#endif
