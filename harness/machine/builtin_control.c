/* Builtins that choose, and trace. */
#include "harness/machine/builtin_functions.h"

plb_value plb_run_ifThenElse(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return args[0] == PLB_TRUE ? args[1] : args[2];
}

plb_value plb_run_chooseUnit(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    return args[1];
}

plb_value plb_run_trace(struct plb_machine *machine, const plb_value *args) {
    const plb_bytes *text = plb_bytes_of(args[0]);
    if (!plb_machine_log(machine, text->bytes, text->head.size)) {
        return plb_builtin_out_of_memory(machine);
    }
    return args[1];
}

plb_value plb_run_chooseList(struct plb_machine *machine, const plb_value *args) {
    if (plb_is_cons(args[0])) return args[2];
    if (plb_is_nil(args[0])) return args[1];
    return plb_builtin_fail(machine, "chooseList: expected a list");
}

plb_value plb_run_chooseData(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    /* The arguments have the order of the kinds: Constr, Map, List, I, B. */
    _Static_assert(PLB_KIND_DATA_B - PLB_KIND_DATA_CONSTR == 4 &&
                       PLB_KIND_DATA_MAP - PLB_KIND_DATA_CONSTR == 1 &&
                       PLB_KIND_DATA_LIST - PLB_KIND_DATA_CONSTR == 2 &&
                       PLB_KIND_DATA_I - PLB_KIND_DATA_CONSTR == 3,
                   "kinds of data in the order of chooseData's branches");
    return args[1 + plb_object_of(args[0])->kind - PLB_KIND_DATA_CONSTR];
}
