/* Models in any form. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/output.h"
#include "calibrate/fit/table.h"
#include "calibrate/model/write.h"
#include "harness/machine/availability.h"
#include "harness/machine/cost_write.h"
#include "results/format.h"

/* ---- builtinCostModel*.json and cekMachineCosts*.json ---- */

typedef struct place {
    unsigned position, tag;
} place;

static int by_position(const void *a, const void *b) {
    const place *l = a, *r = b;
    if (l->position != r->position) return l->position < r->position ? -1 : 1;
    return l->tag < r->tag ? -1 : 1;
}

/* Flat tags in the order of the published files; what these do not have comes last. */
static plb_status file_order(place places[PLB_BUILTIN_COUNT], plb_error *error) {
    plb_fit_table *table = plb_fit_table_default();
    if (!table) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) places[i] = (place){UINT_MAX, i};
    for (size_t i = 0; i < table->builtins; i++) {
        int tag = plb_builtin_find(table->rows[i].builtin, strlen(table->rows[i].builtin));
        if (tag >= 0) places[tag].position = table->rows[i].position;
    }
    plb_fit_table_free(table);
    qsort(places, PLB_BUILTIN_COUNT, sizeof *places, by_position);
    return PLB_OK;
}

/* A builtin without parameters is only written when its costs are not those of every model. */
static bool is_written(const plb_costs *costs, const plb_costs *published, bool priced,
                       unsigned tag) {
    return costs->model->builtin[tag].present && (priced || !plb_costs_same(costs, published, tag));
}

static json_t *builtins_json(const plb_costs *costs, const plb_costs *published,
                             const place places[PLB_BUILTIN_COUNT]) {
    bool priced[PLB_BUILTIN_COUNT];
    json_t *object = json_object();
    plb_costs_priced(costs, priced);
    for (unsigned i = 0; i < PLB_BUILTIN_COUNT; i++) {
        unsigned tag = places[i].tag;
        if (!is_written(costs, published, priced[tag], tag)) continue;
        json_t *builtin = json_pack(
            "{s:o, s:o}", "cpu",
            plb_costing_json(plb_costing_of(costs->model, tag, PLB_COSTS_OF_STEPS)), "memory",
            plb_costing_json(plb_costing_of(costs->model, tag, PLB_COSTS_OF_MEMORY)));
        json_object_set_new(object, plb_builtins[tag].name, builtin);
    }
    return object;
}

static plb_status find_missing_builtins(const plb_costs_writing *w) {
    bool priced[PLB_BUILTIN_COUNT];
    plb_status status = PLB_OK;
    plb_era era = plb_costs_era(w->costs, w->era);
    plb_costs_priced(w->costs, priced);
    for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT && !status; tag++)
        if (priced[tag] && !w->costs->model->builtin[tag].present &&
            plb_builtin_available(tag, era))
            status = PLB_COSTS_FIND(w, PLB_COSTS_WARNING, "missing", plb_builtins[tag].name,
                                    "the model has no costs for it: it is left out");
    return status;
}

static plb_status builtins_text(const plb_costs_writing *w, char **text) {
    place places[PLB_BUILTIN_COUNT];
    plb_costs *published = NULL;
    plb_status status = file_order(places, w->error);
    if (!status) status = find_missing_builtins(w);
    if (!status)
        status = plb_costs_published(&published, 'E', (plb_era){PLB_LANGUAGE_NEWEST, 0}, w->error);
    if (!status) status = plb_fit_dump(builtins_json(w->costs, published, places), text, w->error);
    plb_costs_free(published);
    return status;
}

static plb_status machine_text(const plb_costs_writing *w, char **text) {
    size_t length;
    const char *separator = "";
    plb_status status = PLB_OK;
    FILE *out = open_memstream(text, &length);
    if (out) fputc('{', out);
    for (unsigned i = 0; i < PLB_COSTS_STEPS && out && !status; i++) {
        char line[PLB_STEP_COST_BYTES];
        plb_exunits cost = *plb_costs_step_slot(w->costs, i);
        if (!plb_costs_step_present(cost)) {
            status = PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "missing", plb_costs_step_name(i),
                                    "the model has no cost for it: it is left out");
            continue;
        }
        plb_step_cost_text(cost, line);
        fprintf(out, "%s\n  \"%s\": %s", separator, plb_costs_step_name(i), line);
        separator = ",";
    }
    if (out) fputs("\n}\n", out);
    plb_status closed = plb_text_close(out, text, w->error);
    return status ? status : closed;
}

/* Two objects as one; the second one is not empty. */
static plb_status join(const char *first, const char *second, char **text, plb_error *error) {
    static const char end[] = "\n}\n", begin[] = "{\n";
    bool empty = strcmp(first, "{}\n") == 0;
    size_t kept = strlen(first) - (sizeof end - 1), size = kept + strlen(second) + 8;
    *text = malloc(size);
    if (!*text) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    snprintf(*text, size, "%.*s%s%s", empty ? 1 : (int) kept, first, empty ? "\n" : ",\n",
             second + sizeof begin - 1);
    return PLB_OK;
}

static plb_status both_text(const plb_costs_writing *w, char **text) {
    char *builtins = NULL, *machine = NULL;
    plb_status status = builtins_text(w, &builtins);
    if (!status) status = machine_text(w, &machine);
    if (!status) status = join(builtins, machine, text, w->error);
    free(builtins);
    free(machine);
    return status;
}

/* What the text has beside what is written. */
static plb_status find_other_parts(const plb_costs_writing *w) {
    const plb_costs_source *source = &w->costs->source;
    plb_status status = PLB_OK;
    for (int i = PLB_PLUTUS_V1; i <= PLB_PLUTUS_V4 && !status; i++)
        if (w->era.language == PLB_LANGUAGE_NEWEST && (source->languages & ~w->written) >> i & 1)
            status =
                PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "left-out", plb_language_name((plb_language) i),
                               "the form has room for one language, and none was asked for");
    if (!status && source->more)
        status = PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "left-out", "",
                                "what %s has beside cost models is not written", source->name);
    return status;
}

/* ---- Forms of several languages ---- */

/* {"costModels": {"PlutusV1": [...]}} */
static plb_status put_protocol_parameters(const plb_costs_writing *w, json_t *root) {
    json_t *models = json_object_get(root, "costModels"), *parameters;
    plb_status status = plb_costs_parameters_json(w, PLB_AS_ARRAY, &parameters);
    if (status) return status;
    if (!models) json_object_set_new(root, "costModels", models = json_object());
    json_object_set_new(models, plb_language_name(plb_costs_era(w->costs, w->era).language),
                        parameters);
    return PLB_OK;
}

/* Alonzo's file has PlutusV1, and PlutusV2 of test networks, by name; Conway's has an array. */
static plb_status put_genesis(const plb_costs_writing *w, json_t *root) {
    plb_language language = plb_costs_era(w->costs, w->era).language;
    bool alonzo = language == PLB_PLUTUS_V1 || language == PLB_PLUTUS_V2;
    json_t *models = json_object_get(root, "costModels"), *parameters;
    plb_status status =
        plb_costs_parameters_json(w, alonzo ? PLB_BY_GENESIS_NAME : PLB_AS_ARRAY, &parameters);
    if (status) return status;
    if (alonzo) {
        if (!models) json_object_set_new(root, "costModels", models = json_object());
        json_object_set_new(models, plb_language_name(language), parameters);
    } else {
        char key[32];
        snprintf(key, sizeof key, "plutusV%dCostModel", (int) language);
        json_object_set_new(root, key, parameters);
    }
    return PLB_OK;
}

static plb_status several_text(const plb_costs *const *costs, size_t count, plb_costs_form form,
                               plb_era era, char **text, plb_costs_findings *findings,
                               plb_error *error) {
    json_t *root = json_object();
    plb_costs_writing w = {.era = era, .findings = findings, .error = error};
    plb_status status = PLB_OK;
    for (size_t i = 0; i < count && !status; i++) {
        plb_language language = plb_costs_era(costs[i], era).language;
        w.costs = costs[i];
        if (w.written >> language & 1)
            status = plb_fail(error, PLB_E_ARGUMENT, costs[i]->name,
                              "expected one cost model a language, got two of %s",
                              plb_language_name(language));
        else
            status = form == PLB_COSTS_GENESIS ? put_genesis(&w, root)
                                               : put_protocol_parameters(&w, root);
        w.written |= 1u << language;
    }
    if (!status) status = find_other_parts(&w);
    if (!status) return plb_fit_dump(root, text, error);
    json_decref(root);
    return status;
}

static plb_status one_text(const plb_costs_writing *w, plb_costs_form form, char **text) {
    json_t *json;
    plb_status status = find_other_parts(w);
    if (status) return status;
    switch (form) {
    case PLB_COSTS_BUILTIN:
        status = plb_costs_find_defaults(w, true, false);
        return status ? status : builtins_text(w, text);
    case PLB_COSTS_MACHINE:
        status = plb_costs_find_defaults(w, false, true);
        return status ? status : machine_text(w, text);
    case PLB_COSTS_BOTH:
        status = plb_costs_find_defaults(w, true, true);
        return status ? status : both_text(w, text);
    case PLB_COSTS_ARRAY:
    case PLB_COSTS_NAMED:
        status = plb_costs_parameters_json(w, form == PLB_COSTS_ARRAY ? PLB_AS_ARRAY : PLB_BY_NAME,
                                           &json);
        return status ? status : plb_fit_dump(json, text, w->error);
    default:
        return plb_fail(w->error, PLB_E_ARGUMENT, NULL, "can't write a cost model as %s",
                        plb_costs_form_name(form));
    }
}

static plb_status write_text(const plb_costs *const *costs, size_t count, plb_costs_form form,
                             plb_era era, char **text, plb_costs_findings *findings,
                             plb_error *error) {
    if (count == 0 || (count > 1 && era.language != PLB_LANGUAGE_NEWEST))
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected one cost model for a language");
    if (form == PLB_COSTS_PROTOCOL_PARAMETERS || form == PLB_COSTS_GENESIS)
        return several_text(costs, count, form, era, text, findings, error);
    if (count > 1)
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected one cost model: the form %s has room for no more",
                        plb_costs_form_name(form));
    const plb_costs_writing w = {costs[0], era, 1u << plb_costs_era(costs[0], era).language,
                                 findings, error};
    return one_text(&w, form, text);
}

plb_status plb_costs_write(const plb_costs *const *costs, size_t count, plb_costs_form form,
                           plb_era era, char **text, plb_costs_findings *findings,
                           plb_error *error) {
    *text = NULL;
    plb_status status = write_text(costs, count, form, era, text, findings, error);
    if (status) {
        free(*text);
        *text = NULL;
    }
    return status;
}
