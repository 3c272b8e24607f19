/* What `plutbench fit` leaves. */
#include "results/dictionary/dictionary.h"

#define FITTING "docs/fitting.md"
#define MODELS_R "plutus: cost-model/data/models.R"
#define PUBLISHED "plutus: cost-model/data/builtinCostModel*.json"

static const plb_field coefficients[] = {
    {"shape", "text", "", "costing shape, such as linear_in_x", "", PUBLISHED},
    {"inner", "text", "", "shape of the part below the diagonal, where there is one", "",
     PUBLISHED},
    {"constant_us", "number?", "µs", "cost on the other side of the diagonal", "", MODELS_R},
    {"minimum_us", "number?", "µs", "least cost", "", MODELS_R},
    {"coefficients_us.*", "number?", "µs", "coefficient of a term, as it is used",
     "least squares, patched where it was negative", MODELS_R},
    {"unpatched_us.*", "number?", "µs", "the same before patches", "least squares", MODELS_R},
};

static const plb_field fit[] = {
    {"rows", "integer", "", "lines of the benchmark data", "", FITTING},
    {"left_out", "integer", "", "functions that could not be fitted", "", FITTING},
    {"resamples", "integer", "", "bootstrap resamples behind intervals; 0: none", "--bootstrap",
     FITTING},
    {"seed", "integer", "", "seed of resampling and folds", "--seed", FITTING},
    {"functions[].builtin", "text", "", "the builtin", "", ""},
    {"functions[].data", "text", "", "name of its benchmark in the data", "", MODELS_R},
    {"functions[].fitted", "boolean", "", "whether it could be fitted", "", FITTING},
    {"functions[].problem", "text", "", "why it could not", "", FITTING},
    {"functions[].points", "integer", "", "lines it was fitted to, outliers removed", "", MODELS_R},
    {"functions[].reference", "fit coefficients", "", "as the reference fits", "least squares",
     MODELS_R},
    {"functions[].weighted", "fit coefficients", "", "with weights", "--weights", FITTING},
    {"functions[].nnls", "fit coefficients", "", "with no coefficient below 0",
     "non-negative least squares", "Lawson and Hanson 1974"},
    {"functions[].huber", "fit coefficients", "", "with little weight of outliers",
     "Huber's M-estimator", "Huber 1964"},
    {"functions[].quantile", "fit coefficients", "", "a quantile instead of the mean",
     "quantile regression", "Koenker and Bassett 1978"},
    {"functions[].selected", "fit coefficients", "", "with the shape that predicts best",
     "cross-validation", FITTING},
    {"functions[].intervals.*.low_us", "number?", "µs", "lower end of a coefficient's interval",
     "bootstrap", FITTING},
    {"functions[].intervals.*.high_us", "number?", "µs", "upper end of a coefficient's interval",
     "bootstrap", FITTING},
    {"functions[].diagnosis.points", "integer", "", "points it was fitted to", "", FITTING},
    {"functions[].diagnosis.worst_under_estimate", "number?", "1",
     "largest ratio of a time to what the fit says", "", FITTING},
    {"functions[].diagnosis.worst_under_estimate_line", "integer", "", "its line in the data", "",
     FITTING},
    {"functions[].diagnosis.worst_over_estimate", "number?", "1",
     "largest ratio of what the fit says to a time", "", FITTING},
    {"functions[].diagnosis.share_under_estimated", "number?", "1",
     "share of points that take longer than the fit says", "", FITTING},
    {"functions[].diagnosis.residual_deviation_us", "number?", "µs",
     "standard deviation of residuals", "", FITTING},
    {"functions[].diagnosis.highest_leverage", "number?", "1", "highest leverage of a point",
     "diagonal of the hat matrix", FITTING},
    {"functions[].diagnosis.highest_leverage_line", "integer", "", "its line in the data", "",
     FITTING},
    {"functions[].diagnosis.points_of_high_leverage", "integer", "",
     "points with more than twice the mean leverage", "", FITTING},
    {"functions[].diagnosis.lack_of_fit_test", "text", "", "how lack of fit is told", "", FITTING},
    {"functions[].diagnosis.lack_of_fit", "number?", "", "the test's statistic", "", FITTING},
    {"functions[].diagnosis.lack_of_fit_p", "number?", "1", "its p-value", "", FITTING},
    {"functions[].candidates[].shape", "text", "", "a shape that was tried", "--select", FITTING},
    {"functions[].candidates[].inner", "text", "", "its inner shape", "", FITTING},
    {"functions[].candidates[].coefficients", "integer", "", "how many coefficients it has", "",
     FITTING},
    {"functions[].candidates[].error_us", "number?", "µs", "error of prediction",
     "cross-validation", FITTING},
    {"functions[].candidates[].error_deviation_us", "number?", "µs", "its standard error", "",
     FITTING},
    {"functions[].candidates[].chosen", "boolean", "", "whether it is the one",
     "the simplest within "
     "one standard error of the best",
     FITTING},
    {"notes[].severity", "text", "", "note or warning", "", FITTING},
    {"notes[].name", "text", "", "the builtin, or the benchmark", "", FITTING},
    {"notes[].line", "integer", "", "line of the data; 0: none", "", FITTING},
    {"notes[].text", "text", "", "what was done, or is in doubt", "", FITTING},
};

static const plb_field coefficients_tsv[] = {
    {"model", "text", "", "the builtin, with `Model` behind it", "", MODELS_R},
    {"type", "text", "", "costing shape", "", MODELS_R},
    {"subtype", "text", "", "inner shape; -: none", "", MODELS_R},
    {"constant", "number", "µs", "cost on the other side of the diagonal; -: none", "", MODELS_R},
    {"minimum", "number", "µs", "least cost; -: none", "", MODELS_R},
    {"coefficients", "text", "µs", "TERM=VALUE, joined by ';'", "", MODELS_R},
};

static const plb_field model[] = {
    {"*.cpu", "any", "ExUnits (steps)", "costing function of steps: its type and its arguments",
     "coefficients in picoseconds, rounded up", PUBLISHED},
    {"*.memory", "any", "ExUnits (memory)", "costing function of memory", "--base", PUBLISHED},
};

static const plb_field parameters[] = {
    {"*", "any", "", "the cost model of a ledger language: values in the ledger's order", "",
     "plutus: plutus-ledger-api ParamName"},
};

static const plb_field named[] = {
    {"*", "any", "", "the cost model of a ledger language: values by name", "",
     "plutus: plutus-ledger-api ParamName"},
};

#define SCALE "docs/scale.md"
static const plb_field scale[] = {
    {"of", "text", "", "own time over reference time", "", SCALE},
    {"factor", "number?", "1", "what takes the reference machine 1 takes this one so much",
     "Hodges-Lehmann location of builtins' median ratios", SCALE},
    {"low", "number?", "1", "lower end of its interval", "bootstrap over builtins", SCALE},
    {"high", "number?", "1", "upper end of its interval", "bootstrap over builtins", SCALE},
    {"level", "number", "1", "how often such intervals hold the truth", "", SCALE},
    {"method", "text", "", "estimator, and how its interval was made", "", SCALE},
    {"resamples", "integer", "", "of the bootstrap", "", SCALE},
    {"seed", "integer", "", "of the bootstrap", "", SCALE},
    {"points", "integer", "", "points that both machines have, of all builtins", "", SCALE},
    {"agrees", "boolean", "", "whether the spread is within its limit", "", SCALE},
    {"spread", "number?", "1", "deviation of builtins' factors beyond what their points explain",
     "", SCALE},
    {"spread_limit", "number", "1", "largest spread with which there is a scale", "", SCALE},
    {"heterogeneity", "number?", "1", "share of the variance between builtins that is theirs",
     "I squared", SCALE},
    {"builtins[].benchmark", "text", "", "a benchmark of the set", "--scale-set", SCALE},
    {"builtins[].library", "text", "", "library that its time is spent in", "--scale-set", SCALE},
    {"builtins[].points", "integer", "", "points that both machines have", "", SCALE},
    {"builtins[].left_out", "integer", "", "points of one machine only, or mostly of the no-op", "",
     SCALE},
    {"builtins[].factor", "number?", "1", "own time over reference time", "median over points",
     SCALE},
    {"builtins[].low", "number?", "1", "lower end of its interval", "bootstrap over points", SCALE},
    {"builtins[].high", "number?", "1", "upper end of its interval", "bootstrap over points",
     SCALE},
    {"builtins[].point_spread", "number?", "1", "robust deviation of its points", "", SCALE},
    {"builtins[].deviation", "number?", "1", "its factor over the scale's, less 1", "", SCALE},
    {"builtins[].factor_without", "number?", "1", "the scale's factor without it", "", SCALE},
    {"libraries[].library", "text", "", "a library of the set", "--scale-set", SCALE},
    {"libraries[].builtins", "integer", "", "builtins of it that play a part", "", SCALE},
    {"libraries[].factor", "number?", "1", "factor of its builtins alone", "", SCALE},
    {"libraries[].factor_without", "number?", "1", "the scale's factor without it", "", SCALE},
};

const plb_record plb_records_fit[] = {
    {"fit.json", PLB_RECORD_JSON, "fit --out", "every fit with its evidence", PLB_FIELDS(fit)},
    {"coefficients.tsv", PLB_RECORD_TABLE, "fit --out",
     "coefficients as the reference's R models have them", PLB_FIELDS(coefficients_tsv)},
    {"builtinCostModel*.json", PLB_RECORD_JSON, "fit --out",
     "the cost model as the Plutus repository checks it in", PLB_FIELDS(model)},
    {"parameters_named*.json", PLB_RECORD_JSON, "fit --out, study --out",
     "the same by parameters' names", PLB_FIELDS(named)},
    {"parameters*.json", PLB_RECORD_JSON, "fit --out, study --out",
     "the cost model as arrays, for protocol parameters", PLB_FIELDS(parameters)},
    {"fit --json", PLB_RECORD_PRINTED, "fit --json", "builtinCostModel.json", PLB_FIELDS(model)},
    {"fit coefficients", PLB_RECORD_GROUP, "", "one way to fit a function",
     PLB_FIELDS(coefficients)},
    {"scale.json", PLB_RECORD_JSON, "fit --out, fit --overhead --out, sweep --out, study --out",
     "the scale between this machine and that of --reference", PLB_FIELDS(scale)},
    {.name = NULL},
};
