/* What `plutbench measure` leaves. */
#include "results/dictionary/dictionary.h"

#define METHODOLOGY "docs/methodology.md"
#define MEASURE "docs/measure.md"

static const plb_field point[] = {
    {"label", "text", "", "values of what is varied", "", MEASURE},
    {"settings.*", "any", "", "every factor's value; null: the script's own", "", MEASURE},
    {"calls", "integer", "", "script calls of the transaction", "", ""},
    {"loops", "integer", "loops", "loops of each call", "--loops, or the strategy", ""},
    {"evaluations", "integer", "", "evaluations that finding the loop count took", "", ""},
    {"charged", "exunits", "", "ExUnits of the transaction", "the ledger's phase-2", ""},
    {"fee_lovelace", "integer", "lovelace", "its fee", "it is built", ""},
    {"transaction_bytes", "integer", "bytes", "its size", "it is built", ""},
    {"script_bytes", "integer", "bytes", "size of the script in it", "", ""},
    {"datum_bytes", "integer", "bytes", "size of the datum", "CBOR", ""},
    {"datum_nodes", "integer", "nodes", "nodes of data in the datum", "", ""},
    {"call", "estimate?", "ns", "time of the transaction with calls", "", METHODOLOGY},
    {"value_only_twin", "estimate?", "ns", "time of its value-only twin", "", METHODOLOGY},
    {"overhead", "estimate?", "ns", "what the calls add to the transaction",
     "call minus twin, in the same round", METHODOLOGY},
    {"overhead_per_call", "estimate?", "ns", "the same over the number of calls", "", METHODOLOGY},
    {"null_experiment", "estimate?", "ns", "difference between two equal twins", "", METHODOLOGY},
    {"noise_floor_ns", "number?", "ns", "difference below which nothing is claimed",
     "furthest end of the null experiment's interval", METHODOLOGY},
    {"resolved", "boolean?", "", "whether the overhead is beyond the noise floor", "", METHODOLOGY},
    {"fitted_ns", "number?", "ns", "overhead as the function has it", "", MEASURE},
    {"residual", "estimate?", "ns", "overhead less what the function has", "", MEASURE},
};

static const plb_field measure[] = {
    {"script", "text", "", "the script's name", "", ""},
    {"language", "text", "", "ledger language of the script", "", "CIP-35"},
    {"protocol_version", "integer", "", "major protocol version", "protocol parameters", ""},
    {"target", "text", "", "where transactions were submitted", "", "plutbench list targets"},
    {"strategy", "text?", "", "what loop counts were calibrated to; null: they were given", "", ""},
    {"varied", "text[]", "", "factors that have several values", "--vary", MEASURE},
    {"design_points", "design point[]", "", "every combination of values", "", MEASURE},
    {"function.model", "text", "", "terms of the function", "--model", MEASURE},
    {"function.of", "text", "", "what it is a function of: the overhead of a transaction", "", ""},
    {"function.terms[].term", "text", "", "a factor, a product of factors, or 1", "", MEASURE},
    {"function.terms[].coefficient", "estimate", "as `unit` says",
     "what one more of the term adds to a transaction",
     "least squares over the design points of each epoch", MEASURE},
    {"function.terms[].noise_floor_ns", "number?", "ns",
     "coefficient below which nothing is claimed", "the same fit to the null experiments", MEASURE},
    {"function.terms[].resolved", "boolean", "", "whether it is beyond that", "", MEASURE},
    {"function.terms[].charged_steps", "number", "ExUnits (steps)",
     "what one more of the term adds to the charged steps", "the same fit to the charges", MEASURE},
    {"function.terms[].fee_lovelace", "number", "lovelace",
     "what one more of the term adds to the fee", "the same fit to the fees", MEASURE},
    {"function.linear", "boolean?", "", "whether residuals are within chance", "", MEASURE},
    {"function.worst_point", "integer?", "", "design point with the largest residual, from 1", "",
     ""},
    {"function.worst_residual_half_widths", "number?", "half widths",
     "its residual over half the width of its interval", "", MEASURE},
    {"function.allowed_half_widths", "number?", "half widths", "up to where that is chance",
     "Bonferroni over the points", MEASURE},
    {"noise_floor_ns", "number?", "ns", "the highest of the design points' noise floors", "",
     METHODOLOGY},
    {"measured", "boolean", "", "false with --no-measure", "", ""},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"flags", "flag[]", "", "warnings", "", METHODOLOGY},
    {"subjects", "subject[]", "", "what was submitted, and its samples", "", METHODOLOGY},
    {"sampling", "sampling", "", "how it was sampled", "", METHODOLOGY},
    {"environment.before", "environment", "", "the machine before the sampling", "", ""},
    {"environment.after", "environment", "", "the machine after the sampling", "", ""},
};

static const plb_field csv[] = {
    {"point", "integer", "", "number of the design point, from 1", "", MEASURE},
    {"loops", "integer", "loops", "loops of each call", "", MEASURE},
    {"calls", "integer", "", "script calls of the transaction", "", MEASURE},
    {"purpose", "text", "", "spend, mint or withdraw", "", MEASURE},
    {"script_place", "text", "", "witness or reference", "", MEASURE},
    {"script_bytes", "integer", "bytes", "size that the script was padded to; NA: its own", "",
     MEASURE},
    {"datum", "text", "", "inline, hashed or none", "", MEASURE},
    {"datum_bytes", "integer", "bytes", "size that was asked of the datum; NA: its own", "",
     MEASURE},
    {"datum_nodes", "integer", "nodes", "nodes that were asked of the datum; NA: its own", "",
     MEASURE},
    {"payments", "integer", "", "outputs besides the change", "", MEASURE},
    {"extra_inputs", "integer", "", "further inputs at a key's address", "", MEASURE},
    {"assets", "integer", "", "native assets that inputs and outputs carry", "", MEASURE},
    {"native_scripts", "integer", "", "inputs at a native script's address", "", MEASURE},
    {"required_signer", "text", "", "yes or no", "", MEASURE},
    {"collateral_return", "text", "", "yes or no", "", MEASURE},
    {"validity_interval", "text", "", "yes or no", "", MEASURE},
    {"own_script_bytes", "integer", "bytes", "size of the script in the transaction", "", MEASURE},
    {"own_datum_bytes", "integer", "bytes", "size of the datum", "CBOR", MEASURE},
    {"own_datum_nodes", "integer", "nodes", "nodes of data in the datum", "", MEASURE},
    {"transaction_bytes", "integer", "bytes", "size of the transaction", "", MEASURE},
    {"charged_memory", "integer", "ExUnits (memory)", "memory that it is charged", "", MEASURE},
    {"charged_steps", "integer", "ExUnits (steps)", "steps that it is charged", "", MEASURE},
    {"fee_lovelace", "integer", "lovelace", "its fee", "", MEASURE},
#define INTERVAL(name, what)                                                                       \
    {name, "number", "ns", what, "", MEASURE},                                                     \
        {name "_low", "number", "ns", "lower end of the interval of " name, "", METHODOLOGY}, {    \
        name "_high", "number", "ns", "upper end of the interval of " name, "", METHODOLOGY        \
    }
    INTERVAL("call_ns", "time of the transaction with calls"),
    INTERVAL("twin_ns", "time of its value-only twin"),
    INTERVAL("overhead_ns", "what the calls add to the transaction"),
    INTERVAL("overhead_per_call_ns", "the same over the number of calls"),
    INTERVAL("null_ns", "difference between two equal twins"),
    INTERVAL("residual_ns", "overhead less what the function has"),
#undef INTERVAL
    {"noise_floor_ns", "number", "ns", "difference below which nothing is claimed", "",
     METHODOLOGY},
    {"resolved", "boolean", "", "TRUE: the overhead is beyond the noise floor", "", METHODOLOGY},
    {"fitted_ns", "number", "ns", "overhead as the function has it", "", MEASURE},
};

static const plb_field printed[] = {{"", "measure.json", "", "the same as the file", "", ""}};

const plb_record plb_records_design[] = {
    {"measure.json", PLB_RECORD_JSON, "measure --out",
     "the overhead at design points, and as a function of what is varied", PLB_FIELDS(measure)},
    {"measure.csv", PLB_RECORD_TABLE, "measure --out",
     "a line a design point, for R and Python; NA is what is not known", PLB_FIELDS(csv)},
    {"measure --json", PLB_RECORD_PRINTED, "measure --json", "the overhead at design points",
     PLB_FIELDS(printed)},
    {"design point", PLB_RECORD_GROUP, "", "one setting that is measured", PLB_FIELDS(point)},
    {.name = NULL},
};
