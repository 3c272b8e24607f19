/* Baselines as JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "calibrate/regress/baseline.h"
#include "results/json.h"

/* Five digits are more than intervals support, and keep what did not change as it was. */
static json_t *rounded(double number) {
    char text[32];
    (void) snprintf(text, sizeof text, "%.5g", number);
    return plb_json_number(strtod(text, NULL));
}

static json_t *field_json(const plb_baseline_field *field, const void *object) {
    const void *from = (const char *) object + field->offset;
    switch (field->kind) {
    case PLB_FIELD_TEXT:
    case PLB_FIELD_DATE:
    case PLB_FIELD_SHA256: return json_string((const char *) from);
    case PLB_FIELD_NUMBER: return rounded(*(const double *) from);
    case PLB_FIELD_COUNT: return json_integer((json_int_t) * (const int64_t *) from);
    case PLB_FIELD_FLAG: break;
    }
    return json_boolean(*(const bool *) from);
}

static json_t *fields_json(const plb_baseline_field *fields, const void *object) {
    json_t *o = json_object();
    for (; fields->key != NULL; fields++) {
        const char *text = (const char *) object + fields->offset;
        if (fields->optional && text[0] == '\0') continue; /* only texts are optional */
        json_object_set_new(o, fields->key, field_json(fields, object));
    }
    return o;
}

static json_t *budgets_json(const plb_gate_budget *budgets) {
    json_t *o = json_object();
    for (int v = 0; v < PLB_GATE_VARIANTS; v++) {
        char variant[] = {(char) ('A' + v), '\0'};
        if (!budgets[v].known) continue;
        json_object_set_new(o, variant,
                            json_pack("{s:I, s:I}", "memory", (json_int_t) budgets[v].used.memory,
                                      "steps", (json_int_t) budgets[v].used.steps));
    }
    return o;
}

static json_t *items_json(const plb_baseline_item *items, size_t count, bool budgets) {
    json_t *all = json_object();
    for (size_t i = 0; i < count; i++) {
        json_t *o = fields_json(plb_baseline_item_fields, &items[i]);
        for (int q = 0; q < PLB_GATE_QUANTITIES; q++) {
            if (!(items[i].times[q].ns > 0)) continue;
            json_object_set_new(o, plb_gate_quantity_name((plb_gate_quantity) q),
                                fields_json(plb_baseline_time_fields, &items[i].times[q]));
        }
        if (budgets) json_object_set_new(o, "budgets", budgets_json(items[i].budgets));
        json_object_set_new(all, items[i].name, o);
    }
    return all;
}

static json_t *library_json(const plb_baseline *b) {
    json_t *o = fields_json(plb_baseline_library_fields, b), *linked = json_object();
    for (size_t i = 0; i < b->library_count; i++)
        json_object_set_new(linked, b->libraries[i].name, json_string(b->libraries[i].version));
    json_object_set_new(o, "linked", linked);
    return o;
}

plb_status plb_baseline_text(const plb_baseline *b, char **text, plb_error *error) {
    json_t *o = json_object();
    json_object_set_new(o, "format", json_string(PLB_BASELINE_FORMAT));
    json_object_set_new(o, "schema", json_integer(PLB_BASELINE_SCHEMA));
    json_object_set_new(o, "written", json_string(b->written));
    json_object_set_new(o, "library", library_json(b));
    json_object_set_new(o, "machine", fields_json(plb_baseline_machine_fields, &b->machine));
    json_object_set_new(o, "items", items_json(b->items, b->count, true));
    json_object_set_new(o, "scale", items_json(b->scale, b->scale_count, false));
    return plb_json_take_text(o, text, error);
}
