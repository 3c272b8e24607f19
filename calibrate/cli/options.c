#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/cli.h"
#include "calibrate/cli/help.h"
#include "calibrate/cli/page.h"
#include "calibrate/cli/terminal.h"

/* ---- Suggestions ---- */

#define WORD_MAX 48

static unsigned min3(unsigned a, unsigned b, unsigned c) {
    unsigned m = a < b ? a : b;
    return m < c ? m : c;
}

/* Levenshtein distance; WORD_MAX for long words. */
static unsigned distance(const char *a, const char *b) {
    size_t length = strlen(b);
    unsigned row[WORD_MAX + 1];
    if (length > WORD_MAX || strlen(a) > WORD_MAX) {
        return WORD_MAX;
    }
    for (size_t j = 0; j <= length; j++) {
        row[j] = (unsigned) j;
    }
    for (size_t i = 0; a[i] != '\0'; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned) i + 1;
        for (size_t j = 0; j < length; j++) {
            unsigned above = row[j + 1];
            row[j + 1] = min3(above + 1, row[j] + 1, diagonal + (a[i] != b[j]));
            diagonal = above;
        }
    }
    return row[length];
}

const char *cli_suggest(const char *word, const char *const *candidates) {
    const char *best = NULL;
    unsigned best_distance = (unsigned) strlen(word) / 3 + 2; /* what is still a typing error */
    for (; *candidates != NULL; candidates++) {
        unsigned d = distance(word, *candidates);
        if (strncmp(word, *candidates, strlen(word)) == 0 && strlen(word) >= 3) {
            d = 1; /* an abbreviation */
        }
        if (d < best_distance) {
            best_distance = d;
            best = *candidates;
        }
    }
    return best;
}

/* ---- Messages ---- */

/* One line, whatever it quotes: control characters of names and contents become spaces. */
static void print_line(const cli_command *command, const char *text) {
    cli_page_flush();
    cli_clear_progress();
    fprintf(stderr, "%splutbench%s%s:%s ", cli_style(stderr, CLI_ALARM), command != NULL ? " " : "",
            command != NULL ? command->name : "", cli_style(stderr, CLI_PLAIN));
    for (; *text != '\0'; text++) {
        bool is_control = (unsigned char) *text < ' ' || *text == 0x7f;
        (void) fputc(is_control ? ' ' : *text, stderr);
    }
    (void) fputc('\n', stderr);
}

int cli_error(const cli_command *command, const plb_error *error) {
    return cli_complain(command, CLI_FAILED, "%s%s%s", error->where,
                        error->where[0] != '\0' ? ": " : "", error->message);
}

int cli_complain(const cli_command *command, int code, const char *format, ...) {
    char text[PLB_ERROR_WHERE_BYTES + PLB_ERROR_MESSAGE_BYTES];
    va_list arguments;
    va_start(arguments, format);
    (void) vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    print_line(command, text);
    return code;
}

/* ---- Values ---- */

typedef struct unit {
    const char *suffix;
    double factor;
} unit;

static const unit time_units[] = {{"", 1},   {"s", 1},    {"ms", 1e-3}, {"us", 1e-6},
                                  {"m", 60}, {"min", 60}, {"h", 3600},  {NULL, 0}};
static const unit ratio_units[] = {{"", 1}, {"%", 0.01}, {NULL, 0}};
static const unit byte_units[] = {{"", 1},
                                  {"K", 1024.0},
                                  {"KiB", 1024.0},
                                  {"M", 1048576.0},
                                  {"MiB", 1048576.0},
                                  {"G", 1073741824.0},
                                  {"GiB", 1073741824.0},
                                  {NULL, 0}};

/* A number of at most `most` after its unit was multiplied in. */
static bool parse_scaled(const char *text, const unit *units, double most, double *out) {
    char *end = NULL;
    double number = strtod(text, &end);
    if (end == text || !(number >= 0)) {
        return false;
    }
    for (; units->suffix != NULL; units++) {
        if (strcmp(end, units->suffix) == 0) {
            *out = number * units->factor;
            return *out <= most;
        }
    }
    return false;
}

/* The same, and more than nothing. */
static bool parse_positive(const char *text, const unit *units, double *out) {
    return parse_scaled(text, units, 1e9, out) && *out > 0;
}

static bool parse_count(const char *text, uint64_t least, uint64_t *out) {
    char *end = NULL;
    errno = 0;
    if (text[0] < '0' || text[0] > '9') {
        return false;
    }
    unsigned long long number = strtoull(text, &end, 10);
    *out = number;
    return errno == 0 && *end == '\0' && number >= least;
}

static bool add_text(cli_texts *texts, const char *text) {
    const char **bigger = realloc(texts->items, (texts->count + 1) * sizeof *bigger);
    if (bigger == NULL) {
        return false;
    }
    texts->items = bigger;
    texts->items[texts->count++] = text;
    return true;
}

static int choose(const cli_command *command, const cli_option *option, const char *value,
                  int *choice) {
    for (int i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            *choice = i;
            return -1;
        }
    }
    const char *meant = cli_suggest(value, option->choices);
    char list[256] = "";
    size_t used = 0;
    for (int i = 0; option->choices[i] != NULL && used < sizeof list; i++) {
        used += (size_t) snprintf(list + used, sizeof list - used, "%s%s", i > 0 ? ", " : "",
                                  option->choices[i]);
    }
    return cli_complain(command, CLI_USAGE, "--%s: expected one of %s, got '%s'%s%s%s",
                        option->name, list, value, meant != NULL ? "; did you mean '" : "",
                        meant != NULL ? meant : "", meant != NULL ? "'?" : "");
}

static int store(const cli_command *command, const cli_option *option, const char *value,
                 void *fields) {
    void *field = (char *) fields + option->offset;
    double number = 0;
    const char *expected = NULL;
    switch (option->kind) {
    case CLI_FLAG: *(bool *) field = true; break;
    case CLI_TEXT: *(const char **) field = value; break;
    case CLI_TEXTS: expected = add_text(field, value) ? NULL : "less memory in use"; break;
    case CLI_COUNT:
        expected = parse_count(value, 1, field) ? NULL : "a whole number of at least 1";
        break;
    case CLI_NUMBER: expected = parse_count(value, 0, field) ? NULL : "a whole number"; break;
    case CLI_TIME:
        expected = parse_positive(value, time_units, field) ? NULL : "a time such as 30s or 500ms";
        break;
    case CLI_RATIO:
        expected = parse_positive(value, ratio_units, field) ? NULL : "a ratio such as 1% or 0.01";
        break;
    case CLI_BYTES:
        expected =
            parse_scaled(value, byte_units, 1e15, &number) ? NULL : "a size such as 512M or 1GiB";
        *(uint64_t *) field = (uint64_t) number;
        break;
    case CLI_CHOICE: return choose(command, option, value, field);
    }
    if (expected != NULL) {
        return cli_complain(command, CLI_USAGE, "--%s: expected %s, got '%s'", option->name,
                            expected, value);
    }
    return -1;
}

/* ---- The command line ---- */

static int unknown_option(const cli_command *command, const char *name) {
    const char *names[64] = {"help"};
    for (size_t i = 0; command->options[i].name != NULL && i + 2 < 64; i++) {
        names[i + 1] = command->options[i].name;
    }
    const char *meant = cli_suggest(name, names);
    return cli_complain(command, CLI_USAGE,
                        "there is no option '--%s'%s%s%s (see plutbench %s --help)", name,
                        meant != NULL ? "; did you mean '--" : "", meant != NULL ? meant : "",
                        meant != NULL ? "'?" : "", command->name);
}

static int take_option(const cli_command *command, char **argv, int *at, int argc, void *fields) {
    char name[WORD_MAX + 1];
    const char *text = argv[*at] + 2;
    const char *equals = strchr(text, '=');
    size_t length = equals != NULL ? (size_t) (equals - text) : strlen(text);
    (void) snprintf(name, sizeof name, "%.*s", (int) (length < WORD_MAX ? length : WORD_MAX), text);
    for (const cli_option *option = command->options; option->name != NULL; option++) {
        if (strcmp(option->name, name) != 0) {
            continue;
        }
        if (option->kind == CLI_FLAG) {
            return equals == NULL ? store(command, option, "", fields)
                                  : cli_complain(command, CLI_USAGE, "--%s takes no value", name);
        }
        if (equals == NULL && *at + 1 >= argc) {
            return cli_complain(command, CLI_USAGE, "--%s wants a value: %s", name,
                                option->argument);
        }
        return store(command, option, equals != NULL ? equals + 1 : argv[++*at], fields);
    }
    return unknown_option(command, name);
}

int cli_parse(const cli_command *command, int argc, char **argv, void *fields, size_t least,
              size_t most, cli_texts *positionals) {
    *positionals = (cli_texts){0};
    bool options_end = false;
    for (int i = 1; i < argc; i++) {
        const char *word = argv[i];
        if (!options_end && (strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0)) {
            cli_print_help(command);
            return CLI_OK;
        }
        if (!options_end && strcmp(word, "--") == 0) {
            options_end = true;
        } else if (!options_end && strncmp(word, "--", 2) == 0) {
            int code = take_option(command, argv, &i, argc, fields);
            if (code >= 0) {
                return code;
            }
        } else if (!options_end && word[0] == '-' && word[1] != '\0') {
            return cli_complain(command, CLI_USAGE,
                                "there is no option '%s' (see plutbench %s --help)", word,
                                command->name);
        } else if (!add_text(positionals, word)) {
            return cli_complain(command, CLI_FAILED, "out of memory");
        }
    }
    if (positionals->count < least) {
        return cli_complain(command, CLI_USAGE, "expected %s (see plutbench %s --help)",
                            command->arguments, command->name);
    }
    if (positionals->count > most) {
        return cli_complain(command, CLI_USAGE, "did not expect '%s' (see plutbench %s --help)",
                            positionals->items[most], command->name);
    }
    return -1;
}

/* ---- Commands of commands ---- */

#define INNER_MAX 31

/* "validate, evaluate or build". */
static void list_names(const char *const *names, char *text, size_t bytes) {
    size_t used = 0;
    for (size_t i = 0; names[i] != NULL && used < bytes; i++) {
        const char *before = i == 0 ? "" : names[i + 1] != NULL ? ", " : " or ";
        used += (size_t) snprintf(text + used, bytes - used, "%s%s", before, names[i]);
    }
}

int cli_run_one_of(const cli_command *command, int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : NULL;
    const char *names[INNER_MAX + 1] = {NULL};
    char list[512];
    for (size_t i = 0; command->commands[i] != NULL && i < INNER_MAX; i++) {
        names[i] = cli_last_word(command->commands[i]);
        if (word != NULL && strcmp(word, names[i]) == 0) {
            return command->commands[i]->run(command->commands[i], argc - 1, argv + 1);
        }
    }
    if (word != NULL && word[0] != '-') {
        const char *meant = cli_suggest(word, names);
        list_names(names, list, sizeof list);
        return cli_complain(command, CLI_USAGE, "expected %s, got '%s'%s%s%s", list, word,
                            meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                            meant != NULL ? "'?" : "");
    }
    cli_texts words;
    int code = cli_parse(command, argc, argv, NULL, 1, 1, &words);
    free(words.items);
    return code >= 0 ? code : CLI_USAGE;
}

/* ---- Options that several commands have ---- */

const char *const cli_languages[] = {"newest", "v1", "v2", "v3", "v4", NULL};
const char *const cli_formats[] = {"auto", "text",     "flat",      "cbor",
                                   "hex",  "envelope", "blueprint", NULL};

plb_era cli_era(int language_choice, uint64_t protocol_version) {
    return (plb_era){(plb_language) language_choice, (unsigned) protocol_version};
}

int cli_check_era(const cli_command *command, int language_choice, uint64_t protocol_version) {
    if (protocol_version == 0) {
        return CLI_OK;
    }
    if (protocol_version < PLB_PROTOCOL_VERSION_MIN ||
        protocol_version > PLB_PROTOCOL_VERSION_MAX) {
        return cli_complain(command, CLI_USAGE, "--protocol-version: expected %d to %d, got %llu",
                            PLB_PROTOCOL_VERSION_MIN, PLB_PROTOCOL_VERSION_MAX,
                            (unsigned long long) protocol_version);
    }
    if (language_choice == PLB_LANGUAGE_NEWEST) {
        return cli_complain(command, CLI_USAGE,
                            "--protocol-version needs --language v1, v2, v3 or v4");
    }
    return CLI_OK;
}
