/* The table of benchmarks: calibrate/data/sweep_arguments.tsv. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/sweep/grid.h"
#include "calibrate/sweep/no_ops.h"
#include "harness/embedded.h"
#include "harness/machine/cost_data.h"

#define ROWS_MAX 4096

typedef struct table_reader {
    const char *name;
    unsigned line;
    plb_error *error;
} table_reader;

static plb_status expected(const table_reader *r, const char *what, plb_piece got) {
    char where[PLB_ERROR_WHERE_BYTES];
    (void) snprintf(where, sizeof where, "%s:%u", r->name, r->line);
    return plb_fail(r->error, PLB_E_PARSE, where, "expected %s, got '%.*s'", what,
                    (int) (got.length < 60 ? got.length : 60), got.at != NULL ? got.at : "");
}

/* The text before `end`, which is taken from `rest` with it. */
static plb_piece next_field(plb_piece *rest, char end) {
    plb_piece field = {rest->at, 0};
    (void) plb_piece_next(rest, end, &field);
    return field;
}

static bool copy_name(char to[PLB_BENCHMARK_NAME_BYTES], plb_piece from) {
    if (from.length == 0 || from.length >= PLB_BENCHMARK_NAME_BYTES) return false;
    memcpy(to, from.at, from.length);
    to[from.length] = '\0';
    return true;
}

static plb_status read_builtin(const table_reader *r, plb_piece field, plb_benchmark *row) {
    row->id = -1;
    if (field.length == 0) return expected(r, "a builtin", field);
    if (field.length == 1 && field.at[0] == '-') return PLB_OK;
    row->no_op = field.at[0] == '+';
    plb_piece name = {field.at + (row->no_op ? 1 : 0), field.length - (row->no_op ? 1 : 0)};
    if (copy_name(row->builtin, name)) {
        row->id = row->no_op ? plb_no_op_find(name.at, name.length)
                             : plb_builtin_find(name.at, name.length);
    }
    return row->id >= 0 ? PLB_OK : expected(r, "a builtin", field);
}

static unsigned arity_of(const plb_benchmark *row) {
    if (row->id < 0) return 1;
    return row->no_op ? plb_no_op_arity(row->id) : plb_builtins[row->id].arity;
}

static plb_status read_words(const table_reader *r, plb_piece field, plb_benchmark *row) {
    plb_piece rest = field;
    while (rest.length > 0) {
        plb_piece word = next_field(&rest, ' ');
        const plb_word *found = plb_word_find(word.at, word.length);
        if (found == NULL) return expected(r, "a word for arguments", word);
        if (row->word_count == PLB_WORD_ARGUMENTS) break;
        row->words[row->word_count++] = found;
        row->size_count += found->sizes;
        row->argument_count += found->arguments;
    }
    return row->argument_count == arity_of(row) && row->size_count <= PLB_GRID_SIZES
               ? PLB_OK
               : expected(r, "as many arguments as the builtin has", field);
}

static plb_status read_row(const table_reader *r, plb_piece line, plb_benchmark *row) {
    plb_piece rest = line;
    plb_piece name = next_field(&rest, '\t'), builtin = next_field(&rest, '\t');
    memset(row, 0, sizeof *row);
    if (!copy_name(row->name, name)) return expected(r, "a benchmark's name", name);
    plb_status status = read_builtin(r, builtin, row);
    return status == PLB_OK ? read_words(r, rest, row) : status;
}

/* Room for another row; NULL when memory is short. */
static plb_benchmark *next_row(plb_benchmarks *benchmarks) {
    size_t count = benchmarks->count;
    if ((count & (count - 1)) == 0) { /* room grows at powers of two */
        size_t room = count == 0 ? 64 : 2 * count < 64 ? 64 : 2 * count;
        plb_benchmark *more = realloc(benchmarks->rows, room * sizeof *more);
        if (more == NULL) return NULL;
        benchmarks->rows = more;
    }
    return &benchmarks->rows[count];
}

static plb_status add_row(const table_reader *r, plb_benchmarks *benchmarks, plb_piece line) {
    if (benchmarks->count == ROWS_MAX) return expected(r, "fewer benchmarks", line);
    plb_benchmark *row = next_row(benchmarks);
    if (row == NULL) return plb_fail(r->error, PLB_E_MEMORY, NULL, "out of memory");
    plb_status status = read_row(r, line, row);
    if (status != PLB_OK) return status;
    if (plb_benchmarks_find(benchmarks, row->name, strlen(row->name), false) != NULL) {
        return expected(r, "a benchmark that no other row has", line);
    }
    benchmarks->count++;
    return PLB_OK;
}

plb_status plb_benchmarks_read(plb_benchmarks *benchmarks, const char *name, const char *text,
                               size_t length, plb_error *error) {
    table_reader r = {name, 0, error};
    plb_piece rest = {text, length};
    *benchmarks = (plb_benchmarks){NULL, 0};
    while (rest.length > 0) {
        plb_piece line = next_field(&rest, '\n');
        r.line++;
        if (line.length == 0 || line.at[0] == '#') continue;
        plb_status status = add_row(&r, benchmarks, line);
        if (status != PLB_OK) {
            plb_benchmarks_free(benchmarks);
            return status;
        }
    }
    return PLB_OK;
}

plb_status plb_benchmarks_default(plb_benchmarks *benchmarks, plb_error *error) {
    const struct plb_embedded_file *file =
        plb_embedded_find(plb_embedded_calibrate, "sweep_arguments.tsv");
    return plb_benchmarks_read(benchmarks, file->name, (const char *) file->bytes, file->length,
                               error);
}

plb_status plb_benchmarks_add_plugins(plb_benchmarks *benchmarks, const plb_plugins *plugins,
                                      plb_error *error) {
    for (unsigned i = 0; i < plb_plugins_builtin_count(plugins); i++) {
        const plb_plugin_known *entry = &plugins->entries[i];
        const char *name = entry->benchmark;
        if (plb_benchmarks_find(benchmarks, name, strlen(name), false) != NULL) {
            return plb_fail(error, PLB_E_PARSE, entry->file,
                            "builtin '%s': another benchmark has the name %s", entry->declared.name,
                            name);
        }
        plb_benchmark *row = next_row(benchmarks);
        if (row == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
        *row = (plb_benchmark){.id = (int) i,
                               .plugin = &entry->declared,
                               .size_count = entry->declared.arity,
                               .argument_count = entry->declared.arity};
        _Static_assert(PLB_BENCHMARK_NAME_BYTES >= PLB_PLUGIN_NAME_BYTES, "names fit");
        memcpy(row->name, name, sizeof entry->benchmark);
        (void) snprintf(row->builtin, sizeof row->builtin, "%s", entry->declared.name);
        benchmarks->count++;
    }
    return PLB_OK;
}

void plb_benchmarks_free(plb_benchmarks *benchmarks) {
    free(benchmarks->rows);
    *benchmarks = (plb_benchmarks){NULL, 0};
}

static bool is_name(const char *known, const char *name, size_t length) {
    return strlen(known) == length && memcmp(known, name, length) == 0;
}

const plb_benchmark *plb_benchmarks_find(const plb_benchmarks *benchmarks, const char *name,
                                         size_t length, bool or_builtin) {
    for (size_t i = 0; i < benchmarks->count; i++) {
        const plb_benchmark *row = &benchmarks->rows[i];
        if (is_name(row->name, name, length)) return row;
        if (or_builtin && is_name(row->builtin, name, length)) return row;
    }
    return NULL;
}

/* ---- Suggestions ---- */

/* Levenshtein distance of two names that fit, whatever their case. */
static unsigned distance(const char *a, const char *name, size_t length) {
    unsigned row[PLB_BENCHMARK_NAME_BYTES];
    for (size_t j = 0; j <= length; j++) row[j] = (unsigned) j;
    for (size_t i = 0; a[i] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned) i + 1;
        for (size_t j = 0; j < length; j++) {
            unsigned above = row[j + 1];
            bool same = tolower((unsigned char) a[i]) == tolower((unsigned char) name[j]);
            unsigned best = diagonal + (same ? 0 : 1);
            if (above + 1 < best) best = above + 1;
            if (row[j] + 1 < best) best = row[j] + 1;
            row[j + 1] = best;
            diagonal = above;
        }
    }
    return row[length];
}

const char *plb_benchmarks_suggest(const plb_benchmarks *benchmarks, const char *name,
                                   size_t length) {
    const char *best = NULL;
    unsigned least = (unsigned) length / 3 + 1;
    if (length >= PLB_BENCHMARK_NAME_BYTES) return NULL;
    for (size_t i = 0; i < benchmarks->count; i++) {
        unsigned d = distance(benchmarks->rows[i].name, name, length);
        if (d < least) {
            least = d;
            best = benchmarks->rows[i].name;
        }
    }
    return best;
}
