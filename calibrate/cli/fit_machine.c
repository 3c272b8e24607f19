/* The cost of machine steps, from timed programs. */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "calibrate/cli/programs.h"
#include "calibrate/cli/session.h"
#include "calibrate/cli/terminal.h"
#include "harness/machine/cost.h"

#define BUILTIN_ERROR 0.1 /* of a cost model that does not say how good it is */

typedef struct machine_options {
    const char *out, *base, *times, *builtins, *builtin_model;
    double time_s, sweep_time_s, builtin_error, builtin_share;
    uint64_t seed;
    bool machine, only, common, by_kind, pin, json;
} machine_options;

#define FIELD(name) offsetof(machine_options, name)
static const cli_option options[] = {
    {"machine", NULL, "the cost of machine steps, not of builtins", CLI_FLAG, FIELD(machine), NULL},
    {"out", "DIR", "write the costs, the fit and the times to a folder", CLI_TEXT, FIELD(out),
     NULL},
    {"json", NULL, "print cekMachineCosts JSON instead of the table", CLI_FLAG, FIELD(json), NULL},
    {"times", "FILE", "fit the times in a machine_times.csv, and measure nothing", CLI_TEXT,
     FIELD(times), NULL},
    {"only", NULL, "time just the programs that are named, not the catalogue and made ones",
     CLI_FLAG, FIELD(only), NULL},
    {"builtins", "CSV|DIR", "builtins' times on this machine, of plutbench sweep", CLI_TEXT,
     FIELD(builtins), NULL},
    {"builtin-model", "FILE", "or their costs here, as builtinCostModel JSON in picoseconds",
     CLI_TEXT, FIELD(builtin_model), NULL},
    {"builtin-error", "RATIO", "relative standard deviation of those costs (default: 10%)",
     CLI_RATIO, FIELD(builtin_error), NULL},
    {"builtin-share", "RATIO", "leave out programs with a larger part of builtins (default: 50%)",
     CLI_RATIO, FIELD(builtin_share), NULL},
    {"sweep-time", "TIME", "of the sweep of builtins, where neither is given (default: 20s)",
     CLI_TIME, FIELD(sweep_time_s), NULL},
    {"time", "TIME", "of timing the programs (default: 30s)", CLI_TIME, FIELD(time_s), NULL},
    {"common", NULL, "write one cost for all kinds of steps", CLI_FLAG, FIELD(common), NULL},
    {"by-kind", NULL, "write costs by kind (default: what predicts programs better)", CLI_FLAG,
     FIELD(by_kind), NULL},
    {"base", "A..E|FILE", "machine costs that memory is taken from (default: E)", CLI_TEXT,
     FIELD(base), NULL},
    {"seed", "N", "of orders and memory (default: from the clock)", CLI_COUNT, FIELD(seed), NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct machine_state {
    const cli_command *command;
    machine_options given;
    char **arguments;
    int argument_count;
    cli_texts words; /* programs */
    plb_slice slice;
    bool is_slice; /* this is one of several processes */
    cli_files files;
    size_t left_out; /* programs that can't be used */
    plb_cost_model *base;
    plb_step_set *set;
    plb_step_builtins *builtins;
    plb_step_times *times;
    plb_step_fit *fit;
    plb_results *results;
    plb_error error;
} machine_state;

/* ---- Inputs ---- */

static plb_status read_input(machine_state *s, const char *role, const char *path, char **text,
                             size_t *length) {
    uint8_t *bytes = NULL;
    plb_status status = cli_read_file(path, &bytes, length, &s->error);
    if (status == PLB_OK) status = cli_files_add(&s->files, role, path, bytes, *length, &s->error);
    *text = (char *) bytes;
    return status;
}

static plb_status read_base(machine_state *s) {
    const char *base = s->given.base != NULL ? s->given.base : "E";
    char *text = NULL;
    size_t length = 0;
    if (strlen(base) == 1 && base[0] >= 'A' && base[0] <= 'E') {
        s->base = plb_cost_model_of_variant((plb_variant) (base[0] - 'A'));
        return s->base != NULL
                   ? PLB_OK
                   : plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for a cost model");
    }
    plb_status status = read_input(s, "base", base, &text, &length);
    if (status == PLB_OK)
        status = plb_cost_model_load(&s->base, (plb_era){PLB_LANGUAGE_NEWEST, 0}, base, text,
                                     length, &s->error);
    free(text);
    return status;
}

static plb_status read_times(machine_state *s) {
    char *text = NULL;
    size_t length = 0;
    plb_status status = read_input(s, "times", s->given.times, &text, &length);
    if (status == PLB_OK)
        status = plb_step_times_parse(&s->times, s->given.times, text, length, &s->error);
    free(text);
    return status;
}

static plb_status make_set(machine_state *s) {
    s->set = plb_step_set_new();
    if (s->set == NULL) return plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for programs");
    plb_status status = PLB_OK;
    if (!s->given.only) status = plb_step_set_add_catalogue(s->set, &s->error);
    if (status == PLB_OK && !s->given.only) status = plb_step_set_add_made(s->set, &s->error);
    return status == PLB_OK
               ? cli_add_programs(s->command, s->set, &s->words, &s->files, &s->left_out, &s->error)
               : status;
}

/* ---- Builtins ---- */

static plb_status fit_builtins(machine_state *s, const char *path, const char *text,
                               size_t length) {
    const plb_fit_options wanted = {.weights = PLB_FIT_WEIGHTS_RELATIVE};
    plb_benching *benching = NULL;
    plb_fit *fit = NULL;
    plb_fit_table *table = plb_fit_table_default();
    plb_status status = table != NULL
                            ? plb_benching_parse(&benching, path, text, length, &s->error)
                            : plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for a fit");
    if (status == PLB_OK) status = plb_fit_run(&fit, benching, table, &wanted, &s->error);
    if (status == PLB_OK) status = plb_step_builtins_from_fit(&s->builtins, fit, &s->error);
    plb_fit_free(fit);
    plb_benching_free(benching);
    plb_fit_table_free(table);
    return status;
}

static plb_status read_builtin_times(machine_state *s) {
    const char *path = s->given.builtins;
    char *inside = NULL, *text = NULL;
    size_t length = 0;
    struct stat facts;
    if (stat(path, &facts) == 0 && S_ISDIR(facts.st_mode)) {
        if (asprintf(&inside, "%s/benching.csv", path) < 0)
            return plb_fail(&s->error, PLB_E_MEMORY, path, "no memory for a path");
        path = inside;
    }
    plb_status status = read_input(s, "builtins", path, &text, &length);
    if (status == PLB_OK) status = fit_builtins(s, path, text, length);
    free(text);
    free(inside);
    return status;
}

static plb_status read_builtin_model(machine_state *s) {
    char *text = NULL;
    size_t length = 0;
    const char *path = s->given.builtin_model;
    double error = s->given.builtin_error > 0 ? s->given.builtin_error : BUILTIN_ERROR;
    plb_status status = read_input(s, "builtin-model", path, &text, &length);
    if (status == PLB_OK)
        status = plb_step_builtins_from_json(&s->builtins, path, text, length, error, &s->error);
    free(text);
    return status;
}

/* A folder without folders in it. */
static void remove_folder(const char *path) {
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder != NULL && (entry = readdir(folder)) != NULL;)
        (void) unlinkat(dirfd(folder), entry->d_name, 0);
    if (folder != NULL) (void) closedir(folder);
    (void) rmdir(path);
}

static void show_sweep(void *context, const plb_builtin_sweep_progress *p) {
    (void) context;
    if (p->name[0] == '\0') {
        cli_clear_progress();
    } else {
        cli_show_share(p->elapsed_s / p->budget_s, p->elapsed_s, "builtins: %zu of %zu points",
                       p->done, p->points);
    }
}

static plb_status sweep_in(machine_state *s, const char *folder) {
    const plb_step_sweep_plan plan = {
        .directory = folder,
        .time_s = s->given.sweep_time_s,
        .seed = s->given.seed,
        .pin = s->given.pin,
        .interrupted = &cli_interrupted,
        .progress = cli_has_progress() ? show_sweep : NULL,
    };
    plb_status status = plb_step_builtins_sweep(&s->builtins, s->set, &plan, &s->error);
    if (status == PLB_OK && cli_interrupted != 0)
        return plb_fail(&s->error, PLB_E_INTERRUPTED, NULL, "interrupted in the sweep of builtins");
    return status;
}

/* In the folder of results, where it can go on; else in one that goes away. */
static plb_status sweep_builtins(machine_state *s) {
    const char *temporary = getenv("TMPDIR");
    if (temporary == NULL || temporary[0] == '\0') temporary = P_tmpdir;
    char *folder = NULL;
    if (asprintf(&folder, "%s/%s", s->given.out != NULL ? s->given.out : temporary,
                 s->given.out != NULL ? "builtins" : "plutbench-XXXXXX") < 0)
        return plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for a path");
    plb_status status = PLB_OK;
    if (s->given.out == NULL && mkdtemp(folder) == NULL)
        status = plb_fail(&s->error, PLB_E_IO, folder, "could not be made: %s", strerror(errno));
    if (status == PLB_OK) {
        status = sweep_in(s, folder);
        if (s->given.out == NULL) remove_folder(folder);
    }
    free(folder);
    return status;
}

static plb_status know_builtins(machine_state *s) {
    if (s->is_slice) return PLB_OK;
    if (s->given.builtins != NULL) return read_builtin_times(s);
    return s->given.builtin_model != NULL ? read_builtin_model(s) : sweep_builtins(s);
}

/* ---- Times ---- */

static plb_status measure(machine_state *s) {
    plb_restarts restarts = {.arguments = NULL};
    plb_step_plan plan = {
        .set = s->set,
        .builtins = s->builtins,
        .time_s = s->given.time_s,
        .seed = s->given.seed,
        .pin = s->given.pin,
        .interrupted = &cli_interrupted,
    };
    if (s->is_slice) {
        plan.slice = &s->slice;
    } else {
        restarts.arguments = cli_arguments_again(s->argument_count, s->arguments);
        plan.restarts = restarts.arguments != NULL ? &restarts : NULL;
        plan.progress = cli_progress_shown();
    }
    plb_status status = plb_step_measure(&s->times, &plan, &s->error);
    free((void *) restarts.arguments);
    return status;
}

static plb_status find_times(machine_state *s) {
    if (s->given.times != NULL) return read_times(s);
    cli_catch_interrupts();
    plb_status status = make_set(s);
    if (status == PLB_OK) status = know_builtins(s);
    return status == PLB_OK ? measure(s) : status;
}

/* ---- Results ---- */

static plb_status write_text(machine_state *s, const char *name, plb_status made, char *text) {
    plb_status status = made;
    if (status == PLB_OK)
        status = plb_results_write(s->results, name, text, strlen(text), &s->error);
    free(text);
    return status;
}

static char *options_text(const machine_state *s) {
    const machine_options *given = &s->given;
    json_t *object = json_pack(
        "{s:s?, s:s?, s:s?, s:b, s:s, s:f, s:s}", "times", given->times, "builtins",
        given->builtins, "builtin_model", given->builtin_model, "only", given->only, "base",
        given->base != NULL ? given->base : "E", "builtin_share",
        given->builtin_share > 0 ? given->builtin_share : PLB_STEP_BUILTIN_SHARE, "choice",
        given->common    ? "common"
        : given->by_kind ? "kinds"
                         : "cross-validation");
    char *text = object != NULL ? json_dumps(object, JSON_REAL_PRECISION(15)) : NULL;
    json_decref(object);
    return text;
}

static plb_status write_folder(machine_state *s) {
    char *text = NULL;
    plb_error *error = &s->error;
    plb_status status = plb_step_fit_costs_json(s->fit, s->base, &text, error);
    status = write_text(s, "cekMachineCosts.json", status, text);
    if (status != PLB_OK) return status;
    text = NULL;
    status = plb_step_fit_json(s->fit, s->base, &text, error);
    status = write_text(s, "machine_fit.json", status, text);
    if (status != PLB_OK) return status;
    text = NULL;
    status = plb_step_times_csv(s->times, &text, error);
    status = write_text(s, "machine_times.csv", status, text);
    if (status != PLB_OK) return status;
    text = options_text(s);
    status =
        cli_write_manifest_of(s->results, s->argument_count, s->arguments, text, s->files.items,
                              s->files.count, plb_step_times_sampling(s->times), error);
    free(text);
    return status;
}

static plb_status print_result(machine_state *s) {
    char *text = NULL;
    plb_status status = s->given.json ? plb_step_fit_costs_json(s->fit, s->base, &text, &s->error)
                                      : plb_step_fit_text(s->fit, s->base, &text, &s->error);
    if (status == PLB_OK) fputs(text, stdout);
    free(text);
    return status;
}

/* ---- The command ---- */

static plb_status fit_machine(machine_state *s) {
    const plb_step_options wanted = {
        .builtin_share = s->given.builtin_share,
        .choice = s->given.common    ? PLB_STEP_TAKE_COMMON
                  : s->given.by_kind ? PLB_STEP_TAKE_KINDS
                                     : PLB_STEP_CHOOSE,
    };
    plb_status status = read_base(s);
    if (status == PLB_OK && s->given.out != NULL && !s->is_slice)
        status = plb_results_open(s->given.out, &s->results, &s->error);
    if (status == PLB_OK) status = find_times(s);
    if (status != PLB_OK || s->is_slice) return status;
    status = plb_step_fit_run(&s->fit, s->times, &wanted, &s->error);
    if (status == PLB_OK && s->results != NULL) status = write_folder(s);
    return status == PLB_OK ? print_result(s) : status;
}

static int check(const machine_state *s) {
    const machine_options *given = &s->given;
    const char *measuring = s->words.count > 0        ? "programs"
                            : given->only             ? "--only"
                            : given->builtins != NULL ? "--builtins"
                            : given->builtin_model    ? "--builtin-model"
                            : given->time_s > 0       ? "--time"
                            : given->sweep_time_s > 0 ? "--sweep-time"
                                                      : NULL;
    if (given->times != NULL && measuring != NULL)
        return cli_complain(s->command, CLI_USAGE, "--times measures nothing: %s can't be used",
                            measuring);
    if (given->builtins != NULL && given->builtin_model != NULL)
        return cli_complain(s->command, CLI_USAGE,
                            "--builtins and --builtin-model say the same: expected one of them");
    if (given->builtin_error > 0 && given->builtin_model == NULL)
        return cli_complain(s->command, CLI_USAGE, "--builtin-error wants --builtin-model as well");
    if (given->common && given->by_kind)
        return cli_complain(s->command, CLI_USAGE,
                            "--common and --by-kind: expected one of them at most");
    if (given->builtin_share > 1)
        return cli_complain(s->command, CLI_USAGE, "--builtin-share: expected at most 1, got %g",
                            given->builtin_share);
    if (given->only && s->words.count == 0)
        return cli_complain(s->command, CLI_USAGE, "--only wants programs: files or folders");
    return -1;
}

static int end(const machine_state *s, plb_status status) {
    const plb_sampling *sampling = s->times != NULL ? plb_step_times_sampling(s->times) : NULL;
    if (status != PLB_OK) return cli_error(s->command, &s->error);
    if (sampling != NULL && plb_sampling_get_facts(sampling)->stop == PLB_STOP_INTERRUPTED)
        return cli_complain(s->command, CLI_FAILED, "interrupted: the result is partial");
    return s->left_out > 0 ? CLI_INCOMPLETE : CLI_OK;
}

static void release(machine_state *s) {
    plb_results_close(s->results);
    plb_step_fit_free(s->fit);
    plb_step_times_free(s->times);
    plb_step_builtins_free(s->builtins);
    plb_step_set_free(s->set);
    plb_cost_model_free(s->base);
    cli_files_free(&s->files);
    free(s->words.items);
}

static int run(const cli_command *command, int argc, char **argv) {
    machine_state state = {.command = command, .arguments = argv, .argument_count = argc};
    state.is_slice = plb_slice_parse(getenv(PLB_SLICE_VARIABLE), &state.slice);
    int code = cli_parse(command, argc, argv, &state.given, 0, 1000, &state.words);
    if (code < 0) code = check(&state);
    if (code < 0) code = end(&state, fit_machine(&state));
    release(&state);
    return code;
}

const cli_command cli_fit_machine = {
    .name = "fit --machine",
    .arguments = "[FILE|DIR ...]",
    .summary = "fit the cost of machine steps and of starting the machine to timed programs",
    .examples = "  plutbench fit --machine\n"
                "  plutbench fit --machine validation/data --builtins sweep-today --out machine\n"
                "  plutbench fit --machine --times machine/machine_times.csv --common --json\n",
    .options = options,
    .run = run,
};
