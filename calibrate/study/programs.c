/* Programs in a folder under both cost models of every era. */
#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/study/study.h"
#include "harness/machine/cost_params.h"
#include "harness/measure/statistics.h"

#define PROGRAMS_MAX 10000
#define NORMAL_975 1.959963984540054

typedef struct file {
    const char *name; /* without ".flat" */
    char *bytes;
    size_t length;
} file;

typedef struct programs {
    file *files;
    size_t count;
    plb_program *program;
    plb_machine *machine;
    double *ratios;     /* of steps, in the era at hand */
    double *deviations; /* of new steps, likewise */
} programs;

/* ---- The folder ---- */

static int is_flat(const struct dirent *entry) {
    size_t length = strlen(entry->d_name);
    return length > 5 && strcmp(entry->d_name + length - 5, ".flat") == 0;
}

static plb_status read_file(plb_study *study, const char *folder, const char *name, file *out,
                            plb_error *error) {
    char path[PATH_MAX];
    int length = snprintf(path, sizeof path, "%s/%s", folder, name);
    if (length < 0 || (size_t) length >= sizeof path)
        return plb_fail(error, PLB_E_IO, name, "the path is too long");
    out->name = plb_study_keep(study, "%.*s", (int) (strlen(name) - 5), name);
    return plb_study_read(path, &out->bytes, &out->length, error);
}

static plb_status read_folder(plb_study *study, programs *p, plb_error *error) {
    struct dirent **entries = NULL;
    char folder[PATH_MAX];
    plb_status status = plb_study_path(study, study->plan->impact.programs, folder, error);
    if (status != PLB_OK) return status;
    int count = scandir(folder, &entries, is_flat, alphasort);
    if (count < 0)
        return plb_fail(error, PLB_E_IO, folder, "could not be read: %s", strerror(errno));
    if (count == 0) status = plb_fail(error, PLB_E_IO, folder, "no *.flat files in it");
    if (count > PROGRAMS_MAX)
        status = plb_fail(error, PLB_E_IO, folder, "expected at most %d programs", PROGRAMS_MAX);
    p->files = calloc((size_t) count + 1, sizeof *p->files);
    p->ratios = calloc((size_t) count + 1, sizeof *p->ratios);
    p->deviations = calloc((size_t) count + 1, sizeof *p->deviations);
    if (status == PLB_OK && (!p->files || !p->ratios || !p->deviations))
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for programs");
    for (int i = 0; i < count; i++) {
        if (status == PLB_OK)
            status = read_file(study, folder, entries[i]->d_name, &p->files[p->count++], error);
        free(entries[i]);
    }
    free(entries);
    return status;
}

static void free_programs(programs *p) {
    for (size_t i = 0; i < p->count; i++) free(p->files[i].bytes);
    free(p->files);
    free(p->ratios);
    free(p->deviations);
    plb_program_free(p->program);
    plb_machine_free(p->machine);
}

/* ---- One program ---- */

static bool evaluate(const programs *p, const plb_study_models *models, const plb_cost_model *model,
                     plb_tally *tally, plb_exunits *spent) {
    plb_evaluation evaluation = {.program = p->program,
                                 .cost_model = model,
                                 .era = models->era,
                                 .limit = {INT64_MAX, INT64_MAX},
                                 .tally = tally};
    plb_outcome outcome;
    plb_status status = plb_machine_run(p->machine, &evaluation, &outcome);
    *spent = outcome.spent;
    return status == PLB_OK;
}

/* Relative, as a standard deviation; 0 for what is not fitted. */
static double relative_deviation(const plb_estimate *e) {
    if (e->method == NULL || !(e->value > 0)) return 0;
    return (e->low > 0 ? log(e->high / e->low) : (e->high - e->low) / e->value) / (2 * NORMAL_975);
}

/* What the uncertainty of fitted costs makes of a program's steps: each builtin's and step's share
 * of them, times how well its cost is known. Builtins of the same benchmark err together. */
static double deviation_of(const plb_study *study, const plb_tally *tally, double steps) {
    const plb_study_summary *s = &study->summary;
    double variance = 0;
    for (size_t i = 0; i < s->builtin_count; i++) {
        double together = 0;
        bool counted = false;
        for (size_t k = 0; k < s->builtin_count; k++) {
            const plb_study_builtin *b = &s->builtins[k];
            if (strcmp(b->benchmark, s->builtins[i].benchmark) != 0) continue;
            int tag = plb_builtin_find(b->name, strlen(b->name));
            counted |= k < i;
            if (tag >= 0)
                together += (double) tally->builtin_cost[tag].steps * relative_deviation(&b->ratio);
        }
        if (!counted) variance += together * together;
    }
    double machine = (double) tally->startup.steps * relative_deviation(&study->fitted_steps[0]);
    variance += machine * machine;
    machine = 0; /* one cost in common, or costs from the same programs */
    for (int i = 0; i < PLB_STEP_COUNT; i++)
        machine +=
            (double) tally->step_cost[i].steps * relative_deviation(&study->fitted_steps[1 + i]);
    return steps > 0 ? sqrt(variance + machine * machine) / steps : NAN;
}

/* Its budgets under both; false, and counted, when it has none. */
static bool compare_program(const plb_study *study, const programs *p, size_t index,
                            const plb_study_models *models, plb_study_era *era,
                            plb_study_program *out) {
    const file *f = &p->files[index];
    plb_tally tally = {.startup = {0}};
    if (plb_program_decode_flat(p->program, models->era, (const uint8_t *) f->bytes, f->length,
                                NULL) != PLB_OK) {
        era->unavailable++;
        return false;
    }
    *out = (plb_study_program){.name = f->name};
    if (!evaluate(p, models, models->before, NULL, &out->old_units) ||
        !evaluate(p, models, models->after, &tally, &out->new_units)) {
        era->failed++;
        return false;
    }
    out->old_fee = plb_exunits_fee(study->parameters, out->old_units);
    out->new_fee = plb_exunits_fee(study->parameters, out->new_units);
    out->deviation = study->plan->fit.bootstrap > 0
                         ? deviation_of(study, &tally, (double) out->new_units.steps)
                         : NAN;
    return true;
}

/* ---- Eras ---- */

static void count_program(plb_study_era *era, const plb_study_program *program, programs *p) {
    double ratio = program->old_units.steps > 0
                       ? (double) program->new_units.steps / (double) program->old_units.steps
                       : NAN;
    if (era->least == NULL || ratio < era->steps_least) {
        era->least = program->name;
        era->steps_least = ratio;
    }
    if (era->most == NULL || ratio > era->steps_most) {
        era->most = program->name;
        era->steps_most = ratio;
    }
    p->deviations[era->programs] = program->deviation;
    p->ratios[era->programs++] = ratio;
    era->old_total.steps = plb_sat_add(era->old_total.steps, program->old_units.steps);
    era->old_total.memory = plb_sat_add(era->old_total.memory, program->old_units.memory);
    era->new_total.steps = plb_sat_add(era->new_total.steps, program->new_units.steps);
    era->new_total.memory = plb_sat_add(era->new_total.memory, program->new_units.memory);
    era->old_fee += (double) program->old_fee;
    era->new_fee += (double) program->new_fee;
}

static size_t differing_parameters(const plb_study_models *models) {
    plb_param params[PLB_PARAMS_MAX];
    size_t count = plb_params_list(models->before, models->era.language, params), differ = 0;
    for (size_t i = 0; i < count && i < models->count; i++)
        differ +=
            *plb_param_slot(models->before, params[i]) != *plb_param_slot(models->after, params[i]);
    return differ;
}

static void begin_era(plb_study *study, const plb_study_models *models, plb_study_era *era) {
    bool newest = models->era.language == PLB_LANGUAGE_NEWEST;
    *era = (plb_study_era){
        .era = models->era,
        .name = newest ? "newest"
                       : plb_study_keep(study, "%s, protocol version %u",
                                        plb_language_name(models->era.language),
                                        models->era.protocol_version),
        .variant = plb_era_variant(models->era),
        .parameters = models->count,
        .differing = models->count > 0 ? differing_parameters(models) : 0,
        .steps = {.value = NAN, .low = NAN, .high = NAN},
        .steps_least = NAN,
        .steps_most = NAN,
    };
}

/* Programs are made of the same builtins, and err together: their median as the typical one. */
static void conclude_era(const plb_study *study, programs *p, plb_study_era *era) {
    plb_estimate *e = &era->steps;
    e->value = plb_median_of(p->ratios, era->programs);
    e->count = era->programs;
    e->level = 0.95;
    if (era->programs == 0 || study->plan->fit.bootstrap == 0) return;
    double factor = exp(NORMAL_975 * plb_median_of(p->deviations, era->programs));
    e->low = e->value / factor;
    e->high = e->value * factor;
    e->method = "median over programs; builtins' intervals by their share of a program's steps";
}

static plb_status compare_era(plb_study *study, programs *p, size_t index, plb_error *error) {
    plb_study_era *era = &study->eras[index];
    begin_era(study, &study->models[index], era);
    for (size_t i = 0; i < p->count; i++) {
        plb_study_program *row = &study->programs[study->summary.program_count];
        if (plb_study_interrupted(study))
            return plb_fail(error, PLB_E_INTERRUPTED, NULL, "interrupted");
        if (!compare_program(study, p, i, &study->models[index], era, row)) continue;
        row->era = index;
        study->summary.program_count++;
        count_program(era, row, p);
    }
    conclude_era(study, p, era);
    return PLB_OK;
}

plb_status plb_study_compare_programs(plb_study *study, plb_error *error) {
    programs p = {0};
    plb_status status = plb_study_load_parameters(study, error);
    if (status == PLB_OK && study->plan->impact.programs != NULL)
        status = read_folder(study, &p, error);
    p.program = plb_program_new(0);
    p.machine = plb_machine_new(0);
    study->eras = calloc(study->model_count, sizeof *study->eras);
    study->programs = calloc(study->model_count * p.count + 1, sizeof *study->programs);
    if (status == PLB_OK && (!p.program || !p.machine || !study->eras || !study->programs))
        status = plb_fail(error, PLB_E_MEMORY, NULL, "no memory for programs");
    for (size_t i = 0; i < study->model_count && status == PLB_OK; i++)
        status = compare_era(study, &p, i, error);
    free_programs(&p);
    study->summary.eras = study->eras;
    study->summary.era_count = study->model_count;
    study->summary.programs = study->programs;
    return status;
}
