/* Reward accounts as users have them: the JSON of `cardano-cli query stake-address-info` (an array
 * of {"address", "rewardAccountBalance", "voteDelegation" ...}), or the accounts of amaru's
 * fixtures ({"credential", "rewards", "drep" ...}). */
#ifndef PLB_LEDGER_ACCOUNTS_JSON_H
#define PLB_LEDGER_ACCOUNTS_JSON_H

#include <stddef.h>

#include <plutbench/ledger.h>

#include "harness/ledger/files/json_reader.h"

/* Zero-initialised it is empty. */
typedef struct plb_account_list {
    plb_account *items;
    size_t count, capacity;
} plb_account_list;

void plb_account_list_free(plb_account_list *list);

/* Append what a file holds. Errors: PLB_E_PARSE, PLB_E_MEMORY. */
plb_status plb_accounts_file_read(plb_account_list *list, const char *name, const char *content,
                                  size_t length, plb_error *error);

/* Append the elements of a JSON array, on which `reader` is. */
bool plb_account_list_read(plb_account_list *list, plb_json_reader *reader, const json_t *array);

/* Write cardano-cli's JSON; *text is malloc'ed and NUL-terminated. PLB_E_MEMORY. */
plb_status plb_accounts_json_write(const plb_account *accounts, size_t count, plb_network network,
                                   char **text, size_t *length, plb_error *error);

#endif
