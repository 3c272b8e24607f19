#include "calibrate/fit/output.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PICOSECONDS 1e6

const plb_fit_coefficients *plb_fit_chosen(const plb_fit *fit, size_t index, plb_fit_method method,
                                           uint8_t *shape, uint8_t *inner) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_fit_model *model = &fit->models[index];
    *shape = row->shape;
    *inner = row->inner;
    if (method >= PLB_FIT_METHODS || !model->by[method].made) return &model->by[PLB_FIT_REFERENCE];
    if (method == PLB_FIT_SELECTED) {
        const char *outer = model->selected_shape, *nested = model->selected_inner;
        *shape = (uint8_t) plb_shape_find(outer, strlen(outer));
        *inner = nested ? (uint8_t) plb_shape_find(nested, strlen(nested)) : 0;
    }
    return &model->by[method];
}

static bool to_picoseconds(double microseconds, int64_t *out) {
    double picoseconds = ceil(PICOSECONDS * microseconds);
    if (!(fabs(picoseconds) < 9.2e18)) return false;
    *out = (int64_t) picoseconds;
    return true;
}

plb_status plb_fit_costing(const plb_fit_coefficients *c, uint8_t shape, uint8_t inner,
                           const char *builtin, plb_costing *costing, plb_error *error) {
    plb_regressors regressors = plb_fit_regressors(shape, inner);
    *costing = (plb_costing){.shape = shape, .inner = inner};
    bool fine = true;
    for (unsigned i = 0; i < regressors.count; i++)
        fine &= to_picoseconds(c->value[i], &costing->c[regressors.slot[i]]);
    if (regressors.constant_slot >= 0)
        fine &= to_picoseconds(c->constant, &costing->c[regressors.constant_slot]);
    if (regressors.minimum_slot >= 0)
        fine &= to_picoseconds(c->minimum, &costing->c[regressors.minimum_slot]);
    return fine ? PLB_OK
                : plb_fail(error, PLB_E_COST_MODEL, builtin,
                           "a coefficient does not fit in 64 bits of picoseconds");
}

plb_status plb_fit_dump(json_t *value, char **text, plb_error *error) {
    char *dumped = value ? json_dumps(value, JSON_INDENT(2) | JSON_REAL_PRECISION(17)) : NULL;
    json_decref(value);
    size_t length = dumped ? strlen(dumped) : 0;
    *text = dumped ? malloc(length + 2) : NULL;
    if (*text) {
        memcpy(*text, dumped, length);
        memcpy(*text + length, "\n", 2);
    }
    free(dumped);
    return *text ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
}

/* ---- R's lists ---- */

static void print_number(FILE *out, bool there, double value) {
    if (!there) {
        fputs("-\t", out);
    } else {
        fprintf(out, "%.17g\t", value);
    }
}

static void print_row(FILE *out, const plb_fit_model *model, const plb_fit_coefficients *c,
                      uint8_t shape, uint8_t inner) {
    plb_regressors regressors = plb_fit_regressors(shape, inner);
    bool nests = plb_shapes[shape].inner_arguments != 0;
    fprintf(out, "%sModel\t%s\t%s\t", model->builtin, plb_shapes[shape].name,
            nests ? plb_shapes[inner].name : "-");
    print_number(out, c->has_constant, c->constant);
    print_number(out, c->has_minimum, c->minimum);
    for (unsigned i = 0; i < c->count; i++) {
        fprintf(out, "%s%s=", i ? ";" : "", regressors.term[i]->name);
        if (isnan(c->value[i])) {
            fputs("NA", out);
        } else {
            fprintf(out, "%.17g", c->value[i]);
        }
    }
    fputc('\n', out);
}

plb_status plb_fit_coefficients_tsv(const plb_fit *fit, plb_fit_method method, char **text,
                                    plb_error *error) {
    size_t length;
    FILE *out = open_memstream(text, &length);
    if (!out) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
    fputs("model\ttype\tsubtype\tconstant\tminimum\tcoefficients\n", out);
    for (size_t i = 0; i < fit->table->builtins; i++) {
        const plb_fit_model *model = &fit->models[i];
        uint8_t shape, inner;
        const plb_fit_coefficients *c = plb_fit_chosen(fit, i, method, &shape, &inner);
        if (model->made || fit->undetermined[i]) print_row(out, model, c, shape, inner);
    }
    if (fclose(out) == 0) return PLB_OK;
    free(*text);
    *text = NULL;
    return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a result");
}
