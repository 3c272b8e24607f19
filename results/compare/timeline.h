/* A timeline as it is made; its writers are in timeline_text.c and timeline_json.c. */
#ifndef PLB_RESULTS_COMPARE_TIMELINE_H
#define PLB_RESULTS_COMPARE_TIMELINE_H

#include "results/compare/compare.h"

typedef struct plb_timeline_run {
    const plb_run *run;
    size_t point;
} plb_timeline_run;

struct plb_timeline {
    plb_timeline_report report;
    plb_timeline_run *runs; /* in the order of points */
    size_t run_count;
    plb_timeline_point *points;
    double *values, *errors; /* of points */
    plb_timeline_segment *segments;
    plb_timeline_change *changes;
    const char **notes;
    plb_kept_texts kept;
};

#endif
