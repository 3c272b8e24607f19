#include "harness/machine/extra_builtins.h"

#include <stdlib.h>
#include <string.h>

#include "harness/machine/term.h"

/* A CALL word has 8 bits for the id and 4 each for arity and forces (term.h). */
_Static_assert(PLB_BUILTIN_COUNT + PLB_EXTRA_BUILTINS_MAX <= 256, "ids fit in a CALL word");
#define FORCES_MAX 15

static int find_among(const plb_builtin *rows, unsigned count, const char *name, size_t length) {
    for (unsigned i = 0; i < count; i++) {
        if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0) {
            return (int) i;
        }
    }
    return -1;
}

static const char *problem_of(const plb_extra_builtins *extras, const plb_extra_builtin *builtin) {
    const plb_builtin *row = &builtin->row;
    size_t length = row->name != NULL ? strlen(row->name) : 0;
    unsigned sizes =
        plb_costing_arguments(&builtin->steps) | plb_costing_arguments(&builtin->memory);
    if (length == 0) return "it has no name";
    if (find_among(extras->rows, PLB_BUILTIN_COUNT + extras->count, row->name, length) >= 0) {
        return "another builtin has that name";
    }
    if (row->arity < 1 || row->arity > PLB_BUILTIN_MAX_ARITY) return "expected 1 to 6 arguments";
    if (row->forces > FORCES_MAX) return "expected at most 15 type arguments";
    if (row->run == NULL) return "it has no function";
    if (sizes >> row->arity != 0) return "its costing wants arguments that it does not have";
    return NULL;
}

void plb_extra_builtins_price(plb_extra_builtins *extras, unsigned index, const plb_costing *steps,
                              const plb_costing *memory) {
    plb_builtin_cost *cost = &extras->costs[index];
    cost->steps = *steps;
    cost->memory = *memory;
    cost->present = true;
    cost->size_mask = (uint8_t) (plb_costing_arguments(steps) | plb_costing_arguments(memory));
    cost->constant = cost->size_mask == 0;
    cost->unit = (plb_exunits){-1, -1};
    if (cost->constant) {
        cost->unit.steps = plb_costing_apply(steps, NULL);
        cost->unit.memory = plb_costing_apply(memory, NULL);
    }
}

static void add(plb_extra_builtins *extras, const plb_extra_builtin *builtin) {
    plb_extra_builtins_price(extras, extras->count, &builtin->steps, &builtin->memory);
    extras->measures[extras->count] = builtin->measure;
    extras->rows[PLB_BUILTIN_COUNT + extras->count++] = builtin->row;
}

plb_status plb_extra_builtins_new(plb_extra_builtins **extras, const plb_extra_builtin *builtins,
                                  unsigned count, plb_error *error) {
    *extras = NULL;
    if (count > PLB_EXTRA_BUILTINS_MAX) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d extra builtins, got %u",
                        PLB_EXTRA_BUILTINS_MAX, count);
    }
    plb_extra_builtins *made = calloc(1, sizeof *made);
    if (made != NULL) made->rows = calloc(PLB_BUILTIN_COUNT + count, sizeof *made->rows);
    if (made == NULL || made->rows == NULL) {
        plb_extra_builtins_free(made);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for builtins");
    }
    memcpy(made->rows, plb_builtins, sizeof plb_builtins);
    for (unsigned i = 0; i < count; i++) {
        const char *problem = problem_of(made, &builtins[i]);
        if (problem != NULL) {
            const char *name = builtins[i].row.name != NULL ? builtins[i].row.name : "";
            plb_extra_builtins_free(made);
            return plb_fail(error, PLB_E_ARGUMENT, NULL, "extra builtin '%s': %s", name, problem);
        }
        add(made, &builtins[i]);
    }
    *extras = made;
    return PLB_OK;
}

void plb_extra_builtins_free(plb_extra_builtins *extras) {
    if (extras != NULL) free(extras->rows);
    free(extras);
}

void plb_program_use_extras(plb_program *program, const plb_extra_builtins *extras) {
    program->extras = extras;
    program->builtins = extras != NULL ? extras->rows : plb_builtins;
    plb_build_begin(program);
}

int plb_program_find_builtin(const plb_program *program, const char *name, size_t length) {
    int id = plb_builtin_find(name, length);
    if (id >= 0 || program->extras == NULL) return id;
    int own =
        find_among(program->builtins + PLB_BUILTIN_COUNT, program->extras->count, name, length);
    return own >= 0 ? PLB_BUILTIN_COUNT + own : -1;
}

bool plb_program_has_extra_tag(const plb_program *program, unsigned id) {
    const plb_extra_builtins *extras = program->extras;
    return extras != NULL && extras->in_flat && id >= PLB_BUILTIN_COUNT &&
           id - PLB_BUILTIN_COUNT < extras->count;
}
