/* Reading the embedded tables of data/cost_*.tsv, piece by piece. */
#ifndef PLB_MACHINE_COST_DATA_H
#define PLB_MACHINE_COST_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "harness/embedded.h"

/* A piece of text, not NUL-terminated; `at` is NULL when there is nothing left. */
typedef struct plb_piece {
    const char *at;
    size_t length;
} plb_piece;

static inline bool plb_piece_is(plb_piece piece, const char *s) {
    return strlen(s) == piece.length && memcmp(piece.at, s, piece.length) == 0;
}

/* Splits off what comes before `separator` (or all of it). False when nothing is left. */
static inline bool plb_piece_next(plb_piece *rest, char separator, plb_piece *piece) {
    if (!rest->at) return false;
    const char *end = memchr(rest->at, separator, rest->length);
    piece->at = rest->at;
    piece->length = end ? (size_t) (end - rest->at) : rest->length;
    rest->at = end ? end + 1 : NULL;
    rest->length -= end ? piece->length + 1 : piece->length;
    return true;
}

/* The next row that is neither empty nor a comment. */
static inline bool plb_piece_row(plb_piece *rest, plb_piece *row) {
    while (plb_piece_next(rest, '\n', row))
        if (row->length > 0 && row->at[0] != '#') return true;
    return false;
}

/* The text of an embedded table of the machine; nothing when there is none. */
static inline plb_piece plb_cost_data(const char *name) {
    const struct plb_embedded_file *file = plb_embedded_find(plb_embedded_machine, name);
    return file ? (plb_piece){(const char *) file->bytes, file->length} : (plb_piece){NULL, 0};
}

#endif
