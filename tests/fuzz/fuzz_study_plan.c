/* Any bytes as the plan of a study: an error with a place, or a plan whose values are all in their
 * ranges and whose fields don't contradict each other. */
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>
#include <plutbench/study.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_names(const plb_study_names *names, size_t most) {
    if (names->count > most) abort();
    for (size_t i = 0; i < names->count; i++) {
        if (names->items[i] == NULL || names->items[i][0] == '\0') abort();
        for (size_t k = 0; k < i; k++) {
            if (strcmp(names->items[i], names->items[k]) == 0) abort();
        }
    }
}

static void check_time(double time_s) {
    if (!(time_s >= 0 && time_s <= 1e6)) abort();
}

static void check_precision(double precision) {
    if (!(precision >= 0 && precision <= 1)) abort();
}

static void check_fit(const plb_study_fit *fit) {
    if (fit->method >= PLB_FIT_METHODS || fit->bootstrap > PLB_STUDY_BOOTSTRAP_MAX) abort();
    if ((fit->method == PLB_FIT_QUANTILE) != (fit->quantile > 0)) abort();
    if ((fit->method == PLB_FIT_WEIGHTED) != (fit->weights != PLB_FIT_WEIGHTS_NONE)) abort();
    if (!(fit->quantile >= 0 && fit->quantile < 1)) abort();
}

static void check_impact(const plb_study_impact *impact) {
    if (impact->version_count < 1 || impact->version_count > PLB_STUDY_VERSIONS_MAX) abort();
    for (size_t i = 0; i < impact->version_count; i++) {
        if (impact->versions[i] < PLB_PROTOCOL_VERSION_MIN ||
            impact->versions[i] > PLB_PROTOCOL_VERSION_MAX ||
            (i > 0 && impact->versions[i] <= impact->versions[i - 1]))
            abort();
    }
    if (!impact->languages[0] && !impact->languages[1] && !impact->languages[2]) abort();
    if (impact->strategies.count == 0) abort();
    for (size_t i = 0; i < impact->strategies.count; i++) {
        plb_strategy strategy;
        if (plb_strategy_parse(impact->strategies.items[i], &strategy, NULL) != PLB_OK) abort();
    }
}

static void check_plan(const plb_study_plan *plan) {
    if (plan->seed == 0 || plan->base == NULL) abort();
    check_names(&plan->sweep.builtins, PLB_STUDY_NAMES_MAX);
    check_names(&plan->overhead.plans, PLB_STUDY_PLANS_MAX);
    check_names(&plan->calls.scripts, PLB_STUDY_NAMES_MAX);
    check_names(&plan->impact.scripts, PLB_STUDY_NAMES_MAX);
    check_names(&plan->impact.strategies, PLB_STUDY_NAMES_MAX);
    check_time(plan->sweep.time_s);
    check_time(plan->machine.time_s);
    check_time(plan->overhead.time_s);
    check_time(plan->calls.time_s);
    check_precision(plan->sweep.precision);
    check_precision(plan->calls.precision);
    if (plan->sweep.from != NULL && (plan->sweep.grid != NULL || plan->sweep.builtins.count > 0 ||
                                     plan->sweep.time_s > 0 || plan->sweep.visits_max > 0))
        abort();
    if (plan->overhead.wanted && plan->overhead.plans.count == 0) abort();
    check_fit(&plan->fit);
    check_impact(&plan->impact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_study_plan plan;
    plb_error error = {.status = PLB_OK};
    plb_status status = plb_study_plan_read(&plan, "plan.json", (const char *) data, size, &error);
    if (status == PLB_OK) {
        check_plan(&plan);
    } else if (error.status != status || error.message[0] == '\0' ||
               strncmp(error.where, "plan.json", 9) != 0 || strchr(error.message, '\n') != NULL) {
        abort();
    }
    plb_study_plan_free(&plan);
    return 0;
}
