/* Two cost models beside each other. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "calibrate/cli/model.h"

typedef struct diff_options {
    cli_model_choice model;
    uint64_t after_version;
    int after_language;
    double least;
    bool json, csv, exit_code;
} diff_options;

#define FIELD(name) offsetof(diff_options, name)
static const cli_option options[] = {
    CLI_MODEL_OPTIONS(FIELD(model)),
    {"after-language", "LANGUAGE", "of the second model, where it is another one", CLI_CHOICE,
     FIELD(after_language), cli_languages},
    {"after-protocol-version", "N", "of the second model, where it is another one", CLI_NUMBER,
     FIELD(after_version), NULL},
    {"least", "RATIO", "only differences of at least this much, such as 1%", CLI_RATIO,
     FIELD(least), NULL},
    {"json", NULL, "print one JSON object, with the costs at all sizes", CLI_FLAG, FIELD(json),
     NULL},
    {"csv", NULL, "print comma-separated values, with the costs at all sizes", CLI_FLAG, FIELD(csv),
     NULL},
    {"exit-code", NULL, "exit with 1 when there is a difference", CLI_FLAG, FIELD(exit_code), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct comparison {
    const plb_costs *before, *after;
    plb_costs_diff *diff;
    double least; /* of a difference to be shown, relative */
} comparison;

/* ---- Which differences count ---- */

static bool is_shown(const comparison *c, const plb_costs_change *change) {
    return change->kind != PLB_COSTS_CHANGED || isnan(change->percent) ||
           fabs(change->percent) >= 100 * c->least;
}

static bool differs(const comparison *c, double ratio) {
    return isnan(ratio) || fabs(ratio - 1) >= c->least;
}

static bool is_ratio_shown(const comparison *c, const plb_costs_ratio *ratio) {
    return c->least <= 0 || differs(c, ratio->points[ratio->lowest].ratio) ||
           differs(c, ratio->points[ratio->highest].ratio);
}

static const plb_costs_change *next_change(const comparison *c, size_t *index) {
    const plb_costs_change *change;
    while ((change = plb_costs_diff_change(c->diff, *index)) != NULL && !is_shown(c, change)) {
        (*index)++;
    }
    return change;
}

static const plb_costs_ratio *next_ratio(const comparison *c, size_t *index) {
    const plb_costs_ratio *ratio;
    while ((ratio = plb_costs_diff_ratio(c->diff, *index)) != NULL && !is_ratio_shown(c, ratio)) {
        (*index)++;
    }
    return ratio;
}

/* ---- Text ---- */

#define NUMBER_BYTES 48

static void ratio_text(double ratio, char text[NUMBER_BYTES]) {
    if (isnan(ratio)) {
        (void) snprintf(text, NUMBER_BYTES, "-");
    } else {
        (void) snprintf(text, NUMBER_BYTES, isinf(ratio) || fabs(ratio) < 1000 ? "%.3f" : "%.4g",
                        ratio);
    }
}

/* "10,1000": the sizes that count. */
static void sizes_text(const plb_costs_ratio *ratio, const plb_costs_point *point,
                       char text[NUMBER_BYTES]) {
    size_t used = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < ratio->arity && used < NUMBER_BYTES; i++) {
        used += (size_t) snprintf(text + used, NUMBER_BYTES - used, "%s%" PRId64, i > 0 ? "," : "",
                                  point->sizes[i]);
    }
}

static void print_change(const plb_costs_change *change) {
    char before[NUMBER_BYTES], after[NUMBER_BYTES], percent[NUMBER_BYTES] = "";
    (void) snprintf(before, sizeof before, "%" PRId64, change->before);
    (void) snprintf(after, sizeof after, "%" PRId64, change->after);
    switch (change->kind) {
    case PLB_COSTS_CHANGED:
        if (!isnan(change->percent)) {
            (void) snprintf(percent, sizeof percent, "%+.2f %%", change->percent);
        }
        printf("%-68s %16s %16s %12s\n", change->parameter, before, after, percent);
        break;
    case PLB_COSTS_RESHAPED:
        printf("%-68s %s, then %s\n", change->parameter, change->shape_before, change->shape_after);
        break;
    case PLB_COSTS_REMOVED:
        printf("%-68s %16s %16s %12s\n", change->parameter, before, "-", "only before");
        break;
    case PLB_COSTS_ADDED:
        printf("%-68s %16s %16s %12s\n", change->parameter, "-", after, "only after");
        break;
    }
}

static size_t print_changes(const comparison *c) {
    const plb_costs_change *change;
    size_t count = 0;
    for (size_t i = 0; (change = next_change(c, &i)) != NULL; i++) {
        if (count++ == 0) {
            printf("\n%-68s %16s %16s %12s\n", "parameter", "before", "after", "change");
        }
        print_change(change);
    }
    return count;
}

static void print_ratio(const plb_costs_ratio *ratio) {
    printf("%-29s %-7s", ratio->builtin, ratio->memory ? "memory" : "steps");
    for (unsigned i = 0; i < PLB_COSTS_LEVELS; i++) {
        char text[NUMBER_BYTES];
        ratio_text(ratio->at_level[i], text);
        printf(" %8s", text);
    }
    const plb_costs_point *ends[] = {&ratio->points[ratio->lowest], &ratio->points[ratio->highest]};
    for (unsigned i = 0; i < 2; i++) {
        char value[NUMBER_BYTES], sizes[NUMBER_BYTES], text[2 * NUMBER_BYTES + 8];
        ratio_text(ends[i]->ratio, value);
        sizes_text(ratio, ends[i], sizes);
        (void) snprintf(text, sizeof text, "%s at %s", value, sizes);
        printf(i == 0 ? "  %-24s" : "  %s\n", text);
    }
}

static void print_ratios(const comparison *c) {
    const plb_costs_ratio *ratio;
    bool any = false;
    for (size_t i = 0; (ratio = next_ratio(c, &i)) != NULL; i++) {
        if (!any) {
            printf("\nCost after over cost before, where all sizes that count are 1, 10, 100 and "
                   "1000, and the\nleast and the most of all combinations of these; fixed and "
                   "bounded sizes are as they are.\n\n%-29s %-7s %8s %8s %8s %8s  %-24s  %s\n",
                   "builtin", "", "1", "10", "100", "1000", "lowest", "highest");
        }
        any = true;
        print_ratio(ratio);
    }
}

static void print_text(const comparison *c) {
    char before[CLI_MODEL_TEXT_BYTES], after[CLI_MODEL_TEXT_BYTES];
    cli_model_text(c->before, before);
    cli_model_text(c->after, after);
    printf("before  %s\nafter   %s\n", before, after);
    size_t shown = print_changes(c), all = 0;
    print_ratios(c);
    while (plb_costs_diff_change(c->diff, all) != NULL) all++;
    printf("\n%zu parameters compared, %zu differences", plb_costs_diff_parameters(c->diff), all);
    printf(shown < all ? ", %zu of at least %g %%\n" : "\n", shown, 100 * c->least);
}

/* ---- JSON and CSV ---- */

static const char *const kinds[] = {"changed", "reshaped", "removed", "added"};

static json_t *number(double value) { return isfinite(value) ? json_real(value) : json_null(); }

static json_t *change_json(const plb_costs_change *change) {
    json_t *object =
        json_pack("{s:s, s:s}", "kind", kinds[change->kind], "parameter", change->parameter);
    if (change->kind == PLB_COSTS_RESHAPED) {
        json_object_set_new(object, "before", json_string(change->shape_before));
        json_object_set_new(object, "after", json_string(change->shape_after));
        return object;
    }
    if (change->kind != PLB_COSTS_ADDED) {
        json_object_set_new(object, "before", json_integer(change->before));
    }
    if (change->kind != PLB_COSTS_REMOVED) {
        json_object_set_new(object, "after", json_integer(change->after));
    }
    json_object_set_new(object, "percent", number(change->percent));
    return object;
}

static json_t *ratio_json(const plb_costs_ratio *ratio) {
    json_t *points = json_array(), *levels = json_array();
    for (unsigned i = 0; i < PLB_COSTS_LEVELS; i++) {
        json_array_append_new(levels, number(ratio->at_level[i]));
    }
    for (size_t i = 0; i < ratio->count; i++) {
        const plb_costs_point *point = &ratio->points[i];
        json_t *sizes = json_array();
        for (unsigned k = 0; k < ratio->arity; k++) {
            json_array_append_new(sizes, json_integer(point->sizes[k]));
        }
        json_array_append_new(points,
                              json_pack("{s:o, s:I, s:I, s:o}", "sizes", sizes, "before",
                                        (json_int_t) point->before, "after",
                                        (json_int_t) point->after, "ratio", number(point->ratio)));
    }
    return json_pack("{s:s, s:s, s:o, s:o, s:o, s:o}", "builtin", ratio->builtin, "resource",
                     ratio->memory ? "memory" : "steps", "at_level", levels, "lowest",
                     number(ratio->points[ratio->lowest].ratio), "highest",
                     number(ratio->points[ratio->highest].ratio), "points", points);
}

static void print_json(const comparison *c) {
    json_t *parameters = json_array(), *costs = json_array(), *levels = json_array();
    const plb_costs_change *change;
    const plb_costs_ratio *ratio;
    for (unsigned i = 0; i < PLB_COSTS_LEVELS; i++) {
        json_array_append_new(levels, json_integer(plb_costs_levels[i]));
    }
    for (size_t i = 0; (change = next_change(c, &i)) != NULL; i++) {
        json_array_append_new(parameters, change_json(change));
    }
    for (size_t i = 0; (ratio = next_ratio(c, &i)) != NULL; i++) {
        json_array_append_new(costs, ratio_json(ratio));
    }
    cli_print_json(json_pack("{s:o, s:o, s:I, s:f, s:o, s:o, s:o}", "before",
                             cli_model_json(c->before), "after", cli_model_json(c->after),
                             "compared", (json_int_t) plb_costs_diff_parameters(c->diff), "least",
                             c->least, "levels", levels, "parameters", parameters, "costs", costs));
}

static void print_csv_number(double value) {
    if (isfinite(value)) {
        printf("%.6g", value);
    }
}

static void print_csv_change(const plb_costs_change *change) {
    printf("%s,%s,,", kinds[change->kind], change->parameter);
    if (change->kind == PLB_COSTS_RESHAPED) {
        printf("%s,%s,\n", change->shape_before, change->shape_after);
        return;
    }
    if (change->kind != PLB_COSTS_ADDED) {
        printf("%" PRId64, change->before);
    }
    printf(",");
    if (change->kind != PLB_COSTS_REMOVED) {
        printf("%" PRId64, change->after);
    }
    printf(",");
    print_csv_number(change->percent);
    printf("\n");
}

static void print_csv_point(const plb_costs_ratio *ratio, const plb_costs_point *point) {
    printf("cost,%s-%s-arguments,", ratio->builtin, ratio->memory ? "memory" : "cpu");
    for (unsigned i = 0; i < ratio->arity; i++) {
        printf("%s%" PRId64, i > 0 ? "/" : "", point->sizes[i]);
    }
    printf(",%" PRId64 ",%" PRId64 ",", point->before, point->after);
    print_csv_number(100 * (point->ratio - 1));
    printf("\n");
}

static void print_csv(const comparison *c) {
    const plb_costs_change *change;
    const plb_costs_ratio *ratio;
    printf("kind,name,sizes,before,after,percent\n");
    for (size_t i = 0; (change = next_change(c, &i)) != NULL; i++) {
        print_csv_change(change);
    }
    for (size_t i = 0; (ratio = next_ratio(c, &i)) != NULL; i++) {
        for (size_t k = 0; k < ratio->count; k++) {
            print_csv_point(ratio, &ratio->points[k]);
        }
    }
}

/* ---- The command ---- */

static int print_comparison(const comparison *c, const diff_options *given) {
    size_t first = 0;
    if (given->json) {
        print_json(c);
    } else if (given->csv) {
        print_csv(c);
    } else {
        print_text(c);
    }
    return given->exit_code && next_change(c, &first) != NULL ? CLI_FAILED : CLI_OK;
}

static cli_model_choice choice_after(const diff_options *given) {
    cli_model_choice choice = given->model;
    if (given->after_language != PLB_LANGUAGE_NEWEST) {
        choice.language = given->after_language;
    }
    if (given->after_version != 0) {
        choice.protocol_version = given->after_version;
    }
    return choice;
}

static int run_diff(const cli_command *command, const diff_options *given, const cli_texts *names) {
    plb_costs *before = NULL, *after = NULL;
    comparison c = {.least = given->least};
    cli_model_choice second = choice_after(given);
    plb_error error;
    plb_status status = cli_open_model(&before, names->items[0], &given->model, &error);
    if (status == PLB_OK) {
        status = cli_open_model(&after, names->items[1], &second, &error);
    }
    if (status == PLB_OK) {
        status = plb_costs_compare(before, after, &c.diff, &error);
    }
    c.before = before;
    c.after = after;
    int code = status == PLB_OK ? print_comparison(&c, given) : cli_error(command, &error);
    plb_costs_diff_free(c.diff);
    plb_costs_free(before);
    plb_costs_free(after);
    return code;
}

static int run(const cli_command *command, int argc, char **argv) {
    diff_options given = {0};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 2, 2, &words);
    if (code < 0 && given.json && given.csv) {
        code = cli_complain(command, CLI_USAGE, "expected --json or --csv, got both");
    }
    if (code < 0) {
        code = cli_check_model_choice(command, &given.model);
    }
    if (code < 0) {
        cli_model_choice second = choice_after(&given);
        code = cli_check_model_choice(command, &second);
    }
    if (code < 0) {
        code = run_diff(command, &given, &words);
    }
    free(words.items);
    return code;
}

const cli_command cli_model_diff = {
    .name = "model diff",
    .arguments = "BEFORE AFTER",
    .summary = "two cost models, by parameter and by what builtins cost at the same sizes",
    .examples = "  plutbench model diff E fitted/builtinCostModel.json --least 5%\n"
                "  plutbench model diff old.json new.json --language v2 --csv > diff.csv\n"
                "  plutbench model diff params.json params.json --language v1 --after-language v3\n"
                "  plutbench model diff C E --exit-code\n",
    .options = options,
    .run = run,
};
