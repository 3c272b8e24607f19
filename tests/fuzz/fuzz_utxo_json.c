/* Any bytes as a file of unspent outputs and as one of reward accounts: an error with a place, or
 * outputs that can be written as cardano-cli's JSON, and that are the same when they are read
 * again. */
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/files/accounts_json.h"
#include "harness/ledger/files/utxo_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_twice(const plb_utxo_list *list) {
    for (size_t i = 0; i < list->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (list->items[i].index == list->items[j].index &&
                memcmp(list->items[i].id, list->items[j].id, PLB_HASH_BYTES) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void check_error(plb_status status, const plb_error *error) {
    if (error->status != status || error->message[0] == '\0') abort();
}

/* The list as text; NULL when an output is not one that can be written. */
static char *write_list(const plb_utxo_list *list, size_t *length) {
    char *text = NULL;
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_utxo_json_write(list->items, list->count, &text, length, &error);
    if (status != PLB_OK) check_error(status, &error);
    return text;
}

static void check_outputs(const uint8_t *data, size_t size) {
    plb_utxo_list list = {0}, back = {0};
    plb_error error = {.status = PLB_OK};
    size_t length = 0, length_again = 0;
    plb_status status = plb_utxo_file_read(&list, "input", data, size, &error);
    if (status != PLB_OK) check_error(status, &error);
    char *text = status == PLB_OK && list.count < 100 && !has_twice(&list)
                     ? write_list(&list, &length)
                     : NULL;
    if (text != NULL) {
        if (plb_utxo_file_read(&back, "again", text, length, NULL) != PLB_OK) abort();
        char *again = write_list(&back, &length_again);
        /* JSON objects have no order. */
        if (again == NULL || length != length_again || back.count != list.count) abort();
        free(again);
    }
    free(text);
    plb_utxo_list_free(&list);
    plb_utxo_list_free(&back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_account_list accounts = {0};
    plb_error error = {.status = PLB_OK};
    check_outputs(data, size);
    plb_status status =
        plb_accounts_file_read(&accounts, "input", (const char *) data, size, &error);
    if (status != PLB_OK) check_error(status, &error);
    plb_account_list_free(&accounts);
    return 0;
}
