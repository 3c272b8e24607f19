/* Regression gates: measure again what a checked-in baseline has, and tell what changed.
 *
 * An item is a point of a builtin benchmark ("AddInteger/11/22", as sweeps name them) or a script
 * (an entry of the catalogue, or a program file). Of each item there are budgets, which are exact
 * and must never change unnoticed, and times, which have intervals: of an evaluation, and for
 * scripts of decoding. Times compare in one of three ways, docs/regress.md says how well:
 *
 *   interleaved   an older libplutbench.so is measured in the same seconds, process beside process
 *   same machine  with the baseline's intervals, widened by what runs differ by
 *   scaled        with the baseline's intervals, through a scale between two machines
 *
 * Objects are opaque unless their members are here. Nothing prints or exits. */
#ifndef PLUTBENCH_REGRESS_H
#define PLUTBENCH_REGRESS_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/machine.h>
#include <plutbench/measure.h>
#include <plutbench/plugins.h>
#include <plutbench/results.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- Baselines ---- */

#define PLB_BASELINE_SCHEMA 1
#define PLB_BASELINE_ITEMS_MAX 20000
#define PLB_BASELINE_NAME_BYTES 192 /* of an item; its NUL included */
#define PLB_BASELINE_TEXT_BYTES 256 /* of what describes a machine or a library */
#define PLB_BASELINE_DATE_BYTES 11  /* "2026-11-21" */

/* What is timed of an item. */
typedef enum plb_gate_quantity {
    PLB_GATE_EVALUATE, /* from setting the machine up to the last charge */
    PLB_GATE_DECODE,   /* of a script, from flat */
    PLB_GATE_QUANTITIES
} plb_gate_quantity;

/* "evaluate", "decode". */
PLB_API const char *plb_gate_quantity_name(plb_gate_quantity quantity);

/* A typical time: that of a process (the mean of its samples without the fifth of them at either
 * end), averaged over processes in logarithms. `ns` 0: not measured. */
typedef struct plb_gate_time {
    double ns, low_ns, high_ns; /* the interval (95 %) is over processes */
    double freedom;             /* of its Student's t */
    double spread;              /* standard deviation between processes, relative */
    int64_t processes;
} plb_gate_time;

#define PLB_GATE_VARIANTS                                                                          \
    5 /* semantics variants 'A' to 'E', each with its published cost model                         \
       */

typedef struct plb_gate_budget {
    bool known; /* false: the item is not available in the variant, or fails there */
    plb_exunits used;
} plb_gate_budget;

typedef struct plb_baseline_item {
    char name[PLB_BASELINE_NAME_BYTES];
    char
        sha256[PLB_SHA256_TEXT_BYTES]; /* of a script's flat and arguments; "": a builtin's point */
    char measured[PLB_BASELINE_DATE_BYTES]; /* day of its times, UTC; "": it has none */
    plb_gate_budget budgets[PLB_GATE_VARIANTS];
    plb_gate_time times[PLB_GATE_QUANTITIES];
} plb_baseline_item;

/* Where times were taken. */
typedef struct plb_baseline_machine {
    char cpu_model[PLB_BASELINE_TEXT_BYTES]; /* "": unknown, and equal to no other */
    char clock_source[PLB_BASELINE_TEXT_BYTES];
    int64_t cpus;
    bool hypervisor;
    double pace_ns; /* a thousand dependent multiplications, median; 0: unknown */
} plb_baseline_machine;

/* A library, as plb_libraries() tells it. */
typedef struct plb_baseline_library {
    char name[PLB_BASELINE_TEXT_BYTES];
    char version[PLB_BASELINE_TEXT_BYTES];
} plb_baseline_library;

#define PLB_BASELINE_LIBRARIES_MAX 64

typedef struct plb_baseline {
    char written[PLB_BASELINE_DATE_BYTES]; /* day, UTC */
    char version[PLB_BASELINE_TEXT_BYTES], revision[PLB_BASELINE_TEXT_BYTES];
    char compiler[PLB_BASELINE_TEXT_BYTES], flags[PLB_BASELINE_TEXT_BYTES];
    char program_sha256[PLB_SHA256_TEXT_BYTES]; /* of the program or library that was measured */
    plb_baseline_library *libraries;
    size_t library_count;
    plb_baseline_machine machine; /* that all times are of */
    plb_baseline_item *items;     /* by name */
    size_t count;
    plb_baseline_item *scale; /* the set that machines are compared through; by name */
    size_t scale_count;
} plb_baseline;

/* Read a baseline. `name` is used in messages. Free with plb_baseline_free.
 * Errors: PLB_E_PARSE with line and path (no JSON, duplicate members, another format, something
 * that is missing or of the wrong type, a time that is none, a budget that is negative),
 * PLB_E_UNSUPPORTED (another schema version), PLB_E_MEMORY. */
PLB_API plb_status plb_baseline_read(plb_baseline **baseline, const char *name, const char *text,
                                     size_t length, plb_error *error);
PLB_API void plb_baseline_free(plb_baseline *baseline);

/* The same as text: sorted, two spaces, times with five significant digits, so that differences are
 * small. *text is malloc'ed; free() it. PLB_E_MEMORY. */
PLB_API plb_status plb_baseline_text(const plb_baseline *baseline, char **text, plb_error *error);

/* NULL when there is none. */
PLB_API const plb_baseline_item *plb_baseline_find(const plb_baseline *baseline, const char *name);

/* Whether times of both compare without a scale: the same processor model, equally virtual. */
PLB_API bool plb_baseline_same_machine(const plb_baseline_machine *a,
                                       const plb_baseline_machine *b);

/* ---- What is told ---- */

/* How times were compared. */
typedef enum plb_gate_mode {
    PLB_GATE_BUDGETS,     /* not at all */
    PLB_GATE_FIRST,       /* with nothing: there is no baseline yet */
    PLB_GATE_INTERLEAVED, /* with another library in the same run */
    PLB_GATE_SAME_MACHINE,
    PLB_GATE_SCALED
} plb_gate_mode;

/* "budgets", "first", "interleaved", "same-machine", "scaled". */
PLB_API const char *plb_gate_mode_name(plb_gate_mode mode);

typedef enum plb_gate_verdict {
    PLB_GATE_SAME,      /* a slowdown beyond the tolerance is excluded (95 %) */
    PLB_GATE_SLOWER,    /* beyond tolerance and noise floor: a failure */
    PLB_GATE_FASTER,    /* beyond both */
    PLB_GATE_UNDECIDED, /* neither: the interval is too wide */
    PLB_GATE_NEW,       /* nothing to compare with */
    PLB_GATE_GONE,      /* in the baseline, and not measured any more */
    PLB_GATE_OTHER,     /* a script that has changed since: nothing to compare with */
    PLB_GATE_VERDICTS
} plb_gate_verdict;

/* "same", "slower", "faster", "undecided", "new", "gone", "other". */
PLB_API const char *plb_gate_verdict_name(plb_gate_verdict verdict);

#define PLB_GATE_ADVICE_BYTES 160

/* One time. Changes are relative: 0.05 is 5 % slower. */
typedef struct plb_gate_row {
    const char *name;
    plb_gate_quantity quantity;
    plb_gate_verdict verdict;
    plb_gate_time before, after;        /* `before` as it would be here: through pace or scale */
    double change, low, high;           /* interval at the level that Holm's procedure gave it */
    double single_low, single_high;     /* 95 %, as if it were the only one */
    double null_low, null_high;         /* the same item against itself, 95 % */
    double noise_floor;                 /* that this shows */
    double margin;                      /* the larger of noise floor and tolerance */
    double p;                           /* that a change within the margin looks like this */
    char advice[PLB_GATE_ADVICE_BYTES]; /* undecided: what would decide it; else "" */
} plb_gate_row;

/* A budget that is not what it was. */
typedef struct plb_gate_budget_row {
    const char *name;
    char variant;
    plb_gate_budget before, after; /* one of them may be unknown */
} plb_gate_budget_row;

/* Everything borrows from the gate. */
typedef struct plb_gate_report {
    plb_gate_mode mode;
    const char *baseline;    /* name; NULL: none */
    const char *against;     /* version and revision of the older library; NULL: none */
    const char *measured;    /* version and revision of what was measured */
    bool both;               /* faster fails too */
    double tolerance, level; /* of the whole run: 0.05 */
    const plb_gate_row *rows;
    size_t row_count, verdicts[PLB_GATE_VERDICTS];
    const plb_gate_budget_row *budgets; /* that changed */
    size_t budget_count, budgets_compared, budgets_new;
    size_t items;
    uint32_t processes; /* of each kind, most of any item */
    double elapsed_s;
    bool interrupted, timed_out; /* before every time was known well enough */
    double between_runs;         /* standard deviation that was allowed for, relative */
    double between_runs_seen;    /* what the spread of all changes says */
    plb_estimate common;         /* change of the median item, relative; method NULL: too few */
    size_t null_called;          /* items that differ from themselves */
    bool null_suspicious;        /* more of them than chance makes */
    double pace_ratio;           /* of the machine now to the baseline's; 0: unknown */
    plb_estimate scale;          /* times here over times there; method NULL: no scale */
    size_t scale_count;          /* builtins in it */
    const char *no_scale; /* why there is none, so that times of two machines can't be compared */
    uint64_t seed;
    plb_environment machine;
    plb_flags flags;
} plb_gate_report;

/* Slower (with `both`: faster) items, or budgets that changed. */
PLB_API bool plb_gate_failed(const plb_gate_report *report);
/* Something is undecided, was not measured any more, or the run did not get to its end. */
PLB_API bool plb_gate_incomplete(const plb_gate_report *report);

/* A table for people of at most 100 columns; `all`: with the items that are the same. The same in
 * JUnit's XML (undecided is skipped, not passed), in Markdown, and as one JSON object. Texts are
 * malloc'ed; free() them. PLB_E_MEMORY. */
PLB_API plb_status plb_gate_text(const plb_gate_report *report, bool all, char **text,
                                 plb_error *error);
PLB_API plb_status plb_gate_junit(const plb_gate_report *report, char **text, plb_error *error);
PLB_API plb_status plb_gate_markdown(const plb_gate_report *report, char **text, plb_error *error);
PLB_API plb_status plb_gate_json(const plb_gate_report *report, char **text, plb_error *error);

/* ---- Measuring ---- */

typedef struct plb_gate plb_gate;

typedef struct plb_gate_progress {
    double elapsed_s, budget_s;
    uint32_t processes;
    size_t times, done; /* and those of them that are known well enough */
} plb_gate_progress;

/* A script as a file has it: a closed program, which needs no arguments. */
typedef struct plb_gate_file {
    const char *name;
    const uint8_t *bytes; /* in any format that plb_program_load knows */
    size_t length;
} plb_gate_file;

/* Zero-initialise; every 0 or NULL means the default. */
typedef struct plb_gate_plan {
    const plb_baseline *baseline; /* NULL: compare with `against`, or with nothing */
    const char *baseline_name;    /* in messages */
    const char *const *words;     /* benchmarks, builtins, points, entries of the catalogue; none:
                                     what is in the baseline, or without one the default grid and the
                                     catalogue */
    size_t word_count;
    const plb_gate_file *files;
    size_t file_count;
    bool chosen; /* that the words or files were named, so that what the baseline has besides is not
                    missed; false: it is */
    const plb_plugins *plugins; /* whose builtins can be named, too; not with `against` */
    const char *against;        /* an older libplutbench.so */
    const char *library; /* the one it is compared with; default: the one beside the program */
    bool budgets_only, both, pin;
    bool update;         /* for plb_gate_baseline: the scale's set is measured, too */
    double time_s;       /* default 60 */
    double tolerance;    /* relative; default 0.02 */
    double precision;    /* half width at which an item is known; default: a quarter of tolerance */
    double between_runs; /* relative standard deviation; default 0.005 */
    uint64_t seed;       /* default: from the clock */
    /* The program that is started as a worker, which begins with plb_gate_worker; default: the
     * running one. Its name first, NULL at the end. */
    const char *program;
    char *const *arguments;
    const volatile sig_atomic_t *interrupted;
    void (*progress)(void *context, const plb_gate_progress *progress);
    void *progress_context;
    const struct plb_observer *observer; /* who is told processes and progress (observe.h) */
} plb_gate_plan;

/* Measure and compare. Needs the plan only until it returns. An interruption is no error.
 * Errors: PLB_E_ARGUMENT (a word that names nothing, two items of one name, a library that is none
 * or of another version), PLB_E_MEASURE (a worker ended, an item fails), PLB_E_IO, PLB_E_MEMORY. */
PLB_API plb_status plb_gate_run(const plb_gate_plan *plan, plb_gate **gate, plb_error *error);
PLB_API void plb_gate_free(plb_gate *gate);
PLB_API const plb_gate_report *plb_gate_told(const plb_gate *gate);

/* How a baseline was changed. */
typedef struct plb_gate_update {
    size_t kept, replaced, added, removed;
    bool rewritten; /* on another machine than before: all of it is new */
} plb_gate_update;

/* The baseline as this run, whose plan said `update`, would have it: times that are the same keep
 * what the old one says, so that small slowdowns do not add up unseen; what was not measured is
 * kept. `old` may be NULL. `all`: the run measured everything, and what it did not is removed.
 * Errors: PLB_E_ARGUMENT (an old baseline of another machine, and not everything was measured;
 * nothing was timed and items are new), PLB_E_MEMORY. */
PLB_API plb_status plb_gate_baseline(const plb_gate *gate, const plb_baseline *old, bool all,
                                     plb_baseline **updated, plb_gate_update *changes,
                                     plb_error *error);

/* What a worker's program does: `variable` is the value of PLB_GATE_VARIABLE in its environment.
 * False: it is no worker. Otherwise it has worked until it was told to stop, and should exit. */
#define PLB_GATE_VARIABLE "PLUTBENCH_GATE"
PLB_API bool plb_gate_worker(const char *variable);

#ifdef __cplusplus
}
#endif
#endif
