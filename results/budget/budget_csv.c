/* scaling_NAME.csv: one row a property, one column a budget summary (calibrate-script's csvRows).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "results/budget/budget.h"
#include "results/folder.h"

#define CELL_BYTES PLB_PERCENT_BYTES
#define HEADER_BYTES 864 /* a block's header, on average, as calibrate-script takes it */

typedef void fill_cell(const plb_budget_summary *s, char cell[CELL_BYTES]);

static void number(int64_t value, char *cell) {
    snprintf(cell, CELL_BYTES, "%lld", (long long) value);
}

static void known_number(int64_t value, char *cell) {
    cell[0] = '\0';
    if (value >= 0) number(value, cell);
}

static void nothing(const plb_budget_summary *s, char *cell) {
    (void) s;
    cell[0] = '\0';
}

static void id(const plb_budget_summary *s, char *cell) {
    snprintf(cell, CELL_BYTES, "%s", s->message_id ? s->message_id : "");
}

static void block_memory(const plb_budget_summary *s, char *cell) {
    number(s->budget_per_block.memory, cell);
}

static void block_steps(const plb_budget_summary *s, char *cell) {
    number(s->budget_per_block.steps, cell);
}

static void tx_memory(const plb_budget_summary *s, char *cell) {
    number(s->budget_per_tx.memory, cell);
}

static void tx_steps(const plb_budget_summary *s, char *cell) {
    number(s->budget_per_tx.steps, cell);
}

static void block_memory_unused(const plb_budget_summary *s, char *cell) {
    number(s->projected_budget_unused_per_block.memory, cell);
}

static void block_memory_percent(const plb_budget_summary *s, char *cell) {
    plb_percent_text(s->projected_budget_unused_per_block.memory, s->budget_per_block.memory, cell);
}

static void block_steps_unused(const plb_budget_summary *s, char *cell) {
    number(s->projected_budget_unused_per_block.steps, cell);
}

static void block_steps_percent(const plb_budget_summary *s, char *cell) {
    plb_percent_text(s->projected_budget_unused_per_block.steps, s->budget_per_block.steps, cell);
}

static void tx_memory_unused(const plb_budget_summary *s, char *cell) {
    number(s->projected_budget_unused_per_tx.memory, cell);
}

static void tx_memory_percent(const plb_budget_summary *s, char *cell) {
    plb_percent_text(s->projected_budget_unused_per_tx.memory, s->budget_per_tx.memory, cell);
}

static void tx_steps_unused(const plb_budget_summary *s, char *cell) {
    number(s->projected_budget_unused_per_tx.steps, cell);
}

static void tx_steps_percent(const plb_budget_summary *s, char *cell) {
    plb_percent_text(s->projected_budget_unused_per_tx.steps, s->budget_per_tx.steps, cell);
}

static void limiting_factor(const plb_budget_summary *s, char *cell) {
    bool steps = s->loop_limiting_factors & PLB_LIMIT_STEPS;
    bool memory = s->loop_limiting_factors & PLB_LIMIT_MEMORY;
    snprintf(cell, CELL_BYTES, "%s%s%s", steps ? "steps" : "", steps && memory ? "+" : "",
             memory ? "memory" : "");
}

static void loops_per_tx(const plb_budget_summary *s, char *cell) { number(s->loop_counter, cell); }

static void txs_per_block(const plb_budget_summary *s, char *cell) {
    number(s->projected_tx_per_block, cell);
}

static void loops_per_block(const plb_budget_summary *s, char *cell) {
    number(s->projected_loops_per_block, cell);
}

static void tx_fee(const plb_budget_summary *s, char *cell) {
    known_number(s->projected_tx_fee, cell);
}

static void tx_size(const plb_budget_summary *s, char *cell) {
    known_number(s->projected_tx_size, cell);
}

static void block_size(const plb_budget_summary *s, char *cell) {
    bool known = s->projected_tx_size >= 0;
    known_number(known ? HEADER_BYTES + s->projected_tx_per_block * s->projected_tx_size : -1,
                 cell);
}

static const struct {
    const char *label;
    fill_cell *fill;
} rows[] = {
    {"", id},
    {"", nothing},
    {"Protocol Parameters", nothing},
    {"block budget", nothing},
    {"memory", block_memory},
    {"steps", block_steps},
    {"tx budget", nothing},
    {"memory", tx_memory},
    {"steps", tx_steps},
    {"", nothing},
    {"Unused Budget", nothing},
    {"block budget", nothing},
    {"- memory", block_memory_unused},
    {"- - %", block_memory_percent},
    {"- steps", block_steps_unused},
    {"- - %", block_steps_percent},
    {"tx budget", nothing},
    {"- memory", tx_memory_unused},
    {"- - %", tx_memory_percent},
    {"- steps", tx_steps_unused},
    {"- - %", tx_steps_percent},
    {"", nothing},
    {"limiting factor", limiting_factor},
    {"loops per tx", loops_per_tx},
    {"txns per block", txs_per_block},
    {"loops per block", loops_per_block},
    {"~ tx fee", tx_fee},
    {"~ tx size", tx_size},
    {"~ block size", block_size},
};

#define ROWS (sizeof rows / sizeof *rows)

/* ---- The table: cells of ROWS rows, columns one after the other ---- */

typedef struct table {
    char **cells; /* columns * ROWS */
    size_t columns;
} table;

static void table_free(table *t) {
    for (size_t i = 0; t->cells && i < t->columns * ROWS; i++) free(t->cells[i]);
    free(t->cells);
}

static bool add_column(table *t) {
    char **grown = realloc(t->cells, (t->columns + 1) * ROWS * sizeof *grown);
    if (!grown) return false;
    t->cells = grown;
    memset(grown + t->columns * ROWS, 0, ROWS * sizeof *grown);
    t->columns++;
    return true;
}

static bool set_cell(table *t, size_t column, size_t row, const char *text, size_t length) {
    char **cell = &t->cells[column * ROWS + row];
    *cell = strndup(text, length);
    return *cell != NULL;
}

static bool same_column(const table *t, size_t a, size_t b) {
    for (size_t row = 0; row < ROWS; row++) {
        if (strcmp(t->cells[a * ROWS + row], t->cells[b * ROWS + row]) != 0) return false;
    }
    return true;
}

/* Take the newest column away again when there is one like it. */
static void drop_repeated(table *t) {
    size_t last = t->columns - 1;
    for (size_t column = 0; column < last; column++) {
        if (!same_column(t, column, last)) continue;
        for (size_t row = 0; row < ROWS; row++) free(t->cells[last * ROWS + row]);
        t->columns--;
        return;
    }
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a table");
}

static plb_status parse_row(table *t, size_t row, const char *line, size_t length, const char *name,
                            plb_error *error) {
    const char *end = line + length;
    size_t column = 0;
    for (const char *cell = line;; column++) {
        const char *comma = memchr(cell, ',', (size_t) (end - cell));
        const char *stop = comma ? comma : end;
        if (row == 0 && !add_column(t)) return no_memory(error);
        if (column >= t->columns) break;
        if (!set_cell(t, column, row, cell, (size_t) (stop - cell))) return no_memory(error);
        if (!comma) break;
        cell = comma + 1;
    }
    bool labelled = t->cells[row] && strcmp(t->cells[row], rows[row].label) == 0;
    if (labelled && column + 1 == t->columns) return PLB_OK;
    return plb_fail(error, PLB_E_PARSE, name,
                    "line %zu: expected '%s' and %zu columns, as in a table of scalings", row + 1,
                    rows[row].label, t->columns);
}

static plb_status parse_table(table *t, const char *text, const char *name, plb_error *error) {
    const char *line = text;
    size_t row = 0;
    for (; *line && row < ROWS; row++) {
        size_t length = strcspn(line, "\n");
        plb_status status = parse_row(t, row, line, length, name, error);
        if (status != PLB_OK) return status;
        line += length + (line[length] == '\n');
    }
    if (row == ROWS && !*line) return PLB_OK;
    return plb_fail(error, PLB_E_PARSE, name, "expected %zu lines, as in a table of scalings",
                    ROWS);
}

static plb_status label_column(table *t, plb_error *error) {
    if (!add_column(t)) return no_memory(error);
    for (size_t row = 0; row < ROWS; row++) {
        if (!set_cell(t, 0, row, rows[row].label, strlen(rows[row].label))) return no_memory(error);
    }
    return PLB_OK;
}

static plb_status append_summary(table *t, const plb_budget_summary *summary, plb_error *error) {
    if (!add_column(t)) return no_memory(error);
    for (size_t row = 0; row < ROWS; row++) {
        char cell[CELL_BYTES];
        rows[row].fill(summary, cell);
        if (!set_cell(t, t->columns - 1, row, cell, strlen(cell))) return no_memory(error);
    }
    drop_repeated(t);
    return PLB_OK;
}

static plb_status fill_table(void *context, FILE *file, plb_error *error) {
    const table *t = context;
    (void) error;
    for (size_t row = 0; row < ROWS; row++) {
        for (size_t column = 0; column < t->columns; column++) {
            fprintf(file, "%s%s", column ? "," : "", t->cells[column * ROWS + row]);
        }
        fputc('\n', file);
    }
    return PLB_OK;
}

plb_status plb_results_scaling_csv(plb_results *results, const char *script,
                                   const plb_budget_summary *summaries, size_t count,
                                   plb_error *error) {
    char safe[200], name[256], path[PATH_MAX], *text = NULL;
    size_t length = 0;
    table t = {0};
    plb_results_safe_name(script, safe, sizeof safe);
    snprintf(name, sizeof name, "scaling_%s.csv", safe);
    plb_status status = plb_results_path(results, name, path, error);
    if (status == PLB_OK) status = plb_results_read(results, name, &text, &length, error);
    if (status != PLB_OK) return status;
    status = text ? parse_table(&t, text, path, error) : label_column(&t, error);
    free(text);
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        status = append_summary(&t, &summaries[i], error);
    }
    if (status == PLB_OK && count > 0) {
        status = plb_results_stream(results, name, fill_table, &t, error);
    }
    table_free(&t);
    return status;
}
