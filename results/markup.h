/* Text that is data, inside of a markup. */
#ifndef PLB_RESULTS_MARKUP_H
#define PLB_RESULTS_MARKUP_H

#include <stdbool.h>
#include <stdio.h>

/* In XML's text and attributes. XML 1.0 has no control characters but tab and line ends, however
 * they are written: blanks stand for them. */
void plb_print_xml(FILE *out, const char *text);

/* In Markdown, also in a table's cell, which a bar would end. */
void plb_print_markdown(FILE *out, const char *text);

/* A field of CSV (RFC 4180), in quotes where it needs them. */
void plb_print_csv(FILE *out, const char *text);

/* One test case of JUnit's XML: `element` is "failure", "skipped" or NULL (passed: the message is
 * its output); `type` may be NULL, `time_s` is left out unless it is above 0. */
typedef struct plb_junit_case {
    const char *class_name, *name, *element, *type, *message;
    double time_s;
} plb_junit_case;
void plb_print_junit_case(FILE *out, const plb_junit_case *test);

#endif
