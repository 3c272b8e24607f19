#include "scripts/catalogue.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "harness/json_input.h"

#define INDEX_FILE "catalogue.json"

struct plb_catalogue {
    const struct plb_embedded_file *table;
    json_t *root; /* owns the entries' strings */
    plb_script_entry *entries;
    size_t count;
};

/* ---- An entry's members ---- */

typedef enum member_kind {
    MEMBER_TEXT,
    MEMBER_FILE, /* one that is in the table */
    MEMBER_LANGUAGE
} member_kind;

typedef struct member {
    const char *key;
    member_kind kind;
    bool optional;
    size_t offset; /* in plb_script_entry */
} member;

#define FIELD(name) offsetof(plb_script_entry, name)
static const member members[] = {
    {"name", MEMBER_TEXT, false, FIELD(name)},
    {"file", MEMBER_FILE, false, FIELD(file)},
    {"language", MEMBER_LANGUAGE, false, FIELD(language)},
    {"description", MEMBER_TEXT, false, FIELD(description)},
    {"loop", MEMBER_TEXT, false, FIELD(loop)},
    {"datum", MEMBER_FILE, false, FIELD(datum)},
    {"redeemer", MEMBER_FILE, false, FIELD(redeemer)},
    {"supplemental_datum", MEMBER_FILE, true, FIELD(supplemental_datum)},
    {"strategy", MEMBER_TEXT, true, FIELD(strategy)},
    {"origin", MEMBER_TEXT, true, FIELD(origin)},
    {NULL, MEMBER_TEXT, true, 0},
};

static const member *find_member(const char *key) {
    const member *m = members;
    while (m->key != NULL && strcmp(m->key, key) != 0) m++;
    return m->key != NULL ? m : NULL;
}

static plb_language language_named(const char *name) {
    for (int language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        if (strcmp(plb_language_name((plb_language) language), name) == 0) {
            return (plb_language) language;
        }
    }
    return PLB_LANGUAGE_NEWEST;
}

static plb_status read_member(const plb_catalogue *catalogue, const plb_json_path *path,
                              const member *m, const json_t *value, plb_script_entry *entry,
                              plb_error *error) {
    const char *text = json_string_value(value);
    void *field = (char *) entry + m->offset;
    if (text == NULL || text[0] == '\0') {
        return plb_json_fail(path, error, PLB_E_PARSE,
                             "expected a string that is not empty, got %s",
                             text != NULL ? "an empty one" : plb_json_type_name(value));
    }
    if (m->kind == MEMBER_LANGUAGE) {
        plb_language language = language_named(text);
        *(plb_language *) field = language;
        return language != PLB_LANGUAGE_NEWEST
                   ? PLB_OK
                   : plb_json_fail(path, error, PLB_E_PARSE,
                                   "expected PlutusV1, PlutusV2, PlutusV3 or PlutusV4, got '%s'",
                                   text);
    }
    if (m->kind == MEMBER_FILE && plb_embedded_find(catalogue->table, text) == NULL) {
        return plb_json_fail(path, error, PLB_E_PARSE, "expected a file of the catalogue, got '%s'",
                             text);
    }
    *(const char **) field = text;
    return PLB_OK;
}

static plb_status read_entry(const plb_catalogue *catalogue, plb_json_path *path, json_t *object,
                             plb_script_entry *entry, plb_error *error) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return plb_json_fail(path, error, PLB_E_PARSE, "expected an object, got %s",
                             plb_json_type_name(object));
    }
    json_object_foreach(object, key, value) {
        const member *m = find_member(key);
        plb_json_enter(path, key);
        plb_status status =
            m != NULL ? read_member(catalogue, path, m, value, entry, error)
                      : plb_json_fail(path, error, PLB_E_PARSE, "an entry has no such member");
        plb_json_leave(path);
        if (status != PLB_OK) return status;
    }
    for (const member *m = members; m->key != NULL; m++) {
        if (!m->optional && json_object_get(object, m->key) == NULL) {
            return plb_json_fail(path, error, PLB_E_PARSE, "expected a member '%s'", m->key);
        }
    }
    return PLB_OK;
}

/* ---- The catalogue ---- */

static plb_status read_entries(plb_catalogue *catalogue, plb_json_path *path, plb_error *error) {
    json_t *list = json_object_get(catalogue->root, "scripts");
    if (!json_is_array(list) || json_object_size(catalogue->root) != 1) {
        return plb_json_fail(path, error, PLB_E_PARSE,
                             "expected an object with the one member 'scripts', an array");
    }
    plb_json_enter(path, "scripts");
    catalogue->entries = calloc(json_array_size(list) + 1, sizeof *catalogue->entries);
    if (catalogue->entries == NULL) {
        return plb_fail(error, PLB_E_MEMORY, path->name, "no memory for the catalogue");
    }
    for (size_t i = 0; i < json_array_size(list); i++) {
        plb_script_entry *entry = &catalogue->entries[i];
        plb_json_enter_index(path, i);
        plb_status status = read_entry(catalogue, path, json_array_get(list, i), entry, error);
        if (status == PLB_OK && plb_catalogue_find(catalogue, entry->name) != NULL) {
            status = plb_json_fail(path, error, PLB_E_PARSE, "another entry is named '%s', too",
                                   entry->name);
        }
        if (status != PLB_OK) return status;
        plb_json_leave(path);
        catalogue->count++;
    }
    return PLB_OK;
}

plb_status plb_catalogue_open_table(plb_catalogue **catalogue,
                                    const struct plb_embedded_file *table, plb_error *error) {
    *catalogue = NULL;
    const struct plb_embedded_file *index = plb_embedded_find(table, INDEX_FILE);
    if (index == NULL) {
        return plb_fail(error, PLB_E_PARSE, INDEX_FILE, "expected this file in the catalogue");
    }
    plb_catalogue *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return plb_fail(error, PLB_E_MEMORY, INDEX_FILE, "no memory for the catalogue");
    }
    made->table = table;
    plb_json_path path = {
        .name = INDEX_FILE, .text = (const char *) index->bytes, .length = index->length};
    plb_status status = plb_json_parse(&path, &made->root, error);
    if (status == PLB_OK) status = read_entries(made, &path, error);
    if (status != PLB_OK) {
        plb_catalogue_free(made);
        return status;
    }
    *catalogue = made;
    return PLB_OK;
}

plb_status plb_catalogue_open(plb_catalogue **catalogue, plb_error *error) {
    return plb_catalogue_open_table(catalogue, plb_embedded_scripts, error);
}

void plb_catalogue_free(plb_catalogue *catalogue) {
    if (catalogue == NULL) return;
    json_decref(catalogue->root);
    free(catalogue->entries);
    free(catalogue);
}

size_t plb_catalogue_count(const plb_catalogue *catalogue) { return catalogue->count; }

const plb_script_entry *plb_catalogue_entry(const plb_catalogue *catalogue, size_t index) {
    return index < catalogue->count ? &catalogue->entries[index] : NULL;
}

const plb_script_entry *plb_catalogue_find(const plb_catalogue *catalogue, const char *name) {
    for (size_t i = 0; i < catalogue->count; i++) {
        if (strcmp(catalogue->entries[i].name, name) == 0) return &catalogue->entries[i];
    }
    return NULL;
}

const char *plb_catalogue_file(const plb_catalogue *catalogue, const char *file, size_t *length) {
    const struct plb_embedded_file *found = plb_embedded_find(catalogue->table, file);
    if (found == NULL) return NULL;
    if (length != NULL) *length = found->length;
    return (const char *) found->bytes;
}
