/* Two or three runs, of any documents, beside each other and along a line: refused with words, or
 * told in every form. The input is manifest and summary of each, with a line of its own between. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/compare.h>

#include "results/run/run.h"

#define BETWEEN "\n----\n"
#define RUNS 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next document; *at moves behind it. */
static char *next_document(const char *text, size_t size, size_t *at, size_t *length) {
    const char *begin = text + *at, *end = memmem(begin, size - *at, BETWEEN, strlen(BETWEEN));
    *length = end ? (size_t) (end - begin) : size - *at;
    *at += *length + (end ? strlen(BETWEEN) : 0);
    char *copy = malloc(*length + 1);
    if (!copy) abort();
    memcpy(copy, begin, *length);
    copy[*length] = '\0';
    return copy;
}

static plb_run *make_run(const char *text, size_t size, size_t *at, size_t number) {
    static const char *const names[] = {PLB_RUN_MANIFEST_FILE, "summary.json", "x.hlog"};
    char plan[64];
    plb_error error;
    plb_run *run = plb_run_new();
    if (!run) abort();
    (void) snprintf(plan, sizeof plan, "{\"number\": %zu}", number);
    bool good =
        plb_run_add_document(run, PLB_RUN_PLAN_FILE, strdup(plan), strlen(plan), &error) == PLB_OK;
    for (size_t i = 0; i < 3 && good && *at < size; i++) {
        size_t length;
        char *document = next_document(text, size, at, &length);
        good = plb_run_add_document(run, names[i], document, length, &error) == PLB_OK;
    }
    if (good && plb_run_conclude(run, "/fuzz", 0, 0, &error) == PLB_OK) return run;
    plb_run_free(run);
    return NULL;
}

static void written(plb_status status, char **text) {
    if (status != PLB_OK || !*text) abort();
    free(*text);
}

static void see_comparison(const plb_comparison *c) {
    char *text = NULL;
    const plb_comparison_report *r = plb_comparison_told(c);
    for (size_t i = 0; i < r->row_count; i++) {
        const plb_compare_row *row = &r->rows[i];
        if (row->verdict != PLB_COMPARE_UNKNOWN && !(row->p >= 0 && row->p <= row->p_adjusted)) {
            abort();
        }
    }
    written(plb_comparison_text(c, true, &text, NULL), &text);
    written(plb_comparison_json(c, &text, NULL), &text);
    written(plb_comparison_csv(c, &text, NULL), &text);
    written(plb_comparison_junit(c, &text, NULL), &text);
    written(plb_comparison_markdown(c, &text, NULL), &text);
}

static void compare(const plb_run *const *runs, size_t count, bool percentiles) {
    const plb_compare_side sides[] = {{"a", runs, 1, 0, 0}, {"\xff|<", runs + 1, count - 1, 0, 0}};
    const char *const all[] = {"*"};
    const plb_compare_options options = {
        .figures = all, .figure_count = 1, .percentiles = percentiles, .across_versions = true};
    plb_comparison *comparison = NULL;
    plb_error error = {.message = ""};
    if (plb_compare(sides, 2, &options, &comparison, &error) == PLB_OK) {
        see_comparison(comparison);
    } else if (error.message[0] == '\0') {
        abort();
    }
    plb_comparison_free(comparison);
}

static void line_up(const plb_run *const *runs, size_t count, plb_timeline_by by) {
    const plb_run_facts *facts = plb_run_get_facts(runs[0]);
    const plb_timeline_options options = {.by = by};
    plb_timeline *timeline = NULL;
    plb_error error = {.message = ""};
    char *text = NULL;
    const char *metric = facts->figure_count > 0 ? facts->figures[0].name : "x";
    if (plb_timeline_make(metric, runs, count, &options, &timeline, &error) == PLB_OK) {
        written(plb_timeline_text(timeline, 80, &text, NULL), &text);
        written(plb_timeline_json(timeline, &text, NULL), &text);
        written(plb_timeline_csv(timeline, &text, NULL), &text);
    } else if (error.message[0] == '\0') {
        abort();
    }
    plb_timeline_free(timeline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_run *runs[RUNS];
    size_t count = 0, at = 0;
    for (size_t i = 0; i < RUNS; i++) {
        plb_run *run = make_run((const char *) data, size, &at, i);
        if (run) runs[count++] = run;
    }
    if (count >= 2) {
        compare((const plb_run *const *) runs, count, false);
        compare((const plb_run *const *) runs, count, true);
        for (int by = 0; by < PLB_TIMELINE_ORDERS; by++) {
            line_up((const plb_run *const *) runs, count, (plb_timeline_by) by);
        }
    }
    for (size_t i = 0; i < count; i++) plb_run_free(runs[i]);
    return 0;
}
