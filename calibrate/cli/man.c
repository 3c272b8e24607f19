/* Manual pages, of man(7)'s macros. */
#include <ctype.h>
#include <string.h>

#include "calibrate/cli/document.h"
#include "calibrate/cli/help.h"

/* Text in which nothing is a macro or an escape. */
static void put(FILE *out, const char *text) {
    if (text[0] == '.' || text[0] == '\'') {
        fputs("\\&", out);
    }
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '\\': fputs("\\e", out); break;
        case '-': fputs("\\-", out); break;
        case '\n': fputs(text[1] == '.' || text[1] == '\'' ? "\n\\&" : "\n", out); break;
        default: (void) fputc(*text, out);
        }
    }
}

static void put_title(FILE *out, const char *title, const cli_document_facts *facts) {
    fprintf(out, ".TH \"");
    for (; *title != '\0'; title++) {
        (void) fputc(toupper((unsigned char) *title), out);
    }
    fprintf(out, "\" 1 \"%s\" \"plutbench %s\" \"User Commands\"\n", facts->date, facts->version);
}

/* What stands for something else is in italics. */
static void put_arguments(FILE *out, const char *text) {
    fputs("\\fI", out);
    put(out, text);
    fputs("\\fR", out);
}

static void put_option(FILE *out, const cli_option *option) {
    char help[CLI_HELP_BYTES];
    cli_option_help(option, help);
    fputs(".TP\n\\fB\\-\\-", out);
    put(out, option->name);
    fputs("\\fR", out);
    if (option->argument != NULL) {
        (void) fputc(' ', out);
        put_arguments(out, option->argument);
    }
    (void) fputc('\n', out);
    put(out, help);
    (void) fputc('\n', out);
}

/* A page of SEE ALSO. */
static void put_reference(FILE *out, const char *page, bool last) {
    fputs(".BR ", out);
    put(out, page);
    fprintf(out, " (1)%s\n", last ? "" : ",");
}

static void put_command_row(void *context, const cli_command *command) {
    FILE *out = context;
    fputs(".TP\n\\fB", out);
    put(out, command->name);
    fputs("\\fR\n", out);
    put(out, command->summary);
    (void) fputc('\n', out);
}

static void put_examples(FILE *out, const char *examples) {
    fputs(".SH EXAMPLES\n.nf\n", out);
    put(out, examples);
    fputs(".fi\n", out);
}

void cli_write_man(FILE *out, const cli_command *command, const cli_document_facts *facts) {
    char name[CLI_HELP_BYTES];
    cli_page_name(command, name);
    put_title(out, name, facts);
    fputs(".SH NAME\n", out);
    put(out, name);
    fputs(" \\- ", out);
    put(out, command->summary);
    fputs("\n.SH SYNOPSIS\n\\fBplutbench ", out);
    put(out, command->name);
    fputs("\\fR ", out);
    put_arguments(out, command->arguments);
    fputs(" [\\fIOPTION\\fR ...]\n", out);
    if (command->commands != NULL) {
        fputs(".SH COMMANDS\n", out);
    }
    for (size_t i = 0; command->commands != NULL && command->commands[i] != NULL; i++) {
        put_command_row(out, command->commands[i]);
    }
    fputs(".SH OPTIONS\n", out);
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        put_option(out, option);
    }
    put_option(out, &cli_help_option);
    put_examples(out, command->examples);
    fputs(".SH SEE ALSO\n", out);
    size_t group = strcspn(command->name, " ");
    if (command->name[group] != '\0') {
        (void) snprintf(name, sizeof name, "plutbench-%.*s", (int) group, command->name);
        put_reference(out, name, false);
    }
    put_reference(out, "plutbench", true);
}

static void put_exit_codes(FILE *out) {
    fputs(".SH EXIT STATUS\n", out);
    for (const cli_exit_code *code = cli_exit_codes; code->meaning != NULL; code++) {
        fprintf(out, ".TP\n%d\n", code->code);
        put(out, code->meaning);
        (void) fputc('\n', out);
    }
}

static void put_environment(FILE *out) {
    fputs(".SH ENVIRONMENT\n", out);
    for (const cli_variable *variable = cli_variables; variable->name != NULL; variable++) {
        fprintf(out, ".TP\n\\fB%s\\fR\n", variable->name);
        put(out, variable->meaning);
        (void) fputc('\n', out);
    }
}

void cli_write_main_man(FILE *out, const cli_document_facts *facts) {
    put_title(out, "plutbench", facts);
    fputs(".SH NAME\nplutbench \\- ", out);
    put(out, facts->summary);
    fputs("\n.SH SYNOPSIS\n\\fBplutbench\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR ...]\n"
          ".SH DESCRIPTION\n",
          out);
    put(out, facts->description);
    fputs("\n.SH COMMANDS\n", out);
    cli_each_command(put_command_row, out);
    put_exit_codes(out);
    put_environment(out);
    put_examples(out, facts->examples);
    fputs(".SH SEE ALSO\n", out);
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        char page[CLI_HELP_BYTES];
        if (!cli_commands[i]->hidden) {
            cli_page_name(cli_commands[i], page);
            put_reference(out, page, false);
        }
    }
    put_reference(out, "man", true);
}
