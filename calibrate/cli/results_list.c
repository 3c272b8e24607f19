#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/results.h"
#include "results/format.h"
#include "results/json.h"

typedef struct list_options {
    cli_store_choice store;
    cli_filter_choice filter;
    bool json;
} list_options;

static const cli_option options[] = {
    CLI_FILTER_OPTIONS(offsetof(list_options, filter)),
    {"json", NULL, "print an array with an object for each run", CLI_FLAG,
     offsetof(list_options, json), NULL},
    CLI_STORE_OPTIONS(offsetof(list_options, store)),
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct listing {
    json_t *list; /* NULL: as text */
    size_t count;
} listing;

static void print_line(const plb_run_line *line) {
    char value[PLB_FORMAT_BYTES] = "-", interval[PLB_FORMAT_BYTES] = "";
    if (isfinite(line->value) && strcmp(line->unit, "ns") == 0) {
        const plb_estimate e = {.value = line->value, .low = line->low, .high = line->high};
        plb_format_estimate_ns(&e, value, interval);
    }
    printf("%-*.*s  %-16.16s  %-10s  %-9s  ", CLI_ID_DIGITS, CLI_ID_DIGITS, line->id,
           line->started_utc, line->state, line->command);
    plb_print_left(stdout, line->script, 20);
    printf("  ");
    plb_print_right(stdout, value, 12);
    printf(" ");
    plb_print_left(stdout, interval, 20);
    printf("  %s\n", line->flags);
}

static json_t *line_json(const plb_run_line *line) {
    json_t *o =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "id", line->id, "state",
                  line->state, "command", line->command, "script", line->script, "strategy",
                  line->strategy, "machine", line->machine, "started_utc", line->started_utc,
                  "revision", line->revision, "path", line->path, "flags", line->flags);
    json_t *headline = json_null();
    if (line->headline[0] != '\0') {
        headline = json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", line->headline, "unit",
                             line->unit, "value", plb_json_number(line->value), "low",
                             plb_json_number(line->low), "high", plb_json_number(line->high));
    }
    json_object_set_new(o, "headline", headline);
    return o;
}

static int take_line(void *context, const plb_run_line *line) {
    listing *l = context;
    if (l->list != NULL) {
        json_array_append_new(l->list, line_json(line));
        return 0;
    }
    if (l->count++ == 0) {
        printf("%-*s  %-16s  %-10s  %-9s  %-20s  %12s %-20s  %s\n", CLI_ID_DIGITS, "run",
               "begun (UTC)", "state", "command", "script", "headline", "", "warnings");
    }
    print_line(line);
    return 0;
}

static int list_runs(const cli_command *command, const list_options *given) {
    plb_store *store = NULL;
    plb_error error;
    listing l = {.list = given->json ? json_array() : NULL};
    plb_run_filter filter = cli_filter(&given->filter);
    plb_status status = cli_open_store(&given->store, PLB_STORE_READ, &store, &error);
    if (status == PLB_OK) {
        status = plb_store_list(store, &filter, take_line, &l, &error);
    }
    plb_store_close(store);
    if (status == PLB_OK && given->json) {
        cli_print_json(json_incref(l.list));
    } else if (status == PLB_OK && l.count == 0) {
        puts("no run matches");
    }
    json_decref(l.list);
    return status == PLB_OK ? CLI_OK : cli_error(command, &error);
}

static int run(const cli_command *command, int argc, char **argv) {
    list_options given = {.json = false};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 0, 0, &words);
    free(words.items);
    return code >= 0 ? code : list_runs(command, &given);
}

const cli_command cli_results_list = {
    .name = "results list",
    .arguments = "",
    .summary = "the runs of the store that match, the latest first",
    .examples = "  plutbench results list --script ecdsa --since 2026-04-01 --flag none\n"
                "  plutbench results list --machine EPYC --limit 20 --json\n",
    .options = options,
    .run = run,
};
