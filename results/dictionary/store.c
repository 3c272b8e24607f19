/* What the commands of `plutbench results` print. */
#include "results/dictionary/dictionary.h"

#define STORE "docs/store.md"
#define RESULTS "docs/results.md"

static const plb_field stored[] = {
    {"id", "text", "", "the run: checksum of its plan", "SHA-256", RESULTS},
    {"manifest_sha256", "text?", "", "checksum that the manifest has of itself", "SHA-256",
     RESULTS},
    {"path", "text", "", "folder it was imported from", "", STORE},
    {"state", "text", "", "complete, partial or incomplete", "", RESULTS},
    {"command", "text", "", "calibrate, measure or block", "", RESULTS},
    {"command_line", "text[]", "", "words of the command line", "", RESULTS},
    {"script", "text?", "", "the script's name", "", ""},
    {"language", "text?", "", "ledger language of the script", "", "CIP-35"},
    {"strategy", "text?", "", "what loops were calibrated to", "", ""},
    {"target", "text?", "", "where calls were submitted", "", ""},
    {"protocol_version", "integer?", "", "protocol version", "", ""},
    {"machine", "text?", "", "processor", "", ""},
    {"machine_id", "text?", "", "which machine it was, by a checksum", "machine-id(5)", RESULTS},
    {"kernel", "text?", "", "operating system", "", ""},
    {"version", "text?", "", "version of plutbench", "", ""},
    {"revision", "text?", "", "git revision", "", ""},
    {"compiler", "text?", "", "compiler", "", ""},
    {"compiler_flags", "text?", "", "its flags", "", ""},
    {"started_utc", "time?", "", "when it began", "", "ISO 8601"},
    {"finished_utc", "time?", "", "when it ended", "", "ISO 8601"},
    {"conclusion", "text?", "", "what follows, in a sentence", "", ""},
    {"seed", "integer?", "", "seed of everything random", "", ""},
    {"rounds", "integer?", "rounds", "rounds taken", "", "docs/methodology.md"},
    {"processes", "integer?", "", "processes that sampled", "", "docs/methodology.md"},
    {"flags", "text[]", "", "names of warnings", "", "docs/methodology.md"},
    {"figures", "stored figure[]", "", "every figure with its interval", "", STORE},
    {"inputs", "file[]", "", "files that were read", "", ""},
    {"libraries", "library[]", "", "libraries it was linked with", "", ""},
    {"files", "file[]", "", "files of the run", "", ""},
    {"documents.*", "text", "", "text of a file of the run", "", STORE},
};

static const plb_field figure[] = {
    {"name", "text", "", "path of the figure in its file", "plutbench describe", STORE},
    {"value", "number?", "as `unit` says", "the figure itself", "", ""},
    {"low", "number?", "as `unit` says", "lower end of its interval", "", ""},
    {"high", "number?", "as `unit` says", "upper end of its interval", "", ""},
    {"unit", "text", "", "what it is measured in", "", ""},
    {"level", "number?", "1", "how often such intervals hold the truth", "", ""},
    {"method", "text?", "", "how it was made", "", ""},
    {"degrees_of_freedom", "number?", "", "of the interval", "", ""},
    {"rounds", "integer?", "rounds", "rounds it is made from", "", ""},
    {"block_length_rounds", "number?", "rounds", "length of the bootstrap's blocks", "", ""},
    {"resamples", "integer?", "", "bootstrap resamples", "", ""},
};

static const plb_field shown[] = {{"", "stored run", "", "the run", "", ""}};

static const plb_field exported[] = {
    {"[]", "stored run", "", "a run", "", STORE},
};

static const plb_field listed[] = {
    {"[].id", "text", "", "the run: checksum of its plan", "", RESULTS},
    {"[].state", "text", "", "complete, partial or incomplete", "", RESULTS},
    {"[].command", "text", "", "calibrate, measure or block", "", ""},
    {"[].script", "text", "", "the script's name", "", ""},
    {"[].strategy", "text", "", "what loops were calibrated to", "", ""},
    {"[].machine", "text", "", "processor", "", ""},
    {"[].started_utc", "time", "", "when it began", "", "ISO 8601"},
    {"[].revision", "text", "", "git revision", "", ""},
    {"[].path", "text", "", "folder it was imported from", "", STORE},
    {"[].flags", "text", "", "names of warnings, joined by ','", "", ""},
    {"[].headline", "stored figure?", "", "its most important figure", "", STORE},
};

static const plb_field exported_csv[] = {
    {"run", "text", "", "the run: checksum of its plan", "", RESULTS},
    {"state", "text", "", "complete, partial or incomplete", "", RESULTS},
    {"command", "text", "", "calibrate, measure or block", "", ""},
    {"script", "text", "", "the script's name", "", ""},
    {"strategy", "text", "", "what loops were calibrated to", "", ""},
    {"machine", "text", "", "processor", "", ""},
    {"revision", "text", "", "git revision", "", ""},
    {"started_utc", "time", "", "when it began", "", "ISO 8601"},
    {"figure", "text", "", "path of the figure in its file", "", STORE},
    {"unit", "text", "", "what it is measured in", "", ""},
    {"value", "number", "", "the figure itself", "", ""},
    {"low", "number", "", "lower end of its interval", "", ""},
    {"high", "number", "", "upper end of its interval", "", ""},
    {"level", "number", "1", "how often such intervals hold the truth", "", ""},
    {"rounds", "integer", "rounds", "rounds it is made from", "", ""},
};

static const plb_field checked[] = {
    {"[].folder", "text", "", "the folder", "", RESULTS},
    {"[].run", "text?", "", "its run", "", RESULTS},
    {"[].verdict", "text", "", "in order, incomplete, damaged ...", "checksums", RESULTS},
    {"[].being_written", "boolean", "", "whether a program writes it now", "", RESULTS},
    {"[].rounds", "integer", "rounds", "rounds of its sample file", "", RESULTS},
    {"[].findings[].*", "any", "", "what is wrong, of which file", "", RESULTS},
};

const plb_record plb_records_store[] = {
    {"results check --json", PLB_RECORD_PRINTED, "results check --json",
     "whether runs are as they were written", PLB_FIELDS(checked)},
    {"results list --json", PLB_RECORD_PRINTED, "results list --json", "runs of a store",
     PLB_FIELDS(listed)},
    {"results show --json", PLB_RECORD_PRINTED, "results show --json", "one run",
     PLB_FIELDS(shown)},
    {"results export", PLB_RECORD_PRINTED, "results export", "runs in full", PLB_FIELDS(exported)},
    {"results export --format csv", PLB_RECORD_TABLE, "results export --format csv",
     "a line a figure", PLB_FIELDS(exported_csv)},
    {"stored run", PLB_RECORD_GROUP, "", "a run as a store has it", PLB_FIELDS(stored)},
    {"stored figure", PLB_RECORD_GROUP, "", "a figure as a store has it", PLB_FIELDS(figure)},
    {.name = NULL},
};
