/* What a sweep found, as CSV for the reference's fitting and for others, and as histograms. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <plutbench/version.h>

#include "calibrate/sweep/sweep.h"

/* A text stream that `fill` writes. */
static plb_status text_of(const plb_builtin_sweep *sweep,
                          void (*fill)(const plb_builtin_sweep *sweep, FILE *out), char **text,
                          plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    bool good = out != NULL;
    if (good) {
        fill(sweep, out);
        good = ferror(out) == 0;
        good = fclose(out) == 0 && good;
    }
    if (good) return PLB_OK;
    free(*text);
    *text = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep's report");
}

/* "2026-04-27 12:34:56.789 UTC" */
static void put_utc(FILE *out, double seconds) {
    char text[64];
    struct tm parts;
    time_t whole = (time_t) floor(seconds);
    if (gmtime_r(&whole, &parts) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts) == 0) {
        text[0] = '\0';
    }
    fprintf(out, "%s.%03d UTC", text, (int) ((seconds - floor(seconds)) * 1000));
}

/* ---- Criterion's CSV ---- */

static void put_seconds(FILE *out, double ns) { fprintf(out, ",%.12g", fmax(ns, 0) * 1e-9); }

static void put_figure(FILE *out, const plb_estimate *e) {
    put_seconds(out, e->value);
    put_seconds(out, e->low);
    put_seconds(out, e->high);
}

static void fill_criterion(const plb_builtin_sweep *s, FILE *out) {
    const plb_environment *machine = &s->facts.after;
    fprintf(out, "# Plutus Core cost model benchmark results, from plutbench %s\n", plb_version());
    fprintf(out, "# Started at ");
    put_utc(out, s->facts.start_utc_s);
    fprintf(out, "\n# Machine: %s, %d CPUs, %s\n", machine->cpu_model, machine->cpu_count,
            machine->kernel);
    fprintf(out, "benchmark,t,t.mean.lb,t.mean.ub,t.sd,t.sd.lb,t.sd.ub\n");
    for (size_t i = 0; i < s->count; i++) {
        const plb_sweep_timing *t = &s->timings[i];
        char name[PLB_GRID_NAME_BYTES];
        if (t->median.method == NULL || t->mean.method == NULL) continue;
        plb_grid_name(&t->point, name);
        fputs(name, out);
        put_figure(out, &t->mean);
        put_figure(out, &t->deviation);
        fputc('\n', out);
    }
}

plb_status plb_builtin_sweep_criterion(const plb_builtin_sweep *sweep, char **text,
                                       plb_error *error) {
    return text_of(sweep, fill_criterion, text, error);
}

/* ---- Everything ---- */

static void put_number(FILE *out, double value) {
    if (isfinite(value)) {
        fprintf(out, ",%.9g", value);
    } else {
        fputs(",NA", out);
    }
}

static void put_estimate(FILE *out, const plb_estimate *e) {
    put_number(out, e->method != NULL || e->value > 0 ? e->value : NAN);
    put_number(out, e->method != NULL ? e->low : NAN);
    put_number(out, e->method != NULL ? e->high : NAN);
}

static void put_timing(FILE *out, const plb_sweep_timing *t) {
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_name(&t->point, name);
    bool any = t->visits > 0;
    fprintf(out, "%s,%s,%s,%u,%c,%u,%u,%llu,%llu,%s", name, t->point.benchmark,
            t->point.builtin != NULL ? t->point.builtin : "NA", t->point.repeat, t->variant,
            t->visits, t->disturbed, (unsigned long long) t->samples,
            (unsigned long long) t->evaluations, t->precise ? "TRUE" : "FALSE");
    put_number(out, any && t->median.method != NULL ? plb_estimate_precision(&t->median) : NAN);
    put_estimate(out, &t->median);
    put_estimate(out, &t->mean);
    put_estimate(out, &t->deviation);
    const double quantiles[] = {t->least, t->p05, t->p25, t->p75, t->p95, t->most};
    for (int i = 0; i < 6; i++) put_number(out, any ? quantiles[i] : NAN);
    fputc('\n', out);
}

static void fill_csv(const plb_builtin_sweep *s, FILE *out) {
    fputs("name,benchmark,builtin,repeat,variant,visits,disturbed,samples,evaluations,precise,"
          "precision,median_ns,median_low_ns,median_high_ns,mean_ns,mean_low_ns,mean_high_ns,"
          "sd_ns,sd_low_ns,sd_high_ns,min_ns,p05_ns,p25_ns,p75_ns,p95_ns,max_ns\n",
          out);
    for (size_t i = 0; i < s->count; i++) put_timing(out, &s->timings[i]);
}

plb_status plb_builtin_sweep_csv(const plb_builtin_sweep *sweep, char **text, plb_error *error) {
    return text_of(sweep, fill_csv, text, error);
}

/* ---- Files ---- */

/* One histogram a benchmark, of all samples of its points. */
static plb_status put_histogram(const plb_builtin_sweep *s, size_t row, plb_histogram *histogram,
                                FILE *out, plb_error *error) {
    bool any = false;
    for (size_t v = 0; v < s->journal.count; v++) {
        const plb_visit *visit = &s->journal.visits[v];
        if (s->grid->entries[visit->point].benchmark != row) continue;
        any = true;
        for (unsigned i = 0; i < visit->count; i++)
            plb_histogram_record(histogram, (double) visit->samples[i]);
    }
    if (!any) return PLB_OK;
    return plb_histogram_log_line(histogram, out, s->grid->benchmarks.rows[row].name, 0,
                                  s->facts.elapsed_s, error);
}

static plb_status fill_log(void *context, FILE *out, plb_error *error) {
    const plb_builtin_sweep *s = context;
    plb_status status =
        plb_histogram_log_header(out, "plutbench sweep, nanoseconds of one evaluation, all sizes",
                                 s->facts.start_utc_s, error);
    for (size_t row = 0; row < s->grid->benchmarks.count && status == PLB_OK; row++) {
        plb_histogram *histogram = plb_histogram_new();
        if (histogram == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
        status = put_histogram(s, row, histogram, out, error);
        plb_histogram_free(histogram);
    }
    return status;
}

static plb_status write_text(plb_results *results, const char *name, const plb_builtin_sweep *sweep,
                             plb_status (*make)(const plb_builtin_sweep *, char **, plb_error *),
                             plb_error *error) {
    char *text;
    plb_status status = make(sweep, &text, error);
    if (status != PLB_OK) return status;
    status = plb_results_write(results, name, text, strlen(text), error);
    free(text);
    return status;
}

plb_status plb_results_builtin_sweep(plb_results *results, const plb_builtin_sweep *sweep,
                                     plb_error *error) {
    plb_status status =
        write_text(results, "benching.csv", sweep, plb_builtin_sweep_criterion, error);
    if (status == PLB_OK)
        status = write_text(results, "sweep.csv", sweep, plb_builtin_sweep_csv, error);
    if (status == PLB_OK)
        status = write_text(results, "sweep.json", sweep, plb_builtin_sweep_json, error);
    if (status != PLB_OK) return status;
    return plb_results_stream(results, "sweep.hlog", fill_log, (void *) (uintptr_t) sweep, error);
}
