#include "calibrate/design/plan_file.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "harness/json_input.h"

#define TIME_MOST_S 1e6
#define NAMES_BYTES 512

typedef struct reader {
    plb_json_path path;
    plb_plan_file *plan;
    plb_error *error;
} reader;

static plb_status expected(reader *r, const char *what, const json_t *value) {
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected %s, got %s", what,
                         plb_json_type_name(value));
}

/* ---- Objects ---- */

/* A member of an object: its name, and what reads its value. */
typedef struct member {
    const char *key;
    plb_status (*read)(reader *r, const json_t *value);
} member;

static plb_status unknown_key(reader *r, const member *members) {
    char names[NAMES_BYTES] = "";
    for (size_t used = 0; members->key != NULL && used < sizeof names; members++) {
        used += (size_t) snprintf(names + used, sizeof names - used, "%s%s", used > 0 ? ", " : "",
                                  members->key);
    }
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "unknown field: expected one of %s",
                         names);
}

static plb_status read_members(reader *r, const json_t *object, const member *members) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return expected(r, "an object", object);
    }
    json_object_foreach((json_t *) object, key, value) {
        const member *m = members;
        while (m->key != NULL && strcmp(m->key, key) != 0) {
            m++;
        }
        plb_json_enter(&r->path, key);
        plb_status status = m->key != NULL ? m->read(r, value) : unknown_key(r, members);
        if (status != PLB_OK) {
            return status;
        }
        plb_json_leave(&r->path);
    }
    return PLB_OK;
}

static plb_status required(reader *r, const json_t *object, const char *key) {
    if (json_object_get(object, key) != NULL) {
        return PLB_OK;
    }
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected a field \"%s\"", key);
}

/* ---- Values ---- */

static plb_status read_text(reader *r, const json_t *value, const char **text) {
    if (!json_is_string(value) || json_string_length(value) == 0) {
        return json_is_string(value) ? plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                                                     "expected a string that is not empty")
                                     : expected(r, "a string", value);
    }
    *text = json_string_value(value);
    return PLB_OK;
}

static plb_status read_number(reader *r, const json_t *value, double most, double *number) {
    if (!json_is_number(value)) {
        return expected(r, "a number", value);
    }
    double got = json_number_value(value);
    if (!(got > 0 && got <= most)) {
        return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                             "expected a number above 0 and up to %.15g, got %.15g", most, got);
    }
    *number = got;
    return PLB_OK;
}

static plb_status read_integer(reader *r, const json_t *value, uint64_t least, uint64_t most,
                               uint64_t *number) {
    int64_t got = 0;
    plb_status status = plb_json_int64(&r->path, value, PLB_E_PARSE, &got, r->error);
    if (status != PLB_OK) {
        return status;
    }
    if (got < 0 || (uint64_t) got < least || (uint64_t) got > most) {
        return plb_json_fail(
            &r->path, r->error, PLB_E_PARSE, "expected a whole number from %llu to %llu, got %lld",
            (unsigned long long) least, (unsigned long long) most, (long long) got);
    }
    *number = (uint64_t) got;
    return PLB_OK;
}

/* ---- Factors ---- */

/* Keys are the names of factors with '_' for '-'. */
static plb_factor factor_of_key(const char *key) {
    return strchr(key, '-') == NULL ? plb_factor_find(key, strlen(key)) : PLB_FACTOR_COUNT;
}

static plb_status unknown_factor(reader *r) {
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

static plb_status read_level(reader *r, const plb_factor_info *info, const json_t *value,
                             uint64_t *level) {
    char what[NAMES_BYTES] = "";
    for (size_t i = 0, used = 0; info->levels[i] != NULL && used < sizeof what; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), info->levels[i]) == 0) {
            *level = i;
            return PLB_OK;
        }
        used += (size_t) snprintf(what + used, sizeof what - used, "%s\"%s\"", i > 0 ? ", " : "",
                                  info->levels[i]);
    }
    return json_is_string(value)
               ? plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected one of %s, got \"%.60s\"",
                               what, json_string_value(value))
               : plb_json_fail(&r->path, r->error, PLB_E_PARSE, "expected one of %s, got %s", what,
                               plb_json_type_name(value));
}

static plb_status read_factor_value(reader *r, plb_factor factor, const json_t *value,
                                    uint64_t *number) {
    const plb_factor_info *info = plb_factor_get(factor);
    if (is_yes_or_no(info)) {
        *number = json_is_true(value);
        return json_is_boolean(value) ? PLB_OK : expected(r, "true or false", value);
    }
    return info->levels != NULL ? read_level(r, info, value, number)
                                : read_integer(r, value, info->least, info->most, number);
}

/* What the sweep itself finds wrong, with the place. */
static plb_status told(reader *r, plb_status status, const plb_error *why) {
    return status == PLB_OK
               ? PLB_OK
               : plb_json_fail(&r->path, r->error, PLB_E_PARSE, "%.400s", why->message);
}

static plb_status read_fixed_factor(reader *r, plb_factor factor, const json_t *value) {
    uint64_t number;
    plb_error why;
    plb_status status = read_factor_value(r, factor, value, &number);
    return status == PLB_OK ? told(r, plb_sweep_fix(&r->plan->sweep, factor, number, &why), &why)
                            : status;
}

static plb_status read_varied_factor(reader *r, plb_factor factor, const json_t *value) {
    size_t count = json_array_size(value);
    if (!json_is_array(value)) {
        return expected(r, "an array of values", value);
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
            status = told(r, plb_sweep_vary(&r->plan->sweep, factor, number, &why), &why);
        }
        if (status != PLB_OK) {
            return status;
        }
        plb_json_leave(&r->path);
    }
    return PLB_OK;
}

static plb_status read_factors(reader *r, const json_t *object,
                               plb_status (*read)(reader *r, plb_factor factor,
                                                  const json_t *value)) {
    const char *key;
    json_t *value;
    if (!json_is_object(object)) {
        return expected(r, "an object", object);
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

#define TEXT_READER(name, field)                                                                   \
    static plb_status read_##name(reader *r, const json_t *value) {                                \
        return read_text(r, value, &r->plan->field);                                               \
    }

TEXT_READER(file, script)
TEXT_READER(redeemer, redeemer)
TEXT_READER(datum, datum)
TEXT_READER(strategy, strategy)
TEXT_READER(model, model)
TEXT_READER(parameters, protocol_parameters)
TEXT_READER(out, out)

static plb_status read_ignored(reader *r, const json_t *value) {
    return json_is_string(value) ? PLB_OK : expected(r, "a string", value);
}

static plb_status read_language(reader *r, const json_t *value) {
    static const char *const names[] = {"v1", "v2", "v3"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (json_is_string(value) && strcmp(json_string_value(value), names[i]) == 0) {
            r->plan->language = (plb_language) (PLB_PLUTUS_V1 + i);
            return PLB_OK;
        }
    }
    return json_is_string(value) ? plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                                                 "expected \"v1\", \"v2\" or \"v3\", got \"%.60s\"",
                                                 json_string_value(value))
                                 : expected(r, "a string", value);
}

static const member script_members[] = {
    {"file", read_file},
    {"language", read_language},
    {"redeemer", read_redeemer},
    {"datum", read_datum},
    {NULL, NULL},
};

static plb_status read_script(reader *r, const json_t *value) {
    if (json_is_string(value)) {
        return read_text(r, value, &r->plan->script);
    }
    if (!json_is_object(value)) {
        return expected(r, "a script's name in the catalogue, or an object with its file", value);
    }
    r->plan->is_file = true;
    plb_status status = required(r, value, "file");
    if (status == PLB_OK) {
        status = required(r, value, "redeemer");
    }
    return status == PLB_OK ? read_members(r, value, script_members) : status;
}

static plb_status read_fixed(reader *r, const json_t *value) {
    return read_factors(r, value, read_fixed_factor);
}

static plb_status read_vary(reader *r, const json_t *value) {
    return read_factors(r, value, read_varied_factor);
}

static plb_status read_time(reader *r, const json_t *value) {
    return read_number(r, value, TIME_MOST_S, &r->plan->time_s);
}

static plb_status read_precision(reader *r, const json_t *value) {
    return read_number(r, value, 1, &r->plan->precision);
}

static plb_status read_seed(reader *r, const json_t *value) {
    return read_integer(r, value, 1, INT64_MAX, &r->plan->seed);
}

static plb_status read_pin(reader *r, const json_t *value) {
    r->plan->pin = json_is_true(value);
    return json_is_boolean(value) ? PLB_OK : expected(r, "true or false", value);
}

static const member plan_members[] = {
    {"$schema", read_ignored}, {"description", read_ignored},
    {"script", read_script},   {"fixed", read_fixed},
    {"vary", read_vary},       {"strategy", read_strategy},
    {"model", read_model},     {"protocol_parameters", read_parameters},
    {"time_s", read_time},     {"precision", read_precision},
    {"seed", read_seed},       {"pin", read_pin},
    {"out", read_out},         {NULL, NULL},
};

static plb_status check_loops(reader *r) {
    const plb_sweep *sweep = &r->plan->sweep;
    bool given = sweep->given[PLB_FACTOR_LOOPS] || sweep->varied[PLB_FACTOR_LOOPS].count > 0;
    if (r->plan->strategy == NULL || !given) {
        return PLB_OK;
    }
    plb_json_enter(&r->path, "strategy");
    return plb_json_fail(&r->path, r->error, PLB_E_PARSE,
                         "loops are given as well: expected these or a strategy");
}

plb_status plb_plan_file_read(plb_plan_file *plan, const char *name, const char *json,
                              size_t length, plb_error *error) {
    reader r = {
        .path = {.name = name, .text = json, .length = length}, .plan = plan, .error = error};
    *plan = (plb_plan_file){0};
    plb_sweep_init(&plan->sweep);
    plb_status status = plb_json_parse(&r.path, &plan->root, error);
    if (status != PLB_OK) {
        plan->root = NULL;
        return status;
    }
    if (!json_is_object(plan->root)) {
        return expected(&r, "an object", plan->root);
    }
    status = required(&r, plan->root, "script");
    if (status == PLB_OK) {
        status = read_members(&r, plan->root, plan_members);
    }
    return status == PLB_OK ? check_loops(&r) : status;
}

void plb_plan_file_free(plb_plan_file *plan) {
    json_decref(plan->root);
    plan->root = NULL;
}
