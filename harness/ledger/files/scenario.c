#include "harness/ledger/files/scenario.h"

#include <stdlib.h>
#include <string.h>

#include "harness/ledger/rules/rules.h"

/* ---- Names ---- */

bool plb_network_by_name(const char *name, plb_network *network, uint64_t *system_start_ms) {
    /* systemStart of the networks' Shelley genesis files. */
    static const struct {
        const char *name;
        plb_network network;
        uint64_t start_ms;
    } networks[] = {
        {"mainnet", PLB_MAINNET, UINT64_C(1506203091000)},
        {"preprod", PLB_TESTNET, UINT64_C(1654041600000)},
        {"preview", PLB_TESTNET, UINT64_C(1666656000000)},
        {"testnet", PLB_TESTNET, UINT64_C(1654041600000)},
    };
    size_t digits = strncmp(name, "testnet_", 8) == 0 ? strspn(name + 8, "0123456789") : 0;
    const char *known = digits > 0 && name[8 + digits] == '\0' ? "testnet" : name;
    for (size_t i = 0; i < sizeof networks / sizeof networks[0]; i++) {
        if (strcmp(known, networks[i].name) == 0) {
            *network = networks[i].network;
            *system_start_ms = networks[i].start_ms;
            return true;
        }
    }
    return false;
}

const char *plb_fixture_predicate(const char *predicate, const char *message) {
    /* A row with a part of a message is for messages that have it. */
    static const char *const names[][3] = {
        {"MissingVKeyWitnessesUTXOW", "MissingVerificationKeyWitnessesUTXOW", NULL},
        {"WrongNetwork", "WrongNetworkInTxOutput", NULL},
        /* Protocol version 11 splits this one; the fixtures do not. */
        {"ConwayWithdrawalsMissingAccounts", "WithdrawalsNotInRewardsCERTS", NULL},
        {"ConwayIncompleteWithdrawals", "WithdrawalsNotInRewardsCERTS", NULL},
        /* Collateral that is not ADA, or less than its return, is a balance that is off. */
        {"CollateralContainsNonADA", "ValueNotConservedUTxO", NULL},
        {"InsufficientCollateral", "ValueNotConservedUTxO", PLB_COLLATERAL_OVERDRAWN},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        bool fits = names[i][2] == NULL || strstr(message, names[i][2]) != NULL;
        if (fits && strcmp(predicate, names[i][0]) == 0) return names[i][1];
    }
    return predicate;
}

const char *plb_fixture_description(const char *predicate, const char *message) {
    static const char *const cases[] = {"PassedUnexpectedly", "FailedUnexpectedly"};
    if (strcmp(predicate, "ValidationTagMismatch") != 0) return NULL;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (strstr(message, cases[i]) != NULL) return cases[i];
    }
    return NULL;
}

bool plb_is_scenario(const char *json, size_t length) {
    json_t *root = json_loadb(json, length, 0, NULL);
    bool is_scenario = json_object_get(root, "transaction") != NULL;
    json_decref(root);
    return is_scenario;
}

/* ---- Documents: inline, or referred to ---- */

/* What the loading of one fixture shares. */
typedef struct loader {
    plb_scenario *scenario;
    plb_json_reader reader;
    plb_resolve_ref *resolve;
    void *context;
} loader;

/* A document of another file, with a reader of its own. */
typedef struct document {
    json_t *root;
    char *name, *text, *title;
    plb_json_reader reader;
} document;

static void free_document(document *d) {
    json_decref(d->root);
    free(d->name);
    free(d->text);
    free(d->title);
}

/* Relative, and no step leads up. */
static bool stays_inside(const char *reference) {
    if (*reference == '\0' || *reference == '/' || strchr(reference, '\\') != NULL) return false;
    for (const char *step = reference; step != NULL; step = strchr(step, '/')) {
        step += *step == '/';
        size_t length = strcspn(step, "/");
        if (length == 0 || (length == 2 && memcmp(step, "..", 2) == 0)) return false;
    }
    return true;
}

/* Messages name the file, and that something is laid over it. */
static bool override_document(loader *l, document *d, json_t *override) {
    static const char *const with = " with $override of ";
    if (!json_is_object(override)) {
        plb_json_enter(&l->reader.path, "$override");
        return plb_reader_expected(&l->reader, "an object", override);
    }
    size_t size = strlen(d->name) + strlen(with) + strlen(l->reader.path.name) + 1;
    d->title = malloc(size);
    if (d->title == NULL || json_object_update(d->root, override) != 0) {
        return plb_reader_fail(&l->reader, PLB_E_MEMORY, "out of memory");
    }
    (void) strcat(strcat(strcpy(d->title, d->name), with), l->reader.path.name);
    d->reader.path.name = d->title;
    return true;
}

/* Open what {"$ref": ..., "$override": ...} refers to. The reader is on it. */
static bool open_reference(loader *l, const json_t *field, document *d) {
    size_t length = 0;
    const char *reference = plb_member_text(&l->reader, field, "$ref");
    if (reference == NULL) return false;
    if (!stays_inside(reference)) {
        plb_json_enter(&l->reader.path, "$ref");
        return plb_reader_fail(&l->reader, PLB_E_PARSE,
                               "expected a path inside of the data root, got '%.200s'", reference);
    }
    l->reader.status =
        l->resolve(l->context, reference, &d->name, &d->text, &length, l->reader.error);
    if (l->reader.status != PLB_OK) {
        if (l->reader.error != NULL) (void) plb_error_prefix(l->reader.error, l->reader.path.name);
        return false;
    }
    d->root = plb_reader_open(&d->reader, d->name, d->text, length, l->reader.error);
    if (d->root != NULL && !json_is_object(d->root)) {
        plb_reader_expected(&d->reader, "an object", d->root);
    }
    l->reader.status = d->reader.status;
    json_t *override = json_object_get(field, "$override");
    return l->reader.status == PLB_OK && (override == NULL || override_document(l, d, override));
}

/* Read member `key` of the fixture, inline or not, with `read`. */
static bool read_document(loader *l, const json_t *root, const char *key,
                          bool (*read)(loader *l, plb_json_reader *reader, const json_t *object)) {
    const json_t *field = plb_member_object(&l->reader, root, key);
    if (field == NULL) return false;
    plb_json_enter(&l->reader.path, key);
    bool ok;
    if (json_object_get(field, "$ref") == NULL) {
        ok = read(l, &l->reader, field);
    } else {
        document d = {.root = NULL};
        ok = open_reference(l, field, &d) && read(l, &d.reader, d.root);
        if (l->reader.status == PLB_OK) l->reader.status = d.reader.status;
        free_document(&d);
    }
    plb_json_leave(&l->reader.path);
    return ok;
}

static bool read_parameters(loader *l, plb_json_reader *reader, const json_t *object) {
    l->scenario->parameters = plb_scenario_parameters(reader, object);
    return l->scenario->parameters != NULL;
}

/* ---- Era history ---- */

/* Times are in seconds since the system's start. */
static bool read_bound(plb_json_reader *reader, const json_t *era, const char *key, uint64_t *slot,
                       uint64_t *ms) {
    const json_t *bound = plb_member_object(reader, era, key);
    uint64_t seconds = 0;
    plb_json_enter(&reader->path, key);
    if (bound == NULL || !plb_member_uint(reader, bound, "slot", slot) ||
        !plb_member_uint(reader, bound, "time", &seconds)) {
        return false;
    }
    if (__builtin_mul_overflow(seconds, 1000u, ms)) {
        plb_json_enter(&reader->path, "time");
        return plb_reader_fail(reader, PLB_E_PARSE, "expected seconds, got %llu",
                               (unsigned long long) seconds);
    }
    plb_json_leave(&reader->path);
    return true;
}

static bool read_era(plb_json_reader *reader, const json_t *era, plb_era_summary *summary) {
    uint64_t end_ms;
    if (!json_is_object(era)) return plb_reader_expected(reader, "an object of an era", era);
    if (!read_bound(reader, era, "start", &summary->start_slot, &summary->start_ms)) return false;
    summary->end_slot = UINT64_MAX;
    if (plb_member(era, "end") != NULL &&
        !read_bound(reader, era, "end", &summary->end_slot, &end_ms)) {
        return false;
    }
    const json_t *params = plb_member_object(reader, era, "params");
    plb_json_enter(&reader->path, "params");
    if (params == NULL || !plb_member_uint(reader, params, "slotLengthMs", &summary->slot_ms) ||
        !plb_member_uint(reader, params, "epochSizeSlots", &summary->epoch_slots)) {
        return false;
    }
    if (summary->slot_ms == 0 || summary->epoch_slots == 0) {
        return plb_reader_fail(reader, PLB_E_PARSE,
                               "expected slotLengthMs and epochSizeSlots above 0");
    }
    plb_json_leave(&reader->path);
    return true;
}

static bool read_era_history(loader *l, plb_json_reader *reader, const json_t *object) {
    plb_era_history *history = &l->scenario->era_history;
    const json_t *eras = plb_member_array(reader, object, "eras");
    if (eras == NULL ||
        !plb_member_uint(reader, object, "stabilityWindow", &history->forecast_slots)) {
        return false;
    }
    size_t count = json_array_size(eras);
    plb_era_summary *summaries = calloc(count + 1, sizeof *summaries);
    if (summaries == NULL) return plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
    history->eras = summaries;
    history->era_count = count;
    plb_json_enter(&reader->path, "eras");
    if (count == 0) return plb_reader_fail(reader, PLB_E_PARSE, "expected at least one era");
    for (size_t i = 0; i < count; i++) {
        plb_json_enter_index(&reader->path, i);
        if (!read_era(reader, json_array_get(eras, i), &summaries[i])) return false;
        plb_json_leave(&reader->path);
    }
    plb_json_leave(&reader->path);
    return true;
}

/* ---- State ---- */

static bool read_state(loader *l, const json_t *root) {
    plb_json_reader *reader = &l->reader;
    const json_t *state = plb_member_object(reader, root, "initialState");
    if (state == NULL) return false;
    plb_json_enter(&reader->path, "initialState");
    if (plb_member(state, "utxo") != NULL) {
        const json_t *utxo = plb_member_array(reader, state, "utxo");
        plb_json_enter(&reader->path, "utxo");
        if (utxo == NULL || !plb_utxo_list_read(&l->scenario->utxo, reader, utxo)) return false;
        plb_json_leave(&reader->path);
    }
    if (plb_member(state, "accounts") != NULL) {
        const json_t *accounts = plb_member_array(reader, state, "accounts");
        plb_json_enter(&reader->path, "accounts");
        if (accounts == NULL || !plb_account_list_read(&l->scenario->accounts, reader, accounts)) {
            return false;
        }
        plb_json_leave(&reader->path);
    }
    if (plb_member(state, "pots") != NULL) {
        const json_t *pots = plb_member_object(reader, state, "pots");
        plb_json_enter(&reader->path, "pots");
        if (pots == NULL ||
            !plb_member_uint_or(reader, pots, "treasury", 0, &l->scenario->treasury)) {
            return false;
        }
        plb_json_leave(&reader->path);
    }
    plb_json_leave(&reader->path);
    return true;
}

static bool read_network(loader *l, const json_t *root) {
    const char *name = plb_member_text(&l->reader, root, "network");
    if (name == NULL) return false;
    if (plb_network_by_name(name, &l->scenario->network,
                            &l->scenario->era_history.system_start_ms)) {
        return true;
    }
    plb_json_enter(&l->reader.path, "network");
    return plb_reader_fail(&l->reader, PLB_E_PARSE,
                           "expected mainnet, preprod, preview or testnet_N, got '%.60s'", name);
}

static bool read_point(loader *l, const json_t *root) {
    const json_t *point = plb_member_object(&l->reader, root, "point");
    plb_json_enter(&l->reader.path, "point");
    bool ok = point != NULL && plb_member_uint(&l->reader, point, "slot", &l->scenario->slot);
    plb_json_leave(&l->reader.path);
    return ok;
}

/* ---- What is expected ---- */

static bool copy_text(plb_json_reader *reader, const char *text, char **copy) {
    *copy = text != NULL ? strdup(text) : NULL;
    return *copy != NULL || plb_reader_fail(reader, PLB_E_MEMORY, "out of memory");
}

static bool read_failure(plb_json_reader *reader, const json_t *value, plb_expected *expected) {
    const json_t *decoding = json_object_get(value, "decodingFailure");
    const char *predicate = NULL, *description = NULL;
    if (decoding != NULL) {
        if (!json_is_true(decoding) || json_object_get(value, "predicate") != NULL) {
            return plb_reader_fail(reader, PLB_E_PARSE,
                                   "expected decodingFailure to be true, and alone");
        }
        expected->kind = PLB_EXPECT_DECODING_FAILURE;
        return true;
    }
    predicate = plb_member_text(reader, value, "predicate");
    if (predicate == NULL || !copy_text(reader, predicate, &expected->predicate)) return false;
    if (plb_member(value, "description") != NULL) {
        description = plb_member_text(reader, value, "description");
        if (description == NULL || !copy_text(reader, description, &expected->description)) {
            return false;
        }
    }
    expected->kind = PLB_EXPECT_PREDICATE;
    return true;
}

static bool read_expected(loader *l, const json_t *root) {
    plb_json_reader *reader = &l->reader;
    const json_t *value = plb_member(root, "expected");
    if (value == NULL) return true;
    plb_json_enter(&reader->path, "expected");
    bool ok;
    if (json_is_string(value) && strcmp(json_string_value(value), "Pass") == 0) {
        l->scenario->expected.kind = PLB_EXPECT_PASS;
        ok = true;
    } else if (json_is_object(value)) {
        ok = read_failure(reader, value, &l->scenario->expected);
    } else {
        ok = plb_reader_fail(reader, PLB_E_PARSE,
                             "expected \"Pass\", or an object of predicate or decodingFailure");
    }
    plb_json_leave(&reader->path);
    return ok;
}

/* ---- The whole ---- */

static bool read_fixture(loader *l, const json_t *root) {
    plb_scenario *s = l->scenario;
    if (!json_is_object(root)) return plb_reader_expected(&l->reader, "a fixture", root);
    const json_t *title = plb_member(root, "title");
    if (json_is_string(title) && !copy_text(&l->reader, json_string_value(title), &s->title)) {
        return false;
    }
    return read_network(l, root) && read_document(l, root, "eraHistory", read_era_history) &&
           read_document(l, root, "protocolParameters", read_parameters) && read_state(l, root) &&
           read_point(l, root) &&
           plb_member_hex(&l->reader, root, "transaction", &s->transaction,
                          &s->transaction_length) &&
           read_expected(l, root);
}

plb_status plb_scenario_load(plb_scenario *scenario, const char *name, const char *json,
                             size_t length, plb_resolve_ref *resolve, void *context,
                             plb_error *error) {
    loader l = {.scenario = scenario, .resolve = resolve, .context = context};
    *scenario = (plb_scenario){0};
    json_t *root = plb_reader_open(&l.reader, name, json, length, error);
    if (root != NULL) read_fixture(&l, root);
    json_decref(root);
    return l.reader.status;
}

void plb_scenario_free(plb_scenario *scenario) {
    free(scenario->title);
    free((void *) (uintptr_t) scenario->era_history.eras);
    plb_protocol_parameters_free(scenario->parameters);
    plb_utxo_list_free(&scenario->utxo);
    plb_account_list_free(&scenario->accounts);
    free(scenario->transaction);
    free(scenario->expected.predicate);
    free(scenario->expected.description);
    *scenario = (plb_scenario){0};
}
