/* A calibrated call, and its value-only twin, submitted at a rate. */
#include <stdlib.h>
#include <time.h>

#include "calibrate/calls/calibration.h"

struct plb_rate_run {
    plb_rate_summary summary;
    plb_loaded *loaded[PLB_RATE_FIGURES];
};

static int submit(void *context) {
    plb_pool *pool = context;
    const plb_tx_built *built = plb_pool_next(pool);
    plb_submission submission;
    return plb_ledger_submit(pool->ledger, built->bytes, built->length, NULL, &submission) !=
           PLB_OK;
}

static plb_status load_subject(plb_calibration *c, const plb_rate_config *config, int index,
                               plb_loaded **loaded, plb_error *error) {
    plb_subject subject = {.name = index == SUBJECT_TWIN ? "twin" : "call",
                           .context = c->subjects[index],
                           .submit = submit};
    double time_s = config->time_s > 0 ? config->time_s : PLB_DEFAULT_TIME_S;
    plb_load load = {
        .subject = &subject,
        .rate = config->rate,
        .poisson = config->poisson,
        .time_ns = (uint64_t) (time_s * 1e9),
        .seed = c->config.seed,
        .interrupted = c->config.interrupted,
        .progress = c->config.progress,
        .progress_context = c->config.progress_context,
    };
    return plb_open_loop(&load, loaded, error);
}

static double utc_now(void) {
    struct timespec now;
    (void) clock_gettime(CLOCK_REALTIME, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

plb_status plb_rate_measure(plb_calibration *calibration, const plb_rate_config *config,
                            plb_rate_run **run, plb_error *error) {
    static const int subjects[PLB_RATE_FIGURES] = {SUBJECT_CALL, SUBJECT_TWIN};
    *run = NULL;
    plb_rate_run *made = calloc(1, sizeof *made);
    if (made == NULL) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for submissions at a rate");
    }
    plb_rate_summary *s = &made->summary;
    *s = (plb_rate_summary){.script = plb_script_name(calibration->config.script),
                            .rate = config->rate,
                            .poisson = config->poisson,
                            .start_utc_s = utc_now()};
    /* What was interrupted in the call has nothing of the twin. */
    for (; s->count < PLB_RATE_FIGURES && !plb_rate_partial(s); s->count++) {
        size_t i = s->count;
        plb_status status = load_subject(calibration, config, subjects[i], &made->loaded[i], error);
        if (status != PLB_OK) {
            plb_rate_run_free(made);
            return status;
        }
        s->figures[i] = (plb_rate_figures){
            .name = i == 0 ? "call" : "twin",
            .label = calibration->points[subjects[i]].label,
            .loaded = made->loaded[i],
        };
    }
    *run = made;
    return PLB_OK;
}

void plb_rate_run_free(plb_rate_run *run) {
    for (size_t i = 0; run != NULL && i < PLB_RATE_FIGURES; i++) {
        plb_loaded_free(run->loaded[i]);
    }
    free(run);
}

const plb_rate_summary *plb_rate_run_summary(const plb_rate_run *run) { return &run->summary; }
