/* The decoder on the transactions of pragma-org/amaru's validation fixtures, beside libcbor's tree
 * of the same bytes: each decodes with the same figures, or is refused for what the tree shows to
 * be in it, or is one of those that are said to be malformed. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cbor.h>
#include <jansson.h>
#include <cmocka.h>

#include "harness/ledger/tx.h"
#include "tests/hex.h"
#include "tests/known/shared_data.h"

#define FOLDER "transaction/scenarios"
#define FIXTURE_COUNT 202

/* ---- libcbor's tree ---- */

static const cbor_item_t *untagged(const cbor_item_t *item) {
    while (cbor_isa_tag(item)) {
        cbor_item_t *inner = cbor_tag_item(item);
        item = inner;
        cbor_decref(&inner);
    }
    return item;
}

static const cbor_item_t *member(const cbor_item_t *array, size_t index) {
    return untagged(cbor_array_handle(array)[index]);
}

static const cbor_item_t *field(const cbor_item_t *map, uint64_t key) {
    for (size_t i = 0; map != NULL && i < cbor_map_size(map); i++) {
        const struct cbor_pair *pair = &cbor_map_handle(map)[i];
        if (cbor_isa_uint(pair->key) && cbor_get_int(pair->key) == key) {
            return untagged(pair->value);
        }
    }
    return NULL;
}

/* How many members a collection has; 0 when it is not there. */
static size_t size_of(const cbor_item_t *item) {
    if (item == NULL) return 0;
    return cbor_isa_map(item) ? cbor_map_size(item) : cbor_array_size(item);
}

static bool is_supported_address(const cbor_item_t *output) {
    const cbor_item_t *address = cbor_isa_map(output) ? field(output, 0) : member(output, 0);
    assert_true(cbor_bytestring_is_definite(address));
    unsigned type = cbor_bytestring_handle(address)[0] >> 4;
    return type < 4 || type == 6 || type == 7;
}

static bool is_supported(const cbor_item_t *body, const cbor_item_t *witnesses) {
    bool supported = field(body, 4) == NULL && field(body, 19) == NULL && field(body, 20) == NULL &&
                     field(witnesses, 2) == NULL;
    const cbor_item_t *outputs = field(body, 1), *returned = field(body, 16);
    for (size_t i = 0; i < cbor_array_size(outputs); i++) {
        supported = supported && is_supported_address(member(outputs, i));
    }
    return supported && (returned == NULL || is_supported_address(returned));
}

/* Assets, and the sum of their amounts. */
static void total_assets(const cbor_item_t *policies, size_t *count, plb_wide *sum) {
    *count = 0;
    *sum = 0;
    for (size_t i = 0; policies != NULL && i < cbor_map_size(policies); i++) {
        const cbor_item_t *names = cbor_map_handle(policies)[i].value;
        for (size_t k = 0; k < cbor_map_size(names); k++) {
            const cbor_item_t *amount = cbor_map_handle(names)[k].value;
            plb_wide number = (plb_wide) cbor_get_int(amount);
            *sum += cbor_isa_negint(amount) ? -1 - number : number;
            ++*count;
        }
    }
}

static void compare_assets(const plb_tx_assets *assets, const cbor_item_t *policies) {
    size_t count;
    plb_wide sum;
    total_assets(policies, &count, &sum);
    assert_int_equal(assets->count, count);
    for (size_t i = 0; i < count; i++) sum -= assets->items[i].amount;
    assert_true(sum == 0);
}

static void compare_output(const plb_tx_out *out, const cbor_item_t *item) {
    const cbor_item_t *value = cbor_isa_map(item) ? field(item, 1) : member(item, 1);
    bool has_assets = cbor_isa_array(value);
    assert_true(out->lovelace == cbor_get_int(has_assets ? member(value, 0) : value));
    compare_assets(&out->assets, has_assets ? member(value, 1) : NULL);
    assert_int_equal(out->script != NULL, cbor_isa_map(item) && field(item, 3) != NULL);
    bool has_datum = cbor_isa_map(item) ? field(item, 2) != NULL : cbor_array_size(item) > 2;
    assert_int_equal(out->datum_kind != PLB_DATUM_NONE, has_datum);
}

static void compare_transaction(const plb_tx *tx, const cbor_item_t *body,
                                const cbor_item_t *witnesses) {
    assert_int_equal(tx->inputs.count, size_of(field(body, 0)));
    assert_int_equal(tx->output_count, size_of(field(body, 1)));
    for (size_t i = 0; i < tx->output_count; i++) {
        compare_output(&tx->outputs[i], member(field(body, 1), i));
    }
    assert_true(tx->fee == cbor_get_int(field(body, 2)));
    assert_int_equal(tx->has_valid_until, field(body, 3) != NULL);
    assert_int_equal(tx->has_valid_from, field(body, 8) != NULL);
    assert_int_equal(tx->withdrawal_count, size_of(field(body, 5)));
    compare_assets(&tx->mint, field(body, 9));
    assert_int_equal(tx->collateral.count, size_of(field(body, 13)));
    assert_int_equal(tx->required_signer_count, size_of(field(body, 14)));
    assert_int_equal(tx->collateral_return != NULL, field(body, 16) != NULL);
    assert_int_equal(tx->has_total_collateral, field(body, 17) != NULL);
    assert_int_equal(tx->reference.count, size_of(field(body, 18)));
    assert_int_equal(tx->has_current_treasury, field(body, 21) != NULL);
    assert_int_equal(tx->donation != 0, field(body, 22) != NULL);
    assert_int_equal(tx->vkey_count, size_of(field(witnesses, 0)));
    assert_int_equal(tx->script_count, size_of(field(witnesses, 1)) + size_of(field(witnesses, 3)) +
                                           size_of(field(witnesses, 6)) +
                                           size_of(field(witnesses, 7)));
    assert_int_equal(tx->datum_count, size_of(field(witnesses, 4)));
    assert_int_equal(tx->redeemer_count, size_of(field(witnesses, 5)));
}

/* ---- Fixtures ---- */

typedef struct tally {
    size_t decoded, unsupported, malformed;
} tally;

static plb_region arena;

static void check_transaction(const json_t *fixture, tally *counts) {
    size_t length;
    uint8_t *bytes = unhex(json_string_value(json_object_get(fixture, "transaction")), &length);
    plb_tx tx;
    plb_error error;
    struct cbor_load_result result;
    plb_region_reset(&arena);
    plb_status status = plb_tx_decode(&tx, &arena, bytes, length, &error);
    const json_t *expected = json_object_get(fixture, "expected");
    cbor_item_t *tree = cbor_load(bytes, length, &result);
    assert_non_null(tree);
    const cbor_item_t *body = member(tree, 0), *witnesses = member(tree, 1);
    if (json_object_get(expected, "decodingFailure") != NULL) {
        assert_int_equal(status, PLB_E_PARSE);
        counts->malformed++;
    } else if (!is_supported(body, witnesses)) {
        assert_int_equal(status, PLB_E_UNSUPPORTED);
        counts->unsupported++;
    } else {
        if (status != PLB_OK) fail_msg("%s: %s", error.where, error.message);
        compare_transaction(&tx, body, witnesses);
        counts->decoded++;
    }
    cbor_decref(&tree);
    free(bytes);
}

static void check_output(const json_t *entry) {
    size_t length;
    uint8_t *bytes = unhex(json_string_value(json_object_get(entry, "output")), &length);
    plb_tx_out out;
    plb_error error;
    struct cbor_load_result result;
    plb_region_reset(&arena);
    plb_status status = plb_tx_out_decode(&out, &arena, bytes, length, &error);
    cbor_item_t *tree = cbor_load(bytes, length, &result);
    assert_non_null(tree);
    if (is_supported_address(tree)) {
        if (status != PLB_OK) fail_msg("%s: %s", error.where, error.message);
        compare_output(&out, tree);
    } else {
        assert_int_equal(status, PLB_E_UNSUPPORTED);
    }
    cbor_decref(&tree);
    free(bytes);
}

static void fixtures_decode(void **state) {
    (void) state;
    char dir[SHARED_PATH_BYTES], path[SHARED_PATH_BYTES + 300];
    DIR *scenarios = opendir(shared_path(dir, FOLDER));
    assert_non_null(scenarios);
    assert_true(plb_region_init(&arena, 1 << 24));
    tally counts = {0};
    for (const struct dirent *entry; (entry = readdir(scenarios)) != NULL;) {
        if (strstr(entry->d_name, ".json") == NULL) continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        json_t *fixture = json_load_file(path, 0, NULL);
        assert_non_null(fixture);
        check_transaction(fixture, &counts);
        const json_t *utxo = json_object_get(json_object_get(fixture, "initialState"), "utxo");
        for (size_t i = 0; i < json_array_size(utxo); i++) check_output(json_array_get(utxo, i));
        json_decref(fixture);
    }
    closedir(scenarios);
    plb_region_free(&arena);
    print_message("%zu decoded, %zu unsupported, %zu malformed\n", counts.decoded,
                  counts.unsupported, counts.malformed);
    assert_int_equal(counts.decoded + counts.unsupported + counts.malformed, FIXTURE_COUNT);
    assert_int_equal(counts.malformed, 2);
}

int main(void) {
    if (shared_is_missing(FOLDER)) return SKIPPED;
    const struct CMUnitTest tests[] = {cmocka_unit_test(fixtures_decode)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
