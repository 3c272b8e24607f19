#include "results/markup.h"

#include <string.h>

static int printable(char c) { return (unsigned char) c < ' ' ? ' ' : (unsigned char) c; }

void plb_print_xml(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&': fputs("&amp;", out); break;
        case '<': fputs("&lt;", out); break;
        case '>': fputs("&gt;", out); break;
        case '"': fputs("&quot;", out); break;
        default: fputc(printable(*text), out);
        }
    }
}

void plb_print_markdown(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (strchr("|<`\\", *text) != NULL) fputc('\\', out);
        fputc(printable(*text), out);
    }
}

void plb_print_csv(FILE *out, const char *text) {
    if (strpbrk(text, ",\"\n\r") == NULL) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

void plb_print_junit_case(FILE *out, const plb_junit_case *test) {
    fputs("    <testcase classname=\"", out);
    plb_print_xml(out, test->class_name);
    fputs("\" name=\"", out);
    plb_print_xml(out, test->name);
    fputc('"', out);
    if (test->time_s > 0) fprintf(out, " time=\"%.12f\"", test->time_s);
    if (test->element == NULL && test->message == NULL) {
        fputs("/>\n", out);
        return;
    }
    if (test->element == NULL) {
        fputs(">\n      <system-out>", out);
        plb_print_xml(out, test->message);
        fputs("</system-out>\n    </testcase>\n", out);
        return;
    }
    fprintf(out, ">\n      <%s", test->element);
    if (test->type != NULL) fprintf(out, " type=\"%s\"", test->type);
    fputs(" message=\"", out);
    plb_print_xml(out, test->message != NULL ? test->message : "");
    fputs("\"/>\n    </testcase>\n", out);
}
