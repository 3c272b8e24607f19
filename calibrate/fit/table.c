#include "calibrate/fit/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/terms.h"
#include "calibrate/plugin/plugins.h"
#include "harness/machine/cost_data.h"

#define ROWS_MAX 4096

typedef struct word {
    const char *name;
    unsigned value;
} word;

static const word filters[] = {
    {"x>0", PLB_FIT_X_POSITIVE},
    {"y>0", PLB_FIT_Y_POSITIVE},
    {"z>0", PLB_FIT_Z_POSITIVE},
    {"u>0", PLB_FIT_U_POSITIVE},
    {"x=y", PLB_FIT_ON_DIAGONAL},
    {"y=0", PLB_FIT_Y_ZERO},
    {NULL, 0},
};
static const word splits[] = {
    {"x<=y", PLB_FIT_SPLIT_LE}, {"x<y", PLB_FIT_SPLIT_LT}, {"x<>y", PLB_FIT_SPLIT_NE},
    {"x>=y", PLB_FIT_SPLIT_GE}, {"x>y", PLB_FIT_SPLIT_GT}, {NULL, 0},
};
static const word rules[] = {
    {"outliers", PLB_FIT_OUTLIERS},
    {"fan", PLB_FIT_FAN},
    {"diagonal", PLB_FIT_DIAGONAL},
    {"overhead-by-part", PLB_FIT_OVERHEAD_BY_PART},
    {"keep-negative", PLB_FIT_KEEP_NEGATIVE},
    {"lift", PLB_FIT_LIFT},
    {"whole-picoseconds", PLB_FIT_WHOLE},
    {"no-op", PLB_FIT_NO_OP},
    {"unused", PLB_FIT_UNUSED},
    {NULL, 0},
};

typedef struct table_reader {
    const char *name;
    unsigned line;
    plb_fit_table *table;
    plb_error *error;
} table_reader;

static plb_status expected(table_reader *r, const char *what, plb_piece got) {
    char where[PLB_ERROR_WHERE_BYTES];
    snprintf(where, sizeof where, "%s:%u", r->name, r->line);
    return plb_fail(r->error, PLB_E_PARSE, where, "expected %s, got '%.*s'", what,
                    (int) (got.length > 60 ? 60 : got.length), got.at ? got.at : "");
}

static bool is_none(plb_piece piece) { return plb_piece_is(piece, "-"); }

/* Words of `known`, put together. */
static plb_status read_words(table_reader *r, plb_piece text, const word *known, const char *what,
                             unsigned *out) {
    *out = 0;
    if (is_none(text)) return PLB_OK;
    plb_piece piece;
    while (plb_piece_next(&text, ' ', &piece)) {
        const word *w = known;
        while (w->name && !plb_piece_is(piece, w->name)) w++;
        if (!w->name) return expected(r, what, piece);
        *out |= w->value;
    }
    return PLB_OK;
}

static plb_status read_split(table_reader *r, plb_piece text, plb_fit_split *out) {
    const word *w = splits;
    if (is_none(text)) return PLB_OK;
    while (w->name && !plb_piece_is(text, w->name)) w++;
    if (!w->name) return expected(r, "one split such as x<=y", text);
    *out = (plb_fit_split) w->value;
    return PLB_OK;
}

static plb_status read_name(table_reader *r, plb_piece text, const char *what,
                            char out[PLB_BENCH_NAME_BYTES]) {
    if (is_none(text)) return PLB_OK;
    if (text.length == 0 || text.length >= PLB_BENCH_NAME_BYTES) return expected(r, what, text);
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!letter && !(c >= '0' && c <= '9') && c != '_') return expected(r, what, text);
    }
    memcpy(out, text.at, text.length);
    return PLB_OK;
}

static plb_status read_shape(table_reader *r, plb_piece text, plb_fit_row *row) {
    plb_piece outer, inner = {NULL, 0}, rest = text;
    plb_piece_next(&rest, '/', &outer);
    int found = plb_shape_find(outer.at, outer.length);
    if (found < 0) return expected(r, "a costing function's shape such as linear_in_x", text);
    row->shape = (uint8_t) found;
    bool nests = plb_shapes[found].inner_arguments != 0;
    if (nests != (rest.at != NULL))
        return expected(r,
                        nests ? "the shape inside, such as const_above_diagonal/linear_in_x"
                              : "no shape inside this one",
                        text);
    if (!nests) return PLB_OK;
    plb_piece_next(&rest, '/', &inner);
    found = plb_shape_find(inner.at, inner.length);
    if (found < 0 || !plb_fit_nests(row->shape, (uint8_t) found) || rest.at)
        return expected(r, "a shape that can be inside", text);
    row->inner = (uint8_t) found;
    return PLB_OK;
}

static plb_status read_position(table_reader *r, plb_piece text, unsigned *out) {
    unsigned n = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || n > 100000)
            return expected(r, "a position: a number", text);
        n = n * 10 + (unsigned) (text.at[i] - '0');
    }
    *out = n;
    return text.length ? PLB_OK : expected(r, "a position: a number", text);
}

/* What does not go together. */
static plb_status check_row(table_reader *r, const plb_fit_row *row, plb_piece text) {
    bool constant_region = plb_fit_has_constant(row->shape);
    if (row->data[0] == '\0') return expected(r, "the name of a benchmark", text);
    if (row->builtin[0] == '\0') {
        bool role = row->rules == PLB_FIT_NO_OP || row->rules == PLB_FIT_UNUSED;
        return role ? PLB_OK : expected(r, "no-op or unused, as there is no builtin", text);
    }
    if (row->rules & (PLB_FIT_NO_OP | PLB_FIT_UNUSED))
        return expected(r, "no builtin for a no-op", text);
    if (constant_region != (row->split != PLB_FIT_SPLIT_NONE))
        return expected(r,
                        constant_region ? "a split, as the shape is constant somewhere"
                                        : "no split, as the shape is constant nowhere",
                        text);
    if ((row->rules & PLB_FIT_FAN) && plb_fit_variable(row->shape) < 0)
        return expected(r, "a shape that is linear in one size for a fan", text);
    if ((row->rules & PLB_FIT_LIFT) && plb_fit_variable(row->shape) < 0)
        return expected(r, "a shape of one size to lift", text);
    return PLB_OK;
}

static plb_status read_row(table_reader *r, plb_piece text, plb_fit_row *row) {
    enum { BUILTIN, DATA, NO_OP, FILTER, SPLIT, RULES, SHAPE, POSITION, COLUMNS };
    plb_piece column[COLUMNS], rest = text;
    for (unsigned i = 0; i < COLUMNS; i++)
        if (!plb_piece_next(&rest, '\t', &column[i]))
            return expected(r, "8 columns, separated by tabs", text);
    if (rest.at) return expected(r, "8 columns, separated by tabs", text);
    *row = (plb_fit_row){.line = r->line};
    plb_status status = read_name(r, column[BUILTIN], "a builtin's name", row->builtin);
    if (!status) status = read_name(r, column[DATA], "a benchmark's name", row->data);
    if (!status) status = read_name(r, column[NO_OP], "a benchmark's name", row->no_op);
    if (!status)
        status = read_words(r, column[FILTER], filters, "a condition such as x>0", &row->filter);
    if (!status) status = read_split(r, column[SPLIT], &row->split);
    if (!status) status = read_words(r, column[RULES], rules, "a rule such as fan", &row->rules);
    if (!status && row->builtin[0]) status = read_shape(r, column[SHAPE], row);
    if (!status && row->builtin[0]) status = read_position(r, column[POSITION], &row->position);
    return status ? status : check_row(r, row, text);
}

static const plb_fit_row *find_row(const plb_fit_table *table, const plb_fit_row *like) {
    for (size_t i = 0; i < table->count; i++) {
        const plb_fit_row *row = &table->rows[i];
        bool same = like->builtin[0] ? strcmp(row->builtin, like->builtin) == 0
                                     : !row->builtin[0] && strcmp(row->data, like->data) == 0;
        if (same) return row;
    }
    return NULL;
}

/* Room for one more. */
static plb_status make_room(plb_fit_table *table, const char *name, plb_error *error) {
    if (table->count < table->capacity) return PLB_OK;
    size_t capacity = table->capacity ? 2 * table->capacity : 128;
    plb_fit_row *rows = realloc(table->rows, capacity * sizeof *rows);
    if (!rows) return plb_fail(error, PLB_E_MEMORY, name, "no memory for the table");
    table->rows = rows;
    table->capacity = capacity;
    return PLB_OK;
}

static plb_status read_table(table_reader *r, plb_piece rest) {
    plb_piece text;
    plb_fit_table *table = r->table;
    while (plb_piece_next(&rest, '\n', &text)) {
        r->line++;
        if (text.length == 0 || text.at[0] == '#') continue;
        plb_fit_row row;
        plb_status status = read_row(r, text, &row);
        if (status) return status;
        if (find_row(table, &row)) return expected(r, "each name once", text);
        if (table->count == ROWS_MAX) return expected(r, "fewer rows", text);
        status = make_room(table, r->name, r->error);
        if (status) return status;
        if (row.builtin[0] && table->builtins < table->count)
            return expected(r, "builtins before the other benchmarks", text);
        table->rows[table->count++] = row;
        table->builtins += row.builtin[0] != '\0';
    }
    plb_piece nothing = {NULL, 0};
    return table->builtins ? PLB_OK : expected(r, "a row with a builtin", nothing);
}

plb_status plb_fit_table_parse(plb_fit_table **table, const char *name, const char *text,
                               size_t length, plb_error *error) {
    *table = NULL;
    table_reader r = {.name = name ? name : "table", .error = error};
    r.table = calloc(1, sizeof *r.table);
    if (!r.table) return plb_fail(error, PLB_E_MEMORY, name, "no memory for the table");
    plb_status status = read_table(&r, (plb_piece){text, length});
    if (status) {
        plb_fit_table_free(r.table);
        return status;
    }
    *table = r.table;
    return PLB_OK;
}

plb_fit_table *plb_fit_table_default(void) {
    static const char name[] = "fit_models.tsv";
    const struct plb_embedded_file *file = plb_embedded_find(plb_embedded_calibrate, name);
    plb_fit_table *table = NULL;
    if (!file) return NULL;
    (void) plb_fit_table_parse(&table, name, (const char *) file->bytes, file->length, NULL);
    return table;
}

/* ---- Plug-ins ---- */

/* Behind the published files' builtins. */
#define PLUGIN_POSITION 1000

static const char *word_or(const char *given, const char *otherwise) {
    return given && *given ? given : otherwise;
}

/* The row as a line of the table; the shape that is charged until it is fitted, unless it says
 * another one. */
static char *plugin_line(const plb_plugin_known *builtin, unsigned index) {
    char *line, no_op[PLB_BENCH_NAME_BYTES];
    const plb_plugin_builtin *declared = &builtin->declared;
    const plb_plugin_fit *fit = &declared->fit;
    snprintf(no_op, sizeof no_op, "Nop%uo", declared->arity);
    int made = asprintf(&line, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%u", declared->name, builtin->benchmark,
                        word_or(fit->no_op, no_op), word_or(fit->filter, "-"),
                        word_or(fit->split, "-"), word_or(fit->rules, "-"),
                        word_or(fit->shape, declared->steps.shape), PLUGIN_POSITION + index);
    return made < 0 ? NULL : line;
}

static plb_status add_plugin(plb_fit_table *table, const plb_plugins *plugins, unsigned index,
                             plb_error *error) {
    const plb_plugin_known *builtin = &plugins->entries[index];
    const plb_builtin_cost *cost = &plugins->extras->costs[index];
    char *line = plugin_line(builtin, index);
    plb_error problem;
    table_reader r = {.name = "fit", .line = index + 1, .table = table, .error = &problem};
    plb_fit_row row;
    if (!line) return plb_fail(error, PLB_E_MEMORY, builtin->file, "no memory for the table");
    plb_status status = read_row(&r, (plb_piece){line, strlen(line)}, &row);
    free(line);
    if (!status) status = make_room(table, builtin->file, &problem);
    if (status)
        return plb_fail(error, status == PLB_E_PARSE ? PLB_E_ARGUMENT : status, builtin->file,
                        "builtin '%s': how it is fitted: %s", builtin->declared.name,
                        problem.message);
    row.line = 0;
    row.priced = true;
    row.steps = cost->steps;
    row.memory = cost->memory;
    plb_fit_row *place = &table->rows[table->builtins];
    memmove(place + 1, place, (table->count - table->builtins) * sizeof *place);
    *place = row;
    table->count++;
    table->builtins++;
    return PLB_OK;
}

plb_status plb_fit_table_add_plugins(plb_fit_table *table, const plb_plugins *plugins,
                                     plb_error *error) {
    plb_status status = PLB_OK;
    for (unsigned i = 0; i < plb_plugins_builtin_count(plugins) && !status; i++)
        status = add_plugin(table, plugins, i, error);
    return status;
}

/* ---- Some of them ---- */

static bool is_among(const plb_fit_row *row, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (!strcmp(row->builtin, names[i]) || !strcmp(row->data, names[i])) return true;
    return false;
}

plb_status plb_fit_table_keep(plb_fit_table *table, const char *const *names, size_t count,
                              plb_error *error) {
    for (size_t i = 0; i < count; i++) {
        bool found = false;
        for (size_t row = 0; row < table->builtins && !found; row++)
            found = is_among(&table->rows[row], &names[i], 1);
        if (!found)
            return plb_fail(error, PLB_E_ARGUMENT, NULL, "there is no builtin '%.60s' to fit",
                            names[i]);
    }
    plb_fit_row *rows = calloc(table->capacity, sizeof *rows);
    if (!rows) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the table");
    size_t kept = 0, left = table->count;
    for (size_t i = table->count; i-- > 0;) {
        bool chosen = i < table->builtins && is_among(&table->rows[i], names, count);
        if (chosen) continue;
        rows[--left] = table->rows[i];
        if (i >= table->builtins) continue;
        rows[left].builtin[0] = '\0'; /* its benchmark stays known, and is not used */
        rows[left].rules = PLB_FIT_UNUSED;
    }
    for (size_t i = 0; i < table->builtins; i++)
        if (is_among(&table->rows[i], names, count)) rows[kept++] = table->rows[i];
    free(table->rows);
    table->rows = rows;
    table->builtins = kept;
    return PLB_OK;
}

void plb_fit_table_free(plb_fit_table *table) {
    if (!table) return;
    free(table->rows);
    free(table);
}
