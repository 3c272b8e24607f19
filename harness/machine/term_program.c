/* Whole programs: equality and application. */
#include <plutbench/machine.h>

#include "harness/machine/bls.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/term.h"
#include "harness/machine/worklist.h"

/* ---- Equality ---- */

/* Type ids mean the same in two programs only where they are fixed, so that types are compared by
 * what they are made of. */
static bool same_type(const plb_types *types_a, plb_type a, const plb_types *types_b, plb_type b) {
    plb_worklist list;
    plb_worklist_begin(&list);
    plb_worklist_push(&list, (uint64_t) a << 16 | b);
    bool same = true;
    while (same && list.count > 0) {
        uint64_t both = plb_worklist_pop(&list);
        a = (plb_type) (both >> 16);
        b = (plb_type) both;
        if (a == b && a < PLB_TYPE_FIXED_COUNT) continue;
        plb_type_node x = plb_type_get(types_a, a);
        plb_type_node y = plb_type_get(types_b, b);
        same = x.tag == y.tag && x.tag != PLB_TAG_ATOM && plb_worklist_reserve(&list, 2);
        if (!same) break;
        plb_worklist_push(&list, (uint64_t) x.first << 16 | y.first);
        if (x.tag == PLB_TAG_PAIR) plb_worklist_push(&list, (uint64_t) x.second << 16 | y.second);
    }
    plb_worklist_end(&list);
    return same;
}

/* What a compound constant's type depends on: element of a list or array, type of a pair. */
static bool is_compound(plb_value v) {
    return plb_is_list(v) || plb_has_kind(v, PLB_KIND_PAIR) || plb_has_kind(v, PLB_KIND_ARRAY);
}
static plb_type compound_type(plb_value v) {
    return plb_is_nil(v) ? plb_list_element(v) : plb_object_of(v)->type;
}

static bool push_pair(plb_worklist *list, plb_value a, plb_value b) {
    if (!plb_worklist_reserve(list, 2)) return false;
    plb_worklist_push(list, a);
    plb_worklist_push(list, b);
    return true;
}

/* Two objects of the same compound kind: their parts are put aside. */
static bool push_parts(plb_worklist *list, plb_value a, plb_value b) {
    switch ((plb_kind) plb_object_of(a)->kind) {
    case PLB_KIND_CONS:
        return push_pair(list, plb_cons_of(a)->rest, plb_cons_of(b)->rest) &&
               push_pair(list, plb_cons_of(a)->first, plb_cons_of(b)->first);
    case PLB_KIND_PAIR:
        return push_pair(list, plb_pair_of(a)->second, plb_pair_of(b)->second) &&
               push_pair(list, plb_pair_of(a)->first, plb_pair_of(b)->first);
    default: break;
    }
    const plb_array *x = (const void *) plb_object_of(a);
    const plb_array *y = (const void *) plb_object_of(b);
    if (x->head.size != y->head.size) return false;
    for (uint32_t i = 0; i < x->head.size; i++) {
        if (!push_pair(list, x->items[i], y->items[i])) return false;
    }
    return true;
}

static bool same_leaf(plb_value a, plb_value b) {
    if (plb_has_kind(a, PLB_KIND_G1) && plb_has_kind(b, PLB_KIND_G1)) return plb_bls_g1_equal(a, b);
    if (plb_has_kind(a, PLB_KIND_G2) && plb_has_kind(b, PLB_KIND_G2)) return plb_bls_g2_equal(a, b);
    return plb_constant_equal(a, b) == 1;
}

/* The types of the whole are equal, and with them those of all parts. */
static bool same_parts(plb_value a, plb_value b) {
    plb_worklist list;
    plb_worklist_begin(&list);
    bool same = push_pair(&list, a, b);
    while (same && list.count > 0) {
        b = plb_worklist_pop(&list);
        a = plb_worklist_pop(&list);
        if (plb_is_nil(a) || plb_is_nil(b)) {
            same = plb_is_nil(a) && plb_is_nil(b);
        } else if (is_compound(a) && is_compound(b)) {
            same = plb_object_of(a)->kind == plb_object_of(b)->kind && push_parts(&list, a, b);
        } else {
            same = same_leaf(a, b);
        }
    }
    plb_worklist_end(&list);
    return same;
}

static bool same_constant(const plb_program *p, plb_value a, const plb_program *q, plb_value b) {
    if (is_compound(a) && is_compound(b)) {
        if (plb_has_kind(a, PLB_KIND_PAIR) != plb_has_kind(b, PLB_KIND_PAIR) ||
            plb_has_kind(a, PLB_KIND_ARRAY) != plb_has_kind(b, PLB_KIND_ARRAY) ||
            !same_type(&p->types, compound_type(a), &q->types, compound_type(b))) {
            return false;
        }
    }
    return same_parts(a, b);
}

/* The next event that tells terms apart; nested applications are one, however they are grouped. */
typedef struct canonical_walk {
    plb_walk walk;
    plb_walk_event ahead; /* already taken, when has_ahead */
    bool has_ahead;
} canonical_walk;

static bool next_raw(canonical_walk *w, plb_walk_event *event) {
    do {
        if (!plb_walk_next(&w->walk, event)) return false;
    } while (event->kind == PLB_WALK_ARGUMENT || event->kind == PLB_WALK_CLOSE ||
             event->kind == PLB_WALK_MEMBER);
    return true;
}

static bool next_canonical(canonical_walk *w, plb_walk_event *event, uint64_t *applications) {
    *applications = 0;
    if (w->has_ahead) {
        *event = w->ahead;
        w->has_ahead = false;
    } else if (!next_raw(w, event)) {
        return false;
    }
    if (event->kind != PLB_WALK_APPLY) return true;
    w->ahead = *event;
    while (w->ahead.kind == PLB_WALK_APPLY) {
        *applications += w->ahead.count;
        if (!next_raw(w, &w->ahead)) return false;
    }
    w->has_ahead = true;
    return true;
}

static bool same_terms(canonical_walk *x, canonical_walk *y) {
    for (;;) {
        plb_walk_event a;
        plb_walk_event b;
        uint64_t applications_a;
        uint64_t applications_b;
        if (!next_canonical(x, &a, &applications_a) || !next_canonical(y, &b, &applications_b) ||
            a.kind != b.kind || applications_a != applications_b) {
            return false;
        }
        switch (a.kind) {
        case PLB_WALK_VAR:
        case PLB_WALK_BUILTIN:
        case PLB_WALK_CONSTR:
            if (a.number != b.number) return false;
            break;
        case PLB_WALK_CONST:
            if (!same_constant(x->walk.program, a.constant, y->walk.program, b.constant)) {
                return false;
            }
            break;
        case PLB_WALK_DONE: return true;
        default: break;
        }
    }
}

bool plb_program_equal(const plb_program *a, const plb_program *b) {
    for (int i = 0; i < 3; i++) {
        if (a->version[i] != b->version[i]) return false;
    }
    canonical_walk x = {.has_ahead = false};
    canonical_walk y = {.has_ahead = false};
    plb_walk_begin(&x.walk, a, 0);
    plb_walk_begin(&y.walk, b, 0);
    bool same = same_terms(&x, &y);
    plb_walk_free(&x.walk);
    plb_walk_free(&y.walk);
    return same;
}

/* ---- Application ---- */

/* Ids of `from` as ids of `to`, made there where they are new. Operands have smaller ids than the
 * types made of them. */
static plb_type *map_types(plb_types *to, const plb_types *from) {
    plb_type *map = malloc(from->count * sizeof *map);
    if (!map) return NULL;
    for (uint32_t i = 0; i < from->count; i++) {
        plb_type_node node = plb_type_get(from, (plb_type) i);
        if (i < PLB_TYPE_FIXED_COUNT) {
            map[i] = (plb_type) i;
        } else if (node.tag == PLB_TAG_LIST) {
            map[i] = plb_types_list(to, map[node.first]);
        } else if (node.tag == PLB_TAG_ARRAY) {
            map[i] = plb_types_array(to, map[node.first]);
        } else {
            map[i] = plb_types_pair(to, map[node.first], map[node.second]);
        }
        if (map[i] == PLB_TYPE_INVALID) {
            free(map);
            return NULL;
        }
    }
    return map;
}

static bool push_slot(plb_worklist *list, plb_value *slot) {
    if (!plb_worklist_reserve(list, 1)) return false;
    plb_worklist_push(list, (uint64_t) (uintptr_t) slot);
    return true;
}

/* Give the types in a copied constant their new ids, in place. Only compound constants have any
 * but fixed types in them. */
static bool retype(plb_value *constant, const plb_type *map) {
    plb_worklist list;
    plb_worklist_begin(&list);
    bool ok = push_slot(&list, constant);
    while (ok && list.count > 0) {
        plb_value *slot = (plb_value *) (uintptr_t) plb_worklist_pop(&list);
        plb_value v = *slot;
        if (plb_is_nil(v)) {
            *slot = PLB_NIL(map[plb_list_element(v)]);
            continue;
        }
        if (!is_compound(v)) continue;
        plb_object *object = plb_object_of(v);
        void *body = object;
        object->type = map[object->type];
        if (object->kind == PLB_KIND_CONS) {
            plb_cons *cons = body;
            ok = push_slot(&list, &cons->rest) && push_slot(&list, &cons->first);
        } else if (object->kind == PLB_KIND_PAIR) {
            plb_pair *pair = body;
            ok = push_slot(&list, &pair->second) && push_slot(&list, &pair->first);
        } else {
            plb_array *array = body;
            for (uint32_t i = 0; i < object->size && ok; i++)
                ok = push_slot(&list, &array->items[i]);
        }
    }
    plb_worklist_end(&list);
    return ok;
}

static plb_build_next copy_constant(plb_program *to, plb_value constant, const plb_type *map) {
    plb_value copy = plb_copy_constant(&to->heap, constant);
    if (copy == PLB_NO_VALUE || !retype(&copy, map)) return PLB_BUILD_FAILED;
    return plb_build_const(to, copy);
}

static plb_build_next copy_event(plb_program *to, const plb_program *from,
                                 const plb_walk_event *event, const plb_type *map) {
    switch (event->kind) {
    case PLB_WALK_VAR: return plb_build_var(to, event->number);
    case PLB_WALK_LAM: return plb_build_lam(to, plb_program_binder_name(from, event->position));
    case PLB_WALK_APPLY: return plb_build_apply(to, event->count);
    case PLB_WALK_CONST: return copy_constant(to, event->constant, map);
    case PLB_WALK_DELAY: return plb_build_delay(to);
    case PLB_WALK_FORCE: return plb_build_force(to);
    case PLB_WALK_ERROR: return plb_build_error_term(to);
    case PLB_WALK_BUILTIN: return plb_build_builtin(to, (unsigned) event->number);
    case PLB_WALK_CONSTR: return plb_build_constr(to, event->number);
    case PLB_WALK_CASE: return plb_build_case(to);
    case PLB_WALK_MEMBER: return plb_build_member(to);
    case PLB_WALK_LIST_END: return plb_build_end(to);
    case PLB_WALK_ARGUMENT:
    case PLB_WALK_CLOSE:
    case PLB_WALK_DONE: break;
    }
    return PLB_BUILD_TERM;
}

/* Build the term of `from` inside that of `to`; `wrap` first opens an application around it, which
 * becomes one with the applications that the term begins with. */
static bool copy_term(plb_program *to, const plb_program *from, bool wrap) {
    plb_type *map = map_types(&to->types, &from->types);
    plb_walk walk;
    plb_walk_event event = {.kind = PLB_WALK_LIST_END};
    plb_walk_begin(&walk, from, 0);
    bool ok = map != NULL;
    while (ok && event.kind != PLB_WALK_DONE) {
        ok = plb_walk_next(&walk, &event);
        if (!ok) break;
        if (wrap && event.kind == PLB_WALK_APPLY && event.count < UINT32_MAX) {
            event.count++;
        } else if (wrap) {
            ok = plb_build_apply(to, 1) != PLB_BUILD_FAILED;
        }
        wrap = false;
        ok = ok && copy_event(to, from, &event, map) != PLB_BUILD_FAILED;
    }
    plb_walk_free(&walk);
    free(map);
    return ok;
}

plb_status plb_program_apply(plb_program *result, const plb_program *function,
                             const plb_program *argument, plb_error *error) {
    if (result == function || result == argument) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a third program for the result");
    }
    for (int i = 0; i < 3; i++) {
        if (function->version[i] == argument->version[i]) continue;
        return plb_fail(
            error, PLB_E_ARGUMENT, NULL,
            "expected two programs of the same Plutus Core version, got %llu.%llu.%llu "
            "and %llu.%llu.%llu",
            (unsigned long long) function->version[0], (unsigned long long) function->version[1],
            (unsigned long long) function->version[2], (unsigned long long) argument->version[0],
            (unsigned long long) argument->version[1], (unsigned long long) argument->version[2]);
    }
    const plb_extra_builtins *extras = function->extras ? function->extras : argument->extras;
    if (argument->extras && argument->extras != extras) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected two programs with the same extra builtins");
    }
    plb_program_use_extras(result, extras);
    for (int i = 0; i < 3; i++) result->version[i] = function->version[i];
    if (copy_term(result, function, true) && copy_term(result, argument, false)) return PLB_OK;
    plb_status status = plb_build_error(result, error);
    return status != PLB_OK
               ? status
               : plb_fail(error, PLB_E_MEMORY, NULL, "the program does not fit in the byte cap");
}
