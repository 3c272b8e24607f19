/* Traces hold what their documentation says, lose nothing silently, and have whole lines only. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>
#include <cmocka.h>

#include <plutbench/run.h>
#include <plutbench/trace.h>

#include "results/trace/trace.h"
#include "tests/unit/temporary_folder.h"

static char folder[] = "/tmp/plutbench-trace-XXXXXX";
static char path[64];

/* ---- Reading a trace ---- */

typedef struct trace_lines {
    json_t **lines; /* NULL: no JSON */
    size_t count;
} trace_lines;

static trace_lines read_lines(const char *from) {
    trace_lines read = {0};
    FILE *file = fopen(from, "r");
    char *line = NULL;
    size_t room = 0;
    assert_non_null(file);
    for (ssize_t length; (length = getline(&line, &room, file)) > 0;) {
        if ((read.count & (read.count - 1)) == 0) { /* a power of two: full */
            size_t most = read.count == 0 ? 1 : 2 * read.count;
            read.lines = realloc(read.lines, most * sizeof *read.lines);
            assert_non_null(read.lines);
        }
        read.lines[read.count++] =
            line[length - 1] == '\n' ? json_loadb(line, (size_t) length, 0, NULL) : NULL;
    }
    free(line);
    fclose(file);
    return read;
}

static void free_lines(trace_lines *read) {
    for (size_t i = 0; i < read->count; i++) json_decref(read->lines[i]);
    free(read->lines);
}

static const char *event_of(const json_t *line) {
    return json_string_value(json_object_get(line, "event"));
}

static json_int_t integer(const json_t *line, const char *name) {
    const json_t *value = json_object_get(line, name);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static size_t count_of(const trace_lines *read, const char *event) {
    size_t count = 0;
    for (size_t i = 0; i < read->count; i++) {
        count += read->lines[i] && strcmp(event_of(read->lines[i]), event) == 0;
    }
    return count;
}

static const json_t *last_of(const trace_lines *read, const char *event) {
    const json_t *last = NULL;
    for (size_t i = 0; i < read->count; i++) {
        if (read->lines[i] && strcmp(event_of(read->lines[i]), event) == 0) last = read->lines[i];
    }
    assert_non_null(last);
    return last;
}

/* ---- The schema, as anybody may check it ---- */

static bool is_type(const json_t *value, const char *type) {
    return strcmp(type, "string") == 0    ? json_is_string(value)
           : strcmp(type, "integer") == 0 ? json_is_integer(value)
           : strcmp(type, "number") == 0  ? json_is_number(value)
           : strcmp(type, "boolean") == 0 ? json_is_boolean(value)
           : strcmp(type, "object") == 0  ? json_is_object(value)
           : strcmp(type, "null") == 0    ? json_is_null(value)
                                          : false;
}

static bool has_type(const json_t *value, const json_t *types) {
    if (!types || json_is_string(types)) {
        return !types || is_type(value, json_string_value(types));
    }
    for (size_t i = 0; i < json_array_size(types); i++) {
        if (is_type(value, json_string_value(json_array_get(types, i)))) return true;
    }
    return false;
}

static bool holds(const json_t *value, const json_t *schema);

static bool members_hold(const json_t *value, const json_t *schema) {
    const json_t *properties = json_object_get(schema, "properties");
    const json_t *required = json_object_get(schema, "required");
    const char *key;
    json_t *member;
    for (size_t i = 0; i < json_array_size(required); i++) {
        if (!json_object_get(value, json_string_value(json_array_get(required, i)))) return false;
    }
    json_object_foreach((json_t *) (uintptr_t) value, key, member) {
        const json_t *of = json_object_get(properties, key);
        if (!of || !holds(member, of)) return false;
    }
    return true;
}

static bool holds(const json_t *value, const json_t *schema) {
    const json_t *constant = json_object_get(schema, "const");
    const json_t *least = json_object_get(schema, "minimum");
    if (constant && !json_equal(value, constant)) return false;
    if (!has_type(value, json_object_get(schema, "type"))) return false;
    if (least && json_number_value(value) < json_number_value(least)) return false;
    return !json_object_get(schema, "properties") || members_hold(value, schema);
}

/* Exactly one kind of event. */
static bool holds_one(const json_t *line, const json_t *schema) {
    const json_t *kinds = json_object_get(schema, "oneOf");
    size_t held = 0;
    for (size_t i = 0; i < json_array_size(kinds); i++) {
        held += holds(line, json_array_get(kinds, i));
    }
    return held == 1;
}

static json_t *the_schema(void) {
    char *text = NULL;
    assert_int_equal(plb_trace_schema(&text, NULL), PLB_OK);
    json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(schema);
    free(text);
    return schema;
}

/* ---- Something to trace ---- */

typedef struct made_up {
    uint64_t ns;
    uint32_t renewals;
} made_up;

typedef struct made_up_subject {
    made_up *clock;
    uint64_t takes_ns;
    uint32_t calls;
} made_up_subject;

static uint64_t now(void *context) { return ((made_up *) context)->ns += 7; }

static int submit(void *context) {
    made_up_subject *s = context;
    s->clock->ns += s->takes_ns + s->takes_ns / 100 * (s->calls++ % 5);
    return 0;
}

static int fail_late(void *context) {
    made_up_subject *s = context;
    (void) submit(context);
    return s->calls > 200;
}

static int renew(void *context, uint32_t epoch) {
    (void) epoch;
    ((made_up *) context)->renewals++;
    return 0;
}

static plb_status part(void *context, const plb_plan *plan, const plb_slice *slice,
                       plb_sampling **sampling, plb_error *error) {
    plb_plan own = *plan;
    (void) context;
    own.seed = slice->seed;
    own.time_budget_ns = slice->time_ns;
    own.process = slice->process;
    own.target_count = 0;
    own.epoch_ns = 0;
    return plb_sample(&own, sampling, error);
}

/* Two subjects of 20 and 10 microseconds, by a clock of their own. */
static plb_status sample(const plb_observer *observer, uint64_t rounds, uint64_t time_ns,
                         bool in_processes, int (*twin)(void *)) {
    made_up clock = {.ns = 1000};
    made_up_subject contexts[] = {{&clock, 20000, 0}, {&clock, 10000, 0}};
    const plb_subject subjects[] = {
        {.name = "call", .context = &contexts[0], .submit = submit},
        {.name = "twin", .context = &contexts[1], .submit = twin},
    };
    const double coefficients[] = {1, -1};
    const plb_target_precision target = {coefficients, 1e-9};
    const plb_plan plan = {.subjects = subjects,
                           .subject_count = 2,
                           .time_budget_ns = time_ns,
                           .minimum_time_ns = 10000000,
                           .maximum_rounds = rounds,
                           .targets = &target,
                           .target_count = 1,
                           .seed = 5,
                           .now = now,
                           .clock_context = &clock,
                           .renew = renew,
                           .renew_context = &clock,
                           .observer = observer};
    const plb_restarts restarts = {.run = part};
    plb_sampling *sampling = NULL;
    plb_error error;
    plb_status status = in_processes ? plb_sample_in_processes(&plan, &restarts, &sampling, &error)
                                     : plb_sample(&plan, &sampling, &error);
    plb_sampling_free(sampling);
    return status;
}

static plb_trace *begin(plb_trace_format format, uint32_t buffer, uint32_t every, bool join) {
    const plb_trace_config config = {.path = path,
                                     .format = format,
                                     .command = "test",
                                     .buffer_events = buffer,
                                     .every = every,
                                     .join = join};
    plb_trace *trace = NULL;
    plb_error error;
    assert_int_equal(plb_trace_begin(&config, &trace, &error), PLB_OK);
    return trace;
}

static void end(plb_trace *trace) {
    plb_error error;
    assert_int_equal(plb_trace_end(trace, &error), PLB_OK);
    plb_trace_free(trace);
}

/* What the floors above tell, with texts that need care. */
static void tell_the_rest(const plb_observer *observer) {
    const plb_event events[] = {
        {.kind = PLB_EVENT_RUN_BEGUN,
         .run = {.command = "test", .command_line = "a \"b\" \x01 \\"}},
        {.kind = PLB_EVENT_SUBMISSION,
         .submission = {.subject = "call",
                        .label = "caf\xc3\xa9 \xff\xc3",
                        .verdict = "accepted",
                        .calls = 1,
                        .loops = -1,
                        .memory = INT64_MAX,
                        .steps = INT64_MIN}},
        {.kind = PLB_EVENT_FLAG, .step = {.name = "steal", .text = "..."}},
        {.kind = PLB_EVENT_STEP_BEGUN, .step = {.name = "sweep", .text = "not done yet"}},
        {.kind = PLB_EVENT_STEP_ENDED, .step = {.name = "sweep", .text = "done", .took_ns = 5}},
        {.kind = PLB_EVENT_PROGRESS, .progress = {.what = "points", .elapsed_s = 1.5}},
        {.kind = PLB_EVENT_STAGES,
         .stages = {.subject = "twin", .took_ns = 9, .stage_ns = {1, 2.5, NAN}}},
        {.kind = PLB_EVENT_VISIT, .visit = {.point = "AddInteger/1/1", .typical_ns = INFINITY}},
        {.kind = PLB_EVENT_RUN_ENDED, .run = {.command = NULL, .code = -3}},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        (void) plb_observe(observer, &events[i]);
    }
}

#define SECOND ((uint64_t) 1000000000)

/* ---- Tests ---- */

static void every_event_is_as_it_is_documented(void **state) {
    (void) state;
    plb_trace *trace = begin(PLB_TRACE_JSON, 0, 20, false);
    const plb_observer *observer = plb_trace_observer(trace);
    tell_the_rest(observer);
    assert_int_equal(sample(observer, 3000, 3600 * SECOND, false, submit), PLB_OK);
    assert_int_equal(sample(observer, 0, 4 * SECOND, true, submit), PLB_OK);
    end(trace);
    trace_lines read = read_lines(path);
    json_t *schema = the_schema();
    bool seen[PLB_EVENT_KINDS] = {false};
    for (size_t i = 0; i < read.count; i++) {
        assert_non_null(read.lines[i]);
        if (!holds_one(read.lines[i], schema)) {
            fail_msg("line %zu is not as the schema has it: %s", i + 1,
                     json_dumps(read.lines[i], 0));
        }
        for (unsigned k = 0; k < PLB_EVENT_KINDS; k++) {
            const char *name = plb_event_type_of((plb_event_kind) k)->name;
            seen[k] |= strcmp(name, event_of(read.lines[i])) == 0;
        }
    }
    /* A member that is declared is required, so that it is there once its event is. */
    for (unsigned k = 0; k < PLB_EVENT_KINDS; k++) {
        if (k == PLB_EVENT_LOST) continue; /* what_does_not_fit_is_counted */
        if (!seen[k]) fail_msg("no %s", plb_event_type_of((plb_event_kind) k)->name);
    }
    assert_string_equal(event_of(read.lines[0]), "trace-begun");
    assert_string_equal(event_of(read.lines[read.count - 1]), "trace-ended");
    assert_int_equal(integer(read.lines[read.count - 1], "events"), read.count);
    json_decref(schema);
    free_lines(&read);
}

static void the_schema_refuses_what_is_not_documented(void **state) {
    (void) state;
    json_t *schema = the_schema();
    const char *const lines[] = {
        "{\"event\":\"flag\",\"at_ns\":1,\"process\":0,\"flag\":\"a\"}",
        "{\"event\":\"flag\",\"at_ns\":1,\"process\":0,\"flag\":\"a\",\"advice\":1}",
        "{\"event\":\"flag\",\"at_ns\":-1,\"process\":0,\"flag\":\"a\",\"advice\":\"b\"}",
        "{\"event\":\"flag\",\"at_ns\":1,\"process\":0,\"flag\":\"a\",\"advice\":\"b\",\"c\":1}",
        "{\"event\":\"other\",\"at_ns\":1,\"process\":0,\"flag\":\"a\",\"advice\":\"b\"}",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        json_t *line = json_loads(lines[i], 0, NULL);
        assert_non_null(line);
        assert_false(holds_one(line, schema));
        json_decref(line);
    }
    json_decref(schema);
}

static void every_sample_is_there(void **state) {
    (void) state;
    plb_trace *trace = begin(PLB_TRACE_JSON, 64, 1, false);
    assert_int_equal(sample(plb_trace_observer(trace), 500, 3600 * SECOND, false, submit), PLB_OK);
    assert_int_equal(plb_trace_get_counts(trace).lost, 0);
    end(trace);
    trace_lines read = read_lines(path);
    assert_int_equal(count_of(&read, "round"), 500);
    assert_int_equal(count_of(&read, "sample"), 1000);
    assert_int_equal(count_of(&read, "lost"), 0);
    assert_int_equal(integer(last_of(&read, "sampling-ended"), "rounds"), 500);
    /* 20 and 10 microseconds, and up to 4 % more. */
    const json_t *line = last_of(&read, "sample");
    double ns = json_number_value(json_object_get(line, "ns"));
    bool call = strcmp(json_string_value(json_object_get(line, "subject")), "call") == 0;
    assert_true(ns >= (call ? 19990 : 9990) && ns <= (call ? 20900 : 10500));
    /* Within a round they are in the order of time. */
    json_int_t last = 0, round = -1;
    for (size_t i = 0; i < read.count; i++) {
        if (strcmp(event_of(read.lines[i]), "sample") != 0) continue;
        assert_true(integer(read.lines[i], "at_ns") > last);
        assert_true(integer(read.lines[i], "round") >= round);
        last = integer(read.lines[i], "at_ns");
        round = integer(read.lines[i], "round");
    }
    free_lines(&read);
}

static void rounds_can_be_left_out(void **state) {
    (void) state;
    plb_trace *trace = begin(PLB_TRACE_JSON, 0, 100, false);
    assert_int_equal(sample(plb_trace_observer(trace), 1000, 3600 * SECOND, false, submit), PLB_OK);
    end(trace);
    trace_lines read = read_lines(path);
    assert_int_equal(count_of(&read, "round"), 10);
    assert_int_equal(count_of(&read, "sample"), 20);
    assert_int_equal(integer(read.lines[0], "every"), 100);
    free_lines(&read);
}

static void what_does_not_fit_is_counted(void **state) {
    (void) state;
    /* A round and its two samples want three. */
    plb_trace *trace = begin(PLB_TRACE_JSON, 2, 1, false);
    assert_int_equal(sample(plb_trace_observer(trace), 300, 3600 * SECOND, false, submit), PLB_OK);
    uint64_t lost = plb_trace_get_counts(trace).lost;
    end(trace);
    trace_lines read = read_lines(path);
    json_t *schema = the_schema();
    uint64_t told = 0;
    for (size_t i = 0; i < read.count; i++) {
        assert_non_null(read.lines[i]);
        assert_true(holds_one(read.lines[i], schema));
        if (strcmp(event_of(read.lines[i]), "lost") == 0) {
            told += (uint64_t) integer(read.lines[i], "lost");
        }
    }
    assert_true(lost >= 300);
    assert_int_equal(told, lost);
    assert_int_equal(integer(last_of(&read, "trace-ended"), "lost"), lost);
    assert_int_equal(count_of(&read, "round") + count_of(&read, "sample") + lost, 900);
    json_decref(schema);
    free_lines(&read);
}

/* In a process of its own: the limit is for good. */
static int trace_beyond_the_limit(void) {
    const struct rlimit limit = {100000, 100000};
    const plb_trace_config config = {.path = path, .command = "test"};
    plb_trace *trace = NULL;
    plb_error error;
    (void) signal(SIGXFSZ, SIG_IGN);
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0 ||
        plb_trace_begin(&config, &trace, &error) != PLB_OK) {
        return 1;
    }
    plb_status sampled = sample(plb_trace_observer(trace), 5000, 3600 * SECOND, false, submit);
    plb_status ended = plb_trace_end(trace, &error);
    bool counted = plb_trace_get_counts(trace).lost > 1000;
    plb_trace_free(trace);
    return sampled == PLB_OK && ended == PLB_E_IO && counted &&
                   strstr(error.message, "could not be written") != NULL
               ? 0
               : 2;
}

static void a_full_disk_leaves_whole_lines_and_no_failed_sampling(void **state) {
    (void) state;
    int status = -1;
    pid_t child = fork();
    if (child == 0) _exit(trace_beyond_the_limit());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    trace_lines read = read_lines(path);
    assert_true(read.count > 2);
    for (size_t i = 0; i < read.count; i++) assert_non_null(read.lines[i]);
    free_lines(&read);
}

static void a_failed_sampling_leaves_its_events(void **state) {
    (void) state;
    plb_trace *trace = begin(PLB_TRACE_JSON, 0, 1, false);
    const plb_observer *observer = plb_trace_observer(trace);
    assert_int_equal(sample(observer, 3000, 3600 * SECOND, false, fail_late), PLB_E_MEASURE);
    tell_the_rest(observer); /* the sampling and its names are gone */
    end(trace);
    trace_lines read = read_lines(path);
    assert_true(count_of(&read, "sample") > 50);
    assert_int_equal(count_of(&read, "sampling-ended"), 0);
    free_lines(&read);
}

static void processes_go_on_in_the_same_file(void **state) {
    (void) state;
    plb_trace *whole = begin(PLB_TRACE_JSON, 0, 1, false);
    plb_trace *joined = begin(PLB_TRACE_JSON, 0, 1, true);
    assert_int_equal(sample(plb_trace_observer(joined), 10, 3600 * SECOND, false, submit), PLB_OK);
    end(joined);
    end(whole);
    trace_lines read = read_lines(path);
    assert_int_equal(count_of(&read, "trace-begun"), 1);
    assert_int_equal(count_of(&read, "trace-ended"), 1);
    assert_int_equal(count_of(&read, "round"), 10);
    assert_string_equal(event_of(read.lines[0]), "trace-begun");
    free_lines(&read);
}

static json_t *chrome_events(const char *closing) {
    json_t *events = NULL;
    char *text = calloc(1, 1 << 22);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(text, 1, (1 << 22) - 8, file);
    fclose(file);
    if (closing[0] != '\0') { /* readers of this format do without the end */
        while (length > 0 && text[length - 1] != '}') length--;
        memcpy(text + length, closing, strlen(closing) + 1);
    }
    events = json_loads(text, 0, NULL);
    free(text);
    return events;
}

static void chrome_has_slices(void **state) {
    (void) state;
    plb_trace *trace = begin(PLB_TRACE_CHROME, 0, 1, false);
    tell_the_rest(plb_trace_observer(trace));
    assert_int_equal(sample(plb_trace_observer(trace), 50, 3600 * SECOND, false, submit), PLB_OK);
    json_t *cut_short = chrome_events("]");
    assert_true(json_array_size(cut_short) > 100);
    json_decref(cut_short);
    end(trace);
    json_t *events = chrome_events("");
    assert_non_null(events);
    size_t samples = 0;
    for (size_t i = 0; i < json_array_size(events); i++) {
        const json_t *e = json_array_get(events, i);
        const char *phase = json_string_value(json_object_get(e, "ph"));
        const char *category = json_string_value(json_object_get(e, "cat"));
        assert_true(json_is_number(json_object_get(e, "ts")));
        assert_true(json_is_integer(json_object_get(e, "pid")));
        assert_true(strcmp(phase, "X") == 0 || strcmp(phase, "i") == 0);
        if (strcmp(category, "sample") != 0) continue;
        samples++;
        assert_string_equal(phase, "X");
        double took_ns = json_number_value(json_object_get(json_object_get(e, "args"), "took_ns"));
        assert_true(fabs(json_number_value(json_object_get(e, "dur")) * 1000 - took_ns) < 0.5);
    }
    assert_int_equal(samples, 100);
    json_decref(events);
}

static void the_text_names_every_event_and_member(void **state) {
    (void) state;
    char *text = NULL;
    assert_int_equal(plb_trace_describe(&text, NULL), PLB_OK);
    for (unsigned k = 0; k < PLB_EVENT_KINDS; k++) {
        const plb_event_type *type = plb_event_type_of((plb_event_kind) k);
        char head[64];
        (void) snprintf(head, sizeof head, "\n%s: ", type->name);
        const char *at = strstr(text, head);
        assert_non_null(at);
        for (size_t i = 0; i < type->field_count; i++) {
            assert_non_null(strstr(at, type->fields[i].name));
        }
    }
    assert_null(plb_event_type_of(PLB_EVENT_KINDS));
    free(text);
}

/* ---- Metrics ---- */

static double figure(const char *text, const char *name) {
    char line[128];
    (void) snprintf(line, sizeof line, "\n%s ", name);
    const char *at = strstr(text, line);
    return at ? strtod(at + strlen(line), NULL) : NAN;
}

static void metrics_are_what_was_told(void **state) {
    (void) state;
    plb_metrics *metrics = plb_metrics_new();
    plb_trace *trace = begin(PLB_TRACE_JSON, 2, 1, false);
    char *text = NULL;
    assert_non_null(metrics);
    plb_metrics_watch(metrics, trace);
    plb_observers both = {.count = 0};
    plb_observers_add(&both, plb_trace_observer(trace));
    plb_observers_add(&both, NULL);
    plb_observers_add(&both, plb_metrics_observer(metrics));
    assert_int_equal(plb_metrics_text(metrics, &text, NULL), PLB_OK);
    assert_true(isnan(figure(text, "plutbench_estimate_seconds")));
    free(text);
    const plb_event sweep = {.kind = PLB_EVENT_PROGRESS,
                             .progress = {.what = "points", .done = 3, .total = 8}};
    const plb_event flag = {.kind = PLB_EVENT_FLAG, .step = {.name = "drift", .text = "..."}};
    /* In epochs, as it takes two of them for an interval. */
    assert_int_equal(sample(plb_observers_get(&both), 0, SECOND, false, submit), PLB_OK);
    (void) plb_observe(plb_observers_get(&both), &sweep);
    (void) plb_observe(plb_observers_get(&both), &flag);
    assert_int_equal(plb_metrics_text(metrics, &text, NULL), PLB_OK);
    double rounds = figure(text, "plutbench_rounds_total");
    assert_true(rounds > 1000);
    assert_int_equal(figure(text, "plutbench_samples_total"), 2 * rounds);
    assert_true(figure(text, "plutbench_epochs_total") >= 3);
    assert_int_equal(figure(text, "plutbench_points_done"), 3);
    assert_int_equal(figure(text, "plutbench_points"), 8);
    assert_int_equal(figure(text, "plutbench_trace_events_lost_total"),
                     plb_trace_get_counts(trace).lost);
    assert_true(figure(text, "plutbench_looks_total") >= 1);
    /* The call takes 10 microseconds more. */
    assert_true(fabs(figure(text, "plutbench_estimate_seconds") - 10e-6) < 1e-6);
    assert_true(figure(text, "plutbench_estimate_low_seconds") <=
                figure(text, "plutbench_estimate_high_seconds"));
    assert_non_null(strstr(text, "\nplutbench_flag{flag=\"drift\"} 1\n"));
    assert_non_null(strstr(text, "\nplutbench_flag{flag=\"steal\"} 0\n"));
    free(text);
    plb_trace_free(trace);
    plb_metrics_free(metrics);
}

static void processes_count_once(void **state) {
    (void) state;
    plb_metrics *metrics = plb_metrics_new();
    char *text = NULL;
    assert_non_null(metrics);
    const plb_event events[] = {
        {.kind = PLB_EVENT_SAMPLING_BEGUN, .sampling = {.joined = true, .time_budget_ns = SECOND}},
        {.kind = PLB_EVENT_PROCESS_BEGUN},
        {.kind = PLB_EVENT_PROCESS_ENDED, .part = {.rounds = 40}},
        {.kind = PLB_EVENT_PROCESS_ENDED, .process = 1, .part = {.rounds = 2}},
    };
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        (void) plb_observe(plb_metrics_observer(metrics), &events[i]);
    }
    assert_int_equal(plb_metrics_text(metrics, &text, NULL), PLB_OK);
    assert_int_equal(figure(text, "plutbench_rounds_total"), 42);
    assert_int_equal(figure(text, "plutbench_processes_total"), 2);
    assert_int_equal(figure(text, "plutbench_time_budget_seconds"), 1);
    free(text);
    plb_metrics_free(metrics);
}

static int make_folder(void **state) {
    (void) state;
    if (!mkdtemp(folder)) return -1;
    (void) snprintf(path, sizeof path, "%s/trace", folder);
    return 0;
}

static int drop_folder(void **state) {
    (void) state;
    return remove_folder(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_event_is_as_it_is_documented),
        cmocka_unit_test(the_schema_refuses_what_is_not_documented),
        cmocka_unit_test(every_sample_is_there),
        cmocka_unit_test(rounds_can_be_left_out),
        cmocka_unit_test(what_does_not_fit_is_counted),
        cmocka_unit_test(a_full_disk_leaves_whole_lines_and_no_failed_sampling),
        cmocka_unit_test(a_failed_sampling_leaves_its_events),
        cmocka_unit_test(processes_go_on_in_the_same_file),
        cmocka_unit_test(chrome_has_slices),
        cmocka_unit_test(the_text_names_every_event_and_member),
        cmocka_unit_test(metrics_are_what_was_told),
        cmocka_unit_test(processes_count_once),
    };
    return cmocka_run_group_tests(tests, make_folder, drop_folder);
}
