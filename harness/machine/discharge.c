/* From a value back to a term: closures get the values of their free variables put in
 * (dischargeCekValue of the reference). Nesting is kept on an explicit stack. */
#include <stdlib.h>

#include "harness/machine/extra_builtins.h"
#include "harness/machine/machine_internal.h"

/* What is left to do for one value. Either a closure's body is walked in its environment, or the
 * members of a constr or partial application follow one another. */
typedef struct discharge_item {
    plb_walk walk;  /* walk.stack NULL: no walk */
    plb_env *env;   /* of the body */
    uint32_t bound; /* of the body */
    uint64_t shift; /* binders passed in the body */
    const plb_value *members;
    uint32_t count, next;
    bool is_list; /* members of a constr: each is announced, and the list is ended */
} discharge_item;

typedef struct discharge {
    const plb_machine *machine;
    plb_program *result;
    discharge_item *items;
    size_t count, capacity;
    plb_status status;
} discharge;

static bool give_up(discharge *d, plb_status status) {
    d->status = status;
    return false;
}

static bool built(discharge *d, plb_build_next next) {
    return next != PLB_BUILD_FAILED || give_up(d, PLB_E_MEMORY);
}

/* Values may be nested as deeply as the machine's memory allows; what keeps track of them here is
 * bounded by the result's byte cap too. Room for a level: the item and the walk's own stack. */
#define LEVEL_BYTES 256

static discharge_item *push_item(discharge *d) {
    size_t cap = (size_t) (d->result->heap.end - d->result->heap.base);
    if (d->count >= cap / LEVEL_BYTES) {
        d->status = PLB_E_MEMORY;
        return NULL;
    }
    if (d->count == d->capacity) {
        size_t capacity = d->capacity == 0 ? 32 : d->capacity * 2;
        discharge_item *bigger = realloc(d->items, capacity * sizeof *bigger);
        if (bigger == NULL) {
            d->status = PLB_E_MEMORY;
            return NULL;
        }
        d->items = bigger;
        d->capacity = capacity;
    }
    d->items[d->count] = (discharge_item){0};
    return &d->items[d->count++];
}

static bool push_body(discharge *d, uint32_t position, plb_env *env, uint32_t bound) {
    discharge_item *item = push_item(d);
    if (item == NULL) {
        return false;
    }
    plb_walk_begin(&item->walk, d->machine->program, position);
    item->env = env;
    item->bound = bound;
    return true;
}

static bool push_members(discharge *d, const plb_value *members, uint32_t count, bool is_list) {
    discharge_item *item = push_item(d);
    if (item == NULL) {
        return false;
    }
    item->members = members;
    item->count = count;
    item->is_list = is_list;
    return true;
}

static bool emit_constant(discharge *d, plb_value v) {
    plb_value copy = plb_copy_constant(&d->result->heap, v);
    if (copy == PLB_NO_VALUE) {
        return give_up(d, PLB_E_MEMORY);
    }
    return built(d, plb_build_const(d->result, copy));
}

static bool emit_builtin(discharge *d, unsigned id, unsigned forces) {
    for (unsigned i = 0; i < forces; i++) {
        if (!built(d, plb_build_force(d->result))) {
            return false;
        }
    }
    return built(d, plb_build_builtin(d->result, id));
}

static bool emit_partial(discharge *d, const plb_partial *partial) {
    return built(d, plb_build_apply(d->result, partial->head.size)) &&
           emit_builtin(d, partial->head.type, partial->head.flag) &&
           push_members(d, partial->args, partial->head.size, false);
}

static bool emit_closure(discharge *d, plb_value v) {
    const plb_closure *closure = plb_closure_of(v);
    if (plb_pointer_tag(v) == PLB_PTR_DELAY && !built(d, plb_build_delay(d->result))) {
        return false;
    }
    return push_body(d, closure->position, closure->env, closure->env_length);
}

static bool emit_value(discharge *d, plb_value v) {
    if (plb_is_constant(v)) {
        return emit_constant(d, v);
    }
    if (plb_is_imm(v, PLB_IMM_BUILTIN)) {
        return emit_builtin(d, plb_builtin_value_id(v), plb_builtin_value_forces(v));
    }
    if (plb_has_kind(v, PLB_KIND_PARTIAL)) {
        return emit_partial(d, (const plb_partial *) (const void *) plb_object_of(v));
    }
    if (plb_has_kind(v, PLB_KIND_CONSTR)) {
        const plb_constr *constr = (const plb_constr *) (const void *) plb_object_of(v);
        return built(d, plb_build_constr(d->result, constr->tag)) &&
               push_members(d, constr->fields, constr->head.size, true);
    }
    return emit_closure(d, v);
}

static plb_value find(const plb_env *env, uint32_t bound, uint64_t index) {
    while (index > bound) {
        index -= bound;
        bound = env->parent_length;
        env = env->parent;
        if (env == NULL) {
            return PLB_NO_VALUE;
        }
    }
    return env->slots[bound - index];
}

static bool emit_var(discharge *d, const discharge_item *item, uint64_t index) {
    if (index > item->shift) {
        plb_value v = find(item->env, item->bound, index - item->shift);
        if (v != PLB_NO_VALUE) {
            return emit_value(d, v);
        }
    }
    return built(d, plb_build_var(d->result, index));
}

/* One event of the body on top. */
static bool step_body(discharge *d) {
    discharge_item *item = &d->items[d->count - 1];
    const plb_program *program = d->machine->program;
    plb_walk_event event;
    if (!plb_walk_next(&item->walk, &event)) {
        return give_up(d, PLB_E_MEMORY);
    }
    switch (event.kind) {
    case PLB_WALK_VAR: return emit_var(d, item, event.number);
    case PLB_WALK_LAM:
        item->shift++;
        return built(d, plb_build_lam(d->result, plb_program_binder_name(program, event.position)));
    case PLB_WALK_APPLY: return built(d, plb_build_apply(d->result, event.count));
    case PLB_WALK_CONST: return emit_constant(d, event.constant);
    case PLB_WALK_DELAY: return built(d, plb_build_delay(d->result));
    case PLB_WALK_FORCE: return built(d, plb_build_force(d->result));
    case PLB_WALK_ERROR: return built(d, plb_build_error_term(d->result));
    case PLB_WALK_BUILTIN: return built(d, plb_build_builtin(d->result, (unsigned) event.number));
    case PLB_WALK_CONSTR: return built(d, plb_build_constr(d->result, event.number));
    case PLB_WALK_CASE: return built(d, plb_build_case(d->result));
    case PLB_WALK_MEMBER: return built(d, plb_build_member(d->result));
    case PLB_WALK_LIST_END: return built(d, plb_build_end(d->result));
    case PLB_WALK_CLOSE:
        if (plb_walk_closes_lam(&event)) {
            item->shift--;
        }
        return true;
    case PLB_WALK_ARGUMENT: return true;
    case PLB_WALK_DONE:
        plb_walk_free(&item->walk);
        d->count--;
        return true;
    }
    return false;
}

static bool step_members(discharge *d) {
    discharge_item *item = &d->items[d->count - 1];
    if (item->next == item->count) {
        bool is_list = item->is_list;
        d->count--;
        return !is_list || built(d, plb_build_end(d->result));
    }
    plb_value member = item->members[item->next++];
    return (!item->is_list || built(d, plb_build_member(d->result))) && emit_value(d, member);
}

plb_status plb_machine_result(const plb_machine *machine, plb_program *result, plb_error *error) {
    if (machine->result == PLB_NO_VALUE) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "the last evaluation has no result");
    }
    discharge d = {.machine = machine, .result = result};
    plb_program_use_extras(result, machine->program->extras);
    for (int i = 0; i < 3; i++) {
        result->version[i] = machine->program->version[i];
    }
    bool ok = plb_types_copy(&result->types, &machine->types) && emit_value(&d, machine->result);
    while (ok && d.count > 0) {
        ok = d.items[d.count - 1].walk.program != NULL ? step_body(&d) : step_members(&d);
    }
    for (size_t i = 0; i < d.count; i++) {
        plb_walk_free(&d.items[i].walk);
    }
    free(d.items);
    if (ok) {
        return PLB_OK;
    }
    plb_build_begin(result);
    return plb_fail(error, PLB_E_MEMORY, NULL,
                    "the result is larger than the byte cap of %zu bytes",
                    (size_t) (result->heap.end - result->heap.base));
}
