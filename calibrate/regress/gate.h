/* A gate, inside. */
#ifndef PLB_REGRESS_GATE_H
#define PLB_REGRESS_GATE_H

#include "calibrate/regress/decide.h"
#include "calibrate/regress/items.h"

/* Who measures: workers of what is measured, of the same again, and of an older library. */
typedef enum plb_gate_role {
    PLB_GATE_NOW,
    PLB_GATE_AGAIN,
    PLB_GATE_BEFORE,
    PLB_GATE_ROLES
} plb_gate_role;

#define PLB_GATE_EPOCHS_MOST 1024 /* processes of each role */

/* A time of an item, by process: logarithms of what is typical there. */
typedef struct plb_gate_series {
    size_t item; /* of the items */
    plb_gate_quantity quantity;
    double *logs[PLB_GATE_ROLES]; /* room for PLB_GATE_EPOCHS_MOST each */
    size_t count;
    bool known; /* well enough */
} plb_gate_series;

/* What was measured. */
typedef struct plb_gate_measured {
    plb_gate_series *series;
    size_t count;
    double *pace; /* samples, ns */
    size_t pace_count;
    double *scale[PLB_GATE_EPOCHS_MOST]; /* of each epoch, logarithms by the scale's points */
    size_t scale_epochs;
    plb_grid *scale_grid; /* NULL: the scale was not measured */
    uint32_t epochs;
    double elapsed_s;
    bool interrupted, timed_out;
    plb_environment before, after;
} plb_gate_measured;

/* With the plan's defaults filled in; the scale's set, too, where the plan says `update`. An
 * interruption is no error. Free with plb_gate_measured_free, also after an error. */
plb_status plb_gate_measure(plb_gate_measured *measured, plb_gate_items *items,
                            const plb_gate_plan *plan, plb_error *error);
void plb_gate_measured_free(plb_gate_measured *measured);

/* Budgets by another library than the program's own, of all items; budgets[item * VARIANTS + v].
 * `name` receives which library it is. */
plb_status plb_gate_charge_by(plb_gate_items *items, const plb_gate_plan *plan, const char *file,
                              plb_gate_budget *budgets, char name[PLB_GATE_LIBRARY_BYTES],
                              plb_error *error);

bool plb_gate_same_budget(const plb_gate_budget *a, const plb_gate_budget *b);

/* Points that the scale is measured at: of each builtin of its set one or two, and their no-ops. */
plb_status plb_gate_scale_grid(plb_grid **grid, plb_error *error);
/* The scale from `reference` to `own`, items of these points. Free with plb_machine_scale_free. */
struct plb_machine_scale;
plb_status plb_gate_scale_make(struct plb_machine_scale **scale, const plb_baseline_item *reference,
                               size_t reference_count, const plb_baseline_item *own,
                               size_t own_count, plb_error *error);

/* What the differences between the new and the old library say, and the null experiment. */
plb_gate_case plb_gate_interleaved_case(const plb_gate_series *series);
/* The level of what is measured, from both of its roles. */
plb_measured plb_gate_level(const plb_gate_series *series, plb_gate_role first, plb_gate_role last);
/* As a time; `ns` 0 when too little was measured. */
plb_gate_time plb_gate_time_of(const plb_gate_series *series, plb_gate_role first,
                               plb_gate_role last);
plb_gate_time plb_gate_time_of_levels(const double *levels, size_t count);
/* A time as the figure that it was, in logarithms. */
plb_measured plb_gate_figure_of(const plb_gate_time *time);

struct plb_gate {
    plb_gate_report report;
    plb_gate_items items;
    plb_gate_measured measured;
    plb_gate_row *rows;
    plb_gate_budget_row *budgets;
    plb_baseline_machine machine; /* this one */
    plb_baseline_item *scale;     /* its points */
    size_t scale_count;
    char *names; /* of what is in the baseline only */
    char *baseline_name;
    char own_name[PLB_GATE_LIBRARY_BYTES], other_name[PLB_GATE_LIBRARY_BYTES];
    plb_error no_scale; /* why machines can't be compared; status PLB_OK: they can */
};

#endif
