/* The ledger's parameters in a model. */
#include "calibrate/model/write.h"
#include "harness/machine/cost_write.h"

/* What stands for what the source did not have. */
plb_status plb_costs_find_defaults(const plb_costs_writing *w, bool builtins, bool machine) {
    const plb_costs_source *source = &w->costs->source;
    plb_status status = PLB_OK;
    if (machine && source->machine_published)
        status = PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "default", "",
                                "machine steps are the published ones of variant %c: %s has none",
                                source->variant, source->name);
    if (!status && builtins && source->builtins_published)
        status = PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "default", "",
                                "builtins are the published ones of variant %c: %s has none",
                                source->variant, source->name);
    return status;
}

/* What parameters can't say anything about. */
static plb_status find_ignored(const plb_costs_writing *w) {
    const plb_costs_source *source = &w->costs->source;
    plb_status status = PLB_OK;
    const char *name;
    for (size_t i = 0; (name = plb_costs_unknown(w->costs, i)) != NULL && !status; i++)
        status = PLB_COSTS_FIND(w, PLB_COSTS_WARNING, "left-out", name, "is no parameter");
    if (!status && source->surplus > 0)
        status = PLB_COSTS_FIND(w, PLB_COSTS_WARNING, "left-out", "",
                                "%zu values behind the last parameter", source->surplus);
    return status;
}

/* Parameters to write: those of the era, and those that came along. */
static size_t reach_of(const plb_costs_writing *w, const plb_costs_view *view) {
    const plb_costs_source *source = &w->costs->source;
    bool own = w->era.language == PLB_LANGUAGE_NEWEST || w->era.language == source->era.language;
    size_t came = own && w->era.protocol_version == 0 ? source->parameters : 0;
    return came > view->count ? came : view->count;
}

/* Of *count parameters, keep those up to the last one that is there, and tell which are missing.
 * Without `gaps` none may be missing before it. */
static plb_status count_present(const plb_costs_writing *w, const plb_costs_view *view, bool gaps,
                                size_t *count) {
    size_t wanted = *count, missing = 0;
    char name[PLB_PARAM_NAME_BYTES], era[PLB_COSTS_ERA_BYTES];
    plb_costs_era_text(view->era, era);
    while (*count && !view->present[*count - 1]) --*count;
    while (missing < *count && view->present[missing]) missing++;
    if (missing < *count && !gaps) {
        plb_param_name(view->shapes, view->params[missing], false, name);
        return plb_fail(w->error, PLB_E_COST_MODEL, name,
                        "expected a value: it is parameter %zu of %s, and others follow it",
                        missing, era);
    }
    plb_status status = PLB_OK;
    for (size_t i = missing; i < wanted && !status; i++) {
        if (view->present[i]) continue;
        plb_param_name(view->shapes, view->params[i], false, name);
        status =
            PLB_COSTS_FIND(w, PLB_COSTS_WARNING, "missing", name,
                           "is parameter %zu of %s, and the model has no value for it", i, era);
    }
    return status;
}

/* Builtins and steps whose parameters are not written. */
static plb_status find_left_out(const plb_costs_writing *w, const plb_costs_view *view,
                                size_t count) {
    bool priced[PLB_BUILTIN_COUNT], written[PLB_BUILTIN_COUNT] = {false};
    plb_status status = PLB_OK;
    char era[PLB_COSTS_ERA_BYTES];
    plb_costs_era_text(view->era, era);
    for (size_t i = 0; i < view->all; i++) {
        plb_param param = view->params[i];
        if (param.builtin >= 0 && i < count) written[param.builtin] = true;
        if (param.step >= 0 && i >= count && !param.memory && view->present[i] && !status)
            status = PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "left-out",
                                    plb_step_cost_name((plb_step) param.step),
                                    "%s does not have it", era);
    }
    plb_costs_priced(w->costs, priced);
    for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT && !status; tag++)
        if (priced[tag] && !written[tag] && w->costs->model->builtin[tag].present)
            status = PLB_COSTS_FIND(w, PLB_COSTS_NOTE, "left-out", plb_builtins[tag].name,
                                    "%s does not have it", era);
    return status;
}

static plb_status view_json(const plb_costs_writing *w, const plb_costs_view *view,
                            plb_costs_naming naming, json_t **json) {
    size_t count = reach_of(w, view);
    plb_status status = plb_costs_fits(w->costs, view, count, w->error);
    if (!status) status = count_present(w, view, naming != PLB_AS_ARRAY, &count);
    if (!status) status = find_left_out(w, view, count);
    if (status) return status;
    /* Names are those of the era's shapes, which the written ones have. */
    *json = naming == PLB_AS_ARRAY ? plb_params_array(w->costs->model, view->params, count)
                                   : plb_params_object(w->costs->model, view->params, view->present,
                                                       count, naming == PLB_BY_GENESIS_NAME);
    return *json ? PLB_OK : plb_fail(w->error, PLB_E_MEMORY, NULL, "no memory for parameters");
}

plb_status plb_costs_parameters_json(const plb_costs_writing *w, plb_costs_naming naming,
                                     json_t **json) {
    plb_costs_view view;
    *json = NULL;
    if (plb_costs_era(w->costs, w->era).language == PLB_LANGUAGE_NEWEST)
        return plb_fail(w->error, PLB_E_ARGUMENT, w->costs->name,
                        "expected a language to write parameters for: the model belongs to none");
    plb_status status = plb_costs_find_defaults(w, true, true);
    if (!status) status = find_ignored(w);
    if (status) return status;
    status = plb_costs_look(w->costs, w->era, &view, w->error);
    if (!status) status = view_json(w, &view, naming, json);
    plb_costs_view_free(&view);
    return status;
}
