/* A growing list of plb_fit_note, which owns its texts. */
#ifndef PLB_FIT_NOTES_H
#define PLB_FIT_NOTES_H

#include <plutbench/fit.h>

/* More notes than this are counted, and not kept. */
#define PLB_NOTES_MAX 1000

typedef struct plb_notes {
    plb_fit_note *items;
    size_t count, capacity;
    size_t problems; /* of all notes, kept or not */
    size_t lost;     /* notes that were not kept */
    bool no_memory;
} plb_notes;

void plb_notes_free(plb_notes *notes);
/* `notes` NULL: nothing is said. A lack of memory is remembered, not reported. */
void plb_note(plb_notes *notes, plb_fit_severity severity, const char *name, unsigned line,
              const char *format, ...) PLB_PRINTF(5, 6);

#endif
