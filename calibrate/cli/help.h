/* What --help, man pages and docs/commands.md say, all from the tables of commands and options. */
#ifndef PLB_CLI_HELP_H
#define PLB_CLI_HELP_H

#include "calibrate/cli/cli.h"

#define CLI_HELP_BYTES 768

/* "--name ARGUMENT". */
void cli_option_usage(const cli_option *option, char text[CLI_HELP_BYTES]);

/* What it does; with its choices, where the text in the table does not name each. */
void cli_option_help(const cli_option *option, char text[CLI_HELP_BYTES]);

/* "plutbench tx build --script NAME|FILE [OPTION ...]". */
void cli_usage(const cli_command *command, char text[CLI_HELP_BYTES]);

/* The last word of a command's name: "build" of "tx build". */
const char *cli_last_word(const cli_command *command);

/* The row that stands for --help, which every command has. */
extern const cli_option cli_help_option;

/* --help of a command. */
void cli_print_help(const cli_command *command);

/* Call `visit` for each command that is not hidden, and after it for those that it has. */
void cli_each_command(void (*visit)(void *context, const cli_command *command), void *context);

#endif
