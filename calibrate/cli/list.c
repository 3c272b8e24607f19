#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>
#include <plutbench/scripts.h>

#include "calibrate/cli/cli.h"
#include "harness/machine/builtin.h"

typedef struct list_options {
    bool json;
} list_options;

static const cli_option options[] = {
    {"json", NULL, "print one JSON object with a member for each kind", CLI_FLAG,
     offsetof(list_options, json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* ---- Scripts ---- */

/* The first protocol version that has everything the script uses, 0 when none has. */
static unsigned script_introduced(const plb_script *script) {
    for (unsigned v = PLB_PROTOCOL_VERSION_MIN; v <= PLB_PROTOCOL_VERSION_MAX; v++) {
        if (plb_script_check(script, v, NULL) == PLB_OK) return v;
    }
    return 0;
}

static json_t *text_or_null(const char *text) {
    return text != NULL ? json_string(text) : json_null();
}

static json_t *data_file(const plb_catalogue *catalogue, const char *file) {
    size_t length = 0;
    const char *text = plb_catalogue_file(catalogue, file, &length);
    json_t *data = text != NULL ? json_loadb(text, length, 0, NULL) : NULL;
    return data != NULL ? data : json_null();
}

static json_t *script_to_json(const plb_catalogue *catalogue, const plb_script_entry *entry,
                              const plb_script *script) {
    size_t size_bytes;
    (void) plb_script_bytes(script, &size_bytes);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s, s:o, s:o, s:o, s:o}", "name", entry->name,
                     "file", entry->file, "language", plb_language_name(entry->language), "since",
                     (json_int_t) script_introduced(script), "size_bytes", (json_int_t) size_bytes,
                     "description", entry->description, "loop", entry->loop, "strategy",
                     text_or_null(entry->strategy), "origin", text_or_null(entry->origin), "datum",
                     data_file(catalogue, entry->datum), "redeemer",
                     data_file(catalogue, entry->redeemer));
}

static void print_script(const plb_script_entry *entry, const plb_script *script, bool in_short) {
    printf("  %-22s %-10s %s\n", entry->name, plb_language_name(entry->language),
           entry->description);
    if (in_short) return;
    size_t size_bytes;
    (void) plb_script_bytes(script, &size_bytes);
    printf("  %-33s from protocol version %u on, %zu bytes\n", "", script_introduced(script),
           size_bytes);
    printf("  %-33s a loop: %s\n", "", entry->loop);
    if (entry->strategy != NULL) printf("  %-33s strategy: %s\n", "", entry->strategy);
}

/* Every kind prints itself when `json` is NULL, and otherwise appends to that array. */
static plb_status list_scripts(json_t *json, bool in_short, plb_error *error) {
    plb_catalogue *catalogue;
    plb_status status = plb_catalogue_open(&catalogue, error);
    const plb_script_entry *entry;
    for (size_t i = 0; status == PLB_OK && (entry = plb_catalogue_entry(catalogue, i)) != NULL;
         i++) {
        plb_script *script;
        status = plb_script_load_entry(&script, catalogue, entry->name, error);
        if (status != PLB_OK) break;
        if (json != NULL) {
            json_array_append_new(json, script_to_json(catalogue, entry, script));
        } else {
            print_script(entry, script, in_short);
        }
        plb_script_free(script);
    }
    plb_catalogue_free(catalogue);
    return status;
}

/* ---- Strategies and targets ---- */

static void put_line(json_t *json, const char *name, const char *description) {
    if (json != NULL) {
        json_array_append_new(json,
                              json_pack("{s:s, s:s}", "name", name, "description", description));
    } else {
        printf("  %-22s %s\n", name, description);
    }
}

static plb_status list_strategies(json_t *json, bool in_short, plb_error *error) {
    (void) in_short;
    (void) error;
    const plb_strategy_info *strategy;
    for (size_t i = 0; (strategy = plb_strategy_at(i)) != NULL; i++) {
        put_line(json, strategy->pattern, strategy->description);
    }
    return PLB_OK;
}

static const struct {
    const char *name;
    const char *description;
} targets[] = {
    {"ledger", "the embedded ledger: real transactions, phase-1 and phase-2, in process"},
};

static plb_status list_targets(json_t *json, bool in_short, plb_error *error) {
    (void) in_short;
    (void) error;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        put_line(json, targets[i].name, targets[i].description);
    }
    return PLB_OK;
}

/* ---- Builtins ---- */

static json_t *builtin_to_json(unsigned tag) {
    const plb_builtin *row = &plb_builtins[tag];
    json_t *since = json_object();
    for (int language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        unsigned version = plb_builtin_introduced(tag, (plb_language) language);
        json_object_set_new(since, plb_language_name((plb_language) language),
                            version != 0 ? json_integer((json_int_t) version) : json_null());
    }
    return json_pack("{s:i, s:s, s:i, s:i, s:i, s:o}", "tag", (int) tag, "name",
                     plb_builtin_name(tag), "batch", (int) row->batch, "arity", (int) row->arity,
                     "forces", (int) row->forces, "since", since);
}

static void print_builtin(unsigned tag) {
    const plb_builtin *row = &plb_builtins[tag];
    printf("  %3u  %-32s %5u  %5u  %6u ", tag, plb_builtin_name(tag), row->batch, row->arity,
           row->forces);
    for (int language = PLB_PLUTUS_V1; language <= PLB_PLUTUS_V4; language++) {
        unsigned version = plb_builtin_introduced(tag, (plb_language) language);
        char text[16] = "-";
        if (version != 0) (void) snprintf(text, sizeof text, "%u", version);
        printf("  %3s", text);
    }
    putchar('\n');
}

static plb_status list_builtins(json_t *json, bool in_short, plb_error *error) {
    (void) error;
    if (json == NULL && in_short) {
        printf("  %d, in batches 1 to %u: see plutbench list builtins\n", PLB_BUILTIN_COUNT,
               plb_builtins[PLB_BUILTIN_COUNT - 1].batch);
        return PLB_OK;
    }
    if (json == NULL) {
        printf("  V1 to V4: the protocol version from which on scripts of that language may use it"
               "\n\n  %3s  %-32s %5s  %5s  %6s   V1   V2   V3   V4\n",
               "tag", "name", "batch", "arity", "forces");
    }
    for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++) {
        if (json != NULL) {
            json_array_append_new(json, builtin_to_json(tag));
        } else {
            print_builtin(tag);
        }
    }
    return PLB_OK;
}

/* ---- The command ---- */

typedef struct kind {
    const char *name;
    plb_status (*list)(json_t *json, bool in_short, plb_error *error);
} kind;

static const kind kinds[] = {
    {"scripts", list_scripts},
    {"strategies", list_strategies},
    {"builtins", list_builtins},
    {"targets", list_targets},
};
#define KIND_COUNT (sizeof kinds / sizeof *kinds)

static int unknown_kind(const cli_command *command, const char *word) {
    const char *names[KIND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < KIND_COUNT; i++) names[i] = kinds[i].name;
    const char *meant = cli_suggest(word, names);
    return cli_complain(command, CLI_USAGE,
                        "expected scripts, strategies, builtins or targets, got '%s'%s%s%s", word,
                        meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                        meant != NULL ? "'?" : "");
}

/* List the kinds from `first` on, `count` of them. */
static int list_kinds(const cli_command *command, const kind *first, size_t count, bool as_json) {
    json_t *object = as_json ? json_object() : NULL;
    plb_status status = PLB_OK;
    plb_error error;
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        json_t *list = as_json ? json_array() : NULL;
        if (!as_json) printf("%s%s:\n", i > 0 ? "\n" : "", first[i].name);
        status = first[i].list(list, count > 1, &error);
        if (as_json) json_object_set_new(object, first[i].name, list);
    }
    if (status != PLB_OK) {
        json_decref(object);
        return cli_error(command, &error);
    }
    if (as_json) cli_print_json(object);
    return CLI_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    list_options given = {0};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 0, 1, &words);
    if (code < 0 && words.count == 0) {
        code = list_kinds(command, kinds, KIND_COUNT, given.json);
    } else if (code < 0) {
        size_t i = 0;
        while (i < KIND_COUNT && strcmp(kinds[i].name, words.items[0]) != 0) i++;
        code = i < KIND_COUNT ? list_kinds(command, &kinds[i], 1, given.json)
                              : unknown_kind(command, words.items[0]);
    }
    free(words.items);
    return code;
}

const cli_command cli_list = {
    .name = "list",
    .arguments = "[scripts|strategies|builtins|targets]",
    .summary = "list what can be named: scripts, strategies, builtins, targets",
    .examples = "  plutbench list\n"
                "  plutbench list scripts\n"
                "  plutbench list builtins --json\n",
    .options = options,
    .run = run,
};
