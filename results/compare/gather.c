/* What runs have besides figures, side by side: what surrounded them, by their manifests, and what
 * is exact in their summaries. */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "results/compare/compare.h"
#include "results/json_walk.h"
#include "results/run/run.h"

#define NAME_BYTES 512
#define VALUE_BYTES 256
#define VALUES_SHOWN 4
#define SHA256_SHOWN 12
#define NAME_SHOWN 161

bool plb_gathering_begin(plb_gathering *gathering, size_t sides) {
    *gathering = (plb_gathering){json_object(), sides};
    return gathering->names != NULL;
}

void plb_gathering_end(plb_gathering *gathering) { json_decref(gathering->names); }

/* One value of a side. */
static bool gather(plb_gathering *g, size_t side, const char *kind, const char *name,
                   const char *value) {
    char key[NAME_BYTES], shown[VALUE_BYTES];
    int length = snprintf(key, sizeof key, "%s\n", kind);
    plb_copy_shown(key + length, sizeof key - (size_t) length, name);
    plb_copy_shown(shown, sizeof shown, value);
    json_t *sides = json_object_get(g->names, key);
    if (!sides) {
        sides = json_array();
        for (size_t i = 0; i < g->sides; i++) json_array_append_new(sides, json_object());
        if (json_object_set_new_nocheck(g->names, key, sides) != 0) return false;
    }
    json_t *values = json_array_get(sides, side);
    return values && json_object_set_new_nocheck(values, shown, json_true()) == 0;
}

/* ---- Leaves of JSON ---- */

typedef bool (*leaf_taker)(plb_gathering *g, size_t side, const char *path, const json_t *leaf);

typedef struct leaves {
    plb_gathering *gathering;
    size_t side;
    const char *const *except;
    leaf_taker take;
    bool good;
} leaves;

static plb_json_step visit_leaf(void *context, const char *path, const json_t *value) {
    leaves *l = context;
    for (size_t i = 0; l->except[i]; i++) {
        if (fnmatch(l->except[i], path, 0) == 0) return PLB_JSON_PASS;
    }
    if (json_is_object(value) || json_is_array(value)) return PLB_JSON_ENTER;
    l->good = l->take(l->gathering, l->side, path, value);
    return l->good ? PLB_JSON_PASS : PLB_JSON_STOP;
}

/* Every leaf of `value`, but of members that match one of `except`, which ends with NULL. */
static bool visit_leaves(plb_gathering *g, size_t side, const json_t *value,
                         const char *const *except, leaf_taker take) {
    leaves l = {g, side, except, take, true};
    plb_json_walk(value, visit_leaf, &l);
    return l.good;
}

/* ---- Surroundings ---- */

/* Not of the machine as such: what happened meanwhile, which flags tell. */
static const char *const not_of_machine[] = {
    "load_1min", "*_faults",        "context_switches", "preemptions", "*_s",        "throttled_*",
    "cpu",       "swap_used_bytes", "kernel",           "cpu_model",   "machine_id", NULL};
/* Have to differ, or say nothing of what was measured. */
static const char *const not_of_options[] = {"seed", "out", "script", "strategy", "stacks", NULL};

static bool take_text(plb_gathering *g, size_t side, const char *kind, const char *path,
                      const json_t *leaf) {
    if (json_is_string(leaf)) return gather(g, side, kind, path, json_string_value(leaf));
    char *text = json_dumps(leaf, JSON_ENCODE_ANY | JSON_REAL_PRECISION(9));
    bool good = text && gather(g, side, kind, path, json_is_null(leaf) ? "none" : text);
    free(text);
    return good;
}

static bool take_machine(plb_gathering *g, size_t side, const char *path, const json_t *leaf) {
    return take_text(g, side, "machine", path, leaf);
}

static bool take_option(plb_gathering *g, size_t side, const char *path, const json_t *leaf) {
    return take_text(g, side, "option", path, leaf);
}

/* An input by its role, and by its number where a role has several: other contents are another
 * input, another name is not. */
static bool gather_files(plb_gathering *g, size_t side, const plb_run_facts *f) {
    for (size_t i = 0; i < f->input_count; i++) {
        const plb_input *input = &f->inputs[i];
        char role[VALUE_BYTES], value[SHA256_SHOWN + 1];
        size_t before = 0;
        for (size_t k = 0; k < i; k++) before += strcmp(f->inputs[k].role, input->role) == 0;
        (void) snprintf(role, sizeof role, "%s", input->role);
        if (before > 0) (void) snprintf(role, sizeof role, "%s %zu", input->role, before + 1);
        (void) snprintf(value, sizeof value, "%.*s", SHA256_SHOWN, input->sha256);
        if (!gather(g, side, "input", role, value)) return false;
    }
    return true;
}

static bool gather_libraries(plb_gathering *g, size_t side, const plb_run_facts *f) {
    for (size_t i = 0; i < f->library_count; i++) {
        const plb_run_library *library = &f->libraries[i];
        char value[2 * VALUE_BYTES], origin[NAME_SHOWN];
        bool system = strcmp(library->origin, "system") == 0 || !*library->origin;
        plb_copy_shown(origin, sizeof origin, library->origin);
        (void) snprintf(value, sizeof value, system ? "%s" : "%s (%s)", library->version, origin);
        if (!gather(g, side, "library", library->name, value)) return false;
    }
    return true;
}

static bool gather_version(plb_gathering *g, size_t side, const plb_run_facts *f) {
    char value[32];
    (void) snprintf(value, sizeof value, "%lld", (long long) f->protocol_version);
    return f->protocol_version == 0 || gather(g, side, "protocol version", "", value);
}

bool plb_gather_inputs(plb_gathering *g, size_t side, const plb_run *run) {
    const plb_run_facts *f = plb_run_get_facts(run);
    const struct {
        const char *kind, *value;
    } texts[] = {
        {"version", f->version},       {"revision", f->revision}, {"compiler", f->compiler},
        {"flags", f->compiler_flags},  {"kernel", f->kernel},     {"processor", f->machine},
        {"machine id", f->machine_id},
    };
    const json_t *clock = json_object_get(json_object_get(run->manifest, "clock"), "source");
    bool good = gather_libraries(g, side, f);
    for (size_t i = 0; i < sizeof texts / sizeof *texts && good; i++) {
        if (*texts[i].value) good = gather(g, side, texts[i].kind, "", texts[i].value);
    }
    return good && (!clock || take_text(g, side, "clock", "", clock)) &&
           visit_leaves(g, side, json_object_get(run->manifest, "machine"), not_of_machine,
                        take_machine) &&
           gather_version(g, side, f) && gather_files(g, side, f) &&
           visit_leaves(g, side, json_object_get(run->manifest, "options"), not_of_options,
                        take_option);
}

/* ---- What is exact ---- */

/* Integers of a summary that are none of the costs: of sampling, or of how something was found. */
static const char *const not_exact[] = {"sampling",
                                        "environment",
                                        "subjects",
                                        "stages",
                                        "flags",
                                        "clock",
                                        "*evaluations",
                                        "function",
                                        "*.rounds",
                                        "*seed*",
                                        "open_loop",
                                        "profile",
                                        "*utxo_count",
                                        "protocol_version",
                                        "*resamples",
                                        "*.count",
                                        "*samples*",
                                        "charges.rows",
                                        "scaled_budgets",
                                        "*.block_length_rounds",
                                        "*.degrees_of_freedom",
                                        "*.value",
                                        "*.low",
                                        "*.high",
                                        "*scriptArg*",
                                        "*budgetPer*",
                                        "*_limit*",
                                        "*.limit",
                                        NULL};

static bool take_integer(plb_gathering *g, size_t side, const char *path, const json_t *leaf) {
    char text[32];
    if (!json_is_integer(leaf)) return true;
    (void) snprintf(text, sizeof text, "%lld", (long long) json_integer_value(leaf));
    return gather(g, side, "", path, text);
}

bool plb_gather_exact(plb_gathering *g, size_t side, const plb_run *run) {
    return visit_leaves(g, side, run->summary, not_exact, take_integer);
}

/* ---- Telling ---- */

static const char *join(const json_t *values, plb_kept_texts *kept) {
    char text[VALUES_SHOWN * VALUE_BYTES] = "";
    json_t *object = (json_t *) (uintptr_t) values; /* only read */
    size_t shown = 0, length = 0;
    for (void *at = json_object_iter(object); at && shown <= VALUES_SHOWN;
         at = json_object_iter_next(object, at), shown++) {
        const char *value = shown < VALUES_SHOWN ? json_object_iter_key(at) : "...";
        int n = snprintf(text + length, sizeof text - length, "%s%s", shown ? " | " : "", value);
        if (n < 0 || (size_t) n >= sizeof text - length) break;
        length += (size_t) n;
    }
    return plb_keep_text(kept, "%s", text);
}

static bool same_values(const json_t *sides) {
    for (size_t i = 1; i < json_array_size(sides); i++) {
        if (!json_equal(json_array_get(sides, 0), json_array_get(sides, i))) return false;
    }
    return true;
}

static bool tell(const char *key, const json_t *sides, plb_kept_texts *kept,
                 plb_compare_input *input) {
    size_t count = json_array_size(sides);
    const char *line = strchr(key, '\n');
    const char **values = calloc(count + 1, sizeof *values);
    if (!values) return false;
    for (size_t i = 0; i < count; i++) values[i] = join(json_array_get(sides, i), kept);
    *input =
        (plb_compare_input){.kind = plb_keep_text(kept, "%.*s", line ? (int) (line - key) : 0, key),
                            .name = plb_keep_text(kept, "%s", line ? line + 1 : key),
                            .values = values};
    return true;
}

bool plb_gathering_tell(const plb_gathering *g, bool all, plb_kept_texts *kept,
                        plb_compare_input **inputs, size_t *count) {
    *count = 0;
    *inputs = calloc(json_object_size(g->names) + 1, sizeof **inputs);
    if (!*inputs) return false;
    for (void *at = json_object_iter(g->names); at; at = json_object_iter_next(g->names, at)) {
        const json_t *sides = json_object_iter_value(at);
        if (!all && same_values(sides)) continue;
        if (!tell(json_object_iter_key(at), sides, kept, &(*inputs)[*count])) return false;
        (*count)++;
    }
    return !kept->short_of_memory;
}

void plb_compare_inputs_free(plb_compare_input *inputs, size_t count) {
    for (size_t i = 0; i < count && inputs; i++) free((void *) (uintptr_t) inputs[i].values);
    free(inputs);
}
