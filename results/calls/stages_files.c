/* Histograms of stages. */

#include "results/folder.h"

#define NAME_BYTES 200

typedef struct entry {
    plb_staged staged;
    plb_stage stage;
} entry;

static const plb_histogram *histogram_of(const plb_stage_summary *s, entry e) {
    const plb_histogram *histogram = s->histograms[e.staged][e.stage];
    return histogram && plb_histogram_count(histogram) > 0 ? histogram : NULL;
}

static plb_status fill_log(void *context, FILE *file, plb_error *error) {
    const plb_stage_summary *s = context;
    plb_status status = plb_histogram_log_header(
        file, "plutbench, nanoseconds by stage, clock reads included", s->start_utc_s, error);
    for (entry e = {0}; e.staged < PLB_STAGED_COUNT && status == PLB_OK; e.staged++) {
        for (e.stage = 0; e.stage < PLB_STAGE_COUNT && status == PLB_OK; e.stage++) {
            const plb_histogram *histogram = histogram_of(s, e);
            char tag[NAME_BYTES];
            if (!histogram) continue;
            snprintf(tag, sizeof tag, "%s.%s", plb_staged_name(e.staged), plb_stage_name(e.stage));
            status = plb_histogram_log_line(histogram, file, tag, 0, s->elapsed_s, error);
        }
    }
    return status;
}

plb_status plb_results_stages(plb_results *results, const char *script,
                              const plb_stage_summary *stages, plb_error *error) {
    char safe[NAME_BYTES], name[3 * NAME_BYTES];
    plb_results_safe_name(script, safe, sizeof safe);
    snprintf(name, sizeof name, "%s-stages.hlog", safe);
    /* Only read; the context is no const pointer for others' sake. */
    plb_status status =
        plb_results_stream(results, name, fill_log, (void *) (uintptr_t) stages, error);
    for (entry e = {0}; e.staged < PLB_STAGED_COUNT && status == PLB_OK; e.staged++) {
        for (e.stage = 0; e.stage < PLB_STAGE_COUNT && status == PLB_OK; e.stage++) {
            const plb_histogram *histogram = histogram_of(stages, e);
            if (!histogram) continue;
            snprintf(name, sizeof name, "%s-%s-%s.hgrm", safe, plb_staged_name(e.staged),
                     plb_stage_name(e.stage));
            status = plb_results_percentiles(results, name, histogram, error);
        }
    }
    return status;
}
