/* Standard output as a terminal shows it: tables that fit its width.
 *
 * Commands print lines of any width. Where standard output is a terminal that is narrower, a
 * paragraph (lines up to an empty one) is laid out anew:
 *
 *   1. In a table, which is a paragraph whose lines have three columns or more with two blanks or
 *      more between them, the blanks become two.
 *   2. A last column of sentences is wrapped inside of its column.
 *   3. Columns whose heads are in the list of page.c are left out, in the order of that list, until
 *      the rest fits; a line below says which.
 *   4. What still does not fit goes on in lines of its own below each row.
 *   5. Other lines are broken between columns, else between words, and go on below the beginning of
 *      what was broken.
 *
 * JSON, and what a command prints for programs to read, is left as it is. */
#ifndef PLB_CLI_PAGE_H
#define PLB_CLI_PAGE_H

#include <stdio.h>

/* A stream that lays out what is written to it for `width` columns and prints it to `out`, which is
 * colored where it can be. Closing it prints what is left, and leaves `out` open. NULL: no memory.
 */
FILE *cli_page_open(FILE *out, int width);

/* Print what standard output has so far, when it is such a stream: what goes to standard error next
 * is to come after it. */
void cli_page_flush(void);

#endif
