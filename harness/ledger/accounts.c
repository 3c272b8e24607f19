#include "harness/ledger/accounts.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_SLOTS 16

/* Credentials are hashes as a rule; all of it is mixed for those that are not. */
static size_t hash_of(bool is_script, const uint8_t *credential) {
    uint64_t hash = is_script;
    for (size_t i = 0; i < PLB_KEY_HASH_BYTES; i += 4) {
        uint32_t word;
        memcpy(&word, credential + i, sizeof word);
        hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        hash ^= hash >> 32;
    }
    return (size_t) hash;
}

/* Where the account is, or would be. */
static size_t find_slot(const plb_accounts *accounts, bool is_script, const uint8_t *hash) {
    size_t mask = accounts->slot_count - 1, slot = hash_of(is_script, hash) & mask;
    const plb_account *found;
    while ((found = accounts->slots[slot]) != NULL &&
           (found->is_script != is_script || memcmp(found->hash, hash, PLB_KEY_HASH_BYTES) != 0)) {
        slot = (slot + 1) & mask;
    }
    return slot;
}

void plb_accounts_free(plb_accounts *accounts) {
    for (size_t i = 0; i < accounts->slot_count; i++) free(accounts->slots[i]);
    free(accounts->slots);
    *accounts = (plb_accounts){0};
}

plb_account *plb_accounts_find(const plb_accounts *accounts, bool is_script,
                               const uint8_t hash[PLB_KEY_HASH_BYTES]) {
    return accounts->count != 0 ? accounts->slots[find_slot(accounts, is_script, hash)] : NULL;
}

static bool grow(plb_accounts *accounts) {
    size_t slot_count = accounts->slot_count != 0 ? 2 * accounts->slot_count : FIRST_SLOTS;
    plb_accounts larger = {calloc(slot_count, sizeof(plb_account *)), slot_count, accounts->count};
    if (larger.slots == NULL) return false;
    for (size_t i = 0; i < accounts->slot_count; i++) {
        plb_account *account = accounts->slots[i];
        if (account == NULL) continue;
        larger.slots[find_slot(&larger, account->is_script, account->hash)] = account;
    }
    free(accounts->slots);
    *accounts = larger;
    return true;
}

bool plb_accounts_put(plb_accounts *accounts, const plb_account *account) {
    plb_account *found = plb_accounts_find(accounts, account->is_script, account->hash);
    if (found == NULL) {
        if (2 * (accounts->count + 1) > accounts->slot_count && !grow(accounts)) return false;
        found = malloc(sizeof *found);
        if (found == NULL) return false;
        accounts->slots[find_slot(accounts, account->is_script, account->hash)] = found;
        accounts->count++;
    }
    *found = *account;
    return true;
}

void plb_accounts_remove(plb_accounts *accounts, bool is_script,
                         const uint8_t hash[PLB_KEY_HASH_BYTES]) {
    if (accounts->count == 0) return;
    size_t mask = accounts->slot_count - 1, hole = find_slot(accounts, is_script, hash);
    if (accounts->slots[hole] == NULL) return;
    free(accounts->slots[hole]);
    /* Close the gap: what was pushed past the hole moves back into it. */
    for (size_t slot = (hole + 1) & mask; accounts->slots[slot] != NULL; slot = (slot + 1) & mask) {
        const plb_account *moved = accounts->slots[slot];
        size_t home = hash_of(moved->is_script, moved->hash) & mask;
        if (((slot - home) & mask) >= ((slot - hole) & mask)) {
            accounts->slots[hole] = accounts->slots[slot];
            hole = slot;
        }
    }
    accounts->slots[hole] = NULL;
    accounts->count--;
}
