/* What every run leaves: its manifest and its histograms. */
#include "results/dictionary/dictionary.h"

#define RESULTS "docs/results.md"
#define HDR "HdrHistogram: log format 1.2"

static const plb_field manifest[] = {
    {"command_line", "text[]", "", "words of the command line", "", ""},
    {"plutbench", "build", "", "the program that ran", "", ""},
    {"libraries", "library[]", "", "libraries it was linked with", "", ""},
    {"started_utc", "time?", "", "when sampling began", "", "ISO 8601"},
    {"finished_utc", "time", "", "when the manifest was written", "", "ISO 8601"},
    {"inputs", "file[]", "", "every file that was read, with its checksum", "", ""},
    {"outputs", "file[]", "", "every file that was written, with its checksum", "", ""},
    {"options", "any", "", "options in effect, defaults included", "", "plutbench COMMAND --help"},
    {"seed", "integer", "", "seed of everything random", "", ""},
    {"partial", "boolean", "", "whether it was interrupted", "", ""},
    {"stopped_by", "text", "", "precision, time, rounds or interruption", "", ""},
    {"flags", "flag[]", "", "warnings", "", "docs/methodology.md"},
    {"machine", "environment", "", "the machine after the sampling", "", ""},
    {"clock", "clock", "", "the clock and what it costs", "", ""},
    {"run", "text", "", "the run: checksum of its plan", "SHA-256", RESULTS},
    {"manifest_sha256", "text", "", "checksum of the manifest, with zeros in its place", "SHA-256",
     RESULTS},
    {"samples.rows", "integer", "", "rows of the sample file", "", RESULTS},
    {"samples.rounds", "integer", "rounds", "rounds of them", "", RESULTS},
    {"samples.processes", "integer", "", "processes of them", "", RESULTS},
    {"log.messages", "integer", "", "lines of the log", "", RESULTS},
    {"log.warnings", "integer", "", "of these, warnings", "", RESULTS},
    {"log.first_utc", "time?", "", "time of the first", "", RESULTS},
    {"log.last_utc", "time?", "", "time of the last", "", RESULTS},
    {"log.by_event.*", "integer", "", "lines of an event", "", RESULTS},
};

static const plb_field plan[] = {
    {"format", "text", "", "plutbench-run", "", RESULTS},
    {"version", "integer", "", "version of the form of run folders", "", RESULTS},
    {"command", "text", "", "the command that runs", "", ""},
    {"command_line", "text[]", "", "words of the command line", "", ""},
    {"options", "any", "", "options that were given", "", "plutbench COMMAND --help"},
    {"inputs", "file[]", "", "every file that was read, with its checksum", "", ""},
    {"plutbench", "build", "", "the program that runs", "", ""},
    {"libraries", "library[]", "", "libraries it is linked with", "", ""},
    {"machine", "environment", "", "the machine before the sampling", "", ""},
    {"nonce", "text", "", "what makes two runs of one plan two runs", "random", RESULTS},
    {"seed", "integer?", "", "seed of everything random", "", ""},
    {"started_utc", "time", "", "when the run began", "", "ISO 8601"},
};

static const plb_field run_log[] = {
    {"line", "text", "", "time, severity, event, words, and a checksum behind '*'", "", RESULTS},
};

static const plb_field samples[] = {
    {"at_s", "number", "s", "when a round began, since the sampling did; 8 bytes", "", RESULTS},
    {"round", "integer", "", "number of the round; 4 bytes", "", RESULTS},
    {"epoch", "integer", "", "its epoch; 4 bytes", "", RESULTS},
    {"process", "integer", "", "its process; 2 bytes", "", RESULTS},
    {"kind", "integer", "", "0: a round; 1: processor times of it; 2: end of a process; 2 bytes",
     "", RESULTS},
    {"ns", "number", "ns", "a sample of each subject; 4 bytes each", "", RESULTS},
    {"crc", "integer", "", "CRC-32 of the row; 4 bytes", "", RESULTS},
};

static const plb_field hlog[] = {
    {"Tag", "text", "", "what was submitted: the subject's name", "", HDR},
    {"StartTimestamp", "number", "s", "seconds from the log's start to the sampling's", "", HDR},
    {"Interval_Length", "number", "s", "length of the sampling", "", HDR},
    {"Interval_Max", "number", "ns", "longest sample", "", HDR},
    {"Interval_Compressed_Histogram", "text", "", "all samples: 1 ns to 1 h, 3 digits",
     "V2 encoding, deflated, base64", HDR},
};

static const plb_field hgrm[] = {
    {"Value", "number", "µs", "samples up to this value", "", "HdrHistogram: percentile format"},
    {"Percentile", "number", "1", "their share", "", "HdrHistogram: percentile format"},
    {"TotalCount", "integer", "", "their number", "", "HdrHistogram: percentile format"},
    {"1/(1-Percentile)", "number", "", "for a logarithmic axis", "",
     "HdrHistogram: percentile format"},
};

static const plb_field folded[] = {
    {"stack", "text", "", "frames joined by ';', the outermost first", "looks of a timer",
     "flamegraph.pl: collapsed stacks"},
    {"count", "integer", "", "looks that found this stack", "", "flamegraph.pl: collapsed stacks"},
};

const plb_record plb_records_run[] = {
    {"manifest.json", PLB_RECORD_JSON, "every command's --out",
     "what a figure needs to be traced and repeated; written last", PLB_FIELDS(manifest)},
    {"plan.json", PLB_RECORD_JSON, "calibrate, block, measure --out",
     "what a run is of; written first", PLB_FIELDS(plan)},
    {"run.log", PLB_RECORD_LINES, "calibrate, block, measure --out", "what happened, and when",
     PLB_FIELDS(run_log)},
    {"samples.bin", PLB_RECORD_LINES, "calibrate, block, measure --out",
     "every sample as it was taken", PLB_FIELDS(samples)},
    {"*.hlog", PLB_RECORD_LINES, "calibrate, block, measure, sweep --out",
     "every sample, in HDR histograms that add up exactly", PLB_FIELDS(hlog)},
    {"*.hgrm", PLB_RECORD_LINES, "calibrate, block, measure --out",
     "percentiles of one histogram, to be plotted", PLB_FIELDS(hgrm)},
    {"*.folded", PLB_RECORD_LINES, "calibrate, eval --stacks", "stacks for flame graphs",
     PLB_FIELDS(folded)},
    {.name = NULL},
};
