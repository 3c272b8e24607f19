/* Terms in the compact form that is both decoded into and evaluated: a vector of 32-bit words in
 * prefix order. The low 8 bits of a word are the operation, the upper 24 its operand.
 *
 *   VAR i            de Bruijn index i (1 is the innermost binder), always of a binder around it
 *   VAR_WIDE         two more words: index low, high; a free variable, or an index over 24 bits
 *   LAM r            a lambda; r (bits 8-15) lambdas follow each other here, this one included
 *                    (saturating); bits 16-31: bindings to make room for when it is applied
 *   DELAY            body follows
 *   FORCE            body follows
 *   ERROR
 *   CONST k          constant number k of the program
 *   BUILTIN b
 *   APPLY n          n words: positions of the arguments, first argument first; then the head
 *   CALL b           like APPLY, for a builtin b that is forced and applied exactly as its type
 *                    says; arity words: positions of the arguments; no head
 *   CONSTR n         three words: tag low, tag high, position of the table; then the n arguments,
 *                    then the table: n words, their positions
 *   CASE n           one word: position of the table; then the scrutinee, the n branches, the table
 *
 * A run of nested applications is one APPLY; [[f a] b] has arguments a, b and head f. The shape
 * can be undone without loss, so that printing and encoding give back the term that came in. */
#ifndef PLB_MACHINE_TERM_H
#define PLB_MACHINE_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/status.h>

#include "harness/machine/region.h"
#include "harness/machine/type.h"
#include "harness/machine/value.h"

typedef enum plb_op {
    /* Operations below PLB_OP_SIMPLE_END have a value without any further step. */
    PLB_OP_VAR,
    PLB_OP_CONST,
    PLB_OP_LAM,
    PLB_OP_DELAY,
    PLB_OP_BUILTIN,
    PLB_OP_SIMPLE_END,
    PLB_OP_VAR_WIDE = PLB_OP_SIMPLE_END,
    PLB_OP_FORCE,
    PLB_OP_APPLY,
    PLB_OP_CALL,
    PLB_OP_CONSTR,
    PLB_OP_CASE,
    PLB_OP_ERROR
} plb_op;

#define PLB_OPERAND_MAX 0xffffffu
#define PLB_WORD(op, operand) ((uint32_t) (op) | (uint32_t) (operand) << 8)
static inline plb_op plb_word_op(uint32_t word) { return (plb_op) (word & 0xff); }
static inline uint32_t plb_word_operand(uint32_t word) { return word >> 8; }
/* A CALL's operand: builtin in bits 0-7, arity in 8-11, forces in 12-15. */
#define PLB_CALL_WORD(id, arity, forces)                                                           \
    PLB_WORD(PLB_OP_CALL, (uint32_t) (id) | (uint32_t) (arity) << 8 | (uint32_t) (forces) << 12)
static inline uint32_t plb_call_builtin(uint32_t word) { return (word >> 8) & 0xff; }
static inline uint32_t plb_call_arity(uint32_t word) { return (word >> 16) & 0xf; }
static inline uint32_t plb_call_forces(uint32_t word) { return (word >> 20) & 0xf; }
static inline uint32_t plb_lam_run(uint32_t word) { return (word >> 8) & 0xff; }
static inline uint32_t plb_lam_room(uint32_t word) { return word >> 16; }

struct plb_builtin;
struct plb_extra_builtins;

/* A decoded program: code, constants, types, version. Immutable after building, so that several
 * machines may run it at once. */
typedef struct plb_program {
    plb_region code;      /* uint32_t words, from code.base */
    plb_region heap;      /* constants (objects) */
    plb_value *constants; /* malloc'ed */
    uint32_t constant_count, constant_capacity;
    plb_types types;
    uint64_t version[3];                     /* of Plutus Core, such as 1.1.0 */
    const struct plb_builtin *builtins;      /* by id: the table, or the one of `extras` */
    const struct plb_extra_builtins *extras; /* NULL: none */
    plb_status defect; /* PLB_OK, or why no machine runs it: see plb_program_decode_script */
    struct plb_builder {
        uint64_t *pending; /* stack of what is still open: see term.c */
        uint32_t pending_count, pending_capacity;
        uint32_t *children; /* positions of list members met so far */
        uint32_t children_count, children_capacity;
        uint32_t depth;       /* binders around the current position */
        uint32_t open_lists;  /* constr and case terms around it */
        uint32_t head_apply;  /* APPLY whose head is being built, with nothing but forces since */
        uint32_t head_forces; /* forces since then */
        uint32_t spine;       /* LAM whose room grows with the bindings that follow */
        uint32_t last_lam;    /* position of the word just written when it is a LAM */
        uint32_t first_lam;   /* then: where the LAMs begin that end there */
        plb_status failed;
    } build;
    struct plb_binder_name *names; /* of LAM words, in order of position; may be none */
    uint32_t name_count, name_capacity;
} plb_program;

/* Name of the binder at a LAM word's position, in the program's heap, NUL-terminated. */
typedef struct plb_binder_name {
    uint32_t position;
    const char *name;
} plb_binder_name;

static inline const uint32_t *plb_program_code(const plb_program *program) {
    return (const uint32_t *) (const void *) program->code.base;
}
static inline uint32_t plb_program_length(const plb_program *program) {
    return (uint32_t) ((size_t) (program->code.low - program->code.base) / sizeof(uint32_t));
}
/* NULL when the binder has no name. */
const char *plb_program_binder_name(const plb_program *program, uint32_t position);

/* What the builder expects next. */
typedef enum plb_build_next {
    PLB_BUILD_TERM,  /* a term */
    PLB_BUILD_LIST,  /* a further member (plb_build_member, then a term) or plb_build_end */
    PLB_BUILD_DONE,  /* nothing: the term is complete */
    PLB_BUILD_FAILED /* the byte cap or a limit was reached: see plb_build_error */
} plb_build_next;

#define PLB_NOWHERE UINT32_MAX

/* Building in prefix order, without recursion. Inner nodes first announce themselves
 * (plb_build_apply(n) for n nested applications, plb_build_lam, plb_build_delay, ...), then their
 * children are built; leaves return what comes next. */
void plb_build_begin(plb_program *program); /* drops the old contents, keeps the memory */
plb_build_next plb_build_lam(plb_program *program, const char *name); /* name NULL or copied */
plb_build_next plb_build_lams(plb_program *program, uint32_t count);  /* nested, without names */
plb_build_next plb_build_delay(plb_program *program);
plb_build_next plb_build_force(plb_program *program);
/* `count` >= 1 nested applications: next come the head, then the arguments, innermost first. */
plb_build_next plb_build_apply(plb_program *program, uint32_t count);
plb_build_next plb_build_constr(plb_program *program, uint64_t tag);
plb_build_next plb_build_case(plb_program *program); /* next: the scrutinee, then members */
plb_build_next plb_build_member(plb_program *program);
plb_build_next plb_build_end(plb_program *program);
/* Leaves. */
plb_build_next plb_build_var(plb_program *program, uint64_t index);
plb_build_next plb_build_const(plb_program *program, plb_value constant);
plb_build_next plb_build_builtin(plb_program *program, unsigned id);
plb_build_next plb_build_error_term(plb_program *program);
/* Members built so far of the list that is open (for size limits). */
uint32_t plb_build_member_count(const plb_program *program);
/* The list that is open belongs to a constr, not to a case. */
bool plb_build_list_is_constr(const plb_program *program);
/* Why PLB_BUILD_FAILED. */
plb_status plb_build_error(const plb_program *program, plb_error *error);

/* Walking a program in prefix order, as the source term had it: APPLY and CALL are reported as
 * nested single applications, forces and builtins. For printers and encoders; no recursion. */
typedef enum plb_walk_kind {
    PLB_WALK_VAR,
    PLB_WALK_LAM,
    PLB_WALK_APPLY, /* `count` nested applications open here */
    PLB_WALK_CONST,
    PLB_WALK_DELAY,
    PLB_WALK_FORCE,
    PLB_WALK_ERROR,
    PLB_WALK_BUILTIN,
    PLB_WALK_CONSTR,
    PLB_WALK_CASE,
    PLB_WALK_MEMBER, /* another member of the innermost CONSTR or CASE begins */
    PLB_WALK_LIST_END,
    PLB_WALK_ARGUMENT, /* the next argument of the innermost APPLY begins */
    PLB_WALK_CLOSE,    /* the innermost LAM, DELAY, FORCE, APPLY ends (after its children) */
    PLB_WALK_DONE
} plb_walk_kind;

typedef struct plb_walk_event {
    plb_walk_kind kind;
    uint32_t position;  /* of the word it came from */
    uint32_t count;     /* APPLY: nested applications; CONSTR, CASE: members */
    uint64_t number;    /* VAR: index; BUILTIN: id; CONSTR: tag; CLOSE: kind of what closes */
    plb_value constant; /* CONST */
} plb_walk_event;

typedef struct plb_walk {
    const plb_program *program;
    struct plb_walk_item *stack; /* what is still to be reported */
    size_t count, capacity;
} plb_walk;

/* Start at `position` (0 for the whole program). plb_walk_free releases the stack. */
void plb_walk_begin(plb_walk *walk, const plb_program *program, uint32_t position);
/* False when memory is short; after PLB_WALK_DONE there is nothing more. Every LAM, DELAY, FORCE
 * and APPLY gets its CLOSE, every CONSTR and CASE its LIST_END; CASE is followed by its scrutinee
 * before the first MEMBER. */
bool plb_walk_next(plb_walk *walk, plb_walk_event *event);
void plb_walk_free(plb_walk *walk);
/* The event is the CLOSE of a LAM: a binder goes out of scope. */
static inline bool plb_walk_closes_lam(const plb_walk_event *event) {
    return event->kind == PLB_WALK_CLOSE && event->number == PLB_WALK_LAM;
}

#endif
