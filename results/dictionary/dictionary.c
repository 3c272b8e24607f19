/* Looking things up in the tables. */
#include "results/dictionary/dictionary.h"

#include <ctype.h>
#include <fnmatch.h>
#include <string.h>

#include "results/json.h"

#define TYPE_BYTES 64

static const plb_record *const tables[] = {
    plb_records_calls,  plb_records_blocks, plb_records_design,  plb_records_sweep,
    plb_records_fit,    plb_records_study,  plb_records_models,  plb_records_run,
    plb_records_store,  plb_records_report, plb_records_compare, plb_records_programs,
    plb_records_ledger, plb_records_trace,  plb_records_about,   plb_records_groups,
};
#define TABLE_COUNT (sizeof tables / sizeof *tables)

/* ---- Records ---- */

const plb_record *plb_dictionary_record(size_t index) {
    for (size_t t = 0; t < TABLE_COUNT; t++) {
        for (const plb_record *record = tables[t]; record->name != NULL; record++) {
            if (index-- == 0) return record;
        }
    }
    return NULL;
}

/* What stands behind the last '/' of a file's name. */
static const char *base_name(const char *name) {
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

const plb_record *plb_dictionary_record_of(const char *name) {
    const plb_record *record, *alike = NULL;
    const char *base = base_name(name);
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        if (strcmp(record->name, name) == 0 || strcmp(record->name, base) == 0) return record;
        bool pattern = strchr(record->name, '*') != NULL;
        if (alike == NULL && pattern && fnmatch(record->name, base, 0) == 0) alike = record;
    }
    return alike;
}

const plb_record *plb_dictionary_type(const plb_field *field) {
    char name[TYPE_BYTES];
    size_t length = strcspn(field->type, "?[");
    if (length >= sizeof name) return NULL;
    memcpy(name, field->type, length);
    name[length] = '\0';
    const plb_record *record;
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        if (strcmp(record->name, name) == 0) return record;
    }
    return NULL;
}

/* ---- Paths ---- */

/* One step of a path: a name, or an index, which is told by its '['. `next` is what follows. */
typedef struct step {
    const char *start;
    size_t length;
    const char *next;
} step;

static step step_at(const char *path) {
    step s = {.start = path};
    if (path[0] == '[') {
        s.length = strcspn(path, "]") + (strchr(path, ']') != NULL);
    } else {
        s.length = strcspn(path, ".[");
    }
    s.next = path + s.length;
    if (s.next[0] == '.') s.next++;
    return s;
}

static bool step_matches(step pattern, step real) {
    bool index = real.length > 0 && real.start[0] == '[';
    if (pattern.start[0] == '[') return index;
    if (pattern.length == 1 && pattern.start[0] == '*') return !index && real.length > 0;
    return pattern.length == real.length && memcmp(pattern.start, real.start, real.length) == 0;
}

/* What follows in `path` behind what `pattern` matches; NULL: it does not. */
static const char *behind(const char *pattern, const char *path) {
    while (*pattern != '\0') {
        step wanted = step_at(pattern), real = step_at(path);
        if (*path == '\0' || !step_matches(wanted, real)) return NULL;
        pattern = wanted.next;
        path = real.next;
    }
    return path;
}

/* What follows behind the indices that an array's type allows. */
static const char *behind_indices(const char *type, const char *path) {
    for (const char *bracket = strchr(type, '['); bracket != NULL; bracket++) {
        if (*bracket == '[' && *path == '[') path = step_at(path).next;
        if (*bracket == '\0') break;
    }
    return path;
}

/* Whether `pattern` is of something inside of `path`. */
static bool is_inside(const char *pattern, const char *path) {
    while (*path != '\0' && *pattern != '\0') {
        step wanted = step_at(pattern), real = step_at(path);
        if (!step_matches(wanted, real)) return false;
        pattern = wanted.next;
        path = real.next;
    }
    return *path == '\0' && *pattern != '\0';
}

/* The field at a path; without one, *has_inside says whether there are any inside of it. */
static const plb_field *find(const plb_record *record, const char *path, bool *has_inside) {
    *has_inside = false;
    /* A group is entered with what is left of the path, which ever gets shorter. */
    while (record != NULL && *path != '\0') {
        const plb_record *inner = NULL;
        const char *rest = NULL;
        for (size_t i = 0; i < record->field_count && inner == NULL; i++) {
            const plb_field *field = &record->fields[i];
            *has_inside = *has_inside || is_inside(field->path, path);
            rest = behind(field->path, path);
            if (rest == NULL) continue;
            rest = behind_indices(field->type, rest);
            if (*rest == '\0' || strcmp(field->type, "any") == 0) return field;
            inner = plb_dictionary_type(field);
        }
        record = inner;
        path = rest != NULL ? rest : "";
    }
    return NULL;
}

const plb_field *plb_dictionary_field(const plb_record *record, const char *path) {
    bool has_inside;
    return find(record, path, &has_inside);
}

bool plb_dictionary_has(const plb_record *record, const char *path) {
    bool has_inside;
    return find(record, path, &has_inside) != NULL || has_inside;
}

/* ---- Search ---- */

static const char *last_name(const char *path) {
    const char *dot = strrchr(path, '.');
    return dot != NULL ? dot + 1 : path;
}

static bool contains(const char *text, const char *word) {
    size_t length = strlen(word);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, length) == 0) return true;
    }
    return false;
}

/* 0: it is what `word` means, 2: it has the word; 3: neither. */
static int rank_of(const plb_field *field, const char *word) {
    if (strcmp(field->path, word) == 0) return 0;
    if (strcmp(last_name(field->path), word) == 0) return 1;
    return contains(field->path, word) ? 2 : 3;
}

size_t plb_dictionary_search(const char *word, const plb_field **fields, const plb_record **records,
                             size_t most) {
    size_t found = 0;
    const plb_record *record;
    for (int rank = 0; rank < 3; rank++) {
        for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
            for (size_t k = 0; k < record->field_count; k++) {
                if (rank_of(&record->fields[k], word) != rank) continue;
                if (found < most) {
                    fields[found] = &record->fields[k];
                    records[found] = record;
                }
                found++;
            }
        }
    }
    return found;
}

/* ---- Export ---- */

static json_t *field_json(const plb_field *field) {
    json_t *o = json_object();
    json_object_set_new(o, "path", json_string(field->path));
    json_object_set_new(o, "type", json_string(field->type));
    json_object_set_new(o, "unit", json_string(field->unit));
    json_object_set_new(o, "definition", json_string(field->definition));
    json_object_set_new(o, "method", json_string(field->method));
    json_object_set_new(o, "source", json_string(field->source));
    return o;
}

plb_status plb_dictionary_json(char **text, plb_error *error) {
    static const char *const kinds[] = {[PLB_RECORD_JSON] = "json",
                                        [PLB_RECORD_TABLE] = "table",
                                        [PLB_RECORD_LINES] = "lines",
                                        [PLB_RECORD_PRINTED] = "printed",
                                        [PLB_RECORD_GROUP] = "group"};
    json_t *whole = json_object(), *list = json_array();
    const plb_record *record;
    *text = NULL;
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        json_t *o = json_object(), *fields = json_array();
        for (size_t k = 0; k < record->field_count; k++) {
            json_array_append_new(fields, field_json(&record->fields[k]));
        }
        json_object_set_new(o, "name", json_string(record->name));
        json_object_set_new(o, "kind", json_string(kinds[record->kind]));
        json_object_set_new(o, "written_by", json_string(record->written_by));
        json_object_set_new(o, "about", json_string(record->about));
        json_object_set_new(o, "fields", fields);
        json_array_append_new(list, o);
    }
    json_object_set_new(whole, "records", list);
    return plb_json_take_text(whole, text, error);
}
