/* A run's folder while it is written. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include <plutbench/observe.h>

#include "harness/measure/clock.h"
#include "results/folder.h"
#include "results/json.h"
#include "results/provenance.h"
#include "results/run/log.h"
#include "results/run/run_folder.h"
#include "results/run/samples_writer.h"
#include "results/utc.h"

#define NONCE_BYTES 16

struct plb_run_writer {
    char directory[PATH_MAX];
    plb_results *results; /* NULL: of a process that takes part */
    char id[PLB_SHA256_TEXT_BYTES];
    int log;       /* the file */
    bool log_torn; /* its last line may be cut: nothing is put behind it */
    plb_observer observer;
    plb_samples_writer *samples; /* NULL: none were taken, or they can't be written */
    float *ns;                   /* a subject each */
    uint64_t rounds;             /* put down since samples began or a process of theirs ended */
    plb_status status;           /* of samples and log */
    plb_error error;             /* the first one */
};

static void keep_failure(plb_run_writer *w, plb_status status, const plb_error *error) {
    if (status == PLB_OK || w->status != PLB_OK) return;
    w->status = status;
    w->error = *error;
}

/* ---- The log ---- */

void plb_run_note(plb_run_writer *writer, plb_severity severity, const char *event,
                  const char *format, ...) {
    plb_error error;
    va_list arguments;
    if (writer->log_torn) return;
    va_start(arguments, format);
    bool written = plb_log_write(writer->log, severity, event, format, arguments);
    va_end(arguments);
    if (written) return;
    int reason = errno;
    writer->log_torn = true;
    char path[PATH_MAX];
    if (plb_run_folder_path(writer->directory, PLB_RUN_LOG_FILE, path, &error) == PLB_OK) {
        plb_fail(&error, PLB_E_IO, path, "the log could not be written: %s", strerror(reason));
    }
    keep_failure(writer, PLB_E_IO, &error);
}

static plb_status open_log(plb_run_writer *w, int flags, plb_error *error) {
    char path[PATH_MAX];
    plb_status status = plb_run_folder_path(w->directory, PLB_RUN_LOG_FILE, path, error);
    if (status != PLB_OK) return status;
    w->log = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | flags, 0666);
    if (w->log >= 0) return PLB_OK;
    if (errno == EEXIST) {
        return plb_fail(error, PLB_E_IO, w->directory,
                        "the folder has a run already (%s): name another one", PLB_RUN_LOG_FILE);
    }
    return plb_fail(error, PLB_E_IO, path, "could not be opened: %s", strerror(errno));
}

/* ---- Samples ---- */

/* The first one to begin makes the file; who takes part, and who begins again, finds it there. */
static plb_status open_samples(plb_run_writer *w, const plb_plan *plan, plb_error *error) {
    char path[PATH_MAX];
    bool there = false;
    plb_status status = plb_run_folder_path(w->directory, PLB_RUN_SAMPLES_FILE, path, error);
    if (status == PLB_OK) status = plb_samples_append(path, &w->samples, &there, error);
    if (status != PLB_OK || there) return status;
    const plb_clock clock = {plan->now, plan->clock_context};
    plb_samples_header header = {.subject_count = plan->subject_count,
                                 .start_utc_s = plb_utc_now(),
                                 .clock_start_ns = plb_clock_read_ns(&clock)};
    memcpy(header.run, w->id, sizeof header.run);
    header.subjects = calloc(plan->subject_count, sizeof *header.subjects);
    bool memory = header.subjects != NULL;
    for (size_t i = 0; i < plan->subject_count && memory; i++) {
        header.subjects[i] = strdup(plan->subjects[i].name);
        memory = header.subjects[i] != NULL;
    }
    if (!header.subjects) header.subject_count = 0;
    status = memory ? plb_samples_create(path, &header, &w->samples, error)
                    : plb_fail(error, PLB_E_MEMORY, path, "no memory for samples");
    plb_samples_header_free(&header);
    if (status == PLB_OK) {
        plb_run_note(w, PLB_NOTE, "sampling-begun", "%zu subjects, seed %llu", plan->subject_count,
                     (unsigned long long) plan->seed);
    }
    return status;
}

static bool are_subjects(const plb_samples_header *header, const plb_plan *plan) {
    bool same = header->subject_count == plan->subject_count;
    for (size_t i = 0; same && i < plan->subject_count; i++) {
        same = strcmp(header->subjects[i], plan->subjects[i].name) == 0;
    }
    return same;
}

static void begin_samples(plb_run_writer *w, const plb_plan *plan) {
    plb_error error;
    plb_status status = PLB_OK;
    if (w->status != PLB_OK) return;
    if (!w->samples) {
        status = open_samples(w, plan, &error);
        w->ns = calloc(plan->subject_count, sizeof *w->ns);
        if (status == PLB_OK && !w->ns) {
            status = plb_fail(&error, PLB_E_MEMORY, w->directory, "no memory for samples");
        }
    }
    if (status == PLB_OK && (!are_subjects(plb_samples_writer_header(w->samples), plan) ||
                             strcmp(plb_samples_writer_header(w->samples)->run, w->id) != 0)) {
        status = plb_fail(&error, PLB_E_PARSE, w->directory, "its samples are of something else");
    }
    keep_failure(w, status, &error);
}

static bool put_row(plb_run_writer *w, plb_row_kind kind, const plb_event *event, uint64_t number,
                    uint32_t epoch) {
    plb_error error;
    bool moved = false;
    uint64_t start_ns = plb_samples_writer_header(w->samples)->clock_start_ns;
    const plb_sample_row row = {.kind = kind,
                                .process = event->process,
                                .round = (uint32_t) number,
                                .epoch = epoch,
                                .at_s = (double) (int64_t) (event->at_ns - start_ns) * 1e-9,
                                .ns = w->ns};
    keep_failure(w, plb_samples_put(w->samples, &row, &moved, &error), &error);
    return moved;
}

/* Rows have float's seven digits: what is between two of them is nothing to a clock. */
static bool note_round(plb_run_writer *w, const plb_event *event) {
    const plb_round *round = &event->round;
    if (w->status != PLB_OK || !w->samples) return false;
    size_t n = plb_samples_writer_header(w->samples)->subject_count;
    const double *const *all = round->series + PLB_BASIS_ALL * n;
    const double *const *undisturbed = round->series + PLB_BASIS_UNDISTURBED * n;
    const double *const *processor = round->series + PLB_BASIS_PROCESSOR_TIME * n;
    bool has_times = false;
    for (size_t i = 0; i < n; i++) {
        double ns = all[i][round->row];
        bool disturbed = !isnan(ns) && isnan(undisturbed[i][round->row]);
        has_times |= disturbed && !isnan(processor[i][round->row]);
        w->ns[i] = (float) (disturbed ? -ns : ns);
    }
    bool moved = put_row(w, PLB_ROW_ROUND, event, round->number, round->epoch);
    w->rounds++;
    if (!has_times) return moved;
    for (size_t i = 0; i < n; i++) {
        bool disturbed = signbit(w->ns[i]) && !isnan(w->ns[i]);
        w->ns[i] = disturbed ? (float) processor[i][round->row] : NAN;
    }
    return put_row(w, PLB_ROW_PROCESSOR_TIME, event, round->number, round->epoch) || moved;
}

/* Who took no rounds itself has nothing to end: those of its processes are theirs. */
static void end_samples(plb_run_writer *w, const plb_event *event) {
    plb_error error;
    if (w->status != PLB_OK || !w->samples || w->rounds == 0) return;
    w->rounds = 0;
    for (size_t i = 0; i < plb_samples_writer_header(w->samples)->subject_count; i++) {
        w->ns[i] = NAN;
    }
    const plb_event end = {.process = event->process,
                           .at_ns = plb_samples_writer_header(w->samples)->clock_start_ns};
    (void) put_row(w, PLB_ROW_END, &end, event->sampling.warm_up_rounds, 0);
    if (w->status == PLB_OK) {
        keep_failure(w, plb_samples_sync(w->samples, &error), &error);
    }
    plb_run_note(w, PLB_NOTE, "process-ended", "process %u: %llu rounds, %llu of them warm-up",
                 event->process, (unsigned long long) event->sampling.rounds,
                 (unsigned long long) event->sampling.warm_up_rounds);
}

static bool observe(void *context, const plb_event *event) {
    plb_run_writer *w = context;
    switch (event->kind) {
    case PLB_EVENT_SAMPLING_BEGUN: begin_samples(w, event->sampling.plan); return false;
    case PLB_EVENT_ROUND: return note_round(w, event);
    case PLB_EVENT_SAMPLING_ENDED:
        if (!event->sampling.joined) end_samples(w, event);
        return false;
    default: return false;
    }
}

/* ---- Beginning ---- */

static plb_run_writer *make_writer(const char *directory, plb_error *error) {
    plb_run_writer *w = calloc(1, sizeof *w);
    if (!w) {
        plb_fail(error, PLB_E_MEMORY, directory, "no memory for a run");
        return NULL;
    }
    w->log = -1;
    w->observer = (plb_observer){.context = w, .event = observe};
    if ((size_t) snprintf(w->directory, sizeof w->directory, "%s", directory) >=
        sizeof w->directory) {
        plb_fail(error, PLB_E_IO, directory, "the path is too long");
        free(w);
        return NULL;
    }
    return w;
}

static plb_status plan_json(const plb_run_plan *plan, json_t **made, plb_error *error) {
    unsigned char nonce[NONCE_BYTES];
    char text[2 * NONCE_BYTES + 1];
    json_t *options = NULL;
    plb_environment machine;
    plb_status status = PLB_OK;
    if (sodium_init() < 0) {
        return plb_fail(error, PLB_E_MEASURE, NULL, "libsodium can't be initialised");
    }
    if (plan->options) {
        status = plb_json_load("options", plan->options, strlen(plan->options), &options, error);
        if (status != PLB_OK) return status;
    }
    randombytes_buf(nonce, sizeof nonce);
    sodium_bin2hex(text, sizeof text, nonce, sizeof nonce);
    plb_environment_read(&machine, "");
    json_t *o = json_object();
    json_object_set_new(o, "format", json_string("plutbench-run"));
    json_object_set_new(o, "version", json_integer(1));
    json_object_set_new(o, "nonce", json_string(text));
    json_object_set_new(o, "command", json_string(plan->command));
    json_object_set_new(o, "command_line",
                        plb_json_arguments(plan->argument_count, plan->arguments));
    json_object_set_new(o, "options", options ? options : json_null());
    json_object_set_new(o, "inputs", plb_json_inputs(plan->inputs, plan->input_count));
    json_object_set_new(o, "plutbench", plb_json_build());
    json_object_set_new(o, "libraries", plb_json_libraries());
    json_object_set_new(o, "machine", plb_json_environment(&machine));
    json_object_set_new(o, "started_utc", plb_json_utc(plb_utc_now()));
    *made = o;
    return PLB_OK;
}

static plb_status write_plan(plb_run_writer *w, const plb_run_plan *plan, plb_error *error) {
    json_t *json = NULL;
    char *text = NULL;
    plb_input described;
    plb_status status = plan_json(plan, &json, error);
    if (status == PLB_OK) status = plb_json_take_text(json, &text, error);
    if (status == PLB_OK) {
        status =
            plb_input_describe(&described, "plan", PLB_RUN_PLAN_FILE, text, strlen(text), error);
    }
    if (status == PLB_OK) memcpy(w->id, described.sha256, sizeof w->id);
    return plb_results_keep(w->results, PLB_RUN_PLAN_FILE, status, text, error);
}

/* Of a command that measured nothing: of a run it would not have come this far. */
static plb_status remove_manifest(const char *directory, plb_error *error) {
    char path[PATH_MAX];
    plb_status status = plb_run_folder_path(directory, PLB_RUN_MANIFEST_FILE, path, error);
    if (status == PLB_OK && unlink(path) != 0 && errno != ENOENT) {
        status = plb_fail(error, PLB_E_IO, path, "could not be removed: %s", strerror(errno));
    }
    return status;
}

plb_status plb_run_absent(const plb_results *results, plb_error *error) {
    static const char *const names[] = {PLB_RUN_PLAN_FILE, PLB_RUN_LOG_FILE, PLB_RUN_SAMPLES_FILE};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[PATH_MAX];
        struct stat found;
        plb_status status = plb_results_path(results, names[i], path, error);
        if (status != PLB_OK) return status;
        if (lstat(path, &found) == 0) {
            return plb_fail(error, PLB_E_IO, plb_results_directory(results),
                            "the folder has a run already (%s): name another one", names[i]);
        }
    }
    return PLB_OK;
}

/* What could not be begun is no run that is in the way of the next one. */
static void remove_begun(const char *directory) {
    static const char *const names[] = {PLB_RUN_PLAN_FILE, PLB_RUN_LOG_FILE};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char path[PATH_MAX];
        if (plb_run_folder_path(directory, names[i], path, NULL) == PLB_OK) (void) unlink(path);
    }
}

plb_status plb_run_begin(plb_results *results, const plb_run_plan *plan, plb_run_writer **writer,
                         plb_error *error) {
    *writer = NULL;
    plb_status status = plb_run_absent(results, error);
    if (status != PLB_OK) return status;
    plb_run_writer *w = make_writer(plb_results_directory(results), error);
    if (!w) return error ? error->status : PLB_E_MEMORY;
    w->results = results;
    /* O_EXCL: of two that begin at once, one does. */
    status = open_log(w, O_CREAT | O_EXCL, error);
    if (status == PLB_OK) (void) flock(w->log, LOCK_EX | LOCK_NB);
    if (status == PLB_OK) status = remove_manifest(w->directory, error);
    if (status == PLB_OK) status = write_plan(w, plan, error);
    if (status == PLB_OK) {
        plb_run_note(w, PLB_NOTE, "run-begun", "%s, run %s", plan->command, w->id);
        status = w->status;
        if (status != PLB_OK && error) *error = w->error;
    }
    if (status != PLB_OK) {
        if (w->log >= 0) remove_begun(w->directory);
        plb_run_writer_free(w);
        return status;
    }
    *writer = w;
    return PLB_OK;
}

plb_status plb_run_join(const char *directory, plb_run_writer **writer, plb_error *error) {
    char path[PATH_MAX], *text = NULL;
    size_t length = 0;
    plb_input described;
    *writer = NULL;
    plb_run_writer *w = make_writer(directory, error);
    if (!w) return error ? error->status : PLB_E_MEMORY;
    plb_status status = plb_run_folder_path(directory, PLB_RUN_PLAN_FILE, path, error);
    if (status == PLB_OK) {
        status = plb_file_read(path, PLB_RESULTS_FILE_BYTES, &text, &length, error);
    }
    if (status == PLB_OK && !text) {
        status = plb_fail(error, PLB_E_IO, path, "there is no run to take part in");
    }
    if (status == PLB_OK) {
        status = plb_input_describe(&described, "plan", path, text, length, error);
    }
    free(text);
    if (status == PLB_OK) memcpy(w->id, described.sha256, sizeof w->id);
    if (status == PLB_OK) status = open_log(w, 0, error);
    if (status != PLB_OK) {
        plb_run_writer_free(w);
        return status;
    }
    *writer = w;
    return PLB_OK;
}

const plb_observer *plb_run_observer(plb_run_writer *writer) { return &writer->observer; }

/* ---- The end ---- */

/* A process that was interrupted may have left room behind its last row. */
static plb_status trim(const char *path, const plb_samples_facts *facts, plb_error *error) {
    struct stat status;
    if (facts->trailing_bytes == 0 || facts->torn) return PLB_OK;
    if (stat(path, &status) == 0 &&
        truncate(path, status.st_size - (off_t) facts->trailing_bytes) == 0) {
        return PLB_OK;
    }
    return plb_fail(error, PLB_E_IO, path, "could not be cut to its rows: %s", strerror(errno));
}

/* Every round that figures are taken from has to be there, whoever wrote it. */
static plb_status see_samples(const char *path, const plb_sampling *sampling, plb_error *error) {
    plb_samples *samples = NULL;
    plb_status status = plb_samples_open(path, &samples, error);
    if (status != PLB_OK) return status;
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    uint64_t rounds = plb_sampling_get_facts(sampling)->rounds;
    if (facts->damaged > 0 || facts->torn || facts->rounds < rounds) {
        status = plb_fail(
            error, PLB_E_IO, path, "%llu of %llu rounds could not be written: is the disk full?",
            (unsigned long long) (facts->rounds < rounds ? rounds - facts->rounds : facts->damaged),
            (unsigned long long) rounds);
    } else {
        status = trim(path, facts, error);
    }
    plb_samples_free(samples);
    return status;
}

static void note_sampling(plb_run_writer *w, const plb_sampling *sampling) {
    const plb_sampling_facts *facts = plb_sampling_get_facts(sampling);
    plb_run_note(w, PLB_NOTE, "sampling-ended", "%llu rounds in %u processes, stopped by %s",
                 (unsigned long long) facts->rounds, facts->processes, plb_stop_name(facts->stop));
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) {
        if (facts->flags >> f & 1) {
            plb_run_note(w, PLB_WARNING, "flag", "%s: %s", plb_flag_name((plb_flag) f),
                         plb_flag_advice((plb_flag) f));
        }
    }
}

static plb_status end_files(plb_run_writer *w, const plb_sampling *sampling, plb_error *error) {
    char path[PATH_MAX];
    plb_error failure;
    plb_status status = plb_run_folder_path(w->directory, PLB_RUN_SAMPLES_FILE, path, error);
    plb_samples_writer_free(w->samples);
    w->samples = NULL;
    if (sampling) {
        note_sampling(w, sampling);
        if (status == PLB_OK && w->status == PLB_OK) {
            keep_failure(w, see_samples(path, sampling, &failure), &failure);
        }
    }
    plb_run_note(w, PLB_NOTE, "run-ended", "the manifest is left to write");
    if (w->status == PLB_OK && fsync(w->log) != 0) {
        plb_fail(&failure, PLB_E_IO, w->directory, "the log could not be written: %s",
                 strerror(errno));
        keep_failure(w, PLB_E_IO, &failure);
    }
    if (w->status != PLB_OK && error) *error = w->error;
    return w->status;
}

plb_status plb_run_end(plb_run_writer *w, const plb_sampling *sampling, plb_error *error) {
    plb_status status = end_files(w, sampling, error);
    if (status == PLB_OK) status = plb_results_note_file(w->results, PLB_RUN_LOG_FILE, error);
    if (status == PLB_OK && sampling) {
        status = plb_results_note_file(w->results, PLB_RUN_SAMPLES_FILE, error);
    }
    return status;
}

void plb_run_writer_free(plb_run_writer *writer) {
    if (!writer) return;
    plb_samples_writer_free(writer->samples);
    if (writer->log >= 0) (void) close(writer->log);
    free(writer->ns);
    free(writer);
}
