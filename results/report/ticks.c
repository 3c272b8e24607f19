#include "results/report/ticks.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "results/format.h"

static void add(plb_ticks *t, double at, const char *format, double shown) {
    if (t->count == PLB_TICKS_MOST || at < t->low || at > t->high) return;
    t->at[t->count] = at;
    (void) snprintf(t->texts[t->count++], PLB_TICK_BYTES, format, shown);
}

/* About six round numbers; `scale`: of the unit that is shown. */
static void find_linear(plb_ticks *t, double scale) {
    static const double steps[] = {1, 2, 5, 10};
    double raw = (t->high - t->low) / scale / 6, power = pow(10, floor(log10(raw))), step = 0;
    for (size_t i = 0; i < 4 && step < raw; i++) step = steps[i] * power;
    for (double k = ceil(t->low / scale / step); k * step * scale <= t->high && step > 0; k++) {
        add(t, k * step * scale, "%.6g", k * step == 0 ? 0 : k * step);
        if (t->count == PLB_TICKS_MOST) break;
    }
}

static void find_logarithmic(plb_ticks *t, double scale) {
    double decades = log10(t->high / t->low);
    if (decades < 1) {
        find_linear(t, scale);
        return;
    }
    for (double p = floor(log10(t->low / scale)); p <= log10(t->high / scale); p++) {
        add(t, pow(10, p) * scale, "%.6g", pow(10, p));
        if (decades < 4) add(t, 3 * pow(10, p) * scale, "%.6g", 3 * pow(10, p));
    }
}

static void find_tail(plb_ticks *t) {
    for (double tail = 1; tail <= t->high * 1.001; tail *= 10) {
        add(t, tail, "%.8g %%", 100 * (1 - 1 / tail));
    }
}

void plb_ticks_find(plb_ticks *t, const json_t *axis, double low, double high) {
    const char *scale = plb_string_at(axis, "scale"), *unit = plb_string_at(axis, "unit");
    bool tail = strcmp(scale, "tail") == 0;
    double room;
    *t = (plb_ticks){.logarithmic = tail || strcmp(scale, "log") == 0, .unit = unit};
    if (tail) {
        t->low = 1;
        t->high = fmax(high, 10);
        find_tail(t);
        return;
    }
    room = high > low ? (high - low) * 0.06 : fmax(fabs(high), 1) * 0.06;
    t->low = t->logarithmic ? low / 1.08 : low - room;
    t->high = t->logarithmic ? high * 1.08 : high + room;
    plb_time_unit time = {.name = unit, .ns = 1};
    if (strcmp(unit, "ns") == 0) time = plb_time_unit_for(fmax(fabs(t->low), fabs(t->high)));
    t->unit = time.name;
    if (t->logarithmic) {
        find_logarithmic(t, time.ns);
    } else {
        find_linear(t, time.ns);
    }
}
