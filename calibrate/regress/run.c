/* Measure, compare, tell. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <plutbench/scale.h>

#include "calibrate/regress/gate.h"
#include "calibrate/sweep/precision.h"
#include "harness/measure/statistics.h"

#define TIME_DEFAULT_S 60
#define TOLERANCE_DEFAULT 0.02
#define BETWEEN_RUNS_DEFAULT 0.005
#define LEVEL 0.95

/* ---- Defaults ---- */

/* Where a library is beside a program, in a build's folder or an installed one. */
static bool library_beside(char path[PATH_MAX]) {
    static const char *const places[] = {
        "lib/libplutbench.so", "../lib/libplutbench.so", "../lib/x86_64-linux-gnu/libplutbench.so",
        "../lib/aarch64-linux-gnu/libplutbench.so", "../lib64/libplutbench.so"};
    char program[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return false;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) return false;
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        int wanted =
            snprintf(path, PATH_MAX, "%.*s/%s", (int) (slash - program), program, places[i]);
        if (wanted < PATH_MAX && access(path, R_OK) == 0) return true;
    }
    return false;
}

static plb_status complete_plan(const plb_gate_plan *given, plb_gate_plan *plan,
                                char library[PATH_MAX], plb_error *error) {
    uint64_t entropy = plb_clock_now_ns() ^ (uint64_t) time(NULL) << 20;
    *plan = *given;
    if (!(plan->time_s > 0)) plan->time_s = TIME_DEFAULT_S;
    if (!(plan->tolerance > 0)) plan->tolerance = TOLERANCE_DEFAULT;
    if (!(plan->between_runs > 0)) plan->between_runs = BETWEEN_RUNS_DEFAULT;
    if (!(plan->precision > 0)) plan->precision = plan->tolerance / 4;
    if (plan->seed == 0) plan->seed = plb_random_mix(&entropy) >> 12 | 1;
    if (plan->library != NULL && plan->against == NULL)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "a library to measure goes with another one");
    if (plan->plugins != NULL && plan->against != NULL)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "another library does not take plug-ins");
    if (plan->against == NULL || plan->library != NULL) return PLB_OK;
    plan->library = library;
    if (library_beside(library)) return PLB_OK;
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "expected the library that the other one is compared with: there is no "
                    "libplutbench.so beside the program");
}

/* ---- Budgets ---- */

bool plb_gate_same_budget(const plb_gate_budget *a, const plb_gate_budget *b) {
    return a->known == b->known &&
           (!a->known || (a->used.memory == b->used.memory && a->used.steps == b->used.steps));
}

static void compare_budgets(plb_gate *g, const plb_gate_item *item, const plb_gate_budget *before) {
    plb_gate_report *r = &g->report;
    r->budgets_compared++;
    for (int v = 0; v < PLB_GATE_VARIANTS; v++) {
        const plb_gate_budget *now = &item->found.budgets[v];
        if (plb_gate_same_budget(&before[v], now)) continue;
        g->budgets[r->budget_count++] =
            (plb_gate_budget_row){item->found.name, (char) ('A' + v), before[v], *now};
    }
}

/* Whether the baseline's item is the same thing: a script may have changed. */
static bool is_same_thing(const plb_baseline_item *before, const plb_gate_item *item) {
    return strcmp(before->sha256, item->found.sha256) == 0;
}

/* With the baseline's, which are exact; without one with the older library's. */
static plb_status compare_all_budgets(plb_gate *g, const plb_gate_plan *plan, plb_error *error) {
    size_t count = g->items.count;
    plb_gate_budget *by = calloc(2 * count * PLB_GATE_VARIANTS + 1, sizeof *by);
    plb_gate_budget *older = by != NULL ? by + count * PLB_GATE_VARIANTS : NULL;
    g->budgets = calloc(count * PLB_GATE_VARIANTS + 1, sizeof *g->budgets);
    plb_status status = by != NULL && g->budgets != NULL
                            ? PLB_OK
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for budgets");
    if (status == PLB_OK && plan->against != NULL) {
        status = plb_gate_charge_by(&g->items, plan, plan->library, by, g->own_name, error);
        if (status == PLB_OK)
            status =
                plb_gate_charge_by(&g->items, plan, plan->against, older, g->other_name, error);
    }
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        plb_gate_item *item = &g->items.list[i];
        const plb_baseline_item *before = plb_baseline_find(plan->baseline, item->found.name);
        if (plan->against != NULL)
            memcpy(item->found.budgets, by + i * PLB_GATE_VARIANTS, sizeof item->found.budgets);
        if (before != NULL && is_same_thing(before, item)) {
            compare_budgets(g, item, before->budgets);
        } else if (before == NULL && plan->against != NULL) {
            compare_budgets(g, item, older + i * PLB_GATE_VARIANTS);
        } else {
            g->report.budgets_new++;
        }
    }
    free(by);
    g->report.budgets = g->budgets;
    return status;
}

/* ---- Times ---- */

/* How times of the baseline become this machine's: by a factor that is itself uncertain. */
typedef struct conversion {
    double factor, error; /* of its logarithm; infinite: they do not compare */
} conversion;

static conversion find_scale(plb_gate *g, const plb_baseline *baseline) {
    plb_machine_scale *scale = NULL;
    conversion c = {1, INFINITY};
    plb_status status = plb_gate_scale_make(&scale, baseline->scale, baseline->scale_count,
                                            g->scale, g->scale_count, &g->no_scale);
    if (status == PLB_OK) {
        c = (conversion){scale->factor, plb_machine_scale_deviation(scale)};
        g->report.scale = (plb_estimate){.value = scale->factor,
                                         .low = scale->low,
                                         .high = scale->high,
                                         .level = LEVEL,
                                         .count = scale->points,
                                         .method = "builtins whose time is their libraries'"};
        g->report.scale_count = scale->used;
    } else {
        g->report.no_scale = g->no_scale.message;
    }
    plb_machine_scale_free(scale);
    return c;
}

static conversion find_conversion(plb_gate *g, const plb_gate_plan *plan) {
    double here = g->machine.pace_ns, there = 0;
    if (plan->baseline != NULL) there = plan->baseline->machine.pace_ns;
    if (here > 0 && there > 0) g->report.pace_ratio = here / there;
    switch (g->report.mode) {
    case PLB_GATE_SCALED: return find_scale(g, plan->baseline);
    case PLB_GATE_SAME_MACHINE:
        return (conversion){g->report.pace_ratio > 0 ? g->report.pace_ratio : 1, 0};
    default: return (conversion){1, 0};
    }
}

static plb_gate_time converted(plb_gate_time time, double factor) {
    time.ns *= factor;
    time.low_ns *= factor;
    time.high_ns *= factor;
    return time;
}

/* The rows that there is something to judge of, with their figures. */
typedef struct judging {
    plb_gate_row **rows;
    plb_gate_case *cases;
    plb_measured *changes;
    size_t count;
} judging;

static void judging_free(judging *j) {
    free(j->rows);
    free(j->cases);
    free(j->changes);
}

static void add_case(judging *j, plb_gate_row *row, plb_gate_case c) {
    j->rows[j->count] = row;
    j->changes[j->count] = c.change;
    j->cases[j->count++] = c;
}

/* What is known of one series, and a case where it can be compared. */
static void compare_series(plb_gate *g, const plb_gate_plan *plan, const plb_gate_series *s,
                           conversion convert, judging *j) {
    plb_gate_item *item = &g->items.list[s->item];
    plb_gate_row *row = &g->rows[g->report.row_count++];
    const plb_baseline_item *before = plb_baseline_find(plan->baseline, item->found.name);
    plb_gate_case c = plb_gate_interleaved_case(s);
    *row = (plb_gate_row){.name = item->found.name,
                          .quantity = s->quantity,
                          .verdict = PLB_GATE_NEW,
                          .after = plb_gate_time_of(s, PLB_GATE_NOW, PLB_GATE_AGAIN)};
    item->found.times[s->quantity] = row->after;
    if (row->after.ns > 0) plb_baseline_today(item->found.measured);
    if (row->after.processes > g->report.processes)
        g->report.processes = (uint32_t) row->after.processes;
    if (plan->against != NULL) {
        row->before = plb_gate_time_of(s, PLB_GATE_BEFORE, PLB_GATE_BEFORE);
        add_case(j, row, c);
    } else if (before != NULL && !is_same_thing(before, item)) {
        row->verdict = PLB_GATE_OTHER;
    } else if (before != NULL && before->times[s->quantity].ns > 0) {
        row->before = converted(before->times[s->quantity], convert.factor);
        if (isinf(convert.error)) row->before.ns = 0; /* as it would be here: nobody knows */
        c.change = plb_measured_difference(plb_gate_level(s, PLB_GATE_NOW, PLB_GATE_AGAIN),
                                           plb_gate_figure_of(&row->before));
        add_case(j, row,
                 (plb_gate_case){plb_gate_widened(c.change, convert.error, INFINITY), c.nothing});
    }
}

/* Between two runs more differs than within either. */
static void widen_for_runs(plb_gate *g, const plb_gate_plan *plan, judging *j) {
    double freedom, seen = plb_gate_between(j->changes, j->count, &freedom);
    if (seen <= plan->between_runs) freedom = INFINITY; /* it is stated */
    g->report.between_runs_seen = seen;
    g->report.between_runs = fmax(plan->between_runs, seen);
    for (size_t i = 0; i < j->count; i++)
        j->cases[i].change = plb_gate_widened(j->cases[i].change, g->report.between_runs, freedom);
}

/* How far all of it moved. */
static void describe_all(plb_gate *g, const judging *j) {
    size_t known = 0;
    double *changes = calloc(j->count + 1, sizeof *changes);
    if (changes == NULL) return; /* then it is not told */
    for (size_t i = 0; i < j->count; i++)
        if (isfinite(j->rows[i]->change)) changes[known++] = j->rows[i]->change;
    if (known >= PLB_VISITS_LEAST) g->report.common = plb_median_of_visits(changes, known, 1);
    if (g->report.common.method != NULL) g->report.common.method = "median of all changes";
    free(changes);
}

static plb_status judge(plb_gate *g, const plb_gate_plan *plan, judging *j, plb_error *error) {
    plb_gate_report *r = &g->report;
    bool interleaved = plan->against != NULL;
    if (!interleaved) widen_for_runs(g, plan, j);
    plb_status status =
        plb_gate_judge(j->rows, j->cases, j->count, plan->tolerance, LEVEL, plan->both, error);
    for (size_t i = 0; i < j->count && r->no_scale != NULL; i++)
        (void) snprintf(j->rows[i]->advice, sizeof j->rows[i]->advice,
                        "measure on the baseline's machine, or --against the older library");
    r->null_called = plb_gate_null_called(j->cases, j->count, &r->null_suspicious);
    if (r->null_suspicious) r->flags |= 1U << PLB_FLAG_NULL;
    if (status == PLB_OK) describe_all(g, j);
    return status;
}

static plb_status compare_times(plb_gate *g, const plb_gate_plan *plan, plb_error *error) {
    const plb_gate_measured *m = &g->measured;
    judging j = {calloc(m->count + 1, sizeof *j.rows), calloc(m->count + 1, sizeof *j.cases),
                 calloc(m->count + 1, sizeof *j.changes), 0};
    plb_status status = j.rows != NULL && j.cases != NULL && j.changes != NULL
                            ? PLB_OK
                            : plb_fail(error, PLB_E_MEMORY, NULL, "no memory to compare");
    conversion convert = find_conversion(g, plan);
    for (size_t i = 0; i < m->count && status == PLB_OK; i++)
        compare_series(g, plan, &m->series[i], convert, &j);
    if (status == PLB_OK) status = judge(g, plan, &j, error);
    judging_free(&j);
    return status;
}

/* ---- What was measured, beside times ---- */

static void describe_machine(plb_gate *g) {
    const plb_environment *e = &g->report.machine;
    plb_environment_read(&g->report.machine, "");
    plb_baseline_set_text(g->machine.cpu_model, e->cpu_model);
    plb_baseline_set_text(g->machine.clock_source, e->clocksource);
    g->machine.cpus = e->cpu_count > 0 ? e->cpu_count : 0;
    g->machine.hypervisor = e->hypervisor;
}

static void describe_conditions(plb_gate *g) {
    plb_gate_measured *m = &g->measured;
    if (m->pace_count > 0) g->machine.pace_ns = plb_median_of(m->pace, m->pace_count);
    if (m->epochs > 0)
        g->report.flags = plb_environment_flags(&m->before, &m->after, fmax(m->elapsed_s, 1e-3));
}

static plb_status describe_scale_points(plb_gate *g, plb_error *error) {
    const plb_gate_measured *m = &g->measured;
    double levels[PLB_GATE_EPOCHS_MOST];
    size_t count = m->scale_grid != NULL ? plb_grid_count(m->scale_grid) : 0;
    g->scale = calloc(count + 1, sizeof *g->scale);
    if (g->scale == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the scale");
    for (size_t i = 0; i < count; i++) {
        plb_grid_point point = plb_grid_at(m->scale_grid, i);
        plb_baseline_item *item = &g->scale[g->scale_count];
        for (size_t k = 0; k < m->scale_epochs; k++) levels[k] = m->scale[k][i];
        plb_grid_name(&point, item->name);
        item->times[PLB_GATE_EVALUATE] = plb_gate_time_of_levels(levels, m->scale_epochs);
        if (item->times[PLB_GATE_EVALUATE].ns > 0) g->scale_count++;
    }
    return PLB_OK;
}

/* Rows for what the baseline has and nobody measured, unless others were named. */
static plb_status add_gone(plb_gate *g, const plb_gate_plan *plan, plb_error *error) {
    const plb_baseline *b = plan->baseline;
    if (b == NULL || plan->chosen) return PLB_OK;
    g->names = calloc(b->count + 1, PLB_BASELINE_NAME_BYTES);
    if (g->names == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for names");
    for (size_t i = 0; i < b->count; i++) {
        char *name = g->names + i * PLB_BASELINE_NAME_BYTES;
        bool there = false;
        for (size_t k = 0; k < g->items.count && !there; k++)
            there = strcmp(g->items.list[k].found.name, b->items[i].name) == 0;
        if (there) continue;
        (void) strcpy(name, b->items[i].name);
        g->rows[g->report.row_count++] = (plb_gate_row){
            .name = name, .verdict = PLB_GATE_GONE, .before = b->items[i].times[PLB_GATE_EVALUATE]};
    }
    return PLB_OK;
}

/* Where nothing is timed, scripts that are others than they were have rows all the same. */
static void add_others(plb_gate *g, const plb_gate_plan *plan) {
    for (size_t i = 0; i < g->items.count; i++) {
        const plb_gate_item *item = &g->items.list[i];
        const plb_baseline_item *before = plb_baseline_find(plan->baseline, item->found.name);
        if (before != NULL && !is_same_thing(before, item))
            g->rows[g->report.row_count++] =
                (plb_gate_row){.name = item->found.name, .verdict = PLB_GATE_OTHER};
    }
}

static bool has_times(const plb_baseline *baseline) {
    for (size_t i = 0; baseline != NULL && i < baseline->count; i++)
        for (int q = 0; q < PLB_GATE_QUANTITIES; q++)
            if (baseline->items[i].times[q].ns > 0) return true;
    return false;
}

static plb_gate_mode mode_of(const plb_gate *g, const plb_gate_plan *plan) {
    if (plan->budgets_only) return PLB_GATE_BUDGETS;
    if (plan->against != NULL) return PLB_GATE_INTERLEAVED;
    if (!has_times(plan->baseline)) return PLB_GATE_FIRST;
    return plb_baseline_same_machine(&plan->baseline->machine, &g->machine) ? PLB_GATE_SAME_MACHINE
                                                                            : PLB_GATE_SCALED;
}

static void fill_report(plb_gate *g, const plb_gate_plan *plan) {
    plb_gate_report *r = &g->report;
    plb_gate_measured *m = &g->measured;
    r->rows = g->rows;
    for (size_t i = 0; i < r->row_count; i++) r->verdicts[r->rows[i].verdict]++;
    r->baseline = plan->baseline != NULL ? g->baseline_name : NULL;
    r->against = plan->against != NULL ? g->other_name : NULL;
    r->measured = g->own_name;
    r->both = plan->both;
    r->tolerance = plan->tolerance;
    r->level = 1 - LEVEL;
    r->items = g->items.count;
    r->elapsed_s = m->elapsed_s;
    r->interrupted = m->interrupted;
    r->timed_out = m->timed_out;
    r->seed = plan->seed;
}

/* ---- The whole ---- */

static plb_status measure(plb_gate *g, const plb_gate_plan *plan, plb_error *error) {
    plb_gate_plan with_scale = *plan;
    with_scale.update |= g->report.mode == PLB_GATE_SCALED;
    plb_status status = plb_gate_measure(&g->measured, &g->items, &with_scale, error);
    if (status != PLB_OK) return status;
    describe_conditions(g);
    status = describe_scale_points(g, error);
    return status == PLB_OK ? compare_times(g, plan, error) : status;
}

static plb_status run(plb_gate *g, const plb_gate_plan *plan, plb_error *error) {
    size_t known = plan->baseline != NULL ? plan->baseline->count : 0;
    plb_gate_library own;
    plb_gate_library_own(&own, NULL);
    plb_gate_library_name(&own, g->own_name, sizeof g->own_name);
    g->baseline_name = strdup(plan->baseline_name != NULL ? plan->baseline_name : "baseline");
    plb_status status = plb_gate_items_choose(&g->items, plan, error);
    if (status == PLB_OK) status = plb_gate_items_charge(&g->items, plan->baseline, error);
    if (status != PLB_OK) return status;
    g->rows = calloc(PLB_GATE_QUANTITIES * g->items.count + known + 1, sizeof *g->rows);
    if (g->rows == NULL || g->baseline_name == NULL)
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for rows");
    describe_machine(g);
    g->report.mode = mode_of(g, plan);
    if (g->report.mode == PLB_GATE_SCALED && plan->update && plan->chosen)
        return plb_fail(error, PLB_E_ARGUMENT, g->baseline_name,
                        "its times are another machine's: expected all of it to be measured (name "
                        "nothing)");
    status = compare_all_budgets(g, plan, error);
    if (status == PLB_OK && !plan->budgets_only) status = measure(g, plan, error);
    if (status == PLB_OK && plan->budgets_only) add_others(g, plan);
    if (status == PLB_OK) status = add_gone(g, plan, error);
    fill_report(g, plan);
    return status;
}

plb_status plb_gate_run(const plb_gate_plan *given, plb_gate **gate, plb_error *error) {
    plb_error ignored;
    plb_gate_plan plan;
    char library[PATH_MAX];
    plb_gate *g = calloc(1, sizeof *g);
    *gate = NULL;
    if (error == NULL) error = &ignored;
    if (g == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a gate");
    plb_status status = complete_plan(given, &plan, library, error);
    if (status == PLB_OK) status = run(g, &plan, error);
    if (status == PLB_OK) {
        *gate = g;
    } else {
        plb_gate_free(g);
    }
    return status;
}

void plb_gate_free(plb_gate *g) {
    if (g == NULL) return;
    plb_gate_items_free(&g->items);
    plb_gate_measured_free(&g->measured);
    free(g->rows);
    free(g->budgets);
    free(g->scale);
    free(g->names);
    free(g->baseline_name);
    free(g);
}

const plb_gate_report *plb_gate_told(const plb_gate *gate) { return &gate->report; }
