/* What list, doctor, version, selftest and describe print. */
#include "results/dictionary/dictionary.h"

#define METHODOLOGY "docs/methodology.md"

static const plb_field list[] = {
    {"scripts[].name", "text", "", "name for --script", "", "scripts/catalogue.json"},
    {"scripts[].file", "text", "", "its source in the catalogue", "", "scripts/catalogue.json"},
    {"scripts[].language", "text", "", "ledger language", "", "CIP-35"},
    {"scripts[].since", "integer", "", "first protocol version that has all it uses", "", ""},
    {"scripts[].size_bytes", "integer", "bytes", "size of the script", "flat in CBOR", ""},
    {"scripts[].description", "text", "", "what it does", "", "scripts/catalogue.json"},
    {"scripts[].loop", "text", "", "what a loop of it is", "", "scripts/catalogue.json"},
    {"scripts[].strategy", "text?", "", "its own strategy; null: txbudget", "",
     "scripts/catalogue.json"},
    {"scripts[].origin", "text?", "", "where its data is from", "", "scripts/catalogue.json"},
    {"scripts[].datum", "any", "", "its datum, in detailed-schema JSON", "", "cardano-cli"},
    {"scripts[].redeemer", "any", "", "its redeemer; the first integer counts loops", "",
     "cardano-cli"},
    {"strategies[].name", "text", "", "pattern of the name", "", ""},
    {"strategies[].description", "text", "", "what it calibrates to", "", ""},
    {"builtins[].tag", "integer", "", "its number in flat", "", "Plutus Core specification"},
    {"builtins[].name", "text", "", "its name", "", "Plutus Core specification"},
    {"builtins[].batch", "integer", "", "batch in which it came", "", "Plutus Core specification"},
    {"builtins[].arity", "integer", "", "arguments that it takes", "", "Plutus Core specification"},
    {"builtins[].forces", "integer", "", "type arguments: times that it is forced", "",
     "Plutus Core specification"},
    {"builtins[].since.*", "integer?", "",
     "protocol version from which on a ledger language has it; null: never", "",
     "plutus: plutus-ledger-api Versions"},
    {"targets[].name", "text", "", "name of the target", "", ""},
    {"targets[].description", "text", "", "what it is", "", ""},
};

static const plb_field version[] = {
    {"version", "text", "", "version of plutbench", "", ""},
    {"build", "build", "", "how it was built", "", ""},
    {"libraries", "library[]", "", "libraries it is linked with", "", ""},
};

static const plb_field doctor[] = {
    {"findings[].subject", "text", "", "what was looked at", "", ""},
    {"findings[].severity", "text", "", "ok, note or warning", "", ""},
    {"findings[].value", "text", "", "what was found", "", ""},
    {"findings[].advice", "text?", "", "what to do about it", "", ""},
    {"resolutions[].workload", "text", "", "arithmetic, or memory", "", ""},
    {"resolutions[].submission_ns", "number", "ns", "time of one submission", "", ""},
    {"resolutions[].null_ns", "estimate?", "ns", "difference between two equal subjects", "",
     METHODOLOGY},
    {"resolutions[].half_width_in_a_minute_ns", "number?", "ns",
     "half width of an interval after a minute of sampling", "as the square root of the time",
     METHODOLOGY},
    {"placement_spread", "number?", "1", "spread between placements of the same data",
     "over the mean", METHODOLOGY},
    {"clock", "clock", "", "the clock and what it costs", "", ""},
    {"gaps.watched_ns", "number", "ns", "time that the clock was watched", "", ""},
    {"gaps.threshold_ns", "number", "ns", "a step longer than that is an interruption", "", ""},
    {"gaps.count", "integer", "", "interruptions", "", ""},
    {"gaps.lost_ns", "number", "ns", "time that they took", "", ""},
    {"gaps.longest_ns", "number", "ns", "the longest of them", "", ""},
    {"environment", "environment", "", "the machine", "", ""},
};

static const plb_field rate[] = {
    {"hits", "integer", "", "runs in which it was so", "", ""},
    {"runs", "integer", "", "runs", "", ""},
    {"share", "number", "1", "hits over runs", "", ""},
    {"interval", "number[]", "1", "95 % interval of that share", "Clopper and Pearson 1934", ""},
    {"promised", "number[]", "1", "what it is to be, from and to", "", METHODOLOGY},
    {"kept", "boolean", "", "whether the promise is kept, but for chance", "", METHODOLOGY},
};

static const plb_field selftest[] = {
    {"runs", "integer", "", "simulated calibrations of each scenario", "--runs", METHODOLOGY},
    {"seed", "integer", "", "seed of everything random", "--seed", METHODOLOGY},
    {"scenarios[].scenario", "text", "", "a kind of noise", "", METHODOLOGY},
    {"scenarios[].description", "text", "", "the same in words", "", METHODOLOGY},
    {"scenarios[].figures.*.covered", "promise", "", "intervals that hold the truth", "",
     METHODOLOGY},
    {"scenarios[].figures.*.half_width", "number", "1", "mean half width over the truth", "",
     METHODOLOGY},
    {"scenarios[].figures.*.bias", "number", "1", "mean error over the truth", "", METHODOLOGY},
    {"scenarios[].figures.*.deviation", "number", "1",
     "standard deviation of errors over the truth", "", METHODOLOGY},
    {"scenarios[].null_called", "promise", "", "null experiments that call a difference", "",
     METHODOLOGY},
    {"scenarios[].difference_found", "promise", "", "injected differences that are found", "",
     METHODOLOGY},
    {"scenarios[].rounds", "number", "rounds", "rounds of a calibration, on average", "", ""},
    {"scenarios[].elapsed_s", "number", "s", "simulated time of a calibration, on average", "", ""},
    {"scenarios[].stopped_by_precision", "number", "1",
     "share of calibrations that stopped by "
     "precision",
     "", METHODOLOGY},
    {"together.*", "promise", "", "intervals of all scenarios that hold the truth", "",
     METHODOLOGY},
    {"null_called", "promise", "", "null experiments of all scenarios that call a difference", "",
     METHODOLOGY},
    {"kept", "boolean", "", "whether every promise is kept, but for chance", "", METHODOLOGY},
};

static const plb_field describe[] = {
    {"records[].name", "text", "", "a file, a group of fields, or what a command prints", "", ""},
    {"records[].kind", "text", "", "json, table, lines, printed or group", "", ""},
    {"records[].written_by", "text", "", "commands that write it", "", ""},
    {"records[].about", "text", "", "what it is for", "", ""},
    {"records[].fields[].path", "text", "", "path of the field, or its column's head", "", ""},
    {"records[].fields[].type", "text", "", "its type, or the group that it is", "", ""},
    {"records[].fields[].unit", "text", "", "its unit", "", ""},
    {"records[].fields[].definition", "text", "", "what it is", "", ""},
    {"records[].fields[].method", "text", "", "how it is obtained", "", ""},
    {"records[].fields[].source", "text", "", "where the definition is from", "", ""},
};

const plb_record plb_records_about[] = {
    {"list --json", PLB_RECORD_PRINTED, "list --json", "what can be named", PLB_FIELDS(list)},
    {"doctor --json", PLB_RECORD_PRINTED, "doctor --json", "what this machine can resolve",
     PLB_FIELDS(doctor)},
    {"selftest --json", PLB_RECORD_PRINTED, "selftest --json",
     "how often intervals hold what they promise", PLB_FIELDS(selftest)},
    {"version --json", PLB_RECORD_PRINTED, "version --json", "versions", PLB_FIELDS(version)},
    {"describe --json", PLB_RECORD_PRINTED, "describe --json", "the data dictionary",
     PLB_FIELDS(describe)},
    {"promise", PLB_RECORD_GROUP, "", "how often something was so, and how often it is to be",
     PLB_FIELDS(rate)},
    {.name = NULL},
};
