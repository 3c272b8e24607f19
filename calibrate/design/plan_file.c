#include "calibrate/design/plan_file.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "harness/json_reader.h"

#define TIME_MOST_S 1e6
#define NAMES_BYTES 512

static plb_sweep *sweep_of(plb_json_reader *r) { return &((plb_plan_file *) r->target)->sweep; }

/* ---- Factors ---- */

/* Keys are the names of factors with '_' for '-'. */
static plb_factor factor_of_key(const char *key) {
    return strchr(key, '-') == NULL ? plb_factor_find(key, strlen(key)) : PLB_FACTOR_COUNT;
}

static plb_status unknown_factor(plb_json_reader *r) {
    char names[NAMES_BYTES] = "";
    size_t used = 0;
    for (unsigned i = 0; i < PLB_FACTOR_COUNT && used < sizeof names; i++) {
        used += (size_t) snprintf(names + used, sizeof names - used, "%s%s", i > 0 ? ", " : "",
                                  plb_factor_get(i)->name);
    }
    for (char *c = names; *c != '\0'; c++) {
        *c = *c == '-' ? '_' : *c;
    }
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "unknown factor: expected one of %s",
                         names);
}

static bool is_yes_or_no(const plb_factor_info *info) {
    return info->levels != NULL && strcmp(info->levels[0], "no") == 0;
}

static plb_status read_level(plb_json_reader *r, const plb_factor_info *info, const json_t *value,
                             uint64_t *level) {
    int choice = 0;
    plb_status status = plb_json_read_choice(r, value, info->levels, &choice);
    *level = (uint64_t) choice;
    return status;
}

static plb_status read_factor_value(plb_json_reader *r, plb_factor factor, const json_t *value,
                                    uint64_t *number) {
    const plb_factor_info *info = plb_factor_get(factor);
    if (is_yes_or_no(info)) {
        *number = json_is_true(value);
        return json_is_boolean(value) ? PLB_OK : plb_json_expected(r, "true or false", value);
    }
    return info->levels != NULL ? read_level(r, info, value, number)
                                : plb_json_read_whole(r, value, info->least, info->most, number);
}

/* What the sweep itself finds wrong, with the place. */
static plb_status told(plb_json_reader *r, plb_status status, const plb_error *why) {
    return status == PLB_OK
               ? PLB_OK
               : plb_json_fail(&r->path, r->error, PLB_E_PARSE, "%.400s", why->message);
}

static plb_status read_fixed_factor(plb_json_reader *r, plb_factor factor, const json_t *value) {
    uint64_t number;
    plb_error why;
    plb_status status = read_factor_value(r, factor, value, &number);
    return status == PLB_OK ? told(r, plb_sweep_fix(sweep_of(r), factor, number, &why), &why)
                            : status;
}

static plb_status read_varied_factor(plb_json_reader *r, plb_factor factor, const json_t *value) {
    size_t count = json_array_size(value);
    if (!json_is_array(value)) {
        return plb_json_expected(r, "an array of values", value);
    }
    if (count < 2 || count > PLB_SWEEP_POINTS_MAX) {
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected 2 to %d values, got %zu",
                             PLB_SWEEP_POINTS_MAX, count);
    }
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        plb_error why;
        plb_json_enter_index(&r->path, i);
        plb_status status = read_factor_value(r, factor, json_array_get(value, i), &number);
        if (status == PLB_OK) {
            status = told(r, plb_sweep_vary(sweep_of(r), factor, number, &why), &why);
        }
        if (status != PLB_OK) {
            return status;
        }
        plb_json_leave(&r->path);
    }
    return PLB_OK;
}

static plb_status read_factors(plb_json_reader *r, const json_t *object,
                               plb_status (*read)(plb_json_reader *r, plb_factor factor,
                                                  const json_t *value)) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return plb_json_expected(r, "an object", object);
    }
    json_object_foreach((json_t *) object, key, value) {
        plb_factor factor = factor_of_key(key);
        plb_json_enter(&r->path, key);
        plb_status status = factor != PLB_FACTOR_COUNT ? read(r, factor, value) : unknown_factor(r);
        if (status != PLB_OK) {
            return status;
        }
        plb_json_leave(&r->path);
    }
    return PLB_OK;
}

/* ---- The plan ---- */

static plb_status read_language(plb_json_reader *r, const json_t *value, void *field) {
    static const char *const names[] = {"v1", "v2", "v3", NULL};
    int choice = 0;
    plb_status status = plb_json_read_choice(r, value, names, &choice);
    *(plb_language *) field = (plb_language) (PLB_PLUTUS_V1 + choice);
    return status;
}

static plb_status read_fixed(plb_json_reader *r, const json_t *value, void *field) {
    (void) field;
    return read_factors(r, value, read_fixed_factor);
}

static plb_status read_vary(plb_json_reader *r, const json_t *value, void *field) {
    (void) field;
    return read_factors(r, value, read_varied_factor);
}

static plb_status read_seed(plb_json_reader *r, const json_t *value, void *field) {
    return plb_json_read_whole(r, value, 1, INT64_MAX, field);
}

#define AT(member) .offset = offsetof(plb_plan_file, member)
#define TEXT(name, member)                                                                         \
    { .key = (name), .kind = PLB_JSON_TEXT, AT(member) }
#define NUMBER(name, member, up_to)                                                                \
    { .key = (name), .kind = PLB_JSON_RATIO, AT(member), .most = (up_to) }
#define OTHER(name, member, reads)                                                                 \
    { .key = (name), .kind = PLB_JSON_OTHER, AT(member), .read = (reads) }
#define REQUIRED_TEXT(name, member)                                                                \
    { .key = (name), .kind = PLB_JSON_TEXT, AT(member), .required = true }

static const plb_json_field script_fields[] = {
    REQUIRED_TEXT("file", script),
    OTHER("language", language, read_language),
    REQUIRED_TEXT("redeemer", redeemer),
    TEXT("datum", datum),
    {.key = NULL},
};

/* A name, or an object with a file. */
static plb_status read_script(plb_json_reader *r, const json_t *value, void *field) {
    plb_plan_file *plan = r->target;
    if (json_is_string(value)) {
        return plb_json_read_text(r, value, field);
    }
    if (!json_is_object(value)) {
        return plb_json_expected(r, "a script's name in the catalogue, or an object with its file",
                                 value);
    }
    plan->is_file = true;
    return plb_json_read_object(r, value, script_fields);
}

static const plb_json_field plan_fields[] = {
    {.key = "$schema", .kind = PLB_JSON_IGNORED},
    {.key = "description", .kind = PLB_JSON_IGNORED},
    {.key = "script", .kind = PLB_JSON_OTHER, AT(script), .required = true, .read = read_script},
    OTHER("fixed", sweep, read_fixed),
    OTHER("vary", sweep, read_vary),
    TEXT("strategy", strategy),
    TEXT("model", model),
    TEXT("protocol_parameters", protocol_parameters),
    NUMBER("time_s", time_s, TIME_MOST_S),
    NUMBER("precision", precision, 1),
    OTHER("seed", seed, read_seed),
    {.key = "pin", .kind = PLB_JSON_BOOLEAN, AT(pin)},
    TEXT("out", out),
    {.key = NULL},
};

static plb_status check_loops(plb_json_reader *r) {
    const plb_plan_file *plan = r->target;
    const plb_sweep *sweep = &plan->sweep;
    bool given = sweep->given[PLB_FACTOR_LOOPS] || sweep->varied[PLB_FACTOR_LOOPS].count > 0;
    if (plan->strategy == NULL || !given) {
        return PLB_OK;
    }
    plb_json_enter(&r->path, "strategy");
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                         "loops are given as well: expected these or a strategy");
}

plb_status plb_plan_file_read(plb_plan_file *plan, const char *name, const char *json,
                              size_t length, plb_error *error) {
    plb_json_reader r = {
        .path = {.name = name, .text = json, .length = length}, .target = plan, .error = error};
    *plan = (plb_plan_file){0};
    plb_sweep_init(&plan->sweep);
    plb_status status = plb_json_parse(&r.path, &plan->root, error);
    if (status != PLB_OK) {
        plan->root = NULL;
        return status;
    }
    status = plb_json_read_object(&r, plan->root, plan_fields);
    return status == PLB_OK ? check_loops(&r) : status;
}

void plb_plan_file_free(plb_plan_file *plan) {
    json_decref(plan->root);
    plan->root = NULL;
}
