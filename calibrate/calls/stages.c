/* Subjects with and without stage marks take turns in random order, in epochs; figures are means
 * over the same samples for all stages (harness/measure/parts.h), so they add up. */
#include "calibrate/calls/stages.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/observe.h>

#include "harness/measure/parts.h"
#include "harness/measure/random.h"

#define EPOCHS 16
#define CALL_SHARE 4     /* the call at the calibrated loop count gets one over it of the time */
#define CALLS_AN_EPOCH 2 /* of it, at least, where they take half of the time at most */
#define LEAST_ROUNDS 8   /* of an epoch, however long they take */
#define WARM_ROUNDS 2    /* not recorded: the first after anything else has run */
#define PROGRESS_NS 100000000u
#define RENEWING_SHARE 5 /* renewing takes one over it of the time at most */

/* What is sampled. Beside the stages there is a part for what is around them, so that the parts are
 * the whole, as of those without marks. */
#define AROUND PLB_STAGE_COUNT
#define PARTS (PLB_STAGE_COUNT + 1)

enum {
    CALL,
    EMPTY,
    EMPTY_AGAIN,
    TWIN,
    TWIN_AGAIN,
    PLAIN_EMPTY,
    PLAIN_EMPTY_AGAIN,
    PLAIN_TWIN,
    PLAIN_TWIN_AGAIN,
    SUBJECTS
};

static const struct {
    plb_staged what;
    unsigned copy;
    bool marked;
} subjects[SUBJECTS] = {
    [CALL] = {PLB_STAGED_CALL, 0, true},
    [EMPTY] = {PLB_STAGED_CALL_EMPTY, 0, true},
    [EMPTY_AGAIN] = {PLB_STAGED_CALL_EMPTY, 1, true},
    [TWIN] = {PLB_STAGED_TWIN, 0, true},
    [TWIN_AGAIN] = {PLB_STAGED_TWIN, 1, true},
    [PLAIN_EMPTY] = {PLB_STAGED_CALL_EMPTY, 0, false},
    [PLAIN_EMPTY_AGAIN] = {PLB_STAGED_CALL_EMPTY, 1, false},
    [PLAIN_TWIN] = {PLB_STAGED_TWIN, 0, false},
    [PLAIN_TWIN_AGAIN] = {PLB_STAGED_TWIN, 1, false},
};

#define HISTOGRAMS (1u << CALL | 1u << EMPTY | 1u << TWIN)

typedef struct staging {
    plb_stage_summary shown; /* first: what the caller sees */
    plb_stage_plan plan;
    plb_parts *parts;
    plb_random random;
    uint64_t start_ns, epoch_end_ns, last_progress_ns;
    uint64_t call_ns; /* of the call at the calibrated loop count, in this epoch */
    uint64_t epoch_start_ns;
    uint64_t submitted_ns; /* the last one */
    bool is_full;          /* the epoch */
    bool is_cold;          /* caches: somebody was told something */
    bool took_again[2]; /* in the last round: the second copy of the call, without and with marks */
    int least_calls;    /* at the calibrated loop count, in each epoch; 0: none at all */
    uint64_t marks[SUBJECTS][PLB_STAGE_COUNT];
    plb_error *error;
} staging;

const char *plb_staged_name(plb_staged staged) {
    static const char *const names[PLB_STAGED_COUNT] = {
        [PLB_STAGED_CALL] = "call",
        [PLB_STAGED_CALL_EMPTY] = "call-empty",
        [PLB_STAGED_TWIN] = "twin",
    };
    return (unsigned) staged < PLB_STAGED_COUNT ? names[staged] : NULL;
}

/* ---- One sample ---- */

static plb_status submission_failed(const staging *s, int subject) {
    return plb_fail(s->error, PLB_E_MEASURE, plb_staged_name(subjects[subject].what),
                    "a submission failed");
}

static plb_status submit(staging *s, int subject, double *ns, uint64_t *took) {
    const plb_stage_plan *plan = &s->plan;
    uint64_t stage_ns[PLB_STAGE_COUNT] = {0};
    bool marked = subjects[subject].marked;
    plb_staged what = subjects[subject].what;
    unsigned copy = subjects[subject].copy;
    if (plan->choose != NULL) {
        plan->choose(plan->context, what, copy);
    }
    uint64_t start = s->submitted_ns = plb_clock_read_ns(&plan->clock);
    int failed = plan->submit(plan->context, what, copy, marked ? stage_ns : NULL, NULL);
    *took = plb_clock_read_ns(&plan->clock) - start;
    if (failed != 0) {
        return submission_failed(s, subject);
    }
    double around = (double) *took - plan->clock_read_ns;
    for (int k = 0; k < PLB_STAGE_COUNT; k++) {
        ns[k] = (double) stage_ns[k];
        around -= ns[k];
    }
    ns[AROUND] = around;
    return PLB_OK;
}

static void tell(staging *s, int subject, const double *ns, uint64_t took) {
    if (s->plan.observer == NULL || !subjects[subject].marked) {
        return;
    }
    plb_event event = {
        .kind = PLB_EVENT_STAGES,
        .at_ns = s->submitted_ns,
        .stages = {.subject = plb_staged_name(subjects[subject].what), .took_ns = took}};
    memcpy(event.stages.stage_ns, ns, sizeof event.stages.stage_ns);
    s->is_cold |= plb_observe(s->plan.observer, &event);
}

static plb_status take(staging *s, int subject) {
    double ns[PARTS];
    uint64_t took;
    plb_status status = submit(s, subject, ns, &took);
    if (status != PLB_OK) {
        return status;
    }
    if (subject == CALL) {
        s->call_ns += took;
    }
    tell(s, subject, ns, took);
    if (!plb_parts_add(s->parts, (size_t) subject, ns)) {
        s->is_full = true;
    }
    return PLB_OK;
}

/* How often the clock is read in each stage: always the same, so counting once is enough. */
static plb_status count_marks(staging *s) {
    for (int i = 0; i < SUBJECTS; i++) {
        uint64_t stage_ns[PLB_STAGE_COUNT] = {0};
        const plb_stage_plan *plan = &s->plan;
        if (!subjects[i].marked) {
            continue;
        }
        if (plan->choose != NULL) {
            plan->choose(plan->context, subjects[i].what, subjects[i].copy);
        }
        if (plan->submit(plan->context, subjects[i].what, subjects[i].copy, stage_ns,
                         s->marks[i]) != 0) {
            return submission_failed(s, i);
        }
    }
    return PLB_OK;
}

/* ---- Rounds ---- */

static bool interrupted(const staging *s) {
    return s->plan.interrupted != NULL && *s->plan.interrupted != 0;
}

static void report(staging *s, plb_phase phase, uint64_t now) {
    plb_progress progress = {.phase = phase,
                             .elapsed_ns = now - s->start_ns,
                             .time_budget_ns = s->plan.time_ns,
                             .rounds = s->shown.rounds,
                             .precision = NAN};
    s->last_progress_ns = now;
    if (s->plan.progress != NULL) {
        s->plan.progress(s->plan.progress_context, &progress);
    }
}

/* Which copy of a call is in this round: one at random, and in the next round the other. */
static int choose_copy(staging *s, bool marked, bool record) {
    bool is_second = s->shown.rounds % 2 != 0 && record;
    bool again = is_second ? !s->took_again[marked] : plb_random_below(&s->random, 2) == 0;
    if (record) {
        s->took_again[marked] = again;
    }
    if (marked) {
        return again ? EMPTY_AGAIN : EMPTY;
    }
    return again ? PLAIN_EMPTY_AGAIN : PLAIN_EMPTY;
}

/* All but the long call once, in random order, but of the two copies of a call only one: there is
 * one call to two twins then, as when the overhead is measured. How often the code of calls is run
 * decides how warm it is. */
static plb_status take_round(staging *s, bool record) {
    int order[SUBJECTS];
    int count = 0;
    order[count++] = choose_copy(s, true, record);
    order[count++] = choose_copy(s, false, record);
    order[count++] = TWIN;
    order[count++] = TWIN_AGAIN;
    order[count++] = PLAIN_TWIN;
    order[count++] = PLAIN_TWIN_AGAIN;
    for (int i = count; i > 1; i--) {
        int j = (int) plb_random_below(&s->random, (uint32_t) i);
        int swap = order[i - 1];
        order[i - 1] = order[j];
        order[j] = swap;
    }
    plb_status status = PLB_OK;
    for (int i = 0; i < count && status == PLB_OK; i++) {
        double ns[PARTS];
        uint64_t took;
        status = record ? take(s, order[i]) : submit(s, order[i], ns, &took);
    }
    s->shown.rounds += record;
    return status;
}

/* After anything else has run, caches are not as the short subjects leave them. */
static plb_status warm(staging *s) {
    plb_status status = PLB_OK;
    for (int i = 0; i < WARM_ROUNDS && status == PLB_OK; i++) {
        status = take_round(s, false);
    }
    return status;
}

static plb_status take_call(staging *s) {
    plb_status status = take(s, CALL);
    return status == PLB_OK ? warm(s) : status;
}

static plb_status sample_epoch(staging *s) {
    plb_status status = PLB_OK;
    uint64_t now = plb_clock_read_ns(&s->plan.clock);
    int rounds = 0;
    s->epoch_start_ns = now;
    s->call_ns = 0;
    s->is_full = false;
    for (int i = 0; i < s->least_calls && status == PLB_OK && !interrupted(s); i++) {
        status = take_call(s);
    }
    do {
        now = plb_clock_read_ns(&s->plan.clock);
        if (now - s->last_progress_ns >= PROGRESS_NS) {
            report(s, PLB_PHASE_SAMPLING, now);
        }
        /* As often as is its share, but at random: it must not beat with anything periodic. */
        bool due = s->least_calls > 0 && s->call_ns * CALL_SHARE < now - s->epoch_start_ns &&
                   plb_random_below(&s->random, 2) == 0;
        if (status == PLB_OK && due) {
            status = take_call(s);
        }
        if (status == PLB_OK) {
            status = take_round(s, true);
        }
        if (status == PLB_OK && s->is_cold) {
            s->is_cold = false;
            status = warm(s);
        }
        rounds++;
    } while (status == PLB_OK && (now < s->epoch_end_ns || rounds < LEAST_ROUNDS) && !s->is_full &&
             !interrupted(s));
    return status;
}

/* ---- Epochs ---- */

static plb_status renew(staging *s, uint32_t epoch) {
    if (s->plan.renew != NULL && s->plan.renew(s->plan.context, epoch) != 0) {
        return plb_fail(s->error, PLB_E_MEASURE, NULL, "renewing the subjects failed");
    }
    return warm(s);
}

/* Fewer where an epoch would not have room for its calls, or renewing would take too long. */
static size_t epochs_for(const staging *s, uint64_t renewing_ns) {
    double budget = (double) s->plan.time_ns, epochs = EPOCHS;
    epochs = fmin(epochs, budget / (2 * CALLS_AN_EPOCH * fmax(s->plan.call_ns, 1)));
    epochs = fmin(epochs, budget / (RENEWING_SHARE * fmax((double) renewing_ns, 1)));
    return (size_t) fmax(epochs, PLB_PARTS_EPOCHS_LEAST);
}

/* Epochs of equal length, however long the one before took. */
static plb_status sample(staging *s) {
    s->start_ns = s->last_progress_ns = plb_clock_read_ns(&s->plan.clock);
    plb_status status = renew(s, 0);
    size_t epochs = epochs_for(s, plb_clock_read_ns(&s->plan.clock) - s->start_ns);
    double calls = (double) s->plan.time_ns / 2 / (double) epochs / fmax(s->plan.call_ns, 1);
    s->least_calls = (int) fmin(calls, CALLS_AN_EPOCH);
    if (status == PLB_OK) {
        status = count_marks(s);
    }
    for (size_t e = 0; e < epochs && status == PLB_OK && !interrupted(s); e++) {
        if (e > 0) {
            status = renew(s, (uint32_t) e);
        }
        s->epoch_end_ns = s->start_ns + s->plan.time_ns * (e + 1) / epochs;
        if (status == PLB_OK) {
            status = sample_epoch(s);
        }
        if (status == PLB_OK && !interrupted(s)) { /* an epoch that was cut short does not count */
            (void) plb_parts_end_epoch(s->parts);
        }
    }
    uint64_t now = plb_clock_read_ns(&s->plan.clock);
    s->shown.partial = interrupted(s);
    s->shown.elapsed_s = (double) (now - s->start_ns) * 1e-9;
    report(s, PLB_PHASE_DONE, now);
    return status;
}

/* ---- Estimates ----
 *
 * What marks add is measured, in the same rounds, as the difference between submissions with and
 * without them; a clock read is less in the middle of other work than on its own. It is shared out
 * among the stages by the readings that are in each. All of it is linear in the means of the parts,
 * so that intervals have the uncertainty of what is subtracted. Where noise hides it, bounds take
 * its place: nothing, and what as many readings take on their own. */

typedef struct weight {
    int subject;
    double value;
} weight;

/* How the subjects make a figure; unused ones have the value 0. */
#define WEIGHTS_MOST 8
typedef weight weights[WEIGHTS_MOST];

static const weights of_staged[PLB_STAGED_COUNT] = {
    [PLB_STAGED_CALL] = {{CALL, 1}},
    [PLB_STAGED_CALL_EMPTY] = {{EMPTY, 0.5}, {EMPTY_AGAIN, 0.5}},
    [PLB_STAGED_TWIN] = {{TWIN, 0.5}, {TWIN_AGAIN, 0.5}},
};
/* Call minus twin. */
static const weights of_marked = {
    {EMPTY, 0.5}, {EMPTY_AGAIN, 0.5}, {TWIN, -0.5}, {TWIN_AGAIN, -0.5}};
static const weights of_plain = {
    {PLAIN_EMPTY, 0.5}, {PLAIN_EMPTY_AGAIN, 0.5}, {PLAIN_TWIN, -0.5}, {PLAIN_TWIN_AGAIN, -0.5}};
/* The same of one copy each. */
static const weights of_marked_again = {{EMPTY_AGAIN, 1}, {TWIN_AGAIN, -1}};
static const weights of_plain_again = {{PLAIN_EMPTY_AGAIN, 1}, {PLAIN_TWIN_AGAIN, -1}};
static const weights of_marking_once = {{EMPTY, 1}, {PLAIN_EMPTY, -1}, {TWIN, -1}, {PLAIN_TWIN, 1}};
/* What marks add to the overhead. */
static const weights of_marking_both = {
    {EMPTY, 0.5},        {EMPTY_AGAIN, 0.5},        {TWIN, -0.5},      {TWIN_AGAIN, -0.5},
    {PLAIN_EMPTY, -0.5}, {PLAIN_EMPTY_AGAIN, -0.5}, {PLAIN_TWIN, 0.5}, {PLAIN_TWIN_AGAIN, 0.5}};
/* What marks add to a submission. */
static const weights of_marking[PLB_STAGED_COUNT] = {
    [PLB_STAGED_CALL] = {{EMPTY, 0.5},
                         {EMPTY_AGAIN, 0.5},
                         {PLAIN_EMPTY, -0.5},
                         {PLAIN_EMPTY_AGAIN, -0.5}},
    [PLB_STAGED_CALL_EMPTY] = {{EMPTY, 0.5},
                               {EMPTY_AGAIN, 0.5},
                               {PLAIN_EMPTY, -0.5},
                               {PLAIN_EMPTY_AGAIN, -0.5}},
    [PLB_STAGED_TWIN] = {{TWIN, 0.5},
                         {TWIN_AGAIN, 0.5},
                         {PLAIN_TWIN, -0.5},
                         {PLAIN_TWIN_AGAIN, -0.5}},
};
static const weights of_null_call = {{EMPTY_AGAIN, 1}, {EMPTY, -1}};
static const weights of_null_twin = {{TWIN_AGAIN, 1}, {TWIN, -1}};
static const weights of_null_plain = {{PLAIN_TWIN_AGAIN, 1}, {PLAIN_TWIN, -1}};

/* Sets of parts. */
#define STAGES_ONLY ((1u << PLB_STAGE_COUNT) - 1)
#define WHOLE ((1u << PARTS) - 1)

typedef double matrix[SUBJECTS * PARTS];

static void add_weights(matrix m, const weights w, unsigned parts, double factor) {
    for (int i = 0; i < WEIGHTS_MOST; i++) {
        for (unsigned k = 0; k < PARTS; k++) {
            if ((parts >> k & 1) != 0) {
                m[w[i].subject * PARTS + (int) k] += factor * w[i].value;
            }
        }
    }
}

/* Too few epochs are no failure: the figure is not known then. */
static plb_status contrast(const staging *s, const matrix m, plb_estimate *estimate) {
    plb_status status = plb_parts_contrast(s->parts, m, estimate, s->error);
    if (status == PLB_E_MEASURE) {
        *estimate = (plb_estimate){0};
        return PLB_OK;
    }
    return status;
}

static plb_status weigh(const staging *s, const weights w, unsigned parts, plb_estimate *estimate) {
    matrix m = {0};
    add_weights(m, w, parts, 1);
    return contrast(s, m, estimate);
}

/* Readings of the clock that are in a figure. */
static double marks_of(const staging *s, const weights w, unsigned parts) {
    double sum = 0;
    for (int i = 0; i < WEIGHTS_MOST; i++) {
        for (unsigned k = 0; k < PLB_STAGE_COUNT; k++) {
            if ((parts >> k & 1) != 0) {
                sum += w[i].value * (double) s->marks[w[i].subject][k];
            }
        }
    }
    return sum;
}

/* Which part of what all marks add is in `parts`. */
static double share_of_marks(const staging *s, const weights w, unsigned parts) {
    double all = marks_of(s, w, STAGES_ONLY);
    return all > 0 ? marks_of(s, w, parts) / all : 0;
}

static double floor_of(const plb_estimate *null_experiment) {
    return null_experiment->method != NULL ? plb_noise_floor(null_experiment) : (double) NAN;
}

/* Of the overhead, which is from two of each: what one shows alone is enough. */
static plb_status estimate_floor(const staging *s, unsigned parts, double *floor_ns) {
    plb_estimate null_call;
    plb_estimate null_twin;
    plb_status status = weigh(s, of_null_call, parts, &null_call);
    if (status == PLB_OK) {
        status = weigh(s, of_null_twin, parts, &null_twin);
        *floor_ns = fmax(floor_of(&null_call), floor_of(&null_twin));
    }
    return status;
}

/* Where it is not known what marks add: half of a reading on its own for each, or as much more or
 * less. */
static void allow_for_marks(const staging *s, double marks, plb_estimate *estimate) {
    double ns = s->plan.clock_read_ns / 2 * marks;
    estimate->value -= ns;
    estimate->low -= ns + fabs(ns);
    estimate->high -= ns - fabs(ns);
}

/* Parts of marked submissions without what marks add, all of which is `marking`. */
static plb_status stage_figure(const staging *s, const weights w, unsigned parts,
                               const weights marking, plb_estimate *estimate) {
    matrix m = {0};
    add_weights(m, w, parts, 1);
    if (s->shown.marks_measured) {
        add_weights(m, marking, WHOLE, -share_of_marks(s, w, parts));
    }
    plb_status status = contrast(s, m, estimate);
    if (status == PLB_OK && estimate->method != NULL && !s->shown.marks_measured) {
        allow_for_marks(s, marks_of(s, w, parts), estimate);
    }
    return status;
}

static plb_status estimate_row(const staging *s, unsigned parts, plb_stage_row *row) {
    plb_status status = PLB_OK;
    for (int i = 0; i < PLB_STAGED_COUNT && status == PLB_OK; i++) {
        row->marks[i] = marks_of(s, of_staged[i], parts);
        status = stage_figure(s, of_staged[i], parts, of_marking[i], &row->time_ns[i]);
    }
    if (status == PLB_OK) {
        status = stage_figure(s, of_marked, parts, of_marking_both, &row->overhead_ns);
    }
    return status == PLB_OK ? estimate_floor(s, parts, &row->noise_floor_ns) : status;
}

/* Both ways: with marks and without. What they add counts as known when it is known better than
 * from what a reading takes on its own. */
static plb_status estimate_marking(staging *s) {
    plb_stage_summary *shown = &s->shown;
    plb_status status = weigh(s, of_plain, WHOLE, &shown->unmarked_ns);
    if (status == PLB_OK) {
        status = weigh(s, of_marked, WHOLE, &shown->marked_ns);
    }
    if (status == PLB_OK) {
        status = weigh(s, of_marking[PLB_STAGED_CALL_EMPTY], WHOLE, &shown->submission_ns);
    }
    if (status == PLB_OK) {
        const plb_estimate *marking = &shown->marking_ns;
        status = weigh(s, of_marking_both, WHOLE, &shown->marking_ns);
        double marks = marks_of(s, of_marked, STAGES_ONLY);
        shown->marks_measured =
            marking->method != NULL && marking->high - marking->low < s->plan.clock_read_ns * marks;
    }
    return status;
}

/* The stages' sum against the whole without marks. Where what marks add was measured it is taken
 * from the first copies, and the sum from the second ones: or else it would add up whatever
 * happens. */
static plb_status estimate_discrepancy(staging *s) {
    plb_stage_summary *shown = &s->shown;
    plb_estimate null_plain;
    matrix m = {0};
    bool measured = shown->marks_measured;
    add_weights(m, measured ? of_marked_again : of_marked, STAGES_ONLY, 1);
    add_weights(m, measured ? of_plain_again : of_plain, WHOLE, -1);
    if (measured) {
        add_weights(m, of_marking_once, WHOLE, -1);
    }
    plb_status status = contrast(s, m, &shown->discrepancy_ns);
    if (status == PLB_OK && !measured) {
        allow_for_marks(s, marks_of(s, of_marked, STAGES_ONLY), &shown->discrepancy_ns);
    }
    if (status == PLB_OK) {
        status = weigh(s, of_null_plain, WHOLE, &null_plain);
        shown->noise_floor_ns = fmax(floor_of(&null_plain), shown->sum.noise_floor_ns);
        shown->adds_up = !plb_estimate_resolved(&shown->discrepancy_ns, shown->noise_floor_ns);
    }
    return status;
}

static plb_status estimate(staging *s) {
    plb_stage_summary *shown = &s->shown;
    plb_status status = estimate_marking(s);
    for (unsigned k = 0; k < PLB_STAGE_COUNT && status == PLB_OK; k++) {
        status = estimate_row(s, 1u << k, &shown->stages[k]);
    }
    if (status == PLB_OK) {
        status = estimate_row(s, STAGES_ONLY, &shown->sum);
    }
    shown->clock_read_ns = s->plan.clock_read_ns;
    shown->epochs = plb_parts_epochs(s->parts);
    static const int shown_subjects[PLB_STAGED_COUNT] = {CALL, EMPTY, TWIN};
    for (int i = 0; i < PLB_STAGED_COUNT; i++) {
        size_t subject = (size_t) shown_subjects[i];
        shown->samples[i] = plb_parts_samples(s->parts, subject);
        for (size_t k = 0; k < PLB_STAGE_COUNT; k++) {
            shown->histograms[i][k] = plb_parts_histogram(s->parts, subject, k);
        }
    }
    return status == PLB_OK ? estimate_discrepancy(s) : status;
}

/* ---- The whole ---- */

plb_status plb_stages_measure(const plb_stage_plan *plan, plb_stage_summary **stages,
                              plb_error *error) {
    *stages = NULL;
    staging *s = calloc(1, sizeof *s);
    plb_parts *parts = plb_parts_new(SUBJECTS, PARTS, HISTOGRAMS);
    if (s == NULL || parts == NULL) {
        free(s);
        plb_parts_free(parts);
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for samples by stage");
    }
    s->plan = *plan;
    s->parts = parts;
    s->error = error;
    plb_random_seed(&s->random, plan->seed);
    plb_status status = sample(s);
    bool enough = plb_parts_epochs(parts) >= PLB_PARTS_EPOCHS_LEAST;
    if (status == PLB_OK && enough) {
        status = estimate(s);
    }
    if (status == PLB_OK && enough) {
        *stages = &s->shown;
    } else {
        plb_stages_free(&s->shown);
    }
    return status;
}

void plb_stages_free(plb_stage_summary *stages) {
    if (stages == NULL) {
        return;
    }
    staging *s = (staging *) (void *) stages;
    plb_parts_free(s->parts);
    free(s);
}
