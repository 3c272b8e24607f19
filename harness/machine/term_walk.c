#include "harness/machine/term.h"

#include <stdlib.h>

#include "harness/machine/builtin.h"

typedef enum walk_task {
    TASK_TERM,      /* the term at `position` */
    TASK_ARGUMENTS, /* arguments index .. of the APPLY or CALL at `position`, then its CLOSE */
    TASK_MEMBERS,   /* members index .. of the CONSTR or CASE at `position`, then LIST_END */
    TASK_CLOSE,     /* `index` times, of the event kind in `position` */
    TASK_HEAD,      /* `index` forces around the builtin of the CALL at `position` */
    TASK_DONE
} walk_task;

typedef struct plb_walk_item {
    uint32_t task;
    uint32_t position;
    uint32_t index;
} plb_walk_item;

static bool push(plb_walk *walk, walk_task task, uint32_t position, uint32_t index) {
    if (walk->count == walk->capacity) {
        size_t capacity = walk->capacity == 0 ? 8 : walk->capacity * 2;
        plb_walk_item *bigger = realloc(walk->stack, capacity * sizeof *bigger);
        if (bigger == NULL) {
            return false;
        }
        walk->stack = bigger;
        walk->capacity = capacity;
    }
    walk->stack[walk->count++] = (plb_walk_item){(uint32_t) task, position, index};
    return true;
}

void plb_walk_begin(plb_walk *walk, const plb_program *program, uint32_t position) {
    *walk = (plb_walk){.program = program};
    /* A failed first push shows in plb_walk_next: an empty stack without TASK_DONE. */
    (void) (push(walk, TASK_DONE, 0, 0) && push(walk, TASK_TERM, position, 0));
}

void plb_walk_free(plb_walk *walk) {
    free(walk->stack);
    walk->stack = NULL;
    walk->count = walk->capacity = 0;
}

static uint32_t argument_count(uint32_t word) {
    return plb_word_op(word) == PLB_OP_CALL ? plb_call_arity(word) : plb_word_operand(word);
}

static uint64_t wide(const uint32_t *words) { return words[0] | (uint64_t) words[1] << 32; }

static bool walk_term(plb_walk *walk, uint32_t position, plb_walk_event *event) {
    const uint32_t *code = plb_program_code(walk->program);
    uint32_t word = code[position];
    uint32_t operand = plb_word_operand(word);
    event->position = position;
    switch (plb_word_op(word)) {
    case PLB_OP_VAR:
        event->kind = PLB_WALK_VAR;
        event->number = operand;
        return true;
    case PLB_OP_VAR_WIDE:
        event->kind = PLB_WALK_VAR;
        event->number = wide(code + position + 1);
        return true;
    case PLB_OP_CONST:
        event->kind = PLB_WALK_CONST;
        event->constant = walk->program->constants[operand];
        return true;
    case PLB_OP_BUILTIN:
        event->kind = PLB_WALK_BUILTIN;
        event->number = operand;
        return true;
    case PLB_OP_ERROR: event->kind = PLB_WALK_ERROR; return true;
    case PLB_OP_LAM:
        event->kind = PLB_WALK_LAM;
        return push(walk, TASK_CLOSE, PLB_WALK_LAM, 1) && push(walk, TASK_TERM, position + 1, 0);
    case PLB_OP_DELAY:
        event->kind = PLB_WALK_DELAY;
        return push(walk, TASK_CLOSE, PLB_WALK_DELAY, 1) && push(walk, TASK_TERM, position + 1, 0);
    case PLB_OP_FORCE:
        event->kind = PLB_WALK_FORCE;
        return push(walk, TASK_CLOSE, PLB_WALK_FORCE, 1) && push(walk, TASK_TERM, position + 1, 0);
    case PLB_OP_APPLY:
        event->kind = PLB_WALK_APPLY;
        event->count = operand;
        return push(walk, TASK_ARGUMENTS, position, 1) &&
               push(walk, TASK_TERM, position + 1 + operand, 0);
    case PLB_OP_CALL:
        event->kind = PLB_WALK_APPLY;
        event->count = plb_call_arity(word);
        return push(walk, TASK_ARGUMENTS, position, 1) &&
               push(walk, TASK_CLOSE, PLB_WALK_FORCE, plb_call_forces(word)) &&
               push(walk, TASK_HEAD, position, plb_call_forces(word));
    case PLB_OP_CONSTR:
        event->kind = PLB_WALK_CONSTR;
        event->count = operand;
        event->number = wide(code + position + 1);
        return push(walk, TASK_MEMBERS, position, 0);
    case PLB_OP_CASE:
        event->kind = PLB_WALK_CASE;
        event->count = operand;
        return push(walk, TASK_MEMBERS, position, 0) && push(walk, TASK_TERM, position + 2, 0);
    }
    return false;
}

static bool walk_arguments(plb_walk *walk, plb_walk_item item, plb_walk_event *event) {
    const uint32_t *code = plb_program_code(walk->program);
    event->position = item.position;
    if (item.index > argument_count(code[item.position])) {
        event->kind = PLB_WALK_CLOSE;
        event->number = PLB_WALK_APPLY;
        return true;
    }
    event->kind = PLB_WALK_ARGUMENT;
    return push(walk, TASK_ARGUMENTS, item.position, item.index + 1) &&
           push(walk, TASK_TERM, code[item.position + item.index], 0);
}

static bool walk_members(plb_walk *walk, plb_walk_item item, plb_walk_event *event) {
    const uint32_t *node = plb_program_code(walk->program) + item.position;
    event->position = item.position;
    if (item.index == plb_word_operand(*node)) {
        event->kind = PLB_WALK_LIST_END;
        return true;
    }
    uint32_t table = node[plb_word_op(*node) == PLB_OP_CONSTR ? 3 : 1];
    event->kind = PLB_WALK_MEMBER;
    return push(walk, TASK_MEMBERS, item.position, item.index + 1) &&
           push(walk, TASK_TERM, plb_program_code(walk->program)[table + item.index], 0);
}

bool plb_walk_next(plb_walk *walk, plb_walk_event *event) {
    while (walk->count > 0) {
        plb_walk_item item = walk->stack[--walk->count];
        *event = (plb_walk_event){.kind = PLB_WALK_DONE};
        switch ((walk_task) item.task) {
        case TASK_TERM: return walk_term(walk, item.position, event);
        case TASK_ARGUMENTS: return walk_arguments(walk, item, event);
        case TASK_MEMBERS: return walk_members(walk, item, event);
        case TASK_CLOSE:
            if (item.index == 0) {
                continue;
            }
            event->kind = PLB_WALK_CLOSE;
            event->number = item.position;
            return push(walk, TASK_CLOSE, item.position, item.index - 1);
        case TASK_HEAD:
            event->position = item.position;
            if (item.index > 0) {
                event->kind = PLB_WALK_FORCE;
                return push(walk, TASK_HEAD, item.position, item.index - 1);
            }
            event->kind = PLB_WALK_BUILTIN;
            event->number = plb_call_builtin(plb_program_code(walk->program)[item.position]);
            return true;
        case TASK_DONE: return push(walk, TASK_DONE, 0, 0);
        }
    }
    return false;
}
