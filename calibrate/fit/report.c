/* For people: a table by builtin; for programs: everything as JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/fit/output.h"

#define PICOSECONDS 1e6

static const char *const severities[] = {"info", "warning", "problem"};

/* ---- Text ---- */

static const char *condition(plb_fit_split split) {
    static const char *const texts[] = {"", "x <= y", "x < y", "x <> y", "x >= y", "x > y"};
    return texts[split];
}

/* Picoseconds, rounded up; small ones with what would be lost. */
static void print_picoseconds(FILE *out, double microseconds) {
    fprintf(out, "%.0f", ceil(PICOSECONDS * microseconds));
}

static void print_function(FILE *out, const plb_fit_row *row, uint8_t shape, uint8_t inner,
                           const plb_fit_coefficients *c) {
    plb_regressors regressors = plb_fit_regressors(shape, inner);
    plb_fit_split split = plb_fit_split_as(row, shape);
    if (c->has_constant) {
        print_picoseconds(out, c->constant);
        fprintf(out, " where %s, else ", condition(split));
    }
    if (c->has_minimum) {
        fputs("at least ", out);
        print_picoseconds(out, c->minimum);
        fputs(": ", out);
    }
    for (unsigned i = 0; i < c->count; i++) {
        bool negative = c->value[i] < 0;
        if (i || negative) fputs(i == 0 ? "-" : negative ? " - " : " + ", out);
        fprintf(out, "%.0f", fabs(ceil(PICOSECONDS * c->value[i])));
        if (i) fprintf(out, " %s", regressors.term[i]->text);
    }
    fputc('\n', out);
}

static void print_intervals(FILE *out, const plb_fit_row *row, const plb_fit_model *model) {
    plb_regressors regressors = plb_fit_regressors(row->shape, row->inner);
    const plb_fit_coefficients *c = &model->by[PLB_FIT_REFERENCE];
    for (unsigned t = 0; t <= c->count; t++) {
        const plb_fit_interval *i = &model->intervals[t];
        const char *name = t == c->count ? "constant" : regressors.term[t]->text;
        if (isnan(i->low)) continue;
        fprintf(out, "    %-14s %.8g, 95 %%: %.8g to %.8g\n", *name ? name : "intercept",
                PICOSECONDS * (t == c->count ? c->constant : c->fitted[t]), PICOSECONDS * i->low,
                PICOSECONDS * i->high);
    }
}

static void print_diagnosis(FILE *out, const plb_fit_diagnosis *d) {
    fprintf(out,
            "    %zu points, %.1f %% above the cost, by at most %.2f times (line %u), below it by "
            "at most %.2f times\n"
            "    residual deviation %.4g us, highest leverage %.3f (line %u), %zu points with more "
            "than twice the mean\n",
            d->points, 100 * d->under_share, d->worst_under, d->worst_line, d->worst_over,
            d->deviation, d->highest_leverage, d->highest_line, d->high_leverage);
    if (isnan(d->lack_of_fit)) return;
    fprintf(out, "    curvature left over: %s %.3g, p %.2g%s\n", d->replicated ? "F" : "z",
            d->lack_of_fit, d->lack_of_fit_p,
            d->lack_of_fit_p < 0.001 ? ", the shape does not follow the points" : "");
}

static void print_candidates(FILE *out, const plb_fit_model *model) {
    for (size_t i = 0; i < model->candidate_count; i++) {
        const plb_fit_candidate *c = &model->candidates[i];
        if (i >= 3 && !c->chosen) continue;
        fprintf(out, "    %s%s%s: error %.4g +- %.2g us, %u coefficient%s%s\n", c->shape,
                c->inner ? "/" : "", c->inner ? c->inner : "", c->error, c->error_deviation,
                c->coefficients, c->coefficients == 1 ? "" : "s", c->chosen ? ", chosen" : "");
    }
}

static void print_alternatives(FILE *out, const plb_fit *fit, size_t index) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_fit_model *model = &fit->models[index];
    for (unsigned m = 1; m < PLB_FIT_METHODS; m++) {
        uint8_t shape, inner;
        if (!model->by[m].made) continue;
        const plb_fit_coefficients *c =
            plb_fit_chosen(fit, index, (plb_fit_method) m, &shape, &inner);
        fprintf(out, "    %-14s ", plb_fit_method_name((plb_fit_method) m));
        print_function(out, row, shape, inner, c);
    }
}

static void print_model(FILE *out, const plb_fit *fit, size_t index) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_fit_model *model = &fit->models[index];
    char shape[96];
    snprintf(shape, sizeof shape, "%s%s%s", model->shape, model->inner ? "/" : "",
             model->inner ? model->inner : "");
    fprintf(out, "%-30s %-27s ", model->builtin, shape);
    if (!model->made) {
        fputs("left out\n", out);
        return;
    }
    print_function(out, row, row->shape, row->inner, &model->by[PLB_FIT_REFERENCE]);
    if (model->intervals) print_intervals(out, row, model);
    print_alternatives(out, fit, index);
    if (model->diagnosis) print_diagnosis(out, model->diagnosis);
    print_candidates(out, model);
}

static void print_notes(FILE *out, const plb_fit *fit) {
    for (size_t i = 0; i < fit->notes.count; i++) {
        const plb_fit_note *n = &fit->notes.items[i];
        if (n->severity == PLB_FIT_PROBLEM) continue;
        if (n->line) {
            fprintf(out, "%s: line %u: %s: %s\n", severities[n->severity], n->line, n->name,
                    n->text);
        } else {
            fprintf(out, "%s: %s: %s\n", severities[n->severity], n->name, n->text);
        }
    }
}

plb_status plb_fit_text(const plb_fit *fit, char **text, plb_error *error) {
    size_t length;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
    fprintf(out, "%-30s %-27s %s\n", "builtin", "shape", "steps (picoseconds)");
    for (size_t i = 0; i < fit->table->builtins; i++) print_model(out, fit, i);
    size_t made = fit->table->builtins - fit->left_out;
    fprintf(out, "\n%zu of %zu functions fitted to %zu points\n", made, fit->table->builtins,
            fit->benching->rows);
    print_notes(out, fit);
    if (fclose(out) == 0) return PLB_OK;
    free(*text);
    *text = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
}

/* ---- JSON ---- */

static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static json_t *coefficients_json(const plb_fit_coefficients *c, uint8_t shape, uint8_t inner) {
    plb_regressors regressors = plb_fit_regressors(shape, inner);
    json_t *values = json_object(), *fitted = json_object();
    for (unsigned i = 0; i < c->count; i++) {
        json_object_set_new(values, regressors.term[i]->name, number(c->value[i]));
        json_object_set_new(fitted, regressors.term[i]->name, number(c->fitted[i]));
    }
    json_t *object = json_pack("{s:s}", "shape", plb_shapes[shape].name);
    if (plb_shapes[shape].inner_arguments)
        json_object_set_new(object, "inner", json_string(plb_shapes[inner].name));
    if (c->has_constant) json_object_set_new(object, "constant_us", number(c->constant));
    if (c->has_minimum) json_object_set_new(object, "minimum_us", number(c->minimum));
    json_object_set_new(object, "coefficients_us", values);
    json_object_set_new(object, "unpatched_us", fitted);
    return object;
}

static json_t *intervals_json(const plb_fit_row *row, const plb_fit_model *model) {
    plb_regressors regressors = plb_fit_regressors(row->shape, row->inner);
    unsigned count = model->by[PLB_FIT_REFERENCE].count;
    json_t *object = json_object();
    for (unsigned t = 0; t <= count; t++) {
        const plb_fit_interval *i = &model->intervals[t];
        const char *name = t == count ? "constant" : regressors.term[t]->name;
        if (isnan(i->low)) continue;
        json_object_set_new(
            object, name,
            json_pack("{s:o, s:o}", "low_us", number(i->low), "high_us", number(i->high)));
    }
    return object;
}

static json_t *diagnosis_json(const plb_fit_diagnosis *d) {
    return json_pack(
        "{s:I, s:o, s:I, s:o, s:o, s:o, s:o, s:I, s:I, s:s, s:o, s:o}", "points",
        (json_int_t) d->points, "worst_under_estimate", number(d->worst_under),
        "worst_under_estimate_line", (json_int_t) d->worst_line, "worst_over_estimate",
        number(d->worst_over), "share_under_estimated", number(d->under_share),
        "residual_deviation_us", number(d->deviation), "highest_leverage",
        number(d->highest_leverage), "highest_leverage_line", (json_int_t) d->highest_line,
        "points_of_high_leverage", (json_int_t) d->high_leverage, "lack_of_fit_test",
        d->replicated ? "F, points of equal sizes" : "von Neumann's ratio", "lack_of_fit",
        number(d->lack_of_fit), "lack_of_fit_p", number(d->lack_of_fit_p));
}

static json_t *candidates_json(const plb_fit_model *model) {
    json_t *list = json_array();
    for (size_t i = 0; i < model->candidate_count; i++) {
        const plb_fit_candidate *c = &model->candidates[i];
        json_t *entry =
            json_pack("{s:s, s:I, s:o, s:o, s:b}", "shape", c->shape, "coefficients",
                      (json_int_t) c->coefficients, "error_us", number(c->error),
                      "error_deviation_us", number(c->error_deviation), "chosen", (int) c->chosen);
        if (c->inner) json_object_set_new(entry, "inner", json_string(c->inner));
        json_array_append_new(list, entry);
    }
    return list;
}

static json_t *model_json(const plb_fit *fit, size_t index) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_fit_model *model = &fit->models[index];
    json_t *object = json_pack("{s:s, s:s, s:b}", "builtin", model->builtin, "data", model->data,
                               "fitted", (int) model->made);
    if (!model->made) {
        json_object_set_new(object, "problem", json_string(model->problem));
        return object;
    }
    json_object_set_new(object, "points", json_integer((json_int_t) model->points));
    for (unsigned m = 0; m < PLB_FIT_METHODS; m++) {
        uint8_t shape, inner;
        if (!model->by[m].made) continue;
        const plb_fit_coefficients *c =
            plb_fit_chosen(fit, index, (plb_fit_method) m, &shape, &inner);
        json_object_set_new(object, plb_fit_method_name((plb_fit_method) m),
                            coefficients_json(c, shape, inner));
    }
    if (model->intervals) json_object_set_new(object, "intervals", intervals_json(row, model));
    if (model->diagnosis)
        json_object_set_new(object, "diagnosis", diagnosis_json(model->diagnosis));
    if (model->candidates) json_object_set_new(object, "candidates", candidates_json(model));
    return object;
}

plb_status plb_fit_json(const plb_fit *fit, char **text, plb_error *error) {
    json_t *functions = json_array(), *notes = json_array();
    for (size_t i = 0; i < fit->table->builtins; i++)
        json_array_append_new(functions, model_json(fit, i));
    for (size_t i = 0; i < fit->notes.count; i++) {
        const plb_fit_note *n = &fit->notes.items[i];
        json_array_append_new(notes, json_pack("{s:s, s:s, s:I, s:s}", "severity",
                                               severities[n->severity], "name", n->name, "line",
                                               (json_int_t) n->line, "text", n->text));
    }
    json_t *object = json_pack(
        "{s:I, s:I, s:I, s:I, s:o, s:o}", "rows", (json_int_t) fit->benching->rows, "left_out",
        (json_int_t) fit->left_out, "resamples", (json_int_t) fit->options.bootstrap, "seed",
        (json_int_t) fit->options.seed, "functions", functions, "notes", notes);
    return plb_fit_dump(object, text, error);
}
