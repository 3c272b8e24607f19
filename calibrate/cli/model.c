/* plutbench model: a command of commands, and what they share. */
#include "calibrate/cli/model.h"

#include <stdlib.h>
#include <string.h>

#include "calibrate/cli/tx.h"

static const cli_option options[] = {{NULL, NULL, NULL, CLI_FLAG, 0, NULL}};

static const cli_command *const commands[] = {&cli_model_show, &cli_model_diff, &cli_model_convert,
                                              &cli_model_check, NULL};

const cli_command cli_model = {
    .name = "model",
    .arguments = "show|diff|convert|check ...",
    .summary = "show, compare, convert and check cost models",
    .examples = "  plutbench model show --help       functions, parameters, and costs at sizes\n"
                "  plutbench model diff --help       two models, by parameter and by cost\n"
                "  plutbench model convert --help    any form to any form\n"
                "  plutbench model check --help      what is missing, negative, falling ...\n",
    .options = options,
    .run = cli_run_one_of,
    .commands = commands,
};

/* ---- Which model ---- */

int cli_check_model_choice(const cli_command *command, const cli_model_choice *choice) {
    uint64_t version = choice->protocol_version;
    if (version != 0 &&
        (version < PLB_PROTOCOL_VERSION_MIN || version > PLB_PROTOCOL_VERSION_MAX)) {
        return cli_complain(command, CLI_USAGE, "--protocol-version: expected %d to %d, got %llu",
                            PLB_PROTOCOL_VERSION_MIN, PLB_PROTOCOL_VERSION_MAX,
                            (unsigned long long) version);
    }
    return -1;
}

plb_era cli_model_era(const cli_model_choice *choice) {
    return cli_era(choice->language, choice->protocol_version);
}

static bool is_letter(const char *name) {
    return name[0] >= 'A' && name[0] <= 'E' && name[1] == '\0';
}

/* The languages to read a file for: the one that was chosen, or all that it has, where `all` says
 * so and nothing was chosen; else whatever the file is for. */
static plb_status choose_languages(const char *name, const char *text, size_t length,
                                   const cli_model_choice *choice, bool all,
                                   plb_language languages[PLB_COSTS_LANGUAGES], size_t *count,
                                   plb_error *error) {
    *count = 0;
    plb_status status = PLB_OK;
    if (all && choice->language == PLB_LANGUAGE_NEWEST) {
        status = plb_costs_languages(name, text, length, languages, count, error);
    }
    if (*count == 0) {
        languages[(*count)++] = (plb_language) choice->language;
    }
    return status;
}

static plb_status read_models(cli_models *models, const char *name, const cli_model_choice *choice,
                              bool all, plb_error *error) {
    plb_language languages[PLB_COSTS_LANGUAGES];
    size_t length = 0, count = 0;
    uint8_t *bytes = NULL;
    plb_era era = cli_model_era(choice);
    plb_status status = cli_read_file(name, &bytes, &length, error);
    const char *text = (const char *) bytes;
    if (status == PLB_OK) {
        status = choose_languages(name, text, length, choice, all, languages, &count, error);
    }
    for (size_t i = 0; i < count && status == PLB_OK; i++) {
        era.language = languages[i];
        status = plb_costs_read(&models->items[i], era, name, text, length, error);
        models->count += status == PLB_OK;
    }
    free(bytes);
    return status;
}

static plb_status take_machine(cli_models *models, const cli_model_choice *choice,
                               plb_error *error) {
    plb_costs *machine = NULL;
    const cli_model_choice other = {.language = choice->language,
                                    .protocol_version = choice->protocol_version};
    plb_status status = cli_open_model(&machine, choice->machine, &other, error);
    for (size_t i = 0; i < models->count && status == PLB_OK; i++) {
        plb_costs_set_machine(models->items[i], machine);
    }
    plb_costs_free(machine);
    return status;
}

plb_status cli_open_models(cli_models *models, const char *name, const cli_model_choice *choice,
                           bool all, plb_error *error) {
    plb_status status;
    *models = (cli_models){0};
    if (is_letter(name)) {
        status = plb_costs_published(&models->items[0], name[0], cli_model_era(choice), error);
        models->count = status == PLB_OK;
    } else {
        status = read_models(models, name, choice, all, error);
    }
    if (status == PLB_OK && choice->machine != NULL) {
        status = take_machine(models, choice, error);
    }
    if (status != PLB_OK) {
        cli_free_models(models);
    }
    return status;
}

void cli_free_models(cli_models *models) {
    for (size_t i = 0; i < models->count; i++) {
        plb_costs_free(models->items[i]);
    }
    *models = (cli_models){0};
}

plb_status cli_open_model(plb_costs **costs, const char *name, const cli_model_choice *choice,
                          plb_error *error) {
    cli_models models;
    plb_status status = cli_open_models(&models, name, choice, false, error);
    *costs = models.items[0];
    return status;
}

int cli_model_builtin(const cli_command *command, const char *name) {
    const char *names[PLB_TALLY_BUILTINS + 1] = {NULL};
    for (unsigned tag = 0; tag < PLB_TALLY_BUILTINS; tag++) {
        names[tag] = plb_builtin_name(tag);
        if (strcmp(names[tag], name) == 0) {
            return (int) tag;
        }
    }
    const char *meant = cli_suggest(name, names);
    (void) cli_complain(command, CLI_USAGE, "--builtin: there is no builtin '%s'%s%s%s", name,
                        meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                        meant != NULL ? "'?" : "");
    return -1;
}

/* ---- What it is ---- */

void cli_model_text(const plb_costs *costs, char text[CLI_MODEL_TEXT_BYTES]) {
    const plb_costs_source *source = plb_costs_where(costs);
    char era[96] = "";
    if (source->era.language != PLB_LANGUAGE_NEWEST) {
        unsigned version = source->era.protocol_version;
        (void) snprintf(era, sizeof era, ", %s at protocol version %u%s",
                        plb_language_name(source->era.language),
                        version != 0 ? version : PLB_PROTOCOL_VERSION_MAX,
                        source->version_assumed ? " (assumed)" : "");
    }
    (void) snprintf(text, CLI_MODEL_TEXT_BYTES, "%s: %s%s, variant %c%s", source->name,
                    plb_costs_form_name(source->form), era, source->variant,
                    source->machine_published    ? ", machine steps as published"
                    : source->builtins_published ? ", builtins as published"
                                                 : "");
}

json_t *cli_model_json(const plb_costs *costs) {
    const plb_costs_source *source = plb_costs_where(costs);
    bool belongs = source->era.language != PLB_LANGUAGE_NEWEST;
    return json_pack(
        "{s:o, s:s, s:s, s:o, s:o, s:b, s:s#, s:I, s:I, s:b, s:b}", "name",
        cli_json_text(source->name), "form", plb_costs_form_name(source->form), "language",
        plb_language_name(source->era.language), "key",
        source->key != NULL ? json_string(source->key) : json_null(), "protocol_version",
        belongs ? json_integer(source->era.protocol_version) : json_null(), "version_assumed",
        (int) (belongs && source->version_assumed), "variant", &source->variant, (int) 1,
        "parameters", (json_int_t) source->parameters, "surplus", (json_int_t) source->surplus,
        "machine_published", (int) source->machine_published, "builtins_published",
        (int) source->builtins_published);
}
