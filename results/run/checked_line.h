/* Lines of files that are only appended to: text without line breaks, " *", and the CRC-32 of what
 * is before it in 8 digits. A line that was torn off or changed is told from a good one. */
#ifndef PLB_RESULTS_CHECKED_LINE_H
#define PLB_RESULTS_CHECKED_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PLB_CHECKED_LINE_BYTES 1024 /* of a line, its NUL included */
#define PLB_CHECKED_LINE_SUM_BYTES 10

/* CRC-32 as zlib's; `before` is that of what is in front of it, or 0. */
uint32_t plb_crc32(uint32_t before, const void *bytes, size_t length);

/* The text of the line at[0 .. length), NUL-terminated in `text`, when its checksum is right. */
bool plb_checked_line_open(const char *at, size_t length, char text[PLB_CHECKED_LINE_BYTES]);

/* Make a line of text[0 .. length) in place, with its line break; returns the line's length. What
 * leaves no room for the checksum is cut. */
size_t plb_checked_line_close(char text[PLB_CHECKED_LINE_BYTES], size_t length);

#endif
