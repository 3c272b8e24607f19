/* A timeline for programs: JSON, CSV. */
#include <math.h>

#include "results/compare/timeline.h"
#include "results/json.h"
#include "results/markup.h"

static json_t *point_json(const plb_timeline_report *r, const plb_timeline_point *point) {
    json_t *o = json_pack("{s:s, s:s, s:I, s:I}", "label", point->label, "began_utc", point->began,
                          "runs", (json_int_t) point->runs, "segment", (json_int_t) point->segment);
    json_object_set_new(o, "value", plb_json_estimate(&point->value, r->unit));
    return o;
}

static json_t *segment_json(const plb_timeline_report *r, const plb_timeline_segment *segment) {
    json_t *o = json_pack("{s:I, s:I}", "first", (json_int_t) segment->first, "points",
                          (json_int_t) segment->count);
    json_object_set_new(o, "value", plb_json_estimate(&segment->level, r->unit));
    return o;
}

static json_t *change_json(const plb_timeline_report *r, const plb_timeline_change *change) {
    json_t *inputs = json_array();
    json_t *o = json_pack("{s:I, s:I, s:I}", "at", (json_int_t) change->at, "earliest",
                          (json_int_t) change->earliest, "latest", (json_int_t) change->latest);
    json_object_set_new(o, "size", plb_json_estimate(&change->size, r->unit));
    json_object_set_new(o, "change", plb_json_number(change->change));
    json_object_set_new(o, "change_low", plb_json_number(change->low));
    json_object_set_new(o, "change_high", plb_json_number(change->high));
    for (size_t i = 0; i < change->input_count; i++) {
        const plb_compare_input *input = &change->inputs[i];
        json_array_append_new(inputs, json_pack("{s:s, s:s, s:s, s:s}", "kind", input->kind, "name",
                                                input->name, "before", input->values[0], "after",
                                                input->values[1]));
    }
    json_object_set_new(o, "inputs", inputs);
    return o;
}

plb_status plb_timeline_json(const plb_timeline *timeline, char **text, plb_error *error) {
    const plb_timeline_report *r = &timeline->report;
    json_t *points = json_array(), *segments = json_array(), *changes = json_array(),
           *notes = json_array();
    for (size_t i = 0; i < r->point_count; i++) {
        json_array_append_new(points, point_json(r, &r->points[i]));
    }
    for (size_t i = 0; i < r->segment_count; i++) {
        json_array_append_new(segments, segment_json(r, &r->segments[i]));
    }
    for (size_t i = 0; i < r->change_count; i++) {
        json_array_append_new(changes, change_json(r, &r->changes[i]));
    }
    for (size_t i = 0; i < r->note_count; i++) {
        json_array_append_new(notes, json_string(r->notes[i]));
    }
    json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "metric", r->metric, "unit",
                          r->unit, "by", plb_timeline_by_name(r->by), "points", points, "segments",
                          segments, "changes", changes, "notes", notes);
    json_object_set_new(o, "noise", plb_json_number(r->noise));
    json_object_set_new(o, "penalty", plb_json_number(r->penalty));
    json_object_set_new(o, "pace_ns", r->pace_ns > 0 ? plb_json_number(r->pace_ns) : json_null());
    return plb_json_take_text(o, text, error);
}

static void print_number(FILE *out, double value) {
    if (isfinite(value)) {
        fprintf(out, ",%.12g", value);
    } else {
        fputs(",NA", out);
    }
}

plb_status plb_timeline_csv(const plb_timeline *timeline, char **text, plb_error *error) {
    const plb_timeline_report *r = &timeline->report;
    size_t length = 0;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for text");
    fputs("point,began_utc,runs,unit,value,low,high,segment,segment_value\n", out);
    for (size_t i = 0; i < r->point_count; i++) {
        const plb_timeline_point *point = &r->points[i];
        plb_print_csv(out, point->label);
        fputc(',', out);
        plb_print_csv(out, point->began);
        fprintf(out, ",%zu,", point->runs);
        plb_print_csv(out, r->unit);
        print_number(out, point->value.value);
        print_number(out, point->value.low);
        print_number(out, point->value.high);
        fprintf(out, ",%zu", point->segment);
        print_number(out, r->segments[point->segment].level.value);
        fputc('\n', out);
    }
    return plb_text_close(out, text, error);
}
