/* The one table of what can be told: of it events are written, described, and checked. */
#include "results/trace/trace.h"

#define ROW(member, name, value, unit, meaning)                                                    \
    { name, value, unit, meaning, offsetof(plb_event, member), false }
#define MAYBE(member, name, value, unit, meaning)                                                  \
    { name, value, unit, meaning, offsetof(plb_event, member), true }

#define TEXT PLB_MEMBER_TEXT
#define COUNT PLB_MEMBER_COUNT
#define NUMBER PLB_MEMBER_NUMBER
#define INTEGER PLB_MEMBER_INTEGER
#define REAL PLB_MEMBER_REAL
#define BOOLEAN PLB_MEMBER_BOOLEAN

static const plb_event_field common[] = {
    {"event", TEXT, "", "which of these events it is", PLB_EVENT_NAME, false},
    ROW(at_ns, "at_ns", NUMBER, "ns",
        "when it began, since an arbitrary time that all processes of a machine share"),
    ROW(process, "process", COUNT, "", "which process of its sampling it is of, from 0"),
};

static const plb_event_field trace_begun[] = {
    ROW(trace.schema, "schema", COUNT, "", "version of this table"),
    ROW(trace.version, "version", TEXT, "", "of plutbench"),
    ROW(trace.command, "command", TEXT, "", "that is traced, such as calibrate"),
    ROW(trace.format, "format", TEXT, "", "json or chrome"),
    ROW(trace.clock, "clock", TEXT, "", "that all times are of"),
    ROW(trace.started_utc, "started_utc", TEXT, "", "when at_ns was, by the calendar"),
    ROW(trace.buffer_events, "buffer_events", COUNT, "events", "that fit between two writes"),
    ROW(trace.every, "every", COUNT, "rounds", "of so many rounds one is told"),
    ROW(trace.pid, "pid", INTEGER, "", "of the process that writes"),
};

static const plb_event_field sample[] = {
    ROW(sample.subject, "subject", TEXT, "", "what was submitted"),
    ROW(sample.round, "round", NUMBER, "", "in which round of the process, from 0"),
    ROW(sample.epoch, "epoch", COUNT, "", "in which epoch of the process, from 0"),
    ROW(sample.batch, "batch", COUNT, "submissions", "in a row that the sample is the mean of"),
    ROW(sample.ns, "ns", REAL, "ns", "of one submission, without what the clock takes"),
    ROW(sample.took_ns, "took_ns", NUMBER, "ns", "of the whole batch, with it"),
    ROW(sample.disturbed, "disturbed", BOOLEAN, "",
        "whether the thread lost its processor meanwhile"),
};

static const plb_event_field lost[] = {
    ROW(written.lost, "lost", NUMBER, "events", "that should be before this one, and are not"),
};

static const plb_event_field trace_ended[] = {
    ROW(written.events, "events", NUMBER, "events", "that were written by the first process"),
    ROW(written.lost, "lost", NUMBER, "events", "that it lost"),
};

static const plb_event_field run_begun[] = {
    ROW(run.command, "command", TEXT, "", "such as calibrate"),
    ROW(run.command_line, "command_line", TEXT, "", "its words"),
};

static const plb_event_field run_ended[] = {
    ROW(run.command, "command", TEXT, "", "such as calibrate"),
    ROW(run.code, "code", INTEGER, "", "with which the program exits; 0: success"),
    ROW(run.took_ns, "took_ns", NUMBER, "ns", "since it began"),
};

static const plb_event_field submission[] = {
    ROW(submission.subject, "subject", TEXT, "", "as samples name it"),
    ROW(submission.label, "label", TEXT, "", "for people"),
    ROW(submission.calls, "calls", INTEGER, "", "of scripts in it"),
    ROW(submission.loops, "loops", INTEGER, "", "in a call"),
    ROW(submission.memory, "memory", INTEGER, "ExUnits memory", "its budget: what it is charged"),
    ROW(submission.steps, "steps", INTEGER, "ExUnits steps", "likewise"),
    ROW(submission.verdict, "verdict", TEXT, "",
        "of the ledger, on each: a measurement ends at one that is refused"),
};

static const plb_event_field flag[] = {
    ROW(step.name, "flag", TEXT, "", "name of the warning"),
    ROW(step.text, "advice", TEXT, "", "what it means, and what to do"),
};

static const plb_event_field step_begun[] = {
    ROW(step.name, "step", TEXT, "", "of a study"),
    ROW(step.text, "why", TEXT, "", "it is made"),
};

static const plb_event_field step_ended[] = {
    ROW(step.name, "step", TEXT, "", "of a study"),
    ROW(step.text, "outcome", TEXT, "", "done, or what went wrong"),
    ROW(step.took_ns, "took_ns", NUMBER, "ns", "since it began"),
};

static const plb_event_field progress[] = {
    ROW(progress.what, "what", TEXT, "", "is counted: points, or times"),
    ROW(progress.done, "done", NUMBER, "", "of them that are known well enough"),
    ROW(progress.total, "total", NUMBER, "", "of them"),
    ROW(progress.elapsed_s, "elapsed_s", REAL, "s", "in all sessions"),
    ROW(progress.budget_s, "budget_s", REAL, "s", "that they may take"),
};

static const plb_event_field sampling_begun[] = {
    ROW(sampling.joined, "joined", BOOLEAN, "",
        "whether it is in several processes, and this the one that starts them"),
    ROW(sampling.subjects, "subjects", NUMBER, "", "that are sampled"),
    ROW(sampling.time_budget_ns, "time_budget_ns", NUMBER, "ns", "that it may take"),
    ROW(sampling.seed, "seed", NUMBER, "", "of orders"),
};

static const plb_event_field subject[] = {
    ROW(subject.name, "subject", TEXT, "", "what is submitted"),
    ROW(subject.batch, "batch", COUNT, "submissions", "in a row that make one sample"),
    ROW(subject.every, "every", COUNT, "rounds", "of so many it is sampled in one"),
    ROW(subject.call_ns, "call_ns", REAL, "ns", "of a submission, as first estimated"),
    ROW(subject.subtracted_ns, "subtracted_ns", REAL, "ns",
        "of a submission, for the clock and the loop"),
};

static const plb_event_field round_fields[] = {
    ROW(round.number, "round", NUMBER, "", "of the process, from 0"),
    ROW(round.epoch, "epoch", COUNT, "", "of the process, from 0"),
    ROW(round.samples, "samples", COUNT, "", "in it"),
    ROW(round.disturbed, "disturbed", BOOLEAN, "",
        "whether the thread lost its processor meanwhile"),
    ROW(round.took_ns, "took_ns", NUMBER, "ns", "with what is around its samples"),
};

static const plb_event_field epoch[] = {
    ROW(epoch.number, "epoch", COUNT, "", "that begins"),
    ROW(epoch.took_ns, "took_ns", NUMBER, "ns", "to renew what is submitted"),
};

static const plb_event_field look[] = {
    ROW(look.rounds, "rounds", NUMBER, "rounds", "so far, of all processes"),
    ROW(look.warm_up_rounds, "warm_up_rounds", NUMBER, "rounds",
        "of them that are left out as warm-up, as it seems"),
    MAYBE(look.precision, "precision", REAL, "1",
          "reached: half width of the interval over the figure, of the worst figure"),
    MAYBE(look.value_ns, "value_ns", REAL, "ns", "of the first figure, such as the overhead"),
    MAYBE(look.low_ns, "low_ns", REAL, "ns", "its interval's lower end"),
    MAYBE(look.high_ns, "high_ns", REAL, "ns", "its interval's upper end"),
    ROW(look.precise, "precise", BOOLEAN, "", "whether that is enough to stop"),
};

static const plb_event_field sampling_ended[] = {
    ROW(sampling.joined, "joined", BOOLEAN, "",
        "whether it was in several processes, and this the one that started them"),
    ROW(sampling.stop, "stopped_by", TEXT, "", "precision, time, rounds or interrupted"),
    ROW(sampling.rounds, "rounds", NUMBER, "rounds", "that were taken"),
    ROW(sampling.warm_up_rounds, "warm_up_rounds", NUMBER, "rounds",
        "of them that are left out as warm-up"),
    ROW(sampling.settled, "settled", BOOLEAN, "", "whether warm-up had an end"),
    ROW(sampling.disturbed_rounds, "disturbed_rounds", NUMBER, "rounds",
        "of them in which the thread lost its processor"),
    ROW(sampling.restart_rounds, "restart_rounds", NUMBER, "rounds",
        "besides, that were not recorded: caches were cold"),
    ROW(sampling.epochs, "epochs", COUNT, "", "that there were"),
    ROW(sampling.took_ns, "took_ns", NUMBER, "ns", "of sampling"),
};

static const plb_event_field process_begun[] = {
    ROW(part.time_budget_ns, "time_budget_ns", NUMBER, "ns", "that it may take"),
    ROW(part.seed, "seed", NUMBER, "", "of its orders"),
};

static const plb_event_field process_ended[] = {
    ROW(part.rounds, "rounds", NUMBER, "rounds", "that it took"),
    ROW(part.warm_up_rounds, "warm_up_rounds", NUMBER, "rounds",
        "of them that are left out as warm-up"),
    ROW(part.took_ns, "took_ns", NUMBER, "ns", "from its start to its answer"),
};

static const plb_event_field stages[] = {
    ROW(stages.subject, "subject", TEXT, "", "what was submitted, once"),
    ROW(stages.took_ns, "took_ns", NUMBER, "ns", "of the submission, with reading the clock"),
    ROW(stages.stage_ns, "stage_ns", PLB_MEMBER_STAGES, "ns", "of it by stage, likewise"),
};

static const plb_event_field visit[] = {
    ROW(visit.point, "point", TEXT, "", "of the grid: benchmark and sizes"),
    ROW(visit.number, "visit", NUMBER, "", "of this point, from 0"),
    ROW(visit.samples, "samples", COUNT, "", "that were taken"),
    ROW(visit.batch, "batch", COUNT, "evaluations", "in a row that make one sample"),
    ROW(visit.typical_ns, "typical_ns", REAL, "ns", "of an evaluation: trimmed mean"),
    ROW(visit.disturbed, "disturbed", BOOLEAN, "",
        "whether the thread lost its processor meanwhile"),
    ROW(visit.took_ns, "took_ns", NUMBER, "ns", "with making the arguments"),
};

#define FIELDS(rows) rows, sizeof(rows) / sizeof *(rows)

static const plb_event_type types[PLB_EVENT_KINDS] = {
    [PLB_EVENT_TRACE_BEGUN] = {"trace-begun", "first of all: what the trace is of, and how",
                               FIELDS(trace_begun), false},
    [PLB_EVENT_SAMPLE] = {"sample", "something was submitted, and timed", FIELDS(sample), true},
    [PLB_EVENT_LOST] = {"lost", "the buffer was full, or the file could not be written",
                        FIELDS(lost), false},
    [PLB_EVENT_TRACE_ENDED] = {"trace-ended", "last of all: a trace without it was cut short",
                               FIELDS(trace_ended), false},
    [PLB_EVENT_RUN_BEGUN] = {"run-begun", "a command begins", FIELDS(run_begun), false},
    [PLB_EVENT_RUN_ENDED] = {"run-ended", "and ends", FIELDS(run_ended), false},
    [PLB_EVENT_SUBMISSION] = {"submission", "what the submissions of a subject are",
                              FIELDS(submission), false},
    [PLB_EVENT_FLAG] = {"flag", "a run is suspicious", FIELDS(flag), false},
    [PLB_EVENT_STEP_BEGUN] = {"step-begun", "a step of a study begins", FIELDS(step_begun), false},
    [PLB_EVENT_STEP_ENDED] = {"step-ended", "and ends", FIELDS(step_ended), false},
    [PLB_EVENT_PROGRESS] = {"progress", "how far a sweep or a gate is", FIELDS(progress), false},
    [PLB_EVENT_SAMPLING_BEGUN] = {"sampling-begun", "rounds begin", FIELDS(sampling_begun), false},
    [PLB_EVENT_SUBJECT] = {"subject", "how a subject is sampled", FIELDS(subject), false},
    [PLB_EVENT_ROUND] = {"round", "each subject that is due was sampled once", FIELDS(round_fields),
                         true},
    [PLB_EVENT_EPOCH] = {"epoch", "what is submitted was made anew", FIELDS(epoch), true},
    [PLB_EVENT_LOOK] = {"look", "a look at the precision", FIELDS(look), false},
    [PLB_EVENT_SAMPLING_ENDED] = {"sampling-ended", "rounds are over, and warm-up is found",
                                  FIELDS(sampling_ended), false},
    [PLB_EVENT_PROCESS_BEGUN] = {"process-begun", "a process is started for a part of the time",
                                 FIELDS(process_begun), false},
    [PLB_EVENT_PROCESS_ENDED] = {"process-ended", "and has answered", FIELDS(process_ended), false},
    [PLB_EVENT_STAGES] = {"stages", "a submission was timed by stage", FIELDS(stages), true},
    [PLB_EVENT_VISIT] = {"visit", "a point of a sweep was visited", FIELDS(visit), false},
};

const plb_event_field *plb_event_common_fields(size_t *count) {
    *count = sizeof common / sizeof *common;
    return common;
}

const plb_event_type *plb_event_type_of(plb_event_kind kind) {
    return (unsigned) kind < PLB_EVENT_KINDS ? &types[kind] : NULL;
}

const plb_event_field *plb_event_field_named(plb_event_kind kind, const char *name) {
    const plb_event_type *type = plb_event_type_of(kind);
    for (size_t i = 0; i < type->field_count; i++) {
        if (strcmp(type->fields[i].name, name) == 0) return &type->fields[i];
    }
    return NULL;
}
