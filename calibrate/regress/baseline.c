#include "calibrate/regress/baseline.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* ---- What it has ---- */

#define LIBRARY(name) offsetof(plb_baseline, name)
#define MACHINE(name) offsetof(plb_baseline_machine, name)
#define TIME(name) offsetof(plb_gate_time, name)
#define ITEM(name) offsetof(plb_baseline_item, name)

const plb_baseline_field plb_baseline_library_fields[] = {
    {"version", PLB_FIELD_TEXT, LIBRARY(version), false},
    {"revision", PLB_FIELD_TEXT, LIBRARY(revision), false},
    {"compiler", PLB_FIELD_TEXT, LIBRARY(compiler), false},
    {"flags", PLB_FIELD_TEXT, LIBRARY(flags), false},
    {"program_sha256", PLB_FIELD_SHA256, LIBRARY(program_sha256), true},
    {NULL, PLB_FIELD_TEXT, 0, false},
};

const plb_baseline_field plb_baseline_machine_fields[] = {
    {"cpu_model", PLB_FIELD_TEXT, MACHINE(cpu_model), false},
    {"clock_source", PLB_FIELD_TEXT, MACHINE(clock_source), false},
    {"cpus", PLB_FIELD_COUNT, MACHINE(cpus), false},
    {"hypervisor", PLB_FIELD_FLAG, MACHINE(hypervisor), false},
    {"pace_ns", PLB_FIELD_NUMBER, MACHINE(pace_ns), false},
    {NULL, PLB_FIELD_TEXT, 0, false},
};

const plb_baseline_field plb_baseline_time_fields[] = {
    {"ns", PLB_FIELD_NUMBER, TIME(ns), false},
    {"low_ns", PLB_FIELD_NUMBER, TIME(low_ns), false},
    {"high_ns", PLB_FIELD_NUMBER, TIME(high_ns), false},
    {"freedom", PLB_FIELD_NUMBER, TIME(freedom), false},
    {"spread", PLB_FIELD_NUMBER, TIME(spread), false},
    {"processes", PLB_FIELD_COUNT, TIME(processes), false},
    {NULL, PLB_FIELD_TEXT, 0, false},
};

const plb_baseline_field plb_baseline_item_fields[] = {
    {"measured", PLB_FIELD_DATE, ITEM(measured), true},
    {"sha256", PLB_FIELD_SHA256, ITEM(sha256), true},
    {NULL, PLB_FIELD_TEXT, 0, false},
};

/* ---- Baselines ---- */

plb_baseline *plb_baseline_new(size_t items, size_t scale) {
    plb_baseline *b = calloc(1, sizeof *b);
    if (b == NULL) return NULL;
    b->items = calloc(items + 1, sizeof *b->items);
    b->scale = calloc(scale + 1, sizeof *b->scale);
    b->libraries = calloc(PLB_BASELINE_LIBRARIES_MAX, sizeof *b->libraries);
    if (b->items != NULL && b->scale != NULL && b->libraries != NULL) return b;
    plb_baseline_free(b);
    return NULL;
}

void plb_baseline_free(plb_baseline *baseline) {
    if (baseline == NULL) return;
    free(baseline->items);
    free(baseline->scale);
    free(baseline->libraries);
    free(baseline);
}

static int by_name(const void *a, const void *b) {
    return strcmp(((const plb_baseline_item *) a)->name, ((const plb_baseline_item *) b)->name);
}

void plb_baseline_sort(plb_baseline *b) {
    if (b->count > 0) qsort(b->items, b->count, sizeof *b->items, by_name);
    if (b->scale_count > 0) qsort(b->scale, b->scale_count, sizeof *b->scale, by_name);
}

static int compare_name(const void *name, const void *item) {
    return strcmp(name, ((const plb_baseline_item *) item)->name);
}

const plb_baseline_item *plb_baseline_find(const plb_baseline *baseline, const char *name) {
    if (baseline == NULL || baseline->count == 0) return NULL;
    return bsearch(name, baseline->items, baseline->count, sizeof *baseline->items, compare_name);
}

bool plb_baseline_same_machine(const plb_baseline_machine *a, const plb_baseline_machine *b) {
    return a->cpu_model[0] != '\0' && strcmp(a->cpu_model, b->cpu_model) == 0 &&
           a->hypervisor == b->hypervisor;
}

void plb_baseline_today(char date[PLB_BASELINE_DATE_BYTES]) {
    time_t now = time(NULL);
    struct tm parts;
    date[0] = '\0';
    if (gmtime_r(&now, &parts) != NULL)
        (void) strftime(date, PLB_BASELINE_DATE_BYTES, "%Y-%m-%d", &parts);
}

void plb_baseline_set_text(char text[PLB_BASELINE_TEXT_BYTES], const char *from) {
    (void) snprintf(text, PLB_BASELINE_TEXT_BYTES, "%s", from);
}
