/* Runs on disk: a folder with everything that one execution left, written so that whatever happens
 * meanwhile no finished sample is lost, and nothing looks complete that is not (docs/results.md).
 *
 *   plan.json      first: command, options, inputs, versions; its SHA-256 is the run's id
 *   samples.bin    every sample as it was taken, a checksum a row
 *   log.txt        what happened when, a checksum a line
 *   ...            summaries, histograms
 *   manifest.json  last: size and SHA-256 of everything, its own included. A folder without it is
 *                  that of a run that was not finished.
 *
 * Folders are not trusted: memory is bounded whatever they hold. Nothing prints or exits. */
#ifndef PLUTBENCH_RUN_H
#define PLUTBENCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/measure.h>
#include <plutbench/results.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

#define PLB_RUN_PLAN_FILE "plan.json"
#define PLB_RUN_SAMPLES_FILE "samples.bin"
#define PLB_RUN_LOG_FILE "run.log"
#define PLB_RUN_MANIFEST_FILE "manifest.json"

/* ---- Writing ---- */

/* What is known before anything is measured. */
typedef struct plb_run_plan {
    const char *command; /* "calibrate" */
    int argument_count;
    char *const *arguments; /* of the command line, the program's name first */
    const char *options;    /* JSON object text of the options in effect; NULL: none */
    const plb_input *inputs;
    size_t input_count;
} plb_run_plan;

/* A run that is being written. Belongs to one thread. */
typedef struct plb_run_writer plb_run_writer;

/* Begin a run in a folder: writes the plan, and opens samples and log. A manifest that is there
 * (of a command that measured nothing) is removed first. Free with plb_run_writer_free, before the
 * folder is closed.
 * Errors: PLB_E_IO (the folder has a run already, complete or not; another process writes one;
 * what the system says), PLB_E_PARSE (options), PLB_E_MEMORY. */
PLB_API plb_status plb_run_begin(plb_results *results, const plb_run_plan *plan,
                                 plb_run_writer **writer, plb_error *error);

/* PLB_E_IO when there is a run in the folder: for commands that leave none, and would write over
 * its manifest. */
PLB_API plb_status plb_run_absent(const plb_results *results, plb_error *error);

/* Take part in a run that another process began, as one of its processes (plb_slice): samples and
 * log go on where they are. Errors: PLB_E_IO, PLB_E_PARSE (no such run, or another one). */
PLB_API plb_status plb_run_join(const char *directory, plb_run_writer **writer, plb_error *error);

/* For plb_plan and what leads to it; lives as long as the writer. A sample that can't be written
 * does not end the measurement: plb_run_end tells. */
PLB_API const struct plb_observer *plb_run_observer(plb_run_writer *writer);

/* A line of the log: `event` is a word such as "sampling-begun". Control characters become spaces,
 * what is longer than a line is cut. */
PLB_API void plb_run_note(plb_run_writer *writer, plb_severity severity, const char *event,
                          const char *format, ...) PLB_PRINTF(4, 5);

/* All samples are taken, all other files written but the manifest: close samples and log, see that
 * every round of `sampling` (NULL: none) is in the file, and have plb_results_manifest tell of the
 * run. PLB_E_IO, also for what failed earlier. */
PLB_API plb_status plb_run_end(plb_run_writer *writer, const plb_sampling *sampling,
                               plb_error *error);
PLB_API void plb_run_writer_free(plb_run_writer *writer);

/* ---- Reading ---- */

typedef enum plb_run_state {
    PLB_RUN_COMPLETE,
    PLB_RUN_PARTIAL,    /* complete as files; the measurement was interrupted in order */
    PLB_RUN_INCOMPLETE, /* no manifest: killed, out of disk, or not over yet */
    PLB_RUN_STATES
} plb_run_state;

/* "complete", "partial", "incomplete". */
PLB_API const char *plb_run_state_name(plb_run_state state);

/* A figure with its interval. Its name is its path in the summary: "overhead_per_call.paired",
 * "points[calls=10].overhead"; of the elements of an array their label, name, or index. */
typedef struct plb_run_figure {
    const char *name;
    const char *unit;
    plb_estimate estimate; /* `method` lives as long as the run */
} plb_run_figure;

typedef struct plb_run_file {
    const char *name;
    uint64_t bytes;
    const char *sha256;
} plb_run_file;

/* A file's text. */
typedef struct plb_run_document {
    const char *name;
    const char *text; /* NUL-terminated */
    size_t length;
} plb_run_document;

typedef struct plb_run_library {
    const char *name, *version, *origin;
} plb_run_library;

/* Texts are "" where a run does not tell, and live as long as the run. */
typedef struct plb_run_facts {
    const char *id; /* SHA-256 of the plan; of a folder without one, of the manifest; hexadecimal */
    const char *manifest_sha256; /* as the manifest has it of itself; "" of an incomplete run */
    const char *path;            /* of the folder, absolute */
    plb_run_state state;
    const char *command, *script, *language, *strategy, *target;
    int64_t protocol_version; /* major; 0: not told */
    int64_t seed;             /* 0: not told */
    int64_t rounds;           /* sampled; of an incomplete run those in its samples */
    int64_t processes;        /* that took part */
    const char *machine;      /* the processor's model */
    const char *machine_id;   /* tells machines apart, and tells nothing else */
    const char *kernel;
    const char *version, *revision, *compiler, *compiler_flags; /* of plutbench */
    const char *started_utc, *finished_utc;                     /* "2026-04-27T12:34:56.789Z" */
    const char *command_line;                                   /* as a JSON array */
    const char *conclusion;                                     /* the summary's sentence */
    const char *const *flags;                                   /* names: "steal" */
    size_t flag_count;
    const plb_run_figure *figures;
    size_t figure_count;
    const plb_input *inputs;
    size_t input_count;
    const plb_run_library *libraries;
    size_t library_count;
    const plb_run_file *files; /* the outputs, of which the manifest has checksums */
    size_t file_count;
    const plb_run_document *documents; /* plan, manifest, summaries, log, histograms, tables: not
                                          the samples, nor what is over PLB_RUN_DOCUMENT_BYTES */
    size_t document_count;
} plb_run_facts;

#define PLB_RUN_DOCUMENT_BYTES ((size_t) 1 << 24)  /* of one file */
#define PLB_RUN_DOCUMENTS_BYTES ((size_t) 1 << 26) /* of all */

typedef struct plb_run plb_run;

/* Read a run's folder, its samples only as far as to count them. The checksums of what is read are
 * verified; plb_run_check does so for everything. Free with plb_run_free.
 * Errors: PLB_E_IO, PLB_E_PARSE (no run at all; a damaged manifest, plan or summary, naming the
 * file), PLB_E_MEMORY. */
PLB_API plb_status plb_run_read(const char *directory, plb_run **run, plb_error *error);
PLB_API void plb_run_free(plb_run *run);

/* Lives as long as the run. */
PLB_API const plb_run_facts *plb_run_get_facts(const plb_run *run);
/* NULL when there is none of that name. */
PLB_API const plb_run_figure *plb_run_get_figure(const plb_run *run, const char *name);
PLB_API const plb_run_document *plb_run_get_document(const plb_run *run, const char *name);
/* The summary, whatever its name: summary.json, block.json, measure.json. NULL: none. */
PLB_API const plb_run_document *plb_run_get_summary(const plb_run *run);

/* ---- Samples ---- */

typedef enum plb_row_kind {
    PLB_ROW_ROUND,          /* the samples of a round */
    PLB_ROW_PROCESSOR_TIME, /* of the same round: the time that the thread had its processor, where
                               a subject that is not sampled in every round lost it */
    PLB_ROW_END,            /* of a process; `round` is the number of its first rounds that are
                               warm-up */
    PLB_ROW_KINDS
} plb_row_kind;

/* One row of a sample file. */
typedef struct plb_sample_row {
    plb_row_kind kind;
    uint32_t process; /* counted from 0, as rounds and epochs are in each */
    uint32_t round, epoch;
    double at_s;     /* since the first process began */
    const float *ns; /* a subject each, per submission. NAN: not sampled in this round; negative
                        (also -0): minus the time, during which the thread lost its processor */
} plb_sample_row;

/* What is in a sample file. */
typedef struct plb_samples_facts {
    const char *const *subjects; /* names; live as long as the object */
    size_t subject_count;
    const char *run; /* id */
    double start_utc_s;
    uint64_t rows;           /* good ones */
    uint64_t rounds;         /* of them */
    uint32_t processes;      /* that took rounds */
    uint32_t ended;          /* of them, in order */
    uint64_t damaged;        /* rows with a wrong checksum, with good ones after them */
    uint64_t trailing_bytes; /* after the last good row: torn, or made room for and not used */
    bool torn;               /* they are not all zero */
} plb_samples_facts;

typedef struct plb_samples plb_samples;

/* Open a sample file, and look at all of it. Damage is no error: it is told by the facts.
 * Errors: PLB_E_IO, PLB_E_PARSE (no sample file), PLB_E_MEMORY. */
PLB_API plb_status plb_samples_open(const char *path, plb_samples **samples, plb_error *error);
PLB_API void plb_samples_free(plb_samples *samples);
PLB_API const plb_samples_facts *plb_samples_get_facts(const plb_samples *samples);

/* Every good row in the order of the file; `ns` lives during the call. `row` returns 0 to go on.
 * PLB_E_IO, PLB_E_ARGUMENT (`row` stopped it). */
PLB_API plb_status plb_samples_visit(plb_samples *samples,
                                     int (*row)(void *context, const plb_sample_row *row),
                                     void *context, plb_error *error);

/* The rounds after warm-up as figures are taken from them, in memory. */
typedef struct plb_sample_series {
    double **series;  /* a subject each, `count` long; NAN where there is no sample, or a disturbed
                         one that the subject's basis leaves out (plb_basis) */
    plb_basis *bases; /* of each subject */
    uint32_t *processes; /* of each round: the epochs of plb_contrast_estimate */
    uint32_t *epochs;    /* of each round, within its process */
    double *at_s;        /* of each round */
    size_t subject_count, count;
} plb_sample_series;

/* Free with plb_sample_series_free. PLB_E_MEMORY also for more than `most` numbers (0: 2^27);
 * PLB_E_IO. */
PLB_API plb_status plb_samples_series(plb_samples *samples, size_t most, plb_sample_series *series,
                                      plb_error *error);
PLB_API void plb_sample_series_free(plb_sample_series *series);

/* ---- Checking ---- */

typedef enum plb_run_problem {
    PLB_PROBLEM_NOTE,       /* worth knowing; nothing is wrong with the run */
    PLB_PROBLEM_INCOMPLETE, /* something was not finished */
    PLB_PROBLEM_MISSING,    /* a file of the manifest */
    PLB_PROBLEM_DAMAGED,    /* other contents than were written */
    PLB_PROBLEMS
} plb_run_problem;

/* "note", "incomplete", "missing", "damaged". */
PLB_API const char *plb_run_problem_name(plb_run_problem problem);

typedef struct plb_run_finding {
    plb_run_problem problem;
    const char *file;    /* name in the folder; "" for the folder */
    const char *message; /* one line */
} plb_run_finding;

typedef struct plb_run_report {
    char id[PLB_SHA256_TEXT_BYTES]; /* "" when it can't be told */
    plb_run_problem worst;          /* of the findings; PLB_PROBLEM_NOTE: the run is in order */
    bool being_written;             /* a process has it open */
    uint64_t rounds;                /* in samples.bin, whole */
    plb_run_finding *findings;
    size_t finding_count;
} plb_run_report;

/* Verify everything in a run's folder. Findings are no error. Free with plb_run_report_free.
 * Errors: PLB_E_IO (the folder can't be read), PLB_E_PARSE (neither plan nor manifest: no run),
 * PLB_E_MEMORY. */
PLB_API plb_status plb_run_check(const char *directory, plb_run_report *report, plb_error *error);
PLB_API void plb_run_report_free(plb_run_report *report);

#ifdef __cplusplus
}
#endif
#endif
