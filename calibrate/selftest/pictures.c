/* Pictures of the proof, from the same simulations. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/selftest/selftest.h"
#include "harness/measure/statistics.h"
#include "results/svg.h"

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

static const char *const figure_class[PLB_SELFTEST_FIGURES] = {"a", "b", "c", "d", "e"};

static double within(double x, double low, double high) { return fmin(fmax(x, low), high); }

/* ---- Coverage ---- */

static void coverage_row(const plb_plot *p, const plb_selftest_row *row, double y) {
    plb_svg_text(p->svg, "end", p->left - 10, y + 4, row->scenario->name);
    for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
        const plb_selftest_rate *r = &row->results[f].covered;
        double at = y + 4 * (f - 2);
        plb_svg_line(p->svg, figure_class[f], plb_plot_x(p, within(100 * r->low, 86, 100)), at,
                     plb_plot_x(p, within(100 * r->high, 86, 100)), at);
        plb_svg_dot(p->svg, figure_class[f],
                    plb_plot_x(p, within(100.0 * r->hits / r->runs, 86, 100)), at, 2);
    }
}

static plb_status draw_coverage(const plb_selftest_report *report, const char *folder,
                                plb_error *error) {
    static const double ticks[] = {86, 88, 90, 92, 94, 96, 98, 100};
    static const char *const legend[PLB_SELFTEST_FIGURES] = {
        "overhead, paired", "overhead, regression", "loop, paired", "loop, regression", "null"};
    plb_svg svg;
    double height = 26.0 * (double) report->row_count;
    plb_status status = plb_svg_open(&svg, folder, "coverage.svg", 760, height + 110,
                                     "Coverage of 95 % intervals by scenario", error);
    if (status != PLB_OK) return status;
    plb_plot p = {&svg, 150, 50, 580, height, 86, 100, 0, 1, false, false};
    double left = plb_plot_x(&p, 93), right = plb_plot_x(&p, 97);
    plb_svg_box(&svg, "band", left, p.top, right - left, p.height);
    plb_plot_axes(&p, ticks, COUNT_OF(ticks), NULL, 0, "intervals that hold the truth, %", "");
    for (plb_selftest_figure f = 0; f < PLB_SELFTEST_FIGURES; f++) {
        double x = p.left + 118.0 * (double) f;
        plb_svg_dot(&svg, figure_class[f], x, 26, 4);
        plb_svg_text(&svg, "start", x + 8, 30, legend[f]);
    }
    for (size_t i = 0; i < report->row_count; i++) {
        coverage_row(&p, &report->rows[i], p.top + 26 * ((double) i + 0.5));
    }
    return plb_svg_close(&svg, error);
}

/* ---- A run with drift ---- */

#define GROUP 40 /* rounds that one point of a series shows */
#define MOST_POINTS 512

typedef struct curve {
    double x[MOST_POINTS], y[MOST_POINTS];
    size_t count;
} curve;

/* Medians of groups of rounds of the series, or of the differences to another.
 */
static void group_medians(const double *series, const double *less, size_t rounds, double seconds,
                          double unit, curve *out) {
    double group[GROUP];
    out->count = 0;
    for (size_t begin = 0; begin + GROUP <= rounds && out->count < MOST_POINTS; begin += GROUP) {
        for (size_t k = 0; k < GROUP; k++) {
            group[k] = series[begin + k] - (less ? less[begin + k] : 0);
        }
        out->x[out->count] = seconds * ((double) begin + GROUP / 2.0) / (double) rounds;
        out->y[out->count++] = plb_median_of(group, GROUP) / unit;
    }
}

static void draw_run(plb_svg *svg, const plb_sampling *sampling, const plb_selftest_run *run) {
    static const double seconds[] = {0, 10, 20, 30, 40, 50, 60};
    static const double levels[] = {2.85, 3, 3.15, 3.3, 3.45},
                        differences[] = {160, 170, 180, 190, 200};
    size_t rounds;
    const double *twin = plb_sampling_series(sampling, SUBJECT_TWIN, &rounds);
    const double *call = plb_sampling_series(sampling, SUBJECT_NO_LOOPS, &rounds);
    curve c;
    plb_plot above = {svg, 60, 40, 660, 180, 0, 60, 2.85, 3.45, false, false};
    plb_plot_axes(&above, seconds, 7, levels, 5, "", "ms a submission: the call, and its twin");
    group_medians(call, NULL, rounds, run->elapsed_s, 1e6, &c);
    plb_plot_line(&above, "b", c.x, c.y, c.count);
    group_medians(twin, NULL, rounds, run->elapsed_s, 1e6, &c);
    plb_plot_line(&above, "a", c.x, c.y, c.count);

    const plb_estimate *e = &run->estimates[PLB_SELFTEST_OVERHEAD];
    plb_plot below = {svg, 60, 280, 660, 150, 0, 60, 150, 210, false, false};
    double top = plb_plot_y(&below, e->high / 1e3), bottom = plb_plot_y(&below, e->low / 1e3);
    plb_svg_box(svg, "band", below.left, top, below.width, bottom - top);
    plb_plot_axes(&below, seconds, 7, differences, 5, "seconds",
                  "\xc2\xb5s: medians of 40 paired differences; the estimate's "
                  "interval; the truth");
    double truth = plb_plot_y(&below, run->truths[PLB_SELFTEST_OVERHEAD] / 1e3);
    plb_svg_line(svg, "d", below.left, truth, below.left + below.width, truth);
    group_medians(call, twin, rounds, run->elapsed_s, 1e3, &c);
    for (size_t i = 0; i < c.count; i++) {
        plb_svg_dot(svg, "c", plb_plot_x(&below, c.x[i]),
                    plb_plot_y(&below, within(c.y[i], 150, 210)), 2);
    }
}

static plb_status draw_drift(uint64_t seed, const char *folder, plb_error *error) {
    plb_selftest_scenario scenario = *plb_selftest_scenario_find("drift-walk");
    plb_selftest_run run;
    plb_sampling *sampling;
    scenario.precision = 1e-6;
    plb_status status = plb_selftest_simulate(&scenario, plb_selftest_seed(seed, &scenario, 0),
                                              &run, &sampling, error);
    if (status != PLB_OK) return status;
    plb_svg svg;
    status = plb_svg_open(&svg, folder, "drift.svg", 760, 480,
                          "A simulated run with drift, and its paired difference", error);
    if (status == PLB_OK) {
        draw_run(&svg, sampling, &run);
        status = plb_svg_close(&svg, error);
    }
    plb_sampling_free(sampling);
    return status;
}

/* ---- Width against time ---- */

#define WIDTH_RUNS 40

static plb_status mean_half_width(const char *name, double time_s, uint64_t seed, double *width,
                                  plb_error *error) {
    plb_selftest_scenario scenario = *plb_selftest_scenario_find(name);
    scenario.time_s = time_s;
    scenario.precision = 1e-6;
    *width = 0;
    for (unsigned r = 0; r < WIDTH_RUNS; r++) {
        plb_selftest_run run;
        plb_status status = plb_selftest_simulate(&scenario, plb_selftest_seed(seed, &scenario, r),
                                                  &run, NULL, error);
        if (status != PLB_OK) return status;
        const plb_estimate *e = &run.estimates[PLB_SELFTEST_OVERHEAD];
        *width += 100 * (e->high - e->low) / 2 / run.truths[PLB_SELFTEST_OVERHEAD] / WIDTH_RUNS;
    }
    return PLB_OK;
}

static plb_status draw_width(uint64_t seed, const char *folder, plb_error *error) {
    static const double times[] = {15, 30, 60, 120, 240, 480};
    static const double widths[] = {0.5, 1, 2, 5, 10};
    static const char *const names[] = {"machine", "independent"};
    static const char *const labels[] = {"with the machine's layouts, outliers and drift",
                                         "with independent noise of 1.1 % only"};
    plb_svg svg;
    plb_status status = plb_svg_open(&svg, folder, "width.svg", 760, 420,
                                     "Interval width against sampling time", error);
    if (status != PLB_OK) return status;
    plb_plot p = {&svg, 60, 40, 660, 320, 12, 600, 0.4, 13, true, true};
    plb_plot_axes(&p, times, COUNT_OF(times), widths, COUNT_OF(widths), "seconds of sampling",
                  "mean half width of the overhead's interval, % of the overhead");
    for (size_t k = 0; k < 2 && status == PLB_OK; k++) {
        double first = 0;
        for (size_t i = 0; i < COUNT_OF(times) && status == PLB_OK; i++) {
            double width;
            status = mean_half_width(names[k], times[i], seed, &width, error);
            if (status != PLB_OK) break;
            if (i == 2) first = width; /* of a minute */
            plb_svg_dot(&svg, figure_class[k], plb_plot_x(&p, times[i]), plb_plot_y(&p, width), 4);
        }
        /* 1/sqrt(t) through the third point. */
        double ends[] = {15, 480}, line[] = {first * sqrt(60 / 15.0), first * sqrt(60 / 480.0)};
        plb_plot_line(&p, figure_class[k], ends, line, 2);
        plb_svg_text(&svg, "start", plb_plot_x(&p, 64), plb_plot_y(&p, first) - 8, labels[k]);
    }
    plb_status closed = plb_svg_close(&svg, status == PLB_OK ? error : NULL);
    return status == PLB_OK ? closed : status;
}

/* ---- Power ---- */

#define POWER_RUNS 100

static plb_status share_found(double difference, uint64_t seed, plb_selftest_rate *rate,
                              plb_error *error) {
    plb_selftest_scenario scenario = *plb_selftest_scenario_find("difference");
    scenario.target.overhead_ns = difference * scenario.target.base_ns;
    unsigned found = 0;
    for (unsigned r = 0; r < POWER_RUNS; r++) {
        plb_selftest_run run;
        plb_status status = plb_selftest_simulate(&scenario, plb_selftest_seed(seed, &scenario, r),
                                                  &run, NULL, error);
        if (status != PLB_OK) return status;
        const plb_estimate *e = &run.estimates[PLB_SELFTEST_OVERHEAD];
        double floor_ns = plb_noise_floor(&run.estimates[PLB_SELFTEST_NULL]);
        found += e->low > 0 && plb_estimate_resolved(e, floor_ns);
    }
    *rate = plb_selftest_rate_of(found, POWER_RUNS, 0, 1);
    return PLB_OK;
}

static plb_status draw_power(uint64_t seed, const char *folder, plb_error *error) {
    static const double differences[] = {0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1};
    static const double x_ticks[] = {0, 0.2, 0.4, 0.6, 0.8, 1}, y_ticks[] = {0, 25, 50, 75, 95};
    plb_svg svg;
    plb_status status = plb_svg_open(&svg, folder, "power.svg", 760, 420,
                                     "How often a difference is found in a minute", error);
    if (status != PLB_OK) return status;
    plb_plot p = {&svg, 60, 40, 660, 320, 0, 1.05, 0, 100, false, false};
    plb_plot_axes(&p, x_ticks, COUNT_OF(x_ticks), y_ticks, COUNT_OF(y_ticks),
                  "true difference between call and twin, % of the twin's time",
                  "one-minute runs that find it, %");
    double shares[COUNT_OF(differences)];
    for (size_t i = 0; i < COUNT_OF(differences) && status == PLB_OK; i++) {
        plb_selftest_rate rate;
        status = share_found(differences[i] / 100, seed, &rate, error);
        if (status != PLB_OK) break;
        double x = plb_plot_x(&p, differences[i]);
        shares[i] = 100.0 * rate.hits / rate.runs;
        plb_svg_line(&svg, "a", x, plb_plot_y(&p, 100 * rate.low), x,
                     plb_plot_y(&p, 100 * rate.high));
        plb_svg_dot(&svg, "a", x, plb_plot_y(&p, shares[i]), 4);
    }
    if (status == PLB_OK) plb_plot_line(&p, "a", differences, shares, COUNT_OF(differences));
    plb_status closed = plb_svg_close(&svg, status == PLB_OK ? error : NULL);
    return status == PLB_OK ? closed : status;
}

plb_status plb_selftest_pictures(const plb_selftest_report *report, uint64_t seed,
                                 const char *folder, plb_error *error) {
    plb_status status = draw_coverage(report, folder, error);
    if (status == PLB_OK) status = draw_drift(seed, folder, error);
    if (status == PLB_OK) status = draw_width(seed, folder, error);
    if (status == PLB_OK) status = draw_power(seed, folder, error);
    return status;
}
