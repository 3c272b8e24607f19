#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/results.h"
#include "results/run/run.h"

typedef enum export_form { FORM_JSON, FORM_CSV } export_form;

typedef struct export_options {
    cli_store_choice store;
    cli_filter_choice filter;
    int form;
} export_options;

static const char *const forms[] = {"json", "csv", NULL};

static const cli_option options[] = {
    {"format", "FORMAT", "json (default): all of each run; csv: a line a figure", CLI_CHOICE,
     offsetof(export_options, form), forms},
    CLI_FILTER_OPTIONS(offsetof(export_options, filter)),
    CLI_STORE_OPTIONS(offsetof(export_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* ---- Which ---- */

typedef struct ids {
    char (*items)[PLB_SHA256_TEXT_BYTES];
    size_t count, capacity;
} ids;

static int take_id(void *context, const plb_run_line *line) {
    ids *list = context;
    if (list->count == list->capacity) {
        size_t capacity = list->capacity > 0 ? 2 * list->capacity : 256;
        void *grown = realloc(list->items, capacity * sizeof *list->items);
        if (grown == NULL) {
            return 1;
        }
        list->items = grown;
        list->capacity = capacity;
    }
    (void) snprintf(list->items[list->count++], PLB_SHA256_TEXT_BYTES, "%s", line->id);
    return 0;
}

/* Those that are named, or else those that match. */
static plb_status find_runs(plb_store *store, const cli_texts *words, const export_options *given,
                            ids *list, plb_error *error) {
    plb_run_filter filter = cli_filter(&given->filter);
    if (words->count == 0) {
        return plb_store_list(store, &filter, take_id, list, error);
    }
    plb_status status = PLB_OK;
    for (size_t i = 0; i < words->count && status == PLB_OK; i++) {
        char id[PLB_SHA256_TEXT_BYTES];
        const plb_run_line line = {.id = id};
        status = plb_store_find(store, words->items[i], id, error);
        if (status == PLB_OK && take_id(list, &line) != 0) {
            status = plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
        }
    }
    return status;
}

/* ---- JSON: one run after the other, so that there may be many ---- */

static json_t *documents_json(const plb_run_facts *f) {
    json_t *object = json_object();
    for (size_t i = 0; i < f->document_count; i++) {
        const plb_run_document *document = &f->documents[i];
        json_t *text = json_stringn(document->text, document->length);
        json_object_set_new(object, document->name, text != NULL ? text : json_null());
    }
    return object;
}

static plb_status print_json(const plb_run *shown, bool first, plb_error *error) {
    json_t *object = plb_run_json(shown);
    json_object_set_new(object, "documents", documents_json(plb_run_get_facts(shown)));
    char *text = json_dumps(object, JSON_SORT_KEYS | JSON_REAL_PRECISION(15));
    json_decref(object);
    if (text == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    }
    printf("%s%s", first ? "" : ",\n", text);
    free(text);
    return PLB_OK;
}

/* ---- CSV ---- */

static void print_csv(const plb_run *shown) {
    const plb_run_facts *f = plb_run_get_facts(shown);
    for (size_t i = 0; i < f->figure_count; i++) {
        const plb_run_figure *figure = &f->figures[i];
        const plb_estimate *e = &figure->estimate;
        const char *const texts[] = {f->id,        plb_run_state_name(f->state),
                                     f->command,   f->script,
                                     f->strategy,  f->machine,
                                     f->revision,  f->started_utc,
                                     figure->name, figure->unit};
        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
            cli_print_csv_text(texts[k]);
            putchar(',');
        }
        printf("%.15g,%.15g,%.15g,%.15g,%zu\n", e->value, e->low, e->high, e->level, e->count);
    }
}

static plb_status print_runs(plb_store *store, const ids *list, export_form form,
                             plb_error *error) {
    plb_status status = PLB_OK;
    fputs(form == FORM_JSON ? "[\n"
                            : "run,state,command,script,strategy,machine,revision,started_utc,"
                              "figure,unit,value,low,high,level,rounds\n",
          stdout);
    for (size_t i = 0; i < list->count && status == PLB_OK; i++) {
        plb_run *shown = NULL;
        status = plb_store_read(store, list->items[i], &shown, error);
        if (status == PLB_OK && form == FORM_JSON) {
            status = print_json(shown, i == 0, error);
        } else if (status == PLB_OK) {
            print_csv(shown);
        }
        plb_run_free(shown);
    }
    if (form == FORM_JSON) {
        puts("\n]");
    }
    return status;
}

static int run(const cli_command *command, int argc, char **argv) {
    export_options given = {.form = FORM_JSON};
    cli_texts words;
    plb_store *store = NULL;
    plb_error error;
    int code = cli_parse(command, argc, argv, &given, 0, SIZE_MAX, &words);
    if (code < 0) {
        ids list = {NULL, 0, 0};
        plb_status status = cli_open_store(&given.store, PLB_STORE_READ, &store, &error);
        if (status == PLB_OK) {
            status = find_runs(store, &words, &given, &list, &error);
        }
        if (status == PLB_OK) {
            status = print_runs(store, &list, (export_form) given.form, &error);
        }
        free(list.items);
        plb_store_close(store);
        code = status == PLB_OK ? CLI_OK : cli_error(command, &error);
    }
    free(words.items);
    return code;
}

const cli_command cli_results_export = {
    .name = "results export",
    .arguments = "[RUN ...]",
    .summary = "runs of the store as JSON or CSV, for other programs",
    .examples = "  plutbench results export --script ecdsa > ecdsa.json\n"
                "  plutbench results export --format csv --since 2026-04-01 > figures.csv\n"
                "  plutbench results export 1a2b3c4d > run.json\n",
    .options = options,
    .run = run,
    .prints_data = true,
};
