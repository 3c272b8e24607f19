/* The figures in a summary: every object with a value, an interval and a unit, by its path. */
#include <stdlib.h>
#include <string.h>

#include "results/json_walk.h"
#include "results/run/run.h"

#define FIGURES_MOST 65536

typedef struct finding {
    plb_run *run;
    size_t capacity;
    bool short_of_memory;
} finding;

static bool is_figure(const json_t *value) {
    return json_is_number(json_object_get(value, "value")) &&
           json_is_number(json_object_get(value, "low")) &&
           json_is_number(json_object_get(value, "high")) &&
           json_is_string(json_object_get(value, "unit"));
}

static double number_of(const json_t *figure, const char *key) {
    return json_number_value(json_object_get(figure, key));
}

static bool keep_figure(finding *f, const char *path, const json_t *value) {
    plb_run *run = f->run;
    if (run->facts.figure_count == f->capacity) {
        size_t capacity = f->capacity ? 2 * f->capacity : 64;
        plb_run_figure *grown = realloc(run->figures, capacity * sizeof *grown);
        if (!grown) return false;
        run->figures = grown;
        f->capacity = capacity;
    }
    const char *name = plb_run_copy_text(run, path, strlen(path));
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

static plb_json_step find_figure(void *context, const char *path, const json_t *value) {
    finding *f = context;
    if (!is_figure(value)) return PLB_JSON_ENTER;
    f->short_of_memory = !keep_figure(f, path, value);
    bool full = f->run->facts.figure_count == FIGURES_MOST;
    return f->short_of_memory || full ? PLB_JSON_STOP : PLB_JSON_PASS;
}

plb_status plb_run_find_figures(plb_run *run, const json_t *summary, plb_error *error) {
    finding f = {.run = run};
    plb_json_walk(summary, find_figure, &f);
    return f.short_of_memory ? plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a run's figures")
                             : PLB_OK;
}
