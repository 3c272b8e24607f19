#include "calibrate/steps/times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/steps/set.h"

#define TIME_LEAST_NS 0.001

plb_step_times *plb_step_times_new(size_t parts) {
    plb_step_times *times = calloc(1, sizeof *times);
    if (times != NULL) times->parts = parts < PLB_STEP_PARTS ? parts : PLB_STEP_PARTS;
    return times;
}

void plb_step_times_free(plb_step_times *times) {
    if (times == NULL) return;
    for (size_t i = 0; i < times->count; i++) {
        free((char *) times->rows[i].name);
        free((double *) times->rows[i].parts);
    }
    free(times->rows);
    plb_sampling_free(times->sampling);
    free(times);
}

size_t plb_step_times_count(const plb_step_times *times) { return times->count; }
size_t plb_step_times_parts(const plb_step_times *times) { return times->parts; }

plb_step_time plb_step_times_get(const plb_step_times *times, size_t index) {
    return index < times->count ? times->rows[index] : (plb_step_time){.name = NULL};
}

const plb_sampling *plb_step_times_sampling(const plb_step_times *times) { return times->sampling; }

/* ---- Rows ---- */

static bool is_time(double ns) { return ns >= TIME_LEAST_NS && ns <= PLB_STEP_NUMBER_MAX; }

static const char *steps_defect(const plb_step_time *row) {
    double sum = 0;
    for (int k = 0; k < PLB_TALLY_STEPS; k++) {
        double n = row->steps[k];
        if (!(n >= 0 && n <= PLB_STEP_NUMBER_MAX) || floor(n) < n)
            return "whole numbers of steps from 0 to 1e15";
        sum += n;
    }
    return sum > 0 ? NULL : "at least one step";
}

static const char *builtin_defect(const plb_step_time *row) {
    double low = row->builtin_low_ns, value = row->builtin_ns, high = row->builtin_high_ns;
    if (isnan(low) && isnan(value) && isnan(high)) return NULL;
    bool good = low >= 0 && low <= value && value <= high && high <= PLB_STEP_NUMBER_MAX;
    return good ? NULL
                : "0 <= builtin_low_ns <= builtin_ns <= builtin_high_ns, or NA for all three";
}

/* What of a row no table can have, as an expectation; NULL: it is fine. */
static const char *find_defect(const plb_step_time *row, size_t parts) {
    const char *defect = steps_defect(row);
    if (defect != NULL) return defect;
    if (!is_time(row->time_ns)) return "time_ns from 0.001 to 1e15";
    if (!(row->low_ns <= row->time_ns && row->time_ns <= row->high_ns && isfinite(row->low_ns) &&
          isfinite(row->high_ns)))
        return "low_ns <= time_ns <= high_ns";
    for (size_t p = 0; p < parts; p++)
        if (row->parts == NULL || !is_time(row->parts[p]))
            return "a time from 0.001 to 1e15 in every part";
    return builtin_defect(row);
}

static plb_status reserve(plb_step_times *times, plb_error *error) {
    if (times->count == PLB_STEP_PROGRAMS_MAX)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected at most %d programs",
                        PLB_STEP_PROGRAMS_MAX);
    if (times->count < times->room) return PLB_OK;
    size_t room = times->room != 0 ? 2 * times->room : 64;
    plb_step_time *bigger = realloc(times->rows, room * sizeof *bigger);
    if (bigger == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for times");
    times->rows = bigger;
    times->room = room;
    return PLB_OK;
}

static plb_status check(const plb_step_times *times, const plb_step_time *row, plb_error *error) {
    plb_status status = plb_step_name_check(row->name, error);
    if (status != PLB_OK) return status;
    for (size_t i = 0; i < times->count; i++)
        if (strcmp(times->rows[i].name, row->name) == 0)
            return plb_fail(error, PLB_E_ARGUMENT, row->name,
                            "expected programs of different names");
    const char *defect = find_defect(row, times->parts);
    return defect == NULL ? PLB_OK
                          : plb_fail(error, PLB_E_ARGUMENT, row->name, "expected %s", defect);
}

plb_status plb_step_times_add(plb_step_times *times, const plb_step_time *row, plb_error *error) {
    plb_status status = check(times, row, error);
    if (status == PLB_OK) status = reserve(times, error);
    if (status != PLB_OK) return status;
    char *name = strdup(row->name);
    double *parts = calloc(times->parts + 1, sizeof *parts);
    if (name == NULL || parts == NULL) {
        free(name);
        free(parts);
        return plb_fail(error, PLB_E_MEMORY, row->name, "no memory for times");
    }
    if (times->parts > 0) memcpy(parts, row->parts, times->parts * sizeof *parts);
    plb_step_time *kept = &times->rows[times->count++];
    *kept = *row;
    kept->name = name;
    kept->parts = parts;
    return PLB_OK;
}
