#include <string.h>

#include <plutbench/version.h>

#include "calibrate/cli/cli.h"

const cli_command *const cli_commands[] = {
    &cli_calibrate,   &cli_measure, &cli_block,    &cli_eval,    &cli_bench,
    &cli_conformance, &cli_convert, &cli_tx,       &cli_fit,     &cli_sweep,
    &cli_list,        &cli_doctor,  &cli_selftest, &cli_version, NULL,
};

static void print_help(void) {
    printf("plutbench %s: what one smart-contract call costs a node\n\n"
           "usage: plutbench COMMAND [OPTION ...]\n\ncommands:\n",
           plb_version());
    for (const cli_command *const *command = cli_commands; *command != NULL; command++) {
        printf("  %-12s %s\n", (*command)->name, (*command)->summary);
    }
    printf("\nStart with:\n"
           "  plutbench calibrate --script ecdsa-loop\n"
           "`plutbench COMMAND --help` tells more about a command, with examples.\n");
}

static const cli_command *find_command(const char *name) {
    for (const cli_command *const *command = cli_commands; *command != NULL; command++) {
        if (strcmp((*command)->name, name) == 0) {
            return *command;
        }
    }
    return NULL;
}

static int unknown_command(const char *name) {
    const char *names[sizeof cli_commands / sizeof *cli_commands] = {NULL};
    for (size_t i = 0; cli_commands[i] != NULL; i++) {
        names[i] = cli_commands[i]->name;
    }
    const char *meant = cli_suggest(name, names);
    return cli_complain(NULL, CLI_USAGE, "there is no command '%s'%s%s%s (see plutbench --help)",
                        name, meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                        meant != NULL ? "'?" : "");
}

static int print_help_about(const char *name) {
    const cli_command *command = find_command(name);
    if (command == NULL) {
        return unknown_command(name);
    }
    char *help[] = {(char[]){"help"}, (char[]){"--help"}, NULL};
    return command->run(command, 2, help);
}

static bool asks_for_help(const char *word) {
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

static int run(int argc, char **argv) {
    if (argc < 2) {
        return cli_complain(NULL, CLI_USAGE, "no command was given (see plutbench --help)");
    }
    if (asks_for_help(argv[1])) {
        if (argc > 2) {
            return print_help_about(argv[2]);
        }
        print_help();
        return CLI_OK;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const cli_command *command = find_command(name);
    return command != NULL ? command->run(command, argc - 1, argv + 1) : unknown_command(name);
}

int main(int argc, char **argv) {
    int code = run(argc, argv);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        return cli_complain(NULL, CLI_FAILED, "standard output could not be written");
    }
    return code;
}
