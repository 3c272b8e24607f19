/* Models in the place of those that a file has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/model/write.h"
#include "harness/json_input.h"
#include "harness/machine/cost_json.h"
#include "results/format.h"

/* How a list is laid out in a file: what is before its first element, and between the others, and
 * before its end. */
typedef struct layout {
    const char *before, *end;
    int before_length, end_length;
} layout;

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static layout layout_of(const char *list, size_t length) {
    layout l = {.before = list + 1, .end = list + length - 1};
    while (l.before + l.before_length < l.end && is_space(l.before[l.before_length]))
        l.before_length++;
    while (l.end > l.before && is_space(l.end[-1])) l.end--;
    l.end_length = (int) (list + length - 1 - l.end);
    return l;
}

/* `spaced`: elements are on one line, with a blank between them: "[1, 2]". */
static void print_list(FILE *out, const json_t *values, const layout *l, bool spaced) {
    const char *key;
    json_t *value;
    size_t index;
    bool named = json_is_object(values), any = false;
    fputc(named ? '{' : '[', out);
    if (named) {
        json_object_foreach((json_t *) values, key, value) {
            fprintf(out, "%s%.*s\"%s\": %lld", any ? "," : "", l->before_length, l->before, key,
                    (long long) json_integer_value(value));
            any = true;
        }
    } else {
        json_array_foreach(values, index, value) {
            fprintf(out, "%s%.*s%lld",
                    index == 0 ? ""
                    : spaced   ? ", "
                               : ",",
                    spaced && index > 0 ? 0 : l->before_length, l->before,
                    (long long) json_integer_value(value));
        }
    }
    fprintf(out, "%.*s%c", l->end_length, l->end, named ? '}' : ']');
}

static plb_status replace(const char *text, size_t begin, size_t end, const json_t *values,
                          char **made, plb_error *error) {
    size_t length;
    layout l = layout_of(text + begin, end - begin);
    bool spaced = memchr(text + begin, '\n', end - begin) == NULL &&
                  memmem(text + begin, end - begin, ", ", 2) != NULL;
    FILE *out = open_memstream(made, &length);
    if (out) {
        fwrite(text, 1, begin, out);
        print_list(out, values, &l, spaced);
        fputs(text + end, out);
    }
    return plb_text_close(out, made, error);
}

static bool same_values(const char *text, size_t length, const json_t *values) {
    json_t *old = json_loadb(text, length, 0, NULL);
    bool same = json_equal(old, values);
    json_decref(old);
    return same;
}

/* In place of the list from `begin` to `end`. */
static plb_status put_at(const plb_costs_writing *w, bool genesis, size_t begin, size_t end,
                         char **text) {
    json_t *values;
    plb_costs_naming naming = (*text)[begin] == '[' ? PLB_AS_ARRAY
                              : genesis             ? PLB_BY_GENESIS_NAME
                                                    : PLB_BY_NAME;
    plb_status status = plb_costs_parameters_json(w, naming, &values);
    if (!status && !same_values(*text + begin, end - begin, values)) {
        char *made = NULL;
        status = replace(*text, begin, end, values, &made, w->error);
        if (!status) {
            free(*text);
            *text = made;
        }
    }
    json_decref(values);
    return status;
}

/* The era of a model for a file: a protocol version that was only assumed yields to the file's. */
static plb_era era_for(const plb_costs *costs, plb_era era, const plb_cost_text *look) {
    if (era.protocol_version != 0 || !costs->source.version_assumed || look->protocol_version == 0)
        return era;
    return (plb_era){plb_costs_era(costs, era).language, look->protocol_version};
}

/* The text with the model in it, which takes the place of *text. */
static plb_status put(const plb_costs *costs, plb_era era, const char *name, char **text,
                      plb_costs_findings *findings, plb_error *error) {
    plb_json_path path = {.name = name, .text = *text, .length = strlen(*text)};
    plb_cost_text look;
    size_t begin, end;
    plb_status status = plb_cost_text_look(&look, name, *text, path.length, error);
    if (status) return status;
    const plb_costs_writing w = {
        .costs = costs, .era = era_for(costs, era, &look), .findings = findings, .error = error};
    plb_language language = plb_costs_era(costs, w.era).language;
    const char *key = language == PLB_LANGUAGE_NEWEST ? NULL : look.keys[language - 1];
    if (look.wrapped) plb_json_enter(&path, "costModels");
    if (key) plb_json_enter(&path, key);
    if (!key || !plb_json_span(&path, &begin, &end) || !strchr("[{", (*text)[begin]))
        return plb_json_fail(&path, error, PLB_E_COST_MODEL,
                             "expected a cost model for %s to replace: there is none",
                             plb_language_name(language));
    return put_at(&w, look.genesis, begin, end, text);
}

plb_status plb_costs_write_into(const plb_costs *const *costs, size_t count, plb_era era,
                                const char *name, const char *base, size_t length, char **text,
                                plb_costs_findings *findings, plb_error *error) {
    *text = NULL;
    if (memchr(base, '\0', length))
        return plb_fail(error, PLB_E_PARSE, name, "expected JSON, got a NUL byte");
    char *made = malloc(length + 1);
    if (!made) return plb_fail(error, PLB_E_MEMORY, name, "no memory for it");
    memcpy(made, base, length);
    made[length] = '\0';
    plb_status status = PLB_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = put(costs[i], era, name, &made, findings, error);
    if (status) {
        free(made);
        return status;
    }
    *text = made;
    return PLB_OK;
}
