#include "harness/measure/slice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/measure/sampler.h"

#define MAGIC UINT64_C(0x706c62536861726d)

/* Both ends are the same program: structures go as they are. */
typedef struct answer {
    uint64_t magic;
    plb_error error;
    plb_sampling_facts facts;
    uint64_t subject_count, kept_count;
    uint32_t settled;
} answer;

void plb_slice_print(const plb_slice *slice, char *text, size_t bytes) {
    snprintf(text, bytes, "%s=%d:%" PRIu64 ":%" PRIu64 ":%" PRIu64 ":%" PRIu32, PLB_SLICE_VARIABLE,
             slice->fd, slice->seed, slice->time_ns, slice->whole_time_ns, slice->process);
}

bool plb_slice_parse(const char *text, plb_slice *slice) {
    int end = 0;
    if (!text) return false;
    *slice = (plb_slice){.fd = -1};
    return sscanf(text, "%d:%" SCNu64 ":%" SCNu64 ":%" SCNu64 ":%" SCNu32 "%n", &slice->fd,
                  &slice->seed, &slice->time_ns, &slice->whole_time_ns, &slice->process,
                  &end) == 5 &&
           text[end] == '\0' && slice->fd > STDERR_FILENO && slice->seed != 0 &&
           slice->time_ns != 0;
}

/* ---- Writing ---- */

static bool put(FILE *file, const void *bytes, size_t size, size_t count) {
    return fwrite(bytes, size, count, file) == count;
}

static bool put_sampling(FILE *file, const plb_sampling *s) {
    size_t n = s->facts.subject_count, kept = s->recorder.kept_count;
    bool written = put(file, s->subjects, sizeof *s->subjects, n) &&
                   put(file, s->resolution, sizeof *s->resolution, n);
    for (size_t i = 0; written && i < PLB_BASIS_COUNT * n; i++) {
        written = put(file, s->recorder.kept[i], sizeof(double), kept);
    }
    return written;
}

plb_status plb_slice_send(const plb_slice *slice, const plb_sampling *sampling,
                          const plb_error *failure, plb_error *error) {
    FILE *file = fdopen(slice->fd, "wb");
    if (!file) {
        return plb_fail(error, PLB_E_IO, NULL, "nobody to tell what was sampled");
    }
    answer a;
    memset(&a, 0, sizeof a);
    a.magic = MAGIC;
    if (sampling) {
        a.facts = sampling->facts;
        a.subject_count = sampling->facts.subject_count;
        a.kept_count = sampling->recorder.kept_count;
        a.settled = sampling->recorder.settled;
    } else {
        a.error = *failure;
    }
    bool written = put(file, &a, sizeof a, 1) && (!sampling || put_sampling(file, sampling));
    if (fclose(file) == 0 && written) return PLB_OK;
    return plb_fail(error, PLB_E_IO, NULL, "cannot tell what was sampled");
}

/* ---- Reading ---- */

static bool get(FILE *file, void *bytes, size_t size, size_t count) {
    return fread(bytes, size, count, file) == count;
}

static plb_status no_answer(plb_error *error) {
    return plb_fail(error, PLB_E_MEASURE, NULL,
                    "a process that was to sample a part of the time ended without an answer");
}

/* Names and pointers are this process's. */
static bool get_subjects(FILE *file, plb_sampling *s) {
    for (size_t i = 0; i < s->facts.subject_count; i++) {
        const char *name = s->subjects[i].name;
        if (!get(file, &s->subjects[i], sizeof s->subjects[i], 1)) return false;
        s->subjects[i].name = name;
        s->subjects[i].histogram = NULL;
    }
    return get(file, s->resolution, sizeof *s->resolution, s->facts.subject_count);
}

static bool get_sampling(FILE *file, const answer *a, plb_sampling *s) {
    const char *source = s->facts.clock.source;
    s->facts = a->facts;
    s->facts.clock.source = source;
    s->recorder.kept_count = a->kept_count;
    s->recorder.settled = a->settled != 0;
    bool read = get_subjects(file, s);
    for (size_t i = 0; read && i < PLB_BASIS_COUNT * s->facts.subject_count; i++) {
        read = get(file, s->recorder.kept[i], sizeof(double), a->kept_count);
    }
    return read;
}

plb_status plb_slice_read(const plb_plan *plan, FILE *file, plb_sampling **sampling,
                          plb_error *error) {
    answer a;
    *sampling = NULL;
    if (!get(file, &a, sizeof a, 1) || a.magic != MAGIC) return no_answer(error);
    if (a.error.status != PLB_OK) {
        a.error.where[sizeof a.error.where - 1] = '\0';
        a.error.message[sizeof a.error.message - 1] = '\0';
        return plb_fail(error, a.error.status, a.error.where, "%s", a.error.message);
    }
    if (a.subject_count != plan->subject_count || a.facts.subject_count != plan->subject_count ||
        a.kept_count > 4 * (uint64_t) plan->keep_rounds + 4 * PLB_RECORDER_RAW) {
        return no_answer(error);
    }
    plb_plan room = *plan;
    room.keep_rounds = a.kept_count + 1;
    plb_sampling *s = plb_sampling_new(&room);
    if (!s) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a sampling");
    s->facts.clock.source = "CLOCK_MONOTONIC_RAW";
    if (!get_sampling(file, &a, s)) {
        plb_sampling_free(s);
        return no_answer(error);
    }
    *sampling = s;
    return PLB_OK;
}
