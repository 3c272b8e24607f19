/* Any bytes as Criterion's CSV, with all that is made of it; the first bytes choose the methods.
 * What is behind a line of '%' is a table of shapes. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/fit.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS_MAX 400 /* more take the time that other inputs need */

static void check_error(const plb_error *error, plb_status status) {
    if (error->status != status || error->message[0] == '\0') abort();
}

static void write_all(const plb_fit *fit, const plb_cost_model *base) {
    char *text = NULL;
    plb_error error;
    for (unsigned m = 0; m < PLB_FIT_METHODS; m++) {
        plb_fit_method method = (plb_fit_method) m;
        if (plb_fit_coefficients_tsv(fit, method, &text, &error) != PLB_OK) abort();
        free(text);
        plb_status status = plb_fit_builtin_json(fit, method, base, m % 2, &text, &error);
        if (status != PLB_OK) check_error(&error, status);
        free(text);
    }
    plb_status status =
        plb_fit_parameters_json(fit, PLB_FIT_REFERENCE, 0, true, true, &text, &error);
    if (status != PLB_OK) check_error(&error, status);
    free(text);
    if (plb_fit_json(fit, &text, &error) != PLB_OK) abort();
    free(text);
    if (plb_fit_text(fit, &text, &error) != PLB_OK) abort();
    free(text);
}

static void check_models(const plb_fit *fit) {
    for (size_t i = 0; i < plb_fit_count(fit); i++) {
        const plb_fit_model *model = plb_fit_get(fit, i);
        if (model->made == (model->problem != NULL)) abort();
        const plb_fit_coefficients *c = &model->by[PLB_FIT_REFERENCE];
        for (unsigned t = 0; model->made && t < c->count; t++)
            if (isnan(c->value[t])) abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    plb_benching *benching;
    plb_fit_table *table;
    plb_error error;
    uint8_t chosen = size ? data[0] : 0;
    const char *text = (const char *) data + (size > 0), *end = (const char *) data + size;
    const char *mark = memmem(text, (size_t) (end - text), "\n%\n", 3);
    plb_status status = plb_benching_parse(&benching, "fuzz.csv", text,
                                           (size_t) ((mark ? mark : end) - text), &error);
    if (status != PLB_OK) {
        check_error(&error, status);
        return 0;
    }
    if (mark) {
        status = plb_fit_table_parse(&table, "table", mark + 3, (size_t) (end - mark - 3), &error);
        if (status != PLB_OK) check_error(&error, status);
    } else {
        table = plb_fit_table_default();
    }
    plb_fit_options options = {
        .weights = (plb_fit_weights) (chosen & 3) % 3,
        .nnls = chosen & 4,
        .huber = chosen & 8,
        .quantile = chosen & 16 ? 0.9 : 0,
        .select = chosen & 32,
        .diagnose = chosen & 64,
        .bootstrap = chosen & 128 ? 5 : 0,
    };
    plb_fit *fit = NULL;
    if (table && plb_benching_rows(benching) <= ROWS_MAX) {
        if (plb_fit_run(&fit, benching, table, &options, &error) != PLB_OK) abort();
        plb_cost_model *base = plb_cost_model_default((plb_era){PLB_LANGUAGE_NEWEST, 0});
        check_models(fit);
        write_all(fit, base);
        plb_cost_model_free(base);
    }
    plb_fit_free(fit);
    plb_fit_table_free(table);
    plb_benching_free(benching);
    return 0;
}
