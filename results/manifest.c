/* manifest.json: what a figure needs to be traced and repeated. */
#include <string.h>

#include <plutbench/run.h>

#include "results/folder.h"
#include "results/json.h"
#include "results/provenance.h"
#include "results/run/log.h"
#include "results/run/manifest_sum.h"
#include "results/utc.h"

static plb_status outputs_json(const plb_results *results, json_t *list, plb_error *error) {
    for (size_t i = 0; plb_results_file(results, i); i++) {
        plb_input output;
        char path[PATH_MAX];
        const char *name = plb_results_file(results, i);
        plb_status status = plb_results_path(results, name, path, error);
        if (status == PLB_OK) status = plb_file_describe(&output, "output", path, error);
        if (status != PLB_OK) return status;
        json_array_append_new(list, plb_json_checksum(name, output.bytes, output.sha256));
    }
    return PLB_OK;
}

/* ---- Of a run (plutbench/run.h) ---- */

static bool has_file(const plb_results *results, const char *name) {
    bool found = false;
    for (size_t i = 0; plb_results_file(results, i); i++) {
        found |= strcmp(plb_results_file(results, i), name) == 0;
    }
    return found;
}

static plb_status set_log(json_t *o, const plb_results *results, plb_error *error) {
    char *text = NULL;
    size_t length = 0;
    plb_log_summary summary;
    plb_status status = plb_results_read(results, PLB_RUN_LOG_FILE, &text, &length, error);
    if (status != PLB_OK) return status;
    plb_log_summarise(text ? text : "", length, &summary);
    free(text);
    json_object_set_new(o, "log", plb_log_json(&summary));
    return PLB_OK;
}

static plb_status set_samples(json_t *o, const plb_results *results, plb_error *error) {
    char path[PATH_MAX];
    plb_samples *samples = NULL;
    plb_status status = plb_results_path(results, PLB_RUN_SAMPLES_FILE, path, error);
    if (status == PLB_OK) status = plb_samples_open(path, &samples, error);
    if (status != PLB_OK) return status;
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    json_object_set_new(o, "samples",
                        json_pack("{s:I, s:I, s:I}", "rows", (json_int_t) facts->rows, "rounds",
                                  (json_int_t) facts->rounds, "processes",
                                  (json_int_t) facts->processes));
    plb_samples_free(samples);
    return PLB_OK;
}

static plb_status set_run(json_t *o, const plb_results *results, plb_error *error) {
    plb_input plan;
    char path[PATH_MAX];
    plb_status status = plb_results_path(results, PLB_RUN_PLAN_FILE, path, error);
    if (status == PLB_OK) status = plb_file_describe(&plan, "plan", path, error);
    if (status == PLB_OK) {
        json_object_set_new(o, "run", json_string(plan.sha256));
        status = set_log(o, results, error);
    }
    if (status == PLB_OK && has_file(results, PLB_RUN_SAMPLES_FILE)) {
        status = set_samples(o, results, error);
    }
    return status;
}

/* ---- Of any command ---- */

static void set_sampling(json_t *o, const plb_sampling *sampling) {
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    json_object_set_new(o, "seed", json_integer((json_int_t) facts->seed));
    json_object_set_new(o, "partial", json_boolean(facts->stop == PLB_STOP_INTERRUPTED));
    json_object_set_new(o, "stopped_by", json_string(plb_stop_name(facts->stop)));
    json_object_set_new(o, "flags", plb_json_flags(facts->flags));
    json_object_set_new(o, "machine", plb_json_environment(&facts->after));
    json_object_set_new(o, "clock", plb_json_clock(&facts->clock));
}

plb_status plb_results_manifest(plb_results *results, const plb_manifest *manifest,
                                plb_error *error) {
    json_t *o = json_object(), *outputs = json_array(), *options = json_null();
    double started = manifest->started_utc_s;
    if (started <= 0 && manifest->sampling) {
        started = plb_sampling_get_facts(manifest->sampling)->start_utc_s;
    }
    json_object_set_new(o, "command_line",
                        plb_json_arguments(manifest->argument_count, manifest->arguments));
    json_object_set_new(o, "plutbench", plb_json_build());
    json_object_set_new(o, "libraries", plb_json_libraries());
    json_object_set_new(o, "started_utc", started > 0 ? plb_json_utc(started) : json_null());
    json_object_set_new(o, "finished_utc", plb_json_utc(plb_utc_now()));
    json_object_set_new(o, "inputs", plb_json_inputs(manifest->inputs, manifest->input_count));
    json_object_set_new(o, "outputs", outputs);
    if (manifest->sampling) set_sampling(o, manifest->sampling);
    plb_status status = outputs_json(results, outputs, error);
    if (status == PLB_OK && manifest->options) {
        status =
            plb_json_load("options", manifest->options, strlen(manifest->options), &options, error);
    }
    if (status == PLB_OK) json_object_set_new(o, "options", options);
    if (status == PLB_OK && has_file(results, PLB_RUN_PLAN_FILE)) {
        status = set_run(o, results, error);
    }
    if (status != PLB_OK) {
        json_decref(o);
        return status;
    }
    char *text = NULL;
    plb_manifest_sum_place(o);
    status = plb_json_take_text(o, &text, error);
    if (status == PLB_OK) plb_manifest_sum_set(text);
    return plb_results_keep(results, PLB_RUN_MANIFEST_FILE, status, text, error);
}
