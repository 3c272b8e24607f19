#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "results/compare/compare.h"

const char *plb_keep_text(plb_kept_texts *kept, const char *format, ...) {
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (kept->count == kept->capacity) {
        size_t capacity = kept->capacity ? 2 * kept->capacity : 64;
        char **grown = realloc(kept->texts, capacity * sizeof *grown);
        if (grown) {
            kept->texts = grown;
            kept->capacity = capacity;
        }
    }
    if (length < 0 || kept->count == kept->capacity) {
        if (length >= 0) free(text);
        kept->short_of_memory = true;
        return "";
    }
    return kept->texts[kept->count++] = text;
}

void plb_kept_texts_free(plb_kept_texts *kept) {
    for (size_t i = 0; i < kept->count; i++) free(kept->texts[i]);
    free(kept->texts);
    *kept = (plb_kept_texts){.texts = NULL};
}

bool plb_add_note(const char ***notes, size_t *count, const char *kept) {
    const char **grown = realloc(*notes, (*count + 1) * sizeof *grown);
    if (!grown) return false;
    *notes = grown;
    grown[(*count)++] = kept;
    return true;
}
