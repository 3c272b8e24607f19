/* Traces: every event of a measurement as lines of JSON, or in Chrome's trace format, which
 * Perfetto shows (docs/trace.md); and what happens as figures for Prometheus.
 *
 * Both are observers (plutbench/observe.h). Nothing is written while something is timed. Samples
 * and rounds go into a buffer first, and from there to the file between rounds; what does not fit
 * is counted, and the file says how much is missing, and where. */
#ifndef PLUTBENCH_TRACE_H
#define PLUTBENCH_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <plutbench/api.h>
#include <plutbench/observe.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What there is to tell ---- */

typedef enum plb_event_value {
    PLB_MEMBER_TEXT,
    PLB_MEMBER_COUNT,   /* uint32_t */
    PLB_MEMBER_NUMBER,  /* uint64_t */
    PLB_MEMBER_INTEGER, /* int64_t */
    PLB_MEMBER_REAL,    /* double; null where it is not finite */
    PLB_MEMBER_BOOLEAN,
    PLB_MEMBER_STAGES /* an object of PLB_EVENT_STAGES_MOST doubles, by plb_stage_name */
} plb_event_value;

/* A member of an event. */
typedef struct plb_event_field {
    const char *name;
    plb_event_value value;
    const char *unit; /* "ns"; "": none */
    const char *meaning;
    size_t offset; /* in a plb_event */
    bool optional; /* null where it is not known, or does not apply */
} plb_event_field;

typedef struct plb_event_type {
    const char *name; /* "sampling-begun" */
    const char *meaning;
    const plb_event_field *fields;
    size_t field_count;
    bool buffered; /* there are many: not written at once */
} plb_event_type;

/* What all events have before their own: "event", "at_ns", "process". */
PLB_API const plb_event_field *plb_event_common_fields(size_t *count);

/* By kind; NULL beyond. */
PLB_API const plb_event_type *plb_event_type_of(plb_event_kind kind);

/* All of it as text for people, or as a JSON Schema (draft 2020-12) that every line of a trace
 * holds to. *text is malloc'ed. PLB_E_MEMORY. */
PLB_API plb_status plb_trace_describe(char **text, plb_error *error);
PLB_API plb_status plb_trace_schema(char **text, plb_error *error);

/* ---- Writing a trace ---- */

typedef enum plb_trace_format { PLB_TRACE_JSON, PLB_TRACE_CHROME } plb_trace_format;

/* "json", "chrome". */
PLB_API const char *plb_trace_format_name(plb_trace_format format);

#define PLB_TRACE_BUFFER_EVENTS 16384
#define PLB_TRACE_SCHEMA 1

typedef struct plb_trace_config {
    const char *path;
    plb_trace_format format;
    const char *command;    /* "calibrate" */
    uint32_t buffer_events; /* 0: PLB_TRACE_BUFFER_EVENTS */
    uint32_t every;         /* of so many rounds one is told; 0: 1 */
    bool join;              /* a trace that another process began: go on in its file */
} plb_trace_config;

typedef struct plb_trace plb_trace;

/* Write a trace. The file is written anew, but with `join`, and begins with an event that tells
 * the configuration. Belongs to one thread, but for plb_trace_counts. Free with plb_trace_free.
 * Errors: PLB_E_IO, PLB_E_MEMORY. */
PLB_API plb_status plb_trace_begin(const plb_trace_config *config, plb_trace **trace,
                                   plb_error *error);

/* Lives as long as the trace. */
PLB_API const plb_observer *plb_trace_observer(plb_trace *trace);

/* Events of this process so far: written, and lost because the buffer was full or the file could
 * not be written. May be asked by any thread. */
typedef struct plb_trace_counts {
    uint64_t written, lost;
} plb_trace_counts;
PLB_API plb_trace_counts plb_trace_get_counts(const plb_trace *trace);

/* Write what is left, and unless it joined another one, the last event. PLB_E_IO: something could
 * not be written, also earlier. */
PLB_API plb_status plb_trace_end(plb_trace *trace, plb_error *error);
PLB_API void plb_trace_free(plb_trace *trace);

/* ---- Figures while it runs ---- */

typedef struct plb_metrics plb_metrics;

/* Keep what a running command has done as figures. Free with plb_metrics_free. NULL when memory is
 * short. */
PLB_API plb_metrics *plb_metrics_new(void);
PLB_API void plb_metrics_free(plb_metrics *metrics);
PLB_API const plb_observer *plb_metrics_observer(plb_metrics *metrics);
/* Whose lost events are told. */
PLB_API void plb_metrics_watch(plb_metrics *metrics, const plb_trace *trace);

/* The figures in Prometheus' text format 0.0.4, which any thread may ask for at any time; what is
 * not known yet is left out. *text is malloc'ed. PLB_E_MEMORY. */
PLB_API plb_status plb_metrics_text(plb_metrics *metrics, char **text, plb_error *error);

#ifdef __cplusplus
}
#endif
#endif
