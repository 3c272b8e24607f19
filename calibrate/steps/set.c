#include "calibrate/steps/set.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Addresses that a program and a machine may use; what evaluates in less needs no more. */
#define PROGRAM_BYTES_LEAST ((size_t) 1 << 20)
#define PROGRAM_BYTES_OF_FLAT 64

plb_step_set *plb_step_set_new(void) {
    plb_step_set *set = calloc(1, sizeof *set);
    if (set == NULL) return NULL;
    set->program = plb_program_new(0);
    set->machine = plb_machine_new(0);
    set->model = plb_cost_model_default(PLB_STEP_ERA);
    if (set->program != NULL && set->machine != NULL && set->model != NULL) return set;
    plb_step_set_free(set);
    return NULL;
}

void plb_step_set_free(plb_step_set *set) {
    if (set == NULL) return;
    for (size_t i = 0; i < set->count; i++) free(set->entries[i].flat);
    free(set->entries);
    plb_program_free(set->program);
    plb_machine_free(set->machine);
    plb_cost_model_free(set->model);
    free(set);
}

size_t plb_step_set_count(const plb_step_set *set) { return set->count; }

plb_step_program plb_step_set_get(const plb_step_set *set, size_t index) {
    const plb_step_entry *entry = &set->entries[index];
    return (plb_step_program){entry->name, entry->steps, entry->calls};
}

size_t plb_step_program_bytes(const plb_step_entry *entry) {
    return PROGRAM_BYTES_LEAST + PROGRAM_BYTES_OF_FLAT * entry->length;
}

/* ---- Names ---- */

plb_status plb_step_name_check(const char *name, plb_error *error) {
    if (name[0] == '\0' || strlen(name) >= PLB_STEP_NAME_BYTES)
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected a name of 1 to %d bytes, got '%.40s'", PLB_STEP_NAME_BYTES - 1,
                        name);
    for (const char *c = name; *c != '\0'; c++)
        if (iscntrl((unsigned char) *c) || strchr(",\"#", *c) != NULL)
            return plb_fail(
                error, PLB_E_ARGUMENT, NULL,
                "expected a name without commas, quotes, '#' and line breaks, got '%.40s'", name);
    return PLB_OK;
}

size_t plb_step_family_length(const char *name) {
    size_t length = strlen(name);
    while (length > 0 && !isalpha((unsigned char) name[length - 1])) length--;
    return length;
}

static plb_status check_name(const plb_step_set *set, const char *name, plb_error *error) {
    for (size_t i = 0; i < set->count; i++)
        if (strcmp(set->entries[i].name, name) == 0)
            return plb_fail(error, PLB_E_ARGUMENT, name, "expected programs of different names");
    return plb_step_name_check(name, error);
}

/* ---- Adding ---- */

static plb_status reserve(plb_step_set *set, const char *name, plb_error *error) {
    if (set->count == PLB_STEP_PROGRAMS_MAX)
        return plb_fail(error, PLB_E_ARGUMENT, name, "expected at most %d programs",
                        PLB_STEP_PROGRAMS_MAX);
    if (set->count < set->room) return PLB_OK;
    size_t room = set->room != 0 ? 2 * set->room : 64;
    plb_step_entry *bigger = realloc(set->entries, room * sizeof *bigger);
    if (bigger == NULL) return plb_fail(error, PLB_E_MEMORY, name, "no memory for programs");
    set->entries = bigger;
    set->room = room;
    return PLB_OK;
}

/* What it does, found by running what will be timed: the program as it is decoded from flat. */
static plb_status run_once(plb_step_set *set, plb_step_entry *entry, plb_error *error) {
    plb_tally tally;
    plb_outcome outcome;
    plb_evaluation evaluation = {
        .program = set->program,
        .cost_model = set->model,
        .era = PLB_STEP_ERA,
        .limit = {INT64_MAX, PLB_STEP_CHARGE_MAX},
        .tally = &tally,
    };
    plb_status status =
        plb_program_decode_flat(set->program, PLB_STEP_ERA, entry->flat, entry->length, error);
    if (status != PLB_OK) return status;
    status = plb_machine_run(set->machine, &evaluation, &outcome);
    if (status == PLB_E_MEMORY) status = PLB_E_BUDGET; /* the program's fault, not ours */
    if (status != PLB_OK)
        return plb_fail(error, status, NULL, "it does not evaluate: %.300s", outcome.message);
    entry->bytes = outcome.bytes;
    entry->charge = outcome.spent.steps;
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS; tag++)
        entry->builtin_charge += tally.builtin_cost[tag].steps;
    memcpy(entry->steps, tally.step_count, sizeof entry->steps);
    memcpy(entry->calls, tally.builtin_count, sizeof entry->calls);
    return PLB_OK;
}

plb_status plb_step_set_add(plb_step_set *set, const char *name, const plb_program *program,
                            plb_error *error) {
    plb_status status = check_name(set, name, error);
    if (status == PLB_OK) status = reserve(set, name, error);
    if (status != PLB_OK) return status;
    plb_step_entry *entry = &set->entries[set->count];
    *entry = (plb_step_entry){.flat = NULL};
    memcpy(entry->name, name, strlen(name));
    status = plb_program_encode_flat(program, &entry->flat, &entry->length, error);
    if (status == PLB_OK) status = run_once(set, entry, error);
    if (status == PLB_OK) {
        set->count++;
        return PLB_OK;
    }
    free(entry->flat);
    (void) plb_error_prefix(error, name);
    return status;
}

void plb_step_set_drop(plb_step_set *set) { free(set->entries[--set->count].flat); }

plb_status plb_step_set_add_text(plb_step_set *set, const char *name, const char *text,
                                 size_t length, plb_error *error) {
    plb_program *program = plb_program_new(0);
    if (program == NULL) return plb_fail(error, PLB_E_MEMORY, name, "no memory for a program");
    plb_status status = plb_program_parse_text(program, PLB_STEP_ERA, text, length, error);
    if (status == PLB_OK) {
        status = plb_step_set_add(set, name, program, error);
    } else {
        (void) plb_error_prefix(error, name);
    }
    plb_program_free(program);
    return status;
}
