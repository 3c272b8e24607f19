/* Any bytes as a cost model: what can be read can be looked at, checked, compared with the
 * published one, and written in every form that has room for it; and what was written can be read
 * again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/model.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void look(const plb_costs *costs) {
    plb_costs_builtin builtin;
    for (unsigned tag = 0; plb_costs_get(costs, tag, &builtin); tag++)
        if (builtin.steps.formula[0] == '\0' || builtin.memory.formula[0] == '\0') abort();
    for (size_t i = 0; plb_costs_unknown(costs, i) != NULL; i++) continue;
}

static void check(const plb_costs *costs, plb_era era) {
    plb_costs_findings findings = {0};
    plb_error error;
    if (plb_costs_check(costs, era, (plb_exunits){0, 0}, &findings, &error) != PLB_OK) abort();
    plb_costs_findings_free(&findings);
}

static void compare(const plb_costs *costs) {
    plb_costs *published;
    plb_costs_diff *diff;
    plb_error error;
    if (plb_costs_published(&published, 'E', (plb_era){PLB_LANGUAGE_NEWEST, 0}, &error) != PLB_OK)
        abort();
    if (plb_costs_compare(published, costs, &diff, &error) != PLB_OK) abort();
    plb_costs_diff_free(diff);
    plb_costs_free(published);
}

static void convert(const plb_costs *costs, plb_era era) {
    const plb_era own = plb_costs_where(costs)->era;
    for (int form = PLB_COSTS_BUILTIN; form < PLB_COSTS_FORMS; form++) {
        plb_costs_findings findings = {0};
        plb_costs *again;
        plb_error error;
        char *text;
        plb_status status =
            plb_costs_write(&costs, 1, (plb_costs_form) form, era, &text, &findings, &error);
        if ((status == PLB_OK) != (text != NULL)) abort();
        if (status == PLB_OK && form != PLB_COSTS_BUILTIN && form != PLB_COSTS_BOTH) {
            plb_era to = era.language == PLB_LANGUAGE_NEWEST ? own : era;
            if (plb_costs_read(&again, to, "again", text, strlen(text), &error) != PLB_OK) abort();
            plb_costs_free(again);
        }
        plb_costs_findings_free(&findings);
        free(text);
    }
}

/* Into itself: if anything can be written, it can be read. */
static void splice(const plb_costs *costs, const char *text, size_t length) {
    plb_costs *again;
    plb_error error;
    char *made;
    const plb_era newest = {PLB_LANGUAGE_NEWEST, 0};
    if (plb_costs_write_into(&costs, 1, newest, "input", text, length, &made, NULL, &error) !=
        PLB_OK)
        return;
    if (plb_costs_read(&again, plb_costs_where(costs)->era, "again", made, strlen(made), &error) !=
        PLB_OK)
        abort();
    plb_costs_free(again);
    free(made);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const plb_era eras[] = {
        {PLB_LANGUAGE_NEWEST, 0}, {PLB_PLUTUS_V1, 8}, {PLB_PLUTUS_V2, 10}, {PLB_PLUTUS_V3, 0}};
    const plb_era era = eras[size % (sizeof eras / sizeof eras[0])];
    plb_costs *costs;
    plb_error error;
    memset(&error, 0, sizeof error);
    plb_status status = plb_costs_read(&costs, era, "input", (const char *) data, size, &error);
    if ((status == PLB_OK) != (costs != NULL)) abort();
    if (status != PLB_OK) {
        if (error.status != status || !error.message[0]) abort();
        return 0;
    }
    look(costs);
    check(costs, era);
    compare(costs);
    convert(costs, size % 3 == 0 ? (plb_era){PLB_PLUTUS_V2, 9} : (plb_era){PLB_LANGUAGE_NEWEST, 0});
    splice(costs, (const char *) data, size);
    plb_costs_free(costs);
    return 0;
}
