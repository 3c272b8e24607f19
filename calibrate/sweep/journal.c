#include "calibrate/sweep/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "results/run/checked_line.h"

/* Checked lines (results/run/checked_line.h) with fields between blanks:
 *   plutbench-sweep-journal 1 SHA256 SEED POINTS SHARD SHARDS CPU ...
 *   session UTC DROPPED
 *   visit POINT VARIANT BATCH DISTURBED AT_S WALL_S SAMPLE ... */
#define FILE_NAME "sweep.journal"
#define BUFFER_BYTES 65536
#define FLUSH_NS 250000000
#define TEXT_BYTES_MAX ((uint64_t) 1 << 33)

/* ---- Reading ---- */

static bool read_head(const char *line, plb_journal_head *head) {
    int read = 0;
    unsigned long long seed, points;
    if (sscanf(line, "plutbench-sweep-journal 1 %64[0-9a-f] %llu %llu %u %u %n", head->grid_sha256,
               &seed, &points, &head->shard, &head->shards, &read) != 5 ||
        read == 0 || points > PLB_GRID_POINTS_MAX || head->shard < 1 ||
        head->shard > head->shards) {
        return false;
    }
    head->seed = seed;
    head->points = points;
    (void) snprintf(head->cpu, sizeof head->cpu, "%s", line + read);
    return true;
}

static bool read_visit(const char *line, const plb_journal_head *head, plb_visit *visit) {
    int read = 0;
    unsigned disturbed;
    *visit = (plb_visit){.point = 0};
    if (sscanf(line, "visit %u %c %u %u %f %f%n", &visit->point, &visit->variant, &visit->batch,
               &disturbed, &visit->at_s, &visit->wall_s, &read) != 6 ||
        visit->point >= head->points || (visit->variant != 'E' && visit->variant != 'C') ||
        disturbed > 1 || !isfinite(visit->at_s) || !isfinite(visit->wall_s) || visit->batch == 0) {
        return false;
    }
    visit->disturbed = disturbed != 0;
    for (line += read; *line != '\0'; visit->count++) {
        char *end;
        if (visit->count == PLB_VISIT_SAMPLES) return false;
        visit->samples[visit->count] = strtof(line, &end);
        if (end == line || !(visit->samples[visit->count] > 0) ||
            !isfinite(visit->samples[visit->count])) {
            return false;
        }
        line = end;
    }
    if (visit->count == 0) return false;
    plb_visit_settle(visit);
    return true;
}

bool plb_journal_keep(plb_journal_contents *c, const plb_visit *visit) {
    if (c->count == c->capacity) {
        size_t capacity = c->capacity == 0 ? 4096 : 2 * c->capacity;
        if (c->count >= PLB_JOURNAL_VISITS_MAX) return false;
        plb_visit *more = realloc(c->visits, capacity * sizeof *more);
        if (more == NULL) return false;
        c->visits = more;
        c->capacity = capacity;
    }
    c->visits[c->count++] = *visit;
    return true;
}

typedef enum line_kind { LINE_GOOD, LINE_BAD, LINE_NO_MEMORY } line_kind;

static line_kind read_session(plb_journal_contents *c, const char *line) {
    double utc_s;
    unsigned dropped;
    if (sscanf(line, "session %lf %u", &utc_s, &dropped) != 2) return LINE_BAD;
    if (c->sessions++ == 0) c->start_utc_s = utc_s;
    c->dropped += dropped < 1000 ? dropped : 1000;
    return LINE_GOOD;
}

static line_kind read_line(plb_journal_contents *c, const char *line, unsigned first_session) {
    plb_visit visit;
    if (!c->any) {
        c->any = read_head(line, &c->head);
        return c->any ? LINE_GOOD : LINE_BAD;
    }
    if (strncmp(line, "session ", 8) == 0) return read_session(c, line);
    if (c->sessions == 0 || !read_visit(line, &c->head, &visit)) return LINE_BAD;
    visit.session = first_session + c->sessions - 1;
    return plb_journal_keep(c, &visit) ? LINE_GOOD : LINE_NO_MEMORY;
}

plb_status plb_journal_parse(plb_journal_contents *c, const char *name, const char *text,
                             size_t length, unsigned first_session, plb_error *error) {
    char line[PLB_CHECKED_LINE_BYTES], where[PLB_ERROR_WHERE_BYTES];
    *c = (plb_journal_contents){.any = false};
    unsigned number = 1;
    for (size_t at = 0; at < length; number++) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t stop = end != NULL ? (size_t) (end - text) : length;
        line_kind kind = LINE_BAD;
        bool checked = end != NULL && plb_checked_line_open(text + at, stop - at, line);
        if (checked) kind = read_line(c, line, first_session);
        if (kind == LINE_NO_MEMORY) {
            return plb_fail(error, PLB_E_MEMORY, name, "no memory for its visits");
        }
        if (kind == LINE_BAD && !checked && stop + 1 >= length) {
            c->torn = true;
            c->dropped++;
            break;
        }
        if (kind == LINE_BAD) {
            (void) snprintf(where, sizeof where, "%s:%u", name, number);
            return plb_fail(error, PLB_E_PARSE, where,
                            checked ? "expected a record of a sweep's journal"
                                    : "this record of the journal is damaged (wrong checksum)");
        }
        at = stop + 1;
        c->length = at;
    }
    return PLB_OK;
}

void plb_journal_contents_free(plb_journal_contents *contents) {
    free(contents->visits);
    *contents = (plb_journal_contents){.any = false};
}

/* ---- Files ---- */

struct plb_journal {
    int file;
    char path[PATH_MAX];
    char buffer[BUFFER_BYTES];
    size_t used;
    uint64_t flushed_ns;
};

static plb_status failed(const char *path, const char *what, plb_error *error) {
    return plb_fail(error, PLB_E_IO, path, "%s: %s", what, strerror(errno));
}

static plb_status path_of(const char *directory, char path[PATH_MAX], plb_error *error) {
    int length = snprintf(path, PATH_MAX, "%s/" FILE_NAME, directory);
    if (length >= 0 && length < PATH_MAX) return PLB_OK;
    return plb_fail(error, PLB_E_IO, directory, "the name of the folder is too long");
}

/* The whole file, malloc'ed. */
static plb_status read_file(int file, const char *path, char **text, size_t *length,
                            plb_error *error) {
    struct stat status;
    *text = NULL;
    *length = 0;
    if (fstat(file, &status) != 0) return failed(path, "could not be read", error);
    if (!S_ISREG(status.st_mode) || (uint64_t) status.st_size > TEXT_BYTES_MAX) {
        return plb_fail(error, PLB_E_IO, path, "expected a file of at most 8 GiB");
    }
    size_t size = (size_t) status.st_size;
    *text = malloc(size + 1);
    if (*text == NULL) return plb_fail(error, PLB_E_MEMORY, path, "no memory to read it");
    while (*length < size) {
        ssize_t got = pread(file, *text + *length, size - *length, (off_t) *length);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        *length += (size_t) got;
    }
    (*text)[*length] = '\0';
    return PLB_OK;
}

static plb_status read_contents(int file, const char *path, plb_journal_contents *contents,
                                unsigned first_session, plb_error *error) {
    char *text;
    size_t length;
    *contents = (plb_journal_contents){.any = false};
    plb_status status = read_file(file, path, &text, &length, error);
    if (status == PLB_OK)
        status = plb_journal_parse(contents, path, text, length, first_session, error);
    free(text);
    return status;
}

plb_status plb_sweep_read_file(const char *path, char **text, size_t *length, plb_error *error) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    *text = NULL;
    if (file < 0) return failed(path, "could not be opened", error);
    plb_status status = read_file(file, path, text, length, error);
    (void) close(file);
    return status;
}

plb_status plb_journal_read(const char *directory, plb_journal_contents *contents,
                            unsigned first_session, plb_error *error) {
    char path[PATH_MAX];
    *contents = (plb_journal_contents){.any = false};
    plb_status status = path_of(directory, path, error);
    if (status != PLB_OK) return status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return failed(path, "there is no sweep to read", error);
    status = read_contents(file, path, contents, first_session, error);
    (void) close(file);
    if (status == PLB_OK && !contents->any) {
        status =
            plb_fail(error, PLB_E_PARSE, path, "expected a sweep's journal, got an empty file");
    }
    return status;
}

static plb_status open_file(plb_journal *journal, const char *directory,
                            plb_journal_contents *contents, plb_error *error) {
    plb_status status = path_of(directory, journal->path, error);
    if (status != PLB_OK) return status;
    journal->file = open(journal->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (journal->file < 0) return failed(journal->path, "could not be opened", error);
    if (flock(journal->file, LOCK_EX | LOCK_NB) != 0) {
        return plb_fail(error, PLB_E_IO, journal->path, "another sweep is writing to it");
    }
    status = read_contents(journal->file, journal->path, contents, 0, error);
    if (status == PLB_OK && contents->torn &&
        ftruncate(journal->file, (off_t) contents->length) != 0) {
        status = failed(journal->path, "its torn end could not be cut off", error);
    }
    return status;
}

plb_status plb_journal_open(plb_journal **made, const char *directory,
                            plb_journal_contents *contents, plb_error *error) {
    plb_journal *journal = calloc(1, sizeof *journal);
    *made = NULL;
    *contents = (plb_journal_contents){.any = false};
    if (journal == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a journal");
    journal->file = -1;
    plb_status status = open_file(journal, directory, contents, error);
    if (status != PLB_OK) {
        plb_journal_close(journal);
        plb_journal_contents_free(contents);
        return status;
    }
    *made = journal;
    return PLB_OK;
}

void plb_journal_close(plb_journal *journal) {
    if (journal == NULL) return;
    if (journal->file >= 0) (void) close(journal->file);
    free(journal);
}

/* ---- Writing ---- */

plb_status plb_journal_flush(plb_journal *journal, plb_error *error) {
    size_t written = 0;
    while (written < journal->used) {
        ssize_t count = write(journal->file, journal->buffer + written, journal->used - written);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            memmove(journal->buffer, journal->buffer + written, journal->used - written);
            journal->used -= written;
            return failed(journal->path, "could not be written", error);
        }
        written += (size_t) count;
    }
    journal->used = 0;
    journal->flushed_ns = plb_clock_now_ns();
    return PLB_OK;
}

static plb_status put_line(plb_journal *journal, char line[PLB_CHECKED_LINE_BYTES], size_t length,
                           plb_error *error) {
    length = plb_checked_line_close(line, length);
    if (journal->used + length > BUFFER_BYTES) {
        plb_status status = plb_journal_flush(journal, error);
        if (status != PLB_OK) return status;
    }
    memcpy(journal->buffer + journal->used, line, length);
    journal->used += length;
    if (plb_clock_now_ns() - journal->flushed_ns < FLUSH_NS) return PLB_OK;
    return plb_journal_flush(journal, error);
}

plb_status plb_journal_head_line(plb_journal *journal, const plb_journal_head *head,
                                 plb_error *error) {
    char line[PLB_CHECKED_LINE_BYTES];
    int length = snprintf(line, sizeof line, "plutbench-sweep-journal 1 %s %llu %llu %u %u %s",
                          head->grid_sha256, (unsigned long long) head->seed,
                          (unsigned long long) head->points, head->shard, head->shards, head->cpu);
    return put_line(journal, line, (size_t) length, error);
}

plb_status plb_journal_session(plb_journal *journal, double utc_s, unsigned dropped,
                               plb_error *error) {
    char line[PLB_CHECKED_LINE_BYTES];
    int length = snprintf(line, sizeof line, "session %.3f %u", utc_s, dropped);
    return put_line(journal, line, (size_t) length, error);
}

#define SAMPLE_FORMAT "%.5g"

void plb_journal_round(plb_visit *visit) {
    for (unsigned i = 0; i < visit->count; i++) {
        char text[32];
        (void) snprintf(text, sizeof text, SAMPLE_FORMAT, (double) visit->samples[i]);
        visit->samples[i] = strtof(text, NULL);
    }
    plb_visit_settle(visit);
}

plb_status plb_journal_visit(plb_journal *journal, const plb_visit *v, plb_error *error) {
    char line[PLB_CHECKED_LINE_BYTES];
    int length = snprintf(line, sizeof line, "visit %u %c %u %u %.3f %.3g", v->point, v->variant,
                          v->batch, v->disturbed ? 1 : 0, (double) v->at_s, (double) v->wall_s);
    for (unsigned i = 0; i < v->count; i++) {
        length += snprintf(line + length, sizeof line - (size_t) length, " " SAMPLE_FORMAT,
                           (double) v->samples[i]);
    }
    return put_line(journal, line, (size_t) length, error);
}
