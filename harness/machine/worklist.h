/* A stack of words for walks through values that are as deep as a script makes them. It starts on
 * the C stack and moves to the heap when it grows. */
#ifndef PLB_MACHINE_WORKLIST_H
#define PLB_MACHINE_WORKLIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define PLB_WORKLIST_INLINE 96

typedef struct plb_worklist {
    uint64_t *words;
    size_t count, capacity;
    uint64_t inline_words[PLB_WORKLIST_INLINE];
} plb_worklist;

static inline void plb_worklist_begin(plb_worklist *list) {
    list->words = list->inline_words;
    list->count = 0;
    list->capacity = PLB_WORKLIST_INLINE;
}

static inline void plb_worklist_end(plb_worklist *list) {
    if (list->words != list->inline_words) free(list->words);
}

/* Room for `extra` more words; false when memory is short. */
static inline bool plb_worklist_reserve(plb_worklist *list, size_t extra) {
    if (list->capacity - list->count >= extra) return true;
    size_t capacity = 2 * list->capacity + extra;
    bool first = list->words == list->inline_words;
    uint64_t *words = realloc(first ? NULL : list->words, capacity * sizeof *words);
    if (words == NULL) return false;
    if (first) memcpy(words, list->inline_words, list->count * sizeof *words);
    list->words = words;
    list->capacity = capacity;
    return true;
}

/* Needs room that was reserved. */
static inline void plb_worklist_push(plb_worklist *list, uint64_t word) {
    list->words[list->count] = word;
    list->count++;
}

static inline uint64_t plb_worklist_pop(plb_worklist *list) {
    list->count--;
    return list->words[list->count];
}

#endif
