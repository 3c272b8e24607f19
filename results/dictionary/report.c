/* What `plutbench report` and `plutbench publish` write. */
#include "results/dictionary/dictionary.h"

#define REPORT "docs/report.md"

static const plb_field report[] = {
    {"format", "integer", "", "version of this form", "", REPORT},
    {"title", "text", "", "the report's title", "--title, or made of its runs", ""},
    {"generated_utc", "time", "", "when it was made", "", "ISO 8601"},
    {"generator", "text", "", "version of plutbench that made it", "", ""},
    {"overview", "report part", "", "about all runs; no sections where there is one run", "",
     REPORT},
    {"runs", "report part[]", "", "about each run", "", REPORT},
    {"terms.*.unit", "text", "", "unit of the field that columns name as their term", "",
     "plutbench describe"},
    {"terms.*.definition", "text", "", "what the field is", "", "plutbench describe"},
    {"terms.*.method", "text", "", "how it is obtained", "", "plutbench describe"},
    {"terms.*.source", "text", "", "where the definition is from", "", "plutbench describe"},
};

static const plb_field part[] = {
    {"id", "text", "", "the run: checksum of its plan; overview", "", REPORT},
    {"title", "text", "", "command, script and time of the run", "", ""},
    {"facts", "stored run", "", "the run itself", "", REPORT},
    {"warnings[].name", "text", "", "a warning's name", "", "docs/methodology.md"},
    {"warnings[].text", "text", "", "what to do about it", "", ""},
    {"headline", "stored figure?", "", "its most important figure", "", REPORT},
    {"conclusion", "text", "", "what follows, in a sentence; may be empty", "", ""},
    {"sections[].id", "text", "", "name of the section, its address in HTML", "", REPORT},
    {"sections[].title", "text", "", "its title", "", ""},
    {"sections[].about", "text", "", "what is in it", "", ""},
    {"sections[].items", "report item[]", "", "texts, tables and plots", "", REPORT},
};

static const plb_field item[] = {
    {"kind", "text", "", "text, table or plot", "", REPORT},
    {"text", "text", "", "of a text", "", ""},
    {"name", "text", "", "name for files that are made of it", "", ""},
    {"title", "text", "", "its title", "", ""},
    {"about", "text", "", "what it shows, and how it was made", "", ""},
    {"columns[].title", "text", "", "head of the column", "", ""},
    {"columns[].unit", "text", "", "of its numbers; may be empty", "", ""},
    {"columns[].term", "text?", "", "key in `terms`", "", "plutbench describe"},
    {"rows[][]", "any", "",
     "a cell: text, number, boolean, null, or a figure with value, low, high", "", REPORT},
    {"rows[][].*", "any", "", "of a figure, or of a link to a run's page", "", REPORT},
    {"x", "report axis", "", "horizontal axis of a plot", "", ""},
    {"y", "report axis", "", "vertical axis of a plot", "", ""},
    {"series[].title", "text", "", "what is plotted", "", ""},
    {"series[].style", "text", "", "line, points, band or bars", "", REPORT},
    {"series[].x", "number[]", "as the axis says", "places along x, or of rows", "", ""},
    {"series[].y", "number[]", "as the axis says", "values", "", ""},
    {"series[].low", "number?[]", "as the axis says", "lower ends of intervals", "", ""},
    {"series[].high", "number?[]", "as the axis says", "upper ends of intervals", "", ""},
};

static const plb_field axis[] = {
    {"title", "text", "", "what is along the axis", "", ""},
    {"unit", "text", "", "of its values; may be empty", "", ""},
    {"scale", "text", "", "linear, log, tail (1 over 1 less the share, log), category", "", REPORT},
    {"names[]", "text", "", "rows of a category axis", "", ""},
};

static const plb_field figures[] = {
    {"run", "text", "", "the run: checksum of its plan", "", "docs/results.md"},
    {"command", "text?", "", "command that measured", "", ""},
    {"script", "text?", "", "the script's name", "", ""},
    {"started_utc", "time?", "", "when it began", "", "ISO 8601"},
    {"machine", "text?", "", "processor", "", ""},
    {"revision", "text?", "", "git revision of plutbench", "", ""},
    {"version", "text?", "", "version of plutbench", "", ""},
    {"figure", "text", "", "path of the figure in its file", "plutbench describe", ""},
    {"unit", "text", "", "what it is measured in", "", ""},
    {"value", "number?", "as `unit` says", "the figure itself", "", ""},
    {"low", "number?", "as `unit` says", "lower end of its interval", "", ""},
    {"high", "number?", "as `unit` says", "upper end of its interval", "", ""},
    {"level", "number?", "1", "how often such intervals hold the truth", "", ""},
    {"method", "text?", "", "how it was made", "", ""},
};

static const plb_field printed[] = {{"", "report.json", "", "the same as the file", "", ""}};

const plb_record plb_records_report[] = {
    {"report.json", PLB_RECORD_JSON, "report --format json, publish",
     "what a report shows, for programs", PLB_FIELDS(report)},
    {"report --format json", PLB_RECORD_PRINTED, "report --format json",
     "what a report shows, for programs", PLB_FIELDS(printed)},
    {"report --format csv", PLB_RECORD_TABLE, "report --format csv",
     "every figure of the runs, a line each", PLB_FIELDS(figures)},
    {"report part", PLB_RECORD_GROUP, "", "a part of a report", PLB_FIELDS(part)},
    {"report item", PLB_RECORD_GROUP, "", "a text, a table or a plot", PLB_FIELDS(item)},
    {"report axis", PLB_RECORD_GROUP, "", "an axis of a plot", PLB_FIELDS(axis)},
    {.name = NULL},
};
