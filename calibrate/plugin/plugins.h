/* Plug-ins, inside. */
#ifndef PLB_PLUGIN_PLUGINS_H
#define PLB_PLUGIN_PLUGINS_H

#include <plutbench/plugin.h>
#include <plutbench/plugins.h>

#include "calibrate/plugin/signature.h"
#include "calibrate/plugin/watch.h"
#include "harness/machine/extra_builtins.h"

#define PLB_PLUGIN_NAME_BYTES 48 /* of a builtin, its NUL included */

/* A builtin. */
typedef struct plb_plugin_known {
    plb_plugin_builtin declared; /* what the plug-in has of it; the rest is 0 */
    const char *file;
    char benchmark[PLB_PLUGIN_NAME_BYTES];
    plb_signature arguments[PLB_PLUGIN_ARGUMENTS], result;
    uint8_t inexact; /* arguments that the machine's own check leaves open */
} plb_plugin_known;

typedef struct plb_plugin_file {
    char *path;
    void *handle; /* of dlopen */
    const char *name, *version;
    unsigned builtins;
} plb_plugin_file;

struct plb_plugins {
    plb_plugin_file files[PLB_PLUGIN_FILES_MAX];
    unsigned file_count;
    plb_plugin_known entries[PLB_PLUGIN_BUILTINS_MAX];
    plb_extra_builtin rows[PLB_PLUGIN_BUILTINS_MAX]; /* the same for the machine */
    unsigned count;
    plb_extra_builtins *extras; /* of `rows`; context: these plug-ins */
    plb_plugin_watch *watch;
};

/* describe.c: check and take over what a plug-in says of itself. PLB_E_ARGUMENT. */
plb_status plb_plugin_describe(plb_plugins *plugins, plb_plugin_file *file,
                               const plb_plugin *plugin, plb_error *error);

/* call.c: the machine's functions for builtin `index`. They find the plug-ins in the context of the
 * program's extra builtins. */
plb_builtin_fn plb_plugin_run_of(unsigned index);
plb_extra_measure_fn plb_plugin_measure_of(unsigned index);

/* call.c: arguments of `sizes` into region and types of their program, checked for their types and
 * sizes. PLB_E_MEASURE with the file and the builtin. */
plb_status plb_plugin_make_arguments(const plb_plugins *plugins, unsigned index, plb_region *region,
                                     plb_types *types, const uint64_t *sizes, uint64_t seed,
                                     plb_value *arguments, plb_error *error);

/* load.c: `why` builtin `index` is not swept any more; in memory that watching processes share. */
void plb_plugin_mark(const plb_plugins *plugins, unsigned index, const plb_error *why);
bool plb_plugin_is_marked(const plb_plugins *plugins, unsigned index);

/* try.c: run builtin `index` once, on arguments of the smallest sizes. PLB_E_EVALUATION. */
plb_status plb_plugin_try(const plb_plugins *plugins, unsigned index, plb_error *error);

/* host.c: what a plug-in sees of one call of it. */
typedef struct plb_plugin_host_call {
    plb_plugin_call open; /* first */
    plb_region *region;
    plb_types *types;
    const char *message; /* why it fails, in the region; NULL: it did not say */
    bool memory_short;
} plb_plugin_host_call;

plb_plugin_host_call plb_plugin_host_call_of(plb_region *region, plb_types *types);

#endif
