/* Reads a sample file, row by row. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/run/samples_format.h"

#define BUFFER_BYTES ((size_t) 1 << 18)

struct plb_samples {
    char *path;
    int file;
    plb_samples_header header;
    plb_samples_facts facts;
    uint64_t size;   /* of the file */
    uint64_t rows;   /* whole ones, good or not, up to the last good one */
    uint8_t *buffer; /* some rows */
    float *ns;       /* a subject each */
};

static plb_status failed(const plb_samples *s, plb_error *error) {
    return plb_fail(error, PLB_E_IO, s->path, "cannot read: %s", strerror(errno));
}

/* Bytes of the file from `at` on; fewer only at its end. */
static plb_status read_at(const plb_samples *s, uint64_t at, uint8_t *bytes, size_t length,
                          size_t *got, plb_error *error) {
    *got = 0;
    while (*got < length) {
        ssize_t more = pread(s->file, bytes + *got, length - *got, (off_t) (at + *got));
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return failed(s, error);
        if (more == 0) break;
        *got += (size_t) more;
    }
    return PLB_OK;
}

/* ---- All rows ---- */

typedef struct row_visitor {
    void *context;
    /* `row` NULL: its checksum is wrong. 0: go on. */
    int (*visit)(void *context, uint64_t index, const plb_sample_row *row);
} row_visitor;

static plb_status visit_rows(plb_samples *s, uint64_t count, const row_visitor *visitor,
                             plb_error *error) {
    size_t row_bytes = s->header.row_bytes, batch = BUFFER_BYTES / row_bytes;
    for (uint64_t first = 0; first < count; first += batch) {
        size_t wanted = count - first < batch ? (size_t) (count - first) : batch, got;
        plb_status status = read_at(s, s->header.bytes + first * row_bytes, s->buffer,
                                    wanted * row_bytes, &got, error);
        if (status != PLB_OK) return status;
        for (size_t i = 0; i < got / row_bytes; i++) {
            plb_sample_row row;
            bool good = plb_samples_row_unpack(&s->header, s->buffer + i * row_bytes, s->ns, &row);
            if (visitor->visit(visitor->context, first + i, good ? &row : NULL) != 0) {
                return plb_fail(error, PLB_E_ARGUMENT, s->path, "reading its rows was stopped");
            }
        }
        if (got < wanted * row_bytes) break;
    }
    return PLB_OK;
}

/* ---- Facts ---- */

static int count_row(void *context, uint64_t index, const plb_sample_row *row) {
    plb_samples *s = context;
    plb_samples_facts *facts = &s->facts;
    if (!row) return 0;
    facts->damaged += index - s->rows;
    s->rows = index + 1;
    facts->rows++;
    facts->rounds += row->kind == PLB_ROW_ROUND;
    facts->ended += row->kind == PLB_ROW_END;
    if (row->process >= facts->processes) facts->processes = row->process + 1;
    return 0;
}

/* Whether anything but zeros is behind the last good row. */
static plb_status look_behind(plb_samples *s, plb_error *error) {
    uint64_t at = s->header.bytes + s->rows * s->header.row_bytes;
    s->facts.trailing_bytes = s->size - at;
    while (at < s->size && !s->facts.torn) {
        size_t got;
        plb_status status = read_at(s, at, s->buffer, BUFFER_BYTES, &got, error);
        if (status != PLB_OK) return status;
        if (got == 0) break;
        for (size_t i = 0; i < got; i++) s->facts.torn |= s->buffer[i] != 0;
        at += got;
    }
    return PLB_OK;
}

static plb_status find_facts(plb_samples *s, plb_error *error) {
    const row_visitor visitor = {s, count_row};
    s->facts = (plb_samples_facts){.subjects = (const char *const *) s->header.subjects,
                                   .subject_count = s->header.subject_count,
                                   .run = s->header.run,
                                   .start_utc_s = s->header.start_utc_s};
    uint64_t rows = (s->size - s->header.bytes) / s->header.row_bytes;
    plb_status status = visit_rows(s, rows, &visitor, error);
    return status == PLB_OK ? look_behind(s, error) : status;
}

/* ---- Opening ---- */

static plb_status open_file(plb_samples *s, plb_error *error) {
    struct stat status;
    s->file = open(s->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (s->file < 0 || fstat(s->file, &status) != 0) return failed(s, error);
    if (!S_ISREG(status.st_mode)) {
        return plb_fail(error, PLB_E_IO, s->path, "expected a file of samples");
    }
    s->size = (uint64_t) status.st_size;
    return PLB_OK;
}

static plb_status read_header(plb_samples *s, plb_error *error) {
    size_t got;
    char *line = malloc(PLB_SAMPLES_HEADER_MOST);
    if (!line) return plb_fail(error, PLB_E_MEMORY, s->path, "no memory for samples");
    plb_status status = read_at(s, 0, (uint8_t *) line, PLB_SAMPLES_HEADER_MOST, &got, error);
    if (status == PLB_OK) {
        status = plb_samples_header_parse(&s->header, s->path, line, got, error);
    }
    free(line);
    return status;
}

plb_status plb_samples_open(const char *path, plb_samples **samples, plb_error *error) {
    plb_samples *s = calloc(1, sizeof *s);
    *samples = NULL;
    if (!s) return plb_fail(error, PLB_E_MEMORY, path, "no memory for samples");
    s->file = -1;
    s->path = strdup(path);
    s->buffer = malloc(BUFFER_BYTES);
    s->ns = calloc(PLB_SAMPLES_SUBJECTS_MOST, sizeof *s->ns);
    plb_status status = s->path && s->buffer && s->ns
                            ? open_file(s, error)
                            : plb_fail(error, PLB_E_MEMORY, path, "no memory for samples");
    if (status == PLB_OK) status = read_header(s, error);
    if (status == PLB_OK) status = find_facts(s, error);
    if (status != PLB_OK) {
        plb_samples_free(s);
        return status;
    }
    *samples = s;
    return PLB_OK;
}

void plb_samples_free(plb_samples *samples) {
    if (!samples) return;
    if (samples->file >= 0) (void) close(samples->file);
    plb_samples_header_free(&samples->header);
    free(samples->path);
    free(samples->buffer);
    free(samples->ns);
    free(samples);
}

const plb_samples_facts *plb_samples_get_facts(const plb_samples *samples) {
    return &samples->facts;
}

/* ---- Good rows ---- */

typedef struct good_rows {
    int (*row)(void *context, const plb_sample_row *row);
    void *context;
} good_rows;

static int pass_good(void *context, uint64_t index, const plb_sample_row *row) {
    const good_rows *good = context;
    (void) index;
    return row ? good->row(good->context, row) : 0;
}

plb_status plb_samples_visit(plb_samples *samples,
                             int (*row)(void *context, const plb_sample_row *row), void *context,
                             plb_error *error) {
    good_rows good = {row, context};
    const row_visitor visitor = {&good, pass_good};
    return visit_rows(samples, samples->rows, &visitor, error);
}
