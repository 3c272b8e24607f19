/* About traces: what is in them, and what they cost. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/trace.h"
#include "results/format.h"

/* ---- describe ---- */

typedef struct describe_options {
    bool json;
} describe_options;

static const cli_option describe_options_table[] = {
    {"json", NULL, "print a JSON Schema that every line of a trace holds to", CLI_FLAG,
     offsetof(describe_options, json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static int describe(const cli_command *command, int argc, char **argv) {
    describe_options given = {0};
    cli_texts words;
    plb_error error;
    char *text = NULL;
    int code = cli_parse(command, argc, argv, &given, 0, 0, &words);
    if (code < 0) {
        plb_status status =
            given.json ? plb_trace_schema(&text, &error) : plb_trace_describe(&text, &error);
        code = status == PLB_OK ? CLI_OK : cli_error(command, &error);
    }
    if (text != NULL) {
        fputs(text, stdout);
        if (given.json) fputc('\n', stdout);
    }
    free(text);
    free(words.items);
    return code;
}

static const cli_command trace_describe = {
    .name = "trace describe",
    .arguments = "",
    .summary = "print every event that a trace can have, with its members",
    .examples = "  plutbench trace describe\n"
                "  plutbench trace describe --json > trace.schema.json\n",
    .options = describe_options_table,
    .run = describe,
    .prints_data = true,
};

/* ---- The commands ---- */

static const cli_option options[] = {{NULL, NULL, NULL, CLI_FLAG, 0, NULL}};
static const cli_command *const commands[] = {&trace_describe, &cli_trace_cost, NULL};

const cli_command cli_trace = {
    .name = "trace",
    .arguments = "COMMAND",
    .summary = "about traces: what is in them, and what tracing costs",
    .examples = "  plutbench trace describe\n"
                "  plutbench help trace cost\n",
    .options = options,
    .run = cli_run_one_of,
    .commands = commands,
};
