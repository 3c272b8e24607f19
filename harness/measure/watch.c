/* Looking at a word from another thread, at random times. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include <plutbench/measure.h>

#include "harness/measure/random.h"

#define DEFAULT_PERIOD_NS 20000
#define MOST_VALUES ((size_t) 1 << 20)

struct plb_watch {
    const uint64_t *word;
    uint64_t period_ns;
    plb_random random;
    bool stop; /* atomic */
    pthread_t thread;
    plb_watch_count *slots; /* a hash table; count 0: free */
    size_t slot_count, used;
    uint64_t total, overflow;
};

static size_t find_slot(const plb_watch_count *slots, size_t slot_count, uint64_t value) {
    size_t slot = (size_t) (value * 0x9e3779b97f4a7c15u >> 20) & (slot_count - 1);
    while (slots[slot].count != 0 && slots[slot].value != value)
        slot = (slot + 1) & (slot_count - 1);
    return slot;
}

static bool grow(plb_watch *watch) {
    size_t slot_count = watch->slot_count * 2;
    if (slot_count > MOST_VALUES) return false;
    plb_watch_count *slots = calloc(slot_count, sizeof *slots);
    if (slots == NULL) return false;
    for (size_t i = 0; i < watch->slot_count; i++) {
        const plb_watch_count *old = &watch->slots[i];
        if (old->count != 0) slots[find_slot(slots, slot_count, old->value)] = *old;
    }
    free(watch->slots);
    watch->slots = slots;
    watch->slot_count = slot_count;
    return true;
}

static void record(plb_watch *watch, uint64_t value) {
    watch->total++;
    size_t slot = find_slot(watch->slots, watch->slot_count, value);
    if (watch->slots[slot].count == 0) {
        if (2 * (watch->used + 1) > watch->slot_count) {
            if (!grow(watch)) {
                watch->overflow++;
                return;
            }
            slot = find_slot(watch->slots, watch->slot_count, value);
        }
        watch->used++;
        watch->slots[slot].value = value;
    }
    watch->slots[slot].count++;
}

static void *look(void *context) {
    plb_watch *watch = context;
    /* Sleep as long as was asked for, not 50 us longer. */
    (void) prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
    while (!__atomic_load_n(&watch->stop, __ATOMIC_RELAXED)) {
        /* Between half the period and one and a half: no pattern of the work's own can agree. */
        double wait_ns = ((double) watch->period_ns) * (0.5 + plb_random_unit(&watch->random));
        uint64_t wait = (uint64_t) wait_ns;
        struct timespec time = {(time_t) (wait / 1000000000), (long) (wait % 1000000000)};
        (void) nanosleep(&time, NULL);
        uint64_t value = __atomic_load_n(watch->word, __ATOMIC_RELAXED);
        if (value != 0) record(watch, value);
    }
    return NULL;
}

plb_status plb_watch_start(plb_watch **started, const uint64_t *word, uint64_t period_ns,
                           uint64_t seed, plb_error *error) {
    *started = NULL;
    plb_watch *watch = calloc(1, sizeof *watch);
    if (watch == NULL) return plb_fail(error, PLB_E_MEMORY, "watch", "out of memory");
    watch->slot_count = 1024;
    watch->slots = calloc(watch->slot_count, sizeof *watch->slots);
    watch->word = word;
    watch->period_ns = period_ns != 0 ? period_ns : DEFAULT_PERIOD_NS;
    plb_random_seed(&watch->random, seed);
    if (watch->slots == NULL || pthread_create(&watch->thread, NULL, look, watch) != 0) {
        free(watch->slots);
        free(watch);
        return plb_fail(error, PLB_E_MEMORY, "watch", "no memory for a thread");
    }
    *started = watch;
    return PLB_OK;
}

static int by_count(const void *a, const void *b) {
    const plb_watch_count *x = a, *y = b;
    if (x->count != y->count) return x->count < y->count ? 1 : -1;
    return (x->value > y->value) - (x->value < y->value);
}

void plb_watch_stop(plb_watch *watch, plb_watched *watched) {
    *watched = (plb_watched){0};
    if (watch == NULL) return;
    __atomic_store_n(&watch->stop, true, __ATOMIC_RELAXED);
    (void) pthread_join(watch->thread, NULL);
    size_t count = 0;
    for (size_t i = 0; i < watch->slot_count; i++) {
        if (watch->slots[i].count != 0) watch->slots[count++] = watch->slots[i];
    }
    qsort(watch->slots, count, sizeof *watch->slots, by_count);
    *watched = (plb_watched){watch->slots, count, watch->total, watch->overflow};
    free(watch);
}

void plb_watched_free(plb_watched *watched) {
    free(watched->counts);
    *watched = (plb_watched){0};
}

plb_estimate plb_share(uint64_t part, uint64_t whole) {
    plb_estimate share = {.level = 0.95,
                          .count = (size_t) whole,
                          .block_length = 1,
                          .method = "share of random looks, Wilson's interval"};
    if (whole == 0) return share;
    const double z = 1.959963984540054;
    double n = (double) whole, p = (double) part / n;
    double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
    double half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
    share.value = p;
    share.low = part == 0 ? 0 : fmax(0, centre - half);
    share.high = part == whole ? 1 : fmin(1, centre + half);
    return share;
}
