/* What a sweep found, for people and as JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/sweep/sweep.h"
#include "results/format.h"
#include "results/json.h"

#define POINTS_TOLD 20 /* of those that are not precise enough */
#define DRIFT_TOLD 0.01

/* ---- JSON ---- */

static json_t *benchmark_json(const plb_sweep_benchmark *b) {
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(b->name));
    json_object_set_new(o, "points", json_integer((json_int_t) b->points));
    json_object_set_new(o, "precise", json_integer((json_int_t) b->precise));
    json_object_set_new(o, "unmeasured", json_integer((json_int_t) b->unmeasured));
    json_object_set_new(o, "visits", json_integer((json_int_t) b->visits));
    json_object_set_new(o, "time_s", plb_json_number(b->time_s));
    json_object_set_new(o, "worst_precision", plb_json_number(b->worst));
    return o;
}

static json_t *benchmarks_json(const plb_builtin_sweep *sweep) {
    json_t *list = json_array();
    plb_sweep_benchmark benchmark;
    for (size_t i = 0; plb_builtin_sweep_benchmark(sweep, i, &benchmark); i++)
        json_array_append_new(list, benchmark_json(&benchmark));
    return list;
}

static json_t *point_json(const plb_sweep_timing *t) {
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_name(&t->point, name);
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "repeat", json_integer((json_int_t) t->point.repeat));
    json_object_set_new(o, "visits", json_integer((json_int_t) t->visits));
    json_object_set_new(
        o, "precision",
        plb_json_number(t->median.method != NULL ? plb_estimate_precision(&t->median) : INFINITY));
    json_object_set_new(
        o, "median", t->median.method != NULL ? plb_json_estimate(&t->median, "ns") : json_null());
    return o;
}

static json_t *imprecise_json(const plb_builtin_sweep *sweep) {
    json_t *list = json_array();
    for (size_t i = 0; i < sweep->count; i++)
        if (!sweep->timings[i].precise) json_array_append_new(list, point_json(&sweep->timings[i]));
    return list;
}

static json_t *failures_json(const plb_builtin_sweep *sweep) {
    json_t *list = json_array();
    const plb_plugins *plugins = sweep->grid->plugins;
    for (size_t i = 0; i < plb_plugins_builtin_count(plugins); i++) {
        plb_plugin_builtin_facts builtin = plb_plugins_builtin_at(plugins, i);
        if (builtin.failure == NULL) continue;
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "benchmark", builtin.benchmark,
                                              "builtin", builtin.name, "why", builtin.failure));
    }
    return list;
}

static json_t *clock_json(const plb_clock_facts *clock) {
    json_t *o = json_object();
    json_object_set_new(o, "source", json_string(clock->source != NULL ? clock->source : ""));
    json_object_set_new(o, "resolution_ns", plb_json_number(clock->resolution_ns));
    json_object_set_new(o, "read_ns", plb_json_number(clock->read_ns));
    json_object_set_new(o, "call_ns", plb_json_number(clock->call_ns));
    return o;
}

plb_status plb_builtin_sweep_json(const plb_builtin_sweep *sweep, char **text, plb_error *error) {
    const plb_builtin_sweep_facts *f = &sweep->facts;
    json_t *o = json_object();
    const struct {
        const char *name;
        uint64_t value;
    } counts[] = {
        {"points", f->points},
        {"precise", f->precise},
        {"unmeasured", f->unmeasured},
        {"older_variant", f->older_variant},
        {"visits", f->visits},
        {"disturbed_visits", f->disturbed},
        {"samples", f->samples},
        {"sessions", f->sessions},
        {"dropped_records", f->dropped},
        {"seed", f->seed},
        {"shard", f->shard},
        {"shards", f->shards},
    };
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        json_object_set_new(o, counts[i].name, json_integer((json_int_t) counts[i].value));
    json_object_set_new(o, "stopped_by", json_string(plb_sweep_stop_name(f->stop)));
    json_object_set_new(o, "partial", json_boolean(f->stop == PLB_SWEEP_INTERRUPTED));
    json_object_set_new(o, "elapsed_s", plb_json_number(f->elapsed_s));
    json_object_set_new(o, "precision_asked", plb_json_number(f->precision));
    json_object_set_new(o, "autocorrelation", plb_json_number(f->autocorrelation));
    json_object_set_new(o, "drift", plb_json_number(f->drift));
    json_object_set_new(o, "grid_sha256", json_string(f->grid_sha256));
    json_object_set_new(o, "clock", clock_json(&f->clock));
    json_object_set_new(o, "machine", plb_json_environment(&f->after));
    json_object_set_new(o, "flags", plb_json_flags(f->flags));
    json_object_set_new(o, "benchmarks", benchmarks_json(sweep));
    json_object_set_new(o, "imprecise", imprecise_json(sweep));
    json_object_set_new(o, "failed", failures_json(sweep));
    *text = plb_json_text(o);
    json_decref(o);
    return *text != NULL ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for JSON");
}

/* ---- Text ---- */

static void put_benchmarks(const plb_builtin_sweep *sweep, FILE *out) {
    plb_sweep_benchmark b;
    fprintf(out, "%-32s %7s %8s %8s %9s %10s\n", "benchmark", "points", "precise", "visits", "time",
            "worst");
    for (size_t i = 0; plb_builtin_sweep_benchmark(sweep, i, &b); i++) {
        char worst[32] = "unknown";
        if (isfinite(b.worst)) (void) snprintf(worst, sizeof worst, "%.2f %%", 100 * b.worst);
        fprintf(out, "%-32s %7zu %8zu %8llu %7.2f s %10s\n", b.name, b.points, b.precise,
                (unsigned long long) b.visits, b.time_s, worst);
    }
}

/* Points of a benchmark that has failed are told with it. */
static bool is_imprecise(const plb_builtin_sweep *sweep, size_t index) {
    return !sweep->timings[index].precise && !sweep->states[sweep->places[index]].failed;
}

static void put_imprecise(const plb_builtin_sweep *sweep, FILE *out) {
    size_t left = 0, told = 0;
    for (size_t i = 0; i < sweep->count; i++) left += is_imprecise(sweep, i) ? 1 : 0;
    if (left == 0) return;
    fprintf(out, "\n%zu points are not known to %.3g %%%s:\n", left, 100 * sweep->facts.precision,
            left > POINTS_TOLD ? ", such as (all are in sweep.json)" : "");
    for (size_t i = 0; i < sweep->count && told < POINTS_TOLD; i++) {
        const plb_sweep_timing *t = &sweep->timings[i];
        char name[PLB_GRID_NAME_BYTES], value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
        if (!is_imprecise(sweep, i)) continue;
        told++;
        plb_grid_name(&t->point, name);
        if (t->median.method == NULL) {
            fprintf(out, "  %-40s %u visits: too few\n", name, t->visits);
            continue;
        }
        plb_format_estimate_ns(&t->median, value, interval);
        fprintf(out, "  %-40s %s %s, %.2f %% after %u visits\n", name, value, interval,
                100 * plb_estimate_precision(&t->median), t->visits);
    }
}

/* Benchmarks of plug-ins that can't be measured. */
static void put_failures(const plb_builtin_sweep *sweep, FILE *out) {
    const plb_plugins *plugins = sweep->grid->plugins;
    for (size_t i = 0; i < plb_plugins_builtin_count(plugins); i++) {
        plb_plugin_builtin_facts builtin = plb_plugins_builtin_at(plugins, i);
        if (builtin.failure == NULL) continue;
        fprintf(out, "\n%s is left out: %s\n", builtin.benchmark, builtin.failure);
    }
}

static void put_facts(const plb_builtin_sweep *sweep, FILE *out) {
    const plb_builtin_sweep_facts *f = &sweep->facts;
    fprintf(out,
            "\n%zu of %zu points are known to %.3g %% after %llu visits in %.1f s (stopped by %s, "
            "seed %llu",
            f->precise, f->points, 100 * f->precision, (unsigned long long) f->visits, f->elapsed_s,
            plb_sweep_stop_name(f->stop), (unsigned long long) f->seed);
    if (f->shards > 1) fprintf(out, ", shard %u of %u", f->shard, f->shards);
    fputs(")\n", out);
    if (f->older_variant > 0) {
        fprintf(out, "%zu points are evaluated in semantics variant C, because E refuses them\n",
                f->older_variant);
    }
    fprintf(out,
            "%llu visits were disturbed by other processes; autocorrelation of a point's "
            "visits %.2f, drift %.1f %%%s\n",
            (unsigned long long) f->disturbed, f->autocorrelation, 100 * f->drift,
            fabs(f->drift) > DRIFT_TOLD ? ": the machine's speed changed meanwhile" : "");
    if (f->dropped > 0) {
        fprintf(out, "%u torn records at the journal's end were dropped\n", f->dropped);
    }
    for (int flag = 0; flag < PLB_FLAG_COUNT; flag++) {
        if ((f->flags >> flag & 1) == 0) continue;
        fprintf(out, "suspicious: %s: %s\n", plb_flag_name((plb_flag) flag),
                plb_flag_advice((plb_flag) flag));
    }
}

plb_status plb_builtin_sweep_text(const plb_builtin_sweep *sweep, char **text, plb_error *error) {
    size_t length = 0;
    *text = NULL;
    FILE *out = open_memstream(text, &length);
    if (out == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a summary");
    put_benchmarks(sweep, out);
    put_imprecise(sweep, out);
    put_failures(sweep, out);
    put_facts(sweep, out);
    bool good = ferror(out) == 0;
    if (fclose(out) == 0 && good) return PLB_OK;
    free(*text);
    *text = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a summary");
}
