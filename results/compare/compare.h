/* How a comparison is made of runs, in the order of the steps. */
#ifndef PLB_RESULTS_COMPARE_COMPARE_H
#define PLB_RESULTS_COMPARE_COMPARE_H

#include <jansson.h>
#include <plutbench/compare.h>

#include "harness/measure/several.h"
#include "results/format.h"

/* ---- Texts that live as long as what they are kept for (kept.c) ---- */

typedef struct plb_kept_texts {
    char **texts;
    size_t count, capacity;
    bool short_of_memory;
} plb_kept_texts;

/* "" when memory is short, which `short_of_memory` tells. */
const char *plb_keep_text(plb_kept_texts *kept, const char *format, ...) PLB_PRINTF(2, 3);
void plb_kept_texts_free(plb_kept_texts *kept);
/* A copy of at most `bytes` with its NUL, cut between characters; what is no UTF-8 has '?' for what
 * is no ASCII. */
void plb_copy_shown(char *copy, size_t bytes, const char *text);

/* ---- Whether they are runs of one kind (kin.c) ---- */

/* That two runs compare, machines aside. PLB_E_ARGUMENT says of both why they do not.
 * `across_versions`: whatever their protocol versions are. */
plb_status plb_runs_are_kin(const plb_run *a, const plb_run *b, bool across_versions,
                            plb_error *error);
/* That a run is complete. */
plb_status plb_run_is_whole(const plb_run *run, plb_error *error);
/* That no run is there twice. */
plb_status plb_runs_are_distinct(const plb_run *const *runs, size_t count, plb_error *error);
/* That all are of one machine. */
plb_status plb_runs_share_machine(const plb_run *const *runs, size_t count, plb_error *error);
bool plb_same_machine(const plb_run *a, const plb_run *b);
/* What tells machines apart: the machine's id, of older runs the processor's model. */
const char *plb_run_machine(const plb_run *run);

/* A run, as messages call it: its folder's name, or the begin of its id. */
const char *plb_run_called(const plb_run *run);
/* The time of a thousand multiplications in it (plb_sampling_facts); 0: not told. */
double plb_run_pace(const plb_run *run);

/* ---- What runs have, side by side (gather.c) ---- */

/* Names, and of each the different values of every side. */
typedef struct plb_gathering {
    json_t *names; /* "kind\nname": an array of objects, a side each, whose keys are the values */
    size_t sides;
} plb_gathering;

bool plb_gathering_begin(plb_gathering *gathering, size_t sides);
void plb_gathering_end(plb_gathering *gathering);

/* What manifests tell of a run's surroundings, and what is exact in its summary. False: no memory.
 */
bool plb_gather_inputs(plb_gathering *gathering, size_t side, const plb_run *run);
bool plb_gather_exact(plb_gathering *gathering, size_t side, const plb_run *run);

/* Those that are not the same on all sides (`all`: everything), in the order in which they came;
 * texts are kept in `kept`, *inputs is malloc'ed, and so are the values of each. False: no memory.
 */
bool plb_gathering_tell(const plb_gathering *gathering, bool all, plb_kept_texts *kept,
                        plb_compare_input **inputs, size_t *count);
void plb_compare_inputs_free(plb_compare_input *inputs, size_t count);

/* ---- Levels (level.c) ---- */

/* Whether a unit is one of time. */
bool plb_unit_is_time(const char *unit);

/* A figure as a measured value; its interval is taken for symmetric. */
plb_measured plb_measured_of(const plb_estimate *estimate);
/* And back, at 95 %. `method` is static; `count` runs. */
plb_estimate plb_estimate_of(plb_measured measured, size_t count, const char *method);

/* The mean of a batch, widened where it is a single run's: by `seen`, the variance of a run as seen
 * in other batches with `freedom` (at least 3), else by `stated`, a standard deviation. */
#define PLB_BETWEEN_FREEDOM 3
typedef struct plb_between {
    double seen, freedom, stated;
} plb_between;
plb_measured plb_level_of(const plb_batch_mean *batch, size_t runs, const plb_between *between,
                          plb_compare_level *level);

/* Percentiles of the samples of a run's subjects, as figures (percentiles.c). *figures is
 * malloc'ed, names are kept. PLB_E_ARGUMENT when it has neither samples nor histograms. */
plb_status plb_percentile_figures(const plb_run *run, uint64_t seed, plb_kept_texts *kept,
                                  plb_run_figure **figures, size_t *count, plb_error *error);

/* ---- The comparison ---- */

struct plb_comparison {
    plb_comparison_report report;
    plb_compare_facts *sides;
    plb_compare_row *rows;
    size_t row_capacity;
    plb_compare_exact *exact;
    plb_compare_input *inputs, *gathered; /* gathered: what `exact` borrows from */
    size_t gathered_count;
    size_t missing; /* figures that a side does not have */
    const char **notes;
    plb_kept_texts kept;
};

/* A sentence more; false: no memory. */
bool plb_add_note(const char ***notes, size_t *count, const char *kept);

/* Rows of all figures (rows.c). */
plb_status plb_compare_rows(plb_comparison *comparison, const plb_compare_side *sides, size_t count,
                            const plb_compare_options *options, plb_error *error);

/* ---- What its writers share (words.c) ---- */

#define PLB_COMPARE_LINE_BYTES 1024

/* What was found, in a sentence or two. */
void plb_comparison_conclusion(const plb_comparison_report *report,
                               char text[PLB_COMPARE_LINE_BYTES]);
/* Which inputs are not the same on side 0 and `side`: "libsecp256k1 0.2.0 -> 0.4.1, ..."; "" none.
 */
void plb_comparison_causes(const plb_comparison_report *report, size_t side,
                           char text[PLB_COMPARE_LINE_BYTES]);
/* "+1.2 %" and "[+0.8, +1.6]", or the difference in the figure's unit; "-" where it is not known.
 */
void plb_change_text(const plb_compare_row *row, char change[PLB_FORMAT_BYTES],
                     char interval[PLB_FORMAT_BYTES]);
/* A value of a figure's unit. */
void plb_level_text(double value, const char *unit, char *text, size_t bytes);

#endif
