#include <jansson.h>
#include <stdlib.h>

#include "calibrate/cli/results.h"
#include "results/format.h"

typedef struct check_options {
    bool json;
} check_options;

static const cli_option options[] = {
    {"json", NULL, "print an array with an object for each folder", CLI_FLAG,
     offsetof(check_options, json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static const char *verdict(const plb_run_report *report) {
    if (report->worst == PLB_PROBLEM_NOTE) {
        return "in order";
    }
    return report->being_written ? "being written" : plb_run_problem_name(report->worst);
}

static void print_report(const char *folder, const plb_run_report *report) {
    char rounds[PLB_FORMAT_BYTES];
    plb_format_integer((int64_t) report->rounds, rounds);
    printf("%s: %s", folder, verdict(report));
    if (report->rounds > 0) {
        printf(", samples of %s rounds", rounds);
    }
    putchar('\n');
    for (size_t i = 0; i < report->finding_count; i++) {
        const plb_run_finding *finding = &report->findings[i];
        printf("  %s: %s%s%s\n", plb_run_problem_name(finding->problem), finding->file,
               finding->file[0] != '\0' ? ": " : "", finding->message);
    }
}

static json_t *report_json(const char *folder, const plb_run_report *report) {
    json_t *findings = json_array();
    for (size_t i = 0; i < report->finding_count; i++) {
        const plb_run_finding *finding = &report->findings[i];
        json_array_append_new(findings, json_pack("{s:s, s:s, s:s}", "problem",
                                                  plb_run_problem_name(finding->problem), "file",
                                                  finding->file, "message", finding->message));
    }
    return json_pack("{s:s, s:s, s:s, s:b, s:I, s:o}", "folder", folder, "run", report->id,
                     "verdict", verdict(report), "being_written", report->being_written, "rounds",
                     (json_int_t) report->rounds, "findings", findings);
}

static int run(const cli_command *command, int argc, char **argv) {
    check_options given = {false};
    cli_texts folders;
    int code = cli_parse(command, argc, argv, &given, 1, SIZE_MAX, &folders);
    json_t *list = json_array();
    bool all_right = true;
    for (size_t i = 0; code < 0 && i < folders.count; i++) {
        plb_run_report report;
        plb_error error;
        if (plb_run_check(folders.items[i], &report, &error) != PLB_OK) {
            (void) cli_error(command, &error);
            all_right = false;
            continue;
        }
        if (given.json) {
            json_array_append_new(list, report_json(folders.items[i], &report));
        } else {
            print_report(folders.items[i], &report);
        }
        all_right = all_right && report.worst == PLB_PROBLEM_NOTE;
        plb_run_report_free(&report);
    }
    if (code < 0) {
        code = all_right ? CLI_OK : CLI_FAILED;
        if (given.json) {
            cli_print_json(json_incref(list));
        }
    }
    json_decref(list);
    free(folders.items);
    return code;
}

const cli_command cli_results_check = {
    .name = "results check",
    .arguments = "DIR ...",
    .summary = "verify the checksums of runs; say what is missing, damaged or not finished",
    .examples = "  plutbench results check results/schnorr\n"
                "  plutbench results check --json results/*\n",
    .options = options,
    .run = run,
};
