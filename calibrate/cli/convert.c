#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "calibrate/cli/argument.h"
#include "calibrate/cli/cli.h"
#include "calibrate/cli/plugins.h"
#include "harness/machine/script_file.h"
#include "harness/machine/term.h"

typedef struct convert_options {
    int format;
    int to;
    cli_texts apply, plugins;
    int language;
    const char *output;
} convert_options;

enum { TO_TEXT, TO_FLAT, TO_CBOR, TO_HEX, TO_ENVELOPE };
static const char *const targets[] = {"text", "flat", "cbor", "hex", "envelope", NULL};

#define FIELD(name) offsetof(convert_options, name)
static const cli_option options[] = {
    {"format", "FORMAT", "auto, text, flat, cbor, hex, envelope or blueprint (default: auto)",
     CLI_CHOICE, FIELD(format), cli_formats},
    {"to", "FORMAT", "text, flat, cbor (of flat), hex (of cbor) or envelope (default: text)",
     CLI_CHOICE, FIELD(to), targets},
    {"apply", "FILE|HEX", "apply it to data (JSON, CBOR) or another script; repeat for more",
     CLI_TEXTS, FIELD(apply), NULL},
    {"language", "LANGUAGE", "v1, v2, v3, v4: the envelope's (default: the one that FILE names)",
     CLI_CHOICE, FIELD(language), cli_languages},
    CLI_PLUGIN_OPTION(FIELD(plugins)),
    {"output", "FILE", "where to write (default: standard output)", CLI_TEXT, FIELD(output), NULL},
    {NULL, NULL, NULL, CLI_FLAG, 0, NULL},
};

/* Everything of one `convert`, so that it is released in one place. */
typedef struct convert_state {
    const cli_command *command;
    convert_options given;
    const char *path;
    plb_plugins *plugins; /* NULL: none */
    plb_program *program;
    plb_language language; /* that FILE names */
    plb_error error;
} convert_state;

static const plb_era any_era = {PLB_LANGUAGE_NEWEST, 0};

static plb_status new_program(plb_program **program, const plb_plugins *plugins, plb_error *error) {
    *program = plb_program_new(0);
    if (*program == NULL)
        return plb_fail(error, PLB_E_MEMORY, NULL, "no address space for another script");
    plb_program_use_plugins(*program, plugins);
    return PLB_OK;
}

/* A script from a file; where there is none of that name, from the text itself (hexadecimal). */
static plb_status load_script(plb_program *program, const char *text, plb_format format,
                              bool file_only, plb_language *language, plb_error *error) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    if (!file_only && access(text, F_OK) != 0) {
        return plb_program_load(program, any_era, PLB_FORMAT_HEX, (const uint8_t *) text,
                                strlen(text), language, error);
    }
    plb_status status = cli_read_file(text, &bytes, &length, error);
    if (status == PLB_OK) {
        status = plb_program_load(program, any_era, format, bytes, length, language, error);
        if (status != PLB_OK) (void) plb_error_prefix(error, text);
    }
    free(bytes);
    return status;
}

/* ---- Arguments ---- */

/* Whether a file holds a script rather than data, by what it begins with: text, an envelope, a
 * blueprint. */
static bool looks_like_script(const char *path) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    plb_error ignored;
    if (access(path, F_OK) != 0 || cli_read_file(path, &bytes, &length, &ignored) != PLB_OK) {
        return false;
    }
    plb_format format = plb_script_format(bytes, length);
    bool is_script = format == PLB_FORMAT_TEXT || format == PLB_FORMAT_BLUEPRINT ||
                     (format == PLB_FORMAT_ENVELOPE &&
                      memmem(bytes, length, "\"cborHex\"", strlen("\"cborHex\"")) != NULL);
    free(bytes);
    return is_script;
}

/* Data has no Plutus Core version of its own: it takes that of the script it is an argument of. */
static plb_status load_data(plb_program **argument, const plb_program *function, const char *text,
                            plb_error *error) {
    plb_status status = cli_load_data(argument, text, error);
    if (status == PLB_OK) plb_program_version(function, (*argument)->version);
    return status;
}

/* Bytes that are no data may be a script, in flat or in CBOR; when they are neither, what is wrong
 * with them as data is what is said. */
static plb_status load_argument(plb_program **argument, const convert_state *state,
                                const char *text, plb_error *error) {
    bool is_script = strcmp(text, "-") != 0 && looks_like_script(text);
    if (!is_script) {
        plb_status status = load_data(argument, state->program, text, error);
        if (status != PLB_E_PARSE) return status;
    }
    plb_error second;
    plb_status status = new_program(argument, state->plugins, error);
    if (status == PLB_OK) {
        status = load_script(*argument, text, PLB_FORMAT_AUTO, is_script, NULL,
                             is_script ? error : &second);
    }
    if (status == PLB_OK) return PLB_OK;
    plb_program_free(*argument);
    *argument = NULL;
    return error->status;
}

static plb_status apply(convert_state *state, const char *text) {
    plb_program *argument = NULL;
    plb_program *applied = NULL;
    plb_status status = load_argument(&argument, state, text, &state->error);
    if (status != PLB_OK) return status;
    status = new_program(&applied, state->plugins, &state->error);
    if (status == PLB_OK) {
        status = plb_program_apply(applied, state->program, argument, &state->error);
        if (status != PLB_OK) (void) plb_error_prefix(&state->error, text);
    }
    plb_program_free(argument);
    if (status != PLB_OK) {
        plb_program_free(applied);
        return status;
    }
    plb_program_free(state->program);
    state->program = applied;
    return PLB_OK;
}

/* ---- Writing ---- */

static plb_status to_text(const plb_program *program, uint8_t **bytes, size_t *length,
                          plb_error *error) {
    char *text;
    plb_status status = plb_program_print(program, 0, &text, length, error);
    *bytes = (uint8_t *) text;
    return status;
}

static plb_status to_hex(const plb_program *program, uint8_t **bytes, size_t *length,
                         plb_error *error) {
    static const char digits[] = "0123456789abcdef";
    uint8_t *cbor;
    size_t count;
    plb_status status = plb_program_encode_cbor(program, 1, &cbor, &count, error);
    if (status != PLB_OK) return status;
    *length = 2 * count;
    *bytes = malloc(*length + 1);
    for (size_t i = 0; *bytes != NULL && i < count; i++) {
        (*bytes)[2 * i] = (uint8_t) digits[cbor[i] >> 4];
        (*bytes)[2 * i + 1] = (uint8_t) digits[cbor[i] & 15];
    }
    free(cbor);
    return *bytes != NULL ? PLB_OK : plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
}

static plb_status to_envelope(const plb_program *program, plb_language language, uint8_t **bytes,
                              size_t *length, plb_error *error) {
    char *text;
    plb_status status = plb_program_encode_envelope(program, language, &text, length, error);
    *bytes = (uint8_t *) text;
    return status;
}

static plb_status encode(const convert_state *state, uint8_t **bytes, size_t *length,
                         plb_error *error) {
    switch (state->given.to) {
    case TO_FLAT: return plb_program_encode_flat(state->program, bytes, length, error);
    case TO_CBOR: return plb_program_encode_cbor(state->program, 1, bytes, length, error);
    case TO_HEX: return to_hex(state->program, bytes, length, error);
    case TO_ENVELOPE: return to_envelope(state->program, state->language, bytes, length, error);
    default: return to_text(state->program, bytes, length, error);
    }
}

static bool is_binary(int to) { return to == TO_FLAT || to == TO_CBOR; }

/* What people read ends with a newline. */
static plb_status end_line(uint8_t **bytes, size_t *length, plb_error *error) {
    if (*length > 0 && (*bytes)[*length - 1] == '\n') return PLB_OK;
    uint8_t *longer = realloc(*bytes, *length + 1);
    if (longer == NULL) return plb_fail(error, PLB_E_MEMORY, NULL, "out of memory");
    longer[(*length)++] = '\n';
    *bytes = longer;
    return PLB_OK;
}

static plb_status write_result(convert_state *state) {
    uint8_t *bytes = NULL;
    size_t length = 0;
    const char *output = state->given.output != NULL ? state->given.output : "-";
    plb_status status = encode(state, &bytes, &length, &state->error);
    if (status == PLB_OK && !is_binary(state->given.to)) {
        status = end_line(&bytes, &length, &state->error);
    }
    if (status == PLB_OK) status = cli_write_file(output, bytes, length, &state->error);
    free(bytes);
    return status;
}

/* ---- The command ---- */

/* The envelope's language: given, or named by FILE. */
static int settle_language(convert_state *state) {
    if (state->given.language != PLB_LANGUAGE_NEWEST) {
        state->language = (plb_language) state->given.language;
    }
    if (state->given.to == TO_ENVELOPE && state->language == PLB_LANGUAGE_NEWEST) {
        return cli_complain(state->command, CLI_USAGE,
                            "--to envelope needs --language v1, v2, v3 or v4: '%s' names none",
                            state->path);
    }
    return CLI_OK;
}

static int run_convert(convert_state *state) {
    plb_status status = cli_load_plugins(&state->plugins, &state->given.plugins, &state->error);
    if (status == PLB_OK) status = new_program(&state->program, state->plugins, &state->error);
    if (status == PLB_OK) {
        status = load_script(state->program, state->path, (plb_format) state->given.format, true,
                             &state->language, &state->error);
    }
    if (status != PLB_OK) return cli_error(state->command, &state->error);
    int code = settle_language(state);
    if (code != CLI_OK) return code;
    for (size_t i = 0; i < state->given.apply.count && status == PLB_OK; i++) {
        status = apply(state, state->given.apply.items[i]);
    }
    if (status == PLB_OK) status = write_result(state);
    return status == PLB_OK ? CLI_OK : cli_error(state->command, &state->error);
}

static int run(const cli_command *command, int argc, char **argv) {
    convert_state state = {.command = command};
    cli_texts files;
    int code = cli_parse(command, argc, argv, &state.given, 1, 1, &files);
    bool to_stdout = state.given.output == NULL || strcmp(state.given.output, "-") == 0;
    if (code < 0 && is_binary(state.given.to) && to_stdout && isatty(STDOUT_FILENO)) {
        code = cli_complain(command, CLI_USAGE,
                            "%s is binary and would garble the terminal: give --output FILE",
                            targets[state.given.to]);
    }
    if (code < 0) {
        state.path = files.items[0];
        code = run_convert(&state);
    }
    plb_program_free(state.program);
    plb_plugins_free(state.plugins);
    free(state.given.plugins.items);
    free(state.given.apply.items);
    free(files.items);
    return code;
}

const cli_command cli_convert = {
    .name = "convert",
    .arguments = "FILE",
    .summary = "convert a script between text, flat, CBOR, hexadecimal and text envelope",
    .examples = "  plutbench convert validator.plutus\n"
                "  plutbench convert script.uplc --to envelope --language v3 --output s.plutus\n"
                "  plutbench convert validator.plutus --apply datum.json --apply 182a \\\n"
                "      --apply context.json --to flat --output applied.flat\n",
    .options = options,
    .run = run,
};
