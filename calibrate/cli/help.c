#include "calibrate/cli/help.h"

#include <ctype.h>
#include <string.h>

#include "calibrate/cli/terminal.h"
#include "results/format.h"

#define OPTION_WIDTH 31 /* of the column of options, with the blank after it */

const cli_option cli_help_option = {"help", NULL, "print this", CLI_FLAG, 0, NULL};

void cli_option_usage(const cli_option *option, char text[CLI_HELP_BYTES]) {
    (void) snprintf(text, CLI_HELP_BYTES, "--%s%s%s", option->name,
                    option->argument != NULL ? " " : "",
                    option->argument != NULL ? option->argument : "");
}

/* Whether `text` has `word` as a word. */
static bool names(const char *text, const char *word) {
    size_t length = strlen(word);
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        bool starts = at == text || !isalnum((unsigned char) at[-1]);
        if (starts && !isalnum((unsigned char) at[length])) {
            return true;
        }
    }
    return false;
}

void cli_option_help(const cli_option *option, char text[CLI_HELP_BYTES]) {
    size_t used = (size_t) snprintf(text, CLI_HELP_BYTES, "%s", option->help);
    bool all = true;
    for (size_t i = 0; option->kind == CLI_CHOICE && option->choices[i] != NULL; i++) {
        all = all && names(option->help, option->choices[i]);
    }
    for (size_t i = 0; !all && option->choices[i] != NULL && used < CLI_HELP_BYTES; i++) {
        used += (size_t) snprintf(text + used, CLI_HELP_BYTES - used, "%s%s",
                                  i == 0 ? "; one of " : ", ", option->choices[i]);
    }
}

void cli_usage(const cli_command *command, char text[CLI_HELP_BYTES]) {
    (void) snprintf(text, CLI_HELP_BYTES, "plutbench %s%s%s%s", command->name,
                    command->arguments[0] != '\0' ? " " : "", command->arguments,
                    command->options[0].name != NULL ? " [OPTION ...]" : "");
}

const char *cli_last_word(const cli_command *command) {
    const char *blank = strrchr(command->name, ' ');
    return blank != NULL ? blank + 1 : command->name;
}

static void print_option(const cli_option *option) {
    char usage[CLI_HELP_BYTES], help[CLI_HELP_BYTES];
    cli_option_usage(option, usage);
    cli_option_help(option, help);
    printf("  %-*s", OPTION_WIDTH, usage);
    if (plb_text_width(usage) >= OPTION_WIDTH) {
        printf("\n  %*s", OPTION_WIDTH, "");
    }
    plb_print_wrapped(stdout, help, 2 + OPTION_WIDTH, 2 + OPTION_WIDTH);
}

void cli_print_help(const cli_command *command) {
    char usage[CLI_HELP_BYTES];
    cli_usage(command, usage);
    printf("plutbench %s: %s\n\nusage: %s\n", command->name, command->summary, usage);
    if (command->commands != NULL) {
        printf("\ncommands:\n");
    }
    for (size_t i = 0; command->commands != NULL && command->commands[i] != NULL; i++) {
        printf("  %-12s %s\n", cli_last_word(command->commands[i]), command->commands[i]->summary);
    }
    printf("\noptions:\n");
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        print_option(option);
    }
    print_option(&cli_help_option);
    printf("\nexamples:\n%s", command->examples);
}

void cli_each_command(void (*visit)(void *context, const cli_command *command), void *context) {
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        const cli_command *const *inner = cli_commands[i]->commands;
        if (cli_commands[i]->hidden) {
            continue;
        }
        visit(context, cli_commands[i]);
        for (size_t k = 0; inner != NULL && inner[k] != NULL; k++) {
            visit(context, inner[k]);
        }
    }
}
