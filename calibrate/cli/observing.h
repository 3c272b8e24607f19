/* --trace and --metrics of commands that measure. */
#ifndef PLB_CLI_OBSERVING_H
#define PLB_CLI_OBSERVING_H

#include <plutbench/measure.h>
#include <plutbench/trace.h>

#include "calibrate/cli/cli.h"

/* A part of the struct that cli_parse fills. */
typedef struct cli_observing_options {
    const char *trace, *metrics;
    int format;
    uint64_t every;
} cli_observing_options;

extern const char *const cli_trace_formats[];

/* A row of an option table, without its braces, so that it can be one of several in a macro. */
#define CLI_OBSERVING_ROW(at, name, argument, help, kind, field, choices)                          \
    { name, argument, help, kind, (at) + offsetof(cli_observing_options, field), choices }

/* The rows for a cli_observing_options at offset `at`. */
#define CLI_OBSERVING_OPTIONS(at)                                                                  \
    CLI_OBSERVING_ROW(at, "trace", "FILE", "write every event of the run, as lines of JSON",       \
                      CLI_TEXT, trace, NULL),                                                      \
        CLI_OBSERVING_ROW(at, "trace-format", "FORMAT",                                            \
                          "json, chrome (for Perfetto), or by the file's ending (default)",        \
                          CLI_CHOICE, format, cli_trace_formats),                                  \
        CLI_OBSERVING_ROW(at, "trace-every", "N", "trace one of N rounds (default: all)",          \
                          CLI_COUNT, every, NULL),                                                 \
        CLI_OBSERVING_ROW(at, "metrics", "ADDRESS",                                                \
                          "serve figures for Prometheus meanwhile, at 127.0.0.1:9464", CLI_TEXT,   \
                          metrics, NULL)

struct cli_metrics_server;

typedef struct cli_observing {
    const cli_command *command;
    plb_trace *trace;
    plb_metrics *metrics;
    struct cli_metrics_server *server;
    plb_observers observers;
    uint64_t began_ns;
    bool is_part;
} cli_observing;

/* Do a command's work with what the options ask for around it: a trace, metrics. `arguments` are
 * the command's, its name first. `is_part`: in a process that samples for another one, and joins
 * its trace. Returns the work's exit code; CLI_USAGE, without the work, for options that make no
 * sense; CLI_FAILED instead of CLI_OK when the trace could not be written.
 * `observing` must stay where it is. */
int cli_observe(cli_observing *observing, const cli_command *command,
                const cli_observing_options *given, int argument_count, char *const *arguments,
                bool is_part, int (*work)(void *context), void *context);

/* Who is to be told, `other` (NULL: nobody) included; NULL: nobody at all. */
const plb_observer *cli_observer(cli_observing *observing, const plb_observer *other);

/* That a run is suspicious, and why. */
void cli_observe_flags(const cli_observing *observing, plb_flags flags);

#endif
