#include "results/run/checked_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

uint32_t plb_crc32(uint32_t before, const void *bytes, size_t length) {
    return (uint32_t) crc32_z(before, bytes, length);
}

bool plb_checked_line_open(const char *at, size_t length, char text[PLB_CHECKED_LINE_BYTES]) {
    char *end;
    if (length >= PLB_CHECKED_LINE_BYTES || length < PLB_CHECKED_LINE_SUM_BYTES) return false;
    memcpy(text, at, length);
    text[length] = '\0';
    size_t contents = length - PLB_CHECKED_LINE_SUM_BYTES;
    if (text[contents] != ' ' || text[contents + 1] != '*') return false;
    unsigned long told = strtoul(text + contents + 2, &end, 16);
    text[contents] = '\0';
    return end == text + length && told == plb_crc32(0, text, contents) && strlen(text) == contents;
}

size_t plb_checked_line_close(char text[PLB_CHECKED_LINE_BYTES], size_t length) {
    const size_t most =
        PLB_CHECKED_LINE_BYTES - PLB_CHECKED_LINE_SUM_BYTES - 2; /* line break and NUL */
    if (length > most) length = most;
    int added = snprintf(text + length, PLB_CHECKED_LINE_BYTES - length, " *%08x\n",
                         plb_crc32(0, text, length));
    return length + (size_t) added;
}
