#include "harness/ledger/files/utxo_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ledger/decode/cbor.h"
#include "harness/ledger/files/hex.h"
#include "harness/ledger/files/tx_file.h"
#include "harness/ledger/files/utxo_json_output.h"
#include "harness/ledger/tx.h"
#include "harness/machine/output.h"

/* Address space for what nests in an item, and for data. */
#define SCRATCH_BYTES ((size_t) 1 << 28)

/* ---- Lists ---- */

void plb_utxo_list_free(plb_utxo_list *list) {
    for (size_t i = 0; i < list->count; i++) free((void *) (uintptr_t) list->items[i].output);
    free(list->items);
    *list = (plb_utxo_list){0};
}

void plb_utxo_name(const plb_utxo *utxo, char name[PLB_UTXO_NAME_BYTES]) {
    for (size_t i = 0; i < PLB_HASH_BYTES; i++) {
        (void) snprintf(name + 2 * i, 3, "%02x", (unsigned) utxo->id[i]);
    }
    (void) snprintf(name + 2 * PLB_HASH_BYTES, 7, "#%u", (unsigned) utxo->index);
}

/* Takes the output's bytes over, also when it fails. */
static bool append(plb_utxo_list *list, const plb_utxo *utxo) {
    if (plb_grow((void **) &list->items, &list->capacity, list->count + 1, sizeof *list->items)) {
        list->items[list->count++] = *utxo;
        return true;
    }
    free((void *) (uintptr_t) utxo->output);
    return false;
}

static bool append_or_fail(plb_utxo_list *list, const plb_utxo *utxo, plb_json_reader *reader) {
    return append(list, utxo) || plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
}

static int compare_refs(const void *a, const void *b) {
    const plb_utxo *left = *(const plb_utxo *const *) a, *right = *(const plb_utxo *const *) b;
    int order = memcmp(left->id, right->id, sizeof left->id);
    return order != 0 ? order : (int) left->index - (int) right->index;
}

static bool same_output(const plb_utxo *a, const plb_utxo *b) {
    return a->output_length == b->output_length &&
           memcmp(a->output, b->output, a->output_length) == 0;
}

/* An output may come twice, from two files, but not as two. */
static plb_status check_distinct(const plb_utxo_list *list, const char *name, plb_error *error) {
    const plb_utxo **order = malloc((list->count + 1) * sizeof *order);
    if (order == NULL) return plb_fail(error, PLB_E_MEMORY, name, "out of memory");
    for (size_t i = 0; i < list->count; i++) order[i] = &list->items[i];
    qsort(order, list->count, sizeof *order, compare_refs);
    plb_status status = PLB_OK;
    for (size_t i = 1; i < list->count && status == PLB_OK; i++) {
        if (compare_refs(&order[i - 1], &order[i]) == 0 && !same_output(order[i - 1], order[i])) {
            char ref[PLB_UTXO_NAME_BYTES];
            plb_utxo_name(order[i], ref);
            status = plb_fail(error, PLB_E_PARSE, name,
                              "expected one output for each id and index: %s is there twice", ref);
        }
    }
    free(order);
    return status;
}

/* ---- CBOR ---- */

/* [id, index] */
static bool read_input(plb_cbor *cbor, plb_utxo *utxo) {
    plb_cbor_members members;
    const uint8_t *id;
    uint64_t index;
    if (!plb_cbor_array(cbor, &members, "an input: transaction id and index") ||
        !plb_cbor_more(cbor, &members) ||
        !plb_cbor_bytes_of(cbor, PLB_HASH_BYTES, &id, "a transaction id of 32 bytes") ||
        !plb_cbor_more(cbor, &members) || !plb_cbor_uint(cbor, &index, "an output's index")) {
        return plb_cbor_malformed(cbor, "an input: transaction id and index");
    }
    if (index > UINT16_MAX) return plb_cbor_malformed(cbor, "an index of at most 65535");
    memcpy(utxo->id, id, PLB_HASH_BYTES);
    utxo->index = (uint16_t) index;
    return plb_cbor_end(cbor, &members, "the end of the input");
}

/* The bytes of any item, copied. */
static bool read_output(plb_cbor *cbor, plb_region *scratch, plb_utxo *utxo) {
    const uint8_t *start = cbor->at;
    if (!plb_cbor_skip(cbor, scratch)) return false;
    utxo->output_length = (size_t) (cbor->at - start);
    uint8_t *copy = malloc(utxo->output_length + 1);
    if (copy == NULL) return plb_cbor_fail(cbor, PLB_E_MEMORY, "out of memory");
    memcpy(copy, start, utxo->output_length);
    utxo->output = copy;
    return true;
}

static bool read_map(plb_utxo_list *list, plb_cbor *cbor, plb_region *scratch) {
    plb_cbor_members members;
    if (!plb_cbor_map(cbor, &members, "a map from inputs to outputs")) return false;
    while (plb_cbor_more(cbor, &members)) {
        plb_utxo utxo = {.output = NULL};
        if (!read_input(cbor, &utxo) || !read_output(cbor, scratch, &utxo)) return false;
        if (!append(list, &utxo)) return plb_cbor_fail(cbor, PLB_E_MEMORY, "out of memory");
    }
    if (cbor->status == PLB_OK && cbor->at != cbor->end) {
        return plb_cbor_malformed(cbor, "the end of the map");
    }
    return cbor->status == PLB_OK;
}

static plb_status read_cbor_file(plb_utxo_list *list, const char *name, const void *content,
                                 size_t length, plb_error *error) {
    uint8_t *bytes = NULL;
    plb_region scratch;
    plb_cbor cbor;
    plb_status status = plb_cbor_file_read(name, content, length, &bytes, &length, error);
    if (status != PLB_OK) return status;
    if (!plb_region_init(&scratch, SCRATCH_BYTES)) {
        free(bytes);
        return plb_fail(error, PLB_E_MEMORY, name, "out of address space");
    }
    plb_cbor_open(&cbor, bytes, length);
    read_map(list, &cbor, &scratch);
    plb_region_free(&scratch);
    status = plb_cbor_error(&cbor, name, error);
    free(bytes);
    return status;
}

/* ---- JSON: arrays ---- */

/* Report what CBOR in a member is wrong, at the member. */
static bool fail_cbor(plb_json_reader *reader, const plb_cbor *cbor) {
    return plb_reader_fail(reader, cbor->status, "%s%s at byte %zu of the CBOR",
                           cbor->status == PLB_E_PARSE ? "expected " : "", cbor->expected,
                           (size_t) (cbor->failed_at - cbor->base));
}

static bool read_input_member(plb_json_reader *reader, const json_t *entry, plb_utxo *utxo) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_json_enter(&reader->path, "input");
    if (plb_reader_hex(reader, json_object_get(entry, "input"), "an input in hexadecimal CBOR",
                       &bytes, &length)) {
        plb_cbor cbor;
        plb_cbor_open(&cbor, bytes, length);
        if (read_input(&cbor, utxo) && cbor.at != cbor.end) {
            plb_cbor_malformed(&cbor, "the end of the input");
        }
        if (cbor.status != PLB_OK) fail_cbor(reader, &cbor);
    }
    free(bytes);
    plb_json_leave(&reader->path);
    return reader->status == PLB_OK;
}

/* {"input": HEX, "output": HEX} */
static bool read_members(plb_utxo_list *list, plb_json_reader *reader, const json_t *entry) {
    plb_utxo utxo = {.output = NULL};
    uint8_t *output = NULL;
    if (!read_input_member(reader, entry, &utxo) ||
        !plb_member_hex(reader, entry, "output", &output, &utxo.output_length)) {
        return false;
    }
    utxo.output = output;
    return append_or_fail(list, &utxo, reader);
}

/* HEX of [input, output] */
static bool read_pair(plb_utxo_list *list, plb_json_reader *reader, const json_t *entry) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_region scratch;
    plb_utxo utxo = {.output = NULL};
    if (!plb_reader_hex(reader, entry, "an input and an output in hexadecimal CBOR", &bytes,
                        &length)) {
        return false;
    }
    plb_cbor cbor;
    plb_cbor_open(&cbor, bytes, length);
    plb_cbor_members members;
    if (!plb_region_init(&scratch, SCRATCH_BYTES)) {
        plb_cbor_fail(&cbor, PLB_E_MEMORY, "out of address space");
    } else {
        if (plb_cbor_array(&cbor, &members, "a pair of input and output") &&
            plb_cbor_more(&cbor, &members) && read_input(&cbor, &utxo) &&
            plb_cbor_more(&cbor, &members) && read_output(&cbor, &scratch, &utxo)) {
            plb_cbor_end(&cbor, &members, "the end of the pair");
        } else {
            plb_cbor_malformed(&cbor, "a pair of input and output");
        }
        plb_region_free(&scratch);
    }
    if (cbor.status != PLB_OK) fail_cbor(reader, &cbor);
    free(bytes);
    if (reader->status == PLB_OK) return append_or_fail(list, &utxo, reader);
    free((void *) (uintptr_t) utxo.output);
    return false;
}

bool plb_utxo_list_read(plb_utxo_list *list, plb_json_reader *reader, const json_t *array) {
    size_t count = json_array_size(array);
    for (size_t i = 0; i < count && reader->status == PLB_OK; i++) {
        const json_t *entry = json_array_get(array, i);
        plb_json_enter_index(&reader->path, i);
        if (json_is_object(entry)) {
            read_members(list, reader, entry);
        } else if (json_is_string(entry)) {
            read_pair(list, reader, entry);
        } else {
            plb_reader_expected(reader, "an object of input and output", entry);
        }
        plb_json_leave(&reader->path);
    }
    return reader->status == PLB_OK;
}

/* ---- JSON: cardano-cli's ---- */

/* ID#INDEX */
static bool read_name(plb_json_reader *reader, const char *name, plb_utxo *utxo) {
    const char *hash = name + 2 * PLB_HASH_BYTES;
    size_t digits = strlen(name) > 2 * PLB_HASH_BYTES ? strspn(hash + 1, "0123456789") : 0;
    if (digits == 0 || digits > 5 || *hash != '#' || hash[1 + digits] != '\0' ||
        !plb_hex_decode(name, 2 * PLB_HASH_BYTES, utxo->id) || atol(hash + 1) > UINT16_MAX) {
        return plb_reader_fail(reader, PLB_E_PARSE,
                               "expected TRANSACTION#INDEX: 64 hexadecimal digits, #, and an index "
                               "of at most 65535");
    }
    utxo->index = (uint16_t) atol(hash + 1);
    return true;
}

static bool read_object(plb_utxo_list *list, plb_json_reader *reader, json_t *root) {
    const char *key;
    json_t *entry;
    json_object_foreach(root, key, entry) {
        plb_utxo utxo = {.output = NULL};
        uint8_t *output = NULL;
        plb_json_enter(&reader->path, key);
        if (!read_name(reader, key, &utxo) ||
            !plb_output_from_json(reader, entry, &output, &utxo.output_length)) {
            return false;
        }
        utxo.output = output;
        if (!append_or_fail(list, &utxo, reader)) return false;
        plb_json_leave(&reader->path);
    }
    return true;
}

static plb_status read_json_file(plb_utxo_list *list, const char *name, const char *content,
                                 size_t length, plb_error *error) {
    char *text = plb_quote_long_integers(content, length, &length);
    if (text == NULL) return plb_fail(error, PLB_E_MEMORY, name, "out of memory");
    plb_json_reader reader;
    json_t *root = plb_reader_open(&reader, name, text, length, error);
    if (json_is_array(root)) {
        plb_utxo_list_read(list, &reader, root);
    } else if (json_is_object(root)) {
        read_object(list, &reader, root);
    }
    json_decref(root);
    free(text);
    return reader.status;
}

plb_status plb_utxo_file_read(plb_utxo_list *list, const char *name, const void *content,
                              size_t length, plb_error *error) {
    if (length == 0) {
        return plb_fail(error, PLB_E_PARSE, name,
                        "is empty: expected unspent outputs (JSON of cardano-cli, or CBOR)");
    }
    plb_status status = plb_content_of(content, length) == PLB_CONTENT_JSON
                            ? read_json_file(list, name, content, length, error)
                            : read_cbor_file(list, name, content, length, error);
    return status == PLB_OK ? check_distinct(list, name, error) : status;
}

/* ---- Writing ---- */

plb_status plb_utxo_json_write(const plb_utxo *utxo, size_t count, char **text, size_t *length,
                               plb_error *error) {
    plb_output output;
    plb_region scratch;
    uint8_t *made = NULL;
    if (!plb_region_init(&scratch, SCRATCH_BYTES)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "out of address space");
    }
    plb_output_begin(&output, 0);
    plb_output_text(&output, count != 0 ? "{\n" : "{");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        char name[PLB_UTXO_NAME_BYTES];
        plb_utxo_name(&utxo[i], name);
        plb_output_text(&output, "    \"");
        plb_output_text(&output, name);
        plb_output_text(&output, "\": ");
        plb_region_reset(&scratch);
        status =
            plb_output_to_json(&output, &scratch, utxo[i].output, utxo[i].output_length, error);
        plb_output_text(&output, i + 1 < count ? ",\n" : "\n");
        if (status != PLB_OK) (void) plb_error_prefix(error, name);
    }
    plb_output_text(&output, "}\n");
    plb_region_free(&scratch);
    if (status != PLB_OK) {
        plb_output_free(&output);
        return status;
    }
    if (!plb_output_take(&output, &made, length)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    }
    *text = (char *) made;
    return PLB_OK;
}
