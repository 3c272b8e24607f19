#include <string.h>

#include <plutbench/version.h>

#include "calibrate/cli/cli.h"

const cli_command *const cli_commands[] = {
    &cli_calibrate, &cli_eval,    &cli_bench,   &cli_conformance,
    &cli_convert,   &cli_list,    &cli_version, NULL,
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
    fprintf(stderr, "plutbench: there is no command '%s'%s%s%s (see plutbench --help)\n", name,
            meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
            meant != NULL ? "'?" : "");
    return CLI_USAGE;
}

int main(int argc, char **argv) {
    if (argc < 2) {
        fprintf(stderr, "plutbench: no command was given (see plutbench --help)\n");
        return CLI_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        const cli_command *about = argc > 2 ? find_command(argv[2]) : NULL;
        if (about != NULL) {
            char *help[] = {argv[2], (char[]){"--help"}, NULL};
            return about->run(about, 2, help);
        }
        print_help();
        return CLI_OK;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const cli_command *command = find_command(name);
    if (command == NULL) {
        return unknown_command(name);
    }
    int code = command->run(command, argc - 1, argv + 1);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fprintf(stderr, "plutbench: standard output could not be written\n");
        return CLI_FAILED;
    }
    return code;
}
