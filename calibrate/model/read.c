/* Models from any form, and where they come from. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/model/costs.h"
#include "harness/machine/availability.h"
#include "harness/machine/cost_json.h"

#define UNKNOWN_MAX 1000 /* names that are kept */

/* ---- Making and freeing ---- */

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a cost model");
}

static plb_costs *costs_new(const char *name) {
    plb_costs *costs = calloc(1, sizeof *costs);
    if (!costs) return NULL;
    costs->name = strdup(name);
    if (!costs->name) {
        free(costs);
        return NULL;
    }
    costs->source.name = costs->name;
    return costs;
}

void plb_costs_free(plb_costs *costs) {
    if (!costs) return;
    plb_cost_model_free(costs->model);
    json_decref(costs->unknown);
    free(costs->unknowns);
    free(costs->name);
    free(costs);
}

/* ---- The published ones ---- */

/* The newest protocol version in which the language has that variant, 0 when none has. */
static unsigned version_of(plb_language language, plb_variant variant) {
    for (unsigned v = PLB_PROTOCOL_VERSION_MAX; v >= PLB_PROTOCOL_VERSION_MIN; v--) {
        const plb_availability *available = plb_availability_of((plb_era){language, v});
        if (available->language && available->variant == variant) return v;
    }
    return 0;
}

plb_status plb_costs_published(plb_costs **costs, char letter, plb_era era, plb_error *error) {
    *costs = NULL;
    if (letter < 'A' || letter > 'E')
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected a published cost model, A to E, got '%c'", letter);
    plb_variant variant = (plb_variant) (letter - 'A');
    plb_costs *made = costs_new((char[]){letter, '\0'});
    if (!made) return no_memory(error);
    made->model = plb_cost_model_of_variant(variant);
    if (!made->model) {
        plb_costs_free(made);
        return no_memory(error);
    }
    made->source.form = PLB_COSTS_PUBLISHED;
    made->source.variant = letter;
    made->source.era = era;
    made->source.version_assumed = era.protocol_version == 0;
    if (era.language != PLB_LANGUAGE_NEWEST && era.protocol_version == 0)
        made->source.era.protocol_version = version_of(era.language, variant);
    *costs = made;
    return PLB_OK;
}

/* ---- Texts ---- */

static plb_costs_form form_of(const plb_cost_text *text) {
    switch (text->form) {
    case PLB_COST_TEXT_ARRAY: return PLB_COSTS_ARRAY;
    case PLB_COST_TEXT_NAMED: return PLB_COSTS_NAMED;
    case PLB_COST_TEXT_BY_LANGUAGE:
        return text->genesis ? PLB_COSTS_GENESIS : PLB_COSTS_PROTOCOL_PARAMETERS;
    default:
        return text->builtins && text->steps ? PLB_COSTS_BOTH
               : text->steps                 ? PLB_COSTS_MACHINE
                                             : PLB_COSTS_BUILTIN;
    }
}

/* What neither the caller nor the text says, as the text has it. */
static plb_status choose_era(plb_costs_source *source, const plb_cost_text *text, plb_era era,
                             plb_error *error) {
    bool bare = text->form == PLB_COST_TEXT_ARRAY || text->form == PLB_COST_TEXT_NAMED;
    if (bare && era.language == PLB_LANGUAGE_NEWEST)
        return plb_fail(error, PLB_E_COST_MODEL, source->name,
                        "expected to be told a language: %s does not say whose parameters these "
                        "are",
                        text->form == PLB_COST_TEXT_ARRAY ? "an array" : "an object of parameters");
    if (text->form == PLB_COST_TEXT_BY_LANGUAGE && era.language == PLB_LANGUAGE_NEWEST)
        for (int i = PLB_PLUTUS_V1; i <= PLB_PLUTUS_V4; i++)
            if (text->keys[i - 1]) era.language = (plb_language) i;
    if (era.protocol_version == 0) era.protocol_version = text->protocol_version;
    source->version_assumed = era.protocol_version == 0;
    if (source->version_assumed) era.protocol_version = PLB_PROTOCOL_VERSION_MAX;
    if (era.language == PLB_LANGUAGE_NEWEST) era.protocol_version = 0;
    source->era = era;
    source->variant = plb_era_variant(era);
    return PLB_OK;
}

static plb_status keep_unknown(plb_costs *costs, json_t *unknown, plb_error *error) {
    costs->unknown = unknown;
    size_t count = json_object_size(unknown);
    if (count == 0) return PLB_OK;
    if (count > UNKNOWN_MAX) count = UNKNOWN_MAX;
    costs->unknowns = calloc(count, sizeof *costs->unknowns);
    if (!costs->unknowns) return no_memory(error);
    const char *key;
    json_t *value;
    json_object_foreach(unknown, key, value) {
        (void) value;
        if (costs->unknown_count < count) costs->unknowns[costs->unknown_count++] = key;
    }
    return PLB_OK;
}

/* Into a model with a name and no more. */
static plb_status read_text(plb_costs *costs, plb_era era, const char *text, size_t length,
                            plb_error *error) {
    plb_costs_source *source = &costs->source;
    plb_cost_text look;
    plb_cost_notes notes = {0};
    plb_status status = plb_cost_text_look(&look, source->name, text, length, error);
    if (!status) status = choose_era(source, &look, era, error);
    if (!status)
        status = plb_cost_model_load_noting(&costs->model, source->era, source->name, text, length,
                                            &notes, error);
    if (status) {
        json_decref(notes.unknown);
        return status;
    }
    source->form = form_of(&look);
    for (int i = PLB_PLUTUS_V1; i <= PLB_PLUTUS_V4; i++)
        if (look.keys[i - 1]) source->languages |= 1u << i;
    source->more = look.more;
    source->parameters = notes.parameters;
    source->surplus = notes.surplus;
    source->machine_published = source->form == PLB_COSTS_BUILTIN;
    source->builtins_published = source->form == PLB_COSTS_MACHINE;
    plb_language language = source->era.language;
    if (language != PLB_LANGUAGE_NEWEST && look.keys[language - 1]) {
        strncpy(costs->key, look.keys[language - 1], sizeof costs->key - 1);
        source->key = costs->key;
    }
    return keep_unknown(costs, notes.unknown, error);
}

plb_status plb_costs_read(plb_costs **costs, plb_era era, const char *name, const char *text,
                          size_t length, plb_error *error) {
    *costs = NULL;
    plb_costs *made = costs_new(name ? name : "cost model");
    if (!made) return no_memory(error);
    plb_status status = read_text(made, era, text, length, error);
    if (status) {
        plb_costs_free(made);
        return status;
    }
    *costs = made;
    return PLB_OK;
}

plb_status plb_costs_languages(const char *name, const char *text, size_t length,
                               plb_language languages[PLB_COSTS_LANGUAGES], size_t *count,
                               plb_error *error) {
    plb_cost_text look;
    *count = 0;
    plb_status status = plb_cost_text_look(&look, name, text, length, error);
    for (int i = PLB_PLUTUS_V1; i <= PLB_PLUTUS_V4 && !status; i++)
        if (look.keys[i - 1]) languages[(*count)++] = (plb_language) i;
    return status;
}

void plb_costs_set_machine(plb_costs *costs, const plb_costs *machine) {
    costs->model->startup = machine->model->startup;
    memcpy(costs->model->step, machine->model->step, sizeof costs->model->step);
    costs->source.machine_published = false;
}

/* ---- Where it comes from ---- */

const plb_costs_source *plb_costs_where(const plb_costs *costs) { return &costs->source; }

const char *plb_costs_unknown(const plb_costs *costs, size_t index) {
    return index < costs->unknown_count ? costs->unknowns[index] : NULL;
}

const plb_cost_model *plb_costs_model(const plb_costs *costs) { return costs->model; }

const char *plb_costs_form_name(plb_costs_form form) {
    static const char *const names[PLB_COSTS_FORMS] = {
        "published",           "builtin", "machine", "both", "array", "named",
        "protocol-parameters", "genesis",
    };
    return (unsigned) form < PLB_COSTS_FORMS ? names[form] : "unknown";
}

plb_era plb_costs_era(const plb_costs *costs, plb_era era) {
    plb_era own = costs->source.era;
    if (era.language == PLB_LANGUAGE_NEWEST) return own;
    if (era.protocol_version == 0 && era.language == own.language) return own;
    if (era.protocol_version == 0 && costs->source.form == PLB_COSTS_PUBLISHED)
        era.protocol_version =
            version_of(era.language, (plb_variant) (costs->source.variant - 'A'));
    if (era.protocol_version == 0) era.protocol_version = PLB_PROTOCOL_VERSION_MAX;
    return era;
}
