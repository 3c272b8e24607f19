/* What is wrong with a model. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "calibrate/model/extremes.h"
#include "harness/machine/availability.h"

/* What a transaction may spend (protocol parameters of mainnet, protocol version 10). */
static const plb_exunits mainnet_limit = {.memory = 14000000, .steps = 10000000000};

typedef struct check {
    const plb_costs *costs;
    plb_variant variant;
    plb_exunits limit;
    plb_costs_findings *findings;
    plb_error *error;
} check;

#define FIND(c, severity, what, parameter, ...)                                                    \
    plb_costs_find((c)->findings, severity, what, parameter, (c)->error, __VA_ARGS__)

/* ---- Costs of one function ---- */

typedef struct function {
    unsigned tag;
    int resource;
    const plb_costing *costing;
    char name[PLB_COSTS_NAME_BYTES];
} function;

#define SIZES_BYTES 160

/* "at x = 10, y = 11"; "at every size" of what has no size. */
static const char *sizes_text(const function *f, const int64_t *sizes, char text[SIZES_BYTES]) {
    size_t used = 0;
    snprintf(text, SIZES_BYTES, "at every size");
    for (unsigned i = 0; i < plb_builtins[f->tag].arity; i++) {
        if (!(plb_costing_arguments(f->costing) >> i & 1)) continue;
        int n = snprintf(text + used, SIZES_BYTES - used, "%s%c = %" PRId64, used ? ", " : "at ",
                         "xyzuvw"[i], sizes[i]);
        used += (size_t) n;
    }
    return text;
}

static const char *unit_of(const function *f) {
    return f->resource == PLB_COSTS_OF_MEMORY ? "memory" : "steps";
}

static bool has_negative(const plb_costing *costing) {
    unsigned count = plb_costing_count(costing);
    for (unsigned i = 0; i < count; i++)
        if (costing->c[i] < 0) return true;
    return false;
}

static plb_status check_negative(const check *c, const function *f, const plb_extremes *e) {
    char sizes[SIZES_BYTES];
    if (e->least >= 0) return PLB_OK;
    return FIND(c, PLB_COSTS_ERROR, "negative", f->name, "costs %" PRId64 " %s %s", e->least,
                unit_of(f), sizes_text(f, e->at_least, sizes));
}

static plb_status find_fall(const check *c, const function *f, unsigned argument,
                            const plb_extremes_fall *fall, bool meant) {
    char sizes[SIZES_BYTES];
    if (!fall->any) return PLB_OK;
    return FIND(c, meant ? PLB_COSTS_NOTE : PLB_COSTS_WARNING, "falls", f->name,
                "falls from %" PRId64 " to %" PRId64 " %s where %c grows by 1 %s%s", fall->before,
                fall->after, unit_of(f), "xyzuvw"[argument], sizes_text(f, fall->sizes, sizes),
                meant ? ", as its shape does" : "");
}

/* Without negative coefficients, and between regions, it falls because its shape does. */
static plb_status check_falls(const check *c, const function *f, const plb_extremes *e) {
    plb_status status = PLB_OK;
    bool meant = !has_negative(f->costing);
    for (unsigned i = 0; i < plb_builtins[f->tag].arity && !status; i++) {
        status = find_fall(c, f, i, &e->falls[i][PLB_FALL_WITHIN], meant);
        if (!status) status = find_fall(c, f, i, &e->falls[i][PLB_FALL_ACROSS], true);
    }
    return status;
}

static plb_status check_saturates(const check *c, const function *f, const plb_extremes *e,
                                  bool open) {
    char sizes[SIZES_BYTES];
    bool low = e->least == INT64_MIN;
    if (!low && e->most != INT64_MAX) return PLB_OK;
    return FIND(c, open ? PLB_COSTS_NOTE : PLB_COSTS_WARNING, "saturates", f->name,
                "the cost is beyond 64 bits %s%s",
                sizes_text(f, low ? e->at_least : e->at_most, sizes),
                open ? ", a size that no budget bounds" : "");
}

static plb_status check_amounts(const check *c, const function *f, const plb_extremes *e) {
    char sizes[SIZES_BYTES];
    bool memory = f->resource == PLB_COSTS_OF_MEMORY;
    int64_t limit = memory ? c->limit.memory : c->limit.steps;
    int64_t step = c->costs->model->step[PLB_STEP_BUILTIN].steps;
    sizes_text(f, e->at_least, sizes);
    if (e->least > limit)
        return FIND(c, PLB_COSTS_WARNING, "unaffordable", f->name,
                    "costs at least %" PRId64 " %s, more than the %" PRId64 " of a transaction",
                    e->least, unit_of(f), limit);
    if (e->most == 0)
        return FIND(c, PLB_COSTS_WARNING, "zero", f->name, "costs nothing at every size");
    if (e->least == 0)
        return FIND(c, memory ? PLB_COSTS_NOTE : PLB_COSTS_WARNING, "zero", f->name,
                    "costs nothing %s", sizes);
    if (!memory && e->least > 0 && e->least < step)
        return FIND(c, PLB_COSTS_NOTE, "cheap", f->name,
                    "costs %" PRId64 " steps %s, less than the machine step (%" PRId64 ")",
                    e->least, sizes, step);
    return PLB_OK;
}

/* Sizes that nothing bounds: what is wrong there, and nowhere else. */
static plb_status check_open(const check *c, const function *f, plb_size_range *ranges,
                             const plb_extremes *bounded) {
    bool open = false;
    for (unsigned i = 0; i < plb_builtins[f->tag].arity; i++) {
        if (!ranges[i].open || !(plb_costing_arguments(f->costing) >> i & 1)) continue;
        ranges[i].most = INT64_MAX;
        open = true;
    }
    if (!open) return PLB_OK;
    plb_extremes e;
    plb_extremes_find(f->costing, plb_builtins[f->tag].arity, ranges, &e);
    plb_status status = PLB_OK;
    if (bounded->least >= 0) status = check_negative(c, f, &e);
    if (!status && bounded->most != INT64_MAX && bounded->least != INT64_MIN)
        status = check_saturates(c, f, &e, true);
    return status;
}

static plb_status check_function(const check *c, unsigned tag, int resource) {
    function f = {.tag = tag, .resource = resource};
    plb_size_range ranges[PLB_COSTS_SIZES];
    plb_extremes e;
    f.costing = plb_costing_of(c->costs->model, tag, resource);
    plb_costing_name(tag, resource, f.name);
    for (unsigned i = 0; i < plb_builtins[tag].arity; i++)
        ranges[i] = plb_size_range_of(tag, i, c->variant, c->limit.memory);
    plb_extremes_find(f.costing, plb_builtins[tag].arity, ranges, &e);
    plb_status status = check_negative(c, &f, &e);
    if (!status) status = check_falls(c, &f, &e);
    if (!status) status = check_saturates(c, &f, &e, false);
    if (!status) status = check_amounts(c, &f, &e);
    return status ? status : check_open(c, &f, ranges, &e);
}

static plb_status check_functions(const check *c) {
    bool priced[PLB_BUILTIN_COUNT];
    plb_status status = PLB_OK;
    plb_costs_priced(c->costs, priced);
    for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT && !status; tag++) {
        if (!priced[tag] || !c->costs->model->builtin[tag].present) continue;
        for (int r = 0; r < PLB_COSTS_RESOURCES && !status; r++) status = check_function(c, tag, r);
    }
    return status;
}

static plb_status check_steps(const check *c) {
    plb_status status = PLB_OK;
    for (unsigned i = 0; i < PLB_COSTS_STEPS && !status; i++) {
        plb_exunits cost = *plb_costs_step_slot(c->costs, i);
        const int64_t values[] = {cost.steps, cost.memory};
        static const char *const units[] = {"CPU", "Memory"};
        if (!plb_costs_step_present(cost)) continue;
        for (int r = 0; r < PLB_COSTS_RESOURCES && !status; r++) {
            char name[PLB_COSTS_NAME_BYTES];
            snprintf(name, sizeof name, "%s-exBudget%s", plb_costs_step_name(i), units[r]);
            if (values[r] < 0)
                status = FIND(c, PLB_COSTS_ERROR, "negative", name, "costs %" PRId64, values[r]);
            else if (values[r] == 0)
                status = FIND(c, PLB_COSTS_WARNING, "zero", name, "costs nothing");
            else if (values[r] > (r == 0 ? c->limit.steps : c->limit.memory))
                status = FIND(c, PLB_COSTS_WARNING, "unaffordable", name,
                              "costs %" PRId64 ", more than a transaction may spend", values[r]);
        }
    }
    return status;
}

/* ---- Whether it is complete ---- */

/* The parameters of one builtin or machine step: those from `from` on, below the end returned. */
static size_t end_of_run(const plb_costs_view *view, size_t from, size_t *missing) {
    size_t end = from;
    *missing = 0;
    for (; end < view->all && view->params[end].builtin == view->params[from].builtin &&
           view->params[end].step == view->params[from].step;
         end++)
        *missing += !view->present[end];
    return end;
}

static plb_status find_missing(const check *c, const plb_costs_view *view, size_t from, size_t end,
                               size_t missing) {
    plb_status status = PLB_OK;
    char era[PLB_COSTS_ERA_BYTES], name[PLB_PARAM_NAME_BYTES];
    plb_costs_era_text(view->era, era);
    int tag = view->params[from].builtin;
    if (missing == end - from && tag >= 0)
        return FIND(c, PLB_COSTS_ERROR, "missing", plb_builtins[tag].name,
                    "has no costs: %s has it, and prices what is missing beyond every budget", era);
    for (size_t i = from; i < end && !status; i++) {
        if (view->present[i]) continue;
        plb_param_name(view->shapes, view->params[i], false, name);
        status =
            FIND(c, PLB_COSTS_ERROR, "missing", name,
                 "is parameter %zu of %s; what is missing is priced beyond every budget", i, era);
    }
    return status;
}

static plb_status check_run(const check *c, const plb_costs_view *view, size_t from, size_t end,
                            size_t missing) {
    char name[PLB_PARAM_NAME_BYTES], era[PLB_COSTS_ERA_BYTES];
    int tag = view->params[from].builtin;
    const plb_availability *available = plb_availability_of(view->era);
    bool wanted = from < view->count && (tag < 0 || available->builtin[tag]);
    if (wanted && missing > 0) return find_missing(c, view, from, end, missing);
    if (wanted || missing == end - from) return PLB_OK;
    plb_costs_era_text(view->era, era);
    plb_param_name(view->shapes, view->params[from], false, name);
    return FIND(c, PLB_COSTS_NOTE, "extra", tag >= 0 ? plb_builtins[tag].name : name,
                "%s does not have it", era);
}

static plb_status check_shapes(const check *c, const plb_costs_view *view) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < view->count && !status; i++) {
        plb_error misfit;
        if (!view->misfit[i] || view->params[i].index > 0) continue;
        (void) plb_costs_misfit(c->costs, view, i, &misfit);
        status = FIND(c, PLB_COSTS_ERROR, "shape", misfit.where, "%s", misfit.message);
    }
    return status;
}

static plb_status check_view(const check *c, const plb_costs_view *view) {
    plb_status status = PLB_OK;
    size_t missing, end;
    for (size_t from = 0; from < view->all && !status; from = end) {
        end = end_of_run(view, from, &missing);
        size_t misfits = 0;
        for (size_t i = from; i < end; i++) misfits += view->misfit[i];
        if (misfits == 0) status = check_run(c, view, from, end, missing);
    }
    if (!status && view->era.language != PLB_LANGUAGE_NEWEST) status = check_shapes(c, view);
    return status;
}

static plb_status check_complete(const check *c, plb_era era) {
    plb_costs_view view;
    plb_error problem;
    plb_status status = plb_costs_look(c->costs, era, &view, &problem);
    if (status == PLB_E_UNAVAILABLE) {
        status = FIND(c, PLB_COSTS_ERROR, "missing", plb_language_name(view.era.language), "%s",
                      problem.message);
    } else {
        status = status ? plb_fail(c->error, status, problem.where, "%s", problem.message)
                        : check_view(c, &view);
    }
    plb_costs_view_free(&view);
    return status;
}

/* What the text had too much, and what it did not have. */
static plb_status check_source(const check *c) {
    const plb_costs_source *source = &c->costs->source;
    plb_status status = PLB_OK;
    const char *name;
    for (size_t i = 0; (name = plb_costs_unknown(c->costs, i)) != NULL && !status; i++)
        status = FIND(c, PLB_COSTS_WARNING, "unknown", name, "is no parameter of %s: it is ignored",
                      plb_language_name(source->era.language));
    if (!status && source->surplus > 0)
        status = FIND(c, PLB_COSTS_WARNING, "extra", "",
                      "%zu values behind the last of the %zu parameters that %s has: they are "
                      "ignored",
                      source->surplus, source->parameters, plb_language_name(source->era.language));
    if (!status && source->machine_published)
        status = FIND(c, PLB_COSTS_NOTE, "default", "",
                      "no machine steps are in it: the published ones of variant %c stand for them",
                      source->variant);
    if (!status && source->builtins_published)
        status = FIND(c, PLB_COSTS_NOTE, "default", "",
                      "no builtins are in it: the published ones of variant %c stand for them",
                      source->variant);
    if (!status && source->version_assumed && source->parameters > 0)
        status = FIND(c, PLB_COSTS_NOTE, "default", "",
                      "protocol version %u is assumed, and with it the shapes of variant %c",
                      source->era.protocol_version, source->variant);
    return status;
}

plb_status plb_costs_check(const plb_costs *costs, plb_era era, plb_exunits limit,
                           plb_costs_findings *findings, plb_error *error) {
    check c = {.costs = costs, .limit = limit, .findings = findings, .error = error};
    if (limit.memory <= 0) c.limit.memory = mainnet_limit.memory;
    if (limit.steps <= 0) c.limit.steps = mainnet_limit.steps;
    plb_era meant = plb_costs_era(costs, era);
    c.variant = meant.language == PLB_LANGUAGE_NEWEST
                    ? (plb_variant) (costs->source.variant - 'A')
                    : (plb_variant) (plb_era_variant(meant) - 'A');
    plb_status status = check_source(&c);
    if (!status) status = check_complete(&c, era);
    if (!status) status = check_steps(&c);
    return status ? status : check_functions(&c);
}
