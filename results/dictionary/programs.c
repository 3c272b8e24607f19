/* What eval, bench and the like print. */
#include "results/dictionary/dictionary.h"

static const plb_field tally_row[] = {
    {"count", "integer", "", "how often it was done", "counted", ""},
    {"cpu", "integer", "ExUnits (steps)", "steps charged for it", "", ""},
    {"cpu_share", "number", "1", "its share of all steps", "", ""},
    {"mem", "integer", "ExUnits (memory)", "memory charged for it", "", ""},
    {"mem_share", "number", "1", "its share of all memory", "", ""},
};

static const plb_field eval[] = {
    {"status", "text", "", "success, or how it failed", "", "plutus: conformance suite"},
    {"cpu", "integer", "ExUnits (steps)", "steps that the evaluation spent", "", ""},
    {"mem", "integer", "ExUnits (memory)", "memory that the evaluation spent", "", ""},
    {"result", "text?", "", "the result as text; null after a failure", "", "UPLC syntax"},
    {"logs", "text[]", "", "what the script traced", "", ""},
    {"error", "text?", "", "why it failed", "", ""},
    {"machine_steps", "integer", "", "steps of the CEK machine", "counted",
     "Plutus Core specification"},
    {"bytes", "integer", "bytes", "memory that was taken from the machine's region", "", ""},
    {"tally.startup", "tally row", "", "starting the machine", "--tally", ""},
    {"tally.steps.*", "tally row", "", "a kind of machine step", "--tally", ""},
    {"tally.builtins.*", "tally row", "", "a builtin", "--tally", ""},
    {"tally.plugins.*", "tally row", "", "a plug-in's builtin", "--tally", ""},
    {"profile", "profile", "", "where the time goes", "--profile", "docs/stages.md"},
};

static const plb_field timing[] = {
    {"mean_ns", "number", "ns", "arithmetic mean", "", ""},
    {"median_ns", "number", "ns", "median", "", ""},
    {"min_ns", "number", "ns", "shortest", "", ""},
    {"max_ns", "number", "ns", "longest", "", ""},
    {"stddev_ns", "number", "ns", "standard deviation", "", ""},
};

#define LEADERBOARD "SAIB-Inc/cardano-plutus-vm-benchmark"
static const plb_field bench[] = {
    {"programs", "integer", "", "programs that were timed", "", ""},
    {"skipped", "integer", "", "programs that do not decode or evaluate", "", ""},
    {"geometric_mean_ns", "number", "ns", "decoding and evaluation",
     "geometric mean of the programs' means", LEADERBOARD},
    {"geometric_mean_decode_ns", "number", "ns", "decoding alone", "", ""},
    {"geometric_mean_evaluate_ns", "number", "ns", "evaluation alone", "", ""},
    {"evaluate_ns_per_step", "number", "ns", "evaluation of a machine step",
     "sum of the means over the sum of steps", ""},
    {"ns_per_step", "number", "ns", "the same with decoding", "", ""},
    {"allocated_bytes_mean", "number", "bytes", "memory that an evaluation takes",
     "arithmetic mean over programs", ""},
    {"scripts[].script", "text", "", "name of the program's file", "", ""},
    {"scripts[].iterations", "integer", "", "times it was run", "", ""},
    {"scripts[].script_bytes", "integer", "bytes", "size of the file", "", ""},
    {"scripts[].machine_steps", "integer", "", "steps of the CEK machine", "counted", ""},
    {"scripts[].allocated_bytes", "integer", "bytes", "memory taken from the machine's region", "",
     ""},
    {"scripts[].total", "timing", "ns", "decoding and evaluation", "", ""},
    {"scripts[].decode", "timing", "ns", "decoding alone", "", ""},
    {"scripts[].evaluate", "timing", "ns", "evaluation alone", "", ""},
};

static const plb_field bench_csv[] = {
    {"vm", "text", "", "plutbench", "", LEADERBOARD},
    {"script", "text", "", "name of the program's file", "", LEADERBOARD},
    {"mean_ns", "number", "ns", "mean of decoding and evaluation", "", LEADERBOARD},
    {"median_ns", "number", "ns", "median", "", LEADERBOARD},
    {"min_ns", "number", "ns", "shortest", "", LEADERBOARD},
    {"max_ns", "number", "ns", "longest", "", LEADERBOARD},
    {"stddev_ns", "number", "ns", "standard deviation", "", LEADERBOARD},
    {"iterations", "integer", "", "times it was run", "", LEADERBOARD},
};

const plb_record plb_records_programs[] = {
    {"eval --json", PLB_RECORD_PRINTED, "eval --json", "the result of an evaluation",
     PLB_FIELDS(eval)},
    {"bench --json", PLB_RECORD_PRINTED, "bench --json", "times of programs", PLB_FIELDS(bench)},
    {"bench --csv", PLB_RECORD_TABLE, "bench --csv", "the same as the public leaderboard reads it",
     PLB_FIELDS(bench_csv)},
    {"tally row", PLB_RECORD_GROUP, "", "what was charged for one kind of work",
     PLB_FIELDS(tally_row)},
    {"timing", PLB_RECORD_GROUP, "", "times of one thing", PLB_FIELDS(timing)},
    {.name = NULL},
};
