/* A run as JSON, for other programs. */
#include "results/json.h"
#include "results/provenance.h"
#include "results/run/run.h"

static json_t *figures_json(const plb_run_facts *f) {
    json_t *list = json_array();
    for (size_t i = 0; i < f->figure_count; i++) {
        json_t *o = plb_json_estimate(&f->figures[i].estimate, f->figures[i].unit);
        json_object_set_new(o, "name", json_string(f->figures[i].name));
        json_array_append_new(list, o);
    }
    return list;
}

static json_t *libraries_json(const plb_run_facts *f) {
    json_t *list = json_array();
    for (size_t i = 0; i < f->library_count; i++) {
        const plb_run_library *library = &f->libraries[i];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", library->name, "version",
                                              library->version, "origin", library->origin));
    }
    return list;
}

static json_t *files_json(const plb_run_facts *f) {
    json_t *list = json_array();
    for (size_t i = 0; i < f->file_count; i++) {
        const plb_run_file *file = &f->files[i];
        json_array_append_new(list, plb_json_checksum(file->name, file->bytes, file->sha256));
    }
    return list;
}

static json_t *flags_json(const plb_run_facts *f) {
    json_t *list = json_array();
    for (size_t i = 0; i < f->flag_count; i++) {
        json_array_append_new(list, json_string(f->flags[i]));
    }
    return list;
}

static json_t *text_json(const char *text) { return *text ? json_string(text) : json_null(); }

static json_t *number_json(int64_t number) {
    return number != 0 ? json_integer((json_int_t) number) : json_null();
}

json_t *plb_run_json(const plb_run *run) {
    const plb_run_facts *f = plb_run_get_facts(run);
    const struct {
        const char *key, *text;
    } texts[] = {
        {"id", f->id},
        {"manifest_sha256", f->manifest_sha256},
        {"path", f->path},
        {"command", f->command},
        {"script", f->script},
        {"language", f->language},
        {"strategy", f->strategy},
        {"target", f->target},
        {"machine", f->machine},
        {"machine_id", f->machine_id},
        {"kernel", f->kernel},
        {"version", f->version},
        {"revision", f->revision},
        {"compiler", f->compiler},
        {"compiler_flags", f->compiler_flags},
        {"started_utc", f->started_utc},
        {"finished_utc", f->finished_utc},
        {"conclusion", f->conclusion},
    };
    json_t *o = json_object();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_object_set_new(o, texts[i].key, text_json(texts[i].text));
    }
    json_t *line = json_loads(f->command_line, 0, NULL);
    json_object_set_new(o, "command_line", line ? line : json_null());
    json_object_set_new(o, "state", json_string(plb_run_state_name(f->state)));
    json_object_set_new(o, "protocol_version", number_json(f->protocol_version));
    json_object_set_new(o, "seed", number_json(f->seed));
    json_object_set_new(o, "rounds", number_json(f->rounds));
    json_object_set_new(o, "processes", number_json(f->processes));
    json_object_set_new(o, "flags", flags_json(f));
    json_object_set_new(o, "figures", figures_json(f));
    json_object_set_new(o, "inputs", plb_json_inputs(f->inputs, f->input_count));
    json_object_set_new(o, "libraries", libraries_json(f));
    json_object_set_new(o, "files", files_json(f));
    return o;
}
