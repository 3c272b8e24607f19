/* Builtins over a grid of argument sizes. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include <plutbench/sweep.h>

#include "calibrate/cli/observing.h"
#include "calibrate/cli/plugins.h"
#include "calibrate/cli/reference.h"
#include "calibrate/cli/session.h"
#include "calibrate/cli/terminal.h"
#include "results/folder.h"

typedef struct sweep_options {
    const char *grid, *out, *shard;
    double time_s, precision;
    uint64_t seed, visits_max, byte_cap;
    cli_texts plugins;
    cli_reference reference;
    bool pin, list, merge, json;
    cli_observing_options observing;
} sweep_options;

#define FIELD(name) offsetof(sweep_options, name)
static const cli_option options[] = {
    {"out", "DIR", "folder of the journal and results; a sweep that is there goes on", CLI_TEXT,
     FIELD(out), NULL},
    {"grid", "FILE", "points, as lines of names or Criterion's CSV (default: the reference's)",
     CLI_TEXT, FIELD(grid), NULL},
    {"shard", "I/N", "only the I-th of N parts of the grid", CLI_TEXT, FIELD(shard), NULL},
    {"time", "TIME", "longest time, all sessions together (default: 10m)", CLI_TIME, FIELD(time_s),
     NULL},
    {"precision", "RATIO", "visit a point until its median is known this well (default: 1%)",
     CLI_RATIO, FIELD(precision), NULL},
    {"max-visits", "N", "visits of one point, at most (default: 256)", CLI_COUNT, FIELD(visits_max),
     NULL},
    {"max-bytes", "SIZE", "that the arguments of a point may take (default: 1GiB)", CLI_BYTES,
     FIELD(byte_cap), NULL},
    {"seed", "N", "of arguments and orders (default: from the clock)", CLI_COUNT, FIELD(seed),
     NULL},
    {"pin", NULL, "keep the measuring thread on one processor", CLI_FLAG, FIELD(pin), NULL},
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    CLI_REFERENCE_OPTIONS(FIELD(reference)),
    {"list", NULL, "print the grid by builtin, and measure nothing", CLI_FLAG, FIELD(list), NULL},
    {"merge", NULL, "put the sweeps in the folders that are named together, into --out", CLI_FLAG,
     FIELD(merge), NULL},
    {"json", NULL, "print the summary (or the list) as one JSON object", CLI_FLAG, FIELD(json),
     NULL},
    CLI_OBSERVING_OPTIONS(FIELD(observing)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct sweep_state {
    const cli_command *command;
    sweep_options given;
    char **arguments;
    int argument_count;
    cli_texts words; /* builtins, or folders to merge */
    unsigned shard, shards;
    cli_inputs inputs;
    plb_plugins *plugins; /* NULL: none */
    plb_grid *grid;
    plb_builtin_sweep *sweep;
    cli_reference_data reference;
    plb_machine_scale *scale; /* NULL: not asked for, or there is none: */
    plb_error scale_error;    /* why not */
    plb_results *results;
    cli_observing observing;
    plb_error error;
} sweep_state;

/* ---- The grid ---- */

static plb_status read_grid(sweep_state *s) {
    uint8_t *text = NULL;
    size_t length = 0;
    const char *path = s->given.grid;
    if (path == NULL)
        return plb_grid_default_with_plugins(&s->grid, s->plugins, s->words.items, s->words.count,
                                             &s->error);
    plb_status status = cli_read_file(path, &text, &length, &s->error);
    if (status == PLB_OK) {
        status = plb_input_describe(&s->inputs.items[s->inputs.count++], "grid", path, text, length,
                                    &s->error);
    }
    if (status == PLB_OK) {
        status = plb_grid_read_with_plugins(&s->grid, s->plugins, path, (const char *) text, length,
                                            s->words.items, s->words.count, s->given.byte_cap,
                                            &s->error);
    }
    free(text);
    return status;
}

/* Two lines that say the same may be meant, as in the reference's grid, or not. */
static void note_repeats(const sweep_state *s) {
    plb_grid_point first, before;
    size_t repeats = plb_grid_repeats(s->grid, &first, &before);
    if (s->given.grid == NULL || repeats == 0) return;
    char name[PLB_GRID_NAME_BYTES];
    plb_grid_name(&first, name);
    (void) cli_complain(s->command, CLI_OK,
                        "%s: %zu points have the name of another one, such as %s in lines %u and "
                        "%u: each gets arguments of its own",
                        s->given.grid, repeats, name, before.line, first.line);
}

typedef struct listed {
    const char *benchmark, *builtin;
    size_t points;
    char example[PLB_GRID_NAME_BYTES];
} listed;

static void print_list(const listed *rows, size_t count, size_t points) {
    printf("%-32s %-32s %7s  %s\n", "benchmark", "builtin", "points", "such as");
    for (size_t i = 0; i < count; i++) {
        printf("%-32s %-32s %7zu  %s\n", rows[i].benchmark,
               rows[i].builtin != NULL ? rows[i].builtin : "-", rows[i].points, rows[i].example);
    }
    printf("\n%zu points of %zu benchmarks\n", points, count);
}

static void print_list_json(const listed *rows, size_t count, size_t points) {
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++) {
        json_array_append_new(list,
                              json_pack("{s:s, s:s?, s:I, s:s}", "benchmark", rows[i].benchmark,
                                        "builtin", rows[i].builtin, "points",
                                        (json_int_t) rows[i].points, "example", rows[i].example));
    }
    cli_print_json(json_pack("{s:I, s:o}", "points", (json_int_t) points, "benchmarks", list));
}

static int list_grid(const sweep_state *s) {
    size_t points = plb_grid_count(s->grid), count = 0;
    listed *rows = calloc(points + 1, sizeof *rows);
    if (rows == NULL) return cli_complain(s->command, CLI_FAILED, "out of memory");
    for (size_t i = 0; i < points; i++) {
        plb_grid_point point = plb_grid_at(s->grid, i);
        size_t row = 0;
        while (row < count && rows[row].benchmark != point.benchmark) row++;
        if (row == count) {
            rows[count++] = (listed){.benchmark = point.benchmark, .builtin = point.builtin};
            plb_grid_name(&point, rows[row].example);
        }
        rows[row].points++;
    }
    (s->given.json ? print_list_json : print_list)(rows, count, points);
    free(rows);
    return CLI_OK;
}

/* ---- Sweeping ---- */

static void show_progress(void *context, const plb_builtin_sweep_progress *p) {
    char left[CLI_DURATION_BYTES];
    (void) context;
    if (p->name[0] == '\0') {
        cli_clear_progress();
        return;
    }
    cli_format_duration(p->left_s, left);
    cli_show_progress_line("%zu of %zu points, %s left  %llu visits  %.40s", p->done, p->points,
                           left, (unsigned long long) p->visits, p->name);
}

static plb_status run_sweep(sweep_state *s) {
    plb_builtin_sweep_plan plan = {
        .grid = s->grid,
        .directory = s->given.out,
        .seed = s->given.seed,
        .shard = s->shard,
        .shards = s->shards,
        .precision = s->given.precision,
        .time_s = s->given.time_s,
        .visits_max = s->given.visits_max,
        .byte_cap = s->given.byte_cap,
        .pin = s->given.pin,
        .cpu = -1,
        .interrupted = &cli_interrupted,
        .progress = cli_has_progress() ? show_progress : NULL,
        .observer = cli_observer(&s->observing, NULL),
    };
    cli_catch_interrupts();
    return plb_builtin_sweep_run(&plan, &s->sweep, &s->error);
}

/* Between this machine and the reference. That there is none is said at the end: the sweep is
 * there. */
static plb_status write_scale(sweep_state *s) {
    char *text = NULL;
    plb_benching *own = NULL;
    if (s->reference.times == NULL) return PLB_OK;
    plb_status status = plb_builtin_sweep_criterion(s->sweep, &text, &s->error);
    if (status != PLB_OK) return status;
    (void) plb_benching_parse(&own, "sweep", text, strlen(text), &s->scale_error);
    free(text);
    if (own != NULL && cli_make_scale(&s->reference, own, &s->scale, &s->scale_error) == PLB_OK) {
        status = plb_machine_scale_json(s->scale, &text, &s->error);
        status = plb_results_keep(s->results, "scale.json", status, text, &s->error);
    }
    plb_benching_free(own);
    return status;
}

static plb_status write_results(sweep_state *s) {
    plb_builtin_sweep_facts facts = plb_builtin_sweep_get_facts(s->sweep);
    plb_status status = plb_results_open(s->given.out, &s->results, &s->error);
    if (status == PLB_OK) status = plb_results_builtin_sweep(s->results, s->sweep, &s->error);
    if (status == PLB_OK) status = write_scale(s);
    if (status != PLB_OK) return status;
    json_t *in_effect = json_pack(
        "{s:s, s:s?, s:s, s:I, s:I, s:I, s:f, s:b}", "command", s->given.merge ? "merge" : "sweep",
        "grid", s->given.grid, "grid_sha256", facts.grid_sha256, "seed", (json_int_t) facts.seed,
        "shard", (json_int_t) facts.shard, "shards", (json_int_t) facts.shards, "precision",
        facts.precision, "pin", s->given.pin);
    char *text = in_effect != NULL ? json_dumps(in_effect, JSON_COMPACT) : NULL;
    json_decref(in_effect);
    status = cli_write_manifest(s->results, s->argument_count, s->arguments, text, &s->inputs, NULL,
                                &s->error);
    free(text);
    return status;
}

static plb_status print_summary(sweep_state *s) {
    char *text = NULL;
    plb_status status = s->given.json ? plb_builtin_sweep_json(s->sweep, &text, &s->error)
                                      : plb_builtin_sweep_text(s->sweep, &text, &s->error);
    if (status == PLB_OK) {
        fputs(text, stdout);
        if (s->given.json) fputc('\n', stdout);
    }
    free(text);
    if (status != PLB_OK || s->scale == NULL || s->given.json) return status;
    status = plb_machine_scale_text(s->scale, &text, &s->error);
    if (status == PLB_OK) printf("\n%s", text);
    free(text);
    return status;
}

/* Benchmarks of plug-ins that were left out, and CLI_INCOMPLETE; or CLI_OK. */
static int tell_failures(const sweep_state *s) {
    for (size_t i = 0; i < plb_plugins_builtin_count(s->plugins); i++) {
        plb_plugin_builtin_facts builtin = plb_plugins_builtin_at(s->plugins, i);
        if (builtin.failure == NULL) continue;
        (void) cli_complain(s->command, CLI_INCOMPLETE, "%s is left out: %s", builtin.benchmark,
                            builtin.failure);
    }
    return plb_plugins_failures(s->plugins) > 0 ? CLI_INCOMPLETE : CLI_OK;
}

static int finish(sweep_state *s) {
    if (write_results(s) != PLB_OK || print_summary(s) != PLB_OK) {
        return cli_error(s->command, &s->error);
    }
    plb_builtin_sweep_facts facts = plb_builtin_sweep_get_facts(s->sweep);
    if (facts.dropped > 0 && !s->given.merge) {
        (void) cli_complain(s->command, CLI_OK,
                            "%s: a torn record at the journal's end was dropped (%u in all)",
                            s->given.out, facts.dropped);
    }
    cli_observe_flags(&s->observing, facts.flags);
    int code = tell_failures(s);
    if (s->scale_error.status != PLB_OK) code = cli_error(s->command, &s->scale_error);
    if (facts.stop != PLB_SWEEP_INTERRUPTED) return code;
    return cli_complain(s->command, CLI_FAILED,
                        "interrupted: the result is partial; the same command goes on with it");
}

/* ---- The command line ---- */

static int take_shard(sweep_state *s) {
    const char *text = s->given.shard;
    char *end;
    if (text == NULL) return CLI_OK;
    unsigned long shard = strtoul(text, &end, 10), shards = 0;
    bool good = end != text && *end == '/' && text[0] >= '0' && text[0] <= '9' && end[1] >= '0' &&
                end[1] <= '9';
    if (good) {
        shards = strtoul(end + 1, &end, 10);
        good = *end == '\0' && shard >= 1 && shard <= shards && shards <= 100000;
    }
    if (!good) {
        return cli_complain(s->command, CLI_USAGE,
                            "--shard: expected I/N with I from 1 to N, such as 1/2, got '%.40s'",
                            text);
    }
    s->shard = (unsigned) shard;
    s->shards = (unsigned) shards;
    return CLI_OK;
}

static int check_words(const sweep_state *s) {
    const sweep_options *given = &s->given;
    if (given->merge && s->words.count == 0) {
        return cli_complain(s->command, CLI_USAGE, "--merge: expected the folders of sweeps");
    }
    if (given->merge && (given->grid != NULL || given->shard != NULL || given->list)) {
        return cli_complain(s->command, CLI_USAGE,
                            "--merge goes with folders, --out and --precision only");
    }
    if (given->out == NULL && !given->list) {
        return cli_complain(s->command, CLI_USAGE,
                            "expected --out DIR, the folder of the journal and results");
    }
    return cli_check_reference(s->command, &given->reference);
}

/* What plug-ins may not take down with them. */
static int sweep(void *context) {
    sweep_state *s = context;
    plb_status status =
        cli_note_plugins(&s->given.plugins, s->inputs.items, &s->inputs.count, &s->error);
    if (status == PLB_OK)
        status = cli_load_reference(&s->given.reference, s->inputs.items, &s->inputs.count,
                                    &s->reference, &s->error);
    if (s->given.merge) {
        if (status == PLB_OK)
            status = plb_builtin_sweep_merge_with_plugins(s->words.items, s->words.count,
                                                          s->plugins, s->given.out,
                                                          s->given.precision, &s->sweep, &s->error);
    } else {
        if (status == PLB_OK) status = read_grid(s);
        /* A builtin that there is not is a word on the command line. */
        if (status == PLB_E_ARGUMENT)
            return cli_complain(s->command, CLI_USAGE, "%s%s%s", s->error.where,
                                s->error.where[0] != '\0' ? ": " : "", s->error.message);
        if (status == PLB_OK) note_repeats(s);
        if (status == PLB_OK && s->given.list) return list_grid(s);
        if (status == PLB_OK) status = run_sweep(s);
    }
    return status == PLB_OK ? finish(s) : cli_error(s->command, &s->error);
}

static int sweep_observed(void *context) {
    sweep_state *s = context;
    return cli_observe(&s->observing, s->command, &s->given.observing, s->argument_count,
                       s->arguments, false, sweep, s);
}

static int load_and_sweep(sweep_state *s) {
    int code = check_words(s);
    if (code == CLI_OK) code = take_shard(s);
    if (code != CLI_OK) return code;
    if (cli_load_plugins(&s->plugins, &s->given.plugins, &s->error) != PLB_OK)
        return cli_error(s->command, &s->error);
    return cli_watch(s->command, s->plugins, true, sweep_observed, s);
}

static int run(const cli_command *command, int argc, char **argv) {
    sweep_state state = {.command = command, .arguments = argv, .argument_count = argc};
    int code = cli_parse(command, argc, argv, &state.given, 0, 1000, &state.words);
    if (code < 0) code = load_and_sweep(&state);
    plb_results_close(state.results);
    plb_builtin_sweep_free(state.sweep);
    plb_machine_scale_free(state.scale);
    cli_free_reference(&state.reference);
    plb_grid_free(state.grid);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
    free(state.words.items);
    return code;
}

const cli_command cli_sweep = {
    .name = "sweep",
    .arguments = "[BUILTIN ...]",
    .summary = "time every builtin over a grid of argument sizes, as data for cost models",
    .examples = "  plutbench sweep --out sweep-today\n"
                "  plutbench sweep addInteger verifyEd25519Signature --out some --time 30s\n"
                "  plutbench sweep --grid benching.csv --shard 1/2 --out first-half\n"
                "  plutbench sweep --merge first-half second-half --out whole\n"
                "  plutbench sweep --reference benching-conway.csv --out sweep-today\n"
                "  plutbench sweep crc32ByteString --plugin more_builtins.so --out swept\n"
                "  plutbench sweep --list\n",
    .options = options,
    .run = run,
};
