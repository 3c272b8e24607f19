/* What is in a cost model. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/model.h"
#include "results/format.h"

typedef struct show_options {
    cli_model_choice model;
    cli_texts builtins;
    const char *at;
    bool parameters, json;
} show_options;

#define FIELD(name) offsetof(show_options, name)
static const cli_option options[] = {
    CLI_MODEL_OPTIONS(FIELD(model)),
    {"builtin", "NAME", "only this builtin; may be given several times", CLI_TEXTS, FIELD(builtins),
     NULL},
    {"at", "SIZE,...", "costs at these sizes, of builtins with as many arguments", CLI_TEXT,
     FIELD(at), NULL},
    {"parameters", NULL, "the ledger's parameters, in its order", CLI_FLAG, FIELD(parameters),
     NULL},
    {"json", NULL, "print one JSON object", CLI_FLAG, FIELD(json), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

typedef struct view {
    const plb_costs *costs;
    bool wanted[PLB_TALLY_BUILTINS];
    bool all; /* builtins, and machine steps with them */
    int64_t sizes[PLB_COSTS_SIZES];
    size_t size_count; /* 0: no sizes were given */
} view;

/* ---- The command line ---- */

static int read_sizes(const cli_command *command, const char *text, view *v) {
    for (const char *at = text; at != NULL && v->size_count <= PLB_COSTS_SIZES;) {
        char *end = NULL;
        errno = 0;
        long long size = strtoll(at, &end, 10);
        bool fine = *at >= '0' && *at <= '9' && errno == 0 && (*end == ',' || *end == '\0');
        if (!fine || v->size_count == PLB_COSTS_SIZES) {
            return cli_complain(command, CLI_USAGE,
                                "--at: expected up to %d sizes such as 10,20, got '%s'",
                                PLB_COSTS_SIZES, text);
        }
        v->sizes[v->size_count++] = size;
        at = *end == ',' ? end + 1 : NULL;
    }
    return -1;
}

static int read_builtins(const cli_command *command, const cli_texts *names, view *v) {
    v->all = names->count == 0;
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS; tag++) {
        v->wanted[tag] = v->all;
    }
    for (size_t i = 0; i < names->count; i++) {
        int tag = cli_model_builtin(command, names->items[i]);
        if (tag < 0) {
            return CLI_USAGE;
        }
        plb_costs_builtin builtin;
        (void) plb_costs_get(v->costs, (unsigned) tag, &builtin);
        if (v->size_count != 0 && v->size_count != builtin.arity) {
            return cli_complain(command, CLI_USAGE,
                                "--at: expected %u size%s, as many as %s has arguments, got %zu",
                                builtin.arity, builtin.arity == 1 ? "" : "s", builtin.name,
                                v->size_count);
        }
        v->wanted[tag] = true;
    }
    return -1;
}

/* The next builtin that is shown, from `tag` on; false when there is none. */
static bool next_builtin(const view *v, unsigned *tag, plb_costs_builtin *builtin) {
    for (; plb_costs_get(v->costs, *tag, builtin); (*tag)++) {
        bool fits = v->size_count == 0 || v->size_count == builtin->arity;
        if (v->wanted[*tag] && fits && (builtin->present || !v->all)) {
            return true;
        }
    }
    return false;
}

/* ---- Text ---- */

static void print_steps(const view *v) {
    const char *name;
    plb_exunits cost;
    printf("\n%-32s %15s %12s\n", "machine step", "steps", "memory");
    for (unsigned i = 0; i < PLB_COSTS_STEPS; i++) {
        if (plb_costs_step(v->costs, i, &name, &cost)) {
            printf("%-32s %15" PRId64 " %12" PRId64 "\n", name, cost.steps, cost.memory);
        } else {
            printf("%-32s %15s %12s\n", name, "none", "none");
        }
    }
}

static void print_functions(const view *v) {
    plb_costs_builtin builtin;
    printf("\n%-31s %-7s %-48s %s\n", "builtin", "", "shape", "cost");
    for (unsigned tag = 0; next_builtin(v, &tag, &builtin); tag++) {
        if (!builtin.present) {
            printf("%-31s %-7s %-48s %s\n", builtin.name, "-", "-", "none");
            continue;
        }
        printf("%-31s %-7s %-48s %s\n", builtin.name, "steps", builtin.steps.shape,
               builtin.steps.formula);
        printf("%-31s %-7s %-48s %s\n", builtin.name, "memory", builtin.memory.shape,
               builtin.memory.formula);
    }
}

static void print_costs(const view *v) {
    plb_costs_builtin builtin;
    plb_exunits cost;
    printf("\n%-32s %24s %16s\n", "builtin", "steps", "memory");
    for (unsigned tag = 0; next_builtin(v, &tag, &builtin); tag++) {
        char steps[PLB_FORMAT_BYTES] = "none", memory[PLB_FORMAT_BYTES] = "none";
        if (plb_costs_at(v->costs, tag, v->sizes, v->size_count, &cost, NULL) == PLB_OK) {
            plb_format_integer(cost.steps, steps);
            plb_format_integer(cost.memory, memory);
        }
        printf("%-32s %24s %16s\n", builtin.name, steps, memory);
    }
}

static void print_parameters(const plb_costs_parameter *parameters, size_t count) {
    printf("\n%5s  %-76s %20s\n", "index", "parameter", "value");
    for (size_t i = 0; i < count; i++) {
        char value[32] = "missing";
        if (parameters[i].present) {
            (void) snprintf(value, sizeof value, "%" PRId64, parameters[i].value);
        }
        printf("%5zu  %-76s %20s\n", i, parameters[i].name, value);
    }
}

static void print_text(const view *v) {
    char text[CLI_MODEL_TEXT_BYTES];
    cli_model_text(v->costs, text);
    printf("%s\n", text);
    if (v->size_count != 0) {
        print_costs(v);
        return;
    }
    if (v->all) {
        print_steps(v);
    }
    print_functions(v);
}

/* ---- JSON ---- */

static json_t *function_json(const plb_costs_function *function) {
    json_t *coefficients = json_object();
    for (unsigned i = 0; i < function->count; i++) {
        json_object_set_new(coefficients, function->names[i], json_integer(function->values[i]));
    }
    return json_pack("{s:s, s:o, s:s}", "shape", function->shape, "coefficients", coefficients,
                     "formula", function->formula);
}

static json_t *units_json(plb_exunits cost) {
    return json_pack("{s:I, s:I}", "steps", (json_int_t) cost.steps, "memory",
                     (json_int_t) cost.memory);
}

static json_t *builtins_json(const view *v) {
    json_t *object = json_object();
    plb_costs_builtin builtin;
    plb_exunits cost;
    for (unsigned tag = 0; next_builtin(v, &tag, &builtin); tag++) {
        if (!builtin.present) {
            json_object_set_new(object, builtin.name, json_null());
            continue;
        }
        json_t *value = json_pack("{s:o, s:o}", "steps", function_json(&builtin.steps), "memory",
                                  function_json(&builtin.memory));
        if (v->size_count != 0 &&
            plb_costs_at(v->costs, tag, v->sizes, v->size_count, &cost, NULL) == PLB_OK) {
            json_object_set_new(value, "cost", units_json(cost));
        }
        json_object_set_new(object, builtin.name, value);
    }
    return object;
}

static json_t *steps_json(const view *v) {
    json_t *object = json_object();
    const char *name;
    plb_exunits cost;
    for (unsigned i = 0; i < PLB_COSTS_STEPS; i++) {
        bool present = plb_costs_step(v->costs, i, &name, &cost);
        json_object_set_new(object, name, present ? units_json(cost) : json_null());
    }
    return object;
}

static json_t *parameters_json(const plb_costs_parameter *parameters, size_t count) {
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *value = parameters[i].present ? json_integer(parameters[i].value) : json_null();
        json_array_append_new(array, json_pack("{s:I, s:s, s:o}", "index", (json_int_t) i, "name",
                                               parameters[i].name, "value", value));
    }
    return array;
}

/* ---- The command ---- */

static plb_status print_model(const view *v, const show_options *given, plb_error *error) {
    plb_costs_parameter *parameters = NULL;
    size_t count = 0;
    if (given->parameters) {
        plb_status status = plb_costs_parameters(v->costs, cli_model_era(&given->model),
                                                 &parameters, &count, error);
        if (status != PLB_OK) {
            return status;
        }
    }
    if (given->json) {
        json_t *object = json_pack("{s:o}", "source", cli_model_json(v->costs));
        if (given->parameters) {
            json_object_set_new(object, "parameters", parameters_json(parameters, count));
        } else {
            json_object_set_new(object, "machine", steps_json(v));
            json_object_set_new(object, "builtins", builtins_json(v));
        }
        cli_print_json(object);
    } else if (given->parameters) {
        char text[CLI_MODEL_TEXT_BYTES];
        cli_model_text(v->costs, text);
        printf("%s\n", text);
        print_parameters(parameters, count);
    } else {
        print_text(v);
    }
    free(parameters);
    return PLB_OK;
}

static int run_show(const cli_command *command, const show_options *given, const char *name) {
    plb_costs *costs = NULL;
    plb_error error;
    view v = {0};
    int code = cli_check_model_choice(command, &given->model);
    if (code < 0) {
        code = read_sizes(command, given->at, &v);
    }
    if (code < 0 && cli_open_model(&costs, name, &given->model, &error) != PLB_OK) {
        code = cli_error(command, &error);
    }
    v.costs = costs;
    if (code < 0) {
        code = read_builtins(command, &given->builtins, &v);
    }
    if (code < 0) {
        plb_status status = print_model(&v, given, &error);
        code = status == PLB_OK ? CLI_OK : cli_error(command, &error);
    }
    plb_costs_free(costs);
    return code;
}

static int run(const cli_command *command, int argc, char **argv) {
    show_options given = {0};
    cli_texts words;
    int code = cli_parse(command, argc, argv, &given, 1, 1, &words);
    if (code < 0) {
        code = run_show(command, &given, words.items[0]);
    }
    free(given.builtins.items);
    free(words.items);
    return code;
}

const cli_command cli_model_show = {
    .name = "model show",
    .arguments = "A..E|FILE",
    .summary = "a cost model's functions, machine steps and parameters",
    .examples = "  plutbench model show E\n"
                "  plutbench model show protocol-parameters.json --language v2\n"
                "  plutbench model show E --builtin divideInteger --at 20,10\n"
                "  plutbench model show B --language v1 --parameters --json\n",
    .options = options,
    .run = run,
};
