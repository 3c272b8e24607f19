/* What `plutbench calibrate` leaves. */
#include "results/dictionary/dictionary.h"

#define METHODOLOGY "docs/methodology.md"
#define STAGES "docs/stages.md"

static const plb_field figure[] = {
    {"paired", "estimate?", "ns", "by differences within rounds",
     "median of the differences in each epoch, trimmed mean of those", METHODOLOGY},
    {"regression", "estimate?", "ns", "by a fit over loop counts, as a check of the first",
     "robust regression over the subjects of each epoch", METHODOLOGY},
    {"resolved", "boolean", "", "whether it is beyond the noise floor, so that it may be claimed",
     "the interval is beyond the null experiment's", METHODOLOGY},
};

static const plb_field summary[] = {
    {"script", "text", "", "the script's name", "", ""},
    {"language", "text", "", "ledger language of the script", "", "CIP-35"},
    {"protocol_version", "integer", "", "major protocol version", "protocol parameters", ""},
    {"target", "text", "", "where calls were submitted", "", "plutbench list targets"},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"evaluations", "integer", "", "evaluations that finding the loop count took", "", ""},
    {"overhead_per_call", "figure", "ns",
     "what one call with no loops adds to a transaction, against the value-only twin",
     "call-empty minus twin", METHODOLOGY},
    {"cost_per_loop", "figure?", "ns", "what one loop more adds to a call",
     "call minus call-empty, over the loop count", METHODOLOGY},
    {"time_per_charged_step", "estimate?", "ns",
     "time of the loops over the steps that they are charged; meant to be 0.001 (1 ps)",
     "cost_per_loop over the steps of a loop", "Plutus cost model: a step is 1 ps"},
    {"null_experiment", "estimate?", "ns", "difference between two equal subjects, which is 0",
     "twin-again minus twin", METHODOLOGY},
    {"noise_floor_ns", "number?", "ns", "difference below which nothing is claimed",
     "furthest end of the null experiment's interval", METHODOLOGY},
    {"charged.per_call", "exunits", "", "ExUnits of a call with no loops", "evaluated", ""},
    {"charged.per_loop", "exunits", "", "ExUnits of one loop", "difference of two evaluations", ""},
    {"stages", "stages?", "", "the overhead, by what the ledger does for a call", "", STAGES},
    {"charges", "charges?", "", "what a call is charged, beside what it takes", "", STAGES},
    {"subjects", "subject[]", "", "what was submitted, and its samples", "", METHODOLOGY},
    {"sampling", "sampling", "", "how it was sampled", "", METHODOLOGY},
    {"environment.before", "environment", "", "the machine before the sampling", "", ""},
    {"environment.after", "environment", "", "the machine after the sampling", "", ""},
    {"flags", "flag[]", "", "warnings", "", METHODOLOGY},
    {"conclusion", "text", "", "what follows, in a sentence", "", ""},
    {"budget", "budget?", "", "the loop count and its budget", "", ""},
    {"scaled_budgets.*", "budget", "", "the same under scaled limits, by message id", "--scale",
     ""},
    {"profile", "profile", "", "with --json and --profile: where the time goes", "", STAGES},
    {"open_loop", "rate.json", "", "with --json and --rate: submitted at a rate", "", METHODOLOGY},
};

static const plb_field stage_row[] = {
    {"name", "text", "", "decode-transaction, phase-1, decode-scripts, build-contexts, start ...",
     "", STAGES},
    {"time.*", "estimate?", "ns", "mean time in the stage of call, call-empty and twin",
     "marks of the clock inside of a submission", STAGES},
    {"clock_readings.*", "number", "", "readings of the clock that fall into the stage", "counted",
     STAGES},
    {"overhead_per_call", "estimate?", "ns", "what the stage adds to a transaction",
     "call-empty minus twin", STAGES},
    {"noise_floor_ns", "number?", "ns", "difference below which nothing is claimed", "",
     METHODOLOGY},
    {"resolved", "boolean", "", "whether it is beyond the noise floor", "", METHODOLOGY},
};

static const plb_field stages[] = {
    {"rows", "stage[]", "", "one for each stage", "", STAGES},
    {"sum", "stage", "", "all stages together", "", STAGES},
    {"clock_read_ns", "number", "ns", "what one reading of the clock costs", "measured", ""},
    {"overhead_without_marks", "estimate?", "ns", "overhead of submissions without marks", "",
     STAGES},
    {"overhead_with_marks", "estimate?", "ns", "overhead of submissions with marks", "", STAGES},
    {"marks_add", "estimate?", "ns", "what marks add to the overhead", "the difference", STAGES},
    {"marks_add_per_submission", "estimate?", "ns", "what marks add to a submission", "", STAGES},
    {"discrepancy", "estimate?", "ns", "sum of the stages less the overhead without marks", "",
     STAGES},
    {"noise_floor_ns", "number?", "ns", "difference below which nothing is claimed", "", ""},
    {"marks_subtracted", "text", "", "how the cost of marks was taken off the stages", "", STAGES},
    {"adds_up", "boolean", "", "whether the stages add up to the overhead",
     "the discrepancy's "
     "interval has 0, or is below the noise floor",
     STAGES},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"rounds", "integer", "rounds", "rounds taken", "", ""},
    {"epochs", "integer", "", "layouts that were sampled", "", ""},
    {"elapsed_s", "number", "s", "time it took", "", ""},
    {"samples.*", "integer", "", "samples of call, call-empty and twin", "", ""},
};

static const plb_field charge_row[] = {
    {"name", "text", "", "the stage", "", STAGES},
    {"measured", "estimate?", "ns", "what it adds for a call", "", STAGES},
    {"resolved", "boolean", "", "whether that is beyond the noise floor", "", ""},
    {"exunits_steps", "number", "ExUnits (steps)", "steps that are charged for it", "", STAGES},
    {"size_fee_steps", "number", "ExUnits (steps)", "what the fee for bytes would buy in steps",
     "lovelace over the price of a step", STAGES},
    {"reference_script_fee_steps", "number", "ExUnits (steps)",
     "what the fee for reference scripts would buy in steps", "", STAGES},
    {"paid_by_exunits_at_1_ps", "estimate?", "1", "steps charged over the time, a step being 1 ps",
     "", STAGES},
    {"paid_by_all_at_1_ps", "estimate?", "1", "the same with fees", "", STAGES},
    {"paid_by_exunits_at_this_machines_step", "estimate?", "1",
     "the same, a step being what it takes on this machine", "", STAGES},
    {"paid_by_all_at_this_machines_step", "estimate?", "1", "the same with fees", "", STAGES},
};

static const plb_field charges[] = {
    {"rows", "charge[]", "", "one for each stage", "", STAGES},
    {"total", "charge", "", "all stages together", "", STAGES},
    {"exunits", "exunits", "", "ExUnits of a call with no loops", "", ""},
    {"lovelace_per_step", "number", "lovelace", "price of a step", "protocol parameters", ""},
    {"memory_as_steps", "number", "ExUnits (steps)", "steps that cost what the call's memory does",
     "price of memory over price of steps", STAGES},
    {"exunits_lovelace", "number", "lovelace", "fee for the call's ExUnits", "", ""},
    {"size_fee_lovelace", "number", "lovelace", "fee for the bytes that a call adds", "",
     "Alonzo ledger: minfee"},
    {"reference_script_fee_lovelace", "number", "lovelace", "fee for reference scripts", "",
     "Conway ledger: tierRefScriptFee"},
    {"script_bytes", "integer", "bytes", "bytes that scripts add to the transaction", "", ""},
    {"other_bytes", "integer", "bytes", "bytes that else a call adds", "", ""},
    {"reference_script_bytes", "integer", "bytes", "bytes of reference scripts", "", ""},
    {"time_per_charged_step", "estimate?", "ns", "what a step takes on this machine",
     "from the loops", STAGES},
};

static const plb_field budget_file[] = {
    {"*", "budget", "", "a budget by its message id; calibrating again adds to the file", "",
     "cardano-node: calibrate-script"},
};

static const plb_field scaling[] = {
    {"", "text", "", "names of rows: limits, unused budgets, loops, transactions a block", "",
     "cardano-node: calibrate-script"},
    {"*", "text", "", "a column for each message id", "", "cardano-node: calibrate-script"},
};

static const plb_field load[] = {
    {"label", "text", "", "what was submitted", "", ""},
    {"intended", "integer", "", "submissions that the rate stands for", "", METHODOLOGY},
    {"submitted", "integer", "", "submissions there was time for", "", METHODOLOGY},
    {"late", "integer", "", "submissions that began later than intended", "", METHODOLOGY},
    {"backlog_most", "integer", "", "most submissions that waited at once", "", METHODOLOGY},
    {"backlog_end", "integer", "", "submissions that waited at the end", "", METHODOLOGY},
    {"elapsed_s", "number", "s", "time it took", "", ""},
    {"rate_achieved", "number", "1/s", "submissions a second", "", METHODOLOGY},
    {"rate_capacity", "number", "1/s", "submissions a second that could be served",
     "1 over the mean "
     "service time",
     METHODOLOGY},
    {"utilisation", "number", "1", "share of the time that it was busy", "", METHODOLOGY},
    {"saturated", "boolean", "", "whether the rate is more than can be served", "", METHODOLOGY},
    {"stopped_by", "text", "", "time, or interruption", "", ""},
    {"seed", "integer", "", "seed of intervals", "", ""},
    {"flags", "flag[]", "", "warnings", "", ""},
    {"latency", "percentiles?", "ns",
     "from the intended time to the end; null where it is saturated", "", METHODOLOGY},
    {"service", "percentiles", "ns", "from the beginning to the end", "", METHODOLOGY},
    {"service-corrected", "percentiles", "ns",
     "what a closed loop tells after correction for coordinated omission",
     "HdrHistogram: recordValueWithExpectedInterval", METHODOLOGY},
};

static const plb_field rate[] = {
    {"script", "text", "", "the script's name", "", ""},
    {"rate_asked", "number", "1/s", "submissions a second that were asked for", "--rate", ""},
    {"arrivals", "text", "", "equal intervals, or Poisson", "--poisson", ""},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"call", "load", "", "the call at its loop count", "", METHODOLOGY},
    {"twin", "load", "", "its value-only twin", "", METHODOLOGY},
};

static const plb_field profile_file[] = {
    {"", "profile", "", "the whole", "", STAGES},
};

static const plb_field printed[] = {
    {"", "summary.json", "", "the same as the file", "", ""},
};

static const plb_field printed_budget[] = {
    {"", "budget", "", "the loop count and its budget", "", ""},
};

const plb_record plb_records_calls[] = {
    {"summary.json", PLB_RECORD_JSON, "calibrate --out", "what a call costs: the main result",
     PLB_FIELDS(summary)},
    {"summaries_*.json", PLB_RECORD_JSON, "calibrate --out",
     "loop counts and budgets, as the node team's calibrate-script writes them",
     PLB_FIELDS(budget_file)},
    {"scaling_*.csv", PLB_RECORD_TABLE, "calibrate --scale --out",
     "budgets under scaled limits, as calibrate-script writes them", PLB_FIELDS(scaling)},
    {"rate.json", PLB_RECORD_JSON, "calibrate --rate --out", "calls submitted at a rate",
     PLB_FIELDS(rate)},
    {"profile.json", PLB_RECORD_JSON, "calibrate --profile --out",
     "where the time of an evaluation goes", PLB_FIELDS(profile_file)},
    {"calibrate --json", PLB_RECORD_PRINTED, "calibrate --json", "what a call costs",
     PLB_FIELDS(printed)},
    {"calibrate --no-measure --json", PLB_RECORD_PRINTED, "calibrate --no-measure --json",
     "a loop count and its budget", PLB_FIELDS(printed_budget)},
    {"calibrate --scale --json", PLB_RECORD_PRINTED, "calibrate --no-measure --scale --json",
     "the same under scaled limits", PLB_FIELDS(budget_file)},
    {"figure", PLB_RECORD_GROUP, "", "a figure by two estimators", PLB_FIELDS(figure)},
    {"stages", PLB_RECORD_GROUP, "", "the overhead by stage", PLB_FIELDS(stages)},
    {"stage", PLB_RECORD_GROUP, "", "one stage", PLB_FIELDS(stage_row)},
    {"charges", PLB_RECORD_GROUP, "", "what is charged for the overhead", PLB_FIELDS(charges)},
    {"charge", PLB_RECORD_GROUP, "", "one stage's charge", PLB_FIELDS(charge_row)},
    {"load", PLB_RECORD_GROUP, "", "something submitted at a rate", PLB_FIELDS(load)},
    {.name = NULL},
};
