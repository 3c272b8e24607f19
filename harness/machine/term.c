#include "harness/machine/term.h"

#include <stdlib.h>
#include <string.h>

#include <plutbench/machine.h>

#include "harness/machine/term_build.h"

plb_program *plb_program_new(size_t byte_cap) {
    plb_program *program = calloc(1, sizeof *program);
    size_t cap = byte_cap != 0 ? byte_cap : PLB_DEFAULT_BYTE_CAP;
    if (program == NULL) {
        return NULL;
    }
    /* Positions are 32 bits wide. */
    size_t code_cap = cap < ((size_t) UINT32_MAX - 1) * 4 ? cap : ((size_t) UINT32_MAX - 1) * 4;
    if (!plb_region_init(&program->code, code_cap) || !plb_region_init(&program->heap, cap) ||
        !plb_types_init(&program->types)) {
        plb_program_free(program);
        return NULL;
    }
    program->builtins = plb_builtins;
    plb_build_begin(program);
    return program;
}

void plb_program_free(plb_program *program) {
    if (program == NULL) {
        return;
    }
    plb_region_free(&program->code);
    plb_region_free(&program->heap);
    plb_types_free(&program->types);
    free(program->constants);
    free(program->build.pending);
    free(program->build.children);
    free(program->names);
    free(program);
}

void plb_program_version(const plb_program *program, uint64_t version[3]) {
    memcpy(version, program->version, sizeof program->version);
}

const char *plb_program_binder_name(const plb_program *program, uint32_t position) {
    size_t low = 0;
    size_t high = program->name_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (program->names[middle].position < position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool found = low < program->name_count && program->names[low].position == position;
    return found ? program->names[low].name : NULL;
}

/* ---- Building ---- */

void plb_build_begin(plb_program *program) {
    struct plb_builder *build = &program->build;
    plb_region_reset(&program->code);
    plb_region_reset(&program->heap);
    plb_types_reset(&program->types);
    program->constant_count = 0;
    program->name_count = 0;
    program->version[0] = 1;
    program->version[1] = program->version[2] = 0;
    program->defect = PLB_OK;
    build->pending_count = build->children_count = 0;
    build->depth = build->open_lists = 0;
    build->head_apply = build->spine = build->last_lam = PLB_NOWHERE;
    build->head_forces = 0;
    build->failed = PLB_OK;
}

plb_status plb_build_error(const plb_program *program, plb_error *error) {
    if (program->build.failed == PLB_OK) {
        return PLB_OK;
    }
    return plb_fail(error, program->build.failed, NULL,
                    "the program does not fit in the byte cap of %zu bytes",
                    (size_t) (program->heap.end - program->heap.base));
}

/* A further lambda directly under those from `first` to `last`: their runs get longer, as far as
 * they end there. What lies before `first` may be anything, such as a table of positions. */
static void lengthen_run(plb_program *program, uint32_t first, uint32_t last) {
    uint32_t *words = code_words(program);
    for (uint32_t at = last;; at--) {
        uint32_t run = plb_lam_run(words[at]);
        if (run != last - at + 1) {
            return;
        }
        uint32_t room = plb_lam_room(words[at]);
        words[at] = lam_word(at_most(run + 1, RUN_MAX), at_most(room + 1, ROOM_MAX));
        if (run >= RUN_MAX || at == first) {
            return;
        }
    }
}

static bool record_name(plb_program *program, uint32_t position, const char *name) {
    if (!grow((void **) &program->names, &program->name_capacity, program->name_count, 1,
              sizeof *program->names)) {
        return false;
    }
    size_t size = strlen(name) + 1;
    char *copy = plb_region_alloc(&program->heap, size);
    if (copy == NULL) {
        return false;
    }
    memcpy(copy, name, size);
    program->names[program->name_count++] = (plb_binder_name){position, copy};
    return true;
}

plb_build_next plb_build_lam(plb_program *program, const char *name) {
    struct plb_builder *build = &program->build;
    uint32_t first = build->first_lam;
    uint32_t last = build->last_lam;
    uint32_t spine = build->spine;
    plb_build_next next = plb_build_lams(program, 1);
    if (next == PLB_BUILD_FAILED) {
        return next;
    }
    if (last != PLB_NOWHERE) {
        lengthen_run(program, first, last);
        build->first_lam = first;
        build->spine = spine;
    }
    if (name != NULL && !record_name(program, plb_program_length(program) - 1, name)) {
        return fail_build(program, PLB_E_MEMORY);
    }
    return next;
}

plb_build_next plb_build_constr(plb_program *program, uint64_t tag) {
    uint32_t position = plb_program_length(program);
    uint32_t *at = append_words(program, 4);
    if (at == NULL ||
        !push_pending(program, pending_entry(PENDING_LIST, position, program->build.depth))) {
        return fail_build(program, PLB_E_MEMORY);
    }
    at[0] = PLB_WORD(PLB_OP_CONSTR, 0);
    at[1] = (uint32_t) tag;
    at[2] = (uint32_t) (tag >> 32);
    at[3] = 0;
    program->build.open_lists++;
    forget_context(&program->build);
    return PLB_BUILD_LIST;
}

plb_build_next plb_build_case(plb_program *program) {
    uint32_t position = plb_program_length(program);
    uint32_t *at = append_words(program, 2);
    if (at == NULL ||
        !push_pending(program, pending_entry(PENDING_SCRUTINEE, position, program->build.depth))) {
        return fail_build(program, PLB_E_MEMORY);
    }
    at[0] = PLB_WORD(PLB_OP_CASE, 0);
    at[1] = 0;
    program->build.open_lists++;
    forget_context(&program->build);
    return PLB_BUILD_TERM;
}

static uint32_t *open_list(const plb_program *program) {
    const struct plb_builder *build = &program->build;
    uint32_t *words = (uint32_t *) (void *) program->code.base;
    return &words[pending_position(build->pending[build->pending_count - 1])];
}

uint32_t plb_build_member_count(const plb_program *program) {
    return plb_word_operand(*open_list(program));
}

bool plb_build_list_is_constr(const plb_program *program) {
    return plb_word_op(*open_list(program)) == PLB_OP_CONSTR;
}

plb_build_next plb_build_member(plb_program *program) {
    struct plb_builder *build = &program->build;
    uint32_t *header = open_list(program);
    uint32_t count = plb_word_operand(*header);
    if (count == PLB_OPERAND_MAX || !grow((void **) &build->children, &build->children_capacity,
                                          build->children_count, 1, sizeof *build->children)) {
        return fail_build(program, PLB_E_MEMORY);
    }
    *header = PLB_WORD(plb_word_op(*header), count + 1);
    build->children[build->children_count++] = plb_program_length(program);
    return PLB_BUILD_TERM;
}

plb_build_next plb_build_end(plb_program *program) {
    struct plb_builder *build = &program->build;
    uint32_t *header = open_list(program);
    uint32_t count = plb_word_operand(*header);
    uint32_t table = plb_program_length(program);
    uint32_t *at = append_words(program, count);
    if (at == NULL) {
        return fail_build(program, PLB_E_MEMORY);
    }
    build->children_count -= count;
    if (count > 0) {
        memcpy(at, &build->children[build->children_count], count * sizeof *at);
    }
    header[plb_word_op(*header) == PLB_OP_CONSTR ? 3 : 1] = table;
    build->pending_count--;
    build->open_lists--;
    return complete(program);
}

plb_build_next plb_build_error_term(plb_program *program) {
    return build_leaf(program, PLB_WORD(PLB_OP_ERROR, 0));
}

/* ---- The inline part, as functions ---- */

plb_build_next plb_build_delay(plb_program *program) { return plb_put_delay(program); }
plb_build_next plb_build_force(plb_program *program) { return plb_put_force(program); }
plb_build_next plb_build_lams(plb_program *program, uint32_t count) {
    return plb_put_lams(program, count);
}
plb_build_next plb_build_apply(plb_program *program, uint32_t count) {
    return plb_put_apply(program, count);
}
plb_build_next plb_build_var(plb_program *program, uint64_t index) {
    return plb_put_var(program, index);
}
plb_build_next plb_build_const(plb_program *program, plb_value constant) {
    return plb_put_const(program, constant);
}
plb_build_next plb_build_builtin(plb_program *program, unsigned id) {
    return plb_put_builtin(program, id);
}
