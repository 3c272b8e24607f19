/* What the subcommands share: their table, options, messages, files. */
#ifndef PLB_CLI_H
#define PLB_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <plutbench/machine.h>
#include <plutbench/status.h>

/* Exit codes: a failure of the work, a command line that makes no sense, and work that was done but
 * for parts that were left out, and named. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_USAGE = 2, CLI_INCOMPLETE = 3 };

typedef struct cli_command {
    const char *name;
    const char *arguments;            /* such as "FILE" */
    const char *summary;              /* one line */
    const char *examples;             /* lines, each indented by two spaces */
    const struct cli_option *options; /* ends with a NULL name */
    int (*run)(const struct cli_command *command, int argc, char **argv);
    const struct cli_command *const *commands; /* of a command of commands: ends with NULL */
    bool prints_data; /* for programs to read: never fitted to the terminal */
    bool hidden;      /* from help: what only scripts and the build call */
} cli_command;

typedef enum cli_kind {
    CLI_FLAG,   /* bool */
    CLI_TEXT,   /* const char * */
    CLI_TEXTS,  /* cli_texts: may be given several times */
    CLI_COUNT,  /* uint64_t, at least 1 */
    CLI_NUMBER, /* uint64_t */
    CLI_TIME,   /* double, seconds, more than 0: 30, 30s, 500ms, 2m */
    CLI_RATIO,  /* double, more than 0: 0.01 or 1% */
    CLI_BYTES,  /* uint64_t: 1048576, 64M, 1GiB */
    CLI_CHOICE  /* int: index into the option's choices */
} cli_kind;

typedef struct cli_texts {
    const char **items;
    size_t count;
} cli_texts;

/* One option of a command. `offset` is that of the field in the struct that cli_parse fills. */
typedef struct cli_option {
    const char *name;     /* without the leading dashes */
    const char *argument; /* what to call its value in help; NULL for a flag */
    const char *help;
    cli_kind kind;
    size_t offset;
    const char *const *choices; /* of CLI_CHOICE, ends with NULL */
} cli_option;

/* Parse argv[1..] into `fields` (a struct of the command's own, with its defaults set) and the
 * positional arguments, of which at least `least` and at most `most` are wanted. Returns -1 to go
 * on, or an exit code: --help was printed, or the command line is wrong (one line on stderr).
 * *positionals is malloc'ed, as is every cli_texts. */
int cli_parse(const cli_command *command, int argc, char **argv, void *fields, size_t least,
              size_t most, cli_texts *positionals);

/* Of a command of commands: run the one that argv[1] names. */
int cli_run_one_of(const cli_command *command, int argc, char **argv);

/* One line on stderr: "plutbench eval: where: message". Returns CLI_FAILED. */
int cli_error(const cli_command *command, const plb_error *error);
/* The same with a message of the program's own, and `code`. `command` NULL: none was run. */
int cli_complain(const cli_command *command, int code, const char *format, ...) PLB_PRINTF(3, 4);

/* The candidate that `word` was probably meant to be, or NULL. */
const char *cli_suggest(const char *word, const char *const *candidates);

/* A file's bytes, NUL-terminated and malloc'ed; "-" is standard input. */
plb_status cli_read_file(const char *path, uint8_t **bytes, size_t *length, plb_error *error);
/* Write a file under a temporary name and rename it, so that it is never seen half-written; "-"
 * writes to standard output, and what is no regular file (a device, a pipe) is written to. */
plb_status cli_write_file(const char *path, const void *bytes, size_t length, plb_error *error);

/* --language v1|v2|v3|v4|newest (as a CLI_CHOICE) with --protocol-version: the era they mean. */
extern const char *const cli_languages[];
plb_era cli_era(int language_choice, uint64_t protocol_version);
/* Usage errors of the pair; CLI_OK when it is fine. */
int cli_check_era(const cli_command *command, int language_choice, uint64_t protocol_version);

/* --format of scripts, as a CLI_CHOICE: "auto" ... in the order of plb_format. */
extern const char *const cli_formats[];

/* The default cost model, or the one in the file `path`. */
plb_status cli_cost_model(plb_cost_model **model, plb_era era, const char *path, plb_error *error);

/* Print a JSON value to standard output, indented, with a newline, and free it. */
struct json_t;
void cli_print_json(struct json_t *json);

extern const cli_command cli_block, cli_eval, cli_conformance, cli_bench, cli_convert, cli_list,
    cli_calibrate, cli_trace, cli_doctor, cli_selftest, cli_fit, cli_sweep, cli_model, cli_regress,
    cli_study, cli_measure, cli_results, cli_report, cli_publish, cli_compare, cli_timeline, cli_tx,
    cli_version, cli_describe, cli_completion, cli_complete, cli_document;

/* Modes of cli_fit, which chooses them. */
extern const cli_command cli_fit_machine, cli_fit_overhead;

/* All commands, in the order of help; ends with NULL. */
extern const cli_command *const cli_commands[];
/* The one of that name, or NULL. */
const cli_command *cli_find_command(const char *name);

#endif
