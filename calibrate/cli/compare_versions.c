/* `plutbench compare --protocol-versions`: exact, nothing is measured. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>

#include "calibrate/cli/compare.h"
#include "results/format.h"

#define VERSIONS_MOST 16

typedef struct at_version {
    unsigned version;
    plb_status status;
    plb_error error; /* unless the status is good */
    plb_budget_summary budget;
    plb_loop_fit fit;
} at_version;

typedef struct versions_state {
    const cli_command *command;
    cli_inputs inputs;
    plb_strategy strategy;
    at_version rows[VERSIONS_MOST];
    size_t count;
    plb_error error;
} versions_state;

/* ---- Finding ---- */

static plb_status parse_versions(versions_state *s, const char *text) {
    const char *at = text;
    for (;;) {
        char *end = NULL;
        unsigned long version = strtoul(at, &end, 10);
        bool digits = *at >= '0' && *at <= '9';
        if (!digits || version < 1 || version > 1000 || s->count == VERSIONS_MOST ||
            (*end != ',' && *end != '\0')) {
            return plb_fail(&s->error, PLB_E_ARGUMENT, "--protocol-versions",
                            "expected at most %d numbers such as 9,10,11, got '%s'", VERSIONS_MOST,
                            text);
        }
        s->rows[s->count++].version = (unsigned) version;
        if (*end == '\0') return PLB_OK;
        at = end + 1;
    }
}

static void find_at(versions_state *s, at_version *row) {
    plb_protocol_parameters parameters = *s->inputs.parameters; /* borrows what it points to */
    parameters.protocol_major = row->version;
    const plb_calibration_config config = {
        .script = s->inputs.script, .parameters = &parameters, .strategy = s->strategy};
    plb_calibration *calibration = NULL;
    row->status = plb_calibrate(&config, &calibration, &row->error);
    if (row->status == PLB_OK) {
        row->budget = *plb_calibration_budget(calibration);
        row->fit = *plb_calibration_fit(calibration);
    }
    plb_calibration_free(calibration);
}

/* ---- Telling ---- */

/* A row of the table: an integer of each version. */
typedef struct quantity {
    const char *name, *key;
    int64_t (*get)(const at_version *row);
} quantity;

static int64_t loops(const at_version *r) { return r->fit.loops; }
static int64_t steps(const at_version *r) { return r->fit.used.steps; }
static int64_t memory(const at_version *r) { return r->fit.used.memory; }
static int64_t zero_steps(const at_version *r) { return r->fit.at_zero.steps; }
static int64_t zero_memory(const at_version *r) { return r->fit.at_zero.memory; }
static int64_t loop_steps(const at_version *r) {
    return r->fit.at_one.steps - r->fit.at_zero.steps;
}
static int64_t loop_memory(const at_version *r) {
    return r->fit.at_one.memory - r->fit.at_zero.memory;
}
static int64_t transactions(const at_version *r) { return r->budget.projected_tx_per_block; }
static int64_t block_loops(const at_version *r) { return r->budget.projected_loops_per_block; }
static int64_t size(const at_version *r) { return r->budget.projected_tx_size; }
static int64_t fee(const at_version *r) { return r->budget.projected_tx_fee; }

static const quantity quantities[] = {
    {"loops", "loops", loops},
    {"steps used", "steps", steps},
    {"memory used", "memory", memory},
    {"steps without loops", "steps_without_loops", zero_steps},
    {"memory without loops", "memory_without_loops", zero_memory},
    {"steps of the first loop", "steps_per_loop", loop_steps},
    {"memory of the first loop", "memory_per_loop", loop_memory},
    {"transactions a block", "transactions_per_block", transactions},
    {"loops a block", "loops_per_block", block_loops},
    {"transaction, bytes", "transaction_bytes", size},
    {"fee, lovelace", "fee_lovelace", fee},
};
#define QUANTITIES (sizeof quantities / sizeof *quantities)

static json_t *row_json(const at_version *row) {
    json_t *o = json_object();
    json_object_set_new(o, "protocol_version", json_integer((json_int_t) row->version));
    json_object_set_new(o, "refused",
                        row->status == PLB_OK ? json_null() : json_string(row->error.message));
    for (size_t i = 0; i < QUANTITIES; i++) {
        json_object_set_new(o, quantities[i].key,
                            row->status == PLB_OK
                                ? json_integer((json_int_t) quantities[i].get(row))
                                : json_null());
    }
    return o;
}

static void print_json(const versions_state *s) {
    json_t *rows = json_array();
    for (size_t i = 0; i < s->count; i++) json_array_append_new(rows, row_json(&s->rows[i]));
    json_t *o =
        json_pack("{s:s, s:o}", "script", plb_script_name(s->inputs.script), "versions", rows);
    cli_print_json(o);
}

#define NAME_WIDTH 26
#define COLUMN_WIDTH 16

static void print_text(const versions_state *s) {
    printf("%s, with the same protocol parameters at every protocol version\n\n",
           plb_script_name(s->inputs.script));
    plb_print_left(stdout, "protocol version", NAME_WIDTH);
    for (size_t i = 0; i < s->count; i++) printf("%*u", COLUMN_WIDTH, s->rows[i].version);
    putchar('\n');
    for (size_t q = 0; q < QUANTITIES; q++) {
        const at_version *first = NULL;
        bool differs = false;
        plb_print_left(stdout, quantities[q].name, NAME_WIDTH);
        for (size_t i = 0; i < s->count; i++) {
            const at_version *row = &s->rows[i];
            char text[PLB_FORMAT_BYTES] = "-";
            if (row->status == PLB_OK) {
                plb_format_integer(quantities[q].get(row), text);
                first = first != NULL ? first : row;
                differs |= quantities[q].get(row) != quantities[q].get(first);
            }
            plb_print_right(stdout, text, COLUMN_WIDTH);
        }
        puts(differs ? "  differs" : "");
    }
    for (size_t i = 0; i < s->count; i++) {
        if (s->rows[i].status == PLB_OK) continue;
        printf("\nVersion %u: %s", s->rows[i].version, s->rows[i].error.message);
    }
    puts("");
}

/* ---- All of it ---- */

static int tell(versions_state *s, bool json) {
    size_t refused = 0;
    for (size_t i = 0; i < s->count; i++) {
        find_at(s, &s->rows[i]);
        refused += s->rows[i].status == PLB_OK ? 0 : 1;
    }
    if (refused == s->count) return cli_error(s->command, &s->rows[0].error);
    if (json) {
        print_json(s);
    } else {
        print_text(s);
    }
    return refused > 0 ? CLI_INCOMPLETE : CLI_OK;
}

int cli_compare_versions(const cli_command *command, const cli_versions_choice *choice,
                         const cli_texts *words, bool json) {
    versions_state s = {.command = command};
    int code = cli_check_script_choice(command, &choice->script, words);
    if (code >= 0) return code;
    plb_status status = parse_versions(&s, choice->versions);
    bool usage = status != PLB_OK;
    if (status == PLB_OK) status = cli_load_script(&s.inputs, &choice->script, &s.error);
    if (status == PLB_OK) status = cli_load_parameters(&s.inputs, choice->parameters, &s.error);
    if (status == PLB_OK) {
        status = cli_choose_strategy(&s.inputs, choice->strategy, &s.strategy, &s.error);
    }
    if (status == PLB_OK) {
        code = tell(&s, json);
    } else {
        code = cli_error(command, &s.error);
        if (usage) code = CLI_USAGE;
        if (s.inputs.failure != 0) code = s.inputs.failure;
    }
    cli_inputs_free(&s.inputs);
    return code;
}
