#include "calibrate/fit/fit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/machine/builtin.h"

static const char *const method_names[PLB_FIT_METHODS] = {
    [PLB_FIT_REFERENCE] = "reference", [PLB_FIT_WEIGHTED] = "weighted",
    [PLB_FIT_NNLS] = "nnls",           [PLB_FIT_HUBER] = "huber",
    [PLB_FIT_QUANTILE] = "quantile",   [PLB_FIT_SELECTED] = "selected",
};

const char *plb_fit_method_name(plb_fit_method method) {
    return method < PLB_FIT_METHODS ? method_names[method] : "unknown";
}

/* ---- The input as a whole ---- */

/* The mean time of a no-op, as the reference takes it: of several the mean, of none 0. */
static void measure_no_op(plb_fit *fit, const char *name) {
    const plb_bench_group *group = plb_benching_find(fit->benching, name);
    plb_fit_no_op *no_op = &fit->no_ops[fit->no_op_count++];
    *no_op = (plb_fit_no_op){.name = name};
    if (!group) {
        plb_note(&fit->notes, PLB_FIT_WARNING, name, 0,
                 "is not in the input: 0 us is taken for it");
        return;
    }
    const plb_bench_point *first = &group->points[0];
    no_op->time = group->count == 1 ? first->time : plb_r_mean(group->points, group->count);
    if (group->count > 1)
        plb_note(&fit->notes, PLB_FIT_WARNING, name, first->line,
                 "is there %zu times: the mean is taken", group->count);
    if (!isfinite(no_op->time)) {
        no_op->time = NAN;
    } else if (no_op->time < 0) {
        plb_note(&fit->notes, PLB_FIT_WARNING, name, first->line,
                 "its mean time is negative: 0 us is taken for it");
        no_op->time = 0;
    }
    /* Half of a 95 % interval is 1.96 standard errors. */
    double error = (first->time_high - first->time_low) / (2 * 1.96);
    if (error > 0 && isfinite(error)) no_op->deviation = error / sqrt((double) group->count);
}

static const plb_fit_no_op *find_no_op(const plb_fit *fit, const char *name) {
    for (size_t i = 0; i < fit->no_op_count; i++)
        if (strcmp(fit->no_ops[i].name, name) == 0) return &fit->no_ops[i];
    return NULL;
}

/* Those of the table, then those that only a function's row names. */
static plb_status measure_no_ops(plb_fit *fit, plb_error *error) {
    const plb_fit_table *table = fit->table;
    fit->no_ops = calloc(table->count, sizeof *fit->no_ops);
    if (!fit->no_ops) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
    for (size_t i = table->builtins; i < table->count; i++)
        if (table->rows[i].rules & PLB_FIT_NO_OP) measure_no_op(fit, table->rows[i].data);
    for (size_t i = 0; i < table->builtins; i++) {
        const char *name = table->rows[i].no_op;
        if (name[0] && !find_no_op(fit, name)) measure_no_op(fit, name);
    }
    return PLB_OK;
}

/* Benchmarks are called as builtins are, with a capital letter. */
static bool is_builtin(const char *name) {
    char builtin[PLB_BENCH_NAME_BYTES];
    snprintf(builtin, sizeof builtin, "%s", name);
    if (builtin[0] >= 'A' && builtin[0] <= 'Z') builtin[0] = (char) (builtin[0] - 'A' + 'a');
    return plb_builtin_find(builtin, strlen(builtin)) >= 0;
}

static bool is_known(const plb_fit_table *table, const char *name) {
    for (size_t i = 0; i < table->count; i++)
        if (strcmp(table->rows[i].data, name) == 0 || strcmp(table->rows[i].no_op, name) == 0)
            return true;
    return is_builtin(name);
}

static void check_names(plb_fit *fit) {
    for (size_t i = 0; i < fit->benching->group_count; i++) {
        const plb_bench_group *group = &fit->benching->groups[i];
        if (group->count && !is_known(fit->table, group->name))
            plb_note(&fit->notes, PLB_FIT_PROBLEM, group->name, group->points[0].line,
                     "expected the name of a builtin or of a no-op: its %zu row%s not fitted",
                     group->count, group->count == 1 ? " is" : "s are");
    }
}

static void copy_notes(plb_fit *fit) {
    const plb_notes *from = &fit->benching->notes;
    for (size_t i = 0; i < from->count; i++)
        plb_note(&fit->notes, from->items[i].severity, from->items[i].name, from->items[i].line,
                 "%s", from->items[i].text);
    if (from->lost)
        plb_note(&fit->notes, PLB_FIT_PROBLEM, "", 0, "%zu more of the same kind", from->lost);
}

/* ---- One function ---- */

bool plb_fit_same_data(const plb_fit_row *a, const plb_fit_row *b) {
    return strcmp(a->data, b->data) == 0 && strcmp(a->no_op, b->no_op) == 0 &&
           a->filter == b->filter && a->split == b->split && a->rules == b->rules;
}

const plb_bench_group *plb_fit_group_of(const plb_fit *fit, const plb_fit_row *row) {
    return plb_benching_find(fit->benching, row->data);
}

plb_fit_job plb_fit_job_of(const plb_fit *fit, const plb_fit_row *row) {
    const plb_fit_no_op *no_op = row->no_op[0] ? find_no_op(fit, row->no_op) : NULL;
    return (plb_fit_job){
        .row = row,
        .shape = row->shape,
        .inner = row->inner,
        .split = row->split,
        .weights = fit->options.weights,
        .quantile = fit->options.quantile,
        .overhead = no_op ? no_op->time : NAN,
    };
}

/* Why the row can't even be tried; "" when it can. */
static void find_obstacle(const plb_fit *fit, const plb_fit_row *row, char *problem) {
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    const plb_fit_no_op *no_op = row->no_op[0] ? find_no_op(fit, row->no_op) : NULL;
    problem[0] = '\0';
    if (!group || group->count == 0) {
        snprintf(problem, PLB_FIT_PROBLEM_BYTES, "expected rows of %s: there are none", row->data);
    } else if (group->bad) {
        snprintf(problem, PLB_FIT_PROBLEM_BYTES, "%zu of its %zu rows have no valid time (line %u)",
                 group->bad, group->count, group->bad_line);
    } else if (no_op && isnan(no_op->time)) {
        snprintf(problem, PLB_FIT_PROBLEM_BYTES, "the time of %s is not known", row->no_op);
    }
}

static plb_status leave_out(plb_fit *fit, size_t index, const char *problem, plb_error *error) {
    plb_fit_model *model = &fit->models[index];
    const plb_bench_group *group = plb_fit_group_of(fit, &fit->table->rows[index]);
    model->problem = strdup(problem);
    if (!model->problem) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
    fit->left_out++;
    plb_note(&fit->notes, PLB_FIT_PROBLEM, model->builtin,
             group && group->count ? group->points[0].line : 0, "left out: %s", problem);
    return PLB_OK;
}

/* Another method than the reference's, where it was asked for. */
static plb_status fit_by(plb_fit *fit, size_t index, plb_fit_method method, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    plb_fit_job job = plb_fit_job_of(fit, row);
    plb_fit_result result;
    job.method = method;
    if (method == PLB_FIT_NNLS && (row->rules & PLB_FIT_KEEP_NEGATIVE)) return PLB_OK;
    plb_status status =
        plb_fit_points(&fit->work, &job, group->points, group->count, &result, error);
    if (!status && result.problem[0])
        plb_note(&fit->notes, PLB_FIT_WARNING, row->builtin, 0, "no fit by %s: %s",
                 method_names[method], result.problem);
    if (!status && result.c.made) fit->models[index].by[method] = result.c;
    return status;
}

static plb_status fit_alternatives(plb_fit *fit, size_t index, plb_error *error) {
    const plb_fit_options *o = &fit->options;
    const bool wanted[PLB_FIT_METHODS] = {
        [PLB_FIT_WEIGHTED] = o->weights != PLB_FIT_WEIGHTS_NONE,
        [PLB_FIT_NNLS] = o->nnls,
        [PLB_FIT_HUBER] = o->huber,
        [PLB_FIT_QUANTILE] = o->quantile > 0,
    };
    plb_status status = PLB_OK;
    for (unsigned m = 0; m < PLB_FIT_METHODS && !status; m++)
        if (wanted[m]) status = fit_by(fit, index, (plb_fit_method) m, error);
    if (!status && o->select) status = plb_fit_select(fit, index, error);
    if (!status && o->diagnose) status = plb_fit_diagnose(fit, index, error);
    if (!status && o->bootstrap) status = plb_fit_bootstrap(fit, index, error);
    return status;
}

static plb_status fit_one(plb_fit *fit, size_t index, plb_error *error) {
    const plb_fit_row *row = &fit->table->rows[index];
    plb_fit_model *model = &fit->models[index];
    const plb_shape_row *outer = &plb_shapes[row->shape];
    *model = (plb_fit_model){.builtin = row->builtin, .data = row->data, .shape = outer->name};
    if (outer->inner_arguments) model->inner = plb_shapes[row->inner].name;
    char problem[PLB_FIT_PROBLEM_BYTES];
    find_obstacle(fit, row, problem);
    if (problem[0]) return leave_out(fit, index, problem, error);

    bool said = false; /* what there is to say about the points, by a row above with the same */
    for (size_t i = 0; i < index; i++) said |= plb_fit_same_data(&fit->table->rows[i], row);
    const plb_bench_group *group = plb_fit_group_of(fit, row);
    plb_fit_job job = plb_fit_job_of(fit, row);
    job.data_notes = said ? NULL : &fit->notes;
    job.notes = &fit->notes;
    plb_fit_result result;
    plb_status status =
        plb_fit_points(&fit->work, &job, group->points, group->count, &result, error);
    if (status) return status;
    model->points = result.points;
    model->by[PLB_FIT_REFERENCE] = result.c;
    model->made = result.c.made;
    fit->undetermined[index] = result.undetermined && (row->rules & PLB_FIT_KEEP_NEGATIVE);
    return model->made ? fit_alternatives(fit, index, error)
                       : leave_out(fit, index, result.problem, error);
}

/* ---- Public ---- */

static plb_status check_options(const plb_fit_options *o, plb_error *error) {
    if (!(o->quantile >= 0 && o->quantile < 1))
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a quantile between 0 and 1, got %g",
                        o->quantile);
    if (o->weights > PLB_FIT_WEIGHTS_RELATIVE)
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected weights none, sd or relative");
    return PLB_OK;
}

plb_status plb_fit_run(plb_fit **out, const plb_benching *benching, const plb_fit_table *table,
                       const plb_fit_options *options, plb_error *error) {
    static const plb_fit_options none;
    *out = NULL;
    plb_status status = check_options(options ? options : &none, error);
    if (status) return status;
    plb_fit *fit = calloc(1, sizeof *fit);
    if (!fit) return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
    fit->benching = benching;
    fit->table = table;
    fit->options = options ? *options : none;
    fit->models = calloc(table->builtins, sizeof *fit->models);
    fit->undetermined = calloc(table->builtins, sizeof *fit->undetermined);
    if (!fit->models || !fit->undetermined)
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for a fit");
    copy_notes(fit);
    check_names(fit);
    if (!status) status = measure_no_ops(fit, error);
    for (size_t i = 0; i < table->builtins && !status; i++) status = fit_one(fit, i, error);
    if (!status && fit->notes.no_memory)
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for notes");
    if (status) {
        plb_fit_free(fit);
        return status;
    }
    *out = fit;
    return PLB_OK;
}

void plb_fit_free(plb_fit *fit) {
    if (!fit) return;
    for (size_t i = 0; fit->models && i < fit->table->builtins; i++) {
        free((char *) fit->models[i].problem);
        free((void *) fit->models[i].intervals);
        free((void *) fit->models[i].diagnosis);
        free((void *) fit->models[i].candidates);
    }
    plb_fit_work_free(&fit->work);
    plb_notes_free(&fit->notes);
    free(fit->no_ops);
    free(fit->undetermined);
    free(fit->models);
    free(fit);
}

size_t plb_fit_count(const plb_fit *fit) { return fit->table->builtins; }

const plb_fit_model *plb_fit_get(const plb_fit *fit, size_t index) {
    return index < fit->table->builtins ? &fit->models[index] : NULL;
}

size_t plb_fit_left_out(const plb_fit *fit) { return fit->left_out; }

const plb_fit_note *plb_fit_notes(const plb_fit *fit, size_t index) {
    return index < fit->notes.count ? &fit->notes.items[index] : NULL;
}

size_t plb_fit_problems(const plb_fit *fit) { return fit->notes.problems; }
