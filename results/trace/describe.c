/* The documentation of traces, from the table. */
#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include <plutbench/ledger.h>

#include "results/format.h"
#include "results/json.h"
#include "results/trace/trace.h"

#define NAME_WIDTH 18
#define VALUE_WIDTH 10
#define MEANING_COLUMN (2 + NAME_WIDTH + 1 + VALUE_WIDTH + 1)

static const char *value_name(const plb_event_field *field) {
    static const char *const names[] = {
        [PLB_MEMBER_TEXT] = "text",      [PLB_MEMBER_COUNT] = "integer",
        [PLB_MEMBER_NUMBER] = "integer", [PLB_MEMBER_INTEGER] = "integer",
        [PLB_MEMBER_REAL] = "number",    [PLB_MEMBER_BOOLEAN] = "boolean",
        [PLB_MEMBER_STAGES] = "object",
    };
    return names[field->value];
}

/* ---- Text ---- */

static void print_fields(FILE *out, const plb_event_field *fields, size_t count) {
    for (size_t i = 0; i < count; i++) {
        const plb_event_field *f = &fields[i];
        char text[256];
        (void) snprintf(text, sizeof text, "%s%s%s%s%s", f->unit[0] != '\0' ? f->unit : "",
                        f->unit[0] != '\0' ? ": " : "", f->meaning,
                        f->optional || f->value == PLB_MEMBER_REAL ? "; null where not known" : "",
                        f->value == PLB_MEMBER_STAGES ? ": a member each" : "");
        (void) fprintf(out, "  %-*s %-*s ", NAME_WIDTH, f->name, VALUE_WIDTH, value_name(f));
        plb_print_wrapped(out, text, MEANING_COLUMN, MEANING_COLUMN);
    }
}

plb_status plb_trace_describe(char **text, plb_error *error) {
    size_t length, count;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_text_close(out, text, error);
    (void) fprintf(out, "every event has\n");
    const plb_event_field *fields = plb_event_common_fields(&count);
    print_fields(out, fields, count);
    for (unsigned k = 0; k < PLB_EVENT_KINDS; k++) {
        const plb_event_type *type = plb_event_type_of((plb_event_kind) k);
        (void) fprintf(out, "\n%s: %s\n", type->name, type->meaning);
        print_fields(out, type->fields, type->field_count);
    }
    return plb_text_close(out, text, error);
}

/* ---- JSON Schema ---- */

static json_t *stages_schema(void) {
    json_t *members = json_object(), *required = json_array();
    for (int i = 0; i < PLB_STAGE_COUNT; i++) {
        const char *name = plb_stage_name((plb_stage) i);
        (void) json_object_set_new(members, name, json_pack("{s:[s,s]}", "type", "number", "null"));
        (void) json_array_append_new(required, json_string(name));
    }
    return json_pack("{s:s, s:o, s:o, s:b}", "type", "object", "properties", members, "required",
                     required, "additionalProperties", 0);
}

static json_t *field_schema(const plb_event_field *field, const char *event) {
    json_t *schema = json_object();
    const char *name = value_name(field);
    if (field->offset == PLB_EVENT_NAME) {
        (void) json_object_set_new(schema, "const", json_string(event));
    } else if (field->value == PLB_MEMBER_STAGES) {
        json_decref(schema);
        schema = stages_schema();
    } else if (field->value == PLB_MEMBER_REAL) {
        (void) json_object_set_new(schema, "type", json_pack("[s,s]", "number", "null"));
    } else {
        (void) json_object_set_new(schema, "type",
                                   json_string(field->value == PLB_MEMBER_TEXT ? "string" : name));
    }
    if (field->value == PLB_MEMBER_COUNT || field->value == PLB_MEMBER_NUMBER) {
        (void) json_object_set_new(schema, "minimum", json_integer(0));
    }
    (void) json_object_set_new(schema, "description", json_string(field->meaning));
    if (field->unit[0] != '\0') {
        (void) json_object_set_new(schema, "unit", json_string(field->unit));
    }
    return schema;
}

static void add_fields(json_t *properties, json_t *required, const plb_event_field *fields,
                       size_t count, const char *event) {
    for (size_t i = 0; i < count; i++) {
        (void) json_object_set_new(properties, fields[i].name, field_schema(&fields[i], event));
        (void) json_array_append_new(required, json_string(fields[i].name));
    }
}

plb_status plb_trace_schema(char **text, plb_error *error) {
    json_t *events = json_array();
    size_t count;
    const plb_event_field *fields = plb_event_common_fields(&count);
    for (unsigned k = 0; k < PLB_EVENT_KINDS; k++) {
        const plb_event_type *type = plb_event_type_of((plb_event_kind) k);
        json_t *properties = json_object(), *required = json_array();
        add_fields(properties, required, fields, count, type->name);
        add_fields(properties, required, type->fields, type->field_count, type->name);
        (void) json_array_append_new(
            events, json_pack("{s:s, s:s, s:s, s:o, s:o, s:b}", "title", type->name, "description",
                              type->meaning, "type", "object", "properties", properties, "required",
                              required, "additionalProperties", 0));
    }
    return plb_json_take_text(json_pack("{s:s, s:s, s:i, s:o}", "$schema",
                                        "https://json-schema.org/draft/2020-12/schema", "title",
                                        "a line of a trace of plutbench", "version",
                                        PLB_TRACE_SCHEMA, "oneOf", events),
                              text, error);
}
