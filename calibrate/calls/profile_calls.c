/* A profile of a calibration's call: what its submissions do, the ledger's part included. */
#include "calibrate/calls/calibration.h"

static plb_status submit(plb_calibration *c, uint64_t *activity, plb_tally *tally,
                         plb_submission *submission) {
    const plb_pool *pool = c->subjects[SUBJECT_CALL];
    const plb_tx_built *built = &pool->built[0];
    plb_submit_options options = {.activity = activity, .tally = tally};
    return plb_ledger_submit(pool->ledger, built->bytes, built->length, &options, submission);
}

static int run(void *context, uint64_t *activity) {
    plb_submission submission;
    return submit(context, activity, NULL, &submission) != PLB_OK;
}

plb_status plb_calibration_profile(plb_calibration *calibration, double time_s,
                                   plb_profile **profile, plb_error *error) {
    plb_tally tally;
    plb_submission submission;
    *profile = NULL;
    plb_status status = submit(calibration, NULL, &tally, &submission);
    if (status != PLB_OK) {
        return plb_fail(error, status, "profile", "the ledger refused the call: %.400s",
                        submission.error.message);
    }
    plb_profile_config config = {
        .run = run,
        .context = calibration,
        .program = plb_script_program(calibration->config.script),
        .tally = &tally,
        .name = plb_script_name(calibration->config.script),
        .time_s = time_s,
        .seed = calibration->config.seed,
        .interrupted = calibration->config.interrupted,
    };
    return plb_profile_make(&config, profile, error);
}
