#include "calibrate/fit/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void plb_notes_free(plb_notes *notes) {
    for (size_t i = 0; i < notes->count; i++) free((char *) notes->items[i].name);
    free(notes->items);
    memset(notes, 0, sizeof *notes);
}

static plb_fit_note *append(plb_notes *notes) {
    if (notes->count == PLB_NOTES_MAX) {
        notes->lost++;
        return NULL;
    }
    if (notes->count == notes->capacity) {
        size_t capacity = notes->capacity ? 2 * notes->capacity : 32;
        plb_fit_note *items = realloc(notes->items, capacity * sizeof *items);
        if (!items) {
            notes->no_memory = true;
            return NULL;
        }
        notes->items = items;
        notes->capacity = capacity;
    }
    return &notes->items[notes->count];
}

void plb_note(plb_notes *notes, plb_fit_severity severity, const char *name, unsigned line,
              const char *format, ...) {
    if (!notes) return;
    notes->problems += severity == PLB_FIT_PROBLEM;
    plb_fit_note *note = append(notes);
    if (!note) return;
    char text[PLB_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    /* Name and text in one block, of which the name is the beginning. */
    size_t name_bytes = strlen(name) + 1;
    char *block = malloc(name_bytes + strlen(text) + 1);
    if (!block) {
        notes->no_memory = true;
        return;
    }
    memcpy(block, name, name_bytes);
    memcpy(block + name_bytes, text, strlen(text) + 1);
    *note = (plb_fit_note){severity, block, line, block + name_bytes};
    notes->count++;
}
