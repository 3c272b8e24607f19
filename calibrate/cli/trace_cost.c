/* What tracing costs: calibrations with a trace and without, in turns. */
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/calibrate.h>

#include "calibrate/cli/inputs.h"
#include "calibrate/cli/observing.h"
#include "calibrate/cli/session.h"
#include "calibrate/cli/terminal.h"
#include "calibrate/cli/trace.h"
#include "harness/measure/random.h"
#include "harness/measure/statistics.h"
#include "results/format.h"
#include "results/json.h"

#define PAIRS_DEFAULT 12
#define PAIRS_LEAST 3
#define PAIRS_MOST 1000
#define TIME_DEFAULT_S 2.0

typedef struct cost_options {
    cli_script_choice choice;
    uint64_t pairs, every;
    double time_s;
    const char *file;
    bool pin, json;
} cost_options;

#define FIELD(name) offsetof(cost_options, name)
static const cli_option options[] = {
    CLI_SCRIPT_OPTIONS(FIELD(choice)),
    {"pairs", "N", "calibrations with a trace, and as many without (default: 12)", CLI_COUNT,
     FIELD(pairs), NULL},
    {"time", "TIME", "sampling time of each (default: 2s)", CLI_TIME, FIELD(time_s), NULL},
    {"file", "FILE", "write the traces there (default: to a file that is removed)", CLI_TEXT,
     FIELD(file), NULL},
    {"trace-every", "N", "trace one of N rounds (default: all)", CLI_COUNT, FIELD(every), NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* What one calibration found. */
typedef struct found {
    double overhead_ns, rounds_per_s, elapsed_s;
} found;

typedef struct cost_state {
    const cli_command *command;
    cost_options given;
    cli_inputs inputs;
    char path[64];             /* of the trace, where none was named */
    double *overheads, *rates; /* logarithms of traced over untraced, a pair each */
    size_t pairs;              /* so far */
    uint64_t events, lost;
    double traced_s;
    plb_error error;
} cost_state;

/* ---- Measuring ---- */

static plb_status calibrate(cost_state *s, const plb_observer *observer, found *out) {
    plb_calibration *calibration = NULL;
    plb_calibration_config config = {.script = s->inputs.script,
                                     .parameters = s->inputs.parameters,
                                     .measure = true,
                                     .time_s = s->given.time_s,
                                     .precision = 1e-9, /* all of the time */
                                     .pin = s->given.pin,
                                     .no_stages = true,
                                     .observer = observer,
                                     .interrupted = &cli_interrupted};
    plb_status status = cli_choose_strategy(&s->inputs, NULL, &config.strategy, &s->error);
    if (status == PLB_OK) status = plb_calibrate(&config, &calibration, &s->error);
    if (status != PLB_OK) return status;
    const plb_call_summary *calls = plb_calibration_calls(calibration);
    const plb_sampling_facts *facts = plb_sampling_get_facts(calls->sampling);
    out->elapsed_s = (double) facts->elapsed_ns * 1e-9;
    out->overhead_ns = calls->overhead_ns.value;
    out->rounds_per_s = (double) facts->rounds / out->elapsed_s;
    bool known = calls->overhead_ns.method != NULL && out->overhead_ns > 0;
    plb_calibration_free(calibration);
    if (cli_interrupted) return plb_fail(&s->error, PLB_E_INTERRUPTED, NULL, "interrupted");
    return known ? PLB_OK
                 : plb_fail(&s->error, PLB_E_MEASURE, NULL,
                            "the overhead could not be told: expected a longer --time");
}

static plb_status calibrate_traced(cost_state *s, found *out) {
    const plb_trace_config config = {.path = s->given.file != NULL ? s->given.file : s->path,
                                     .command = "trace cost",
                                     .every = (uint32_t) s->given.every};
    plb_trace *trace = NULL;
    plb_status status = plb_trace_begin(&config, &trace, &s->error);
    if (status != PLB_OK) return status;
    status = calibrate(s, plb_trace_observer(trace), out);
    if (status == PLB_OK) status = plb_trace_end(trace, &s->error);
    plb_trace_counts counts = plb_trace_get_counts(trace);
    s->events += counts.written;
    s->lost += counts.lost;
    s->traced_s += out->elapsed_s;
    plb_trace_free(trace);
    return status;
}

/* In random order. */
static plb_status measure_pair(cost_state *s, plb_random *random) {
    found traced = {0}, plain = {0};
    bool first = plb_random_below(random, 2) == 0;
    plb_status status = first ? calibrate_traced(s, &traced) : calibrate(s, NULL, &plain);
    if (status == PLB_OK) {
        status = first ? calibrate(s, NULL, &plain) : calibrate_traced(s, &traced);
    }
    if (status != PLB_OK) return status;
    s->overheads[s->pairs] = log(traced.overhead_ns / plain.overhead_ns);
    s->rates[s->pairs] = log(traced.rounds_per_s / plain.rounds_per_s);
    s->pairs++;
    return PLB_OK;
}

static plb_status measure(cost_state *s) {
    plb_random random;
    plb_random_seed(&random, plb_clock_now_ns());
    s->overheads = calloc(s->given.pairs, sizeof *s->overheads);
    s->rates = calloc(s->given.pairs, sizeof *s->rates);
    if (s->overheads == NULL || s->rates == NULL) {
        return plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for %llu pairs",
                        (unsigned long long) s->given.pairs);
    }
    plb_status status = PLB_OK;
    cli_catch_interrupts();
    while (status == PLB_OK && s->pairs < s->given.pairs) {
        cli_show_progress_line("pair %zu of %llu", s->pairs + 1,
                               (unsigned long long) s->given.pairs);
        status = measure_pair(s, &random);
    }
    cli_clear_progress();
    return status;
}

/* ---- What it found ---- */

/* The mean of logarithms as a relative change, with Student's t. */
static plb_estimate change(const double *logs, size_t count) {
    double mean = 0, squares = 0, n = (double) count;
    for (size_t i = 0; i < count; i++) mean += logs[i] / n;
    for (size_t i = 0; i < count; i++) squares += (logs[i] - mean) * (logs[i] - mean);
    double half = plb_student_975(n - 1) * sqrt(squares / (n - 1) / n);
    return (plb_estimate){.value = expm1(mean),
                          .low = expm1(mean - half),
                          .high = expm1(mean + half),
                          .level = 0.95,
                          .count = count,
                          .block_length = 1,
                          .freedom = n - 1,
                          .method = "mean of paired logarithms, Student's t"};
}

static void print_change(const char *what, const plb_estimate *e) {
    printf("  %-26s %+.2f %%   95 %% interval [%+.2f %%, %+.2f %%]\n", what, 100 * e->value,
           100 * e->low, 100 * e->high);
}

static void print_cost(const cost_state *s) {
    plb_estimate overhead = change(s->overheads, s->pairs), rate = change(s->rates, s->pairs);
    double events = (double) s->events / s->traced_s;
    const char *name = plb_script_name(s->inputs.script);
    if (s->given.json) {
        cli_print_json(json_pack("{s:s, s:I, s:f, s:o, s:o, s:f, s:I}", "script", name, "pairs",
                                 (json_int_t) s->pairs, "time_s", s->given.time_s,
                                 "overhead_change", plb_json_estimate(&overhead, "1"),
                                 "rate_change", plb_json_estimate(&rate, "1"), "events_per_s",
                                 events, "lost", (json_int_t) s->lost));
        return;
    }
    printf("tracing, against none, %s, %zu pairs of %.3g s\n", name, s->pairs, s->given.time_s);
    print_change("overhead per call", &overhead);
    print_change("rounds a second", &rate);
    printf("  %.0f events a second, %llu lost\n", events, (unsigned long long) s->lost);
}

/* ---- The command line ---- */

static plb_status make_file(cost_state *s) {
    if (s->given.file != NULL) return PLB_OK;
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || strlen(folder) > 32) folder = P_tmpdir;
    (void) snprintf(s->path, sizeof s->path, "%s/plutbench-trace-XXXXXX", folder);
    int file = mkostemp(s->path, O_CLOEXEC);
    if (file >= 0) return close(file) == 0 ? PLB_OK : PLB_E_IO;
    s->path[0] = '\0';
    return plb_fail(&s->error, PLB_E_IO, folder, "a file for traces could not be made");
}

static int run(const cli_command *command, int argc, char **argv) {
    cost_state state = {.command = command,
                        .given = {.pairs = PAIRS_DEFAULT, .time_s = TIME_DEFAULT_S}};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &state.given, 0, 1, &words);
    if (code < 0) code = cli_check_script_choice(command, &state.given.choice, &words);
    if (code < 0 && (state.given.pairs < PAIRS_LEAST || state.given.pairs > PAIRS_MOST)) {
        code =
            cli_complain(command, CLI_USAGE, "--pairs: expected %d to %d", PAIRS_LEAST, PAIRS_MOST);
    }
    if (code < 0 && state.given.every > UINT32_MAX) {
        code = cli_complain(command, CLI_USAGE, "--trace-every: expected at most %u", UINT32_MAX);
    }
    if (code < 0) {
        plb_status status = cli_load_script(&state.inputs, &state.given.choice, &state.error);
        if (status == PLB_OK) status = cli_load_parameters(&state.inputs, NULL, &state.error);
        if (status == PLB_OK) status = make_file(&state);
        if (status == PLB_OK) status = measure(&state);
        if (status == PLB_OK) print_cost(&state);
        code = cli_end(command, status, &state.error, &state.inputs, false, NULL);
    }
    if (state.path[0] != '\0') (void) unlink(state.path);
    free(state.overheads);
    free(state.rates);
    cli_inputs_free(&state.inputs);
    free(words.items);
    return code;
}

const cli_command cli_trace_cost = {
    .name = "trace cost",
    .arguments = "--script NAME|FILE",
    .summary = "calibrate with a trace and without, in turns: what tracing changes",
    .examples = "  plutbench trace cost --script loop\n"
                "  plutbench trace cost --script ecdsa-loop --pairs 30 --time 5s --pin\n",
    .options = options,
    .run = run,
};
