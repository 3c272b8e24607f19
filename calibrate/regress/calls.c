/* Items as calls: their bytes and their budgets. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/regress/items.h"

/* Of arguments, in every run: the structure of data is drawn too, and makes a time of its own. */
#define ARGUMENT_SEED 1

/* ---- Bytes ---- */

void plb_gate_made_free(plb_gate_made *made) {
    for (int i = 0; i < PLB_GATE_BLOBS; i++) free(made->bytes[i]);
    *made = (plb_gate_made){.bytes = {NULL}};
}

/* The program in flat, or where flat has no form for a constant as text. */
static plb_status add_program(const plb_program *program, plb_gate_call *call, plb_gate_made *made,
                              plb_error *error) {
    plb_gate_blob *blob = &call->blobs[call->blob_count];
    char *text = NULL;
    uint8_t **bytes = &made->bytes[call->blob_count++];
    blob->format = PLB_FORMAT_FLAT;
    plb_status status = plb_program_encode_flat(program, bytes, &blob->length, error);
    if (status == PLB_E_UNSUPPORTED) {
        blob->format = PLB_FORMAT_TEXT;
        status = plb_program_print(program, 0, &text, &blob->length, error);
        *bytes = (uint8_t *) text;
    }
    blob->bytes = *bytes;
    return status;
}

/* The point's program, in a version of Plutus Core that every language knows. */
static plb_status add_subject(plb_gate_items *items, const plb_grid *grid, size_t point,
                              uint64_t visit, plb_gate_call *call, plb_gate_made *made,
                              plb_error *error) {
    plb_status status = plb_subject_make(grid, point, ARGUMENT_SEED, visit, items->pools,
                                         items->program, NULL, error);
    items->program->version[1] = 0;
    return status == PLB_OK ? add_program(items->program, call, made, error) : status;
}

/* Results of Miller loops have no form at all: programs that make them stand for them. */
static bool wants_miller(const plb_gate_item *item) {
    const plb_benchmark *benchmark = plb_grid_benchmark_of(item->grid, item->point);
    return benchmark->word_count > 0 && strcmp(benchmark->words[0]->name, "ml-result") == 0;
}

static plb_status add_with_miller(plb_gate_items *items, const plb_gate_item *item, uint64_t visit,
                                  plb_gate_call *call, plb_gate_made *made, plb_error *error) {
    const plb_benchmark *benchmark = plb_grid_benchmark_of(item->grid, item->point);
    char text[128];
    int length = snprintf(text, sizeof text, "(program 1.0.0 (builtin %s))", benchmark->builtin);
    plb_era newest = {PLB_LANGUAGE_NEWEST, 0};
    plb_status status =
        plb_program_parse_text(items->program, newest, text, (size_t) length, error);
    if (status == PLB_OK) status = add_program(items->program, call, made, error);
    for (unsigned i = 0; i < benchmark->argument_count && status == PLB_OK; i++) {
        status = add_subject(items, items->miller, 0, visit * benchmark->argument_count + i, call,
                             made, error);
    }
    return status;
}

static plb_status make_call(plb_gate_items *items, const plb_gate_item *item, plb_era era,
                            uint64_t visit, plb_gate_call *call, plb_gate_made *made,
                            plb_error *error) {
    *call = (plb_gate_call){.era = era};
    *made = (plb_gate_made){.bytes = {NULL}};
    if (item->grid == NULL) {
        call->blobs[call->blob_count++] =
            (plb_gate_blob){PLB_FORMAT_FLAT, item->flat, item->length};
        return PLB_OK;
    }
    return wants_miller(item)
               ? add_with_miller(items, item, visit, call, made, error)
               : add_subject(items, item->grid, item->point, visit, call, made, error);
}

plb_status plb_gate_item_call(plb_gate_items *items, const plb_gate_item *item,
                              plb_gate_quantity quantity, uint64_t visit, plb_gate_call *call,
                              plb_gate_made *made, plb_error *error) {
    plb_status status = make_call(items, item, item->era, visit, call, made, error);
    call->quantity = quantity;
    return status == PLB_OK ? PLB_OK : plb_error_prefix(error, item->found.name);
}

plb_status plb_gate_item_charge_call(plb_gate_items *items, const plb_gate_item *item, plb_era era,
                                     plb_gate_call *call, plb_gate_made *made, plb_error *error) {
    plb_status status = make_call(items, item, era, 0, call, made, error);
    call->charge_only = true;
    return status == PLB_OK ? PLB_OK : plb_error_prefix(error, item->found.name);
}

/* ---- Budgets ---- */

bool plb_gate_item_era(const plb_gate_item *item, int variant, plb_era *era) {
    /* By variant: the last protocol version that has it, and the language that builtins have
     * most of there. */
    static const unsigned versions[PLB_GATE_VARIANTS] = {8, 10, 10, 12, 12};
    static const plb_language languages[PLB_GATE_VARIANTS] = {
        PLB_PLUTUS_V2, PLB_PLUTUS_V2, PLB_PLUTUS_V3, PLB_PLUTUS_V2, PLB_LANGUAGE_NEWEST};
    bool any = item->grid != NULL;
    *era = (plb_era){any ? languages[variant] : item->language, versions[variant]};
    if (era->language == PLB_LANGUAGE_NEWEST) era->protocol_version = 0;
    return plb_era_variant(*era) == 'A' + variant;
}

static plb_status charge(plb_gate_items *items, plb_gate_item *item, plb_era era,
                         plb_gate_timer *timer, plb_gate_answer *answer, plb_error *error) {
    plb_gate_call call;
    plb_gate_made made;
    plb_status status = plb_gate_item_charge_call(items, item, era, &call, &made, error);
    if (status == PLB_OK) plb_gate_time_call(timer, &call, answer);
    plb_gate_made_free(&made);
    return status;
}

static plb_status charge_all(plb_gate_items *items, plb_gate_item *item, plb_gate_timer *timer,
                             bool must_run, plb_error *error) {
    /* Timed in the newest one that there is; C, as sweeps do, before what only V1 and V2 have. */
    static const int order[PLB_GATE_VARIANTS] = {4, 2, 3, 1, 0};
    plb_gate_answer answer, first = {.error = {.status = PLB_OK}};
    for (int i = 0; i < PLB_GATE_VARIANTS; i++) {
        plb_era era;
        plb_gate_budget *budget = &item->found.budgets[order[i]];
        if (!plb_gate_item_era(item, order[i], &era)) continue;
        plb_status status = charge(items, item, era, timer, &answer, error);
        if (status != PLB_OK) return status;
        if (answer.error.status == PLB_E_MEMORY) {
            *error = answer.error;
            return plb_error_prefix(error, item->found.name);
        }
        if (answer.error.status != PLB_OK && first.error.status == PLB_OK) first = answer;
        if (answer.error.status != PLB_OK) continue;
        *budget = (plb_gate_budget){true, answer.spent};
        if (!item->runs) item->era = era;
        item->runs = true;
    }
    if (item->runs || !must_run) return PLB_OK;
    return plb_fail(error, PLB_E_MEASURE, item->found.name, "%s", first.error.message);
}

plb_status plb_gate_items_charge(plb_gate_items *items, const plb_baseline *baseline,
                                 plb_error *error) {
    plb_gate_library own;
    plb_gate_timer *timer;
    plb_gate_library_own(&own, items->plugins);
    plb_status status = plb_gate_timer_new(&timer, &own, 1, error);
    for (size_t i = 0; i < items->count && status == PLB_OK; i++) {
        plb_gate_item *item = &items->list[i];
        bool known = plb_baseline_find(baseline, item->found.name) != NULL;
        status = charge_all(items, item, timer, !known, error);
    }
    plb_gate_timer_free(timer);
    return status;
}
