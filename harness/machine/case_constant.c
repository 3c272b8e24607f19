#include "harness/machine/case_constant.h"

static const char *choose_for_list(plb_value v, uint32_t branches, plb_case_choice *choice) {
    if (branches != 1 && branches != 2) {
        return "case on a list needs one or two branches";
    }
    if (plb_is_nil(v)) {
        choice->branch = 1;
        return branches == 2 ? NULL : "case on an empty list has no branch for it";
    }
    choice->field_count = 2;
    choice->fields[0] = plb_cons_of(v)->first;
    choice->fields[1] = plb_cons_of(v)->rest;
    return NULL;
}

const char *plb_case_constant(plb_value v, uint32_t branches, plb_case_choice *choice) {
    *choice = (plb_case_choice){0};
    if (plb_is_small(v)) {
        int64_t n = plb_small_int(v);
        choice->branch = (uint64_t) n;
        return n >= 0 && n < (int64_t) branches ? NULL : "case on an integer without such a branch";
    }
    if (v == PLB_UNIT) {
        return branches == 1 ? NULL : "case on unit needs one branch";
    }
    if (plb_is_imm(v, PLB_IMM_BOOL)) {
        choice->branch = v == PLB_TRUE;
        bool ok = branches == 2 || (branches == 1 && v == PLB_FALSE);
        return ok ? NULL : "case on a boolean without such a branch";
    }
    if (plb_is_list(v)) {
        return choose_for_list(v, branches, choice);
    }
    if (plb_has_kind(v, PLB_KIND_PAIR)) {
        choice->field_count = 2;
        choice->fields[0] = plb_pair_of(v)->first;
        choice->fields[1] = plb_pair_of(v)->second;
        return branches == 1 ? NULL : "case on a pair needs one branch";
    }
    return "case on a constant of a type that has no branches";
}
