/* Completion: scripts for the shells, and `complete`, which they ask what may follow. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/calibrate.h>
#include <plutbench/dictionary.h>
#include <plutbench/scripts.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/help.h"
#include "calibrate/selftest/selftest.h"
#include "harness/embedded.h"
#include "harness/machine/builtin.h"

extern const struct plb_embedded_file plb_embedded_shell[]; /* calibrate/cli/shell */

static const cli_option no_options[] = {{NULL, NULL, NULL, CLI_FLAG, 0, NULL}};

/* ---- plutbench completion ---- */

static int run_completion(const cli_command *command, int argc, char **argv) {
    cli_texts words;
    int code = cli_parse(command, argc, argv, NULL, 1, 1, &words);
    if (code < 0) {
        char name[64];
        (void) snprintf(name, sizeof name, "plutbench.%.20s", words.items[0]);
        const struct plb_embedded_file *file = plb_embedded_find(plb_embedded_shell, name);
        code = CLI_OK;
        if (file != NULL) {
            (void) fwrite(file->bytes, 1, file->length, stdout);
        } else {
            code = cli_complain(command, CLI_USAGE, "expected bash, zsh or fish, got '%s'",
                                words.items[0]);
        }
    }
    free(words.items);
    return code;
}

const cli_command cli_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .summary = "print a script that completes plutbench's command lines in a shell",
    .examples = "  source <(plutbench completion bash)\n"
                "  source <(plutbench completion zsh)\n"
                "  plutbench completion fish | source\n",
    .options = no_options,
    .run = run_completion,
    .prints_data = true,
};

/* ---- What can be named ---- */

/* One candidate: a line of it, a tab, and what it is; if it goes on with what was typed. `prefix`
 * is what stands before it in the same word. */
static void offer(const char *typed, const char *prefix, const char *value, const char *about) {
    if (strncmp(value, typed, strlen(typed)) == 0) {
        printf("%s%s\t%s\n", prefix, value, about);
    }
}

static void offer_files(const char *typed, const char *prefix) {
    (void) typed;
    (void) prefix;
    puts(":files\t");
}

static void offer_folders(const char *typed, const char *prefix) {
    (void) typed;
    (void) prefix;
    puts(":directories\t");
}

static void offer_scripts(const char *typed, const char *prefix) {
    plb_catalogue *catalogue;
    const plb_script_entry *entry;
    plb_error error;
    if (plb_catalogue_open(&catalogue, &error) != PLB_OK) {
        return;
    }
    for (size_t i = 0; (entry = plb_catalogue_entry(catalogue, i)) != NULL; i++) {
        offer(typed, prefix, entry->name, entry->description);
    }
    plb_catalogue_free(catalogue);
}

static void offer_builtins(const char *typed, const char *prefix) {
    for (unsigned tag = 0; tag < PLB_BUILTIN_COUNT; tag++) {
        offer(typed, prefix, plb_builtin_name(tag), "builtin");
    }
}

/* "txperblock_N": what stands before the number. */
static void offer_strategies(const char *typed, const char *prefix) {
    const plb_strategy_info *strategy;
    for (size_t i = 0; (strategy = plb_strategy_at(i)) != NULL; i++) {
        char name[64];
        size_t length = strcspn(strategy->pattern, "NR");
        (void) snprintf(name, sizeof name, "%.*s", (int) length, strategy->pattern);
        offer(typed, prefix, name, strategy->description);
    }
}

static void offer_scenarios(const char *typed, const char *prefix) {
    for (size_t i = 0; plb_selftest_scenario_at(i) != NULL; i++) {
        const plb_selftest_scenario *scenario = plb_selftest_scenario_at(i);
        offer(typed, prefix, scenario->name, scenario->description);
    }
}

static void offer_models(const char *typed, const char *prefix) {
    for (char letter[2] = "A"; letter[0] <= 'E'; letter[0]++) {
        offer(typed, prefix, letter, "published cost model");
    }
}

/* Names of fields, each once for a record that has it. */
static void offer_metrics(const char *typed, const char *prefix) {
    const plb_record *record;
    for (size_t i = 0; (record = plb_dictionary_record(i)) != NULL; i++) {
        for (size_t k = 0; k < record->field_count; k++) {
            offer(typed, prefix, record->fields[k].path, record->fields[k].definition);
        }
    }
}

/* What an option of that name, or a word of that name in a command's arguments, stands for; a word
 * may stand for several things. */
static const struct {
    const char *word;
    void (*offer)(const char *typed, const char *prefix);
} sources[] = {
    {"script", offer_scripts},      {"SCRIPT", offer_scripts},  {"scenario", offer_scenarios},
    {"strategy", offer_strategies}, {"A..E", offer_models},     {"BEFORE", offer_models},
    {"BEFORE", offer_files},        {"AFTER", offer_models},    {"AFTER", offer_files},
    {"FILE", offer_files},          {"FILE.json", offer_files}, {"PLAN.json", offer_files},
    {"CSV", offer_files},           {"DIR", offer_folders},     {"RUN", offer_folders},
    {"BUILTIN", offer_builtins},    {"METRIC", offer_metrics},
};

static void offer_source(const char *word, const char *typed, const char *prefix) {
    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        if (strcmp(sources[i].word, word) == 0) {
            sources[i].offer(typed, prefix);
        }
    }
}

static bool is_of_word(char c) { return isalnum((unsigned char) c) || c == '-' || c == '.'; }

/* Words of such as "memory|DIR" or "[BUILTIN ...]"; small letters stand for themselves. */
static void offer_words(const char *text, const char *typed, const char *prefix) {
    while (*text != '\0') {
        char word[64];
        size_t length = 0;
        while (is_of_word(text[length])) {
            length++;
        }
        if (length > 0 && length < sizeof word) {
            (void) snprintf(word, sizeof word, "%.*s", (int) length, text);
            offer_source(word, typed, prefix);
            if (islower((unsigned char) word[0])) {
                offer(typed, prefix, word, "");
            }
        }
        text += length > 0 ? length : 1;
    }
}

static void offer_values(const cli_option *option, const char *typed, const char *prefix) {
    if (option->kind == CLI_CHOICE) {
        for (size_t i = 0; option->choices[i] != NULL; i++) {
            offer(typed, prefix, option->choices[i], "");
        }
        return;
    }
    offer_source(option->name, typed, prefix);
    offer_words(option->argument, typed, prefix);
}

/* ---- Where in a command line one is ---- */

static const cli_option *find_option(const cli_command *command, const char *word, size_t length) {
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        if (strlen(option->name) == length && strncmp(option->name, word, length) == 0) {
            return option;
        }
    }
    return NULL;
}

static void offer_commands(const cli_command *const *commands, const char *typed) {
    for (; *commands != NULL; commands++) {
        if (!(*commands)->hidden) {
            offer(typed, "", cli_last_word(*commands), (*commands)->summary);
        }
    }
}

static void offer_option(const char *typed, const cli_option *option) {
    char name[96], help[CLI_HELP_BYTES];
    (void) snprintf(name, sizeof name, "--%.90s", option->name);
    cli_option_help(option, help);
    offer(typed, "", name, help);
}

static void offer_options(const cli_command *command, const char *typed) {
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        offer_option(typed, option);
    }
    offer_option(typed, &cli_help_option);
}

/* What the last of the command's own words may be. */
static void complete_command(const cli_command *command, const char *const *words, size_t count) {
    const char *typed = words[count - 1];
    const cli_option *waiting = NULL; /* the option that the next word is the value of */
    bool options_end = false;
    for (size_t i = 0; i + 1 < count; i++) {
        const cli_option *option = NULL;
        if (waiting == NULL && !options_end && strncmp(words[i], "--", 2) == 0) {
            options_end = words[i][2] == '\0';
            option = find_option(command, words[i] + 2, strlen(words[i] + 2));
        }
        waiting = option != NULL && option->kind != CLI_FLAG ? option : NULL;
    }
    const char *equals = strchr(typed, '=');
    bool takes_options_only = strstr(command->arguments, "--") != NULL;
    if (waiting != NULL) {
        offer_values(waiting, typed, "");
    } else if (!options_end && strncmp(typed, "--", 2) == 0 && equals != NULL) {
        char prefix[96];
        waiting = find_option(command, typed + 2, (size_t) (equals - typed) - 2);
        (void) snprintf(prefix, sizeof prefix, "%.*s", (int) (equals + 1 - typed), typed);
        if (waiting != NULL && waiting->kind != CLI_FLAG) {
            offer_values(waiting, equals + 1, prefix);
        }
    } else if (!options_end && (typed[0] == '-' || takes_options_only)) {
        offer_options(command, typed);
    } else if (!takes_options_only) {
        offer_words(command->arguments, typed, "");
    }
}

static void complete(const char *const *words, size_t count) {
    if (count > 1 && strcmp(words[0], "help") == 0) {
        words++;
        count--;
    }
    if (count <= 1) {
        offer_commands(cli_commands, count > 0 ? words[0] : "");
        return;
    }
    const cli_command *command = cli_find_command(words[0]);
    if (command == NULL) {
        return;
    }
    /* A command of commands does nothing itself; one whose modes have a help of their own does. */
    bool only_commands = command->run == cli_run_one_of;
    const cli_command *const *inner = command->commands;
    for (; inner != NULL && *inner != NULL && count > 2; inner++) {
        if (strcmp(cli_last_word(*inner), words[1]) == 0) {
            complete_command(*inner, words + 2, count - 2);
            return;
        }
    }
    if (only_commands && count == 2 && words[1][0] != '-') {
        offer_commands(command->commands, words[1]);
    } else if (!only_commands || count == 2) {
        complete_command(command, words + 1, count - 1);
    }
}

static int run_complete(const cli_command *command, int argc, char **argv) {
    cli_texts words;
    int code = cli_parse(command, argc, argv, NULL, 0, 10000, &words);
    if (code < 0) {
        complete(words.items, words.count);
        code = CLI_OK;
    }
    free(words.items);
    return code;
}

const cli_command cli_complete = {
    .name = "complete",
    .arguments = "-- [WORD ...]",
    .summary = "print what the last word of a command line may be, for the shells",
    .examples = "  plutbench complete -- calibrate --scr\n",
    .options = no_options,
    .run = run_complete,
    .prints_data = true,
    .hidden = true,
};
