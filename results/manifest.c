/* manifest.json: what a figure needs to be traced and repeated. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sodium.h>

#include <plutbench/version.h>

#include "results/folder.h"
#include "results/json.h"

static void hex_of(const unsigned char hash[crypto_hash_sha256_BYTES],
                   char text[PLB_SHA256_TEXT_BYTES]) {
    sodium_bin2hex(text, PLB_SHA256_TEXT_BYTES, hash, crypto_hash_sha256_BYTES);
}

plb_status plb_input_describe(plb_input *input, const char *role, const char *name,
                              const void *bytes, size_t length, plb_error *error) {
    unsigned char hash[crypto_hash_sha256_BYTES];
    if (sodium_init() < 0) {
        return plb_fail(error, PLB_E_MEASURE, NULL, "libsodium can't be initialised");
    }
    crypto_hash_sha256(hash, bytes, length);
    *input = (plb_input){.role = role, .name = name, .bytes = length};
    hex_of(hash, input->sha256);
    return PLB_OK;
}

/* "2026-04-27T12:34:56.789Z". */
static json_t *utc_json(double seconds) {
    char text[80];
    time_t whole = (time_t) floor(seconds);
    int milliseconds = (int) ((seconds - floor(seconds)) * 1000);
    struct tm parts;
    if (!gmtime_r(&whole, &parts)) return json_null();
    size_t length = strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
    snprintf(text + length, sizeof text - length, ".%03dZ", milliseconds);
    return json_string(text);
}

static double utc_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (double) now.tv_sec + (double) now.tv_nsec * 1e-9;
}

static json_t *checksum_json(const char *name, uint64_t bytes, const char *sha256) {
    json_t *o = json_object();
    json_object_set_new(o, "name", json_string(name));
    json_object_set_new(o, "bytes", json_integer((json_int_t) bytes));
    json_object_set_new(o, "sha256", json_string(sha256));
    return o;
}

static json_t *inputs_json(const plb_manifest *manifest) {
    json_t *list = json_array();
    for (size_t i = 0; i < manifest->input_count; i++) {
        const plb_input *input = &manifest->inputs[i];
        json_t *o = checksum_json(input->name, input->bytes, input->sha256);
        json_object_set_new(o, "role", json_string(input->role));
        json_array_append_new(list, o);
    }
    return list;
}

static plb_status outputs_json(const plb_results *results, json_t *list, plb_error *error) {
    for (size_t i = 0; plb_results_file(results, i); i++) {
        const char *name = plb_results_file(results, i);
        char *text = NULL;
        size_t length = 0;
        plb_input output;
        plb_status status = plb_results_read(results, name, &text, &length, error);
        if (status == PLB_OK && text) {
            status = plb_input_describe(&output, "output", name, text, length, error);
            if (status == PLB_OK) {
                json_array_append_new(list, checksum_json(name, output.bytes, output.sha256));
            }
        }
        free(text);
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}

static json_t *build_json(void) {
    const struct plb_build *build = plb_build_info();
    json_t *o = json_object();
    json_object_set_new(o, "version", json_string(build->version));
    json_object_set_new(o, "revision", json_string(build->revision));
    json_object_set_new(o, "compiler", json_string(build->compiler));
    json_object_set_new(o, "flags", json_string(build->flags));
    json_object_set_new(o, "build_type", json_string(build->build_type));
    json_object_set_new(o, "system", json_string(build->system));
    return o;
}

static json_t *libraries_json(void) {
    size_t count = 0;
    const struct plb_library *libraries = plb_libraries(&count);
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *o = json_object();
        json_object_set_new(o, "name", json_string(libraries[i].name));
        json_object_set_new(o, "version", json_string(libraries[i].version));
        json_object_set_new(o, "origin", json_string(libraries[i].origin));
        json_array_append_new(list, o);
    }
    return list;
}

/* Arguments need not be UTF-8; what jansson refuses is told by its length only. */
static json_t *arguments_json(const plb_manifest *manifest) {
    json_t *list = json_array();
    for (int i = 0; i < manifest->argument_count; i++) {
        json_t *text = json_string(manifest->arguments[i]);
        if (!text) text = json_sprintf("(%zu bytes)", strlen(manifest->arguments[i]));
        json_array_append_new(list, text);
    }
    return list;
}

static void set_sampling(json_t *o, const plb_sampling *sampling) {
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    json_object_set_new(o, "seed", json_integer((json_int_t) facts->seed));
    json_object_set_new(o, "partial", json_boolean(facts->stop == PLB_STOP_INTERRUPTED));
    json_object_set_new(o, "stopped_by", json_string(plb_stop_name(facts->stop)));
    json_object_set_new(o, "flags", plb_json_flags(facts->flags));
    json_object_set_new(o, "machine", plb_json_environment(&facts->after));
}

plb_status plb_results_manifest(plb_results *results, const plb_manifest *manifest,
                                plb_error *error) {
    json_t *o = json_object(), *outputs = json_array(), *options = json_null();
    double started = manifest->started_utc_s;
    if (started <= 0 && manifest->sampling) {
        started = plb_sampling_get_facts(manifest->sampling)->start_utc_s;
    }
    json_object_set_new(o, "command_line", arguments_json(manifest));
    json_object_set_new(o, "plutbench", build_json());
    json_object_set_new(o, "libraries", libraries_json());
    json_object_set_new(o, "started_utc", started > 0 ? utc_json(started) : json_null());
    json_object_set_new(o, "finished_utc", utc_json(utc_now()));
    json_object_set_new(o, "inputs", inputs_json(manifest));
    json_object_set_new(o, "outputs", outputs);
    if (manifest->sampling) set_sampling(o, manifest->sampling);
    plb_status status = outputs_json(results, outputs, error);
    if (status == PLB_OK && manifest->options) {
        status =
            plb_json_load("options", manifest->options, strlen(manifest->options), &options, error);
    }
    if (status == PLB_OK) json_object_set_new(o, "options", options);
    if (status != PLB_OK) {
        json_decref(o);
        return status;
    }
    char *text = NULL;
    status = plb_json_take_text(o, &text, error);
    return plb_results_keep(results, "manifest.json", status, text, error);
}
