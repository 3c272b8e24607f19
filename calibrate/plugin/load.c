/* Plug-ins from files. */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/plugin/plugins.h"

#define TRY_LIMIT_S 5   /* for a call of a builtin on arguments of the smallest sizes */
#define CALL_LIMIT_S 10 /* for any call: no builtin is worth so much of a node's time */

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for plug-ins");
}

/* ---- A file ---- */

/* What the loader says, without the file's name, which it begins with. */
static plb_status not_loaded(const char *path, const char *opened, plb_error *error) {
    const char *reason = dlerror();
    size_t length = strlen(opened);
    if (reason == NULL) reason = "unknown reason";
    if (strncmp(reason, opened, length) == 0 && strncmp(reason + length, ": ", 2) == 0)
        reason += length + 2;
    return plb_fail(error, PLB_E_IO, path, "expected a shared object: %s", reason);
}

/* Without a '/' the loader would look for it in the system's folders. */
static plb_status open_object(plb_plugin_file *file, plb_error *error) {
    char *here = NULL;
    const char *opened = file->path;
    if (strchr(file->path, '/') == NULL) {
        if (asprintf(&here, "./%s", file->path) < 0) return no_memory(error);
        opened = here;
    }
    file->handle = dlopen(opened, RTLD_NOW | RTLD_LOCAL);
    plb_status status = file->handle != NULL ? PLB_OK : not_loaded(file->path, opened, error);
    free(here);
    return status;
}

static plb_status call_entry(const plb_plugin_file *file, const plb_plugin **plugin,
                             plb_error *error) {
    const plb_plugin *(*entry)(void);
    void *symbol = dlsym(file->handle, PLB_PLUGIN_ENTRY);
    if (symbol == NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, file->path,
                        "expected a plug-in: it has no function " PLB_PLUGIN_ENTRY);
    }
    memcpy(&entry, &symbol, sizeof entry); /* ISO C has no cast for it */
    *plugin = entry();
    return PLB_OK;
}

static plb_status add_file(plb_plugins *plugins, const char *path, plb_error *error) {
    const plb_plugin *plugin = NULL;
    plb_plugin_file *file = &plugins->files[plugins->file_count];
    *file = (plb_plugin_file){.path = strdup(path)};
    if (file->path == NULL) return no_memory(error);
    plugins->file_count++;
    plb_plugin_enter(plugins->watch, PLB_PLUGIN_LOADING, PLB_PLUGIN_BUILTINS_MAX);
    plb_status status = open_object(file, error);
    if (status == PLB_OK) status = call_entry(file, &plugin, error);
    if (status == PLB_OK) status = plb_plugin_describe(plugins, file, plugin, error);
    plb_plugin_leave(plugins->watch);
    return status;
}

static plb_status make_extras(plb_plugins *plugins, plb_error *error) {
    plb_status status =
        plb_extra_builtins_new(&plugins->extras, plugins->rows, plugins->count, error);
    if (status != PLB_OK) return status;
    plugins->extras->context = plugins;
    plugins->extras->in_flat = true;
    return PLB_OK;
}

/* ---- First in another process ---- */

typedef struct trial {
    plb_plugins *plugins;
    const char *path;
} trial;

static int try_file(void *context) {
    const trial *t = context;
    plb_plugins *plugins = t->plugins;
    plb_error *error = &plugins->watch->error;
    unsigned index = plugins->count;
    plb_status status = add_file(plugins, t->path, error);
    if (status == PLB_OK) status = make_extras(plugins, error);
    for (; index < plugins->count && status == PLB_OK; index++) {
        const plb_plugin_builtin *declared = &plugins->entries[index].declared;
        plb_plugin_trial *tried = &plugins->watch->trial;
        (void) snprintf(tried->name, sizeof tried->name, "%s", declared->name);
        tried->arity = declared->arity;
        status = plb_plugin_try(plugins, index, error);
    }
    if (status != PLB_OK) return 1;
    plb_plugin_enter(plugins->watch, PLB_PLUGIN_UNLOADING, PLB_PLUGIN_BUILTINS_MAX);
    (void) dlclose(plugins->files[plugins->file_count - 1].handle);
    plb_plugin_leave(plugins->watch);
    return 0;
}

/* The process was to end, for what it did or not. */
static bool was_asked(const plb_plugin_end *end) {
    return end->signal == SIGINT || end->signal == SIGTERM;
}

/* The child has taken the builtin over, and this process has not. */
static plb_status tell_trial(const plb_plugin_watch *watch, const plb_plugin_end *end,
                             const trial *t, plb_error *error) {
    char text[PLB_PLUGIN_FAILURE_BYTES];
    const plb_plugin_trial *tried = &watch->trial;
    plb_plugin_end_text(watch, end, tried->arity, TRY_LIMIT_S, text, sizeof text);
    if (watch->builtin == PLB_PLUGIN_BUILTINS_MAX || tried->name[0] == '\0')
        return plb_fail(error, PLB_E_EVALUATION, t->path, "it %s", text);
    return plb_fail(error, PLB_E_EVALUATION, t->path, "builtin '%s': it %s", tried->name, text);
}

static plb_status load_file(plb_plugins *plugins, const char *path, plb_error *error) {
    trial t = {plugins, path};
    plb_plugin_end end;
    plb_plugin_watch *watch = plugins->watch;
    watch->trial = (plb_plugin_trial){.arity = 0};
    plb_status status = plb_plugin_watch_run(watch, TRY_LIMIT_S, try_file, &t, &end, error);
    if (status != PLB_OK) return status;
    if (was_asked(&end)) return plb_fail(error, PLB_E_INTERRUPTED, path, "interrupted");
    bool in_order = end.doing == PLB_PLUGIN_NOTHING && end.signal == 0 && end.code <= 1;
    if (!in_order) return tell_trial(watch, &end, &t, error);
    if (end.code != 0) {
        *error = watch->error;
        return error->status;
    }
    return add_file(plugins, path, error);
}

plb_status plb_plugins_load(plb_plugins **made, const char *const *files, size_t count,
                            plb_error *error) {
    *made = NULL;
    if (count > PLB_PLUGIN_FILES_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d plug-ins, got %zu",
                        PLB_PLUGIN_FILES_MAX, count);
    }
    plb_plugins *plugins = calloc(1, sizeof *plugins);
    if (plugins != NULL) plugins->watch = plb_plugin_watch_new();
    plb_status status = plugins != NULL && plugins->watch != NULL ? PLB_OK : no_memory(error);
    for (size_t i = 0; i < count && status == PLB_OK; i++)
        status = load_file(plugins, files[i], error);
    if (status == PLB_OK) status = make_extras(plugins, error);
    if (status != PLB_OK) {
        plb_plugins_free(plugins);
        return status;
    }
    *made = plugins;
    return PLB_OK;
}

void plb_plugins_free(plb_plugins *plugins) {
    if (plugins == NULL) return;
    plb_extra_builtins_free(plugins->extras);
    for (unsigned i = 0; i < plugins->file_count; i++) {
        if (plugins->files[i].handle != NULL) (void) dlclose(plugins->files[i].handle);
        free(plugins->files[i].path);
    }
    plb_plugin_watch_free(plugins->watch);
    free(plugins);
}

/* ---- What is loaded ---- */

size_t plb_plugins_count(const plb_plugins *plugins) {
    return plugins != NULL ? plugins->file_count : 0;
}

plb_plugin_facts plb_plugins_at(const plb_plugins *plugins, size_t index) {
    const plb_plugin_file *file = &plugins->files[index];
    return (plb_plugin_facts){file->path, file->name, file->version, file->builtins};
}

size_t plb_plugins_builtin_count(const plb_plugins *plugins) {
    return plugins != NULL ? plugins->count : 0;
}

plb_plugin_builtin_facts plb_plugins_builtin_at(const plb_plugins *plugins, size_t index) {
    const plb_plugin_known *entry = &plugins->entries[index];
    const char *failure = plugins->watch->failures[index];
    return (plb_plugin_builtin_facts){entry->declared.name, entry->benchmark, entry->file,
                                      failure[0] != '\0' ? failure : NULL};
}

size_t plb_plugins_failures(const plb_plugins *plugins) {
    size_t count = 0;
    for (unsigned i = 0; i < plb_plugins_builtin_count(plugins); i++)
        count += plb_plugin_is_marked(plugins, i) ? 1 : 0;
    return count;
}

void plb_plugin_mark(const plb_plugins *plugins, unsigned index, const plb_error *why) {
    (void) snprintf(plugins->watch->failures[index], PLB_PLUGIN_FAILURE_BYTES, "%s%s%s", why->where,
                    why->where[0] != '\0' ? ": " : "", why->message);
}

bool plb_plugin_is_marked(const plb_plugins *plugins, unsigned index) {
    return plugins->watch->failures[index][0] != '\0';
}

/* ---- Using them ---- */

void plb_program_use_plugins(plb_program *program, const plb_plugins *plugins) {
    plb_program_use_extras(program, plugins != NULL ? plugins->extras : NULL);
}

plb_status plb_cost_model_load_with_plugins(plb_cost_model **model, plb_era era, const char *name,
                                            const char *json, size_t length, plb_plugins *plugins,
                                            plb_error *error) {
    return plb_cost_model_load_with_extras(model, era, plugins != NULL ? plugins->extras : NULL,
                                           name, json, length, error);
}

/* The process died of what a builtin did, or elsewhere. */
static plb_status tell_end(const plb_plugins *plugins, const plb_plugin_end *end,
                           plb_error *error) {
    char text[PLB_PLUGIN_FAILURE_BYTES];
    const plb_plugin_watch *watch = plugins->watch;
    bool called = watch->builtin < plugins->count;
    const plb_plugin_known *entry = called ? &plugins->entries[watch->builtin] : NULL;
    plb_plugin_end_text(watch, end, called ? entry->declared.arity : 0, CALL_LIMIT_S, text,
                        sizeof text);
    if (end->doing != PLB_PLUGIN_NOTHING && called) {
        (void) plb_fail(error, PLB_E_EVALUATION, entry->file, "builtin '%s': it %s",
                        entry->declared.name, text);
        plb_plugin_mark(plugins, watch->builtin, error);
        return PLB_E_EVALUATION;
    }
    return plb_fail(error, PLB_E_MEASURE, called ? entry->file : NULL, "the process %s%s%s%s", text,
                    called ? "; the last one was of builtin '" : "",
                    called ? entry->declared.name : "", called ? "'" : "");
}

plb_status plb_plugins_watch(plb_plugins *plugins, int (*work)(void *context), void *context,
                             int *code, plb_error *error) {
    plb_plugin_end end;
    plb_error ignored;
    if (error == NULL) error = &ignored;
    plb_status status =
        plb_plugin_watch_run(plugins->watch, CALL_LIMIT_S, work, context, &end, error);
    if (status != PLB_OK) return status;
    *code = was_asked(&end) ? 128 + end.signal : end.code;
    if (was_asked(&end) || (end.doing == PLB_PLUGIN_NOTHING && end.signal == 0)) return PLB_OK;
    return tell_end(plugins, &end, error);
}
