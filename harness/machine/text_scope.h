/* Which binder a name in the textual syntax means. As in the reference, a name is its unique: x-12
 * has the unique 12 whatever its text; a name without a number gets the next free unique, from 0,
 * where its text first occurs, and the same one wherever it occurs again. An inner binder of the
 * same unique hides an outer one. */
#ifndef PLB_MACHINE_TEXT_SCOPE_H
#define PLB_MACHINE_TEXT_SCOPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/machine/text_lexer.h"

/* A set of keys with small numbers, by open addressing. The hash is keyed, so that no input makes
 * it slow. */
typedef struct plb_scope_table {
    uint32_t *buckets; /* entry + 1, 0 for empty */
    size_t bucket_count;
} plb_scope_table;

typedef struct plb_scope {
    uint8_t hash_key[16];
    uint64_t depth; /* binders that are open */
    uint64_t next_unique;
    struct plb_scope_text {
        plb_text_span text;
        uint64_t unique;
    } * texts; /* names without a number */
    size_t text_count, text_capacity;
    struct plb_scope_binding {
        uint64_t unique;
        uint64_t level; /* of the innermost open binder that has it, 0: none */
    } * bindings;
    size_t binding_count, binding_capacity;
    plb_scope_table text_table, binding_table;
} plb_scope;

typedef enum plb_scope_result {
    PLB_SCOPE_BOUND,
    PLB_SCOPE_FREE,
    PLB_SCOPE_NO_MEMORY
} plb_scope_result;

void plb_scope_begin(plb_scope *scope);
void plb_scope_free(plb_scope *scope);

/* A binder opens: *binding and *outer are for plb_scope_leave. False when memory is short. */
bool plb_scope_enter(plb_scope *scope, const plb_text_name *name, size_t *binding, uint64_t *outer);
/* The innermost open binder closes. */
void plb_scope_leave(plb_scope *scope, size_t binding, uint64_t outer);
/* The de Bruijn index (1: innermost) of a variable. */
plb_scope_result plb_scope_find(plb_scope *scope, const plb_text_name *name, uint64_t *index);

#endif
