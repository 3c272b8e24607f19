/* docs/commands.md. */
#include <ctype.h>
#include <string.h>

#include "calibrate/cli/document.h"

/* Text of a table's cell. */
static void put_cell(FILE *out, const char *text) {
    for (; *text != '\0'; text++) {
        if (strchr("|*_<>", *text) != NULL) {
            (void) fputc('\\', out);
        }
        (void) fputc(*text, out);
    }
}

/* Code in a cell, where only '|' ends it. */
static void put_code(FILE *out, const char *text) {
    (void) fputc('`', out);
    for (; *text != '\0'; text++) {
        fputs(*text == '|' ? "\\|" : (char[]){*text, '\0'}, out);
    }
    (void) fputc('`', out);
}

static void put_option(FILE *out, const cli_option *option) {
    char usage[CLI_HELP_BYTES], help[CLI_HELP_BYTES];
    cli_option_usage(option, usage);
    cli_option_help(option, help);
    fputs("| ", out);
    put_code(out, usage);
    fputs(" | ", out);
    put_cell(out, help);
    fputs(" |\n", out);
}

/* Links go to headings, whose blanks are dashes there. */
static void put_contents_row(void *context, const cli_command *command) {
    FILE *out = context;
    fprintf(out, "| [%s](#plutbench-", command->name);
    for (const char *c = command->name; *c != '\0'; c++) {
        (void) fputc(*c == ' ' ? '-' : *c, out);
    }
    fputs(") | ", out);
    put_cell(out, command->summary);
    fputs(" |\n", out);
}

static void put_command(void *context, const cli_command *command) {
    FILE *out = context;
    char usage[CLI_HELP_BYTES];
    cli_usage(command, usage);
    fprintf(out, "\n## plutbench %s\n\n", command->name);
    fprintf(out, "%c%s.\n\n    %s\n", toupper((unsigned char) command->summary[0]),
            command->summary + 1, usage);
    if (command->options[0].name != NULL) {
        fputs("\n| option | what it does |\n| --- | --- |\n", out);
    }
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        put_option(out, option);
    }
    fputs("\nExamples:\n\n", out);
    for (const char *at = command->examples; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        fprintf(out, "  %.*s\n", (int) length, at);
        at += length + (at[length] == '\n');
    }
}

void cli_write_markdown(FILE *out, const cli_document_facts *facts) {
    fprintf(out, "# Commands\n\n%s\n\n", facts->description);
    fputs("This page is made from the table that `--help` prints (`make docs`). Every command has "
          "`--help`, and\na manual page: `man plutbench-calibrate`.\n\n"
          "| command | what it does |\n| --- | --- |\n",
          out);
    cli_each_command(put_contents_row, out);
    fputs("\n| exit code | meaning |\n| --- | --- |\n", out);
    for (const cli_exit_code *code = cli_exit_codes; code->meaning != NULL; code++) {
        fprintf(out, "| %d | ", code->code);
        put_cell(out, code->meaning);
        fputs(" |\n", out);
    }
    fputs("\n| variable | meaning |\n| --- | --- |\n", out);
    for (const cli_variable *variable = cli_variables; variable->name != NULL; variable++) {
        fprintf(out, "| `%s` | ", variable->name);
        put_cell(out, variable->meaning);
        fputs(" |\n", out);
    }
    cli_each_command(put_command, out);
}
