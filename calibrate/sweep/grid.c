#include "calibrate/sweep/grid.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/embedded.h"

#define NUMBER_MAX ((uint64_t) 1 << 62)
#define ITEMS_MAX 65536      /* numbers and ranges of one size */
#define PLUGIN_BYTES_EACH 64 /* of an argument's size, where a plug-in does not say */

/* ---- Reading ---- */

/* One number or range of a size; `same`: the size before it. */
typedef struct grid_item {
    uint64_t from, to, step;
} grid_item;

typedef struct grid_size {
    bool same;
    size_t begin, end; /* of its items */
} grid_size;

typedef struct grid_reader {
    plb_grid *grid;
    const char *name;
    unsigned line;
    const char *at, *end; /* of what is left of the name */
    const char *text;     /* the name's begin */
    uint64_t byte_cap;
    const bool *kept; /* benchmarks; NULL: all */
    grid_item *items;
    size_t item_count, item_capacity;
    grid_size sizes[PLB_GRID_SIZES];
    unsigned size_count;
    plb_error *error;
} grid_reader;

static plb_status refuse(const grid_reader *r, const char *format, ...) PLB_PRINTF(2, 3);

static plb_status refuse(const grid_reader *r, const char *format, ...) {
    char where[PLB_ERROR_WHERE_BYTES], message[PLB_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    (void) snprintf(where, sizeof where, "%s:%u", r->name, r->line);
    size_t length = (size_t) (r->end - r->text);
    return plb_fail(r->error, PLB_E_PARSE, where, "%.*s: %s", (int) (length < 80 ? length : 80),
                    r->text, message);
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a grid");
}

static bool take(grid_reader *r, const char *what) {
    size_t length = strlen(what);
    if ((size_t) (r->end - r->at) < length || memcmp(r->at, what, length) != 0) return false;
    r->at += length;
    return true;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static plb_status read_number(grid_reader *r, uint64_t *number) {
    if (r->at == r->end || !is_digit(*r->at)) {
        return refuse(r, "expected a size at '%.*s': a number that is not negative",
                      (int) (r->end - r->at < 40 ? r->end - r->at : 40), r->at);
    }
    *number = 0;
    for (; r->at < r->end && is_digit(*r->at); r->at++) {
        *number = 10 * *number + (uint64_t) (*r->at - '0');
        if (*number > NUMBER_MAX) return refuse(r, "expected sizes below 2^62");
    }
    return PLB_OK;
}

static plb_status read_item(grid_reader *r, grid_item *item) {
    plb_status status = read_number(r, &item->from);
    item->to = item->from;
    item->step = 1;
    if (status == PLB_OK && take(r, "..")) {
        status = read_number(r, &item->to);
        if (status == PLB_OK && take(r, ":")) status = read_number(r, &item->step);
        if (status == PLB_OK && (item->to < item->from || item->step == 0)) {
            status = refuse(r, "expected a range that goes up");
        }
    }
    return status;
}

static plb_status add_item(grid_reader *r, grid_item item) {
    if (r->item_count == ITEMS_MAX) return refuse(r, "expected at most %d sizes", ITEMS_MAX);
    if (r->item_count == r->item_capacity) {
        size_t capacity = r->item_capacity == 0 ? 64 : 2 * r->item_capacity;
        grid_item *more = realloc(r->items, capacity * sizeof *more);
        if (more == NULL) return no_memory(r->error);
        r->items = more;
        r->item_capacity = capacity;
    }
    r->items[r->item_count++] = item;
    return PLB_OK;
}

/* What is between two slashes. */
static plb_status read_size(grid_reader *r) {
    if (r->size_count == PLB_GRID_SIZES) return refuse(r, "expected fewer sizes");
    grid_size *size = &r->sizes[r->size_count];
    size->begin = r->item_count;
    size->same = r->size_count > 0 && take(r, "=");
    plb_status status = PLB_OK;
    while (!size->same && status == PLB_OK) {
        grid_item item = {0, 0, 1};
        status = read_item(r, &item);
        if (status == PLB_OK) status = add_item(r, item);
        if (!take(r, "|")) break;
    }
    size->end = r->item_count;
    r->size_count++;
    return status;
}

/* ---- Points ---- */

plb_size_bounds plb_benchmark_bounds(const plb_benchmark *benchmark, unsigned index) {
    if (benchmark->plugin != NULL) {
        uint64_t each = benchmark->plugin->sizes[index].bytes_each;
        bool literal = benchmark->plugin->measures[index] == PLB_PLUGIN_LITERAL;
        return (plb_size_bounds){benchmark->plugin->sizes[index].least,
                                 benchmark->plugin->sizes[index].most,
                                 each != 0 ? each
                                 : literal ? 0
                                           : PLUGIN_BYTES_EACH};
    }
    const plb_word *const *word = benchmark->words;
    for (; index >= (*word)->sizes; word++) index -= (*word)->sizes;
    return (plb_size_bounds){(*word)->size[index].least, (*word)->size[index].most,
                             (*word)->size[index].bytes};
}

uint64_t plb_benchmark_bytes(const plb_benchmark *benchmark, const uint64_t *sizes) {
    uint64_t sum = 1 << 16;
    for (unsigned i = 0; i < benchmark->size_count; i++) {
        uint64_t bytes;
        if (__builtin_mul_overflow(sizes[i], plb_benchmark_bounds(benchmark, i).bytes_each,
                                   &bytes) ||
            __builtin_add_overflow(sum, bytes, &sum)) {
            return UINT64_MAX;
        }
    }
    return sum;
}

static plb_status check_sizes(const grid_reader *r, const plb_benchmark *benchmark,
                              const uint64_t *sizes) {
    for (unsigned i = 0; i < benchmark->size_count; i++) {
        plb_size_bounds bounds = plb_benchmark_bounds(benchmark, i);
        if (sizes[i] >= bounds.least && sizes[i] <= bounds.most) continue;
        return refuse(r, "size %u is %llu, expected %llu to %llu", i + 1,
                      (unsigned long long) sizes[i], (unsigned long long) bounds.least,
                      (unsigned long long) bounds.most);
    }
    const uint64_t *at = sizes;
    for (unsigned w = 0; w < benchmark->word_count; w++) {
        const plb_word *word = benchmark->words[w];
        const char *problem = word->problem != NULL ? word->problem(at) : NULL;
        if (problem != NULL) return refuse(r, "expected %s", problem);
        at += word->sizes;
    }
    uint64_t bytes = plb_benchmark_bytes(benchmark, sizes);
    if (bytes > r->byte_cap) {
        return refuse(r, "its arguments would take more than the byte cap of %llu",
                      (unsigned long long) r->byte_cap);
    }
    return PLB_OK;
}

static plb_status add_entry(const grid_reader *r, const plb_benchmark *benchmark,
                            const uint64_t *sizes, uint64_t copies) {
    plb_grid *grid = r->grid;
    plb_status status = check_sizes(r, benchmark, sizes);
    for (; copies > 0 && status == PLB_OK; copies--) {
        if (grid->count == grid->capacity) {
            size_t capacity = grid->capacity == 0 ? 1024 : 2 * grid->capacity;
            plb_grid_entry *more = realloc(grid->entries, capacity * sizeof *more);
            if (more == NULL) return no_memory(r->error);
            grid->entries = more;
            grid->capacity = capacity;
        }
        plb_grid_entry *entry = &grid->entries[grid->count++];
        *entry = (plb_grid_entry){.benchmark = (uint32_t) (benchmark - grid->benchmarks.rows),
                                  .line = r->line};
        memcpy(entry->sizes, sizes, benchmark->size_count * sizeof *sizes);
    }
    return status;
}

/* The next combination: places of all sizes, the last one fastest. */
typedef struct grid_place {
    size_t item;
    uint64_t value;
} grid_place;

static bool advance(const grid_reader *r, grid_place *places) {
    for (unsigned i = r->size_count; i-- > 0;) {
        const grid_size *size = &r->sizes[i];
        if (size->same) continue;
        grid_place *place = &places[i];
        const grid_item *item = &r->items[place->item];
        if (item->to - place->value >= item->step) {
            place->value += item->step;
            return true;
        }
        if (place->item + 1 < size->end) {
            place->value = r->items[++place->item].from;
            return true;
        }
        *place = (grid_place){size->begin, r->items[size->begin].from};
    }
    return false;
}

/* How many points the name stands for; UINT64_MAX for too many. */
static uint64_t count_combinations(const grid_reader *r, uint64_t copies) {
    uint64_t product = copies;
    for (unsigned i = 0; i < r->size_count; i++) {
        uint64_t sum = 0;
        if (r->sizes[i].same) continue;
        for (size_t k = r->sizes[i].begin; k < r->sizes[i].end; k++) {
            const grid_item *item = &r->items[k];
            sum += (item->to - item->from) / item->step + 1;
            if (sum > PLB_GRID_POINTS_MAX) return UINT64_MAX;
        }
        if (__builtin_mul_overflow(product, sum, &product)) return UINT64_MAX;
    }
    return product;
}

static plb_status add_combinations(const grid_reader *r, const plb_benchmark *benchmark,
                                   uint64_t copies) {
    grid_place places[PLB_GRID_SIZES];
    if (count_combinations(r, copies) > PLB_GRID_POINTS_MAX - r->grid->count) {
        return refuse(r, "expected at most %d points in a grid", PLB_GRID_POINTS_MAX);
    }
    for (unsigned i = 0; i < r->size_count; i++) {
        if (r->sizes[i].same) continue;
        places[i] = (grid_place){r->sizes[i].begin, r->items[r->sizes[i].begin].from};
    }
    plb_status status;
    do {
        uint64_t sizes[PLB_GRID_SIZES];
        for (unsigned i = 0; i < r->size_count; i++)
            sizes[i] = r->sizes[i].same ? sizes[i - 1] : places[i].value;
        status = add_entry(r, benchmark, sizes, copies);
    } while (status == PLB_OK && advance(r, places));
    return status;
}

/* ---- Lines ---- */

static plb_status unknown(const grid_reader *r, size_t length) {
    const char *meant = plb_benchmarks_suggest(&r->grid->benchmarks, r->text, length);
    return refuse(r, "there is no such benchmark%s%s%s", meant != NULL ? "; did you mean '" : "",
                  meant != NULL ? meant : "", meant != NULL ? "'?" : "");
}

/* " *COUNT" behind the name; `rest` is the line from there on. */
static plb_status read_copies(grid_reader *r, const char *rest, const char *line_end,
                              uint64_t *copies) {
    *copies = 1;
    while (rest < line_end && (*rest == ' ' || *rest == '\t')) rest++;
    if (rest == line_end || *rest != '*') return PLB_OK;
    r->at = rest + 1;
    r->end = line_end;
    while (r->end > r->at && (r->end[-1] == ' ' || r->end[-1] == '\t')) r->end--;
    plb_status status = read_number(r, copies);
    if (status == PLB_OK && (r->at != r->end || *copies == 0)) {
        status = refuse(r, "expected *COUNT, at least 1");
    }
    return status;
}

static plb_status read_name(grid_reader *r, const char *line_end) {
    const char *name_end = r->end;
    while (r->at < r->end && *r->at != '/') r->at++;
    size_t length = (size_t) (r->at - r->text);
    const plb_benchmark *benchmark =
        plb_benchmarks_find(&r->grid->benchmarks, r->text, length, false);
    if (benchmark == NULL) return unknown(r, length);
    plb_status status = PLB_OK;
    r->item_count = 0;
    r->size_count = 0;
    while (status == PLB_OK && take(r, "/")) status = read_size(r);
    if (status == PLB_OK && (r->at != r->end || r->size_count != benchmark->size_count)) {
        status = refuse(r, "expected %u sizes behind '%s', such as %s/1", benchmark->size_count,
                        benchmark->name, benchmark->name);
    }
    if (status != PLB_OK) return status;
    if (r->kept != NULL && !r->kept[benchmark - r->grid->benchmarks.rows]) return PLB_OK;
    uint64_t copies;
    status = read_copies(r, name_end, line_end, &copies);
    return status == PLB_OK ? add_combinations(r, benchmark, copies) : status;
}

static bool is_header(const char *at, const char *end) {
    static const char word[] = "benchmark";
    return (size_t) (end - at) == sizeof word - 1 && memcmp(at, word, sizeof word - 1) == 0;
}

static plb_status read_line(grid_reader *r, const char *at, const char *end) {
    if (end > at && end[-1] == '\r') end--;
    while (at < end && (*at == ' ' || *at == '\t')) at++;
    if (at == end || *at == '#') return PLB_OK;
    const char *stop = at;
    while (stop < end && *stop != ',' && *stop != ' ' && *stop != '\t') stop++;
    if (is_header(at, stop)) return PLB_OK;
    r->text = r->at = at;
    r->end = stop;
    return read_name(r, end);
}

static plb_status read_text(plb_grid *grid, const char *name, const char *text, size_t length,
                            const bool *kept, uint64_t byte_cap, plb_error *error) {
    grid_reader r = {
        .grid = grid, .name = name, .byte_cap = byte_cap, .kept = kept, .error = error};
    const char *end = text + length;
    plb_status status = PLB_OK;
    while (text < end && status == PLB_OK) {
        const char *stop = memchr(text, '\n', (size_t) (end - text));
        const char *line_end = stop != NULL ? stop : end;
        r.line++;
        status = read_line(&r, text, line_end);
        text = stop != NULL ? stop + 1 : end;
    }
    free(r.items);
    return status;
}

/* ---- Points of the same name ---- */

static uint64_t hash_of(const plb_grid_entry *entry) {
    uint64_t state = entry->benchmark, hash = 0;
    for (int i = 0; i < PLB_GRID_SIZES; i++) {
        state += entry->sizes[i];
        hash ^= plb_random_mix(&state);
    }
    return hash;
}

static bool same_name(const plb_grid_entry *a, const plb_grid_entry *b) {
    return a->benchmark == b->benchmark && memcmp(a->sizes, b->sizes, sizeof a->sizes) == 0;
}

/* Numbers points of one name from 0 on. */
static plb_status number_repeats(plb_grid *grid, plb_error *error) {
    size_t buckets = 16;
    while (buckets < 2 * grid->count) buckets *= 2;
    uint32_t *newest = calloc(buckets, sizeof *newest); /* of a name: index + 1 */
    if (newest == NULL) return no_memory(error);
    for (size_t i = 0; i < grid->count; i++) {
        plb_grid_entry *entry = &grid->entries[i];
        size_t at = hash_of(entry) & (buckets - 1);
        while (newest[at] != 0 && !same_name(&grid->entries[newest[at] - 1], entry))
            at = (at + 1) & (buckets - 1);
        if (newest[at] != 0) {
            if (grid->repeats++ == 0) {
                grid->first_repeat = i;
                grid->before_repeat = newest[at] - 1;
            }
            entry->repeat = grid->entries[newest[at] - 1].repeat + 1;
        }
        newest[at] = (uint32_t) i + 1;
    }
    free(newest);
    return PLB_OK;
}

/* ---- Grids ---- */

static bool is_yardstick(const plb_benchmark *benchmark) {
    return benchmark->no_op || benchmark->id < 0;
}

/* Which benchmarks `only` names, with the yardsticks; *kept NULL: all. */
static plb_status choose(const plb_benchmarks *benchmarks, const char *const *only, size_t count,
                         bool **kept, plb_error *error) {
    *kept = NULL;
    if (count == 0) return PLB_OK;
    bool *chosen = calloc(benchmarks->count + 1, sizeof *chosen);
    if (chosen == NULL) return no_memory(error);
    for (size_t i = 0; i < benchmarks->count; i++) chosen[i] = is_yardstick(&benchmarks->rows[i]);
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(only[i]);
        const plb_benchmark *found = plb_benchmarks_find(benchmarks, only[i], length, true);
        if (found == NULL) {
            const char *meant = plb_benchmarks_suggest(benchmarks, only[i], length);
            free(chosen);
            return plb_fail(error, PLB_E_ARGUMENT, NULL,
                            "there is no builtin '%.60s' to sweep%s%s%s", only[i],
                            meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                            meant != NULL ? "'?" : "");
        }
        chosen[found - benchmarks->rows] = true;
    }
    *kept = chosen;
    return PLB_OK;
}

/* That every benchmark that was asked for has points. */
static plb_status check_chosen(const plb_grid *grid, const char *name, const char *const *only,
                               size_t count, plb_error *error) {
    for (size_t i = 0; i < count; i++) {
        const plb_benchmark *wanted =
            plb_benchmarks_find(&grid->benchmarks, only[i], strlen(only[i]), true);
        bool found = false;
        for (size_t p = 0; p < grid->count && !found; p++)
            found = &grid->benchmarks.rows[grid->entries[p].benchmark] == wanted;
        if (!found) {
            return plb_fail(error, PLB_E_ARGUMENT, name, "the grid has no points of %s",
                            wanted->name);
        }
    }
    return grid->count > 0 ? PLB_OK
                           : plb_fail(error, PLB_E_PARSE, name, "expected a grid: no points in it");
}

/* The texts, one after the other, make one grid; `count` of them are read. */
static plb_status read_grid(plb_grid **made, const plb_plugins *plugins,
                            const struct plb_embedded_file *texts, size_t count,
                            const char *const *only, size_t only_count, uint64_t byte_cap,
                            plb_error *error) {
    bool *kept = NULL;
    plb_grid *grid = calloc(1, sizeof *grid);
    *made = NULL;
    if (grid == NULL) return no_memory(error);
    grid->plugins = plugins;
    plb_status status = plb_benchmarks_default(&grid->benchmarks, error);
    if (status == PLB_OK) status = plb_benchmarks_add_plugins(&grid->benchmarks, plugins, error);
    if (status == PLB_OK) status = choose(&grid->benchmarks, only, only_count, &kept, error);
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        status = read_text(grid, texts[i].name, (const char *) texts[i].bytes, texts[i].length,
                           kept, byte_cap != 0 ? byte_cap : PLB_GRID_BYTE_CAP, error);
    }
    free(kept);
    if (status == PLB_OK) status = check_chosen(grid, texts[0].name, only, only_count, error);
    if (status == PLB_OK) status = number_repeats(grid, error);
    if (status != PLB_OK) {
        plb_grid_free(grid);
        return status;
    }
    *made = grid;
    return PLB_OK;
}

plb_status plb_grid_read(plb_grid **grid, const char *name, const char *text, size_t length,
                         const char *const *only, size_t only_count, uint64_t byte_cap,
                         plb_error *error) {
    return plb_grid_read_with_plugins(grid, NULL, name, text, length, only, only_count, byte_cap,
                                      error);
}

plb_status plb_grid_read_with_plugins(plb_grid **grid, const plb_plugins *plugins, const char *name,
                                      const char *text, size_t length, const char *const *only,
                                      size_t only_count, uint64_t byte_cap, plb_error *error) {
    const struct plb_embedded_file given = {name, (const unsigned char *) text, length};
    return read_grid(grid, plugins, &given, 1, only, only_count, byte_cap, error);
}

plb_status plb_grid_default(plb_grid **grid, const char *const *only, size_t only_count,
                            plb_error *error) {
    return plb_grid_default_with_plugins(grid, NULL, only, only_count, error);
}

/* The grid that a builtin brings along, each line with its benchmark's name; `name` is the text's.
 */
static bool write_plugin_grid(const plb_plugin_known *entry, char **name, char **text,
                              size_t *length) {
    const char *line = entry->declared.grid != NULL ? entry->declared.grid : "";
    if (asprintf(name, "%s: grid of '%s'", entry->file, entry->declared.name) < 0) *name = NULL;
    FILE *out = open_memstream(text, length);
    if (out == NULL) return false;
    while (*line != '\0') {
        size_t end = strcspn(line, "\n");
        fprintf(out, "%s/%.*s\n", entry->benchmark, (int) end, line);
        line += end + (line[end] != '\0' ? 1 : 0);
    }
    return fclose(out) == 0 && *name != NULL;
}

plb_status plb_grid_default_with_plugins(plb_grid **grid, const plb_plugins *plugins,
                                         const char *const *only, size_t only_count,
                                         plb_error *error) {
    enum { OWN = 2 };
    struct plb_embedded_file texts[OWN + PLB_PLUGIN_BUILTINS_MAX] = {
        *plb_embedded_find(plb_embedded_calibrate, "sweep_grid.txt"),
    };
    size_t count = 1;
    if (only_count > 0)
        texts[count++] = *plb_embedded_find(plb_embedded_calibrate, "sweep_grid_more.txt");
    char *names[PLB_PLUGIN_BUILTINS_MAX] = {NULL}, *lines[PLB_PLUGIN_BUILTINS_MAX] = {NULL};
    unsigned builtins = (unsigned) plb_plugins_builtin_count(plugins);
    bool good = true;
    for (unsigned i = 0; i < builtins && good; i++) {
        size_t length = 0;
        good = write_plugin_grid(&plugins->entries[i], &names[i], &lines[i], &length);
        texts[count++] =
            (struct plb_embedded_file){names[i], (const unsigned char *) lines[i], length};
    }
    plb_status status = good ? read_grid(grid, plugins, texts, count, only, only_count, 0, error)
                             : no_memory(error);
    for (unsigned i = 0; i < builtins; i++) {
        free(names[i]);
        free(lines[i]);
    }
    return status;
}

bool plb_grid_has_failed(const plb_grid *grid, size_t index) {
    if (grid->plugins == NULL) return false;
    const plb_benchmark *benchmark = plb_grid_benchmark_of(grid, index);
    return benchmark->plugin != NULL &&
           plb_plugin_is_marked(grid->plugins, (unsigned) benchmark->id);
}

void plb_grid_free(plb_grid *grid) {
    if (grid == NULL) return;
    plb_benchmarks_free(&grid->benchmarks);
    free(grid->entries);
    free(grid);
}

size_t plb_grid_count(const plb_grid *grid) { return grid->count; }

const plb_benchmark *plb_grid_benchmark_of(const plb_grid *grid, size_t index) {
    return &grid->benchmarks.rows[grid->entries[index].benchmark];
}

plb_grid_point plb_grid_at(const plb_grid *grid, size_t index) {
    const plb_grid_entry *entry = &grid->entries[index];
    const plb_benchmark *benchmark = plb_grid_benchmark_of(grid, index);
    plb_grid_point point = {
        .benchmark = benchmark->name,
        .builtin = is_yardstick(benchmark) ? NULL : benchmark->builtin,
        .size_count = benchmark->size_count,
        .repeat = entry->repeat,
        .line = entry->line,
    };
    memcpy(point.sizes, entry->sizes, sizeof point.sizes);
    return point;
}

void plb_grid_name(const plb_grid_point *point, char name[PLB_GRID_NAME_BYTES]) {
    int length = snprintf(name, PLB_GRID_NAME_BYTES, "%s", point->benchmark);
    for (unsigned i = 0; i < point->size_count; i++) {
        length += snprintf(name + length, PLB_GRID_NAME_BYTES - (size_t) length, "/%llu",
                           (unsigned long long) point->sizes[i]);
    }
}

size_t plb_grid_repeats(const plb_grid *grid, plb_grid_point *first, plb_grid_point *before) {
    if (grid->repeats > 0) {
        *first = plb_grid_at(grid, grid->first_repeat);
        *before = plb_grid_at(grid, grid->before_repeat);
    }
    return grid->repeats;
}

plb_status plb_grid_text(const plb_grid *grid, char **text, size_t *length, plb_error *error) {
    *text = NULL;
    FILE *out = open_memstream(text, length);
    if (out == NULL) return no_memory(error);
    for (size_t i = 0; i < plb_plugins_count(grid->plugins); i++) {
        plb_plugin_facts plugin = plb_plugins_at(grid->plugins, i);
        fprintf(out, "# plug-in %s %s\n", plugin.name, plugin.version);
    }
    for (size_t i = 0; i < grid->count; i++) {
        char name[PLB_GRID_NAME_BYTES];
        plb_grid_point point = plb_grid_at(grid, i);
        plb_grid_name(&point, name);
        fprintf(out, "%s\n", name);
    }
    bool failed = ferror(out) != 0;
    if (fclose(out) == 0 && !failed) return PLB_OK;
    free(*text);
    *text = NULL;
    return no_memory(error);
}

plb_status plb_grid_checksum(const plb_grid *grid, char sha256[PLB_SHA256_TEXT_BYTES],
                             plb_error *error) {
    char *text;
    size_t length;
    plb_input input;
    plb_status status = plb_grid_text(grid, &text, &length, error);
    if (status != PLB_OK) return status;
    status = plb_input_describe(&input, "grid", "grid", text, length, error);
    free(text);
    if (status == PLB_OK) memcpy(sha256, input.sha256, PLB_SHA256_TEXT_BYTES);
    return status;
}
