/* What tells of a measurement while it runs: traces and metrics. */
#include "results/dictionary/dictionary.h"

#define TABLE "plutbench trace describe"
#define PROMETHEUS "docs/trace.md"

static const plb_field trace[] = {
    {"event", "text", "", "which event it is", "", TABLE},
    {"at_ns", "integer", "ns", "when it began, since a time that a machine's processes share",
     "CLOCK_MONOTONIC_RAW", TABLE},
    {"process", "integer", "", "which process of its sampling it is of", "", TABLE},
    {"*", "any", "", "the event's own members", "", TABLE},
};

static const plb_field cost[] = {
    {"script", "text", "", "script that was measured", "", "docs/trace.md"},
    {"pairs", "integer", "", "calibrations with a trace, and as many without", "", "docs/trace.md"},
    {"time_s", "number", "s", "sampling time of each", "", "docs/trace.md"},
    {"overhead_change", "estimate", "", "overhead per call with a trace over that without, less 1",
     "mean over pairs of the logarithm, Student's t", "docs/trace.md"},
    {"rate_change", "estimate", "", "rounds a second with a trace over those without, less 1",
     "mean over pairs of the logarithm, Student's t", "docs/trace.md"},
    {"events_per_s", "number", "1/s", "events that a trace wrote", "", "docs/trace.md"},
    {"lost", "integer", "", "events that were lost", "", "docs/trace.md"},
};

static const plb_field metrics[] = {
    {"plutbench_build_info", "integer", "", "Which plutbench it is", "", PROMETHEUS},
    {"plutbench_rounds_total", "integer", "rounds", "Rounds taken, warm-up included", "",
     PROMETHEUS},
    {"plutbench_samples_total", "integer", "samples",
     "Samples taken in this process, without those of processes that it started", "", PROMETHEUS},
    {"plutbench_epochs_total", "integer", "", "Renewals of what is submitted, in this process", "",
     PROMETHEUS},
    {"plutbench_processes_total", "integer", "", "Processes that have answered", "", PROMETHEUS},
    {"plutbench_looks_total", "integer", "", "Looks at the precision", "", PROMETHEUS},
    {"plutbench_visits_total", "integer", "", "Visits of a sweep", "", PROMETHEUS},
    {"plutbench_elapsed_seconds", "number", "s", "Time since the sampling at hand began", "",
     PROMETHEUS},
    {"plutbench_time_budget_seconds", "number", "s", "Time that it may take", "", PROMETHEUS},
    {"plutbench_precision_ratio", "number", "1",
     "Half width of the interval over the figure, of the least precise figure at the last look", "",
     PROMETHEUS},
    {"plutbench_estimate_seconds", "number", "s",
     "First figure that the sampling is for, such as the overhead per call, at the last look", "",
     PROMETHEUS},
    {"plutbench_estimate_low_seconds", "number", "s", "Lower end of its interval", "", PROMETHEUS},
    {"plutbench_estimate_high_seconds", "number", "s", "Upper end of its interval", "", PROMETHEUS},
    {"plutbench_points_done", "number", "", "Points of a sweep, or times of a gate, that are known",
     "", PROMETHEUS},
    {"plutbench_points", "number", "", "Points of a sweep, or times of a gate, in all", "",
     PROMETHEUS},
    {"plutbench_flag", "integer", "", "Whether a warning was raised", "", PROMETHEUS},
    {"plutbench_trace_events_total", "integer", "events", "Events in the trace", "", PROMETHEUS},
    {"plutbench_trace_events_lost_total", "integer", "events", "Events that the trace lost", "",
     PROMETHEUS},
};

const plb_record plb_records_trace[] = {
    {"*.jsonl", PLB_RECORD_LINES, "--trace", "every event of a run, a JSON object a line",
     PLB_FIELDS(trace)},
    {"metrics", PLB_RECORD_LINES, "--metrics", "a running command's figures for Prometheus",
     PLB_FIELDS(metrics)},
    {"trace cost --json", PLB_RECORD_PRINTED, "trace cost", "what tracing costs", PLB_FIELDS(cost)},
    {.name = NULL},
};
