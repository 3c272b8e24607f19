/* Times decoding and evaluation of every program in a folder. The columns of the CSV are those of
 * the public leaderboard of Plutus machines. */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <plutbench/measure.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/plugins.h"
#include "calibrate/cli/terminal.h"

typedef struct bench_options {
    int language;
    uint64_t protocol_version;
    const char *cost_model;
    const char *csv;
    cli_texts plugins;
    double seconds; /* per program */
    uint64_t iterations;
    bool json;
} bench_options;

#define FIELD(name) offsetof(bench_options, name)
static const cli_option options[] = {
    {"csv", "FILE", "write vm,script,mean_ns,median_ns,min_ns,max_ns,stddev_ns,iterations",
     CLI_TEXT, FIELD(csv), NULL},
    {"time", "TIME", "time for each program (default: 300ms)", CLI_TIME, FIELD(seconds), NULL},
    {"iterations", "N", "iterations of each program, instead of a time", CLI_COUNT,
     FIELD(iterations), NULL},
    {"language", "LANGUAGE", "v1, v2, v3, v4 (default: everything, with the newest semantics)",
     CLI_CHOICE, FIELD(language), cli_languages},
    {"protocol-version", "N", "major protocol version, 5 to 12 (default: 12)", CLI_NUMBER,
     FIELD(protocol_version), NULL},
    {"cost-model", "FILE", "cost model in JSON, as for eval", CLI_TEXT, FIELD(cost_model), NULL},
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* Times of one thing, over its iterations. */
typedef struct timing {
    double mean_ns, median_ns, min_ns, max_ns, stddev_ns;
} timing;

typedef struct bench_row {
    char *script;
    size_t bytes; /* of the encoded program */
    size_t iterations;
    timing total, decode, evaluate;
    plb_outcome outcome;
    bool skipped; /* it does not decode or evaluate: the reason is on stderr */
} bench_row;

typedef struct bench_run {
    const cli_command *command;
    bench_options given;
    const char *folder;
    plb_era era;
    plb_plugins *plugins; /* NULL: none */
    plb_cost_model *cost_model;
    plb_program *program;
    plb_machine *machine;
    bench_row *rows;
    size_t count;
} bench_run;

static int by_value(const void *a, const void *b) {
    double x = *(const double *) a;
    double y = *(const double *) b;
    return (x > y) - (x < y);
}

static timing summarise(double *samples, size_t count) {
    timing t = {0};
    for (size_t i = 0; i < count; i++) {
        t.mean_ns += samples[i] / (double) count;
    }
    for (size_t i = 0; i < count; i++) {
        double d = samples[i] - t.mean_ns;
        t.stddev_ns += d * d / (count > 1 ? (double) (count - 1) : 1.0);
    }
    t.stddev_ns = sqrt(t.stddev_ns);
    qsort(samples, count, sizeof *samples, by_value);
    t.median_ns = (samples[(count - 1) / 2] + samples[count / 2]) / 2;
    t.min_ns = samples[0];
    t.max_ns = samples[count - 1];
    return t;
}

/* Samples of the three series of one program. */
typedef struct series {
    double *total, *decode, *evaluate;
    size_t count, capacity;
} series;

static bool grow_one(double **samples, size_t capacity) {
    double *bigger = realloc(*samples, capacity * sizeof *bigger);
    *samples = bigger != NULL ? bigger : *samples;
    return bigger != NULL;
}

static bool add_sample(series *s, uint64_t start, uint64_t decoded, uint64_t evaluated) {
    if (s->count == s->capacity) {
        size_t capacity = s->capacity == 0 ? 1024 : s->capacity * 2;
        if (!grow_one(&s->total, capacity) || !grow_one(&s->decode, capacity) ||
            !grow_one(&s->evaluate, capacity)) {
            return false;
        }
        s->capacity = capacity;
    }
    s->total[s->count] = (double) (evaluated - start);
    s->decode[s->count] = (double) (decoded - start);
    s->evaluate[s->count] = (double) (evaluated - decoded);
    s->count++;
    return true;
}

static plb_status run_once(bench_run *run, const uint8_t *bytes, size_t length, series *s,
                           plb_outcome *outcome, plb_error *error) {
    plb_evaluation evaluation = {
        .program = run->program,
        .cost_model = run->cost_model,
        .era = run->era,
        .limit = {INT64_MAX, INT64_MAX},
    };
    uint64_t start = plb_clock_now_ns();
    plb_status status = plb_program_decode_flat(run->program, run->era, bytes, length, error);
    if (status != PLB_OK) {
        return status;
    }
    uint64_t decoded = plb_clock_now_ns();
    status = plb_machine_run(run->machine, &evaluation, outcome);
    uint64_t evaluated = plb_clock_now_ns();
    if (status != PLB_OK) {
        return plb_fail(error, status, NULL, "%s", outcome->message);
    }
    if (s != NULL && !add_sample(s, start, decoded, evaluated)) {
        return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for the samples");
    }
    return PLB_OK;
}

/* A tenth of the time warms up; it is not counted. */
static plb_status time_program(bench_run *run, const uint8_t *bytes, size_t length, bench_row *row,
                               series *s, plb_error *error) {
    enum { ITERATIONS_LEAST = 10 };
    double budget_ns = run->given.seconds * 1e9;
    plb_status status = PLB_OK;
    uint64_t start = plb_clock_now_ns();
    do {
        status = run_once(run, bytes, length, NULL, &row->outcome, error);
    } while (status == PLB_OK && (double) (plb_clock_now_ns() - start) < budget_ns / 10);
    start = plb_clock_now_ns();
    while (status == PLB_OK) {
        bool enough = run->given.iterations > 0
                          ? s->count >= run->given.iterations
                          : s->count >= ITERATIONS_LEAST &&
                                (double) (plb_clock_now_ns() - start) >= budget_ns;
        if (enough) {
            break;
        }
        status = run_once(run, bytes, length, s, &row->outcome, error);
    }
    return status;
}

static plb_status bench_program(bench_run *run, const char *path, bench_row *row,
                                plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    series s = {0};
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) {
        status = time_program(run, bytes, length, row, &s, error);
        if (status == PLB_OK) {
            row->bytes = length;
            row->iterations = s.count;
            row->total = summarise(s.total, s.count);
            row->decode = summarise(s.decode, s.count);
            row->evaluate = summarise(s.evaluate, s.count);
        } else {
            (void) plb_error_prefix(error, path);
        }
    }
    free(s.total);
    free(s.decode);
    free(s.evaluate);
    free(bytes);
    return status;
}

/* ---- The folder ---- */

static int is_flat(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".flat") == 0;
}

static int bench_folder(bench_run *run, const char *folder) {
    struct dirent **entries = NULL;
    int count = scandir(folder, &entries, is_flat, alphasort);
    if (count < 0) {
        return cli_complain(run->command, CLI_FAILED, "%s: could not be read: %s", folder,
                            strerror(errno));
    }
    run->rows = calloc((size_t) count + 1, sizeof *run->rows);
    int code = run->rows != NULL ? CLI_OK : cli_complain(run->command, CLI_FAILED, "out of memory");
    if (code == CLI_OK && count == 0) {
        code = cli_complain(run->command, CLI_FAILED, "%s: no *.flat files in it", folder);
    }
    uint64_t start_ns = plb_clock_now_ns();
    for (int i = 0; i < count; i++) {
        char *path = NULL;
        plb_error error = {.status = PLB_OK};
        cli_show_share((double) i / count, (double) (plb_clock_now_ns() - start_ns) * 1e-9,
                       "%d of %d programs  %s", i, count, entries[i]->d_name);
        if (run->rows != NULL && asprintf(&path, "%s/%s", folder, entries[i]->d_name) >= 0) {
            bench_row *row = &run->rows[run->count++];
            row->script = strndup(entries[i]->d_name, strlen(entries[i]->d_name) - 5);
            if (bench_program(run, path, row, &error) != PLB_OK) {
                row->skipped = true;
                code = cli_error(run->command, &error);
            }
        }
        free(path);
        free(entries[i]);
    }
    free(entries);
    cli_clear_progress();
    return code;
}

/* ---- Output ---- */

typedef struct bench_totals {
    double total_ns, decode_ns, evaluate_ns; /* geometric means of the means */
    double step_ns, whole_step_ns;           /* evaluation only; decoding included */
    double bytes;                            /* taken from the machine's memory, arithmetic mean */
    size_t programs, skipped;
} bench_totals;

static bench_totals total_up(const bench_run *run) {
    bench_totals t = {0};
    double steps = 0;
    double evaluate = 0;
    double total = 0;
    for (size_t i = 0; i < run->count; i++) {
        const bench_row *row = &run->rows[i];
        if (row->skipped) {
            t.skipped++;
            continue;
        }
        t.programs++;
        t.total_ns += log(row->total.mean_ns);
        t.decode_ns += log(row->decode.mean_ns);
        t.evaluate_ns += log(row->evaluate.mean_ns);
        t.bytes += (double) row->outcome.bytes;
        steps += (double) row->outcome.steps;
        evaluate += row->evaluate.mean_ns;
        total += row->total.mean_ns;
    }
    if (t.programs > 0) {
        double n = (double) t.programs;
        t.total_ns = exp(t.total_ns / n);
        t.decode_ns = exp(t.decode_ns / n);
        t.evaluate_ns = exp(t.evaluate_ns / n);
        t.bytes /= n;
        t.step_ns = steps > 0 ? evaluate / steps : 0;
        t.whole_step_ns = steps > 0 ? total / steps : 0;
    }
    return t;
}

static void print_text(const bench_run *run, const bench_totals *t) {
    printf("%-44s %10s %10s %10s %10s %9s %9s\n", "program", "mean us", "median us", "decode us",
           "eval us", "steps", "ns/step");
    for (size_t i = 0; i < run->count; i++) {
        const bench_row *row = &run->rows[i];
        if (!row->skipped) {
            printf("%-44s %10.1f %10.1f %10.1f %10.1f %9llu %9.2f\n", row->script,
                   row->total.mean_ns / 1e3, row->total.median_ns / 1e3, row->decode.mean_ns / 1e3,
                   row->evaluate.mean_ns / 1e3, (unsigned long long) row->outcome.steps,
                   row->evaluate.mean_ns / (double) row->outcome.steps);
        }
    }
    printf("\ngeometric mean of the means over %zu programs: %.1f us (decode %.1f us, evaluate "
           "%.1f us)\n"
           "per machine step: %.2f ns evaluation, %.2f ns with decoding; %.0f bytes allocated per "
           "evaluation\n",
           t->programs, t->total_ns / 1e3, t->decode_ns / 1e3, t->evaluate_ns / 1e3, t->step_ns,
           t->whole_step_ns, t->bytes);
    if (t->skipped > 0) {
        printf("%zu programs are left out: they do not evaluate (see the messages)\n", t->skipped);
    }
}

static json_t *timing_to_json(const timing *t) {
    return json_pack("{s:f, s:f, s:f, s:f, s:f}", "mean_ns", t->mean_ns, "median_ns", t->median_ns,
                     "min_ns", t->min_ns, "max_ns", t->max_ns, "stddev_ns", t->stddev_ns);
}

static void print_as_json(const bench_run *run, const bench_totals *t) {
    json_t *rows = json_array();
    for (size_t i = 0; i < run->count; i++) {
        const bench_row *row = &run->rows[i];
        if (!row->skipped) {
            json_array_append_new(
                rows,
                json_pack("{s:s, s:I, s:I, s:I, s:I, s:o, s:o, s:o}", "script", row->script,
                          "iterations", (json_int_t) row->iterations, "script_bytes",
                          (json_int_t) row->bytes, "machine_steps", (json_int_t) row->outcome.steps,
                          "allocated_bytes", (json_int_t) row->outcome.bytes, "total",
                          timing_to_json(&row->total), "decode", timing_to_json(&row->decode),
                          "evaluate", timing_to_json(&row->evaluate)));
        }
    }
    cli_print_json(json_pack("{s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:o}", "programs",
                             (json_int_t) t->programs, "skipped", (json_int_t) t->skipped,
                             "geometric_mean_ns", t->total_ns, "geometric_mean_decode_ns",
                             t->decode_ns, "geometric_mean_evaluate_ns", t->evaluate_ns,
                             "evaluate_ns_per_step", t->step_ns, "ns_per_step", t->whole_step_ns,
                             "allocated_bytes_mean", t->bytes, "scripts", rows));
}

static plb_status write_csv(const bench_run *run, plb_error *error) {
    char *text = NULL;
    size_t length = 0;
    FILE *stream = open_memstream(&text, &length);
    if (stream == NULL) {
        return plb_fail(error, PLB_E_MEMORY, run->given.csv, "out of memory");
    }
    fputs("vm,script,mean_ns,median_ns,min_ns,max_ns,stddev_ns,iterations\n", stream);
    for (size_t i = 0; i < run->count; i++) {
        const bench_row *row = &run->rows[i];
        if (!row->skipped) {
            const timing *t = &row->total;
            fprintf(stream, "plutbench,%s,%.0f,%.0f,%.0f,%.0f,%.0f,%zu\n", row->script, t->mean_ns,
                    t->median_ns, t->min_ns, t->max_ns, t->stddev_ns, row->iterations);
        }
    }
    plb_status status = fclose(stream) == 0
                            ? cli_write_file(run->given.csv, text, length, error)
                            : plb_fail(error, PLB_E_MEMORY, run->given.csv, "out of memory");
    free(text);
    return status;
}

/* Whether a file can be made there, without touching the one that there may be. */
static plb_status check_writable(const char *path, plb_error *error) {
    struct stat status;
    char *probe = NULL;
    if (strcmp(path, "-") == 0) {
        return PLB_OK;
    }
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return plb_fail(error, PLB_E_IO, path, "could not be written: %s", strerror(EISDIR));
    }
    if (asprintf(&probe, "%s.XXXXXX", path) < 0) {
        return plb_fail(error, PLB_E_MEMORY, path, "out of memory");
    }
    int file = mkstemp(probe);
    int reason = errno;
    if (file >= 0) {
        (void) close(file);
        (void) unlink(probe);
    }
    free(probe);
    return file >= 0
               ? PLB_OK
               : plb_fail(error, PLB_E_IO, path, "could not be written: %s", strerror(reason));
}

static int bench(void *context) {
    bench_run *run = context;
    plb_error error = {.status = PLB_OK};
    if (run->given.csv != NULL && check_writable(run->given.csv, &error) != PLB_OK) {
        return cli_error(run->command, &error); /* found before measuring, not after */
    }
    if (cli_cost_model_with_plugins(&run->cost_model, run->era, run->given.cost_model, run->plugins,
                                    &error) != PLB_OK) {
        return cli_error(run->command, &error);
    }
    run->program = plb_program_new(0);
    run->machine = plb_machine_new(0);
    if (run->program == NULL || run->machine == NULL) {
        return cli_complain(run->command, CLI_FAILED, "no address space for the machine");
    }
    plb_program_use_plugins(run->program, run->plugins);
    int code = bench_folder(run, run->folder);
    bench_totals totals = total_up(run);
    if (totals.programs == 0) {
        return code != CLI_OK ? code : CLI_FAILED;
    }
    if (run->given.json) {
        print_as_json(run, &totals);
    } else {
        print_text(run, &totals);
    }
    if (run->given.csv != NULL && write_csv(run, &error) != PLB_OK) {
        code = cli_error(run->command, &error);
    }
    return code;
}

static int load_and_bench(bench_run *run) {
    plb_error error;
    if (cli_load_plugins(&run->plugins, &run->given.plugins, &error) != PLB_OK) {
        return cli_error(run->command, &error);
    }
    return cli_watch(run->command, run->plugins, false, bench, run);
}

static int run(const cli_command *command, int argc, char **argv) {
    bench_run state = {.command = command, .given = {.seconds = 0.3}};
    cli_texts folders;
    int code = cli_parse(command, argc, argv, &state.given, 1, 1, &folders);
    if (code < 0) {
        code = cli_check_era(command, state.given.language, state.given.protocol_version);
        if (code == CLI_OK) {
            state.era = cli_era(state.given.language, state.given.protocol_version);
            state.folder = folders.items[0];
            code = load_and_bench(&state);
        }
    }
    for (size_t i = 0; i < state.count; i++) {
        free(state.rows[i].script);
    }
    free(state.rows);
    plb_program_free(state.program);
    plb_machine_free(state.machine);
    plb_cost_model_free(state.cost_model);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
    free(folders.items);
    return code;
}

const cli_command cli_bench = {
    .name = "bench",
    .arguments = "DIR",
    .summary = "time decoding and evaluation of every program (*.flat) in a folder",
    .examples = "  plutbench bench plutus-benchmark/validation/data\n"
                "  plutbench bench DIR --time 1s --csv plutbench.csv\n",
    .options = options,
    .run = run,
};
