/* Sweeps over design points as measure.json has them. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/overhead/overhead.h"
#include "harness/json_input.h"

#define NAME_BYTES 64
#define NUMBER_MOST 1e15 /* ns: eleven days */

typedef struct reader {
    plb_json_path path;
    plb_error *error;
} reader;

/* ---- Members ---- */

static plb_status expected(reader *r, const char *what, const json_t *value) {
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected %s, got %s", what,
                         value != NULL ? plb_json_type_name(value) : "nothing");
}

static plb_status read_text(reader *r, const json_t *object, const char *key, char *text,
                            size_t bytes) {
    const json_t *value = json_object_get(object, key);
    plb_json_enter(&r->path, key);
    if (!json_is_string(value)) return expected(r, "a string", value);
    (void) snprintf(text, bytes, "%s", json_string_value(value));
    plb_json_leave(&r->path);
    return PLB_OK;
}

/* Whole and not negative. */
static plb_status read_count(reader *r, const json_t *object, const char *key, uint64_t *count) {
    const json_t *value = json_object_get(object, key);
    int64_t number = -1;
    plb_json_enter(&r->path, key);
    if (value == NULL) return expected(r, "a number", value);
    plb_status status = plb_json_int64(&r->path, value, PLB_E_PARSE, &number, r->error);
    if (status != PLB_OK) return status;
    if (number < 0)
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                             "expected a number that is not negative, got %lld",
                             (long long) number);
    plb_json_leave(&r->path);
    *count = (uint64_t) number;
    return PLB_OK;
}

static plb_status read_number(reader *r, const json_t *object, const char *key, double *number) {
    const json_t *value = json_object_get(object, key);
    plb_json_enter(&r->path, key);
    if (!json_is_number(value)) return expected(r, "a number", value);
    *number = json_number_value(value);
    if (fabs(*number) > NUMBER_MOST)
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected at most %g, got %g",
                             NUMBER_MOST, *number);
    plb_json_leave(&r->path);
    return PLB_OK;
}

static plb_status read_object(reader *r, const json_t *object, const char *key,
                              const json_t **member) {
    *member = json_object_get(object, key);
    plb_json_enter(&r->path, key);
    return json_is_object(*member) ? PLB_OK : expected(r, "an object", *member);
}

/* ---- Design points ---- */

/* Files of versions that did not tell have what stretches of epochs leave at most. */
static double freedom_of(const json_t *estimate) {
    double freedom = json_number_value(json_object_get(estimate, "degrees_of_freedom"));
    return freedom >= 1 ? freedom : PLB_STRETCH_FREEDOM;
}

static plb_status read_estimate(reader *r, const json_t *point, const char *key,
                                plb_estimate *estimate) {
    const json_t *value = NULL;
    plb_status status = read_object(r, point, key, &value);
    *estimate = (plb_estimate){.level = 0.95, .method = "as measured"};
    if (status == PLB_OK) status = read_number(r, value, "value", &estimate->value);
    if (status == PLB_OK) status = read_number(r, value, "low", &estimate->low);
    if (status == PLB_OK) status = read_number(r, value, "high", &estimate->high);
    if (status != PLB_OK) return status;
    if (estimate->low > estimate->value || estimate->value > estimate->high)
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                             "expected a value within its interval, got %g in [%g, %g]",
                             estimate->value, estimate->low, estimate->high);
    estimate->freedom = freedom_of(value);
    plb_json_leave(&r->path);
    return PLB_OK;
}

/* A number, the name of a level, true or false; null is how it is when nothing is said. */
static plb_status read_setting(reader *r, plb_factor factor, const json_t *value,
                               uint64_t *setting) {
    char text[NAME_BYTES];
    plb_error why;
    if (json_is_null(value)) return PLB_OK;
    if (json_is_boolean(value))
        (void) snprintf(text, sizeof text, "%s", json_is_true(value) ? "yes" : "no");
    else if (json_is_integer(value))
        (void) snprintf(text, sizeof text, "%lld", (long long) json_integer_value(value));
    else if (json_is_string(value))
        (void) snprintf(text, sizeof text, "%s", json_string_value(value));
    else
        return expected(r, "a number, a name or null", value);
    if (plb_factor_parse(factor, text, setting, &why) == PLB_OK) return PLB_OK;
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "%s", why.message);
}

static plb_status read_settings(reader *r, const json_t *point, plb_overhead_point *out) {
    const json_t *settings = NULL;
    const char *key;
    json_t *value;
    plb_status status = read_object(r, point, "settings", &settings);
    for (unsigned f = 0; f < PLB_FACTOR_COUNT; f++) out->settings[f] = plb_factor_get(f)->standard;
    if (status != PLB_OK) return status;
    json_object_foreach((json_t *) settings, key, value) {
        plb_factor factor = plb_factor_find(key, strlen(key));
        plb_json_enter(&r->path, key);
        if (factor == PLB_FACTOR_COUNT)
            return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                                 "expected what design points may differ in, such as calls");
        status = read_setting(r, factor, value, &out->settings[factor]);
        if (status != PLB_OK) return status;
        plb_json_leave(&r->path);
    }
    plb_json_leave(&r->path);
    return PLB_OK;
}

static plb_status read_charged(reader *r, const json_t *point, plb_overhead_point *out) {
    const json_t *charged = NULL;
    uint64_t steps = 0, memory = 0;
    plb_status status = read_object(r, point, "charged", &charged);
    if (status == PLB_OK) status = read_count(r, charged, "steps", &steps);
    if (status == PLB_OK) status = read_count(r, charged, "memory", &memory);
    out->charged = (plb_exunits){.memory = (int64_t) memory, .steps = (int64_t) steps};
    if (status == PLB_OK) plb_json_leave(&r->path);
    return status;
}

static plb_status read_point(reader *r, const json_t *point, plb_overhead_point *out) {
    if (!json_is_object(point)) return expected(r, "a design point", point);
    plb_status status = read_text(r, point, "label", out->label, sizeof out->label);
    if (status == PLB_OK) status = read_settings(r, point, out);
    if (status == PLB_OK) status = read_charged(r, point, out);
    if (status == PLB_OK) status = read_count(r, point, "fee_lovelace", &out->fee);
    if (status == PLB_OK) status = read_count(r, point, "transaction_bytes", &out->size_bytes);
    if (status == PLB_OK)
        status = read_count(r, point, "script_bytes", &out->settings[PLB_FACTOR_SCRIPT_BYTES]);
    if (status == PLB_OK)
        status = read_count(r, point, "datum_bytes", &out->settings[PLB_FACTOR_DATUM_BYTES]);
    if (status == PLB_OK && json_object_get(point, "datum_nodes") != NULL)
        status = read_count(r, point, "datum_nodes", &out->settings[PLB_FACTOR_DATUM_NODES]);
    if (status == PLB_OK) status = read_estimate(r, point, "overhead", &out->overhead_ns);
    return status == PLB_OK ? read_estimate(r, point, "null_experiment", &out->null_ns) : status;
}

static plb_status read_points(reader *r, const json_t *root, plb_overhead_run *run) {
    const json_t *points = json_object_get(root, "design_points");
    plb_json_enter(&r->path, "design_points");
    size_t count = json_array_size(points);
    if (count == 0 || count > PLB_SWEEP_POINTS_MAX)
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                             "expected an array of 1 to %d design points, got %zu",
                             PLB_SWEEP_POINTS_MAX, count);
    run->points = calloc(count, sizeof *run->points);
    if (run->points == NULL)
        return plb_fail(r->error, PLB_E_MEMORY, r->path.name, "no memory for design points");
    for (; run->point_count < count; run->point_count++) {
        plb_json_enter_index(&r->path, run->point_count);
        plb_status status =
            read_point(r, json_array_get(points, run->point_count), &run->points[run->point_count]);
        if (status != PLB_OK) return status;
        plb_json_leave(&r->path);
    }
    plb_json_leave(&r->path);
    return PLB_OK;
}

/* ---- Runs ---- */

static plb_status read_conditions(reader *r, const json_t *root, plb_overhead_run *run) {
    const json_t *environment = NULL, *before = NULL;
    plb_status status = read_object(r, root, "environment", &environment);
    if (status == PLB_OK) status = read_object(r, environment, "before", &before);
    if (status == PLB_OK)
        status = read_text(r, before, "cpu_model", run->processor, sizeof run->processor);
    if (status != PLB_OK) return status;
    plb_json_leave(&r->path);
    plb_json_leave(&r->path);
    /* Old files do not have it. */
    run->pace_ns = json_number_value(json_object_get(json_object_get(root, "sampling"), "pace_ns"));
    run->pace_ns = isfinite(run->pace_ns) && run->pace_ns > 0 ? run->pace_ns : 0;
    return PLB_OK;
}

static plb_status read_run(reader *r, const json_t *root, plb_overhead_run *run) {
    if (!json_is_object(root)) return expected(r, "a sweep's measure.json, an object", root);
    if (json_is_false(json_object_get(root, "measured")))
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                             "expected design points that were measured: this is of --no-measure");
    plb_status status = read_text(r, root, "script", run->script, sizeof run->script);
    if (status == PLB_OK)
        status = read_text(r, root, "language", run->language, sizeof run->language);
    if (status == PLB_OK) status = read_text(r, root, "target", run->target, sizeof run->target);
    if (status == PLB_OK) status = read_count(r, root, "protocol_version", &run->protocol_version);
    if (status == PLB_OK) status = read_conditions(r, root, run);
    return status == PLB_OK ? read_points(r, root, run) : status;
}

plb_status plb_overhead_run_read(plb_overhead_run **run, const char *name, const char *text,
                                 size_t length, plb_error *error) {
    reader r = {.path = {.name = name, .text = text, .length = length}, .error = error};
    json_t *root = NULL;
    *run = NULL;
    plb_overhead_run *made = calloc(1, sizeof *made);
    if (made == NULL) return plb_fail(error, PLB_E_MEMORY, name, "no memory for a sweep");
    (void) snprintf(made->name, sizeof made->name, "%s", name);
    plb_status status = plb_json_parse(&r.path, &root, error);
    if (status == PLB_OK) status = read_run(&r, root, made);
    json_decref(root);
    if (status != PLB_OK) {
        plb_overhead_run_free(made);
        return status;
    }
    *run = made;
    return PLB_OK;
}

void plb_overhead_run_free(plb_overhead_run *run) {
    if (run == NULL) return;
    free(run->points);
    free(run);
}
