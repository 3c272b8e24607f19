#include "harness/ledger/accounts.h"

#include <stdlib.h>
#include <string.h>

static int compare(const plb_account *account, bool is_script, const uint8_t *hash) {
    if (account->is_script != is_script) return account->is_script ? -1 : 1;
    return memcmp(account->hash, hash, PLB_KEY_HASH_BYTES);
}

/* Where the account is, or would be. */
static size_t position(const plb_accounts *accounts, bool is_script, const uint8_t *hash) {
    size_t low = 0, high = accounts->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&accounts->items[middle], is_script, hash) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

void plb_accounts_free(plb_accounts *accounts) {
    free(accounts->items);
    *accounts = (plb_accounts){0};
}

plb_account *plb_accounts_find(const plb_accounts *accounts, bool is_script,
                               const uint8_t hash[PLB_KEY_HASH_BYTES]) {
    size_t at = position(accounts, is_script, hash);
    bool found = at < accounts->count && compare(&accounts->items[at], is_script, hash) == 0;
    return found ? &accounts->items[at] : NULL;
}

bool plb_accounts_put(plb_accounts *accounts, const plb_account *account) {
    plb_account *found = plb_accounts_find(accounts, account->is_script, account->hash);
    if (found != NULL) {
        *found = *account;
        return true;
    }
    if (accounts->count == accounts->capacity) {
        size_t capacity = accounts->capacity != 0 ? 2 * accounts->capacity : 8;
        plb_account *items = realloc(accounts->items, capacity * sizeof *items);
        if (items == NULL) return false;
        accounts->items = items;
        accounts->capacity = capacity;
    }
    size_t at = position(accounts, account->is_script, account->hash);
    memmove(&accounts->items[at + 1], &accounts->items[at],
            (accounts->count - at) * sizeof *accounts->items);
    accounts->items[at] = *account;
    accounts->count++;
    return true;
}
