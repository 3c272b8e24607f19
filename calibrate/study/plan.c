/* The plan of a study, as JSON. study.schema.json says what is accepted: a text is read if it is
 * valid under it, its keys are not repeated, its strings have no NUL, and none of its fields
 * contradict each other. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>
#include <plutbench/study.h>

#include "harness/embedded.h"
#include "harness/json_reader.h"

#define TIME_MOST_S 1e6
#define WHOLE_MOST 9007199254740992.0

/* ---- Lists ---- */

static plb_status check_list(plb_json_reader *reader, const json_t *value, size_t most) {
    size_t count = json_array_size(value);
    if (!json_is_array(value)) return plb_json_expected(reader, "an array", value);
    if (count >= 1 && count <= most) return PLB_OK;
    return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                         "expected 1 to %zu values, got %zu", most, count);
}

static plb_status said_before(plb_json_reader *reader) {
    return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE,
                         "expected another value: this one is in the list already");
}

static plb_status read_names(plb_json_reader *reader, const json_t *value, void *field) {
    plb_study_names *names = field;
    plb_status status = check_list(reader, value, PLB_STUDY_NAMES_MAX);
    for (size_t i = 0; status == PLB_OK && i < json_array_size(value); i++) {
        plb_json_enter_index(&reader->path, i);
        status = plb_json_read_text(reader, json_array_get(value, i), &names->items[i]);
        for (size_t k = 0; k < i && status == PLB_OK; k++) {
            if (strcmp(names->items[k], names->items[i]) == 0) status = said_before(reader);
        }
        if (status != PLB_OK) return status;
        plb_json_leave(&reader->path);
        names->count = i + 1;
    }
    return status;
}

static plb_status read_strategies(plb_json_reader *reader, const json_t *value, void *field) {
    const plb_study_names *names = field;
    plb_status status = read_names(reader, value, field);
    for (size_t i = 0; status == PLB_OK && i < names->count; i++) {
        plb_strategy strategy;
        plb_error why;
        if (plb_strategy_parse(names->items[i], &strategy, &why) == PLB_OK) continue;
        plb_json_enter_index(&reader->path, i);
        status = plb_json_fail(&reader->path, reader->error, PLB_E_PARSE, "%.400s", why.message);
    }
    return status;
}

static plb_status read_strategy(plb_json_reader *reader, const json_t *value, void *field) {
    const char **text = field;
    plb_strategy strategy;
    plb_error why;
    plb_status status = plb_json_read_text(reader, value, text);
    if (status != PLB_OK || plb_strategy_parse(*text, &strategy, &why) == PLB_OK) return status;
    return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE, "%.400s", why.message);
}

static plb_status read_versions(plb_json_reader *reader, const json_t *value, void *field) {
    plb_study_impact *impact = field;
    bool wanted[PLB_PROTOCOL_VERSION_MAX + 1] = {false};
    plb_status status = check_list(reader, value, PLB_STUDY_VERSIONS_MAX);
    for (size_t i = 0; status == PLB_OK && i < json_array_size(value); i++) {
        uint64_t version = 0;
        plb_json_enter_index(&reader->path, i);
        status = plb_json_read_whole(reader, json_array_get(value, i), PLB_PROTOCOL_VERSION_MIN,
                                     PLB_PROTOCOL_VERSION_MAX, &version);
        if (status == PLB_OK && wanted[version]) status = said_before(reader);
        if (status != PLB_OK) return status;
        wanted[version] = true;
        plb_json_leave(&reader->path);
    }
    impact->version_count = 0;
    for (unsigned v = PLB_PROTOCOL_VERSION_MIN; v <= PLB_PROTOCOL_VERSION_MAX; v++) {
        if (wanted[v]) impact->versions[impact->version_count++] = v;
    }
    return status;
}

static const char *const languages[] = {"v1", "v2", "v3", NULL};

static plb_status read_languages(plb_json_reader *reader, const json_t *value, void *field) {
    plb_study_impact *impact = field;
    plb_status status = check_list(reader, value, PLB_STUDY_LANGUAGES);
    bool wanted[PLB_STUDY_LANGUAGES] = {false};
    for (size_t i = 0; status == PLB_OK && i < json_array_size(value); i++) {
        int language = 0;
        plb_json_enter_index(&reader->path, i);
        status = plb_json_read_choice(reader, json_array_get(value, i), languages, &language);
        if (status == PLB_OK && wanted[language]) status = said_before(reader);
        if (status != PLB_OK) return status;
        wanted[language] = true;
        plb_json_leave(&reader->path);
    }
    memcpy(impact->languages, wanted, sizeof wanted);
    return status;
}

/* "all", or names. */
static plb_status read_scripts(plb_json_reader *reader, const json_t *value, void *field) {
    plb_study_impact *impact = field;
    if (json_is_string(value) && strcmp(json_string_value(value), "all") == 0) {
        impact->all_scripts = true;
        return PLB_OK;
    }
    if (!json_is_array(value)) return plb_json_expected(reader, "\"all\" or an array", value);
    return read_names(reader, value, &impact->scripts);
}

static plb_status read_method(plb_json_reader *reader, const json_t *value, void *field) {
    const char *names[PLB_FIT_METHODS + 1] = {NULL};
    plb_fit_method *method = field;
    int choice = 0;
    for (int i = 0; i < PLB_FIT_METHODS; i++) names[i] = plb_fit_method_name((plb_fit_method) i);
    plb_status status = plb_json_read_choice(reader, value, names, &choice);
    *method = (plb_fit_method) choice;
    return status;
}

static plb_status read_weights(plb_json_reader *reader, const json_t *value, void *field) {
    static const char *const names[] = {"sd", "relative", NULL};
    plb_fit_weights *weights = field;
    int choice = 0;
    plb_status status = plb_json_read_choice(reader, value, names, &choice);
    *weights = choice == 0 ? PLB_FIT_WEIGHTS_SD : PLB_FIT_WEIGHTS_RELATIVE;
    return status;
}

static plb_status read_bootstrap(plb_json_reader *reader, const json_t *value, void *field) {
    uint64_t count = 0;
    plb_status status = plb_json_read_whole(reader, value, 0, PLB_STUDY_BOOTSTRAP_MAX, &count);
    *(uint32_t *) field = (uint32_t) count;
    return status;
}

/* ---- Fields ---- */

#define AT(member) .offset = offsetof(plb_study_plan, member)
#define TEXT(name, member)                                                                         \
    { .key = name, .kind = PLB_JSON_TEXT, AT(member) }
#define TIME(name, member)                                                                         \
    { .key = name, .kind = PLB_JSON_RATIO, AT(member), .most = TIME_MOST_S }
#define RATIO(name, member)                                                                        \
    { .key = name, .kind = PLB_JSON_RATIO, AT(member), .most = 1 }
#define COUNT(name, member)                                                                        \
    { .key = name, .kind = PLB_JSON_WHOLE, AT(member), .least = 1, .most = WHOLE_MOST }
#define OTHER(name, member, reads)                                                                 \
    { .key = name, .kind = PLB_JSON_OTHER, AT(member), .read = (reads) }
#define SECTION(name, table)                                                                       \
    { .key = name, .kind = PLB_JSON_OBJECT, .fields = (table) }
#define END                                                                                        \
    { .key = NULL }

static const plb_json_field sweep_fields[] = {
    TEXT("from", sweep.from),
    TEXT("grid", sweep.grid),
    OTHER("builtins", sweep.builtins, read_names),
    TIME("time_s", sweep.time_s),
    RATIO("precision", sweep.precision),
    COUNT("max_visits", sweep.visits_max),
    COUNT("max_bytes", sweep.byte_cap),
    END,
};

static const plb_json_field fit_fields[] = {
    OTHER("method", fit.method, read_method),
    OTHER("weights", fit.weights, read_weights),
    {.key = "quantile", .kind = PLB_JSON_RATIO, AT(fit.quantile), .most = 0.999999},
    TEXT("models", fit.models),
    OTHER("bootstrap", fit.bootstrap, read_bootstrap),
    END,
};

static const plb_json_field machine_fields[] = {
    TIME("time_s", machine.time_s),
    END,
};

/* Sections whose being there means that the step is wanted. */
static plb_status read_machine(plb_json_reader *reader, const json_t *value, void *field) {
    ((plb_study_machine *) field)->wanted = true;
    return plb_json_read_object(reader, value, machine_fields);
}

static plb_status read_plans(plb_json_reader *reader, const json_t *value, void *field) {
    plb_status status = check_list(reader, value, PLB_STUDY_PLANS_MAX);
    return status == PLB_OK ? read_names(reader, value, field) : status;
}

static const plb_json_field overhead_fields[] = {
    {.key = "plans",
     .kind = PLB_JSON_OTHER,
     AT(overhead.plans),
     .required = true,
     .read = read_plans},
    TIME("time_s", overhead.time_s),
    END,
};

static plb_status read_overhead(plb_json_reader *reader, const json_t *value, void *field) {
    ((plb_study_overhead *) field)->wanted = true;
    return plb_json_read_object(reader, value, overhead_fields);
}

static const plb_json_field call_fields[] = {
    {.key = "scripts",
     .kind = PLB_JSON_OTHER,
     AT(calls.scripts),
     .required = true,
     .read = read_names},
    OTHER("strategy", calls.strategy, read_strategy),
    TIME("time_s", calls.time_s),
    RATIO("precision", calls.precision),
    END,
};

static const plb_json_field impact_fields[] = {
    OTHER("protocol_versions", impact, read_versions),
    OTHER("languages", impact, read_languages),
    TEXT("programs", impact.programs),
    OTHER("scripts", impact, read_scripts),
    OTHER("strategies", impact.strategies, read_strategies),
    END,
};

static const plb_json_field plan_fields[] = {
    {.key = "$schema", .kind = PLB_JSON_IGNORED},
    {.key = "description", .kind = PLB_JSON_IGNORED},
    TEXT("out", out),
    COUNT("seed", seed),
    {.key = "pin", .kind = PLB_JSON_BOOLEAN, AT(pin)},
    TEXT("base", base),
    TEXT("protocol_parameters", protocol_parameters),
    TEXT("reference", reference),
    {.key = "sweep", .kind = PLB_JSON_OBJECT, .required = true, .fields = sweep_fields},
    SECTION("fit", fit_fields),
    OTHER("machine", machine, read_machine),
    OTHER("overhead", overhead, read_overhead),
    SECTION("calibrate", call_fields),
    SECTION("impact", impact_fields),
    END,
};

/* ---- What can't go together ---- */

static plb_status contradiction(plb_json_reader *reader, const char *section, const char *field,
                                const char *what) {
    plb_json_enter(&reader->path, section);
    plb_json_enter(&reader->path, field);
    return plb_json_fail(&reader->path, reader->error, PLB_E_PARSE, "%s", what);
}

static plb_status check_sweep(plb_json_reader *reader, const json_t *sweep) {
    static const char *const own[] = {"grid",      "builtins",   "time_s",
                                      "precision", "max_visits", "max_bytes"};
    for (size_t i = 0; json_object_get(sweep, "from") != NULL && i < sizeof own / sizeof *own; i++)
        if (json_object_get(sweep, own[i]) != NULL)
            return contradiction(reader, "sweep", own[i],
                                 "expected this or \"from\": an earlier sweep is taken as it is");
    return PLB_OK;
}

static plb_status check_fit(plb_json_reader *reader, const plb_study_fit *fit) {
    if (fit->method == PLB_FIT_QUANTILE && !(fit->quantile > 0))
        return contradiction(reader, "fit", "method",
                             "expected \"quantile\" as well, such as 0.99");
    if (fit->method != PLB_FIT_QUANTILE && fit->quantile > 0)
        return contradiction(reader, "fit", "quantile",
                             "expected \"method\": \"quantile\", which it is for");
    if (fit->method == PLB_FIT_WEIGHTED && fit->weights == PLB_FIT_WEIGHTS_NONE)
        return contradiction(reader, "fit", "method",
                             "expected \"weights\" as well: \"sd\" or \"relative\"");
    if (fit->method != PLB_FIT_WEIGHTED && fit->weights != PLB_FIT_WEIGHTS_NONE)
        return contradiction(reader, "fit", "weights",
                             "expected \"method\": \"weighted\", which they are for");
    return PLB_OK;
}

/* Languages came with protocol versions 5, 7 and 9. */
static plb_status check_impact(plb_json_reader *reader, const plb_study_impact *impact) {
    static const unsigned since[PLB_STUDY_LANGUAGES] = {5, 7, 9};
    unsigned newest = impact->versions[impact->version_count - 1];
    for (int i = 0; i < PLB_STUDY_LANGUAGES; i++)
        if (impact->languages[i] && newest >= since[i]) return PLB_OK;
    return contradiction(reader, "impact", "languages",
                         "expected one that exists in one of the protocol versions: PlutusV1 since "
                         "5, V2 since 7, V3 since 9");
}

/* ---- Public ---- */

static void set_defaults(plb_study_plan *plan) {
    static const unsigned versions[] = {8, 9, 10, 11};
    *plan = (plb_study_plan){.seed = 1, .base = "E", .fit = {.bootstrap = PLB_STUDY_BOOTSTRAP}};
    plan->impact.version_count = sizeof versions / sizeof *versions;
    memcpy(plan->impact.versions, versions, sizeof versions);
    for (int i = 0; i < PLB_STUDY_LANGUAGES; i++) plan->impact.languages[i] = true;
}

plb_status plb_study_plan_read(plb_study_plan *plan, const char *name, const char *json,
                               size_t length, plb_error *error) {
    plb_json_reader reader = {
        .path = {.name = name, .text = json, .length = length}, .target = plan, .error = error};
    set_defaults(plan);
    plb_status status = plb_json_parse(&reader.path, &plan->root, error);
    if (status != PLB_OK) {
        plan->root = NULL;
        return status;
    }
    status = plb_json_read_object(&reader, plan->root, plan_fields);
    if (status == PLB_OK) status = check_sweep(&reader, json_object_get(plan->root, "sweep"));
    if (status == PLB_OK) status = check_fit(&reader, &plan->fit);
    if (status == PLB_OK) status = check_impact(&reader, &plan->impact);
    if (status == PLB_OK && plan->impact.strategies.count == 0)
        plan->impact.strategies = (plb_study_names){.items = {"txbudget"}, .count = 1};
    return status;
}

void plb_study_plan_free(plb_study_plan *plan) {
    json_decref(plan->root);
    plan->root = NULL;
}

const char *plb_study_schema(void) {
    const struct plb_embedded_file *file =
        plb_embedded_find(plb_embedded_calibrate, "study.schema.json");
    return file != NULL ? (const char *) file->bytes : "";
}
