#include <signal.h>
#include <string.h>

#include <plutbench/version.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/page.h"
#include "calibrate/cli/terminal.h"

const cli_command *const cli_commands[] = {
    &cli_calibrate,  &cli_measure,  &cli_block,    &cli_eval,     &cli_bench,   &cli_conformance,
    &cli_convert,    &cli_tx,       &cli_fit,      &cli_sweep,    &cli_model,   &cli_study,
    &cli_regress,    &cli_trace,    &cli_results,  &cli_report,   &cli_publish, &cli_compare,
    &cli_timeline,   &cli_list,     &cli_doctor,   &cli_selftest, &cli_version, &cli_describe,
    &cli_completion, &cli_complete, &cli_document, NULL,
};

static void print_help(void) {
    printf("plutbench %s: what one smart-contract call costs a node\n\n"
           "usage: plutbench COMMAND [OPTION ...]\n\ncommands:\n",
           plb_version());
    for (const cli_command *const *command = cli_commands; *command != NULL; command++) {
        if (!(*command)->hidden) {
            printf("  %-12s %s\n", (*command)->name, (*command)->summary);
        }
    }
    printf("\nStart with:\n"
           "  plutbench calibrate --script ecdsa-loop\n"
           "`plutbench COMMAND --help` tells more about a command, with examples.\n");
}

const cli_command *cli_find_command(const char *name) {
    for (const cli_command *const *command = cli_commands; *command != NULL; command++) {
        if (strcmp((*command)->name, name) == 0) {
            return *command;
        }
    }
    return NULL;
}

static int unknown_command(const char *name) {
    const char *names[sizeof cli_commands / sizeof *cli_commands] = {NULL};
    for (size_t i = 0, n = 0; cli_commands[i] != NULL; i++) {
        if (!cli_commands[i]->hidden) {
            names[n++] = cli_commands[i]->name;
        }
    }
    const char *meant = cli_suggest(name, names);
    return cli_complain(NULL, CLI_USAGE, "there is no command '%s'%s%s%s (see plutbench --help)",
                        name, meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                        meant != NULL ? "'?" : "");
}

/* "help tx build" is "tx build --help". */
static int print_help_about(int argc, char **argv) {
    const cli_command *command = cli_find_command(argv[0]);
    if (command == NULL) {
        return unknown_command(argv[0]);
    }
    char option[] = "--help", *one[] = {argv[0], option, NULL};
    char *two[] = {argv[0], argc > 1 ? argv[1] : NULL, option, NULL};
    return argc > 1 && command->commands != NULL ? command->run(command, 3, two)
                                                 : command->run(command, 2, one);
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
            return print_help_about(argc - 2, argv + 2);
        }
        print_help();
        return CLI_OK;
    }
    const char *name = strcmp(argv[1], "--version") == 0 ? "version" : argv[1];
    const cli_command *command = cli_find_command(name);
    return command != NULL ? command->run(command, argc - 1, argv + 1) : unknown_command(name);
}

/* Tables fit the terminal, unless it is programs that read what is printed. */
static void fit_to_terminal(int argc, char **argv) {
    const cli_command *command = argc > 1 ? cli_find_command(argv[1]) : NULL;
    int width = cli_terminal_width(stdout);
    if (width > 0 && (command == NULL || !command->prints_data)) {
        FILE *page = cli_page_open(stdout, width);
        stdout = page != NULL ? page : stdout;
    }
}

int main(int argc, char **argv) {
    FILE *given = stdout;
    (void) signal(SIGXFSZ, SIG_IGN); /* a file that may not grow is an error, as a full disk is */
    fit_to_terminal(argc, argv);
    int code = run(argc, argv);
    bool failed = fflush(stdout) != 0 || ferror(stdout) != 0;
    if (stdout != given) {
        failed = fclose(stdout) != 0 || failed;
        stdout = given;
    }
    cli_clear_progress();
    if (failed) {
        return cli_complain(NULL, CLI_FAILED, "standard output could not be written");
    }
    return code;
}
