/* Measuring: workers that are started anew again and again, asked for one item after the other in
 * turns, so that what compares was measured within milliseconds. */
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/observe.h>

#include "calibrate/regress/gate.h"
#include "calibrate/sweep/visit.h"
#include "harness/measure/pace.h"
#include "harness/measure/statistics.h"

#define PASS_NS 50000000 /* a process that is done sooner goes over its items again, ... */
#define PASSES_MOST 8
#define PACES 16 /* samples a process */

typedef struct measuring {
    const plb_gate_plan *plan;
    plb_gate_items *items;
    plb_gate_measured *to;
    const char *files[PLB_GATE_ROLES]; /* libraries; NULL: the program's own */
    unsigned roles;
    plb_gate_worker_process workers[PLB_GATE_ROLES];
    size_t *order; /* of the series that are not known yet */
    size_t order_count;
    double *sums; /* of logarithms in this epoch, by role and series */
    plb_random random;
    plb_visitor *visitor; /* of the scale's points; NULL: none */
    uint64_t start_ns;
} measuring;

static double elapsed_s(const measuring *m) {
    return (double) (plb_clock_now_ns() - m->start_ns) * 1e-9;
}

static bool interrupted(const measuring *m) {
    return m->plan->interrupted != NULL && *m->plan->interrupted != 0;
}

/* ---- Room ---- */

static bool make_series(measuring *m) {
    plb_gate_measured *to = m->to;
    to->series = calloc(PLB_GATE_QUANTITIES * m->items->count + 1, sizeof *to->series);
    if (to->series == NULL) return false;
    for (size_t i = 0; i < m->items->count; i++) {
        const plb_gate_item *item = &m->items->list[i];
        for (int q = 0; q < PLB_GATE_QUANTITIES && item->runs; q++) {
            if (q == PLB_GATE_DECODE && item->grid != NULL) continue;
            plb_gate_series *s = &to->series[to->count++];
            *s = (plb_gate_series){.item = i, .quantity = (plb_gate_quantity) q};
            for (unsigned r = 0; r < m->roles; r++) {
                s->logs[r] = calloc(PLB_GATE_EPOCHS_MOST, sizeof *s->logs[r]);
                if (s->logs[r] == NULL) return false;
            }
        }
    }
    to->pace = calloc(PACES * PLB_GATE_EPOCHS_MOST, sizeof *to->pace);
    m->order = calloc(to->count + 1, sizeof *m->order);
    m->sums = calloc(PLB_GATE_ROLES * to->count + 1, sizeof *m->sums);
    return to->pace != NULL && m->order != NULL && m->sums != NULL;
}

void plb_gate_measured_free(plb_gate_measured *measured) {
    for (size_t i = 0; i < measured->count; i++)
        for (int r = 0; r < PLB_GATE_ROLES; r++) free(measured->series[i].logs[r]);
    for (size_t k = 0; k < measured->scale_epochs; k++) free(measured->scale[k]);
    plb_grid_free(measured->scale_grid);
    free(measured->series);
    free(measured->pace);
    *measured = (plb_gate_measured){.series = NULL};
}

static plb_status prepare_scale(measuring *m, plb_error *error) {
    plb_status status = plb_gate_scale_grid(&m->to->scale_grid, error);
    return status == PLB_OK
               ? plb_visitor_new(&m->visitor, m->to->scale_grid, m->plan->seed, 0, error)
               : status;
}

/* ---- Workers ---- */

static plb_status start_workers(measuring *m, plb_error *error) {
    plb_status status = PLB_OK;
    for (unsigned r = 0; r < m->roles && status == PLB_OK; r++) {
        status = plb_gate_worker_start(&m->workers[r], m->plan, m->files[r],
                                       plb_random_next(&m->random), error);
    }
    return status;
}

static void stop_workers(measuring *m) {
    for (unsigned r = 0; r < m->roles; r++) plb_gate_worker_stop(&m->workers[r]);
}

/* The roles in random order. */
static void shuffle_roles(measuring *m, unsigned roles[PLB_GATE_ROLES]) {
    for (unsigned r = 0; r < m->roles; r++) roles[r] = r;
    for (unsigned r = m->roles; r > 1; r--) {
        unsigned other = plb_random_below(&m->random, r), moved = roles[r - 1];
        roles[r - 1] = roles[other];
        roles[other] = moved;
    }
}

static plb_status measure_series(measuring *m, size_t index, uint64_t visit, plb_error *error) {
    const plb_gate_series *s = &m->to->series[index];
    const plb_gate_item *item = &m->items->list[s->item];
    plb_gate_call call;
    plb_gate_made made;
    unsigned roles[PLB_GATE_ROLES];
    plb_status status = plb_gate_item_call(m->items, item, s->quantity, visit, &call, &made, error);
    shuffle_roles(m, roles);
    for (unsigned r = 0; r < m->roles && status == PLB_OK; r++) {
        plb_gate_answer answer;
        status = plb_gate_worker_ask(&m->workers[roles[r]], &call, &answer, error);
        if (status == PLB_OK)
            m->sums[index * PLB_GATE_ROLES + roles[r]] += log(answer.typical_ns);
        else
            (void) plb_error_prefix(error, item->found.name);
    }
    plb_gate_made_free(&made);
    return status;
}

/* ---- Epochs ---- */

static void choose_series(measuring *m) {
    m->order_count = 0;
    for (size_t i = 0; i < m->to->count; i++)
        if (!m->to->series[i].known) m->order[m->order_count++] = i;
}

static void shuffle_series(measuring *m) {
    for (size_t i = m->order_count; i > 1; i--) {
        size_t other = plb_random_below(&m->random, (uint32_t) i), moved = m->order[i - 1];
        m->order[i - 1] = m->order[other];
        m->order[other] = moved;
    }
}

static void tell(const measuring *m) {
    if (m->plan->progress == NULL && m->plan->observer == NULL) return;
    plb_gate_progress progress = {.elapsed_s = elapsed_s(m),
                                  .budget_s = m->plan->time_s,
                                  .processes = m->to->epochs,
                                  .times = m->to->count};
    for (size_t i = 0; i < m->to->count; i++) progress.done += m->to->series[i].known;
    const plb_event event = {.kind = PLB_EVENT_PROGRESS,
                             .at_ns = plb_clock_now_ns(),
                             .progress = {.what = "times",
                                          .done = progress.done,
                                          .total = progress.times,
                                          .elapsed_s = progress.elapsed_s,
                                          .budget_s = progress.budget_s}};
    (void) plb_observe(m->plan->observer, &event);
    if (m->plan->progress != NULL) m->plan->progress(m->plan->progress_context, &progress);
}

/* Each role has a process of its own in an epoch; `passes` 0: they begin. */
static void tell_processes(const measuring *m, unsigned passes, uint64_t began_ns) {
    plb_event event = {.kind = passes > 0 ? PLB_EVENT_PROCESS_ENDED : PLB_EVENT_PROCESS_BEGUN,
                       .at_ns = began_ns,
                       .part = {.rounds = passes,
                                .time_budget_ns = PASS_NS,
                                .took_ns = plb_clock_now_ns() - began_ns}};
    for (unsigned r = 0; r < m->roles; r++) {
        event.process = (uint32_t) m->to->epochs * m->roles + r;
        (void) plb_observe(m->plan->observer, &event);
    }
}

static plb_status measure_pass(measuring *m, uint64_t visit, plb_error *error) {
    plb_status status = PLB_OK;
    shuffle_series(m);
    for (size_t i = 0; i < m->order_count && status == PLB_OK && !interrupted(m); i++) {
        if (i % 16 == 0) tell(m);
        status = measure_series(m, m->order[i], visit, error);
    }
    return status;
}

static plb_status measure_scale(measuring *m, plb_error *error) {
    size_t points = m->visitor != NULL ? plb_grid_count(m->to->scale_grid) : 0;
    if (points == 0) return PLB_OK;
    double *logs = calloc(points, sizeof *logs);
    if (logs == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the scale");
    m->to->scale[m->to->scale_epochs++] = logs;
    plb_status status = PLB_OK;
    for (size_t i = 0; i < points && status == PLB_OK; i++) {
        plb_visit visit;
        status = plb_visit_take(m->visitor, i, m->to->epochs, '?', &visit, error);
        logs[i] = log((double) visit.typical);
    }
    return status;
}

static bool is_known(const plb_gate_series *s, double precision) {
    plb_measured figure = s->logs[PLB_GATE_BEFORE] != NULL
                              ? plb_gate_interleaved_case(s).change
                              : plb_gate_level(s, PLB_GATE_NOW, PLB_GATE_AGAIN);
    return plb_gate_known(figure, s->count, precision);
}

/* What the epoch's processes found goes into the series. */
static void keep(measuring *m, unsigned passes) {
    for (size_t i = 0; i < m->order_count; i++) {
        size_t index = m->order[i];
        plb_gate_series *s = &m->to->series[index];
        for (unsigned r = 0; r < m->roles; r++)
            s->logs[r][s->count] = m->sums[index * PLB_GATE_ROLES + r] / passes;
        s->count++;
        s->known = is_known(s, m->plan->precision);
    }
}

static plb_status measure_epoch(measuring *m, plb_error *error) {
    unsigned passes = 0;
    uint64_t start = plb_clock_now_ns();
    memset(m->sums, 0, PLB_GATE_ROLES * m->to->count * sizeof *m->sums);
    for (int i = 0; i < PACES; i++) m->to->pace[m->to->pace_count++] = plb_pace_sample_ns();
    tell_processes(m, 0, start);
    plb_status status = start_workers(m, error);
    while (status == PLB_OK && passes < PASSES_MOST && !interrupted(m) &&
           (passes == 0 || plb_clock_now_ns() - start < PASS_NS)) {
        uint64_t visit = (uint64_t) m->to->epochs * PASSES_MOST + passes++;
        status = measure_pass(m, visit, error);
    }
    stop_workers(m);
    tell_processes(m, passes, start);
    if (status == PLB_OK && !interrupted(m)) status = measure_scale(m, error);
    if (status != PLB_OK || interrupted(m)) return status;
    keep(m, passes);
    m->to->epochs++;
    return PLB_OK;
}

static plb_status measure_all(measuring *m, plb_error *error) {
    plb_status status = PLB_OK;
    for (choose_series(m); m->order_count > 0 && status == PLB_OK; choose_series(m)) {
        double each_s = m->to->epochs > 0 ? elapsed_s(m) / m->to->epochs : 0;
        bool enough = m->to->epochs >= PLB_GATE_PROCESSES_LEAST;
        m->to->interrupted = interrupted(m);
        m->to->timed_out = m->to->epochs == PLB_GATE_EPOCHS_MOST ||
                           (enough && elapsed_s(m) + each_s / 2 > m->plan->time_s);
        if (m->to->interrupted || m->to->timed_out) return PLB_OK;
        status = measure_epoch(m, error);
    }
    return status;
}

/* Workers inherit it, so that all measure on the same one. */
static plb_status pin_thread(plb_error *error) {
    cpu_set_t cpus;
    int cpu = sched_getcpu();
    CPU_ZERO(&cpus);
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET((size_t) cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) == 0) return PLB_OK;
    return plb_fail(error, PLB_E_MEASURE, NULL, "the thread can't be kept on CPU %d", cpu);
}

plb_status plb_gate_measure(plb_gate_measured *measured, plb_gate_items *items,
                            const plb_gate_plan *plan, plb_error *error) {
    bool against = plan->against != NULL;
    measuring m = {.plan = plan,
                   .items = items,
                   .to = measured,
                   .roles = against ? PLB_GATE_ROLES : PLB_GATE_BEFORE,
                   .files = {plan->library, plan->library, plan->against}};
    *measured = (plb_gate_measured){.series = NULL};
    plb_random_seed(&m.random, plan->seed);
    plb_status status =
        make_series(&m) ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for times");
    if (status == PLB_OK && plan->pin) status = pin_thread(error);
    if (status == PLB_OK && plan->update && !against) status = prepare_scale(&m, error);
    plb_environment_read(&measured->before, "");
    m.start_ns = plb_clock_now_ns();
    if (status == PLB_OK) status = measure_all(&m, error);
    measured->elapsed_s = elapsed_s(&m);
    plb_environment_read(&measured->after, "");
    plb_visitor_free(m.visitor);
    free(m.order);
    free(m.sums);
    return status;
}

/* ---- Budgets of another library ---- */

static plb_status charge_item(plb_gate_items *items, const plb_gate_item *item,
                              plb_gate_worker_process *worker, plb_gate_budget *budgets,
                              plb_error *error) {
    for (int v = 0; v < PLB_GATE_VARIANTS; v++) {
        plb_era era;
        plb_gate_call call;
        plb_gate_made made;
        plb_gate_answer answer;
        if (!plb_gate_item_era(item, v, &era)) continue;
        plb_status status = plb_gate_item_charge_call(items, item, era, &call, &made, error);
        if (status == PLB_OK) {
            (void) plb_gate_worker_ask(worker, &call, &answer, error);
            if (worker->process == 0) status = plb_error_prefix(error, item->found.name);
        }
        plb_gate_made_free(&made);
        if (status != PLB_OK) return status;
        budgets[v] = (plb_gate_budget){answer.error.status == PLB_OK, answer.spent};
    }
    return PLB_OK;
}

plb_status plb_gate_charge_by(plb_gate_items *items, const plb_gate_plan *plan, const char *file,
                              plb_gate_budget *budgets, char name[PLB_GATE_LIBRARY_BYTES],
                              plb_error *error) {
    plb_gate_worker_process worker;
    plb_status status = plb_gate_worker_start(&worker, plan, file, plan->seed, error);
    if (status != PLB_OK) return status;
    memcpy(name, worker.hello.library, PLB_GATE_LIBRARY_BYTES);
    for (size_t i = 0; i < items->count && status == PLB_OK; i++)
        status =
            charge_item(items, &items->list[i], &worker, budgets + i * PLB_GATE_VARIANTS, error);
    plb_gate_worker_stop(&worker);
    return status;
}
