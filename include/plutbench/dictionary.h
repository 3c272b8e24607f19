/* The data dictionary: every field of every file that plutbench writes, with its unit, its
 * definition, how it is obtained and where the definition comes from.
 *
 * A record is a kind of file ("summary.json", "*.hlog"), the JSON that a command prints ("bench
 * --json"), or a group of fields that several files have ("estimate"). A field whose type names a
 * record stands for all fields of that record: `null_experiment` of summary.json is an `estimate`,
 * so there is a field `null_experiment.low`.
 *
 * Paths: names of members, joined by '.'; "[]" is any item of an array; "*" is any name, of a map
 * whose keys are data; a column of a CSV or TSV file is its name, and "*" any column. The field at
 * "" is the whole: such a file is what its type says. All text is static, UTF-8, in English,
 * without control characters. Nothing here allocates but plb_dictionary_json.
 */
#ifndef PLUTBENCH_DICTIONARY_H
#define PLUTBENCH_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>

#include <plutbench/api.h>
#include <plutbench/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/* One field. No member is NULL; texts that say nothing are "". */
typedef struct plb_field {
    const char *path;       /* in its record: "charged.per_call" */
    const char *type;       /* "number", "integer", "text", "boolean", "time", "object", "any", or
                             * the name of a record; followed by "?" where it may be null, and by
                             * "[]" where it is an array of such */
    const char *unit;       /* "ns", "bytes", "lovelace", "1" of a ratio; "" where there is none */
    const char *definition; /* what it is, in a sentence */
    const char *method;     /* how it is obtained; "" where it is as it was given */
    const char *source; /* where the definition is from: a specification, the code, a document */
} plb_field;

typedef enum plb_record_kind {
    PLB_RECORD_JSON,    /* a file with one JSON value */
    PLB_RECORD_TABLE,   /* CSV or TSV with a line of heads */
    PLB_RECORD_LINES,   /* another text format, of an outside specification */
    PLB_RECORD_PRINTED, /* what a command prints with --json */
    PLB_RECORD_GROUP    /* fields that records share */
} plb_record_kind;

typedef struct plb_record {
    const char *name; /* of a file, with '*' for what varies: "summary.json", "*.hlog" */
    plb_record_kind kind;
    const char *written_by; /* commands, such as "calibrate --out"; "" of a group */
    const char *about;      /* what it is for, in a sentence */
    const plb_field *fields;
    size_t field_count;
} plb_record;

/* The record at `index`, in the order of the documentation; NULL past the last one. */
PLB_API const plb_record *plb_dictionary_record(size_t index);

/* The record of a file of that name (its folder does not matter), of a group or of a command;
 * NULL: there is none. An exact name is preferred to one with '*'. */
PLB_API const plb_record *plb_dictionary_record_of(const char *name);

/* The field of `record` at a path of real data: "subjects[3].percentiles.p50_ns" or, with the
 * indices left out, "subjects[].percentiles.p50_ns". Names that have '.', '[' or ']' in them, which
 * are keys of maps, come with '_' in their places. Groups are gone into. NULL: there is none. */
PLB_API const plb_field *plb_dictionary_field(const plb_record *record, const char *path);

/* Whether there is a field at that path, or an object or an array with fields in it. */
PLB_API bool plb_dictionary_has(const plb_record *record, const char *path);

/* Fields that `word` may mean, of all records, at most `most` of them, the best first: those whose
 * path is `word`, those whose last name is, those that have it somewhere. How many there were.
 * `records[i]` is where `fields[i]` is. */
PLB_API size_t plb_dictionary_search(const char *word, const plb_field **fields,
                                     const plb_record **records, size_t most);

/* What a field's value is, when its type names a group or another record; else NULL. */
PLB_API const plb_record *plb_dictionary_type(const plb_field *field);

/* All of it as JSON: {"records": [{"name", "kind", "written_by", "about", "fields": [{"path",
 * "type", "unit", "definition", "method", "source"}]}]}. *text is malloc'ed. PLB_E_MEMORY. */
PLB_API plb_status plb_dictionary_json(char **text, plb_error *error);

#ifdef __cplusplus
}
#endif

#endif
