/* Whether a cost model prices everything that a program names. */
#include <plutbench/machine.h>

#include "harness/machine/cost.h"
#include "harness/machine/term.h"

/* What the model has no price for, NULL when it has one. */
static const char *unpriced(const plb_cost_model *model, const plb_walk_event *event) {
    switch (event->kind) {
    case PLB_WALK_BUILTIN:
        return plb_cost_model_has(model, (unsigned) event->number)
                   ? NULL
                   : plb_builtin_name((unsigned) event->number);
    case PLB_WALK_CONSTR: return plb_cost_model_has_step(model, PLB_STEP_CONSTR) ? NULL : "constr";
    case PLB_WALK_CASE: return plb_cost_model_has_step(model, PLB_STEP_CASE) ? NULL : "case";
    default: return NULL;
    }
}

plb_status plb_cost_model_check(const plb_cost_model *model, const plb_program *program,
                                plb_error *error) {
    plb_walk walk;
    plb_walk_event event = {.kind = PLB_WALK_DONE};
    plb_status status = PLB_OK;
    plb_walk_begin(&walk, program, 0);
    do {
        if (!plb_walk_next(&walk, &event)) {
            status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory to look through the script");
            break;
        }
        const char *what = unpriced(model, &event);
        if (what != NULL) {
            status = plb_fail(error, PLB_E_COST_MODEL, NULL,
                              "the cost model is too short: it has no price for %s, which the "
                              "script uses",
                              what);
        }
    } while (status == PLB_OK && event.kind != PLB_WALK_DONE);
    plb_walk_free(&walk);
    return status;
}
