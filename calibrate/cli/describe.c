/* The data dictionary. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/dictionary.h>

#include "calibrate/cli/cli.h"
#include "results/format.h"
#include "results/json.h"

typedef struct describe_options {
    bool list, json, check;
    const char *as;
} describe_options;

#define FIELD(name) offsetof(describe_options, name)
static const cli_option options[] = {
    {"list", NULL, "list the files, and what commands print, that are described", CLI_FLAG,
     FIELD(list), NULL},
    {"json", NULL, "print the whole dictionary as one JSON object", CLI_FLAG, FIELD(json), NULL},
    {"check", NULL, "read the FILEs, and fail if one has a field that is not described", CLI_FLAG,
     FIELD(check), NULL},
    {"as", "NAME", "with --check: the files are this (see --list), whatever they are called",
     CLI_TEXT, FIELD(as), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

#define SHOWN_MAX 40

/* ---- Fields ---- */

static void print_labelled(const char *label, const char *text) {
    if (text[0] != '\0') {
        printf("  %-10s ", label);
        plb_print_wrapped(stdout, text, 13, 13);
    }
}

/* "list of X, or null" of "X?[]". */
static void print_type(const plb_field *field) {
    size_t length = strcspn(field->type, "?[");
    bool list = strchr(field->type, '[') != NULL, null = strchr(field->type, '?') != NULL;
    printf("  %-10s %s%.*s%s\n", "type", list ? "list of " : "", (int) length, field->type,
           null ? ", or null" : "");
}

static void print_field(const plb_record *record, const plb_field *field) {
    const plb_record *type = plb_dictionary_type(field);
    printf("%s  (%s)\n", field->path, record->name);
    print_labelled("is", field->definition);
    print_labelled("unit", strcmp(field->unit, "1") == 0 ? "1 (a ratio)" : field->unit);
    print_type(field);
    print_labelled("how", field->method);
    print_labelled("source", field->source);
    if (type != NULL) {
        printf("  %-10s plutbench describe '%s'\n", "its fields", type->name);
    }
}

/* Only fields of the same rank: whoever asks for "rounds" does not ask for "rounds_per_entry". */
static size_t same_rank(const char *word, const plb_field *const *fields, size_t count) {
    size_t exact = 0;
    while (exact < count && strcmp(fields[exact]->path, word) == 0) {
        exact++;
    }
    size_t named = exact;
    for (; named < count; named++) {
        const char *dot = strrchr(fields[named]->path, '.');
        if (dot == NULL || strcmp(dot + 1, word) != 0) {
            break;
        }
    }
    return named > 0 ? named : count;
}

static int no_such_field(const cli_command *command, const char *word) {
    size_t count = 0;
    const plb_record *record;
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        count += 2 * record->field_count + 1;
    }
    const char **names = calloc(count + 1, sizeof *names);
    for (size_t i = 0, n = 0; names != NULL && (record = plb_dictionary_record(i)) != NULL; i++) {
        names[n++] = record->name;
        for (size_t k = 0; k < record->field_count; k++) {
            const char *path = record->fields[k].path, *dot = strrchr(path, '.');
            names[n++] = path;
            names[n++] = dot != NULL ? dot + 1 : path;
        }
    }
    const char *meant = names != NULL ? cli_suggest(word, names) : NULL;
    int code = cli_complain(command, CLI_USAGE,
                            "there is no field '%s'%s%s%s (see plutbench describe --list)", word,
                            meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                            meant != NULL ? "'?" : "");
    free(names);
    return code;
}

static int describe_field(const cli_command *command, const char *word) {
    const plb_field *fields[SHOWN_MAX];
    const plb_record *records[SHOWN_MAX];
    size_t found = plb_dictionary_search(word, fields, records, SHOWN_MAX);
    if (found == 0) {
        return no_such_field(command, word);
    }
    size_t held = found < SHOWN_MAX ? found : SHOWN_MAX;
    size_t shown = same_rank(word, fields, held);
    for (size_t i = 0; i < shown; i++) {
        if (i > 0) {
            (void) putchar('\n');
        }
        print_field(records[i], fields[i]);
    }
    if (shown == held && found > held) {
        printf("\nand %zu more, whose names have it too\n", found - held);
    }
    return CLI_OK;
}

/* ---- Records ---- */

static void describe_record(const plb_record *record) {
    int path_width = 4, unit_width = 4;
    for (size_t i = 0; i < record->field_count; i++) {
        int path = plb_text_width(record->fields[i].path),
            unit = plb_text_width(record->fields[i].unit);
        path_width = path > path_width ? path : path_width;
        unit_width = unit > unit_width ? unit : unit_width;
    }
    printf("%s: %s\n", record->name, record->about);
    if (record->written_by[0] != '\0') {
        printf("written by plutbench %s\n", record->written_by);
    }
    printf("\n  %-*s  %-*s  what it is\n", path_width, "field", unit_width, "unit");
    for (size_t i = 0; i < record->field_count; i++) {
        const plb_field *field = &record->fields[i];
        fputs("  ", stdout);
        plb_print_left(stdout, field->path, path_width + 2);
        plb_print_left(stdout, field->unit, unit_width + 2);
        printf("%s\n", field->definition);
    }
}

static void list_records(void) {
    const plb_record *record;
    printf("  %-26s  %-24s  %s\n", "name", "written by", "what it is");
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        printf("  %-26s  %-24s  %s\n", record->name, record->written_by, record->about);
    }
}

/* ---- Files against the dictionary ---- */

#define TOLD_MAX 20
#define DEPTH_MAX 64
#define PATH_BYTES 1024

/* A walk over a JSON value, without recursion. */
typedef struct walk {
    struct {
        json_t *value;
        size_t next; /* index in an array */
        void *member;
        size_t length; /* of the path */
    } stack[DEPTH_MAX];
    size_t depth;
    char path[PATH_BYTES];
} walk;

/* Whether it is a container with something in it, which is gone into. */
static bool is_full(const json_t *value) {
    return json_object_size(value) > 0 || json_array_size(value) > 0;
}

/* Whether it is a value, and not null, and not an empty container. */
static bool has_value(const json_t *value) {
    return !json_is_null(value) && !json_is_object(value) && !json_is_array(value);
}

static bool enter(walk *w, json_t *value) {
    if (w->depth == DEPTH_MAX) {
        return false;
    }
    w->stack[w->depth].value = value;
    w->stack[w->depth].next = 0;
    w->stack[w->depth].member = json_object_iter(value);
    w->stack[w->depth].length = strlen(w->path);
    w->depth++;
    return true;
}

/* The next value of what was entered last, with its path; NULL: there is none. */
static json_t *next_value(walk *w) {
    size_t top = w->depth - 1, length = w->stack[top].length;
    json_t *value = w->stack[top].value;
    char *end = w->path + length;
    *end = '\0';
    if (json_is_array(value)) {
        (void) snprintf(end, PATH_BYTES - length, "[]");
        return json_array_get(value, w->stack[top].next++);
    }
    void *member = w->stack[top].member;
    if (member == NULL) {
        return NULL;
    }
    (void) snprintf(end, PATH_BYTES - length, "%s%s", length > 0 ? "." : "",
                    json_object_iter_key(member));
    if (json_object_iter_key(member)[0] == '\0') {
        (void) snprintf(end, PATH_BYTES - length, "%s_", length > 0 ? "." : "");
    }
    for (char *c = end + (length > 0); *c != '\0'; c++) {
        *c = strchr(".[]", *c) != NULL ? '_' : *c; /* of a name that is data */
    }
    w->stack[top].member = json_object_iter_next(value, member);
    return json_object_iter_value(member);
}

/* How many fields of the value are not in the dictionary; the first ones are told. */
static size_t check_value(const cli_command *command, const char *file, const plb_record *record,
                          json_t *value) {
    walk w = {.depth = 0};
    char told[PATH_BYTES] = ""; /* the last one: items of an array have the same path */
    size_t missing = 0;
    (void) enter(&w, value);
    while (w.depth > 0) {
        json_t *inner = next_value(&w);
        if (inner == NULL) {
            w.depth--;
            continue;
        }
        const plb_field *field = plb_dictionary_field(record, w.path);
        bool anything = field != NULL && strcmp(field->type, "any") == 0;
        if (is_full(inner) && !anything) {
            if (enter(&w, inner)) {
                continue;
            }
        } else if (field != NULL || (!has_value(inner) && plb_dictionary_has(record, w.path))) {
            continue;
        }
        if (strcmp(told, w.path) != 0 && missing++ < TOLD_MAX) {
            (void) cli_complain(command, CLI_FAILED, "%s: %s is not described in %s", file, w.path,
                                record->name);
        }
        (void) snprintf(told, sizeof told, "%s", w.path);
    }
    if (missing > TOLD_MAX) {
        (void) cli_complain(command, CLI_FAILED, "%s: and %zu more", file, missing - TOLD_MAX);
    }
    return missing;
}

static size_t check_heads(const cli_command *command, const char *file, const plb_record *record,
                          char *text) {
    size_t missing = 0;
    while (text[0] == '#') { /* a comment */
        text += strcspn(text, "\n");
        text += text[0] == '\n';
    }
    text[strcspn(text, "\r\n")] = '\0';
    const char *between = strchr(text, '\t') != NULL ? "\t" : ",";
    char *rest = NULL;
    for (char *head = strtok_r(text, between, &rest); head != NULL;
         head = strtok_r(NULL, between, &rest)) {
        size_t length = strlen(head);
        if (length > 1 && head[0] == '"' && head[length - 1] == '"') {
            head[length - 1] = '\0';
            head++;
        }
        bool known = false;
        for (size_t i = 0; i < record->field_count && !known; i++) {
            const char *path = record->fields[i].path;
            known = strcmp(path, head) == 0 || strcmp(path, "*") == 0;
        }
        if (!known) {
            missing++;
            (void) cli_complain(command, CLI_FAILED, "%s: column %s is not described in %s", file,
                                head, record->name);
        }
    }
    return missing;
}

static int check_file(const cli_command *command, const char *file, const char *as) {
    const plb_record *record = plb_dictionary_record_of(as != NULL ? as : file);
    uint8_t *text = NULL;
    size_t length = 0, missing = 0;
    plb_error error = {0};
    json_t *value = NULL;
    if (record == NULL) {
        return cli_complain(command, CLI_FAILED, "%s: no such file is described",
                            as != NULL ? as : file);
    }
    plb_status status = cli_read_file(file, &text, &length, &error);
    bool is_json = record->kind == PLB_RECORD_JSON || record->kind == PLB_RECORD_PRINTED;
    if (status == PLB_OK && is_json) {
        status = plb_json_load(file, (const char *) text, length, &value, &error);
    }
    if (status == PLB_OK && value != NULL) {
        missing = check_value(command, file, record, value);
    } else if (status == PLB_OK && record->kind == PLB_RECORD_TABLE) {
        missing = check_heads(command, file, record, (char *) text);
    }
    json_decref(value);
    free(text);
    return status != PLB_OK ? cli_error(command, &error) : missing > 0 ? CLI_FAILED : CLI_OK;
}

/* ---- The command ---- */

static int describe(const cli_command *command, const describe_options *given,
                    const cli_texts *words) {
    int code = CLI_OK;
    if (given->json) {
        char *text = NULL;
        plb_error error = {0};
        if (plb_dictionary_json(&text, &error) != PLB_OK) {
            return cli_error(command, &error);
        }
        fputs(text, stdout);
        free(text);
        return CLI_OK;
    }
    if (given->list) {
        list_records();
        return CLI_OK;
    }
    for (size_t i = 0; i < words->count; i++) {
        const char *word = words->items[i];
        const plb_record *record = plb_dictionary_record_of(word);
        int own = CLI_OK;
        if (i > 0 && !given->check) {
            (void) putchar('\n');
        }
        if (given->check) {
            own = check_file(command, word, given->as);
        } else if (record != NULL) {
            describe_record(record);
        } else {
            own = describe_field(command, word);
        }
        code = own != CLI_OK ? own : code;
    }
    return code;
}

static int run(const cli_command *command, int argc, char **argv) {
    describe_options given = {0};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 0, 10000, &words);
    if (code < 0 && words.count == 0 && !given.list && !given.json) {
        code = cli_complain(command, CLI_USAGE, "expected a METRIC, a FILE or --list");
    }
    if (code < 0 && given.as != NULL && !given.check) {
        code = cli_complain(command, CLI_USAGE, "--as belongs to --check");
    }
    if (code < 0) {
        code = describe(command, &given, &words);
    }
    free(words.items);
    return code;
}

const cli_command cli_describe = {
    .name = "describe",
    .arguments = "[METRIC|FILE ...]",
    .summary = "tell what a figure or a field of a file is: unit, definition, how it is obtained",
    .examples = "  plutbench describe overhead_per_call\n"
                "  plutbench describe noise_floor_ns manifest.json\n"
                "  plutbench describe --list\n"
                "  plutbench describe --json > dictionary.json\n"
                "  plutbench describe --check results/*.json\n",
    .options = options,
    .run = run,
};
