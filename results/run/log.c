#include "results/run/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "results/run/checked_line.h"

/* ---- Writing ---- */

bool plb_log_write(int file, plb_severity severity, const char *event, const char *format,
                   va_list arguments) {
    char line[PLB_CHECKED_LINE_BYTES], at[PLB_UTC_BYTES];
    plb_utc_text(plb_utc_now(), at);
    int length = snprintf(line, sizeof line, "%s %s %s ", at, plb_severity_name(severity), event);
    if (length < 0 || (size_t) length >= sizeof line) return false;
    int more = vsnprintf(line + length, sizeof line - (size_t) length, format, arguments);
    if (more < 0) return false;
    size_t used = strlen(line);
    for (size_t i = 0; i < used; i++) {
        if ((unsigned char) line[i] < ' ' || line[i] == 0x7f) line[i] = ' ';
    }
    used = plb_checked_line_close(line, used);
    return write(file, line, used) == (ssize_t) used;
}

/* ---- Reading ---- */

static void count_event(plb_log_summary *s, const char *event) {
    size_t i = 0;
    while (i < s->event_count && strcmp(s->events[i].event, event) != 0) i++;
    if (i == PLB_LOG_EVENTS) i--;
    if (i == s->event_count) {
        (void) snprintf(s->events[i].event, sizeof s->events[i].event, "%s", event);
        s->event_count++;
    }
    s->events[i].count++;
}

static bool read_line(plb_log_summary *s, const char *line) {
    char at[PLB_UTC_BYTES], severity[PLB_LOG_WORD_BYTES], event[PLB_LOG_WORD_BYTES];
    double utc_s;
    if (sscanf(line, "%31s %47s %47s", at, severity, event) != 3 || !plb_utc_parse(at, &utc_s)) {
        return false;
    }
    if (s->messages++ == 0) memcpy(s->first_utc, at, sizeof at);
    memcpy(s->last_utc, at, sizeof at);
    if (strcmp(severity, plb_severity_name(PLB_WARNING)) == 0) s->warnings++;
    count_event(s, event);
    return true;
}

void plb_log_summarise(const char *text, size_t length, plb_log_summary *summary) {
    char line[PLB_CHECKED_LINE_BYTES];
    memset(summary, 0, sizeof *summary);
    for (size_t at = 0; at < length;) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t stop = end ? (size_t) (end - text) : length;
        if (!end) {
            summary->torn = true;
        } else if (!plb_checked_line_open(text + at, stop - at, line) ||
                   !read_line(summary, line)) {
            summary->damaged++;
        }
        at = stop + 1;
    }
}

json_t *plb_log_json(const plb_log_summary *s) {
    json_t *events = json_object();
    for (size_t i = 0; i < s->event_count; i++) {
        json_object_set_new(events, s->events[i].event,
                            json_integer((json_int_t) s->events[i].count));
    }
    return json_pack("{s:I, s:I, s:o, s:s, s:s}", "messages", (json_int_t) s->messages, "warnings",
                     (json_int_t) s->warnings, "by_event", events, "first_utc", s->first_utc,
                     "last_utc", s->last_utc);
}
