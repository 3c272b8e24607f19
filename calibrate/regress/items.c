#include "calibrate/regress/items.h"

#include <stdlib.h>
#include <string.h>

#include "harness/embedded.h"

#define GRID_FILE "regress_grid.txt"
#define LOOPS 10                           /* of a script of the catalogue */
#define POINT_BYTES ((uint64_t) 256 << 20) /* that the arguments of a point may take */

void plb_gate_items_free(plb_gate_items *items) {
    for (size_t i = 0; i < items->count; i++) free(items->list[i].flat);
    free(items->list);
    plb_grid_free(items->defaults);
    plb_grid_free(items->points);
    plb_grid_free(items->miller);
    plb_pools_free(items->pools);
    plb_catalogue_free(items->catalogue);
    plb_program_free(items->program);
    *items = (plb_gate_items){.list = NULL};
}

/* A new item of that name, or NULL with an error. */
static plb_gate_item *add(plb_gate_items *items, const char *name, plb_error *error) {
    json_t *text = json_string(name); /* which has to be UTF-8 */
    bool good = text != NULL && strlen(name) < PLB_BASELINE_NAME_BYTES;
    json_decref(text);
    if (!good || items->count == PLB_BASELINE_ITEMS_MAX) {
        (void) plb_fail(error, PLB_E_ARGUMENT, name,
                        "expected at most %d items with UTF-8 names of at most %d bytes",
                        PLB_BASELINE_ITEMS_MAX, PLB_BASELINE_NAME_BYTES - 1);
        return NULL;
    }
    if (items->count == items->capacity) {
        size_t capacity = 2 * items->capacity + 64;
        plb_gate_item *list = realloc(items->list, capacity * sizeof *list);
        if (list == NULL) {
            (void) plb_fail(error, PLB_E_MEMORY, NULL, "no memory for items");
            return NULL;
        }
        items->list = list;
        items->capacity = capacity;
    }
    plb_gate_item *item = &items->list[items->count++];
    *item = (plb_gate_item){.grid = NULL};
    (void) strcpy(item->found.name, name);
    return item;
}

/* ---- Points ---- */

static plb_status add_point(plb_gate_items *items, const plb_grid *grid, size_t point,
                            plb_error *error) {
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_point told = plb_grid_at(grid, point);
    plb_grid_name(&told, name);
    if (plb_grid_benchmark_of(grid, point)->no_op)
        return plb_fail(error, PLB_E_ARGUMENT, name,
                        "expected a builtin: no-ops are known to sweeps only");
    plb_gate_item *item = add(items, name, error);
    if (item == NULL) return error->status;
    item->grid = grid;
    item->point = point;
    return PLB_OK;
}

/* The default points of a benchmark; NULL: of all. */
static plb_status add_defaults(plb_gate_items *items, const plb_benchmark *benchmark,
                               plb_error *error) {
    size_t before = items->count;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < plb_grid_count(items->defaults) && status == PLB_OK; i++) {
        const char *name = plb_grid_benchmark_of(items->defaults, i)->name;
        if (benchmark != NULL && strcmp(benchmark->name, name) != 0) continue;
        status = add_point(items, items->defaults, i, error);
    }
    if (status != PLB_OK || items->count > before) return status;
    return plb_fail(error, PLB_E_ARGUMENT, benchmark->name,
                    "it has no points by default: expected one, such as AddInteger/1/1");
}

/* Names of points, as lines of a grid. */
typedef struct lines {
    char *text;
    size_t length;
    FILE *file;
} lines;

/* Whether a grid may have that line. */
static plb_status check_line(const plb_gate_items *items, const char *word, plb_error *error) {
    plb_grid *grid = NULL;
    plb_status status = plb_grid_read_with_plugins(&grid, items->plugins, "command line", word,
                                                   strlen(word), NULL, 0, POINT_BYTES, error);
    plb_grid_free(grid);
    return status;
}

/* Of a plug-in's benchmark, points a third and two thirds of the way through its own grid. */
static plb_status add_plugin_lines(const plb_gate_items *items, const plb_benchmark *benchmark,
                                   lines *l, plb_error *error) {
    plb_grid *grid = NULL;
    const char *only[] = {benchmark->name};
    size_t first = 0, count = 0;
    plb_status status = plb_grid_default_with_plugins(&grid, items->plugins, only, 1, error);
    if (status != PLB_OK) return status;
    for (size_t i = 0; i < plb_grid_count(grid); i++) {
        if (strcmp(plb_grid_benchmark_of(grid, i)->name, benchmark->name) != 0) continue;
        if (count++ == 0) first = i;
    }
    for (size_t third = 1; third <= 2 && third <= count; third++) {
        char name[PLB_GRID_NAME_BYTES];
        plb_grid_point point = plb_grid_at(grid, first + third * (count - 1) / 3);
        plb_grid_name(&point, name);
        (void) fprintf(l->file, "%s\n", name);
    }
    plb_grid_free(grid);
    return PLB_OK;
}

static plb_status add_lines(plb_gate_items *items, lines *l, plb_error *error) {
    bool good = fclose(l->file) == 0 && l->text != NULL;
    l->file = NULL;
    if (!good) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for points");
    if (l->length == 0) return PLB_OK;
    plb_status status = plb_grid_read_with_plugins(&items->points, items->plugins, "command line",
                                                   l->text, l->length, NULL, 0, POINT_BYTES, error);
    for (size_t i = 0; status == PLB_OK && i < plb_grid_count(items->points); i++)
        status = add_point(items, items->points, i, error);
    return status;
}

/* ---- Scripts ---- */

static plb_status set_flat(plb_gate_item *item, const uint8_t *flat, size_t length,
                           plb_error *error) {
    plb_input input;
    item->flat = malloc(length + 1);
    if (item->flat == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a script");
    memcpy(item->flat, flat, length);
    item->length = length;
    plb_status status = plb_input_describe(&input, "script", item->found.name, flat, length, error);
    if (status == PLB_OK) (void) strcpy(item->found.sha256, input.sha256);
    return status;
}

static plb_status add_file(plb_gate_items *items, const plb_gate_file *file, plb_error *error) {
    uint8_t *flat = NULL;
    size_t length = 0;
    plb_gate_item *item = add(items, file->name, error);
    if (item == NULL) return error->status;
    plb_era era = {PLB_LANGUAGE_NEWEST, 0};
    plb_status status = plb_program_load(items->program, era, PLB_FORMAT_AUTO, file->bytes,
                                         file->length, &item->language, error);
    if (status == PLB_OK) status = plb_program_encode_flat(items->program, &flat, &length, error);
    if (status == PLB_OK) status = set_flat(item, flat, length, error);
    free(flat);
    return status == PLB_OK ? PLB_OK : plb_error_prefix(error, file->name);
}

static plb_status add_script(plb_gate_items *items, const plb_script_entry *entry,
                             plb_error *error) {
    plb_script *script = NULL;
    uint8_t *flat = NULL;
    size_t length = 0;
    if (entry->supplemental_datum != NULL)
        return plb_fail(error, PLB_E_ARGUMENT, entry->name,
                        "expected a script that runs without a transaction");
    plb_gate_item *item = add(items, entry->name, error);
    if (item == NULL) return error->status;
    item->language = entry->language;
    plb_status status = plb_script_load_entry(&script, items->catalogue, entry->name, error);
    if (status == PLB_OK) status = plb_gate_script_flat(script, LOOPS, &flat, &length, error);
    if (status == PLB_OK) status = set_flat(item, flat, length, error);
    plb_script_free(script);
    free(flat);
    return status;
}

static plb_status add_all_scripts(plb_gate_items *items, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < plb_catalogue_count(items->catalogue) && status == PLB_OK; i++) {
        const plb_script_entry *entry = plb_catalogue_entry(items->catalogue, i);
        if (entry->supplemental_datum == NULL) status = add_script(items, entry, error);
    }
    return status;
}

/* ---- Words ---- */

static plb_status unknown_word(const plb_gate_items *items, const char *word, plb_error *error) {
    const char *meant = plb_benchmarks_suggest(&items->defaults->benchmarks, word, strlen(word));
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "there is no builtin, script or file '%.80s'%s%s%s", word,
                    meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                    meant != NULL ? "'?" : "");
}

static plb_status add_word(plb_gate_items *items, lines *l, const char *word, plb_error *error) {
    const plb_benchmarks *benchmarks = &items->defaults->benchmarks;
    if (strchr(word, '/') != NULL) {
        plb_status status = check_line(items, word, error);
        if (status == PLB_OK) (void) fprintf(l->file, "%s\n", word);
        return status == PLB_E_PARSE ? PLB_E_ARGUMENT : status;
    }
    const plb_script_entry *entry = plb_catalogue_find(items->catalogue, word);
    if (entry != NULL) return add_script(items, entry, error);
    const plb_benchmark *benchmark = plb_benchmarks_find(benchmarks, word, strlen(word), true);
    if (benchmark != NULL && benchmark->plugin != NULL)
        return add_plugin_lines(items, benchmark, l, error);
    if (benchmark != NULL) return add_defaults(items, benchmark, error);
    return unknown_word(items, word, error);
}

/* Of the name of one point, with nothing that stands for several. */
#define POINT_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_/"

/* What is in the baseline, as far as it is still there: files come as the plan's. */
static plb_status add_baseline(plb_gate_items *items, lines *l, const plb_baseline *baseline,
                               plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < baseline->count && status == PLB_OK; i++) {
        const char *name = baseline->items[i].name;
        plb_error ignored;
        if (baseline->items[i].sha256[0] == '\0') {
            if (strchr(name, '/') != NULL && name[strspn(name, POINT_CHARACTERS)] == '\0')
                status = add_word(items, l, name, &ignored);
            if (status != PLB_E_MEMORY) status = PLB_OK;
        } else {
            const plb_script_entry *entry = plb_catalogue_find(items->catalogue, name);
            if (entry != NULL && entry->supplemental_datum == NULL)
                status = add_script(items, entry, error);
        }
    }
    return status;
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const plb_gate_item *) a)->found.name, ((const plb_gate_item *) b)->found.name);
}

static plb_status sort(plb_gate_items *items, plb_error *error) {
    if (items->count == 0)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected something to measure");
    qsort(items->list, items->count, sizeof *items->list, by_name);
    for (size_t i = 1; i < items->count; i++) {
        if (by_name(&items->list[i - 1], &items->list[i]) == 0)
            return plb_fail(error, PLB_E_ARGUMENT, items->list[i].found.name, "it is named twice");
    }
    return PLB_OK;
}

static plb_status choose(plb_gate_items *items, const plb_gate_plan *plan, lines *l,
                         plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < plan->word_count && status == PLB_OK; i++)
        status = add_word(items, l, plan->words[i], error);
    if (!plan->chosen && plan->baseline != NULL) {
        status = add_baseline(items, l, plan->baseline, error);
    } else if (!plan->chosen) {
        status = add_defaults(items, NULL, error);
        if (status == PLB_OK) status = add_all_scripts(items, error);
    }
    for (size_t i = 0; i < plan->file_count && status == PLB_OK; i++)
        status = add_file(items, &plan->files[i], error);
    if (status == PLB_OK) status = add_lines(items, l, error);
    return status == PLB_OK ? sort(items, error) : status;
}

plb_status plb_gate_items_choose(plb_gate_items *items, const plb_gate_plan *plan,
                                 plb_error *error) {
    static const char miller[] = "Bls12_381_millerLoop/18/36";
    const struct plb_embedded_file *grid = plb_embedded_find(plb_embedded_calibrate, GRID_FILE);
    lines l = {NULL, 0, NULL};
    *items = (plb_gate_items){.plugins = plan->plugins,
                              .pools = plb_pools_new(),
                              .program = plb_program_new(PLB_GRID_BYTE_CAP)};
    if (items->program != NULL && plan->plugins != NULL)
        plb_program_use_plugins(items->program, plan->plugins);
    l.file = open_memstream(&l.text, &l.length);
    plb_status status = items->pools != NULL && items->program != NULL && l.file != NULL
                            ? PLB_OK
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for items");
    if (status == PLB_OK)
        status =
            plb_grid_read_with_plugins(&items->defaults, items->plugins, GRID_FILE,
                                       (const char *) grid->bytes, grid->length, NULL, 0, 0, error);
    if (status == PLB_OK)
        status =
            plb_grid_read(&items->miller, GRID_FILE, miller, sizeof miller - 1, NULL, 0, 0, error);
    if (status == PLB_OK) status = plb_catalogue_open(&items->catalogue, error);
    if (status == PLB_OK) status = choose(items, plan, &l, error);
    if (l.file != NULL) (void) fclose(l.file);
    free(l.text);
    return status;
}
