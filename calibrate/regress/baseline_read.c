/* Baselines from JSON. Not trusted: everything is looked at before it is used. */
#include <math.h>
#include <string.h>

#include "calibrate/regress/baseline.h"
#include "harness/json_input.h"

#define NAMES_BYTES 256

typedef struct reader {
    plb_json_path path;
    plb_baseline *baseline;
    plb_error *error;
} reader;

static plb_status wrong(reader *r, const char *what, const json_t *value) {
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected %s, got %s", what,
                         plb_json_type_name(value));
}

static plb_status refuse(reader *r, const char *what) {
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected %s", what);
}

/* ---- Values ---- */

static plb_status read_text(reader *r, const json_t *value, char *text, size_t bytes) {
    if (!json_is_string(value)) return wrong(r, "a string", value);
    if (json_string_length(value) >= bytes || strlen(json_string_value(value)) >= bytes) {
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected at most %zu bytes of text",
                             bytes - 1);
    }
    (void) strcpy(text, json_string_value(value));
    return PLB_OK;
}

static plb_status read_date(reader *r, const json_t *value, char *date) {
    static const char shape[] = "dddd-dd-dd";
    plb_status status = read_text(r, value, date, PLB_BASELINE_DATE_BYTES);
    if (status != PLB_OK) return status;
    bool good = strlen(date) == sizeof shape - 1;
    for (size_t i = 0; good && shape[i] != '\0'; i++)
        good = shape[i] == 'd' ? date[i] >= '0' && date[i] <= '9' : date[i] == shape[i];
    return good ? PLB_OK : refuse(r, "a day such as \"2026-11-21\"");
}

static plb_status read_sha256(reader *r, const json_t *value, char *text) {
    plb_status status = read_text(r, value, text, PLB_SHA256_TEXT_BYTES);
    if (status != PLB_OK) return status;
    bool good = strspn(text, "0123456789abcdef") == PLB_SHA256_TEXT_BYTES - 1;
    return good ? PLB_OK : refuse(r, "64 hexadecimal digits");
}

static plb_status read_number(reader *r, const json_t *value, double *number) {
    if (!json_is_number(value)) return wrong(r, "a number", value);
    *number = json_number_value(value);
    return isfinite(*number) && *number >= 0 ? PLB_OK : refuse(r, "a number that is not negative");
}

static plb_status read_count(reader *r, const json_t *value, int64_t *count) {
    plb_status status = plb_json_int64(&r->path, value, PLB_E_PARSE, count, r->error);
    if (status != PLB_OK) return status;
    return *count >= 0 ? PLB_OK : refuse(r, "a number that is not negative");
}

static plb_status read_value(reader *r, const json_t *value, const plb_baseline_field *field,
                             void *object) {
    void *to = (char *) object + field->offset;
    switch (field->kind) {
    case PLB_FIELD_TEXT: return read_text(r, value, to, PLB_BASELINE_TEXT_BYTES);
    case PLB_FIELD_DATE: return read_date(r, value, to);
    case PLB_FIELD_SHA256: return read_sha256(r, value, to);
    case PLB_FIELD_NUMBER: return read_number(r, value, to);
    case PLB_FIELD_COUNT: return read_count(r, value, to);
    case PLB_FIELD_FLAG: break;
    }
    if (!json_is_boolean(value)) return wrong(r, "true or false", value);
    *(bool *) to = json_is_true(value);
    return PLB_OK;
}

/* ---- Objects ---- */

/* The members that `fields` name; others are left to the caller. */
static plb_status read_fields(reader *r, const json_t *object, const plb_baseline_field *fields,
                              void *to) {
    if (!json_is_object(object)) return wrong(r, "an object", object);
    for (; fields->key != NULL; fields++) {
        const json_t *value = json_object_get(object, fields->key);
        if (value == NULL && fields->optional) continue;
        if (value == NULL)
            return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected a field \"%s\"",
                                 fields->key);
        plb_json_enter(&r->path, fields->key);
        plb_status status = read_value(r, value, fields, to);
        if (status != PLB_OK) return status;
        plb_json_leave(&r->path);
    }
    return PLB_OK;
}

/* Something that reads a member's value. */
typedef plb_status (*member_reader)(reader *r, const char *key, const json_t *value, void *to);

static plb_status read_members(reader *r, const json_t *object, member_reader read, void *to) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) return wrong(r, "an object", object);
    json_object_foreach((json_t *) object, key, value) {
        plb_json_enter(&r->path, key);
        plb_status status = read(r, key, value, to);
        if (status != PLB_OK) return status;
        plb_json_leave(&r->path);
    }
    return PLB_OK;
}

/* The member `key` as an object of further members. */
static plb_status read_member(reader *r, const json_t *object, const char *key, member_reader read,
                              void *to) {
    const json_t *value = json_object_get(object, key);
    if (value == NULL)
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected a field \"%s\"", key);
    plb_json_enter(&r->path, key);
    plb_status status = read_members(r, value, read, to);
    if (status == PLB_OK) plb_json_leave(&r->path);
    return status;
}

static bool has_field(const plb_baseline_field *fields, const char *key) {
    while (fields->key != NULL && strcmp(fields->key, key) != 0) fields++;
    return fields->key != NULL;
}

/* ---- Items ---- */

static plb_status read_budget(reader *r, const char *key, const json_t *value, void *to) {
    static const plb_baseline_field fields[] = {
        {"memory", PLB_FIELD_COUNT, offsetof(plb_exunits, memory), false},
        {"steps", PLB_FIELD_COUNT, offsetof(plb_exunits, steps), false},
        {NULL, PLB_FIELD_TEXT, 0, false},
    };
    plb_gate_budget *budgets = to;
    if (key[0] < 'A' || key[0] >= 'A' + PLB_GATE_VARIANTS || key[1] != '\0')
        return refuse(r, "a semantics variant, A to E");
    plb_gate_budget *budget = &budgets[key[0] - 'A'];
    budget->known = true;
    return read_fields(r, value, fields, &budget->used);
}

static plb_status read_time(reader *r, const json_t *value, plb_gate_time *time) {
    plb_status status = read_fields(r, value, plb_baseline_time_fields, time);
    if (status != PLB_OK) return status;
    if (!(time->low_ns > 0 && time->low_ns <= time->ns && time->ns <= time->high_ns))
        return refuse(r, "0 < low_ns <= ns <= high_ns");
    if (!(time->freedom >= 1)) return refuse(r, "a freedom of at least 1");
    return PLB_OK;
}

static plb_status read_part(reader *r, const char *key, const json_t *value, void *to) {
    plb_baseline_item *item = to;
    if (strcmp(key, "budgets") == 0) return read_members(r, value, read_budget, item->budgets);
    for (int q = 0; q < PLB_GATE_QUANTITIES; q++)
        if (strcmp(key, plb_gate_quantity_name((plb_gate_quantity) q)) == 0)
            return read_time(r, value, &item->times[q]);
    if (has_field(plb_baseline_item_fields, key)) return PLB_OK; /* read with the others */
    return refuse(r, "one of budgets, evaluate, decode, measured, sha256");
}

static plb_status read_item(reader *r, const char *name, const json_t *value,
                            plb_baseline_item *items, size_t *count) {
    plb_baseline_item *item = &items[*count];
    if (name[0] == '\0' || strlen(name) >= sizeof item->name)
        return refuse(r, "a name of 1 to 191 bytes");
    (void) strcpy(item->name, name);
    plb_status status = read_members(r, value, read_part, item);
    if (status == PLB_OK) status = read_fields(r, value, plb_baseline_item_fields, item);
    if (status == PLB_OK) ++*count;
    return status;
}

static plb_status read_one(reader *r, const char *name, const json_t *value, void *to) {
    plb_baseline *b = to;
    return read_item(r, name, value, b->items, &b->count);
}

static plb_status read_one_of_scale(reader *r, const char *name, const json_t *value, void *to) {
    plb_baseline *b = to;
    return read_item(r, name, value, b->scale, &b->scale_count);
}

/* ---- The whole ---- */

static plb_status read_linked(reader *r, const char *name, const json_t *value, void *to) {
    plb_baseline *b = to;
    if (b->library_count == PLB_BASELINE_LIBRARIES_MAX) return refuse(r, "at most 64 libraries");
    plb_baseline_library *library = &b->libraries[b->library_count++];
    if (strlen(name) >= sizeof library->name) return refuse(r, "a name of at most 255 bytes");
    (void) strcpy(library->name, name);
    return read_text(r, value, library->version, sizeof library->version);
}

static plb_status read_object(reader *r, const json_t *root, const char *key,
                              const plb_baseline_field *fields, void *to) {
    const json_t *value = json_object_get(root, key);
    if (value == NULL)
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected a field \"%s\"", key);
    plb_json_enter(&r->path, key);
    plb_status status = read_fields(r, value, fields, to);
    if (status == PLB_OK) plb_json_leave(&r->path);
    return status;
}

/* That it is a baseline, of the version that is read here. */
static plb_status check_format(reader *r, const json_t *root) {
    const char *format = json_string_value(json_object_get(root, "format"));
    const json_t *schema = json_object_get(root, "schema");
    int64_t version = 0;
    if (format == NULL || strcmp(format, PLB_BASELINE_FORMAT) != 0)
        return refuse(r, "a baseline: an object with \"format\": \"" PLB_BASELINE_FORMAT "\"");
    plb_json_enter(&r->path, "schema");
    if (schema == NULL) return refuse(r, "a schema version");
    plb_status status = plb_json_int64(&r->path, schema, PLB_E_PARSE, &version, r->error);
    if (status == PLB_OK && version != PLB_BASELINE_SCHEMA) {
        status = plb_json_fail(&r->path, r->error, PLB_E_UNSUPPORTED,
                               "expected schema version %d, got %lld: write it anew with --update",
                               PLB_BASELINE_SCHEMA, (long long) version);
    }
    plb_json_leave(&r->path);
    return status;
}

static plb_status read_root(reader *r, const json_t *root) {
    static const plb_baseline_field heads[] = {
        {"written", PLB_FIELD_DATE, offsetof(plb_baseline, written), false},
        {NULL, PLB_FIELD_TEXT, 0, false},
    };
    plb_baseline *b = r->baseline;
    plb_status status = read_fields(r, root, heads, b);
    if (status == PLB_OK) status = read_object(r, root, "library", plb_baseline_library_fields, b);
    if (status == PLB_OK) {
        plb_json_enter(&r->path, "library");
        status = read_member(r, json_object_get(root, "library"), "linked", read_linked, b);
        if (status == PLB_OK) plb_json_leave(&r->path);
    }
    if (status == PLB_OK)
        status = read_object(r, root, "machine", plb_baseline_machine_fields, &b->machine);
    if (status == PLB_OK) status = read_member(r, root, "items", read_one, b);
    if (status == PLB_OK) status = read_member(r, root, "scale", read_one_of_scale, b);
    if (status == PLB_OK) plb_baseline_sort(b);
    return status;
}

static size_t members_of(const json_t *root, const char *key) {
    return json_object_size(json_object_get(root, key));
}

plb_status plb_baseline_read(plb_baseline **baseline, const char *name, const char *text,
                             size_t length, plb_error *error) {
    reader r = {.path = {.name = name, .text = text, .length = length}, .error = error};
    json_t *root = NULL;
    *baseline = NULL;
    plb_status status = plb_json_parse(&r.path, &root, error);
    if (status != PLB_OK) return status;
    status = check_format(&r, root);
    size_t items = members_of(root, "items"), scale = members_of(root, "scale");
    if (status == PLB_OK && (items > PLB_BASELINE_ITEMS_MAX || scale > PLB_BASELINE_ITEMS_MAX))
        status = refuse(&r, "at most 20000 items");
    if (status == PLB_OK) {
        r.baseline = plb_baseline_new(items, scale);
        status = r.baseline != NULL
                     ? read_root(&r, root)
                     : plb_fail(error, PLB_E_MEMORY, name, "no memory for a baseline");
    }
    json_decref(root);
    if (status == PLB_OK) {
        *baseline = r.baseline;
    } else {
        plb_baseline_free(r.baseline);
    }
    return status;
}
