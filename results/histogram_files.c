/* .hlog and .hgrm files. */

#include "results/folder.h"

#define NAME_BYTES 200

static plb_status fill_log(void *context, FILE *file, plb_error *error) {
    const plb_sampling *sampling = context;
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    char comment[128];
    snprintf(comment, sizeof comment, "plutbench, nanoseconds, seed %llu",
             (unsigned long long) facts->seed);
    plb_status status = plb_histogram_log_header(file, comment, facts->start_utc_s, error);
    for (size_t i = 0; i < facts->subject_count && status == PLB_OK; i++) {
        const plb_subject_facts *subject = plb_sampling_subject(sampling, i);
        char tag[NAME_BYTES];
        plb_results_safe_name(subject->name, tag, sizeof tag);
        status = plb_histogram_log_line(subject->histogram, file, tag, 0,
                                        (double) facts->elapsed_ns * 1e-9, error);
    }
    return status;
}

static plb_status fill_percentiles(void *context, FILE *file, plb_error *error) {
    return plb_histogram_print(context, 1000, file, error);
}

plb_status plb_results_percentiles(plb_results *results, const char *name,
                                   const plb_histogram *histogram, plb_error *error) {
    /* Only read; the context is no const pointer for others' sake. */
    return plb_results_stream(results, name, fill_percentiles, (void *) (uintptr_t) histogram,
                              error);
}

plb_status plb_results_histograms(plb_results *results, const char *script,
                                  const plb_sampling *sampling, plb_error *error) {
    char safe[NAME_BYTES], name[3 * NAME_BYTES];
    plb_results_safe_name(script, safe, sizeof safe);
    snprintf(name, sizeof name, "%s.hlog", safe);
    plb_status status =
        plb_results_stream(results, name, fill_log, (void *) (uintptr_t) sampling, error);
    size_t count = plb_sampling_get_facts(sampling)->subject_count;
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        const plb_subject_facts *subject = plb_sampling_subject(sampling, i);
        char subject_name[NAME_BYTES];
        plb_results_safe_name(subject->name, subject_name, sizeof subject_name);
        snprintf(name, sizeof name, "%s-%s.hgrm", safe, subject_name);
        status = plb_results_percentiles(results, name, subject->histogram, error);
    }
    return status;
}
