/* Documents made from the table of commands: manual pages and docs/commands.md. */
#ifndef PLB_CLI_DOCUMENT_H
#define PLB_CLI_DOCUMENT_H

#include <stdio.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/help.h"

/* What the documents say of the program as a whole. */
typedef struct cli_document_facts {
    const char *version, *date; /* "2026-01-31" */
    const char *summary, *description, *examples;
} cli_document_facts;

typedef struct cli_exit_code {
    int code;
    const char *meaning;
} cli_exit_code;
extern const cli_exit_code cli_exit_codes[]; /* ends with a NULL meaning */

typedef struct cli_variable {
    const char *name, *meaning;
} cli_variable;
extern const cli_variable cli_variables[]; /* ends with a NULL name */

/* "plutbench-tx-build": the name of a manual page. */
void cli_page_name(const cli_command *command, char text[CLI_HELP_BYTES]);

void cli_write_main_man(FILE *out, const cli_document_facts *facts);
void cli_write_man(FILE *out, const cli_command *command, const cli_document_facts *facts);
void cli_write_markdown(FILE *out, const cli_document_facts *facts);

#endif
