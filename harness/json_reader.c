#include "harness/json_reader.h"

#include <stdio.h>
#include <string.h>

#define NAMES_BYTES 512

plb_status plb_json_expected(plb_json_reader *reader, const char *what, const json_t *value) {
    return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE, "expected %s, got %s", what,
                         plb_json_type_name(value));
}

/* ---- Values ---- */

plb_status plb_json_read_text(plb_json_reader *reader, const json_t *value, const char **text) {
    if (!json_is_string(value)) return plb_json_expected(reader, "a string", value);
    if (json_string_length(value) == 0) {
        return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                             "expected a string that is not empty");
    }
    *text = json_string_value(value);
    return PLB_OK;
}

static plb_status read_ratio(plb_json_reader *reader, const json_t *value, double most,
                             double *number) {
    if (!json_is_number(value)) return plb_json_expected(reader, "a number", value);
    double got = json_number_value(value);
    if (!(got > 0 && got <= most)) {
        return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                             "expected a number above 0 and up to %.15g, got %.15g", most, got);
    }
    *number = got;
    return PLB_OK;
}

plb_status plb_json_read_whole(plb_json_reader *reader, const json_t *value, uint64_t least,
                               uint64_t most, uint64_t *number) {
    int64_t got = 0;
    plb_status status = plb_json_int64(&reader->path, value, PLB_E_PARSE, &got, reader->error);
    if (status != PLB_OK) return status;
    if (got < 0 || (uint64_t) got < least || (uint64_t) got > most) {
        return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                             "expected a whole number from %llu to %llu, got %lld",
                             (unsigned long long) least, (unsigned long long) most,
                             (long long) got);
    }
    *number = (uint64_t) got;
    return PLB_OK;
}

static plb_status read_boolean(plb_json_reader *reader, const json_t *value, bool *yes) {
    *yes = json_is_true(value);
    return json_is_boolean(value) ? PLB_OK : plb_json_expected(reader, "true or false", value);
}

plb_status plb_json_read_choice(plb_json_reader *reader, const json_t *value,
                                const char *const *choices, int *choice) {
    char names[NAMES_BYTES] = "";
    size_t used = 0;
    for (int i = 0; choices[i] != NULL && used < sizeof names; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), choices[i]) == 0) {
            *choice = i;
            return PLB_OK;
        }
        used += (size_t) snprintf(names + used, sizeof names - used, "%s\"%s\"", i > 0 ? ", " : "",
                                  choices[i]);
    }
    return json_is_string(value)
               ? plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                               "expected one of %s, got \"%.60s\"", names, json_string_value(value))
               : plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                               "expected one of %s, got %s", names, plb_json_type_name(value));
}

/* ---- Objects ---- */

static plb_status read_field(plb_json_reader *reader, const plb_json_field *field,
                             const json_t *value) {
    void *at = (char *) reader->target + field->offset;
    switch (field->kind) {
    case PLB_JSON_TEXT: return plb_json_read_text(reader, value, at);
    case PLB_JSON_RATIO: return read_ratio(reader, value, field->most, at);
    case PLB_JSON_WHOLE:
        return plb_json_read_whole(reader, value, (uint64_t) field->least, (uint64_t) field->most,
                                   at);
    case PLB_JSON_BOOLEAN: return read_boolean(reader, value, at);
    case PLB_JSON_OBJECT: return plb_json_read_object(reader, value, field->fields);
    case PLB_JSON_OTHER: return field->read(reader, value, at);
    case PLB_JSON_IGNORED: break;
    }
    return json_is_string(value) ? PLB_OK : plb_json_expected(reader, "a string", value);
}

static plb_status unknown_field(plb_json_reader *reader, const plb_json_field *fields) {
    char names[NAMES_BYTES] = "";
    for (size_t used = 0; fields->key != NULL && used < sizeof names; fields++) {
        used += (size_t) snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                                  fields->key);
    }
    return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                         "unknown field: expected one of %s", names);
}

plb_status plb_json_read_object(plb_json_reader *reader, const json_t *object,
                                const plb_json_field *fields) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) return plb_json_expected(reader, "an object", object);
    for (const plb_json_field *f = fields; f->key != NULL; f++) {
        if (f->required && json_object_get(object, f->key) == NULL) {
            return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                                 "expected a field \"%s\"", f->key);
        }
    }
    json_object_foreach((json_t *) object, key, value) {
        const plb_json_field *f = fields;
        while (f->key != NULL && strcmp(f->key, key) != 0) f++;
        plb_json_enter(&reader->path, key);
        plb_status status =
            f->key != NULL ? read_field(reader, f, value) : unknown_field(reader, fields);
        if (status != PLB_OK) return status;
        plb_json_leave(&reader->path);
    }
    return PLB_OK;
}
