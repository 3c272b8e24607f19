/* What `plutbench sweep` leaves. */
#include "results/dictionary/dictionary.h"

#define SWEEP "docs/sweep.md"
#define CRITERION "plutus: cost-model/budgeting-bench (Criterion)"

static const plb_field sweep[] = {
    {"points", "integer", "", "points of the grid: a builtin and its arguments' sizes", "", SWEEP},
    {"precise", "integer", "", "points that are known as well as was asked", "", SWEEP},
    {"unmeasured", "integer", "", "points that were never visited", "", SWEEP},
    {"precision_asked", "number", "1", "half width over the median that was asked for",
     "--precision", SWEEP},
    {"visits", "integer", "", "visits of points; a visit is a short series of samples", "", SWEEP},
    {"disturbed_visits", "integer", "", "visits during which something else ran", "", SWEEP},
    {"samples", "integer", "", "samples of all visits", "", SWEEP},
    {"sessions", "integer", "", "times that the sweep was gone on with", "", SWEEP},
    {"dropped_records", "integer", "", "torn records at the journal's end", "", SWEEP},
    {"elapsed_s", "number", "s", "time of all sessions", "", SWEEP},
    {"drift", "number", "1", "how far the CPU's pace moved", "", SWEEP},
    {"autocorrelation", "number?", "1", "of samples within visits", "", SWEEP},
    {"seed", "integer", "", "seed of arguments and orders", "--seed, or the clock", SWEEP},
    {"shard", "integer", "", "which part of the grid this is", "--shard", SWEEP},
    {"shards", "integer", "", "how many parts there are", "--shard", SWEEP},
    {"grid_sha256", "text", "", "checksum of the grid's text", "SHA-256", SWEEP},
    {"older_variant", "integer", "", "points whose builtin ran with an older semantics variant", "",
     SWEEP},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"stopped_by", "text", "", "precision, time, visits or interruption", "", SWEEP},
    {"benchmarks[].name", "text", "", "name of the benchmark, as in the reference's data", "",
     CRITERION},
    {"benchmarks[].builtin", "text?", "", "the builtin; null: an overhead to subtract", "", SWEEP},
    {"benchmarks[].points", "integer", "", "points of it", "", SWEEP},
    {"benchmarks[].precise", "integer", "", "of these, known as well as was asked", "", SWEEP},
    {"benchmarks[].unmeasured", "integer", "", "of these, never visited", "", SWEEP},
    {"benchmarks[].visits", "integer", "", "visits of them", "", SWEEP},
    {"benchmarks[].time_s", "number", "s", "time that they took", "", SWEEP},
    {"benchmarks[].worst_precision", "number?", "1",
     "half width over the median of the least known", "", SWEEP},
    {"imprecise[].name", "text", "", "a point that is known less well than was asked", "", SWEEP},
    {"imprecise[].repeat", "integer", "", "which of several points of that name, from 0", "",
     SWEEP},
    {"imprecise[].visits", "integer", "", "visits of it", "", SWEEP},
    {"imprecise[].precision", "number?", "1", "half width over the median", "", SWEEP},
    {"imprecise[].median", "estimate?", "ns", "its median, as far as it is known", "", SWEEP},
    {"failed[].benchmark", "text", "", "a benchmark whose builtin failed", "", SWEEP},
    {"failed[].builtin", "text", "", "the builtin", "", SWEEP},
    {"failed[].why", "text", "", "why it failed", "", SWEEP},
    {"clock", "clock", "", "the clock and what it costs", "", ""},
    {"machine", "environment", "", "the machine", "", ""},
    {"flags", "flag[]", "", "warnings", "", ""},
};

#define TIME(name, what, how)                                                                      \
    { name, "number", "ns", what, how, SWEEP }
static const plb_field csv[] = {
    {"name", "text", "", "benchmark and sizes of arguments: AddInteger/11/22", "", CRITERION},
    {"benchmark", "text", "", "name of the benchmark", "", CRITERION},
    {"builtin", "text", "", "the builtin; NA: an overhead to subtract", "", SWEEP},
    {"repeat", "integer", "", "which of several points of that name, from 0", "", SWEEP},
    {"variant", "text", "", "semantics variant that it ran with: A to E", "", SWEEP},
    {"visits", "integer", "", "visits of the point", "", SWEEP},
    {"disturbed", "integer", "", "of these, while something else ran", "", SWEEP},
    {"samples", "integer", "", "samples of all visits", "", SWEEP},
    {"evaluations", "integer", "", "evaluations of all samples", "", SWEEP},
    {"precise", "boolean", "", "TRUE: known as well as was asked", "", SWEEP},
    {"precision", "number", "1", "half width over the median", "", SWEEP},
    TIME("median_ns", "median time of one evaluation", "median of the visits' medians"),
    TIME("median_low_ns", "lower end of its interval", "over visits"),
    TIME("median_high_ns", "upper end of its interval", "over visits"),
    TIME("mean_ns", "mean time of one evaluation", ""),
    TIME("mean_low_ns", "lower end of its interval", "over visits"),
    TIME("mean_high_ns", "upper end of its interval", "over visits"),
    TIME("sd_ns", "standard deviation of samples", ""),
    TIME("sd_low_ns", "lower end of its interval", "over visits"),
    TIME("sd_high_ns", "upper end of its interval", "over visits"),
    TIME("min_ns", "shortest sample", ""),
    TIME("p05_ns", "5th percentile", ""),
    TIME("p25_ns", "first quartile", ""),
    TIME("p75_ns", "third quartile", ""),
    TIME("p95_ns", "95th percentile", ""),
    TIME("max_ns", "longest sample", ""),
};
#undef TIME

#define SECONDS(name, what)                                                                        \
    { name, "number", "s", what, "", CRITERION }
static const plb_field benching[] = {
    {"benchmark", "text", "", "benchmark and sizes of arguments: AddInteger/11/22", "", CRITERION},
    SECONDS("t", "mean time of one evaluation"),
    SECONDS("t.mean.lb", "lower end of its interval"),
    SECONDS("t.mean.ub", "upper end of its interval"),
    SECONDS("t.sd", "standard deviation"),
    SECONDS("t.sd.lb", "lower end of its interval"),
    SECONDS("t.sd.ub", "upper end of its interval"),
};
#undef SECONDS

static const plb_field lines[] = {
    {"line", "text", "", "a point of the grid, as in the CSV", "", SWEEP},
};

static const plb_field printed[] = {{"", "sweep.json", "", "the same as the file", "", ""}};

static const plb_field list[] = {
    {"points", "integer", "", "points of the grid", "", SWEEP},
    {"benchmarks[].benchmark", "text", "", "name of the benchmark", "", CRITERION},
    {"benchmarks[].builtin", "text?", "", "the builtin; null: an overhead to subtract", "", SWEEP},
    {"benchmarks[].points", "integer", "", "points of it", "", SWEEP},
    {"benchmarks[].example", "text", "", "one of them", "", SWEEP},
};

const plb_record plb_records_sweep[] = {
    {"sweep.json", PLB_RECORD_JSON, "sweep --out", "how a sweep went", PLB_FIELDS(sweep)},
    {"sweep.csv", PLB_RECORD_TABLE, "sweep --out", "a line a point, with all that is known of it",
     PLB_FIELDS(csv)},
    {"benching.csv", PLB_RECORD_TABLE, "sweep --out",
     "the same as the reference's model fitting reads it", PLB_FIELDS(benching)},
    {"sweep.grid", PLB_RECORD_LINES, "sweep --out", "the grid that is swept", PLB_FIELDS(lines)},
    {"sweep.journal", PLB_RECORD_LINES, "sweep --out",
     "a line a visit, each with a checksum: what a sweep goes on from", PLB_FIELDS(lines)},
    {"sweep --json", PLB_RECORD_PRINTED, "sweep --json", "how a sweep went", PLB_FIELDS(printed)},
    {"sweep --list --json", PLB_RECORD_PRINTED, "sweep --list --json", "the grid by benchmark",
     PLB_FIELDS(list)},
    {.name = NULL},
};
