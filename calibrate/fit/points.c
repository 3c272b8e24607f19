#include "calibrate/fit/points.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS_FIRST 512 /* a power of 2 */

plb_benching *plb_benching_new(void) {
    plb_benching *benching = calloc(1, sizeof *benching);
    if (!benching) return NULL;
    benching->slot_count = SLOTS_FIRST;
    benching->slots = calloc(SLOTS_FIRST, sizeof *benching->slots);
    if (benching->slots) return benching;
    free(benching);
    return NULL;
}

void plb_benching_free(plb_benching *benching) {
    if (!benching) return;
    for (size_t i = 0; i < benching->group_count; i++) free(benching->groups[i].points);
    plb_notes_free(&benching->notes);
    free(benching->groups);
    free(benching->slots);
    free(benching);
}

size_t plb_benching_rows(const plb_benching *benching) { return benching->rows; }

/* FNV-1a. */
static size_t hash(const char *name, size_t length) {
    uint64_t h = 0xcbf29ce484222325U;
    for (size_t i = 0; i < length; i++) h = (h ^ (unsigned char) name[i]) * 0x100000001b3U;
    return (size_t) (h ^ (h >> 32));
}

static bool is_named(const plb_bench_group *group, const char *name, size_t length) {
    return memcmp(group->name, name, length) == 0 && group->name[length] == '\0';
}

/* The slot of the name, or the empty one where it belongs. */
static uint32_t *slot_of(const plb_benching *benching, const char *name, size_t length) {
    size_t mask = benching->slot_count - 1, i = hash(name, length) & mask;
    while (benching->slots[i] && !is_named(&benching->groups[benching->slots[i] - 1], name, length))
        i = (i + 1) & mask;
    return &benching->slots[i];
}

const plb_bench_group *plb_benching_find(const plb_benching *benching, const char *name) {
    size_t length = strlen(name);
    if (length >= PLB_BENCH_NAME_BYTES) return NULL;
    uint32_t slot = *slot_of(benching, name, length);
    return slot ? &benching->groups[slot - 1] : NULL;
}

static plb_status no_memory(plb_error *error) {
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for benchmark times");
}

/* Twice the room for groups and slots. */
static plb_status grow(plb_benching *benching, plb_error *error) {
    size_t capacity = benching->group_capacity ? 2 * benching->group_capacity : SLOTS_FIRST / 2;
    plb_bench_group *groups = realloc(benching->groups, capacity * sizeof *groups);
    if (!groups) return no_memory(error);
    benching->groups = groups;
    benching->group_capacity = capacity;
    if (2 * capacity <= benching->slot_count) return PLB_OK;
    uint32_t *slots = calloc(2 * capacity, sizeof *slots);
    if (!slots) return no_memory(error);
    free(benching->slots);
    benching->slots = slots;
    benching->slot_count = 2 * capacity;
    for (size_t i = 0; i < benching->group_count; i++)
        *slot_of(benching, groups[i].name, strlen(groups[i].name)) = (uint32_t) i + 1;
    return PLB_OK;
}

plb_status plb_benching_group(plb_benching *benching, const char *name, size_t length,
                              plb_bench_group **group, plb_error *error) {
    if (length == 0 || length >= PLB_BENCH_NAME_BYTES) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "expected the name of a benchmark of at most %d bytes, got %zu",
                        PLB_BENCH_NAME_BYTES - 1, length);
    }
    uint32_t *slot = slot_of(benching, name, length);
    if (*slot == 0) {
        if (benching->group_count == PLB_BENCH_NAMES_MAX) {
            return plb_fail(error, PLB_E_ARGUMENT, NULL,
                            "expected at most %d different names of benchmarks",
                            PLB_BENCH_NAMES_MAX);
        }
        if (benching->group_count == benching->group_capacity) {
            plb_status status = grow(benching, error);
            if (status) return status;
            slot = slot_of(benching, name, length);
        }
        plb_bench_group *made = &benching->groups[benching->group_count++];
        memset(made, 0, sizeof *made);
        memcpy(made->name, name, length);
        *slot = (uint32_t) benching->group_count;
    }
    *group = &benching->groups[*slot - 1];
    return PLB_OK;
}

plb_status plb_bench_append(plb_benching *benching, plb_bench_group *group,
                            const plb_bench_point *point, plb_error *error) {
    if (benching->rows == PLB_BENCH_ROWS_MAX)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d benchmarks",
                        PLB_BENCH_ROWS_MAX);
    if (group->count == group->capacity) {
        size_t capacity = group->capacity ? 2 * group->capacity : 64;
        plb_bench_point *points = realloc(group->points, capacity * sizeof *points);
        if (!points) return no_memory(error);
        group->points = points;
        group->capacity = capacity;
    }
    group->points[group->count++] = *point;
    benching->rows++;
    if (plb_bench_is_time(point->time) && plb_bench_is_time(point->time_high)) return PLB_OK;
    if (group->bad++ == 0) group->bad_line = point->line;
    return PLB_OK;
}

plb_status plb_benching_add(plb_benching *benching, const char *name, const plb_bench_point *point,
                            plb_error *error) {
    plb_bench_group *group = NULL;
    plb_status status = plb_benching_group(benching, name, strlen(name), &group, error);
    return status ? status : plb_bench_append(benching, group, point, error);
}
