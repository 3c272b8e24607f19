#include "calibrate/cli/inputs.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate/cli/argument.h"
#include "harness/embedded.h"

void cli_inputs_free(cli_inputs *inputs) {
    plb_script_free(inputs->script);
    plb_catalogue_free(inputs->catalogue);
    plb_protocol_parameters_free(inputs->parameters);
    *inputs = (cli_inputs){0};
}

int cli_check_script_choice(const cli_command *command, const cli_script_choice *choice,
                            const cli_texts *words) {
    if (words->count > 0) {
        return cli_complain(command, CLI_USAGE, "expected --script %s, got '%s' alone",
                            words->items[0], words->items[0]);
    }
    if (choice->script == NULL) {
        return cli_complain(command, CLI_USAGE,
                            "expected --script NAME, such as --script ecdsa-loop (see plutbench "
                            "list scripts)");
    }
    return -1;
}

/* ---- Scripts ---- */

static plb_status note_input(cli_inputs *inputs, const char *role, const char *name,
                             const void *bytes, size_t length, plb_error *error) {
    return plb_input_describe(&inputs->items[inputs->count++], role, name, bytes, length, error);
}

static bool is_path(const char *name) {
    return strchr(name, '/') != NULL || strchr(name, '.') != NULL || access(name, F_OK) == 0;
}

static plb_status unknown_script(cli_inputs *inputs, const char *name, plb_error *error) {
    size_t count = plb_catalogue_count(inputs->catalogue);
    const char **names = calloc(count + 1, sizeof *names);
    const char *meant = NULL;
    if (names != NULL) {
        for (size_t i = 0; i < count; i++) {
            names[i] = plb_catalogue_entry(inputs->catalogue, i)->name;
        }
        meant = cli_suggest(name, names);
        free(names);
    }
    inputs->failure = CLI_USAGE;
    return plb_fail(error, PLB_E_ARGUMENT, NULL,
                    "there is no script '%s' in the catalogue, and no such file%s%s%s (see "
                    "plutbench list scripts)",
                    name, meant != NULL ? "; did you mean '" : "", meant != NULL ? meant : "",
                    meant != NULL ? "'?" : "");
}

static plb_status note_catalogue_file(cli_inputs *inputs, const char *role, const char *file,
                                      plb_error *error) {
    char *name = inputs->embedded_names[inputs->count];
    size_t length = 0;
    const char *text = plb_catalogue_file(inputs->catalogue, file, &length);
    (void) snprintf(name, sizeof inputs->embedded_names[0], "embedded:%s", file);
    return note_input(inputs, role, name, text, length, error);
}

static plb_status load_entry(cli_inputs *inputs, const plb_script_entry *entry, plb_error *error) {
    plb_status status =
        plb_script_load_entry(&inputs->script, inputs->catalogue, entry->name, error);
    inputs->default_strategy = entry->strategy;
    if (status == PLB_OK) {
        status = note_catalogue_file(inputs, "script", entry->file, error);
    }
    if (status == PLB_OK) {
        status = note_catalogue_file(inputs, "redeemer", entry->redeemer, error);
    }
    return status == PLB_OK ? note_catalogue_file(inputs, "datum", entry->datum, error) : status;
}

/* Data of a user's, and its checksum. */
static plb_status load_data(cli_inputs *inputs, const char *role, const char *text,
                            plb_program **program, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_data(text, &bytes, &length, error);
    if (status == PLB_OK) {
        status = note_input(inputs, role, text, bytes, length, error);
    }
    if (status == PLB_OK) {
        status = cli_decode_data(program, text, bytes, length, error);
    }
    free(bytes);
    return status;
}

static plb_status load_file(cli_inputs *inputs, const cli_script_choice *choice, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_program *redeemer = NULL;
    plb_program *datum = NULL;
    plb_program *builtins_of = NULL;
    const char *path = choice->script;
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK && choice->redeemer == NULL) {
        inputs->failure = CLI_USAGE;
        status =
            plb_fail(error, PLB_E_ARGUMENT, path,
                     "a script from a file needs --redeemer, whose first integer is the counter");
    }
    if (status == PLB_OK) {
        status = note_input(inputs, "script", path, bytes, length, error);
    }
    if (status == PLB_OK) {
        status = load_data(inputs, "redeemer", choice->redeemer, &redeemer, error);
    }
    if (status == PLB_OK && choice->datum != NULL) {
        status = load_data(inputs, "datum", choice->datum, &datum, error);
    }
    if (status == PLB_OK && inputs->plugins != NULL) {
        builtins_of = plb_program_new(0);
        if (builtins_of == NULL) status = plb_fail(error, PLB_E_MEMORY, NULL, "no address space");
    }
    if (status == PLB_OK && builtins_of != NULL) {
        plb_program_use_plugins(builtins_of, inputs->plugins);
    }
    if (status == PLB_OK) {
        plb_script_source source = {
            .name = path,
            .bytes = bytes,
            .length = length,
            .language = (plb_language) choice->language,
            .redeemer_name = choice->redeemer,
            .redeemer = redeemer,
            .datum = datum,
            .builtins_of = builtins_of,
        };
        status = plb_script_load(&inputs->script, &source, error);
    }
    plb_program_free(redeemer);
    plb_program_free(datum);
    plb_program_free(builtins_of);
    free(bytes);
    return status;
}

plb_status cli_load_script(cli_inputs *inputs, const cli_script_choice *choice, plb_error *error) {
    plb_status status = plb_catalogue_open(&inputs->catalogue, error);
    if (status != PLB_OK) {
        return status;
    }
    const plb_script_entry *entry = plb_catalogue_find(inputs->catalogue, choice->script);
    if (entry == NULL) {
        return is_path(choice->script) ? load_file(inputs, choice, error)
                                       : unknown_script(inputs, choice->script, error);
    }
    if (choice->redeemer != NULL || choice->datum != NULL || choice->language != 0) {
        inputs->failure = CLI_USAGE;
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "--redeemer, --datum and --language are for scripts from files: '%s' is in "
                        "the catalogue with its own",
                        entry->name);
    }
    return load_entry(inputs, entry, error);
}

/* ---- Protocol parameters and strategies ---- */

plb_status cli_load_parameters(cli_inputs *inputs, const char *path, plb_error *error) {
    if (path == NULL) {
        const struct plb_embedded_file *file =
            plb_embedded_find(plb_embedded_calibrate, "mainnet_v10.json");
        inputs->parameters = plb_protocol_parameters_default();
        if (file == NULL || inputs->parameters == NULL) {
            return plb_fail(error, PLB_E_MEMORY, NULL, "no memory for parameters");
        }
        return note_input(inputs, "protocol-parameters", "embedded:mainnet_v10.json", file->bytes,
                          file->length, error);
    }
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_status status = cli_read_file(path, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_protocol_parameters_load(&inputs->parameters, path, (const char *) bytes,
                                              length, error);
    }
    if (status == PLB_OK) {
        status = note_input(inputs, "protocol-parameters", path, bytes, length, error);
    }
    free(bytes);
    return status;
}

plb_status cli_choose_strategy(cli_inputs *inputs, const char *given, plb_strategy *strategy,
                               plb_error *error) {
    const char *names[8] = {NULL};
    if (given == NULL) {
        given = inputs->default_strategy != NULL ? inputs->default_strategy : "txbudget";
    }
    plb_status status = plb_strategy_parse(given, strategy, error);
    if (status == PLB_OK) {
        return PLB_OK;
    }
    inputs->failure = CLI_USAGE;
    for (size_t i = 0; i < 7 && plb_strategy_at(i) != NULL; i++) {
        names[i] = plb_strategy_at(i)->pattern;
    }
    const char *meant = cli_suggest(given, names);
    size_t stem = meant != NULL ? strcspn(meant, "_") : 0;
    if (meant != NULL && (meant[stem] == '\0' || strncmp(given, meant, stem + 1) != 0)) {
        size_t used = strlen(error->message);
        (void) snprintf(error->message + used, sizeof error->message - used, "; did you mean '%s'?",
                        meant);
    }
    return status;
}
