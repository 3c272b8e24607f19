/* Tags of the flat format (specification, appendix; PlutusCore.FlatInstances). */
#ifndef PLB_MACHINE_FLAT_TAGS_H
#define PLB_MACHINE_FLAT_TAGS_H

/* Terms, 4 bits. */
enum {
    TERM_VAR,
    TERM_DELAY,
    TERM_LAM,
    TERM_APPLY,
    TERM_CONSTANT,
    TERM_FORCE,
    TERM_ERROR,
    TERM_BUILTIN,
    TERM_CONSTR,
    TERM_CASE
};

#endif
