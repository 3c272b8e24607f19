/* Runs on disk: what is written can be read, and what was not finished, or is not as it was
 * written, is told. */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/measure/sampler.h"
#include "results/run/manifest_sum.h"
#include "tests/unit/run_fixture.h"

static char root[] = "/tmp/plutbench-run-XXXXXX";

static int make_root(void **state) {
    (void) state;
    return mkdtemp(root) ? 0 : -1;
}

static int remove_root(void **state) {
    (void) state;
    return remove_folder(root);
}

static const char *below(const char *name) {
    static char path[256];
    (void) snprintf(path, sizeof path, "%s/%s", root, name);
    return path;
}

static char *folder(const char *name) {
    char *path = strdup(below(name));
    assert_non_null(path);
    return path;
}

static char *file_in(const char *path, const char *name) {
    char *joined = NULL;
    assert_true(asprintf(&joined, "%s/%s", path, name) > 0);
    return joined;
}

static bool exists(const char *path, const char *name) {
    char *file = file_in(path, name);
    bool there = access(file, F_OK) == 0;
    free(file);
    return there;
}

static size_t size_of(const char *path, const char *name) {
    struct stat status;
    char *file = file_in(path, name);
    assert_int_equal(stat(file, &status), 0);
    free(file);
    return (size_t) status.st_size;
}

static void flip(const char *path, const char *name, size_t at, unsigned char bits) {
    unsigned char byte;
    char *file = file_in(path, name);
    int descriptor = open(file, O_RDWR);
    assert_true(descriptor >= 0);
    assert_int_equal(pread(descriptor, &byte, 1, (off_t) at), 1);
    byte ^= bits;
    assert_int_equal(pwrite(descriptor, &byte, 1, (off_t) at), 1);
    (void) close(descriptor);
    free(file);
}

static void cut(const char *path, const char *name, size_t length) {
    char *file = file_in(path, name);
    assert_int_equal(truncate(file, (off_t) length), 0);
    free(file);
}

/* The worst that a check finds. */
static plb_run_problem worst_of(const char *path) {
    plb_run_report report;
    plb_error error = {.status = PLB_OK};
    if (plb_run_check(path, &report, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    plb_run_problem worst = report.worst;
    plb_run_report_free(&report);
    return worst;
}

static plb_samples *open_samples(const char *path) {
    plb_samples *samples = NULL;
    char *file = file_in(path, PLB_RUN_SAMPLES_FILE);
    plb_error error = {.status = PLB_OK};
    if (plb_samples_open(file, &samples, &error) != PLB_OK) {
        fail_msg("%s: %s", error.where, error.message);
    }
    free(file);
    return samples;
}

/* ---- What is written ---- */

static void a_finished_run_is_in_order_and_tells_everything(void **state) {
    (void) state;
    char *path = folder("whole");
    plb_run *run = NULL;
    assert_true(fixture_run(path, "loop", 10, 300, FIXTURE_WHOLE));
    assert_int_equal(worst_of(path), PLB_PROBLEM_NOTE);
    assert_int_equal(plb_run_read(path, &run, NULL), PLB_OK);
    const plb_run_facts *f = plb_run_get_facts(run);
    assert_int_equal(f->state, PLB_RUN_COMPLETE);
    assert_int_equal(strlen(f->id), 64);
    assert_int_equal(strlen(f->manifest_sha256), 64);
    assert_string_equal(f->command, "calibrate");
    assert_string_equal(f->script, "loop");
    assert_string_equal(f->strategy, "txbudget");
    assert_string_equal(f->command_line, "[\"plutbench\",\"calibrate\"]");
    assert_int_equal(f->protocol_version, 10);
    assert_int_equal(f->seed, 5);
    assert_int_equal(f->rounds, 300);
    assert_int_equal(f->flag_count, 1);
    assert_string_equal(f->flags[0], "steal");
    assert_int_equal(f->input_count, 1);
    assert_true(f->library_count > 5);
    assert_non_null(plb_run_get_document(run, PLB_RUN_LOG_FILE));
    assert_string_equal(plb_run_get_summary(run)->name, "summary.json");
    assert_int_equal(f->figure_count, 3);
    const plb_run_figure *figure = plb_run_get_figure(run, "overhead_per_call.paired");
    assert_non_null(figure);
    assert_float_equal(figure->estimate.value, 10, 0);
    assert_float_equal(figure->estimate.low, 9.5, 0);
    assert_non_null(plb_run_get_figure(run, "points[calls=1].overhead"));
    assert_non_null(plb_run_get_figure(run, "points[1].overhead"));
    plb_run_free(run);
    free(path);
}

static int sum_rows(void *context, const plb_sample_row *row) {
    double *sums = context;
    if (row->kind != PLB_ROW_ROUND) return 0;
    sums[0] += fabs((double) row->ns[0]);
    sums[1] += 1;
    return row->at_s < 0;
}

static void samples_in_the_file_are_those_of_the_sampling(void **state) {
    (void) state;
    char *path = folder("same");
    plb_results *results = NULL;
    plb_run_writer *writer = NULL;
    plb_sample_series series;
    char name[] = "block";
    char *const arguments[] = {name, NULL};
    const plb_run_plan plan = {.command = name, .argument_count = 1, .arguments = arguments};
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    assert_int_equal(plb_run_begin(results, &plan, &writer, NULL), PLB_OK);
    plb_sampling *sampling = fixture_sample(plb_run_observer(writer), 3000);
    assert_non_null(sampling);
    assert_int_equal(plb_run_end(writer, sampling, NULL), PLB_OK);
    plb_samples *samples = open_samples(path);
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    assert_int_equal(facts->subject_count, 2);
    assert_string_equal(facts->subjects[1], "twin");
    assert_int_equal(facts->rounds, 3000);
    assert_int_equal(facts->rows, 3001); /* and the end of the process */
    assert_int_equal(facts->ended, 1);
    assert_int_equal(facts->damaged, 0);
    assert_int_equal(facts->trailing_bytes, 0);
    double sums[2] = {0, 0};
    assert_int_equal(plb_samples_visit(samples, sum_rows, sums, NULL), PLB_OK);
    assert_float_equal(sums[1], 3000, 0);
    assert_int_equal(plb_samples_series(samples, 0, &series, NULL), PLB_OK);
    for (size_t i = 0; i < 2; i++) {
        size_t count;
        const double *told = plb_sampling_series(sampling, i, &count);
        assert_int_equal(series.count, count);
        for (size_t r = 0; r < count; r++) {
            assert_true(fabs(series.series[i][r] - told[r]) <= 1e-6 * told[r]);
        }
    }
    plb_sample_series_free(&series);
    assert_int_equal(plb_samples_series(samples, 100, &series, NULL), PLB_E_MEMORY);
    plb_samples_free(samples);
    plb_sampling_free(sampling);
    plb_run_writer_free(writer);
    plb_results_close(results);
    free(path);
}

static void tell_beginning(const plb_observer *observer, const plb_plan *plan) {
    const plb_event event = {.kind = PLB_EVENT_SAMPLING_BEGUN, .sampling = {.plan = plan}};
    (void) plb_observe(observer, &event);
}

/* Rounds as the sampler gives them: undisturbed; all disturbed; a long subject with the time that
 * it had the processor. */
static void disturbed_samples_keep_what_is_known_of_them(void **state) {
    (void) state;
    char *path = folder("disturbed");
    plb_results *results = NULL;
    plb_run_writer *writer = NULL;
    char name[] = "block";
    char *const arguments[] = {name, NULL};
    const plb_run_plan plan = {.command = name, .argument_count = 1, .arguments = arguments};
    const plb_subject subjects[] = {{.name = "long"}, {.name = "short"}};
    const plb_plan sampled = {.subjects = subjects, .subject_count = 2};
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    assert_int_equal(plb_run_begin(results, &plan, &writer, NULL), PLB_OK);
    const plb_observer *observer = plb_run_observer(writer);
    tell_beginning(observer, &sampled);
    /* By basis and subject; a column a round. */
    double values[PLB_BASIS_COUNT * 2][3] = {
        [2 * PLB_BASIS_UNDISTURBED] = {100, NAN, NAN},
        [2 * PLB_BASIS_UNDISTURBED + 1] = {5, NAN, 7},
        [2 * PLB_BASIS_PROCESSOR_TIME] = {100, NAN, 90},
        [2 * PLB_BASIS_PROCESSOR_TIME + 1] = {5, NAN, 7},
        [2 * PLB_BASIS_ALL] = {100, NAN, 150},
        [2 * PLB_BASIS_ALL + 1] = {5, 6, 7},
    };
    const double *by_series[PLB_BASIS_COUNT * 2];
    for (size_t i = 0; i < PLB_BASIS_COUNT * 2; i++) by_series[i] = values[i];
    for (size_t r = 0; r < 3; r++) {
        const plb_event round = {.kind = PLB_EVENT_ROUND,
                                 .at_ns = r,
                                 .round = {.number = r, .series = by_series, .row = r}};
        (void) plb_observe(observer, &round);
    }
    const plb_event end = {.kind = PLB_EVENT_SAMPLING_ENDED,
                           .sampling = {.rounds = 3, .warm_up_rounds = 1}};
    (void) plb_observe(observer, &end);
    plb_samples *samples = open_samples(path);
    plb_sample_series series;
    assert_int_equal(plb_samples_get_facts(samples)->rows, 5);
    assert_int_equal(plb_samples_series(samples, 0, &series, NULL), PLB_OK);
    assert_int_equal(series.count, 2); /* the first round is warm-up */
    assert_int_equal(series.bases[0], PLB_BASIS_PROCESSOR_TIME);
    assert_true(isnan(series.series[0][0]));
    assert_float_equal(series.series[0][1], 90, 0);
    assert_int_equal(series.bases[1], PLB_BASIS_ALL); /* too few of the others */
    assert_float_equal(series.series[1][0], 6, 0);
    plb_sample_series_free(&series);
    plb_samples_free(samples);
    plb_run_writer_free(writer);
    plb_results_close(results);
    free(path);
}

/* A process that starts others begins, and ends, without rounds of its own: those of the others
 * stay as they are. */
static void processes_take_turns_in_one_file(void **state) {
    (void) state;
    char *path = folder("turns");
    plb_results *results = NULL;
    plb_run_writer *writers[3] = {NULL};
    char name[] = "block";
    char *const arguments[] = {name, NULL};
    const plb_run_plan plan = {.command = name, .argument_count = 1, .arguments = arguments};
    const plb_subject subjects[] = {{.name = "only"}};
    const plb_plan sampled = {.subjects = subjects, .subject_count = 1};
    const double ns = 5, *const series[] = {&ns, &ns, &ns};
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    assert_int_equal(plb_run_begin(results, &plan, &writers[0], NULL), PLB_OK);
    tell_beginning(plb_run_observer(writers[0]), &sampled);
    for (uint32_t w = 1; w < 3; w++) {
        assert_int_equal(plb_run_join(path, &writers[w], NULL), PLB_OK);
        tell_beginning(plb_run_observer(writers[w]), &sampled);
        for (uint64_t r = 0; r < 10; r++) {
            const plb_event round = {.kind = PLB_EVENT_ROUND,
                                     .process = w - 1,
                                     .round = {.number = r, .series = series}};
            (void) plb_observe(plb_run_observer(writers[w]), &round);
        }
        const plb_event end = {.kind = PLB_EVENT_SAMPLING_ENDED, .process = w - 1};
        (void) plb_observe(plb_run_observer(writers[w]), &end);
    }
    const plb_event end = {.kind = PLB_EVENT_SAMPLING_ENDED};
    (void) plb_observe(plb_run_observer(writers[0]), &end);
    plb_samples *samples = open_samples(path);
    const plb_samples_facts *facts = plb_samples_get_facts(samples);
    assert_int_equal(facts->rounds, 20);
    assert_int_equal(facts->processes, 2);
    assert_int_equal(facts->ended, 2);
    plb_samples_free(samples);
    /* Nor are they written over by whoever does not know of them. */
    const plb_event round = {.kind = PLB_EVENT_ROUND, .round = {.series = series}};
    (void) plb_observe(plb_run_observer(writers[0]), &round);
    samples = open_samples(path);
    assert_int_equal(plb_samples_get_facts(samples)->rounds, 20);
    plb_samples_free(samples);
    for (size_t w = 0; w < 3; w++) plb_run_writer_free(writers[w]);
    plb_results_close(results);
    free(path);
}

static void a_folder_has_one_run(void **state) {
    (void) state;
    char *path = folder("once");
    plb_results *results = NULL;
    assert_true(fixture_run(path, "loop", 10, 20, FIXTURE_WHOLE));
    assert_false(fixture_run(path, "loop", 11, 20, FIXTURE_WHOLE));
    assert_int_equal(worst_of(path), PLB_PROBLEM_NOTE);
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    plb_error error;
    assert_int_equal(plb_run_absent(results, &error), PLB_E_IO);
    assert_non_null(strstr(error.message, "has a run already"));
    plb_results_close(results);
    free(path);
}

/* ---- What is not finished ---- */

static void an_unfinished_run_never_looks_complete(void **state) {
    (void) state;
    static const fixture_extent extents[] = {FIXTURE_BEGUN, FIXTURE_SAMPLED};
    for (size_t i = 0; i < 2; i++) {
        plb_run *run = NULL;
        char *path = folder(i == 0 ? "begun" : "sampled");
        assert_true(fixture_run(path, "loop", 10, 250, extents[i]));
        assert_int_equal(worst_of(path), PLB_PROBLEM_INCOMPLETE);
        assert_int_equal(plb_run_read(path, &run, NULL), PLB_OK);
        const plb_run_facts *f = plb_run_get_facts(run);
        assert_int_equal(f->state, PLB_RUN_INCOMPLETE);
        assert_string_equal(f->manifest_sha256, "");
        assert_string_equal(f->script, "loop");
        assert_int_equal(f->rounds, i == 0 ? 0 : 250);
        plb_run_free(run);
        free(path);
    }
}

/* Killed while it samples: what a round was told of is there. */
static void samples_outlive_their_process(void **state) {
    (void) state;
    char *path = folder("killed");
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        plb_results *results = NULL;
        plb_run_writer *writer = NULL;
        char name[] = "block";
        char *const arguments[] = {name, NULL};
        const plb_run_plan plan = {.command = name, .argument_count = 1, .arguments = arguments};
        const plb_subject subjects[] = {{.name = "only"}};
        const plb_plan sampled = {.subjects = subjects, .subject_count = 1};
        double ns = 5;
        const double *const series[] = {&ns, &ns, &ns};
        if (plb_results_open(path, &results, NULL) != PLB_OK ||
            plb_run_begin(results, &plan, &writer, NULL) != PLB_OK) {
            _exit(1);
        }
        const plb_observer *observer = plb_run_observer(writer);
        tell_beginning(observer, &sampled);
        for (uint64_t r = 0;; r++) {
            const plb_event round = {
                .kind = PLB_EVENT_ROUND, .at_ns = r, .round = {.number = r, .series = series}};
            (void) plb_observe(observer, &round);
            if (write(told[1], &r, sizeof r) != sizeof r) _exit(1);
        }
    }
    uint64_t last = 0;
    (void) close(told[1]);
    while (last < 50000 && read(told[0], &last, sizeof last) == sizeof last) {}
    assert_int_equal(last, 50000);
    plb_run_report report;
    assert_int_equal(plb_run_check(path, &report, NULL), PLB_OK);
    assert_true(report.being_written);
    plb_run_report_free(&report);
    assert_int_equal(kill(child, SIGKILL), 0);
    assert_int_equal(waitpid(child, NULL, 0), child);
    while (read(told[0], &last, sizeof last) == sizeof last) {}
    (void) close(told[0]);
    assert_int_equal(plb_run_check(path, &report, NULL), PLB_OK);
    assert_false(report.being_written);
    assert_int_equal(report.worst, PLB_PROBLEM_INCOMPLETE);
    assert_in_range(report.rounds, last + 1, last + 2); /* one may not have been told of */
    plb_run_report_free(&report);
    free(path);
}

/* No room on the disk, as a limit on the size of files: the measurement goes on, its samples do
 * not, and no manifest is written. */
static void a_full_disk_is_told_in_the_end(void **state) {
    (void) state;
    char *path = folder("full");
    struct rlimit before, little = {200000, 200000};
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    little.rlim_max = before.rlim_max;
    (void) signal(SIGXFSZ, SIG_IGN);
    plb_results *results = NULL;
    plb_run_writer *writer = NULL;
    char name[] = "block";
    char *const arguments[] = {name, NULL};
    const plb_run_plan plan = {.command = name, .argument_count = 1, .arguments = arguments};
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    assert_int_equal(plb_run_begin(results, &plan, &writer, NULL), PLB_OK);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &little), 0);
    plb_sampling *sampling = fixture_sample(plb_run_observer(writer), 100);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(sampling);
    plb_error error;
    assert_int_equal(plb_run_end(writer, sampling, &error), PLB_E_IO);
    assert_non_null(strstr(error.message, "samples could not be written: File too large"));
    plb_sampling_free(sampling);
    plb_run_writer_free(writer);
    plb_results_close(results);
    assert_false(exists(path, PLB_RUN_MANIFEST_FILE));
    assert_int_equal(worst_of(path), PLB_PROBLEM_INCOMPLETE);
    free(path);
}

/* ---- What is damaged ---- */

static void every_flipped_bit_of_a_finished_run_is_found(void **state) {
    (void) state;
    char *path = folder("flipped");
    static const char *const names[] = {PLB_RUN_MANIFEST_FILE, PLB_RUN_PLAN_FILE, PLB_RUN_LOG_FILE,
                                        PLB_RUN_SAMPLES_FILE, "summary.json"};
    assert_true(fixture_run(path, "loop", 10, 20, FIXTURE_WHOLE));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t size = size_of(path, names[i]);
        for (size_t at = 0; at < size; at += 1 + size / 97) {
            flip(path, names[i], at, (unsigned char) (1 << at % 8));
            if (worst_of(path) != PLB_PROBLEM_DAMAGED) {
                fail_msg("%s: byte %zu was changed, and nothing found", names[i], at);
            }
            flip(path, names[i], at, (unsigned char) (1 << at % 8));
        }
    }
    assert_int_equal(worst_of(path), PLB_PROBLEM_NOTE);
    free(path);
}

static void a_cut_or_missing_file_is_found(void **state) {
    (void) state;
    char *path = folder("cut");
    assert_true(fixture_run(path, "loop", 10, 20, FIXTURE_WHOLE));
    cut(path, PLB_RUN_SAMPLES_FILE, size_of(path, PLB_RUN_SAMPLES_FILE) - 1);
    assert_int_equal(worst_of(path), PLB_PROBLEM_DAMAGED);
    char *file = file_in(path, PLB_RUN_SAMPLES_FILE);
    assert_int_equal(unlink(file), 0);
    free(file);
    assert_int_equal(worst_of(path), PLB_PROBLEM_MISSING);
    plb_run *run = NULL;
    plb_error error;
    file = file_in(path, "summary.json");
    assert_int_equal(unlink(file), 0);
    free(file);
    assert_int_equal(plb_run_read(path, &run, &error), PLB_E_PARSE);
    assert_non_null(strstr(error.where, "summary.json"));
    assert_null(run);
    free(path);
}

/* Of samples that were not finished: a torn end costs its row, a flipped bit one row. */
static void damage_costs_the_rows_that_it_hits(void **state) {
    (void) state;
    char *path = folder("rows");
    assert_true(fixture_run(path, "loop", 10, 100, FIXTURE_SAMPLED));
    size_t size = size_of(path, PLB_RUN_SAMPLES_FILE), row = 24 + 2 * 4;
    for (size_t lost = 1; lost <= 3 * row; lost++) {
        cut(path, PLB_RUN_SAMPLES_FILE, size - lost);
        plb_samples *samples = open_samples(path);
        const plb_samples_facts *facts = plb_samples_get_facts(samples);
        assert_int_equal(facts->rows, 101 - (lost + row - 1) / row);
        assert_int_equal(facts->damaged, 0);
        assert_int_equal(facts->trailing_bytes, (row - lost % row) % row);
        plb_samples_free(samples);
    }
    flip(path, PLB_RUN_SAMPLES_FILE, size - 20 * row + 3, 4);
    plb_samples *samples = open_samples(path);
    assert_int_equal(plb_samples_get_facts(samples)->rows, 97);
    assert_int_equal(plb_samples_get_facts(samples)->damaged, 1);
    plb_samples_free(samples);
    assert_int_equal(worst_of(path), PLB_PROBLEM_DAMAGED);
    free(path);
}

/* ---- What is no run, or wants to be more than it is ---- */

static void refuse(const char *manifest, const char *message) {
    plb_results *results = NULL;
    plb_run *run = NULL;
    plb_error error;
    char *path = folder("foreign");
    assert_int_equal(plb_results_open(path, &results, NULL), PLB_OK);
    assert_int_equal(
        plb_results_write(results, PLB_RUN_MANIFEST_FILE, manifest, strlen(manifest), NULL),
        PLB_OK);
    plb_results_close(results);
    assert_int_equal(plb_run_read(path, &run, &error), PLB_E_PARSE);
    if (!strstr(error.message, message)) fail_msg("%s: %s", error.where, error.message);
    assert_null(run);
    plb_run_report report;
    if (plb_run_check(path, &report, NULL) == PLB_OK) plb_run_report_free(&report);
    free(path);
}

static void foreign_folders_are_refused(void **state) {
    (void) state;
    plb_run *run = NULL;
    plb_run_report report;
    plb_error error;
    assert_int_equal(plb_run_read(below("nowhere"), &run, &error), PLB_E_IO);
    assert_int_equal(plb_run_check(below("nowhere"), &report, &error), PLB_E_IO);
    assert_int_equal(mkdir(below("empty"), 0777), 0);
    assert_int_equal(plb_run_read(below("empty"), &run, &error), PLB_E_PARSE);
    assert_non_null(strstr(error.message, "there is no run"));
    assert_int_equal(plb_run_check(below("empty"), &report, &error), PLB_E_PARSE);
    refuse("hello", "expected a JSON object");
    refuse("[1]", "expected a JSON object");
    refuse("{\"outputs\": [{\"name\": \"../../etc/passwd.json\", \"sha256\": \"\"}]}",
           "expected the name of a file in the folder");
    refuse("{\"outputs\": [3]}", "expected a name and a checksum");
    refuse("{\"outputs\": [{\"name\": \"a.json\", \"sha256\": \"00\"}]}", "missing");
}

static void a_manifest_knows_its_own_checksum(void **state) {
    (void) state;
    char text[256];
    (void) snprintf(text, sizeof text, "{\n  \"a\": 1,\n  \"manifest_sha256\": \"%064d\"\n}\n", 0);
    assert_int_equal(plb_manifest_sum_check(text, strlen(text)), PLB_MANIFEST_SUM_WRONG);
    plb_manifest_sum_set(text);
    assert_int_equal(plb_manifest_sum_check(text, strlen(text)), PLB_MANIFEST_SUM_RIGHT);
    /* Of sha256sum, of the text with zeros. */
    assert_non_null(
        strstr(text, "456a8c42f417416c282babc2761a9abf03e4a8c2e1a08fbd4dfc49befef8e4bd"));
    text[6] = '2';
    assert_int_equal(plb_manifest_sum_check(text, strlen(text)), PLB_MANIFEST_SUM_WRONG);
    assert_int_equal(plb_manifest_sum_check("{}", 2), PLB_MANIFEST_SUM_ABSENT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_finished_run_is_in_order_and_tells_everything),
        cmocka_unit_test(samples_in_the_file_are_those_of_the_sampling),
        cmocka_unit_test(disturbed_samples_keep_what_is_known_of_them),
        cmocka_unit_test(processes_take_turns_in_one_file),
        cmocka_unit_test(a_folder_has_one_run),
        cmocka_unit_test(an_unfinished_run_never_looks_complete),
        cmocka_unit_test(samples_outlive_their_process),
        cmocka_unit_test(a_full_disk_is_told_in_the_end),
        cmocka_unit_test(every_flipped_bit_of_a_finished_run_is_found),
        cmocka_unit_test(a_cut_or_missing_file_is_found),
        cmocka_unit_test(damage_costs_the_rows_that_it_hits),
        cmocka_unit_test(foreign_folders_are_refused),
        cmocka_unit_test(a_manifest_knows_its_own_checksum),
    };
    return cmocka_run_group_tests(tests, make_root, remove_root);
}
