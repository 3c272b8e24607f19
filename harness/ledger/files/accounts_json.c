#include "harness/ledger/files/accounts_json.h"

#include <stdlib.h>
#include <string.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/files/address_text.h"
#include "harness/machine/output.h"

/* Bit of a reward account's header that says that its credential is a script (CIP-19). */
#define HEADER_SCRIPT 0x10

void plb_account_list_free(plb_account_list *list) {
    free(list->items);
    *list = (plb_account_list){0};
}

/* ---- Reading ---- */

/* [0 or 1, hash] */
static bool read_credential(plb_json_reader *reader, const json_t *entry, plb_account *account) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_cbor_members members;
    const uint8_t *hash;
    uint64_t kind;
    if (!plb_member_hex(reader, entry, "credential", &bytes, &length)) return false;
    plb_cbor cbor;
    plb_cbor_open(&cbor, bytes, length);
    bool ok = plb_cbor_array(&cbor, &members, "") && plb_cbor_more(&cbor, &members) &&
              plb_cbor_uint(&cbor, &kind, "") && kind <= 1 && plb_cbor_more(&cbor, &members) &&
              plb_cbor_bytes_of(&cbor, PLB_KEY_HASH_BYTES, &hash, "") &&
              plb_cbor_end(&cbor, &members, "") && cbor.at == cbor.end;
    if (ok) {
        account->is_script = kind == 1;
        memcpy(account->hash, hash, PLB_KEY_HASH_BYTES);
    } else {
        plb_json_enter(&reader->path, "credential");
        plb_reader_fail(reader, PLB_E_PARSE,
                        "expected a credential in hexadecimal CBOR: 0 (key) or 1 (script), and a "
                        "hash of 28 bytes");
    }
    free(bytes);
    return ok;
}

static bool read_address(plb_json_reader *reader, const json_t *entry, plb_account *account) {
    uint8_t bytes[PLB_BECH32_DATA_BYTES];
    size_t length = 0;
    const char *text = plb_member_text(reader, entry, "address");
    if (text == NULL) return false;
    const char *problem = plb_reward_account_from_text(text, bytes, &length);
    if (problem == NULL && length != 1 + PLB_KEY_HASH_BYTES) problem = "it is of another length";
    if (problem != NULL) {
        plb_json_enter(&reader->path, "address");
        return plb_reader_fail(reader, PLB_E_PARSE, "'%.150s' is no reward account: %s", text,
                               problem);
    }
    account->is_script = (bytes[0] & HEADER_SCRIPT) != 0;
    memcpy(account->hash, bytes + 1, PLB_KEY_HASH_BYTES);
    return true;
}

static bool read_account(plb_json_reader *reader, const json_t *entry, plb_account *account) {
    if (!json_is_object(entry)) {
        return plb_reader_expected(reader, "an object of a reward account", entry);
    }
    if (json_object_get(entry, "credential") != NULL) {
        account->delegated_to_drep = plb_member(entry, "drep") != NULL;
        return read_credential(reader, entry, account) &&
               plb_member_uint_or(reader, entry, "rewards", 0, &account->rewards);
    }
    account->delegated_to_drep = plb_member(entry, "voteDelegation") != NULL;
    return read_address(reader, entry, account) &&
           plb_member_uint_or(reader, entry, "rewardAccountBalance", 0, &account->rewards);
}

bool plb_account_list_read(plb_account_list *list, plb_json_reader *reader, const json_t *array) {
    size_t count = json_array_size(array);
    for (size_t i = 0; i < count && reader->status == PLB_OK; i++) {
        plb_account account = {.rewards = 0};
        plb_json_enter_index(&reader->path, i);
        if (read_account(reader, json_array_get(array, i), &account)) {
            if (plb_grow((void **) &list->items, &list->capacity, list->count + 1,
                         sizeof *list->items)) {
                list->items[list->count++] = account;
            } else {
                plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
            }
        }
        plb_json_leave(&reader->path);
    }
    return reader->status == PLB_OK;
}

plb_status plb_accounts_file_read(plb_account_list *list, const char *name, const char *content,
                                  size_t length, plb_error *error) {
    plb_json_reader reader;
    json_t *root = plb_reader_open(&reader, name, content, length, error);
    if (json_is_array(root)) {
        plb_account_list_read(list, &reader, root);
    } else if (root != NULL) {
        plb_reader_expected(&reader, "an array of reward accounts", root);
    }
    json_decref(root);
    return reader.status;
}

/* ---- Writing ---- */

plb_status plb_accounts_json_write(const plb_account *accounts, size_t count, plb_network network,
                                   char **text, size_t *length, plb_error *error) {
    plb_output output;
    uint8_t *made = NULL;
    plb_output_begin(&output, 0);
    plb_output_text(&output, count != 0 ? "[\n" : "[");
    for (size_t i = 0; i < count; i++) {
        uint8_t bytes[PLB_KEY_HASH_BYTES + 1];
        char address[PLB_BECH32_TEXT_BYTES];
        plb_reward_account(network, accounts[i].is_script, accounts[i].hash, bytes);
        if (!plb_address_to_text(bytes, sizeof bytes, address)) address[0] = '\0';
        plb_output_text(&output, "    {\n        \"address\": \"");
        plb_output_text(&output, address);
        plb_output_text(&output, "\",\n        \"rewardAccountBalance\": ");
        plb_output_uint(&output, accounts[i].rewards);
        plb_output_text(&output, ",\n        \"voteDelegation\": ");
        plb_output_text(&output, accounts[i].delegated_to_drep ? "\"alwaysAbstain\"" : "null");
        plb_output_text(&output, i + 1 < count ? "\n    },\n" : "\n    }\n");
    }
    plb_output_text(&output, "]\n");
    if (!plb_output_take(&output, &made, length)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    }
    *text = (char *) made;
    return PLB_OK;
}
