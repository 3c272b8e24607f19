/* plutbench document: what the build and the packaging call. */
#include "calibrate/cli/document.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <plutbench/version.h>

#include "results/format.h"

const cli_exit_code cli_exit_codes[] = {
    {CLI_OK, "all went well"},
    {CLI_FAILED, "the work failed, was interrupted, or found what it was told to fail on"},
    {CLI_USAGE, "the command line makes no sense; nothing was done"},
    {3, "tx: a transaction needs what the ledger does not do"},
    {0, NULL},
};

const cli_variable cli_variables[] = {
    {"COLUMNS", "columns of the terminal, instead of those that it tells"},
    {"NO_COLOR", "set and not empty: no colours, also on a terminal"},
    {"TERM", "dumb: likewise"},
    {NULL, NULL},
};

static const cli_document_facts facts_of_the_program = {
    .summary = "what one smart-contract call costs a Cardano node",
    .description =
        "plutbench measures what a Plutus smart-contract call costs a node, compared with the "
        "same\n"
        "transaction moving value only, and how much of that the cost model charges. It has a "
        "Plutus\nmachine and a ledger of its own; no node is needed.",
    .examples = "  plutbench calibrate --script ecdsa-loop\n"
                "  plutbench measure --script ecdsa-loop --vary calls=1,2,5 --out calls\n"
                "  plutbench describe overhead_per_call\n",
};

typedef struct document_options {
    const char *date;
} document_options;

static const cli_option options[] = {
    {"date", "DATE", "of the pages (default: today, or SOURCE_DATE_EPOCH)", CLI_TEXT,
     offsetof(document_options, date), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

void cli_page_name(const cli_command *command, char text[CLI_HELP_BYTES]) {
    size_t used = (size_t) snprintf(text, CLI_HELP_BYTES, "plutbench-");
    for (const char *c = command->name; *c != '\0' && used + 1 < CLI_HELP_BYTES; c++) {
        char next = *c == ' ' ? '-' : *c;
        if (next != '-' || text[used - 1] != '-') { /* "fit --machine" has one dash in it */
            text[used++] = next;
        }
    }
    text[used] = '\0';
}

/* Reproducible builds say which day it is: reproducible-builds.org/specs/source-date-epoch. */
static void format_date(char text[32]) {
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    time_t now = epoch != NULL ? (time_t) strtoll(epoch, NULL, 10) : time(NULL);
    struct tm day;
    if (gmtime_r(&now, &day) == NULL || strftime(text, 32, "%Y-%m-%d", &day) == 0) {
        text[0] = '\0';
    }
}

/* ---- Manual pages: a file each ---- */

typedef struct man_pages {
    const cli_command *command; /* document itself, for its messages */
    const char *folder;
    const cli_document_facts *facts;
    int code;
} man_pages;

static void write_page(man_pages *pages, const char *name, const cli_command *about) {
    char *text = NULL, *path = NULL;
    size_t length = 0;
    plb_error error = {0};
    FILE *out = open_memstream(&text, &length);
    if (out != NULL && about != NULL) {
        cli_write_man(out, about, pages->facts);
    } else if (out != NULL) {
        cli_write_main_man(out, pages->facts);
    }
    plb_status status = plb_text_close(out, &text, &error);
    if (status == PLB_OK && asprintf(&path, "%s/%s.1", pages->folder, name) < 0) {
        status = plb_fail(&error, PLB_E_MEMORY, NULL, "out of memory");
    }
    if (status == PLB_OK) {
        status = cli_write_file(path, text, length, &error);
    }
    if (status != PLB_OK) {
        pages->code = cli_error(pages->command, &error);
    }
    free(path);
    free(text);
}

static void write_page_of(void *context, const cli_command *about) {
    man_pages *pages = context;
    char name[CLI_HELP_BYTES];
    cli_page_name(about, name);
    if (pages->code == CLI_OK) {
        write_page(pages, name, about);
    }
}

static int document(const cli_command *command, const cli_document_facts *facts,
                    const cli_texts *words) {
    const char *what = words->items[0];
    if (strcmp(what, "markdown") == 0 && words->count == 1) {
        cli_write_markdown(stdout, facts);
        return CLI_OK;
    }
    if (strcmp(what, "man") == 0 && words->count == 2) {
        man_pages pages = {command, words->items[1], facts, CLI_OK};
        write_page(&pages, "plutbench", NULL);
        cli_each_command(write_page_of, &pages);
        return pages.code;
    }
    return cli_complain(command, CLI_USAGE, "expected %s", command->arguments);
}

static int run(const cli_command *command, int argc, char **argv) {
    document_options given = {0};
    cli_document_facts facts = facts_of_the_program;
    cli_texts words;
    char today[32];
    int code = cli_parse(command, argc, argv, &given, 1, 2, &words);
    if (code < 0) {
        format_date(today);
        facts.version = plb_version();
        facts.date = given.date != NULL ? given.date : today;
        code = document(command, &facts, &words);
    }
    free(words.items);
    return code;
}

const cli_command cli_document = {
    .name = "document",
    .arguments = "markdown | man DIR",
    .summary = "print docs/commands.md, or write the manual pages to a folder",
    .examples = "  plutbench document markdown\n  plutbench document man DIR\n",
    .options = options,
    .run = run,
    .prints_data = true,
    .hidden = true,
};
