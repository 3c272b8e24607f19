/* Where a submission's time goes: at every moment one stage is current, so that the stages add up
 * to the whole. Costs a comparison when nobody asks. */
#ifndef PLB_LEDGER_STAGES_H
#define PLB_LEDGER_STAGES_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <plutbench/ledger.h>

typedef struct plb_stage_clock {
    uint64_t *ns;    /* PLB_STAGE_COUNT counters, or NULL: off */
    uint64_t *marks; /* likewise, of readings */
    uint64_t since;  /* when the current stage began, in nanoseconds */
    plb_stage stage; /* the current one */
} plb_stage_clock;

static inline uint64_t plb_stage_now_ns(void) {
    struct timespec now;
    (void) clock_gettime(CLOCK_MONOTONIC_RAW, &now);
    return (uint64_t) now.tv_sec * 1000000000u + (uint64_t) now.tv_nsec;
}

static inline void plb_stage_begin(plb_stage_clock *clock, uint64_t *stage_ns,
                                   uint64_t *stage_marks, plb_stage stage) {
    clock->ns = stage_ns;
    clock->marks = stage_marks;
    clock->stage = stage;
    if (stage_ns != NULL) clock->since = plb_stage_now_ns();
}

/* From now on `stage` is current. Returns which was, for going back to it. */
static inline plb_stage plb_stage_enter(plb_stage_clock *clock, plb_stage stage) {
    plb_stage before = clock->stage;
    clock->stage = stage;
    if (__builtin_expect(clock->ns != NULL, 0)) {
        uint64_t now = plb_stage_now_ns();
        clock->ns[before] += now - clock->since;
        if (clock->marks != NULL) clock->marks[before]++;
        clock->since = now;
    }
    return before;
}

/* The submission is over: what the current stage took so far is added. */
static inline void plb_stage_end(plb_stage_clock *clock) {
    (void) plb_stage_enter(clock, clock->stage);
}

#endif
