/* Any bytes as a sweep's journal: refused with a line, or visits that make sense. A fuzzer does not
 * find checksums, so that the input is also taken as records, each of which gets the right one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "calibrate/sweep/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void parse(const char *text, size_t length) {
    plb_journal_contents c;
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_journal_parse(&c, "fuzz", text, length, 0, &error);
    if (status != PLB_OK && (error.message[0] == '\0' || error.where[0] == '\0')) abort();
    for (size_t i = 0; i < c.count; i++) {
        const plb_visit *v = &c.visits[i];
        if (v->point >= c.head.points || v->count < 1 || v->count > PLB_VISIT_SAMPLES) abort();
        for (unsigned k = 0; k < v->count; k++)
            if (!(v->samples[k] > 0) || !isfinite(v->samples[k])) abort();
    }
    if (status == PLB_OK && c.length > length) abort();
    plb_journal_contents_free(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = NULL;
    size_t length = 0;
    parse((const char *) data, size);
    FILE *out = open_memstream(&text, &length);
    if (out == NULL) return 0;
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t line = end != NULL ? (size_t) (end - data) - at : size - at;
        unsigned long sum = crc32(crc32(0, NULL, 0), data + at, (unsigned) line);
        fwrite(data + at, 1, line, out);
        fprintf(out, " *%08lx\n", sum);
        at += line + 1;
    }
    fclose(out);
    parse(text, length);
    free(text);
    return 0;
}
