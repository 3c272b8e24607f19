/* What the tools on cost models share. */
#ifndef PLB_MODEL_COSTS_H
#define PLB_MODEL_COSTS_H

#include <jansson.h>

#include <plutbench/model.h>

#include "harness/machine/cost_params.h"

struct plb_costs {
    plb_cost_model *model;
    plb_costs_source source;
    char *name;            /* source.name */
    char key[24];          /* source.key */
    json_t *unknown;       /* object; NULL: none */
    const char **unknowns; /* its members, in order */
    size_t unknown_count;
};

/* "const_above_diagonal/multiplied_sizes". */
void plb_costing_shape(const plb_costing *costing, char shape[PLB_COSTS_SHAPE_BYTES]);
bool plb_costing_same_shape(const plb_costing *a, const plb_costing *b);
/* Whether two models have the same functions for a builtin. */
bool plb_costs_same(const plb_costs *a, const plb_costs *b, unsigned tag);
/* "85848 where x < y, else 228465 + 122 x y". */
void plb_costing_formula(const plb_costing *costing, char formula[PLB_COSTS_FORMULA_BYTES]);

/* What is compared and checked of a builtin: its functions. */
enum { PLB_COSTS_OF_STEPS, PLB_COSTS_OF_MEMORY, PLB_COSTS_RESOURCES };
const plb_costing *plb_costing_of(const plb_cost_model *model, unsigned tag, int resource);
/* "addInteger-cpu-arguments". */
void plb_costing_name(unsigned tag, int resource, char name[PLB_COSTS_NAME_BYTES]);

/* The builtins that some language has parameters for; policies and assetCount have none, and every
 * model prices them alike. */
void plb_costs_priced(const plb_costs *costs, bool priced[PLB_BUILTIN_COUNT]);

/* Machine cost `index` of the published files: where a model has it. */
const char *plb_costs_step_name(unsigned index);
plb_exunits *plb_costs_step_slot(const plb_costs *costs, unsigned index);
/* What a file does not have is INT64_MAX in both. */
bool plb_costs_step_present(plb_exunits cost);

/* The parameters of an era's ledger, and what a model has of them. */
typedef struct plb_costs_view {
    plb_era era;
    plb_cost_model *shapes; /* that the parameters stand for: the era's published model */
    size_t count;           /* that the ledger's array has */
    size_t all;             /* that the language has */
    plb_param params[PLB_PARAMS_MAX];
    bool present[PLB_PARAMS_MAX];
    bool misfit[PLB_PARAMS_MAX]; /* the model's function has another shape */
} plb_costs_view;

/* The era that is meant by `era` for `costs`: what it does not say is the model's own. */
plb_era plb_costs_era(const plb_costs *costs, plb_era era);
/* Free with plb_costs_view_free, also after a failure. PLB_E_UNAVAILABLE, PLB_E_MEMORY. */
plb_status plb_costs_look(const plb_costs *costs, plb_era era, plb_costs_view *view,
                          plb_error *error);
void plb_costs_view_free(plb_costs_view *view);
/* PLB_E_COST_MODEL says what is wrong with the shape behind parameter `index`, which is a misfit.
 */
plb_status plb_costs_misfit(const plb_costs *costs, const plb_costs_view *view, size_t index,
                            plb_error *error);
/* The same for the first misfit among the first `count` parameters; PLB_OK when there is none. */
plb_status plb_costs_fits(const plb_costs *costs, const plb_costs_view *view, size_t count,
                          plb_error *error);
/* "PlutusV1 at protocol version 10"; "the newest language". */
#define PLB_COSTS_ERA_BYTES 64
void plb_costs_era_text(plb_era era, char text[PLB_COSTS_ERA_BYTES]);

/* Sizes that an argument can have. */
typedef struct plb_size_range {
    int64_t least;
    int64_t most; /* that a transaction of the given memory can make */
    bool open;    /* the size is a value, or counts what is shared: nothing bounds it */
} plb_size_range;

plb_size_range plb_size_range_of(unsigned tag, unsigned argument, plb_variant variant,
                                 int64_t memory);

/* Append a finding; PLB_E_MEMORY. `findings` NULL: nobody wants to know. */
plb_status plb_costs_find(plb_costs_findings *findings, plb_costs_severity severity,
                          const char *what, const char *parameter, plb_error *error,
                          const char *format, ...) PLB_PRINTF(6, 7);

#endif
