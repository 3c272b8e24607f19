/* The building of terms, inline: the flat decoder does it for every node of every script that is
 * measured. term.c exports the same as functions (plb_build_*, see term.h). */
#ifndef PLB_MACHINE_TERM_BUILD_H
#define PLB_MACHINE_TERM_BUILD_H

#include <stdlib.h>

#include "harness/machine/builtin.h"
#include "harness/machine/term.h"

/* A pending entry: bits 0-31 a position, 32-61 the binder depth there, 62-63 what is pending. */
enum {
    PENDING_ARGUMENT,  /* position: the word that receives the position of the next term */
    PENDING_SCRUTINEE, /* position: the CASE word; its members follow the term being built */
    PENDING_LIST       /* position: the CONSTR or CASE word whose members are being built */
};

#define DEPTH_MAX 0x3fffffffu
#define ROOM_MAX 32u /* a chunk of bindings never takes more: a call must stay cheap */
#define RUN_MAX 255u

static inline uint64_t pending_entry(unsigned kind, uint32_t position, uint32_t depth) {
    return (uint64_t) kind << 62 | (uint64_t) depth << 32 | position;
}
static inline unsigned pending_kind(uint64_t entry) { return (unsigned) (entry >> 62); }
static inline uint32_t pending_position(uint64_t entry) { return (uint32_t) entry; }
static inline uint32_t pending_depth(uint64_t entry) {
    return (uint32_t) (entry >> 32) & DEPTH_MAX;
}

static inline uint32_t *code_words(plb_program *program) {
    return (uint32_t *) (void *) program->code.base;
}

static inline plb_build_next fail_build(plb_program *program, plb_status status) {
    program->build.failed = status;
    return PLB_BUILD_FAILED;
}

/* Room for `extra` more elements of `size` bytes in a malloc'ed vector. */
static inline bool grow(void **vector, uint32_t *capacity, uint32_t count, uint32_t extra,
                        size_t size) {
    if (extra <= *capacity - count) {
        return true;
    }
    uint64_t wanted = (uint64_t) *capacity * 2;
    if (wanted < (uint64_t) count + extra) {
        wanted = (uint64_t) count + extra;
    }
    if (wanted < 64) {
        wanted = 64;
    }
    if (wanted > UINT32_MAX) {
        return false;
    }
    void *bigger = realloc(*vector, (size_t) wanted * size);
    if (bigger == NULL) {
        return false;
    }
    *vector = bigger;
    *capacity = (uint32_t) wanted;
    return true;
}

/* The next `count` words; NULL when the cap is reached. Words are appended one after the other, so
 * the region's 8-byte rounding is bypassed. */
static inline uint32_t *append_words(plb_program *program, uint32_t count) {
    plb_region *code = &program->code;
    if ((size_t) (code->high - code->low) < (size_t) count * sizeof(uint32_t)) {
        return NULL;
    }
    uint32_t *words = (uint32_t *) (void *) code->low;
    code->low += (size_t) count * sizeof(uint32_t);
    return words;
}

static inline bool push_pending(plb_program *program, uint64_t entry) {
    struct plb_builder *build = &program->build;
    if (build->pending_count == build->pending_capacity &&
        !grow((void **) &build->pending, &build->pending_capacity, build->pending_count, 1,
              sizeof *build->pending)) {
        return false;
    }
    build->pending[build->pending_count++] = entry;
    return true;
}

static inline void forget_context(struct plb_builder *build) {
    build->head_apply = build->spine = build->last_lam = PLB_NOWHERE;
    build->head_forces = 0;
}

/* A term is complete: find what comes next. */
static inline plb_build_next complete(plb_program *program) {
    struct plb_builder *build = &program->build;
    forget_context(build);
    if (build->pending_count == 0) {
        return PLB_BUILD_DONE;
    }
    uint64_t *top = &build->pending[build->pending_count - 1];
    build->depth = pending_depth(*top);
    switch (pending_kind(*top)) {
    case PENDING_ARGUMENT:
        code_words(program)[pending_position(*top)] = plb_program_length(program);
        build->pending_count--;
        return PLB_BUILD_TERM;
    case PENDING_SCRUTINEE:
        *top = pending_entry(PENDING_LIST, pending_position(*top), build->depth);
        return PLB_BUILD_LIST;
    default: return PLB_BUILD_LIST;
    }
}

static inline plb_build_next build_leaf(plb_program *program, uint32_t word) {
    uint32_t *at = append_words(program, 1);
    if (at == NULL) {
        return fail_build(program, PLB_E_MEMORY);
    }
    *at = word;
    return complete(program);
}

static inline plb_build_next build_unary(plb_program *program, plb_op op) {
    uint32_t *at = append_words(program, 1);
    if (at == NULL) {
        return fail_build(program, PLB_E_MEMORY);
    }
    *at = PLB_WORD(op, 0);
    return PLB_BUILD_TERM;
}

static inline plb_build_next plb_put_delay(plb_program *program) {
    forget_context(&program->build);
    return build_unary(program, PLB_OP_DELAY);
}

static inline plb_build_next plb_put_force(plb_program *program) {
    struct plb_builder *build = &program->build;
    build->spine = build->last_lam = PLB_NOWHERE;
    build->head_forces++;
    return build_unary(program, PLB_OP_FORCE);
}

static inline uint32_t lam_word(uint32_t run, uint32_t room) {
    return PLB_WORD(PLB_OP_LAM, run) | room << 16;
}

/* The lambda at the spine's start makes room for the bindings that follow it directly. */
static inline void grow_spine(plb_program *program, uint32_t bindings) {
    uint32_t *word = &code_words(program)[program->build.spine];
    uint32_t room = plb_lam_room(*word) + bindings;
    *word = lam_word(plb_lam_run(*word), room < ROOM_MAX ? room : ROOM_MAX);
}

static inline uint32_t at_most(uint32_t n, uint32_t limit) { return n < limit ? n : limit; }

static inline plb_build_next plb_put_lams(plb_program *program, uint32_t count) {
    struct plb_builder *build = &program->build;
    uint32_t position = plb_program_length(program);
    if (count > DEPTH_MAX - build->depth) {
        return fail_build(program, PLB_E_MEMORY);
    }
    uint32_t *at = append_words(program, count);
    if (at == NULL) {
        return fail_build(program, PLB_E_MEMORY);
    }
    for (uint32_t i = 0; i < count; i++) {
        uint32_t run = at_most(count - i, RUN_MAX);
        at[i] = lam_word(run, at_most(run, ROOM_MAX));
    }
    bool is_let = build->head_apply != PLB_NOWHERE && build->head_forces == 0;
    /* A chunk that is full is followed by another, for which this lambda makes room. */
    if (is_let && build->spine != PLB_NOWHERE &&
        plb_lam_room(code_words(program)[build->spine]) < ROOM_MAX) {
        uint32_t bound = plb_word_operand(code_words(program)[build->head_apply]);
        grow_spine(program, at_most(count, bound));
    } else {
        build->spine = position;
    }
    build->depth += count;
    build->head_apply = PLB_NOWHERE;
    build->first_lam = position;
    build->last_lam = position + count - 1;
    return PLB_BUILD_TERM;
}

static inline plb_build_next plb_put_apply(plb_program *program, uint32_t count) {
    struct plb_builder *build = &program->build;
    while (count > 0) {
        uint32_t n = at_most(count, PLB_OPERAND_MAX);
        uint32_t position = plb_program_length(program);
        uint32_t *at = append_words(program, n + 1);
        if (at == NULL || !grow((void **) &build->pending, &build->pending_capacity,
                                build->pending_count, n, sizeof *build->pending)) {
            return fail_build(program, PLB_E_MEMORY);
        }
        at[0] = PLB_WORD(PLB_OP_APPLY, n);
        for (uint32_t i = n; i > 0; i--) { /* the innermost argument is needed first */
            at[i] = 0;
            build->pending[build->pending_count++] =
                pending_entry(PENDING_ARGUMENT, position + i, build->depth);
        }
        build->head_apply = position;
        build->head_forces = 0;
        build->last_lam = PLB_NOWHERE;
        count -= n;
    }
    return PLB_BUILD_TERM;
}

static inline plb_build_next plb_put_var(plb_program *program, uint64_t index) {
    if (index != 0 && index <= PLB_OPERAND_MAX && index <= program->build.depth) {
        return build_leaf(program, PLB_WORD(PLB_OP_VAR, (uint32_t) index));
    }
    uint32_t *at = append_words(program, 3);
    if (at == NULL) {
        return fail_build(program, PLB_E_MEMORY);
    }
    at[0] = PLB_WORD(PLB_OP_VAR_WIDE, 0);
    at[1] = (uint32_t) index;
    at[2] = (uint32_t) (index >> 32);
    return complete(program);
}

static inline plb_build_next plb_put_const(plb_program *program, plb_value constant) {
    uint32_t index = program->constant_count;
    if (index > PLB_OPERAND_MAX || !grow((void **) &program->constants, &program->constant_capacity,
                                         index, 1, sizeof *program->constants)) {
        return fail_build(program, PLB_E_MEMORY);
    }
    program->constants[program->constant_count++] = constant;
    return build_leaf(program, PLB_WORD(PLB_OP_CONST, index));
}

/* Turn the APPLY of n >= arity arguments at `position` into a CALL of arity arguments, under an
 * APPLY of the remaining ones if there are any. */
static inline bool make_call(plb_program *program, uint32_t position, uint32_t n, unsigned id) {
    struct plb_builder *build = &program->build;
    uint32_t arity = program->builtins[id].arity;
    uint32_t rest = n - arity;
    uint32_t call = rest == 0 ? position : position + 1 + rest;
    program->code.low = program->code.base + (size_t) (position + 1) * sizeof(uint32_t);
    if (append_words(program, call - position + arity) == NULL) {
        return false;
    }
    uint32_t *words = code_words(program);
    words[call] = PLB_CALL_WORD(id, arity, program->builtins[id].forces);
    if (rest == 0) {
        return true; /* the argument slots stay where they are */
    }
    words[position] = PLB_WORD(PLB_OP_APPLY, rest);
    for (uint32_t i = 1; i <= n; i++) {
        uint64_t *entry = &build->pending[build->pending_count - i];
        uint32_t slot = i <= arity ? call + i : position + (i - arity);
        words[slot] = 0;
        *entry = pending_entry(PENDING_ARGUMENT, slot, pending_depth(*entry));
    }
    return true;
}

static inline plb_build_next plb_put_builtin(plb_program *program, unsigned id) {
    struct plb_builder *build = &program->build;
    const plb_builtin *builtin = &program->builtins[id];
    if (build->head_apply != PLB_NOWHERE && build->head_forces == builtin->forces) {
        uint32_t n = plb_word_operand(code_words(program)[build->head_apply]);
        if (n >= builtin->arity) {
            if (!make_call(program, build->head_apply, n, id)) {
                return fail_build(program, PLB_E_MEMORY);
            }
            return complete(program);
        }
    }
    return build_leaf(program, PLB_WORD(PLB_OP_BUILTIN, id));
}

#endif
