#include <plutbench/scripts.h>

#include <stdlib.h>
#include <string.h>

#include "harness/machine/data_encode.h"
#include "harness/machine/extra_builtins.h"
#include "harness/machine/script_file.h"
#include "harness/machine/term.h"
#include "scripts/counter.h"

struct plb_script {
    char *name;
    plb_language language;
    plb_program *program;
    uint8_t *bytes;
    size_t length;
    plb_program *datum;
    plb_program *redeemer; /* of zero loops */
    plb_program *supplemental_datum;
};

static plb_status no_memory(plb_error *error, const char *where) {
    return plb_fail(error, PLB_E_MEMORY, where, "no memory for the script and its arguments");
}

/* ---- Data as programs ---- */

/* The data that a program consists of; PLB_NO_VALUE when it is something else. */
static plb_status data_of(const plb_program *program, plb_value *data, plb_error *error) {
    const uint32_t *code = plb_program_code(program);
    *data = PLB_NO_VALUE;
    if (plb_program_length(program) == 1 && plb_word_op(code[0]) == PLB_OP_CONST) {
        *data = program->constants[plb_word_operand(code[0])];
        if (plb_is_data(*data)) return PLB_OK;
    }
    return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected a program that is nothing but data");
}

/* `program` becomes (con data ...); the data may be made of parts outside of it. */
static plb_status set_data(plb_program *program, plb_value data, plb_error *error) {
    plb_build_begin(program);
    plb_value copy = plb_copy_constant(&program->heap, data);
    if (copy == PLB_NO_VALUE) return no_memory(error, NULL);
    if (plb_build_const(program, copy) == PLB_BUILD_DONE) return PLB_OK;
    return plb_build_error(program, error);
}

plb_status plb_data_encode(const plb_program *data, uint8_t **bytes, size_t *length,
                           plb_error *error) {
    plb_value value;
    plb_region region;
    plb_status status = data_of(data, &value, error);
    if (status != PLB_OK) return status;
    if (!plb_region_init(&region, PLB_DEFAULT_BYTE_CAP)) return no_memory(error, NULL);
    const uint8_t *encoded;
    *bytes = NULL;
    if (plb_data_to_cbor(&region, value, &encoded, length)) {
        *bytes = malloc(*length);
        if (*bytes != NULL) memcpy(*bytes, encoded, *length);
    }
    plb_region_free(&region);
    return *bytes != NULL ? PLB_OK : no_memory(error, NULL);
}

/* ---- Redeemers ---- */

plb_status plb_redeemer_counter(const plb_program *redeemer, int64_t *counter, plb_error *error) {
    plb_value data;
    plb_status status = data_of(redeemer, &data, error);
    return status == PLB_OK ? plb_counter_find(data, counter, error) : status;
}

/* The changed nodes share the rest with the redeemer, so that they are made apart and then copied.
 */
static plb_status set_counter(plb_program *result, plb_value data, int64_t counter,
                              plb_error *error) {
    plb_region region;
    if (!plb_region_init(&region, PLB_DEFAULT_BYTE_CAP)) return no_memory(error, NULL);
    plb_value changed = plb_counter_set(&region, data, counter);
    plb_status status =
        changed != PLB_NO_VALUE ? set_data(result, changed, error) : no_memory(error, NULL);
    plb_region_free(&region);
    return status;
}

plb_status plb_redeemer_add_loops(plb_program *result, const plb_program *redeemer, uint64_t loops,
                                  plb_error *error) {
    int64_t counter = 0;
    plb_value data;
    if (result == redeemer) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "expected another program for the result");
    }
    plb_status status = data_of(redeemer, &data, error);
    if (status == PLB_OK) status = plb_counter_find(data, &counter, error);
    if (status != PLB_OK) return status;
    if (loops > INT64_MAX || __builtin_add_overflow(counter, (int64_t) loops, &counter)) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL,
                        "the redeemer's counter for %llu loops does not fit in 64 bits",
                        (unsigned long long) loops);
    }
    return set_counter(result, data, counter, error);
}

/* ---- Scripts ---- */

void plb_script_free(plb_script *script) {
    if (script == NULL) return;
    plb_program_free(script->program);
    plb_program_free(script->datum);
    plb_program_free(script->redeemer);
    plb_program_free(script->supplemental_datum);
    free(script->bytes);
    free(script->name);
    free(script);
}

/* A script with empty programs. NULL when memory is short. */
static plb_script *new_script(const char *name) {
    plb_script *script = calloc(1, sizeof *script);
    if (script == NULL) return NULL;
    script->name = strdup(name);
    script->program = plb_program_new(0);
    script->datum = plb_program_new(0);
    script->redeemer = plb_program_new(0);
    if (script->name == NULL || script->program == NULL || script->datum == NULL ||
        script->redeemer == NULL) {
        plb_script_free(script);
        return NULL;
    }
    return script;
}

/* The language that is given or that the script names, which must not contradict each other. */
static plb_status settle_language(plb_script *script, plb_language given, plb_language named,
                                  plb_error *error) {
    script->language = given != PLB_LANGUAGE_NEWEST ? given : named;
    if (script->language == PLB_LANGUAGE_NEWEST) {
        return plb_fail(error, PLB_E_ARGUMENT, script->name,
                        "does not name its ledger language, which has to be given");
    }
    if (named != PLB_LANGUAGE_NEWEST && named != script->language) {
        return plb_fail(error, PLB_E_ARGUMENT, script->name, "is a %s script, not a %s one",
                        plb_language_name(named), plb_language_name(given));
    }
    return PLB_OK;
}

static plb_status load_program(plb_script *script, plb_language given, plb_format format,
                               const uint8_t *bytes, size_t length, plb_error *error) {
    plb_language named;
    plb_status status = plb_program_load(script->program, (plb_era){PLB_LANGUAGE_NEWEST, 0}, format,
                                         bytes, length, &named, error);
    if (status == PLB_OK) {
        status =
            plb_program_encode_cbor(script->program, 1, &script->bytes, &script->length, error);
    }
    if (status != PLB_OK) {
        (void) plb_error_prefix(error, script->name);
        return status;
    }
    return settle_language(script, given, named, error);
}

/* A redeemer without a counter is refused: there would be nothing to calibrate. */
static plb_status check_redeemer(const plb_script *script, const char *name, plb_error *error) {
    int64_t counter;
    plb_status status = plb_redeemer_counter(script->redeemer, &counter, error);
    if (status != PLB_OK) (void) plb_error_prefix(error, name);
    return status;
}

static plb_status copy_data(plb_program *to, const plb_program *from, plb_error *error) {
    plb_value data;
    plb_status status = data_of(from, &data, error);
    return status == PLB_OK ? set_data(to, data, error) : status;
}

/* tx-generator takes the integer 0 for a datum that is not given (readScriptData). */
static plb_status default_datum(plb_program *datum, plb_error *error) {
    static const char zero[] = "{\"int\": 0}";
    return plb_program_data_json(datum, zero, sizeof zero - 1, error);
}

plb_status plb_script_load(plb_script **script, const plb_script_source *source, plb_error *error) {
    plb_script *made = new_script(source->name);
    *script = NULL;
    if (made == NULL) return no_memory(error, source->name);
    if (source->builtins_of != NULL)
        plb_program_use_extras(made->program, source->builtins_of->extras);
    plb_status status =
        load_program(made, source->language, source->format, source->bytes, source->length, error);
    if (status == PLB_OK) status = copy_data(made->redeemer, source->redeemer, error);
    if (status == PLB_OK) {
        status = source->datum != NULL ? copy_data(made->datum, source->datum, error)
                                       : default_datum(made->datum, error);
    }
    if (status == PLB_OK) status = check_redeemer(made, source->redeemer_name, error);
    if (status != PLB_OK) {
        plb_script_free(made);
        return status;
    }
    *script = made;
    return PLB_OK;
}

/* ---- Entries of the catalogue ---- */

static plb_status load_data_file(plb_program *program, const plb_catalogue *catalogue,
                                 const char *file, plb_error *error) {
    size_t length;
    const char *text = plb_catalogue_file(catalogue, file, &length);
    plb_status status = plb_program_data_json(program, text, length, error);
    if (status != PLB_OK) (void) plb_error_prefix(error, file);
    return status;
}

static plb_status load_supplement(plb_script *script, const plb_catalogue *catalogue,
                                  const char *file, plb_error *error) {
    if (file == NULL) return PLB_OK;
    script->supplemental_datum = plb_program_new(0);
    return script->supplemental_datum != NULL
               ? load_data_file(script->supplemental_datum, catalogue, file, error)
               : no_memory(error, file);
}

plb_status plb_script_load_entry(plb_script **script, const plb_catalogue *catalogue,
                                 const char *name, plb_error *error) {
    const plb_script_entry *entry = plb_catalogue_find(catalogue, name);
    *script = NULL;
    if (entry == NULL) {
        return plb_fail(error, PLB_E_ARGUMENT, NULL, "there is no script '%s' in the catalogue",
                        name);
    }
    plb_script *made = new_script(entry->name);
    if (made == NULL) return no_memory(error, entry->name);
    size_t length;
    const char *text = plb_catalogue_file(catalogue, entry->file, &length);
    plb_status status =
        load_program(made, entry->language, PLB_FORMAT_TEXT, (const uint8_t *) text, length, error);
    if (status == PLB_OK) status = load_data_file(made->datum, catalogue, entry->datum, error);
    if (status == PLB_OK) {
        status = load_data_file(made->redeemer, catalogue, entry->redeemer, error);
    }
    if (status == PLB_OK) {
        status = load_supplement(made, catalogue, entry->supplemental_datum, error);
    }
    if (status == PLB_OK) status = check_redeemer(made, entry->redeemer, error);
    if (status != PLB_OK) {
        plb_script_free(made);
        return status;
    }
    *script = made;
    return PLB_OK;
}

/* ---- What a script is made of ---- */

const char *plb_script_name(const plb_script *script) { return script->name; }
plb_language plb_script_language(const plb_script *script) { return script->language; }
const plb_program *plb_script_program(const plb_script *script) { return script->program; }
const plb_program *plb_script_datum(const plb_script *script) { return script->datum; }
const plb_program *plb_script_redeemer(const plb_script *script) { return script->redeemer; }
const plb_program *plb_script_supplemental_datum(const plb_script *script) {
    return script->supplemental_datum;
}

const uint8_t *plb_script_bytes(const plb_script *script, size_t *length) {
    *length = script->length;
    return script->bytes;
}

plb_status plb_script_check(const plb_script *script, unsigned protocol_version, plb_error *error) {
    plb_program *decoded = plb_program_new(0);
    if (decoded == NULL) return no_memory(error, script->name);
    plb_program_use_extras(decoded, script->program->extras);
    plb_status status =
        plb_program_decode_cbor(decoded, (plb_era){script->language, protocol_version},
                                script->bytes, script->length, error);
    if (status != PLB_OK) (void) plb_error_prefix(error, script->name);
    plb_program_free(decoded);
    return status;
}
