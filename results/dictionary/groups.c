/* Groups of fields that many files share. */
#include "results/dictionary/dictionary.h"

#define METHODOLOGY "docs/methodology.md"

static const plb_field estimate[] = {
    {"value", "number?", "as `unit` says", "the figure itself", "as `method` says", METHODOLOGY},
    {"low", "number?", "as `unit` says", "lower end of its interval", "with the figure",
     METHODOLOGY},
    {"high", "number?", "as `unit` says", "upper end of its interval", "with the figure",
     METHODOLOGY},
    {"unit", "text", "", "what value, low and high are measured in: ns, 1 (a ratio), ns/call", "",
     ""},
    {"level", "number", "1", "how often such intervals hold the truth, in the long run",
     "0.95, proved on simulated targets (plutbench selftest)", METHODOLOGY},
    {"method", "text", "", "estimator, and how its interval was made", "", METHODOLOGY},
    {"rounds", "integer", "rounds", "rounds, or epochs, that the figure is made from",
     "counted after warm-up and disturbed rounds were left out", METHODOLOGY},
    {"degrees_of_freedom", "number?", "", "of the interval; null: it is no t-interval", "",
     METHODOLOGY},
    {"block_length_rounds", "number", "rounds",
     "length of the blocks of a block bootstrap; 0 or 1 where rounds were taken singly",
     "from the autocorrelation of the differences (Politis and White 2004)", METHODOLOGY},
    {"resamples", "integer", "", "bootstrap resamples behind the interval; 0: it is a formula's",
     "", METHODOLOGY},
};

static const plb_field exunits[] = {
    {"memory", "integer", "ExUnits (memory)", "memory units", "", "Alonzo ledger: ExUnits"},
    {"steps", "integer", "ExUnits (steps)", "CPU steps; a step is meant to be 1 picosecond", "",
     "Alonzo ledger: ExUnits"},
};

#define PERCENTILE "highest of the values that are equivalent to it in the histogram (3 digits)"
static const plb_field percentiles[] = {
    {"count", "integer", "", "samples", "", ""},
    {"min_ns", "number", "ns", "shortest sample", "from the HDR histogram", ""},
    {"p50_ns", "number", "ns", "median: half of the samples are shorter", PERCENTILE, ""},
    {"p90_ns", "number", "ns", "90th percentile", PERCENTILE, ""},
    {"p99_ns", "number", "ns", "99th percentile", PERCENTILE, ""},
    {"p999_ns", "number", "ns", "99.9th percentile", PERCENTILE, ""},
    {"max_ns", "number", "ns", "longest sample", "from the HDR histogram", ""},
    {"mean_ns", "number", "ns", "arithmetic mean", "from the HDR histogram", ""},
    {"stddev_ns", "number", "ns", "standard deviation", "from the HDR histogram", ""},
};

static const plb_field flag[] = {
    {"name", "text", "", "what is suspicious: governor, steal, outliers, null ...",
     "what the machine did meanwhile, against fixed limits", METHODOLOGY},
    {"advice", "text", "", "what to do about it", "", ""},
};

#define PROC "proc(5)"
#define DURING "difference of the kernel's counter over the sampling"
static const plb_field environment[] = {
    {"cpu_model", "text?", "", "processor", "model name of /proc/cpuinfo", PROC},
    {"microcode", "text?", "", "revision of the processor's microcode", "/proc/cpuinfo", PROC},
    {"machine_id", "text?", "", "which machine it is, by a checksum of its id",
     "/etc/machine-id, hashed", "machine-id(5)"},
    {"kernel", "text?", "", "operating system, its release and machine", "uname(2)", ""},
    {"governor", "text?", "", "frequency governor of the measuring CPU; null: not told", "sysfs",
     "kernel: admin-guide/pm/cpufreq"},
    {"clock_source", "text?", "", "the kernel's clock source", "sysfs", ""},
    {"transparent_huge_pages", "text?", "", "always, madvise or never", "sysfs",
     "kernel: admin-guide/mm/transhuge"},
    {"isolated_cpus", "text?", "", "CPUs that the scheduler leaves alone", "sysfs", ""},
    {"address_randomisation", "integer?", "", "randomize_va_space: 0 off, 1 in part, 2 full",
     "/proc/sys/kernel", PROC},
    {"swap_used_bytes", "integer?", "bytes", "swap in use", "/proc/meminfo", PROC},
    {"cpus_online", "integer?", "", "processors that are online", "sysconf(3)", ""},
    {"cpus_allowed", "integer?", "", "processors that this process may use", "sched_getaffinity(2)",
     ""},
    {"cpu", "integer?", "", "processor that it ran on", "sched_getcpu(3)", ""},
    {"turbo", "text?", "", "on, off, or null: not told", "sysfs", ""},
    {"hypervisor", "boolean", "", "whether this is a virtual machine", "flags of /proc/cpuinfo",
     PROC},
    {"simultaneous_multithreading", "boolean?", "", "whether cores run two threads at once",
     "sysfs", ""},
    {"memory_bytes", "integer?", "bytes", "memory of the machine", "/proc/meminfo", PROC},
    {"cgroup_cpus", "number?", "CPUs", "quota of CPU time; null: none", "cgroup v2: cpu.max",
     "kernel: admin-guide/cgroup-v2"},
    {"cgroup_memory_bytes", "integer?", "bytes", "limit of memory; null: none",
     "cgroup v2: memory.max", "kernel: admin-guide/cgroup-v2"},
    {"load_1min", "number?", "", "load average over a minute", "/proc/loadavg", PROC},
    {"cpu_busy_s", "number?", "s", "time that all CPUs were busy since the start of the system",
     "/proc/stat", PROC},
    {"cpu_total_s", "number?", "s", "time of all CPUs since the start of the system", "/proc/stat",
     PROC},
    {"cpu_steal_s", "number?", "s", "time that the host gave to others", "/proc/stat", PROC},
    {"own_cpu_s", "number?", "s", "time of all CPUs that this process took", "getrusage(2)", ""},
    {"throttled_periods", "integer?", "", "periods in which the quota ran out",
     "cgroup v2: cpu.stat", "kernel: admin-guide/cgroup-v2"},
    {"context_switches", "integer?", "", "switches away from this process, by itself or not",
     "getrusage(2)", ""},
    {"preemptions", "integer?", "", "times that it was taken off the CPU", "getrusage(2)", ""},
    {"minor_page_faults", "integer?", "", "pages mapped without input", "getrusage(2)", ""},
    {"major_page_faults", "integer?", "", "pages read from disk", "getrusage(2)", ""},
};

static const plb_field clock_facts[] = {
    {"source", "text", "", "clock that samples are read from", "clock_gettime(2)", ""},
    {"resolution_ns", "number", "ns", "smallest step between two readings", "measured",
     METHODOLOGY},
    {"read_ns", "number", "ns", "what one reading costs", "median of pairs of readings",
     METHODOLOGY},
    {"call_ns", "number", "ns", "what calling an empty subject costs, which is subtracted",
     "an empty loop, measured", METHODOLOGY},
};

static const plb_field sampling[] = {
    {"rounds", "integer", "rounds", "rounds taken; in a round every subject is sampled in turn", "",
     METHODOLOGY},
    {"warm_up_rounds", "integer", "rounds", "rounds before the times were steady, not in figures",
     "detected: MSER-5", METHODOLOGY},
    {"restart_rounds", "integer", "rounds",
     "rounds after a new process began or subjects were renewed, not in figures", "", METHODOLOGY},
    {"disturbed_rounds", "integer", "rounds",
     "rounds in which something else ran, not in figures; they are in histograms",
     "preemptions and gaps seen by the clock", METHODOLOGY},
    {"rounds_per_entry", "integer", "rounds", "rounds that one entry of the record stands for",
     "doubles when memory for the record is full", METHODOLOGY},
    {"processes", "integer", "", "processes that took turns at sampling", "", METHODOLOGY},
    {"epochs", "integer", "", "layouts of memory, keys and transactions that were sampled", "",
     METHODOLOGY},
    {"renewing_s", "number", "s", "time that making new layouts took", "", METHODOLOGY},
    {"pace_ns", "number?", "ns", "time of 1000 dependent multiplications: the CPU's frequency",
     "measured between epochs", METHODOLOGY},
    {"elapsed_s", "number", "s", "time of the whole sampling", "", ""},
    {"time_budget_s", "number", "s", "longest time it was given", "--time", ""},
    {"precision_asked", "number", "1", "half width, over the figure, at which it was to stop",
     "--precision", ""},
    {"stopped_by", "text", "", "precision, time, rounds or interruption", "", ""},
    {"seed", "integer", "", "seed of orders, transactions and resampling", "--seed, or the clock",
     ""},
    {"pinned_cpu", "integer?", "", "processor that it was kept on; null: none", "--pin", ""},
    {"clock", "clock", "", "the clock and what it costs", "", ""},
    {"messages", "any", "", "lines that the run logged, by severity", "", ""},
};

static const plb_field outliers[] = {
    {"of_samples", "integer", "", "samples that were judged", "", ""},
    {"low_mild", "integer", "", "samples below the lower inner fence",
     "1.5 to 3 interquartile ranges below the first quartile", "Tukey 1977"},
    {"low_severe", "integer", "", "samples below the lower outer fence",
     "more than 3 interquartile ranges below the first quartile", "Tukey 1977"},
    {"high_mild", "integer", "", "samples above the upper inner fence",
     "1.5 to 3 interquartile ranges above the third quartile", "Tukey 1977"},
    {"high_severe", "integer", "", "samples above the upper outer fence",
     "more than 3 interquartile ranges above the third quartile", "Tukey 1977"},
    {"method", "text", "", "how outliers are told; none is dropped", "", ""},
};

static const plb_field subject[] = {
    {"name", "text", "", "what was submitted: call, call-half, call-empty, twin, twin-again", "",
     METHODOLOGY},
    {"label", "text", "", "the same in words", "", ""},
    {"batch", "integer", "", "submissions that one sample times",
     "so many that the clock's reading does not matter", METHODOLOGY},
    {"every_rounds", "integer", "rounds", "it is sampled in one of so many rounds",
     "so that long submissions do not take all of the time", METHODOLOGY},
    {"samples", "integer", "", "samples of it", "", ""},
    {"subtracted_ns", "number", "ns", "what was subtracted from each sample",
     "the clock's reading and the empty call", METHODOLOGY},
    {"basis", "text", "", "which rounds its figures are from: undisturbed or all", "", METHODOLOGY},
    {"percentiles", "percentiles", "", "of all samples, disturbed ones too", "", ""},
    {"outliers", "outliers", "", "samples far from the others, by Tukey's fences", "", ""},
    {"calls", "integer", "", "script calls in its transaction", "", ""},
    {"loops", "integer", "", "loops of each call", "", ""},
    {"charged", "exunits", "", "ExUnits that its transaction spends", "the ledger's phase-2", ""},
};

static const plb_field per[] = {
    {"per_block", "estimate?", "ns", "of the whole block", "", ""},
    {"per_transaction", "estimate?", "ns", "the same, divided by the block's transactions", "", ""},
    {"per_call", "estimate?", "ns", "the same, divided by the block's calls", "", ""},
};

#define NODE "cardano-node: bench/tx-generator, PlutusBudgetSummary"
static const plb_field budget[] = {
    {"scriptId", "text", "", "the script's name", "", NODE},
    {"messageId", "text", "", "strategy and scales: the key in summaries_*.json", "", NODE},
    {"messageStrategy", "text", "", "the strategy in words", "", NODE},
    {"budgetStrategy.tag", "text", "",
     "TargetTxExpenditure, TargetTxsPerBlock or TargetBlockExpenditure", "--strategy", NODE},
    {"budgetStrategy.contents", "number", "", "transactions a block, or the factor of its budget",
     "--strategy", NODE},
    {"budgetPerBlock", "exunits", "", "limit of a block", "protocol parameters", NODE},
    {"budgetPerTx", "exunits", "", "limit of a transaction", "protocol parameters", NODE},
    {"budgetPerTxInput", "exunits", "", "limit of a transaction, shared by its script inputs", "",
     NODE},
    {"budgetTarget", "exunits", "", "what loops were to spend", "from the strategy", NODE},
    {"budgetUsedPerTxInput", "exunits", "", "what they do spend", "evaluated with the loop count",
     NODE},
    {"loopCounter", "integer", "loops", "the highest loop count within the target",
     "search with evaluations", NODE},
    {"loopLimitingFactors", "text[]", "", "which limit one more loop would exceed",
     "evaluated with one loop more", NODE},
    {"projectedTxPerBlock", "integer", "", "such transactions that fit into a block's ExUnits", "",
     NODE},
    {"projectedLoopsPerBlock", "integer", "loops", "loops of all of them", "", NODE},
    {"projectedBudgetUnusedPerBlock", "exunits", "", "ExUnits that they leave of the block's", "",
     NODE},
    {"projectedBudgetUnusedPerTx", "exunits", "", "ExUnits that one leaves of a transaction's", "",
     NODE},
    {"projectedTxSize", "integer", "bytes", "size of the signed transaction", "it is built", NODE},
    {"projectedTxFee", "integer", "lovelace", "its fee", "it is built", NODE},
    {"scriptArgDatum", "any", "", "datum, in detailed-schema JSON", "", "cardano-cli"},
    {"scriptArgRedeemer", "any", "", "redeemer with the loop count, in detailed-schema JSON", "",
     "cardano-cli"},
};

static const plb_field profile[] = {
    {"run_ns", "number", "ns", "time of one evaluation", "median of runs nobody watches",
     "docs/stages.md"},
    {"slower_when_watched_ns", "estimate", "ns", "what watching adds to a run", "", ""},
    {"looks", "integer", "", "times that a timer looked at what the machine did", "", ""},
    {"watched_runs", "integer", "", "runs that were looked at", "", ""},
    {"charged_steps", "integer", "ExUnits (steps)", "steps that a run is charged", "", ""},
    {"charged_memory", "integer", "ExUnits (memory)", "memory that a run is charged", "", ""},
    {"startup_steps", "integer", "ExUnits (steps)", "of these, for starting the machine", "", ""},
    {"rows[].name", "text", "", "machine step, builtin, or what is around the evaluation", "", ""},
    {"rows[].is_builtin", "boolean", "", "whether it is a builtin", "", ""},
    {"rows[].looks", "integer", "", "looks that found it at work", "", ""},
    {"rows[].time_share", "estimate", "1", "its share of the time", "looks over all looks", ""},
    {"rows[].time_ns", "number", "ns", "its share of a run's time", "share times run_ns", ""},
    {"rows[].count", "integer", "", "how often a run does it", "counted", ""},
    {"rows[].charged_steps", "integer", "ExUnits (steps)", "steps charged for it", "", ""},
    {"rows[].charged_memory", "integer", "ExUnits (memory)", "memory charged for it", "", ""},
};

static const plb_field build[] = {
    {"version", "text", "", "version of plutbench", "", ""},
    {"revision", "text", "", "git revision it was built from; -dirty with changes", "git", ""},
    {"compiler", "text", "", "compiler and its version", "", ""},
    {"flags", "text", "", "flags it was compiled with", "", ""},
    {"build_type", "text", "", "CMake's build type", "", ""},
    {"system", "text", "", "system it was built for", "", ""},
};

static const plb_field library[] = {
    {"name", "text", "", "name of the library", "", ""},
    {"version", "text", "", "its version", "asked of the library where it tells", ""},
    {"origin", "text", "", "system, or the package its source is from", "", ""},
};

static const plb_field file_facts[] = {
    {"role", "text", "", "what an input is: script, datum, redeemer, protocol-parameters ...", "",
     ""},
    {"name", "text", "", "name of the file, or `embedded:` and a name", "", ""},
    {"bytes", "integer", "bytes", "its size", "", ""},
    {"sha256", "text", "", "its checksum, in hexadecimal", "SHA-256", "FIPS 180-4"},
};

const plb_record plb_records_groups[] = {
    {"estimate", PLB_RECORD_GROUP, "", "a figure with its interval", PLB_FIELDS(estimate)},
    {"exunits", PLB_RECORD_GROUP, "", "execution units", PLB_FIELDS(exunits)},
    {"percentiles", PLB_RECORD_GROUP, "", "the distribution of samples", PLB_FIELDS(percentiles)},
    {"flag", PLB_RECORD_GROUP, "", "a warning", PLB_FIELDS(flag)},
    {"environment", PLB_RECORD_GROUP, "",
     "the machine, at one moment; null is what it does not tell", PLB_FIELDS(environment)},
    {"clock", PLB_RECORD_GROUP, "", "the clock", PLB_FIELDS(clock_facts)},
    {"sampling", PLB_RECORD_GROUP, "", "how it was sampled", PLB_FIELDS(sampling)},
    {"outliers", PLB_RECORD_GROUP, "", "samples far from the others", PLB_FIELDS(outliers)},
    {"subject", PLB_RECORD_GROUP, "", "something that was submitted again and again",
     PLB_FIELDS(subject)},
    {"per", PLB_RECORD_GROUP, "", "a figure of a block, and its parts", PLB_FIELDS(per)},
    {"budget", PLB_RECORD_GROUP, "", "a loop count for a budget, and what it leaves",
     PLB_FIELDS(budget)},
    {"profile", PLB_RECORD_GROUP, "", "where the time of an evaluation goes", PLB_FIELDS(profile)},
    {"build", PLB_RECORD_GROUP, "", "how plutbench was built", PLB_FIELDS(build)},
    {"library", PLB_RECORD_GROUP, "", "a library that is linked", PLB_FIELDS(library)},
    {"file", PLB_RECORD_GROUP, "", "a file that was read or written", PLB_FIELDS(file_facts)},
    {.name = NULL},
};
