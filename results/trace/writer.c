/* A trace while it is written. Events of which there are many wait in a buffer until it is three
 * quarters full, or one comes of which there are few; then all go to the file, between rounds, in
 * whole lines. Processes of one sampling run one after the other and append to the same file. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plutbench/version.h>

#include "results/trace/trace.h"
#include "results/utc.h"

#define FULL(trace) ((trace)->capacity / 4 * 3)
#define TEXT_BYTES ((size_t) 1 << 17)

struct plb_trace {
    char *path, *command;
    plb_trace_format format;
    int file;
    bool join;
    uint32_t capacity, every;
    plb_event *events;
    uint32_t *order; /* of events by time, when they are written */
    uint32_t count;
    plb_trace_text text;
    char **subjects; /* own names: samples outlive those of a sampling that fails */
    size_t subject_count, subjects_told;
    uint64_t untold;  /* lost, and not in the file yet */
    uint64_t last_ns; /* at_ns of the newest event */
    _Atomic uint64_t written, lost;
    int problem; /* errno of the first write that failed; 0: none */
    plb_observer observer;
};

const char *plb_trace_format_name(plb_trace_format format) {
    static const char *const names[] = {"json", "chrome"};
    return names[format == PLB_TRACE_CHROME];
}

/* ---- The file ---- */

/* Whole lines, or none of them: what a full disk took of them is cut off again. */
static bool append(plb_trace *t, const char *bytes, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t n = write(t->file, bytes + done, length - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) break;
        done += (size_t) n;
    }
    if (done == length) return true;
    if (t->problem == 0) t->problem = errno;
    off_t end = done > 0 ? lseek(t->file, 0, SEEK_END) : -1;
    if (end >= (off_t) done) (void) !ftruncate(t->file, end - (off_t) done);
    return false;
}

static void count_lost(plb_trace *t, uint64_t events) {
    t->untold += events;
    atomic_fetch_add_explicit(&t->lost, events, memory_order_relaxed);
}

static void put_line(plb_trace *t, const plb_event *event) {
    if (t->format == PLB_TRACE_CHROME) {
        plb_trace_chrome_line(&t->text, event, getpid());
    } else {
        plb_trace_json_line(&t->text, event);
    }
}

/* The lines at hand, `events` of them. */
static void write_lines(plb_trace *t, uint64_t events) {
    if (append(t, t->text.bytes, t->text.length)) {
        atomic_fetch_add_explicit(&t->written, events, memory_order_relaxed);
    } else {
        count_lost(t, events);
    }
    t->text.length = 0;
}

static int by_time(const void *a, const void *b, void *events) {
    const plb_event *all = events;
    uint32_t i = *(const uint32_t *) a, k = *(const uint32_t *) b;
    if (all[i].at_ns != all[k].at_ns) return all[i].at_ns < all[k].at_ns ? -1 : 1;
    return i < k ? -1 : i > k;
}

static void tell_lost(plb_trace *t) {
    uint64_t lost = t->untold;
    const plb_event event = {
        .kind = PLB_EVENT_LOST, .at_ns = t->last_ns, .written = {.lost = lost}};
    put_line(t, &event);
    size_t length = t->text.length;
    t->text.length = 0;
    if (!append(t, t->text.bytes, length)) return; /* the next one tells */
    t->untold -= lost;
    atomic_fetch_add_explicit(&t->written, 1, memory_order_relaxed);
}

static void flush(plb_trace *t) {
    uint64_t lines = 0;
    for (uint32_t i = 0; i < t->count; i++) t->order[i] = i;
    qsort_r(t->order, t->count, sizeof *t->order, by_time, t->events);
    for (uint32_t i = 0; i < t->count; i++) {
        put_line(t, &t->events[t->order[i]]);
        lines++;
        if (t->text.capacity - t->text.length < PLB_TRACE_LINE_BYTES) {
            write_lines(t, lines);
            lines = 0;
        }
    }
    if (lines > 0) write_lines(t, lines);
    t->count = 0;
    if (t->untold > 0) tell_lost(t);
}

/* ---- Events ---- */

static bool keep(plb_trace *t, const plb_event *event) {
    t->last_ns = event->at_ns;
    if (t->count == t->capacity) {
        count_lost(t, 1);
        return false;
    }
    t->events[t->count++] = *event;
    return true;
}

static bool flush_if_full(plb_trace *t) {
    if (t->count < FULL(t)) return false;
    flush(t);
    return true;
}

static void forget_subjects(plb_trace *t) {
    for (size_t i = 0; i < t->subject_count; i++) free(t->subjects[i]);
    free(t->subjects);
    t->subjects = NULL;
    t->subject_count = t->subjects_told = 0;
}

static void begin_sampling(plb_trace *t, const plb_event *event) {
    flush(t);
    forget_subjects(t);
    t->subjects = calloc((size_t) event->sampling.subjects, sizeof *t->subjects);
    if (t->subjects) t->subject_count = (size_t) event->sampling.subjects;
}

static void note_subject(plb_trace *t, const plb_event *event) {
    if (t->subjects_told < t->subject_count) {
        t->subjects[t->subjects_told++] = strdup(event->subject.name);
    }
}

/* Samples of a round, each an event of its own. */
static void keep_samples(plb_trace *t, const plb_event *event) {
    const plb_round *round = &event->round;
    for (size_t i = 0; i < round->subject_count && i < t->subjects_told; i++) {
        double ns = round->series[PLB_BASIS_ALL * round->subject_count + i][round->row];
        double undisturbed =
            round->series[PLB_BASIS_UNDISTURBED * round->subject_count + i][round->row];
        const plb_subject_facts *facts = &round->subjects[i];
        if (ns != ns) continue; /* not sampled */
        const plb_event sample = {
            .kind = PLB_EVENT_SAMPLE,
            .process = event->process,
            .at_ns = round->began_ns[i],
            .sample = {.round = round->number,
                       .took_ns = (uint64_t) ((ns + facts->subtracted_ns) * facts->batch + 0.5),
                       .subject = t->subjects[i],
                       .ns = ns,
                       .epoch = round->epoch,
                       .batch = facts->batch,
                       .disturbed = undisturbed != undisturbed}};
        (void) keep(t, &sample);
    }
}

static bool observe(void *context, const plb_event *event) {
    plb_trace *t = context;
    switch (event->kind) {
    case PLB_EVENT_ROUND:
        if (event->round.number % t->every != 0) return false;
        if (keep(t, event))
            keep_samples(t, event);
        else
            count_lost(t, event->round.samples);
        return flush_if_full(t);
    case PLB_EVENT_SAMPLING_BEGUN: begin_sampling(t, event); break;
    case PLB_EVENT_SUBJECT: note_subject(t, event); break;
    default: break;
    }
    if (plb_event_type_of(event->kind)->buffered) {
        (void) keep(t, event);
        return flush_if_full(t);
    }
    if (t->count == t->capacity) flush(t);
    (void) keep(t, event);
    flush(t);
    return true;
}

const plb_observer *plb_trace_observer(plb_trace *trace) { return &trace->observer; }

plb_trace_counts plb_trace_get_counts(const plb_trace *trace) {
    return (plb_trace_counts){.written =
                                  atomic_load_explicit(&trace->written, memory_order_relaxed),
                              .lost = atomic_load_explicit(&trace->lost, memory_order_relaxed)};
}

/* ---- Beginning and end ---- */

static void tell_beginning(plb_trace *t) {
    char utc[PLB_UTC_BYTES];
    plb_utc_text(plb_utc_now(), utc);
    const plb_event event = {.kind = PLB_EVENT_TRACE_BEGUN,
                             .at_ns = plb_clock_now_ns(),
                             .trace = {.command = t->command,
                                       .version = plb_version(),
                                       .format = plb_trace_format_name(t->format),
                                       .clock = "CLOCK_MONOTONIC_RAW",
                                       .started_utc = utc,
                                       .schema = PLB_TRACE_SCHEMA,
                                       .buffer_events = t->capacity,
                                       .every = t->every,
                                       .pid = getpid()}};
    (void) keep(t, &event);
    if (t->format == PLB_TRACE_CHROME) (void) append(t, "[\n", 2);
    flush(t);
}

static plb_status open_file(plb_trace *t, plb_error *error) {
    int how = t->join ? 0 : O_CREAT | O_TRUNC;
    t->file = open(t->path, O_WRONLY | O_APPEND | O_CLOEXEC | how, 0666);
    if (t->file >= 0) return PLB_OK;
    return plb_fail(error, PLB_E_IO, t->path, "the trace could not be opened: %s", strerror(errno));
}

static bool allocate(plb_trace *t, const plb_trace_config *config) {
    t->path = strdup(config->path);
    t->command = strdup(config->command);
    t->events = calloc(t->capacity, sizeof *t->events);
    t->order = calloc(t->capacity, sizeof *t->order);
    t->text.bytes = malloc(TEXT_BYTES);
    t->text.capacity = TEXT_BYTES;
    return t->path && t->command && t->events && t->order && t->text.bytes;
}

plb_status plb_trace_begin(const plb_trace_config *config, plb_trace **trace, plb_error *error) {
    plb_trace *t = calloc(1, sizeof *t);
    *trace = NULL;
    if (!t) return plb_fail(error, PLB_E_MEMORY, config->path, "no memory for a trace");
    t->file = -1;
    t->format = config->format;
    t->join = config->join;
    t->capacity = config->buffer_events ? config->buffer_events : PLB_TRACE_BUFFER_EVENTS;
    t->every = config->every ? config->every : 1;
    t->observer = (plb_observer){.context = t, .event = observe};
    plb_status status = allocate(t, config)
                            ? open_file(t, error)
                            : plb_fail(error, PLB_E_MEMORY, config->path, "no memory for a trace");
    if (status == PLB_OK && !t->join) {
        tell_beginning(t);
        if (t->problem != 0) {
            status = plb_fail(error, PLB_E_IO, t->path, "the trace could not be written: %s",
                              strerror(t->problem));
        }
    }
    if (status != PLB_OK) {
        plb_trace_free(t);
        return status;
    }
    *trace = t;
    return PLB_OK;
}

plb_status plb_trace_end(plb_trace *t, plb_error *error) {
    flush(t);
    if (!t->join) {
        plb_trace_counts counts = plb_trace_get_counts(t);
        const plb_event event = {.kind = PLB_EVENT_TRACE_ENDED,
                                 .at_ns = plb_clock_now_ns(),
                                 .written = {.events = counts.written + 1, .lost = counts.lost}};
        (void) keep(t, &event);
        flush(t);
    }
    if (t->problem == 0) return PLB_OK;
    return plb_fail(error, PLB_E_IO, t->path, "%llu events could not be written: %s",
                    (unsigned long long) plb_trace_get_counts(t).lost, strerror(t->problem));
}

void plb_trace_free(plb_trace *t) {
    if (!t) return;
    forget_subjects(t);
    if (t->file >= 0) (void) close(t->file);
    free(t->path);
    free(t->command);
    free(t->events);
    free(t->order);
    free(t->text.bytes);
    free(t);
}
