/* A run's log: checked lines "2026-04-27T12:34:56.789Z note sampling-begun 5 subjects". */
#ifndef PLB_RESULTS_RUN_LOG_H
#define PLB_RESULTS_RUN_LOG_H

#include <stdarg.h>

#include <jansson.h>

#include <plutbench/run.h>

#include "results/utc.h"

/* One line, written at once: several processes may hold the same log. False when it can't be. */
bool plb_log_write(int file, plb_severity severity, const char *event, const char *format,
                   va_list arguments);

#define PLB_LOG_EVENTS 64 /* kinds that are told apart */
#define PLB_LOG_WORD_BYTES 48

/* What is in a log. */
typedef struct plb_log_summary {
    uint64_t messages, warnings;
    uint64_t damaged; /* lines with a wrong checksum, but for a last one that is torn */
    bool torn;
    char first_utc[PLB_UTC_BYTES], last_utc[PLB_UTC_BYTES]; /* "": no messages */
    struct {
        char event[PLB_LOG_WORD_BYTES];
        uint64_t count;
    } events[PLB_LOG_EVENTS];
    size_t event_count; /* further kinds are counted with the last one */
} plb_log_summary;

void plb_log_summarise(const char *text, size_t length, plb_log_summary *summary);

/* {"messages", "warnings", "by_event", "first_utc", "last_utc"}. */
json_t *plb_log_json(const plb_log_summary *summary);

#endif
