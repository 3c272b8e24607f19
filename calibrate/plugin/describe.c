/* What a plug-in says of itself, checked before anything of it is used. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "calibrate/plugin/plugins.h"

/* What version 1 of the interface has; later ones only add. */
#define PLUGIN_BYTES_LEAST (offsetof(plb_plugin, builtin_count) + sizeof(unsigned))
#define BUILTIN_BYTES_LEAST (offsetof(plb_plugin_builtin, fit) + sizeof(plb_plugin_fit))
#define BUILTIN_BYTES_MOST 65536
#define LINE_BYTES_MOST 200

static plb_status refuse(const plb_plugin_file *file, plb_error *error, const char *name,
                         const char *problem) {
    return plb_fail(error, PLB_E_ARGUMENT, file->path, "builtin '%.60s': %s", name, problem);
}

/* ---- The plug-in ---- */

static bool is_line(const char *text) {
    size_t length = text != NULL ? strnlen(text, LINE_BYTES_MOST + 1) : 0;
    for (size_t i = 0; i < length; i++)
        if (iscntrl((unsigned char) text[i])) return false;
    return length > 0 && length <= LINE_BYTES_MOST;
}

static plb_status check_plugin(const plb_plugins *plugins, const plb_plugin_file *file,
                               const plb_plugin *plugin, plb_error *error) {
    const char *where = file->path;
    if (plugin == NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        PLB_PLUGIN_ENTRY " returned nothing: expected a description");
    }
    if (plugin->abi != PLB_PLUGIN_ABI) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "expected version %d of the plug-in interface, got %u: build it anew",
                        PLB_PLUGIN_ABI, plugin->abi);
    }
    if (plugin->size < PLUGIN_BYTES_LEAST) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "expected a description of at least %zu bytes, got %zu", PLUGIN_BYTES_LEAST,
                        plugin->size);
    }
    if (plugin->builtin_size < BUILTIN_BYTES_LEAST || plugin->builtin_size > BUILTIN_BYTES_MOST ||
        plugin->builtin_size % _Alignof(plb_plugin_builtin) != 0) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "expected descriptions of builtins of at least %zu bytes each, got %zu",
                        BUILTIN_BYTES_LEAST, plugin->builtin_size);
    }
    if (!is_line(plugin->name) || !is_line(plugin->version)) {
        return plb_fail(error, PLB_E_ARGUMENT, where, "expected a name and a version of one line");
    }
    unsigned room = PLB_PLUGIN_BUILTINS_MAX - plugins->count;
    if (plugin->builtins == NULL || plugin->builtin_count == 0 || plugin->builtin_count > room) {
        return plb_fail(error, PLB_E_ARGUMENT, where,
                        "expected 1 to %u builtins (%d of all plug-ins), got %u", room,
                        PLB_PLUGIN_BUILTINS_MAX, plugin->builtins ? plugin->builtin_count : 0);
    }
    return PLB_OK;
}

/* ---- Its builtins ---- */

static bool is_name(const char *name) {
    size_t length = name != NULL ? strnlen(name, PLB_PLUGIN_NAME_BYTES) : 0;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char) name[i]) && name[i] != '_') return false;
    return length > 0 && length < PLB_PLUGIN_NAME_BYTES && isalpha((unsigned char) name[0]);
}

/* Benchmarks are called the same with a capital letter, so that two names must differ beyond that.
 */
static void name_benchmark(plb_plugin_known *entry) {
    (void) snprintf(entry->benchmark, sizeof entry->benchmark, "%s", entry->declared.name);
    entry->benchmark[0] = (char) toupper((unsigned char) entry->benchmark[0]);
}

static bool is_taken(const plb_plugins *plugins, const plb_plugin_known *entry) {
    char small[PLB_PLUGIN_NAME_BYTES];
    (void) snprintf(small, sizeof small, "%s", entry->declared.name);
    small[0] = (char) tolower((unsigned char) small[0]);
    for (unsigned i = 0; i < plugins->count; i++)
        if (strcmp(plugins->entries[i].benchmark, entry->benchmark) == 0) return true;
    return plb_builtin_find(small, strlen(small)) >= 0 || strncmp(small, "nop", 3) == 0;
}

/* "linear_in_x", or "outer/inner". */
static bool read_shape(const char *text, plb_costing *costing) {
    const char *slash = text != NULL ? strchr(text, '/') : NULL;
    if (text == NULL) return false;
    int outer = plb_shape_find(text, slash != NULL ? (size_t) (slash - text) : strlen(text));
    if (outer < 0 || (plb_shapes[outer].inner_arguments != 0) != (slash != NULL)) return false;
    costing->shape = (uint8_t) outer;
    if (slash == NULL) return true;
    int inner = plb_shape_find(slash + 1, strlen(slash + 1));
    if (inner < 0 || plb_shapes[inner].inner_arguments != 0 ||
        (plb_shapes[inner].arguments & ~plb_shapes[outer].inner_arguments) != 0) {
        return false;
    }
    costing->inner = (uint8_t) inner;
    return true;
}

static bool read_costing(const plb_plugin_costing *from, plb_costing *costing) {
    _Static_assert((int) PLB_PLUGIN_COEFFICIENTS == (int) PLB_COSTING_COEFFICIENTS,
                   "as many coefficients");
    *costing = (plb_costing){0};
    memcpy(costing->c, from->coefficients, sizeof costing->c);
    return read_shape(from->shape, costing);
}

/* Of plb_plugin_measure: the machine's, and the type that can be measured so. */
static const struct {
    plb_measure measure;
    uint8_t type;
} measures[] = {
    [PLB_PLUGIN_BY_TYPE] = {PLB_MEASURE_DEFAULT, PLB_SIGNATURE_ANY},
    [PLB_PLUGIN_LITERAL] = {PLB_MEASURE_LITERAL, PLB_TYPE_INTEGER},
    [PLB_PLUGIN_BYTES] = {PLB_MEASURE_BYTES_AS_WORDS, PLB_TYPE_INTEGER},
    [PLB_PLUGIN_TEXT_BYTES] = {PLB_MEASURE_TEXT_BYTES, PLB_TYPE_STRING},
    [PLB_PLUGIN_DATA_NODES] = {PLB_MEASURE_DATA_NODES, PLB_TYPE_DATA},
    [PLB_PLUGIN_OWN] = {PLB_MEASURE_DEFAULT, PLB_SIGNATURE_ANY},
};

/* What is wrong with argument `i`, or NULL. */
static const char *take_argument(plb_plugin_known *entry, plb_builtin *row, unsigned i) {
    const plb_plugin_builtin *declared = &entry->declared;
    plb_plugin_measure how = declared->measures[i];
    bool exact;
    if (declared->arguments[i] == NULL ||
        !plb_signature_read(&entry->arguments[i], declared->arguments[i])) {
        return "expected types of its arguments such as integer or (list bytestring)";
    }
    if ((unsigned) how > PLB_PLUGIN_OWN) return "expected known measures of its arguments";
    if (how == PLB_PLUGIN_OWN && declared->measure == NULL)
        return "expected a function that measures its arguments";
    uint8_t wanted = measures[how].type;
    if (wanted != PLB_SIGNATURE_ANY && entry->arguments[i].nodes[0] != wanted)
        return "expected measures that go with the types of its arguments";
    if (declared->sizes[i].least > declared->sizes[i].most)
        return "expected sizes of its arguments, the least first";
    row->args[i] = (uint8_t) plb_signature_arg(&entry->arguments[i], &exact);
    row->measures[i] = (uint8_t) measures[how].measure;
    if (!exact) entry->inexact |= (uint8_t) (1u << i);
    return NULL;
}

/* What is wrong with the builtin, or NULL; its name is one. */
static const char *take_builtin(plb_plugins *plugins, plb_plugin_known *entry,
                                plb_extra_builtin *extra) {
    const plb_plugin_builtin *declared = &entry->declared;
    bool own = false;
    if (is_taken(plugins, entry)) return "another builtin has that name";
    if (declared->arity < 1 || declared->arity > PLB_PLUGIN_ARGUMENTS)
        return "expected 1 to 6 arguments";
    if (declared->forces > 15) return "expected at most 15 type arguments";
    if (declared->run == NULL) return "it has no function";
    if (declared->generate == NULL) return "it has no generator of arguments";
    *extra = (plb_extra_builtin){.row = {.name = declared->name,
                                         .arity = (uint8_t) declared->arity,
                                         .forces = (uint8_t) declared->forces,
                                         .run = plb_plugin_run_of(plugins->count)}};
    for (unsigned i = 0; i < declared->arity; i++) {
        const char *problem = take_argument(entry, &extra->row, i);
        if (problem != NULL) return problem;
        own = own || declared->measures[i] == PLB_PLUGIN_OWN;
    }
    if (own) extra->measure = plb_plugin_measure_of(plugins->count);
    if (declared->result == NULL || !plb_signature_read(&entry->result, declared->result))
        return "expected a type of its result such as integer or (list bytestring)";
    if (!read_costing(&declared->steps, &extra->steps) ||
        !read_costing(&declared->memory, &extra->memory)) {
        return "expected costing functions' shapes such as linear_in_x";
    }
    unsigned sizes = plb_costing_arguments(&extra->steps) | plb_costing_arguments(&extra->memory);
    return sizes >> declared->arity != 0 ? "its costing wants arguments that it does not have"
                                         : NULL;
}

plb_status plb_plugin_describe(plb_plugins *plugins, plb_plugin_file *file,
                               const plb_plugin *plugin, plb_error *error) {
    plb_status status = check_plugin(plugins, file, plugin, error);
    if (status != PLB_OK) return status;
    size_t step = plugin->builtin_size;
    size_t known = step < sizeof(plb_plugin_builtin) ? step : sizeof(plb_plugin_builtin);
    file->name = plugin->name;
    file->version = plugin->version;
    file->builtins = plugin->builtin_count;
    for (unsigned i = 0; i < plugin->builtin_count; i++) {
        plb_plugin_known *entry = &plugins->entries[plugins->count];
        *entry = (plb_plugin_known){.file = file->path};
        memcpy(&entry->declared, (const char *) plugin->builtins + i * step, known);
        if (!is_name(entry->declared.name)) {
            return plb_fail(error, PLB_E_ARGUMENT, file->path,
                            "builtin number %u: expected a name of up to %d letters, digits and "
                            "'_' that begins with a letter",
                            i + 1, PLB_PLUGIN_NAME_BYTES - 1);
        }
        name_benchmark(entry);
        const char *problem = take_builtin(plugins, entry, &plugins->rows[plugins->count]);
        if (problem != NULL) return refuse(file, error, entry->declared.name, problem);
        plugins->count++;
    }
    return PLB_OK;
}
