/* plb_arg_check, quick where arguments are what they should be. */
#ifndef PLB_MACHINE_BUILTIN_ARGS_H
#define PLB_MACHINE_BUILTIN_ARGS_H

#include "harness/machine/builtin.h"

/* What can be accepted at sight; everything else takes the long way. */
typedef struct plb_arg_sight {
    uint32_t kinds;     /* objects: bit per plb_kind */
    uint8_t immediates; /* bit per PLB_IMM_* */
    bool small;         /* integers in place */
} plb_arg_sight;

extern const plb_arg_sight plb_arg_at_sight[PLB_ARG_COUNT];

/* Objects up to this size (bytes, limbs, length) are within every bound of variants D and E. */
#define PLB_ARG_SIGHT_SIZE 4095

static inline bool plb_arg_ok(plb_value v, plb_arg arg, plb_variant variant) {
    const plb_arg_sight *sight = &plb_arg_at_sight[arg];
    if (arg == PLB_ARG_ANY) return true;
    if (plb_is_small(v)) {
        if (sight->small) return true;
    } else if (plb_is_object(v)) {
        const plb_object *object = plb_object_of(v);
        if ((sight->kinds >> object->kind & 1) != 0 && object->size <= PLB_ARG_SIGHT_SIZE) {
            return true;
        }
    } else if (plb_pointer_tag(v) == PLB_PTR_IMMEDIATE) {
        if ((sight->immediates >> plb_imm_kind(v) & 1) != 0) return true;
    }
    return plb_arg_check(v, arg, variant);
}

#endif
