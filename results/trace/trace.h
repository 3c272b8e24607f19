/* The parts of a trace: what can be told (events.c), how a line is written (lines.c), the file
 * (writer.c), and its documentation (describe.c). */
#ifndef PLB_RESULTS_TRACE_H
#define PLB_RESULTS_TRACE_H

#include <string.h>

#include <plutbench/trace.h>

/* Offset of what is no member of a plb_event: the event's name. */
#define PLB_EVENT_NAME SIZE_MAX

/* NULL: there is none. */
const plb_event_field *plb_event_field_named(plb_event_kind kind, const char *name);

/* Lines, in memory. `failed`: one was longer than all the room there is. */
typedef struct plb_trace_text {
    char *bytes;
    size_t length, capacity;
    bool failed;
} plb_trace_text;

/* A line has at most as many bytes as this; longer texts are cut. */
#define PLB_TRACE_LINE_BYTES 16384
#define PLB_TRACE_TEXT_BYTES 2048 /* of one text, as it is written */

/* One event as a line, with its end. There must be room for PLB_TRACE_LINE_BYTES. */
void plb_trace_json_line(plb_trace_text *text, const plb_event *event);
/* The same for Chrome, with what goes between two. */
void plb_trace_chrome_line(plb_trace_text *text, const plb_event *event, int64_t pid);

#endif
