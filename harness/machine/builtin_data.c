/* Builtins on data. */
#include "harness/machine/builtin_functions.h"
#include "harness/machine/data_encode.h"
#include "harness/machine/machine_internal.h"

plb_value plb_run_constrData(struct plb_machine *machine, const plb_value *args) {
    return plb_builtin_made(machine, plb_make_data_constr(&machine->region, args[0], args[1]));
}

plb_value plb_run_mapData(struct plb_machine *machine, const plb_value *args) {
    return plb_builtin_made(machine,
                            plb_make_data_items(&machine->region, PLB_KIND_DATA_MAP, args[0]));
}

plb_value plb_run_listData(struct plb_machine *machine, const plb_value *args) {
    return plb_builtin_made(machine,
                            plb_make_data_items(&machine->region, PLB_KIND_DATA_LIST, args[0]));
}

plb_value plb_run_iData(struct plb_machine *machine, const plb_value *args) {
    return plb_builtin_made(machine,
                            plb_make_data_leaf(&machine->region, PLB_KIND_DATA_I, args[0]));
}

plb_value plb_run_bData(struct plb_machine *machine, const plb_value *args) {
    return plb_builtin_made(machine,
                            plb_make_data_leaf(&machine->region, PLB_KIND_DATA_B, args[0]));
}

plb_value plb_run_unConstrData(struct plb_machine *machine, const plb_value *args) {
    if (plb_object_of(args[0])->kind != PLB_KIND_DATA_CONSTR) {
        return plb_builtin_fail(machine, "unConstrData: expected a Constr node");
    }
    const plb_data_constr *constr = (const plb_data_constr *) (uintptr_t) args[0];
    return plb_builtin_made(machine, plb_make_pair(&machine->region, PLB_TYPE_PAIR_INT_LIST_DATA,
                                                   constr->tag, constr->fields));
}

/* DATA_MAP and DATA_LIST hold their items, DATA_I and DATA_B their content. */
plb_value plb_run_unMapData(struct plb_machine *machine, const plb_value *args) {
    if (plb_object_of(args[0])->kind != PLB_KIND_DATA_MAP) {
        return plb_builtin_fail(machine, "unMapData: expected a Map node");
    }
    return ((const plb_data_items *) (uintptr_t) args[0])->items;
}

plb_value plb_run_unListData(struct plb_machine *machine, const plb_value *args) {
    if (plb_object_of(args[0])->kind != PLB_KIND_DATA_LIST) {
        return plb_builtin_fail(machine, "unListData: expected a List node");
    }
    return ((const plb_data_items *) (uintptr_t) args[0])->items;
}

plb_value plb_run_unIData(struct plb_machine *machine, const plb_value *args) {
    if (plb_object_of(args[0])->kind != PLB_KIND_DATA_I) {
        return plb_builtin_fail(machine, "unIData: expected an I node");
    }
    return ((const plb_data_leaf *) (uintptr_t) args[0])->content;
}

plb_value plb_run_unBData(struct plb_machine *machine, const plb_value *args) {
    if (plb_object_of(args[0])->kind != PLB_KIND_DATA_B) {
        return plb_builtin_fail(machine, "unBData: expected a B node");
    }
    return ((const plb_data_leaf *) (uintptr_t) args[0])->content;
}

plb_value plb_run_equalsData(struct plb_machine *machine, const plb_value *args) {
    int equal = plb_constant_equal(args[0], args[1]);
    return equal >= 0 ? plb_bool(equal != 0) : plb_builtin_out_of_memory(machine);
}

plb_value plb_run_mkPairData(struct plb_machine *machine, const plb_value *args) {
    return plb_builtin_made(
        machine, plb_make_pair(&machine->region, PLB_TYPE_PAIR_DATA_DATA, args[0], args[1]));
}

plb_value plb_run_mkNilData(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    (void) args;
    return PLB_NIL(PLB_TYPE_DATA);
}

plb_value plb_run_mkNilPairData(struct plb_machine *machine, const plb_value *args) {
    (void) machine;
    (void) args;
    return PLB_NIL(PLB_TYPE_PAIR_DATA_DATA);
}

plb_value plb_run_serialiseData(struct plb_machine *machine, const plb_value *args) {
    plb_region *region = &machine->region;
    const uint8_t *bytes;
    size_t length;
    if (!plb_data_to_cbor(region, args[0], &bytes, &length)) {
        return plb_builtin_out_of_memory(machine);
    }
    return plb_builtin_made(machine,
                            plb_make_bytes_view(region, PLB_KIND_BYTESTRING, bytes, length));
}
