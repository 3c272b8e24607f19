/* A costing for what a transaction with calls takes beyond one that moves value only, from sweeps
 * over design points that `plutbench measure` left (docs/overhead.md). */
#ifndef PLB_OVERHEAD_OVERHEAD_H
#define PLB_OVERHEAD_OVERHEAD_H

#include <plutbench/calibrate.h>
#include <plutbench/scale.h>

#define PLB_OVERHEAD_RUNS_MAX 64
#define PLB_OVERHEAD_NAME_BYTES 128
#define PLB_OVERHEAD_LABEL_BYTES 160

/* ---- Sweeps that were measured ---- */

typedef struct plb_overhead_point {
    char label[PLB_OVERHEAD_LABEL_BYTES];
    uint64_t settings[PLB_FACTOR_COUNT]; /* sizes of script and datum as they were, not as they were
                                            set; PLB_AS_IT_IS: not told */
    plb_exunits charged;                 /* to all calls together */
    uint64_t fee, size_bytes;
    plb_estimate overhead_ns, null_ns;
} plb_overhead_point;

/* One measure.json. */
typedef struct plb_overhead_run {
    char name[PLB_OVERHEAD_NAME_BYTES]; /* of the input */
    char script[PLB_OVERHEAD_NAME_BYTES];
    /* What runs must have in common for their times to be of one thing. */
    char language[PLB_OVERHEAD_NAME_BYTES], target[PLB_OVERHEAD_NAME_BYTES];
    char processor[PLB_OVERHEAD_NAME_BYTES];
    uint64_t protocol_version;
    double pace_ns; /* 0: not told */
    plb_overhead_point *points;
    size_t point_count;
} plb_overhead_run;

/* Read a measure.json; members that are not needed here are not looked at. Free with
 * plb_overhead_run_free. Errors: PLB_E_PARSE with line and path: no JSON, a member that is missing
 * or is something else, a design point that was not measured; PLB_E_MEMORY. */
plb_status plb_overhead_run_read(plb_overhead_run **run, const char *name, const char *text,
                                 size_t length, plb_error *error);
void plb_overhead_run_free(plb_overhead_run *run);

/* ---- Sizes that a costing may depend on ---- */

/* A row of the table of sizes, in the order in which they stand for each other: where the data do
 * not tell two apart, the coefficient of the first is that of both. */
typedef struct plb_overhead_size {
    const char *name; /* "script_bytes" */
    const char *unit; /* of one of it: "byte" */
    const char *description;
    /* Of a transaction; false: not known. */
    bool (*value)(const plb_overhead_point *point, double *value);
} plb_overhead_size;

#define PLB_OVERHEAD_SIZES 19
extern const plb_overhead_size plb_overhead_sizes[PLB_OVERHEAD_SIZES];

/* The index of the size of that name, or PLB_OVERHEAD_SIZES. */
size_t plb_overhead_size_find(const char *name);

/* ---- Costings ---- */

/* What is known of a size's coefficient. */
typedef enum plb_overhead_state {
    PLB_OVERHEAD_ABSENT,       /* no design point has any of it, or it was not asked for */
    PLB_OVERHEAD_UNKNOWN,      /* some design point does not tell how much of it it has */
    PLB_OVERHEAD_NOT_APART,    /* sizes before it make it up at every design point */
    PLB_OVERHEAD_NOT_RESOLVED, /* within its interval from zero, or below the noise floor */
    PLB_OVERHEAD_NEGATIVE,     /* below zero beyond its interval: zero is taken */
    PLB_OVERHEAD_FITTED
} plb_overhead_state;

/* "absent", "not-resolved" ... */
const char *plb_overhead_state_name(plb_overhead_state state);

/* What a step is worth. */
typedef enum plb_overhead_basis {
    PLB_BASIS_NOMINAL,   /* 1 step = 1 ps of this machine */
    PLB_BASIS_MACHINE,   /* what a charged step takes this machine */
    PLB_BASIS_REFERENCE, /* 1 step = 1 ps of the reference machine */
    PLB_BASIS_STEPS
} plb_overhead_basis;

/* "nominal", "machine", "reference". */
const char *plb_overhead_basis_name(plb_overhead_basis basis);

/* Of something that costs time: what it takes, and what is charged for it. */
typedef struct plb_overhead_charge {
    plb_estimate time_ns;
    double exunits_steps;               /* charged */
    double size_lovelace;               /* the fee for its bytes in the transaction */
    double reference_lovelace;          /* for bytes of reference scripts */
    double size_steps, reference_steps; /* the same, at the price of a step */
    /* At each basis that is known (method not NULL): what it takes in steps; and what of that
     * ExUnits do not pay, negative where they pay more. */
    plb_estimate steps[PLB_BASIS_STEPS], uncharged_steps[PLB_BASIS_STEPS];
} plb_overhead_charge;

typedef struct plb_overhead_coefficient {
    plb_overhead_state state;
    uint32_t made_of;           /* NOT_APART: of these sizes, a bit each */
    uint32_t stands_for;        /* sizes that are not told apart from it */
    plb_overhead_charge charge; /* for one more; not of what is held at zero */
    plb_estimate free_ns;       /* NOT_RESOLVED, NEGATIVE, FITTED: without the condition that no
                                   coefficient be negative */
    double noise_floor_ns;      /* the same of twins against twins */
    double worse; /* NEGATIVE, or held at zero: how much the sum of squares, in units of variance,
                     grows by it */
    bool held;    /* at zero by that condition */
} plb_overhead_coefficient;

/* A transaction, and what the costing says of it. */
typedef struct plb_overhead_example {
    const char *title;
    plb_overhead_point point;
    double sizes[PLB_OVERHEAD_SIZES];
    plb_overhead_charge charge;
    bool beyond; /* it has more of something than any design point */
} plb_overhead_example;

#define PLB_OVERHEAD_EXAMPLES 2

typedef struct plb_overhead_run_facts {
    const plb_overhead_run *run;
    double residual; /* mean square, in units of variance: about 1 where all is well */
} plb_overhead_run_facts;

typedef struct plb_overhead_costing {
    plb_overhead_coefficient coefficients[PLB_OVERHEAD_SIZES];
    plb_overhead_run_facts runs[PLB_OVERHEAD_RUNS_MAX];
    size_t run_count, point_count, term_count;
    double pace_ns;      /* that all runs are expressed at; 0: as they were */
    double freedom;      /* of the residuals */
    double residual;     /* mean square of all, in units of variance */
    double widened;      /* what intervals are wider by because of it; 1: it is as expected */
    bool tested, linear; /* as in plb_sweep_summary */
    const plb_overhead_run *worst_run;
    const plb_overhead_point *worst_point;
    double worst_ns, worst_ratio, limit_ratio;
    plb_estimate ns_per_step[PLB_BASIS_STEPS]; /* method NULL: not known */
    plb_overhead_basis basis;                  /* of the proposal */
    double lovelace_per_step;
    plb_overhead_example examples[PLB_OVERHEAD_EXAMPLES];
    size_t example_count;
} plb_overhead_costing;

typedef struct plb_overhead_options {
    const plb_protocol_parameters *parameters; /* that fees were made with */
    const plb_machine_scale *scale;            /* NULL: none */
    double ns_per_step; /* of this machine; 0: from the data, where loops are varied */
    bool machine_basis; /* propose at that, where it is known; else at the scale, or 1 ps */
    uint32_t sizes;     /* that may have a coefficient, a bit each; 0: all */
} plb_overhead_options;

/* Fit a costing to all points of `runs`, which must outlive it. Free with
 * plb_overhead_costing_free.
 * Errors: PLB_E_ARGUMENT (runs of different machines, targets, languages or protocol versions, by
 * name; fewer points than coefficients; fees that the parameters do not explain), PLB_E_MEMORY. */
plb_status plb_overhead_costing_make(plb_overhead_costing **costing, plb_overhead_run *const *runs,
                                     size_t count, const plb_overhead_options *options,
                                     plb_error *error);
void plb_overhead_costing_free(plb_overhead_costing *costing);

/* ---- What a costing leaves; texts are malloc'ed ---- */

/* overheadCostModel.json; docs/overhead.md has its members. */
plb_status plb_overhead_json(const plb_overhead_costing *costing, char **text, plb_error *error);
/* A line a size. */
plb_status plb_overhead_csv(const plb_overhead_costing *costing, char **text, plb_error *error);
/* For people. */
plb_status plb_overhead_text(const plb_overhead_costing *costing, char **text, plb_error *error);

#endif
