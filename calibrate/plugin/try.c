/* A builtin of a plug-in runs for the first time. */
#include <stdlib.h>

#include "calibrate/plugin/plugins.h"
#include "harness/machine/machine_internal.h"

#define BYTE_CAP ((size_t) 256 << 20)
#define SEED 1

typedef struct attempt {
    const plb_plugins *plugins;
    unsigned index;
    plb_program *program;
    plb_machine *machine;
    plb_cost_model *model;
    plb_value arguments[PLB_PLUGIN_ARGUMENTS];
} attempt;

static plb_status refuse(const attempt *a, plb_error *error, const char *problem) {
    const plb_plugin_known *entry = &a->plugins->entries[a->index];
    return plb_fail(error, PLB_E_EVALUATION, entry->file, "builtin '%s': %s", entry->declared.name,
                    problem);
}

static plb_status make_arguments(attempt *a, plb_value *arguments, plb_error *error) {
    uint64_t sizes[PLB_PLUGIN_ARGUMENTS];
    const plb_plugin_builtin *declared = &a->plugins->entries[a->index].declared;
    for (unsigned i = 0; i < declared->arity; i++) sizes[i] = declared->sizes[i].least;
    return plb_plugin_make_arguments(a->plugins, a->index, &a->program->heap, &a->program->types,
                                     sizes, SEED, arguments, error);
}

/* Equal seeds make equal arguments. */
static plb_status generate_twice(attempt *a, plb_error *error) {
    plb_value again[PLB_PLUGIN_ARGUMENTS];
    plb_status status = make_arguments(a, a->arguments, error);
    if (status == PLB_OK) status = make_arguments(a, again, error);
    if (status != PLB_OK) return status;
    for (unsigned i = 0; i < a->plugins->entries[a->index].declared.arity; i++) {
        if (plb_type_of(&a->program->types, a->arguments[i]) !=
                plb_type_of(&a->program->types, again[i]) ||
            plb_constant_equal(a->arguments[i], again[i]) != 1) {
            return refuse(a, error, "its generator made different arguments from equal seeds");
        }
    }
    return PLB_OK;
}

static plb_status build(attempt *a, plb_error *error) {
    const plb_plugin_builtin *declared = &a->plugins->entries[a->index].declared;
    plb_program *program = a->program;
    program->version[0] = program->version[1] = 1;
    plb_build_next next = plb_build_apply(program, declared->arity);
    for (unsigned i = 0; i < declared->forces; i++) next = plb_build_force(program);
    next = plb_build_builtin(program, PLB_BUILTIN_COUNT + a->index);
    for (unsigned i = 0; i < declared->arity && next == PLB_BUILD_TERM; i++)
        next = plb_build_const(program, a->arguments[i]);
    return next == PLB_BUILD_DONE ? PLB_OK : refuse(a, error, "its arguments fit in no program");
}

static plb_status evaluate(attempt *a, plb_error *error) {
    plb_outcome outcome;
    plb_evaluation evaluation = {.program = a->program,
                                 .cost_model = a->model,
                                 .era = {PLB_LANGUAGE_NEWEST, 0},
                                 .limit = {INT64_MAX, INT64_MAX}};
    if (plb_machine_run(a->machine, &evaluation, &outcome) == PLB_OK) return PLB_OK;
    /* The message names the plug-in where it is the plug-in's. */
    return plb_fail(error, PLB_E_EVALUATION, NULL, "%s", outcome.message);
}

plb_status plb_plugin_try(const plb_plugins *plugins, unsigned index, plb_error *error) {
    attempt a = {.plugins = plugins, .index = index};
    a.program = plb_program_new(BYTE_CAP);
    a.machine = plb_machine_new(BYTE_CAP);
    a.model = plb_cost_model_default((plb_era){PLB_LANGUAGE_NEWEST, 0});
    plb_status status = PLB_OK;
    if (a.program == NULL || a.machine == NULL || a.model == NULL) {
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory to try a plug-in");
    } else {
        plb_program_use_extras(a.program, plugins->extras);
        status = generate_twice(&a, error);
    }
    if (status == PLB_OK) status = build(&a, error);
    if (status == PLB_OK) status = evaluate(&a, error);
    plb_program_free(a.program);
    plb_machine_free(a.machine);
    plb_cost_model_free(a.model);
    return status;
}
