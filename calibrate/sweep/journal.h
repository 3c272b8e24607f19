/* The journal of a sweep: a line a visit, each with a checksum, only ever appended to. */
#ifndef PLB_SWEEP_JOURNAL_H
#define PLB_SWEEP_JOURNAL_H

#include <limits.h>

#include "calibrate/sweep/visit.h"

#define PLB_JOURNAL_CPU_BYTES 96
#define PLB_JOURNAL_VISITS_MAX 50000000

/* What a journal is of: its first line. */
typedef struct plb_journal_head {
    char grid_sha256[PLB_SHA256_TEXT_BYTES];
    uint64_t seed, points; /* of the whole grid */
    unsigned shard, shards;
    char cpu[PLB_JOURNAL_CPU_BYTES]; /* the processor's model */
} plb_journal_head;

/* What is in it. */
typedef struct plb_journal_contents {
    bool any; /* there was one */
    plb_journal_head head;
    plb_visit *visits; /* malloc'ed */
    size_t count, capacity;
    unsigned sessions;
    double start_utc_s; /* of the first session */
    bool torn;          /* a torn last record was dropped now */
    unsigned dropped;   /* such records, now or in earlier sessions */
    uint64_t length;    /* bytes up to the last good record */
} plb_journal_contents;

/* Read `text`; visits' sessions begin at `first_session`. A last line that is incomplete or has
 * another checksum is dropped. Errors: PLB_E_PARSE with the line, PLB_E_MEMORY. */
plb_status plb_journal_parse(plb_journal_contents *contents, const char *name, const char *text,
                             size_t length, unsigned first_session, plb_error *error);
void plb_journal_contents_free(plb_journal_contents *contents);
/* Room is made as needed. False when there is none. */
bool plb_journal_keep(plb_journal_contents *contents, const plb_visit *visit);

typedef struct plb_journal plb_journal;

/* Open the journal in `directory` for appending, and read what is in it; what was torn off is cut
 * away. Errors: PLB_E_IO (also: another process has it open), and those of plb_journal_parse. */
plb_status plb_journal_open(plb_journal **journal, const char *directory,
                            plb_journal_contents *contents, plb_error *error);
/* The same for reading only; PLB_E_IO when there is none. */
plb_status plb_journal_read(const char *directory, plb_journal_contents *contents,
                            unsigned first_session, plb_error *error);
/* A file of a sweep's folder as a whole, NUL-terminated and malloc'ed. PLB_E_IO, PLB_E_MEMORY. */
plb_status plb_sweep_read_file(const char *path, char **text, size_t *length, plb_error *error);
/* A head, the begin of a session, a visit. Written out several times a second. PLB_E_IO. */
plb_status plb_journal_head_line(plb_journal *journal, const plb_journal_head *head,
                                 plb_error *error);
plb_status plb_journal_session(plb_journal *journal, double utc_s, unsigned dropped,
                               plb_error *error);
/* The visit's samples as the journal tells them, so that figures are the same when it is read;
 * settles it. */
void plb_journal_round(plb_visit *visit);
plb_status plb_journal_visit(plb_journal *journal, const plb_visit *visit, plb_error *error);
plb_status plb_journal_flush(plb_journal *journal, plb_error *error);
/* Without flushing. */
void plb_journal_close(plb_journal *journal);

#endif
