/* What the writers of cost models share. */
#ifndef PLB_MODEL_WRITE_H
#define PLB_MODEL_WRITE_H

#include "calibrate/model/costs.h"

/* What is written of a model, and who wants to know about it. */
typedef struct plb_costs_writing {
    const plb_costs *costs;
    plb_era era;      /* as asked for */
    unsigned written; /* languages that are written, as plb_costs_source's */
    plb_costs_findings *findings;
    plb_error *error;
} plb_costs_writing;

#define PLB_COSTS_FIND(w, severity, what, parameter, ...)                                          \
    plb_costs_find((w)->findings, severity, what, parameter, (w)->error, __VA_ARGS__)

/* Which published costs stand for those that the source did not have. */
plb_status plb_costs_find_defaults(const plb_costs_writing *w, bool builtins, bool machine);

typedef enum plb_costs_naming { PLB_AS_ARRAY, PLB_BY_NAME, PLB_BY_GENESIS_NAME } plb_costs_naming;

/* The ledger's parameters in the model. Errors: those of plb_costs_write. */
plb_status plb_costs_parameters_json(const plb_costs_writing *w, plb_costs_naming naming,
                                     json_t **json);

#endif
