/* The functions of a program, and which of them a term is in. */
#include <stdlib.h>

#include <plutbench/machine.h>

#include "harness/machine/term.h"

typedef struct function_list {
    plb_function *items;
    size_t count, capacity;
    size_t open;        /* innermost open one, SIZE_MAX: none */
    const char **names; /* by position of a LAM: what it is bound to */
    bool *is_let;       /* by position of a LAM: it is applied on the spot, and no function */
    bool *opened;       /* by LAM that is open: it began a function */
    size_t lam_count, lam_capacity;
    uint32_t last_lam; /* position of the LAM that the last event was, or PLB_NOWHERE */
} function_list;

/* Room for one more item. */
static bool make_room(void **items, size_t *capacity, size_t count, size_t size) {
    if (count < *capacity) return true;
    size_t wanted = *capacity == 0 ? 16 : 2 * *capacity;
    void *bigger = realloc(*items, wanted * size);
    if (bigger == NULL) return false;
    *items = bigger;
    *capacity = wanted;
    return true;
}

static bool open_function(function_list *list, const plb_program *program, uint32_t position) {
    if (!make_room((void **) &list->items, &list->capacity, list->count, sizeof *list->items)) {
        return false;
    }
    const char *name = list->names[position];
    if (name == NULL) name = plb_program_binder_name(program, position);
    if (name != NULL && *name == '\0') name = NULL;
    list->items[list->count] = (plb_function){position, position + 1, list->open, name};
    list->open = list->count++;
    return true;
}

/* Lambdas that follow each other are one function of several parameters. */
static bool open_lam(function_list *list, const plb_program *program, uint32_t position) {
    bool in_run = list->last_lam != PLB_NOWHERE && list->last_lam + 1 == position &&
                  !list->is_let[list->last_lam];
    bool opens = !in_run && !list->is_let[position];
    list->last_lam = position;
    if (!make_room((void **) &list->opened, &list->lam_capacity, list->lam_count,
                   sizeof *list->opened)) {
        return false;
    }
    list->opened[list->lam_count++] = opens;
    return !opens || open_function(list, program, position);
}

/* The outer function reaches as far as what is in it. */
static void close_lam(function_list *list) {
    if (!list->opened[--list->lam_count]) return;
    size_t closing = list->open, outer = list->items[closing].parent;
    if (outer != SIZE_MAX) list->items[outer].end = list->items[closing].end;
    list->open = outer;
}

/* [(lam f ...) (lam x ...)]: the function of x is called f, and that of f is none. */
static void note_lets(function_list *list, const plb_program *program, uint32_t position,
                      uint32_t count) {
    const uint32_t *code = plb_program_code(program);
    uint32_t head = position + 1 + count;
    if (plb_word_op(code[position]) != PLB_OP_APPLY || plb_word_op(code[head]) != PLB_OP_LAM) {
        return;
    }
    uint32_t run = plb_lam_run(code[head]);
    for (uint32_t i = 0; i < count && i < run; i++) {
        list->is_let[head + i] = true;
        list->names[code[position + 1 + i]] = plb_program_binder_name(program, head + i);
    }
}

static bool visit(function_list *list, const plb_program *program, const plb_walk_event *event) {
    bool has_place = event->kind != PLB_WALK_CLOSE && event->kind != PLB_WALK_DONE;
    if (has_place && list->open != SIZE_MAX && event->position >= list->items[list->open].end) {
        list->items[list->open].end = event->position + 1;
    }
    if (event->kind == PLB_WALK_LAM) return open_lam(list, program, event->position);
    list->last_lam = PLB_NOWHERE;
    if (event->kind == PLB_WALK_APPLY) {
        note_lets(list, program, event->position, event->count);
    } else if (plb_walk_closes_lam(event)) {
        close_lam(list);
    }
    return true;
}

plb_status plb_program_functions(const plb_program *program, plb_function **functions,
                                 size_t *count, plb_error *error) {
    function_list list = {.open = SIZE_MAX, .last_lam = PLB_NOWHERE};
    size_t words = (size_t) plb_program_length(program) + 1;
    list.names = calloc(words, sizeof *list.names);
    list.is_let = calloc(words, sizeof *list.is_let);
    bool ok = list.names != NULL && list.is_let != NULL;
    plb_walk walk;
    plb_walk_event event = {.kind = PLB_WALK_LIST_END};
    plb_walk_begin(&walk, program, 0);
    while (ok && event.kind != PLB_WALK_DONE && plb_program_length(program) > 0) {
        ok = plb_walk_next(&walk, &event) && visit(&list, program, &event);
    }
    plb_walk_free(&walk);
    free(list.names);
    free(list.is_let);
    free(list.opened);
    *functions = ok ? list.items : NULL;
    *count = ok ? list.count : 0;
    if (ok) return PLB_OK;
    free(list.items);
    return plb_fail(error, PLB_E_MEMORY, "program", "no memory for its %zu functions", list.count);
}

size_t plb_function_at(const plb_function *functions, size_t count, uint64_t position) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (functions[middle].begin <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    size_t found = low == 0 ? SIZE_MAX : low - 1;
    while (found != SIZE_MAX && position >= functions[found].end) found = functions[found].parent;
    return found;
}
