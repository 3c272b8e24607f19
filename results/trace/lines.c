/* Events as lines, by the table. There are hundreds of thousands a second: no library makes JSON
 * of them, and nothing is allocated. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include <plutbench/ledger.h>

#include "results/trace/trace.h"

_Static_assert(PLB_EVENT_STAGES_MOST == PLB_STAGE_COUNT, "an event has room for all stages");

static void put(plb_trace_text *to, const char *bytes, size_t length) {
    if (length > to->capacity - to->length) return; /* never, with PLB_TRACE_LINE_BYTES */
    memcpy(to->bytes + to->length, bytes, length);
    to->length += length;
}

static void put_text(plb_trace_text *to, const char *text) { put(to, text, strlen(text)); }

/* ---- Values ---- */

static void put_natural(plb_trace_text *to, uint64_t number) {
    char digits[20];
    size_t at = sizeof digits;
    do digits[--at] = (char) ('0' + number % 10);
    while ((number /= 10) > 0);
    put(to, digits + at, sizeof digits - at);
}

/* Three decimals: what is beyond them no clock sees. */
static void put_thousandths(plb_trace_text *to, uint64_t thousandths) {
    char decimals[4] = {'.', (char) ('0' + thousandths / 100 % 10),
                        (char) ('0' + thousandths / 10 % 10), (char) ('0' + thousandths % 10)};
    put_natural(to, thousandths / 1000);
    put(to, decimals, sizeof decimals);
}

static void put_real(plb_trace_text *to, double number, const char *unit) {
    char text[32];
    if (!isfinite(number)) {
        put_text(to, "null");
    } else if (number >= 0 && number < 1e12 && strcmp(unit, "ns") == 0) {
        put_thousandths(to, (uint64_t) (number * 1000 + 0.5));
    } else {
        (void) snprintf(text, sizeof text, "%.12g", number);
        put_text(to, text);
    }
}

/* Bytes of the UTF-8 character at `text`, or 0: it is none. */
static size_t character(const unsigned char *text) {
    size_t length = text[0] < 0x80                      ? 1
                    : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                    : (text[0] & 0xf0) == 0xe0          ? 3
                    : text[0] >= 0xf0 && text[0] < 0xf5 ? 4
                                                        : 0;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) return 0;
    }
    bool too_long = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool no_character =
        (text[0] == 0xed && text[1] >= 0xa0) || (text[0] == 0xf4 && text[1] >= 0x90);
    return too_long || no_character ? 0 : length;
}

/* NULL as "". */
static void put_string(plb_trace_text *to, const char *text) {
    const unsigned char *at = (const unsigned char *) (text != NULL ? text : "");
    size_t end = to->length + PLB_TRACE_TEXT_BYTES;
    put(to, "\"", 1);
    while (*at != '\0' && to->length < end) {
        char escaped[8];
        size_t length = character(at);
        if (*at == '"' || *at == '\\' || *at < 0x20 || *at == 0x7f) {
            (void) snprintf(escaped, sizeof escaped, "\\u%04x", *at);
            put_text(to, escaped);
        } else if (length == 0) {
            put(to, "?", 1);
        } else {
            put(to, (const char *) at, length);
        }
        at += length > 0 ? length : 1;
    }
    put(to, "\"", 1);
}

static void put_stages(plb_trace_text *to, const double *ns) {
    for (int i = 0; i < PLB_EVENT_STAGES_MOST; i++) {
        put_text(to, i == 0 ? "{" : ",");
        put_string(to, plb_stage_name((plb_stage) i));
        put(to, ":", 1);
        put_real(to, ns[i], "ns");
    }
    put(to, "}", 1);
}

static void put_integer(plb_trace_text *to, int64_t number) {
    if (number < 0) put(to, "-", 1);
    put_natural(to, number < 0 ? 0 - (uint64_t) number : (uint64_t) number);
}

static void put_value(plb_trace_text *to, const plb_event *event, const plb_event_field *field) {
    union {
        uint32_t count;
        uint64_t number;
        int64_t integer;
        double real;
        bool boolean;
        const char *text;
    } v = {0};
    static const size_t sizes[] = {
        [PLB_MEMBER_TEXT] = sizeof v.text,
        [PLB_MEMBER_COUNT] = sizeof v.count,
        [PLB_MEMBER_NUMBER] = sizeof v.number,
        [PLB_MEMBER_INTEGER] = sizeof v.integer,
        [PLB_MEMBER_REAL] = sizeof v.real,
        [PLB_MEMBER_BOOLEAN] = sizeof v.boolean,
        [PLB_MEMBER_STAGES] = 0,
    };
    memcpy(&v, (const char *) event + field->offset, sizes[field->value]);
    switch (field->value) {
    case PLB_MEMBER_COUNT: put_natural(to, v.count); break;
    case PLB_MEMBER_NUMBER: put_natural(to, v.number); break;
    case PLB_MEMBER_INTEGER: put_integer(to, v.integer); break;
    case PLB_MEMBER_REAL: put_real(to, v.real, field->unit); break;
    case PLB_MEMBER_BOOLEAN: put_text(to, v.boolean ? "true" : "false"); break;
    case PLB_MEMBER_STAGES: put_stages(to, event->stages.stage_ns); break;
    case PLB_MEMBER_TEXT: put_string(to, v.text); break;
    }
}

static void put_members(plb_trace_text *to, const plb_event *event, const plb_event_field *fields,
                        size_t count, const char *between) {
    for (size_t i = 0; i < count; i++) {
        put_text(to, i == 0 ? "" : between);
        put(to, "\"", 1);
        put_text(to, fields[i].name);
        put(to, "\":", 2);
        if (fields[i].offset == PLB_EVENT_NAME) {
            put_string(to, plb_event_type_of(event->kind)->name);
        } else {
            put_value(to, event, &fields[i]);
        }
    }
}

/* ---- Lines ---- */

void plb_trace_json_line(plb_trace_text *text, const plb_event *event) {
    const plb_event_type *type = plb_event_type_of(event->kind);
    size_t count;
    const plb_event_field *fields = plb_event_common_fields(&count);
    put(text, "{", 1);
    put_members(text, event, fields, count, ",");
    put(text, ",", 1);
    put_members(text, event, type->fields, type->field_count, ",");
    put(text, "}\n", 2);
}

/* What Perfetto writes on a slice. */
static const char *title_of(const plb_event *event) {
    switch (event->kind) {
    case PLB_EVENT_SAMPLE: return event->sample.subject;
    case PLB_EVENT_STAGES: return event->stages.subject;
    case PLB_EVENT_VISIT: return event->visit.point;
    case PLB_EVENT_STEP_ENDED: return event->step.name;
    case PLB_EVENT_RUN_ENDED: return event->run.command;
    default: return plb_event_type_of(event->kind)->name;
    }
}

/* "Trace Event Format": X is a slice with a duration, i an instant; ts and dur are microseconds. A
 * process is a row, so that rounds and samples nest in it. */
void plb_trace_chrome_line(plb_trace_text *text, const plb_event *event, int64_t pid) {
    const plb_event_type *type = plb_event_type_of(event->kind);
    const plb_event_field *took = plb_event_field_named(event->kind, "took_ns");
    uint64_t took_ns = 0;
    put_text(text, "{\"name\":");
    put_string(text, title_of(event));
    put_text(text, ",\"cat\":");
    put_string(text, type->name);
    put_text(text, took != NULL ? ",\"ph\":\"X\",\"ts\":" : ",\"ph\":\"i\",\"s\":\"p\",\"ts\":");
    put_thousandths(text, event->at_ns);
    if (took != NULL) {
        memcpy(&took_ns, (const char *) event + took->offset, sizeof took_ns);
        put_text(text, ",\"dur\":");
        put_thousandths(text, took_ns);
    }
    put_text(text, ",\"pid\":");
    put_integer(text, pid);
    put_text(text, ",\"tid\":");
    put_natural(text, event->process);
    put_text(text, ",\"args\":{");
    put_members(text, event, type->fields, type->field_count, ",");
    put_text(text, "}}");
    put_text(text, event->kind == PLB_EVENT_TRACE_ENDED ? "\n]\n" : ",\n");
}
