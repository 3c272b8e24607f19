/* What `plutbench model` and `plutbench regress` print and write. */
#include "results/dictionary/dictionary.h"

#define MODELS "docs/models.md"
#define REGRESS "docs/regress.md"
#define PARAM_NAMES "plutus: plutus-ledger-api ParamName"

/* ---- model ---- */

static const plb_field source[] = {
    {"name", "text", "", "file, or letter of a published model", "", MODELS},
    {"form", "text", "", "form of the file: published, builtin, machine, array, named ...", "",
     MODELS},
    {"language", "text", "", "ledger language whose parameters it has", "", "CIP-35"},
    {"key", "text?", "", "member of the file that it was found under", "", MODELS},
    {"protocol_version", "integer?", "", "protocol version whose shapes it has", "", MODELS},
    {"version_assumed", "boolean", "", "whether that was not told by the file", "", MODELS},
    {"variant", "text?", "", "semantics variant: A to E", "", "Plutus Core specification"},
    {"parameters", "integer", "", "parameters that the file has", "", MODELS},
    {"surplus", "integer", "", "of these, more than are known", "", MODELS},
    {"machine_published", "boolean", "",
     "whether machine steps are the published ones, since the "
     "file has none",
     "", MODELS},
    {"builtins_published", "boolean", "",
     "whether builtins are the published ones, since the file "
     "has none",
     "", MODELS},
};

static const plb_field function[] = {
    {"shape", "text", "", "costing shape, with the inner one behind '/'", "", MODELS},
    {"coefficients.*", "integer", "ExUnits", "its coefficients by the parameters' names", "",
     PARAM_NAMES},
    {"formula", "text", "", "the function in x, y, z, u", "", MODELS},
};

static const plb_field show[] = {
    {"source", "model source", "", "where the model is from", "", MODELS},
    {"machine.*", "exunits", "", "cost of a machine step, or of starting the machine", "",
     "plutus: cost-model/data/cekMachineCosts*.json"},
    {"builtins.*.steps", "costing", "", "costing function of steps", "", MODELS},
    {"builtins.*.memory", "costing", "", "costing function of memory", "", MODELS},
    {"builtins.*.cost", "exunits", "", "cost at the sizes of --at", "", MODELS},
    {"parameters[].index", "integer", "", "place of a parameter in the ledger's order", "",
     PARAM_NAMES},
    {"parameters[].name", "text", "", "its name", "", PARAM_NAMES},
    {"parameters[].value", "integer?", "ExUnits", "its value", "", MODELS},
};

static const plb_field diff[] = {
    {"before", "model source", "", "the first model", "", MODELS},
    {"after", "model source", "", "the second model", "", MODELS},
    {"compared", "integer", "", "parameters compared", "", MODELS},
    {"least", "number", "1", "smaller differences are left out", "--least", MODELS},
    {"levels", "integer[]", "", "sizes of arguments at which costs are compared", "", MODELS},
    {"parameters[].kind", "text", "", "changed, added, removed or reshaped", "", MODELS},
    {"parameters[].parameter", "text", "", "name of the parameter", "", PARAM_NAMES},
    {"parameters[].before", "any", "", "its value, or the shape, before", "", MODELS},
    {"parameters[].after", "any", "", "its value, or the shape, after", "", MODELS},
    {"parameters[].percent", "number?", "%", "by how much it changed", "", MODELS},
    {"costs[].builtin", "text", "", "a builtin that costs something else", "", MODELS},
    {"costs[].resource", "text", "", "steps or memory", "", MODELS},
    {"costs[].at_level", "number?[]", "1", "after over before, all arguments of each level", "",
     MODELS},
    {"costs[].lowest", "number?", "1", "lowest ratio of all sizes", "", MODELS},
    {"costs[].highest", "number?", "1", "highest ratio of all sizes", "", MODELS},
    {"costs[].points[].sizes", "integer[]", "", "sizes of the arguments", "", MODELS},
    {"costs[].points[].before", "integer", "ExUnits", "cost before", "", MODELS},
    {"costs[].points[].after", "integer", "ExUnits", "cost after", "", MODELS},
    {"costs[].points[].ratio", "number?", "1", "after over before", "", MODELS},
};

static const plb_field diff_csv[] = {
    {"kind", "text", "", "changed, added, removed, reshaped, steps or memory", "", MODELS},
    {"name", "text", "", "the parameter, or the builtin", "", MODELS},
    {"sizes", "text", "", "sizes of the arguments", "", MODELS},
    {"before", "text", "ExUnits", "value, cost or shape before", "", MODELS},
    {"after", "text", "ExUnits", "value, cost or shape after", "", MODELS},
    {"percent", "number", "%", "by how much it changed", "", MODELS},
};

static const plb_field check[] = {
    {"source", "model source", "", "where the model is from", "", MODELS},
    {"findings[].severity", "text", "", "error, warning or note", "", MODELS},
    {"findings[].what", "text", "", "missing, negative, falls, saturates, cheap ...", "", MODELS},
    {"findings[].parameter", "text", "", "the parameter", "", PARAM_NAMES},
    {"findings[].text", "text", "", "the same in words", "", MODELS},
    {"errors", "integer", "", "findings that make it unusable", "", MODELS},
    {"warnings", "integer", "", "findings to look at", "", MODELS},
    {"notes", "integer", "", "findings to know of", "", MODELS},
};

/* ---- regress ---- */

static const plb_field gate_time[] = {
    {"ns", "number?", "ns", "time of one evaluation or call", "mean over processes", REGRESS},
    {"low_ns", "number?", "ns", "lower end of its interval", "", REGRESS},
    {"high_ns", "number?", "ns", "upper end of its interval", "", REGRESS},
    {"freedom", "number?", "", "degrees of freedom of the interval", "", REGRESS},
    {"spread", "number?", "1", "standard deviation between processes, over the time", "", REGRESS},
    {"processes", "integer", "", "processes that timed it", "", REGRESS},
};

static const plb_field regress[] = {
    {"mode", "text", "", "same-machine, other-machine or against a library", "", REGRESS},
    {"outcome", "text", "", "passed, failed or incomplete", "", REGRESS},
    {"conclusion", "text", "", "the same in a sentence", "", REGRESS},
    {"baseline", "text?", "", "the baseline's file", "--baseline", REGRESS},
    {"against", "text?", "", "the older library", "--against", REGRESS},
    {"measured", "text?", "", "version and revision that were measured", "", REGRESS},
    {"both", "boolean", "", "whether what is faster fails, too", "--both", REGRESS},
    {"tolerance", "number", "1", "a smaller change does not fail", "--tolerance", REGRESS},
    {"level", "number", "1", "probability of a false alarm, all items together", "", REGRESS},
    {"correction", "text", "", "how p-values are corrected for their number", "Holm 1979", REGRESS},
    {"items", "integer", "", "builtins at sizes, and scripts", "", REGRESS},
    {"processes", "integer", "", "processes that measured", "", REGRESS},
    {"elapsed_s", "number", "s", "time it took", "", REGRESS},
    {"interrupted", "boolean", "", "whether it was interrupted", "", REGRESS},
    {"timed_out", "boolean", "", "whether the time was not enough", "--time", REGRESS},
    {"between_runs", "number", "1", "standard deviation between runs that is allowed for",
     "--between-runs", REGRESS},
    {"between_runs_seen", "number?", "1", "the same as it was seen", "", REGRESS},
    {"common_change", "estimate?", "1", "change that all items have in common", "", REGRESS},
    {"null_called", "integer", "", "null experiments that call a difference", "", REGRESS},
    {"null_suspicious", "boolean", "", "whether these are more than chance", "", REGRESS},
    {"pace_ratio", "number?", "1", "pace of the processor now over that of the baseline", "",
     REGRESS},
    {"scale", "estimate?", "1", "scale between two machines", "a set of builtins", REGRESS},
    {"seed", "integer", "", "seed of arguments and orders", "--seed", REGRESS},
    {"flags", "flag[]", "", "warnings", "", "docs/methodology.md"},
    {"environment", "environment", "", "the machine", "", ""},
    {"times[].name", "text", "", "a builtin at sizes, or a script", "", REGRESS},
    {"times[].quantity", "text", "", "evaluate, overhead or loop", "", REGRESS},
    {"times[].verdict", "text", "", "same, slower, faster, undecided, new, gone or other", "",
     REGRESS},
    {"times[].before", "gate time", "ns", "time in the baseline", "", REGRESS},
    {"times[].now", "gate time", "ns", "time now", "", REGRESS},
    {"times[].advice", "text", "", "what would decide it", "", REGRESS},
    {"times[].change", "number?", "1", "now over before, less 1", "", REGRESS},
    {"times[].low", "number?", "1", "lower end, corrected for the number of items", "", REGRESS},
    {"times[].high", "number?", "1", "upper end, corrected for the number of items", "", REGRESS},
    {"times[].single_low", "number?", "1", "lower end, of this item alone", "", REGRESS},
    {"times[].single_high", "number?", "1", "upper end, of this item alone", "", REGRESS},
    {"times[].null_low", "number?", "1", "lower end of the null experiment", "", REGRESS},
    {"times[].null_high", "number?", "1", "upper end of the null experiment", "", REGRESS},
    {"times[].noise_floor", "number?", "1", "change below which nothing is claimed", "", REGRESS},
    {"times[].margin", "number?", "1", "change that fails: tolerance, or noise floor", "", REGRESS},
    {"times[].p", "number?", "1", "p-value of a change beyond the margin, corrected", "", REGRESS},
    {"budgets_compared", "integer", "", "items whose budgets were compared", "", REGRESS},
    {"budgets_changed[].name", "text", "", "an item whose budget changed", "", REGRESS},
    {"budgets_changed[].variant", "text", "", "semantics variant", "", REGRESS},
    {"budgets_changed[].before", "any", "ExUnits", "budget in the baseline", "", REGRESS},
    {"budgets_changed[].now", "any", "ExUnits", "budget now", "", REGRESS},
    {"verdicts.*", "integer", "", "items by verdict", "", REGRESS},
};

static const plb_field baseline[] = {
    {"format", "text", "", "plutbench-baseline", "", REGRESS},
    {"schema", "integer", "", "version of the form", "", REGRESS},
    {"written", "text", "", "day it was written", "", REGRESS},
    {"machine.*", "any", "", "the machine it was measured on", "", REGRESS},
    {"library.*", "any", "", "the build that was measured", "", REGRESS},
    {"items.*.budgets.*", "any", "ExUnits", "budget by semantics variant", "evaluated", REGRESS},
    {"items.*.measured", "text", "", "day it was measured", "", REGRESS},
    {"items.*.*", "gate time", "ns", "time of evaluate, overhead or loop", "", REGRESS},
    {"scale.*.measured", "text", "", "day it was measured", "", REGRESS},
    {"scale.*.*", "gate time", "ns", "times that the scale between two machines rests on", "",
     REGRESS},
};

const plb_record plb_records_models[] = {
    {"model show --json", PLB_RECORD_PRINTED, "model show --json", "a cost model",
     PLB_FIELDS(show)},
    {"model diff --json", PLB_RECORD_PRINTED, "model diff --json", "two cost models",
     PLB_FIELDS(diff)},
    {"model diff --csv", PLB_RECORD_TABLE, "model diff --csv", "two cost models",
     PLB_FIELDS(diff_csv)},
    {"model check --json", PLB_RECORD_PRINTED, "model check --json", "what is wrong with a model",
     PLB_FIELDS(check)},
    {"model source", PLB_RECORD_GROUP, "", "where a cost model is from", PLB_FIELDS(source)},
    {"costing", PLB_RECORD_GROUP, "", "a costing function", PLB_FIELDS(function)},
    {"regress --json", PLB_RECORD_PRINTED, "regress --json", "what changed since a baseline",
     PLB_FIELDS(regress)},
    {"regress --baseline", PLB_RECORD_PRINTED, "regress --update", "a baseline",
     PLB_FIELDS(baseline)},
    {"gate time", PLB_RECORD_GROUP, "", "a time with its interval", PLB_FIELDS(gate_time)},
    {.name = NULL},
};
