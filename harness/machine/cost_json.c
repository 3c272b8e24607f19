/* Cost models from JSON: the files that the Plutus repository checks in, and the ledger's
 * parameters as arrays, by name, inside protocol parameters and genesis files. */
#include "harness/machine/cost_json.h"

#include <string.h>

#include "harness/json_input.h"
#include "harness/machine/cost_params.h"
#include "harness/machine/extra_builtins.h"

/* What a load works on. */
typedef struct loader {
    plb_json_path path;
    plb_era era;
    plb_language language;      /* whose parameters they are */
    plb_extra_builtins *extras; /* whose costs are told as well; NULL: none */
    plb_cost_notes *notes;      /* NULL: nobody wants to know */
    plb_error *error;
} loader;

static plb_status expected(loader *l, const char *what, const json_t *got) {
    return plb_json_fail(&l->path, l->error, PLB_E_COST_MODEL, "expected %s, got %s", what,
                         got ? plb_json_type_name(got) : "nothing");
}

/* The member `key` as an integer; a missing one is an error at that path. */
static plb_status member_int64(loader *l, const json_t *object, const char *key, int64_t *out) {
    plb_json_enter(&l->path, key);
    plb_status status =
        plb_json_int64(&l->path, json_object_get(object, key), PLB_E_COST_MODEL, out, l->error);
    plb_json_leave(&l->path);
    return status;
}

/* ---- builtinCostModel*.json and cekMachineCosts*.json ---- */

/* {"type": shape, "arguments": ...} with a shape that uses no other arguments than `arguments`.
 * *value receives "arguments". */
static plb_status read_shape(loader *l, const json_t *function, unsigned arguments, bool nested,
                             uint8_t *shape, const json_t **value) {
    if (!json_is_object(function))
        return expected(l, "an object with type and arguments", function);
    const json_t *type = json_object_get(function, "type");
    *value = json_object_get(function, "arguments");
    plb_json_enter(&l->path, "type");
    if (!json_is_string(type)) return expected(l, "the name of a costing function's shape", type);
    const char *name = json_string_value(type);
    int found = plb_shape_find(name, strlen(name));
    if (found < 0 || (nested && plb_shapes[found].inner_arguments))
        return plb_json_fail(&l->path, l->error, PLB_E_COST_MODEL,
                             "expected a shape such as linear_in_x, got \"%.64s\"", name);
    if (plb_shapes[found].arguments & ~arguments)
        return plb_json_fail(
            &l->path, l->error, PLB_E_COST_MODEL,
            "expected a shape for fewer arguments: %s uses some that are not there", name);
    plb_json_leave(&l->path);
    plb_json_enter(&l->path, "arguments");
    *shape = (uint8_t) found;
    if (found != PLB_SHAPE_CONSTANT_COST && !json_is_object(*value))
        return expected(l, "an object of coefficients", *value);
    plb_json_leave(&l->path);
    return PLB_OK;
}

/* The coefficients of `shape` into c; the path is at the function. */
static plb_status read_coefficients(loader *l, const json_t *function, uint8_t shape, int64_t *c) {
    if (shape == PLB_SHAPE_CONSTANT_COST) return member_int64(l, function, "arguments", c);
    const json_t *arguments = json_object_get(function, "arguments");
    const plb_shape_row *row = &plb_shapes[shape];
    plb_status status = PLB_OK;
    plb_json_enter(&l->path, "arguments");
    for (unsigned i = 0; i < row->count && !status; i++)
        status = member_int64(l, arguments, row->coefficients[i], &c[i]);
    plb_json_leave(&l->path);
    return status;
}

static plb_status read_costing(loader *l, const json_t *function, unsigned arity,
                               plb_costing *costing) {
    const json_t *arguments;
    *costing = (plb_costing){0};
    plb_status status =
        read_shape(l, function, (1u << arity) - 1, false, &costing->shape, &arguments);
    if (!status) status = read_coefficients(l, function, costing->shape, costing->c);
    const plb_shape_row *row = &plb_shapes[costing->shape];
    if (status || !row->inner_arguments) return status;

    const json_t *model = json_object_get(arguments, "model");
    plb_json_enter(&l->path, "arguments");
    plb_json_enter(&l->path, "model");
    status = read_shape(l, model, row->inner_arguments, true, &costing->inner, &arguments);
    if (!status) status = read_coefficients(l, model, costing->inner, costing->c + row->count);
    if (status) return status;
    plb_json_leave(&l->path);
    plb_json_leave(&l->path);
    return PLB_OK;
}

static plb_status read_builtin(loader *l, const json_t *value, unsigned arity,
                               plb_builtin_cost *cost) {
    static const char *const resources[] = {"cpu", "memory"};
    if (!json_is_object(value)) return expected(l, "an object with cpu and memory", value);
    for (unsigned i = 0; i < 2; i++) {
        const json_t *function = json_object_get(value, resources[i]);
        plb_json_enter(&l->path, resources[i]);
        plb_status status = read_costing(l, function, arity, i == 0 ? &cost->steps : &cost->memory);
        if (status) return status;
        plb_json_leave(&l->path);
    }
    cost->present = true;
    return PLB_OK;
}

/* Which of the extra builtins has that name; -1: none. */
static int find_extra(const loader *l, const char *name) {
    unsigned count = l->extras ? l->extras->count : 0;
    for (unsigned i = 0; i < count; i++)
        if (!strcmp(l->extras->rows[PLB_BUILTIN_COUNT + i].name, name)) return (int) i;
    return -1;
}

static plb_status read_extra(loader *l, const json_t *value, unsigned index) {
    plb_builtin_cost cost;
    plb_status status =
        read_builtin(l, value, l->extras->rows[PLB_BUILTIN_COUNT + index].arity, &cost);
    if (!status) plb_extra_builtins_price(l->extras, index, &cost.steps, &cost.memory);
    return status;
}

static plb_status read_step(loader *l, const json_t *value, plb_exunits *units) {
    if (!json_is_object(value)) return expected(l, "an object with exBudgetCPU", value);
    plb_status status = member_int64(l, value, "exBudgetCPU", &units->steps);
    return status ? status : member_int64(l, value, "exBudgetMemory", &units->memory);
}

/* Builtins as missing, but those that no parameter prices (policies, assetCount): files do not name
 * them either, and they keep their default. */
static void forget_builtins(plb_cost_model *model, plb_language language) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(model, language, params);
    for (size_t i = 0; i < count; i++) {
        if (params[i].builtin < 0) continue;
        plb_builtin_cost *cost = &model->builtin[params[i].builtin];
        cost->steps = cost->memory = plb_costing_missing();
        cost->present = false;
    }
}

static void forget_steps(plb_cost_model *model) {
    model->startup = (plb_exunits){INT64_MAX, INT64_MAX};
    for (int i = 0; i < PLB_STEP_COUNT; i++) model->step[i] = model->startup;
}

static bool is_step(const char *name) {
    plb_cost_model none;
    return plb_cost_model_step(&none, name, strlen(name)) != NULL;
}

/* When the file names any builtin, those that it does not name are missing, and the same for
 * machine steps. */
static void forget_defaults(loader *l, plb_cost_model *model, const json_t *object) {
    bool builtins = false, steps = false;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) object, key, value) {
        (void) value;
        bool step = is_step(key);
        steps |= step;
        builtins |= !step && find_extra(l, key) < 0;
    }
    if (builtins) forget_builtins(model, l->language);
    if (steps) forget_steps(model);
}

/* Machine steps of every script; constr and case came with Plutus Core 1.1.0. */
static plb_status check_steps(loader *l, const plb_cost_model *model) {
    for (int i = 0; i < PLB_STEP_COUNT; i++)
        if (i != PLB_STEP_CONSTR && i != PLB_STEP_CASE && model->step[i].steps == INT64_MAX)
            return plb_json_fail(&l->path, l->error, PLB_E_COST_MODEL,
                                 "expected a cost for %s, which every script needs",
                                 plb_step_cost_name((plb_step) i));
    if (model->startup.steps != INT64_MAX) return PLB_OK;
    return plb_json_fail(&l->path, l->error, PLB_E_COST_MODEL,
                         "expected a cost for cekStartupCost");
}

static plb_status read_functions(loader *l, const json_t *object, plb_cost_model *model) {
    forget_defaults(l, model, object);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) object, key, value) {
        plb_json_enter(&l->path, key);
        plb_exunits *units = plb_cost_model_step(model, key, strlen(key));
        int id = plb_builtin_find(key, strlen(key)), extra = find_extra(l, key);
        plb_status status;
        if (units) {
            status = read_step(l, value, units);
        } else if (id >= 0) {
            status = read_builtin(l, value, plb_builtins[id].arity, &model->builtin[id]);
        } else if (extra >= 0) {
            status = read_extra(l, value, (unsigned) extra);
        } else {
            status = plb_json_fail(&l->path, l->error, PLB_E_COST_MODEL,
                                   "expected the name of a builtin or of a machine step's cost");
        }
        if (status) return status;
        plb_json_leave(&l->path);
    }
    plb_cost_model_finish(model);
    return check_steps(l, model);
}

static plb_status load_functions(loader *l, const json_t *object, plb_cost_model **model) {
    *model = plb_cost_model_default(l->era);
    if (!*model)
        return plb_json_fail(&l->path, l->error, PLB_E_MEMORY, "no memory for a cost model");
    plb_status status = read_functions(l, object, *model);
    if (!status) return PLB_OK;
    plb_cost_model_free(*model);
    *model = NULL;
    return status;
}

/* ---- The ledger's parameters ---- */

static void note_array(loader *l, size_t count) {
    plb_param params[PLB_PARAMS_MAX];
    plb_cost_model *shapes = l->notes ? plb_cost_model_default(l->era) : NULL;
    if (!shapes) return;
    size_t known = plb_params_list(shapes, l->language, params);
    l->notes->parameters = count < known ? count : known;
    l->notes->surplus = count - l->notes->parameters;
    plb_cost_model_free(shapes);
}

/* More elements than a language has are checked, and otherwise ignored. */
static plb_status load_array(loader *l, const json_t *array, plb_cost_model **model) {
    int64_t values[PLB_PARAMS_MAX];
    size_t count = json_array_size(array);
    for (size_t i = 0; i < count; i++) {
        int64_t value;
        plb_json_enter_index(&l->path, i);
        plb_status status =
            plb_json_int64(&l->path, json_array_get(array, i), PLB_E_COST_MODEL, &value, l->error);
        if (status) return status;
        plb_json_leave(&l->path);
        if (i < PLB_PARAMS_MAX) values[i] = value;
    }
    note_array(l, count);
    char where[PLB_ERROR_WHERE_BYTES];
    plb_json_where(&l->path, where);
    return plb_params_apply(model, l->era, l->language, values, NULL,
                            count < PLB_PARAMS_MAX ? count : PLB_PARAMS_MAX, where, l->error);
}

/* Looks up every parameter of the language; unknown names are ignored, as the ledger does. */
static plb_status load_map(loader *l, const json_t *object, plb_cost_model **model) {
    plb_cost_model *shapes = plb_cost_model_default(l->era);
    if (!shapes)
        return plb_json_fail(&l->path, l->error, PLB_E_MEMORY, "no memory for a cost model");
    plb_param params[PLB_PARAMS_MAX];
    int64_t values[PLB_PARAMS_MAX];
    bool given[PLB_PARAMS_MAX];
    size_t count = plb_params_list(shapes, l->language, params);
    plb_status status = PLB_OK;
    if (l->notes) l->notes->unknown = json_copy((json_t *) object);
    for (size_t i = 0; i < count && !status; i++) {
        char name[PLB_PARAM_NAME_BYTES], old[PLB_PARAM_NAME_BYTES];
        plb_param_name(shapes, params[i], false, name);
        const json_t *value = json_object_get(object, name);
        const char *key = name;
        if (!value && plb_param_name(shapes, params[i], true, old)) {
            value = json_object_get(object, old);
            key = old;
        }
        given[i] = value != NULL;
        if (value) status = member_int64(l, object, key, &values[i]);
        if (value && l->notes) {
            l->notes->parameters++;
            json_object_del(l->notes->unknown, key);
        }
    }
    plb_cost_model_free(shapes);
    if (status) return status;
    char where[PLB_ERROR_WHERE_BYTES];
    plb_json_where(&l->path, where);
    return plb_params_apply(model, l->era, l->language, values, given, count, where, l->error);
}

static plb_status load_params(loader *l, const json_t *value, plb_cost_model **model) {
    if (json_is_array(value)) return load_array(l, value, model);
    if (json_is_object(value)) return load_map(l, value, model);
    return expected(l, "an array of parameters, or an object of parameters by name", value);
}

/* ---- Which form it is ---- */

/* What a language's parameters are called in protocol parameters and in the Alonzo genesis file,
 * in older protocol parameters, in later genesis files. */
static const struct {
    plb_language language;
    const char *names[3];
} keys[] = {
    {PLB_PLUTUS_V1, {"PlutusV1", "PlutusScriptV1", NULL}},
    {PLB_PLUTUS_V2, {"PlutusV2", "PlutusScriptV2", "plutusV2CostModel"}},
    {PLB_PLUTUS_V3, {"PlutusV3", "PlutusScriptV3", "plutusV3CostModel"}},
    {PLB_PLUTUS_V4, {"PlutusV4", "PlutusScriptV4", "plutusV4CostModel"}},
};

/* The member of `object` with the parameters of `language`, NULL when there is none. */
static const json_t *find_language(const json_t *object, plb_language language, const char **key) {
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        for (size_t j = 0; keys[i].language == language && j < 3 && keys[i].names[j]; j++) {
            const json_t *value = json_object_get(object, keys[i].names[j]);
            *key = keys[i].names[j];
            if (value) return value;
        }
    return NULL;
}

static bool has_language(const json_t *object) {
    const char *key;
    for (int i = PLB_PLUTUS_V1; i <= PLB_PLUTUS_V4; i++)
        if (find_language(object, (plb_language) i, &key)) return true;
    return false;
}

/* From an object of parameters by language. Without a ledger language, the newest one that has the
 * newest semantics' shapes: PlutusV4 or PlutusV3. */
static plb_status load_language(loader *l, const json_t *object, plb_cost_model **model) {
    const char *key = NULL;
    bool newest = l->language == PLB_LANGUAGE_NEWEST;
    if (newest) l->language = PLB_PLUTUS_V4;
    const json_t *value = find_language(object, l->language, &key);
    if (!value && newest) {
        l->language = PLB_PLUTUS_V3;
        value = find_language(object, l->language, &key);
    }
    if (!value) {
        return plb_json_fail(
            &l->path, l->error, PLB_E_COST_MODEL, "expected a cost model for %s%s: there is none",
            plb_language_name(l->language), newest ? ", as no other language is asked for" : "");
    }
    plb_json_enter(&l->path, key);
    return load_params(l, value, model);
}

/* True when all members are objects: costing functions rather than parameters. */
static bool holds_objects(const json_t *object) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) object, key, value) {
        (void) key;
        if (!json_is_object(value)) return false;
    }
    return true;
}

/* True when some member is one of the language's parameters, or named like one. */
static bool holds_params(const json_t *object) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *) object, key, value) {
        (void) value;
        if (strstr(key, "-cpu-arguments") || strstr(key, "-memory-arguments") ||
            strstr(key, "-exBudget")) {
            return true;
        }
    }
    return false;
}

static plb_status load_root(loader *l, const json_t *root, plb_cost_model **model) {
    if (json_is_array(root)) return load_array(l, root, model);
    if (!json_is_object(root)) return expected(l, "a cost model: an object or an array", root);
    const json_t *models = json_object_get(root, "costModels");
    if (models) {
        plb_json_enter(&l->path, "costModels");
        if (!json_is_object(models)) return expected(l, "an object of cost models", models);
        return load_language(l, models, model);
    }
    if (has_language(root)) return load_language(l, root, model);
    if (holds_params(root)) return load_map(l, root, model);
    if (json_object_size(root) > 0 && holds_objects(root)) return load_functions(l, root, model);
    return plb_json_fail(&l->path, l->error, PLB_E_COST_MODEL,
                         "expected costModels (protocol parameters, genesis), parameters by name, "
                         "or costing functions by builtin");
}

static plb_status load_text(loader *l, plb_cost_model **model) {
    json_t *root;
    *model = NULL;
    plb_status status = plb_json_parse(&l->path, &root, l->error);
    if (status) return status;
    status = load_root(l, root, model);
    json_decref(root);
    return status;
}

plb_status plb_cost_model_load_with_extras(plb_cost_model **model, plb_era era,
                                           plb_extra_builtins *extras, const char *name,
                                           const char *json, size_t length, plb_error *error) {
    loader l = {.path = {.name = name, .text = json, .length = length},
                .era = era,
                .language = era.language,
                .extras = extras,
                .error = error};
    return load_text(&l, model);
}

plb_status plb_cost_model_load(plb_cost_model **model, plb_era era, const char *name,
                               const char *json, size_t length, plb_error *error) {
    return plb_cost_model_load_with_extras(model, era, NULL, name, json, length, error);
}

plb_status plb_cost_model_load_noting(plb_cost_model **model, plb_era era, const char *name,
                                      const char *json, size_t length, plb_cost_notes *notes,
                                      plb_error *error) {
    loader l = {.path = {.name = name, .text = json, .length = length},
                .era = era,
                .language = era.language,
                .notes = notes,
                .error = error};
    *notes = (plb_cost_notes){0};
    return load_text(&l, model);
}

/* ---- Only looking ---- */

static void look_at_languages(plb_cost_text *text, const json_t *root, const json_t *models) {
    const json_t *value = NULL;
    text->form = PLB_COST_TEXT_BY_LANGUAGE;
    text->wrapped = models != root;
    size_t members = text->wrapped; /* of the root, that are cost models */
    for (int i = PLB_PLUTUS_V1; i <= PLB_PLUTUS_V4; i++) {
        const char *key = NULL;
        const json_t *found = find_language(models, (plb_language) i, &key);
        text->keys[i - 1] = found ? key : NULL;
        text->genesis |= found && strstr(key, "CostModel");
        if (found) value = found;
        members += found && !text->wrapped;
    }
    text->more = json_object_size(root) > members;
    /* Alonzo's file has names, and no protocol version. */
    text->genesis |= text->wrapped && json_is_object(value) && !text->protocol_version;
}

static void look_at_root(plb_cost_text *text, const json_t *root) {
    const json_t *models = json_object_get(root, "costModels");
    json_int_t major =
        json_integer_value(json_object_get(json_object_get(root, "protocolVersion"), "major"));
    if (major > 0 && major <= UINT16_MAX) text->protocol_version = (unsigned) major;
    if (json_is_array(root)) {
        text->form = PLB_COST_TEXT_ARRAY;
    } else if (models || has_language(root)) {
        look_at_languages(text, root, models ? models : root);
    } else if (holds_params(root)) {
        text->form = PLB_COST_TEXT_NAMED;
    } else if (json_object_size(root) > 0 && holds_objects(root)) {
        text->form = PLB_COST_TEXT_FUNCTIONS;
        const char *key;
        json_t *value;
        json_object_foreach((json_t *) root, key, value) {
            (void) value;
            bool step = is_step(key);
            text->steps |= step;
            text->builtins |= !step;
        }
    }
}

plb_status plb_cost_text_look(plb_cost_text *text, const char *name, const char *json,
                              size_t length, plb_error *error) {
    const plb_json_path path = {.name = name, .text = json, .length = length};
    json_t *root;
    *text = (plb_cost_text){0};
    plb_status status = plb_json_parse(&path, &root, error);
    if (status) return status;
    look_at_root(text, root);
    json_decref(root);
    return PLB_OK;
}
