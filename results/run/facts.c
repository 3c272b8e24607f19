/* What is told of a run, found in its documents. Nothing is taken for granted of them: what is
 * missing, or is something else, is not told. */
#include <stdlib.h>
#include <string.h>

#include "results/json.h"
#include "results/run/run.h"

#define LIST_MOST 4096 /* items of a list in a manifest */

/* ---- Memory ---- */

plb_run *plb_run_new(void) { return calloc(1, sizeof(plb_run)); }

const char *plb_run_keep_text(plb_run *run, char *malloced) {
    char **grown = malloced ? realloc(run->texts, (run->text_count + 1) * sizeof *grown) : NULL;
    if (!grown) {
        free(malloced);
        return NULL;
    }
    run->texts = grown;
    grown[run->text_count++] = malloced;
    return malloced;
}

const char *plb_run_copy_text(plb_run *run, const char *text, size_t length) {
    return plb_run_keep_text(run, strndup(text, length));
}

void plb_run_free(plb_run *run) {
    if (!run) return;
    json_decref(run->plan);
    json_decref(run->manifest);
    json_decref(run->summary);
    for (size_t i = 0; i < run->text_count; i++) free(run->texts[i]);
    free(run->texts);
    free(run->documents);
    free(run->figures);
    free(run->flags);
    free(run->inputs);
    free(run->libraries);
    free(run->files);
    free(run);
}

plb_status plb_run_add_document(plb_run *run, const char *name, char *text, size_t length,
                                plb_error *error) {
    size_t count = run->facts.document_count;
    const char *kept = plb_run_keep_text(run, text);
    if (length > PLB_RUN_DOCUMENT_BYTES || length > PLB_RUN_DOCUMENTS_BYTES - run->document_bytes) {
        return plb_fail(error, PLB_E_MEMORY, name, "the run's documents are too large");
    }
    const char *copy = plb_run_copy_text(run, name, strlen(name));
    plb_run_document *grown = realloc(run->documents, (count + 1) * sizeof *grown);
    if (grown) run->documents = grown;
    if (!kept || !copy || !grown) {
        return plb_fail(error, PLB_E_MEMORY, name, "no memory for a run's documents");
    }
    grown[count] = (plb_run_document){copy, kept, length};
    run->document_bytes += length;
    run->facts.documents = grown;
    run->facts.document_count = count + 1;
    return PLB_OK;
}

/* ---- Asking ---- */

const plb_run_facts *plb_run_get_facts(const plb_run *run) { return &run->facts; }

const char *plb_run_state_name(plb_run_state state) {
    static const char *const names[PLB_RUN_STATES] = {"complete", "partial", "incomplete"};
    return (unsigned) state < PLB_RUN_STATES ? names[state] : "unknown";
}

const plb_run_figure *plb_run_get_figure(const plb_run *run, const char *name) {
    for (size_t i = 0; i < run->facts.figure_count; i++) {
        if (strcmp(run->facts.figures[i].name, name) == 0) return &run->facts.figures[i];
    }
    return NULL;
}

const plb_run_document *plb_run_get_document(const plb_run *run, const char *name) {
    for (size_t i = 0; i < run->facts.document_count; i++) {
        if (strcmp(run->documents[i].name, name) == 0) return &run->documents[i];
    }
    return NULL;
}

const plb_run_document *plb_run_get_summary(const plb_run *run) { return run->summary_document; }

/* ---- Members ---- */

/* The member at "a.b" of an object; NULL where there is none. */
static const json_t *member(const json_t *object, const char *path) {
    while (object && *path) {
        char key[64];
        size_t length = strcspn(path, ".");
        if (length >= sizeof key) return NULL;
        memcpy(key, path, length);
        key[length] = '\0';
        object = json_object_get(object, key);
        path += length + (path[length] == '.');
    }
    return object;
}

static const char *text_or(const json_t *object, const char *path, const char *otherwise) {
    const char *text = json_string_value(member(object, path));
    return text ? text : otherwise;
}

static const char *text_of(const json_t *object, const char *path) {
    return text_or(object, path, "");
}

/* The first of several objects that has the member. */
static const char *text_of_any(const json_t *const *objects, size_t count, const char *path) {
    const char *found = "";
    for (size_t i = 0; i < count && !*found; i++) found = text_of(objects[i], path);
    return found;
}

/* Long integers are texts (results/json.h). */
static int64_t integer_of(const json_t *object, const char *path) {
    const json_t *value = member(object, path);
    const char *text = json_string_value(value);
    size_t mark = strlen(PLB_JSON_INTEGER);
    return text && strncmp(text, PLB_JSON_INTEGER, mark) == 0 ? strtoll(text + mark, NULL, 10)
                                                              : json_integer_value(value);
}

static size_t list_of(const json_t *object, const char *path, const json_t **list) {
    *list = member(object, path);
    size_t count = json_array_size(*list);
    return count < LIST_MOST ? count : LIST_MOST;
}

/* ---- Lists ---- */

static bool take_inputs(plb_run *run, const json_t *from) {
    const json_t *list;
    size_t count = list_of(from, "inputs", &list);
    run->inputs = calloc(count + 1, sizeof *run->inputs);
    if (!run->inputs) return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        plb_input *input = &run->inputs[i];
        input->role = text_of(item, "role");
        input->name = text_of(item, "name");
        input->bytes = (uint64_t) integer_of(item, "bytes");
        (void) snprintf(input->sha256, sizeof input->sha256, "%s", text_of(item, "sha256"));
    }
    run->facts.inputs = run->inputs;
    run->facts.input_count = count;
    return true;
}

static bool take_libraries(plb_run *run, const json_t *from) {
    const json_t *list;
    size_t count = list_of(from, "libraries", &list);
    run->libraries = calloc(count + 1, sizeof *run->libraries);
    if (!run->libraries) return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        run->libraries[i] = (plb_run_library){text_of(item, "name"), text_of(item, "version"),
                                              text_of(item, "origin")};
    }
    run->facts.libraries = run->libraries;
    run->facts.library_count = count;
    return true;
}

static bool take_files(plb_run *run) {
    const json_t *list;
    size_t count = list_of(run->manifest, "outputs", &list);
    run->files = calloc(count + 1, sizeof *run->files);
    if (!run->files) return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(list, i);
        run->files[i] = (plb_run_file){text_of(item, "name"), (uint64_t) integer_of(item, "bytes"),
                                       text_of(item, "sha256")};
    }
    run->facts.files = run->files;
    run->facts.file_count = count;
    return true;
}

/* The summary's are those of the sampling, and more. */
static bool take_flags(plb_run *run) {
    const json_t *list;
    size_t count = list_of(run->summary, "flags", &list);
    if (!json_is_array(list)) count = list_of(run->manifest, "flags", &list);
    run->flags = calloc(count + 1, sizeof *run->flags);
    if (!run->flags) return false;
    for (size_t i = 0; i < count; i++) {
        run->flags[i] = text_of(json_array_get(list, i), "name");
    }
    run->facts.flags = run->flags;
    run->facts.flag_count = count;
    return true;
}

/* ---- Documents ---- */

static plb_status load(const plb_run *run, const char *name, json_t **value, plb_error *error) {
    const plb_run_document *document = plb_run_get_document(run, name);
    if (!document) return PLB_OK;
    plb_status status = plb_json_load(name, document->text, document->length, value, error);
    if (status == PLB_OK && !json_is_object(*value)) {
        status = plb_fail(error, PLB_E_PARSE, name, "expected a JSON object");
    }
    return status;
}

/* In the order in which they are looked for. */
static const char *const summaries[] = {"summary.json", "block.json", "measure.json", "sweep.json",
                                        "rate.json",    "study.json", "scale.json",   "fit.json"};

static plb_status load_summary(plb_run *run, plb_error *error) {
    plb_status status = PLB_OK;
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries && !run->summary; i++) {
        run->summary_document = plb_run_get_document(run, summaries[i]);
        status = load(run, summaries[i], &run->summary, error);
        if (status != PLB_OK) return status;
    }
    return PLB_OK;
}

static plb_status hash_document(const plb_run *run, const char *name,
                                char sha256[PLB_SHA256_TEXT_BYTES], plb_error *error) {
    plb_input described;
    const plb_run_document *document = plb_run_get_document(run, name);
    if (!document) return PLB_OK;
    plb_status status =
        plb_input_describe(&described, "", name, document->text, document->length, error);
    if (status == PLB_OK) memcpy(sha256, described.sha256, sizeof described.sha256);
    return status;
}

static plb_status identify(plb_run *run, plb_error *error) {
    plb_status status = hash_document(run, PLB_RUN_MANIFEST_FILE, run->manifest_sha256, error);
    const char *own = text_of(run->manifest, "manifest_sha256");
    if (strspn(own, "0123456789abcdef") == PLB_SHA256_TEXT_BYTES - 1) {
        memcpy(run->manifest_sha256, own, sizeof run->manifest_sha256 - 1);
    }
    if (status == PLB_OK) status = hash_document(run, PLB_RUN_PLAN_FILE, run->id, error);
    if (run->id[0] == '\0') memcpy(run->id, run->manifest_sha256, sizeof run->id);
    run->facts.id = run->id;
    run->facts.manifest_sha256 = run->manifest_sha256;
    return status;
}

/* ---- Facts ---- */

static plb_run_state find_state(const plb_run *run) {
    if (!run->manifest) return PLB_RUN_INCOMPLETE;
    bool partial = json_is_true(member(run->manifest, "partial")) ||
                   json_is_true(member(run->summary, "partial"));
    return partial ? PLB_RUN_PARTIAL : PLB_RUN_COMPLETE;
}

static void take_texts(plb_run *run) {
    plb_run_facts *f = &run->facts;
    const json_t *const all[] = {run->manifest, run->plan};
    const size_t count = sizeof all / sizeof *all;
    const json_t *arguments =
        json_object_get(run->plan ? run->plan : run->manifest, "command_line");
    const char *second = json_string_value(json_array_get(arguments, 1));
    f->command = text_or(run->plan, "command", second ? second : "");
    f->script = text_or(run->summary, "script", text_of_any(all, count, "options.script"));
    f->language = text_of(run->summary, "language");
    f->strategy = text_of_any(all, count, "options.strategy");
    f->target = text_of(run->summary, "target");
    f->machine = text_of_any(all, count, "machine.cpu_model");
    f->machine_id = text_of_any(all, count, "machine.machine_id");
    f->kernel = text_of_any(all, count, "machine.kernel");
    f->version = text_of_any(all, count, "plutbench.version");
    f->revision = text_of_any(all, count, "plutbench.revision");
    f->compiler = text_of_any(all, count, "plutbench.compiler");
    f->compiler_flags = text_of_any(all, count, "plutbench.flags");
    f->started_utc = text_or(run->plan, "started_utc", text_of(run->manifest, "started_utc"));
    f->finished_utc = text_of(run->manifest, "finished_utc");
    f->conclusion = text_of(run->summary, "conclusion");
    char *line = arguments ? json_dumps(arguments, JSON_COMPACT) : strdup("[]");
    f->command_line = plb_run_keep_text(run, line);
}

static void take_numbers(plb_run *run, int64_t rounds, int64_t processes) {
    plb_run_facts *f = &run->facts;
    f->protocol_version = integer_of(run->summary, "protocol_version");
    f->seed = integer_of(run->manifest, "seed");
    f->rounds = run->manifest ? integer_of(run->summary, "sampling.rounds") : rounds;
    f->processes = run->manifest ? integer_of(run->summary, "sampling.processes") : processes;
}

plb_status plb_run_conclude(plb_run *run, const char *path, int64_t rounds, int64_t processes,
                            plb_error *error) {
    plb_status status = load(run, PLB_RUN_MANIFEST_FILE, &run->manifest, error);
    if (status == PLB_OK) status = load(run, PLB_RUN_PLAN_FILE, &run->plan, error);
    if (status == PLB_OK && !run->manifest && !run->plan) {
        status = plb_fail(error, PLB_E_PARSE, path, "there is no run: expected %s or %s",
                          PLB_RUN_MANIFEST_FILE, PLB_RUN_PLAN_FILE);
    }
    if (status == PLB_OK) status = load_summary(run, error);
    if (status == PLB_OK) status = identify(run, error);
    if (status != PLB_OK) return status;
    run->facts.state = find_state(run);
    run->facts.path = plb_run_copy_text(run, path, strlen(path));
    take_texts(run);
    take_numbers(run, rounds, processes);
    const json_t *from = run->manifest ? run->manifest : run->plan;
    bool memory = run->facts.path && run->facts.command_line && take_inputs(run, from) &&
                  take_libraries(run, from) && take_files(run) && take_flags(run);
    if (!memory) return plb_fail(error, PLB_E_MEMORY, path, "no memory for a run");
    return plb_run_find_figures(run, run->summary, error);
}
