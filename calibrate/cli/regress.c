/* What changed since a baseline. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <plutbench/regress.h>

#include "calibrate/cli/observing.h"
#include "calibrate/cli/plugins.h"
#include "calibrate/cli/session.h"
#include "calibrate/cli/terminal.h"

typedef struct regress_options {
    const char *baseline, *against, *library, *junit, *markdown, *json;
    double time_s, tolerance, precision, between_runs;
    uint64_t seed;
    cli_texts plugins;
    bool update, budgets_only, both, pin, all;
    cli_observing_options observing;
} regress_options;

#define FIELD(name) offsetof(regress_options, name)
static const cli_option options[] = {
    {"baseline", "FILE", "what is compared with, and what --update writes", CLI_TEXT,
     FIELD(baseline), NULL},
    {"update", NULL, "write what was measured to the baseline; what is the same stays as it is",
     CLI_FLAG, FIELD(update), NULL},
    {"against", "FILE", "an older libplutbench.so, measured in turns with this one", CLI_TEXT,
     FIELD(against), NULL},
    {"library", "FILE", "with --against: the newer one (default: the one beside the program)",
     CLI_TEXT, FIELD(library), NULL},
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    {"budgets-only", NULL, "compare budgets, and measure no times", CLI_FLAG, FIELD(budgets_only),
     NULL},
    {"tolerance", "RATIO", "a smaller slowdown does not fail (default: 2%)", CLI_RATIO,
     FIELD(tolerance), NULL},
    {"both", NULL, "fail on what is faster, too", CLI_FLAG, FIELD(both), NULL},
    {"time", "TIME", "longest time of measuring (default: 60s)", CLI_TIME, FIELD(time_s), NULL},
    {"precision", "RATIO",
     "measure an item until it is known this well (default: a quarter of the "
     "tolerance)",
     CLI_RATIO, FIELD(precision), NULL},
    {"between-runs", "RATIO", "standard deviation to allow for between two runs (default: 0.5%)",
     CLI_RATIO, FIELD(between_runs), NULL},
    {"junit", "FILE", "write the outcome as JUnit's XML", CLI_TEXT, FIELD(junit), NULL},
    {"markdown", "FILE", "write the outcome as Markdown", CLI_TEXT, FIELD(markdown), NULL},
    {"json", "FILE", "write the outcome as JSON", CLI_TEXT, FIELD(json), NULL},
    {"all", NULL, "print what is the same, too", CLI_FLAG, FIELD(all), NULL},
    {"seed", "N", "of arguments and orders (default: from the clock)", CLI_COUNT, FIELD(seed),
     NULL},
    {"pin", NULL, "keep all measuring on one processor", CLI_FLAG, FIELD(pin), NULL},
    CLI_OBSERVING_OPTIONS(FIELD(observing)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct regress_state {
    const cli_command *command;
    regress_options given;
    cli_texts words;
    const char **names; /* of them those that are no files */
    size_t name_count;
    plb_gate_file *files;
    size_t file_count;
    plb_plugins *plugins; /* NULL: none */
    plb_baseline *baseline;
    plb_gate *gate;
    char **arguments;
    int argument_count;
    cli_observing observing;
    plb_error error;
} regress_state;

/* 1 is kept for regressions: what the command line or a file it names has wrong is 2, what could
 * not be found out is 3. */
static int fail(const regress_state *s) {
    plb_status status = s->error.status;
    bool usage = status != PLB_E_MEASURE && status != PLB_E_MEMORY && status != PLB_E_EVALUATION;
    (void) cli_error(s->command, &s->error);
    return usage ? CLI_USAGE : CLI_INCOMPLETE;
}

/* ---- Inputs ---- */

static plb_status read_baseline(regress_state *s) {
    const char *path = s->given.baseline;
    uint8_t *text = NULL;
    size_t length = 0;
    struct stat there;
    if (path == NULL) return PLB_OK;
    if (strcmp(path, "-") != 0 && stat(path, &there) != 0) {
        if (s->given.update) return PLB_OK;
        return plb_fail(&s->error, PLB_E_IO, path, "there is no such baseline: --update writes it");
    }
    plb_status status = cli_read_file(path, &text, &length, &s->error);
    if (status == PLB_OK)
        status = plb_baseline_read(&s->baseline, path, (const char *) text, length, &s->error);
    free(text);
    if (status != PLB_E_UNSUPPORTED || !s->given.update) return status;
    (void) cli_error(s->command, &s->error);
    (void) cli_complain(s->command, CLI_OK, "%s: it is written anew", path);
    return PLB_OK;
}

/* A word with an ending, or one that is there, means a file; points may have two dots. */
static bool is_file(const char *word) {
    struct stat there;
    const char *dot = strrchr(word, '.');
    if (dot != NULL && dot > word && dot[-1] != '.' && strchr(dot, '/') == NULL) return true;
    return stat(word, &there) == 0 && S_ISREG(there.st_mode);
}

static plb_status add_file(regress_state *s, const char *path) {
    uint8_t *bytes = NULL;
    plb_gate_file *file = &s->files[s->file_count];
    plb_status status = cli_read_file(path, &bytes, &file->length, &s->error);
    if (status != PLB_OK) return status;
    file->name = path;
    file->bytes = bytes;
    s->file_count++;
    return PLB_OK;
}

/* Words that are files are read; when there are none, so are those of the baseline that are still
 * there. */
static plb_status read_files(regress_state *s) {
    size_t known = s->baseline != NULL ? s->baseline->count : 0;
    s->files = calloc(s->words.count + known + 1, sizeof *s->files);
    s->names = calloc(s->words.count + 1, sizeof *s->names);
    if (s->files == NULL || s->names == NULL)
        return plb_fail(&s->error, PLB_E_MEMORY, NULL, "no memory for files");
    plb_status status = PLB_OK;
    for (size_t i = 0; i < s->words.count && status == PLB_OK; i++) {
        if (is_file(s->words.items[i]))
            status = add_file(s, s->words.items[i]);
        else
            s->names[s->name_count++] = s->words.items[i];
    }
    for (size_t i = 0; i < known && s->words.count == 0 && status == PLB_OK; i++) {
        const plb_baseline_item *item = &s->baseline->items[i];
        struct stat there;
        bool is_script = item->sha256[0] != '\0';
        if (is_script && stat(item->name, &there) == 0 && S_ISREG(there.st_mode))
            status = add_file(s, item->name);
    }
    return status;
}

/* ---- Outcomes ---- */

typedef plb_status (*writer)(const plb_gate_report *report, char **text, plb_error *error);

static plb_status write_report(regress_state *s, const char *path, writer write) {
    char *text = NULL;
    if (path == NULL) return PLB_OK;
    plb_status status = write(plb_gate_told(s->gate), &text, &s->error);
    if (status == PLB_OK) status = cli_write_file(path, text, strlen(text), &s->error);
    free(text);
    return status;
}

static plb_status write_reports(regress_state *s) {
    char *text = NULL;
    plb_status status = plb_gate_text(plb_gate_told(s->gate), s->given.all, &text, &s->error);
    if (status == PLB_OK) (void) fputs(text, stdout);
    free(text);
    if (status == PLB_OK) status = write_report(s, s->given.junit, plb_gate_junit);
    if (status == PLB_OK) status = write_report(s, s->given.markdown, plb_gate_markdown);
    return status == PLB_OK ? write_report(s, s->given.json, plb_gate_json) : status;
}

static plb_status update(regress_state *s) {
    plb_baseline *updated = NULL;
    plb_gate_update changes;
    char *text = NULL;
    bool all = s->words.count == 0;
    plb_status status = plb_gate_baseline(s->gate, s->baseline, all, &updated, &changes, &s->error);
    if (status == PLB_OK) status = plb_baseline_text(updated, &text, &s->error);
    if (status == PLB_OK) status = cli_write_file(s->given.baseline, text, strlen(text), &s->error);
    if (status == PLB_OK) {
        printf("%s: %zu items as they were, %zu replaced, %zu added, %zu removed%s\n",
               s->given.baseline, changes.kept, changes.replaced, changes.added, changes.removed,
               changes.rewritten ? "; its times are this machine's now" : "");
    }
    free(text);
    plb_baseline_free(updated);
    return status;
}

static int finish(regress_state *s) {
    const plb_gate_report *report = plb_gate_told(s->gate);
    if (write_reports(s) != PLB_OK) return fail(s);
    if (s->given.update && !report->interrupted) return update(s) == PLB_OK ? CLI_OK : fail(s);
    if (report->interrupted) {
        (void) cli_complain(s->command, CLI_OK, "interrupted: the result is partial%s",
                            s->given.update ? ", and the baseline as it was" : "");
    }
    if (plb_gate_failed(report)) return CLI_FAILED;
    return plb_gate_incomplete(report) ? CLI_INCOMPLETE : CLI_OK;
}

/* ---- Measuring ---- */

static void show_progress(void *context, const plb_gate_progress *p) {
    (void) context;
    double done = p->budget_s > 0 ? p->elapsed_s / p->budget_s : 0;
    cli_show_share(done < 1 ? done : 1, p->elapsed_s,
                   "(at most)  %u processes, %zu of %zu times known", p->processes, p->done,
                   p->times);
}

static plb_status measure(regress_state *s) {
    char program[] = "plutbench", command[] = "regress";
    char *const arguments[] = {program, command, NULL};
    const regress_options *given = &s->given;
    plb_gate_plan plan = {
        .baseline = s->baseline,
        .baseline_name = given->baseline,
        .words = s->names,
        .word_count = s->name_count,
        .files = s->files,
        .file_count = s->file_count,
        .chosen = s->words.count > 0,
        .plugins = s->plugins,
        .against = given->against,
        .library = given->library,
        .budgets_only = given->budgets_only,
        .both = given->both,
        .pin = given->pin,
        .update = given->update,
        .time_s = given->time_s,
        .tolerance = given->tolerance,
        .precision = given->precision,
        .between_runs = given->between_runs,
        .seed = given->seed,
        .arguments = arguments,
        .interrupted = &cli_interrupted,
        .progress = cli_has_progress() ? show_progress : NULL,
        .observer = cli_observer(&s->observing, NULL),
    };
    cli_catch_interrupts();
    plb_status status = plb_gate_run(&plan, &s->gate, &s->error);
    cli_clear_progress();
    return status;
}

/* ---- The command line ---- */

static int check_options(const regress_state *s) {
    const regress_options *given = &s->given;
    const char *wrong = NULL;
    if (given->baseline == NULL && given->against == NULL)
        wrong = "expected --baseline FILE, or --against an older libplutbench.so";
    else if (given->update && given->baseline == NULL)
        wrong = "--update wants --baseline FILE, which it writes";
    else if (given->update && given->against != NULL)
        wrong = "--update goes without --against: a baseline has the program's own times";
    else if (given->library != NULL && given->against == NULL)
        wrong = "--library goes with --against";
    else if (given->plugins.count > 0 && given->against != NULL)
        wrong = "--plugin goes without --against: an older library does not take plug-ins";
    return wrong != NULL ? cli_complain(s->command, CLI_USAGE, "%s", wrong) : CLI_OK;
}

/* In a process that is watched, where there are plug-ins. */
static int compare(void *context) {
    regress_state *s = context;
    plb_status status = read_baseline(s);
    if (status == PLB_OK) status = read_files(s);
    if (status == PLB_OK) status = measure(s);
    return status == PLB_OK ? finish(s) : fail(s);
}

static int compare_observed(void *context) {
    regress_state *s = context;
    return cli_observe(&s->observing, s->command, &s->given.observing, s->argument_count,
                       s->arguments, false, compare, s);
}

static int regress(regress_state *s) {
    int code = check_options(s);
    if (code != CLI_OK) return code;
    if (cli_load_plugins(&s->plugins, &s->given.plugins, &s->error) != PLB_OK) return fail(s);
    code = cli_watch(s->command, s->plugins, false, compare_observed, s);
    /* A plug-in that brought the process down is no regression. */
    return s->plugins != NULL && code == CLI_FAILED && plb_plugins_failures(s->plugins) > 0
               ? CLI_INCOMPLETE
               : code;
}

static int run(const cli_command *command, int argc, char **argv) {
    if (plb_gate_worker(getenv(PLB_GATE_VARIABLE))) return CLI_OK;
    regress_state state = {.command = command, .arguments = argv, .argument_count = argc};
    int code = cli_parse(command, argc, argv, &state.given, 0, 1000, &state.words);
    if (code < 0) code = regress(&state);
    for (size_t i = 0; i < state.file_count; i++) free((void *) (uintptr_t) state.files[i].bytes);
    free(state.files);
    free(state.names);
    plb_baseline_free(state.baseline);
    plb_gate_free(state.gate);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
    free(state.words.items);
    return code;
}

const cli_command cli_regress = {
    .name = "regress",
    .arguments = "[BUILTIN|SCRIPT ...]",
    .summary = "fail when budgets changed, or times got worse, since a baseline",
    .examples = "  plutbench regress --baseline baseline.json --update\n"
                "  plutbench regress --baseline baseline.json --junit regress.xml\n"
                "  plutbench regress --baseline baseline.json --budgets-only\n"
                "  plutbench regress --baseline baseline.json addInteger Sha2_256/200 ecdsa-loop\n"
                "  plutbench regress --against old/lib/libplutbench.so --time 2m\n",
    .options = options,
    .run = run,
};
