/* Where the time of an evaluation goes, beside where its budget goes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>

#include "harness/machine/output.h"

#define DEFAULT_TIME_S 10.0
#define ACTIVITY_KINDS 256
#define DEEPEST_STACK 64 /* frames of a collapsed stack; outer ones are left out */

typedef struct profile {
    plb_profile shown; /* first: what the caller sees */
    plb_profile_row rows[ACTIVITY_KINDS];
    plb_profile_config config;
    uint64_t activity; /* what is watched */
    plb_watched watched;
    plb_function *functions;
    size_t function_count;
} profile;

/* ---- Sampling ---- */

static int run_plain(void *context) {
    profile *p = context;
    return p->config.run(p->config.context, NULL);
}

static int run_watched(void *context) {
    profile *p = context;
    __atomic_store_n(&p->activity, PLB_ACTIVITY(PLB_ACTIVITY_OTHER, 0), __ATOMIC_RELAXED);
    int failed = p->config.run(p->config.context, &p->activity);
    __atomic_store_n(&p->activity, PLB_ACTIVITY_NONE, __ATOMIC_RELAXED);
    p->shown.runs++;
    return failed;
}

static plb_status sample(profile *p, plb_error *error) {
    static const double watched_minus_plain[] = {-1, 1};
    plb_subject subjects[] = {
        {.name = "plain", .context = p, .submit = run_plain, .every = 1},
        {.name = "watched", .context = p, .submit = run_watched, .every = 1},
    };
    double seconds = p->config.time_s > 0 ? p->config.time_s : DEFAULT_TIME_S;
    plb_plan plan = {
        .subjects = subjects,
        .subject_count = 2,
        .time_budget_ns = (uint64_t) (seconds * 1e9),
        .seed = p->config.seed,
        .cpu = -1,
        .interrupted = p->config.interrupted,
    };
    plb_watch *watch;
    plb_sampling *sampling = NULL;
    plb_status status = plb_watch_start(&watch, &p->activity, 0, p->config.seed, error);
    if (status != PLB_OK) return status;
    status = plb_sample(&plan, &sampling, error);
    plb_watch_stop(watch, &p->watched);
    if (status != PLB_OK) return status;
    plb_percentiles plain;
    plb_histogram_percentiles(plb_sampling_subject(sampling, 0)->histogram, &plain);
    p->shown.run_ns = plain.p50_ns;
    status = plb_sampling_contrast(sampling, watched_minus_plain, &p->shown.slower_ns, error);
    plb_sampling_free(sampling);
    if (status == PLB_OK && p->watched.total == 0) {
        status = plb_fail(error, PLB_E_MEASURE, "profile", "too short: nothing was seen");
    }
    return status;
}

/* ---- Rows ---- */

static void count_looks(profile *p) {
    for (size_t i = 0; i < p->watched.count; i++) {
        p->rows[p->watched.counts[i].value & 0xff].looks += p->watched.counts[i].count;
    }
}

/* What was charged has a row even when nobody saw it. */
static void add_tally(profile *p) {
    const plb_tally *tally = p->config.tally;
    for (unsigned i = 0; i < PLB_TALLY_STEPS; i++) {
        p->rows[PLB_ACTIVITY_STEP + i].count = tally->step_count[i];
        p->rows[PLB_ACTIVITY_STEP + i].charged = tally->step_cost[i];
    }
    for (unsigned i = 0; i < PLB_TALLY_BUILTINS; i++) {
        p->rows[PLB_ACTIVITY_BUILTIN + i].count = tally->builtin_count[i];
        p->rows[PLB_ACTIVITY_BUILTIN + i].charged = tally->builtin_cost[i];
    }
    for (unsigned i = 0; i < PLB_TALLY_EXTRAS; i++) {
        p->rows[PLB_ACTIVITY_EXTRA + i].count = tally->extra_count[i];
        p->rows[PLB_ACTIVITY_EXTRA + i].charged = tally->extra_cost[i];
    }
    p->shown.startup = p->shown.charged = tally->startup;
}

static int by_looks(const void *a, const void *b) {
    const plb_profile_row *x = a, *y = b;
    if (x->looks != y->looks) return x->looks < y->looks ? 1 : -1;
    if (x->charged.steps != y->charged.steps) return x->charged.steps < y->charged.steps ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void make_rows(profile *p) {
    size_t count = 0;
    p->shown.looks = p->watched.total;
    count_looks(p);
    add_tally(p);
    for (unsigned what = 0; what < ACTIVITY_KINDS; what++) {
        plb_profile_row *row = &p->rows[what];
        if (row->looks == 0 && row->count == 0) continue;
        row->name = plb_activity_name(p->config.program, what);
        row->is_builtin = what >= PLB_ACTIVITY_BUILTIN && what != PLB_ACTIVITY_OTHER;
        row->share = plb_share(row->looks, p->watched.total);
        row->time_ns = row->share.value * p->shown.run_ns;
        p->shown.charged.steps += row->charged.steps;
        p->shown.charged.memory += row->charged.memory;
        p->rows[count++] = *row;
    }
    qsort(p->rows, count, sizeof *p->rows, by_looks);
    p->shown.rows = p->rows;
    p->shown.row_count = count;
}

/* ---- Collapsed stacks ---- */

static void write_frame(plb_output *out, const profile *p, size_t function) {
    const char *name = p->functions[function].name;
    if (name != NULL) {
        for (; *name != '\0'; name++)
            plb_output_byte(out, *name == ';' || *name == ' ' ? '_' : (uint8_t) *name);
    } else {
        plb_output_text(out, "lambda#");
        plb_output_uint(out, function + 1);
    }
    plb_output_byte(out, ';');
}

/* Looks at one kind of work in one function, wherever in it. */
typedef struct stack {
    size_t function; /* SIZE_MAX: none */
    unsigned what;
    uint64_t looks;
} stack;

static void write_stack(plb_output *out, const profile *p, const stack *seen) {
    size_t frames[DEEPEST_STACK], depth = 0;
    for (size_t at = seen->function; at != SIZE_MAX && depth < DEEPEST_STACK;
         at = p->functions[at].parent) {
        frames[depth++] = at;
    }
    plb_output_text(out, p->config.name);
    plb_output_byte(out, ';');
    while (depth > 0) write_frame(out, p, frames[--depth]);
    plb_output_text(out, plb_activity_name(p->config.program, seen->what));
    plb_output_byte(out, ' ');
    plb_output_uint(out, seen->looks);
    plb_output_byte(out, '\n');
}

static int by_place(const void *a, const void *b) {
    const stack *x = a, *y = b;
    if (x->function != y->function) return x->function < y->function ? -1 : 1;
    return (x->what > y->what) - (x->what < y->what);
}

/* One stack for each kind of work in each function; the number of them. */
static size_t merge_stacks(stack *stacks, size_t count) {
    size_t kept = 0;
    qsort(stacks, count, sizeof *stacks, by_place);
    for (size_t i = 0; i < count; i++) {
        if (kept > 0 && by_place(&stacks[kept - 1], &stacks[i]) == 0) {
            stacks[kept - 1].looks += stacks[i].looks;
        } else {
            stacks[kept++] = stacks[i];
        }
    }
    return kept;
}

static plb_status make_stacks(profile *p, plb_error *error) {
    size_t count = p->watched.count;
    stack *stacks = calloc(count + 1, sizeof *stacks);
    plb_status status =
        stacks == NULL
            ? plb_fail(error, PLB_E_MEMORY, "profile", "no memory for its stacks")
            : plb_program_functions(p->config.program, &p->functions, &p->function_count, error);
    if (status != PLB_OK) {
        free(stacks);
        return status;
    }
    for (size_t i = 0; i < count; i++) {
        const plb_watch_count *seen = &p->watched.counts[i];
        unsigned what = (unsigned) (seen->value & 0xff);
        stacks[i] = (stack){SIZE_MAX, what, seen->count};
        if (what != PLB_ACTIVITY_OTHER) {
            stacks[i].function = plb_function_at(p->functions, p->function_count, seen->value >> 8);
        }
    }
    count = merge_stacks(stacks, count);
    plb_output out;
    uint8_t *text;
    size_t length;
    plb_output_begin(&out, 0);
    for (size_t i = 0; i < count; i++) write_stack(&out, p, &stacks[i]);
    free(stacks);
    if (!plb_output_take(&out, &text, &length)) {
        return plb_fail(error, PLB_E_MEMORY, "profile", "no memory for its stacks");
    }
    p->shown.stacks = (const char *) text;
    return PLB_OK;
}

plb_status plb_profile_make(const plb_profile_config *config, plb_profile **made,
                            plb_error *error) {
    *made = NULL;
    profile *p = calloc(1, sizeof *p);
    if (p == NULL) return plb_fail(error, PLB_E_MEMORY, "profile", "out of memory");
    p->config = *config;
    plb_status status = sample(p, error);
    if (status == PLB_OK) {
        make_rows(p);
        status = make_stacks(p, error);
    }
    if (status == PLB_OK) {
        *made = &p->shown;
    } else {
        plb_profile_free(&p->shown);
    }
    return status;
}

void plb_profile_free(plb_profile *made) {
    if (made == NULL) return;
    profile *p = (profile *) (void *) made;
    plb_watched_free(&p->watched);
    free(p->functions);
    free((void *) (uintptr_t) p->shown.stacks);
    free(p);
}
