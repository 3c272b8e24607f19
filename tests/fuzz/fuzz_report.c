/* Any documents in a run: they are refused, or a report in every format, in which they are text.
 * The input has documents with a line of dashes between them, each with its name in its first line.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <plutbench/report.h>

#include "results/run/run.h"

#define BETWEEN "\n----\n"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool add_document(plb_run *run, const char *begin, size_t length) {
    const char *line = memchr(begin, '\n', length);
    if (!line || line == begin) return true;
    size_t named = (size_t) (line - begin), rest = length - named - 1;
    char *name = malloc(named + 1), *text = malloc(rest + 1);
    if (!name || !text) abort();
    memcpy(name, begin, named);
    name[named] = '\0';
    memcpy(text, line + 1, rest);
    text[rest] = '\0';
    bool is_new = plb_run_get_document(run, name) == NULL;
    if (!is_new) free(text);
    bool good = is_new && plb_run_add_document(run, name, text, rest, NULL) == PLB_OK;
    free(name);
    return good;
}

static bool add_documents(plb_run *run, const char *text, size_t length) {
    while (length > 0) {
        const char *end = memmem(text, length, BETWEEN, strlen(BETWEEN));
        size_t own = end ? (size_t) (end - text) : length;
        if (!add_document(run, text, own)) return false;
        own += end ? strlen(BETWEEN) : 0;
        text += own;
        length -= own;
    }
    return true;
}

static void see_format(const plb_report *report, plb_report_format format) {
    char *text;
    size_t length;
    if (plb_report_write(report, format, &text, &length, NULL) != PLB_OK) abort();
    if (strlen(text) != length) abort();
    if (format == PLB_REPORT_JSON) {
        json_t *json = json_loads(text, 0, NULL);
        if (!json) abort();
        json_decref(json);
    }
    if (format == PLB_REPORT_HTML) {
        const char *begin = strstr(text, "id=\"report\">");
        const char *end = begin ? strstr(begin, "</script>") : NULL;
        if (!end) abort();
        begin += strlen("id=\"report\">");
        if (strcspn(begin, "<>&") != (size_t) (end - begin)) abort();
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_run *run = plb_run_new();
    plb_report *report;
    if (!run || plb_report_new(NULL, &report, NULL) != PLB_OK) abort();
    plb_error error = {.status = PLB_OK};
    if (add_documents(run, (const char *) data, size) &&
        plb_run_conclude(run, "/nonexistent", 0, 0, &error) == PLB_OK) {
        if (plb_report_add(report, run, &error) == PLB_OK) {
            for (int format = 0; format < PLB_REPORT_FORMATS; format++) {
                see_format(report, (plb_report_format) format);
            }
        } else if (!error.message[0]) {
            abort();
        }
    }
    plb_report_free(report);
    plb_run_free(run);
    return 0;
}
