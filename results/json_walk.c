#include "results/json_walk.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Where the walk is: in an object or an array, at one of its members. */
typedef struct level {
    const json_t *value;
    void *at;     /* of an object */
    size_t index; /* of an array */
    size_t path;  /* length */
} level;

/* What an element is called; NULL: by its number. */
static const char *label_of(const json_t *element) {
    static const char *const keys[] = {"label", "name", "benchmark"};
    const char *label = NULL;
    for (size_t i = 0; i < sizeof keys / sizeof *keys && !label; i++) {
        label = json_string_value(json_object_get(element, keys[i]));
    }
    return label && *label ? label : NULL;
}

/* The next member of the level, whose path it writes; NULL: there is none. */
static const json_t *next_member(level *l, char path[PLB_JSON_WALK_BYTES]) {
    size_t room = PLB_JSON_WALK_BYTES - l->path;
    if (json_is_array(l->value)) {
        const json_t *element = json_array_get(l->value, l->index);
        const char *label = label_of(element);
        if (label) {
            (void) snprintf(path + l->path, room, "[%s]", label);
        } else {
            (void) snprintf(path + l->path, room, "[%zu]", l->index);
        }
        l->index++;
        return element;
    }
    json_t *object = (json_t *) (uintptr_t) l->value; /* only read */
    l->at = l->at ? json_object_iter_next(object, l->at) : json_object_iter(object);
    if (!l->at) return NULL;
    (void) snprintf(path + l->path, room, "%s%s", l->path > 0 ? "." : "",
                    json_object_iter_key(l->at));
    return json_object_iter_value(l->at);
}

void plb_json_walk(const json_t *value, plb_json_visitor visit, void *context) {
    level levels[PLB_JSON_WALK_DEPTH] = {{.value = value}};
    char path[PLB_JSON_WALK_BYTES] = "";
    size_t depth = json_is_object(value) || json_is_array(value) ? 1 : 0;
    while (depth > 0) {
        const json_t *member = next_member(&levels[depth - 1], path);
        if (!member) {
            depth--;
            continue;
        }
        plb_json_step step = visit(context, path, member);
        bool holds = json_is_object(member) || json_is_array(member);
        if (step == PLB_JSON_STOP) return;
        if (step == PLB_JSON_ENTER && holds && depth < PLB_JSON_WALK_DEPTH) {
            levels[depth++] = (level){.value = member, .path = strlen(path)};
        }
    }
}
