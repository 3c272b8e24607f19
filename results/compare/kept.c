#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static bool is_utf8(const char *text) {
    json_t *value = json_string(text);
    json_decref(value);
    return value != NULL;
}

void plb_copy_shown(char *copy, size_t bytes, const char *text) {
    size_t length = strnlen(text, bytes - 1);
    memcpy(copy, text, length);
    /* Not within a character: its further bytes are 10xxxxxx. */
    while (length > 0 && text[length] != '\0' && ((unsigned char) text[length] & 0xc0) == 0x80) {
        length--;
    }
    copy[length] = '\0';
    if (is_utf8(copy)) return;
    for (char *c = copy; *c; c++) *c = (unsigned char) *c < 0x80 ? *c : '?';
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
