/* The figures in a summary: every object with a value, an interval and a unit, by its path. */
#include <stdlib.h>
#include <string.h>

#include "results/run/run.h"

#define DEPTH 12 /* deeper ones are not looked for */
#define PATH_BYTES 512
#define FIGURES_MOST 65536

/* Where the walk is: in an object or an array, at one of its members. */
typedef struct level {
    const json_t *value;
    void *at;     /* of an object */
    size_t index; /* of an array */
    size_t path;  /* length */
} level;

typedef struct walk {
    plb_run *run;
    size_t capacity;
    level levels[DEPTH];
    size_t depth;
    char path[PATH_BYTES];
} walk;

static bool is_figure(const json_t *value) {
    return json_is_number(json_object_get(value, "value")) &&
           json_is_number(json_object_get(value, "low")) &&
           json_is_number(json_object_get(value, "high")) &&
           json_is_string(json_object_get(value, "unit"));
}

static double number_of(const json_t *figure, const char *key) {
    return json_number_value(json_object_get(figure, key));
}

static bool keep_figure(walk *w, const json_t *value) {
    plb_run *run = w->run;
    if (run->facts.figure_count == w->capacity) {
        size_t capacity = w->capacity ? 2 * w->capacity : 64;
        plb_run_figure *grown = realloc(run->figures, capacity * sizeof *grown);
        if (!grown) return false;
        run->figures = grown;
        w->capacity = capacity;
    }
    const char *name = plb_run_copy_text(run, w->path, strlen(w->path));
    const char *method = json_string_value(json_object_get(value, "method"));
    if (!name) return false;
    run->figures[run->facts.figure_count++] =
        (plb_run_figure){.name = name,
                         .unit = json_string_value(json_object_get(value, "unit")),
                         .estimate = {.value = number_of(value, "value"),
                                      .low = number_of(value, "low"),
                                      .high = number_of(value, "high"),
                                      .level = number_of(value, "level"),
                                      .count = (size_t) number_of(value, "rounds"),
                                      .block_length = number_of(value, "block_length_rounds"),
                                      .resamples = (uint32_t) number_of(value, "resamples"),
                                      .freedom = number_of(value, "degrees_of_freedom"),
                                      .method = method ? method : ""}};
    run->facts.figures = run->figures;
    return true;
}

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
static const json_t *next_member(walk *w, level *l) {
    size_t room = sizeof w->path - l->path;
    if (json_is_array(l->value)) {
        const json_t *element = json_array_get(l->value, l->index);
        const char *label = label_of(element);
        if (label) {
            (void) snprintf(w->path + l->path, room, "[%s]", label);
        } else {
            (void) snprintf(w->path + l->path, room, "[%zu]", l->index);
        }
        l->index++;
        return element;
    }
    json_t *object = (json_t *) (uintptr_t) l->value; /* only read */
    l->at = l->at ? json_object_iter_next(object, l->at) : json_object_iter(object);
    if (!l->at) return NULL;
    (void) snprintf(w->path + l->path, room, "%s%s", l->path > 0 ? "." : "",
                    json_object_iter_key(l->at));
    return json_object_iter_value(l->at);
}

static void enter(walk *w, const json_t *value) {
    if (w->depth == DEPTH || (!json_is_object(value) && !json_is_array(value))) return;
    w->levels[w->depth++] = (level){.value = value, .path = strlen(w->path)};
}

plb_status plb_run_find_figures(plb_run *run, const json_t *summary, plb_error *error) {
    walk w = {.run = run};
    if (summary) enter(&w, summary);
    while (w.depth > 0 && run->facts.figure_count < FIGURES_MOST) {
        level *l = &w.levels[w.depth - 1];
        const json_t *value = next_member(&w, l);
        if (!value) {
            w.depth--;
        } else if (!is_figure(value)) {
            enter(&w, value);
        } else if (!keep_figure(&w, value)) {
            return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a run's figures");
        }
    }
    return PLB_OK;
}
