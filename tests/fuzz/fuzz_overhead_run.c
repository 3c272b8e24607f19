/* Any bytes as a measure.json: an error with a place, or a run of which a costing is made, or
 * refused with a reason, and reported. */
#include <math.h>
#include <stdlib.h>

#include "calibrate/overhead/overhead.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(plb_status status, const plb_error *error) {
    if (status == PLB_OK || error->status != status || error->message[0] == '\0') abort();
}

static void check_costing(const plb_overhead_costing *costing) {
    plb_status (*const reports[])(const plb_overhead_costing *, char **, plb_error *) = {
        plb_overhead_json, plb_overhead_csv, plb_overhead_text};
    if (costing->point_count == 0 || costing->term_count == 0) abort();
    for (size_t s = 0; s < PLB_OVERHEAD_SIZES; s++) {
        const plb_overhead_coefficient *c = &costing->coefficients[s];
        const plb_estimate *ns = &c->charge.time_ns;
        if (c->state != PLB_OVERHEAD_FITTED) continue;
        if (!(ns->value > 0) || !(ns->low <= ns->value) || !(ns->value <= ns->high)) abort();
    }
    for (size_t i = 0; i < sizeof reports / sizeof *reports; i++) {
        char *text = NULL;
        if (reports[i](costing, &text, NULL) != PLB_OK || text == NULL) abort();
        free(text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static plb_protocol_parameters *parameters;
    plb_overhead_run *run;
    plb_overhead_costing *costing;
    plb_error error = {.status = PLB_OK};
    if (parameters == NULL) parameters = plb_protocol_parameters_default();
    if (parameters == NULL) abort();
    plb_status status = plb_overhead_run_read(&run, "fuzz", (const char *) data, size, &error);
    if (status != PLB_OK) {
        check_error(status, &error);
        return 0;
    }
    const plb_overhead_options options = {.parameters = parameters};
    status = plb_overhead_costing_make(&costing, &run, 1, &options, &error);
    if (status == PLB_OK)
        check_costing(costing);
    else
        check_error(status, &error);
    plb_overhead_costing_free(costing);
    plb_overhead_run_free(run);
    return 0;
}
