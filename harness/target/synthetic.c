#include "harness/target/synthetic.h"

#include <math.h>
#include <stdlib.h>

#include "harness/measure/statistics.h"

#define START_NS 1e9 /* a clock that begins at 0 would be a special case */
#define MOST_SUBJECTS 64
#define SPEED_SLICE_NS 5e7
#define SPEED_SLICES 4096 /* 200 s; the rest counts as the last of them */

typedef struct synthetic_subject {
    plb_synthetic *target;
    double cost_ns;
    double layout_ns, process_ns;
    bool is_twin;
    double own; /* state of its autocorrelated noise, standard normal */
} synthetic_subject;

struct plb_synthetic {
    plb_synthetic_config config;
    plb_random random;
    double spare; /* second number of the last pair of normal ones */
    bool has_spare;
    double time_ns, begun_ns; /* now, and when the process began */
    double common;            /* states of what hits all subjects */
    double walk;
    bool in_burst;
    double burst_change_ns;
    double speed_sums[SPEED_SLICES]; /* over the submissions that begin in a slice
                                        of time */
    uint32_t submissions[SPEED_SLICES];
    synthetic_subject subjects[MOST_SUBJECTS];
    size_t subject_count;
};

/* ---- Random numbers ---- */

/* Marsaglia's polar method. */
static double normal(plb_synthetic *s) {
    if (s->has_spare) {
        s->has_spare = false;
        return s->spare;
    }
    double u, v, q;
    do {
        u = 2 * plb_random_unit(&s->random) - 1;
        v = 2 * plb_random_unit(&s->random) - 1;
        q = u * u + v * v;
    } while (q >= 1 || q <= 0);
    double scale = sqrt(-2 * log(q) / q);
    s->spare = v * scale;
    s->has_spare = true;
    return u * scale;
}

static double exponential(plb_synthetic *s, double mean) {
    return -mean * log1p(-plb_random_unit(&s->random));
}

/* ---- What hits all subjects ---- */

static double common_noise(plb_synthetic *s, double step_ns) {
    const plb_synthetic_noise *n = &s->config.noise;
    if (!(n->common > 0)) return 0;
    double kept = exp(-step_ns * 1e-9 / n->common_s);
    s->common = kept * s->common + sqrt(1 - kept * kept) * normal(s);
    return n->common * s->common;
}

static double burst_noise(plb_synthetic *s) {
    const plb_synthetic_noise *n = &s->config.noise;
    if (!(n->burst_gap_s > 0)) return 0;
    while (s->time_ns >= s->burst_change_ns) {
        s->in_burst = !s->in_burst;
        s->burst_change_ns += exponential(s, 1e9 * (s->in_burst ? n->burst_s : n->burst_gap_s));
    }
    return s->in_burst ? n->burst : 0;
}

static double drift(plb_synthetic *s, double step_ns) {
    const plb_synthetic_noise *n = &s->config.noise;
    double periods = (s->time_ns - START_NS) * 1e-9 / n->drift_period_s;
    switch (n->drift) {
    case PLB_DRIFT_LINEAR: return n->drift_amount * periods;
    case PLB_DRIFT_SINE: return n->drift_amount * sin(2 * 3.14159265358979323846 * periods);
    case PLB_DRIFT_WALK:
        s->walk += n->drift_amount * sqrt(step_ns * 1e-9 / n->drift_period_s) * normal(s);
        return s->walk;
    case PLB_DRIFT_NONE: break;
    }
    return 0;
}

/* ---- What hits one submission ---- */

static double own_factor(synthetic_subject *subject) {
    plb_synthetic *s = subject->target;
    const plb_synthetic_noise *n = &s->config.noise;
    double logarithm = 0;
    if (n->spread > 0) logarithm += n->spread * normal(s);
    if (n->correlated > 0) {
        double fresh = sqrt(1 - n->correlation * n->correlation);
        subject->own = n->correlation * subject->own + fresh * normal(s);
        logarithm += n->correlated * subject->own;
    }
    double factor = exp(logarithm);
    if (n->outlier_share > 0 && plb_random_unit(&s->random) < n->outlier_share) {
        double more = n->outlier_scale * pow(1 - plb_random_unit(&s->random), -1 / n->outlier_tail);
        factor += n->outlier_most > 0 ? fmin(more, n->outlier_most) : more;
    }
    if (n->warm_up > 0) {
        factor += n->warm_up * exp(-(s->time_ns - s->begun_ns) * 1e-9 / n->warm_up_s);
    }
    return factor;
}

static void note_speed(plb_synthetic *s, double begin_ns, double speed) {
    size_t slice = (size_t) fmin((begin_ns - START_NS) / SPEED_SLICE_NS, SPEED_SLICES - 1);
    s->speed_sums[slice] += speed;
    s->submissions[slice]++;
}

static int submit(void *context) {
    synthetic_subject *subject = context;
    plb_synthetic *s = subject->target;
    double begin_ns = s->time_ns;
    double cost = subject->cost_ns + subject->layout_ns + subject->process_ns, speed = 1;
    double together = common_noise(s, cost) + burst_noise(s), drifted = drift(s, cost);
    if (s->config.noise.drift_of_speed) {
        speed += drifted;
    } else {
        together += drifted;
    }
    double taken = cost * own_factor(subject) * speed + s->config.base_ns * together;
    s->time_ns += fmax(taken, 0.1 * cost);
    note_speed(s, begin_ns, speed);
    return 0;
}

/* ---- The target ---- */

static void draw_layout(synthetic_subject *subject) {
    plb_synthetic *s = subject->target;
    double layout = s->config.noise.layout;
    subject->layout_ns = layout > 0 ? layout * s->config.base_ns * normal(s) : 0;
}

/* All twins have the same. */
static void draw_process(plb_synthetic *s, synthetic_subject *subject) {
    double process = s->config.noise.process;
    subject->process_ns = process > 0 ? process * s->config.base_ns * normal(s) : 0;
    for (synthetic_subject *other = s->subjects; other < subject && subject->is_twin; other++) {
        if (other->is_twin) subject->process_ns = other->process_ns;
    }
}

static plb_status open(void *context, const plb_target_point *point, void **subject,
                       plb_error *error) {
    plb_synthetic *s = context;
    if (s->subject_count == MOST_SUBJECTS) {
        return plb_fail(error, PLB_E_ARGUMENT, "synthetic target", "expected at most %d subjects",
                        MOST_SUBJECTS);
    }
    synthetic_subject *fresh = &s->subjects[s->subject_count++];
    const plb_synthetic_config *c = &s->config;
    double calls = point->twin ? 0 : point->calls;
    *fresh = (synthetic_subject){.target = s, .is_twin = point->twin};
    fresh->cost_ns = c->base_ns + calls * (c->overhead_ns + (double) point->loops * c->loop_ns);
    fresh->own = normal(s);
    draw_layout(fresh);
    draw_process(s, fresh);
    *subject = fresh;
    return PLB_OK;
}

static int renew(void *context, uint32_t epoch) {
    plb_synthetic *s = context;
    (void) epoch;
    for (size_t i = 0; i < s->subject_count; i++) draw_layout(&s->subjects[i]);
    return 0;
}

static int restart(void *context) {
    plb_synthetic *s = context;
    s->begun_ns = s->time_ns;
    for (size_t i = 0; i < s->subject_count; i++) {
        draw_layout(&s->subjects[i]);
        draw_process(s, &s->subjects[i]);
    }
    return 0;
}

/* A reading is of the moment in the middle of what it takes, which varies by a
 * tenth: readings that never vary could stay in step with the clock. */
static uint64_t now(void *context) {
    plb_synthetic *s = context;
    const plb_synthetic_noise *n = &s->config.noise;
    double step = n->granularity_ns > 1 ? n->granularity_ns : 1;
    double half = n->read_ns > 0 ? n->read_ns * (0.45 + 0.1 * plb_random_unit(&s->random)) : 0;
    s->time_ns += half;
    uint64_t reading = (uint64_t) (floor(s->time_ns / step) * step);
    s->time_ns += half;
    return reading;
}

plb_synthetic *plb_synthetic_new(const plb_synthetic_config *config, plb_target *target) {
    plb_synthetic *s = calloc(1, sizeof *s);
    if (!s) return NULL;
    const plb_synthetic_noise *n = &config->noise;
    s->config = *config;
    s->time_ns = s->begun_ns = START_NS;
    plb_random_seed(&s->random, config->seed);
    s->common = normal(s);
    if (n->burst_gap_s > 0) {
        s->in_burst = plb_random_unit(&s->random) * (n->burst_s + n->burst_gap_s) < n->burst_s;
        s->burst_change_ns =
            START_NS + exponential(s, 1e9 * (s->in_burst ? n->burst_s : n->burst_gap_s));
    }
    *target = (plb_target){.name = "synthetic target",
                           .context = s,
                           .open = open,
                           .submit = submit,
                           .renew = config->renewable ? renew : NULL,
                           .restart = config->restartable ? restart : NULL,
                           .now = now};
    return s;
}

void plb_synthetic_free(plb_synthetic *synthetic) { free(synthetic); }

double plb_synthetic_speed(const plb_synthetic *synthetic, double trimmed_share) {
    double speeds[SPEED_SLICES], sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < SPEED_SLICES; i++) {
        if (synthetic->submissions[i] == 0) continue;
        speeds[count++] = synthetic->speed_sums[i] / synthetic->submissions[i];
    }
    if (count == 0 || !synthetic->config.noise.drift_of_speed) return 1;
    size_t cut = (size_t) (trimmed_share * (double) count);
    plb_sort_numbers(speeds, count);
    for (size_t i = cut; i < count - cut; i++) sum += speeds[i];
    return sum / (double) (count - 2 * cut);
}
