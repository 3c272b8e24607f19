/* Visiting points until they are known well enough. */
#include <errno.h>
#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <plutbench/observe.h>

#include "calibrate/sweep/sweep.h"
#include "harness/measure/random.h"
#include "harness/measure/statistics.h"

#define PROGRESS_NS 200000000
#define PRECISION_DEFAULT 0.01
#define TIME_DEFAULT_S 600
#define VISITS_MAX_DEFAULT 256
#define FAIR 4
#define LOOKS 8 /* precision is looked at again after an eighth as many visits as there are */

typedef struct sweeping {
    const plb_builtin_sweep_plan *plan;
    plb_builtin_sweep *sweep;
    plb_journal *journal;
    plb_visitor *visitor;
    plb_random order;
    uint64_t start_ns, told_ns;
    double before_s; /* spent in earlier sessions */
    double time_s;
    uint64_t visits_max;
    uint32_t *active; /* points of this pass, in random order */
    size_t active_count, at;
    uint32_t rounds; /* over them before their precision is looked at again */
    double *walls;   /* scratch: what visits of them take */
    double fair_s;   /* points whose visits take longer are not visited in every round */
} sweeping;

static double elapsed_s(const sweeping *s) {
    return s->before_s + (double) (plb_clock_now_ns() - s->start_ns) * 1e-9;
}

/* ---- Which points, in which order ---- */

static bool wants_visit(const sweeping *s, const plb_sweep_state *state) {
    if (state->visits >= s->visits_max || state->failed) return false;
    if (state->visits < PLB_VISITS_LEAST) return true;
    return !(state->precision <= s->sweep->facts.precision);
}

static void shuffle(sweeping *s) {
    for (size_t i = s->active_count; i > 1; i--) {
        size_t j = plb_random_below(&s->order, (uint32_t) i);
        uint32_t moved = s->active[i - 1];
        s->active[i - 1] = s->active[j];
        s->active[j] = moved;
    }
    s->at = 0;
}

static double wall_of(const plb_sweep_state *state) {
    return state->visits > 0 ? state->wall_s / state->visits : 0;
}

/* A point whose visits take as long as those of a hundred others should not cost the precision of a
 * hundred: beyond FAIR times the median, points share the time of rounds and not their number. */
static void find_fair_share(sweeping *s) {
    for (size_t i = 0; i < s->active_count; i++)
        s->walls[i] = wall_of(&s->sweep->states[s->active[i]]);
    s->fair_s = s->active_count > 0 ? FAIR * plb_median_of(s->walls, s->active_count) : 0;
}

static bool is_its_turn(sweeping *s, const plb_sweep_state *state) {
    double wall_s = wall_of(state);
    if (state->visits >= s->visits_max || state->failed) return false;
    return state->visits < PLB_VISITS_LEAST || wall_s <= s->fair_s ||
           plb_random_unit(&s->order) * wall_s < s->fair_s;
}

/* The points that want a visit, shuffled. Those with fewer visits than PLB_VISITS_LEAST catch up
 * first, so that an interrupted pass is finished before another begins. */
static void choose_points(sweeping *s) {
    uint32_t fewest = PLB_VISITS_LEAST;
    for (size_t i = 0; i < s->sweep->count; i++) {
        const plb_sweep_state *state = &s->sweep->states[s->sweep->places[i]];
        if (!state->failed && state->visits < fewest) fewest = state->visits;
    }
    s->active_count = 0;
    s->rounds = 0;
    uint64_t visits = 0;
    for (size_t i = 0; i < s->sweep->count; i++) {
        const plb_sweep_state *state = &s->sweep->states[s->sweep->places[i]];
        bool behind = fewest == PLB_VISITS_LEAST || state->visits == fewest;
        if (!behind || !wants_visit(s, state)) continue;
        s->active[s->active_count++] = s->sweep->places[i];
        visits += state->visits;
    }
    if (s->active_count > 0) s->rounds = (uint32_t) (visits / s->active_count / LOOKS);
    find_fair_share(s);
    shuffle(s);
}

/* ---- Progress ---- */

/* Visits that a point still needs, as its precision falls with their square root. */
static double visits_left(const sweeping *s, const plb_sweep_state *state) {
    if (!wants_visit(s, state)) return 0;
    double have = state->visits, wanted = PLB_VISITS_LEAST + 2;
    if (isfinite(state->precision)) {
        double ratio = state->precision / s->sweep->facts.precision;
        wanted = fmax(have + 1, have * ratio * ratio);
    }
    return fmax(1, fmin(wanted, (double) s->visits_max) - have);
}

static void tell_progress(sweeping *s, const plb_grid_point *point) {
    if (s->plan->progress == NULL && s->plan->observer == NULL) return;
    uint64_t now = plb_clock_now_ns();
    if (point != NULL && now - s->told_ns < PROGRESS_NS) return;
    s->told_ns = now;
    plb_builtin_sweep_progress progress = {
        .elapsed_s = elapsed_s(s),
        .budget_s = s->time_s,
        .points = s->sweep->count,
        .visits = s->sweep->journal.count,
    };
    double known_s = 0, known = 0, unknown = 0;
    for (size_t i = 0; i < s->sweep->count; i++) {
        const plb_sweep_state *state = &s->sweep->states[s->sweep->places[i]];
        double left = visits_left(s, state);
        progress.done += left > 0 ? 0 : 1;
        if (state->visits > 0) {
            progress.left_s += left * state->wall_s / state->visits;
            known_s += state->wall_s / state->visits;
            known += 1;
        } else {
            unknown += left;
        }
    }
    if (known > 0) progress.left_s += unknown * known_s / known;
    progress.left_s = fmin(progress.left_s, fmax(0, s->time_s - progress.elapsed_s));
    if (point != NULL) plb_grid_name(point, progress.name);
    const plb_event event = {.kind = PLB_EVENT_PROGRESS,
                             .at_ns = now,
                             .progress = {.what = "points",
                                          .done = progress.done,
                                          .total = progress.points,
                                          .elapsed_s = progress.elapsed_s,
                                          .budget_s = progress.budget_s}};
    (void) plb_observe(s->plan->observer, &event);
    if (s->plan->progress != NULL) s->plan->progress(s->plan->progress_context, &progress);
}

/* ---- Visits ---- */

static bool is_interrupted(const sweeping *s) {
    return s->plan->interrupted != NULL && *s->plan->interrupted != 0;
}

/* A plug-in's benchmark that can't be measured is left out, and the sweep goes on. */
static plb_status leave_out(sweeping *s, uint32_t point, plb_status status,
                            const plb_error *error) {
    const plb_grid *grid = s->plan->grid;
    const plb_benchmark *benchmark = plb_grid_benchmark_of(grid, point);
    if (status != PLB_E_MEASURE || benchmark->plugin == NULL) return status;
    plb_plugin_mark(grid->plugins, (unsigned) benchmark->id, error);
    plb_sweep_note_failures(s->sweep);
    return PLB_OK;
}

static void tell_visit(const sweeping *s, const plb_visit *visit, uint64_t number,
                       uint64_t began_ns) {
    char name[PLB_GRID_NAME_BYTES];
    if (s->plan->observer == NULL) return;
    plb_grid_point point = plb_grid_at(s->plan->grid, visit->point);
    plb_grid_name(&point, name);
    const plb_event event = {.kind = PLB_EVENT_VISIT,
                             .at_ns = began_ns,
                             .visit = {.point = name,
                                       .number = number,
                                       .took_ns = plb_clock_now_ns() - began_ns,
                                       .typical_ns = (double) visit->typical,
                                       .samples = visit->count,
                                       .batch = visit->batch,
                                       .disturbed = visit->disturbed}};
    (void) plb_observe(s->plan->observer, &event);
}

static plb_status visit_next(sweeping *s, plb_error *error) {
    uint32_t point = s->active[s->at++];
    plb_sweep_state *state = &s->sweep->states[point];
    plb_visit visit;
    if (!is_its_turn(s, state)) return PLB_OK;
    uint64_t number = state->visits, began_ns = plb_clock_now_ns();
    plb_status status = plb_visit_take(s->visitor, point, number, state->variant, &visit, error);
    if (status != PLB_OK) return leave_out(s, point, status, error);
    tell_visit(s, &visit, number, began_ns);
    visit.session = s->sweep->journal.sessions;
    visit.at_s = (float) elapsed_s(s);
    plb_journal_round(&visit);
    if (!plb_journal_keep(&s->sweep->journal, &visit)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for more visits");
    }
    plb_sweep_count_visit(s->sweep, &visit);
    plb_grid_point told = plb_grid_at(s->plan->grid, point);
    tell_progress(s, &told);
    return plb_journal_visit(s->journal, &visit, error);
}

/* Passes over the points that want a visit, until there are none. */
static plb_status visit_all(sweeping *s, plb_error *error) {
    plb_status status = PLB_OK;
    s->sweep->facts.stop = PLB_SWEEP_PRECISE;
    while (status == PLB_OK) {
        if (s->at == s->active_count && s->active_count > 0 && s->rounds > 1) {
            s->rounds--;
            shuffle(s);
        } else if (s->at == s->active_count) {
            status = plb_sweep_assess(s->sweep, error);
            choose_points(s);
            if (status != PLB_OK || s->active_count == 0) return status;
        }
        if (is_interrupted(s) || elapsed_s(s) >= s->time_s) {
            s->sweep->facts.stop = is_interrupted(s) ? PLB_SWEEP_INTERRUPTED : PLB_SWEEP_TIME;
            return PLB_OK;
        }
        status = visit_next(s, error);
    }
    return status;
}

/* ---- Sessions ---- */

static double utc_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static plb_status make_head(const plb_builtin_sweep_plan *plan, plb_journal_head *head,
                            plb_error *error) {
    plb_environment environment;
    uint64_t entropy = plb_clock_now_ns() ^ (uint64_t) (utc_now() * 1e6);
    *head = (plb_journal_head){
        .seed = plan->seed != 0 ? plan->seed : plb_random_mix(&entropy) >> 12,
        .points = plb_grid_count(plan->grid),
        .shard = plan->shards != 0 ? plan->shard : 1,
        .shards = plan->shards != 0 ? plan->shards : 1,
    };
    if (head->shard < 1 || head->shard > head->shards) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a shard from 1 to %u, got %u",
                        head->shards, head->shard);
    }
    plb_environment_read(&environment, "");
    memcpy(head->cpu, environment.cpu_model, sizeof head->cpu);
    head->cpu[sizeof head->cpu - 1] = '\0';
    for (char *c = head->cpu; *c != '\0'; c++)
        if (*c == '\n' || *c == '\r') *c = ' ';
    return plb_grid_checksum(plan->grid, head->grid_sha256, error);
}

/* That the journal is of this sweep; takes over its seed. */
static plb_status check_head(const plb_builtin_sweep_plan *plan, const plb_journal_head *found,
                             plb_journal_head *wanted, plb_error *error) {
    const char *other = NULL;
    if (strcmp(found->grid_sha256, wanted->grid_sha256) != 0) other = "grid";
    if (found->points != wanted->points) other = "grid";
    if (plan->seed != 0 && found->seed != plan->seed) other = "seed";
    if (found->shard != wanted->shard || found->shards != wanted->shards) other = "shard";
    if (strcmp(found->cpu, wanted->cpu) != 0) other = "machine";
    if (other != NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, plan->directory,
                        "it has a sweep of another %s: expected an empty folder, or the same "
                        "sweep to go on with",
                        other);
    }
    wanted->seed = found->seed;
    return PLB_OK;
}

static plb_status begin_session(sweeping *s, const plb_journal_head *head, plb_error *error) {
    plb_journal_contents *journal = &s->sweep->journal;
    plb_status status = journal->any ? PLB_OK : plb_journal_head_line(s->journal, head, error);
    if (!journal->any) journal->start_utc_s = utc_now();
    if (status == PLB_OK)
        status = plb_journal_session(s->journal, utc_now(), journal->torn ? 1 : 0, error);
    if (status == PLB_OK) status = plb_journal_flush(s->journal, error);
    for (size_t i = 0; i < journal->count; i++) {
        plb_sweep_count_visit(s->sweep, &journal->visits[i]);
        s->before_s = fmax(s->before_s, (double) journal->visits[i].at_s);
    }
    return status;
}

static plb_status pin_thread(const plb_builtin_sweep_plan *plan, plb_error *error) {
    cpu_set_t cpus;
    int cpu = plan->cpu >= 0 ? plan->cpu : sched_getcpu();
    CPU_ZERO(&cpus);
    if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET((size_t) cpu, &cpus);
    if (sched_setaffinity(0, sizeof cpus, &cpus) == 0) return PLB_OK;
    return plb_fail(error, PLB_E_MEASURE, NULL, "the thread can't be kept on CPU %d: %s", cpu,
                    strerror(errno));
}

static plb_status sweep_session(sweeping *s, const plb_journal_head *head, plb_error *error) {
    plb_builtin_sweep_facts *facts = &s->sweep->facts;
    plb_environment_read(&facts->before, "");
    s->start_ns = plb_clock_now_ns();
    plb_status status = begin_session(s, head, error);
    if (status == PLB_OK) status = visit_all(s, error);
    plb_error ignored;
    plb_status flushed = plb_journal_flush(s->journal, status == PLB_OK ? error : &ignored);
    if (status == PLB_OK) status = flushed;
    facts->elapsed_s = elapsed_s(s);
    facts->sessions = s->sweep->journal.sessions + 1;
    facts->dropped = s->sweep->journal.dropped;
    facts->start_utc_s = s->sweep->journal.start_utc_s;
    facts->clock = *plb_visitor_clock(s->visitor);
    plb_environment_read(&facts->after, "");
    facts->flags = plb_environment_flags(&facts->before, &facts->after,
                                         fmax(facts->elapsed_s - s->before_s, 1e-3));
    if (status == PLB_OK) status = plb_sweep_conclude(s->sweep, error);
    tell_progress(s, NULL);
    return status;
}

static plb_status prepare(sweeping *s, const plb_journal_head *head, plb_error *error) {
    const plb_builtin_sweep_plan *plan = s->plan;
    s->time_s = plan->time_s > 0 ? plan->time_s : TIME_DEFAULT_S;
    s->visits_max = plan->visits_max > 0 ? plan->visits_max : VISITS_MAX_DEFAULT;
    if (s->visits_max < PLB_VISITS_LEAST) s->visits_max = PLB_VISITS_LEAST;
    s->sweep->facts.precision = plan->precision > 0 ? plan->precision : PRECISION_DEFAULT;
    s->active = calloc(s->sweep->count + 1, sizeof *s->active);
    s->walls = calloc(s->sweep->count + 1, sizeof *s->walls);
    if (s->active == NULL || s->walls == NULL)
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sweep");
    /* Other orders in every session. */
    plb_random_seed(&s->order, head->seed ^ (s->sweep->journal.sessions + 1));
    return plb_visitor_new(&s->visitor, plan->grid, head->seed, plan->byte_cap, error);
}

/* The folder, with the grid in it, so that the sweep can be merged with others. */
static plb_status make_folder(const plb_builtin_sweep_plan *plan, plb_error *error) {
    plb_results *results;
    char *text;
    size_t length;
    plb_status status = plb_results_open(plan->directory, &results, error);
    if (status != PLB_OK) return status;
    status = plb_grid_text(plan->grid, &text, &length, error);
    if (status == PLB_OK)
        status = plb_results_write(results, PLB_SWEEP_GRID_FILE, text, length, error);
    if (status == PLB_OK) free(text);
    plb_results_close(results);
    return status;
}

static plb_status sweep_journal(sweeping *s, plb_journal_head *head, plb_error *error) {
    const plb_builtin_sweep_plan *plan = s->plan;
    plb_journal_contents contents;
    plb_status status = plb_journal_open(&s->journal, plan->directory, &contents, error);
    if (status != PLB_OK) return status;
    if (contents.any) status = check_head(plan, &contents.head, head, error);
    if (status == PLB_OK) status = make_folder(plan, error);
    if (status == PLB_OK) status = plb_sweep_begin(&s->sweep, plan->grid, head, error);
    if (status != PLB_OK) {
        plb_journal_contents_free(&contents);
        return status;
    }
    s->sweep->journal = contents;
    status = prepare(s, head, error);
    if (status == PLB_OK && plan->pin) status = pin_thread(plan, error);
    return status == PLB_OK ? sweep_session(s, head, error) : status;
}

plb_status plb_builtin_sweep_run(const plb_builtin_sweep_plan *plan, plb_builtin_sweep **sweep,
                                 plb_error *error) {
    sweeping s = {.plan = plan};
    plb_journal_head head;
    plb_results *folder;
    *sweep = NULL;
    plb_status status = make_head(plan, &head, error);
    if (status == PLB_OK) status = plb_results_open(plan->directory, &folder, error);
    if (status != PLB_OK) return status;
    plb_results_close(folder);
    status = sweep_journal(&s, &head, error);
    plb_visitor_free(s.visitor);
    plb_journal_close(s.journal);
    free(s.active);
    free(s.walls);
    if (status == PLB_OK) {
        *sweep = s.sweep;
    } else {
        plb_builtin_sweep_free(s.sweep);
    }
    return status;
}
