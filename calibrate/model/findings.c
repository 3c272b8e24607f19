#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "calibrate/model/costs.h"

const char *plb_costs_severity_name(plb_costs_severity severity) {
    static const char *const names[] = {"note", "warning", "error"};
    return (unsigned) severity < sizeof names / sizeof names[0] ? names[severity] : "unknown";
}

void plb_costs_findings_free(plb_costs_findings *findings) {
    free(findings->items);
    *findings = (plb_costs_findings){0};
}

size_t plb_costs_findings_count(const plb_costs_findings *findings, plb_costs_severity severity) {
    size_t count = 0;
    for (size_t i = 0; i < findings->count; i++) count += findings->items[i].severity == severity;
    return count;
}

static plb_costs_finding *append(plb_costs_findings *findings) {
    if (findings->count == findings->capacity) {
        size_t capacity = findings->capacity ? 2 * findings->capacity : 16;
        plb_costs_finding *items = realloc(findings->items, capacity * sizeof *items);
        if (!items) return NULL;
        findings->items = items;
        findings->capacity = capacity;
    }
    return &findings->items[findings->count++];
}

/* Names of the input may hold anything: a finding stays on one line. */
static void blank_controls(char *text) {
    for (; *text; text++)
        if ((unsigned char) *text < 0x20 || *text == 0x7f) *text = '?';
}

plb_status plb_costs_find(plb_costs_findings *findings, plb_costs_severity severity,
                          const char *what, const char *parameter, plb_error *error,
                          const char *format, ...) {
    if (!findings) return PLB_OK;
    plb_costs_finding *finding = append(findings);
    if (!finding) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a finding");
    finding->severity = severity;
    finding->what = what;
    snprintf(finding->parameter, sizeof finding->parameter, "%s", parameter);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(finding->text, sizeof finding->text, format, arguments);
    va_end(arguments);
    blank_controls(finding->parameter);
    blank_controls(finding->text);
    return PLB_OK;
}
