/* Names of builtins and step kinds. */
#include <plutbench/machine.h>

#include "harness/machine/builtin.h"
#include "harness/machine/cost.h"

_Static_assert(PLB_TALLY_BUILTINS == PLB_BUILTIN_COUNT, "the public count of builtins");
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

const char *plb_activity_name(uint64_t activity) {
    unsigned what = (unsigned) (activity & 0xff);
    if (what == PLB_ACTIVITY_OTHER) return "outside of the evaluation";
    if (what >= PLB_ACTIVITY_BUILTIN) return plb_builtin_name(what - PLB_ACTIVITY_BUILTIN);
    return what == PLB_ACTIVITY_NONE ? NULL : plb_step_name(what - PLB_ACTIVITY_STEP);
}
