#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/results.h"
#include "results/format.h"
#include "results/run/run.h"

typedef struct show_options {
    cli_store_choice store;
    const char *document;
    bool json;
} show_options;

static const cli_option options[] = {
    {"document", "NAME", "print one of its files instead: manifest.json, run.log, ...", CLI_TEXT,
     offsetof(show_options, document), NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, offsetof(show_options, json), NULL},
    CLI_STORE_OPTIONS(offsetof(show_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static void print_text(const char *name, const char *text) {
    if (text[0] != '\0') {
        printf("  %-18s %s\n", name, text);
    }
}

static void print_number(const char *name, int64_t number) {
    char text[PLB_FORMAT_BYTES];
    plb_format_integer(number, text);
    if (number != 0) {
        print_text(name, text);
    }
}

static void print_provenance(const plb_run_facts *f) {
    print_text("command", f->command_line);
    print_text("begun", f->started_utc);
    print_text("finished", f->finished_utc);
    print_text("folder", f->path);
    print_text("script", f->script);
    print_text("language", f->language);
    print_text("strategy", f->strategy);
    print_text("target", f->target);
    print_number("protocol version", f->protocol_version);
    print_number("seed", f->seed);
    print_number("rounds", f->rounds);
    print_number("processes", f->processes);
    print_text("processor", f->machine);
    print_text("machine id", f->machine_id);
    print_text("kernel", f->kernel);
    print_text("plutbench", f->version);
    print_text("revision", f->revision);
    print_text("compiler", f->compiler);
    print_text("flags", f->compiler_flags);
}

static void print_figures(const plb_run_facts *f) {
    if (f->figure_count == 0) {
        return;
    }
    printf("\nfigures\n");
    for (size_t i = 0; i < f->figure_count; i++) {
        const plb_run_figure *figure = &f->figures[i];
        char value[PLB_FORMAT_BYTES], interval[PLB_FORMAT_BYTES];
        if (strcmp(figure->unit, "ns") == 0) {
            plb_format_estimate_ns(&figure->estimate, value, interval);
        } else {
            plb_format_estimate(&figure->estimate, 1, figure->unit, value, interval);
        }
        printf("  ");
        plb_print_left(stdout, figure->name, 44);
        printf(" ");
        plb_print_right(stdout, value, 14);
        printf("  %s\n", interval);
    }
}

static void print_warnings(const plb_run_facts *f) {
    for (size_t i = 0; i < f->flag_count; i++) {
        const char *advice = NULL;
        for (unsigned k = 0; k < PLB_FLAG_COUNT; k++) {
            if (strcmp(plb_flag_name((plb_flag) k), f->flags[i]) == 0) {
                advice = plb_flag_advice((plb_flag) k);
            }
        }
        printf("%s  %-18s %s\n", i == 0 ? "\nwarnings\n" : "", f->flags[i],
               advice != NULL ? advice : "");
    }
}

static void print_parts(const plb_run_facts *f) {
    for (size_t i = 0; i < f->input_count; i++) {
        printf("%s  %-20s %-40s %.*s\n", i == 0 ? "\ninputs\n" : "", f->inputs[i].role,
               f->inputs[i].name, CLI_ID_DIGITS, f->inputs[i].sha256);
    }
    for (size_t i = 0; i < f->library_count; i++) {
        printf("%s  %-20s %-20s %s\n", i == 0 ? "\nlibraries\n" : "", f->libraries[i].name,
               f->libraries[i].version, f->libraries[i].origin);
    }
    for (size_t i = 0; i < f->file_count; i++) {
        printf("%s  %-40s %12llu bytes  %.*s\n", i == 0 ? "\nfiles\n" : "", f->files[i].name,
               (unsigned long long) f->files[i].bytes, CLI_ID_DIGITS, f->files[i].sha256);
    }
}

static void print_run(const plb_run_facts *f) {
    printf("run %s (%s)\n", f->id, plb_run_state_name(f->state));
    if (f->conclusion[0] != '\0') {
        printf("%s\n", f->conclusion);
    }
    putchar('\n');
    print_provenance(f);
    print_figures(f);
    print_warnings(f);
    print_parts(f);
}

static plb_status print_document(const plb_run *shown, const char *name, plb_error *error) {
    const plb_run_document *document = plb_run_get_document(shown, name);
    if (document == NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, name, "the run has no such document");
    }
    (void) fwrite(document->text, 1, document->length, stdout);
    return PLB_OK;
}

static int run(const cli_command *command, int argc, char **argv) {
    show_options given = {.json = false};
    cli_texts words;
    plb_run *shown = NULL;
    plb_error error;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    plb_status status = PLB_OK;
    if (code < 0) {
        status = cli_read_run(&given.store, words.items[0], &shown, &error);
    }
    if (code < 0 && status == PLB_OK) {
        if (given.document != NULL) {
            status = print_document(shown, given.document, &error);
        } else if (given.json) {
            cli_print_json(plb_run_json(shown));
        } else {
            print_run(plb_run_get_facts(shown));
        }
    }
    plb_run_free(shown);
    free(words.items);
    if (code >= 0) {
        return code;
    }
    return status == PLB_OK ? CLI_OK : cli_error(command, &error);
}

const cli_command cli_results_show = {
    .name = "results show",
    .arguments = "RUN|DIR",
    .summary = "one run of the store, or in a folder: figures, provenance, warnings, files",
    .examples = "  plutbench results show latest\n"
                "  plutbench results show 1a2b3c4d --json\n"
                "  plutbench results show results/schnorr --document run.log\n",
    .options = options,
    .run = run,
};
