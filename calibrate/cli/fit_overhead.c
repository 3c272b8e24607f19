/* A costing for what is not charged, from sweeps over design points. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "calibrate/cli/reference.h"
#include "calibrate/cli/session.h"
#include "calibrate/overhead/overhead.h"
#include "results/folder.h"

typedef struct overhead_options {
    const char *sizes, *parameters, *own, *out;
    cli_reference reference;
    double ns_per_step;
    bool overhead, machine_steps, json;
} overhead_options;

#define FIELD(name) offsetof(overhead_options, name)
static const cli_option options[] = {
    {"overhead", NULL, "fit what is not charged, not builtins", CLI_FLAG, FIELD(overhead), NULL},
    {"sizes", "NAME,...", "what the overhead may depend on (default: all that is told apart)",
     CLI_TEXT, FIELD(sizes), NULL},
    {"ns-per-step", "NS", "what a charged step takes this machine (default: from varied loops)",
     CLI_RATIO, FIELD(ns_per_step), NULL},
    {"machine-steps", NULL, "propose in such steps, not in steps of 1 ps", CLI_FLAG,
     FIELD(machine_steps), NULL},
    CLI_REFERENCE_OPTIONS(FIELD(reference)),
    {"own", "CSV", "benchmark times of this machine, for --reference", CLI_TEXT, FIELD(own), NULL},
    {"protocol-parameters", "FILE", "that were measured with (default: mainnet's, version 10)",
     CLI_TEXT, FIELD(parameters), NULL},
    {"out", "DIR", "write overheadCostModel.json, overhead.csv and a manifest", CLI_TEXT,
     FIELD(out), NULL},
    {"json", NULL, "print overheadCostModel.json instead of the table", CLI_FLAG, FIELD(json),
     NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* Runs, own and reference times, the scale's set, protocol parameters. */
#define INPUTS_MAX (PLB_OVERHEAD_RUNS_MAX + CLI_REFERENCE_INPUTS + 2)

typedef struct overhead_state {
    const cli_command *command;
    overhead_options given;
    int argument_count;
    char **arguments;
    uint32_t sizes;
    cli_inputs parameters;
    plb_overhead_run *runs[PLB_OVERHEAD_RUNS_MAX];
    size_t run_count;
    plb_machine_scale *scale;
    plb_overhead_costing *costing;
    plb_results *results;
    plb_input inputs[INPUTS_MAX];
    char *paths[PLB_OVERHEAD_RUNS_MAX]; /* of files in folders */
    size_t input_count;
    plb_error error;
} overhead_state;

/* ---- Inputs ---- */

static plb_status read_input(overhead_state *s, const char *role, const char *path, uint8_t **bytes,
                             size_t *length) {
    plb_status status = cli_read_file(path, bytes, length, &s->error);
    if (status != PLB_OK) return status;
    return plb_input_describe(&s->inputs[s->input_count++], role, path, *bytes, *length, &s->error);
}

/* A file, or the measure.json of a folder of results. */
static plb_status find_run(overhead_state *s, const char *given, const char **path) {
    struct stat info;
    *path = given;
    if (stat(given, &info) != 0 || !S_ISDIR(info.st_mode)) return PLB_OK;
    if (asprintf(&s->paths[s->run_count], "%s/measure.json", given) < 0) {
        s->paths[s->run_count] = NULL;
        return plb_fail(&s->error, PLB_E_MEMORY, given, "out of memory");
    }
    *path = s->paths[s->run_count];
    return PLB_OK;
}

static plb_status read_run(overhead_state *s, const char *given) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    const char *path;
    plb_status status = find_run(s, given, &path);
    if (status == PLB_OK) status = read_input(s, "sweep", path, &bytes, &length);
    if (status == PLB_OK)
        status = plb_overhead_run_read(&s->runs[s->run_count], path, (const char *) bytes, length,
                                       &s->error);
    s->run_count++; /* its path has to be freed in any case */
    free(bytes);
    return status;
}

static plb_status read_scale(overhead_state *s) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_benching *own = NULL;
    cli_reference_data reference = {NULL, NULL};
    if (s->given.reference.times == NULL) return PLB_OK;
    plb_status status = read_input(s, "own", s->given.own, &bytes, &length);
    if (status == PLB_OK)
        status = plb_benching_parse(&own, s->given.own, (const char *) bytes, length, &s->error);
    if (status == PLB_OK)
        status = cli_load_reference(&s->given.reference, s->inputs, &s->input_count, &reference,
                                    &s->error);
    if (status == PLB_OK) status = cli_make_scale(&reference, own, &s->scale, &s->error);
    cli_free_reference(&reference);
    plb_benching_free(own);
    free(bytes);
    return status;
}

static plb_status read_parameters(overhead_state *s) {
    plb_status status = cli_load_parameters(&s->parameters, s->given.parameters, &s->error);
    if (status == PLB_OK && s->parameters.count > 0)
        s->inputs[s->input_count++] = s->parameters.items[0];
    return status;
}

/* ---- Results ---- */

static plb_status write_folder(overhead_state *s) {
    char *text = NULL;
    plb_status status = plb_overhead_json(s->costing, &text, &s->error);
    status = plb_results_keep(s->results, "overheadCostModel.json", status, text, &s->error);
    if (status != PLB_OK) return status;
    status = plb_overhead_csv(s->costing, &text, &s->error);
    status = plb_results_keep(s->results, "overhead.csv", status, text, &s->error);
    if (status == PLB_OK && s->scale != NULL) {
        status = plb_machine_scale_json(s->scale, &text, &s->error);
        status = plb_results_keep(s->results, "scale.json", status, text, &s->error);
    }
    if (status != PLB_OK) return status;
    return cli_write_manifest_of(s->results, s->argument_count, s->arguments, NULL, s->inputs,
                                 s->input_count, NULL, &s->error);
}

static plb_status print_result(overhead_state *s) {
    char *text = NULL;
    plb_status status = s->given.json ? plb_overhead_json(s->costing, &text, &s->error)
                                      : plb_overhead_text(s->costing, &text, &s->error);
    if (status == PLB_OK) fputs(text, stdout);
    free(text);
    return status;
}

/* ---- The command ---- */

static int take_sizes(overhead_state *s) {
    const char *at = s->given.sizes;
    while (at != NULL && *at != '\0') {
        char name[64];
        size_t length = strcspn(at, ",");
        (void) snprintf(name, sizeof name, "%.*s", (int) (length < 63 ? length : 63), at);
        size_t size = plb_overhead_size_find(name);
        if (size == PLB_OVERHEAD_SIZES)
            return cli_complain(s->command, CLI_USAGE,
                                "--sizes: there is no size '%s': expected some of spends, "
                                "transactions, script_bytes, inputs ... (docs/overhead.md)",
                                name);
        s->sizes |= UINT32_C(1) << size;
        at += length + (at[length] == ',');
    }
    return CLI_OK;
}

static int check(overhead_state *s) {
    const overhead_options *given = &s->given;
    if ((given->reference.times != NULL) != (given->own != NULL))
        return cli_complain(s->command, CLI_USAGE,
                            "--reference and --own go together: the scale is between their times");
    int code = cli_check_reference(s->command, &given->reference);
    return code == CLI_OK ? take_sizes(s) : code;
}

static plb_status make(overhead_state *s, const cli_texts *files) {
    plb_status status = PLB_OK;
    if (s->given.out != NULL) status = plb_results_open(s->given.out, &s->results, &s->error);
    for (size_t i = 0; i < files->count && status == PLB_OK; i++)
        status = read_run(s, files->items[i]);
    if (status == PLB_OK) status = read_parameters(s);
    if (status == PLB_OK) status = read_scale(s);
    if (status != PLB_OK) return status;
    plb_overhead_options wanted = {.parameters = s->parameters.parameters,
                                   .scale = s->scale,
                                   .ns_per_step = s->given.ns_per_step,
                                   .machine_basis = s->given.machine_steps,
                                   .sizes = s->sizes};
    status = plb_overhead_costing_make(&s->costing, s->runs, s->run_count, &wanted, &s->error);
    if (status == PLB_OK && s->given.out != NULL) status = write_folder(s);
    return status == PLB_OK ? print_result(s) : status;
}

static int run(const cli_command *command, int argc, char **argv) {
    overhead_state state = {.command = command, .argument_count = argc, .arguments = argv};
    cli_texts files;
    int code = cli_parse(command, argc, argv, &state.given, 1, PLB_OVERHEAD_RUNS_MAX, &files);
    if (code < 0 && check(&state) != CLI_OK) code = CLI_USAGE;
    if (code < 0) code = make(&state, &files) == PLB_OK ? CLI_OK : cli_error(command, &state.error);
    for (size_t i = 0; i < state.run_count; i++) {
        plb_overhead_run_free(state.runs[i]);
        free(state.paths[i]);
    }
    plb_results_close(state.results);
    plb_overhead_costing_free(state.costing);
    plb_machine_scale_free(state.scale);
    cli_inputs_free(&state.parameters);
    free(files.items);
    return code;
}

const cli_command cli_fit_overhead = {
    .name = "fit --overhead",
    .arguments = "DIR|FILE ...",
    .summary = "fit a costing for what a call takes and is not charged for, to sweeps of `measure`",
    .examples = "  plutbench measure --script loop-v3 --vary calls=1,5,20 --out calls\n"
                "  plutbench measure --script loop-v3 --vary script-bytes=300,3000 --out bytes\n"
                "  plutbench fit --overhead calls bytes --out overhead\n"
                "  plutbench fit --overhead calls bytes --own sweep/benching.csv \\\n"
                "      --reference benching-conway.csv\n",
    .options = options,
    .run = run,
};
