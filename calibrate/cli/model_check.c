/* What is wrong with a cost model. */
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/model.h"
#include "calibrate/cli/tx.h"

typedef struct check_options {
    cli_model_choice model;
    bool all, json;
} check_options;

#define FIELD(name) offsetof(check_options, name)
static const cli_option options[] = {
    CLI_MODEL_OPTIONS(FIELD(model)),
    {"all", NULL, "print notes too", CLI_FLAG, FIELD(all), NULL},
    {"json", NULL, "print one JSON object, with notes", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

static json_t *finding_json(const plb_costs_finding *finding) {
    return json_pack("{s:s, s:s, s:o, s:o}", "severity", plb_costs_severity_name(finding->severity),
                     "what", finding->what, "parameter", cli_json_text(finding->parameter), "text",
                     cli_json_text(finding->text));
}

static void print_json(json_t *source, const plb_costs_findings *findings) {
    json_t *list = json_array();
    for (size_t i = 0; i < findings->count; i++) {
        json_array_append_new(list, finding_json(&findings->items[i]));
    }
    cli_print_json(
        json_pack("{s:o, s:o, s:I, s:I, s:I}", "source", source, "findings", list, "errors",
                  (json_int_t) plb_costs_findings_count(findings, PLB_COSTS_ERROR), "warnings",
                  (json_int_t) plb_costs_findings_count(findings, PLB_COSTS_WARNING), "notes",
                  (json_int_t) plb_costs_findings_count(findings, PLB_COSTS_NOTE)));
}

static void print_count(const plb_costs_findings *findings, plb_costs_severity severity,
                        const char *end) {
    size_t count = plb_costs_findings_count(findings, severity);
    printf("%zu %s%s%s", count, plb_costs_severity_name(severity), count == 1 ? "" : "s", end);
}

static void print_text(const plb_costs *costs, const plb_costs_findings *findings, bool all) {
    char text[CLI_MODEL_TEXT_BYTES];
    cli_model_text(costs, text);
    printf("%s\n\n", text);
    for (int severity = PLB_COSTS_ERROR; severity >= (all ? PLB_COSTS_NOTE : PLB_COSTS_WARNING);
         severity--) {
        for (size_t i = 0; i < findings->count; i++) {
            const plb_costs_finding *finding = &findings->items[i];
            if ((int) finding->severity == severity) {
                printf("%s: %s: %s%s%s\n", plb_costs_severity_name(finding->severity),
                       finding->what, finding->parameter, finding->parameter[0] != '\0' ? ": " : "",
                       finding->text);
            }
        }
    }
    static const char *const ends[] = {" (--all prints them)", ""};
    size_t notes = plb_costs_findings_count(findings, PLB_COSTS_NOTE);
    print_count(findings, PLB_COSTS_ERROR, ", ");
    print_count(findings, PLB_COSTS_WARNING, ", ");
    print_count(findings, PLB_COSTS_NOTE, ends[notes == 0 || all]);
    printf("\n");
}

/* A text that is no cost model is the one finding there is. */
static int report_unreadable(const cli_command *command, const plb_error *error, bool json) {
    if (!json || error->status == PLB_E_IO || error->status == PLB_E_MEMORY) {
        return cli_error(command, error);
    }
    plb_costs_finding finding = {.severity = PLB_COSTS_ERROR, .what = "unreadable"};
    char message[CLI_MESSAGE_BYTES];
    cli_message(error, message);
    (void) snprintf(finding.text, sizeof finding.text, "%.*s", (int) sizeof finding.text - 1,
                    message);
    const plb_costs_findings findings = {&finding, 1, 1};
    print_json(json_null(), &findings);
    return CLI_FAILED;
}

static int run_check(const cli_command *command, const check_options *given, const char *name) {
    plb_costs *costs = NULL;
    plb_costs_findings findings = {0};
    plb_error error;
    if (cli_open_model(&costs, name, &given->model, &error) != PLB_OK) {
        return report_unreadable(command, &error, given->json);
    }
    int code = CLI_OK;
    plb_status status = plb_costs_check(costs, cli_model_era(&given->model), (plb_exunits){0, 0},
                                        &findings, &error);
    if (status != PLB_OK) {
        code = cli_error(command, &error);
    } else if (given->json) {
        print_json(cli_model_json(costs), &findings);
    } else {
        print_text(costs, &findings, given->all);
    }
    if (plb_costs_findings_count(&findings, PLB_COSTS_ERROR) > 0) {
        code = CLI_FAILED;
    }
    plb_costs_findings_free(&findings);
    plb_costs_free(costs);
    return code;
}

static int run(const cli_command *command, int argc, char **argv) {
    check_options given = {0};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    if (code < 0) {
        code = cli_check_model_choice(command, &given.model);
    }
    if (code < 0) {
        code = run_check(command, &given, words.items[0]);
    }
    free(words.items);
    return code;
}

const cli_command cli_model_check = {
    .name = "model check",
    .arguments = "A..E|FILE",
    .summary = "what a cost model lacks, and where its costs are negative, fall or saturate",
    .examples = "  plutbench model check fitted/builtinCostModel.json\n"
                "  plutbench model check params.json --language v2 --protocol-version 10 --all\n"
                "  plutbench model check E --json\n",
    .options = options,
    .run = run,
};
