/* Builtins over a grid of argument sizes. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <plutbench/sweep.h>

#include "calibrate/cli/session.h"

typedef struct sweep_options {
    const char *grid, *out, *shard;
    double time_s, precision;
    uint64_t seed, visits_max, byte_cap;
    bool pin, list, merge, json;
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
    {"list", NULL, "print the grid by builtin, and measure nothing", CLI_FLAG, FIELD(list), NULL},
    {"merge", NULL, "put the sweeps in the folders that are named together, into --out", CLI_FLAG,
     FIELD(merge), NULL},
    {"json", NULL, "print the summary (or the list) as one JSON object", CLI_FLAG, FIELD(json),
     NULL},
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
    plb_grid *grid;
    plb_builtin_sweep *sweep;
    plb_results *results;
    plb_error error;
} sweep_state;

/* ---- The grid ---- */

static plb_status read_grid(sweep_state *s) {
    uint8_t *text = NULL;
    size_t length = 0;
    const char *path = s->given.grid;
    if (path == NULL) return plb_grid_default(&s->grid, s->words.items, s->words.count, &s->error);
    plb_status status = cli_read_file(path, &text, &length, &s->error);
    if (status == PLB_OK) {
        status = plb_input_describe(&s->inputs.items[s->inputs.count++], "grid", path, text, length,
                                    &s->error);
    }
    if (status == PLB_OK) {
        status = plb_grid_read(&s->grid, path, (const char *) text, length, s->words.items,
                               s->words.count, s->given.byte_cap, &s->error);
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
    (void) context;
    if (p->name[0] == '\0') {
        fputs("\r\033[K", stderr);
    } else {
        fprintf(stderr, "\r\033[K%zu of %zu points, %llu visits, %.0f s, %.0f s left  %.40s",
                p->done, p->points, (unsigned long long) p->visits, p->elapsed_s, p->left_s,
                p->name);
    }
    (void) fflush(stderr);
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
        .progress = isatty(STDERR_FILENO) != 0 ? show_progress : NULL,
    };
    cli_catch_interrupts();
    return plb_builtin_sweep_run(&plan, &s->sweep, &s->error);
}

static plb_status write_results(sweep_state *s) {
    plb_builtin_sweep_facts facts = plb_builtin_sweep_get_facts(s->sweep);
    plb_status status = plb_results_open(s->given.out, &s->results, &s->error);
    if (status == PLB_OK) status = plb_results_builtin_sweep(s->results, s->sweep, &s->error);
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
    return status;
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
    if (facts.stop != PLB_SWEEP_INTERRUPTED) return CLI_OK;
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
    return CLI_OK;
}

static int sweep(sweep_state *s) {
    int code = check_words(s);
    if (code == CLI_OK) code = take_shard(s);
    if (code != CLI_OK) return code;
    plb_status status;
    if (s->given.merge) {
        status = plb_builtin_sweep_merge(s->words.items, s->words.count, s->given.out,
                                         s->given.precision, &s->sweep, &s->error);
    } else {
        status = read_grid(s);
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

static int run(const cli_command *command, int argc, char **argv) {
    sweep_state state = {.command = command, .arguments = argv, .argument_count = argc};
    int code = cli_parse(command, argc, argv, &state.given, 0, 1000, &state.words);
    if (code < 0) code = sweep(&state);
    plb_results_close(state.results);
    plb_builtin_sweep_free(state.sweep);
    plb_grid_free(state.grid);
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
                "  plutbench sweep --list\n",
    .options = options,
    .run = run,
};
