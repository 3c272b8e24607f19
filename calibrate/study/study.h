/* A study while it runs, shared by its steps. */
#ifndef PLB_STUDY_STUDY_H
#define PLB_STUDY_STUDY_H

#include <limits.h>

#include <jansson.h>

#include <plutbench/calibrate.h>
#include <plutbench/scale.h>
#include <plutbench/study.h>

#include "calibrate/fit/fit.h"
#include "harness/machine/cost.h"

/* The cost models of an era: what it has, and what it would have. */
typedef struct plb_study_models {
    plb_era era;
    plb_cost_model *before, *after;
    size_t count; /* of the ledger's parameters; 0: not the ledger's */
} plb_study_models;

#define PLB_STUDY_ERAS (1 + PLB_STUDY_VERSIONS_MAX * PLB_STUDY_LANGUAGES)

struct plb_study {
    plb_study_config config;
    const plb_study_plan *plan;
    int lock;           /* on the folder; -1: none */
    const char *making; /* the unit at hand */
    bool stale;         /* when only looking: something above would be made again */

    /* What steps have in common; each is loaded when it is first needed. */
    plb_protocol_parameters *parameters;
    plb_catalogue *catalogue;
    plb_cost_model *base;
    plb_fit_table *table;
    plb_benching *own;    /* as measured */
    plb_benching *scaled; /* in a reference machine's units; NULL: there is none */
    plb_machine_scale *scale;
    plb_fit *own_fit;        /* of own times */
    plb_fit *fit;            /* of what is proposed: own_fit, or of the scaled times */
    plb_cost_model *machine; /* machine steps as measured; NULL: as published */
    plb_estimate fitted_steps[1 + PLB_STEP_COUNT]; /* of it, start-up first; picoseconds */
    plb_study_models models[PLB_STUDY_ERAS];       /* the newest first */
    size_t model_count;

    plb_study_summary summary;
    plb_study_builtin *builtins;
    plb_study_era *eras;
    plb_study_program *programs;
    plb_study_script *scripts;
    plb_study_call *calls;
    plb_study_step steps[1 + PLB_STEP_COUNT];
    char **texts; /* that the summary points to */
    size_t text_count;
};

/* ---- Files (files.c) ---- */

/* A file of the plan's: relative to its folder. PLB_E_IO when the path is too long. */
plb_status plb_study_path(const plb_study *study, const char *name, char path[PATH_MAX],
                          plb_error *error);
/* A file of the study's: relative to its own folder. */
plb_status plb_study_own_path(const plb_study *study, const char *name, char path[PATH_MAX],
                              plb_error *error);
/* The whole file, NUL-terminated and malloc'ed. PLB_E_IO, PLB_E_MEMORY. */
plb_status plb_study_read(const char *path, char **text, size_t *length, plb_error *error);
/* Open a folder of the study's; "" is its own. Close with plb_results_close. */
plb_status plb_study_open(const plb_study *study, const char *folder, plb_results **results,
                          plb_error *error);
/* Where the times are: of the study's own sweep, or of the one that the plan names. */
plb_status plb_study_times_path(const plb_study *study, char path[PATH_MAX], plb_error *error);

/* ---- Units: what is done once (units.c) ---- */

/* What a unit is made from: {"settings": {...}, "inputs": {NAME: SHA-256 or null}}. */
json_t *plb_unit_wanted(json_t *settings);
/* Add a file; one that can't be read is null, and makes the unit be made. `name` is what it is
 * called in messages. */
void plb_unit_input(json_t *wanted, const char *name, const char *path);
/* A file of the plan's, NULL: none. */
void plb_unit_planned_input(const plb_study *study, json_t *wanted, const char *name);
/* All files in a folder whose names end with `suffix`, as one input. */
void plb_unit_input_folder(json_t *wanted, const char *name, const char *path, const char *suffix);
/* The first again, of a file of the study's. */
void plb_unit_own_input(const plb_study *study, json_t *wanted, const char *name);

/* A list of the plan's, for settings. */
json_t *plb_unit_names(const plb_study_names *names);

typedef struct plb_unit {
    const char *name;           /* "sweep", "calibrate-ecdsa-loop" */
    json_t *wanted;             /* freed by plb_study_unit */
    const char *const *outputs; /* files below the study's folder, ends with NULL */
    bool follows;               /* it reads what other units make */
    plb_status (*make)(plb_study *study, const struct plb_unit *unit, plb_error *error);
    const void *context;
} plb_unit;

/* Make the unit, unless its marker says that it was made from the same, and that its files are
 * still there. PLB_E_INTERRUPTED before it is begun, or as `make` returns it. */
plb_status plb_study_unit(plb_study *study, const plb_unit *unit, plb_error *error);
/* Remove all markers and what the units that they are of left in the study's folder. */
plb_status plb_study_forget(plb_study *study, plb_error *error);

bool plb_study_interrupted(const plb_study *study);
/* As the progress of a sampling; `context` is the study. */
void plb_study_show_sampling(void *context, const plb_progress *progress);
void plb_study_tell(const plb_study *study, const char *step, const char *format, ...)
    PLB_PRINTF(3, 4);

/* ---- What steps share (inputs.c) ---- */

plb_status plb_study_load_parameters(plb_study *study, plb_error *error);
plb_status plb_study_load_catalogue(plb_study *study, plb_error *error);
plb_status plb_study_load_base(plb_study *study, plb_error *error);
plb_status plb_study_load_fit(plb_study *study, plb_error *error);
plb_status plb_study_load_models(plb_study *study, plb_error *error);

/* Text of the summary's, kept as long as the study; "" when memory is short. */
const char *plb_study_keep(plb_study *study, const char *format, ...) PLB_PRINTF(2, 3);

/* A JSON string as one line of text, NULL when it is none. */
const char *plb_study_keep_line(plb_study *study, const json_t *value);
/* Names of an array of {name, advice}, ", " between them. */
const char *plb_study_flags(plb_study *study, const json_t *flags);

/* ---- Steps, in the order in which they are done ---- */

plb_status plb_study_sweep_step(plb_study *study, plb_error *error);
plb_status plb_study_fit_step(plb_study *study, plb_error *error);
plb_status plb_study_machine_step(plb_study *study, plb_error *error);
plb_status plb_study_calibrate_step(plb_study *study, plb_error *error);
plb_status plb_study_overhead_step(plb_study *study, plb_error *error);
plb_status plb_study_proposal_step(plb_study *study, plb_error *error);
plb_status plb_study_impact_step(plb_study *study, plb_error *error);

/* What a proposal is made from, and with it the impact; `settings` gets what the plan says of it.
 */
json_t *plb_study_proposal_wanted(const plb_study *study, json_t *settings);

/* Steps that are measured in several processes: what one of them does. */
plb_status plb_study_calibrate_slice(plb_study *study, const char *script, plb_error *error);
plb_status plb_study_overhead_slice(plb_study *study, size_t plan, plb_error *error);
plb_status plb_study_machine_slice(plb_study *study, plb_error *error);
/* The command line of such a process, NULL: none is to be started. free() it. */
char **plb_study_part_arguments(const plb_study *study, const char *part);

/* What a loop of a catalogue's script is charged under both models; 0: not known. */
plb_status plb_study_loop_charges(plb_study *study, const char *name, unsigned version,
                                  plb_exunits *before, plb_exunits *after, plb_error *error);

/* Parts of the impact; each fills its part of the summary. */
plb_status plb_study_compare_builtins(plb_study *study, plb_error *error);
plb_status plb_study_compare_programs(plb_study *study, plb_error *error);
plb_status plb_study_compare_scripts(plb_study *study, plb_error *error);
plb_status plb_study_compare_calls(plb_study *study, plb_error *error);
plb_status plb_study_report_overhead(plb_study *study, plb_error *error);
void plb_study_compare_steps(plb_study *study);
plb_status plb_study_conditions_of(plb_study *study, plb_error *error);

#endif
