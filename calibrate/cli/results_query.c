#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/results.h"
#include "results/json.h"

typedef enum query_form { FORM_TEXT, FORM_JSON, FORM_CSV } query_form;

typedef struct query_options {
    cli_store_choice store;
    int form;
} query_options;

static const char *const forms[] = {"text", "json", "csv", NULL};

static const cli_option options[] = {
    {"format", "FORMAT", "text (default; columns between tabs), json or csv", CLI_CHOICE,
     offsetof(query_options, form), forms},
    CLI_STORE_OPTIONS(offsetof(query_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

#define COLUMNS_MOST 64

typedef struct printing {
    query_form form;
    json_t *list;
    char *names[COLUMNS_MOST];
    size_t count;
} printing;

/* In a line of columns, no text may end it. */
static void print_plain(const char *text) {
    for (; *text != '\0'; text++) {
        putchar((unsigned char) *text < ' ' || *text == 0x7f ? ' ' : *text);
    }
}

static void print_field(const printing *p, const char *text) {
    if (p->form == FORM_CSV) {
        cli_print_csv_text(text);
    } else {
        print_plain(text);
    }
}

static void print_value(const printing *p, const plb_value *value) {
    switch (value->kind) {
    case PLB_VALUE_NULL: break;
    case PLB_VALUE_INTEGER: printf("%" PRId64, value->integer); break;
    case PLB_VALUE_REAL: printf("%.15g", value->real); break;
    case PLB_VALUE_TEXT: print_field(p, value->text); break;
    }
}

static json_t *value_json(const plb_value *value) {
    json_t *text = NULL;
    switch (value->kind) {
    case PLB_VALUE_INTEGER: return json_integer((json_int_t) value->integer);
    case PLB_VALUE_REAL: return plb_json_number(value->real);
    case PLB_VALUE_TEXT: text = json_string(value->text); break;
    case PLB_VALUE_NULL: break;
    }
    return text != NULL ? text : json_null();
}

static int take_columns(void *context, size_t count, const char *const *names) {
    printing *p = context;
    for (size_t i = 0; i < count && i < COLUMNS_MOST; i++) {
        p->names[i] = strdup(names[i]);
        p->count = i + 1;
        if (p->names[i] == NULL) {
            return 1;
        }
        if (p->form != FORM_JSON) {
            fputs(i == 0 ? "" : p->form == FORM_CSV ? "," : "\t", stdout);
            print_field(p, names[i]);
        }
    }
    if (p->form != FORM_JSON) {
        putchar('\n');
    }
    return 0;
}

static int take_row(void *context, size_t count, const plb_value *values) {
    printing *p = context;
    json_t *object = p->form == FORM_JSON ? json_object() : NULL;
    for (size_t i = 0; i < count && i < p->count; i++) {
        if (object != NULL) {
            json_object_set_new(object, p->names[i], value_json(&values[i]));
        } else {
            fputs(i == 0 ? "" : p->form == FORM_CSV ? "," : "\t", stdout);
            print_value(p, &values[i]);
        }
    }
    if (object != NULL) {
        json_array_append_new(p->list, object);
    } else {
        putchar('\n');
    }
    return 0;
}

static plb_status ask(const query_options *given, const char *sql, printing *p, plb_error *error) {
    plb_store *store = NULL;
    const plb_store_rows rows = {p, take_columns, take_row};
    plb_status status = cli_open_store(&given->store, PLB_STORE_READ, &store, error);
    if (status == PLB_OK) {
        status = plb_store_query(store, sql, &rows, error);
    }
    plb_store_close(store);
    return status;
}

static int run(const cli_command *command, int argc, char **argv) {
    query_options given = {.form = FORM_TEXT};
    cli_texts words;
    plb_error error;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    if (code < 0) {
        printing p = {.form = (query_form) given.form, .list = json_array()};
        plb_status status = ask(&given, words.items[0], &p, &error);
        if (status == PLB_OK && p.form == FORM_JSON) {
            cli_print_json(json_incref(p.list));
        }
        for (size_t i = 0; i < p.count; i++) {
            free(p.names[i]);
        }
        json_decref(p.list);
        code = status == PLB_OK ? CLI_OK : cli_error(command, &error);
    }
    free(words.items);
    return code;
}

const cli_command cli_results_query = {
    .name = "results query",
    .arguments = "SQL",
    .summary = "ask the store's tables (docs/store.md); nothing can be changed",
    .examples = "  plutbench results query 'SELECT script, count(*) FROM run GROUP BY script'\n"
                "  plutbench results query --format csv \"SELECT run.started_utc, figure.value "
                "FROM run \\\n"
                "      JOIN figure ON figure.run = run.id WHERE figure.name = "
                "'overhead_per_call.paired'\"\n",
    .options = options,
    .run = run,
    .prints_data = true,
};
