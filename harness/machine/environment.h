/* Environments: chunks of bindings. The innermost `bound` bindings are in a chunk, the others in
 * the chunk that it points to. Whoever holds the full length of a chunk extends it in place; anyone
 * else starts a new one. Inline, since the evaluator does little else. */
#ifndef PLB_MACHINE_ENVIRONMENT_H
#define PLB_MACHINE_ENVIRONMENT_H

#include "harness/machine/region.h"
#include "harness/machine/value.h"

/* The empty environment. Its capacity is 0, so that nothing is ever written to it. */
static const plb_env plb_empty_env = {.parent = NULL, .capacity = 0};

/* The binding `index` (1 is the innermost). The builder has seen to it that there is one. */
static inline plb_value plb_env_lookup(const plb_env *env, uint32_t bound, uint32_t index) {
    while (index > bound) {
        index -= bound;
        bound = env->parent_length;
        env = env->parent;
    }
    return env->slots[bound - index];
}

static inline plb_env *plb_env_chunk(plb_region *region, plb_env *parent, uint32_t bound,
                                     uint32_t capacity) {
    plb_env *chunk = plb_region_take(region, sizeof *chunk + capacity * sizeof(plb_value));
    if (__builtin_expect(chunk == NULL, 0)) {
        return NULL;
    }
    if (bound == 0 && parent->parent != NULL) { /* keep chains short */
        bound = parent->parent_length;
        parent = parent->parent;
    }
    chunk->parent = parent;
    chunk->parent_length = bound;
    chunk->used = 0;
    chunk->capacity = (uint16_t) capacity;
    return chunk;
}

/* Bind `count` >= 1 values; `room` is what the lambda asked for. False when memory is short. */
static inline bool plb_env_bind(plb_region *region, plb_env **env, uint32_t *bound,
                                const plb_value *values, uint32_t count, uint32_t room) {
    plb_env *chunk = *env;
    uint32_t used = *bound;
    uint32_t i = 0;
    do {
        if (used != chunk->used || used >= chunk->capacity) {
            chunk = plb_env_chunk(region, chunk, used, room);
            if (__builtin_expect(chunk == NULL, 0)) {
                return false;
            }
            used = 0;
        }
        chunk->slots[used] = values[i];
        chunk->used = (uint16_t) ++used;
    } while (++i < count);
    *env = chunk;
    *bound = used;
    return true;
}

static inline plb_value plb_make_closure(plb_region *region, unsigned tag, uint32_t position,
                                         plb_env *env, uint32_t bound) {
    plb_closure *closure = plb_region_take(region, sizeof *closure);
    if (__builtin_expect(closure == NULL, 0)) {
        return PLB_NO_VALUE;
    }
    closure->position = position;
    closure->env_length = bound;
    closure->env = env;
    return plb_from_object(closure) | tag;
}

#endif
