/* The machine calls plug-ins, and sweeps have them make arguments. */
#include <stdio.h>
#include <string.h>

#include "calibrate/plugin/plugins.h"
#include "harness/machine/machine_internal.h"
#include "harness/machine/measure.h"

static const plb_plugins *plugins_of(const struct plb_machine *machine) {
    return machine->program->extras->context;
}

/* A failure of the evaluation, which names the plug-in. */
static plb_value complain(struct plb_machine *machine, const plb_plugin_known *entry,
                          const char *message) {
    char *text = plb_region_alloc(&machine->region, PLB_ERROR_MESSAGE_BYTES);
    if (text == NULL) return plb_builtin_fail(machine, "a builtin of a plug-in failed");
    (void) snprintf(text, PLB_ERROR_MESSAGE_BYTES, "%s: builtin '%s': %s", entry->file,
                    entry->declared.name, message);
    return plb_builtin_fail(machine, text);
}

/* ---- Running ---- */

static bool arguments_match(const plb_plugin_known *entry, const plb_types *types,
                            const plb_value *args) {
    for (unsigned i = 0; i < entry->declared.arity; i++) {
        if ((entry->inexact >> i & 1) != 0 &&
            !plb_signature_matches(&entry->arguments[i], types, args[i])) {
            return false;
        }
    }
    return true;
}

static inline plb_value run_builtin(struct plb_machine *machine, unsigned index,
                                    const plb_value *args) {
    const plb_plugins *plugins = plugins_of(machine);
    const plb_plugin_known *entry = &plugins->entries[index];
    plb_plugin_host_call call = plb_plugin_host_call_of(&machine->region, &machine->types);
    if (entry->inexact != 0 && !arguments_match(entry, &machine->types, args)) {
        return plb_builtin_fail(machine, "a builtin got an argument of the wrong type");
    }
    plb_plugin_enter(plugins->watch, PLB_PLUGIN_RUNNING, index);
    plb_value result = entry->declared.run(&call.open, args);
    bool good =
        result != PLB_NO_VALUE && plb_signature_matches(&entry->result, &machine->types, result);
    plb_plugin_leave(plugins->watch);
    if (good) return result;
    if (result != PLB_NO_VALUE) return complain(machine, entry, "its result has another type");
    if (call.memory_short) return plb_builtin_out_of_memory(machine);
    return complain(machine, entry,
                    call.message != NULL ? call.message : "it failed without saying why");
}

/* -1: the function failed or told something negative; what about it is in `call`. */
static int64_t size_by_plugin(const plb_plugins *plugins, unsigned index, unsigned argument,
                              plb_value v, plb_plugin_host_call *call) {
    plb_plugin_enter(plugins->watch, PLB_PLUGIN_MEASURING, index);
    int64_t size = plugins->entries[index].declared.measure(&call->open, argument, v);
    plb_plugin_leave(plugins->watch);
    return size >= 0 ? size : -1;
}

static inline int64_t measure(struct plb_machine *machine, unsigned index, unsigned argument,
                              plb_value v) {
    const plb_plugins *plugins = plugins_of(machine);
    const plb_plugin_known *entry = &plugins->entries[index];
    if (entry->declared.measures[argument] != PLB_PLUGIN_OWN) {
        const plb_builtin *row = &plugins->rows[index].row;
        return plb_measure_argument(v, (plb_measure) row->measures[argument], machine->variant);
    }
    if ((entry->inexact >> argument & 1) != 0 &&
        !plb_signature_matches(&entry->arguments[argument], &machine->types, v)) {
        (void) plb_builtin_fail(machine, "a builtin got an argument of the wrong type");
        return -1;
    }
    plb_plugin_host_call call = plb_plugin_host_call_of(&machine->region, &machine->types);
    int64_t size = size_by_plugin(plugins, index, argument, v, &call);
    if (size < 0) (void) complain(machine, entry, "it measured a negative size");
    return size;
}

/* The machine's functions have no argument that says which builtin they are of: a pair of them for
 * each. */
#define BUILTIN(n)                                                                                 \
    static plb_value run_##n(struct plb_machine *machine, const plb_value *args) {                 \
        return run_builtin(machine, n, args);                                                      \
    }                                                                                              \
    static int64_t measure_##n(struct plb_machine *machine, unsigned argument, plb_value v) {      \
        return measure(machine, n, argument, v);                                                   \
    }
#define EIGHT(DO, a, b, c, d, e, f, g, h) DO(a) DO(b) DO(c) DO(d) DO(e) DO(f) DO(g) DO(h)
#define ALL(DO)                                                                                    \
    EIGHT(DO, 0, 1, 2, 3, 4, 5, 6, 7)                                                              \
    EIGHT(DO, 8, 9, 10, 11, 12, 13, 14, 15)                                                        \
    EIGHT(DO, 16, 17, 18, 19, 20, 21, 22, 23)
#define FUNCTIONS(n) {run_##n, measure_##n},

ALL(BUILTIN)

static const struct {
    plb_builtin_fn run;
    plb_extra_measure_fn measure;
} functions[] = {ALL(FUNCTIONS)};
_Static_assert(sizeof functions / sizeof *functions == PLB_PLUGIN_BUILTINS_MAX &&
                   PLB_PLUGIN_BUILTINS_MAX <= PLB_EXTRA_BUILTINS_IN_FLAT,
               "a function and a tag for every builtin");

plb_builtin_fn plb_plugin_run_of(unsigned index) { return functions[index].run; }
plb_extra_measure_fn plb_plugin_measure_of(unsigned index) { return functions[index].measure; }

/* ---- Arguments for sweeps ---- */

static plb_status misbehaves(const plb_plugin_known *entry, const char *what,
                             const plb_plugin_host_call *call, plb_error *error) {
    const char *message = call->message != NULL ? call->message
                          : call->memory_short  ? "memory is short"
                                                : "it did not say why";
    return plb_fail(error, PLB_E_MEASURE, entry->file, "builtin '%s': %s: %s", entry->declared.name,
                    what, message);
}

/* In variant E, as sweeps' own arguments are measured. */
static int64_t size_of(const plb_plugins *plugins, unsigned index, unsigned argument, plb_value v,
                       plb_plugin_host_call *call) {
    if (plugins->entries[index].declared.measures[argument] == PLB_PLUGIN_OWN)
        return size_by_plugin(plugins, index, argument, v, call);
    plb_measure how = (plb_measure) plugins->rows[index].row.measures[argument];
    return plb_measure_argument(v, how, PLB_VARIANT_E);
}

static plb_status check_argument(const plb_plugins *plugins, unsigned index, unsigned i,
                                 plb_value v, uint64_t wanted, plb_plugin_host_call *call,
                                 plb_error *error) {
    const plb_plugin_known *entry = &plugins->entries[index];
    const char *name = entry->declared.name;
    plb_plugin_enter(plugins->watch, PLB_PLUGIN_GENERATING, index); /* v may be anything */
    bool good = v != PLB_NO_VALUE && plb_is_constant(v) &&
                plb_signature_matches(&entry->arguments[i], call->types, v);
    plb_plugin_leave(plugins->watch);
    if (!good) {
        return plb_fail(error, PLB_E_MEASURE, entry->file,
                        "builtin '%s': its generator made an argument %u that is no %s", name,
                        i + 1, entry->declared.arguments[i]);
    }
    int64_t size = size_of(plugins, index, i, v, call);
    if (size >= 0 && (uint64_t) size == wanted) return PLB_OK;
    return plb_fail(error, PLB_E_MEASURE, entry->file,
                    "builtin '%s': its generator made an argument %u of size %lld, expected %llu",
                    name, i + 1, (long long) size, (unsigned long long) wanted);
}

plb_status plb_plugin_make_arguments(const plb_plugins *plugins, unsigned index, plb_region *region,
                                     plb_types *types, const uint64_t *sizes, uint64_t seed,
                                     plb_value *arguments, plb_error *error) {
    const plb_plugin_known *entry = &plugins->entries[index];
    plb_plugin_watch *watch = plugins->watch;
    plb_plugin_host_call call = plb_plugin_host_call_of(region, types);
    unsigned arity = entry->declared.arity;
    memcpy(watch->sizes, sizes, arity * sizeof *sizes);
    watch->sizes_of = index + 1;
    for (unsigned i = 0; i < arity; i++) arguments[i] = PLB_NO_VALUE;
    plb_plugin_enter(watch, PLB_PLUGIN_GENERATING, index);
    bool good = entry->declared.generate(&call.open, sizes, seed, arguments);
    plb_plugin_leave(watch);
    if (!good) return misbehaves(entry, "its generator failed", &call, error);
    for (unsigned i = 0; i < arity; i++) {
        plb_status status = check_argument(plugins, index, i, arguments[i], sizes[i], &call, error);
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}
