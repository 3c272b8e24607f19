#include "harness/machine/text_scope.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/output.h"

_Static_assert(crypto_shorthash_KEYBYTES == sizeof((plb_scope *) 0)->hash_key, "size of the key");

#define NOT_THERE SIZE_MAX

void plb_scope_begin(plb_scope *scope) {
    *scope = (plb_scope){0};
    randombytes_buf(scope->hash_key, sizeof scope->hash_key);
}

void plb_scope_free(plb_scope *scope) {
    free(scope->texts);
    free(scope->bindings);
    free(scope->text_table.buckets);
    free(scope->binding_table.buckets);
}

static size_t hash_of(const plb_scope *scope, const void *bytes, size_t length) {
    uint64_t hash;
    unsigned char out[crypto_shorthash_BYTES];
    crypto_shorthash(out, bytes, length, scope->hash_key);
    memcpy(&hash, out, sizeof hash);
    return (size_t) hash;
}

static size_t text_hash(const plb_scope *scope, plb_text_span text) {
    return hash_of(scope, text.bytes, text.length);
}
static size_t unique_hash(const plb_scope *scope, uint64_t unique) {
    return hash_of(scope, &unique, sizeof unique);
}

/* ---- Tables ---- */

/* The first empty bucket for a hash. */
static uint32_t *empty_bucket(const plb_scope_table *table, size_t hash) {
    size_t at = hash & (table->bucket_count - 1);
    while (table->buckets[at] != 0) at = (at + 1) & (table->bucket_count - 1);
    return &table->buckets[at];
}

/* Whether one more entry needs a larger table; if so an empty one is made. */
static bool make_room(plb_scope_table *table, size_t count, bool *emptied) {
    *emptied = false;
    if (2 * (count + 1) <= table->bucket_count) return true;
    size_t bucket_count = table->bucket_count == 0 ? 256 : 2 * table->bucket_count;
    uint32_t *buckets = calloc(bucket_count, sizeof *buckets);
    if (!buckets || count >= UINT32_MAX - 1) {
        free(buckets);
        return false;
    }
    free(table->buckets);
    *table = (plb_scope_table){buckets, bucket_count};
    *emptied = true;
    return true;
}

static size_t find_text(const plb_scope *scope, plb_text_span text) {
    const plb_scope_table *table = &scope->text_table;
    if (table->bucket_count == 0) return NOT_THERE;
    size_t mask = table->bucket_count - 1;
    for (size_t at = text_hash(scope, text) & mask; table->buckets[at]; at = (at + 1) & mask) {
        plb_text_span other = scope->texts[table->buckets[at] - 1].text;
        if (other.length == text.length && memcmp(other.bytes, text.bytes, text.length) == 0) {
            return table->buckets[at] - 1;
        }
    }
    return NOT_THERE;
}

static size_t find_binding(const plb_scope *scope, uint64_t unique) {
    const plb_scope_table *table = &scope->binding_table;
    if (table->bucket_count == 0) return NOT_THERE;
    size_t mask = table->bucket_count - 1;
    for (size_t at = unique_hash(scope, unique) & mask; table->buckets[at]; at = (at + 1) & mask) {
        if (scope->bindings[table->buckets[at] - 1].unique == unique) return table->buckets[at] - 1;
    }
    return NOT_THERE;
}

static bool add_text(plb_scope *scope, plb_text_span text) {
    plb_scope_table *table = &scope->text_table;
    bool emptied;
    if (!plb_grow((void **) &scope->texts, &scope->text_capacity, scope->text_count + 1,
                  sizeof *scope->texts) ||
        !make_room(table, scope->text_count, &emptied)) {
        return false;
    }
    for (size_t i = 0; emptied && i < scope->text_count; i++) {
        *empty_bucket(table, text_hash(scope, scope->texts[i].text)) = (uint32_t) i + 1;
    }
    scope->texts[scope->text_count] = (struct plb_scope_text){text, scope->next_unique++};
    *empty_bucket(table, text_hash(scope, text)) = (uint32_t) ++scope->text_count;
    return true;
}

static bool add_binding(plb_scope *scope, uint64_t unique) {
    plb_scope_table *table = &scope->binding_table;
    bool emptied;
    if (!plb_grow((void **) &scope->bindings, &scope->binding_capacity, scope->binding_count + 1,
                  sizeof *scope->bindings) ||
        !make_room(table, scope->binding_count, &emptied)) {
        return false;
    }
    for (size_t i = 0; emptied && i < scope->binding_count; i++) {
        *empty_bucket(table, unique_hash(scope, scope->bindings[i].unique)) = (uint32_t) i + 1;
    }
    scope->bindings[scope->binding_count] = (struct plb_scope_binding){unique, 0};
    *empty_bucket(table, unique_hash(scope, unique)) = (uint32_t) ++scope->binding_count;
    return true;
}

/* ---- Names ---- */

static bool unique_of(plb_scope *scope, const plb_text_name *name, uint64_t *unique) {
    if (name->has_unique) {
        *unique = name->unique;
        return true;
    }
    size_t found = find_text(scope, name->name);
    if (found == NOT_THERE) {
        if (!add_text(scope, name->name)) return false;
        found = scope->text_count - 1;
    }
    *unique = scope->texts[found].unique;
    return true;
}

bool plb_scope_enter(plb_scope *scope, const plb_text_name *name, size_t *binding,
                     uint64_t *outer) {
    uint64_t unique;
    if (!unique_of(scope, name, &unique)) return false;
    size_t found = find_binding(scope, unique);
    if (found == NOT_THERE) {
        if (!add_binding(scope, unique)) return false;
        found = scope->binding_count - 1;
    }
    *binding = found;
    *outer = scope->bindings[found].level;
    scope->bindings[found].level = ++scope->depth;
    return true;
}

void plb_scope_leave(plb_scope *scope, size_t binding, uint64_t outer) {
    scope->bindings[binding].level = outer;
    scope->depth--;
}

plb_scope_result plb_scope_find(plb_scope *scope, const plb_text_name *name, uint64_t *index) {
    uint64_t unique;
    if (!unique_of(scope, name, &unique)) return PLB_SCOPE_NO_MEMORY;
    size_t found = find_binding(scope, unique);
    if (found == NOT_THERE || scope->bindings[found].level == 0) return PLB_SCOPE_FREE;
    *index = scope->depth - scope->bindings[found].level + 1;
    return PLB_SCOPE_BOUND;
}
