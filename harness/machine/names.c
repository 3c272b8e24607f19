/* Names of builtins and step kinds. */
#include <plutbench/machine.h>

#include "harness/machine/builtin.h"
#include "harness/machine/cost.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/term.h"

_Static_assert(PLB_TALLY_BUILTINS == PLB_BUILTIN_COUNT, "the public count of builtins");
_Static_assert((int) PLB_TALLY_EXTRAS == (int) PLB_EXTRA_BUILTINS_MAX, "those beyond the table");
_Static_assert((int) PLB_TALLY_STEPS == (int) PLB_STEP_COUNT, "the public count of step kinds");

const char *plb_builtin_name(unsigned tag) {
    return tag < PLB_BUILTIN_COUNT ? plb_builtins[tag].name : NULL;
}

const char *plb_step_name(unsigned index) {
    static const char *const names[PLB_STEP_COUNT] = {
        [PLB_STEP_CONST] = "const",     [PLB_STEP_VAR] = "var",       [PLB_STEP_LAM] = "lam",
        [PLB_STEP_APPLY] = "apply",     [PLB_STEP_DELAY] = "delay",   [PLB_STEP_FORCE] = "force",
        [PLB_STEP_BUILTIN] = "builtin", [PLB_STEP_CONSTR] = "constr", [PLB_STEP_CASE] = "case",
    };
    return index < PLB_STEP_COUNT ? names[index] : NULL;
}

/* Those of a program whose extra builtins are told have names. */
static const char *extra_name(const plb_program *program, unsigned index) {
    const plb_extra_builtins *extras = program != NULL ? program->extras : NULL;
    return extras != NULL && index < extras->count ? extras->rows[PLB_BUILTIN_COUNT + index].name
                                                   : "builtin of a plug-in";
}

const char *plb_activity_name(const plb_program *program, uint64_t activity) {
    unsigned what = (unsigned) (activity & 0xff);
    if (what == PLB_ACTIVITY_OTHER) return "outside of the evaluation";
    if (what >= PLB_ACTIVITY_EXTRA) return extra_name(program, what - PLB_ACTIVITY_EXTRA);
    if (what >= PLB_ACTIVITY_BUILTIN) return plb_builtin_name(what - PLB_ACTIVITY_BUILTIN);
    return what == PLB_ACTIVITY_NONE ? NULL : plb_step_name(what - PLB_ACTIVITY_STEP);
}
