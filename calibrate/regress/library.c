#include "calibrate/regress/library.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/measure/restart.h"

void plb_gate_library_own(plb_gate_library *library, const plb_plugins *plugins) {
    *library = (plb_gate_library){
        .plugins = plugins,
        .version = plb_version,
        .build_info = plb_build_info,
        .program_new = plb_program_new,
        .program_free = plb_program_free,
        .program_load = plb_program_load,
        .program_apply = plb_program_apply,
        .machine_new = plb_machine_new,
        .machine_free = plb_machine_free,
        .machine_run = plb_machine_run,
        .machine_result = plb_machine_result,
        .cost_model_default = plb_cost_model_default,
        .cost_model_free = plb_cost_model_free,
    };
}

#define FUNCTION(name)                                                                             \
    { "plb_" #name, offsetof(plb_gate_library, name) }
static const struct {
    const char *name;
    size_t offset;
} functions[] = {
    FUNCTION(version),        FUNCTION(build_info),         FUNCTION(program_new),
    FUNCTION(program_free),   FUNCTION(program_load),       FUNCTION(program_apply),
    FUNCTION(machine_new),    FUNCTION(machine_free),       FUNCTION(machine_run),
    FUNCTION(machine_result), FUNCTION(cost_model_default), FUNCTION(cost_model_free),
};

static plb_status no_library(const char *file, const char *why, plb_error *error) {
    return plb_fail(error, PLB_E_ARGUMENT, file, "expected a libplutbench.so: %s", why);
}

static plb_status find_functions(plb_gate_library *library, const char *file, plb_error *error) {
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        void *found = dlsym(library->handle, functions[i].name);
        if (found == NULL)
            return plb_fail(error, PLB_E_ARGUMENT, file, "expected a libplutbench.so: it has no %s",
                            functions[i].name);
        memcpy((char *) library + functions[i].offset, &found, sizeof found);
    }
    return PLB_OK;
}

/* "0.1" of "0.1.3": what has to be equal for structures to be. */
static size_t interface_length(const char *version) {
    const char *last = strrchr(version, '.');
    return last != NULL ? (size_t) (last - version) : strlen(version);
}

static plb_status check_version(const plb_gate_library *library, const char *file,
                                plb_error *error) {
    const char *found = library->version(), *own = plb_version();
    size_t length = interface_length(own);
    if (interface_length(found) == length && strncmp(found, own, length) == 0) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, file,
                    "expected version %.*s of libplutbench, got %.40s: its structures may differ",
                    (int) length, own, found);
}

/* That it runs a program, and charges for it. */
static bool adds(const plb_gate_library *library) {
    static const char text[] =
        "(program 1.0.0 [(builtin addInteger) (con integer 1) (con integer 2)])";
    const plb_era era = {PLB_PLUTUS_V3, 10};
    plb_program *program = library->program_new(0);
    plb_machine *machine = library->machine_new(0);
    plb_cost_model *model = library->cost_model_default(era);
    plb_evaluation run = {
        .program = program, .cost_model = model, .era = era, .limit = {INT64_MAX, INT64_MAX}};
    plb_outcome outcome = {.status = PLB_E_MEMORY};
    bool good = program != NULL && machine != NULL && model != NULL &&
                library->program_load(program, era, PLB_FORMAT_TEXT, (const uint8_t *) text,
                                      sizeof text - 1, NULL, NULL) == PLB_OK &&
                library->machine_run(machine, &run, &outcome) == PLB_OK &&
                outcome.status == PLB_OK && outcome.spent.steps > 0 && outcome.spent.memory > 0;
    library->cost_model_free(model);
    library->machine_free(machine);
    library->program_free(program);
    return good;
}

/* On pages of its own: plb_copy_in_memory says why. */
static void *load_copy(const char *path) {
    char name[64];
    int copy = plb_copy_in_memory(path);
    if (copy < 0) return NULL;
    (void) snprintf(name, sizeof name, "/proc/self/fd/%d", copy);
    void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    (void) close(copy);
    return handle;
}

plb_status plb_gate_library_open(plb_gate_library *library, const char *file, plb_error *error) {
    char path[PATH_MAX]; /* with a '/', or it would be looked for elsewhere */
    *library = (plb_gate_library){.handle = NULL};
    if (realpath(file, path) == NULL) return no_library(file, "it could not be opened", error);
    library->handle = load_copy(path);
    if (library->handle == NULL) library->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library->handle == NULL) return no_library(file, dlerror(), error);
    plb_status status = find_functions(library, file, error);
    if (status == PLB_OK) status = check_version(library, file, error);
    if (status == PLB_OK && !adds(library))
        status = no_library(file, "it fails to add 1 and 2", error);
    if (status != PLB_OK) plb_gate_library_close(library);
    return status;
}

void plb_gate_library_close(plb_gate_library *library) {
    if (library->handle != NULL) (void) dlclose(library->handle);
    library->handle = NULL;
}

plb_program *plb_gate_program_new(const plb_gate_library *library, size_t byte_cap) {
    plb_program *program = library->program_new(byte_cap);
    if (program != NULL && library->plugins != NULL)
        plb_program_use_plugins(program, library->plugins);
    return program;
}

void plb_gate_library_name(const plb_gate_library *library, char *text, size_t bytes) {
    const struct plb_build *build = library->build_info();
    (void) snprintf(text, bytes, "%.40s (%.60s)", build->version, build->revision);
}
