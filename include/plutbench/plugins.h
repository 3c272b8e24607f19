/* Plug-ins, from the side of who uses them: builtins from shared objects, which are loaded, used in
 * programs by name, swept and fitted as the machine's own. What a plug-in is: plutbench/plugin.h.
 *
 * Everything that calls a plug-in can crash with it. plb_plugins_load has each builtin tried in
 * another process first; plb_plugins_watch runs a whole piece of work in another process and tells
 * which builtin it died in. Both fork, which a process with other threads should not. */
#ifndef PLUTBENCH_PLUGINS_H
#define PLUTBENCH_PLUGINS_H

#include <stddef.h>

#include <plutbench/api.h>
#include <plutbench/machine.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Builtins of all plug-ins together: flat has 7 bits for a builtin, and these are its free tags. */
#define PLB_PLUGIN_BUILTINS_MAX 24
#define PLB_PLUGIN_FILES_MAX 16

/* Free with plb_plugins_free; programs, grids and fit tables that were told to use them do not
 * outlive them. */
typedef struct plb_plugins plb_plugins;

/* Load the files, in order. Each is looked at in another process first: its description is checked,
 * and every builtin runs on arguments that its generator makes, with a limit of time. A file whose
 * name has no '/' is in the current folder.
 * Errors, with the file as `where`, and the builtin in the message: PLB_E_IO (no shared object),
 * PLB_E_ARGUMENT (another version of the interface, a description that makes no sense, names that
 * are taken, too many), PLB_E_EVALUATION (a builtin misbehaves when it is tried: a crash, a call of
 * exit, no end, a result, arguments or sizes other than declared), PLB_E_INTERRUPTED, PLB_E_MEMORY.
 */
PLB_API plb_status plb_plugins_load(plb_plugins **plugins, const char *const *files, size_t count,
                                    plb_error *error);
PLB_API void plb_plugins_free(plb_plugins *plugins);

/* A loaded plug-in; texts live as long as the plug-ins. */
typedef struct plb_plugin_facts {
    const char *file, *name, *version;
    unsigned builtins;
} plb_plugin_facts;

PLB_API size_t plb_plugins_count(const plb_plugins *plugins);
PLB_API plb_plugin_facts plb_plugins_at(const plb_plugins *plugins, size_t index);

/* A builtin of theirs. */
typedef struct plb_plugin_builtin_facts {
    const char *name;      /* "crc32ByteString" */
    const char *benchmark; /* "Crc32ByteString" */
    const char *file;
    const char *failure; /* NULL, or why it is not swept any more: one line, with the file */
} plb_plugin_builtin_facts;

/* NULL plug-ins have none. */
PLB_API size_t plb_plugins_builtin_count(const plb_plugins *plugins);
PLB_API plb_plugin_builtin_facts plb_plugins_builtin_at(const plb_plugins *plugins, size_t index);
/* How many have a failure. */
PLB_API size_t plb_plugins_failures(const plb_plugins *plugins);

/* What is parsed, decoded or built into `program` from now on knows the plug-ins' builtins: by
 * name in text, and in flat by the tags behind those of the machine's own, in order. NULL: none.
 * Drops what the program holds. */
PLB_API void plb_program_use_plugins(plb_program *program, const plb_plugins *plugins);

/* As plb_cost_model_load; costing functions by builtin may name the plug-ins' too, and replace what
 * these declared. `plugins` may be NULL. */
PLB_API plb_status plb_cost_model_load_with_plugins(plb_cost_model **model, plb_era era,
                                                    const char *name, const char *json,
                                                    size_t length, plb_plugins *plugins,
                                                    plb_error *error);

/* Run `work(context)` in a child process, wait for it, and set *code to what it returned (or to the
 * code it exited with). Standard output is flushed before and after. SIGINT and SIGTERM go to the
 * child.
 * PLB_E_EVALUATION, with the file as `where`: the process died in, or did not come back from, a
 * builtin of a plug-in, whose failure is then set; the caller may run the work again without it.
 * PLB_E_MEASURE: it died elsewhere. PLB_E_MEMORY: no process. */
PLB_API plb_status plb_plugins_watch(plb_plugins *plugins, int (*work)(void *context),
                                     void *context, int *code, plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
