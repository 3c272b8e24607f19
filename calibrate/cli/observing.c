#include "calibrate/cli/observing.h"

#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/metrics.h"
#include "results/format.h"

enum { BY_NAME, AS_JSON, AS_CHROME };
const char *const cli_trace_formats[] = {"auto", "json", "chrome", NULL};

/* Perfetto's own names of Chrome's format. */
static plb_trace_format format_of(const cli_observing_options *given) {
    static const char *const endings[] = {".chrome", ".chrome.json", ".perfetto.json"};
    if (given->format != BY_NAME) {
        return given->format == AS_CHROME ? PLB_TRACE_CHROME : PLB_TRACE_JSON;
    }
    size_t length = strlen(given->trace);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t end = strlen(endings[i]);
        if (length > end && strcmp(given->trace + length - end, endings[i]) == 0) {
            return PLB_TRACE_CHROME;
        }
    }
    return PLB_TRACE_JSON;
}

static int check(const cli_command *command, const cli_observing_options *given) {
    plb_error error;
    if (given->trace == NULL && (given->format != BY_NAME || given->every != 0)) {
        return cli_complain(command, CLI_USAGE, "--trace-%s belongs to --trace",
                            given->every != 0 ? "every" : "format");
    }
    if (given->every > UINT32_MAX) {
        return cli_complain(command, CLI_USAGE, "--trace-every: expected at most %u", UINT32_MAX);
    }
    if (given->metrics != NULL && !cli_metrics_address(given->metrics, NULL, &error)) {
        return cli_complain(command, CLI_USAGE, "--metrics: %s", error.message);
    }
    return CLI_OK;
}

/* ---- Beginning ---- */

static plb_status begin_trace(cli_observing *o, const cli_observing_options *given,
                              plb_error *error) {
    const plb_trace_config config = {.path = given->trace,
                                     .format = format_of(given),
                                     .command = o->command->name,
                                     .every = (uint32_t) given->every,
                                     .join = o->is_part};
    plb_status status = plb_trace_begin(&config, &o->trace, error);
    if (status == PLB_OK) plb_observers_add(&o->observers, plb_trace_observer(o->trace));
    return status;
}

static plb_status begin_metrics(cli_observing *o, const char *address, plb_error *error) {
    o->metrics = plb_metrics_new();
    if (o->metrics == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for metrics");
    if (o->trace != NULL) plb_metrics_watch(o->metrics, o->trace);
    plb_observers_add(&o->observers, plb_metrics_observer(o->metrics));
    plb_status status = cli_metrics_serve(address, o->metrics, &o->server, error);
    if (status == PLB_OK) {
        (void) cli_complain(o->command, CLI_OK, "metrics at %s", cli_metrics_url(o->server));
    }
    return status;
}

/* Words as they were given, with spaces in between. */
static char *command_line(int argument_count, char *const *arguments) {
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (out != NULL) {
        (void) fputs("plutbench", out);
        for (int i = 0; i < argument_count; i++) (void) fprintf(out, " %s", arguments[i]);
    }
    return plb_text_close(out, &text, NULL) == PLB_OK ? text : NULL;
}

static void tell_beginning(cli_observing *o, int argument_count, char *const *arguments) {
    char *words = command_line(argument_count, arguments);
    const plb_event event = {.kind = PLB_EVENT_RUN_BEGUN,
                             .at_ns = o->began_ns,
                             .run = {.command = o->command->name, .command_line = words}};
    (void) plb_observe(plb_observers_get(&o->observers), &event);
    free(words);
}

static plb_status begin(cli_observing *o, const cli_observing_options *given, plb_error *error) {
    plb_status status = PLB_OK;
    if (given->trace != NULL) status = begin_trace(o, given, error);
    if (status == PLB_OK && given->metrics != NULL && !o->is_part) {
        status = begin_metrics(o, given->metrics, error);
    }
    return status;
}

const plb_observer *cli_observer(cli_observing *o, const plb_observer *other) {
    plb_observers_add(&o->observers, other);
    return plb_observers_get(&o->observers);
}

/* ---- Meanwhile, and the end ---- */

void cli_observe_flags(const cli_observing *o, plb_flags flags) {
    plb_observers observers = o->observers;
    for (unsigned f = 0; f < PLB_FLAG_COUNT; f++) {
        if ((flags >> f & 1) == 0) continue;
        const plb_event event = {
            .kind = PLB_EVENT_FLAG,
            .at_ns = plb_clock_now_ns(),
            .step = {.name = plb_flag_name((plb_flag) f), .text = plb_flag_advice((plb_flag) f)}};
        (void) plb_observe(plb_observers_get(&observers), &event);
    }
}

static int end_trace(cli_observing *o, int code) {
    plb_error error;
    plb_status status = plb_trace_end(o->trace, &error);
    plb_trace_counts counts = plb_trace_get_counts(o->trace);
    if (status != PLB_OK) {
        (void) cli_error(o->command, &error);
        return code == CLI_OK ? CLI_FAILED : code;
    }
    if (counts.lost > 0) {
        (void) cli_complain(o->command, CLI_OK,
                            "%llu events did not fit into the trace's buffer: it says where",
                            (unsigned long long) counts.lost);
    }
    return code;
}

static int end(cli_observing *o, int code) {
    const plb_event event = {.kind = PLB_EVENT_RUN_ENDED,
                             .at_ns = o->began_ns,
                             .run = {.command = o->command->name,
                                     .took_ns = plb_clock_now_ns() - o->began_ns,
                                     .code = code}};
    if (!o->is_part) (void) plb_observe(plb_observers_get(&o->observers), &event);
    cli_metrics_stop(o->server);
    if (o->trace != NULL) code = end_trace(o, code);
    plb_trace_free(o->trace);
    plb_metrics_free(o->metrics);
    return code;
}

int cli_observe(cli_observing *o, const cli_command *command, const cli_observing_options *given,
                int argument_count, char *const *arguments, bool is_part,
                int (*work)(void *context), void *context) {
    plb_error error;
    int code = check(command, given);
    if (code != CLI_OK) return code;
    *o = (cli_observing){.command = command, .is_part = is_part, .began_ns = plb_clock_now_ns()};
    /* What another process waits for is not given up for a trace. */
    if (begin(o, given, &error) != PLB_OK && !is_part) return end(o, cli_error(command, &error));
    if (!is_part) tell_beginning(o, argument_count, arguments);
    return end(o, work(context));
}
