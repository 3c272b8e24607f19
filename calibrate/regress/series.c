/* From what processes measured to figures and times. */
#include <math.h>

#include "calibrate/regress/gate.h"
#include "harness/measure/statistics.h"

/* Means over some roles, by process. */
static size_t levels_of(const plb_gate_series *s, plb_gate_role first, plb_gate_role last,
                        double levels[PLB_GATE_EPOCHS_MOST]) {
    double roles = (double) (last - first + 1);
    for (size_t k = 0; k < s->count; k++) {
        levels[k] = 0;
        for (unsigned r = first; r <= last; r++) levels[k] += s->logs[r][k] / roles;
    }
    return s->count;
}

plb_gate_case plb_gate_interleaved_case(const plb_gate_series *s) {
    double changes[PLB_GATE_EPOCHS_MOST], nothing[PLB_GATE_EPOCHS_MOST];
    bool against = s->logs[PLB_GATE_BEFORE] != NULL;
    for (size_t k = 0; k < s->count; k++) {
        double now = s->logs[PLB_GATE_NOW][k], again = s->logs[PLB_GATE_AGAIN][k];
        nothing[k] = again - now;
        changes[k] = against ? (now + again) / 2 - s->logs[PLB_GATE_BEFORE][k] : 0;
    }
    return (plb_gate_case){plb_gate_of_differences(changes, s->count),
                           plb_gate_of_differences(nothing, s->count)};
}

plb_measured plb_gate_level(const plb_gate_series *s, plb_gate_role first, plb_gate_role last) {
    double levels[PLB_GATE_EPOCHS_MOST];
    return plb_gate_of_levels(levels, levels_of(s, first, last, levels));
}

plb_gate_time plb_gate_time_of_levels(const double *levels, size_t count) {
    plb_measured figure = plb_gate_of_levels(levels, count);
    if (isinf(figure.error)) return (plb_gate_time){.ns = 0};
    double half = figure.error * plb_student_975(figure.freedom), mean = 0, squares = 0;
    for (size_t k = 0; k < count; k++) mean += levels[k] / (double) count;
    for (size_t k = 0; k < count; k++) squares += (levels[k] - mean) * (levels[k] - mean);
    return (plb_gate_time){.ns = exp(figure.value),
                           .low_ns = exp(figure.value - half),
                           .high_ns = exp(figure.value + half),
                           .freedom = figure.freedom,
                           .spread = sqrt(squares / (double) (count - 1)),
                           .processes = (int64_t) count};
}

plb_gate_time plb_gate_time_of(const plb_gate_series *s, plb_gate_role first, plb_gate_role last) {
    double levels[PLB_GATE_EPOCHS_MOST];
    return plb_gate_time_of_levels(levels, levels_of(s, first, last, levels));
}

plb_measured plb_gate_figure_of(const plb_gate_time *time) {
    double half = log(time->high_ns / time->low_ns) / 2;
    return (plb_measured){log(time->ns), half / plb_student_975(time->freedom), time->freedom};
}
